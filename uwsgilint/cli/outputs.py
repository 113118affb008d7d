"""Where a command's results go: files, replaced at once, and findings that kept it from its work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from uwsgilint.cli import exits

if TYPE_CHECKING:
    from pathlib import Path

    from uwsgilint.lint.finding import Finding

__all__ = ["replace", "show"]


def replace(output: Path, data: bytes) -> None:
    """Put data in place of a file at once, so that no reader ever sees half of it."""
    import tempfile  # noqa: PLC0415

    if output.exists() and not output.is_file():
        try:
            output.write_bytes(data)  # a device or a pipe is written to, never replaced
        except OSError as error:
            typer.echo(f"uwsgilint: {output}: {(error.strerror or str(error)).lower()}", err=True)
            raise typer.Exit(exits.UNREAD) from None
        return
    target = output.resolve()
    try:
        mode = target.stat().st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode)  # noqa: PTH101
            os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            os.unlink(temporary)  # noqa: PTH108
            raise
    except OSError as error:
        typer.echo(f"uwsgilint: {output}: {(error.strerror or str(error)).lower()}", err=True)
        raise typer.Exit(exits.UNREAD) from None


def show(findings: list[Finding]) -> None:
    """Show findings on standard error."""
    from uwsgilint.report import text  # noqa: PLC0415

    typer.echo(text.full(findings), err=True, nl=False)
