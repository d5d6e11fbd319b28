#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Unpacks what the core and its tests need of another architecture's Debian packages, without installing any:
# packages.sh ARCHITECTURE FOLDER. Asks the machine's own package sources; nothing is fetched again while the folder is there.
set -eu
architecture=$1
folder=$2
[ ! -e "$folder/complete" ] || exit 0
rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
: >"$folder/apt/status"
folder=$(cd "$folder" && pwd)
apt() {
  apt-get -q -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" -o APT::Sandbox::User=root \
    -o Dir::State="$folder/apt" -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt" "$@"
}
apt update || echo "a package source failed; the others may do"
cd "$folder/apt/archives"
apt download libsimdjson-dev libsimdjson14 libboost1.81-dev doctest-dev
for package in *.deb; do
  dpkg-deb -x "$package" "$folder"
done
rm -rf "$folder/apt"
: >"$folder/complete"
