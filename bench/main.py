# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers: what OpenVBS costs and how large it is.

One function per name of `./openvbs bench [NAME]`; each yields (key, value,
remark). Keys are stable: programs read them with --json.
"""

import argparse
import json
import re
import shutil
import statistics
import time

from tests.e2e import keys as programs_with_keys
from tests.e2e import test_devices as devices
from tests.e2e.attacker import CONTROL, SPARE_DEVICES, Attacker
from tests.e2e.machine import Failed, Machine
from tools.run import build, guest, module, steps

PAYLOAD = steps.BUILD / "bench" / "payload"
IDLE_SECONDS = 20
WORK_ROUNDS = 40
RATIO_ROUNDS = 20
BOOT_PAIRS = 3
# Long: counting instructions makes a boot several times slower.
PATIENCE = 1200
CLOCK_ROUNDS = 2000
LOOP_MS = 4000
ECHO, ECHO_NULL = 3, 2  # abi/service.h, svc/echo/echo.h
TRACE_BYTES, TRACE_SECONDS = 2 << 20, 60
TRACE_LOOP_MS = 500  # of the machine's clock: half a minute and more here
SIGN_SECONDS = 3
SIGN_ROUNDS = 5
LOAD_SECONDS = 10
DISK_READS, RATE_ROUNDS = 2, 5
# How to link what runs in the guest: alone, unless it loads a module.
LINK = {"pkcs11": ("-I/usr/include/p11-kit-1", "-pthread")}
SPEED_LINE = re.compile(r"^ *256 bits ecdsa.*s +([\d.]+) +[\d.]+$", re.M)
TRACE_LINE = re.compile(r"Trace \d+: 0x\w+ \[\w+/(\w+)/")
# Where the secure kernel's text is (abi/vtl1.h); Linux is further up.
VTL1_TEXT = range(0xffffffff80010000, 0xffffffff80200000)


def programs(disk):
    """Build what runs inside the guest; returns the payload folder."""
    PAYLOAD.mkdir(parents=True, exist_ok=True)
    for source in sorted((steps.TOP / "bench" / "guest").glob("*.c")):
        steps.command("bench", "gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra",
                      "-Werror", "-I", steps.TOP, source, "-o",
                      PAYLOAD / source.stem,
                      *LINK.get(source.stem, ("-static",)))
    shutil.copy(module.build("attack", disk.base) / "attack.ko", PAYLOAD)
    return PAYLOAD


def machine(name, guest, loader, **hardware):
    return Machine(f"bench.{name}", guest, loader=loader, payload=PAYLOAD,
                   **hardware)


def exits(booted):
    """Exit counters by reason, all CPUs, since launch."""
    def reports():
        text = (booted.folder / "debug.log").read_text("utf-8", "replace")
        return [json.loads(line)["exits"] for line in text.splitlines()
                if line.startswith('{"exits"')]
    before = len(reports())
    booted.check("/run/payload/report")
    deadline = time.monotonic() + 10
    while len(reports()) == before:
        if time.monotonic() > deadline:
            raise Failed("no exit counters on the debug console")
        time.sleep(0.1)
    return reports()[-1]


def rate(booted, command, seconds=None):
    """Exits per second while a command runs: without the APIC, and of it."""
    first, began = exits(booted), time.monotonic()
    booted.check(command, PATIENCE)
    last, spent = exits(booted), time.monotonic() - began
    spent = seconds or spent
    apic = last["apic"] - first["apic"]
    call = last["call"] - first["call"]  # the question itself
    total = sum(last.values()) - sum(first.values()) - apic - call
    return total / spent, apic / spent


def exit_numbers(guest):
    with machine("exits", guest, "test", cpus=1) as booted:
        booted.wait_boot(PATIENCE)
        at_boot = exits(booted)
        for reason, count in at_boot.items():
            yield f"vtl0.exits_boot.{reason}", count, ""
        yield "vtl0.exits_boot", sum(at_boot.values()), "1 CPU, to multi-user"
        for name, command in (
                ("idle", f"sleep {IDLE_SECONDS}"),
                ("work", f"/run/payload/work {WORK_ROUNDS}")):
            others, apic = rate(booted, command)
            yield f"vtl0.exits_per_s_{name}", others, "all but the APIC"
            yield (f"vtl0.exits_per_s_{name}_apic", apic,
                   "forced by the emulator: no x2APIC")


def instructions(guest, loader):
    """Instructions the fixed workload takes, hypervisor included."""
    with machine(f"icount.{loader}", guest, loader, cpus=1,
                 icount="shift=0") as booted:
        booted.wait_boot(PATIENCE)
        counts = [int(booted.check(f"/run/payload/work {RATIO_ROUNDS}",
                                   PATIENCE).split()[0]) for _ in range(3)]
    return statistics.median(counts)


def boot_seconds(guest, loader):
    began = time.monotonic()
    with machine(f"boot.{loader}", guest, loader, cpus=1) as booted:
        booted.wait_boot(PATIENCE)
        return time.monotonic() - began


def vtl0(guest):
    yield from exit_numbers(guest)
    bare, under = instructions(guest, "none"), instructions(guest, "ship")
    yield "vtl0.instructions_without", bare, f"{RATIO_ROUNDS} rounds"
    yield "vtl0.instructions_ratio", under / bare, "target: at most 1.01"
    pairs = [(boot_seconds(guest, "none"), boot_seconds(guest, "ship"))
             for _ in range(BOOT_PAIRS)]
    yield ("vtl0.boot_ratio",
           statistics.median(under / bare for bare, under in pairs),
           f"median of {BOOT_PAIRS} pairs; target: at most 1.05")


def attack(booted, line, cpu=0):
    """One command of tests/guest/attack; the number it tells last."""
    return Attacker(booted, cpu).number(line)


def traced(booted):
    """Addresses of some ten thousand instructions in a row."""
    log = booted.folder / "trace.log"
    monitor = booted.qmp.monitor
    monitor("stop")
    monitor(f"logfile {log}")
    monitor("singlestep on")
    monitor("log exec,nochain")
    monitor("cont")
    deadline = time.monotonic() + TRACE_SECONDS
    while log.stat().st_size < TRACE_BYTES and time.monotonic() < deadline:
        time.sleep(0.05)
    monitor("stop")
    monitor("log none")
    monitor("singlestep off")
    monitor("cont")
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := TRACE_LINE.match(line):
                yield int(found[1], 16)


def instructions_by_owner(booted):
    """(hypervisor's, secure kernel's) instructions of one null VTL call: the
    cheapest between two entries of the secure kernel, seen one by one."""
    base, size = Attacker(booted).own()
    booted.check(f"echo vtl_loop {TRACE_LOOP_MS} 2> /dev/null > {CONTROL} & "
                 "until pgrep vtl/ > /dev/null; do :; done", PATIENCE)
    time.sleep(1)  # what answers us has its turn first
    calls, counts, inside = [], None, False
    for address in traced(booted):
        was_inside, inside = inside, address in VTL1_TEXT
        if inside and not was_inside:
            calls.append(counts)
            counts = [0, 0]
        if counts:
            counts[0] += base <= address < base + size
            counts[1] += inside
    booted.check("while pgrep vtl/ > /dev/null; do sleep 0.1; done", PATIENCE)
    if len(calls) < 2:
        raise Failed("no call among what was traced")
    return min(calls[1:], key=sum)


def vtl(guest):
    with machine("vtl", guest, "test", cpus=1, icount="shift=0") as booted:
        booted.wait_boot(PATIENCE)
        yield ("vtl.null_call_instructions",
               attack(booted, f"vtl_clock 0 {CLOCK_ROUNDS}"),
               "hypervisor and secure kernel; target: at most 300")
        hypervisor, secure_kernel = instructions_by_owner(booted)
        yield "vtl.null_call_instructions_hv", hypervisor, "of these"
        yield "vtl.null_call_instructions_sk", secure_kernel, "of these"
        yield ("vtl.hypercall_instructions",
               attack(booted, f"vtl_clock_hypercall {CLOCK_ROUNDS}"),
               "a call that the hypervisor answers itself")
        yield ("vtl.null_service_call_instructions",
               attack(booted, f"vtl_clock_message {ECHO} {ECHO_NULL} "
                              f"{CLOCK_ROUNDS}"), "target: at most 700")
        yield ("vtl.interrupt_delay_instructions_max",
               attack(booted, f"vtl_clock_interrupted {ECHO} {ECHO_NULL} "
                              f"{CLOCK_ROUNDS}"), "target: at most 2,000")
    for cpus in (1, 2, 4):
        with machine(f"vtl.{cpus}", guest, "test", cpus=cpus,
                     threads="multi") as booted:
            booted.wait_boot(PATIENCE)
            calls = attack(booted, f"vtl_loop {LOOP_MS}")
            yield (f"vtl.calls_per_s_{cpus}", calls * 1000 / LOOP_MS,
                   "all CPUs together, 2 host processors")


def signatures(booted, token, kind, threads=1):
    """Signatures per second of a new key on the token."""
    return float(booted.check(
        f"/run/payload/pkcs11 {token.module} '{token.label}' {kind} {threads} "
        f"{SIGN_SECONDS} {token.pin}", PATIENCE))


def compared(booted, kind, rounds, *tokens):
    """The median of each token's signatures per second, taken in turn."""
    found = [[signatures(booted, token, kind) for token in tokens]
             for _ in range(rounds)]
    return [statistics.median(rates) for rates in zip(*found)]


