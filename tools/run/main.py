# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands of ./openvbs: one row each; the help prints from the table."""

import argparse
import signal
import sys

from tools.run import build, steps


def command_run(words):
    from tools.run import session
    parser = argparse.ArgumentParser(prog="./openvbs run")
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--cpus", type=int, default=2)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--debug", action="store_true")
    guest_command = None
    if "--" in words:
        at = words.index("--")
        words, guest_command = words[:at], words[at + 1:]
    return session.run(parser.parse_args(words), guest_command)


def command_test(words):
    from tests.e2e import runner
    parser = argparse.ArgumentParser(prog="./openvbs test")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    found = parser.parse_args(words)
    return runner.run(found.names, found.list)


def command_bench(words):
    from bench import main as bench
    return bench.main(words)


def command_clean(words):
    parser = argparse.ArgumentParser(prog="./openvbs clean")
    parser.add_argument("--all", action="store_true")
    build.clean(parser.parse_args(words).all)
    return 0


def command_help(_):
    print("OpenVBS: Debian inside a hypervisor that it cannot touch\n")
    for name, _, usage, text in COMMANDS:
        lines = text.split("\n")
        print(f"  ./openvbs {name} {usage}".rstrip())
        for line in lines:
            print(f"      {line}")
    return 0


COMMANDS = (
    ("run", command_run,
     "[--without] [--cpus N] [--fresh] [--debug] [-- COMMAND]",
     "Boot Debian under OpenVBS and give its root console; with COMMAND, or\n"
     "without a terminal, run that inside, power off, return its status.\n"
     "--without: the same machine without OpenVBS.  --fresh: forget disk,\n"
     "firmware variables and TPM of earlier runs.  --debug: the test build,\n"
     "in a machine of its own; shows where its events go and gdb attaches."),
    ("test", command_test, "[quick | NAME...] [--list]",
     "Run the tests: all, the quick ones, or those named (* is understood)."),
    ("bench", command_bench, "[NAME] [--json]",
     "Measure what OpenVBS costs."),
    ("clean", command_clean, "[--all]",
     "Remove what was built; with --all also image, keys and machine."),
    ("help", command_help, "", "This text."),
)


def interrupt(*_):
    """Being told to end is like Ctrl-C: machines and folders go away."""
    raise KeyboardInterrupt


def main(words):
    signal.signal(signal.SIGTERM, interrupt)
    name = words[0] if words else "help"
    if name in ("-h", "--help"):
        name = "help"
    for row in COMMANDS:
        if row[0] == name:
            try:
                return row[1](words[1:])
            except steps.Failure as failure:
                steps.say(f"openvbs: {failure}")
                return 1
            except KeyboardInterrupt:
                steps.say("openvbs: interrupted")
                return 130
    steps.say(f"openvbs: no command is called {name}; try ./openvbs help")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
