# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may include whom. Rooted at the top, no cycle."""

import re

# Every room may include itself.
ALLOWED = {
    "abi": [],
    "lib": ["abi"],
    "boot": ["abi", "lib"],
    "hv/core": ["abi", "lib"],
    "hv/x86": ["abi", "lib", "hv/core"],
    "hv/svm": ["abi", "lib", "hv/core", "hv/x86"],
    "hv/vmx": ["abi", "lib", "hv/core", "hv/x86"],
    "hv/iommu": ["abi", "lib", "hv/core", "hv/x86"],
    "sk/core": ["abi", "lib"],
    "sk/x86": ["abi", "lib", "sk/core"],
    "svc": ["abi", "lib"],
    "driver": ["abi"],
    "host": ["abi", "lib"],
    "fleet": ["abi", "lib"],
}

# What a compiler brings along without a C library.
FREESTANDING = {"assert.h", "limits.h", "stdalign.h", "stdarg.h",
                "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h",
                "linux/ioctl.h"}  # of abi/ioctl.h: numbers only
# What trusted rooms take from outside: the library of VTL1's SHA-2.
OUTSIDE = {"sk/x86/": {"nettle/sha2.h"}}
TRUSTED = ("abi/", "lib/", "boot/", "hv/", "sk/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.M)

SAMPLES = [
    ({"lib/a.h": '#include "hv/core/b.h"\n', "hv/core/b.h": ""},
     "lib/a.h: lib may not include hv/core"),
    ({"hv/svm/a.c": '#include "hv/vmx/b.h"\n', "hv/vmx/b.h": ""},
     "may not include hv/vmx"),
    ({"hv/core/a.c": '#include "hv/x86/b.h"\n', "hv/x86/b.h": ""},
     "may not include hv/x86"),
    ({"lib/a.c": '#include "../abi/b.h"\n', "abi/b.h": ""}, "../"),
    ({"lib/a.c": '#include "b.h"\n', "lib/b.h": ""}, "not found from the top"),
    ({"lib/a.c": "#include <stdio.h>\n"}, "needs a C library"),
    ({"lib/a.h": '#include "lib/b.h"\n', "lib/b.h": '#include "lib/a.h"\n'},
     "cycle: lib/a.h -> lib/b.h -> lib/a.h"),
    ({"cellar/a.c": '#include "lib/b.h"\n', "lib/b.h": ""},
     "no row for room cellar"),
]


def room_of(path):
    for room in sorted(ALLOWED, key=len, reverse=True):
        if path.startswith(room + "/"):
            return room
    return path.split("/", maxsplit=1)[0]


def includes(tree, path):
    return INCLUDE.findall(tree.text(path))


def complaint(tree, path, kind, target):
    room, other = room_of(path), room_of(target)
    if "../" in target:
        return "../ in an include"
    if kind == "<":
        if any(path.startswith(place) and target in names
               for place, names in OUTSIDE.items()):
            return None
        if path.startswith(TRUSTED) and target not in FREESTANDING:
            return f"<{target}> needs a C library"
        return None
    if target not in tree.paths:
        return f'"{target}" is not found from the top'
    if room in ("tests", "tools", "bench"):
        return None
    if room not in ALLOWED:
        return f"no row for room {room}"
    if other != room and other not in ALLOWED[room]:
        return f"{room} may not include {other}"
    return None


def cycles(tree, headers):
    done = set()

    def visit(path, trail):
        if path in trail:
            yield "cycle: " + " -> ".join(trail[trail.index(path):] + [path])
        elif path not in done:
            for _, target in includes(tree, path):
                if target in headers:
                    yield from visit(target, trail + [path])
            done.add(path)

    for path in sorted(headers):
        yield from visit(path, [])


def run(tree):
    for path in tree.files([".c", ".h", ".S"]):
        if path.startswith("tests/guest/"):
            continue  # kernel modules, with the kernel's own headers
        for kind, target in includes(tree, path):
            words = complaint(tree, path, kind, target)
            if words:
                yield f"{path}: {words}"
    yield from cycles(tree, set(tree.files([".h"])))