def openssl_speed(booted):
    """Signatures per second of a key that is no more than numbers."""
    output = booted.check(f"openssl speed -seconds {SIGN_SECONDS} ecdsap256",
                          PATIENCE)
    return float(SPEED_LINE.search(output)[1])


def handshakes(booted, token):
    """Full TLS handshakes per second of nginx, whose P-256 key is in this
    token, or in a file."""
    web = programs_with_keys.Web(booted, token)
    key = "web"
    if token is None:
        key = f"{programs_with_keys.WORK}/web.key"
        booted.check(f"mkdir -p {programs_with_keys.WORK} && test -e {key} || "
                     "openssl genpkey -algorithm EC -pkeyopt "
                     f"ec_paramgen_curve:P-256 -out {key}")
    web.start((programs_with_keys.certificate(booted, token, key, "web"), key))
    rates = web.load(LOAD_SECONDS)
    web.stop()
    return rates


def keys(guest):
    system, user = programs_with_keys.SYSTEM, programs_with_keys.USER
    softhsm = programs_with_keys.SOFTHSM
    with machine("keys", guest, "ship", cpus=1) as booted:
        booted.wait_boot(PATIENCE)
        programs_with_keys.softhsm(booted)
        for kind in ("p256", "rsa2048"):
            ours, theirs = compared(booted, kind, SIGN_ROUNDS, user, softhsm)
            yield (f"keys.{kind}_sign_per_s", ours,
                   f"1 CPU, median of {SIGN_ROUNDS}")
            yield (f"keys.{kind}_ratio_softhsm", ours / theirs,
                   f"SoftHSM: {theirs:.0f}/s; target: above 1")
        yield ("keys.ed25519_sign_per_s",
               compared(booted, "ed25519", SIGN_ROUNDS, user)[0], "1 CPU")
        yield ("keys.openssl_p256_per_s",
               statistics.median(openssl_speed(booted)
                                 for _ in range(SIGN_ROUNDS)),
               "without any token, same machine")
        booted.check("usermod -aG openvbs-keys www-data")
        programs_with_keys.make(booted, "p256", "web", system=True)
        programs_with_keys.softhsm_key(booted, "p256", "web")
        rates = [[handshakes(booted, token)
                  for token in (system, softhsm, None)]
                 for _ in range(SIGN_ROUNDS)]
        ours, theirs, bare = (statistics.median(column)
                              for column in zip(*rates))
        yield ("keys.nginx_ratio_file", ours / bare,
               f"handshakes; with a file: {bare:.1f}/s")
        yield ("keys.nginx_ratio_softhsm", ours / theirs,
               f"handshakes; SoftHSM: {theirs:.1f}/s")
    for cpus in (2, 4):
        with machine(f"keys.{cpus}", guest, "ship", cpus=cpus,
                     threads="multi") as booted:
            booted.wait_boot(PATIENCE)
            yield (f"keys.p256_sign_per_s_{cpus}",
                   statistics.median(signatures(booted, user, "p256", cpus)
                                     for _ in range(SIGN_ROUNDS)),
                   "a thread a CPU, 2 host processors")


