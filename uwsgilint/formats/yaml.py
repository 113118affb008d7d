"""YAML as people author it: the nodes of ruamel.yaml with their places.

Values keep the text that stands in the file, because uWSGI reads text: `yes` stays `yes` and
`1.50` stays `1.50`. A name may be repeated, as uWSGI's own YAML has always allowed.
"""

from __future__ import annotations

import re
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from uwsgilint.formats.tree import Array, Entry, MalformedError, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Source
    from uwsgilint.formats.authoring import Authored

__all__ = ["comments", "dump", "read", "spell"]

# Aliases make a tree out of a few lines that never ends; no configuration comes near this.
_MOST_NODES = 50_000
_TYPES = {"bool": "boolean", "int": "integer", "float": "float", "null": "null", "timestamp": "date"}


def read(source: Source) -> Table:
    """Read a YAML file into a tree with places; an empty file is an empty table.

    Raises:
        MalformedError: the text is not YAML, not UTF-8, or not a mapping at its top.
    """
    try:
        text = source.data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("this byte is not UTF-8", error.start, error.end) from None
    offsets = None if text.isascii() else [0, *accumulate(len(character.encode()) for character in text)]
    try:
        root: Any = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = min(mark.index, len(text)) if mark else 0
        start = place if offsets is None else offsets[place]
        raise MalformedError(str(error.problem or error.context or "this is not YAML"), start, start + 1) from None
    except YAMLError as error:
        place = getattr(error, "position", 0)
        start = place if offsets is None else offsets[place]
        raise MalformedError("this character is not allowed in YAML", start, start + 1) from None
    except (RecursionError, ValueError):
        raise MalformedError("mappings or lists are nested too deeply", 0, 0) from None
    if root is None:
        return Table([], 0, 0)
    try:
        node = _Tree(offsets).node(root)
    except RecursionError:
        raise MalformedError("mappings or lists are nested too deeply", 0, 0) from None
    if not isinstance(node, Table):
        raise MalformedError("a mapping with a uwsgi: key is expected here", node.start, node.end)
    return node


def comments(source: Source) -> Iterator[tuple[int, int]]:
    """Yield where the comments of a YAML file stand, marks included.

    In a file that is not YAML, though a server may read it, only whole lines are known for comments.
    """
    try:
        text = source.data.decode()
        waiting: list[Any] = [YAML(typ="safe", pure=True).compose(text)]
    except (UnicodeDecodeError, YAMLError, RecursionError, ValueError):
        yield from (found.span(1) for found in re.finditer(rb"^[ \t]*(#[^\n\r]*)", source.data, re.MULTILINE))
        return
    offsets = None if text.isascii() else [0, *accumulate(len(character.encode()) for character in text)]
    scalars = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            scalars.append((node.start_mark.index, node.end_mark.index))
        elif isinstance(node, (MappingNode, SequenceNode)):
            for each in node.value:
                waiting += each if isinstance(each, tuple) else (each,)
    scalars.sort()
    position = 0
    for start, end in [*scalars, (len(text), len(text))]:
        for found in _COMMENT.finditer(text, position, max(start, position)):
            first, last = found.span("comment")
            yield (first, last) if offsets is None else (offsets[first], offsets[last])
        position = max(position, end)


_COMMENT = re.compile(r"(?:^|(?<=[ \t]))(?P<comment>#[^\n\r]*)", re.MULTILINE)


class _Tree:
    def __init__(self, offsets: list[int] | None) -> None:
        self.offsets = offsets
        self.count = 0

    def place(self, node: Any) -> tuple[int, int]:
        start, end = node.start_mark.index, node.end_mark.index
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end])

    def node(self, node: Any) -> Node:
        self.count += 1
        start, end = self.place(node)
        if self.count > _MOST_NODES:
            raise MalformedError(f"more than {_MOST_NODES} values, counting each use of an alias", start, end)
        if isinstance(node, MappingNode):
            return Table([self.entry(key, value) for key, value in node.value], start, end)
        if isinstance(node, SequenceNode):
            return Array([self.node(item) for item in node.value], start, end)
        if not isinstance(node, ScalarNode):
            raise MalformedError("this is neither a value nor a list nor a mapping", start, end)
        kind = _TYPES.get(str(node.tag).rpartition(":")[2], "string")
        if kind == "integer" and node.value.startswith("0o"):
            return Scalar(str(int(node.value, 8)), "octal", start, end)
        return Scalar(node.value, kind, start, end)

    def entry(self, key: Any, value: Any) -> Entry:
        start, end = self.place(key)
        if not isinstance(key, ScalarNode):
            raise MalformedError("a key must be a word", start, end)
        return Entry(key.value, start, end, self.node(value))


def dump(tables: Authored) -> str:
    """Write tables as YAML, every text in quotes that a YAML reader could take for something else."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.width = 4096  # a folded line would be another text to uWSGI's own reader
    writer.allow_unicode = True
    text = StringIO()
    writer.dump(tables, text)
    return text.getvalue()


def spell(text: str) -> str:
    """Write a text on one line, in quotes if a YAML reader could take it for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and ": " not in text and " #" not in text:
        return text
    inner = "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text)
    return f'"{inner}"'


# A letter, a slash or an IPv4 address at the start, and nothing at the end that could be punctuation.
_PLAIN = re.compile(
    r"(?:[A-Za-z_/](?:[\w ./:,;=@%+~#$(){}\[\]*?!|&<>^'\\-]*[\w./=%+~$)*-])?|[0-9]+(?:\.[0-9]+){3}(?::[0-9]+)?)",
    re.ASCII,
)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
