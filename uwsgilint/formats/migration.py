"""A configuration of any syntax, written anew as a person would author it: nothing lost, nothing reordered.

Options get their subsystems' tables where their order lets them, composites and rules theirs where
these say exactly the same, blocks become `[[when]]`, and comments stay with what they stand above.
The order decides: a table stands once in a file, so what goes back and forth between subsystems stays
together in `[uwsgi]`, as lines from the first name on that comes back.

What was written is read again before it is handed out. If that is not the same directives in the same
order, all is written natively; if not even that is, it is refused.
"""

from __future__ import annotations

import json
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from uwsgilint import catalog, composites, grammar, logic, routing
from uwsgilint.catalog import subsystems
from uwsgilint.document import CannotWriteError, Directive, Document, Profile, Section, Source, merged
from uwsgilint.formats import ini, native, notes, toml, yaml
from uwsgilint.formats.authoring import BINDING_KINDS, LINES, MAIN, NAMED_BY, ROUTING, WHEN, authored_value
from uwsgilint.formats.authoring import document as authored
from uwsgilint.formats.magic import drop_strays
from uwsgilint.formats.tree import MalformedError
from uwsgilint.values import INTEGERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from uwsgilint.document import Target
    from uwsgilint.formats.notes import Notes

__all__ = ["Syntax", "as_written", "commented_ini", "migrate"]

Syntax = Literal["toml", "yaml", "json"]
Path: TypeAlias = "tuple[str, ...]"


def migrate(document: Document, syntax: Syntax = "toml") -> str:
    """Write a document in the authoring format, comments included where the syntax has any.

    Args:
        document: what to write, as its reader gave it.
        syntax: "toml", "yaml" or "json".

    Raises:
        CannotWriteError: something in it would be lost, or has no form that reads back as it is.
    """
    document = as_written(document)
    if document.format == "ini":
        ini.write(document)  # only to refuse what could not become INI again
    problems = [
        native.problem(directive, "bytes that are not UTF-8", syntax.upper())
        for directive in _all(document)
        if not _is_text(directive.key) or not _is_text(directive.value or "")
    ]
    if problems:
        raise CannotWriteError(problems)
    for natively in (False, True):
        text = _Migration(document, syntax, natively=natively).text()
        different = _first_difference(document, text, syntax)
        if different is None:
            return text
        problems = [native.problem(different, "something that does not read back", syntax.upper())]
    raise CannotWriteError(problems)


def as_written(document: Document) -> Document:
    """Return a document with the text that stands in its file, percent signs that the server drops included.

    Raises:
        CannotWriteError: the server loses some of the file in a way that no other file can repeat.
    """
    written = Document(document.source, document.format)
    written.target = document.target
    kept: set[int] = set()
    written.sections = [_section_as_written(s, document.format, kept) for s in document.sections]
    written.profiles = {
        name: Profile([_section_as_written(s, document.format, kept) for s in profile.sections], profile.target)
        for name, profile in document.profiles.items()
    }
    lost = [
        p for p in document.problems if p.rule in _LOSING and _line_start(p.span.source.data, p.span.start) not in kept
    ]
    if lost:
        raise CannotWriteError(lost)
    return written


# What an INI reader tells of, and no longer has.
_LOSING = frozenset({"byte-order-mark", "nul-byte", "stray-percent"})


def _line_start(data: bytes, offset: int) -> int:
    return data.rfind(b"\n", 0, offset) + 1


def _section_as_written(section: Section, syntax: str, kept: set[int]) -> Section:
    return Section(section.name, [_as_written(d, syntax, kept) for d in section.directives], section.header)


def _as_written(directive: Directive, syntax: str, kept: set[int]) -> Directive:
    key, value = directive.key, native.text_of(directive)
    if syntax == "ini":
        key, value = _on_its_line(directive, kept) or (key, value)
    places = (directive.key_start, directive.key_end, directive.value_start, directive.value_end)
    return Directive(key, value, directive.source, *places)


