"""Findings for people: with the source and carets, or one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import CUT
from uwsgilint.report.layout import PLAIN, Style, columns, escaped, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from uwsgilint.document import Span
    from uwsgilint.lint.finding import Finding

__all__ = ["concise", "full", "tally"]

_WIDEST_LINE = 160
_LEAST_ROOM = 20  # columns for the source, however narrow the terminal is


def concise(findings: Iterable[Finding]) -> str:
    """Show each finding on a line: file:line:column, severity, code, name and message."""
    return "".join(
        f"{escaped(f.file)}:{f.line}:{f.column}: {f.severity} {f.code} {f.name}: {f.message}\n" for f in findings
    )


def full(findings: Sequence[Finding], *, counts: bool = True, offers: bool = False, style: Style = PLAIN) -> str:
    """Show each finding with its source, its consequence and what to do, and count them at the end.

    Args:
        findings: what was found, in order.
        counts: count them.
        offers: say what fixes could be made.
        style: colours, links and the width.
    """
    if not findings:
        return ""
    end = f"\n{tally(findings)}\n" if counts else ""
    if counts and offers:
        end += _offer(findings)
    return "\n".join(_one(f, style) for f in findings) + end


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


def _offer(findings: Sequence[Finding]) -> str:
    """Say how many findings have fixes, and how to have them made."""
    safe = sum(1 for f in findings if f.fix is not None and f.fix.safe)
    unsafe = sum(1 for f in findings if f.fix is not None and not f.fix.safe)
    said = f"`--fix` mends {safe} of them" if safe else ""
    if unsafe:
        said += f", `--unsafe-fixes` {unsafe} more" if safe else f"`--unsafe-fixes` mends {unsafe} of them"
    they = "they show" if safe and unsafe else "it shows"
    return f"{said}; with `--diff` {they} how.\n" if said else ""


class _Mark(NamedTuple):
    """A place in a line: the characters from start up to, and without, end."""

    start: int
    end: int
    label: str
    first: bool


def _one(finding: Finding, style: Style) -> str:
    # What could not be read has no line to show.
    places = [(finding.span, "")] if finding.span.source.data else []
    places += [(related.span, related.label) for related in finding.related]
    width = len(str(max((span.line for span, _ in places), default=1)))
    margin = " " * width
    room = max((style.width or _WIDEST_LINE) - width - 3, _LEAST_ROOM)
    place = f":{finding.line}:{finding.column}" if finding.span.source.data else ""
    lines = [*_head(finding, style), f"{margin}{style.dim('-->')} {escaped(finding.file)}{place}"]
    files: dict[str, list[tuple[Span, str]]] = {finding.file: []}
    for span, label in places:
        files.setdefault(span.source.name, []).append((span, label))
    for name, mine in files.items():
        if mine and name != finding.file:
            lines.append(f"{margin} |")
            lines.append(f"{margin}{style.dim(':::')} {escaped(name)}:{mine[0][0].line}:{mine[0][0].column}")
        if mine:
            lines.append(f"{margin} |")
            lines += _excerpts(mine, finding, width, room, style)
    told = [("", finding.consequence), ("help", f"{finding.action}{_means(finding)}")]
    return (
        "\n".join([*lines, f"{margin} |", *(line for word, text in told for line in _note(word, text, margin, style))])
        + "\n"
    )


def _means(finding: Finding) -> str:
    """Name the option that does what the help says."""
    if finding.fix is None:
        return ""
    return " [--fix]" if finding.fix.safe else " [--unsafe-fixes]"


def _head(finding: Finding, style: Style) -> list[str]:
    code = style.link(f"{finding.code}-{finding.name}", finding.code)
    what = f"{finding.severity}[{finding.code}] "
    first, *rest = wrapped(f"{what}{finding.message}", style.width) if style.width else (f"{what}{finding.message}",)
    shown = style.severity(finding.severity, f"{finding.severity}[{code}]")
    return [f"{shown} {style.bold(first[len(what) :])}", *(f"  {style.bold(line)}" for line in rest)]


def _note(word: str, text: str, margin: str, style: Style) -> list[str]:
    """Return a sentence below the source, as many lines as it takes."""
    lead = f"{word}: " if word else ""
    start = f"{margin} = "
    lines = wrapped(f"{lead}{text}", max(style.width - len(start), _LEAST_ROOM)) if style.width else [f"{lead}{text}"]
    if word:
        lines[0] = lines[0].replace(word, style.bold(word), 1)
    return [f"{start}{lines[0]}", *(f"{' ' * len(start)}{line}" for line in lines[1:])]


def _excerpts(
    places: Sequence[tuple[Span, str]], finding: Finding, width: int, room: int, style: Style
) -> Iterator[str]:
    """Show the lines of one file that a finding speaks of, in their order, each once."""
    lines: dict[int, list[tuple[Span, str]]] = {}
    for span, label in sorted(places, key=lambda each: each[0].start):
        lines.setdefault(span.line, []).append((span, label))
    shown = 0
    for number, spans in lines.items():
        if shown and number > shown + 1:
            yield "..."
        shown = number
        text = spans[0][0].source.shown(number)
        marks = [_mark(span, label, text, first=span is finding.span) for span, label in spans]
        reach = columns(text[marks[0].start : max(mark.end for mark in marks)][: 2 * room])
        # Places that are too far apart for one picture have one each.
        for group in [marks] if len(marks) == 1 or reach <= room - 2 else [[mark] for mark in marks]:
            source, *below = _picture(text, group, room, finding.severity, style)
            yield f"{number:>{width}} | {source}".rstrip()
            yield from (f"{' ' * width} | {line}" for line in below)


def _mark(span: Span, label: str, text: str, *, first: bool) -> _Mark:
    start = min(span.column - 1, len(text))
    end_line, end_column = span.source.locate(max(span.end, span.start))
    end = min(end_column - 1, len(text)) if end_line == span.line else len(text)
    return _Mark(start, max(end, start), label, first)


def _picture(text: str, marks: Sequence[_Mark], room: int, severity: str, style: Style) -> Iterator[str]:
    """Show a line, no wider than there is room, with its marks below it and their labels below these."""
    start = min(mark.start for mark in marks)
    end = max(mark.end for mark in marks)
    skipped = max(0, start - room)  # a line of megabytes is looked at around its places only
    cells = [visible(c) for c in text[skipped : start + 2 * room]]
    at = [0]
    for cell in cells:
        at.append(at[-1] + columns(cell))

    def column(place: int) -> int:
        return at[min(max(place - skipped, 0), len(cells))]

    left, right = 0, len(cells)
    whole = len(text) == len(cells)
    if not whole or at[-1] > room:
        low, high = column(start), max(column(end), column(start) + 1)
        if skipped or high > room - 1:
            wanted = max(0, low - max(1, min(room // 4, room - 2 - (high - low))))
            left = next(index for index, offset in enumerate(at) if offset >= wanted)
        cut = 1 if left or skipped else 0
        behind = len(text) > skipped + len(cells)
        while right > left and at[right] - at[left] + cut + (1 if behind or right < len(cells) else 0) > room:
            right -= 1
    front = CUT if left or skipped else ""
    back = CUT if skipped + right < len(text) else ""
    yield f"{front}{''.join(cells[left:right])}{back}"

    zero = at[left] - len(front)
    last = at[right] - zero + len(back)
    spots = [(column(m.start) - zero, m) for m in marks]
    row: list[str] = []
    for spot, mark in sorted(spots, key=lambda each: each[1].first):  # the place itself is drawn over the others
        stop = max(min(column(mark.end) - zero, last), spot + 1)
        if mark.end - skipped > right:
            stop = max(last, spot + 1)
        row += [" "] * (stop - len(row))
        row[spot:stop] = ("^" if mark.first else "-") * (stop - spot)
    hanging = [(spot, mark.label) for spot, mark in spots if mark.label]
    beside = ""
    if hanging:
        spot, label = hanging[-1]
        rightmost = spot == max(each for each, _ in spots) and column(marks[-1].end) == column(end)
        if rightmost and len(row) + 1 + columns(label) <= room:
            beside = f" {hanging.pop()[1]}"
    yield _coloured("".join(row), severity, style) + (style.dim(beside) if beside else "")
    if hanging:
        yield style.dim(_stems(hanging, len(hanging)))
    for index in reversed(range(len(hanging))):
        spot, label = hanging[index]
        stems = _stems(hanging, index)
        spot = max(len(stems) + 1 if stems else 0, min(spot, room - columns(label)))
        yield style.dim(f"{stems}{' ' * (spot - len(stems))}{label}")


def _stems(hanging: Sequence[tuple[int, str]], count: int) -> str:
    """Draw what leads down to the first so many labels."""
    row = ""
    for spot, _ in hanging[:count]:
        row += f"{' ' * (spot - len(row))}|" if spot >= len(row) else ""
    return row


def _coloured(row: str, severity: str, style: Style) -> str:
    """Colour the marks of a row, and the place itself as grave as it is."""
    if "^" not in row:
        return style.dim(row)
    before, _, rest = row.partition("^")
    marked = len(rest) - len(rest.lstrip("^")) + 1
    shown = style.severity(severity, "^" * marked)
    behind = rest[marked - 1 :]
    return f"{style.dim(before) if before.strip() else before}{shown}{style.dim(behind) if behind else ''}"
