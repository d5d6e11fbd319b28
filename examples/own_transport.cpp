// SPDX-License-Identifier: BSL-1.0
// A transport of one's own, on plain POSIX sockets, and the proof that it keeps what the concept demands: the
// conformance kit plays some forty cases against a server that misbehaves by script.

#include <hwc/request_flaw.hpp>
#include <hwc/testing/conformance.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/none.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

namespace http = boost::beast::http;
using hwc::delivery;
using hwc::error_kind;

// A file descriptor, closed with the object; -1: none.
class descriptor {
 public:
  explicit descriptor(int number = -1) : number_{number} {}
  descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

// One request and its response, on a connection of their own.
class exchange {
 public:
  exchange(const hwc::http_request& request, hwc::http_response& response, const hwc::exchange_options& options)
      : request_{request}, response_{response}, options_{options} {}

  hwc::exchange_result run() {
    if (wake_.get() < 0) return fail(error_kind::connection, "no descriptor is left for", errno);
    const std::stop_callback wake{options_.stop, [this] { ::eventfd_write(wake_.get(), 1); }};
    if (auto why = connect()) return *std::move(why);
    if (auto why = write()) return *std::move(why);
    return read();
  }

 private:
  using failure = std::optional<hwc::transport_error>;

  [[nodiscard]] hwc::transport_error fail(error_kind kind, const std::string& what, int code = 0) const {
    return {.kind = kind,
            .sent = sent_,
            .retryable = kind == error_kind::connection,
            .cause = {code, std::generic_category()},
            .message = what + " " + request_.origin.host};
  }

  // Whether there is neither time nor wish to go on.
  [[nodiscard]] failure over() const {
    if (options_.stop.stop_requested()) return fail(error_kind::cancelled, "cancelled: the exchange with");
    if (std::chrono::steady_clock::now() < options_.deadline) return std::nullopt;
    return fail(error_kind::timeout, "too late: the exchange with");
  }

  // Waits until the socket is ready, or all is over.
  failure await(short events) {
    for (;;) {
      if (auto why = over()) return why;
      int milliseconds = -1;
      if (options_.deadline != hwc::steady_time::max()) {
        const auto left = options_.deadline - std::chrono::steady_clock::now();
        const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        milliseconds = static_cast<int>(std::clamp<std::int64_t>(rounded, 0, std::numeric_limits<int>::max()));
      }
      pollfd watched[] = {{socket_.get(), events, 0}, {wake_.get(), POLLIN, 0}};
      if (::poll(watched, 2, milliseconds) > 0 && watched[0].revents != 0) return std::nullopt;
    }
  }

