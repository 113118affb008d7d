"""The proofs on the pages of the rules: read, judged, and replayed on a real server.

rules/README.md describes how they are written. A replay has a folder of its own, the stage; nothing that was started
for it survives it.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from tools.stage import client as stage_client
from uwsgilint.document import Source
from uwsgilint.formats import commands, ini
from uwsgilint.formats import read as read_document
from uwsgilint.server import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tools.rules import Example, Page
    from uwsgilint.server import Running, Server

__all__ = [
    "TABLE",
    "NotShownError",
    "Proof",
    "digest",
    "example_of",
    "faults",
    "lacking",
    "options_of",
    "read",
    "replay",
    "results",
    "told",
    "within",
]

TABLE = Path(__file__).parent.parent / "rules" / "proofs.json"
"""What the proofs came to on each release; `tools.prove` writes it."""

_STAGE = Path(stage_client.__file__).parent
_TIMEOUT = 15.0
_READY = "spawned uWSGI worker"
# How long a server stays under observation that nobody asks anything.
_STAYS = 0.05
_SHOWN_LINES = 100
_SUBREAPER = (36, 37)  # PR_SET_CHILD_SUBREAPER and PR_GET_CHILD_SUBREAPER of <linux/prctl.h>

# What each key holds: a text, a list of texts (one text will do), a table of texts ...
_TYPES: dict[str, tuple[type, ...]] = {
    "block": (int,),
    "mode": (str,),
    "app": (str,),
    "files": (dict,),
    "args": (str, list),
    "env": (dict,),
    "ports": (list,),
    "places": (list, dict),
    "root": (bool,),
    "plugins": (str, list),
    "modules": (str, list),
    "features": (str, list),
    "releases": (str,),
    "timeout": (int, float),
    "entries": (list,),
    "refused": (str, list),
    "exit": (int, str),
    "ready": (str,),
    "log": (str, list),
    "absent": (str, list),
    "http": (bool,),
    "get": (str,),
    "reply": (str, list),
    "client": (str,),
    "says": (str, list),
    "silent": (str, list),
    "exceptions": (dict,),
    "reason": (str,),
}
_LISTS = frozenset(key for key, types in _TYPES.items() if types == (str, list))
_STANDS = {
    *("files", "env", "ports", "places", "root", "plugins", "modules", "features", "releases", "timeout"),
    "exceptions",
}
_KEYS = {
    "understand": {"entries", "refused", "log", "absent"} | _STANDS,
    "strict": {"entries", "refused", "log", "absent"} | _STANDS,
    "start": {"app", "args", "exit", "log", "absent"} | _STANDS,
    "run": {"app", "args", "exit", "ready", "log", "absent", "http", "get", "reply", "client", "says", "silent"}
    | _STANDS,
    "none": {"reason"},
}
_PLACE = re.compile(r"folder|absent|0[0-7]{3,4}")


class Proof(NamedTuple):
    """What the real server does with one example.

    Attributes:
        heading: "avoid" or "prefer".
        block: number of the example under that heading, from 1.
        mode: how the server is asked: "understand", "strict", "start", "run", or "none" for not at all.
        app: name of the file with the standard application.
        files: name and content of each file that stands beside the configuration.
        args: arguments that the server gets behind the configuration.
        env: variables in its environment.
        ports: port numbers that are replaced by free ones wherever they stand.
        places: absolute paths that are replaced by paths on the stage, and what is there: "folder", "absent" or a mode.
        root: whether only root can see it.
        plugins: plugins that the server must have.
        modules: Python modules that its applications must be able to import.
        features: what it must have been built with, as `Server.probe` calls it: "pcre", "xml=expat", "ssl=none".
        releases: the releases that do it; all that the rule holds for when empty.
        exceptions: releases that do something else although the rule holds for them, and why.
        timeout: seconds until everything is ended and the proof has failed.
        entries: the registry that it must report, or None when that does not matter.
        refused: parts of its reason to refuse the configuration, of which one will do; None when it must accept it.
        exit: the exit status that it must give, or a signal's name; None when it has to stay up.
        ready: what it has written when it is up.
        log: texts that it must write.
        absent: texts that it must not write.
        http: whether it gets a socket that the client can ask by HTTP.
        get: a path to ask it for, or None.
        reply: texts that must be in its answer, headers included.
        client: a Python program that observes it.
        says: texts that the program must print.
        silent: texts that it must not print.
        reason: why the server is not asked.
    """

    heading: str
    block: int
    mode: str
    app: str = "app.py"
    files: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    ports: tuple[int, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    root: bool = False
    plugins: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    releases: str = ""
    exceptions: tuple[tuple[str, str], ...] = ()
    timeout: float = _TIMEOUT
    entries: tuple[tuple[str, str], ...] | None = None
    refused: tuple[str, ...] | None = None
    exit: int | str | None = None
    ready: str = _READY
    log: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    http: bool = True
    get: str | None = None
    reply: tuple[str, ...] = ()
    client: str = ""
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    reason: str = ""


class NotShownError(Exception):
    """The server did something else than a proof says; the text tells what, and shows the command and the log."""


# -- reading -------------------------------------------------------------------------------------


def read(text: str) -> Iterator[Proof]:
    """Read a block of proof.

    Raises:
        ValueError: It says something that no proof can say, or is not TOML.
    """
    for heading, tables in tomli.loads(text).items():
        if heading not in {"avoid", "prefer"}:
            raise ValueError(f"it takes avoid and prefer, not {heading!r}")
        for number, table in enumerate([tables] if isinstance(tables, dict) else tables, 1):
            yield _proof(heading, number, table)


def _proof(heading: str, number: int, table: dict[str, Any]) -> Proof:
    mode = table.get("mode")
    if mode not in _KEYS:
        raise ValueError(f"{mode!r} of {heading} is no mode: it is one of {', '.join(_KEYS)}")
    unknown = set(table) - _KEYS[mode] - {"block", "mode"}
    if unknown:
        raise ValueError(f"{heading} with mode {mode!r} does not take {', '.join(sorted(unknown))}")
    given: dict[str, Any] = {"block": number}
    for key, value in table.items():
        if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and bool not in _TYPES[key]):
            raise ValueError(f"{key} of {heading} cannot be {value!r}")
        given[key] = _plain(key, value)
        if key in _LISTS and not all(isinstance(each, str) for each in given[key]):
            raise ValueError(f"{key} of {heading} is a text, or a list of texts")
        if key in {"files", "env", "exceptions"} and not all(isinstance(text, str) for _, text in given[key]):
            raise ValueError(f"{key} of {heading} is a table of texts")
    return Proof(heading=heading, **given)


def _plain(key: str, value: Any) -> Any:
    """The value of a key as a proof holds it: tuples for lists and tables."""
    if key in _LISTS and isinstance(value, str):
        return (value,)
    if key == "places" and isinstance(value, list):
        return tuple((path, "folder") for path in value)
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(map(tuple, value)) if key == "entries" else tuple(value) if isinstance(value, list) else value


def example_of(page: Page, proof: Proof) -> Example:
    """The example that a proof is about."""
    return (page.avoid if proof.heading == "avoid" else page.prefer)[proof.block - 1]


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
        for fault in _faults(proof):
            yield f"The proof of {proof.heading!r} {fault}."
    headings = {proof.heading for proof in page.proofs}
    if asked and headings != {"avoid", "prefer"}:
        yield "The proof must hold avoid and prefer."
    if not page.proofs:
        yield "The proof is empty."


def _faults(proof: Proof) -> Iterator[str]:
    """What is wrong with one proof, to follow its name."""
    if proof.mode in {"understand", "strict"} and (proof.entries is None) == (proof.refused is None):
        yield "must have either entries or refused"
    if proof.mode == "run":
        if (proof.says or proof.silent) and not proof.client:
            yield "has no client that could say anything"
        if proof.client and not proof.says:
            yield "has a client, but nothing that it says"
        if proof.reply and proof.get is None:
            yield "expects a reply, but does not get anything"
        if proof.get is not None and not proof.http:
            yield "cannot get anything without http"
    if isinstance(proof.exit, str) and proof.exit not in signal.Signals.__members__:
        yield f"has an exit that is no signal: {proof.exit}"
    port: Any
    for port in proof.ports:
        if not isinstance(port, int) or not 0 < port < 65536:
            yield f"has a port that is none: {port!r}"
    path: Any
    state: Any
    for path, state in proof.places:
        if not isinstance(path, str) or not path.startswith("/") or path.endswith("/"):
            yield f"has a place that is no absolute path: {path!r}"
        elif not isinstance(state, str) or not _PLACE.fullmatch(state):
            yield f"has a place that is neither folder nor absent nor a mode: {state!r}"
    for path, _ in proof.files:
        if path.startswith("/") and not any(path.startswith(f"{place}/") for place, _ in proof.places):
            yield f"has the file {path}, which is in none of its places"
    try:
        within("2.0", proof.releases)
    except ValueError as error:
        yield f"has releases that nobody understands: {error}"


# -- who can be asked ----------------------------------------------------------------------------


def within(release: str, ranges: str) -> bool:
    """Whether a release is in a range such as "2.0.21 - 2.0.31", "2.0.21 -", "- 2.0.20", or one of several.

    Args:
        release: uWSGI release.
        ranges: Ranges and single releases with commas between them; nothing stands for all releases.

    Raises:
        ValueError: It is not such a range.
    """
    if not ranges.strip():
        return True
    this = _number(release)
    found = False
    for each in ranges.split(","):
        first, dash, last = (part.strip() for part in each.partition("-"))
        if not dash:
            found |= this == _number(first)
        elif not first and not last:
            raise ValueError(repr(each))
        else:
            found |= (not first or this >= _number(first)) and (not last or this <= _number(last))
    return found


def _number(release: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+(\.\d+)+", release):
        raise ValueError(f"{release!r} is no release")
    return tuple(map(int, release.split(".")))


def lacking(proof: Proof, server: Server, *, releases: str = "") -> str:
    """What keeps a server from showing a proof: "not applicable", "needs root", "needs pcre" ..., or nothing.

    Args:
        proof: What it would have to show.
        server: Who would be asked.
        releases: The releases that the rule holds for.
    """
    if not within(server.release, proof.releases or releases):
        return "not applicable"
    if proof.root and os.geteuid() != 0:
        return "needs root"
    if proof.root and not _runs_as_anyone(server):
        return "needs a Python that every user may read"
    if not proof.plugins and not proof.modules and not proof.features:
        return ""
    built = _built(server)
    for plugin in proof.plugins:
        if plugin not in built["embedded"]:
            return f"needs {plugin}"
    for module in proof.modules:
        if not _imports(server, module):
            return f"needs the Python module {module}"
    for feature in proof.features:
        name, equals, wanted = feature.partition("=")
        has = built["features"].get(name)
        if wanted == "none":
            if has:
                return f"needs no {name}"
        elif not has or (equals and has != wanted):
            return f"needs {feature}"
    return ""


_BUILT: dict[str, dict[str, Any]] = {}
_IMPORTS: dict[tuple[str, str], bool] = {}
_ANYONE: dict[str, bool] = {}


def _built(server: Server) -> dict[str, Any]:
    """What a server contains, asked once."""
    if server.path not in _BUILT:
        _BUILT[server.path] = server.probe()
    return _BUILT[server.path]


def _runs_as_anyone(server: Server) -> bool:
    """Whether a server starts when it has given its rights up, asked once.

    One that was compiled with a Python below somebody's home does not: nobody else may read that.
    """
    if server.path not in _ANYONE:
        outcome = server.run(["--immediate-uid=65534", "--socket=127.0.0.1:0", "--no-server"])
        _ANYONE[server.path] = outcome.status == 0
    return _ANYONE[server.path]


def _imports(server: Server, module: str) -> bool:
    """Whether applications of a server can import a module, asked once."""
    key = (server.path, module)
    if key not in _IMPORTS:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program.py"
            program.write_text(f"import {module}\nprint('imported it')\n", "utf-8")
            outcome = server.run(
                ["--socket=x.sock", "--no-server", f"--wsgi-file={program}"],
                cwd=folder,
                env=_found_by(server, [module]),
            )
        _IMPORTS[key] = "imported it" in outcome.log
    return _IMPORTS[key]


def options_of(server: Server) -> frozenset[str]:
    """The options that a server has without loading a plugin."""
    return frozenset(_built(server)["options"])


# -- what was shown ------------------------------------------------------------------------------


def results() -> dict[str, dict[str, Any]]:
    """The table of results: for each rule the `digest` of what was replayed, and what it came to `on` each release."""
    found: dict[str, dict[str, Any]] = json.loads(TABLE.read_text("utf-8")) if TABLE.is_file() else {}
    return found


def digest(page: Page) -> str:
    """A word that changes with everything that a replay of a page depends on."""
    proofs = [
        {key: value for key, value in proof._asdict().items() if value != Proof._field_defaults.get(key)}
        for proof in page.proofs
    ]
    examples = [
        (each.syntax, each.data.decode("latin-1"), *([each.name] if each.name else []))
        for each in (*page.avoid, *page.prefer)
    ]
    whole = json.dumps([proofs, examples, page.front.get("uwsgi", "")], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def told(page: Page, table: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a page, with what its proof came to where that is known."""
    entry = table.get(page.code, {})
    if entry.get("digest") != digest(page) or not entry.get("on"):
        return page.text
    states: dict[str, list[str]] = {}
    for release, state in entry["on"].items():
        states.setdefault(state, []).append(release)
    # What was shown comes first; the rest in a fixed order.
    lines = []
    for state, releases in sorted(states.items(), key=lambda item: (item[0] != "shown", item)):
        those = ", ".join(releases)
        if state.startswith("needs "):
            lacked = state.removeprefix("needs ")
            how = f"without {lacked.removeprefix('no ')}" if lacked.startswith("no ") else f"with {lacked}"
            lines.append(f"No server {how} was there for {those}.")
        else:
            lines.append(f"{state.capitalize()} {'to' if state == 'not applicable' else 'on'} {those}.")
    head, title, tail = page.text.partition("\n## References\n")
    return f"{head}\n{' '.join(lines)}\n{title}{tail}"


