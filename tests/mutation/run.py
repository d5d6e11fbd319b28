#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Mutation testing of the code on which "at most once" and "no leaked key" rest: changes one place of a header at a
time, builds the tests that are about it, and says which changes no test notices.

    tests/mutation/run.py [--sample N] [--seed S] [--jobs N] [HEADER...]

Without HEADER all headers of the table below. A change that is noticed is "killed". explained.txt holds those that may
live, each with its reason. The exit status is 1 if any other one lives, 2 if the tests fail without a change.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPLAINED = pathlib.Path(__file__).with_name("explained.txt")
FLAGS = shlex.split(os.environ.get("CXX", "g++")) + ["-std=c++20", "-O0", "-DHWC_SEPARATE_COMPILATION", f'-DHWC_SOURCE_DIR="{ROOT}"']
LIBRARIES = ["-lsimdjson", "-lcurl", "-lssl", "-lcrypto", "-lnghttp2", "-pthread"]

CALL = ["unit/hwc/call_fsm", "unit/hwc/call", "unit/hwc/client", "sequences/call"]
CURL = ["unit/hwc/curl/transport"]
BEAST = ["unit/hwc/beast/transport"]
# Header: the tests that are about it, without their ".test.cpp".
TESTS = {
    "include/hwc/retry.hpp": ["unit/hwc/retry", "unit/hwc/call_fsm", "unit/hwc/client"],
    "include/hwc/retry_budget.hpp": ["unit/hwc/retry_budget"],
    "include/hwc/call_fsm.hpp": CALL + ["unit/hwc/retry_budget"],
    "include/hwc/call.hpp": CALL[1:] + ["unit/hwc/clock_skew", "unit/hwc/signers/refreshing", "unit/hwc/find_project"],
    "include/hwc/detail/redact.hpp": ["unit/hwc/detail/redact", "unit/hwc/client", "unit/hwc/call"],
    "include/hwc/detail/describe_answer.hpp": ["unit/hwc/detail/describe_answer", "unit/hwc/client", "unit/hwc/call"],
    "adapters/hwc/curl/detail/classify.hpp": ["unit/hwc/curl/detail/classify"],
    "adapters/hwc/curl/detail/easy.hpp": CURL,
    "adapters/hwc/curl/detail/slot.hpp": CURL,
    "adapters/hwc/curl/detail/response_head.hpp": ["unit/hwc/curl/detail/response_head"],
    "adapters/hwc/curl/detail/open_sockets.hpp": ["unit/hwc/curl/detail/open_sockets"],
    "adapters/hwc/beast/detail/answer.hpp": ["unit/hwc/beast/detail/answer"],
    "adapters/hwc/beast/detail/response_parser.hpp": ["unit/hwc/beast/detail/answer"],
    "adapters/hwc/beast/detail/classify.hpp": ["unit/hwc/beast/detail/classify"],
    "adapters/hwc/beast/detail/connection.hpp": BEAST,
    "adapters/hwc/beast/detail/stream.hpp": ["unit/hwc/beast/detail/stream"] + BEAST,
}

# What is replaced by what.
OPERATORS = [
    (r" == ", " != "), (r" != ", " == "), (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "),
    (r" && ", " || "), (r" \|\| ", " && "), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"delivery::not_sent", "delivery::unknown"), (r"delivery::unknown", "delivery::not_sent"),
    (r"delivery::answered", "delivery::unknown"),
    (r"repetition::never", "repetition::after_pause"), (r"repetition::if_allowed", "repetition::after_pause"),
    (r"std::max\(", "std::min("), (r"std::min\(", "std::max("), (r" \+ ", " - "), (r" - ", " + "),
]
STATEMENT = re.compile(r"^\s+(?!return|const|auto|static|if|for|while|case|using|break|default|friend|explicit|std::\w+ \w+)"
                       r"[\w:.>\-\[\]*]+(\(.*\)|( =| \|=| &=| \+=|\+\+).*);$|^\s+\+\+\w+;$")


def end_of_parenthesis(code, begin):
    """Where the parenthesis that opens before `begin` closes; None: not on this line."""
    depth = 1
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return None


