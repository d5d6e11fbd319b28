// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_REQUEST_TEXT_HPP
#define HWC_BEAST_DETAIL_REQUEST_TEXT_HPP

#include <hwc/beast/options.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/http.hpp>
#include <hwc/request_flaw.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/buffer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// Writes the head of the request as it goes on the wire, with its blank line. The request has no flaw.
inline void write_head(hwc::detail::wiped_text& out, const http_request& request, std::string_view user_agent) {
  const auto& headers = request.headers;
  std::string authority;
  if (!headers.contains("Host")) append_authority(authority, request.origin);

  // Room for all of it at once; what is written beside the texts of others fits into 128 bytes, and 4 for each field.
  const auto begin = out.size();
  auto room = 128 + request.target.size() + authority.size() + user_agent.size();
  for (const auto& [name, value] : headers) room += name.size() + value.size() + 4;
  out.resize(begin + room);
  char* at = out.data() + begin;

  const auto put = [&](std::string_view text) { at += text.copy(at, text.size()); };
  const auto field = [&](std::string_view name, std::string_view value) {
    put(name);
    put(value.empty() ? ":" : ": ");
    put(value);
    put("\r\n");
  };
  put(hwc::to_string(request.method));
  put(" ");
  put(request.target);
  put(" HTTP/1.1\r\n");
  if (!authority.empty()) field("Host", authority);
  if (!user_agent.empty() && !headers.contains("User-Agent")) field("User-Agent", user_agent);
  for (const auto& [name, value] : headers) field(name, value);
  const bool expects_body = request.method != http_method::get && request.method != http_method::delete_;
  if ((expects_body || !request.body.empty()) && !headers.contains("Content-Length")) {
    field("Content-Length", std::to_string(request.body.size()));
  }
  put("\r\n");
  out.resize(static_cast<std::size_t>(at - out.data()));
}

// What is to be written and how much of it was. Its memory serves all requests of a connection and is wiped after each.
class outgoing {
 public:
  static constexpr std::size_t record = 16 * 1024;  // what fits into one TLS record

  // The request, which stays valid until `clear`.
  void assign(const http_request& request, std::string_view user_agent) {
    clear();
    write_head(head_, request, user_agent);
    body_ = request.body;
    if (body_.size() <= record) append(head_, std::exchange(body_, {}));  // one write, one TLS record
  }

  // Some other text, made by the function given.
  template <class Write>
  void assign_text(Write&& write) {
    clear();
    write(head_);
  }

  // All that is left, for one system call.
  [[nodiscard]] std::array<boost::asio::const_buffer, 2> rest() const {
    const auto beyond = written_ > head_.size() ? written_ - head_.size() : 0;
    return {boost::asio::buffer(head_) + written_, boost::asio::buffer(body_) + beyond};
  }

  // The next piece that fits into a TLS record.
  [[nodiscard]] boost::asio::const_buffer next_record() const {
    const auto [head, body] = rest();
    return boost::asio::buffer(head.size() != 0 ? head : body, record);
  }

  void advance(std::size_t size) noexcept { written_ += size; }
  [[nodiscard]] std::size_t left() const noexcept { return head_.size() + body_.size() - written_; }

  void clear() noexcept {
    hwc::detail::wipe_and_clear(head_);
    body_ = {};
    written_ = 0;
  }

 private:
  hwc::detail::wiped_text head_;  // and a short body
  std::string_view body_;         // a long one
  std::size_t written_ = 0;       // of both
};

// Why an exchange is not even begun.
[[nodiscard]] inline std::optional<transport_error> refusal(const http_request& request,
                                                            const exchange_options& options,
                                                            const transport_options& all) {
  const auto refuse = [](error_kind kind, std::string_view why) {
    return transport_error{.kind = kind, .sent = delivery::not_sent, .message = std::string{why}};
  };
  if (const auto why = hwc::request_flaw(request); !why.empty()) {
    return refuse(error_kind::invalid_argument, why);
  }
  if (!is_header_value(all.user_agent)) return refuse(error_kind::invalid_argument, "user_agent holds CR, LF or NUL");
  if (all.max_connections == 0) {
    return refuse(error_kind::invalid_argument, "max_connections is 0, which allows no exchange at all");
  }
  if (options.stop.stop_requested()) return refuse(error_kind::cancelled, "cancelled before it was sent");
  if (options.deadline <= std::chrono::steady_clock::now()) {
    return refuse(error_kind::timeout, "the deadline passed before the request was sent");
  }
  return std::nullopt;
}

// Where not even an object for a connection could be made.
[[nodiscard]] inline transport_error no_connection_at_all(std::error_code cause) {
  return {.kind = error_kind::connection,
          .sent = delivery::not_sent,
          .cause = cause,
          .message = "no handle for a connection: memory or file descriptors ran out"};
}

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_REQUEST_TEXT_HPP
