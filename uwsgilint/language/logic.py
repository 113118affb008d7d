"""Blocks: what the server takes, skips or repeats while it reads (core/config.c, functions uwsgi_logic_opt_*).

A condition is decided for each line anew, on the text as it stands in the file.
"""

# Paths are texts here, as they are to the server; pathlib would tidy them.
# ruff: noqa: PTH112, PTH113, PTH118, PTH123, PTH207

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import LARGEST_FILE
from uwsgilint.language.entry import Atom, choose, implied
from uwsgilint.language.unknown import has_hole
from uwsgilint.logic import OPENERS
from uwsgilint.values import read_signed_int

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from uwsgilint.language.entry import Entry, Guard
    from uwsgilint.language.unknown import Holes

__all__ = ["MOST_TURNS", "TERMINATORS", "Copy", "Knowledge", "Machine", "TooManyTurnsError", "copies", "globbed"]

TERMINATORS = frozenset({"endif", "end-if", "endfor", "end-for", "end"})
"""What closes a block, whichever opened it; `end` is no option, and closes one all the same."""

MOST_TURNS = 20_000
"""How often a loop may repeat a line here."""

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_FOREIGN_PATTERN = re.compile(r"\\|\[\^|\[:")


class TooManyTurnsError(Exception):
    """A loop makes more entries than any server could use."""


class Machine(NamedTuple):
    """What is known about the machine and the process of the server; nothing by default.

    Attributes:
        variables: magic variables by their letter: h, k, u, U, g, G, V, b, t, T; `v` is the working directory.
        plugins: names of all plugins that the server has before it reads anything.
        reload: whether it was started anew by a reload.
        files: whether the files of this machine are the server's, now: then `if-exists` is decided by them.
        environment: whether the variables that are known are all there are.
    """

    variables: Mapping[str, str] = {}
    plugins: frozenset[str] | None = None
    reload: bool | None = None
    files: bool = False
    environment: bool = False


class Knowledge:
    """What the conditions are decided by.

    Attributes:
        env: variables of the environment; None is one that is not set.
        machine: the machine.
        cwd: the working directory of the server; None when it is not known.
    """

    __slots__ = ("cwd", "env", "machine")

    def __init__(self, env: Mapping[str, str | None], machine: Machine, cwd: str | None) -> None:
        self.env = env
        self.machine = machine
        self.cwd = cwd

    def variable(self, name: str, guard: Guard, hole: str) -> str | None:
        """Return a variable where a guard holds: None when it is not set, a hole when nobody knows."""
        if name in self.env:
            return self.env[name]
        if self.machine.environment:
            return None
        for atom, truth in guard:
            if atom.kind == "env" and atom.subject == name:
                if truth and atom.value is not None:
                    return atom.value
                if not truth and atom.value is None:
                    return None
        return hole


class Copy(NamedTuple):
    """One appearance of a line of a block: under which further condition, and what `%(_)` is; None leaves it."""

    literal: tuple[Atom, bool] | None
    context: str | None


def copies(
    opener: Entry, guard: Guard, find: Mapping[str, list[Entry]], opaque: Iterable[Entry], know: Knowledge, holes: Holes
) -> tuple[Copy, ...]:
    """Return how often, and under which conditions, a line of a block is taken.

    Args:
        opener: what opened the block.
        guard: the conditions under which the block itself stands.
        find: the registry up to now, by name.
        opaque: what was included without being read.
        know: what is known.
        holes: where holes are made.

    Raises:
        SplitError: the answer depends on a condition.
    """
    key, text = opener.key, opener.text or ""
    if key.startswith("for"):
        return _items(key, text, know, holes)
    word = OPENERS.get(key) or key.removeprefix("if-")
    kind, wanted = word.removeprefix("not-"), not word.startswith("not-")
    if kind == "opt":
        return _option(text, wanted, guard, find, opaque, holes)
    if kind == "env":
        return _env(text, wanted, guard, know, holes)
    atom = Atom(kind, "" if kind == "reload" else holes.show(text))
    context = None if kind == "reload" else text
    truth = implied(guard, atom)
    if truth is None and not has_hole(text):
        truth = _decide(kind, text, know)
    if truth is None:
        return (Copy((atom, wanted), context),)
    return (Copy(None, context),) if truth is wanted else ()


