# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on VTL1 from ring 0 of VTL0, by VTL calls made by hand.

What the secure kernel refuses it tells the audit log, where it is looked for.
"""

import re
import struct

from tests.e2e import vbs
from tests.e2e.attacker import PARALLEL, PROTECTED, Attacker
from tests.e2e.registry import ALONE, Failed, scaled, test
from tests.e2e.test_attacks_live import MIB, memory_end, scan

WORDS = PROTECTED | {"programs": ("vbs",), "order": ALONE}
RACING = PARALLEL | {"programs": ("vbs",), "order": ALONE}
PAGE = 0x1000
# abi/vtl_call.h
VERSION, MESSAGE, RESUME, CANCEL, DRAIN, ADOPT, LAUNCHED, COUNT = range(1, 9)
# abi/status.h
(OK, INVALID, DENIED, NOT_FOUND, NO_MEMORY, NO_SPACE, UNSUPPORTED, CORRUPT,
 BUSY, CONFLICT, INTERRUPTED, CRASHED) = range(12)
ACCESS_NONE, ACCESS_READ, ACCESS_ALL = 0, 1, 15
# Local APIC, HPET, I/O APIC, ECAM, flash: what decodes, but is no memory.
DEVICES = (0xFEE00000, 0xFED00000, 0xFEC00000, 0xB0000000, 0xFFC00000)
# Beyond memory, beyond the processor's physical width, negative.
NOWHERE = (1 << 39, 1 << 40, 1 << 52, (1 << 63) - PAGE, (1 << 64) - PAGE)
HEAD = f"{vbs.AUDIT} {vbs.AUDIT_HEAD} {vbs.NONCE_BYTES}"
STATUS = f"{vbs.SECURE_KERNEL} {vbs.METHOD_STATUS} 0"
# svc/echo/echo.h
ECHO_ECHO, ECHO_CRASH, ECHO_CANARY, CRASH_KINDS = 1, 4, 9, 7
EREMOTEIO = 121
ROUNDS = 20000
WITHDRAW_ROUNDS = 5000
RANDOM_CALLS, RANDOM_RUNS = 100_000, scaled(3)
RANDOM_SEED = 3


def attacker_of(machine):
    vbs.alone(machine)
    return Attacker(machine)


def status_of(result):
    found = re.match(r"status (\d+)", result)
    if not found:
        raise Failed(result)
    return int(found[1])


def expect_status(attacker, wanted, *lines):
    """Each ends with one of the wanted statuses."""
    for line, result in zip(lines, attacker.run(*lines)):
        if status_of(result) not in wanted:
            raise Failed(f"{line}: {result}, not status {wanted}")


def hostile_pages(attacker):
    """Pages that are no memory of VTL0's."""
    pages = []
    for base, size in (attacker.own(), attacker.vtl1()):
        pages += [base, base + PAGE, base + size // 2 & -PAGE,
                  base + size - PAGE]
    return pages + [*DEVICES, *NOWHERE]


@test(quick=True, **WORDS)
def attack_vtl_pages(machine):
    """A message in a page that VTL0 does not own, or in none."""
    attacker = attacker_of(machine)
    vbs.records(machine)
    pages = hostile_pages(attacker)
    expect_status(attacker, (DENIED, INVALID),
                  *(f"vtl_send {page:#x} {STATUS}" for page in pages))
    found = vbs.records(machine)
    for page in pages:
        vbs.expect_record(found, "CALL_DENIED", a=MESSAGE, b=page)
    own = attacker.number("own_page") + PAGE
    expect_status(attacker, (INVALID,), *(
        f"vtl_send {own + offset:#x} {STATUS}"
        for offset in (1, 8, 0x800, PAGE - 1)))
    expect_status(attacker, (OK,), f"vtl_send own {STATUS}")
    vbs.works(machine)


@test(quick=True, **WORDS)
def attack_vtl_rights(machine):
    """VTL1 does for VTL0 only what VTL0 itself may do to the page."""
    attacker = attacker_of(machine)
    for rights, wanted in ((ACCESS_ALL, OK), (ACCESS_READ, DENIED),
                           (ACCESS_NONE, DENIED)):
        result = attacker.one(f"vtl_rights {rights}")
        written = int(result.split()[-1], 16)
        if (status_of(result) != wanted
                or written != (vbs.STATUS_BYTES if wanted == OK else 0)):
            raise Failed(f"rights {rights}: {result}")
    vbs.works(machine)


@test(quick=True, **WORDS)
def attack_vtl_calls(machine):
    """Calls that do not exist, handles that were never given."""
    attacker = attacker_of(machine)
    vbs.records(machine)
    numbers = (COUNT, COUNT + 1, 0x100, 1 << 32, (1 << 64) - 1)
    expect_status(attacker, (UNSUPPORTED,),
                  *(f"vtl_call {number:#x} 0" for number in numbers))
    expect_status(attacker, (CONFLICT,), f"vtl_call {LAUNCHED} 0")
    handles = (0, 1, 0xFFFF, 1 << 16, 1 << 63, (1 << 64) - 1)
    expect_status(attacker, (NOT_FOUND,),
                  *(f"vtl_call {call} {handle:#x}"
                    for call in (RESUME, CANCEL) for handle in handles))
    found = vbs.records(machine)
    for number in numbers:
        vbs.expect_record(found, "CALL_DENIED", a=number)
    vbs.expect_record(found, "CALL_DENIED", a=LAUNCHED)
    vbs.works(machine)


