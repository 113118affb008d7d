"""What every reader gives and every writer takes: directives in order, each knowing its place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CUT",
    "KEYWORD",
    "LARGEST_FILE",
    "CannotWriteError",
    "Directive",
    "Document",
    "Problem",
    "Profile",
    "Section",
    "Source",
    "Span",
    "Target",
    "cut",
    "merged",
]

KEYWORD = b"uwsgilint:"
"""What a comment that is meant for us begins with: a file without it has none."""

CUT = "\N{HORIZONTAL ELLIPSIS}"
"""What stands for the rest of a text that is not shown whole; what hides secrets goes by it."""

# One mebibyte: a configuration with every option of uWSGI in it has a tenth of that.
LARGEST_FILE = 2**20


def cut(text: str, most: int) -> str:
    """Return a text of so many characters at most; the last one of a longer text says that there is more."""
    return text if len(text) <= most else f"{text[: most - 1]}{CUT}"


class Source:
    """The bytes of one file, and the way from a byte offset to a line and a column.

    Attributes:
        name: the file as the user named it; what reports show.
        data: its whole content, untouched.
        hidden: byte ranges that no report shows, because they hold secrets; None until somebody looked.
    """

    __slots__ = ("_ascii", "_starts", "data", "hidden", "name")

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.hidden: list[tuple[int, int]] | None = None
        self._starts: list[int] | None = None
        self._ascii: bool | None = None

    @property
    def starts(self) -> list[int]:
        """Byte offsets at which the lines start."""
        if self._starts is None:
            starts = [0]
            found = self.data.find(b"\n")
            while found >= 0:
                starts.append(found + 1)
                found = self.data.find(b"\n", found + 1)
            self._starts = starts
        return self._starts

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column of a byte offset, both from 1; columns count characters."""
        line = bisect_right(self.starts, offset)
        start = self.starts[line - 1]
        if self._ascii is None:
            self._ascii = self.data.isascii()
        if self._ascii:  # nothing to count, for thousands of findings in one long line
            return line, min(max(offset - start, 0), len(self.data) - start) + 1
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def offset(self, line: int, column: int) -> int:
        """Return the byte offset of a line and a column, both from 1; columns count characters."""
        start = self.starts[min(line, len(self.starts)) - 1]
        text = self.data[start:].split(b"\n", 1)[0].decode("utf-8", "replace")
        return start + len(text[: column - 1].encode())

    def line(self, number: int) -> str:
        """Return the text of a line, from 1, without its end."""
        start = self.starts[number - 1]
        end = self.data.find(b"\n", start)
        return self.data[start : len(self.data) if end < 0 else end].decode("utf-8", "replace").rstrip("\r")

    def shown(self, number: int) -> str:
        """Return the text of a line as reports may show it: with asterisks for what is hidden."""
        text = self.line(number)
        first = self.starts[number - 1]
        hidden = self.hidden or []
        index = bisect_left(hidden, (first, first))
        if index and hidden[index - 1][1] > first:  # it begins on a line before
            index -= 1
        for start, end in hidden[index:]:
            if start > first + 4 * len(text):  # behind the line, however long its characters are
                break
            places = max(start, first), min(end, first + 4 * len(text))
            at, to = (min(len(self.data[first:place].decode("utf-8", "replace")), len(text)) for place in places)
            if at < len(text):
                text = text[:at] + "*" * (to - at) + text[to:]
        return text


