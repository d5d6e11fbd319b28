// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_BUFFERS_HPP
#define HWC_CALL_BUFFERS_HPP

#include <hwc/http.hpp>
#include <hwc/json/read.hpp>

namespace hwc::inline v0_1 {

// What a call writes to: the request, the answer, and a JSON reader. One call uses it at a time; given to the next one,
// its memory serves again, so that a steady stream of calls allocates nothing here.
struct call_buffers {
  http_request request{};
  http_headers unsigned_headers{};  // of the request before it was signed, for signing it anew
  http_response response{};
  json::reader reader{};
};

}  // namespace hwc

#endif  // HWC_CALL_BUFFERS_HPP
