// SPDX-License-Identifier: BSL-1.0
// A response head as the curl transport sees it: line by line, as libcurl hands it over.
#include <hwc/curl/detail/response_head.hpp>

#include <hwc/http.hpp>

#include "fuzz/target.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

void run(std::string_view input) {
  using hwc::curl::detail::response_head;
  hwc::http_response response;
  response_head head;
  head.start(response);
  std::size_t kept = 0;
  while (!input.empty()) {
    const auto line = input.substr(0, std::min(input.find('\n'), input.size() - 1) + 1);
    input.remove_prefix(line.size());
    if (!head.line(line)) break;
    kept += line.size();
    fuzz::require(kept <= response_head::max_bytes, "a head has a largest size");
    fuzz::require(response.headers.size() <= response_head::max_fields, "a head has so many fields at most");
  }
  if (!head.complete()) return;
  fuzz::require(head.begun(), "what is complete has begun");
  fuzz::require(head.status() >= 200 && head.status() <= 999 && response.status == head.status(),
                "a complete head is a final one");
  fuzz::require(!response.headers.contains("Content-Length") || !response.headers.contains("Transfer-Encoding"),
                "a body has one length");
  for (const auto& [name, value] : response.headers) {
    fuzz::require(hwc::is_header_name(name) && hwc::is_header_value(value), "a field that is kept is one");
  }
}

const fuzz::target target{"curl_head", run};

}  // namespace
