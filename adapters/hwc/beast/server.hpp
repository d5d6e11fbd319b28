// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_SERVER_HPP
#define HWC_BEAST_SERVER_HPP

#include <hwc/beast/detail/needs_exceptions.hpp>  // says so before anything else fails

#include <hwc/beast/detail/session.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/secret.hpp>

#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace hwc::inline v0_1::beast {

// What a `server` shows and demands over https. All texts are PEM.
struct server_tls {
  std::string
      certificate_chain_pem{};  // the server's certificate first, then those that lead to an authority; required
  secret private_key_pem{};     // of the server's certificate; required
  std::string client_ca_pem{};  // demands a client certificate signed by one of these. Default: empty, none is demanded
};

// Puts a service on a socket with Boost.Beast, for tests and demonstrations:
//
//   hwc::beast::server s{service, "127.0.0.1", 0};   // any `hwc::fake::service`; port 0: one that is free
//   … hwc::endpoint{s.url(), project_id} …
//
// It serves from the constructor to `stop()`, on one thread of its own, which also calls the service: one request at a
// time, with the time of the system clock. It is not made for the open network: it limits what a request may hold (64
// KiB of head, else 431; 12 MiB of body, else 413) but not how many connections there are or how long they idle.
//
// On the wire: HTTP/1.1 with connections kept alive, chunked requests and `Expect: 100-continue`; over https TLS 1.2 or
// later. What is not HTTP gets 400, a method other than GET, POST, PUT, PATCH and DELETE 501, and a service that throws
// or whose response cannot be written (a status outside 200…999, CR or LF in a header) 500; the server lives on. The
// service's own Content-Length and Transfer-Encoding are replaced by the true ones; 204 and 304 carry no body.
// `truncated` of a response plays no part.
//
// Threads: all members may be called from any thread, `stop()` also from the service. Needs exceptions.
class server {
 public:
  // Listens on an IP address, http or, with `tls`, https. Throws std::system_error where the address is not usable or
  // in use, or where `tls` does not hold a certificate and its key; the message says which.
  server(fake::any_service service, const std::string& address, std::uint16_t port)
      : server{std::move(service), address, port, nullptr} {}
  server(fake::any_service service, const std::string& address, std::uint16_t port, const server_tls& tls)
      : server{std::move(service), address, port, &tls} {}

  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server() { stop(); }

  [[nodiscard]] std::uint16_t port() const noexcept { return endpoint_.port(); }

  // Scheme, address and port, e.g. "http://127.0.0.1:8080" or "https://[::1]:8443".
  [[nodiscard]] std::string url() const {
    const auto host = endpoint_.address().to_string();
    return (tls_ ? "https://" : "http://") + (endpoint_.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(port());
  }

  // Requests received completely, counted before the service is called.
  [[nodiscard]] std::size_t requests() const noexcept { return served_.requests; }

  // Connections accepted, those included whose TLS handshake failed.
  [[nodiscard]] std::size_t connections() const noexcept { return served_.connections; }

  // Closes the port and all connections and waits for the thread. Called from the service, it does so without
  // waiting, once the service has returned. Further calls do nothing.
  void stop() {
    io_.stop();
    if (io_.get_executor().running_in_this_thread()) return;
    const std::lock_guard lock{stopping_};
    if (!thread_.joinable()) return;
    thread_.join();
    boost::system::error_code ignored;
    listener_.close(ignored);
    for (auto* each : served_.sessions) each->close();
  }

 private:
  using tcp = boost::asio::ip::tcp;

  server(fake::any_service service, const std::string& address, std::uint16_t port, const server_tls* tls)
      : served_{std::move(service)} {
    if (tls != nullptr) set_up(*tls);
    listen(address, port);
    accept();
    thread_ = std::thread{[this] { io_.run(); }};
  }

  static void check(const boost::system::error_code& ec, const std::string& what) {
    if (ec) throw std::system_error{ec, "hwc::beast::server: " + what};
  }

  void set_up(const server_tls& tls) {
    namespace ssl = boost::asio::ssl;
    tls_.emplace(ssl::context::tls_server);
    boost::system::error_code ec;
    if (SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION) != 1) {
      ec = boost::system::errc::make_error_code(boost::system::errc::not_supported);
    }
    check(ec, "TLS 1.2 is not available");
    const auto key = tls.private_key_pem.reveal();
    tls_->use_certificate_chain(boost::asio::buffer(tls.certificate_chain_pem), ec);
    check(ec, "certificate_chain_pem holds no certificate");
    tls_->use_private_key(boost::asio::buffer(key.data(), key.size()), ssl::context::pem, ec);
    check(ec, "private_key_pem is not the key of the certificate");
    if (tls.client_ca_pem.empty()) return;
    tls_->add_certificate_authority(boost::asio::buffer(tls.client_ca_pem), ec);
    check(ec, "client_ca_pem holds no certificate");
    tls_->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, ec);
    check(ec, "client certificates cannot be demanded");
  }

  void listen(const std::string& address, std::uint16_t port) {
    boost::system::error_code ec;
    const auto ip = boost::asio::ip::make_address(address, ec);
    check(ec, "not an IP address: " + address);
    endpoint_ = {ip, port};
    const auto where = address + " port " + std::to_string(port);
    listener_.open(endpoint_.protocol(), ec);
    check(ec, "no socket for " + where);
    listener_.set_option(boost::asio::socket_base::reuse_address{true}, ec);
    check(ec, "no socket for " + where);
    listener_.bind(endpoint_, ec);
    check(ec, "cannot listen on " + where);
    listener_.listen(boost::asio::socket_base::max_listen_connections, ec);
    check(ec, "cannot listen on " + where);
    endpoint_ = listener_.local_endpoint(ec);
    check(ec, "cannot listen on " + where);
  }

  void accept() {
    listener_.async_accept([this](boost::system::error_code ec, tcp::socket socket) {
      if (ec == boost::asio::error::operation_aborted) return;
      if (ec) {
        // Descriptors ran out, most likely; trying again at once would only burn the processor.
        pause_.expires_after(std::chrono::milliseconds{20});
        pause_.async_wait([this](boost::system::error_code stopped) {
          if (!stopped) accept();
        });
        return;
      }
      ++served_.connections;
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      if (tls_)
        detail::start_session(served_, std::move(socket), *tls_);
      else
        detail::start_session(served_, std::move(socket));
      accept();
    });
  }

  std::optional<boost::asio::ssl::context> tls_;
  detail::served served_;  // outlives `io_`, whose end destroys the sessions
  boost::asio::io_context io_{1};
  tcp::acceptor listener_{io_};
  boost::asio::steady_timer pause_{io_};
  tcp::endpoint endpoint_;
  std::mutex stopping_;
  std::thread thread_;
};

}  // namespace hwc::beast

#endif  // HWC_BEAST_SERVER_HPP
