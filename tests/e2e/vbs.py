# SPDX-License-Identifier: GPL-2.0-or-later
"""VTL1 as the tests reach it: by tests/guest/vbs through /dev/vbs."""

import functools
import re
import struct

from tests.e2e.attacker import kernel_is_healthy
from tests.e2e.machine import Failed
from tools.run import steps

VBS = "/run/payload/vbs"
# abi/service.h and abi/audit.h
SECURE_KERNEL, AUDIT, ECHO, KEYRING = 0, 1, 3, 4
METHOD_STATUS, METHOD_POLICY = 1, 3
TEST_CRASH, TEST_SEED = 258, 259
STATUS_BYTES, POLICY_BYTES = 120, 64
AUDIT_READ, AUDIT_HEAD = 2, 3
HEAD_BYTES, NONCE_BYTES, NONCE_OFFSET = 160, 32, 64
MESSAGE_BYTES = 4056
BATCH = struct.Struct(f"<QII{HEAD_BYTES}x")
RECORD = struct.Struct("<QII QQIIQQQ")
SOURCE_SECURE_KERNEL = 2


def alone(machine):
    """Nobody but the test uses the device: the daemon would read the log."""
    machine.run("systemctl mask --quiet --runtime --now "
                "vbsd.socket vbsd.service")
    machine.check("modprobe openvbs && test -c /dev/vbs")


def call(machine, service, method, out_bytes, data=b""):
    """One message; returns (status, bytes of the reply)."""
    output = machine.check(f"{VBS} message {service} {method} {out_bytes} "
                           f"'{data.hex()}'")
    status, _, reply = output.partition("\n")
    return int(status.split()[1]), bytes.fromhex(reply)


def acting(service, method, data):
    """A command: one message without a reply, which must succeed."""
    return (f"{VBS} message {service} {method} 0 {data.hex()} | "
            "grep -qx 'status 0'")


def keyring_restart(machine, meanwhile="true"):
    """The keyring crashes while no daemon runs, and is given its keys back;
    what the daemon said of it. Its memory is gone."""
    machine.check("systemctl stop vbsd.socket vbsd.service")
    machine.check(meanwhile)
    machine.check(acting(SECURE_KERNEL, TEST_CRASH,
                         struct.pack("<I", KEYRING)))
    machine.check("systemctl start vbsd.socket vbsd.service", 60)
    return machine.check(
        "journalctl -q -u vbsd.service _SYSTEMD_INVOCATION_ID="
        "$(systemctl show -P InvocationID vbsd.service) -o cat | "
        "grep ^keys: || true")


def works(machine):
    """The secure kernel and a service still answer, and Linux is content."""
    for wanted, words in (
            (STATUS_BYTES, (SECURE_KERNEL, METHOD_STATUS, STATUS_BYTES)),
            (HEAD_BYTES, (AUDIT, AUDIT_HEAD, HEAD_BYTES,
                          bytes(NONCE_BYTES)))):
        status, reply = call(machine, *words)
        if (status, len(reply)) != (0, wanted):
            raise Failed(f"service {words[0]}: status {status}, "
                         f"{len(reply)} bytes")
    kernel_is_healthy(machine)


@functools.cache
def event_names():
    text = (steps.TOP / "abi" / "events.h").read_text()
    return {int(number): name for name, number in re.findall(
        r"X\((\w+), (\d+),", text)}


def records(machine):
    """All records of the audit log that are left, which empties it."""
    found, acknowledged = [], 0
    while True:
        status, batch = call(machine, AUDIT, AUDIT_READ, MESSAGE_BYTES,
                             struct.pack("<Q", acknowledged))
        if status != 0:
            raise Failed(f"the log does not answer: status {status}")
        _, count, _ = BATCH.unpack_from(batch)
        for index in range(count):
            fields = RECORD.unpack_from(batch,
                                        BATCH.size + index * RECORD.size)
            sequence, source, _, _, _, kind, cpu, a, b, _ = fields
            found.append({"sequence": sequence, "source": source, "cpu": cpu,
                          "event": event_names().get(kind, kind),
                          "a": a, "b": b})
            acknowledged = sequence
        if count == 0:
            return found


def expect_record(found, event, **fields):
    """A record of the secure kernel's with these fields; Failed without."""
    for record in found:
        if (record["event"] == event
                and record["source"] == SOURCE_SECURE_KERNEL
                and all(record[name] == value
                        for name, value in fields.items())):
            return record
    wanted = " ".join(f"{name}={value:#x}" for name, value in fields.items())
    raise Failed(f"no record {event} {wanted} of {len(found)}")
