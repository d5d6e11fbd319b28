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
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

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
  void start(const http_request& request, http_response& response, const exchange_options& options, waiter& told);

  // Breaks the exchange off, if it is still the one meant; with `unless_begun` only before anything was written.
  void cancel(std::uint64_t meant, bool unless_begun = false);

 private:
  // Called on the thread that asks to stop, which may be any.
  struct stopper {
    std::weak_ptr<connection> of;
    std::uint64_t generation;
    void operator()() const;
  };

  // A completion handler that calls a member function, unless the exchange that it belongs to has ended.
  struct step {
    std::shared_ptr<connection> self;
    std::uint64_t generation;
    void (connection::*next)(error_code, std::size_t);
    void operator()(error_code ec, std::size_t size = 0) const;
  };
  step then(void (connection::*next)(error_code, std::size_t)) { return {shared_from_this(), generation_, next}; }

  // What throws here has run out of memory or threads, and the exchange ends with what is known.
  template <class F>
  void guarded(F&& f);

  [[nodiscard]] bool begun() const noexcept { return at_ == phase::writing || at_ == phase::reading; }

  // --- Connecting ---

  void open();
  void on_found(error_code ec, endpoints found);
  // Tries the next address; `last` is what the one before failed with.
  void connect_next(error_code last);
  void on_connected(error_code ec, std::size_t);
  void ask_for_tunnel();
  void on_tunnel_asked(error_code ec, std::size_t);
  void on_tunnel_answer(error_code ec, std::size_t size);
  void secure();
  void on_secured(error_code ec, std::size_t);

  // --- The request ---

  void write();
  void write_some();
  void on_written(error_code ec, std::size_t size);

  // --- The answer ---

  void on_read(error_code ec, std::size_t size);

  // --- Ending ---

  void arm(steady_time when);
  void on_timer(error_code ec, std::size_t);
  // The operation under way ends with an error then, or has ended well already.
  void break_off(ending why);
  // No complete head came.
  void fail(error_code ec);
  void finish(exchange_result outcome, bool reusable);

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

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/beast/detail/impl/connection.ipp>
#endif

#endif  // HWC_BEAST_DETAIL_CONNECTION_HPP
