"""The tool's own settings: `uwsgilint.toml`, or `[tool.uwsgilint]` in `pyproject.toml`, the nearest one up the tree.

They say what holds for all files below: the release and the build that these will run on, which rules run and how
grave they are. What a file says itself, or the command line, counts more.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from uwsgilint.cli import exits
from uwsgilint.document import Source, Target
from uwsgilint.lint.registry import SEVERITIES
from uwsgilint.lint.selection import PROFILES, RECOMMENDED, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from uwsgilint.lint.declared import Ruleset

__all__ = [
    "CONTENT",
    "KEYS",
    "NONE",
    "PER_FILE",
    "SELECTING",
    "VARIABLE",
    "Applied",
    "Doubt",
    "Setting",
    "Settings",
    "SettingsError",
    "load",
    "nearest",
]

OWN_FILE = "uwsgilint.toml"
SHARED_FILE = "pyproject.toml"
TABLE = "uwsgilint"
# Names and values of variables, as JSON Schema wants them: any engine of regular expressions reads these alike.
VARIABLE = r"^[^=\s\x00]+(?![\s\S])"
CONTENT = r"^[^\x00]*(?![\s\S])"
_Where: TypeAlias = "tuple[str | int, ...]"
_DEEPEST = 10  # files that extend each other
# However a TOML file spells a name of ours: [tool.uwsgilint], [tool."uwsgilint"], or uwsgilint = {} below [tool].
_SPEAKS_OF_US = re.compile(
    rb"""tool["']?\s*\.\s*["']?uwsgilint|^\s*(?:\[\s*)?["']?tool["']?\s*[]=][\s\S]*uwsgilint""", re.MULTILINE
)


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
SELECTING = ("select", "extend-select", "ignore", "severity")
"""Those that name rules."""


class SettingsError(ValueError):
    """A settings file says what it cannot; each line of the text names the file, and where it can the place."""

    def shown(self) -> str:
        """Return the lines that standard error gets."""
        return "".join(f"uwsgilint: {line}\n" for line in str(self).splitlines())


class Doubt(NamedTuple):
    """A selector that fits no built-in rule: whether it fits one of one's own is known when those are read.

    Attributes:
        selector: what was written.
        path: the file that says it.
        where: the keys that lead to it there.
    """

    selector: str
    path: str
    where: _Where


class _Fault(NamedTuple):
    """Something that a file cannot say.

    Attributes:
        where: the keys that lead to it.
        text: what is wrong with it.
        name: whether it is the last key that is wrong, and not the value.
    """

    where: _Where
    text: str
    name: bool = False


