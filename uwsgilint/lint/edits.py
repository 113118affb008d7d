"""Fixes that rules declare: remove an option, give it another value or name, or add one.

An edit is made only where it is certain what it changes: in the file itself, where the text stands as the
server reads it. Whatever else is on the line, a comment above all, must survive.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.lint.finding import Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeAlias

    from uwsgilint.document import Directive
    from uwsgilint.lint.views import World

    # verb, setting (or "value"), and the text or name that it takes
    Order: TypeAlias = tuple[str, str, str]

__all__ = ["VERBS", "add", "fix_of", "remove", "rename", "replace"]

VERBS = ("remove", "set", "rename", "add")
_PLAIN = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_PLAIN_TOML = re.compile(r"-?\d+|true|false")


def fix_of(orders: Iterable[Order], world: World, values: Mapping[str, str], *, safe: bool) -> Fix | None:
    """Make the fix that a rule declares; None where one of its edits cannot be made here."""
    edits: list[Edit] = []
    for verb, setting, text in orders:
        given = world.asked if setting == "value" else world.view.decided(setting, world.guard)[1]
        if given is None or not given.literal or given.guard or given.directive is None:
            return None
        directive = given.directive
        if directive.source is not world.view.document.source:
            return None
        more: list[Edit] | None
        if verb == "remove":
            # Each of its occurrences, or the one in front of the last would come back to life.
            every = [given] if setting == "value" else world.view.every(setting)
            more = []
            for each in every:
                edit = remove(each.directive) if each.directive is not None and each.literal else None
                if edit is None:
                    return None
                more.append(edit)
        else:
            edit = _EDITS[verb](directive, text.format_map(values), world.format)
            more = None if edit is None else [edit]
        if more is None:
            return None
        edits += more
    return Fix(tuple(sorted(set(edits))), safe) if edits else None


def remove(directive: Directive) -> Edit | None:
    """Take out the line, or the lines, of a directive; None where something else stands there, too."""
    data = directive.source.data
    span = directive.span
    start = data.rfind(b"\n", 0, span.start) + 1
    rest = _PLAIN.match(data, span.end)
    if data[start : span.start].strip(b" \t") or rest is None:
        return None
    return Edit(start, rest.end(), "")


def replace(directive: Directive, text: str) -> Edit:
    """Replace a value, keeping the quotes that it stands in."""
    quote = directive.source.data[directive.value_start : directive.value_start + 1].decode("latin-1")
    quoted = quote in {'"', "'"} and directive.value is not None and not directive.value.startswith(quote)
    return Edit(directive.value_start, directive.value_end, f"{quote}{text}{quote}" if quoted else text)


def _set(directive: Directive, text: str, syntax: str) -> Edit | None:
    if directive.value_end <= directive.value_start:
        return None
    edit = replace(directive, text)
    if syntax == "toml" and edit.text == text and not _PLAIN_TOML.fullmatch(text):
        return edit._replace(text=f'"{text}"')
    return edit


def rename(directive: Directive, name: str, _syntax: str) -> Edit | None:
    """Write another name; None where the name stands in a way of its own, such as split over tables."""
    data = directive.source.data[directive.key_start : directive.key_end]
    if data.strip(b"\"'") != directive.key.encode():
        return None
    quote = "" if data == directive.key.encode() else data[:1].decode("latin-1")
    return Edit(directive.key_start, directive.key_end, f"{quote}{name}{quote}")


def add(directive: Directive, line: str, syntax: str) -> Edit | None:
    """Put a line behind the one of a directive; only an INI file takes any option in any place."""
    if syntax != "ini":
        return None
    data = directive.source.data
    end = data.find(b"\n", directive.span.end)
    start = data.rfind(b"\n", 0, directive.span.start) + 1
    indent = data[start : directive.span.start].decode("utf-8", "surrogateescape")
    if indent.strip(" \t"):
        return None
    if end < 0:
        return Edit(len(data), len(data), f"\n{indent}{line}")
    newline = "\r\n" if data[end - 1 : end] == b"\r" else "\n"
    return Edit(end + 1, end + 1, f"{indent}{line}{newline}")


_EDITS: dict[str, Callable[[Directive, str, str], Edit | None]] = {"set": _set, "rename": rename, "add": add}
