#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Lines and branches of include/ and adapters/ that the tests reach, by header. The sum comes last, and the same as HTML, with
# what was missed, is in build/coverage-clang/report.
#
#   tests/coverage.sh        with Clang, which counts the branches that the source has; of a template, those of the instance that
#                            reaches most. What only the compiler runs, as the reading of routes, counts as missed
#   tests/coverage.sh gcc    with GCC, which counts those of what it makes of it, for each instance anew and with all that
#                            destroys objects when an exception comes through; build/coverage/report
set -eu
cd "$(dirname "$0")/.."
case "${1:-clang}" in
  clang) preset=coverage-clang ;;
  gcc) preset=coverage ;;
  *) echo "usage: tests/coverage.sh [clang|gcc]" >&2; exit 2 ;;
esac
.ci/install deep
made=build/$preset
mkdir -p build
cmake --preset "$preset" >"$made-configure.log" || { cat "$made-configure.log"; exit 1; }
cmake --build --preset "$preset" >"$made-build.log" || { tail -n 60 "$made-build.log"; exit 1; }
find "$made" \( -name '*.gcda' -o -name '*.profraw' \) -delete
ctest --preset "$preset" >"$made-test.log" || { cat "$made-test.log"; exit 1; }
mkdir -p "$made/report"
if [ "$preset" = coverage ]; then
  gcovr --root . --object-directory "$made" --filter include/ --filter adapters/ --exclude-throw-branches \
    --exclude-unreachable-branches --html-details "$made/report/index.html" --txt - --print-summary "$made"
  exit
fi
llvm-profdata-14 merge --sparse -o "$made/all.profdata" "$made"/*.profraw
set -- --instr-profile="$made/all.profdata" "$made/tests/unit"
for program in cpp23 adapters threads faults sweep corpus; do set -- "$@" --object="$made/tests/$program"; done
set -- "$@" include adapters
llvm-cov-14 show "$@" --format=html --output-dir="$made/report" --show-branches=count --show-instantiations=false \
  >"$made-show.log"
llvm-cov-14 report "$@" --show-branch-summary --show-region-summary=false --show-instantiation-summary=false
