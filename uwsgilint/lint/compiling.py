"""From the front matter of a rule's page to what the linter evaluates."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from uwsgilint import catalog
from uwsgilint.lint.conditions import Node, holds
from uwsgilint.lint.declared import Declared
from uwsgilint.lint.fixing.edits import VERBS
from uwsgilint.lint.selection import RECOMMENDED
from uwsgilint.lint.syntax import ConditionError, Item, item_of, option_names, parse, parse_value
from uwsgilint.lint.views import default

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from uwsgilint.lint.conditions import Plain, Truth

__all__ = ["KEYS", "compile_rule", "fields", "triggers"]

# A matter of security says so itself: that profile takes it from anywhere.
_PROFILES = (RECOMMENDED, "production", "pedantic")
KEYS: dict[str, type | tuple[type, ...]] = {
    "when": str,
    "each": (str, list),
    "at": (str, list),
    "let": dict,
    "edit": list,
    "check": str,
    "triggers": list,
    "profile": str,
}
"""What the front matter may hold besides what every page has."""

# What an option's name alone may turn on: no condition can tell from its absence that it is off.
_IMPLIED: dict[str, list[str]] = {}
for _name in catalog.names():
    _option = catalog.option(_name)
    if _option is not None:
        for _setting in catalog.implies(_option):
            _IMPLIED.setdefault(_setting, []).append(_option.setting)


def fields(template: str) -> set[str]:
    """Return the names of the values that a sentence is filled with."""
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def compile_rule(front: Mapping[str, Any]) -> Declared | None:
    """Compile the front matter of a page; None when its rule is told by code that names it.

    Raises:
        ConditionError: the condition, or what belongs to it, means nothing.
    """
    for key, expected in KEYS.items():
        if key in front and not isinstance(front[key], expected):
            raise ConditionError(f"{key!r} is of the wrong type", 0)
    profile = front.get("profile", RECOMMENDED)
    if profile not in _PROFILES:
        raise ConditionError(f"{profile!r} is no profile: it is one of {', '.join(_PROFILES)}", 0)
    if front.get("status") == "preview":
        profile = "preview"
    if "check" in front:
        if "when" in front or not front.get("triggers"):
            raise ConditionError("a rule with `check` has `triggers`, and no `when`", 0)
        return Declared(profile, (), None, (), (), (), (), front["check"])
    if "when" not in front:
        if set(front) & (set(KEYS) - {"profile"}):
            raise ConditionError("there is no `when`", 0)
        return None
    names = front.get("each", [])
    each = tuple(dict.fromkeys(o for n in ([names] if isinstance(names, str) else names) for o in option_names(n)))
    item = item_of(each) if each else None
    condition = parse(front["when"], item)
    lets = {str(key): parse_value(str(text), item) for key, text in front.get("let", {}).items()}
    options = dict.fromkeys([*condition.options, *(o for let in lets.values() for o in let.options)])
    at = front.get("at", [])
    places = tuple(each_at for each_at in ([at] if isinstance(at, str) else at))
    for place in places:
        if place.startswith("value"):
            if item is None:
                raise ConditionError(f"`at` names {place!r}, and there is no `each`", 0)
            parse_value(place, item)
        else:
            (setting,) = option_names(place)
            options.setdefault(setting)
    places = tuple(place if place.startswith("value") else catalog.setting_of(place) for place in places)
    edits = tuple(_edits(front.get("edit", []), item))
    for sentence in ("message", "consequence", "action"):
        for field in fields(str(front.get(sentence, ""))):
            if field not in {"option", "value"} and field not in lets and catalog.option(field) is not None:
                options.setdefault(catalog.setting_of(field))
    if len(options) > 12:
        # A pattern such as `cheaper-*`: what is told are the options that the condition names one by one.
        options = dict.fromkeys(o for o in options if f"{o}" in front["when"] or o in places)
    pairs = tuple((key, let.node) for key, let in lets.items())
    needs = tuple(sorted({tuple(sorted(group)) for group in _groups(condition.node)}))
    return Declared(profile, each, condition.node, tuple(options), places, pairs, edits, None, needs)


def _edits(orders: list[Any], item: Item | None) -> Iterator[tuple[str, str, str]]:
    for order in orders:
        verb = next((verb for verb in VERBS if isinstance(order, dict) and verb in order), None)
        if verb is None:
            raise ConditionError(f"an edit has one of {', '.join(VERBS)}", 0)
        wanted = {"remove": (), "set": ("to",), "rename": ("to",), "add": ("after",)}[verb]
        if set(order) != {verb, *wanted}:
            raise ConditionError(f"{verb!r} takes {', '.join(wanted) or 'nothing else'}", 0)
        name = order["after"] if verb == "add" else order[verb]
        text = order[verb] if verb == "add" else order.get("to", "")
        if name != "value" or item is None:
            (name,) = option_names(name)
        yield verb, name, text


# -- what makes a rule run -----------------------------------------------------------------------


class _Nothing:
    """A configuration that does not give the options of a condition, and may have any others."""

    def value(self, setting: str) -> Plain:
        option = catalog.option(setting)
        return () if option is not None and option.repeatable else default(setting)

    def given(self, _setting: str) -> Truth:
        return False

    def count(self, _setting: str) -> int:
        return 0

    def item(self) -> Plain:
        return None

    def part(self, _name: str) -> Plain:
        return None

    def plugin(self, _name: str) -> Truth:
        return None

    def feature(self, _name: str) -> Truth:
        return None

    release = catalog.LATEST
    format = "ini"


def triggers(rule: Declared) -> tuple[str, ...] | None:
    """Return settings of which one has to be given for a rule to fire; None when it may fire without any."""
    if rule.each:
        return rule.each
    if rule.when is None:
        return None
    found = _needed(rule.when)
    return None if found is None else tuple(sorted(found))


def _groups(node: Node) -> list[frozenset[str]]:
    """Return sets of settings: without one of each the condition is certain not to hold."""
    parts = node[1:] if node[0] == "and" else (node,)
    return [found for part in parts if (found := _needed(part)) is not None]


def _needed(node: Node) -> frozenset[str] | None:
    """Return settings without which a condition is certain not to hold; the fewest that do."""
    if node[0] == "and":
        choices = [found for part in node[1:] if (found := _needed(part)) is not None]
        return min(choices, key=lambda c: (len(c), sorted(c))) if choices else None
    if node[0] == "or":
        parts = [_needed(part) for part in node[1:]]
        return None if any(part is None for part in parts) else frozenset().union(*(p for p in parts if p))
    options = frozenset(_options(node))
    # Whatever the release, the build and the plugins: those are not the file's.
    if not options or _environment(node) or holds(node, _Nothing()):
        return None
    return options.union(*(_IMPLIED.get(option, ()) for option in options))


def _options(node: Node) -> Iterator[str]:
    if node[0] in {"option", "count"}:
        yield node[1]
    elif node[0] == "set":
        yield from node[1:]
    else:
        for part in node[1:]:
            if isinstance(part, tuple) and node[0] != "literal":
                yield from _options(part)


def _environment(node: Node) -> bool:
    if node[0] in {"plugin", "feature", "release", "format"}:
        return True
    return node[0] != "literal" and any(isinstance(part, tuple) and _environment(part) for part in node[1:])
