"""Values that are small languages: their shape, taken apart with places, and put together again.

A composite says its shape in a template: `{addr},{cert},{key}[,{ciphers}]`. Braces name a part,
brackets hold what may be left out, everything else stands for itself; `{*}` is a list of
`key=value,key=value` in which the parts that have keys may come in any order
(core/utils.c uwsgi_kvlist_parse).

The server is lax: it ignores unknown keys, keys with a blank in front and items without an equals
sign, all without a word. Here each is a fault with its place.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from uwsgilint.catalog.nearest import nearest
from uwsgilint.values import KINDS

__all__ = [
    "CannotJoinError",
    "Composite",
    "Fault",
    "Parsed",
    "Part",
    "Piece",
    "expects",
    "join",
    "named",
    "parse",
    "question",
    "shape",
    "sized",
]


class Part(NamedTuple):
    """A named part of a composite.

    Attributes:
        name: how the table form calls it.
        keys: how a key-value list calls it, the best first; empty for a part that is known by its place.
        kind: how its text is read: a key of `uwsgilint.values.KINDS`.
        required: whether the server refuses, or does nothing, without it.
        choices: the words that it may be, if they are a closed set.
        ge, le: the limits of a number.
        separator: what stands between the items of a list, or "".
        pattern: a regular expression for its text, where its end does not follow from what comes next.
    """

    name: str
    keys: tuple[str, ...]
    kind: str
    required: bool
    choices: tuple[str, ...]
    ge: int | None
    le: int | None
    separator: str
    pattern: str


class Composite(NamedTuple):
    """A small language.

    Attributes:
        name: how the models call it.
        template: its shape.
        pairs: a regular expression for the text of `{*}`, or "" where the template alone tells its end.
        parts: what it consists of.
    """

    name: str
    template: str
    pairs: str
    parts: tuple[Part, ...]


class Fault(NamedTuple):
    """Something wrong inside a value.

    Attributes:
        rule: name of the rule that tells it.
        start, end: the place, in characters of the value.
        values: what the rule's sentences are filled with.
    """

    rule: str
    start: int
    end: int
    values: dict[str, str]


class Piece(NamedTuple):
    """The text of a part and its place in the value."""

    text: str
    start: int
    end: int


class Parsed(NamedTuple):
    """A value taken apart: its parts by name, and what is wrong with it."""

    pieces: dict[str, Piece]
    faults: list[Fault]


class CannotJoinError(ValueError):
    """A part has a text that the composite cannot hold.

    Attributes:
        part: its name.
        reason: what in it cannot be written.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part} cannot hold {reason}")
        self.part = part
        self.reason = reason


# -- templates ----------------------------------------------------------------------------------

_TOKEN = re.compile(r"\{(\*|\w+)\}|(\[)|(\])|([^\[\]{}]+)")
PAIRS = "*"


class _Name(NamedTuple):
    name: str


class _Group(NamedTuple):
    nodes: tuple[_Name | _Group | str, ...]


@lru_cache(maxsize=256)
def _nodes(template: str) -> tuple[_Name | _Group | str, ...]:
    stack: list[list[_Name | _Group | str]] = [[]]
    for found in _TOKEN.finditer(template):
        name, opening, closing, literal = found.groups()
        if name:
            stack[-1].append(_Name(name))
        elif opening:
            stack.append([])
        elif closing:
            inner = tuple(stack.pop())
            stack[-1].append(_Group(inner))
        else:
            stack[-1].append(literal)
    return tuple(stack[0])


def _pattern(nodes: tuple[_Name | _Group | str, ...], patterns: dict[str, str], *, last: bool) -> str:
    written = []
    for number, node in enumerate(nodes):
        ending = last and number == len(nodes) - 1
        if isinstance(node, str):
            # Where a blank separates, the server takes any run of blanks.
            written.append(re.escape(node).replace(r"\ ", " +"))
        elif isinstance(node, _Group):
            written.append(f"(?:{_pattern(node.nodes, patterns, last=ending)})?")
        else:
            default = ".*" if ending else ".*?"
            group = "pairs" if node.name == PAIRS else node.name
            written.append(f"(?P<{group}>{patterns.get(node.name) or default})")
    return "".join(written)


