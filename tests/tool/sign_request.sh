#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Runs the example that signs requests as a person or a script would: sign_request.sh SIGN_REQUEST
# Compares what it prints with the signing vectors, and checks exit status and what is said of what cannot be signed.
set -u
tool=$1
vectors=$(dirname "$0")/../data/signing-vectors.json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
passed=0

# verdict NAME STATUS: counts a check, which is good if the status is 0.
verdict() {
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1"
  fi
  return "$2"
}

# check NAME STATUS TEXT COMMAND...: runs the command, and wants that exit status and that text (grep -E) in its output.
check() {
  name=$1 status=$2 text=$3
  shift 3
  "$@" >"$dir/out" 2>"$dir/errors" </dev/null
  got=$?
  cat "$dir/out" "$dir/errors" >>"$dir/everything"
  [ "$got" -eq "$status" ] && cat "$dir/out" "$dir/errors" | grep -qE -- "$text"
  verdict "$name: wanted status $status and '$text', got status $got and:" $? || sed 's/^/  | /' "$dir/out" "$dir/errors"
}

# says TEXT...: the output of the check before holds each of these lines (grep -xE).
says() {
  for line in "$@"; do
    grep -qxE -- "$line" "$dir/out"
    verdict "$name: no line '$line'" $?
  done
}

# request MEMBERS...: a file with a vector for each argument, which are members that replace those of a good one.
request() {
  good='"algorithm":"SDK-HMAC-SHA256","ak":"AKEXAMPLE","sk":"canary-secret","method":"GET","host":"a.example","path":"/x"'
  separator='{"vectors":['
  for members in "$@"; do
    printf '%s{%s%s}' "$separator" "$good" "${members:+,$members}"
    separator=,
  done >"$dir/in.json"
  printf ']}' >>"$dir/in.json"
}

# refused NAME TEXT MEMBERS: of that vector and a good one, the first is refused with that text, the second is signed.
refused() {
  request "\"id\":\"bad\",$3" '"id":"good"'
  check "$1" 1 "^sign-request: bad: $2" "$tool" "$dir/in.json"
  [ "$(wc -l <"$dir/out")" -eq 1 ] && grep -q '^{"id":"good"' "$dir/out" && [ "$(wc -l <"$dir/errors")" -eq 1 ]
  verdict "$1: the other vector is signed, and there is one sentence" $?
}

# unreadable NAME TEXT JSON: the file of that text is refused as a whole.
unreadable() {
  printf '%s' "$3" >"$dir/in.json"
  check "$1" 2 "^sign-request: '.*in.json' .*$2" "$tool" "$dir/in.json"
  [ ! -s "$dir/out" ]
  verdict "$1: nothing is signed" $?
}

# The lines that are expected of a file of vectors, for which the vectors are written one member a line. Signatures that
# are random end with "Signature=".
expected_of() {
  awk '
    function value() { sub(/^ *"[a-z_]*": /, ""); sub(/,$/, ""); return $0 }
    /^   "id": / { id = value() }
    /^    "canonical_request": / { canonical = value() }
    /^    "string_to_sign": / { text = value() }
    /^    "authorization(_prefix)?": / { authorization = value() }
    /^    "request_target": / { target = value() }
    /^   }/ && canonical != "" {
      print "{\"id\":" id ",\"canonical_request\":" canonical ",\"string_to_sign\":" text \
        ",\"authorization\":" authorization ",\"request_target\":" target "}"
      canonical = ""
    }' "$1"
}

# compare NAME COUNT FILE: the tool prints the expected line for each vector of the file, COUNT in all.
compare() {
  expected_of "$3" >"$dir/expected"
  "$tool" "$3" >"$dir/out" 2>"$dir/errors"
  verdict "$1: exit status 0" $?
  cat "$dir/out" "$dir/errors" >>"$dir/everything"
  # The random signatures: a DER sequence, longer than any HMAC.
  sed -E 's/(, Signature=)30[0-9a-f]{130,142}"/\1"/' "$dir/out" >"$dir/got"
  [ "$(wc -l <"$dir/expected")" -eq "$2" ] && cmp -s "$dir/expected" "$dir/got"
  verdict "$1: $2 lines as expected; < expected, > printed" $? || diff "$dir/expected" "$dir/got"
}

