"""Values that are small languages: their shape, taken apart with places, and put together again.

A composite says its shape in a template: `{addr},{cert},{key}[,{ciphers}]`. Braces name a part,
brackets hold what may be left out, ` +` is any run of blanks, and a bar stands between alternatives,
of which the first that fits counts; everything else stands for itself. A part ends where what comes
next begins for the first time, as the server finds it with strchr(). `{*}` is a list of
`key=value,key=value` in which the parts that have keys may come in any order
(core/utils.c uwsgi_kvlist_parse); `{*a,b}` is one of these two parts alone, and semicolons stand
between them in `{*;a,b}`.

What follows a word may depend on the word. `{plugin=curl}:{url}` is a *closer* alternative: it says
more about what another one, `{plugin}:{args}`, reads as a whole, and holds where the part is that
word (or one of several, `{plugin=curl,smtp}`). Its parts outside of brackets have to be there.

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
    "spell",
]


class Part(NamedTuple):
    """A named part of a composite.

    Attributes:
        name: how the table form calls it.
        keys: how a key-value list calls it, the best first; empty for a part that is known by its place.
        kind: how its text is read: a key of `uwsgilint.values.KINDS`.
        required: whether the server refuses, or does nothing, without it.
        choices: the words that it may be. They are all that it may be when its kind is "string";
            otherwise it may be one of them or a value of its kind. A word that ends in `*` stands for
            all that begin so.
        ge, le: the limits of a number.
        separator: what stands between the items of a list, or "".
        pattern: a regular expression for its text, where its end does not follow from what comes next.
        words: a regular expression that finds, as its first group, the words inside the text that must
            be among the choices, where all the rest is free; "" for a part that is a choice as a whole.
        form: a regular expression that its text, or each item of a list, has to match from end to end.
        wants: what that expression says, as the end of "expects ...".
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
    words: str = ""
    form: str = ""
    wants: str = ""


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

_TOKEN = re.compile(r"\{(\*|\w+)(?:=?(;?)([\w,-]+))?\}|(\[)|(\])|(\|)|( \+)|([^\[\]{}|]+?)(?= \+|[\[\]{}|]|$)")
PAIRS = "*"
# Where a run of blanks separates, sscanf() takes every white character for one.
_BLANKS = " +"
_WHITE = r" \t\n\v\f\r"


class _Name(NamedTuple):
    """A part, or a list of pairs.

    Attributes:
        name: that of the part, or PAIRS.
        only: the words that the part has to be for this alternative, or the parts that a list of pairs may
            hold; empty for all.
        separator: what stands between pairs.
    """

    name: str
    only: tuple[str, ...]
    separator: str


class _Group(NamedTuple):
    nodes: tuple[_Name | _Group | str, ...]


_Nodes = tuple[_Name | _Group | str, ...]


@lru_cache(maxsize=256)
def _alternatives(template: str) -> tuple[_Nodes, ...]:
    found: list[_Nodes] = []
    stack: list[list[_Name | _Group | str]] = [[]]
    for token in _TOKEN.finditer(template):
        name, semicolon, only, opening, closing, bar, blanks, literal = token.groups()
        if name:
            stack[-1].append(_Name(name, tuple(only.split(",")) if only else (), semicolon or ","))
        elif opening:
            stack.append([])
        elif closing:
            inner = tuple(stack.pop())
            stack[-1].append(_Group(inner))
        elif bar:
            found.append(tuple(stack.pop()))
            stack.append([])
        else:
            stack[-1].append(blanks or literal)
    return (*found, tuple(stack[0]))


def _first(nodes: _Nodes, after: str) -> str:
    """Return the characters with which something may begin, as the inside of a character class."""
    if not nodes:
        return after
    node = nodes[0]
    if isinstance(node, str):
        return _WHITE if node == _BLANKS else re.escape(node[0])
    if isinstance(node, _Group):
        return _first(node.nodes, "") + _first(nodes[1:], after)
    return ""  # a part right behind another: the pattern of either tells them apart


