"""What a running server takes up when it is told to reload, and what only a new start brings."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.language.compare import compare
from uwsgilint.language.load import evaluate
from uwsgilint.language.reloading import Need, overall, what_it_takes
from uwsgilint.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uwsgilint.language.settings import Settings
    from uwsgilint.server import Running

MASTER = "master = true\n"


def settings(text: str) -> Settings:
    """What some lines of INI mean."""
    return evaluate(ini.read(Source("uwsgi.ini", f"[uwsgi]\n{text}\n".encode())), path="uwsgi.ini")[0]


def takes(before: str, after: str) -> tuple[Need, str]:
    """What a running server needs in order to become another one, and why."""
    old, new = settings(before), settings(after)
    return tuple(overall([what_it_takes(each, old, new) for each in compare(old, new)], old, new))  # type: ignore[return-value]


# -- what is said -----------------------------------------------------------------------------------


def test_the_same_needs_nothing() -> None:
    """Where nothing differs there is nothing to do, with a master or without one."""
    assert takes("processes = 1", "workers = 1") == (Need.NOTHING, "")


def test_without_a_master_nothing_reloads() -> None:
    """SIGHUP ends a server without a master, so whatever differs takes a new start."""
    need, reason = takes("processes = 2", "processes = 4")

    assert need is Need.RESTART
    assert "no master" in reason


def test_a_master_on_a_condition_may_not_be_there() -> None:
    """Who cannot say that there is a master does not promise that SIGHUP reloads."""
    conditional = "if-env = M\nmaster = true\nendif =\n"

    assert takes(conditional + "processes = 2", conditional + "processes = 4")[0] is Need.RESTART


@pytest.mark.parametrize("option", ["lazy = true", "exit-on-reload = true", "chroot = /srv/jail"])
def test_some_servers_never_read_their_configuration_again(option: str) -> None:
    """What the running server has been told decides what its reload does, not what is to come."""
    assert takes(f"{MASTER}{option}\nprocesses = 2", f"{MASTER}{option}\nprocesses = 4")[0] is Need.RESTART


def test_a_reload_would_end_at_a_value_that_the_server_refuses() -> None:
    """A configuration that no server starts with is never called a matter of a reload."""
    need, reason = takes(MASTER, f"{MASTER}processes = -1")

    assert need is Need.RESTART
    assert "would end it" in reason


def test_what_acts_only_at_the_start_needs_nothing() -> None:
    """A running server has nothing of an option that only prints or checks."""
    assert takes(MASTER, f"{MASTER}strict = true")[0] is Need.NOTHING


def test_the_most_that_any_difference_takes_counts() -> None:
    """One setting that wants a new start is enough for all."""
    assert takes(MASTER, f"{MASTER}processes = 2\npidfile = /run/a.pid")[0] is Need.RESTART


@pytest.mark.parametrize(
    ("before", "after", "need"),
    [
        ("uid = a\nhttp-socket = :80", "uid = a\nhttp-socket = :80\nprocesses = 2", Need.RELOAD),
        ("uid = a\nhttp-socket = :8080", "uid = a\nhttp-socket = :80", Need.RESTART),
        ("uid = a\nhttp = :80", "uid = a\nhttp = :80\nprocesses = 2", Need.RESTART),
        (
            "uid = a\nhttps2 = addr=:443,cert=c,key=k",
            "uid = a\nhttps2 = addr=:443,cert=c,key=k\nmules = 1",
            Need.RESTART,
        ),
        ("uid = a\nhttp = :80", "uid = a\nhttp = :8080", Need.RELOAD),
        ("uid = a\nmaster-as-root = true\nhttp = :80", "uid = a\nmaster-as-root = true\nhttp = :81", Need.RELOAD),
        ("http = :8080", "http = :80", Need.RELOAD),
    ],
)
def test_ports_below_1024_take_root(before: str, after: str, need: Need) -> None:
    """Sockets of workers are handed over; those of routers are opened again, and who gave up root ends at it."""
    assert takes(MASTER + before, MASTER + after)[0] is need


def test_a_stored_cache_of_another_size_keeps_the_server_from_starting() -> None:
    """Its file has to go first, which nobody does between the two halves of a reload."""
    cache = f"{MASTER}cache2 = name=a,items=100,store=/var/a,bitmap=1"

    need, reason = takes(cache, cache.replace("100", "200"))
    assert need is Need.RESTART
    assert "remove that file" in reason
    assert takes(f"{MASTER}cache2 = name=a,items=100", f"{MASTER}cache2 = name=a,items=200")[0] is Need.RELOAD


# -- what the server does ---------------------------------------------------------------------------


class World:
    """A server in a folder of its own, and what can be seen of it."""

    def __init__(self, folder: Path, running: Running) -> None:
        self.folder = folder
        self.running = running
        self.pid = running.process.pid

    def stats(self) -> dict[str, Any]:
        """What its stats socket says."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.folder / "stats"))
            chunks = b"".join(iter(lambda: connection.recv(65536), b""))
        found: dict[str, Any] = json.loads(chunks)
        return found

    def worker(self) -> int:
        """The process of its first worker, 0 where there is none."""
        try:
            return int(self.stats()["workers"][0]["pid"])
        except (OSError, ValueError, IndexError):
            return 0

    def wait(self, other_than: int = 0) -> bool:
        """Wait until there is a worker, and another one than a given one; tell whether that happened."""
        end = time.monotonic() + 15
        while self.worker() in {0, other_than}:
            if self.running.process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def text(self, name: str) -> str | None:
        """The content of a file in its folder, None when there is none."""
        path = self.folder / name
        return path.read_text() if path.exists() else None

    def status(self, key: str) -> str:
        """A line of what the kernel knows about the master."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(line for line in lines if line.startswith(f"{key}:"))

    def link(self, name: str) -> str:
        """Where a link of the kernel about the master leads, seen from its folder."""
        return os.path.relpath(Path(f"/proc/{self.pid}/{name}").readlink(), self.folder)


def limit(world: World) -> str:
    """The limit of open files."""
    lines = Path(f"/proc/{world.pid}/limits").read_text().splitlines()
    return next(line for line in lines if line.startswith("Max open files"))


def mode(world: World) -> int:
    """The permissions of a socket."""
    return (world.folder / "s").stat().st_mode & 0o777


def listens(world: World) -> bool:
    """Whether somebody listens on the port of the test."""
    port = int((world.folder / "port").read_text())
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def nice(world: World) -> str:
    """The priority of the master."""
    return Path(f"/proc/{world.pid}/stat").read_text().rpartition(")")[2].split()[16]


def children(world: World) -> int:
    """How many processes the master has."""
    return len(Path(f"/proc/{world.pid}/task/{world.pid}/children").read_text().split())


SHOWN = "exec-asap = env | grep ^T_ | sort > {d}/env\n"
# What is said before and after, and what shows the difference. {d} is the folder, {port} a free port.
CASES: dict[str, tuple[str, str, Callable[[World], object]]] = {
    "processes": ("processes = 1", "processes = 3", lambda w: len(w.stats()["workers"])),
    "threads": ("threads = 2", "threads = 4", lambda w: len(w.stats()["workers"][0]["cores"])),
    "socket-added": ("", "socket = {d}/s", lambda w: (w.folder / "s").exists()),
    "socket-removed": ("socket = 127.0.0.1:{port}", "", listens),
    "shared-socket-added": ("", "shared-socket = 127.0.0.1:{port}\nsocket = =0", listens),
    "http": ("", "http = 127.0.0.1:{port}", listens),
    "http-removed": ("http = 127.0.0.1:{port}", "", listens),
    "chmod-socket": ("socket = {d}/s\nchmod-socket = 660", "socket = {d}/s\nchmod-socket = 666", mode),
    "umask": ("umask = 077", "umask = 027", lambda w: w.status("Umask")),
    "umask-removed": ("umask = 077", "", lambda w: w.status("Umask")),
    "prio-removed": ("prio = 5", "", nice),
    "max-fd-lowered": ("max-fd = 600", "max-fd = 500", limit),
    "max-fd-removed": ("max-fd = 500", "", limit),
    "chdir": ("chdir = {d}/a", "chdir = {d}/b", lambda w: w.link("cwd")),
    "logto": ("logto = {d}/a.log", "logto = {d}/b.log", lambda w: w.link("fd/1")),
    "logto-reopened": ("logto = {d}/a.log", "logto = {d}/b.log\nlog-reopen = true", lambda w: w.link("fd/1")),
    "logger": ("", "logger = file:{d}/b.log", lambda w: (w.folder / "b.log").exists()),
    "pidfile": ("pidfile = {d}/a.pid", "pidfile = {d}/b.pid", lambda w: (w.folder / "b.pid").exists()),
    "safe-pidfile": ("", "safe-pidfile = {d}/b.pid", lambda w: (w.folder / "b.pid").exists()),
    "spooler": ("", "spooler = {d}/a", lambda w: len(w.stats().get("spoolers", []))),
    "mules": ("mules = 1", "mules = 2", children),
    "cache": (
        "cache2 = name=a,items=100",
        "cache2 = name=a,items=200",
        lambda w: w.stats()["caches"][0]["max_items"],
    ),
    "env": (f"{SHOWN}env = T_A=1", f"{SHOWN}env = T_A=2", lambda w: w.text("env")),
    "env-removed": (f"{SHOWN}env = T_A=1", SHOWN, lambda w: w.text("env")),
    "unenv-removed": (f"{SHOWN}unenv = T_BASE", SHOWN, lambda w: w.text("env")),
    "hook-pre-jail": ("", "exec-pre-jail = touch {d}/hooked", lambda w: (w.folder / "hooked").exists()),
    "exec-as-root": ("", "exec-as-root = touch {d}/hooked", lambda w: (w.folder / "hooked").exists()),
    "lazy": ("lazy = true\nprocesses = 1", "lazy = true\nprocesses = 3", lambda w: len(w.stats()["workers"])),
    "exit-on-reload": ("exit-on-reload = true", "processes = 3", lambda w: len(w.stats()["workers"])),
    "refused": ("", "socket = {d}/s\nchmod-socket = 0666", lambda w: (w.folder / "s").exists()),
}
# Nothing starts with these, so what they would show is not to be seen.
NEVER_START = frozenset({"refused"})


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name that others may enter."""
    made = Path(tempfile.mkdtemp(prefix="uwsgilint-"))
    made.chmod(0o755)
    for name in ("a", "b"):
        (made / name).mkdir()
    # The server of a wheel is a script, whose name is an argument when it is executed again.
    (made / "again").write_text('#!/bin/sh\nexec "$@"\n')
    (made / "again").chmod(0o755)
    yield made
    shutil.rmtree(made)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def base(server: Server) -> str:
    """What every server here is told."""
    script = Path(server.path).read_bytes()[:2] == b"#!"
    return (
        "socket = {d}/main\nstats = {d}/stats\nvacuum = true\n"
        "worker-reload-mercy = 1\nmule-reload-mercy = 1\nspooler-reload-mercy = 1\n"
        + ("binary-path = {d}/again\n" if script else "")
    )


