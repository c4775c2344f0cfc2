# SPDX-License-Identifier: GPL-2.0-or-later
"""Oddities of the emulator that would break isolation if nobody minded them.

docs/caveats.md lists them all; those that a unit test covers are not here.
"""

from tests.e2e.machine import Failed
from tests.e2e.registry import test


@test(quick=True, own=True, cpus=1, program="paging_off")
def exit_leaves_paging_off_quirk(lab):
    """An exit with LME set, PAE and PG clear returns with CR0.PG clear."""
    machine = lab.machine()
    machine.wait_serial("probes done", timeout=120)
    text = machine.serial()
    if "own page: reached" not in text or "not read" in text:
        raise Failed("the positive control failed: own page not read")
    if "hypervisor page: refused" not in text:
        raise Failed("hypervisor memory was read with paging off")
    machine.wait_event("MEMORY_DENIED")


@test(cpus=2)
def firmware_services_in_guest_mode_quirk(machine):
    """SMM is entered out of guest mode: variables need it, after boot too."""
    name = "OpenVBSTest-e4ea5660-0b0d-462a-8b28-3075f9065fd3"
    path = f"/sys/firmware/efi/efivars/{name}"
    machine.check(f"printf '\\007\\000\\000\\000kept' > {path}")
    if not machine.check(f"tail -c 4 {path}").endswith("kept"):
        raise Failed("a firmware variable does not keep its value")
    machine.check(f"chattr -i {path}; rm {path}")
    machine.check("hwclock --show || cat /sys/class/rtc/rtc0/time")