# -- the stage -----------------------------------------------------------------------------------


class _Stage:
    """A folder for one replay, with everything in it that the server of a proof finds.

    Attributes:
        root: The folder, which has a short name: the path of a unix socket has room for 107 characters.
        folder: The working directory of the server, below it.
        fill: Replaces the ports and places of the proof in a text.
        name: Name of the configuration.
    """

    def __init__(self, root: Path, proof: Proof, example: Example) -> None:
        self.root = root
        # A server that gives up its rights has to get at its files.
        root.chmod(0o755)
        self.folder = root / "here"
        self.folder.mkdir()
        self.fill = self._filler(proof)
        data, suffix = self.fill(example.data.decode("latin-1")).encode("latin-1"), example.syntax
        if suffix == "toml":
            data, suffix = ini.write(read_document(Source("uwsgi.toml", data), "toml")), "ini"
        elif suffix in {"dockerfile", "service"}:
            source = Source(f"uwsgi.{suffix}", data)
            command = commands.find(source, commands.detect(source.name, data) or "")[0]
            data, suffix = ini.write(command.document), "ini"
        self.name = f"uwsgi.{suffix}"
        self.load = f"--{suffix}={self.name}"
        (self.folder / self.name).write_bytes(data)
        files = {file: self.fill(text.decode("utf-8")) for file, text in example.beside}
        files.update({self.fill(file): self.fill(text) for file, text in proof.files})
        if proof.mode in {"start", "run"} and proof.app not in files:
            files[proof.app] = (_STAGE / "app.py").read_text("utf-8")
        if "ssl" in proof.features:
            for file in ("shop.crt", "shop.key"):
                files.setdefault(file, (_STAGE / file).read_text("ascii"))
        for file, text in files.items():
            path = self.folder / file
            if root not in path.resolve().parents:
                raise NotShownError(f"the file {file} is not on the stage")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def _filler(self, proof: Proof) -> Callable[[str], str]:
        """Make the places, choose the ports, and return what puts them into a text."""
        words: dict[str, str] = {}
        for number, (path, state) in enumerate(proof.places, 1):
            place = self.root / str(number) / Path(path).name
            place.parent.mkdir()
            if state != "absent":
                place.mkdir()
            if state.startswith("0"):
                place.chmod(int(state, 8))
            words[path] = str(place)
        for port in proof.ports:
            words[str(port)] = str(_free_port(set(words.values())))
        if not words:
            return lambda text: text
        # The longest first: a place may stand below another one.
        longest = sorted(words, key=len, reverse=True)
        wanted = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}(?![\w-])(?!\.\d)" for word in longest))
        return lambda text: wanted.sub(lambda found: words[found[0]], text)


