"""Words of a command with their places: cut by the rules of whoever starts the program.

Shells, systemd, supervisor, Docker and Compose all cut a text into words, and no two do it alike.
What only the running machine knows (a variable, a build argument, a specifier) becomes `$(NAME)` in
the text of a word, and the word remembers where: no rule can then judge what stands there.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from uwsgilint.document import Source

__all__ = [
    "DIALECTS",
    "Dialect",
    "Text",
    "Word",
    "json_words",
    "lines",
    "literal",
    "shell_commands",
    "split",
    "text_of",
    "word_of",
]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-]")
_UNKNOWN = "?"  # a name for what has none


class Text(NamedTuple):
    """Characters and where each stands.

    Attributes:
        chars: the characters.
        places: the byte offset of each, and that behind the last one.
    """

    chars: str
    places: Sequence[int]

    def cut(self, start: int, end: int) -> Text:
        """Return the characters from start up to, and without, end."""
        return Text(self.chars[start:end], self.places[start : end + 1])


class Word(NamedTuple):
    """One argument, as the program gets it.

    Attributes:
        text: its characters.
        source: the file that it stands in.
        places: the byte offset of each character, and that behind the last one.
        unknown: ranges of characters that stand for something which only the running machine knows.
        many: whether that may become no word at all or several, as an unquoted `$OPTIONS` does.
    """

    text: str
    source: Source
    places: Sequence[int]
    unknown: tuple[tuple[int, int], ...] = ()
    many: bool = False

    @property
    def start(self) -> int:
        """Offset of the first byte."""
        return self.places[0]

    @property
    def end(self) -> int:
        """Offset behind the last byte."""
        return self.places[-1]

    def knows(self, end: int, start: int = 0) -> bool:
        """Whether nothing in a range of characters is unknown."""
        return not any(first < end and start < last for first, last in self.unknown)

    def cut(self, start: int, end: int | None = None) -> Word:
        """Return the part of the word from start up to, and without, end."""
        stop = len(self.text) if end is None else end
        unknown = tuple(
            (max(first, start) - start, min(last, stop) - start)
            for first, last in self.unknown
            if first < stop and start < last
        )
        return Word(self.text[start:stop], self.source, self.places[start : stop + 1], unknown)

    def configuration(self, start: int = 0) -> str:
        """Return the text from a character on as configuration text: percent signs doubled."""
        return self.text[start:].replace("%", "%%")


def text_of(source: Source, start: int = 0, end: int | None = None) -> Text:
    """Return a range of a file's bytes as characters with places; a byte that is no UTF-8 is a character, too."""
    data = source.data[start:end]
    chars = data.decode("utf-8", "surrogateescape")
    if len(chars) == len(data):
        return Text(chars, range(start, start + len(data) + 1))
    widths = (1 if "\ud800" <= c <= "\udfff" else len(c.encode()) for c in chars)
    return Text(chars, list(accumulate(widths, initial=start)))


def word_of(source: Source, start: int, end: int) -> Word:
    """Return a range of a file's bytes as one word."""
    text = text_of(source, start, end)
    return Word(text.chars, source, text.places)


def lines(text: Text) -> Iterator[Text]:
    """Cut a text at its line breaks, which are not part of the lines."""
    start = 0
    for line in text.chars.split("\n"):
        yield text.cut(start, start + len(line) - (line[-1:] == "\r"))
        start += len(line) + 1


class _Piece(NamedTuple):
    """What stands at a place of a text instead of one character.

    Attributes:
        chars: the text that the program gets, or the name of what nobody knows yet.
        end: where the text goes on.
        unknown: whether it is such a name.
        many: whether it may become several words.
    """

    chars: str
    end: int
    unknown: bool = True
    many: bool = False


