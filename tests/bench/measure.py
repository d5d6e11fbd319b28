#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the benchmarks and prints one table: what each thing costs, and how that compares to the least it can cost.

    tests/bench/measure.py [--build DIR] [--filter REGEX]    # time, instructions, allocations, compile cost, size
    tests/bench/measure.py --check                           # what does not depend on the machine's mood
    tests/bench/measure.py --record                          # takes today's counts as those that --check expects

Needs the build of `cmake --preset bench`, and valgrind. The table is written to table.md in DIR, and as table.svg where
gnuplot is installed; wrk is a row of it where that is. In a name like "sign/floor: ...", the first word is the group whose floor the
rest is compared to; what is aimed at follows, with whether it is reached. HWC_BENCH_CPU=n in the environment pins the programs to
CPUs: one call at a time to that one, with its server; many at once with the server on another one.

--check runs every benchmark for a moment and fails where a count differs from recorded.txt: an allocation more or less,
or instructions by more than 5 %; where a program over libcurl is too large; and where something aimed at is not measured. Instructions are counted by callgrind, whose processor has no instructions for SHA:
hashing looks dearer there than it is, to all alike.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import compile_cost

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RECORDED = HERE / "recorded.txt"
TOLERANCE = 0.05
# Where other threads take part, a count of instructions says nothing.
NOT_COUNTED = re.compile(r"^(calls|memory|threads)/")
# Calls through sockets take more or fewer steps as the system has it, so that no count of theirs is recorded.
NOT_RECORDED = re.compile(r"^(calls?|tls|memory|threads)/")

# Callgrind's processor has no instructions for SHA: what signs looks dearer there, by what it counts for the floor of hashing
# beyond the 3,100 instructions that this takes with them. "Instructions with SHA" are without that, on both sides of a target.
HASHING = "sign/floor: hashes, low-level functions"
HASHING_WITH_SHA = 3100
SIGNS = re.compile(r"^(sign/|call/(hwc:|.*signed))")

# No benchmark of the program, but measured beside it.
WRK = "calls/floor: wrk, 64 at once"
SIZE = "compile cost/sends over libcurl, header-only"

# What is aimed at: ours | beside what | which figure | at most (or, for calls per second, at least) so many times that.
TARGETS = [
    ("sign/hwc: built and signed", "sign/floor: hashes, EVP fetched once", "time", 1.6),
    ("sign/hwc: built and signed", "sign/floor: hashes, EVP fetched once", "instructions with SHA", 1.6),
    ("error/hwc: decoded", "error/floor: simdjson by hand", "time", 1.5),
    ("read/hwc: described struct", "read/floor: simdjson by hand", "time", 1.15),
    ("read/hwc: described struct", "read/peer: Boost.JSON with Describe", "time", 1 / 2),
    ("write/hwc: described struct", "write/peer: Boost.JSON with Describe", "time", 1 / 6),
    ("call/hwc: over curl", "call/peer: raw libcurl", "instructions with SHA", 1.1),
    ("call/hwc: over curl", "call/peer: libcurl, signed by hand", "instructions with SHA", 1),
    ("call/hwc: over curl", "call/peer: libcurl, signed by hand", "per_second", 0.97),
    ("call/hwc: over Beast", "call/peer: raw Beast", "instructions with SHA", 1.6),
    ("tls/hwc: over curl", "tls/peer: libcurl, signed by hand", "per_second", 0.97),
    ("tls/hwc: over Beast", "tls/peer: libcurl, signed by hand", "per_second", 0.97),
    ("calls/hwc: over Beast, asynchronous, 64 at once", "calls/floor: wrk, 64 at once", "per_second", 0.7),
    ("calls/hwc: over Beast, async_send_all, 64 at once", "calls/floor: wrk, 64 at once", "per_second", 0.7),
    ("calls/hwc: over Beast, multiplexed, 64 at once", "calls/floor: wrk, 64 at once", "per_second", 0.7),
    # Libcurl alone reaches a third of wrk; what is ours to reach is libcurl.
    ("calls/hwc: over curl, multiplexed, 64 at once", "calls/floor: wrk, 64 at once", "per_second", 0.7),
    ("calls/hwc: over curl, multiplexed, 64 at once", "calls/peer: raw libcurl, 64 at once", "per_second", 0.7),
    ("memory/hwc: over Beast, asynchronous, 10000 calls", "memory/hwc: over Beast, asynchronous, 1000 calls", "bytes", 1.1),
    ("memory/hwc: over Beast, async_send_all, 10000 calls", "memory/hwc: over Beast, async_send_all, 1000 calls", "bytes", 1.1),
    ("memory/hwc: over Beast, multiplexed, 10000 calls", "memory/hwc: over Beast, multiplexed, 1000 calls", "bytes", 1.1),
    ("memory/hwc: over curl, multiplexed, 10000 calls", "memory/hwc: over curl, multiplexed, 1000 calls", "bytes", 1.1),
    ("threads/hwc: over curl, one client", "threads/hwc: over curl, a client each", "per_second", 0.9),
    ("threads/hwc: over Beast, one client", "threads/hwc: over Beast, a client each", "per_second", 0.9),
]
# The same without anything beside it: ours | which figure | at most. What OpenSSL allocates is not ours.
LIMITS = [
    ("sign/hwc: built and signed", "new", 0),
    ("sign/hwc: built and signed, a second later", "new", 0),
    ("fake/hwc: a call with a token", "alloc", 0),
    ("fake/hwc: a call with an access key", "new", 0),
    ("compile cost/sends over the fake, separate compilation", "-O0 over std", 1.0),
    ("compile cost/sends over the fake, separate compilation", "-O2 over std", 1.0),
    (SIZE, "size", 250),
]


