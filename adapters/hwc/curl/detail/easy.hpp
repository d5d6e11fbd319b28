// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_EASY_HPP
#define HWC_CURL_DETAIL_EASY_HPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/curl/detail/request_head.hpp>
#include <hwc/curl/detail/response_head.hpp>
#include <hwc/curl/detail/stream_words.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/url.hpp>

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::curl::detail {

// Runs code that allocates where no exception may pass, as in libcurl's callbacks. False: out of memory.
template <class F>
bool guarded(F&& f) noexcept {
#ifdef HWC_NO_EXCEPTIONS
  f();
  return true;
#else
  try {
    f();
    return true;
  } catch (...) {
    return false;
  }
#endif
}

// An easy handle with what an exchange needs: the request as libcurl takes it, the gates that keep it from being sent
// twice, the answer as it comes, and the evidence of what happened. Whoever drives it attaches it to a multi handle,
// and goes through these steps:
//
//   start, attach, … collect, detach; if `again()`: attach, … collect, detach; verdict
//
// Used by one thread at a time.
class easy {
 public:
  // `sockets` is that of the multi handle to which the exchanges will be attached, and outlives this. With `http2` they
  // share connections where the server offers it.
  easy(const transport_options& options, open_sockets& sockets, bool http2);
  easy(const easy&) = delete;
  easy& operator=(const easy&) = delete;

  // False: memory ran out, and the handle is of no use.
  [[nodiscard]] bool usable() const noexcept { return ok_; }
  [[nodiscard]] CURL* get() const noexcept { return easy_.get(); }

  // Where the last exchange went.
  [[nodiscard]] const http_origin& origin() const noexcept { return origin_; }

  // Makes all ready for an exchange; see `hwc::transport`. The request has no flaw.
  void start(const http_request& request, http_response& response, const exchange_options& options);

  // Attaches the exchange to a multi handle, which begins it. False: memory ran out, and nothing was begun.
  [[nodiscard]] bool attach(CURLM* to) noexcept {
    ok_ = ok_ && curl_multi_add_handle(to, easy_.get()) == CURLM_OK;
    return ok_;
  }

  // When the exchange has to be broken off, with or without a result of libcurl.
  [[nodiscard]] steady_time deadline() const noexcept { return deadline_; }

  // Whether it may be one of several on a connection.
  [[nodiscard]] bool shares_connection() const noexcept { return http2_ && origin_.tls; }

  // Why it has to be broken off, if it has.
  [[nodiscard]] std::optional<ending> overdue(steady_time now) const {
    if (stop_.stop_requested()) return ending::stop;
    if (now >= deadline_) return ending::deadline;
    return std::nullopt;
  }

  // Reads the evidence while the handle still has it: before it is detached. `end` and `code` are there already.
  void collect(report& r) const;

  // Whether libcurl had picked a connection that is not to be used. Then nothing has left, and the exchange is ready to
  // be attached once more, for a connection of its own.
  [[nodiscard]] bool again(const report& r);

  // What became of the exchange, of which libcurl was let go. `proxy` is named in errors.
  exchange_result verdict(report& r, const std::string& proxy);

 private:
  struct easy_cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };

  // Up to this size a body goes out in one write with the head: the server is woken up once, and without TLS libcurl
  // 7.88 makes no buffer. Where the socket takes only a part of it the request is incomplete, which libcurl does not
  // tell, so that it counts as `unknown`; a socket of Linux takes 16 KiB at once (tcp(7), tcp_wmem).
  static constexpr std::size_t short_body = 8 * 1024;

  void set(CURLoption option, auto value) { ok_ &= curl_easy_setopt(easy_.get(), option, value) == CURLE_OK; }
  void set_size(CURLoption option, std::size_t size) { set(option, static_cast<curl_off_t>(size)); }

  // What is the same for all exchanges.
  void set_up(const transport_options& options);

  // A proxy would ask itself or its own neighbours, and get to see what was not meant for the network.
  [[nodiscard]] bool goes_direct() const noexcept { return is_loopback(origin_.host) || is_link_local(origin_.host); }

  // What is the same for all exchanges with an origin.
  void set_origin(const http_origin& origin);

  // What is this exchange's own.
  void prepare(const http_request& request);

  // With HTTP/2 the first exchange with an origin connects, and others wait for what the server offers.
  void set_protocol(bool http2);

  // A little longer than what is left, as the deadline is ours to keep: libcurl measures with another clock, and where
  // it came first, by microseconds, its end would pass for one by the limit on connecting.
  void set_time_limit();

  // From the moment at which libcurl was let go: a request in one piece may have left as soon as anything was written;
  // one whose body follows is incomplete until libcurl has taken the last byte. What libcurl reports as its result
  // plays no part.
  [[nodiscard]] delivery delivery_so_far(const report& r) const noexcept {
    const bool left = in_one_piece_ ? r.written : body_at_ == body_.size();
    return begun_ && left ? delivery::unknown : delivery::not_sent;
  }

  // Called before the first byte of a request, when its connection was chosen, and again before libcurl sends it a
  // second time: on a connection that was used before and closes without an answer libcurl assumes that nobody read the
  // request. That is no proof, so the second time is refused. It is what keeps a request without a body, or with a
  // short one, at one while connections are still reused (measured: without it the service gets two). With HTTP/2 a
  // refused stream and HTTP_1_1_REQUIRED are more such reasons.
  //
  // libcurl too looks at a kept connection, but 7.88 takes a reset for a sign of life, and bytes for the beginning of
  // the next answer. It closes a connection that is refused here, unless that speaks HTTP/2.
  static int on_request(void* self, char*, char*, int, int local_port);

  static int on_text(CURL*, curl_infotype type, char* data, std::size_t size, void* self);

  // Called for each new connection. On the way to sending a second time it spares the connection that would go unused.
  // Otherwise it is here because libcurl forgets why a socket could not be made.
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address);

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  open_sockets& sockets_;
  const bool http2_;
  std::unique_ptr<CURL, easy_cleanup> easy_;
  std::array<char, CURL_ERROR_SIZE> text_{};
  bool ok_ = false;
  int socket_error_ = 0;

  // Of the exchange.
  http_origin origin_{};
  bool origin_is_set_ = false;  // libcurl has it
  std::string_view method_;     // that libcurl has
  header_list headers_;
  std::string_view body_;
  bool in_one_piece_ = false;  // the body, if any, leaves together with the head
  std::size_t body_at_ = 0;    // bytes of the body that libcurl has taken, where they follow the head
  http_response* response_ = nullptr;
  std::size_t response_limit_ = 0;
  steady_time deadline_{};
  std::stop_token stop_{};
  response_head head_;
  open_sockets::place place_ = open_sockets::nowhere;  // of its connection
  stream_words words_{};
  bool fresh_ = false;   // no kept connection is to be used
  bool opened_ = false;  // a socket was opened for it: the connection is new
  bool stale_ = false;   // libcurl picked a kept connection that is not to be used
  bool begun_ = false;
  bool repeat_refused_ = false;
  bool out_of_memory_ = false;
};

}  // namespace hwc::curl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/curl/detail/impl/easy.ipp>
#endif

#endif  // HWC_CURL_DETAIL_EASY_HPP
