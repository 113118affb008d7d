"""Which files a command means, and what is in them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from uwsgilint.document import LARGEST_FILE, Source
from uwsgilint.formats import SUFFIXES, looks_like_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STDIN", "Piped", "configurations_in", "is_anothers", "is_found", "load", "read_stdin"]

STDIN = "-"
# To uWSGI a file that ends in .js is JSON, but in a folder it is a program.
_SUFFIXES = tuple(suffix for suffix in SUFFIXES if suffix != ".js")
# Folders that hold other people's files, or none worth reading.
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
_HERE = f".{os.sep}"  # says nothing in front of a name
_UPWARDS = frozenset({os.curdir, os.pardir})
# Settings of tools, this one's among them; never a configuration of uWSGI.
_NOT_CONFIGURATIONS = frozenset({"uwsgilint.toml", "pyproject.toml", "tox.ini", "setup.cfg"})


def load(path: str) -> Source:
    """Read a file.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (pathlib costs more than the reading)
        return Source(path, file.read(LARGEST_FILE + 1) or b"")


class Piped(Source):
    """Standard input, under the name of a file that it may be the next content of; that file is not touched."""

    __slots__ = ()


def read_stdin(name: str) -> Piped:
    """Read standard input as the content of a file of a name: all of it, for who mends it gives it back."""
    return Piped(name, sys.stdin.buffer.read())


def configurations_in(folder: str, *, below: bool = True) -> Iterator[tuple[Source, OSError | None]]:
    """Find the configurations in a folder, and below it, by name and content, in order of their names.

    Hidden folders and those of installed packages are left out. A folder, or a file with the suffix of a configuration,
    that cannot be read comes with what was wrong; the rest is found all the same.
    """
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Source(folder.removeprefix(_HERE), b""), error
        return
    for entry in found:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if name not in _SKIPPED and not name.startswith("."):
                folders.append(entry.path)
        elif name not in _NOT_CONFIGURATIONS and name.lower().endswith(_SUFFIXES):
            path = entry.path.removeprefix(_HERE)
            try:
                if not entry.is_file():
                    continue
                source = load(path)
            except OSError as error:
                yield Source(path, b""), error
                continue
            if looks_like_configuration(name, source.data):
                yield source, None
    for inner in folders if below else ():
        yield from configurations_in(inner)


def is_anothers(source: Source) -> bool:
    """Whether a file is a configuration of whatever program, so that no report takes its place."""
    return os.path.basename(source.name) in _NOT_CONFIGURATIONS or is_found(source)  # noqa: PTH119


def is_found(source: Source) -> bool:
    """Whether a file that somebody names would be looked at without that: a configuration, or one with commands.

    What is given every file of a repository leaves out the rest so.
    """
    *folders, name = os.path.relpath(source.name).split(os.sep)  # noqa: PTH206  (a hook names many)
    hidden = any(each in _SKIPPED or (each.startswith(".") and each not in _UPWARDS) for each in folders)
    if hidden or name in _NOT_CONFIGURATIONS:
        return False
    if name.lower().endswith(_SUFFIXES) and looks_like_configuration(name, source.data):
        return True
    from uwsgilint.formats import commands  # noqa: PLC0415  (most files are configurations)

    return commands.detect(source.name, source.data) is not None
