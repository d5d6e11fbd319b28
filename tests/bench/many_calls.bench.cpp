// SPDX-License-Identifier: BSL-1.0
// Many calls at once on one thread, and what memory they take.
#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/options.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/curl/transport.hpp>

#include "bench/clients.hpp"
#include "bench/counted.hpp"
#include "bench/curl_headers.hpp"
#include "bench/server_process.hpp"

#include <curl/curl.h>
#include <malloc.h>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <exception>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

// Drives `calls` with overlapping calls: each begins after `next()` was true. The first ones connect and do not count.
class many {
 public:
  explicit many(benchmark::State& state) : state_{state} {
    bench::server_process::get().place(bench::placement::apart);
  }

  [[nodiscard]] bool next() {
    if (warm_ups_ != 0) {
      --warm_ups_;
      return true;
    }
    if (!more_) return false;
    if (!begun_) {
      begun_ = true;
      before_ = bench::allocated();
      CALLGRIND_TOGGLE_COLLECT;
    }
    more_ = state_.KeepRunning();
    if (!more_) {
      CALLGRIND_TOGGLE_COLLECT;
      bench::report(state_, before_);
    }
    return more_;
  }

 private:
  benchmark::State& state_;
  std::size_t warm_ups_ = 1000;
  bool begun_ = false;
  bool more_ = true;
  bench::allocations before_{};
};

// So many, for where time is of no interest.
class so_many {
 public:
  explicit so_many(std::size_t count) : left_{count}, interval_{count / 100} {}

  // Measures the heap a hundred times, however many there are: that takes longer than a call.
  [[nodiscard]] bool next() {
    if (left_ % interval_ == 0) most_ = std::max(most_, live());
    return left_ != 0 && left_-- != 0;
  }
  [[nodiscard]] double most() const { return static_cast<double>(most_); }

  static std::size_t live() {
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
  }

 private:
  std::size_t left_;
  std::size_t interval_;
  std::size_t most_ = 0;
};

// The calls that `Feed` grants, as a range of operations that are at hand, which is what a forward range says.
template <class Feed>
struct operations {
  struct iterator {
    using value_type = hwc::workspace::resend_email;
    using difference_type = std::ptrdiff_t;
    const value_type& operator*() const { return bench::operation; }
    iterator& operator++() {
      more = feed->next();
      return *this;
    }
    iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    bool operator==(std::default_sentinel_t) const { return !more; }
    bool operator==(const iterator&) const = default;

    Feed* feed = nullptr;
    bool more = false;
  };
  iterator begin() { return {feed, feed->next()}; }
  std::default_sentinel_t end() { return {}; }

  Feed* feed;
};

// --- Asynchronous calls: as one ends, the next begins ---

auto asynchronous_client(boost::asio::io_context& io) { return bench::client_over(hwc::beast::async_transport{io}); }

template <class Client, class Feed>
void send_next(Client& client, Feed& calls) {
  if (!calls.next()) return;
  client.async_send(bench::operation, [&](bench::sent outcome) {
    bench::expect(outcome);
    send_next(client, calls);
  });
}

template <class Feed>
void asynchronous(Feed& calls, std::size_t at_once) {
  boost::asio::io_context io{1};
  auto client = asynchronous_client(io);
  for (std::size_t i = 0; i != at_once; ++i) send_next(client, calls);
  io.run();
}

template <class Feed>
void asynchronous_send_all(Feed& calls, std::size_t at_once) {
  boost::asio::io_context io{1};
  auto client = asynchronous_client(io);
  client.async_send_all(
      operations<Feed>{&calls}, [](const auto&, bench::sent outcome) { bench::expect(outcome); },
      {.concurrency = at_once},
      [](std::exception_ptr failure, hwc::send_all_summary) {
        if (failure) std::rethrow_exception(failure);
      });
  io.run();
}

// --- Multiplexed ---

template <class Transport, class Feed>
void multiplexed(Feed& calls, std::size_t at_once) {
  auto client = bench::client_over(Transport{});
  client.send_all(operations<Feed>{&calls}, [](const auto&, bench::sent outcome) { bench::expect(outcome); },
                  {.concurrency = at_once});
}

