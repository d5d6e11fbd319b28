// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_SOURCE_HPP
#define HWC_JSON_SOURCE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/json/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::json {

// What stands at a place in a JSON text.
enum class kind : unsigned char { none, null, boolean, number, string, array, object };

namespace detail {
struct source_state;
class object_reader;
}  // namespace detail

// A cursor that moves forward over one JSON text (RFC 8259) and hands out its values; `reader` builds on it.
//
//   json::source in;
//   if (in.open(text) && in.enter_object()) {
//     for (std::string_view key, name; in.next_key(key);) {
//       if (key == "name" && in.kind() == json::kind::string) in.read(name);
//     }
//   }
//   if (!in.close()) log(in.error());
//
// After `open`, `next_key` and `next_element` there is one value at hand. It may be read or entered, once, or left
// alone: the next step skips it. Every function that returns bool says false when it failed; from then on everything
// fails until the next `open`, and `error()` says why. `next_key` and `next_element` also return false at the end.
//
// The text is copied, since the parser needs room behind it; the copy's memory is kept, so that a reused source
// allocates only for a longer text than before. Text views point into that copy and are valid until the next `open`.
//
// Keys, brackets, commas, quotes, escapes read, and UTF-8 are checked everywhere; of what is skipped, only that strings
// end and as many brackets close as open.
//
// Any bytes are safe. No function throws, except that texts of errors, and a string that is read into, need memory.
// Time is linear in the text's size. A source moved from may be opened, assigned and destroyed. One object is used by
// one thread at a time.
class source {
 public:
  source() = default;

  // Copies the text and stands at its value. Fails with `not_utf8`, `no_memory`, or `syntax` for an empty text, a
  // string that does not end or a raw control character in one.
  bool open(std::string_view text);

  // The kind of the value at hand, seen from its first byte. `none`: it starts like no JSON value, or nothing is at
  // hand.
  [[nodiscard]] json::kind kind() const noexcept;

  // Reads the value at hand. They fail with `wrong_type` for another kind, and with `out_of_range` if a number does not
  // fit; 1.0 and 1e0 are no integers. A text is without its escapes.
  bool read(bool& out);
  bool read(std::int64_t& out);
  bool read(std::uint64_t& out);
  bool read(double& out);
  bool read(std::string_view& out);
  bool read(std::string& out);

  // Whether the value at hand is null, which it then has read. False is not a failure unless `failed()`.
  [[nodiscard]] bool read_null() { return at_hand_ && first_ == 'n' && read_only_null(); }

  // The characters of the number at hand as they stand there, of any length.
  bool read_number_text(std::string_view& out);

  // Enters the object at hand and stands before its first key; then `next_key` goes from field to field and, after the
  // last one, leaves the object. The same for arrays. They fail with `wrong_type` and, beyond `max_depth`, with
  // `depth`.
  bool enter_object();
  bool next_key(std::string_view& key);
  bool enter_array();
  bool next_element();

  // Leaves the object or array entered last before its end; the rest of it is skipped.
  void leave() noexcept;

  // Ends the document: fails with `syntax` if anything but white space follows its value. Call it outside all objects
  // and arrays. Returns false also if something failed before.
  bool close();

  // Overwrites what was read, which may have been secret, and keeps the memory. Ends the document.
  void wipe() noexcept;

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  // Why it failed. The path is empty: whoever knows the way adds it.
  [[nodiscard]] const json::error& error() const noexcept { return error_; }
  [[nodiscard]] json::error& error() noexcept { return error_; }

  // Makes the source fail with an error of the caller's. Returns false.
  [[gnu::cold]] bool fail(errc code, std::string message);

  // For those who know the names: as `next_key`, but the key is what follows the opening quote in the text, escapes and
  // closing quote included, and `key_room` bytes may be read from there; null in place of false. `is_key` compares it
  // with a name, of fewer bytes and without quotes. `unescape_key` replaces the escapes in the last such key in place
  // and says whether there were any; not if the result holds a quote or a backslash. It fails if an escape is wrong.
  static constexpr std::size_t key_room = 256;
  const char* next_raw_key();
  [[nodiscard, gnu::always_inline]] static bool is_key(const char* key, std::string_view name) noexcept {
    return std::memcmp(key, name.data(), name.size()) == 0 && key[name.size()] == '"';
  }
  bool unescape_key(const char* key);

 private:
  friend detail::object_reader;

  using state = detail::source_state;
  struct state_deleter {
    void operator()(state* memory) const noexcept;
  };

  void take_in_hand(char first) noexcept {
    first_ = first;
    at_hand_ = true;
  }
  bool read_only_null();
  std::string_view read_text();
  std::string_view read_unusual_text();
  [[gnu::cold]] bool fail_value();
  [[gnu::cold]] bool fail_syntax();
  [[gnu::cold]] bool fail_depth();
  [[gnu::cold]] bool fail_kind(json::kind wanted);
  [[gnu::cold]] bool fail_number(bool integer);

  std::unique_ptr<state, state_deleter> state_{};
  json::error error_{errc::syntax, {}, "no document was opened"};
  bool failed_ = true;
  char first_ = 0;        // byte of the value at hand
  bool at_hand_ = false;  // there is a value at hand, not yet read; never while `failed_`
};

namespace detail {

// Whether the text is valid UTF-8, without surrogates and overlong forms.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace detail
}  // namespace hwc::json

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/json/impl/source.ipp>
#endif

#endif  // HWC_JSON_SOURCE_HPP
