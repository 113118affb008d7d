"""Secrets in configurations: where they stand, so that no report repeats them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Source
    from uwsgilint.lint.finding import Finding

__all__ = ["HIDDEN", "find", "hide", "redact"]

HIDDEN = "***"
"""What stands in the place of a secret."""

_SHORTEST = 3  # a text of one or two characters would be hidden wherever it stands
_NAME = rb"[A-Za-z0-9_]{0,80}(?:KEY|TOKEN|PASS|PASSWORD|PASSWD|PWD|SECRET|CREDENTIALS?|DSN)(?:_[A-Za-z0-9_]{0,80})?"
_VALUE = rb"(?P<secret>[^\s\"'<>]+)"
# Every run is bounded: a line of a megabyte must not take longer than others.
_WORD = rb"\S{1,200}[ \t]{1,9}"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # variables of the environment: env = SECRET_KEY=..., [env] SECRET_KEY = "...", and in commands
        rb"\b" + _NAME + rb"[\"']?[ \t]*[=:][ \t]*[\"']?" + _VALUE,
        rb"\b" + _NAME + rb"[\"']?[ \t]*[=:][ \t]*(?P<quote>[\"'])(?P<secret>[^\"'\n]+)(?P=quote)",
        # route = ^/ basicauth:realm,user:password
        rb"basicauth:[^,\s]{0,200},[^:\s,]{1,200}:(?P<secret>[^\s\"'<>,]+)",
        # scheme://user:password@host
        rb"\b[a-z][a-z0-9+.-]{0,24}://[^/\s:@]{0,200}:(?P<secret>[^/\s@]{1,400})@",
        # legion = name addr valor algo:secret
        rb"\blegion(?:-mcast)?\b[\"'>]?[ \t]*[=:]?[ \t]*[\"']?" + 2 * _WORD + rb"\d+[ \t]{1,9}[\w-]{1,60}:" + _VALUE,
        # secret=, key= and password= in lists of pairs
        rb"(?<=[,;])(?:secret|password|pass|token|access_?key|secret_?key)=(?P<secret>[^\s,;\"'<>]+)",
        # emperor-... and subscriptions: sign with algo:key
        rb"\bsubscribe[\w-]*[\"'>]?[ \t]*[=:].{0,400}?\bsign=[^:,\s]{1,60}:(?P<secret>[^,\s\"'<>]+)",
    )
)


def find(data: bytes) -> list[tuple[int, int]]:
    """Return the places of what looks like a secret, in order, none inside another."""
    found: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        found += [match.span("secret") for match in pattern.finditer(data) if _is_secret(match["secret"])]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def redact(text: str, sources: Iterable[Source]) -> str:
    """Return a text in which no secret of some files stands."""
    known = {
        source.data[start:end].decode("utf-8", "replace")
        for source in {id(source): source for source in sources}.values()
        for start, end in find(source.data)
    }
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _is_secret(text: bytes) -> bool:
    """Whether a text is one, and not the name of a file or of a variable that has it."""
    return len(text) >= _SHORTEST and text[:1] not in b"/$%@" and text.lower() not in {b"true", b"false", b"none"}


def hide(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings whose sentences and excerpts show no secret; a fix that holds one is left out."""
    told = []
    for finding in findings:
        texts: set[str] = set()
        for span in (finding.span, *(related.span for related in finding.related)):
            source = span.source
            if source.hidden is None:
                source.hidden = find(source.data)
            texts.update(source.data[start:end].decode("utf-8", "replace") for start, end in source.hidden)
        if not texts:
            told.append(finding)
            continue
        pattern = re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)))
        message, consequence, action = (
            pattern.sub(HIDDEN, text) for text in (finding.message, finding.consequence, finding.action)
        )
        fix = finding.fix
        if fix is not None and any(pattern.search(edit.text) for edit in fix.edits):
            fix = None
        told.append(finding._replace(message=message, consequence=consequence, action=action, fix=fix))
    return told