def _on_its_line(directive: Directive, kept: set[int]) -> tuple[str, str] | None:
    """Return key and value as an INI file has them, if percent signs make them more than what the server reads.

    The start of the line is then put with those that are kept as they are.
    """
    data = directive.source.data
    start = _line_start(data, directive.key_start)
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    line = data[start:end]
    if b"%" not in line:
        return None
    name, _, content = line.partition(b"=")
    found = []
    for raw, read in ((name.strip(_BLANKS), directive.key), (content.strip(_BLANKS), directive.value or "")):
        # One at the end would take the line break with it, here or in the file that is compiled.
        if _odd_end(raw) or drop_strays(raw)[0].strip(_BLANKS) != read.encode("utf-8", "surrogateescape"):
            return None
        found.append(raw.decode("utf-8", "surrogateescape"))
    kept.add(start)
    return found[0], found[1]


def _odd_end(text: bytes) -> bool:
    return (len(text) - len(text.rstrip(b"%"))) % 2 == 1


_BLANKS = b" \t\r"


def _all(document: Document) -> Iterator[Directive]:
    for sections in (document.sections, *(profile.sections for profile in document.profiles.values())):
        for section in sections:
            yield from section.directives


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


# -- reading back ------------------------------------------------------------------------------------


def _first_difference(document: Document, text: str, syntax: Syntax) -> Directive | None:
    """Return the first directive that reads back as another one, or not at all."""
    source = Source(f"migrated.{syntax}", text.encode())
    try:
        # JSON is YAML, too.
        tree = toml.read(source) if syntax == "toml" else yaml.read(source)
        again = authored(tree, source, syntax)
    except MalformedError:
        return next(_all(document), Directive("", "", document.source))
    pairs = [(document.sections, again.sections)]
    for name, profile in document.profiles.items():
        pairs.append((profile.sections, again.profiles[name].sections if name in again.profiles else []))
    for meant, got in pairs:
        read_back = merged(got)
        for name, section in merged(meant).items():
            wanted = section.directives
            found = read_back[name].directives if name in read_back else []
            for number, directive in enumerate(wanted):
                if number >= len(found) or _said(found[number]) != _said(directive):
                    return directive
            if len(found) > len(wanted):
                return found[len(wanted)]
    if again.problems or _stated(again.target) != _stated(document.target):
        return next(_all(document), Directive("", "", document.source))
    return None


def _said(directive: Directive) -> tuple[str, str]:
    option = catalog.option(directive.key)
    ends = option is not None and option.kind == "terminator"  # nobody reads its value
    return directive.key, "" if ends else native.text_of(directive)


def _stated(target: Target) -> tuple[str | None, str | None]:
    return target.release, target.build


# -- what a document is made of ----------------------------------------------------------------------


class _Line(NamedTuple):
    """An option as an entry of a table, with the comments above it."""

    key: str
    value: Any
    above: list[str]


class _Item(NamedTuple):
    """A directive, or the directives of a block.

    Attributes:
        home: the table that it may stand in instead of the main one; "" for none.
        lines: what it is, natively.
        table: a rule, or the condition of a block.
        chain: that of a rule, or "".
        inner: what stands in a block.
    """

    home: str
    lines: list[_Line]
    table: dict[str, Any] | None = None
    chain: str = ""
    inner: list[_Item] | None = None

    def entry(self) -> str:
        """Return the name under which its table has it."""
        return self.chain or self.lines[0].key


class _Part(NamedTuple):
    """A piece of the text: a table, or an element of a list of tables.

    Attributes:
        path: where it stands, from what it is part of.
        entries: its options.
        lines: those that are written as `lines`.
        element: whether it is an element of a list.
        above: the comments above it.
        inner: what belongs to an element.
        tail: the comments behind its last entry.
    """

    path: Path
    entries: list[_Line]
    lines: list[_Line]
    element: bool = False
    above: Sequence[str] = ()
    inner: Sequence[_Part] = ()
    tail: Sequence[str] = ()


