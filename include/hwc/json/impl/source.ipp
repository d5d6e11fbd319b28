// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_SOURCE_IPP
#define HWC_JSON_IMPL_SOURCE_IPP

#include <hwc/detail/wipe.hpp>
#include <hwc/json/impl/source_state.ipp>
#include <hwc/json/source.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::json {

static_assert(detail::source_state::padding >= source::key_room);

HWC_DECL void source::state_deleter::operator()(state* memory) const noexcept { delete memory; }

HWC_DECL bool source::fail(errc code, std::string message) {
  failed_ = true;
  at_hand_ = false;
  error_.code = code;
  error_.path.clear();
  error_.message = std::move(message);
  return false;
}

HWC_DECL bool source::fail_syntax() { return fail(errc::syntax, "the text is not well-formed JSON"); }

HWC_DECL bool source::fail_depth() {
  return fail(errc::depth, "objects and arrays are nested more than " + std::to_string(max_depth) + " deep");
}

HWC_DECL bool source::fail_kind(json::kind wanted) {
  constexpr std::array<const char*, 7> names{"nothing",  "null",     "true or false", "a number",
                                             "a string", "an array", "an object"};
  const auto found = kind();
  if (found == kind::none || found == wanted) return fail_syntax();
  return fail(errc::wrong_type, std::string{"expected "} + names[static_cast<std::size_t>(wanted)] + ", found " +
                                    names[static_cast<std::size_t>(found)]);
}

// After a number could not be read: says why.
HWC_DECL bool source::fail_number(bool integer) {
  if (kind() != kind::number) {
    fail_kind(kind::number);
    if (integer && error_.code == errc::wrong_type) error_.message.replace(0, 17, "expected an integer");
    return false;
  }
  const auto form = detail::form_of_number(state_->token());
  if (form == detail::number_form::none) return fail_syntax();
  if (integer && form != detail::number_form::integer) {
    return fail(errc::wrong_type, "expected an integer, found a fraction or exponent");
  }
  return fail(errc::out_of_range, "the number does not fit");
}

// The copy is put into brackets: then no value is at the root, which simdjson treats apart, and whatever follows the
// value shows itself as a second element or as a bracket too many.
HWC_DECL bool source::open(std::string_view text) {
  failed_ = false;
  at_hand_ = false;
  if (state_ == nullptr) state_.reset(new (std::nothrow) state);
  constexpr std::size_t limit = simdjson::SIMDJSON_MAXSIZE_BYTES - 2 * 4096;
  if (state_ == nullptr || text.size() > limit || !state_->reserve(text.size() + 2)) {
    return fail(errc::no_memory, "there is no memory for the text, or it exceeds 4 GiB");
  }
  auto& s = *state_;
  s.size = text.size() + 2;
  s.buffer[0] = '[';
  if (!text.empty()) std::memcpy(s.buffer.get() + 1, text.data(), text.size());
  s.buffer[text.size() + 1] = ']';
  std::memset(s.buffer.get() + s.size, 0, state::padding);

  if (const auto error = s.parser.iterate(s.buffer.get(), s.size, s.size + state::padding).get(s.document)) {
    if (error == simdjson::UTF8_ERROR) return fail(errc::not_utf8, "the text is not UTF-8");
    if (error == simdjson::MEMALLOC) return fail(errc::no_memory, "there is no memory for the text");
    return fail_syntax();
  }
  s.find_escape(s.buffer.get());
  s.plain_keys_end = nullptr;
  s.top = s.frames.data();
  s.top->at = state::place::array_start;
  simdjson::ondemand::array whole;
  if (s.document.get_array().get(whole) != simdjson::SUCCESS) return fail_syntax();
  if (whole.begin().get(s.top->array) != simdjson::SUCCESS) return fail_syntax();
  if (next_element()) return true;
  return failed_ ? false : fail(errc::syntax, "the text is empty");
}

HWC_DECL bool source::close() {
  if (failed_) return false;
  auto& s = *state_;
  if (!s.outermost()) return fail(errc::syntax, "the value was not read to its end");
  if (s.top->at == state::place::end) return true;
  const bool more = next_element();
  if (failed_) return false;
  const char* rest = nullptr;
  if (more || s.document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return fail(errc::syntax, "something follows the value");
  }
  return true;
}

