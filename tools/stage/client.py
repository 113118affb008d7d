"""What the client of a proof observes a running server with. Everything here is at hand in its `client` text.

An address is `host:port`, or the path of a unix socket; without one it is the socket that the proof
added to the server, ``uwsgilint.sock``. What cannot be had comes as a text in parentheses, such as
``(no answer within 1 s)``, so that a proof can say that it wants to see just that.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
import warnings
from pathlib import Path
from signal import Signals
from typing import Any, NamedTuple

__all__ = [
    "Answer",
    "Pending",
    "Process",
    "begin",
    "ended",
    "get",
    "handshake",
    "listens",
    "log",
    "processes",
    "raw",
    "signal",
    "sleep",
    "stats",
    "threads",
    "until",
    "value",
    "wait_for",
]

_PID = int(os.environ.get("UWSGI_PID", "0"))
sleep = time.sleep


class Answer(str):
    """The body of an answer, as a text.

    Attributes:
        status: The status, such as 200; 0 when there was no answer.
        headers: The headers by their names in lower case.
        seconds: How long it took.
    """

    __slots__ = ("headers", "seconds", "status")

    status: int
    headers: dict[str, str]
    seconds: float


class Pending:
    """A request that was sent and may not have been answered; `answer` waits for that."""

    def __init__(self, path: str, options: dict[str, Any]) -> None:
        self._found: list[Answer] = []
        self._thread = threading.Thread(target=lambda: self._found.append(get(path, **options)), daemon=True)
        self._thread.start()

    def answer(self) -> Answer:
        """Wait for the answer, as long as `get` does."""
        self._thread.join()
        return self._found[0]


class Process(NamedTuple):
    """A process of the server.

    Attributes:
        pid, parent: Its number, and that of its parent.
        state: One letter: R runs, S sleeps, T is stopped, Z has ended and nobody noticed.
        command: Its arguments, with blanks between them.
    """

    pid: int
    parent: int
    state: str
    command: str


def _connected(at: str | None, timeout: float) -> socket.socket:
    """Connect, and give a server that is not listening yet a second."""
    target = at or os.environ.get("UWSGI_SOCKET", "uwsgilint.sock")
    host, colon, port = target.rpartition(":")
    end = time.monotonic() + min(timeout, 1)
    while True:
        inet = bool(colon) and port.isdigit()
        connection = socket.socket(socket.AF_INET if inet else socket.AF_UNIX)
        connection.settimeout(timeout)
        try:
            connection.connect((host or "127.0.0.1", int(port)) if inet else target)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return connection


def _exchange(data: bytes, at: str | None, timeout: float) -> tuple[bytes, str]:
    """Send bytes and read until the end; what came, and what ended it early."""
    got, end = b"", time.monotonic() + timeout
    try:
        with _connected(at, timeout) as connection:
            connection.sendall(data)
            while True:
                connection.settimeout(max(end - time.monotonic(), 0.001))
                piece = connection.recv(65536)
                if not piece:
                    return got, "" if got else "(closed without an answer)"
                got += piece
    except TimeoutError:
        return got, f"(no answer within {timeout:g} s)"
    except (FileNotFoundError, ConnectionRefusedError):
        return got, "(nobody listens)"
    except PermissionError:
        return got, "(permission denied)"
    except OSError as error:
        return got, f"({(error.strerror or str(error)).lower()})"


def raw(data: bytes, *, at: str | None = None, timeout: float = 5) -> str:
    """Send bytes as they are; return all that comes back, and in parentheses why no more came."""
    got, why = _exchange(data, at, timeout)
    return got.decode("latin-1") + why


def get(
    path: str = "/",
    *,
    headers: dict[str, str] | None = None,
    timeout: float = 5,
    at: str | None = None,
    body: str | bytes | None = None,
    method: str | None = None,
    protocol: str = "http",
) -> Answer:
    """Ask for a path; return the body of the answer.

    Args:
        path: What to ask for, with its query.
        headers: Further headers.
        timeout: Seconds until the request is given up.
        at: Address; the socket of the proof without it.
        body: What to send along; the method is POST then.
        method: Another method than GET or POST.
        protocol: "http", or "uwsgi" for sockets that speak uwsgi.
    """
    content = body.encode() if isinstance(body, str) else body or b""
    method = method or ("GET" if body is None else "POST")
    given = {"Host": "localhost", **({} if body is None else {"Content-Length": str(len(content))}), **(headers or {})}
    if protocol == "uwsgi":
        data = _packet(method, path, given) + content
    else:
        lines = [f"{method} {path} HTTP/1.0", *(f"{name}: {text}" for name, text in given.items()), "", ""]
        data = "\r\n".join(lines).encode("latin-1") + content
    began = time.monotonic()
    got, why = _exchange(data, at, timeout)
    head, _, rest = got.partition(b"\r\n\r\n")
    first, *others = head.decode("latin-1").split("\r\n")
    words = first.split()
    known = len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit()
    answer = Answer((rest if known else got).decode("latin-1") + why)
    answer.status = int(words[1]) if known else 0
    answer.headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in others)}
    answer.seconds = time.monotonic() - began
    return answer


def _packet(method: str, path: str, headers: dict[str, str]) -> bytes:
    """Spell a request in the uwsgi protocol."""
    target, _, query = path.partition("?")
    variables = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": path,
        "PATH_INFO": target,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.0",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
    }
    for name, text in headers.items():
        word = name.upper().replace("-", "_")
        variables[word if word in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{word}"] = text
    block = b""
    for pair in variables.items():
        for text in pair:
            block += len(text.encode()).to_bytes(2, "little") + text.encode()
    return b"\0" + len(block).to_bytes(2, "little") + b"\0" + block


def begin(path: str, **options: Any) -> Pending:
    """Ask for a path without waiting; `begin("/slow").answer()` waits."""
    return Pending(path, options)


def value(expression: str, *, at: str | None = None, timeout: float = 5) -> Answer:
    """The value of a Python expression in a worker, which has `uwsgi`, `os`, `threading`, `environ` at hand."""
    return get("/value", body=f"{os.environ['PROOF_KEY']}\n{expression}", at=at, timeout=timeout)


def threads(*, at: str | None = None, wait: float = 0.2) -> str:
    """Whether threads of the application run between requests: "import: ticks, request: still", for instance.

    One thread is started when the application is imported, one by the first request.
    """
    before = json.loads(get("/threads", at=at))
    time.sleep(wait)
    for _ in range(100):
        after = json.loads(get("/threads", at=at))
        if after["pid"] == before["pid"]:
            # Within a request every thread gets its turn; between two of them only if the server lets it.
            ticks = wait / 0.01 / 4
            told = {name: "ticks" if after[name] - before[name] > ticks else "still" for name in ("import", "request")}
            return ", ".join(f"{name}: {word}" for name, word in told.items())
    return "(never the same worker)"


def stats(at: str = "stats.sock") -> Any:
    """What the stats server says, read from its JSON."""
    text = raw(b"", at=at)
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def log() -> str:
    """Everything that the server wrote so far."""
    return Path(os.environ["UWSGI_LOG"]).read_text("utf-8", "surrogateescape")


def until(condition: Any, timeout: float = 5) -> bool:
    """Wait until a function of no arguments returns something true; whether it did."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def wait_for(text: str, timeout: float = 5) -> bool:
    """Wait until the server has written a text; whether it did."""
    return until(lambda: text in log(), timeout)


