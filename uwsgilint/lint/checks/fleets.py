"""Checks of servers that belong together: emperors and vassals, subscriptions, legions.

Each function is named by a page in `rules/fleets`.
"""

from __future__ import annotations

import fnmatch
import os.path
import re
from typing import TYPE_CHECKING

from uwsgilint import composites, grammar
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.lint.conditions import host, is_loopback, is_tcp
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = [
    "ENDINGS",
    "emperor_in_own_folder",
    "late_legion",
    "reinforcement_without_zerg",
    "subscribed_http_socket",
    "unreachable_quorum",
    "unreachable_subscription",
]

ENDINGS = (".xml", ".ini", ".yml", ".yaml", ".js", ".json")
"""What the files end in that an emperor starts (core/emperor.c uwsgi_emperor_is_valid)."""

_HTTP = ("http-socket", "http11-socket", "https-socket")
_SOCKETS = ("socket", "fastcgi-socket", "fastcgi-nph-socket", "scgi-socket", "scgi-nph-socket", "raw-socket", *_HTTP)
_OTHER_SOCKETS = ("ssl-socket", "puwsgi-socket", "zeromq-socket", "map-socket", "shared-socket", "zerg", "emperor")
_ROUTERS = ("http", "fastrouter", "rawrouter", "sslrouter")
_IPV4 = re.compile(r"\d+(?:\.\d+){3}")
_WILDCARDS = frozenset({"", "0.0.0.0", "*", "[::]"})  # noqa: S104  (these are looked for, not bound)
_LEGION_OPTIONS = (
    "legion-node",
    "legion-quorum",
    "legion-scroll",
    "legion-lord",
    "legion-unlord",
    "legion-setup",
    "legion-death",
    "legion-join",
    "legion-node-joined",
    "legion-node-left",
)


def _pieces(given: Given) -> dict[str, str]:
    """Return the parts of a value as texts; nothing for one that is not known."""
    composite = composites.of(given.key)
    if composite is None or not isinstance(given.text, str):
        return {}
    return {name: piece.text for name, piece in grammar.parse(composite, given.text).pieces.items()}


def emperor_in_own_folder(view: View) -> Iterator[Finding]:
    """Tell of an emperor that would start its own configuration as a vassal, which starts it as a vassal ..."""
    name = os.path.abspath(view.document.source.name)  # noqa: PTH100  (nothing is asked of the disk but where we are)
    folder = os.path.dirname(name)  # noqa: PTH120
    endings = [*ENDINGS, *(str(given.text) for given in view.every("emperor-extra-extension"))]
    # A vassal is started with [uwsgi] of its file, and a tyrant refuses one that belongs to root.
    if not name.endswith(tuple(endings)) or view.section != "uwsgi" or view.value("emperor-tyrant") is not False:
        return
    for given in view.every("emperor"):
        if given.guard:
            continue  # the vassal may find the condition otherwise
        # %d is the folder of the file that it stands in.
        magic = given.text is UNKNOWN and given.shown.startswith("%d") and given.span.source is view.document.source
        text = f"{folder}/{given.shown[2:]}" if magic else given.text
        if not isinstance(text, str) or "%" in text or "$(" in text:
            continue
        watched = text.removeprefix("dir://").removeprefix("glob://")
        if not watched.startswith("/"):
            continue  # whatever it is relative to: where the server starts
        if os.path.normpath(watched) == folder or fnmatch.fnmatchcase(name, os.path.normpath(watched)):
            yield make("emperor-in-own-folder", given.value_span, {"value": given.shown}, given.key)


def reinforcement_without_zerg(view: View) -> Iterator[Finding]:
    """Tell of a vassal that calls for help where there is nothing to run as help."""
    if view.open or view.document.format not in {"ini", "yaml"} or "zerg" in view.document.section_names():
        return
    for setting in ("vassal-sos", "vassal-sos-backlog"):
        value = view.value(setting)
        given = view.every(setting)
        if given and isinstance(value, int) and value > 0:
            yield make("reinforcement-without-zerg", given[-1].span, {}, given[-1].key)
            return


# -- subscriptions -------------------------------------------------------------------------------


def _first_socket(view: View) -> tuple[str, Given] | None:
    """Return the setting and the place of the first socket, which is what is announced; None when not known."""
    if view.open or any(view.every(setting) for setting in _OTHER_SOCKETS):
        return None
    found = [(setting, given) for setting in _SOCKETS for given in view.every(setting)]
    if not found or any(given.guard or given.span.source is not view.document.source for _, given in found):
        return None
    return min(found, key=lambda each: each[1].span.start)


