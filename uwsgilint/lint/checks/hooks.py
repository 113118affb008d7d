"""Checks of hooks.

Each function is named by a page in `rules/processes`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.lint import secrets
from uwsgilint.lint.finding import Edit, Fix, make
from uwsgilint.lint.fixing.edits import fix_of, restate, rewrites
from uwsgilint.lint.views import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["mismatched_chown", "secret_in_hook"]

_CHOWN = re.compile(r"(?P<before>!?|\S+ !?)(?P<action>chown2?):(?P<file>[^ ]+) (?P<user>[^ ]+) (?P<group>[^ ]+)")


def mismatched_chown(view: View) -> Iterator[Finding]:
    """Tell of a hook that gives `chown` numbers, or `chown2` names."""
    for setting in view.settings():
        if not setting.startswith("hook-"):
            continue
        for given in view.every(setting):
            match = _CHOWN.fullmatch(given.text) if isinstance(given.text, str) else None
            if match is None:
                continue
            numbers = [match[part].isdigit() for part in ("user", "group")]
            action, other = match["action"], "chown" if match["action"] == "chown2" else "chown2"
            if all(numbers) if action == "chown2" else not any(numbers):
                continue
            fix = None
            if len(set(numbers)) == 1:
                text = f"{match['before']}{other}:{match['file']} {match['user']} {match['group']}"
                fix = fix_of([("set", "value", "{to}")], World(view, given.guard, given), {"to": text}, safe=False)
            values = {"action": action, "user": match["user"], "group": match["group"]}
            yield make("mismatched-chown", given.value_span, values, given.key, fix=fix)


def secret_in_hook(view: View) -> Iterator[Finding]:
    """Tell of a hook with a password or a token in it that is not private."""
    for setting in view.settings():
        # What `hook-touch` watches stands in front of its hook.
        if not setting.startswith("hook-") or setting == "hook-touch":
            continue
        for given in view.every(setting):
            text = given.text
            if not isinstance(text, str) or text.startswith("!") or not secrets.find(text.encode("utf-8", "replace")):
                continue
            yield make("secret-in-hook", given.value_span, {}, given.key, fix=_private(view, given))


def _private(view: View, given: Given) -> Fix | None:
    """Put a mark in front of a hook: no edit may hold the secret itself."""
    directive = given.directive
    if directive is None or not given.literal or directive.source is not view.document.source:
        return None
    syntax, value = view.document.format, f"!{directive.value}"
    data, start, end = directive.source.data, directive.value_start, directive.value_end
    start += data[start : start + 1] in {b'"', b"'"}
    wanted = [[Edit(start, start, "!")]]
    if syntax == "yaml" and not set(b'"\\').intersection(data[start:end]):
        wanted.append([Edit(start, start, '"!'), Edit(end, end, '"')])  # without quotes it would be a tag
    found = next((edits for edits in wanted if rewrites(directive, edits, value, syntax)), None)
    if found is None and data[start : start + 1] not in {b"|", b">"}:
        found = restate(directive, directive.key, value, syntax)
    if found is None or any(secrets.find(edit.text.encode("utf-8", "replace")) for edit in found):
        return None
    return Fix(tuple(found), safe=True)
