# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on configuration space: registers that move memory decoding."""

import dataclasses

from tests.e2e.attacker import (PARALLEL, PROTECTED, SPARE, UNPROTECTED,
                                Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test

UNCHANGED, SUCCEEDED = "unchanged", "succeeded"
WAYS = ("port", "ecam")
ADDRESS_PORT, DATA_PORT = 0xCF8, 0xCFC
ENABLE = 1 << 31
PCIEXBAR = 0x60
PCIEXBAR_ON = 1
PCIEXBAR_64M = 2 << 1
RACE_SECONDS = 5
HOST, LPC = (0, 0, 0), (0, 31, 0)
EDU, TESTDEV, ROOT_PORT = (0, 0x10, 0), (0, 0x11, 0), (0, 0x12, 0)
COMMAND = 0x04
COMMAND_MEMORY = 2
BAR0, BAR2 = 0x10, 0x18
BRIDGE_MEMORY, BRIDGE_PREFETCH = 0x20, 0x24
BRIDGE_BASE_UPPER, BRIDGE_LIMIT_UPPER = 0x28, 0x2C


@dataclasses.dataclass(frozen=True)
class Register:
    """A chipset register and what an attacker would add to it."""

    name: str
    function: tuple
    offset: int
    size: int
    change: int  # bits to turn
    sticks: bool = True  # QEMU lets the write change it without OpenVBS


# docs/platform.md. SMRAM is locked by the firmware anyhow.
CHIPSET = (
    Register("PCIEXBAR", HOST, PCIEXBAR, 4, 0x20000000),
    Register("PCIEXBAR upper half", HOST, PCIEXBAR + 4, 4, 1),
    Register("PMBASE", LPC, 0x40, 4, 0x100),
    Register("PCIEXBAR off", HOST, PCIEXBAR, 1, PCIEXBAR_ON),
    Register("PCIEXBAR top byte", HOST, PCIEXBAR + 3, 1, 0x20),
    Register("PCIEXBAR top word", HOST, PCIEXBAR + 2, 2, 0x2000),
    Register("EPBAR", HOST, 0x40, 4, 0x1001, False),
    Register("MCHBAR", HOST, 0x48, 4, 0x4001, False),
    Register("DMIBAR", HOST, 0x68, 4, 0x1001, False),
    *(Register(f"PAM{i}", HOST, 0x90 + i, 1, 0x10) for i in range(7)),
    Register("PAM2-3", HOST, 0x92, 2, 0x1010, False),
    Register("extended TSEG", HOST, 0x50, 2, 0x1, False),
    Register("LAC", HOST, 0x97, 1, 0x80, False),
    Register("REMAPBASE", HOST, 0x98, 2, 0x10, False),
    Register("SMRAM", HOST, 0x9D, 1, 0x40, False),
    Register("SMRAM by word", HOST, 0x9C, 2, 0x4000, False),
    Register("ESMRAMC", HOST, 0x9E, 1, 0x01, False),
    Register("TOUUD", HOST, 0xA2, 2, 0x10, False),
    Register("TSEGMB", HOST, 0xAC, 4, 0x100000, False),
    Register("TOLUD", HOST, 0xB0, 2, 0x10, False),
    Register("ACPI_CNTL", LPC, 0x44, 1, 0x80),
    Register("RCBA", LPC, 0xF0, 4, 0x00100000),
)


def event_address(function, offset):
    bus, device, number = function
    return bus << 20 | device << 15 | number << 12 | offset


def words(way, function, offset, size):
    return f"{way} {' '.join(map(str, function))} {offset:#x} {size}"


def read(attacker, function, offset, size=4, way="port"):
    return attacker.number(
        f"config_read {words(way, function, offset, size)}")


def turn(register, way):
    """The attack that turns the register's bits."""
    place = words(way, register.function, register.offset, register.size)
    return f"config_turn {place} {register.change:#x}"


@test(quick=True, **PROTECTED)
def attack_config_chipset(machine):
    attacker = Attacker(machine)
    for way in WAYS:
        attacker.expect(UNCHANGED, *(turn(register, way)
                                     for register in CHIPSET))
        attacker.expect_events("CONFIG_DENIED", *(
            event_address(register.function, register.offset)
            for register in CHIPSET))
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_config_chipset_unprotected(machine):
    Attacker(machine).expect(SUCCEEDED, *(
        turn(register, "port") for register in CHIPSET if register.sticks))


@test(**UNPROTECTED)
def attack_config_memory_becomes_ecam(machine):
    """What is at stake: RAM reads as configuration space."""
    attacker = Attacker(machine)
    vendor = read(attacker, HOST, 0)
    attacker.run(f"memory pte write8 {SPARE:#x}")
    result = attacker.one(f"config_peek {words('port', HOST, PCIEXBAR, 4)} "
                          f"{SPARE | PCIEXBAR_64M | PCIEXBAR_ON:#x} "
                          f"{SPARE:#x}")
    if int(result, 16) & 0xFFFFFFFF != vendor:
        raise Failed(f"memory reads as {result} with ECAM over it")


@test(**PROTECTED)
def attack_config_ecam_widths(machine):
    """Eight bytes, no alignment, strings and read-modify-write by ECAM."""
    attacker = Attacker(machine)
    window = read(attacker, HOST, PCIEXBAR) & 0xF0000000
    before = read(attacker, HOST, PCIEXBAR)
    at = window + PCIEXBAR
    attacker.run(*(f"store {at + offset:#x} {how} {0x5050505050505051:#x}"
                   for how in ("mov8", "or4", "and4", "xchg4", "lock_xadd4",
                               "stos4", "inc4", "movnti", "immediate")
                   for offset in (0, 1, 2, 3)),
                 *(f"store {at - 3 + offset:#x} mov4 0xFFFFFFFF"
                   for offset in range(6)),
                 f"store {at - 4:#x} mov8 0x5050505150505051")
    if read(attacker, HOST, PCIEXBAR) != before:
        raise Failed("PCIEXBAR has changed")
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_config_odd_ports(machine):
    """Words and dwords across the ports, and strings."""
    attacker = Attacker(machine)
    before = read(attacker, HOST, PCIEXBAR)
    select = f"port_out {ADDRESS_PORT} 4 {ENABLE | PCIEXBAR:#x}"
    lines = []
    for size in (1, 2, 4):
        for port in range(DATA_PORT - 3, DATA_PORT + 4):
            # No bit that resets the machine where 0xCF9 is touched.
            lines += [select, f"port_out {port:#x} {size} 0x50505051"]
        for port in (ADDRESS_PORT, DATA_PORT, 0xCF9, 0x64):
            lines += [select, f"port_outs {port:#x} {size} 0xFEFEFEFE",
                      f"port_ins {port:#x} {size}"]
    attacker.run(*lines)
    if not attacker.events("PORT_DENIED"):
        raise Failed("no event PORT_DENIED")
    if read(attacker, HOST, PCIEXBAR) != before:
        raise Failed("PCIEXBAR has changed")
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_config_latch_bits(machine):
    """Reserved bits of the latch do not lead past the filter."""
    attacker = Attacker(machine)
    before = read(attacker, HOST, PCIEXBAR)
    for bits in (1, 2, 3, 1 << 24, 0x7F << 24):
        attacker.run(f"port_out {ADDRESS_PORT} 4 {ENABLE | PCIEXBAR | bits:#x}",
                     f"port_out {DATA_PORT} 4 {before ^ 0x20000000:#x}")
        if read(attacker, HOST, PCIEXBAR) != before:
            raise Failed(f"PCIEXBAR has changed by latch bits {bits:#x}")


@test(**PARALLEL)
def attack_config_race(machine):
    """Judged for one register, written to another: never."""
    attacker = Attacker(machine)
    before = read(attacker, HOST, PCIEXBAR)
    attacker.one(turn(CHIPSET[1], "port"))  # so that the next event is new
    result = attacker.one(f"config_race 1 {RACE_SECONDS} "
                          f"{before ^ 0x20000000:#x}")
    if not result.startswith(UNCHANGED):
        raise Failed(result)
    attacker.expect_events("CONFIG_DENIED", event_address(HOST, PCIEXBAR))
    kernel_is_healthy(machine)


def decode(attacker, function, memory):
    """Switch memory decoding; the result of that write."""
    command = read(attacker, function, COMMAND, 2)
    value = command | COMMAND_MEMORY if memory else command & ~COMMAND_MEMORY
    return attacker.one(
        f"config_keep {words('port', function, COMMAND, 2)} {value:#x}")


class Windows:
    """Puts a function's windows back as they were."""

    def __init__(self, attacker, function, offsets):
        self.attacker, self.function = attacker, function
        self.saved = {offset: read(attacker, function, offset)
                      for offset in offsets}
        self.command = read(attacker, function, COMMAND, 2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        decode(self.attacker, self.function, False)
        for offset, value in self.saved.items():
            self.write(offset, value)
        self.attacker.one(
            f"config_keep {words('port', self.function, COMMAND, 2)} "
            f"{self.command:#x}")

    def write(self, offset, value, size=4, way="port"):
        return self.attacker.one(
            f"config_keep {words(way, self.function, offset, size)} "
            f"{value:#x}")


def refused(attacker, windows, way, offset, value):
    """A write to a window that decodes; its event."""
    result = windows.write(offset, value, way=way)
    if not result.startswith(UNCHANGED):
        raise Failed(f"window {offset:#x} by {way}: {result}")
    attacker.expect_events("CONFIG_DENIED",
                           event_address(windows.function, offset))


def switch_refused(attacker, function):
    """Decoding cannot be switched on."""
    result = decode(attacker, function, True)
    if not result.startswith(UNCHANGED):
        raise Failed(f"decoding over our frames: {result}")
    attacker.expect_events("CONFIG_DENIED", event_address(function, COMMAND))


@test(**PROTECTED)
def attack_config_bar(machine):
    """A BAR of 32 bits over our frames, decoding on or switched on later."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    with Windows(attacker, EDU, (BAR0,)) as windows:
        decode(attacker, EDU, True)
        refused(attacker, windows, "port", BAR0, own)
        result = windows.write(BAR0, own + 0x100000, way="ecam")
        if not result.startswith(UNCHANGED):
            raise Failed(f"BAR by ECAM: {result}")
        # The top byte alone brings it there too.
        decode(attacker, EDU, False)
        windows.write(BAR0, own & 0x00FFFFFF | 0xFE << 24)
        decode(attacker, EDU, True)
        result = windows.write(BAR0 + 3, own >> 24, size=1)
        if not result.startswith(UNCHANGED):
            raise Failed(f"BAR byte: {result}")
        decode(attacker, EDU, False)
        if not windows.write(BAR0, own).startswith(SUCCEEDED):
            raise Failed("a BAR that does not decode is not free")
        switch_refused(attacker, EDU)
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_config_wide_bar(machine):
    """The halves of a BAR of 64 bits, each the last to complete it."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    with Windows(attacker, TESTDEV, (BAR2, BAR2 + 4)) as windows:
        for last, value in ((BAR2, own), (BAR2 + 4, 0)):
            decode(attacker, TESTDEV, False)
            windows.write(BAR2, own if last != BAR2 else 0xFE000000)
            windows.write(BAR2 + 4, 0 if last != BAR2 + 4 else 1)
            decode(attacker, TESTDEV, True)
            refused(attacker, windows, "port", last, value)
        decode(attacker, TESTDEV, False)
        windows.write(BAR2, own)
        windows.write(BAR2 + 4, 0)
        switch_refused(attacker, TESTDEV)
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_config_bridge(machine):
    """Both windows of a bridge over our frames."""
    attacker = Attacker(machine)
    own, _ = attacker.own()
    window = own >> 16 & 0xFFF0 | own & 0xFFF00000
    with Windows(attacker, ROOT_PORT,
                 (BRIDGE_MEMORY, BRIDGE_PREFETCH, BRIDGE_BASE_UPPER,
                  BRIDGE_LIMIT_UPPER)) as windows:
        decode(attacker, ROOT_PORT, True)
        refused(attacker, windows, "port", BRIDGE_MEMORY, window)
        decode(attacker, ROOT_PORT, False)
        windows.write(BRIDGE_BASE_UPPER, 0)
        windows.write(BRIDGE_LIMIT_UPPER, 0)
        decode(attacker, ROOT_PORT, True)
        refused(attacker, windows, "ecam", BRIDGE_PREFETCH, window)
        decode(attacker, ROOT_PORT, False)
        windows.write(BRIDGE_MEMORY, window)
        switch_refused(attacker, ROOT_PORT)
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_config_windows_unprotected(machine):
    attacker = Attacker(machine)
    for function, offset in ((EDU, BAR0), (TESTDEV, BAR2)):
        with Windows(attacker, function, (offset, offset + 4)) as windows:
            if not windows.write(offset, SPARE).startswith(SUCCEEDED):
                raise Failed(f"BAR of {function} is not free")
