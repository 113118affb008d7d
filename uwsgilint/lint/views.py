"""Views: what rules see of a configuration, whichever way it was read.

Most files are nothing but directives, and a view of them costs next to nothing. Where there are includes,
placeholders or blocks, a view stands on the settings that `uwsgilint.language` works out.
"""

# The base class, and the protocol that conditions are written for, say what the methods do.
# ruff: noqa: D102

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog, composites, grammar
from uwsgilint.language.entry import ALWAYS, Atom, SplitError, implied
from uwsgilint.language.placeholders import LOG_FORMATS, is_template_of, settled
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.lint.names import ANY_PLUGIN, loaded_plugins
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from uwsgilint.document import Directive, Document, Span
    from uwsgilint.grammar import Parsed
    from uwsgilint.language.entry import Entry, Guard
    from uwsgilint.language.settings import Settings
    from uwsgilint.language.unknown import Unknown
    from uwsgilint.lint.conditions import Plain, Truth
    from uwsgilint.lint.scope import Scope

__all__ = ["Given", "PlainView", "SettingsView", "View", "World", "parsed", "worlds"]

_MOST_WORLDS = 32
_INVERSE = frozenset({"disable-logging"})
_LOG_VARIABLE = re.compile(r"%%|%\(")


class Given(NamedTuple):
    """One place that says what an option is.

    Attributes:
        key: the name as written: an alias, or the option that implies the setting.
        text: the text that the server reads, or UNKNOWN where that depends on more than files; None for an
            argument that is not given at all.
        shown: the text for people, with what is unknown as it is written.
        directive: where it is written; None for what comes from the environment or through a placeholder alone.
        span: the place of name and value.
        guard: the conditions of the configuration under which it stands.
        implied: whether it says so by its name alone, being another option.
        opener: the place of what opens the block it stands in.
    """

    key: str
    text: str | Unknown | None
    shown: str
    directive: Directive | None
    span: Span
    guard: Guard = ALWAYS
    implied: bool = False
    opener: Span | None = None

    @property
    def literal(self) -> bool:
        """Whether the text is what stands in the file, so that an edit there changes it and nothing else."""
        return self.directive is not None and not self.implied and self.directive.value == self.text

    @property
    def value_span(self) -> Span:
        """The place of the value; that of the name where there is none."""
        if self.directive is None or self.directive.value_end <= self.directive.value_start:
            return self.span
        return self.directive.value_span

    def read(self) -> Plain | Unknown:
        """Return what the server makes of the text; UNKNOWN when it stops there."""
        option = catalog.option(self.key)
        if self.implied:
            return True
        if self.text is UNKNOWN or option is None:
            return UNKNOWN
        try:
            return KINDS[option.kind].read(self.text)  # type: ignore[return-value]
        except Refused:
            return UNKNOWN


class View:
    """A configuration that rules are asked about.

    Attributes:
        document: the file that the server is started with.
        scope: what it will run on.
        section: the section that the server is started with.
        plain: whether nothing in it stands under a condition.
    """

    plain = False

    def __init__(self, document: Document, scope: Scope, section: str) -> None:
        self.document = document
        self.scope = scope
        self.section = section
        self._plugins: frozenset[str] | None = None

    def settings(self) -> Iterable[str]:
        """Return the settings that something is said about, each once."""
        raise NotImplementedError

    def has(self, setting: str) -> bool:
        """Whether something is said about a setting."""
        raise NotImplementedError

    def every(self, setting: str) -> tuple[Given, ...]:
        """Return all that gives a setting its value by name, in the order in which the server applies it."""
        raise NotImplementedError

    def decided(self, setting: str, guard: Guard, /) -> tuple[Plain | Unknown, Given | None]:
        """Return what a setting comes out as where a guard holds, and what decides that.

        Raises:
            SplitError: it depends on a condition that the guard leaves open.
        """
        raise NotImplementedError

    @property
    def open(self) -> bool:
        """Whether more may be said where nobody can look: in an include that is not read."""
        raise NotImplementedError

    def value(self, setting: str) -> Plain | Unknown:
        """Return what a setting comes out as, UNKNOWN when that depends on conditions."""
        try:
            return self.decided(setting, ALWAYS)[0]
        except SplitError:
            return UNKNOWN

    def plugin(self, name: str) -> Truth:
        """Whether the server will have a plugin."""
        if name in self.scope.build.embedded_or_core and self.scope.chosen:
            return True
        if self._plugins is None:
            self._plugins = loaded_plugins(self.document, self.scope)
        if name in self._plugins:
            return True
        return False if self.scope.chosen and ANY_PLUGIN not in self._plugins and not self.open else None

    def feature(self, name: str) -> Truth:
        """Whether the server was built with something; None when nobody said which build it is."""
        return name in self.scope.build.features if self.scope.chosen else None

    @property
    def place(self) -> Span:
        """The header of the section, or where that is not written its first directive."""
        for section in self.document.sections:
            if section.name == self.section and section.header.end > section.header.start:
                return section.header
        directives = self.document.directives(self.section)
        return directives[0].key_span if directives else self.document.sections[0].header


