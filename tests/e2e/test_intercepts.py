# SPDX-License-Identifier: GPL-2.0-or-later
"""What VTL1 keeps VTL0 from changing: system registers and frames.

The test image's secure kernel is asked by VTL0 itself to watch and to
restrict. Each write is tried before, meanwhile and afterwards.
"""

from tests.e2e.attacker import (CALL_EXITS, DISCARDED, GP, PROTECTED,
                                SUCCEEDED, Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test

EXIT_REGISTER_WRITE = 4  # hv/core/exit.h
READ, WRITE, ALL = 1, 2, 15  # HV_MAP_GPA_*, abi/vtl.h
CR0_WP, CR0_TS = 1 << 16, 1 << 3
CR4_SMEP = 1 << 20
EFER_SCE, EFER_NXE = 1 << 0, 1 << 11
# HV_REGISTER_*, and the bits of HV_CR_INTERCEPT_ALL.
CR0, CR4, IDTR, GDTR = 0x40000, 0x40003, 0x70000, 0x70001
WATCH_ALL = 0x79C543
# Without EFER, GDTR, IDTR: they take other values while a CPU starts.
WATCH_REPLUG = WATCH_ALL & ~0x1C000
MSRS = {"EFER": 0xC0000080, "STAR": 0xC0000081, "LSTAR": 0xC0000082,
        "CSTAR": 0xC0000083, "SFMASK": 0xC0000084, "SYSENTER_CS": 0x174,
        "SYSENTER_ESP": 0x175, "SYSENTER_EIP": 0x176}
REGISTERS = {f"register cr0 {CR0_WP:#x}": CR0,
             f"register cr4 {CR4_SMEP:#x}": CR4,
             "register idtr 0x1000": IDTR,
             "register gdtr 0x1000": GDTR}


def ask(attacker, line):
    """A request to the secure kernel: both statuses are OK."""
    result = attacker.one(line)
    if result != "status 0 0":
        raise Failed(f"{line}: {result}")


def watch(attacker, control, quiet=0):
    ask(attacker,
        f"watch {control:#x} {CR0_WP:#x} {CR4_SMEP:#x} {quiet}")


def msr_writes(attacker, turn=1):
    """Each MSR with a bit turned, as commands; by number."""
    return {f"msr_write {number:#x} "
            f"{attacker.number(f'msr_read {number:#x}') ^ turn:#x}": number
            for number in MSRS.values()}


def expect_kept(attacker, writes):
    for line, result in zip(writes, attacker.expect(GP, *writes)):
        if result.split()[-1] in ("changed", line.split()[-1]):
            raise Failed(f"{line}: {result}, but changed")
    attacker.expect_events("INTERCEPT", *writes.values())


def register_exits(attacker):
    return attacker.number(f"call {CALL_EXITS:#x} {EXIT_REGISTER_WRITE}")


@test(quick=True, **PROTECTED)
def intercept_registers(machine):
    """Watched registers keep their values, and Linux runs on."""
    attacker = Attacker(machine)
    before = register_exits(attacker)
    writes = msr_writes(attacker) | REGISTERS
    attacker.expect(SUCCEEDED, *writes)
    if register_exits(attacker) != before:
        raise Failed("writes of registers exit although nobody watches")
    watch(attacker, WATCH_ALL)
    try:
        expect_kept(attacker, writes)
        number = MSRS["EFER"]
        value = attacker.number(f"msr_read {number:#x}")
        attacker.expect(GP, f"msr_write {number:#x} {value ^ EFER_NXE:#x}")
        if attacker.number(f"msr_read {number:#x}") != value:
            raise Failed("EFER has changed in spite of #GP")
        if register_exits(attacker) == before:
            raise Failed("no write of a watched register was seen")
        kernel_is_healthy(machine)
    finally:
        watch(attacker, 0)
    attacker.expect(SUCCEEDED, *writes)
    kernel_is_healthy(machine)


@test(**PROTECTED)
def intercept_allows(machine):
    """What changes nothing that is kept is performed, unseen by Linux."""
    attacker = Attacker(machine)
    values = {number: attacker.number(f"msr_read {number:#x}")
              for number in MSRS.values()}
    watch(attacker, WATCH_ALL)
    try:
        results = attacker.expect(SUCCEEDED, f"register cr0 {CR0_TS:#x}",
                                  "register cr4 0x80")
        if not all(result.endswith("changed") for result in results):
            raise Failed("a bit that is free did not turn")
        attacker.expect(SUCCEEDED, "register idtr 0", "register gdtr 0",
                        *(f"msr_keep {number:#x} {value:#x}"
                          for number, value in values.items()))
        # The processor's own rules: PG without PE, a bit that is not there.
        attacker.expect(GP, "register cr0 0x1", "register cr4 0x80000000")
        machine.check("echo 3 > /proc/sys/vm/drop_caches; find /usr/lib "
                      "-name '*.so*' -exec cat {} + > /dev/null")
        kernel_is_healthy(machine)
    finally:
        watch(attacker, 0)


@test(**PROTECTED)
def intercept_quietly(machine):
    """A refused write can be stepped over, instruction by instruction."""
    attacker = Attacker(machine)
    writes = msr_writes(attacker) | REGISTERS
    watch(attacker, WATCH_ALL, quiet=1)
    try:
        attacker.expect(DISCARDED, *writes)
        attacker.expect_events("INTERCEPT", *writes.values())
    finally:
        watch(attacker, 0)
    kernel_is_healthy(machine)


@test(**PROTECTED)
def intercept_per_cpu(machine):
    """One CPU's watch is no other's. It outlives INIT, and Linux may set the
    registers again as they were."""
    first, second = Attacker(machine), Attacker(machine, cpu=1)
    line = next(iter(REGISTERS))
    watch(second, WATCH_REPLUG)
    try:
        first.expect(SUCCEEDED, line)
        expect_kept(second, {line: CR0})
        for value in (0, 1):
            machine.check(
                f"echo {value} > /sys/devices/system/cpu/cpu1/online")
        expect_kept(second, {f"register cr4 {CR4_SMEP:#x}": CR4})
        kernel_is_healthy(machine)
    finally:
        watch(second, 0)
    second.expect(SUCCEEDED, line)


@test(quick=True, **PROTECTED)
def intercept_frames(machine):
    """A frame is read, written and run as far as VTL1 leaves the right."""
    attacker = Attacker(machine)
    page = attacker.number("own_page")
    read, write, run = (f"memory pte {access} {page + offset:#x}"
                        for access, offset in
                        (("read8", 8), ("write8", 16), ("execute", 16)))

    def restrict(rights):
        ask(attacker, f"restrict {page:#x} {rights}")

    attacker.expect(SUCCEEDED, read, write, run)
    try:
        restrict(READ)
        attacker.expect(SUCCEEDED, read)
        attacker.expect(GP, write)
        attacker.expect_events("INTERCEPT", page + 16)
        restrict(0)
        attacker.expect(GP, read)
        attacker.expect_events("INTERCEPT", page + 8)
        restrict(READ | WRITE)
        attacker.expect(SUCCEEDED, read, write)
        attacker.expect(GP, run)
        attacker.expect_events("INTERCEPT", page + 16)
    finally:
        restrict(ALL)
    attacker.expect(SUCCEEDED, read, write, run)
    kernel_is_healthy(machine)
