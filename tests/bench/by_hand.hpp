// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_BY_HAND_HPP
#define HWC_TESTS_BENCH_BY_HAND_HPP

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bench {

// What all benchmarks of signing and sending have in common.
inline const std::string access_key = "QTWAOYTTINDUT2QVKYUC";
inline const std::string secret_key = "LsGzuWaJ3qzIUsFXyhm9ZTzNqLuBfZEJuM6iL5Jc";
inline const std::string project = "0bec5db98280d2d02fd6c00c2de791ce";
inline const std::string user = "8a2c3f9479d5cf360179d622364f0008";
inline const std::string body = R"({"template_id":"email01"})";

using hash = std::array<unsigned char, 32>;

inline void check(int good) {
  if (good != 1) throw std::runtime_error{"OpenSSL failed"};
}

// Of HMAC: a block of the key, by bytes combined with another one.
inline std::array<unsigned char, 64> pad_of(std::string_view key, unsigned char with) {
  std::array<unsigned char, 64> pad;
  pad.fill(with);
  for (std::size_t i = 0; i != key.size(); ++i) pad[i] ^= static_cast<unsigned char>(key[i]);
  return pad;
}

// Hashes as a signature needs them, with the algorithm fetched once and the key's pads hashed once.
class fetched_hashes {
 public:
  explicit fetched_hashes(std::string_view key) : inner_{padded(key, 0x36)}, outer_{padded(key, 0x5c)} {}

  hash sha256(std::string_view text) const {
    check(EVP_DigestInit_ex2(one_.get(), sha256_.get(), nullptr));
    return ended(text);
  }
  hash hmac(std::string_view text) const {
    check(EVP_MD_CTX_copy_ex(one_.get(), inner_.get()));
    const auto value = ended(text);
    check(EVP_MD_CTX_copy_ex(one_.get(), outer_.get()));
    return ended({reinterpret_cast<const char*>(value.data()), value.size()});
  }

 private:
  struct freed {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  using context = std::unique_ptr<EVP_MD_CTX, freed>;

  context padded(std::string_view key, unsigned char with) const {
    const auto pad = pad_of(key, with);
    context begun{EVP_MD_CTX_new()};
    check(EVP_DigestInit_ex2(begun.get(), sha256_.get(), nullptr));
    check(EVP_DigestUpdate(begun.get(), pad.data(), pad.size()));
    return begun;
  }

  hash ended(std::string_view text) const {
    hash value;
    unsigned size = 0;
    check(EVP_DigestUpdate(one_.get(), text.data(), text.size()));
    check(EVP_DigestFinal_ex(one_.get(), value.data(), &size));
    return value;
  }

  std::unique_ptr<EVP_MD, freed> sha256_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  context inner_, outer_;
  context one_{EVP_MD_CTX_new()};
};

// --- What one would write by hand ---

inline std::string hex(const hash& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : value) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

inline std::string sha256_hex(const std::string& text) {
  hash value;
  unsigned size = 0;
  check(EVP_Digest(text.data(), text.size(), value.data(), &size, EVP_sha256(), nullptr));
  return hex(value);
}

inline std::string resend_path() { return "/v2/" + project + "/users/" + user + "/resend-email"; }

// The headers of a request to resend an email, signed.
inline std::map<std::string, std::string> headers_by_hand(const std::string& host, std::time_t now) {
  std::map<std::string, std::string> headers{
      {"content-type", "application/json"}, {"host", host}, {"x-project-id", project}};
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char date[32];
  std::strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &parts);
  headers["x-sdk-date"] = date;
  std::string text = "POST\n" + resend_path() + "/\n\n", names;
  for (const auto& [name, value] : headers) {
    text += name + ':' + value + '\n';
    names += (names.empty() ? "" : ";") + name;
  }
  text += '\n' + names + '\n' + sha256_hex(body);
  const std::string signed_text = std::string{"SDK-HMAC-SHA256\n"} + date + '\n' + sha256_hex(text);
  hash value;
  unsigned size = 0;
  HMAC(EVP_sha256(), secret_key.data(), static_cast<int>(secret_key.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), value.data(), &size);
  headers["authorization"] =
      "SDK-HMAC-SHA256 Access=" + access_key + ", SignedHeaders=" + names + ", Signature=" + hex(value);
  return headers;
}

}  // namespace bench

#endif  // HWC_TESTS_BENCH_BY_HAND_HPP
