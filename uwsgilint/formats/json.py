"""JSON as the server reads it (core/json.c uwsgi_json_config), with jansson or with yajl.

Both libraries are imitated down to what they refuse; they differ in numbers, repeated names,
comments and NUL characters. The server looks at one object of the file and takes texts, words and
numbers from it, alone or in a list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.formats.served import Served
from uwsgilint.formats.tree import MalformedError

if TYPE_CHECKING:
    from uwsgilint.document import Document, Source

__all__ = ["LIBRARIES", "read"]

LIBRARIES = ("jansson", "yajl")
_WORDS = {"true": "1", "false": "0", "null": "0"}
_SIMPLE = {"\\": "\\", '"': '"', "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONTAINERS = {"{": "object", "[": "list"}
# Magic variables that are numbers may stand among the digits: %k is the number of processors.
_NUMBER = re.compile(rb"-?(?:0|(?:[1-9]|%[kutTgi])(?:[0-9]|%[kutTgi])*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(rb'[^"\\%\x00-\x1f]+')
_BLANKS = {
    "jansson": re.compile(rb"[ \t\n\r]*"),
    "yajl": re.compile(rb"(?:[ \t\n\v\f\r]|/\*.*?(?:\*/|\Z)|//[^\n]*(?:\n|\Z))*", re.DOTALL),
}
_DEEPEST = 2048  # jansson's limit
_LARGEST = 2**63  # of jansson's integers


def _refused(reason: str, place: int) -> MalformedError:
    return MalformedError(reason, place, place + 1)


class _Member(NamedTuple):
    """A name in an object, with what it stands for."""

    name: str
    start: int
    end: int
    value: _Value


class _Value(NamedTuple):
    """A value: its kind, what it says, and, for lists and objects, what is in it."""

    kind: str
    text: str
    start: int
    end: int
    items: list[_Value]
    members: list[_Member]


def read(source: Source, section: str = "uwsgi", library: str = "jansson") -> Document:
    """Read a JSON file as the server does.

    Where the server exits the document has no directives, and the problem `malformed-file` or
    `missing-root`.

    Args:
        source: the file.
        section: the name of the object that the server is asked for.
        library: what the server was built with, "jansson" or "yajl".
    """
    served = Served(source, "json")
    end = served.data.find(b"\0")
    if end >= 0:
        # The libraries are given a C string.
        served.problem("nul-byte", end, end + 1)
        served.data = served.data[:end]
    try:
        served.data.decode()
    except UnicodeDecodeError as error:
        return served.malformed("JSON", "this byte is not UTF-8", error.start)
    try:
        root = _Parser(served.data, library).root()
    except MalformedError as error:
        return served.malformed("JSON", error.reason, error.start)
    return _Reading(served, section, library).take(root)


class _Parser:
    """The grammar, without recursion: a list may be nested deeper than Python's stack."""

    def __init__(self, data: bytes, library: str) -> None:
        self.data = data
        self.library = library
        self.blanks = _BLANKS[library]
        self.place = 0

    def peek(self) -> str:
        """Go over blanks and return the next character; nothing at the end."""
        found = self.blanks.match(self.data, self.place)
        if found is not None:
            self.place = found.end()
        return self.data[self.place : self.place + 1].decode("latin-1")

    def expect(self, wanted: str, what: str) -> None:
        if self.peek() != wanted:
            raise _refused(f"{what} is expected here", self.place)
        self.place += 1

    def root(self) -> _Value:
        """Parse the whole text.

        Raises:
            MalformedError: the library does not take it.
        """
        if self.peek() not in _CONTAINERS:
            raise _refused("an object is expected here", self.place)
        holder = _Value("list", "", 0, 0, [], [])
        stack = [holder]
        self.open(stack)
        while len(stack) > 1:
            self.step(stack)
        if self.peek():
            raise _refused("nothing can stand behind the end of the object", self.place)
        return holder.items[0]

    def step(self, stack: list[_Value]) -> None:
        """Go on to the next member, the next item or the end of the innermost container."""
        inside = stack[-1]
        is_object = inside.kind == "object"
        closing = "}" if is_object else "]"
        filled = bool(inside.members or inside.items)
        if self.peek() == closing:
            self.place += 1
            stack.pop()
            closed = inside._replace(end=self.place)
            outer = stack[-1]
            if outer.kind == "object":
                outer.members[-1] = outer.members[-1]._replace(value=closed)
            else:
                outer.items[-1] = closed
            return
        if filled:
            self.expect(",", f"a comma or {closing}")
        if is_object:
            self.peek()
            start = self.place
            if self.data[start : start + 1] != b'"':
                raise _refused("a name in quotes is expected here", start)
            name = self.string()
            end = self.place
            self.expect(":", "a colon")
            inside.members.append(_Member(name, start, end, _Value("", "", end, end, [], [])))
        self.open(stack)

    def open(self, stack: list[_Value]) -> None:
        """Parse a value into the innermost container; one that is a container becomes the innermost."""
        value = self.value()
        outer = stack[-1]
        if outer.kind == "object":
            outer.members[-1] = outer.members[-1]._replace(value=value)
        else:
            outer.items.append(value)
        if value.kind in _CONTAINERS.values():
            stack.append(value)
            if len(stack) > _DEEPEST + 1 and self.library == "jansson":
                raise _refused("lists or objects are nested too deeply", value.start)

    def value(self) -> _Value:
        first = self.peek()
        start = self.place
        kind, text = _CONTAINERS.get(first, ""), ""
        if kind:
            self.place += 1
        elif first == '"':
            kind, text = "string", self.string()
        elif first == "-" or first.isdigit() or first == "%":
            kind, text = self.number()
        else:
            word = next((w for w in _WORDS if self.data.startswith(w.encode(), start)), None)
            self.place += len(word or "")
            if word is None or self.data[self.place : self.place + 1].isalpha():
                raise _refused("a value is expected here", start)
            kind, text = "word", word
        return _Value(kind, text, start, self.place, [], [])

    def number(self) -> tuple[str, str]:
        found = _NUMBER.match(self.data, self.place)
        if found is None or self.data[found.end() : found.end() + 1] in _BEHIND_NO_NUMBER:
            raise _refused("this is no number", self.place)
        text = found[0].decode()
        real = found[1] is not None or found[2] is not None
        if self.library == "jansson" and "%" not in text:
            if real and float(text) in {float("inf"), float("-inf")}:
                raise _refused("this number is too large", self.place)
            if not real and (len(text) > 20 or not -_LARGEST <= int(text) < _LARGEST):
                raise _refused("this integer is too large", self.place)
        self.place = found.end()
        return ("real" if real else "integer"), text

    def string(self) -> str:
        """Parse a text in quotes into configuration text."""
        pieces: list[str] = []
        start = self.place
        self.place += 1
        data = self.data
        while True:
            plain = _PLAIN.match(data, self.place)
            if plain is not None:
                pieces.append(plain[0].decode())
                self.place = plain.end()
            character = data[self.place : self.place + 1]
            if character == b'"':
                self.place += 1
                return "".join(pieces)
            if character == b"\\":
                pieces.append(self.escape())
            elif character == b"%" and data[self.place + 1 : self.place + 2] != b"[":
                pieces.append(data[self.place : self.place + 2].decode())
                self.place += 2
            elif not character:
                raise _refused("the quotes are not closed", start)
            else:
                raise _refused("a control character cannot stand within quotes", self.place)

    def escape(self) -> str:
        letter = self.data[self.place + 1 : self.place + 2].decode("latin-1")
        if letter in _SIMPLE:
            self.place += 2
            return _SIMPLE[letter]
        start = self.place
        code = self.code(start)
        if code is None:
            raise _refused("this escape is unknown", start)
        self.place += 6
        if self.library == "yajl":
            return self.yajl_character(code)
        if 0xD800 <= code < 0xDC00:
            low = self.code(self.place)
            if low is None or not 0xDC00 <= low < 0xE000:
                raise _refused("half of a character stands alone", start)
            self.place += 6
            code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF)
        elif 0xDC00 <= code < 0xE000:
            raise _refused("half of a character stands alone", start)
        elif not code:
            raise _refused("the character with the code 0 is not allowed", start)
        # Magic variables are filled in before escapes are resolved, so this is a percent sign for good.
        return "%%" if code == 0x25 else chr(code)

    def code(self, place: int) -> int | None:
        """Return the number of an escape with four digits, None where there is none."""
        digits = self.data[place + 2 : place + 6]
        if self.data[place : place + 2] != b"\\u" or not re.fullmatch(rb"[0-9A-Fa-f]{4}", digits):
            return None
        return int(digits, 16)

    def yajl_character(self, code: int) -> str:
        """Return what yajl makes of an escape: it takes any second half, and lets a lone half stand."""
        if code & 0xFC00 != 0xD800:
            if code == 0x25:
                return "%%"
            return chr(code).encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
        low = self.code(self.place)
        if low is None:
            return "?"
        self.place += 6
        return chr(((code & 0x3F) << 10) | ((((code >> 6) & 0xF) + 1) << 16) | (low & 0x3FF))


