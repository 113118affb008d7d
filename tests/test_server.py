"""What a real server is asked, and what it does while it is asked."""

from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uwsgilint.server import (
    ACTS_WHILE_READING,
    BINDS_WITHOUT_PORT,
    Server,
    ServerError,
    ServerMissing,
    acts_while_reading,
    find,
)

if TYPE_CHECKING:
    from collections.abc import Callable

APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
"""


def write(folder: Path, text: str | bytes, name: str = "uwsgi.ini") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def living_in(folder: Path) -> list[int]:
    """Processes whose working directory is a folder, or was before that folder went."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            cwd = link.readlink()
        except OSError:
            continue
        if cwd == folder.resolve() or folder.resolve() in cwd.parents:
            found.append(int(link.parent.name))
    return found


def eventually(condition: Callable[[], bool], timeout: float = 5) -> bool:
    """Tell whether something becomes true in time."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


# -- finding ----------------------------------------------------------------------------------------


def test_find_names_the_missing_file(tmp_path: Path) -> None:
    """A path that is no executable is an error that names it."""
    with pytest.raises(ServerMissing, match="nothing-here is not an executable file"):
        find(str(tmp_path / "nothing-here"))


def test_find_looks_beside_python_and_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server beside Python and on PATH, the error says where it was looked for."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerMissing, match="on PATH"):
        find()
    uwsgi = write(tmp_path, "#!/bin/sh\n", "uwsgi")
    uwsgi.chmod(0o755)
    assert find().path == str(uwsgi)


def test_another_program_is_no_server() -> None:
    """An executable that does not answer like uWSGI is as good as none."""
    with pytest.raises(ServerMissing, match="is not a uWSGI server"):
        assert find("true").release


@pytest.mark.server
def test_release(server: Server) -> None:
    """The server tells its release in uWSGI's own numbering."""
    assert server.release == "2.0.30"


# -- understanding ----------------------------------------------------------------------------------


@pytest.mark.server
def test_ini(server: Server, tmp_path: Path) -> None:
    """The registry holds every setting of a file in its order, expanded, repeats and placeholders included."""
    path = write(tmp_path, "[uwsgi]\nname = shop\nenv = A=1\nprocname = %(name) app\nenv = B=2\nmaster\n")
    answer = server.understand(path)
    assert answer.refused is None
    assert answer.entries == [
        ("name", "shop"),
        ("env", "A=1"),
        ("procname", "shop app"),
        ("env", "B=2"),
        ("master", ""),
    ]


@pytest.mark.server
def test_arguments(server: Server) -> None:
    """Command-line arguments are understood too, abbreviations by their full names."""
    answer = server.understand(["--process", "2", "--master", "--set", "foo=bar"])
    assert answer.entries == [("processes", "2"), ("master", "true"), ("set", "foo=bar"), ("foo", "bar")]


@pytest.mark.server
@pytest.mark.parametrize("strict", [False, True])
def test_own_settings_are_left_alone(server: Server, tmp_path: Path, strict: bool) -> None:
    """Settings that look like those added for the question stay in the registry."""
    write(tmp_path, "[uwsgi]\nprocesses = 3\n", "more.ini")
    path = write(tmp_path, "[uwsgi]\nstrict = true\nini = more.ini\nshow-config = 1\nlog-date = %%Y\nclock = unix\n")
    answer = server.understand(path, strict=strict, cwd=tmp_path)
    assert answer.entries == [
        ("strict", "true"),
        ("ini", "more.ini"),
        ("processes", "3"),
        ("show-config", "1"),
        ("log-date", "%Y"),
        ("clock", "unix"),
    ]


@pytest.mark.server
def test_colon_in_the_path(server: Server, tmp_path: Path) -> None:
    """A file whose path contains a colon is read, not taken for a section."""
    folder = tmp_path / "a:b"
    folder.mkdir()
    assert server.understand(write(folder, "[uwsgi]\nprocesses = 3\n")).entries == [("processes", "3")]


@pytest.mark.server
def test_unknown_suffix(server: Server, tmp_path: Path) -> None:
    """A file whose format nobody knows is an error of the caller."""
    with pytest.raises(ServerError, match=r"ends in \.ini"):
        server.understand(write(tmp_path, "", "uwsgi.conf"))