def run(command, **more):
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done


def names(bench, chosen):
    listed = run([bench, "--benchmark_list_tests", f"--benchmark_filter={chosen}"]).stdout
    return [line for line in listed.splitlines() if "/" in line]


def one(name):
    return "^" + re.sub(r"([][.+*?(){}^$|\\])", r"\\\1", name) + "$"


def measure(bench, chosen, seconds, repetitions):
    """Median times, and what was counted, by name."""
    if not names(bench, chosen):
        sys.exit(f"no benchmark is called like {chosen}; {bench} --benchmark_list_tests tells their names")
    text = run([bench, f"--benchmark_filter={chosen}", f"--benchmark_min_time={seconds}", "--benchmark_format=json",
                f"--benchmark_repetitions={repetitions}", "--benchmark_enable_random_interleaving=true"]).stdout
    found = {}
    for row in json.loads(text)["benchmarks"]:
        if row.get("error_occurred"):
            sys.exit(f"{row['name']}: {row['error_message']}")
        if row["run_type"] == "iteration":
            found.setdefault(row["run_name"], []).append(row)
    medians = {}
    for name, rows in found.items():
        rows.sort(key=lambda row: row["real_time"])
        medians[name] = rows[len(rows) // 2]
    return medians


def count_instructions(bench, name):
    done = run(["valgrind", "--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=/dev/null", bench,
                f"--benchmark_filter={one(name)}", "--benchmark_min_time=0.02"])
    measured = int(re.search(r"^measured (\d+)$", done.stderr, re.M).group(1))
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1)) / measured


def counts(bench, chosen):
    """What --check compares: instructions, allocations by `operator new`, allocations in all."""
    rows = measure(bench, chosen, 0.01, 1)
    for name in names(bench, chosen):
        row = rows[name]
        if "/hwc:" in name and not NOT_RECORDED.search(name):
            yield name, count_instructions(bench, name), row["new"], row["alloc"]


def record(bench):
    lines = [f"{name} | {instructions:.0f} | {new:.0f} | {alloc:.0f}\n" for name, instructions, new, alloc in counts(bench, ".")]
    RECORDED.write_text("# What the benchmarks count: name | instructions | allocations by `operator new` | and in all\n" +
                        "".join(lines))


