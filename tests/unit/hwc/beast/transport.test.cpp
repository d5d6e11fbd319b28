// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/transport.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/testing/socket_server.hpp>

#include "support/lookup_stub.hpp"
#include "support/silent_port.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>

#include <future>
#include <stop_token>

#define HWC_TRANSPORT hwc::beast::transport
#define HWC_TRANSPORT_OPTIONS hwc::beast::transport_options

TEST_SUITE_BEGIN("beast::transport");

#include "support/transport_cases.hpp"

using support::silent_port;

TEST_CASE("a head that RFC 9112 forbids: malformed_response, unknown, status as a hint; 1 request") {
  for (const std::string_view field : {"bad name: x", "X-Cr: a\rb", ": x", "X\x01: y"}) {
    CAPTURE(field);
    socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\n" + std::string{field} + "\r\nContent-Length: 0\r\n\r\n"}}}};
    hwc::beast::transport t;
    const auto o = send(t, request_to(server.port()));
    check_failed(o, error_kind::malformed_response, delivery::unknown);
    CHECK(o.error().status == 200);
    CHECK(server.requests() == 1);
  }
}

TEST_CASE("odd header lines: folded ones are joined, bytes beyond ASCII kept; 1 request") {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nX-Folded: a\r\n\t b\r\nX-Utf8: \xc3\xa9\r\nX-Empty:\r\n"
                                    "X-Space:  v \t\r\nContent-Length: 0\r\n\r\n"}}}};
  hwc::beast::transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  const auto& h = o.response.headers;
  CHECK(h.find("X-Folded") == "a b");
  CHECK(h.find("X-Utf8") == "\xc3\xa9");
  CHECK(h.find("X-Empty") == "");
  CHECK(h.find("X-Space") == "v");
  CHECK(h.size() == 5);
  CHECK(server.requests() == 1);
}

TEST_CASE("64 interim answers are passed over, 65 are too many; 1 request each") {
  for (const int count : {64, 65}) {
    std::string answer;
    for (int i = 0; i != count; ++i) answer += "HTTP/1.1 102 Processing\r\n\r\n";
    socket_server server{{{{.answer = answer + ok}}}};
    hwc::beast::transport t;
    const auto o = send(t, request_to(server.port()));
    CHECK(o.answered() == (count == 64));
    if (!o.answered()) check_failed(o, error_kind::malformed_response, delivery::unknown);
    CHECK(server.requests() == 1);
  }
}

TEST_CASE("an answer of HTTP/1.0, or one that closes: success, and the next call connects anew; 2 requests") {
  for (const std::string_view head : {"HTTP/1.0 200 OK\r\n", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n",
                                      "HTTP/1.1 200 OK\r\nConnection: close\r\n"}) {
    socket_server server{{{{.answer = std::string{head} + "Content-Length: 2\r\n\r\nok"}}}};
    hwc::beast::transport t;
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE("a connection that rested too long is not used again; 2 requests") {
  socket_server server;
  hwc::beast::transport t{{.idle_age = 1ms}};
  CHECK(send(t, request_to(server.port())).answered());
  const auto rested = steady_clock::now() + 3ms;
  while (steady_clock::now() < rested) std::this_thread::yield();
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("two addresses, nobody at the first: the second is tried; 1 request") {
  socket_server server;
  hwc::beast::transport t{{.user_agent = ""}};
  auto request = request_to(server.port());
  request.origin.host = "two.invalid";
  CHECK(send(t, request).answered());
  CHECK(server.requests() == 1);
  CHECK(server.connections() == 1);
  socket_server nobody;
  nobody.refuse();  // nobody listens, and nobody else gets the port
  request.origin.port = nobody.port();
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
  CHECK(o.error().cause == std::errc::connection_refused);
}

TEST_CASE("two addresses, the first does not answer: given up in time for the second; 1 request") {
  socket_server server;
  const silent_port first{silent_port::connects::no, INADDR_LOOPBACK + 1, server.port()};
  hwc::beast::transport t{{.connect_timeout = 400ms}};
  auto request = request_to(server.port());
  request.origin.host = "two.invalid";
  const auto o = send(t, request);
  CHECK(o.answered());
  CHECK(o.took >= 100ms);
  CHECK(server.requests() == 1);
}

TEST_CASE("two addresses, and neither answers: the second has all of the time that is left; not sent") {
  const silent_port second;
  const silent_port first{silent_port::connects::no, INADDR_LOOPBACK + 1, second.port()};
  hwc::beast::transport t{{.connect_timeout = 400ms}};
  auto request = request_to(second.port());
  request.origin.host = "two.invalid";
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().cause == std::errc::timed_out);
  CHECK(o.took >= 399ms);
}

TEST_CASE("two addresses, the first connects and says nothing: given up when all of the time has passed; not sent") {
  const silent_port first{silent_port::connects::yes, INADDR_LOOPBACK + 1};
  hwc::beast::transport t{{.connect_timeout = 200ms}};
  const auto o = send(t, secure_request_to(first.port(), "two.invalid"));
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().cause == std::errc::timed_out);
  CHECK(o.took >= 199ms);
  CHECK(o.took < support::promptly());
}

TEST_CASE("a proxy that says nothing: given up by the connect limit, and named; not sent") {
  const silent_port proxy{silent_port::connects::yes};
  const auto name = "127.0.0.1:" + std::to_string(proxy.port());
  hwc::beast::transport t{{.connect_timeout = 100ms, .proxy = "http://" + name}};
  const auto o = send(t, request_elsewhere());
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().cause == std::errc::timed_out);
  CHECK(o.error().message.find(name) != std::string::npos);
  CHECK(o.took < support::promptly());
}

