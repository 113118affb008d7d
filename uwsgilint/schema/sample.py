"""An option in an example that stands for itself: with its plugin, with what it names, in a block if it needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uwsgilint import composites, grammar, logic, routing
from uwsgilint.catalog import builds, option, subsystems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.catalog import Option

__all__ = ["ini", "toml"]

# What an option may name, and a line that declares it: the part that names it, the option, its value.
_DECLARED = {
    "alarm": ("alarm", "{} cmd:mail -s uwsgi ops@example.com"),
    "alarms": ("alarm", "{} cmd:mail -s uwsgi ops@example.com"),
    "cache": ("cache2", "name={},items=1000"),
    "legion": ("legion", "{} 192.168.0.1:4225 98 aes-128-cbc:a-long-secret"),
    "logger": ("logger", "{} file:/var/log/uwsgi/{}.log"),
}
# Values that are nothing but a name.
_NAMES = {"alarm-backlog": "alarm", "alarm-segfault": "alarm"}
_BLOCK_KINDS = frozenset({"logic", "terminator"})
# HOST:PORT is what everybody writes.
_PLAIN_COMPOSITES = frozenset({"Address"})

_Lines = list[tuple[str, "str | int | bool"]]


def ini(about: Option, example: str | int | bool) -> str:
    """Write an example as INI."""
    lines = ("[uwsgi]", *(f"{name} = {_text(v)}".rstrip(" ") for name, v in _lines(about, example)))
    return "".join(f"{line}\n" for line in lines)


def toml(about: Option, example: str | int | bool) -> str:
    """Write an example in the authoring format: options in their subsystems' tables, composites as tables."""
    from uwsgilint.formats import toml as syntax  # noqa: PLC0415  (a list of options wants no parser)

    tables: dict[str, Any] = {}
    if about.kind in _BLOCK_KINDS:
        block = logic.table_of(about.name, _text(example)) if about.kind == "logic" else None
        if block is not None:
            tables = {"when": [{**block, "uwsgi": dict([_inside(about)])}]}
        else:
            tables = {"uwsgi": {"lines": [{name: value} for name, value in _lines(about, example)]}}
        return syntax.dump(tables)
    for name, value in _lines(about, example):
        setting = option(name)
        home = None if setting is None else subsystems.home(setting.setting)
        if setting is not None and home is not None:
            # What is declared for a plain value stands in front of it as one, not as a table behind it.
            plain = about.setting in _NAMES and setting.setting != about.setting
            _place(tables.setdefault(home, {}), setting, value, plain=plain)
    return syntax.dump(tables)


def _place(table: dict[str, Any], about: Option, value: str | int | bool, *, plain: bool) -> None:
    """Put a line into the table of its subsystem, as a table of its own where that tells more than the text."""
    text = _text(value)
    chain, _ = routing.OPTIONS.get(about.setting, ("", ""))
    rule = routing.table_of(about.setting, text) if chain else None
    parts = None if plain else _parts(about, text)
    if rule is not None:
        table.setdefault(chain, []).append(rule)
    elif parts is not None:
        table[about.name] = [parts] if about.repeatable else parts
    else:
        table[about.name] = value if isinstance(value, (bool, int)) else text


def _parts(about: Option, text: str) -> dict[str, object] | None:
    """Take a composite apart, if it has several parts."""
    composite = composites.of(about.setting)
    if composite is None or composite.name in _PLAIN_COMPOSITES:
        return None
    parsed = grammar.parse(composite, text)
    if parsed.faults or len(parsed.pieces) < 2:
        return None
    found: dict[str, object] = {}
    for part in composite.parts:
        if part.name in parsed.pieces:
            items = [_typed(part, item) for item in _items(part, parsed.pieces[part.name].text)]
            found[part.keys[0] if part.keys else part.name] = items if part.separator else items[0]
    return found


def _items(part: grammar.Part, text: str) -> list[str]:
    return text.split(part.separator) if part.separator else [text]


def _typed(part: grammar.Part, text: str) -> str | int | bool:
    """Write a number as a number, and a key that switches something on as true."""
    if part.kind == "presence":
        return True
    if part.kind in _NUMBERS and text.removeprefix("-").isdigit():
        return int(text)
    return text


_NUMBERS = frozenset({"int", "signed-int", "uint64", "uint16", "bytes"})


def _lines(about: Option, example: str | int | bool) -> _Lines:
    """Return the lines of an example, in order."""
    text = _text(example)
    lines: _Lines = []
    if not any(about.plugin in build.embedded_or_core for build in _builds()):
        lines.append(("plugins", about.plugin))
    owned = _owned(about, text)
    if owned is not None:
        lines.append(("plugins", owned))
    lines += _declarations(about, text)
    if about.kind in _BLOCK_KINDS:
        return lines + _block(about, text)
    lines.append((about.name, example))
    chain, _ = routing.OPTIONS.get(about.setting, ("", ""))
    action = routing.parse_rule(about.setting, text).action if chain else None
    if action is not None and action.name.text == "goto":
        lines.append((routing.option_of(chain, "label"), action.arguments.text))
    return lines


def _owned(about: Option, text: str) -> str | None:
    """Return the plugin that brings a word of the value, if the usual build does not embed it."""
    composite = composites.of(about.setting)
    usual = builds.build("pypi")
    if composite is None or usual is None:
        return None
    owned = composites.owned_word(about.setting, grammar.parse(composite, text).pieces)
    return None if owned is None or owned[1] in usual.embedded_or_core else owned[1]


def _builds() -> Iterator[builds.Build]:
    return (build for name in builds.names() if (build := builds.build(name)) is not None)


def _declarations(about: Option, text: str) -> Iterator[tuple[str, str]]:
    """Declare what a value names."""
    if about.setting in routing.OPTIONS:
        for declaring, piece in routing.references(about.setting, text):
            part = next((part for part, (name, _) in _DECLARED.items() if name == declaring), None)
            if part is not None:
                yield declaring, _DECLARED[part][1].format(piece.text)
        return
    if about.setting in _NAMES:
        yield _DECLARED[_NAMES[about.setting]][0], _DECLARED[_NAMES[about.setting]][1].format(text)
    composite = composites.of(about.setting)
    for name, piece in grammar.parse(composite, text).pieces.items() if composite is not None else ():
        if name in _DECLARED:
            declaring, template = _DECLARED[name]
            if declaring == "logger" and "-req-" in about.setting:
                declaring = "req-logger"
            yield declaring, template.replace("{}", piece.text.partition(",")[0])


def _block(about: Option, text: str) -> _Lines:
    """Put a condition or a loop around a line, so that it opens something or closes something."""
    loop = about.setting.startswith(("for", "endfor"))
    opener, closer = ("for-times", "2") if loop else ("if-env", "STAGING"), "endfor" if loop else "endif"
    if about.kind == "logic":
        opener = (about.name, text)
    else:
        closer = about.name
    return [opener, _inside(about), (closer, True)]


def _inside(about: Option) -> tuple[str, str | int]:
    return ("print", "%(_)") if about.setting.startswith(("for", "endfor")) else ("harakiri", 30)


def _text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
