"""Evaluation: from directives to the registry that the server makes of them, and the order in which it applies it.

What depends on more than the files stays unknown, and what depends on a condition says so; see `entry` and
`unknown`. The steps are those of core/uwsgi.c uwsgi_setup(): reading, with includes and blocks (core/config.c
add_exported_option_do), the three passes, then every option in order, `inherit` among them.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from uwsgilint import catalog, composites
from uwsgilint._data.options import OPTIONS
from uwsgilint.document import Directive, Problem, Source, Span
from uwsgilint.formats import ini
from uwsgilint.language import magic
from uwsgilint.language.entry import ALWAYS, Atom, Entry, Load, SplitError, choose
from uwsgilint.language.expand import MARKS, Budget, EndlessError, calculate, expand, tokens
from uwsgilint.language.includes import DIRECT, by_suffix, scheme_of, split_section
from uwsgilint.language.logic import TERMINATORS, Copy, TooManyTurnsError, copies, globbed
from uwsgilint.language.placeholders import is_template
from uwsgilint.language.unknown import Holes, decode, has_hole, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.document import Document
    from uwsgilint.language.entry import Guard
    from uwsgilint.language.includes import Files, Found
    from uwsgilint.language.logic import Knowledge

__all__ = ["Evaluation", "Write"]

Write = tuple[Entry, str, bool]
"""An entry, the setting that it writes, and whether its name alone does that."""

_MOST_ENTRIES = 20_000
_MOST_FILES = 1_000
_DEEPEST = 60
_MOST_PARTS = 16
_DEEPEST_CUSTOM = 20
_NOT_OPTIONS = frozenset(
    {
        *("UWSGI_RELOADS", "UWSGI_VASSALS_DIR", "UWSGI_EMPEROR_FD", "UWSGI_BROODLORD_NUM"),
        *("UWSGI_EMPEROR_FD_CONFIG", "UWSGI_EMPEROR_PROXY", "UWSGI_JAIL_PID", "UWSGI_ORIGINAL_PROC_NAME"),
    }
)
# Their tokens are variables of a request, or of a log line, which are filled in later.
_LATER_TOKENS = frozenset({"log-format"})
_NO_MAGIC = frozenset({"args", "environment"})
_TESTS = frozenset({"exists", "file", "dir"})  # conditions that only a path that is there fulfils
# What sections are called, in files of which a reader sees one alone.
_HEADERS = {
    "json": re.compile(r'"([^"\\]+)"\s*:\s*\{'),
    "yaml": re.compile(r"^([^\s#:-][^\s:#]*)[ \t]*:[ \t]*(?:#.*)?$", re.MULTILINE),
    "xml": re.compile(r"<uwsgi\s[^>]*\bid\s*=\s*[\"']([^\"']+)"),
}
_WILDCARD = re.compile(r"[*?\[]")
_MOST_NAMES = 10


class _StopError(Exception):
    """There is more than anybody could want."""


class Evaluation:
    """One evaluation of one configuration.

    Args:
        know: what is known besides the files.
        files: the files that may be read.

    Attributes:
        entries: the registry.
        writes: what is applied, in the order in which the server does it.
        skipped: directives that a block leaves out, each with the entry that opened it.
        problems: what is wrong with all this.
    """

    def __init__(self, know: Knowledge, files: Files) -> None:
        self.know = know
        self.files = files
        self.holes = Holes()
        self.entries: list[Entry] = []
        self.writes: list[Write] = []
        self.skipped: list[tuple[Directive, Entry]] = []
        self.problems: list[Problem] = []
        self._told: set[tuple[str, int, int, str]] = set()
        self._by_key: dict[str, list[Entry]] = {}
        self._opaque: list[Entry] = []
        self._order: dict[int, int] = {}
        self._block: Entry | None = None
        self._running = False
        self._configuring = False
        self._declared: dict[str, str] = {}
        self._customs = 0
        self._injected: tuple[list[Source], list[Source]] = ([], [])
        self._variables: dict[str, str] = {}
        self._first: bool | None = None
        self._last_ini: Load | None = None
        self._loads = 0
        self._budget = Budget()
        self._marked = False

    # -- the whole ----------------------------------------------------------------------------

    def run(
        self, document: Document, path: str | None, given: str, section: str, *, positional: bool | None,
        place: str | None = None,
    ) -> None:  # fmt: skip
        """Evaluate a document.

        Args:
            document: what the server is started with.
            path: its absolute path, None when it is no file.
            given: the name by which the server was given it.
            section: the section to start with.
            positional: whether the server gets the file as an argument without an option, None when unknown.
            place: the path that it is read as though it had; None is its own.
        """
        try:
            self._environment()
            # Who reads a command line sees which file is loaded by an option first.
            self._first = True if document.format in _NO_MAGIC else None if positional is None else not positional
            asked = "" if section == "uwsgi" else section
            load = Load(document, path, section, None)
            if document.format not in _NO_MAGIC:
                compiled = place is not None or document.format == "toml"
                self._start_variables(place or path, given, asked, compiled=compiled)
                self._last_ini = load
            self._read(load)
            if self._marked:
                for mark in MARKS:
                    self._pass(mark)
            self._configure()
        except (_StopError, RecursionError) as error:
            if isinstance(error, RecursionError):
                self._tell_limit(None)
            rest = Entry("", None, ALWAYS, None, None, None, None, self.holes)
            rest.opaque = "there is more than anybody reads"
            self.writes.append((rest, "", False))
            return
        self._judge_end()

    def _environment(self) -> None:
        """Take the options that stand in variables (core/utils.c parse_sys_envs)."""
        for name, value in self.know.env.items():
            if name.startswith("UWSGI_") and name not in _NOT_OPTIONS and value is not None:
                self._add(name[6:].lower().replace("_", "-"), plain(value), ALWAYS, None, None, None)

    # -- reading ------------------------------------------------------------------------------

    def _read(self, load: Load, guard: Guard = ALWAYS) -> None:
        """Take the directives of one section of a file, in order."""
        document, section = load.document, load.section
        data = document.source.data
        if document.format == "ini" and (any(self._injected) or magic.has_variables(data)):
            before, after = self._injected
            pieces = magic.fill([*before, document.source, *after], self._variable)
            if pieces is None:
                self._tell_limit(None if load.via is None else load.via.directive, "magic variables that grow so much")
                raise _StopError
            filled = ini.read(Source(document.source.name, pieces.data))
            directives = [_moved(directive, pieces) for directive in filled.directives(section)]
        else:
            directives = document.directives(section)
        # All variables first, as in the server: a file that is included here changes them for what is opened later.
        texts = [self._filled(directive, document.format) for directive in directives]
        for directive, (key, value) in zip(directives, texts, strict=True):
            self._add(key, value, guard, directive, load, None)

    def _filled(self, directive: Directive, syntax: str) -> tuple[str, str | None]:
        """Return the name and the value of a directive with its magic variables filled in."""

        def fill(text: str) -> str:
            if "%" not in text:
                return text
            # Those of an INI file are filled in already, and arguments have none, but for the doubled sign.
            return text.replace("%%", "%") if syntax == "ini" else magic.fill_text(text, self._variable)

        key, value = directive.key, directive.value
        if syntax in _NO_MAGIC:
            return key, None if value is None else value.replace("%%", "%")
        filled = None if value is None else fill(value)
        if syntax == "xml" and value and not filled:
            filled = "1"  # what an element says that has no text any more
        return fill(key), filled

    def _variable(self, letter: str) -> str:
        found = self._variables.get(letter)
        if found is None:
            found = self.know.machine.variables.get(letter)
        if found is None and letter == "v":
            found = self.know.cwd
        if found is None and letter == "[":
            found = "\x1b"
        if found is None and letter in magic.FIRST_VARIABLES:
            return "" if self._first is not None else self.holes.make(f"%{letter}")
        if found is None and letter in magic.FILE_VARIABLES and not self._variables:
            found = ""
        return self.holes.make(f"%{letter}") if found is None else plain(found)

    def _start_variables(self, path: str | None, given: str, section: str, *, compiled: bool) -> None:
        """Fill the table for the file that the server is started with."""
        if path is not None:
            self._set_variables(path, given, section, direct=True)
        if path is None or compiled:
            # Of a file that is compiled first, only the folder and the stem of its name are those of the result.
            for letter in magic.FILE_VARIABLES if path is None else "opseij":
                self._variables[letter] = self.holes.make(f"%{letter}")

    def _set_variables(self, path: str, given: str, section: str, *, direct: bool) -> None:
        """Fill the table for a file (core/uwsgi.c config_magic_table_fill)."""
        found = magic.of_file(path, given, section)
        self._variables.update(found)
        if "i" not in found:
            self._variables.pop("i", None)
        if direct and self._first:
            self._first = False
            self._variables.update({upper: self._variables.get(upper.lower(), "") for upper in magic.FIRST_VARIABLES})

    def _add(
        self, key: str, value: str | None, guard: Guard, directive: Directive | None, load: Load | None,
        parent: Entry | None,
    ) -> None:  # fmt: skip
        """Take one option, through the block that is open (core/config.c add_exported_option_do)."""
        opener = self._block
        if self._running:
            self._put(key, value, guard, directive, load, parent, opener)
            return
        if key in TERMINATORS:
            if opener is None and directive is not None and not _is_mako(directive):
                self._tell("stray-terminator", directive, {"name": key})
            self._block = opener = None
        if opener is None:
            self._put(key, value, guard, directive, load, parent, None)
            return
        if key == "else":
            self._tell("else-in-block", directive, {"opener": _line(opener)}, also=(opener, "the block begins here"))
        todo = [guard]
        taken = False
        while todo:
            here = todo.pop()
            try:
                found = copies(opener, here | opener.guard, self._by_key, self._opaque, self.know, self.holes)
            except SplitError as split:
                if len(todo) <= _MOST_PARTS:
                    todo += [here | {(split.atom, True)}, here | {(split.atom, False)}]
                    continue
                atom = Atom("opt", opener.shown or "")
                found = (Copy((atom, not opener.key.startswith("if-not-")), self.holes.make("%(_)")),)
            except TooManyTurnsError as error:
                self._tell_limit(opener.directive, "a loop that repeats a line so often")
                raise _StopError from error
            for copy in found:
                taken = True
                self._copy(copy, key, value, here, directive, load, opener)
        if not taken and directive is not None:
            self.skipped.append((directive, opener))
            if (option := catalog.option(key)) is not None and option.kind == "logic":
                self._tell("nested-block", directive, {"opener": _line(opener)}, key, (opener, "this one is open"))

    def _copy(
        self, copy: Copy, key: str, value: str | None, guard: Guard, directive: Directive | None, load: Load | None,
        opener: Entry,
    ) -> None:  # fmt: skip
        """Put one line of a block into the registry."""
        guard = guard | opener.guard
        if copy.literal is not None:
            guard = guard | {copy.literal}
        if value is not None and copy.context is not None:
            value = value.replace("%(_)", copy.context)
        self._running = True
        try:
            self._put(key, value, guard, directive, load, None, opener)
        finally:
            self._running = False

    def _put(
        self, key: str, value: str | None, guard: Guard, directive: Directive | None, load: Load | None,
        parent: Entry | None, opener: Entry | None, *, placeholder: bool = False,
    ) -> None:  # fmt: skip
        """Append to the registry, and do at once what is done at once."""
        entries = self.entries
        if len(entries) >= _MOST_ENTRIES:
            self._tell_limit(directive, "more than 20,000 options")
            raise _StopError
        entry = Entry(key, value, guard, directive, load, parent, opener, self.holes)
        entries.append(entry)
        named = self._by_key.get(key)
        if named is None:
            self._by_key[key] = [entry]
        else:
            named.append(entry)
        if placeholder:
            entry.done = True
            return
        row = OPTIONS.get(key)
        if row is None:
            if key in self._declared:
                entry.done = True
                self._custom(entry)
        elif row[8]:
            self._flags(entry, row[1], row[8])
        if not self._marked and not entry.done and value and ("(" in value):
            self._marked = any(f"{mark}(" in value for mark in MARKS)

    def _flags(self, entry: Entry, setting: str, flags: Sequence[str]) -> None:
        option = catalog.option(entry.key)
        if option is None:
            return
        for other in catalog.implies(option):
            self.writes.append((entry, other, True))
        if "immediate" in flags:
            entry.done = True
            self._act(entry, option.kind)
            self.writes.append((entry, setting, False))

    # -- what is done at once ------------------------------------------------------------------

    def _act(self, entry: Entry, kind: str) -> None:
        """Do what an option does as soon as it is read."""
        text = entry.text or ""
        if kind == "logic":
            if self._block is not None:
                values = {"opener": _line(self._block)}
                self._tell("nested-block", entry.directive, values, entry.key, (self._block, "this one is open"))
                return
            self._block = entry
        elif kind == "config":
            self._load(entry)
        elif kind == "placeholder":
            name, equals, value = text.partition("=")
            if equals and entry.key == "set":
                self._add(name, value, entry.guard, entry.directive, entry.load, entry)
            elif equals:
                value = self.holes.make(f"resolve({value})") if entry.key == "resolve" else value
                self._put(name, value, entry.guard, entry.directive, entry.load, entry, self._block, placeholder=True)
                self._tell_unfilled(entry, value)
                return
        elif kind == "declaration":
            self._declare(text)
        elif entry.key in {"inject-before", "inject-after"}:
            found = self.files.find(text)
            source = self.files.source(found, text) if not found.obstacle else None
            if source is None:
                self._unread(entry, found.obstacle or "large", text)
            else:
                self._injected[entry.key == "inject-after"].append(source)
            return
        if kind != "declaration" and entry.key != "set":
            self._tell_unfilled(entry, text)

    def _declare(self, text: str) -> None:
        name, equals, template = text.partition("=")
        if equals and name not in OPTIONS:
            self._declared.setdefault(name, template)

    def _custom(self, entry: Entry) -> None:
        """Apply an option that `declare-option` made (core/config.c uwsgi_opt_custom)."""
        words = [word for word in (entry.text or "").split(" ") if word] or [""]
        self._customs += 1
        try:
            if self._customs > _DEEPEST_CUSTOM:
                return
            for item in (item for item in self._declared[entry.key].split(";") if item):
                key, equals, value = item.partition("=")
                if not equals:
                    return
                for number, word in enumerate(words[:100], 1):
                    key, value = key.replace(f"${number}", word), value.replace(f"${number}", word)
                self._spend(len(value))
                made = Entry(key, value, entry.guard, entry.directive, entry.load, entry, entry.opener, self.holes)
                made.done = True
                option = catalog.option(key)
                if option is None:
                    if key in self._declared:
                        self._custom(made)
                    continue
                self._act(made, option.kind) if option.kind in _ACTING else None
                self.writes.append((made, option.setting, False))
        finally:
            self._customs -= 1

    def _spend(self, amount: int) -> None:
        try:
            self._budget.spend(amount)
        except EndlessError:
            self._tell_limit(None)
            raise _StopError from None

    # -- includes -----------------------------------------------------------------------------

    def _load(self, entry: Entry) -> None:
        """Read what an option that loads a configuration names."""
        key, text = entry.key, entry.text or ""
        if has_hole(text):
            self._judge_loop(entry, text)
            entry.opaque = "its name is unknown"
            self._cover(entry)
            return
        if key in {"ldap", "sqlite", "sqlite3"}:
            self._unread(entry, "scheme", text)
            return
        name, section = split_section(text)
        if key in DIRECT:
            syntax: str | None = DIRECT[key]
        else:
            syntax = by_suffix(text) if key != "config" else None
            if syntax is None:
                if key == "config" and by_suffix(text) is None:
                    self._unread(entry, "scheme", text)
                    return
                near = by_suffix(name)
                why = "the name does not end in .ini, .yaml, .json or .xml"
                self._refuse(entry, why, f"{near} = {text}" if near else "")
                return
            features = self.files.features
            if features and syntax != "ini" and syntax not in {feature.partition(":")[0] for feature in features}:
                stem = text.rpartition(".")[0]
                self._refuse(entry, f"the server was built without {syntax.upper()}", f"{key} = {stem}.ini")
                return
        self._loads += 1
        chain = entry.chain
        if self._loads > _MOST_FILES or len(chain) >= _DEEPEST:
            self._tell_limit(entry.directive, "so many files")
            raise _StopError
        if not name and text.startswith(":"):
            if syntax == "ini":
                self._load_again(entry, section)
            else:
                self._refuse(entry, "only `ini` takes a section of the file that was read last", f"{key} = FILE{text}")
            return
        if syntax == "xml" and text.endswith(":"):
            self._refuse(entry, "no `id` stands behind the colon", f"{key} = {name}")
            return
        found = self.files.find(name)
        if found.obstacle == "folder":
            # INI and the built-in parser of YAML read it without an error, and nothing comes of it.
            if syntax != "ini" and self.files.libraries(syntax or "")[0] != "builtin":
                self._refuse(entry, "it is a folder", "")
            return
        source = None if found.obstacle else self.files.source(found, name)
        if source is None or found.path is None:
            self._unread(entry, found.obstacle or "large", name)
            return
        self._load_file(entry, syntax or "ini", source, found, section, name)

    def _load_file(self, entry: Entry, syntax: str, source: Source, found: Found, section: str, name: str) -> None:
        """Read a file that was found, as the option says."""
        asked = section or "uwsgi"
        legible = self._legible(entry, syntax, source)
        if legible is None:
            return
        source = legible
        if syntax != "ini" and any(self._injected):
            self._unread(entry, "injected", name)
            return
        if self._circular(entry, found.real, asked):
            return
        direct = entry.key in DIRECT and not self._within_include(entry)
        self._set_variables(self.files.placed(found.path or name), name, section, direct=direct)
        if syntax != "ini":
            self._load_foreign(entry, syntax, source, found, asked)
            return
        load = Load(self.files.document(source, found.real), found.path, asked, entry, self._configuring)
        self._last_ini = load
        self._judge_section(entry, load)
        self._read(load, entry.guard)

    def _legible(self, entry: Entry, syntax: str, source: Source) -> Source | None:
        """Return what is to be read for a file; None when its encoding makes that nothing, which is told."""
        if b"\0" not in source.data and source.data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            return source
        from uwsgilint.formats import encodings  # noqa: PLC0415  (next to no file is of such an encoding)

        source, problem = encodings.judge(source, syntax, self.files.features)
        if problem is None:
            return source
        self._tell_at(problem, None)
        if syntax != "ini":  # INI of that kind is read, and nothing comes of it
            entry.opaque = "its encoding decides whether the server reads it"
            self._cover(entry)
        return None

    def _load_foreign(self, entry: Entry, syntax: str, source: Source, found: Found, section: str) -> None:
        """Read YAML, JSON or XML: as the one library does that the server has, or as both do that it may have."""
        from uwsgilint.formats import dialects  # noqa: PLC0415  (most includes are INI)

        pieces = None
        real = found.real
        if magic.has_variables(source.data):
            # What stands for nothing changes what the parser sees, so the variables go into the text first.
            pieces = magic.fill([source], self._known_variable)
            if pieces is None:
                self._tell_limit(entry.directive, "magic variables that grow so much")
                raise _StopError
            source, real = Source(source.name, pieces.data), ""
        readings = self._accepted(entry, self.files.readings(source, real, syntax, section), section, pieces)
        if not readings:
            return
        text = entry.text or ""
        bare = split_section(text)[0]
        if bare != text and (syntax == "xml" or [library for library, _ in readings] == ["yajl"]):
            entry.text = bare  # the server cuts the section off where the name itself is kept
        load = Load(readings[0][1], found.path, section, entry, self._configuring)
        if not any(document.directives(section) for _, document in readings):
            self._judge_section(entry, load, pieces)
        atom = Atom("library", readings[0][0])
        merged = dialects.merged([(name, each.directives(section)) for name, each in readings])
        # All variables first, as in the server.
        texts = [self._filled(directive, load.document.format) for directive, _ in merged]
        for (directive, library), (key, value) in zip(merged, texts, strict=True):
            guard = entry.guard if library is None else entry.guard | {(atom, library == atom.subject)}
            self._add(key, value, guard, directive if pieces is None else _moved(directive, pieces), load, None)

    def _known_variable(self, letter: str) -> str | None:
        found = self._variable(letter)
        return None if has_hole(found) else found

    def _accepted(
        self, entry: Entry, readings: list[tuple[str, Document]], section: str, pieces: magic.Pieces | None
    ) -> list[tuple[str, Document]]:
        """Leave out the readings at which a server ends, telling of them."""
        from uwsgilint.formats import dialects  # noqa: PLC0415  (most includes are INI)

        refusals = [(library, dialects.refusal(document)) for library, document in readings]
        kept = [each for each, (_, problem) in zip(readings, refusals, strict=True) if problem is None]
        library, problem = next(((name, found) for name, found in refusals if found is not None), ("", None))
        if problem is None:
            return kept
        if kept:
            reason = problem.values.get("reason") or f"there is no {problem.values.get('what', 'text in an element')}"
            values = {"what": f"{library} refuses the file: {reason}"}
            self._tell_at(problem._replace(rule="dialect-dependent", values=values), pieces)
            return kept
        if problem.rule == "missing-root" and section != "uwsgi":
            self._tell_section(entry, readings[0][1], section, problem.values["effect"])
        else:
            self._tell_at(problem, pieces)
        entry.opaque = "the server refuses it"
        self._cover(entry)
        return []

    def _refuse(self, entry: Entry, why: str, near: str) -> None:
        """Tell of a name that the server stops at."""
        values = {"name": entry.shown or "", "why": why, "near": near}
        self._tell("unsupported-include", entry.directive, values, entry.key)
        entry.opaque = "the server refuses it"
        self._cover(entry)

    def _within_include(self, entry: Entry) -> bool:
        return any(each.key not in DIRECT for each in entry.chain)

    def _load_again(self, entry: Entry, section: str) -> None:
        """Read another section of the INI file that was opened last, which need not be this one."""
        last = self._last_ini
        if last is None:
            self._unread(entry, "missing", f":{section}")
            return
        load = Load(last.document, last.path, section or "uwsgi", entry, self._configuring)
        real = os.path.realpath(last.path) if last.path is not None else ""
        if self._circular(entry, real, load.section):
            return
        self._variables["o"] = ""
        self._variables["x"] = section
        self._judge_section(entry, load)
        self._read(load, entry.guard)

    def _circular(self, entry: Entry, real: str, section: str) -> bool:
        """Whether an include reads what is being read already: the server does so until it crashes."""
        load = entry.load
        steps: list[str] = []
        while load is not None:
            steps.append(load.document.source.name)
            known = os.path.realpath(load.path) if load.path is not None else ""
            if known == real and load.section == section:
                values = {"name": entry.shown or "", "chain": " -> ".join([*reversed(steps), steps[-1]])}
                self._tell("include-cycle", entry.directive, values, entry.key)
                return True
            load = load.via.load if load.via is not None else None
        return False

    def _judge_section(self, entry: Entry, load: Load, pieces: magic.Pieces | None = None) -> None:
        """Tell of a section with nothing in it, at which the server does not stop."""
        document = load.document
        if document.directives(load.section):
            return
        root = next((p for p in document.problems if p.rule == "missing-root"), None)
        if root is not None and load.section == "uwsgi":
            self._tell_at(root, pieces)
        elif root is not None:
            self._tell_section(entry, document, load.section, root.values["effect"])
        elif document.format in {"ini", "toml"} and not (
            magic.has_variables(document.source.data) or any(self._injected)
        ):
            self._tell_section(entry, document, load.section, "prints a warning and goes on without these options")

    def _tell_section(self, entry: Entry, document: Document, section: str, effect: str) -> None:
        names = document.section_names()
        if document.format in _HEADERS:
            text = document.source.data.decode("utf-8", "replace")
            names = list(dict.fromkeys(_HEADERS[document.format].findall(text)))
        found = ", ".join(f"[{name}]" for name in names[:_MOST_NAMES] if name and name != section) or "none"
        values = {"section": section, "file": document.source.name, "found": found, "effect": effect}
        self._tell("missing-included-section", entry.directive, values, entry.key)

    def _unread(self, entry: Entry, obstacle: str, name: str) -> None:
        """Leave a file unread: what it says is unknown."""
        if is_template(name):
            pass  # what it renders to is included, not this
        elif obstacle == "missing":
            self._tell_missing(entry, name)
        elif obstacle in {"outside", "scheme", "injected", "large"}:
            why = {
                "outside": "it lies outside the project",
                "large": "it is too large",
                "scheme": "only the server can tell what it says",
                "injected": "other files are injected into its text",
            }[obstacle]
            self._tell("unfollowed-include", entry.directive, {"name": name, "why": why}, entry.key)
        if scheme_of(name) or name == "-":
            self._variables["o"] = name
        entry.opaque = {"missing": "there is no such file"}.get(obstacle, "it is not read")
        self._cover(entry)

    def _judge_loop(self, entry: Entry, text: str) -> None:
        """Tell of a loop over files that reads each of them, where there is none: it reads its own pattern then."""
        pattern = entry.opener.text if entry.opener is not None and entry.opener.key == "for-glob" else None
        if not pattern or has_hole(pattern) or self.holes.reasons(text) != ("%(_)",):
            return
        folder, last = pattern[: pattern.rfind("/") + 1], pattern[pattern.rfind("/") + 1 :]
        name = split_section(self.holes.show(text).replace("%(_)", pattern))[0]
        # Nothing outside the project is looked at: wildcards stand for names in one folder of it.
        if _WILDCARD.search(folder) or not _WILDCARD.search(last) or by_suffix(name) is None:
            return
        if self.files.find(folder).obstacle not in {"folder", "missing"}:
            return
        unmatched = all(globbed(pattern, each) == [pattern] for each in self.files.folders())
        if unmatched and self.files.find(name).obstacle == "missing":
            self._tell_missing(entry, name, near=pattern)

    def _tell_missing(self, entry: Entry, name: str, near: str = "") -> None:
        """Tell of a file that is not there, unless what reads it stands in a block that is left out just then."""
        tested = [atom.subject for atom, truth in entry.guard if truth and atom.kind in _TESTS]
        # Whichever folder either starts at: `%dlocal.ini` may guard `local.ini`, and a folder all that is in it.
        unseen = [each for each in tested if self.files.find(each).obstacle in {"missing", "outside"}]
        absent = {path for each in unseen for path in self._paths(each)}
        if any(path == each or path.startswith(f"{each}/") for path in self._paths(name) for each in absent):
            return
        values = {"name": name, "folder": _short(self.files.folders()[0]), "near": near}
        self._tell("missing-include", entry.directive, values, entry.key)

    def _paths(self, name: str) -> list[str]:
        folders = self.files.folders()
        return [os.path.normpath(os.path.join(each, name)) for each in folders]  # noqa: PTH118  (texts, as to the server)

    def _cover(self, entry: Entry) -> None:
        """Remember that from here on anything may have been said."""
        self._opaque.append(entry)
        self._order = {}

    # -- the passes -----------------------------------------------------------------------------

    def _pass(self, mark: str) -> None:
        """Run one pass over the registry (core/utils.c uwsgi_apply_config_pass)."""
        entries = self.entries
        if self._opaque and mark == "%":
            self._order = {id(entry): number for number, entry in enumerate(entries)}
        opening = f"{mark}("
        divided: dict[int, list[Entry]] = {}
        reached: dict[str, int] = {}
        for entry in entries:
            if entry.done or not entry.text or opening not in entry.text:
                continue
            parts = self._expanded(entry, mark)
            if len(parts) > 1 or parts[0] is not entry:
                divided[id(entry)] = parts
                named = self._by_key[entry.key]
                at = named.index(entry, reached.get(entry.key, 0))  # both lists have one order
                named[at : at + 1] = parts
                reached[entry.key] = at + len(parts)
                for part in parts:
                    self._order[id(part)] = self._order.get(id(entry), 0)
        if divided:
            self.writes = [
                (part, setting, by_name)
                for entry, setting, by_name in self.writes
                for part in divided.get(id(entry), (entry,))
            ]
            self.entries[:] = [part for entry in entries for part in divided.get(id(entry), (entry,))]

    def _expanded(self, entry: Entry, mark: str) -> list[Entry]:
        """Expand one entry; several come out when what it becomes depends on conditions."""
        todo = [entry.guard]
        done: list[Entry] = []
        text = entry.text or ""
        while todo:
            guard = todo.pop()
            part = entry if guard is entry.guard else entry.under(guard)
            sources: list[Entry | str] = []
            part.text = text
            try:
                part.text = expand(
                    text, mark, _Resolver(self, part, mark, sources), self._budget, partial(setattr, part, "text")
                )
            except SplitError as split:
                if len(done) + len(todo) < _MOST_PARTS:
                    todo += [guard | {(split.atom, False)}, guard | {(split.atom, True)}]
                    continue
                part.text = self.holes.make(text)
            except EndlessError:
                if self._circles(text, mark):
                    self._tell("endless-placeholder", entry.directive, {"value": self.holes.show(text)}, entry.key)
                else:
                    self._tell_limit(entry.directive, "placeholders that grow so much")
                if self._budget.left < 0:
                    self._budget.left = 100_000  # enough for what is simple
                part.text = self.holes.make(text)
            if mark == "%" and sources and OPTIONS.get(entry.key, ("", ""))[1] in _LATER_TOKENS:
                self._judge_captures(part, sources)
            part.sources += tuple(dict.fromkeys(sources))
            done.append(part)
        return done

    def _circles(self, text: str, mark: str) -> bool:
        """Whether what a value refers to refers to itself in the end, else it is merely long."""
        done: set[str] = set()
        path: set[str] = set()

        def circles(text: str) -> bool:
            names = [word for token in tokens(text, mark) for word in (token.split(" ") if mark == "%" else (token,))]
            for token in names:
                if token in path:
                    return True
                if token in done or len(path) > _DEEPEST:
                    continue
                done.add(token)
                path.add(token)
                named = self._by_key.get(token, ())
                further = self.know.env.get(token) if mark == "$" else named[0].text if named else None
                if further and circles(further):
                    return True
                path.discard(token)
            return False

        return mark != "@" and circles(text)

    def resolve(self, entry: Entry, mark: str, token: str, sources: list[Entry | str]) -> str | None:
        """Return what a token stands for; None when it stays as it is.

        Raises:
            SplitError: that depends on a condition.
        """
        whole = f"{mark}({token})"
        if has_hole(token):
            return self.holes.make(self.holes.show(whole))
        if mark == "$":
            found = self.know.variable(token, entry.guard, self.holes.make(whole))
            if found is not None:
                sources.append(whole)
            return found
        if mark == "@":
            sources.append(whole)
            return self._file_content(entry, token, whole)
        if " " in token:
            return calculate(token, lambda word: self._lookup(entry, word, sources))
        return self._lookup(entry, token, sources)

    def _lookup(self, entry: Entry, name: str, sources: list[Entry | str]) -> str | None:
        """Return the text of the first entry of a name (core/config.c uwsgi_get_exported_opt)."""
        found = choose(entry.guard, self._by_key.get(name, ()))
        if self._opaque:
            unread = choose(entry.guard, self._opaque)
            if unread is not None and (found is None or self._order[id(unread)] < self._order[id(found)]):
                return self.holes.make(f"%({name})")
        if found is None:
            return None
        sources.append(found)
        return found.text

    def _file_content(self, entry: Entry, name: str, whole: str) -> str | None:
        """Return what a file says, without the line break at its end (core/utils.c uwsgi_at_file_read)."""
        found = self.files.find(name)
        source = None if found.obstacle else self.files.source(found, name)
        if source is None:
            if found.obstacle == "missing":
                self._tell_missing(entry, name)
            return self.holes.make(whole)
        data = source.data
        if data[-1:] in {b"\n", b"\r"}:
            data = data[:-1]
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    # -- applying ------------------------------------------------------------------------------

    def _configure(self) -> None:
        """Apply what was not applied yet, in order (core/config.c uwsgi_configure)."""
        self._configuring = True
        writes = self.writes
        entries = self.entries
        nameless: list[Entry] = []
        size = len(entries)
        position = 0
        while position < len(entries):
            if len(entries) > size:
                # The server starts over whenever there is more: what had no meaning may have one now.
                size = len(entries)
                again, nameless = nameless, []
                for number, entry in enumerate(again):
                    if entry.key in self._declared:
                        self._custom(entry)
                        if len(entries) > size:
                            nameless += again[number + 1 :]
                            break
                    else:
                        nameless.append(entry)
                if len(entries) > size:
                    continue
            entry = entries[position]
            position += 1
            if entry.done:
                if entry.opaque is not None:
                    writes.append((entry, "", False))  # what it brings in stands here
                continue
            row = OPTIONS.get(entry.key)
            if row is None:
                if entry.key in self._declared:
                    self._custom(entry)
                else:
                    nameless.append(entry)
                continue
            kind = row[2]
            if kind == "config":
                self._load(entry)
            elif kind == "declaration":
                self._declare(entry.text or "")
            writes.append((entry, row[1], False))
            if entry.load is not None and entry.load.inherited and entry.text and "(" in entry.text:
                self._tell_unfilled(entry, entry.text)
        # What a file brings in that is read this late stands behind everything.
        writes += [(entry, "", False) for entry in entries if entry.opaque is not None and not entry.done]

    # -- problems ------------------------------------------------------------------------------

    def _tell(
        self,
        rule: str,
        directive: Directive | None,
        values: dict[str, str],
        option: str | None = None,
        also: tuple[Entry, str] | None = None,
    ) -> None:
        """Take down a problem, and another entry that it speaks of with what that does."""
        if directive is None:
            return
        span = directive.span
        mark = (rule, id(span.source), span.start, option or "")
        if mark not in self._told:
            self._told.add(mark)
            related: tuple[tuple[Span, str], ...] = ()
            if also is not None and also[0].directive is not None and also[0].directive is not directive:
                related = ((also[0].directive.span, also[1]),)
            self.problems.append(Problem(rule, span, values, option, related))

    def _tell_at(self, problem: Problem, pieces: magic.Pieces | None) -> None:
        """Tell of something that the reader of an included file found, in the text made of it where there is one."""
        if pieces is not None:
            problem = problem._replace(span=Span(*pieces.place(problem.span.start, problem.span.end)))
        mark = (problem.rule, id(problem.span.source), problem.span.start, problem.option or "")
        if mark not in self._told:
            self._told.add(mark)
            self.problems.append(problem)

    def _tell_limit(self, directive: Directive | None, what: str = "so much") -> None:
        if directive is not None:
            self._tell("oversized-configuration", directive, {"what": what})
        elif self._last_ini is not None:
            span = Span(self._last_ini.document.source, 0, 0)
            self.problems.append(Problem("oversized-configuration", span, {"what": what}))

    def _tell_unfilled(self, entry: Entry, text: str) -> None:
        """Tell of tokens in what no pass touches."""
        if "(" not in text or entry.directive is None:
            return
        for mark in MARKS:
            for token in tokens(text, mark):
                if token == "_":  # noqa: S105  (not that kind of token)
                    continue
                inherited = entry.load is not None and entry.load.inherited
                because = "the file is inherited" if inherited else f"`{entry.key}` acts at once"
                values = {"token": self.holes.show(f"{mark}({token})"), "because": because}
                self._tell("unfilled-placeholder", entry.directive, values, entry.key)
                return

    def _judge_end(self) -> None:
        if self._block is not None:
            self._tell("unterminated-block", self._block.directive, {"opener": _line(self._block)}, self._block.key)
        if not self._marked:
            return
        late: dict[str, Entry] = {}
        for entry in self._by_key.get("env", ()):
            name, equals, _ = (entry.text or "").partition("=")
            if equals:
                late.setdefault(name, entry)
        for entry in self.entries:
            text = entry.text
            if text is None or entry.done or ("(" not in text and not has_hole(text)):
                continue
            if late:
                self._judge_variables(entry, late)
            if entry.load is not None and entry.load.inherited:
                continue
            row = OPTIONS.get(entry.key)
            if row is not None and row[1] not in _LATER_TOKENS and not self._opaque:
                self._judge_placeholders(entry, text)

    def _judge_variables(self, entry: Entry, late: dict[str, Entry]) -> None:
        for token in tokens(entry.written or "", "$"):
            if token in late and late[token] is not entry and self.know.env.get(token) is None:
                values = {"variable": token, "setter": _line(late[token])}
                self._tell("late-variable", entry.directive, values, entry.key, (late[token], "set here"))

    def _judge_captures(self, entry: Entry, sources: list[Entry | str]) -> None:
        composite = composites.of(OPTIONS[entry.key][1])
        words = composite.parts[0].choices if composite is not None else ()
        for source in sources:
            if not isinstance(source, str) and source.key in words:
                values = {"token": f"%({source.key})", "value": source.shown or ""}
                self._tell("captured-log-variable", entry.directive, values, entry.key)

    def _judge_placeholders(self, entry: Entry, text: str) -> None:
        for token in tokens(text, "%"):
            if token in self._by_key or " " in token or has_hole(token):
                continue
            near = catalog.suggest(token, [key for key in self._by_key if not has_hole(key)])
            values = {"token": f"%({token})", "near": f"%({near[0]})" if near else ""}
            self._tell("undefined-placeholder", entry.directive, values, entry.key)


_ACTING = frozenset({"logic", "config", "placeholder", "declaration"})


class _Resolver:
    """What one pass asks for the tokens of one entry."""

    __slots__ = ("_entry", "_evaluation", "_mark", "_sources")

    def __init__(self, evaluation: Evaluation, entry: Entry, mark: str, sources: list[Entry | str]) -> None:
        self._evaluation = evaluation
        self._entry = entry
        self._mark = mark
        self._sources = sources

    def __call__(self, token: str) -> str | None:
        return self._evaluation.resolve(self._entry, self._mark, token, self._sources)


def _moved(directive: Directive, pieces: magic.Pieces) -> Directive:
    """Give a directive of a filled text its place in the file that it came from."""
    source, key_start, key_end = pieces.place(directive.key_start, directive.key_end)
    other, value_start, value_end = pieces.place(directive.value_start, directive.value_end)
    if other is not source:
        value_start = value_end = key_end
    value = None if directive.value is None else decode(directive.value)
    return Directive(decode(directive.key), value, source, key_start, key_end, value_start, value_end)


def _is_mako(directive: Directive) -> bool:
    """Whether a line is one of a template, `% endfor`, which leaves nothing behind."""
    data = directive.source.data
    return data[data.rfind(b"\n", 0, directive.key_start + 1) + 1 : directive.key_start + 1].lstrip()[:1] == b"%"


def _line(entry: Entry) -> str:
    """Write an entry as the line that it is."""
    shown = entry.shown
    return f"{entry.key} = {shown}" if shown else entry.key


def _short(folder: str) -> str:
    """Name a folder without giving away where on the machine it is."""
    try:
        name = os.path.relpath(folder)
    except ValueError:
        return folder
    return folder if name.startswith("..") else name
