"""Tables, arrays and scalars with their places: what TOML and YAML have in common."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

__all__ = ["Array", "Entry", "MalformedError", "Node", "Scalar", "Table", "plain"]


class MalformedError(Exception):
    """A text is not of its syntax.

    Attributes:
        reason: what is wrong, in a few words.
        start, end: byte offsets of the place.
    """

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end


class Scalar(NamedTuple):
    """One value.

    Attributes:
        text: the value as uWSGI is to read it; true and false for booleans.
        type: "string", "boolean", "integer", "octal", "float", "date" or "null".
        start, end: byte offsets, quotes included.
    """

    text: str
    type: str
    start: int
    end: int


class Array(NamedTuple):
    """A list of values."""

    items: list[Node]
    start: int
    end: int


class Table(NamedTuple):
    """Named values in the order of the text; YAML may repeat a name."""

    entries: list[Entry]
    start: int
    end: int


class Entry(NamedTuple):
    """A name in a table, with its place and its value."""

    key: str
    start: int
    end: int
    node: Node


Node: TypeAlias = "Scalar | Array | Table"


def plain(node: Node) -> Any:
    """Return a tree as plain values: dictionaries, lists, booleans, numbers and texts."""
    if isinstance(node, Table):
        return {entry.key: plain(entry.node) for entry in node.entries}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    if node.type == "boolean":
        return node.text.lower() == "true"
    if node.type in {"integer", "octal"} and node.text.lstrip("+-").isdigit():
        return int(node.text)
    return node.text
