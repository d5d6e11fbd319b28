#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Lines and branches of include/ and adapters/ that the tests reach, by header, with the lines they miss; the sum comes
# last, and the same as HTML is in build/coverage/report. GCC counts the branches of what it makes, for each instance of a
# template anew and with all that destroys objects when an exception comes through, so their share says little; compare it
# from run to run.
set -eu
cd "$(dirname "$0")/.."
.ci/install deep
mkdir -p build
cmake --preset coverage >build/coverage-configure.log || { cat build/coverage-configure.log; exit 1; }
cmake --build --preset coverage >build/coverage-build.log || { tail -n 60 build/coverage-build.log; exit 1; }
find build/coverage -name '*.gcda' -delete
ctest --preset coverage >build/coverage-test.log || { cat build/coverage-test.log; exit 1; }
mkdir -p build/coverage/report
gcovr --root . --object-directory build/coverage --filter include/ --filter adapters/ --exclude-throw-branches \
  --exclude-unreachable-branches --html-details build/coverage/report/index.html --txt - --print-summary build/coverage
