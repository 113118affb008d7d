"""The authoring format: what the tables of a TOML or YAML file mean as sections of directives.

`[uwsgi]` takes any option, a subsystem's table takes its own, `[sections.NAME]` is a further
section, `[profiles.NAME]` an overlay and `[target]` what it will all run on. Directives follow
each other in the order of the text, whichever table they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.document import Directive, Document, Problem, Profile, Section, Span, Target
from uwsgilint.formats.tree import Array, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Source
    from uwsgilint.formats.tree import Entry

__all__ = ["LINES", "RESERVED", "Authored", "document", "tables", "with_profile"]

# A file as plain values: what a TOML or YAML writer takes.
Authored: TypeAlias = "dict[str, Authored | AuthoredValue]"
AuthoredValue: TypeAlias = "str | int | bool | list[AuthoredValue | Authored]"

MAIN = "uwsgi"
LINES = "lines"  # a list of tables with one option each, for order across options in one table
RESERVED = (MAIN, "sections", "profiles", "target")


def document(tree: Table, source: Source, syntax: str) -> Document:
    """Read a tree as an authored configuration."""
    reader = _Reader(source, syntax)
    reader.top(tree)
    return reader.document


class _Reader:
    def __init__(self, source: Source, syntax: str) -> None:
        self.source = source
        self.document = Document(source, syntax)

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
        main = Section(MAIN, [], Span(self.source, 0, 0))
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
            elif not isinstance(node, Table):
                self.problem("misplaced-value", entry.start, entry.end, name=key, table=within or "the top level")
            elif key == MAIN:
                main = found[0] = main._replace(header=Span(self.source, entry.start, entry.end))
                self.options(node, None, main.directives)
            elif key in subsystems.NAMES:
                self.options(node, key, main.directives)
            elif self.document.format == "toml" or within:
                self.unknown_table(entry)
            else:
                # A native YAML file may hold further sections side by side, for file.yaml:name.
                self.problem("unread-section", entry.start, entry.end, name=key)
                found.append(Section(key, [], Span(self.source, entry.start, entry.end)))
                self.options(node, None, found[-1].directives)
        for section in found:
            section.directives.sort(key=lambda d: (d.key_start, d.value_start))
        return [s for s in found if s.directives or s.name != MAIN], target

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

    def section(self, entry: Entry) -> Section:
        """Read one of [sections.NAME]: options, and subsystems' tables of options."""
        section = Section(entry.key, [], Span(self.source, entry.start, entry.end))
        if isinstance(entry.node, Table):
            for inner in entry.node.entries:
                # An option that shares its name with a subsystem is a value, a subsystem is a table.
                if isinstance(inner.node, Table) and inner.key in subsystems.NAMES:
                    self.options(inner.node, inner.key, section.directives)
                else:
                    self.option(inner, None, section.directives)
        else:
            self.problem("misplaced-value", entry.start, entry.end, name=entry.key, table="sections")
        return section

    def options(self, table: Table, subsystem: str | None, into: list[Directive]) -> None:
        for entry in table.entries:
            self.option(entry, subsystem, into)

    def option(self, entry: Entry, subsystem: str | None, into: list[Directive]) -> None:
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
            into.append(  # noqa: PERF401
                Directive(key, self.text(key, value), self.source, entry.start, entry.end, value.start, value.end)
            )

    def values(self, entry: Entry) -> Iterable[Scalar]:
        """Return the values of an option: one, or those of a list."""
        key, node = entry.key, entry.node
        for item in node.items if isinstance(node, Array) else [node]:
            if not isinstance(item, Scalar):
                self.problem("unexpected-table", item.start, item.end, key)
            elif item.type == "null":
                # A null that is not even written has no place but its name's.
                place = (item.start, item.end) if item.text else (entry.start, entry.end)
                self.problem("null-value", *place, key)
            elif item.type == "date":
                self.problem("unexpected-date", item.start, item.end, key, value=item.text)
            else:
                yield item

    @staticmethod
    def text(key: str, value: Scalar) -> str:
        """Return a value as uWSGI is to read it: modes in octal digits, as they were meant."""
        if value.type == "octal":
            option = catalog.option(key)
            if option is not None and option.kind in {"mode", "file-mode", "umask"}:
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
    for name in document.section_names():
        directives = document.directives(name)
        if name == MAIN:
            written |= _grouped(directives)
        else:
            further[name] = _flat(directives)
    if further:
        written["sections"] = further
    return written


def _grouped(directives: list[Directive]) -> Authored:
    runs: list[tuple[str, list[Directive]]] = []
    for directive in directives:
        option = catalog.option(directive.key)
        # What decides or includes has an effect on its neighbours: it stays among them.
        home = None if option is None or option.kind in _BINDING_KINDS else subsystems.home(directive.key)
        table = home or MAIN
        if runs and runs[-1][0] == table:
            runs[-1][1].append(directive)
        else:
            runs.append((table, [directive]))
    names = [table for table, _ in runs]
    if len(set(names)) < len(names) or any(_comes_back(run) for _, run in runs):
        return {MAIN: _flat(directives)}
    return {table: _flat(run) for table, run in runs}


_BINDING_KINDS = frozenset({"logic", "terminator", "config", "declaration", "placeholder"})


def _comes_back(directives: list[Directive]) -> bool:
    """Whether a name stands again behind another one."""
    names = [d.key for d in directives]
    return any(name in names[:number] and names[number - 1] != name for number, name in enumerate(names))


def _flat(directives: list[Directive]) -> Authored:
    table: Authored = {}
    lines: list[AuthoredValue | Authored] = []
    previous = None
    for directive in directives:
        value = _authored(directive)
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


def _authored(directive: Directive) -> str | int | bool:
    """Write a value as a boolean or a number where it is one and reads back as the same text."""
    text = directive.value if directive.value is not None else "true"
    option = catalog.option(directive.key)
    if option is not None:
        if option.kind in {"flag", "inverse-flag", "switch"} and text in {"true", "false"}:
            return text == "true"
        if option.kind in _NUMBER_KINDS and text.isascii() and text.isdigit() and str(int(text[:18])) == text:
            return int(text)
    return text


_NUMBER_KINDS = frozenset({"int", "uint64", "uint16", "megabytes", "count", "file-descriptor", "mode", "file-mode"})
