"""`uwsgilint check`: tell what is wrong before the server does, or does not."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from uwsgilint.cli import completing, inputs
from uwsgilint.cli.rules import RulesOption, own_rules
from uwsgilint.cli.worlds import EnvFileOption, EnvOption, FollowOption, world_from
from uwsgilint.report.findings import FORMS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from uwsgilint.document import Target

__all__ = ["command", "target_from"]


class Profile(str, Enum):
    """Sets of rules: those of `uwsgilint.lint.selection.PROFILES`."""

    recommended = "recommended"
    production = "production"
    security = "security"
    pedantic = "pedantic"


class Severity(str, Enum):
    """How grave a finding is."""

    error = "error"
    warning = "warning"
    advice = "advice"


class Color(str, Enum):
    """Whether colours are used."""

    auto = "auto"
    always = "always"
    never = "never"


TargetOption = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads the annotation at run time, on 3.10 too)
    typer.Option(
        "--target",
        metavar="RELEASE",
        help="uWSGI release to check against, such as 2.0.21.",
        autocompletion=completing.releases,
    ),
]
BuildOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--build",
        metavar="BUILD",
        autocompletion=completing.builds,
        help="What the server contains: pypi, pyuwsgi, debian-12, or a file that probe wrote.",
    ),
]
_RULES, _FIXES, _OUTPUT, _MANY = "Rules", "Fixes", "Output", "Large runs"


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH...]", help="Files, folders, or - for standard input; this folder without any."),
    ] = None,
    stdin_filename: Annotated[
        str, typer.Option(metavar="NAME", help="What standard input is called; its end tells the syntax.")
    ] = "uwsgi.ini",
    target: TargetOption = None,
    build: BuildOption = None,
    config: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--config", metavar="FILE", help="Settings, instead of the nearest file that has some."),
    ] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Read no settings at all.")] = False,
    force_exclude: Annotated[
        bool,
        typer.Option(
            "--force-exclude",
            help="Leave out of the files that are named what a check of their folder leaves out: what the settings "
            "exclude, and what is for others.",
        ),
    ] = False,
    profile: Annotated[
        Optional[Profile],  # noqa: UP045
        typer.Option(help="Which rules run.", rich_help_panel=_RULES),
    ] = None,
    select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="RULE", help="What runs instead: a code, the beginning of one, a name, a group, a "
                     "severity or all. Repeatable, or with commas.", rich_help_panel=_RULES,
                     autocompletion=completing.rules),
    ] = None,
    extend_select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="RULE", help="What runs as well.", rich_help_panel=_RULES,
                     autocompletion=completing.rules),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="RULE", help="What does not run.", rich_help_panel=_RULES,
                     autocompletion=completing.rules),
    ] = None,
    rules: RulesOption = None,
    fail_on: Annotated[
        Optional[Severity],  # noqa: UP045
        typer.Option(help="The least severity that makes the check fail; warning without it.", rich_help_panel=_RULES),
    ] = None,
    add_ignore: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="REASON", help="Write comments that ignore what is found; a reason behind =.",
                     rich_help_panel=_RULES),
    ] = None,
    baseline: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="FILE", help="Leave out what this file records; it is made when it is not there.",
                     rich_help_panel=_RULES),
    ] = None,
    prune_baseline: Annotated[
        bool,
        typer.Option(
            "--prune-baseline",
            help="Take out of the baseline what is not found any more.",
            rich_help_panel=_RULES,
        ),
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Make the fixes that are safe.", rich_help_panel=_FIXES)] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Make those as well that are not.", rich_help_panel=_FIXES)
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what fixes would change, and change nothing.", rich_help_panel=_FIXES)
    ] = False,
    fix_only: Annotated[
        bool, typer.Option("--fix-only", help="Fix, and say nothing of the rest.", rich_help_panel=_FIXES)
    ] = False,
    output: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--format", metavar="FORM[=FILE]", rich_help_panel=_OUTPUT, autocompletion=completing.forms,
                     help=f"How to show findings: {', '.join(FORMS)}; with =FILE, where. Repeatable."),
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule.", rich_help_panel=_OUTPUT)
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No counts.", rich_help_panel=_OUTPUT)] = False,
    color: Annotated[
        Color, typer.Option("--color", help="Whether colours are used.", rich_help_panel=_OUTPUT)
    ] = Color.auto,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Check again whenever a file changes, until Ctrl-C.", rich_help_panel=_OUTPUT),
    ] = False,
    jobs: Annotated[
        str,
        typer.Option("--jobs", "-j", metavar="N", help="How many processes check; auto takes as many as pay.",
                     rich_help_panel=_MANY),
    ] = "auto",
    cache_dir: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--cache-dir", metavar="FOLDER", help="Keep results for later runs here, however small the run.",
                     rich_help_panel=_MANY),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Keep no results, and use none.", rich_help_panel=_MANY)
    ] = False,
    env: EnvOption = [],  # noqa: B006  (Typer copies it)
    env_file: EnvFileOption = [],  # noqa: B006
    follow: FollowOption = False,
) -> None:  # fmt: skip
    """Check configurations.

    Exits with 0 when nothing is wrong, 1 with errors or warnings, 2 when the command or the settings are wrong, 3 when
    there is nothing to check and 4 when a file cannot be read.
    """
    from uwsgilint.cli import checking  # noqa: PLC0415

    if config is not None and isolated:
        raise typer.BadParameter("one takes settings from a file, the other none", param_hint="--config, --isolated")
    if cache_dir is not None and no_cache:
        raise typer.BadParameter("one keeps results, the other none", param_hint="--cache-dir, --no-cache")
    if add_ignore is not None:
        from uwsgilint.lint.suppressions import unfit  # noqa: PLC0415  (most runs write nothing)

        if diff:
            raise typer.BadParameter(
                "one only shows fixes, the other writes comments", param_hint="--diff, --add-ignore"
            )
        if fault := unfit(add_ignore):
            raise typer.BadParameter(fault, param_hint="--add-ignore")
    if baseline == "":
        raise typer.BadParameter("this names no file", param_hint="--baseline")
    if config == "":
        raise typer.BadParameter("this names no file; --isolated reads no settings", param_hint="--config")
    if select is not None and not _selectors(select):
        raise typer.BadParameter("this selects no rule", param_hint="--select")
    own = own_rules(rules)
    world = world_from(env, env_file, follow=follow)
    outputs = _outputs(output or ["text"], [*(paths or ()), *env_file, *filter(None, (baseline, config))])
    silent = "--diff" if diff else "--fix-only" if fix_only else ""
    if silent and any(file for _, file in outputs):
        raise typer.BadParameter(f"{silent} tells no findings, so no report can be written", param_hint="--format")
    options = checking.Options(
        stdin_filename=stdin_filename,
        target=target_from(target, build),
        outputs=outputs,
        profile=None if profile is None else profile.value,
        select=None if select is None else _selectors(select),
        extend=_selectors(extend_select or ()),
        ignore=_selectors(ignore or ()),
        doubts=_doubts({"--select": select, "--extend-select": extend_select, "--ignore": ignore}),
        own=own,
        fail_on=None if fail_on is None else fail_on.value,
        config="" if isolated else config,
        fix="unsafe" if unsafe_fixes else "safe" if fix or fix_only or diff else "no",
        diff=diff,
        fix_only=fix_only,
        add_ignore=add_ignore,
        baseline=baseline,
        prune_baseline=prune_baseline,
        statistics=statistics,
        quiet=quiet,
        colour=color.value,
        env=world.env,
        force_exclude=force_exclude,
        follow=world.follow,
        jobs=_jobs(jobs),
        cache=False if no_cache else None,
        cache_dir=cache_dir,
    )
    if prune_baseline and not (baseline and options.chooses_nothing):
        message = "name the baseline, and choose neither rules nor a target: what does not run is not gone"
        raise typer.BadParameter(message, param_hint="--prune-baseline")
    if watch:
        from uwsgilint.cli import watching  # noqa: PLC0415  (few runs do)

        raise typer.Exit(watching.watch(paths or [checking.HERE], options))
    raise typer.Exit(checking.run(paths or [checking.HERE], options))


def _jobs(given: str) -> int:
    """Return how many processes are wanted; 0 for as many as pay."""
    if given == "auto":
        return 0
    if not given.isdecimal() or int(given) < 1:
        raise typer.BadParameter(f"{given!r} is neither a number from 1 nor auto", param_hint="--jobs")
    return int(given)


def _outputs(given: Sequence[str], read: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return forms and where they go; what could not be written in the end is refused before anything is checked.

    Args:
        given: what the command line says of them.
        read: files that the run reads, and reports do not replace.
    """
    found = []
    kept = {os.path.realpath(name) for name in read}
    by_place: dict[str, str] = {}
    for text in given:
        form, written, file = text.partition("=")
        fault = _fault_of(form, file, written=bool(written)) or _place_taken(file, kept)
        place = str(Path(file).resolve()) if file else ""
        if not fault and place in by_place:
            where = f"to {file}" if file else "to standard output"
            fault = f"{by_place[place]} and {text} both go {where}; give each a file of its own, as in {form}=FILE"
        if fault:
            raise typer.BadParameter(fault, param_hint="--format")
        by_place[place] = text
        found.append((form, file))
    return tuple(found)


