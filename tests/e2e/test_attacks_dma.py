# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks by devices: they are told to read and write where the CPU may not.

Of what a device did where the guest cannot look, the emulator tells, which
sees all memory.
"""

import itertools
import re

from tests.e2e.attacker import (PROTECTED, SPARE, SUCCEEDED, UNPROTECTED,
                                Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test

# Where Linux drives the device, it has to let go of it first.
DEVICES = {"edu": None, "nvme": "0000:00:13.0", "ahci": "0000:00:1f.2",
           "virtio": "0000:00:14.0"}
BLOCKED, DONE = "blocked", "done"
PAGE, WORD, SECTOR = 0x1000, 8, 512
VTL1_IMAGE = 0x10000  # abi/vtl1.h
VALUES = itertools.count(0x444D410000000001)

# AMD I/O Virtualization Technology Specification, 3.4: the IOMMU's registers,
# where QEMU has them; which of them no hardware changes.
REGISTERS = 0xFED80000
REGISTERS_STEADY = 0x38
EVENT_LOG, FEATURES = REGISTERS + 0x10, REGISTERS + 0x30
EVENT_LOG_VALUE = 8 << 56 | SPARE


def free_devices(machine):
    """Take the devices away from Linux's drivers."""
    machine.check("udevadm settle")
    for address in filter(None, DEVICES.values()):
        driver = f"/sys/bus/pci/devices/{address}/driver"
        machine.check(f"! test -e {driver} || "
                      f"echo {address} > {driver}/unbind")


def words_at(machine, address, count):
    """What the emulator finds in physical memory."""
    text = machine.qmp.monitor(f"xp /{count}gx {address:#x}")
    words = [int(word, 16) for line in text.splitlines()
             for word in re.findall(r"0x[0-9a-f]+", line.partition(":")[2])]
    if len(words) != count:
        raise Failed(f"no memory at {address:#x}: {text}")
    return words


def telling_place(machine, page):
    """An address in this page with something to steal, a sector long."""
    words = words_at(machine, page, (PAGE - SECTOR) // WORD)
    for index, word in enumerate(words):
        if word:
            return page + index * WORD
    return page


def reaches(attacker, device, address):
    """The device reads and writes what the CPU wrote and reads there."""
    secret = attacker.number(f"memory pte write8 {address:#x}")
    result, = attacker.expect(SUCCEEDED, f"dma {device} read {address:#x}")
    if int(result.split()[-1], 16) != secret:
        raise Failed(f"{device} reads {result}, not {secret:#x}")
    value = next(VALUES)
    attacker.expect(DONE, f"dma {device} write {address:#x} {value:#x}")
    found = attacker.number(f"memory pte read8 {address:#x}")
    if found != value:
        raise Failed(f"{device} wrote {found:#x}, not {value:#x}")


def kept_out(attacker, device, address):
    """The device neither reads nor writes there, whatever it reports."""
    attacker.expect(BLOCKED, f"dma {device} read {address:#x}")
    value = next(VALUES)
    result = attacker.one(f"dma {device} write {address:#x} {value:#x}")
    if result.startswith("error"):
        raise Failed(f"{device} does not work: {result}")
    if value in words_at(attacker.machine, address, SECTOR // WORD):
        raise Failed(f"{device} writes to {address:#x}")


def registers_kept(attacker, device):
    """The IOMMU cannot be switched off by what it watches."""
    before = words_at(attacker.machine, REGISTERS, REGISTERS_STEADY // WORD)
    for index in range(len(before)):
        kept_out(attacker, device, REGISTERS + index * WORD)
    after = words_at(attacker.machine, REGISTERS, REGISTERS_STEADY // WORD)
    if after != before:
        raise Failed(f"{device} changes the IOMMU from {before} to {after}")


def allowed(attacker):
    """The positive control: all devices work on a page of the module."""
    own = attacker.number("own_page")
    for device in DEVICES:
        reaches(attacker, device, own)


@test(quick=True, **PROTECTED)
def attack_dma(machine):
    """No device gets at the hypervisor, VTL1 or the IOMMU's registers."""
    attacker = Attacker(machine)
    free_devices(machine)
    allowed(attacker)
    base, size = attacker.own()
    own = (base, base + size // 2, base + size - PAGE)
    base, size = attacker.vtl1()
    vtl1 = (base, base + VTL1_IMAGE, base + size // 2, base + size - PAGE)
    for pages in (own, vtl1):
        places = [telling_place(machine, page) for page in pages]
        if not any(words_at(machine, place, 1)[0] for place in places):
            raise Failed("nothing to steal")
        for device, place in itertools.product(DEVICES, places):
            kept_out(attacker, device, place)
    for device in DEVICES:
        registers_kept(attacker, device)
    allowed(attacker)
    kernel_is_healthy(machine)
    found = attacker.one("vtl_call 1 0")
    if found != "status 0 value 0x1":
        raise Failed(f"VTL1 answers {found}")


@test(**UNPROTECTED)
def attack_dma_unprotected(machine):
    attacker = Attacker(machine)
    free_devices(machine)
    for index, device in enumerate(DEVICES):
        reaches(attacker, device, SPARE + index * PAGE)
    allowed(attacker)
    attacker.expect(SUCCEEDED, f"dma edu read {FEATURES:#x}")
    attacker.expect(DONE,
                    f"dma edu write {EVENT_LOG:#x} {EVENT_LOG_VALUE:#x}")
    if words_at(machine, EVENT_LOG, 1) != [EVENT_LOG_VALUE]:
        raise Failed("edu does not write to the IOMMU's registers")
    attacker.expect(DONE, f"dma edu write {EVENT_LOG:#x} 0")
    kernel_is_healthy(machine)
