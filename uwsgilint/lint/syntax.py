"""The language of conditions, as rules/CONDITIONS.md describes it: from text to a typed tree.

A condition is read when the pages of the rules are compiled, or when an organisation's own rules are loaded.
Mistakes are found there: an option that does not exist, a flag that is compared with a number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from uwsgilint import catalog, composites, grammar
from uwsgilint.lint.conditions import FUNCTIONS, PREDICATES, Node
from uwsgilint.values import INTEGERS

__all__ = ["Condition", "ConditionError", "Item", "option_names", "parse", "parse_value"]


class ConditionError(ValueError):
    """A condition that means nothing.

    Attributes:
        position: where in its text, from 0.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason}, at character {position + 1}")
        self.position = position


class Item(NamedTuple):
    """What `value` stands for in a rule that is asked about each value of some options.

    Attributes:
        options: the settings.
        type: "text", "number" or "flag".
    """

    options: tuple[str, ...]
    type: str


class Condition(NamedTuple):
    """A condition that was understood.

    Attributes:
        node: what is evaluated.
        options: the settings that it names, in the order of its text.
    """

    node: Node
    options: tuple[str, ...]


_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<release>\d+\.\d+(?:\.\d+)*)|(?P<octal>0o[0-7]+)"
    r"|(?P<number>\d+)(?![\w-])|(?P<name>[a-z0-9_]+(?:-[a-z0-9_]+)*)"
    r"|(?P<sign><=|>=|==|!=|[-<>+*/%(),.\[\]])|(?P<end>$))"
)
_ORDERS = frozenset({"<", "<=", ">", ">="})
_EQUALS = frozenset({"==", "!="})
_WORDS = frozenset({"in", "matches", "starts", "ends", "contains"})
_FLAGS = frozenset({"flag", "inverse-flag", "switch", "presence"})
_NUMBERS = INTEGERS | {"megabytes", "bytes", "count", "mode", "file-mode", "umask", "file-descriptor"}
_RESERVED = frozenset({"and", "or", "not", *_WORDS})


class _Typed(NamedTuple):
    node: Node
    type: str  # "truth", "flag", "number", "text", "texts", "release"
    start: int


def option_names(pattern: str) -> tuple[str, ...]:
    """Return the settings that a name means, or a pattern such as `cheaper-busyness-*`; none is an error.

    Raises:
        ConditionError: no option is called so.
    """
    if pattern.endswith("*"):
        found = {catalog.setting_of(name) for name in catalog.names() if name.startswith(pattern[:-1])}
        if found:
            return tuple(sorted(found))
    elif catalog.option(pattern) is not None:
        return (catalog.setting_of(pattern),)
    near = catalog.suggest(pattern)
    hint = f"; is it {near[0]!r}?" if near else ""
    raise ConditionError(f"uWSGI has no option {pattern!r}{hint}", 0)


def item_of(options: tuple[str, ...]) -> Item:
    """Return what `value` stands for in a rule about some settings."""
    types = {_type_of(name).removesuffix("s") for name in options}
    return Item(options, types.pop() if len(types) == 1 else "text")


def parse(text: str, item: Item | None = None) -> Condition:
    """Read a condition.

    Args:
        text: the condition, such as `cheaper >= processes`.
        item: what `value` stands for, in a rule with `each`.

    Raises:
        ConditionError: it means nothing.
    """
    parser = _Parser(text, item)
    node = parser.truth(parser.either())
    parser.expect_end()
    return Condition(node, tuple(dict.fromkeys(parser.options)))


def parse_value(text: str, item: Item | None = None) -> Condition:
    """Read an expression that gives a number or a text, such as `processes * threads`.

    Raises:
        ConditionError: it means nothing, or is true or false.
    """
    parser = _Parser(text, item)
    found = parser.sum()
    parser.expect_end()
    if found.type == "truth":
        raise ConditionError("this is true or false, not a value", found.start)
    return Condition(found.node, tuple(dict.fromkeys(parser.options)))


