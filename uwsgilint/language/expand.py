"""The three passes over what was read: `$(VARIABLE)`, `@(file)`, `%(name)` (core/utils.c uwsgi_apply_config_pass).

A pass looks for its own mark only, takes the innermost token, and starts over behind the first character
whenever it has replaced one: so what it put there is looked at again, unless it stands at the very start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.language.unknown import has_hole
from uwsgilint.values import LONG_MAX, decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MARKS", "Budget", "EndlessError", "calculate", "expand", "tokens"]

MARKS = "$@%"
"""What the passes look for, in their order."""

_LONGEST = 2**20
_MOST = 2_000
_OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_EDGES = {mark: re.compile(f"[{re.escape(mark)}()]") for mark in MARKS}


class EndlessError(Exception):
    """A value contains itself, or grows beyond any use."""


class Budget:
    """How much work one evaluation may be; a configuration that needs more is an attack or a mistake."""

    __slots__ = ("left",)

    def __init__(self, left: int = 40_000_000) -> None:
        self.left = left

    def spend(self, amount: int) -> None:
        """Count work done.

        Raises:
            EndlessError: that was too much.
        """
        self.left -= amount
        if self.left < 0:
            raise EndlessError


def tokens(text: str, mark: str) -> list[str]:
    """Return what stands between the parentheses of a value's tokens, as the first look of a pass finds them."""
    found = []
    position = 0
    while (token := _next(text, mark, position)) is not None:
        found.append(text[token[0] + 2 : token[1]])
        position = token[1] + 1
    return found


def expand(
    text: str,
    mark: str,
    resolve: Callable[[str], str | None],
    budget: Budget,
    keep: Callable[[str], None] | None = None,
) -> str:
    """Run one pass over one value.

    Args:
        text: the value.
        mark: "$", "@" or "%".
        resolve: what a token stands for; None leaves it as it is.
        budget: what the work is taken from.
        keep: told of the value after each token, for a later one may refer to the value itself.

    Raises:
        EndlessError: the value contains itself (the server hangs then, and eats memory), or is too long.
    """
    position = replaced = 0
    while True:
        budget.spend(40 + len(text) // 8)
        token = _next(text, mark, position)
        if token is None:
            return text
        start, end = token
        found = resolve(text[start + 2 : end])
        if found is None:
            position = end + 1
            continue
        text = text[:start] + found + text[end + 1 :]
        if keep is not None:
            keep(text)
        replaced += 1
        if replaced > _MOST or len(text) > _LONGEST:
            raise EndlessError
        position = 1


def _next(text: str, mark: str, position: int) -> tuple[int, int] | None:
    """Find the next token that closes: where its mark stands and where its last parenthesis."""
    edge = _EDGES[mark]
    opening = f"{mark}("
    start = text.find(opening, position)
    while start >= 0:
        depth = 0
        here = start + 2
        while True:
            found = edge.search(text, here)
            if found is None:
                return None
            here = found.end()
            if found[0] == "(":
                depth += 1
            elif found[0] == mark:
                start = text.find(opening, found.start())  # the token outside is given up
                break
            elif depth:
                depth -= 1
            elif here - start == 3:
                start = text.find(opening, here)  # nothing between the parentheses
                break
            else:
                return start, here - 1
    return None


def calculate(token: str, lookup: Callable[[str], str | None]) -> str | None:
    """Work out a placeholder with blanks in it (core/config.c uwsgi_manage_placeholder).

    Words follow one another from left to right: numbers, names of options, and operators that are for the
    next operand only; without one, operands are joined as texts.

    Args:
        token: what stands between the parentheses.
        lookup: the text of an option; None when there is none, which counts as an empty text.

    Returns:
        The result, a text with a hole when an operand has one; None when the token has no operand.
    """
    result: str | None = None
    operator = ""
    for word in token.split(" "):
        if not word:
            continue
        if word in _OPERATORS:
            operator = word
            continue
        if word in {"++", "--"}:
            if result is not None:
                result = _compute(result, "+" if word == "++" else "-", "1")
            operator = ""
            continue
        operand = word if word.isascii() and word.isdigit() else lookup(word) or ""
        result = (result or "") + operand if not operator else _compute(result or "", operator, operand)
        operator = ""
    return result


def _compute(left: str, operator: str, right: str) -> str:
    for text in (left, right):
        if has_hole(text):
            return next(c for c in text if has_hole(c))
    first, second = (max(-LONG_MAX - 1, min(LONG_MAX, decimal_prefix(text))) for text in (left, right))
    if operator == "+":
        number = first + second
    elif operator == "-":
        number = first - second
    elif operator == "*":
        number = first * second
    elif second == 0:
        number = 0
    else:
        number = abs(first) // abs(second) * (1 if (first < 0) == (second < 0) else -1)
    return str((number + 2**63) % 2**64 - 2**63)
