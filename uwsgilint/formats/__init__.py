"""One module per syntax: each reads text with places, and writes documents where it can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.document import Document, Problem, Span

if TYPE_CHECKING:
    from uwsgilint.document import Source

__all__ = ["SUFFIXES", "has_section", "looks_like_configuration", "read", "syntax_of"]

SUFFIXES = {".ini": "ini", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}
_INI_HEADER = re.compile(rb"^[ \t]*\[uwsgi\]?", re.MULTILINE)
_YAML_HEADER = re.compile(rb"^uwsgi[ \t]*:", re.MULTILINE)


def syntax_of(name: str, data: bytes) -> str | None:
    """Return the syntax of a file by the end of its name, else by its content; None when neither tells."""
    for suffix, syntax in SUFFIXES.items():
        if name.lower().endswith(suffix):
            return syntax
    if _INI_HEADER.search(data):
        return "ini"
    return "yaml" if _YAML_HEADER.search(data) else None


def has_section(data: bytes) -> bool:
    """Whether a text has a uwsgi section or table."""
    return _INI_HEADER.search(data) is not None or _YAML_HEADER.search(data) is not None


def looks_like_configuration(name: str, data: bytes) -> bool:
    """Whether a file found in a folder is a configuration of uWSGI: called after it, or with a section for it.

    A TOML or YAML file of subsystems' tables alone is known by its name.
    """
    if "uwsgi" in name.lower() and not name.lower().endswith(".ini"):
        return True
    return has_section(data)


def read(source: Source, syntax: str) -> Document:
    """Read a file of a known syntax; text that is not of it gives a document with that one problem."""
    if syntax == "ini":
        from uwsgilint.formats import ini  # noqa: PLC0415  (INI alone must not load the parsers of the others)

        return ini.read(source)
    from uwsgilint.formats.tree import MalformedError  # noqa: PLC0415

    try:
        if syntax == "toml":
            from uwsgilint.formats import toml  # noqa: PLC0415

            tree = toml.read(source)
        else:
            from uwsgilint.formats import yaml  # noqa: PLC0415

            tree = yaml.read(source)
    except MalformedError as error:
        document = Document(source, syntax)
        values = {"syntax": syntax.upper(), "reason": error.reason}
        document.problems.append(Problem("malformed-file", Span(source, error.start, error.end), values))
        return document
    from uwsgilint.formats import authoring  # noqa: PLC0415

    return authoring.document(tree, source, syntax)
