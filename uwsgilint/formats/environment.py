"""The environment: every `UWSGI_NAME=value` is an option (core/utils.c parse_sys_envs).

The server reads these variables before its command line: the name in lower case, each underscore a dash, the
value as it stands. Magic variables are not applied, so percent signs become doubled ones in configuration
text. A variable that is no option is a placeholder, or the end of the server under `strict`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.document import CannotWriteError, Directive, Document, Problem, Section, Source, Span
from uwsgilint.formats.magic import VARIABLES
from uwsgilint.formats.words import Word, lines, text_of, word_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["PREFIX", "SKIPPED", "Variable", "directives", "lines_of", "of_mapping", "option_of", "read", "write"]

PREFIX = "UWSGI_"
# What the server and its Emperor tell each other; no options.
SKIPPED = frozenset(
    {
        "UWSGI_BROODLORD_NUM",
        "UWSGI_EMPEROR_FD",
        "UWSGI_EMPEROR_FD_CONFIG",
        "UWSGI_EMPEROR_PROXY",
        "UWSGI_JAIL_PID",
        "UWSGI_ORIGINAL_PROC_NAME",
        "UWSGI_RELOADS",
        "UWSGI_VASSALS_DIR",
    }
)

_SYNTAX = "the environment"
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", "abcdefghijklmnopqrstuvwxyz-")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_WRITABLE = re.compile(r"[a-z0-9-]+")
_PAIR = re.compile(r"%(.?)", re.DOTALL)
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([^\s=#;][^=]*)=")
# Each of these is a step whose place among the others counts, and an environment has no order.
_ORDERED_KINDS = {"logic": "a block", "terminator": "the end of a block", "declaration": "a declaration"}


class Variable(NamedTuple):
    """One variable of the environment, wherever it is set."""

    name: Word
    value: Word


def option_of(name: str) -> str | None:
    """Return the option that the server takes a variable for; None when it is none of its variables.

    Only ASCII letters change their case (core/utils.c env_to_arg).
    """
    if not name.startswith(PREFIX) or name in SKIPPED:
        return None
    return name[len(PREFIX) :].translate(_LOWER)


def directives(variables: Iterable[Variable]) -> list[Directive]:
    """Return what variables configure; of several with one name the last counts."""
    found: dict[str, Directive] = {}
    for name, value in variables:
        option = option_of(name.text)
        if option is None or not name.knows(len(name.text)):
            continue
        # The last one's place in the order, too: that is where a shell or a Dockerfile sets it.
        found.pop(name.text, None)
        found[name.text] = Directive(
            option,
            value.configuration(),
            value.source,
            name.places[len(PREFIX)],
            name.end,
            value.start,
            value.end,
        )
    return list(found.values())


def read(variables: Iterable[Variable], source: Source | None = None) -> Document:
    """Read variables into one section; those that are none of the server's are left out.

    Args:
        variables: name and value of each.
        source: the file of the document; that of the first variable when left out.
    """
    given = list(variables)
    home = source or (given[0].name.source if given else Source("environment", b""))
    document = Document(home, "environment")
    found = directives(given)
    start = min((d.key_start for d in found), default=0)
    end = max((d.value_end for d in found), default=start)
    document.sections.append(Section("uwsgi", found, Span(home, start, end)))
    return document


def of_mapping(variables: Mapping[str, str], name: str = "environment") -> list[Variable]:
    """Return the variables of a mapping; their source is one a line, as the command `env` prints them."""
    parts = [
        (key.encode("utf-8", "surrogateescape"), text.encode("utf-8", "surrogateescape"))
        for key, text in variables.items()
    ]
    source = Source(name, b"".join(b"%b=%b\n" % part for part in parts))
    found = []
    start = 0
    for key, text in parts:
        middle = start + len(key) + 1
        found.append(Variable(word_of(source, start, middle - 1), word_of(source, middle, middle + len(text))))
        start = middle + len(text) + 1
    return found


def lines_of(source: Source) -> list[Variable]:
    """Return the variables of a file with one `NAME=value` a line, as Docker, Compose and systemd read them.

    Blank lines and those that begin with a hash or a semicolon are comments, an `export` in front is dropped, and
    so is one pair of quotes around a whole value.
    """
    found = []
    for line in lines(text_of(source)):
        match = _NAME.match(line.chars)
        if match is None:
            continue
        text = line.chars[match.end() :].strip(" \t")
        end = len(line.chars.rstrip(" \t"))
        start = end - len(text)
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            start, end = start + 1, end - 1
        key, value = line.cut(match.start(1), match.start(1) + len(match[1].rstrip())), line.cut(start, end)
        found.append(Variable(Word(key.chars, source, key.places), Word(value.chars, source, value.places)))
    return found


def write(document: Document) -> dict[str, str]:
    """Write the [uwsgi] section of a document as variables.

    An environment is a set: it holds a name once and keeps no order. So whatever repeats a name, sets one thing by
    two names, or means something by its place cannot be written.

    Raises:
        CannotWriteError: the document has what variables cannot say.
    """
    problems: list[Problem] = []
    for name, section in document.merged().items():
        if name != "uwsgi":
            problems.append(_unwritable(section.header, f"a further section, [{name}]"))
    variables: dict[str, str] = {}
    settings: dict[str, str] = {}
    routes = ""
    for directive in document.directives():
        key = directive.key
        variable = PREFIX + key.translate(_UPPER)
        if not _WRITABLE.fullmatch(key) or variable in SKIPPED:
            problems.append(Problem("unwritable-name", directive.key_span, {"name": key, "syntax": _SYNTAX}, key))
            continue
        option = catalog.option(key)
        reason = _obstacle(directive)
        before = settings.setdefault(catalog.setting_of(key), key)
        if variable in variables:
            reason = f"a second {key}"
        elif before != key:
            reason = f"{key} besides {before}, which sets the same"
        elif option is not None and option.kind == "route":
            # Rules of all kinds stand in one table, in the order in which they are met.
            if routes:
                reason = f"{key} besides {routes}, whose order counts"
            routes = routes or key
        variables.setdefault(variable, _value(directive))
        if reason is not None:
            problems.append(_unwritable(directive.value_span, reason, key))
    configuration = [d for d in document.directives() if _kind(d) == "config"]
    if configuration and len(document.directives()) > 1:
        reason = f"{configuration[0].key} besides other options, because their order counts"
        problems.append(_unwritable(configuration[0].value_span, reason, configuration[0].key))
    if problems:
        raise CannotWriteError(problems)
    return variables


def _unwritable(span: Span, reason: str, option: str | None = None) -> Problem:
    return Problem("unwritable-value", span, {"reason": reason, "syntax": _SYNTAX}, option)


def _kind(directive: Directive) -> str:
    option = catalog.option(directive.key)
    return option.kind if option is not None else ""


def _value(directive: Directive) -> str:
    # A flag without a value is on, and an environment has no variable without a value.
    return "true" if directive.value is None else directive.value.replace("%%", "%")


def _obstacle(directive: Directive) -> str | None:
    """Say what an environment cannot express of a directive, whatever stands beside it."""
    value = directive.value
    kind = _kind(directive)
    if kind in _ORDERED_KINDS:
        return f"{directive.key}, {_ORDERED_KINDS[kind]}, because order counts"
    if value is None:
        return None if kind == "flag" else f"{directive.key} without a value"
    if "\0" in value:
        return "a NUL byte"
    for pair in _PAIR.finditer(value):
        follower = pair[1]
        if follower and follower in VARIABLES.decode():
            return f"the magic variable %{follower}, which works in files only"
        if follower not in {"%", "("}:
            return "a single percent sign; write %% for one"
    if kind == "config" and value.startswith(":"):
        return f"{value}, a section of this file"
    return None
