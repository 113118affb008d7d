"""The server's own YAML, written for its line parser, for libyaml, or for both.

The line parser knows neither quotes nor lists nor escapes (core/yaml.c uwsgi_yaml_config): a hash ends
a value wherever it stands, and a value of nothing ends the configuration for the other one. What both
read alike is one option on a line, in plain text; libyaml alone also reads quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from uwsgilint.document import CannotWriteError, Problem
from uwsgilint.formats import native
from uwsgilint.formats.magic import VARIABLES

if TYPE_CHECKING:
    from uwsgilint.document import Document

__all__ = ["Dialect", "write"]

Dialect = Literal["portable", "libyaml"]
_SYNTAX = {"portable": "the YAML that every build reads", "libyaml": "YAML"}

_INDICATORS = frozenset("%@&*!|>'\"[]{},#`")
_FAINT_INDICATORS = re.compile(r"[-?:](?:[ \t]|$)")
_UNPRINTABLE = re.compile("[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# An unquoted name with its colon has to end within so many bytes (libyaml, yaml_parser_stale_simple_keys).
_LONGEST_NAME = 1000
# core/uwsgi.c config_magic_table_fill: these may stand for nothing, the capitals whenever no option named the file.
_MAYBE_EMPTY = frozenset("oecxOPSDENCXIJ0123456789")
_MAGIC = re.compile(rf"%([%(]|[{re.escape(VARIABLES.decode())}])")


def write(document: Document, dialect: Dialect = "portable") -> bytes:
    """Write a document as YAML for the server itself: one line a directive, in order.

    Args:
        document: what to write; its [uwsgi] section comes first, if it has one.
        dialect: "portable" for what every build reads alike, "libyaml" for builds with that library.

    Raises:
        CannotWriteError: a name or a value has no form that the server reads as meant.
    """
    problems: list[Problem] = []
    lines: list[str] = []
    syntax = _SYNTAX[dialect]
    for name, whole in sorted(document.merged().items(), key=lambda item: item[0] != "uwsgi"):
        if ":" in name or not name or _name_reason(name) is not None:
            problems.append(Problem("unwritable-name", whole.header, {"name": name, "syntax": syntax}))
        lines.append(f"{name}:")
        for directive in whole.directives:
            text = native.text_of(directive)
            key_reason, reason = _name_reason(directive.key), native.unsaid(directive) or _reason(text)
            if dialect == "libyaml":
                key, key_reason = _quoted(directive.key, key_reason)
                text, reason = _quoted(text, reason) if native.unsaid(directive) is None else (text, reason)
            else:
                key = directive.key
            if key_reason is not None:
                problems.append(native.unnamed(directive, key_reason, syntax))
            if reason is not None:
                problems.append(native.problem(directive, reason, syntax))
            lines.append(f"  {key}: {text}")
    if problems:
        raise CannotWriteError(problems)
    return "".join(f"{line}\n" for line in lines).encode()


def _quoted(text: str, reason: str | None) -> tuple[str, str | None]:
    """Put a text in quotes if it needs them; return it, and what not even they can do."""
    if reason is None:
        return text, None
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNPRINTABLE.sub(_escape, inner)}"', native.obstacle(text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _name_reason(key: str) -> str | None:
    """Say why a name cannot stand unquoted for both parsers."""
    if len(key.encode("utf-8", "replace")) > _LONGEST_NAME:
        return "too many characters"
    if key.startswith("-"):
        return "a dash at its start"
    return _reason(key)


def _reason(text: str) -> str | None:
    """Say why a text cannot stand unquoted for both parsers."""
    found = native.obstacle(text)
    if found is not None or not text:
        return found or "nothing in it"
    # What the parsers see has its magic variables filled in, and some of those may be empty.
    seen = _MAGIC.sub(lambda pair: _filled(pair[1], "x"), text)
    return _plain_reason(seen) or _plain_reason(_MAGIC.sub(lambda pair: _filled(pair[1], ""), text))


def _filled(letter: str, unsure: str) -> str:
    if letter in "%(":
        return "%(" if letter == "(" else "%"
    return unsure if letter in _MAYBE_EMPTY else "x"


def _plain_reason(text: str) -> str | None:
    if not text:
        return "nothing in it when its magic variable is empty"
    if "#" in text:
        return "a hash, which starts a comment"
    if text != text.strip(" \t"):
        return "a blank at its start or end"
    if _UNPRINTABLE.search(text):
        return "a line break or a control character"
    if text[0] in _INDICATORS or _FAINT_INDICATORS.match(text):
        return f"{text[0]!r} at its start"
    if text.endswith(":") or ": " in text or ":\t" in text:
        return "a colon with a blank, or nothing, behind it"
    return None
