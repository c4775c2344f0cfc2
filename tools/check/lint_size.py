# SPDX-License-Identifier: GPL-2.0-or-later
"""Small things: functions, files, parameter lists, nesting.

Relies on the format lint: a function's braces stand in column one, the
braces of a block end its line after ") ", "else ", "do " or ": ".
"""

import os
import re

from tree import bare

FUNCTION_LINES_MOST = 80
FUNCTION_LINES_GOOD = 40
GOOD_SHARE = 0.9
FILE_LINES_MOST = {".c": 600, ".S": 600, ".py": 600, ".h": 250}
PARAMETERS_MOST = 5
NESTING_MOST = 3

EXCEPTIONS = "tools/check/size.exceptions"


def sample(body, head="int f(void)"):
    return {"lib/a.c": f"{head}\n{{\n{body}\treturn 0;\n}}\n"}


DEEP = "\tif (1) {\n\t\tfor (;;) {\n\t\t\tswitch (2) {\n" \
       "\t\t\tdefault: {\n\t\t\t\tbreak;\n\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n"

SAMPLES = [
    (sample("\ta++;\n" * 80), "lib/a.c: f has 81 lines, at most 80"),
    (sample("\ta++;\n" * 50), "1 of 1 functions have more than 40 lines"),
    (sample("", "int f(int a, int b, int (*c)(int, int), int d, int e,\n"
                "      int g)"), "lib/a.c: f has 6 parameters, at most 5"),
    (sample(DEEP), "lib/a.c: f nests 4 deep, at most 3"),
    ({"lib/a.h": "\n" * 251}, "lib/a.h: 251 lines, at most 250"),
    ({"lib/a.c": "\n" * 601}, "lib/a.c: 601 lines, at most 600"),
    ({EXCEPTIONS: "lib/a.c lines 700\n"}, "without a reason"),
    ({EXCEPTIONS: "lib/a.c lines 700 # a table\n"}, "not needed"),
]


def functions(text):
    """(name, signature, body lines) of each function of a file."""
    lines = bare(text).splitlines()
    for start, line in enumerate(lines):
        if line != "{":
            continue
        end = lines.index("}", start)
        head = start
        while head > 0 and re.search(r"[^;}\s]\s*$", lines[head - 1]) and \
                not lines[head - 1].startswith("#"):
            head -= 1
        signature = " ".join(lines[head:start])
        name = re.search(r"(\w+)\s*\(", signature)
        yield name[1] if name else "?", signature, lines[start + 1:end]


def parameters(signature):
    """Commas at the depth of the last outermost parentheses."""
    depth = count = 0
    for char in signature:
        if char == "(":
            depth += 1
            count = 1 if depth == 1 else count
        elif char == ")":
            depth -= 1
        elif char == "," and depth == 1:
            count += 1
    return 0 if signature.endswith("(void)") else count


def nesting(body):
    depth = deepest = 0
    stack = []
    for line in body:
        for char in re.sub(r"^\s*\}", "}", line):
            if char == "{":
                block = bool(re.search(r"(\)|else|do|:) \{$", line))
                stack.append(block)
                depth += block
                deepest = max(deepest, depth)
            elif char == "}" and stack:
                depth -= stack.pop()
    return deepest


class Exceptions:
    """Lines "path[:function] rule most # reason"."""

    def __init__(self, tree):
        self.rows = {}
        self.used = set()
        self.wrong = []
        text = tree.text(EXCEPTIONS) if EXCEPTIONS in tree.paths else ""
        for line in text.splitlines():
            words, _, reason = line.partition("#")
            if not words.strip():
                continue
            if not reason.strip():
                self.wrong.append(f"{EXCEPTIONS}: without a reason: {line}")
            where, rule, most = words.split()
            self.rows[where, rule] = int(most)

    def most(self, where, rule, value, most):
        """The limit for this place; marks an exception that was needed."""
        if value > most and (where, rule) in self.rows:
            self.used.add((where, rule))
            return self.rows[where, rule]
        return most

    def complaints(self):
        yield from self.wrong
        for where, rule in sorted(set(self.rows) - self.used):
            yield f"{EXCEPTIONS}: not needed: {where} {rule}"


def over(exceptions, where, rule, value, most):
    return value > exceptions.most(where, rule, value, most)


def run_functions(tree, exceptions):
    total = long = 0
    for path in tree.files([".c", ".h"]):
        for name, signature, body in functions(tree.text(path)):
            where = f"{path}:{name}"
            count, deep = parameters(signature), nesting(body)
            total += 1
            long += len(body) > FUNCTION_LINES_GOOD
            if over(exceptions, where, "lines", len(body),
                    FUNCTION_LINES_MOST):
                yield (f"{path}: {name} has {len(body)} lines, at most "
                       f"{FUNCTION_LINES_MOST}")
            if over(exceptions, where, "parameters", count, PARAMETERS_MOST):
                yield (f"{path}: {name} has {count} parameters, at most "
                       f"{PARAMETERS_MOST}")
            if over(exceptions, where, "nesting", deep, NESTING_MOST):
                yield f"{path}: {name} nests {deep} deep, at most {NESTING_MOST}"
    if long > total * (1 - GOOD_SHARE):
        yield (f"{long} of {total} functions have more than "
               f"{FUNCTION_LINES_GOOD} lines")


def run(tree):
    exceptions = Exceptions(tree)
    for path in tree.files(FILE_LINES_MOST):
        most = FILE_LINES_MOST[os.path.splitext(path)[1]]
        count = tree.text(path).count("\n")
        if over(exceptions, path, "lines", count, most):
            yield f"{path}: {count} lines, at most {most}"
    yield from run_functions(tree, exceptions)
    yield from exceptions.complaints()