def _announcing_first(view: View) -> Iterator[tuple[Given, dict[str, str]]]:
    """Return the subscriptions that do not say which socket they announce, with their parts."""
    for setting in ("subscribe-to", "subscribe2"):
        for given in view.every(setting):
            pieces = _pieces(given)
            if pieces and "addr" not in pieces and "socket" not in pieces:
                yield given, pieces


def _own_router(view: View, server: str, routers: Iterable[str]) -> bool:
    """Whether a subscription goes to one of some routers of the same configuration."""
    return any(
        given.text is UNKNOWN or given.text == server
        for router in routers
        for given in view.every(f"{router}-subscription-server")
    )


def subscribed_http_socket(view: View) -> Iterator[Finding]:
    """Tell of a subscription that announces a socket which speaks HTTP to routers which speak uwsgi."""
    first = _first_socket(view)
    if first is None or first[0] not in _HTTP or view.every("socket-protocol"):
        return
    setting, socket = first
    for given, pieces in _announcing_first(view):
        server = pieces.get("server", "")
        if _own_router(view, server, ("rawrouter", "sslrouter")):
            continue  # which passes on what clients send as it is
        values = {"socket": setting, "address": socket.shown}
        yield make("subscribed-http-socket", given.span, values, given.key, related_to([socket], "announced"))


def unreachable_subscription(view: View) -> Iterator[Finding]:
    """Tell of an address that means another machine where it is announced."""
    first = _first_socket(view)
    if first is None or not isinstance(first[1].text, str) or not is_tcp(first[1].text):
        return
    address = first[1].text
    if host(address) not in _WILDCARDS and not is_loopback(address):
        return
    for given, pieces in _announcing_first(view):
        server = pieces.get("server", "")
        if _own_router(view, server, _ROUTERS):
            continue
        # A name is no address here, which is told already.
        if not _IPV4.fullmatch(host(server) or "") or is_loopback(server) or host(server) in _WILDCARDS:
            continue
        values = {"server": server, "address": address}
        yield make("unreachable-subscription", given.span, values, given.key, related_to([first[1]], "announced"))


# -- legions -------------------------------------------------------------------------------------


def _legions(view: View) -> dict[str, Given] | None:
    """Return where each legion is defined first; None when that is not known."""
    found: dict[str, Given] = {}
    for setting in ("legion", "legion-mcast"):
        for given in view.every(setting):
            if given.guard or not isinstance(given.text, str) or given.span.source is not view.document.source:
                return None
            name = given.text.partition(" ")[0]
            if name not in found or given.span.start < found[name].span.start:
                found[name] = given
    return None if view.open else found


def _named(view: View) -> Iterator[tuple[Given, str]]:
    """Return the values that start with the name of a legion, and the name."""
    for setting in _LEGION_OPTIONS:
        for given in view.every(setting):
            if isinstance(given.text, str) and not given.guard and given.span.source is view.document.source:
                yield given, given.text.partition(" ")[0]


def late_legion(view: View) -> Iterator[Finding]:
    """Tell of a line about a legion that stands in front of its definition."""
    legions = _legions(view) or {}
    for given, name in sorted(_named(view), key=lambda pair: pair[0].span.start):
        legion = legions.get(name)
        if legion is not None and given.span.start < legion.span.start:
            yield make("late-legion", legion.span, {"legion": name}, given.key, related_to([given], "needed here"))
            legions.pop(name)


def unreachable_quorum(view: View) -> Iterator[Finding]:
    """Tell of a quorum that all members together cannot reach."""
    legions = _legions(view)
    if legions is None or view.every("legion-mcast"):
        return
    nodes: dict[str, dict[str, Given]] = {}
    for given in view.every("legion-node"):
        pieces = _pieces(given)
        if given.guard or "legion" not in pieces or "addr" not in pieces:
            return
        nodes.setdefault(pieces["legion"], {}).setdefault(pieces["addr"], given)
    for given in view.every("legion-quorum"):
        pieces = _pieces(given)
        name, quorum = pieces.get("legion", ""), pieces.get("quorum", "")
        legion = legions.get(name)
        if legion is None or not quorum.isdigit():
            continue
        members = {_pieces(legion).get("addr", ""): legion, **nodes.get(name, {})}
        if int(quorum) > len(members):
            values = {"legion": name, "quorum": quorum, "members": str(len(members))}
            related = related_to(members.values(), "a member")
            yield make("unreachable-quorum", given.value_span, values, given.key, related)
