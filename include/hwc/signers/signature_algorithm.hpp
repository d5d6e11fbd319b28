// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_SIGNATURE_ALGORITHM_HPP
#define HWC_SIGNERS_SIGNATURE_ALGORITHM_HPP

#include <hwc/error.hpp>
#include <hwc/secret.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

// Keys of an account or IAM user, permanent or temporary.
struct access_key {
  std::string ak{};         // access key id; not a secret
  secret sk{};              // secret access key
  secret security_token{};  // of temporary keys, sent as X-Security-Token; empty for permanent ones
};

// What the key of some algorithms is bound to, besides the day.
struct credential_scope {
  std::string region{};   // id of the region, e.g. "cn-north-4"; "globe" with global credentials
  std::string service{};  // name of the service, as the vendor defines it for such signatures
};

namespace detail {

template <class T>
concept has_algorithm_name = requires {
  { T::name } -> std::convertible_to<std::string_view>;
};

template <class T>
concept has_content_header = requires {
  { T::content_header } -> std::convertible_to<std::string_view>;
};

template <class T>
concept has_digest = std::default_initializable<typename T::digest> &&
    requires(typename T::digest& digest, std::string_view text, std::string& hex) {
  digest.update(text);
  { digest.finish(hex) } -> std::same_as<result<void>>;
};

template <class T>
concept has_plain_signing_key = std::constructible_from<typename T::signing_key, const access_key&> &&
    requires(const typename T::signing_key& key, std::string_view text, std::string& hex) {
  { key.sign(text, hex) } -> std::same_as<result<void>>;
};

template <class T>
concept has_scoped_signing_key =
    std::constructible_from<typename T::signing_key, const access_key&, credential_scope> &&
    requires(const typename T::signing_key& key, std::string_view text, std::string& hex) {
  { key.scope(text) } -> std::same_as<result<std::string>>;
  { key.sign(text, text, hex) } -> std::same_as<result<void>>;
};

template <class T>
concept has_signing_key = has_plain_signing_key<T> || has_scoped_signing_key<T>;

}  // namespace detail

// A SignatureAlgorithm is what `access_key_signer` needs of a cryptography library:
//
//   static constexpr std::string_view name = "SDK-HMAC-SHA256";                   // as it stands on the wire
//   static constexpr std::string_view content_header = "X-Sdk-Content-Sha256";    // may carry the payload's hash
//   struct digest {                                            // one hash over all bytes given to update, default-made
//     void update(std::string_view bytes);
//     hwc::result<void> finish(std::string& hex);              // appends lower-case hexadecimal digits; once
//     void restart();                                          // may be there: begins another hash, also after
//     `finish`
//   };
//   struct signing_key {                                       // what can be prepared from a key once
//     explicit signing_key(const hwc::access_key&);
//     hwc::result<void> sign(std::string_view text, std::string& hex) const;    // appends; from many threads at once
//   };
//
// The key of an algorithm that binds it to a scope, such as V11-HMAC-SHA256, is instead
//
//   struct signing_key {
//     signing_key(const hwc::access_key&, hwc::credential_scope);
//     hwc::result<std::string> scope(std::string_view sdk_date) const;                 // "20250314/cn-north-4/service"
//     hwc::result<void> sign(std::string_view text, std::string_view scope, std::string& hex) const;
//   };
//
// and such an algorithm may name, as `unscoped`, the one by which services sign that know no scopes.
//
// A failure of the library is kept and reported by `finish` and `sign`, as `error_kind::credentials`.
// adapters/hwc/openssl has the algorithms over OpenSSL.
template <class T>
concept signature_algorithm = detail::has_algorithm_name<T> && detail::has_content_header<T> && detail::has_digest<T> &&
    detail::has_signing_key<T>;

}  // namespace hwc

#endif  // HWC_SIGNERS_SIGNATURE_ALGORITHM_HPP
