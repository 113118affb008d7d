"""Checks of the routers (`http`, `fastrouter` and the like): what they forward to, and whether it is there.

Each function is named by a page in `rules/sockets`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import composites, grammar
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.lint.checks.sockets import SOCKETS, Listener, listeners
from uwsgilint.lint.conditions import host, is_tcp, port
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import View

__all__ = ["BACKENDS", "foreign_backend", "foreign_first_socket", "missing_socket", "unknown_cache"]

# Sockets whose protocol is that of the routers, or close to it; `socket` has the one that `protocol` says.
_UWSGI = frozenset({"uwsgi-socket", "puwsgi-socket"})
_UWSGI_PROTOCOLS = frozenset({"uwsgi", "puwsgi"})

BACKENDS = (
    "to",
    "use-socket",
    "use-cache",
    "use-pattern",
    "use-base",
    "use-code-string",
    "subscription-server",
    "zerg",
)
"""What tells a router where to forward: endings of its options (corerouter.c uwsgi_corerouter_has_backends)."""


def _sockets(view: View) -> list[Listener] | None:
    """Return the sockets of the workers in the order in which uWSGI numbers them; None when that is not known."""
    found = listeners(view, SOCKETS)
    if found is None or any(each.given.guard for each in found):
        return None
    if len({id(each.given.span.source) for each in found}) > 1:
        return None
    return sorted(found, key=lambda each: each.given.span.start)


def _foreign(view: View, each: Listener) -> bool:
    """Whether a socket certainly speaks another protocol than uwsgi."""
    if each.setting != "socket":
        return each.setting not in _UWSGI
    protocol = view.value("protocol")
    return isinstance(protocol, str) and bool(protocol) and protocol not in _UWSGI_PROTOCOLS


def foreign_first_socket(view: View) -> Iterator[Finding]:
    """Tell where the http router forwards to a first socket that does not speak uwsgi."""
    routers = listeners(view, ("http", "https", "https2"))
    found = _sockets(view)
    if not routers or not found or any(view.every(f"http-{ending}") for ending in BACKENDS):
        return
    if _foreign(view, found[0]):
        first = found[0].given
        values = {"router": routers[0].given.key, "address": found[0].address}
        related = related_to([routers[0].given], "forwards to the first socket")
        yield make("router-to-foreign-socket", first.span, values, first.key, related)


_TO = {
    "http": ("http-to", "http-fallback"),
    "fastrouter": ("fastrouter-to", "fastrouter-fallback"),
}


def foreign_backend(view: View) -> Iterator[Finding]:
    """Tell where a router forwards to the address of a socket that does not speak uwsgi."""
    found = _sockets(view) or ()
    for options in _TO.values():
        for option in options:
            for given in view.every(option):
                if not isinstance(given.text, str) or given.guard:
                    continue
                for each in found:
                    if _foreign(view, each) and _same(given.text, each.address):
                        values = {"value": given.shown, "socket": each.given.key}
                        related = related_to([each.given], "the socket is here")
                        yield make("router-to-foreign-backend", given.span, values, given.key, related)
                        break


def _same(one: str, other: str) -> bool:
    if not is_tcp(one) or not is_tcp(other):
        return one == other
    everywhere = {"", "0.0.0.0", "127.0.0.1"}  # noqa: S104  (these are looked for, not bound)
    return port(one) == port(other) and (host(one) == host(other) or {host(one), host(other)} <= everywhere)


def missing_socket(view: View) -> Iterator[Finding]:
    """Tell where a router forwards to the number of a socket that there is not."""
    found = _sockets(view)
    if not found:
        return  # the service manager, or a zerg server, may pass some on
    for router in ("http", "fastrouter", "rawrouter", "sslrouter"):
        for given in view.every(f"{router}-use-socket")[-1:]:
            number = given.read()
            if given.guard or number is UNKNOWN or not isinstance(number, int) or isinstance(number, bool):
                continue
            if number >= len(found):
                count = "1 socket" if len(found) == 1 else f"{len(found)} sockets"
                values = {"value": given.shown or "0", "count": count}
                yield make("router-to-missing-socket", given.span, values, given.key)


def unknown_cache(view: View) -> Iterator[Finding]:
    """Tell where a router takes its backends from a cache that there is not."""
    if view.open:
        return
    names = set()
    for given in view.every("cache2"):
        composite = composites.of("cache2")
        if composite is None or not isinstance(given.text, str):
            return
        piece = grammar.parse(composite, given.text).pieces.get("name")
        names.add(piece.text if piece is not None else "default")
    if not names or view.every("cache"):
        return
    for router in ("http", "fastrouter", "rawrouter", "sslrouter"):
        for given in view.every(f"{router}-use-cache")[-1:]:
            if isinstance(given.text, str) and given.text and given.text not in names:
                yield make("router-to-unknown-cache", given.span, {"value": given.shown}, given.key)
