"""Magic variables: what a percent sign and one character stand for in a configuration file.

They are filled into the raw bytes of a file when it is opened, before it is cut into lines (core/utils.c
magic_sub), from a table that every file overwrites in part (core/uwsgi.c config_magic_table_fill).
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.formats.magic import VARIABLES
from uwsgilint.language.unknown import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from uwsgilint.document import Source

__all__ = ["FILE_VARIABLES", "FIRST_VARIABLES", "Piece", "Pieces", "fill", "fill_text", "has_variables", "of_file"]

FILE_VARIABLES = "opdsnecxij0123456789"
"""Variables that every file sets."""
FIRST_VARIABLES = "OPDSNECXIJ"
"""Those that only the first file sets that an option such as `ini` loads: `%P` is the `%p` of that file."""

_LETTERS = re.escape(VARIABLES)
_VARIABLE = re.compile(rb"%(?:[%(]|([" + _LETTERS + rb"]))")
_TEXT_PAIR = re.compile(r"%(.?)", re.DOTALL)
_LONGEST = 2**21
_KNOWN = frozenset(VARIABLES.decode())


def of_file(path: str, given: str, section: str) -> dict[str, str]:
    """Return the variables of a file.

    Args:
        path: its absolute path, links resolved unless it is one itself.
        given: its name as the server was given it, without a section.
        section: the section that was asked for; "" for the default one.
    """
    start = path.rfind("/") + 1
    name, folder = path[start:], path[:start]
    parent = folder.removesuffix("/")
    stem, dot, extension = name.rpartition(".")
    found = {
        "o": given,
        "p": path,
        "d": folder,
        "s": name,
        "n": stem if dot else name,
        "e": extension if dot else "",
        "c": parent.rpartition("/")[2],
        "x": section,
        "j": _hash(path),
    }
    found.update(dict.fromkeys("0123456789", ""))
    found.update(zip("0123456789", (part for part in parent.split("/") if part), strict=False))
    try:
        number = os.lstat(path).st_ino
        found["i"] = str((number + 2**31) % 2**32 - 2**31)  # core/utils.c uwsgi_num2str() takes an int
    except (OSError, ValueError):
        pass
    return found


def _hash(path: str) -> str:
    """Write a path as uwsgi.h djb33x_hash() does, the bytes of the number in the order of the machine."""
    number = 5381
    for byte in path.encode("utf-8", "surrogateescape"):
        number = (number * 33 ^ byte) & 0xFFFFFFFF
    return number.to_bytes(4, "little").hex().upper()


def has_variables(data: bytes) -> bool:
    """Whether a file has variables that have to be filled in; doubled percent signs and placeholders are none."""
    return b"%" in data and any(pair[1] for pair in _VARIABLE.finditer(data))


class Piece(NamedTuple):
    """Where a part of a filled text comes from: a variable when `fixed`, else the same bytes."""

    start: int
    source: Source
    origin: int
    fixed: bool


class Pieces:
    """A text put together from files and variables, with the way back to the files.

    Attributes:
        data: the whole text.
    """

    __slots__ = ("_pieces", "_starts", "data")

    def __init__(self, data: bytes, pieces: list[Piece]) -> None:
        self.data = data
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]

    def place(self, start: int, end: int) -> tuple[Source, int, int]:
        """Return where a range of the text stands in its file."""
        source, first = self._origin(start)
        if end <= start:
            return source, first, first
        other, last = self._origin(end - 1)
        return (source, first, last + 1) if other is source and last >= first else (source, first, first + 1)

    def _origin(self, offset: int) -> tuple[Source, int]:
        piece = self._pieces[max(0, bisect_right(self._starts, offset) - 1)]
        further = offset - piece.start
        return piece.source, piece.origin + (min(further, 1) if piece.fixed else further)


def fill(sources: list[Source], lookup: Callable[[str], str | None]) -> Pieces | None:
    """Fill the variables into the text of files, one behind the other.

    Percent signs that a variable brings are doubled, as what is filled in is not looked at again. A variable
    for which there is None stays as it is written.

    Returns:
        The text, None when it would be longer than two files may be.
    """
    known: dict[bytes, bytes] = {}
    chunks: list[bytes] = []
    pieces: list[Piece] = []
    size = 0

    def put(chunk: bytes, source: Source, origin: int, *, fixed: bool) -> None:
        nonlocal size
        pieces.append(Piece(size, source, origin, fixed))
        chunks.append(chunk)
        size += len(chunk)

    for source in sources:
        done = 0
        for pair in _VARIABLE.finditer(source.data):
            if not pair[1]:
                continue
            put(source.data[done : pair.start()], source, done, fixed=False)
            text = known.get(pair[1])
            if text is None:
                found = lookup(pair[1].decode())
                text = known[pair[1]] = pair[0] if found is None else encode(found.replace("%", "%%"))
            put(text, source, pair.start(), fixed=True)
            done = pair.end()
            if size > _LONGEST:
                return None
        put(source.data[done:], source, done, fixed=False)
    return Pieces(b"".join(chunks), pieces)


def fill_text(text: str, lookup: Callable[[str], str]) -> str:
    """Fill the variables into one value, and make it what the server has in its registry."""
    if "%" not in text:
        return text

    def pair(found: re.Match[str]) -> str:
        letter = found[1]
        if letter in {"%", "("}:
            return "%" if letter == "%" else "%("
        return lookup(letter) if letter in _KNOWN and letter else ""

    return _TEXT_PAIR.sub(pair, text)
