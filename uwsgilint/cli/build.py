"""`uwsgilint build`: compile a configuration to what the server reads."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import exits, inputs, outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.cli.checking import Check, Chosen
    from uwsgilint.document import Document, Source

__all__ = ["Format", "command"]


class Format(str, Enum):
    """What to compile to."""

    ini = "ini"
    args = "args"
    shell = "shell"


def command(
    paths: Annotated[
        Optional[list[str]],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Argument(
            metavar="[PATH]", help="The configuration; without it, the only one of the folder.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="An INI file, arguments one per line, or arguments quoted for a shell.")
    ] = Format.ini,
    profile: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", help="Lay this profile of the file over it."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 when FILE, or an INI file given as PATH, is stale."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Compile in spite of errors.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Ask a real uWSGI whether it understands the result as it was meant.")
    ] = False,
    uwsgi: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--uwsgi", metavar="PATH", help="The uWSGI to ask; the one on PATH without it."),
    ] = None,
) -> None:
    """Compile a configuration to INI or to command-line arguments.

    What has errors is not compiled, and what the result cannot express is an error at its place.
    """
    if check and output is None:
        if profile is not None or form is not Format.ini or verify or force:
            message = "an INI file says itself what it was built from; compare any other result with -o FILE"
            raise typer.BadParameter(message, param_hint="--check")
        raise typer.Exit(_check_built(paths or []))
    if paths and len(paths) > 1:
        raise typer.BadParameter("one configuration at a time", param_hint="PATH")
    name = paths[0] if paths else _only_configuration()
    output = outputs.file(output)
    if output is not None:
        outputs.refuse(output, [name])
    source = _load(name)
    document = _read(source, profile)
    if document.format in {"ini", "xml"} and form is Format.ini and not verify:
        typer.echo(f"uwsgilint: {_is_for_the_server(name)}", err=True)
        raise typer.Exit(exits.USAGE)
    _refuse_errors(document, force=force)
    from uwsgilint.formats import notes  # noqa: PLC0415

    compiled = _compile(document, form, notes.generated_by(_seen_from(output, name), profile))
    if verify:
        _verify(document, form, compiled, uwsgi)
    if output is None:
        sys.stdout.buffer.write(compiled)
    elif check:
        if not output.is_file() or output.read_bytes() != compiled:
            typer.echo(f"uwsgilint: {output} is stale: build it again from {name}", err=True)
            raise typer.Exit(exits.FINDINGS)
    else:
        outputs.replace(output, compiled)


def _check_built(paths: list[str]) -> int:
    """Build again whatever says that it was built, and compare; what somebody wrote is none of ours.

    Returns:
        The exit status.
    """
    from uwsgilint.formats import notes  # noqa: PLC0415

    if not paths:
        message = "name the INI files, or folders with some, or with --output the one to compare with"
        raise typer.BadParameter(message, param_hint="--check")
    status = exits.CLEAN
    for built, failure in _found(paths):
        path = built.name
        if failure is not None:
            typer.echo(f"uwsgilint: {path}: {exits.reason_of(failure)}", err=True)
            status = exits.UNREAD
            continue
        made = notes.origin(built.data)
        if made is None:
            continue
        source = os.path.normpath(Path(path).parent / made.name)
        if not Path(source).exists():
            typer.echo(f"uwsgilint: {path} says that it was built from {source}, which is not there", err=True)
            status = exits.UNREAD
            continue
        document = _read(_load(source), made.profile)
        _refuse_errors(document, force=False)
        if _compile(document, Format.ini, made.note) != built.data:
            typer.echo(f"uwsgilint: {path} is stale: build it again from {source}", err=True)
            status = max(status, exits.FINDINGS)
    return status


def _found(paths: list[str]) -> Iterator[tuple[Source, OSError | None]]:
    """Read files, and the INI files in folders that the settings do not exclude."""
    for path in paths:
        if not Path(path).is_dir():
            yield _load(path), None
            continue
        for source, failure in inputs.configurations_in(path):
            built = failure is not None or source.name.lower().endswith(".ini")
            if built and not _is_excluded(source.name):
                yield source, failure


def _only_configuration() -> str:
    """Return the one authored configuration of the folder; none or several end the command."""
    from uwsgilint.formats import is_authored, syntax_of  # noqa: PLC0415

    sources = [source for source, _ in inputs.configurations_in(".", below=False)]
    found = [source.name for source in sources if is_authored(source, syntax_of(source.name, b""))]
    # JSON of native options alone is for a server as likely as not, unless there is nothing else.
    found = found or [source.name for source in sources if syntax_of(source.name, b"") == "json"]
    if len(found) == 1:
        return found[0]
    if found:
        typer.echo(f"uwsgilint: which one? There are {', '.join(found)}", err=True)
        raise typer.Exit(exits.USAGE)
    typer.echo("uwsgilint: no configuration of uWSGI in TOML, YAML or JSON in this folder", err=True)
    for source in sources:
        typer.echo(f"uwsgilint: {_is_for_the_server(source.name)}", err=True)
    raise typer.Exit(exits.NOTHING)


def _is_for_the_server(name: str) -> str:
    """Say of a file that the server reads itself how to get one that compiles to it."""
    import shlex  # noqa: PLC0415

    source = shlex.quote(name)
    target = shlex.quote(str(Path(name).with_suffix(".toml")))
    return f"{name} is for the server itself; `uwsgilint convert {source} -o {target}` makes a source of it"


def _load(name: str) -> Source:
    try:
        return inputs.read_stdin("uwsgi.toml") if name == inputs.STDIN else inputs.load(name)
    except OSError as error:
        typer.echo(f"uwsgilint: {name}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None


def _read(source: Source, profile: str | None) -> Document:
    from uwsgilint.formats import read, syntax_of  # noqa: PLC0415

    syntax = syntax_of(source.name, source.data)
    if syntax is None:
        typer.echo(f"uwsgilint: {source.name}: this is no configuration in TOML, YAML, JSON, INI or XML", err=True)
        raise typer.Exit(exits.USAGE)
    document = read(source, syntax)
    if profile is None:
        return document
    from uwsgilint.formats.authoring import with_profile  # noqa: PLC0415

    if profile not in document.profiles:
        known = ", ".join(document.profiles) or "none"
        raise typer.BadParameter(f"{source.name} has no profile {profile!r}; it has {known}", param_hint="--profile")
    return with_profile(document, profile)


def _refuse_errors(document: Document, *, force: bool) -> None:
    """End the command where `check` would tell of errors."""
    from uwsgilint.lint import engine  # noqa: PLC0415

    judge = _judge(document.source.name)
    found = engine.check(document, judge.target, judge.fallback, judge.run)
    findings = [finding for finding in found if finding.severity == "error"]
    # What could not even be read cannot be compiled, whoever insists.
    if findings and (not force or not document.sections):
        outputs.show(findings)
        raise typer.Exit(exits.FINDINGS)


def _judge(name: str) -> Check:
    """Return what finds fault with a file, as in `check`."""
    with _chosen() as chosen:
        return chosen.check_of(name)


def _is_excluded(name: str) -> bool:
    """Whether the settings leave a file out."""
    with _chosen() as chosen:
        return chosen.of(name).excludes(name)


@contextmanager
def _chosen() -> Iterator[Chosen]:
    """Give what the settings say; a mistake in them ends the command."""
    from uwsgilint.cli import checking, settings  # noqa: PLC0415

    try:
        yield checking.Chosen(checking.Options(), None)
    except settings.SettingsError as error:
        typer.echo(error.shown(), err=True, nl=False)
        raise typer.Exit(exits.USAGE) from None


def _seen_from(output: Path | None, name: str) -> str:
    """Return how the result names its source: from its own folder, which is that of the source where nobody knows."""
    if output is None or name == inputs.STDIN:
        return Path(name).name
    return os.path.relpath(name, output.parent).replace(os.sep, "/")


def _compile(document: Document, form: Format, note: str) -> bytes:
    from uwsgilint.document import CannotWriteError  # noqa: PLC0415

    try:
        if form is Format.ini:
            from uwsgilint.formats import ini, notes  # noqa: PLC0415

            # What is right there for a reason is right in the result, which a check of the folder finds, too.
            return ini.write(document, note=note, notes=notes.ignoring(document))
        from uwsgilint.formats import args  # noqa: PLC0415

        arguments = args.write(document)
    except CannotWriteError as error:
        from uwsgilint.lint.finding import told  # noqa: PLC0415

        outputs.show([told(problem) for problem in error.problems])
        raise typer.Exit(exits.FINDINGS) from None
    import shlex  # noqa: PLC0415

    text = shlex.join(arguments) if form is Format.shell else "\n".join(arguments)
    return f"{text}\n".encode("utf-8", "surrogateescape") if arguments else b""


def _verify(document: Document, form: Format, compiled: bytes, uwsgi: str | None) -> None:
    """Ask a real server; a difference, a refusal or a missing server ends the command."""
    from uwsgilint import verify  # noqa: PLC0415
    from uwsgilint.server import ServerError, find  # noqa: PLC0415

    try:
        server = find(uwsgi)
        verdict = verify.verify(server, document, compiled, arguments=form is not Format.ini)
        release = server.release
    except ServerError as error:
        typer.echo(f"uwsgilint: {error}", err=True)
        raise typer.Exit(exits.USAGE) from None
    from uwsgilint.document import Source  # noqa: PLC0415
    from uwsgilint.lint import secrets  # noqa: PLC0415

    for line in verdict.differences:
        # The server may have read a secret otherwise than it was written: the sentence is looked at, too.
        said = Source("", line.encode("utf-8", "replace"))
        typer.echo(f"uwsgilint: {secrets.redact(line, [document.source, said])}", err=True)
    if verdict.differences:
        raise typer.Exit(exits.FINDINGS)
    left_out = f"; left out, for it acts while it reads: {', '.join(verdict.left_out)}" if verdict.left_out else ""
    typer.echo(f"uWSGI {release} understands all {verdict.compared} options as meant{left_out}.", err=True)
