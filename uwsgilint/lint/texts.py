"""Values: what the server reads differently from how a person does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog, composites
from uwsgilint.language.placeholders import is_template, settled
from uwsgilint.lint.finding import Edit, Finding, Fix, Related, make
from uwsgilint.lint.fixing.edits import replace
from uwsgilint.values import INTEGERS, KINDS, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.catalog import Option
    from uwsgilint.document import Directive, Document
    from uwsgilint.language.entry import Entry
    from uwsgilint.lint.scope import Scope
    from uwsgilint.values import Doubt

__all__ = ["WHOLE_KINDS", "check", "check_filled"]

_COMMENT = re.compile(r"[ \t]+([;#](.*))")
_MEANT = re.compile(r"[!\"$-:<-~]")  # printable ASCII but the marks themselves
_TEXT_KINDS = frozenset({"string", "spaced-string", "strings", "log-date"})
# All of whose text is one number or switch, whatever it was put together from.
_PLAIN_KINDS = INTEGERS | {"flag", "inverse-flag", "megabytes"}
# Composites whose text is judged as a whole: there it is known for what it is.
WHOLE_KINDS = frozenset({"socket", "router-socket", "environment"})
_ADDRESS_KINDS = frozenset({"socket", "router-socket", "address", "addresses"})  # a port is read like a number
# Languages of their own, in which blanks, quotes, ; and # have a meaning.
_FOREIGN_KINDS = frozenset(
    {
        "action", "code", "commands", "cron", "cron2", "declaration", "key-values", "legion", "legion-cron",
        "legion-pairs", "logger", "logic", "print", "regexp-pairs", "regexps", "route",
    }
)  # fmt: skip
# Whose text names a file, a folder, a module, a user ... to its last character, blanks included.
_NAME_KINDS = frozenset({"path", "optional-path", "paths", "user", "group", "plugins", "socket"})
_NAMES = frozenset(
    {
        *("module", "wsgi-file", "file", "callable", "paste", "psgi", "rack", "home", "chdir", "chdir2", "chroot"),
        *("pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2", "logto", "logto2", "daemonize", "daemonize2"),
        *("touch-reload", "touch-workers-reload", "touch-chain-reload", "master-fifo"),
    }
)
# All that looks like a blank or like nothing, a byte order mark in the middle of a text among them.
_EDGE = re.compile(r"^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$")
# What the readers of a syntax tell themselves.
_TOLD_BLANKS = {"xml": " \t\r\n", "yaml": "\r"}
_FOREIGN_NAMES = re.compile(
    r"(?:exec|hook|mount|umount|call|touch-exec|early-exec|alarm|log|logger|after|add-header|response|eval"
    r"|command|map|perl|php|ruby|rb|lua|mono|jvm|go|py|pywsgi|xslt|stats-push|metric|emperor|vassal|legion)(?:-|$)"
)


def check(directives: list[Directive], document: Document, _scope: Scope) -> Iterable[Finding]:
    """Check the values of one section."""
    option_of = catalog.option
    native = document.format == "ini"
    for directive in directives:
        option = option_of(directive.key)
        value = directive.value
        if option is None or value is None:
            continue
        if "{" in value and is_template(value):
            continue  # what it renders to is checked, not the template
        if native and value:
            finding = _decoration(directive, option, value)
            if finding is not None:
                yield finding
                continue
        doubt = KINDS[option.kind].question(value)
        named = option.kind in _NAME_KINDS or option.setting in _NAMES
        if doubt is None and named and (edge := _edge(value, document.format)):
            yield make("kept-blanks", directive.value_span, {"what": edge}, directive.key)
            continue
        if option.kind == "string" and (words := catalog.choices(option.setting)) and value not in words:
            text = settled(value)
            if text is not None and text not in words:
                yield _unknown_choice(directive, text, words, document.format)
            continue
        if doubt is None:
            continue
        if option.kind not in WHOLE_KINDS and composites.of(option.setting) is not None:
            continue  # what is wrong inside it has a place of its own
        text = settled(value)
        if text is None or (text != value and (doubt := KINDS[option.kind].question(text)) is None):
            continue
        if doubt.rule == "boolean-for-text" and directive.key.startswith("exec-"):
            continue  # true and false are commands, too
        yield _doubtful(directive, option, text, doubt, document.format)


def check_filled(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Tell of numbers and flags that the server misreads once placeholders are filled in.

    Args:
        entries: what a configuration means, with everything filled in that is known.
    """
    seen: set[tuple[int, str]] = set()
    for entry in entries:
        directive, text = entry.directive, entry.value
        if directive is None or not isinstance(text, str) or settled(directive.value or "") is not None:
            continue
        option = catalog.option(directive.key)
        if option is None or option.kind not in _PLAIN_KINDS or (id(directive), text) in seen or settled(text) != text:
            continue
        seen.add((id(directive), text))
        doubt = KINDS[option.kind].question(text)
        if doubt is not None:
            yield _doubtful(directive, option, text, doubt)._replace(related=tuple(_filled_in(entry)))


