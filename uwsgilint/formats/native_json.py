"""The server's own JSON: an object for each section, in it texts, and lists for what is repeated.

Nothing but texts is written: what the two libraries make of numbers differs (core/json.c), and a name
stands once, because one of them keeps the last of several.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from uwsgilint.document import CannotWriteError, Problem
from uwsgilint.formats import native

if TYPE_CHECKING:
    from uwsgilint.document import Document

__all__ = ["write"]

_SYNTAX = "JSON"


def write(document: Document) -> bytes:
    """Write a document as JSON for the server itself.

    Args:
        document: what to write; its [uwsgi] section comes first, if it has one.

    Raises:
        CannotWriteError: a name comes back behind others, or a text has no form that the server reads as meant.
    """
    problems: list[Problem] = []
    written: dict[str, dict[str, str | list[str]]] = {}
    for name, whole in sorted(document.merged().items(), key=lambda item: item[0] != "uwsgi"):
        if native.obstacle(name) is not None or ":" in name:
            problems.append(Problem("unwritable-name", whole.header, {"name": name, "syntax": _SYNTAX}))
        section: dict[str, str | list[str]] = {}
        previous = None
        for directive in whole.directives:
            key, text = directive.key, native.text_of(directive)
            if (reason := native.obstacle(key)) is not None:
                problems.append(native.unnamed(directive, reason, _SYNTAX))
            if (reason := native.unsaid(directive) or native.obstacle(text)) is not None:
                problems.append(native.problem(directive, reason, _SYNTAX))
            if key not in section:
                section[key] = text
            elif key == previous:
                before = section[key]
                section[key] = [*before, text] if isinstance(before, list) else [before, text]
            else:
                problems.append(native.problem(directive, f"an earlier `{key}` behind which others stand", _SYNTAX))
            previous = key
        written[name] = section
    if problems:
        raise CannotWriteError(problems)
    return (json.dumps(written, indent=2, ensure_ascii=False) + "\n").encode()
