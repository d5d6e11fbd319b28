// SPDX-License-Identifier: BSL-1.0
// An answer, head and body, as the Beast transports see it: in pieces as they come off the wire.
#include <hwc/beast/detail/answer.hpp>

#include <hwc/http.hpp>

#include "fuzz/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace {

// What came of the input.
struct outcome {
  hwc::http_response response{};
  bool answered = false;
  bool whole = false;
  bool failed = false;
};

struct pieces {
  std::size_t first;
  std::size_t rest;
};

outcome read(std::string_view input, pieces sizes, bool head_only) {
  constexpr std::size_t most_body = 1000;
  outcome got;
  hwc::beast::detail::answer answer;
  answer.expect(got.response, most_body, head_only);
  boost::system::error_code why;
  while (!input.empty() && !got.whole && !why) {
    const auto part = input.substr(0, std::exchange(sizes.first, sizes.rest));
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

// Beast looks at the rest of a head that came in pieces when its end is there, and `answer` at the rest of a chunk's
// head when there is enough of it: what is wrong with them may be seen later than in one piece, and nothing but that.
bool fails_later(const outcome& got, std::string_view input, pieces sizes, bool head_only) {
  return !got.failed && !got.whole && read(std::string{input} + "\r\n\r\n\r\n", sizes, head_only).failed;
}

void run(std::string_view input) {
  if (input.size() < 2) return;
  const auto how = static_cast<unsigned char>(input[0]);
  const pieces small{1U + static_cast<unsigned char>(input[1]), 1U + how / 2};
  constexpr pieces large{16 * 1024, 16 * 1024};
  input.remove_prefix(2);
  const bool head_only = (how & 1U) != 0;
  const auto once = read(input, large, head_only);
  const auto bit_by_bit = read(input, small, head_only);
  fuzz::require(once.answered == bit_by_bit.answered, "where the pieces end does not matter to the head");
  if (once.failed) {
    fuzz::require(bit_by_bit.failed || fails_later(bit_by_bit, input, small, head_only),
                  "what is no answer in one piece is none in several");
    return;
  }
  fuzz::require(!bit_by_bit.failed, "what is an answer in one piece is one in several");
  fuzz::require(once.whole == bit_by_bit.whole, "where the pieces end does not matter to the end of the answer");
  if (!once.whole) return;
  const auto& a = once.response;
  const auto& b = bit_by_bit.response;
  const auto alike = [](const hwc::http_header& one, const hwc::http_header& other) {
    return one.name == other.name && one.value == other.value;
  };
  fuzz::require(a.status == b.status && a.body == b.body &&
                    std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(), alike),
                "where the pieces end does not matter to the answer");
}

const fuzz::target target{"beast_answer", run};

}  // namespace
