// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_REDACT_HPP
#define HWC_DETAIL_REDACT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::detail {

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
  redactor(const http_headers& sent, const http_headers& before);

  // Of texts that are credentials by themselves.
  redactor(std::initializer_list<std::string_view> secrets);

  // One more secret. Values travel without the blanks around them.
  void add(std::string_view value);

  // Replaces each of them by three stars, in one pass for each form: in JSON a slash may be escaped, and in a URL much
  // more is.
  void apply(std::string& text) const;

 private:
  std::vector<std::string> secrets_;
};

// Replaces the secret by three stars, wherever the text has it.
void mask(std::string& text, std::string_view secret);

// Cuts a UTF-8 text to so many bytes at most, at the end of a character.
void shorten(std::string& text, std::size_t limit);

}  // namespace hwc::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/detail/impl/redact.ipp>
#endif

#endif  // HWC_DETAIL_REDACT_HPP
