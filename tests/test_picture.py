"""The picture of a configuration: what will run, listen and be touched, held against the real server."""

from __future__ import annotations

import json
import re
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.language.load import evaluate
from uwsgilint.language.picture import Picture, picture
from uwsgilint.language.unknown import UNKNOWN

if TYPE_CHECKING:
    from uwsgilint.server import Server

APP = "def application(environ, start_response):\n    start_response('200 OK', [])\n    return [b'x']\n"
SOCKET = "socket = 127.0.0.1:0"


def drawn(*lines: str) -> Picture:
    """The picture of some lines of INI."""
    document = ini.read(Source("uwsgi.ini", ("[uwsgi]\n" + "\n".join(lines) + "\n").encode()))
    return picture(evaluate(document)[0])


def ways(setting: object) -> set[tuple[object, tuple[str, ...]]]:
    """What a number may be, and when."""
    return {(outcome.value, outcome.conditions) for outcome in setting.outcomes}


def test_the_http_router_opens_a_socket_for_workers() -> None:
    """Without a backend and without a socket there is one on a free port; a real socket replaces it."""
    alone, beside, elsewhere = drawn("http = :80"), drawn("http = :80", SOCKET), drawn("http = :80", "http-to = :3")

    assert [(x.address, x.served_by) for x in alone.listeners] == [("127.0.0.1:0", "workers"), (":80", "http")]
    assert [(x.address, x.option) for x in beside.listeners] == [("127.0.0.1:0", "socket"), (":80", "http")]
    assert [x.address for x in elsewhere.listeners] == [":80"]
    assert [(b.kind, b.value) for b in elsewhere.routers[0].backends] == [("address", ":3")]
    assert [p.workers.most.value for p in (alone, beside, elsewhere)] == [1, 1, 0]


def test_conditions_stay_with_what_they_are_about() -> None:
    """A socket in a block is there under its condition, and what stands in for it under the contrary."""
    found = drawn("http = :80", "if-env = X", SOCKET, "processes = 4", "cheaper = 2", "endif =", "threads = 3")

    assert [(x.option, x.conditions) for x in found.listeners] == [
        ("socket", ("if-env X",)),
        ("http", ("not if-env X",)),
        ("http", ()),
    ]
    assert ways(found.workers.most) == {(4, ("if-env X",)), (1, ("not if-env X",))}
    assert ways(found.workers.initial) == {(2, ("if-env X",)), (1, ("not if-env X",))}
    assert found.workers.cores.value == 3


def test_what_is_unknown_stays_unknown() -> None:
    """A number that only the environment knows is no number, and an include that is not read is told."""
    found = drawn(SOCKET, "processes = $(N)", "mules = $(M)", "ini = http://example.com/x.ini")

    assert found.workers.most.value is UNKNOWN
    assert [mules.number for mules in found.mules] == [UNKNOWN]
    assert [entry.shown for entry in found.unread] == ["http://example.com/x.ini"]


def test_who_sets_the_cores_last_wins() -> None:
    """`async` and `gevent` write the same number; threads count more than both."""
    assert drawn(SOCKET, "gevent = 9", "async = 5").workers.cores.value == 5
    late = drawn(SOCKET, "async = 5", "gevent = 9").workers
    threaded = drawn(SOCKET, "async = 5", "threads = 2").workers

    assert (late.cores.value, late.mode.value, late.loop.value) == (9, "async", "gevent")
    assert (threaded.cores.value, threaded.mode.value) == (2, "threads")


