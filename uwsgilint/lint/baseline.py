"""Baselines: findings that were there before, by what they are and not by where they stand."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from uwsgilint.lint.finding import Finding

__all__ = ["FORMAT", "fingerprint", "new", "read", "write"]

FORMAT = 1
# What nobody looked at has no findings to record, and a later run must not pass for one that looked at it.
_NEVER = frozenset({"internal-error", "unreadable-file", "oversized-file"})


def fingerprint(finding: Finding) -> str:
    """Return what stays the same about a finding when its lines move: rule, option and the text of its line."""
    source = finding.span.source
    line = " ".join(source.line(finding.line).split())
    if source.hidden:  # nothing that a password could be guessed by
        line = re.sub(r"\*+", "*", " ".join(source.shown(finding.line).split()))
    parts = (finding.code, finding.option or "", line)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def write(files: Iterable[tuple[str, Sequence[Finding]]]) -> str:
    """Record the findings of files, by the names that these have from the folder of the baseline."""
    recorded = {}
    for name, findings in files:
        counted = Counter(fingerprint(finding) for finding in findings if finding.name not in _NEVER)
        if counted:
            recorded[name.replace("\\", "/")] = dict(sorted(counted.items()))
    return json.dumps({"format": FORMAT, "files": recorded}, indent=1, sort_keys=True) + "\n"


def read(text: str) -> dict[str, dict[str, int]]:
    """Return what a baseline records: for each file, fingerprints and how often each was found.

    Raises:
        ValueError: it is no baseline.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError(f"this is no baseline: {error}") from None
    files = document.get("files") if isinstance(document, dict) and document.get("format") == FORMAT else None
    if not isinstance(files, dict):
        raise ValueError(f"this is no baseline of format {FORMAT}")
    return files


def new(known: dict[str, dict[str, int]], name: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings of a file that a baseline does not hold; of more than it holds, the last ones."""
    left = Counter(known.get(name.replace("\\", "/"), {}))
    told = []
    for finding in findings:
        key = fingerprint(finding)
        if left[key] > 0 and finding.name not in _NEVER:
            left[key] -= 1
        else:
            told.append(finding)
    return told
