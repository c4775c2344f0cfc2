# SPDX-License-Identifier: GPL-2.0-or-later
"""Command channel into the guest; the host's end of shell-agent.

The agent (tests/guest/image/root/usr/local/lib/openvbs/shell-agent) sits on a
virtio serial port, which is a UNIX socket here. It says, each time it starts,

	\\nready BOOT-ID\\n

Then, one at a time, the host sends "NONCE BASE64-OF-COMMAND\\n" and the agent
answers with the command's output, standard error mixed in, followed by

	\\nNONCE EXIT-STATUS\\n

The nonce is random, so no output can be taken for an ending. A new boot id
tells that the guest has started again.
"""

import base64
import re
import secrets
import select
import socket
import time

READY = re.compile(rb"\nready ([0-9a-f-]{36})\n")
READ_BYTES = 65536


class ShellError(Exception):
    """The guest did not answer as it should."""


class Shell:
    """One connection; not for use by two threads."""

    def __init__(self, path, alive):
        """path of the socket; alive() tells whether the machine still runs."""
        self.alive = alive
        self.boot_id = None
        self.pending = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))

    def close(self):
        self.socket.close()

    def receive(self, deadline):
        """Append what comes to self.pending; returns after a second at most.
        """
        if time.monotonic() > deadline:
            raise TimeoutError
        ready, _, _ = select.select([self.socket], [], [], 1)
        data = self.socket.recv(READ_BYTES) if ready else None
        if data == b"" or (data is None and not self.alive()):
            raise ShellError("the machine has ended")
        self.pending += data or b""

    def wait_ready(self, timeout):
        """Wait until a boot other than the last one has its shell."""
        deadline = time.monotonic() + timeout
        while True:
            found = READY.search(self.pending)
            if not found:
                try:
                    self.receive(deadline)
                except TimeoutError:
                    raise ShellError("no shell in the guest within "
                                     f"{timeout} s") from None
                continue
            self.pending = self.pending[found.end():]
            if found[1] != self.boot_id:
                self.boot_id = found[1]
                return

    def send(self, command):
        """Start a command; returns the nonce that will end its output."""
        nonce = secrets.token_hex(16).encode()
        encoded = base64.b64encode(command.encode())
        try:
            self.socket.sendall(nonce + b" " + encoded + b"\n")
        except OSError:
            raise ShellError("the machine has ended") from None
        return nonce

    def run(self, command, timeout=None, sink=None):
        """Run a command; returns (status, output).

        With sink, output goes there as it comes, and "" is returned for it.
        """
        deadline = time.monotonic() + timeout if timeout else float("inf")
        nonce = self.send(command)
        ending = re.compile(rb"\n" + nonce + rb" (\d+)\n")
        keep = len(nonce) + 8
        while not (found := ending.search(self.pending)):
            if sink and len(self.pending) > keep:
                sink(self.pending[:-keep])
                self.pending = self.pending[-keep:]
            try:
                self.receive(deadline)
            except TimeoutError:
                raise ShellError(
                    f"no answer within {timeout} s to: {command}") from None
            self.check_same_boot(command)
        output = self.pending[:found.start()]
        self.pending = self.pending[found.end():]
        if sink:
            sink(output)
            output = b""
        return int(found[1]), output.decode(errors="replace")

    def check_same_boot(self, command):
        again = READY.search(self.pending)
        if again and again[1] != self.boot_id:
            raise ShellError(f"the guest started anew during: {command}")
