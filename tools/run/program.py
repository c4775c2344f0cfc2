# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds a program for the guest: tests/guest/NAME/*.c becomes
build/programs/NAME, static, so that the guest needs no library for it.
"""

from tools.run import steps

PROGRAMS = steps.BUILD / "programs"


def build(name):
    """Build; returns the program."""
    sources = sorted((steps.TOP / "tests" / "guest" / name).glob("*.c"))
    if not sources:
        raise steps.Failure(f"tests/guest/{name} has no program")
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    with steps.locked(f"program-{name}"):
        steps.command(f"program-{name}", "gcc", "-std=gnu11", "-O2", "-static",
                      "-Wall", "-Wextra", "-Werror", "-I", steps.TOP,
                      *sources, "-o", PROGRAMS / name)
    return PROGRAMS / name
