// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SECRET_HPP
#define HWC_SECRET_HPP

#include <hwc/detail/config.hpp>
#include <hwc/detail/wipe.hpp>

#include <concepts>
#include <string_view>

namespace hwc::inline v0_1 {

// A key, token or password: text that cannot be printed or compared by accident and is overwritten when it is
// destroyed, assigned or moved from.
//
// It converts from anything that converts to `std::string_view` and converts to nothing; `reveal()` is the only way to
// the text, so a search for that word finds every place where a secret is used. The string it was made from is the
// caller's to wipe.
class secret {
 public:
  secret() = default;

  // Implicit, so that `access_key{"AK", "SK"}` reads as one expects.
  template <std::convertible_to<std::string_view> Text>
  secret(const Text& text) {
    assign(text);
  }

  // From an environment variable, say: a null pointer gives an empty secret.
  secret(const char* text) : secret{text ? std::string_view{text} : std::string_view{}} {}

  secret(const secret&) = default;
  secret(secret&&) noexcept = default;
  // By value, so that the memory of the old text is given back, and thereby overwritten, instead of reused.
  secret& operator=(secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret() = default;

  // The text itself. The view is valid until this object is assigned, moved from or destroyed.
  [[nodiscard]] std::string_view reveal() const noexcept { return {text_.data(), text_.size()}; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  // Not comparable, so that no early-exit comparison leaks a prefix; compare `reveal()` where that does not matter.
  friend bool operator==(const secret&, const secret&) = delete;

 private:
  void assign(std::string_view text);

  detail::wiped_text text_;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/secret.ipp>
#endif

#endif  // HWC_SECRET_HPP
