"""Comments that keep findings from being told: `# uwsgilint: ignore[cheaper-not-below-workers] reason`.

On a line of its own such a comment is about the next directive, behind one it is about that line. `ignore-file` is
about the whole file, `ignore-start` about everything up to `ignore-end`. In an INI file nothing stands behind a
value: there the comment would become a part of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import KEYWORD, Source, Span
from uwsgilint.lint import registry
from uwsgilint.lint.finding import Edit, Finding, Fix, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.document import Document
    from uwsgilint.lint.selection import Selection

__all__ = ["ALWAYS", "Suppression", "apply", "comment", "left", "read"]

_MARKS = {"ini": ";#", "toml": "#", "yaml": "#", "args": "#"}
_COMMENT = re.compile(r"(#|;|<!--)[ \t]*uwsgilint:[ \t]*(.*?)[ \t]*(-->)?[ \t]*$")
_BODY = re.compile(
    r"(?P<kind>ignore(?:-file|-start)?)[ \t]*\[(?P<rules>[^\]]*)\](?:[ \t]+until=(?P<until>\d{4}-\d\d-\d\d)(?!\S))?"
    r"(?:[ \t]+(?P<reason>\S.*))?"
)
_END = "ignore-end"
# Told by `uwsgilint.lint.fleet` of several files together: a file alone cannot tell that nothing is left to ignore.
_BETWEEN_FILES = frozenset(
    {
        "daemonizing-vassal",
        "shared-address-in-fleet",
        "shared-file-in-fleet",
        "shared-socket-path-in-fleet",
        "stale-generated-file",
    }
)
# What is wrong with these comments cannot be ignored by one of them; neither can what kept a file from being read.
ALWAYS = frozenset({"internal-error", "unreadable-file", "malformed-file", "oversized-file"})


class Suppression(NamedTuple):
    """A comment that ignores findings.

    Attributes:
        kind: "ignore", "ignore-file" or "ignore-start".
        rules: codes and names, each with its place.
        until: the last day that it holds, as in 2027-01-31; "" for ever.
        reason: what stands behind that.
        span: the comment.
        first, last: the lines that it is about, from 1.
    """

    kind: str
    rules: tuple[tuple[str, Span], ...]
    until: str
    reason: str
    span: Span
    first: int
    last: int


def comment(syntax: str, rules: Iterable[str], reason: str = "") -> str:
    """Write the comment that ignores some rules, for a line of its own."""
    text = f"uwsgilint: ignore[{', '.join(rules)}]{f' {reason}' if reason else ''}"
    return f"<!-- {text} -->" if syntax == "xml" else f"{_MARKS[syntax][0]} {text}"


def read(document: Document) -> tuple[list[Suppression], list[Finding]]:
    """Find the comments of a file, and what is wrong with them."""
    source, syntax = document.source, document.format
    found: list[Suppression] = []
    faults: list[Finding] = []
    if syntax == "json" or KEYWORD not in source.data:
        return found, faults
    ends = _directives(document)
    open_block: Suppression | None = None
    for number in range(1, len(source.starts) + 1):
        text = source.line(number)
        match = _COMMENT.search(text) if "uwsgilint:" in text else None
        if match is None or not _is_comment(match, text, source, number, syntax, document):
            continue
        start = source.starts[number - 1]
        at = [start + len(text[:n].encode("utf-8", "surrogateescape")) for n in (match.start(1), match.end())]
        span = Span(source, *at)
        if match[2] == _END:
            if open_block is None:
                faults.append(make("malformed-suppression", span, {"reason": "it closes nothing"}))
            else:
                found.append(open_block._replace(last=number))
                open_block = None
            continue
        body = _BODY.fullmatch(match[2])
        if body is None:
            reason = "it is none of `ignore[...]`, `ignore-file[...]`, `ignore-start[...]` and `ignore-end`"
            faults.append(make("malformed-suppression", span, {"reason": reason}))
            continue
        first, last = _lines(body["kind"], number, text[: match.start()].strip() != "", source, ends)
        offset = at[0] + len(text[match.start(1) : match.start(2)].encode()) + body.start("rules")
        rules = tuple(_names(body["rules"], offset, source))
        made = Suppression(body["kind"], rules, body["until"] or "", body["reason"] or "", span, first, last)
        if not rules:
            faults.append(make("malformed-suppression", span, {"reason": "it names no rule"}))
        elif made.kind != "ignore-start":
            found.append(made)
        else:
            if open_block is not None:
                found.append(open_block._replace(last=number))
            open_block = made
    if open_block is not None:
        faults.append(make("malformed-suppression", open_block.span, {"reason": "no `ignore-end` follows"}))
    return found, faults


def apply(findings: list[Finding], document: Document, selection: Selection) -> list[Finding]:
    """Leave out what comments ignore, and tell which of those comments are of no use."""
    source = document.source
    suppressions, told = read(document)
    known = {word for rule in _rules(selection) for word in (rule.code, rule.name)}
    active = [s for s in suppressions if not _has_expired(s, selection)]
    used: set[tuple[int, str]] = set()
    kept = []
    for finding in findings:
        covering = [
            (s.span.start, name)
            for s in active
            if finding.span.source is source and s.first <= finding.line <= s.last
            for name, _ in s.rules
            if name in (finding.code, finding.name) and finding.name not in ALWAYS
        ]
        used.update(covering)
        if not covering:
            kept.append(finding)
    for suppression in suppressions:
        told += _judge(suppression, used, known, selection, expired=suppression not in active)
    return kept + told


def left(findings: list[Finding], document: Document, selection: Selection) -> list[Finding]:
    """Return the findings that no comment ignores, saying nothing of the comments."""
    active = [s for s in read(document)[0] if not _has_expired(s, selection)]
    return [
        finding
        for finding in findings
        if not any(
            s.first <= finding.line <= s.last and name in (finding.code, finding.name)
            for s in active
            for name, _ in s.rules
        )
    ]


def _judge(
    suppression: Suppression, used: set[tuple[int, str]], known: set[str], selection: Selection, *, expired: bool
) -> Iterator[Finding]:
    misspelt = [(name, span) for name, span in suppression.rules if name not in known]
    for name, span in misspelt:
        from uwsgilint import catalog  # noqa: PLC0415  (only mistakes need it)

        near = catalog.suggest(name, sorted(known))
        fix = Fix((Edit(span.start, span.end, near[0]),), safe=True) if near else None
        yield make("unknown-suppression", span, {"name": name, "near": near[0] if near else ""}, fix=fix)
    if expired:
        fix = Fix((_without(suppression, suppression.rules),), safe=True)
        yield make("expired-suppression", suppression.span, {"until": suppression.until}, fix=fix)
        return
    if not suppression.reason:
        yield make("unexplained-suppression", suppression.span, {})
    idle = [
        (name, span)
        for name, span in suppression.rules
        if name in known and (suppression.span.start, name) not in used and _runs(name, selection)
    ]
    for name, span in idle:
        fix = Fix((_without(suppression, [pair for pair in suppression.rules if pair in idle]),), safe=True)
        yield make("unused-suppression", span, {"name": name}, fix=fix)


def _rules(selection: Selection) -> Iterator[registry.Rule]:
    yield from registry.rules()
    if selection.own is not None:
        yield from selection.own.rules.values()


def _runs(name: str, selection: Selection) -> bool:
    rule = next((r for r in _rules(selection) if name in (r.code, r.name)), None)
    return rule is not None and rule.name not in _BETWEEN_FILES and selection.takes(rule)


def _has_expired(suppression: Suppression, selection: Selection) -> bool:
    if not suppression.until:
        return False
    today = selection.today
    if not today:
        from datetime import date  # noqa: PLC0415  (few say until when)

        today = date.today().isoformat()  # noqa: DTZ011  (the day where the user is)
    return suppression.until < today


def _without(suppression: Suppression, rules: Iterable[tuple[str, Span]]) -> Edit:
    """Take some rules out of a comment, and all of it with its line when none is left."""
    left = [name for name, _ in suppression.rules if name not in {name for name, _ in rules}]
    source, span = suppression.span.source, suppression.span
    if left:
        first, last = suppression.rules[0][1], suppression.rules[-1][1]
        return Edit(first.start, last.end, ", ".join(left))
    start = source.starts[span.line - 1]
    end = source.data.find(b"\n", span.end)
    if source.data[start : span.start].strip():
        start += len(source.data[start : span.start].rstrip())
        return Edit(start, span.end, "")
    return Edit(start, len(source.data) if end < 0 else end + 1, "")


def _names(text: str, offset: int, source: Source) -> Iterator[tuple[str, Span]]:
    for word in re.finditer(r"[^,\s]+", text):
        yield word[0], Span(source, offset + word.start(), offset + word.end())


def _directives(document: Document) -> dict[int, int]:
    """Return for each line on which directives begin the last line that they reach."""
    found: dict[int, int] = {}
    for section in document.sections:
        for directive in section.directives:
            if directive.source is document.source:
                span = directive.span
                line = span.line
                found[line] = max(found.get(line, line), document.source.locate(max(span.start, span.end - 1))[0])
    return found


def _lines(kind: str, number: int, trails: bool, source: Source, ends: dict[int, int]) -> tuple[int, int]:
    """Return the first and the last line that a comment is about."""
    if kind == "ignore-file":
        return 1, len(source.starts)
    if kind == "ignore-start":
        return number, len(source.starts)
    if trails:
        return number, number
    line = number + 1
    while line <= len(source.starts) and (not (text := source.line(line).strip()) or text[0] in "#;" or "<!--" in text):
        line += 1
    return line, ends.get(line, line)


def _is_comment(match: re.Match[str], text: str, source: Source, number: int, syntax: str, document: Document) -> bool:
    """Whether what looks like a comment is one in this syntax, and not a part of a value."""
    before = text[: match.start()].strip()
    if match[1] == "<!--":
        return syntax == "xml"
    if match[1] not in _MARKS.get(syntax, ""):
        return False
    if syntax in {"ini", "args"}:
        return not before
    place = source.starts[number - 1] + len(text[: match.start(1)].encode("utf-8", "surrogateescape"))
    return not any(
        directive.value_start <= place < directive.value_end
        for section in document.sections
        for directive in section.directives
        if directive.source is source
    )
