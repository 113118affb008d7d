"""`uwsgilint check`: tell what is wrong before the server does, or does not."""

from __future__ import annotations

import os
import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import exits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Source, Target
    from uwsgilint.lint.finding import Finding

__all__ = ["Format", "command", "target_from"]


class Format(str, Enum):
    """How findings are shown."""

    text = "text"
    concise = "concise"
    json = "json"


TargetOption = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
    typer.Option("--target", metavar="RELEASE", help="uWSGI release to check against, such as 2.0.21."),
]
BuildOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--build", metavar="BUILD", help="What the server contains: pypi, pyuwsgi or debian-12."),
]


def command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")],
    stdin_filename: Annotated[
        str, typer.Option(metavar="NAME", help="What standard input is called; its end tells the syntax.")
    ] = "uwsgi.ini",
    target: TargetOption = None,
    build: BuildOption = None,
    output: Annotated[Format, typer.Option("--format", help="How to show findings.")] = Format.text,
) -> None:
    """Check configurations.

    Exits with 0 when nothing is wrong, 1 with errors or warnings, 3 when there is nothing to check and 4 when a file
    cannot be read.
    """
    wanted = target_from(target, build)
    findings: list[Finding] = []
    files = 0
    for source, failure in _sources(paths, stdin_filename):
        files += 1
        findings += _unreadable(source, failure) if failure is not None else _check(source, wanted)
    if output is Format.json:
        from uwsgilint.report import json  # noqa: PLC0415

        sys.stdout.write(json.dump(findings, files))
    elif findings:
        from uwsgilint.report import text  # noqa: PLC0415

        sys.stdout.write((text.concise if output is Format.concise else text.full)(findings))
    if not files:
        typer.echo(f"uwsgilint: no uWSGI configuration in {', '.join(paths)}", err=True)
        raise typer.Exit(exits.NOTHING)
    raise typer.Exit(status(findings))


def status(findings: list[Finding]) -> int:
    """Return the exit status that findings deserve."""
    names = {f.name for f in findings}
    if "internal-error" in names:
        return exits.BUG
    if not names.isdisjoint({"unreadable-file", "oversized-file"}):
        return exits.UNREAD
    return exits.FINDINGS if any(f.severity != "advice" for f in findings) else exits.CLEAN


def target_from(release: str | None, build: str | None) -> Target | None:
    """Return the target that the command line names; an unknown one ends the command."""
    if release is None and build is None:
        return None
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415
    from uwsgilint.document import Target  # noqa: PLC0415

    if release is not None and release not in catalog.RELEASES:
        oldest, newest = catalog.RELEASES[0], catalog.RELEASES[-1]
        message = f"no uWSGI release is called {release!r}; known are {oldest} to {newest}"
        raise typer.BadParameter(message, param_hint="--target")
    if build is not None and builds.build(build) is None:
        message = f"no build is called {build!r}; known are {', '.join(builds.names())}"
        raise typer.BadParameter(message, param_hint="--build")
    return Target(release, build)


def _sources(paths: list[str], stdin_filename: str) -> Iterator[tuple[Source, OSError | None]]:
    """Return what the paths mean, each file once, in the order given."""
    from uwsgilint.cli import inputs  # noqa: PLC0415
    from uwsgilint.document import Source  # noqa: PLC0415

    seen: set[str] = set()
    for path in dict.fromkeys(paths):
        try:
            if path == inputs.STDIN:
                yield inputs.read_stdin(stdin_filename), None
            elif os.path.isdir(path):  # noqa: PTH112
                for source in inputs.configurations_in(path):
                    if source.name not in seen:
                        seen.add(source.name)
                        yield source, None
            elif path not in seen:
                seen.add(path)
                yield inputs.load(path), None
        except OSError as error:
            yield Source(error.filename if isinstance(error.filename, str) else path, b""), error


def _check(source: Source, target: Target | None) -> list[Finding]:
    from uwsgilint.lint import engine  # noqa: PLC0415

    return engine.check_source(source, target=target)


def _unreadable(source: Source, failure: OSError) -> list[Finding]:
    from uwsgilint.document import Span  # noqa: PLC0415
    from uwsgilint.lint import engine  # noqa: PLC0415

    reason = (failure.strerror or str(failure)).lower()
    return [engine.one("unreadable-file", Span(source, 0, 0), reason=reason)]
