"""What cannot be known from files: a value of its own, and texts with holes in them.

A hole is one character that no reader can make out of bytes, a lone surrogate outside the range that stands
for bytes which are not UTF-8. So a text with holes goes through the server's own passes like any other, and
whatever it ends up in is known to be unknown.
"""

from __future__ import annotations

import enum
import re

__all__ = ["UNKNOWN", "Holes", "Unknown", "has_hole", "plain"]

_FIRST, _LAST = 0xD800, 0xDBFF
_HOLE = re.compile("[\ud800-\udbff]")
_ENCODED = re.compile("\udced([\udca0-\udcaf])([\udc80-\udcbf])")


class Unknown(enum.Enum):
    """The value of what only the server can know."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false; compare with `is UNKNOWN`")


UNKNOWN = Unknown.UNKNOWN
"""Neither true nor false nor anything else that can be computed with."""


class Holes:
    """The holes of one evaluation, each with the words that stand for it in the file."""

    __slots__ = ("_numbers", "_words")

    def __init__(self) -> None:
        self._words: list[str] = []
        self._numbers: dict[str, int] = {}

    def make(self, words: str) -> str:
        """Return the hole for what `words` stand for, `%h` or `$(HOME)`; the same words give the same hole."""
        number = self._numbers.get(words)
        if number is None:
            number = min(len(self._words), _LAST - _FIRST)
            self._numbers[words] = number
            self._words[number:] = [words]
        return chr(_FIRST + number)

    def show(self, text: str) -> str:
        """Return a text with the words in place of its holes."""
        return _HOLE.sub(self._written, text) if has_hole(text) else text

    def reasons(self, text: str) -> tuple[str, ...]:
        """Return the words of the holes in a text, each once."""
        return tuple(dict.fromkeys(self._written(hole) for hole in _HOLE.finditer(text)))

    def _written(self, hole: re.Match[str]) -> str:
        number = ord(hole[0]) - _FIRST
        return self._words[number] if number < len(self._words) else "?"


def has_hole(text: str) -> bool:
    """Whether a part of a text is unknown."""
    return not text.isascii() and _HOLE.search(text) is not None


def encode(text: str) -> bytes:
    """Return the bytes of a text, holes included; `decode` is the way back."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b"".join(
            c.encode("utf-8", "surrogatepass" if _HOLE.match(c) else "surrogateescape") for c in text
        )  # fmt: skip


def decode(text: str) -> str:
    """Return a text that went through bytes with its holes made whole again."""
    if "\udced" not in text:
        return text
    return _ENCODED.sub(lambda m: chr(0xD000 | (ord(m[1]) & 0x3F) << 6 | (ord(m[2]) & 0x3F)), text)


def plain(text: str) -> str:
    """Return a text from outside without characters that would be taken for holes."""
    return _HOLE.sub("\ufffd", text) if has_hole(text) else text
