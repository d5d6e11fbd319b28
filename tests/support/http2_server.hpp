// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_HTTP2_SERVER_HPP
#define HWC_TESTS_SUPPORT_HTTP2_SERVER_HPP

#include <hwc/openssl/detail/library.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/testing/detail/loopback_socket.hpp>
#include <hwc/testing/detail/require.hpp>

#include <nghttp2/nghttp2.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::tests {

// A complete request as an `http2_server` got it.
struct http2_request {
  std::size_t number = 0;                                     // over all connections, in order of arrival, from 0
  std::size_t connection = 0;                                 // from 0
  std::int32_t stream = 0;                                    // 0: HTTP/1.1
  std::vector<std::pair<std::string, std::string>> fields{};  // pseudo fields included
  std::string body{};

  [[nodiscard]] std::string field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
  [[nodiscard]] std::string path() const { return field(":path"); }
};

// What an `http2_server` does about a request.
struct http2_action {
  enum class what : unsigned char {
    answer,   // status, fields and body
    reset,    // RST_STREAM with `code`
    go_away,  // GOAWAY with `last` and `code`; the streams that it allows go on
  };
  enum class then : unsigned char {
    keep,   // the connection stays
    close,  // ends the connection in order (FIN)
    abort,  // breaks the connection (RST)
  };
  what kind = what::answer;
  bool late = false;             // waits for `release()`
  then afterwards = then::keep;  // at once
  int status = 200;
  std::string body = "ok";
  std::vector<std::pair<std::string, std::string>> fields{};
  std::uint32_t code = NGHTTP2_NO_ERROR;
  std::int32_t last = 0;
  std::string head{};  // status of a head that goes out at once; empty: none
};

struct http2_server_options {
  std::uint32_t max_streams = 100;  // MAX_CONCURRENT_STREAMS
  bool http2 = true;                // false: ALPN chooses http/1.1, and each request is answered with "h1"
  std::size_t refuse_heads = 0;     // so many streams are refused when their head has come, before their body
};

// A TLS server on 127.0.0.1 that speaks HTTP/2, misbehaves as told, and counts what it received. A request counts when
// it is complete: END_STREAM has come. `act` is called for each such request, by the one thread that serves all
// connections. Waiting functions give up after 5 s.
class http2_server {
 public:
  using handler = std::function<http2_action(const http2_request&)>;

  explicit http2_server(
      const openssl::testing::identity& id, handler act = [](const http2_request&) { return http2_action{}; },
      http2_server_options options = {})
      : act_{std::move(act)}, options_{options}, tls_{make_tls(id)} {
    SSL_CTX_set_alpn_select_cb(tls_.get(), &choose_protocol, &options_);
    listener_ = testing::detail::loopback_socket(port_, SOCK_NONBLOCK);
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    check(listener_ >= 0 && wake_ >= 0 && ::listen(listener_, 128) == 0);
    thread_ = std::thread{[this] { serve(); }};
  }
  http2_server(const http2_server&) = delete;
  http2_server& operator=(const http2_server&) = delete;
  ~http2_server() {
    stop();
    ::close(listener_);
    ::close(wake_);
  }

  // Closes all connections and ends the thread. The counts stay.
  void stop() {
    if (!thread_.joinable()) return;
    locked([this] { stopping_ = true; });
    wake();
    thread_.join();
  }

  // Does what is late, and from now on nothing is.
  void release() {
    locked([this] { released_ = true; });
    wake();
  }

