#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Mutation testing of the code on which "at most once" and "no leaked key" rest: changes one place of a header at a
time, runs the tests that are about it, and says which changes no test notices.

    tests/mutation/run.py [--sample N] [--seed S] [--jobs N] [HEADER...]

Without HEADER all headers of the table below. A change that is noticed is "killed". explained.txt holds those that may
live, each with its reason. The exit status is 1 if any other one lives, 2 if the tests fail without a change or a reason
belongs to no line.

A header is compiled with all of its changes in it, of which HWC_MUTANT chooses one at run time, so that a change costs
no more than a run of the tests that reach it. What cannot be chosen then is compiled alone: what the compiler evaluates,
and what it refuses beside the code as it is.
"""
import argparse
import collections
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
COMPILER = shlex.split(os.environ.get("CXX", "g++"))
FLAGS = COMPILER + ["-std=c++20", "-O0", "-w", "-D_GLIBCXX_ASSERTIONS", f'-DHWC_SOURCE_DIR="{ROOT}"']
LIBRARIES = ["-lsimdjson", "-lcurl", "-lssl", "-lcrypto", "-lnghttp2", "-pthread"]

CALL = ["unit/hwc/call", "unit/hwc/client"]
CURL = ["unit/hwc/curl/transport"]
CURL_MANY = ["unit/hwc/curl/multiplexed", "unit/hwc/curl/http2"]
BEAST = ["unit/hwc/beast/transport"]
# Header: the tests that are about it, without their ".test.cpp".
TESTS = {
    "include/hwc/call.hpp": CALL + ["unit/hwc/clock_skew", "unit/hwc/file", "unit/hwc/signers/refreshing", "unit/hwc/find_project"],
    "include/hwc/call_base.hpp": CALL + ["unit/hwc/clock_skew", "unit/hwc/signers/refreshing", "unit/hwc/find_project"],
    "include/hwc/impl/call_base.ipp": CALL + ["unit/hwc/clock_skew", "unit/hwc/signers/refreshing", "unit/hwc/find_project"],
    "include/hwc/detail/signer_ref.hpp": ["unit/hwc/detail/signer_ref"] + CALL + ["unit/hwc/clock_skew", "unit/hwc/signers/refreshing", "unit/hwc/find_project"],
    "include/hwc/call_fsm.hpp": ["unit/hwc/call_fsm"] + CALL + ["unit/hwc/retry_budget"],
    "include/hwc/impl/call_fsm.ipp": ["unit/hwc/call_fsm"] + CALL + ["unit/hwc/retry_budget"],
    "include/hwc/detail/buffer_stock.hpp": ["unit/hwc/detail/buffer_stock", "unit/hwc/client"],
    "include/hwc/detail/impl/buffer_stock.ipp": ["unit/hwc/detail/buffer_stock", "allocations/buffer_stock", "unit/hwc/client"],
    "include/hwc/retry.hpp": ["unit/hwc/retry", "unit/hwc/call_fsm", "unit/hwc/client"],
    "include/hwc/impl/retry.ipp": ["unit/hwc/retry", "unit/hwc/call_fsm", "unit/hwc/client"],
    "include/hwc/retry_budget.hpp": ["unit/hwc/retry_budget"],
    "include/hwc/impl/retry_budget.ipp": ["unit/hwc/retry_budget"],
    "include/hwc/detail/redact.hpp": ["unit/hwc/detail/redact", "unit/hwc/client", "unit/hwc/call"],
    "include/hwc/detail/impl/redact.ipp": ["unit/hwc/detail/redact", "unit/hwc/client", "unit/hwc/call"],
    "include/hwc/detail/describe_answer.hpp": ["unit/hwc/detail/describe_answer", "unit/hwc/client", "unit/hwc/call"],
    "include/hwc/detail/impl/describe_answer.ipp": ["unit/hwc/detail/describe_answer", "unit/hwc/client", "unit/hwc/call"],
    "adapters/hwc/curl/detail/slot.hpp": CURL + ["unit/hwc/curl/http2"],
    "adapters/hwc/curl/detail/easy.hpp": ["unit/hwc/curl/detail/easy"] + CURL + CURL_MANY,
    "adapters/hwc/curl/detail/impl/easy.ipp": ["unit/hwc/curl/detail/easy", "allocations/easy"] + CURL + CURL_MANY,
    "adapters/hwc/beast/detail/stream.hpp": ["unit/hwc/beast/detail/stream"] + BEAST,
    "adapters/hwc/beast/detail/connection.hpp": ["unit/hwc/beast/detail/connection"] + BEAST,
    "adapters/hwc/beast/detail/impl/connection.ipp": ["unit/hwc/beast/detail/connection"] + BEAST + ["unit/hwc/beast/async_transport"],
    "adapters/hwc/beast/detail/settings.hpp": BEAST,
    "adapters/hwc/beast/detail/pool.hpp": ["unit/hwc/beast/detail/pool"] + BEAST + ["unit/hwc/beast/async_transport"],
    "adapters/hwc/curl/impl/multiplexed.ipp": CURL_MANY + ["allocations/multiplexed"],
    "adapters/hwc/curl/detail/classify.hpp": ["unit/hwc/curl/detail/classify"],
    "adapters/hwc/curl/detail/impl/classify.ipp": ["unit/hwc/curl/detail/classify"],
    "adapters/hwc/curl/detail/response_head.hpp": ["unit/hwc/curl/detail/response_head"],
    "adapters/hwc/curl/detail/open_sockets.hpp": ["unit/hwc/curl/detail/open_sockets"],
    "adapters/hwc/beast/detail/answer.hpp": ["unit/hwc/beast/detail/answer"],
    "adapters/hwc/beast/detail/response_parser.hpp": ["unit/hwc/beast/detail/answer"],
    "adapters/hwc/beast/detail/classify.hpp": ["unit/hwc/beast/detail/classify"],
    "adapters/hwc/beast/detail/impl/session.ipp": ["unit/hwc/beast/server"],
    "include/hwc/multiplexer.hpp": ["unit/hwc/send_all"],
    "include/hwc/transports/recorded.hpp": ["unit/hwc/transports/recorded"],
    "include/hwc/impl/recording.ipp": ["unit/hwc/recording", "unit/hwc/transports/recorded"],
    "include/hwc/transports/logged.hpp": ["unit/hwc/transports/logged"],
}

# What is replaced by what.
OPERATORS = [
    (r" == ", " != "), (r" != ", " == "), (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "),
    (r" && ", " || "), (r" \|\| ", " && "), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"delivery::not_sent", "delivery::unknown"), (r"delivery::unknown", "delivery::not_sent"),
    (r"delivery::answered", "delivery::unknown"),
    (r"repetition::never", "repetition::after_pause"), (r"repetition::if_allowed", "repetition::after_pause"),
    (r"std::max\(", "std::min("), (r"std::min\(", "std::max("),
    (r'(?<!") \+ (?!")', " - "), (r" - ", " + "),  # strings are not subtracted
]
NUMBER = re.compile(r"(?<![\w.'])\d+(?=[uUlL]*(?![\w.']))")
STATEMENT = re.compile(r"^\s+(?!return|const|auto|decltype|static|if|for|while|case|using|break|default|friend|explicit|std::\w+ \w+)"
                       r"[\w:.>\-\[\]*]+(\(.*\)|( =| \|=| &=| \+=|\+\+).*);$|^\s+\+\+\w+;$")

# `number` counts from 0. `begin` to `end` is what the code at run time chooses to replace by `instead`; no `begin`: the
# change is compiled alone.
Mutant = collections.namedtuple("Mutant", "number line changed begin end instead kind")

CHOICE = """#ifndef HWC_CHOSEN_MUTANT
#define HWC_CHOSEN_MUTANT
#include <atomic>
#include <cstdio>
#include <cstdlib>
namespace hwc_mutants {
// Writes down which changes were reached, for the run without one.
struct reached {
  std::atomic<bool> seen[COUNT + 1] = {};
  ~reached() {
    const char* path = std::getenv("HWC_MUTANTS_REACHED");
    std::FILE* file = path ? std::fopen(path, "w") : nullptr;
    if (!file) return;
    for (int i = 0; i <= COUNT; ++i) {
      if (seen[i]) std::fprintf(file, "%d\\n", i);
    }
    std::fclose(file);
  }
};
inline reached all;
inline bool is_chosen(int number) {
  static const int chosen = std::getenv("HWC_MUTANT") ? std::atoi(std::getenv("HWC_MUTANT")) : -1;
  all.seen[number] = true;
  return number == chosen;
}
constexpr bool chosen(int number) {
  if (__builtin_is_constant_evaluated()) return false;
  return is_chosen(number);
}
}  // namespace hwc_mutants
#endif
"""


def hidden(text):
    """The text with comments blank and the insides of literals as underscores, of the same length."""
    def hide(match):
        found = match.group()
        return " " * len(found) if found.startswith("//") else found[0] + "_" * (len(found) - 2) + found[-1]
    return re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])\'', hide, text)


def begin_of_expression(code, at):
    """Where the expression begins that `at` is inside: after the bracket, comma, "=", "return" or the like before it."""
    depth = 0
    while at > 0:
        at -= 1
        c = code[at]
        if c in ")]" or c == "}" and (depth or is_value(code, at)):
            depth += 1
        elif depth and c in "([{":
            depth -= 1
        elif depth == 0 and (c in "([{},;?" or c == ":" and ":" not in (code[at - 1], code[at + 1]) or
                             c == "=" and code[at - 1] not in "=!<>" and code[at + 1] != "="):
            at += 1
            break
        elif depth == 0 and (word := re.match(r"\b(?:return|else)\b", code[at: at + 7])) and code[at - 1].isspace():
            at += word.end()
            break
    return at + len(code[at:]) - len(code[at:].lstrip())


def is_value(code, at):
    """Whether the brace that closes there belongs to a value, as in `milliseconds{0}`."""
    depth = 0
    while at >= 0:
        depth += {"}": 1, "{": -1}.get(code[at], 0)
        if depth == 0:
            return at > 0 and (code[at - 1].isalnum() or code[at - 1] in "_>")
        at -= 1
    return False


def end_of_expression(code, at):
    depth = 0
    while at < len(code):
        c = code[at]
        if depth == 0 and (c in ")]},;?" or c == ":" and ":" not in (code[at - 1], code[at + 1])):
            break
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(c, 0)
        at += 1
    return at - (len(code[:at]) - len(code[:at].rstrip()))


def mutants_of(header):
    """All changes of one place."""
    text = (ROOT / header).read_text()
    whole = hidden(text)
    without_comments = "".join(c if h != " " or c.isspace() else h for c, h in zip(text, whole))
    found = []
    offset = 0
    for number, line in enumerate(text.splitlines()):
        start, offset = offset, offset + len(line) + 1
        code = whole[start: start + len(line)]
        if code.strip().startswith(("#", "*", "template", "static_assert", "requires")):
            continue
        # The compiler evaluates these. A statement may have begun on an earlier line.
        begun = whole[max(whole.rfind(c, 0, start) for c in ";{}") + 1: start]
        alone = code.strip().startswith("case ") or "constexpr" in begun + code

        def add(at, end, replacement, region, kind):
            changed = line[:at] + replacement + line[end:] if kind != "statement" else ""
            begin, stop = region
            instead = without_comments[begin: start + at] + replacement + without_comments[start + end: stop]
            found.append(Mutant(number, line, changed, None if alone else begin, stop, " ".join(instead.split("\n")), kind))

        places = [(match.start(), match.end(), replacement)
                  for pattern, replacement in OPERATORS for match in re.finditer(pattern, code)]
        for match in NUMBER.finditer(code):
            if not re.search(r"(?<! )<[^<>()]*$", code[: match.start()]):  # not an argument of a template
                is_yes = code[match.start():].startswith("1L")  # as libcurl's options have it
                places.append((match.start(), match.end(), "0" if is_yes else str(int(match.group()) + 1)))
        for at, end, replacement in places:
            inside = replacement.endswith("(")  # the expression goes on behind the bracket that closes
            region = begin_of_expression(whole, start + at), end_of_expression(whole, start + end - inside)
            add(at, end, replacement, region, "expression")
        if condition := re.search(r"\b(?:if|while) \(", code):
            end = end_of_expression(whole, start + condition.end())
            begin = start + condition.end()
            if whole[end] == ";":  # what comes first is a declaration
                begin, end = end + 2, end_of_expression(whole, end + 1)
            if end <= start + len(line) and " = " not in whole[begin: end]:
                add(begin - start, end - start, f"!({line[begin - start: end - start]})", (begin, end), "condition")
        goes_on = whole[:start].rstrip()[-1:] in tuple("(,=?&|+<")  # a statement of an earlier line
        if STATEMENT.match(code.rstrip()) and not goes_on:
            begin = len(line) - len(line.lstrip())
            add(begin, len(code.rstrip()), "", (start + begin, start + len(code.rstrip())), "statement")
    return found


def with_choice(header, mutants, left_out):
    """The header's text with all changes in it, and a "#line" before each that has a complaint of the compiler name it."""
    text = (ROOT / header).read_text()
    groups = collections.defaultdict(list)
    for index, mutant in enumerate(mutants):
        if mutant.begin is not None and index not in left_out:
            groups[mutant.begin, mutant.end, mutant.kind == "statement"].append((index, mutant))
    inserted = []  # (where, what closes before what opens, the outer one opens first and closes last, text)
    for (begin, end, statement), group in groups.items():
        back = f'\n#line {text.count(chr(10), 0, begin) + 1} "{header}"\n'
        if statement:
            (index, _), = group
            before, after = f'\n#line {index + 1} "mutant"\n{{ if (::hwc_mutants::chosen({index})) {{}} else {{{back}', "} }"
        else:
            as_bool = "static_cast<bool>" if any(mutant.kind == "condition" for _, mutant in group) else ""
            before = "(" + "".join(f'\n#line {index + 1} "mutant"\n::hwc_mutants::chosen({index}) ? {as_bool}({mutant.instead}) : '
                                   for index, mutant in group) + f"{as_bool}({back}"
            after = "))"
        inserted.append((begin, 1, (-end, not statement), before))
        inserted.append((end, 0, (-begin, statement), after))
    pieces, at = [f'#include "hwc_mutants.hpp"\n#line 1 "{header}"\n'], 0
    for where, _, _, what in sorted(inserted):
        pieces += [text[at:where], what]
        at = where
    return "".join(pieces) + text[at:]