def _free_port(taken: set[str]) -> int:
    """A port that nobody listens at, below those that the system gives to clients."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("", port))
            if str(port) not in taken:
                return port


@contextlib.contextmanager
def _contained() -> Iterator[set[int]]:
    """End whatever was started meanwhile and is still there at the end, daemons included.

    Orphans become children of this process, where the system can do that (Linux); so they can be told from
    processes of others. Gives the children that were there before.
    """
    if sys.platform != "linux":
        yield set()
        return
    libc = ctypes.CDLL(None, use_errno=True)
    before = ctypes.c_int()
    libc.prctl(_SUBREAPER[1], ctypes.byref(before), 0, 0, 0)
    others = set(_children().get(os.getpid(), ()))
    libc.prctl(_SUBREAPER[0], 1, 0, 0, 0)
    try:
        yield others
    finally:
        _sweep(others)
        libc.prctl(_SUBREAPER[0], before.value, 0, 0, 0)


def _sweep(others: set[int]) -> None:
    """Kill all descendants of this process but some of its children and what is below these."""
    while True:
        children = _children()
        todo = [pid for pid in children.get(os.getpid(), ()) if pid not in others]
        if not todo:
            return
        for pid in todo:
            todo += children.get(pid, ())
        for pid in todo:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in todo:
            # Only our own can be waited for; the others come to us when their parent is gone.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> dict[int, list[int]]:
    """The children of every process."""
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            text = stat.read_bytes()
            found.setdefault(int(text[text.rindex(b")") + 2 :].split()[1]), []).append(int(stat.parent.name))
    return found


# -- the replay ----------------------------------------------------------------------------------


def replay(proof: Proof, example: Example, server: Server) -> None:
    """Let a server show what a proof says about an example.

    Args:
        proof: What it has to do.
        example: The configuration.
        server: Who is asked.

    Raises:
        NotShownError: It does something else.
    """
    root = Path(tempfile.mkdtemp(prefix="uw"))
    try:
        with _contained() as others:
            _Replay(proof, _Stage(root, proof, example), server, others).check()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _found_by(server: Server, modules: Sequence[str]) -> dict[str, str]:
    """Where a server finds what its applications import.

    A wheel's server has to be told even about itself: when it reloads, it starts Python without its environment. One
    that was compiled knows its own Python, and what was installed for these tests only when it is asked for.
    """
    path = Path(server.path)
    with path.open("rb") as file:
        if file.read(2) == b"#!":
            packages = [*path.parent.parent.glob("lib/python*/site-packages")]
        elif modules:
            packages = [Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))]
        else:
            return {}
    return {"PYTHONPATH": os.pathsep.join(dict.fromkeys(map(str, packages)))}


class _Replay:
    """One proof, one server."""

    def __init__(self, proof: Proof, stage: _Stage, server: Server, others: set[int]) -> None:
        self.proof, self.stage, self.server, self.others = proof, stage, server, others
        self.command = ""
        self.log = ""
        self.said = ""
        self.end = time.monotonic() + proof.timeout

    def check(self) -> None:
        """Replay the proof, whatever its mode."""
        proof, fill = self.proof, self.stage.fill
        env = {name: fill(text) for name, text in proof.env}
        if proof.mode in {"understand", "strict"}:
            self._understand(env)
        elif proof.mode == "start":
            self._start(env)
        else:
            self._run(env)
        for text in map(fill, proof.log):
            if text not in self.log:
                raise self._not_shown(f"it does not write {text!r}")
        for text in map(fill, proof.absent):
            if text in self.log:
                raise self._not_shown(f"it writes {text!r}")

    def _not_shown(self, what: str) -> NotShownError:
        proof = self.proof
        lines = [f"{proof.heading} {proof.block}, mode {proof.mode}, {self.server.release}: {what}", self.command]
        for title, text in (("said by the client", self.said), ("written by the server", self.log)):
            if text or title.endswith("server"):
                told = text.splitlines()
                cut = [f"... {len(told) - _SHOWN_LINES} lines"] if len(told) > _SHOWN_LINES else []
                lines += [f"--- {title}:", *cut, *told[-_SHOWN_LINES:]]
        return NotShownError("\n".join(lines))

    def _left(self) -> float:
        """Seconds that are left."""
        return max(self.end - time.monotonic(), 0.01)

    def _understand(self, env: Mapping[str, str]) -> None:
        proof, stage = self.proof, self.stage
        strict = proof.mode == "strict"
        self.command = f"{self.server.path} {'--strict ' if strict else ''}{stage.load} --show-config"
        found = self.server.understand(stage.name, strict=strict, cwd=stage.folder, env=env, timeout=proof.timeout)
        self.log = found.log
        if proof.refused is not None:
            if found.refused is None:
                raise self._not_shown("it does not refuse the configuration")
            if not any(text in found.refused for text in map(stage.fill, proof.refused)):
                raise self._not_shown(f"it refuses the configuration because of {found.refused!r}")
            return
        if found.refused is not None:
            raise self._not_shown(f"it refuses the configuration: {found.refused}")
        wanted = [(option, stage.fill(text)) for option, text in proof.entries or ()]
        if found.entries != wanted:
            raise self._not_shown(f"it understands {found.entries}, not {wanted}")

    def _start(self, env: Mapping[str, str]) -> None:
        args = self._args("--socket=uwsgilint.sock", "--no-server")
        env = {**_found_by(self.server, self.proof.modules), **env}
        outcome = self.server.run(args, cwd=self.stage.folder, env=env, timeout=self.proof.timeout)
        self.log = outcome.log
        if outcome.status is None:
            raise self._not_shown(f"it does not end within {self.proof.timeout:g} s")
        self._judge(outcome.status, self.proof.exit or 0)

    def _args(self, *own: str) -> list[str]:
        args = [self.stage.load, *map(self.stage.fill, self.proof.args), *own]
        self.command = f"{self.server.path} {' '.join(args)}"
        return args

    def _judge(self, status: int, wanted: int | str) -> None:
        """Compare an exit status."""
        told: int | str = signal.Signals(-status).name if status < 0 else status
        if told != wanted:
            raise self._not_shown(f"it ends with {told}, not {wanted}")

    def _run(self, env: Mapping[str, str]) -> None:
        proof, stage = self.proof, self.stage
        key = secrets.token_hex(8)
        log = stage.root / "log"
        args = self._args(*(["--http-socket=uwsgilint.sock"] if proof.http else []))
        env = {**_found_by(self.server, proof.modules), **env, "PROOF_KEY": key}
        if "threads(" in proof.client:
            env["PROOF_THREADS"] = "1"
        with self.server.started(args, cwd=stage.folder, env=env, log=log) as running:
            try:
                self._watch(running, key, log)
            except ServerError as error:
                self.log = running.log
                raise self._not_shown(str(error).partition("\n")[0]) from None
            self.log = running.log

    def _watch(self, running: Running, key: str, log: Path) -> None:
        """Observe a running server until it has shown what it has to, or the time is up."""
        proof, fill = self.proof, self.stage.fill
        if proof.exit is None:
            running.wait_for(fill(proof.ready), self._left())
        elif proof.client:
            # It may end first: as a daemon it goes on without the process that we started.
            while fill(proof.ready) not in running.log and running.process.poll() is None and self._left() > 0.01:
                time.sleep(0.01)
        if proof.get is not None:
            self._get(running)
        if proof.client:
            self._ask(running, key, log)
        if proof.exit is not None:
            try:
                status = running.process.wait(self._left())
            except subprocess.TimeoutExpired:
                self.log = running.log
                raise self._not_shown(f"it does not end within {proof.timeout:g} s") from None
            self.log = running.log
            self._judge(status, proof.exit)
            return
        for text in map(fill, proof.log):
            running.wait_for(text, self._left())
        if proof.get is None and not proof.client:
            time.sleep(_STAYS)
        ended = running.process.poll()
        if ended is not None:
            self.log = running.log
            raise self._not_shown(f"it does not stay up, but ends with {ended}")

    def _get(self, running: Running) -> None:
        answer = stage_client.raw(
            f"GET {self.proof.get} HTTP/1.0\r\n\r\n".encode(),
            at=str(self.stage.folder / "uwsgilint.sock"),
            timeout=self._left(),
        )
        for text in map(self.stage.fill, self.proof.reply):
            if text not in answer:
                self.log = running.log
                raise self._not_shown(f"it answers {answer!r}, without {text!r}")

    def _ask(self, running: Running, key: str, log: Path) -> None:
        """Run the client, and compare what it prints."""
        folder, fill = self.stage.folder, self.stage.fill
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(_STAGE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "UWSGI_PID": str(running.process.pid),
            "UWSGI_SOCKET": str(folder / "uwsgilint.sock"),
            "UWSGI_LOG": str(log),
            "PROOF_KEY": key,
            "PROOF_KEEPER": str(os.getpid()),
            "PROOF_OTHERS": ",".join(map(str, self.others)),
        }
        said = self.stage.root / "said"
        with said.open("w+b") as output:
            process = subprocess.Popen(
                # Without site-packages: the standard library has to do, and it starts in half the time.
                [sys.executable, "-S", "-u", "-c", f"from client import *\n{fill(self.proof.client)}"],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                process.wait(self._left())
            except subprocess.TimeoutExpired:
                process.kill()
            late, status = process.returncode is None, process.wait()
        self.said, self.log = said.read_text("utf-8", "replace"), running.log
        if late:
            raise self._not_shown(f"the client has not finished within {self.proof.timeout:g} s")
        if status != 0:
            raise self._not_shown(f"the client ends with {status}")
        for text in map(fill, self.proof.says):
            if text not in self.said:
                raise self._not_shown(f"the client does not say {text!r}")
        for text in map(fill, self.proof.silent):
            if text in self.said:
                raise self._not_shown(f"the client says {text!r}")
