"""What a command assumes about the world of the server: its environment, and how far includes are followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from uwsgilint.document import cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["EnvFileOption", "EnvOption", "FollowOption", "SectionOption", "World", "world_from"]

EnvOption = Annotated[
    list[str],
    typer.Option(
        "--env",
        metavar="NAME=VALUE",
        help="A variable in the environment of the server; NAME alone is one that is not set. Repeatable.",
        show_default=False,
    ),
]
EnvFileOption = Annotated[
    list[str],
    typer.Option(
        "--env-file",
        metavar="FILE",
        help="Variables of the server, NAME=VALUE on each line. Repeatable; --env counts more.",
        show_default=False,
    ),
]
FollowOption = Annotated[bool, typer.Option("--follow", help="Read includes outside of the project as well.")]
SectionOption = Annotated[str, typer.Option("--section", metavar="NAME", help="The section to start with.")]


class World(NamedTuple):
    """What is assumed; the arguments of `uwsgilint.load` of the same names.

    Attributes:
        env: variables of the server; None is one that is not set, and what is not in here is unknown.
        follow: whether files outside of the project are read.
    """

    env: Mapping[str, str | None] = {}
    follow: bool = False


def world_from(variables: Sequence[str], files: Sequence[str], *, follow: bool = False) -> World:
    """Return the world that the command line describes; what cannot be read ends the command.

    Args:
        variables: those of `--env`, which count more than files; of two of a name the later one does.
        files: those of `--env-file`.
        follow: `--follow`.
    """
    env: dict[str, str | None] = {}
    for path in files:
        env.update(_file(path))
    for given in variables:
        name, equals, value = given.partition("=")
        if not name or "\0" in given or name != name.strip():
            raise typer.BadParameter(f"{given!r} names no variable; write NAME=VALUE, or NAME", param_hint="--env")
        env[name] = value if equals else None
    return World(env, follow)


_NAME = re.compile(r"[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][A-Za-z0-9_.-]*)[^\S\n]*=[^\S\n]*")
# A quoted value may run over several lines.
_QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_COMMENT = re.compile(r"(?:\A|\s)#")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def _file(path: str) -> dict[str, str]:
    """Read a file of variables as dotenv files are usually read; nothing is filled in for `$NAME`."""
    from uwsgilint.cli import exits, inputs  # noqa: PLC0415  (few runs name such a file)
    from uwsgilint.document import LARGEST_FILE  # noqa: PLC0415

    try:
        data = inputs.load(path).data
    except OSError as error:
        typer.echo(f"uwsgilint: {path}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None
    if len(data) > LARGEST_FILE:
        raise typer.BadParameter(f"{path} is larger than 1 MiB", param_hint="--env-file")
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n")
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        end = _end(text, position)
        line = text[position:end]
        if line.strip() and not line.lstrip().startswith("#"):
            pair = None if "\0" in line else _pair(text, position)
            if pair is None:
                number = text.count("\n", 0, position) + 1
                raise typer.BadParameter(f"{path}:{number}: {_fault(line.strip())}", param_hint="--env-file")
            name, found[name], end = pair
            if "\0" in found[name]:
                number = text.count("\n", 0, position) + 1
                raise typer.BadParameter(f"{path}:{number}: {_fault(chr(0))}", param_hint="--env-file")
        position = end + 1
    return found


def _end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _pair(text: str, position: int) -> tuple[str, str, int] | None:
    """Read an assignment: its name, its value, and where its last line ends; None when it is none."""
    head = _NAME.match(text, position)
    if head is None:
        return None
    start = head.end()
    if text[start : start + 1] not in {"'", '"'}:
        end = _end(text, start)
        return head[1], _COMMENT.split(text[start:end], maxsplit=1)[0].rstrip(), end
    quoted = _QUOTED.match(text, start)
    if quoted is None:
        return None
    end = _end(text, quoted.end())
    rest = text[quoted.end() : end]
    if rest.strip() and not rest.lstrip().startswith("#"):
        return None
    if quoted[1] is not None:
        return head[1], quoted[1], end
    return head[1], _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), quoted[2]), end


def _fault(line: str) -> str:
    """Say what is wrong with a line."""
    name, equals, value = line.removeprefix("export ").partition("=")
    if "\0" in line:
        return "there is a NUL byte in it, which no variable can hold"
    if not equals:
        return f"`{_short(line)}` is no assignment; write NAME=VALUE"
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name.strip()):
        return f"`{_short(name.strip())}` is no name of a variable; it has letters, digits and underscores"
    if value.strip()[:1] in {"'", '"'}:
        return f"the quoted value of `{name.strip()}` is not closed, or something follows it"
    return f"`{_short(line)}` is no assignment; write NAME=VALUE"


def _short(text: str) -> str:
    return cut(text, 40)
