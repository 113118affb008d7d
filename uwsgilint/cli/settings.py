"""The tool's own settings: `uwsgilint.toml`, or `[tool.uwsgilint]` in `pyproject.toml`, the nearest one up the tree.

They say what holds for all files below: the release and the build that these will run on. What a
file says itself, or the command line, counts more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from uwsgilint.document import Target

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KEYS", "SettingsError", "nearest"]

OWN_FILE = "uwsgilint.toml"
SHARED_FILE = "pyproject.toml"
TABLE = "uwsgilint"
# Each setting with the sentence that the JSON Schema shows.
KEYS = {
    "target": "The uWSGI release to check against, such as 2.0.21.",
    "build": "What the server contains: the name of a known build, or the path of a file that `probe` wrote.",
}


class SettingsError(ValueError):
    """A settings file says what it cannot; the text names the file."""


_read: dict[str, Target | None] = {}


def nearest(folder: str) -> Target | None:
    """Return what the nearest settings file at or above a folder says; None where there is none.

    Raises:
        SettingsError: the file cannot be read, or says something unknown.
    """
    folder = os.path.abspath(folder)  # noqa: PTH100  (a path object for each file checked costs more than the rest)
    passed: list[str] = []
    while folder not in _read:
        passed.append(folder)
        found = _from(folder)
        if found is not None:
            _read[folder] = found
            break
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            _read[folder] = None
            break
        folder = parent
    for each in passed:
        _read[each] = _read[folder]
    return _read[folder]


def _from(folder: str) -> Target | None:
    for name in (OWN_FILE, SHARED_FILE):
        path = os.path.join(folder, name)  # noqa: PTH118
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                data = file.read()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from None
        if name == OWN_FILE:
            return _parsed(path, data, lambda tables: tables)
        if f"tool.{TABLE}".encode() in data:  # spares the parser where nobody speaks of us
            found = _parsed(path, data, lambda tables: tables.get("tool", {}).get(TABLE))
            if found is not None:
                return found
    return None


def _parsed(path: str, data: bytes, chosen: Callable[[dict[str, Any]], Any]) -> Target | None:
    import tomli  # noqa: PLC0415  (only where there are settings)

    try:
        table = chosen(tomli.loads(data.decode()))
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: the settings are no table")
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415

    known = {"target": catalog.RELEASES, "build": builds.names()}
    for key, value in list(table.items()):
        choices = known.get(key)
        if choices is None:
            near = catalog.suggest(key, KEYS)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(KEYS)}"
            raise SettingsError(f"{path}: there is no setting {key!r}{hint}")
        if key == "build" and isinstance(value, str) and builds.is_path(value):
            folder = os.path.dirname(path)  # noqa: PTH120
            try:
                builds.find(value, folder)
            except ValueError as error:
                raise SettingsError(f"{path}: {error}") from None
            table[key] = os.path.join(folder, value)  # noqa: PTH118
        elif value not in choices:
            near = catalog.suggest(value, choices) if isinstance(value, str) else []
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{path}: no {key} is called {value!r}{hint}")
    return Target(table.get("target"), table.get("build"))