HWC_DECL json::kind source::kind() const noexcept {
  if (!at_hand_) return kind::none;
  switch (first_) {
    case '[':
      return kind::array;
    case '{':
      return kind::object;
    case '"':
      return kind::string;
    case 't':
    case 'f':
      return kind::boolean;
    case 'n':
      return kind::null;
    default:
      return first_ == '-' || (first_ >= '0' && first_ <= '9') ? kind::number : kind::none;
  }
}

HWC_DECL bool source::fail_value() { return failed_ ? false : fail(errc::syntax, "no value is at hand"); }

HWC_DECL bool source::read(bool& out) {
  if (!at_hand_) return fail_value();
  if (state_->current->get_bool().get(out) != simdjson::SUCCESS) return fail_kind(kind::boolean);
  at_hand_ = false;
  return true;
}

HWC_DECL bool source::read(std::int64_t& out) {
  if (!at_hand_) return fail_value();
  if (state_->current->get_int64().get(out) != simdjson::SUCCESS) return fail_number(true);
  at_hand_ = false;
  return true;
}

HWC_DECL bool source::read(std::uint64_t& out) {
  if (!at_hand_) return fail_value();
  if (state_->current->get_uint64().get(out) != simdjson::SUCCESS) return fail_number(true);
  at_hand_ = false;
  return true;
}

HWC_DECL bool source::read(double& out) {
  if (!at_hand_) return fail_value();
  if (state_->current->get_double().get(out) != simdjson::SUCCESS) return fail_number(false);
  at_hand_ = false;
  return true;
}

// A text without escapes, the usual case, is handed out where it stands rather than copied once more.
HWC_DECL std::string_view source::read_text() {
  auto& s = *state_;
  const auto token = s.current->raw_json_token();
  const char* const begin = token.data();
  const char* const end = begin + token.size();
  if (token.size() < 2 || *begin != '"' || end[-1] != '"' || s.escape < end) return read_unusual_text();
  if (s.current->get_raw_json_string().error() != simdjson::SUCCESS) fail_syntax();
  at_hand_ = false;
  return {begin + 1, token.size() - 2};
}

// It may have escapes, or white space behind it, or be no text.
HWC_DECL std::string_view source::read_unusual_text() {
  auto& s = *state_;
  auto text = s.token();
  if (text.size() < 2 || text.front() != '"') {
    fail_kind(kind::string);
    return {};
  }
  if (s.has_escape(text.data(), text.data() + text.size())) {
    if (s.current->get_string().get(text) != simdjson::SUCCESS) fail_syntax();
  } else {
    if (s.current->get_raw_json_string().error() != simdjson::SUCCESS) fail_syntax();
    text = text.substr(1, text.size() - 2);
  }
  at_hand_ = false;
  return text;
}

HWC_DECL bool source::read(std::string_view& out) {
  if (!at_hand_) return fail_value();
  const auto text = read_text();
  if (failed_) return false;
  out = text;
  return true;
}

HWC_DECL bool source::read(std::string& out) {
  if (!at_hand_) return fail_value();
  const auto text = read_text();
  if (failed_) return false;
  out.clear();  // and append: GCC's `assign` costs twice that, as the text might be part of it
  out.append(text);
  return true;
}

HWC_DECL bool source::read_only_null() {
  bool is_null = false;
  if (state_->current->is_null().get(is_null) != simdjson::SUCCESS) return fail_syntax();
  at_hand_ = !is_null;
  return is_null;
}

HWC_DECL bool source::read_number_text(std::string_view& out) {
  if (!at_hand_) return fail_value();
  if (kind() != kind::number) return fail_kind(kind::number);
  out = state_->token();
  at_hand_ = false;
  return true;
}

HWC_DECL bool source::enter_object() {
  if (!at_hand_) return fail_value();
  auto& s = *state_;
  simdjson::ondemand::object object;
  if (s.full() && kind() == kind::object) return fail_depth();
  if (s.current->get_object().get(object) != simdjson::SUCCESS) return fail_kind(kind::object);
  at_hand_ = false;
  ++s.top;
  s.top->at = state::place::object_start;
  return object.begin().get(s.top->object) == simdjson::SUCCESS || fail_syntax();
}

HWC_DECL bool source::enter_array() {
  if (!at_hand_) return fail_value();
  auto& s = *state_;
  simdjson::ondemand::array array;
  if (s.full() && kind() == kind::array) return fail_depth();
  if (s.current->get_array().get(array) != simdjson::SUCCESS) return fail_kind(kind::array);
  at_hand_ = false;
  ++s.top;
  s.top->at = state::place::array_start;
  return array.begin().get(s.top->array) == simdjson::SUCCESS || fail_syntax();
}

