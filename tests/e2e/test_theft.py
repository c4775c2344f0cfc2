# SPDX-License-Identifier: GPL-2.0-or-later
"""Theft: whoever has Linux, ring 0 included, looks for keys.

The keys are made outside the machine. With OpenVBS they come in encrypted to
VTL1, and are nowhere: in no memory that Linux can map, in no process, on no
disk, not even after a reset into a Linux without OpenVBS. Without it, the
same search finds them. Something planted is found in either. Nor are those
found that VTL1 itself makes; they are known here because the test image lets
its generator be seeded.

One key comes in clear. What Linux has seen may stay in free memory; but no
process and no disk keeps it.
"""

import base64
import contextlib
import secrets
import subprocess

from tests.e2e import foretold, keys, theft
from tests.e2e.attacker import PROTECTED, UNPROTECTED, kernel_is_healthy
from tests.e2e.registry import Failed, test
from tools.run import guest

CANARY_BYTES = 32
PLANTED_COPIES = 500000  # 32 MB: the next boot overwrites much of memory
DISKS = ("/dev/vda", "/dev/vdb")
MESSAGE = f"{keys.WORK}/message"
KEY_FILE = "/srv/key.pem"
AES_FILE = "/srv/key.aes"
AES_KEY = "aes256 key"
CLEAR_KEY = "clear aes256 key"
CLEAR = f"{keys.WORK}/clear"
MADE = {"p256": "made-p256", "ed25519": "made-ed25519"}  # type: label
GIVEN = "/srv/given"
ESP = "/boot/efi"
VBSCTL = guest.STAGE / "usr/bin/vbsctl"


