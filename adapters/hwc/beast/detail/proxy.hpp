// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_PROXY_HPP
#define HWC_BEAST_DETAIL_PROXY_HPP

#include <hwc/beast/detail/request_text.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/http.hpp>
#include <hwc/url.hpp>

#include <openssl/evp.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// An http proxy. `flaw` says what is wrong with its URL; empty: nothing.
struct proxy {
  std::string host{};
  std::uint16_t port = 0;
  std::string name{};                       // host and port, for messages
  hwc::detail::wiped_text authorization{};  // value of Proxy-Authorization; empty: none
  std::string_view flaw = "";

  [[nodiscard]] bool usable() const noexcept { return flaw.empty(); }
};

// "Basic" and the credentials `user:password`, whose parts may be percent-encoded.
inline hwc::detail::wiped_text basic_authorization(std::string_view credentials) {
  hwc::detail::wiped_text plain;
  while (!credentials.empty()) plain.push_back(take_percent_decoded(credentials));
  hwc::detail::wiped_text encoded((plain.size() + 2) / 3 * 4 + 1);
  const auto size =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  hwc::detail::wiped_text value;
  append(value, "Basic ");
  append(value, {encoded.data(), static_cast<std::size_t>(size)});
  return value;
}

inline proxy parse_proxy(std::string_view url) {
  proxy made;
  auto rest = url;
  if (const auto at = rest.find("://"); at != std::string_view::npos) {
    if (!same_header_name(rest.substr(0, at), "http")) made.flaw = "only http proxies are supported";
    rest.remove_prefix(at + 3);
  }
  std::string_view credentials;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    credentials = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  made.name = rest;
  if (!made.usable()) return made;
  if (credentials.size() > 4096) {
    made.flaw = "its credentials are too long";
    return made;
  }
  auto origin = parse_url("http://" + std::string{rest});
  if (!origin) {
    made.flaw = "its address is not readable";
    return made;
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto after_host = rest.starts_with('[') ? rest.find(']') : 0;
  const bool names_port = rest.find(':', after_host) != std::string_view::npos;
  made.host = std::move(origin->host);
  made.port = names_port ? origin->port : 1080;
  if (!credentials.empty()) made.authorization = basic_authorization(credentials);
  return made;
}

// Whether `no_proxy` covers the host: "*", or a list of names, which cover their subdomains, addresses and IPv4
// networks ("10.0.0.0/8"), separated by commas or spaces.
inline bool covers(std::string_view no_proxy, std::string_view host) {
  namespace ip = boost::asio::ip;
  boost::system::error_code none;
  const auto address = ip::make_address_v4(std::string{host}, none);
  while (!no_proxy.empty()) {
    const auto end = no_proxy.find_first_of(", ");
    auto entry = no_proxy.substr(0, end);
    no_proxy.remove_prefix(end == std::string_view::npos ? no_proxy.size() : end + 1);
    if (entry == "*") return true;
    if (entry.find('/') != std::string_view::npos) {
      boost::system::error_code bad;
      const auto network = ip::make_network_v4(std::string{entry}, bad);
      if (!bad && !none && ip::network_v4{address, network.prefix_length()}.network() == network.network()) return true;
      continue;
    }
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.empty() || entry.size() > host.size()) continue;
    const auto tail = host.substr(host.size() - entry.size());
    const bool whole = tail.size() == host.size();
    if (same_header_name(tail, entry) && (whole || host[host.size() - entry.size() - 1] == '.')) return true;
  }
  return false;
}

// Which proxy leads to which origin: the one that was configured, else those of the environment, which is read once.
class proxies {
 public:
  explicit proxies(const std::string& configured) : configured_{!configured.empty()} {
    if (configured_) {
      http_ = https_ = parse_proxy(configured);
      return;
    }
    // Not HTTP_PROXY: in a CGI program that is a header of the request, which anybody may set.
    const auto http = first_of({"http_proxy", "all_proxy", "ALL_PROXY"});
    const auto https = first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    if (!http.empty()) http_ = parse_proxy(http);
    if (!https.empty()) https_ = parse_proxy(https);
    no_proxy_ = first_of({"no_proxy", "NO_PROXY"});
  }

  // Null: none, the way is direct.
  [[nodiscard]] const proxy* for_origin(const http_origin& origin) const {
    const auto& chosen = origin.tls ? https_ : http_;
    // A proxy would ask itself or its own neighbours, and get to see what was not meant for the network.
    if (is_loopback(origin.host) || is_link_local(origin.host)) return nullptr;
    if (configured_) return &chosen;
    const bool none = chosen.name.empty() && chosen.usable();
    return none || covers(no_proxy_, origin.host) ? nullptr : &chosen;
  }

 private:
  static std::string_view first_of(std::initializer_list<const char*> names) {
    for (const auto* name : names) {
      if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    }
    return {};
  }

  bool configured_;
  proxy http_{};
  proxy https_{};
  std::string no_proxy_{};
};

// The request for a tunnel to the origin. Nothing of the request that will go through it is in there.
inline void write_connect(hwc::detail::wiped_text& out, const http_origin& origin, const proxy& through,
                          std::string_view user_agent) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  const auto authority = (v6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
  append(out, "CONNECT ");
  append(out, authority);
  append(out, " HTTP/1.1\r\nHost: ");
  append(out, authority);
  if (!through.authorization.empty()) {
    append(out, "\r\nProxy-Authorization: ");
    append(out, {through.authorization.data(), through.authorization.size()});
  }
  if (!user_agent.empty()) {
    append(out, "\r\nUser-Agent: ");
    append(out, user_agent);
  }
  append(out, "\r\n\r\n");
}

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_PROXY_HPP
