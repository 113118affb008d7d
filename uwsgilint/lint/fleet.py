"""What only shows in several files of one run: vassals that meet, and a generated file that is stale.

Files of one folder need not run together: beside `shop.ini` may lie a `shop-dev.ini` with the same port. They do in a
folder that an emperor of the same run watches, or whose name says that it is one of vassals. Nothing is opened here:
what was not given to the run is not known.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.document import KEYWORD, CannotWriteError, Source, Span
from uwsgilint.formats import notes, oversized, read, syntax_of
from uwsgilint.language.placeholders import settled
from uwsgilint.lint import secrets, suppressions
from uwsgilint.lint.checks.fleets import ENDINGS
from uwsgilint.lint.finding import Related, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from uwsgilint.document import Document
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.selection import Selection
    from uwsgilint.lint.views import Given, View

__all__ = ["FOLDERS", "check"]

FOLDERS = frozenset({"vassals", "vassals.d", "vassals-enabled", "apps-enabled"})
"""Names of folders whose configurations run together: uWSGI's documentation and Debian call them so."""

_FILES = ("pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2", "master-fifo", "zerg-server")
_EVERYWHERE = frozenset({"", "0.0.0.0", "*"})  # noqa: S104  (these are looked for, not bound)


def check(sources: Sequence[Source], selection_of: Callable[[str], Selection]) -> list[Finding]:
    """Find what is wrong between files.

    Args:
        sources: all files of a run, in the order in which they are told.
        selection_of: gives the rules that run for a file, by its name.
    """
    if len(sources) < 2:
        return []
    found = [*_stale(sources), *_meeting(sources)]
    if not found:
        return []
    told: list[Finding] = []
    for source in sources:
        mine = [each for each in found if each.span.source is source]
        if not mine:
            continue
        selection = selection_of(source.name)
        mine = selection.judged(mine)
        if mine and KEYWORD in source.data and (document := _read(source)) is not None:
            mine = suppressions.left(mine, document, selection)
        told += secrets.hide(mine) if mine else []
    return told


def _read(source: Source) -> Document | None:
    syntax = syntax_of(source.name, source.data)
    return None if syntax is None or oversized(source) is not None else read(source, syntax)


# -- generated files -----------------------------------------------------------------------------


def _stale(sources: Iterable[Source]) -> Iterator[Finding]:
    """Tell of files that `uwsgilint build` made from another one, which says something else by now."""
    by_name: dict[str, Source] | None = None
    for source in sources:
        made = notes.origin(source.data)
        if made is None:
            continue
        if by_name is None:
            by_name = {os.path.normpath(each.name): each for each in sources}
        folder = os.path.dirname(source.name)  # noqa: PTH120  (names of files, some of which are no paths)
        origin = by_name.get(os.path.normpath(os.path.join(folder, made.name)))  # noqa: PTH118
        if origin is None or origin is source:
            continue
        wanted = _built(origin, made.profile)
        if wanted is not None and wanted != _said(source):
            yield make("stale-generated-file", Span(source, made.start, made.end), {"origin": made.name})


def _built(origin: Source, profile: str | None) -> list[tuple[str, str, str | None]] | None:
    """Return what a configuration compiles to, as sections, names and values; None where it does not compile."""
    document = _read(origin)
    if document is None or any(problem.rule == "malformed-file" for problem in document.problems):
        return None
    if profile is not None:
        from uwsgilint.formats.authoring import with_profile  # noqa: PLC0415  (few files have profiles)

        if profile not in document.profiles:
            return None
        document = with_profile(document, profile)
    from uwsgilint.formats import ini  # noqa: PLC0415  (few runs have a file and what it was made from)

    try:
        return _said(Source(origin.name, ini.write(document)))
    except CannotWriteError:
        return None


def _said(source: Source) -> list[tuple[str, str, str | None]]:
    """Return what an INI file says, whatever its blanks and comments are."""
    return [(s.name, d.key, d.value) for s in read(source, "ini").sections for d in s.directives]


# -- vassals -------------------------------------------------------------------------------------


class _Vassal(NamedTuple):
    """A file of a fleet: its name without the folder, and what it says."""

    name: str
    view: View


