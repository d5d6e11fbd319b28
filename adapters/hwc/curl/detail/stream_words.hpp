// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_STREAM_WORDS_HPP
#define HWC_CURL_DETAIL_STREAM_WORDS_HPP

#include <cstdint>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1::curl::detail {

// What libcurl says about the HTTP/2 stream of an exchange. That the peer refused it is in no result and in no getinfo:
// libcurl takes it for a reason to send again, and tells it in the informational text only, of which this is the
// reader. Where the words are not those of a known libcurl there is no evidence, and the exchange stays `unknown`.
class stream_words {
 public:
  // A line from the time after the request was due. Gives the last stream that the peer will process, where the line is
  // about a GOAWAY on the connection of the exchange.
  std::optional<std::uint32_t> hear(std::string_view line) noexcept {
    // After these words libcurl lets go of the connection and looks at others, which may have a GOAWAY of their own.
    if (over_) return std::nullopt;
    if (line.starts_with("Using Stream ID: ")) {
      over_ = stream_ != 0;
      stream_ = number_after(line, "ID: ").value_or(0);
    } else if (line.starts_with("recveived GOAWAY") || line.starts_with("received GOAWAY")) {  // sic in 7.88
      return number_after(line, "last_stream=");
    } else if (line.starts_with("REFUSED_STREAM, retrying")) {
      refused_ = over_ = true;
    } else if (line.starts_with("HTTP/2 stream ")) {
      over_ = true;
      refused_ = line.find(" refused by server") != std::string_view::npos;  // libcurl 8
    } else if (line.starts_with("Connection died") || line.starts_with("Issue another request")) {
      over_ = true;
    }
    return std::nullopt;
  }

  // Whether the peer refused the stream, given the last stream that it will process, if it said one: then nothing was
  // done about the request (RFC 9113 section 8.7).
  [[nodiscard]] bool refused(std::optional<std::uint32_t> last) const noexcept {
    return refused_ || (!over_ && stream_ != 0 && last && stream_ > *last);
  }

 private:
  static std::optional<std::uint32_t> number_after(std::string_view line, std::string_view mark) noexcept {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    std::optional<std::uint32_t> number;
    for (const char c : line.substr(at + mark.size())) {
      if (c < '0' || c > '9') break;
      number = number.value_or(0) * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return number;
  }

  std::uint32_t stream_ = 0;  // 0: none yet
  bool refused_ = false;
  bool over_ = false;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_STREAM_WORDS_HPP
