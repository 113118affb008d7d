"""Rules that are declared on their pages: a condition over options, and where and how to tell it.

Only those are asked whose condition can hold with what a configuration says at all: a rule about `cheaper` costs
nothing in a file without it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.language.entry import ALWAYS, SplitError
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.lint import conditions, registry
from uwsgilint.lint.finding import Finding, Related, make
from uwsgilint.lint.fixing.edits import fix_of
from uwsgilint.lint.views import Given, View, World, worlds
from uwsgilint.values import INTEGERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from uwsgilint.document import Span
    from uwsgilint.language.unknown import Unknown
    from uwsgilint.lint.conditions import Node, Plain
    from uwsgilint.lint.registry import Rule
    from uwsgilint.lint.selection import Selection

__all__ = ["Declared", "Ruleset", "built_in", "check"]

_CHECKS = "uwsgilint.lint.checks."
_FIELD = re.compile(r"\{([a-z0-9-]+)\}")


class Declared(NamedTuple):
    """How a rule is evaluated.

    Attributes:
        profile: the profile that it belongs to; "preview" for a rule that is not finished.
        each: settings of which every value is looked at on its own.
        when: its condition; None when `check` does the work.
        options: the settings that the condition names.
        at: where it is told: settings of which the first that is given counts, "value", or "value." and a part.
        lets: further values for its sentences, each with what gives it.
        edits: its fix.
        needs: settings of which one has to be given, of each group: without them the condition cannot hold.
        check: a function of `uwsgilint.lint.checks`, as "module.function"; None for a rule with a condition.
    """

    profile: str
    each: tuple[str, ...]
    when: Node | None
    options: tuple[str, ...]
    at: tuple[str, ...]
    lets: tuple[tuple[str, Node], ...]
    edits: tuple[tuple[str, str, str], ...]
    check: str | None
    needs: tuple[tuple[str, ...], ...] = ()


class Ruleset(NamedTuple):
    """Declared rules, and what makes them run.

    Attributes:
        declared: the rules by name.
        triggers: for a setting, the rules that can fire where it is given.
        always: the rules that can fire in any configuration.
        rules: what the rules say, for those that are not built in.
    """

    declared: Mapping[str, tuple[object, ...]]
    triggers: Mapping[str, tuple[str, ...]]
    always: tuple[str, ...]
    rules: Mapping[str, Rule]


@cache
def built_in() -> Ruleset:
    """Return the rules that come with uwsgilint."""
    from uwsgilint._data import conditions as data  # noqa: PLC0415  (made from the pages, which name functions here)

    return Ruleset(data.DECLARED, data.TRIGGERS, data.ALWAYS, {})


def check(view: View, selection: Selection) -> Iterator[Finding]:
    """Evaluate the rules that can have something to say; a bug in one is told, and the others go on."""
    yield from _check(view, built_in(), selection)
    if selection.own is not None:
        yield from _check(view, selection.own, selection)


def _check(view: View, ruleset: Ruleset, selection: Selection) -> list[Finding]:
    chosen = _choice(ruleset, selection)
    asked: dict[str, list[str]] = {name: [] for name in chosen.always}
    triggers, given = chosen.triggers, dict.fromkeys(view.settings())
    for setting in given:
        for name in triggers.get(setting, ()):
            asked.setdefault(name, []).append(setting)
    found: list[Finding] = []
    for name in sorted(asked):
        rule, needs = chosen.rules[name]
        for group in needs:
            if group.isdisjoint(given):
                break
        else:
            try:
                found += _run(name, rule, view, ruleset, asked[name])
            except Exception as error:  # noqa: BLE001  (a bug of ours must not hide what the other rules see)
                reason = f"{type(error).__name__} in the rule {name}: {error}"
                found.append(make("internal-error", view.place, {"reason": reason}))
    return found


class _Choice:
    """The rules of a set that a selection takes, ready to be evaluated.

    Attributes:
        always, triggers: as in the set.
        rules: each with the groups of settings that it needs.
    """

    __slots__ = ("always", "rules", "ruleset", "selection", "triggers")

    def __init__(self, ruleset: Ruleset, selection: Selection) -> None:
        self.ruleset = ruleset
        self.selection = selection
        self.rules: dict[str, tuple[Declared, list[frozenset[str]]]] = {}
        for name, row in ruleset.declared.items():
            if selection.runs(name, str(row[0])):
                rule = Declared._make(row)
                self.rules[name] = rule, [frozenset(group) for group in rule.needs]
        self.always = [name for name in ruleset.always if name in self.rules]
        self.triggers = {
            setting: [name for name in names if name in self.rules] for setting, names in ruleset.triggers.items()
        }


_choices: list[_Choice] = []


def _choice(ruleset: Ruleset, selection: Selection) -> _Choice:
    """Return the rules that run; most files of a run have one selection, and a few at most have others."""
    for choice in _choices:
        if choice.ruleset is ruleset and (choice.selection is selection or choice.selection == selection):
            return choice
    _choices.insert(0, _Choice(ruleset, selection))
    del _choices[8:]
    return _choices[0]


@cache
def _function(check: str) -> Callable[[View], Iterable[Finding]]:
    module, _, function = check.partition(".")
    return getattr(import_module(_CHECKS + module), function)  # type: ignore[no-any-return]


def _run(name: str, rule: Declared, view: View, ruleset: Ruleset, asked: Iterable[str]) -> Iterator[Finding]:
    """Evaluate a rule, about each value of the settings that it was triggered by where it looks at those."""
    if rule.check is not None:
        yield from _function(rule.check)(view)
    elif rule.when is None:
        raise AssertionError(name)
    elif rule.each:
        for setting in asked:
            for given in view.every(setting):
                world = _where(view, rule.when, given)
                if world is not None:
                    yield _finding(name, rule, world, ruleset)
    else:
        # One world in which it holds is told; another one is no other mistake.
        world = _where(view, rule.when, None)
        if world is not None:
            yield _finding(name, rule, world, ruleset)


def _where(view: View, node: Node, given: Given | None) -> World | None:
    """Return a world in which a condition holds; None when it holds in none."""
    guard = ALWAYS if given is None else given.guard
    if view.plain:
        world = World(view, guard, given)
        return world if conditions.holds(node, world) else None
    return next((w for w, truth in worlds(view, lambda w: conditions.holds(node, w), guard, given) if truth), None)


def _finding(name: str, rule: Declared, world: World, ruleset: Ruleset) -> Finding:
    told = ruleset.rules.get(name) or registry.rule(name)
    if told is None:
        raise KeyError(name)
    said = told.message + told.consequence + told.action
    named = {catalog.setting_of(field) for field in _FIELD.findall(said)}
    decided = {}
    for setting in rule.options:
        try:
            decided[setting] = world.view.decided(setting, world.guard)
        except SplitError as split:
            # The condition holds whichever way this one turns out: of that it is told where a sentence names the value.
            if setting in named:
                return _finding(name, rule, world.where(split.atom), ruleset)
            decided[setting] = (UNKNOWN, None)
    span, primary = _place(rule, world, decided)
    values = {setting: _shown(*found) for setting, found in decided.items()}
    for key, node in rule.lets:
        # A release is compared by its numbers, and shown as it is called.
        try:
            values[key] = world.release if node == ("release",) else _text(conditions.value_of(node, world))
        except SplitError as split:
            return _finding(name, rule, world.where(split.atom), ruleset)
    if world.asked is not None:
        values["value"] = world.asked.shown
    option = None if primary is None else primary.key
    if option is not None:
        values["option"] = option
    for field in _FIELD.findall(said):
        if field not in values and (setting := catalog.setting_of(field)) in values:
            values[field] = values[setting]  # a sentence may call an option by another of its names
    related = [
        Related(given.span, _label(setting, given, values[setting]))
        for setting, (_, given) in decided.items()
        if given is not None and given is not primary and given.span != span
    ]
    if world.guard:
        opener = next((g.opener for _, g in decided.values() if g is not None and g.opener is not None), span)
        related.append(Related(opener, f"this holds under {' and '.join(world.conditions)}"))
    fix = None
    if rule.edits and not world.guard:
        with suppress(SplitError):  # what to write depends on a condition: that is for whoever knows it
            fix = fix_of(rule.edits, world, values, safe=told.fix == "safe")
    return Finding(told, span, *told.tell(values), option, tuple(related), fix)


def _place(
    rule: Declared, world: World, decided: Mapping[str, tuple[Plain | Unknown, Given | None]]
) -> tuple[Span, Given | None]:
    for at in rule.at:
        if at.startswith("value.") and (span := world.part_span(at[6:])) is not None:
            return span, world.asked
        given = world.asked if at.startswith("value") else decided[at][1] if at in decided else None
        if given is not None:
            return given.span, given
    first = world.asked or next((given for _, given in decided.values() if given is not None), None)
    return (world.view.place, None) if first is None else (first.span, first)


def _label(setting: str, given: Given, text: str) -> str:
    if given.implied:
        return f"`{given.key}` turns `{setting}` on"
    name = setting if given.key == setting else f"{setting}, as {given.key},"
    return f"{name} is {text} here" if text else f"{name} is set here"


def _shown(value: Plain | Unknown, given: Given | None) -> str:
    if given is None or given.implied or given.text is None:
        return _text(value)
    option = catalog.option(given.key)
    if option is not None and option.kind in INTEGERS and isinstance(value, int):
        return str(value)  # of `4 ; four` the server knows only the number
    return given.shown


def _text(value: Plain | Unknown) -> str:
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return str(value)


def related_to(given: Iterable[Given], label: str) -> tuple[Related, ...]:
    """Return the places of some values, all with one label."""
    return tuple(Related(each.span, label) for each in given)
