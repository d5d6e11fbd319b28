#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# What CI asks of other processors and systems, in a minute. For aarch64 and 32-bit x86: examples/test_offline.cpp, which sends
# through the core and its fakes, is compiled, optimized, and run under qemu-user where Debian's packages of simdjson for them can
# be fetched.
# For Windows, of which Debian has no simdjson: all headers of the core compile that do not say they need POSIX or Linux.
set -eu
cd "$(dirname "$0")/../.."
.ci/install tests
# Headers of simdjson and Boost are the same for all; those of the C library are not.
mkdir -p build/foreign
ln -sfn /usr/include/boost build/foreign/boost
ln -sfn /usr/include/simdjson.h build/foreign/simdjson.h
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

compile_and_run() {  # TRIPLE, Debian's ARCHITECTURE, the processor's name in qemu
  libraries=$PWD/build/$2/usr/lib/$3-linux-gnu
  if ! tests/foreign/packages.sh "$2" "build/$2" >"build/$2.log" 2>&1; then
    tail -n 5 "build/$2.log"
    echo "not run: the test for $2, whose packages could not be fetched"
  fi
  # shellcheck disable=SC2086  # words
  "$1-g++" -std=c++20 -O2 -DNDEBUG $warnings -Iinclude -isystem build/foreign -c examples/test_offline.cpp -o "build/$2.o"
  [ -e "build/$2/complete" ] || return 0
  "$1-g++" "build/$2.o" -L"$libraries" -lsimdjson -o "build/$2.program"
  "qemu-$3" -L "/usr/$1" -E LD_LIBRARY_PATH="$libraries" "build/$2.program"
}

compile_for_windows() {
  (cd include && find hwc -name '*.hpp' -exec grep -LE 'Needs (POSIX|Linux)' {} + | LC_ALL=C sort) |
    sed 's|.*|#include <&>|' >build/windows.cpp
  # shellcheck disable=SC2086
  x86_64-w64-mingw32-g++-posix -std=c++20 $warnings -Iinclude -isystem build/foreign -fsyntax-only \
    build/windows.cpp examples/test_offline.cpp
}

compile_and_run aarch64-linux-gnu arm64 aarch64
compile_and_run i686-linux-gnu i386 i386
compile_for_windows
