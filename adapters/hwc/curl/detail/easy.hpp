// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_EASY_HPP
#define HWC_CURL_DETAIL_EASY_HPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/multi.hpp>
#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/curl/detail/request_head.hpp>
#include <hwc/curl/detail/response_head.hpp>
#include <hwc/curl/detail/settings.hpp>
#include <hwc/curl/detail/stream_words.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/url.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::curl::detail {

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
  easy(const transport_options& options, open_sockets& sockets, bool http2) : sockets_{sockets}, http2_{http2} {
    easy_.reset(curl_easy_init());
    ok_ = easy_ != nullptr;
    if (ok_) set_up(options);
  }
  easy(const easy&) = delete;
  easy& operator=(const easy&) = delete;

  // False: memory ran out, and the handle is of no use.
  [[nodiscard]] bool usable() const noexcept { return ok_; }
  [[nodiscard]] CURL* get() const noexcept { return easy_.get(); }

  // Where the last exchange went.
  [[nodiscard]] const http_origin& origin() const noexcept { return origin_; }

  // Makes all ready for an exchange; see `hwc::transport`. The request has no flaw.
  void start(const http_request& request, http_response& response, const exchange_options& options) {
    if (!origin_is_set_ || origin_ != request.origin) set_origin(request.origin);
    body_ = request.body;
    body_at_ = 0;
    response_ = &response;
    response_limit_ = options.response_limit;
    deadline_ = options.deadline;
    stop_ = options.stop;
    fresh_ = options.fresh_connection;
    head_.start(response);
    begun_ = repeat_refused_ = out_of_memory_ = opened_ = stale_ = false;
    words_ = {};
    socket_error_ = 0;
    text_.front() = '\0';
    prepare(request);
  }

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
  void collect(report& r) const {
    // libcurl keeps to the deadline too, and may be the first to notice.
    if (r.code == CURLE_OPERATION_TIMEDOUT && std::chrono::steady_clock::now() >= deadline_) r.end = ending::deadline;
    r.begun = begun_;
    r.repeat_refused = repeat_refused_;
    r.stream_refused = words_.refused(sockets_.last_stream(place_));
    r.out_of_memory = out_of_memory_;
    r.answer_begun = head_.begun();
    r.answer_refused = r.code == CURLE_WRITE_ERROR;
    r.status = head_.interim() ? 0 : head_.status();
    r.text = text_.data();
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &r.os_error);
    if (r.os_error == 0 && r.code == CURLE_COULDNT_CONNECT) r.os_error = socket_error_;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &r.proxy_status);
    curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &r.verify_result);
  }

  // Whether libcurl had picked a connection that is not to be used. Then nothing has left, and the exchange is ready to
  // be attached once more, for a connection of its own.
  [[nodiscard]] bool again(const report& r) {
    if (!stale_ || fresh_ || r.end != ending::libcurl) return false;
    stale_ = false;
    fresh_ = true;
    text_.front() = '\0';
    set(CURLOPT_FRESH_CONNECT, 1L);
    set_time_limit();
    return ok_;
  }

  // What became of the exchange, of which libcurl was let go. `proxy` is named in errors.
  exchange_result verdict(report& r, const std::string& proxy) {
    headers_.clear();
    stop_ = {};
    sockets_.leave(std::exchange(place_, open_sockets::nowhere));
    r.sent = r.stream_refused ? delivery::not_sent : delivery_so_far();
    if (head_.complete()) {
      if (r.end != ending::libcurl || r.code != CURLE_OK) response_->truncated = true;
      return {};
    }
    // It outlives a lack of memory for its words.
    transport_error why;
    why.sent = r.sent;
    guarded([&] { why = classify(r, origin_, goes_direct() ? std::string{} : proxy); });
    return why;
  }

 private:
  struct easy_cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };

  void set(CURLoption option, auto value) { ok_ &= curl_easy_setopt(easy_.get(), option, value) == CURLE_OK; }

  // What is the same for all exchanges.
  void set_up(const transport_options& options) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
#if LIBCURL_VERSION_NUM >= 0x075700
    // A name lookup cannot be broken off. Without this, giving up waits for it beyond the deadline; with it, the
    // lookup's thread is left to end by itself.
    set(CURLOPT_QUICK_EXIT, 1L);
