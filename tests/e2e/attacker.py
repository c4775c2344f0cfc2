# SPDX-License-Identifier: GPL-2.0-or-later
"""The attacking module inside a machine, and the events it must cause.

The module (tests/guest/attack) only acts and tells; judging is done here and
in test_attacks*.py. All attacks that leave the machine healthy share three
boots: PROTECTED, PARALLEL, and UNPROTECTED for the proof that they work there.
"""

import re
import time

from tests.e2e.machine import Failed

CONTROL = "/proc/openvbs-attack"
GP = "refused (#GP)"
UD = "refused (#UD)"
DISCARDED = "discarded"
SUCCEEDED = "succeeded"

# Memory that Linux leaves alone, as the hypervisor's is where it runs: the
# target of the same attacks on the unprotected boot.
SPARE = 0x50000000
SPARE_BYTES = 64 << 20


def spare_disk(name, device):
    """Words for an empty disk whose writes go to a file that nobody sees."""
    return ("-drive", f"if=none,id={name},format=raw,snapshot=on,"
                      "file=null-co://,file.size=64M,file.read-zeroes=on",
            "-device", f"{device},drive={name}")


# Devices that nobody else uses: windows for the attacks on configuration
# space, and what reads and writes memory: disks, a network, a teaching device.
SPARE_DEVICES = ("-device", "edu,addr=0x10,dma_mask=0xffffffffffffffff",
                 "-device", "pci-testdev,membar=1M,addr=0x11",
                 "-device", "pcie-root-port,id=spare,chassis=9,addr=0x12",
                 *spare_disk("spare-nvme", "nvme,addr=0x13,serial=spare"),
                 *spare_disk("spare-virtio", "virtio-blk-pci,addr=0x14,"
                             "iommu_platform=on,disable-legacy=on"),
                 *spare_disk("spare-ahci", "ide-hd,bus=ide.0"),
                 "-netdev", "user,id=spare-net", "-device",
                 "virtio-net-pci,netdev=spare-net,addr=0x15,romfile=,"
                 "iommu_platform=on,disable-legacy=on")

PROTECTED = {"cpus": 2, "modules": ("attack",), "extra": SPARE_DEVICES}
# A host thread a CPU, for attacks that race.
PARALLEL = PROTECTED | {"threads": "multi"}
UNPROTECTED = PROTECTED | {
    "loader": "none",
    # Linux's own use of the IOMMU is no part of the comparison.
    "cmdline": f"amd_iommu=off memmap={SPARE_BYTES >> 20}M\\${SPARE:#x}"}

CALL_BASE, CALL_SIZE, CALL_EXITS, CALL_ACCESS = range(0x54455300, 0x54455304)
CALL_VTL1_BASE, CALL_VTL1_SIZE = 0x54455305, 0x54455306

RAM_LINE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) : (.*)$", re.M)


class Attacker:
    """Runs attacks on one CPU of a machine."""

    def __init__(self, machine, cpu=0):
        self.machine = machine
        self.cpu = cpu
        self.seen = 0
        machine.check(f"test -e {CONTROL} || "
                      "insmod /run/payload/attack.ko")

    def run(self, *lines, timeout=120):
        """Run attacks one after another; their results, one each."""
        self.seen = len(self.machine.events())
        script = "\n".join(lines)
        output = self.machine.check(
            f"taskset -c {self.cpu} sh -c 'cat > {CONTROL}' <<'END'\n"
            f"{script}\nEND\n"
            f"cat {CONTROL}", timeout)
        results = output.splitlines()
        if len(results) != len(lines):
            raise Failed(f"{len(results)} results of {len(lines)} attacks: "
                         f"{output}")
        return [result.partition(": ")[2] for result in results]

    def send(self, *lines):
        """Start attacks that end the boot."""
        script = "\n".join(lines)
        self.machine.send(f"taskset -c {self.cpu} sh -c 'cat > {CONTROL}' "
                          f"<<'END'\n{script}\nEND\n")

    def one(self, line, timeout=120):
        return self.run(line, timeout=timeout)[0]

    def number(self, line):
        """The number that an attack tells last."""
        return int(self.one(line).split()[-1], 16)

    def expect(self, wanted, *lines):
        """Every attack ends as wanted; returns the results."""
        results = self.run(*lines)
        for line, result in zip(lines, results):
            if not result.startswith(wanted):
                raise Failed(f"{line}: {result}, not {wanted}")
        return results

    def events(self, kind):
        """Events of this kind since the last run() began."""
        return [event for event in self.machine.events()[self.seen:]
                if event["event"] == kind]

    def expect_events(self, kind, *wanted, timeout=5):
        """One event of the last run() for each of these values of `a`.

        A CPU only counts an event that repeats the last one of its kind, so
        attacks in a row need different values.
        """
        deadline = time.monotonic() + timeout
        while True:
            missing = set(wanted) - {event["a"]
                                     for event in self.events(kind)}
            if not missing:
                return
            if time.monotonic() > deadline:
                raise Failed(f"no event {kind} for "
                             + ", ".join(f"{a:#x}" for a in sorted(missing)))
            time.sleep(0.05)

    def own(self):
        """(base, size) of the hypervisor's memory."""
        return (self.number(f"call {CALL_BASE}"),
                self.number(f"call {CALL_SIZE}"))

    def vtl1(self):
        """(base, size) of VTL1's memory."""
        return (self.number(f"call {CALL_VTL1_BASE}"),
                self.number(f"call {CALL_VTL1_SIZE}"))


def memory_end(machine):
    """Where memory below 4 GiB ends, reserved pieces included."""
    ends = [int(end, 16) + 1 for _, end, name in RAM_LINE.findall(
        machine.check("cat /proc/iomem"))
        if name in ("System RAM", "Reserved", "Unusable memory", "ACPI Tables",
                    "ACPI Non-volatile Storage")]
    return max(end for end in ends if end <= 0x80000000)


def program(code):
    """A 64-bit ELF program for Linux that is just this machine code."""
    base, header = 0x400000, 64 + 56
    size = header + len(code)
    words = [(b"\x7fELF\x02\x01\x01" + bytes(9), 16), (2, 2), (62, 2), (1, 4),
             (base + header, 8), (64, 8), (0, 8), (0, 4), (64, 2), (56, 2),
             (1, 2), (64, 2), (0, 2), (0, 2),
             (1, 4), (5, 4), (0, 8), (base, 8), (base, 8), (size, 8),
             (size, 8), (0x1000, 8)]
    return b"".join(word if isinstance(word, bytes)
                    else word.to_bytes(length, "little")
                    for word, length in words) + code


def kernel_is_healthy(machine):
    """No complaint in the kernel log, and both CPUs answer."""
    log = machine.check("dmesg")
    for pattern in ("BUG:", "Oops", "Call Trace", "soft lockup", "stall"):
        if pattern in log:
            raise Failed(f"kernel log: {pattern}")
    if "the hypervisor has stopped" in machine.serial():
        raise Failed("the hypervisor has stopped")
    for cpu in range(machine.hardware.cpus):
        machine.check(f"taskset -c {cpu} true")