def test_helpers_are_taken_apart() -> None:
    """Mules, farms, spoolers, daemons and cron jobs say what they run, and when."""
    found = drawn(
        SOCKET, "mules = 2", "mule = work.py", "farm = f:1,3", "spooler = tasks", "spooler-processes = 2",
        "spooler-external = others", "smart-attach-daemon = /run/r.pid redis-server",
        "legion-attach-daemon = l celery worker", "attach-daemon2 = cmd=sleep 9,control=1", "cron = 0 3 -1 -1 1 backup",
        "cron2 = minute=-5,legion=l,unique=1 clean up",
    )  # fmt: skip

    assert [(m.number, m.program) for m in found.mules] == [(2, ""), (1, "work.py")]
    assert [(f.name, f.mules) for f in found.farms] == [("f", ("1", "3"))]
    assert [(s.directory, s.processes.value) for s in found.spoolers] == [("tasks", 2), ("others", 0)]
    assert [(d.command, d.pidfile, d.legion, d.controls) for d in found.daemons] == [
        ("redis-server", "/run/r.pid", "", False),
        ("celery worker", "", "l", False),
        ("sleep 9", "", "", True),
    ]
    assert [(c.when, c.command, c.legion, c.unique) for c in found.crons] == [
        (("0", "3", "-1", "-1", "1"), "backup", "", False),
        (("-5", "-1", "-1", "-1", "-1"), "clean up", "l", True),
    ]


def test_sockets_files_and_users() -> None:
    """Addresses have families and rights, certificates are files, and whoever runs it is named."""
    found = drawn(
        "socket = /run/app.sock", "chmod-socket = 660", "chown-socket = www-data", "stats = @stats", "udp = :99",
        "https = :443,site.crt,site.key", "pidfile = /run/app.pid", "static-map = /s=/srv/s", "touch-reload = now",
        "logger = file:/var/log/a.log", "logger = syslog", "uid = www-data", "fastrouter = @fast", "master-fifo = ff",
    )  # fmt: skip

    assert {(x.address, x.family, x.protocol, x.served_by) for x in found.listeners} == {
        ("/run/app.sock", "unix", "uwsgi", "workers"),
        ("@stats", "abstract", "stats", "master"),
        (":99", "udp", "udp", "master"),
        (":443", "tcp", "https", "http"),
        ("@fast", "abstract", "uwsgi", "fastrouter"),
        ("ff", "file", "commands", "master"),
    }
    assert (found.listeners[0].mode, found.listeners[0].owner) == ("660", "www-data")
    assert {(f.use, f.path) for f in found.files} == {
        ("certificate", "site.crt"),
        ("key", "site.key"),
        ("writes", "/run/app.pid"),
        ("writes", "/var/log/a.log"),
        ("serves", "/srv/s"),
        ("watches", "now"),
    }
    assert [(u.option, u.value) for u in found.users] == [("uid", "www-data")]


def test_an_emperor_without_anything_else_is_alone() -> None:
    """Its process becomes the emperor, and a router beside it never starts; a master or a socket changes that."""
    assert [e.alone for e in drawn("emperor = vassals", "http = :80").emperor] == [True]
    assert [e.alone for e in drawn("emperor = vassals", "master = true").emperor] == [False]
    assert [e.alone for e in drawn("emperor = vassals", SOCKET).emperor] == [False]


CASES = {
    "http alone": ["http = 127.0.0.1:0", "master = true", "processes = 2", "http-processes = 2"],
    "no socket": ["fastrouter = 127.0.0.1:0", "master = true", "processes = 2"],
    "threads over async": [SOCKET, "master = true", "threads = 3", "async = 5", "processes = 2"],
    "async": [SOCKET, "master = true", "async = 4"],
    "mules imply a master": [SOCKET, "mules = 2", "mule = app.py"],
    "a master that is refused": [SOCKET, "master = false", "mules = 2", "spooler = tasks", "spooler-processes = 2"],
    "cheaper": [SOCKET, "processes = 4", "cheaper = 1", "cheaper-initial = 3"],
    "cheaper beyond": [SOCKET, "processes = 3", "cheaper = 2", "cheaper-initial = 9"],
    "cheap": [SOCKET, "cheap = true", "processes = 2"],
    "a cheaper of nothing": [SOCKET, "cheaper = 0", "processes = 3"],
    "everything": [
        *(SOCKET, "http-socket = 127.0.0.1:0", "rawrouter = 127.0.0.1:0", "rawrouter-to = 127.0.0.1:1", "mules = 1"),
        *("spooler = tasks", "spooler = more", "spooler-processes = 2", "attach-daemon = sleep 30", "processes = 2"),
    ],
    "cheaper without a socket": ["cheaper = 1", "processes = 3", "attach-daemon = sleep 30"],
    "no workers wanted": [SOCKET, "master = true", "processes = 0"],
}


