# SPDX-License-Identifier: GPL-2.0-or-later
"""The `run` command: one lasting machine, at the console or for one command.

build/machine/, its home, keeps what the machine keeps: its disk (an overlay
on the guest's, which `image` names), its firmware variables and its TPM. The
EFI system partition is written anew on each run, with the current loader. The
test build has a home of its own, because only there does the firmware trust
the test key.
"""

import contextlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
import time

from tools.run import build, esp, firmware, guest, keys, qemu, shell, steps

HOMES = {"ship": steps.BUILD / "machine", "none": steps.BUILD / "machine",
         "test": steps.BUILD / "machine-debug"}
CERTIFICATES = {"ship": ("loader", "module"), "none": ("loader", "module"),
                "test": ("loader", "module", "test")}
DISK_MIB = 1000
SPARE_MEMORY_MIB = 500
BOOT_SECONDS = 600
OFF_SECONDS = 180

LEAVE = "To leave: poweroff, or Ctrl-A x to pull the plug."
# Three lines each. The loader may have found a reason to start Debian
# untouched, and has then said so on this console.
GREETINGS = {
    "ship": "Started through OpenVBS. Unless its loader said otherwise above, "
            "nobody in here,\nroot and kernel included, reaches its memory or "
            f"the CPU's virtualization.\n{LEAVE}",
    "test": "Started through a TEST BUILD of OpenVBS, which has doors that a "
            "shipped build has\nnot. Do not take it for protection.\n"
            f"{LEAVE}",
    "none": "Nothing protects this Debian: it was started without OpenVBS.\n"
            f"./openvbs run starts it inside.\n{LEAVE}",
}
ACTIVE = re.compile(r"OpenVBS \S+ active on \d+ CPU")


def run(options, command):
    """The command; returns the exit status. command: words, or None."""
    hardware = qemu.Hardware(cpus=options.cpus, network=True)
    if not 1 <= options.cpus <= 64:
        raise steps.Failure("--cpus takes a number from 1 to 64")
    steps.check_room(DISK_MIB, hardware.memory_mib + SPARE_MEMORY_MIB)
    kind = loader_kind(options)
    home = HOMES[kind]
    with steps.locked(home.name, wait=False):
        keys.ensure()
        if kind != "none":
            build.images()
        disk = machine_disk(home, guest.ensure(), options.fresh)
        with steps.step("preparing the machine"):
            prepare(home, disk, kind)
        if command is None and sys.stdin.isatty() and sys.stdout.isatty():
            return console(home, hardware, kind)
        return one_command(home, hardware, kind, command)


def loader_kind(options):
    if options.without:
        return "none"
    return "test" if options.debug else "ship"


# --- what lasts ---------------------------------------------------------------

def machine_disk(home, current, fresh):
    """The guest the machine's disk stands on; `current` for a new machine."""
    note = home / "image"
    if note.exists() and not fresh:
        old = guest.by_key(note.read_text().strip())
        if old.complete:
            if old.key != current.key:
                steps.say("  (this machine's disk is older than the current "
                          "one: its packages, driver\n   and programs are "
                          "earlier ones; --fresh starts over)")
            return old
        steps.say("  (what this machine's disk stood on is gone: "
                  "the disk starts over)")
    shutil.rmtree(home, ignore_errors=True)
    notes = [other / "image" for other in set(HOMES.values())]
    used = {note.read_text().strip() for note in notes if note.exists()}
    guest.forget_all_but(used | {current.key})
    return current


def prepare(home, stands_on, kind):
    home.mkdir(parents=True, exist_ok=True)
    disk = home / "disk.qcow2"
    if not disk.exists():
        steps.command("machine", "qemu-img", "create", "-q", "-f", "qcow2",
                      "-F", "qcow2", "-b",
                      os.path.relpath(stands_on.root.resolve(),
                                      home.resolve()), disk)
    variables = home / "vars.fd"
    if not variables.exists():
        steps.write_whole(variables, firmware.variables(CERTIFICATES[kind]))
    esp.write(home / "esp.img", stands_on, kind)
    steps.write_whole(home / "image", stands_on.key.encode())