@lru_cache(maxsize=256)
def _matchers(composite: Composite) -> list[tuple[re.Pattern[str], str]]:
    """Return the pattern of the whole, then of ever shorter beginnings with what is missing behind them."""
    nodes = _nodes(composite.template)
    patterns = {part.name: part.pattern for part in composite.parts if part.pattern}
    if composite.pairs:
        patterns[PAIRS] = composite.pairs
    matchers = [(re.compile(_pattern(nodes, patterns, last=True), re.DOTALL), "")]
    for length in range(len(nodes) - 1, -1, -1):
        if isinstance(nodes[length], str):
            written = _pattern(nodes[:length], patterns, last=True)
            matchers.append((re.compile(written, re.DOTALL), str(nodes[length])))
    return matchers


def parse(composite: Composite, text: str) -> Parsed:
    """Take a value apart."""
    parts = {part.name: part for part in composite.parts}
    matchers = _matchers(composite)
    found = matchers[0][0].fullmatch(text)
    if found is None:
        return Parsed({}, [_shapeless(composite, text)])
    pieces: dict[str, Piece] = {}
    faults: list[Fault] = []
    for name, piece in found.groupdict().items():
        if piece is None:
            continue
        start = found.start(name)
        if name == "pairs":
            _parse_pairs(composite, piece, start, pieces, faults)
        elif piece or parts[name].required:
            pieces[name] = Piece(piece, start, start + len(piece))
    faults += [
        Fault("missing-part", len(text), len(text), {"part": _shown(part)})
        for part in composite.parts
        if part.required and (part.name not in pieces or not pieces[part.name].text)
    ]
    for name, piece in pieces.items():
        faults += _judge(parts[name], piece)
    return Parsed(pieces, sorted(faults, key=lambda fault: fault.start))


def _shown(part: Part) -> str:
    return part.keys[0] if part.keys else part.name


def _shapeless(composite: Composite, text: str) -> Fault:
    for pattern, missing in _matchers(composite)[1:]:
        found = pattern.match(text)
        if found is not None:
            blank = missing.isspace()
            return Fault(
                "malformed-value",
                found.end() if not blank else len(text),
                len(text),
                {"missing": "a blank" if blank else f"`{missing.strip()}`", "shape": shape(composite)},
            )
    return Fault("malformed-value", 0, len(text), {"missing": "something", "shape": shape(composite)})


def shape(composite: Composite) -> str:
    """Write the template as people write shapes: ADDR,CERT,KEY[,CIPHERS]."""
    return _TOKEN.sub(
        lambda found: "KEY=VALUE,..." if found[1] == PAIRS else found[1].upper() if found[1] else found[0],
        composite.template,
    )


# -- key=value lists ------------------------------------------------------------------------------

_ITEM = re.compile(r"(?:[^,\\]|\\.|\\$)*", re.DOTALL)
# A backslash keeps what follows it, and vanishes; at the end it just vanishes.
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


def _parse_pairs(composite: Composite, text: str, offset: int, pieces: dict[str, Piece], faults: list[Fault]) -> None:
    keys = {key: part for part in composite.parts for key in part.keys}
    position = 0
    while position <= len(text):
        item = _ITEM.match(text, position)
        if item is None:
            break
        _parse_item(item[0], offset + position, keys, pieces, faults)
        position = item.end() + 1


def _parse_item(item: str, start: int, keys: dict[str, Part], pieces: dict[str, Piece], faults: list[Fault]) -> None:
    end = start + len(item)
    key, equals, value = item.partition("=")
    part = keys.get(key)
    if part is None:
        trimmed = key.strip(" \t")
        near = [trimmed] if trimmed in keys else nearest(trimmed, tuple(keys), 1)
        faults.append(Fault("unknown-part", start, start + len(key), {"part": key, "near": near[0] if near else ""}))
        return
    if not equals:
        faults.append(Fault("ignored-part", start, end, {"part": key}))
        return
    if part.name in pieces:
        faults.append(Fault("repeated-part", start, end, {"part": key}))
    pieces[part.name] = Piece(_ESCAPED.sub(r"\1", value), start + len(key) + 1, end)


# -- values of parts ------------------------------------------------------------------------------


