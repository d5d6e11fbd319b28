// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_CONNECTION_HPP
#define HWC_BEAST_DETAIL_CONNECTION_HPP

#include <hwc/beast/detail/answer.hpp>
#include <hwc/beast/detail/classify.hpp>
#include <hwc/beast/detail/lookup.hpp>
#include <hwc/beast/detail/proxy.hpp>
#include <hwc/beast/detail/request_text.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/detail/stream.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

namespace hwc::beast::detail {

namespace asio = boost::asio;

// One connection, and the exchange that is made on it: looking up, connecting, the proxy's tunnel, the TLS handshake,
// writing and reading, one asynchronous operation after the other. The blocking, the asynchronous and the
// multiplexed transport all drive this.
//
// Everything but the constructor, `origin`, `generation`, `rested_since` and `quiet` happens on the executor given, of
// which one handler runs at a time. An exchange ends only when the operation that was under way has ended too: only
// then it is known how much of the request was handed over.
class connection : public std::enable_shared_from_this<connection> {
  using clock = std::chrono::steady_clock;

 public:
  connection(asio::any_io_executor where, std::shared_ptr<const settings> all)
      : executor_{std::move(where)}, settings_{std::move(all)}, stream_{executor_}, timer_{executor_} {}
  ~connection() {
    lookup_.abandon();
    if (waiter_ != nullptr) waiter_->drop();
  }

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

  // Of the exchange that is under way or comes next, for `cancel`.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

  // Where the last exchange went, and so where a kept connection leads.
  [[nodiscard]] const http_origin& origin() const noexcept { return origin_; }

  // Whether the last exchange left the connection fit for another one.
  [[nodiscard]] bool reusable() const noexcept { return reusable_; }
  [[nodiscard]] steady_time rested_since() const noexcept { return rested_since_; }

  // See `stream::quiet`.
  [[nodiscard]] bool quiet() { return stream_.quiet(); }

  // Begins an exchange. The request has no flaw; it and the response stay valid until the waiter is told.
  void start(const http_request& request, http_response& response, const exchange_options& options, waiter& told) {
    waiter_ = &told;
    request_ = &request;
    response_ = &response;
    options_ = options;
    ending_ = ending::none;
    handed_over_ = reusable_ = out_of_memory_ = false;
    write_error_ = {};
    proxy_status_ = 0;
    guarded([&] {
      origin_ = request.origin;
      if (options_.stop.stop_possible()) stop_.emplace(options_.stop, stopper{weak_from_this(), generation_});
      stream_.is_open() ? write() : open();
    });
  }

  // Breaks the exchange off, if it is still the one meant; with `unless_begun` only before anything was written.
  void cancel(std::uint64_t meant, bool unless_begun = false) {
    if (meant == generation_ && !(begun() && unless_begun)) guarded([this] { break_off(ending::stop); });
  }

 private:
  // Called on the thread that asks to stop, which may be any.
  struct stopper {
    std::weak_ptr<connection> of;
    std::uint64_t generation;
    void operator()() const {
      if (auto self = of.lock()) {
        const auto executor = self->executor_;
        asio::post(executor, [self = std::move(self), meant = generation] { self->cancel(meant); });
      }
    }
  };

  // A completion handler that calls a member function, unless the exchange that it belongs to has ended.
  struct step {
    std::shared_ptr<connection> self;
    std::uint64_t generation;
    void (connection::*next)(error_code, std::size_t);
    void operator()(error_code ec, std::size_t size = 0) const {
      if (generation == self->generation_) self->guarded([&] { (self.get()->*next)(ec, size); });
    }
  };
  step then(void (connection::*next)(error_code, std::size_t)) { return {shared_from_this(), generation_, next}; }

  // What throws here has run out of memory or threads, and the exchange ends with what is known.
  template <class F>
  void guarded(F&& f) {
    try {
      f();
    } catch (const boost::system::system_error& failure) {
      fail(failure.code());
    } catch (const std::system_error& failure) {
      fail(error_code{failure.code()});
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
      fail({});
    }
  }

  [[nodiscard]] bool begun() const noexcept { return at_ == phase::writing || at_ == phase::reading; }

  // --- Connecting ---