class _Builder:
    """Puts words together, one at a time."""

    def __init__(self, source: Source, text: Text) -> None:
        self.source = source
        self.text = text
        self.words: list[Word] = []
        self._clear()

    def _clear(self) -> None:
        self.chars: list[str] = []
        self.places: list[int] = []
        self.unknown: list[tuple[int, int]] = []
        self.many = False
        self.started = False
        self.last = 0

    def open(self, index: int) -> None:
        """Begin a word that may stay empty, as at an opening quote."""
        if not self.started:
            self.started = True
            self.last = self.text.places[min(index, len(self.text.chars))]

    def add(self, start: int, end: int) -> None:
        """Add characters as they stand."""
        self.started = True
        self.chars.append(self.text.chars[start:end])
        self.places.extend(self.text.places[start:end])
        self.last = self.text.places[end]

    def put(self, chars: str, start: int, end: int) -> None:
        """Add characters that a range of the text stands for."""
        self.started = True
        self.chars.append(chars)
        self.places.extend([self.text.places[start]] * len(chars))
        self.last = self.text.places[end]

    def put_piece(self, piece: _Piece, start: int, *, quoted: bool) -> None:
        """Add what a reference stands for."""
        if not piece.unknown:
            self.put(piece.chars, start, piece.end)
            return
        before = len(self.places)
        self.put(f"$({piece.chars})", start, piece.end)
        self.unknown.append((before, before + len(piece.chars) + 3))
        self.many = self.many or (piece.many and not quoted) or piece.chars == "@"

    def finish(self) -> Word | None:
        """End the word, if one has begun."""
        if not self.started:
            return None
        chars = "".join(self.chars)
        word = Word(chars, self.source, [*self.places, self.last], tuple(self.unknown), self.many)
        self.words.append(word)
        self._clear()
        return word


# -- references -------------------------------------------------------------------------------------------------------


def _closing(chars: str, index: int, opening: str, closing: str) -> int:
    """Return where the bracket closes that is open at index; the end of the text when it never does."""
    depth = 1
    while index < len(chars):
        char = chars[index]
        if char == "\\":
            index += 2
            continue
        if char == "'" and closing == ")":
            index = chars.find("'", index + 1)
            if index < 0:
                return len(chars)
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if not depth:
                return index
        index += 1
    return len(chars)


def _name_in(content: str) -> str:
    found = _PARAMETER.match(content)
    return found[0] if found else _UNKNOWN


def _shell_reference(chars: str, index: int) -> _Piece | None:
    """Read `$X`, `${X:-y}`, `$(...)`, `$((...))` and backquotes."""
    if chars[index] == "`":
        end = index + 1
        while end < len(chars) and chars[end] != "`":
            end += 2 if chars[end] == "\\" else 1
        return _Piece(_UNKNOWN, min(end + 1, len(chars)), many=True)
    if chars[index] != "$":
        return None
    following = chars[index + 1 : index + 2]
    if following == "{":
        end = _closing(chars, index + 2, "{", "}")
        return _Piece(_name_in(chars[index + 2 : end]), min(end + 1, len(chars)), many=True)
    if following == "(":
        end = _closing(chars, index + 2, "(", ")")
        return _Piece(_UNKNOWN, min(end + 1, len(chars)), many=True)
    found = _PARAMETER.match(chars, index + 1)
    return _Piece(found[0], found.end(), many=True) if found else None


def _docker_reference(chars: str, index: int) -> _Piece | None:
    """Read `$X` and `${X:-y}` as Docker fills them into ENV."""
    if chars[index] != "$":
        return None
    if chars[index + 1 : index + 2] == "{":
        end = _closing(chars, index + 2, "{", "}")
        return _Piece(_name_in(chars[index + 2 : end]), min(end + 1, len(chars)))
    found = _NAME.match(chars, index + 1)
    return _Piece(found[0], found.end()) if found else None


def _compose_reference(chars: str, index: int) -> _Piece | None:
    """Read `$X` and `${X:-y}` as Compose fills them in before it does anything else; `$$` is a dollar sign."""
    if chars.startswith("$$", index):
        return _Piece("$", index + 2, unknown=False)
    return _docker_reference(chars, index)


