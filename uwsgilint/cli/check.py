"""`uwsgilint check`: tell what is wrong before the server does, or does not."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli.worlds import EnvFileOption, EnvOption, FollowOption, world_from

if TYPE_CHECKING:
    from uwsgilint.document import Target

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
    env: EnvOption = [],  # noqa: B006  (Typer copies it)
    env_file: EnvFileOption = [],  # noqa: B006
    follow: FollowOption = False,
    output: Annotated[Format, typer.Option("--format", help="How to show findings.")] = Format.text,
) -> None:
    """Check configurations.

    Exits with 0 when nothing is wrong, 1 with errors or warnings, 3 when there is nothing to check and 4 when a file
    cannot be read.
    """
    from uwsgilint.cli import checking  # noqa: PLC0415

    wanted = target_from(target, build)
    world = world_from(env, env_file, follow=follow)
    status = checking.run(
        paths, stdin_filename=stdin_filename, target=wanted, output=output.value, env=world.env, follow=world.follow
    )
    raise typer.Exit(status)


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