class Loot:
    """Keys that no guest has made, in a folder of the host's; and what is
    known besides of those that one has."""

    def __init__(self, folder, made=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.files, self.pem, parts = {}, {}, dict(made)
        for kind in theft.TYPES:
            self.files[kind], self.pem[kind] = theft.make_key(
                kind, folder / f"{kind}.der")
            parts |= theft.private_parts(kind, self.files[kind])
        self.aes = theft.make_aes(folder / "aes256")
        self.clear = theft.make_aes(folder / "clear")
        parts[AES_KEY] = self.aes.read_bytes()
        parts[CLEAR_KEY] = self.clear.read_bytes()
        self.canary = secrets.token_hex(CANARY_BYTES)
        self.search = theft.Search(parts | {"canary": self.canary.encode()})

    def plant(self, machine):
        """The canary on the disk, in a process, and in much of memory."""
        machine.check(
            f"echo {self.canary} > /srv/planted && sync && "
            f"(env planted={self.canary} setsid sleep 3000 "
            "> /dev/null 2>&1 &) && "
            f"yes {self.canary} | head -n {PLANTED_COPIES} "
            "> /dev/shm/planted")


def must_find(found, where, *wanted):
    """(name, place), or a name alone, of what has to be there."""
    for name, place in ((words, None) if isinstance(words, str) else words
                        for words in wanted):
        places = found.get(name, ())
        if not places or place not in (None, *places):
            raise Failed(f"{name} is not found {where}, the search is no "
                         f"good: {found}")


def must_not_find(found, where, *but):
    """Nothing but the canary, which has to be there, and what may be."""
    must_find(found, where, "canary")
    stolen = {name: places for name, places in found.items()
              if name not in ("canary", *but)}
    if stolen:
        raise Failed(f"found {where}: {stolen}")


def put(machine, source, path):
    """A file of the host's into the guest."""
    encoded = base64.b64encode(source.read_bytes()).decode()
    machine.check(f"mkdir -p {keys.WORK} && "
                  f"base64 -d > {path} <<'END'\n{encoded}\nEND")


# --- keys in use --------------------------------------------------------------

@contextlib.contextmanager
def running(machine, name, command):
    """Repeat a command in the background; it must succeed each time."""
    note = f"{keys.WORK}/{name}"
    machine.check(f"setsid sh -c 'echo $$ > {note}.pid; "
                  f"while {command}; do echo >> {note}.count; done' "
                  f"> {note}.log 2>&1 &")
    yield
    # A command that has failed has ended its loop.
    machine.check(f"test -s {note}.count && kill -- -$(cat {note}.pid) || "
                  f"{{ cat {note}.log; false; }}")


@contextlib.contextmanager
def half_signed(machine, token, label):
    """A signature that has begun and waits for the rest of its message."""
    note = f"{keys.WORK}/half"
    signer = token.tool("--sign --mechanism SHA256-RSA-PKCS "
                        f"{token.choose(machine, label)} "
                        f"-o {note}.signed")
    machine.check(f"setsid sh -c 'echo $$ > {note}.pid; "
                  "(head -c 200000 /dev/zero; exec sleep 3000) | "
                  f"{signer.replace(chr(39), chr(34))}' "
                  f"> {note}.log 2>&1 & sleep 3")
    yield
    machine.check("pgrep -x pkcs11-tool > /dev/null && "
                  f"kill -- -$(cat {note}.pid) || "
                  f"{{ cat {note}.log; false; }}")


@contextlib.contextmanager
def half_encrypted(machine, path):
    """A program that has its AES key from a file and waits for more text."""
    note = f"{keys.WORK}/encrypt"
    machine.check(f"setsid sh -c 'echo $$ > {note}.pid; "
                  "(head -c 200000 /dev/zero; exec sleep 3000) | "
                  f"openssl enc -aes-256-ctr -iv {'00' * 16} -K "
                  f"$(od -An -v -tx1 {path} | tr -d \" \\n\") > /dev/null' "
                  f"> {note}.log 2>&1 & sleep 3")
    yield
    machine.check("pgrep -x openssl > /dev/null && "
                  f"kill -- -$(cat {note}.pid) || "
                  f"{{ cat {note}.log; false; }}")


@contextlib.contextmanager
def in_use(machine, web, served, token, signers):
    """A web server and signers that use the keys while the body runs; signers
    are (token, label, mechanism)."""
    # As long as a digest.
    machine.check(f"mkdir -p {keys.WORK} && printf %032d 0 > {MESSAGE}")
    web.start(*served)
    commands = [which.tool(f"--sign --mechanism {mechanism} "
                           f"{which.choose(machine, label)} "
                           f"-i {MESSAGE} -o {MESSAGE}.signed")
                for which, label, mechanism in signers]
    with half_signed(machine, token, "rsa2048"), \
            running(machine, "clients", f"curl -sSk -o /dev/null {keys.TLS}"), \
            running(machine, "signer",
                    " && ".join(commands).replace("'", '"')):
        yield
    web.stop()


# --- without OpenVBS ----------------------------------------------------------

def give_softhsm(machine, loot):
    """The keys in SoftHSM, as its own tool puts them there; no file stays."""
    keys.softhsm(machine)
    for number, (kind, path) in enumerate(loot.files.items()):
        token = keys.SOFTHSM_ED25519 if kind == "ed25519" else keys.SOFTHSM
        put(machine, path, GIVEN)
        machine.check(
            f"openssl pkey -inform DER -in {GIVEN} -out {GIVEN}.pem && "
            f"softhsm2-util --import {GIVEN}.pem --token {token.label} "
            f"--pin {token.pin} --label {kind} --id 0{number} && "
            f"shred -u {GIVEN} {GIVEN}.pem")
    keys.softhsm_open(machine)
    machine.check("sync; echo 3 > /proc/sys/vm/drop_caches")


@test(own=True, programs=("theft",), **UNPROTECTED)
def theft_without(lab):
    """Keys in files that nginx and openssl work with, and in SoftHSM."""
    machine = lab.machine().wait_boot()
    loot = Loot(machine.folder / "loot")
    give_softhsm(machine, loot)
    put(machine, loot.pem["p256"], KEY_FILE)
    put(machine, loot.aes, AES_FILE)
    machine.check("sync")
    loot.plant(machine)
    served = keys.certificate(machine, None, KEY_FILE, "p256"), KEY_FILE
    signers = [(keys.SOFTHSM_ED25519, "ed25519", "EDDSA")]
    with in_use(machine, keys.Web(machine), [served], keys.SOFTHSM, signers), \
            half_encrypted(machine, AES_FILE):
        must_find(loot.search.memory(machine), "in memory", "canary",
                  "p256 scalar", "rsa2048 prime1", AES_KEY)
        must_find(loot.search.outside(machine, "processes"), "in a process",
                  ("canary", "sleep"), ("p256 scalar", "nginx"),
                  ("rsa2048 prime1", "pkcs11-tool"), (AES_KEY, "openssl"))
    must_find(loot.search.outside(machine, *DISKS), "on a disk", "canary",
              "p256 line 0", "p256 line 1", AES_KEY)


# --- with it ------------------------------------------------------------------

def give_wrapped(machine, recipient, path, kind="", where=""):
    """A key to VTL1, labelled as its file; it comes to the guest encrypted."""
    wrapped = path.with_suffix(".wrapped")
    with open(wrapped, "wb") as output:
        subprocess.run([VBSCTL, "key", "wrap", "--to", recipient,
                        *kind.split(), path], check=True, stdout=output)
    put(machine, wrapped, GIVEN)
    machine.check(f"vbsctl key import --wrapped {kind} --label {path.stem} "
                  f"{where} {GIVEN}")


def give_vtl1(machine, loot):
    """All keys wrapped outside for VTL1 alone, but one in clear."""
    recipient = machine.folder / "wrapping.pem"
    recipient.write_text(machine.check("vbsctl key wrapping-key") + "\n")
    for kind, path in loot.files.items():
        give_wrapped(machine, recipient, path,
                     where="" if kind == "ed25519" else "--system")
    give_wrapped(machine, recipient, loot.aes, "--type aes256")
    put(machine, loot.clear, CLEAR)
    machine.check(f"vbsctl key import --type aes256 --label clear {CLEAR} && "
                  f"rm {CLEAR}")


def leave_openvbs(machine):
    """Put Debian's loader where firmware looks, and reset at once."""
    machine.check(f"mkdir -p {ESP} && mount {ESP} && cd {ESP}/EFI && "
                  "cp debian/shimx64.efi BOOT/BOOTX64.EFI && "
                  "cp debian/grubx64.efi BOOT/grubx64.efi && "
                  f"cd / && umount {ESP} && sync")
    machine.send("reboot -f")
    machine.wait_boot()


def make_in_vtl1(machine, folder):
    """Keys that VTL1 makes: {name: bytes} of what gives them away."""
    folder.mkdir(parents=True, exist_ok=True)
    keyring = foretold.Keyring(machine)
    parts = {}
    for kind, label in MADE.items():
        path = keyring.make(kind, label, folder / f"{label}.der")
        parts |= {f"made {name}": part for name, part in
                  theft.private_parts(kind, path).items()}
    return parts


@test(own=True, boots=2, programs=("theft", "vbs"), **PROTECTED)
def theft_with(lab):
    machine = lab.machine().wait_boot()
    folder = machine.folder / "loot"
    loot = Loot(folder, make_in_vtl1(machine, folder))
    give_vtl1(machine, loot)
    loot.plant(machine)
    machine.check("usermod -aG openvbs-keys www-data")
    served = [(keys.certificate(machine, keys.SYSTEM, key, key), key)
              for key in ("p256", "rsa2048")]
    signers = [(keys.USER, "ed25519", "EDDSA"),
               (keys.USER, MADE["p256"], "ECDSA"),
               (keys.USER, MADE["ed25519"], "EDDSA")]
    with in_use(machine, keys.Web(machine, keys.SYSTEM), served, keys.SYSTEM,
                signers):
        must_not_find(loot.search.memory(machine), "in memory", CLEAR_KEY)
        must_not_find(loot.search.outside(machine, "processes"),
                      "in a process")
    must_not_find(loot.search.outside(machine, *DISKS), "on a disk")
    kernel_is_healthy(machine)
    leave_openvbs(machine)
    if machine.run("vbsctl status")[0] != 2:
        raise Failed("OpenVBS still runs after a reset without it")
    must_not_find(loot.search.memory(machine), "in memory after a reset",
                  CLEAR_KEY)
