# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks by devices: they are told to read and write where the CPU may not.

Of what a device did where the guest cannot look, the emulator tells, which
sees all memory.
"""

import itertools
import json
import re
import time

from tests.e2e.attacker import (CALL_ACCESS, GP, PROTECTED, SPARE, SUCCEEDED,
                                UNPROTECTED, Attacker, kernel_is_healthy)
from tests.e2e.registry import Failed, test

# OpenVBS on a machine whose IOMMU is switched off.
DEGRADED = PROTECTED | {"iommu": False}

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

ACCESS_NONE, ACCESS_READ, ACCESS_ALL = 0, 1, 15

# QEMU's docs/specs/fw_cfg.rst: the DMA interface. Key 0 reads as "QEMU".
FW_CFG_DMA = 0x514
FW_CFG_SELECT_READ = 1 << 3 | 1 << 1
FW_CFG_SIGNATURE = int.from_bytes(b"QEMU", "little")
VAPIC = 0x7E  # QEMU's hw/i386/kvmvapic.c
HOT_PLUG_SECONDS = 60

# IA-PC HPET 1.0a, 2.3: general configuration, main counter, third timer.
HPET = 0xFED00000
HPET_CONFIG, HPET_COUNTER, HPET_TIMER = HPET + 0x10, HPET + 0xF0, HPET + 0x140
HPET_COMPARATOR, HPET_ROUTE = HPET_TIMER + 8, HPET_TIMER + 0x10
HPET_ON, HPET_INTERRUPT, HPET_FSB = 1, 1 << 2, 1 << 14
HPET_TICKS = 50_000_000  # half a second
HPET_SECONDS = 5


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


def allowed(attacker, *devices):
    """The positive control: devices work on a page of the module."""
    own = attacker.number("own_page")
    for device in devices or DEVICES:
        reaches(attacker, device, own)


@test(**PROTECTED)
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


@test(**PROTECTED)
def attack_iommu(machine):
    """The IOMMU's registers and its function are the hypervisor's alone."""
    attacker = Attacker(machine)
    for page in range(REGISTERS, REGISTERS + 4 * PAGE, PAGE):
        attacker.expect(GP, *(f"memory {mapping} {access} {page + offset:#x}"
                              for mapping in ("pte", "ioremap")
                              for access, offset in (("read4", 0x18),
                                                     ("read8", 0x20),
                                                     ("write4", 0x28),
                                                     ("write8", 0x30))))
        attacker.expect_events("IOMMU_DENIED", *(
            page + offset for offset in (0x18, 0x20, 0x28, 0x30)))
    path = machine.check(
        "grep -lx 0x080600 /sys/bus/pci/devices/*/class | xargs dirname")
    device = int(path.rpartition(":")[2].partition(".")[0], 16)
    for way in ("port", "ecam"):
        # The capability: header, base address, range, what it can do.
        places = [(offset, 4) for offset in range(0x40, 0x100, 4)]
        attacker.expect("unchanged", *(
            f"config_turn {way} 0 {device} 0 {offset:#x} {size} 0x1"
            for offset, size in places))
        attacker.expect_events("IOMMU_DENIED", *(
            device << 15 | offset for offset, _ in places))
    allowed(attacker, "edu")
    kept_out(attacker, "edu", attacker.own()[0])


@test(quick=True, **PROTECTED)
def attack_dma_newly_protected(machine):
    """A frame that VTL0 has just lost is lost to devices too."""
    attacker = Attacker(machine)
    page = attacker.number("own_page") + PAGE

    def allow(access):
        attacker.expect(SUCCEEDED + " 0x0",
                        f"call {CALL_ACCESS} {page:#x} {access}")

    for _ in range(3):
        reaches(attacker, "edu", page)  # the IOMMU knows the translation now
        allow(ACCESS_READ)
        before = words_at(machine, page, SECTOR // WORD)
        attacker.expect(SUCCEEDED, f"dma edu read {page:#x}")
        attacker.one(f"dma edu write {page:#x} {next(VALUES):#x}")
        if words_at(machine, page, SECTOR // WORD) != before:
            raise Failed("a device writes what VTL0 may only read")
        allow(ACCESS_NONE)
        kept_out(attacker, "edu", page)
        allow(ACCESS_ALL)
    reaches(attacker, "edu", page)
    kernel_is_healthy(machine)


def fw_cfg_reads(attacker, address):
    """Has QEMU's configuration device write four bytes to an address."""
    own = attacker.number("own_page")
    order = own + 0x100
    control = FW_CFG_SELECT_READ.to_bytes(4, "big") + (4).to_bytes(4, "big")
    for at, word in ((order, control), (order + WORD,
                                        address.to_bytes(WORD, "big"))):
        attacker.expect(SUCCEEDED, f"put {at - own:#x} "
                                   f"{int.from_bytes(word, 'little'):#x}")
    low = int.from_bytes(order.to_bytes(WORD, "big")[4:], "little")
    high = int.from_bytes(order.to_bytes(WORD, "big")[:4], "little")
    attacker.run(f"port_out {FW_CFG_DMA:#x} 4 {high:#x}",
                 f"port_out {FW_CFG_DMA + 4:#x} 4 {low:#x}")
    return words_at(attacker.machine, address, 1)[0] & 0xFFFFFFFF


@test(**PROTECTED)
def attack_dma_fw_cfg(machine):
    """The emulator's own device, which no IOMMU holds, stays shut."""
    attacker = Attacker(machine)
    own = attacker.number("own_page")
    for target in (attacker.own()[0], own + 0x200):
        if fw_cfg_reads(attacker, target) == FW_CFG_SIGNATURE:
            raise Failed(f"fw_cfg writes to {target:#x}")
        attacker.expect_events("PORT_DENIED", FW_CFG_DMA + 4)