class PlainView(View):
    """A section without includes, placeholders and blocks: every directive means what it says."""

    plain = True

    def __init__(self, directives: list[Directive], document: Document, scope: Scope, section: str) -> None:
        super().__init__(document, scope, section)
        self._by_setting: dict[str, list[Directive]] = {}
        self._implied: dict[str, Directive] = {}
        self._open = False
        option_of = catalog.option
        for directive in directives:
            option = option_of(directive.key)
            if option is None:
                continue
            found = self._by_setting.get(option.setting)
            if found is None:
                self._by_setting[option.setting] = [directive]
            else:
                found.append(directive)
            if option.flags:
                for setting in catalog.implies(option):
                    self._implied.setdefault(setting, directive)
            # Only commands come here with a file to read, whose options may win over all of theirs.
            if option.kind == "config":
                self._open = True
        # Two branches of a template, of which only one is rendered.
        self._template = b"{%" in document.source.data or b"<%" in document.source.data
        self._every: dict[str, tuple[Given, ...]] = {}
        self._decided: dict[str, tuple[Plain | Unknown, Given | None]] = {}

    @property
    def open(self) -> bool:
        return self._open

    def settings(self) -> Iterable[str]:
        return self._by_setting

    def has(self, setting: str) -> bool:
        return setting in self._by_setting

    def every(self, setting: str) -> tuple[Given, ...]:
        if setting not in self._by_setting:
            return ()
        found = self._every.get(setting)
        if found is None:
            found = self._every[setting] = tuple(_given(d) for d in self._by_setting[setting])
        return found

    def decided(self, setting: str, _guard: Guard, /) -> tuple[Plain | Unknown, Given | None]:
        found = self._decided.get(setting)
        if found is None:
            found = self._decided[setting] = self._decide(setting)
        return found

    def _decide(self, setting: str) -> tuple[Plain | Unknown, Given | None]:
        given = self.every(setting)
        option = catalog.option(setting)
        if option is None:
            raise KeyError(setting)
        if option.repeatable:
            if self._open:
                return UNKNOWN, given[-1] if given else None
            return tuple(each.read() for each in given), given[-1] if given else None
        if self._open or (len(given) > 1 and (self._template or option.kind in {"user", "group"})):
            return UNKNOWN, given[-1] if given else None
        if given:
            return given[-1].read(), given[-1]
        if (directive := self._implied.get(setting)) is not None:
            return True, _given(directive)._replace(implied=True)
        return default(setting), None


class SettingsView(View):
    """A configuration whose includes were followed, placeholders filled and blocks considered."""

    def __init__(self, settings: Settings, document: Document, scope: Scope, section: str) -> None:
        super().__init__(document, scope, section)
        self._settings = settings
        self._every: dict[str, tuple[Given, ...]] = {}

    @property
    def open(self) -> bool:
        return bool(self._settings.unread)

    def settings(self) -> Iterable[str]:
        return iter(self._settings)

    def has(self, setting: str) -> bool:
        return setting in self._settings

    def every(self, setting: str) -> tuple[Given, ...]:
        found = self._every.get(setting)
        if found is None:
            entries = self._settings[setting].entries if setting in self._settings else ()
            found = self._every[setting] = tuple(
                _of_entry(entry, self.place)
                for entry in entries
                if catalog.setting_of(entry.key) == setting and entry.opaque is None
            )
        return found

    def decided(self, setting: str, guard: Guard, /) -> tuple[Plain | Unknown, Given | None]:
        option = catalog.option(setting)
        if option is None:
            raise KeyError(setting)
        if option.repeatable:
            given = tuple(each for each in self.every(setting) if _stands(each.guard, guard))
            last = given[-1] if given else None
            return (UNKNOWN if self.open else tuple(each.read() for each in given)), last
        for outcome in self._settings[setting].outcomes:
            if _stands(outcome.guard, guard):
                if outcome.entry is None:
                    return outcome.value, None  # type: ignore[return-value]
                place = _of_entry(outcome.entry, self.place)._replace(implied=outcome.implied)
                return outcome.value, place  # type: ignore[return-value]
        return UNKNOWN, None