def _filled_in(entry: Entry) -> Iterator[Related]:
    """Return the places of what was filled into an entry."""
    for source in dict.fromkeys(entry.sources):
        if not isinstance(source, str) and source.directive is not None:
            yield Related(source.directive.span, f"{source.key} is {source.shown} here")


def _edge(value: str, syntax: str) -> str:
    """Name what stands at the edges of a value and does not show; nothing where there is none, or nothing else."""
    told = _TOLD_BLANKS.get(syntax, "")
    found = "".join(character for character in "".join(_EDGE.findall(value)) if character not in told)
    if not found or found == value:
        return ""
    strange = next((character for character in found if character not in " \t\r\n"), None)
    if strange is None:
        return "blanks" if set(found) <= {" ", "\t"} else "blanks or line breaks"
    import unicodedata  # noqa: PLC0415  (few values have such a character)

    name = unicodedata.name(strange, "a control character").lower()
    return f"U+{ord(strange):04X} ({name})"


def _doubtful(directive: Directive, option: Option, text: str, doubt: Doubt, syntax: str | None = None) -> Finding:
    """Tell of a value that is not what it looks like; with a syntax, with the fix."""
    values = {"value": text, "reads": doubt.reads, "expects": KINDS[option.kind].expects}
    fix = None
    if doubt.better is not None and syntax is not None:
        edit = replace(directive, doubt.better, syntax)
        fix = None if edit is None else Fix((edit,), safe=False)
    span = directive.value_span if directive.value_end > directive.value_start else directive.span
    return make(doubt.rule, span, values, directive.key, fix=fix)


def _unknown_choice(directive: Directive, text: str, words: tuple[str, ...], syntax: str) -> Finding:
    near = catalog.suggest(text, words)
    edit = replace(directive, near[0], syntax) if near else None
    fix = None if edit is None else Fix((edit,), safe=False)
    values = {"value": text, "reads": "a word that it does not know", "expects": f"one of {', '.join(words)}"}
    return make("unknown-choice", directive.value_span, values, directive.key, fix=fix)


def _decoration(directive: Directive, option: Option, value: str) -> Finding | None:
    """Tell of a comment or of quotes that an INI file makes part of a value."""
    if option.kind in _FOREIGN_KINDS or _FOREIGN_NAMES.match(directive.key):
        return None
    found = _COMMENT.search(value) if ";" in value or "#" in value else None
    # In a text a comment mark stands apart or at the end; #123 or ;x in the middle may be meant.
    if found is not None and (option.kind not in _TEXT_KINDS or found[2] == "" or not _MEANT.match(found[2])):
        bare = value[: found.start()]
        harmless, reading = _harmless(option, value, bare)
        start = directive.value_end - len(value[found.start() :].encode("utf-8", "surrogateescape"))
        span = directive.value_span._replace(start=start + len(found[0]) - len(found[1]))
        return make(
            "harmless-inline-comment" if harmless else "inline-comment",
            span,
            {"value": value, "comment": found[1], "reads": reading},
            directive.key,
            fix=Fix((_comment_line(directive, found[1]), Edit(start, directive.value_end, "")), safe=harmless),
        )
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" and value.count(value[0]) == 2:
        fix = Fix((Edit(directive.value_start, directive.value_end, value[1:-1]),), safe=False)
        return make(
            "quoted-value", directive.value_span, {"value": value, "where": "in INI files"}, directive.key, fix=fix
        )
    return None


def _comment_line(directive: Directive, comment: str) -> Edit:
    """Put a comment on a line of its own, above the one that it stood behind."""
    data = directive.source.data
    start = data.rfind(b"\n", 0, directive.key_start) + 1
    end = "\r\n" if data[: data.find(b"\n", directive.key_start) + 1].endswith(b"\r\n") else "\n"
    indent = data[start : directive.key_start].decode("utf-8", "surrogateescape")
    return Edit(start, start, f"{indent}{comment}{end}")


def _harmless(option: Option, value: str, bare: str) -> tuple[bool, str]:
    """Whether a comment changes nothing about what the server reads, and what that is."""
    port = bare.rpartition(":")[2]
    if option.kind in _ADDRESS_KINDS and port.isdigit():
        return True, f"port {port}"
    reading = _reading(option, value)
    return reading == _reading(option, bare), reading


def _try_read(option: Option, text: str) -> object:
    try:
        return KINDS[option.kind].read(text)
    except Refused:
        return Refused


def _reading(option: Option, text: str) -> str:
    """Say in words what the server makes of a text."""
    reading = _try_read(option, text)
    if reading is Refused:
        return "a value that it refuses"
    if isinstance(reading, bool):
        return "on" if reading else "off"
    return f"the text {reading!r}" if isinstance(reading, str) else str(reading)
