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
        self._used: dict[str, set[tuple[str, str]]] = {}

    def note(self, name: str, settings: Settings | None, findings: list[Finding]) -> None:
        """Take down what a file means.

        Args:
            name: the file.
            settings: its settings; None for a file that reads no other.
            findings: what is wrong with its meaning, wherever that stands.
        """
        read = self.noted(name, set(map(_key, findings)))
        for entry in settings.entries if settings is not None else ():
            load = entry.load
            if load is not None and load.via is not None and load.path is not None and load.section == _SECTION:
                read.add(load.path)
            for source in entry.sources:
                if not isinstance(source, str) and source.load is not None and source.directive is not None:
                    self._filled.add((source.load.path or "", source.directive.key_start))

    def noted(self, name: str, keys: set[_Key]) -> set[str]:
        """Take down the places of what is wrong with a file's meaning; return the files that it reads, as far as known.

        Args:
            name: the file.
            keys: of each finding the name of its file, its first byte, the byte behind its last, and its code.
        """
        root = os.path.realpath(name)
        self._alone.setdefault(root, set()).update(keys)
        return self._read.setdefault(root, set())

    def notes(self, name: str) -> list[_Key] | None:
        """Return what `noted` was told of a file; None when it was told nothing."""
        keys = self._alone.get(os.path.realpath(name))
        return None if keys is None else sorted(keys)

    def use(self, name: str, words: set[tuple[str, str]]) -> None:
        """Take down which words of comments in a file ignore what others that include it give rise to.

        Args:
            name: the file that has the comments.
            words: what `uwsgilint.lint.suppressions.word_of` returns of each.
        """
        self._used.setdefault(os.path.realpath(name), set()).update(words)

    def add(self, other: Contexts) -> None:
        """Take over what was taken down elsewhere."""
        for root, files in other._read.items():
            self._read.setdefault(root, set()).update(files)
        for root, keys in other._alone.items():
            self._alone.setdefault(root, set()).update(keys)
        for root, words in other._used.items():
            self._used.setdefault(root, set()).update(words)
        self._filled |= other._filled

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
            for found in self._in_use(root, findings)
            if _key(found) not in alone
            and not (covered and found.name in _WANTING)
            and not (found.name == "unknown-option" and self._fills(found))
        ]

    def _in_use(self, root: str, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Leave out that comments are of no use which ignore something where other files include this one."""
        words = self._used.get(root)
        if not words:
            return findings
        from uwsgilint.lint.suppressions import word_of  # noqa: PLC0415  (most files ignore nothing)

        lines = {line for line, _ in words}
        told = []
        for found in findings:
            if found.name == "unused-suppression":
                line, word = word_of(found.span)
                if (line, word) in words:
                    continue
                if line in lines:  # its fix would take out the words that are of use as well
                    told.append(found._replace(fix=None))
                    continue
            told.append(found)
        return told

    def _fills(self, found: Finding) -> bool:
        """Whether an unknown name is a placeholder of another file."""
        return bool(self._filled) and (os.path.realpath(found.span.source.name), found.span.start) in self._filled


def _key(found: Finding) -> _Key:
    span = found.span
    return span.source.name, span.start, span.end, found.code