def disk_rate(booted):
    """MiB per second read from the spare NVMe disk, past all caches."""
    name = devices.disk_name(booted, devices.DISKS["nvme"])
    began = time.monotonic()
    booted.check(f"for i in $(seq {DISK_READS}); do dd if=/dev/{name} bs=1M "
                 f"count={devices.MIB} iflag=direct of=/dev/null status=none; "
                 "done", PATIENCE)
    return DISK_READS * devices.MIB / (time.monotonic() - began)


def network_rate(booted):
    """MiB per second received from the host."""
    began = time.monotonic()
    devices.receive(booted, "cat > /dev/null")
    return devices.MIB / (time.monotonic() - began)


def dma(guest):
    """Devices with and without an IOMMU, both machines in turn."""
    with (machine("dma", guest, "ship", cpus=1, extra=SPARE_DEVICES) as held,
          machine("dma.free", guest, "ship", cpus=1, iommu=False,
                  extra=SPARE_DEVICES) as free):
        for booted in (held, free):
            booted.wait_boot(PATIENCE)
        for key, measure in (("nvme", disk_rate), ("net", network_rate)):
            rates = [(measure(held), measure(free))
                     for _ in range(RATE_ROUNDS)]
            with_iommu, without = (statistics.median(column)
                                   for column in zip(*rates))
            yield (f"dma.{key}_ratio", with_iommu / without,
                   f"{with_iommu:.1f} MiB/s with, {without:.1f} without; "
                   f"median of {RATE_ROUNDS}")


def code(_):
    """Lines per room, beside the ceilings of tools/check."""
    lines = json.loads(steps.capture("python3", "-B",
                                     steps.TOP / "tools/check/check.py",
                                     "--lines"))
    for room, count in lines.items():
        yield f"code.lines.{room}", count, ""


BENCHES = {"vtl0": vtl0, "vtl": vtl, "keys": keys, "dma": dma, "code": code}


def show(key, value, remark):
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    print(f"{key:36} {text:>14}  {remark}".rstrip(), flush=True)


def main(words):
    parser = argparse.ArgumentParser(prog="./openvbs bench")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(words)
    build.images()
    disk = guest.ensure()
    shutil.rmtree(PAYLOAD, ignore_errors=True)
    programs(disk)
    found = {}
    for name in [wanted.name] if wanted.name else sorted(BENCHES):
        for key, value, remark in BENCHES[name](disk):
            found[key] = value
            if not wanted.json:
                show(key, value, remark)
    if wanted.json:
        print(json.dumps(found, indent=1))
    return 0
