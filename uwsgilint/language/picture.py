"""The picture of a configuration: which processes there will be, who listens where, and what they touch.

Everything comes from the options alone. What the server is handed by others, sockets of systemd or of an emperor
among them, is not in here. A number that depends on conditions is a `Setting` with several outcomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog, composites, grammar
from uwsgilint.language.entry import ALWAYS, SplitError, choose, implied
from uwsgilint.language.settings import Outcome, Setting
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from uwsgilint.language.entry import Entry, Guard
    from uwsgilint.language.settings import Settings

__all__ = [
    "Backend",
    "Cron",
    "Daemon",
    "Emperor",
    "Farm",
    "File",
    "Listener",
    "Mules",
    "Picture",
    "Router",
    "Spooler",
    "User",
    "Workers",
    "Zerg",
    "picture",
]

_MOST_WORLDS = 32


class Listener(NamedTuple):
    """A socket that somebody listens on.

    Attributes:
        address: where, as the server reads it; "127.0.0.1:0" has a port that the system chooses.
        family: "tcp", "udp", "unix", "abstract", "fd", "shared" for the number of a shared socket, "file" for a
            pipe, or "unknown".
        protocol: what is spoken there: "uwsgi", "http", "https", "fastcgi", "stats" ...
        served_by: "workers", "master", "emperor", the name of a router, or "nobody".
        option: the option that opens it, by the name that was written.
        mode: permissions of a Unix socket, "660"; "" where nothing sets them.
        owner: owner of a Unix socket, "www-data:www-data"; "" where nothing sets it.
        entry: what says so.
        conditions: those under which it is there, in words.
    """

    address: str
    family: str
    protocol: str
    served_by: str
    option: str
    mode: str
    owner: str
    entry: Entry
    conditions: tuple[str, ...] = ()


class Backend(NamedTuple):
    """Where a router hands its requests to.

    Attributes:
        kind: "workers", "address", "subscriptions", "cache", "pattern", "base", "code" or "tunnel".
        value: an address, a pattern ...; "" for workers.
        entry: what says so; None for the workers of the same server, which are a default.
        conditions: those under which it is so, in words.
    """

    kind: str
    value: str
    entry: Entry | None
    conditions: tuple[str, ...] = ()


class Router(NamedTuple):
    """A gateway: processes of its own in front of workers, here or elsewhere.

    Attributes:
        name: "http", "fastrouter", "rawrouter", "sslrouter", "forkptyrouter", "tuntap-router" or "zergpool".
        processes: how many there are.
        listeners: its sockets.
        backends: where requests go; nothing when it has nowhere to send them.
        cheap: whether it only listens while there is somebody to send requests to.
        entry: the first entry that asks for it.
        conditions: those under which it is there, in words.
    """

    name: str
    processes: Setting
    listeners: tuple[Listener, ...]
    backends: tuple[Backend, ...]
    cheap: Setting | None
    entry: Entry
    conditions: tuple[str, ...] = ()


class Workers(NamedTuple):
    """The processes that answer requests.

    Attributes:
        most: how many there are at most; 0 where there is no socket to serve.
        initial: how many are started with the server.
        least: how many are kept alive, however little there is to do.
        cores: how many requests each of them handles at a time.
        mode: "threads", "async" or "single", a request after another.
        loop: the loop engine; None is the usual one.
        offload: threads in each worker that only pass data on.
        lazy: whether each of them loads the application itself.
    """

    most: Setting
    initial: Setting
    least: Setting
    cores: Setting
    mode: Setting
    loop: Setting
    offload: Setting
    lazy: Setting


class Mules(NamedTuple):
    """Processes beside the workers that take no requests.

    Attributes:
        number: how many of them the entry asks for; UNKNOWN when that is not sure.
        program: the script or function that a programmed one runs; "" for those that wait for signals and messages.
        entry: what says so.
        conditions: those under which they are there, in words.
    """

    number: object
    program: str
    entry: Entry
    conditions: tuple[str, ...] = ()


class Farm(NamedTuple):
    """Mules under one name: its name and the numbers of its mules, from 1, as they are written."""

    name: str
    mules: tuple[str, ...]
    entry: Entry
    conditions: tuple[str, ...] = ()


class Spooler(NamedTuple):
    """A folder of tasks.

    Attributes:
        directory: the folder.
        processes: how many processes work on it; 0 for one that other servers work on.
        entry: what says so.
        conditions: those under which it is there, in words.
    """

    directory: str
    processes: Setting
    entry: Entry
    conditions: tuple[str, ...] = ()


class Daemon(NamedTuple):
    """A program that the master keeps running.

    Attributes:
        command: its command line.
        pidfile: the file by which a smart one is found again; "" for others.
        legion: the legion whose lord runs it; "" for none.
        controls: whether the server ends when it does.
        entry: what says so.
        conditions: those under which it is there, in words.
    """

    command: str
    pidfile: str
    legion: str
    controls: bool
    entry: Entry
    conditions: tuple[str, ...] = ()


class Cron(NamedTuple):
    """A command that the master starts at certain times.

    Attributes:
        when: minute, hour, day, month and day of the week as they are written; -1 is each, -5 each fifth.
        command: its command line, or a URL.
        legion: the legion whose lord runs it; "" for none.
        unique: whether one waits until the one before it has ended.
        entry: what says so.
        conditions: those under which it is there, in words.
    """

    when: tuple[str, str, str, str, str]
    command: str
    legion: str
    unique: bool
    entry: Entry
    conditions: tuple[str, ...] = ()


class Emperor(NamedTuple):
    """A ruler over other servers.

    Attributes:
        vassals: where their configurations are: a folder, a pattern, or another monitor.
        alone: whether there is no server beside it: the process itself is the emperor.
        entry: what says so.
        conditions: those under which it is there, in words.
    """

    vassals: str
    alone: bool | None
    entry: Entry
    conditions: tuple[str, ...] = ()


class Zerg(NamedTuple):
    """A place where servers share sockets.

    Attributes:
        role: "server", which gives its sockets away; "member", which serves the sockets of another.
        address: the Unix socket of the exchange.
        entry: what says so.
        conditions: those under which it is so, in words.
    """

    role: str
    address: str
    entry: Entry
    conditions: tuple[str, ...] = ()


class File(NamedTuple):
    """A file, a folder or a name that the server uses.

    Attributes:
        path: as the server reads it.
        use: "reads", "writes", "watches", "serves", "loads", "enters", "certificate" or "key".
        option: the option that names it, as it was written.
        entry: what says so.
        conditions: those under which it is so, in words.
    """

    path: str
    use: str
    option: str
    entry: Entry
    conditions: tuple[str, ...] = ()


class User(NamedTuple):
    """Who the processes run as, and in which root.

    Attributes:
        option: "uid", "gid", "add-gid", "immediate-uid", "immediate-gid", "chroot", "cap", "http-uid" ...
        value: a name or a number, as written.
        entry: what says so.
        conditions: those under which it is so, in words.
    """

    option: str
    value: str
    entry: Entry
    conditions: tuple[str, ...] = ()


class Picture(NamedTuple):
    """What a configuration makes of a server.

    Attributes:
        master: whether there is a master process.
        emperor: the emperors, one for each place with vassals.
        routers: the gateways.
        workers: the workers.
        mules: the mules, in the order of their numbers.
        farms: the farms.
        spoolers: the spoolers.
        daemons: attached programs; they run only with a master.
        crons: commands at certain times; they run only with a master.
        zergs: sockets shared with other servers.
        listeners: every socket, those of routers included.
        files: what is read, written, watched, served and loaded.
        users: who the processes run as.
        unread: includes whose content is unknown; they may add to anything.
    """

    master: Setting
    emperor: tuple[Emperor, ...]
    routers: tuple[Router, ...]
    workers: Workers
    mules: tuple[Mules, ...]
    farms: tuple[Farm, ...]
    spoolers: tuple[Spooler, ...]
    daemons: tuple[Daemon, ...]
    crons: tuple[Cron, ...]
    zergs: tuple[Zerg, ...]
    listeners: tuple[Listener, ...]
    files: tuple[File, ...]
    users: tuple[User, ...]
    unread: tuple[Entry, ...]


def picture(settings: Settings) -> Picture:
    """Draw the picture of some settings; the same settings give the same picture."""
    return _Painter(settings).paint()


# -- what opens sockets ---------------------------------------------------------------------------

# Sockets that workers serve, and what is spoken there; "" is what `protocol` says (core/uwsgi.c).
_SOCKETS = {
    "socket": "",
    "uwsgi-socket": "uwsgi",
    "suwsgi-socket": "suwsgi",
    "http-socket": "http",
    "http11-socket": "http",
    "https-socket": "https",
    "fastcgi-socket": "fastcgi",
    "fastcgi-nph-socket": "fastcgi",
    "scgi-socket": "scgi",
    "scgi-nph-socket": "scgi",
    "raw-socket": "raw",
    "puwsgi-socket": "puwsgi",
    "zeromq": "zeromq",
}
_SHARED = ("shared-socket", "undeferred-shared-socket")
# Sockets of the master and its helpers: protocol, family, whose they are.
_OTHERS = {
    "stats": ("stats", "tcp", "master"),
    "snmp": ("snmp", "udp", "master"),
    "udp": ("udp", "udp", "master"),
    "multicast": ("multicast", "udp", "master"),
    "cache-udp-server": ("cache", "udp", "master"),
    "subscription-notify-socket": ("subscriptions", "udp", "master"),
    "master-fifo": ("commands", "file", "master"),
    "emperor-stats": ("stats", "tcp", "emperor"),
    "emperor-proxy-socket": ("vassals", "unix", "emperor"),
    "pty-socket": ("terminal", "tcp", "workers"),
}
_ROUTERS = {
    "http": {"http": "http", "https": "https", "https2": "https", "http-to-https": "http"},
    "fastrouter": {"fastrouter": "uwsgi"},
    "rawrouter": {"rawrouter": "raw"},
    "sslrouter": {"sslrouter": "tls", "sslrouter2": "tls"},
    "forkptyrouter": {"forkptyrouter": "terminal", "forkptyurouter": "terminal"},
}
# Options of each router that say where requests go (plugins/corerouter/cr_common.c uwsgi_corerouter_has_backends).
_BACKENDS = {
    "to": "address",
    "subscription-server": "subscriptions",
    "use-cache": "cache",
    "use-pattern": "pattern",
    "use-base": "base",
    "use-code-string": "code",
    "use-socket": "workers",
}
# Options that set the number of async cores, and by that the loop engine; the last one counts.
_LOOPS = ("gevent", "asyncio", "tornado", "coroae", "goroutines")
_CORES = ("async", *_LOOPS)

_CRONS = (
    *("cron", "cron2", "unique-cron", "legion-cron", "unique-legion-cron"),
    *("curl-cron", "legion-curl-cron", "cron-curl", "cron-legion"),
)
_DAEMONS = (
    *("attach-daemon", "attach-control-daemon", "attach-daemon2", "smart-attach-daemon", "smart-attach-daemon2"),
    *("legion-attach-daemon", "legion-smart-attach-daemon", "legion-smart-attach-daemon2"),
)

# What options do with the path in their value; "part" names the piece of a composite that is the path.
_FILES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("chdir", "chdir2", "force-cwd", "spooler-chdir"), ("enters", "")),
    **dict.fromkeys(
        (
            *("module", "wsgi-file", "eval", "paste", "pecan", "pump", "web3", "wsgi-lite", "psgi", "rack", "rails"),
            *("lua", "jwsgi", "ring-app", "mono-app", "php-app", "v8-jsgi", "pypy-wsgi", "pypy-wsgi-file"),
            *("import", "shared-import", "spooler-import", "go-load", "lua-load", "rb-require", "shared-rb-require"),
            *("plugins", "dlopen", "home", "pythonpath", "perl-exec", "jvm-class", "ring-load", "symcall"),
        ),
        ("loads", ""),
    ),
    "mount": ("loads", "app"),
    **dict.fromkeys(("envdir", "early-envdir", "mimefile", "php-ini", "sni-dir", "xslt-stylesheet"), ("reads", "")),
    **dict.fromkeys(
        (
            *("pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2", "emperor-pidfile", "daemonize", "daemonize2"),
            *("logto", "logto2", "cache-store", "queue-store", "metrics-dir", "static-gzip-dir", "profiler"),
        ),
        ("writes", ""),
    ),
    "file-write": ("writes", "file"),
    **dict.fromkeys(("logger", "req-logger"), ("writes", "path")),
    **dict.fromkeys(
        (
            *("touch-reload", "touch-workers-reload", "touch-mules-reload", "touch-spoolers-reload"),
            *("touch-chain-reload", "touch-logrotate", "touch-logreopen", "fs-reload", "fs-brutal-reload"),
        ),
        ("watches", ""),
    ),
    **dict.fromkeys(("touch-exec", "hook-touch", "touch-signal", "fs-signal"), ("watches", "file")),
    **dict.fromkeys(("static-map", "static-map2", "cgi"), ("serves", "path")),
    **dict.fromkeys(
        ("check-static", "php-docroot", "php-allowed-docroot", "static-safe", "webdav-mount", "xslt-docroot"),
        ("serves", ""),
    ),
}
_TLS = ("https", "https2", "https-socket", "suwsgi-socket", "sslrouter", "sslrouter2", "sni", "sni-regexp")
_USERS = (
    *("uid", "gid", "add-gid", "immediate-uid", "immediate-gid", "chroot", "pivot-root", "cap", "master-as-root"),
    *(
        "drop-after-init",
        "drop-after-apps",
        "http-uid",
        "http-gid",
        "fastrouter-uid",
        "fastrouter-gid",
        "emperor-tyrant",
    ),
    *("unshare", "namespace"),
)


class _Painter:
    """One picture in the making."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.order = {id(entry): number for number, entry in enumerate(settings.applied)}
        self.mode = settings["chmod-socket"]
        self.owner = settings["chown-socket"]

    def paint(self) -> Picture:
        settings = self.settings
        sockets = self._sockets()
        routers = self._routers()
        automatic = self._automatic(sockets, routers)
        emperor = self._emperor(sockets)
        zergs = self._zergs()
        workers = self._workers([*(each.entry for each in (*sockets, *automatic)), *_members(zergs)])
        listeners = [*sockets, *automatic, *self._shared(), *(each for r in routers for each in r.listeners)]
        return Picture(
            settings["master"],
            emperor,
            routers,
            workers,
            self._mules(),
            tuple(Farm(p["name"], tuple(p["mules"].split(",")), e, e.conditions) for e, p in self._parsed("farm")),
            self._spoolers(),
            self._daemons(),
            self._crons(),
            zergs,
            tuple(listeners + self._others()),
            self._files(),
            self._users(),
            settings.unread,
        )

    # -- ways to ask ------------------------------------------------------------------------------

    def _entries(self, *names: str) -> list[Entry]:
        """Return the entries of options that add up, in the order in which they are applied."""
        found = [
            entry
            for name in names
            if name in self.settings
            for entry in self.settings[name].entries
            if catalog.setting_of(entry.key) == catalog.setting_of(name)
        ]
        return sorted(found, key=lambda entry: self.order.get(id(entry), 0))

    def _parsed(self, *names: str) -> list[tuple[Entry, dict[str, str]]]:
        return [(entry, _pieces(entry)) for entry in self._entries(*names)]

    def _standing(self, *names: str) -> list[tuple[Outcome, Entry]]:
        """Return what may be in force of options of which the last one counts, but for defaults."""
        found = []
        for name in names:
            option = catalog.option(name)
            if option is not None and option.repeatable:
                found += [
                    (Outcome(UNKNOWN, entry.shown, entry, False, entry.guard), entry) for entry in self._entries(name)
                ]
            elif name in self.settings:
                outcomes = self.settings[name].outcomes
                found += [(o, o.entry) for o in outcomes if o.entry is not None and o.entry.opaque is None]
        return sorted(found, key=lambda pair: self.order.get(id(pair[1]), 0))

    # -- sockets ----------------------------------------------------------------------------------

    def _listener(self, entry: Entry, protocol: str, served_by: str, address: str | None = None) -> Listener:
        pieces = _pieces(entry)
        text = pieces.get("addr", entry.shown or "") if address is None else address
        family = _family(text)
        unix = family == "unix"
        mode = self._spelled(self.mode) if unix else ""
        owner = self._spelled(self.owner) if unix and served_by == "workers" else ""
        return Listener(text, family, protocol, served_by, entry.key, mode, owner, entry, entry.conditions)

    @staticmethod
    def _spelled(setting: Setting) -> str:
        """Return what permissions or owners are set to; "666" for `chmod-socket` without a value."""
        texts = []
        for outcome in setting.outcomes:
            if outcome.entry is None:
                texts.append("")
            elif outcome.text:
                texts.append(outcome.text)
            else:
                texts.append("666" if setting.name == "chmod-socket" else "")
        return " or ".join(dict.fromkeys(filter(None, texts)))

    def _sockets(self) -> list[Listener]:
        """Return the sockets that workers serve."""
        found = []
        spoken = " or ".join(dict.fromkeys(str(o.text or "uwsgi") for o in self.settings["protocol"].outcomes))
        for entry in self._entries(*_SOCKETS):
            protocol = _SOCKETS.get(catalog.setting_of(entry.key)) or spoken
            found.append(self._listener(entry, protocol, "workers"))
        return found

    def _shared(self) -> list[Listener]:
        return [self._listener(entry, "shared", "whoever asks for it") for entry in self._entries(*_SHARED)]

    def _automatic(self, sockets: Sequence[Listener], routers: Iterable[Router]) -> list[Listener]:
        """Return the socket that the http router opens for workers (plugins/http/http.c http_init).

        There is one where it has nobody to send requests to, and no other socket is there.
        """
        http = next((router for router in routers if router.name == "http"), None)
        if http is None or not any(backend.entry is None for backend in http.backends):
            return []
        if any(not listener.entry.guard for listener in sockets):
            return []
        entry = http.entry
        opened = [listener.entry for listener in sockets]

        def without(guard: Guard) -> Outcome:
            return Outcome(
                choose(guard, [entry]) is not None and choose(guard, opened) is None, None, None, False, ALWAYS
            )

        found = [outcome for outcome in _derived("http", without, ()).outcomes if outcome.value is True]
        if len(found) != 1:
            conditions = tuple(f"without {listener.option}" for listener in sockets)
        else:
            conditions = found[0].conditions
        return [Listener("127.0.0.1:0", "tcp", "uwsgi", "workers", entry.key, "", "", entry, conditions)]

    def _others(self) -> list[Listener]:
        found = []
        for outcome, entry in self._standing(*_OTHERS):
            protocol, family, served_by = _OTHERS[catalog.setting_of(entry.key)]
            listener = self._listener(entry, protocol, served_by, outcome.text or "")
            if family in {"udp", "file"} or listener.family == "unknown":
                listener = listener._replace(family=family if family == "file" or ":" in listener.address else "unix")
            found.append(listener._replace(conditions=outcome.conditions))
        return found

    # -- processes --------------------------------------------------------------------------------

    def _routers(self) -> tuple[Router, ...]:
        found = []
        for name, options in _ROUTERS.items():
            entries = self._entries(*options, f"{name}-zerg")
            if not entries:
                continue
            listeners = []
            for entry in entries:
                protocol = options.get(catalog.setting_of(entry.key), "handed over")
                listeners.append(self._listener(entry, protocol, name))
            for entry in self._entries(f"{name}-subscription-server"):
                text = entry.shown or ""
                listener = self._listener(entry, "subscriptions", name, text)
                listeners.append(listener._replace(family="udp" if ":" in text else "unix"))
            for outcome, entry in self._standing(f"{name}-stats"):
                listeners.append(
                    self._listener(entry, "stats", name, outcome.text or "")._replace(conditions=outcome.conditions)
                )
            processes = self._at_least_one(self.settings[f"{name}-processes"])
            cheap = self.settings[f"{name}-cheap"]
            found.append(
                Router(
                    name, processes, tuple(listeners), self._backends(name), cheap, entries[0], _shared_words(entries)
                )
            )
        found += self._tunnels()
        pools = self._parsed("zergpool")
        if pools:
            listeners = [
                self._listener(entry, "uwsgi", "zergpool", address)
                for entry, pieces in pools
                for address in pieces.get("sockets", "").split(",")
            ]
            one = _constant("zergpool", 1, pools[0][0])
            words = _shared_words([entry for entry, _ in pools])
            found.append(Router("zergpool", one, tuple(listeners), (), None, pools[0][0], words))
        return tuple(found)

    def _tunnels(self) -> list[Router]:
        found = []
        for entry, pieces in self._parsed("tuntap-router"):
            address = pieces.get("socket", entry.shown or "")
            listeners = [self._listener(entry, "tunnel", "tuntap-router", address)]
            if pieces.get("stats"):
                listeners.append(self._listener(entry, "stats", "tuntap-router", pieces["stats"]))
            backends = (Backend("tunnel", pieces.get("device", ""), entry, entry.conditions),)
            one = _constant("tuntap-router", 1, entry)
            found.append(Router("tuntap-router", one, tuple(listeners), backends, None, entry, entry.conditions))
        return found

    def _backends(self, name: str) -> tuple[Backend, ...]:
        found = []
        sure = False
        for suffix, kind in _BACKENDS.items():
            option = catalog.option(f"{name}-{suffix}")
            if option is None:
                continue
            for outcome, entry in self._standing(option.name):
                found.append(Backend(kind, outcome.text or "", entry, outcome.conditions))
                sure = sure or (kind != "workers" and not outcome.guard)
        if name == "http" and not sure:
            found.append(Backend("workers", "", None))
        return tuple(found)

    def _at_least_one(self, setting: Setting) -> Setting:
        """Read the processes of a router: less than one is one (plugins/corerouter/corerouter.c)."""

        def least(value: object) -> object:
            return max(value, 1) if isinstance(value, int) else 1 if value is None else value

        return setting._replace(outcomes=tuple(o._replace(value=least(o.value)) for o in setting.outcomes))

    def _workers(self, sockets: Sequence[Entry]) -> Workers:
        settings = self.settings
        processes = settings["processes"]
        threads, cores = settings["threads"], settings.together(*_CORES)
        loop = self._loop()
        cheaper, initial, cheap = settings["cheaper"], settings["cheaper-initial"], settings["cheap"]
        idle = settings["idle"]
        commands = settings["command-mode"]

        def most(guard: Guard) -> Outcome:
            if _at(commands, guard).value is True:
                return _at(commands, guard)._replace(value=1)
            if choose(guard, sockets) is None:
                engine = _at(loop, guard)
                if engine.value is None:
                    return Outcome(0, None, None, False, ALWAYS)
            return _numbered(_at(processes, guard), 1)

        def kept(guard: Guard) -> Outcome:
            bound, least = most(guard), _at(cheaper, guard)
            if bound.value == 0:
                return bound
            if _at(idle, guard).value not in {0, None}:
                return _at(idle, guard)._replace(value=0)
            if least.entry is not None and least.value != 0:
                return least
            return bound

        def started(guard: Guard) -> Outcome:
            bound, least = most(guard), _at(cheaper, guard)
            if bound.value == 0:
                return bound
            if _at(cheap, guard).value is not False:
                without = _at(cheap, guard)
                return without._replace(value=0 if without.value is True else UNKNOWN)
            if least.entry is None or least.value == 0:
                return bound
            first = _at(initial, guard)
            if first.entry is None or first.value == 0:
                return least
            if not (isinstance(first.value, int) and isinstance(least.value, int) and isinstance(bound.value, int)):
                return first._replace(value=UNKNOWN)
            # Out of bounds it is moved to the nearest (core/init.c sanitize_args).
            return first._replace(value=min(max(first.value, least.value), bound.value))

        def each(guard: Guard) -> Outcome:
            threaded = _numbered(_at(threads, guard), 1)
            if threaded.value is UNKNOWN or (isinstance(threaded.value, int) and threaded.value > 1):
                return threaded
            several = _numbered(_at(cores, guard), 1)
            if several.value is UNKNOWN or (isinstance(several.value, int) and several.value > 1):
                return several
            return Outcome(1, None, None, False, ALWAYS)

        def mode(guard: Guard) -> Outcome:
            found = each(guard)
            if found.entry is None:
                return found._replace(value="single")
            named = catalog.setting_of(found.entry.key)
            return found._replace(value="async" if named in _CORES else "threads", text=None)

        numbers = (processes, cheaper, initial, cheap, idle, commands)
        lazy = settings["lazy-apps"] if "lazy-apps" in settings else settings["lazy"]
        return Workers(
            _derived("processes", most, numbers),
            _derived("cheaper-initial", started, numbers),
            _derived("cheaper", kept, numbers),
            _derived("cores", each, (threads, cores)),
            _derived("mode", mode, (threads, cores)),
            loop,
            settings["offload-threads"],
            lazy,
        )

    def _loop(self) -> Setting:
        """Return the loop engine: `loop` names it, `gevent` and its like do so by their own name."""
        loop = self.settings.together("loop", *_LOOPS)
        outcomes = []
        for outcome in loop.outcomes:
            entry = outcome.entry
            key = "" if entry is None or entry.opaque is not None else catalog.setting_of(entry.key)
            outcomes.append(outcome._replace(value=key) if key in _LOOPS else outcome)
        return loop._replace(outcomes=tuple(outcomes))

    def _mules(self) -> tuple[Mules, ...]:
        found = []
        for entry in self._entries("mule", "mules"):
            if catalog.setting_of(entry.key) == "mule":
                found.append(
                    Mules(1, "" if entry.text in {None, "", "true"} else entry.shown or "", entry, entry.conditions)
                )
            else:
                count: object = UNKNOWN if entry.value is UNKNOWN else max(decimal_prefix(entry.text or ""), 0)
                found.append(Mules(count, "", entry, entry.conditions))
        return tuple(found)

    def _spoolers(self) -> tuple[Spooler, ...]:
        found = []
        several = self.settings["spooler-processes"]
        for entry in self._entries("spooler", "spooler-external"):
            external = catalog.setting_of(entry.key) == "spooler-external"
            processes = _constant("spooler-processes", 0, entry) if external else self._at_least_one(several)
            found.append(Spooler(entry.shown or "", processes, entry, entry.conditions))
        return tuple(found)

    def _daemons(self) -> tuple[Daemon, ...]:
        found = []
        for entry, pieces in self._parsed(*_DAEMONS):
            command = pieces.get("command") or pieces.get("cmd") or entry.shown or ""
            controls = catalog.setting_of(entry.key) == "attach-control-daemon" or bool(pieces.get("control"))
            found.append(
                Daemon(
                    command,
                    pieces.get("pidfile", ""),
                    pieces.get("legion", ""),
                    controls,
                    entry,
                    entry.conditions,
                )
            )
        return tuple(found)

    def _crons(self) -> tuple[Cron, ...]:
        found = []
        for entry, pieces in self._parsed(*dict.fromkeys(map(catalog.setting_of, _CRONS))):
            names = ("minute", "hour", "day", "month")
            week = pieces.get("weekday", pieces.get("week", "-1"))
            minute, hour, day, month = (pieces.get(name, "-1") for name in names)
            command = pieces.get("command") or pieces.get("url") or entry.shown or ""
            unique = "unique" in entry.key or pieces.get("unique", "0") not in {"0", ""}
            when = (minute, hour, day, month, week)
            found.append(Cron(when, command, pieces.get("legion", ""), unique, entry, entry.conditions))
        return tuple(found)

    def _emperor(self, sockets: Sequence[Listener]) -> tuple[Emperor, ...]:
        """Return the emperors; alone without a master and sockets (core/emperor.c uwsgi_emperor_start)."""
        entries = self._entries("emperor")
        if not entries:
            return ()
        master = self.settings["master"].value
        alone: bool | None = None
        if master is True or any(not listener.entry.guard for listener in sockets):
            alone = False
        elif master is False and not sockets:
            alone = True
        return tuple(Emperor(entry.shown or "", alone, entry, entry.conditions) for entry in entries)

    def _zergs(self) -> tuple[Zerg, ...]:
        found = [Zerg("server", o.text or "", entry, o.conditions) for o, entry in self._standing("zerg-server")]
        found += [Zerg("member", entry.shown or "", entry, entry.conditions) for entry in self._entries("zerg")]
        return tuple(found)

    # -- what is touched --------------------------------------------------------------------------

    def _files(self) -> tuple[File, ...]:
        found = []
        for outcome, entry in self._standing(*(name for name in _FILES if catalog.option(name) is not None)):
            use, part = _FILES[catalog.setting_of(entry.key)]
            path = (_pieces(entry).get(part, "") if part else outcome.text) or ""
            if path and (part != "path" or use != "writes" or "engine" in _pieces(entry)):
                found.append(File(path, use, entry.key, entry, outcome.conditions))
        for entry, pieces in self._parsed(*_TLS):
            for part, use in (("cert", "certificate"), ("key", "key"), ("client_ca", "certificate")):
                if pieces.get(part):
                    found.append(File(pieces[part], use, entry.key, entry, entry.conditions))
        return tuple(found)

    def _users(self) -> tuple[User, ...]:
        return tuple(
            User(entry.key, outcome.text or "", entry, outcome.conditions)
            for outcome, entry in self._standing(*(name for name in _USERS if catalog.option(name) is not None))
            if outcome.value is not False and not outcome.implied
        )


