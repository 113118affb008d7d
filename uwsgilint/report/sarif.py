"""Findings as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import uwsgilint
from uwsgilint.lint import registry
from uwsgilint.lint.baseline import fingerprint
from uwsgilint.report.layout import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.document import Span
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.registry import Rule

__all__ = ["dump"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}


def dump(findings: Sequence[Finding]) -> str:
    """Write one run; without findings it says that everything is well."""
    rules = {f.rule.code: f.rule for f in findings}
    codes = sorted(rules)
    seen: dict[tuple[str, str], int] = {}
    results = []
    for finding in findings:
        key = (finding.file, fingerprint(finding))
        number = seen[key] = seen.get(key, 0) + 1
        results.append(_result(finding, codes.index(finding.code), f"{key[1]}:{number}"))
    driver = {
        "name": "uwsgilint",
        "version": uwsgilint.__version__,
        "semanticVersion": uwsgilint.__version__,
        "rules": [_rule(rules[code]) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The folder that uwsgilint was run in."}}},
        "results": results,
    }
    return encodable(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    words = rule.name.replace("-", " ")
    try:
        page = registry.page(rule.code)
    except KeyError:
        page = ""  # a rule of one's own
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{words.capitalize()}."},
        **({"help": {"text": page, "markdown": page}} if page else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.group, *(["security"] if rule.security else [])]},
    }


def _result(finding: Finding, index: int, mark: str) -> dict[str, Any]:
    text = f"{_sentence(finding.message)} {finding.consequence} {finding.action}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding.span)],
        "partialFingerprints": {"uwsgilint/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": related.label}, **_location(related.span)}
            for number, related in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        replacements = [
            {
                "deletedRegion": _region(finding.span._replace(start=edit.start, end=edit.end)),
                "insertedContent": {"text": edit.text},
            }
            for edit in finding.fix.edits
        ]
        change = {"artifactLocation": _artifact(finding.file), "replacements": replacements}
        result["fixes"] = [{"description": {"text": finding.action}, "artifactChanges": [change]}]
    return result


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(span.source.name), "region": _region(span)}}


def _artifact(name: str) -> dict[str, Any]:
    from urllib.parse import quote  # noqa: PLC0415

    uri = quote(name.replace("\\", "/").removeprefix("./"), errors="surrogateescape")
    return {"uri": uri} if name.startswith("/") else {"uri": uri, "uriBaseId": "ROOT"}


def _region(span: Span) -> dict[str, int]:
    end_line, end_column = span.source.locate(max(span.start, span.end))
    return {"startLine": span.line, "startColumn": span.column, "endLine": end_line, "endColumn": end_column}
