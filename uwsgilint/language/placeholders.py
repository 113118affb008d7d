"""Text that the server replaces: `%(name)`, `$(VARIABLE)`, `@(file)` and magic variables such as `%d`."""

from __future__ import annotations

import re

from uwsgilint.formats.magic import VARIABLES

__all__ = ["LOG_FORMATS", "escape", "is_template", "is_template_of", "references", "settled"]

LOG_FORMATS = frozenset({"log-format", "logformat", "log-format-strftime", "logformat-strftime"})
"""Options in which `%(name)` is a variable of the log, unless something in the configuration is called so."""

_MARKS = frozenset("%$@")
# What begins a token with something in its parentheses; looking for their end in here would take a quadratic time.
_TOKEN_START = re.compile(r"[%$@]\((?=[^)])")
_MAGIC = re.compile(rf"%(?:%|([{re.escape(VARIABLES.decode())}]))")
_REFERENCE = re.compile(r"%\(([^()%]+)\)")
_OPERATORS = frozenset({"+", "-", "*", "/", "++", "--"})
# Jinja, ERB and Mako, shell variables and Python's format, and what is left of {% if x %} once the
# server dropped the percent sign.
_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\{(?:if|else|elif|end|for)\b|^\{\w+\}$")


def settled(value: str) -> str | None:
    """Return what a value is once the server has read its file, or None when that depends on more than the file."""
    if _MARKS.isdisjoint(value):
        return value
    token = _TOKEN_START.search(value)
    if token is not None and value.find(")", token.end()) >= 0:
        return None
    if "%" not in value:
        return value
    if any(pair[1] for pair in _MAGIC.finditer(value)):
        return None
    return value.replace("%%", "%")


def escape(text: str) -> str:
    """Write a text so that the server reads it as it stands: percent signs doubled.

    A text that holds `%(x)`, `$(x)` or `@(x)` cannot be kept from being replaced when x exists.
    """
    return text.replace("%", "%%")


def references(value: str) -> list[str]:
    """Return the names that the placeholders of a value refer to, those of arithmetic included.

    See core/config.c uwsgi_manage_placeholder: a placeholder with blanks in it is a calculation.
    """
    if "%(" not in value:
        return []
    names: list[str] = []
    for found in _REFERENCE.finditer(value):
        if " " in found[1]:
            names += [w for w in found[1].split(" ") if w and not w.isdigit() and w not in _OPERATORS]
        else:
            names.append(found[1])
    return names


_OWN_VARIABLES = frozenset({"log-encoder", "log-req-encoder"})


def is_template_of(setting: str, text: str) -> bool:
    """Whether the value of an option holds marks of a template language; encoders have `${name}` for themselves."""
    return is_template(text.replace("${", "$ {") if setting in _OWN_VARIABLES and "{" in text else text)


def is_template(text: str) -> bool:
    """Whether a text holds marks of a template language, so that only what it renders to counts."""
    return ("{" in text or "<" in text) and _TEMPLATE.search(text) is not None
