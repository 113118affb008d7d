"""The examples are worth copying: clean, built from their sources, and alive on the real server."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.server import Running, Server

EXAMPLES = Path(__file__).parent.parent / "examples"
SOURCES = sorted(path for suffix in ("toml", "yaml") for path in EXAMPLES.rglob(f"*.{suffix}"))
BUILT = sorted(path for path in EXAMPLES.rglob("*.ini") if path.parent.name != "broken")


def named(path: Path) -> str:
    """The name of an example's file in a test's name."""
    return path.relative_to(EXAMPLES).as_posix()


def uwsgilint(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "uwsgilint", *args], capture_output=True, text=True, check=False, timeout=60, cwd=cwd
    )


def origin(built: Path) -> tuple[Path, list[str]]:
    """The source that an INI was built from, and the arguments that choose its profile: NAME[.PROFILE].ini."""
    stem, _, profile = built.stem.partition(".")
    sources = [path for path in SOURCES if path.parent == built.parent and path.stem == stem]
    assert len(sources) == 1
    return sources[0], ["--profile", profile] if profile else []


def test_every_source_is_built() -> None:
    """Beside each TOML or YAML stands the INI that the server reads."""
    assert {origin(built)[0] for built in BUILT} == set(SOURCES)


@pytest.mark.parametrize("path", [*SOURCES, *BUILT], ids=named)
def test_is_clean(path: Path) -> None:
    """Neither a source nor what is built from it gives cause for a single finding."""
    result = uwsgilint("check", str(path), "--format", "json")

    assert (json.loads(result.stdout)["findings"], result.returncode) == ([], 0), result.stderr


@pytest.mark.parametrize("built", BUILT, ids=named)
def test_build_is_current(built: Path) -> None:
    """The committed INI is what its source compiles to today."""
    source, profile = origin(built)
    result = uwsgilint("build", str(source), *profile, "-o", str(built), "--check")

    command = " ".join(["uwsgilint build", named(source), *profile, "-o", named(built)])
    assert result.returncode == 0, f"{result.stdout}{result.stderr}in examples/, run: {command}"


def test_broken_names_what_is_wrong() -> None:
    """The faulty example stays faulty: each of its five faults is found, and it fails a check."""
    result = uwsgilint("check", str(EXAMPLES / "broken/uwsgi.ini"), "--format", "json")
    found = [finding["option"] for finding in json.loads(result.stdout)["findings"]]

    assert found == ["master", "processes", "vaccum", "env", "buffer-size"]
    assert result.returncode == 1


@pytest.mark.server
def test_broken_is_taken_in_silence(server: Server) -> None:
    """The server has nothing to say about the faulty example, which is why it is one."""
    answer = server.understand(EXAMPLES / "broken/uwsgi.ini")

    assert answer.refused is None
    assert ("processes", "4k") in answer.entries
    assert "vaccum" not in answer.log.replace("vaccum = true", "")


class Live(NamedTuple):
    """An example that runs: its folder, its ports by the numbers in the committed files, and its server."""

    folder: Path
    ports: dict[int, int]
    running: Running

    def ask(self, port: int, path: str = "/", body: str | None = None) -> tuple[int, dict[str, str], str]:
        """Return status, headers and text of the answer to a request."""
        self.reachable(socket.AF_INET, ("127.0.0.1", self.ports[port])).close()
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=10)
        with contextlib.closing(connection):
            connection.request("GET" if body is None else "POST", path, body)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()

    def connect(self, name: str) -> socket.socket:
        """Return a connection to a Unix socket in the folder."""
        return self.reachable(socket.AF_UNIX, str(self.folder / name))

    def reachable(self, family: int, address: tuple[str, int] | str) -> socket.socket:
        """Connect as soon as somebody listens."""
        end = time.monotonic() + 10
        while True:
            connection = socket.socket(family)
            connection.settimeout(10)
            try:
                connection.connect(address)
            except (ConnectionRefusedError, FileNotFoundError):
                connection.close()
                assert time.monotonic() < end, self.running.log
                assert self.running.process.poll() is None, self.running.log
                time.sleep(0.02)
            else:
                return connection

    @staticmethod
    def settle() -> None:
        """Give new workers a moment.

        A worker of uWSGI 2.0.30 that is told to end while it is still starting hangs until the master has no
        more mercy. The examples survive that, but eight seconds later.
        """
        time.sleep(1)

    def stop(self) -> None:
        """Send SIGTERM, as a service manager would, and see the server leave nothing behind."""
        self.settle()
        self.running.process.send_signal(signal.SIGTERM)

        assert self.running.process.wait(timeout=20) == 0, self.running.log
        for port in self.ports.values():
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
        assert not list(self.folder.rglob("*.sock"))


@contextlib.contextmanager
def living(server: Server, name: str, configuration: str = "uwsgi.ini") -> Iterator[Live]:
    """Run a copy of an example on addresses of its own.

    The examples have fixed ports, as people's configurations do. Two test runs on one machine would fight for
    them, so the copy's sources get free ones and are built anew: what runs is still what the compiler made.
    """
    # Not pytest's tmp_path: the path of a Unix socket has room for about a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="uw") as place:
        root = Path(place)
        shutil.copytree(EXAMPLES / name, root / name, ignore=shutil.ignore_patterns("*.ini", "__pycache__"))
        ports: dict[int, int] = {}
        for source in [path for suffix in ("toml", "yaml") for path in root.rglob(f"*.{suffix}")]:
            source.write_text(
                re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda match: moved(int(match[0]), ports), source.read_text())
            )
        for built in [path.relative_to(EXAMPLES) for path in BUILT if path.is_relative_to(EXAMPLES / name)]:
            source, profile = origin(EXAMPLES / built)
            made = uwsgilint("build", str(root / source.relative_to(EXAMPLES)), *profile, "-o", str(root / built))
            assert made.returncode == 0, made.stdout + made.stderr
        # The emperor's example finds `uwsgi` on PATH, as in an activated virtual environment.
        path = os.pathsep.join([str(Path(server.path).parent), os.environ.get("PATH", os.defpath)])
        with server.started(["--ini", configuration], cwd=root / name, env={"PATH": path}) as running:
            yield Live(root / name, ports, running)


def moved(port: int, ports: dict[int, int]) -> str:
    """Return the free port that stands for a port of the committed files."""
    if port not in ports:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports[port] = probe.getsockname()[1]
    return str(ports[port])


def received(connection: socket.socket) -> bytes:
    """Return everything until the other side closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.server