# --- running it ---------------------------------------------------------------

@contextlib.contextmanager
def started(home, hardware, kind, serial, **streams):
    """The running emulator, as (process, folder of its sockets)."""
    with tempfile.TemporaryDirectory(prefix="openvbs-") as folder, \
            open(home / "emulator.log", "wb") as log:
        sockets = pathlib.Path(folder)
        files = qemu.Files(
            variables=home / "vars.fd", esp=home / "esp.img",
            disk=f"format=qcow2,file={qemu.escaped(home / 'disk.qcow2')}",
            tpm=home / "tpm", sockets=sockets,
            debug_console=home / "debug.log",
            greeting=GREETINGS[kind], serial=serial)
        tpm = qemu.start_tpm(files, log)
        words = qemu.command_line(hardware, files)
        if kind == "test":
            words += ["-gdb", f"unix:{sockets}/gdb,server=on,wait=off"]
            steps.say(f"  gdb: target remote {sockets}/gdb\n"
                      f"  events: {files.debug_console}")
        process = subprocess.Popen(
            qemu.bound(*words),
            **({"stdout": log, "stderr": log} | streams))
        try:
            yield process, sockets
        finally:
            for child in (process, tpm):
                if child.poll() is None:
                    child.kill()
                child.wait()


def console(home, hardware, kind):
    """The terminal becomes the machine's serial console."""
    serial = ("-chardev", "stdio,id=serial,mux=on,signal=off,logfile="
              f"{qemu.escaped(home / 'serial.log')}",
              "-serial", "chardev:serial", "-mon", "chardev=serial")
    steps.say("  booting; Ctrl-A x pulls the plug")
    terminal = termios.tcgetattr(sys.stdin)
    try:
        with started(home, hardware, kind, serial, stdout=None,
                     stderr=None) as (process, _):
            status = process.wait()
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, terminal)
        # Firmware and boot loader leave colours and a hidden cursor behind.
        print("\033[0m\033[?25h\033[?7h", end="", flush=True)
    if status != 0:
        raise steps.Failure(f"the emulator ended with status {status}; "
                            f"see {home}/emulator.log")
    return 0


def one_command(home, hardware, kind, command):
    """Boot, run the command in the guest, power off; returns its status."""
    log = home / "serial.log"
    log.unlink(missing_ok=True)
    serial = ("-serial", f"file:{qemu.escaped(log)}")
    with started(home, hardware, kind, serial,
                 stdin=subprocess.DEVNULL) as (process, sockets):
        try:
            with steps.step("booting"):
                channel = connect(home, process, sockets)
                channel.wait_ready(BOOT_SECONDS)
            check_active(kind, log)
            status = run_inside(channel, command)
            with steps.step("powering off"):
                channel.send("systemctl poweroff")
                process.wait(OFF_SECONDS)
        except (shell.ShellError, subprocess.TimeoutExpired) as error:
            raise steps.Failure(f"{error}\nthe machine's console is in {log}"
                                ) from None
    return status


def check_active(kind, log):
    """Run nothing in the belief that it is protected when it is not."""
    if kind != "none" and not ACTIVE.search(log.read_text(errors="replace")):
        raise steps.Failure("Debian came up, but OpenVBS did not; its loader "
                            f"says why on the console: {log}")


def connect(home, process, sockets):
    def alive():
        return process.poll() is None
    while not (sockets / "qmp").exists():
        if not alive():
            raise steps.Failure("the emulator does not start; see "
                                f"{home}/emulator.log")
        time.sleep(0.02)
    return shell.Shell(sockets / "shell", alive)


def run_inside(channel, command):
    if command is None:
        steps.say("  reached a root shell; nothing to run in it")
        return channel.run("true", OFF_SECONDS)[0]

    def sink(data):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    # One word is a line for the guest's shell, several are a command's words.
    line = command[0] if len(command) == 1 else shlex.join(command)
    return channel.run(line, sink=sink)[0]
