// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ERROR_POLICY_HPP
#define HWC_ERROR_POLICY_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>

#include <concepts>
#include <utility>
#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
#endif

namespace hwc::inline v0_1 {
namespace detail {

struct probe_response {};

template <class T, class Response = probe_response>
concept has_complete = requires(const T& policy, result<Response> outcome) {
  policy.complete(std::move(outcome));
};

template <class>
inline constexpr bool always_false = false;

}  // namespace detail

// An ErrorPolicy decides what a call gives back: it turns the `result` of a call into what the caller wants.
//
//   template <class T> R complete(hwc::result<T> outcome) const;     // R is the policy's choice, it may depend on T
//
// It is called once for each call, on the thread that made it, after everything else is done. It may throw: then the
// exception is what the caller gets.
template <class T>
concept error_policy = std::copy_constructible<T> && detail::has_complete<T>;

namespace detail {

// Compiling this says why a type is none, or does not take what one operation answers.
template <class T, class Response = probe_response>
constexpr bool check_error_policy() {
  static_assert(has_complete<T, Response>,
                "hwc: ErrorPolicy needs `template <class T> R complete(hwc::result<T>) const`; see "
                "<hwc/error_policy.hpp>");
  static_assert(std::copy_constructible<T>, "hwc: ErrorPolicy must be copyable");
  return has_complete<T, Response> && std::copy_constructible<T>;
}

}  // namespace detail

// The value, or an `hwc::exception`. The default.
struct throw_on_error {
  template <class T>
  [[nodiscard]] T complete(result<T> outcome) const {
#ifdef HWC_NO_EXCEPTIONS
    static_assert(detail::always_false<T>,
                  "hwc: throw_on_error needs exceptions, which are switched off here; give the client "
                  "hwc::return_result{} as its error policy");
#endif
    return std::move(outcome).value();
  }
};

// The `hwc::result<T>` itself, which is `boost::system::result<T, hwc::error>`.
struct return_result {
  template <class T>
  [[nodiscard]] result<T> complete(result<T> outcome) const {
    return outcome;
  }
};

#if defined(__cpp_lib_expected)
// `std::expected<T, hwc::error>`, where the standard library has it (C++23).
struct return_expected {
  template <class T>
  [[nodiscard]] std::expected<T, error> complete(result<T> outcome) const {
    if (outcome) return *std::move(outcome);
    return std::unexpected{std::move(outcome).error()};
  }
};
#endif

}  // namespace hwc

#endif  // HWC_ERROR_POLICY_HPP
