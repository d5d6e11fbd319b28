// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_RESPONSE_HEAD_HPP
#define HWC_CURL_DETAIL_RESPONSE_HEAD_HPP

#include <hwc/http.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::curl::detail {

// Takes the header lines of an answer one by one and knows whether the final head is complete: libcurl does not say,
// and reports success for a head that was cut off.
class response_head {
 public:
  static constexpr std::size_t max_bytes =
      64 * 1024;                                  // of all lines of an exchange, interim heads and trailers included
  static constexpr std::size_t max_fields = 200;  // of one head

  // Begins an exchange whose header fields and status go to `response`, which must outlive it.
  void start(http_response& response) {
    response_ = &response;
    bytes_ = fields_ = 0;
    status_ = 0;
    status_line_next_ = true;
    complete_ = false;
    field_.clear();
  }

  // One line with its line end. False: the answer is not acceptable and is to be broken off.
  [[nodiscard]] bool line(std::string_view text) {
    bytes_ += text.size();
    if (bytes_ > max_bytes) return false;
    if (complete_) return true;  // a trailer, which nobody asked for
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (status_line_next_) return status_line(text);
    if (text.empty()) return blank_line();
    if (text.front() == ' ' || text.front() == '\t') {  // folded (RFC 9112 section 5.2)
      field_ += ' ';
      field_ += trimmed(text);
      return true;
    }
    if (!store_field()) return false;
    field_ = text;
    return ++fields_ <= max_fields;
  }

  [[nodiscard]] bool complete() const noexcept { return complete_; }          // the blank line of a final head was seen
  [[nodiscard]] bool begun() const noexcept { return bytes_ != 0; }           // a line was seen
  [[nodiscard]] int status() const noexcept { return status_; }               // of the last status line; 0: none
  [[nodiscard]] bool interim() const noexcept { return status_ / 100 == 1; }  // that status line is not the final one

 private:
  static std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
  }

  bool status_line(std::string_view text) {
    const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    const auto at = text.find(' ');
    if (!text.starts_with("HTTP/") || at == std::string_view::npos) return false;
    if (!digit(at + 1) || !digit(at + 2) || !digit(at + 3) || digit(at + 4)) return false;
    status_ = (text[at + 1] - '0') * 100 + (text[at + 2] - '0') * 10 + (text[at + 3] - '0');
    response_->status = status_;
    response_->headers.clear();
    fields_ = 0;
    status_line_next_ = false;
    return status_ >= 100 && status_ != 101;  // 101: nobody asked for another protocol
  }

  bool blank_line() {
    if (!store_field()) return false;
    if (interim()) {
      status_line_next_ = true;
      return true;
    }
    // Where the body ends is a matter of opinion then, and so is whose answer comes next (RFC 9112 section 6.3).
    if (response_->headers.contains("Content-Length") && response_->headers.contains("Transfer-Encoding")) return false;
    complete_ = true;
    return true;
  }

  // Stores the field that the lines so far make up. One that is not readable as a field is passed over.
  bool store_field() {
    const std::string_view field = field_;
    const auto name = field.substr(0, field.find(':'));
    bool ok = true;
    if (name.size() != field.size() && is_header_name(name)) {
      const auto value = trimmed(field.substr(name.size() + 1));
      if (same_header_name(name, "Content-Length")) {
        const auto earlier = response_->headers.find(name);
        const bool number = value.size() < 19 && value.find_first_not_of("0123456789") == std::string_view::npos;
        ok = number && !value.empty() && (!earlier || *earlier == value);
      }
      if (is_header_value(value)) response_->headers.add(name, value);
    }
    field_.clear();
    return ok;
  }

  http_response* response_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t fields_ = 0;
  int status_ = 0;
  bool status_line_next_ = true;
  bool complete_ = false;
  std::string field_;  // name, colon and value as far as they have come; the next line may continue it
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_RESPONSE_HEAD_HPP
