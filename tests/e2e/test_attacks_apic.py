# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks with the local APIC: forged messages, odd stores, floods."""

import re

from tests.e2e.attacker import (GP, PARALLEL, PROTECTED, SUCCEEDED,
                                UNPROTECTED, Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test

APIC = 0xFEE00000
APIC_END = 0xFEF00000
IOAPIC, IOAPIC_WINDOW = 0xFEC00000, 0x10
IOAPIC_LAST = 0x10 + 2 * 23  # index of the last entry's low half
LVT_ERROR, DIVIDE = 0x370, 0x3E0
# Interrupt commands: assert; NMI, INIT, start-up; to all others.
NMI, INIT, START = 0x4400, 0x4500, 0x4600
TO_ALL, TO_OTHERS = 2 << 18, 3 << 18
MESSAGE_INIT, MASKED = 0x500, 0x10000
RESCHEDULE = 0xFD
UNUSUAL = ("mov1", "mov2", "mov8", "or4", "and4", "or1", "add4", "inc4",
              "not4", "bts4", "xchg4", "shift4", "setcc", "stos4",
              "lock_xadd4", "lock_cmpxchg4")
FLOOD = 10000
HALT_PAGE = 0x10
TABLE_SLOT = 0x55 * 8  # the entry that tests/guest/attack/walk.c uses


@test(quick=True, **PROTECTED)
def attack_msi_forged(machine):
    """No store outside the APIC's own page becomes an interrupt."""
    attacker = Attacker(machine)
    places = (APIC, APIC + 4, APIC + 0xC, APIC + 0x1000, APIC + 0x1010,
              APIC + 0x2000, APIC + 0x300 + 0x1000, APIC + 0xFF000,
              APIC_END - 4)
    attacker.expect(GP, *(f"store {place:#x} mov4 {MESSAGE_INIT:#x}"
                          for place in places))
    attacker.expect_events("MSI_DENIED", *places)
    kernel_is_healthy(machine)


def redirect(value, window=IOAPIC + IOAPIC_WINDOW, how="mov4"):
    """Attacks that write the last redirection entry."""
    return (f"store {IOAPIC:#x} mov4 {IOAPIC_LAST:#x}",
            f"store {window:#x} {how} {value:#x}",
            f"load {IOAPIC + IOAPIC_WINDOW:#x}")


@test(**PROTECTED)
def attack_ioapic(machine):
    """No redirection entry carries INIT, by whatever store."""
    attacker = Attacker(machine)
    window = IOAPIC + IOAPIC_WINDOW
    before = attacker.run(*redirect(0, how="none"))[2]
    for how in ("mov4", "mov8", "movnti", "mov2", "or4", "xchg4", "stos4"):
        for place in (window, window + 0x100, window - 4, window - 2,
                      window + 1):
            after = attacker.run(*redirect(MASKED | MESSAGE_INIT, place,
                                           how))[2]
            if after != before:
                raise Failed(f"{how} at {place:#x}: {after}, was {before}")
    attacker.run(*redirect(MASKED | MESSAGE_INIT))
    attacker.expect_events("MSI_DENIED", window)
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_ioapic_unprotected(machine):
    attacker = Attacker(machine)
    before = attacker.run(*redirect(0, how="none"))[2]
    after = attacker.run(*redirect(MASKED | MESSAGE_INIT))[2]
    attacker.run(*redirect(int(before, 16)))
    if int(after, 16) & MESSAGE_INIT != MESSAGE_INIT:
        raise Failed(f"the entry reads as {after}")


def reschedules(machine, cpu):
    line = re.search(r"^ *RES:(.*?)[A-Z]", machine.check(
        "cat /proc/interrupts"), re.M)
    return int(line[1].split()[cpu])


@test(**UNPROTECTED)
def attack_msi_forged_unprotected(machine):
    """The same stores interrupt another CPU."""
    attacker = Attacker(machine)
    before = reschedules(machine, 1)
    # Address bits 19:12 are the destination's APIC ID.
    attacker.expect(SUCCEEDED, *[
        f"store {APIC + 0x1000:#x} mov4 {RESCHEDULE:#x}",
        "pause 10"] * 50)
    gained = reschedules(machine, 1) - before
    if gained < 50:
        raise Failed(f"only {gained} of 50 messages came")


@test(**PROTECTED)
def attack_apic_stores(machine):
    """Stores that no driver makes: refused, and the register keeps."""
    attacker = Attacker(machine)
    register = APIC + LVT_ERROR
    before = attacker.number(f"load {register:#x}")
    for how in UNUSUAL:
        # The first differs from the second, so that both make an event.
        attacker.expect(GP, f"store {APIC + DIVIDE:#x} {how} 0xB",
                        f"store {register:#x} {how} 0x100FF")
        attacker.expect_events("INSTRUCTION_DENIED", register)
    unaligned = [register + offset for offset in (1, 2, 3, 4, 8, 12, 13)]
    attacker.expect(GP, *(f"store {place:#x} mov4 0x10000"
                          for place in unaligned))
    if attacker.number(f"load {register:#x}") != before:
        raise Failed("the register has changed")
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_apic_usual_stores(machine):
    """What software uses, works."""
    attacker = Attacker(machine)
    register = APIC + LVT_ERROR
    before = attacker.number(f"load {register:#x}")
    for how in ("mov4", "movnti", "immediate"):
        attacker.expect(SUCCEEDED, f"store {register:#x} {how} 0x10000")
        if attacker.number(f"load {register:#x}") != 0x10000:
            raise Failed(f"{how} is lost")
        attacker.one(f"store {register:#x} mov4 {before:#x}")


@test(**PROTECTED)
def attack_tables(machine):
    """Page tables in our frames or the APIC's page, at every level."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    attacker.expect(SUCCEEDED, "walk 1 0")
    for level in (1, 2, 3, 4):
        attacker.expect(GP, f"walk {level} {own:#x}",
                        f"walk {level} {APIC:#x}")
        attacker.expect_events("TABLE_DENIED", own + TABLE_SLOT,
                               APIC + TABLE_SLOT)
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_tables_unprotected(machine):
    Attacker(machine).expect(SUCCEEDED, "walk 1 0")


def flood(attacker, *commands, apic_id=1, count=FLOOD):
    words = " ".join(f"{command:#x}" for command in commands)
    return attacker.expect(SUCCEEDED, f"ipi {count} {apic_id} {words}")[0]


@test(**PARALLEL)
def attack_nmi_flood(machine):
    """NMIs to a CPU that works: it takes some, and works on."""
    attacker = Attacker(machine)
    taken = int(re.search(r"(\d+) NMIs", flood(attacker, NMI))[1])
    if taken < FLOOD // 100:
        raise Failed(f"only {taken} of {FLOOD} NMIs were taken")
    flood(attacker, NMI | TO_OTHERS)
    flood(attacker, NMI | TO_ALL, count=FLOOD // 10)
    kernel_is_healthy(machine)


@test(**PARALLEL)
def attack_init_flood(machine):
    """INIT and start-up IPIs in every order, to a CPU that Linux has freed.

    Started CPUs run a page of the module's: HLT and nothing else.
    """
    attacker = Attacker(machine)
    switch = "/sys/devices/system/cpu/cpu1/online"
    machine.check(f"echo 0 > {switch}")
    start = START | HALT_PAGE
    attacker.one(f"halt_page {HALT_PAGE << 12:#x}")
    for commands in ((INIT,), (start,), (INIT, start), (INIT, start, start),
                     (start, INIT), (INIT, INIT, start), (NMI, INIT, start),
                     (INIT, start, NMI), (INIT | 0x8000, start),
                     (0x8500, start)):
        flood(attacker, *commands, count=FLOOD // 10)
        if "the hypervisor has stopped" in machine.serial():
            raise Failed("the hypervisor has stopped")
    flood(attacker, INIT, start)
    flood(attacker, INIT | TO_OTHERS, start | TO_OTHERS)
    flood(attacker, INIT)
    for kind in ("CPU_INIT", "CPU_START"):
        if not machine.events(kind):
            raise Failed(f"no event {kind}")
    machine.check(f"echo 1 > {switch}")
    machine.check(f"echo 0 > {switch} && echo 1 > {switch}")
    attacker.one("halt_page 0")
    kernel_is_healthy(machine)
