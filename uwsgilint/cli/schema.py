"""`uwsgilint schema`: print the JSON Schema of the authoring format."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  (Typer reads the annotation at run time)
from typing import Annotated, Optional

import typer

from uwsgilint.cli import exits

__all__ = ["command"]


def command(
    output: Annotated[
        Optional[Path],  # noqa: UP045  (and on 3.10 too)
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
) -> None:
    """Print the JSON Schema of the authoring format.

    Editors complete and explain options with it: name the file in the first line of a configuration, as
    `#:schema FILE` in TOML or `# yaml-language-server: $schema=FILE` in YAML.
    """
    from uwsgilint.schema import export  # noqa: PLC0415

    data = export.text().encode()
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        typer.echo(f"uwsgilint: {output}: {(error.strerror or str(error)).lower()}", err=True)
        raise typer.Exit(exits.UNREAD) from None
