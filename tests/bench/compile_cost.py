#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What including the library costs: compiler time of one file, stripped size of one program.

    tests/bench/compile_cost.py [--runs N]   # a Markdown table; CXX is the compiler, g++ without
    tests/bench/compile_cost.py --tree       # of a file that sends: each header's own time, by clang++'s -ftime-trace

Times are user times of one compiler process, the least of the runs. "Over std" is what comes on top of the standard
headers that the library includes, and of nothing else.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = shlex.split(os.environ.get("CXX", "g++"))
FLAGS = ["-std=c++20", "-w", f"-I{ROOT}/include", f"-I{ROOT}/adapters"]
SEPARATE = ["-DHWC_SEPARATE_COMPILATION"]

SEND = """#include <hwc/client.hpp>
{includes}
#include <hwc/workspace/resend_email.hpp>
int main() {{
  hwc::client client{{hwc::endpoint{{"https://workspace.ap-southeast-3.myhuaweicloud.com", "project"}}, {transport},
                     {signer}}};
  client.send(hwc::workspace::resend_email{{.user_id = "user"}});
}}
"""
TOKEN = ("#include <hwc/signers/token.hpp>", 'hwc::token_signer{"token"}')
KEY = ("#include <hwc/openssl/sdk_hmac_sha256.hpp>\n#include <hwc/signers/access_key.hpp>",
       'hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{{"ak", "sk", {}}}')


def sends(header, transport, signer):
    return SEND.format(includes=f"#include <{header}>\n{signer[0]}", transport=transport, signer=signer[1])


FAKE = sends("hwc/fake/transport.hpp",
             "hwc::fake::transport{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }}", TOKEN)
CURL = sends("hwc/curl/transport.hpp", "hwc::curl::transport{}", KEY)
BEAST = sends("hwc/beast/transport.hpp", "hwc::beast::transport{}", KEY)
BY_HAND = """#include <curl/curl.h>
int main() {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, "https://workspace.example/v2/project/users/user/resend-email");
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "{}");
  const CURLcode code = curl_easy_perform(easy);
  curl_easy_cleanup(easy);
  return static_cast<int>(code);
}
"""


def compile_file(text, flags, folder, output="-fsyntax-only"):
    """User time in seconds."""
    source = folder / "file.cpp"
    source.write_text(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = COMPILER + FLAGS + flags + [str(source)] + (["-o", str(folder / "out"), *output] if isinstance(output, list) else [output])
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def standard_headers(text, folder):
    """A file with those standard headers that the library's own headers include for this one."""
    source = folder / "file.cpp"
    source.write_text(text)
    listed = subprocess.run(COMPILER + FLAGS + SEPARATE + ["-MM", str(source)], text=True, capture_output=True, check=True).stdout
    found = set()
    for header in re.findall(r"\S+\.[hi]pp", listed):
        found |= set(re.findall(r"^#include <([a-z_]+)>$", pathlib.Path(header).read_text(), re.M))
    return "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n" for name in sorted(found)) + "int main() {}\n"


def files():
    """What is compiled: what it is, its text, flags, and what to link it with to see its size, or None."""
    return [
        ("sends over the fake, separate compilation", FAKE, SEPARATE, None),
        ("sends over the fake, header-only", FAKE, [], ["-lsimdjson", "-pthread"]),
        ("sends over libcurl, separate compilation", CURL, SEPARATE, None),
        ("sends over libcurl, header-only", CURL, [], ["-lsimdjson", "-lcurl", "-lcrypto", "-pthread"]),
        ("the same by hand with libcurl, unsigned", BY_HAND, [], ["-lcurl"]),
        ("sends over Beast with TLS, separate compilation", BEAST, SEPARATE, None),
        ("sends over Beast with TLS, header-only", BEAST, [], ["-lsimdjson", "-lssl", "-lcrypto", "-pthread"]),
    ]


def size_of(text, flags, libraries, folder):
    """KiB, stripped."""
    compile_file(text, ["-O2", "-s", *flags], folder, libraries)
    return (folder / "out").stat().st_size / 1024


def size(wanted):
    """The size of one of the files above."""
    with tempfile.TemporaryDirectory() as name:
        return next(size_of(text, flags, libraries, pathlib.Path(name)) for what, text, flags, libraries in files() if what == wanted)


def costs(runs):
    """For each file: what it is, seconds at -O0 and over the standard headers, the same at -O2, and KiB stripped or None."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        base = {}
        for what, text, flags, libraries in [
            ("the standard headers alone", standard_headers(FAKE, folder), [], None),
            ("`<simdjson.h>` alone", "#include <simdjson.h>\nint main() {}\n", [], None),
            *files(),
        ]:
            row = {"what": what, "size": None}
            for level in ("-O0", "-O2"):
                took = min(compile_file(text, [level, *flags], folder, ["-c"]) for _ in range(runs))
                base.setdefault(level, took)
                row[level] = took
                row[f"{level} over std"] = took - base[level]
            if libraries:
                row["size"] = size_of(text, flags, libraries, folder)
            yield row


def table(rows):
    """As Markdown."""
    lines = ["### compile cost\n", "| file | -O0, s | over std | -O2, s | over std | stripped, KiB |", "|---|--:|--:|--:|--:|--:|"]
    for row in rows:
        times = [f"{row[level + more]:.2f}" for level in ("-O0", "-O2") for more in ("", " over std")]
        size = "" if row["size"] is None else f"{row['size']:.0f}"
        lines.append(f"| {row['what']} | {' | '.join(times)} | {size} |")
    return "\n".join(lines) + "\n"


def tree():
    """Each header's own time and that with all it includes, the dearest first."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "file.cpp").write_text(FAKE)
        subprocess.run(["clang++-14", *FLAGS, *SEPARATE, "-ftime-trace", "-c", str(folder / "file.cpp"), "-o", str(folder / "file.o")], check=True)
        events = [event for event in json.loads((folder / "file.json").read_text())["traceEvents"] if event["name"] == "Source"]
    events.sort(key=lambda event: (event["ts"], -event["dur"]))
    own, whole, open_events = {}, {}, []
    for event in events:
        while open_events and open_events[-1]["ts"] + open_events[-1]["dur"] <= event["ts"]:
            open_events.pop()
        header = event["args"]["detail"]
        own[header] = own.get(header, 0) + event["dur"]
        whole[header] = whole.get(header, 0) + event["dur"]
        if open_events:
            own[open_events[-1]["args"]["detail"]] -= event["dur"]
        open_events.append(event)
    print("| header | own, ms | with what it includes, ms |\n|---|--:|--:|")
    for header, took in sorted(own.items(), key=lambda item: -item[1])[:60]:
        shown = re.sub(r"^.*/(include|adapters)/(c\+\+/\d+/)?", "", header)
        print(f"| {shown} | {took / 1000:.0f} | {whole[header] / 1000:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tree", action="store_true")
    chosen = parser.parse_args()
    if chosen.tree:
        tree()
    else:
        print(table(costs(chosen.runs)), end="")


if __name__ == "__main__":
    main()
