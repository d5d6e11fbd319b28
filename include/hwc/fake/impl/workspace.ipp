// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_WORKSPACE_IPP
#define HWC_FAKE_IMPL_WORKSPACE_IPP

#include <hwc/fake/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hwc::fake {

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
  http_response answer{.status = status};
  answer.headers.add("Content-Type", "application/json");
  if (!json::write(body, answer.body)) answer.body.clear();
  return answer;
}

HWC_DECL std::string workspace::state::request_id() const {
  auto digits = std::to_string(requests);
  return "f00d" + std::string(28 - digits.size(), '0') + digits;
}

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
  if (const auto path = match_route(hwc::workspace::resend_email::route, request)) {
    return resend_email(*path, request);
  }
  if (const auto path = match_route(hwc::workspace::list_users::route, request)) return list_users(*path, request);
  return refuse(404, "APIG.0101", "The API does not exist or has not been published in the environment");
}

HWC_DECL http_response workspace::state::list_users(const route_parameters& path, const http_request& request) {
  const auto* const project = find_project(path.at("project_id"));
  if (project == nullptr) return fail(400, "WKS.00170117", "The tenant does not exist");
  http_response answer{.status = 200};
  answer.headers.add("Content-Type", "application/json");
  if (!json::write(detail::list(project->users, query_of(request)), answer.body)) {
    return fail(500, "WKS.00211401", "The users' data are not UTF-8");
  }
  return answer;
}

HWC_DECL http_response workspace::state::resend_email(const route_parameters& path, const http_request& request) {
  const auto type = request.headers.find("Content-Type").value_or("");
  if (!type.starts_with("application/json")) {
    return fail(415, "WKS.00000415", "The media type is not supported, use application/json");
  }
  if (request.body.empty()) return fail(400, "WKS.0001", "The request message is empty");
  const auto body = json::read<template_choice>(request.body);
  if (!body) return fail(400, "WKS.00211102", "The parameter is invalid: " + to_string(body.error()));
  const auto* const project_at = find_project(path.at("project_id"));
  if (project_at == nullptr) return fail(400, "WKS.00170117", "The tenant does not exist");
  const auto& user_id = path.find("user_id")->second;
  const auto user_at =
      std::find_if(project_at->users.begin(), project_at->users.end(), [&](const user& u) { return u.id == user_id; });
  if (user_at == project_at->users.end()) return fail(400, "WKS.00170312", "The user does not exist");
  if (user_at->user_email.empty() && user_at->user_phone.empty()) {
    return fail(400, "WKS.00211102", "The parameter is invalid: the user has neither mailbox nor phone");
  }
  if (!knows(project_at->email_templates, body->template_id) ||
      !knows(project_at->phone_templates, body->phone_template_id)) {
    return fail(400, "WKS.00211102", "The parameter is invalid: the template does not exist");
  }
  outbox.push_back({.project_id = project_at->id,
                    .user_id = user_at->id,
                    .user_email = user_at->user_email,
                    .template_id = body->template_id,
                    .phone_template_id = body->phone_template_id,
                    .request_id = request_id()});
  return {.status = 200};
}

HWC_DECL const project* workspace::state::find_project(const std::string& id) const {
  const auto at = std::find_if(projects.begin(), projects.end(), [&](const project& p) { return p.id == id; });
  return at == projects.end() ? nullptr : &*at;
}

HWC_DECL bool workspace::state::knows(const std::vector<std::string>& all, const std::optional<std::string>& one) {
  return !one || std::find(all.begin(), all.end(), *one) != all.end();
}

HWC_DECL http_response workspace::state::fail(int status, std::string code, std::string message) {
  return make_error(status, {.error_code = std::move(code), .error_msg = std::move(message)});
}

HWC_DECL http_response workspace::state::refuse(int status, std::string code, std::string message) const {
  return make_error(status,
                    {.error_code = std::move(code), .error_msg = std::move(message), .request_id = request_id()});
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_WORKSPACE_IPP
