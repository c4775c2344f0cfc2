# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps: where things are, how progress is shown, how a failure is told.

Everything under tools/run goes through command() and step(), so that a
failure always names its command and its log file. Progress goes to standard
error; standard output belongs to the guest's command.
"""

import contextlib
import fcntl
import os
import pathlib
import shlex
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / "build"
LOGS = BUILD / "log"


class Failure(Exception):
    """A sentence for a person; ends the program with status 1."""


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """One line of progress: the title at once, the seconds when it is done."""
    started = time.monotonic()
    print(f"  {title} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        print(" failed", file=sys.stderr, flush=True)
        raise
    seconds = time.monotonic() - started
    print(f" {seconds:.1f} s", file=sys.stderr, flush=True)


def command(log, *argv, **options):
    """Run a program; its output goes to build/log/LOG.log, appended."""
    argv = [str(word) for word in argv]
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    words = shlex.join(argv)
    with open(path, "a", encoding="utf-8") as output:
        output.write(f"$ {words}\n")
        output.flush()
        result = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=output,
                                stderr=subprocess.STDOUT, check=False,
                                **options)
    if result.returncode != 0:
        raise Failure(f"this command failed (status {result.returncode}):\n"
                      f"  {words}\nits output is in {path}")


def capture(*argv, **options):
    """Run a program and return what it printed; Failure with its errors."""
    argv = [str(word) for word in argv]
    result = subprocess.run(argv, stdin=subprocess.DEVNULL, text=True,
                            capture_output=True, check=False, **options)
    if result.returncode != 0:
        raise Failure(f"this command failed (status {result.returncode}):\n"
                      f"  {shlex.join(argv)}\n{result.stderr.strip()}")
    return result.stdout


@contextlib.contextmanager
def locked(name, wait=True):
    """Hold build/lock/NAME; without wait, Failure if somebody has it."""
    folder = BUILD / "lock"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Failure(f"another ./openvbs is using {name}") from None
        yield


def write_whole(path, data):
    """Write a file so that readers see the old or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def check_room(disk_mib, memory_mib):
    """Refuse early when disk or memory will not do."""
    BUILD.mkdir(exist_ok=True)
    status = os.statvfs(BUILD)
    free = status.f_bavail * status.f_frsize // 2**20
    if free < disk_mib:
        raise Failure(f"{disk_mib} MiB of disk are needed under {BUILD}, "
                      f"{free} MiB are free")
    for line in open("/proc/meminfo", encoding="ascii"):
        if line.startswith("MemAvailable:"):
            available = int(line.split()[1]) // 1024
            if available < memory_mib:
                raise Failure(f"{memory_mib} MiB of memory are needed, "
                              f"{available} MiB are available")