class _Migration:
    def __init__(self, document: Document, syntax: Syntax, *, natively: bool) -> None:
        self.document = document
        self.syntax = syntax
        self.natively = natively
        self.notes: Notes = notes.of(document)
        # Lists of tables may go on behind other tables in TOML only.
        self.again = syntax == "toml"

    def text(self) -> str:
        """Write everything."""
        sheet = _Toml() if self.syntax == "toml" else _Tree()
        self.body(sheet, self.document.sections, self.document.target, ())
        for name, profile in self.document.profiles.items():
            self.body(sheet, profile.sections, profile.target, ("profiles", name))
        if isinstance(sheet, _Toml):
            return sheet.text(self.notes.tail)
        return sheet.yaml(self.notes.tail) if self.syntax == "yaml" else sheet.json()

    def body(self, sheet: _Toml | _Tree, sections: list[Section], target: Target, base: Path) -> None:
        """Write the sections of a file or of a profile, and its target."""
        for name, section in sorted(merged(sections).items(), key=lambda item: item[0] != MAIN):
            head = [] if base else self.notes.heads.pop(name, [])
            main, below = ((MAIN,), base) if name == MAIN else ((), (*base, "sections", name))
            parts = self.parts(self.items(section.directives), main) or [_Part(main, [], [])]
            sheet.put(parts, below, head)
        stated = {"uwsgi": target.release, "build": target.build}
        entries = [_Line(key, value, []) for key, value in stated.items() if value is not None]
        if entries:
            sheet.put([_Part(("target",), entries, [])], base, [])

    # -- items --

    def items(self, directives: list[Directive]) -> list[_Item]:
        """Gather blocks; all else is an item of its own."""
        found: list[_Item] = []
        number = 0
        inside = False  # a block that is written natively, and keeps its options together
        while number < len(directives):
            opener = directives[number]
            end = None if inside else self.end_of_block(directives, number)
            if end is None:
                item = self.item(opener)
                found.append(_Item("", item.lines) if inside else item)
                option = catalog.option(opener.key)
                kind = option.kind if option is not None else ""
                inside = kind == "logic" or (inside and kind != "terminator")
                number += 1
                continue
            inner = [self.item(directive) for directive in directives[number + 1 : end]]
            lines = [self.line(opener), *(line for item in inner for line in item.lines), self.line(directives[end])]
            found.append(_Item(WHEN, lines, logic.table_of(opener.key, opener.value or ""), inner=inner))
            number = end + 1
        return found

    def end_of_block(self, directives: list[Directive], start: int) -> int | None:
        """Return where the block ends that a directive opens, if a table says exactly the same."""
        opener = directives[start]
        if self.natively or (table := logic.table_of(opener.key, opener.value or "")) is None:
            return None
        name, value, terminator = logic.compile_block(table)
        if (name, value) != (opener.key, opener.value):
            return None
        for number in range(start + 1, len(directives)):
            key = directives[number].key
            option = catalog.option(key)
            if key == terminator:
                return number
            # A label would be repeated by a loop; another opener or end is for the server to judge.
            if (option is not None and option.kind in {"logic", "terminator"}) or key.endswith("route-label"):
                return None
        return None

    def item(self, directive: Directive) -> _Item:
        option = catalog.option(directive.key)
        # What decides or includes has an effect on its neighbours: it stays among them.
        home = None if option is None or option.kind in BINDING_KINDS else subsystems.home(directive.key)
        line = self.line(directive)
        rule = None if self.natively else routing.table_of(directive.key, directive.value or "")
        if rule is None:
            return _Item("" if self.natively else home or "", [line])
        return _Item(ROUTING, [line], rule, routing.OPTIONS[directive.key][0])

    def line(self, directive: Directive) -> _Line:
        table = None if self.natively else _taken_apart(directive.key, directive.value or "")
        value: Any = authored_value(directive) if table is None else table
        return _Line(directive.key, value, self.notes.take(directive))

    # -- parts --

    def parts(self, items: list[_Item], main: Path) -> list[_Part]:
        """Lay items out in tables."""
        first, last = _window(items, again=self.again)
        found = self.tables(items[:first])
        if first < last:
            entries, lines = _divided([line for item in items[first:last] for line in item.lines])
            if not main:
                entries = [_unlike_a_subsystem(line) for line in entries]
            found.append(_Part(main, entries, lines))
        return found + self.tables(items[last:])

    def tables(self, items: list[_Item]) -> list[_Part]:
        """Write items in tables of their own."""
        found: list[_Part] = []
        for home, group in groupby(items, key=lambda item: "" if item.table is not None else item.home):
            if home:
                found.append(_Part((home,), [line for item in group for line in item.lines], []))
                continue
            for item in group:
                entries = [_Line(key, value, []) for key, value in (item.table or {}).items()]
                above = item.lines[0].above
                if item.inner is None:
                    found.append(_Part((ROUTING, item.chain), entries, [], element=True, above=above))
                else:
                    inner = self.parts(item.inner, (MAIN,)) if item.inner else []
                    found.append(_Part((WHEN,), entries, [], True, above, inner, item.lines[-1].above))
        return found