class _Read(NamedTuple):
    """What a file says, with what it extends below it."""

    values: dict[str, Any]
    doubts: tuple[Doubt, ...]


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
        doubts: selectors in it that only rules of one's own can explain.
    """

    __slots__ = ("_applied", "_patterns", "doubts", "folder", "values")

    def __init__(self, folder: str, values: Mapping[str, Any], doubts: tuple[Doubt, ...] = ()) -> None:
        self.folder = folder
        self.values = values
        self.doubts = doubts
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

    def settle(self, own: Ruleset | None) -> None:
        """Hold the doubtful selectors against the rules of one's own, or against none.

        Raises:
            SettingsError: one of them selects nothing.
        """
        from uwsgilint.lint.selection import unknown_selector  # noqa: PLC0415

        told = []
        for selector, path, where in self.doubts:
            fault = unknown_selector(selector, own)
            if fault is not None:
                key = next(str(key) for key in where if key in SELECTING)
                told.append((path, _Fault(where, f"{key}: {fault}", name=key == "severity")))
        if told:
            raise SettingsError("\n".join(f"{_place(path, fault)}: {fault.text}" for path, fault in told))

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
        """Whether a pattern fits a path from the folder of the settings, or without a slash any name in it."""
        name = os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")  # noqa: PTH100
        pattern = pattern.replace("\\", "/").rstrip("/")
        if "/" not in pattern:
            return any(fnmatchcase(part, pattern) for part in name.split("/"))
        return _expression(pattern).fullmatch(name) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    """Return what fits the paths that a pattern with a slash fits, and everything below these."""
    pieces = []
    for star, one, word, rest in _PIECES.findall(pattern.removeprefix("./").removeprefix("/")):
        if star == "**/":
            pieces.append("(?:[^/]+/)*")
        elif star:
            pieces.append(".*" if star == "**" else "[^/]*")
        elif one:
            pieces.append("[^/]")
        elif word:
            inner = word[1:-1].replace("\\", r"\\").replace("[", r"\[").replace("^", r"\^")
            pieces.append(f"(?!/)[{inner.replace('!', '^', 1) if inner.startswith('!') else inner}]")
        else:
            pieces.append(re.escape(rest))
    try:
        return re.compile("".join(pieces) + "(?:/.*)?", re.DOTALL)
    except re.error:  # a range that runs backwards fits nothing, as it does for a shell
        return re.compile(r"(?!)")


# What a pattern is made of: asterisks, one character, one of several, and all else.
_PIECES = re.compile(r"((?:(?<=/)|\A)\*\*/|\*\*|\*)|(\?)|(\[!?\]?[^\]/]*\])|(.)", re.DOTALL)


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
    """Lay settings over others: lists that only add are joined, tables member by member, all else is replaced.

    A profile replaces what was selected instead of one.
    """
    values = dict(below)
    if "profile" in above:
        values.pop("select", None)
    for key, value in above.items():
        if key in {"extend-select", "ignore", "exclude"}:
            values[key] = [*values.get(key, ()), *value]
        elif key == "per-file":
            patterns = dict(values.get(key, {}))
            values[key] = {**patterns, **{each: _over(patterns.get(each, {}), value[each]) for each in value}}
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
    found = _from(path, ())
    if found is None:
        raise SettingsError(f"{path}: there is no [tool.{TABLE}]")
    return Settings(os.path.dirname(os.path.abspath(path)), *found)  # noqa: PTH100, PTH120


def _in(folder: str) -> Settings | None:
    for name in (OWN_FILE, SHARED_FILE):
        path = os.path.join(folder, name)  # noqa: PTH118
        # A file of ours that is a link to nowhere is a mistake, not an absence.
        if os.path.exists(path) or (name == OWN_FILE and os.path.islink(path)):  # noqa: PTH110, PTH114
            found = _from(path, ())
            if found is not None:
                return Settings(folder, *found)
    return None


def _from(path: str, above: tuple[str, ...]) -> _Read | None:
    """Read a file that others extend, which are named from the top down; None where it does not speak of us."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read()
    except OSError as error:
        raise SettingsError(f"{_shown(path)}: {exits.reason_of(error)}") from None
    if os.path.basename(path) != SHARED_FILE:  # noqa: PTH119
        return _parsed(path, data, lambda tables: tables, above)
    if _SPEAKS_OF_US.search(data):  # spares the parser where nobody speaks of us
        return _parsed(path, data, lambda tables: tables.get(TABLE), above, ("tool",))
    return None


def _parsed(
    path: str,
    data: bytes,
    chosen: Callable[[dict[str, Any]], Any],
    above: tuple[str, ...],
    outer: _Where = (),
) -> _Read | None:
    table: Any = _tables_of(path, data)
    for key in outer:
        table = table.get(key, {})
        if not isinstance(table, dict):
            raise SettingsError(f"{_place(path, _Fault((key,), ''))}: {key!r} is a table")
    table = chosen(table)
    if table is None:
        return None
    outer = (*outer, TABLE) if outer else ()
    if not isinstance(table, dict):
        raise SettingsError(f"{_place(path, _Fault(outer, ''))}: the settings are no table")
    folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
    faults = [*_faults(table, KEYS)] or [*_missing_builds(folder, table)]
    if faults:
        placed = [(_place(path, fault._replace(where=(*outer, *fault.where))), fault.text) for fault in faults]
        raise SettingsError("\n".join(f"{place}: {text}" for place, text in placed))
    doubts = tuple(Doubt(selector, path, (*outer, *where)) for selector, where in _doubtful(table))
    if "extend" not in table:
        return _Read(table, doubts)
    other = os.path.join(folder, table["extend"])  # noqa: PTH118
    below = _extended(path, other, above, (*outer, "extend"))
    away = os.path.relpath(os.path.dirname(os.path.abspath(other)), folder)  # noqa: PTH100, PTH120
    if "rules" in below.values:
        below.values["rules"] = [os.path.join(away, name) for name in below.values["rules"]]  # noqa: PTH118
    return _Read(_over(below.values, table), (*below.doubts, *doubts))


