// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_REDACT_HPP
#define HWC_DETAIL_REDACT_HPP

#include <hwc/http.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::detail {

// Headers that a signer adds and that are no credentials.
inline constexpr std::string_view public_headers[] = {"Host",        "X-Sdk-Date",           "X-Project-Id",
                                                      "X-Domain-Id", "X-Sdk-Content-Sha256", "X-Sdk-Content-Sm3"};

// Masks the credentials of a request in texts that the service sent, which may repeat them. What a credential is needs
// no list: it is what signing added to the request.
class redactor {
 public:
  // Values shorter than this are no secrets worth the name, and masking them would make a text unreadable.
  static constexpr std::size_t shortest = 6;

  // `before` are the headers before signing.
  redactor(const http_headers& sent, const http_headers& before) {
    for (const auto& [name, value] : sent) {
      const auto same = [name = name](std::string_view other) { return same_header_name(name, other); };
      if (before.contains(name) || std::any_of(std::begin(public_headers), std::end(public_headers), same)) continue;
      add(value);
      // A scheme's parameters are credentials by themselves: `Bearer x`, `SDK-HMAC-SHA256 Access=…, Signature=x`.
      if (!same("Authorization")) continue;
      const auto last = value.find_last_not_of('=');  // base64 may end in some
      if (last != std::string_view::npos) add(value.substr(value.find_last_of(" =", last) + 1));
    }
  }

  // Of texts that are credentials by themselves.
  redactor(std::initializer_list<std::string_view> secrets) {
    for (const auto secret : secrets) add(secret);
  }

  // One more secret. Values travel without the blanks around them, in JSON a slash may be escaped, and in a URL much
  // more is.
  void add(std::string_view value) {
    constexpr std::string_view blank = " \t";
    const auto begin = value.find_first_not_of(blank);
    if (begin == std::string_view::npos) return;
    value = value.substr(begin, value.find_last_not_of(blank) - begin + 1);
    if (value.size() < shortest) return;
    secrets_.emplace_back(value);
    std::string encoded;
    append_percent_encoded(encoded, value);
    if (encoded != value) secrets_.push_back(std::move(encoded));
    if (value.find('/') == std::string_view::npos) return;
    std::string escaped;
    for (const char c : value) escaped.append(c == '/' ? "\\/" : std::string_view{&c, 1});
    secrets_.push_back(std::move(escaped));
  }

  // Replaces each of them by three stars, in one pass for each.
  void apply(std::string& text) const {
    for (const auto& secret : secrets_) {
      auto at = text.find(secret);
      if (at == std::string::npos) continue;
      std::string masked;
      std::size_t done = 0;
      for (; at != std::string::npos; at = text.find(secret, done)) {
        masked.append(text, done, at - done).append("***");
        done = at + secret.size();
      }
      text = masked.append(text, done);
    }
  }

 private:
  std::vector<std::string> secrets_;
};

// Cuts a UTF-8 text to so many bytes at most, at the end of a character.
inline void shorten(std::string& text, std::size_t limit) {
  if (text.size() <= limit) return;
  while (limit != 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_REDACT_HPP