TEST_CASE("a name that cannot be looked up at present: not sent, retryable; 0 requests") {
  hwc::beast::transport t;
  auto request = request_to(443);
  request.origin.host = "again.invalid";
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
}

TEST_CASE("a ca_file that is not usable is no matter for plain http, nor for its errors; 1 request") {
  socket_server server;
  hwc::beast::transport t{{.ca_file = "/nonexistent/ca.pem"}};
  auto request = request_to(server.port());
  CHECK(send(t, request).answered());
  request.origin.host = "again.invalid";
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().message.find("TLS") == std::string::npos);
  CHECK(server.requests() == 1);
}

TEST_CASE("a lookup that is given up by the connect limit: the cause says so; 0 requests") {
  hwc::tests::slow_lookup slow;
  auto request = request_to(443);
  request.origin.host = "slow.invalid";
  hwc::beast::transport t{{.connect_timeout = 50ms}};
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().cause == std::errc::timed_out);
}

TEST_CASE("IPv6: its address is dialled, named in Host and verified; 2 requests") {
  authority ca;
  const auto id = ca.issue({"::1"});
  const auto service = [](const hwc::http_request& request) {
    return hwc::http_response{.status = 200, .body = std::string{request.headers.find("Host").value_or("")}};
  };
  hwc::beast::server plain{service, "::1", 0};
  hwc::beast::server secure{service, "::1", 0, {id.certificate_chain_pem, id.private_key_pem}};
  hwc::beast::transport t{{.ca_file = ca.file()}};
  auto request = request_to(plain.port());
  request.origin.host = "::1";
  auto o = send(t, request);
  REQUIRE(o.answered());
  CHECK(o.response.body == "[::1]:" + std::to_string(plain.port()));
  o = send(t, secure_request_to(secure.port(), "::1"));
  REQUIRE_MESSAGE(o.answered(), o.error().message);
  CHECK(plain.requests() + secure.requests() == 2);
}

TEST_CASE("a certificate for the name called passes, also for all of its level; else tls, not sent; 1 request") {
  const struct {
    const char* host;
    const char* named;
    bool passes;
  } cases[] = {{"localhost", "localhost", true},
               {"localhost", "workspace.example", false},
               {"service.eu.two.invalid", "*.eu.two.invalid", true},
               {"service.eu.two.invalid", "serv*.eu.two.invalid", false}};
  authority ca;
  for (const auto& each : cases) {
    CAPTURE(each.named);
    const auto id = ca.issue({each.named});
    hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1",
                              0, hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem}};
    hwc::beast::transport t{{.ca_file = ca.file()}};
    const auto o = send(t, secure_request_to(server.port(), each.host));
    CHECK(o.answered() == each.passes);
    if (!each.passes) check_failed(o, error_kind::tls, delivery::not_sent);
    CHECK(server.requests() == (each.passes ? 1 : 0));
  }
}