def _extended(path: str, other: str, above: tuple[str, ...], where: _Where) -> _Read:
    """Read what a file extends; that there is nothing to be read is told where it is named."""
    above = (*above, os.path.realpath(path))
    wrong = ""
    if os.path.realpath(other) in above:
        cycle = [*above[above.index(os.path.realpath(other)) :], os.path.realpath(other)]
        wrong = f"these files extend each other: {', '.join(map(_shown, cycle))}"
    elif len(above) > _DEEPEST:
        wrong = f"files extend each other more than {_DEEPEST} deep"
    else:
        try:
            with open(other, "rb"):  # noqa: PTH123
                pass
        except OSError as error:
            wrong = f"{_shown(other)}: {exits.reason_of(error)}"
    below = None if wrong else _from(other, above)
    if below is None:
        wrong = wrong or f"{_shown(other)}: there is no [tool.{TABLE}]"
        raise SettingsError(f"{_place(path, _Fault(where, ''))}: {wrong}")
    return below


def _tables_of(path: str, data: bytes) -> dict[str, Any]:
    import tomli  # noqa: PLC0415  (only where there are settings)

    try:
        return tomli.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        source = Source(path, data)
        line, column = source.locate(error.start)
        raise SettingsError(f"{_shown(path)}:{line}:{column}: this byte is not UTF-8") from None
    except tomli.TOMLDecodeError as error:
        text = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise SettingsError(f"{_shown(path)}:{error.lineno}:{error.colno}: {text}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or nesting without end
        raise SettingsError(f"{_shown(path)}: {error}") from None


def _shown(path: str) -> str:
    """Name a file as it is called from here, where it is below here."""
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return path.removeprefix(here)


def _place(path: str, fault: _Fault) -> str:
    """Return FILE:LINE:COLUMN of what is wrong in a file; FILE alone where that cannot be told."""
    from uwsgilint.formats import toml  # noqa: PLC0415  (only mistakes have to be found again)
    from uwsgilint.formats.tree import Array, MalformedError, Table  # noqa: PLC0415

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read()
        mark = len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))
        source = Source(path, data[mark:])
        node: Any = toml.read(source)
    except (OSError, MalformedError):
        return _shown(path)
    offset = None
    for key in fault.where:
        if isinstance(node, Table):
            entry = next((entry for entry in node.entries if entry.key == key), None)
            if entry is None:
                break
            node, offset = entry.node, entry.start
            # A table that a header opens is where the header is; what a line says is behind the name.
            named = fault.name or isinstance(node, Table)
            offset = entry.start if named else node.start
        elif isinstance(node, Array) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
            offset = node.start
        else:
            break
    if offset is None:
        return _shown(path)
    line, column = source.locate(offset)
    return f"{_shown(path)}:{line}:{column}"


def _missing_builds(folder: str, table: dict[str, Any]) -> Iterator[_Fault]:
    """Say that the file of a build cannot be read, and name it so that it is found from anywhere."""
    from uwsgilint.catalog import builds  # noqa: PLC0415

    patterns = table.get("per-file", {})
    for where, each in [((), table), *((("per-file", pattern), patterns[pattern]) for pattern in patterns)]:
        name = each.get("build")
        if isinstance(name, str) and builds.is_path(name):
            try:
                builds.find(name, folder)
            except ValueError as error:
                yield _Fault((*where, "build"), str(error))
            each["build"] = os.path.join(folder, name)  # noqa: PTH118


def _doubtful(table: Mapping[str, Any], outer: _Where = ()) -> Iterator[tuple[str, _Where]]:
    """Yield the selectors that fit no built-in rule, each with the keys that lead to it."""
    from uwsgilint.lint.selection import unknown_selector  # noqa: PLC0415

    for key in SELECTING:
        given = table.get(key, ())
        for number, selector in enumerate(given):
            if unknown_selector(selector) is not None:
                yield selector, (*outer, key, selector if key == "severity" else number)
    for pattern, each in table.get("per-file", {}).items():
        yield from _doubtful(each, (*outer, "per-file", pattern))


