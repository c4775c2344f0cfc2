# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test is.

A test is a function with the decorator @test. It takes one started machine
(or, with own=True, a Lab to start machines from) and returns for PASS, raises
Failed for FAIL, Skipped for SKIP. Its name is the function's.

Tests with equal `machine` words and no own=True share one machine, one after
another by `order`, and then as they are written; one that leaves the machine
off or without an answer makes the next one boot it anew.
"""

import dataclasses
import os
import typing

from tests.e2e.machine import Failed, Machine

__all__ = ["ALONE", "Failed", "LAST", "Lab", "Machine", "REBOOTS", "Skipped",
           "TESTS", "Test", "scaled", "test"]

TESTS = []

# Orders: those that leave everything as it is; those that take VTL1's device
# from the daemon; those that start the machine anew; that leave it off.
FIRST, ALONE, REBOOTS, LAST = range(4)


def scaled(number):
    """Seconds or rounds that a test takes by default, times TEST_SCALE."""
    return max(1, round(number * float(os.environ.get("TEST_SCALE", "1"))))


class Skipped(Exception):
    """The test does not apply; the text is the reason."""


@dataclasses.dataclass(frozen=True)
class Test:
    name: str
    function: typing.Callable
    machine: tuple  # sorted (word, value) pairs for Machine
    own: bool
    quick: bool
    modules: tuple  # kernel modules to find in /run/payload
    programs: tuple  # folders of tests/guest whose program is there too
    boots: int = 1  # how many it takes, about: the longest start first
    order: int = FIRST  # among those that share its machine

    @property
    def group(self):
        """Tests of one group run one after another on one machine."""
        return self.name if self.own else self.machine


def test(name=None, **words):
    """Register a test; words are Test's own and those of Machine."""
    own = {"own": False, "quick": False, "modules": (), "programs": (),
           "boots": 1, "order": FIRST}
    own |= {word: words.pop(word) for word in list(words) if word in own}

    def register(function):
        TESTS.append(Test(name=name or function.__name__, function=function,
                          machine=tuple(sorted(words.items())), **own))
        return function
    return register


@dataclasses.dataclass(eq=False)
class Lab:
    """Makes the machines of one test; ends those still running after it."""

    test: Test
    guest: object  # guest.Guest
    payload: object = None  # folder for /run/payload
    machines: list = dataclasses.field(default_factory=list)

    def machine(self, **words):
        """A started machine: the test's words, overridden by these."""
        number = len(self.machines)
        name = self.test.name + (f".{number}" if number else "")
        words = dict(self.test.machine) | {"payload": self.payload} | words
        machine = Machine(name, self.guest, **words)
        self.machines.append(machine)
        return machine.start()

    def close(self):
        for machine in self.machines:
            machine.kill()
