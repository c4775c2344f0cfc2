# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's disk: Debian's base with our own parts, as packages would put
them there.

Our parts are staged in build/guest: the driver, signed, what `make
install-host` installs, and tests/guest/layer. A hash of all of it names the disk,

  build/image/KEY/root-LAYER.qcow2

an overlay on the base's disk, which is made when it is not there yet.
debugfs writes into the file system, so that no root is needed. The machine
under build/machine may hold on to an older disk.
"""

import hashlib
import os
import re
import shutil
import time

from tools.run import image, keys, module, steps

STAGE = steps.BUILD / "guest"
DRIVER = "driver"
LAYER = steps.TOP / "tests" / "guest" / "layer"
HOST_RULES = steps.TOP / "host" / "host.mk"
UNITS = "usr/lib/systemd/system"
# Debian has these folders in /usr, and links to them.
MERGED = ("bin", "lib", "lib64", "sbin")
# What depmod reads beside the modules.
MODULE_LISTS = ("modules.order", "modules.builtin", "modules.builtin.modinfo")
CLUSTER_BYTES = 64 * 1024
CHUNK_BYTES = 64 * CLUSTER_BYTES
# What debugfs says when all is well; folders may be Debian's too.
EXPECTED = re.compile(r"debugfs|Allocated inode: |mkdir: |$"
                      r"|ext2fs_mkdir: Ext2 directory already exists")
KEEP_DAYS = 7
DAY_SECONDS = 24 * 3600


class Guest:
    """A guest's disk and what belongs to it."""

    def __init__(self, base, layer):
        self.base = base
        self.key = f"{base.key}-{layer}"
        self.root = base.folder / f"root-{layer}.qcow2"
        self.boot = base.boot

    @property
    def complete(self):
        return self.base.complete and self.root.exists()


def by_key(key):
    """The guest of that key, which may be gone."""
    base, _, layer = key.partition("-")
    return Guest(image.Base(image.IMAGES / base), layer)


def ensure():
    """The current guest, made if need be."""
    keys.ensure()
    base = image.ensure()
    with steps.locked("guest"):
        stage(base)
        found = Guest(base, stage_hash())
        if not found.complete:
            with steps.step("putting our parts on the guest's disk"):
                make(found)
        os.utime(found.root)
        return found


def forget_all_but(keys_used):
    """Remove the bases nothing stands on, and disks long unused."""
    bases = {key.partition("-")[0] for key in keys_used}
    old = time.time() - KEEP_DAYS * DAY_SECONDS
    for folder in image.IMAGES.iterdir():
        if folder.is_dir() and folder.name not in bases:
            shutil.rmtree(folder)
            continue
        for disk in folder.glob("root-*.qcow2"):
            key = f"{folder.name}-{disk.stem.removeprefix('root-')}"
            if key not in keys_used and disk.stat().st_mtime < old:
                disk.unlink()


# --- our parts ----------------------------------------------------------------

def stage(base):
    """Lay out everything of ours as it shall stand in the guest."""
    shutil.rmtree(STAGE, ignore_errors=True)
    updates = STAGE / "usr/lib/modules" / base.release / "updates"
    updates.mkdir(parents=True)
    built = module.build(DRIVER, base)
    shutil.copyfile(built / "openvbs.ko", updates / "openvbs.ko")
    if HOST_RULES.exists():
        with steps.locked("make"), steps.step("building the host programs"):
            steps.command("make", "make", f"-j{os.cpu_count()}",
                          "install-host", f"DESTDIR={STAGE}", cwd=steps.TOP)
    shutil.copytree(LAYER, STAGE, dirs_exist_ok=True)
    for name in MERGED:
        if (STAGE / name).exists():
            shutil.copytree(STAGE / name, STAGE / "usr" / name, symlinks=True,
                            dirs_exist_ok=True)
            shutil.rmtree(STAGE / name)
    enable_units()


def enable_units():
    """What `systemctl enable` would do for each unit that says when."""
    for unit in sorted((STAGE / UNITS).glob("*.*")):
        if unit.is_dir():
            continue
        for wanted in re.findall(r"^WantedBy=(.*)$", unit.read_text(), re.M):
            for target in wanted.split():
                folder = STAGE / "etc/systemd/system" / f"{target}.wants"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / unit.name).symlink_to(f"/{UNITS}/{unit.name}")


def staged():
    """Everything in the stage below its top, folders before what they hold."""
    return sorted(STAGE.rglob("*"))