def _faults(table: Mapping[str, Any], known: Mapping[str, Setting], outer: _Where = ()) -> Iterator[_Fault]:
    """Say what is wrong with settings, each with what was probably meant."""
    from uwsgilint import catalog  # noqa: PLC0415

    for key, value in table.items():
        setting = known.get(key)
        where = (*outer, key)
        if setting is not None:
            wrong = list(_KINDS[setting.kind](where, value))
            yield from wrong or _choices(where, value)
        elif key in KEYS:
            yield _Fault(where, f"{key!r} holds for all files: it stands outside of `per-file`", name=True)
        else:
            near = catalog.suggest(key, known)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            yield _Fault(where, f"there is no setting {key!r}{hint}", name=True)


def _choices(where: _Where, value: Any) -> Iterator[_Fault]:
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415

    key = str(where[-1])
    words = {
        "target": catalog.RELEASES,
        "build": builds.names(),
        "profile": tuple(PROFILES),
        "fail-on": SEVERITIES,
    }.get(key)
    if words is not None and value not in words and not (key == "build" and builds.is_path(value)):
        near = catalog.suggest(value, words)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {_range(words)}"
        yield _Fault(where, f"no {key} is called {value!r}{hint}")
    elif key == "severity":
        for selector, severity in value.items():
            if severity not in SEVERITIES:
                near = catalog.suggest(severity.lower(), SEVERITIES)
                hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(SEVERITIES)}"
                if severity.lower() in _SILENT:
                    hint = f"what is not to run at all stands in `ignore`: ignore = [{selector!r}]".replace("'", '"')
                yield _Fault((*where, selector), f"{severity!r} of {selector!r} is no severity; {hint}")
    elif key == "env":
        for name, text in value.items():
            if not re.search(VARIABLE, name):
                yield _Fault((*where, name), f"{name!r} names no variable", name=True)
            elif not re.search(CONTENT, text):
                yield _Fault((*where, name), f"there is a NUL byte in {name!r}, which no variable can hold")


# What other linters call a rule that does not run.
_SILENT = frozenset({"off", "none", "ignore", "disable", "disabled", "0"})


def _range(words: Iterable[str]) -> str:
    """Name some words; of many, the first and the last."""
    known = list(words)
    return ", ".join(known) if len(known) <= 5 else f"{known[0]} to {known[-1]}"


def _meant(value: Any) -> str:
    """Say how a value is written as a text, where that is what is missing."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f': write "{value}"' if plain else ""


def _text(where: _Where, value: Any) -> Iterator[_Fault]:
    if not isinstance(value, str):
        yield _Fault(where, f"{where[-1]!r} is a text{_meant(value)}")


def _texts(where: _Where, value: Any) -> Iterator[_Fault]:
    if not isinstance(value, list):
        hint = f': write ["{value}"]' if isinstance(value, str) and value.isprintable() else ""
        yield _Fault(where, f"{where[-1]!r} is a list of texts{hint}")
        return
    for number, each in enumerate(value):
        if not isinstance(each, str):
            yield _Fault((*where, number), f"{where[-1]!r} is a list of texts{_meant(each)}")


def _flag(where: _Where, value: Any) -> Iterator[_Fault]:
    if not isinstance(value, bool):
        yield _Fault(where, f"{where[-1]!r} is true or false")


def _table(where: _Where, value: Any) -> Iterator[_Fault]:
    if not isinstance(value, dict):
        yield _Fault(where, f"{where[-1]!r} is a table of texts")
        return
    for name, each in value.items():
        if not isinstance(each, str):
            yield _Fault((*where, name), f"{where[-1]!r} is a table of texts{_meant(each)}")


def _tables(where: _Where, value: Any) -> Iterator[_Fault]:
    if not isinstance(value, dict):
        yield _Fault(where, f"{where[-1]!r} is a table of tables, one for each pattern")
        return
    for pattern, table in value.items():
        if isinstance(table, dict):
            yield from (
                fault._replace(text=f"per-file {pattern!r}: {fault.text}")
                for fault in _faults(table, PER_FILE, (*where, pattern))
            )
        else:
            yield _Fault((*where, pattern), f"{where[-1]!r} is a table of tables, one for each pattern")


_KINDS: dict[str, Callable[[_Where, Any], Iterator[_Fault]]] = {
    "text": _text,
    "texts": _texts,
    "flag": _flag,
    "table": _table,
    "tables": _tables,
}
