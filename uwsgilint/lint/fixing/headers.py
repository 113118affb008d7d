"""Headers of sections in INI files, written as the server recognises them.

What such a fix brings to light is the whole section: until then the server read none of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.lint.finding import Edit, Fix

if TYPE_CHECKING:
    from uwsgilint.document import Problem

__all__ = ["correction"]

_WRITTEN = re.compile(rb"\[[ \t]*(?P<name>[^\[\]\s]+)[ \t]*(?P<bracket>\])?(?:[ \t]*(?P<comment>[;#][^\r\n]*))?\Z")


def correction(problem: Problem) -> Fix | None:
    """Return the fix of what a reader of INI files found wrong with a header; None where no header can be meant."""
    span = problem.span
    data = span.source.data
    if problem.rule == "byte-order-mark":
        return Fix((Edit(span.start, span.end, ""),), safe=False)
    if problem.rule == "misspelt-section":
        return Fix((Edit(span.start, span.end, "[uwsgi]"),), safe=False)
    if problem.rule != "malformed-header":
        return None
    written = _WRITTEN.match(data[span.start : span.end])
    if written is None or (written["bracket"] is None and written["comment"] is not None):
        return None
    try:
        header, comment = f"[{written['name'].decode()}]", (written["comment"] or b"").decode()
    except UnicodeDecodeError:
        return None
    if not comment:
        return Fix((Edit(span.start, span.end, header),), safe=False)
    if span.start and data[span.start - 1 : span.start] != b"\n":
        return None  # blanks in front, which would have to stand in front of both
    newline = "\r\n" if data[span.end : span.end + 2] == b"\r\n" else "\n"
    return Fix((Edit(span.start, span.end, f"{comment}{newline}{header}"),), safe=False)
