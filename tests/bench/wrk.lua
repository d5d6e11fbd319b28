-- SPDX-License-Identifier: BSL-1.0
-- The benchmarks' request for wrk:
--   bench --serve 1 &                                  prints the port
--   wrk -t1 -c64 -d3s -s wrk.lua http://127.0.0.1:PORT/v2/PROJECT_ID/users/USER_ID/resend-email
wrk.method = "POST"
wrk.body = '{"template_id":"email01"}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["User-Agent"] = "example/1.0"
wrk.headers["X-Project-Id"] = "0bec5db98280d2d02fd6c00c2de791ce"
wrk.headers["X-Sdk-Date"] = "19700101T000000Z"
wrk.headers["Authorization"] = "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, " ..
  "SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=" .. string.rep("0", 64)