TEST_CASE("without a file of authorities, the system's are trusted, wherever OpenSSL finds them; 1 request") {
  hwc::openssl::testing::tls_server server;
  ::setenv("SSL_CERT_FILE", server.ca_file().c_str(), 1);
  hwc::beast::transport t;
  const auto trusting = send(t, secure_request_to(server.port()));
  ::unsetenv("SSL_CERT_FILE");
  CHECK(trusting.answered());
  hwc::beast::transport strict;
  check_failed(send(strict, secure_request_to(server.port())), error_kind::tls, delivery::not_sent);
  CHECK(server.requests() == 1);
}

TEST_CASE("with a file or a folder of authorities, the system's are not trusted; 0 requests") {
  hwc::openssl::testing::tls_server server;
  const authority other{"another authority"};
  const authority_folder folder{other.certificate_pem()};
  ::setenv("SSL_CERT_FILE", server.ca_file().c_str(), 1);
  for (const auto& options :
       {transport_options{.ca_file = other.file()}, transport_options{.ca_path = folder.path()}}) {
    hwc::beast::transport t{options};
    check_failed(send(t, secure_request_to(server.port())), error_kind::tls, delivery::not_sent);
  }
  ::unsetenv("SSL_CERT_FILE");
  CHECK(server.requests() == 0);
}

TEST_CASE("a client certificate is shown where it is demanded; 2 requests on one connection") {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  const auto mine = ca.issue({"client"});
  hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1", 0,
                            hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem, ca.certificate_pem()}};
  transport_options options{.ca_file = ca.file(), .client_certificate_pem = mine.certificate_chain_pem};
  options.client_key_pem = mine.private_key_pem;
  hwc::beast::transport t{options};
  for (int i = 0; i != 2; ++i) {
    const auto o = send(t, secure_request_to(server.port()));
    REQUIRE_MESSAGE(o.answered(), o.error().message);
  }
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);

  const auto check_refused = [&](std::string_view option) {
    hwc::beast::transport wrong{options};
    const auto o = send(wrong, secure_request_to(server.port()));
    check_failed(o, error_kind::tls, delivery::not_sent);
    CHECK(o.error().message.find(option) != std::string::npos);
    CHECK(o.error().message.find("PRIVATE") == std::string::npos);
  };
  options.client_key_pem = id.private_key_pem;
  check_refused("client_key_pem");
  options.client_certificate_pem = mine.private_key_pem;
  check_refused("client_certificate_pem");
  CHECK(server.requests() == 2);
}

TEST_CASE("https: a large body, a kept connection, one that the server closed; 3 requests") {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  const auto service = [](const hwc::http_request& request) {
    return hwc::http_response{.status = 200, .body = std::to_string(request.body.size())};
  };
  std::optional<hwc::beast::server> server;
  server.emplace(service, "127.0.0.1", std::uint16_t{0},
                 hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem});
  hwc::beast::transport t{{.ca_file = ca.file()}};
  auto request = secure_request_to(server->port());
  request.body = std::string(3'000'000, 'x');
  auto o = send(t, request);
  REQUIRE_MESSAGE(o.answered(), o.error().message);
  CHECK(o.response.body == "3000000");
  CHECK(send(t, request).answered());
  CHECK(server->requests() == 2);
  CHECK(server->connections() == 1);
  const auto port = server->port();
  server.reset();
  server.emplace(service, "127.0.0.1", port, hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem});
  CHECK(send(t, request).answered());
  CHECK(server->requests() == 1);
}

TEST_CASE("CONNECT carries the proxy's credentials and none of the request's; the tunnel carries TLS; 1 request") {
  socket_server proxy{{{{.answer = "HTTP/1.1 407 No\r\nContent-Length: 3\r\n\r\nwhy"}}}};
  hwc::beast::transport t{
      {.user_agent = "", .proxy = "http://us%65r:hunter%32@127.0.0.1:" + std::to_string(proxy.port())}};
  auto request = secure_request_to(443, "service.invalid");
  request.headers.add("Authorization", "top-secret");
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK_FALSE(o.error().retryable);
  CHECK(proxy.requests() == 1);
  CHECK(proxy.request(0) ==
        "CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n"
        "Proxy-Authorization: Basic dXNlcjpodW50ZXIy\r\n\r\n");
}