def check(bench):
    expected = {}
    for line in RECORDED.read_text().splitlines():
        if not line.startswith("#"):
            name, *figures = line.rsplit(" | ", 3)
            expected[name] = [int(figure) for figure in figures]
    wrong = []
    for name, instructions, new, alloc in counts(bench, "."):
        if name not in expected:
            wrong.append(f"{name}: is not recorded")
            continue
        before = expected.pop(name)
        if abs(instructions / before[0] - 1) > TOLERANCE:
            wrong.append(f"{name}: {instructions:.0f} instructions, recorded are {before[0]}")
        # Averages: what is allocated once in thousands of times is no allocation.
        if round(new) != before[1] or round(alloc) != before[2]:
            wrong.append(f"{name}: {new:.2f} allocations by new and {alloc:.2f} in all, recorded are {before[1]} and {before[2]}")
    wrong += [f"{name}: is recorded, but there is no such benchmark" for name in expected]
    wrong += wrong_aims(bench)
    if wrong:
        sys.exit("\n".join(wrong) + "\nIf counts are meant to be so: tests/bench/measure.py --record")


def group_and_what(name):
    return re.sub(r"/(real_time|threads:\d+)", "", name).split("/", 1)


def wrong_aims(bench):
    """What is aimed at, but is not measured; and the size, which does not depend on the machine's mood either."""
    known = {"/".join(group_and_what(name)) for name in names(bench, ".")} | {WRK}
    known |= {f"compile cost/{what}" for what, *_ in compile_cost.files()}
    aims = [name for ours, beside, *_ in TARGETS for name in (ours, beside)] + [ours for ours, *_ in LIMITS]
    wrong = [f"{name}: is aimed at, but there is no such benchmark" for name in aims if name not in known]
    size = compile_cost.size(SIZE.split("/")[1])
    limit = next(limit for ours, figure, limit in LIMITS if (ours, figure) == (SIZE, "size"))
    if size > limit:
        wrong.append(f"{SIZE}: {size:.0f} KiB, {limit} are the limit")
    return wrong


def shown(value, digits=3):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def calls_of_wrk(bench):
    """What wrk's one thread reaches with 64 connections and the same server, placed as the benchmarks are."""
    client = server = os.sched_getaffinity(0)
    if "HWC_BENCH_CPU" in os.environ:
        client = {int(os.environ["HWC_BENCH_CPU"])}
        server = {max(server - client, default=min(client))}
    serving = subprocess.Popen([bench, "--serve", "1"], stdout=subprocess.PIPE, text=True)
    try:
        os.sched_setaffinity(serving.pid, server)
        url = f"http://127.0.0.1:{int(serving.stdout.readline())}/v2/project/users/user/resend-email"
        done = run(["wrk", "-t1", "-c64", "-d3s", "-s", HERE / "wrk.lua", url], preexec_fn=lambda: os.sched_setaffinity(0, client))
    finally:
        serving.kill()
        serving.wait()
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(done.stdout)
    return float(re.search(r"^Requests/sec:\s*([\d.]+)", done.stdout, re.M).group(1))


def floor_of(rows, group):
    """The least of the group's floors; where it has none, its first row."""
    own = [row for row in rows if row["group"] == group]
    floors = [row for row in own if row["what"].startswith("floor")]
    return min(floors or own[:1], key=lambda row: row["time"])


