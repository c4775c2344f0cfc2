# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on the hypervisor's memory, and on the processor's SVM."""

import base64

from tests.e2e.attacker import (GP, PROTECTED, SPARE, SUCCEEDED, UD,
                                UNPROTECTED, Attacker, kernel_is_healthy,
                                program)
from tests.e2e.registry import Failed, test

PAGE = 0x1000
ROW = 256  # accesses in one go
VTL1_IMAGE = 0x10000  # abi/vtl1.h
MAPPINGS = ("pte", "pmd", "ioremap", "memremap")
ACCESSES = ("read1", "read2", "read4", "read8", "read_sse", "lods",
            "add_from", "write1", "write2", "write4", "write8", "write_sse",
            "movnti", "mov_immediate", "stos", "xchg", "lock_xadd", "lock_or",
            "lock_cmpxchg", "lock_cmpxchg16b", "lock_bts", "and", "inc")
# REP MOVSB from the module's own page into the next, or the other way, and
# how many bytes it has left where the next page is refused.
COPIES = ("copy_from", "copy_to")
COPY_LEFT = 0x40

# Their exit codes, APM vol. 2, appendix C, are the event's `a`.
INSTRUCTIONS = {"vmrun": 0x80, "vmmcall": 0x81, "vmload": 0x82,
                "vmsave": 0x83, "stgi": 0x84, "clgi": 0x85, "skinit": 0x86,
                "invlpga": 0x7A}
EXIT_VMMCALL = 0x81
EFER = 0xC0000080
EFER_SVME = 1 << 12
VM_CR = 0xC0010114
VM_CR_DISABLED_LOCKED = 0x18
VM_HSAVE_PA = 0xC0010117
STATUS_SIGILL = 128 + 4
# mov $1,%eax (no call of the test image); vmmcall; mov $60,%eax; syscall
USER_CALL = bytes.fromhex("b801000000 0f01d9 b83c000000 31ff 0f05")


def all_accesses():
    """(mapping, access, offset): in a row, offsets differ."""
    for mapping in MAPPINGS:
        accesses = ACCESSES
        if mapping in ("pte", "pmd"):
            accesses += ("execute",)
        for index, access in enumerate(accesses):
            yield mapping, access, 0x10 * (index + 1)


def refused_everywhere(attacker, pages):
    for page in pages:
        attacker.expect(GP, *(
            f"memory {mapping} {access} {page + offset:#x}"
            for mapping, access, offset in all_accesses()))
        attacker.expect_events("MEMORY_DENIED", *(
            page + offset for _, _, offset in all_accesses()))
    kernel_is_healthy(attacker.machine)


@test(quick=True, **PROTECTED)
def attack_memory(machine):
    """Image, text, page pool and a CPU's stack: no access of any kind."""
    attacker = Attacker(machine)
    base, size = attacker.own()
    refused_everywhere(attacker, (base, base + PAGE, base + size // 2,
                                  base + size - PAGE))


@test(quick=True, **PROTECTED)
def attack_memory_vtl1(machine):
    """Boot page, tables, secure kernel, services and free frames of VTL1."""
    attacker = Attacker(machine)
    base, size = attacker.vtl1()
    refused_everywhere(attacker, (base, base + PAGE, base + VTL1_IMAGE,
                                  base + size // 2, base + size - PAGE))
    # Every frame of it, by one read each.
    for first in range(base, base + size, ROW * PAGE):
        attacker.expect(GP, *(
            f"memory pte read8 {page:#x}"
            for page in range(first, min(first + ROW * PAGE, base + size),
                              PAGE)))
    kernel_is_healthy(machine)


@test(**PROTECTED)
def attack_memory_copy_across(machine):
    attacker = Attacker(machine)
    base, _ = attacker.own()
    for index, copy in enumerate(COPIES):
        page = base + index * PAGE
        result, = attacker.expect(GP, f"memory pte {copy} {page:#x}")
        if int(result.split()[-1], 16) != COPY_LEFT:
            raise Failed(f"{copy}: {result}")
        attacker.expect_events("MEMORY_DENIED", page)


@test(**UNPROTECTED)
def attack_memory_unprotected(machine):
    attacker = Attacker(machine)
    lines = []
    for mapping, access, offset in all_accesses():
        address = SPARE + PAGE + offset
        lines.append(f"memory pte write8 {address:#x}")  # what "execute" runs
        lines.append(f"memory {mapping} {access} {address:#x}")
    results = attacker.expect(SUCCEEDED, *lines)
    for line, result in zip(lines, results):
        if " read8 " in line and int(result.split()[-1], 16) == 0:
            raise Failed(f"{line}: nothing read")
    for copy in COPIES:
        result, = attacker.expect(SUCCEEDED, f"memory pte {copy} {SPARE:#x}")
        if int(result.split()[-1], 16) != 0:
            raise Failed(f"{copy}: {result}")


@test(quick=True, **PROTECTED)
def attack_svm(machine):
    """SVM looks disabled by firmware, and is no use."""
    attacker = Attacker(machine)
    for enable in ("", " enable"):
        attacker.expect(UD, *(f"svm {name}{enable}" for name in INSTRUCTIONS))
        attacker.expect_events("VIRT_DENIED", *INSTRUCTIONS.values())
    if attacker.number(f"msr_read {VM_CR:#x}") != VM_CR_DISABLED_LOCKED:
        raise Failed("VM_CR does not read as disabled")
    efer = attacker.number(f"msr_read {EFER:#x}")
    if efer & EFER_SVME:
        raise Failed("EFER.SVME reads as set")
    own = attacker.number("own_page")
    attacker.expect(GP, f"msr_write {VM_HSAVE_PA:#x} {own:#x}",
                    f"msr_write {EFER:#x} {efer | EFER_SVME:#x}")
    attacker.expect_events("MSR_DENIED", EFER, VM_HSAVE_PA)
    status, output = machine.run("udevadm settle; modprobe kvm_amd")
    if status == 0 or "not supported" not in output:
        raise Failed(f"KVM: status {status}, {output}")


@test(**UNPROTECTED)
def attack_svm_unprotected(machine):
    attacker = Attacker(machine)
    efer = attacker.number(f"msr_read {EFER:#x}")
    own = attacker.number("own_page")
    attacker.expect(SUCCEEDED, f"msr_write {EFER:#x} {efer | EFER_SVME:#x}",
                    f"msr_write {VM_HSAVE_PA:#x} {own:#x}")
    attacker.expect(SUCCEEDED, *(
        f"svm {name} enable" for name in ("clgi", "stgi", "vmsave", "vmload",
                                          "invlpga", "vmrun")))


def user_call(machine):
    """Status of a program that executes VMMCALL in ring 3."""
    encoded = base64.b64encode(program(USER_CALL)).decode()
    machine.check(f"echo {encoded} | base64 -d > /tmp/user-call && "
                  "chmod +x /tmp/user-call")
    return machine.run("taskset -c 0 /tmp/user-call")[0]


@test(**PROTECTED)
def attack_call_from_user(machine):
    attacker = Attacker(machine)
    attacker.run("svm stgi")  # so that the next event is no repetition
    if user_call(machine) != STATUS_SIGILL:
        raise Failed("VMMCALL in ring 3 is no illegal instruction")
    attacker.expect_events("VIRT_DENIED", EXIT_VMMCALL)