def _pattern(nodes: _Nodes, patterns: dict[str, str], after: str = "") -> str:
    written = []
    for number, node in enumerate(nodes):
        following = _first(nodes[number + 1 :], after)
        if isinstance(node, str):
            written.append(f"[{_WHITE}]+" if node == _BLANKS else re.escape(node))
        elif isinstance(node, _Group):
            written.append(f"(?:{_pattern(node.nodes, patterns, following)})?")
        else:
            default = f"[^{following}]*" if following else ".*"
            group = "pairs" if node.name == PAIRS else node.name
            # The words of a closer alternative are looked at when the other one has been read.
            written.append(f"(?P<{group}>{patterns.get(node.name) or default})")
    return "".join(written)


class _Matcher(NamedTuple):
    """An alternative.

    Attributes:
        nodes: what it consists of.
        words: for a closer one, the parts that it is about with their words.
        needed: the parts that a closer one cannot do without.
    """

    nodes: _Nodes
    words: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]

    def fits(self, texts: dict[str, str]) -> bool:
        """Whether the parts are what a closer alternative is about."""
        return all(texts.get(name) in words for name, words in self.words.items())


@lru_cache(maxsize=256)
def _matchers(template: str) -> tuple[tuple[_Matcher, ...], tuple[_Matcher, ...]]:
    """Return the alternatives of a template: those that read whole values, and the closer ones."""
    plain, closer = [], []
    for nodes in _alternatives(template):
        names = [node for node in nodes if isinstance(node, _Name)]
        words = {node.name: node.only for node in names if node.only and node.name != PAIRS}
        if words:
            needed = tuple(node.name for node in names if node.name != PAIRS)
            closer.append(_Matcher(nodes, words, needed))
        else:
            plain.append(_Matcher(nodes, words, ()))
    return tuple(plain), tuple(closer)


@lru_cache(maxsize=512)
def _compiled(composite: Composite, nodes: _Nodes, after: str = "") -> re.Pattern[str]:
    patterns = {part.name: part.pattern for part in composite.parts if part.pattern}
    if composite.pairs:
        patterns[PAIRS] = composite.pairs
    return re.compile(_pattern(nodes, patterns, after), re.DOTALL)


def parse(composite: Composite, text: str) -> Parsed:
    """Take a value apart."""
    plain, closer = _matchers(composite.template)
    found = _found(composite, plain, text)
    if found is None:
        return Parsed({}, [_shapeless(composite, plain, text)])
    if closer:
        words = {name: piece for name, piece in found[1].groupdict().items() if piece is not None}
        closer = tuple(matcher for matcher in closer if matcher.fits(words))
        better = _found(composite, closer, text)
        if better is not None:
            found = better
        elif closer:
            pieces, _ = _read(composite, *found)
            return Parsed(pieces, [_shapeless(composite, closer, text)])
    return Parsed(*_read(composite, *found))


_Found = tuple[_Matcher, "re.Match[str]"]


def _found(composite: Composite, matchers: tuple[_Matcher, ...], text: str) -> _Found | None:
    """Return the first alternative that fits a text, and how."""
    for matcher in matchers:
        match = _compiled(composite, matcher.nodes).fullmatch(text)
        if match is not None:
            return matcher, match
    return None


def _read(composite: Composite, matcher: _Matcher, match: re.Match[str]) -> tuple[dict[str, Piece], list[Fault]]:
    """Take the pieces that an alternative found and say what is wrong with them."""
    parts = {part.name: part for part in composite.parts}
    pieces: dict[str, Piece] = {}
    faults: list[Fault] = []
    for name, piece in match.groupdict().items():
        if piece is None:
            continue
        start = match.start(name)
        if name == "pairs":
            node = next(node for node in _all_names(matcher.nodes) if node.name == PAIRS)
            _parse_pairs(composite, node, piece, start, pieces, faults)
        elif piece or parts[name].required or name in matcher.needed:
            pieces[name] = Piece(piece, start, start + len(piece))
    # One mistake, one fault: a key that was misspelt is not missing, too.
    meant = {fault.values["near"] for fault in faults if fault.rule == "unknown-part"}
    for part in composite.parts:
        piece_of = pieces.get(part.name)
        if (part.required or part.name in matcher.needed) and (piece_of is None or not piece_of.text):
            if piece_of is None and not meant.isdisjoint(part.keys):
                continue
            start, end = (len(match.string), len(match.string)) if piece_of is None else piece_of[1:]
            faults.append(Fault("missing-part", start, end, {"part": _shown(part)}))
        elif piece_of is not None:
            faults += _judge(part, piece_of)
    return pieces, sorted(faults, key=lambda fault: fault.start)


