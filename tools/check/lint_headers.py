# SPDX-License-Identifier: GPL-2.0-or-later
"""Every header compiles alone, with both compilers."""

import concurrent.futures
import re
import subprocess

FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
         "-Wundef", "-Wstrict-prototypes", "-Werror", "-I.", "-ffreestanding",
         "-fshort-wchar", "-mno-red-zone", "-fsyntax-only", "-x", "c", "-"]
# Where libraries have their headers that are not found otherwise.
PLACES = {"host/pkcs11/": ["-isystem", "/usr/include/p11-kit-1"]}

SAMPLES = [
    ({"lib/a.h": "static inline uint8_t f(void)\n{\n\treturn 1;\n}\n"},
     "lib/a.h: does not compile alone"),
    ({"lib/a.h": "int a;\n"}, "lib/a.h: no include guard OPENVBS_LIB_A_H"),
]


def compile_alone(tree, path):
    places = sum((flags for room, flags in PLACES.items()
                  if path.startswith(room)), [])
    for compiler in ("gcc", "clang"):
        result = subprocess.run(
            [compiler] + places + FLAGS, cwd=tree.root, capture_output=True, text=True,
            check=False, input=f'#include "{path}"\ntypedef int alone;\n')
        if result.returncode:
            first = re.search(r".*error:.*", result.stderr)
            words = first[0] if first else result.stderr
            return f"{path}: does not compile alone with {compiler}: {words}"
    return None


def run(tree):
    # Headers of guest programs belong to the kernel's build.
    headers = [p for p in tree.files([".h"])
               if not p.startswith(("tests/guest/", "driver/"))]
    for path in headers:
        guard = "OPENVBS_" + re.sub(r"[^A-Z0-9]", "_", path.upper())
        if f"#ifndef {guard}\n#define {guard}\n" not in tree.text(path):
            yield f"{path}: no include guard {guard}"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for words in pool.map(lambda p: compile_alone(tree, p), headers):
            if words:
                yield words
