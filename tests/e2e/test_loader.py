# SPDX-License-Identifier: GPL-2.0-or-later
"""The loader: what it refuses to start on, and what it starts next."""

import re

from tests.e2e.attacker import PROTECTED, UNPROTECTED
from tests.e2e.registry import Failed, test
from tools.run import esp

MESSAGE_SECONDS = 90
SHIM = r"\\EFI\\debian\\shimx64\.efi"


def says(machine, pattern):
    return machine.wait_serial(pattern, timeout=MESSAGE_SECONDS)


def declines(lab, reason, **words):
    """The machine says why it is not protected, and changes nothing."""
    machine = lab.machine(**words)
    says(machine, "OpenVBS is not active: " + reason)
    says(machine, f"Starting {SHIM} without protection")
    if machine.events():
        raise Failed(f"events without a hypervisor: {machine.events()}")
    return machine


def cpu(model):
    return {"extra": ("-cpu", model)}


@test(quick=True, own=True, s3=True, cpus=2, firmware="nosmm")
def declines_unlocked_smm(lab):
    """Untouched means: Linux sees every sleep state and all CPUs."""
    machine = declines(lab, "the firmware leaves its SMM memory unlocked")
    machine.wait_boot()
    if machine.check("nproc") != "2":
        raise Failed("not all CPUs are online")
    if "deep" not in machine.check("cat /sys/power/mem_sleep"):
        raise Failed("S3 is gone although OpenVBS is not active")


@test(own=True, cpus=1)
def declines_without_svm(lab):
    """The message only: with svm=off this emulator's Debian cannot mount."""
    declines(lab, "the processor has no SVM", **cpu("max,svm=off"))


@test(own=True, cpus=1)
def declines_without_nested_paging(lab):
    declines(lab, "the processor has no nested paging", **cpu("max,npt=off"))


@test(own=True, cpus=1)
def declines_without_large_pages(lab):
    declines(lab, "the processor has no 1 GiB pages", **cpu("max,pdpe1gb=off"))


@test(own=True, cpus=1)
def declines_intel(lab):
    declines(lab, "this is an Intel processor",
             **cpu("max,vendor=GenuineIntel"))


@test(own=True, cpus=1)
def names_the_bad_line(lab):
    machine = lab.machine(config="# mine\nnext=debian\n")
    says(machine, r"openvbs\.conf, line 2: the path must begin with a "
                  "backslash; using defaults")
    machine.wait_boot()
    machine.wait_event("LAUNCH")


@test(own=True, cpus=1)
def names_the_missing_loader(lab):
    machine = lab.machine(config="next=\\EFI\\none.efi\n")
    says(machine, r"Cannot load \\EFI\\none\.efi: not found")


@test(own=True, cpus=1)
def notices_its_own_tail(lab):
    machine = lab.machine(config="next=\\EFI\\BOOT\\BOOTX64.EFI\n")
    says(machine, "OpenVBS was started by itself")


KERNEL_CONFIG = f"""next=\\EFI\\linux\\vmlinuz.efi
cmdline={esp.CMDLINE} initrd=\\EFI\\linux\\initrd.img
"""


@test(own=True, cpus=2, kernel=True)
def starts_a_kernel_directly(lab):
    machine = lab.machine(config=KERNEL_CONFIG).wait_boot()
    if not re.search(r"initrd=\\EFI", machine.check("cat /proc/cmdline")):
        raise Failed("the command line is another")
    machine.wait_event("LAUNCH", count=2)


def sleep_states(machine):
    return machine.check("cat /sys/power/mem_sleep").split()


@test(s3=True, **PROTECTED)
def withdraws_sleep_states(machine):
    """The firmware offers S3; under OpenVBS Linux sees s2idle alone."""
    says(machine, r"Sleep states withdrawn: \d")
    if sleep_states(machine) != ["[s2idle]"]:
        raise Failed(f"sleep states: {sleep_states(machine)}")


@test(s3=True, **UNPROTECTED)
def offers_sleep_states_without(machine):
    if "deep" not in " ".join(sleep_states(machine)):
        raise Failed("there is no S3 to withdraw")