# -- values under conditions ----------------------------------------------------------------------


def _at(setting: Setting, guard: Guard) -> Outcome:
    """Return what a setting comes out as where all of a guard holds.

    Raises:
        SplitError: that depends on a further condition.
    """
    if len(setting.outcomes) == 1:
        return setting.outcomes[0]
    for outcome in setting.outcomes:
        for atom, truth in outcome.guard:
            known = implied(guard, atom)
            if known is None:
                raise SplitError(atom)
            if known is not truth:
                break
        else:
            return outcome
    return Outcome(UNKNOWN, None, None, False, ALWAYS)


def _numbered(outcome: Outcome, default: int) -> Outcome:
    return outcome._replace(value=default) if outcome.value is None else outcome


def _derived(name: str, compute: Callable[[Guard], Outcome], settings: Sequence[Setting]) -> Setting:
    """Work out something under every condition that it depends on."""
    entries = tuple(dict.fromkeys(entry for setting in settings for entry in setting.entries))
    found: list[Outcome] = []
    todo: list[Guard] = [ALWAYS]
    while todo:
        guard = todo.pop()
        try:
            found.append(compute(guard)._replace(guard=guard))
        except SplitError as split:
            if len(found) + len(todo) >= _MOST_WORLDS:
                return Setting(name, (Outcome(UNKNOWN, None, None, False, ALWAYS),), entries, ())
            todo += [guard | {(split.atom, False)}, guard | {(split.atom, True)}]
    first = found[0]
    if all(o.value is first.value or o.value == first.value for o in found) and len({id(o.entry) for o in found}) == 1:
        found = [first._replace(guard=ALWAYS)]
    return Setting(name, tuple(found), entries, ())


