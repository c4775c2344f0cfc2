# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers: what OpenVBS costs and how large it is.

One function per name of `./openvbs bench [NAME]`; each yields (key, value,
remark). Keys are stable: programs read them with --json.
"""

import argparse
import json
import shutil
import statistics
import time

from tests.e2e.machine import Failed, Machine
from tools.run import build, guest, steps

PAYLOAD = steps.BUILD / "bench" / "payload"
IDLE_SECONDS = 20
WORK_ROUNDS = 40
RATIO_ROUNDS = 20
BOOT_PAIRS = 3
# Long: counting instructions makes a boot several times slower.
PATIENCE = 1200


def programs():
    """Build what runs inside the guest; returns the payload folder."""
    PAYLOAD.mkdir(parents=True, exist_ok=True)
    for source in sorted((steps.TOP / "bench" / "guest").glob("*.c")):
        steps.command("bench", "gcc", "-std=gnu11", "-O2", "-static", "-Wall",
                      "-Wextra", "-Werror", "-I", steps.TOP, source, "-o",
                      PAYLOAD / source.stem)
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


def code(_):
    """Lines per room, beside the ceilings of tools/check."""
    lines = json.loads(steps.capture("python3", "-B",
                                     steps.TOP / "tools/check/check.py",
                                     "--lines"))
    for room, count in lines.items():
        yield f"code.lines.{room}", count, ""


BENCHES = {"vtl0": vtl0, "code": code}


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
    programs()
    found = {}
    for name in [wanted.name] if wanted.name else sorted(BENCHES):
        for key, value, remark in BENCHES[name](disk):
            found[key] = value
            if not wanted.json:
                show(key, value, remark)
    if wanted.json:
        print(json.dumps(found, indent=1))
    return 0