class World:
    """A view where certain conditions of the configuration hold: what conditions of rules are asked of."""

    def __init__(self, view: View, guard: Guard = ALWAYS, asked: Given | None = None) -> None:
        self.view = view
        self.guard = guard
        self.asked = asked
        self._parsed: Parsed | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """What holds here, in words: `if-env STAGING`, `not if-env STAGING`."""
        return tuple(sorted(str(atom) if truth else f"not {atom}" for atom, truth in self.guard))

    def where(self, atom: Atom) -> World:
        """Return this world where one more condition holds."""
        return World(self.view, self.guard | {(atom, True)}, self.asked)

    def value(self, setting: str) -> Plain | Unknown:
        value = self.view.decided(setting, self.guard)[0]
        if setting in _INVERSE and value is not UNKNOWN:
            # What is read is the switch behind the option; the condition is about the option.
            return not (value is None or value)
        return value

    def given(self, setting: str) -> Truth:
        stands = [each for each in self.view.every(setting) if _stands(each.guard, self.guard)]
        return True if stands else None if self.view.open else False

    def count(self, setting: str) -> int | Unknown:
        stands = [each for each in self.view.every(setting) if _stands(each.guard, self.guard)]
        return UNKNOWN if self.view.open else len(stands)

    def item(self) -> Plain | Unknown:
        return UNKNOWN if self.asked is None else self.asked.read()

    def part(self, name: str) -> Plain | Unknown:
        if self.asked is None or not isinstance(self.asked.text, str):
            return UNKNOWN
        composite = composites.of(self.asked.key)
        if composite is None:
            return UNKNOWN
        if self._parsed is None:
            self._parsed = parsed(self.asked.key, self.asked.text)
        piece = self._parsed.pieces.get(name)
        if piece is None:
            part = grammar.named(composite, name)
            return False if part is not None and part.kind in {"flag", "presence"} else None
        part = grammar.named(composite, name)
        try:
            return KINDS[part.kind if part is not None else "string"].read(piece.text)  # type: ignore[return-value]
        except Refused:
            return UNKNOWN

    def part_span(self, name: str) -> Span | None:
        """Return where a part of the value stands; None when it is not there."""
        if self._parsed is None:
            self.part(name)
        if self._parsed is None or self.asked is None or self.asked.directive is None:
            return None
        piece = self._parsed.pieces.get(name)
        return None if piece is None else self.asked.directive.inside(piece.start, piece.end)

    def plugin(self, name: str) -> Truth:
        return self.view.plugin(name)

    def feature(self, name: str) -> Truth:
        return self.view.feature(name)

    @property
    def release(self) -> str:
        return self.view.scope.release

    @property
    def format(self) -> str:
        return self.view.document.format


def worlds(
    view: View, ask: Callable[[World], Truth], guard: Guard = ALWAYS, asked: Given | None = None
) -> Iterator[tuple[World, Truth]]:
    """Ask something of a view, once where nothing depends on conditions, else of each world that matters.

    Args:
        view: the configuration.
        ask: a function of a world that returns true, false or None.
        guard: what holds in any case.
        asked: the value that the question is about.
    """
    todo = [guard]
    seen = 0
    while todo:
        world = World(view, todo.pop(), asked)
        try:
            truth = ask(world)
        except SplitError as split:
            seen += 1
            if seen > _MOST_WORLDS:
                return
            todo += [world.guard | {(split.atom, False)}, world.guard | {(split.atom, True)}]
            continue
        yield world, truth


@lru_cache(maxsize=256)  # several rules ask for the parts of the same few values
def parsed(key: str, text: str) -> Parsed:
    """Return the parts of a value of an option with a language of its own; the same object, which nobody changes.

    Raises:
        LookupError: the option's values have no parts.
    """
    composite = composites.of(key)
    if composite is None:
        raise LookupError(key)
    return grammar.parse(composite, text)


def default(setting: str) -> Plain:
    """Return what the server does without an option; None where the models do not say that plainly."""
    from uwsgilint._data.defaults import DEFAULTS  # noqa: PLC0415  (only what asks for an option's value needs it)

    return DEFAULTS.get(setting)


def _given(directive: Directive) -> Given:
    value = directive.value
    text: str | Unknown | None = value
    if value is not None:
        found = None if is_template_of(directive.key, value) else settled(value)
        if found is None and directive.key in LOG_FORMATS and "$(" not in value and "@(" not in value:
            # A view is plain where no variable of the log is the name of an option: then they stay as they are.
            kept = settled(_LOG_VARIABLE.sub(lambda pair: pair[0].replace("%(", "\0("), value))
            found = None if kept is None else kept.replace("\0(", "%(")
        text = UNKNOWN if found is None else found
    return Given(directive.key, text, value or "", directive, directive.span)


def _of_entry(entry: Entry, place: Span) -> Given:
    opener = entry.opener.span if entry.opener is not None else None
    shown = entry.shown or ""
    # What a template renders to is not known here either (_given).
    text = UNKNOWN if is_template_of(entry.key, shown) else entry.value
    return Given(entry.key, text, shown, entry.directive, entry.span or place, entry.guard, opener=opener)


def _stands(needs: Guard, guard: Guard) -> bool:
    """Whether a guard makes certain that conditions hold, or that they do not.

    Raises:
        SplitError: it leaves one of them open.
    """
    for atom, truth in needs:
        known = implied(guard, atom)
        if known is None:
            raise SplitError(atom)
        if known is not truth:
            return False
    return True
