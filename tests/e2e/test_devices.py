# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices do their work although an IOMMU watches every access of theirs."""

import hashlib
import http.server
import secrets
import threading

from tests.e2e.attacker import SPARE_DEVICES
from tests.e2e.registry import Failed, test
from tests.e2e.test_debian import CPU_COUNTS, kernel_log_is_clean

DISKS = {"nvme": "0000:00:13.0", "ahci": "0000:00:1f.2",
         "virtio": "0000:00:14.0"}
NETWORK = "0000:00:15.0"
MIB = 48
HOST, GUEST = "10.0.2.2", "10.0.2.15/24"


def probe(machine, address):
    """Let Linux drive the device, which an attack may have taken from it."""
    machine.check("modprobe -a ahci sd_mod nvme virtio_blk virtio_net; "
                  f"test -e /sys/bus/pci/devices/{address}/driver || "
                  f"echo {address} > /sys/bus/pci/drivers_probe; "
                  "udevadm settle")


def disk_name(machine, address):
    probe(machine, address)
    return machine.check(
        "for i in $(seq 30); do for disk in /sys/class/block/*; do "
        f"case $(readlink -f $disk) in */{address}/*) basename $disk; exit;; "
        "esac; done; sleep 1; done; exit 1")


def disk_works(machine, address):
    """What is written past all caches is what is read back."""
    name = disk_name(machine, address)
    machine.check(
        f"cd /tmp && dd if=/dev/urandom of=sample bs=1M count={MIB} status=none"
        f" && dd if=sample of=/dev/{name} bs=1M oflag=direct status=none"
        f" && dd if=/dev/{name} bs=1M count={MIB} iflag=direct status=none"
        " | cmp - sample && rm sample", 300)


class Content(http.server.BaseHTTPRequestHandler):
    """Answers every request with the same bytes."""

    content = secrets.token_bytes(MIB << 20)

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_):
        pass


def receive(machine, sink):
    """Send the content from the host to a command in the machine."""
    probe(machine, NETWORK)
    name = machine.check(
        f"ls /sys/bus/pci/devices/{NETWORK}/virtio*/net").splitlines()[-1]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Content)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return machine.check(
            f"ip link set {name} up && ip address replace {GUEST} dev {name} "
            f"&& curl -sS http://{HOST}:{server.server_port}/ | {sink}", 300)
    finally:
        server.shutdown()
        server.server_close()


def network_works(machine):
    """What the host sends is what the machine receives."""
    found = receive(machine, "sha256sum").split()[0]
    if found != hashlib.sha256(Content.content).hexdigest():
        raise Failed("what arrives is not what was sent")


def devices(machine):
    for address in DISKS.values():
        disk_works(machine, address)
    network_works(machine)
    kernel_log_is_clean(machine)


for cpus in CPU_COUNTS:
    test(name=f"devices_{cpus}", cpus=cpus, extra=SPARE_DEVICES)(devices)
