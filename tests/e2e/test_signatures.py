# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped image, instruction by instruction: what signatures take.

With -icount the emulator's time-stamp counter counts instructions, and the
attacking module reads it right before and behind a VTL call. What is counted
is exact; nothing here is about time. RSA is left out: a signature takes longer
than the time between two interrupts.
"""

from tests.e2e import keys, vbs
from tests.e2e.attacker import CALL_BASE, UD, Attacker, kernel_is_healthy
from tests.e2e.registry import Failed, test

SHIPPED = {"loader": "ship", "cpus": 1, "icount": "shift=0",
           "modules": ("attack",), "programs": ("vbs",)}
# SK_METHOD_TEST_* of abi/service.h, and lengths that one of them takes.
METHODS, METHOD_BYTES = range(256, 260), (4, 16, 32, 128)
STATUS_INVALID = 1  # the answer to a method that would take no data
SIGN_SECONDS = 900
KEYS, ROUNDS = 100, 5
FEW_KEYS = 3
# enum keyring_type and keyring_mechanism of abi/keyring.h, bytes to sign; and
# what takes longer: a digest's one byte more, a block more to hash.
LONGER = {(2, 4, 32): (2, 4, 33),  # P-256
          (3, 4, 48): (3, 4, 49),  # P-384
          (4, 5, 32): (4, 5, 32 + 128)}  # Ed25519


def instructions(attacker, what, count):
    """What signatures took: a list for each key."""
    result = attacker.one("vtl_clock_sign " +
                          " ".join(map(str, (*what, count, ROUNDS))),
                          timeout=SIGN_SECONDS)
    *found, end = result.split(";")
    if end.strip() != "status 0" or len(found) != count:
        raise Failed(f"signatures by {what}: {result}")
    return [[int(ticks) for ticks in line.split()] for line in found]


def constant(attacker, what):
    """The one number of instructions that signatures of all keys take."""
    found = instructions(attacker, what, KEYS)
    different = {ticks for line in found for ticks in line}
    if len(different) != 1:
        raise Failed(f"signatures by {what} take {sorted(different)}: {found}")
    return different.pop()


@test(**SHIPPED)
def shipped_image_has_no_test_doors(machine):
    """Neither the hypervisor's calls for tests nor VTL1's methods, by which
    its random numbers could be foretold."""
    Attacker(machine).expect(UD, f"call {CALL_BASE}")
    for method in METHODS:
        for length in METHOD_BYTES:
            status, _ = vbs.call(machine, vbs.SECURE_KERNEL, method, 0,
                                 bytes(length))
            if status != STATUS_INVALID:
                raise Failed(f"method {method}, {length} bytes: status "
                             f"{status}")
    if machine.run(f"{vbs.VBS} message {vbs.ECHO} 2 0 ''")[0] == 0:
        raise Failed("the echo service answers")


@test(**SHIPPED)
def signature_instructions_tell_no_key(machine):
    """The same message by 100 keys made in VTL1, of each type: the same number
    of instructions every time. A longer message is seen to take more."""
    # The daemon opens the vault, and then is out of the way.
    machine.check(keys.vbsctl("list"))
    machine.check("systemctl stop vbsd.socket vbsd.service")
    attacker = Attacker(machine)
    for what, longer in LONGER.items():
        usual = constant(attacker, what)
        for line in instructions(attacker, longer, FEW_KEYS):
            if min(line) <= usual:
                raise Failed(f"{longer} takes {line} instructions, {what} "
                             f"{usual}: what is counted?")
    machine.check("systemctl start vbsd.socket vbsd.service")
    kernel_is_healthy(machine)
