# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's base: a minimal Debian 12 from Debian's own packages.

A base lives in build/image/KEY/, KEY being a hash of the recipe
(tests/guest/image/ and RECIPE_VERSION) and of every package version in it:

  base.img            ext4 root disk
  boot/               shim, GRUB, kernel and initramfs, for the ESP
  headers/            headers of that same kernel, to build modules against
  modules/            its modules, to index ours together with them
  release             the kernel's release ("6.1.0-56-amd64")
  packages            what is installed

Versions are resolved against the archive once a day; when that does not work
and a base is there, the last resolution stands. A finished base is never
changed. tools/run/guest.py puts our own parts on a copy of its disk.
"""

import hashlib
import os
import re
import shutil
import time

from tools.run import steps

# Counts changes of this file that change what is made.
RECIPE_VERSION = 2
RECIPE = steps.TOP / "tests" / "guest" / "image"
IMAGES = steps.BUILD / "image"
APT = steps.BUILD / "apt"
SUITE = "bookworm"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEFAULT_SOURCES = (
    ("http://deb.debian.org/debian", SUITE),
    ("http://deb.debian.org/debian", f"{SUITE}-updates"),
    ("http://deb.debian.org/debian-security", f"{SUITE}-security"),
)
RESOLVE_EVERY_SECONDS = 24 * 3600
RETRY_SECONDS = 3600
DISK_SIZE = "4G"
DISK_LABEL = "openvbs-root"


# --- which versions ---------------------------------------------------------

def apt(*words):
    """An apt-get (or apt-cache) command line with state of our own."""
    return [words[0],
            "-o", f"Dir::State={APT}/state",
            "-o", f"Dir::State::status={APT}/status",
            "-o", f"Dir::Cache={APT}/cache",
            "-o", f"Dir::Etc::SourceList={APT}/sources.list",
            "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "APT::Architecture=amd64",
            "-o", "APT::Architectures=amd64",
            "-o", "APT::Install-Recommends=false",
            "-o", "APT::Sandbox::User=",
            *words[1:]]


def sources():
    """The archive as the host's own configuration reaches it."""
    listed = steps.capture(
        "apt-get", "indextargets", "--format",
        "$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)",
        "Identifier: Packages")
    found = []
    for line in listed.splitlines():
        words = line.split()
        if (len(words) == 4 and words[0] == "Debian" and words[2] == "main"
                and words[1].split("-")[0] == SUITE):
            found.append((words[3], words[1]))
    if SUITE not in (suite for _, suite in found):
        found = DEFAULT_SOURCES
    return "".join(f"deb [signed-by={KEYRING}] {uri} {suite} main\n"
                   for uri, suite in dict.fromkeys(found))


def listed_packages():
    lines = (RECIPE / "packages.txt").read_text().splitlines()
    words = (line.partition("#")[0].strip() for line in lines)
    return [word for word in words if word]


def resolve():
    """Ask the archive; return lines "package version", sorted."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    (APT / "status").touch()
    steps.write_whole(APT / "sources.list", sources().encode())
    steps.command("apt", *apt("apt-get", "-q", "update",
                              "-o", "APT::Update::Error-Mode=any"))
    text = steps.capture(*apt("apt-get", "-q", "-s", "install",
                              "?essential", "apt", *listed_packages()))
    found = dict(re.findall(r"^Inst (\S+) \((\S+) ", text, re.M))
    release = next(re.fullmatch(r"linux-image-(\d\S*)", name)[1]
                   for name in found
                   if re.fullmatch(r"linux-image-\d\S*", name))
    for name in header_packages(release):
        found[name] = re.search(
            r"^Version: (\S+)", steps.capture(
                *apt("apt-cache", "show", "--no-all-versions", name)),
            re.M)[1]
    return "".join(f"{name} {version}\n"
                   for name, version in sorted(found.items()))


def header_packages(release):
    base = release.removesuffix("-amd64")
    kbuild = ".".join(release.split(".")[:2])
    return (f"linux-headers-{release}", f"linux-headers-{base}-common",
            f"linux-kbuild-{kbuild}")


def resolution():
    """The package versions in force, asking the archive at most daily."""
    path = APT / "resolved"
    recipe = recipe_hash()
    old = path.read_text() if path.exists() else ""
    fresh = (old.startswith(recipe) and
             time.time() - path.stat().st_mtime < RESOLVE_EVERY_SECONDS)
    if fresh:
        return old.partition("\n")[2]
    try:
        with steps.step("asking the archive for package versions"):
            found = resolve()
    except steps.Failure:
        if not old.startswith(recipe):
            raise
        steps.say("  (the archive does not answer; using what is here; "
                  f"details are in {steps.LOGS}/apt.log)")
        ask_again = time.time() - RESOLVE_EVERY_SECONDS + RETRY_SECONDS
        os.utime(path, (ask_again, ask_again))
        return old.partition("\n")[2]
    steps.write_whole(path, f"{recipe}\n{found}".encode())
    return found


def recipe_hash():
    digest = hashlib.sha256(str(RECIPE_VERSION).encode())
    files = [path for path in RECIPE.rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(str(path.relative_to(steps.TOP)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


# --- making it --------------------------------------------------------------

class Base:
    """A base's files."""

    def __init__(self, folder):
        self.folder = folder
        self.key = folder.name
        self.disk = folder / "base.img"
        self.boot = folder / "boot"
        self.headers = folder / "headers"
        self.modules = folder / "modules"

    @property
    def complete(self):
        return (self.folder / "complete").exists()

    @property
    def release(self):
        return (self.folder / "release").read_text().strip()


