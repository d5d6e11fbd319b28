// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ERROR_BODY_HPP
#define HWC_ERROR_BODY_HPP

#include <hwc/detail/config.hpp>
#include <hwc/json/error.hpp>
#include <hwc/json/source.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

// What the body of a refusal says. Services and the gateway in front of them use several shapes; any bytes give a value
// whose texts are valid UTF-8. What was not found is empty.
struct error_body {
  std::string code{};                           // e.g. "WKS.00170312"; an integer in decimal
  std::string message{};                        // for people; the beginning of the body where it holds no known field
  std::string detail{};                         // `error_detail`
  std::string request_id{};                     // `request_id`, else `requestId`
  std::string encoded_authorization_message{};  // STS decodes it

  friend bool operator==(const error_body&, const error_body&) = default;
};

// Reads the body of a refusal, whatever its Content-Type said.
//
// 1. A pair is `error_code` and `error_msg`, `errorCode` and `errorMsg`, or `code` and `message`, tried in this order
// on
//    one level of the object. It counts if the code is an integer or a string that is not empty, and the text is there;
//    a text that is no string is empty.
// 2. Levels are tried from the top: after an object itself the objects in it, `error` first, then in order of
// appearance,
//    down to `json::max_depth`. The first pair wins. If there is none, the first level with a code or a text counts.
// 3. The other fields come from the first level that has them as strings which are not empty, wherever the pair was.
//    Lists are not searched.
// 4. If the body is no JSON, no object, or holds no code and no text, the message is the beginning of the body: without
//    white space around it, at most 512 bytes, cut between characters, invalid bytes replaced by U+FFFD.
//
// `scratch` lends its memory; what it had open ends. Time is linear in the size of the body.
[[nodiscard]] error_body decode_error_body(std::string_view body, json::source& scratch);

// The same with memory of its own.
[[nodiscard]] error_body decode_error_body(std::string_view body);

namespace detail {

// What a level and the levels below it offer. The views point into the source.
struct error_fields {
  struct pair {
    std::string_view code{}, message{};
    [[nodiscard]] bool empty() const noexcept { return code.empty() && message.empty(); }
  };
  bool has_pair = false;
  pair found{};  // the pair, or a lone code or text
  std::string_view detail{}, request_id{}, encoded_authorization_message{};

  // Fills what is missing from a level that comes later in the search.
  void add(const error_fields& later) noexcept;
};

// An integer as it stands in the text; other numbers are no codes.
[[nodiscard]] constexpr bool is_integer_text(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Reads the object at hand; what cannot be read ends the search with `in.failed()`.
error_fields read_error_level(json::source& in, int depth);

// How many bytes the UTF-8 character at the beginning of a text that is not empty has; 0 if there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

// The beginning of a body for people to read.
[[nodiscard]] std::string excerpt(std::string_view body);

}  // namespace detail

error_body decode_error_body(std::string_view body, json::source& scratch);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/error_body.ipp>
#endif

#endif  // HWC_ERROR_BODY_HPP
