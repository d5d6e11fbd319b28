#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Builds the command-line tool and runs its demonstration: the fake service on a loopback port, and the tool sending to
# it over a real socket. Arguments go to the tool; without any, two users are sent to.
set -eu
cd "$(dirname "$0")/.."
build=build/demo

quietly() {
  "$@" >"$build/log.txt" 2>&1 || { cat "$build/log.txt" >&2; exit 1; }
}

.ci/install demo
mkdir -p "$build"
quietly cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DHWC_BUILD_TESTS=OFF
quietly cmake --build "$build" --target resend-email
[ $# -gt 0 ] || set -- user-1 user-2
exec "$build/examples/resend-email" --demo "$@"