@pytest.mark.server
@pytest.mark.parametrize("lines", CASES.values(), ids=CASES)
def test_the_server_starts_what_is_drawn(server: Server, lines: list[str]) -> None:
    """As many workers, cores, mules, spoolers, routers and sockets as the picture says, and a master or none."""
    found = drawn(*lines)
    expected = {
        "master": int(found.master.value is True),
        "workers": found.workers.initial.value,
        "cores": {found.workers.cores.value} if found.workers.initial.value else set(),
        "mules": sum(m.number for m in found.mules) if found.master.value is True else 0,
        "spoolers": sum(s.processes.value for s in found.spoolers),
        "routers": sum(r.processes.value for r in found.routers),
        "daemons": len(found.daemons),
        "sockets": sum(x.served_by == "workers" for x in found.listeners),
    }
    with tempfile.TemporaryDirectory(prefix="uw") as place:
        folder = Path(place)
        (folder / "app.py").write_text(APP)
        (folder / "uwsgi.ini").write_text("[uwsgi]\n" + "\n".join([*lines, "wsgi-file = app.py"]) + "\n")
        with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
            end = time.monotonic() + 10
            while counted(running.log) != expected and time.monotonic() < end:
                time.sleep(0.05)

            assert counted(running.log) == expected, running.log


def counted(log: str) -> dict[str, object]:
    """What the server says that it started."""
    workers = re.findall(r"^spawned uWSGI worker \d+ .*cores: (\d+)", log, re.MULTILINE)
    return {
        "master": len(re.findall(r"^spawned uWSGI master process", log, re.MULTILINE)),
        "workers": len(workers),
        "cores": {int(cores) for cores in workers},
        # One whose program ends is started again and again.
        "mules": len(set(re.findall(r"^spawned uWSGI mule (\d+)", log, re.MULTILINE))),
        "spoolers": len(re.findall(r"^spawned the uWSGI spooler", log, re.MULTILINE)),
        "routers": len(re.findall(r"^spawned uWSGI (?:http|\w+router) \d+", log, re.MULTILINE)),
        "daemons": len(re.findall(r"^\[uwsgi-daemons\] spawning", log, re.MULTILINE)),
        "sockets": len(re.findall(r"^uwsgi socket \d+ bound to (?!.*:0 )", log, re.MULTILINE)),
    }


@pytest.mark.server
def test_the_stats_agree(server: Server) -> None:
    """The server's own numbers: workers, cores, spoolers and listening sockets."""
    lines = [SOCKET, "processes = 3", "threads = 2", "spooler = tasks", "stats = stats.sock"]
    found = drawn(*lines)
    with tempfile.TemporaryDirectory(prefix="uw") as place:
        folder = Path(place)
        (folder / "uwsgi.ini").write_text("[uwsgi]\n" + "\n".join(lines) + "\n")
        with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
            running.wait_for("Stats server enabled")
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(folder / "stats.sock"))
                stats = json.loads(b"".join(iter(lambda: connection.recv(65536), b"")))

    assert len(stats["workers"]) == found.workers.most.value
    assert {len(worker["cores"]) for worker in stats["workers"]} == {found.workers.cores.value}
    assert len(stats["spoolers"]) == sum(spooler.processes.value for spooler in found.spoolers)
    assert len(stats["sockets"]) == sum(listener.served_by == "workers" for listener in found.listeners)


@pytest.mark.server
def test_an_emperor_alone_opens_no_router(server: Server) -> None:
    """What the picture calls alone is: the address of the router stays free."""
    with tempfile.TemporaryDirectory(prefix="uw") as place:
        folder = Path(place)
        (folder / "vassals").mkdir()
        (folder / "uwsgi.ini").write_text("[uwsgi]\nemperor = vassals\nhttp = router.sock\n")
        with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
            running.wait_for("starting uWSGI Emperor")
            time.sleep(0.3)

            assert not (folder / "router.sock").exists()
            assert "spawned uWSGI http" not in running.log
