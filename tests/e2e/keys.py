# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs that use keys on a PKCS#11 token: OpenVBS's or SoftHSM's.

What a program is told does not depend on whose token it is, so that bench/
and the tests run the same with either.
"""

import dataclasses
import re
import shlex
import urllib.parse

from tests.e2e.machine import Failed

PAYLOAD = "/run/payload"
WORK = "/run/keys"  # of tests, in the guest's memory
TLS_PORT = 8443
TLS = f"https://localhost:{TLS_PORT}"
LOAD_CONNECTIONS = 4


@dataclasses.dataclass(frozen=True)
class Token:
    """A token, its module, and a PIN if it has one."""

    module: str
    label: str
    pin: str = ""

    def uri(self, label, kind="private"):
        pin = f"?pin-value={self.pin}" if self.pin else ""
        return (f"pkcs11:token={urllib.parse.quote(self.label)};"
                f"object={label};type={kind}{pin}")

    def tool(self, words):
        """A command line of OpenSC's pkcs11-tool."""
        pin = f"--login --pin {self.pin} " if self.pin else ""
        return (f"pkcs11-tool --module {self.module} "
                f"--token-label '{self.label}' {pin}{words}")

    def choose(self, machine, label):
        """Words by which pkcs11-tool takes this private key: it knows keys by
        CKA_ID alone, and without one takes the token's first."""
        listed = machine.check(self.tool("--list-objects --type privkey"))
        if not re.search(rf"label: *{label}$", listed, re.M):
            raise Failed(f"no key {label}: {listed}")
        found = re.search(rf"label: *{label}\n *ID: *([0-9a-f]+)", listed)
        return f"--id {found[1]}" if found else ""

    @property
    def engine(self):
        """Words before a program that uses OpenSSL's engine."""
        return f"PKCS11_MODULE_PATH={self.module}"


MODULE = "/usr/lib/x86_64-linux-gnu/pkcs11/openvbs-pkcs11.so"
USER = Token(MODULE, "OpenVBS")  # of whoever asks
SYSTEM = Token(MODULE, "OpenVBS system")
SOFTHSM = Token("/usr/lib/softhsm/libsofthsm2.so", "soft", "1234")
# libp11 0.4.12, the engine's library in Debian 12, finds no private key at all
# on a token that has one for Ed25519: such keys stay away from others. No label
# begins like another, as pkcs11-tool compares no more than what it is given.
SOFTHSM_ED25519 = dataclasses.replace(SOFTHSM, label="ed25519-soft")


def softhsm(machine):
    """SoftHSM tokens that every user may open, made if need be."""
    for token in (SOFTHSM, SOFTHSM_ED25519):
        machine.check(
            f"softhsm2-util --show-slots | grep -q 'Label: *{token.label} *$'"
            f" || softhsm2-util --init-token --free --label {token.label} "
            f"--so-pin {token.pin} --pin {token.pin}")
    machine.check("chmod a+rX /etc/softhsm /etc/softhsm/softhsm2.conf")
    softhsm_open(machine)


def softhsm_open(machine):
    machine.check("chmod -R a+rwX /var/lib/softhsm")


def softhsm_key(machine, kind, label):
    """A key pair on the SoftHSM token."""
    types = {"p256": "EC:prime256v1", "rsa2048": "rsa:2048"}
    machine.check(SOFTHSM.tool(f"--keypairgen --key-type {types[kind]} "
                               f"--label {label} --id {label.encode().hex()}"),
                  120)
    softhsm_open(machine)


def as_user(user, command):
    """A command of this user's, with his home and groups."""
    return f"runuser -u {user} -- sh -c {shlex.quote(f'cd; {command}')}"


def openssl_config(token):
    """Command that writes a configuration for programs which take the engine
    as they find it: nginx names it, but does not start it."""
    return f"""mkdir -p {WORK} && cat > {WORK}/openssl.cnf <<'END'
openssl_conf = main
[main]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = {token.module}
init = 1
END
"""


def vbsctl(command, user=None):
    """A command line of `vbsctl key`, of this user's or root's."""
    line = f"vbsctl key {command}"
    return as_user(user, line) if user else line


def make(machine, kind, label, user=None, system=False, words=""):
    """A key in VTL1, unless there is one of that label already."""
    if machine.run(vbsctl(f"show {label}", user))[0] == 0:
        return
    token = "--system " if system else ""
    machine.check(vbsctl(f"generate --type {kind} --label {label} {token}"
                         f"{words}", user), 120)


# --- TLS ----------------------------------------------------------------------

def certificate(machine, token, key, name):
    """A certificate for localhost, signed by the key itself in its token;
    without a token, `key` is a file."""
    machine.check(f"mkdir -p {WORK}")
    where = (f"-engine pkcs11 -keyform engine -key '{token.uri(key)}'"
             if token else f"-key {key}")
    words = f"{token.engine} " if token else ""
    machine.check(
        f"{words}openssl req -x509 -new {where} -sha256 -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost "
        f"-out {WORK}/{name}.crt", 120)
    return f"{WORK}/{name}.crt"


@dataclasses.dataclass
class Web:
    """nginx with two workers under another user than its master."""

    machine: object
    token: object = None
    user: str = "www-data"
    protocols: str = "TLSv1.2 TLSv1.3"

    def start(self, *names):
        """Serve with these certificates; each has its key's name, or its
        file's. Several in one server: of different types."""
        lines = ""
        for certificate_file, key in names:
            where = f'"engine:pkcs11:{self.token.uri(key)}"' if self.token \
                else key
            lines += (f"ssl_certificate {certificate_file};\n"
                      f"ssl_certificate_key {where};\n")
        if self.token:
            self.machine.check(openssl_config(self.token))
        self.machine.check(f"""mkdir -p {WORK} && cat > {WORK}/nginx.conf <<'END'
user {self.user};
worker_processes 2;
pid {WORK}/nginx.pid;
error_log {WORK}/nginx.log;
events {{ worker_connections 64; }}
http {{
access_log off;
ssl_session_cache off;
ssl_session_tickets off;
ssl_protocols {self.protocols};
server {{
listen {TLS_PORT} ssl;
{lines}
location / {{ return 200 "served\\n"; }}
}}
}}
END
""")
        words = f"OPENSSL_CONF={WORK}/openssl.cnf " if self.token else ""
        status, output = self.machine.run(
            f"{words}nginx -c {WORK}/nginx.conf", 120)
        if status != 0:
            raise Failed(f"nginx does not start: {output}{self.log()}")

    def log(self):
        return self.machine.run(f"tail -20 {WORK}/nginx.log")[1]

    def fetch(self, certificate_file, words=""):
        """A page, by curl, which trusts this certificate."""
        status, output = self.machine.run(
            f"curl -sS --cacert {certificate_file} {words} {TLS}", 60)
        if status != 0 or output.strip() != "served":
            raise Failed(f"curl {words}: {output}{self.log()}")

    def load(self, seconds):
        """Handshakes per second of clients that never come again; each one
        needs a signature."""
        output = self.machine.check(
            f"wrk -t 1 -c {LOAD_CONNECTIONS} -d {seconds}s --timeout 10s "
            f"-H 'Connection: close' {TLS}", seconds + 60)
        if "Non-2xx" in output or "Requests/sec" not in output:
            raise Failed(f"not all pages were served: {output}{self.log()}")
        return float(output.partition("Requests/sec:")[2].split()[0])

    def stop(self):
        self.machine.check(
            f"kill $(cat {WORK}/nginx.pid) && "
            f"while test -e {WORK}/nginx.pid; do sleep 0.1; done")
