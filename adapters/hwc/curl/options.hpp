// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_OPTIONS_HPP
#define HWC_CURL_OPTIONS_HPP

#include <hwc/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace hwc::inline v0_1::curl {

// Settings of a `transport`, the same for all its exchanges.
struct transport_options {
  // PEM file with the certificates of the authorities to trust. Default: empty.
  // Empty together with `ca_path`: libcurl's own trust store. With either of them given, nothing else is trusted.
  std::string ca_file{};

  // Folder of such certificates, prepared with `openssl rehash`. Default: empty, see `ca_file`.
  std::string ca_path{};

  // Time for name lookup, connecting and the TLS handshake together, within the deadline of the exchange.
  // Default: 10 s. Zero or less: only the deadline counts.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};

  // Sent as User-Agent unless the request has one. Default: "hwc/" and the version. Empty: no such header.
  std::string user_agent = "hwc/" HWC_VERSION_STRING;

  // URL of a proxy, e.g. "http://user:password@proxy:3128" or "socks5h://proxy:1080"; the credentials appear in no
  // error. HTTP proxies are asked for a tunnel (CONNECT), for http origins too. Default: empty, the proxy that
  // the environment names, if any (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`). This machine itself, and
  // link-local addresses, where a cloud server's metadata service is, are reached without any proxy, also without this
  // one: what is meant for them, in clear maybe, does not leave for the network.
  std::string proxy{};

  // Whether exchanges that go on at the same time (`transport::multiplex`, `client::send_all`) may share a connection
  // where an https server offers HTTP/2. Default: true. False: HTTP/1.1 always, for a proxy or server that gets HTTP/2
  // wrong. One exchange at a time (`transport::send`) and plain http are HTTP/1.1 either way.
  bool http2 = true;

  // Connections that are kept open between exchanges, at most. Default: 8. Zero: none, each exchange connects anew,
  // with HTTP/1.1.
  std::size_t max_idle_connections = 8;

  // How long a connection may have been idle to be used again, rounded down to seconds; load balancers drop idle
  // connections after a minute or so, and a request sent into a dropped one may end as `unknown`. Default: 30 s.
  // Less than a second: each exchange connects anew, with HTTP/1.1.
  std::chrono::milliseconds idle_age = std::chrono::seconds{30};
};

}  // namespace hwc::curl

#endif  // HWC_CURL_OPTIONS_HPP