TEST_CASE("a proxy that says more than its answer, less, or what is none: not sent, nothing but CONNECT gets there") {
  const std::string tunnel = "HTTP/1.1 200 Go\r\n\r\n";
  for (const auto& answer :
       {tunnel + ok, tunnel.substr(0, 12), tunnel.substr(0, tunnel.size() - 1), "220 ready\r\n" + ok}) {
    CAPTURE(answer);
    socket_server proxy{{{{.answer = answer, .afterwards = then::close}}}};
    hwc::beast::transport t{{.proxy = "http://127.0.0.1:" + std::to_string(proxy.port())}};
    check_failed(send(t, request_elsewhere()), error_kind::connection, delivery::not_sent);
    CHECK(proxy.requests() == 1);
    CHECK(proxy.request(0).starts_with("CONNECT "));
  }
}

TEST_CASE("a proxy whose answer comes in pieces: the request goes through the tunnel; 1 request") {
  const auto pause = [] { std::this_thread::sleep_for(20ms); };  // what was sent before is read alone
  socket_server proxy{
      {{{.answer = "HTTP/1.1 200 Go\r\n", .read = 1}, {.answer = "\r\n", .meanwhile = pause}, answer_ok}}};
  hwc::beast::transport t{{.proxy = "http://127.0.0.1:" + std::to_string(proxy.port())}};
  CHECK(send(t, request_elsewhere()).answered());
  CHECK(proxy.requests() == 2);
  CHECK(proxy.request(0).starts_with("CONNECT "));
  CHECK(proxy.request(1).starts_with("POST "));
}

TEST_CASE("no_proxy: names, their subdomains, addresses and networks go direct") {
  using hwc::beast::detail::covers;
  CHECK(covers("*", "a.example"));
  CHECK(covers("other, example", "a.example"));
  CHECK(covers(".example", "a.example"));
  CHECK(covers("A.EXAMPLE", "a.example"));
  CHECK(covers("10.0.0.0/8", "10.1.2.3"));
  CHECK(covers("[::2],x", "::2"));
  CHECK_FALSE(covers("xample", "a.example"));
  CHECK_FALSE(covers("10.0.0.0/8", "11.1.2.3"));
  CHECK_FALSE(covers("10.0.0.0/8,", "ten.example"));
  CHECK_FALSE(covers("", "a.example"));
}

TEST_CASE("a proxy's URL: scheme, port and credentials; what is not usable says why without the password") {
  using hwc::beast::detail::parse_proxy;
  CHECK(parse_proxy("http://p:3128").port == 3128);
  CHECK(parse_proxy("p").port == 1080);
  CHECK(parse_proxy("http://u:p@[::1]:8080/").host == "::1");
  CHECK(parse_proxy("http://u:p@[::1]/").port == 1080);
  CHECK(parse_proxy("http://u:p@h").authorization.size() == std::string_view{"Basic dTpw"}.size());
  for (const std::string_view bad : {"socks5://u:hunter2@p:1", "https://u:hunter2@p:1", "http://u:hunter2@", "p:0"}) {
    const auto made = parse_proxy(bad);
    CHECK_FALSE(made.usable());
    CHECK(made.name.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("8 threads with 300 calls each over https: every call is answered with its own answer; 2400 requests") {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  hwc::beast::server server{
      [](const hwc::http_request& request) { return hwc::http_response{.status = 200, .body = request.body}; },
      "127.0.0.1",
      0,
      {id.certificate_chain_pem, id.private_key_pem}};
  hwc::beast::transport t{{.ca_file = ca.file()}};
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread != 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int call = 0; call != 300; ++call) {
          auto request = secure_request_to(server.port());
          request.body = std::to_string(thread) + "/" + std::to_string(call);
          const auto o = send(t, request);
          if (o.answered() && o.response.body == request.body) ++answered;
        }
      });
    }
  }
  CHECK(answered == 2400);
  CHECK(server.requests() == 2400);
  CHECK(server.connections() <= 8);
}

