# SPDX-License-Identifier: GPL-2.0-or-later
"""vbsd and vbsctl: an administrator sees how the machine is protected, and
events reach the journal and the stored log, whatever happens on the way."""

import base64
import json
import re
import struct
import time

from tests.e2e.attacker import GP, PROTECTED, Attacker
from tests.e2e.registry import Failed, test

LOGS = "/var/lib/openvbs/log"
PIECE_BYTES = 48 << 10  # a command has 128 KiB at most
COPY = "/run/copy.log"
# Registers that are nobody's; in turn, so that each write is an event.
UNLISTED = (0xCE, 0x1234)
PUMP_SECONDS = 15
KILLS = 5
EXPOSURE_MOST = 2.0

# host/libvbs/log_format.h
HEADER_BYTES, BATCH_BYTES, RECORD_BYTES, HEAD_BYTES = 80, 24, 64, 160
RECORD_A = 40  # of a record: the event's first word


def contains(output, *wanted):
    for words in wanted:
        if words not in output:
            raise Failed(f"not said: {words}\n{output}")


def exits(machine, status, command, timeout=60):
    """Run a command that must end with this status; its output."""
    found, output = machine.run(command, timeout)
    if found != status:
        raise Failed(f"status {found}, not {status}: {command}\n{output}")
    return output


def report(machine):
    _, output = machine.run("vbsctl status --json")
    return json.loads(output)


def wait_stored(machine, sequence=1):
    """Wait until vbsd has stored so many events; how many it has."""
    deadline = time.monotonic() + PUMP_SECONDS
    while True:
        stored = (report(machine).get("events") or {}).get("stored", 0)
        if stored >= sequence:
            return stored
        if time.monotonic() > deadline:
            raise Failed(f"{stored} events stored, not {sequence}: "
                         + machine.run("systemctl status vbsd.service")[1])
        time.sleep(0.5)


# --- without OpenVBS ----------------------------------------------------------

@test(quick=True, loader="none", modules=("hello",))
def vbsctl_says_off_without(machine):
    contains(exits(machine, 2, "vbsctl status"), "not running", "Remedy:")
    document = report(machine)
    if document["level"] != "off" or not document["reason"]:
        raise Failed(f"level off, with a reason, expected: {document}")
    contains(exits(machine, 2, "vbsctl version"), "vbsctl")
    exits(machine, 2, "vbsctl policy show")
    exits(machine, 2, "vbsctl events")
    exits(machine, 2, "vbsctl verify-log")
    exits(machine, 64, "vbsctl status --nonsense")


@test(quick=True, loader="none", modules=("hello",))
def vbsd_stays_out_without(machine):
    for unit in ("vbsd.service", "vbsd.socket"):
        state = machine.run(f"systemctl is-active {unit}")[1].strip()
        if state != "inactive":
            raise Failed(f"{unit} is {state}")
    machine.check("! test -e /run/openvbs")
    failed = machine.check("systemctl --failed --no-legend --plain")
    if "vbsd" in failed:
        raise Failed(failed)


@test(quick=True, loader="none", modules=("hello",))
def vbsctl_checks_a_machine_without(machine):
    """The test bed is one that OpenVBS starts on, degraded."""
    contains(exits(machine, 1, "vbsctl check"), "would run degraded")
    checks = json.loads(machine.run("vbsctl check --json")[1])["checks"]
    for key in ("cpu_vendor", "svm", "nested_paging", "gib_pages", "uefi",
                "secure_boot", "tpm", "chipset", "lockdown"):
        if checks[key]["answer"] != "yes":
            raise Failed(f"{key}: {checks[key]}")


# --- with it ------------------------------------------------------------------

@test(quick=True, **PROTECTED)
def vbsctl_shows_vtl1(machine):
    machine.check("systemctl is-active vbsd.service vbsd.socket")
    wait_stored(machine)
    contains(exits(machine, 1, "vbsctl status"), "running, degraded",
             "Services running:", "audit", "DMA:", "none missing")
    document = report(machine)
    running = document["services"]["running"]
    if "audit" not in running or running != document["services"]["configured"]:
        raise Failed(f"services: {document['services']}")
    available = document["properties"]["available"]
    for name in ("hypervisor", "VTL1", "Secure Boot", "TPM 2.0",
                 "DMA protection"):
        if name not in available:
            raise Failed(f"{name} is not available: {available}")
    contains(json.dumps(document["problems"]), "test build")
    exits(machine, 1, "vbsctl check")
    versions = json.loads(machine.check("vbsctl version --json"))
    if versions["openvbs"] != versions["vbsctl"]:
        raise Failed(f"versions: {versions}")


@test(quick=True, **PROTECTED)
def vbsctl_tells_the_policy(machine):
    contains(machine.check("vbsctl policy show"), "enforce", "VTL1")
    contains(machine.check("vbsctl policy test AUDIT"), "AUDIT: enforce")
    contains(machine.check("vbsctl policy test DMA"), "DMA: enforce")
    contains(machine.check("vbsctl policy test KERNEL_INTEGRITY"),
             "KERNEL_INTEGRITY: off")


@test(**PROTECTED)
def events_are_not_for_everybody(machine):
    nobody = "setpriv --reuid=nobody --regid=nogroup --clear-groups "
    contains(exits(machine, 1, nobody + "vbsctl status"), "running, degraded")
    contains(exits(machine, 2, nobody + "vbsctl events"), "openvbs")
    contains(exits(machine, 1, nobody + "vbsctl events -f"), "root and the")
    exits(machine, 2, nobody + "vbsctl verify-log --live")
    exits(machine, 1, nobody + "cat /dev/vbs")
    member = "setpriv --reuid=nobody --regid=nogroup --groups=openvbs "
    contains(machine.check(member + "vbsctl events"), "LAUNCH")
    machine.check(member + "vbsctl verify-log --live")


