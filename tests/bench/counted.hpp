// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_COUNTED_HPP
#define HWC_TESTS_BENCH_COUNTED_HPP

#include <benchmark/benchmark.h>
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT static_cast<void>(0)
#define RUNNING_ON_VALGRIND false
#endif

#include <cstddef>
#include <cstdint>

namespace bench {

// Allocations of this process so far: those of `operator new`, and all, with what C libraries take.
struct allocations {
  std::size_t by_new = 0;
  std::size_t in_all = 0;
};
[[nodiscard]] allocations allocated() noexcept;

// How often things were measured so far.
inline std::int64_t measured = 0;

// Tells what was measured: as counters, the allocations of each iteration since then; and how many a second.
inline void report(benchmark::State& state, const allocations& before) {
  const auto after = allocated();
  measured += state.iterations();
  const auto each = static_cast<double>(state.iterations());
  state.counters["new"] = static_cast<double>(after.by_new - before.by_new) / each;
  state.counters["alloc"] = static_cast<double>(after.in_all - before.in_all) / each;
  state.SetItemsProcessed(state.iterations());
}

// Measures one thing when it is warm: its time, and its allocations as counters. Under callgrind with
// --collect-atstart=no, only its instructions are counted.
template <class Work>
void measure(benchmark::State& state, Work work) {
  for (int i = 0; i != 3; ++i) work();
  const auto before = allocated();
  CALLGRIND_TOGGLE_COLLECT;
  for (auto _ : state) work();
  CALLGRIND_TOGGLE_COLLECT;
  report(state, before);
}

}  // namespace bench

#endif  // HWC_TESTS_BENCH_COUNTED_HPP
