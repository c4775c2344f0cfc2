# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tests: two machines at a time, one line per test, a sum at the end.

Called by tools/run/main.py for `./openvbs test`. Besides the machines' tests
there is "check": make check, whose unit tests are counted one by one.
"""

import concurrent.futures
import fnmatch
import importlib
import os
import re
import shutil
import subprocess
import threading
import time
import traceback

from tests.e2e import registry
from tests.e2e.machine import EmulatorFault, Failed
from tools.run import build, guest, module, program, steps

WORKERS = 2
CHECK = "check"
CHECK_SECONDS = 1800
ANSWER_SECONDS = 30
DISK_MIB = 2000
MEMORY_MIB = 5000
UNIT_PASSED = re.compile(r"^(\w+ \w+): \[  PASSED  \] (\d+) test", re.M)
UNIT_FAILED = re.compile(r"^\[  FAILED  \] (?!\d+ test)(\w+)", re.M)
# what make says of a target that failed, and the lines in front of it
MAKE_FAILED = re.compile(r"(?:.*\n){0,12}^make\S*: \*\*\* \[.*", re.M)


class Report:
    """Prints results as they come and counts them; any thread may call."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count = {"PASS": 0, "FAIL": 0, "SKIP": 0}
        self.failures = []

    def result(self, word, name, seconds=None, detail="", weight=1):
        took = "" if seconds is None else f" ({seconds:.1f})"
        tail = f": {detail}" if detail else ""
        line = f"{word} {name}{took}{tail}"
        with self.lock:
            self.count[word] += weight
            print(line, flush=True)
            if word == "FAIL":
                self.failures.append(line)

    def finish(self):
        """Print what failed once more, and the sum; returns the status."""
        passed, failed, skipped = self.count.values()
        if self.failures:
            print("--- failed:", *self.failures, sep="\n")
        print(f"{passed} passed, {failed} failed, {skipped} skipped",
              flush=True)
        return 0 if passed and not failed else 1


class Runner:
    """What the tests of one run share."""

    def __init__(self):
        self.report = Report()
        self.guest = None
        self.build_failure = None
        self.part_failures = {}
        self.machines = set()

    def prepare(self, tests):
        """Everything that is made once, before the first machine."""
        self.guest = guest.ensure()
        try:
            build.images()
        except steps.Failure as failure:
            self.build_failure = failure
        for name in sorted({name for test in tests for name in test.modules}):
            self.prepare_part(name, lambda: module.build(name, self.guest.base))
        for name in sorted({name for test in tests for name in test.programs}):
            self.prepare_part(name, lambda: program.build(name))

    def prepare_part(self, name, make):
        try:
            with steps.step(f"building {name} for the guest"):
                make()
        except steps.Failure as failure:
            self.part_failures[name] = failure

    def obstacle(self, test):
        """Why the test cannot even start, or None."""
        needs_loader = dict(test.machine).get("loader", "test") != "none"
        if needs_loader and self.build_failure:
            return self.build_failure
        for name in test.modules + test.programs:
            if name in self.part_failures:
                return self.part_failures[name]
        return None

    # --- one job: a group of tests ------------------------------------------

    def run_group(self, tests):
        with steps.locked(f"test-{tests[0].name}"):
            if tests[0].own:
                self.run_own(tests[0])
            else:
                self.run_shared(tests)

    def run_own(self, test):
        def body():
            lab = registry.Lab(test, self.guest, self.payload([test]))
            self.machines.add(lab)
            try:
                test.function(lab)
            finally:
                lab.close()
                self.machines.discard(lab)

        self.judge(test, body)

    def run_shared(self, tests):
        first = tests[0]
        lab = registry.Lab(first, self.guest, self.payload(tests))
        self.machines.add(lab)
        machine = boot_failure = None

        def boot():
            nonlocal machine, boot_failure
            if boot_failure:
                raise boot_failure
            if machine and machine.alive():
                return
            try:
                machine = lab.machine()
                machine.wait_boot()
            except EmulatorFault:
                raise
            except (Failed, steps.Failure) as failure:
                boot_failure = failure
                lab.close()
                raise

        def body(test):
            try:
                boot()
                test.function(machine)
            except EmulatorFault:
                machine.kill()
                raise
            finally:
                if test is not first and machine:
                    link_logs(test.name, machine.name)

        try:
            for test in tests:
                passed = self.judge(test, lambda: body(test))
                if machine and not passed and not answers(machine):
                    machine.kill()
        finally:
            lab.close()
            self.machines.discard(lab)

    def judge(self, test, body):
        """Run the body, report one line; True unless it failed."""
        started = time.monotonic()
        logs = steps.BUILD / "test" / test.name
        try:
            if obstacle := self.obstacle(test):
                raise obstacle
            try:
                body()
            except EmulatorFault as fault:
                steps.say(f"  {test.name}: {fault}; once more")
                body()
        except registry.Skipped as reason:
            self.report.result("SKIP", test.name, detail=str(reason))
            return True
        except (Failed, steps.Failure) as reason:
            detail = str(reason)
        except Exception as error:
            detail = f"{error!r}\n{traceback.format_exc()}"
        else:
            self.report.result("PASS", test.name, time.monotonic() - started)
            return True
        self.fail(test.name, started, detail, logs)
        return False

    def fail(self, name, started, detail, logs):
        """One line for the console, the whole reason beside the logs."""
        logs.mkdir(parents=True, exist_ok=True)
        (logs / f"{name}.reason").write_text(detail + "\n")
        line = detail.strip().splitlines()[0] if detail.strip() else "?"
        self.report.result("FAIL", name, time.monotonic() - started,
                           f"{line}, {logs}")

    def payload(self, tests):
        """A folder with the modules and programs the tests asked for."""
        ready = [test for test in tests if not self.obstacle(test)]
        files = {module.MODULES / f"{name}{kind}.ko" for test in ready
                 for name in test.modules for kind in ("", "-unsigned")}
        files |= {program.PROGRAMS / name for test in ready
                  for name in test.programs}
        if not files:
            return None
        folder = steps.BUILD / "test" / f"{tests[0].name}.payload"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder)
        return folder

    # --- make check ---------------------------------------------------------

    def run_check(self):
        started = time.monotonic()
        log = steps.LOGS / "check.log"
        steps.LOGS.mkdir(parents=True, exist_ok=True)
        with open(log, "w", encoding="utf-8") as output:
            status = subprocess.run(
                ["timeout", "-k", "5", str(CHECK_SECONDS), "make", "check"],
                cwd=steps.TOP, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, check=False).returncode
        text = log.read_text(errors="replace")
        for program, count in UNIT_PASSED.findall(text):
            self.report.result("PASS", f"unit {program}",
                               detail=f"{count} tests", weight=int(count))
        for name in UNIT_FAILED.findall(text):
            self.report.result("FAIL", f"unit {name}", detail=str(log))
        seconds = time.monotonic() - started
        if status == 0:
            self.report.result("PASS", CHECK, seconds)
        else:
            said = "\n".join(MAKE_FAILED.findall(text)) or text[-2000:]
            self.report.result("FAIL", CHECK, seconds,
                               f"make check: status {status}, {log}\n{said}")


