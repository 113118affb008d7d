"""`uwsgilint probe`: write down what a server contains, to check against it where it is not."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  (Typer reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from uwsgilint.cli import exits, outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from uwsgilint.server import Server

__all__ = ["command", "dump"]

_WIDTH = 120


def command(
    server: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Argument(
            metavar="[SERVER]",
            help="The uWSGI to ask; without it the one beside uwsgilint or on PATH.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--name", metavar="NAME", help="What the build is called; after its release without it."),
    ] = None,
    plugin_dir: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FOLDER", help="Where its plugin files are; without it, where it looks itself."),
    ] = None,
) -> None:
    """Ask a real uWSGI what it contains, and write that as a build to check against.

    The server is started only to list its options and plugins: it binds nothing and loads no application. Each of
    its plugin files is loaded once. Name the file in `build` of [target] or of the settings, or after --build.
    """
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.server import ServerError, find  # noqa: PLC0415

    try:
        asked = find(server)
        release = asked.release
        if release not in catalog.RELEASES:
            oldest, newest = catalog.RELEASES[0], catalog.RELEASES[-1]
            _end(f"{asked.path} is uWSGI {release}; uwsgilint knows {oldest} to {newest}")
        measured = asked.probe(plugin_dir)
    except ServerError as error:
        _end(str(error).replace("; name one with --uwsgi PATH", "; name one: uwsgilint probe PATH"))
    known = set(catalog.names(release))
    strange = sorted(set(measured["options"]) - known)
    measured["lacks"] = sorted(known.difference(measured.pop("options")))
    measured["name"] = name or measured["name"]
    text = dump(measured, asked)
    output = outputs.file(output)
    if output is None:
        sys.stdout.write(text)
    else:
        outputs.replace(output, text.encode())
    embedded, loadable = len(measured["embedded"]), len(measured["loadable"])
    typer.echo(f"uWSGI {release}: {embedded} plugins embedded, {loadable} to load", err=True)
    if strange:
        typer.echo(
            f"uwsgilint: left out, as uWSGI {release} itself has no such options: {', '.join(strange)}", err=True
        )


def _end(message: str) -> None:
    typer.echo(f"uwsgilint: {message}", err=True)
    raise typer.Exit(exits.USAGE)


def dump(measured: Mapping[str, Any], server: Server) -> str:
    """Write what was measured as TOML, in an order and a form that differ only where servers differ."""
    lines = [
        f"# What {_plain(server.path)} contains, as `uwsgilint probe` found it.",
        f"format = {measured['format']}",
        f"name = {_text(measured['name'])}",
        f"release = {_text(measured['release'])}",
        "# Plugins that are compiled into it.",
        f"embedded = {_list(measured['embedded'])}",
        "# Options of its release that it does not know unless a plugin brings them.",
        f"lacks = {_list(measured['lacks'])}",
        "",
        "[features]",
    ]
    # TOML has no null: what is not there is not said.
    lines += [f"{kind} = {_value(value)}" for kind, value in measured["features"].items() if value is not None]
    for file, entry in measured["loadable"].items():
        lines += ["", f"[loadable.{_text(file)}]"]
        lines += [f"{key} = {_value(value)}" for key, value in entry.items() if value or key == "broken"]
    return "\n".join([*lines, ""])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _list(value) if isinstance(value, list) else _text(str(value))


def _text(text: str) -> str:
    import json  # noqa: PLC0415

    return json.dumps(_plain(text))  # a text of JSON is one of TOML


def _plain(text: str) -> str:
    """Return a text without what no TOML can hold: parts of bytes that are not UTF-8, control characters."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return "".join(character if character.isprintable() else "?" for character in shown)


def _list(texts: Iterable[str]) -> str:
    """Write a list on one line, or, where that is too long, on lines filled to the width of a page."""
    import textwrap  # noqa: PLC0415

    items = ", ".join(map(_text, texts))
    if len(items) < _WIDTH - 20:
        return f"[{items}]"
    filled = textwrap.fill(
        items, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
    return f"[\n{filled},\n]"
