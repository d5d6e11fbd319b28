// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_IMPL_EASY_IPP
#define HWC_CURL_DETAIL_IMPL_EASY_IPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/easy.hpp>
#include <hwc/curl/detail/multi.hpp>
#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/curl/detail/request_head.hpp>
#include <hwc/curl/detail/settings.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace hwc::inline v0_1::curl::detail {

HWC_DECL easy::easy(const transport_options& options, open_sockets& sockets, bool http2)
    : sockets_{sockets}, http2_{http2} {
  easy_.reset(curl_easy_init());
  ok_ = easy_ != nullptr;
  if (ok_) set_up(options);
}

HWC_DECL void easy::start(const http_request& request, http_response& response, const exchange_options& options) {
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

HWC_DECL void easy::collect(report& r) const {
  // libcurl keeps to the deadline too, and may be the first to notice.
  if (r.code == CURLE_OPERATION_TIMEDOUT && std::chrono::steady_clock::now() >= deadline_) r.end = ending::deadline;
  r.begun = begun_;
  r.repeat_refused = repeat_refused_;
  long written = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &written);
  r.written = written > 0;
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

HWC_DECL bool easy::again(const report& r) {
  if (!stale_ || fresh_ || r.end != ending::libcurl) return false;
  stale_ = false;
  fresh_ = true;
  text_.front() = '\0';
  set(CURLOPT_FRESH_CONNECT, 1L);
  set_time_limit();
  return ok_;
}

HWC_DECL exchange_result easy::verdict(report& r, const std::string& proxy) {
  headers_.clear();
  stop_ = {};
  sockets_.leave(std::exchange(place_, open_sockets::nowhere));
  r.sent = r.stream_refused ? delivery::not_sent : delivery_so_far(r);
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

HWC_DECL void easy::set_up(const transport_options& options) {
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
  // An option of RTSP, whose one effect on HTTP is that a connection which closes without an answer is no reason to
  // send again; what remains is a stream that the peer refused. With HTTP/2 libcurl 7.88 would act on either in the
  // same way, and with the same words, where a connection had been used before. It fails in builds without RTSP, and
  // then `on_request` and `on_socket` are what stops it.
  static_cast<void>(curl_easy_setopt(easy_.get(), CURLOPT_RTSP_REQUEST, static_cast<long>(CURL_RTSPREQ_RECEIVE)));
  const auto idle = std::chrono::duration_cast<std::chrono::seconds>(options.idle_age).count();
  set(CURLOPT_MAXAGE_CONN, std::max(clamp_to_int(idle), 1L));
  set(CURLOPT_FORBID_REUSE, settings::keeps_connections(options) ? 0L : 1L);

  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, text_.data()) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, &easy::on_header) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, this) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &easy::on_body) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this) == CURLE_OK;
  // There is no CURLOPT_SEEKFUNCTION: libcurl then cannot rewind a long body, which is a lock beside the gates.
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READFUNCTION, &easy::on_read) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_READDATA, this) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQFUNCTION, &easy::on_request) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_PREREQDATA, this) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETFUNCTION, &easy::on_socket) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_OPENSOCKETDATA, this) == CURLE_OK;
  set(CURLOPT_UPLOAD_BUFFERSIZE, 16L * 1024);  // 7.88 makes one for each request over TLS; 64 KiB would stir the heap
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_DEBUGFUNCTION, &easy::on_text) == CURLE_OK;
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_DEBUGDATA, this) == CURLE_OK;
}

HWC_DECL void easy::set_origin(const http_origin& origin) {
  origin_is_set_ = false;
  origin_ = origin;
  set(CURLOPT_URL, url_of(origin_).c_str());
  set(CURLOPT_NOPROXY, goes_direct() ? "*" : nullptr);
  set_protocol(http2_ && origin_.tls);
  origin_is_set_ = true;
}