def ensure():
    """The current base, made if need be."""
    with steps.locked("image"):
        packages = resolution()
        digest = hashlib.sha256(f"{recipe_hash()}\n{packages}".encode())
        base = Base(IMAGES / digest.hexdigest()[:16])
        if not base.complete:
            steps.check_room(6000, 1000)
            make(base, packages)
        return base


def make(base, packages):
    shutil.rmtree(base.folder, ignore_errors=True)
    base.folder.mkdir(parents=True)
    work = base.folder / "work"
    work.mkdir()
    release = re.search(r"^linux-image-(\d\S*) ", packages, re.M)[1]
    (base.folder / "packages").write_text(packages)
    (base.folder / "release").write_text(release + "\n")
    with steps.step("making the guest's base (Debian packages)"):
        bootstrap(work)
    with steps.step("making its disk"):
        make_disk(base, work)
    with steps.step("fetching the kernel's headers"):
        fetch_headers(base, work, release, packages)
    shutil.rmtree(work)
    (base.folder / "complete").touch()


def privileged():
    """Words before a command that needs root's files: none for root."""
    if os.geteuid() == 0:
        return []
    return ["unshare", "--user", "--map-root-user", "--map-auto", "--"]


def bootstrap(work):
    """Debian's packages and our few files, as one archive."""
    steps.command("image", "tar", "-C", RECIPE / "root", "--owner=0",
                  "--group=0", "-cf", work / "overlay.tar", ".")
    steps.command("image", "tar", "-C", RECIPE, "--owner=0", "--group=0",
                  "-cf", work / "setup.tar", "setup.sh")
    mode = "root" if os.geteuid() == 0 else "unshare"
    # Our files go in twice: some steer how packages set themselves up,
    # others replace what the tool has put there meanwhile.
    steps.command(
        "image", "mmdebstrap", f"--mode={mode}", "--variant=minbase",
        "--architectures=amd64", "--format=tar",
        f"--include={','.join(listed_packages())}",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        f"--essential-hook=tar-in {work}/overlay.tar /",
        f"--customize-hook=tar-in {work}/overlay.tar /",
        f"--customize-hook=tar-in {work}/setup.tar /",
        '--customize-hook=chroot "$1" /setup.sh',
        "", work / "root.tar", APT / "sources.list")


def make_disk(base, work):
    root = work / "root"
    root.mkdir()
    script = (
        'tar -C "$1" --exclude="./dev/*" -xf "$2" && '
        'mke2fs -q -t ext4 -L "$4" -d "$1" "$3" "$5" && '
        'mkdir -p "$6" "$7" && '
        'cp -R "$1"/usr/lib/modules/. "$7" && '
        'cp "$1"/usr/lib/shim/shimx64.efi.signed "$6"/shimx64.efi && '
        'cp "$1"/usr/lib/shim/mmx64.efi.signed "$6"/mmx64.efi && '
        'cp "$1"/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed '
        '"$6"/grubx64.efi && '
        'cp -L "$1"/vmlinuz "$1"/initrd.img "$6" && '
        'chmod 0644 "$6"/* && rm -rf "$1"')
    steps.command("image", *privileged(), "sh", "-c", script, "sh", root,
                  work / "root.tar", base.disk, DISK_LABEL, DISK_SIZE,
                  base.boot, base.modules)


def fetch_headers(base, work, release, packages):
    versions = dict(line.split() for line in packages.splitlines())
    names = header_packages(release)
    steps.command("headers", *apt("apt-get", "-q", "download"),
                  *(f"{name}={versions[name]}" for name in names), cwd=work)
    for archive in work.glob("*.deb"):
        steps.command("headers", "dpkg-deb", "-x", archive, base.headers)
    # The packages expect to live in /usr: say where they are instead.
    makefile = headers_of(base) / "Makefile"
    text = makefile.read_text()
    here = "$(dir $(lastword $(MAKEFILE_LIST)))../"
    makefile.write_text(text.replace("/usr/src/", here))


def headers_of(base):
    """Folder to give to `make -C`."""
    return base.headers / "usr" / "src" / f"linux-headers-{base.release}"