def filled(text: str, folder: Path, port: int) -> str:
    """A configuration with the places of this run."""
    return text.replace("{d}", str(folder)).replace("{port}", str(port))


def fresh(server: Server, folder: Path, text: str, seen: Callable[[World], object]) -> object:
    """What is to be seen of a server that starts with a configuration."""
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{text}\n")
    with server.started(["--ini", "uwsgi.ini"], cwd=folder, env={"T_BASE": "1"}) as running:
        world = World(folder, running)
        assert world.wait(), running.log
        found = seen(world)
        running.process.send_signal(signal.SIGINT)
        running.process.wait(10)
    for left in ("hooked", "b.log", "b.pid", "s", "env"):
        (folder / left).unlink(missing_ok=True)
    return found


@pytest.mark.server
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what the kernel knows is read from /proc")
@pytest.mark.parametrize("name", CASES)
def test_a_reload_brings_what_is_said_of_it(server: Server, folder: Path, name: str) -> None:
    """A server that reloads a changed file becomes what a new one would be, exactly where we say that it does."""
    before, after, seen = CASES[name]
    port = free_port()
    (folder / "port").write_text(str(port))
    old, new = (filled(f"{MASTER}{base(server)}{text}", folder, port) for text in (before, after))
    wanted = None if name in NEVER_START else fresh(server, folder, new, seen)
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{old}\n")
    with server.started(["--ini", "uwsgi.ini"], cwd=folder, env={"T_BASE": "1"}) as running:
        world = World(folder, running)
        assert world.wait(), running.log
        assert seen(world) != wanted, "nothing is to be seen of the difference"
        (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{new}\n")
        worker = world.worker()
        running.process.send_signal(signal.SIGHUP)
        taken = world.wait(worker) and seen(world) == wanted
    assert (takes(old, new)[0] is Need.RELOAD) is taken, running.log


def runs_as_nobody(path: str) -> bool:
    """Whether another user than root can execute a server, and all that it needs."""
    try:
        return subprocess.run([path, "--version"], user="nobody", capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def open_to_all(server: Server) -> Server:
    """A server that other users than root can execute; the test is skipped where there is none."""
    further = Path(os.environ.get("UWSGILINT_SERVERS", os.devnull)).glob("uwsgi-*")
    for each in (server, *(Server(str(path)) for path in further)):
        if runs_as_nobody(each.path):
            return each
    pytest.skip("takes a server that others can execute; UWSGILINT_SERVERS names a folder of further ones")


def can_listen(port: int) -> bool:
    """Whether a port is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@pytest.mark.server
@pytest.mark.parametrize(
    ("more", "user", "becomes"),
    [("master-as-root = true\n", "1", 1), ("", "1", None), ("", pwd.getpwuid(1).pw_name, 65534)],
    ids=["root", "number", "name"],
)
@pytest.mark.skipif(os.geteuid() != 0, reason="takes root")
def test_a_user_changes_as_long_as_the_master_is_root(
    server: Server, folder: Path, more: str, user: str, becomes: int | None
) -> None:
    """A server that gave up root ends at another number, and stays who it is at another name."""
    chosen = open_to_all(server)
    shutil.chown(folder, "nobody")
    old, new = (filled(f"{MASTER}{base(chosen)}{more}uid = {uid}", folder, 0) for uid in ("65534", user))
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{old}\n")
    with chosen.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
        world = World(folder, running)
        assert world.wait(), running.log
        (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{new}\n")
        worker = world.worker()
        running.process.send_signal(signal.SIGHUP)
        found = Path(f"/proc/{world.worker()}").stat().st_uid if world.wait(worker) else None
    assert found == becomes
    assert (takes(old, new)[0] is Need.RELOAD) is (found == 1)


@pytest.mark.server
@pytest.mark.parametrize("option", ["http", "http-socket"])
@pytest.mark.skipif(os.geteuid() != 0, reason="takes root")
def test_a_router_on_a_low_port_does_not_survive_a_reload(server: Server, folder: Path, option: str) -> None:
    """A server that gave up root after it opened its sockets cannot open those of its router again."""
    chosen = open_to_all(server)
    shutil.chown(folder, "nobody")
    low = next(port for port in range(1023, 800, -1) if can_listen(port))
    same = f"{MASTER}{base(chosen)}uid = 65534\ndrop-after-init = true\n{option} = 127.0.0.1:{low}"
    old, new = (filled(f"{same}\nprocesses = {number}", folder, 0) for number in (1, 2))
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{old}\n")
    with chosen.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
        world = World(folder, running)
        assert world.wait(), running.log
        worker = world.worker()
        running.process.send_signal(signal.SIGHUP)
        survives = world.wait(worker)
    assert survives is (option == "http-socket")
    assert (takes(old, new)[0] is Need.RELOAD) is survives


@pytest.mark.server
def test_without_a_master_sighup_ends_the_server(server: Server, folder: Path) -> None:
    """There is nobody to reload it."""
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\nsocket = {folder}/main\n")
    with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
        running.wait_for("spawned uWSGI worker 1")
        end = time.monotonic() + 10
        while running.process.poll() is None and time.monotonic() < end:
            running.process.send_signal(signal.SIGHUP)  # one that comes too early is lost
            time.sleep(0.2)
        assert running.process.poll() is not None


@pytest.mark.server
def test_touching_workers_reads_nothing_again(server: Server, folder: Path) -> None:
    """`touch-workers-reload` brings new workers of the old configuration."""
    text = filled(f"{MASTER}{base(server)}touch-workers-reload = {{d}}/port\nprocesses = ", folder, 0)
    (folder / "port").write_text("")
    (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{text}1\n")
    with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
        world = World(folder, running)
        assert world.wait(), running.log
        (folder / "uwsgi.ini").write_text(f"[uwsgi]\n{text}3\n")
        worker = world.worker()
        os.utime(folder / "port", (time.time() + 60,) * 2)
        assert world.wait(worker), running.log
        assert len(world.stats()["workers"]) == 1
