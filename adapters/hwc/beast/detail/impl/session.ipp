// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_IMPL_SESSION_IPP
#define HWC_BEAST_DETAIL_IMPL_SESSION_IPP

#include <hwc/beast/detail/session.hpp>
#include <hwc/http.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

namespace http = boost::beast::http;
using boost::system::error_code;

inline constexpr std::uint32_t head_limit = 64 * 1024;
inline constexpr std::uint64_t body_limit = 12 * 1024 * 1024;

inline std::optional<http_method> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return http_method::get;
    case http::verb::post:
      return http_method::post;
    case http::verb::put:
      return http_method::put;
    case http::verb::patch:
      return http_method::patch;
    case http::verb::delete_:
      return http_method::delete_;
    default:
      return std::nullopt;
  }
}

using wire_request = http::request<http::string_body>;
using wire_response = http::response<http::string_body>;

inline wire_response plain_answer(http::status status) {
  wire_response answer{status, 11};
  answer.prepare_payload();
  return answer;
}

// Throws where the response cannot be put on a wire.
inline wire_response to_wire(http_response&& response) {
  if (response.status < 200 || response.status > 999) throw std::invalid_argument{"status"};
  wire_response answer;
  answer.version(11);
  answer.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) {
    if (!is_header_name(name) || !is_header_value(value)) throw std::invalid_argument{"header"};
    if (same_header_name(name, "Content-Length") || same_header_name(name, "Transfer-Encoding")) continue;
    answer.insert(name, value);
  }
  if (response.status == 204 || response.status == 304) return answer;
  answer.body() = std::move(response.body);
  answer.prepare_payload();
  return answer;
}

// The answer to a complete request.
inline wire_response answer_to(served& all, wire_request&& received) {
  const auto method = method_of(received.method());
  if (!method) return plain_answer(http::status::not_implemented);
  try {
    http_request request;
    request.method = *method;
    request.target = received.target();
    for (const auto& field : received) request.headers.add(field.name_string(), field.value());
    request.body = std::move(received.body());
    return to_wire(all.service(request, std::chrono::system_clock::now()));
  } catch (...) {
    return plain_answer(http::status::internal_server_error);
  }
}

// One connection. It lives as long as an operation on it is pending.
template <class Stream>
class session final : public any_session, public std::enable_shared_from_this<session<Stream>> {
  static constexpr bool tls = !std::is_same_v<Stream, asio::ip::tcp::socket>;

 public:
  template <class... Args>
  explicit session(served& all, Args&&... args) : all_{all}, stream_{std::forward<Args>(args)...} {
    all_.sessions.insert(this);
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() { all_.sessions.erase(this); }

  void start() {
    if constexpr (tls) {
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code ec) {
        if (!ec) self->read_head();
      });
    } else {
      read_head();
    }
  }

  void close() override {
    error_code ignored;
    socket().close(ignored);
  }

 private:
  auto& socket() { return boost::beast::get_lowest_layer(stream_); }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(head_limit);
    parser_->body_limit(body_limit);
    http::async_read_header(stream_, in_, *parser_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (ec)
        self->refuse(ec);
      else if (self->parser_->get()[http::field::expect] == "100-continue")
        self->write_continue();
      else
        self->read_body();
    });
  }

  void write_continue() {
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(line), [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->read_body();
    });
  }

  void read_body() {
    http::async_read(stream_, in_, *parser_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (ec) return self->refuse(ec);
      ++self->all_.requests;
      const bool keep_alive = self->parser_->get().keep_alive();
      self->write(answer_to(self->all_, self->parser_->release()), keep_alive);
    });
  }

  // Answers what is not a request that we take; a broken connection is just dropped.
  void refuse(error_code ec) {
    if (ec == http::error::header_limit)
      write(plain_answer(http::status::request_header_fields_too_large), false);
    else if (ec == http::error::body_limit)
      write(plain_answer(http::status::payload_too_large), false);
    else if (ec == http::error::end_of_stream || ec == http::error::partial_message)
      finish();
    else if (ec.category() == http::make_error_code(http::error::bad_method).category()) {
      write(plain_answer(http::status::bad_request), false);
    }
  }

  void write(wire_response&& answer, bool keep_alive) {
    out_ = std::move(answer);
    out_.keep_alive(keep_alive && out_.keep_alive());
    http::async_write(stream_, out_, [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (ec) return;
      if (self->out_.keep_alive())
        self->read_head();
      else
        self->finish();
    });
  }

  void finish() {
    if constexpr (tls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->drain(); });
    } else {
      drain();
    }
  }

  // Reads on until the client has closed too: closing with bytes unread would reset the connection, and the client
  // might never see the answer.
  void drain() {
    error_code ec;
    socket().shutdown(asio::socket_base::shutdown_send, ec);
    if (!ec) drop_input();
  }

  void drop_input() {
    socket().async_read_some(asio::buffer(dropped_), [self = this->shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->drop_input();
    });
  }

  served& all_;
  Stream stream_;
  boost::beast::flat_buffer in_;
  std::optional<http::request_parser<http::string_body>> parser_;
  wire_response out_;
  std::array<char, 4096> dropped_;
};

HWC_DECL void start_session(served& all, asio::ip::tcp::socket&& socket) {
  std::make_shared<session<asio::ip::tcp::socket>>(all, std::move(socket))->start();
}

HWC_DECL void start_session(served& all, asio::ip::tcp::socket&& socket, asio::ssl::context& tls) {
  std::make_shared<session<asio::ssl::stream<asio::ip::tcp::socket>>>(all, std::move(socket), tls)->start();
}

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_IMPL_SESSION_IPP
