"""YAML as a server that is built with libyaml reads it (core/yaml.c uwsgi_yaml_config with UWSGI_LIBYAML).

The server looks at tokens, with three words of memory: what comes next, the last key, and how deep
inside the section it is. Nested mappings are flattened by that, anchors and tags end it, and a
section in braces is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.formats.served import YAML_COMMENT, Served
from uwsgilint.formats.tokens import ScanError, tokens

if TYPE_CHECKING:
    from uwsgilint.document import Document, Source
    from uwsgilint.formats.tokens import Token

__all__ = ["read"]

_PAIR = re.compile(r"%(.)", re.DOTALL)
_WORDS = "hktTuUgG"  # the name of the machine, its cores, the time, user and group
_STOPS = {"anchor": "an anchor", "tag": "a tag", "flow mapping": "braces", "alias": "an alias"}


def read(source: Source, section: str = "uwsgi") -> Document:
    """Read a YAML file as a server with libyaml does.

    Where libyaml refuses the text the server exits; the document then has no directives and the
    problem `malformed-file`. Behind the place where the server stops nothing is read, so nothing is
    refused there either.

    Args:
        source: the file.
        section: the name that the server is asked for.
    """
    served = Served(source, "yaml", comment=YAML_COMMENT)
    skipped = 3 if served.starts_with_mark else 0
    try:
        text = served.data[skipped:].decode()
    except UnicodeDecodeError as error:
        return served.malformed("YAML", "this byte is not UTF-8", skipped + error.start)
    filled = _Filled(text, skipped)
    reading = _Reading(served, filled, section)
    try:
        for token in tokens(filled.text, filled.letters):
            if not reading.take(token):
                break
    except ScanError as error:
        return served.malformed("YAML", error.reason, filled.offset(error.place))
    return reading.finish()


class _Filled:
    """The text that libyaml gets: percent signs are single, and each magic variable is one strange letter.

    What a variable stands for is not known here; that there is something in its place is enough,
    for the places where libyaml takes no percent sign.
    """

    def __init__(self, text: str, skipped: int) -> None:
        self.base = next((b for b in range(0xE000, 0xF800, 0x80) if not _any_of(text, b)), 0xE000)
        pieces: list[str] = []
        # Characters of the filled text and bytes of the data, at every place where they drift apart.
        self.offsets: list[int] | None = None
        if text.isascii() and "%" not in text:
            self.text = text
            self.skipped = skipped
            return
        offsets: list[int] = []
        place = skipped
        done = 0
        for pair in _PAIR.finditer(text):
            between = text[done : pair.start()]
            place = self._walk(between, place, offsets)
            pieces.append(between)
            letter = self._letter(pair[1])
            pieces.append(letter)
            offsets += range(place, place + 1) if len(letter) == 1 else range(place, place + 2)
            place += 2
            done = pair.end()
        place = self._walk(text[done:], place, offsets)
        pieces.append(text[done:])
        offsets.append(place)
        self.text = "".join(pieces)
        self.offsets = offsets
        self.skipped = 0

    @property
    def letters(self) -> str:
        """What stands for magic variables that become nothing but letters and digits."""
        return "" if self.offsets is None else "".join(chr(self.base + ord(name)) for name in _WORDS)

    @staticmethod
    def _walk(text: str, place: int, offsets: list[int]) -> int:
        for character in text:
            offsets.append(place)
            place += len(character.encode())
        return place

    def _letter(self, follower: str) -> str:
        if follower == "[":
            return "\x1b"  # %[ is the escape character, which YAML does not allow
        if follower in {"%", "("}:
            return "%" + follower.strip("%")
        return chr(self.base + ord(follower))

    def offset(self, place: int) -> int:
        """Return the offset in the data of a character of the filled text."""
        return place + self.skipped if self.offsets is None else self.offsets[min(place, len(self.offsets) - 1)]

    def restore(self, value: str) -> str:
        """Return a value as configuration text: percent signs doubled, variables as they were written."""
        if self.offsets is None and "%" not in value:
            return value
        doubled = re.sub(r"%(?!\()", "%%", value)
        return "".join(f"%{chr(ord(c) - self.base)}" if 0 <= ord(c) - self.base < 0x80 else c for c in doubled)


def _any_of(text: str, base: int) -> bool:
    return re.search(f"[{chr(base)}-{chr(base + 0x7F)}]", text) is not None


class _Reading:
    """What the server keeps in mind from token to token, by the names of the table in its source.

    Attributes:
        awaited: "key", "value", "item" or, when a scalar would be out of place, "".
        depth: how many collections deep it is inside the section; 0 is outside.
    """

    def __init__(self, served: Served, filled: _Filled, section: str) -> None:
        self.served = served
        self.filled = filled
        self.section = section
        self.awaited = ""
        self.depth = 0
        self.key: Token | None = None
        self.header: Token | None = None
        self.last = ""

    def place(self, token: Token) -> tuple[int, int]:
        return self.filled.offset(token.start), self.filled.offset(token.end)

    def take(self, token: Token) -> bool:
        """Take one token; False when the server stops."""
        kind = token.kind
        going = True
        if self.last == "value" and kind in {"key", "block end"} and self.depth and self.key is not None:
            what = f"`{self.key.text}`, which is followed by nothing"
            self.served.problem("lost-value", *self.place(self.key), what=what, by="libyaml's reader")
        if kind == "scalar":
            going = self.scalar(token)
        elif kind in {"key", "value"}:
            self.awaited = kind
        elif kind in {"flow entry", "block entry"}:
            self.awaited = "item"
        elif kind in {"flow sequence", "block sequence"}:
            self.depth += self.depth > 0
            self.awaited = "item"
        elif kind == "block mapping":
            self.open_mapping()
        elif kind in {"block end", "flow sequence end"}:
            if self.depth:
                self.depth -= 1
                going = self.depth > 0
            self.key = None
            self.awaited = ""
        else:
            if self.depth and kind == "alias" and self.key is not None:
                self.served.problem("lost-value", *self.place(token), what="an alias", by="libyaml's reader")
            self.awaited = ""
        self.last = kind
        return going

    def open_mapping(self) -> None:
        if self.depth:
            self.depth += 1
        elif self.key is not None and self.key.text.partition("\0")[0] == self.section:
            self.depth = 1
            self.header = self.key

    def scalar(self, token: Token) -> bool:
        if self.awaited == "key":
            self.key = token
        elif self.awaited:
            if self.key is not None and self.depth:
                self.emit(self.key, token)
            if self.awaited == "value":
                self.key = None
                self.awaited = ""
        else:
            behind = _STOPS.get(self.last)
            reason = f"a value behind {behind}" if behind else "a value where the server expects none"
            self.served.problem("lost-rest", *self.place(token), reason=reason)
            return False
        return True

    def emit(self, key: Token, token: Token) -> None:
        name, value = (self.filled.restore(text.partition("\0")[0]) for text in (key.text, token.text))
        self.served.directive(name, value, self.place(key), self.place(token))
        if "\0" in token.text:
            self.served.problem(
                "cut-value", *self.place(token), name, option=name, value=value, by="the character with the code 0"
            )

    def finish(self) -> Document:
        served = self.served
        if self.header is not None:
            return served.finish(self.section, self.place(self.header))
        if not any(problem.rule == "lost-rest" for problem in served.document.problems):
            values = {"what": f"block mapping `{self.section}`", "effect": "loads nothing from it, and says nothing"}
            served.problem("missing-root", 0, 0, **values)
        return served.finish(self.section, (0, 0))