def _env(text: str, wanted: bool, guard: Guard, know: Knowledge, holes: Holes) -> tuple[Copy, ...]:
    name, equals, value = text.partition("=")
    hole = holes.make(f"$({name})")
    found = know.variable(name, guard, hole)
    if found is not None and has_hole(found):
        atom = Atom("env", holes.show(name), holes.show(value) if equals else None)
        truth = None if has_hole(text) else implied(guard, atom)
        if truth is None:
            # Not equal is not set, so that the text stays, or another value: nobody knows either way.
            context = value if equals and wanted else None if not equals and not wanted else found
            return (Copy((atom, wanted), context),)
        return (Copy(None, found),) if truth is wanted else ()
    holds = found is not None and (not equals or found == value)
    return (Copy(None, found),) if holds is wanted else ()


def _option(
    text: str, wanted: bool, guard: Guard, find: Mapping[str, list[Entry]], opaque: Iterable[Entry], holes: Holes
) -> tuple[Copy, ...]:
    name, equals, value = text.partition("=")
    unread = choose(guard, opaque)
    entry = choose(guard, find.get(name, ()))
    found = None if entry is None else entry.text
    if unread is not None or has_hole(text) or (equals and found is not None and has_hole(found)):
        hole = holes.make(f"%({holes.show(name)})")
        return (Copy((Atom("opt", holes.show(name), holes.show(value) if equals else None), wanted), hole),)
    holds = found is not None and (not equals or found == value)
    return (Copy(None, found),) if holds is wanted else ()


def _decide(kind: str, text: str, know: Knowledge) -> bool | None:
    """Decide a condition by what is known about the machine."""
    machine = know.machine
    if kind == "reload":
        return machine.reload
    if kind == "plugin":
        return None if machine.plugins is None else text in machine.plugins
    if kind == "hostname":
        name = machine.variables.get("h")
        return None if name is None else name == text
    if kind not in {"exists", "file", "dir"} or not machine.files:
        return None
    path = os.path.join(know.cwd or os.curdir, text) if text else text
    try:
        if kind == "exists":
            return os.access(path, os.R_OK)
        return os.path.isfile(path) if kind == "file" else os.path.isdir(path)
    except ValueError:
        return None


def _items(key: str, text: str, know: Knowledge, holes: Holes) -> tuple[Copy, ...]:
    """Return the turns of a loop; one with a hole when it is not known how many there are."""
    if not has_hole(text):
        if key == "for":
            return tuple(Copy(None, word) for word in text.split(" ") if word)
        if key == "for-times":
            times = read_signed_int(text)
            if times > MOST_TURNS:
                raise TooManyTurnsError
            return tuple(Copy(None, str(number)) for number in range(1, times + 1))
        if know.machine.files:
            found = globbed(text, know.cwd or os.curdir) if key == "for-glob" else _lines(text, know)
            if found is not None:
                return tuple(Copy(None, item) for item in found)
    if key == "for-glob":
        return (Copy(None, holes.make("%(_)")),)  # at least once, as a pattern without a match stands for itself
    return (Copy((Atom("loop", holes.show(text)), True), holes.make("%(_)")),)


def globbed(pattern: str, root: str) -> list[str] | None:
    """Return the paths of a pattern as glob() of the C library does, itself where none fits.

    Args:
        pattern: the pattern.
        root: the folder that it is relative to.

    Returns:
        None when Python's glob() might differ.
    """
    if _FOREIGN_PATTERN.search(pattern):
        return None
    import glob  # noqa: PLC0415  (hardly any configuration loops over files)

    try:
        found = sorted(glob.glob(pattern, root_dir=root))
    except (OSError, ValueError, re.error):
        return None
    if not found:
        return [pattern]
    return [f"{path}/" if os.path.isdir(os.path.join(root, path)) and path[-1:] != "/" else path for path in found]


def _lines(path: str, know: Knowledge) -> list[str] | None:
    """Return the lines of a file as fgets() does with room for 1023 bytes; None when it cannot be read here."""
    full = os.path.join(know.cwd or os.curdir, path)
    try:
        if not os.path.isfile(full):
            return [] if not os.path.lexists(full) else None
        with open(full, "rb") as file:
            data = file.read(LARGEST_FILE)
    except (OSError, ValueError):
        return None
    found = []
    for line in _LINE.findall(data):
        for start in range(0, len(line), 1023):
            part = line[start : start + 1023].partition(b"\0")[0]
            found.append(part.rstrip(b"\r\n").decode("utf-8", "surrogateescape"))
    return found
