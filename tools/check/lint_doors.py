# SPDX-License-Identifier: GPL-2.0-or-later
"""Doors for tests are in the test image alone: what they are called by stands
in abi/ and in *_test files, which no shipped image is linked of."""

import re

from tree import bare

DOOR = re.compile(r"\b(?:SK_METHOD_TEST_|CALL_TEST_|sk_test_)\w+"
                  r"|^#include .*_test\.h\"", re.M)
ROOMS = ["lib/", "boot/", "hv/", "sk/", "svc/", "driver/", "host/"]

SAMPLES = [
    ({"sk/core/message.c": "\nint a = SK_METHOD_TEST_SEED;\n"},
     "sk/core/message.c:2: a door for tests"),
    ({"hv/x86/call_ship.c": "int a = CALL_TEST_BASE;\n"},
     "hv/x86/call_ship.c:1: a door for tests"),
    ({"hv/x86/call.c": "#include \"hv/x86/call_test.h\"\n"},
     "hv/x86/call.c:1: a door for tests"),
    ({"svc/keyring/a.h": "struct sk_test_seed;\n"},
     "svc/keyring/a.h:1: a door for tests"),
]


def run(tree):
    for path in tree.files([".c", ".h", ".S"], ROOMS):
        if path.rpartition(".")[0].endswith("_test"):
            continue
        text = tree.text(path)
        # A file's name is a string, which bare() empties.
        lines = zip(text.splitlines(), bare(text).splitlines())
        for number, (whole, code) in enumerate(lines, 1):
            if DOOR.search(code) or code.startswith("#include") and \
                    DOOR.search(whole):
                yield f"{path}:{number}: a door for tests"