def _fault_of(form: str, file: str, *, written: bool) -> str:
    """Say why a form cannot be written to a file; "" where it can."""
    if form not in FORMS:
        return f"{form!r} is none of {', '.join(FORMS)}"
    if written and not file:
        return f"there is no file behind `{form}=`"
    path = Path(file)
    if file and path.is_dir():
        return f"{file} is a folder; name a file in it"
    if not path.parent.is_dir():
        return f"{file} cannot be written, as there is no folder {path.parent}; make it first"
    return ""


def _place_taken(file: str, kept: Container[str]) -> str:
    """Say whose place a report would take; "" where it takes that of none, or of an earlier report."""
    if not os.path.isfile(file):  # noqa: PTH113
        return ""
    try:
        taken = os.path.realpath(file) in kept or inputs.is_anothers(inputs.load(file))
    except OSError:
        return ""  # writing it will tell why
    return f"{file} is a configuration, or read by this run: a report would take its place" if taken else ""


def _selectors(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for text in given for word in text.split(",") if word.strip())


def _doubts(given: Mapping[str, Sequence[str] | None]) -> tuple[tuple[str, str], ...]:
    """Return the selectors that fit no built-in rule: settings may name rules of one's own."""
    from uwsgilint.lint.selection import unknown_selector  # noqa: PLC0415

    words = [(option, word) for option, texts in given.items() for word in _selectors(texts or ())]
    return tuple((option, word) for option, word in words if unknown_selector(word) is not None)


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
    if build is not None:
        try:
            builds.find(build)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--build") from None
        if builds.is_path(build):
            build = str(Path(build).absolute())  # each file would start a relative one at its own folder
    return Target(release, build)
