"""Regular expressions: what PCRE certainly refuses, and how many groups they have."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["scan"]

# Comments, verbs and quotations follow rules of their own.
_SPECIAL = re.compile(r"\(\?[a-zA-Z^]*x|\(\*|\\[QE]")
_CLASS_END = {":": ":]", ".": ".]", "=": "=]"}


@lru_cache(maxsize=512)
def scan(pattern: str) -> tuple[tuple[str, int] | None, int | None]:
    """Return what PCRE certainly refuses about an expression, with its place, and the number of its groups.

    The number is None when it cannot be told. Python's own `re` is of no use here: it refuses much that
    PCRE takes.
    """
    if _SPECIAL.search(pattern):
        return None, None
    open_at: list[int] = []
    groups = 0
    shared = False  # branches of (?|...) share their numbers
    position, length = 0, len(pattern)
    repeatable = False
    while position < length:
        char = pattern[position]
        if char == "\\":
            if position + 1 == length:
                return ("ends with a backslash", position), None
            position += 2
            repeatable = True
            continue
        if char == "[":
            end = _class_end(pattern, position)
            if end < 0:
                return ("has a `[` without its `]`", position), None
            position, repeatable = end, True
            continue
        if char == "(":
            if pattern.startswith("(?#", position):
                end = pattern.find(")", position)
                if end < 0:
                    return ("has a `(` without its `)`", position), None
                position = end + 1
                continue
            open_at.append(position)
            following = pattern[position + 1 : position + 5]
            if following[:2] == "?|":
                shared = True
            elif not following.startswith("?") or re.match(r"\?(?:P?<[A-Za-z_]|')", following):
                groups += 1
            position += 2 if following.startswith("?") else 1
            repeatable = following.startswith("?")
            continue
        if char == ")":
            if not open_at:
                return ("has a `)` without its `(`", position), None
            open_at.pop()
            repeatable = True
        elif char in "*+?":
            if not repeatable:
                return (f"has a `{char}` with nothing to repeat", position), None
        else:
            # What cannot be repeated sensibly is taken all the same, but for the start of a branch.
            repeatable = char != "|"
        position += 1
    if open_at:
        return ("has a `(` without its `)`", open_at[-1]), None
    return None, None if shared else groups


def _class_end(pattern: str, start: int) -> int:
    """Return the place behind a character class, or -1 when it does not end."""
    position = start + 1
    if pattern.startswith("^", position):
        position += 1
    if pattern.startswith("]", position):
        position += 1
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            position += 2
            continue
        if char == "[" and pattern[position + 1 : position + 2] in _CLASS_END:
            end = pattern.find(_CLASS_END[pattern[position + 1]], position + 2)
            name = pattern[position + 2 : end]
            if end >= 0 and re.fullmatch(r"\^?[a-z]*", name):
                position = end + 2
                continue
        if char == "]":
            return position + 1
        position += 1
    return -1
