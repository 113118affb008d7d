"""`uwsgilint schema`: print the JSON Schema of the authoring format, or of the tool's own settings."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  (Typer reads the annotation at run time)
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from uwsgilint.cli import outputs

if TYPE_CHECKING:
    from uwsgilint.cli.settings import Setting

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
    output = outputs.file(output)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    outputs.replace(output, data)


def settings_schema() -> str:
    """Write the JSON Schema of the tool's own settings."""
    import json  # noqa: PLC0415

    from uwsgilint.cli.settings import KEYS  # noqa: PLC0415

    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "uwsgilint's own settings",
        "description": "What uwsgilint.toml, or [tool.uwsgilint] in pyproject.toml, says for all files below it.",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _property(key, setting) for key, setting in KEYS.items()},
        "definitions": {"selector": _selector()},
    }
    return json.dumps(document, indent=1) + "\n"


_SELECTOR = {"$ref": "#/definitions/selector"}


def _property(key: str, setting: Setting) -> dict[str, Any]:
    """Return what the schema says of one setting."""
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415
    from uwsgilint.cli.settings import CONTENT, PER_FILE, SELECTING, VARIABLE  # noqa: PLC0415
    from uwsgilint.lint.registry import SEVERITIES  # noqa: PLC0415
    from uwsgilint.lint.selection import PROFILES  # noqa: PLC0415
    from uwsgilint.schema.export import BUILD_PATH  # noqa: PLC0415

    words = {
        "target": list(catalog.RELEASES),
        "profile": list(PROFILES),
        "fail-on": list(SEVERITIES),
    }
    item: dict[str, Any]
    told: dict[str, Any] = {"description": setting.description}
    if key == "build":
        return {**told, "type": "string", "anyOf": [{"enum": list(builds.names())}, {"pattern": BUILD_PATH}]}
    if setting.kind == "text":
        return {**told, "type": "string", **({"enum": words[key]} if key in words else {})}
    if setting.kind == "texts":
        item = _SELECTOR if key in SELECTING else {"type": "string"}
        return {**told, "type": "array", "items": item}
    if setting.kind == "flag":
        return {**told, "type": "boolean"}
    if setting.kind == "table":
        names, item = (
            (_SELECTOR, {"type": "string", "enum": list(SEVERITIES)})
            if key in SELECTING
            else ({"pattern": VARIABLE}, {"type": "string", "pattern": CONTENT})
        )
        return {**told, "type": "object", "propertyNames": names, "additionalProperties": item}
    members = {name: _property(name, each) for name, each in PER_FILE.items()}
    table = {"type": "object", "additionalProperties": False, "properties": members}
    return {**told, "type": "object", "additionalProperties": table}


def _selector() -> dict[str, Any]:
    """Return what selects rules: editors offer what is built in, and rules of one's own have any name."""
    from uwsgilint.lint import registry  # noqa: PLC0415
    from uwsgilint.lint.registry import SEVERITIES  # noqa: PLC0415
    from uwsgilint.lint.selection import ALL  # noqa: PLC0415

    rules = list(registry.rules())
    groups = dict.fromkeys(rule.group for rule in rules)
    known = [ALL, *SEVERITIES, *groups, *(rule.name for rule in rules), *(rule.code for rule in rules)]
    return {"anyOf": [{"enum": list(dict.fromkeys(known))}, {"type": "string"}]}
