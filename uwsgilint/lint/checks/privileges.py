"""Checks of who the server is, and of who may reach it, for what no condition can say.

Each function is named by a page in `rules/privileges`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.lint.checks.fixes import moved
from uwsgilint.lint.conditions import is_unix
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import Fix, make
from uwsgilint.lint.fixing.edits import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["late_immediate_gid", "open_socket", "open_uwsgi_socket"]

# Sockets whose clients say more than what is asked for: variables of the server, too.
_TRUSTING = ("uwsgi-socket", "puwsgi-socket", "fastcgi-socket", "fastcgi-nph-socket", "scgi-socket", "scgi-nph-socket")
_OTHERS = ("http-socket", "http11-socket", "raw-socket", "py-tracebacker")
_HTTP = frozenset({"http", "http11", "https", "raw"})
_WRITE = 0o002
# What a `chmod-socket` without a value, or with the value 1, makes of a socket (core/socket.c bind_to_unix).
_BARE = 0o666


def late_immediate_gid(view: View) -> Iterator[Finding]:
    """Tell where the group is to change when the user has changed (core/uwsgi.c uwsgi_opt_set_immediate_gid)."""
    users = [each for each in view.every("immediate-uid") if not each.guard and each.text != "root"]
    for given in view.every("immediate-gid"):
        before = [user for user in users if _stands_before(user, given)]
        if before and not given.guard and given.text != "root":
            fix = moved(view, given, before[0])
            values = {"group": given.shown, "user": before[0].shown}
            related = related_to(before[:1], "the user changes here")
            yield make("late-immediate-gid", given.span, values, given.key, related, fix)


def _stands_before(first: Given, second: Given) -> bool:
    return first.span.source is second.span.source and first.span.start < second.span.start


def _mode(view: View) -> tuple[Given, int] | None:
    """Return the mode that unix sockets get, and where it is said; None when it is not said, or not known."""
    every = view.every("chmod-socket")
    if view.open or len(every) != 1 or every[0].guard or view.value("abstract-socket") is not False:
        return None
    given = every[0]
    if given.text in {None, "1"}:
        return given, _BARE
    mode = given.read()
    return (given, mode) if isinstance(mode, int) else None


def _paths(view: View, settings: Iterable[str]) -> list[Given]:
    """Return what says paths of unix sockets."""
    return [
        given
        for setting in settings
        for given in view.every(setting)
        if not given.guard and isinstance(given.text, str) and is_unix(given.text)
    ]


def _split(view: View) -> tuple[list[Given], list[Given]]:
    """Return the unix sockets whose clients are trusted, and the others."""
    trusting, others = _paths(view, _TRUSTING), _paths(view, _OTHERS)
    protocol = view.value("protocol")
    if protocol in {None, "", "uwsgi", "puwsgi", "fastcgi", "scgi", "fastcgi-nph", "scgi-nph"}:
        trusting += _paths(view, ("socket",))
    elif isinstance(protocol, str) and protocol in _HTTP:
        others += _paths(view, ("socket",))
    return trusting, others


def open_uwsgi_socket(view: View) -> Iterator[Finding]:
    """Tell where every user of the machine may talk to a socket that believes its clients."""
    found = _mode(view)
    trusting, _ = _split(view)
    if found is None or not found[1] & _WRITE or not trusting:
        return
    given, mode = found
    values = {"mode": f"{mode:03o}", "path": trusting[0].shown}
    related = related_to(trusting, "the socket is named here")
    yield make("open-uwsgi-socket", given.span, values, given.key, related, _closed(view, given))


def open_socket(view: View) -> Iterator[Finding]:
    """Tell where every user of the machine may talk to a socket that only takes requests."""
    found = _mode(view)
    trusting, others = _split(view)
    if found is None or not found[1] & _WRITE or trusting or not others:
        return
    given, mode = found
    values = {"mode": f"{mode:03o}", "path": others[0].shown}
    related = related_to(others, "the socket is named here")
    yield make("open-socket", given.span, values, given.key, related, _closed(view, given))


def _closed(view: View, given: Given) -> Fix | None:
    """Make the fix that leaves the socket to its user and group."""
    if not given.literal or given.directive is None or given.directive.source is not view.document.source:
        return None
    edit = replace(given.directive, "660", view.document.format)
    return None if edit is None else Fix((edit,), safe=False)
