"""The Typer application: every command and its options."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

import uwsgilint
from uwsgilint.cli import build as build_command
from uwsgilint.cli import check as check_command
from uwsgilint.cli import convert as convert_command
from uwsgilint.cli import diff as diff_command
from uwsgilint.cli import explain as explain_command
from uwsgilint.cli import init as init_command
from uwsgilint.cli import options as options_command
from uwsgilint.cli import probe as probe_command
from uwsgilint.cli import rules as rules_command
from uwsgilint.cli import schema as schema_command
from uwsgilint.cli import show as show_command

__all__ = ["app"]

app = typer.Typer(
    name="uwsgilint",
    help="Check, compile and understand uWSGI configuration.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"uwsgilint {uwsgilint.__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        Optional[bool],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit."),
    ] = None,
) -> None:
    """Check, compile and understand uWSGI configuration."""


app.command("init")(init_command.command)
app.command("check")(check_command.command)
app.command("build")(build_command.command)
app.command("convert")(convert_command.command)
app.command("show")(show_command.command)
app.command("diff")(diff_command.command)
app.command("options")(options_command.command)
app.command("explain")(explain_command.command)
app.command("rules")(rules_command.show)
app.command("new-rule")(rules_command.new)
app.command("probe")(probe_command.command)
app.command("schema")(schema_command.command)
