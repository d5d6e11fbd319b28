#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Lines and branches of include/ and adapters/ that the tests reach, by header. The same as HTML, with what was missed, is in
# build/coverage-clang/report.
#
#   tests/coverage/run.sh        with Clang, which counts the branches that the source has. What only the compiler runs, as the
#                                reading of routes, counts as missed. Fails for a header that report.py wants explained
#   tests/coverage/run.sh gcc    with GCC, which counts those of what it makes of it, for each instance anew and with all that
#                                destroys objects when an exception comes through; build/coverage/report
set -eu
cd "$(dirname "$0")/../.."
case "${1:-clang}" in
  clang) preset=coverage-clang ;;
  gcc) preset=coverage ;;
  *) echo "usage: tests/coverage/run.sh [clang|gcc]" >&2; exit 2 ;;
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
set -- "$made/tests/unit"
for program in unit cpp23 adapters threads faults sweep corpus; do
  llvm-cov-14 export --instr-profile="$made/all.profdata" "$made/tests/$program" include adapters >"$made/$program.json"
  set -- "$@" --object="$made/tests/$program"
done
llvm-cov-14 show --instr-profile="$made/all.profdata" "$@" include adapters --format=html --output-dir="$made/report" \
  --show-branches=count --show-instantiations=false >"$made-show.log"
cd "$made" && exec ../../tests/coverage/report.py --missed unit.json cpp23.json adapters.json threads.json faults.json sweep.json \
  corpus.json
