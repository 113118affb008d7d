"""Reloading: what of a changed configuration a running server takes up when it is told to reload.

On SIGHUP, and by `touch-reload`, the master executes its binary again with the same command line, and that reads
the files again (core/master_utils.c uwsgi_reload). What does not come anew: the sockets, which are handed over;
what the kernel keeps of a process, which are its user, root folder, limits and environment; and what the server
does only when `is_a_reload` is not set. The rows below were seen on running servers, which tests/test_reloading.py
does again for most of them, but for options of sockets that bind_to_tcp() alone sets, and no reload calls.
"""

from __future__ import annotations

from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from uwsgilint.language.compare import Case, Difference, Said
    from uwsgilint.language.settings import Settings

__all__ = ["Effect", "Need", "on_reload", "overall", "what_it_takes"]


class Need(Enum):
    """What has to be done to a running server; the later, the more."""

    NOTHING = "nothing"
    RELOAD = "reload"
    RESTART = "restart"


class Effect(NamedTuple):
    """What a difference takes, and why."""

    need: Need
    reason: str


class _Row(NamedTuple):
    """What is so for some options.

    Attributes:
        options: their names, as patterns of a shell.
        need: what a difference takes.
        reason: why.
        when: what has to be the case; None for always.
    """

    options: tuple[str, ...]
    need: Need
    reason: str
    when: Callable[[_Change], bool] | None = None


class _Change(NamedTuple):
    """A case of a difference, with the whole configurations around it."""

    case: Case
    before: Settings
    after: Settings

    @property
    def gives_up_root(self) -> bool:
        """Whether the old server may have become another user for good (core/utils.c uwsgi_as_root)."""
        return _gives_up_root(self.before)

    @property
    def taken_away(self) -> bool:
        """Whether something is said no more."""
        return any(s.entry is not None for s in self.case.before) and all(s.entry is None for s in self.case.after)

    @property
    def loosened(self) -> bool:
        """Whether a limit goes, or goes up."""
        old, new = self.case.before, self.case.after
        if not any(s.entry is not None and _number(s) for s in old):
            return False
        return any(s.entry is None or not _number(s) or _number(s) > min(map(_number, old)) for s in new)

    @property
    def raised(self) -> bool:
        """Whether a priority becomes more urgent, which is a lower number."""
        return min(map(_number, self.case.after), default=0) < max(map(_number, self.case.before), default=0)

    @property
    def variables_removed(self) -> bool:
        """Whether a variable that was set is set no more."""
        left = {said.text.partition("=")[0] for said in self.case.after}
        return any(said.text.partition("=")[0] not in left for said in self.case.before)

    @property
    def variables_back(self) -> bool:
        """Whether a variable that was unset is unset no more."""
        return not {said.text for said in self.case.before} <= {said.text for said in self.case.after}

    @property
    def reopens(self) -> bool:
        """Whether logs are opened again by the reload (core/logging.c uwsgi_setup_log)."""
        new = all(said.entry is not None for said in self.case.after)
        return new and self.after.value("log-reopen") is True

    @property
    def low_port(self) -> bool:
        """Whether there is a new port that only root may open, and nobody is root any more."""
        return self.gives_up_root and any(_is_low(said.text) for said in self.case.added)

    @property
    def comes(self) -> bool:
        """Whether there is something that was not there."""
        return bool(self.case.added)

    @property
    def stored_cache(self) -> bool:
        """Whether a cache with a file takes another size (core/cache.c uwsgi_cache_init)."""
        files = {file for said in self.case.removed if (file := _store(said))}
        return any(_store(said) in files for said in self.case.added)


def _number(said: Said) -> int:
    return decimal_prefix(said.text)


def _gives_up_root(settings: Settings) -> bool:
    user = any(settings[name].is_set for name in ("uid", "immediate-uid"))
    return user and settings.value("master-as-root") is not True


def _is_low(address: str) -> bool:
    """Whether an address, or the first part of a longer value, is a port that takes root."""
    first = address.split(",", maxsplit=1)[0]
    port = first.rpartition(":")[2]
    return ":" in first and port.isascii() and port.isdigit() and 0 < int(port[:9]) < 1024


