"""Members of tables and lists, taken out and put in: the edits of TOML, YAML and JSON that change more than a word.

Nothing here is proved; `uwsgilint.lint.fixing.rereading` does that with what comes of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Source
from uwsgilint.formats.tree import Array, Entry, MalformedError, Node, Scalar, Table
from uwsgilint.lint.finding import Edit
from uwsgilint.routing.known import CHAINS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["behind", "end_of", "holds_comment", "insertions", "removals", "spell", "tree_of"]

_OTHERS = frozenset({"sections", "profiles", "target"})  # tables whose options are not of the main section
_BETWEEN = re.compile(rb"[\s,]*")
_ITEM = re.compile(rb"[ \t]*-[ \t]+")
_ITEMS = re.compile(r" *(?:- +)+")
_BLANK = re.compile(rb"[ \t]*")
_REST = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_PLAIN = re.compile(r"\w[\w./-]*", re.ASCII)
_BARE = re.compile(r"0|-?[1-9]\d{0,17}|true|false")


def spell(text: str, syntax: str) -> str:
    """Write a value for TOML, YAML or JSON: numbers and words of flags as they are, texts in quotes that they need."""
    if _BARE.fullmatch(text):
        return text
    if syntax == "toml":
        from uwsgilint.formats import toml  # noqa: PLC0415  (its parser takes a while to load)

        return toml.spell_value(text)
    if syntax == "yaml":
        from uwsgilint.formats import yaml  # noqa: PLC0415  (the same)

        return yaml.spell(text)
    import json  # noqa: PLC0415  (few fixes need it)

    return json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=2)
def tree_of(source: Source, syntax: str) -> Table | None:
    """Return what a file says as a tree with places; None where it is not of its syntax."""
    try:
        if syntax == "toml":
            from uwsgilint.formats import toml  # noqa: PLC0415

            return toml.read(source)
        from uwsgilint.formats import yaml  # noqa: PLC0415

        # JSON is YAML, but for tabs.
        data = source.data.replace(b"\t", b" ") if syntax == "json" else source.data
        return yaml.read(Source(source.name, data))
    except MalformedError:
        return None


class _Member(NamedTuple):
    """A member of a table or an item of a list: where it begins, and what it is."""

    start: int
    node: Node


class _Taking:
    """Takes directives out of a tree, and whatever has nothing left in it."""

    def __init__(self, data: bytes, syntax: str, places: Collection[tuple[int, int]]) -> None:
        self.data = data
        self.syntax = syntax
        self.places = places
        self.edits: list[Edit] = []
        self.failed = False

    def entry(self, entry: Entry) -> bool:
        """Take from an entry what is to go; whether nothing of it stays."""
        node = entry.node
        items = node.items if isinstance(node, Array) else [node]
        gone = [(entry.start, item.start) in self.places for item in items]
        if any(gone):
            if not all(gone):
                self.cut(node, [_Member(item.start, item) for item in items], gone)
            return all(gone)
        return self.inside(node)

    def inside(self, node: Node) -> bool:
        """Take from a table or a list what is to go; whether nothing is left that can stand there."""
        if isinstance(node, Scalar):
            return False
        if isinstance(node, Table):
            members = [_Member(entry.start, entry.node) for entry in node.entries]
            gone = [self.entry(entry) for entry in node.entries]
        else:
            members = [_Member(item.start, item) for item in node.items]
            # A rule of a chain is a table that has no name of its own.
            gone = [(item.start, item.start) in self.places or self.inside(item) for item in node.items]
        if not any(gone):
            return False
        if all(gone) and not (self.syntax == "toml" and self.is_block(node)):
            return True
        self.cut(node, members, gone)
        return False

    def is_block(self, node: Node) -> bool:
        """Whether members stand on lines of their own, without commas."""
        if isinstance(node, Table):
            return self.data[node.start : node.start + 1] != b"{"
        # An array of tables in TOML begins where the header of its first table does.
        return self.data[node.start : node.start + 1] != b"[" or self.data[node.start : node.start + 2] == b"[["

    def end(self, node: Node) -> int:
        """Return where a node ends; readers of YAML count blank lines and comments behind a block as its own."""
        inner = [each.node for each in node.entries] if isinstance(node, Table) else []
        inner = node.items if isinstance(node, Array) else inner
        if inner and self.is_block(node):
            return max(self.end(each) for each in inner)
        return node.start + len(self.data[node.start : node.end].rstrip())

    def cut(self, node: Node, members: Sequence[_Member], gone: Sequence[bool]) -> None:
        """Cut members out of a table or a list."""
        if self.is_block(node):
            for member, goes in zip(members, gone, strict=True):
                if goes:
                    self.line(member, _ITEM if isinstance(node, Array) and self.syntax == "yaml" else _BLANK)
            return
        kept = [number for number, goes in enumerate(gone) if not goes]
        if not kept:
            self.between(node.start + 1, self.end(node) - 1, members)
            return
        number = 0
        while number < len(members):
            if not gone[number]:
                number += 1
                continue
            last = number
            while last + 1 < len(members) and gone[last + 1]:
                last += 1
            run = members[number : last + 1]
            if last + 1 < len(members):
                self.between(run[0].start, members[last + 1].start, run)
            else:
                self.between(self.end(members[number - 1].node), self.end(run[-1].node), run)
            number = last + 1

    def line(self, member: _Member, prefix: re.Pattern[bytes]) -> None:
        """Cut the lines of a member; nothing else may stand on them."""
        start = self.data.rfind(b"\n", 0, member.start) + 1
        rest = _REST.match(self.data, self.end(member.node))
        if rest is None or prefix.fullmatch(self.data, start, member.start) is None:
            self.failed = True
            return
        self.edits.append(Edit(start, rest.end(), ""))

    def between(self, start: int, end: int, members: Sequence[_Member]) -> None:
        """Cut from one place to another where only members, blanks and commas stand."""
        place = start
        for member in members:
            if place <= member.start and _BETWEEN.fullmatch(self.data, place, member.start) is None:
                self.failed = True
            place = self.end(member.node)
        if _BETWEEN.fullmatch(self.data, place, max(place, end)) is None:
            self.failed = True
        self.edits.append(Edit(start, end, ""))


def end_of(data: bytes, syntax: str, node: Node) -> int:
    """Return where a node ends, without the blank lines and the comments behind it."""
    return _Taking(data, syntax, ()).end(node)


def removals(source: Source, syntax: str, places: Collection[tuple[int, int]]) -> list[Edit] | None:
    """Return the edits that take directives out; None where more than them would go.

    Args:
        source: the file.
        syntax: "toml", "yaml" or "json".
        places: where the name and the value of each directive begin.
    """
    tree = tree_of(source, syntax)
    if tree is None:
        return None
    taking = _Taking(source.data, syntax, places)
    if taking.inside(tree) or taking.failed:  # a file without anything is none
        return None
    if any(holds_comment(source, syntax, edit.start, edit.end) for edit in taking.edits):
        return None
    return taking.edits


def holds_comment(source: Source, syntax: str, start: int, end: int) -> bool:
    """Whether somebody wrote a comment between two places."""
    if syntax == "json" or b"#" not in source.data[start:end]:
        return False
    if syntax == "toml":
        from uwsgilint.formats.toml import comments  # noqa: PLC0415  (its parser takes a while to load)
    else:
        from uwsgilint.formats.yaml import comments  # noqa: PLC0415  (the same)
    return any(start <= place < end for place, _ in comments(source))


def insertions(source: Source, syntax: str, key_start: int, name: str, text: str, home: str | None) -> list[Edit]:
    """Return the edits that may add an option: below the entry that it goes with, then in its own table.

    That comes last in the file where it is not there yet. An option of the file's own section goes to no other one.

    Args:
        source: the file.
        syntax: "toml", "yaml" or "json".
        key_start: where the name of the entry begins.
        name: the option.
        text: its value.
        home: the subsystem that it belongs to.
    """
    from uwsgilint.formats.authoring import is_native  # noqa: PLC0415  (most files are not in tables)

    tree = tree_of(source, syntax)
    if tree is None:
        return []
    found: list[Edit] = []

    def put(table: Table, entry: Entry) -> None:
        values = [spell(text, syntax)]
        if syntax == "yaml" and _PLAIN.fullmatch(text):
            values.append(text)  # to the server's own parser quotes are a part of the value
        edits = [behind(source.data, syntax, table, entry, name, value) for value in values]
        found.extend(edit for edit in edits if edit is not None)

    def tell(table: Table, entry: Entry) -> None:
        if entry.start != key_start:
            return
        if entry.key == name and syntax != "yaml" and isinstance(entry.node, Scalar):
            # A name stands once in a table: a second value makes it a list.
            start, end = entry.node.start, entry.node.end
            written = source.data[start:end].decode("utf-8", "surrogateescape")
            found.append(Edit(start, end, f"[{written}, {spell(text, syntax)}]"))
        put(table, entry)

    _walk(tree, tell)
    if any(
        isinstance(each.node, Table) and _holds(each.node, key_start)
        for each in tree.entries
        if each.key not in _OTHERS
    ):
        for wanted in (home, "uwsgi"):
            for each in tree.entries:
                if each.key == wanted and isinstance(each.node, Table):
                    plain = [e for e in each.node.entries if not _is_table(e.node)]
                    if plain:
                        put(each.node, plain[-1])
        # To the server, which reads a native file itself, a further table is none of its business.
        authored = syntax == "toml" or not is_native(tree)
        if home is not None and authored and all(each.key != home for each in tree.entries):
            if syntax == "json":
                found.append(_last_object(source.data, tree, home, f'"{name}": {spell(text, syntax)}'))
            else:
                found.append(_at_the_end(source.data, syntax, home, f"{name}{_between(syntax)}{spell(text, syntax)}"))
    return found


def _between(syntax: str) -> str:
    return " = " if syntax == "toml" else ": "


def _at_the_end(data: bytes, syntax: str, table: str, line: str) -> Edit:
    """Open a table behind everything else."""
    newline = _newline(data)
    front = "" if data.endswith(b"\n") else newline
    header, indent = (f"{newline}[{table}]", "") if syntax == "toml" else (f"{table}:", "  ")
    return Edit(len(data), len(data), f"{front}{header}{newline}{indent}{line}{newline}")


def _last_object(data: bytes, tree: Table, name: str, member: str) -> Edit:
    """Put an object of one member behind the last one of a file."""
    last = tree.entries[-1]
    end = end_of(data, "json", last.node)
    indent = data[data.rfind(b"\n", 0, last.start) + 1 : last.start].decode("utf-8", "surrogateescape")
    if indent.strip(" \t") or b"\n" not in data[last.node.start : end]:
        between = f"\n{indent}" if not indent.strip(" \t") and b"\n" in data[: last.start] else " "
        return Edit(end, end, f',{between}"{name}": {{{member}}}'.replace("\n", _newline(data)))
    lines = f',\n{indent}"{name}": {{\n{indent * 2}{member}\n{indent}}}'
    return Edit(end, end, lines.replace("\n", _newline(data)))


def _newline(data: bytes) -> str:
    return "\r\n" if data[: data.find(b"\n") + 1].endswith(b"\r\n") else "\n"


def _holds(table: Table, key_start: int) -> bool:
    """Whether a table has an entry, or a rule of one of its chains, at a place."""
    for entry in table.entries:
        items = entry.node.items if isinstance(entry.node, Array) else []
        if entry.start == key_start or (entry.key in CHAINS and any(item.start == key_start for item in items)):
            return True
    return False


def _is_table(node: Node) -> bool:
    return isinstance(node, Table) or (isinstance(node, Array) and any(isinstance(item, Table) for item in node.items))


def _walk(node: Node, tell: Callable[[Table, Entry], None]) -> None:
    if isinstance(node, Table):
        for entry in node.entries:
            tell(node, entry)
            _walk(entry.node, tell)
    elif isinstance(node, Array):
        for item in node.items:
            _walk(item, tell)


def behind(data: bytes, syntax: str, table: Table, entry: Entry, name: str, value: str) -> Edit | None:
    """Put a member, its value spelled, behind another one of its table."""
    end = end_of(data, syntax, entry.node)
    start = data.rfind(b"\n", 0, entry.start) + 1
    indent = data[start : entry.start].decode("utf-8", "surrogateescape")
    if syntax == "yaml" and _ITEMS.fullmatch(indent):
        indent = " " * len(indent)  # the first of its list item
    own_line = not indent.strip(" \t")
    newline = _newline(data)
    if data[table.start : table.start + 1] == b"{":
        key = f'"{name}"' if syntax == "json" else name
        return Edit(end, end, f",{newline + indent if own_line else ' '}{key}{_between(syntax)}{value}")
    if not own_line:
        return None
    line = f"{indent}{name}{_between(syntax)}{value}"
    stop = data.find(b"\n", end)
    if stop < 0:
        return Edit(len(data), len(data), f"{newline}{line}")
    return Edit(stop + 1, stop + 1, f"{line}{newline}")