def processes() -> list[Process]:
    """All living descendants of the server, and what left its family, sorted by number; not the server itself."""
    found: dict[int, Process] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            text = (folder / "stat").read_bytes()
            state, parent = text[text.rindex(b")") + 2 :].split()[:2]
            command = (folder / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
            found[int(folder.name)] = Process(int(folder.name), int(parent), state.decode(), command)
    others = {os.getpid(), *map(int, filter(None, os.environ.get("PROOF_OTHERS", "").split(",")))}
    ours: set[int] = {int(os.environ.get("PROOF_KEEPER", "0")), _PID} - {0}
    roots = set(ours)
    size = 0
    while size != len(ours):
        size = len(ours)
        ours |= {each.pid for each in found.values() if each.parent in ours and each.pid not in others}
    # An orphan that has ended is nobody's any more; elsewhere the system would have buried it.
    left = {pid for pid in ours if pid in found and found[pid].state == "Z" and found[pid].parent != _PID}
    return [found[pid] for pid in sorted(ours - roots - left) if pid in found]


def signal(name: str, pid: int | None = None) -> None:
    """Send a signal such as "TERM" or "HUP" to the server, or to another process, once all of the server is at rest.

    A worker that is told to end while it still starts goes on, until the master has no more mercy.
    """
    until(_stays_at_rest, 1)
    os.kill(pid or _PID, Signals[f"SIG{name.removeprefix('SIG')}"])


def _stays_at_rest() -> bool:
    if not _at_rest():
        return False
    sleep(0.02)
    return _at_rest()


def _at_rest() -> bool:
    """Whether every process of the server waits for something, or has ended."""
    try:
        states = {_state(_PID), *(each.state for each in processes())}
    except OSError:
        return True
    return "R" not in states


def _state(pid: int) -> str:
    """The letter for what a process does (proc_pid_stat(5))."""
    text = Path(f"/proc/{pid}/stat").read_bytes()
    return text[text.rindex(b")") + 2 :][:1].decode()


def ended(timeout: float = 5, pid: int | None = None) -> bool:
    """Wait until the server, or another process, has ended; whether it did."""

    def gone() -> bool:
        try:
            return _state(pid or _PID) in {"Z", "X"}
        except OSError:
            return True

    return until(gone, timeout)


def handshake(at: str, *, version: str = "", name: str | None = None, ciphers: str = "ALL:@SECLEVEL=0") -> str:
    """What a TLS client agrees on with the server: "TLSv1.2 ECDHE-RSA-AES256-SHA", for instance, or "(refused)".

    Args:
        at: Host and port.
        version: The only version that the client speaks, such as "TLSv1.2"; any when empty.
        name: The name that it asks for.
        ciphers: What it offers; everything that its OpenSSL has, however weak.
    """
    import ssl  # noqa: PLC0415  (slow, and most proofs do without)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    if version:
        only = ssl.TLSVersion[version.replace(".", "_")]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an old version is what the proof is about
            context.minimum_version = context.maximum_version = only
    try:
        with _connected(at, 5) as plain, context.wrap_socket(plain, server_hostname=name) as secure:
            return f"{secure.version()} {(secure.cipher() or ('',))[0]}"
    except OSError:
        return "(refused)"


def listens(at: str, timeout: float = 0.5) -> bool:
    """Whether somebody accepts connections at an address, now or in the given seconds."""
    try:
        _connected(at, timeout).close()
    except OSError:
        return False
    return True
