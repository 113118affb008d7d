"""Write the man page, `docs/uwsgilint.1`, from the command line itself: `python -m tools.man`.

With `--check` nothing is written, and the exit status is 1 when the page is stale.
"""

from __future__ import annotations

import argparse
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main

from uwsgilint import __version__
from uwsgilint.cli import exits
from uwsgilint.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PAGE", "page"]

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "uwsgilint.1"

_STATUSES = {
    "CLEAN": "everything was read and nothing is wrong",
    "FINDINGS": "findings; differences; a stale, refused or misunderstood result of build",
    "USAGE": "the command line or the settings are wrong, or no server was found to ask",
    "NOTHING": "nothing to check; no application to begin with",
    "UNREAD": "an input could not be read, or an output not be written",
    "BUG": "a bug in uwsgilint; please report it",
}
_VARIABLES = {
    "NO_COLOR": "Set to anything: no colours.",
    "FORCE_COLOR": "Set to anything: colours, even where no terminal is.",
    "COLUMNS": "The width of what is shown.",
    "XDG_CACHE_HOME": "The folder that the results of large checks are kept below; ~/.cache without it.",
    "GITHUB_STEP_SUMMARY": "The file for the summary of a job, which the format github adds to.",
    "UWSGILINT_TRACEBACK": "Set to anything: show where a bug in uwsgilint happened.",
}
_FILES = {
    "uwsgilint.toml": "Settings of the folder that it is in, and of those below.",
    "pyproject.toml": "The same in [tool.uwsgilint].",
    "uwsgi.toml": "The configuration that build compiles when none is named.",
}


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    command = typer.main.get_command(app)
    commands: dict[str, Any] = getattr(command, "commands", {})
    yield f'.TH UWSGILINT 1 "" "uwsgilint {__version__}" "User Commands"'
    what = _sentence(command.help).removesuffix(".")
    yield from (".SH NAME", rf"uwsgilint \- {_text(what[0].lower() + what[1:])}")
    yield ".SH SYNOPSIS"
    for number, (name, each) in enumerate(commands.items()):
        yield from ((".br",) if number else ())
        yield from (".B uwsgilint", _text(name), *_synopsis(each))
    yield ".SH DESCRIPTION"
    yield "uwsgilint reads the configuration of the application server uWSGI: INI, TOML, YAML, JSON and XML, and the"
    yield "commands that start it. It tells what the server will make of it, without starting one."
    yield ".SH OPTIONS"
    for option in command.params:
        yield from _option(option)
    yield r".TP"
    yield rf"{_bold('-h')}, {_bold('--help')}"
    yield "Show what a command does, and its options."
    yield ".SH COMMANDS"
    for name, each in commands.items():
        yield f".SS uwsgilint {_text(name)}"
        yield from _paragraphs(each.help)
        for option in each.params:
            yield from _option(option)
    yield ".SH EXIT STATUS"
    for word, meaning in _STATUSES.items():
        yield from (".TP", _bold(str(getattr(exits, word))), _text(f"{meaning[0].upper()}{meaning[1:]}."))
    for title, entries in (("ENVIRONMENT", _VARIABLES), ("FILES", _FILES)):
        yield f".SH {title}"
        for name, meaning in entries.items():
            yield from (".TP", _bold(name), _text(meaning))
    yield from (".SH SEE ALSO", ".BR uwsgi (1)")


def _synopsis(command: Any) -> Iterator[str]:
    if any(option.param_type_name == "option" for option in command.params):
        yield "[\\fIoptions\\fR]"
    for argument in command.params:
        if argument.param_type_name == "argument":
            yield _placeholder(argument.metavar or argument.name.upper())


def _option(option: Any) -> Iterator[str]:
    """Write an option or an argument: its names, what it takes, what it means."""
    if getattr(option, "hidden", False):
        return
    yield ".TP"
    if option.param_type_name == "argument":
        yield _placeholder(option.metavar or option.name.upper())
    else:
        names = sorted(option.opts, key=len)
        takes = "" if option.is_flag else f" {_placeholder(option.metavar or _choices(option))}"
        yield ", ".join(map(_bold, names)) + takes
    yield from _paragraphs(option.help)


def _choices(option: Any) -> str:
    return "|".join(getattr(option.type, "choices", ()))


def _placeholder(text: str) -> str:
    """Write what stands for something else in italics, and what surrounds it as it is."""
    return re.sub(r"[A-Za-z][A-Za-z-]*", lambda match: rf"\fI{_text(match[0])}\fR", text)


def _bold(text: str) -> str:
    return rf"\fB{_text(text)}\fR"


def _paragraphs(text: str | None) -> Iterator[str]:
    for number, paragraph in enumerate(inspect.cleandoc(text or "").split("\n\n")):
        if number:
            yield ".PP"
        yield _text(" ".join(paragraph.split()))


def _sentence(text: str | None) -> str:
    return (text or "").partition("\n")[0]


def _text(text: str) -> str:
    """Write text so that roff takes none of it for its own: backslashes, hyphens, dots where a line begins."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga")
    return rf"\&{text}" if text[:1] in {".", "'"} else text


def main() -> None:
    """Write the page, or only say that it is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.man", description="Write the man page.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when the page is stale")
    check = parser.parse_args().check
    text = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return
    print(f"{PAGE.relative_to(ROOT)}: {'stale' if check else 'renewed'}")
    if check:
        raise SystemExit(1)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
