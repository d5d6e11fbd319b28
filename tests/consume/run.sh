#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Builds and runs a small product in each way in which the library is to be had, from an installed or a copied tree.
#
#   tests/consume/run.sh                 all of them
#   tests/consume/run.sh meson ...       only those
set -eu
cd "$(dirname "$0")/../.."
source=$PWD
build=$source/build/consume
here=$source/tests/consume
ways="find_package add_subdirectory fetch_content meson pkg_config separate no_exceptions single_header single_separate"
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
: "${CXX:=g++}"

# What a user gets: the files under version control, and nothing that was built.
copy_source() {
  [ -d "$build/copy" ] && return
  mkdir -p "$build/copy"
  git ls-files -z --cached --others --exclude-standard | grep -zv '^tests/' | tar -cz --null -T - -f "$build/hwc.tar.gz"
  tar -xzf "$build/hwc.tar.gz" -C "$build/copy"
}

install_it() {
  [ -d "$build/prefix" ] && return
  copy_source
  cmake -G Ninja -S "$build/copy" -B "$build/install" -DHWC_BUILD_TESTS=OFF -DHWC_BUILD_EXAMPLES=OFF
  cmake --install "$build/install" --prefix "$build/prefix"
}

with_cmake() {
  way=$1
  shift
  cmake -G Ninja -S "$here/$way" -B "$build/$way" -DCMAKE_CXX_COMPILER="$CXX" "$@"
  cmake --build "$build/$way"
  ctest --test-dir "$build/$way" --no-tests=error
}

# The flags of the packages, and then the compiler alone.
with_pkg_config() {
  flags=$(PKG_CONFIG_PATH="$build/prefix/share/pkgconfig" pkg-config --cflags --libs hwc-curl hwc-openssl)
  mkdir -p "$build/plain"
  output=$build/plain/$1
  shift
  # shellcheck disable=SC2086  # the flags are words
  "$CXX" -std=c++20 $strict "$@" $flags -o "$output"
  "$output"
}

find_package() {
  install_it
  with_cmake find_package -DCMAKE_PREFIX_PATH="$build/prefix"
}
add_subdirectory() {
  copy_source
  with_cmake add_subdirectory -DHWC_SOURCE="$build/copy"
}
fetch_content() {
  copy_source
  with_cmake fetch_content -DHWC_ARCHIVE="$build/hwc.tar.gz"
}
meson() {
  copy_source
  mkdir -p "$build/meson-source/subprojects"
  cp "$here/meson/meson.build" "$here/program.cpp" "$build/meson-source"
  ln -s "$build/copy" "$build/meson-source/subprojects/hwc"
  command meson setup "$build/meson" "$build/meson-source"
  command meson test -C "$build/meson"
}
pkg_config() {
  install_it
  with_pkg_config pkg_config "$here/program.cpp"
}
separate() {
  install_it
  echo '#include <hwc/src.hpp>' >"$build/src.cpp"
  with_pkg_config separate -DHWC_SEPARATE_COMPILATION "$here/program.cpp" "$build/src.cpp"
}
no_exceptions() {
  install_it
  with_pkg_config no_exceptions -fno-exceptions -fno-rtti "$here/program.cpp"
}

# Two files copied into the product, and a third for the signature.
with_single_header() {
  "$source/.packaging/single_header.py" "$build/single"
  "$source/.packaging/single_header.py" "$build/single-again"
  diff -r "$build/single" "$build/single-again"
  sed -e 's|<hwc/curl/transport.hpp>|"hwc_curl.hpp"|' -e 's|<hwc/openssl/sdk_hmac_sha256.hpp>|"hwc_openssl.hpp"|' \
    -e '/#include <hwc/d' "$here/program.cpp" >"$build/single.cpp"
  mkdir -p "$build/plain"
  output=$build/plain/$1
  shift
  # shellcheck disable=SC2086  # the flags are words
  "$CXX" -std=c++20 $strict -I"$build/single" "$@" -lsimdjson -lcurl -lcrypto -pthread -o "$output"
  "$output"
}
single_header() { with_single_header single_header "$build/single.cpp"; }
single_separate() {
  mkdir -p "$build"
  printf '#define HWC_IMPLEMENTATION\n#include "hwc_curl.hpp"\n#include "hwc_openssl.hpp"\n' >"$build/single_source.cpp"
  with_single_header single_separate -DHWC_SEPARATE_COMPILATION "$build/single.cpp" "$build/single_source.cpp"
}

[ $# -ne 0 ] || {
  rm -rf "$build"
  # shellcheck disable=SC2086  # words
  set -- $ways
}
mkdir -p "$build"
for way; do
  case " $ways " in
    *" $way "*) ;;
    *) echo "usage: tests/consume/run.sh [$ways]" >&2; exit 2 ;;
  esac
  rm -rf "${build:?}/$way" "$build/meson-source"
  "$way" >"$build/$way.log" 2>&1 || { cat "$build/$way.log"; echo "FAILED: $way" >&2; exit 1; }
  echo "$way: ok"
done
