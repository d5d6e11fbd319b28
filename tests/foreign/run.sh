#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# The core and its fakes, built for another processor with GCC, and their tests under qemu-user. On Debian 12:
#
#   tests/foreign/run.sh aarch64
set -eu
cd "$(dirname "$0")/../.."
[ $# -ne 0 ] || set -- aarch64
for preset; do
  case $preset in
    aarch64) architecture=arm64 ;;
    *) echo "usage: tests/foreign/run.sh aarch64" >&2; exit 2 ;;
  esac
  .ci/install tests
  mkdir -p build
  log=build/$preset.log
  if ! { tests/foreign/packages.sh "$architecture" "build/$architecture" && cmake --preset "$preset" &&
         cmake --build --preset "$preset" && ctest --preset "$preset"; } >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "FAILED: $preset" >&2
    exit 1
  fi
  echo "$preset: ok"
done