def _all_names(nodes: _Nodes) -> list[_Name]:
    """Return the parts and lists of pairs of an alternative, those in brackets included."""
    found: list[_Name] = []
    for node in nodes:
        if isinstance(node, _Group):
            found += _all_names(node.nodes)
        elif isinstance(node, _Name):
            found.append(node)
    return found


def _shown(part: Part) -> str:
    return part.keys[0] if part.keys else part.name


def _shapeless(composite: Composite, matchers: tuple[_Matcher, ...], text: str) -> Fault:
    """Say what is missing where, by the beginning that takes most of the text."""
    found = [(0, "a fitting beginning")]
    for matcher in matchers:
        nodes = matcher.nodes
        for length in range(len(nodes), -1, -1):
            if length < len(nodes) and not isinstance(nodes[length], str):
                continue
            match = _compiled(composite, nodes[:length], _first(nodes[length:], "")).match(text)
            if match is not None:
                found.append(_lacking(nodes, length, text, match.end()))
                break
    # Of several at one place the last counts: the first is only there for when nothing fits.
    place, missing = max(reversed(found), key=lambda each: each[0])
    shapes = " or ".join(_shape(matcher.nodes) for matcher in matchers)
    return Fault("malformed-value", place, len(text), {"missing": missing, "shape": shapes})


def _lacking(nodes: _Nodes, length: int, text: str, end: int) -> tuple[int, str]:
    """Return where and what is missing behind so many nodes, which took the text up to an end."""
    following = nodes[length:]
    if not following:
        last = nodes[-1]
        following = last.nodes if isinstance(last, _Group) else ()
    separator = following[0] if following else None
    if isinstance(separator, str):
        sign = " " if separator == _BLANKS else separator
        if text.startswith(sign, end) and len(following) > 1 and isinstance(following[1], _Name):
            return end + len(sign), f"a fitting `{following[1].name}`"
        if length < len(nodes):
            return end, "a blank" if sign == " " else f"`{sign}`"
    return end, "an end"


def shape(composite: Composite) -> str:
    """Write the template as people write shapes: ADDR,CERT,KEY[,CIPHERS]. What depends on a word is left out."""
    return " or ".join(_shape(matcher.nodes) for matcher in _matchers(composite.template)[0])


def _shape(nodes: _Nodes) -> str:
    written = []
    for node in nodes:
        if isinstance(node, str):
            written.append(" " if node == _BLANKS else node)
        elif isinstance(node, _Group):
            written.append(f"[{_shape(node.nodes)}]")
        elif node.name == PAIRS:
            written.append(f"KEY=VALUE{node.separator}...")
        else:
            written.append(node.only[0] if len(node.only) == 1 else node.name.upper())
    return "".join(written)


# -- key=value lists ------------------------------------------------------------------------------

_ITEMS = {
    ",": re.compile(r"(?:[^,\\]|\\.|\\$)*", re.DOTALL),
    # What is taken apart at semicolons knows no escapes.
    ";": re.compile(r"[^;]*"),
}
# A backslash keeps what follows it, and vanishes; at the end it just vanishes.
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


def _parse_pairs(
    composite: Composite, node: _Name, text: str, offset: int, pieces: dict[str, Piece], faults: list[Fault]
) -> None:
    keys = {key: part for part in composite.parts if not node.only or part.name in node.only for key in part.keys}
    position = 0
    while position <= len(text):
        item = _ITEMS[node.separator].match(text, position)
        if item is None:
            break
        if item[0]:
            _parse_item(item[0], node.separator, offset + position, keys, pieces, faults)
        position = item.end() + 1


