"""Native rules: taken apart, with what is wrong with them and where, and what they need."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import grammar
from uwsgilint.catalog.nearest import nearest
from uwsgilint.grammar import Fault, Piece
from uwsgilint.routing.expressions import scan
from uwsgilint.routing.known import (
    ACTIONS,
    CHAINS,
    CONDITIONS,
    EXPRESSIONS,
    NUMERIC,
    OPTIONS,
    STATUSES,
    VARIABLES,
    Verb,
    closest,
)
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "BLANK",
    "HIDDEN",
    "SWAPPED",
    "Call",
    "ParsedRule",
    "check_jumps",
    "groups_of",
    "judge_action",
    "judge_condition",
    "judge_test",
    "mask",
    "parse_rule",
    "plugins_needed",
    "references",
    "settings_needed",
]


class Call(NamedTuple):
    """An action or a condition as written: its name, its arguments, and their parts by name."""

    name: Piece
    arguments: Piece
    parts: dict[str, Piece]


class ParsedRule(NamedTuple):
    """A native rule taken apart.

    Attributes:
        option: the option whose value it is.
        chain: "request", "response", "error" or "final".
        subject: a key of `SUBJECTS`, or "if", "if-not", "run" or "label".
        pattern: the expression, or the status, that the subject is held against.
        condition: the condition of an "if" or "if-not".
        action: what is done; None also when a placeholder keeps it from being seen.
        label: the name of a label.
        faults: what is wrong with it, in the order of its text.
    """

    option: str
    chain: str
    subject: str
    pattern: Piece | None
    condition: Call | None
    action: Call | None
    label: Piece | None
    faults: list[Fault]


_SHAPES = {"run": "ACTION:ARGUMENTS", "if": "CONDITION:ARGUMENTS ACTION:ARGUMENTS"}
_SHAPE = "EXPRESSION ACTION:ARGUMENTS"


_PLACEHOLDER = re.compile(r"[%$@]\([^()]*\)")
HIDDEN = "\0"


def mask(text: str) -> str:
    """Return a text of the same length in which nothing shows of the placeholders."""
    return _PLACEHOLDER.sub(lambda found: HIDDEN * len(found[0]), text) if "(" in text else text


@lru_cache(maxsize=512)  # several checks ask for the same few rules
def parse_rule(option: str, value: str) -> ParsedRule:
    """Take the value of one of the `OPTIONS` apart, as core/routing.c uwsgi_opt_add_route does.

    The same rule gives the same object, which nobody changes.

    Raises:
        KeyError: the option holds no rule.
    """
    chain, subject = OPTIONS[option]
    faults: list[Fault] = []
    if subject == "label":
        if not value:
            faults.append(Fault("missing-part", 0, 0, {"part": "label"}))
        return ParsedRule(option, chain, subject, None, None, None, Piece(value, 0, len(value)), faults)
    masked = mask(value)
    pattern = condition = None
    start = 0
    groups: int | None = 0
    if subject != "run":
        blank = masked.find(" ")
        if blank < 0:
            if HIDDEN not in masked:
                shape = _SHAPES["if"] if subject.startswith("if") else _SHAPE
                values = {"missing": "a blank and an action", "shape": shape}
                faults.append(Fault("malformed-value", len(value), len(value), values))
            return ParsedRule(option, chain, subject, None, None, None, None, faults)
        test = Piece(value[:blank], 0, blank)
        start = blank + 1
        broken = _broken_off(value, masked, start)
        if broken is not None:
            return ParsedRule(option, chain, subject, test, None, None, None, [broken])
        if subject.startswith("if"):
            condition = judge_condition(test, masked[:blank], faults)
            if condition is not None and condition.name.text in EXPRESSIONS and subject == "if":
                operand = condition.parts.get("operand")
                groups = groups_of(operand.text) if operand else 0
        else:
            pattern = test
            groups = judge_test(subject, test, masked[:blank], faults)
    action = judge_action(value, masked, start, groups, faults)
    faults.sort(key=lambda fault: fault.start)
    return ParsedRule(option, chain, subject, pattern, condition, action, None, faults)


def _broken_off(value: str, masked: str, start: int) -> Fault | None:
    """Tell of a blank that ended an expression too early: what follows up to the colon ends with an action."""
    name = masked[start:].partition(":")[0]
    if " " in name.lstrip(" ") and name.rpartition(" ")[2] in ACTIONS:
        end = start + name.rindex(" ")
        return Fault("malformed-pattern", 0, end, {"pattern": value[:end], "reason": BLANK})
    return None


BLANK = "has a blank, which ends it; a blank in an expression is `\\x20`"


def judge_test(subject: str, test: Piece, masked: str, faults: list[Fault]) -> int | None:
    """Judge what a subject is held against; return the number of its groups, None if that cannot be told."""
    if HIDDEN in masked:
        return 0 if subject == "status" else None
    if subject == "status":
        if not re.fullmatch(r"[1-9][0-9]{2}", test.text):
            reads = f"the number {decimal_prefix(test.text)}, and compares it with the status"
            values = {"part": "status", "value": test.text, "reads": reads, "expects": "one number such as 404"}
            faults.append(Fault("misread-part", test.start, test.end, values))
        return 0
    return _judge_pattern(test, faults)


def _judge_pattern(piece: Piece, faults: list[Fault]) -> int | None:
    found = scan(piece.text)[0]
    if found is not None:
        reason, place = found
        at = piece.start + min(place, max(len(piece.text) - 1, 0))
        faults.append(Fault("malformed-pattern", at, piece.end, {"pattern": piece.text, "reason": reason}))
    return groups_of(piece.text)


def judge_condition(test: Piece, masked: str, faults: list[Fault]) -> Call | None:
    """Take a condition apart, and judge it."""
    colon = masked.find(":")
    if colon < 0:
        if HIDDEN not in masked:
            values = {"missing": "`:`", "shape": _SHAPES["if"]}
            faults.append(Fault("malformed-value", test.end, test.end, values))
        return None
    name = Piece(test.text[:colon], 0, colon)
    if HIDDEN in masked[:colon]:
        return None
    verb = CONDITIONS.get(name.text)
    if verb is None:
        values = {"condition": name.text, "near": closest(name.text, CONDITIONS)}
        faults.append(Fault("unknown-condition", 0, colon, values))
        return None
    arguments = Piece(test.text[colon + 1 :], colon + 1, test.end)
    parts = _arguments(verb, arguments, masked[colon + 1 :], faults)
    # A condition has no groups yet, so `$1` in it is just that.
    for part, piece in parts.items():
        if part not in verb.plain:
            _judge_variables(piece, faults)
            for found in _GROUP.finditer(piece.text):
                at = piece.start + found.start()
                faults.append(Fault("missing-group", at, at + 2, {"group": found[0], "does": _AS_IS}))
    _judge_operand(verb.name, parts, faults)
    return Call(name, arguments, parts)


def _judge_operand(name: str, parts: dict[str, Piece], faults: list[Fault]) -> None:
    """Judge what a condition compares with, where only some texts make sense."""
    operand = parts.get("operand")
    if operand is None or not operand.text or "$" in operand.text or HIDDEN in mask(operand.text):
        if operand is not None and name in EXPRESSIONS and HIDDEN not in mask(operand.text):
            _judge_pattern(operand, faults)
        return
    if name in EXPRESSIONS:
        _judge_pattern(operand, faults)
    elif name in NUMERIC:
        if not re.fullmatch(r"[+-]?[0-9]+", operand.text):
            _misread(operand, f"the number {decimal_prefix(operand.text)}", "a whole number", faults)
    elif name == "ipv4in":
        if len(operand.text) > 17:
            reads = "more than it has room for, and drops the request"
            _misread(operand, reads, "a network of at most 17 characters, such as 10.0.0.0/8", faults)
        elif not _IPV4.fullmatch(operand.text):
            _misread(operand, "another network, or none", "a network such as 10.0.0.0/8", faults)
    elif name == "ipv6in" and not _is_ipv6_network(operand.text):
        _misread(operand, "a network that nobody is in", "a network such as fd00::/8", faults)


def _misread(piece: Piece, reads: str, expects: str, faults: list[Fault], part: str = "operand") -> None:
    values = {"part": part, "value": piece.text, "reads": reads, "expects": expects}
    faults.append(Fault("misread-part", piece.start, piece.end, values))


_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}(?:/(?:3[0-2]|[12]?[0-9]))?")
_IPV6_GROUPS = re.compile(r"[0-9A-Fa-f:]*(?:[0-9]+(?:\.[0-9]+){3})?")


def _is_ipv6_network(text: str) -> bool:
    address, slash, bits = text.partition("/")
    if len(text) > 42 or (slash and not (bits.isdigit() and int(bits) <= 128)):
        return False
    if not _IPV6_GROUPS.fullmatch(address) or address.count("::") > 1 or ":::" in address:
        return False
    groups = [group for group in address.split(":") if group]
    length = sum(2 if "." in group else 1 for group in groups)
    if any(len(group) > 4 for group in groups if "." not in group):
        return False
    return length <= 7 if "::" in address else length == 8 and not address.startswith(":")


def judge_action(value: str, masked: str, start: int, groups: int | None, faults: list[Fault]) -> Call | None:
    """Take the action apart that begins somewhere in a value, and judge it.

    Args:
        value: the whole value.
        masked: the same without its placeholders.
        start: where the action begins.
        groups: how many groups its test has, None if that cannot be told.
        faults: where what is wrong with it is told.
    """
    colon = masked.find(":", start)
    if colon < 0:
        if HIDDEN not in masked[start:]:
            values = {"missing": "`:`", "shape": _SHAPES["run"]}
            faults.append(Fault("malformed-value", len(value), len(value), values))
        return None
    if HIDDEN in masked[start:colon]:
        return None
    name = Piece(value[start:colon], start, colon)
    verb = ACTIONS.get(name.text)
    if verb is None:
        values = {"action": name.text, "near": closest(name.text, ACTIONS)}
        faults.append(Fault("unknown-action", start, colon, values))
        return None
    arguments = Piece(value[colon + 1 :], colon + 1, len(value))
    parts = _arguments(verb, arguments, masked[colon + 1 :], faults)
    for part, piece in parts.items():
        if part in verb.plain:
            _judge_plain(part, piece, faults)
        else:
            _judge_variables(piece, faults)
            _judge_groups(piece, groups, faults)
    if verb.plugin in _BY_NUMBER and "to" in parts:
        _judge_address(parts["to"], faults)
    return Call(name, arguments, parts)


SWAPPED = str.maketrans(",;", ";,")
_UNSURE = frozenset({"malformed-value", "missing-part", "unknown-part", "ignored-part"})


_BY_NUMBER = frozenset({"router_http", "router_uwsgi"})


def _judge_address(piece: Piece, faults: list[Fault]) -> None:
    """Find names and IPv6 addresses where the server can only use the numbers of IPv4, or the path of a socket."""
    host, colon, _ = piece.text.partition(":")
    if colon and "$" not in host and HIDDEN not in mask(piece.text) and not re.fullmatch(r"[0-9.]*", host):
        reads = "an address that it cannot reach, as it looks up no names here"
        _misread(piece, reads, "an IPv4 address and a port, or the path of a socket", faults, part="to")


def _arguments(verb: Verb, piece: Piece, masked: str, faults: list[Fault]) -> dict[str, Piece]:
    """Take the arguments of a verb apart; every place counts from the start of the whole value."""
    if verb.takes is None:
        if piece.text:
            faults.append(Fault("ignored-part", piece.start, piece.end, {"part": piece.text}))
        return {}
    swapped = verb.semicolons
    parsed = grammar.parse(verb.takes, piece.text.translate(SWAPPED) if swapped else piece.text)
    for found in parsed.faults:
        if HIDDEN in masked and found.rule in _UNSURE:
            continue  # what a placeholder brings may be what is missing
        fault = _reworded(verb, found) if found.rule == "misread-part" else found
        if fault is None:
            continue
        values = fault.values
        if swapped:
            values = {name: text.translate(SWAPPED) for name, text in values.items()}
        faults.append(fault._replace(start=fault.start + piece.start, end=fault.end + piece.start, values=values))
    return {
        name: Piece(part.text.translate(SWAPPED) if swapped else part.text, part.start + piece.start,
                    part.end + piece.start)
        for name, part in parsed.pieces.items()
    }  # fmt: skip


def _reworded(verb: Verb, fault: Fault) -> Fault | None:
    """Say what an argument is read as; None where any text will do, `on` and `true` included."""
    assert verb.takes is not None  # noqa: S101  (no arguments, no faults in them)
    part = grammar.named(verb.takes, fault.values["part"])
    if part is None or (part.kind == "string" and not part.choices):
        return None
    if part.choices == STATUSES:
        reads = "a status that it has no text for, and answers nothing"
        return fault._replace(values={**fault.values, "reads": reads, "expects": "a status such as 403"})
    return fault


# -- variables and groups ----------------------------------------------------------------------------

_VARIABLE = re.compile(r"\$\{([^}]*)(\}?)")
_GROUP = re.compile(r"\$[0-9]")
_AS_IS = "takes it as it stands: a test has no groups of its own yet"
_NOTHING = "puts nothing in its place"
_CRASH = "ends the worker with a segmentation fault at every such request"


def _judge_variables(piece: Piece, faults: list[Fault]) -> None:
    """Find variables that are not closed, and functions that do not exist."""
    for found in _VARIABLE.finditer(piece.text):
        start, end = piece.start + found.start(), piece.start + found.end()
        if not found[2]:
            faults.append(Fault("malformed-value", start, end, {"missing": "`}`", "shape": "${NAME}"}))
            continue
        name, bracket, key = found[1].partition("[")
        if not bracket or not key.endswith("]"):
            continue
        known = VARIABLES.get(name)
        if known is None:
            faults.append(Fault("unknown-part", start, end, {"part": name, "near": closest(name, VARIABLES)}))
        elif known.keys and key[:-1] not in known.keys:
            near = nearest(key[:-1], known.keys, 1)
            values = {"part": f"{name}[{key}", "near": f"{name}[{near[0]}]" if near else ""}
            faults.append(Fault("unknown-part", start, end, values))


def _judge_plain(part: str, piece: Piece, faults: list[Fault]) -> None:
    """Find variables where the server fills none in."""
    found = _VARIABLE.search(piece.text)
    if found is not None and found[2]:
        start = piece.start + found.start()
        values = {"part": part, "value": found[0], "reads": "that very text", "expects": "text without variables"}
        faults.append(Fault("misread-part", start, start + len(found[0]), values))


def _judge_groups(piece: Piece, groups: int | None, faults: list[Fault]) -> None:
    """Find references to groups that the test does not have (core/regexp.c uwsgi_regexp_apply_ovec).

    `$0` is all that matched, but only if the expression has a group at all.
    """
    if groups is None or "$" not in piece.text:
        return
    for found in _GROUP.finditer(piece.text):
        number = int(found[0][1])
        if number > groups or groups == 0:
            at = piece.start + found.start()
            does = _NOTHING if number else _CRASH
            faults.append(Fault("missing-group", at, at + 2, {"group": found[0], "does": does}))


def groups_of(pattern: str) -> int | None:
    """Return the number of groups of an expression, None when it cannot be told."""
    return None if HIDDEN in mask(pattern) else scan(pattern)[1]


# -- chains ------------------------------------------------------------------------------------------


def check_jumps(rules: Sequence[tuple[str, str]]) -> Iterator[tuple[int, Fault]]:
    """Yield the faults of jumps in the rules of one server, with the index of the rule that jumps.

    A label is found by its name in the same chain, the first one if there are several, and counts only when it
    stands further on; a number is the place of a rule. Otherwise the request is dropped.

    Args:
        rules: option and value of each rule, in the order in which the server reads them.
    """
    parsed = [parse_rule(option, value) for option, value in rules]
    labels: dict[tuple[str, str], int] = {}
    counts = dict.fromkeys(CHAINS, 0)
    places = []
    hidden = set()
    for rule in parsed:
        place = counts[rule.chain]
        places.append(place)
        counts[rule.chain] += 1
        if rule.label is not None:
            if HIDDEN in mask(rule.label.text):
                hidden.add(rule.chain)
            labels.setdefault((rule.chain, rule.label.text), place)
    for index, rule in enumerate(parsed):
        if rule.action is None or rule.action.name.text != "goto" or rule.chain in hidden:
            continue
        target = rule.action.parts.get("label")
        if target is None or "$" in target.text or HIDDEN in mask(target.text):
            continue
        place_of_label = labels.get((rule.chain, target.text))
        values = {"label": target.text}
        if place_of_label is None:
            number = decimal_prefix(target.text)
            if number <= places[index]:
                known = tuple(label for chain, label in labels if chain == rule.chain)
                near = nearest(target.text, known, 1) if known else []
                values["near"] = near[0] if near else ""
                rule_name = "backward-goto" if number > 0 else "unknown-label"
                if number > 0:
                    del values["near"]
                yield index, Fault(rule_name, target.start, target.end, values)
        elif place_of_label <= places[index]:
            yield index, Fault("backward-goto", target.start, target.end, values)


# -- what rules need ---------------------------------------------------------------------------------


def _calls(option: str, value: str) -> list[tuple[Verb, Call]]:
    rule = parse_rule(option, value)
    calls = []
    if rule.condition is not None:
        calls.append((CONDITIONS[rule.condition.name.text], rule.condition))
    if rule.action is not None:
        calls.append((ACTIONS[rule.action.name.text], rule.action))
    return calls


def plugins_needed(option: str, value: str) -> tuple[str, ...]:
    """Return the plugins that provide the condition, the action and the variables of a native rule, each once."""
    found: dict[str, None] = {}
    for verb, call in _calls(option, value):
        found[verb.plugin] = None
        for part, piece in call.parts.items():
            if part in verb.plain:
                continue
            for variable in _VARIABLE.finditer(piece.text):
                name, bracket, _ = variable[1].partition("[")
                if bracket and name in VARIABLES:
                    found[VARIABLES[name].plugin] = None
    found.pop("core", None)
    return tuple(found)


def settings_needed(option: str, value: str) -> tuple[tuple[str, ...], ...]:
    """Return the settings that a native rule is useless without: one of each group has to be there."""
    return tuple(dict.fromkeys(verb.needs for verb, _ in _calls(option, value) if verb.needs))


def references(option: str, value: str) -> tuple[tuple[str, Piece], ...]:
    """Return what a native rule refers to by name: the setting that declares it, and the name with its place."""
    found = []
    for verb, call in _calls(option, value):
        for part, setting in verb.refers:
            piece = call.parts.get(part)
            if piece is not None and "$" not in piece.text and HIDDEN not in mask(piece.text):
                found.append((setting, piece))
    return tuple(found)
