# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds a guest kernel module against the image's own kernel headers.

tests/guest/NAME/ holds sources and a Kbuild file; build/modules/ gets, for
every module in it, MODULE.ko signed with the module key and
MODULE-unsigned.ko. $(OPENVBS_TOP) in the Kbuild file is the repository's top,
for includes such as "abi/events.h".

By hand: python3 -m tools.run.module NAME
"""

import shutil
import sys

from tools.run import image, keys, steps

MODULES = steps.BUILD / "modules"


def build(name, guest):
    """Build and sign; returns the folder of results."""
    source = steps.TOP / "tests" / "guest" / name
    if not (source / "Kbuild").exists():
        raise steps.Failure(f"{source} has no Kbuild file")
    with steps.locked(f"module-{name}"):
        work = MODULES / "work" / name
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(source, work)
        headers = image.headers_of(guest)
        steps.command(f"module-{name}", "make", "-C", headers, f"M={work}",
                      f"OPENVBS_TOP={steps.TOP}", "modules")
        for built in work.glob("*.ko"):
            publish(name, guest, built)
    return MODULES


def publish(name, guest, built):
    unsigned = MODULES / f"{built.stem}-unsigned.ko"
    shutil.copyfile(built, unsigned)
    sign_file = image.headers_of(guest) / "scripts" / "sign-file"
    steps.command(f"module-{name}", sign_file, "sha256", keys.key("module"),
                  keys.certificate("module"), built, MODULES / built.name)


def main():
    try:
        keys.ensure()
        guest = image.ensure()
        for name in sys.argv[1:]:
            with steps.step(f"building module {name}"):
                build(name, guest)
    except steps.Failure as failure:
        steps.say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