def _parse_item(
    item: str, separator: str, start: int, keys: dict[str, Part], pieces: dict[str, Piece], faults: list[Fault]
) -> None:
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
    value = _ESCAPED.sub(r"\1", value) if separator == "," else value
    pieces[part.name] = Piece(value, start + len(key) + 1, end)


# Faults at which something of the value is lost.
_LOSING = frozenset({"unknown-part", "ignored-part", "repeated-part"})

# -- values of parts ------------------------------------------------------------------------------

# What the server fills in before, or while, it reads the value.
_FILLED = re.compile(r"[$@]\(|\$\{|%")
# A blank at either end of these is never meant, and the server keeps it.
_UNTRIMMED = frozenset({"path", "paths", "address", "addresses", "socket", "router-socket", "ip-addresses"})
_TEXTS = frozenset({"string", "strings"})


def _judge(part: Part, piece: Piece) -> list[Fault]:
    """Return what is doubtful about the text of a part."""
    if part.words:
        return [
            Fault("misread-part", piece.start + found.start(1), piece.start + found.end(1), _reading(part, found[1]))
            for found in re.finditer(part.words, piece.text)
            if not _chosen(part, found[1])
        ]
    faults = []
    position = piece.start
    items = piece.text.split(part.separator) if part.separator else [piece.text]
    for item in items:
        if question(part, item) is not None:
            end = position + len(item) if part.separator else piece.end
            faults.append(Fault("misread-part", position, end, _reading(part, item)))
        position += len(item) + len(part.separator)
    return faults


def _reading(part: Part, text: str) -> dict[str, str]:
    reads = "none of its names" if part.words else question(part, text) or ""
    return {"part": _shown(part), "value": text, "reads": reads, "expects": expects(part)}


def _chosen(part: Part, text: str) -> bool:
    return text in part.choices or any(
        text.startswith(choice[:-1]) for choice in part.choices if choice.endswith("*") and len(choice) > 1
    )


def question(part: Part, text: str) -> str | None:
    """Say how the server reads the text of a part, or of one item of it, if not as it looks.

    Returns:
        None if it reads what it looks like, or if the server fills it in first.
    """
    if part.words:
        unknown = next((found[1] for found in re.finditer(part.words, text) if not _chosen(part, found[1])), None)
        return None if unknown is None else f"{unknown!r}, which is none of its names"
    if _FILLED.search(text) or (part.choices and _chosen(part, text)):
        return None
    if part.choices and part.kind == "string":
        return "none of its choices"
    if part.separator and not text:
        return "nothing, and leaves it out"
    if part.form and re.fullmatch(part.form, text, re.DOTALL) is None:
        return "something else"
    if (part.kind in _UNTRIMMED or (part.separator and part.kind in _TEXTS)) and text != text.strip(" \t"):
        return f"{text!r}, with the blank"
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
    if part.wants:
        return part.wants
    if part.choices:
        words = f"one of {', '.join(part.choices)}"
        return words if part.kind == "string" else f"{words}, or {KINDS[part.kind].expects}"
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
    return next(
        (part for part in composite.parts if wanted == part.name or name in part.keys or wanted in part.keys), None
    )


# -- writing --------------------------------------------------------------------------------------


