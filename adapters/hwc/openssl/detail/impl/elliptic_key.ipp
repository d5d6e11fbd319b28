// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_IMPL_ELLIPTIC_KEY_IPP
#define HWC_OPENSSL_DETAIL_IMPL_ELLIPTIC_KEY_IPP

#include <hwc/openssl/detail/elliptic_key.hpp>
#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::openssl::detail {

static_assert(curve_prime256v1 == NID_X9_62_prime256v1 && curve_sm2 == NID_sm2);

// One try: 00 00 00 01, the algorithm's name, 00, the AK, the counter and 00 00 01 00 under the SK give a number,
// which must be at most n - 2, and is the private key less one.
HWC_DECL result<void> elliptic_candidate(const elliptic_curve& on, const access_key& key, char counter,
                                         const EC_GROUP& group, owned<BN_clear_free>& out) {
  constexpr std::string_view first{"\x00\x00\x00\x01", 4}, last{"\x00\x00\x01\x00", 4};
  std::string message{first};
  message += on.algorithm;
  message += '\0';
  message += key.ak;
  message += counter;
  message += last;
  std::array<unsigned char, EVP_MAX_MD_SIZE> memory;
  const auto value = std::span{memory}.first(on.hash_size);
  if (auto done = hmac(on.hash, key.sk.reveal(), message, value); !done) return done;
  owned<BN_clear_free> found{BN_bin2bn(value.data(), static_cast<int>(value.size()), nullptr)};
  OPENSSL_cleanse(value.data(), value.size());
  const owned<BN_free> limit{BN_dup(EC_GROUP_get0_order(&group))};
  if (!found || !limit || BN_sub_word(limit.get(), 2) != 1) return library_error();
  if (BN_cmp(found.get(), limit.get()) > 0) return {};
  if (BN_add_word(found.get(), 1) != 1) return library_error();
  BN_set_flags(found.get(), BN_FLG_CONSTTIME);
  out = std::move(found);
  return {};
}

HWC_DECL result<std::shared_ptr<EVP_PKEY>> make_elliptic_key(const elliptic_curve& on, const access_key& key) {
  const owned<EC_GROUP_free> group{EC_GROUP_new_by_curve_name(on.curve)};
  if (!group) return not_offered(on.group);
  owned<BN_clear_free> private_key;
  for (unsigned counter = 0; counter != 256 && !private_key; ++counter) {
    if (auto done = elliptic_candidate(on, key, static_cast<char>(counter), *group, private_key); !done)
      return done.error();
  }
  if (!private_key) {
    return error{.kind = error_kind::credentials, .message = "no private key follows from this AK and SK; use others"};
  }
  const owned<EC_POINT_free> point{EC_POINT_new(group.get())};
  std::array<unsigned char, 65> public_key{};
  if (!point || EC_POINT_mul(group.get(), point.get(), private_key.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, public_key.data(), public_key.size(),
                         nullptr) != public_key.size()) {
    return library_error();
  }
  const owned<OSSL_PARAM_BLD_free> builder{OSSL_PARAM_BLD_new()};
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, on.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, private_key.get()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(), public_key.size()) !=
          1) {
    return library_error();
  }
  const owned<OSSL_PARAM_free> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const owned<EVP_PKEY_CTX_free> context{EVP_PKEY_CTX_new_from_name(nullptr, on.key_type, nullptr)};
  if (!context) return not_offered(on.key_type);
  EVP_PKEY* made = nullptr;
  if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
    return library_error();
  }
  return std::shared_ptr<EVP_PKEY>{made, &EVP_PKEY_free};
}

HWC_DECL elliptic_key::elliptic_key(const elliptic_curve& on, const access_key& key) : on_{&on} {
  if (key.ak.empty() || key.sk.empty()) return;  // the signer says so
  auto made = make_elliptic_key(on, key);
  if (made)
    key_ = *std::move(made);
  else
    flaw_ = std::make_shared<const error>(std::move(made).error());
}

HWC_DECL result<void> elliptic_key::sign(std::string_view text, std::string& hex) const {
  if (flaw_) return *flaw_;
  const owned<EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* settings = nullptr;
  std::size_t size = 0;
  if (!context || !key_ ||
      EVP_DigestSignInit_ex(context.get(), &settings, on_->hash, nullptr, nullptr, key_.get(), nullptr) != 1 ||
      !identify(*on_, settings) || EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) != 1) {
    return library_error();
  }
  std::vector<unsigned char> signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, bytes(text), text.size()) != 1) return library_error();
  append_hex(hex, {signature.data(), size});
  return {};
}

HWC_DECL bool elliptic_key::identify(const elliptic_curve& on, EVP_PKEY_CTX* settings) {
  const auto id = on.distinguishing_id;
  return id.empty() || EVP_PKEY_CTX_set1_id(settings, id.data(), static_cast<int>(id.size())) == 1;
}

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_IMPL_ELLIPTIC_KEY_IPP