// --- Peers: libcurl's multi interface by itself, with a signature made once, or by hand for each call ---

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

bench::curl_headers signed_headers(std::time_t now) {
  return bench::to_curl_headers(bench::headers_by_hand("127.0.0.1", now));
}

template <class Feed, bool Signs>
void libcurl(Feed& calls, std::size_t at_once) {
  const auto url = bench::server_process::get().url() + bench::resend_path();
  const auto fixed = signed_headers(0);
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(), &curl_multi_cleanup};
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(at_once));
  std::vector<bench::curl_handle> handles(at_once);
  std::map<CURL*, bench::curl_headers> own;
  std::size_t under_way = 0;
  const auto begin = [&](CURL* easy) {
    if (!calls.next()) return;
    if constexpr (Signs) {
      auto made = signed_headers(std::time(nullptr));
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, made.get());
      own[easy] = std::move(made);
    }
    curl_multi_add_handle(multi.get(), easy);
    ++under_way;
  };
  for (auto& each : handles) {
    each.reset(curl_easy_init());
    curl_easy_setopt(each.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(each.get(), CURLOPT_HTTPHEADER, fixed.get());
    curl_easy_setopt(each.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(bench::body.size()));
    curl_easy_setopt(each.get(), CURLOPT_POSTFIELDS, bench::body.c_str());
    curl_easy_setopt(each.get(), CURLOPT_WRITEFUNCTION, &ignore);
    begin(each.get());
  }
  while (under_way != 0) {
    int number = 0;
    curl_multi_perform(multi.get(), &number);
    while (const auto* const ended = curl_multi_info_read(multi.get(), &number)) {
      if (ended->data.result != CURLE_OK) throw std::runtime_error{"the call does not work"};
      auto* const easy = ended->easy_handle;
      curl_multi_remove_handle(multi.get(), easy);
      --under_way;
      begin(easy);
    }
    if (under_way != 0) curl_multi_poll(multi.get(), nullptr, 0, 1000, nullptr);
  }
}

template <void (*drive)(many&, std::size_t)>
void throughput(benchmark::State& state, std::size_t at_once) {
  many calls{state};
  drive(calls, at_once);
}

// The memory that calls take at most, the client's own included, after so many of them.
template <void (*drive)(so_many&, std::size_t)>
void memory(benchmark::State& state, std::size_t count) {
  bench::server_process::get().place(bench::placement::apart);
  double most = 0;
  for (auto _ : state) {
    const auto before = static_cast<double>(so_many::live());
    so_many calls{count};
    drive(calls, 64);
    most = calls.most() - before;
  }
  state.counters["bytes"] = most;
}

using work = void (*)(benchmark::State&, std::size_t);

void add(const std::string& who, work of_many, work of_so_many = nullptr) {
  for (const std::size_t at_once : {1u, 16u, 64u}) {
    const auto name = "calls/" + who + ", " + std::to_string(at_once) + " at once";
    benchmark::RegisterBenchmark(name.c_str(), of_many, at_once)->UseRealTime();
  }
  if (of_so_many == nullptr) return;
  for (const std::size_t count : {1'000u, 10'000u}) {
    const auto name = "memory/" + who + ", " + std::to_string(count) + " calls";
    benchmark::RegisterBenchmark(name.c_str(), of_so_many, count);
  }
}

[[maybe_unused]] const bool added = [] {
  add("peer: raw libcurl", &throughput<&libcurl<many, false>>);
  add("peer: libcurl, signed by hand", &throughput<&libcurl<many, true>>);
  add("hwc: over Beast, asynchronous", &throughput<&asynchronous<many>>, &memory<&asynchronous<so_many>>);
  add("hwc: over Beast, async_send_all", &throughput<&asynchronous_send_all<many>>,
      &memory<&asynchronous_send_all<so_many>>);
  add("hwc: over Beast, multiplexed", &throughput<&multiplexed<hwc::beast::transport, many>>,
      &memory<&multiplexed<hwc::beast::transport, so_many>>);
  add("hwc: over curl, multiplexed", &throughput<&multiplexed<hwc::curl::transport, many>>,
      &memory<&multiplexed<hwc::curl::transport, so_many>>);
  return true;
}();

}  // namespace
