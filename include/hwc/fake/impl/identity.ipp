// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_IDENTITY_IPP
#define HWC_FAKE_IMPL_IDENTITY_IPP

#include <hwc/fake/identity.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::fake {

HWC_DECL bool identity::serves(const http_request& request) const {
  for (const auto* path : {"/v3/auth/", "/v3/projects", "/v3.0/OS-", "/v5/", "/meta-data/", "/openstack/"}) {
    if (request.target.starts_with(path)) return true;
  }
  return false;
}

HWC_DECL std::size_t identity::issued() const {
  const std::lock_guard lock{state_->mutex};
  return state_->issued;
}

HWC_DECL http_response identity::operator()(const http_request& request, wall_time now) {
  const std::lock_guard lock{state_->mutex};
  return state_->serve(request, now);
}

HWC_DECL http_response identity::state::serve(const http_request& request, wall_time now) {
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

HWC_DECL http_response identity::state::create_token(const http_request& request, wall_time now) {
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
    if (!knows_agency(proof.assume_role->agency_name)) return refuse(404, "Could not find the agency.", "Not Found");
  } else {
    return refuse(400, "The request body is invalid", "Bad Request");
  }
  return issue_token(op->auth.scope, now);
}

HWC_DECL http_response identity::state::create_oidc_token(const http_request& request, wall_time now) {
  const auto op = json::read<credentials::detail::create_oidc_token>(request.body);
  if (!op) return refuse(400, to_string(op.error()), "Bad Request");
  const auto idp_id = request.headers.find("X-Idp-Id").value_or("");
  for (const auto& one : about.providers) {
    if (one.idp_id == idp_id && one.id_token == op->auth.id_token.id.reveal()) return issue_token(op->auth.scope, now);
  }
  return refuse(401, "The ID token is invalid.", "Unauthorized");
}

HWC_DECL http_response identity::state::create_keys(const http_request& request, wall_time now) {
  const auto op = json::read<credentials::detail::create_keys>(request.body);
  if (!op) return refuse(400, to_string(op.error()), "Bad Request");
  const auto& proof = op->auth.identity;
  const auto span = [](const auto& asked) { return std::chrono::seconds{asked.value_or(900)}; };
  if (proof.token) {
    if (!is_token(proof.token->id.reveal(), now)) return refuse(401, "The token is invalid.", "Unauthorized");
    return issue_keys(201, span(proof.token->duration_seconds), now);
  }
  if (!proof.assume_role) return refuse(400, "The request body is invalid", "Bad Request");
  if (!is_token(request, now)) return refuse(401, "The request you have made requires authentication.", "Unauthorized");
  if (!knows_agency(proof.assume_role->agency_name)) return refuse(404, "Could not find the agency.", "Not Found");
  return issue_keys(201, span(proof.assume_role->duration_seconds), now);
}

HWC_DECL http_response identity::state::assume_agency(const http_request& request, wall_time now) {
  if (auto denied = check_signature(request, now)) return *std::move(denied);
  const auto op = json::read<credentials::detail::assume_agency>(request.body);
  if (!op) return fail(400, "STS5.0003", to_string(op.error()));
  if (!knows_agency(op->agency_urn)) return fail(404, "STS5.1002", "the agency does not exist");
  const auto [key, until] = new_key(std::chrono::seconds{op->duration_seconds.value_or(3600)}, now);
  const credentials::detail::assume_agency::response body{{key.ak, key.sk, key.security_token, timestamp(until)}};
  return answer(200, body);
}

HWC_DECL http_response identity::state::list_projects(const http_request& request, wall_time now) {
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

HWC_DECL http_response identity::state::decode(const http_request& request, wall_time now) {
  if (auto denied = check_signature(request, now)) return *std::move(denied);
  const auto op = json::read<sts::decode_authorization_message>(request.body);
  if (!op) return fail(400, "STS5.0003", to_string(op.error()));
  const auto known = about.denials.find(op->encoded_message);
  if (known == about.denials.end()) return fail(400, "STS5.1001", "the encoded message cannot be decoded");
  return answer(200, sts::decoded_authorization_message{known->second});
}

HWC_DECL http_response identity::state::metadata_token(const http_request& request) {
  if (!about.server_has_tokens) return {.status = 404};
  if (!request.headers.contains("X-Metadata-Token-Ttl-Seconds")) return {.status = 400};
  return {.status = 200, .body = "metadata-token-" + std::to_string(++metadata_tokens)};
}

HWC_DECL http_response identity::state::security_key(const http_request& request, wall_time now) {
  const auto token = request.headers.find("X-Metadata-Token").value_or("");
  if (about.server_has_tokens && token != "metadata-token-" + std::to_string(metadata_tokens))
    return {.status = 401, .body = "the token is invalid"};
  if (!about.server_has_agency) return {.status = 401, .body = "Please configure Cloud Service Agency first"};
  return issue_keys(200, std::chrono::hours{24}, now);
}

HWC_DECL http_response identity::state::issue_token(const std::optional<credentials::detail::identity_scope>& scope,
                                                    wall_time now) {
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

HWC_DECL std::pair<access_key, wall_time> identity::state::new_key(std::chrono::seconds span, wall_time now) {
  const auto number = std::to_string(++issued);
  access_key key{"ISSUEDKEY" + number, "issued-secret-" + number, "issued-security-token-" + number};
  on_key(key, now + span);
  return {std::move(key), now + span};
}

HWC_DECL http_response identity::state::issue_keys(int status, std::chrono::seconds span, wall_time now) {
  const auto [key, until] = new_key(span, now);
  const credentials::detail::create_keys::response body{{key.ak, key.sk, key.security_token, timestamp(until)}};
  return answer(status, body);
}

HWC_DECL bool identity::state::is_token(std::string_view token, wall_time now) const {
  const auto found = tokens.find(token);
  return found != tokens.end() && now < found->second;
}

HWC_DECL bool identity::state::is_token(const http_request& request, wall_time now) const {
  return is_token(request.headers.find("X-Auth-Token").value_or(""), now);
}

HWC_DECL bool identity::state::knows_agency(std::string_view name) const {
  return std::find(about.agencies.begin(), about.agencies.end(), name) != about.agencies.end();
}

HWC_DECL std::optional<http_response> identity::state::check_signature(const http_request& request, wall_time now) {
  if (!request.headers.contains("Authorization"))
    return fail(401, "APIGW.0301", "Incorrect IAM authentication information: a signature is required");
  if (const auto why = gateway.refusal(request, now))
    return fail(401, "APIGW.0301", "Incorrect IAM authentication information: " + *why);
  return std::nullopt;
}

HWC_DECL std::string identity::state::timestamp(wall_time at) {
  const auto date = format_sdk_date(at);  // YYYYMMDDTHHMMSSZ
  const std::string_view d{date.data(), date.size()};
  std::string text{d.substr(0, 4)};
  text.append("-").append(d.substr(4, 2)).append("-").append(d.substr(6, 3)).append(d.substr(9, 2));
  text.append(":").append(d.substr(11, 2)).append(":").append(d.substr(13, 2)).append(".000000Z");
  return text;
}

HWC_DECL http_response identity::state::refuse(int status, std::string message, std::string title) {
  return answer(status, iam_error{{status, std::move(message), std::move(title)}});
}

HWC_DECL http_response identity::state::fail(int status, std::string code, std::string message) {
  return answer(status, flat_error{std::move(code), std::move(message)});
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_IDENTITY_IPP
