"""Baselines: findings that were there before, by what they are and not by where they stand."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from uwsgilint.lint.registry import UNCHECKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from uwsgilint.lint.finding import Finding

__all__ = ["FORMAT", "Baseline", "fingerprint", "read", "write"]

FORMAT = 1


def fingerprint(finding: Finding) -> str:
    """Return what stays the same about a finding when its lines move: rule, option and the text of its line."""
    source = finding.span.source
    line = " ".join(source.line(finding.line).split())
    shown = " ".join(source.shown(finding.line).split())
    if shown != line:  # nothing that a password could be guessed by
        line = re.sub(r"\*+", "*", shown)
    parts = (finding.code, finding.option or "", line)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def write(files: Iterable[tuple[str, Sequence[Finding]]]) -> str:
    """Record the findings of files, by the names that these have from the folder of the baseline."""
    return _text({_plain(name): Counter(map(fingerprint, _recordable(findings))) for name, findings in files})


def _text(files: Mapping[str, Mapping[str, int]]) -> str:
    recorded = {name: dict(sorted(counts.items())) for name, counts in files.items() if counts}
    return json.dumps({"format": FORMAT, "files": recorded}, indent=1, sort_keys=True) + "\n"


def _plain(name: str) -> str:
    return name.replace("\\", "/")


def _recordable(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.name not in UNCHECKED]


def read(data: bytes) -> dict[str, dict[str, int]]:
    """Return what a baseline records: for each file, fingerprints and how often each was found.

    Raises:
        ValueError: it is no baseline.
    """
    try:
        document = json.loads(data.decode())
    except UnicodeDecodeError:
        raise ValueError("this is no baseline: it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"this is no baseline: {error}") from None
    files = document.get("files") if isinstance(document, dict) and document.get("format") == FORMAT else None
    if not isinstance(files, dict) or not all(_counts(counts) for counts in files.values()):
        raise ValueError(f"this is no baseline of format {FORMAT}")
    return files


def _counts(value: object) -> bool:
    return isinstance(value, dict) and all(type(each) is int and each > 0 for each in value.values())


class Baseline:
    """What was found before, used up by what is found now.

    Args:
        known: what `read` returns.
        gone: tells of a file that it is not there any more: what it had may be found in another one, its new name.
        covered: tells of a file that is gone whether its new name is sure to be among the files of this run.
    """

    def __init__(
        self, known: Mapping[str, Mapping[str, int]], gone: Callable[[str], bool], covered: Callable[[str], bool]
    ) -> None:
        self._left = {name: Counter(counts) for name, counts in known.items()}
        self._kept: dict[str, Counter[str]] = {name: Counter() for name in known}
        self._homeless = [name for name in known if gone(name)]
        self._seen = {name for name in self._homeless if covered(name)}
        # What each new name has of what files that are gone had, by these and fingerprint; and all of that.
        self._shares: dict[str, Counter[tuple[str, str]]] = {}
        self._shared: Counter[tuple[str, str]] = Counter()

    def share(self, name: str, findings: Iterable[Finding]) -> None:
        """Give a file that nothing is recorded of its part of what files that are gone had; first come, first served.

        That is done once for each: whatever asks later is told the same.
        """
        name = _plain(name)
        if name in self._left or name in self._shares or not self._homeless:
            return
        mine = self._shares[name] = Counter()
        for key in map(fingerprint, _recordable(findings)):
            place = next((p for p in self._homeless if self._left[p][key] > self._shared[p, key]), None)
            if place is not None:
                mine[place, key] += 1
                self._shared[place, key] += 1

    def new(self, name: str, findings: Sequence[Finding], *, checked: bool = True) -> list[Finding]:
        """Return the findings of a file that are not recorded; of more than there are of these, the last ones.

        Args:
            name: the file, from the folder of the baseline.
            findings: all that stand in it.
            checked: whether all that it can have was looked for, and not only what other files make of it.
        """
        name = _plain(name)
        if checked:
            self._seen.add(name)
        self.share(name, findings)
        told, used = self._apart(name, findings)
        kept = self._kept.setdefault(name, Counter())
        for place, key in used:
            self._left[place][key] -= 1
            kept[key] += 1
        return told

    def would_tell(self, name: str, findings: Iterable[Finding]) -> list[Finding]:
        """Return what `new` would, and use nothing up."""
        return self._apart(_plain(name), findings)[0]

    def _apart(self, name: str, findings: Iterable[Finding]) -> tuple[list[Finding], list[tuple[str, str]]]:
        """Tell findings that are not recorded from where those that are have their records."""
        mine = self._shares.get(name, Counter())
        told: list[Finding] = []
        used: Counter[tuple[str, str]] = Counter()
        for finding in findings:
            key = fingerprint(finding)
            place: str | None = name
            if name not in self._left:
                place = next((p for p in self._homeless if mine[p, key] > used[p, key]), None)
            elif self._left[name][key] <= used[name, key]:
                place = None
            if place is None or finding.name in UNCHECKED:
                told.append(finding)
            else:
                used[place, key] += 1
        return told, list(used.elements())

    @property
    def mended(self) -> int:
        """How many recorded findings are not found any more, in files that were checked, or that are surely gone."""
        return sum(sum(self._left[name].values()) for name in self._seen if name in self._left)

    def pruned(self) -> str:
        """Record what is left, and nothing new; files that were not asked for keep what they have."""
        kept = dict(self._kept)
        for name in self._left.keys() - self._seen:
            kept[name] = kept[name] + self._left[name]
        return _text(kept)
