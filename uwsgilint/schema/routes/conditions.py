"""Conditions: what a rule can want to be so. Each function makes the condition of its name.

Variables such as `${REQUEST_METHOD}` and functions such as `${cookie[name]}` are filled in wherever a
condition takes text, but no groups: a condition stands before any expression. Nothing may hold a blank,
which ends the condition, and only the last part a semicolon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.schema.routes.call import Condition, Text, condition

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "MAKERS",
    "contains",
    "empty",
    "endswith",
    "equal",
    "exists",
    "incache",
    "ipv4in",
    "ipv6in",
    "isdir",
    "isexec",
    "isfile",
    "ishigher",
    "ishigherequal",
    "islink",
    "islower",
    "islowerequal",
    "lord",
    "regexp",
    "startswith",
]


def exists(path: str) -> Condition:
    """Holds when something is found at a path, be it a file, a directory or a socket.

    Args:
        path: where to look, from the working directory of the server unless it starts with a slash.
    """
    return condition("exists", path=path)


def isfile(path: str) -> Condition:
    """Holds when a regular file is found at a path; a maintenance page that comes and goes is the classic.

    Args:
        path: where to look.
    """
    return condition("isfile", path=path)


def isdir(path: str) -> Condition:
    """Holds when a path leads to a directory.

    Args:
        path: where to look.
    """
    return condition("isdir", path=path)


def islink(path: str) -> Condition:
    """Holds when a path itself is a symbolic link, whatever that leads to.

    Args:
        path: where to look.
    """
    return condition("islink", path=path)


def isexec(path: str) -> Condition:
    """Holds when the server may execute what is at a path; of directories that means to enter them.

    Args:
        path: where to look.
    """
    return condition("isexec", path=path)


def empty(text: str) -> Condition:
    """Holds when nothing is left of a text once its variables are filled in: `${HTTP_COOKIE}` without cookies.

    Args:
        text: the text, as a rule one variable.
    """
    return condition("empty", text=text)


def equal(subject: str, operand: Text) -> Condition:
    """Holds when two texts are the same, letter by letter.

    Args:
        subject: the first text, as a rule a variable.
        operand: the second one.
    """
    return condition("equal", subject=subject, operand=operand)


def startswith(subject: str, operand: Text) -> Condition:
    """Holds when a text begins with another.

    Args:
        subject: the text, as a rule a variable.
        operand: its beginning.
    """
    return condition("startswith", subject=subject, operand=operand)


def endswith(subject: str, operand: Text) -> Condition:
    """Holds when a text ends with another.

    Args:
        subject: the text, as a rule a variable.
        operand: its end.
    """
    return condition("endswith", subject=subject, operand=operand)


def contains(subject: str, operand: Text) -> Condition:
    """Holds when a text has another one somewhere in it.

    Args:
        subject: the text, as a rule a variable.
        operand: what has to be in it.
    """
    return condition("contains", subject=subject, operand=operand)


def regexp(subject: str, operand: str) -> Condition:
    """Holds when an expression matches a text; its groups are the action's, as long as the condition stands under `if`.

    The expression is compiled for each request, and a bad one leaves the client without an answer. For what
    a rule's `match` can look at, that is the quicker way.

    Args:
        subject: the text, as a rule a variable.
        operand: the regular expression, without blanks. No variables are filled in.
    """
    return condition("regexp", subject=subject, operand=operand)


def ishigher(subject: str, operand: Text) -> Condition:
    """Holds when a number is above another; a text that is no number counts as 0.

    Args:
        subject: the number, as a rule a variable.
        operand: the number that it has to exceed.
    """
    return condition("ishigher", subject=subject, operand=operand)


def islower(subject: str, operand: Text) -> Condition:
    """Holds when a number is below another; a text that is no number counts as 0.

    Args:
        subject: the number, as a rule a variable.
        operand: the number that it must not reach.
    """
    return condition("islower", subject=subject, operand=operand)


def ishigherequal(subject: str, operand: Text) -> Condition:
    """Holds when a number is another one or above it: `${uwsgi[status]}` and 400, for failures.

    Args:
        subject: the number, as a rule a variable.
        operand: the number that it has to reach.
    """
    return condition("ishigherequal", subject=subject, operand=operand)


def islowerequal(subject: str, operand: Text) -> Condition:
    """Holds when a number is another one or below it.

    Args:
        subject: the number, as a rule a variable.
        operand: the number that it must not exceed.
    """
    return condition("islowerequal", subject=subject, operand=operand)


def ipv4in(subject: str, operand: str) -> Condition:
    """Holds when an IPv4 address is in a network; behind a proxy, `${REMOTE_ADDR}` is the proxy's.

    Args:
        subject: the address, as a rule a variable. More than 15 characters drop the request.
        operand: the network, such as 10.0.0.0/8, with all four numbers and at most 17 characters.
    """
    return condition("ipv4in", subject=subject, operand=operand)


def ipv6in(subject: str, operand: str) -> Condition:
    """Holds when an IPv6 address is in a network.

    Args:
        subject: the address, as a rule a variable.
        operand: the network, such as fd00::/8.
    """
    return condition("ipv6in", subject=subject, operand=operand)


def lord(legion: str) -> Condition:
    """Holds while this node is the lord of a legion; the server has to be built with TLS.

    Args:
        legion: the name of the legion.
    """
    return condition("lord", legion=legion)


def incache(key: str, name: str | None = None) -> Condition:
    """Holds when a cache has an item of a key.

    Args:
        key: the key of the item.
        name: the name of the cache; the first one when left out.
    """
    return condition("incache", key=key, name=name)


MAKERS: dict[str, Callable[..., Condition]] = {
    **{made.__name__: made for made in (exists, isfile, isdir, islink, isexec, empty, regexp, lord, incache)},
    **{made.__name__: made for made in (startswith, endswith, contains, ipv4in, ipv6in)},
    **dict.fromkeys(("equal", "isequal", "eq", "=="), equal),
    "re": regexp,
    "contain": contains,
    **dict.fromkeys(("ishigher", ">"), ishigher),
    **dict.fromkeys(("islower", "<"), islower),
    **dict.fromkeys(("ishigherequal", ">="), ishigherequal),
    **dict.fromkeys(("islowerequal", "<="), islowerequal),
}
"""Which function makes, and tells of, a condition; several names may mean one."""