def test_wsgi_serves(server: Server) -> None:
    """The plain application answers over HTTP."""
    with living(server, "wsgi") as live:
        status, _, text = live.ask(9001, "/there")

        assert (status, text) == (200, "Hello from /there\n")
        live.stop()


@pytest.mark.server
def test_django_serves_pages_and_files(server: Server) -> None:
    """The project answers, and its static files come with a lifetime only where their name is hashed."""
    with living(server, "django") as live:
        status, _, page = live.ask(9002)
        plain = live.ask(9002, "/static/css/site.css")
        hashed = live.ask(9002, "/static/css/site.0a1b2c3d4e5f.css")

        assert status == 200
        assert "<h1>Example shop</h1>" in page
        assert plain[2] == hashed[2] == (EXAMPLES / "django/staticfiles/css/site.css").read_text()
        assert "Expires" not in plain[1]
        assert "Expires" in hashed[1]
        live.stop()


@pytest.mark.server
def test_cheaper_starts_few_workers(server: Server) -> None:
    """Four of eight workers start, and the stats socket, closed to strangers, tells so."""
    with living(server, "cheaper") as live:
        status, _, text = live.ask(9003)
        stats = json.loads(received(live.connect("stats.sock")))
        mode = (live.folder / "stats.sock").stat().st_mode & 0o777

        assert (status, text) == (200, "Done.\n")
        assert len(stats["workers"]) == 8
        assert sum(worker["status"] != "cheap" for worker in stats["workers"]) == 4
        assert mode == 0o660
        live.stop()


@pytest.mark.server
def test_emperor_rules_two_vassals(server: Server) -> None:
    """Both vassals answer, and a rebuilt one is reloaded and answers again."""
    with living(server, "emperor") as live:
        answers = live.ask(9004), live.ask(9005)
        live.running.wait_for("vassal blog.ini is ready")
        live.running.wait_for("vassal shop.ini is ready")
        live.settle()
        vassal = live.folder / "vassals/blog.ini"
        os.utime(vassal, (time.time() + 1, time.time() + 1))
        live.running.wait_for("reload the uwsgi instance blog.ini")
        live.running.wait_for("running python", timeout=20)
        again = live.ask(9004)
        stats = json.loads(received(live.reachable(socket.AF_INET, ("127.0.0.1", live.ports[9104]))))

        assert [text for _, _, text in answers] == ["This is the blog.\n", "This is the shop.\n"]
        assert again[2] == "This is the blog.\n"
        assert {vassal["id"] for vassal in stats["vassals"]} == {"blog.ini", "shop.ini"}
        live.stop()


@pytest.mark.server
@pytest.mark.parametrize("configuration", ["uwsgi.ini", "uwsgi.production.ini"])
def test_spooler_delivers_later(server: Server, configuration: str) -> None:
    """A message is accepted at once and delivered by the spooler, in both profiles."""
    with living(server, "spooler", configuration) as live:
        status, _, text = live.ask(9006, body="Hello, later")
        live.running.wait_for("delivered: Hello, later")

        assert (status, text) == (202, "Accepted.\n")
        live.stop()


@pytest.mark.server
def test_threads_serve_on_a_unix_socket(server: Server) -> None:
    """A thread answers a proxy that speaks the uwsgi protocol."""
    names = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    block = b"".join(struct.pack("<H", len(text)) + text.encode() for pair in names.items() for text in pair)
    with living(server, "threads") as live:
        connection = live.connect("app.sock")
        connection.sendall(struct.pack("<BHB", 0, len(block), 0) + block)
        head, _, text = received(connection).decode().partition("\r\n\r\n")

        assert " 200 OK" in head
        assert re.fullmatch(r"Answered by uWSGIWorker\dCore\d+\.\n", text)
        live.stop()
