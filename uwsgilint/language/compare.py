"""Comparison: what two configurations mean differently, whatever their syntax, their order and their spelling.

Settings are compared, not lines: placeholders are filled, includes read, aliases and values resolved to what the
server makes of them, and what is not said is its default. What depends on conditions is compared under each of
them, and what is unknown is the same only where the same words stand for it.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog, composites, grammar, routing
from uwsgilint._data.defaults import DEFAULTS
from uwsgilint.language.entry import ALWAYS, SplitError, implied
from uwsgilint.language.unknown import has_hole
from uwsgilint.values import INTEGERS, KINDS, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from uwsgilint.language.entry import Entry, Guard
    from uwsgilint.language.evaluate import Write
    from uwsgilint.language.settings import Settings

__all__ = ["Case", "Difference", "Said", "compare"]

_MOST_WORLDS = 64
# Their work is done when everything is evaluated, or the server takes them for nothing.
_GONE = frozenset({"config", "placeholder", "declaration", "logic", "terminator", "ignored"})
_NUMBERS = INTEGERS | {"megabytes", "bytes", "flag", "presence"}
# What is wrong inside a composite and still leaves no doubt about its parts.
_READABLE = frozenset({"misread-part"})
_MODE_1 = 0o666  # core/uwsgi.c uwsgi_opt_chmod_socket: what `chmod-socket = 1` stands for

# What the server does without an option where `DEFAULTS` does not tell, as the models say it in words.
_FURTHER_DEFAULTS: dict[str, object] = {
    **dict.fromkeys(
        (
            *("harakiri", "mule-harakiri", "spooler-harakiri", "cron-harakiri", "http-harakiri", "fastrouter-harakiri"),
            *("rawrouter-harakiri", "sslrouter-harakiri", "forkptyrouter-harakiri", "http-keepalive", "idle"),
            *("cheaper", "cheaper-rss-limit-soft", "cheaper-rss-limit-hard", "cpu-affinity", "prio", "ksm", "locks"),
            *("limit-as", "limit-nproc", "max-fd", "reload-on-as", "reload-on-rss", "evil-reload-on-as"),
            *("evil-reload-on-rss", "socket-sndbuf", "socket-rcvbuf", "so-send-timeout", "tcp-fast-open", "queue"),
            *("queue-store-sync", "cache-store-sync", "post-buffering", "write-errors-tolerance", "spooler-max-tasks"),
        ),
        0,
    ),
    "disable-logging": True,  # it is read as the contrary: requests are logged
    "enable-threads": True,  # since 2.0.27
    "pcre-jit": False,
}

# Options that fill one list of the server, whose order counts across them: what the list is called, and they.
_SHARED: dict[str, tuple[str, ...]] = {
    **{
        f"the {chain} routes": tuple(o for o, (its, _) in routing.OPTIONS.items() if its == chain)
        for chain in routing.CHAINS
    },
    # core/socket.c uwsgi_new_socket(): `map-socket` and routers know sockets by number
    "the sockets": (
        *("socket", "uwsgi-socket", "suwsgi-socket", "http-socket", "http11-socket", "https-socket"),
        *("fastcgi-socket", "fastcgi-nph-socket", "scgi-socket", "scgi-nph-socket", "raw-socket", "puwsgi-socket"),
    ),
    "the shared sockets": ("shared-socket", "undeferred-shared-socket"),
    "the mules": ("mule", "mules"),
    "the environment": ("env", "unenv"),
    "the loggers": ("logger", "log-socket", "log-syslog", "log-zeromq"),
    "the plugins": ("plugins", "need-plugins"),
    "the attached daemons": (
        *("attach-daemon", "attach-control-daemon", "attach-daemon2", "smart-attach-daemon", "smart-attach-daemon2"),
        *("legion-attach-daemon", "legion-smart-attach-daemon", "legion-smart-attach-daemon2"),
    ),
}


class Said(NamedTuple):
    """What one side says about a setting.

    Attributes:
        text: the value, for people; what is unknown as it is written.
        key: what the server makes of it: two that are equal mean the same.
        entry: what says so; None for a default.
        refused: why the server would stop at it; "" when it does not.
    """

    text: str
    key: object
    entry: Entry | None
    refused: str = ""


class Case(NamedTuple):
    """A difference where some conditions hold.

    Attributes:
        conditions: the conditions, in words; nothing when it is always so.
        before, after: all that is said on either side, in the order of the server.
    """

    conditions: tuple[str, ...]
    before: tuple[Said, ...]
    after: tuple[Said, ...]

    @property
    def removed(self) -> tuple[Said, ...]:
        """What only the old side says, or says in another order."""
        return tuple(said for tag, said in self.steps() if tag == "-")

    @property
    def added(self) -> tuple[Said, ...]:
        """What only the new side says, or says in another order."""
        return tuple(said for tag, said in self.steps() if tag == "+")

    def steps(self) -> Iterator[tuple[str, Said]]:
        """Give the shortest way from one side to the other: "-" for what goes, "+" for what comes."""
        numbers: dict[object, int] = {}
        old, new = ([numbers.setdefault(s.key, len(numbers)) for s in side] for side in (self.before, self.after))
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                yield from (("-", said) for said in self.before[a:b])
                yield from (("+", said) for said in self.after[c:d])


class Difference(NamedTuple):
    """A setting that does not mean the same on both sides.

    Attributes:
        name: the setting; for an order across options what they fill together, "the sockets"; "include" for what
            is included without being read.
        kind: "value" for a setting of which the last entry counts, "items" for one that adds up, "order" where
            the same things stand in another order across options, "include" for what is not read.
        cases: one for each set of conditions under which it differs.
    """

    name: str
    kind: str
    cases: tuple[Case, ...]


def compare(before: Settings, after: Settings) -> list[Difference]:
    """Return what differs between two configurations, one for each setting, sorted by name; [] means the same."""
    names = sorted({name for side in (before, after) for name in side if _counts(name)})
    unread = [{_unread(entry) for entry in side.unread} for side in (before, after)]
    common = frozenset(unread[0] & unread[1])
    found = [d for name in names if (d := _setting(name, before, after, common)) is not None]
    differing = {difference.name for difference in found}
    for title, options in _SHARED.items():
        if differing.isdisjoint(options) and sum(o in before for o in options) > 1:
            cases = _cases(before.said(*options), after.said(*options), lambda w, g: _listed(w, g, common))
            if cases:
                found.append(Difference(title, "order", cases))
    cases = _cases(_includes(before), _includes(after), _unread_list)
    if cases:
        found.append(Difference("include", "include", cases))
    return found


def _counts(name: str) -> bool:
    option = catalog.option(name)
    return option is not None and option.kind not in _GONE


def _setting(name: str, before: Settings, after: Settings, common: frozenset[object]) -> Difference | None:
    option = catalog.option(name)
    if option is None:
        raise KeyError(name)
    if option.repeatable:
        cases = _cases(before.said(name), after.said(name), lambda w, g: _listed(w, g, common))
        return Difference(name, "items", cases) if cases else None
    cases = _cases(before.said(name), after.said(name), lambda w, g: _last(name, w, g, common))
    return Difference(name, "value", cases) if cases else None


# -- under conditions -----------------------------------------------------------------------------

_World = tuple["Guard", tuple[Said, ...], tuple[Said, ...]]


def _cases(
    old: Sequence[Write], new: Sequence[Write], read: Callable[[Sequence[Write], Guard], tuple[Said, ...]]
) -> tuple[Case, ...]:
    """Compare two sequences of writes under every condition that either of them depends on."""
    worlds: list[_World] = []
    todo: list[Guard] = [ALWAYS]
    while todo:
        guard = todo.pop()
        try:
            worlds.append((guard, read(old, guard), read(new, guard)))
        except SplitError as split:
            if len(worlds) + len(todo) >= _MOST_WORLDS:
                return _written(old, new)
            todo += [guard | {(split.atom, False)}, guard | {(split.atom, True)}]
    differing = [world for world in worlds if _keys(world[1]) != _keys(world[2])]
    if not differing:
        return ()
    if len(differing) == len(worlds) and len({(_keys(a), _keys(b)) for _, a, b in worlds}) == 1:
        return (Case((), worlds[0][1], worlds[0][2]),)
    return tuple(Case(_words(guard), a, b) for guard, a, b in _merged(differing))


def _merged(worlds: list[_World]) -> list[_World]:
    """Leave out conditions that change nothing: two worlds that differ in one alone and say the same are one."""
    found = list(worlds)
    again = True
    while again:
        again = False
        for number, (guard, a, b) in enumerate(found):
            for other in range(number + 1, len(found)):
                rest = guard ^ found[other][0]
                same = _keys(a) == _keys(found[other][1]) and _keys(b) == _keys(found[other][2])
                if same and len(rest) == 2 and len({atom for atom, _ in rest}) == 1:
                    found[number] = (guard & found[other][0], a, b)
                    del found[other]
                    again = True
                    break
            if again:
                break
    return found


def _written(old: Sequence[Write], new: Sequence[Write]) -> tuple[Case, ...]:
    """Compare what is written where there are too many conditions to follow each."""
    sides = []
    for writes in (old, new):
        made = []
        for entry, setting, by_name in writes:
            said = _said(entry, setting, by_name=by_name) if entry.opaque is None else _opaque(entry)
            made.append(said._replace(key=(said.key, entry.guard), text=" ".join((said.text, *entry.conditions))))
        sides.append(tuple(made))
    return () if _keys(sides[0]) == _keys(sides[1]) else (Case((), *sides),)


def _words(guard: Guard) -> tuple[str, ...]:
    return tuple(sorted(str(atom) if truth else f"not {atom}" for atom, truth in guard))


def _keys(side: Iterable[Said]) -> tuple[object, ...]:
    return tuple(said.key for said in side)


def _stands(guard: Guard, entry: Entry) -> bool:
    for atom, truth in entry.guard:
        known = implied(guard, atom)
        if known is None:
            raise SplitError(atom)
        if known is not truth:
            return False
    return True


def _last(name: str, writes: Sequence[Write], guard: Guard, common: frozenset[object]) -> tuple[Said, ...]:
    """Return what counts of a setting, behind it the includes on both sides that may still say otherwise."""
    over: list[Said] = []
    for entry, setting, by_name in reversed(writes):
        if not _stands(guard, entry):
            continue
        if entry.opaque is None:
            return (_said(entry, setting, by_name=by_name), *reversed(over))
        if _unread(entry) in common:
            over.append(_opaque(entry))
    return (_default(name), *reversed(over))


def _listed(writes: Sequence[Write], guard: Guard, common: frozenset[object]) -> tuple[Said, ...]:
    """Return what adds up."""
    found: list[Said] = []
    for entry, setting, by_name in writes:
        if not _stands(guard, entry):
            continue
        if entry.opaque is not None:
            if _unread(entry) in common:
                found.append(_opaque(entry))
            continue
        said = _said(entry, setting, by_name=by_name)
        option = catalog.option(setting)
        if option is not None and option.kind == "plugins" and isinstance(said.key, tuple) and said.key[1] == "text":
            names = [name.lstrip(" \t") for name in str(said.key[2]).split(",")]
            found += [Said(name, (setting, "text", name), entry) for name in names if name]
        else:
            found.append(said)
    return tuple(found)


# -- includes that are not read --------------------------------------------------------------------


def _includes(settings: Settings) -> tuple[Write, ...]:
    return tuple((entry, "", False) for entry in settings.unread)


def _unread_list(writes: Sequence[Write], guard: Guard) -> tuple[Said, ...]:
    return tuple(_opaque(entry) for entry, _, _ in writes if _stands(guard, entry))


def _unread(entry: Entry) -> object:
    return ("unread", entry.shown or entry.opaque)


def _opaque(entry: Entry) -> Said:
    return Said(entry.shown or entry.opaque or "", _unread(entry), entry)


# -- values ---------------------------------------------------------------------------------------


def _default(name: str) -> Said:
    """Say what the server does without the option."""
    value = DEFAULTS.get(name)
    if value is not None:
        return Said(_spelled(value), (name, "value", value), None)
    if name in _FURTHER_DEFAULTS:
        return Said("not set", (name, "value", _FURTHER_DEFAULTS[name]), None)
    return Said("not set", (name, "nothing"), None)


def _said(entry: Entry, setting: str, *, by_name: bool) -> Said:
    if by_name:
        return Said("true", (setting, "value", True), entry)
    option = catalog.option(setting)
    kind = "string" if option is None else option.kind
    text = entry.text
    if text is not None and has_hole(text):
        shown = entry.shown or ""
        return Said(shown, (setting, "unknown", shown), entry)
    try:
        value = KINDS[kind].read(text)
    except Refused as reason:
        return Said(text or "", (setting, "refused", text), entry, str(reason))
    if kind == "mode" and value is None:
        value = _MODE_1
    if isinstance(value, (bool, int)):
        shown = _spelled(value) if text is None or isinstance(value, bool) else text
        return Said(shown, (setting, "value", value), entry)
    if isinstance(value, str):
        parts = _parts(setting, value)
        key = (setting, "text", value) if parts is None else (setting, "parts", parts)
        return Said(value if text is None else text, key, entry)
    return Said(text or "", (setting, "value", value), entry)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parts(setting: str, text: str) -> frozenset[tuple[str, object]] | None:
    """Take a composite apart; None for other values, and where the server would not see the same parts as we do."""
    composite = composites.of(setting)
    if composite is None:
        return None
    parsed = grammar.parse(composite, text)
    if any(fault.rule not in _READABLE for fault in parsed.faults):
        return None
    parts = {part.name: part for part in composite.parts}
    return frozenset((name, _part(parts[name], piece.text)) for name, piece in parsed.pieces.items())


def _part(part: grammar.Part, text: str) -> object:
    if part.kind not in _NUMBERS or part.choices or part.separator:
        return text
    try:
        return KINDS[part.kind].read(text)
    except Refused:
        return text
