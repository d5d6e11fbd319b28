// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_CURL_HEADERS_HPP
#define HWC_TESTS_BENCH_CURL_HEADERS_HPP

#include <curl/curl.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace bench {

struct curl_freed {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using curl_handle = std::unique_ptr<CURL, curl_freed>;
using curl_headers = std::unique_ptr<curl_slist, curl_freed>;

inline curl_headers to_curl_headers(const std::map<std::string, std::string>& headers) {
  curl_headers list;
  for (const auto& [name, value] : headers) {
    auto* const longer = curl_slist_append(list.get(), (name + ": " + value).c_str());
    if (longer == nullptr) throw std::runtime_error{"libcurl has no memory"};
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

}  // namespace bench

#endif  // HWC_TESTS_BENCH_CURL_HEADERS_HPP
