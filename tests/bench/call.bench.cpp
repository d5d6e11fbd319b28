// SPDX-License-Identifier: BSL-1.0
// One warm, signed call over a kept connection on loopback, with each transport of this library, also with TLS.
#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/options.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/curl/transport.hpp>

#include "bench/clients.hpp"
#include "bench/counted.hpp"
#include "bench/server_process.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace {

template <class Transport>
void call(benchmark::State& state) {
  bench::server_process::get().place(bench::placement::together);
  auto client = bench::client_over(Transport{});
  bench::measure(state, [&] { bench::expect(client.send(bench::operation)); });
}
BENCHMARK(call<hwc::curl::transport>)->Name("call/hwc: over curl")->UseRealTime();
BENCHMARK(call<hwc::beast::transport>)->Name("call/hwc: over Beast")->UseRealTime();

template <class Transport, class Options>
void secure_call(benchmark::State& state) {
  const auto& server = bench::server_process::with_tls();
  server.place(bench::placement::together);
  auto client = bench::client_over(Transport{Options{.ca_file = server.ca_file()}}, server);
  bench::measure(state, [&] { bench::expect(client.send(bench::operation)); });
}
BENCHMARK(secure_call<hwc::curl::transport, hwc::curl::transport_options>)->Name("tls/hwc: over curl")->UseRealTime();
BENCHMARK(secure_call<hwc::beast::transport, hwc::beast::transport_options>)
    ->Name("tls/hwc: over Beast")
    ->UseRealTime();

void asynchronous_call(benchmark::State& state) {
  bench::server_process::get().place(bench::placement::together);
  boost::asio::io_context io{1};
  auto client = bench::client_over(hwc::beast::async_transport{io});
  bench::measure(state, [&] {
    client.async_send(bench::operation, [](bench::sent outcome) { bench::expect(outcome); });
    io.restart();
    io.run();
  });
}
BENCHMARK(asynchronous_call)->Name("call/hwc: over Beast, asynchronous")->UseRealTime();

}  // namespace
