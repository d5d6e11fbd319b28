// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_WORKSPACE_HPP
#define HWC_FAKE_WORKSPACE_HPP

#include <hwc/fake/authenticator.hpp>
#include <hwc/fake/route_match.hpp>
#include <hwc/fake/users.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::fake {

// A project of the fake service, with what lives in it.
struct project {
  std::string id{};
  std::vector<user> users{};
  std::vector<std::string> email_templates{};
  std::vector<std::string> phone_templates{};
};

// An email that the fake service took for sending.
struct sent_email {
  std::string project_id{};
  std::string user_id{};
  std::string user_email{};
  std::optional<std::string> template_id{};
  std::optional<std::string> phone_template_id{};
  std::string request_id{};  // X-Request-Id of the answer

  friend bool operator==(const sent_email&, const sent_email&) = default;
};

// The body of an error answer, as Workspace and its gateway write it. Empty optionals are left out.
struct error_answer {
  std::string error_code{};
  std::string error_msg{};
  std::optional<std::string> encoded_authorization_message{};
  std::optional<std::string> request_id{};  // the gateway's errors have it in the body as well
};
BOOST_DESCRIBE_STRUCT(error_answer, (), (error_code, error_msg, encoded_authorization_message, request_id))

// The Workspace service in memory: a function from request to response with a state. It knows projects, users and
// templates, lets through only what an accepted signer signs, answers with the codes and texts that the real service
// and its gateway use, and keeps an outbox, so that a test can tell exactly which emails went out.
//
//   hwc::fake::workspace service{{.id = "p", .users = {{.id = "u", .user_email = "u@example.com"}}}, signer};
//   hwc::client c{hwc::endpoint{"https://workspace.example", "p"}, hwc::fake::transport{service}, signer};
//
// In memory give it to `fake::transport`, on a socket to `beast::server`. Copies are the same service; many threads may
// use it, and it serves one request at a time.
class workspace {
 public:
  // A service with one project that lets through what the signers sign.
  template <signer... Signers>
  explicit workspace(project first, Signers... accepted) : state_{std::make_shared<state>()} {
    add(std::move(first));
    (accept(std::move(accepted)), ...);
  }

  // Adds a project.
  void add(project more) {
    const std::lock_guard lock{state_->mutex};
    state_->projects.push_back(std::move(more));
  }

  // Lets through what this signer signs, too, until its credentials expire if they do.
  template <signer Signer>
  void accept(Signer more, wall_time expires_at = wall_time::max()) {
    const std::lock_guard lock{state_->mutex};
    state_->gateway.accept(std::move(more), expires_at);
  }

  // Answers the next request that is let through with this instead of serving it; may be called several times in
  // advance. The answer gets an X-Request-Id unless it has one.
  void answer_next(http_response instead) {
    const std::lock_guard lock{state_->mutex};
    state_->instead.push_back(std::move(instead));
  }

  // The same with an error body.
  void answer_next(int status, error_answer body) { answer_next(make_error(status, body)); }

  // The emails that went out, in order.
  [[nodiscard]] std::vector<sent_email> outbox() const {
    const std::lock_guard lock{state_->mutex};
    return state_->outbox;
  }

  // Requests that arrived, authentic or not.
  [[nodiscard]] std::size_t requests() const {
    const std::lock_guard lock{state_->mutex};
    return state_->requests;
  }

  // Serves one request. `now` is the service's time, against which signatures expire.
  http_response operator()(const http_request& request, wall_time now) {
    const std::lock_guard lock{state_->mutex};
    auto answer = state_->serve(request, now);
    if (!answer.headers.contains("X-Request-Id")) answer.headers.add("X-Request-Id", state_->request_id());
    answer.headers.add("Server", "api-gateway");
    return answer;
  }

  // An answer with an error body.
  [[nodiscard]] static http_response make_error(int status, const error_answer& body) {
    http_response answer{.status = status};
    answer.headers.add("Content-Type", "application/json");
    if (!json::write(body, answer.body)) answer.body.clear();
    return answer;
  }

 private:
  struct state {
    mutable std::mutex mutex;
    authenticator gateway;
    std::vector<project> projects;
    std::deque<http_response> instead;
    std::vector<sent_email> outbox;
    std::size_t requests = 0;

    // 32 hexadecimal digits, as the gateway makes them, but counted.
    [[nodiscard]] std::string request_id() const {
      auto digits = std::to_string(requests);
      return "f00d" + std::string(28 - digits.size(), '0') + digits;
    }

    http_response serve(const http_request& request, wall_time now) {
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

    http_response list_users(const route_parameters& path, const http_request& request) {
      const auto* const project = find_project(path.at("project_id"));
      if (project == nullptr) return fail(400, "WKS.00170117", "The tenant does not exist");
      http_response answer{.status = 200};
      answer.headers.add("Content-Type", "application/json");
      if (!json::write(detail::list(project->users, query_of(request)), answer.body)) {
        return fail(500, "WKS.00211401", "The users' data are not UTF-8");
      }
      return answer;
    }

    http_response resend_email(const route_parameters& path, const http_request& request) {
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
      const auto user_at = std::find_if(project_at->users.begin(), project_at->users.end(),
                                        [&](const user& u) { return u.id == user_id; });
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

    [[nodiscard]] const project* find_project(const std::string& id) const {
      const auto at = std::find_if(projects.begin(), projects.end(), [&](const project& p) { return p.id == id; });
      return at == projects.end() ? nullptr : &*at;
    }

    static bool knows(const std::vector<std::string>& all, const std::optional<std::string>& one) {
      return !one || std::find(all.begin(), all.end(), *one) != all.end();
    }

    // An error of the service, and one of the gateway.
    static http_response fail(int status, std::string code, std::string message) {
      return make_error(status, {.error_code = std::move(code), .error_msg = std::move(message)});
    }
    [[nodiscard]] http_response refuse(int status, std::string code, std::string message) const {
      return make_error(status,
                        {.error_code = std::move(code), .error_msg = std::move(message), .request_id = request_id()});
    }
  };

  // The body of a resend-email request.
  struct template_choice {
    std::optional<std::string> template_id{};
    std::optional<std::string> phone_template_id{};
  };
  BOOST_DESCRIBE_CLASS(template_choice, (), (template_id, phone_template_id), (), ())

  std::shared_ptr<state> state_;
};

}  // namespace hwc::fake

#endif  // HWC_FAKE_WORKSPACE_HPP
