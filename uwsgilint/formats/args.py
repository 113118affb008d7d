"""Command-line arguments (core/init.c uwsgi_commandline_config).

The command line is the one source to which magic variables do not apply, so a doubled percent
sign becomes a single one and `%d` cannot be said. Long options take their value behind an equals
sign, the only form that also works where the argument is optional. `--set name=value` says what
the options' own forms cannot: a flag that is off, a value for an option without argument, a
placeholder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.document import CannotWriteError, Directive, Problem
from uwsgilint.formats.magic import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Document

__all__ = ["write"]

_SYNTAX = "a command line"
_PAIR = re.compile(r"%(.?)", re.DOTALL)
_PLUGIN_KINDS = ("plugins", "declaration")
_TRUE = frozenset({"true", "1", "", "yes", "on"})
# A flag without argument is NULL in the server's registry, and NULL kills it (SIGSEGV) when it meets
# one of these with an open block: core/config.c uwsgi_logic_opt_if_reload() and its contrary.
_CRASHING = frozenset({"if-reload", "if-not-reload"})


def write(document: Document) -> list[str]:
    """Write the [uwsgi] section of a document as arguments, in order, program name not included.

    Plugins come first if one of their options would stand in front of them: a command line knows the
    options of the plugins to the left only.

    Raises:
        CannotWriteError: the document has what a command line cannot say.
    """
    problems: list[Problem] = []
    for name, section in document.merged().items():
        if name != "uwsgi":
            values = {"reason": f"a further section, [{name}]", "syntax": _SYNTAX}
            problems.append(Problem("unwritable-value", section.header, values))
    directives = document.directives()
    named = _referred_to(directives)
    arguments: list[str] = []
    inside = False
    for directive in _plugins_first(directives):
        option = catalog.option(directive.key)
        kind = option.kind if option is not None else ""
        found = _obstacle(directive)
        if found is not None:
            values = {"reason": found, "syntax": _SYNTAX}
            problems.append(Problem("unwritable-value", directive.value_span, values, directive.key))
            continue
        arguments.append(_argument(directive, bare=not inside and directive.key not in named))
        if kind == "logic":
            inside = True
        elif kind == "terminator":
            inside = False
    if problems:
        raise CannotWriteError(problems)
    return arguments


def _argument(directive: Directive, *, bare: bool) -> str:
    """Write one directive; bare allows the form without a value, which is NULL in the registry."""
    key = directive.key
    option = catalog.option(key)
    if directive.value is None:
        return f"--{key}"
    text = directive.value.replace("%%", "%")
    if option is None or option.until is not None:
        return f"--set={key}={text}"
    if option.kind == "terminator":
        return f"--{key}"
    if option.argument == "none":
        # Only a flag means the same with no value as with a true one.
        if bare and option.kind == "flag" and text.lower() in _TRUE:
            return f"--{key}"
        return f"--set={key}={text}"
    return f"--{key}={text}"


def _obstacle(directive: Directive) -> str | None:
    """Say what a command line cannot express of a directive."""
    key, value = directive.key, directive.value or ""
    if not key or "=" in key or "\0" in key:
        return f"an option called {key!r}"
    if "\0" in value:
        return "a NUL byte"
    if key in _CRASHING:
        return f"{key}, which crashes the server there"
    for pair in _PAIR.finditer(value):
        follower = pair[1]
        if follower and follower in VARIABLES.decode():
            return f"the magic variable %{follower}, which works in files only"
        if follower not in {"%", "("}:
            return "a single percent sign; write %% for one"
    option = catalog.option(key)
    if option is not None and option.kind == "config" and value.startswith(":"):
        return f"{value}, a section of this file"
    return None


def _referred_to(directives: Iterable[Directive]) -> set[str]:
    """Return the names of options whose text something else uses, so that it must not become NULL."""
    named: set[str] = set()
    for directive in directives:
        value = directive.value or ""
        if directive.key in {"if-opt", "if-not-opt"}:
            named.add(value.partition("=")[0])
        for _, _, rest in (part.partition("%(") for part in value.split(")") if "%(" in part):
            named.update(rest.split(" "))
    return named


def _plugins_first(directives: list[Directive]) -> list[Directive]:
    """Move plugins and declarations to the front where an option in front of them needs it."""
    kinds = [option.kind if (option := catalog.option(d.key)) else "" for d in directives]
    if "logic" in kinds:
        return directives  # a plugin may stand under a condition, and must stay there
    undeclared = plugged = False
    for directive, kind in zip(directives, kinds, strict=True):
        option = catalog.option(directive.key)
        if kind in _PLUGIN_KINDS and (undeclared or (plugged and kind != "declaration")):
            first = [d for d, k in zip(directives, kinds, strict=True) if k in _PLUGIN_KINDS or d.key == "plugin-dir"]
            return first + [d for d in directives if d not in first]
        undeclared = undeclared or option is None
        plugged = plugged or (option is not None and option.plugin != "core")
    return directives
