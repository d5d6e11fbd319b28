// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_WORKSPACE_HPP
#define HWC_FAKE_WORKSPACE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/answers.hpp>
#include <hwc/fake/authenticator.hpp>
#include <hwc/fake/project.hpp>
#include <hwc/fake/route_match.hpp>
#include <hwc/http.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {

// The Workspace service in memory: a function from request to response with a state. It serves every operation of
// <hwc/workspace/…> on its projects: who is created is listed, and no email is sent to somebody who was deleted. It
// lets through only what an accepted signer signs, answers with the codes and texts that the real service and its
// gateway use, and keeps an outbox, so that a test can tell exactly which emails went out. Ids and passwords are
// counted, so that they are the same in every run.
//
// Where the service's documents are silent, this is assumed:
//  - There is no directory, so ADMIN_ACTIVATE needs a password; domains only keep names apart, and a name that is taken
//    in its domain is a conflict, 409 WKS.00211103.
//  - A batch is done as a whole or, with the error of the first that cannot be, not at all.
//  - RESET_PWD for a user without mailbox and phone is an invalid argument, 400 WKS.00211102, as is whatever breaks a
//    documented limit.
//  - `resend_email` sends to users who are locked, disabled, expired, or have ADMIN_ACTIVATE, as to all others.
//  - Without `otp_ids` all devices are unbound; with an unknown one, none.
//  - Notification records are found by whole names: those with a desktop pool's name by a query for pools, the others
//    by one for desktops.
//  - Files are comma-separated values. An import checks them and creates nobody; an export gives the id of a task that
//    nobody can ask for.
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
  void add(project more);

  // Lets through what this signer signs, too, until its credentials expire if they do.
  template <signer Signer>
  void accept(Signer more, wall_time expires_at = wall_time::max()) {
    const std::lock_guard lock{state_->mutex};
    state_->gateway.accept(std::move(more), expires_at);
  }

  // Answers the next request that is let through with this instead of serving it; may be called several times in
  // advance. The answer gets an X-Request-Id unless it has one.
  void answer_next(http_response instead);

  // The same with an error body.
  void answer_next(int status, error_answer body);

  // The emails that went out, in order: those of `resend_email`, and those of new users and new passwords (see
  // `email_reason`).
  [[nodiscard]] std::vector<sent_email> outbox() const;

  // Requests that arrived, authentic or not.
  [[nodiscard]] std::size_t requests() const;

  // Serves one request. `now` is the service's time, against which signatures expire.
  http_response operator()(const http_request& request, wall_time now);

  // An answer with an error body.
  [[nodiscard]] static http_response make_error(int status, const error_answer& body);

 private:
  struct state {
    mutable std::mutex mutex;
    authenticator gateway;
    std::vector<project> projects;
    std::deque<http_response> instead;
    std::vector<sent_email> outbox;
    std::size_t requests = 0;

    std::size_t made = 0;  // ids and passwords

    [[nodiscard]] std::string request_id() const;

    http_response serve(const http_request& request, wall_time now);

    template <class Op>
    http_response serve_as(const route_parameters& path, const http_request& request, wall_time now);

    // The gateway's error.
    [[nodiscard]] http_response refuse(int status, std::string code, std::string message) const;
  };

  std::shared_ptr<state> state_;
};

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/workspace.ipp>
#endif

#endif  // HWC_FAKE_WORKSPACE_HPP
