"""What the writers of the server's own YAML, JSON and XML have in common.

The server fills magic variables into the raw text of every file before a parser sees it, so one percent
sign in a wrong place eats a quote, a bracket or half a character, whatever the syntax.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.document import Problem
from uwsgilint.formats.magic import VARIABLES

if TYPE_CHECKING:
    from uwsgilint.document import Directive

__all__ = ["obstacle", "problem", "text_of", "unnamed", "unsaid"]

_PAIR = re.compile(r"%(.?)", re.DOTALL)
# Magic variables that every syntax survives: the escape character that %[ stands for breaks them all.
_SAFE = frozenset(VARIABLES.decode()) - {"["} | {"%", "("}


def obstacle(text: str) -> str | None:
    """Say what keeps a text out of every one of these syntaxes; None if nothing does."""
    if "\0" in text:
        return "a NUL byte"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "bytes that are not UTF-8"
    for pair in _PAIR.finditer(text):
        if pair[1] == "[":
            return "%[, the escape character"
        if pair[1] not in _SAFE:
            return "a single percent sign; write %% for one"
    return None


def text_of(directive: Directive) -> str:
    """Return the value of a directive; for one without, what the server takes for the same."""
    if directive.value is not None:
        return directive.value
    option = catalog.option(directive.key)
    # An option without its argument is on, or 1: the handlers of numbers read no words.
    return "true" if option is not None and option.kind in {"flag", "inverse-flag", "switch"} else "1"


def unsaid(directive: Directive) -> str | None:
    """Say what only INI can: a value that means another section of its own file."""
    option = catalog.option(directive.key)
    value = directive.value or ""
    within = option is not None and option.kind == "config" and value.startswith(":")
    return f"{value}, a section of this file" if within else None


def problem(directive: Directive, reason: str, syntax: str) -> Problem:
    """Make the problem of a value that a syntax cannot hold."""
    return Problem("unwritable-value", directive.value_span, {"reason": reason, "syntax": syntax}, directive.key)


def unnamed(directive: Directive, reason: str, syntax: str) -> Problem:
    """Make the problem of a name that a syntax cannot hold."""
    values = {"name": directive.key, "reason": reason, "syntax": syntax}
    return Problem("unwritable-name", directive.key_span, values, directive.key)
