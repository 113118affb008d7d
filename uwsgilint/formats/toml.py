"""TOML: tomli gives the values, tree-sitter the places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tomli
import tree_sitter_toml
from tree_sitter import Language, Parser

from uwsgilint.formats.tree import Array, Entry, MalformedError, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node as Syntax

    from uwsgilint.document import Source
    from uwsgilint.formats.authoring import Authored

__all__ = ["comments", "dump", "read", "spell_key", "spell_value"]

_LANGUAGE = Language(tree_sitter_toml.language())
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


def read(source: Source) -> Table:
    """Read a TOML file into a tree with places.

    Raises:
        MalformedError: the text is not TOML, or not UTF-8.
    """
    try:
        text = source.data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("this byte is not UTF-8", error.start, error.end) from None
    try:
        values = tomli.loads(text, parse_float=str)
    except tomli.TOMLDecodeError as error:
        start = source.offset(error.lineno, error.colno)
        raise MalformedError(_lower_first(error.msg), start, start + 1) from None
    except (RecursionError, ValueError) as error:
        # Python refuses integers of thousands of digits, and tomli nesting beyond its limit.
        raise MalformedError(_lower_first(str(error)), 0, 0) from None
    root = Parser(_LANGUAGE).parse(source.data).root_node
    broken = _first_error(root)
    if broken is not None:
        # tomli reads TOML 1.1, the grammar 1.0: what only one of them takes has no place.
        raise MalformedError("this is not TOML 1.0", broken.start_byte, broken.end_byte)
    try:
        return _Tree(source.data).table(root, values)
    except RecursionError:
        raise MalformedError("tables or lists are nested too deeply", 0, 0) from None


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _first_error(node: Syntax) -> Syntax | None:
    if not node.has_error:
        return None
    return next((found for child in node.children if (found := _first_error(child)) is not None), node)


def comments(source: Source) -> Iterator[tuple[int, int]]:
    """Yield where the comments of a TOML file stand, marks included."""
    waiting = [Parser(_LANGUAGE).parse(source.data).root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            yield node.start_byte, node.end_byte
        waiting += node.children


class _Tree:
    def __init__(self, data: bytes) -> None:
        self.data = data
        # Each table with its entries by name. It is kept as well, so that no other one gets its identity.
        self.named: dict[int, tuple[Table, dict[str, Entry]]] = {}

    def table(self, root: Syntax, values: dict[str, Any]) -> Table:
        top = Table([], 0, len(self.data))
        for child in root.named_children:
            if child.type == "pair":
                self.pair(top, child, values)
            elif child.type in {"table", "table_array_element"}:
                self.section(top, child, values)
        return top

    def section(self, top: Table, syntax: Syntax, values: Any) -> None:
        """Open the table that a header names, then read the pairs below it."""
        keys = self.keys(next(c for c in syntax.named_children if c.type in _KEYS))
        table, value = top, values
        for number, (key, start, end) in enumerate(keys):
            value = value[key]
            new = syntax.type == "table_array_element" and number == len(keys) - 1
            table, value = self.descend(table, key, (start, end), value, syntax, new=new)
        for child in syntax.named_children:
            if child.type == "pair":
                self.pair(table, child, value)

    def descend(
        self, table: Table, key: str, place: tuple[int, int], value: Any, syntax: Syntax, *, new: bool
    ) -> tuple[Table, Any]:
        """Go into a named table, or into the last one of an array of tables, making what is missing."""
        span = (syntax.start_byte, syntax.end_byte)
        _, named = self.named.setdefault(id(table), (table, {}))
        entry = named.get(key)
        if isinstance(value, list):
            if entry is None:
                entry = self.add(table, Entry(key, *place, Array([], *span)))
            items = entry.node.items if isinstance(entry.node, Array) else []
            if new:
                items.append(Table([], *span))
            last = items[-1]
            return (last if isinstance(last, Table) else Table([], *span)), value[len(items) - 1]
        if entry is None:
            entry = self.add(table, Entry(key, *place, Table([], *span)))
        return (entry.node if isinstance(entry.node, Table) else Table([], *span)), value

    def pair(self, table: Table, syntax: Syntax, values: Any) -> None:
        named = syntax.named_children
        keys = self.keys(named[0])
        for key, start, end in keys[:-1]:
            table, values = self.descend(table, key, (start, end), values[key], syntax, new=False)
        key, start, end = keys[-1]
        self.add(table, Entry(key, start, end, self.node(named[1], values[key])))

    def add(self, table: Table, entry: Entry) -> Entry:
        """Put an entry into a table."""
        table.entries.append(entry)
        self.named.setdefault(id(table), (table, {}))[1].setdefault(entry.key, entry)
        return entry

    def keys(self, syntax: Syntax) -> list[tuple[str, int, int]]:
        if syntax.type == "dotted_key":
            return [part for child in syntax.named_children for part in self.keys(child)]
        text = self.data[syntax.start_byte : syntax.end_byte].decode()
        name = next(iter(tomli.loads(f"{text} = 0"))) if syntax.type == "quoted_key" else text
        return [(name, syntax.start_byte, syntax.end_byte)]

    def node(self, syntax: Syntax, value: Any) -> Node:
        start, end = syntax.start_byte, syntax.end_byte
        if syntax.type == "array":
            items = [child for child in syntax.named_children if child.type != "comment"]
            return Array([self.node(child, item) for child, item in zip(items, value, strict=True)], start, end)
        if syntax.type == "inline_table":
            table = Table([], start, end)
            for child in syntax.named_children:
                if child.type == "pair":
                    self.pair(table, child, value)
            return table
        if isinstance(value, bool):
            return Scalar("true" if value else "false", "boolean", start, end)
        if isinstance(value, int):
            octal = self.data[start : start + 2] == b"0o"
            return Scalar(str(value), "octal" if octal else "integer", start, end)
        if isinstance(value, str):
            return Scalar(value, "float" if syntax.type == "float" else "string", start, end)
        return Scalar(self.data[start:end].decode(), "date", start, end)


def dump(tables: Authored) -> str:
    """Write tables as TOML."""
    pieces: list[str] = []
    _dump(tables, (), pieces)
    return "\n".join(pieces).lstrip("\n")


def _dump(table: Authored, path: tuple[str, ...], pieces: list[str]) -> None:
    """Write a table: its values, then the tables in it, each under its header."""
    values = {key: value for key, value in table.items() if not _is_table(value)}
    if path and (values or not table):
        pieces.append(f"\n[{_header(path)}]")
    pieces += [f"{spell_key(key)} = {spell_value(value)}" for key, value in values.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            _dump(value, (*path, key), pieces)
        elif _is_table(value) and isinstance(value, list):
            for item in value:
                pieces.append(f"\n[[{_header((*path, key))}]]")
                if isinstance(item, dict):
                    pieces += [f"{spell_key(name)} = {spell_value(inner)}" for name, inner in item.items()]
    if not path:
        pieces.append("")


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    )


def _header(path: tuple[str, ...]) -> str:
    return ".".join(map(spell_key, path))


def spell_key(name: str) -> str:
    """Write a key, in quotes if it needs them."""
    return name if _BARE.fullmatch(name) else _string(name)


def spell_value(value: Any) -> str:
    """Write a value: a text, a number, a boolean, a list, or a table on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        items = [spell_value(item) for item in value]
        line = f"[{', '.join(items)}]"
        return line if len(line) <= _WIDEST else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{spell_key(name)} = {spell_value(inner)}" for name, inner in value.items()) + " }"
    return _string(str(value))


def _string(text: str) -> str:
    """Write a string, as a literal one where that spares backslashes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text) + '"'


_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WIDEST = 100
