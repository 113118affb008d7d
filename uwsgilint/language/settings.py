"""Settings: what a configuration means in the end, for every option, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.language.entry import ALWAYS, SplitError, implied
from uwsgilint.language.unknown import UNKNOWN, has_hole
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Directive, Source
    from uwsgilint.language.entry import Entry, Guard
    from uwsgilint.language.evaluate import Evaluation, Write

__all__ = ["Lost", "Outcome", "Setting", "Settings"]

_MOST_OUTCOMES = 32
_OWNERS = frozenset({"user", "group"})


class Outcome(NamedTuple):
    """One thing that a setting may come out as.

    Attributes:
        value: what the server uses: a number, a bool, a text, or for what accumulates a tuple of them; None is
            the server's own default where nothing plain is known of it; UNKNOWN is what only the server can know.
        text: the text that was read; None when there is none.
        entry: what says so; None for a default.
        implied: whether the entry says so by its name alone, being another option.
        guard: the conditions under which it comes out so.
        refused: why the server would stop at it; "" when it does not.
    """

    value: object
    text: str | None
    entry: Entry | None
    implied: bool
    guard: Guard
    refused: str = ""

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in words."""
        return tuple(sorted(str(atom) if truth else f"not {atom}" for atom, truth in self.guard))


class Lost(NamedTuple):
    """An entry that says something about a setting and does not get its way.

    Attributes:
        entry: the entry.
        winner: the entry that does; None when a block left it out.
    """

    entry: Entry
    winner: Entry | None


class Setting(NamedTuple):
    """What a setting comes out as.

    Attributes:
        name: its own name, whichever alias says it.
        outcomes: everything it may come out as: one for most, more under conditions.
        entries: all that says something about it, in the order in which it is applied; those that merely imply
            it included.
        lost: those of them that change nothing.
    """

    name: str
    outcomes: tuple[Outcome, ...]
    entries: tuple[Entry, ...]
    lost: tuple[Lost, ...]

    @property
    def value(self) -> object:
        """What the server uses, or UNKNOWN when that is not sure."""
        first = self.outcomes[0].value
        same = all(outcome.value is first or outcome.value == first for outcome in self.outcomes)
        return first if same else UNKNOWN

    @property
    def possible(self) -> tuple[object, ...]:
        """All that it may come out as, each once; UNKNOWN among them when that is not all."""
        found: list[object] = []
        for outcome in self.outcomes:
            if not any(each is outcome.value or each == outcome.value for each in found):
                found.append(outcome.value)
        return tuple(found)

    @property
    def entry(self) -> Entry | None:
        """What decides it; None when that depends on conditions, or nothing does."""
        first = self.outcomes[0].entry
        return first if all(outcome.entry is first for outcome in self.outcomes) else None

    @property
    def is_set(self) -> bool:
        """Whether anything in the configuration may decide it."""
        return any(outcome.entry is not None for outcome in self.outcomes)


