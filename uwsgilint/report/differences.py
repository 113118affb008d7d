"""Differences between two configurations: for a terminal, and as JSON, version 1; docs/cli.md says what is in it."""

from __future__ import annotations

import json as syntax
from typing import TYPE_CHECKING, Any, NamedTuple

from uwsgilint.document import cut
from uwsgilint.language.reloading import Effect, Need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from uwsgilint.language.compare import Case, Difference, Said

__all__ = ["VERSION", "Comparison", "json", "text"]

VERSION = 1
_LONGEST = 301
_NEEDS = {
    Need.NOTHING: "nothing to do",
    Need.RELOAD: "a reload is enough",
    Need.RESTART: "restart the server",
}


class Comparison(NamedTuple):
    """What there is to tell.

    Attributes:
        before, after: what the two sides are called.
        differences: each with what it takes.
        changes: lines of the outline that go and that come, by what they are about.
        overall: what all of it takes together.
    """

    before: str
    after: str
    differences: Sequence[tuple[Difference, Effect]]
    changes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    overall: Effect


def text(found: Comparison) -> str:
    """Show what becomes of the server, then the settings that make it so with their places, and what to do."""
    if not found.differences:
        return ""
    blocks = []
    for aspect, (gone, come) in found.changes.items():
        lines = [*(f"  - {_visible(line)}" for line in gone), *(f"  + {_visible(line)}" for line in come)]
        blocks.append("\n".join((aspect.capitalize(), *lines)))
    blocks.append("\n".join(("Settings", *(_one(d, effect) for d, effect in found.differences))))
    number = len(found.differences)
    verdict = _effect(found.overall)
    blocks.append(
        f"{found.before} and {found.after} differ in {number} setting{'' if number == 1 else 's'}: {verdict}."
    )
    return "\n\n".join(blocks) + "\n"


def _one(difference: Difference, effect: Effect) -> str:
    lines = []
    for case in difference.cases:
        under = f" ({', '.join(case.conditions)})" if case.conditions else ""
        if difference.kind == "value":
            lines.append(f"  {difference.name}{under}: {_last(case.before)} -> {_last(case.after)}")
            lines.append(f"      {_place(case.before[0])} -> {_place(case.after[0])}")
        else:
            lines.append(f"  {_title(difference)}{under}:")
            lines += [f"      {mark} {_shown(difference, said)}  {_place(said)}" for mark, said in case.steps()]
    lines.append(f"      {_effect(effect)}")
    return "\n".join(lines)


def _title(difference: Difference) -> str:
    return {"order": f"order of {difference.name}", "include": "includes that are not read"}.get(
        difference.kind, difference.name
    )


def _shown(difference: Difference, said: Said) -> str:
    value = _visible(said.text)
    named = difference.kind == "order" and said.entry is not None
    return f"{said.entry.key} = {value}" if named and said.entry is not None else value


def _last(side: Sequence[Said]) -> str:
    """Show a value, and the includes behind it that may change it."""
    over = "".join(f", unless {_visible(said.text)} says otherwise" for said in side[1:])
    return f"{_visible(side[0].text)}{over}"


def _place(said: Said) -> str:
    return "default" if said.entry is None else said.entry.place


def _effect(effect: Effect) -> str:
    told = _NEEDS[effect.need]
    return f"{told}; {effect.reason}" if effect.reason else told


def _visible(value: str) -> str:
    """Show a value in one line that is no novel."""
    short = cut(value, _LONGEST)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
    return shown if shown.strip() == shown and shown else f"'{shown}'"


def json(found: Comparison) -> str:
    """Write a comparison as one JSON object."""
    document = {
        "version": VERSION,
        "before": found.before,
        "after": found.after,
        "same": not found.differences,
        "needs": found.overall.need.value,
        "reason": found.overall.reason,
        "changes": {aspect: {"removed": gone, "added": come} for aspect, (gone, come) in found.changes.items()},
        "differences": [
            {
                "name": d.name,
                "kind": d.kind,
                "needs": effect.need.value,
                "reason": effect.reason,
                "cases": [_case(case) for case in d.cases],
            }
            for d, effect in found.differences
        ],
    }
    return syntax.dumps(document, indent=2) + "\n"


def _case(case: Case) -> dict[str, Any]:
    return {
        "conditions": list(case.conditions),
        "before": [_side(said) for said in case.before],
        "after": [_side(said) for said in case.after],
    }


def _side(said: Said) -> dict[str, Any]:
    span = None if said.entry is None else said.entry.span
    return {
        "option": None if said.entry is None else said.entry.key,
        "value": said.text,
        "file": None if span is None else span.source.name,
        "line": None if span is None else span.line,
    }