  void open() {
    const auto now = clock::now();
    const auto limit = settings_->options.connect_timeout;
    connect_limit_ = options_.deadline;
    if (limit.count() > 0) connect_limit_ = std::min(connect_limit_, saturating_add(now, limit));
    proxy_ = settings_->routes.for_origin(origin_);
    at_ = phase::lookup;
    if (proxy_ != nullptr && !proxy_->usable()) return fail({});
    if (origin_.tls && !settings_->tls().flaw.empty()) return fail(settings_->tls().cause);
    const auto& host = proxy_ != nullptr ? proxy_->host : origin_.host;
    const auto port = proxy_ != nullptr ? proxy_->port : origin_.port;
    endpoints_.clear();
    tried_ = 0;
    error_code no_address;
    const auto address = asio::ip::make_address(host, no_address);
    if (!no_address) {
      endpoints_.emplace_back(address, port);
      return connect_next({});
    }
    // The timer also keeps this object in the hands of the execution context, which destroys it if need be.
    arm(std::min(connect_limit_, now + std::chrono::hours{1}));
    auto busy = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
    lookup_.start(host, port, [busy, of = weak_from_this(), meant = generation_](error_code ec, endpoints found) {
      asio::post(busy, [of, meant, ec, found = std::move(found)]() mutable {
        const auto self = of.lock();
        if (self && meant == self->generation_) self->guarded([&] { self->on_found(ec, std::move(found)); });
      });
    });
  }

  void on_found(error_code ec, endpoints found) {
    if (ec) return fail(ec);
    endpoints_ = std::move(found);
    connect_next({});
  }

  // Tries the next address; `last` is what the one before failed with.
  void connect_next(error_code last) {
    at_ = phase::connecting;
    for (;;) {
      if (tried_ == endpoints_.size()) return fail(last);
      const auto left = endpoints_.size() - tried_;
      const auto endpoint = endpoints_[tried_++];
      stream_.open(endpoint.protocol(), last);
      if (last && is_exhaustion(last)) return fail(last);
      if (last) continue;
      attempt_is_over_ = false;
      const auto now = clock::now();
      const auto share = (connect_limit_ - now) / static_cast<int>(left);
      arm(connect_limit_ == steady_time::max() ? connect_limit_ : now + share);
      return stream_.socket().async_connect(endpoint, then(&connection::on_connected));
    }
  }

  void on_connected(error_code ec, std::size_t) {
    if (ending_ != ending::none) return fail(ec);
    if (attempt_is_over_) return connect_next(asio::error::timed_out);
    if (ec) return connect_next(ec);
    arm(connect_limit_);
    proxy_ != nullptr ? ask_for_tunnel() : secure();
  }

  void ask_for_tunnel() {
    at_ = phase::tunnel;
    out_.assign_text([this](auto& to) { write_connect(to, origin_, *proxy_, settings_->options.user_agent); });
    answer_.expect(*response_, 0, true);
    asio::async_write(stream_.socket(), out_.rest(), then(&connection::on_tunnel_asked));
  }

  void on_tunnel_asked(error_code ec, std::size_t) {
    out_.clear();
    if (ec || ending_ != ending::none) return fail(ec);
    stream_.read_some(answer_.room(), then(&connection::on_tunnel_answer));
  }

  void on_tunnel_answer(error_code ec, std::size_t size) {
    if (ec || ending_ != ending::none) return fail(ec);
    answer_.commit(size);
    if (!answer_.parse(ec)) {
      if (ec) return fail(ec);
      return stream_.read_some(answer_.room(), then(&connection::on_tunnel_answer));
    }
    const int status = answer_.status();
    if (status / 100 != 2) {
      proxy_status_ = status;
      return fail({});
    }
    if (answer_.has_surplus()) return fail(http::error::bad_line_ending);  // who speaks before us is not the service
    secure();
  }

  void secure() {
    if (!origin_.tls) return write();
    at_ = phase::handshake;
    auto& tls = stream_.secure(*settings_->tls().context);
    if (!expect_host(tls.native_handle(), origin_.host)) return fail(asio::error::invalid_argument);
    tls.async_handshake(asio::ssl::stream_base::client, then(&connection::on_secured));
  }

  void on_secured(error_code ec, std::size_t) {
    if (ec || ending_ != ending::none) return fail(ec);
    write();
  }

  // --- The request ---

  void write() {
    at_ = phase::writing;
    if (clock::now() >= options_.deadline) {  // the timer's handler may still be waiting for its thread
      ending_ = ending::deadline;
      return fail({});
    }
    out_.assign(*request_, settings_->options.user_agent);
    arm(options_.deadline);
    write_some();
  }

  void write_some() {
    if (!stream_.is_secured()) return stream_.write_some(out_.rest(), then(&connection::on_written));
    const auto next = out_.next_record();
    // From here on OpenSSL has it, and what the socket took of it is not told.
    if (next.size() == out_.left()) handed_over_ = true;
    stream_.write_some(next, then(&connection::on_written));
  }

