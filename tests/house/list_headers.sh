#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Prints the public headers under the given folders, as they are included: list_headers.sh ROOT FOLDER...
# (ROOT adapters, FOLDER hwc/curl gives hwc/curl/transport.hpp and so on). For Meson, which has no globs.
set -eu
cd "$1"
shift
find "$@" -name '*.hpp' ! -path '*/detail/*' | sed 's|^\./||' | LC_ALL=C sort