def _store(said: Said) -> str:
    parts = said.text.split(",")
    return next((part[6:] for part in parts if part.startswith("store=")), "")


_ROUTERS = ("http", "https", "https2", "http-to-https", "fastrouter", "rawrouter", "sslrouter", "sslrouter2")

# The first row that fits counts.
_ROWS: tuple[_Row, ...] = (
    # core/utils.c uwsgi_as_root(), which does nothing for who is not root any more
    _Row(
        ("uid", "gid", "add-gid", "immediate-uid", "immediate-gid", "cap", "master-as-root", "no-initgroups"),
        Need.RESTART,
        "the server gave up root when it started, and a reload stays who it is, or ends",
        lambda change: change.gives_up_root,
    ),
    _Row(
        ("drop-after-init", "drop-after-apps", "*-as-root", "chown-socket", "*router-uid", "*router-gid", "http-?id"),
        Need.RESTART,
        "it takes root, which the server gave up when it started",
        lambda change: change.gives_up_root,
    ),
    # core/uwsgi.c uwsgi_setup(), core/utils.c uwsgi_as_root(): skipped when it is a reload
    _Row(
        ("chroot", "pivot-root", "unshare*", "setns*", "namespace*", "jail*", "*-pre-jail", "*-post-jail"),
        Need.RESTART,
        "it is done only when the server starts",
    ),
    # core/uwsgi.c, core/init.c, core/daemons.c: every writer of a pidfile asks for is_a_reload
    _Row(
        ("pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2"),
        Need.RESTART,
        "the file is written only when the server starts",
    ),
    # core/logging.c uwsgi_setup_log(), core/uwsgi.c uwsgi_start()
    _Row(
        ("logto", "logto2", "logfile-chmod"),
        Need.RESTART,
        "a reload goes on with the log that is open, unless `log-reopen` is set",
        lambda change: not change.reopens,
    ),
    _Row(
        ("daemonize", "daemonize2"),
        Need.RESTART,
        "a reload neither goes to the background nor comes back, and goes on with the log that is open",
        lambda change: not (change.reopens and all(said.entry is not None for said in change.case.before)),
    ),
    # core/socket.c uwsgi_setup_inherited_sockets(), bind_to_unix(), bind_to_tcp()
    _Row(
        (
            *("listen", "chmod-socket", "chown-socket", "abstract-socket", "reuse-port", "freebind", "tcp-fast-open"),
            *("so-keepalive", "so-send-timeout", "socket-sndbuf", "socket-rcvbuf", "no-defer-accept"),
        ),
        Need.RESTART,
        "sockets that are open are handed over as they are; only new ones get it",
    ),
    # core/socket.c uwsgi_setup_shared_sockets()
    _Row(
        ("shared-socket", "undeferred-shared-socket"),
        Need.RESTART,
        "a reload opens no shared socket, it only finds those that are open",
        lambda change: change.comes,
    ),
    _Row(
        ("socket", "*-socket", *_ROUTERS),
        Need.RESTART,
        "only root opens a port below 1024, and a server that gave up root ends at it",
        lambda change: change.low_port,
    ),
    # What the kernel keeps of a process that executes another program.
    _Row(
        ("limit-as", "limit-nproc", "max-fd"),
        Need.RESTART,
        "a reload keeps the old limit, and more than that only root with CAP_SYS_RESOURCE gets",
        lambda change: change.loosened,
    ),
    _Row(("prio", "umask", "cgroup"), Need.RESTART, "a reload keeps what was set", lambda change: change.taken_away),
    _Row(
        ("prio",),
        Need.RESTART,
        "only root can be more urgent than before",
        lambda change: change.gives_up_root and change.raised,
    ),
    _Row(
        ("env",),
        Need.RESTART,
        "a reload keeps the variables that were set",
        lambda change: change.variables_removed,
    ),
    _Row(
        ("unenv",),
        Need.RESTART,
        "a reload does not bring back a variable that was removed",
        lambda change: change.variables_back,
    ),
    _Row(
        ("envdir", "early-envdir"),
        Need.RESTART,
        "a reload keeps the variables that were set",
        lambda change: bool(change.case.removed),
    ),
    # core/master_utils.c uwsgi_reload() executes the path that the old configuration says
    _Row(("binary-path",), Need.RESTART, "the next reload still executes the old binary"),
    _Row(
        ("cache2",),
        Need.RESTART,
        "the server does not start with a `store` of another size; remove that file in between",
        lambda change: change.stored_cache,
    ),
    # core/daemons.c: one that its pidfile shows alive is left alone, by a start as by a reload
    _Row(
        ("*smart-attach-daemon*",),
        Need.RELOAD,
        "a program that runs already is left as it is: end the old one yourself",
        lambda change: bool(change.case.removed),
    ),
    _Row(("master",), Need.RELOAD, "it is the last one: without a master nothing reloads", None),
    _Row(
        ("reload-mercy", "worker-reload-mercy", "mule-reload-mercy", "spooler-reload-mercy"),
        Need.RELOAD,
        "that one still takes the old time",
    ),
    _Row(
        ("strict", "show-config", "dump-options", "print", "iprint", "version"),
        Need.NOTHING,
        "it acts only when a server starts",
    ),
)
_ENOUGH = Effect(Need.RELOAD, "")


