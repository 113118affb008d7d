"""The application that stands beside every configuration of a proof; rules/README.md lists its paths."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import uwsgi  # type: ignore[import-untyped]
except ImportError:  # in a process that the server did not start
    uwsgi = None

_ticks = {"import": 0, "request": 0}


def _tick(name: str) -> None:
    while True:
        time.sleep(0.01)
        _ticks[name] += 1


def _start(name: str) -> None:
    thread = threading.Thread(target=_tick, args=(name,))
    thread.daemon = True
    thread.start()


# Only for proofs about threads: a worker that is forked while another thread waits for the interpreter may hang.
if "PROOF_THREADS" in os.environ:
    _start("import")
_started: list[bool] = []


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return [_text(each) for each in value]
    return value


def _body(environ: dict[str, Any]) -> bytes:
    data: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return data


def _threads() -> str:
    """How often each thread ticked; what it did meanwhile shows in the next answer of this process."""
    if not _started:
        _started.append(True)
        _start("request")
    return json.dumps({"pid": os.getpid(), **_ticks})


def _value(environ: dict[str, Any]) -> str:
    """The value of an expression, for who knows the key that this run alone has."""
    body = _body(environ).decode()
    key, _, expression = body.partition("\n")
    if not os.environ.get("PROOF_KEY") or key != os.environ["PROOF_KEY"]:
        return "no"
    names = {"environ": environ, "json": json, "os": os, "threading": threading, "time": time, "uwsgi": uwsgi}
    try:
        return str(_text(eval(expression, names)))  # noqa: S307  (that is what it is for)
    except Exception as error:  # noqa: BLE001  (whatever it is, the client is to see it)
        return f"{type(error).__name__}: {error}"


def _answer(environ: dict[str, Any]) -> str:
    path, query = environ.get("PATH_INFO", "/"), environ.get("QUERY_STRING", "")
    if path == "/slow":
        time.sleep(float(query or 3))
        return "slow"
    if path == "/env":
        return "".join(f"{name} = {value}\n" for name, value in sorted(environ.items()))
    if path == "/pid":
        return str(os.getpid())
    if path == "/threads":
        return _threads()
    if path == "/opt":
        return json.dumps({_text(key): _text(value) for key, value in uwsgi.opt.items()}, sort_keys=True)
    if path == "/echo":
        return _body(environ).decode("latin-1")
    if path == "/big":
        return "x" * int(query or 1000000)
    if path == "/value":
        return _value(environ)
    if path == "/raise":
        raise RuntimeError("asked to")
    if path == "/crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return "ok"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer with a text that depends on the path; "ok" for most of them."""
    body = _answer(environ).encode("latin-1", "replace")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
