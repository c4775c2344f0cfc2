# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers of the hardware have names: no bare hex in a .c file."""

import re

from tree import bare

HEX = re.compile(r"\b0[xXbB][0-9a-fA-F]+")

SAMPLES = [
    ({"hv/svm/a.c": "int a = 0xc0010114;\n"}, "hv/svm/a.c:1: bare 0xc0010114"),
    ({"lib/a.c": "/* 0x1 */\n#define A 0x10u\n"}, "lib/a.c:2: bare 0x10"),
]


def run(tree):
    for path in tree.files([".c"], ["lib/", "boot/", "hv/", "sk/"]):
        for number, line in enumerate(
                bare(tree.text(path)).splitlines(), 1):
            for match in HEX.finditer(line):
                yield f"{path}:{number}: bare {match[0]}"
