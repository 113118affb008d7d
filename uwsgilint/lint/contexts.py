"""Contexts: a fragment that other files of the same run include is judged where they include it.

Alone it lacks what they define, and nobody starts a server with it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from uwsgilint.language.settings import Settings
    from uwsgilint.lint.finding import Finding

__all__ = ["Contexts"]

_Key: TypeAlias = "tuple[str, int, int, str]"
_SECTION = "uwsgi"
_WANTING = frozenset({"missing-plugin"})  # what another file may bring


class Contexts:
    """Which files of a run read which others, and what the meaning of each alone has been found to be."""

    def __init__(self) -> None:
        self._read: dict[str, set[str]] = {}
        self._alone: dict[str, set[_Key]] = {}
        self._filled: set[tuple[str, int]] = set()

    def note(self, name: str, settings: Settings | None, findings: list[Finding]) -> None:
        """Take down what a file means.

        Args:
            name: the file.
            settings: its settings; None for a file that reads no other.
            findings: what is wrong with its meaning, wherever that stands.
        """
        root = os.path.realpath(name)
        self._alone.setdefault(root, set()).update(map(_key, findings))
        read = self._read.setdefault(root, set())
        for entry in settings.entries if settings is not None else ():
            load = entry.load
            if load is not None and load.via is not None and load.path is not None and load.section == _SECTION:
                read.add(load.path)
            for source in entry.sources:
                if not isinstance(source, str) and source.load is not None and source.directive is not None:
                    self._filled.add((source.load.path or "", source.directive.key_start))

    def settled(self, name: str, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of a file without those that it gives rise to as a fragment alone."""
        root = os.path.realpath(name)
        covered = any(
            root in files and root != other and other not in self._read.get(root, ())
            for other, files in self._read.items()
        )
        alone = self._alone.get(root, set()) if covered else set()
        return [
            found
            for found in findings
            if _key(found) not in alone
            and not (covered and found.name in _WANTING)
            and not (found.name == "unknown-option" and self._fills(found))
        ]

    def _fills(self, found: Finding) -> bool:
        """Whether an unknown name is a placeholder of another file."""
        return bool(self._filled) and (os.path.realpath(found.span.source.name), found.span.start) in self._filled


def _key(found: Finding) -> _Key:
    span = found.span
    return span.source.name, span.start, span.end, found.code
