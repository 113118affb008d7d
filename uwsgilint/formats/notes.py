"""Comments and blank lines of a file: what people wrote for each other, and where it belongs.

No reader keeps them, as no server sees them; whoever writes a file anew gives each comment the
directive that it stands above.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.formats.magic import drop_strays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Directive, Document, Source

__all__ = ["Notes", "of"]

# What no syntax with comments allows in them; a comment holds no escapes, so it is shown as one.
_UNPRINTABLE = re.compile("[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BLANKS = b" \t\r"


class Notes:
    """The comments of a document.

    Every list holds lines: a comment with its `#`, or "" for a blank line.

    Attributes:
        heads: what stands above the header of a section, by the section's name.
        tail: what stands behind the last directive.
    """

    def __init__(self) -> None:
        self.heads: dict[str, list[str]] = {}
        self.tail: list[str] = []
        self._above: dict[tuple[int, int, str], list[str]] = {}

    def take(self, directive: Directive) -> list[str]:
        """Return the lines above a directive, once."""
        return self._above.pop(_place(directive), [])

    def attach(self, directive: Directive, lines: list[str]) -> None:
        """Put lines above a directive, behind those that it has."""
        if lines:
            self._above.setdefault(_place(directive), []).extend(lines)

    def count(self) -> int:
        """Return the number of comment lines."""
        every = [self.tail, *self.heads.values(), *self._above.values()]
        return sum(1 for lines in every for line in lines if line)


def _place(directive: Directive) -> tuple[int, int, str]:
    # What a block of the authoring format opens and closes stands at one place.
    return directive.value_start, directive.key_start, directive.key


class _Event(NamedTuple):
    """A line of comment, or a blank one; it is behind something when that stands on its line."""

    start: int
    line: str
    behind: bool = False


def of(document: Document) -> Notes:
    """Return the comments of a document, each with what it stands above."""
    source = document.source
    reader = {"ini": _ini, "toml": _toml, "yaml": _yaml}.get(document.format)
    events = sorted(reader(source)) if reader is not None else []
    notes = Notes()
    sections = document.sections + [s for profile in document.profiles.values() for s in profile.sections]
    directives = sorted((d for s in sections for d in s.directives), key=_place)
    anchors: list[tuple[int, Directive | str]] = [(d.value_start, d) for d in directives]
    if document.format == "ini":
        anchors += [(s.header.start, s.name) for s in sections]
        anchors.sort(key=lambda anchor: anchor[0])
    waiting: list[str] = []
    number = 0
    last: Directive | None = None
    for position, anchor in anchors:
        while number < len(events) and events[number].start <= position:
            _take(events[number], waiting, last, notes)
            number += 1
        if not isinstance(anchor, str):
            notes.attach(anchor, waiting)
            waiting, last = [], anchor
        elif anchor not in notes.heads:
            notes.heads[anchor] = waiting
            waiting = []
    for event in events[number:]:
        _take(event, waiting, last, notes)
    while waiting and not waiting[-1]:
        waiting.pop()
    notes.tail = waiting
    return notes


def _take(event: _Event, waiting: list[str], last: Directive | None, notes: Notes) -> None:
    if event.behind and last is not None:
        notes.attach(last, [event.line])
    elif event.line or (waiting and waiting[-1]) or not waiting:
        waiting.append(event.line)


def _written(comment: bytes) -> str:
    """Write the text of a comment with its mark, so that any syntax takes it."""
    try:
        text = comment.decode()
    except UnicodeDecodeError:
        text = comment.decode("latin-1")
    return "#" + _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text.rstrip(" \t\r"))


def _ini(source: Source) -> Iterator[_Event]:
    """Find comments as the server does: in the text that is left once it has filled in magic variables."""
    data, origins, _ = drop_strays(source.data) if b"%" in source.data else (source.data, [], [])
    offset = shift = number = 0
    for line in data.split(b"\n"):
        start, offset = offset, offset + len(line) + 1
        text = line.strip(_BLANKS)
        while number < len(origins) and origins[number][0] <= start:
            shift = origins[number][1]
            number += 1
        begin = start + shift
        end = (
            begin + len(line) + sum(_dropped(origins, at) for at in range(number, _until(origins, number, offset - 1)))
        )
        if not text:
            yield _Event(begin, "")
        elif text[0] in b";#":
            raw = source.data[begin:end].lstrip(_BLANKS)
            # A percent sign that eats the line break makes the next line part of the comment.
            for count, part in enumerate(raw.split(b"\n")):
                yield _Event(begin, _written(part[1:] if count == 0 else b" " + part))


def _until(origins: list[tuple[int, int]], number: int, offset: int) -> int:
    while number < len(origins) and origins[number][0] <= offset:
        number += 1
    return number


def _dropped(origins: list[tuple[int, int]], number: int) -> int:
    return origins[number][1] - (origins[number - 1][1] if number else 0)


def _blank_lines(data: bytes) -> Iterator[_Event]:
    for found in re.finditer(rb"^[ \t\r]*$", data, re.MULTILINE):
        yield _Event(found.start(), "")


def _marked(source: Source, start: int, end: int) -> _Event:
    line_start = source.data.rfind(b"\n", 0, start) + 1
    behind = bool(source.data[line_start:start].strip(_BLANKS))
    return _Event(start, _written(source.data[start + 1 : end]), behind)


def _toml(source: Source) -> Iterator[_Event]:
    from uwsgilint.formats import toml  # noqa: PLC0415  (its parser is for files of its own)

    yield from _blank_lines(source.data)
    for start, end in toml.comments(source):
        yield _marked(source, start, end)


def _yaml(source: Source) -> Iterator[_Event]:
    from uwsgilint.formats import yaml  # noqa: PLC0415

    yield from _blank_lines(source.data)
    for start, end in yaml.comments(source):
        yield _marked(source, start, end)
