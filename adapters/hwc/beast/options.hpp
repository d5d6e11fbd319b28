// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_OPTIONS_HPP
#define HWC_BEAST_OPTIONS_HPP

#include <hwc/secret.hpp>
#include <hwc/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace hwc::inline v0_1::beast {

// Settings of a `transport` or `async_transport`, the same for all its exchanges.
struct transport_options {
  // PEM file with the certificates of the authorities to trust. Default: empty.
  // Empty together with `ca_path`: OpenSSL's own trust store. With either of them given, nothing else is trusted.
  std::string ca_file{};

  // Folder of such certificates, prepared with `openssl rehash`. Default: empty, see `ca_file`.
  std::string ca_path{};

  // Time for name lookup, connecting, the proxy's tunnel and the TLS handshake together, within the deadline of the
  // exchange. Of several addresses each gets an equal share of what is left. Default: 10 s. Zero or less: only the
  // deadline counts.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};

  // Sent as User-Agent unless the request has one. Default: "hwc/" and the version. Empty: no such header.
  // CR, LF or NUL in it make every exchange end with `invalid_argument`.
  std::string user_agent = "hwc/" HWC_VERSION_STRING;

  // URL of an http proxy, e.g. "http://user:password@proxy:3128"; the port is 1080 if it names none, as with libcurl,
  // and the credentials appear in no error. It is asked for a tunnel (CONNECT), for http origins too. Default: empty,
  // the proxy that the environment names when the transport is made, if any (`https_proxy`, `http_proxy`, `all_proxy`,
  // `no_proxy`). This machine itself, and link-local addresses, where a cloud server's metadata service is, are reached
  // without any proxy, also without this one: what is meant for them, in clear maybe, does not leave for the network.
  std::string proxy{};

  // Connections to one origin at once, at most, idle ones included. Exchanges beyond that wait, in the order in which
  // they came, until a connection comes free or is closed; one whose deadline or cancellation comes first ends as
  // `timeout` or `cancelled`, not_sent. Copies of a transport share the limit; each multiplexer counts its own.
  // Default: 64, which with answers after 100 ms makes 640 calls a second, more than the service lets pass, and is far
  // from the 1,024 descriptors that a process usually has. Zero: every exchange ends with `invalid_argument`. No limit:
  // the largest value.
  std::size_t max_connections = 64;

  // Connections that are kept open between exchanges, at most, over all origins. Default: 64, as many as may be in use,
  // so that calls of which many are under way at once do not connect anew. Zero: none, each exchange connects anew.
  std::size_t max_idle_connections = 64;

  // How long a connection may have been idle to be used again; load balancers drop idle connections after a minute or
  // so, and a request sent into a dropped one may end as `unknown`. Default: 30 s. Zero or less: each exchange connects
  // anew.
  std::chrono::milliseconds idle_age = std::chrono::seconds{30};

  // Certificate to show to servers that ask for one, followed by those that lead to an authority, as PEM. Default:
  // empty, none is shown.
  std::string client_certificate_pem{};

  // Private key of that certificate, as PEM without a passphrase. Default: empty; needed with a certificate.
  secret client_key_pem{};
};

}  // namespace hwc::beast

#endif  // HWC_BEAST_OPTIONS_HPP
