# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys of this checkout, made once, kept under build/keys with mode 0600.

Certificates, so that none can stand in for another:
  loader  signs the shipped loader; in db of every machine
  test    signs test builds, which have doors; in db of test machines only
  module  signs kernel modules; in db of every machine, because Debian's
          kernel accepts modules signed by a db certificate
  stranger in db of no machine, for tests
"""

import os
import subprocess

from tools.run import steps

KEYS = steps.BUILD / "keys"
NAMES = ("loader", "test", "module", "stranger")


def key(name):
    return KEYS / f"{name}.key"


def certificate(name):
    return KEYS / f"{name}.pem"


def certificate_der(name):
    return subprocess.run(
        ["openssl", "x509", "-in", certificate(name), "-outform", "DER"],
        check=True, capture_output=True).stdout


def ensure():
    """Make the keys that are missing."""
    with steps.locked("keys"):
        if all(certificate(name).exists() for name in NAMES):
            return
        with steps.step("making this checkout's keys"):
            KEYS.mkdir(parents=True, exist_ok=True, mode=0o700)
            old = os.umask(0o077)
            try:
                for name in NAMES:
                    if not certificate(name).exists():
                        make(name)
            finally:
                os.umask(old)


def make(name):
    part = KEYS / f"{name}.part"
    steps.command("keys", "openssl", "req", "-x509", "-newkey", "rsa:2048",
                  "-nodes", "-sha256", "-days", "7300",
                  "-subj", f"/CN=OpenVBS {name} key of one checkout/",
                  "-keyout", key(name), "-out", part)
    part.replace(certificate(name))


def sign_image(name, unsigned, signed):
    """Sign a PE image with the named key."""
    signed.parent.mkdir(parents=True, exist_ok=True)
    steps.command("sign", "sbsign", "--key", key(name),
                  "--cert", certificate(name), "--output", signed, unsigned)
