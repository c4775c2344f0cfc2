# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks by sleep, by caches, and by taking the machine away."""

import time

from tests.e2e.attacker import (PROTECTED, SUCCEEDED, UNPROTECTED, Attacker,
                                kernel_is_healthy)
from tests.e2e.registry import LAST, Failed, test

FACP = "/sys/firmware/acpi/tables/FACP"
FACP_PM1A_CNT = 64
SLEEP_TYPE_SHIFT, SLEEP_ENABLE = 10, 1 << 13
S3_TYPE = 1  # of QEMU; S5 is 0
PATCH_LOADER = 0xC0010020
QUIET_SECONDS = 5
EARLY_SECONDS = 1800  # a dozen boots of firmware

KEYBOARD_DATA, KEYBOARD_COMMAND, SYSTEM_CONTROL = 0x60, 0x64, 0x92
DOOR_PORT, DOOR_TRIPLE_FAULT, DOOR_INIT = 1, 3, 4
INIT = 0x4500
# Of the other CPU, by Linux. name: (command, door, detail or None).
RESETS = {
    "triple fault": ("triple_fault", DOOR_TRIPLE_FAULT, None),
    "INIT to the boot CPU": (f"ipi 1 0 {INIT:#x}", DOOR_INIT, 0),
}
# Those of tests/guest/uefi/resets.c, in its order. name: (door, detail or
# None, kinds of the events before it).
LOST_TABLE = (DOOR_TRIPLE_FAULT, None, ("TABLE_DENIED", "SHUTDOWN"))
LOST_MEMORY = (DOOR_TRIPLE_FAULT, None, ("MEMORY_DENIED", "SHUTDOWN"))
EARLY_RESETS = {
    "reset control": (DOOR_PORT, 0xCF9, ()),
    "reset control in a word": (DOOR_PORT, 0xCF8, ()),
    "keyboard pulse": (DOOR_PORT, KEYBOARD_COMMAND, ()),
    "keyboard output port": (DOOR_PORT, KEYBOARD_DATA, ()),
    "port 92": (DOOR_PORT, SYSTEM_CONTROL, ()),
    "INIT to itself": (DOOR_INIT, 0, ("CPU_INIT",)),
    "triple fault": (DOOR_TRIPLE_FAULT, None, ("SHUTDOWN",)),
    "lose CR3": LOST_TABLE,
    "lose code": LOST_TABLE,
    "lose IDT": LOST_MEMORY,
    "lose GDT": LOST_MEMORY,
}


def sleep_port(machine):
    """PM1a_CNT."""
    return int(machine.check(
        f"od -An -tu4 -j{FACP_PM1A_CNT} -N4 {FACP}"))


def sleep_writes(port, kind):
    """Writes that would enter the sleep state, by every width."""
    word = kind << SLEEP_TYPE_SHIFT | SLEEP_ENABLE
    return (f"port_out {port:#x} 2 {word:#x}",
            f"port_out {port + 1:#x} 1 {word >> 8:#x}",
            f"port_out {port:#x} 4 {word:#x}",
            f"port_out {port - 1:#x} 4 {word << 8:#x}",
            f"port_out {port + 1:#x} 2 {word >> 8:#x}",
            f"port_outs {port:#x} 2 {word:#x}")


@test(**PROTECTED)
def attack_sleep(machine):
    attacker = Attacker(machine)
    port = sleep_port(machine)
    for kind in range(1, 8):
        attacker.expect(SUCCEEDED, *sleep_writes(port, kind))
        attacker.expect_events("SLEEP_DENIED", port, port - 1, port + 1)
        attacker.expect_events("PORT_DENIED", port)
        attacker.run("port_outs 0x64 1 0")  # so that the next is no repetition
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_a20(machine):
    """Address line 20 cannot be masked: it would fold our frames."""
    attacker = Attacker(machine)
    before = attacker.number(f"port_in {SYSTEM_CONTROL:#x} 1")
    attacker.run(f"port_out {SYSTEM_CONTROL:#x} 1 0",
                 f"port_out {KEYBOARD_COMMAND:#x} 1 0xdd",
                 f"port_out {SYSTEM_CONTROL - 1:#x} 2 0",
                 f"port_out {KEYBOARD_COMMAND - 1:#x} 2 0xfd00",
                 # The output port's new value, refused and then harmless.
                 f"port_out {KEYBOARD_COMMAND:#x} 1 0xd1",
                 f"port_out {KEYBOARD_DATA:#x} 1 0xfd",
                 f"port_out {KEYBOARD_DATA:#x} 1 0xff",
                 f"port_outs {SYSTEM_CONTROL:#x} 1 0")
    attacker.expect_events("PORT_DENIED", SYSTEM_CONTROL, KEYBOARD_COMMAND,
                           SYSTEM_CONTROL - 1, KEYBOARD_COMMAND - 1,
                           KEYBOARD_DATA)
    if attacker.number(f"port_in {SYSTEM_CONTROL:#x} 1") != before:
        raise Failed("port 92 has changed")
    kernel_is_healthy(machine)


