// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IDENTITY_HPP
#define HWC_FAKE_IDENTITY_HPP

#include <hwc/credentials/detail/identity.hpp>
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

namespace hwc::fake {

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
  [[nodiscard]] bool serves(const http_request& request) const {
    for (const auto* path : {"/v3/auth/", "/v3/projects", "/v3.0/OS-", "/v5/", "/meta-data/", "/openstack/"}) {
      if (request.target.starts_with(path)) return true;
    }
    return false;
  }

  // How many tokens and keys were issued, metadata tokens left out.
  [[nodiscard]] std::size_t issued() const {
    const std::lock_guard lock{state_->mutex};
    return state_->issued;
  }

  // Serves one request. `now` is the service's time.
  http_response operator()(const http_request& request, wall_time now) {
    const std::lock_guard lock{state_->mutex};
    return state_->serve(request, now);
  }

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

    http_response serve(const http_request& request, wall_time now) {
      namespace ask = credentials::detail;
      if (match_route(ask::create_token::route, request)) return create_token(request, now);
      if (match_route(ask::create_oidc_token::route, request)) return create_oidc_token(request, now);
      if (match_route(ask::create_keys::route, request)) return create_keys(request, now);
      if (match_route(ask::assume_agency::route, request)) return assume_agency(request, now);
      if (match_route(get("/v3/projects"), request)) return list_projects(request, now);
      if (match_route(sts::decode_authorization_message::route, request)) return decode(request, now);
      if (match_route(put("/meta-data/latest/api/token"), request)) return metadata_token(request);
      if (match_route(get("/openstack/latest/securitykey"), request)) return security_key(request, now);
      return refuse(404, "The resource could not be found.", "Not Found");
    }

    http_response create_token(const http_request& request, wall_time now) {
      const auto op = json::read<credentials::detail::create_token>(request.body);
      if (!op) return refuse(400, to_string(op.error()), "Bad Request");
      const auto& proof = op->auth.identity;
      if (proof.password) {
        const auto& who = proof.password->user;
        const bool known =
            who.domain.name == about.name && std::any_of(about.users.begin(), about.users.end(), [&](const auto& user) {
              return user.name == who.name && user.password == who.password.reveal();
            });
        if (!known) return refuse(401, "The username or password is wrong.", "Unauthorized");
      } else if (proof.assume_role) {
        if (!is_token(request, now))
          return refuse(401, "The request you have made requires authentication.", "Unauthorized");
        if (!knows_agency(proof.assume_role->agency_name))
          return refuse(404, "Could not find the agency.", "Not Found");
      } else {
        return refuse(400, "The request body is invalid", "Bad Request");
      }
      return issue_token(op->auth.scope, now);
    }

    http_response create_oidc_token(const http_request& request, wall_time now) {
      const auto op = json::read<credentials::detail::create_oidc_token>(request.body);
      if (!op) return refuse(400, to_string(op.error()), "Bad Request");
      const auto idp_id = request.headers.find("X-Idp-Id").value_or("");
      for (const auto& one : about.providers) {
        if (one.idp_id == idp_id && one.id_token == op->auth.id_token.id.reveal())
          return issue_token(op->auth.scope, now);
      }
      return refuse(401, "The ID token is invalid.", "Unauthorized");
    }

    http_response create_keys(const http_request& request, wall_time now) {
      const auto op = json::read<credentials::detail::create_keys>(request.body);
      if (!op) return refuse(400, to_string(op.error()), "Bad Request");
      const auto& proof = op->auth.identity;
      const auto span = [](const auto& asked) { return std::chrono::seconds{asked.value_or(900)}; };
      if (proof.token) {
        if (!is_token(proof.token->id.reveal(), now)) return refuse(401, "The token is invalid.", "Unauthorized");
        return issue_keys(201, span(proof.token->duration_seconds), now);
      }
      if (!proof.assume_role) return refuse(400, "The request body is invalid", "Bad Request");
      if (!is_token(request, now))
        return refuse(401, "The request you have made requires authentication.", "Unauthorized");
      if (!knows_agency(proof.assume_role->agency_name)) return refuse(404, "Could not find the agency.", "Not Found");
      return issue_keys(201, span(proof.assume_role->duration_seconds), now);
    }

    http_response assume_agency(const http_request& request, wall_time now) {
      if (auto denied = check_signature(request, now)) return *std::move(denied);
      const auto op = json::read<credentials::detail::assume_agency>(request.body);
      if (!op) return fail(400, "STS5.0003", to_string(op.error()));
      if (!knows_agency(op->agency_urn)) return fail(404, "STS5.1002", "the agency does not exist");
      const auto [key, until] = new_key(std::chrono::seconds{op->duration_seconds.value_or(3600)}, now);
      const credentials::detail::assume_agency::response body{{key.ak, key.sk, key.security_token, timestamp(until)}};
      return answer(200, body);
    }

    http_response list_projects(const http_request& request, wall_time now) {
      if (const auto why = gateway.refusal(request, now))
        return fail(401, "APIGW.0301", "Incorrect IAM authentication information: " + *why);
      constexpr std::string_view mark = "?name=";
      const auto at = request.target.find(mark);
      std::string_view encoded{request.target};
      encoded = at == std::string::npos ? std::string_view{} : encoded.substr(at + mark.size());
      std::string name;
      while (!encoded.empty()) name += take_percent_decoded(encoded);
      project_list found;
      for (const auto& one : about.projects) {
        if (name.empty() || one.name == name) found.projects.push_back({one.id, one.name});
      }
      return answer(200, found);
    }