#endif
    if (!options.ca_file.empty() || !options.ca_path.empty()) {
      const auto* file = options.ca_file.empty() ? nullptr : options.ca_file.c_str();
      const auto* path = options.ca_path.empty() ? nullptr : options.ca_path.c_str();
      set(CURLOPT_CAINFO, file);
      set(CURLOPT_CAPATH, path);
      set(CURLOPT_PROXY_CAINFO, file);
      set(CURLOPT_PROXY_CAPATH, path);
    }
    // Zero would mean libcurl's own 300 s.
    const auto connect = options.connect_timeout.count();
    set(CURLOPT_CONNECTTIMEOUT_MS, connect > 0 ? clamp_to_int(connect) : std::numeric_limits<int>::max());
    set(CURLOPT_USERAGENT, options.user_agent.empty() ? nullptr : options.user_agent.c_str());
    if (!options.proxy.empty()) set(CURLOPT_PROXY, options.proxy.c_str());
    // Always a tunnel: the request line of a plain proxy request is another one than that of the request.
    set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    const auto idle = std::chrono::duration_cast<std::chrono::seconds>(options.idle_age).count();
    set(CURLOPT_MAXAGE_CONN, std::max(clamp_to_int(idle), 1L));
    set(CURLOPT_FORBID_REUSE, settings::keeps_connections(options) ? 0L : 1L);

    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, text_.data()) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, &easy::on_header) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &easy::on_body) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this) == CURLE_OK;
    // There is no CURLOPT_SEEKFUNCTION: libcurl then cannot rewind the body and post it twice.
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READFUNCTION, &easy::on_read) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQFUNCTION, &easy::on_request) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETFUNCTION, &easy::on_socket) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETDATA, this) == CURLE_OK;
    // Where an answer outgrows the buffer while libcurl 7.88 reads for another stream, its end may not be noticed
    // before something else comes in. Pages of it that are not needed cost nothing.
    if (http2_) set(CURLOPT_BUFFERSIZE, 512L * 1024);
    set(CURLOPT_UPLOAD_BUFFERSIZE, 16L * 1024);  // made for each request; 64 KiB would grow and shrink the heap
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_DEBUGFUNCTION, &easy::on_text) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_DEBUGDATA, this) == CURLE_OK;
  }

  // A proxy would ask itself or its own neighbours, and get to see what was not meant for the network.
  [[nodiscard]] bool goes_direct() const noexcept { return is_loopback(origin_.host) || is_link_local(origin_.host); }

  // What is the same for all exchanges with an origin.
  void set_origin(const http_origin& origin) {
    origin_is_set_ = false;
    origin_ = origin;
    set(CURLOPT_URL, url_of(origin_).c_str());
    set(CURLOPT_NOPROXY, goes_direct() ? "*" : nullptr);
    set_protocol(http2_ && origin_.tls);
    origin_is_set_ = true;
  }

  // What is this exchange's own.
  void prepare(const http_request& request) {
    // Past libcurl's URL parser, which would tidy it up.
    set(CURLOPT_REQUEST_TARGET, request.target.c_str());
    if (const auto method = hwc::to_string(request.method); method != method_) {
      method_ = method;
      set(CURLOPT_CUSTOMREQUEST, method.data());
    }
    const bool expects_body = request.method != http_method::get && request.method != http_method::delete_;
    if (expects_body || !request.body.empty()) {
      // CURLOPT_UPLOAD also for POST, as CURLOPT_POST would invent a Content-Type.
      set(CURLOPT_UPLOAD, 1L);
      ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size())) ==
             CURLE_OK;
    } else {
      set(CURLOPT_HTTPGET, 1L);  // which ends CURLOPT_UPLOAD too
    }
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.assign(request.headers)) == CURLE_OK;
    set(CURLOPT_FRESH_CONNECT, fresh_ ? 1L : 0L);
    set_time_limit();
  }

  // With HTTP/2 the first exchange with an origin connects, and others wait for what the server offers.
  void set_protocol(bool http2) {
    set(CURLOPT_HTTP_VERSION, static_cast<long>(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
    set(CURLOPT_VERBOSE, http2 ? 1L : 0L);  // what `on_text` hears
    // An option of RTSP, whose one effect on HTTP is that a connection which closes without an answer is no reason to
    // send again; what remains is a stream that the peer refused. Without it libcurl 7.88 acts on either in the same
    // way, and with the same words, where a connection had been used before. It fails in builds without RTSP.
    static_cast<void>(curl_easy_setopt(easy_.get(), CURLOPT_RTSP_REQUEST,
                                       static_cast<long>(http2 ? CURL_RTSPREQ_RECEIVE : CURL_RTSPREQ_OPTIONS)));
  }

  // A little longer than what is left, as the deadline is ours to keep: libcurl measures with another clock, and where
  // it came first, by microseconds, its end would pass for one by the limit on connecting.
  void set_time_limit() {
    constexpr std::chrono::milliseconds longer{50};
    const auto limit = saturating_add(deadline_, longer);
    set(CURLOPT_TIMEOUT_MS, limit == steady_time::max() ? 0L : milliseconds_left(limit));
  }

  // From the moment at which libcurl was let go: a request without a body is one write, which may have left; one with a
  // body is incomplete until libcurl has taken the last byte. What libcurl reports as its result plays no part.
  [[nodiscard]] delivery delivery_so_far() const noexcept {
    return begun_ && body_at_ == body_.size() ? delivery::unknown : delivery::not_sent;
  }

  // Called before the first byte of a request, when its connection was chosen, and again before libcurl sends it a
  // second time: on a connection that was used before and closes without an answer libcurl assumes that nobody read the
  // request. That is no proof, so the second time is refused. It is what keeps a GET or an empty body, which need no
  // rewinding, at one request while connections are still reused (measured: without it the service gets two). With
  // HTTP/2 a refused stream and HTTP_1_1_REQUIRED are more such reasons.
  //
  // libcurl too looks at a kept connection, but 7.88 takes a reset for a sign of life, and bytes for the beginning of
  // the next answer. It closes a connection that is refused here, unless that speaks HTTP/2.
  static int on_request(void* self, char*, char*, int, int local_port) {
    auto& e = *static_cast<easy*>(self);
    if (e.begun_) {
      e.repeat_refused_ = true;
      return CURL_PREREQFUNC_ABORT;
    }
    const auto place = e.sockets_.enter(local_port, e.opened_);
    if (!place) {
      e.stale_ = true;
      return CURL_PREREQFUNC_ABORT;
    }
    e.place_ = *place;
    e.begun_ = true;
    // The second time would need a new socket then, which `on_socket` refuses, and gets nowhere near a connection that
    // others share.
    if (e.http2_) e.set(CURLOPT_FRESH_CONNECT, 1L);
    return CURL_PREREQFUNC_OK;
  }

  static int on_text(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    auto& e = *static_cast<easy*>(self);
    if (type != CURLINFO_TEXT || !e.begun_) return 0;
    if (const auto last = e.words_.hear({data, size})) e.sockets_.go_away(e.place_, *last);
    return 0;
  }

  // Called for each new connection. On the way to sending a second time it spares the connection that would go unused.
  // Otherwise it is here because libcurl forgets why a socket could not be made.
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& e = *static_cast<easy*>(self);
    if (e.begun_) {
      e.repeat_refused_ = true;
      return CURL_SOCKET_BAD;
    }
#ifdef SOCK_CLOEXEC
    constexpr int flags = SOCK_CLOEXEC;
#else
    constexpr int flags = 0;
#endif
    // `address` itself stays: libcurl goes by it to set TCP_NODELAY.
    const auto made = ::socket(address->family, address->socktype | flags, address->protocol);
    if (made == CURL_SOCKET_BAD) {
      e.socket_error_ = errno;
      return made;
    }
    e.opened_ = true;
    // Without an entry the connection serves this exchange only.
    guarded([&] { e.sockets_.add(made); });
    return made;
  }

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* self) {
    auto& e = *static_cast<easy*>(self);
    const auto taken = std::min(size * count, e.body_.size() - e.body_at_);
    std::memcpy(to, e.body_.data() + e.body_at_, taken);
    e.body_at_ += taken;
    return taken;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& e = *static_cast<easy*>(self);
    bool accepted = false;
    e.out_of_memory_ |= !guarded([&] { accepted = e.head_.line({data, size * count}); });
    return accepted ? size * count : 0;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& e = *static_cast<easy*>(self);
    const auto kept = std::min(size * count, e.response_limit_ - e.response_->body.size());
    e.out_of_memory_ |= !guarded([&] { e.response_->body.append(data, kept); });
    return kept == size * count && !e.out_of_memory_ ? kept : 0;
  }

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
  std::size_t body_at_ = 0;  // bytes of the body that libcurl has taken
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

#endif  // HWC_CURL_DETAIL_EASY_HPP
