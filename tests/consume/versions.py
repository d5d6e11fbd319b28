#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares what stands in several files: the version of hwc, and the least versions of what it needs. Prints each difference."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = {"": "include", **{each: f"adapters/hwc/{each}" for each in ("curl", "openssl", "beast", "ini")}}
complaints = []


def read(name):
    return (ROOT / name).read_text()


def expect(name, pattern, wanted):
    """Each match of the pattern in the file, of which there is one at least, is the text that is wanted."""
    found = re.findall(pattern, read(name), re.M)
    if not found:
        complaints.append(f"{name}: nothing fits {pattern}")
    for each in found:
        if each != wanted:
            complaints.append(f"{name}: has {each} where {wanted} is due")


def expect_port(where, dependencies, name, least):
    """vcpkg names a version that there is, so 7.88 may be 7.88.1 there."""
    for each in dependencies:
        if each["name"] == name and not f"{each['version>=']}.".startswith(f"{least}."):
            complaints.append(f"{where}: has {name} {each['version>=']} where {least} is due")
    if name not in [each["name"] for each in dependencies]:
        complaints.append(f"{where}: does not name {name}")


version = re.search(r'HWC_VERSION_STRING "([^"]+)"', read("include/hwc/version.hpp"))[1]
major, minor, patch = map(int, version.split("."))
expect("include/hwc/version.hpp", r"^#define HWC_VERSION (\d+)$", str(major * 10000 + minor * 100 + patch))
expect("CMakeLists.txt", r"^project\(hwc VERSION (\S+)", version)
expect("meson.build", r"^project\('hwc', 'cpp', version: '([^']+)'", version)
expect(".packaging/vcpkg/vcpkg.json", r'^  "version": "([^"]+)"', version)
expect(".packaging/hwc.wrap", r"hwc-([\d.]+\d)", version)
expect("README.md", r"hwc-([\d.]+\d)", version)
expect("README.md", r"find_package\(hwc ([\d.]+)", f"{major}.{minor}")
expect("README.md", r"self\.requires\(.hwc/([\d.]+)", version)

cmake = read("CMakeLists.txt")
least = {name: re.search(rf"^find_package\({name} ([\d.]+)", cmake, re.M)[1] for name in ("Boost", "simdjson", "CURL", "OpenSSL")}
for name, wanted in least.items():
    meson, package, title = {"Boost": ("boost", "boost", "Boost headers"), "simdjson": ("simdjson", "simdjson", "simdjson"),
                             "CURL": ("libcurl", "libcurl", "libcurl"), "OpenSSL": ("lib(?:ssl|crypto)", "openssl", "OpenSSL")}[name]
    expect(".packaging/hwcConfig.cmake.in", rf"find_dependency\({name} ([\d.]+)", wanted)
    expect("meson.build", rf"dependency\('{meson}', version: '>=([\d.]+)'", wanted)
    expect(".packaging/conan/conanfile.py", rf'self.requires\("{package}/\[>=([\d.]+)\]"\)', wanted)
    expect("README.md", rf"\| [^|]*{title} ([\d.]+\d)", wanted)
    if name != "Boost":
        expect("CMakeLists.txt", rf"{package} >= ([\d.]+\d)", wanted)
        expect("meson.build", rf"'{package} >= ([\d.]+\d)'", wanted)

# A port of vcpkg for each library of Boost whose headers the folder includes, and for the others.
port = json.loads(read(".packaging/vcpkg/vcpkg.json"))
if set(port["features"]) != set(FOLDERS) - {""}:
    complaints.append(f"vcpkg.json has the features {sorted(port['features'])}")
for feature, folder in FOLDERS.items():
    dependencies = (port["features"][feature] if feature else port)["dependencies"]
    included = {name for path in (ROOT / folder).rglob("*.?pp") for name in re.findall(r"#include <(\w+)[/.](\w*)", path.read_text())}
    ports = {f"boost-{library}".replace("_", "-").replace("boost-none", "boost-optional") for name, library in included if name == "boost"}
    if feature:
        ports -= {each["name"] for each in port["dependencies"]}
    needs = {each: least["Boost"] for each in ports}
    for header, name in (("simdjson", "simdjson"), ("curl", "CURL"), ("openssl", "OpenSSL")):
        if any(name == header for name, _ in included):
            needs[header] = least[name]
    if feature == "beast":
        needs["openssl"] = least["OpenSSL"]
    for name, wanted in needs.items():
        expect_port(f"vcpkg.json, {feature or 'core'}", dependencies, name, wanted)
    surplus = {each["name"] for each in dependencies} - set(needs) - {"vcpkg-cmake", "vcpkg-cmake-config"}
    if surplus:
        complaints.append(f"vcpkg.json, {feature or 'core'}: {sorted(surplus)} is not used")

print("\n".join(complaints))
sys.exit(bool(complaints))
