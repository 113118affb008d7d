"""Findings for people and for programs: which forms there are, and what writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from uwsgilint.lint.finding import Finding
    from uwsgilint.report.layout import Style

__all__ = ["FORMS", "render", "statistics"]

FORMS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle")


def _is_grave(finding: Finding) -> bool:
    return finding.severity != "advice"


def render(
    form: str,
    findings: Sequence[Finding],
    files: int,
    *,
    quiet: bool = False,
    offers: bool = False,
    style: Style | None = None,
    fails: Callable[[Finding], bool] = _is_grave,
) -> str:
    """Write findings in a form.

    Args:
        form: one of FORMS.
        findings: what was found, in order.
        files: how many files were checked.
        quiet: leave the counts out.
        offers: say behind the counts what fixes could be made.
        style: colours and links for a terminal; none when left out.
        fails: whether a check fails for a finding; without it, for all but advice.
    """
    # Each form loads what it needs, and a hook needs one.
    if form in {"json", "jsonl"}:
        from uwsgilint.report import json  # noqa: PLC0415

        return json.dump(findings, files) if form == "json" else json.lines(findings)
    if form == "sarif":
        from uwsgilint.report import sarif  # noqa: PLC0415

        return sarif.dump(findings)
    if form not in {"text", "concise"}:
        from uwsgilint.report import services  # noqa: PLC0415

        if form == "junit":
            return services.junit(findings, files, fails)
        return {"github": services.github, "gitlab": services.gitlab, "checkstyle": services.checkstyle}[form](findings)
    if not findings:
        return ""
    from uwsgilint.report import text  # noqa: PLC0415

    if form == "concise":
        return text.concise(findings)
    return text.full(findings, counts=not quiet, offers=offers, **({} if style is None else {"style": style}))


def statistics(findings: Sequence[Finding]) -> str:
    """Count findings by rule, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.code, finding.name)
        counts[key] = counts.get(key, 0) + 1
    width = len(str(max(counts.values(), default=0)))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>{width}}  {code}  {name}\n" for (code, name), count in ordered)
