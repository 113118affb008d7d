"""Which file a server would read for a name, and whether it may be read here.

Names are relative to the working directory of the server, never to the file that they stand in (core/utils.c
uwsgi_expand_path). Nothing is fetched or run: what a scheme stands for, `http://` or `exec://`, stays unknown.
"""

# Paths are texts here, as they are to the server; pathlib would tidy them.
# ruff: noqa: PTH109, PTH110, PTH114, PTH116, PTH117, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import stat
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import LARGEST_FILE, Source
from uwsgilint.formats import ini

if TYPE_CHECKING:
    from collections.abc import Callable

    from uwsgilint.document import Document

__all__ = ["DIRECT", "SCHEMES", "Files", "Found", "by_suffix", "project_of", "split_section"]

SCHEMES = ("http", "exec", "fd", "call", "callint", "sym", "data", "section", "emperor")
"""What may stand in front of `://` (core/io.c uwsgi_setup_schemes); other words make file names."""

DIRECT = {
    **dict.fromkeys(("ini", "ini-paste", "ini-paste-logged", "pypy-ini-paste"), "ini"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    **dict.fromkeys(("json", "js"), "json"),
    **dict.fromkeys(("xml", "xmlconfig"), "xml"),
}
"""Options that read a file of one syntax whatever it is called, and that syntax."""

_BY_SUFFIX = ((".ini", "ini"), (".xml", "xml"), (".yaml", "yaml"), (".yml", "yaml"), (".json", "json"), (".js", "json"))
_MARKS = (".git", ".hg", "pyproject.toml")
_MOST_BYTES = 2**24


def by_suffix(name: str) -> str | None:
    """Return the syntax in which `include`, `inherit` and an argument read a file; None when they refuse it."""
    return next((syntax for suffix, syntax in _BY_SUFFIX if name.endswith(suffix)), None)


def project_of(file: str) -> str:
    """Return the folder of the project that a file lies in, by its real path; its own where nothing marks one."""
    own = folder = os.path.dirname(file)
    while folder != os.path.dirname(folder):
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):
            return folder
        folder = os.path.dirname(folder)
    return own


def split_section(name: str) -> tuple[str, str]:
    """Split a name at the colon in front of a section (core/ini.c uwsgi_ini_config)."""
    start = name.rfind("/") + 1 if scheme_of(name) else 0
    colon = name.rfind(":", start)
    return (name, "") if colon < 0 else (name[:colon], name[colon + 1 :])


def scheme_of(name: str) -> str | None:
    """Return the scheme of a name, None for a file."""
    scheme, separator, _ = name.partition("://")
    return scheme if separator and scheme in SCHEMES else None


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


class Found(NamedTuple):
    """What is known about a name.

    Attributes:
        path: the absolute path that `%p` gives; None when there is nothing to read.
        real: the path without links, by which a file is known; "" without one.
        obstacle: why it is not read: "missing", "outside", "scheme", "folder", "special"; "" when it can be.
    """

    path: str | None
    real: str
    obstacle: str


