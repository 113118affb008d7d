"""Findings for the services that run checks: annotations of GitHub, code quality of GitLab, JUnit, Checkstyle."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from uwsgilint.lint.baseline import fingerprint
from uwsgilint.report.layout import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from uwsgilint.lint.finding import Finding

__all__ = ["checkstyle", "github", "gitlab", "junit", "summary"]

_GITHUB = {"error": "error", "warning": "warning", "advice": "notice"}
_GITLAB = {"error": "major", "warning": "minor", "advice": "info"}
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHECKSTYLE = {"error": "error", "warning": "warning", "advice": "info"}


def github(findings: Iterable[Finding]) -> str:
    """Write workflow commands, which GitHub shows beside the lines of a pull request."""
    lines = []
    for finding in findings:
        end_line, end_column = finding.span.source.locate(max(finding.span.start, finding.span.end))
        members = {
            "file": finding.file.removeprefix("./"),
            "line": finding.line,
            "endLine": end_line,
            "col": finding.column,
            "endColumn": end_column,
            "title": f"{finding.code} {finding.name}",
        }
        if end_line != finding.line:
            del members["endColumn"]  # it would be taken for a column of the first line
        said = ",".join(f"{name}={_property(str(value))}" for name, value in members.items())
        lines.append(f"::{_GITHUB[finding.severity]} {said}::{_data(_told(finding))}\n")
    return "".join(lines)


def summary(findings: Sequence[Finding], files: int) -> str:
    """Write the summary of a job on GitHub, as Markdown."""
    if not findings:
        return f"### uwsgilint\n\nNothing wrong in {files} file{'' if files == 1 else 's'}.\n"
    from uwsgilint.report.text import tally  # noqa: PLC0415

    rows = "".join(
        f"| {f.severity} | {f.code} {f.name} | {_cell(f.file)}:{f.line}:{f.column} | {_cell(f.message)} |\n"
        for f in findings
    )
    return f"### uwsgilint\n\n{tally(findings)}\n\n| | rule | place | |\n|---|---|---|---|\n{rows}"


def gitlab(findings: Iterable[Finding]) -> str:
    """Write a code quality report of GitLab, whose fingerprints stay the same when lines move."""
    seen: dict[str, int] = {}
    issues = []
    for finding in findings:
        path = finding.file.removeprefix("./")
        # Two files may have the same line, and one file may have it twice.
        mark = sha256(f"{path}\0{fingerprint(finding)}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
        seen[mark] = seen.get(mark, 0) + 1
        issues.append(
            {
                "description": f"{finding.code}: {_told(finding)}",
                "check_name": finding.name,
                "fingerprint": f"{mark}-{seen[mark]}",
                "severity": _GITLAB[finding.severity],
                "location": {
                    "path": path,
                    "positions": {"begin": {"line": finding.line, "column": finding.column}},
                    "lines": {"begin": finding.line},
                },
            }
        )
    return encodable(json.dumps(issues, indent=2)) + "\n"


def junit(findings: Sequence[Finding], files: int, fails: Callable[[Finding], bool]) -> str:
    """Write a JUnit report: a test case for each finding, or one that says that nothing is wrong.

    Those that a check does not fail for pass, and say what they have to say as output: a server that holds up what has
    failures holds up what `check` does.
    """
    cases = []
    failures = 0
    for finding in findings:
        place = f"{finding.file}:{finding.line}:{finding.column}"
        told = _text(f"{place}: {_told(finding)}")
        if fails(finding):
            failures += 1
            severity, message = _attribute(finding.severity), _attribute(finding.message)
            said = f"<failure type={severity} message={message}>{told}</failure>"
        else:
            said = f"<system-out>{told}</system-out>"
        cases.append(
            f"    <testcase classname={_attribute(finding.file)} name={_attribute(f'{finding.code} {place}')}>\n"
            f"      {said}\n"
            "    </testcase>\n"
        )
    if not cases:
        name = f"{files} file{'' if files == 1 else 's'}"
        cases.append(f'    <testcase classname="uwsgilint" name={_attribute(name)}/>\n')
    count = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites {count}>\n  <testsuite name="uwsgilint" {count}>\n'
        f"{''.join(cases)}  </testsuite>\n</testsuites>\n"
    )


def checkstyle(findings: Iterable[Finding]) -> str:
    """Write a Checkstyle report, which most continuous integration servers can show."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    files = []
    for name, found in by_file.items():
        errors = "".join(
            f'    <error line="{f.line}" column="{f.column}" severity="{_CHECKSTYLE[f.severity]}"'
            f" message={_attribute(_told(f))} source={_attribute(f'uwsgilint.{f.code}')}/>\n"
            for f in found
        )
        files.append(f"  <file name={_attribute(name)}>\n{errors}  </file>\n")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<checkstyle version="10.0">\n{"".join(files)}</checkstyle>\n'


def _told(finding: Finding) -> str:
    return f"{finding.message}. {finding.consequence} {finding.action}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_printable(text), {"\n": "&#10;", "\t": "&#9;"})


def _text(text: str) -> str:
    return escape(_printable(text))
