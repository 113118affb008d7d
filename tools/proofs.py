"""The proofs on the pages of the rules: read, judged, and replayed on a real server."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, NamedTuple

import tomli

from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.formats import read as read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.rules import Example, Page
    from uwsgilint.server import Server

__all__ = ["NotShownError", "Proof", "faults", "read", "replay"]

_KEYS = {
    "understand": {"entries", "refused", "log", "absent"},
    "strict": {"entries", "refused", "log", "absent"},
    "start": {"args", "exit", "log", "absent"},
    "run": {"args", "log", "absent", "get", "reply"},
    "none": {"reason"},
}


class Proof(NamedTuple):
    """What the real server does with one example.

    Attributes:
        heading: "avoid" or "prefer".
        block: number of the example under that heading, from 1.
        mode: how the server is asked: "understand", "strict", "start", "run", or "none" for not at all.
        files: name and content of each file that stands beside the configuration.
        args: arguments that the server gets behind the configuration.
        entries: the registry that it must report, or None when that does not matter.
        refused: part of its reason to refuse the configuration, or None when it must accept it.
        exit: the exit status that it must give.
        log: texts that it must write.
        absent: texts that it must not write.
        get: a path to ask it for by HTTP, or None.
        reply: texts that must be in its answer.
        reason: why it is not asked.
    """

    heading: str
    block: int
    mode: str
    files: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] | None = None
    refused: str | None = None
    exit: int = 0
    log: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    get: str | None = None
    reply: tuple[str, ...] = ()
    reason: str = ""


def read(text: str) -> Iterator[Proof]:
    """Read a block of proof.

    Raises:
        ValueError: It says something that no proof can say, or is not TOML.
    """
    for heading, tables in tomli.loads(text).items():
        if heading not in {"avoid", "prefer"}:
            raise ValueError(f"it takes avoid and prefer, not {heading!r}")
        for number, table in enumerate([tables] if isinstance(tables, dict) else tables, 1):
            mode = table.get("mode")
            if mode not in _KEYS:
                raise ValueError(f"{mode!r} of {heading} is no mode: it is one of {', '.join(_KEYS)}")
            unknown = set(table) - _KEYS[mode] - {"block", "mode", "files"}
            if unknown:
                raise ValueError(f"{heading} with mode {mode!r} does not take {', '.join(sorted(unknown))}")
            for key in ("args", "log", "absent", "reply"):
                given = table.get(key, [])
                table[key] = (given,) if isinstance(given, str) else tuple(given)
            if "entries" in table:
                table["entries"] = tuple((key, value) for key, value in table["entries"])
            table["files"] = tuple(table.get("files", {}).items())
            yield Proof(heading=heading, **{"block": number, **table})


def faults(page: Page) -> Iterator[str]:
    """Say what is wrong with the proofs of a page, as complete sentences."""
    asked = False
    for proof in page.proofs:
        if proof.mode == "none":
            if not proof.reason:
                yield f"The proof of {proof.heading!r} does not give the reason why there is none."
            continue
        asked = True
        examples = page.avoid if proof.heading == "avoid" else page.prefer
        if not 1 <= proof.block <= len(examples):
            yield f"The proof of {proof.heading!r} is about a block that is not there: {proof.block}."
        if proof.mode in {"understand", "strict"} and (proof.entries is None) == (proof.refused is None):
            yield f"The proof of {proof.heading!r} must have either entries or refused."
    headings = {proof.heading for proof in page.proofs}
    if asked and headings != {"avoid", "prefer"}:
        yield "The proof must hold avoid and prefer."
    if not page.proofs:
        yield "The proof is empty."


class NotShownError(Exception):
    """The server did something else than a proof says."""


def replay(proof: Proof, example: Example, server: Server, folder: Path) -> None:
    """Let a server show what a proof says about an example.

    Args:
        proof: What it has to do.
        example: The configuration.
        server: Who is asked.
        folder: An empty folder to do it in.

    Raises:
        NotShownError: It does something else.
    """
    data, suffix = example.data, example.syntax
    if suffix == "toml":
        data, suffix = ini.write(read_document(Source("uwsgi.toml", data), "toml")), "ini"
    name = f"uwsgi.{suffix}"
    (folder / name).write_bytes(data)
    for file, content in proof.files:
        (folder / file).write_text(content, "utf-8")
    if proof.mode in {"understand", "strict"}:
        log = _understand(proof, server, folder, name)
    elif proof.mode == "start":
        given = [f"--{suffix}={name}", *proof.args, "--socket=uwsgilint.sock", "--no-server"]
        outcome = server.run(given, cwd=folder)
        log = outcome.log
        if outcome.status != proof.exit:
            raise NotShownError(f"exit status {outcome.status}, not {proof.exit}:\n{log}")
    else:
        log = _run(proof, server, folder, [f"--{suffix}={name}", *proof.args, "--http-socket=uwsgilint.sock"])
    for text in proof.log:
        if text not in log:
            raise NotShownError(f"{text!r} is not in the log:\n{log}")
    for text in proof.absent:
        if text in log:
            raise NotShownError(f"{text!r} is in the log:\n{log}")


def _understand(proof: Proof, server: Server, folder: Path, name: str) -> str:
    """Hold what a server understood against a proof, and return its log."""
    found = server.understand(name, strict=proof.mode == "strict", cwd=folder)
    if proof.refused is not None:
        if proof.refused not in (found.refused or ""):
            raise NotShownError(f"not refused for {proof.refused!r}:\n{found.log}")
    elif found.refused is not None or found.entries != list(proof.entries or ()):
        raise NotShownError(f"understood {found.entries}, refused {found.refused}:\n{found.log}")
    return found.log


def _run(proof: Proof, server: Server, folder: Path, args: list[str]) -> str:
    """Run a server until it has said what a proof expects, ask it if need be, and return its log."""
    with server.started(args, cwd=folder) as running:
        for text in (*proof.log, "spawned uWSGI worker"):
            running.wait_for(text)
        if proof.get is not None:
            answer = _fetch(folder / "uwsgilint.sock", proof.get)
            for text in proof.reply:
                if text not in answer:
                    raise NotShownError(f"{text!r} is not in the answer:\n{answer}")
        return running.log


def _fetch(path: Path, target: str) -> str:
    """Ask for a path by HTTP over a unix socket and return the whole answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        end = time.monotonic() + 10
        while True:
            try:
                connection.connect(str(path))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        connection.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer.decode("latin-1")
