// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_ERROR_BODY_IPP
#define HWC_IMPL_ERROR_BODY_IPP

#include <hwc/error_body.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL error_body decode_error_body(std::string_view body) {
  json::source scratch;
  return decode_error_body(body, scratch);
}

namespace detail {

HWC_DECL void error_fields::add(const error_fields& later) noexcept {
  if (!has_pair && (later.has_pair || found.empty())) found = later.found;
  has_pair = has_pair || later.has_pair;
  for (const auto field :
       {&error_fields::detail, &error_fields::request_id, &error_fields::encoded_authorization_message}) {
    if ((this->*field).empty()) this->*field = later.*field;
  }
}

HWC_DECL error_fields read_error_level(json::source& in, int depth) {
  using source = json::source;
  struct candidate {
    std::string_view code{}, message{};
    bool has_message = false;
  };
  std::array<candidate, 3> candidates{};  // error_code, errorCode, code and what goes with them
  error_fields own;
  std::optional<error_fields> error_child;  // of `error`
  std::optional<error_fields> others;
  std::string_view camel_request_id;

  const auto text = [&](std::string_view& out) {
    if (in.kind() == json::kind::string) in.read(out);
  };
  // Reads the value at hand if that is one of the names it goes by.
  const auto read_field = [&](const char* key) {
    if (auto* const c = source::is_key(key, "error_code")  ? &candidates[0]
                        : source::is_key(key, "errorCode") ? &candidates[1]
                        : source::is_key(key, "code")      ? &candidates[2]
                                                           : nullptr) {
      c->code = {};
      if (in.kind() == json::kind::number && in.read_number_text(c->code) && !is_integer_text(c->code)) c->code = {};
      text(c->code);
      return true;
    }
    if (auto* const c = source::is_key(key, "error_msg")  ? &candidates[0]
                        : source::is_key(key, "errorMsg") ? &candidates[1]
                        : source::is_key(key, "message")  ? &candidates[2]
                                                          : nullptr) {
      c->message = {};
      c->has_message = true;
      text(c->message);
      return true;
    }
    auto* const out = source::is_key(key, "error_detail")                    ? &own.detail
                      : source::is_key(key, "request_id")                    ? &own.request_id
                      : source::is_key(key, "requestId")                     ? &camel_request_id
                      : source::is_key(key, "encoded_authorization_message") ? &own.encoded_authorization_message
                                                                             : nullptr;
    if (out != nullptr) text(*out);
    return out != nullptr;
  };
  const auto read_object = [&](const char* key) {
    const bool is_error = source::is_key(key, "error") || (in.unescape_key(key) && source::is_key(key, "error"));
    auto& child = is_error ? error_child : others;
    if (child)
      child->add(read_error_level(in, depth + 1));
    else
      child = read_error_level(in, depth + 1);
  };
  if (!in.enter_object()) return own;
  while (const char* const key = in.next_raw_key()) {
    if (in.kind() == json::kind::object) {
      if (depth != json::max_depth) read_object(key);
    } else if (!read_field(key) && in.unescape_key(key)) {
      read_field(key);
    }
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

HWC_DECL std::size_t utf8_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return size <= text.size() && json::detail::is_utf8(text.substr(0, size)) ? size : 0;
}

HWC_DECL std::string excerpt(std::string_view body) {
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

HWC_DECL error_body decode_error_body(std::string_view body, json::source& scratch) {
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

#endif  // HWC_IMPL_ERROR_BODY_IPP
