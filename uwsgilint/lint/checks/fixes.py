"""Fixes that checks make by themselves: take a directive out of the file, or move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.lint.finding import Fix
from uwsgilint.lint.fixing.edits import move, remove

if TYPE_CHECKING:
    from uwsgilint.lint.views import Given, View

__all__ = ["moved", "without"]


def without(view: View, *given: Given, safe: bool = False) -> Fix | None:
    """Take out directives; None where one of them is not a line of the file itself."""
    directives = []
    for each in given:
        if each.directive is None or each.implied or each.directive.source is not view.document.source:
            return None
        directives.append(each.directive)
    edits = remove(directives, view.document.format) if directives else None
    return None if edits is None else Fix(tuple(edits), safe)


def moved(view: View, given: Given, before: Given) -> Fix | None:
    """Move the line of a directive in front of that of another one; None where it is more than a line."""
    directives = [given.directive, before.directive]
    if given.implied or any(each is None or each.source is not view.document.source for each in directives):
        return None
    first, second = directives
    edits = None if first is None or second is None else move(first, second, view.document.format)
    return None if edits is None else Fix(tuple(edits), safe=False)
