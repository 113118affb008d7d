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
    known: dict[frozenset[int], _Secrets] = {}
    for finding in findings:
        sources = {id(span.source): span.source for span in (finding.span, *(each.span for each in finding.related))}
        files = frozenset(sources)
        secrets = known.get(files)
        if secrets is None:
            secrets = known[files] = _Secrets(sources.values())
        if not secrets:
            told.append(finding)
            continue
        message, consequence, action = map(secrets.out_of, (finding.message, finding.consequence, finding.action))
        fix = finding.fix
        if fix is not None and any(secrets.out_of(edit.text) != edit.text for edit in fix.edits):
            fix = None
        told.append(finding._replace(message=message, consequence=consequence, action=action, fix=fix))
    return told


class _Secrets:
    """The secrets of some files, for sentences: however many they are, each place of a text is looked at once."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._texts: set[str] = set()
        for source in sources:
            if source.hidden is None:
                source.hidden = find(source.data)
            self._texts.update(source.data[start:end].decode("utf-8", "replace") for start, end in source.hidden)
        lengths: dict[str, set[int]] = {}
        for text in self._texts:
            lengths.setdefault(text[0], set()).add(len(text))
        # By their first character: the lengths that they have, the longest first.
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def out_of(self, text: str) -> str:
        """Return a text with something else in the place of every secret."""
        pieces = []
        done = place = 0
        while place < len(text):
            for length in self._lengths.get(text[place], ()):
                if text[place : place + length] in self._texts:
                    pieces += [text[done:place], HIDDEN]
                    done = place = place + length
                    break
            else:
                place += 1
        return "".join([*pieces, text[done:]])
