// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_TESTING_TLS_SERVER_HPP
#define HWC_OPENSSL_TESTING_TLS_SERVER_HPP

#include <hwc/http.hpp>
#include <hwc/openssl/detail/library.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/testing/detail/require.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/testing/socket_server.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::openssl::testing {

// A scripted server over https, with an authority of its own. Scripts act inside TLS; where they end a connection in
// order, TLS is ended in order too.
//
//   hwc::openssl::testing::tls_server server;
//   hwc::curl::transport t{{.ca_file = server.ca_file()}};
//
// Needs libssl. Throws std::runtime_error where OpenSSL fails.
class tls_server : public hwc::testing::socket_server {
 public:
  tls_server() : tls_server{std::make_shared<authority>()} {}
  ~tls_server() override { stop(); }

  // PEM file with the certificate of the authority that a client has to trust.
  [[nodiscard]] const std::string& ca_file() const noexcept { return authority_->file(); }

  // The names that clients asked for in their handshakes (SNI, RFC 6066 section 3), in order; empty ones where a client
  // named none.
  [[nodiscard]] std::vector<std::string> server_names() const {
    const std::lock_guard lock{names_mutex_};
    return names_;
  }

  [[nodiscard]] http_origin origin() const override { return {.tls = true, .host = "127.0.0.1", .port = port()}; }

  // Of the same authority.
  [[nodiscard]] std::unique_ptr<scripted_server> another() const override {
    return std::unique_ptr<tls_server>{new tls_server{authority_}};
  }

  bool present(hwc::testing::certificate what) override {
    using hwc::testing::certificate;
    using std::chrono::hours;
    stop();  // its thread reads what changes here
    switch (what) {
      case certificate::none:
        chosen_ = nullptr;
        return true;
      case certificate::trusted:
        chosen_ = make_context(authority_->issue({"127.0.0.1", "localhost"}));
        SSL_CTX_set_tlsext_servername_arg(chosen_.get(), this);
        SSL_CTX_set_tlsext_servername_callback(chosen_.get(), &note_name);
        return true;
      case certificate::unknown_authority:
        chosen_ = make_context(authority{"an authority that nobody knows"}.issue({"127.0.0.1"}));
        return true;
      case certificate::wrong_name:
        chosen_ = make_context(authority_->issue({"wrong.example"}));
        return true;
      case certificate::expired:
        chosen_ = make_context(authority_->issue({"127.0.0.1"}, hours{-48}, hours{-1}));
        return true;
      case certificate::not_yet_valid:
        chosen_ = make_context(authority_->issue({"127.0.0.1"}, hours{24}, hours{48}));
        return true;
      case certificate::old_protocol:
        chosen_ = make_context(authority_->issue({"127.0.0.1"}));
        // What OpenSSL calls level 0 admits the digests of TLS 1.1.
        SSL_CTX_set_security_level(chosen_.get(), 0);
        check(SSL_CTX_set_min_proto_version(chosen_.get(), TLS1_VERSION) == 1);
        check(SSL_CTX_set_max_proto_version(chosen_.get(), TLS1_1_VERSION) == 1);
        return true;
    }
    return false;
  }

 private:
  explicit tls_server(std::shared_ptr<authority> with) : socket_server{not_yet{}}, authority_{std::move(with)} {
    tls_server::present(hwc::testing::certificate::trusted);
    play({});
  }

  using context_ptr = detail::owned<SSL_CTX_free>;

  // TLS on the socket of a connection; the first byte that is wanted makes the handshake.
  class tls_layer : public layer {
   public:
    tls_layer(SSL_CTX* context, int socket) : tls_{SSL_new(context)} {
      if (tls_ == nullptr || SSL_set_fd(tls_.get(), socket) != 1) tls_.reset();
      if (tls_) SSL_set_accept_state(tls_.get());
    }
    ssize_t receive(int, char* to, std::size_t size) override {
      return tls_ ? moved(SSL_read(tls_.get(), to, clamped(size))) : 0;
    }
    ssize_t transmit(int, const char* from, std::size_t size) override {
      return tls_ ? moved(SSL_write(tls_.get(), from, clamped(size))) : 0;
    }
    void finish(int) override {
      if (tls_) SSL_shutdown(tls_.get());
      ERR_clear_error();
    }

   private:
    static int clamped(std::size_t size) {
      return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
    }
    ssize_t moved(int result) {
      if (result > 0) return result;
      const int why = SSL_get_error(tls_.get(), result);
      ERR_clear_error();
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
        tls_.reset();  // of no more use after a failure
        return 0;
      }
      errno = EAGAIN;
      return -1;
    }
    detail::owned<SSL_free> tls_;
  };

  std::unique_ptr<layer> make_layer(int socket) override {
    if (!chosen_) return std::make_unique<layer>();
    return std::make_unique<tls_layer>(chosen_.get(), socket);
  }

  static int note_name(SSL* tls, int*, void* self) {
    auto& server = *static_cast<tls_server*>(self);
    const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock{server.names_mutex_};
    server.names_.emplace_back(name ? name : "");
    return SSL_TLSEXT_ERR_OK;
  }

  static void check(bool ok) { hwc::testing::detail::require(ok, "hwc::openssl::testing::tls_server: OpenSSL failed"); }

  static context_ptr make_context(const identity& shown) {
    context_ptr made{SSL_CTX_new(TLS_server_method())};
    check(made != nullptr);
    // What is left of a write is offered again from another place; records are small, so that a reset cuts where the
    // script says.
    SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const auto pem = [](const std::string& text) {
      return detail::owned<BIO_free_all>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    };
    const detail::owned<X509_free> certificate{
        PEM_read_bio_X509(pem(shown.certificate_chain_pem).get(), nullptr, nullptr, nullptr)};
    const detail::owned<EVP_PKEY_free> key{
        PEM_read_bio_PrivateKey(pem(shown.private_key_pem).get(), nullptr, nullptr, nullptr)};
    check(certificate && key && SSL_CTX_use_certificate(made.get(), certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(made.get(), key.get()) == 1);
    return made;
  }

  std::shared_ptr<authority> authority_;
  context_ptr chosen_;
  mutable std::mutex names_mutex_;
  std::vector<std::string> names_{};
};

}  // namespace hwc::openssl::testing

#endif  // HWC_OPENSSL_TESTING_TLS_SERVER_HPP
