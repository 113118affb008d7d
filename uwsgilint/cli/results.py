"""Results of earlier runs, by everything that they follow from.

Kept is what follows from a file and the settings alone. A file with includes, placeholders or blocks means what other
files and the machine make of it, so it is asked anew each time; so is one with a comment that ends on a day, one
whose build is described by a file, and every file where an organisation's own rules run.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uwsgilint
from uwsgilint.catalog import builds
from uwsgilint.cli import outputs
from uwsgilint.lint import compact

if TYPE_CHECKING:
    from uwsgilint.cli.checking import Check
    from uwsgilint.document import Source, Target
    from uwsgilint.lint.contexts import Contexts
    from uwsgilint.lint.finding import Finding

__all__ = ["Results", "folder"]

_FORMAT = 1
_MOST = 100_000  # results that one file holds


def folder() -> Path:
    """Return the folder for what programs keep (XDG Base Directory Specification)."""
    place = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(place) if os.path.isabs(place) else Path.home() / ".cache"  # noqa: PTH117
    return base / "uwsgilint"


class Results:
    """What is kept of the runs that are started in one folder.

    Args:
        place: the folder to keep it in; the usual one without it.
    """

    def __init__(self, place: str | None = None) -> None:
        self._cwd = os.getcwd()  # noqa: PTH109  (part of a text)
        name = sha256(os.fsencode(self._cwd)).hexdigest()[:16]
        self._stamp = _stamp()
        self._changed = False
        self._used: dict[str, Any] = {}
        self._known: dict[str, Any] = {}
        self._path: Path | None = None
        with contextlib.suppress(OSError, RuntimeError):  # there may be no home
            self._path = (Path(place) if place else folder()) / f"check-{name}.json"
            self._known = self._read(self._path)

    def find(self, source: Source, each: Check, contexts: Contexts) -> list[Finding] | None:
        """Return the findings of a file, if they are known; what its meaning was found to be is added to `contexts`."""
        key = self._key(source, each)
        entry = None if key is None else self._known.get(key)
        if key is None or entry is None:
            return None
        try:
            packed, keys = entry
            findings = compact.unpack(packed, source)
            notes = None if keys is None else {(str(name), int(a), int(b), str(code)) for name, a, b, code in keys}
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            return None  # somebody else wrote it
        if notes is not None:
            contexts.noted(source.name, notes)
        self._used[key] = entry
        return findings

    def keep(self, source: Source, each: Check, findings: list[Finding], contexts: Contexts) -> None:
        """Keep the findings of a file."""
        key = self._key(source, each)
        if key is None or any(finding.name == "internal-error" for finding in findings):
            return
        hidden, others, packed = compact.pack(findings, source)
        if not others:
            self._used[key] = [[hidden, others, packed], contexts.notes(source.name)]
            self._changed = True

    def save(self) -> None:
        """Write what is kept; that nothing can be written is no fault of the run."""
        if not self._changed or self._path is None:
            return
        older = {key: entry for key, entry in self._known.items() if key not in self._used}
        entries = dict([*self._used.items(), *older.items()][:_MOST])
        text = json.dumps({"format": _FORMAT, "stamp": self._stamp, "results": entries}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            outputs.put(self._path, text.encode("ascii"), 0o600)

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(kept, dict) or (kept.get("format"), kept.get("stamp")) != (_FORMAT, self._stamp):
            return {}
        results = kept.get("results")
        return results if isinstance(results, dict) else {}

    def _key(self, source: Source, each: Check) -> str | None:
        """Return what the findings of a file are known by; None when they follow from more than is in there."""
        said = self._said(each)
        if said is None or (b"uwsgilint:" in source.data and b"until=" in source.data):
            return None
        text = f"{self._cwd}\0{source.name}\0{said}".encode("utf-8", "surrogatepass")
        return sha256(b"%d\0%b%b" % (len(text), text, source.data)).hexdigest()

    def _said(self, each: Check) -> str | None:
        """Return what the settings say, as a text; None when they name files."""
        run, selection = each.run, each.run.selection
        if selection.own is not None or _is_file(each.target) or _is_file(each.fallback):
            return None
        parts = (
            *(selection.profile, selection.select, selection.extend, selection.ignore, selection.today),
            *(selection.asked, selection.waived),
            *(sorted(selection.severity.items()), sorted(run.env.items(), key=str), run.follow),
            *(_named(each.target), _named(each.fallback)),
        )
        return repr(parts)


def _named(target: Target | None) -> tuple[str | None, str | None] | None:
    return None if target is None else (target.release, target.build)


def _is_file(target: Target | None) -> bool:
    return target is not None and target.build is not None and builds.is_path(target.build)


def _stamp() -> str:
    """Return what changes with this program: its version, and its files where somebody works on them."""
    digest = sha256(f"{uwsgilint.__version__} {sys.version}".encode())
    for top, folders, files in os.walk(os.path.dirname(uwsgilint.__file__)):  # noqa: PTH120
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                status = os.stat(os.path.join(top, name))  # noqa: PTH116, PTH118
                digest.update(f"{name} {status.st_mtime_ns} {status.st_size}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
