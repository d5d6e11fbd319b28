#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Gives Doxygen the comments of a header as documentation, and documents without links within themselves: FILTER FILE writes the
text to standard output, line for line.

A comment before a declaration in a namespace or a class, and one behind a member, belong to it; those within functions do not.
Lines that are indented by themselves, with nothing else in their paragraph, are code. The rest is Markdown, in which <, >, @, #
and the backslash mean themselves. The version's inline namespace is left out, as users leave it out.
"""
import re
import sys

COMMENT = re.compile(r"( *)//(?: (.*))?$")
TRAILING = re.compile(r"(.*[;,{}(\w\])>]) +// (.*)$")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'')


def markdown(text):
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([<>@#\\%])", r"\\\1", part) for part in parts)


class Scopes:
    """Whether the place where we are can have declarations that others use."""

    def __init__(self):
        self.open = []  # for each brace, whether it is a namespace's or a class's
        self.head = ""  # what stands before the next brace

    def public(self):
        return all(self.open)

    def read(self, line):
        code = re.sub(r"//.*", "", STRING.sub('""', line))
        if code.startswith("#"):
            return
        for c in code:
            if c == "{":
                head = self.head.strip()
                self.open.append(bool(re.search(r"\b(namespace|class|struct|enum|union|extern)\b", head)) and not head.endswith((")", "]", "=")))
                self.head = ""
            elif c == "}":
                if self.open:
                    self.open.pop()
                self.head = ""
            elif c == ";":
                self.head = ""
            else:
                self.head += c
        self.head += " "


def document(block):
    """The lines of one comment."""
    paragraphs, lines = [], []
    for indent, text in block:
        if text is None:
            paragraphs.append(lines)
            paragraphs.append([(indent, None)])
            lines = []
        else:
            lines.append((indent, text))
    paragraphs.append(lines)
    out = []
    for paragraph in paragraphs:
        if paragraph and paragraph[0][1] is None:
            out.append(f"{paragraph[0][0]}///")
            continue
        code = all(text.startswith("  ") for _, text in paragraph) and not (paragraph and paragraph[0][1].lstrip().startswith("-"))
        texts = [f"    {text}" for _, text in paragraph] if code else markdown("\n".join(text for _, text in paragraph)).split("\n")
        out += [f"{indent}/// {text}" for (indent, _), text in zip(paragraph, texts)]
    return out


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    if sys.argv[1].endswith(".md"):
        sys.stdout.write(re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", text))  # Doxygen names headings in a way of its own
        return
    lines = re.sub(r"^namespace hwc::inline \w+", "namespace hwc", text, flags=re.M).splitlines()
    scopes = Scopes()
    out, block = [], []
    for number, line in enumerate(lines):
        comment = COMMENT.match(line)
        if comment and scopes.public() and number != 0:
            block.append((comment[1], comment[2]))
            continue
        if block:
            declared = bool(line.strip()) and not line.lstrip().startswith(("}", "#"))
            out += document(block) if declared else [f"{indent}//" for indent, _ in block]
            block = []
        trailing = TRAILING.match(line)
        if trailing and scopes.public() and not line.lstrip().startswith(("}", "#")) and '"' not in trailing[2]:
            out.append(f"{trailing[1]}  ///< {markdown(trailing[2])}")
        else:
            out.append(line)
        scopes.read(line)
    print("\n".join(out))


if __name__ == "__main__":
    main()
