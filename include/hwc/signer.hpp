// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNER_HPP
#define HWC_SIGNER_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>

#include <concepts>
#include <type_traits>

namespace hwc::inline v0_1 {
namespace detail {

template <class T>
concept has_sign = requires(const T& s, http_request& request, wall_time now) {
  s.sign(request, now);
};

template <class T>
concept sign_returns_result = requires(const T& s, http_request& request, wall_time now) {
  requires std::same_as<decltype(s.sign(request, now)), result<void>> ||
      std::same_as<decltype(s.sign(request, now)), void>;
};

}  // namespace detail

// A Signer makes a request authentic for a given time by adding headers to it.
//
//   hwc::result<void> sign(hwc::http_request& request, hwc::wall_time now) const;     // or void, if it cannot fail
//
// What the compiler cannot check, `sign`
//  1. does no I/O and reads no clock: `now` is all it knows of time;
//  2. leaves method, target and body as they are, since the bytes that it signed are the bytes that are sent;
//  3. may be called from many threads at once, if the client is used so;
//  4. may be called again for the same operation, with a request that is as unsigned as the first one was and a later
//     time, when the service asked for it;
//  5. fails with `error_kind::credentials`, and puts no secret into the message.
//
// A signer that is bound to one service may also have `result<void> sign_unscoped(request, now) const`, which signs for
// others: for IAM, when the project id has to be looked up.
template <class T>
concept signer = std::move_constructible<T> && detail::has_sign<T> && detail::sign_returns_result<T>;

namespace detail {

// Both forms of `sign` behind one.
template <signer Signer>
[[nodiscard]] result<void> sign(const Signer& with, http_request& request, wall_time now) {
  if constexpr (std::is_void_v<decltype(with.sign(request, now))>) {
    with.sign(request, now);
    return {};
  } else {
    return with.sign(request, now);
  }
}

// For a service that is not the client's own.
template <signer Signer>
[[nodiscard]] result<void> sign_unscoped(const Signer& with, http_request& request, wall_time now) {
  if constexpr (requires { with.sign_unscoped(request, now); })
    return with.sign_unscoped(request, now);
  else
    return sign(with, request, now);
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_SIGNER_HPP
