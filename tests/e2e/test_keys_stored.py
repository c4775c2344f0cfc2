# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys as they are stored, by a daemon that is killed and an intruder who
rewrites files; and PINs whose tries VTL1 counts. In the test image the
keyring can be made to crash, so that it takes its keys from the disk again.
"""

import json
import re
import time

from tests.e2e import keys
from tests.e2e.attacker import PROTECTED
from tests.e2e.keys import as_user
from tests.e2e.registry import Failed, test
from tests.e2e.vbs import keyring_restart as restart

FOLDER = "/var/lib/openvbs/keys"
COPY = "/run/keys.yesterday"
PATIENCE_SECONDS = 30
KILLS = 8
TRIES = 10  # KEYRING_TRIES
STORED = PROTECTED | {"programs": ("vbs",)}


def numbers(machine, user="alice"):
    """label -> number, of this user's keys."""
    listed = json.loads(machine.check(keys.vbsctl("list --json", user)))
    if isinstance(listed, dict):
        listed = listed["keys"]
    return {key["label"]: key["number"] for key in listed}


def event_after(machine, kind, count):
    """Wait until there are more than `count` events of a kind."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while events(machine, kind) <= count:
        if time.monotonic() > deadline:
            raise Failed(f"no event {kind}")
        time.sleep(0.5)


def events(machine, kind):
    return int(machine.check(f"vbsctl events | grep -c ' {kind}' || true"))


def tampered(machine, meanwhile, number, words):
    """This makes of an object what the daemon and an event say it is."""
    before = events(machine, "BLOB_DENIED")
    said = restart(machine, meanwhile)
    if f"object {number} is refused: {words}" not in said:
        raise Failed(f"not said of object {number}: {words}: {said}")
    event_after(machine, "BLOB_DENIED", before)


@test(**STORED)
def stored_keys_come_back_and_tampering_is_named(machine):
    keys.make(machine, "p256", "kept", user="alice")
    keys.make(machine, "ed25519", "other", user="alice")
    said = restart(machine)
    kept, other = (numbers(machine)[name] for name in ("kept", "other"))
    if said:
        raise Failed(f"keys did not come back: {said}")
    one = machine.check(f"ls {FOLDER}/object-{kept}.*")
    two = machine.check(f"ls {FOLDER}/object-{other}.*")
    machine.check(f"rm -rf {COPY} && cp -a {FOLDER} {COPY}")
    back = f"rm -rf {FOLDER}/* && cp -a {COPY}/* {FOLDER}"
    flip = (f"printf '\\377' | dd of={one} bs=1 seek=200 conv=notrunc "
            "status=none")
    tampered(machine, flip, kept, "it has been changed")
    if "kept" in numbers(machine) or "other" not in numbers(machine):
        raise Failed(f"another key than the changed one: {numbers(machine)}")
    tampered(machine, f"{back}; truncate -s -5 {one}", kept,
             "its length is not what it says")
    tampered(machine, f"{back}; cp {two} {one}", kept,
             "it is another object")
    said = restart(machine, back)
    if said or "kept" not in numbers(machine):
        raise Failed(f"the right files are refused: {said}")


def vault_is_missed(machine):
    """Whether status says that stored keys could not be opened."""
    status = json.loads(machine.run("vbsctl status --json")[1])
    return any(problem["what"] == "stored keys"
               for problem in status["problems"])


@test(**STORED)
def yesterdays_keys_are_refused(machine):
    """A deleted key does not come back with the files of yesterday, which
    are kept: those of each time for themselves."""
    keys.make(machine, "p256", "gone", user="alice")
    restart(machine, f"rm -rf {COPY} {FOLDER}/lost; cp -a {FOLDER} {COPY}")
    if vault_is_missed(machine):
        raise Failed("a vault is missed before anything is refused")
    machine.check(keys.vbsctl("delete --yes gone", "alice"))
    before = events(machine, "BLOB_DENIED")
    back = f"rm -rf {FOLDER}/*-* && cp -a {COPY}/* {FOLDER}"
    said = restart(machine, back)
    if "an older version" not in said or "an empty one begins" not in said:
        raise Failed(f"not said: an older version: {said}")
    event_after(machine, "BLOB_DENIED", before)
    if "gone" in numbers(machine):
        raise Failed("a deleted key is back")
    machine.check(f"cmp {COPY}/index {FOLDER}/lost/1/index")
    restart(machine, back)
    machine.check(f"cmp {COPY}/index {FOLDER}/lost/1/index && "
                  f"cmp {COPY}/index {FOLDER}/lost/2/index")
    if not vault_is_missed(machine):
        raise Failed("status does not tell of the refused vault")
    machine.check(f"rm -r {FOLDER}/lost")
    if vault_is_missed(machine):
        raise Failed("status tells of a vault that has been removed")


@test(**STORED)
def vbsd_killed_loses_no_key(machine):
    """Every key that was answered is there, every deleted one is not, when
    the daemon has been killed at random moments and VTL1 has lost its
    memory."""
    output = machine.check(f"""bash <<'END'
for i in $(seq {KILLS}); do
	(sleep 0.$((RANDOM % 10))$((RANDOM % 10))
	systemctl kill -s KILL vbsd.service) &
	vbsctl key generate --system --label kill$i > /dev/null 2>&1 &&
		echo made kill$i
	wait
	until vbsctl key list --system > /dev/null 2>&1; do sleep 0.2; done
	if test $((i % 3)) = 0; then
		vbsctl key delete --system --yes kill$i > /dev/null 2>&1 &&
			echo deleted kill$i
	fi
done
END""", 300)
    restart(machine)
    listed = machine.check("vbsctl key list --system")
    made = set(re.findall(r"made (kill\d+)", output))
    deleted = set(re.findall(r"deleted (kill\d+)", output))
    for label in made - deleted:
        if not re.search(rf"\b{label}\b", listed):
            raise Failed(f"{label} is lost: {output}{listed}")
    for label in deleted:
        if re.search(rf"\b{label}\b", listed):
            raise Failed(f"{label} is back: {listed}")
    if not made:
        raise Failed(f"no key was made: {output}")


@test(**PROTECTED)
def a_pin_is_locked_after_ten_tries(machine):
    tool = f"pkcs11-tool --module {keys.MODULE} --slot-index 0"
    keys.make(machine, "p256", "pinned", user="bob")
    machine.check(as_user("bob", f"{tool} --init-token --label bob "
                                 "--so-pin 87654321"))
    machine.check(as_user("bob", f"{tool} --login --login-type so "
                                 "--so-pin 87654321 --init-pin "
                                 "--new-pin 123456"))
    before = events(machine, "PIN_DENIED")
    right, wrong = (as_user("bob", f"{tool} --login --pin {pin} "
                                   "--list-objects")
                    for pin in ("123456", "654321"))
    machine.check(right)
    for _ in range(TRIES):
        if machine.run(wrong)[0] == 0:
            raise Failed("a wrong PIN is taken")
    event_after(machine, "PIN_DENIED", before)
    status, output = machine.run(right)
    if status == 0 or "PIN_LOCKED" not in output:
        raise Failed(f"not locked: status {status}: {output}")
    machine.check(as_user("bob", f"{tool} --login --login-type so "
                                 "--so-pin 87654321 --init-pin "
                                 "--new-pin 123456"))
    machine.check(right)
