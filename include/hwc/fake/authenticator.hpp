// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_AUTHENTICATOR_HPP
#define HWC_FAKE_AUTHENTICATOR_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/signer.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::fake {

// What a gateway does before it lets a request through: finds out whether it is authentic.
//
// It recomputes: a request is authentic if one of the accepted signers, given the same request unsigned and the time of
// its X-Sdk-Date, makes the same credentials. So it works with every signer, and with every algorithm whose signatures
// do not vary.
class authenticator {
 public:
  // The clocks of client and service may differ by this much.
  static constexpr std::chrono::minutes allowed_skew{15};

  // Lets through what this signer signs, until its credentials expire if they do.
  template <signer Signer>
  void accept(Signer with, wall_time expires_at = wall_time::max()) {
    credential known;
    known.expires_at = expires_at;
    if constexpr (requires {
                    { with.ak() } -> std::convertible_to<std::string_view>;
                  })
      known.ak = with.ak();
    known.canonical_request = [with](const http_request& request) {
      std::string text;
      if constexpr (requires { with.canonical_request(request); }) {
        if (auto made = with.canonical_request(request)) text = *std::move(made);
      }
      return text;
    };
    known.sign = [with = std::move(with)](http_request& request, wall_time now) mutable {
      return hwc::detail::sign(with, request, now).has_value();
    };
    known_.push_back(std::move(known));
  }

  // Why the request is not let through, in the gateway's words (spec of its 401 texts); nothing if it is.
  [[nodiscard]] std::optional<std::string> refusal(const http_request& request, wall_time now) {
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

 private:
  struct credential {
    std::string ak;  // empty for a token
    wall_time expires_at{};
    std::function<bool(http_request&, wall_time)> sign;
    std::function<std::string(const http_request&)> canonical_request;
  };

  static std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const auto at = text.find(begin);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + begin.size());
    return text.substr(0, text.find(end));
  }

  // `Access=AK`, or `Credential=AK/day/region/service` of keys that are bound to these.
  static std::string_view ak_of(std::string_view authorization) {
    auto bound = between(authorization, "Credential=", ", ");
    if (bound.empty()) return between(authorization, "Access=", ", ");
    for (int parts = 0; parts != 3; ++parts) bound = bound.substr(0, bound.rfind('/'));
    return bound;
  }

  static bool lists(std::string_view names, std::string_view name) {
    while (!names.empty()) {
      const auto one = names.substr(0, names.find(';'));
      if (same_header_name(one, name)) return true;
      names.remove_prefix(std::min(one.size() + 1, names.size()));
    }
    return false;
  }

  // The request as it was before it was signed: only with headers that are covered, and without the security token,
  // which the signer must know by itself.
  static http_request strip(const http_request& request, std::string_view covered) {
    http_request bare;
    bare.method = request.method;
    bare.target = request.target;
    bare.body = request.body;
    for (const auto& [name, value] : request.headers) {
      if (lists(covered, name) && !same_header_name(name, "X-Security-Token")) bare.headers.add(name, value);
    }
    return bare;
  }

  std::vector<credential> known_;
};

}  // namespace hwc::fake

#endif  // HWC_FAKE_AUTHENTICATOR_HPP