class Settings:
    """What the directives of a configuration mean together.

    Attributes:
        entries: the registry of the server: options and placeholders in its order, after all substitutions.
        skipped: directives that a block leaves out, each with the entry that opened it.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.entries: tuple[Entry, ...] = tuple(evaluation.entries)
        self.skipped: tuple[tuple[Directive, Entry], ...] = tuple(evaluation.skipped)
        self._writes = evaluation.writes
        self._by_setting: dict[str, list[Write]] | None = None
        self._made: dict[str, Setting] = {}
        self._opaque = any(write[0].opaque is not None for write in self._writes)

    def __iter__(self) -> Iterator[str]:
        """The names of the settings that something is said about, in the order in which that is applied."""
        return iter(name for name in self._index() if name)

    def __contains__(self, name: str) -> bool:
        """Whether something is said about a setting."""
        return catalog.setting_of(name) in self._index()

    def __getitem__(self, name: str) -> Setting:
        """Return a setting by any of its names, also one that nothing is said about.

        Raises:
            KeyError: uWSGI has no option of this name.
        """
        option = catalog.option(catalog.setting_of(name))
        if option is None:
            raise KeyError(name)
        setting = self._made.get(option.name)
        if setting is None:
            setting = self._made[option.name] = self._make(option.name)
        return setting

    def value(self, name: str) -> object:
        """Return what the server uses for an option: `settings[name].value`."""
        return self[name].value

    def said(self, *names: str) -> tuple[Write, ...]:
        """Return what is written to some settings, in the order in which it is applied.

        Each comes with the setting that it writes, and with whether it does so by its name alone, being another
        option. Includes that are not read stand among them with no setting: they may write anything.
        """
        if len(names) > 1:
            settings = {catalog.setting_of(name) for name in names}
            return tuple(w for w in self._writes if w[1] in settings or (w[0].opaque is not None and not w[2]))
        name = catalog.setting_of(names[0])
        option = catalog.option(name)
        kind = "" if option is None else option.kind
        writes = self._index().get(name, [])
        if self._opaque and kind != "config":
            writes = [w for w in self._writes if w[1] == name or (w[0].opaque is not None and not w[2])]
        return tuple(_in_force(writes) if kind in _OWNERS else writes)

    def together(self, *names: str) -> Setting:
        """Return what comes out for settings that write one variable of the server, each as the first of them is read.

        `async` and `gevent` do, to give an example. Whatever is said last counts.
        """
        option = catalog.option(names[0])
        kind = "string" if option is None else option.kind
        wanted = frozenset(map(catalog.setting_of, names))
        writes = [w for w in self._writes if w[1] in wanted or (w[0].opaque is not None and not w[2])]
        entries = tuple(dict.fromkeys(write[0] for write in writes if write[1] in wanted))
        return Setting(names[0], _decided(writes, kind, names[0]), entries, ())

    @property
    def applied(self) -> tuple[Entry, ...]:
        """The entries in the order in which the server applies them: what acts at once comes first."""
        return tuple(dict.fromkeys(write[0] for write in self._writes if not write[2]))

    def first(self, name: str) -> tuple[Entry, ...]:
        """Return the entries that `%(name)` may stand for: the first, or several under conditions."""
        found = []
        for entry in self.entries:
            if entry.key == name:
                found.append(entry)
                if not entry.guard:
                    break
        return tuple(found)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that were read, each once, in order."""
        read = {id(e.load.document.source): e.load.document.source for e in self.entries if e.load is not None}
        return tuple(read.values())

    @property
    def unread(self) -> tuple[Entry, ...]:
        """Includes whose content is unknown: what they say may win over anything in front of them."""
        return tuple(entry for entry in self.entries if entry.opaque is not None)

    def _index(self) -> dict[str, list[Write]]:
        if self._by_setting is None:
            self._by_setting = {}
            for write in self._writes:
                self._by_setting.setdefault(write[1], []).append(write)
        return self._by_setting

    def _make(self, name: str) -> Setting:
        writes = self._index().get(name, [])
        entries = tuple(dict.fromkeys(write[0] for write in writes))
        option = catalog.option(name)
        kind = KINDS[option.kind] if option is not None else KINDS["string"]
        writes = list(self.said(name))
        if option is not None and option.repeatable:
            return Setting(name, self._gathered(writes, kind.name), entries, ())
        outcomes = _decided(writes, kind.name, name)
        winners = {id(outcome.entry) for outcome in outcomes}
        lost = []
        if len(entries) > 1:
            last = next((entry for entry in reversed(entries) if id(entry) in winners), None)
            lost = [Lost(entry, last) for entry in entries if id(entry) not in winners]
        return Setting(name, outcomes, entries, tuple(lost))

    def _gathered(self, writes: list[Write], kind: str) -> tuple[Outcome, ...]:
        """Put together what every occurrence adds to."""
        if not writes:
            return (Outcome((), None, None, False, ALWAYS),)
        values: list[object] = []
        refused = ""
        unsure = False
        for entry, _, by_name in writes:
            outcome = _outcome(entry, kind, by_name=by_name, guard=ALWAYS)
            values.append(outcome.value)
            refused = refused or outcome.refused
            unsure = unsure or bool(entry.guard) or outcome.value is UNKNOWN or entry.opaque is not None
        value: object = UNKNOWN if unsure else tuple(values)
        return (Outcome(value, writes[-1][0].text, writes[-1][0], False, ALWAYS, refused),)


def _in_force(writes: list[Write]) -> list[Write]:
    """Leave out what cannot win of users and groups (core/uwsgi.c uwsgi_opt_set_uid).

    A name counts only up to the first number, and then more than any number.
    """
    texts = [write[0].text or "" for write in writes]
    if any(write[0].guard for write in writes) or any(map(has_hole, texts)):
        return writes
    first = next((number for number, text in enumerate(texts) if _is_number(text)), len(texts))
    return writes[:first] or [write for write, text in zip(writes, texts, strict=True) if _is_number(text)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:20]) > 0


def _decided(writes: list[Write], kind: str, name: str) -> tuple[Outcome, ...]:
    """Return what the last entry that stands says, under every condition that it depends on."""
    found: list[Outcome] = []
    explicit = writes[::-1]
    todo: list[tuple[Guard, int]] = [(ALWAYS, 0)]
    while todo:
        guard, position = todo.pop()
        while position < len(explicit):
            entry, _, by_name = explicit[position]
            try:
                stands = _stands(guard, entry)
            except SplitError as split:
                if len(found) + len(todo) >= _MOST_OUTCOMES:
                    return (Outcome(UNKNOWN, None, entry, by_name, ALWAYS),)
                todo.append((guard | {(split.atom, False)}, position))
                guard = guard | {(split.atom, True)}
                continue
            if stands and entry.opaque is not None and kind != "config":
                if not found or found[-1].entry is not entry:
                    found.append(Outcome(UNKNOWN, None, entry, False, guard))
            elif stands:
                found.append(_outcome(entry, kind, by_name=by_name, guard=guard))
                break
            position += 1
        else:
            found.append(Outcome(_default(name), None, None, False, guard))
    return tuple(found)


def _stands(guard: Guard, entry: Entry) -> bool:
    for atom, truth in entry.guard:
        known = implied(guard, atom)
        if known is None:
            raise SplitError(atom)
        if known is not truth:
            return False
    return True


def _outcome(entry: Entry, kind: str, *, by_name: bool, guard: Guard) -> Outcome:
    if by_name:
        return Outcome(True, None, entry, True, guard)
    text = entry.text
    if text is not None and has_hole(text):
        return Outcome(UNKNOWN, entry.shown, entry, False, guard)
    try:
        return Outcome(KINDS[kind].read(text), text, entry, False, guard)
    except Refused as reason:
        return Outcome(UNKNOWN, text, entry, False, guard, str(reason))


def _default(name: str) -> object:
    """Return what the server does without the option, where the models say that plainly."""
    from uwsgilint._data.defaults import DEFAULTS  # noqa: PLC0415  (only what asks for an option's value needs it)

    return DEFAULTS.get(name)
