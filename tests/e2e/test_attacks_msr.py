# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on model-specific registers: docs/msr.md says, the machine does."""

import re

from tests.e2e.attacker import (DISCARDED, GP, PROTECTED, SPARE, SUCCEEDED,
                                UNPROTECTED, Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test
from tools.run import steps

ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<first>[0-9a-f]{8})"
                 r"(?:–(?P<last>[0-9a-f]{8}))? \| (?P<read>[^|]+) "
                 r"\| (?P<write>[^|]+) \| (?P<emulated>yes|no) "
                 r"\| [^|]* \| (?P<bits>[^|]*) \|$", re.M)

APIC_BASE = 0x1B
APIC_BASE_X2APIC, APIC_BASE_ENABLE = 1 << 10, 1 << 11
EFER = 0xC0000080
EFER_SVME = 1 << 12
MTRR_BASE0, MTRR_MASK0, MTRR_DEFAULT = 0x200, 0x201, 0x2FF
MTRR_VALID = 1 << 11
# Nobody's: below, between and above the runs of the permission map.
UNLISTED = (0x0, 0x1, 0x17, 0xCE, 0x1234, 0x2000, 0x40000000, 0x4B564D00,
            0xC0000200, 0xC0003000, 0xC0010021, 0xC0011050, 0xC0012000)
# Registers Linux writes, and values that leave it running for a moment.
LEGITIMATE = {
    "PAT": (0x277, 0x0007040600070406),
    "SYSENTER_EIP": (0x176, 0xFFFFFFFF81000000),
    "STAR": (0xC0000081, 0x0023001000000000),
    "LSTAR": (0xC0000082, 0xFFFFFFFF81000000),
    "CSTAR": (0xC0000083, 0xFFFFFFFF81000000),
    "SFMASK": (0xC0000084, 0x47700),
    "FS.Base": (0xC0000100, 0x7F0000001000),
    "KernelGSbase": (0xC0000102, 0x7F0000002000),
    "TSC_AUX": (0xC0000103, 0x77),
    "MCG_STAT": (0x17A, 0x4),
    "IA32_PKRS": (0x6E1, 0x4),
}


def table():
    text = (steps.TOP / "docs" / "msr.md").read_text()
    rows = [match.groupdict() for match in ROW.finditer(text)]
    if len(rows) < 80:
        raise Failed(f"docs/msr.md: only {len(rows)} rows understood")
    return rows


def ends(row):
    """First and last number of a row."""
    return sorted({int(row["first"], 16), int(row["last"] or row["first"],
                                              16)})


def forbidden_value(row, current):
    """A value that the row's rule does not let through."""
    free = {int(bit) for bit in re.findall(r"\d+", row["bits"])
            if "bits" in row["write"]}
    return current ^ (1 << next(bit for bit in range(64) if bit not in free))


def values_of(attacker, numbers):
    results = attacker.run(*(f"msr_read {number:#x}" for number in numbers))
    return [int(result.split()[-1], 16) for result in results]


def guarded_writes(attacker):
    """(number, value, result, event) of each row but those with filters."""
    rows = [(number, row) for row in table() for number in ends(row)
            if row["write"] not in ("yes", "filter")]
    values = values_of(attacker, [number for number, _ in rows])
    for (number, row), current in zip(rows, values):
        value = forbidden_value(row, current)
        if row["write"] == "#GP":
            yield number, value, GP, "MSR_DENIED"
        elif "MICROCODE_DROPPED" in row["write"]:
            yield number, value, DISCARDED, "MICROCODE_DROPPED"
        else:
            yield number, value, DISCARDED, "MSR_DROPPED"


@test(quick=True, **PROTECTED)
def attack_msr_table(machine):
    """A forbidden value for every guarded row of the table."""
    attacker = Attacker(machine)
    writes = list(guarded_writes(attacker))
    results = attacker.run(*(f"msr_write {number:#x} {value:#x}"
                             for number, value, _, _ in writes))
    for (number, value, wanted, _), result in zip(writes, results):
        if not result.startswith(wanted):
            raise Failed(f"{number:#x} = {value:#x}: {result}, not {wanted}")
    for kind in {event for _, _, _, event in writes}:
        attacker.expect_events(kind, *(number for number, _, _, event in
                                       writes if event == kind))
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_msr_unlisted(machine):
    attacker = Attacker(machine)
    attacker.expect(GP, *(f"msr_write {number:#x} 1" for number in UNLISTED))
    attacker.expect_events("MSR_DENIED", *UNLISTED)


