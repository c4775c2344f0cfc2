# SPDX-License-Identifier: GPL-2.0-or-later
"""Every source file opens with its licence, the one of its room."""

import re

MIT_ROOMS = ("abi/", "lib/", "host/")
SUFFIXES = (".c", ".h", ".S", ".py", ".sh", ".mk", ".lds", "Makefile")

SAMPLES = [
    ({"lib/a.c": "int a;\n"}, "lib/a.c: no SPDX line"),
    ({"hv/a.c": "/* SPDX-License" "-Identifier: MIT */\n"},
     "hv/a.c: MIT, should be GPL-2.0-or-later"),
    ({"abi/a.h": "/* SPDX-License" "-Identifier: GPL-2.0-or-later */\n"},
     "abi/a.h: GPL-2.0-or-later, should be MIT"),
    ({"tools/a": "#!/bin/sh\n"}, "tools/a: no SPDX line"),
]


def run(tree):
    for path in tree.paths:
        text = tree.text(path)
        if not path.endswith(SUFFIXES) and not text.startswith("#!"):
            continue
        head = "\n".join(text.split("\n", 2)[:2])
        found = re.search(r"SPDX-License-Identifier: (\S+)", head)
        wanted = "MIT" if path.startswith(MIT_ROOMS) else "GPL-2.0-or-later"
        if not found:
            yield f"{path}: no SPDX line"
        elif found[1] != wanted:
            yield f"{path}: {found[1]}, should be {wanted}"
