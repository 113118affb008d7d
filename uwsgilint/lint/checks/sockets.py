"""Checks of where a server listens: addresses that meet, shared sockets, and what only some sockets have.

Each function is named by a page in `rules/sockets`. What an address is follows core/socket.c: a colon makes it TCP,
`=N` is a shared socket, and all else is a path.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import composites, grammar
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.lint.checks.fixes import moved, without
from uwsgilint.lint.conditions import host, is_abstract, is_tcp, is_unix, port
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import Finding, make
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.lint.views import Given, View

__all__ = [
    "GATEWAYS",
    "SHARED",
    "SOCKETS",
    "STATS",
    "Listener",
    "chmod_without_unix",
    "chown_without_unix",
    "idle_modifier",
    "idle_worker",
    "late_shared",
    "listeners",
    "occupied_address",
    "occupied_path",
    "repeated_socket",
    "socket_map",
    "socket_mode",
    "tcp_options",
    "two_protocols",
    "undefined_shared",
    "unknown_mapped",
    "unused_shared",
]

SOCKETS = (
    "socket",
    "uwsgi-socket",
    "http-socket",
    "http11-socket",
    "https-socket",
    "fastcgi-socket",
    "fastcgi-nph-socket",
    "scgi-socket",
    "scgi-nph-socket",
    "raw-socket",
    "puwsgi-socket",
    "suwsgi-socket",
)
"""Sockets of the workers, which are one list for uWSGI (core/socket.c uwsgi_new_socket)."""

GATEWAYS = ("http", "https", "https2", "http-to-https", "fastrouter", "rawrouter", "sslrouter", "sslrouter2")
"""Sockets of the routers (plugins/corerouter/corerouter.c uwsgi_opt_corerouter)."""

STATS = ("stats", "http-stats", "fastrouter-stats", "rawrouter-stats", "sslrouter-stats", "emperor-stats")
"""Sockets of the stats servers (core/master.c, plugins/corerouter/corerouter.c)."""

SHARED = ("shared-socket", "undeferred-shared-socket")
"""Sockets that others take over by their number (core/socket.c uwsgi_new_shared_socket)."""

# Further sockets, bound in ways of their own; what is known about them is that they are there.
_OTHERS = ("zerg-server", "zergpool", "pty-socket", "tuntap-router", "py-tracebacker", "forkptyrouter")
# What writes to a path, or makes it anew, after or before a socket is bound there.
_FILES = ("master-fifo", "pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2", "logto", "logto2", "daemonize")
_EVERYWHERE = frozenset({"", "0.0.0.0"})  # noqa: S104  (these are looked for, not bound)
_PORTS = range(1, 65536)


class Listener(NamedTuple):
    """A place where the server listens.

    Attributes:
        setting: the option, by its main name.
        address: the address alone, without certificates and the like.
        given: where it is said.
    """

    setting: str
    address: str
    given: Given


def listeners(view: View, settings: Iterable[str]) -> list[Listener] | None:
    """Return where the server listens because of some options, in their order; None when that is not all known."""
    if view.open:
        return None
    found: list[Listener] = []
    for setting in filter(view.has, settings):
        for given in view.every(setting):
            address = _address(given)
            if address is None:
                return None
            found.append(Listener(setting, address, given))
    return found


def _known(view: View, settings: Iterable[str]) -> list[Listener]:
    """Return the listeners of which everything is known, and that stand under no condition."""
    return [
        Listener(setting, address, given)
        for setting in filter(view.has, settings)
        for given in view.every(setting)
        if not given.guard and (address := _address(given)) is not None
    ]


def _address(given: Given) -> str | None:
    if not isinstance(given.text, str):
        return None
    composite = composites.of(given.key)
    if composite is None or grammar.named(composite, "addr") is None:
        return given.text
    piece = grammar.parse(composite, given.text).pieces.get("addr")
    return None if piece is None else piece.text


def _in_order(found: list[Listener]) -> list[Listener]:
    """Sort what stands in one file; elsewhere the order in which the options are asked for has to do."""
    sources = {id(each.given.span.source) for each in found}
    return sorted(found, key=lambda each: each.given.span.start) if len(sources) == 1 else found


# -- addresses that meet -------------------------------------------------------------------------


def two_protocols(view: View) -> Iterator[Finding]:
    """Tell where a worker socket has the address of one with another protocol, and is never opened."""
    for first, second in _repeats(view):
        if first.setting != second.setting:
            values = {"address": second.address, "first": first.given.key}
            related = related_to([first.given], "the address is taken here")
            yield make("address-of-two-protocols", second.given.span, values, second.given.key, related)


def repeated_socket(view: View) -> Iterator[Finding]:
    """Tell where a worker socket is given twice."""
    for first, second in _repeats(view):
        if first.setting == second.setting:
            related = related_to([first.given], "given first here")
            yield make(
                "repeated-socket",
                second.given.span,
                {"address": second.address},
                second.given.key,
                related,
                without(view, second.given),
            )


def _repeats(view: View) -> Iterator[tuple[Listener, Listener]]:
    """Yield the worker sockets whose text is that of an earlier one, together with that."""
    if view.value("reuse-port") is not False:
        return
    seen: dict[str, Listener] = {}
    for each in _in_order(_known(view, SOCKETS)):
        # Without a port of its own, or with a shared socket, every one is opened.
        if each.address.startswith("=") or (is_tcp(each.address) and not port(each.address)):
            continue
        first = seen.setdefault(each.address, each)
        if first is not each:
            yield first, each


def occupied_address(view: View) -> Iterator[Finding]:
    """Tell where two parts of the server want the same TCP address, written in the same or in another way."""
    if view.value("reuse-port") is not False:
        return
    seen: list[tuple[Listener, str, int]] = []
    for each in _in_order(_known(view, (*SOCKETS, *SHARED, *GATEWAYS, *STATS))):
        number = port(each.address)
        if number is None or number not in _PORTS:
            continue
        name = host(each.address) or ""
        name = "127.0.0.1" if name == "localhost" else name
        for other, their_name, their_number in seen:
            if number != their_number or not _meet(name, their_name):
                continue
            if other.setting in SOCKETS and each.setting in SOCKETS and other.address == each.address:
                continue  # of two worker sockets with one text, only one is opened
            values = {"address": each.address, "first": f"{other.given.key} = {other.address}"}
            related = related_to([other.given], "the address is taken here")
            yield make("occupied-address", each.given.span, values, each.given.key, related)
            break
        seen.append((each, name, number))


def _meet(one: str, other: str) -> bool:
    if one == other or (one in _EVERYWHERE and other in _EVERYWHERE):
        return True
    return (one in _EVERYWHERE or other in _EVERYWHERE) and "[" not in one + other


def occupied_path(view: View) -> Iterator[Finding]:
    """Tell where two sockets, or a socket and a file that uWSGI writes, have one path."""
    if view.value("abstract-socket") is not False:
        return
    seen: dict[str, Listener] = {}
    for each in _in_order(_known(view, (*SOCKETS, *SHARED, *GATEWAYS, *STATS, *_FILES))):
        if not is_unix(each.address):
            continue
        first = seen.setdefault(posixpath.normpath(each.address), each)
        if first is each or (first.setting in _FILES and each.setting in _FILES):
            continue
        if first.setting in SOCKETS and each.setting in SOCKETS and first.address == each.address:
            continue
        values = {"path": each.address, "first": first.given.key}
        related = related_to([first.given], "the path is used here")
        yield make("occupied-path", each.given.span, values, each.given.key, related)


# -- shared sockets ------------------------------------------------------------------------------


def _taken(view: View) -> Iterator[tuple[Listener, int]]:
    """Yield what takes over a shared socket, and its number."""
    for each in _known(view, (*SOCKETS, *GATEWAYS)):
        if each.address.startswith("="):
            yield each, decimal_prefix(each.address[1:])


def undefined_shared(view: View) -> Iterator[Finding]:
    """Tell where a socket takes over a shared socket that is not there."""
    shared = listeners(view, SHARED)
    if shared is None:
        return
    for each, number in _taken(view):
        if number >= len(shared):
            values = {"value": each.address, "count": _counted(len(shared), "shared socket")}
            yield make("undefined-shared-socket", each.given.span, values, each.given.key)


def late_shared(view: View) -> Iterator[Finding]:
    """Tell where a socket takes over a shared socket that is only defined below it."""
    shared = listeners(view, SHARED)
    if shared is None:
        return
    for each, number in _taken(view):
        if each.setting not in SOCKETS or number >= len(shared):
            continue
        here = each.given.span
        if any(other.given.span.source is not here.source for other in shared):
            continue
        defined = sorted(shared, key=lambda other: other.given.span.start)[number].given
        if defined.span.start > here.start:
            fix = moved(view, defined, each.given)
            related = related_to([defined], "it is defined here")
            yield make("late-shared-socket", here, {"value": each.address}, each.given.key, related, fix)


def unused_shared(view: View) -> Iterator[Finding]:
    """Tell which shared sockets nobody takes over."""
    shared, users = listeners(view, SHARED), listeners(view, (*SOCKETS, *GATEWAYS))
    if shared is None or users is None:
        return
    if len({id(each.given.span.source) for each in shared}) > 1:
        return
    taken = {decimal_prefix(each.address[1:]) for each in users if each.address.startswith("=")}
    for number, each in enumerate(_in_order(shared)):
        if number not in taken:
            values = {"address": each.address, "number": str(number)}
            yield make("unused-shared-socket", each.given.span, values, each.given.key)


# -- modes and owners ----------------------------------------------------------------------------


def socket_mode(view: View) -> Iterator[Finding]:
    """Tell where several `chmod-socket` add up to one mode."""
    mode, before = 0, None
    for given in view.every("chmod-socket"):
        value = given.read()
        if given.guard or not isinstance(value, int):
            return
        # What was there before is moved up by three digits; the file system takes four in all.
        mode = (mode << 9 | value) & 0o7777
        if before is not None and before.read() != value:
            values = {"value": given.shown, "first": before.shown, "mode": f"{mode:04o}"}
            fix = without(view, before)
            yield make("added-socket-modes", given.span, values, given.key, related_to([before], "set here"), fix)
        before = given


def chmod_without_unix(view: View) -> Iterator[Finding]:
    """Tell where a mode is given to sockets that are no files."""
    yield from _without_unix(view, "chmod-socket", (*SOCKETS, *SHARED, *GATEWAYS, *STATS), "chmod-without-unix-socket")


def chown_without_unix(view: View) -> Iterator[Finding]:
    """Tell where an owner is given to sockets that are no files; abstract ones are another matter."""
    found = _known(view, (*SOCKETS, *SHARED))
    if not any(is_abstract(each.address) for each in found):
        yield from _without_unix(view, "chown-socket", (*SOCKETS, *SHARED), "chown-without-unix-socket")


def _without_unix(view: View, setting: str, places: tuple[str, ...], rule: str) -> Iterator[Finding]:
    found = listeners(view, places)
    if not found or any(view.every(other) for other in _OTHERS):
        return
    if any(is_unix(each.address) or each.address.startswith("fd://") for each in found):
        return
    given = view.every(setting)[-1:]
    for each in given:
        values = {"value": each.shown, "address": found[0].address}
        fix = without(view, *view.every(setting), safe=rule == "chmod-without-unix-socket")
        yield make(rule, each.span, values, each.key, related_to([found[0].given], "not a file"), fix)


_TCP_ONLY = ("reuse-port", "freebind", "tcp-fast-open", "so-keepalive", "so-send-timeout", "no-defer-accept")


def tcp_options(view: View) -> Iterator[Finding]:
    """Tell which options for TCP sockets find none."""
    found = listeners(view, (*SOCKETS, *SHARED, *GATEWAYS, *STATS))
    if not found or any(view.every(other) for other in _OTHERS):
        return
    if not all(is_unix(each.address) or is_abstract(each.address) for each in found):
        return
    for setting in _TCP_ONLY:
        given = view.every(setting)
        if given and view.value(setting) is not UNKNOWN and view.value(setting):
            values = {"address": found[0].address}
            fix = without(view, *given, safe=True)
            related = related_to([found[0].given], "not TCP")
            yield make("tcp-option-without-tcp-socket", given[-1].span, values, given[-1].key, related, fix)


# -- maps ----------------------------------------------------------------------------------------


def _mapped(view: View) -> Iterator[tuple[Given, int, list[int]]]:
    """Yield each map with the number of its socket and those of its workers."""
    for given in view.every("map-socket"):
        if isinstance(given.text, str) and not given.guard and ":" in given.text:
            number, _, workers = given.text.partition(":")
            yield given, decimal_prefix(number), [decimal_prefix(each) for each in workers.split(",") if each]


def socket_map(view: View) -> Iterator[Finding]:
    """Tell where a socket is mapped to a worker that there is not."""
    count = view.value("processes")
    if not isinstance(count, int):
        return
    for given, _, workers in _mapped(view):
        for worker in workers:
            if not 1 <= worker <= max(count, 1):
                values = {"value": given.shown, "worker": str(worker), "count": _counted(max(count, 1), "worker")}
                yield make("map-to-missing-worker", given.span, values, given.key)
                break


def unknown_mapped(view: View) -> Iterator[Finding]:
    """Tell where the mapped socket is not there."""
    found = listeners(view, SOCKETS)
    if not found:
        return
    for given, number, _ in _mapped(view):
        if number >= len(found):
            values = {"value": given.shown, "number": str(number), "count": _counted(len(found), "socket")}
            yield make("map-of-missing-socket", given.span, values, given.key, fix=without(view, given, safe=True))


def idle_worker(view: View) -> Iterator[Finding]:
    """Tell which workers the maps leave without a socket."""
    found, count, maps = listeners(view, SOCKETS), view.value("processes"), list(_mapped(view))
    if not found or not isinstance(count, int) or len(maps) != len(view.every("map-socket")):
        return
    # A later map of the same socket adds workers to it.
    served = {worker for _, number, workers in maps for worker in workers if number < len(found)}
    if {number for _, number, _ in maps} != set(range(len(found))):
        return  # a socket that is not mapped serves every worker
    if not served <= set(range(1, count + 1)):
        return  # that is another mistake
    for worker in range(1, count + 1):
        if worker not in served:
            given = maps[-1][0]
            yield make("worker-without-socket", given.span, {"worker": str(worker)}, given.key)
            return


_MODIFIED = {
    "http-socket-modifier": ("http-socket", "http11-socket"),
    "https-socket-modifier": ("https-socket",),
    "fastcgi-modifier": ("fastcgi-socket", "fastcgi-nph-socket"),
    "scgi-modifier": ("scgi-socket", "scgi-nph-socket"),
    "raw-modifier": ("raw-socket",),
}


def idle_modifier(view: View) -> Iterator[Finding]:
    """Tell where a modifier is set for a kind of socket that is not here."""
    found = listeners(view, (*SOCKETS, *GATEWAYS))
    if not found or any(view.every(other) for other in ("zerg", "emperor")):
        return
    here = {each.setting for each in found}
    for beginning, sockets in _MODIFIED.items():
        if here & {"socket", *sockets}:
            continue
        for number in "12":
            for given in view.every(f"{beginning}{number}")[-1:]:
                fix = without(view, *view.every(f"{beginning}{number}"), safe=True)
                yield make("modifier-without-socket", given.span, {}, given.key, fix=fix)


def _counted(count: int, thing: str) -> str:
    return f"no {thing}" if not count else f"1 {thing}" if count == 1 else f"{count} {thing}s"