def _type_of(name: str) -> str:
    option = catalog.option(name)
    if option is None:
        raise LookupError(name)
    base = "flag" if option.kind in _FLAGS else "number" if option.kind in _NUMBERS else "text"
    return f"{base}s" if option.repeatable else base


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, item: Item | None) -> None:
        self.text = text
        self.item = item
        self.options: list[str] = []
        self._tokens: list[tuple[str, str, int]] = []
        position = 0
        while True:
            found = _TOKEN.match(text, position)
            if found is None:
                start = position + len(text[position:]) - len(text[position:].lstrip())
                raise ConditionError(f"{text[start]!r} has no meaning here", start)
            kind = found.lastgroup or ""
            self._tokens.append((kind, found[kind], found.start(kind)))
            if kind == "end":
                break
            position = found.end()
        self._next = 0

    # -- tokens ----------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> tuple[str, str, int]:
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def take(self, *wanted: str) -> str | None:
        kind, token, _ = self.peek()
        if kind in {"sign", "name"} and token in wanted:
            self._next += 1
            return token
        return None

    def demand(self, wanted: str) -> None:
        if self.take(wanted) is None:
            raise ConditionError(f"{wanted!r} is missing", self.peek()[2])

    def expect_end(self) -> None:
        kind, token, start = self.peek()
        if kind != "end":
            raise ConditionError(f"{token!r} is one word too many", start)

    # -- what is true or false -------------------------------------------------------------------

    def truth(self, found: _Typed) -> Node:
        if found.type == "truth":
            return found.node
        if found.type == "release":
            raise ConditionError("a release is compared with another one", found.start)
        return ("some", found.node)

    def either(self) -> _Typed:
        return self._joined("or", self.both)

    def both(self) -> _Typed:
        return self._joined("and", self.negated)

    def _joined(self, word: str, inner: object) -> _Typed:
        first = inner()  # type: ignore[operator]
        parts = [first]
        while self.take(word):
            parts.append(inner())  # type: ignore[operator]
        if len(parts) == 1:
            return first  # type: ignore[no-any-return]
        return _Typed((word, *(self.truth(part) for part in parts)), "truth", first.start)

    def negated(self) -> _Typed:
        start = self.peek()[2]
        if self.take("not"):
            return _Typed(("not", self.truth(self.negated())), "truth", start)
        return self.compared()

    def compared(self) -> _Typed:
        left = self.sum()
        operator = self.take(*_ORDERS, *_EQUALS, *_WORDS)
        if operator is None:
            return left
        position = self.peek()[2]
        right = self.sum()
        base = left.type.removesuffix("s")
        if "truth" in {left.type, right.type} or "flag" in {base, right.type}:
            raise ConditionError("a flag is on or off: name it alone, or behind `not`", position)
        if operator == "in":
            if right.node[0] != "literal" or not isinstance(right.node[1], tuple):
                raise ConditionError("`in` wants a list such as [1, 2]", position)
            wanted = right.type.removesuffix("s")
        elif operator in _WORDS:
            if right.node[0] != "literal" or right.type != "text":
                raise ConditionError(f"`{operator}` wants a text in quotes", position)
            wanted = "text"
            if operator == "matches":
                try:
                    re.compile(right.node[1])
                except re.error as error:
                    raise ConditionError(f"the pattern cannot be read: {error}", position) from None
        else:
            wanted = right.type
            if operator in _ORDERS and (base == "text" or left.type.endswith("s")):
                raise ConditionError("only numbers and releases have an order", position)
        if base != wanted:
            raise ConditionError(f"a {base} is compared with a {wanted}", position)
        kind = "compare-any" if left.type.endswith("s") else "compare"
        return _Typed((kind, operator, left.node, right.node), "truth", left.start)

    # -- what has a value ------------------------------------------------------------------------

    def sum(self) -> _Typed:
        return self._calculated(("+", "-"), self.product)

    def product(self) -> _Typed:
        return self._calculated(("*", "/", "%"), self.atom)

    def _calculated(self, signs: tuple[str, ...], inner: object) -> _Typed:
        left: _Typed = inner()  # type: ignore[operator]
        while (sign := self.take(*signs)) is not None:
            position = self.peek()[2]
            right: _Typed = inner()  # type: ignore[operator]
            if left.type != "number" or right.type != "number":
                raise ConditionError(f"{sign!r} wants two numbers", position)
            left = _Typed(("arithmetic", sign, left.node, right.node), "number", left.start)
        return left

    def atom(self) -> _Typed:
        kind, token, start = self.peek()
        self._next += 1
        if kind == "text":
            return _Typed(("literal", re.sub(r"\\([\"\\])", r"\1", token[1:-1])), "text", start)
        if kind == "number":
            return _Typed(("literal", int(token)), "number", start)
        if kind == "octal":
            return _Typed(("literal", int(token, 8)), "number", start)
        if kind == "release":
            return _Typed(("literal", catalog.release_key(token)), "release", start)
        if (kind, token) == ("sign", "("):
            inner = self.either()
            self.demand(")")
            return inner
        if (kind, token) == ("sign", "["):
            return self._list(start)
        if kind == "name" and token not in _RESERVED:
            return self._call(token, start) if self.take("(") else self._named(token, start)
        raise ConditionError("something is missing" if kind == "end" else f"{token!r} cannot stand here", start)

    def _list(self, start: int) -> _Typed:
        items = [self.atom()]
        while self.take(","):
            items.append(self.atom())
        self.demand("]")
        types = {item.type for item in items}
        if len(types) > 1 or any(item.node[0] != "literal" for item in items):
            raise ConditionError("a list holds texts, or numbers", start)
        return _Typed(("literal", tuple(item.node[1] for item in items)), f"{types.pop()}s", start)

    def _named(self, name: str, start: int) -> _Typed:
        if name == "release":
            return _Typed(("release",), "release", start)
        if name == "format":
            return _Typed(("format",), "text", start)
        if name == "value":
            if self.item is None:
                raise ConditionError("`value` has a meaning in a rule with `each`", start)
            if self.take("."):
                return self._part(start)
            return _Typed(("item",), self.item.type, start)
        return _Typed(("option", self._option(name, start)), _type_of(name), start)

    def _part(self, start: int) -> _Typed:
        _, name, position = self.peek()
        self._next += 1
        found = None
        for option in self.item.options if self.item is not None else ():
            composite = composites.of(option)
            part = grammar.named(composite, name) if composite is not None else None
            if part is None:
                raise ConditionError(f"the values of {option!r} have no part {name!r}", position)
            found = part
        if found is None:
            raise LookupError(name)
        base = "flag" if found.kind in _FLAGS else "number" if found.kind in _NUMBERS else "text"
        return _Typed(("part", found.name), base, start)

    def _option(self, name: str, start: int) -> str:
        try:
            (setting,) = option_names(name)
        except ConditionError as error:
            raise ConditionError(str(error).rpartition(", at ")[0], start) from None
        self.options.append(setting)
        return setting

    def _call(self, name: str, start: int) -> _Typed:
        if name == "set":
            settings: list[str] = []
            while True:
                settings += self._option_pattern()
                if not self.take(","):
                    break
            self.demand(")")
            self.options += settings
            return _Typed(("set", *settings), "truth", start)
        if name == "count":
            _, token, position = self.peek()
            self._next += 1
            setting = self._option(token, position)
            self.demand(")")
            return _Typed(("count", setting), "number", start)
        if name in {"plugin", "feature"}:
            kind, token, position = self.peek()
            self._next += 1
            if kind != "text":
                raise ConditionError(f"{name} wants a name in quotes", position)
            if name == "plugin" and token[1:-1] not in catalog.plugins():
                raise ConditionError(f"uWSGI has no plugin {token[1:-1]!r}", position)
            self.demand(")")
            return _Typed((name, token[1:-1]), "truth", start)
        if name not in FUNCTIONS and name not in PREDICATES:
            raise ConditionError(f"there is no function {name!r}", start)
        position = self.peek()[2]
        argument = self.sum()
        self.demand(")")
        if argument.type not in {"text", "texts"}:
            raise ConditionError(f"{name} wants a text", position)
        if name in PREDICATES:
            return _Typed(("call", name, argument.node), "truth", start)
        base = "number" if name in {"length", "number", "port"} else "text"
        return _Typed(("function", name, argument.node), base + ("s" if argument.type == "texts" else ""), start)

    def _option_pattern(self) -> tuple[str, ...]:
        _, token, position = self.peek()
        self._next += 1
        # A pattern such as `cheaper-*` comes as a name, a dash and a star, without blanks between them.
        if self.peek()[1] == "-" and self.peek(1)[1] == "*":
            self._next += 2
            token = f"{token}-*"
        try:
            return option_names(token)
        except ConditionError as error:
            raise ConditionError(str(error).rpartition(", at ")[0], position) from None
