// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_RESPONSE_PARSER_HPP
#define HWC_BEAST_DETAIL_RESPONSE_PARSER_HPP

#include <hwc/http.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/none.hpp>
#include <boost/optional/optional.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hwc::inline v0_1::beast::detail {

namespace http = boost::beast::http;

// Beast's parser, filling an `http_response` without a copy in between. One object reads one head and its body; an
// interim answer is such a head. Lengths that contradict each other are Beast's to refuse.
class response_parser final : public http::basic_parser<false> {
  using error_code = boost::system::error_code;
  using text = boost::beast::string_view;

 public:
  static constexpr std::uint32_t max_bytes = 64 * 1024;  // of all heads of an exchange, interim ones included
  static constexpr std::size_t max_fields = 200;         // of one head

  // The body is cut after `most_body` bytes, with the error `body_limit`. `most_head` is what is left of `max_bytes`.
  response_parser(http_response& response, std::size_t most_body, std::uint32_t most_head)
      : response_{response}, limit_{most_body} {
    response_.clear();
    this->eager(true);
    this->header_limit(most_head);
    this->body_limit(boost::none);
  }

  [[nodiscard]] int status() const noexcept { return response_.status; }  // 0: no status line yet
  [[nodiscard]] bool interim() const noexcept { return response_.status / 100 == 1; }
  [[nodiscard]] bool http_1_1() const noexcept { return version_ == 11; }
  // The blank line of a final head was seen.
  [[nodiscard]] bool answered() const noexcept { return this->is_header_done() && !interim(); }

 private:
  void on_request_impl(http::verb, text, text, int, error_code&) override {}

  void on_response_impl(int status, text, int version, error_code& ec) override {
    response_.status = status;
    version_ = version;
    // 101: nobody asked for another protocol.
    if (status < 100 || status == 101) ec = http::error::bad_status;
  }

  void on_field_impl(http::field, text name, text value, error_code& ec) override {
    if (++fields_ > max_fields) {
      ec = http::error::header_limit;
      return;
    }
    // After the head come trailers, which nobody asked for.
    if (!this->is_header_done()) response_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }

  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

  std::size_t on_body_impl(text body, error_code& ec) override {
    const auto kept = std::min(body.size(), limit_ - response_.body.size());
    response_.body.append(body.data(), kept);
    if (kept != body.size()) ec = http::error::body_limit;
    return kept;
  }

  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code& ec) override { return on_body_impl(body, ec); }
  void on_finish_impl(error_code&) override {}

  http_response& response_;
  std::size_t limit_;
  std::size_t fields_ = 0;
  int version_ = 0;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_RESPONSE_PARSER_HPP
