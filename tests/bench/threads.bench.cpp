// SPDX-License-Identifier: BSL-1.0
// Eight threads on one client, beside eight clients of one thread each.
#include <hwc/beast/transport.hpp>
#include <hwc/curl/transport.hpp>

#include "bench/clients.hpp"
#include "bench/counted.hpp"
#include "bench/server_process.hpp"

#include <memory>
#include <utility>

namespace {

template <class Client>
void send_all(benchmark::State& state, const std::unique_ptr<Client>& client) {
  bench::server_process::get().place(bench::placement::anywhere);  // each thread has a place of its own
  for (auto _ : state) bench::expect(client->send(bench::operation));
  state.SetItemsProcessed(state.iterations());
}

template <class Transport>
auto make_client() {
  auto client = bench::client_over(Transport{});
  return std::make_unique<decltype(client)>(std::move(client));
}

template <class Transport>
void one_client(benchmark::State& state) {
  // The others wait for the first thread before their loop begins, and it waits for them when that has ended.
  static decltype(make_client<Transport>()) client;
  if (state.thread_index() == 0) client = make_client<Transport>();
  send_all(state, client);
  if (state.thread_index() == 0) client.reset();
}

template <class Transport>
void own_clients(benchmark::State& state) {
  send_all(state, make_client<Transport>());
}

BENCHMARK(one_client<hwc::curl::transport>)->Name("threads/hwc: over curl, one client")->Threads(8)->UseRealTime();
BENCHMARK(own_clients<hwc::curl::transport>)->Name("threads/hwc: over curl, a client each")->Threads(8)->UseRealTime();
BENCHMARK(one_client<hwc::beast::transport>)->Name("threads/hwc: over Beast, one client")->Threads(8)->UseRealTime();
BENCHMARK(own_clients<hwc::beast::transport>)
    ->Name("threads/hwc: over Beast, a client each")
    ->Threads(8)
    ->UseRealTime();

}  // namespace
