"""What the server's own parsers get of a file, and the way back to the bytes of the file.

The server fills magic variables into the raw text before any parser sees it. The known ones stay
as they are written; pairs of a percent sign and another byte vanish, as they do in the server.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from uwsgilint.document import Directive, Document, Problem, Section, Source, Span
from uwsgilint.formats.magic import drop_strays

__all__ = ["YAML_COMMENT", "Served"]

YAML_COMMENT = re.compile(rb"(?:^| )#")
"""Where in a line of YAML a comment begins."""

_BOM = b"\xef\xbb\xbf"


class Served:
    """A file on its way through one of the server's parsers.

    Attributes:
        document: what has been read of it.
        data: its bytes after magic substitution; offsets in here are what the methods take.
        directives: those of the section that the server was asked for.
    """

    def __init__(
        self,
        source: Source,
        syntax: str,
        comment: re.Pattern[bytes] | None = None,
        enclosed: re.Pattern[bytes] | None = None,
    ) -> None:
        """Prepare a file, telling of the percent signs that take a neighbour with them.

        Args:
            source: the file.
            syntax: its syntax.
            comment: finds where in a line a comment begins that ends with it, if the syntax has such.
            enclosed: finds comments of any length, their text as its group 1, if the syntax has such.
        """
        self.document = Document(source, syntax)
        self.directives: list[Directive] = []
        self.data, origins, strays = drop_strays(source.data)
        self._positions = [position for position, _ in origins]
        self._shifts = [0, *(dropped for _, dropped in origins)]
        self._line_end = -1
        self._text_start = self._comment_start = 0
        if strays and enclosed is not None:
            texts = [found.span(1) for found in enclosed.finditer(source.data) if found[1] is not None]
            starts = [start for start, _ in texts]
            # Where the sign takes something of what closes the comment, the comment goes on.
            strays = [
                offset for offset in strays if not (at := bisect_right(starts, offset)) or offset + 2 > texts[at - 1][1]
            ]
        for offset in strays:
            self._tell_stray(offset, comment)

    @property
    def starts_with_mark(self) -> bool:
        """Whether the file begins with a byte order mark."""
        return self.document.source.data.startswith(_BOM)

    @property
    def shifted(self) -> bool:
        """Whether anything vanished, so that offsets in the data are others in the file."""
        return bool(self._positions)

    def origin(self, offset: int) -> int:
        """Return the offset in the file of an offset in the data."""
        return offset + self._shifts[bisect_right(self._positions, offset)]

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of a range of the data."""
        first = self.origin(start)
        return Span(self.document.source, first, self.origin(end - 1) + 1 if end > start else first)

    def problem(self, rule: str, start: int, end: int, about: str | None = None, /, **values: str) -> None:
        """Take down something that the server loses, changes or refuses, and the option that it is about."""
        self.document.problems.append(Problem(rule, self.span(start, end), values, about))

    def beside(self, start: int, end: int, label: str) -> None:
        """Say of the last problem what stands at another place that it speaks of."""
        problems = self.document.problems
        problems[-1] = problems[-1]._replace(related=((self.span(start, end), label),))

    def directive(self, key: str, value: str, name: tuple[int, int], stands: tuple[int, int]) -> Directive:
        """Take down a directive whose name and value stand at two ranges of the data."""
        name_span, value_span = self.span(*name), self.span(*stands)
        made = Directive(key, value, self.document.source, *name_span[1:], *value_span[1:])
        self.directives.append(made)
        return made

    def finish(self, section: str, header: tuple[int, int]) -> Document:
        """Close the section that the server was asked for and return the document."""
        self.document.sections.append(Section(section, self.directives, self.span(*header)))
        return self.document

    def malformed(self, syntax: str, reason: str, start: int) -> Document:
        """Return the document of a file that ends the server: nothing of it takes effect."""
        start = min(start, len(self.data))
        self.document.sections.clear()
        self.problem("malformed-file", start, min(start + 1, len(self.data)), syntax=syntax, reason=reason)
        return self.document

    def _tell_stray(self, offset: int, comment: re.Pattern[bytes] | None) -> None:
        """Tell of a percent sign and what it takes along, unless both stand in a comment or a template's mark."""
        data = self.document.source.data
        taken = data[offset + 1 : offset + 2]
        if offset > self._line_end:
            self._enter_line(data, offset, comment)
        if taken != b"\n" and offset > self._comment_start:
            return
        # {% if %} and <% if %> and a line of Mako: what counts is what the template renders to.
        first = offset == self._text_start
        if data[offset - 1 : offset] in (b"{", b"<") or taken in (b"}", b">") or (first and taken == b" "):
            return
        if taken == b"\n":
            end = data.find(b"\n", offset + 2)
            following = data[offset + 2 : end if end >= 0 else len(data)].decode("utf-8", "replace").strip()
            result = f"the next line, {following!r}, is glued on"
            values = {"text": "%", "what": "the line break behind it", "result": result}
        elif not taken:
            values = {"text": "%", "what": "the end of the file", "result": "what follows is undefined"}
        else:
            shown = taken.decode("latin-1")
            values = {"text": f"%{shown}", "what": repr(shown), "result": "both vanish"}
        end = offset + 1 + (taken not in (b"", b"\n"))
        self.document.problems.append(Problem("stray-percent", Span(self.document.source, offset, end), values))

    def _enter_line(self, data: bytes, offset: int, comment: re.Pattern[bytes] | None) -> None:
        """Find where the line of an offset ends, and where its text and its comment start."""
        start = data.rfind(b"\n", 0, offset) + 1
        end = data.find(b"\n", offset)
        self._line_end = len(data) if end < 0 else end
        line = data[start : self._line_end]
        text = line.lstrip(b" \t\r")
        self._text_start = start + len(line) - len(text)
        self._comment_start = self._line_end
        if comment is not None and (found := comment.search(line)) is not None:
            self._comment_start = start + found.end() - 1
