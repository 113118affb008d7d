"""Conditions of rules, asked of a configuration: true, false or unknown.

A condition is a tree of tuples that `uwsgilint.lint.syntax` made out of a text such as `cheaper >= processes`;
its first item says what a node is. Three truth values run through all of it: an unfilled placeholder, or an
option that nobody set and whose default is not plain, makes what it stands in unknown (None), and a rule whose
condition is unknown says nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from uwsgilint import catalog
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from uwsgilint.language.unknown import Unknown

    Truth: TypeAlias = bool | None
    Plain: TypeAlias = bool | int | float | str | tuple[Any, ...] | None

__all__ = ["FUNCTIONS", "Node", "World", "holds", "host", "is_loopback", "is_public", "is_tcp", "port", "value_of"]

Node = tuple[Any, ...]
"""A condition, or a part of one."""


class World(Protocol):
    """What a condition is asked of: a configuration where certain conditions of its own hold."""

    def value(self, setting: str) -> Plain | Unknown:
        """Return what a setting comes out as: its default when nothing sets it, None when that is not plain."""

    def given(self, setting: str) -> Truth:
        """Whether something in the configuration says what the setting is; being implied does not count."""

    def count(self, setting: str) -> int | Unknown:
        """Return how often a setting is given."""

    def item(self) -> Plain | Unknown:
        """Return the value that the rule is asked about, of an option that may be given several times."""

    def part(self, name: str) -> Plain | Unknown:
        """Return a part of that value; None when it has none of this name."""

    def plugin(self, name: str) -> Truth:
        """Whether the server will have a plugin."""

    def feature(self, name: str) -> Truth:
        """Whether the server was built with something."""

    @property
    def release(self) -> str:
        """The release of the server."""

    @property
    def format(self) -> str:
        """The syntax of the file: "ini", "toml" ..."""


def holds(node: Node, world: World) -> Truth:
    """Tell whether a condition holds; None when that is not known."""
    kind = node[0]
    if kind in {"and", "or"}:
        decisive = kind == "or"
        unknown = False
        for part in node[1:]:
            truth = holds(part, world)
            if truth is decisive:
                return decisive
            unknown = unknown or truth is None
        return None if unknown else not decisive
    if kind == "not":
        truth = holds(node[1], world)
        return None if truth is None else not truth
    if kind == "compare":
        return _compare(node[1], value_of(node[2], world), value_of(node[3], world))
    if kind == "compare-any":
        found, wanted = value_of(node[2], world), value_of(node[3], world)
        # Of an option that may be given several times, one that fits is enough.
        return _any(_compare(node[1], each, wanted) for each in found) if isinstance(found, tuple) else None
    if kind == "set":
        return _any(world.given(setting) for setting in node[1:])
    if kind == "plugin":
        return world.plugin(node[1])
    if kind == "feature":
        return world.feature(node[1])
    if kind == "some":
        found = value_of(node[1], world)
        # What is not given is not there; a text may be empty, and a list as well.
        return None if found is UNKNOWN else bool(found)
    if kind == "call":
        return _call(node[1], value_of(node[2], world))
    raise AssertionError(kind)


def value_of(node: Node, world: World) -> Plain | Unknown:
    """Return what a part of a condition comes out as; UNKNOWN or None when that cannot be said."""
    kind = node[0]
    if kind == "option":
        return world.value(node[1])
    if kind == "literal":
        return node[1]  # type: ignore[no-any-return]
    if kind == "item":
        return world.item()
    if kind == "part":
        return world.part(node[1])
    if kind == "release":
        return catalog.release_key(world.release)
    if kind == "format":
        return world.format
    if kind == "count":
        return world.count(node[1])
    if kind == "arithmetic":
        return _calculate(node[1], value_of(node[2], world), value_of(node[3], world))
    if kind == "function":
        return _map(FUNCTIONS[node[1]], value_of(node[2], world))
    raise AssertionError(kind)


def _any(truths: Iterable[Truth]) -> Truth:
    unknown = False
    for truth in truths:
        if truth:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def _compare(operator: str, left: Plain | Unknown, right: Plain | Unknown) -> Truth:
    if left is None or right is None or left is UNKNOWN or right is UNKNOWN:
        return None
    return _OPERATORS[operator](left, right)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "in": lambda a, b: a in b,
    "matches": lambda a, b: _pattern(b).search(a) is not None,
    "starts": lambda a, b: a.startswith(b),
    "ends": lambda a, b: a.endswith(b),
    "contains": lambda a, b: b in a,
}


def _calculate(operator: str, left: Any, right: Any) -> Plain | Unknown:
    if left is None or right is None or left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if operator in {"/", "%"} and right == 0:
        return UNKNOWN
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    elif operator == "*":
        result = left * right
    else:
        result = left // right if operator == "/" else left % right
    return result  # type: ignore[no-any-return]


def _map(function: Callable[[str], Plain], found: Plain | Unknown) -> Plain | Unknown:
    if found is None or found is UNKNOWN:
        return found
    if isinstance(found, tuple):
        return tuple(UNKNOWN if each is UNKNOWN else function(each) for each in found)
    return function(str(found))


def _call(name: str, found: Plain | Unknown) -> Truth:
    if found is None or found is UNKNOWN:
        return None
    if isinstance(found, tuple):
        return _any(None if each is UNKNOWN else bool(PREDICATES[name](each)) for each in found)
    return PREDICATES[name](str(found))


# -- addresses -----------------------------------------------------------------------------------

_LOOPBACK = re.compile(r"127\.|localhost$|\[?::1\]?$", re.IGNORECASE)
_EVERYWHERE = frozenset({"", "0.0.0.0", "*", "[::]", "::"})  # noqa: S104  (these are looked for, not bound)


def is_tcp(address: str) -> bool:
    """Whether an address is host and port (core/socket.c uwsgi_new_socket); a unix socket has no colon."""
    return ":" in address and not address.startswith(("fd://", "@", "\\0", "="))


def is_unix(address: str) -> bool:
    """Whether an address is the path of a unix socket."""
    return bool(address) and ":" not in address and not address.startswith(("=", "@", "\\0"))


def is_abstract(address: str) -> bool:
    """Whether an address is in Linux's abstract namespace, where files and their permissions do not count."""
    return address.startswith(("@", "\\0"))