def answers(machine):
    """Whether the next test can have this machine after a failure."""
    try:
        return machine.run("true", ANSWER_SECONDS) == (0, "")
    except Failed:
        return False


def link_logs(name, shared):
    """Let build/test/NAME lead to the logs of the machine it shares."""
    link = steps.BUILD / "test" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(shared)


def load():
    """Import every test_*.py beside this file."""
    folder = steps.TOP / "tests" / "e2e"
    for path in sorted(folder.glob("test_*.py")):
        importlib.import_module(f"tests.e2e.{path.stem}")
    names = [test.name for test in registry.TESTS]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise steps.Failure(f"two tests have the name {doubles.pop()}")


def choose(words):
    """(tests, whether check runs) for words: "quick", names or patterns."""
    if not words:
        return registry.TESTS, True
    chosen, check = [], False
    for word in words:
        if word == "quick":
            chosen += [test for test in registry.TESTS if test.quick]
            check = True
            continue
        found = [test for test in registry.TESTS
                 if fnmatch.fnmatchcase(test.name, word)]
        if not found and word != CHECK:
            raise steps.Failure(f"no test is called {word}; --list names all")
        chosen += found
        check = check or word == CHECK
    return [test for test in registry.TESTS if test in chosen], check


def groups(tests):
    """Lists of tests that share a machine, the longest first."""
    by_group = {}
    for test in sorted(tests, key=lambda test: test.order):
        by_group.setdefault(test.group, []).append(test)
    def length(group):
        return sum(test.boots for test in group)
    return sorted(by_group.values(), key=length, reverse=True)


def show_list():
    print(f"{CHECK:32} quick  make check: lints, unit tests, builds")
    for test in registry.TESTS:
        words = " ".join(f"{word}={value}" for word, value in test.machine)
        print(f"{test.name:32} {'quick' if test.quick else '     '}  {words}")


def run(words, list_only):
    """The `test` command; returns the exit status."""
    load()
    if list_only:
        show_list()
        return 0
    tests, check = choose(words)
    runner = Runner()
    if tests:
        steps.check_room(DISK_MIB, MEMORY_MIB)
        runner.prepare(tests)
    jobs = [runner.run_check] if check else []
    jobs += [lambda group=group: runner.run_group(group)
             for group in groups(tests)]
    pool = concurrent.futures.ThreadPoolExecutor(WORKERS)
    try:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
    except KeyboardInterrupt:
        for lab in list(runner.machines):
            lab.close()
        steps.say("interrupted")
        os._exit(130)
    pool.shutdown()
    return runner.report.finish()
