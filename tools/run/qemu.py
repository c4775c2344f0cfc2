# SPDX-License-Identifier: GPL-2.0-or-later
"""The emulated machine: its hardware, its command line, its TPM.

A machine is a PC with Secure Boot firmware protected by SMM, a TPM 2.0, an
EFI system partition and a root disk on virtio, and a command channel. It
always runs on the emulator (TCG): no hardware virtualization is used.
"""

import dataclasses
import pathlib
import subprocess
import time

from tools.run import firmware, steps

DEBUG_PORT = "0x402"
# Everything the emulator has. Its own family would be that of a K8, for which
# Linux searches all of configuration space for an AGP bridge at every boot.
CPU = "max,family=26"
SHELL_PORT = "org.openvbs.shell"
GREETING = "opt/openvbs/protection"
TPM_WAIT_SECONDS = 20


@dataclasses.dataclass(frozen=True)
class Hardware:
    """What the machine is made of."""

    cpus: int = 2
    memory_mib: int = 2048
    firmware: str = "smm"  # or "nosmm": variables unprotected, no Secure Boot
    s3: bool = False  # firmware offers suspend to RAM
    # "single": all CPUs in one host thread. QEMU 7.2 with a thread a CPU may
    # go on with code translated before another CPU changed it: a kernel that
    # patches itself then hangs, some boots in a hundred on a busy host.
    threads: str = "multi"
    icount: str = ""  # e.g. "shift=0": count instructions, one host thread
    network: bool = False
    # An AMD IOMMU, which all devices obey.
    iommu: bool = True
    extra: tuple = ()  # further words for the emulator


@dataclasses.dataclass
class Files:
    """What the machine is given; all paths absolute."""

    variables: pathlib.Path
    esp: pathlib.Path
    disk: str  # of a -drive option, without "if" and "id"
    tpm: pathlib.Path  # state folder
    sockets: pathlib.Path  # short path: socket names have 107 bytes at most
    debug_console: pathlib.Path
    payload: pathlib.Path = None  # read-only third disk
    greeting: str = ""
    serial: tuple = ()  # words for the serial port


def bound(*argv):
    """A command that ends when the thread that starts it does."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *map(str, argv)]


def escaped(path):
    """A path inside an option: commas are doubled."""
    return str(path).replace(",", ",,")


def start_tpm(files, log):
    """Start the TPM of a machine; it ends when the machine does."""
    files.tpm.mkdir(parents=True, exist_ok=True)
    control = files.sockets / "tpm"
    process = subprocess.Popen(
        bound("swtpm", "socket", "--tpm2", "--terminate",
              "--tpmstate", f"dir={files.tpm}",
              "--ctrl", f"type=unixio,path={control}"),
        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    deadline = time.monotonic() + TPM_WAIT_SECONDS
    while not control.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise steps.Failure("the TPM emulator (swtpm) does not start")
        time.sleep(0.02)
    return process


def firmware_words(hardware, files):
    smm = hardware.firmware == "smm"
    words = ["-machine", f"q35,smm={'on' if smm else 'off'}"]
    if smm:
        words += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
    code = firmware.CODE[hardware.firmware]
    return words + [
        "-global", f"ICH9-LPC.disable_s3={0 if hardware.s3 else 1}",
        "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
        "-drive", "if=pflash,format=raw,unit=1,"
                  f"file={escaped(files.variables)}"]


def accelerator_words(hardware):
    if hardware.icount:
        return ["-accel", "tcg,thread=single", "-icount", hardware.icount]
    return ["-accel", f"tcg,thread={hardware.threads}"]


def iommu_words(hardware):
    """Words to say before those for any other device."""
    # Without pt=off, newer emulators let devices pass.
    return ["-device", "amd-iommu,pt=off"] if hardware.iommu else []


def virtio_words(hardware, *device):
    """A virtio device on PCI; where there is an IOMMU it has to be told."""
    if hardware.iommu:
        device += ("iommu_platform=on", "disable-legacy=on")
    return ["-device", ",".join(device)]


def disk_words(hardware, name, drive, *device):
    return ["-drive", f"if=none,id={name},{drive}",
            *virtio_words(hardware, "virtio-blk-pci", f"drive={name}",
                          *device)]


def storage_words(hardware, files):
    words = disk_words(hardware, "esp",
                       f"format=raw,file={escaped(files.esp)}", "bootindex=1")
    # Firmware connects only the disks it might boot from; GRUB wants both.
    words += disk_words(hardware, "root", files.disk, "bootindex=2")
    if files.payload:
        words += disk_words(hardware, "payload", "format=raw,readonly=on,"
                            f"file={escaped(files.payload)}")
    return words


def channel_words(hardware, files):
    sockets = files.sockets
    return [
        "-chardev", f"socket,id=tpmc,path={sockets}/tpm",
        "-tpmdev", "emulator,id=tpm,chardev=tpmc",
        "-device", "tpm-crb,tpmdev=tpm",
        *virtio_words(hardware, "virtio-serial-pci"),
        "-chardev", f"socket,id=shell,path={sockets}/shell,server=on,wait=off",
        "-device", f"virtserialport,chardev=shell,name={SHELL_PORT}",
        "-chardev", f"file,id=debug,path={escaped(files.debug_console)}",
        "-device", f"isa-debugcon,chardev=debug,iobase={DEBUG_PORT}",
        "-qmp", f"unix:{sockets}/qmp,server=on,wait=off"]


def command_line(hardware, files):
    """The whole command that runs the machine."""
    words = ["qemu-system-x86_64", "-no-user-config", "-nodefaults",
             "-name", "openvbs", "-display", "none", "-cpu", CPU,
             "-smp", str(hardware.cpus), "-m", str(hardware.memory_mib)]
    words += iommu_words(hardware)
    words += virtio_words(hardware, "virtio-rng-pci")
    words += accelerator_words(hardware)
    words += firmware_words(hardware, files)
    words += storage_words(hardware, files)
    words += channel_words(hardware, files)
    words += files.serial
    if hardware.network:
        words += ["-netdev", "user,id=net",
                  *virtio_words(hardware, "virtio-net-pci", "netdev=net",
                                "romfile=")]
    if files.greeting:
        words += ["-fw_cfg", f"name={GREETING},string="
                             f"{files.greeting.replace(',', ',,')}"]
    return words + list(hardware.extra)
