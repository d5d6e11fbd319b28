// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_ERROR_HPP
#define HWC_JSON_ERROR_HPP

#include <hwc/detail/config.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::json {

// Why a text could not be read as a value, or a value not be written.
enum class errc : unsigned char {
  syntax,              // the text is not JSON: malformed, cut off, empty, or something follows its value
  depth,               // objects and arrays are nested more than `max_depth` deep
  missing_field,       // an object lacks a field that is not optional
  wrong_type,          // the value is of another kind, e.g. a string or 1.0 where an integer is wanted
  out_of_range,        // the number does not fit the C++ type
  unknown_enumerator,  // the text names no enumerator of the enum, or the enum's value has no name
  not_utf8,            // the text is not valid UTF-8
  not_finite,          // infinity and NaN cannot be written
  no_memory,           // the text exceeds 4 GiB, or memory for it could not be had
};

// The enumerator's name, e.g. "missing_field".
[[nodiscard]] constexpr std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::syntax:
      return "syntax";
    case errc::depth:
      return "depth";
    case errc::missing_field:
      return "missing_field";
    case errc::wrong_type:
      return "wrong_type";
    case errc::out_of_range:
      return "out_of_range";
    case errc::unknown_enumerator:
      return "unknown_enumerator";
    case errc::not_utf8:
      return "not_utf8";
    case errc::not_finite:
      return "not_finite";
    case errc::no_memory:
      return "no_memory";
  }
  return "";
}

// How deep objects and arrays may be nested in what is read into a value or written from one. Parts of a text that are
// skipped may be nested as deeply as they like.
inline constexpr int max_depth = 64;

// What is wrong, and where. It holds no text from the document but the keys of maps.
struct error {
  errc code = errc::syntax;
  std::string path{};     // e.g. `users[3].id`, or `tags["a b"]` for a map; empty: the document itself
  std::string message{};  // what was expected, e.g. `expected a string, found a number`

  friend bool operator==(const error&, const error&) = default;
};

// A value, or why there is none.
template <class T>
using result = boost::system::result<T, error>;

// The error on one line, e.g. `users[3].id: expected a string, found a number`.
[[nodiscard]] std::string to_string(const error& e);

template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const error& e) {
  return out << to_string(e);
}

// Thrown by `value()` of a `result` that holds an error. `what()` is the error on one line.
class exception : public std::runtime_error {
 public:
  explicit exception(json::error why);
  [[nodiscard]] const json::error& error() const noexcept { return error_; }

 private:
  json::error error_;
};

// Found by Boost.System's `result::value()`. Without exceptions it prints the error and ends the program.
[[noreturn]] void throw_exception_from_error(const error& why, const boost::source_location&);

namespace detail {

// What the grammar of RFC 8259 section 6 says of a text: no number, one without fraction and exponent, or another one.
enum class number_form : unsigned char { none, integer, other };
[[nodiscard]] number_form form_of_number(std::string_view text) noexcept;

// A path is built on the way out of an error, innermost step first, so that success pays nothing for it.
void prepend_step(std::string& path, std::string_view step);

void prepend_index(std::string& path, std::size_t index);

// Keys come from outside: what is no plain word is quoted, and neither long keys nor control characters get through.
void prepend_key(std::string& path, std::string_view key);

}  // namespace detail
}  // namespace hwc::json

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/json/impl/error.ipp>
#endif

#endif  // HWC_JSON_ERROR_HPP
