"""What tables say, said otherwise: edits of TOML, YAML and JSON where a value is put together from parts.

A rule of `[[routing.request]]` and a table such as `{ action = "chown", path = "/srv" }` become one text of the
server. To make another text of it, the part is looked for that has to change. What is found here are guesses, the
smallest edits first; `uwsgilint.lint.fixing.rereading` proves them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from uwsgilint import composites, grammar, routing
from uwsgilint.formats.tree import Array, Entry, Node, Scalar, Table, plain
from uwsgilint.lint.finding import Edit
from uwsgilint.lint.fixing import members
from uwsgilint.lint.fixing.rereading import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Directive, Source

__all__ = ["restatements"]

_QUOTES = frozenset("\"'")
_BARE = re.compile(r"[\w^/(][\w./:=@+^$()*?\\-]*", re.ASCII)  # what may be a text without quotes


class _Leaf(NamedTuple):
    """A word of a table: the name of an entry, or a value."""

    text: str
    start: int
    end: int
    is_name: bool


class _Place(NamedTuple):
    """The table that says a directive, and the entry and the list that it stands in."""

    node: Table
    entry: Entry
    siblings: int
    around: Table


def restatements(source: Source, syntax: str, directive: Directive, name: str, value: str) -> Iterator[list[Edit]]:
    """Yield edits that may make a table say another name and value.

    Args:
        source: the file.
        syntax: "toml", "yaml" or "json".
        directive: what the table says now.
        name: the option that it is to say.
        value: its value, as configuration text.
    """
    tree = members.tree_of(source, syntax)
    place = None if tree is None else _found(tree, directive)
    if place is None or directive.value is None:
        return
    data = source.data
    is_rule = directive.key in routing.OPTIONS
    if directive.key == name:
        if not is_rule:
            yield from _more(data, syntax, place.node, name, directive.value, value)
        yield from _words(data, syntax, place.node, directive.value, value)
    elif is_rule and directive.value == value:
        yield from _other_subject(data, place.node, name, value)
        yield from _other_chain(data, syntax, place, directive.key, name)
    end = members.end_of(data, syntax, place.node)
    if is_rule and not members.holds_comment(source, syntax, place.node.start, end):
        yield from _entries(data, syntax, place.node, name, value)


def _found(node: Node, directive: Directive, above: _Place | None = None) -> _Place | None:
    """Find the table that says a directive."""
    if isinstance(node, Array):
        inner: list[tuple[Node, _Place | None]] = [(item, above) for item in node.items]
    elif isinstance(node, Table):
        inner = []
        for entry in node.entries:
            count = len(entry.node.items) if isinstance(entry.node, Array) else 1
            inner.append((entry.node, _Place(node, entry, count, node)))
    else:
        return None
    is_rule = directive.key_start == directive.key_end
    for each, place in inner:
        if place is not None and isinstance(each, Table) and each.start == directive.value_start:
            named = directive.key_start in ({each.start} if is_rule else {place.entry.start})
            if named and (not is_rule or place.entry.key in routing.CHAINS):
                return place._replace(node=each)
        found = _found(each, directive, place)
        if found is not None:
            return found
    return None


def _leaves(node: Node) -> Iterator[_Leaf]:
    if isinstance(node, Scalar):
        yield _Leaf(node.text, node.start, node.end, is_name=False)
    elif isinstance(node, Array):
        for item in node.items:
            yield from _leaves(item)
    else:
        for entry in node.entries:
            yield _Leaf(entry.key, entry.start, entry.end, is_name=True)
            yield from _leaves(entry.node)


def _words(data: bytes, syntax: str, table: Table, old: str, new: str) -> Iterator[list[Edit]]:
    """Change the one word that has to be another one."""
    first, last, text = difference(old, new)
    for leaf in _leaves(table):
        at = old.find(leaf.text) if leaf.text else -1
        while at >= 0:
            if at <= first and last <= at + len(leaf.text):
                word = f"{leaf.text[: first - at]}{text}{leaf.text[last - at :]}"
                for spelled in _spelled(data[leaf.start : leaf.end], word, syntax, leaf):
                    yield [Edit(leaf.start, leaf.end, spelled)]
                break
            at = old.find(leaf.text, at + 1)


def _spelled(written: bytes, word: str, syntax: str, leaf: _Leaf) -> Iterator[str]:
    """Write a word in the place of another one, in its quotes where that is possible."""
    quote = written[:1].decode("ascii", "replace")
    if quote in _QUOTES and not written.startswith(quote.encode() * 3):
        literal = quote == "'"
        if word.isprintable() and quote not in word and (literal or "\\" not in word):
            yield f"{quote}{word}{quote}"
    if leaf.is_name:
        if syntax != "json" and re.fullmatch(r"[\w-]+", word, re.ASCII):
            yield word
        return
    if syntax == "yaml" and quote not in _QUOTES and _BARE.fullmatch(word):
        yield word
    yield members.spell(word, syntax)
    if syntax == "yaml":
        # Between braces a comma ends a text that has no quotes.
        yield _in_quotes(word)


def _in_quotes(word: str) -> str:
    import json  # noqa: PLC0415  (few fixes need it)

    return json.dumps(word, ensure_ascii=False)


def _more(data: bytes, syntax: str, table: Table, option: str, old: str, new: str) -> Iterator[list[Edit]]:
    """Add the one part that is new."""
    composite = composites.of(option)
    if composite is None or not table.entries:
        return
    before, after = (grammar.parse(composite, text) for text in (old, new))
    added = [part for part in composite.parts if part.name in after.pieces and part.name not in before.pieces]
    if len(added) != 1 or before.faults or after.faults:
        return
    (part,) = added
    text = after.pieces[part.name].text
    edit = members.behind(
        data, syntax, table, table.entries[-1], part.keys[0] if part.keys else part.name,
        members.spell("true" if part.choices == (text,) else text, syntax),
    )  # fmt: skip
    if edit is not None:
        yield [edit]


def _other_subject(data: bytes, table: Table, name: str, value: str) -> Iterator[list[Edit]]:
    """Let a rule look at something else: another name in its `match`."""
    subject = routing.parse_rule(name, value).subject
    for entry in table.entries:
        if entry.key != "match" or not isinstance(entry.node, Table):
            continue
        for inner in entry.node.entries:
            written = data[inner.start : inner.end].decode("utf-8", "replace")
            quote = written[0] if written[0] in _QUOTES else ""
            yield [Edit(inner.start, inner.end, f"{quote}{subject}{quote}")]


def _other_chain(data: bytes, syntax: str, place: _Place, old: str, new: str) -> Iterator[list[Edit]]:
    """Put a rule into another chain, by the name above it."""
    chains = [routing.parse_rule(option, "").chain for option in (old, new)]
    if syntax == "toml" and data.startswith(b"[[", place.node.start):
        end = data.find(b"]]", place.node.start)
        start = data.rfind(chains[0].encode(), place.node.start, end)
        if start >= 0:
            yield [Edit(start, start + len(chains[0]), chains[1])]
    elif place.siblings == 1 and all(entry.key != chains[1] for entry in place.around.entries):
        entry = place.entry
        quote = '"' if data.startswith(b'"', entry.start) else "'" if data.startswith(b"'", entry.start) else ""
        yield [Edit(entry.start, entry.end, f"{quote}{chains[1]}{quote}")]


def _entries(data: bytes, syntax: str, table: Table, name: str, value: str) -> Iterator[list[Edit]]:
    """Write the entries of a rule anew that have to say something else."""
    wanted = routing.table_of(name, value)
    chain = routing.parse_rule(name, value).chain
    if wanted is None:
        return
    for entry in table.entries:
        # What says the same in another way stays as it is.
        if entry.key in wanted:
            kept = {**wanted, entry.key: plain(entry.node)}
            try:
                wanted = kept if routing.compile_rule(chain, kept) == [(name, value)] else wanted
            except routing.RuleError:
                continue
    gone = [entry for entry in table.entries if entry.key not in wanted]
    new = [key for key in wanted if all(entry.key != key for entry in table.entries)]
    if len(gone) != len(new) or len(new) > 1:
        return
    edits = []
    for entry in table.entries:
        start, end = entry.node.start, members.end_of(data, syntax, entry.node)
        if syntax == "toml" and not _is_inline(data, entry.node):
            return
        if entry in gone:
            key = f'"{new[0]}"' if syntax == "json" else new[0]
            equals = " = " if syntax == "toml" else ": "
            edits.append(Edit(entry.start, end, f"{key}{equals}{_inline(wanted[new[0]], syntax)}"))
        elif wanted[entry.key] != plain(entry.node):
            edits.append(Edit(start, end, _inline(wanted[entry.key], syntax)))
    yield edits


def _is_inline(data: bytes, node: Node) -> bool:
    """Whether a value stands behind its name, and is no table below a header."""
    if isinstance(node, Table):
        return data.startswith(b"{", node.start)
    return isinstance(node, Scalar) or not data.startswith(b"[[", node.start)


def _inline(value: Any, syntax: str) -> str:
    """Write a value on one line."""
    if syntax == "toml":
        from uwsgilint.formats import toml  # noqa: PLC0415  (its parser takes a while to load)

        return toml.spell_value(value)
    import json  # noqa: PLC0415  (few fixes need it)

    text = json.dumps(value, ensure_ascii=False)
    if syntax == "yaml" and isinstance(value, (dict, list)):
        return _flow(value)
    return text


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return value if re.fullmatch(r"[A-Za-z][\w./-]*", members.spell(value, "yaml"), re.ASCII) else _in_quotes(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