@pytest.mark.server
def test_newlines(server: Server) -> None:
    """A value with newlines cannot pass for further settings."""
    tricky = "x\nprocesses = 9\n;end of configuration\n\n;uWSGI instance configuration\n[uwsgi]\n"
    answer = server.understand([f"--env={tricky}", "--master"])
    assert answer.entries == [("env", tricky), ("master", "true")]


@pytest.mark.server
def test_bytes(server: Server, tmp_path: Path) -> None:
    """Bytes that are not UTF-8 come back as surrogate escapes."""
    answer = server.understand(write(tmp_path, b"[uwsgi]\nenv = \xff\xfe\nprocname = caf\xc3\xa9\n"))
    assert answer.entries == [("env", "\udcff\udcfe"), ("procname", "café")]


@pytest.mark.server
@pytest.mark.parametrize("length", [4000, 4065, 4071, 4080, 4089, 4090, 5000, 100_000])
def test_long_values(server: Server, length: int) -> None:
    """Values of every length come back whole, those included where the server miscounts its own line."""
    answer = server.understand(["--env", "x" * length, "--master"])
    assert answer.entries == [("env", "x" * length), ("master", "true")]


@pytest.mark.server
@pytest.mark.parametrize(
    "text",
    [
        "if-env = HOME\nprocesses = 2\n",
        "for = a b\nenv = %(_)\n",
        "blacklist = chdir\n",
        "whitelist = processes\n",
        "log-master = true\n",
        "logger = stdio\n",
        "log-date = true\n",
        "log-prefix = x\n",
        "log-encoder = suffix x\n",
        "vacuum = true\n",
        "threaded-logger = true\n",
    ],
)
def test_nothing_hides_the_registry(server: Server, tmp_path: Path, text: str) -> None:
    """Open blocks, lists of forbidden names and log settings do not keep the server from answering."""
    answer = server.understand(write(tmp_path, f"[uwsgi]\nprocesses = 4\n{text}"))
    assert answer.refused is None
    assert answer.entries[0] == ("processes", "4")
    assert not any("uwsgilint" in value or key == "hook-pre-jail" for key, value in answer.entries)


@pytest.mark.server
def test_later_files_cannot_start_the_server(server: Server, tmp_path: Path) -> None:
    """A clock and a log date that come from a positional file stop neither the answer nor the stop."""
    path = write(tmp_path, f"[uwsgi]\nclock = unix\nlog-date = hm\nsocket = {tmp_path}/s\nmaster = true\n")
    answer = server.understand(["--processes=2", str(path)], timeout=5)
    assert answer.status == 99
    assert ("socket", f"{tmp_path}/s") in answer.entries
    assert answer.entries[0] == ("processes", "2")
    assert not (tmp_path / "s").exists()


@pytest.mark.server
def test_inherited_settings_follow(server: Server, tmp_path: Path) -> None:
    """What `inherit` appends to the registry is part of the answer."""
    write(tmp_path, "[uwsgi]\nprocesses = 5\n", "parent.ini")
    answer = server.understand(write(tmp_path, "[uwsgi]\ninherit = parent.ini\nmaster = true\n"), cwd=tmp_path)
    assert answer.entries == [("inherit", "parent.ini"), ("master", "true"), ("processes", "5")]


# -- refusals ---------------------------------------------------------------------------------------


@pytest.mark.server
def test_strict(server: Server, tmp_path: Path) -> None:
    """Under strict an unknown name is refused, and named."""
    path = write(tmp_path, "[uwsgi]\nmaster = true\nvaccum = true\n")
    assert server.understand(path).refused is None
    answer = server.understand(path, strict=True)
    assert answer.entries == []
    assert answer.refused == "[strict-mode] unknown config directive: vaccum"
    assert answer.unknown == "vaccum"


