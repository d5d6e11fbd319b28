// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ERROR_BODY_HPP
#define HWC_ERROR_BODY_HPP

#include <hwc/json/error.hpp>
#include <hwc/json/source.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwc {

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
[[nodiscard]] inline error_body decode_error_body(std::string_view body, json::source& scratch);

// The same with memory of its own.
[[nodiscard]] inline error_body decode_error_body(std::string_view body) {
  json::source scratch;
  return decode_error_body(body, scratch);
}

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
  void add(const error_fields& later) noexcept {
    if (!has_pair && (later.has_pair || found.empty())) found = later.found;
    has_pair = has_pair || later.has_pair;
    for (const auto field :
         {&error_fields::detail, &error_fields::request_id, &error_fields::encoded_authorization_message}) {
      if ((this->*field).empty()) this->*field = later.*field;
    }
  }
};

// An integer as it stands in the text; other numbers are no codes.
[[nodiscard]] constexpr bool is_integer_text(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Reads the object at hand; what cannot be read ends the search with `in.failed()`.
inline error_fields read_error_level(json::source& in, int depth) {
  struct candidate {
    std::string_view code{}, message{};
    bool has_message = false;
  };
  struct names {
    std::string_view code, message;
  };
  static constexpr std::array<names, 3> names_of{
      {{"error_code", "error_msg"}, {"errorCode", "errorMsg"}, {"code", "message"}}};
  std::array<candidate, names_of.size()> candidates{};
  error_fields own;
  std::optional<error_fields> error_child;  // of `error`
  std::optional<error_fields> others;
  std::string_view camel_request_id;

  const auto text = [&](std::string_view& out) {
    if (in.kind() == json::kind::string) in.read(out);
  };
  if (!in.enter_object()) return own;
  for (std::string_view key; in.next_key(key);) {
    if (in.kind() == json::kind::object) {
      if (depth == json::max_depth) continue;
      auto& child = key == "error" ? error_child : others;
      if (child)
        child->add(read_error_level(in, depth + 1));
      else
        child = read_error_level(in, depth + 1);
      continue;
    }
    for (std::size_t i = 0; i != candidates.size(); ++i) {
      auto& c = candidates[i];
      if (key == names_of[i].code) {
        c.code = {};
        if (in.kind() == json::kind::number && in.read_number_text(c.code) && !is_integer_text(c.code)) c.code = {};
        text(c.code);
      } else if (key == names_of[i].message) {
        c.message = {};
        c.has_message = true;
        text(c.message);
      }
    }
    if (key == "error_detail")
      text(own.detail);
    else if (key == "request_id")
      text(own.request_id);
    else if (key == "requestId")
      text(camel_request_id);
    else if (key == "encoded_authorization_message")
      text(own.encoded_authorization_message);
  }

  if (own.request_id.empty()) own.request_id = camel_request_id;
  for (const auto& c : candidates) {
    if (own.has_pair) break;
    own.has_pair = c.has_message && !c.code.empty();
    if (own.has_pair) own.found = {c.code, c.message};
  }
  if (!own.has_pair) {
    for (const auto& c : candidates) {
      if (own.found.code.empty()) own.found.code = c.code;
      if (own.found.message.empty()) own.found.message = c.message;
    }
  }
  if (error_child) own.add(*error_child);
  if (others) own.add(*others);
  return own;
}

// How many bytes the UTF-8 character at the beginning of a text that is not empty has; 0 if there is none.
[[nodiscard]] inline std::size_t utf8_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return size <= text.size() && json::detail::is_utf8(text.substr(0, size)) ? size : 0;
}

// The beginning of a body for people to read.
[[nodiscard]] inline std::string excerpt(std::string_view body) {
  constexpr std::size_t limit = 512;
  constexpr std::string_view space = " \t\r\n\f\v";
  const auto begin = body.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  body = body.substr(begin, body.find_last_not_of(space) - begin + 1);

  std::string out;
  while (!body.empty()) {
    const auto size = utf8_length(body);
    const auto piece = size == 0 ? std::string_view{"\xEF\xBF\xBD"} : body.substr(0, size);
    if (out.size() + piece.size() > limit) break;
    out += piece;
    body.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace detail

inline error_body decode_error_body(std::string_view body, json::source& scratch) {
  detail::error_fields fields;
  if (scratch.open(body) && scratch.kind() == json::kind::object) {
    fields = detail::read_error_level(scratch, 1);
    if (!scratch.close()) fields = {};
  }
  error_body out{std::string{fields.found.code}, std::string{fields.found.message}, std::string{fields.detail},
                 std::string{fields.request_id}, std::string{fields.encoded_authorization_message}};
  if (fields.found.empty()) out.message = detail::excerpt(body);
  return out;
}

}  // namespace hwc

#endif  // HWC_ERROR_BODY_HPP
