# SPDX-License-Identifier: GPL-2.0-or-later
"""C is written as clang-format writes it."""

import os
import re
import subprocess

from tree import bare

SAMPLES = [
    ({"lib/a.c": "int  a;\n"}, "lib/a.c:1: not as clang-format"),
    ({"lib/a.c": "int f(void)\n{\n\tif (1)\n\t\treturn 2;\n\treturn 3;\n}\n"},
     "lib/a.c:3: body without braces"),
    ({"lib/a.c": "int f(void)\n{\n\twhile (a &&\n\t       b)\n\t\tf();\n}\n"},
     "lib/a.c:3: body without braces"),
    ({"lib/a.c": "int f(void)\n{\n\tif (a) {\n\t\tf();\n\t} else if (b)\n"
                 "\t\tf();\n}\n"}, "lib/a.c:5: body without braces"),
]

# clang-format 14 can remove braces but not demand them.
BLOCK = re.compile(r"^[ \t]*#.*|\b(if|for|while|else|do)\b", re.M)
SPACE = re.compile(r"[\s\\]*")


def after_condition(text, at):
    """Where the balanced parentheses that open at `at` end."""
    depth = 0
    for at in range(at, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            break
    return at + 1


def without_braces(text):
    """Lines whose if, for, while, else or do has no block."""
    for match in BLOCK.finditer(text):
        rest = SPACE.match(text, match.end()).end()
        if match[1] is None:
            continue
        if match[1] not in ("else", "do"):
            rest = SPACE.match(text, after_condition(text, rest)).end()
        is_chain = match[1] == "else" and text.startswith("if", rest)
        ends_do = match[1] == "while" and \
            text[:match.start()].endswith("} ")
        if not (text.startswith("{", rest) or is_chain or ends_do):
            yield text.count("\n", 0, match.start()) + 1


def run(tree):
    files = tree.files([".c", ".h"])
    style = os.path.join(os.path.dirname(__file__), "../../.clang-format")
    style = "file:" + os.path.abspath(style)
    jobs = [subprocess.Popen(
        ["clang-format", "--style=" + style, "--dry-run", "-Werror"] + part,
        cwd=tree.root, stderr=subprocess.PIPE, text=True)
        for part in (files[0::2], files[1::2]) if part]
    for job in jobs:
        for line in job.communicate()[1].splitlines():
            match = re.match(r"(.*?):(\d+):\d+: error: ", line)
            if match:
                yield f"{match[1]}:{match[2]}: not as clang-format has it"
    for path in files:
        for number in without_braces(bare(tree.text(path))):
            yield f"{path}:{number}: body without braces"
