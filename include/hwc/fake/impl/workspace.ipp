// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_WORKSPACE_IPP
#define HWC_FAKE_IMPL_WORKSPACE_IPP

#include <hwc/fake/detail/accounts.hpp>
#include <hwc/fake/detail/notification_records.hpp>
#include <hwc/fake/detail/otp_devices.hpp>
#include <hwc/fake/detail/user_files.hpp>
#include <hwc/fake/detail/visit.hpp>
#include <hwc/fake/form_parts.hpp>
#include <hwc/fake/read_operation.hpp>
#include <hwc/fake/workspace.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {
namespace detail {

// In the order in which they are tried: a path without a user's id before one that could take its words for one.
using served_operations = boost::mp11::mp_list<
    hwc::workspace::resend_email, hwc::workspace::list_users, hwc::workspace::list_notification_records,
    hwc::workspace::show_user, hwc::workspace::create_user, hwc::workspace::update_user, hwc::workspace::delete_user,
    hwc::workspace::batch_create_users, hwc::workspace::batch_delete_users, hwc::workspace::change_user_status,
    hwc::workspace::reset_random_password, hwc::workspace::list_otp_devices, hwc::workspace::delete_otp_devices,
    hwc::workspace::export_user_list_template, hwc::workspace::export_users_template, hwc::workspace::import_user_list,
    hwc::workspace::export_users>;

}  // namespace detail

HWC_DECL void workspace::add(project more) {
  const std::lock_guard lock{state_->mutex};
  state_->projects.push_back(std::move(more));
}

HWC_DECL void workspace::answer_next(http_response instead) {
  const std::lock_guard lock{state_->mutex};
  state_->instead.push_back(std::move(instead));
}

HWC_DECL void workspace::answer_next(int status, error_answer body) { answer_next(make_error(status, body)); }

HWC_DECL std::vector<sent_email> workspace::outbox() const {
  const std::lock_guard lock{state_->mutex};
  return state_->outbox;
}

HWC_DECL std::size_t workspace::requests() const {
  const std::lock_guard lock{state_->mutex};
  return state_->requests;
}

HWC_DECL http_response workspace::operator()(const http_request& request, wall_time now) {
  const std::lock_guard lock{state_->mutex};
  auto answer = state_->serve(request, now);
  if (!answer.headers.contains("X-Request-Id")) answer.headers.add("X-Request-Id", state_->request_id());
  answer.headers.add("Server", "api-gateway");
  return answer;
}

HWC_DECL http_response workspace::make_error(int status, const error_answer& body) {
  return detail::answered_with(status, body);
}

HWC_DECL std::string workspace::state::request_id() const { return detail::counted_id("f00d", requests); }

HWC_DECL http_response workspace::state::serve(const http_request& request, wall_time now) {
  ++requests;
  if (const auto why = gateway.refusal(request, now)) {
    return refuse(401, "APIG.0301", "Incorrect IAM authentication information: " + *why);
  }
  if (!instead.empty()) {
    auto answer = std::move(instead.front());
    instead.pop_front();
    return answer;
  }
  std::optional<http_response> answer;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, detail::served_operations>>(
      [&]<class Op>(boost::mp11::mp_identity<Op>) {
        if (answer) return;
        if (const auto path = match_route(Op::route, request)) answer = serve_as<Op>(*path, request, now);
      });
  if (answer) return *std::move(answer);
  return refuse(404, "APIG.0101", "The API does not exist or has not been published in the environment");
}

template <class Op>
http_response workspace::state::serve_as(const route_parameters& path, const http_request& request, wall_time now) {
  if constexpr (hwc::detail::has_body_v<Op>) {
    constexpr std::string_view type = hwc::detail::is_form_v<Op> ? "multipart/form-data" : "application/json";
    if (!has_media_type(request, type)) {
      return detail::failed(415, "WKS.00000415", "The media type is not supported, use " + std::string{type});
    }
    if (request.body.empty()) return detail::failed(400, "WKS.0001", "The request message is empty");
  }
  const auto op = read_operation<Op>(request);
  if (!op) return detail::invalid(op.error().message);
  const auto& project_id = path.find("project_id")->second;
  const auto found =
      std::find_if(projects.begin(), projects.end(), [&](const project& p) { return p.id == project_id; });
  if (found == projects.end()) return detail::failed(400, "WKS.00170117", "The tenant does not exist");
  detail::visit at{.in = *found, .outbox = outbox, .made = made, .request_id = request_id(), .now = now};
  return detail::serve(*op, at);
}

HWC_DECL http_response workspace::state::refuse(int status, std::string code, std::string message) const {
  return make_error(status,
                    {.error_code = std::move(code), .error_msg = std::move(message), .request_id = request_id()});
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_WORKSPACE_IPP
