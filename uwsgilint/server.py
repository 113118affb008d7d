"""A real uWSGI server: find it, run it under a time limit, ask what it understood and what it contains.

Only the command line (``build --verify``, ``probe``) and the tests ask a real server; nothing here is needed
to read, check or write a configuration. A server that is being questioned parses everything, prints its
registry of options and exits: it binds no socket, forks nothing and loads no application
(see `Server.understand` for how, and `ACTS_WHILE_READING` for the options that would do something anyway).
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "ACTS_WHILE_READING",
    "BINDS_WITHOUT_PORT",
    "Outcome",
    "Running",
    "Server",
    "ServerError",
    "ServerMissing",
    "Understanding",
    "acts_while_reading",
    "find",
]

# What a server needs to run at all. Everything else stays outside: a stray UWSGI_* variable is an option,
# NOTIFY_SOCKET talks to systemd, PYTHON* changes what the wheel's launcher imports.
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR")

_READS = {".ini": "ini", ".xml": "xml", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".js": "json"}

_LOG_LIMIT = 16 * 1024 * 1024
# A placeholder that contains itself makes the server eat memory until it has none, an `inherit` cycle makes it
# write for ever. Reading a configuration takes neither.
_MEMORY_LIMIT = 1024 * 1024 * 1024

_CLOCK = "uwsgilint-stop-"

ACTS_WHILE_READING: frozenset[str] = frozenset(
    {
        # Print something and exit, so there is no registry.
        *("help", "usage", "version", "python-version", "perl-version", "dump-options", "get", "exit"),
        *("cflags", "dot-h", "config-py", "print-sym", "print-symbol", "extract", "binary-append-data"),
        *("ldap-schema", "ldap-schema-ldif"),
        # Send a signal to another process and exit.
        *("stop", "reload", "pause", "suspend", "resume", "signal"),
        # Runs a Python that writes and compiles a plugin in the working directory.
        *("build-plugin",),
        # Connect to another machine or program, ask a name server, and refuse the rest when there is no answer.
        *("connect-and-read", "resolve", "ldap"),
        *("fastrouter-zerg", "forkptyrouter-zerg", "http-zerg", "rawrouter-zerg", "sslrouter-zerg"),
        # Fork into the background, or open and write the log file: what is printed goes there.
        *("daemonize", "logto"),
        # Run commands, call functions, mount and unmount as soon as the options are known.
        *("exec-asap", "call-asap", "hook-asap", "mount-asap", "umount-asap"),
        # Run commands and call functions at the exit, and the stop is one.
        *("exec-as-user-atexit", "call-as-user-atexit", "hook-as-user-atexit"),
        # Starts the server anew with another file when it exits with status 1, and the stop does.
        *("fallback-config",),
        # Removes the pidfile of the server that runs just now, when a later option is refused.
        *("vacuum",),
        # Make directories.
        *("spooler", "spooler-external"),
        # Lock a file, or wait until nobody else does.
        *("flock", "flock-wait", "flock2", "flock-wait2"),
        # Run what a library does when it is loaded. (So do plugins, but without them options are unknown.)
        *("dlopen",),
        # Give up rights at once: files that are read later may be out of reach.
        *("immediate-uid", "immediate-gid"),
    }
)
"""Options that make a server do something before it can be stopped, or that keep it from saying what it read.

