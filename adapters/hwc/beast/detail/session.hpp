// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_SESSION_HPP
#define HWC_BEAST_DETAIL_SESSION_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/service.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <cstddef>
#include <set>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

namespace asio = boost::asio;

// A connection that can be closed from outside, once the server's thread has ended.
class any_session {
 public:
  virtual void close() = 0;

 protected:
  ~any_session() = default;
};

// What the sessions of a server share. Only the counts are touched by other threads.
struct served {
  explicit served(fake::any_service any) : service{std::move(any)} {}

  fake::any_service service;
  std::set<any_session*> sessions{};
  std::atomic<std::size_t> requests = 0;
  std::atomic<std::size_t> connections = 0;
};

// Serves one connection, over TLS or without, until the client goes or the execution context ends.
void start_session(served& all, asio::ip::tcp::socket&& socket);
void start_session(served& all, asio::ip::tcp::socket&& socket, asio::ssl::context& tls);

}  // namespace hwc::beast::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/beast/detail/impl/session.ipp>
#endif

#endif  // HWC_BEAST_DETAIL_SESSION_HPP
