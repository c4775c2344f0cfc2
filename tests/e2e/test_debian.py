# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian under OpenVBS does all that it does without."""

import re
import time

from tests.e2e.registry import LAST, REBOOTS, Failed, scaled, test

TROUBLE = re.compile(r"\bBUG\b|Oops|Call Trace|soft lockup|hard LOCKUP"
                     r"|rcu.*stall|WARNING:|general protection"
                     r"|blocked for more than")
EXPECTED_REPEATS = (12, 13)  # CPU_INIT, CPU_START: abi/events.h
EXPECTED_EVENTS = ("LAUNCH", "CPU_INIT", "CPU_START")
CPU_COUNTS = (1, 2, 4)
STRESS_SECONDS = scaled(15)
ROUNDS = scaled(2)


def kernel_log_is_clean(machine):
    for line in machine.check("dmesg").splitlines():
        if TROUBLE.search(line):
            raise Failed(f"kernel log: {line}")


def cpus_are_online(machine):
    wanted = machine.hardware.cpus
    online = machine.check("nproc")
    if int(online) != wanted:
        raise Failed(f"{online} CPUs online, not {wanted}")


def loader_ran(machine, count=1):
    """Each CPU has entered VTL0, count times in all boots so far."""
    for cpu in range(machine.hardware.cpus):
        machine.wait_event("LAUNCH", timeout=5, count=count, cpu=cpu)


def for_each_count(name, quick_count=None, **words):
    """Register the function once for each number of CPUs, as NAME_N."""
    def register(function):
        for cpus in CPU_COUNTS:
            test(name=f"{name}_{cpus}", quick=cpus == quick_count, cpus=cpus,
                 **words)(function)
        return function
    return register


@for_each_count("boots", quick_count=2)
def boots(machine):
    machine.check("systemctl is-active multi-user.target")
    cpus_are_online(machine)
    loader_ran(machine)
    kernel_log_is_clean(machine)


@test(quick=True, cpus=2)
def a_plain_boot_raises_no_alarm(machine):
    """Nothing that Linux or the firmware does by itself is refused."""
    alarms = [event for event in machine.events()
              if event["event"] not in EXPECTED_EVENTS
              and not (event["event"] == "REPEATED"
                       and event["a"] in EXPECTED_REPEATS)]
    if alarms:
        raise Failed(f"{len(alarms)} events, the first: {alarms[0]}")


@test(quick=True, cpus=2)
def kvm_finds_svm_disabled(machine):
    status, output = machine.run("udevadm settle; modprobe kvm_amd")
    if status == 0:
        raise Failed("kvm_amd loads inside VTL0")
    log = machine.check("dmesg | grep -i kvm")
    if "disabled" not in log.lower():
        raise Failed(f"another reason than the firmware: {output} {log}")


@for_each_count("replugs_cpus", quick_count=2)
def replugs_cpus(machine):
    for _ in range(ROUNDS):
        for cpu in range(1, machine.hardware.cpus):
            switch = f"/sys/devices/system/cpu/cpu{cpu}/online"
            machine.check(f"echo 0 > {switch}")
            machine.check(f"echo 1 > {switch}")
    cpus_are_online(machine)
    kernel_log_is_clean(machine)


@for_each_count("stress")
def stress(machine):
    machine.check(
        "stress-ng --quiet --timeout "
        f"{STRESS_SECONDS} --cpu 1 --vm 1 --vm-bytes 128M --fork 1 --switch 1 "
        "--timer 1 --mmap 1 --mmap-bytes 64M --hdd 1 --hdd-bytes 32M",
        timeout=STRESS_SECONDS * 5 + 120)
    kernel_log_is_clean(machine)


@for_each_count("reboots", boots=3, order=REBOOTS)
def reboots(machine):
    launched = len(machine.events("LAUNCH")) // machine.hardware.cpus
    for boot in range(1, ROUNDS + 1):
        machine.send("systemctl reboot")
        machine.wait_boot()
        cpus_are_online(machine)
        loader_ran(machine, launched + boot)
        kernel_log_is_clean(machine)


@for_each_count("powers_off", quick_count=2, order=LAST)
def powers_off(machine):
    started = time.monotonic()
    machine.poweroff()
    if time.monotonic() - started < 1:
        raise Failed("gone too fast for a shutdown")


@for_each_count("kexecs", order=REBOOTS)
def kexecs(machine):
    """The next kernel starts inside VTL0 too, with all CPUs."""
    machine.check("kexec -s -l /vmlinuz --initrd=/initrd.img --reuse-cmdline")
    machine.send("systemctl kexec")
    machine.wait_boot()
    if "no" == machine.check("test -e /sys/firmware/efi && echo yes || echo "
                             "no"):
        raise Failed("the second kernel has lost the firmware")
    cpus_are_online(machine)
    kernel_log_is_clean(machine)
