"""Fixes that rules declare: remove an option, give it another value or name, or add one.

An edit is made only where it is certain what it changes: in the file itself, where the text stands as the
server reads it. Whatever else is on the line, a comment above all, must survive. In INI that is certain by the line;
in every other syntax the result is read, and has to say what was meant.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from uwsgilint.lint.finding import Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from uwsgilint.document import Directive
    from uwsgilint.lint.views import World

    # verb, setting (or "value"), and the text or name that it takes
    Order: TypeAlias = tuple[str, str, str]

__all__ = ["VERBS", "add", "fix_of", "move", "remove", "rename", "replace", "restate", "rewrites"]

VERBS = ("remove", "set", "rename", "add")
_PLAIN = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_ON_ITS_LINE = re.compile(rb"\r?\n[ \t]*\Z")
_WORD = re.compile(r"[\w./:,=@%+^-]+", re.ASCII)  # what no shell and no unit file takes for anything else
_TABLES = frozenset({"toml", "yaml", "json"})
# What says the same in each of them: a number, or a text in double quotes without any escapes.
_CERTAIN = re.compile(r"0|[1-9][0-9]{0,17}|\"[\w ./:,;=@+-]*\"", re.ASCII)
_QUOTES = frozenset({'"', "'"})
_XML_ELEMENT = r"<{0}(?:\s[^<>]*)?(?:/>|>[^<]*</{0}\s*>)"


def fix_of(orders: Iterable[Order], world: World, values: Mapping[str, str], *, safe: bool) -> Fix | None:
    """Make the fix that a rule declares; None where one of its edits cannot be made here."""
    edits: list[Edit] = []
    going: list[Directive] = []
    syntax = world.format
    for verb, setting, text in orders:
        given = world.asked if setting == "value" else world.view.decided(setting, world.guard)[1]
        if given is None or not given.literal or given.guard or given.directive is None:
            return None
        directive = given.directive
        if directive.source is not world.view.document.source:
            return None
        if verb == "remove":
            # Each of its occurrences, or the one in front of the last would come back to life.
            for each in [given] if setting == "value" else world.view.every(setting):
                if each.directive is None or not each.literal:
                    return None
                going.append(each.directive)
            continue
        make = {"set": replace, "rename": rename, "add": add}[verb]
        wanted = text.format_map(values)
        edit = make(directive, wanted, syntax)
        more = [edit] if edit is not None else elsewhere(directive, wanted, syntax) if verb == "rename" else None
        if more is None:
            return None
        edits += more
    if going:
        removed = remove(going, syntax)
        if removed is None:
            return None
        edits += removed
    chosen = sorted(set(edits))
    if any(first.end > second.start for first, second in pairwise(chosen)):
        return None
    return Fix(tuple(chosen), safe) if chosen else None


def remove(directives: Sequence[Directive], syntax: str) -> list[Edit] | None:
    """Take out directives of one file; None where something else would go with them."""
    source = directives[0].source
    if any(directive.source is not source for directive in directives):
        return None
    if syntax == "ini":
        return _all_of([_line(directive) for directive in directives])
    places = {(directive.key_start, directive.value_start) for directive in directives}
    edits: list[Edit] | None
    if syntax == "xml":
        edits = _all_of([_element(directive) for directive in directives])
    elif syntax in _TABLES:
        from uwsgilint.lint.fixing import members  # noqa: PLC0415  (few fixes remove anything from such a file)

        edits = members.removals(source, syntax, places)
        if edits is None and syntax == "yaml" and members.tree_of(source, syntax) is None:
            # The server's own parser takes what is no YAML, a value that begins with a percent sign above all.
            edits = _all_of([_line(directive) for directive in directives])
    elif syntax == "args":
        from uwsgilint.lint.fixing import arguments  # noqa: PLC0415  (most files are configurations)

        edits = arguments.removals(directives)
    else:
        return None  # variables of an environment
    return edits if edits and _proved(directives[0], syntax, edits, dict.fromkeys(places)) else None


def _all_of(edits: Sequence[Edit | None]) -> list[Edit] | None:
    """Return each edit once; None where one of them cannot be made."""
    found = {edit for edit in edits if edit is not None}
    return None if None in edits else sorted(found)


def _line(directive: Directive) -> Edit | None:
    """Take out the line of a directive; None where something else stands on it, too."""
    data = directive.source.data
    span = directive.span
    start = data.rfind(b"\n", 0, span.start) + 1
    rest = _PLAIN.match(data, span.end)
    if data[start : span.start].strip(b" \t") or rest is None:
        return None
    return Edit(start, rest.end(), "")


def _element(directive: Directive) -> Edit | None:
    """Take out an element, and its line where it stands there alone."""
    found = _found_element(directive)
    if found is None:
        return None
    data = directive.source.data
    start, end = found
    first = data.rfind(b"\n", 0, start) + 1
    rest = _PLAIN.match(data, end)
    if not data[first:start].strip(b" \t") and rest is not None:
        return Edit(first, rest.end(), "")
    return Edit(start, end, "")


def _found_element(directive: Directive) -> tuple[int, int] | None:
    """Return where the element of an option begins and ends; None for one that holds more than text."""
    data = directive.source.data
    name = data[directive.key_start : directive.key_end]
    pattern = _XML_ELEMENT.format(re.escape(name.decode("utf-8", "surrogateescape")))
    found = re.compile(pattern.encode("utf-8", "surrogateescape")).match(data, directive.key_start - 1)
    return None if found is None else found.span()


def replace(directive: Directive, text: str, syntax: str) -> Edit | None:
    """Replace a value, keeping the quotes that it stands in; None where it has no place of its own.

    In a text between quotes these may be doubled or changed where the new one needs that.
    """
    start, end = directive.value_start, directive.value_end
    if end <= start:
        return None
    edit = _replaced(directive, text, syntax)
    return edit if edit is not None else _one(restate(directive, directive.key, text, syntax))


def _one(edits: Sequence[Edit] | None) -> Edit | None:
    return edits[0] if edits is not None and len(edits) == 1 else None


def _replaced(directive: Directive, text: str, syntax: str) -> Edit | None:
    start, end = directive.value_start, directive.value_end
    written = directive.source.data[start:end].decode("utf-8", "surrogateescape")
    quote = written[0]
    quoted = quote in _QUOTES and directive.value is not None and not directive.value.startswith(quote)
    if syntax == "ini":
        return Edit(start, end, f"{quote}{text}{quote}" if quoted else text)
    for edit in _rewritings(directive, text, syntax, quoted=quoted):
        certain = syntax in _TABLES and _CERTAIN.fullmatch(written) and _CERTAIN.fullmatch(edit.text)
        if certain and written in {directive.value, f"{quote}{directive.value}{quote}"}:
            return edit  # a word for a word, which needs no proof
        if _proved(directive, syntax, [edit], {(directive.key_start, start): (directive.key, text)}):
            return edit
    return None


def _rewritings(directive: Directive, text: str, syntax: str, *, quoted: bool) -> Iterator[Edit]:
    """Yield edits that may give another value, the best first."""
    start, end = directive.value_start, directive.value_end
    if syntax == "args":
        from uwsgilint.lint.fixing import arguments  # noqa: PLC0415  (most files are configurations)

        yield from arguments.rewritings(directive, text)
        return
    written = directive.source.data[start:end].decode("utf-8", "surrogateescape")
    spelled = _spelled(written, text, syntax, quoted=quoted)
    if spelled is not None:
        yield Edit(start, end, spelled)
        if syntax == "yaml" and not quoted and _WORD.fullmatch(text) and text != spelled:
            yield Edit(start, end, text)  # to the server's own parser quotes are a part of the value


def _spelled(written: str, text: str, syntax: str, *, quoted: bool) -> str | None:
    """Write a value in the way in which the old one stands; None where that is more than a word or a text."""
    if syntax == "xml":
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if syntax in _TABLES:
        if written[0] in "{[|>&*!":
            return None
        from uwsgilint.lint.fixing import members  # noqa: PLC0415  (few files have such a value to replace)

        plain = quoted and not written.startswith(written[0] * 3)
        if plain and text.isprintable() and not _QUOTES.union("\\").intersection(text):
            return f"{written[0]}{text}{written[0]}"
        if written.startswith("0o") and re.fullmatch("[0-7]+", text):
            return f"0o{text}"
        return members.spell(text, syntax)
    if quoted and not set("\"'\\$`").intersection(text):
        return f"{written[0]}{text}{written[0]}"
    return text if _WORD.fullmatch(text) else None


def rename(directive: Directive, name: str, syntax: str) -> Edit | None:
    """Write another name; None where the name stands in a way of its own, such as split over tables."""
    source = directive.source
    data = source.data[directive.key_start : directive.key_end]
    if data.strip(b"\"'") != directive.key.encode("utf-8", "surrogateescape"):
        return _one(restate(directive, name, directive.value or "", syntax))
    quote = "" if data[:1] not in {b'"', b"'"} else data[:1].decode()
    edit = Edit(directive.key_start, directive.key_end, f"{quote}{name}{quote}")
    if syntax == "ini":
        return edit
    if syntax == "xml":
        element = _found_element(directive)
        if element is None:
            return None
        inner = source.data[directive.key_end : element[1]]
        at = inner.rfind(b"</")
        if at >= 0:
            inner = inner[: at + 2] + name.encode() + inner[at + 2 + len(data) :]
        edit = Edit(directive.key_start, element[1], name + inner.decode("utf-8", "surrogateescape"))
    # Each value of a list has the name.
    changes: dict[tuple[int, int], tuple[str, str | None] | None] = _named_like(directive, syntax, name)
    return edit if _proved(directive, syntax, [edit], changes) else None


def restate(directive: Directive, name: str, value: str, syntax: str) -> list[Edit] | None:
    """Give a directive that tables say another name or another value; None where that takes more than a few words.

    In INI, and where a directive is a name and a text, both are edited where they stand.
    """
    if syntax == "ini":
        named = [rename(directive, name, syntax)] if name != directive.key else []
        return _all_of([*named, *([replace(directive, value, syntax)] if value != directive.value else [])])
    if directive.value is None:
        return None
    from uwsgilint.lint.fixing import rereading  # noqa: PLC0415  (INI, of which most files are, needs no proof)

    source = directive.source
    for edits in _restatements(directive, name, value, syntax):
        if rereading.restated(source, syntax, edits, directive, (name, value)):
            return edits
    return None


def _restatements(directive: Directive, name: str, value: str, syntax: str) -> Iterator[list[Edit]]:
    source = directive.source
    key = source.data[directive.key_start : directive.key_end].decode("utf-8", "surrogateescape")
    if key.strip("\"'") == directive.key and directive.value_end > directive.value_start:
        start, end = directive.value_start, directive.value_end
        written = source.data[start:end].decode("utf-8", "surrogateescape")
        quoted = written[0] in _QUOTES and not (directive.value or "").startswith(written[0])
        named = key.replace(directive.key, name)
        for edit in _rewritings(directive, value, syntax, quoted=quoted):
            edits = [Edit(directive.key_start, directive.key_end, named), edit]
            if syntax != "xml":
                yield [
                    each for each in edits if each.text != source.data[each.start : each.end].decode("utf-8", "replace")
                ]
            elif (element := _found_element(directive)) is not None:
                rest = source.data[end : element[1]].decode("utf-8", "surrogateescape")
                rest = f"{rest[: rest.rfind('</') + 2]}{name}{rest[rest.rfind('</') + 2 + len(key) :]}"
                front = source.data[directive.key_end : start].decode("utf-8", "surrogateescape")
                yield [Edit(directive.key_start, element[1], f"{name}{front}{edit.text}{rest}")]
    if syntax in _TABLES:
        from uwsgilint.lint.fixing import restating  # noqa: PLC0415  (few fixes are about parts of tables)

        yield from restating.restatements(source, syntax, directive, name, value)


def _named_like(directive: Directive, syntax: str, name: str) -> dict[tuple[int, int], tuple[str, str | None] | None]:
    from uwsgilint.lint.fixing import rereading  # noqa: PLC0415  (INI, of which most files are, needs no proof)

    found, _ = rereading.before(directive.source, syntax)
    return {each.place: (name, each.value) for each in found if each.place[0] == directive.key_start}


def elsewhere(directive: Directive, name: str, syntax: str) -> list[Edit] | None:
    """Give an option another name where that belongs into another table; None where there is none."""
    if syntax not in _TABLES or directive.value is None:
        return None
    from uwsgilint.catalog import subsystems  # noqa: PLC0415  (few files are in tables)
    from uwsgilint.lint.fixing import members, rereading  # noqa: PLC0415  (the same)

    source, home = directive.source, subsystems.home(name)
    place = (directive.key_start, directive.value_start)
    gone = members.removals(source, syntax, {place})
    if gone is None:
        return None
    for edit in members.insertions(source, syntax, directive.key_start, name, directive.value, home):
        edits = sorted([*gone, edit])
        apart = all(first.end <= second.start for first, second in pairwise(edits))
        if apart and rereading.renamed(source, syntax, edits, place, (name, directive.value)):
            return edits
    return None


def add(directive: Directive, line: str, syntax: str) -> Edit | None:
    """Put an option, written as a line of INI, behind a directive; None where it cannot stand there."""
    source = directive.source
    data = source.data
    if syntax == "ini":
        end = data.find(b"\n", directive.span.end)
        start = data.rfind(b"\n", 0, directive.span.start) + 1
        indent = data[start : directive.span.start].decode("utf-8", "surrogateescape")
        if indent.strip(" \t"):
            return None
        if end < 0:
            return Edit(len(data), len(data), f"\n{indent}{line}")
        newline = "\r\n" if data[end - 1 : end] == b"\r" else "\n"
        return Edit(end + 1, end + 1, f"{indent}{line}{newline}")
    name, equals, text = (part.strip() for part in line.partition("="))
    if not equals and not text:
        return None
    from uwsgilint.lint.fixing import rereading  # noqa: PLC0415  (the same)

    place = (directive.key_start, directive.value_start)
    if syntax == "args":
        from uwsgilint.lint.fixing import arguments  # noqa: PLC0415  (the same)

        made = arguments.insertion(directive, name, text)
        proved = made is not None and rereading.added(source, syntax, made[0], place, (name, made[1]), anywhere=False)
        return made[0][0] if made is not None and proved else None
    for number, edit in enumerate(_additions(directive, name, text, syntax)):
        if rereading.added(source, syntax, [edit], place, (name, text), anywhere=number > 0):
            return edit
    return None


def _additions(directive: Directive, name: str, text: str, syntax: str) -> list[Edit]:
    """Return edits that may add an option, the best first."""
    source = directive.source
    if syntax == "xml":
        element = _found_element(directive)
        if element is None:
            return []
        data = source.data
        start = data.rfind(b"\n", 0, element[0])
        indent = data[start : element[0]].decode("utf-8", "surrogateescape") if start >= 0 else ""
        if data[start - 1 : start] == b"\r":
            indent = f"\r{indent}"
        value = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return [Edit(element[1], element[1], f"{'' if indent.strip() else indent}<{name}>{value}</{name}>")]
    if syntax not in _TABLES:
        return []
    from uwsgilint.catalog import subsystems  # noqa: PLC0415  (few files are in tables)
    from uwsgilint.lint.fixing import members  # noqa: PLC0415  (the same)

    return members.insertions(source, syntax, directive.key_start, name, text, subsystems.home(name))


def move(directive: Directive, before: Directive, syntax: str) -> list[Edit] | None:
    """Move a directive in front of another one; None where it is more than a line, an element or a member."""
    source = directive.source
    if source is not before.source:
        return None
    edits = _moved(directive, before, syntax)
    if edits is None or syntax == "ini":
        return edits
    from uwsgilint.lint.fixing import rereading  # noqa: PLC0415  (the same)

    places = [(each.key_start, each.value_start) for each in (directive, before)]
    return edits if rereading.moved(source, syntax, edits, places[0], places[1]) else None


def _moved(directive: Directive, before: Directive, syntax: str) -> list[Edit] | None:
    data = directive.source.data
    going: list[Edit] | None
    if syntax == "args":
        from uwsgilint.lint.fixing import arguments  # noqa: PLC0415  (the same)

        return arguments.moving(directive, before)
    if syntax in {"xml", "json"}:
        if syntax == "xml":
            gone, place, other = _element(directive), _found_element(directive), _found_element(before)
            going = None if gone is None else [gone]
        else:
            from uwsgilint.lint.fixing import members  # noqa: PLC0415  (the same)

            place, other = (directive.key_start, directive.value_end), (before.key_start, before.value_end)
            going = members.removals(directive.source, syntax, {(directive.key_start, directive.value_start)})
        if going is None or place is None or other is None:
            return None
        at = other[0]
        gap = _ON_ITS_LINE.search(data[:at])
        text = data[slice(*place)] + (b"," if syntax == "json" else b"")
        text += gap[0] if gap is not None else b" " if syntax == "json" else b""
    else:
        start, end = data.rfind(b"\n", 0, directive.span.start) + 1, directive.span.end
        at = data.rfind(b"\n", 0, before.span.start) + 1
        line = _line(directive)
        if line is None or b"\n" in data[start:end] or data[at : before.span.start].strip(b" \t"):
            return None
        going, text = [line], data[line.start : line.end]
        if not text.endswith(b"\n"):
            # The last line leaves its newline to the one above.
            newline = b"\r\n" if data[:start].endswith(b"\r\n") else b"\n"
            going, text = [Edit(start - len(newline), line.end, "")], text + newline
    try:
        return sorted([*going, Edit(at, at, text.decode("utf-8"))])
    except UnicodeDecodeError:
        return None


def rewrites(directive: Directive, edits: Sequence[Edit], value: str, syntax: str) -> bool:
    """Whether edits within a value make it another one, and change nothing else."""
    place = (directive.key_start, directive.value_start)
    return syntax == "ini" or _proved(directive, syntax, edits, {place: (directive.key, value)})


def _proved(
    directive: Directive,
    syntax: str,
    edits: Iterable[Edit],
    changes: dict[tuple[int, int], tuple[str, str | None] | None],
) -> bool:
    """Whether the file says what is meant once edits are made."""
    from uwsgilint.lint.fixing import rereading  # noqa: PLC0415  (INI, of which most files are, needs no proof)

    return rereading.says(directive.source, syntax, edits, changes)
