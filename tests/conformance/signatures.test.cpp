// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/openssl/sdk_hmac_sm3.hpp>
#include <hwc/openssl/v11_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>

#include "support/number_from.hpp"
#include "support/plain_signature.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace {

// Requests in which whatever can be strange is strange now and then; the same ones in each run.
class random_requests {
 public:
  plain::request next() {
    plain::request made;
    made.method = pick({"GET", "POST", "PUT", "PATCH", "DELETE"});
    made.host = pick({"workspace.cn-north-4.myhuaweicloud.com", "a.example", "127.0.0.1"});
    for (int segments = number(5); segments >= 0; --segments) made.path += '/' + text(number(8), path_characters);
    for (int pairs = number(5); pairs > 0; --pairs) {
      made.query += (made.query.empty() ? "" : "&") + text(number(4), query_characters);
      if (number(4) != 0) made.query += '=' + text(number(6), query_characters);
    }
    made.headers = {{"Host", made.host}, {"X-Sdk-Date", "20250314T0926" + std::to_string(10 + number(49)) + "Z"}};
    if (number(2) == 0) {
      made.headers.emplace_back(pick({"Content-Type", "content-type"}),
                                pick({"application/json", "application/json;charset=utf-8", "application/bson",
                                      "text/plain", "application/octet-stream"}));
    }
    if (number(9) == 0) made.headers.emplace_back("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
    for (int more = number(4); more > 0; --more) {
      made.headers.emplace_back("X-" + std::to_string(more) + text(number(5), "abcXYZ-_09"),
                                text(number(10), value_characters));
    }
    made.body = text(number(3) == 0 ? 0 : number(100), query_characters);
    return made;
  }

  int number(int below) { return static_cast<int>(engine_() % static_cast<unsigned>(below)); }

 private:
  static constexpr std::string_view path_characters = "abcXYZ019-_.~%2Ff25!$&'()*+,;=:@/\xC3\xA9%%";
  static constexpr std::string_view query_characters = "abcXYZ019-_.~%2Ff+/?:@ \xE2\x82\xAC%%{}\"";
  static constexpr std::string_view value_characters = "abcXYZ019 \t,;=\"\xC3\xA9  ";

  std::string text(int size, std::string_view from) {
    std::string made;
    for (int i = 0; i != size; ++i) made += from[static_cast<std::size_t>(number(static_cast<int>(from.size())))];
    return made;
  }
  std::string pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(number(static_cast<int>(from.size())))];
  }
  std::mt19937 engine_{20250314};
};

hwc::http_request to_request(const plain::request& from) {
  hwc::http_request made;
  for (const auto one : {hwc::http_method::get, hwc::http_method::post, hwc::http_method::put, hwc::http_method::patch,
                         hwc::http_method::delete_}) {
    if (to_string(one) == from.method) made.method = one;
  }
  made.origin.host = from.host;
  made.target = from.path + (from.query.empty() ? "" : "?" + from.query);
  for (const auto& [name, value] : from.headers) made.headers.add(name, value);
  made.body = from.body;
  return made;
}

// Gives how many differed, and reports the first of them.
template <class Signer>
int differences(const Signer& signer, const std::string& algorithm, const std::string& scope, std::size_t count) {
  random_requests requests;
  int different = 0;
  for (std::size_t i = 0; i != count; ++i) {
    const auto from = requests.next();
    auto request = to_request(from);
    const auto expected = plain::sign(from, algorithm, "AK/example", "sk+/=", scope);
    const auto done = signer.sign(request, {});
    const auto got = done ? std::string{request.headers.find("Authorization").value_or("")} : to_string(done.error());
    if (got == expected.authorization) continue;
    if (++different == 1) {
      CHECK(signer.canonical_request(request).value() == expected.canonical_request);
      CHECK(got == expected.authorization);
    }
  }
  return different;
}

const hwc::access_key key{"AK/example", "sk+/="};

}  // namespace

// 100,000 of them, or HWC_RANDOM_REQUESTS where all is slow.
TEST_CASE("random requests: signed like a second implementation of the rules, which shares no code") {
  using namespace hwc::openssl;
  const auto all = support::number_from("HWC_RANDOM_REQUESTS", 100'000);
  REQUIRE(all >= 100);
  CHECK(differences(hwc::access_key_signer<sdk_hmac_sha256>{key}, "SDK-HMAC-SHA256", "", all / 5 * 3) == 0);
  CHECK(differences(hwc::access_key_signer<sdk_hmac_sm3>{key}, "SDK-HMAC-SM3", "", all / 5) == 0);
  CHECK(differences(hwc::access_key_signer<v11_hmac_sha256>{key, {"cn-north-4", "demo"}}, "V11-HMAC-SHA256",
                    "cn-north-4/demo", all / 5) == 0);
}
