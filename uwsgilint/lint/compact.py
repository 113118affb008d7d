"""Findings as plain tuples: what crosses from one process to another, and what is kept from one run to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uwsgilint.document import Source, Span
from uwsgilint.lint import registry
from uwsgilint.lint.finding import Edit, Finding, Fix, Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from uwsgilint.lint.registry import Rule

__all__ = ["pack", "unpack"]

_NOBODY: Mapping[str, Rule] = {}


def pack(findings: Sequence[Finding], source: Source) -> tuple[Any, ...]:
    """Return the findings of a file as tuples of texts and numbers.

    Returns:
        What is hidden of the file; the other files that they speak of, each with name, content and what is hidden of
        it; and the findings.
    """
    others: dict[int, tuple[int, Source]] = {}

    def place(span: Span) -> tuple[int, int, int]:
        if span.source is source:
            return 0, span.start, span.end
        number, _ = others.setdefault(id(span.source), (len(others) + 1, span.source))
        return number, span.start, span.end

    packed = [
        (
            *(f.rule.name, f.rule.severity, place(f.span), f.message, f.consequence, f.action, f.option),
            [(place(related.span), related.label) for related in f.related],
            None if f.fix is None else ([tuple(edit) for edit in f.fix.edits], f.fix.safe),
        )
        for f in findings
    ]
    return source.hidden, [(other.name, other.data, other.hidden) for _, other in others.values()], packed


def unpack(packed: Sequence[Any], source: Source, own: Mapping[str, Rule] = _NOBODY) -> list[Finding]:
    """Return findings as they were before `pack`.

    Args:
        packed: what `pack` returned, or what JSON made of it.
        source: the file; what is hidden of it is noted there.
        own: rules that are not built in.

    Raises:
        KeyError: a rule is not known.
        IndexError, TypeError, ValueError: that is not what `pack` returns.
    """
    hidden, others, findings = packed
    sources = [source]
    for name, data, covered in others:
        other = Source(name, data)
        other.hidden = _ranges(covered)
        sources.append(other)
    made = []
    for name, severity, at, message, consequence, action, option, related, fix in findings:
        rule = registry.rule(name) or own[name]
        if rule.severity != severity:
            rule = rule._replace(severity=severity)
        places = tuple(Related(_span(sources, where), label) for where, label in related)
        edits = None if fix is None else Fix(tuple(Edit(*edit) for edit in fix[0]), fix[1])
        made.append(Finding(rule, _span(sources, at), message, consequence, action, option, places, edits))
    source.hidden = _ranges(hidden)
    return made


def _ranges(hidden: Sequence[Sequence[int]] | None) -> list[tuple[int, int]] | None:
    return None if hidden is None else [(start, end) for start, end in hidden]


def _span(sources: Sequence[Source], place: Sequence[int]) -> Span:
    number, start, end = place
    return Span(sources[number], start, end)
