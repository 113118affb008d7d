"""Where a command's results go: files, replaced at once, and findings that kept it from its work."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import typer

from uwsgilint.cli import exits

if TYPE_CHECKING:
    from pathlib import Path

    from uwsgilint.lint.finding import Finding

__all__ = ["put", "replace", "show"]


def replace(output: Path, data: bytes) -> None:
    """Put data in place of a file at once, so that no reader ever sees half of it; a failure ends the command."""
    try:
        put(output, data)
    except OSError as error:
        typer.echo(f"uwsgilint: {output}: {(error.strerror or str(error)).lower()}", err=True)
        raise typer.Exit(exits.UNREAD) from None


def put(output: Path, data: bytes) -> None:
    """Put data in place of a file at once; its mode stays, and its owner as far as the user may say so.

    Raises:
        OSError: the folder cannot be written to, or the disk is full; the file is as it was.
    """
    import tempfile  # noqa: PLC0415

    if output.exists() and not output.is_file():
        output.write_bytes(data)  # a device or a pipe is written to, never replaced
        return
    target = output.resolve()
    try:
        before = target.stat()
        mode = before.st_mode & 0o7777
    except FileNotFoundError:
        before = None
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            _give(temporary, before)
        os.chmod(temporary, mode)  # noqa: PTH101
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise


def _give(path: str, before: os.stat_result) -> None:
    """Give a file the owner and the group of another one: root mends what belongs to others."""
    now = os.stat(path)  # noqa: PTH116
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, before.st_uid, before.st_gid)


def show(findings: list[Finding]) -> None:
    """Show findings on standard error."""
    from uwsgilint.report import text  # noqa: PLC0415

    typer.echo(text.full(findings), err=True, nl=False)