class Span(NamedTuple):
    """A range of bytes in a source: from start up to, and without, end."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first byte, from 1."""
        return self.source.locate(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.locate(self.start)[1]


class Directive:
    """One option as written.

    Attributes:
        key: its name, as the server looks it up.
        value: its value as configuration text, in which `%%` is a percent sign and `%(x)`, `$(X)`,
            `@(file)` and `%d` stand for something else; None is an argument not given at all,
            which only command lines can say.
        source: where it stands.
        key_start, key_end, value_start, value_end: byte offsets there.
    """

    __slots__ = ("key", "key_end", "key_start", "source", "value", "value_end", "value_start")

    def __init__(
        self,
        key: str,
        value: str | None,
        source: Source,
        key_start: int = 0,
        key_end: int = 0,
        value_start: int = 0,
        value_end: int = 0,
    ) -> None:
        self.key = key
        self.value = value
        self.source = source
        self.key_start = key_start
        self.key_end = key_end
        self.value_start = value_start
        self.value_end = value_end

    def __repr__(self) -> str:
        return f"Directive({self.key!r}, {self.value!r})"

    @property
    def key_span(self) -> Span:
        """Where the name stands."""
        return Span(self.source, self.key_start, self.key_end)

    @property
    def value_span(self) -> Span:
        """Where the value stands; empty, behind the name, when there is none."""
        return Span(self.source, self.value_start, self.value_end)

    def inside(self, start: int, end: int) -> Span:
        """Return where characters of the value stand; all of it where the file writes them otherwise."""
        value = self.value or ""
        text = value.encode("utf-8", "surrogateescape")
        stands = self.source.data[self.value_start : self.value_end]
        first = self.value_start + stands.find(text)
        if len(stands) - len(text) not in {0, 2} or text not in stands:
            return self.value_span
        before, within = (len(value[:n].encode("utf-8", "surrogateescape")) for n in (start, end))
        return Span(self.source, first + before, first + within)

    @property
    def span(self) -> Span:
        """Where the name and the value stand."""
        return Span(self.source, min(self.key_start, self.value_start), max(self.key_end, self.value_end))


class Section(NamedTuple):
    """A named run of directives; a file may have several of one name."""

    name: str
    directives: list[Directive]
    header: Span


def merged(sections: Iterable[Section]) -> dict[str, Section]:
    """Return sections by name, those of one name as one, with its first header; in the order of the file."""
    found: dict[str, Section] = {}
    for section in sections:
        if section.name in found:
            found[section.name].directives.extend(section.directives)
        else:
            found[section.name] = section._replace(directives=list(section.directives))
    return found


class Problem(NamedTuple):
    """Something that a reader or a writer could not take as it stands.

    Attributes:
        rule: name of the rule that tells it.
        span: its place.
        values: what the rule's sentences are filled with.
        option: name of the option concerned, or None.
        related: other places that it speaks of, each with what is there.
    """

    rule: str
    span: Span
    values: dict[str, str]
    option: str | None = None
    related: tuple[tuple[Span, str], ...] = ()


class Target(NamedTuple):
    """What a configuration will run on; None where the file does not say."""

    release: str | None = None
    build: str | None = None
    release_span: Span | None = None
    build_span: Span | None = None


class Profile(NamedTuple):
    """An overlay that a file offers: what `build --profile` lays over its sections and its target."""

    sections: list[Section]
    target: Target


class Document:
    """One file as written.

    Attributes:
        source: its bytes.
        format: "ini", "toml", "yaml", "json", "xml", "args", "environment", or "python" for one made by a program.
        sections: its sections in order.
        problems: what its reader could not take as it stands.
        target: what the file says that it will run on.
        profiles: the overlays that the file offers, by name.
    """

    __slots__ = ("format", "problems", "profiles", "sections", "source", "target")

    def __init__(self, source: Source, syntax: str) -> None:
        self.source = source
        self.format = syntax
        self.sections: list[Section] = []
        self.problems: list[Problem] = []
        self.target = Target()
        self.profiles: dict[str, Profile] = {}

    def directives(self, section: str = "uwsgi") -> list[Directive]:
        """Return the directives of all sections of a name, in the order of the file."""
        return [d for s in self.sections if s.name == section for d in s.directives]

    def merged(self) -> dict[str, Section]:
        """Return the sections by name, those of one name as one, in order."""
        return merged(self.sections)

    def section_names(self) -> list[str]:
        """Return the names of the sections, each once, in order."""
        return list(dict.fromkeys(s.name for s in self.sections))


class CannotWriteError(Exception):
    """A document holds what a syntax cannot express.

    Attributes:
        problems: each thing that cannot be written, with its place.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} thing(s) cannot be written")
        self.problems = problems
