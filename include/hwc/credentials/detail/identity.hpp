// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_IDENTITY_HPP
#define HWC_CREDENTIALS_DETAIL_IDENTITY_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/detail/refusal.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/operation.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>
#include <hwc/timestamp.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What IAM and STS are asked for credentials with, and what they answer. The names of members are the protocol's.
namespace hwc::inline v0_1::credentials::detail {

// --- POST /v3/auth/tokens, POST /v3.0/OS-CREDENTIAL/securitytokens ---

struct identity_name {
  std::optional<std::string> id{};
  std::optional<std::string> name{};
};
BOOST_DESCRIBE_STRUCT(identity_name, (), (id, name))

struct identity_scope {
  std::optional<identity_name> project{};
  std::optional<identity_name> domain{};
};
BOOST_DESCRIBE_STRUCT(identity_scope, (), (project, domain))

struct password_user {
  std::string name{};
  secret password{};
  identity_name domain{};
};
BOOST_DESCRIBE_STRUCT(password_user, (), (name, password, domain))

struct password_method {
  password_user user{};
};
BOOST_DESCRIBE_STRUCT(password_method, (), (user))

struct token_method {
  secret id{};
  std::optional<std::int64_t> duration_seconds{};
};
BOOST_DESCRIBE_STRUCT(token_method, (), (id, duration_seconds))

struct assume_role_method {
  std::string agency_name{};
  std::optional<std::string> domain_id{};
  std::optional<std::string> domain_name{};
  std::optional<std::int64_t> duration_seconds{};
};
BOOST_DESCRIBE_STRUCT(assume_role_method, (), (agency_name, domain_id, domain_name, duration_seconds))

struct identity_methods {
  std::vector<std::string> methods{};
  std::optional<password_method> password{};
  std::optional<token_method> token{};
  std::optional<assume_role_method> assume_role{};
};
BOOST_DESCRIBE_STRUCT(identity_methods, (), (methods, password, token, assume_role))

struct identity_proof {
  identity_methods identity{};
  std::optional<identity_scope> scope{};
};
BOOST_DESCRIBE_STRUCT(identity_proof, (), (identity, scope))

struct issued_token {
  std::optional<std::string> expires_at{};
  std::optional<identity_name> project{};
};
BOOST_DESCRIBE_STRUCT(issued_token, (), (expires_at, project))

struct create_token {
  struct response {
    issued_token token{};
    BOOST_DESCRIBE_CLASS(response, (), (token), (), ())
  };
  static constexpr auto route = post("/v3/auth/tokens");
  identity_proof auth{};
};
BOOST_DESCRIBE_STRUCT(create_token, (), (auth))

struct issued_keys {
  std::string access{};
  hwc::secret secret{};
  hwc::secret securitytoken{};
  std::string expires_at{};
};
BOOST_DESCRIBE_STRUCT(issued_keys, (), (access, secret, securitytoken, expires_at))

struct create_keys {
  struct response {
    issued_keys credential{};
    BOOST_DESCRIBE_CLASS(response, (), (credential), (), ())
  };
  static constexpr auto route = post("/v3.0/OS-CREDENTIAL/securitytokens");
  identity_proof auth{};
};
BOOST_DESCRIBE_STRUCT(create_keys, (), (auth))

// --- POST /v3.0/OS-AUTH/id-token/tokens ---

struct oidc_proof {
  token_method id_token{};
  std::optional<identity_scope> scope{};
};
BOOST_DESCRIBE_STRUCT(oidc_proof, (), (id_token, scope))

struct create_oidc_token {
  using response = create_token::response;
  static constexpr auto route = post("/v3.0/OS-AUTH/id-token/tokens");
  oidc_proof auth{};
};
BOOST_DESCRIBE_STRUCT(create_oidc_token, (), (auth))

// --- STS, POST /v5/agencies/assume ---

struct assume_agency {
  struct keys {
    std::string access_key_id{};
    secret secret_access_key{};
    secret security_token{};
    std::string expiration{};
    BOOST_DESCRIBE_CLASS(keys, (), (access_key_id, secret_access_key, security_token, expiration), (), ())
  };
  struct response {
    keys credentials{};
    BOOST_DESCRIBE_CLASS(response, (), (credentials), (), ())
  };
  static constexpr auto route = post("/v5/agencies/assume");
  std::string agency_urn{};
  std::string agency_session_name{};
  std::optional<std::int64_t> duration_seconds{};
  std::optional<std::string> external_id{};
};
BOOST_DESCRIBE_STRUCT(assume_agency, (), (agency_urn, agency_session_name, duration_seconds, external_id))

// --- What they answer ---

// The project by id or, where that is empty, by name; none without either.
[[nodiscard]] inline std::optional<identity_scope> project_scope(std::string id, std::string name) {
  if (id.empty() && name.empty()) return std::nullopt;
  identity_name project;
  if (id.empty())
    project.name = std::move(name);
  else
    project.id = std::move(id);
  return identity_scope{.project = std::move(project), .domain = std::nullopt};
}

// The keys with their end, or why there are none.
[[nodiscard]] inline result<issued<access_key>> keys_with_end(std::string_view what, access_key keys,
                                                              std::string_view expires_at) {
  const auto end = parse_timestamp(expires_at);
  if (!end || keys.ak.empty() || keys.sk.empty()) {
    return error{.kind = error_kind::credentials,
                 .message = std::string{what} + ": the answer lacks " +
                            (end ? "the keys" : "a time of expiry that can be read") +
                            "; check that the address is the service's own"};
  }
  return issued<access_key>{.value = std::move(keys), .expires_at = end};
}

// Reads an answer of one of the operations above. Errors: why it is no success or cannot be read, beginning with
// `what`.
template <class Response>
[[nodiscard]] result<Response> read_answer(std::string_view what, const http_response& answer,
                                           const hwc::detail::redactor& secrets) {
  if (answer.status < 200 || answer.status > 299 || hwc::detail::is_web_page(answer))
    return error{.kind = error_kind::credentials, .message = refusal(what, answer, secrets)};
  if (answer.truncated)
    return error{.kind = error_kind::credentials,
                 .message = std::string{what} + ": the answer is incomplete; try again"};
  auto read = json::read<Response>(answer.body);
  if (read) return *std::move(read);
  return error{.kind = error_kind::credentials,
               .message = std::string{what} + ": the answer cannot be read (" + to_string(read.error()) +
                          "); check that the address is the service's own"};
}

// A token, from the answer to one of the operations that create one: it comes as a header.
[[nodiscard]] inline result<issued<secret>> token_in(std::string_view what, const http_response& answer,
                                                     const hwc::detail::redactor& secrets) {
  auto read = read_answer<create_token::response>(what, answer, secrets);
  if (!read) return std::move(read).error();
  issued<secret> got{.value = answer.headers.find("X-Subject-Token").value_or("")};
  if (read->token.expires_at) got.expires_at = parse_timestamp(*read->token.expires_at);
  if (read->token.project) got.project_id = std::move(read->token.project->id).value_or("");
  if (got.value.empty() || !got.expires_at) {
    return error{.kind = error_kind::credentials,
                 .message = std::string{what} + ": the answer lacks " +
                            (got.value.empty() ? "the header X-Subject-Token" : "a time of expiry that can be read") +
                            "; check that the address is IAM's own"};
  }
  return got;
}

// Temporary keys, from the answer to `create_keys`.
[[nodiscard]] inline result<issued<access_key>> keys_in(std::string_view what, const http_response& answer,
                                                        const hwc::detail::redactor& secrets) {
  auto read = read_answer<create_keys::response>(what, answer, secrets);
  if (!read) return std::move(read).error();
  auto& keys = read->credential;
  return keys_with_end(what, {keys.access, std::move(keys.secret), std::move(keys.securitytoken)}, keys.expires_at);
}

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_IDENTITY_HPP
