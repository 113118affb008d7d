"""Authored rules: written as native ones, and native ones as authored."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from uwsgilint import grammar
from uwsgilint.catalog.nearest import nearest
from uwsgilint.grammar import CannotJoinError, Composite, Fault, Part, Piece
from uwsgilint.routing.known import (
    ACTIONS,
    CHAINS,
    CONDITIONS,
    EXPRESSIONS,
    KEYS,
    OPTIONS,
    STATUSES,
    SUBJECT_NAMES,
    SUBJECTS,
    Verb,
    closest,
)
from uwsgilint.routing.reading import (
    BLANK,
    HIDDEN,
    SWAPPED,
    Call,
    groups_of,
    judge_action,
    judge_condition,
    judge_test,
    mask,
    parse_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["RuleError", "compile_rule", "table_of"]

Path: TypeAlias = "tuple[str | int, ...]"


class RuleError(ValueError):
    """An authored rule says something that the server cannot be told.

    Attributes:
        path: keys and indexes that lead to the offending entry of the table.
        rule: name of the rule that tells it.
        values: what the rule's sentences are filled with.
    """

    def __init__(self, path: Path, rule: str, values: Mapping[str, str]) -> None:
        shown = ", ".join(f"{name} {value!r}" for name, value in values.items())
        super().__init__(f"{rule} at {'.'.join(map(str, path)) or 'the rule'}: {shown}")
        self.path = path
        self.rule = rule
        self.values = dict(values)


def compile_rule(chain: str, table: Mapping[str, Any], number: int = 0) -> list[tuple[str, str]]:
    """Write an authored rule as native rules: option and value of each, in order.

    Tests that must all hold become jumps behind the rule, to a label with a name of its own.

    Args:
        chain: "request", "response", "error" or "final".
        table: the rule: a `label` alone, or an `action` with `match`, `if` and `unless` as wanted.
        number: the rule's place among those of its chain, which makes its label unlike all others.

    Raises:
        RuleError: the server cannot be told this.
        KeyError: there is no such chain.
    """
    prefix = CHAINS[chain]
    for key in table:
        if key not in KEYS:
            raise _unknown((key,), key, KEYS)
    if "label" in table:
        others = [key for key in table if key != "label"]
        if others:
            raise _shapeless((others[0],), "a rule of its own: a label stands alone", '{ label = "there" }')
        label = _text(("label",), "label", table["label"])
        if not label:
            raise RuleError(("label",), "missing-part", {"part": "label"})
        return [(f"{prefix}route-label", label)]
    if "action" not in table:
        raise RuleError((), "missing-part", {"part": "action"})
    guards = [*_matches(chain, table), *_tests(table, "if"), *_tests(table, "unless")]
    action, path = table["action"], ("action",)
    written = _written(ACTIONS, "action", action, path)
    # The test that the groups of the action come from is the last one; the others decide before it.
    guards.sort(key=lambda guard: (guard.captures(), guard.groups() != 0))
    last = guards[-1] if guards else None
    groups = last.groups() if last is not None else 0
    _judge_written(written, action, path, groups)
    rule = (f"{prefix}route-run", written) if last is None else (f"{prefix}{last.option}", f"{last.text} {written}")
    if len(guards) < 2:
        return [rule]
    end = _label(chain, number, guards, written)
    rules: list[tuple[str, str]] = []
    for count, guard in enumerate(guards[:-1]):
        if guard.opposite:
            rules.append((f"{prefix}{guard.opposite}", f"{guard.text} goto:{end}"))
        else:
            # An expression on a subject has no opposite: it jumps over the jump.
            rules += [
                (f"{prefix}{guard.option}", f"{guard.text} goto:{end}-{count + 1}"),
                (f"{prefix}route-run", f"goto:{end}"),
                (f"{prefix}route-label", f"{end}-{count + 1}"),
            ]
    return [*rules, rule, (f"{prefix}route-label", end)]


class _Guard(NamedTuple):
    """One test of an authored rule: the options that act when it holds and when it does not, and its text."""

    option: str
    opposite: str
    text: str

    def captures(self) -> int:
        """How likely an action means the groups of this test."""
        if not self.opposite:
            return 2 if self.option != "route-status" else 0
        return 1 if self.option == "route-if" and self.text.partition(":")[0] in EXPRESSIONS else 0

    def groups(self) -> int | None:
        """The number of groups that it leaves to the action, None if that cannot be told."""
        if self.captures() == 2:
            return groups_of(self.text)
        return groups_of(self.text.partition(";")[2]) if self.captures() else 0


def _label(chain: str, number: int, guards: Iterable[_Guard], action: str) -> str:
    """Make a name for a label that no other rule has, in files that are included either."""
    digest = zlib.crc32("\n".join([chain, action, *(guard.text for guard in guards)]).encode())
    return f"end-{number}-{digest:08x}"


def _matches(chain: str, table: Mapping[str, Any]) -> Iterator[_Guard]:
    if "match" not in table:
        return
    match = table["match"]
    if not isinstance(match, Mapping) or not match:
        raise _shapeless(("match",), "a table with a subject and an expression", 'match = { path = "^/old/" }')
    known = [name for name, subject in SUBJECTS.items() if chain in subject.chains]
    for key, value in match.items():
        path = ("match", key)
        name = SUBJECT_NAMES.get(key, key)
        if name not in known:
            raise _unknown(path, key, known)
        text = _text(path, key, value)
        if not text:
            raise RuleError(path, "missing-part", {"part": key})
        if " " in mask(text):
            raise RuleError(path, "malformed-pattern", {"pattern": text, "reason": BLANK})
        faults: list[Fault] = []
        judge_test(name, Piece(text, 0, len(text)), mask(text), faults)
        _raise_first(faults, path, None)
        yield _Guard(f"route{SUBJECTS[name].suffix}", "", text)


def _tests(table: Mapping[str, Any], key: str) -> Iterator[_Guard]:
    if key not in table:
        return
    shape = f'{key} = {{ isfile = "/srv/shop/closed.html" }}'
    given = table[key]
    listed = isinstance(given, Sequence) and not isinstance(given, str)
    for index, test in enumerate(given if listed else [given]):
        base: Path = (key, index) if listed else (key,)
        native = isinstance(test, str)
        if not native and (not isinstance(test, Mapping) or not test):
            raise _shapeless(base, "a table with a condition", shape)
        for name, value in [("", test)] if native else test.items():
            path = base if native else (*base, name)
            text = _written(CONDITIONS, "condition", test if native else {name: value}, base)
            if " " in mask(text):
                values = {"pattern": text, "reason": "has a blank, and a condition ends at its first blank"}
                raise RuleError(path, "malformed-pattern", values)
            faults: list[Fault] = []
            judge_condition(Piece(text, 0, len(text)), mask(text), faults)
            _raise_first(faults, path, value)
            options = ("route-if", "route-if-not") if key == "if" else ("route-if-not", "route-if")
            yield _Guard(*options, text)
    if listed and not given:
        raise _shapeless((key,), "a table with a condition", shape)


def _written(verbs: Mapping[str, Verb], what: str, given: object, path: Path) -> str:
    """Write an action or a condition: a name alone, a native text, or a table of a name and its arguments."""
    if isinstance(given, str):
        name, _, text = given.partition(":")
        if HIDDEN in mask(given).partition(":")[0]:
            return given
        _known(verbs, what, name, path)
        return f"{name}:{text}"
    if not isinstance(given, Mapping) or len(given) != 1:
        example = '{ redirect-301 = "/new" }' if what == "action" else '{ exists = "/srv/x" }'
        raise _shapeless(path, f"one {what}: its name, or a table of its name and its arguments", example)
    ((name, value),) = given.items()
    path = (*path, name)
    verb = _known(verbs, what, name, path)
    return f"{name}:{_joined(verb, value, path)}"


def _known(verbs: Mapping[str, Verb], what: str, name: str, path: Path) -> Verb:
    if name not in verbs:
        raise RuleError(path, f"unknown-{what}", {what: name, "near": closest(name, verbs)})
    return verbs[name]


def _joined(verb: Verb, value: object, path: Path) -> str:
    """Write the arguments of a verb."""
    if verb.takes is None:
        if value is True or value == "" or (isinstance(value, (Mapping, list, tuple)) and not value):
            return ""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        raise RuleError(path, "ignored-part", {"part": text})
    if isinstance(value, Mapping):
        texts: dict[str, str] = {}
        for name, each in value.items():
            part = grammar.named(verb.takes, name)
            if part is None:
                raise _unknown((*path, name), name, [_called(part) for part in verb.takes.parts])
            if part.name in texts:
                raise RuleError((*path, name), "repeated-part", {"part": name})
            if (written := _part_text(part, each, (*path, name))) is not None:
                texts[part.name] = written
        return _join(verb, texts, path, value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        places = [part for part in verb.takes.parts if not part.keys]
        if places and places[-1].separator and len(value) >= len(places):
            # The last place takes all that is left.
            value = [*value[: len(places) - 1], list(value[len(places) - 1 :])]
        if not places or len(value) > len(places):
            raise _shapeless(path, _few(verb, len(places)), grammar.shape(verb.takes))
        texts = {}
        for index, (part, each) in enumerate(zip(places, value, strict=False)):
            if (written := _part_text(part, each, (*path, index))) is not None:
                texts[part.name] = written
        return _join(verb, texts, path, value)
    return _text(path, verb.name, value)


def _few(verb: Verb, places: int) -> str:
    return "a table: its arguments have names" if not places else f"a list of at most {places} for `{verb.name}`"


def _called(part: Part) -> str:
    return part.keys[0] if part.keys else part.name


def _part_text(part: Part, value: object, path: Path) -> str | None:
    """Write one part; None is one that says it is not there."""
    if isinstance(value, bool):
        if part.kind != "presence":
            values = {"part": _called(part), "value": str(value).lower(), "reads": f"the text {str(value).lower()!r}"}
            raise RuleError(path, "misread-part", {**values, "expects": grammar.expects(part)})
        return "1" if value else None
    if part.separator and isinstance(value, Sequence) and not isinstance(value, str):
        items = [_text((*path, index), _called(part), item) for index, item in enumerate(value)]
        for index, item in enumerate(items):
            if part.separator in item:
                values = {"part": _called(part), "value": item, "reads": "several", "expects": "one in each place"}
                raise RuleError((*path, index), "misread-part", values)
        return part.separator.join(items)
    return _text(path, _called(part), value)


def _text(path: Path, part: str, value: object) -> str:
    """Write a text or a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise _shapeless(path, "a text or a number", f'{part} = "..."')


