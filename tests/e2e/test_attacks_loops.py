# SPDX-License-Identifier: GPL-2.0-or-later
"""Exceptions without end on one CPU, while the others go on.

The emulated processor sets limits. It never raises #AC (CVE-2015-5307), and
a #DB by the very store that delivers #DB (CVE-2015-8104) ends the emulator.
A breakpoint on the handler of #DB loops as well; the event of a loop within
delivery is tried in tests/unit.
"""

import re
import time

from tests.e2e.attacker import (CALL_ACCESS, PARALLEL, SUCCEEDED, Attacker,
                                kernel_is_healthy)
from tests.e2e.registry import Failed, test

ACCESS_READ, ACCESS_ALL = 1, 15
SWITCH = "/sys/devices/system/cpu/cpu1/online"
SECONDS = 5


@test(**PARALLEL)
def attack_debug_loop(machine):
    """#DB instead of its own handler, on a CPU that Linux has freed."""
    attacker = Attacker(machine)
    machine.check(f"echo 0 > {SWITCH}")
    attacker.expect(SUCCEEDED, "loop_debug 1")
    page = attacker.number("own_page") + 0x1000
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        # Waits until the looping CPU has dropped what it remembers.
        attacker.expect(SUCCEEDED + " 0x0",
                        f"call {CALL_ACCESS} {page:#x} {ACCESS_READ}",
                        f"call {CALL_ACCESS} {page:#x} {ACCESS_ALL}")
    counts = [int(number) for number in re.findall(
        r"\d+", attacker.one("rogue_count"))]
    if counts != [0, 0]:
        raise Failed(f"the loop has come to an end: {counts}")
    machine.check(f"echo 1 > {SWITCH}", timeout=120)
    kernel_is_healthy(machine)
