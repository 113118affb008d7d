"""INI, exactly as the server reads it (core/ini.c uwsgi_ini_config).

The server fills magic variables into the raw bytes first, comments and headers included, and
cuts lines afterwards. Hence `50%` at the end of a line glues the next line to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.document import CannotWriteError, Directive, Problem, Section, Span
from uwsgilint.formats.served import Served

if TYPE_CHECKING:
    from uwsgilint.document import Document, Source
    from uwsgilint.formats.notes import Notes

__all__ = ["read", "write"]

_BLANKS = b" \t\r"
_COMMENT = re.compile(rb"^[ \t\r]*[;#]")


def read(source: Source) -> Document:
    """Read an INI file into its sections, with a problem for whatever the server would lose.

    Magic variables that the server knows stay in keys and values as they are written; pairs of a
    percent sign and any other byte vanish, as they do in the server.
    """
    served = Served(source, "ini", _COMMENT)
    if served.starts_with_mark:
        served.document.problems.insert(0, Problem("byte-order-mark", Span(source, 0, 3), {}))
    reader = _Lines(served)
    reader.read(served.data)
    reader.judge_sections()
    return served.document


def _is_meant(name: str) -> bool:
    """Whether a section is `uwsgi` but for capitals or a slip; `uwsgi2` is a name that somebody chose."""
    if name.lower() == "uwsgi":
        return True
    from uwsgilint import catalog  # noqa: PLC0415  (next to no file comes here)

    return not name[-1:].isdigit() and bool(catalog.suggest(name, ["uwsgi"]))


class _Lines:
    """One pass over the text after magic substitution, with the way back to the file's own offsets."""

    def __init__(self, served: Served) -> None:
        self.document = served.document
        self.source = served.document.source
        self.origin = served.origin
        self.shifted = served.shifted

    def read(self, data: bytes) -> None:
        """Cut the text into lines and the lines into headers, comments and directives."""
        source, sections = self.source, self.document.sections
        directives: list[Directive] = []
        origin = self.origin if self.shifted else None
        outside = True
        offset = 0
        for whole in data.split(b"\n"):
            start = offset
            offset += len(whole) + 1
            line = whole
            if b"\0" in line:
                cut = line.index(b"\0")
                self.document.problems.append(
                    Problem("nul-byte", Span(source, self.origin(start + cut), self.origin(start + cut) + 1), {})
                )
                line = line[:cut]
            text = line.strip(_BLANKS)
            if not text:
                continue
            first = text[0]
            if first in b";#":
                continue
            start += line.index(text)
            if first == 0x5B:  # "["
                directives = self.section(text, start)
                outside = False
                continue
            if outside:
                outside = False
                sections.append(Section("", directives, Span(source, 0, 0)))
            key, equals, value = text.partition(b"=")
            name = key.rstrip(_BLANKS)
            content = value.lstrip(_BLANKS)
            end = start + len(text)
            value_start = end - len(content) if equals else start + len(name)
            value_end = end if equals else value_start
            if origin is None:
                places = (start, start + len(name), value_start, value_end)
            else:
                places = (origin(start), origin(start + len(name) - 1) + 1 if name else origin(start), 0, 0)
                places = (
                    (*places[:2], origin(value_start), origin(value_end - 1) + 1)
                    if value_end > value_start
                    else (*places[:2], places[1], places[1])
                )
            directives.append(
                Directive(
                    name.decode("utf-8", "surrogateescape"), content.decode("utf-8", "surrogateescape"), source, *places
                )
            )

    def section(self, text: bytes, start: int) -> list[Directive]:
        """Open the section that a header names: the text behind its bracket but for the last character."""
        name = text[1:-1].decode("utf-8", "surrogateescape")
        span = Span(self.source, self.origin(start), self.origin(start + len(text) - 1) + 1)
        if not text.endswith(b"]") or "]" in name:
            self.document.problems.append(Problem("malformed-header", span, {"name": name}))
        section = Section(name, [], span)
        self.document.sections.append(section)
        return section.directives

    def judge_sections(self) -> None:
        """Tell of directives in no section, and of a file that says nothing to a server started on it."""
        document = self.document
        if any(p.rule == "byte-order-mark" for p in document.problems):
            return  # that is why nothing is where it belongs, and it has been told
        if document.sections and document.sections[0].name == "" and document.sections[0].directives:
            lost = document.sections[0].directives
            span = Span(self.source, lost[0].key_start, lost[-1].span.end)
            document.problems.append(Problem("directive-outside-section", span, {"count": str(len(lost))}))
        if document.directives():
            return
        malformed = {p.span.start for p in document.problems if p.rule == "malformed-header"}
        if any(s.header.start in malformed for s in document.sections):
            return  # so has this
        others = [s for s in document.sections if s.directives and s.name]
        span = others[0].header if others else Span(self.source, 0, 0)
        near = next((s for s in others if _is_meant(s.name.strip())), None)
        if near is not None:
            document.problems.append(Problem("misspelt-section", near.header, {"name": near.name}))
        elif others:
            names = ", ".join(f"[{s.name}]" for s in others)
            document.problems.append(Problem("missing-section", span, {"found": names}))
        else:
            document.problems.append(Problem("empty-configuration", span, {}))


def write(document: Document, *, note: str | None = None, notes: Notes | None = None) -> bytes:
    """Write a document as INI: one line a directive, in order, nothing quoted.

    Args:
        document: what to write; its [uwsgi] section comes first, if it has one.
        note: a comment for the first line.
        notes: comments that go with the directives.

    Raises:
        CannotWriteError: a name or a value has no form in INI that the server reads as meant.
    """
    problems: list[Problem] = []
    lines: list[str] = []
    if note is not None:
        lines.append(_inert(f"# {note}"))
    for name, section in sorted(document.merged().items(), key=lambda item: item[0] != "uwsgi"):
        if lines:
            lines.append("")
        lines.append(f"[{name}]")
        for directive in section.directives:
            problems += _obstacles(directive)
            lines += map(_inert, notes.take(directive) if notes is not None else ())
            lines.append(
                f"{directive.key} = {directive.value or ''}".rstrip(" ")
                if directive.value is not None
                else directive.key
            )
    if problems:
        raise CannotWriteError(problems)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _inert(comment: str) -> str:
    """Double percent signs: magic variables are filled into comments, too, and one at the end eats the line break."""
    return comment.replace("%", "%%")


def _obstacles(directive: Directive) -> list[Problem]:
    """Return what keeps a directive from standing in an INI file."""
    key, value = directive.key, directive.value or ""
    found = []
    if not key or key != key.strip(" \t\r") or key[0] in "[;#" or any(character in key for character in "=\n\0"):
        found.append(Problem("unwritable-name", directive.key_span, {"name": key, "syntax": "INI"}, key))
    reason = None
    if "\n" in value:
        reason = "a line break"
    elif "\0" in value:
        reason = "a NUL byte"
    elif value != value.strip(" \t\r"):
        reason = "a blank at its start or end"
    elif (len(value) - len(value.rstrip("%"))) % 2:
        reason = "a percent sign at its end, which eats the line break; write %% for one"
    if reason is not None:
        found.append(Problem("unwritable-value", directive.value_span, {"reason": reason, "syntax": "INI"}, key))
    return found
