// SPDX-License-Identifier: BSL-1.0
#include <hwc/credentials/chain.hpp>

#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/credentials/metadata.hpp>

#include "support/fetched.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <string_view>

using hwc::credentials::chain;
using hwc::credentials::fixed;

namespace {

using hwc::credentials::lack;

// A source that asks a service, and has keys if that says so; 404 means that nothing is set up, 401 a refusal.
class asking final : public hwc::credentials::key_source {
 public:
  explicit asking(std::string name) : name_{std::move(name)} {}
  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::access_key>> begin() const override {
    return std::make_unique<run>(name_);
  }

 private:
  struct run final : hwc::credentials::fetch<hwc::access_key> {
    explicit run(std::string of) : name{std::move(of)} {
      request_.origin.host = "keys.example";
      request_.target = "/" + name;
    }
    hwc::errand_action start(hwc::moment) override { return hwc::errand_action::send; }
    hwc::errand_action answered(const hwc::http_response& answer, hwc::moment) override {
      if (answer.status == 200) return found({.value = {name, "sk", {}}});
      return lacking(name + ": answered " + std::to_string(answer.status), answer.status == 404   ? lack::absent
                                                                           : answer.status == 401 ? lack::refused
                                                                                                  : lack::failed);
    }
    hwc::errand_action failed(const hwc::transport_error& why, hwc::moment) override {
      return lacking(name + ": " + why.message, lack::absent);
    }
    std::string name;
  };
  std::string name_;
};

}  // namespace

TEST_CASE("every combination of presence and absence: the first that has keys, and nobody after it is asked") {
  const chain tried{asking{"a"}, asking{"b"}, asking{"c"}};
  for (unsigned present = 0; present != 8; ++present) {
    CAPTURE(present);
    hwc::fake::transport over{[present](const hwc::http_request& request) {
      const auto index = static_cast<unsigned>(request.target[1] - 'a');
      return hwc::http_response{.status = (present >> index) & 1U ? 200 : 404};
    }};
    auto why = lack::failed;
    const auto got = support::fetched<hwc::access_key>(tried, over, &why);
    std::size_t asked = 0;
    while (asked != 3 && !((present >> asked) & 1U)) ++asked;
    if (asked == 3) {
      REQUIRE(!got.has_value());
      CHECK(got.error().kind == hwc::error_kind::credentials);
      CHECK(why == lack::absent);
      CHECK(got.error().message ==
            "no credentials were found. (1) a: answered 404; (2) b: answered 404; (3) c: answered 404");
      CHECK(over.requests().size() == 3);
    } else {
      REQUIRE(got.has_value());
      CHECK(got->value.ak == std::string(1, static_cast<char>('a' + asked)));
      CHECK(over.requests().size() == asked + 1);
    }
  }
}

TEST_CASE("a source that is set up but has no keys now: nobody after it is asked, as that may be somebody else") {
  for (const int status : {503, 401}) {
    hwc::fake::transport over;
    over.expect({.request = "GET /a", .response = {.status = 404}});
    over.expect({.request = "GET /b", .response = {.status = status}});
    auto why = lack::absent;
    // In a chain that is in a chain, too.
    const chain tried{asking{"a"}, chain{asking{"b"}, asking{"c"}}, asking{"d"}};
    const auto got = support::fetched<hwc::access_key>(tried, over, &why);
    CHECK(over.violations() == "");
    REQUIRE(!got.has_value());
    CHECK(got.error().message ==
          "no credentials were found. (1) a: answered 404; (2) no credentials were found. "
          "(1) b: answered " +
              std::to_string(status));
    CHECK(why == (status == 401 ? lack::refused : lack::failed));
  }
}

TEST_CASE("a source without an answer: the next one is asked") {
  hwc::fake::transport over;
  over.expect({.request = "GET /a", .failure = hwc::fake::connection_refused()});
  over.expect({.request = "GET /b"});
  const auto got = support::fetched<hwc::access_key>(chain{asking{"a"}, asking{"b"}}, over);
  CHECK(got->value.ak == "b");
  CHECK(over.violations().empty());
}

TEST_CASE("in every order: what is at hand, from the environment, from the metadata service") {
  const support::environment variables{{{"HUAWEICLOUD_SDK_AK", "FROMENV"}, {"HUAWEICLOUD_SDK_SK", "s"}}};
  const hwc::credentials::environment env;
  const hwc::credentials::metadata server;
  const fixed<hwc::access_key> own{hwc::access_key{"OWN", "s", {}}};
  const auto first_of = [](const auto&... sources) {
    hwc::fake::transport over{[](const hwc::http_request& request) {
      if (request.method == hwc::http_method::put) return hwc::http_response{.status = 404};
      return hwc::http_response{.status = 200,
                                .body = R"({"credential":{"access":"SERVER","secret":"s","securitytoken":"t",)"
                                        R"("expires_at":"2030-01-08T03:50:07.574000Z"}})"};
    }};
    return support::fetched<hwc::access_key>(chain{sources...}, over)->value.ak;
  };
  CHECK(first_of(own, env, server) == "OWN");
  CHECK(first_of(own, server, env) == "OWN");
  CHECK(first_of(env, own, server) == "FROMENV");
  CHECK(first_of(env, server, own) == "FROMENV");
  CHECK(first_of(server, own, env) == "SERVER");
  CHECK(first_of(server, env, own) == "SERVER");
}

TEST_CASE("chains of tokens, and chains in chains") {
  using hwc::secret;
  const chain inner{fixed<secret>{secret{"inner"}}};
  const chain outer{inner, fixed<secret>{secret{"outer"}}};
  CHECK(support::fetched<secret>(outer, {})->value.reveal() == "inner");
}
