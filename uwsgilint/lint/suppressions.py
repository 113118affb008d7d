"""Comments that keep findings from being told: `# uwsgilint: ignore[cheaper-not-below-workers] reason`.

On a line of its own such a comment is about the next directive, behind one it is about that line. `ignore-file` is
about the whole file, `ignore-start` about everything up to `ignore-end`. In an INI file nothing stands behind a
value: there the comment would become a part of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import KEYWORD, Source, Span
from uwsgilint.formats import notes
from uwsgilint.lint import registry
from uwsgilint.lint.finding import Edit, Finding, Fix, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.document import Document
    from uwsgilint.lint.selection import Selection

__all__ = ["ALWAYS", "Suppression", "apply", "comment", "left", "read", "unfit", "word_of"]

# Files with commands are those of several programs: supervisor and systemd know semicolons as well.
_MARKS = {"ini": ";#", "toml": "#", "yaml": "#", "args": "#;"}
_COMMENT = re.compile(r"(#|;)[ \t]*uwsgilint:[ \t]*(.*?)[ \t]*$")
_XML_COMMENT = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--(?P<text>.*?)-->", re.DOTALL)
_XML_BODY = re.compile(r"\s*uwsgilint:\s*(.*?)\s*", re.DOTALL)
_BODY = re.compile(
    r"(?P<kind>ignore(?:-file|-start)?)\s*\[(?P<rules>[^\]]*)\](?:\s+(?P<until>until\s*=\s*\S*))?(?:\s+(?P<reason>\S.*))?",
    re.DOTALL,
)
_END = re.compile(r"ignore-end(?:\s*\[[^\]]*\])?(?:\s.*)?", re.DOTALL)
_VERB = re.compile(r"ignore(?:-file|-start)?(?![\w-])")
_NAME = re.compile(r"[^,;\s]+")
_DAY = re.compile(r"until=(\d{4}-\d\d-\d\d)")
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
ALWAYS = registry.UNCHECKED | {"malformed-file"}


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


class _Written(NamedTuple):
    """A comment that begins with the keyword.

    Attributes:
        span: all of it.
        text: what stands behind the keyword.
        offset: the byte that this begins at.
        behind: the line that it ends, behind something else; 0 for none.
        following: the first line that a comment on lines of its own may be about.
    """

    span: Span
    text: str
    offset: int
    behind: int
    following: int


def comment(syntax: str, rules: Iterable[str], reason: str = "") -> str:
    """Write the comment that ignores some rules, for a line of its own; the reason is one line of text."""
    if syntax == "xml":
        reason = re.sub("-(?=-)", "- ", reason)  # two of them would end the comment, or break the file
    text = f"uwsgilint: ignore[{', '.join(rules)}]{f' {reason}' if reason else ''}"
    return f"<!-- {text} -->" if syntax == "xml" else f"{_MARKS[syntax][0]} {text}"


def unfit(reason: str) -> str:
    """Say why a text cannot be the reason of a comment; "" when it can, with a day before it or without."""
    if not reason.isprintable():
        return "a reason is one line of text"
    if not reason.startswith("until="):
        return ""
    day = _day(reason.split(maxsplit=1)[0])
    if day is None:
        return f"`{reason.split(maxsplit=1)[0]}` is no day such as `until=2027-01-31`"
    return f"{day} has passed" if day < _today() else ""


def read(document: Document) -> tuple[list[Suppression], list[Finding]]:
    """Find the comments of a file, and what is wrong with them."""
    source, syntax = document.source, document.format
    found: list[Suppression] = []
    faults: list[Finding] = []
    if syntax == "json" or KEYWORD not in source.data:
        return found, faults
    ends = _directives(document)
    open_blocks: list[Suppression] = []
    for written in _xml_comments(source) if syntax == "xml" else _line_comments(source, syntax, document):
        span = written.span
        if _END.fullmatch(written.text):
            if open_blocks:
                found.append(open_blocks.pop()._replace(last=source.locate(span.end)[0]))
            else:
                faults.append(make("malformed-suppression", span, {"reason": "it closes nothing"}))
            continue
        body = _BODY.fullmatch(written.text)
        day = "" if body is None or not body["until"] else _day(body["until"])
        rules = () if body is None else tuple(_names(body, written, source))
        if body is None or day is None or not rules:
            faults.append(make("malformed-suppression", span, {"reason": _reason(written.text, body, day)}))
            continue
        first, last = _lines(body["kind"], written, source, ends, syntax)
        made = Suppression(body["kind"], rules, day, body["reason"] or "", span, first, last)
        if made.kind == "ignore-start":
            open_blocks.append(made)
        else:
            found.append(made)
    faults += [make("malformed-suppression", each.span, {"reason": "no `ignore-end` follows"}) for each in open_blocks]
    return found, faults


def _day(text: str) -> str | None:
    """Return the day that a comment ends on; None when there is no such day."""
    from datetime import date  # noqa: PLC0415  (few say until when)

    day = _DAY.fullmatch(text)
    try:
        return None if day is None else date.fromisoformat(day[1]).isoformat()
    except ValueError:
        return None


def _reason(text: str, body: re.Match[str] | None, day: str | None) -> str:
    """Say why a comment ignores nothing."""
    if body is not None:
        return "it names no rule" if day is not None else f"`{body['until']}` is no day such as `until=2027-01-31`"
    if not _VERB.match(text):
        return "`ignore`, `ignore-file`, `ignore-start` or `ignore-end` has to follow"
    if "[" not in text:
        return "it names no rule in brackets"
    if "]" not in text:
        return "its bracket is not closed"
    return "its rules stand in one pair of brackets, and a reason behind a blank"


def _line_comments(source: Source, syntax: str, document: Document) -> Iterator[_Written]:
    """Yield the comments that end with their line."""
    for number in range(1, len(source.starts) + 1):
        text = _line(source, number)
        match = _COMMENT.search(text) if "uwsgilint:" in text else None
        if match is None or not _is_comment(match, text, source, number, syntax, document):
            continue
        start = source.starts[number - 1]
        first, offset, last = (start + _size(text[:n]) for n in (match.start(1), match.start(2), match.end()))
        behind = number if text[: match.start()].strip() else 0
        yield _Written(Span(source, first, last), match[2], offset, behind, number + 1)


def _xml_comments(source: Source) -> Iterator[_Written]:
    """Yield the comments of a file of XML, which may take several lines, or share one with elements."""
    data = source.data
    comments = [match for match in _XML_COMMENT.finditer(data) if match["text"] is not None]
    bare = bytearray(data)
    for match in comments:
        bare[match.start() : match.end()] = b" " * (match.end() - match.start())
    for match in comments:
        text = match["text"].decode("utf-8", "surrogateescape")
        body = _XML_BODY.fullmatch(text)
        if body is None:
            continue
        span = Span(source, match.start(), match.end())
        first, last = span.line, source.locate(match.end())[0]
        end = data.find(b"\n", match.end())
        behind = bytes(bare[source.starts[first - 1] : match.start()]).strip() != b""
        before = bytes(bare[match.end() : len(data) if end < 0 else end]).strip() != b""
        following = last if before else last + 1
        # Lines that hold nothing but comments are passed over.
        while (
            following < len(source.starts)
            and not bytes(bare[source.starts[following - 1] : source.starts[following]]).strip()
        ):
            following += 1
        offset = match.start("text") + _size(text[: body.start(1)])
        yield _Written(span, body[1], offset, first if behind else 0, following)


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
    if notes.is_generated(source):
        return kept  # its comments are those of another file, where they are judged
    for suppression in suppressions:
        told += _judge(suppression, used, known, selection, expired=suppression not in active)
    return kept + told


def left(
    findings: list[Finding], document: Document, selection: Selection, used: set[tuple[str, str]] | None = None
) -> list[Finding]:
    """Return the findings that no comment ignores, saying nothing of the comments.

    Args:
        findings: those that stand in the document.
        document: what has the comments.
        selection: the day for comments that end on one.
        used: takes the words that ignore something, each with its line; see `word_of`.
    """
    active = [s for s in read(document)[0] if not _has_expired(s, selection)]
    kept = []
    for finding in findings:
        covering = [
            word_of(span)
            for s in active
            if s.first <= finding.line <= s.last and finding.name not in ALWAYS
            for name, span in s.rules
            if name in (finding.code, finding.name)
        ]
        if used is not None:
            used.update(covering)
        if not covering:
            kept.append(finding)
    return kept


def word_of(span: Span) -> tuple[str, str]:
    """Return the line of a word in a comment, and the word: what it is known by when its line moves."""
    word = span.source.data[span.start : span.end].decode("utf-8", "surrogateescape")
    return span.source.line(span.line).strip(), word


def _judge(
    suppression: Suppression, used: set[tuple[int, str]], known: set[str], selection: Selection, *, expired: bool
) -> Iterator[Finding]:
    misspelt = [(name, span) for name, span in suppression.rules if name not in known]
    for name, span in misspelt:
        from uwsgilint import catalog  # noqa: PLC0415  (only mistakes need it)

        near = catalog.suggest(name, sorted(known))
        fix = Fix((Edit(span.start, span.end, near[0]),), safe=True) if near else None
        # A byte that is no character can be shown as a mark alone.
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        yield make("unknown-suppression", span, {"name": shown, "near": near[0] if near else ""}, fix=fix)
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
    return suppression.until < (selection.today or _today())


def _today() -> str:
    from datetime import date  # noqa: PLC0415  (few say until when)

    return date.today().isoformat()  # noqa: DTZ011  (the day where the user is)


def _without(suppression: Suppression, rules: Iterable[tuple[str, Span]]) -> Edit:
    """Take some rules out of a comment, and all of it with its line when none is left."""
    left = [name for name, _ in suppression.rules if name not in {name for name, _ in rules}]
    source, span = suppression.span.source, suppression.span
    if left:
        first, last = suppression.rules[0][1], suppression.rules[-1][1]
        return Edit(first.start, last.end, ", ".join(left))
    start = source.starts[span.line - 1]
    end = source.data.find(b"\n", span.end)
    before = source.data[start : span.start]
    behind = source.data[span.end : len(source.data) if end < 0 else end]
    if before.strip():
        return Edit(start + len(before.rstrip()), span.end, "")
    if behind.strip():  # the comment of XML may have an element behind it
        return Edit(span.start, span.end + len(behind) - len(behind.lstrip()), "")
    return Edit(start, len(source.data) if end < 0 else end + 1, "")


def _names(body: re.Match[str], written: _Written, source: Source) -> Iterator[tuple[str, Span]]:
    for word in _NAME.finditer(written.text, *body.span("rules")):
        start = written.offset + _size(written.text[: word.start()])
        yield word[0], Span(source, start, start + _size(word[0]))


def _line(source: Source, number: int) -> str:
    """Return the text of a line in which every byte can be counted."""
    start = source.starts[number - 1]
    end = source.data.find(b"\n", start)
    return source.data[start : len(source.data) if end < 0 else end].decode("utf-8", "surrogateescape").rstrip("\r")


def _size(text: str) -> int:
    """Return how many bytes of a file a text of it takes."""
    return len(text.encode("utf-8", "surrogateescape"))


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


def _lines(kind: str, written: _Written, source: Source, ends: dict[int, int], syntax: str) -> tuple[int, int]:
    """Return the first and the last line that a comment is about."""
    if kind == "ignore-file":
        return 1, len(source.starts)
    if kind == "ignore-start":
        return written.span.line, len(source.starts)
    if written.behind:
        return written.behind, written.behind
    line = written.following
    while line <= len(source.starts) and (not (text := source.line(line).strip()) or text[0] in "#;"):
        line += 1
    last = ends.get(line, line)
    while syntax == "args" and last < len(source.starts) and _continues(source.line(last)):
        last += 1
    return line, last


def _continues(line: str) -> bool:
    """Whether a command goes on in the next line; a comment between its lines does not end it."""
    return line.rstrip().endswith("\\") or line.lstrip().startswith("#")


def _is_comment(match: re.Match[str], text: str, source: Source, number: int, syntax: str, document: Document) -> bool:
    """Whether what looks like a comment is one in this syntax, and not a part of a value."""
    before = text[: match.start()].strip()
    if match[1] not in _MARKS.get(syntax, ""):
        return False
    if not before:
        return syntax in {"ini", "args"} or not _is_value(match, text, source, number, document)
    if syntax == "args":  # of these, files of compose alone have comments behind something
        apart = text[match.start() - 1].isspace() and match[1] == "#"
        return apart and source.name.lower().endswith((".yml", ".yaml"))
    return syntax != "ini" and not _is_value(match, text, source, number, document)


def _is_value(match: re.Match[str], text: str, source: Source, number: int, document: Document) -> bool:
    place = source.starts[number - 1] + _size(text[: match.start(1)])
    return any(
        directive.value_start <= place < directive.value_end
        for section in document.sections
        for directive in section.directives
        if directive.source is source
    )
