// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_WORKSPACE_HPP
#define HWC_FAKE_WORKSPACE_HPP

#include <hwc/detail/config.hpp>
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

  // The emails that went out, in order.
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

    // 32 hexadecimal digits, as the gateway makes them, but counted.
    [[nodiscard]] std::string request_id() const;

    http_response serve(const http_request& request, wall_time now);

    http_response list_users(const route_parameters& path, const http_request& request);

    http_response resend_email(const route_parameters& path, const http_request& request);

    [[nodiscard]] const project* find_project(const std::string& id) const;

    static bool knows(const std::vector<std::string>& all, const std::optional<std::string>& one);

    // An error of the service, and one of the gateway.
    static http_response fail(int status, std::string code, std::string message);
    [[nodiscard]] http_response refuse(int status, std::string code, std::string message) const;
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

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/workspace.ipp>
#endif

#endif  // HWC_FAKE_WORKSPACE_HPP