def _judge(part: Part, piece: Piece) -> list[Fault]:
    """Return what is doubtful about the text of a part."""
    faults = []
    position = piece.start
    items = piece.text.split(part.separator) if part.separator else [piece.text]
    for item in items:
        reads = question(part, item)
        if reads is not None:
            end = position + len(item) if part.separator else piece.end
            values = {"part": _shown(part), "value": item, "reads": reads, "expects": expects(part)}
            faults.append(Fault("misread-part", position, end, values))
        position += len(item) + len(part.separator)
    return faults


def question(part: Part, text: str) -> str | None:
    """Say how the server reads the text of a part, if not as it looks; None if it does, or if it is filled in later."""
    if any(mark in text for mark in ("$(", "%(", "@(", "%", "${")):
        return None
    if part.choices:
        return None if text in part.choices else "none of its choices"
    kind = KINDS[part.kind]
    doubt = kind.question(text)
    if doubt is not None:
        return doubt.reads
    if part.ge is not None or part.le is not None:
        number = kind.read(text)
        if isinstance(number, int) and (
            (part.ge is not None and number < part.ge) or (part.le is not None and number > part.le)
        ):
            return "a number out of range"
    return None


def expects(part: Part) -> str:
    """Say what to write for a part."""
    if part.choices:
        return f"one of {', '.join(part.choices)}"
    limits = {
        (True, True): f" from {part.ge} to {part.le}",
        (True, False): f" of at least {part.ge}",
        (False, True): f" of at most {part.le}",
        (False, False): "",
    }
    return KINDS[part.kind].expects + limits[part.ge is not None, part.le is not None]


_SIZE = re.compile(r"([0-9]+) ?([kKmMgG])(?:i?[bB])?")
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


def sized(text: str) -> str:
    """Write a size with a suffix in bytes, which is all that the server reads: 64k is 65536."""
    found = _SIZE.fullmatch(text)
    return text if found is None else str(int(found[1]) * _UNITS[found[2].lower()])


def named(composite: Composite, name: str) -> Part | None:
    """Return the part that a table calls by a name: its own with either dash, or one of its keys."""
    wanted = name.replace("-", "_")
    return next((part for part in composite.parts if wanted == part.name or name in part.keys), None)


# -- writing --------------------------------------------------------------------------------------


def join(composite: Composite, texts: dict[str, str]) -> str:
    """Put the texts of parts together.

    Raises:
        CannotJoinError: a text would be read as something else, or a part that has to be there is missing.
    """
    known = {part.name for part in composite.parts}
    for name in texts:
        if name not in known:
            raise CannotJoinError(name, "anything: there is no such part")
    joined = _join(composite, _nodes(composite.template), texts)
    read = parse(composite, joined).pieces
    for part in composite.parts:
        given = texts.get(part.name, "")
        if given != (read[part.name].text if part.name in read else ""):
            raise CannotJoinError(part.name, f"{given!r} in {shape(composite)}")
        if part.required and not given:
            raise CannotJoinError(part.name, "nothing: it is required")
    return joined


def _join(composite: Composite, nodes: tuple[_Name | _Group | str, ...], texts: dict[str, str]) -> str:
    written = []
    for node in nodes:
        if isinstance(node, str):
            written.append(node)
        elif isinstance(node, _Group):
            if any(_named(composite, node, texts)):
                written.append(_join(composite, node.nodes, texts))
        elif node.name == PAIRS:
            written.append(
                ",".join(
                    f"{part.keys[0]}={_escape(texts[part.name])}"
                    for part in composite.parts
                    if part.keys and part.name in texts
                )
            )
        else:
            written.append(texts.get(node.name, ""))
    return "".join(written)


def _named(composite: Composite, group: _Group, texts: dict[str, str]) -> list[bool]:
    """Tell of each part in a group whether it has a text; a later one keeps the place of an empty one."""
    found = []
    for node in group.nodes:
        if isinstance(node, _Group):
            found += _named(composite, node, texts)
        elif isinstance(node, _Name):
            names = [p.name for p in composite.parts if p.keys] if node.name == PAIRS else [node.name]
            found += [bool(texts.get(name)) for name in names]
    return found


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")
