"""The authoring format: what the tables of a TOML or YAML file mean as sections of directives.

`[uwsgi]` takes any option, a subsystem's table takes its own, `[sections.NAME]` is a further
section, `[profiles.NAME]` an overlay and `[target]` what it will all run on. Directives follow
each other in the order of the text, whichever table they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from uwsgilint import catalog, composites, grammar, logic, routing
from uwsgilint.catalog import subsystems
from uwsgilint.document import Directive, Document, Problem, Profile, Section, Span, Target
from uwsgilint.formats.tree import Array, Scalar, Table, plain
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Source
    from uwsgilint.formats.tree import Entry, Node

__all__ = [
    "BINDING_KINDS",
    "LINES",
    "MAIN",
    "NAMED_BY",
    "NUMBERED",
    "RESERVED",
    "ROUTING",
    "TABLES",
    "WHEN",
    "Authored",
    "authored_value",
    "document",
    "is_native",
    "tables",
    "with_profile",
]

# A file as plain values: what a TOML or YAML writer takes.
Authored: TypeAlias = "dict[str, Authored | AuthoredValue]"
AuthoredValue: TypeAlias = "str | int | bool | list[AuthoredValue | Authored]"

MAIN = "uwsgi"
LINES = "lines"  # a list of tables with one option each, for order across options in one table
WHEN = "when"  # options under a condition that the server decides when it starts
ROUTING = "routing"
LOOPS = ("for", "for-times", "for-glob", "for-readline")
RESERVED = (MAIN, WHEN, "sections", "profiles", "target")


def document(tree: Table, source: Source, syntax: str) -> Document:
    """Read a tree as an authored configuration."""
    reader = _Reader(source, syntax)
    reader.top(tree)
    return reader.document


def is_native(tree: Table) -> bool:
    """Whether a file can be meant for the server itself: it says nothing that only the compiler understands.

    A server would take a table that is a value for further options of its own, or drop it, which nobody means.
    """
    ours = {*RESERVED, *subsystems.NAMES} - {MAIN}
    if any(entry.key in ours for entry in tree.entries):
        return False
    sections = [entry.node for entry in tree.entries if entry.key == MAIN and isinstance(entry.node, Table)]
    return not any(_holds_table(entry.node) for section in sections for entry in section.entries)


def _holds_table(node: Node) -> bool:
    return isinstance(node, Table) or (isinstance(node, Array) and any(_holds_table(item) for item in node.items))


# What the server counts instead of naming: by option, and by the part of a table that refers to it.
NUMBERED = {"shared-socket": "shared socket", "undeferred-shared-socket": "shared socket", "mule": "mule"}
NAMED_BY = {"shared": "shared socket", "mules": "mule", "mule": "mule"}
_MARK = "\0"  # stands around a reference until everything has been counted; no value can hold one


# Options of one plain text that take a table for the sake of a name.
TABLES = {
    "mule": grammar.Composite(
        "Mule",
        "{script}",
        "",
        (
            grammar.Part(
                "script", (), "string", required=False, choices=(), ge=None, le=None, separator="", pattern="", words=""
            ),
        ),
    )
}


class _Gathered:
    """The directives of a section while they are found, to be put in the order of the text."""

    def __init__(self, name: str, header: Span) -> None:
        self.name = name
        self.header = header
        self.found: list[tuple[int, int, Directive]] = []

    def add(self, directive: Directive) -> None:
        """Take a directive that stands where its name and its value stand."""
        self.found.append((directive.key_start, directive.value_start, directive))

    def add_together(self, start: int, directives: list[Directive]) -> None:
        """Take directives that keep their order among each other, at one place of the text."""
        self.found += [(start, number, directive) for number, directive in enumerate(directives)]

    def directives(self) -> list[Directive]:
        """Return what was found, in order."""
        return [directive for *_, directive in sorted(self.found, key=lambda each: each[:2])]

    def section(self, reader: _Reader) -> Section:
        """Return what was found as a section, names of numbered things turned into their numbers."""
        directives = self.directives()
        reader.number(directives)
        return Section(self.name, directives, self.header)


class _Reader:
    def __init__(self, source: Source, syntax: str) -> None:
        self.source = source
        self.document = Document(source, syntax)
        self.labels: dict[int, str] = {}

    def problem(self, rule: str, start: int, end: int, option: str | None = None, **values: str) -> None:
        self.document.problems.append(Problem(rule, Span(self.source, start, end), values, option))

    def top(self, tree: Table) -> None:
        """Read a whole file."""
        document = self.document
        sections, target = self.body(tree, within="")
        document.sections, document.target = sections, target
        for entry in tree.entries:
            if entry.key != "profiles":
                continue
            for profile in self.tables(entry):
                if isinstance(profile.node, Table):
                    document.profiles[profile.key] = Profile(*self.body(profile.node, within=f"profiles.{profile.key}"))
                else:
                    self.problem("misplaced-value", profile.start, profile.end, name=profile.key, table="profiles")

    def body(self, tree: Table, within: str) -> tuple[list[Section], Target]:
        """Read the tables of a file or of a profile, told apart by what they stand within."""
        main = _Gathered(MAIN, Span(self.source, 0, 0))
        found = [main]
        target = Target()
        for entry in tree.entries:
            key, node = entry.key, entry.node
            if key == "profiles" and not within:
                continue
            if key == "target":
                target = self.target(entry)
            elif key == "sections":
                found += [self.section(e) for e in self.tables(entry)]
            elif key == WHEN:
                self.blocks(entry, main)
            elif not isinstance(node, Table):
                self.problem("misplaced-value", entry.start, entry.end, name=key, table=within or "the top level")
            elif key == MAIN:
                main.header = Span(self.source, entry.start, entry.end)
                self.options(node, None, main)
            elif key in subsystems.NAMES:
                self.options(node, key, main)
            elif self.document.format == "toml" or within:
                self.unknown_table(entry)
            else:
                # A native YAML file may hold further sections side by side, for file.yaml:name.
                self.problem("unread-section", entry.start, entry.end, name=key)
                found.append(_Gathered(key, Span(self.source, entry.start, entry.end)))
                self.options(node, None, found[-1])
        sections = [gathered.section(self) for gathered in found]
        return [s for s in sections if s.directives or s.name != MAIN], target

    def unknown_table(self, entry: Entry) -> None:
        known = [*RESERVED, *subsystems.NAMES]
        near = catalog.suggest(entry.key, known)
        self.problem("unknown-table", entry.start, entry.end, name=entry.key, near=near[0] if near else "")

    def tables(self, entry: Entry) -> list[Entry]:
        """Return the named tables of [sections] or [profiles]."""
        if isinstance(entry.node, Table):
            return entry.node.entries
        self.problem("misplaced-value", entry.start, entry.end, name=entry.key, table="the top level")
        return []

    def section(self, entry: Entry) -> _Gathered:
        """Read one of [sections.NAME]: options, and subsystems' tables of options."""
        section = _Gathered(entry.key, Span(self.source, entry.start, entry.end))
        if isinstance(entry.node, Table):
            self.mixed(entry.node, section)
        else:
            self.problem("misplaced-value", entry.start, entry.end, name=entry.key, table="sections")
        return section

    def mixed(self, table: Table, into: _Gathered) -> None:
        """Read options and subsystems' tables side by side."""
        for inner in table.entries:
            # An option that shares its name with a subsystem is a value, a subsystem is a table.
            if isinstance(inner.node, Table) and (inner.key in subsystems.NAMES or inner.key == MAIN):
                self.options(inner.node, None if inner.key == MAIN else inner.key, into)
            elif inner.key == WHEN:
                self.blocks(inner, into)
            else:
                self.option(inner, None, into)

    def blocks(self, entry: Entry, into: _Gathered) -> None:
        """Read [[when]]: options under a condition, or repeated by a loop, of the server's own logic."""
        for item in entry.node.items if isinstance(entry.node, Array) else [entry.node]:
            if not isinstance(item, Table):
                self.problem("misplaced-value", item.start, item.end, name=WHEN, table="the top level")
                continue
            is_table = [isinstance(inner.node, Table) for inner in item.entries]
            condition = Table([e for e, t in zip(item.entries, is_table, strict=True) if not t], item.start, item.end)
            content = Table([e for e, t in zip(item.entries, is_table, strict=True) if t], item.start, item.end)
            try:
                opener, value, terminator = logic.compile_block(plain(condition))
            except routing.RuleError as error:
                self.rule_error(error, condition, None)
                continue
            inner = _Gathered(WHEN, Span(self.source, item.start, item.end))
            self.mixed(content, inner)
            if opener in LOOPS and any(d.key.endswith("route-label") for d in inner.directives()):
                # The server repeats each line for all items before the next line: jumps come to lead astray.
                values = {"missing": "rules with a single test", "shape": f"[[when]] {opener} = ..."}
                self.problem("malformed-value", condition.start, condition.end, **values)
            first = condition.entries[0]
            place = (first.start, first.end, first.node.start, first.node.end)
            block = [
                Directive(opener, value, self.source, *place),
                *inner.directives(),
                Directive(terminator, "true", self.source, *place),
            ]
            into.add_together(item.start, block)

    def rules(self, entry: Entry, into: _Gathered) -> None:
        """Read [[routing.request]] and the other chains: rules of any kind of match, in order."""
        items = entry.node.items if isinstance(entry.node, Array) else [entry.node]
        for number, item in enumerate(items):
            if not isinstance(item, Table):
                self.problem("misplaced-value", item.start, item.end, name=entry.key, table="routing")
                continue
            try:
                pairs = routing.compile_rule(entry.key, plain(item), number)
            except routing.RuleError as error:
                self.rule_error(error, item, None)
                continue
            place = (item.start, item.start, item.start, item.end)
            into.add_together(item.start, [Directive(key, text, self.source, *place) for key, text in pairs])

    def rule_error(self, error: routing.RuleError, table: Table, option: str | None) -> None:
        """Tell what is wrong with a rule or a condition, at the entry that the error leads to."""
        node: Node = table
        start, end = table.start, table.end
        for step in error.path:
            if isinstance(node, Table):
                found = next((e for e in node.entries if e.key == step), None)
                if found is None:
                    break
                node, start, end = found.node, found.start, found.end
            elif isinstance(node, Array) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                start, end = node.start, node.end
        self.problem(error.rule, start, end, option, **error.values)

    def options(self, table: Table, subsystem: str | None, into: _Gathered) -> None:
        for entry in table.entries:
            if subsystem == ROUTING and entry.key in routing.CHAINS:
                self.rules(entry, into)
            elif entry.key == WHEN and isinstance(entry.node, (Array, Table)):
                self.blocks(entry, into)
            else:
                self.option(entry, subsystem, into)

    def option(self, entry: Entry, subsystem: str | None, into: _Gathered) -> None:
        key, node = entry.key, entry.node
        if key == LINES and isinstance(node, Array):
            for line in node.items:
                if isinstance(line, Table) and len(line.entries) == 1:
                    self.option(line.entries[0], subsystem, into)
                else:
                    self.problem("malformed-lines", line.start, line.end)
            return
        home = subsystems.home(key)
        if subsystem is not None and home is not None and home != subsystem:
            self.problem("misplaced-option", entry.start, entry.end, key, table=subsystem, home=home)
        for value in self.values(entry):
            into.add(Directive(key, self.text(key, value), self.source, entry.start, entry.end, value.start, value.end))

    def values(self, entry: Entry) -> Iterable[Scalar]:
        """Return the values of an option: one, or those of a list."""
        key, node = entry.key, entry.node
        for item in node.items if isinstance(node, Array) else [node]:
            if isinstance(item, Table):
                composite = composites.of(key) or TABLES.get(key)
                if composite is None and catalog.option(key) is None:
                    yield Scalar("", "string", item.start, item.end)  # the name is wrong before the value is
                elif composite is None:
                    self.problem("unexpected-table", item.start, item.end, key)
                elif (text := self.composite(key, composite, item)) is not None:
                    yield Scalar(text, "string", item.start, item.end)
            elif isinstance(item, Array):
                self.problem("unexpected-table", item.start, item.end, key)
            elif item.type == "null":
                # A null that is not even written has no place but its name's.
                place = (item.start, item.end) if item.text else (entry.start, entry.end)
                self.problem("null-value", *place, key)
            elif item.type == "date":
                self.problem("unexpected-date", item.start, item.end, key, value=item.text)
            else:
                yield item

    def composite(self, key: str, composite: grammar.Composite, table: Table) -> str | None:
        """Put the parts that a table names together, or tell what is wrong with them."""
        texts: dict[str, str] = {}
        before = len(self.document.problems)
        for entry in table.entries:
            part = grammar.named(composite, entry.key)
            if part is None and entry.key == "name" and key in NUMBERED and isinstance(entry.node, Scalar):
                self.labels[table.start] = entry.node.text
                continue
            if part is None:
                names = [name for p in composite.parts for name in (p.name, *p.keys)]
                near = catalog.suggest(entry.key, names)
                self.problem("unknown-part", entry.start, entry.end, key, part=entry.key, near=near[0] if near else "")
                continue
            if part.name in texts:
                self.problem("repeated-part", entry.start, entry.end, key, part=entry.key)
            items = entry.node.items if isinstance(entry.node, Array) else [entry.node]
            if isinstance(entry.node, Array) and not part.separator:
                self.problem("unexpected-table", entry.node.start, entry.node.end, key)
                continue
            parts = [text for item in items if (text := self.part(key, part, item)) is not None]
            if parts:
                texts[part.name] = part.separator.join(parts)
        for part in composite.parts:
            if (
                part.required
                and not texts.get(part.name)
                and not any(grammar.named(composite, entry.key) is part for entry in table.entries)
            ):
                self.problem("missing-part", table.start, table.end, key, part=part.name)
        if len(self.document.problems) > before:
            return None
        try:
            return grammar.join(composite, texts)
        except grammar.CannotJoinError as error:
            entry = next(e for e in table.entries if grammar.named(composite, e.key))
            place = next(
                (e for e in table.entries if (p := grammar.named(composite, e.key)) and p.name == error.part), entry
            )
            self.problem("unjoinable-part", place.start, place.node.end, key, part=error.part, reason=error.reason)
            return None

    def part(self, key: str, part: grammar.Part, node: Node) -> str | None:
        """Return the text of a part; None for a flag that is off, and for what is no value."""
        if not isinstance(node, Scalar):
            self.problem("unexpected-table", node.start, node.end, key)
            return None
        if node.type in {"null", "date"}:
            self.problem(
                "null-value" if node.type == "null" else "unexpected-date", node.start, node.end, key, value=node.text
            )
            return None
        try:
            value = f"{int(node.text):03o}" if node.type == "octal" and part.kind in _MODE_KINDS else node.text
            text = grammar.spell(part, plain(node) if node.type == "boolean" else value)
        except grammar.CannotJoinError as error:
            self.problem("unjoinable-part", node.start, node.end, key, part=part.name, reason=error.reason)
            return None
        if text is None:
            return None
        if part.name in NAMED_BY and text and not text.isdigit() and "(" not in text:
            return f"{_MARK}{NAMED_BY[part.name]}:{text}{_MARK}"
        reads = grammar.question(part, text)
        if reads is not None:
            self.problem(
                "misread-part",
                node.start,
                node.end,
                key,
                part=part.name,
                value=text,
                reads=reads,
                expects=grammar.expects(part),
            )
            return None
        return text

    def number(self, directives: list[Directive]) -> None:
        """Put numbers for the names of shared sockets and mules, which the server counts in their order."""
        numbers: dict[str, int] = {}
        counts = {"shared socket": 0, "mule": 1}
        for directive in directives:
            what = NUMBERED.get(directive.key)
            if what is not None:
                label = self.labels.get(directive.value_start)
                if label is not None:
                    numbers[f"{what}:{label}"] = counts[what]
                counts[what] += 1
            elif directive.key == "mules":
                counts["mule"] += decimal_prefix(directive.value or "")
        for directive in directives:
            if directive.value and _MARK in directive.value:
                pieces = directive.value.split(_MARK)  # every other one is a reference
                pieces[1::2] = [str(self.numbered(piece, numbers, directive)) for piece in pieces[1::2]]
                directive.value = "".join(pieces)

    def numbered(self, reference: str, numbers: dict[str, int], directive: Directive) -> int:
        """Return the number of what a name refers to; a name of nothing is a problem."""
        if reference not in numbers:
            what, _, name = reference.partition(":")
            known = [other.partition(":")[2] for other in numbers if other.startswith(f"{what}:")]
            near = catalog.suggest(name, known) if known else []
            values = {"name": name, "what": what, "near": near[0] if near else ""}
            self.problem("unknown-reference", directive.value_start, directive.value_end, directive.key, **values)
        return numbers.get(reference, 0)

    @staticmethod
    def text(key: str, value: Scalar) -> str:
        """Return a value as uWSGI is to read it: modes in octal digits, as they were meant."""
        if value.type == "octal":
            option = catalog.option(key)
            if option is not None and option.kind in _MODE_KINDS:
                return f"{int(value.text):03o}"
        return value.text

    def target(self, entry: Entry) -> Target:
        """Read [target]: the release and the build of the server."""
        found: dict[str, tuple[str, Span]] = {}
        for inner in entry.node.entries if isinstance(entry.node, Table) else []:
            if inner.key in {"uwsgi", "build"} and isinstance(inner.node, Scalar):
                found[inner.key] = inner.node.text, Span(self.source, inner.node.start, inner.node.end)
            else:
                self.problem("unknown-target", inner.start, inner.end, name=inner.key)
        if not isinstance(entry.node, Table):
            self.problem("misplaced-value", entry.start, entry.end, name="target", table="the top level")
        release, release_span = found.get("uwsgi", (None, None))
        build, build_span = found.get("build", (None, None))
        return Target(release, build, release_span, build_span)


