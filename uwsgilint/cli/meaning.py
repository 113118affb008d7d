"""Read and evaluate what a command is given: a configuration of any syntax, or a file that starts one server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from uwsgilint.cli import exits, inputs, outputs
from uwsgilint.document import LARGEST_FILE

if TYPE_CHECKING:
    from uwsgilint.cli.worlds import World
    from uwsgilint.document import Document, Problem, Source
    from uwsgilint.language.load import Loaded

__all__ = ["load"]


def load(path: str, world: World, section: str = "uwsgi", *, brief: bool = False) -> Loaded:
    """Return what a file means; errors of its reading are shown, and what cannot be read ends the command.

    Args:
        path: a configuration, a file with exactly one command that starts a server, or - for standard input.
        world: what is assumed of the server.
        section: the section to start with.
        brief: whether errors are only counted.
    """
    from uwsgilint.language.load import Loaded, evaluate  # noqa: PLC0415  (checks read arguments without it)

    try:
        source = inputs.read_stdin(path) if path == inputs.STDIN else inputs.load(path)
    except OSError as error:
        typer.echo(f"uwsgilint: {path}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None
    if len(source.data) > LARGEST_FILE:
        typer.echo(f"uwsgilint: {path}: more than 1 MiB, which is the limit", err=True)
        raise typer.Exit(exits.UNREAD)
    document = _document(source)
    _refuse_what_says_nothing(document, section)
    file = None if path == inputs.STDIN or document.format in {"args", "environment"} else path
    settings, problems = evaluate(document, path=file, env=world.env, follow=world.follow, section=section)
    _show_errors([*document.problems, *problems], path if brief else None)
    return Loaded(document, settings, [*document.problems, *problems])


def _document(source: Source) -> Document:
    from uwsgilint.formats import commands, has_section, read, syntax_of  # noqa: PLC0415

    syntax = syntax_of(source.name, source.data)
    kind = None if syntax is not None and has_section(source.data) else commands.detect(source.name, source.data)
    if kind is None:
        return read(source, syntax or "ini", frozenset())
    found = commands.find(source, kind)
    starting = [command for command in found if command.program is not None] or found
    if len(starting) == 1:
        return starting[0].document
    if not starting:
        typer.echo(f"uwsgilint: {source.name}: nothing in it starts a server", err=True)
        raise typer.Exit(exits.NOTHING)
    places = ", ".join(
        str(source.locate(command.program.start)[0]) for command in starting if command.program is not None
    )
    typer.echo(
        f"uwsgilint: {source.name}: it starts {len(starting)} servers (lines {places}); "
        "one can be shown at a time: put its options into a file",
        err=True,
    )
    raise typer.Exit(exits.USAGE)


def _refuse_what_says_nothing(document: Document, section: str) -> None:
    """End the command where there is nothing to evaluate."""
    if document.directives(section) or document.format in {"args", "environment"}:
        return
    errors = [problem for problem in document.problems if problem.rule in {"malformed-file", "oversized-file"}]
    if errors:
        _show_errors(errors)
        raise typer.Exit(exits.FINDINGS)
    names = [name for name in document.section_names() if document.directives(name)]
    if section != "uwsgi" or names:
        from uwsgilint import catalog  # noqa: PLC0415

        near = catalog.suggest(section, names)
        there = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}" if names else "there are none"
        raise typer.BadParameter(
            f"{document.source.name} has no section {section!r} with anything in it; {there}", param_hint="--section"
        )
    typer.echo(f"uwsgilint: no uWSGI configuration in {document.source.name}", err=True)
    raise typer.Exit(exits.NOTHING)


def _show_errors(problems: list[Problem], brief: str | None = None) -> None:
    """Show what is wrong enough for the server to do something else, or nothing; only how much for a brief name."""
    from uwsgilint.lint.finding import told  # noqa: PLC0415

    found = [told(problem) for problem in problems]
    errors = [finding for finding in found if finding.severity == "error"]
    if errors and brief is not None:
        from uwsgilint.report.text import tally  # noqa: PLC0415

        typer.echo(f"uwsgilint: {tally(errors)} `uwsgilint check {brief}` tells more.", err=True)
    elif errors:
        outputs.show(errors)
