# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs with keys that exist in VTL1 only: ssh, sshd, git, nginx,
OpenSSL, GnuTLS, OpenSC, NSS. Each is set up as its own documents say."""

import json
import re

from tests.e2e import keys
from tests.e2e.attacker import PROTECTED
from tests.e2e.keys import SYSTEM, USER, WORK, as_user
from tests.e2e.registry import Failed, test

SSHD_CONFIG = "/etc/ssh/sshd_config.d/openvbs-test.conf"
HOST_AGENT = "/run/openvbs/host-agent.sock"
KNOWN = f"{WORK}/known"
FINGERPRINT = re.compile(r"SHA256:\S+")
LOAD_SECONDS = 4
RATE = 4


def sshd(machine, config, host_key):
    """Start sshd with this host key, and know it: a file with its public
    half."""
    machine.check(f"mkdir -p {WORK} && cat > {SSHD_CONFIG} <<'END'\n"
                  f"{config}\nEND\nsystemctl restart ssh.service", 120)
    machine.check(f"echo \"localhost $(cat {host_key})\" > {KNOWN}")


def sshd_with_file(machine):
    machine.check(f"mkdir -p {WORK} && cd {WORK} && test -e host || "
                  "ssh-keygen -q -t ed25519 -N '' -f host")
    sshd(machine, f"HostKey {WORK}/host", f"{WORK}/host.pub")


def may_log_in(machine, user, label):
    """The user's key with that label opens his own account."""
    public = machine.check(as_user(
        user, f"vbsctl key export-public --ssh {label}"))
    machine.check(as_user(user, "mkdir -p -m 700 .ssh && "
                                f"echo '{public}' > .ssh/authorized_keys"))
    return public


def log_in(machine, user, words):
    """ssh to localhost with these words of its command line."""
    status, output = machine.run(as_user(
        user, f"ssh -o UserKnownHostsFile={KNOWN} "
              "-o StrictHostKeyChecking=yes -o BatchMode=yes "
              "-o PreferredAuthentications=publickey "
              f"{words} {user}@localhost id -un"), 120)
    if status != 0 or output.strip().splitlines()[-1:] != [user]:
        log = machine.run("journalctl -u ssh.service -n 5 --no-pager")[1]
        raise Failed(f"no login ({words}): {output}{log}")


@test(quick=True, **PROTECTED)
def ssh_logs_in_by_pkcs11(machine):
    sshd_with_file(machine)
    keys.make(machine, "p256", "login", user="alice")
    may_log_in(machine, "alice", "login")
    log_in(machine, "alice", f"-o PKCS11Provider={keys.MODULE}")
    machine.check(as_user("alice", ": > .ssh/authorized_keys"))
    status, _ = machine.run(as_user(
        "alice", f"ssh -o UserKnownHostsFile={KNOWN} -o BatchMode=yes "
                 f"-o PKCS11Provider={keys.MODULE} alice@localhost true"))
    if status == 0:
        raise Failed("a login without the key being known")


def agent(machine, user):
    """The user's agent, as his session starts it; its socket."""
    number = machine.check(f"id -u {user}")
    folder = f"/run/user/{number}"
    machine.check(f"loginctl enable-linger {user} && "
                  f"until test -S {folder}/systemd/private; do sleep 0.2; "
                  "done", 120)
    machine.check(as_user(
        user, f"XDG_RUNTIME_DIR={folder} systemctl --user start "
              "openvbs-ssh-agent.socket"), 120)
    return f"{folder}/openvbs-ssh-agent.sock"


@test(**PROTECTED)
def ssh_and_sshd_with_agents(machine):
    """Both ends have their key in VTL1."""
    keys.make(machine, "p256", "host", system=True)
    machine.check(f"mkdir -p {WORK} && vbsctl key export-public --ssh host "
                  f"> {WORK}/isolated.pub && "
                  "systemctl start openvbs-host-agent.socket")
    sshd(machine, f"HostKey {WORK}/isolated.pub\nHostKeyAgent {HOST_AGENT}",
         f"{WORK}/isolated.pub")
    wanted = FINGERPRINT.search(
        machine.check(f"ssh-keygen -lf {WORK}/isolated.pub"))[0]
    shown = FINGERPRINT.search(machine.check(
        "ssh-keyscan -t ecdsa localhost 2> /dev/null | ssh-keygen -lf -",
        120))
    if not shown or shown[0] != wanted:
        raise Failed(f"sshd shows {shown and shown[0]}, not {wanted}")
    socket = agent(machine, "alice")
    for kind in ("ed25519", "rsa2048", "p256"):
        keys.make(machine, kind, f"by-{kind}", user="alice")
        may_log_in(machine, "alice", f"by-{kind}")
        log_in(machine, "alice", f"-o IdentityAgent={socket}")


@test(**PROTECTED)
def git_signs_by_agent(machine):
    socket = agent(machine, "alice")
    keys.make(machine, "ed25519", "signing", user="alice")
    script = f"""set -e
export SSH_AUTH_SOCK={socket}
vbsctl key export-public --ssh signing > signing.pub
echo "alice@localhost $(cat signing.pub)" > allowed
rm -rf repository
git init -q repository
cd repository
git config user.name Alice
git config user.email alice@localhost
git config gpg.format ssh
git config user.signingkey ~/signing.pub
git config gpg.ssh.allowedSignersFile ~/allowed
git commit -q -S --allow-empty -m signed
git commit -q --allow-empty -m unsigned
git verify-commit HEAD~1 2>&1
! git verify-commit HEAD
"""
    output = machine.check(as_user("alice", script), 120)
    if "Good" not in output:
        raise Failed(output)


