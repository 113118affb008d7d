"""Kill a process at each of its system calls: what a power cut, or somebody in a hurry, may leave behind.

A process of its own imports everything and forks a child for each attempt. The child asks to be traced and stops
itself; then it does its work, stopped by the kernel before and after each system call, and is killed in front of the
n-th: what it does between two of them, nobody else can see.
Where the kernel lets nobody trace, the child kills itself at the n-th line of what writes files instead: not as fine,
but as final.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

__all__ = ["Left", "can_trace", "killed_at_each_moment"]

_TRACEME, _SYSCALL, _SETOPTIONS = 0, 24, 0x4200
_KILL_WITH_US = 0x00100000  # PTRACE_O_EXITKILL
_LIBC = ctypes.CDLL(None)
_WRITING = ("outputs.py", "mending.py", "results.py", "tempfile.py")
_STRAY = ".uwsgilint-"
_MODE = 0o640


class Left(NamedTuple):
    """What was there after some of the kills.

    Attributes:
        files: the text of each file, with its mode in front; what only a killed process leaves is left out.
        strays: how many of those there were.
        again: the files after the same command once more, and the strays.
    """

    files: dict[str, str]
    strays: int
    again: tuple[dict[str, str], int]


def killed_at_each_moment(
    folder: Path, files: Mapping[str, str], arguments: Sequence[str], *, trace: bool
) -> tuple[int, list[Left]]:
    """Run a command again and again, killed one moment later each time, until it comes to its end.

    Args:
        folder: where it runs.
        files: what is there before each attempt, and nothing else but what was left by earlier kills.
        arguments: what the command is given.
        trace: kill at system calls; at lines of Python without it.

    Returns:
        How often it was killed, and each state that was left; the last is that of the attempt that ended.
    """
    given = json.dumps([str(folder), dict(files), list(arguments), trace])
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing"], input=given, capture_output=True, text=True, check=True, timeout=300
    )
    kills, states = json.loads(done.stdout)
    return kills, [Left(files, strays, tuple(again)) for files, strays, again in states]


def can_trace() -> bool:
    """Whether a process may trace its children here: some containers and kernels forbid it."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        subprocess.run([sys.executable, "-c", _TRY], check=True, capture_output=True, timeout=60)
    except subprocess.CalledProcessError:
        return False
    return True


_TRY = "import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0, 0, None, None) != 0)"


def _at_system_call(work: Callable[[], object], moment: int) -> bool:
    """Kill a child in front of its n-th system call; return whether it ended by itself before."""
    child = os.fork()
    if not child:
        _LIBC.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        _leave(work)
    os.waitpid(child, 0)
    _ptrace(_SETOPTIONS, child, _KILL_WITH_US)
    passed_on, stops = 0, 0
    while True:
        _ptrace(_SYSCALL, child, passed_on)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSTOPPED(status):
            return _ended(status)
        stopped = os.WSTOPSIG(status)
        passed_on = 0 if stopped == signal.SIGTRAP else stopped
        stops += not passed_on
        if stops == 2 * moment - 1:
            os.kill(child, signal.SIGKILL)
            return _ended(os.waitpid(child, 0)[1])


def _ptrace(request: int, child: int, data: int) -> None:
    if _LIBC.ptrace(ctypes.c_long(request), ctypes.c_long(child), None, ctypes.c_void_p(data)) == -1:
        raise OSError("ptrace")


def _at_line(work: Callable[[], object], moment: int) -> bool:
    """Kill a child at the n-th line of what writes files; return whether it ended by itself before."""
    child = os.fork()
    if not child:
        left = moment

        def trace(frame: FrameType, event: str, _: object) -> object:
            nonlocal left
            if not frame.f_code.co_filename.endswith(_WRITING):
                return None
            left -= event == "line"
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)  # type: ignore[arg-type]
        _leave(work)
    return _ended(os.waitpid(child, 0)[1])


def _ended(status: int) -> bool:
    """Whether a child ended by itself, as it should if it was not killed."""
    if status not in {0, signal.SIGKILL}:
        raise AssertionError(f"the child ended with {status}")
    return status == 0


def _leave(work: Callable[[], object]) -> None:
    """Do the work of a child, and end it without what its parent still has to do."""
    try:
        work()
    except BaseException:  # noqa: BLE001  (nothing of the parent may run on in here)
        os._exit(1)
    os._exit(0)


def _once_more(work: Callable[[], object]) -> None:
    child = os.fork()
    if not child:
        _leave(work)
    _ended(os.waitpid(child, 0)[1])


def _main() -> None:
    from tests.cli import uwsgilint
    from uwsgilint.cli import outputs, results

    place, files, arguments, trace = json.load(sys.stdin)
    folder = Path(place)

    def prepare() -> None:
        outputs._swept.clear()  # each child is to look for what the one before it left
        for path in folder.iterdir():
            if not path.name.startswith(_STRAY):
                path.unlink()
        for name, text in files.items():
            (folder / name).write_text(text)
            (folder / name).chmod(_MODE)

    def found() -> tuple[dict[str, str], int]:
        paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith(_STRAY)]
        texts = {path.name: f"{path.stat().st_mode & 0o777:o} {path.read_text()}" for path in paths}
        return texts, len(list(folder.iterdir())) - len(paths)

    def work() -> None:
        uwsgilint(*arguments, cwd=folder)

    prepare()
    work()  # everything is imported from here on
    stamp = results._stamp()  # looks at each file of the package, and writes none
    results._stamp = lambda: stamp
    moment, ended = 0, False
    states: dict[str, tuple[dict[str, str], int]] = {}
    while not ended:
        moment += 1
        prepare()
        ended = (_at_system_call if trace else _at_line)(work, moment)
        state = json.dumps(found())
        if ended or state not in states:
            _once_more(work)
            states.pop(state, None)  # the last one is to be the last
            states[state] = found()
    json.dump([moment - 1, [[*json.loads(state), again] for state, again in states.items()]], sys.stdout)


if __name__ == "__main__":
    _main()
