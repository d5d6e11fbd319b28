#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# All checks: formatting, products that use the library, both build systems with both compilers, sanitizers, fuzzing, the single
# headers, no exceptions, other processors, what the benchmarks count. Quiet when all is well; the last lines are ctest's summary.
set -eu
cd "$(dirname "$0")/.."
meson_build=build/meson-gcc
cmake_build=build/asan
mkdir -p build

# Names the step, and shows its output only if it fails, or what it says it left out.
step() {
  name=$1
  shift
  start=$(date +%s)
  if ! "$@" >build/step.log 2>&1; then
    cat build/step.log
    echo "FAILED: $name" >&2
    exit 1
  fi
  echo "$name: ok ($(($(date +%s) - start)) s)"
  grep '^not run: ' build/step.log || :
}

# Does these jobs in the background, one after the other, at the lowest priority. A job is a preset, to be configured and built, or
# "counts": what the benchmarks count, as soon as `may_count` is there. `await JOB` waits for one.
work_behind() {
  rm -rf build/behind
  mkdir build/behind
  # With autogroups, Linux shares the processors between sessions, and `nice` counts only within one.
  # shellcheck disable=SC2016  # for the inner shell
  setsid nice -n 19 sh -c '
    { echo 19 >/proc/self/autogroup; } 2>/dev/null || :
    for job; do
      case $job in
        counts) while [ ! -e build/behind/may_count ]; do sleep 1; done && tests/bench/measure.py --check ;;
        *) cmake --preset "$job" && cmake --build --preset "$job" ;;
      esac >"build/behind/$job.log" 2>&1 || {
        echo "FAILED in the background: $job" >>"build/behind/$job.log"
        exit 1
      }
      touch "build/behind/$job.done"
    done
    ' - "$@" &
  behind=$!
  trap 'pkill -TERM -s "$behind" && pkill -CONT -s "$behind" || :' EXIT
  trap 'exit 1' HUP INT TERM
}
# Has them stand still during a test that measures how late calls end: their page faults hold up those of AddressSanitizer. By
# their session, as ninja has a process group for each compiler.
alone() {
  pkill -STOP -s "$behind" || :
  code=0
  "$@" || code=$?
  pkill -CONT -s "$behind" || :
  return "$code"
}
await() {
  while kill -0 "$behind" 2>/dev/null && [ ! -e "build/behind/$1.done" ]; do sleep 1; done
  [ -e "build/behind/$1.done" ] || { cat build/behind/*.log; return 1; }
  cat "build/behind/$1.log"
}

check_format() {
  git ls-files --cached --others --exclude-standard -z '*.hpp' '*.ipp' '*.cpp' |
    xargs -0 clang-format-14 --dry-run --Werror
}

configure_meson() {
  # An existing folder keeps its compiler; it is configured anew, since a new header is noticed only then. Large sources take a
  # tenth less time where the compiler collects no garbage below half a gigabyte.
  if [ -e "$meson_build/build.ninja" ]; then
    meson setup --reconfigure "$meson_build"
  else
    rm -rf "$meson_build"
    CXX=g++ CXX_LD=lld CXXFLAGS="--param ggc-min-heapsize=500000" meson setup --buildtype plain "$meson_build"
  fi
}

# ThreadSanitizer finds no room in memory where addresses are more random than 28 bits.
test_tsan() {
  fixed=""
  [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -le 28 ] || fixed="setarch $(uname -m) -R"
  # shellcheck disable=SC2086  # words
  $fixed ctest --preset tsan
}

# A test that only one of the builds knows is a mistake.
compare_lists() {
  meson test -C "$meson_build" --no-rebuild --list 2>/dev/null | sed 's|.* / ||' | LC_ALL=C sort >build/tests-meson.txt
  ctest --test-dir "$cmake_build" -N | sed -n 's/^ *Test *#[0-9]*: //p' | LC_ALL=C sort >build/tests-cmake.txt
  [ -s build/tests-cmake.txt ] || { echo "ctest lists no test"; return 1; }
  diff build/tests-meson.txt build/tests-cmake.txt || { echo "the builds differ: < Meson, > CMake"; return 1; }
}

# The headers that promise it compile without exceptions and RTTI, and so does a program.
check_no_exceptions() {
  { (cd include && find hwc -name '*.hpp') && (cd adapters && find hwc/curl hwc/openssl -name '*.hpp'); } | LC_ALL=C sort |
    sed 's|.*|#include <&>|' >build/no_exceptions.cpp
  for compiler in g++ clang++-14; do
    "$compiler" -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
      -Iinclude -Iadapters -fsyntax-only build/no_exceptions.cpp examples/return_result.cpp || return 1
  done
}

# An adapter whose dependency is missing is left out, and both builds say so.
check_missing_dependency() {
  cmake -S . -B build/no-curl -DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON -DHWC_BUILD_TESTS=OFF >build/no-curl.log 2>&1 || return 1
  grep 'hwc::curl is not available: libcurl 7.88 was not found' build/no-curl.log || return 1
  rm -rf build/no-curl-meson
  meson setup build/no-curl-meson -Dcurl=disabled -Dtests=disabled >build/no-curl.log 2>&1 || return 1
  grep 'hwc-curl is not available' build/no-curl.log
}

# The secrets of the tests appear in nothing that a program of ours prints. libFuzzer tells what it tries, in lines with a number
# or a quote before it, and finds these words in the targets that look for them.
check_no_secret_printed() {
  set -- "$meson_build/meson-logs/testlog.txt" build/asan-tests.log "$cmake_build/Testing/Temporary/LastTest.log" \
    build/tsan/Testing/Temporary/LastTest.log
  for target in tests/fuzz/corpus/*; do
    target_name=$(basename "$target")
    grep -vE '^(#[0-9]+|")' "build/fuzz/$target_name.log" >"build/fuzz/$target_name-own.log" || return 1
    set -- "$@" "build/fuzz/$target_name-own.log"
  done
  for log; do
    [ -s "$log" ] || { echo "$log is missing"; return 1; }
  done
  ! grep -E 'c4nary-|canary-|hwcTestSecretKey' "$@"
}

.ci/install tests
step "configure with CMake" cmake --preset asan
work_behind asan tsan fuzz bench single counts
step "formatting" check_format
step "lines per endpoint" tests/house/endpoint_lines.py
step "a missing dependency" check_missing_dependency
step "configure with Meson" configure_meson
step "both builds list the same tests" compare_lists
step "build with Meson and GCC" meson compile -C "$meson_build" quick
step "test with Meson and GCC" meson test -C "$meson_build" --no-rebuild --no-suite slow --print-errorlogs
step "no exceptions, no RTTI" check_no_exceptions
step "other processors and systems" tests/foreign/quick.sh
step "consumed in $(tests/consume/run.sh --list | wc -l) ways" env CXX=clang++-14 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 tests/consume/run.sh
step "wait for the build with CMake, Clang and sanitizers" await asan
start=$(date +%s)
ctest --preset asan -E '^(stress$|example\.|random_faults$)' >build/ctest.log || { cat build/ctest.log; exit 1; }
cp "$cmake_build/Testing/Temporary/LastTest.log" build/asan-tests.log  # the next run begins it anew
alone ctest --preset asan -R '^random_faults$' >>build/ctest.log || { cat build/ctest.log; exit 1; }
touch build/behind/may_count  # over sockets, so that it must not stand still
echo "test with CMake, Clang and sanitizers: ok ($(($(date +%s) - start)) s)"
step "wait for the build for ThreadSanitizer" await tsan
step "test with ThreadSanitizer" test_tsan
step "wait for the fuzz targets" await fuzz
step "fuzz each target for ${HWC_FUZZ_SECONDS:=30} s" tests/fuzz/run.sh "$HWC_FUZZ_SECONDS"
step "no secret is printed" check_no_secret_printed
step "wait for the build with the single headers" await single
step "test the single headers, optimized, with Clang 19 and libc++, without exceptions and RTTI" ctest --preset single
step "build the benchmarks, and count instructions and allocations" await counts
sed -n 's/.*MESSAGE: \(of .* by their deadlines .*\)/random faults: \1/p' "$cmake_build/Testing/Temporary/LastTest.log"
cat build/ctest.log
