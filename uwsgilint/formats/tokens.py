"""The tokens of YAML as libyaml 0.2.5 cuts them, with their places.

A server that is built with libyaml works on tokens, not on a document, and stops in the middle of
a file; so which tokens come before an error counts. The scanners of Python's YAML packages go
their own ways in corners (comments, tabs, flow collections, line breaks of Unicode, block scalars
at the left margin), hence this one. Tests hold it against libyaml.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ScanError", "Token", "tokens"]

_END = "\0"  # libyaml takes no such character, so it can stand behind the last one
_BREAKS = frozenset("\r\n\x85\u2028\u2029")
_BLANKS = frozenset(" \t")
_SPACES = _BREAKS | _BLANKS | {_END}
_FLOW = frozenset(",[]{}")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_WORD = re.compile(r"[0-9A-Za-z_-]*")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_URI = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-;/?:@&=+$.%!~*'()")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The letter behind a backslash, and the character that stands for at the same place of the other line.
_ESCAPES = dict(
    zip(
        '0abt\tnvfre "/\\N_LP',
        '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029',
        strict=True,
    )
)
_CODES = {"x": 2, "u": 4, "U": 8}
_LONGEST_KEY = 1024


class ScanError(Exception):
    """libyaml refuses the text here.

    Attributes:
        reason: what is wrong, in a few words.
        place: offset of the character where it gives up.
    """

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: "scalar", "key", "value", "block mapping", "block end", ...: libyaml's names, in words.
        text: what a scalar says, quotes and escapes resolved.
        start, end: offsets of its characters; those that stand for no character are empty.
    """

    kind: str
    text: str
    start: int
    end: int


class _Candidate:
    """A token that turns out to be a key if a colon follows on its line."""

    __slots__ = ("column", "index", "line", "number", "possible", "required")

    def __init__(self) -> None:
        self.possible = self.required = False
        self.number = self.index = self.line = self.column = 0


def tokens(text: str, letters: str = "") -> Iterator[Token]:
    """Cut a text into tokens, one at a time, reading no further than libyaml does for each.

    Args:
        text: what libyaml gets.
        letters: characters that may stand in names besides those of ASCII.

    Raises:
        ScanError: while iterating: libyaml would end there.
    """
    found = _FORBIDDEN.search(text)
    if found is not None:
        raise ScanError("this character is not allowed in YAML", found.start())
    scanner = _Scanner(text, re.compile(f"[0-9A-Za-z_{letters}-]*") if letters else _WORD)
    while True:
        token = scanner.next()
        yield token
        if token.kind == "stream end":
            return


