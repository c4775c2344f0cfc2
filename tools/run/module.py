# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds a kernel module against the guest's own kernel headers.

NAME is "driver" or a folder of tests/guest with sources and a Kbuild file;
build/modules/ gets, for every module in it, MODULE.ko signed with the module
key and MODULE-unsigned.ko, both without debugging information. $(OPENVBS_TOP)
in the Kbuild file is the repository's top, for includes such as
"abi/events.h". What has not changed is not built again.

By hand: python3 -m tools.run.module NAME
"""

import hashlib
import shutil
import sys

from tools.run import image, keys, steps

MODULES = steps.BUILD / "modules"
# Folders whose headers a module may include.
SHARED = ("abi", "hv", "lib", "svc")


def source_of(name):
    top = steps.TOP / "driver"
    return top if name == "driver" else steps.TOP / "tests" / "guest" / name


def build(name, base):
    """Build and sign; returns the folder of results."""
    source = source_of(name)
    if not (source / "Kbuild").exists():
        raise steps.Failure(f"{source} has no Kbuild file")
    with steps.locked(f"module-{name}"):
        stamp = MODULES / f"{name}.stamp"
        inputs = hash_of_inputs(source, base)
        if stamp.exists() and stamp.read_text() == inputs:
            return MODULES
        stamp.unlink(missing_ok=True)
        work = MODULES / "work" / name
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(source, work)
        headers = image.headers_of(base)
        steps.command(f"module-{name}", "make", "-C", headers, f"M={work}",
                      f"OPENVBS_TOP={steps.TOP}", "modules")
        for built in work.glob("*.ko"):
            publish(name, base, built)
        stamp.write_text(inputs)
    return MODULES


def hash_of_inputs(source, base):
    digest = hashlib.sha256(f"{base.key}\0".encode())
    files = [path for path in source.rglob("*") if path.is_file()]
    for room in SHARED:
        files += (steps.TOP / room).rglob("*.h")
    for path in [*sorted(files), keys.certificate("module")]:
        digest.update(f"{path.relative_to(steps.TOP)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def publish(name, base, built):
    unsigned = MODULES / f"{built.stem}-unsigned.ko"
    steps.command(f"module-{name}", "strip", "--strip-debug", "-o", unsigned,
                  built)
    sign_file = image.headers_of(base) / "scripts" / "sign-file"
    steps.command(f"module-{name}", sign_file, "sha256", keys.key("module"),
                  keys.certificate("module"), unsigned, MODULES / built.name)


def main():
    try:
        keys.ensure()
        base = image.ensure()
        for name in sys.argv[1:]:
            with steps.step(f"building module {name}"):
                build(name, base)
    except steps.Failure as failure:
        steps.say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