_BEHIND_NO_NUMBER = frozenset(bytes([n]) for n in b"0123456789.eE%")


class _Reading:
    """What the server takes from the parsed text."""

    def __init__(self, served: Served, section: str, library: str) -> None:
        self.served = served
        self.section = section
        self.library = library
        self.by = f"the server's reader ({library})"

    def take(self, root: _Value) -> Document:
        asked = [m for m in root.members if self.c_string(m.name) == self.section]
        chosen = asked[-1 if self.library == "jansson" else 0] if asked else None
        if chosen is None or chosen.value.kind != "object":
            place = (0, 0) if chosen is None else (chosen.start, chosen.end)
            values = {"what": f"object `{self.section}`", "effect": "exits with status 1"}
            self.served.problem("missing-root", *place, **values)
            return self.served.document
        for member in root.members:
            if member is not chosen:
                self.beside(member, chosen, again=member in asked)
        for name, member, value in self.kept(chosen.value.members):
            self.member(name, member, value)
        return self.served.finish(self.section, (chosen.start, chosen.end))

    def beside(self, member: _Member, chosen: _Member, *, again: bool) -> None:
        """Tell of what stands at the top beside the object that is read."""
        place = (member.start, member.end)
        if again:
            kept = "last" if self.library == "jansson" else "first"
            self.served.problem("repeated-member", *place, name=member.name, kept=kept, library=self.library)
            self.served.beside(chosen.start, chosen.end, "this one is read")
        elif member.value.kind == "object":
            self.served.problem("unread-section", *place, name=member.name)
        else:
            what = f"`{member.name}`, which stands outside the object `{self.section}`"
            self.served.problem("lost-value", *place, what=what, by=self.by)

    def kept(self, members: list[_Member]) -> list[tuple[str, _Member, _Value]]:
        """Return the members that the library keeps: jansson has one of each name, where the first one stood."""
        if self.library == "yajl":
            return [(self.c_string(m.name), m, m.value) for m in members]
        last: dict[str, _Member] = {}
        for member in members:
            before = last.get(member.name)
            if before is not None:
                values = {"name": member.name, "kept": "last", "library": "jansson"}
                self.served.problem("repeated-member", before.start, before.end, member.name, **values)
                self.served.beside(member.start, member.end, "this one is read")
            last[member.name] = member
        return [(name, member, member.value) for name, member in last.items()]

    def member(self, name: str, member: _Member, value: _Value) -> None:
        for item in value.items if value.kind == "list" else [value]:
            if item.kind in {"list", "object"}:
                what = f"`{name}`: {'a list within a list' if item.kind == 'list' else 'an object'}"
                self.served.problem("lost-value", item.start, item.end, name, what=what, by=self.by)
                continue
            text = self.text(name, item)
            if text is not None:
                self.served.directive(name, text, (member.start, member.end), (item.start, item.end))

    def text(self, name: str, item: _Value) -> str | None:
        """Return a scalar as the server takes it over, None where it does not."""
        if item.kind == "word":
            return _WORDS[item.text]
        if item.kind == "string":
            value = self.c_string(item.text)
            if value != item.text:
                values = {"option": name, "value": value, "by": "the character with the code 0"}
                self.served.problem("cut-value", item.start, item.end, name, **values)
            return value
        if self.library == "yajl" or "%" in item.text:
            return item.text
        if item.kind == "real":
            what = f"`{name}`: the real number `{item.text}`"
            self.served.problem("lost-value", item.start, item.end, name, what=what, by=self.by)
            return None
        # core/utils.c uwsgi_num2str() takes an int of C and has room for ten characters.
        number = (int(item.text) + 2**31) % 2**32 - 2**31
        value = str(number)[:10]
        if int(value) != int(item.text):
            values = {"option": name, "text": item.text, "value": value}
            self.served.problem("changed-number", item.start, item.end, name, **values)
        return value

    def c_string(self, text: str) -> str:
        return text.partition("\0")[0]