def _meeting(sources: Sequence[Source]) -> Iterator[Finding]:
    """Tell of vassals of one folder that cannot live together."""
    folders: dict[str, list[Source]] = {}
    for source in sources:
        if source.name.endswith(ENDINGS):
            folders.setdefault(os.path.dirname(source.name), []).append(source)  # noqa: PTH120
    watched = _watched(sources)
    for folder, members in folders.items():
        name = os.path.basename(os.path.abspath(folder))  # noqa: PTH100, PTH119  (asks no disk)
        if name not in FOLDERS and name not in watched:
            continue
        vassals = [vassal for source in members if (vassal := _vassal(source)) is not None]
        for vassal in vassals:
            yield from _daemons(vassal)
        if len(vassals) > 1:
            yield from _addresses(vassals)
            yield from _files(vassals)


def _watched(sources: Iterable[Source]) -> set[str]:
    """Return the names of the folders that the emperors of a run watch; where they lie differs by machine."""
    found: set[str] = set()
    for source in sources:
        document = _read(source) if b"emperor" in source.data else None
        if document is None:
            continue
        for section in document.sections:
            for directive in section.directives:
                if directive.key != "emperor" or not directive.value or "://" in directive.value:
                    continue
                path = directive.value.rstrip("/")
                last = path.rpartition("/")[2]
                if "*" in last:
                    last = path.rpartition("/")[0].rpartition("/")[2]
                last = last.removeprefix("%d")
                if last and settled(last) is not None and last not in {".", ".."}:
                    found.add(last)
    return found


def _vassal(source: Source) -> _Vassal | None:
    """Read a vassal; None for a file that says different things in different cases, or nothing to us."""
    from uwsgilint.lint.scope import Scope  # noqa: PLC0415  (most runs have no vassals)
    from uwsgilint.lint.views import PlainView  # noqa: PLC0415

    document = _read(source)
    section = None if document is None else document.merged().get("uwsgi")
    if document is None or section is None:
        return None
    for directive in section.directives:
        option = catalog.option(directive.key)
        if option is not None and (option.kind in {"logic", "terminator"} or option.setting == "emperor"):
            return None
    view = PlainView(section.directives, document, Scope.of(None, None), "uwsgi")
    return _Vassal(os.path.basename(source.name), view)  # noqa: PTH119


def _daemons(vassal: _Vassal) -> Iterator[Finding]:
    for setting in ("daemonize", "daemonize2"):
        for given in vassal.view.every(setting)[:1]:
            yield make("daemonizing-vassal", given.span, {"log": given.shown}, given.key)


def _addresses(vassals: Iterable[_Vassal]) -> Iterator[Finding]:
    """Tell of addresses that an earlier vassal has already."""
    from uwsgilint.lint.checks.sockets import GATEWAYS, SOCKETS, STATS, listeners  # noqa: PLC0415
    from uwsgilint.lint.conditions import host, is_tcp, port  # noqa: PLC0415

    taken: dict[str, list[tuple[str, _Vassal, Given]]] = {}
    for vassal in vassals:
        if vassal.view.every("reuse-port"):
            continue
        mine: list[tuple[str, str, Given]] = []
        for setting in (*SOCKETS, *GATEWAYS, *STATS):
            for listener in listeners(vassal.view, [setting]) or ():
                if is_tcp(listener.address) and (number := port(listener.address)):
                    mine.append((str(number), host(listener.address) or "", listener.given))
                elif listener.address.startswith("/"):
                    mine.append((listener.address, "", listener.given))
        for key, name, given in mine:
            for other_name, other, there in taken.get(key, ()):
                if name == other_name or name in _EVERYWHERE or other_name in _EVERYWHERE:
                    rule = "shared-socket-path-in-fleet" if key.startswith("/") else "shared-address-in-fleet"
                    values = {"address": given.shown, "vassal": other.name}
                    yield make(rule, given.span, values, given.key, (Related(there.span, f"{other.name} has it"),))
                    break
        for key, name, given in mine:
            taken.setdefault(key, []).append((name, vassal, given))


def _files(vassals: Iterable[_Vassal]) -> Iterator[Finding]:
    """Tell of files that an earlier vassal writes to already."""
    taken: dict[str, tuple[_Vassal, Given]] = {}
    for vassal in vassals:
        mine = {
            given.text: given
            for setting in _FILES
            for given in vassal.view.every(setting)
            if isinstance(given.text, str) and given.text.startswith("/")
        }
        for path, given in mine.items():
            if path in taken:
                other, there = taken[path]
                values = {"path": path, "vassal": other.name}
                related = (Related(there.span, f"{other.name} has it"),)
                yield make("shared-file-in-fleet", given.span, values, given.key, related)
        for path, given in mine.items():
            taken.setdefault(path, (vassal, given))
