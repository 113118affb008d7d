"""The tool's own settings: `uwsgilint.toml`, or `[tool.uwsgilint]` in `pyproject.toml`, the nearest one up the tree.

They say what holds for all files below: the release and the build that these will run on, which rules run and how
grave they are. What a file says itself, or the command line, counts more.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from uwsgilint.document import Target
from uwsgilint.lint.selection import PROFILES, RECOMMENDED, SEVERITIES, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["FAIL_ON", "KEYS", "NONE", "PER_FILE", "Applied", "Setting", "Settings", "SettingsError", "load", "nearest"]

OWN_FILE = "uwsgilint.toml"
SHARED_FILE = "pyproject.toml"
TABLE = "uwsgilint"
FAIL_ON = ("error", "warning", "advice")
_DEEPEST = 10  # files that extend each other


class Setting(NamedTuple):
    """One thing that can be set.

    Attributes:
        kind: "text", "texts", "flag", "table" of texts, or "tables" for `per-file`.
        description: the sentence that the JSON Schema shows.
    """

    kind: str
    description: str


# What can be set for all files, or for some.
PER_FILE = {
    "target": Setting("text", "The uWSGI release to check against, such as 2.0.21."),
    "build": Setting("text", "What the server contains: a known build, or a file that `probe` wrote."),
    "profile": Setting("text", "The set of rules that runs when `select` says nothing."),
    "select": Setting("texts", "What runs instead: codes, beginnings of codes, names, groups, severities or all."),
    "extend-select": Setting("texts", "What runs as well."),
    "ignore": Setting("texts", "What does not run."),
    "severity": Setting("table", "Rule, group or beginning of a code, and how grave it is here."),
    "env": Setting("table", "Variables in the environment of the server, for $(NAME) and if-env."),
}
KEYS = {
    **PER_FILE,
    "fail-on": Setting("text", "The least severity that makes a check fail."),
    "rules": Setting("texts", "Folders with rules of your own."),
    "exclude": Setting("texts", "Patterns of files that are left out of folders."),
    "require-reason": Setting("flag", "Whether a comment that ignores a finding has to say why."),
    "extend": Setting("text", "Another file of settings, which these are laid over."),
    "per-file": Setting("tables", "Pattern of files, and the settings that hold for them."),
}
"""Each setting with what it takes; all of them are in the JSON Schema, too."""


class SettingsError(ValueError):
    """A settings file says what it cannot; the text names the file."""


class Applied(NamedTuple):
    """What settings mean for one file.

    Attributes:
        target: release and build for a file that does not say.
        selection: which rules run; those of one's own are not in it yet.
        env: variables of the server.
    """

    target: Target | None
    selection: Selection
    env: Mapping[str, str]


class Settings:
    """What a file of settings says.

    Attributes:
        folder: the folder that its patterns and paths start at.
        values: what it says, by the name of the setting.
    """

    __slots__ = ("_applied", "_patterns", "folder", "values")

    def __init__(self, folder: str, values: Mapping[str, Any]) -> None:
        self.folder = folder
        self.values = values
        self._patterns: dict[str, Mapping[str, Any]] = dict(values.get("per-file", {}))
        self._applied: dict[tuple[str, ...], Applied] = {}

    @property
    def rules(self) -> tuple[str, ...]:
        """Folders with rules of one's own, as absolute paths."""
        return tuple(os.path.join(self.folder, name) for name in self.values.get("rules", ()))  # noqa: PTH118

    @property
    def fail_on(self) -> str:
        """The least severity that makes a check fail."""
        return str(self.values.get("fail-on", "warning"))

    def excludes(self, path: str) -> bool:
        """Whether a file is left out when the folder it is in is checked."""
        patterns = self.values.get("exclude", ())
        return bool(patterns) and any(self._matches(path, pattern) for pattern in patterns)

    def for_file(self, path: str) -> Applied:
        """Return what holds for a file: what is said for all, and over it each pattern that fits, in order."""
        fitting = tuple(pattern for pattern in self._patterns if self._matches(path, pattern))
        found = self._applied.get(fitting)
        if found is None:
            values = dict(self.values)
            for pattern in fitting:
                values = _over(values, self._patterns[pattern])
            found = self._applied[fitting] = _applied(values)
        return found

    def _matches(self, path: str, pattern: str) -> bool:
        """Whether a pattern fits a path from the folder of the settings, or without a slash the name alone."""
        name = os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")  # noqa: PTH100
        if "/" not in pattern.rstrip("/"):
            return any(fnmatchcase(part, pattern.rstrip("/")) for part in name.split("/"))
        pattern = pattern.removeprefix("./").rstrip("/")
        plain = pattern.replace("**/", "")
        return any(fnmatchcase(name, p) for p in (pattern, plain, f"{pattern}/*", f"{plain}/*"))


NONE = Settings(os.curdir, {})
"""Where no file says anything."""


