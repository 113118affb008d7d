"""Texts in UTF-16 and UTF-32, which editors of Windows call Unicode, and what the server does with them.

The server reads bytes up to a NUL, and half of the bytes of such a text are NULs. INI and the built-in
parser of YAML find nothing in it; libyaml and the libraries of XML know some of these encodings.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from uwsgilint.document import Problem, Source, Span

__all__ = ["Wide", "decoded", "judge", "wide"]

_MARKS = (  # the longer ones first: one begins like another
    (b"\xff\xfe\0\0", "UTF-32LE"),
    (b"\0\0\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
# The first characters of a configuration are ASCII, so that their other bytes are NULs.
_SHAPES = (
    (re.compile(rb"(?:[\t\n\r -~]\0\0\0){2}"), "UTF-32LE"),
    (re.compile(rb"(?:\0\0\0[\t\n\r -~]){2}"), "UTF-32BE"),
    (re.compile(rb"(?:[\t\n\r -~]\0){4}"), "UTF-16LE"),
    (re.compile(rb"(?:\0[\t\n\r -~]){4}"), "UTF-16BE"),
)
_DECLARED = re.compile(r"<\?xml[^>]*\sencoding\s*=\s*[\"']utf-16", re.IGNORECASE)
# What follows on the name of the server.
_EFFECTS = {
    "ini": "finds no section in it, prints a warning and starts without its options",
    "yaml": "silently reads nothing of it; with libyaml it reads UTF-16, or exits",
    "json": "exits with status 1, for JSON it reads only in UTF-8",
    "xml": "reads it with one of its XML libraries at most, and exits with another",
    "toml": "gets nothing of it, because TOML is UTF-8 and nothing else is compiled",
}


class Wide(NamedTuple):
    """An encoding of more than one byte for each character.

    Attributes:
        name: "UTF-16LE", "UTF-16BE", "UTF-32LE" or "UTF-32BE".
        mark: how many bytes its byte order mark takes; 0 where there is none.
    """

    name: str
    mark: int


def wide(data: bytes) -> Wide | None:
    """Return the encoding of a text in UTF-16 or UTF-32, None for all others."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Wide(name, len(mark))
    if b"\0" not in data[:4]:
        return None
    return next((Wide(name, 0) for shape, name in _SHAPES if shape.match(data)), None)


def decoded(data: bytes, encoding: Wide) -> bytes:
    """Return a text as UTF-8, without its byte order mark."""
    return data[encoding.mark :].decode(encoding.name, "replace").encode("utf-8", "replace")


def judge(source: Source, syntax: str, features: frozenset[str] | None) -> tuple[Source, Problem | None]:
    """Return what is to be read for a file, and what is wrong with its encoding.

    That is the file itself, or its text as UTF-8 where the server is known to read it in the encoding that it has.

    Args:
        source: the file.
        syntax: its syntax.
        features: what the server was built with, as far as that is known.
    """
    encoding = wide(source.data)
    if encoding is None:
        return source, None
    known = features or frozenset()
    narrow = encoding.name.startswith("UTF-16")
    if syntax == "yaml" and narrow and encoding.mark and "yaml:libyaml" in known and b"%" not in source.data:
        return Source(source.name, decoded(source.data, encoding)), None
    if syntax == "xml" and narrow:
        declared = _DECLARED.match(decoded(source.data[:400], encoding).decode()) is not None
        reads = {"xml:libxml2"} if encoding.mark else {"xml:expat", "xml:libxml2"} if declared else {"xml:expat"}
        if reads & known or len(reads) == 2:
            return source, None
    command = f"iconv -f {encoding.name[:6] if encoding.mark else encoding.name} -t UTF-8 OLD > NEW"
    mark = "with" if encoding.mark else "without"
    values = {
        "encoding": f"{encoding.name} {mark} a byte order mark",
        "effect": _EFFECTS[syntax],
        "command": command,
    }
    return source, Problem("wide-encoding", Span(source, 0, encoding.mark), values)