@pytest.mark.server
@pytest.mark.parametrize(
    ("arguments", "refused", "unknown"),
    [
        (["--frob=1"], "unrecognized option '--frob=1'", "frob"),
        (["--master=1"], "option '--master' doesn't allow an argument", None),
        (["--chmod-socket=rw"], "invalid chmod value: rw", None),
        (["--version"], "exited with status 0 before it told what it had read", None),
    ],
)
def test_command_line_refusals(server: Server, arguments: list[str], refused: str, unknown: str | None) -> None:
    """Of a refused command line the server's own reason remains."""
    answer = server.understand(arguments)
    assert (answer.refused, answer.unknown) == (refused, unknown)


@pytest.mark.server
def test_missing_section(server: Server, tmp_path: Path) -> None:
    """A section that is not there is reported although the server only warns."""
    path = write(tmp_path, "[other]\nmaster = true\n")
    answer = server.understand(path)
    assert (answer.refused, answer.entries) == (None, [])
    assert answer.sections_missing == (("uwsgi", str(path)),)


@pytest.mark.server
def test_crash(server: Server) -> None:
    """A server that crashes has refused: uWSGI says so itself, or the signal that killed it is named."""
    assert "Segmentation Fault" in str(server.understand(["--ini", ":nothing"]).refused)
    # The wheel's launcher cannot pass on bytes that are not UTF-8.
    assert server.understand(["--set", "a=\udcff"]).refused == "killed by signal SIGSEGV"


@pytest.mark.server
def test_endless_configurations_end(server: Server, tmp_path: Path) -> None:
    """A placeholder that contains itself costs neither all memory nor all time."""
    answer = server.understand(write(tmp_path, "[uwsgi]\na = x%(a)\n"), timeout=20)
    assert answer.refused is not None
    assert "memory allocation" in answer.refused


# -- processes --------------------------------------------------------------------------------------


@pytest.mark.server
def test_understanding_leaves_no_trace(server: Server, tmp_path: Path) -> None:
    """Sockets, workers, daemons, pidfiles and logs of a configuration that is only read do not come into being."""
    write(tmp_path, APPLICATION, "app.py")
    pidfile = write(tmp_path, "1\n", "running.pid")
    path = write(
        tmp_path,
        f"[uwsgi]\nsocket = {tmp_path}/s\nstats = {tmp_path}/stats\nmaster = true\nprocesses = 2\nvacuum = true\n"
        f"wsgi-file = app.py\npidfile = {pidfile}\nlogto2 = {tmp_path}/log\nattach-daemon = sleep 60\nmule = true\n"
        f"touch-reload = {tmp_path}/touch\nmaster-fifo = {tmp_path}/fifo\n",
    )
    answer = server.understand(path, cwd=tmp_path, strict=True)
    assert answer.refused is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["app.py", "running.pid", "uwsgi.ini"]
    assert not living_in(tmp_path)


@pytest.mark.server
def test_timeout(server: Server, tmp_path: Path) -> None:
    """When the time is up the server, its workers and its daemons are gone and nobody listens."""
    write(tmp_path, APPLICATION, "app.py")
    arguments = ["--socket", str(tmp_path / "s"), "--master", "--processes", "2", "--wsgi-file", "app.py"]
    outcome = server.run([*arguments, "--attach-daemon", "sleep 60"], cwd=tmp_path, timeout=4)
    assert outcome.status is None
    assert "spawned uWSGI worker 2" in outcome.log
    assert eventually(lambda: not living_in(tmp_path))
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(ConnectionRefusedError):
        client.connect(str(tmp_path / "s"))


@pytest.mark.server
def test_started(server: Server, tmp_path: Path) -> None:
    """A started server answers until the block ends, and its vassals end with it."""
    write(tmp_path, APPLICATION, "app.py")
    vassals = tmp_path / "vassals"
    vassals.mkdir()
    write(vassals, f"[uwsgi]\nhttp-socket = {tmp_path}/s\nchdir = {tmp_path}\nwsgi-file = app.py\n", "shop.ini")
    # The wheel takes the Python that runs it for its own binary, and would start that for each vassal.
    arguments = ["--emperor", str(vassals), "--master", "--binary-path", server.path]
    with server.started(arguments, cwd=tmp_path) as running:
        running.wait_for("spawned uWSGI worker 1")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "s"))
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert b"hello" in client.recv(4096) + client.recv(4096)
    assert eventually(lambda: not living_in(tmp_path))