  // The lookup of a name takes as long as it takes: getaddrinfo knows no deadline.
  failure connect() {
    if (auto why = over()) return why;
    addrinfo hints{}, *found = nullptr;
    hints.ai_flags = AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    const auto port = std::to_string(request_.origin.port);
    if (::getaddrinfo(request_.origin.host.c_str(), port.c_str(), &hints, &found) != 0) {
      auto why = fail(error_kind::connection, "unknown host:");
      why.retryable = false;
      return why;
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses{found, &::freeaddrinfo};
    failure last;
    for (const auto* each = found; each != nullptr; each = each->ai_next) {
      socket_ = descriptor{::socket(each->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
      if (socket_.get() < 0) return fail(error_kind::connection, "no socket for", errno);
      int error = ::connect(socket_.get(), each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
      if (error == EINPROGRESS) {
        if (auto why = await(POLLOUT)) return why;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      }
      if (error == 0) return std::nullopt;
      last = fail(error_kind::connection, "no connection to", error);
    }
    return last;
  }

  [[nodiscard]] std::string head() const {
    std::string text{to_string(request_.method)};
    text += ' ' + request_.target + " HTTP/1.1\r\n";
    if (!request_.headers.contains("Host")) {
      text += "Host: ";
      append_authority(text, request_.origin);
      text += "\r\n";
    }
    for (const auto& [name, value] : request_.headers) text += std::string{name} + ": " + std::string{value} + "\r\n";
    if (!request_.headers.contains("Content-Length")) {
      text += "Content-Length: " + std::to_string(request_.body.size()) + "\r\n";
    }
    return text + "\r\n";
  }

  failure write() {
    const auto first = head();
    for (std::string_view part : {std::string_view{first}, std::string_view{request_.body}}) {
      while (!part.empty()) {
        if (auto why = await(POLLOUT)) return why;
        const auto size = ::send(socket_.get(), part.data(), part.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) continue;
        // The last byte is still here, so the service cannot have the request.
        if (size < 0) return fail(error_kind::connection, "the connection broke to", errno);
        part.remove_prefix(static_cast<std::size_t>(size));
      }
    }
    sent_ = delivery::unknown;  // from here on only an answer tells
    return std::nullopt;
  }

  using parser = http::response_parser<http::string_body>;

  hwc::exchange_result read() {
    for (int interim = 0; interim != 64; ++interim) {
      parser answer;
      answer.header_limit(64 * 1024);
      answer.body_limit(boost::none);  // the rest is dropped, not refused
      if (auto why = parse(answer, [&] { return answer.is_header_done(); })) return *std::move(why);
      const auto& message = answer.get();
      const int status = static_cast<int>(message.result_int());
      if (message.version() > 11 || status < 100 || status == 101) break;
      if (status < 200) continue;
      response_.status = status;
      for (const auto& field : message) {
        const auto name = field.name_string(), value = field.value();
        response_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
      }
      answer.eager(true);  // only now: trailers would stand among the headers
      const auto broken =
          parse(answer, [&] { return answer.is_done() || message.body().size() > options_.response_limit; });
      response_.body = message.body().substr(0, options_.response_limit);
      response_.truncated = broken || response_.body.size() != message.body().size();
      return {};
    }
    return fail(error_kind::malformed_response, "no usable answer from");
  }

  // Until there is enough of the answer. Otherwise says why not.
  template <class Enough>
  failure parse(parser& answer, Enough enough) {
    boost::system::error_code code;
    while (!enough()) {
      if (!in_.empty()) {
        in_.erase(0, answer.put(boost::asio::buffer(in_), code));
        if (code && code != http::error::need_more) return fail(error_kind::malformed_response, "no HTTP from");
        if (!code) continue;
      }
      if (auto why = await(POLLIN)) return why;
      char buffer[16 * 1024];
      const auto size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (size < 0 && errno == EAGAIN) continue;
      if (size < 0) return fail(error_kind::connection, "the connection broke to", errno);
      if (size == 0) {
        const bool begun = answer.got_some() || !in_.empty();
        if (!begun) return fail(error_kind::connection, "closed without an answer:");
        answer.put_eof(code);
        if (!code) return std::nullopt;
        return fail(error_kind::malformed_response, "the answer ended early:");
      }
      in_.append(buffer, static_cast<std::size_t>(size));
    }
    return std::nullopt;
  }

  const hwc::http_request& request_;
  hwc::http_response& response_;
  const hwc::exchange_options& options_;
  descriptor wake_{::eventfd(0, EFD_CLOEXEC)};
  descriptor socket_{};
  delivery sent_ = delivery::not_sent;
  std::string in_{};  // received and not yet parsed
};

// The simplest transport that is right: plain http, and a new connection for each exchange.
class posix_transport {
 public:
  static constexpr bool thread_safe = true;

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    response.clear();
    auto flaw = hwc::request_flaw(request);
    if (flaw.empty() && request.origin.tls) flaw = "posix_transport speaks no TLS; use an http endpoint";
    if (!flaw.empty()) {
      return hwc::transport_error{
          .kind = error_kind::invalid_argument, .sent = delivery::not_sent, .message = std::string{flaw}};
    }
    return exchange{request, response, options}.run();
  }
};

static_assert(hwc::transport<posix_transport>);

}  // namespace

int main() {
  hwc::testing::socket_server server;
  const auto report = hwc::testing::check_conformance(server, [] { return posix_transport{}; });
  std::cout << report;
  return report.good() ? 0 : 1;
}