def with_profile(document: Document, name: str) -> Document:
    """Return a document with one of its profiles laid over it.

    An option of the profile replaces every occurrence of its setting, under whichever name, at the
    place of the first; one that the document does not have is added at the end.

    Raises:
        KeyError: the document offers no such profile.
    """
    profile = document.profiles[name]
    merged = Document(document.source, document.format)
    merged.problems = document.problems
    merged.profiles = document.profiles
    merged.target = Target(
        profile.target.release or document.target.release,
        profile.target.build or document.target.build,
        profile.target.release_span or document.target.release_span,
        profile.target.build_span or document.target.build_span,
    )
    merged.sections = [Section(s.name, list(s.directives), s.header) for s in document.sections]
    for overlay in profile.sections:
        base = next((s for s in merged.sections if s.name == overlay.name), None)
        if base is None:
            merged.sections.append(Section(overlay.name, list(overlay.directives), overlay.header))
        else:
            base.directives[:] = _laid_over(base.directives, overlay.directives)
    return merged


def _laid_over(base: list[Directive], overlay: list[Directive]) -> list[Directive]:
    """Replace settings; what the profile says is unconditional, so it never comes to stand in a block."""
    waiting: dict[str, list[Directive]] = {}
    for directive in overlay:
        waiting.setdefault(catalog.setting_of(directive.key), []).append(directive)
    replaced = set(waiting)
    merged: list[Directive] = []
    ready: list[str] = []
    inside = False
    for directive in base:
        option = catalog.option(directive.key)
        kind = option.kind if option is not None else ""
        setting = catalog.setting_of(directive.key)
        if setting in waiting:
            ready.append(setting)
        if setting not in replaced:
            merged.append(directive)
        inside = kind == "logic" or (inside and kind != "terminator")
        if not inside:
            merged += [d for each in ready for d in waiting.pop(each, [])]
            ready = []
    return merged + [directive for directives in waiting.values() for directive in directives]