    http_response decode(const http_request& request, wall_time now) {
      if (auto denied = check_signature(request, now)) return *std::move(denied);
      const auto op = json::read<sts::decode_authorization_message>(request.body);
      if (!op) return fail(400, "STS5.0003", to_string(op.error()));
      const auto known = about.denials.find(op->encoded_message);
      if (known == about.denials.end()) return fail(400, "STS5.1001", "the encoded message cannot be decoded");
      return answer(200, sts::decoded_authorization_message{known->second});
    }

    http_response metadata_token(const http_request& request) {
      if (!about.server_has_tokens) return {.status = 404};
      if (!request.headers.contains("X-Metadata-Token-Ttl-Seconds")) return {.status = 400};
      return {.status = 200, .body = "metadata-token-" + std::to_string(++metadata_tokens)};
    }

    // Only the newest metadata token is good.
    http_response security_key(const http_request& request, wall_time now) {
      const auto token = request.headers.find("X-Metadata-Token").value_or("");
      if (about.server_has_tokens && token != "metadata-token-" + std::to_string(metadata_tokens))
        return {.status = 401, .body = "the token is invalid"};
      if (!about.server_has_agency) return {.status = 401, .body = "Please configure Cloud Service Agency first"};
      return issue_keys(200, std::chrono::hours{24}, now);
    }

    // --- What is issued ---

    http_response issue_token(const std::optional<credentials::detail::identity_scope>& scope, wall_time now) {
      credentials::detail::create_token::response body;
      if (scope && scope->project) {
        const auto& wanted = *scope->project;
        const auto found = std::find_if(about.projects.begin(), about.projects.end(), [&](const auto& one) {
          return wanted.id ? one.id == *wanted.id : one.name == wanted.name;
        });
        if (found == about.projects.end()) return refuse(401, "The project does not exist.", "Unauthorized");
        body.token.project = credentials::detail::identity_name{found->id, found->name};
      }
      const auto until = now + std::chrono::hours{24};
      body.token.expires_at = timestamp(until);
      auto token = "issued-token-" + std::to_string(++issued);
      on_token(token, until);
      auto made = answer(201, body);
      made.headers.add("X-Subject-Token", token);
      tokens.emplace(std::move(token), until);
      return made;
    }

    std::pair<access_key, wall_time> new_key(std::chrono::seconds span, wall_time now) {
      const auto number = std::to_string(++issued);
      access_key key{"ISSUEDKEY" + number, "issued-secret-" + number, "issued-security-token-" + number};
      on_key(key, now + span);
      return {std::move(key), now + span};
    }

    http_response issue_keys(int status, std::chrono::seconds span, wall_time now) {
      const auto [key, until] = new_key(span, now);
      const credentials::detail::create_keys::response body{{key.ak, key.sk, key.security_token, timestamp(until)}};
      return answer(status, body);
    }

    // --- What is checked ---

    [[nodiscard]] bool is_token(std::string_view token, wall_time now) const {
      const auto found = tokens.find(token);
      return found != tokens.end() && now < found->second;
    }
    [[nodiscard]] bool is_token(const http_request& request, wall_time now) const {
      return is_token(request.headers.find("X-Auth-Token").value_or(""), now);
    }
    [[nodiscard]] bool knows_agency(std::string_view name) const {
      return std::find(about.agencies.begin(), about.agencies.end(), name) != about.agencies.end();
    }

    // STS takes access keys only.
    std::optional<http_response> check_signature(const http_request& request, wall_time now) {
      if (!request.headers.contains("Authorization"))
        return fail(401, "APIGW.0301", "Incorrect IAM authentication information: a signature is required");
      if (const auto why = gateway.refusal(request, now))
        return fail(401, "APIGW.0301", "Incorrect IAM authentication information: " + *why);
      return std::nullopt;
    }

    // --- Answers ---

    static std::string timestamp(wall_time at) {
      const auto date = format_sdk_date(at);  // YYYYMMDDTHHMMSSZ
      const std::string_view d{date.data(), date.size()};
      std::string text{d.substr(0, 4)};
      text.append("-").append(d.substr(4, 2)).append("-").append(d.substr(6, 3)).append(d.substr(9, 2));
      text.append(":").append(d.substr(11, 2)).append(":").append(d.substr(13, 2)).append(".000000Z");
      return text;
    }

    template <class Body>
    static http_response answer(int status, const Body& body) {
      http_response made{.status = status};
      made.headers.add("Content-Type", "application/json");
      made.headers.add("X-IAM-Trace-Id", "token_cn-north-4_null_0f00d");
      if (!json::write(body, made.body)) made.body.clear();
      return made;
    }
    // IAM's errors, and the gateway's and STS's.
    static http_response refuse(int status, std::string message, std::string title) {
      return answer(status, iam_error{{status, std::move(message), std::move(title)}});
    }
    static http_response fail(int status, std::string code, std::string message) {
      return answer(status, flat_error{std::move(code), std::move(message)});
    }
  };

  std::shared_ptr<state> state_;
};

}  // namespace hwc::fake

#endif  // HWC_FAKE_IDENTITY_HPP