class _Scanner:
    def __init__(self, text: str, words: re.Pattern[str]) -> None:
        self.text = text + _END * 4
        self.words = words
        self.index = self.line = self.column = 0
        self.queue: list[Token] = [Token("stream start", "", 0, 0)]
        self.taken = 0
        self.indent = -1
        self.indents: list[int] = []
        self.candidates = [_Candidate()]  # one for each flow collection that is open, and one for the block
        self.saved: deque[_Candidate] = deque()
        self.key_allowed = True

    @property
    def in_flow(self) -> bool:
        return len(self.candidates) > 1

    # -- characters --------------------------------------------------------------------------

    def at(self, ahead: int = 0) -> str:
        return self.text[self.index + ahead]

    def skip(self, count: int = 1) -> None:
        self.index += count
        self.column += count

    def line_break(self) -> str:
        """Go over a line break and return what stands for it in a scalar; nothing at the end of the text."""
        character = self.at()
        if character not in _BREAKS:
            return ""
        self.index += 2 if self.text.startswith("\r\n", self.index) else 1
        self.line += 1
        self.column = 0
        return character if character in "\u2028\u2029" else "\n"

    def rest_of_line(self) -> str:
        start = self.index
        while self.at() not in _BREAKS and self.at() != _END:
            self.index += 1
        self.column += self.index - start
        return self.text[start : self.index]

    def blanks(self) -> None:
        while self.at() in _BLANKS:
            self.skip()

    def word(self) -> str:
        found = self.words.match(self.text, self.index)
        text = found[0] if found else ""
        self.skip(len(text))
        return text

    def document_mark(self) -> bool:
        """Whether a line begins here with three dashes or dots and nothing that continues them."""
        return (
            self.column == 0
            and (self.text.startswith("---", self.index) or self.text.startswith("...", self.index))
            and self.at(3) in _SPACES
        )

    def error(self, reason: str) -> ScanError:
        return ScanError(reason, min(self.index, len(self.text) - 4))

    # -- the queue, keys and indentation -------------------------------------------------------

    def next(self) -> Token:
        while not self.queue or self.may_become_key():
            self.fetch()
        self.taken += 1
        return self.queue.pop(0)

    def may_become_key(self) -> bool:
        """Whether the token at the head of the queue would be a key if a colon followed."""
        # Candidates grow stale in the order in which they came, so the first that is left decides.
        while self.saved and not self.is_open(self.saved[0]):
            self.saved.popleft()
        return bool(self.saved) and self.saved[0].number == self.taken

    def is_open(self, key: _Candidate) -> bool:
        """Whether a colon here would still make a key of a candidate."""
        if key.possible and (key.line < self.line or key.index + _LONGEST_KEY < self.index):
            if key.required:
                raise self.error("a colon is missing on the line of a key")
            key.possible = False
        return key.possible

    def save_key(self) -> None:
        if not self.key_allowed:
            return
        self.drop_key()
        key = self.candidates[-1] = _Candidate()
        self.saved.append(key)
        key.possible = True
        key.required = not self.in_flow and self.indent == self.column
        key.number = self.taken + len(self.queue)
        key.index, key.line, key.column = self.index, self.line, self.column

    def drop_key(self) -> None:
        key = self.candidates[-1]
        if key.possible and key.required:
            raise self.error("a colon is missing on the line of a key")
        key.possible = False

    def open_block(self, column: int, kind: str, number: int | None = None) -> None:
        """Open a block collection where the text is indented more than so far."""
        if self.in_flow or self.indent >= column:
            return
        self.indents.append(self.indent)
        self.indent = column
        place = len(self.queue) if number is None else number - self.taken
        self.queue.insert(place, Token(kind, "", self.index, self.index))

    def close_blocks(self, column: int) -> None:
        if self.in_flow:
            return
        while self.indent > column:
            self.queue.append(Token("block end", "", self.index, self.index))
            self.indent = self.indents.pop()

    def mark(self, kind: str, length: int = 1) -> None:
        """Take an indicator as a token of its own."""
        start = self.index
        self.skip(length)
        self.queue.append(Token(kind, "", start, self.index))

    # -- tokens --------------------------------------------------------------------------------

    def fetch(self) -> None:
        self.to_next_token()
        self.close_blocks(self.column)
        character, behind = self.at(), self.at(1)
        if character == _END:
            if self.column:  # the end of the text is the end of its last line: no key is open any more
                self.column = 0
                self.line += 1
            self.close_blocks(-1)
            self.drop_key()
            self.key_allowed = False
            self.mark("stream end", 0)
        elif self.column == 0 and character == "%":
            self.close_blocks(-1)
            self.drop_key()
            self.key_allowed = False
            self.directive()
        elif self.document_mark():
            self.close_blocks(-1)
            self.drop_key()
            self.key_allowed = False
            self.mark("document start" if character == "-" else "document end", 3)
        elif character in "[{":
            self.save_key()
            self.candidates.append(_Candidate())
            self.key_allowed = True
            self.mark("flow sequence" if character == "[" else "flow mapping")
        elif character in "]}":
            self.drop_key()
            if self.in_flow:
                self.candidates.pop()
            self.key_allowed = False
            self.mark("flow sequence end" if character == "]" else "flow mapping end")
        elif character == ",":
            self.drop_key()
            self.key_allowed = True
            self.mark("flow entry")
        elif character == "-" and behind in _SPACES:
            self.block_entry()
        elif character == "?" and (self.in_flow or behind in _SPACES):
            self.explicit_key()
        elif character == ":" and (self.in_flow or behind in _SPACES):
            self.value()
        elif character in "*&":
            self.save_key()
            self.key_allowed = False
            self.anchor("alias" if character == "*" else "anchor")
        elif character == "!":
            self.save_key()
            self.key_allowed = False
            self.tag()
        elif character in "|>" and not self.in_flow:
            self.drop_key()
            self.key_allowed = True
            self.block_scalar(folded=character == ">")
        elif character in "'\"":
            self.save_key()
            self.key_allowed = False
            self.quoted(character)
        elif (
            (character not in _INDICATORS and character != "\t")
            or (character == "-" and behind not in _BLANKS)
            or (not self.in_flow and character in "?:" and behind not in _SPACES)
        ):
            self.save_key()
            self.key_allowed = False
            self.plain()
        else:
            raise self.error("no value begins with this character; put quotes around it")

    def to_next_token(self) -> None:
        while True:
            if self.column == 0 and self.at() == "\ufeff":
                self.skip()
            while self.at() == " " or (self.at() == "\t" and (self.in_flow or not self.key_allowed)):
                self.skip()
            if self.at() == "#":
                self.rest_of_line()
            if self.at() not in _BREAKS:
                return
            self.line_break()
            if not self.in_flow:
                self.key_allowed = True

    def block_entry(self) -> None:
        if not self.in_flow:
            if not self.key_allowed:
                raise self.error("no item of a list can begin here")
            self.open_block(self.column, "block sequence")
        self.drop_key()
        self.key_allowed = True
        self.mark("block entry")

    def explicit_key(self) -> None:
        if not self.in_flow:
            if not self.key_allowed:
                raise self.error("no key can begin here")
            self.open_block(self.column, "block mapping")
        self.drop_key()
        self.key_allowed = not self.in_flow
        self.mark("key")

    def value(self) -> None:
        key = self.candidates[-1]
        if self.is_open(key):
            self.queue.insert(key.number - self.taken, Token("key", "", key.index, key.index))
            self.open_block(key.column, "block mapping", key.number)
            key.possible = False
            self.key_allowed = False
        else:
            if not self.in_flow:
                if not self.key_allowed:
                    raise self.error("no second colon can stand here; put quotes around the value")
                self.open_block(self.column, "block mapping")
            self.key_allowed = not self.in_flow
        self.mark("value")

    def directive(self) -> None:
        start = self.index
        self.skip()
        name = self.word()
        if not name or self.at() not in _SPACES:
            raise self.error("this is no directive")
        self.blanks()
        if name == "YAML":
            if not self.digits() or self.at() != ".":
                raise self.error("this is no version")
            self.skip()
            if not self.digits():
                raise self.error("this is no version")
        elif name == "TAG":
            self.tag_handle(directive=True)
            if self.at() not in _BLANKS:
                raise self.error("a blank is missing behind a tag's handle")
            self.blanks()
            self.tag_uri(more=True)
            if self.at() not in _SPACES:
                raise self.error("a blank is missing behind a tag's prefix")
        else:
            raise self.error("this directive is unknown")
        self.comment_and_break("a directive")
        self.queue.append(Token("directive", name, start, self.index))

    def digits(self) -> str:
        start = self.index
        while self.at() in "0123456789":
            self.skip()
            if self.index - start > 9:
                raise self.error("this version is too long")
        return self.text[start : self.index]

    def comment_and_break(self, behind: str) -> None:
        self.blanks()
        if self.at() == "#":
            self.rest_of_line()
        if self.at() not in _BREAKS and self.at() != _END:
            raise self.error(f"only a comment can stand behind {behind} on its line")
        self.line_break()

    def anchor(self, kind: str) -> None:
        start = self.index
        self.skip()
        if not self.word() or (self.at() not in _SPACES and self.at() not in "?:,]}%@`"):
            raise self.error(f"this is not the name of an {kind}")
        self.queue.append(Token(kind, "", start, self.index))

    def tag(self) -> None:
        start = self.index
        if self.at(1) == "<":
            self.skip(2)
            self.tag_uri(more=True)
            if self.at() != ">":
                raise self.error("a tag is not closed")
            self.skip()
        else:
            handle = self.tag_handle(directive=False)
            if len(handle) > 1 and handle.endswith("!"):
                self.tag_uri(more=False)
            else:
                self.tag_uri(more=False, head=handle)
        if not (self.in_flow and self.at() == ",") and self.at() not in _SPACES:
            raise self.error("a blank is missing behind a tag")
        self.queue.append(Token("tag", "", start, self.index))

    def tag_handle(self, *, directive: bool) -> str:
        start = self.index
        if self.at() != "!":
            raise self.error("a tag begins with an exclamation mark")
        self.skip()
        self.word()
        if self.at() == "!":
            self.skip()
        elif directive and self.index - start > 1:
            raise self.error("a tag's handle ends with an exclamation mark")
        return self.text[start : self.index]

    def tag_uri(self, *, more: bool, head: str | None = None) -> None:
        """Go over a tag's address; more of it may stand within brackets and in directives."""
        length = len(head or "")
        while self.at() in _URI or (more and self.at() in ",[]"):
            if self.at() == "%":
                self.uri_escapes()
            else:
                self.skip()
            length += 1
        if not length:
            raise self.error("a tag says nothing")

    def uri_escapes(self) -> None:
        """Go over the bytes of one character in hexadecimal."""
        width = 0
        while True:
            digits = self.text[self.index + 1 : self.index + 3]
            if self.at() != "%" or len(digits) < 2 or not _HEX.fullmatch(digits):
                raise self.error("this is no byte in hexadecimal")
            octet = int(digits, 16)
            if not width:
                width = next((n for n, (mask, bits) in _WIDTHS.items() if octet & mask == bits), 0)
                if not width:
                    raise self.error("no character begins with this byte")
            elif octet & 0xC0 != 0x80:
                raise self.error("no character continues with this byte")
            self.skip(3)
            width -= 1
            if not width:
                return

    # -- scalars -------------------------------------------------------------------------------

    def block_scalar(self, *, folded: bool) -> None:
        start = self.index
        self.skip()
        chomping, increment = "", 0
        for _ in range(2):
            if self.at() in "+-" and not chomping:
                chomping = self.at()
                self.skip()
            elif self.at() in "0123456789" and not increment:
                increment = int(self.at())
                if not increment:
                    raise self.error("an indentation of 0 cannot be asked for")
                self.skip()
        self.comment_and_break("the head of a block")
        end = self.index
        indent = max(self.indent, 0) + increment if increment else 0
        indent, trailing, end = self.block_breaks(indent, end)
        pieces: list[str] = []
        leading = ""
        was_blank = False
        while self.column == indent and self.at() != _END:
            is_blank = self.at() in _BLANKS
            if folded and leading.startswith("\n") and not was_blank and not is_blank:
                pieces.append(trailing or " ")
            else:
                pieces.append(leading + trailing)
            was_blank = is_blank
            pieces.append(self.rest_of_line())
            leading = self.line_break()
            end = self.index
            indent, trailing, end = self.block_breaks(indent, end)
        if chomping != "-":
            pieces.append(leading)
        if chomping == "+":
            pieces.append(trailing)
        self.queue.append(Token("scalar", "".join(pieces), start, end))

    def block_breaks(self, indent: int, end: int) -> tuple[int, str, int]:
        """Go over the blank lines in a block; the first line that is not blank tells the indentation."""
        breaks: list[str] = []
        deepest = 0
        while True:
            while self.at() == " " and (not indent or self.column < indent):
                self.skip()
            deepest = max(deepest, self.column)
            if self.at() == "\t" and (not indent or self.column < indent):
                raise self.error("a tab stands where a blank has to indent")
            if self.at() not in _BREAKS:
                break
            breaks.append(self.line_break())
            end = self.index
        return indent or max(deepest, self.indent + 1, 1), "".join(breaks), end

    def quoted(self, quote: str) -> None:
        start = self.index
        self.skip()
        pieces: list[str] = []
        while True:
            if self.document_mark():
                raise self.error("the document ends within quotes")
            if self.at() == _END:
                raise self.error("the quotes are not closed")
            escaped_break = self.quoted_words(quote, pieces)
            if self.at() == quote:
                break
            pieces.append(self.quoted_blanks(after_break=escaped_break))
        self.skip()
        self.queue.append(Token("scalar", "".join(pieces), start, self.index))

    def quoted_words(self, quote: str, pieces: list[str]) -> bool:
        """Read up to a blank or the end; True when a backslash hides the line break behind it."""
        while self.at() not in _SPACES:
            character = self.at()
            if character == quote == "'" and self.at(1) == "'":
                pieces.append("'")
                self.skip(2)
            elif character == quote:
                return False
            elif quote == '"' and character == "\\":
                if self.at(1) in _BREAKS:
                    self.skip()
                    self.line_break()
                    return True
                pieces.append(self.escape())
            else:
                pieces.append(character)
                self.skip()
        return False

    def escape(self) -> str:
        letter = self.at(1)
        if letter in _ESCAPES:
            self.skip(2)
            return _ESCAPES[letter]
        length = _CODES.get(letter)
        if length is None:
            raise self.error("this escape is unknown")
        self.skip(2)
        digits = self.text[self.index : self.index + length]
        if not _HEX.fullmatch(digits) or len(digits) < length:
            raise self.error("this escape wants hexadecimal digits")
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise self.error("this escape is no character")
        self.skip(length)
        return chr(code)

    def quoted_blanks(self, *, after_break: bool) -> str:
        """Go over blanks and line breaks within quotes and return what they stand for."""
        blanks, leading, trailing = "", "", ""
        broken = after_break
        while self.at() in _BLANKS or self.at() in _BREAKS:
            if self.at() in _BLANKS:
                if not broken:
                    blanks += self.at()
                self.skip()
            elif broken:
                trailing += self.line_break()
            else:
                leading, broken = self.line_break(), True
        if not broken:
            return blanks
        return (trailing or " ") if leading.startswith("\n") else leading + trailing

    def plain(self) -> None:
        start = end = self.index
        indent = self.indent + 1
        pieces: list[str] = []
        between = ""
        broken = False
        while not self.document_mark() and self.at() != "#":
            first = self.index
            while self.at() not in _SPACES:
                behind = self.at(1)
                if self.in_flow and self.at() == ":" and (behind in _FLOW or behind == "?"):
                    raise self.error("a colon cannot stand in front of this")
                if (self.at() == ":" and behind in _SPACES) or (self.in_flow and self.at() in _FLOW):
                    break
                self.skip()
            if self.index > first:
                pieces += (between, self.text[first : self.index])
                between, broken = "", False
                end = self.index
            if self.at() not in _BLANKS and self.at() not in _BREAKS:
                break
            blanks, leading, trailing = "", "", ""
            while self.at() in _BLANKS or self.at() in _BREAKS:
                if self.at() == "\t" and broken and self.column < indent:
                    raise self.error("a tab stands where a blank has to indent")
                if self.at() in _BLANKS:
                    blanks += self.at()
                    self.skip()
                elif broken:
                    trailing += self.line_break()
                else:
                    leading, broken = self.line_break(), True
            between = blanks
            if broken:
                between = (trailing or " ") if leading.startswith("\n") else leading + trailing
            if not self.in_flow and self.column < indent:
                break
        if broken:
            self.key_allowed = True
        self.queue.append(Token("scalar", "".join(pieces), start, end))


_WIDTHS = {1: (0x80, 0x00), 2: (0xE0, 0xC0), 3: (0xF0, 0xE0), 4: (0xF8, 0xF0)}
