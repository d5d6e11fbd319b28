// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TIMESTAMP_HPP
#define HWC_TIMESTAMP_HPP

#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

// Reads a time as the services write it: RFC 3339 section 5.6 in UTC, `2020-01-04T09:05:22.701000Z`, with a fraction of
// a second of up to nine digits or none. A time that the clock cannot show counts as the nearest one that it can, and a
// leap second as the next one. Nothing for any other text or a time that does not exist.
[[nodiscard]] std::optional<wall_time> parse_timestamp(std::string_view text);

// A time in a request or a response, as the service writes it; the text is kept, so that nothing is lost of one that
// this library cannot read. In JSON it is a string, or a number that is read.
//
//   if (const auto when = user.account_expires->when()) ...
class timestamp {
 public:
  // An empty text, which is no time.
  timestamp() = default;

  // `2020-01-04T09:05:22Z`, to the second, rounded down. A time outside of the years 0 to 9999, which other clocks than
  // that of libstdc++ can show, counts as the nearest one in them.
  timestamp(wall_time when);

  // Any other text that the service takes.
  template <std::convertible_to<std::string_view> Text>
  timestamp(const Text& text) : text_{std::string_view{text}} {}

  // What Workspace writes for an account that never expires: "0".
  [[nodiscard]] static timestamp never() { return {std::string_view{"0"}}; }

  [[nodiscard]] static timestamp from_text(std::string_view text) { return {text}; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // The time, from the forms that services use: that of `parse_timestamp`; the same with a blank for the T or without
  // the Z, `2020-04-10 06:45:14`, which is taken for UTC, though no document says so; milliseconds since 1970,
  // `1586501114000`. Nothing for "0", and for any other text.
  [[nodiscard]] std::optional<wall_time> when() const;

  [[nodiscard]] bool is_never() const noexcept { return text_ == "0"; }

  // Alike if written alike.
  friend bool operator==(const timestamp&, const timestamp&) = default;

  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const timestamp& value) {
    return out << value.text_;
  }

 private:
  std::string text_{};
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/timestamp.ipp>
#endif

#endif  // HWC_TIMESTAMP_HPP
