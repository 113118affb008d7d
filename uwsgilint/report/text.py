"""Findings for a terminal: with the source and carets, or one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.report.layout import PLAIN, Style, columns, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from uwsgilint.document import Span
    from uwsgilint.lint.finding import Finding

__all__ = ["concise", "full", "tally"]

_WIDEST_LINE = 160


def concise(findings: Iterable[Finding]) -> str:
    """Show each finding on a line: file:line:column, severity, code, name and message."""
    return "".join(f"{f.file}:{f.line}:{f.column}: {f.severity} {f.code} {f.name}: {f.message}\n" for f in findings)


def full(findings: Sequence[Finding], *, counts: bool = True, style: Style = PLAIN) -> str:
    """Show each finding with its source, its consequence and what to do, and count them at the end."""
    if not findings:
        return ""
    return "\n".join(_one(f, style) for f in findings) + (f"\n{tally(findings)}\n" if counts else "")


def tally(findings: Sequence[Finding]) -> str:
    """Count findings: "Found 2 errors and 1 warning in 1 file."."""
    counts = []
    for severity, plural in (("error", "errors"), ("warning", "warnings"), ("advice", "pieces of advice")):
        number = sum(1 for f in findings if f.severity == severity)
        if number:
            singular = "piece of advice" if severity == "advice" else severity
            counts.append(f"{number} {singular if number == 1 else plural}")
    files = len({f.file for f in findings})
    listed = counts[0] if len(counts) == 1 else f"{', '.join(counts[:-1])} and {counts[-1]}"
    return f"Found {listed} in {files} file{'' if files == 1 else 's'}."


def _one(finding: Finding, style: Style) -> str:
    places = [(finding.span, ""), *((r.span, r.label) for r in finding.related)]
    width = len(str(max(span.line for span, _ in places)))
    margin = " " * width
    code = style.link(f"{finding.code}-{finding.name}", finding.code)
    lines = [
        f"{style.severity(finding.severity, f'{finding.severity}[{code}]')} {style.bold(finding.message)}",
        f"{margin}{style.dim('-->')} {finding.file}:{finding.line}:{finding.column}",
        f"{margin} |",
    ]
    previous = None
    for span, label in sorted(places, key=lambda place: (place[0].source.name != finding.file, place[0].line)):
        if span.source.name not in {finding.file, previous}:
            lines.append(f"{margin}::: {span.source.name}:{span.line}:{span.column}")
        elif previous is not None and span.source.name == previous:
            lines.append(f"{'.' * width}")
        previous = span.source.name
        lines += _excerpt(span, label, width, "^" if span is finding.span else "-", style)
    lines += [
        f"{margin} |",
        f"{margin} = {finding.consequence}",
        f"{margin} = {style.bold('help')}: {finding.action}",
    ]
    return "\n".join(lines) + "\n"


def _excerpt(span: Span, label: str, width: int, mark: str, style: Style) -> list[str]:
    number = span.line
    text = span.source.shown(number)
    start = span.column - 1
    end_line, end_column = span.source.locate(max(span.end, span.start))
    end = end_column - 1 if end_line == number else len(text)
    skipped = 0
    if len(text) > _WIDEST_LINE:  # a line of megabytes is shown around its place only
        skipped = max(0, start - 40)
        text = text[skipped : skipped + _WIDEST_LINE]
    shown = "".join(visible(c) for c in text)
    before = columns("".join(visible(c) for c in text[: start - skipped]))
    under = columns("".join(visible(c) for c in text[start - skipped : end - skipped]))
    carets = f"{' ' * before}{mark * max(1, under)}{f' {label}' if label else ''}"
    carets = style.mark(carets) if mark == "^" else style.dim(carets)
    return [f"{number:>{width}} | {shown}".rstrip(), f"{' ' * width} | {carets}"]
