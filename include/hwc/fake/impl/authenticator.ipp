// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_AUTHENTICATOR_IPP
#define HWC_FAKE_IMPL_AUTHENTICATOR_IPP

#include <hwc/fake/authenticator.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake {

HWC_DECL std::optional<std::string> authenticator::refusal(const http_request& request, wall_time now) {
  if (const auto token = request.headers.find("X-Auth-Token")) {
    for (auto& known : known_) {
      http_request again;
      if (now < known.expires_at && known.sign(again, now) && again.headers.find("X-Auth-Token") == token)
        return std::nullopt;
    }
    return "decrypt token fail";
  }
  const auto authorization = request.headers.find("Authorization");
  if (!authorization) return "no token or signature was found in the request";
  const auto ak = ak_of(*authorization);
  const auto date_text = request.headers.find("X-Sdk-Date").value_or("");
  const auto date = parse_sdk_date(date_text);
  if (!date) return "X-Sdk-Date is missing or malformed";
  if (*date < now - allowed_skew || *date > now + allowed_skew) {
    const auto server_time = format_sdk_date(now);
    return "signature expired, signature time:" + std::string{date_text} +
           ",server time:" + std::string{server_time.data(), server_time.size()};
  }
  const auto covered = between(*authorization, "SignedHeaders=", ", ");
  if (!lists(covered, "host") || !lists(covered, "x-sdk-date")) return "host and x-sdk-date must be signed";
  const auto unsigned_request = strip(request, covered);
  std::string computed;
  bool ak_is_known = false;
  for (auto& known : known_) {
    if (known.ak.empty() || known.ak != ak) continue;
    ak_is_known = true;
    if (now >= known.expires_at) return "the temporary credentials of ak " + std::string{ak} + " have expired";
    auto again = unsigned_request;
    if (known.sign(again, *date) && again.headers.find("Authorization") == authorization) return std::nullopt;
    computed = known.canonical_request(again);
  }
  if (!ak_is_known) return "ak " + std::string{ak} + " not exist";
  for (auto& c : computed) c = c == '\n' ? '|' : c;
  return "verify aksk signature fail, canonicalRequest:" + computed;
}

HWC_DECL std::string_view authenticator::between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find(end));
}

HWC_DECL std::string_view authenticator::ak_of(std::string_view authorization) {
  auto bound = between(authorization, "Credential=", ", ");
  if (bound.empty()) return between(authorization, "Access=", ", ");
  for (int parts = 0; parts != 3; ++parts) bound = bound.substr(0, bound.rfind('/'));
  return bound;
}

HWC_DECL bool authenticator::lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const auto one = names.substr(0, names.find(';'));
    if (same_header_name(one, name)) return true;
    names.remove_prefix(std::min(one.size() + 1, names.size()));
  }
  return false;
}

HWC_DECL http_request authenticator::strip(const http_request& request, std::string_view covered) {
  http_request bare;
  bare.method = request.method;
  bare.target = request.target;
  bare.body = request.body;
  for (const auto& [name, value] : request.headers) {
    if (lists(covered, name) && !same_header_name(name, "X-Security-Token")) bare.headers.add(name, value);
  }
  return bare;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_AUTHENTICATOR_IPP
