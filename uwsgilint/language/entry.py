"""Entries: what the server's registry holds, where each came from, and under which conditions it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.language.unknown import UNKNOWN, Unknown, has_hole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Directive, Document, Span
    from uwsgilint.language.unknown import Holes

__all__ = ["ALWAYS", "Atom", "Entry", "Guard", "Load", "SplitError", "choose", "implied"]


class Atom(NamedTuple):
    """A condition that only the server can decide.

    Attributes:
        kind: what it asks for: "env", "exists", "file", "dir", "plugin", "hostname", "hostname-match", "reload"
            and "loop"; "library" is which one a server was built with, where two read a file differently.
        subject: what about: the name of a variable, a path ...
        value: what the variable must be; None when it only has to be there.
    """

    kind: str
    subject: str
    value: str | None = None

    def __str__(self) -> str:
        if self.kind == "library":
            return f"read by {_LIBRARIES.get(self.subject, self.subject)}"
        text = self.subject if self.value is None else f"{self.subject}={self.value}"
        return f"{'for' if self.kind == 'loop' else f'if-{self.kind}'} {text}".rstrip()


Guard = frozenset[tuple[Atom, bool]]
"""Conditions, each with what it has to come out as."""

ALWAYS: Guard = frozenset()
_EXCLUSIVE = frozenset({"env", "hostname"})
_LIBRARIES = {"builtin": "the built-in parser"}


class SplitError(Exception):
    """A question has different answers, depending on a condition.

    Attributes:
        atom: the condition.
    """

    def __init__(self, atom: Atom) -> None:
        super().__init__(str(atom))
        self.atom = atom


def implied(guard: Guard, atom: Atom) -> bool | None:
    """Return what a condition comes out as where all of a guard holds; None when that leaves it open."""
    if not guard:
        return None
    for truth in (True, False):
        if (atom, truth) in guard:
            return truth
    if atom.kind not in _EXCLUSIVE:
        return None
    for other, truth in guard:
        if other.kind != atom.kind:
            continue
        if atom.kind == "hostname":
            if truth:
                return False  # a machine has one name
        elif other.subject == atom.subject:
            if truth and other.value is not None:
                return atom.value is None  # the variable has that value, and no other
            if not truth and other.value is None:
                return False  # the variable is not there
    return None


def choose(guard: Guard, entries: Iterable[Entry]) -> Entry | None:
    """Return the first of some entries that stands where all of a guard holds.

    Raises:
        SplitError: which one that is depends on a condition.
    """
    for entry in entries:
        for atom, truth in entry.guard:
            known = implied(guard, atom)
            if known is None:
                raise SplitError(atom)
            if known is not truth:
                break
        else:
            return entry
    return None


class Load(NamedTuple):
    """One reading of a file.

    Attributes:
        document: what was read.
        path: its absolute path; None when there is no file.
        section: the section that was asked for.
        via: the entry that asked for it; None for the file that the server was started with.
        inherited: whether it was read after all substitutions were over, which is what `inherit` does.
    """

    document: Document
    path: str | None
    section: str
    via: Entry | None
    inherited: bool = False


class Entry:
    """One option or placeholder that the server has in its registry.

    Attributes:
        key: its name.
        written: its text before the substitutions of the whole registry; None is an argument not given at all.
        text: its text after them; it may have holes.
        guard: the conditions under which it is there at all.
        directive: where it is written; None for what comes from the environment.
        load: the reading of the file that it came from.
        parent: the entry that made it: a `set`, a custom option.
        opener: the entry that opened the block it stands in.
        done: whether no substitution touches it: an option that acts at once, a placeholder of `set-ph`.
        opaque: why what it brings in is unknown, for an include that is not read; None for all others.
        sources: what was filled into it: entries, and the tokens for files and variables.
    """

    __slots__ = (
        "_holes",
        "directive",
        "done",
        "guard",
        "key",
        "load",
        "opaque",
        "opener",
        "parent",
        "sources",
        "text",
        "written",
    )

    def __init__(
        self,
        key: str,
        text: str | None,
        guard: Guard,
        directive: Directive | None,
        load: Load | None,
        parent: Entry | None,
        opener: Entry | None,
        holes: Holes,
    ) -> None:
        self.key = key
        self.written = text
        self.text = text
        self.guard = guard
        self.directive = directive
        self.load = load
        self.parent = parent
        self.opener = opener
        self.done = False
        self.opaque: str | None = None
        self.sources: tuple[Entry | str, ...] = ()
        self._holes = holes

    def __repr__(self) -> str:
        return f"Entry({self.key!r}, {self.shown!r})"

    def under(self, guard: Guard) -> Entry:
        """Return the same entry where other conditions hold."""
        made = Entry(self.key, self.written, guard, self.directive, self.load, self.parent, self.opener, self._holes)
        made.text = self.text
        made.sources = self.sources
        made.opaque = self.opaque
        return made

    @property
    def value(self) -> str | Unknown | None:
        """Its text, or UNKNOWN where a part of that depends on more than the files."""
        return UNKNOWN if self.text is not None and has_hole(self.text) else self.text

    @property
    def shown(self) -> str | None:
        """Its text with what is unknown as it is written: `/run/%h.sock`."""
        return None if self.text is None else self._holes.show(self.text)

    @property
    def unknowns(self) -> tuple[str, ...]:
        """What has to be known to know its text: `%h`, `$(HOME)` ..."""
        return () if self.text is None else self._holes.reasons(self.text)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions under which it stands, in words: `if-env STAGING`, `not if-env STAGING`."""
        return tuple(sorted(str(atom) if truth else f"not {atom}" for atom, truth in self.guard))

    @property
    def span(self) -> Span | None:
        """Where it is written."""
        entry: Entry | None = self
        while entry is not None and entry.directive is None:
            entry = entry.parent
        return None if entry is None or entry.directive is None else entry.directive.span

    @property
    def place(self) -> str:
        """File and line where it is written, such as `base.ini:12`; `the environment` for variables."""
        span = self.span
        return "the environment" if span is None else f"{span.source.name}:{span.line}"

    @property
    def chain(self) -> tuple[Entry, ...]:
        """The entries through which its file was read, the nearest first; nothing in the first file."""
        found: list[Entry] = []
        load = self.load
        while load is not None and load.via is not None:
            found.append(load.via)
            load = load.via.load
        return tuple(found)
