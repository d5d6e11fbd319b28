// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_METADATA_HPP
#define HWC_CREDENTIALS_METADATA_HPP

#include <hwc/credentials/detail/file.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/detail/refusal.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Temporary keys of the agency of the cloud server (ECS) that the program runs on, from its metadata service. It asks
// for a metadata token first (version 2 of the service), and goes on without where the server does not enforce these.
//
// Each exchange has 3 s. The service is reached by plain http at a link-local address, never through a proxy.
//
// For a chain it is `absent` on a server without an agency, and where all shows that this is no cloud server: nobody
// answers at that address, or a web page does, as the captive portals of some networks do. Once a metadata token came,
// it is a cloud server, and the same is a failure.
class metadata final : public key_source {
 public:
  static constexpr std::string_view address = "http://169.254.169.254";

  metadata() : metadata{endpoint{address, {}, allow_plain_http}} {}

  // Another address, of a stand-in for instance.
  explicit metadata(endpoint service) : service_{std::move(service)} {}

  [[nodiscard]] std::unique_ptr<fetch<access_key>> begin() const override { return std::make_unique<run>(service_); }

 private:
  class run final : public fetch<access_key> {
   public:
    explicit run(const endpoint& service) : problem_{service.problem()} {
      request_.origin = service.origin();
      timeout_ = std::chrono::seconds{3};
    }

    [[nodiscard]] errand_action start(moment) override {
      if (!problem_.empty()) return lacking(std::string{what} + ": " + problem_);
      return ask_for_token();
    }

    [[nodiscard]] errand_action answered(const http_response& answer, moment) override {
      if (asked_for_token_) return token_came(answer);
      if (answer.status == 401 && !token_renewed_ && !without_agency(answer)) {
        token_renewed_ = true;
        return ask_for_token();
      }
      if (without_agency(answer)) {
        return lacking(
            std::string{what} + ": this server has no agency; give it one in its settings, or give keys in another way",
            lack::absent);
      }
      if (hwc::detail::is_web_page(answer)) return page_came(what, answer);
      auto got = detail::keys_in(what, answer, {token_.reveal()});
      return got ? found(*std::move(got)) : lacking(std::move(got).error().message);
    }

    [[nodiscard]] errand_action failed(const transport_error& why, moment) override {
      const bool nobody = why.kind == error_kind::connection || why.kind == error_kind::timeout;
      return lacking(detail::no_answer(what, why) + "; only cloud servers have this service",
                     nobody && token_.empty() ? lack::absent : lack::failed);
    }

   private:
    static constexpr std::string_view what = "the metadata service";

    static bool without_agency(const http_response& answer) {
      return answer.status == 401 &&
             answer.body.find("Please configure Cloud Service Agency first") != std::string::npos;
    }

    errand_action ask_for_token() {
      asked_for_token_ = true;
      request_.method = http_method::put;
      request_.target = "/meta-data/latest/api/token";
      request_.headers.clear();
      request_.headers.add("X-Metadata-Token-Ttl-Seconds", "21600");
      return errand_action::send;
    }

    errand_action token_came(const http_response& answer) {
      asked_for_token_ = false;
      request_.method = http_method::get;
      request_.target = "/openstack/latest/securitykey";
      request_.headers.clear();
      const bool not_enforced = answer.status == 404 || answer.status == 405 || answer.status == 503;
      if (not_enforced && !token_renewed_) return errand_action::send;
      const auto asked = std::string{what} + ", asked for a token";
      if (hwc::detail::is_web_page(answer)) return page_came(asked, answer);
      if (answer.status != 200) return lacking(detail::refusal(asked, answer, {token_.reveal()}));
      token_ = detail::trimmed(answer.body);
      if (token_.empty() || !is_header_value(token_.reveal()))
        return lacking(std::string{what} + ": its token is empty or no single line; is it the right address?");
      request_.headers.add("X-Metadata-Token", token_.reveal());
      return errand_action::send;
    }

    errand_action page_came(std::string_view doing, const http_response& page) {
      const bool portal = page.status < 500 && token_.empty();
      return lacking(detail::refusal(doing, page, {}), portal ? lack::absent : lack::failed);
    }

    std::string problem_;
    secret token_{};
    bool asked_for_token_ = false;
    bool token_renewed_ = false;
  };

  endpoint service_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_METADATA_HPP