def _applied(values: Mapping[str, Any]) -> Applied:
    target = Target(values.get("target"), values.get("build")) if {"target", "build"} & set(values) else None
    extend = tuple(values.get("extend-select", ()))
    if values.get("require-reason"):
        extend = (*extend, "unexplained-suppression")
    selection = Selection(
        values.get("profile", RECOMMENDED),
        tuple(values["select"]) if "select" in values else None,
        extend,
        tuple(values.get("ignore", ())),
        values.get("severity", {}),
    )
    return Applied(target, selection, values.get("env", {}))


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others: lists that only add are joined, tables member by member, all else is replaced."""
    values = dict(below)
    for key, value in above.items():
        if key in {"extend-select", "ignore", "exclude"}:
            values[key] = [*values.get(key, ()), *value]
        elif isinstance(value, dict):
            values[key] = {**values.get(key, {}), **value}
        else:
            values[key] = value
    return values


_read: dict[str, Settings] = {}


def nearest(folder: str) -> Settings:
    """Return what the nearest settings file at or above a folder says; NONE where there is none.

    Raises:
        SettingsError: the file cannot be read, or says something unknown.
    """
    folder = os.path.abspath(folder)  # noqa: PTH100  (a path object for each file checked costs more than the rest)
    passed: list[str] = []
    while folder not in _read:
        passed.append(folder)
        found = _in(folder)
        if found is not None:
            _read[folder] = found
            break
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            _read[folder] = NONE
            break
        folder = parent
    for each in passed:
        _read[each] = _read[folder]
    return _read[folder]


def load(path: str) -> Settings:
    """Return what a file says: a `pyproject.toml`, or one of settings alone under any name.

    Raises:
        SettingsError: the file cannot be read, or says something unknown.
    """
    found = _from(path, 0)
    if found is None:
        raise SettingsError(f"{path}: there is no [tool.{TABLE}]")
    return Settings(os.path.dirname(os.path.abspath(path)), found)  # noqa: PTH100, PTH120


def _in(folder: str) -> Settings | None:
    for name in (OWN_FILE, SHARED_FILE):
        path = os.path.join(folder, name)  # noqa: PTH118
        if os.path.exists(path):  # noqa: PTH110
            values = _from(path, 0)
            if values is not None:
                return Settings(folder, values)
    return None


def _from(path: str, depth: int) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read()
    except OSError as error:
        raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    if os.path.basename(path) != SHARED_FILE:  # noqa: PTH119
        return _parsed(path, data, lambda tables: tables, depth)
    if f"tool.{TABLE}".encode() in data:  # spares the parser where nobody speaks of us
        return _parsed(path, data, lambda tables: tables.get("tool", {}).get(TABLE), depth)
    return None


def _parsed(path: str, data: bytes, chosen: Callable[[dict[str, Any]], Any], depth: int) -> dict[str, Any] | None:
    import tomli  # noqa: PLC0415  (only where there are settings)

    try:
        table = chosen(tomli.loads(data.decode()))
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: the settings are no table")
    for fault in _faults(table, KEYS):
        raise SettingsError(f"{path}: {fault}")
    folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
    for each in (table, *table.get("per-file", {}).values()):
        _find_build(path, folder, each)
    if "extend" not in table:
        return table
    if depth >= _DEEPEST:
        raise SettingsError(f"{path}: files extend each other more than {_DEEPEST} deep")
    other = os.path.join(folder, table["extend"])  # noqa: PTH118
    below = _from(other, depth + 1)
    if below is None:
        raise SettingsError(f"{other}: there is no [tool.{TABLE}]")
    away = os.path.relpath(os.path.dirname(os.path.abspath(other)), folder)  # noqa: PTH100, PTH120
    if "rules" in below:
        below["rules"] = [os.path.join(away, name) for name in below["rules"]]  # noqa: PTH118
    return _over(below, table)


def _find_build(path: str, folder: str, table: dict[str, Any]) -> None:
    """Say that the file of a build cannot be read, and name it so that it is found from anywhere."""
    from uwsgilint.catalog import builds  # noqa: PLC0415

    name = table.get("build")
    if isinstance(name, str) and builds.is_path(name):
        try:
            builds.find(name, folder)
        except ValueError as error:
            raise SettingsError(f"{path}: {error}") from None
        table["build"] = os.path.join(folder, name)  # noqa: PTH118


def _faults(table: Mapping[str, Any], known: Mapping[str, Setting]) -> Iterator[str]:
    """Say what is wrong with settings, each with what was probably meant."""
    from uwsgilint import catalog  # noqa: PLC0415

    for key, value in table.items():
        setting = known.get(key)
        if setting is None:
            near = catalog.suggest(key, known)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            yield f"there is no setting {key!r}{hint}"
            continue
        wrong = list(_KINDS[setting.kind](key, value))
        yield from wrong or _choices(key, value)


def _choices(key: str, value: Any) -> Iterator[str]:
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415
    from uwsgilint.lint.selection import unknown_selector  # noqa: PLC0415

    words = {
        "target": catalog.RELEASES,
        "build": builds.names(),
        "profile": tuple(PROFILES),
        "fail-on": FAIL_ON,
    }.get(key)
    if key == "build" and isinstance(value, str) and builds.is_path(value):
        return
    if words is not None and value not in words:
        near = catalog.suggest(value, words) if isinstance(value, str) else []
        yield f"no {key} is called {value!r}" + (f"; did you mean {near[0]}?" if near else "")
    if key == "severity":
        for selector, severity in value.items():
            if severity not in SEVERITIES:
                yield f"{severity!r} of {selector!r} is no severity: it is one of {', '.join(SEVERITIES)}"
    if key in {"select", "extend-select", "ignore", "severity"}:
        for selector in value:
            # A rule of one's own is known only when its folder is read.
            fault = unknown_selector(selector) if not selector[:1].isupper() or selector.startswith("UW") else None
            if fault is not None:
                yield f"{key}: {fault}"


def _text(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str) and key not in {"target", "build"}:
        yield f"{key!r} is a text"


def _texts(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        yield f"{key!r} is a list of texts"


def _flag(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{key!r} is true or false"


def _table(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        yield f"{key!r} is a table of texts"


def _tables(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        yield f"{key!r} is a table of tables, one for each pattern"
        return
    for pattern, table in value.items():
        for fault in _faults(table, PER_FILE):
            yield f"per-file {pattern!r}: {fault}"


_KINDS: dict[str, Callable[[str, Any], Iterator[str]]] = {
    "text": _text,
    "texts": _texts,
    "flag": _flag,
    "table": _table,
    "tables": _tables,
}
