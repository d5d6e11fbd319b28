#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Runs the fuzz targets with libFuzzer: tests/fuzz/run.sh [SECONDS for each, default 30] [TARGET…, default all].
#
# What it finds is kept in build/fuzz/NAME and serves the next run. An input that breaks a promise is written to
# build/fuzz/NAME-crash-…: once the cause is mended, it goes to tests/fuzz/corpus/NAME under a name that says what it is.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-30}
[ $# -eq 0 ] || shift
.ci/install tests
mkdir -p build
cmake --preset fuzz >build/fuzz-configure.log || { cat build/fuzz-configure.log; exit 1; }
cmake --build --preset fuzz
[ $# -ne 0 ] || set -- $(ls tests/fuzz/corpus)

# shellcheck disable=SC2016  # for the inner shell
for target; do echo "$target"; done | xargs -P "$(nproc)" -I '{}' sh -c '
  name=$1
  folder=build/fuzz/$name
  mkdir -p "$folder"
  if build/fuzz/tests/fuzz --target="$name" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$folder-" "$folder" "tests/fuzz/corpus/$name" >"$folder.log" 2>&1; then
    echo "$name: $(sed -n "s/^stat::number_of_executed_units: *//p" "$folder.log") inputs, no finding"
  else
    tail -n 60 "$folder.log"
    echo "FOUND by $name: build/fuzz/$name.log"
    exit 1
  fi' - '{}' "$seconds"
