// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP
#define HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP

#include <hwc/openssl/detail/handle.hpp>

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

// NID_X9_62_prime256v1 and NID_sm2 of OpenSSL.
inline constexpr int curve_prime256v1 = 415;
inline constexpr int curve_sm2 = 1172;

// What tells the algorithms that sign on an elliptic curve apart.
struct elliptic_curve {
  std::string_view algorithm;  // its name, as it stands on the wire
  const char* hash;            // for OpenSSL, as are the others below
  std::size_t hash_size;       // in bytes
  int curve;                   // NID_…
  const char* key_type;
  const char* group;
  std::string_view distinguishing_id;  // of SM2; empty for others
};

// A private key that is derived from AK and SK in the constructor; what fails there is told by `sign`.
class elliptic_key {
 public:
  // `on` outlives this.
  elliptic_key(const elliptic_curve& on, const access_key& key);

  // Appends a DER signature, another one each time.
  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const;

  // The key pair; null after a failure.
  [[nodiscard]] evp_pkey_st* get() const noexcept { return key_.get(); }

  // Sets the identity of SM2, for signing and for verifying. OpenSSL 3.0 takes it after the initialisation only.
  [[nodiscard]] static bool identify(const elliptic_curve& on, evp_pkey_ctx_st* settings);

 private:
  const elliptic_curve* on_;
  std::shared_ptr<evp_pkey_st> key_{};
  std::shared_ptr<const error> flaw_{};
};

// The signing key of such an algorithm. `Curve` says:
//
//   using hash = sha256;  static constexpr std::string_view name;                       // as it stands on the wire
//   static constexpr int curve;                                                         // NID_…
//   static constexpr const char *key_type, *group;                                      // for OpenSSL
//   static constexpr std::string_view distinguishing_id;                                // of SM2; empty for others
template <class Curve>
class elliptic_signing_key {
 public:
  explicit elliptic_signing_key(const access_key& key) : key_{on, key} {}

  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const { return key_.sign(text, hex); }

  [[nodiscard]] evp_pkey_st* get() const noexcept { return key_.get(); }
  [[nodiscard]] static bool identify(evp_pkey_ctx_st* settings) { return elliptic_key::identify(on, settings); }

 private:
  static constexpr elliptic_curve on{.algorithm = Curve::name,
                                     .hash = Curve::hash::name,
                                     .hash_size = Curve::hash::size,
                                     .curve = Curve::curve,
                                     .key_type = Curve::key_type,
                                     .group = Curve::group,
                                     .distinguishing_id = Curve::distinguishing_id};

  elliptic_key key_;
};

}  // namespace hwc::openssl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/openssl/detail/impl/elliptic_key.ipp>
#endif

#endif  // HWC_OPENSSL_DETAIL_ELLIPTIC_KEY_HPP