def _unlike_a_subsystem(line: _Line) -> _Line:
    """Put a table into a list where a table alone would be taken for that of a subsystem."""
    alike = line.key in subsystems.NAMES and isinstance(line.value, dict)
    return line._replace(value=[line.value]) if alike else line


def _taken_apart(key: str, value: str) -> dict[str, Any] | None:
    """Return the parts of a composite, where they read better than the text and make the same text again."""
    composite = composites.of(key)
    if composite is None:
        return None
    parsed = grammar.parse(composite, value)
    # Two parts in their places, as in /static=/srv, tell no more than the text.
    if parsed.faults or len(parsed.pieces) < (2 if "{*" in composite.template else 3):
        return None
    table: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for part in composite.parts:
        if part.name not in parsed.pieces:
            continue
        text = parsed.pieces[part.name].text
        typed = _typed(part, text)
        items = typed if isinstance(typed, list) else [typed]
        if part.name in NAMED_BY and not all(str(item).isdigit() for item in items):
            return None
        try:
            spelt = grammar.spell(part, typed)
        except grammar.CannotJoinError:
            return None
        if spelt != text or any(grammar.question(part, str(item)) is not None for item in items if item is not True):
            return None
        table[part.keys[0] if part.keys else part.name] = typed
        texts[part.name] = text
    try:
        return table if grammar.join(composite, texts) == value else None
    except grammar.CannotJoinError:
        return None


def _typed(part: grammar.Part, text: str) -> Any:
    """Write a number as a number, a key that switches something on as true, a list as a list."""
    if part.separator and part.separator in text:
        return text.split(part.separator)
    if part.kind == "presence" and grammar.spell(part, True) == text:
        return True
    digits = text.removeprefix("-")
    if part.kind in _NUMBERS and digits.isascii() and digits.isdigit() and str(int(text[:18])) == text:
        return int(text)
    return text


_NUMBERS = INTEGERS | {"bytes"}


# -- where everything goes ---------------------------------------------------------------------------

# What makes a file harder to read: a header, an option out of its table, a line of `lines`, a rule
# written natively, a block written natively.
_HEADER, _OPTION, _LINE, _RULE, _BLOCK = 1.2, 0.35, 0.3, 0.9, 1.5
# Tables in front of the main one, and behind it, that are worth a look.
_MOST = 64


class _Run(NamedTuple):
    """Neighbours that one table would hold; the claim is on its name, None where a name may be claimed again."""

    claim: str | None
    start: int
    end: int
    fits: bool


