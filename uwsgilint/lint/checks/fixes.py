"""Fixes that checks make by themselves: take a directive out of the file, or move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.lint.edits import remove
from uwsgilint.lint.finding import Edit, Fix

if TYPE_CHECKING:
    from uwsgilint.lint.views import Given, View

__all__ = ["moved", "without"]


def without(view: View, *given: Given, safe: bool = False) -> Fix | None:
    """Take out directives; None where one of them is not a line of the file itself."""
    edits = []
    for each in given:
        if each.directive is None or each.implied or each.directive.source is not view.document.source:
            return None
        edit = remove(each.directive)
        if edit is None:
            return None
        edits.append(edit)
    return Fix(tuple(sorted(edits)), safe) if edits else None


def moved(view: View, given: Given, before: Given) -> Fix | None:
    """Move the line of a directive in front of that of another one; None where it is more than a line."""
    gone = without(view, given)
    if gone is None or before.directive is None or before.directive.source is not view.document.source:
        return None
    data = view.document.source.data
    (edit,) = gone.edits
    line = data[edit.start : edit.end]
    start = data.rfind(b"\n", 0, before.directive.span.start) + 1
    if data[start : before.directive.span.start].strip(b" \t") or not line.endswith(b"\n") or line.count(b"\n") != 1:
        return None
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Fix(tuple(sorted([edit, Edit(start, start, text)])), safe=False)
