#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Builds and runs a small product in each way in which the library is to be had, from an installed or a copied tree.
#
#   tests/consume/run.sh                 all of them, two at a time
#   tests/consume/run.sh meson ...       only those
#   tests/consume/run.sh --list          their names
#
# vcpkg and Conan are no packages of Debian: stand-ins for them run the port and the recipe.
# shellcheck disable=SC2317  # steps are called by name
set -eu
cd "$(dirname "$0")/../.."
source=$PWD
build=$source/build/consume
here=$source/tests/consume
ways="single_header single_separate find_package add_subdirectory fetch_content meson pkg_config separate no_exceptions vcpkg conan"
ways="$ways meson_install checkout single_all two_versions components refused versions"
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
: "${CXX:=g++}"
export CXX
version=$(sed -n 's/^#define HWC_VERSION_STRING "\(.*\)"$/\1/p' include/hwc/version.hpp)
copy=$build/hwc-$version

# What a user gets: the files under version control, and nothing that was built. And what one makes of it.
prepare() {
  git ls-files -z --cached --others --exclude-standard | grep -zv '^tests/' |
    tar -cz --null -T - --transform "s|^|hwc-$version/|" -f "$build/hwc-$version.tar.gz"
  tar -xzf "$build/hwc-$version.tar.gz" -C "$build"
  cmake -G Ninja -S "$copy" -B "$build/install" -DHWC_BUILD_TESTS=OFF -DHWC_BUILD_EXAMPLES=OFF
  cmake --install "$build/install" --prefix "$build/prefix"

  # The same tree gives the same single headers.
  "$copy/.packaging/single_header.py" "$build/single"
  "$copy/.packaging/single_header.py" "$build/single-again"
  diff -rq "$build/single" "$build/single-again"
}