def _join(verb: Verb, texts: dict[str, str], path: Path, given: object) -> str:
    takes = verb.takes
    assert takes is not None  # noqa: S101  (its callers have parts to write)
    for part in takes.parts:
        if part.required and not texts.get(part.name):
            raise RuleError(_deeper(path, given, takes, part), "missing-part", {"part": _called(part)})
    if verb.name == "addheader":
        texts = {**texts, "value": f" {texts.get('value', '')}"}
    if verb.semicolons:
        texts = {name: text.translate(SWAPPED) for name, text in texts.items()}
    try:
        joined = grammar.join(takes, texts)
    except CannotJoinError as error:
        part = next(part for part in takes.parts if part.name == error.part)
        text = texts.get(part.name, "")
        values = {"part": _called(part), "value": text, "reads": "more than this part", "expects": _SEPARATED}
        raise RuleError(_deeper(path, given, takes, part), "misread-part", values) from error
    return joined.translate(SWAPPED) if verb.semicolons else joined


_SEPARATED = "text without what separates the parts"


def _deeper(path: Path, given: object, takes: Composite, part: Part) -> Path:
    """Return the path of a part in what was given for all of them, if it is there."""
    if isinstance(given, Mapping):
        for name in given:
            if grammar.named(takes, name) == part:
                return (*path, name)
    elif isinstance(given, Sequence) and not isinstance(given, str):
        places = [each for each in takes.parts if not each.keys]
        if part in places and places.index(part) < len(given):
            return (*path, places.index(part))
    return path


