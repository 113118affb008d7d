"""`uwsgilint convert`: write a configuration in another syntax."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from uwsgilint.cli import exits, inputs, outputs

if TYPE_CHECKING:
    from uwsgilint.document import Document, Problem, Source

__all__ = ["Syntax", "command"]


class Syntax(str, Enum):
    """What to convert to."""

    toml = "toml"
    yaml = "yaml"
    json = "json"
    ini = "ini"
    native_yaml = "native-yaml"
    native_libyaml = "native-libyaml"
    native_json = "native-json"
    native_xml = "native-xml"

    @property
    def suffix(self) -> str:
        """The end of a file's name."""
        return ".yaml" if self is Syntax.native_libyaml else f".{self.value.removeprefix('native-')}"


_AUTHORED: dict[Syntax, Literal["toml", "yaml", "json"]] = {
    Syntax.toml: "toml",
    Syntax.yaml: "yaml",
    Syntax.json: "json",
}
_COMMENTED = frozenset({Syntax.toml, Syntax.yaml, Syntax.ini})


def command(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="The configuration, a folder of them, or - for standard input.")
    ],
    to: Annotated[
        Syntax, typer.Option("--to", help="The new syntax; native-... is what the server reads itself.")
    ] = Syntax.toml,
    output: Annotated[
        Optional[Path],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; standard output without it."),
    ] = None,
    output_dir: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output-dir", metavar="FOLDER", help="Where to write, under the old names with a new end."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write a configuration in another syntax: the same options, in the same order.

    Comments stay above what they stand above. What the new syntax cannot express is an error at its place.
    """
    if output is not None and output_dir is not None:
        raise typer.BadParameter("either a file or a folder", param_hint="--output-dir")
    output = outputs.file(output)
    if output_dir is not None and path == inputs.STDIN:
        raise typer.BadParameter("standard input has no name; say --output FILE", param_hint="--output-dir")
    if Path(path).is_dir():
        if output_dir is None:
            raise typer.BadParameter(f"{path} is a folder, which needs --output-dir", param_hint="PATH")
        status = _folder(path, to, output_dir, force=force)
    else:
        target = output_dir / Path(path).with_suffix(to.suffix).name if output_dir is not None else output
        status = _one(_load(path), to, target, force=force)
    if status:
        raise typer.Exit(status)


def _load(path: str) -> Source:
    try:
        return inputs.read_stdin(path) if path == inputs.STDIN else inputs.load(path)
    except OSError as error:
        _complain(path, error)
        raise typer.Exit(exits.UNREAD) from None


def _complain(path: object, error: OSError) -> None:
    typer.echo(f"uwsgilint: {path}: {exits.reason_of(error)}", err=True)


def _folder(path: str, to: Syntax, output_dir: Path, *, force: bool) -> int:
    """Convert what is found in a folder, and below it; return the worst exit status."""
    found = list(inputs.configurations_in(path))
    if not found:
        typer.echo(f"uwsgilint: no configuration of uWSGI in {path}", err=True)
        return exits.NOTHING
    made: dict[Path, str] = {}
    status = exits.CLEAN
    for source, failure in found:
        if failure is not None:
            _complain(source.name, failure)
            status = max(status, exits.UNREAD)
            continue
        target = output_dir / Path(os.path.relpath(source.name, path)).with_suffix(to.suffix)
        if target in made:
            typer.echo(f"uwsgilint: {source.name}: {target} is for {made[target]} already", err=True)
            status = max(status, exits.UNREAD)
        else:
            made[target] = source.name
            status = max(status, _one(source, to, target, force=force))
    return status


def _one(source: Source, to: Syntax, target: Path | None, *, force: bool) -> int:
    """Convert a file; return the exit status."""
    from uwsgilint.document import CannotWriteError  # noqa: PLC0415
    from uwsgilint.formats import notes, read, syntax_of  # noqa: PLC0415

    if target is not None and target.is_file() and not force:
        typer.echo(f"uwsgilint: {target} is there already; --force replaces it", err=True)
        return exits.UNREAD
    document = read(source, syntax_of(source.name, source.data) or "ini")
    try:
        data = _converted(document, to)
    except CannotWriteError as error:
        _tell(error.problems)
        return exits.FINDINGS
    # The server drops these; they are kept for whoever corrects them, in a file whose check no longer sees them.
    _tell([problem for problem in document.problems if problem.rule == "stray-percent"])
    if notes.is_generated(source):
        said = source.line(1).strip("# ").partition(":")[0].lower()
        typer.echo(f"uwsgilint: {source.name} was {said}; what is written here is independent of that", err=True)
    for lost in _left_out(document, to):
        typer.echo(f"uwsgilint: {source.name}: {to.value} has no {lost}", err=True)
    if target is None:
        sys.stdout.buffer.write(data)
        return exits.CLEAN
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _complain(target.parent, error)
        return exits.UNREAD
    outputs.replace(target, data)
    return exits.CLEAN


def _tell(problems: list[Problem]) -> None:
    from uwsgilint.lint.finding import told  # noqa: PLC0415

    if problems:
        outputs.show([told(problem) for problem in problems])


def _converted(document: Document, to: Syntax) -> bytes:
    """Write a document.

    Raises:
        CannotWriteError: it holds what would be lost.
    """
    from uwsgilint.formats import migration  # noqa: PLC0415

    _refuse_what_is_lost(document)
    if to in _AUTHORED:
        return migration.migrate(document, _AUTHORED[to]).encode()
    _refuse_profiles(document, to)
    if to is Syntax.ini:
        return migration.commented_ini(document).encode("utf-8", "surrogateescape")
    from uwsgilint.formats import native_json, native_xml, native_yaml  # noqa: PLC0415

    document = migration.as_written(document)
    if to is Syntax.native_json:
        return native_json.write(document)
    if to is Syntax.native_xml:
        return native_xml.write(document)
    return native_yaml.write(document, "libyaml" if to is Syntax.native_libyaml else "portable")


def _refuse_what_is_lost(document: Document) -> None:
    """Refuse what a reader could not keep, and the lines of templates, which mean nothing before they are rendered."""
    from uwsgilint.catalog import option  # noqa: PLC0415
    from uwsgilint.document import CannotWriteError, Problem  # noqa: PLC0415
    from uwsgilint.language.placeholders import is_template  # noqa: PLC0415
    from uwsgilint.lint.finding import make  # noqa: PLC0415

    # Only its beginning was read.
    lost = [problem for problem in document.problems if problem.rule == "oversized-file"]
    sections = [*document.sections, *(s for profile in document.profiles.values() for s in profile.sections)]
    directives = [directive for section in sections for directive in section.directives]
    if document.format == "ini":
        lost += [problem for problem in document.problems if problem.rule == "wide-encoding"]
        for directive in directives:
            place = directive.key_span
            line = document.source.line(place.line).lstrip()
            # A line of Mako begins with a percent sign and a blank.
            if is_template(directive.key) or is_template(line.partition("=")[0]) or line.startswith("% "):
                lost.append(Problem("template-marker", place, {}, directive.key))
    elif not lost:
        lost = [
            problem
            for problem in document.problems
            if problem.rule not in _KEEPING
            and make(problem.rule, problem.span, problem.values, problem.option).severity == "error"
        ]
        # The reader of authored files takes a table under an unknown name for nothing, as the name is told first.
        lost += [
            Problem("unexpected-table", directive.value_span, {}, directive.key)
            for directive in directives
            if not directive.value
            and option(directive.key) is None
            and document.source.data[directive.value_start : directive.value_end].strip(b"\"'")
        ]
    if lost:
        raise CannotWriteError(lost)


# Errors that lose nothing.
_KEEPING = frozenset({"misplaced-option", "unread-section"})


def _refuse_profiles(document: Document, to: Syntax) -> None:
    """Refuse profiles, which have to be laid over the rest before anything else can hold them."""
    from uwsgilint.document import CannotWriteError, Problem, Span  # noqa: PLC0415

    problems = []
    for name, profile in document.profiles.items():
        span = next((section.header for section in profile.sections), Span(document.source, 0, 0))
        values = {"reason": f"a profile, {name!r}; compile it with `build --profile`", "syntax": to.value}
        problems.append(Problem("unwritable-value", span, values))
    if problems:
        raise CannotWriteError(problems)


def _left_out(document: Document, to: Syntax) -> list[str]:
    """Say what the new syntax has no room for and the server no use."""
    from uwsgilint.formats import notes  # noqa: PLC0415

    found = []
    count = 0 if to in _COMMENTED else notes.of(document).count()
    if count:
        found.append(f"comments; {count} line{'s' if count > 1 else ''} left out")
    if to not in _AUTHORED and (document.target.release or document.target.build):
        found.append("[target]; it is left out")
    return found
