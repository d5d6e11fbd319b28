#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes the library as single headers.

    .packaging/single_header.py DIR

DIR gets hwc.hpp, the core with the fakes and all endpoints, and for each adapter a header that includes that one: hwc_curl.hpp,
hwc_beast.hpp, hwc_openssl.hpp and hwc_ini.hpp. The same tree gives the same bytes. They can be used beside headers of the same
tree, whose guards they define. With HWC_SEPARATE_COMPILATION one source of the program defines HWC_IMPLEMENTATION before it
includes them, in place of <hwc/src.hpp> and its siblings. What tests of transports need (hwc/testing) is not in them.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r"^#include <(hwc/[^>]+)>(?: *//.*)?$")
BLOCK = re.compile(r"^#ifndef HWC_SEPARATE_COMPILATION\n((?:#include <hwc/[^>]+\.ipp>\n)+)#endif\n", re.M)


def find(name):
    for folder in ("include", "adapters"):
        if (ROOT / folder / name).exists():
            return ROOT / folder / name
    sys.exit(f"{name} is included, but there is no such file")


class Bundle:
    """One single header: what is in it, in the order in which a compiler would meet it."""

    def __init__(self, holds, before=()):
        self.holds = holds  # whether a file belongs into it
        self.done = set(before)
        self.outside = set()
        self.text = []
        self.definitions = []  # .ipp files, to stand behind all declarations
        self.defined = set()

    def add(self, name):
        if name in self.done or not self.holds(name):
            return
        self.done.add(name)
        lines, definitions = read(name)
        own = [f"\n// --- {name}\n", f"#define {guard_of(name)}\n"]
        self.take(lines, own, self.outside)
        self.text += own
        self.definitions += [each for each in definitions if each not in self.definitions]

    def take(self, lines, out, outside):
        """Lines of a file, with what they include of ours before them, and of others what was not there before."""
        depth = 0
        for line in lines:
            depth += bool(re.match(r"# *if", line)) - bool(re.match(r"# *endif", line))
            included = INCLUDE.match(line)
            if included and not included[1].endswith(".ipp"):
                if depth:
                    sys.exit(f"<{included[1]}> is included on a condition")
                self.add(included[1])
            elif included:
                continue
            elif line.startswith("#include") and not depth:
                if line not in outside:
                    outside.add(line)
                    out.append(line)
            else:
                out.append(line)

    def define(self, name):
        """A file of definitions, with those that it includes before it."""
        if name in self.defined:
            return
        self.defined.add(name)
        lines = read(name)[0]
        for line in lines:
            included = INCLUDE.match(line)
            if included and included[1].endswith(".ipp") and self.holds(included[1]):
                self.define(included[1])
        body = []
        self.take(lines, body, self.outside)
        self.text += [f"\n// --- {name}\n", *body]

    def finish(self):
        declarations, self.text, at = self.text, [], 0  # what only definitions include stands before them, on their condition
        while at < len(self.definitions):
            self.define(self.definitions[at])
            at += 1
        if self.text:
            declarations += ["\n#if !defined(HWC_SEPARATE_COMPILATION) || defined(HWC_IMPLEMENTATION)\n", *self.text, "\n#endif\n"]
        return re.sub(r"\n{3,}", "\n\n", "".join(declarations))


def guard_of(name):
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def read(name):
    """The lines of a file without licence and guard, and the files that define what it declares."""
    text = find(name).read_text()
    guard = guard_of(name)
    body = re.fullmatch(rf"// SPDX[^\n]*\n#ifndef {guard}\n#define {guard}\n(.*)#endif  // {guard}\n", text, re.S)
    if not body:
        sys.exit(f"{name} has no guard {guard} around it")
    definitions = re.findall(r"<(hwc/[^>]+\.ipp)>", "".join(BLOCK.findall(body[1])))
    return BLOCK.sub("", body[1]).splitlines(keepends=True), definitions


def headers(folder, under):
    return sorted(path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder / under).rglob("*.hpp"))


def write(target, what, guard, first, text):
    version = re.search(r'HWC_VERSION_STRING "([^"]+)"', find("hwc/version.hpp").read_text())[1]
    target.write_text(f"// SPDX-License-Identifier: BSL-1.0\n// hwc {version}: {what}, in one header. Made by single_header.py; not to be edited.\n"
                      f"#ifndef {guard}\n#define {guard}\n{first}{text}\n#endif  // {guard}\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    in_core = lambda name: not name.startswith("hwc/testing/") and name != "hwc/src.hpp" and (ROOT / "include" / name).exists()
    core = Bundle(in_core)
    for name in headers("include", "hwc"):
        core.add(name)
    write(folder / "hwc.hpp", "the core, the fakes and all endpoints", "HWC_SINGLE_HPP", "", core.finish())
    done = set(core.done)
    for adapter in ("openssl", "curl", "beast", "ini"):
        mine = f"hwc/{adapter}/"
        bundle = Bundle(lambda name: name.startswith(mine) and "/testing/" not in name and not name.endswith("/src.hpp"), done)
        for name in headers("adapters", f"hwc/{adapter}"):
            if "/detail/" not in name:
                bundle.add(name)
        text = bundle.finish()
        write(folder / f"hwc_{adapter}.hpp", f"the adapter {adapter}", f"HWC_SINGLE_{adapter.upper()}_HPP", '#include "hwc.hpp"\n', text)


if __name__ == "__main__":
    main()
