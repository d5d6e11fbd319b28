// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_SERVICE_HPP
#define HWC_FAKE_SERVICE_HPP

#include <hwc/http.hpp>
#include <hwc/time.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::fake {

// A service is a function from request to response, with or without the time at which it answers:
//
//   hwc::http_response service(const hwc::http_request&);
//   hwc::http_response service(const hwc::http_request&, hwc::wall_time now);
//
// `fake::transport` calls it in memory and `beast::server` behind a socket, both one request at a time.
// `request.origin` and `request.project_id` are empty behind a socket: a service goes by what arrives on the wire.
template <class F>
concept service =
    (std::is_invocable_r_v<http_response, F&, const http_request&> ||
     std::is_invocable_r_v<http_response, F&, const http_request&, wall_time>)&&std::copy_constructible<F>;

// Any service behind one type. Copies of it hold copies of the service.
class any_service {
 public:
  // Takes what models `service`; anything else does not compile, and the message says what is wanted.
  template <class F>
  requires(!std::same_as<F, any_service>) any_service(F serve) {
    static_assert(
        service<F>,
        "hwc: a service is a copyable function `hwc::http_response(const hwc::http_request&)`, which may also "
        "take the time, `hwc::wall_time`; see <hwc/fake/service.hpp>");
    if constexpr (std::is_invocable_r_v<http_response, F&, const http_request&, wall_time>) {
      serve_ = std::move(serve);
    } else if constexpr (service<F>) {
      serve_ = [serve = std::move(serve)](const http_request& request, wall_time) mutable { return serve(request); };
    }
  }

  http_response operator()(const http_request& request, wall_time now) { return serve_(request, now); }

 private:
  std::function<http_response(const http_request&, wall_time)> serve_;
};

}  // namespace hwc::fake

#endif  // HWC_FAKE_SERVICE_HPP