# The vectors, and those in which the vendor's SDKs differ, as its Python SDK signs them.
sed '/^ "quirks": /,$d' "$vectors" | sed '$s/,$/}/' >"$dir/vectors.json"
sed -n '/^ "quirks": /,/^ ],*$/p' "$vectors" | sed '1s/.*/{"vectors": [/; $s/,*$/}/' >"$dir/quirks.json"
compare "vectors" 40 "$dir/vectors.json"
compare "quirks" 4 "$dir/quirks.json"
check "the whole file, with its other members" 0 '"id":"s040"' "$tool" "$vectors"

# For people.
"$tool" --explain "$vectors" >"$dir/out" 2>&1
verdict "--explain: all vectors" $?
cat "$dir/out" >>"$dir/everything"
name="--explain"
[ "$(grep -c '^== s0[0-9][0-9]: ' "$dir/out")" -eq 40 ]
verdict "--explain: a heading for each vector" $?
says '== s009: SDK-HMAC-SHA256' 'Canonical request: 11 lines, no line feed at the end' \
  '  method +POST' '  path +/v2/a/b/c%252Fd/' '    - .*decoded once, .*' '  query +a=&b=1&b=2' '  header +user-agent:hwc-cpp/0.1' \
  '  header +x-custom-header:a  b\\x09 c' '    - without the white space around it' '  end of headers +\(an empty line\)' \
  '  signed headers +content-type;host;user-agent;x-project-id;x-sdk-date' '    - without X_Skip_Me: .*not signed' \
  '  payload hash +1174d1ff1b3165304ec0872d77a3736abca80c0b37a71792410810fba1317777' "    - SHA-256 of the body's 25 bytes" \
  '    - SM3 of nothing, since the body is empty' '    - the value of the header X-Sdk-Content-Sm3, .*neither JSON nor BSON' \
  '    - the value of the header X-Sdk-Content-Sha256, not a hash of the body.s [0-9]+ bytes' \
  'String to sign: 4 lines, no line feed at the end' '  algorithm +SDK-SM2-SM3' '  date +20241231T235959Z' \
  '    - from the header X-Sdk-Date' '  scope +20241231/globe/iam' \
  '  hash +7c34ed8b6657a64dd2f3683bbde9533317552637656716c9e0e8b12f8005a51d' '    - SM3 of the canonical request' \
  '  Host +workspace.cn-north-4.myhuaweicloud.com' '  X-Sdk-Content-Sm3 +UNSIGNED-PAYLOAD' \
  '  Authorization +SDK-HMAC-SHA256 Access=.*Signature=0d94d7d2757306105cb5a0f60bd51901becbd3b93c39792e36176e7ce44f19aa' \
  '    - the signature .*its key is the SK' '    - the signature .*AK, SK and scope' '    - the signature .*another one each time' \
  '    - a secret: .*' '  GET +/resources\?size=1' '    - percent-encode the path.*'
grep -qF -e SecretKey -e KKKKKK -e '密钥' "$dir/everything"
[ $? -eq 1 ]
verdict "the secret keys of the vectors are never said" $?