def spell(part: Part, value: object) -> str | None:
    """Write what a table holds for a part as the text of that part.

    A list is joined, a size gets its bytes. True is what switches the part on, and False leaves it out,
    unless 0 says so.

    Returns:
        None for a part that is not written at all.

    Raises:
        CannotJoinError: it is a list where one value is wanted, or something with no text, such as a table.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        if part.choices and len(part.choices) == 1:
            return part.choices[0] if value else None
        if part.kind == "presence" or "1" in part.choices:
            return "1" if value else "0" if "0" in part.choices else None
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        if not part.separator:
            raise CannotJoinError(part.name, "a list")
        return part.separator.join(text for item in value if (text := spell(part, item)) is not None)
    if not isinstance(value, (str, int, float)):
        raise CannotJoinError(part.name, f"a {type(value).__name__}")
    text = str(value)
    return sized(text) if part.kind == "bytes" else text


def join(composite: Composite, texts: dict[str, str]) -> str:
    """Put the texts of parts together.

    Raises:
        CannotJoinError: a text would be read as something else, or a part that has to be there is missing.
    """
    known = {part.name: part for part in composite.parts}
    for name in texts:
        if name not in known:
            raise CannotJoinError(name, "anything: there is no such part")
    for part in composite.parts:
        if part.required and not texts.get(part.name):
            raise CannotJoinError(part.name, "nothing: it is required")
    given = {name for name, text in texts.items() if text}
    plain, closer = _matchers(composite.template)
    closer = tuple(matcher for matcher in closer if matcher.fits(texts))
    wrong: tuple[str, str] | None = None
    for matcher in (*closer, *plain):
        if given - _names(composite, matcher.nodes):
            continue
        for name in matcher.needed:
            if not texts.get(name):
                raise CannotJoinError(name, "nothing: it is required")
        joined = _join(composite, matcher.nodes, texts)
        misread = _misread(composite, matcher, texts, joined)
        if misread is None:
            return joined
        wrong = wrong or misread
    if wrong is None:
        wrong = _unplaced(composite, closer, plain, texts)
    raise CannotJoinError(wrong[0], f"{wrong[1]!r} in {_shape(closer[0].nodes) if closer else shape(composite)}")


def _unplaced(
    composite: Composite, closer: tuple[_Matcher, ...], plain: tuple[_Matcher, ...], texts: dict[str, str]
) -> tuple[str, str]:
    """Return, with its text, a part that has no place beside the others."""
    given = [part.name for part in composite.parts if texts.get(part.name)]
    for matchers in ((*closer, *plain), closer):
        rooms: set[str] = set().union(*(_names(composite, matcher.nodes) for matcher in matchers))
        for name in given if matchers else ():
            if name not in rooms:
                return name, texts[name]
    return (given[0], texts[given[0]]) if given else ("", "")


def _misread(composite: Composite, matcher: _Matcher, texts: dict[str, str], joined: str) -> tuple[str, str] | None:
    """Return the first part that would not be read as it was given, with its text."""
    if matcher.words:
        read = parse(composite, joined).pieces
    else:
        # What a closer alternative would make of it is another way to say the same.
        found = _found(composite, _matchers(composite.template)[0], joined)
        read = {} if found is None else _read(composite, *found)[0]
    for part in composite.parts:
        given = texts.get(part.name, "")
        if given != (read[part.name].text if part.name in read else ""):
            return part.name, given
    if not matcher.words:
        # As long as that takes all of it.
        closely = parse(composite, joined)
        if any(fault.rule in _LOSING for fault in closely.faults):
            lost = ((name, piece.text) for name, piece in read.items() if name not in closely.pieces)
            return next(lost, ("", joined))
    return None


def _names(composite: Composite, nodes: _Nodes) -> set[str]:
    """Return the names of all parts that an alternative has room for."""
    found: set[str] = set()
    for node in _all_names(nodes):
        if node.name == PAIRS:
            found.update(node.only or (part.name for part in composite.parts if part.keys))
        else:
            found.add(node.name)
    return found


def _join(composite: Composite, nodes: _Nodes, texts: dict[str, str]) -> str:
    written = []
    for node in nodes:
        if isinstance(node, str):
            written.append(" " if node == _BLANKS else node)
        elif isinstance(node, _Group):
            # A later part keeps the place of an empty one.
            if any(texts.get(name) for name in _names(composite, node.nodes)):
                written.append(_join(composite, node.nodes, texts))
        elif node.name == PAIRS:
            escape = _escape if node.separator == "," else str
            written.append(
                node.separator.join(
                    f"{part.keys[0]}={escape(texts[part.name])}"
                    for part in composite.parts
                    if part.keys and part.name in texts and (not node.only or part.name in node.only)
                )
            )
        else:
            written.append(texts.get(node.name, ""))
    return "".join(written)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")