def mutants_of(header):
    """All changes of one place: (line number, original line, changed line)."""
    found = []
    for number, line in enumerate((ROOT / header).read_text().splitlines()):
        code = line.split("//")[0]
        if code.strip().startswith(("#", "*", "template", "static_assert", "requires")) or '"' in code and "?" not in code:
            continue
        for pattern, replacement in OPERATORS:
            for match in re.finditer(pattern, code):
                found.append((number, line, line[: match.start()] + replacement + line[match.end():]))
        if condition := re.search(r"\b(?:if|while) \(", code):
            if end := end_of_parenthesis(code, condition.end()):
                found.append((number, line, f"{line[: condition.end()]}!({line[condition.end(): end]}){line[end:]}"))
        if STATEMENT.match(code.rstrip()):
            found.append((number, line, ""))
    return found


def build_common(folder):
    """What no change concerns: doctest's main program, and the parser, which is compiled apart."""
    made = []
    for source in ["main.cpp", "support/lookup_stub.cpp"] + (ROOT / "tests/separate.txt").read_text().split():
        made.append(folder / (source.replace("/", "_") + ".o"))
        subprocess.run(FLAGS + ["-Iinclude", "-Itests", "-c", f"tests/{source}", "-o", made[-1]], cwd=ROOT, check=True)
    return made


def outcome_of(header, mutant, common, patience):
    """What becomes of the header's tests with the change in place: "lives", "killed" or "does not compile". One that runs
    for more than so many seconds fails."""
    number, _, changed = mutant
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        top, inside = header.split("/", 1)
        copy = folder / "mutated" / inside
        copy.parent.mkdir(parents=True)
        lines = (ROOT / header).read_text().splitlines()
        lines[number] = changed
        copy.write_text("\n".join(lines) + "\n")
        # The first test that notices will do.
        for test in TESTS[header]:
            made, program = folder / "test.o", folder / "test"
            compile_it = FLAGS + [f"-I{folder}/mutated", "-Iinclude", "-Iadapters", "-Itests", "-c", f"tests/{test}.test.cpp",
                                  "-o", made]
            link_it = FLAGS[:1] + [made] + common + LIBRARIES + ["-o", program]
            if any(subprocess.run(each, cwd=ROOT, capture_output=True).returncode for each in (compile_it, link_it)):
                return "does not compile"
            if not passes(program, patience) and not passes(program, patience):  # once may be the machine's fault
                return "killed"
        return "lives"


def passes(program, patience):
    try:
        return subprocess.run([program, "--abort-after=1"], cwd=program.parent, capture_output=True, timeout=patience).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def reason_to_live(header, line, changed):
    """Why the change may live, as explained.txt has it; None: it may not. Code may hold the bar that parts the columns."""
    begin = f"{header} | {line.strip()} | {changed.strip()} | "
    for explanation in EXPLAINED.read_text().splitlines():
        if explanation.startswith(begin):
            return explanation[len(begin):]
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("headers", nargs="*", metavar="HEADER", help="default: all")
    arguments.add_argument("--sample", type=int, help="so many changes of each header at most")
    arguments.add_argument("--seed", type=int, default=1, help="of the sample")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    given = arguments.parse_args()

    unexplained = 0
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        common = build_common(pathlib.Path(name))
        for header in given.headers or TESTS:
            mutants = mutants_of(header)
            if given.sample and given.sample < len(mutants):
                mutants = random.Random(given.seed).sample(mutants, given.sample)
            unchanged = (0, None, (ROOT / header).read_text().splitlines()[0])
            began = time.monotonic()
            if outcome_of(header, unchanged, common, 600) != "lives":
                print(f"{header}: its tests do not pass as it is, so nothing can be said")
                return 2
            patience = 10 + time.monotonic() - began
            outcomes = []
            for mutant, outcome in zip(mutants, pool.map(lambda each: outcome_of(header, each, common, patience), mutants)):
                outcomes.append(outcome)
                number, line, changed = mutant
                # Each at once, as a run takes long and may be broken off.
                reason = reason_to_live(header, line, changed) if outcome == "lives" else None
                unexplained += outcome == "lives" and reason is None
                print(f"{header}:{number + 1}: {outcome}{f', and may: {reason}' if reason else ''}", flush=True)
                if outcome == "lives":
                    print(f"    {line.strip()}\n -> {changed.strip() or '(nothing)'}", flush=True)
            print(f"{header}: {len(mutants)} changes, {outcomes.count('does not compile')} do not compile, "
                  f"{outcomes.count('killed')} killed, {outcomes.count('lives')} live", flush=True)
    print(f"{unexplained} changes live without an explanation")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
