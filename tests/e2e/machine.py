# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine under test.

Every machine has a folder (build/test/NAME/) with everything it writes, kept
for reading after a failure:

  serial.log   the serial console      debug.log  the debug console
  qemu.log     the emulator's errors   tpm.log    the TPM's
  state.txt    processors that have fallen silent

Its root disk is a throw-away overlay; firmware variables and TPM are new.
"""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
import pathlib

from tools.run import esp, firmware, qemu, shell, steps

BOOT_SECONDS = 900
OFF_SECONDS = 300
SILENT_SECONDS = 300  # of firmware, on a slow host
COMMAND_SECONDS = 180
KEEP_ALIVE_SECONDS = 7200  # of tests that share a machine on a slow host
# Serial text after which waiting for anything else is pointless.
FATAL = re.compile(r"Kernel panic - not syncing.*|Access Denied.*"
                   r"|openvbs: the hypervisor has stopped.*")


# A CPU that for ever meets a breakpoint which is no longer there: Linux patches
# jumps in running code by way of breakpoints, and a translation that QEMU 7.2
# makes just then can miss the change by another CPU. Seen once in some sixty
# boots with several CPUs on a busy host, stuck at a patched place like these.
STALE_CODE = re.compile(r"soft lockup - CPU#\d+ stuck(?:.*\n){1,9}.*Code: .*"
                        r"<(?:0f> 1f 44 00 00|66> 90|e9>)")

# Firmware that has cleared the screen, perhaps found its first program, and
# goes no further: nothing of ours has run since the reset. state.txt tells
# where its processors are.
SILENT_FIRMWARE = re.compile(r"(?:\x1b\[01;01H|BdsDxe: loading Boot\d+ [^\n]*)"
                             r"\s*\Z")


class Failed(Exception):
    """An expectation was not met; the text is the reason."""


class EmulatorFault(Failed):
    """A known fault of the emulator got in the way; worth another try."""


class Qmp:
    """The emulator's control socket, for what no guest can do itself."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rw", encoding="utf-8")
        self.stream.readline()
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        json.dump({"execute": command, "arguments": arguments}, self.stream)
        self.stream.write("\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                raise Failed(f"QMP {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def monitor(self, line):
        """A command of the human monitor, for what QMP lacks."""
        return self.execute("human-monitor-command", **{"command-line": line})


class Machine:
    """One machine; hardware words (cpus, s3, …) are qemu.Hardware's.

    loader    "test", "ship" (our loader, signed) or "none" (Debian's alone)
    config    text of \\EFI\\openvbs\\openvbs.conf
    cmdline   added to the kernel's command line
    kernel    put the kernel beside the loader, in \\EFI\\linux
    shim      shim starts our loader, whose certificate only it knows (MOK)
    program   start this one of tests/guest/uefi instead of Debian
    payload   folder that the guest sees read-only as /run/payload
    reboots   False: the machine ends where it would reset
    """

    def __init__(self, name, guest, loader="test", config=esp.DEFAULT_CONFIG,
                 cmdline="", kernel=False, program=None, payload=None, reboots=True,
                 shim=False, **hardware):
        self.name = name
        self.guest = guest
        self.loader = loader
        self.boot_files = {"config": config, "cmdline": cmdline,
                           "kernel": kernel, "program": program,
                           "shim": shim}
        self.payload = payload
        self.reboots = reboots
        self.hardware = qemu.Hardware(**{"threads": "single"} | hardware)
        self.folder = steps.BUILD / "test" / name
        self.process = self.tpm = self.shell = self.qmp = None
        self.sockets = None

    # --- start and end ------------------------------------------------------

    def start(self):
        """Switch on; returns once the machine runs, long before Linux."""
        if self.folder.is_symlink():
            self.folder.unlink()  # to a machine that was shared last time
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.sockets = tempfile.TemporaryDirectory(prefix="openvbs-")
        files = self.make_files(pathlib.Path(self.sockets.name))
        with open(self.folder / "tpm.log", "wb") as log:
            self.tpm = qemu.start_tpm(files, log)
        words = qemu.command_line(self.hardware, files)
        if not self.reboots:
            words.append("-no-reboot")
        # The outer limit holds even when this program has died.
        words = qemu.bound("timeout", "-k", "5", KEEP_ALIVE_SECONDS,
                           "setpriv", "--pdeathsig", "KILL", "--", *words)
        with open(self.folder / "qemu.log", "wb") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        try:
            self.connect(files.sockets)
        except BaseException:
            self.kill()
            raise
        return self

    def make_files(self, sockets):
        folder = self.folder
        trusted, owners = ["loader", "module", "test"], []
        if self.boot_files["shim"]:
            trusted, owners = ["module"], ["loader", "test"]
        (folder / "vars.fd").write_bytes(firmware.variables(trusted, owners))
        esp.write(folder / "esp.img", self.guest, self.loader,
                  **self.boot_files)
        payload = None
        if self.payload:
            payload = folder / "payload.img"
            pack_payload(self.payload, payload)
        disk = (f"format=qcow2,snapshot=on,cache=unsafe,"
                f"file={qemu.escaped(self.guest.root)}")
        serial = ("-chardev", f"socket,id=serial,path={sockets}/serial,"
                  "server=on,wait=off,"
                  f"logfile={qemu.escaped(folder / 'serial.log')}",
                  "-serial", "chardev:serial")
        return qemu.Files(variables=folder / "vars.fd",
                          esp=folder / "esp.img", disk=disk,
                          tpm=folder / "tpm", sockets=sockets,
                          debug_console=folder / "debug.log",
                          payload=payload, serial=serial)

    def connect(self, sockets):
        deadline = time.monotonic() + 30
        while not (sockets / "qmp").exists():
            if not self.alive() or time.monotonic() > deadline:
                raise Failed("the emulator does not start; see qemu.log")
            time.sleep(0.02)
        self.shell = shell.Shell(sockets / "shell", self.alive)
        self.qmp = Qmp(sockets / "qmp")

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        """Pull the plug; harmless when the machine has ended."""
        for process in (self.process, self.tpm):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        if self.shell:
            self.shell.close()
        if self.sockets:
            self.sockets.cleanup()
            self.sockets = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()

    # --- watching -----------------------------------------------------------

    def serial(self):
        """All serial text so far."""
        path = self.folder / "serial.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def wait_serial(self, pattern, timeout=BOOT_SECONDS, count=1):
        """Wait for the count-th match of a regular expression."""
        deadline = time.monotonic() + timeout
        while True:
            ended = not self.alive()
            text = self.serial()
            matches = list(re.finditer(pattern, text))
            if len(matches) >= count:
                return matches[count - 1]
            if ended:
                raise Failed(f"the machine ended before: {pattern}")
            if fatal := FATAL.search(text):
                raise Failed(fatal[0].strip())
            if time.monotonic() > deadline:
                raise Failed(f"not on the console in {timeout} s: {pattern}")
            time.sleep(0.1)

    def events(self, name=None):
        """Events of the test build, oldest first, as dictionaries.

        Numbers are integers, those written as "0x…" too.
        """
        path = self.folder / "debug.log"
        lines = path.read_text("utf-8", "replace") if path.exists() else ""
        found = []
        for line in lines.splitlines():
            event = parse_event(line)
            if event and name in (None, event["event"]):
                found.append(event)
        return found

    def wait_event(self, name, timeout=30, count=1, **fields):
        """Wait for the count-th event with these fields, e.g. a=0x200000."""
        deadline = time.monotonic() + timeout
        while True:
            ended = not self.alive()
            matches = [event for event in self.events(name)
                       if all(event.get(field) == value
                              for field, value in fields.items())]
            if len(matches) >= count:
                return matches[count - 1]
            if ended or time.monotonic() > deadline:
                wanted = "".join(f" {field}={value:#x}"
                                 for field, value in fields.items())
                raise Failed(f"no event {name}{wanted}")
            time.sleep(0.1)

    # --- inside -------------------------------------------------------------

    def keep_state(self):
        """Where the processors of a silent machine are, in state.txt."""
        asked = ["info status", "info registers -a", "info pic"]
        for cpu in range(self.hardware.cpus):
            asked += [f"cpu {cpu}", "x/16i $eip", f"info lapic {cpu}"]
        try:
            text = "".join(f"--- {line}\n{self.qmp.monitor(line)}\n"
                           for line in asked)
        except (OSError, ValueError, Failed) as error:
            text = f"the emulator does not answer: {error!r}\n"
        (self.folder / "state.txt").write_text(text)

    def failure(self, text):
        """The exception for a guest that does not answer."""
        if self.alive():
            self.keep_state()
        serial = self.serial()
        if STALE_CODE.search(serial):
            return EmulatorFault("the emulator runs code that has changed "
                                 f"(soft lockup); {text}")
        if fatal := FATAL.search(serial):
            return Failed(fatal[0].strip())
        if SILENT_FIRMWARE.search(serial):
            return EmulatorFault("the firmware does not start the loader; "
                                 f"{text}")
        if not self.alive():
            return Failed(f"{text} (the emulator: status "
                          f"{self.process.returncode}, see qemu.log)")
        return Failed(text)

    def wait_boot(self, timeout=BOOT_SECONDS):
        """Wait until Linux has reached multi-user (again)."""
        deadline = time.monotonic() + timeout
        seen, silent = "", 0
        while True:
            try:
                self.shell.wait_ready(1)
                return self
            except shell.ShellError as error:
                serial = self.serial()
                if serial != seen or not SILENT_FIRMWARE.search(serial):
                    seen, silent = serial, time.monotonic() + SILENT_SECONDS
                if (FATAL.search(serial) or STALE_CODE.search(serial)
                        or not self.alive()
                        or time.monotonic() > min(deadline, silent)):
                    raise self.failure(f"no boot to multi-user within "
                                       f"{timeout} s: {error}") from None

    def run(self, command, timeout=COMMAND_SECONDS):
        """Run a shell command as root; returns (status, output)."""
        try:
            return self.shell.run(command, timeout)
        except shell.ShellError as error:
            raise self.failure(str(error)) from None

    def check(self, command, timeout=COMMAND_SECONDS):
        """Run a command that must succeed; returns its output, stripped."""
        status, output = self.run(command, timeout)
        if status != 0:
            raise Failed(f"status {status} from: {command}\n{output}")
        return output.strip()

    def send(self, command):
        """Start a command that never returns, such as a reboot."""
        try:
            self.shell.send(command)
        except shell.ShellError as error:
            raise self.failure(str(error)) from None

    def poweroff(self, timeout=OFF_SECONDS):
        """Shut down from inside and see the machine end by itself."""
        self.send("systemctl poweroff")
        self.wait_exit(timeout)

    def wait_exit(self, timeout=OFF_SECONDS):
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running after {timeout} s") from None
        if status != 0:
            raise Failed(f"the emulator ended with status {status}")


def parse_event(line):
    """One line of the debug console; None for anything but an event."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    for field, value in event.items():
        if isinstance(value, str) and value.startswith("0x"):
            event[field] = int(value, 16)
    return event


def pack_payload(folder, image):
    """Pack a folder into an ext4 image the agent finds by its label."""
    used = sum(path.stat().st_size for path in folder.rglob("*")
               if path.is_file())
    steps.command("payload", "mke2fs", "-q", "-t", "ext4", "-O",
                  "^has_journal", "-L", "openvbs-payload",
                  "-E", "root_owner=0:0", "-d", folder, image,
                  f"{8 + used * 3 // 2 // 2**20}M")
