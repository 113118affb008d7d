"""The main job on a real example, as a person would type it (`make demo`).

A faulty INI is checked, a good TOML is checked and compiled, and a real uWSGI accepts the result, serves from it
and stops. Every command is run as it is shown; the first thing that is not as it should be ends the demo with 1.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from uwsgilint.server import Running, Server, ServerError, find

EXAMPLES = Path(__file__).parent.parent / "examples"
SCRIPTS = Path(sys.executable).parent
PORT = 9001
# What is worth seeing of the hundred lines that a starting server writes.
TOLD = re.compile(r"\*\*\* Starting|socket 0 bound|WSGI app 0|spawned uWSGI|GET /|goodbye")


def main() -> None:
    """Show everything; exit with 1 as soon as something is wrong."""
    with tempfile.TemporaryDirectory(prefix="uwsgilint-demo-") as temporary:
        folder = Path(temporary)
        for name in ("broken", "wsgi"):
            shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "wsgi/uwsgi.ini").unlink()
        port = free_port(folder)

        say("A configuration with faults that uWSGI itself passes over in silence:")
        type_in("uwsgilint check broken/uwsgi.ini", folder, status=1, shows=("vacuum", "processes", "master"))
        say("One without, written in TOML:")
        type_in("uwsgilint check wsgi/uwsgi.toml && echo clean", folder, shows=("clean",))
        say("Compiled; the real server reads the result, and what it understood is what was meant:")
        type_in("uwsgilint build wsgi/uwsgi.toml -o wsgi/uwsgi.ini --verify", folder, shows=("uWSGI",))
        type_in("cat wsgi/uwsgi.ini", folder, shows=("[uwsgi]", f"http-socket = 127.0.0.1:{port}"))
        say("The real server runs on it:")
        try:
            server = find()
            serve(server, folder, port)
            release = server.release
        except ServerError as error:
            fail(str(error))
    print(f"uWSGI {release} accepts the compiled configuration: it started, answered a request and stopped.")


def say(text: str) -> None:
    """Tell what comes next."""
    print(f"# {text}", flush=True)


def fail(reason: str) -> None:
    """End the demo."""
    raise SystemExit(f"\ndemo: {reason}")


def type_in(command: str, folder: Path, *, status: int = 0, shows: tuple[str, ...] = ()) -> None:
    """Show a command, run it, show its output, and see that both are as they should be."""
    print(f"$ {command}", flush=True)
    # This Python's own scripts, wherever the demo was started from.
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    print(done.stdout, flush=True)
    if done.returncode != status:
        fail(f"exit status {done.returncode} where {status} was expected")
    for text in shows:
        if text not in done.stdout:
            fail(f"the output does not mention {text!r}")


def serve(server: Server, folder: Path, port: int) -> None:
    """Start the server on what was compiled, ask it for a page, and stop it."""
    print("$ uwsgi --ini wsgi/uwsgi.ini", flush=True)
    with server.started(["--ini", "wsgi/uwsgi.ini"], cwd=folder) as running:
        running.wait_for("spawned uWSGI worker 2")
        seen = tell(running, 0)
        status, text = answer(running, port)
        print(f"\n$ curl http://127.0.0.1:{port}/\n{text}", flush=True)
        running.wait_for("GET /")  # a request is logged after it is answered
        seen = tell(running, seen)
        time.sleep(1)  # a worker that is told to end while its threads are starting takes seconds to do so
        running.process.send_signal(signal.SIGTERM)
        print(f"\n$ kill -TERM {running.process.pid}", flush=True)
        stopped = running.process.wait(timeout=20)
        tell(running, seen)
        print()
    if (status, text) != (200, "Hello from /\n"):
        fail(f"the application answered {status} {text!r}")
    if stopped != 0:
        fail(f"the server ended with status {stopped}")


def tell(running: Running, seen: int) -> int:
    """Show what is worth seeing in the log behind the lines seen before, and return how many lines there are."""
    lines = running.log.splitlines()
    print("\n".join(line for line in lines[seen:] if TOLD.search(line)), flush=True)
    return len(lines)


def answer(running: Running, port: int) -> tuple[int, str]:
    """Return status and text of the application's page."""
    end = time.monotonic() + 10
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            return response.status, response.read().decode()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                fail(f"nobody listens on port {port}:\n{running.log}")
            time.sleep(0.05)
        finally:
            connection.close()


def free_port(folder: Path) -> int:
    """Return the example's port; where somebody has taken it, another one, written into the copy."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: an old connection is no matter
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    source = folder / "wsgi/uwsgi.toml"
    source.write_text(source.read_text().replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}"))
    return port


if __name__ == "__main__":
    main()
