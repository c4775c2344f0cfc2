# SPDX-License-Identifier: GPL-2.0-or-later
"""The EFI system partition of a machine.

With OpenVBS, firmware starts \\EFI\\BOOT\\BOOTX64.EFI, our signed loader,
which reads \\EFI\\openvbs\\openvbs.conf and starts the next loader named
there: by default Debian's shim, as Debian installs it. Without, BOOTX64.EFI
is that same shim. The rest is the same, so that both boots can be compared.
"""

from tools.run import image, keys, steps

SIZE_KIB = 64 * 1024
LABEL = "OPENVBS-ESP"
DEFAULT_CONFIG = "next=\\EFI\\debian\\shimx64.efi\n"
# no_timer_check: an emulated timer interrupt may come too late for the
# kernel's check of it on a busy host. tsc=reliable: the emulated time-stamp
# counters agree, but lack the CPUID bit that would say so, and every other
# clock is slow. watchdog_thresh: on a busy host an emulated CPU may wait half
# a minute for its turn. systemd.log_level: its status lines are on the console already.
CMDLINE = (f"root=LABEL={image.DISK_LABEL} rw console=ttyS0 "
           "no_timer_check tsc=reliable watchdog_thresh=60 "
           "systemd.log_level=notice")

LOADERS = {"ship": ("openvbs-ship.efi", "loader"),
           "test": ("openvbs-test.efi", "test"),
           "paging_off": ("guest/paging_off.efi", "test"),
           "resets": ("guest/resets.efi", "test"),
           "trust": ("guest/trust.efi", "test"),
           "driver": ("guest/driver.efi", "test")}


def signed_loader(kind):
    """The loader of that kind, signed; Failure when it is not built."""
    name, key = LOADERS[kind]
    unsigned = steps.BUILD / "gcc" / name
    if not unsigned.exists():
        raise steps.Failure(f"{unsigned} is missing: `make` makes it")
    signed = steps.BUILD / "signed" / unsigned.name
    with steps.locked("sign"):
        if (not signed.exists()
                or signed.stat().st_mtime_ns < unsigned.stat().st_mtime_ns):
            keys.sign_image(key, unsigned, signed)
    return signed


def grub_config(cmdline):
    return ("set timeout=0\n"
            f"search --no-floppy --label {image.DISK_LABEL} --set=root\n"
            f"linux /vmlinuz {CMDLINE} {cmdline}\n"
            "initrd /initrd.img\n"
            "boot\n")


def write(path, guest, loader, config=DEFAULT_CONFIG, cmdline="",
          kernel=False, program=None, shim=False):
    """Write the partition image; loader is "ship", "test" or "none".

    With kernel, the kernel, signed by us beside Debian's signature (which only
    shim knows), and its initramfs are put in \\EFI\\linux, for a loader that
    starts them directly. A program of tests/guest/uefi stands
    in \\EFI\\test and is what our loader starts next. With shim, the firmware
    starts that, and it our loader, in GRUB's place.
    """
    files = {f"EFI/debian/{name}": guest.boot / name
             for name in ("shimx64.efi", "grubx64.efi", "mmx64.efi")}
    texts = {"EFI/debian/grub.cfg": grub_config(cmdline)}
    if loader == "none":
        files["EFI/BOOT/BOOTX64.EFI"] = guest.boot / "shimx64.efi"
        files["EFI/BOOT/grubx64.efi"] = guest.boot / "grubx64.efi"
    else:
        ours = "EFI/BOOT/BOOTX64.EFI"
        if shim:
            files[ours] = guest.boot / "shimx64.efi"
            ours = "EFI/BOOT/grubx64.efi"
        files[ours] = signed_loader(loader)
        texts["EFI/openvbs/openvbs.conf"] = config
    if program:
        files[f"EFI/test/{program}.efi"] = signed_loader(program)
        texts["EFI/openvbs/openvbs.conf"] = f"next=\\EFI\\test\\{program}.efi\n"
    if kernel:
        signed = path.with_name("vmlinuz.efi")
        keys.sign_image("loader", guest.boot / "vmlinuz", signed)
        files["EFI/linux/vmlinuz.efi"] = signed
        files["EFI/linux/initrd.img"] = guest.boot / "initrd.img"

    path.unlink(missing_ok=True)
    log = "esp"
    steps.command(log, "mkfs.vfat", "-n", LABEL, "-C", path, SIZE_KIB)
    folders = {"EFI"} | {name.rpartition("/")[0] for name in files | texts}
    steps.command(log, "mmd", "-i", path,
                  *(f"::{folder}" for folder in sorted(folders)))
    for name, text in texts.items():
        source = path.with_name("esp-" + name.replace("/", "-"))
        source.write_text(text)
        files[name] = source
    for name, source in files.items():
        steps.command(log, "mcopy", "-i", path, source, f"::{name}")