Found by tracing the system calls of a real server over every option it has, with several values each. What
affects only the server that is stopped anyway (``umask``, ``never-swap``, ``envdir``) is not in here, nor is
what the stop itself counters (``log-master`` and all that imply it, ``log-date``).
"""

BINDS_WITHOUT_PORT: frozenset[str] = frozenset(
    {
        *("socket", "uwsgi-socket", "http-socket", "http11-socket", "fastcgi-socket", "fastcgi-nph-socket"),
        *("scgi-socket", "scgi-nph-socket", "puwsgi-socket", "raw-socket"),
        *("suwsgi-socket", "ssl-socket", "https-socket"),
    }
)
"""Options that bind their socket at once when its port is empty or begins with a zero."""

_LOADS = frozenset(
    {
        *("ini", "yaml", "yml", "json", "js", "xml", "xmlconfig", "config", "include", "inherit"),
        *("ini-paste", "ini-paste-logged", "pypy-ini-paste"),
    }
)
_RUNS = r"(?:exec|http|call|callint|fd)://"


def acts_while_reading(option: str, value: str) -> bool:
    """Whether a server that reads this setting does more than reading, whatever stops it afterwards.

    Args:
        option: Name of the option or placeholder.
        value: Its value as written.
    """
    if option in ACTS_WHILE_READING or re.search(rf"@\({_RUNS}", value):
        return True
    if option in _LOADS:
        return bool(re.match(_RUNS, value))
    if option in BINDS_WITHOUT_PORT:
        host, colon, port = value.partition(",")[0].rpartition(":")
        return bool(colon) and not host.startswith("fd") and port[:1] in {"", "0"}
    return False


class ServerError(RuntimeError):
    """The server did something that leaves a question unanswered."""


class ServerMissing(ServerError):  # noqa: N818 -- it reads as what happened
    """There is no uWSGI server where one was looked for."""


class Outcome(NamedTuple):
    """What a server did with a command line.

    Attributes:
        status: Exit status as `subprocess` counts (negative: killed by that signal); None when the time was up
            and the server was killed.
        log: Everything it wrote, both streams in order. Bytes that are not UTF-8 are surrogate escapes.
    """

    status: int | None
    log: str


class Understanding(NamedTuple):
    """What a server made of a configuration.

    Attributes:
        status: Exit status; 1 is normal here, because the way to stop a server is to ask the impossible.
        log: Everything it wrote, the printed registry included.
        entries: The registry: every option and placeholder with its value after expansion, in the server's
            order. What this module adds itself is not in it. The server prints a flag given on the command line
            without a value (NULL) as ``true``, so that is what stands here.
        refused: The server's reason for refusing the configuration, or None when it understood all of it.
        unknown: The option name that it refused as unknown, if that was the reason.
        sections_missing: ``(section, file)`` of each section that it looked for and found empty or absent;
            the server only warns about these.
    """

    status: int | None
    log: str
    entries: list[tuple[str, str]]
    refused: str | None
    unknown: str | None
    sections_missing: tuple[tuple[str, str], ...]


class _Contents(NamedTuple):
    """Option names and plugin names of a server."""

    options: frozenset[str]
    plugins: frozenset[str]


class Running:
    """A server that was started and has not been stopped yet; see `Server.started`."""

    def __init__(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
        self.process = process
        self._output = output

    @property
    def log(self) -> str:
        """Everything that the server and its children wrote so far."""
        return _text(os.pread(self._output.fileno(), _LOG_LIMIT, 0))

    def wait_for(self, text: str, timeout: float = 10) -> None:
        """Waits until the log contains a text.

        Raises:
            ServerError: The server ended, or the time was up, before the text appeared.
        """
        end = time.monotonic() + timeout
        while text not in self.log:
            status = self.process.poll()
            if status is not None and text not in self.log:
                raise ServerError(f"uWSGI exited with status {status} before it wrote {text!r}:\n{self.log}")
            if time.monotonic() > end:
                raise ServerError(f"uWSGI did not write {text!r} within {timeout:g} s:\n{self.log}")
            time.sleep(0.01)


class Server:
    """A uWSGI server binary (or the launcher that the pyuwsgi wheel installs).

    Args:
        path: Path of the executable.
        env: Variables that it always needs, such as LD_LIBRARY_PATH.
    """

    def __init__(self, path: str, env: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._env = dict(env or {})

    def __repr__(self) -> str:
        return f"Server({self.path!r})"

    @cached_property
    def release(self) -> str:
        """The server's uWSGI release, such as ``2.0.30``, without what a distributor appends.

        Raises:
            ServerMissing: The executable does not answer like a uWSGI server.
        """
        outcome = self.run(["--version"])
        answer = re.fullmatch(r"(\d+(?:\.\d+)+)\S*\s*", outcome.log)
        if outcome.status != 0 or answer is None:
            raise ServerMissing(f"{self.path} is not a uWSGI server: --version gave {outcome.log[:200]!r}")
        return answer[1]

    def run(
        self,
        args: Sequence[str],
        *,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | bytes | None = None,
        timeout: float = 10,
    ) -> Outcome:
        """Runs the server until it exits or the time is up; nothing it started survives.

        Args:
            args: Command-line arguments.
            cwd: Working directory of the server.
            env: Variables to add to the clean environment that every server gets here.
            stdin: What the server can read from standard input.
            timeout: Seconds until the server and all its descendants are killed.

        Raises:
            ServerMissing: The executable cannot be started.
        """
        return self._run(args, cwd=cwd, env=env, stdin=stdin, timeout=timeout, limited=False)

    @contextlib.contextmanager
    def started(
        self,
        args: Sequence[str],
        *,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        log: str | os.PathLike[str] | None = None,
    ) -> Iterator[Running]:
        """Starts the server for the length of a ``with`` block and kills it, with all descendants, at the end.

        Args:
            args: Command-line arguments.
            cwd: Working directory of the server.
            env: Variables to add to the clean environment.
            log: A file for what the server writes, where others want to read it too.

        Raises:
            ServerMissing: The executable cannot be started.
        """
        with tempfile.TemporaryFile() if log is None else Path(log).open("w+b") as output:
            process = self._spawn(args, cwd, env, None, output)
            try:
                yield Running(process, output)
            finally:
                _kill(process)

    def understand(
        self,
        configuration: str | os.PathLike[str] | Sequence[str],
        *,
        strict: bool = False,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | bytes | None = None,
        timeout: float = 10,
    ) -> Understanding:
        """Asks the server how it reads a configuration, without starting it.

        The server is given the configuration, then ``--show-config`` and a clock that does not exist: it reads and
        applies every option, prints its registry and gives up. ``--log-date`` with a random word marks where
        each printed entry begins, so values that contain newlines (possible on a command line, in YAML, JSON and
        through ``@(file)``) cannot be mistaken for entries. In the printed form ``key = value`` the key ends at the
        first `` = ``; no INI file and no command line can name a key that contains one.

        The caller leaves out the options in `ACTS_WHILE_READING`. A positional configuration file, or a file
        that arrives through ``inherit``, is read after everything else and may set ``clock`` itself; an exit hook
        then stops the server a little later: shared sockets are bound by then, no others, and nothing is forked.

        Args:
            configuration: A configuration file (its suffix names the format), or command-line arguments.
            strict: Refuse unknown names, as ``--strict`` does.
            cwd: Working directory of the server; relative file names start there.
            env: Variables to add to the clean environment.
            stdin: What the server can read from standard input.
            timeout: Seconds until the server is killed (some configurations make it loop for ever).

        Raises:
            ServerMissing: The executable cannot be started.
            ServerError: The file has no suffix of a known format, or the printed registry cannot be read.
        """
        head = [("strict", "true")] if strict else []
        given: list[str] = ["--strict"] if strict else []
        if isinstance(configuration, (str, os.PathLike)):
            option, name = _source(os.fspath(configuration))
            head.append((option, name))
            given += [f"--{option}", name]
        else:
            given += configuration
        nonce = secrets.token_hex(8)

        def ask(*, dated: bool, last: bool) -> Outcome:
            stop = _stop(nonce, dated=dated)
            arguments = given + stop if last else stop + given
            return self._run(arguments, cwd=cwd, env=env, stdin=stdin, timeout=timeout, limited=True)

        last = True
        outcome = ask(dated=True, last=last)
        if 'forbidden option "endif" (by whitelist)' in outcome.log:
            # An open whitelist forbids our stop, which the configuration cannot be blamed for.
            last = False
            outcome = ask(dated=True, last=last)
        chunks = _chunks(_bytes(outcome.log), nonce)
        if chunks and any(b"\0" in chunk for chunk in chunks):
            # uWSGI 2.0 forgets the date prefix when it measures an entry of almost 4096 bytes: the end of that
            # entry is lost, its length is right. Without the prefix the bytes are whole: take them from there.
            chunks = _recut(chunks, _bytes(ask(dated=False, last=last).log), nonce)
        entries, stopped = _entries(chunks, nonce)
        if stopped and entries[: len(head)] == head:
            del entries[: len(head)]
        refused, unknown = (None, None) if stopped else _refusal(outcome, timeout)
        missing = re.findall(r"WARNING: Can't find section \"(.*)\" in INI configuration file (.*) \*\*\*", outcome.log)
        return Understanding(outcome.status, outcome.log, entries, refused, unknown, tuple(missing))

    def probe(self, plugin_dir: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Measures what the server contains, in the format of a build file (``schemas/builds``).

        The dictionary holds ``release``, ``embedded`` (plugins, by the names of their source directories),
        ``features``, ``loadable`` and ``options``: the names that the server knows without loading a plugin.
        Each plugin file that it could load says in ``loadable`` what the server calls what is in it (``provides``),
        which plugin files have to be loaded before it (``needs``) and the option names that it adds (``brings``).
        A plugin file that cannot be loaded is listed with the reason (``broken``).

        Args:
            plugin_dir: Where the plugin files are; without it, where the server itself looks.

        Raises:
            ServerMissing: The executable does not answer like a uWSGI server.
            ServerError: It does not tell its options.
        """
        flags = self.run(["--cflags"]).log
        defined = dict(re.findall(r'-DUWSGI_(\w+)(?:="\\"([^"\\]*)\\"")?', flags))
        folder = Path(plugin_dir if plugin_dir is not None else defined.get("PLUGIN_DIR", "."))
        contents = self._contents(folder, ())
        if isinstance(contents, str):
            raise ServerError(f"{self.path} does not tell its options: {contents}")
        # A relative folder means the working directory: what lies there is no property of the server.
        loadable = self._loadable(folder) if folder.is_absolute() else {}
        return {
            "format": 1,
            "name": f"probed-{self.release}",
            "release": self.release,
            "embedded": sorted(re.findall(r"UDEP\((\w+)\)", flags)),
            "features": {
                "capabilities": "CAP" in defined,
                "debug": "DEBUG" in defined,
                "json": _first(defined, JSON_YAJL_OLD="yajl-old", JSON_YAJL="yajl", JSON="jansson"),
                "pcre": _first(defined, PCRE2="pcre2", PCRE="pcre"),
                "routing": "ROUTING" in defined,
                "ssl": "SSL" in defined,
                "uuid": "UUID" in defined,
                "xml": _first(defined, XML_LIBXML2="libxml2", XML_EXPAT="expat"),
                "yaml": _first(defined, LIBYAML="libyaml", YAML="builtin"),
                "zlib": "ZLIB" in defined,
            },
            "loadable": loadable,
            "options": sorted(contents.options),
        }

    def _loadable(self, folder: Path) -> dict[str, dict[str, Any]]:
        """What each plugin file of a folder adds to the server."""
        names = sorted(file.name.removesuffix("_plugin.so") for file in folder.glob("*_plugin.so"))
        base = self._contents(folder, ())
        alone = {name: self._contents(folder, (name,)) for name in names}
        ready = [name for name, contents in alone.items() if isinstance(contents, _Contents)]
        found: dict[str, dict[str, Any]] = {}
        for name in names:
            before, after = base, alone[name]
            needs: list[str] = []
            # Plugins see each other's symbols: one that cannot stand alone may stand on another.
            for other in ready if isinstance(after, str) and "undefined symbol" in after else ():
                together = self._contents(folder, (other, name))
                if isinstance(together, _Contents):
                    before, after, needs = alone[other], together, [other]
                    break
            if isinstance(before, str) or isinstance(after, str):
                found[name] = {"broken": after}
                continue
            found[name] = {
                "brings": sorted(after.options - before.options),
                "needs": needs,
                "provides": sorted(after.plugins - before.plugins),
            }
        return found

    def _contents(self, folder: Path, load: tuple[str, ...]) -> _Contents | str:
        """The options and plugins of a server that has loaded some plugin files, or why it has not."""
        # By their paths: only then does the server say why a file cannot be loaded.
        args = [f"--plugin-dir={folder}", *(f"--need-plugin={folder / name}_plugin.so" for name in load)]
        dumped = self.run([*args, "--dump-options"])
        lines = [line for line in dumped.log.splitlines() if line]
        if dumped.status != 0:
            reasons = [line for line in lines if not line.startswith("unable to load plugin")]
            return (reasons or ["no reason given"])[-1].replace(f"{folder}/", "")
        # What plugins have to say while they are loaded stands between the names.
        options = frozenset(line for line in lines if " " not in line)
        listed = self.run([*args, "--plugins-list", f"--clock={_CLOCK}"]).log
        plugins = re.findall(r"^(?:\d+: )?([\w-]+)$", listed, re.MULTILINE)
        return _Contents(options, frozenset(plugins))

    def _run(
        self,
        args: Sequence[str],
        *,
        cwd: str | os.PathLike[str] | None,
        env: Mapping[str, str] | None,
        stdin: str | bytes | None,
        timeout: float,
        limited: bool,
    ) -> Outcome:
        with contextlib.ExitStack() as stack:
            # Files instead of pipes: a daemon that outlives the server cannot make us wait for its end of a pipe.
            output = stack.enter_context(tempfile.TemporaryFile())
            source = stack.enter_context(tempfile.TemporaryFile())
            source.write(_bytes(stdin or b""))
            source.seek(0)
            process = self._spawn(args, cwd, env, source, output)
            if limited:
                _limit(process.pid)
            try:
                status: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _kill(process)
            return Outcome(status, _text(os.pread(output.fileno(), _LOG_LIMIT, 0)))

    def _spawn(
        self,
        args: Sequence[str],
        cwd: str | os.PathLike[str] | None,
        env: Mapping[str, str] | None,
        source: IO[bytes] | None,
        output: IO[bytes],
    ) -> subprocess.Popen[bytes]:
        import fcntl  # noqa: PLC0415  (Windows has none, and no uWSGI either)

        # The server may open /dev/stderr anew; without O_APPEND both would write at their own offset.
        flags = fcntl.fcntl(output, fcntl.F_GETFL)
        fcntl.fcntl(output, fcntl.F_SETFL, flags | os.O_APPEND)
        clean = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        clean["LANG"] = "C.UTF-8"
        clean |= {**self._env, **(env or {})}
        try:
            return subprocess.Popen(
                [self.path, *args],
                cwd=cwd,
                env=clean,
                stdin=source or subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ServerMissing(f"cannot start {self.path}: {error.strerror}") from error


def find(path: str | None = None) -> Server:
    """Finds a uWSGI server.

    Args:
        path: The executable; without it, ``uwsgi`` beside the running Python, then on PATH.

    Raises:
        ServerMissing: There is none.
    """
    if path is not None:
        found = shutil.which(path)
        if found is None:
            raise ServerMissing(f"{path} is not an executable file")
        return Server(str(Path(found).absolute()))
    beside = Path(sys.executable).parent / "uwsgi"
    found = shutil.which(str(beside)) or shutil.which("uwsgi")
    if found is None:
        raise ServerMissing(f"no uWSGI server: neither {beside} nor a uwsgi on PATH; name one with --uwsgi PATH")
    return Server(str(Path(found).absolute()))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _source(path: str) -> tuple[str, str]:
    """The option that loads a file, and the file's name as that option wants it."""
    option = _READS.get(Path(path).suffix)
    if option is None:
        raise ServerError(f"{path}: a configuration file ends in {', '.join(_READS)}")
    # The server takes what follows the last colon for a section; naming the section saves the path.
    return option, f"{path}:uwsgi" if ":" in path else path


def _stop(nonce: str, *, dated: bool) -> list[str]:
    """Arguments that make a server print its registry and give up; `_tail` is how they look in there."""
    return [
        # Whatever block or list the configuration left open must not swallow or forbid the rest.
        "--endif",
        "--end-blacklist",
        "--end-whitelist",
        # At its exit the server removes its sockets and pidfile, or those of the server that runs just now.
        "--set=vacuum=false",
        # With a logging master the output goes into a pipe that nobody reads.
        "--set=log-master=false",
        *([f"--log-date={nonce}"] if dated else ["--set-ph=uwsgilint-undated=1"]),
        "--show-config",
        "--hook-pre-jail=exit:99",
        f"--clock={_CLOCK}{nonce}",
    ]


def _tail(nonce: str) -> list[tuple[str, str]]:
    return [
        ("endif", "true"),
        ("end-blacklist", "true"),
        ("end-whitelist", "true"),
        ("set", "vacuum=false"),
        ("vacuum", "false"),
        ("set", "log-master=false"),
        ("log-master", "false"),
        ("log-date", nonce),
        ("show-config", "true"),
        ("hook-pre-jail", "exit:99"),
        ("clock", f"{_CLOCK}{nonce}"),
    ]


def _registry(log: bytes, nonce: str) -> tuple[bytes, bytes] | None:
    """The prefix of every printed entry and the text between the registry's first and last line."""
    title = b"\n;uWSGI instance configuration\n[uwsgi]\n"
    prefix = nonce.encode() + b" - "
    start = log.find(prefix + title)
    if start < 0:
        # A configuration read later has its own idea of log-date, or has none at all.
        start = log.find(title)
        if start < 0:
            return None
        line = log.rfind(b"\n", 0, start) + 1
        prefix = log[line:start]
        start = line
    start += len(prefix) + len(title)
    end = log.find(prefix + b";end of configuration\n", start)
    return None if end < 0 else (prefix, log[start:end])


def _chunks(log: bytes, nonce: str) -> list[bytes] | None:
    """The printed registry, one item per entry, each with its final newline; None when none was printed."""
    found = _registry(log, nonce)
    if found is None:
        return None
    prefix, body = found
    return body.split(prefix)[1:] if prefix else [line + b"\n" for line in body.split(b"\n")[:-1]]


def _recut(chunks: list[bytes], log: bytes, nonce: str) -> list[bytes]:
    """The same entries with all their bytes, from a registry that was printed without a prefix."""
    found = _registry(log, nonce)
    clock = chunks.index(f"clock = {_CLOCK}{nonce}\n".encode())
    before = clock + 1 - len(_tail(nonce))
    if found is None or found[0]:
        raise ServerError("an option value of almost 4096 bytes cannot be read together with this log-date")
    whole, position = [], 0
    for chunk in chunks[:before]:
        whole.append(found[1][position : position + len(chunk)])
        position += len(chunk)
    if not all(chunk.endswith(b"\n") for chunk in whole):
        raise ServerError("the server printed two different registries for one configuration")
    return whole + chunks[before:]


def _entries(chunks: list[bytes] | None, nonce: str) -> tuple[list[tuple[str, str]], bool]:
    """The registry without what we added, and whether our own stop is the reason why the server ended."""
    if chunks is None:
        return [], False
    entries = []
    for chunk in chunks:
        key, _, value = _text(chunk.removesuffix(b"\n")).partition(" = ")
        entries.append((key, value))
    tail = _tail(nonce)
    # What `inherit` brings stands behind our own entries, so these are looked for, not counted off.
    for end in range(len(entries), len(tail) - 1, -1):
        if entries[end - 1] == tail[-1]:
            del entries[end - len(tail) : end]
            return entries, True
    return entries, False


def _refusal(outcome: Outcome, timeout: float) -> tuple[str, str | None]:
    """Why a server stopped before our own stop, and the option name it did not know if that was why."""
    if outcome.status is None:
        return f"no answer within {timeout:g} s", None
    if outcome.status < 0:
        return f"killed by signal {signal.Signals(-outcome.status).name}", None
    if outcome.status == 0:
        return "exited with status 0 before it told what it had read", None
    strict = re.search(r"\[strict-mode\] unknown config directive: (.*)", outcome.log)
    if strict:
        return strict[0], strict[1]
    said = outcome.log.partition("*** backtrace of ")[0]
    lines = [line for line in said.splitlines() if line.strip() and "] getting " not in line]
    if lines and lines[-1] == "getopt_long() error" and len(lines) > 1:
        # getopt's own message names the program first; the launcher of a wheel makes that a Python.
        message = re.sub(r"^\S+: (?=option |unrecognized |invalid |unknown )", "", lines[-2])
        name = re.fullmatch(r"unrecognized option '--([^=']*).*'", message)
        return message, name[1] if name else None
    if not lines:
        return f"exit status {outcome.status} without a word", None
    return lines[-1], None


def _first(defined: Mapping[str, str], **meanings: str) -> str | None:
    """What the first of several preprocessor words that is defined stands for."""
    return next((meaning for word, meaning in meanings.items() if word in defined), None)


def _limit(pid: int) -> None:
    """Keeps a server that only reads from filling memory and disk, where the system can do that to another process."""
    import resource  # noqa: PLC0415  (Windows has none)

    set_limit = getattr(resource, "prlimit", None)
    if set_limit is not None:
        with contextlib.suppress(OSError):
            set_limit(pid, resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
            set_limit(pid, resource.RLIMIT_FSIZE, (4 * _LOG_LIMIT, 4 * _LOG_LIMIT))


def _descendants(pid: int) -> list[int]:
    """The living descendants of a process, where /proc tells."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            text = stat.read_bytes()
            # The program name in parentheses may hold anything, spaces and parentheses included.
            parent = int(text[text.rindex(b")") + 2 :].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a server with its process group, and the vassals and daemons that left the group."""
    strays = _descendants(process.pid) if process.poll() is None else []
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for stray in strays:
        with contextlib.suppress(ProcessLookupError):
            os.kill(stray, signal.SIGKILL)
    process.wait()