def abandon(attacker):
    """Interrupted calls until no more are taken; how many there are."""
    result = attacker.one(f"vtl_abandon 64 {HEAD}")
    found = re.fullmatch(r"(\d+) handles, status (\d+)", result)
    if not found or int(found[1]) < 4 or int(found[2]) != BUSY:
        raise Failed(result)
    return int(found[1])


@test(quick=True, **WORDS)
def attack_vtl_abandon(machine):
    """Calls that are never resumed meet a bound, and can be dropped."""
    attacker = attacker_of(machine)
    vbs.records(machine)
    count = abandon(attacker)
    result = attacker.one("vtl_resume")
    if result != f"{count} of {count} finished, 0 twice":
        raise Failed(result)
    if abandon(attacker) != count:
        raise Failed("the second time there is less room")
    result = attacker.one(f"vtl_call {ADOPT} 0")
    if result != f"status {OK} value {count:#x}":
        raise Failed(result)
    expect_status(attacker, (OK,), "vtl_drain")
    result = attacker.one("vtl_resume")
    if result != f"0 of {count} finished, 0 twice":
        raise Failed(result)
    vbs.works(machine)
    found = vbs.records(machine)
    vbs.expect_record(found, "CALLS_BOUND")
    vbs.expect_record(found, "DRIVER_BOUND", a=count)


@test(quick=True, **WORDS)
def attack_vtl_crash(machine):
    """A service that crashes, in each way, takes nothing with it."""
    vbs.alone(machine)
    vbs.records(machine)
    for kind in range(CRASH_KINDS):
        request = struct.pack("<QQ", kind, 0).hex()
        status, output = machine.run(
            f"{vbs.VBS} message {vbs.ECHO} {ECHO_CRASH} 0 {request}")
        if status == 0 or f"errno {EREMOTEIO} " not in output:
            raise Failed(f"crash {kind}: {output}")
        echoed = vbs.call(machine, vbs.ECHO, ECHO_ECHO, 16, b"still there")
        if echoed != (OK, b"still there"):
            raise Failed(f"after crash {kind}: {echoed}")
        vbs.works(machine)
    found = [record["event"] for record in vbs.records(machine)
             if record["a"] == vbs.ECHO]
    for event in ("SERVICE_CRASHED", "SERVICE_STARTED"):
        if found.count(event) < CRASH_KINDS:
            raise Failed(f"{found.count(event)} records {event}")


def counts(result):
    """Calls by status, of a line that ends in "STATUS:COUNT ..."."""
    return {name: int(count)
            for name, count in re.findall(r"(\w+):(\d+)", result)}


@test(**RACING)
def attack_vtl_race(machine):
    """Another CPU changes the message while VTL1 reads it."""
    attacker = attacker_of(machine)
    result = attacker.one(f"vtl_race 1 {ROUNDS}", timeout=300)
    found = counts(result)
    if not result.startswith("succeeded") or found["other"]:
        raise Failed(result)
    if not found.get(str(OK)) or len(found) < 3:
        raise Failed(f"nothing was raced: {result}")
    vbs.works(machine)


@test(**RACING)
def attack_vtl_withdraw(machine):
    """No reply lands in a page once the right to it is withdrawn."""
    attacker = attacker_of(machine)
    result = attacker.one(f"vtl_withdraw 1 {WITHDRAW_ROUNDS}", timeout=300)
    found = counts(result)
    withdrawn, landed = (int(number) for number in re.match(
        r"withdrawn (\d+), landed (\d+)", result).groups())
    if landed or found["other"] or withdrawn < 10:
        raise Failed(result)
    if set(found) != {str(OK), str(DENIED), "other"}:
        raise Failed(f"not both ends: {result}")
    vbs.works(machine)


@test(**RACING)
def attack_vtl_random(machine):
    """Calls by the hundred thousand, most of them nearly right."""
    attacker = attacker_of(machine)
    pages = " ".join(f"{page:#x}" for page in hostile_pages(attacker)[:7])
    for run in range(RANDOM_RUNS):
        result = attacker.one(
            f"vtl_random {RANDOM_CALLS} {RANDOM_SEED + run} {pages}",
            timeout=600)
        found = counts(result)
        if (not result.startswith(f"drained {OK},")
                or sum(found.values()) != RANDOM_CALLS
                or not found.get(str(INTERRUPTED)) or not found[str(OK)]):
            raise Failed(f"seed {RANDOM_SEED + run}: {result}")
        vbs.records(machine)
    vbs.works(machine)


def canaries(seed, first, count):
    """What svc/echo makes of a number that alone passes through VTL0."""
    for n in range(first, first + count):
        state = (seed + n * 0x9E3779B97F4A7C15) % (1 << 64)
        yield (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % (1 << 64)


@test(**WORDS)
def attack_vtl_canaries(machine):
    """Numbers that VTL1 makes are nowhere in the memory that VTL0 reads."""
    attacker = attacker_of(machine)
    seed = 0x1D872B41
    status, _ = vbs.call(machine, vbs.ECHO, ECHO_CANARY, 0,
                         struct.pack("<QQ", seed, 0))
    if status != OK:
        raise Failed(f"no canaries: status {status}")
    for first in (1, 1024):
        marker = struct.pack("<4Q", *canaries(seed, first, 4))
        result = scan(attacker, MIB, memory_end(machine), marker)
        if "found 0," not in result:
            raise Failed(result)
    vbs.works(machine)
