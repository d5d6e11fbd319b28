// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_AUTHENTICATOR_HPP
#define HWC_FAKE_AUTHENTICATOR_HPP

#include <hwc/detail/config.hpp>
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

namespace hwc::inline v0_1::fake {

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
  [[nodiscard]] std::optional<std::string> refusal(const http_request& request, wall_time now);

 private:
  struct credential {
    std::string ak;  // empty for a token
    wall_time expires_at{};
    std::function<bool(http_request&, wall_time)> sign;
    std::function<std::string(const http_request&)> canonical_request;
  };

  static std::string_view between(std::string_view text, std::string_view begin, std::string_view end);

  // `Access=AK`, or `Credential=AK/day/region/service` of keys that are bound to these.
  static std::string_view ak_of(std::string_view authorization);

  static bool lists(std::string_view names, std::string_view name);

  // The request as it was before it was signed: only with headers that are covered, and without the security token,
  // which the signer must know by itself.
  static http_request strip(const http_request& request, std::string_view covered);

  std::vector<credential> known_;
};

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/authenticator.ipp>
#endif

#endif  // HWC_FAKE_AUTHENTICATOR_HPP