def _judge_written(written: str, given: object, path: Path, groups: int | None) -> None:
    faults: list[Fault] = []
    judge_action(written, mask(written), 0, groups, faults)
    if isinstance(given, Mapping):
        ((name, value),) = given.items()
        _raise_first(faults, (*path, name), value)
    else:
        _raise_first(faults, path, None)


def _raise_first(faults: list[Fault], path: Path, given: object) -> None:
    """Raise the first of the faults, at the entry of the table that holds it."""
    if not faults:
        return
    fault = min(faults, key=lambda each: each.start)
    if isinstance(given, Mapping) and (part := fault.values.get("part")) is not None:
        wanted = part.replace("-", "_")
        path = next(((*path, name) for name in given if name.replace("-", "_") == wanted), path)
    raise RuleError(path, fault.rule, fault.values)


def _unknown(path: Path, name: str, known: Iterable[str]) -> RuleError:
    near = nearest(name, tuple(known), 1)
    return RuleError(path, "unknown-part", {"part": name, "near": near[0] if near else ""})


def _shapeless(path: Path, missing: str, shape: str) -> RuleError:
    return RuleError(path, "malformed-value", {"missing": missing, "shape": shape})


# -- from native to authored -------------------------------------------------------------------------


def table_of(option: str, value: str) -> dict[str, Any] | None:
    """Return the authored form of a native rule, or None when it has faults or no such form.

    `compile_rule` makes exactly this option and value of it again.
    """
    if option not in OPTIONS:
        return None
    rule = parse_rule(option, value)
    if rule.faults:
        return None
    if rule.label is not None:
        return {"label": rule.label.text}
    if rule.action is None:
        return None
    tests: dict[str, Any] = {}
    if rule.pattern is not None:
        text = rule.pattern.text
        tests["match"] = {rule.subject: int(text) if rule.subject == "status" and text.isdigit() else text}
    elif rule.condition is not None:
        tests["if" if rule.subject == "if" else "unless"] = _table(CONDITIONS, rule.condition)
    elif rule.subject != "run":
        return None
    native = value[rule.action.name.start :]
    for action in (_table(ACTIONS, rule.action), {rule.action.name.text: rule.action.arguments.text}, native):
        table = {**tests, "action": action}
        if _compiles_to(rule.chain, table, option, value):
            return table
        if rule.condition is not None:
            key = "if" if rule.subject == "if" else "unless"
            table[key] = {rule.condition.name.text: rule.condition.arguments.text}
            if _compiles_to(rule.chain, table, option, value):
                return table
    return None


