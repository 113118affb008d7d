"""Checks of plugins: the order in which they are loaded, and where from.

Each function is named by a page in `rules/names`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.lint.checks.fixes import moved
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding, Fix
    from uwsgilint.lint.views import Given, View

__all__ = ["base_behind", "late_folder", "late_plugin", "late_plugin_under_strict", "required_in_build"]

_ON_PYTHON = frozenset({"gevent", "asyncio", "greenlet", "tornado", "stackless"})


def _loaded(view: View) -> list[tuple[Given, str]]:
    """Return the plugin files that are loaded, in order, by the names that they are asked for."""
    given = [each for setting in ("plugins", "need-plugins") for each in view.every(setting)]
    if any(each.guard or each.span.source is not view.document.source for each in given):
        return []
    found = []
    for each in sorted(given, key=lambda one: one.span.start):
        if isinstance(each.text, str):
            found += [(each, word.strip(" \t")) for word in each.text.split(",") if word.strip(" \t")]
    return found


def _bare(name: str) -> str:
    """Return what a plugin is called in uWSGI's source: python3 is python."""
    bare = name.partition("|")[0].rpartition(":")[2].rpartition("/")[2].removesuffix("_plugin.so")
    return bare if bare in catalog.plugins() else bare.rstrip("0123456789.").partition("_python")[0]


def _forward(view: View, given: Given, before: Given) -> Fix | None:
    """Move a plugin in front of an option, unless its folder is named in between."""
    if any(folder.span.start > before.span.start for folder in view.every("plugins-dir")):
        return None
    return moved(view, given, before)


def late_folder(view: View) -> Iterator[Finding]:
    """Tell of a folder of plugins that is named after plugins were loaded without any."""
    folders = view.every("plugins-dir")
    if not folders or view.open or any(each.guard for each in folders):
        return
    first = min(folders, key=lambda each: each.span.start)
    if first.span.source is not view.document.source:
        return
    early = [(given, name) for given, name in _loaded(view) if given.span.start < first.span.start and "/" not in name]
    if early:
        given, name = early[0]
        related, fix = related_to([given], "loaded here"), moved(view, first, given)
        yield make("late-plugin-folder", first.span, {"plugin": name}, first.key, related, fix)


def base_behind(view: View) -> Iterator[Finding]:
    """Tell of a plugin that needs the one of Python, in front of that."""
    loaded = _loaded(view)
    names = [_bare(name) for _, name in loaded]
    if "python" not in names or (view.scope.chosen and "python" in view.scope.build.embedded):
        return
    place = names.index("python")
    for (given, name), bare in zip(loaded[:place], names[:place], strict=True):
        if bare in _ON_PYTHON:
            yield make("plugin-in-front-of-its-base", given.value_span, {"plugin": name, "base": loaded[place][1]})


def required_in_build(view: View) -> Iterator[Finding]:
    """Tell of a file of a plugin that the target build has compiled in."""
    build = view.scope.build
    if not view.scope.chosen:
        return
    for given in view.every("need-plugins"):
        if given.guard or not isinstance(given.text, str):
            continue
        for word in given.text.split(","):
            name = word.strip(" \t")
            if "/" not in name and _bare(name) in build.embedded and name not in build.loadable:
                yield make("required-plugin-in-build", given.value_span, {"plugin": name, "build": build.name})


def _behind_options(view: View) -> Iterator[tuple[Given, str, Given]]:
    """Return plugins that are loaded behind one of their options, with the first such option."""
    if view.open:
        return
    for given, name in _loaded(view):
        bare = _bare(name)
        if bare not in catalog.plugins() or (view.scope.chosen and bare in view.scope.build.embedded):
            continue
        early = [
            each
            for setting in view.settings()
            for each in view.every(setting)
            if each.directive is not None
            and each.span.source is view.document.source
            and each.span.start < given.span.start
            and bare in catalog.owners(each.key)
        ]
        if early:
            yield given, name, min(early, key=lambda one: one.span.start)


def late_plugin_under_strict(view: View) -> Iterator[Finding]:
    """Tell of a plugin behind its options where `strict` is on."""
    if view.value("strict") is not True:
        return
    for given, name, early in _behind_options(view):
        values, related = {"plugin": name, "early": early.key}, related_to([early], "needed here")
        yield make("late-plugin-under-strict", given.span, values, given.key, related, _forward(view, given, early))


def late_plugin(view: View) -> Iterator[Finding]:
    """Tell of a plugin behind its options, of which one would turn on others."""
    if view.value("strict") is True:
        return
    for given, name, early in _behind_options(view):
        option = catalog.option(early.key)
        lost = [each for each in (catalog.implies(option) if option is not None else ()) if not view.every(each)]
        if lost:
            values, related = {"plugin": name, "early": early.key, "lost": lost[0]}, related_to([early], "needed here")
            yield make("late-plugin", given.span, values, given.key, related, _forward(view, given, early))
