"""Comments that ignore today's findings, written where they are due."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Document, Source, Span
from uwsgilint.formats import read
from uwsgilint.lint import suppressions
from uwsgilint.lint.finding import Edit
from uwsgilint.lint.fixing import rereading
from uwsgilint.lint.fixing.rereading import apply
from uwsgilint.lint.selection import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from uwsgilint.lint.finding import Finding

__all__ = ["Ignored", "ignore", "ignore_included"]

_UNEXPLAINED = "unexplained-suppression"
_JSON = "JSON has no comments; name the file below `per-file` in the settings, and the rules to `ignore`"
# What is wrong with comments that ignore: none of them can ignore that.
_ABOUT_COMMENTS = frozenset(
    {
        "expired-suppression",
        "malformed-suppression",
        "unexplained-suppression",
        "unknown-suppression",
        "unused-suppression",
    }
)
_NOWHERE = "no comment has a place there"
# What is checked as commands has comments of its own: a shell's, a unit's, those of a Dockerfile.
_COMMANDS = "args"
# The first line of a script names its program, and those of a Dockerfile say how it is read.
_FIRST = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:#![^\n]*\n|(?:#[ \t]*(?:syntax|escape|check)[ \t]*=[^\n]*\n)+)?", re.IGNORECASE
)


class Ignored(NamedTuple):
    """What became of a text.

    Attributes:
        data: the text.
        findings: what is still told.
        ignored: how many findings are not told any more.
        because: why some of its own are still told; "" where none is.
    """

    data: bytes
    findings: list[Finding]
    ignored: int
    because: str = ""


def ignore(
    source: Source,
    findings: list[Finding],
    check: Callable[[Source], list[Finding]],
    reason: str,
    *,
    told: Callable[[list[Finding]], list[Finding]] = list,
) -> Ignored:
    """Put a comment above each directive with a finding; one for the whole file where no comment can stand there.

    Whatever would change what the file says is not written: the directives before and after are compared.

    Args:
        source: the text.
        findings: what was found in it.
        check: what finds fault with a text.
        reason: what the comments say.
        told: which of the findings are told: no others get comments.
    """
    syntax = rereading.checked_as(source)
    own = [f for f in told(findings) if f.span.source.name == source.name]
    if syntax == "json" or not own:
        return Ignored(source.data, findings, 0, _JSON if own else "")
    by_line: dict[int, list[str]] = {}
    documents = rereading.documents(source, syntax)
    for finding in own:
        if finding.name in suppressions.ALWAYS or finding.span.source.data != source.data:
            continue
        line = _line_of(finding, documents)
        names = by_line.setdefault(_command_line(source, line) if syntax == _COMMANDS else line, [])
        if finding.name not in names:
            names.append(finding.name)
    data, after = source.data, check(source)
    # What is wrong between files is not found in one alone: a comment for nothing else takes nothing away from that.
    between = [finding for finding in findings if finding not in after]
    lines = {_line_of(finding, documents) for finding in after if finding.span.source.name == source.name}
    lines |= {_command_line(source, line) for line in lines} if syntax == _COMMANDS else set()
    unexplained = False
    # One at a time from the end, so that the lines in front of it stay where they are.
    for line, names in sorted(by_line.items(), reverse=True):
        for edit in _places(source, line, names, syntax, reason):
            changed = Source(source.name, apply(data, [edit]))
            if rereading.checked_as(changed) != syntax or not _same(source, changed, syntax):
                continue
            found = check(changed)
            unexplained = unexplained or any(finding.name == _UNEXPLAINED for finding in found)
            fewer = len(found) < len(after) or (line not in lines and len(found) == len(after))
            if fewer and not _codes(found) - _codes(after):
                data, after = changed.data, found
                between = [each for each in between if _line_of(each, documents) != line]
                break
    after = [*after, *between]
    because = _because(source, told(after), unexplained=unexplained and not reason)
    return Ignored(data, after, len(findings) - len(after), because)


def ignore_included(source: Source, findings: list[Finding], reason: str) -> Ignored:
    """Put comments into a file for what is found in it where another one includes it.

    No check of the file alone finds any of that, so it is asked which findings its comments are about.

    Args:
        source: the text.
        findings: what was found in it.
        reason: what the comments say.
    """
    syntax = rereading.checked_as(source)
    if syntax in {"json", _COMMANDS}:
        return Ignored(source.data, findings, 0, _JSON if syntax == "json" else _NOWHERE)
    documents = rereading.documents(source, syntax)
    by_line: dict[int, list[Finding]] = {}
    for finding in findings:
        by_line.setdefault(_line_of(finding, documents), []).append(finding)
    data, left, on_top = source.data, [], 0
    for line, here in sorted(by_line.items(), reverse=True):
        names = list(dict.fromkeys(finding.name for finding in here))
        now = Source(source.name, data)
        for edit in _places(now, line + now.data[:on_top].count(b"\n"), names, syntax, reason):
            changed = Source(source.name, apply(data, [edit]))
            if rereading.checked_as(changed) != syntax or not _same(source, changed, syntax):
                continue
            size = len(changed.data) - len(data)
            by = on_top + size
            moved = [f._replace(span=Span(changed, f.span.start + by, f.span.end + by)) for f in here]
            if not suppressions.left(moved, read(changed, syntax), DEFAULT):
                data = changed.data
                on_top += size if "ignore-file[" in edit.text else 0
                break
        else:
            left += here
    return Ignored(data, left, len(findings) - len(left), _because(source, left, unexplained=False))


def _because(source: Source, told: Iterable[Finding], *, unexplained: bool) -> str:
    """Say why findings of a file cannot be ignored by a comment in it."""
    left = [finding for finding in told if finding.span.source.name == source.name]
    if not left:
        return ""
    always = next((finding for finding in left if finding.name in suppressions.ALWAYS), None)
    if always is not None:
        return f"{always.message}; no comment can ignore that"
    if all(finding.name in _ABOUT_COMMENTS for finding in left):
        by = "; --fix does it" if left[0].fix is not None and left[0].fix.safe else ""
        return f"{left[0].message}; that is mended in the comment itself{by}"
    return "the settings require a reason: --add-ignore=REASON" if unexplained else _NOWHERE


def _codes(findings: Iterable[Finding]) -> set[str]:
    return {f.code for f in findings}


def _line_of(finding: Finding, documents: Iterable[Document]) -> int:
    """Return the line that a comment has to stand above: that where the directive begins."""
    for document in documents:
        for section in document.sections:
            for directive in section.directives:
                if directive.span.start <= finding.span.start < directive.span.end:
                    return directive.span.line
    return finding.line


def _command_line(source: Source, line: int) -> int:
    """Return the line that a command begins on, one of whose lines is given."""
    while line > 1:
        above = line - 1
        while above > 1 and source.line(above).lstrip().startswith("#"):
            above -= 1
        if not source.line(above).rstrip().endswith("\\"):
            break
        line = above
    return line


def _places(source: Source, line: int, names: list[str], syntax: str, reason: str) -> Iterator[Edit]:
    """Yield what may be written, the best first: above the line, or at the top for the whole file."""
    text = source.line(line)
    indent = text[: len(text) - len(text.lstrip())]
    data = source.data
    newline = "\r\n" if b"\r\n" in data else "\n"
    start = source.starts[line - 1]
    made = suppressions.comment(syntax, names, reason)
    whole = made.replace("ignore[", "ignore-file[", 1)
    yield Edit(start, start, f"{indent}{made}{newline}")
    if syntax == "xml" and (end := data.find(b"?>")) >= 0:
        yield Edit(end + 2, end + 2, f"{newline}{whole}")
        return
    first = _FIRST.match(data) if syntax == _COMMANDS else None
    top = first.end() if first is not None else 3 if data.startswith(b"\xef\xbb\xbf") else 0
    yield Edit(top, top, f"{whole}{newline}")


def _same(before: Source, after: Source, syntax: str) -> bool:
    """Whether two texts say the same."""
    (first, faults), (second, left) = (rereading.said(source, syntax) for source in (before, after))
    return faults == left and [each[:3] for each in first] == [each[:3] for each in second]