def host(address: str) -> str | None:
    """Return the host of a TCP address, "" for every interface; None for other addresses."""
    return address.rpartition(":")[0].strip() if is_tcp(address) else None


def port(address: str) -> int | None:
    """Return the port of a TCP address; None for other addresses."""
    return decimal_prefix(address.rpartition(":")[2]) if is_tcp(address) else None


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach a TCP address."""
    name = host(address)
    return name is not None and _LOOPBACK.match(name) is not None


def is_public(address: str) -> bool:
    """Whether a TCP address listens on every interface, or on one that is not the loopback."""
    name = host(address)
    return name is not None and (name in _EVERYWHERE or _LOOPBACK.match(name) is None)


def _is_wildcard(address: str) -> bool:
    return host(address) in _EVERYWHERE


def _looks_like_number(text: str) -> bool:
    return text.strip().lstrip("+-").isdigit()


FUNCTIONS: dict[str, Callable[[str], Plain]] = {
    "host": host,
    "length": lambda text: len(text.encode("utf-8", "surrogateescape")),
    "lower": str.lower,
    "number": decimal_prefix,
    "port": port,
}
"""What makes another value of a text."""

PREDICATES: dict[str, Callable[[str], bool]] = {
    "is-abstract": is_abstract,
    "is-loopback": is_loopback,
    "is-number": _looks_like_number,
    "is-public": is_public,
    "is-tcp": is_tcp,
    "is-unix": is_unix,
    "is-wildcard": _is_wildcard,
}
"""What a text may be."""
