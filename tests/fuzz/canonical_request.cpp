// SPDX-License-Identifier: BSL-1.0
// The text that is signed, against a second implementation of its rules.
#include <hwc/signers/canonical_request.hpp>

#include <hwc/http.hpp>

#include "fuzz/target.hpp"
#include "support/plain_signature.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

// The input: method by its first byte, then path, '?' and query, NUL, one header's value, NUL, another one's.
void run(std::string_view input) {
  using hwc::http_method;
  constexpr http_method methods[] = {http_method::get, http_method::post, http_method::put, http_method::patch,
                                     http_method::delete_};
  if (input.empty()) return;
  hwc::http_request request;
  request.method = methods[static_cast<unsigned char>(input.front()) % std::size(methods)];
  input.remove_prefix(1);
  request.target = "/" + std::string{fuzz::take(input)};
  const std::string first{fuzz::take(input)}, second{input};
  if (!hwc::is_header_value(first) || !hwc::is_header_value(second)) return;

  plain::request same;
  same.method = to_string(request.method);
  const auto query = std::min(request.target.find('?'), request.target.size());
  same.path = request.target.substr(0, query);
  same.query = request.target.substr(std::min(query + 1, request.target.size()));
  same.headers = {{"Host", "workspace.example"}, {"X-Sdk-Date", "20250314T092653Z"}, {"X-b", first}, {"x-A", second}};
  for (const auto& [name, value] : same.headers) request.headers.add(name, value);
  const auto theirs = plain::sign(same, "SDK-HMAC-SHA256", "ak", "sk").canonical_request;

  const auto headers = hwc::signed_headers::of(request.headers);
  std::string ours;
  const auto payload = theirs.substr(theirs.rfind('\n') + 1);
  hwc::append_canonical_request(ours, request, *headers, payload);
  fuzz::require(ours == theirs, "two implementations of the rules agree");
}

const fuzz::target target{"canonical_request", run};

}  // namespace