# --- TLS ----------------------------------------------------------------------

@test(**PROTECTED)
def nginx_serves_with_isolated_keys(machine):
    """TLS 1.2 and 1.3, RSA and EC, by workers who are not root."""
    made = []
    for kind in ("rsa2048", "p256"):
        keys.make(machine, kind, f"web-{kind}", system=True)
        made.append((keys.certificate(machine, SYSTEM, f"web-{kind}", kind),
                     f"web-{kind}"))
    machine.check("usermod -aG openvbs-keys www-data")
    web = keys.Web(machine, SYSTEM)
    for certificate, key in made:
        web.start((certificate, key))
        try:
            for version in ("--tls-max 1.2", "--tlsv1.3"):
                web.fetch(certificate, version)
            web.load(LOAD_SECONDS)
            machine.check("systemctl restart vbsd.service", 120)
            web.fetch(certificate)
            web.load(LOAD_SECONDS)
        finally:
            web.stop()
        if re.search(r"\[(?:alert|crit|emerg)\]", web.log()):
            raise Failed(web.log())


@test(**PROTECTED)
def openssl_authority_with_isolated_key(machine):
    keys.make(machine, "rsa2048", "authority", system=True)
    authority = keys.certificate(machine, SYSTEM, "authority", "authority")
    machine.check(f"""cd {WORK} &&
openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=leaf \
	-out leaf.csr &&
{SYSTEM.engine} openssl x509 -req -in leaf.csr -CA {authority} \
	-engine pkcs11 -CAkeyform engine -CAkey '{SYSTEM.uri("authority")}' \
	-CAcreateserial -out leaf.crt &&
openssl verify -CAfile {authority} leaf.crt""", 120)


# --- other programs -----------------------------------------------------------

@test(**PROTECTED)
def p11tool_lists_keys(machine):
    """By p11-kit, which finds the module by itself."""
    keys.make(machine, "rsa2048", "shown", system=True)
    tokens = machine.check("p11tool --list-tokens")
    for token in (USER, SYSTEM):
        if f"Label: {token.label}\n" not in tokens:
            raise Failed(f"no token {token.label}: {tokens}")
    found = machine.check("p11tool --batch --list-all "
                          "'pkcs11:token=OpenVBS%20system'")
    for words in ("object=shown;type=private", "object=shown;type=public",
                  "CKA_NEVER_EXTRACTABLE", "CKA_SENSITIVE"):
        if words not in found:
            raise Failed(f"not told: {words}: {found}")


@test(**PROTECTED)
def pkcs11_tool_tests_the_token(machine):
    keys.make(machine, "rsa2048", "tested", system=True)
    status, output = machine.run(SYSTEM.tool("--test"), 120)
    if status != 0 or "No errors" not in output or "ERR" in output:
        raise Failed(f"status {status}: {output}")


@test(**PROTECTED)
def nss_uses_the_token(machine):
    """A request for a certificate by a key that NSS makes on the token."""
    output = machine.check(as_user("alice", f"""set -e
rm -rf nss
mkdir nss
certutil -N -d sql:nss --empty-password
modutil -dbdir sql:nss -add openvbs -libfile {keys.MODULE} -force
modutil -dbdir sql:nss -list
certutil -R -d sql:nss -h {USER.label} -k ec -q nistp256 -z /etc/fstab \
	-s CN=nss -o nss.csr -a
openssl req -in nss.csr -noout -verify
certutil -K -d sql:nss -h {USER.label}
"""), 120)
    for words in ("token: OpenVBS", "verify OK", "> ec"):
        if words not in output:
            raise Failed(f"not told: {words}: {output}")


# --- who may use what ---------------------------------------------------------

def key_number(machine, user, label):
    """How the keyring counts a key of this user's."""
    listed = json.loads(machine.check(as_user(
        user, f"vbsctl key show --json {label}")))
    return listed["number"]


@test(**PROTECTED)
def users_keys_are_apart(machine):
    """Bob neither sees Alice's key nor uses nor deletes it."""
    keys.make(machine, "p256", "private", user="alice")
    number = key_number(machine, "alice", "private")
    for command in ("show private", f"show {number}",
                    f"export-public {number}", f"delete --yes {number}"):
        status, output = machine.run(keys.vbsctl(command, "bob"))
        if status == 0:
            raise Failed(f"bob may {command}: {output}")
    listed = USER.tool("--list-objects")
    if "private" in machine.check(as_user("bob", f"{listed} | "
                                                 "grep label: || true")):
        raise Failed("bob's token shows alice's key")
    if "private" not in machine.check(as_user("alice", listed)):
        raise Failed("alice's token does not show her key any more")


@test(**PROTECTED)
def rate_of_a_key_is_kept(machine):
    keys.make(machine, "p256", "seldom", user="bob", words=f"--rate {RATE}")
    sign = USER.tool("--sign --mechanism ECDSA -i digest -o signature")
    output = machine.check(as_user("bob", f"""head -c 32 /dev/urandom > digest
for i in $(seq {3 * RATE}); do {sign} > /dev/null 2>&1 && echo signed; done
true"""), 120)
    # A minute may have begun in between.
    if not RATE <= output.count("signed") <= 2 * RATE:
        raise Failed(f"{output.count('signed')} signatures of {3 * RATE}, "
                     f"at {RATE} a minute")