def _runs(items: list[_Item], *, again: bool) -> list[_Run]:
    def claim(item: _Item) -> tuple[str, bool]:
        return item.home, again and item.table is not None

    found = []
    start = 0
    for (home, free), group in groupby(items, key=claim):
        members = list(group)
        names = [item.entry() for item in members] if home != WHEN else []
        fits = free or (bool(home) and not _comes_back(names))
        found.append(_Run(None if free else home, start, start + len(members), fits))
        start += len(members)
    return found


def _comes_back(names: list[str]) -> bool:
    """Whether a name stands again behind another one."""
    return len(list(groupby(names))) > len(set(names))


def _window(items: list[_Item], *, again: bool) -> tuple[int, int]:
    """Choose what stands in the main table: all between two places; what is outside gets tables of its own."""
    runs = _runs(items, again=again)
    fronts, backs = _claims(runs), _claims(runs[::-1])
    weights = [0.0, *accumulate(_weight(item) for item in items)]
    best, chosen = float("inf"), (0, len(items))
    for front in range(len(fronts)):
        first = runs[front - 1].end if front else 0
        turn = _turn(items, first)
        for back in range(min(len(backs), len(runs) - front + 1)):
            last = runs[len(runs) - back].start if back else len(items)
            if not fronts[front].isdisjoint(backs[back]):
                break
            cost = _HEADER * (len(fronts[front]) + len(backs[back]) + (first < last))
            cost += weights[last] - weights[first] + _LINE * max(0, last - turn)
            if cost < best:
                best, chosen = cost, (first, last)
    return chosen


def _claims(runs: list[_Run]) -> list[frozenset[str]]:
    """Return the names claimed by no run, by the first, by the first two ..., as long as each can have its own."""
    found = [frozenset[str]()]
    for run in runs[:_MOST]:
        if not run.fits or (run.claim is not None and run.claim in found[-1]):
            break
        found.append(found[-1] | ({run.claim} if run.claim is not None else set()))
    return found


def _weight(item: _Item) -> float:
    return _OPTION * len(item.lines) + (_BLOCK if item.inner is not None else _RULE if item.table is not None else 0)


def _turn(items: list[_Item], first: int) -> int:
    """Return the item from which on a main table that begins with the first one would need `lines`."""
    seen: set[str] = set()
    previous = None
    for number in range(first, len(items)):
        for line in items[number].lines:
            if line.key != previous and (line.key in seen or line.key in _RESERVED):
                return number
            previous = line.key
            seen.add(line.key)
    return len(items)


# Names that mean something else in a table of options.
_RESERVED = frozenset({LINES, WHEN})


