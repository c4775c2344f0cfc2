# SPDX-License-Identifier: GPL-2.0-or-later
"""The driver: binds by itself, carries calls, is unloaded, survives misuse.

The program tests/guest/vbs uses /dev/vbs; the daemon, if it runs, is stopped
first, because it would keep the device open and read the log.
"""

import hashlib
import re

from tests.e2e.attacker import kernel_is_healthy
from tests.e2e.registry import ALONE, REBOOTS, Failed, scaled, test
from tests.e2e.vbs import (AUDIT, AUDIT_HEAD, HEAD_BYTES, METHOD_POLICY,
                           NONCE_BYTES, NONCE_OFFSET, POLICY_BYTES,
                           SECURE_KERNEL, VBS, alone, call, works)
from tools.run import steps

FILES = "/sys/kernel/security/vbs"
MACHINE = {"cpus": 2, "programs": ("vbs",), "order": ALONE}
# A host thread a CPU, for calls that meet.
PARALLEL = {"cpus": 4, "programs": ("vbs",), "threads": "multi"}
ENOENT = 2
KILLS = scaled(20)
SPIN = 10_000_000  # rounds of echo's: many ticks of the timer
PARALLEL_SECONDS = scaled(10)
FUZZ_SECONDS = scaled(15)
FUZZ_SEED = 20261124

# The ACPI device alone, as the loader adds it.
DEVICE = """DefinitionBlock ("", "SSDT", 2, "OPNVBS", "DEVICE", 1) {
	Scope (\\_SB) { Device (VBS0) { Name (_HID, "OVBS0001") } }
}
"""

LOG_LINES = (
    r"vbs: VTL1 runs: OpenVBS \S+ on {cpus} CPUs with [1-9]\d* services",
    r"vbs: policy [0-9a-f]{{64}}",
    r"vbs: DMA is protected: devices reach what this kernel may",
    r"vbs: this is a test build: it protects nothing",
    r"vbs: /dev/vbs is there",
)
VALUES = {
    "version": r"\d+\.\d+\S*", "vtl1": "running",
    "services": "audit root echo keyring",
    "dma": "protected", "launched": "1", "policy_digest": "[0-9a-f]{64}",
    "calls": r"[1-9]\d*", "events_lost": r"\d+",
    "memory_free_bytes": r"[1-9]\d*", "secure_boot": "1", "tpm": "1",
    "test_build": "1",
}


def value(machine, name):
    return machine.check(f"cat {FILES}/{name}")


@test(quick=True, **MACHINE)
def driver_loads_by_itself(machine):
    machine.check("grep -q ^openvbs /proc/modules")
    log = machine.check("dmesg")
    for line in LOG_LINES:
        wanted = line.format(cpus=machine.hardware.cpus)
        if len(re.findall(wanted, log)) != 1:
            raise Failed(f"not once in the kernel log: {wanted}")
    mode = machine.check("stat -c '%a %F' /dev/vbs")
    if mode != "600 character special file":
        raise Failed(f"/dev/vbs: {mode}")


@test(quick=True, **MACHINE)
def driver_values(machine):
    """One value a file, and each is what VTL1 says."""
    wanted = VALUES | {"cpus": str(machine.hardware.cpus)}
    listed = set(machine.check(f"ls {FILES}").split())
    if listed != set(wanted):
        raise Failed(f"files: {sorted(listed ^ set(wanted))}")
    for name, pattern in wanted.items():
        found = value(machine, name)
        if not re.fullmatch(pattern, found):
            raise Failed(f"{name}: {found}")
    if int(value(machine, "calls")) >= int(value(machine, "calls")):
        raise Failed("the count of calls does not grow")
    _, policy = call(machine, SECURE_KERNEL, METHOD_POLICY, POLICY_BYTES)
    digest = hashlib.sha256(policy).hexdigest()
    if value(machine, "policy_digest") != digest:
        raise Failed("the digest is not that of the policy")


@test(quick=True, loader="none", programs=("vbs",))
def driver_stays_away_without(machine):
    machine.check("! grep -q ^openvbs /proc/modules")
    machine.check("modprobe openvbs")
    machine.check(f"! test -e /dev/vbs && ! test -e {FILES}")
    if "] vbs: " in machine.check("dmesg"):
        raise Failed("the driver talks where it has nothing to do")
    machine.check("rmmod openvbs")


@test(own=True, loader="none")
def driver_without_answer(lab):
    """The device is there, but nobody behind it: no driver, no harm."""
    folder = steps.BUILD / "test" / "driver_without_answer.acpi"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "device.asl").write_text(DEVICE)
    steps.command("iasl", "iasl", "-p", folder / "device",
                  folder / "device.asl")
    machine = lab.machine(
        extra=("-acpitable", f"file={folder}/device.aml")).wait_boot()
    machine.check("grep -q ^openvbs /proc/modules")
    if "vbs: VTL1 does not answer" not in machine.check("dmesg"):
        raise Failed("the driver does not say what is wrong")
    machine.check(f"! test -e /dev/vbs && ! test -e {FILES}")
    machine.check("rmmod openvbs")
    kernel_is_healthy(machine)