@pytest.mark.server
def test_started_says_why_it_waits_in_vain(server: Server, tmp_path: Path) -> None:
    """Waiting for a server that has ended fails at once, with what it wrote."""
    with (
        server.started(["--frob"], cwd=tmp_path) as running,
        pytest.raises(ServerError, match=r"exited with status 1(.|\n)*unrecognized option"),
    ):
        running.wait_for("spawned")


@pytest.mark.server
def test_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was asked for gets into the server's environment: UWSGI_* variables are options."""
    monkeypatch.setenv("UWSGI_PROCESSES", "7")
    monkeypatch.setenv("HAVE", "leaked")
    assert server.understand(["--set=a=$(HAVE)"]).entries == [("set", "a=$(HAVE)"), ("a", "$(HAVE)")]
    answer = server.understand(["--set=a=x$(HAVE)"], env={"UWSGI_CHEAPER": "1", "HAVE": "it"})
    assert answer.entries == [("cheaper", "1"), ("set", "a=x$(HAVE)"), ("a", "xit")]


@pytest.mark.server
def test_standard_input(server: Server) -> None:
    """A configuration can come from standard input."""
    assert server.understand(["--ini=-"], stdin="[uwsgi]\nmaster = 1\n").entries == [("ini", "-"), ("master", "1")]


# -- options that act while they are read -----------------------------------------------------------

# Options that end the server before it prints its registry, with a value each; {} is a folder.
ENDS = {
    "help": "1",
    "usage": "1",
    "version": "1",
    "python-version": "1",
    "dump-options": "1",
    "get": "ini",
    "exit": "0",
    "cflags": "1",
    "dot-h": "1",
    "config-py": "1",
    "print-sym": "uwsgi",
    "print-symbol": "uwsgi",
    "extract": "{}/uwsgi.ini",
    "binary-append-data": "{}/uwsgi.ini",
    "stop": "{}/uwsgi.ini",
    "reload": "{}/uwsgi.ini",
    "pause": "{}/uwsgi.ini",
    "suspend": "{}/uwsgi.ini",
    "resume": "{}/uwsgi.ini",
    "signal": "{}/nobody,1",
    "connect-and-read": "{}/nobody",
    "fastrouter-zerg": "{}/nobody",
    "http-zerg": "{}/nobody",
    "rawrouter-zerg": "{}/nobody",
    "flock": "{}/nobody",
    "flock-wait": "{}/nobody",
    "flock2": "{}/nobody",
    "flock-wait2": "{}/nobody",
    "call-asap": "nothing",
    "mount-asap": "nothing {}/nowhere",
    "umount-asap": "{}/nowhere",
}
# Options that leave a file or folder called `trace`, or the log in it.
LEAVES = {
    "daemonize": "{}/trace",
    "logto": "{}/trace",
    "exec-asap": "touch {}/trace",
    "hook-asap": "exec:touch {}/trace",
    "exec-as-user-atexit": "touch {}/trace",
    "hook-as-user-atexit": "exec:touch {}/trace",
    "spooler": "{}/trace",
    "spooler-external": "{}/trace",
    "fallback-config": "{}/trace.ini",
}
# What cannot be tried here, or cheaply, and why.
UNTRIED = {
    "dlopen": "needs a library that does something when it is loaded",
    "build-plugin": "starts a compiler",
    "call-as-user-atexit": "needs a function without arguments; it runs where the other two at the exit do",
    "forkptyrouter-zerg": "not in the wheel; the same handler as http-zerg",
    "immediate-gid": "needs root",
    "immediate-uid": "needs root",
    "ldap": "not in the wheel",
    "ldap-schema": "not in the wheel",
    "ldap-schema-ldif": "not in the wheel",
    "perl-version": "not in the wheel",
    "resolve": "asks the network",
    "sslrouter-zerg": "not in the wheel; the same handler as http-zerg",
    "vacuum": "acts only together with others: test_vacuum_removes_the_pidfile",
}


