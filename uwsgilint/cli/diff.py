"""`uwsgilint diff`: what two configurations mean differently."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from uwsgilint.cli import exits
from uwsgilint.cli.worlds import EnvFileOption, EnvOption, FollowOption, SectionOption, world_from

if TYPE_CHECKING:
    from uwsgilint.cli.worlds import World
    from uwsgilint.document import Document
    from uwsgilint.language.settings import Settings

__all__ = ["Format", "command"]


class Format(str, Enum):
    """How differences are shown."""

    text = "text"
    json = "json"


def command(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A configuration, or - for standard input.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Another one, in any syntax.")],
    stdin_filename: Annotated[
        str, typer.Option(metavar="NAME", help="What tells the syntax of standard input; else the other side does.")
    ] = "",
    env: EnvOption = [],  # noqa: B006  (Typer copies it)
    env_file: EnvFileOption = [],  # noqa: B006
    follow: FollowOption = False,
    section: SectionOption = "uwsgi",
    output: Annotated[Format, typer.Option("--format", help="How to show differences.")] = Format.text,
) -> None:
    """Compare what two configurations mean, whatever their syntax.

    Tells what changes, and whether a running server takes it up by a reload or has to be restarted.

    Exits with 0 when they mean the same, 1 when they differ, 3 when there is nothing to compare in one of them and 4
    when one cannot be read.
    """
    if before == after == "-":
        raise typer.BadParameter("standard input can be one side only", param_hint="AFTER")
    from uwsgilint.language.compare import compare  # noqa: PLC0415  (only this command compares)
    from uwsgilint.language.outline import changes  # noqa: PLC0415
    from uwsgilint.language.reloading import overall, what_it_takes  # noqa: PLC0415
    from uwsgilint.report import differences as report  # noqa: PLC0415

    world = world_from(env, env_file, follow=follow)
    # Standard input is an older, or a newer, state of the file on the other side.
    place = after if before == "-" else before
    called = stdin_filename or place
    old, new = (_evaluated(path, place, called, section, world) for path in (before, after))
    found = [(difference, what_it_takes(difference, old, new)) for difference in compare(old, new)]
    total = overall([effect for _, effect in found], old, new)
    names = ["standard input" if path == "-" else path for path in (before, after)]
    told = report.Comparison(names[0], names[1], found, changes(old, new) if found else {}, total)
    from uwsgilint.lint import secrets  # noqa: PLC0415  (here nothing is judged)

    text = report.json(told) if output is Format.json else report.text(told)
    sys.stdout.write(secrets.redact(text, [*old.sources, *new.sources], world.env))
    if found:
        raise typer.Exit(exits.FINDINGS)


def _evaluated(path: str, place: str, called: str, section: str, world: World) -> Settings:
    """Read a configuration and work out what it means; one that nobody can read ends the command."""
    from uwsgilint.cli import inputs  # noqa: PLC0415
    from uwsgilint.document import LARGEST_FILE  # noqa: PLC0415
    from uwsgilint.formats import read, syntax_of  # noqa: PLC0415
    from uwsgilint.language.load import evaluate  # noqa: PLC0415

    try:
        source = inputs.read_stdin(path) if path == inputs.STDIN else inputs.load(path)
    except OSError as error:
        typer.echo(f"uwsgilint: {path}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None
    if len(source.data) > LARGEST_FILE:
        typer.echo(f"uwsgilint: {path}: larger than 1 MiB, which nobody reads", err=True)
        raise typer.Exit(exits.UNREAD)
    # No features are known: YAML that only a server can read is read as its usual parser does.
    document = read(source, syntax_of(called if path == inputs.STDIN else path, source.data) or "ini", frozenset())
    _stop_at_faults(document)
    # A table with nothing in it leaves no section behind.
    empty = section == "uwsgi" and document.format in {"toml", "yaml", "json"}
    if not empty and section not in document.section_names():
        there = ", ".join(filter(None, document.section_names()))
        typer.echo(f"uwsgilint: {path}: no section {section!r}{f'; there is {there}' if there else ''}", err=True)
        raise typer.Exit(exits.NOTHING)
    own = place if path == inputs.STDIN else path
    settings, _ = evaluate(document, path=own, env=world.env, follow=world.follow, section=section, place=place)
    return settings


def _stop_at_faults(document: Document) -> None:
    """End the command where a file is not what its syntax wants: half of it says nothing about the whole."""
    broken = [problem for problem in document.problems if problem.rule == "malformed-file"]
    if not broken:
        return
    from uwsgilint.cli.outputs import show  # noqa: PLC0415
    from uwsgilint.lint.finding import told  # noqa: PLC0415

    show([told(problem) for problem in broken])
    raise typer.Exit(exits.UNREAD)