_SUPERVISOR = re.compile(r"%(?:%|\((?:ENV_)?([^()]*)\)[-+ #0-9.]*[A-Za-z])")


def _supervisor_reference(chars: str, index: int) -> _Piece | None:
    """Read `%(ENV_X)s`; `%%` is a percent sign."""
    if chars[index] != "%":
        return None
    found = _SUPERVISOR.match(chars, index)
    if found is None:
        return None
    return _Piece(found[1], found.end()) if found[1] is not None else _Piece("%", found.end(), unknown=False)


def _specifier(chars: str, index: int) -> _Piece | None:
    """Read a specifier of systemd such as `%i`; `%%` is a percent sign."""
    if chars[index] != "%":
        return None
    following = chars[index + 1 : index + 2]
    if following == "%":
        return _Piece("%", index + 2, unknown=False)
    return _Piece(f"%{following}", index + 2) if following.isalpha() else None


def _systemd_reference(chars: str, index: int) -> _Piece | None:
    """Read `${X}`, a specifier, and `$$`; `$X` counts only where it is a whole word."""
    if chars[index] == "%":
        return _specifier(chars, index)
    if chars[index] != "$":
        return None
    if chars.startswith("$$", index):
        return _Piece("$", index + 2, unknown=False)
    if chars[index + 1 : index + 2] == "{":
        found = _NAME.match(chars, index + 2)
        if found and chars[found.end() : found.end() + 1] == "}":
            return _Piece(found[0], found.end() + 1)
        return None
    found = _NAME.match(chars, index + 1)
    before, after = chars[index - 1 : index] if index else "", chars[found.end() : found.end() + 1] if found else ""
    if found and not before.strip() and not after.strip():
        return _Piece(found[0], found.end(), many=True)
    return None


# -- words ------------------------------------------------------------------------------------------------------------

_C_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "s": " ", "t": "\t", "v": "\v"}
_C_CODE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


class Dialect(NamedTuple):
    """How a text is cut into words.

    Attributes:
        reference: reads what is filled in at a place, or gives None.
        in_single: whether that happens between single quotes, too.
        c_escapes: whether a backslash means what it means in C, everywhere.
        escape: the character that takes the meaning from the next one.
        in_double: the only characters that it does so to between double quotes; all where this is empty.
        stops: characters at which the rest of the text is dropped.
    """

    reference: Callable[[str, int], _Piece | None] | None
    in_single: bool = False
    c_escapes: bool = False
    escape: str = "\\"
    in_double: str = '"\\'
    stops: str = ""


DIALECTS = {
    "docker": Dialect(_docker_reference, in_double='"$\\'),
    "docker-backtick": Dialect(_docker_reference, escape="`", in_double='"$`'),
    "compose": Dialect(_compose_reference, in_single=True, in_double="", stops=";&|<>"),
    "supervisor": Dialect(_supervisor_reference, in_single=True),
    "systemd": Dialect(_systemd_reference, in_single=True, c_escapes=True),
    "systemd-environment": Dialect(_specifier, in_single=True, c_escapes=True),
}


def literal(source: Source, text: Text, dialect: Dialect) -> Word:
    """Return a text as the one word that it is, with what the dialect fills in."""
    builder = _Builder(source, text)
    builder.open(0)
    index, chars = 0, text.chars
    while index < len(chars):
        piece = dialect.reference(chars, index) if dialect.reference and chars[index] in "$%" else None
        if piece is not None:
            builder.put_piece(piece, index, quoted=True)
            index = piece.end
        else:
            builder.add(index, index + 1)
            index += 1
    word = builder.finish()
    return word if word is not None else Word("", source, text.places[:1])