def table(rows):
    """As Markdown, with what each is to its group's floor."""
    lines = []
    for group in dict.fromkeys(row["group"] for row in rows):
        floor = floor_of(rows, group)
        lines += [f"\n### {group}\n", "| what | time, ns | ratio | instructions | ratio | new | allocations | per second | bytes |",
                  "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
        for row in (row for row in rows if row["group"] == group):
            by_time = row["time"] / floor["time"]
            by_count = row["instructions"] / floor["instructions"] if row["instructions"] and floor["instructions"] else None
            cells = [row["what"], shown(row["time"]), shown(by_time), shown(row["instructions"]), shown(by_count),
                     shown(row["new"]), shown(row["alloc"]), shown(row["per_second"]), shown(row.get("bytes"))]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def targets(rows, compiled, all_of_them):
    """As Markdown: what is aimed at, and whether it is reached."""
    by_name = {f"{row['group']}/{row['what']}": row for row in rows} | {f"compile cost/{row['what']}": row for row in compiled}
    lines = []
    for ours, beside, figure, limit in TARGETS:
        values = [by_name.get(name, {}).get(figure) for name in (ours, beside)]
        if values == [None, None]:
            continue  # not asked for
        if None in values:
            lines.append(f"| {ours} | {beside} | {figure.replace('_', ' ')} | | | not measured |")
            continue
        ratio = values[0] / values[1]
        least = figure == "per_second"
        reached = ratio >= limit if least else ratio <= limit
        lines.append(f"| {ours} | {beside} | {figure.replace('_', ' ')} | {ratio:.2f} | "
                     f"{'at least' if least else 'at most'} {limit:.3g} | {'yes' if reached else '**no**'} |")
    for ours, figure, limit in LIMITS:
        value = by_name.get(ours, {}).get(figure)
        if value is None:
            if all_of_them:
                lines.append(f"| {ours} | | {figure} | | | not measured |")
            continue
        if figure in ("new", "alloc"):
            value = round(value, 2)  # averages: what is allocated once in thousands of times is no allocation
        lines.append(f"| {ours} | | {figure} | {value:.3g} | at most {limit:.3g} | {'yes' if value <= limit else '**no**'} |")
    if not lines:
        return ""
    return "\n### targets\n\n| ours | beside | figure | ratio or value | target | reached |\n|---|---|---|--:|--:|---|\n" + \
           "\n".join(lines) + "\n"


def picture(rows, build):
    """Bars of the times as multiples of the group's floor, ours in another colour."""
    if not shutil.which("gnuplot"):
        print("no picture: gnuplot is not installed", file=sys.stderr)
        return
    data = "".join(f'"{row["group"]}/{row["what"]}" {row["time"] / floor_of(rows, row["group"])["time"]:.3g} '
                   f'{0x4477aa if row["what"].startswith("hwc") else 0xbbbbbb}\n' for row in rows)
    (build / "table.dat").write_text(data)
    run(["gnuplot"], input=f"""
set terminal svg size 1000,{90 + 22 * len(rows)} font "sans,11" noenhanced background "white"
set output "{build}/table.svg"
set title "Time, as a multiple of the least that the group can take (logarithmic)"
set logscale x
set xrange [0.08:*]
set yrange [{len(rows)}:-1]
set ytics nomirror
set style fill solid
set lmargin 48
unset key
plot "{build}/table.dat" using (0.1):0:(0.1):2:($0-0.3):($0+0.3):3:ytic(1) with boxxyerror lc rgb variable, \\
     "" using 2:0:(sprintf(" %.3g", $2)) with labels left
""")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/bench")
    parser.add_argument("--filter", default=".")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    bench = chosen.build / "tests/bench"
    if not bench.exists():
        sys.exit(f"{bench} is missing: cmake --preset bench && cmake --build --preset bench")
    if chosen.check:
        return check(bench)
    if chosen.record:
        return record(bench)
    timed = measure(bench, chosen.filter, 0.1, 9)
    rows = []
    for name in names(bench, chosen.filter):
        row = timed[name]
        group, what = group_and_what(name)
        rows.append({"group": group, "what": what, "time": row["real_time"],
                     "instructions": None if NOT_COUNTED.search(name) else count_instructions(bench, name),
                     "new": row.get("new"), "alloc": row.get("alloc"), "per_second": row.get("items_per_second"),
                     "bytes": row.get("bytes")})
    if any(row["group"] in ("call", "sign") for row in rows):
        hidden = count_instructions(bench, HASHING) - HASHING_WITH_SHA
        for row in rows:
            if row["instructions"]:
                name = f"{row['group']}/{row['what']}"
                row["instructions with SHA"] = row["instructions"] - (hidden if SIGNS.search(name) else 0)
    if re.search(chosen.filter, WRK) and shutil.which("wrk"):
        per_second = calls_of_wrk(bench)
        group, what = WRK.split("/")
        rows.append({"group": group, "what": what, "time": 1e9 / per_second, "instructions": None, "new": None, "alloc": None,
                     "per_second": per_second})
    compiled = list(compile_cost.costs(3)) if chosen.filter == "." else []
    text = table(rows) + ("\n" + compile_cost.table(compiled) if compiled else "") + targets(rows, compiled, chosen.filter == ".")
    (chosen.build / "table.md").write_text(text)
    picture(rows, chosen.build)
    print(text)


if __name__ == "__main__":
    main()
