# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds OpenVBS by its Makefile, and removes what was built."""

import os
import shutil

from tools.run import steps

# Costly or precious: kept unless everything is to go.
KEPT = {"keys", "image", "apt", "machine", "machine-debug",
        "lock"}


def images():
    """Both loader images, under build/gcc."""
    with steps.locked("make"), steps.step("building OpenVBS"):
        steps.command("make", "make", f"-j{os.cpu_count()}", "CC=gcc",
                      cwd=steps.TOP)


def clean(everything):
    if not steps.BUILD.exists():
        return
    for path in steps.BUILD.iterdir():
        if everything or path.name not in KEPT:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
