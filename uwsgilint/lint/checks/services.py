"""Checks of commands in files that say who starts the server: images of containers, and units of systemd.

Each function is named by a page in `rules/processes`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["daemon_in_container", "daemon_in_unit"]

_START = re.compile(rb"[ \t]*(?:CMD|ENTRYPOINT)\b", re.IGNORECASE)
_EXEC_START = re.compile(rb"[ \t]*ExecStart[ \t]*=")
_TYPE = re.compile(rb"^[ \t]*Type[ \t]*=[ \t]*(\S+)", re.MULTILINE)
# Something else goes on in the foreground when the server is gone.
_MORE = re.compile(rb"&&|\|\||;|&[ \t]*\Z|\b(?:tail|wait|sleep|supervisord)\b")


def _kind(view: View) -> str | None:
    """Return the kind of the file that a command stands in; None for a configuration."""
    if view.document.format != "args":
        return None
    from uwsgilint.formats import commands  # noqa: PLC0415  (most files are configurations)

    return commands.detect(view.document.source.name, view.document.source.data)


def _daemons(view: View) -> Iterator[tuple[Given, bytes]]:
    """Return what sends the server into the background, with the whole command around it."""
    for setting in ("daemonize", "daemonize2"):
        for given in view.every(setting):
            if given.directive is None or given.directive.key not in {"daemonize", "daemonize2", "background"}:
                continue  # one letter, -d, is easily something else
            data = given.directive.source.data
            start = data.rfind(b"\n", 0, given.span.start) + 1
            while start and data[:start].rstrip(b" \t\r\n").endswith(b"\\"):
                start = data.rfind(b"\n", 0, start - 1) + 1
            end = given.span.end
            while (stop := data.find(b"\n", end)) >= 0 and data[:stop].rstrip(b" \t\r").endswith(b"\\"):
                end = stop + 1
            yield given, data[start : stop if stop >= 0 else len(data)]


def daemon_in_container(view: View) -> Iterator[Finding]:
    """Tell of an image whose only process goes into the background."""
    if not view.every("daemonize") and not view.every("daemonize2"):
        return
    if _kind(view) != "dockerfile":
        return
    for given, command in _daemons(view):
        if _START.match(command) and not _MORE.search(command):
            yield make("daemon-in-container", given.span, {"log": given.shown}, given.key)


def daemon_in_unit(view: View) -> Iterator[Finding]:
    """Tell of a unit whose process goes into the background though its type says that it stays."""
    if not view.every("daemonize") and not view.every("daemonize2"):
        return
    if _kind(view) != "systemd":
        return
    types = _TYPE.findall(view.document.source.data)
    kind = types[-1].decode("latin-1") if types else "simple"
    if kind not in {"simple", "exec", "notify", "notify-reload", "idle"}:
        return
    for given, command in _daemons(view):
        if _EXEC_START.match(command) and not _MORE.search(command):
            yield make("daemon-in-unit", given.span, {"type": kind}, given.key)
