// SPDX-License-Identifier: BSL-1.0
// From an endpoint's URL and a user's id to a request.
#include <hwc/build_request.hpp>

#include <hwc/endpoint.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/request_flaw.hpp>
#include <hwc/url.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "fuzz/target.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace {

struct body {
  std::optional<std::string> template_id{};
};
BOOST_DESCRIBE_STRUCT(body, (), (template_id))

std::string decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) out += hwc::take_percent_decoded(text);
  return out;
}

// The input: a URL, NUL, a user's id, NUL, a template's id.
void run(std::string_view input) {
  const std::string url{fuzz::take(input)};
  const std::string user_id{fuzz::take(input)};
  const std::string template_id{input};
  if (const auto origin = hwc::parse_url(url)) {
    std::string again = origin->tls ? "https://" : "http://";
    hwc::append_authority(again, *origin);
    const auto same = hwc::parse_url(again);
    fuzz::require(same && *same == *origin, "an origin reads as it is written");
    fuzz::require(origin->port != 0 && !origin->host.empty(), "an origin has a host and a port");
  }
  hwc::http_request request;
  hwc::workspace::resend_email op{.user_id = user_id};
  if (!template_id.empty()) op.template_id = template_id;
  if (!hwc::build_request(op, hwc::endpoint{url, "project"}, request)) return;
  fuzz::require(hwc::parse_url(url).has_value(), "a request goes to a URL that can be read");
  fuzz::require(request.origin.tls || hwc::is_loopback(request.origin.host), "plain http goes to this machine only");
  fuzz::require(hwc::request_flaw(request).empty(), "a request has no flaw");
  constexpr std::string_view before = "/v2/project/users/", after = "/resend-email";
  std::string_view target = request.target;
  fuzz::require(target.starts_with(before) && target.ends_with(after), "the path is that of the operation");
  target = target.substr(before.size(), target.size() - before.size() - after.size());
  fuzz::require(target.find_first_of("/?# \r\n") == std::string_view::npos, "a parameter is one segment of the path");
  fuzz::require(decoded(target) == user_id && user_id != "." && user_id != "..", "a parameter arrives as it was given");
  const auto sent = hwc::json::read<body>(request.body);
  fuzz::require(sent && sent->template_id.value_or("") == template_id, "the body arrives as it was given");
}

const fuzz::target target{"request", run};

}  // namespace