@test(s3=True, order=LAST, **PROTECTED)
def attack_sleep_s3(machine):
    """Firmware offers S3; Linux cannot enter it."""
    attacker = Attacker(machine)
    attacker.run(*sleep_writes(sleep_port(machine), S3_TYPE))
    if not attacker.events("SLEEP_DENIED"):
        raise Failed("no event SLEEP_DENIED")
    if machine.qmp.execute("query-status")["status"] != "running":
        raise Failed("the machine is asleep")
    # What Linux does instead of S3 ends with the power button.
    machine.send("echo mem > /sys/power/state")
    machine.wait_serial(r"PM: suspend entry \(s2idle\)", timeout=60)
    machine.wait_serial("Suspending console", timeout=60)
    time.sleep(QUIET_SECONDS)
    machine.qmp.execute("system_powerdown")
    kernel_is_healthy(machine)


@test(s3=True, order=LAST, **UNPROTECTED)
def attack_sleep_s3_unprotected(machine):
    attacker = Attacker(machine)
    attacker.send(sleep_writes(sleep_port(machine), S3_TYPE)[0])
    deadline = time.monotonic() + QUIET_SECONDS * 6
    while machine.qmp.execute("query-status")["status"] != "suspended":
        if time.monotonic() > deadline:
            raise Failed("the machine is not asleep")
        time.sleep(0.2)


@test(**PROTECTED)
def attack_cache_discard(machine):
    """INVD keeps what is in the caches."""
    attacker = Attacker(machine)
    attacker.expect(SUCCEEDED, "invd")
    if not attacker.events("CACHE_DISCARD"):
        raise Failed("no event CACHE_DISCARD")


@test(**PROTECTED)
def attack_microcode(machine):
    attacker = Attacker(machine)
    page = attacker.number("own_page")
    before = attacker.number("msr_read 0x8b")
    attacker.expect(SUCCEEDED, "msr_keep 0x79 0x1000",
                    f"msr_keep {PATCH_LOADER:#x} {page:#x}")
    attacker.expect_events("MICROCODE_DROPPED", PATCH_LOADER)
    if attacker.number("msr_read 0x8b") != before:
        raise Failed("the microcode has changed")


def not_stopped(name, machine):
    if "the hypervisor has stopped" in machine.serial():
        raise Failed(f"{name}: the hypervisor has stopped")


def next_boot(machine, attacker_cpu, commands):
    """Run commands that end the boot; events until the next one is up."""
    attacker = Attacker(machine, attacker_cpu)
    seen = len(machine.events())
    attacker.send(*commands)
    machine.wait_boot()
    not_stopped(commands, machine)
    return machine.events()[seen:]


def by_the_door(name, events, door, detail):
    """One RESET by this door, then the launch of the next boot."""
    resets = [event for event in events if event["event"] == "RESET"]
    if len(resets) != 1:
        raise Failed(f"{name}: {len(resets)} events RESET")
    if resets[0]["a"] != door or detail not in (None, resets[0]["b"]):
        raise Failed(f"{name}: by door {resets[0]['a']}, "
                     f"{resets[0]['b']:#x}")


@test(boots=2, order=LAST, **PROTECTED)
def attack_resets(machine):
    """Another CPU's ways to reset it go by the one door, and so does S5."""
    for name, (command, door, detail) in RESETS.items():
        events = next_boot(machine, 1, (command,))
        by_the_door(name, events, door, detail)
    kernel_is_healthy(machine)
    attacker = Attacker(machine)
    port = sleep_port(machine)
    attacker.send(f"port_out {port:#x} 2 {SLEEP_ENABLE:#x}")
    machine.wait_exit()
    if not machine.events("POWER_OFF"):
        raise Failed("no event POWER_OFF")


def events_by_boot(machine):
    """Lists of events, one for each launch by the boot CPU."""
    events = machine.events()
    starts = [at for at, event in enumerate(events)
              if event["event"] == "LAUNCH" and event["cpu"] == 0]
    return [events[start:end]
            for start, end in zip(starts, starts[1:] + [len(events)])]


@test(own=True, boots=3, cpus=2, program="resets")
def attack_resets_early(lab):
    """So do the boot CPU's, before any kernel, and what it cannot read."""
    machine = lab.machine()
    ended = machine.wait_serial("resets done|[^\n]*: (no way out|not tried)",
                                timeout=EARLY_SECONDS)[0]
    if ended != "resets done":
        raise Failed(ended)
    not_stopped(ended, machine)
    found = events_by_boot(machine)
    if len(found) != len(EARLY_RESETS) + 1:
        raise Failed(f"{len(found)} boots under the hypervisor")
    for events, (name, wanted) in zip(found, EARLY_RESETS.items()):
        door, detail, before = wanted
        by_the_door(name, events, door, detail)
        for kind in before:
            if kind not in (event["event"] for event in events):
                raise Failed(f"{name}: no event {kind}")
    if any(event["event"] == "RESET" for event in found[-1]):
        raise Failed("RESET behind the last door")


@test(own=True, **PROTECTED | {"cmdline": "panic=1"})
def attack_lost_stack(lab):
    """A stack that cannot be pushed to: Linux panics and resets itself."""
    machine = lab.machine().wait_boot()
    attacker = Attacker(machine)
    own, _ = attacker.own()
    attacker.send(f"lose_stack {own:#x}")
    machine.wait_event("MEMORY_DENIED")
    machine.wait_event("RESET", timeout=120)