# The product's own folder.
stage() {
  mkdir -p "$build/$1/product"
  cp "$here/$1"/* "$here/program.cpp" "$here/strict.cmake" "$build/$1/product"
}

with_cmake() {
  way=$1
  shift
  cmake -G Ninja -S "$build/$way/product" -B "$build/$way/build" -DCMAKE_CXX_COMPILER="$CXX" "$@"
  cmake --build "$build/$way/build"
  ctest --test-dir "$build/$way/build" --no-tests=error
  # The test, and what is installed, is the product alone.
  [ "$(ctest --test-dir "$build/$way/build" -N | sed -n 's/^Total Tests: //p')" = 1 ]
  cmake --install "$build/$way/build" --prefix "$build/$way/prefix"
  [ "$(cd "$build/$way/prefix" && find . -type f)" = ./bin/product ]
}

# Every component is to be had, and every pkg-config file is whole.
components() {
  cmake -G Ninja -S "$here/refused" -B "$build/components" -DCMAKE_CXX_COMPILER="$CXX" -DVERSION=0.1 \
    -DCOMPONENTS="curl;beast;openssl;ini" -DCMAKE_PREFIX_PATH="$build/prefix"
  PKG_CONFIG_PATH="$build/prefix/share/pkgconfig" pkg-config --print-errors --exists hwc hwc-curl hwc-beast hwc-openssl hwc-ini
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
  stage find_package
  with_cmake find_package -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$build/prefix"
}
add_subdirectory() {
  stage add_subdirectory
  mkdir "$build/add_subdirectory/product/third_party"
  ln -s "$copy" "$build/add_subdirectory/product/third_party/hwc"
  with_cmake add_subdirectory
}
fetch_content() {
  stage fetch_content
  cp "$build/hwc-$version.tar.gz" "$build/fetch_content/product"
  with_cmake fetch_content
}
# By GCC, and optimized.
meson() {
  stage meson
  mkdir -p "$build/meson/product/subprojects/packagefiles"
  cp "$source/.packaging/hwc.wrap" "$build/meson/product/subprojects"
  cp "$build/hwc-$version.tar.gz" "$build/meson/product/subprojects/packagefiles"
  CXX=g++ command meson setup --buildtype release "$build/meson/build" "$build/meson/product"
  command meson test -C "$build/meson/build"
  # No test and no program of the library comes with it.
  [ "$(command meson introspect --targets "$build/meson/build" | grep -o '"type": "executable"' | wc -l)" = 1 ]
}
# What Meson installs is what CMake installs: the same headers, and pkg-config files that say the same.
meson_install() {
  other=$build/meson_install/prefix
  command meson setup -Dtests=disabled -Dexamples=disabled --prefix "$other" "$build/meson_install/build" "$copy"
  command meson install -C "$build/meson_install/build"
  diff -r "$build/prefix/include" "$other/include"
  for package in hwc hwc-curl hwc-beast hwc-openssl hwc-ini; do
    for question in --modversion --cflags --libs --print-requires; do
      [ "$(say "$other" "$question" "$package")" = "$(say "$build/prefix" "$question" "$package")" ]
    done
  done
}
say() {
  PKG_CONFIG_PATH="$1/share/pkgconfig" pkg-config --print-errors "$2" "$3" |
    sed -e "s|$1/share/pkgconfig/../..|PREFIX|g" -e "s|$1|PREFIX|g" | tr ' ' '\n' | sort
}
pkg_config() {
  with_pkg_config pkg_config "$here/program.cpp"
}
separate() {
  printf '#include <hwc/%s>\n' src.hpp curl/src.hpp openssl/src.hpp >"$build/src.cpp"
  with_pkg_config separate -DHWC_SEPARATE_COMPILATION "$here/program.cpp" "$build/src.cpp"
}
no_exceptions() {
  with_pkg_config no_exceptions -fno-exceptions -fno-rtti "$here/program.cpp"
}

# Two files copied into the product, and a third for the signature.
with_single_header() {
  sed -e 's|<hwc/curl/transport.hpp>|"hwc_curl.hpp"|' -e 's|<hwc/openssl/sdk_hmac_sha256.hpp>|"hwc_openssl.hpp"|' \
    -e '/#include <hwc/d' "$here/program.cpp" >"$build/$1.cpp"
  mkdir -p "$build/plain"
  output=$build/plain/$1
  shift
  # shellcheck disable=SC2086  # the flags are words
  "$CXX" -std=c++20 $strict -I"$build/single" "$@" -lsimdjson -lcurl -lcrypto -pthread -o "$output"
  "$output"
}
single_header() { with_single_header single_header "$build/single_header.cpp"; }
single_separate() {
  { echo '#define HWC_IMPLEMENTATION'; printf '#include "hwc_%s.hpp"\n' curl openssl beast ini; } >"$build/single_source.cpp"
  with_single_header single_separate -DHWC_SEPARATE_COMPILATION "$build/single_separate.cpp" "$build/single_source.cpp" -lssl
}

# All that the script writes, together; and each with nothing before it: that for Beast is the first there, that for libcurl
# in another product.
single_all() {
  [ "$(find "$build/single" -name '*.hpp' | wc -l)" -eq 5 ]
  for headers in openssl ini "beast curl openssl ini"; do
    # shellcheck disable=SC2086  # the names are words
    printf '#include "hwc_%s.hpp"\n' $headers >"$build/single_all.cpp"
    # shellcheck disable=SC2086  # the flags are words
    "$CXX" -std=c++20 $strict -I"$build/single" -fsyntax-only "$build/single_all.cpp"
  done
}

# Two versions in one program, each with a source of its own.
two_versions() {
  mkdir -p "$build/two_versions"
  cp -R "$copy/include" "$build/two_versions/other"
  grep -rlZ 'v0_1' "$build/two_versions/other" | xargs -0 sed -i 's/v0_1/v0_2/g'
  for which in one other; do
    printf '#include <hwc/json.hpp>\nint %s() { return hwc::json::read<int>("1").value(); }\n' $which >"$build/two_versions/$which.cpp"
  done
  printf 'int one(), other();\nint main() { return one() + other() - 2; }\n' >"$build/two_versions/main.cpp"
  "$CXX" -std=c++20 -I"$copy/include" -c "$build/two_versions/one.cpp" -o "$build/two_versions/one.o"
  "$CXX" -std=c++20 -I"$build/two_versions/other" -c "$build/two_versions/other.cpp" -o "$build/two_versions/other.o"
  "$CXX" "$build/two_versions/main.cpp" "$build/two_versions/one.o" "$build/two_versions/other.o" -lsimdjson -o "$build/two_versions/program"
  "$build/two_versions/program"
  nm -C "$build/two_versions/program" | grep -q 'hwc::v0_1::json::source::open'
  nm -C "$build/two_versions/program" | grep -q 'hwc::v0_2::json::source::open'
}

# The port of vcpkg, with the features that the product needs. Then what it made is a package like any other.
vcpkg() {
  mkdir -p "$build/vcpkg/product"
  for features in "" "beast;ini" "curl;openssl"; do
    rm -rf "$build/vcpkg/port/package"
    cmake -DPORT_DIR="$copy/.packaging/vcpkg" -DWORK="$build/vcpkg/port" -DFEATURES="$features" -P "$here/vcpkg/port.cmake"
  done
  cp "$here/find_package/CMakeLists.txt" "$here/program.cpp" "$here/strict.cmake" "$build/vcpkg/product"
  with_cmake vcpkg -DCMAKE_PREFIX_PATH="$build/vcpkg/port/package"
}

# The recipe for Conan, and the compiler alone with what it says.
conan() {
  "$here/conan/recipe.py" "$copy" "$build/conan"
  # shellcheck disable=SC2046,SC2086  # the flags are words
  "$CXX" -std=c++20 $strict "$here/program.cpp" $(cat "$build/conan/flags") -o "$build/conan/product"
  "$build/conan/product"
}

# What the README says of a checkout, to the letter; and the packages that it names are those that are installed here.
checkout() {
  command=$(sed -n 's/^    \(c++ .* -Iinclude .*\)$/\1/p' "$source/README.md")
  packages=$(sed -n 's/.*`apt-get install \(.*\)`.*/\1/p' "$source/README.md")
  [ "$(echo "$command" | wc -l)" -eq 2 ]
  [ -n "$packages" ]
  (cd "$copy" && sh -ec "$command")
  for package in $packages; do
    grep -w -e "$package" "$source/.ci/install"
  done
}