TEST_CASE("16 threads where 4 connections are allowed: all answered, on 4; 1600 requests") {
  hwc::beast::server server{
      [](const hwc::http_request& request) { return hwc::http_response{.status = 200, .body = request.body}; },
      "127.0.0.1", 0};
  hwc::beast::transport t{{.max_connections = 4}};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread != 16; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i != 100; ++i) {
          const auto body = std::to_string(thread) + "/" + std::to_string(i);
          const auto o = send(t, request_to(server.port(), http_method::post, body), within(30s));
          if (o.answered() && o.response.body == body) ++good;
        }
      });
    }
  }
  CHECK(good == 1600);
  CHECK(server.requests() == 1600);
  CHECK(server.connections() <= 4);
}

TEST_CASE(
    "a thread in line for a connection: late or stopped, not sent, and the last is served; of 4 calls 2 requests") {
  std::promise<void> gate;
  socket_server server{{{{.answer = ok, .meanwhile = [&] { gate.get_future().wait_for(5s); }}}}};
  socket_server elsewhere;
  hwc::beast::transport t{{.max_connections = 1}};
  outcome first, stopped, last;
  std::jthread one{[&] { first = send(t, request_to(server.port())); }};
  REQUIRE(server.await_requests(1));
  const auto late = send(t, request_to(server.port()), within(50ms));
  check_failed(late, error_kind::timeout, delivery::not_sent);
  CHECK(late.took >= 50ms);
  CHECK(late.error().message.find("max_connections") != std::string::npos);
  CHECK(send(t, request_to(elsewhere.port())).answered());
  std::stop_source source;
  auto stoppable = within(5s);
  stoppable.stop = source.get_token();
  std::jthread two{[&] { stopped = send(t, request_to(server.port()), stoppable); }};
  std::jthread three{[&] { last = send(t, request_to(server.port())); }};
  std::this_thread::sleep_for(20ms);  // by then it is in line; if not, all the same is due
  source.request_stop();
  two.join();
  check_failed(stopped, error_kind::cancelled, delivery::not_sent);
  gate.set_value();
  one.join();
  three.join();
  CHECK(first.answered());
  CHECK(last.answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
  CHECK(elsewhere.requests() == 1);
}

TEST_CASE("max_connections of 0: invalid_argument, not sent; 0 requests") {
  socket_server server;
  hwc::beast::transport t{{.max_connections = 0}};
  check_failed(send(t, request_to(server.port())), error_kind::invalid_argument, delivery::not_sent);
  CHECK(server.requests() == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("beast::multiplexer");

TEST_CASE("16 slots where 4 connections are allowed: each answered, on 4, and one cancelled in line; 15 requests") {
  socket_server server;
  hwc::beast::transport t{{.max_connections = 4}};
  auto many = t.multiplex(16);
  const auto request = request_to(server.port());
  std::vector<hwc::http_response> responses(16);
  std::stop_source source;
  for (std::size_t slot = 0; slot != 16; ++slot) {
    auto options = within(5s);
    if (slot == 15) options.stop = source.get_token();
    many.start(slot, request, responses[slot], options);
  }
  source.request_stop();
  int good = 0;
  for (int i = 0; i != 16; ++i) {
    const auto ended = many.next(steady_clock::now() + 5s, {});
    REQUIRE(ended);
    if (ended->slot == 15)
      check_failed(outcome{.result = ended->outcome}, error_kind::cancelled, delivery::not_sent);
    else if (ended->outcome)
      ++good;
  }
  CHECK(good == 15);
  CHECK(server.requests() == 15);
  CHECK(server.connections() == 4);
}

TEST_CASE("a multiplexer destroyed with exchanges in line, and with one that had been: nothing crashes; 2 requests") {
  socket_server server{{{{.answer = ok}, {.afterwards = then::stall}}}};
  hwc::beast::transport t{{.max_connections = 1}};
  auto many = t.multiplex(3);
  const auto request = request_to(server.port());
  std::vector<hwc::http_response> responses(3);
  for (std::size_t slot = 0; slot != 3; ++slot) many.start(slot, request, responses[slot], {});
  CHECK(many.next(steady_clock::now() + 5s, {}));
  while (server.requests() != 2) CHECK_FALSE(many.next(steady_clock::now() + 5ms, {}));
}

TEST_CASE("2000 exchanges in 16 slots: each is told once with its own answer; 2000 requests over 16 connections") {
  hwc::beast::server server{
      [](const hwc::http_request& request) { return hwc::http_response{.status = 200, .body = request.body}; },
      "127.0.0.1", 0};
  hwc::beast::transport t;
  auto many = t.multiplex(16);
  std::vector<hwc::http_request> requests(16);
  std::vector<hwc::http_response> responses(16);
  int begun = 0, good = 0, told = 0;
  const auto begin = [&](std::size_t slot) {
    requests[slot] = request_to(server.port(), http_method::post, std::to_string(begun++));
    many.start(slot, requests[slot], responses[slot], within(5s));
  };
  for (std::size_t slot = 0; slot != 16; ++slot) begin(slot);
  while (told != begun) {
    const auto ended = many.next(steady_clock::now() + 5s, {});
    REQUIRE(ended);
    ++told;
    if (ended->outcome && responses[ended->slot].body == requests[ended->slot].body) ++good;
    if (begun != 2000) begin(ended->slot);
  }
  CHECK(good == 2000);
  CHECK(server.requests() == 2000);
  CHECK(server.connections() <= 16);
  CHECK_FALSE(many.next(steady_clock::now() + 5ms, {}));
}

TEST_CASE("next: comes back at its time, or when its token asks, though an exchange is under way; 1 request") {
  socket_server server{{{{.afterwards = then::stall}}}};
  hwc::beast::transport t;
  auto many = t.multiplex(1);
  const auto request = request_to(server.port());
  hwc::http_response response;
  many.start(0, request, response, {});
  auto start = steady_clock::now();
  CHECK_FALSE(many.next(start + 50ms, {}));
  CHECK(steady_clock::now() - start >= 50ms);
  std::stop_source source;
  const std::jthread other{[&] {
    server.await_requests(1);
    source.request_stop();
  }};
  start = steady_clock::now();
  CHECK_FALSE(many.next(hwc::steady_time::max(), source.get_token()));
  CHECK(steady_clock::now() - start < 1s);
  CHECK(server.requests() == 1);
  // What is under way is broken off by the end of `many`.
}

TEST_CASE("what fails is told: bad request, refused, deadline, stop token, lookup; only what was sent is unknown") {
  hwc::tests::slow_lookup slow;
  socket_server server{{{{.afterwards = then::stall}}, {{.afterwards = then::stall}}}};
  socket_server nobody;
  nobody.refuse();  // nobody listens, and nobody else gets the port
  hwc::beast::transport t;
  auto many = t.multiplex(5);
  std::vector<hwc::http_request> requests(5, request_to(server.port()));
  std::vector<hwc::http_response> responses(5);
  std::stop_source source;
  requests[0].target = "x";
  requests[1].origin.port = nobody.port();
  requests[4].origin.host = "slow.invalid";
  for (std::size_t slot = 0; slot != 5; ++slot) {
    auto options = within(slot == 3 ? 5000ms : 150ms);
    if (slot == 3) options.stop = source.get_token();
    many.start(slot, requests[slot], responses[slot], options);
  }
  const std::jthread other{[&] {
    server.await_requests(2);
    source.request_stop();
  }};
  std::vector<hwc::exchange_result> outcomes(5);
  for (int i = 0; i != 5; ++i) {
    auto ended = many.next(steady_clock::now() + 5s, {});
    REQUIRE(ended);
    outcomes[ended->slot] = std::move(ended->outcome);
  }
  const auto check = [&](std::size_t slot, error_kind kind, delivery sent) {
    check_failed(outcome{.result = outcomes[slot]}, kind, sent);
  };
  check(0, error_kind::invalid_argument, delivery::not_sent);
  check(1, error_kind::connection, delivery::not_sent);
  check(2, error_kind::timeout, delivery::unknown);
  check(3, error_kind::cancelled, delivery::unknown);
  check(4, error_kind::timeout, delivery::not_sent);
  CHECK(server.requests() == 2);
}

TEST_SUITE_END();
