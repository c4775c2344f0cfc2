# SPDX-License-Identifier: GPL-2.0-or-later
"""The files a lint looks at, and C text without comments and strings."""

import functools
import os
import re
import subprocess


class Tree:
    """A checkout: only what git tracks counts; a sample: all files."""

    def __init__(self, root, tracked=True):
        self.root = root
        self.paths = sorted(self._tracked() if tracked else self._all())

    def _tracked(self):
        out = subprocess.run(
            ["git", "ls-files", "-z"], cwd=self.root, check=True,
            capture_output=True, text=True).stdout
        return [p for p in out.split("\0")
                if p and os.path.isfile(os.path.join(self.root, p))]

    def _all(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def files(self, suffixes, rooms=("",)):
        return [p for p in self.paths
                if p.endswith(tuple(suffixes)) and p.startswith(tuple(rooms))]

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8",
                  errors="replace") as file:
            return file.read()


TOKEN = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


@functools.lru_cache(maxsize=None)
def bare(text):
    """C text with comments blanked and strings emptied, lines kept."""

    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token[0] * 2

    return TOKEN.sub(blank, text)


def room_of(path):
    """hv, sk and svc are divided; elsewhere the room is the first folder."""
    parts = path.split("/")
    if parts[0] in ("hv", "sk", "svc") and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]
