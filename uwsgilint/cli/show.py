"""`uwsgilint show`: what a configuration comes out as, why, and which processes it makes."""

from __future__ import annotations

import shutil
import sys
from enum import Enum
from pathlib import Path  # noqa: TC003  (Typer reads the annotation at run time)
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import completing, exits, outputs, terminal, worlds

if TYPE_CHECKING:
    from uwsgilint.language.load import Loaded
    from uwsgilint.language.settings import Settings
    from uwsgilint.report.layout import Style

__all__ = ["Format", "command"]

_NARROWEST, _WIDEST = 60, 140


class Format(str, Enum):
    """How settings are shown."""

    text = "text"
    json = "json"
    mermaid = "mermaid"
    svg = "svg"


def command(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The configuration, or - for standard input.")],
    why: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Option(
            "--why",
            metavar="OPTION",
            help="Explain one option: its value, and each line behind it.",
            autocompletion=completing.options,
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.text,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
    section: worlds.SectionOption = "uwsgi",
    env: worlds.EnvOption = [],  # noqa: B006  (Typer copies it)
    env_file: worlds.EnvFileOption = [],  # noqa: B006
    follow: worlds.FollowOption = False,
) -> None:
    """Show what a configuration comes out as: every setting with its origin, and the processes it makes."""
    if why is not None and form not in {Format.text, Format.json}:
        raise typer.BadParameter(f"--why has no {form.value}; it is text or json", param_hint="--format")
    from uwsgilint.cli import meaning  # noqa: PLC0415  (imports what evaluates)

    output = outputs.file(output)
    world = worlds.world_from(env, env_file, follow=follow)
    loaded = meaning.load(path, world, section, brief=why is not None)
    if form is Format.json:
        text = _json(loaded, path, why)
    elif why is not None:
        text = _why(loaded.settings, why, terminal.style(to_file=output is not None))
    elif form is Format.text:
        text = _text(loaded, terminal.style(to_file=output is not None))
    else:
        text = _drawn(loaded, form)
    from uwsgilint.lint import secrets  # noqa: PLC0415  (here nothing is judged)

    text = secrets.redact(text, [loaded.document.source, *loaded.settings.sources], world.env)
    data = text.encode("utf-8", "backslashreplace")
    if output is not None:
        outputs.refuse(output, [path, *env_file, *(source.name for source in loaded.settings.sources)])
        outputs.replace(output, data)
    else:
        sys.stdout.buffer.write(data)


def _text(loaded: Loaded, style: Style) -> str:
    from uwsgilint.language.picture import picture  # noqa: PLC0415
    from uwsgilint.report import picture as picture_report  # noqa: PLC0415
    from uwsgilint.report import settings as settings_report  # noqa: PLC0415

    width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    lines = [*settings_report.head(loaded.document, loaded.settings, style), ""]
    lines += settings_report.full(loaded.settings, width, style)
    lines += ["", style.bold("The server that this makes"), ""]
    lines += picture_report.full(picture(loaded.settings), width, style)
    return "".join(f"{line}\n" for line in lines)


def _json(loaded: Loaded, path: str, why: str | None) -> str:
    from uwsgilint.language.picture import picture  # noqa: PLC0415
    from uwsgilint.report import settings_json  # noqa: PLC0415

    if why is None:
        return settings_json.dump(path, loaded.settings, picture(loaded.settings))
    _option(why)
    return settings_json.dump(path, loaded.settings, None, [why])


def _why(settings: Settings, name: str, style: Style) -> str:
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.report import why  # noqa: PLC0415

    bare = name.removeprefix("%(").removesuffix(")") if name.startswith("%(") else name
    lines = why.placeholder(settings, bare, style) if catalog.option(bare) is None else []
    if not lines:
        _option(name)
        lines = why.tell(settings, name, style)
    return "".join(f"{line}\n" for line in lines)


def _option(name: str) -> None:
    """End the command where uWSGI has no option of a name."""
    from uwsgilint import catalog  # noqa: PLC0415

    if catalog.option(name) is None:
        near = catalog.suggest(name)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise typer.BadParameter(f"uWSGI has no option {name!r}{hint}", param_hint="--why")


def _drawn(loaded: Loaded, form: Format) -> str:
    from uwsgilint.language.picture import picture  # noqa: PLC0415

    drawn = picture(loaded.settings)
    if form is Format.mermaid:
        from uwsgilint.report import mermaid  # noqa: PLC0415

        return mermaid.draw(drawn)
    try:
        from uwsgilint.report import svg  # noqa: PLC0415
    except ImportError:
        typer.echo("uwsgilint: SVG needs the package drawsvg: pip install 'uwsgilint[svg]'", err=True)
        raise typer.Exit(exits.USAGE) from None
    return svg.draw(drawn, loaded.document.source.name)
