# SPDX-License-Identifier: GPL-2.0-or-later
"""Protection that changes while CPUs run, and what memory gives away."""

import pathlib
import re
import struct
import subprocess

from tests.e2e.attacker import (PARALLEL, PROTECTED, SPARE, SUCCEEDED,
                                UNPROTECTED, Attacker, kernel_is_healthy,
                                memory_end)
from tests.e2e.registry import Failed, test
from tools.run import steps

ROUNDS = 100
MIB = 1 << 20
MARKER_BYTES = 32
SCAN_KEY = 0x9D3A51C4E2F7680B
SCAN_SECONDS = 400
# The module's stores leave it: see PATTERN in tests/guest/attack/memory.c.
PATTERN = 0x6B63617474C3


@test(**PARALLEL)
def attack_shootdown(machine):
    """No write lands once the call that forbids it has returned."""
    attacker = Attacker(machine)
    result = attacker.one(f"protect_race 1 {ROUNDS}")
    if not result.startswith(SUCCEEDED):
        raise Failed(result)
    kernel_is_healthy(machine)


def text_marker(program):
    """Bytes of a program's code that occur once in its image, and not in the
    library that it shares with Debian's programs."""
    library = pathlib.Path(steps.capture(
        "gcc", "-print-file-name=libnettle.a").strip()).read_bytes()
    image = steps.BUILD / "gcc" / f"{program}-test.elf"
    copy = steps.BUILD / "gcc" / f"{program}-test.text"
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", image, copy],
                   check=True)
    text = copy.read_bytes()
    # The library is linked behind our own code.
    for at in range(len(text) // 4 & ~7, len(text) - MARKER_BYTES, 8):
        marker = text[at:at + MARKER_BYTES]
        if (text.count(marker) == 1 and marker.count(0) < 4
                and marker not in library):
            return marker
    raise Failed(f"{program} has no code to tell it by")


def scan(attacker, first, end, marker):
    words = " ".join(f"{word ^ SCAN_KEY:#x}"
                     for word in struct.unpack("<4Q", marker))
    return attacker.one(f"scan {first:#x} {end:#x} {SCAN_KEY:#x} {words}",
                        timeout=SCAN_SECONDS)


@test(**PROTECTED)
def attack_scan(machine):
    """No copy of the hypervisor or of VTL1 in any memory VTL0 reads."""
    attacker = Attacker(machine)
    size = attacker.own()[1] + attacker.vtl1()[1]
    for marker in (text_marker("hv"), text_marker("sk")):
        result = scan(attacker, MIB, memory_end(machine), marker)
        found, hidden = (int(number) for number in re.search(
            r"found (\d+), hidden (\d+)", result).groups())
        if hidden < size >> 12:
            raise Failed(f"only {hidden} pages are hidden: {result}")
        if found:
            raise Failed(result)
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_scan_unprotected(machine):
    """The scan finds what is there."""
    attacker = Attacker(machine)
    attacker.run(*(f"memory pte write8 {SPARE + 8 * i:#x}" for i in range(4)))
    result = scan(attacker, SPARE, SPARE + 4 * MIB,
                  struct.pack("<Q", PATTERN) * 4)
    if "found 1," not in result:
        raise Failed(result)
