"""The server's own XML: an element for each option in one <uwsgi>, in order.

Only the first piece of an element's text counts, and the two libraries cut it differently
(core/xmlconf.c): what is written is what neither of them cuts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.document import CannotWriteError, Problem
from uwsgilint.formats import native

if TYPE_CHECKING:
    from uwsgilint.document import Document

__all__ = ["write"]

_SYNTAX = "XML"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# <app> is rewritten by one library, and </uwsgi> ends everything for the other.
_TAKEN = frozenset({"app", "uwsgi"})
_CONTROL = re.compile("[^\t\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: Document) -> bytes:
    """Write the [uwsgi] section of a document as XML for the server itself.

    Raises:
        CannotWriteError: there are further sections, or a name or a text has no form that every build reads as meant.
    """
    problems: list[Problem] = []
    lines = ["<uwsgi>"]
    for name, section in document.merged().items():
        if name != "uwsgi":
            values = {"reason": f"a further section, [{name}]", "syntax": _SYNTAX}
            problems.append(Problem("unwritable-value", section.header, values))
    for directive in document.directives():
        key, text = directive.key, native.text_of(directive)
        if not _NAME.fullmatch(key) or key in _TAKEN or key.lower().startswith("xml"):
            problems.append(native.unnamed(directive, "another shape than that of an element's", _SYNTAX))
        if (reason := native.unsaid(directive) or _reason(text)) is not None:
            problems.append(native.problem(directive, reason, _SYNTAX))
        lines.append(f"  <{key}>{text}</{key}>")
    lines.append("</uwsgi>")
    if problems:
        raise CannotWriteError(problems)
    return "".join(f"{line}\n" for line in lines).encode()


def _reason(text: str) -> str | None:
    """Say what keeps a text from being an element's only piece of text."""
    if not text:
        return "nothing in it, which reads as 1"
    if (found := native.obstacle(text)) is not None:
        return found
    if "&" in text or "<" in text:
        return "`&` or `<`, at which some builds end a value"
    if "]]" in text:
        return "`]]`, at which some builds end a value"
    if _CONTROL.search(text):
        return "a line break or a control character"
    return None
