// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_STREAM_HPP
#define HWC_BEAST_DETAIL_STREAM_HPP

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// A TCP connection, over which TLS is spoken once `secure` was called.
class stream {
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

 public:
  explicit stream(const boost::asio::any_io_executor& where) : socket_{where} {}

  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
  [[nodiscard]] bool is_secured() const noexcept { return tls_.has_value(); }
  [[nodiscard]] tcp::socket& socket() noexcept { return socket_; }

  // A socket that is not connected yet, instead of any there was.
  void open(const tcp& protocol, error_code& ec) {
    close();
    socket_.open(protocol, ec);
    if (ec) return;
    error_code ignored;
    ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);  // for `quiet`
  }

  // Operations under way end with an error.
  void close() noexcept {
    error_code ignored;
    socket_.close(ignored);
  }

  boost::asio::ssl::stream<tcp::socket&>& secure(boost::asio::ssl::context& context) {
    return tls_.emplace(socket_, context);
  }

  // Of the certificate check in the handshake.
  [[nodiscard]] long verify_result() { return tls_ ? ::SSL_get_verify_result(tls_->native_handle()) : X509_V_OK; }

  // Whether nothing has come in on the resting connection. What has is its end, or an answer that nobody asked for and
  // that the next request must not get.
  [[nodiscard]] bool quiet() {
    char byte = 0;
    error_code ec;
    socket_.receive(boost::asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
    if (ec != boost::asio::error::would_block && ec != boost::asio::error::try_again) return false;
    if (!tls_) return true;
    // What was read together with the last answer: a close_notify, say.
    ::ERR_clear_error();
    const int got = ::SSL_peek(tls_->native_handle(), &byte, 1);
    return got <= 0 && ::SSL_get_error(tls_->native_handle(), got) == SSL_ERROR_WANT_READ;
  }

  // Without TLS: hands over what the system takes at once, and says how much.
  template <class Buffers>
  std::size_t try_write_some(const Buffers& from, error_code& ec) {
    return socket_.write_some(from, ec);
  }

  template <class Buffers, class Handler>
  void read_some(const Buffers& to, Handler&& handler) {
    if (tls_)
      tls_->async_read_some(to, std::forward<Handler>(handler));
    else
      socket_.async_read_some(to, std::forward<Handler>(handler));
  }

  template <class Buffers, class Handler>
  void write_some(const Buffers& from, Handler&& handler) {
    if (tls_)
      tls_->async_write_some(from, std::forward<Handler>(handler));
    else
      socket_.async_write_some(from, std::forward<Handler>(handler));
  }

 private:
  tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<tcp::socket&>> tls_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_STREAM_HPP
