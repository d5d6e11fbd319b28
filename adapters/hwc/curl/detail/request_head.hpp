// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_REQUEST_HEAD_HPP
#define HWC_CURL_DETAIL_REQUEST_HEAD_HPP

#include <hwc/detail/wipe.hpp>
#include <hwc/http.hpp>

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::curl::detail {

// The URL of an origin, without credentials or path; libcurl is told the target by itself.
[[nodiscard]] inline std::string url_of(const http_origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  std::string url = origin.tls ? "https://" : "http://";
  if (v6) url += '[';
  url += origin.host;
  if (v6) url += ']';
  url += ':';
  url += std::to_string(origin.port);
  url += '/';
  return url;
}

// The header lines as libcurl takes them. They are kept in one block, since they carry credentials and are wiped, and
// since libcurl only reads the list: curl_slist_append would allocate twice per line.
class header_list {
 public:
  // The list of the request's headers, and of those that libcurl is not to invent. Valid until `clear()`.
  [[nodiscard]] curl_slist* assign(const http_headers& headers) {
    clear();
    for (const auto& [name, value] : headers) {
      // "Name:" would tell libcurl to send no such header; the form for an empty value is "Name;".
      if (value.find_first_not_of(" \t") == std::string_view::npos)
        append(name, ";", {});
      else
        append(name, ": ", value);
    }
    if (!headers.contains("Accept")) append("Accept", ":", {});
    if (!headers.contains("Content-Type")) append("Content-Type", ":", {});
    append("Expect", ":", {});
    nodes_.resize(starts_.size());
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
      nodes_[i] = {text_.data() + starts_[i], i + 1 == nodes_.size() ? nullptr : &nodes_[i + 1]};
    }
    return nodes_.data();
  }

  // Overwrites the text and keeps the memory.
  void clear() noexcept {
    hwc::detail::wipe(text_.data(), text_.size());
    text_.clear();
    starts_.clear();
    nodes_.clear();
  }

 private:
  void append(std::string_view name, std::string_view separator, std::string_view value) {
    auto at = text_.size();
    starts_.push_back(at);
    text_.resize(at + name.size() + separator.size() + value.size() + 1);
    for (const auto part : {name, separator, value}) at += part.copy(text_.data() + at, part.size());
    text_[at] = '\0';
  }

  hwc::detail::wiped_text text_;
  std::vector<std::size_t> starts_;
  std::vector<curl_slist> nodes_;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_REQUEST_HEAD_HPP
