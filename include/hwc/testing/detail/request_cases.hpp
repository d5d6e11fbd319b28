// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_REQUEST_CASES_HPP
#define HWC_TESTING_DETAIL_REQUEST_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/transport.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

// What goes on the wire, and what must not.
namespace hwc::inline v0_1::testing::detail {

// The received bytes against the request: its line, its headers in their order, its body, and nothing that the
// transport must not add.
inline void compare(trial& t, const std::string& got, const http_request& sent) {
  const auto line = std::string{to_string(sent.method)} + ' ' + sent.target + " HTTP/1.1\r\n";
  t.expect(got.starts_with(line), "the request line is \"" + got.substr(0, got.find('\r')) + "\"");
  const auto head_ends = got.find("\r\n\r\n");
  t.expect(head_ends != std::string::npos && got.substr(head_ends + 4) == sent.body, "the body is another one");
  std::size_t next = 0;
  for (auto at = got.find("\r\n"); at < head_ends;) {
    const auto end = got.find("\r\n", at + 2);
    const auto field = std::string_view{got}.substr(at + 2, end - at - 2);
    at = end;
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = field.substr(0, colon);
    auto value = field.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (next != sent.headers.size() && sent.headers.at(next).name == name) {
      const auto as_given = sent.headers.at(next++).value;
      t.expect(value == as_given, "header " + std::string{name} + " arrived as \"" + std::string{value} + "\"");
      continue;
    }
    bool may_be_added = false;
    for (const auto* added : {"Host", "User-Agent", "Content-Length", "Accept", "Connection"}) {
      may_be_added = may_be_added || same_header_name(name, added);
    }
    t.expect(may_be_added && !sent.headers.contains(name),
             "header \"" + std::string{field} + "\" was added, or is not in its place");
  }
  t.expect(next == sent.headers.size(), "not every header arrived as it was given and in its order");
}

inline void bytes_arrive_as_given(trial& t) {
  t.play({});
  auto request = t.request(http_method::post, "{\"template_id\":\"\xC3\xA9\"}");
  request.target = "/v2/a%2Fb/..%2f/./../x//y/%7e?q=a%20b&empty=&x=";
  request.headers.add("X-Sdk-Date", "20300101T000000Z");
  request.headers.add("content-type", "application/json");
  request.headers.add("X-Empty", "");
  request.headers.add("Authorization", "SDK-HMAC-SHA256 Access=a, SignedHeaders=b;c, Signature=d");
  t.expect_answered(t.send(request));
  t.expect_requests(1);
  compare(t, t.server.request(0), request);
}

inline void every_method(trial& t) {
  t.play({});
  std::size_t sent = 0;
  for (int round = 0; round != 2; ++round) {
    for (const auto& [method, body] : every_kind_of_request) {
      const auto request = t.request(method, std::string{body});
      t.expect_answered(t.send(request));
      compare(t, t.server.request(sent++), request);
      t.expect_requests(sent);
    }
  }
}

inline void large_body(trial& t) {
  t.play({});
  std::string body(3'000'000, 'x');
  body.back() = 'y';
  const auto request = t.request(http_method::post, std::move(body));
  t.expect_answered(t.send(request));
  t.expect_requests(1);
  compare(t, t.server.request(0), request);
}

inline void flawed_requests_are_refused(trial& t) {
  t.play({});
  const auto refused = [&](const std::string& what, auto change) {
    auto request = t.request();
    change(request);
    t.in(what);
    const auto o = t.send(request);
    t.expect_failed(o, error_kind::invalid_argument, delivery::not_sent);
    if (o.answered()) return;
    t.expect_retryable(o, false);
    t.expect(o.result.error().message.find("secret") == std::string::npos, "the message holds the header's value");
  };
  for (const auto& value :
       {std::string{"secret\r\nX: y"}, std::string{"secret\n"}, std::string{"secret\r"}, std::string{"secret\0x", 8}}) {
    refused("CR, LF or NUL in a header value", [&](auto& r) { r.headers.add("X-Auth-Token", value); });
    refused("CR, LF or NUL in a header name", [&](auto& r) { r.headers.add(value, "x"); });
  }
  refused("an empty header name", [](auto& r) { r.headers.add("", "x"); });
  for (const auto* target : {"", "x", "/a b", "/a\r\nX: y", "http://127.0.0.1/"}) {
    refused("a target that is no path", [&](auto& r) { r.target = target; });
  }
  for (const auto* host : {"", "127.0.0.1/x", "user@127.0.0.1", "127.0.0.1?", "127.0.0.1#", "a b"}) {
    refused("a host that is none", [&](auto& r) { r.origin.host = host; });
  }
  refused("port 0", [](auto& r) { r.origin.port = 0; });
  refused("Transfer-Encoding", [](auto& r) { r.headers.add("Transfer-Encoding", "chunked"); });
  refused("Expect", [](auto& r) { r.headers.add("Expect", "100-continue"); });
  refused("Content-Length of another size", [](auto& r) { r.headers.add("Content-Length", "3"); });
  refused("Content-Length that is no number", [](auto& r) { r.headers.add("Content-Length", "2x"); });
  t.in("");
  t.expect_requests(0);
}

inline constexpr test_case request_cases[] = {
    {"target, headers and body arrive byte for byte; 1 request", need::nothing, bytes_arrive_as_given},
    {"every method, with body and without, twice; 1 request each", need::nothing, every_method},
    {"a body of 3 MB arrives whole; 1 request", need::nothing, large_body},
    {"requests that cannot be put on the wire: invalid_argument, not_sent; 0 requests", need::nothing,
     flawed_requests_are_refused},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_REQUEST_CASES_HPP
