"""`uwsgilint schema`: print the JSON Schema of the authoring format, or of the tool's own settings."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  (Typer reads the annotation at run time)
from typing import Annotated, Optional

import typer

from uwsgilint.cli import exits

__all__ = ["command", "settings_schema"]


def command(
    output: Annotated[
        Optional[Path],  # noqa: UP045  (and on 3.10 too)
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
    settings: Annotated[
        bool, typer.Option("--settings", help="The schema of uwsgilint.toml and [tool.uwsgilint] instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of the authoring format.

    Editors complete and explain options with it: name the file in the first line of a configuration, as
    `#:schema FILE` in TOML or `# yaml-language-server: $schema=FILE` in YAML.
    """
    if settings:
        data = settings_schema().encode()
    else:
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


def settings_schema() -> str:
    """Write the JSON Schema of the tool's own settings."""
    import json  # noqa: PLC0415

    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415
    from uwsgilint.cli.settings import KEYS  # noqa: PLC0415
    from uwsgilint.schema.export import BUILD_PATH  # noqa: PLC0415

    choices: dict[str, dict[str, object]] = {
        "target": {"enum": list(catalog.RELEASES)},
        "build": {"anyOf": [{"enum": list(builds.names())}, {"pattern": BUILD_PATH}]},
    }
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "uwsgilint's own settings",
        "description": "What uwsgilint.toml, or [tool.uwsgilint] in pyproject.toml, says for all files below it.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {"description": description, "type": "string", **choices[key]} for key, description in KEYS.items()
        },
    }
    return json.dumps(document, indent=1) + "\n"
