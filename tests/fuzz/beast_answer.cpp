// SPDX-License-Identifier: BSL-1.0
// An answer, head and body, as the Beast transports see it: in pieces as they come off the wire.
#include <hwc/beast/detail/answer.hpp>

#include <hwc/http.hpp>

#include "fuzz/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace {

// What came of the input in pieces: one of `first` bytes, all others of `rest`.
struct outcome {
  hwc::http_response response{};
  bool answered = false;
  bool whole = false;
  bool failed = false;
};

outcome read(std::string_view input, std::size_t first, std::size_t rest, bool head_only) {
  constexpr std::size_t most_body = 1000;
  outcome got;
  hwc::beast::detail::answer answer;
  answer.expect(got.response, most_body, head_only);
  boost::system::error_code why;
  while (!input.empty() && !got.whole && !why) {
    const auto part = input.substr(0, std::exchange(first, rest));
    input.remove_prefix(part.size());
    answer.commit(boost::asio::buffer_copy(answer.room(), boost::asio::buffer(part.data(), part.size())));
    got.whole = answer.parse(why);
    fuzz::require(got.response.body.size() <= most_body, "a body is kept up to its limit");
    fuzz::require(got.response.headers.size() <= hwc::beast::detail::response_parser::max_fields,
                  "a head has so many fields at most");
  }
  got.failed = static_cast<bool>(why);
  got.answered = answer.answered();
  if (!got.whole && !why) got.whole = answer.parse_end();
  if (got.answered) {
    fuzz::require(got.response.status >= 200 && got.response.status <= 999, "a complete head is a final one");
    fuzz::require(answer.status() == got.response.status, "the status is that of the final head");
    fuzz::require(answer.begun(), "what is complete has begun");
  }
  if (got.whole) {
    fuzz::require(got.answered, "an answer has a head");
    static_cast<void>(answer.keeps_connection());
  }
  return got;
}

void run(std::string_view input) {
  if (input.size() < 2) return;
  const auto how = static_cast<unsigned char>(input[0]);
  const std::size_t first = 1 + static_cast<unsigned char>(input[1]);
  input.remove_prefix(2);
  const bool head_only = (how & 1U) != 0;
  constexpr std::size_t all = 16 * 1024;
  const auto once = read(input, all, all, head_only);
  const auto pieces = read(input, first, 1 + how / 2, head_only);
  fuzz::require(once.answered == pieces.answered || once.failed || pieces.failed,
                "where the pieces end does not matter to the head");
  if (once.whole && pieces.whole) {
    fuzz::require(once.response.status == pieces.response.status && once.response.body == pieces.response.body,
                  "where the pieces end does not matter to the answer");
  }
}

const fuzz::target target{"beast_answer", run};

}  // namespace
