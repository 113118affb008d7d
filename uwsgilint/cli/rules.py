"""`uwsgilint rules`: list the rules, and `uwsgilint new-rule`: begin one of your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import exits
from uwsgilint.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.lint.declared import Ruleset
    from uwsgilint.lint.registry import Rule

__all__ = ["RulesOption", "new", "own_rules", "read_folders", "rules_here", "show"]

SHOWN = ("code", "name", "group", "severity", "status", "profile", "fix", "proof")

RulesOption = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
    typer.Option("--rules", metavar="FOLDER", help="A folder with rules of your own, one Markdown file each."),
]


def own_rules(folder: Path | None) -> Ruleset | None:
    """Read the rules in a folder; one that cannot be used ends the command."""
    if folder is None:
        return None
    from uwsgilint.cli.settings import SettingsError  # noqa: PLC0415

    try:
        return read_folders((str(folder),))
    except SettingsError as error:
        raise typer.BadParameter(str(error), param_hint="--rules") from None


def read_folders(folders: Sequence[str]) -> Ruleset:
    """Read the rules in folders.

    Raises:
        SettingsError: one cannot be used, or a folder has none.
    """
    return _read(folders)[0]


def _read(folders: Sequence[str]) -> tuple[Ruleset, dict[str, str]]:
    """Read the rules in folders, with the text of each page by its file."""
    from uwsgilint.cli.settings import SettingsError  # noqa: PLC0415
    from uwsgilint.lint import own  # noqa: PLC0415  (most runs have no rules of their own)

    pages: list[tuple[str, str]] = []
    try:
        for folder in map(Path, folders):
            files = sorted(path for path in folder.rglob("*.md") if path.name != "README.md")
            if not files:
                raise own.OwnRuleError(f"{folder}: no rules here")
            pages += [(str(path), path.read_text("utf-8")) for path in files]
        return own.read_rules(pages), dict(pages)
    except (OSError, UnicodeDecodeError, own.OwnRuleError) as error:
        reason = exits.reason_of(error) if isinstance(error, OSError) else str(error)
        raise SettingsError(reason) from None


def rules_here(folder: Path | None) -> tuple[Ruleset | None, dict[str, str]]:
    """Return the rules of one's own that hold here, by the command line or by the settings, with their pages.

    What cannot be used ends the command.
    """
    from uwsgilint.cli import settings  # noqa: PLC0415

    try:
        folders = settings.nearest(".").rules if folder is None else (str(folder),)
        return _read(folders) if folders else (None, {})
    except settings.SettingsError as error:
        typer.echo(error.shown(), err=True, nl=False)
        raise typer.Exit(exits.USAGE) from None


def show(
    rules: RulesOption = None,
    form: Annotated[Format, typer.Option("--format", help="How to show them.")] = Format.text,
) -> None:
    """List the rules, with what each is about; those of your own that the settings name here are among them.

    What the columns say: code, name, severity, the profile that has it, and whether it has a fix.
    """
    from uwsgilint.lint import registry  # noqa: PLC0415

    own, _ = rules_here(rules)
    listed: list[Rule] = [*registry.rules(), *(own.rules.values() if own is not None else ())]
    if form is Format.json:
        import json  # noqa: PLC0415

        documents = [{key: getattr(rule, key) for key in SHOWN} for rule in listed]
        sys.stdout.write(json.dumps(documents, indent=2) + "\n")
        return
    width = max(len(rule.name) for rule in listed)
    for rule in listed:
        fix = f"{rule.fix} fix" if rule.fix != "none" else ""
        line = f"{rule.code:<6} {rule.name:<{width}}  {rule.severity:<8} {rule.profile:<12} {fix}"
        sys.stdout.write(f"{line.rstrip()}\n")


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help='What is wrong, as the end of "allow ...".')],
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="Its code: letters and a number.")] = "OWN001",
    folder: Annotated[Path, typer.Option("--rules", metavar="FOLDER", help="Where to write it.")] = Path("rules"),
) -> None:
    """Begin a rule of your own: write its page, to be filled in."""
    from uwsgilint.lint import own  # noqa: PLC0415

    try:
        page = own.scaffold(code, name)
    except own.OwnRuleError as error:
        raise typer.BadParameter(str(error)) from None
    path = folder / f"{code}-{name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        typer.echo(f"uwsgilint: {path}: {exits.reason_of(error)}", err=True)
        raise typer.Exit(exits.UNREAD) from None
    typer.echo(str(path))
