# SPDX-License-Identifier: GPL-2.0-or-later
"""Remote attestation: evidence is made in the machine and verified outside."""

import base64
import hashlib
import json
import pathlib
import secrets
import subprocess

from tests.e2e.attacker import PROTECTED
from tests.e2e.registry import Failed, test
from tests.e2e.test_host import exits
from tools.run import steps

GCC = steps.BUILD / "gcc"
NOT_PROVED, PROVED = 1, 0


def attest(machine, nonce):
    return machine.check(f"vbsctl attest --nonce {nonce} --out /run/evidence "
                         "&& cat /run/evidence", 120)


def verify(machine, evidence, nonce, build="test", ak=None):
    """(status, output) of `vbsctl verify` on this host."""
    folder = pathlib.Path(machine.folder)
    (folder / "evidence.json").write_text(evidence)
    words = [GCC / "host" / "vbsctl", "verify", "--nonce", nonce,
             "--reference", GCC / f"openvbs-{build}.reference"]
    if ak:
        (folder / "ak.pem").write_text(ak)
        words += ["--ak", folder / "ak.pem"]
    found = subprocess.run([*words, folder / "evidence.json"], check=False,
                           capture_output=True, text=True)
    return found.returncode, found.stdout + found.stderr


def expect(status, words, found):
    if found[0] != status or words not in found[1]:
        raise Failed(f"status {status} and \"{words}\" expected, not "
                     f"{found[0]}:\n{found[1]}")


def key_of(output):
    """The PEM that is printed where no key is pinned."""
    begin = output.index("-----BEGIN")
    return output[begin:output.index("Whoever has it")]


def tools_agree(machine, evidence, ak):
    """tpm2-tools take the same quote, and the same log."""
    folder = pathlib.Path(machine.folder)
    parts = {name: base64.b64decode(text)
             for name, text in json.loads(evidence).items()
             if name != "format"}
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    (folder / "ak.pem").write_text(ak)
    for words in (["tpm2_checkquote", "-u", "ak.pem", "-m", "quote", "-s",
                   "signature", "-q",
                   hashlib.sha256(parts["report"]).hexdigest()],
                  ["tpm2_eventlog", "log"]):
        subprocess.run(words, cwd=folder, check=True, capture_output=True)


@test(quick=True, **PROTECTED)
def evidence_proves_what_runs(machine):
    """First contact, pinned key, and twice what does not hold."""
    nonce = secrets.token_hex(32)
    evidence = attest(machine, nonce)
    first = verify(machine, evidence, nonce)
    expect(NOT_PROVED, "AK not pinned: trust on first use", first)
    key = key_of(first[1])
    expect(PROVED, "proved: this machine has started OpenVBS",
           verify(machine, evidence, nonce, ak=key))
    tools_agree(machine, evidence, key)

    expect(NOT_PROVED, "stale",
           verify(machine, evidence, secrets.token_hex(32), ak=key))
    expect(NOT_PROVED, "none of the reference",
           verify(machine, evidence, nonce, build="ship", ak=key))

    document = json.loads(evidence)
    log = base64.b64decode(document["log"])
    document["log"] = base64.b64encode(
        log.replace(b"openvbs svn 1", b"openvbs svn 9")).decode()
    expect(NOT_PROVED, "not OpenVBS's",
           verify(machine, json.dumps(document), nonce, ak=key))

    again = secrets.token_hex(32)
    expect(PROVED, "proved:",
           verify(machine, attest(machine, again), again, ak=key))


@test(quick=True, loader="none", modules=("hello",))
def nothing_to_attest_without(machine):
    exits(machine, 2, f"vbsctl attest --nonce {secrets.token_hex(32)}")
    exits(machine, 64, "vbsctl attest --nonce 00")