def _constant(name: str, value: object, entry: Entry) -> Setting:
    return Setting(name, (Outcome(value, None, entry, False, ALWAYS),), (entry,), ())


def _shared_words(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return the conditions of several entries, of which one is enough; nothing when one stands always."""
    if any(not entry.guard for entry in entries):
        return ()
    return tuple(dict.fromkeys(" and ".join(entry.conditions) for entry in entries))


def _members(zergs: Iterable[Zerg]) -> list[Entry]:
    return [zerg.entry for zerg in zergs if zerg.role == "member"]


# -- texts ----------------------------------------------------------------------------------------


def _pieces(entry: Entry) -> dict[str, str]:
    """Take the value of a composite apart, with what is unknown as it is written; nothing for other values."""
    composite = composites.of(entry.key)
    if composite is None or entry.shown is None:
        return {}
    parsed = grammar.parse(composite, entry.shown)
    return {name: piece.text for name, piece in parsed.pieces.items()}


def _family(address: str) -> str:
    """Return what kind of address a text is to the server (core/socket.c)."""
    if address.startswith("fd://"):
        return "fd"
    if address.startswith("=") and address[1:].isdigit():
        return "shared"
    if ":" in address:
        return "tcp"
    if address.startswith("@") and not address.startswith("@("):
        return "abstract"
    return "unix" if address else "unknown"
