"""`uwsgilint init`: look at a project, and write a configuration to begin with."""

from __future__ import annotations

import os
import shlex
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import exits, outputs
from uwsgilint.report.layout import escaped

if TYPE_CHECKING:
    from uwsgilint.starting.folder import Folder

__all__ = ["Preset", "command"]


_NAME = "uwsgi.toml"


class Preset(str, Enum):
    """What to begin with: those of `uwsgilint.starting.presets.PRESETS`."""

    web = "web"
    web_behind_nginx = "web-behind-nginx"
    heroku_like = "heroku-like"
    emperor = "emperor"
    dev = "dev"


def command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="[FOLDER]",
            help="The project; the current folder without it.",
            show_default=False,
            readable=False,  # told below, with the status of what cannot be read
        ),
    ] = Path(),
    preset: Annotated[
        Optional[Preset],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Option("--preset", help="What to begin with, instead of what the folder suggests."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write, a file or a folder; uwsgi.toml in FOLDER without it.",
            readable=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write even if FILE, or another configuration, is there.")
    ] = False,
) -> None:
    """Look at a project, and write a configuration to begin with, as TOML with comments.

    Finds Django, Flask and other WSGI applications by reading the code; nothing is imported, and nothing is asked.
    Exits with 3 when there is no application that uWSGI can serve, and with 4 when a configuration is there already.
    """
    try:
        with os.scandir(folder):
            pass
    except (FileNotFoundError, NotADirectoryError):
        typer.echo(f"uwsgilint: {escaped(str(folder))}: there is no such folder", err=True)
        raise typer.Exit(exits.UNREAD) from None
    except OSError as error:
        typer.echo(f"uwsgilint: {escaped(str(folder))}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None
    target = folder / _NAME if output is None else output / _NAME if output.is_dir() else output
    if str(target) != "-" and target.suffix.lower() != ".toml":
        message = f"what is written is TOML; {target.with_suffix('.toml').name} can be built to {target.name} then"
        raise typer.BadParameter(message, param_hint="--output")
    if not force:
        _refuse_to_replace(folder, target)
    from uwsgilint.starting import presets  # noqa: PLC0415  (nothing else needs it)
    from uwsgilint.starting.folder import look  # noqa: PLC0415

    seen = look(str(folder))
    choice = presets.choose(seen) if preset is None else presets.Choice(preset.value, "")
    if choice.preset != Preset.emperor.value and seen.application is None:
        typer.echo(f"uwsgilint: {escaped(_lacking(seen, folder))}", err=True)
        raise typer.Exit(exits.NOTHING)
    away = _way(target.parent, folder)
    if not away.isprintable():
        message = (
            f"{escaped(away)} leads to the project, and no configuration can say that: write the file in the project"
        )
        raise typer.BadParameter(message, param_hint="--output")
    text = presets.write(choice.preset, seen, name=_NAME if str(target) == "-" else target.name, away=away)
    told = presets.remark(seen) if choice.preset != Preset.emperor.value else ""
    if told:
        typer.echo(f"uwsgilint: {told}", err=True)
    if str(target) == "-":
        sys.stdout.write(text)
        return
    outputs.replace(target, text.encode())
    because = f": {choice.because}" if choice.because else ""
    typer.echo(escaped(f"{target}: preset {choice.preset}{because}."), err=True)


def _refuse_to_replace(folder: Path, target: Path) -> None:
    """End the command when there is a configuration already; one in another syntax can be converted."""
    from uwsgilint.cli import inputs  # noqa: PLC0415

    if target.is_file():
        typer.echo(f"uwsgilint: {escaped(str(target))} is there already; --force replaces it", err=True)
        raise typer.Exit(exits.UNREAD)
    there, failure = next(inputs.configurations_in(str(folder), below=False), (None, None))
    if there is not None and failure is not None:
        typer.echo(f"uwsgilint: {escaped(there.name)}: {exits.reason_of(failure)}", err=True)
        raise typer.Exit(exits.UNREAD)
    if there is not None:
        typer.echo(
            f"uwsgilint: {escaped(there.name)} is a configuration already: "
            f"`uwsgilint convert {escaped(shlex.join([there.name, '-o', str(target)]))}` keeps what it says, "
            "--force begins anew",
            err=True,
        )
        raise typer.Exit(exits.UNREAD)


def _lacking(seen: Folder, folder: Path) -> str:
    """Say why there is nothing that uWSGI could serve, and what to do."""
    if seen.others:
        app = seen.others[0]
        made = f" ({app.maker})" if app.maker else ""
        where = f"`{app.name}` in {app.file}:{app.line}{made}"
        if app.kind == "own":
            return f"{where} brings its own server, and uWSGI calls WSGI applications only: start it as its manual says"
        if app.kind == "call":
            return (
                f"{where} needs arguments, and uWSGI gives it none: write a module, such as wsgi.py, with "
                f"`application = {app.name.removesuffix('()')}(...)`"
            )
        if seen.settings is not None:
            return (
                f"{where} speaks ASGI, which uWSGI does not: write a module with "
                "`application = get_wsgi_application()` from django.core.wsgi, or take a server for ASGI"
            )
        return f"{where} speaks ASGI, which uWSGI does not: take a server for ASGI, such as uvicorn or hypercorn"
    if seen.settings is not None:
        return (
            f"manage.py is Django's, and no module calls get_wsgi_application(): write one, such as "
            f"{seen.settings.partition('.')[0]}/wsgi.py"
        )
    if seen.asgi_package:
        return (
            f"no WSGI application in {folder}, and {seen.asgi_package} is for applications that speak ASGI, "
            "which uWSGI does not: take a server for ASGI, such as uvicorn or hypercorn"
        )
    return f"no WSGI application in {folder}: no module has an `application` or `app` that is known to be one"


def _way(start: Path, end: Path) -> str:
    """Return the way from a folder to another, with slashes, one of them at the end; "" when they are the same."""
    way = os.path.relpath(end.resolve(), start.resolve()).replace(os.sep, "/")
    return "" if way == "." else f"{way}/"
