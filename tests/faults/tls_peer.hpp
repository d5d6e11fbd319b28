// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_TLS_PEER_HPP
#define HWC_TESTS_FAULTS_TLS_PEER_HPP

#include <hwc/http.hpp>
#include <hwc/openssl/detail/library.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/testing/socket_server.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace faults {

// How a `tls_peer` differs from a good server.
struct tls_faults {
  std::size_t bare_first = 0;        // so many connections have no TLS: scripts see the handshake as a request
  bool self_signed = false;          // the certificate is its own authority, which nobody trusts
  bool demands_certificate = false;  // of the client, which TLS 1.3 tells it after its request was written
  bool reads_on = false;             // after its alert, so that no reset overtakes that
  bool takes_early_data = false;     // tickets allow 0-RTT
  std::vector<hwc::testing::script> scripts{};
};

// A scripted server over https, for what `hwc::openssl::testing::tls_server` does not do. It counts what clients offer.
class tls_peer : public hwc::testing::socket_server {
 public:
  explicit tls_peer(tls_faults what) : socket_server{not_yet{}}, what_{std::move(what)}, context_{make()} {
    SSL_CTX_set_client_hello_cb(context_.get(), &look_at_hello, this);
    play(what_.scripts);
  }
  ~tls_peer() override { stop(); }

  [[nodiscard]] const std::string& ca_file() const noexcept { return authority_.file(); }
  [[nodiscard]] hwc::http_origin origin() const override { return {.tls = true, .host = "127.0.0.1", .port = port()}; }

  [[nodiscard]] std::size_t hellos() const noexcept { return hellos_; }
  [[nodiscard]] std::size_t early_data() const noexcept { return early_data_; }  // hellos that announce it

 private:
  template <auto Free>
  using owned = hwc::openssl::detail::owned<Free>;

  static void check(bool good) {
    if (!good) throw std::runtime_error{"faults::tls_peer: OpenSSL failed"};
  }

  class tls_layer : public layer {
   public:
    tls_layer(SSL_CTX* context, int socket, bool reads_on) : tls_{SSL_new(context)}, reads_on_{reads_on} {
      check(tls_ && SSL_set_fd(tls_.get(), socket) == 1);
      SSL_set_accept_state(tls_.get());
    }
    ssize_t receive(int socket, char* to, std::size_t size) override {
      const auto n = tls_ ? moved(SSL_read(tls_.get(), to, static_cast<int>(size))) : 0;
      if (n != 0 || !reads_on_) return n;
      ssize_t rest = 0;
      while ((rest = ::recv(socket, to, size, 0)) > 0) {
      }
      return rest < 0 && errno == EAGAIN ? -1 : 0;
    }
    ssize_t transmit(int, const char* from, std::size_t size) override {
      return tls_ ? moved(SSL_write(tls_.get(), from, static_cast<int>(size))) : 0;
    }
    void finish(int) override {
      if (tls_) SSL_shutdown(tls_.get());
    }

   private:
    ssize_t moved(int result) {
      if (result > 0) return result;
      const int why = SSL_get_error(tls_.get(), result);
      ERR_clear_error();
      errno = EAGAIN;
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return -1;
      tls_.reset();
      return 0;
    }
    owned<SSL_free> tls_;
    bool reads_on_;
  };

  std::unique_ptr<layer> make_layer(int socket) override {
    if (accepted_++ < what_.bare_first) return std::make_unique<layer>();
    return std::make_unique<tls_layer>(context_.get(), socket, what_.reads_on);
  }

  owned<SSL_CTX_free> make() {
    owned<SSL_CTX_free> made{SSL_CTX_new(TLS_server_method())};
    const auto shown = authority_.issue({"127.0.0.1"});
    const auto pem = [](const std::string& text) {
      return owned<BIO_free_all>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    };
    const owned<X509_free> certificate{
        PEM_read_bio_X509(pem(shown.certificate_chain_pem).get(), nullptr, nullptr, nullptr)};
    const owned<EVP_PKEY_free> key{
        PEM_read_bio_PrivateKey(pem(shown.private_key_pem).get(), nullptr, nullptr, nullptr)};
    check(made && certificate && key);
    if (what_.self_signed) {
      check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1 &&
            X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    }
    check(SSL_CTX_use_certificate(made.get(), certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(made.get(), key.get()) == 1);
    SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    check(SSL_CTX_set_session_id_context(made.get(), reinterpret_cast<const unsigned char*>("hwc"), 3) == 1);
    if (what_.takes_early_data) check(SSL_CTX_set_max_early_data(made.get(), 16384) == 1);
    if (what_.demands_certificate) {
      check(SSL_CTX_set_min_proto_version(made.get(), TLS1_3_VERSION) == 1);
      SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return made;
  }

  static int look_at_hello(SSL* tls, int*, void* self) {
    auto& peer = *static_cast<tls_peer*>(self);
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    ++peer.hellos_;
    peer.early_data_ += SSL_client_hello_get0_ext(tls, TLSEXT_TYPE_early_data, &bytes, &size) == 1 ? 1 : 0;
    return SSL_CLIENT_HELLO_SUCCESS;
  }

  tls_faults what_;
  hwc::openssl::testing::authority authority_{};
  std::size_t accepted_ = 0;
  std::atomic<std::size_t> hellos_ = 0;
  std::atomic<std::size_t> early_data_ = 0;
  owned<SSL_CTX_free> context_;
};

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_TLS_PEER_HPP