def build_common(folder):
    """What no change concerns: doctest's main program, and the resolver and operator new of the tests."""
    made = []
    for source in ["main.cpp", "support/lookup_stub.cpp", "support/heap.cpp"]:
        made.append(folder / (source.replace("/", "_") + ".o"))
        subprocess.run(FLAGS + ["-Iinclude", "-Itests", "-c", f"tests/{source}", "-o", made[-1]], cwd=ROOT, check=True)
    return made


def build(test, header, text, common, folder):
    """The program of a test, with that text as the header; None, and what the compiler says: it does not compile."""
    copy = folder / "mutated" / header.split("/", 1)[1]
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text)
    program = folder / test.replace("/", "_")
    compile_it = FLAGS + [f"-I{folder}/mutated", f"-I{folder}", "-Iinclude", "-Iadapters", "-Itests",
                          "-c", f"tests/{test}.test.cpp", "-o", f"{program}.o"]
    if not test.startswith("allocations/"):
        common = common[:-1]
    link_it = COMPILER + [f"{program}.o"] + common + LIBRARIES + ["-o", program]
    for each in (compile_it, link_it):
        done = subprocess.run(each, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            return None, done.stderr
    return program, ""


def passes(program, patience, **variables):
    """One that runs for more than so many seconds fails."""
    try:
        return subprocess.run([program, "--abort-after=1"], cwd=program.parent, capture_output=True, timeout=patience,
                              env=os.environ | variables).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def notices(program, patience, **variables):
    """Once may be the machine's fault."""
    return not passes(program, patience, **variables) and not passes(program, patience, **variables)


class Subject:
    """A header and the programs of its tests, which hold all changes that can be chosen at run time."""

    def __init__(self, header, mutants, common, folder, pool):
        self.header, self.mutants, self.common = header, mutants, common
        self.left_out = set()
        (folder / "hwc_mutants.hpp").write_text(CHOICE.replace("COUNT", str(len(mutants))))
        self.programs = {}
        while len(self.programs) != len(TESTS[header]):
            text = with_choice(header, mutants, self.left_out)
            # Where the compiler complains, all begins anew without the changes that it complains of.
            first, *rest = TESTS[header]
            program, complaint = build(first, header, text, common, folder)
            built = {first: (program, complaint)}
            if program:
                built |= zip(rest, pool.map(lambda test: build(test, header, text, common, folder), rest))
            named = {int(line) - 1 for _, complaint in built.values() for line in re.findall(r"\bmutant:(\d+)", complaint)}
            complaints = [complaint for program, complaint in built.values() if not program]
            if complaints and not named - self.left_out:
                if len(self.left_out) == len(mutants):
                    raise RuntimeError(f"{header} does not compile:\n{complaints[0][:2000]}")
                named = set(range(len(mutants)))  # it does not say of which it complains
            self.left_out |= named
            self.programs = {test: program for test, (program, _) in built.items() if program}

    def try_unchanged(self):
        """False: the tests fail."""
        self.patience, self.reached = {}, {}
        for test, program in self.programs.items():
            began = time.monotonic()
            seen = pathlib.Path(f"{program}.reached")
            if not passes(program, 600, HWC_MUTANTS_REACHED=str(seen)):
                return False
            self.patience[test] = 5 + 3 * (time.monotonic() - began)
            self.reached[test] = {int(index) for index in seen.read_text().split()}
        return True

    def is_compiled_alone(self, index):
        return self.mutants[index].begin is None or index in self.left_out

    def outcome_of(self, index):
        """What becomes of the tests with that change in place: "lives", "killed" or "does not compile"."""
        mutant = self.mutants[index]
        if self.is_compiled_alone(index):
            return self.outcome_alone(mutant)
        reaching = [test for test in self.programs if index in self.reached[test]]
        # The first test that notices will do, and the quickest may be it.
        for test in sorted(reaching, key=self.patience.get):
            if notices(self.programs[test], self.patience[test], HWC_MUTANT=str(index)):
                return "killed"
        # The compiler may have evaluated what is not reached: a function or a table.
        if not reaching and re.search(r"(?<!if )constexpr [^=;]*(\(|= \{\n)", (ROOT / self.header).read_text()):
            return self.outcome_alone(mutant)
        return "lives"

    def outcome_alone(self, mutant):
        lines = (ROOT / self.header).read_text().splitlines()
        lines[mutant.number] = mutant.changed
        with tempfile.TemporaryDirectory() as name:
            for test in TESTS[self.header]:
                program, _ = build(test, self.header, "\n".join(lines) + "\n", self.common, pathlib.Path(name))
                if not program:
                    return "does not compile"
                if notices(program, self.patience[test]):
                    return "killed"
        return "lives"


def reason_to_live(header, mutant):
    """Why the change may live, as explained.txt has it; None: it may not. Code may hold the bar that parts the columns."""
    begin = f"{header} | {mutant.line.strip()} | {mutant.changed.strip()} | "
    for explanation in EXPLAINED.read_text().splitlines():
        if explanation.startswith(begin):
            return explanation[len(begin):]
    return None


def without_their_line():
    """Explanations of a line that its header has no longer."""
    for explanation in EXPLAINED.read_text().splitlines()[1:]:
        header = explanation.split(" | ", 1)[0]
        lines = {line.strip() for line in (ROOT / header).read_text().splitlines()}
        if not any(explanation.startswith(f"{header} | {line} | ") for line in lines if line):
            yield explanation


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("headers", nargs="*", metavar="HEADER", help="default: all")
    arguments.add_argument("--sample", type=int, help="so many changes of each header at most")
    arguments.add_argument("--seed", type=int, default=1, help="of the sample")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    given = arguments.parse_args()

    stale = list(without_their_line())
    if stale:
        print("explained.txt has lines that their headers have not:", *stale, sep="\n")
        return 2

    unexplained = 0
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        common = build_common(pathlib.Path(name))
        for header in given.headers or TESTS:
            mutants = mutants_of(header)
            if given.sample and given.sample < len(mutants):
                mutants = random.Random(given.seed).sample(mutants, given.sample)
            folder = pathlib.Path(name) / header.replace("/", "_")
            folder.mkdir()
            subject = Subject(header, mutants, common, folder, pool)
            if not subject.try_unchanged():
                print(f"{header}: its tests do not pass as it is, so nothing can be said")
                return 2
            outcomes = []
            order = sorted(range(len(mutants)), key=subject.is_compiled_alone)  # the slow ones last
            print(f"{header}: {sum(map(subject.is_compiled_alone, order))} of {len(mutants)} changes are compiled alone", flush=True)
            for index, outcome in zip(order, pool.map(subject.outcome_of, order)):
                outcomes.append(outcome)
                mutant = mutants[index]
                # Each at once, as a run takes long and may be broken off.
                reason = reason_to_live(header, mutant) if outcome == "lives" else None
                unexplained += outcome == "lives" and reason is None
                print(f"{header}:{mutant.number + 1}: {outcome}{f', and may: {reason}' if reason else ''}", flush=True)
                if outcome == "lives":
                    print(f"    {mutant.line.strip()}\n -> {mutant.changed.strip() or '(nothing)'}", flush=True)
            print(f"{header}: {len(mutants)} changes, {outcomes.count('does not compile')} do not compile, "
                  f"{outcomes.count('killed')} killed, {outcomes.count('lives')} live", flush=True)
    print(f"{unexplained} changes live without an explanation")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