def on_reload(settings: Settings) -> Effect:
    """Say what a reload of a server that runs with these settings does.

    Returns:
        RELOAD when it reads its configuration again, RESTART with the reason when it cannot.
    """
    if settings.value("master") is not True:
        if settings.value("master") is UNKNOWN:
            return Effect(Need.RESTART, "there may be no master process, without which SIGHUP ends the server")
        if settings["emperor"].is_set:
            return Effect(Need.RESTART, "an emperor without a master reloads its vassals, and reads nothing itself")
        return Effect(Need.RESTART, "there is no master process, without which SIGHUP ends the server")
    for name, reason in (
        ("lazy", "`lazy` makes SIGHUP restart the workers alone, and the configuration is not read again"),
        ("exit-on-reload", "`exit-on-reload` makes SIGHUP end the server"),
    ):
        if settings.value(name) is not False:
            return Effect(Need.RESTART, reason)
    if settings["chroot"].is_set:
        return Effect(Need.RESTART, "the server looks for its binary inside the new root, and ends without one")
    return _ENOUGH


def what_it_takes(difference: Difference, before: Settings, after: Settings) -> Effect:
    """Say what a running server with the old settings needs in order to take up a difference.

    What `on_reload` says of the old settings comes on top.
    """
    if difference.kind == "include":
        return Effect(Need.RESTART, "what it says is not known")
    refused = next((said for case in difference.cases for said in case.after if said.refused), None)
    if refused is not None:
        return Effect(Need.RESTART, "the server stops at the new value, and a reload would end it")
    option = catalog.option(difference.name)
    if option is not None and option.kind == "action":
        return Effect(Need.NOTHING, "it acts only when a server starts")
    found = [_row(difference.name, _Change(case, before, after)) for case in difference.cases]
    return max(found, key=_weight)


def overall(effects: Iterable[Effect], before: Settings, after: Settings) -> Effect:
    """Put together what all differences take; nothing at all when there are none."""
    most = max(effects, key=_weight, default=Effect(Need.NOTHING, ""))
    if most.need is Need.NOTHING:
        return most
    first = on_reload(before)
    if first.need is Need.RESTART:
        return first
    if most.need is Need.RELOAD and _gives_up_root(before) and any(map(_is_low, _routed(after))):
        # plugins/corerouter/corerouter.c: these are no sockets of workers, which alone are handed over
        reason = "a reload opens the sockets of routers again, and ends at a port below 1024 without root"
        return Effect(Need.RESTART, reason)
    return most


def _routed(settings: Settings) -> list[str]:
    """Return the addresses of routers."""
    return [
        (entry.text or "").removeprefix("addr=")
        for name in _ROUTERS
        for entry, setting, _ in settings.said(name)
        if setting == name
    ]


def _weight(effect: Effect) -> int:
    return list(Need).index(effect.need)


def _row(name: str, change: _Change) -> Effect:
    for row in _ROWS:
        fits = any(fnmatchcase(name, pattern) for pattern in row.options)
        if fits and (row.when is None or row.when(change)):
            return Effect(row.need, row.reason)
    return _ENOUGH
