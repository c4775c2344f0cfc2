# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks for secret keys inside a machine, in all memory, processes, disks.

The guest is never told what it looks for: only words that are combined with
a key by exclusive or, eight rows of them for each secret, one for each way it
may lie across aligned words (tests/guest/attack/search.h).
"""

import base64
import hashlib
import re
import secrets
import struct
import subprocess

from tests.e2e.attacker import Attacker, memory_end
from tests.e2e.machine import Failed
from tools.run import steps

ROWS = "/run/theft-rows"
PROGRAM = "/run/payload/theft"
ROW = struct.Struct("<3Q")
WINDOW_BYTES = 7 + ROW.size
LOW_MEMORY_END, MIB = 0xA0000, 1 << 20
SEARCH_SECONDS = 400
ED25519_SEED_BYTES = 32
AES_BYTES = 32
# Of a PEM file (RFC 7468): lines to look for have LINE_LEAST characters or
# more, and LINE_SECRET of them tell of the key.
LINE, LINE_LEAST, LINE_SECRET, LINES_MOST = 64, 48, 16, 2
# openssl pkey -text: names of what is private.
RSA_PRIVATE = ("privateExponent", "prime1", "prime2", "exponent1",
               "exponent2", "coefficient")
TYPES = {"rsa2048": ("RSA", "rsa_keygen_bits:2048"),
         "p256": ("EC", "ec_paramgen_curve:P-256"),
         "ed25519": ("ED25519", None)}


def make_key(kind, path):
    """A private key that never was in a guest, as PKCS#8: in DER, and beside
    it in PEM."""
    algorithm, option = TYPES[kind]
    pem = path.with_suffix(".pem")
    steps.command("theft", "openssl", "genpkey", "-algorithm", algorithm,
                  *(("-pkeyopt", option) if option else ()), "-out", pem)
    # genpkey itself writes DER in the older forms of RSA and EC.
    steps.command("theft", "openssl", "pkcs8", "-topk8", "-nocrypt",
                  "-in", pem, "-outform", "DER", "-out", path)
    return path, pem


def make_aes(path):
    """An AES key as it is."""
    path.write_bytes(secrets.token_bytes(AES_BYTES))
    return path


def text_numbers(path):
    """{name: big-endian bytes} of all that openssl tells of a key."""
    text = subprocess.run(
        ["openssl", "pkey", "-inform", "DER", "-in", path, "-noout", "-text"],
        check=True, capture_output=True, text=True).stdout
    found = {}
    for name, digits in re.findall(r"^(\w+):\n((?: +[0-9a-f:]+\n)+)", text,
                                   re.M):
        found[name] = bytes.fromhex(re.sub(r"[^0-9a-f]", "", digits))
    return found


def private_parts(kind, path):
    """{name: bytes} of everything that gives the key away."""
    numbers = text_numbers(path)
    if kind == "rsa2048":
        parts = {name: numbers[name].lstrip(b"\0") for name in RSA_PRIVATE}
    else:
        parts = {"scalar": numbers["priv"]}
    lines = file_lines(path.read_bytes(), next(iter(parts.values())))
    for number, line in enumerate(lines[:LINES_MOST]):
        parts[f"line {number}"] = line
    if kind == "ed25519":
        # RFC 8032, 5.1.5: what a signature is made with.
        expanded = bytearray(hashlib.sha512(
            numbers["priv"]).digest()[:ED25519_SEED_BYTES])
        expanded[0] &= 0xF8
        expanded[-1] = expanded[-1] & 0x7F | 0x40
        parts["expanded"] = bytes(expanded)
    return {f"{kind} {name}": part for name, part in parts.items()}


def file_lines(key, part):
    """What to look for of a key's file in PEM: from each line that holds
    enough of this part, characters that stand together."""
    text = base64.b64encode(key)
    at = key.index(part)
    first, end = -(-at * 4 // 3), (at + len(part)) * 4 // 3
    found = []
    for begin in range(0, len(text), LINE):
        line_end = min(begin + LINE, len(text))
        secret = max(begin, first)
        if line_end - begin >= LINE_LEAST and \
                min(line_end, end) - secret >= LINE_SECRET:
            start = min(secret, line_end - WINDOW_BYTES)
            found.append(text[start:start + WINDOW_BYTES])
    return found


def rows(secret, key):
    """Rows for a secret's first bytes, wherever they may stand."""
    if len(secret) < WINDOW_BYTES:
        raise ValueError("too short to be told from chance")
    for shift in range(8):
        yield [word ^ key for word in ROW.unpack_from(secret, shift)]


class Search:
    """What to look for in one machine: {name: bytes}, both byte orders."""

    def __init__(self, wanted):
        self.key = secrets.randbits(64) | 1
        self.names = []
        self.rows = []
        for name, secret in wanted.items():
            for data in (secret, secret[::-1]):
                self.rows += [(len(self.names), *row)
                              for row in rows(data, self.key)]
                self.names.append(name)

    def memory(self, machine):
        """{name: frames} found in all memory that VTL0 can map."""
        attacker = Attacker(machine)
        attacker.expect("succeeded", f"search_key {self.key:#x}", *(
            f"search_row {secret} " + " ".join(f"{word:#x}" for word in words)
            for secret, *words in self.rows))
        results = attacker.run(
            f"search 0 {LOW_MEMORY_END:#x}",
            f"search {MIB:#x} {memory_end(machine):#x}",
            timeout=SEARCH_SECONDS)
        found = {}
        for result in results:
            if "hidden" not in result:
                raise Failed(f"the search has not ended: {result}")
            for secret, places in re.findall(r"(\d+) \d+:([^;]*);", result):
                found.setdefault(self.names[int(secret)], []).extend(
                    places.split())
        return found

    def outside(self, machine, *places):
        """{name: places} found in files, disks, or "processes"."""
        lines = "\n".join(f"{secret} " + " ".join(f"{word:x}"
                                                  for word in words)
                          for secret, *words in self.rows)
        machine.check(f"cat > {ROWS} <<'END'\n{self.key:x}\n{lines}\nEND")
        output = machine.check(f"{PROGRAM} {ROWS} {' '.join(places)}",
                               SEARCH_SECONDS)
        if not re.search(r"^searched [1-9]", output, re.M):
            raise Failed(f"nothing was searched: {output}")
        found = {}
        for secret, place in re.findall(r"^(\d+) \d+ (\S+)$", output, re.M):
            found.setdefault(self.names[int(secret)], []).append(place)
        return found
