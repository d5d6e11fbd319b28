// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_IMPL_CONNECTION_IPP
#define HWC_BEAST_DETAIL_IMPL_CONNECTION_IPP

#include <hwc/beast/detail/connection.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

HWC_DECL void connection::start(const http_request& request, http_response& response, const exchange_options& options,
                                waiter& told) {
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

HWC_DECL void connection::cancel(std::uint64_t meant, bool unless_begun) {
  if (meant == generation_ && !(begun() && unless_begun)) guarded([this] { break_off(ending::stop); });
}

HWC_DECL void connection::stopper::operator()() const {
  if (auto self = of.lock()) {
    const auto executor = self->executor_;
    asio::post(executor, [self = std::move(self), meant = generation] { self->cancel(meant); });
  }
}

HWC_DECL void connection::step::operator()(error_code ec, std::size_t size) const {
  if (generation == self->generation_) self->guarded([&] { (self.get()->*next)(ec, size); });
}

template <class F>
void connection::guarded(F&& f) {
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

// --- Connecting ---

HWC_DECL void connection::open() {
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

HWC_DECL void connection::on_found(error_code ec, endpoints found) {
  if (ec) return fail(ec);
  endpoints_ = std::move(found);
  connect_next({});
}

HWC_DECL void connection::connect_next(error_code last) {
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

HWC_DECL void connection::on_connected(error_code ec, std::size_t) {
  if (ending_ != ending::none) return fail(ec);
  if (attempt_is_over_) return connect_next(asio::error::timed_out);
  if (ec) return connect_next(ec);
  arm(connect_limit_);
  proxy_ != nullptr ? ask_for_tunnel() : secure();
}

HWC_DECL void connection::ask_for_tunnel() {
  at_ = phase::tunnel;
  out_.assign_text([this](auto& to) { write_connect(to, origin_, *proxy_, settings_->options.user_agent); });
  answer_.expect(*response_, 0, true);
  asio::async_write(stream_.socket(), out_.rest(), then(&connection::on_tunnel_asked));
}

HWC_DECL void connection::on_tunnel_asked(error_code ec, std::size_t) {
  out_.clear();
  if (ec || ending_ != ending::none) return fail(ec);
  stream_.read_some(answer_.room(), then(&connection::on_tunnel_answer));
}

HWC_DECL void connection::on_tunnel_answer(error_code ec, std::size_t size) {
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

HWC_DECL void connection::secure() {
  if (!origin_.tls) return write();
  at_ = phase::handshake;
  auto& tls = stream_.secure(*settings_->tls().context);
  if (!expect_host(tls.native_handle(), origin_.host)) return fail(asio::error::invalid_argument);
  tls.async_handshake(asio::ssl::stream_base::client, then(&connection::on_secured));
}

HWC_DECL void connection::on_secured(error_code ec, std::size_t) {
  if (ec || ending_ != ending::none) return fail(ec);
  write();
}

// --- The request ---

HWC_DECL void connection::write() {
  at_ = phase::writing;
  if (clock::now() >= options_.deadline) {  // the timer's handler may still be waiting for its thread
    ending_ = ending::deadline;
    return fail({});
  }
  out_.assign(*request_, settings_->options.user_agent);
  arm(options_.deadline);
  write_some();
}

HWC_DECL void connection::write_some() {
  if (!stream_.is_secured()) {
    // Most requests fit into the buffer of the socket, and then need no turn of the executor.
    error_code ec;
    const auto size = stream_.try_write_some(out_.rest(), ec);
    if (size == out_.left() || (ec && ec != asio::error::would_block)) return on_written(ec, size);
    out_.advance(size);
    return stream_.write_some(out_.rest(), then(&connection::on_written));
  }
  const auto next = out_.next_record();
  // From here on OpenSSL has it, and what the socket took of it is not told.
  if (next.size() == out_.left()) handed_over_ = true;
  stream_.write_some(next, then(&connection::on_written));
}

HWC_DECL void connection::on_written(error_code ec, std::size_t size) {
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

HWC_DECL void connection::on_read(error_code ec, std::size_t size) {
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

HWC_DECL void connection::arm(steady_time when) {
  timer_.expires_at(when);  // which ends an earlier wait
  if (when == steady_time::max()) return;
  timer_.async_wait(then(&connection::on_timer));
}

HWC_DECL void connection::on_timer(error_code ec, std::size_t) {
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

HWC_DECL void connection::break_off(ending why) {
  if (waiter_ == nullptr || ending_ != ending::none) return;
  ending_ = why;
  if (at_ == phase::lookup) {
    lookup_.abandon();
    return fail({});
  }
  stream_.close();
}

HWC_DECL void connection::fail(error_code ec) {
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

HWC_DECL void connection::finish(exchange_result outcome, bool reusable) {
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

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_IMPL_CONNECTION_IPP