# What is not in the vectors.
request '' && check "a vector without id: named by its place" 0 '^\{"id":"vectors\[0\]"' "$tool" "$dir/in.json"
request '' && check "no date: the time now" 0 '    - the time now' "$tool" --explain "$dir/in.json"
says '  X-Sdk-Date +20[0-9]{6}T[0-9]{6}Z'
request '"x_sdk_date":"20250314T092653Z"' && check "the date as a member" 0 'from x_sdk_date' "$tool" --explain "$dir/in.json"
says '  header +x-sdk-date:20250314T092653Z' '  date +20250314T092653Z'
request '"x_sdk_date":"20250314T092653Z","headers":[["x-sdk-date","20200608T023900Z"]]'
check "two dates: the header counts" 0 'x_sdk_date is another' "$tool" --explain "$dir/in.json"
says '  date +20200608T023900Z'
request '"method":"dElEtE","path":"","host":null,"headers":[["Host","b.example:8443"]]'
check "any case, no path, the host as a header" 0 'DELETE\\n/\\n\\nhost:b.example:8443\\n.*"request_target":"/"\}' "$tool" "$dir/in.json"
request '"host":"[::1]:8443","body":null,"body_base64":null' && check "a host with port, no body" 0 'host:\[::1\]:8443\\n.*e3b0c442' "$tool" "$dir/in.json"
request '"body_base64":"YQ=="' '"body":"a"' && check "a body in base64 is that body" 0 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afe' "$tool" "$dir/in.json"
[ "$(grep -c ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afe "$dir/out")" -eq 2 ]
verdict "both bodies have that hash" $?
request '"body_base64":""' && check "an empty body in base64" 0 'e3b0c442' "$tool" "$dir/in.json"
request '"headers":[["X-Sdk-Date","20250314T092653Z"],["authorization","other"]]'
check "an Authorization among the headers does not keep from signing" 0 'SignedHeaders=host;x-sdk-date, Signature' "$tool" "$dir/in.json"
authorization=$(sed 's/.*"authorization":"\([^"]*\)".*/\1/' "$dir/out")
check "and is compared" 0 'which is another' "$tool" --explain "$dir/in.json"
request "\"headers\":[[\"X-Sdk-Date\",\"20250314T092653Z\"],[\"Authorization\",\"$authorization\"]]"
check "and found to be the same" 0 'which is the same' "$tool" --explain "$dir/in.json"
request '"body":"","headers":[["Content-Type","text/plain"]]' && check "where SDKs differ" 0 'some SDKs put the value of X-Sdk-Content-Sha256' "$tool" --explain "$dir/in.json"
request '"sk":"canary-secret\n"' && check "white space around a key" 0 'the SK begins or ends with white space' "$tool" --explain "$dir/in.json"
request '"id":"a\nb\u001b[1m"' && check "an id that would steer the terminal" 0 '^== a\\x0Ab\\x1B\[1m: ' "$tool" --explain "$dir/in.json"
printf '{"vectors":[]}' >"$dir/in.json" && check "no vectors" 0 '' sh -c "'$tool' '$dir/in.json'; status=\$?; echo; exit \$status"

# What cannot be signed: status 1, and a sentence that names the vector and says what to do.
refused "an unknown algorithm: the known ones are listed" \
  "the algorithm 'MD5' is not known; use one of SDK-HMAC-SHA256, SDK-HMAC-SM3, V11-HMAC-SHA256, SDK-ECDSA-P256-SHA256, SDK-SM2-SM3$" '"algorithm":"MD5"'
refused "an unknown method: the known ones are listed" "the method 'BREW' is not known; use one of GET, POST, PUT, PATCH, DELETE$" '"method":"BREW"'
for base64 in A 'YQ=' 'YQ' 'YR==' ' YQ==' 'YQ==\n' 'YQ==YQ==' 'Y-==' '====' 'Y===' 'é=='; do
  refused "no base64: $base64" 'body_base64 is no base64; write it with padding' "\"body_base64\":\"$base64\""
done
refused "two bodies" 'body and body_base64 are both given; leave one out' '"body":"a","body_base64":"YQ=="'
for date in '' today 20250314 20250314T092653 2025-03-14T09:26:53Z 20250231T092653Z; do
  refused "a malformed date in a header: $date" 'X-Sdk-Date is malformed; write it as YYYYMMDDTHHMMSSZ' "\"headers\":[[\"X-Sdk-Date\",\"$date\"]]"
  refused "a malformed date as a member: $date" 'X-Sdk-Date is malformed; write it as YYYYMMDDTHHMMSSZ' "\"x_sdk_date\":\"$date\""
done
for algorithm in SDK-HMAC-SHA256 SDK-HMAC-SM3 V11-HMAC-SHA256 SDK-ECDSA-P256-SHA256 SDK-SM2-SM3; do
  scope='"region":"r","service":"s","algorithm":'
  refused "$algorithm: an empty AK" '.*\(AK\) is empty; give one' "$scope\"$algorithm\",\"ak\":\"\""
  refused "$algorithm: an empty SK" '.*\(SK\) is empty; give' "$scope\"$algorithm\",\"sk\":\"\""
