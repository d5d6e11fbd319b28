// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_ANSWER_HPP
#define HWC_BEAST_DETAIL_ANSWER_HPP

#include <hwc/beast/detail/response_parser.hpp>
#include <hwc/http.hpp>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/error_code.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1::beast::detail {

// The bytes that come in during an exchange, and what they mean: any number of interim heads up to a limit, the final
// head, its body. The memory serves all exchanges of a connection.
class answer {
  using error_code = boost::system::error_code;

 public:
  static constexpr int max_interims = 64;

  // Begins an answer that goes to `response`. With `head_only` it has no body, whatever its head says.
  void expect(http_response& response, std::size_t most_body, bool head_only) {
    in_.clear();
    response_ = &response;
    body_limit_ = most_body;
    head_only_ = head_only;
    head_bytes_ = 0;
    interims_ = 0;
    chunk_head_begun_ = false;
    expect_head();
  }

  // Where bytes may be put, for `commit`.
  [[nodiscard]] auto room() { return in_.prepare(16 * 1024); }
  void commit(std::size_t size) { in_.commit(size); }

  // Parses what there is. True: the answer is complete.
  [[nodiscard]] bool parse(error_code& ec) {
    while (in_.size() != 0) {
      // Beast before Boost 1.86 aborts, where assertions are on, if the end of the last chunk comes in pieces. What may
      // follow a chunk's head of which a part is there has more bytes than that.
      constexpr std::size_t shortest_end = 5;
      if (chunk_head_begun_ && in_.size() < shortest_end) return false;
      const bool in_head = !parser_->is_header_done();
      const auto taken = parser_->put(in_.data(), ec);
      in_.consume(taken);
      if (in_head) head_bytes_ += taken;
      chunk_head_begun_ = parser_->is_header_done() && ec == http::error::need_more;
      if (ec == http::error::need_more) {
        ec = {};
        if (in_.size() > response_parser::max_bytes) ec = http::error::header_limit;  // a chunk's head or a trailer
        return false;
      }
      if (ec) return false;
      if (!parser_->is_done()) continue;
      if (!parser_->interim()) return true;
      if (++interims_ > max_interims || head_bytes_ >= response_parser::max_bytes) {
        ec = http::error::header_limit;
        return false;
      }
      expect_head();
    }
    return false;
  }

  // The connection ended in order. True: so did the body, which had no length.
  [[nodiscard]] bool parse_end() {
    error_code ec;
    if (!parser_->answered()) return false;
    parser_->put_eof(ec);
    return !ec;
  }

  // The final head is complete.
  [[nodiscard]] bool answered() const noexcept { return parser_ && parser_->answered(); }

  // A line was seen, be it of an interim head.
  [[nodiscard]] bool begun() const {
    return interims_ != 0 || (parser_ && parser_->status() != 0) || unparsed().find('\n') != std::string_view::npos;
  }

  // Of the final status line, as soon as it is there; 0: none. Beast may put off parsing it until the head is complete.
  [[nodiscard]] int status() const {
    if (!parser_) return 0;
    auto seen = parser_->status();
    const auto line = unparsed();
    if (seen == 0 && line.starts_with("HTTP/1.") && line.size() > 12 && line.find('\n') != std::string_view::npos) {
      std::from_chars(line.data() + 9, line.data() + 12, seen);
    }
    return seen < 200 ? 0 : seen;
  }

  // After a complete answer: whether another exchange may follow on the connection. Surplus bytes say no.
  [[nodiscard]] bool keeps_connection() const {
    return in_.size() == 0 && parser_->http_1_1() && parser_->keep_alive();
  }
  [[nodiscard]] bool has_surplus() const noexcept { return in_.size() != 0; }

 private:
  [[nodiscard]] std::string_view unparsed() const {
    const auto bytes = in_.data();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }

  void expect_head() {
    const auto left = response_parser::max_bytes - static_cast<std::uint32_t>(head_bytes_);
    parser_.emplace(*response_, body_limit_, left);
    parser_->skip(head_only_);
  }

  boost::beast::flat_buffer in_;
  std::optional<response_parser> parser_;
  http_response* response_ = nullptr;
  std::size_t body_limit_ = 0;
  bool head_only_ = false;
  std::size_t head_bytes_ = 0;  // parsed
  int interims_ = 0;
  bool chunk_head_begun_ = false;  // the bytes that wait begin a chunk's head, or the last one's trailer
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_ANSWER_HPP
