"""`uwsgilint options`: list what the catalogue knows."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated, Optional

import typer

from uwsgilint.cli import completing, exits

__all__ = ["Format", "command"]


class Format(str, Enum):
    """How to show what the catalogue knows."""

    text = "text"
    json = "json"


def command(
    plugin: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Option(
            metavar="NAME", help="Only the options of this plugin; core is one.", autocompletion=completing.plugins
        ),
    ] = None,
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="RELEASE",
            help="Only the options that came with this release or later.",
            autocompletion=completing.releases,
        ),
    ] = None,
    target: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--target",
            metavar="RELEASE",
            help="The options of this release; of the newest without it.",
            autocompletion=completing.releases,
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to show them.")] = Format.text,
) -> None:
    """List the options of uWSGI."""
    from uwsgilint import catalog  # noqa: PLC0415

    for hint, release in (("--since", since), ("--target", target)):
        if release is not None and release not in catalog.RELEASES:
            raise typer.BadParameter(f"no uWSGI release is called {release!r}", param_hint=hint)
    listed = [catalog.option(name) for name in catalog.names(target or catalog.LATEST)]
    found = [
        option
        for option in listed
        if option is not None
        and (plugin is None or plugin in catalog.owners(option.name))
        and (since is None or catalog.release_key(option.since) >= catalog.release_key(since))
    ]
    if form is Format.json:
        import json  # noqa: PLC0415

        from uwsgilint.schema import page  # noqa: PLC0415  (loads all models)

        sys.stdout.write(json.dumps([page.brief(option.name) for option in found], indent=2) + "\n")
    else:
        width = max((len(option.name) for option in found), default=0)
        for option in found:
            other = f"  = {option.setting}" if option.setting != option.name else ""
            line = f"{option.name:<{width}}  {option.kind:<16}  {option.plugin:<16}  {option.since:<8}{other}"
            sys.stdout.write(f"{line.rstrip()}\n")
    if not found:
        typer.echo("uwsgilint: no such options", err=True)
        raise typer.Exit(exits.FINDINGS)