HWC_DECL void easy::prepare(const http_request& request) {
  // Past libcurl's URL parser, which would tidy it up.
  set(CURLOPT_REQUEST_TARGET, request.target.c_str());
  if (const auto method = hwc::to_string(request.method); method != method_) {
    method_ = method;
    set(CURLOPT_CUSTOMREQUEST, method.data());
  }
  // With HTTP/2 the head has a frame of its own anyway.
  in_one_piece_ = request.body.size() <= short_body && !shares_connection();
  // What went before is forgotten. 7.88 would take a short body that is left there for a sign that it can rewind.
  set(CURLOPT_POSTFIELDS, nullptr);
  set(CURLOPT_HTTPGET, 1L);
  const bool expects_body = request.method != http_method::get && request.method != http_method::delete_;
  const bool has_body = expects_body || !request.body.empty();
  if (has_body && in_one_piece_) {
    // Whatever the method is called. libcurl can rewind this, and would send it twice where a kept connection closes
    // without an answer (measured); `on_request` and `on_socket` do not let it.
    set(CURLOPT_POSTFIELDS, request.body.data());
    set_size(CURLOPT_POSTFIELDSIZE_LARGE, request.body.size());
  } else if (has_body) {
    set(CURLOPT_UPLOAD, 1L);
    set_size(CURLOPT_INFILESIZE_LARGE, request.body.size());
  }
  ok_ &= curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.assign(request.headers)) == CURLE_OK;
  set(CURLOPT_FRESH_CONNECT, fresh_ ? 1L : 0L);
  set_time_limit();
}

HWC_DECL void easy::set_protocol(bool http2) {
  set(CURLOPT_HTTP_VERSION, static_cast<long>(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
  // Where an answer outgrows the buffer while libcurl 7.88 reads for another stream, its end may not be noticed
  // before something else comes in. With HTTP/1.1 so large a buffer, made for each request, would only grow and shrink
  // the heap.
  set(CURLOPT_BUFFERSIZE, http2 ? 512L * 1024 : 16L * 1024);
  set(CURLOPT_VERBOSE, http2 ? 1L : 0L);  // what `on_text` hears
}

HWC_DECL void easy::set_time_limit() {
  constexpr std::chrono::milliseconds longer{50};
  const auto limit = saturating_add(deadline_, longer);
  set(CURLOPT_TIMEOUT_MS, limit == steady_time::max() ? 0L : milliseconds_left(limit));
}

HWC_DECL int easy::on_request(void* self, char*, char*, int, int local_port) {
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
  // The second time would need a new socket then, which `on_socket` refuses too, and gets nowhere near a connection
  // that others share.
  e.set(CURLOPT_FRESH_CONNECT, 1L);
  return CURL_PREREQFUNC_OK;
}

HWC_DECL int easy::on_text(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
  auto& e = *static_cast<easy*>(self);
  if (type != CURLINFO_TEXT || !e.begun_) return 0;
  if (const auto last = e.words_.hear({data, size})) e.sockets_.go_away(e.place_, *last);
  return 0;
}

HWC_DECL curl_socket_t easy::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
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

HWC_DECL std::size_t easy::on_read(char* to, std::size_t size, std::size_t count, void* self) {
  auto& e = *static_cast<easy*>(self);
  const auto taken = std::min(size * count, e.body_.size() - e.body_at_);
  std::memcpy(to, e.body_.data() + e.body_at_, taken);
  e.body_at_ += taken;
  return taken;
}

HWC_DECL std::size_t easy::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& e = *static_cast<easy*>(self);
  bool accepted = false;
  e.out_of_memory_ |= !guarded([&] { accepted = e.head_.line({data, size * count}); });
  return accepted ? size * count : 0;
}

HWC_DECL std::size_t easy::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& e = *static_cast<easy*>(self);
  const auto kept = std::min(size * count, e.response_limit_ - e.response_->body.size());
  e.out_of_memory_ |= !guarded([&] { e.response_->body.append(data, kept); });
  return kept == size * count && !e.out_of_memory_ ? kept : 0;
}

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_IMPL_EASY_IPP
