// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/stream.hpp>

#include <hwc/openssl/testing/authority.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
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

// The same, over TLS.
struct secured : connected {
  asio::ssl::context our_tls{asio::ssl::context::tls_client};
  asio::ssl::context peer_tls{asio::ssl::context::tls_server};
  asio::ssl::stream<tcp::socket&> secure_peer;

  secured() : secure_peer{(show_certificate(peer_tls), peer), peer_tls} {
    int made = 0;
    const auto count = [&](boost::system::error_code ec) { made += !ec; };
    ours.secure(our_tls).async_handshake(asio::ssl::stream_base::client, count);
    secure_peer.async_handshake(asio::ssl::stream_base::server, count);
    context.run();
    REQUIRE(made == 2);
  }

  static void show_certificate(asio::ssl::context& tls) {
    const hwc::openssl::testing::authority ca;
    const auto id = ca.issue({"127.0.0.1"});
    tls.use_certificate_chain(asio::buffer(id.certificate_chain_pem));
    tls.use_private_key(asio::buffer(id.private_key_pem), asio::ssl::context::pem);
  }

  void say(std::string_view what) { asio::write(secure_peer, asio::buffer(what)); }

  // One byte of what was said; the rest may be read from the socket as well.
  void read_one() {
    char byte = 0;
    std::size_t read = 0;
    ours.read_some(asio::buffer(&byte, 1), [&](boost::system::error_code, std::size_t size) { read = size; });
    context.restart();
    while (read == 0 && context.run_one() != 0) {
    }
    REQUIRE(read == 1);
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

TEST_CASE("over TLS, what was read together with the last answer is no quiet: more of it, or the end of TLS") {
  secured more;
  more.say("x");
  more.read_one();
  CHECK(more.ours.quiet());
  more.say("xy");
  more.read_one();
  CHECK_FALSE(more.ours.quiet());
  more.read_one();
  CHECK(more.ours.quiet());

  secured ended;
  ended.say("x");
  ended.secure_peer.async_shutdown([](boost::system::error_code) {});  // which is said at once
  ended.read_one();
  CHECK_FALSE(ended.ours.quiet());
}

TEST_CASE("an error that OpenSSL remembers from elsewhere is not one of a connection at rest") {
  secured resting;
  resting.say("x");
  resting.read_one();
  ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
  CHECK(resting.ours.quiet());
}

TEST_CASE("a connection that was closed is not quiet") {
  connected closed;
  closed.ours.close();
  CHECK_FALSE(closed.ours.quiet());
}

TEST_SUITE_END();