  // Ends all connections, with GOAWAY first if so wanted. `ends` counts them.
  void hang_up(http2_action::then how, bool go_away) {
    locked([&] { hang_up_ = how, say_goodbye_ = go_away; });
    wake();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  struct counts {
    std::size_t requests = 0;      // complete ones
    std::size_t connections = 0;   // accepted
    std::size_t handshakes = 0;    // completed
    std::size_t resets = 0;        // RST_STREAM received for an open stream
    std::size_t faults = 0;        // frames received that HTTP/2 does not allow
    std::size_t ends = 0;          // connections of which a FIN or RST was sent, or the client is gone
    std::size_t gone = 0;          // connections that the client has closed, or an RST was sent of
    std::size_t most_streams = 0;  // at once on one connection
  };
  [[nodiscard]] counts count() const {
    return locked([this] { return counts_; });
  }
  [[nodiscard]] std::size_t requests() const { return count().requests; }
  [[nodiscard]] std::size_t connections() const { return count().connections; }
  // How often a request with that path was complete.
  [[nodiscard]] std::size_t requests(const std::string& path) const {
    return locked([&] {
      const auto at = paths_.find(path);
      return at == paths_.end() ? std::size_t{0} : at->second;
    });
  }
  bool await(std::size_t counts::*which, std::size_t least) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{5}, [&] { return counts_.*which >= least; });
  }
  // Waits until no connection is left, so that whatever the clients sent is counted.
  bool await_all_gone() const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{5}, [this] { return counts_.gone == counts_.connections; });
  }

 private:
  template <auto Free>
  using owned = openssl::detail::owned<Free>;

  struct stream {
    http2_request request{};
    http2_action action{};
    std::size_t sent = 0;  // of the body
    bool held = false;
  };

  struct connection {
    http2_server* server;
    int socket;
    std::size_t index;
    owned<SSL_free> tls{};
    owned<nghttp2_session_del> session{};
    std::map<std::int32_t, stream> streams{};
    std::string out{};    // for the socket
    std::string plain{};  // HTTP/1.1: received
    bool ready = false;   // the handshake is done
    bool ending = false;  // once `out` is sent: FIN
    bool aborting = false;
    bool ended = false;  // counted
    bool dead = false;
  };

  static void check(bool ok) { hwc::testing::detail::require(ok, "http2_server: cannot be set up"); }

  static owned<SSL_CTX_free> make_tls(const openssl::testing::identity& id) {
    owned<SSL_CTX_free> made{SSL_CTX_new(TLS_server_method())};
    const auto memory = [](const std::string& text) {
      return owned<BIO_free_all>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    };
    const auto chain = memory(id.certificate_chain_pem), secret = memory(id.private_key_pem);
    const owned<X509_free> certificate{PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)};
    const owned<EVP_PKEY_free> key{PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr)};
    check(made && certificate && key && SSL_CTX_use_certificate(made.get(), certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(made.get(), key.get()) == 1);
    return made;
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                             unsigned int offered_size, void* self) {
    const std::string_view wanted = static_cast<http2_server_options*>(self)->http2 ? "\x02h2" : "\x08http/1.1";
    const std::string_view all{reinterpret_cast<const char*>(offered), offered_size};
    const auto at = all.find(wanted);
    if (at == std::string_view::npos) return SSL_TLSEXT_ERR_NOACK;
    *out = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }

  template <class F>
  std::invoke_result_t<F> locked(F f) const {
    const std::lock_guard lock{mutex_};
    return f();
  }
  template <class F>
  void record(F f) {
    locked(f);
    changed_.notify_all();
  }
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }

  void serve() {
    std::list<connection> connections;
    std::vector<pollfd> polled;
    for (;;) {
      polled.assign({{wake_, POLLIN, 0}, {listener_, POLLIN, 0}});
      for (const auto& c : connections) {
        polled.push_back({c.socket, static_cast<short>(c.out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
      }
      ::poll(polled.data(), polled.size(), -1);
      std::uint64_t ignored = 0;
      if (::read(wake_, &ignored, sizeof ignored) > 0) {
        if (locked([this] { return stopping_; })) break;
        for (auto& c : connections) do_what_is_late(c);
        for (auto& c : connections) hang_up_if_asked(c);
        locked([this] { hang_up_ = http2_action::then::keep; });
      }
      for (auto& c : connections) advance(c);
      for (int s = 0; (s = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        std::size_t index = 0;
        record([&] { index = counts_.connections++; });
        auto& c = connections.emplace_back(connection{.server = this, .socket = s, .index = index});
        c.tls.reset(SSL_new(tls_.get()));
        SSL_set_bio(c.tls.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(c.tls.get());
        advance(c);
      }
      std::erase_if(connections, [this](connection& c) {
        if (c.dead) close(c);
        return c.dead;
      });
    }
    for (auto& c : connections) close(c);
  }

  void close(connection& c) {
    ::close(c.socket);
    end(c);
    record([this] { ++counts_.gone; });
  }

  void end(connection& c) {
    if (!std::exchange(c.ended, true)) record([this] { ++counts_.ends; });
  }

  // Reads, acts and writes as far as possible without blocking.
  void advance(connection& c) {
    char buffer[16384];
    bool open = true;
    for (;;) {
      const auto n = ::recv(c.socket, buffer, sizeof buffer, 0);
      if (n > 0) BIO_write(SSL_get_rbio(c.tls.get()), buffer, static_cast<int>(n));
      if (n <= 0) open = n < 0 && (errno == EAGAIN || errno == EINTR);
      if (n <= 0) break;
    }
    if (!c.ready && SSL_accept(c.tls.get()) == 1) begin(c);
    if (c.ready) {
      // What comes after a FIN counts too, and nothing is done about it.
      const bool answers = !c.ending;
      for (int n = 0; (n = SSL_read(c.tls.get(), buffer, sizeof buffer)) > 0;) receive(c, buffer, n);
      if (answers) flush(c);
    }
    for (int n = 0; (n = BIO_read(SSL_get_wbio(c.tls.get()), buffer, sizeof buffer)) > 0;) {
      c.out.append(buffer, static_cast<std::size_t>(n));
    }
    while (!c.out.empty()) {
      const auto n = ::send(c.socket, c.out.data(), c.out.size(), MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (n < 0) open = false;
      if (n < 0) break;
      c.out.erase(0, static_cast<std::size_t>(n));
    }
    if (c.aborting) {
      const linger now{1, 0};
      ::setsockopt(c.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    } else if (c.ending && c.out.empty()) {
      ::shutdown(c.socket, SHUT_WR);
      end(c);
    }
    c.dead = !open || c.aborting;
  }

  static void flush(connection& c) {
    const std::uint8_t* bytes = nullptr;
    for (ssize_t n = 0; c.session && (n = nghttp2_session_mem_send(c.session.get(), &bytes)) > 0;) {
      SSL_write(c.tls.get(), bytes, static_cast<int>(n));
    }
  }

  void begin(connection& c) {
    c.ready = true;
    record([this] { ++counts_.handshakes; });
    const unsigned char* chosen = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(c.tls.get(), &chosen, &size);
    if (size != 2) return;  // HTTP/1.1
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_session_callbacks_new(&calls);
    nghttp2_session_callbacks_set_on_header_callback(calls, &on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, &on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, &on_frame);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(calls, &on_invalid);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, &on_close);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_max_send_header_block_length(options, 1024 * 1024);
    nghttp2_session* made = nullptr;
    nghttp2_session_server_new2(&made, calls, &c, options);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(calls);
    c.session.reset(made);
    const nghttp2_settings_entry limit{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options_.max_streams};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, &limit, 1);
  }

  void receive(connection& c, const char* bytes, int size) {
    if (c.session) {
      if (nghttp2_session_mem_recv(c.session.get(), reinterpret_cast<const std::uint8_t*>(bytes),
                                   static_cast<std::size_t>(size)) < 0) {
        c.ending = true;
      }
      return;
    }
    c.plain.append(bytes, static_cast<std::size_t>(size));
    for (;;) {
      const auto head = c.plain.find("\r\n\r\n");
      if (head == std::string::npos) return;
      const auto at = c.plain.find("Content-Length: ");
      const std::size_t length = at < head ? std::strtoul(c.plain.c_str() + at + 16, nullptr, 10) : 0;
      if (c.plain.size() < head + 4 + length) return;
      c.plain.erase(0, head + 4 + length);
      record([this] { ++counts_.requests; });
      constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh1";
      SSL_write(c.tls.get(), answer.data(), static_cast<int>(answer.size()));
    }
  }

  static connection& of(void* self) { return *static_cast<connection*>(self); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
    of(self).streams[frame->hd.stream_id].request.fields.emplace_back(
        std::string{reinterpret_cast<const char*>(name), name_size},
        std::string{reinterpret_cast<const char*>(value), value_size});
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                     void* self) {
    of(self).streams[id].request.body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }

  static int on_invalid(nghttp2_session*, const nghttp2_frame*, int, void* self) {
    auto& server = *of(self).server;
    server.record([&] { ++server.counts_.faults; });
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
    of(self).streams.erase(id);
    return 0;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    auto& c = of(self);
    auto& server = *c.server;
    const auto id = frame->hd.stream_id;
    // libcurl 7.88 resets even a stream that has ended, which HTTP/2 allows for a while.
    if (frame->hd.type == NGHTTP2_RST_STREAM && c.streams.count(id) != 0) {
      server.record([&] { ++server.counts_.resets; });
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS) {
      server.record([&] { server.counts_.most_streams = std::max(server.counts_.most_streams, c.streams.size()); });
      if (server.options_.refuse_heads != 0) {
        --server.options_.refuse_heads;
        return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
      }
    }
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    auto& s = c.streams[id];
    s.request.connection = c.index;
    s.request.stream = id;
    server.record([&] {
      s.request.number = server.counts_.requests++;
      ++server.paths_[s.request.path()];
    });
    if (c.ended) return 0;
    s.action = server.act_(s.request);
    server.perform(c, id, s);
    return 0;
  }

  void perform(connection& c, std::int32_t id, stream& s) {
    c.ending |= s.action.afterwards == http2_action::then::close;
    c.aborting |= s.action.afterwards == http2_action::then::abort;
    if (!s.action.head.empty()) {
      static const std::string name = ":status";
      const auto status = field(name, s.action.head);
      nghttp2_submit_headers(c.session.get(), NGHTTP2_FLAG_NONE, id, nullptr, &status, 1, nullptr);
    }
    s.held = s.action.late && !locked([this] { return released_; });
    if (!s.held) perform_now(c.session.get(), id, s);
  }

  static void perform_now(nghttp2_session* session, std::int32_t id, stream& s) {
    using what = http2_action::what;
    if (s.action.kind == what::answer) answer(session, id, s);
    if (s.action.kind == what::reset) nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, s.action.code);
    if (s.action.kind == what::go_away) {
      nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, s.action.last, s.action.code, nullptr, 0);
    }
  }

  static nghttp2_nv field(const std::string& name, const std::string& value) {
    return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
            reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
            NGHTTP2_NV_FLAG_NONE};
  }

  static void answer(nghttp2_session* session, std::int32_t id, stream& s) {
    const std::string name = ":status", status = std::to_string(s.action.status);
    std::vector<nghttp2_nv> fields{field(name, status)};
    for (const auto& [key, value] : s.action.fields) fields.push_back(field(key, value));
    nghttp2_data_provider body{};
    body.source.ptr = &s;
    body.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size, std::uint32_t* flags,
                            nghttp2_data_source* source, void*) -> ssize_t {
      auto& from = *static_cast<stream*>(source->ptr);
      const auto n = from.action.body.copy(reinterpret_cast<char*>(to), size, from.sent);
      from.sent += n;
      if (from.sent == from.action.body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(n);
    };
    nghttp2_submit_response(session, id, fields.data(), fields.size(), &body);
  }

  void do_what_is_late(connection& c) {
    if (!locked([this] { return released_; })) return;
    for (auto& [id, s] : c.streams) {
      if (std::exchange(s.held, false)) perform_now(c.session.get(), id, s);
    }
  }

  void hang_up_if_asked(connection& c) {
    const auto [how, go_away] = locked([this] { return std::pair{hang_up_, say_goodbye_}; });
    if (how == http2_action::then::keep) return;
    if (go_away) {
      const auto last = nghttp2_session_get_last_proc_stream_id(c.session.get());
      nghttp2_submit_goaway(c.session.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
    }
    flush(c);
    c.ending = how == http2_action::then::close;
    c.aborting = how == http2_action::then::abort;
  }

  handler act_;
  http2_server_options options_;
  owned<SSL_CTX_free> tls_;
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  counts counts_{};
  std::map<std::string, std::size_t> paths_;
  bool stopping_ = false;
  bool released_ = false;
  http2_action::then hang_up_ = http2_action::then::keep;
  bool say_goodbye_ = false;

  std::thread thread_;
};

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_HTTP2_SERVER_HPP
