"""Findings as JSON, version 1; docs/cli.md says what each member is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from uwsgilint.report.layout import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.document import Span
    from uwsgilint.lint.finding import Finding

__all__ = ["VERSION", "dump", "lines"]

VERSION = 1


def dump(findings: Sequence[Finding], files: int) -> str:
    """Write findings, and how many of what severity there are in how many files, as one JSON object."""
    summary = {"files": files, "findings": len(findings)}
    for severity, member in (("error", "errors"), ("warning", "warnings"), ("advice", "advice")):
        summary[member] = sum(1 for f in findings if f.severity == severity)
    document = {"version": VERSION, "findings": [_finding(f) for f in findings], "summary": summary}
    return _text(document, indent=2) + "\n"


def lines(findings: Sequence[Finding]) -> str:
    """Write each finding as a JSON object on a line of its own."""
    return "".join(_text(_finding(f)) + "\n" for f in findings)


def _text(value: dict[str, Any], indent: int | None = None) -> str:
    return encodable(json.dumps(value, indent=indent))


def _finding(finding: Finding) -> dict[str, Any]:
    fix = finding.fix
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "consequence": finding.consequence,
        "action": finding.action,
        "file": finding.file,
        **_place(finding.span),
        "option": finding.option,
        "related": [{"message": r.label, "file": r.span.source.name, **_place(r.span)} for r in finding.related],
        "fix": None
        if fix is None
        else {
            "safe": fix.safe,
            "edits": [{"start": e.start, "end": e.end, "text": e.text} for e in fix.edits],
        },
    }


def _place(span: Span) -> dict[str, int]:
    end_line, end_column = span.source.locate(span.end)
    return {"line": span.line, "column": span.column, "end_line": end_line, "end_column": end_column}
