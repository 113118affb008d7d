"""Checks of what loads the application of Python: `module`, `wsgi-file`, `callable`, `mount` and their like.

Each function is named by a page in `rules/processes`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make
from uwsgilint.lint.fixing.edits import fix_of
from uwsgilint.lint.views import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding, Fix
    from uwsgilint.lint.fixing.edits import Order
    from uwsgilint.lint.views import Given, View

__all__ = [
    "LOADERS",
    "callable_in_file",
    "callable_with_module",
    "competing_loaders",
    "dead_mount",
    "file_as_module",
    "idle_callable",
]

LOADERS = ("module", "wsgi-file", "pecan", "paste", "eval", "web3", "pump", "wsgi-lite")
"""What loads the default application, in the order in which the Python plugin asks (uwsgi_python_init_apps)."""

_FILE_AND_CALLABLE = re.compile(r"(?!\w+://)(?P<file>[^:]*\.(?:py|wsgi)):(?P<callable>\w+)")
# `shop.wsgi` is a module that half of the world has; a file of this name shows by its path.
_FILE = re.compile(r"[^:]+\.py|[^:]*/[^:]*\.wsgi")
_WORD = re.compile(r"(?:.*[:./])?(?P<word>\w+)")
# A dotted name, and a file that only the Python plugin could have a name for.
_BARE_TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|[^:=]*\.ini")
_OTHER_LANGUAGES = ("psgi", "rack")


def _last(view: View, setting: str) -> tuple[str, Given] | None:
    """Return the text that a setting certainly has, and where it is written; None when that is not known."""
    given = view.every(setting)
    # What depends on a condition of the configuration, or on a file that nobody reads, is no certain text.
    if not given or any(each.guard for each in given):
        return None
    text = view.value(setting)
    return (text, given[-1]) if isinstance(text, str) and text else None


def _fix(view: View, given: Given, *orders: Order) -> Fix | None:
    values = {"file": "", "word": ""}
    return fix_of(orders, World(view, given.guard, given), values, safe=False)


def callable_in_file(view: View) -> Iterator[Finding]:
    """Tell of `wsgi-file = app.py:app`: what follows the colon belongs to the name of the file there."""
    found = _last(view, "wsgi-file")
    match = _FILE_AND_CALLABLE.fullmatch(found[0]) if found is not None else None
    if found is None or match is None:
        return
    given = found[1]
    orders: list[Order] = [("set", "value", match["file"])]
    if not view.every("callable"):
        orders.append(("add", "value", f"callable = {match['callable']}"))
    values = {"value": found[0], "file": match["file"], "callable": match["callable"]}
    yield make("callable-in-file-name", given.value_span, values, given.key, fix=_fix(view, given, *orders))


def file_as_module(view: View) -> Iterator[Finding]:
    """Tell of a `module` that is the name of a file, or of a path: Python imports modules by dotted names."""
    found = _last(view, "module")
    if found is None:
        return
    text, given = found
    name = text.partition(":")[0]
    if "/" not in name and not name.endswith(".py"):
        return
    fix = None
    if _FILE.fullmatch(text):
        fix = _fix(view, given, ("rename", "value", "wsgi-file"))
    yield make("file-as-module", given.span, {"value": text}, given.key, fix=fix)


def callable_with_module(view: View) -> Iterator[Finding]:
    """Tell of a `callable` that says more than a name: it is looked up as it stands."""
    found = _last(view, "callable")
    if found is None:
        return
    text, given = found
    # Only what loads modules calls a function that makes the application.
    uncalled = text.endswith("()") and bool(view.every("wsgi-file")) and not (view.open or view.every("module"))
    if not uncalled and not re.search(r"[:./]", text):
        return
    match = _WORD.fullmatch(text)
    fix = _fix(view, given, ("set", "value", match["word"])) if match is not None else None
    yield make("module-in-callable", given.value_span, {"value": text}, given.key, fix=fix)


def idle_callable(view: View) -> Iterator[Finding]:
    """Tell of a `callable` beside a `module` that names another one itself."""
    module, found = _last(view, "module"), _last(view, "callable")
    if module is None or found is None or view.open:
        return
    name, colon, own = module[0].partition(":")
    # Every other loader would look for the callable by this name.
    others = ("mount", "python-raw", *(loader for loader in LOADERS if loader != "module"))
    if not colon or own == found[0] or any(view.every(setting) for setting in others):
        return
    given = found[1]
    values = {"value": found[0], "module": name, "own": own}
    fix = _fix(view, given, ("remove", "callable", ""))
    yield make("idle-callable", given.span, values, given.key, related_to([module[1]], "names its callable"), fix)


def competing_loaders(view: View) -> Iterator[Finding]:
    """Tell of every loader behind the first one: the place of the default application is taken."""
    found = [(loader, last) for loader in LOADERS if (last := _last(view, loader)) is not None]
    # In a template they may be in two branches, of which one is rendered.
    if len(found) < 2 or any(mark in view.document.source.data for mark in (b"{%", b"<%")):
        return
    (_, (text, winner)), *losers = found
    for _, (other, given) in losers:
        values = {"value": other, "winner": winner.key, "served": text}
        related = related_to([winner], "this one is loaded")
        fix = _fix(view, given, ("remove", given.key, ""))
        yield make("competing-apps", given.span, values, given.key, related, fix)


def dead_mount(view: View) -> Iterator[Finding]:
    """Tell of a `mount` whose target is neither `module:callable` nor a file of Python's."""
    if any(view.plugin(plugin) for plugin in _OTHER_LANGUAGES):
        return
    for given in view.every("mount"):
        if not isinstance(given.text, str):
            continue
        point, equals, target = given.text.partition("=")
        if equals and _BARE_TARGET.fullmatch(target) and not target.endswith((".py", ".wsgi")):
            fix = None
            if not target.endswith(".ini"):
                fix = _fix(view, given, ("set", "value", f"{point}={target}:application"))
            yield make("dead-mount", given.value_span, {"target": target, "point": point}, given.key, fix=fix)