def stage_hash():
    digest = hashlib.sha256()
    for path in staged():
        digest.update(f"{path.relative_to(STAGE)}\0".encode())
        if path.is_symlink():
            digest.update(f"link {os.readlink(path)}\0".encode())
        elif path.is_file():
            digest.update(f"{path.stat().st_mode:o}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


# --- the disk -----------------------------------------------------------------

def make(guest):
    """Write our parts into a copy of the base's disk, keep the difference."""
    disk = guest.base.disk
    work = steps.BUILD / "guest-disk"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    raw = work / "root.img"
    index_modules(guest.base, work)
    steps.command("guest", "cp", "--sparse=always", "--reflink=auto", disk, raw)
    write_stage(guest.base, raw)
    part = guest.root.with_suffix(f".{os.getpid()}.part")
    # The base stands beside it, wherever that is.
    steps.command("guest", "qemu-img", "create", "-q", "-f", "qcow2",
                  "-F", "raw", "-b", disk.name, part)
    write_difference(disk, raw, part)
    part.replace(guest.root)
    shutil.rmtree(work)


def index_modules(base, folder_of_work):
    """Run depmod over Debian's modules and ours; the index is staged."""
    folder = f"lib/modules/{base.release}"
    work = folder_of_work / "depmod"
    (work / folder).mkdir(parents=True)
    debian = base.modules / base.release
    (work / folder / "kernel").symlink_to(debian / "kernel")
    for name in MODULE_LISTS:
        shutil.copyfile(debian / name, work / folder / name)
    stage_folder = STAGE / "usr" / folder
    shutil.copytree(stage_folder / "updates", work / folder / "updates")
    steps.command("guest", "/sbin/depmod", "-b", work, base.release)
    for path in (work / folder).glob("modules.*"):
        if path.name not in MODULE_LISTS:
            shutil.copyfile(path, stage_folder / path.name)


def write_stage(base, disk):
    """Write the staged files into an ext4 file system."""
    lines = []
    for path in staged():
        name = path.relative_to(STAGE)
        if path.is_symlink():
            lines.append(f'symlink "/{name}" "{os.readlink(path)}"')
        elif path.is_dir():
            lines.append(f'mkdir "/{name}"')
        else:
            if (base.folder / str(name).removeprefix("usr/lib/")).exists():
                lines.append(f'rm "/{name}"')
            lines.append(f'write "{path}" "/{name}"')
    script = disk.with_suffix(".debugfs")
    script.write_text("\n".join(lines) + "\n")
    output = steps.capture("sh", "-c", '/sbin/debugfs -w -f "$1" "$2" 2>&1',
                           "sh", script, disk)
    script.unlink()
    for line in output.splitlines():
        if not EXPECTED.match(line):
            raise steps.Failure(f"writing the guest's disk: {line}")


def data_chunks(file):
    """Offsets of the chunks of a sparse file that are no holes."""
    offset = 0
    while True:
        try:
            offset = os.lseek(file.fileno(), offset, os.SEEK_DATA)
        except OSError:
            return
        offset -= offset % CHUNK_BYTES
        yield offset
        offset += CHUNK_BYTES


def differences(old, new):
    """(offset, bytes) of each cluster of `new` that `old` has otherwise."""
    with open(old, "rb") as old_file, open(new, "rb") as new_file:
        for offset in data_chunks(new_file):
            was = os.pread(old_file.fileno(), CHUNK_BYTES, offset)
            now = os.pread(new_file.fileno(), CHUNK_BYTES, offset)
            if was == now:
                continue
            for at in range(0, len(now), CLUSTER_BYTES):
                piece = now[at:at + CLUSTER_BYTES]
                if piece != was[at:at + CLUSTER_BYTES]:
                    yield offset + at, piece


def write_difference(old, new, overlay):
    """Make the overlay, which stands on `old`, read as `new`."""
    pieces = new.with_suffix(".pieces")
    pieces.mkdir()
    lines = []
    for offset, piece in differences(old, new):
        (pieces / str(offset)).write_bytes(piece)
        lines.append(f"write -q -s {pieces}/{offset} {offset} {len(piece)}")
    script = new.with_suffix(".qemu-io")
    script.write_text("\n".join(lines) + "\n")
    steps.command("guest", "sh", "-c", 'qemu-io -f qcow2 "$1" < "$2"', "sh",
                  overlay, script)
