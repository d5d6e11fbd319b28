// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_SLOT_HPP
#define HWC_CURL_DETAIL_SLOT_HPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/request_head.hpp>
#include <hwc/curl/detail/response_head.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
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
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::curl::detail {

// One connection: an easy handle in a multi handle of its own, since the multi handle holds libcurl's connection cache
// and is what can be waked up from another thread. Used by one thread at a time.
class slot {
 public:
  explicit slot(const transport_options& options) {
    errno = 0;
    multi_.reset(curl_multi_init());
    // Without descriptors for waking up, libcurl goes on but could not be stopped.
    ok_ = multi_ != nullptr && curl_multi_wakeup(multi_.get()) == CURLM_OK;
    if (!ok_) {
      socket_error_ = errno;
      return;
    }
    easy_.reset(curl_easy_init());
    ok_ = easy_ != nullptr;
    if (ok_) set_up(options);
  }
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  // False: memory or descriptors ran out, and the slot is of no use.
  [[nodiscard]] bool usable() const noexcept { return ok_; }

  // errno of the last socket that could not be made; 0: none, or memory ran out.
  [[nodiscard]] int socket_error() const noexcept { return socket_error_; }

  // Where the last exchange went, and so where a kept connection leads.
  [[nodiscard]] const http_origin& origin() const noexcept { return origin_; }

  // See `hwc::transport`. `proxy` is named in errors. The request has no flaw.
  exchange_result exchange(const http_request& request, http_response& response, const exchange_options& options,
                           const std::string& proxy) {
    origin_ = request.origin;
    body_ = request.body;
    body_at_ = 0;
    response_ = &response;
    response_limit_ = options.response_limit;
    head_.start(response);
    begun_ = repeat_refused_ = out_of_memory_ = false;
    socket_error_ = 0;
    text_.front() = '\0';
    prepare(request, options, !proxy.empty());

    report r;
    if (!ok_ || curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) {
      ok_ = false;
      r.code = CURLE_OUT_OF_MEMORY;
    } else {
      run(options, r);
      collect(r);
      // Closes the connection unless the answer was read to its end.
      curl_multi_remove_handle(multi_.get(), easy_.get());
    }
    headers_.clear();
    r.sent = delivery_so_far();
    if (head_.complete()) {
      if (r.end != ending::libcurl || r.code != CURLE_OK) response.truncated = true;
      return {};
    }
    return explain(r, proxy);
  }

 private:
  struct easy_cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct multi_cleanup {
    void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
  };

  void set(CURLoption option, long value) { ok_ &= curl_easy_setopt(easy_.get(), option, value) == CURLE_OK; }
  void set(CURLoption option, const char* value) { ok_ &= curl_easy_setopt(easy_.get(), option, value) == CURLE_OK; }

  // What is the same for all exchanges.
  void set_up(const transport_options& options) {
    // One cached connection, so that `origin_` says where it leads.
    ok_ &= curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 1L) == CURLM_OK;
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
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
    set(CURLOPT_FORBID_REUSE, options.max_idle_connections == 0 || idle < 1 ? 1L : 0L);

    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, text_.data()) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, &slot::on_header) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &slot::on_body) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this) == CURLE_OK;
    // There is no CURLOPT_SEEKFUNCTION: libcurl then cannot rewind the body and post it twice.
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READFUNCTION, &slot::on_read) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQFUNCTION, &slot::on_request) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQDATA, this) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETFUNCTION, &slot::on_socket) == CURLE_OK;
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETDATA, this) == CURLE_OK;
  }

  // What is this exchange's own.
  void prepare(const http_request& request, const exchange_options& options, bool proxy_was_given) {
    url_ = origin_.tls ? "https://" : "http://";
    const bool v6 = origin_.host.find(':') != std::string::npos;
    if (v6) url_ += '[';
    url_ += origin_.host;
    if (v6) url_ += ']';
    url_ += ':';
    url_ += std::to_string(origin_.port);
    url_ += '/';
    set(CURLOPT_URL, url_.c_str());
    // What the environment says of proxies is not meant for this machine, to which credentials may go over plain http.
    set(CURLOPT_NOPROXY, !proxy_was_given && is_loopback(origin_.host) ? "*" : nullptr);
    // Past libcurl's URL parser, which would tidy it up.
    set(CURLOPT_REQUEST_TARGET, request.target.c_str());
    set(CURLOPT_CUSTOMREQUEST, hwc::to_string(request.method).data());
    const bool expects_body = request.method != http_method::get && request.method != http_method::delete_;
    if (expects_body || !request.body.empty()) {
      // CURLOPT_UPLOAD also for POST, as CURLOPT_POST would invent a Content-Type.
      set(CURLOPT_UPLOAD, 1L);
      ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size())) ==
             CURLE_OK;
    } else {
      set(CURLOPT_UPLOAD, 0L);
      set(CURLOPT_HTTPGET, 1L);
    }
    ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.assign(request.headers)) == CURLE_OK;
    set(CURLOPT_FRESH_CONNECT, options.fresh_connection || !kept_connection_is_quiet() ? 1L : 0L);
    set(CURLOPT_TIMEOUT_MS, options.deadline == steady_time::max() ? 0L : milliseconds_left(options.deadline));
  }

  // Whether nothing has come in on the kept connection, if there is one. What has is its end, or an answer that nobody
  // asked for and that the next request must not get. libcurl looks too, but 7.88 takes a reset for a sign of
  // life, and bytes for the beginning of the next answer.
  bool kept_connection_is_quiet() {
    if (kept_ == CURL_SOCKET_BAD) return true;
    curl_waitfd socket{kept_, CURL_WAIT_POLLIN, 0};
    int ready = 0;
    return curl_multi_poll(multi_.get(), &socket, 1, 0, &ready) == CURLM_OK && ready == 0;
  }

  // Moves bytes until libcurl has a result, the deadline passes or the stop token asks.
  void run(const exchange_options& options, report& r) {
    const std::stop_callback wake{options.stop, [this] { curl_multi_wakeup(multi_.get()); }};
    for (;;) {
      int running = 0;
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
        r.code = CURLE_OUT_OF_MEMORY;
        ok_ = false;
        return;
      }
      if (running == 0) break;
      if (options.stop.stop_requested()) {
        r.end = ending::stop;
        return;
      }
      if (std::chrono::steady_clock::now() >= options.deadline) {
        r.end = ending::deadline;
        return;
      }
      const auto pause = static_cast<int>(milliseconds_left(options.deadline));
      if (curl_multi_poll(multi_.get(), nullptr, 0, pause, nullptr) != CURLM_OK) {
        r.code = CURLE_OUT_OF_MEMORY;
        ok_ = false;
        return;
      }
    }
    int left = 0;
    if (const auto* message = curl_multi_info_read(multi_.get(), &left)) r.code = message->data.result;
    if (r.code == CURLE_OPERATION_TIMEDOUT && std::chrono::steady_clock::now() >= options.deadline) {
      r.end = ending::deadline;
    }
  }

  // Reads the evidence while the handle still has it.
  void collect(report& r) {
    r.begun = begun_;
    r.repeat_refused = repeat_refused_;
    r.out_of_memory = out_of_memory_;
    r.answer_begun = head_.begun();
    r.answer_refused = r.code == CURLE_WRITE_ERROR;
    r.status = head_.interim() ? 0 : head_.status();
    r.text = text_.data();
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &r.os_error);
    if (r.os_error == 0 && r.code == CURLE_COULDNT_CONNECT) r.os_error = socket_error_;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &r.proxy_status);
    curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &r.verify_result);
    kept_ = CURL_SOCKET_BAD;
    if (r.end == ending::libcurl && r.code == CURLE_OK) {
      curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &kept_);  // bad if libcurl has closed it
    }
  }

  // From the moment at which libcurl was let go: a request without a body is one write, which may have left; one with a
  // body is incomplete until libcurl has taken the last byte. What libcurl reports as its result plays no part.
  [[nodiscard]] delivery delivery_so_far() const noexcept {
    return begun_ && body_at_ == body_.size() ? delivery::unknown : delivery::not_sent;
  }

  // The verdict outlives a lack of memory for its words.
  exchange_result explain(const report& r, const std::string& proxy) const {
    transport_error why;
    why.sent = r.sent;
    guarded([&] { why = classify(r, origin_, proxy); });
    return why;
  }

  // Runs code that allocates where no exception may pass, as in libcurl's callbacks. False: out of memory.
  template <class F>
  static bool guarded(F&& f) noexcept {
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

  // Called before the first byte of a request, and again before libcurl sends it a second time: on a connection
  // that was used before and closes without an answer libcurl assumes that nobody read the request. That is no proof,
  // so the second time is refused. It is what keeps a GET or an empty body, which need no rewinding, at one request
  // while connections are still reused (measured: without it the service gets two).
  static int on_request(void* self, char*, char*, int, int) {
    auto& s = *static_cast<slot*>(self);
    if (s.begun_) {
      s.repeat_refused_ = true;
      return CURL_PREREQFUNC_ABORT;
    }
    s.begun_ = true;
    return CURL_PREREQFUNC_OK;
  }

  // Called for each new connection. On the way to sending a second time it spares the connection that would go unused.
  // Otherwise it is here because libcurl forgets why a socket could not be made.
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& s = *static_cast<slot*>(self);
    if (s.begun_) {
      s.repeat_refused_ = true;
      return CURL_SOCKET_BAD;
    }
#ifdef SOCK_CLOEXEC
    constexpr int flags = SOCK_CLOEXEC;
#else
    constexpr int flags = 0;
#endif
    // `address` itself stays: libcurl goes by it to set TCP_NODELAY.
    const auto made = ::socket(address->family, address->socktype | flags, address->protocol);
    if (made == CURL_SOCKET_BAD) s.socket_error_ = errno;
    return made;
  }

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* self) {
    auto& s = *static_cast<slot*>(self);
    const auto taken = std::min(size * count, s.body_.size() - s.body_at_);
    std::memcpy(to, s.body_.data() + s.body_at_, taken);
    s.body_at_ += taken;
    return taken;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& s = *static_cast<slot*>(self);
    bool accepted = false;
    s.out_of_memory_ |= !guarded([&] { accepted = s.head_.line({data, size * count}); });
    return accepted ? size * count : 0;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& s = *static_cast<slot*>(self);
    const auto kept = std::min(size * count, s.response_limit_ - s.response_->body.size());
    s.out_of_memory_ |= !guarded([&] { s.response_->body.append(data, kept); });
    return kept == size * count && !s.out_of_memory_ ? kept : 0;
  }

  static long clamp_to_int(std::chrono::milliseconds::rep value) noexcept {
    return static_cast<long>(std::min<std::chrono::milliseconds::rep>(value, std::numeric_limits<int>::max()));
  }

  // Rounded up, and at least one, as zero means "never" to libcurl.
  static long milliseconds_left(steady_time deadline) {
    const auto left = deadline - std::chrono::steady_clock::now();
    return std::max(clamp_to_int(std::chrono::floor<std::chrono::milliseconds>(left).count() + 1), 1L);
  }

  std::unique_ptr<CURLM, multi_cleanup> multi_;
  std::unique_ptr<CURL, easy_cleanup> easy_;  // goes first
  curl_socket_t kept_ = CURL_SOCKET_BAD;      // of the connection that the last exchange left open
  std::array<char, CURL_ERROR_SIZE> text_{};
  bool ok_ = false;
  int socket_error_ = 0;

  // Of the exchange.
  http_origin origin_{};
  std::string url_;
  header_list headers_;
  std::string_view body_;
  std::size_t body_at_ = 0;  // bytes of the body that libcurl has taken
  http_response* response_ = nullptr;
  std::size_t response_limit_ = 0;
  response_head head_;
  bool begun_ = false;
  bool repeat_refused_ = false;
  bool out_of_memory_ = false;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_SLOT_HPP
