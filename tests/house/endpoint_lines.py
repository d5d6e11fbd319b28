#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lines of code that each endpoint takes, and how many files of the library know it.

  tests/house/endpoint_lines.py

Blank lines, comments, guards and includes do not count. "call" is the operation's own struct with the line that describes it;
"models" is the rest of its header: what goes into it and comes back. "files" are the endpoint's own header and others of the library
that include it, but for other endpoints, the collection of all headers, the service in memory and the conformance kit, which
only use it. Fails where that is more than the one.
"""
import pathlib
import re
import sys

top = pathlib.Path(__file__).resolve().parents[2]
folder = top / "include/hwc/workspace"
users = ("hwc/hwc.hpp", "hwc/fake/", "hwc/testing/")


def code_lines(text):
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r"#(?:.*\\\n)*.*", "", text)
    text = re.sub(r"namespace hwc::workspace \{|\}\s*$", "", text.strip())
    return [line for line in text.splitlines() if line.strip()]


def operation_in(text):
    """The name and the text of the struct that has a route, with its description."""
    for found in re.finditer(r"^struct (\w+) \{\n(.*?)^\};\n", text, re.M | re.S):
        if "static constexpr auto route" in found[2]:
            described = re.search(r"^BOOST_DESCRIBE_STRUCT\(%s,.*?\)\)\n" % found[1], text, re.M | re.S)
            return found[1], found[0] + (described[0] if described else "")
    return None, ""


headers = {path.relative_to(top / root).as_posix(): path.read_text()
           for root in ("include", "adapters")
           for kind in ("*.hpp", "*.ipp") for path in (top / root).rglob(kind)}
endpoints = {}
for path in sorted(folder.glob("*.hpp")):
    name, own = operation_in(path.read_text())
    if name:
        endpoints["hwc/workspace/" + path.name] = name, own

wrong = []
print(f"{'endpoint':28} {'call':>5} {'models':>7} {'files':>6}")
calls = []
for header, (name, own) in endpoints.items():
    including = [other for other, text in headers.items()
                 if f"#include <{header}>" in text and not other.startswith(users)]
    strangers = [other for other in including if other not in endpoints]
    call, whole = len(code_lines(own)), len(code_lines(headers[header]))
    calls.append(call)
    print(f"{name:28} {call:5} {whole - call:7} {1 + len(strangers):6}")
    if strangers:
        wrong.append(f"{header} is not all that its call needs: it is in {', '.join(strangers)}")
calls.sort()
print(f"{len(calls)} endpoints; a call takes {calls[len(calls) // 2]} lines in the middle, {calls[0]} to {calls[-1]}")
if not endpoints:
    wrong.append("no endpoint was found")
print("\n".join(wrong), file=sys.stderr, end="")
sys.exit(bool(wrong))