def tables(document: Document) -> Authored:
    """Write a document as tables that read back as the same directives in the same order.

    Subsystems get their tables where each one's options stand together; else all options stand in
    one table, and those behind the first name that comes back go into its `lines`.
    """
    written: Authored = {}
    further: Authored = {}
    for name, section in document.merged().items():
        if name == MAIN:
            written |= _grouped(section.directives)
        else:
            further[name] = _flat(section.directives)
    if further:
        written["sections"] = further
    return written


def _grouped(directives: list[Directive]) -> Authored:
    runs: list[tuple[str, list[Directive]]] = []
    for directive in directives:
        option = catalog.option(directive.key)
        # What decides or includes has an effect on its neighbours: it stays among them.
        home = None if option is None or option.kind in BINDING_KINDS else subsystems.home(directive.key)
        table = home or MAIN
        if runs and runs[-1][0] == table:
            runs[-1][1].append(directive)
        else:
            runs.append((table, [directive]))
    names = [table for table, _ in runs]
    if len(set(names)) < len(names) or any(_comes_back(run) for _, run in runs):
        return {MAIN: _flat(directives)}
    return {table: _flat(run) for table, run in runs}


# Options that decide, include or declare: what stands around them counts, so no table takes them away from it.
BINDING_KINDS = frozenset({"logic", "terminator", "config", "declaration", "placeholder"})


