"""Findings for people and for programs: one module for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.lint.finding import Finding

__all__ = ["FORMS", "render", "statistics"]

FORMS = ("text", "concise", "json")


def render(form: str, findings: Sequence[Finding], files: int, *, quiet: bool = False) -> str:
    """Write findings in a form.

    Args:
        form: one of FORMS.
        findings: what was found, in order.
        files: how many files were checked.
        quiet: leave the counts out.
    """
    if form == "json":
        from uwsgilint.report import json  # noqa: PLC0415  (each form loads what it needs)

        return json.dump(findings, files)
    if not findings:
        return ""
    from uwsgilint.report import text  # noqa: PLC0415

    return text.concise(findings) if form == "concise" else text.full(findings, counts=not quiet)


def statistics(findings: Sequence[Finding]) -> str:
    """Count findings by rule, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.code, finding.name)
        counts[key] = counts.get(key, 0) + 1
    width = len(str(max(counts.values(), default=0)))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>{width}}  {code}  {name}\n" for (code, name), count in ordered)
