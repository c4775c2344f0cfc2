# SPDX-License-Identifier: GPL-2.0-or-later
"""Each room has a short README; its lines stand beside its ceiling."""

import os

README_LINES_MOST = 15

# Lines to stay below, without tests.
CEILINGS = {"abi": 900, "lib": 2900, "boot": 1500, "hv": 9700, "sk": 4800,
            "svc": 4900, "driver": 1900, "host": 7500, "fleet": 5000}
DIVIDED = ("hv", "sk", "svc", "host")
OTHERS = ("tests", "tools", "bench", "docs")

SAMPLES = [
    ({"hv/core/a.c": "", "hv/README.md": ""}, "hv/core: no README.md"),
    ({"lib/a.c": "", "lib/README.md": "\n" * 16},
     "lib/README.md: 16 lines, at most 15"),
]


def rooms(tree):
    found = set()
    for path in tree.paths:
        parts = path.split("/")[:-1]
        if parts and parts[0] in CEILINGS or parts[:1] and parts[0] in OTHERS:
            found.add(parts[0])
        if len(parts) > 1 and parts[0] in DIVIDED:
            found.add("/".join(parts[:2]))
    return sorted(found)


def lines(tree):
    """Lines of C and assembly per room that has a ceiling."""
    return {room: sum(tree.text(p).count("\n")
                      for p in tree.files([".c", ".h", ".S"], [room + "/"]))
            for room in CEILINGS}


def report(tree):
    counts = {r: n for r, n in lines(tree).items() if n}
    return ", ".join(f"{r} {n}/{CEILINGS[r]}" for r, n in counts.items())


def run(tree):
    for room in rooms(tree):
        readme = os.path.join(room, "README.md")
        if readme not in tree.paths:
            yield f"{room}: no README.md"
            continue
        count = tree.text(readme).count("\n")
        if count > README_LINES_MOST:
            yield f"{readme}: {count} lines, at most {README_LINES_MOST}"