class Files:
    """The files that one evaluation may read, each read once.

    Args:
        root: the folder that nothing outside of is read; None is the project that the first file is in.
        cwd: the working directory of the server; None when it is not known: then it is looked for where the
            linter was started, and beside the first file.
        follow: whether files outside the root are read as well.
        first: absolute path of the first file.
        features: what the server was built with, such as "json:yajl", as far as that is known.
        place: absolute path that the first file is read as though it had, its neighbours with it; None is its own.

    Attributes:
        features: the same as was given.
    """

    def __init__(
        self,
        root: str | None,
        cwd: str | None,
        *,
        follow: bool,
        first: str | None,
        features: frozenset[str] = frozenset(),
        place: str | None = None,
    ) -> None:
        self._root = None if root is None else os.path.realpath(root)
        self._cwd = cwd
        self._follow = follow
        self._first = first
        self.features = features
        self._moved: tuple[str, str] | None = None
        if first is not None and place is not None and os.path.dirname(first) != os.path.dirname(place):
            self._moved = (_folder(first), _folder(place))
        self._sources: dict[str, Source] = {}
        self._documents: dict[tuple[str, str, str], Document] = {}
        self._left = _MOST_BYTES

    def hold(self, document: Document) -> None:
        """Take a document for the first file wherever that is included: its text need not be what the disk has now."""
        if self._first is None:
            return
        real = os.path.realpath(self._first)
        self._sources[real] = document.source
        if document.format == "ini":
            self._documents[real, "", ""] = document

    @property
    def root(self) -> str:
        """The folder that nothing outside of is read."""
        if self._root is None:
            self._root = project_of(os.path.realpath(self._first) if self._first else os.path.join(os.getcwd(), ""))
        return self._root

    def folders(self) -> list[str]:
        """Return the folders that a relative name may start at, the likeliest first."""
        if self._cwd is not None:
            return [self._cwd]
        folders = [os.getcwd()]
        if self._first is not None:
            folders.append(os.path.dirname(self._first))
        return folders

    def placed(self, path: str) -> str:
        """Return the path that the server is told a file has: another one when its folder stands for another."""
        if self._moved is None or not path.startswith(self._moved[0]):
            return path
        return self._moved[1] + path[len(self._moved[0]) :]

    def find(self, name: str) -> Found:
        """Say where the file of a name is, and whether it may be read."""
        if self._moved is not None and name.startswith(self._moved[1]):
            near = self._find(self._moved[0] + name[len(self._moved[1]) :])
            if near.obstacle != "missing":
                return near
        return self._find(name)

    def _find(self, name: str) -> Found:
        if scheme_of(name) or name == "-":
            return Found(None, "", "scheme")
        outside = False
        for folder in self.folders():
            path = os.path.join(folder, name)
            try:
                real = os.path.realpath(path)
                within = self._follow or self._allows(real)
                mode = os.stat(path).st_mode if within else 0
                link = within and os.path.islink(path)
            except (OSError, ValueError):
                continue
            if not within:
                outside = True
                continue
            if not stat.S_ISREG(mode):
                return Found(None, real, "folder" if stat.S_ISDIR(mode) else "special")
            return Found(path if link else real, real, "")
        return Found(None, "", "outside" if outside else "missing")

    def _allows(self, real: str) -> bool:
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")

    def source(self, found: Found, name: str) -> Source | None:
        """Read a file that was found; None when it is too large, or cannot be read after all."""
        source = self._sources.get(found.real)
        if source is None and found.path is not None:
            try:
                with open(found.path, "rb") as file:
                    data = file.read(LARGEST_FILE + 1)
            except (OSError, ValueError):
                return None
            self._left -= len(data)
            if len(data) > LARGEST_FILE or self._left < 0:
                return None
            source = self._sources[found.real] = Source(self._shown(found.path, name), data)
        return source

    def _shown(self, path: str, name: str) -> str:
        """Return the name of a file for people: as it is written, unless that is relative to another folder."""
        if self._moved is not None and name.startswith(self._moved[1]):
            return os.path.relpath(path)
        return name if os.path.isabs(name) or os.path.exists(name) else os.path.relpath(path)

    def libraries(self, syntax: str) -> tuple[str, ...]:
        """Return the libraries that the server may have for a syntax other than INI."""
        from uwsgilint.formats import dialects  # noqa: PLC0415  (most includes are INI)

        return dialects.libraries(syntax, self.features)

    def document(self, source: Source, real: str) -> Document:
        """Read an INI file, once."""
        return self._document(real, "", "", partial(ini.read, source))

    def readings(self, source: Source, real: str, syntax: str, section: str) -> list[tuple[str, Document]]:
        """Read a section of another file: once for each library that the server may have, which comes with it.

        Args:
            source: the file.
            real: the path by which it is known; "" for a text that this one load makes of it.
            syntax: "yaml", "json" or "xml".
            section: the section that is asked for.
        """
        from uwsgilint.formats import dialects  # noqa: PLC0415  (most includes are INI)

        return [
            (library, self._document(real, library, section, partial(dialects.read, source, syntax, library, section)))
            for library in self.libraries(syntax)
        ]

    def _document(self, real: str, library: str, section: str, read: Callable[[], Document]) -> Document:
        document = self._documents.get((real, library, section))
        if document is None:
            document = read()
            if real:
                self._documents[real, library, section] = document
        return document
