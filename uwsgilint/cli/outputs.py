"""Where a command's results go: files, replaced at once, and findings that kept it from its work."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from uwsgilint.cli import exits, inputs
from uwsgilint.report.layout import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.lint.finding import Finding

__all__ = ["file", "put", "refuse", "replace", "show"]


# Hidden, no name of a configuration, and none that anybody gives a file, should a killed process leave it.
_TEMPORARY = (".uwsgilint-", ".tmp")
_OURS = re.compile(r"\.uwsgilint-[a-z0-9_]{8}\.tmp")


def replace(output: Path, data: bytes) -> None:
    """Put data in place of a file at once, so that no reader ever sees half of it.

    Where that fails the file is left as it was, and the command ends.
    """
    try:
        put(output, data)
    except OSError as error:
        left = "it was left as it was" if output.is_file() else "it was not written"
        typer.echo(f"uwsgilint: {escaped(str(output))}: {exits.reason_of(error)}; {left}", err=True)
        raise typer.Exit(exits.UNREAD) from None


def file(output: Path | None) -> Path | None:
    """Return the file that an option names; None for standard output, which `-` names, too."""
    return None if output is not None and str(output) == inputs.STDIN else output


def refuse(output: Path, read: Iterable[str]) -> None:
    """End the command when its result would take the place of a file that it reads."""
    taken = {os.path.realpath(name) for name in read if name != inputs.STDIN}
    if os.path.realpath(output) in taken:
        typer.echo(f"uwsgilint: {escaped(str(output))} is read, and the result would take its place", err=True)
        raise typer.Exit(exits.USAGE)


def put(output: Path, data: bytes, mode: int | None = None) -> None:
    """Put data in place of a file, or where none is, at once.

    Whenever the process is killed, the file is what it was or what it is to be. What that leaves of a new one is
    taken away by the next that writes into the folder.

    Args:
        output: the file, or a link to it; a device, a pipe or what a descriptor such as `/dev/stdout` is open for is
            written to, never replaced.
        data: what is to be in it.
        mode: its mode; that of the file there, or the usual one, without it.

    Raises:
        OSError: it cannot be written, and was left as it was.
    """
    number = _descriptor(str(output))
    if number is not None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what was written before comes first
        with os.fdopen(os.dup(number), "wb") as file:
            file.write(data)
        return
    if output.exists() and not output.is_file():
        output.write_bytes(data)
        return
    target = Path(os.path.realpath(output))
    try:
        before = target.stat()
    except FileNotFoundError:
        before = None
    if mode is None:
        mode = _usual_mode() if before is None else before.st_mode & 0o7777
    _sweep(str(target.parent))
    handle, temporary = _make(str(target.parent))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if before is not None and hasattr(os, "fchown"):
                with contextlib.suppress(OSError):  # only root gives files away
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
            os.chmod(temporary, mode)  # noqa: PTH101
            os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _descriptor(path: str) -> int | None:
    """Return the open file of this process that a path names, such as /dev/stdout or /dev/fd/3; None for others.

    Behind its link may be a file, to which whoever opened it may have written: taking its place would lose that.
    """
    for _ in range(40):  # as many links as systems follow
        folder, name = os.path.split(path)
        if name.isdecimal() and (folder == "/dev/fd" or os.path.realpath(folder) == f"/proc/{os.getpid()}/fd"):
            return int(name)
        try:
            path = os.path.join(folder, os.readlink(path))  # noqa: PTH115, PTH118
        except OSError:
            return None
    return None


def _usual_mode() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _make(folder: str) -> tuple[int, str]:
    """Make a file in a folder that is ours as long as we live."""
    import tempfile  # noqa: PLC0415

    while True:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=_TEMPORARY[0], suffix=_TEMPORARY[1])
        _lock(handle)
        if os.path.exists(temporary):  # noqa: PTH110  (else somebody took it for a file of the dead)
            return handle, temporary
        os.close(handle)


def _lock(handle: int, *, wait: bool = True) -> bool:
    """Lock a file until it is closed, or its process ends; return whether it is locked now."""
    try:
        import fcntl  # noqa: PLC0415  (some systems have none)

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


def _sweep(folder: str) -> None:
    """Take away what killed processes left in a folder: files of ours that nobody has locked."""
    if folder in _swept:
        return
    _swept.add(folder)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    handle = os.open(entry.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
                    try:
                        if _lock(handle, wait=False):
                            os.unlink(entry.path)  # noqa: PTH108
                    finally:
                        os.close(handle)


_swept: set[str] = set()  # folders that were looked through: once is enough for thousands of files


def show(findings: list[Finding]) -> None:
    """Show findings on standard error."""
    from uwsgilint.lint import secrets  # noqa: PLC0415
    from uwsgilint.report import text  # noqa: PLC0415

    typer.echo(text.full(secrets.hide(findings)), err=True, nl=False)