  void on_written(error_code ec, std::size_t size) {
    out_.advance(size);
    const bool all = out_.left() == 0;
    if (all) handed_over_ = true;
    if (ending_ != ending::none) return fail(ec);
    if (!ec && !all) return write_some();
    // Who breaks off reading a request may have answered it.
    write_error_ = ec;
    out_.clear();
    at_ = phase::reading;
    answer_.expect(*response_, options_.response_limit, false);
    stream_.read_some(answer_.room(), then(&connection::on_read));
  }

  // --- The answer ---

  void on_read(error_code ec, std::size_t size) {
    answer_.commit(size);
    error_code flaw;
    if (answer_.parse(flaw)) {
      const bool clean = ending_ == ending::none && !write_error_;
      return finish({}, clean && answer_.keeps_connection() && settings_->keeps_connections());
    }
    if (!flaw && ec == asio::error::eof && answer_.parse_end()) return finish({}, false);
    if (!flaw && !ec && ending_ == ending::none) {
      return stream_.read_some(answer_.room(), then(&connection::on_read));
    }
    if (answer_.answered()) {
      response_->truncated = true;
      return finish({}, false);
    }
    fail(flaw ? flaw : write_error_ ? write_error_ : ec);
  }

  // --- Ending ---

  void arm(steady_time when) {
    timer_.expires_at(when);  // which ends an earlier wait
    if (when == steady_time::max()) return;
    timer_.async_wait(then(&connection::on_timer));
  }

  void on_timer(error_code ec, std::size_t) {
    const auto now = clock::now();
    if (ec || now < timer_.expiry()) return;  // it was set anew
    if (now >= options_.deadline) return break_off(ending::deadline);
    if (begun()) return;
    if (now >= connect_limit_) return break_off(ending::connect_limit);
    if (at_ == phase::lookup) return arm(std::min(connect_limit_, now + std::chrono::hours{1}));
    if (at_ != phase::connecting) return;
    attempt_is_over_ = true;
    stream_.close();
  }

  // The operation under way ends with an error then, or has ended well already.
  void break_off(ending why) {
    if (waiter_ == nullptr || ending_ != ending::none) return;
    ending_ = why;
    if (at_ == phase::lookup) {
      lookup_.abandon();
      return fail({});
    }
    stream_.close();
  }

  // No complete head came.
  void fail(error_code ec) {
    if (waiter_ == nullptr) return;
    report r{.at = at_, .end = ending_, .code = ec, .sent = handed_over_ ? delivery::unknown : delivery::not_sent};
    r.out_of_memory = std::exchange(out_of_memory_, false);
    r.proxy_status = proxy_status_;
    if (at_ == phase::reading) {
      r.status = answer_.status();
      r.answer_begun = answer_.begun();
    }
    if (at_ == phase::handshake) r.verify_result = stream_.verify_result();
    if (at_ == phase::lookup && origin_.tls && settings_->tls().cause) r.flaw = settings_->tls().flaw;
    transport_error why;
    why.sent = r.sent;
    try {
      why = classify(r, origin_, proxy_);
    } catch (const std::bad_alloc&) {
      // The verdict outlives a lack of memory for its words.
    }
    finish(std::move(why), false);
  }

  void finish(exchange_result outcome, bool reusable) {
    stop_.reset();
    ++generation_;
    at_ = phase::idle;
    reusable_ = reusable;
    rested_since_ = clock::now();
    out_.clear();
    timer_.cancel();
    if (!reusable) stream_.close();
    std::exchange(waiter_, nullptr)->ended(std::move(outcome), this);
  }

  asio::any_io_executor executor_;
  std::shared_ptr<const settings> settings_;
  stream stream_;
  asio::steady_timer timer_;
  lookup lookup_;
  endpoints endpoints_;
  std::size_t tried_ = 0;         // addresses
  bool attempt_is_over_ = false;  // the share of time of the last address
  const proxy* proxy_ = nullptr;  // that the connection goes through
  bool reusable_ = false;
  steady_time rested_since_{};
  std::uint64_t generation_ = 0;  // exchanges that have ended

  // Of the exchange.
  waiter* waiter_ = nullptr;  // null: none is under way
  phase at_ = phase::idle;
  ending ending_ = ending::none;
  bool handed_over_ = false;  // the last byte of the request may have left
  bool out_of_memory_ = false;
  http_origin origin_{};
  const http_request* request_ = nullptr;
  http_response* response_ = nullptr;
  exchange_options options_{};
  steady_time connect_limit_{};
  std::optional<std::stop_callback<stopper>> stop_;
  outgoing out_;
  error_code write_error_{};
  answer answer_;
  int proxy_status_ = 0;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_CONNECTION_HPP
