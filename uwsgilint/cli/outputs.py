"""Where a command's results go: files, replaced at once, and findings that kept it from its work."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import typer

from uwsgilint.cli import exits
from uwsgilint.report.layout import escaped

if TYPE_CHECKING:
    from pathlib import Path

    from uwsgilint.lint.finding import Finding

__all__ = ["put", "replace", "show"]


_TEMPORARY = ".uwsgilint."  # hidden, and no name of a configuration, should a killed process leave it


def replace(output: Path, data: bytes) -> None:
    """Put data in place of a file at once, so that no reader ever sees half of it.

    Where that fails the file is left as it was, and the command ends.
    """
    try:
        put(output, data)
    except OSError as error:
        left = "it was left as it was" if output.is_file() else "it was not written"
        typer.echo(f"uwsgilint: {escaped(str(output))}: {(error.strerror or str(error)).lower()}; {left}", err=True)
        raise typer.Exit(exits.UNREAD) from None


def put(output: Path, data: bytes) -> None:
    """Put data in place of a file at once; its mode stays, and its owner as far as the user may say so.

    Raises:
        OSError: the folder cannot be written to, or the disk is full; the file is as it was.
    """
    if output.exists() and not output.is_file():
        output.write_bytes(data)  # a device or a pipe is written to, never replaced
        return
    import tempfile  # noqa: PLC0415

    target = output.resolve()
    try:
        before = target.stat()
        mode = before.st_mode & 0o7777
    except FileNotFoundError:
        before = None
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=_TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None and (before.st_uid, before.st_gid) != _owner(temporary):
            with contextlib.suppress(OSError):  # only root gives files away
                os.chown(temporary, before.st_uid, before.st_gid)
        os.chmod(temporary, mode)  # noqa: PTH101
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _owner(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116
    return status.st_uid, status.st_gid


def show(findings: list[Finding]) -> None:
    """Show findings on standard error."""
    from uwsgilint.lint import secrets  # noqa: PLC0415
    from uwsgilint.report import text  # noqa: PLC0415

    typer.echo(text.full(secrets.hide(findings)), err=True, nl=False)