def split(source: Source, text: Text, dialect: Dialect) -> list[Word]:
    """Cut a text into words at its blanks, outside quotes; a quote that stays open ends with the text."""
    builder = _Builder(source, text)
    chars = text.chars
    quote = ""
    index = 0
    while index < len(chars):
        char = chars[index]
        if dialect.reference and char in "$%" and (quote != "'" or dialect.in_single):
            piece = dialect.reference(chars, index)
            if piece is not None:
                builder.put_piece(piece, index, quoted=bool(quote))
                index = piece.end
                continue
        if char == dialect.escape and index + 1 < len(chars) and (dialect.c_escapes or quote != "'"):
            index = _escaped(builder, chars, index, quote, dialect)
        elif quote:
            if char == quote:
                quote = ""
            else:
                builder.add(index, index + 1)
            index += 1
        elif char in "\"'":
            quote = char
            index += 1
            builder.open(index)
        elif char in " \t\r\n":
            builder.finish()
            index += 1
        elif char in dialect.stops:
            break
        else:
            builder.add(index, index + 1)
            index += 1
    builder.finish()
    return builder.words


def _escaped(builder: _Builder, chars: str, index: int, quote: str, dialect: Dialect) -> int:
    """Read an escaped character; return where the text goes on."""
    following = chars[index + 1]
    if dialect.c_escapes:
        code = _C_CODE.match(chars, index)
        if code is not None:
            number = int(code[1] or code[3] or code[4] or "0", 16) if code[2] is None else int(code[2], 8)
            if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000:
                builder.put(chr(number), index, code.end())
                return code.end()
        elif following in _C_ESCAPES:
            builder.put(_C_ESCAPES[following], index, index + 2)
            return index + 2
        elif following in "\\\"'":
            builder.add(index + 1, index + 2)
            return index + 2
        builder.add(index, index + 2)  # systemd keeps what it does not know
        return index + 2
    if quote and dialect.in_double and following not in dialect.in_double:
        builder.add(index, index + 2)
    else:
        builder.add(index + 1, index + 2)
    return index + 2


_JSON_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_JSON_UNIT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))|([^\\]+)", re.DOTALL)


def json_words(source: Source, text: Text) -> list[Word] | None:
    """Read a JSON list of strings, Docker's exec form; None when the text is none."""
    import json  # noqa: PLC0415  (only Dockerfiles need it)

    try:
        given = json.loads(text.chars)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        return None
    builder = _Builder(source, text)
    for found in _JSON_STRING.finditer(text.chars):
        builder.open(found.start(1))
        for unit in _JSON_UNIT.finditer(text.chars, found.start(1), found.end(1)):
            if unit[3]:
                builder.add(unit.start(), unit.end())
            elif unit[1]:
                builder.put(chr(int(unit[1], 16)), unit.start(), unit.end())
            else:
                builder.put(_JSON_ESCAPES.get(unit[2], unit[2]), unit.start(), unit.end())
        builder.finish()
    return builder.words


# -- shells -----------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[^\s'\"\\$`;&|()<>#~]+")
_HOME = re.compile(r"~(?=/|[\s;&|()<>]|$)")
_IN_DOUBLE = re.compile(r'[^"\\$`]+')
_REDIRECTION = re.compile(r"&>>?|<<<|<<-?|[<>]&|<>|>>|>\||[<>]")