HWC_DECL const char* source::next_raw_key() {
  if (failed_) return nullptr;
  auto& s = *state_;
  auto& frame = *s.top;
  if (frame.at == state::place::object) {
    ++frame.object;
  } else if (frame.at == state::place::object_start) {
    frame.at = state::place::object;
  } else {
    fail(errc::syntax, "no object was entered");
    return nullptr;
  }
  if (frame.object == frame.object) {
    leave();
    return nullptr;
  }
  if (s.make(s.field, [&] { return *frame.object; }).error() != simdjson::SUCCESS) {
    fail_syntax();
    return nullptr;
  }
  s.current = &s.field.value_unsafe().value();
  take_in_hand(*s.current->raw_json_token().data());
  return s.field.value_unsafe().key().raw();
}

HWC_DECL bool source::next_key(std::string_view& key) {
  const char* const raw = next_raw_key();
  if (raw == nullptr) return false;
  auto& s = *state_;
  // The closing quote is found even if an escaped one comes first: then there is a backslash before it.
  const auto* end =
      static_cast<const char*>(std::memchr(raw, '"', static_cast<std::size_t>(s.buffer.get() + s.size - raw)));
  if (end == nullptr) return fail_syntax();
  key = {raw, static_cast<std::size_t>(end - raw)};
  if (!s.has_escape(raw, end)) return true;
  return s.unescape(key) || fail_syntax();
}

HWC_DECL bool source::unescape_key(const char* key) {
  if (failed_) return false;
  auto& s = *state_;
  auto* const begin = s.buffer.get() + (key - s.buffer.get());
  const auto* end =
      static_cast<const char*>(std::memchr(key, '"', static_cast<std::size_t>(s.buffer.get() + s.size - key)));
  if (end == nullptr) return fail_syntax();
  if (!s.has_escape(key, end)) return false;
  std::string_view plain;
  if (!s.unescape(plain)) return fail_syntax();
  if (plain.find_first_of("\"\\") != std::string_view::npos) return false;
  std::memcpy(begin, plain.data(), plain.size());  // shorter than what it replaces
  begin[plain.size()] = '"';
  s.find_escape(key);
  return true;
}

HWC_DECL bool source::next_element() {
  if (failed_) return false;
  auto& s = *state_;
  auto& frame = *s.top;
  if (frame.at == state::place::array)
    ++frame.array;
  else if (frame.at == state::place::array_start)
    frame.at = state::place::array;
  else
    return fail(errc::syntax, "no array was entered");
  if (frame.array == frame.array) {
    leave();
    return false;
  }
  if (s.make(s.element, [&] { return *frame.array; }).error() != simdjson::SUCCESS) return fail_syntax();
  s.current = &s.element.value_unsafe();
  take_in_hand(*s.current->raw_json_token().data());
  return true;
}

HWC_DECL void source::leave() noexcept {
  if (failed_) return;
  at_hand_ = false;
  state_->top->at = state::place::end;
  if (!state_->outermost()) --state_->top;
}

HWC_DECL void source::wipe() noexcept {
  failed_ = true;
  at_hand_ = false;
  if (state_ == nullptr || state_->buffer == nullptr) return;
  auto& s = *state_;
  // The parser has texts that had escapes in memory of its own, from the beginning of that on: another text of that
  // length takes their place.
  std::memset(s.buffer.get(), '0', s.size);
  s.buffer[0] = s.buffer[s.size - 1] = '"';
  std::string_view instead;
  if (s.parser.iterate(s.buffer.get(), s.size, s.size + state::padding).get(s.document) != simdjson::SUCCESS ||
      s.document.get_string().get(instead) != simdjson::SUCCESS) {
    s.parser = simdjson::ondemand::parser{};  // cannot be
  }
  hwc::detail::wipe(s.buffer.get(), s.size);
  if (s.plain_keys != nullptr) hwc::detail::wipe(s.plain_keys.get(), s.plain_keys_capacity);
}

namespace detail {

HWC_DECL bool is_utf8(std::string_view text) noexcept { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace detail
}  // namespace hwc::json

#endif  // HWC_JSON_IMPL_SOURCE_IPP