def _comes_back(directives: list[Directive]) -> bool:
    """Whether a name stands again behind another one."""
    names = [d.key for d in directives]
    return any(name in names[:number] and names[number - 1] != name for number, name in enumerate(names))


def _flat(directives: list[Directive]) -> Authored:
    table: Authored = {}
    lines: list[AuthoredValue | Authored] = []
    previous = None
    for directive in directives:
        value = authored_value(directive)
        if lines or directive.key == LINES or (directive.key in table and directive.key != previous):
            lines.append({directive.key: value})
        elif directive.key in table:
            before = table[directive.key]
            table[directive.key] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            table[directive.key] = value
        previous = directive.key
    if lines:
        table[LINES] = lines
    return table


def authored_value(directive: Directive) -> str | int | bool:
    """Write a value as a boolean or a number where it is one and reads back as the same text."""
    text = directive.value if directive.value is not None else "true"
    option = catalog.option(directive.key)
    if option is not None:
        if option.kind in {"flag", "inverse-flag", "switch"} and text in {"true", "false"}:
            return text == "true"
        if option.kind in _NUMBER_KINDS and text.isascii() and text.isdigit() and str(int(text[:18])) == text:
            return int(text)
    return text


_MODE_KINDS = frozenset({"mode", "file-mode", "umask"})
_NUMBER_KINDS = frozenset({"int", "uint64", "uint16", "megabytes", "count", "file-descriptor", "mode", "file-mode"})
