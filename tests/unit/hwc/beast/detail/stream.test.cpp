// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/stream.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/error_code.hpp>

#include <string_view>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// A stream and the other end of its connection.
struct connected {
  asio::io_context context{};
  hwc::beast::detail::stream ours{context.get_executor()};
  tcp::socket peer{context};

  connected() {
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    boost::system::error_code ec;
    ours.open(tcp::v4(), ec);
    REQUIRE_FALSE(ec);
    ours.socket().non_blocking(false);
    ours.socket().connect(acceptor.local_endpoint());
    acceptor.accept(peer);
    ours.socket().non_blocking(true);
  }
};

}  // namespace

TEST_SUITE_BEGIN("beast::detail::stream");

TEST_CASE("a new socket sends at once, is not passed on to programs that are started, and does not block") {
  asio::io_context context;
  hwc::beast::detail::stream made{context.get_executor()};
  CHECK_FALSE(made.is_open());
  boost::system::error_code ec;
  made.open(tcp::v4(), ec);
  REQUIRE_FALSE(ec);
  CHECK(made.is_open());
  CHECK_FALSE(made.is_secured());
  CHECK(made.verify_result() == X509_V_OK);
  tcp::no_delay at_once;
  made.socket().get_option(at_once);
  CHECK(at_once.value());
  CHECK((::fcntl(made.socket().native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(made.socket().native_handle(), F_GETFL) & O_NONBLOCK) != 0);
  made.close();
  CHECK_FALSE(made.is_open());
}

TEST_CASE("a resting connection is quiet until a byte or its end comes in") {
  connected said;
  CHECK(said.ours.quiet());
  asio::write(said.peer, asio::buffer(std::string_view{"x"}));
  said.ours.socket().wait(tcp::socket::wait_read);
  CHECK_FALSE(said.ours.quiet());

  connected ended;
  ended.peer.close();
  ended.ours.socket().wait(tcp::socket::wait_read);
  CHECK_FALSE(ended.ours.quiet());
}

TEST_CASE("a connection that was closed is not quiet") {
  connected closed;
  closed.ours.close();
  CHECK_FALSE(closed.ours.quiet());
}

TEST_SUITE_END();