@test(**UNPROTECTED)
def attack_dma_fw_cfg_unprotected(machine):
    if fw_cfg_reads(Attacker(machine), SPARE) != FW_CFG_SIGNATURE:
        raise Failed("fw_cfg does not write to memory")


def hpet_writes(attacker, address, value):
    """Has a timer announce its interrupt by a write to an address."""
    config = attacker.number(f"load {HPET_CONFIG:#x}")
    attacker.run(f"store {HPET_CONFIG:#x} mov4 {config | HPET_ON:#x}",
                 f"store {HPET_ROUTE:#x} mov8 {address << 32 | value:#x}",
                 f"store {HPET_TIMER:#x} mov4 {HPET_INTERRUPT | HPET_FSB:#x}")
    events = attacker.machine.events()[attacker.seen:]
    ticks = attacker.number(f"load {HPET_COUNTER:#x}") + HPET_TICKS
    attacker.run(f"store {HPET_COMPARATOR:#x} mov4 {ticks & 0xFFFFFFFF:#x}")
    time.sleep(HPET_SECONDS)
    attacker.run(f"store {HPET_TIMER:#x} mov4 0",
                 f"store {HPET_CONFIG:#x} mov4 {config:#x}")
    found = words_at(attacker.machine, address, 1)[0] & 0xFFFFFFFF
    return found == value, events


@test(**PROTECTED)
def attack_hpet(machine):
    """No timer's interrupt becomes a write to memory."""
    attacker = Attacker(machine)
    own = attacker.number("own_page")
    for target in (telling_place(machine, attacker.own()[0]), own + 0x200):
        written, events = hpet_writes(attacker, target, 0x48504554)
        if written:
            raise Failed(f"the HPET writes to {target:#x}")
        denied = {event["a"] for event in events
                  if event["event"] in ("MSI_DENIED", "REPEATED")}
        if target != own + 0x200 and not {HPET_ROUTE, HPET_TIMER} <= denied:
            raise Failed(f"events: {events}")
    kernel_is_healthy(machine)


@test(**UNPROTECTED)
def attack_hpet_unprotected(machine):
    if not hpet_writes(Attacker(machine), SPARE, 0x48504554)[0]:
        raise Failed("the HPET does not write to memory")


@test(**PROTECTED)
def attack_vapic(machine):
    """QEMU's kvmvapic, which patches memory, hears nothing."""
    attacker = Attacker(machine)
    for port, size in ((VAPIC, 2), (VAPIC + 1, 1), (VAPIC, 1), (VAPIC - 1, 2)):
        attacker.run(f"port_out {port:#x} {size} 0x20")
        attacker.expect_events("PORT_DENIED", port)


@test(**DEGRADED)
def attack_dma_without_iommu(machine):
    """What is at stake: without one, any device takes any secret."""
    attacker = Attacker(machine)
    free_devices(machine)
    base, size = attacker.own()
    vtl1, _ = attacker.vtl1()
    spare = base + size // 2  # of the page pool, never used
    for device in DEVICES:
        for page in (base, vtl1 + VTL1_IMAGE):
            place = telling_place(machine, page)
            wanted, = words_at(machine, place, 1)
            result, = attacker.expect(SUCCEEDED, f"dma {device} read {place:#x}")
            if int(result.split()[-1], 16) != wanted:
                raise Failed(f"{device} reads {result}, not {wanted:#x}")
        if words_at(machine, spare, 1) != [0]:
            raise Failed("no unused page to write to")
        value = next(VALUES)
        attacker.expect(DONE, f"dma {device} write {spare:#x} {value:#x}")
        if words_at(machine, spare, 1) != [value]:
            raise Failed(f"{device} does not write to {spare:#x}")
        attacker.expect(DONE, f"dma {device} write {spare:#x} 0")


@test(**DEGRADED)
def status_says_dma_is_unprotected(machine):
    machine.check("dmesg | grep -q 'vbs: DMA is unprotected'")
    if machine.check("cat /sys/kernel/security/vbs/dma") != "unprotected":
        raise Failed("the driver says DMA is protected")
    status, output = machine.run("vbsctl status")
    if status != 1 or "DMA: unprotected: a device can write" not in output:
        raise Failed(f"status {status}: {output}")


@test(**PROTECTED)
def status_says_dma_is_protected(machine):
    machine.check("dmesg | grep -q 'vbs: DMA is protected'")
    if machine.check("cat /sys/kernel/security/vbs/dma") != "protected":
        raise Failed("the driver says DMA is unprotected")
    output = machine.run("vbsctl status")[1]
    if not re.search("^DMA: +protected$", output, re.M):
        raise Failed(output)
    checks = json.loads(machine.run("vbsctl check --json")[1])["checks"]
    if checks["iommu"]["verdict"] != "ready":
        raise Failed(f"vbsctl check: {checks['iommu']}")


@test(**PROTECTED)
def attack_dma_hot_plugged(machine):
    """A device that nobody knew at the start is held like the others."""
    attacker = Attacker(machine)
    ways = "grep -l 0x11e8 /sys/bus/pci/devices/*/device | wc -l"
    before = int(machine.check(ways))
    machine.qmp.execute("device_add", driver="edu", bus="spare", id="hot",
                        dma_mask=(1 << 64) - 1)
    machine.check(f"for i in $(seq {HOT_PLUG_SECONDS}); do "
                  f"test $({ways}) -gt {before} && exit 0; sleep 1; done; "
                  "dmesg | tail -20; exit 1")
    allowed(attacker, "edu")
    kept_out(attacker, "edu", telling_place(machine, attacker.own()[0]))
    kept_out(attacker, "edu", telling_place(machine, attacker.vtl1()[0]))
    kernel_is_healthy(machine)