class _Shell:
    """One pass over a script; see `shell_commands`."""

    def __init__(self, source: Source, text: Text) -> None:
        self.text = text
        self.chars = text.chars
        self.builder = _Builder(source, text)
        self.commands: list[list[Word]] = []
        self.dropping = ""  # the redirection whose target is the next word
        self.documents: list[tuple[str, bool]] = []

    def finish_word(self) -> None:
        word = self.builder.finish()
        if word is not None and self.dropping:
            self.builder.words.pop()
            if self.dropping.startswith("<<") and self.dropping != "<<<":
                self.documents.append((word.text, self.dropping == "<<-"))
            self.dropping = ""

    def finish_command(self) -> None:
        self.finish_word()
        self.dropping = ""
        if self.builder.words:
            self.commands.append(self.builder.words)
            self.builder.words = []

    def run(self) -> list[list[Word]]:
        index, chars = 0, self.chars
        while index < len(chars):
            index = self.step(index, chars[index])
        self.finish_command()
        return self.commands

    def step(self, index: int, char: str) -> int:
        """Read what stands at index; return where to go on."""
        chars, builder = self.chars, self.builder
        plain = _PLAIN.match(chars, index)
        if plain is not None:
            builder.add(index, plain.end())
            return plain.end()
        if char == "\\":
            if chars.startswith(("\\\n", "\\\r\n"), index):
                return chars.index("\n", index) + 1
            builder.add(min(index + 1, len(chars)), min(index + 2, len(chars)))
            return index + 2
        if char in "'\"":
            return self.quoted(index, char)
        if char in "$`":
            return self.reference(index)
        if char == "\n":
            self.finish_command()
            return self.skip_documents(index + 1)
        if char.isspace():
            self.finish_word()
            return index + 1
        if char == "#" and not builder.started:
            end = chars.find("\n", index)
            return len(chars) if end < 0 else end
        if char == "~" and not builder.started and _HOME.match(chars, index):
            builder.put_piece(_Piece("HOME", index + 1), index, quoted=True)
            return index + 1
        redirection = _REDIRECTION.match(chars, index)
        if redirection is not None:
            if not builder.unknown and "".join(builder.chars).isdigit():
                builder.finish()
                builder.words.pop()  # the number of the descriptor
            self.finish_word()
            self.dropping = redirection[0]
            return redirection.end()
        if char in ";&|()":
            self.finish_command()
            return index + 1
        builder.add(index, index + 1)
        return index + 1

    def quoted(self, index: int, quote: str) -> int:
        chars, builder = self.chars, self.builder
        index += 1
        builder.open(index)
        if quote == "'":
            end = chars.find("'", index)
            end = len(chars) if end < 0 else end
            builder.add(index, end)
            return end + 1
        while index < len(chars) and chars[index] != '"':
            plain = _IN_DOUBLE.match(chars, index)
            if plain is not None:
                builder.add(index, plain.end())
                index = plain.end()
            elif chars[index] == "\\":
                following = chars[index + 1 : index + 2]
                if following != "\n":
                    start = index + 1 if following in {'"', "\\", "$", "`"} else index
                    builder.add(start, min(index + 2, len(chars)))
                index += 2
            else:
                piece = _shell_reference(chars, index)
                if piece is None:
                    builder.add(index, index + 1)
                    index += 1
                else:
                    builder.put_piece(piece, index, quoted=True)
                    index = piece.end
        return index + 1

    def reference(self, index: int) -> int:
        chars, builder = self.chars, self.builder
        if chars.startswith("$'", index):
            end = index + 2
            builder.open(end)
            while end < len(chars) and chars[end] != "'":
                if chars[end] == "\\" and end + 1 < len(chars):
                    following = chars[end + 1]
                    builder.put(_C_ESCAPES.get(following, following), end, end + 2)
                    end += 2
                else:
                    builder.add(end, end + 1)
                    end += 1
            return end + 1
        if chars.startswith('$"', index):
            return index + 1
        piece = _shell_reference(chars, index)
        if piece is None:
            builder.add(index, index + 1)
            return index + 1
        builder.put_piece(piece, index, quoted=False)
        return piece.end

    def skip_documents(self, index: int) -> int:
        """Jump over the texts that `<<` announced in the line before."""
        for delimiter, indented in self.documents:
            while index < len(self.chars):
                end = self.chars.find("\n", index)
                end = len(self.chars) if end < 0 else end
                line = self.chars[index:end].rstrip("\r")
                index = end + 1
                if (line.lstrip("\t") if indented else line) == delimiter:
                    break
        self.documents.clear()
        return index


def shell_commands(source: Source, text: Text) -> list[list[Word]]:
    """Cut a script into its simple commands, each a list of words, assignments included.

    Redirections, comments and here-documents are left out; what stands in `$(...)` is not looked into.
    """
    return _Shell(source, text).run()