@test(**PROTECTED)
def attack_msr_reads(machine):
    """What must not be read, faults; what is fixed, reads as documented."""
    attacker = Attacker(machine)
    for row in table():
        for number in ends(row):
            if row["read"] == "#GP":
                attacker.expect(GP, f"msr_read {number:#x}")
            elif row["read"] == "fixed":
                value = attacker.number(f"msr_read {number:#x}")
                if value != int(row["bits"], 16):
                    raise Failed(f"{row['name']} reads as {value:#x}")


@test(**PROTECTED)
def attack_msr_apic_base(machine):
    """The APIC is not moved, not even onto our frames, nor switched."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    now = attacker.number(f"msr_read {APIC_BASE:#x}")
    flags = now & 0xFFF
    values = (own | flags, 0xFEE01000 | flags, 0x1000 | flags,
              1 << 39 | flags, now | APIC_BASE_X2APIC,
              now & ~APIC_BASE_ENABLE, now & ~APIC_BASE_ENABLE
              | APIC_BASE_X2APIC, now ^ 1 << 8)
    for value in values:
        attacker.expect(GP, f"msr_write {EFER:#x} {EFER_SVME:#x}",
                        f"msr_write {APIC_BASE:#x} {value:#x}")
        attacker.expect_events("MSR_DENIED", APIC_BASE)
    attacker.expect(SUCCEEDED, f"msr_write {APIC_BASE:#x} {now:#x}")
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_msr_mtrr(machine):
    """No memory type but write-back for our frames."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    default = attacker.number(f"msr_read {MTRR_DEFAULT:#x}")
    attacker.expect(DISCARDED, f"msr_write {MTRR_DEFAULT:#x} {default ^ 6:#x}")
    attacker.expect_events("MSR_DROPPED", MTRR_DEFAULT)
    for pair in range(8):
        base, mask = MTRR_BASE0 + 2 * pair, MTRR_MASK0 + 2 * pair
        old_base = attacker.number(f"msr_read {base:#x}")
        old_mask = attacker.number(f"msr_read {mask:#x}")
        if old_mask & MTRR_VALID:
            continue
        # Uncached over all memory, in the order that enables it last.
        results = attacker.run(
            f"msr_keep {base:#x} {own & ~0x1FFFFF:#x}",
            f"msr_write {mask:#x} {0xFFFFE00000 | MTRR_VALID:#x}",
            f"msr_keep {base:#x} {old_base:#x}")
        if not results[1].startswith(DISCARDED):
            raise Failed(f"MTRR {pair} over our frames: {results[1]}")
        attacker.expect_events("MSR_DROPPED", mask)
        return
    raise Failed("no variable MTRR is free")


@test(quick=True, **PROTECTED)
def attack_msr_legitimate(machine):
    """What VTL0 needs is not refused, nor reported."""
    attacker = Attacker(machine)
    attacker.expect(SUCCEEDED, *(f"msr_write {number:#x} {value:#x}"
                                 for number, value in LEGITIMATE.values()))
    if attacker.events("MSR_DENIED") or attacker.events("MSR_DROPPED"):
        raise Failed("an event for a legitimate write")


@test(**UNPROTECTED)
def attack_msr_unprotected(machine):
    """The same writes change what the emulated processor has."""
    attacker = Attacker(machine)
    now = attacker.number(f"msr_read {APIC_BASE:#x}")
    efer = attacker.number(f"msr_read {EFER:#x}")
    default = attacker.number(f"msr_read {MTRR_DEFAULT:#x}")
    attacker.expect(
        SUCCEEDED,
        f"msr_write {APIC_BASE:#x} {SPARE | now & 0xFFF:#x}",
        f"msr_write {EFER:#x} {efer | EFER_SVME:#x}",
        f"msr_write {MTRR_DEFAULT:#x} {default ^ 6:#x}",
        *(f"msr_write {number:#x} {value:#x}"
          for number, value in LEGITIMATE.values()))
