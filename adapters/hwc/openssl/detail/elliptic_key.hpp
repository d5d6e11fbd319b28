// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP
#define HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::openssl::detail {

// The signing key of the algorithms that sign on an elliptic curve. `Curve` says:
//
//   using hash = sha256;  static constexpr std::string_view name;                       // as it stands on the wire
//   static constexpr int curve;                                                         // NID_…
//   static constexpr const char *key_type, *group;                                      // for OpenSSL
//   static constexpr std::string_view distinguishing_id;                                // of SM2; empty for others
//
// The private key is derived from AK and SK in the constructor; what fails there is told by `sign`.
template <class Curve>
class elliptic_signing_key {
 public:
  explicit elliptic_signing_key(const access_key& key) {
    if (key.ak.empty() || key.sk.empty()) return;  // the signer says so
    auto made = make(key);
    if (made)
      key_ = *std::move(made);
    else
      flaw_ = std::make_shared<const error>(std::move(made).error());
  }

  // Appends a DER signature, another one each time.
  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const {
    if (flaw_) return *flaw_;
    const owned<EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* settings = nullptr;
    std::size_t size = 0;
    if (!context || !key_ ||
        EVP_DigestSignInit_ex(context.get(), &settings, Curve::hash::name, nullptr, nullptr, key_.get(), nullptr) !=
            1 ||
        !identify(settings) || EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) != 1) {
      return library_error();
    }
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes(text), text.size()) != 1) return library_error();
    append_hex(hex, {signature.data(), size});
    return {};
  }

  // The key pair; null after a failure.
  [[nodiscard]] EVP_PKEY* get() const noexcept { return key_.get(); }

  // Sets the identity of SM2, for signing and for verifying. OpenSSL 3.0 takes it after the initialisation only.
  [[nodiscard]] static bool identify(EVP_PKEY_CTX* settings) {
    constexpr auto id = Curve::distinguishing_id;
    return id.empty() || EVP_PKEY_CTX_set1_id(settings, id.data(), static_cast<int>(id.size())) == 1;
  }

 private:
  using shared_key = std::shared_ptr<EVP_PKEY>;
  using number = owned<BN_clear_free>;

  static result<shared_key> make(const access_key& key) {
    const owned<EC_GROUP_free> group{EC_GROUP_new_by_curve_name(Curve::curve)};
    if (!group) return not_offered(Curve::group);
    number private_key;
    for (unsigned counter = 0; counter != 256 && !private_key; ++counter) {
      if (auto done = candidate(key, static_cast<char>(counter), *group, private_key); !done) return done.error();
    }
    if (!private_key) {
      return error{.kind = error_kind::credentials,
                   .message = "no private key follows from this AK and SK; use others"};
    }
    const owned<EC_POINT_free> point{EC_POINT_new(group.get())};
    std::array<unsigned char, 65> public_key{};
    if (!point || EC_POINT_mul(group.get(), point.get(), private_key.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, public_key.data(),
                           public_key.size(), nullptr) != public_key.size()) {
      return library_error();
    }
    const owned<OSSL_PARAM_BLD_free> builder{OSSL_PARAM_BLD_new()};
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, Curve::group, 0) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, private_key.get()) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(),
                                         public_key.size()) != 1) {
      return library_error();
    }
    const owned<OSSL_PARAM_free> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const owned<EVP_PKEY_CTX_free> context{EVP_PKEY_CTX_new_from_name(nullptr, Curve::key_type, nullptr)};
    if (!context) return not_offered(Curve::key_type);
    EVP_PKEY* made = nullptr;
    if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
      return library_error();
    }
    return shared_key{made, &EVP_PKEY_free};
  }

  // One try: 00 00 00 01, the algorithm's name, 00, the AK, the counter and 00 00 01 00 under the SK give a number,
  // which must be at most n - 2, and is the private key less one.
  static result<void> candidate(const access_key& key, char counter, const EC_GROUP& group, number& out) {
    constexpr std::string_view first{"\x00\x00\x00\x01", 4}, last{"\x00\x00\x01\x00", 4};
    std::string message{first};
    message += Curve::name;
    message += '\0';
    message += key.ak;
    message += counter;
    message += last;
    hash_value<typename Curve::hash> value;
    if (auto done = hmac<typename Curve::hash>(key.sk.reveal(), message, value); !done) return done;
    number found{BN_bin2bn(value.data(), static_cast<int>(value.size()), nullptr)};
    OPENSSL_cleanse(value.data(), value.size());
    const owned<BN_free> limit{BN_dup(EC_GROUP_get0_order(&group))};
    if (!found || !limit || BN_sub_word(limit.get(), 2) != 1) return library_error();
    if (BN_cmp(found.get(), limit.get()) > 0) return {};
    if (BN_add_word(found.get(), 1) != 1) return library_error();
    BN_set_flags(found.get(), BN_FLG_CONSTTIME);
    out = std::move(found);
    return {};
  }

  shared_key key_;
  std::shared_ptr<const error> flaw_;
};

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP
