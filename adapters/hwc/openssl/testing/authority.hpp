// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_TESTING_AUTHORITY_HPP
#define HWC_OPENSSL_TESTING_AUTHORITY_HPP

#include <hwc/openssl/detail/library.hpp>
#include <hwc/testing/detail/require.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace hwc::inline v0_1::openssl::testing {

// A certificate and its private key, both as PEM, for tests.
struct identity {
  std::string certificate_chain_pem;
  std::string private_key_pem;
};

// A certificate authority for tests, in memory and for as long as the object lives; no key of it touches the disk. Each
// object is a different authority. Keys are P-256, which takes a millisecond. Where OpenSSL or the disk fails, members
// throw std::runtime_error, or without exceptions end the program.
//
// Threads: `issue` may be called from many at once.
class authority {
 public:
  using seconds = std::chrono::seconds;

  explicit authority(const std::string& name = "hwc test authority") : key_{make_key()} {
    certificate_ = make_certificate(name, {}, *key_, seconds{-3600}, seconds{86400});
    certificate_pem_ = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
    file_ = (std::filesystem::temp_directory_path() / "hwc-authority-XXXXXX").string();
    const int file = ::mkstemp(file_.data());
    hwc::testing::detail::require(file >= 0, "hwc::openssl::testing::authority: no temporary file");
    const auto written = ::write(file, certificate_pem_.data(), certificate_pem_.size());
    ::close(file);
    hwc::testing::detail::require(written == static_cast<ssize_t>(certificate_pem_.size()),
                                  "hwc::openssl::testing::authority: cannot write");
  }
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;
  ~authority() { ::unlink(file_.c_str()); }

  // A certificate for these host names and addresses, signed by this authority. Its validity is given relative to now.
  [[nodiscard]] identity issue(const std::vector<std::string>& names, seconds not_before = seconds{-3600},
                               seconds not_after = seconds{86400}) const {
    const auto key = make_key();
    const auto certificate = make_certificate(names.at(0), names, *key, not_before, not_after);
    return {to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }), to_pem([&](BIO* out) {
              return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
  }

  [[nodiscard]] const std::string& certificate_pem() const noexcept { return certificate_pem_; }
  // A file that holds `certificate_pem()` and is removed with this object.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  using key_ptr = detail::owned<EVP_PKEY_free>;
  using certificate_ptr = detail::owned<X509_free>;

  static void check(bool ok) { hwc::testing::detail::require(ok, "hwc::openssl::testing::authority: OpenSSL failed"); }

  static key_ptr make_key() {
    key_ptr key{EVP_EC_gen("P-256")};
    check(key != nullptr);
    return key;
  }

  // Signed by `key_`. No names: the authority itself.
  [[nodiscard]] certificate_ptr make_certificate(const std::string& subject, const std::vector<std::string>& names,
                                                 EVP_PKEY& key, seconds not_before, seconds not_after) const {
    certificate_ptr made{X509_new()};
    check(made != nullptr);
    auto* x = made.get();
    std::uint32_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    check(X509_set_version(x, 2) == 1);
    check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial) == 1);
    check(X509_gmtime_adj(X509_getm_notBefore(x), static_cast<long>(not_before.count())) != nullptr);
    check(X509_gmtime_adj(X509_getm_notAfter(x), static_cast<long>(not_after.count())) != nullptr);
    const auto* text = reinterpret_cast<const unsigned char*>(subject.c_str());
    check(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
    check(X509_set_pubkey(x, &key) == 1);
    X509* issuer = certificate_ ? certificate_.get() : x;
    check(X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1);
    if (names.empty()) {
      extend(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
      extend(x, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
      extend(x, issuer, NID_basic_constraints, "critical,CA:FALSE");
      extend(x, issuer, NID_subject_alt_name, alternative_names(names));
    }
    check(X509_sign(x, key_.get(), EVP_sha256()) > 0);
    return made;
  }

  static std::string alternative_names(const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names) {
      const bool address =
          name.find_first_not_of("0123456789.") == std::string::npos || name.find(':') != std::string::npos;
      all += (all.empty() ? "" : ",") + std::string{address ? "IP:" : "DNS:"} + name;
    }
    return all;
  }

  static void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const detail::owned<X509_EXTENSION_free> made{X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str())};
    check(made != nullptr && X509_add_ext(certificate, made.get(), -1) == 1);
  }

  template <class Write>
  static std::string to_pem(Write write) {
    const detail::owned<BIO_free_all> out{BIO_new(BIO_s_mem())};
    check(out != nullptr && write(out.get()) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  key_ptr key_;
  certificate_ptr certificate_;
  std::string certificate_pem_;
  std::string file_;
};

}  // namespace hwc::openssl::testing

#endif  // HWC_OPENSSL_TESTING_AUTHORITY_HPP
