// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_SETTINGS_HPP
#define HWC_BEAST_DETAIL_SETTINGS_HPP

#include <hwc/beast/detail/proxy.hpp>
#include <hwc/beast/options.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// TLS as all connections of a transport speak it. `flaw` says why there is none; empty: there is.
struct tls_setup {
  std::optional<boost::asio::ssl::context> context{};
  std::string flaw{};
  boost::system::error_code cause{};
};

inline tls_setup make_tls(const transport_options& options) {
  namespace ssl = boost::asio::ssl;
  using boost::system::error_code;
  tls_setup made;
  const auto ok = [&](error_code ec, const std::string& flaw) {
    if (ec && made.flaw.empty()) {
      made.flaw = flaw;
      made.cause = ec;
    }
    return made.flaw.empty();
  };
  error_code ec;
  auto& context = made.context.emplace(ssl::context::tls_client);
  if (SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) != 1) {
    ec = boost::system::errc::make_error_code(boost::system::errc::not_supported);
  }
  ok(ec, "TLS 1.2 is not available");
  context.set_verify_mode(ssl::verify_peer, ec);
  ok(ec, "certificates cannot be verified");
  if (options.ca_file.empty() && options.ca_path.empty()) {
    context.set_default_verify_paths(ec);
    ok(ec, "OpenSSL's trust store is not usable");
  }
  if (!options.ca_file.empty()) {
    context.load_verify_file(options.ca_file, ec);
    ok(ec, "ca_file is not usable: " + options.ca_file);
  }
  if (!options.ca_path.empty()) {
    context.add_verify_path(options.ca_path, ec);
    ok(ec, "ca_path is not usable: " + options.ca_path);
  }
  if (!options.client_certificate_pem.empty()) {
    const auto key = options.client_key_pem.reveal();
    context.use_certificate_chain(boost::asio::buffer(options.client_certificate_pem), ec);
    ok(ec, "client_certificate_pem holds no certificate");
    context.use_private_key(boost::asio::buffer(key.data(), key.size()), ssl::context::pem, ec);
    ok(ec, "client_key_pem is not the key of the client certificate");
  }
  return made;
}

// What the handshake is to demand of the server: a certificate for this name or address.
inline bool expect_host(SSL* tls, const std::string& host) {
  auto* check = SSL_get0_param(tls);
  boost::system::error_code no_address;
  boost::asio::ip::make_address(host, no_address);
  if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) == 1;
  X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(tls, host.c_str()) == 1 && X509_VERIFY_PARAM_set1_host(check, host.c_str(), 0) == 1;
}

// What is the same for all connections of a transport.
class settings {
 public:
  explicit settings(transport_options chosen) : options{std::move(chosen)}, routes{options.proxy} {}

  // Made when it is first needed, as reading the system's trust store takes milliseconds.
  [[nodiscard]] tls_setup& tls() const {
    std::call_once(made_, [this] { tls_ = make_tls(options); });
    return tls_;
  }

  [[nodiscard]] bool keeps_connections() const noexcept {
    return options.max_idle_connections != 0 && options.idle_age > std::chrono::milliseconds::zero();
  }

  const transport_options options;
  const proxies routes;

 private:
  mutable std::once_flag made_;
  mutable tls_setup tls_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_SETTINGS_HPP