@test(quick=True, **PROTECTED)
def an_attack_is_in_journal_and_log(machine):
    before = wait_stored(machine)
    attacker = Attacker(machine)
    attacker.expect(GP, f"msr_write {UNLISTED[0]:#x} 0x77")
    wait_stored(machine, before + 1)
    lines = machine.check("vbsctl events --json").splitlines()
    events = [json.loads(line) for line in lines]
    if not any(event["event"] == "MSR_DENIED" and event["b"] == "0x77"
               and event["a"] == hex(UNLISTED[0]) for event in events):
        raise Failed("no MSR_DENIED among the events")
    contains(machine.check("vbsctl events"), "MSR_DENIED")
    contains(machine.check("journalctl -u vbsd.service -o json VBS_B=0x77"),
             '"VBS_EVENT":"MSR_DENIED"', "MESSAGE_ID")


def read_file(machine, path):
    return base64.b64decode(machine.check(f"base64 -w0 {path}", 120))


def write_copy(machine, data):
    machine.check(f": > {COPY}")
    for at in range(0, len(data), PIECE_BYTES):
        piece = base64.encodebytes(data[at:at + PIECE_BYTES]).decode()
        machine.check(f"base64 -d >> {COPY} <<'END'\n{piece}END", 120)


def batches(log):
    """(offset, records) of each batch of a stored log."""
    offset, found = HEADER_BYTES, []
    while offset < len(log):
        count = struct.unpack_from("<I", log, offset + 4)[0]
        found.append((offset, count))
        offset += BATCH_BYTES + count * RECORD_BYTES + HEAD_BYTES
    return found


def tampered(machine, log, words):
    """This log does not pass, and verify-log says why."""
    write_copy(machine, bytes(log))
    contains(exits(machine, 1, f"vbsctl verify-log {COPY}"), words)


@test(**PROTECTED)
def verify_log_proves_and_sees_tampering(machine):
    attacker = Attacker(machine)
    stored = wait_stored(machine)
    for turn in range(3):  # three batches at least
        attacker.expect(GP, *(f"msr_write {number:#x} {turn + 1}"
                              for number in UNLISTED))
        stored = wait_stored(machine, stored + 1)
    contains(machine.check("vbsctl verify-log --live"),
             "proved: order and integrity of records 1 to",
             "by a head that VTL1 signed for this reader")
    path = machine.check(f"ls -t {LOGS}/*.log").split()[0]
    log = read_file(machine, path)
    found = batches(log)
    first, last = found[0], found[-1]
    write_copy(machine, log)
    contains(machine.check(f"vbsctl verify-log {COPY}"), "complete: not proved")

    edited = bytearray(log)
    edited[last[0] + BATCH_BYTES + RECORD_A] ^= 1
    tampered(machine, edited, "was changed")

    middle = found[1][0]
    tampered(machine, log[:middle] + log[found[2][0]:], "missing")

    start = first[0] + BATCH_BYTES
    one, two = start + RECORD_BYTES, start + 2 * RECORD_BYTES
    tampered(machine, log[:start] + log[one:two] + log[start:one] + log[two:],
             "out of order")

    write_copy(machine, log[:last[0]])
    machine.check(f"vbsctl verify-log {COPY}")  # offline a cut does not show
    contains(exits(machine, 1, f"vbsctl verify-log --live {COPY}"),
             "VTL1 has records that the log has not")


def journal_sequences(machine):
    # By user, not by unit: the journal looks the unit up when it takes an
    # entry, and finds none for a sender that has been killed by then.
    output = machine.check(
        "journalctl _UID=$(id -u vbsd) -o json --output-fields=VBS_SEQUENCE")
    return {int(found) for found in
            re.findall(r'"VBS_SEQUENCE":"(\d+)"', output)}


@test(own=True, **PROTECTED)
def vbsd_killed_loses_nothing(lab):
    machine = lab.machine().wait_boot()
    attacker = Attacker(machine)
    before = wait_stored(machine)
    machine.check(
        f"(for i in $(seq {KILLS}); do sleep 1.5; "
        "systemctl kill -s KILL vbsd.service; done) > /dev/null 2>&1 &")
    for turn in range(KILLS * 4):
        attacker.run(*(f"msr_write {number:#x} {turn}"
                       for _ in range(10) for number in UNLISTED))
        time.sleep(0.5)
    machine.check("systemctl is-active --wait vbsd.service || sleep 2")
    stored = wait_stored(machine, before + KILLS)
    restarts = machine.check("systemctl show -P NRestarts vbsd.service")
    if int(restarts) < KILLS:
        raise Failed(f"vbsd came back {restarts} times, not {KILLS}")
    contains(machine.check("vbsctl verify-log --live"),
             "by a head that VTL1 signed for this reader")
    missing = set(range(1, stored + 1)) - journal_sequences(machine)
    if missing:
        raise Failed(f"not in the journal: {sorted(missing)[:10]}")
    if report(machine)["events"]["gaps"] != 0:
        raise Failed("a gap where nothing is missing")


@test(**PROTECTED)
def vbsd_is_hardened(machine):
    output = machine.check("systemd-analyze security --no-pager vbsd.service")
    exposure = float(re.search(r"exposure level for vbsd.service: ([\d.]+)",
                               output)[1])
    if exposure >= EXPOSURE_MOST:
        raise Failed(f"exposure {exposure}")
    user = machine.check("ps -o user= -C vbsd").strip()
    if user != "vbsd":
        raise Failed(f"vbsd runs as {user}")
