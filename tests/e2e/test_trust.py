# SPDX-License-Identifier: GPL-2.0-or-later
"""The root of trust: what the TPM is told of a launch."""

import base64
import hashlib
import json
import pathlib
import re
import subprocess

from tests.e2e import keys
from tests.e2e.attacker import PROTECTED
from tests.e2e.registry import Failed, test
from tools.run import esp

PCR = 15  # abi/measure.h
LOG = "/sys/kernel/security/tpm0/binary_bios_measurements"
ESP = "/boot/efi"
WORDS = ("config", "svn", "facts", "policy", "boot", "key", "closed")


def event_log(machine):
    """The TPM's log as tpm2_eventlog understands it, and its replay of PCRs."""
    text = machine.check(f"base64 -w0 {LOG}")
    path = pathlib.Path(machine.folder) / "eventlog"
    path.write_bytes(base64.b64decode(text))
    return subprocess.run(["tpm2_eventlog", path], check=True,
                          capture_output=True, text=True).stdout


def our_events(log):
    """(first line of the text, SHA-256) of the events in our PCR."""
    found = []
    for event in log.split("- EventNum:")[1:]:
        pcr = re.search(r"PCRIndex: (\d+)", event)[1]
        text = re.search(r'String: \|-\n *"([^"\n]*)', event)
        if int(pcr) == PCR and text:
            digest = re.search(r'sha256\n *Digest: "(\w+)"', event)[1]
            found.append((text[1], digest))
    return found


@test(quick=True, **PROTECTED)
def launch_is_measured(machine):
    """Our PCR is what the log says, and the log says what runs."""
    value = machine.check(f"cat /sys/class/tpm/tpm0/pcr-sha256/{PCR}").lower()
    log = event_log(machine)
    replayed = "0" * 64
    texts = {}
    for text, digest in our_events(log):
        replayed = hashlib.sha256(bytes.fromhex(replayed + digest)).hexdigest()
        texts[text.split()[1]] = (text, digest)
    if replayed != value:
        raise Failed(f"PCR {PCR} is {value}, its log gives {replayed}\n{log}")
    if tuple(texts) != WORDS:
        raise Failed(f"measured: {tuple(texts)}")
    config = f"openvbs config {esp.DEFAULT_CONFIG}"
    if texts["config"][1] != hashlib.sha256(config.encode()).hexdigest():
        raise Failed(f"another configuration: {texts['config']}")
    status = json.loads(machine.run("vbsctl status --json")[1])
    if status["policy"]["digest"] not in texts["policy"][0]:
        raise Failed(f"another policy: {texts['policy']}")


@test(own=True, shim=True, **PROTECTED)
def starts_behind_shim(lab):
    """The weaker chain: a machine owner's key instead of the firmware's."""
    machine = lab.machine().wait_boot()
    status = json.loads(machine.run("vbsctl status --json")[1])
    if (status["vbs"], status["started_by"]) != ("running", "shim"):
        raise Failed(f"{status['vbs']}, started by {status['started_by']}")
    if root_problem(machine):
        raise Failed(f"no root secret: {root_problem(machine)}")


# --- the root secret ------------------------------------------------------------

def root_problem(machine):
    """What status says of the root secret, or None."""
    status = json.loads(machine.run("vbsctl status --json")[1])
    return next((problem["reason"] for problem in status["problems"]
                 if problem["what"] == "root secret"), None)


def events(machine, kind):
    return int(machine.check(f"vbsctl events | grep -c ' {kind}' || true"))


def reboot(machine, meanwhile="true"):
    """Restart, with what is done to our folder on the ESP before."""
    machine.check(f"mkdir -p {ESP} && mount {ESP} && cd {ESP}/EFI/openvbs && "
                  f"({meanwhile}) && cd / && umount {ESP} && sync")
    machine.send("systemctl reboot")
    machine.wait_boot()


def sign(machine):
    """A signature by the key, which the public key of long ago verifies."""
    signer = keys.USER.tool("--sign --mechanism ECDSA-SHA256 "
                            "--signature-format openssl "
                            f"{keys.USER.choose(machine, 'kept')} "
                            "-i message -o signed")
    machine.check(f"cd /srv && {signer} && openssl dgst -sha256 "
                  "-verify kept.pem -signature signed message")


@test(own=True, boots=4, **PROTECTED)
def keys_outlive_reboots(lab):
    """Made once, unsealed at each boot; and kept for later where it is not."""
    machine = lab.machine().wait_boot()
    if events(machine, "ROOT_MADE") != 1 or root_problem(machine):
        raise Failed(f"no root secret was made: {root_problem(machine)}")
    keys.make(machine, "p256", "kept")
    machine.check("cd /srv && echo message > message && "
                  "vbsctl key export-public --pem kept > kept.pem")
    sign(machine)

    reboot(machine, "cp root.blob /srv/root.blob")
    if events(machine, "ROOT_UNSEALED") != 1 or root_problem(machine):
        raise Failed(f"the root is not unsealed: {root_problem(machine)}")
    sign(machine)

    reboot(machine, r"printf '\377' | dd of=root.blob bs=1 seek=700 "
                    "conv=notrunc status=none")
    if "damaged" not in (root_problem(machine) or ""):
        raise Failed(f"damage is not told: {root_problem(machine)}")
    if events(machine, "ROOT_DENIED") != 1:
        raise Failed("no event ROOT_DENIED")
    if "kept" in machine.check("vbsctl key list"):
        raise Failed("a key without its root")

    reboot(machine, "cp /srv/root.blob root.blob")
    if root_problem(machine):
        raise Failed(f"the root has not come back: {root_problem(machine)}")
    sign(machine)
