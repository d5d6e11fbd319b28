#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lines and branches of include/ and adapters/ that the tests reach, of what `llvm-cov export` says of each program.

    tests/coverage/report.py [--missed] [--floors] JSON...

A line or a side of a branch is reached if one instance of its template in one of the programs reaches it. Prints the
figures of each header and their sum; with --missed also what was not reached of those below 95 % of their lines or 90 %
of their branches. Those stand in explained.txt, each with its reason and with what it reached when that was written;
--floors prints these lines with the figures of this run, to be pasted. The exit status is 1 if another one is below, or
one of them more than a point under its own figures. One of them that no longer is below may be so by chance, as threads
meet or not, and is only named.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPLAINED = pathlib.Path(__file__).with_name("explained.txt")
LEAST_LINES, LEAST_BRANCHES = 0.95, 0.90
SLACK = 0.01  # what threads that meet or not may make of it
CODE, EXPANSION = 0, 1  # kinds of regions; see llvm/ProfileData/Coverage/CoverageMapping.h


class Header:
    def __init__(self):
        self.lines = {}  # number: reached
        self.branches = {}  # place in the source: [reached when true, reached when false]

    def add_lines(self, regions):
        """Of one function: its regions from the outside in, each of which speaks for the lines that it fills."""
        reached = {}
        for begin, _, end, _, count, *_ in sorted(regions, key=lambda r: (r[0], r[1], -r[2], -r[3])):
            for line in range(begin, end + 1):
                reached[line] = count > 0 or line == begin and reached.get(line, False)
        for line, yes in reached.items():
            self.lines[line] = self.lines.get(line, False) or yes

    def add_branch(self, place, when_true, when_false):
        sides = self.branches.setdefault(place, [False, False])
        sides[0] |= when_true > 0
        sides[1] |= when_false > 0

    def line_share(self):
        return sum(self.lines.values()), len(self.lines)

    def branch_share(self):
        return sum(sum(sides) for sides in self.branches.values()), 2 * len(self.branches)

    def is_below(self):
        return share(self.line_share()) < LEAST_LINES or share(self.branch_share()) < LEAST_BRANCHES


def share(part_and_whole):
    part, whole = part_and_whole
    return part / whole if whole else 1


def name_of(path):
    """As it stands in the tree; None: not ours to judge."""
    for folder in ("include/", "adapters/"):
        if path.startswith(f"{ROOT}/{folder}"):
            return path[len(str(ROOT)) + 1 :]
    return None


def read(headers, path):
    for function in json.loads(path.read_text())["data"][0]["functions"]:
        names = [name_of(path) for path in function["filenames"]]
        regions = collections.defaultdict(list)
        for region in function["regions"]:
            if region[7] == CODE and names[region[5]]:
                regions[names[region[5]]].append(region)
        for name, own in regions.items():
            headers[name].add_lines(own)
        for branch in function.get("branches", []):
            if names[branch[6]]:
                headers[names[branch[6]]].add_branch(tuple(branch[:4]), branch[4], branch[5])


def missed(name, header):
    source = (ROOT / name).read_text().splitlines()
    for number, yes in sorted(header.lines.items()):
        if not yes and source[number - 1].strip():
            yield f"    {number}: {source[number - 1].strip()}"
    for (line, begin, last, end), sides in sorted(header.branches.items()):
        if not all(sides):
            never = "evaluated" if not any(sides) else "false" if sides[0] else "true"
            yield f"    {line}: {source[line - 1][begin - 1 : end - 1 if last == line else None]}: never {never}"


def explained():
    """Header: its floors, of lines and of branches, and its reason. No floors: none were written down."""
    found = {}
    for line in EXPLAINED.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, rest = line.split(" | ", 1)
        floors = re.match(r"lines>=([\d.]+) branches>=([\d.]+) \| ", rest)
        found[name] = (tuple(float(each) / 100 for each in floors.groups()) if floors else None,
                       rest[floors.end():] if floors else rest)
    return found


def with_floors(name, header, reason):
    """As a line of explained.txt. Rounded down, so that what it says was reached."""
    lines, branches = (int(1000 * share(each)) / 10 for each in (header.line_share(), header.branch_share()))
    return f"{name} | lines>={lines:.1f} branches>={branches:.1f} | {reason}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--missed", action="store_true")
    arguments.add_argument("--floors", action="store_true")
    arguments.add_argument("exports", nargs="+", type=pathlib.Path, metavar="JSON")
    given = arguments.parse_args()

    headers = collections.defaultdict(Header)
    for path in given.exports:
        read(headers, path)
    reasons = explained()
    sums = [[0, 0], [0, 0]]
    wrong = [f"{name}: explained, but no test reaches it at all" for name in reasons if name not in headers]
    for name, header in sorted(headers.items()):
        figures = []
        for total, (part, whole) in zip(sums, (header.line_share(), header.branch_share())):
            total[0] += part
            total[1] += whole
            figures.append(f"{part:5}/{whole:<5}{100 * share((part, whole)):6.1f} %")
        print(f"{name:55} lines {figures[0]}  branches {figures[1]}")
        if header.is_below() and given.missed:
            print("\n".join(missed(name, header)))
        if header.is_below() and name not in reasons:
            wrong.append(f"{name}: below {LEAST_LINES:.0%} of its lines or {LEAST_BRANCHES:.0%} of its branches, without a reason")
        if not header.is_below() and name in reasons:
            print(f"{name}: explained, but not below this time")
        floors = reasons.get(name, (None, ""))[0]
        if name in reasons and floors is None:
            print(f"{name}: explained without floors")
        for what, floor, reached in zip(("lines", "branches"), floors or (), (header.line_share(), header.branch_share())):
            if share(reached) < floor - SLACK:
                wrong.append(f"{name}: {share(reached):.1%} of its {what}, where {floor:.1%} were reached before")
    print("all: " + ", ".join(f"{what} {part} of {whole}, {100 * share((part, whole)):.1f} %"
                              for what, (part, whole) in zip(("lines", "branches"), sums)))
    if given.floors:
        print("\n".join(with_floors(name, headers[name], reason) for name, (_, reason) in reasons.items() if name in headers))
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
