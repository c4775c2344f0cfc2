# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed itself, without OpenVBS: what later tests take for granted."""

from tests.e2e.registry import Failed, test

SECURE_BOOT = ("od -An -tu1 -j4 /sys/firmware/efi/efivars/"
               "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")


@test(quick=True, loader="none", modules=("hello",))
def boots_without(machine):
    machine.check("systemctl is-active multi-user.target")
    if machine.check(SECURE_BOOT) != "1":
        raise Failed("Secure Boot is off")
    if "integrity" not in machine.check("cat /sys/kernel/security/lockdown"):
        raise Failed("the kernel knows no lockdown")


@test(quick=True, loader="none", modules=("hello",))
def run_passes_status_and_output(machine):
    if machine.run("printf 'a\\nb'; exit 7") != (7, "a\nb"):
        raise Failed("status or output got changed")
    if machine.run("head -c 200000 /dev/zero | tr '\\0' x; false") != (
            1, "x" * 200000):
        raise Failed("long output got changed")


@test(quick=True, loader="none", modules=("hello",))
def tpm_is_present(machine):
    version = machine.check("cat /sys/class/tpm/tpm0/tpm_version_major")
    if version != "2":
        raise Failed(f"TPM version {version}")


@test(quick=True, loader="none", modules=("hello",))
def module_needs_our_signature(machine):
    status, output = machine.run("insmod /run/payload/hello-unsigned.ko")
    if status == 0 or "rejected" not in output:
        raise Failed(f"an unsigned module: status {status}, {output}")
    machine.check("insmod /run/payload/hello.ko")
    machine.check("rmmod hello")
