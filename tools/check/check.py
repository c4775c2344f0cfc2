#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The project lints. Each lint is a module with run(tree), which yields
complaints, and SAMPLES: small bad trees with words of the complaint that each
must raise, tried before the lint is believed.

    check.py [LINT...]    all lints, or some, over what git tracks
    check.py --lines      lines per room as JSON
"""

import importlib
import json
import os
import sys
import tempfile

from tree import Tree
import lint_rooms

LINTS = ["format", "includes", "headers", "size", "hex", "licence", "rooms",
         "secrets", "doors"]


def write_sample(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def try_samples(name, lint):
    """Bad samples that the lint does not see."""
    for files, words in lint.SAMPLES:
        with tempfile.TemporaryDirectory() as root:
            write_sample(root, files)
            found = list(lint.run(Tree(root, tracked=False)))
        if not any(words in line for line in found):
            yield f"lint {name} is blind to: {words} (saw {found})"


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    tree = Tree(os.path.normpath(root))
    if sys.argv[1:] == ["--lines"]:
        print(json.dumps(lint_rooms.lines(tree)))
        return 0
    failed = 0
    samples = 0
    names = sys.argv[1:] or LINTS
    for name in names:
        lint = importlib.import_module("lint_" + name)
        samples += len(lint.SAMPLES)
        for words in [*try_samples(name, lint), *lint.run(tree)]:
            failed += 1
            print(f"{name}: {words}")
    if "rooms" in names:
        print("lines/ceiling:", lint_rooms.report(tree))
    print(f"lints: {len(names)} over {len(tree.paths)} files, "
          f"{samples} bad samples tried, {failed} complaints")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
