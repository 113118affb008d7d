"""The man page is what the command line says, and `man` has nothing to say against it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
import typer.main

from tools import man
from uwsgilint.cli.app import app

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_the_page_is_current() -> None:
    """`make man` would change nothing."""
    assert man.PAGE.read_text("utf-8") == man.page(), "run: make man"


def test_every_command_and_option_is_there() -> None:
    """With its names as they are typed, and a meaning."""
    text = man.page().replace("\\-", "-")
    for name, command in COMMANDS.items():
        section = text.partition(f".SS uwsgilint {name}\n")[2].partition("\n.S")[0]
        for option in command.params:
            assert option.help, (name, option.name)
            for spelling in option.opts if option.param_type_name == "option" else ():
                assert f"\\fB{spelling}\\fR" in section, (name, spelling)


def test_its_lines_are_requests_or_text() -> None:
    """Only known requests begin with a dot, and no entry is empty."""
    lines = man.page().splitlines()
    requests = {line.split()[0] for line in lines if line.startswith((".", "'"))}

    assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".br"}
    assert "" not in lines
    assert re.search(r"\.TP\n\.", man.page()) is None


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
def test_man_shows_it_without_a_warning() -> None:
    """groff finds nothing wrong, and what is shown can be searched for options as they are typed."""
    done = subprocess.run(
        ["man", "--warnings", "--encoding=UTF-8", "--local-file", str(man.PAGE)],
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MAN_KEEP_FORMATTING": "", "PAGER": "cat"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stderr == ""
    assert "--extend-select RULE" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
