# SPDX-License-Identifier: GPL-2.0-or-later
"""Oddities of the emulator that would break isolation if nobody minded them.

docs/caveats.md lists them all; those that a unit test covers are not here.
"""

from tests.e2e import vbs
from tests.e2e.attacker import (GP, PROTECTED, SUCCEEDED, Attacker,
                                kernel_is_healthy)
from tests.e2e.machine import Failed
from tests.e2e.registry import ALONE, scaled, test
from tests.e2e.test_attacks_power import next_boot

PER_CPU_BYTES = 0x20000  # abi/handoff.h
VMCB_OFFSET = 0x8000  # hv/x86/layout.h
TEXT_BYTES = 0x8000
VTL1_TEXT, VTL1_STACK = 0xFFFFFFFF80010000, 0xFFFFFFFF80008000  # abi/vtl1.h
TWICE_SECONDS = scaled(15)


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


@test(**PROTECTED)
def breakpoints_stay_armed_quirk(machine):
    """VTL0's debug registers stay armed across an exit."""
    attacker = Attacker(machine)
    base, size = attacker.own()
    own_cpu = base + size - machine.hardware.cpus * PER_CPU_BYTES
    attacker.expect(
        SUCCEEDED,
        f"breakpoints {base:#x} {base + TEXT_BYTES:#x} 0x100",
        f"breakpoints {own_cpu:#x} {own_cpu + 0x80:#x} 8",
        f"breakpoints {own_cpu + PER_CPU_BYTES - 0x40:#x} "
        f"{own_cpu + PER_CPU_BYTES:#x} 8",
        # The secure kernel's text, and the boot CPU's stack in VTL1.
        f"breakpoints {VTL1_TEXT:#x} {VTL1_TEXT + TEXT_BYTES:#x} 1",
        f"breakpoints {VTL1_STACK - 0x200:#x} {VTL1_STACK:#x} 8")
    kernel_is_healthy(machine)


@test(**PROTECTED)
def breakpoint_cuts_exit_short_quirk(machine):
    """An exit that meets a breakpoint on the control block is left half done,
    with nested paging off: no breakpoint may be on our frames."""
    attacker = Attacker(machine)
    base, size = attacker.own()
    block = base + size - machine.hardware.cpus * PER_CPU_BYTES + VMCB_OFFSET
    attacker.expect(GP, *(f"breakpoint_read {block + offset:#x} {base:#x}"
                          for offset in (0x400, 0x408, 0x42C)))
    attacker.expect_events("MEMORY_DENIED", block + 0x400)
    kernel_is_healthy(machine)


@test(cpus=2, programs=("vbs",), order=ALONE)
def interrupt_delivered_twice_quirk(machine):
    """An injected VINA comes again in ring 0, when the emulator is busy."""
    vbs.alone(machine)
    machine.check(f"stress-ng --quiet --timer 2 --timeout {TWICE_SECONDS} & "
                  f"{vbs.VBS} parallel 4 {TWICE_SECONDS}; status=$?; wait; "
                  "exit $status", timeout=TWICE_SECONDS + 120)
    vbs.works(machine)


@test(own=True, boots=2, **PROTECTED)
def vmrun_refuses_state_quirk(lab):
    """CR0.NW without CD can be set, and then VMRUN fails.

    Not on a machine that has run other code for long: the emulator keeps what
    it has translated over a reset, and every store beside it is slow.
    """
    machine = lab.machine().wait_boot()
    events = next_boot(machine, 0, ["lose_cr0"])
    for kind in ("SHUTDOWN", "RESET"):
        if kind not in (event["event"] for event in events):
            raise Failed(f"no event {kind}")
