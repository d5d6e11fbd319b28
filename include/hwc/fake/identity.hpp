// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IDENTITY_HPP
#define HWC_FAKE_IDENTITY_HPP

#include <hwc/credentials/detail/identity.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/fake/authenticator.hpp>
#include <hwc/fake/route_match.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>
#include <hwc/operation.hpp>
#include <hwc/signer.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/sts/decode_authorization_message.hpp>
#include <hwc/time.hpp>
#include <hwc/url.hpp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {

// What the fake identity services know: one account, and the server that the program would run on.
struct account {
  struct iam_user {
    std::string name{};
    std::string password{};
  };
  struct named_project {
    std::string id{};
    std::string name{};  // the region's id, for its main project
  };
  struct provider {
    std::string idp_id{};
    std::string id_token{};  // that is taken as a user's of this identity provider
  };

  std::string id{};
  std::string name{};
  std::vector<iam_user> users{};
  std::vector<named_project> projects{};
  std::vector<provider> providers{};
  std::vector<std::string> agencies{};           // names, or URNs for STS
  std::map<std::string, std::string> denials{};  // encoded authorization messages and what they say
  bool server_has_agency = true;                 // so that the metadata service gives keys
  bool server_has_tokens = true;                 // whether the metadata service is of version 2
};

// IAM, STS and a server's metadata service in memory, as far as credentials need them: tokens by password, by OIDC id
// token and of agencies, temporary keys, projects by name, decoded denials. Tokens live for 24 hours, keys as long as
// is asked for.
//
//   hwc::fake::identity who{{.users = {{"operator", "a password"}}, .projects = {{"p", "cn-north-4"}}}};
//   who.tell([service](const auto& signer, hwc::wall_time until) mutable { service.accept(signer, until); },
//   key_signer);
//
// Copies are the same service; many threads may use it, and it serves one request at a time.
class identity {
 public:
  explicit identity(account of) : state_{std::make_shared<state>(std::move(of))} {}

  // Lets through what this signer signs, where a signature is asked for.
  template <signer Signer>
  void accept(Signer with, wall_time expires_at = wall_time::max()) {
    const std::lock_guard lock{state_->mutex};
    state_->gateway.accept(std::move(with), expires_at);
  }

  // Has what is issued from now on accepted: here, and by whomever `also` tells, which is called with a signer and the
  // time when its credentials expire. `sign_with` makes a signer of an access key.
  template <class Also, class SignWith>
  void tell(Also also, SignWith sign_with) {
    const std::lock_guard lock{state_->mutex};
    state_->on_key = [also, sign_with, s = state_.get()](const access_key& key, wall_time until) mutable {
      s->gateway.accept(sign_with(key), until);
      also(sign_with(key), until);
    };
    state_->on_token = [also, s = state_.get()](const secret& token, wall_time until) mutable {
      s->gateway.accept(token_signer{token}, until);
      also(token_signer{token}, until);
    };
  }

  // Whether the path of the request is one of these services'.
  [[nodiscard]] bool serves(const http_request& request) const;

  // How many tokens and keys were issued, metadata tokens left out.
  [[nodiscard]] std::size_t issued() const;

  // Serves one request. `now` is the service's time.
  http_response operator()(const http_request& request, wall_time now);

 private:
  struct error_inside {
    int code = 0;
    std::string message{};
    std::string title{};
    BOOST_DESCRIBE_CLASS(error_inside, (), (code, message, title), (), ())
  };
  struct iam_error {
    error_inside error{};
    BOOST_DESCRIBE_CLASS(iam_error, (), (error), (), ())
  };
  struct flat_error {
    std::string error_code{};
    std::string error_msg{};
    BOOST_DESCRIBE_CLASS(flat_error, (), (error_code, error_msg), (), ())
  };
  struct listed_project {
    std::string id{};
    std::string name{};
    bool enabled = true;
    BOOST_DESCRIBE_CLASS(listed_project, (), (id, name, enabled), (), ())
  };
  struct project_list {
    std::vector<listed_project> projects{};
    BOOST_DESCRIBE_CLASS(project_list, (), (projects), (), ())
  };

  struct state {
    explicit state(account of) : about{std::move(of)} {}

    mutable std::mutex mutex;
    account about;
    authenticator gateway;
    std::function<void(const access_key&, wall_time)> on_key = [](const access_key&, wall_time) {};
    std::function<void(const secret&, wall_time)> on_token = [](const secret&, wall_time) {};
    std::map<std::string, wall_time, std::less<>> tokens;  // with their ends
    std::size_t issued = 0;
    std::size_t metadata_tokens = 0;

    http_response serve(const http_request& request, wall_time now);

    http_response create_token(const http_request& request, wall_time now);

    http_response create_oidc_token(const http_request& request, wall_time now);

    http_response create_keys(const http_request& request, wall_time now);

    http_response assume_agency(const http_request& request, wall_time now);

    http_response list_projects(const http_request& request, wall_time now);

    http_response decode(const http_request& request, wall_time now);

    http_response metadata_token(const http_request& request);

    // Only the newest metadata token is good.
    http_response security_key(const http_request& request, wall_time now);

    // --- What is issued ---

    http_response issue_token(const std::optional<credentials::detail::identity_scope>& scope, wall_time now);

    std::pair<access_key, wall_time> new_key(std::chrono::seconds span, wall_time now);

    http_response issue_keys(int status, std::chrono::seconds span, wall_time now);

    // --- What is checked ---

    [[nodiscard]] bool is_token(std::string_view token, wall_time now) const;
    [[nodiscard]] bool is_token(const http_request& request, wall_time now) const;
    [[nodiscard]] bool knows_agency(std::string_view name) const;

    // STS takes access keys only.
    std::optional<http_response> check_signature(const http_request& request, wall_time now);

    // --- Answers ---

    static std::string timestamp(wall_time at);

    template <class Body>
    static http_response answer(int status, const Body& body) {
      http_response made{.status = status};
      made.headers.add("Content-Type", "application/json");
      made.headers.add("X-IAM-Trace-Id", "token_cn-north-4_null_0f00d");
      if (!json::write(body, made.body)) made.body.clear();
      return made;
    }
    // IAM's errors, and the gateway's and STS's.
    static http_response refuse(int status, std::string message, std::string title);
    static http_response fail(int status, std::string code, std::string message);
  };

  std::shared_ptr<state> state_;
};

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/identity.ipp>
#endif

#endif  // HWC_FAKE_IDENTITY_HPP