@test(quick=True, **MACHINE)
def driver_call(machine):
    alone(machine)
    if machine.check(f"{VBS} version") != "1 1":
        raise Failed("other versions")
    nonce = bytes(range(NONCE_BYTES))
    status, reply = call(machine, AUDIT, AUDIT_HEAD, HEAD_BYTES, nonce)
    if (status, len(reply)) != (0, HEAD_BYTES):
        raise Failed(f"status {status}, {len(reply)} bytes")
    if reply[NONCE_OFFSET:NONCE_OFFSET + NONCE_BYTES] != nonce:
        raise Failed("the reply is not to this request")
    status, output = machine.run(f"{VBS} message 99 1 8 ''")
    if status == 0 or f"errno {ENOENT} " not in output:
        raise Failed(f"a service that is not there: {output}")
    works(machine)


@test(quick=True, **MACHINE)
def driver_bad_arguments(machine):
    alone(machine)
    machine.check(f"{VBS} bad")
    works(machine)


@test(quick=True, **MACHINE)
def driver_call_from_user(machine):
    """VTL calls are for ring 0: elsewhere the instruction does not exist."""
    machine.check(f"{VBS} user-call")
    works(machine)


@test(**MACHINE)
def driver_fuzz(machine):
    alone(machine)
    machine.check(f"{VBS} fuzz {FUZZ_SECONDS} {FUZZ_SEED}",
                  timeout=FUZZ_SECONDS + 60)
    works(machine)


@test(**MACHINE)
def driver_unload_refused(machine):
    """While somebody has the device open; otherwise it goes and comes."""
    alone(machine)
    machine.check(f"{VBS} hold 600 > /dev/null 2>&1 & echo $! > /tmp/hold; "
                  "sleep 1")
    status, output = machine.run("rmmod openvbs")
    if status == 0 or "in use" not in output:
        raise Failed(f"unloaded while open: {output}")
    machine.check("kill $(cat /tmp/hold); sleep 1; rmmod openvbs")
    machine.check(f"! test -e /dev/vbs && ! test -e {FILES}")
    for _ in range(3):
        machine.check("modprobe openvbs && test -c /dev/vbs && "
                      "rmmod openvbs")
    alone(machine)
    works(machine)


@test(**PARALLEL)
def driver_parallel(machine):
    """All CPUs at once, more callers than CPUs."""
    alone(machine)
    machine.check(f"{VBS} parallel 8 {PARALLEL_SECONDS}",
                  timeout=PARALLEL_SECONDS + 120)
    works(machine)


@test(**PARALLEL)
def driver_parallel_replug(machine):
    """Calls go on while CPUs go and come."""
    alone(machine)
    machine.check(f"{VBS} parallel 8 {PARALLEL_SECONDS} > /tmp/parallel 2>&1 &"
                  " echo $! > /tmp/parallel.pid")
    for cpu in (1, 2, 3, 1, 2, 3):
        switch = f"/sys/devices/system/cpu/cpu{cpu}/online"
        machine.check(f"echo 0 > {switch}; sleep 0.5; echo 1 > {switch}")
    machine.check("while kill -0 $(cat /tmp/parallel.pid) 2> /dev/null; do "
                  "sleep 0.2; done", timeout=PARALLEL_SECONDS + 120)
    output = machine.check("cat /tmp/parallel")
    if ", 0 processes failed" not in output:
        raise Failed(output)
    works(machine)


def kill_callers(machine, then="true"):
    """Kill two callers where they are, again and again."""
    machine.check(
        f"for i in $(seq {KILLS}); do "
        f"  {VBS} loop {SPIN} & one=$!; {VBS} loop {SPIN} & two=$!; "
        "   sleep 0.0$((RANDOM % 10))$((RANDOM % 10)); "
        "   kill -9 $one $two; wait $one $two 2> /dev/null; "
        f"  {then} || exit 1; "
        "done", timeout=600)


@test(**PARALLEL)
def driver_kill(machine):
    """A killed caller is gone at once; what it began gets finished."""
    alone(machine)
    kill_callers(machine)
    works(machine)
    machine.check("rmmod openvbs && modprobe openvbs")
    works(machine)


@test(**PARALLEL)
def driver_unload_after_kill(machine):
    """Unloading waits for what killed callers have left."""
    alone(machine)
    kill_callers(machine, "rmmod openvbs && modprobe openvbs")
    if "unfinished" in machine.check("dmesg"):
        raise Failed("calls are left unfinished")
    works(machine)


@test(**MACHINE | {"order": REBOOTS})
def driver_kexec(machine):
    """The next kernel's driver binds anew; calls under way are dropped."""
    alone(machine)
    machine.check(f"for i in 1 2 3 4; do {VBS} loop {SPIN} > /dev/null 2>&1 & done")
    machine.check("kexec -s -l /vmlinuz --initrd=/initrd.img --reuse-cmdline")
    machine.send("sync; kexec -e")
    machine.wait_boot()
    machine.check("grep -q ^openvbs /proc/modules")
    alone(machine)
    works(machine)
