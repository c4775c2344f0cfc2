# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys that VTL1 makes and that are known outside all the same.

In the test image VTL1's generator can be given a state that is made here.
From it follows the seed with which the keyring starts anew, and from that its
keys: tests/fake/foretell finds the private half for a public one.
"""

import base64
import hmac
import itertools
import secrets
import subprocess

from tests.e2e import keys, vbs
from tests.e2e.machine import Failed
from tools.run import steps

FORETELL = steps.BUILD / "gcc" / "fake" / "foretell"
STATE_BYTES = 64  # key, and value, of struct sk_test_seed
SEED_BYTES = 48  # SERVICE_SEED_BYTES
SEEDS = 16  # more than a service takes numbers when it starts
POINT_BYTES, ED25519_BYTES = 64, 32
# enum keyring_type; bytes of the public key; PKCS#8 in DER (RFC 5208, 5915,
# 8410), around the secret and the public key.
KINDS = {
    "p256": (2, POINT_BYTES, (
        "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02"
        "01010420", "a14403420004")),
    "ed25519": (4, ED25519_BYTES, ("302e020100300506032b657004220420",)),
}


def drawn(key, value):
    """What HMAC_DRBG (SP 800-90A, 10.1.2) gives, without end."""
    while True:
        value = hmac.digest(key, value, "sha512")
        yield value
        key = hmac.digest(key, value + b"\0", "sha512")
        value = hmac.digest(key, value, "sha512")


class Keyring:
    """The keyring of a machine, started anew with a seed that is known."""

    def __init__(self, machine):
        state = [secrets.token_bytes(STATE_BYTES) for _ in range(2)]
        steps.command("theft", "make", "-C", steps.TOP, "foretell")
        self.machine = machine
        self.seeds = [number[:SEED_BYTES] for number in
                      itertools.islice(drawn(*state), SEEDS)]
        vbs.keyring_restart(machine, vbs.acting(
            vbs.SECURE_KERNEL, vbs.TEST_SEED, b"".join(state)))

    def secret(self, kind, public):
        """The secret behind a public key, by one of the seeds."""
        for seed in self.seeds:
            found = subprocess.run(
                [FORETELL, seed.hex(), str(KINDS[kind][0]), public.hex()],
                capture_output=True, text=True, check=False)
            if found.returncode == 0:
                return bytes.fromhex(found.stdout)
        raise Failed(f"no seed makes this {kind} key: {public.hex()}")

    def make(self, kind, label, path):
        """A new key of root's; what VTL1 alone has of it goes to `path`, as
        PKCS#8 in DER."""
        keys.make(self.machine, kind, label)
        pem = self.machine.check(keys.vbsctl(f"export-public --pem {label}"))
        _, length, (begin, *middle) = KINDS[kind]
        public = base64.b64decode("".join(pem.split("\n")[1:-1]))[-length:]
        path.write_bytes(bytes.fromhex(begin) + self.secret(kind, public) +
                         b"".join(bytes.fromhex(part) + public
                                  for part in middle))
        # OpenSSL computes the public half, or compares it.
        made = steps.capture("openssl", "pkey", "-inform", "DER", "-in", path,
                             "-check", "-pubout")
        if pem not in made:
            raise Failed(f"not the key that VTL1 has made: {made}{pem}")
        return path
