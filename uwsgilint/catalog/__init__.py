"""What uWSGI knows: its options, their names, plugins and releases.

All of it was extracted from the option tables of uWSGI's own source releases (see `schemas/`) and
loads from bytecode: nothing is parsed at run time, and an `Option` is made when it is asked for.
"""

# No `from __future__ import annotations` here: making a NamedTuple out of annotations that are
# strings takes ten times as long as everything else in this module.

from collections.abc import Iterable
from typing import NamedTuple

from uwsgilint._data.options import ALIASES, IMPLIES, OPTIONS, OWNERS, PLUGINS, RELEASES

__all__ = [
    "LATEST",
    "RELEASES",
    "Change",
    "Option",
    "aliases",
    "changes",
    "choices",
    "exists_in",
    "implies",
    "names",
    "option",
    "owners",
    "plugin_requires",
    "plugins",
    "release_key",
    "setting_of",
    "suggest",
]

LATEST: str = RELEASES[-1]


class Option(NamedTuple):
    """An option as the newest release that has it declares it (`struct uwsgi_option`, uwsgi.h).

    Attributes:
        name: its native name.
        setting: the first of the names that mean the same setting; its own name for most.
        kind: how its value is read: a key of `uwsgilint.values.KINDS`.
        argument: "required", "none" or "optional": what the command line wants; files do not care.
        short: the letter of its short flag, or "".
        plugin: the plugin whose table declares it, "core" for the server's own.
        since: the first release of 2.0 that has it.
        until: the last release that has it; None when `LATEST` does.
        flags: what else its name alone does: "immediate", "master", "log-master", "mime" ...
        repeatable: whether every occurrence counts; otherwise the last one does.
        needs: what a build must have for it: "ssl", "pcre", "capabilities", "xml", "routing",
            "linux" ...; empty for most.
    """

    name: str
    setting: str
    kind: str
    argument: str
    short: str
    plugin: str
    since: str
    until: str | None
    flags: tuple[str, ...]
    repeatable: bool
    needs: tuple[str, ...]


class Change(NamedTuple):
    """Something about an option that a release changed.

    Attributes:
        release: the first one with the new state.
        field: "argument", "flags", "kind", "needs", "plugin", "short", or "writes" for the variable.
        before: the old state; flags and needs are tuples.
        after: the new state.
    """

    release: str
    field: str
    before: str | tuple[str, ...]
    after: str | tuple[str, ...]


_NAMES = tuple(OPTIONS)
_made: dict[str, Option] = {}
_keys: dict[str, tuple[int, ...]] = {}


def option(name: str) -> Option | None:
    """Return the option of a name; None when no release of 2.0 has one.

    Names are compared as the server does (core/config.c uwsgi_opt_get): exactly.
    """
    made = _made.get(name)
    if made is None and (row := OPTIONS.get(name)) is not None:
        made = _made[name] = Option._make(row)
    return made


def names(release: str = LATEST) -> list[str]:
    """Return the names of all options of a release, sorted."""
    key = release_key(release)
    return [
        row[0]
        for row in OPTIONS.values()
        if release_key(row[6]) <= key and (row[7] is None or release_key(row[7]) >= key)
    ]


def setting_of(name: str) -> str:
    """Return the setting that a name means; the name itself when it is no option."""
    row = OPTIONS.get(name)
    return name if row is None else row[1]


def aliases(name: str) -> tuple[str, ...]:
    """Return the other names of the setting that a name means, the setting's own name first."""
    setting = setting_of(name)
    further = ALIASES.get(setting, ())
    return tuple(each for each in (setting, *further) if each != name) if further else ()


def implies(option: Option) -> tuple[str, ...]:
    """Return the settings that an option turns on by being named, whatever its value.

    The server does so as soon as it meets the name (core/config.c add_exported_option_do), before
    any setting is applied: an explicit `master = false` still wins.
    """
    return tuple(dict.fromkeys(setting for flag in option.flags for setting in IMPLIES.get(flag, ())))


def owners(name: str) -> tuple[str, ...]:
    """Return the plugins that have an option, the one that declares it first; "core" is one.

    The plugin ruby19 is compiled from the files of rack, and has all options of rack.
    """
    row = OPTIONS.get(name)
    return () if row is None else OWNERS.get(name) or (row[5],)


def exists_in(name: str, release: str) -> bool:
    """Tell whether a release has an option of this name, in the core or in some plugin."""
    row = OPTIONS.get(name)
    if row is None:
        return False
    key = release_key(release)
    return release_key(row[6]) <= key and (row[7] is None or key <= release_key(row[7]))


def choices(name: str) -> tuple[str, ...]:
    """Return the words that an option takes, where they are a closed set; nothing for most."""
    from uwsgilint._data.choices import CHOICES  # noqa: PLC0415  (only texts are held against them)

    return CHOICES.get(setting_of(name), ())


def changes(name: str) -> tuple[Change, ...]:
    """Return what releases changed about an option, oldest first; nothing for most."""
    from uwsgilint._data.history import CHANGES  # noqa: PLC0415  (few ask)

    return tuple(Change._make(change) for change in CHANGES.get(name, ()))


def release_key(release: str) -> tuple[int, ...]:
    """Return a key that sorts releases by age; what follows the numbers (`.post1`, `-dev`) is ignored.

    Raises:
        ValueError: the text does not begin with a number.
    """
    key = _keys.get(release)
    if key is None:
        numbers: list[int] = []
        for part in release.split("."):
            digits = part[: len(part) - len(part.lstrip("0123456789"))]
            if not digits:
                break
            numbers.append(int(digits))
            if digits != part:
                break
        if not numbers:
            raise ValueError(f"{release!r} is not a release")
        key = _keys[release] = tuple(numbers)
    return key


def plugins() -> tuple[str, ...]:
    """Return the names of all plugins in the source of `LATEST`, sorted."""
    return tuple(PLUGINS)


def plugin_requires(plugin: str) -> tuple[str, ...]:
    """Return the plugins that another one cannot do without (REQUIRES in its uwsgiplugin.py)."""
    return PLUGINS.get(plugin, ())


def suggest(name: str, candidates: Iterable[str] | None = None, limit: int = 1) -> list[str]:
    """Return the names that were probably meant by one that does not exist, best first.

    Args:
        name: what was written.
        candidates: the names that exist; those of `LATEST` when left out.
        limit: how many to return at most.
    """
    from uwsgilint.catalog.nearest import nearest  # noqa: PLC0415  (only mistakes need it)

    return nearest(name, _NAMES if candidates is None else tuple(candidates), limit)