def _compiles_to(chain: str, table: dict[str, Any], option: str, value: str) -> bool:
    try:
        return compile_rule(chain, table) == [(option, value)]
    except RuleError:
        return False


def _table(verbs: Mapping[str, Verb], call: Call) -> object:
    """Return the authored form of a verb that reads best."""
    name, takes = call.name.text, verbs[call.name.text].takes
    if takes is None:
        return name if verbs is ACTIONS else {name: True}
    if len(takes.parts) == 1 and not takes.parts[0].keys:
        return {name: _value(takes.parts[0], call.arguments.text)}
    texts = {part.name: call.parts[part.name].text for part in takes.parts if part.name in call.parts}
    if name == "addheader":
        texts = {part: text.removeprefix(" ") for part, text in texts.items()}
    if takes.template == "{subject};{operand}":
        return {name: [texts.get("subject", ""), texts.get("operand", "")]}
    first = takes.parts[0]
    if not first.keys and list(texts) == [first.name] and takes.template.startswith((f"{{{first.name}}}[", "[")):
        return {name: _value(first, texts[first.name])}
    return {name: {_called(part): _value(part, texts[part.name]) for part in takes.parts if part.name in texts}}


def _value(part: Part, text: str) -> object:
    """Return the authored form of a part: numbers as numbers, switches as true, lists as lists."""
    if part.kind == "presence" and text == "1":
        return True
    if (part.kind == "int" or part.choices == STATUSES) and text.isdigit() and str(int(text)) == text:
        return int(text)
    if part.separator and part.separator in text:
        return text.split(part.separator)
    return text
