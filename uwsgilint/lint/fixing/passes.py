"""Fixes, applied: several passes over one text, until nothing more can be mended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Source
from uwsgilint.lint.fixing import lookups, rereading
from uwsgilint.lint.fixing.rereading import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from uwsgilint.lint.finding import Edit, Finding

__all__ = ["Fixed", "apply", "fix"]

_MOST_PASSES = 100  # each mends something, or finds that nothing more can be mended


class Fixed(NamedTuple):
    """What became of a text.

    Attributes:
        data: the text.
        findings: what is still found in it.
        fixed: what was mended, in the order in which that was done.
        left: how many more would be mended if fixes that are not safe were made.
    """

    data: bytes
    findings: list[Finding]
    fixed: list[Finding]
    left: int


def fix(
    source: Source,
    check: Callable[[Source], list[Finding]],
    *,
    unsafe: bool = False,
    told: Callable[[list[Finding]], list[Finding]] = list,
) -> Fixed:
    """Mend a text as far as its findings can.

    A fix whose result has a finding that was not there before is left out, and one that takes away what the
    configuration itself looks at. Fixes that overlap are made one after the other. Nothing but the edits changes: not a
    byte of the rest.

    Args:
        source: the text.
        check: what finds fault with a text.
        unsafe: whether to make fixes that may change what the server does in another way than the rule says.
        told: which of the findings are told: no other is mended.
    """
    data = source.data
    findings = _judged(source, check(source))
    fixed: list[Finding] = []
    refused: set[tuple[str, str]] = set()
    seen = {data}
    for _ in range(_MOST_PASSES):
        current = Source(source.name, data)
        wanted = [f for f in _fixable(told(findings), source.name, unsafe=unsafe) if _key(f) not in refused]
        chosen = _apart(wanted)
        if not chosen:
            break
        good, made = _harmless(current, [], chosen, (data, findings), check)
        if not good:
            refused.update(map(_key, chosen))
            continue
        data, findings = made[0], _judged(Source(source.name, made[0]), made[1])
        fixed += good
        refused.clear()  # what made things worse before may be right now
        if data in seen:
            break  # fixes that undo each other
        seen.add(data)
    left = 0 if unsafe else _left(Source(source.name, data), findings, told(findings), check)
    return Fixed(data, findings, fixed, left)


def _judged(source: Source, findings: list[Finding]) -> list[Finding]:
    """Return findings with those fixes alone that leave be what the text looks at."""
    return lookups.judged(source, rereading.checked_as(source), findings)


def _left(
    source: Source, findings: list[Finding], told: list[Finding], check: Callable[[Source], list[Finding]]
) -> int:
    """Count the fixes that would be made if they did not have to be safe."""
    unsafe = [f for f in _fixable(told, source.name, unsafe=True) if f.fix is not None and not f.fix.safe]
    first = _apart(unsafe)
    if not first:
        return 0
    good, _ = _harmless(source, [], first, (source.data, findings), check)
    return len(good) + len(unsafe) - len(first)


def _harmless(
    source: Source,
    good: list[Finding],
    more: Sequence[Finding],
    before: tuple[bytes, list[Finding]],
    check: Callable[[Source], list[Finding]],
) -> tuple[list[Finding], tuple[bytes, list[Finding]]]:
    """Return the fixes that make nothing worse, and what becomes of a text with them.

    Where some of them do, each half is tried upon what has been found good so far.

    Args:
        source: the text.
        good: fixes that make nothing worse.
        more: those that are tried besides.
        before: what becomes of the text with the good ones, and what is found in that.
        check: what finds fault with a text.
    """
    made = _together(source, [*good, *more], before[1], check)
    if made is not None:
        return [*good, *more], made
    if len(more) == 1:
        return good, before
    for half in (more[: len(more) // 2], more[len(more) // 2 :]):
        good, before = _harmless(source, good, half, before, check)
    return good, before


def _fixable(findings: Iterable[Finding], name: str, *, unsafe: bool) -> list[Finding]:
    return [f for f in findings if f.fix is not None and f.span.source.name == name and (unsafe or f.fix.safe)]


def _key(finding: Finding) -> tuple[str, str]:
    """What makes a fix the same one in the next pass, where it may stand on another line."""
    return finding.code, finding.message


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Take the findings whose edits do not touch each other, the first in the file first."""
    taken: list[tuple[int, int]] = []
    chosen = []
    for finding in sorted(findings, key=lambda f: (f.span.start, f.code)):
        ranges = [(edit.start, edit.end) for edit in (finding.fix.edits if finding.fix is not None else ())]
        if any(start <= end2 and start2 <= end for start, end in ranges for start2, end2 in taken):
            continue
        taken += ranges
        chosen.append(finding)
    return chosen


def _together(
    source: Source, chosen: Sequence[Finding], before: Sequence[Finding], check: Callable[[Source], list[Finding]]
) -> tuple[bytes, list[Finding]] | None:
    """Make fixes and check the result; None when that has a finding which is new."""
    edits = {edit for f in chosen for edit in (f.fix.edits if f.fix is not None else ())}
    changed = apply(source.data, edits)
    after = check(Source(source.name, changed))
    return None if _worse(source, edits, before, after) else (changed, after)


def _worse(source: Source, edits: Iterable[Edit], before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """Whether something is found that was not found before, wherever that stood.

    A sentence that quotes what an edit changes has other words then: it may replace one that is gone, of the same rule
    about the same option, if that stood on the lines of an edit.
    """
    old, now = (Counter(map(_identity, findings)) for findings in (before, after))
    gone, new = old - now, now - old
    if not new:
        return False
    ranges = [_lines(source.data, edit) for edit in edits]
    reworded: Counter[tuple[str, str]] = Counter()
    for finding in before:
        which = _identity(finding)
        if gone[which] and _stands_in(finding, source, ranges):
            gone[which] -= 1
            reworded[_subject(finding)] += 1
    subjects = {_identity(finding): _subject(finding) for finding in after}
    wanted: Counter[tuple[str, str]] = Counter()
    for which, count in new.items():
        wanted[subjects[which]] += count
    return bool(wanted - reworded)


def _identity(finding: Finding) -> tuple[str, str | None, str]:
    return finding.code, finding.option, finding.message


def _subject(finding: Finding) -> tuple[str, str]:
    """What a finding is about, whatever it says; one about two ways of reading tells of several options at once."""
    return finding.code, "" if finding.name == "dialect-dependent" else finding.option or ""


def _lines(data: bytes, edit: Edit) -> tuple[int, int]:
    end = data.find(b"\n", edit.end)
    return data.rfind(b"\n", 0, edit.start) + 1, len(data) if end < 0 else end


def _stands_in(finding: Finding, source: Source, ranges: Iterable[tuple[int, int]]) -> bool:
    span = finding.span
    return span.source.name == source.name and any(start <= span.end and span.start <= end for start, end in ranges)
