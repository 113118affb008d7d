"""Comments that ignore today's findings, written where they are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Document, Source
from uwsgilint.formats import read, syntax_of
from uwsgilint.lint import suppressions
from uwsgilint.lint.finding import Edit
from uwsgilint.lint.fixes import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from uwsgilint.lint.finding import Finding

__all__ = ["Ignored", "ignore"]


class Ignored(NamedTuple):
    """What became of a text.

    Attributes:
        data: the text.
        findings: what is still told.
        ignored: how many findings are not told any more.
    """

    data: bytes
    findings: list[Finding]
    ignored: int


def ignore(source: Source, findings: list[Finding], check: Callable[[Source], list[Finding]], reason: str) -> Ignored:
    """Put a comment above each directive with a finding; one for the whole file where no comment can stand there.

    Whatever would change what the file says is not written: the directives before and after are compared.
    """
    syntax = syntax_of(source.name, source.data) or "ini"
    own = [f for f in findings if f.span.source.name == source.name]
    if syntax == "json" or not own:
        return Ignored(source.data, findings, 0)
    document = read(source, syntax)
    by_line: dict[int, list[str]] = {}
    for finding in own:
        names = by_line.setdefault(_line_of(finding, document), [])
        if finding.name not in names:
            names.append(finding.name)
    data, after = source.data, findings
    # One at a time from the end, so that the lines in front of it stay where they are.
    for line, names in sorted(by_line.items(), reverse=True):
        for edit in _places(source, line, names, syntax, reason):
            changed = apply(data, [edit])
            if not _same(document, read(Source(source.name, changed), syntax)):
                continue
            told = check(Source(source.name, changed))
            if len(told) < len(after) and not _codes(told) - _codes(after):
                data, after = changed, told
                break
    return Ignored(data, after, len(findings) - len(after))


def _codes(findings: Iterable[Finding]) -> set[str]:
    return {f.code for f in findings}


def _line_of(finding: Finding, document: Document) -> int:
    """Return the line that a comment has to stand above: that where the directive begins."""
    for section in document.sections:
        for directive in section.directives:
            if directive.span.start <= finding.span.start < directive.span.end:
                return directive.span.line
    return finding.line


def _places(source: Source, line: int, names: list[str], syntax: str, reason: str) -> list[Edit]:
    """Return what may be written, the best first: above the line, or at the top for the whole file."""
    text = source.line(line)
    indent = text[: len(text) - len(text.lstrip())]
    data = source.data
    newline = "\r\n" if b"\r\n" in data else "\n"
    start = source.starts[line - 1]
    made = suppressions.comment(syntax, names, reason)
    whole = made.replace("ignore[", "ignore-file[", 1)
    top = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    if syntax == "xml" and (end := data.find(b"?>")) >= 0:
        top = end + 2
        return [Edit(start, start, f"{indent}{made}{newline}"), Edit(top, top, f"{newline}{whole}")]
    return [Edit(start, start, f"{indent}{made}{newline}"), Edit(top, top, f"{whole}{newline}")]


def _same(before: Document, after: Document) -> bool:
    """Whether two documents say the same."""
    pairs = [
        [(s.name, [(d.key, d.value) for d in s.directives]) for s in document.sections] for document in (before, after)
    ]
    return pairs[0] == pairs[1] and len(before.problems) == len(after.problems)
