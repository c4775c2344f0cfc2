# SPDX-License-Identifier: GPL-2.0-or-later
"""No private key and no path of somebody's machine in the repository."""

import re

KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
KEY_NAMES = (".key", ".p12", ".pfx", ".keystore")
PLACE = re.compile(r"(?<![\w.$)}/])/(?:home|work|Users|root)/[\w.]+")

SAMPLES = [
    ({"tools/a.txt": "-----BEGIN RSA " + "PRIVATE KEY-----\n"},
     "tools/a.txt: a private key"),
    ({"tools/db.key": "x\n"}, "tools/db.key: a private key"),
    ({"tools/a.py": "run('/" + "home/me/bin/x')\n"},
     "tools/a.py:1: a path of one machine"),
]


def run(tree):
    for path in tree.paths:
        text = tree.text(path)
        if KEY.search(text) or path.endswith(KEY_NAMES):
            yield f"{path}: a private key"
        for number, line in enumerate(text.splitlines(), 1):
            if PLACE.search(line):
                yield f"{path}:{number}: a path of one machine"
