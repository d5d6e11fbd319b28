// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_CONFORMANCE_WIRING_HPP
#define HWC_TESTS_CONFORMANCE_WIRING_HPP

#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/call_options.hpp>
#include <hwc/curl/multiplexed.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/canonical_request.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include "support/awaited.hpp"
#include "support/http2_server.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace conformance {

// Each wiring puts the same service behind another transport. `requests()` is what arrived there completely.

struct in_memory {
  static constexpr const char* name = "in memory";
  explicit in_memory(hwc::fake::any_service service) : transport{std::move(service)} {}
  [[nodiscard]] hwc::endpoint endpoint() const { return {"https://workspace.example", "project"}; }
  [[nodiscard]] std::size_t requests() const { return transport.requests().size(); }
  hwc::fake::transport transport;
};

// The service on a socket, and the transport of a library in front of it.
template <class Transport>
struct plain {
  explicit plain(hwc::fake::any_service service) : server{std::move(service), "127.0.0.1", 0} {}
  [[nodiscard]] hwc::endpoint endpoint() const { return {server.url(), "project"}; }
  [[nodiscard]] std::size_t requests() const { return server.requests(); }
  hwc::beast::server server;
  Transport transport{};
};

template <class Transport>
struct tls {
  explicit tls(hwc::fake::any_service service)
      : identity{ca.issue({"127.0.0.1"})},
        server{std::move(service), "127.0.0.1", 0, {identity.certificate_chain_pem, identity.private_key_pem}} {}
  [[nodiscard]] hwc::endpoint endpoint() const { return {server.url(), "project"}; }
  [[nodiscard]] std::size_t requests() const { return server.requests(); }
  hwc::openssl::testing::authority ca;
  hwc::openssl::testing::identity identity;
  hwc::beast::server server;
  Transport transport{{.ca_file = ca.file()}};
};

// Makes a call and waits for its end, with the asynchronous driver where the transport has one.
template <class Client, class Op>
auto call(Client& client, const Op& op, const hwc::call_options& options = {}) {
  if constexpr (hwc::async_transport<std::remove_cvref_t<decltype(client.transport())>>) {
    // Not `use_future`, which makes the call's turns on threads that outlive OpenSSL, and a leak of what it keeps for
    // each.
    const auto told = std::make_shared<std::promise<hwc::result<typename Op::response>>>();
    client.async_send(op, options,
                      [told](hwc::result<typename Op::response> outcome) { told->set_value(std::move(outcome)); });
    return told->get_future().get();
  } else {
    return client.send(op, options);
  }
}

struct curl_plain : plain<hwc::curl::transport> {
  static constexpr const char* name = "libcurl, plain http";
  using plain::plain;
};

struct curl_tls : tls<hwc::curl::transport> {
  static constexpr const char* name = "libcurl, https";
  using tls::tls;
};

struct beast_plain : plain<hwc::beast::transport> {
  static constexpr const char* name = "Beast, plain http";
  using plain::plain;
};

struct beast_tls : tls<hwc::beast::transport> {
  static constexpr const char* name = "Beast, https";
  using tls::tls;
};

struct async_plain : plain<hwc::tests::awaited> {
  static constexpr const char* name = "Beast, asynchronous, plain http";
  using plain::plain;
};

struct async_tls : tls<hwc::tests::awaited> {
  static constexpr const char* name = "Beast, asynchronous, https";
  using tls::tls;
};

// libcurl's multiplexer for one call at a time, or for many: the one way in which it speaks HTTP/2. Copies share it.
class over_http2 {
 public:
  explicit over_http2(const std::string& ca_file) : inner_{{.ca_file = ca_file}} {}

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    one_->start(0, request, response, options);
    return one_->next(hwc::steady_time::max(), {})->outcome;
  }
  [[nodiscard]] auto multiplex(std::size_t concurrency) { return inner_.multiplex(concurrency); }

 private:
  hwc::curl::transport inner_;
  std::shared_ptr<hwc::curl::multiplexed> one_ = std::make_shared<hwc::curl::multiplexed>(inner_.multiplex(1));
};

// The service behind a server that speaks HTTP/2 and nothing else.
struct curl_http2 {
  static constexpr const char* name = "libcurl, HTTP/2";
  explicit curl_http2(hwc::fake::any_service service)
      : server{ca.issue({"127.0.0.1"}), [serve = std::move(service)](const hwc::tests::http2_request& got) mutable {
                 return answer(serve, got);
               }} {}
  [[nodiscard]] hwc::endpoint endpoint() const {
    return {"https://127.0.0.1:" + std::to_string(server.port()), "project"};
  }
  [[nodiscard]] std::size_t requests() const { return server.requests(); }

  static hwc::tests::http2_action answer(hwc::fake::any_service& serve, const hwc::tests::http2_request& got) {
    hwc::http_request request{.method = hwc::http_method::post, .target = got.path(), .body = got.body};
    for (const auto& [key, value] : got.fields) {
      if (!key.starts_with(':')) request.headers.add(key, value);
    }
    request.headers.add("Host", got.field(":authority"));
    if (got.field(":method") != "POST") return {.status = 405};
    auto given = serve(request, std::chrono::system_clock::now());
    hwc::tests::http2_action action{.status = given.status, .body = std::move(given.body)};
    for (const auto& [key, value] : given.headers) {
      std::string lower;
      hwc::signed_headers::append_lower(lower, key);
      if (lower != "content-length") action.fields.emplace_back(std::move(lower), std::string{value});
    }
    return action;
  }

  hwc::openssl::testing::authority ca;
  hwc::tests::http2_server server;
  over_http2 transport{ca.file()};
};

}  // namespace conformance

#endif  // HWC_TESTS_CONFORMANCE_WIRING_HPP