done
for absent in '' ',"region":null' ',"region":""'; do
  refused "no region: $absent" 'V11-HMAC-SHA256 needs a region; give its id' "\"algorithm\":\"V11-HMAC-SHA256\",\"service\":\"s\"$absent"
done
for absent in '' ',"service":null' ',"service":""'; do
  refused "no service: $absent" 'V11-HMAC-SHA256 needs the name of the service; give it' "\"algorithm\":\"V11-HMAC-SHA256\",\"region\":\"r\"$absent"
done
refused "no host" 'there is no host; give it as host' '"host":null'
for host in '' 'https://a.example' 'a.example/' 'a b' 'a\r\nb' 'u@a'; do
  refused "no host: $host" "the host '.*' is none; write a name or address" "\"host\":\"$host\""
done
refused "a path that is none" "path must begin with '/'" '"path":"x"'
refused "a path with a query" "path holds a '\?': move what follows it to query" '"path":"/x?a=b"'
refused "a query that is not of pairs" 'query\[1\] must be a pair \[name, value\]' '"query":[["a","b"],["c"]]'
refused "headers that are not pairs" 'headers\[1\] must be a pair \[name, value\]' '"headers":[["a","b"],["c","d","e"]]'
refused "a header name that is none" 'headers\[0\]: the name is none' '"headers":[["a b","c"]]'
refused "a header value of two lines" 'headers\[0\]: the value holds a line end' '"headers":[["a","b\nc"]]'
refused "a header twice" "the header 'A' stands twice" '"headers":[["A","b"],["A","c"]]'
request '' '"path":"x"' && check "a bad vector without id: named by its place" 1 '^sign-request: vectors\[1\]: path' "$tool" "$dir/in.json"
request '"id":"a\nb","path":"x"' && check "an id of two lines: on one" 1 '^sign-request: a\?b: path' "$tool" "$dir/in.json"
check "--explain: the same status and sentence" 1 '^sign-request: a\?b: path' "$tool" --explain "$dir/in.json"

# A file that is not as it must be: status 2, and the place.
unreadable "no JSON" 'must be \(--help describes it\): .*' '{"vectors":[{"sk":"canary-secret",}]}'
unreadable "an empty file" 'the document: ' ''
unreadable "another document" 'the document: expected an object' '[]'
unreadable "no vectors" 'vectors: the field is missing' '{}'
unreadable "a vector that is none" 'vectors\[0\]: expected an object' '{"vectors":["canary-secret"]}'
unreadable "a vector without algorithm" 'vectors\[0\].algorithm: the field is missing' '{"vectors":[{"ak":"a","sk":"canary-secret","method":"GET","path":"/"}]}'
request '' '"ak":5' && check "a member of a wrong type" 2 'vectors\[1\].ak: expected a string, found a number' "$tool" "$dir/in.json"
request '"sk":["canary-secret"]' && check "an SK of a wrong type" 2 'vectors\[0\].sk: expected a string, found an array' "$tool" "$dir/in.json"
request '"query":[["a",1]]' && check "a value of a wrong type" 2 'vectors\[0\].query\[0\]\[1\]: expected a string, found a number' "$tool" "$dir/in.json"
check "a file that is not there" 2 "cannot read the file '.*none.json'; give one that is there" "$tool" "$dir/none.json"
check "a folder" 2 "cannot read the file '$dir'" "$tool" "$dir"

# Wrong usage: status 2.
check "no file" 2 'FILE.json is required' "$tool"
check "two files" 2 '--help' "$tool" "$vectors" "$vectors"
check "an unknown option" 2 '--help' "$tool" --bogus "$vectors"
check "help" 0 'Exit status: 0 all signed; 1 some not; 2 wrong usage' "$tool" --help
check "version" 0 'sign-request [0-9]' "$tool" --version
check "an output that cannot be written" 1 'the output cannot be written' sh -c "'$tool' '$vectors' >/dev/full"

grep -q canary-secret "$dir/everything"
[ $? -eq 1 ]
verdict "the secret key is never said" $?

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
