# SPDX-License-Identifier: GPL-2.0-or-later
"""VTL1 itself: that it starts, and that a call leaves nothing of it behind."""

from tests.e2e.attacker import PROTECTED, Attacker
from tests.e2e.registry import Failed, test

STARTED = r"OpenVBS \S+ active on {} CPUs?, VTL1 running"

# abi/service.h, abi/audit.h
SECURE_KERNEL, AUDIT = 0, 1
METHOD_STATUS, AUDIT_HEAD, NONCE_BYTES = 1, 3, 32
X87, SSE, AVX = 1, 2, 4


def vtl1_starts(machine, cpus):
    """The loader says so, and a call from each CPU is answered."""
    machine.wait_serial(STARTED.format(cpus))
    for cpu in range(cpus):
        found = Attacker(machine, cpu).one("vtl_call 1 0")
        if found != "status 0 value 0x1":
            raise Failed(f"CPU {cpu}: {found}")


@test(quick=True, **PROTECTED)
def vtl1_starts_2(machine):
    vtl1_starts(machine, 2)


@test(cpus=4, modules=("attack",))
def vtl1_starts_4(machine):
    vtl1_starts(machine, 4)


@test(quick=True, **PROTECTED)
def vtl1_leaves_no_state(machine):
    """Nothing of VTL1 is in a register behind a call that signs.

    Also where VTL0 hides registers from XSAVE to be handed what is in them.
    """
    services = (f"{SECURE_KERNEL} {METHOD_STATUS} 0",
                f"{AUDIT} {AUDIT_HEAD} {NONCE_BYTES}")
    lines = [f"vtl_state {service} {xcr0}" for service in services
             for xcr0 in (0, X87, X87 | SSE, X87 | SSE | AVX)]
    for cpu in range(2):
        Attacker(machine, cpu).expect("status 0, 0 changed", *lines)