# What is not there is refused, in a sentence that says what to do. Here the library was installed without libcurl.
refused() {
  mkdir -p "$build/refused"
  cmake -G Ninja -S "$copy" -B "$build/refused/hwc" -DHWC_BUILD_TESTS=OFF -DHWC_BUILD_EXAMPLES=OFF -DHWC_CURL=OFF
  cmake --install "$build/refused/hwc" --prefix "$build/refused/prefix"
  ask 0.1 openssl
  refuse 9 openssl "compatible with requested version"
  refuse 0.2 openssl "compatible with requested version"
  refuse 0.0 openssl "compatible with requested version"
  refuse 0.1 carl "hwc has no component 'carl': ask for curl, beast, openssl or ini"
  refuse 0.1 curl "installed without its component 'curl': install what that needs (curl: libcurl"
  refuse 0.1 curl "and then hwc again, without -DHWC_CURL=OFF"
}
ask() {
  cmake -G Ninja -S "$here/refused" -B "$build/refused/build" -DCMAKE_CXX_COMPILER="$CXX" -DVERSION="$1" \
    -DCOMPONENTS="$2" -DCMAKE_PREFIX_PATH="$build/refused/prefix" >"$build/refused/log" 2>&1
}
refuse() {
  if ask "$1" "$2"; then
    echo "hwc $1 with $2 is found"
    return 1
  fi
  # CMake wraps long lines.
  tr -s ' \n' ' ' <"$build/refused/log" | grep -F "$3" || { cat "$build/refused/log"; echo "nothing says: $3"; return 1; }
}

versions() { "$here/versions.py"; }

if [ "${1-}" = --list ]; then
  echo "$ways" | tr ' ' '\n'
  exit 0
fi
# shellcheck disable=SC2086  # words
[ $# -ne 0 ] || set -- $ways
for way; do
  case " $ways prepare " in
    *" $way "*) ;;
    *) echo "usage: tests/consume/run.sh [$ways]" >&2; exit 2 ;;
  esac
done

# A step is a process of its own, so that whatever fails in it ends it. Quiet unless it fails.
run() { HWC_CONSUME_STEP=1 xargs -n 1 -P 2 "$here/run.sh"; }
tell() {
  if [ "$1" = 0 ]; then
    echo "$2: ok" >&3
  else
    { cat "$build/$2.log"; echo "FAILED: $2"; } >&3
  fi
}
if [ -n "${HWC_CONSUME_STEP-}" ]; then
  exec 3>&1 >"$build/$1.log" 2>&1
  trap 'tell $? "$1"' EXIT
  set -x
  "$1"
else
  rm -rf "$build"
  mkdir -p "$build"
  echo prepare | run
  printf '%s\n' "$@" | run
fi
