// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_TRANSPORT_HPP
#define HWC_BEAST_TRANSPORT_HPP

#include <hwc/beast/detail/needs_exceptions.hpp>  // says so before anything else fails

#include <hwc/beast/detail/classify.hpp>
#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/beast/detail/request_text.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/detail/turns.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/beast/multiplexer.hpp>
#include <hwc/beast/options.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace hwc::inline v0_1::beast {

// Moves requests with Boost.Asio and Boost.Beast over HTTP/1.1, with TLS 1.2 or later (OpenSSL) for https, on the
// calling thread. Copies are handles of one pool of connections. Models `hwc::transport`.
//
// On the wire: the request line, the request's headers in their order and its body, byte for byte. Added are Host and
// User-Agent unless the request has them, and Content-Length where there is a body or the method is POST, PUT or PATCH.
// Never: Expect, Accept, Accept-Encoding, Content-Type, cookies, early data, a TLS session used again.
//
// Errors of `send`, by cause:
//  - `invalid_argument`, not_sent: the request has CR, LF or NUL in a header, a target that does not begin with '/', a
//    Content-Length other than its body's, or Transfer-Encoding or Expect; or the proxy's URL is not usable;
//  - `connection`, not_sent: name not found (not retryable), refused, no connection within `connect_timeout`, the proxy
//    refuses, descriptors or memory ran out (not retryable); also a connection that broke before the last byte of the
//    request was handed to the system (https: to OpenSSL);
//  - `tls`, not_sent: certificate, host name or version not accepted, a file of the options not usable; retryable where
//    the handshake was cut off;
//  - `tls`, unknown: an alert after the request was handed over;
//  - `connection`, unknown: the connection broke after that;
//  - `timeout`, `cancelled`: not_sent or unknown by the same rule; not_sent also where `max_connections` connections to
//    the origin were in use, none of which came free before;
//  - `malformed_response`, unknown: no HTTP, a head that ends early or exceeds 64 KiB or 200 fields, contradicting
//    lengths, a header line that RFC 9112 forbids, more than 64 interim answers, an unrequested 101.
// `cause` is the error of the operating system, Asio, Beast or OpenSSL.
//
// An answer that comes while the request is still being written is read once the writing has ended or failed.
// Exceptions: std::bad_alloc before anything is sent, no other. Needs exceptions.
// Threads: all members may be called at once on one object; no lock is held during an exchange, which has its
// connection to itself and waits for one where `max_connections` says so. `exchange_options::stop` is noticed from any
// thread. It starts no threads but for the lookup of a name, whose thread outlives an exchange that gives up on it.
// After `fork`, a child makes a transport and a client of its own: connections and locks of those that it inherited are
// the parent's.
class transport {
 public:
  static constexpr bool thread_safe = true;

  transport() : transport{transport_options{}} {}

  // Connects to nothing yet: what is wrong with the options, an unreadable `ca_file` say, is reported by `send`.
  explicit transport(transport_options options) : shared_{std::make_shared<shared>(std::move(options))} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) {
    const auto& all = shared_->all->options;
    response.clear();
    if (auto why = detail::refusal(request, options, all)) return *std::move(why);
    auto own = shared_->order->take(request.origin);
    if (!own) {
      const auto line = std::make_shared<detail::sleeper>(shared_->order);
      own = shared_->order->take(request.origin, line.get());
      if (!own) own = line->wait(options.deadline, options.stop);
      if (options.stop.stop_requested()) return detail::turn_did_not_come(detail::ending::stop, request.origin);
      if (!own || options.deadline <= std::chrono::steady_clock::now()) {
        return detail::turn_did_not_come(detail::ending::deadline, request.origin);
      }
    }
    auto taken = shared_->idle.take(request.origin, all.idle_age, options.fresh_connection);
    if (taken.empty()) {
      try {
        taken.push_back(std::make_unique<own_context>(shared_->all));
      } catch (const boost::system::system_error& failure) {
        return detail::no_connection_at_all(failure.code());
      }
    }
    auto& used = *taken.front();
    auto outcome = used.exchange(request, response, options);
    if (used.link && used.link->reusable()) shared_->idle.give_back(taken, all.max_idle_connections);
    return outcome;
  }

  // Many exchanges under way at once on one thread, at most `concurrency`. It may outlive this object.
  [[nodiscard]] multiplexer multiplex(std::size_t concurrency) { return {concurrency, shared_->all}; }

 private:
  // A connection with an execution context of its own, which the calling thread runs until the exchange ends.
  struct own_context {
    explicit own_context(std::shared_ptr<const detail::settings> all)
        : link{std::make_shared<detail::connection>(io.get_executor(), std::move(all))} {}

    exchange_result exchange(const http_request& request, http_response& response, const exchange_options& options) {
      told.outcome.reset();
      io.restart();
      link->start(request, response, options, told);
      while (!told.outcome && io.run_one() != 0) {
      }
      if (told.outcome) return *std::move(told.outcome);
      link.reset();
      return transport_error{.message = "the exchange ended without an outcome"};
    }

    struct result_waiter final : detail::waiter {
      void ended(exchange_result result, detail::connection*) override { outcome.emplace(std::move(result)); }
      void drop() noexcept override {}
      std::optional<exchange_result> outcome;
    };

    result_waiter told;
    boost::asio::io_context io{1};
    std::shared_ptr<detail::connection> link;  // goes before `io`
  };

  struct shared {
    explicit shared(transport_options chosen) : all{std::make_shared<const detail::settings>(std::move(chosen))} {}
    std::shared_ptr<const detail::settings> all;
    const std::shared_ptr<detail::turns> order = std::make_shared<detail::turns>(all->options.max_connections);
    detail::idle_list<std::unique_ptr<own_context>> idle;
  };

  std::shared_ptr<shared> shared_;
};

static_assert(hwc::transport<transport>);
static_assert(is_thread_safe_v<transport>);

}  // namespace hwc::beast

#endif  // HWC_BEAST_TRANSPORT_HPP