def test_every_acting_option_is_accounted_for() -> None:
    """Each option that is said to act was seen acting below, or it is said why not."""
    assert ENDS.keys() | LEAVES.keys() | UNTRIED.keys() == ACTS_WHILE_READING


@pytest.mark.server
@pytest.mark.parametrize("option", ENDS)
def test_acting_options_end_the_server(server: Server, tmp_path: Path, option: str) -> None:
    """With an option of this group the server never says what it read."""
    path = write(tmp_path, f"[uwsgi]\nprocesses = 2\n{option} = {ENDS[option].format(tmp_path)}\n")
    answer = server.understand(path, cwd=tmp_path)
    assert answer.entries == []
    assert answer.refused is not None


@pytest.mark.server
@pytest.mark.parametrize("option", LEAVES)
def test_acting_options_leave_traces(server: Server, tmp_path: Path, option: str) -> None:
    """With an option of this group something exists afterwards that did not before, or another server ran."""
    write(tmp_path, f"[uwsgi]\nexec-asap = touch {tmp_path}/trace\nhook-pre-jail = exit:0\n", "trace.ini")
    binary = f"binary-path = {server.path}\n"
    path = write(tmp_path, f"[uwsgi]\n{binary}{option} = {LEAVES[option].format(tmp_path)}\n")

    def leaves() -> bool:
        server.understand(path, cwd=tmp_path)  # ends what it started: a daemon may not have come so far
        return eventually((tmp_path / "trace").exists, 0.5)

    assert eventually(leaves)
    assert eventually(lambda: not living_in(tmp_path))


@pytest.mark.server
def test_vacuum_removes_the_pidfile(server: Server, tmp_path: Path) -> None:
    """A refused configuration with vacuum takes the running server's pidfile with it; one that is read does not."""
    pidfile = write(tmp_path, "1\n", "running.pid")
    text = f"[uwsgi]\nvacuum = true\npidfile = {pidfile}\n"
    assert server.understand(write(tmp_path, text)).refused is None
    assert pidfile.exists()
    assert server.understand(write(tmp_path, text + "chmod-socket = rw\n")).refused is not None
    assert not pidfile.exists()


@pytest.mark.server
@pytest.mark.parametrize("option", sorted(BINDS_WITHOUT_PORT - {"suwsgi-socket", "ssl-socket", "https-socket"}))
def test_ports_with_a_zero_are_bound_at_once(server: Server, option: str) -> None:
    """A port that begins with a zero is bound while the configuration is read, any other is not."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert server.understand([f"--{option}=127.0.0.1:{port}"]).refused is None
        assert server.understand([f"--{option}=127.0.0.1:0{port}"]).refused is not None


@pytest.mark.parametrize(
    ("option", "value", "acts"),
    [
        ("exec-asap", "true", True),
        ("exec-pre-jail", "true", False),
        ("http-socket", ":8000", False),
        ("http-socket", ":0", True),
        ("http-socket", "127.0.0.1:", True),
        ("http-socket", "127.0.0.1:08", True),
        ("http-socket", "/run/s", False),
        ("http-socket", "fd://0", False),
        ("https-socket", ":0,crt,key", True),
        ("https-socket", ":8443,crt:0,key", False),
        ("http", ":0", False),
        ("ini", "exec://date", True),
        ("ini", "more.ini", False),
        ("env", "exec://date", False),
        ("env", "DATE=@(exec://date)", True),
        ("env", "DATE=@(/etc/hostname)", False),
        ("name", "@(http://localhost/)", True),
    ],
)
def test_values_that_act(option: str, value: str, acts: bool) -> None:
    """Some options act with some values only, and placeholders can run commands."""
    assert acts_while_reading(option, value) is acts


@pytest.mark.server
def test_placeholders_run_commands(server: Server, tmp_path: Path) -> None:
    """A command in a placeholder runs while the configuration is read."""
    server.understand([f"--set=a=@(exec://touch {tmp_path}/trace)"])
    assert (tmp_path / "trace").exists()


@pytest.mark.server
def test_interrupt(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that the user interrupts leaves no server behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            server.run(["--socket", str(tmp_path / "s"), "--master"], cwd=tmp_path)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert eventually(lambda: not living_in(tmp_path))
