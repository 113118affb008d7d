"""`uwsgilint check --watch`: check again whenever something changes that the last check has read.

Each check is a process of its own: it begins with nothing remembered, as a check that is started by hand does.
"""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeAlias

from uwsgilint.cli import exits, inputs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from uwsgilint.cli.checking import Options

__all__ = ["watch"]

_State: TypeAlias = "tuple[int, int, int] | None"

_PAUSE = 0.3  # seconds between two looks at the files
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def watch(paths: Sequence[str], options: Options) -> int:
    """Check, and check again after each change, until Ctrl-C; return the exit status.

    Looked at are the files that the check has opened, the settings and includes among them, and their folders: a
    file that is missing may come.
    """
    reason = _refused(paths, options)
    if reason:
        sys.stderr.write(f"uwsgilint: {reason}\n")
        return exits.USAGE
    try:
        while True:
            sys.stdout.write(_CLEAR)
            sys.stdout.flush()
            before = time.perf_counter()
            seen = _checked(paths, options)
            took = time.perf_counter() - before
            sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] checked in {took:.2f} s; watching, Ctrl-C ends\n")
            sys.stdout.flush()
            while {path: _state(path) for path in seen} == seen:
                time.sleep(_PAUSE)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
        return exits.CLEAN


def _refused(paths: Sequence[str], options: Options) -> str:
    """Say why there is nothing to watch; "" when there is."""
    if not sys.stdout.isatty():
        return "--watch is for a terminal"
    if inputs.STDIN in paths:
        return "standard input comes once: there is nothing to watch"
    writes = options.fix != "no" or options.add_ignore is not None or options.baseline is not None
    if writes or any(file for _, file in options.outputs):
        return "--watch only looks: leave out what writes files"
    return ""


def _state(path: str) -> _State:
    """Return what tells that a file or a folder is another one than before; None when it is not there."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _checked(paths: Sequence[str], options: Options) -> dict[str, _State]:
    """Check in a process of its own; return what it has opened, and as what."""
    context: Any = get_context("fork" if sys.platform == "linux" else "spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_check, args=(theirs, list(paths), options))
    process.start()
    theirs.close()
    try:
        opened: dict[str, _State] = ours.recv()
    except EOFError:  # it said what went wrong
        opened = {path: _state(path) for path in paths}
    process.join()
    return opened


def _check(connection: Connection, paths: list[str], options: Options) -> None:
    """Check, and tell what was opened for that."""
    opened: dict[str, _State] = {}
    watching = True

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching or event not in {"open", "os.scandir", "os.listdir"}:
            return
        path = arguments[0]
        if isinstance(path, (str, bytes)) and not (event == "open" and _writes(arguments)):
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
            for each in (name, os.path.dirname(name)):  # noqa: PTH120
                if each not in opened:  # before it is read: what changes meanwhile is a change
                    opened[each] = _state(each)

    from uwsgilint.cli import checking  # noqa: PLC0415  (what it imports is not what it reads)

    sys.addaudithook(note)
    try:
        for path in map(os.path.abspath, paths):
            opened[path] = _state(path)
        # What other processes read would not be seen, and what is known already is not read.
        checking.run(paths, options._replace(jobs=1, cache=False, cache_dir=None))
    except KeyboardInterrupt:
        return
    except OSError as error:  # the folder that it was started in may be gone, and may come again
        sys.stderr.write(f"uwsgilint: {error.filename or os.curdir}: {exits.reason_of(error)}\n")
    finally:
        watching = False
        sys.stdout.flush()
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    passing = (ours, sys.prefix, sys.base_prefix, "/dev/", "/proc/")
    connection.send({name: state for name, state in opened.items() if not name.startswith(passing)})


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode = arguments[1] if len(arguments) > 1 else None
    return isinstance(mode, str) and not mode.startswith("r")
