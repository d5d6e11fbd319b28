// SPDX-License-Identifier: BSL-1.0
#include "bench/counted.hpp"
#include "bench/epoll_server.hpp"
#include "bench/tls_server.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>

// glibc's own, below the functions that count.
extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);

namespace {

std::atomic<std::size_t> by_new{0};
std::atomic<std::size_t> in_all{0};

void count(std::atomic<std::size_t>& one) { one.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

extern "C" void* malloc(std::size_t size) {
  count(in_all);
  return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t items, std::size_t size) {
  count(in_all);
  return __libc_calloc(items, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
  count(in_all);
  return __libc_realloc(old, size);
}

void* operator new(std::size_t size) {
  count(by_new);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace bench {

allocations allocated() noexcept { return {by_new.load(), in_all.load()}; }

}  // namespace bench

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view{argv[1]} == "--serve") bench::serve(std::atoi(argv[2]));
  if (argc == 3 && std::string_view{argv[1]} == "--serve-tls") bench::serve_tls(std::atoi(argv[2]));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  if (RUNNING_ON_VALGRIND) std::fprintf(stderr, "measured %lld\n", static_cast<long long>(bench::measured));
  return 0;
}
