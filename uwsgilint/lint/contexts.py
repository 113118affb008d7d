"""Contexts: a fragment that other files of the same run include is judged where they include it.

Alone it lacks what they define, and nobody starts a server with it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.language.settings import Settings
    from uwsgilint.lint.finding import Finding

__all__ = ["Contexts"]

_SECTION = "uwsgi"
_WANTING = frozenset({"missing-plugin"})  # what another file may bring


class Contexts:
    """Which files of a run read which others, and what the meaning of each alone has been found to be."""

    def __init__(self) -> None:
        self._read: dict[str, set[str]] = {}
        self._alone: dict[str, list[Finding]] = {}
        self._filled: set[tuple[str, int]] = set()

    def note(self, name: str, settings: Settings, findings: list[Finding]) -> None:
        """Take down what a file means.

        Args:
            name: the file.
            settings: its settings.
            findings: what is wrong with its meaning, wherever that stands.
        """
        root = os.path.realpath(name)
        self._alone.setdefault(root, []).extend(findings)
        read = self._read.setdefault(root, set())
        for entry in settings.entries:
            load = entry.load
            if load is not None and load.via is not None and load.path is not None and load.section == _SECTION:
                read.add(load.path)
            for source in entry.sources:
                if not isinstance(source, str) and source.load is not None and source.directive is not None:
                    self._filled.add((source.load.path or "", source.directive.key_start))

    def settled(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings without those that only a fragment alone gives rise to."""
        covered = {
            name
            for root, files in self._read.items()
            for name in files
            if name != root and root not in self._read.get(name, ())
        }
        dropped = {id(found) for name in covered for found in self._alone.get(name, ())}
        kept = []
        for found in findings:
            if id(found) in dropped:
                continue
            if found.name in _WANTING and os.path.realpath(found.span.source.name) in covered:
                continue
            if found.name == "unknown-option" and self._fills(found):
                continue
            kept.append(found)
        return kept

    def _fills(self, found: Finding) -> bool:
        """Whether an unknown name is a placeholder of another file."""
        return bool(self._filled) and (os.path.realpath(found.span.source.name), found.span.start) in self._filled