def _divided(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Divide lines at the first that cannot be an entry of one table."""
    seen: set[str] = set()
    for number, line in enumerate(lines):
        back = line.key in seen and lines[number - 1].key != line.key
        if back or line.key in _RESERVED:
            return lines[:number], lines[number:]
        seen.add(line.key)
    return lines, []


# -- TOML --------------------------------------------------------------------------------------------


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Return comments without the blank lines above and below them."""
    found = list(lines)
    while found and not found[0]:
        del found[0]
    while found and not found[-1]:
        del found[-1]
    return found


def _behind(lines: Sequence[str]) -> list[str]:
    """Return comments as they stand behind something: with the blank line above them, if there was one."""
    comments = _trimmed(lines)
    return ["", *comments] if comments and not lines[0] else comments


class _Toml:
    """A TOML file while it is written."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def text(self, tail: Sequence[str]) -> str:
        self.comments(tail)
        return "".join(f"{line}\n" for line in self.out)

    def comments(self, lines: Sequence[str]) -> None:
        """Write comments behind everything, with the blank line that stood above them."""
        self.out += _behind(lines) if self.out else _trimmed(lines)

    def header(self, header: str, above: Sequence[str]) -> None:
        comments = _trimmed(above)
        if self.out:
            self.out.append("")
        self.out += comments
        if comments and not above[-1]:
            self.out.append("")
        self.out.append(header)

    def put(self, parts: Sequence[_Part], base: Path, head: Sequence[str]) -> None:
        for part in parts:
            path = (*base, *part.path)
            name = ".".join(map(toml.spell_key, path))
            self.header(f"[[{name}]]" if part.element else f"[{name}]", [*head, *part.above])
            head = ()
            self.entries(part)
            self.put(part.inner, path, ())
            self.comments(part.tail)

    def entries(self, part: _Part) -> None:
        fresh = True
        for key, group in groupby(part.entries, key=lambda line: line.key):
            lines = list(group)
            self.out += _trimmed(lines[0].above) if fresh else lines[0].above
            self.out += _fresh_gap(lines[0].above) if fresh else []
            self.out += _toml_entry(key, lines)
            fresh = False
        if part.lines:
            self.out += [""] if not fresh else []
            self.out.append(f"{LINES} = [")
            for number, line in enumerate(part.lines):
                above = line.above if number else _trimmed(line.above)
                self.out += [f"    {comment}" if comment else "" for comment in above]
                self.out.append(f"    {toml.spell_value({line.key: line.value})},")
            self.out.append("]")


def _fresh_gap(above: Sequence[str]) -> list[str]:
    """Return the blank line that parts the first comment of a table from its first option, if there was one."""
    return [""] if _trimmed(above) and not above[-1] else []


def _toml_entry(key: str, lines: list[_Line]) -> list[str]:
    name = toml.spell_key(key)
    if len(lines) == 1:
        return [f"{name} = {toml.spell_value(lines[0].value)}"]
    values = [toml.spell_value(line.value) for line in lines]
    short = f"{name} = [{', '.join(values)}]"
    if len(short) <= _WIDEST and not any(line.above for line in lines[1:]):
        return [short]
    found = [f"{name} = ["]
    for number, (line, value) in enumerate(zip(lines, values, strict=True)):
        found += [f"    {comment}" if comment else "" for comment in (line.above if number else [])]
        found.append(f"    {value},")
    return [*found, "]"]


_WIDEST = 100


# -- YAML and JSON -----------------------------------------------------------------------------------


class _Map:
    """A mapping: names, what they hold, and the comments above."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, _Node, Sequence[str]]] = []

    def last(self, key: str) -> _Node | None:
        return self.entries[-1][1] if self.entries and self.entries[-1][0] == key else None


class _List:
    """A list: what it holds, and the comments above each."""

    def __init__(self) -> None:
        self.items: list[tuple[_Node, Sequence[str]]] = []


# None stands for comments alone.
_Node: TypeAlias = "_Map | _List | str | int | bool | None"


class _Tree:
    """A YAML or JSON file while it is put together."""

    def __init__(self) -> None:
        self.root = _Map()

    def put(self, parts: Sequence[_Part], base: Path, head: Sequence[str]) -> None:
        self.fill(self.root, parts, base, head)

    def fill(self, root: _Map, parts: Sequence[_Part], base: Path, head: Sequence[str]) -> None:
        for part in parts:
            path = (*base, *part.path)
            if part.element:
                holder = self.holder(root, path[:-1], ())
                element = _Map()
                element.entries = [(line.key, _node(line.value), line.above) for line in part.entries]
                self.fill(element, part.inner, (), ())
                if part.tail:
                    element.entries.append(("", None, part.tail))
                listed = holder.last(path[-1])
                if not isinstance(listed, _List):
                    listed = _List()
                    holder.entries.append((path[-1], listed, head))
                listed.items.append((element, part.above))
            else:
                self.options(self.holder(root, path, [*head, *part.above]), part)
            head = ()

    def holder(self, root: _Map, path: Path, above: Sequence[str]) -> _Map:
        """Return the mapping at a path, making what is missing."""
        for key in path:
            inner = root.last(key)
            if not isinstance(inner, _Map):
                inner = _Map()
                root.entries.append((key, inner, above))
                above = ()
            root = inner
        return root

    def options(self, holder: _Map, part: _Part) -> None:
        for key, group in groupby(part.entries, key=lambda line: line.key):
            lines = list(group)
            if len(lines) == 1:
                holder.entries.append((key, _node(lines[0].value), lines[0].above))
            else:
                holder.entries.append((key, _listed((line.value, line.above) for line in lines), ()))
        if part.lines:
            listed = _listed(({line.key: line.value}, line.above) for line in part.lines)
            holder.entries.append((LINES, listed, ("",)))

    def yaml(self, tail: Sequence[str]) -> str:
        lines = list(_yaml_lines(self.root, "")) or ["{}"]
        return "".join(f"{line}\n" for line in [*lines, *_behind(tail)])

    def json(self) -> str:
        text = json.dumps(_plain(self.root), indent=2, ensure_ascii=False)
        return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"


def _node(value: Any) -> _Node:
    if isinstance(value, dict):
        made = _Map()
        made.entries = [(key, _node(inner), ()) for key, inner in value.items()]
        return made
    if isinstance(value, list):
        return _listed((item, ()) for item in value)
    return value if isinstance(value, (bool, int)) else str(value)


def _listed(values: Iterable[tuple[Any, Sequence[str]]]) -> _List:
    made = _List()
    made.items = [(_node(value), above) for value, above in values]
    return made


def _plain(node: _Node) -> Any:
    if isinstance(node, _Map):
        return {key: _plain(inner) for key, inner, _ in node.entries if inner is not None}
    return [_plain(item) for item, _ in node.items] if isinstance(node, _List) else node


def _yaml_lines(node: _Map | _List, indent: str) -> Iterator[str]:
    fresh = True
    for key, inner, above in _entries(node):
        comments = _trimmed(above) + _fresh_gap(above) if fresh else above
        outermost = not indent and not fresh and not comments
        yield from [""] if outermost and isinstance(node, _Map) else ()
        yield from (f"{indent}{comment}" if comment else "" for comment in comments)
        if inner is None:
            continue
        fresh = False
        name = "-" if key is None else f"{yaml.spell(key)}:"
        if not isinstance(inner, (_Map, _List)):
            yield f"{indent}{name} {_yaml_scalar(inner)}"
        elif not _entries(inner):
            yield f"{indent}{name} {'{}' if isinstance(inner, _Map) else '[]'}"
        elif key is None:
            # The first line of what is listed follows the dash.
            lines = list(_yaml_lines(inner, f"{indent}  "))
            yield f"{indent}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{indent}{name}"
            yield from _yaml_lines(inner, f"{indent}  ")


def _entries(node: _Map | _List) -> Sequence[tuple[str | None, _Node, Sequence[str]]]:
    return [(None, *item) for item in node.items] if isinstance(node, _List) else node.entries


def _yaml_scalar(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else yaml.spell(value)


# -- INI ---------------------------------------------------------------------------------------------


def commented_ini(document: Document) -> str:
    """Write a document as INI, comments included.

    Raises:
        CannotWriteError: something in it would be lost, or has no form in INI.
    """
    document = as_written(document)
    ini.write(document)  # only to refuse what cannot be written
    found = notes.of(document)
    out: list[str] = []
    for name, section in sorted(document.merged().items(), key=lambda item: item[0] != MAIN):
        head = found.heads.pop(name, [])
        comments = _trimmed(head)
        out += [""] if out else []
        out += comments + _fresh_gap(head) + [f"[{name}]"]
        fresh = True
        for directive in section.directives:
            above = found.take(directive)
            out += _trimmed(above) + _fresh_gap(above) if fresh else above
            out.append(f"{directive.key} = {directive.value}".rstrip(" "))
            fresh = False
    out += _behind(found.tail) if out else _trimmed(found.tail)
    # A percent sign at the end of a comment would eat the line break.
    return "".join(f"{line}%\n" if line.startswith("#") and _odd_end(line.encode()) else f"{line}\n" for line in out)
