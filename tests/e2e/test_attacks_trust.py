# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on the root secret at boot, where a boot takes seconds.

The firmware starts what lies on the EFI system partition; between two boots
an attacker writes there what he likes. tests/guest/uefi/trust, behind our
loader, says what has become of the root secret.
"""

import re
import time

from tests.e2e.registry import Failed, test
from tools.run import esp, keys, steps

BOOT_SECONDS = 900  # of firmware and loader, on a busy host
DENIED = 2  # abi/status.h
UNSEALED, MADE, DAMAGED, CHANGED, UNKEPT = 0, 1, 4, 5, 9  # abi/root.h
LOADER = "EFI/BOOT/BOOTX64.EFI"
BEHIND_SHIM = "EFI/BOOT/grubx64.efi"
CONFIG = "EFI/openvbs/openvbs.conf"
BLOB = "EFI/openvbs/root.blob"
DRIVER = "EFI/test/driver.efi"
ROOT = r"trust: root (\d+)"
NO_ROOT = r"OpenVBS: no root secret \("
TIME_AT = 8  # in a PE header
REFUSED = r"BdsDxe: failed to load Boot\w+ [^\n]*: (?:Access Denied|Security)"


class Bed:
    """A machine whose EFI system partition is ours between its boots."""

    def __init__(self, machine):
        self.machine = machine
        self.image = machine.folder / "esp.img"

    def read(self, name):
        to = self.machine.folder / "from-esp"
        steps.command("esp", "mcopy", "-n", "-i", self.image, f"::{name}", to)
        return to.read_bytes()

    def write(self, name, content):
        source = self.machine.folder / "to-esp"
        source.write_bytes(content)
        steps.command("esp", "mcopy", "-o", "-i", self.image, source,
                      f"::{name}")

    def remove(self, name):
        steps.command("esp", "mdel", "-i", self.image, f"::{name}")

    def fill(self, name):
        """Leave no cluster free."""
        text = steps.capture("mdir", "-i", self.image, "::")
        free = re.search(r"([\d ]+) bytes free", text)[1].replace(" ", "")
        self.write(name, bytes(int(free)))

    def boot(self, pattern=ROOT):
        """Reset; what the console says of it then, as a match."""
        count = len(re.findall(pattern, self.machine.serial()))
        deadline = time.monotonic() + BOOT_SECONDS
        self.machine.qmp.execute("system_reset")
        while self.machine.alive() and time.monotonic() < deadline:
            found = list(re.finditer(pattern, self.machine.serial()))
            if len(found) > count:
                return found[count]
            time.sleep(0.1)
        raise Failed(f"not on the console: {pattern}")

    def expect(self, what, verdict):
        """The next boot comes to this verdict."""
        found = int(self.boot()[1])
        if found != verdict:
            raise Failed(f"{what}: verdict {found}, not {verdict}")


def changed(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


def resigned(bed, image, key):
    """The same program but for its time of build, with another signature."""
    unsigned, signed = (bed.machine.folder / name
                        for name in ("other.efi", "other.signed.efi"))
    header = int.from_bytes(image[0x3C:0x40], "little")
    unsigned.write_bytes(changed(image, header + TIME_AT))
    keys.sign_image(key, unsigned, signed)
    return signed.read_bytes()


@test(own=True, boots=4, cpus=1, program="trust")
def attack_root_at_boot(lab):
    """Only our loader, started first and unchanged, has its root secret."""
    bed = Bed(lab.machine())
    first = bed.machine.wait_serial(ROOT, BOOT_SECONDS)
    if int(first[1]) != MADE:
        raise Failed(f"the first launch: verdict {first[1]}")
    late = re.search(r"trust: late launch (\d+)", bed.machine.serial())
    if int(late[1]) != DENIED:
        raise Failed(f"a launch behind the launch: status {late[1]}")
    loader, blob, config = map(bed.read, (LOADER, BLOB, CONFIG))
    bed.expect("the same again", UNSEALED)

    # A signed program gets in front of us, by the firmware's own means.
    bed.write(DRIVER, esp.signed_loader("driver").read_bytes())
    bed.write(CONFIG, config.replace(b"trust.efi", b"driver.efi"))
    bed.boot("driver: entered")
    bed.write(CONFIG, config)
    bed.expect("behind a driver", CHANGED)
    if "trust: behind a driver" not in bed.machine.serial():
        raise Failed("the driver was not started")
    bed.expect("without it", UNSEALED)

    # Debian's shim comes first, then we. It does not let `trust` start: that
    # has no SBAT.
    bed.write(LOADER, (bed.machine.guest.boot / "shimx64.efi").read_bytes())
    bed.write(BEHIND_SHIM, loader)
    bed.boot(NO_ROOT + "sealed for another")
    bed.remove(BEHIND_SHIM)

    # Another version, signed as well.
    unsigned = (steps.BUILD / "gcc" / "openvbs-test.efi").read_bytes()
    bed.write(LOADER, resigned(bed, unsigned, "test"))
    bed.expect("another version", CHANGED)

    # Not signed, not by a key of the firmware's, changed behind the signature.
    for image in (unsigned, resigned(bed, unsigned, "stranger"),
                  changed(loader, len(loader) // 2)):
        bed.write(LOADER, image)
        bed.boot(REFUSED)
    bed.write(LOADER, loader)
    bed.expect("the loader is back", UNSEALED)

    # The sealed blob.
    bed.write(BLOB, changed(blob, len(blob) - 1))
    bed.expect("a damaged blob", DAMAGED)
    bed.remove(BLOB)
    bed.fill("full")
    bed.expect("no room for a blob", UNKEPT)
    bed.remove("full")
    bed.write(BLOB, blob)
    bed.expect("the blob is back", UNSEALED)
