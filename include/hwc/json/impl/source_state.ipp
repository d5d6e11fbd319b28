// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_SOURCE_STATE_IPP
#define HWC_JSON_IMPL_SOURCE_STATE_IPP

#include <hwc/json/error.hpp>

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>

namespace hwc::inline v0_1::json::detail {

// What a source keeps: the copy of the text, simdjson's parser, and where it stands.
struct source_state {
  // Where the innermost container stands; "start" means before its first item, so that nothing is to be stepped over.
  enum class place : unsigned char { object_start, object, array_start, array, end };

  struct frame {
    simdjson::ondemand::object_iterator object{};
    simdjson::ondemand::array_iterator array{};
    place at = place::end;
  };

  // What may be read behind the text: by simdjson, and by `source::is_key`, which takes `source::key_room` bytes.
  static constexpr std::size_t padding = std::max<std::size_t>(simdjson::SIMDJSON_PADDING, 256);

  simdjson::ondemand::parser parser{};
  simdjson::ondemand::document document{};
  simdjson::simdjson_result<simdjson::ondemand::field> field{};    // the last one
  simdjson::simdjson_result<simdjson::ondemand::value> element{};  // the last one
  simdjson::ondemand::value* current = nullptr;                    // the value at hand, which is in one of them
  frame* top = nullptr;  // the innermost open container; frames[0] is ours around the text
  std::unique_ptr<char[]> buffer{};
  std::size_t capacity = 0;  // of the buffer, without padding
  std::size_t size = 0;
  const char* escape = nullptr;  // the first backslash at or after what was read last, or the end of the text
  std::unique_ptr<unsigned char[]> plain_keys{};  // the keys of this text that had escapes, without them
  std::size_t plain_keys_capacity = 0;
  unsigned char* plain_keys_end = nullptr;
  std::array<frame, static_cast<std::size_t>(max_depth) + 1> frames{};

  [[nodiscard]] bool outermost() const noexcept { return top == frames.data(); }
  [[nodiscard]] bool full() const noexcept { return top == frames.data() + max_depth; }

  [[nodiscard]] bool reserve(std::size_t needed) noexcept {
    if (needed <= capacity) return true;
    constexpr std::size_t step = 4096;
    const std::size_t grown = std::max((needed + step - 1) / step * step, capacity + capacity / 2);
    buffer.reset(new (std::nothrow) char[grown + padding]);
    capacity = buffer == nullptr ? 0 : grown;
    return buffer != nullptr && parser.allocate(grown) == simdjson::SUCCESS;
  }

  // Makes a field or element where it stays. A copy of what was just written by parts costs more than all else here.
  template <class Found, class Make>
  static const Found& make(Found& place, Make find) noexcept {
    static_assert(std::is_trivially_destructible_v<Found>);
    return *::new (&place) Found(find());
  }

  // The last key without its escapes. All such keys of a text together are no longer than the text.
  [[nodiscard]] bool unescape(std::string_view& plain) noexcept {
    if (plain_keys_capacity < size) {
      plain_keys.reset(new (std::nothrow) unsigned char[capacity + padding]);
      plain_keys_capacity = plain_keys == nullptr ? 0 : capacity;
      plain_keys_end = nullptr;
    }
    if (plain_keys_end == nullptr) plain_keys_end = plain_keys.get();
    return plain_keys != nullptr &&
           parser.unescape(field.value_unsafe().key(), plain_keys_end).get(plain) == simdjson::SUCCESS;
  }

  // Whether a stretch of the text holds a backslash. Asked from front to back, it looks at every byte once.
  [[nodiscard]] bool has_escape(const char* begin, const char* end) noexcept {
    if (escape < begin) find_escape(begin);
    return escape < end;
  }

  void find_escape(const char* from) noexcept {
    const char* const limit = buffer.get() + size;
    const auto* found = static_cast<const char*>(std::memchr(from, '\\', static_cast<std::size_t>(limit - from)));
    escape = found == nullptr ? limit : found;
  }

  // The characters of the scalar at hand, without the white space behind it.
  [[nodiscard]] std::string_view token() noexcept {
    auto text = current->raw_json_token();
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
  }
};

}  // namespace hwc::json::detail

#endif  // HWC_JSON_IMPL_SOURCE_STATE_IPP
