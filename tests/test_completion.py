"""A shell completes commands, options, names that uwsgilint knows, and files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def completions(shell: str, line: str) -> list[str]:
    """What the program offers to a shell for the end of a line."""
    words = line.split(" ")
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    done = subprocess.run(
        [sys.executable, "-m", "uwsgilint"],
        env={**os.environ, **asked, "_UWSGILINT_COMPLETE": f"complete_{shell}"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split("\n")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("uwsgilint che", ["check"]),
        ("uwsgilint check --unsa", ["--unsafe-fixes"]),
        ("uwsgilint check --select UW10", ["UW101", "UW102"]),
        ("uwsgilint check --ignore unknown-opt", ["unknown-option"]),
        ("uwsgilint check --extend-select UW101,UW10", ["UW101,UW102"]),
        ("uwsgilint check --profile prod", ["production"]),
        ("uwsgilint check --target 2.0.2", ["2.0.21", "2.0.29"]),
        ("uwsgilint check --build py", ["pypi", "pyuwsgi"]),
        ("uwsgilint check --format sa", ["sarif"]),
        ("uwsgilint init --preset her", ["heroku-like"]),
        ("uwsgilint explain cheaper-ov", ["cheaper-overload"]),
        ("uwsgilint explain UW10", ["UW101"]),
        ("uwsgilint show --why cheaper-ov", ["cheaper-overload"]),
        ("uwsgilint options --plugin cheaper_b", ["cheaper_busyness"]),
    ],
)
def test_bash_gets_names(line: str, offered: list[str]) -> None:
    """What begins as the word on the line does, and nothing else."""
    found = completions("bash", line)
    word = line.rpartition(" ")[2]
    assert set(offered) <= set(found)
    assert all(each.startswith(word) for each in found if each)


@pytest.mark.parametrize("line", ["uwsgilint check uw", "uwsgilint build -o uw", "uwsgilint check --baseline b"])
def test_where_a_file_is_meant_the_shell_completes(line: str) -> None:
    """Nothing is offered, which leaves it to the shell."""
    assert [each for each in completions("bash", line) if each.strip()] == []
    assert completions("zsh", line) == ["_files", ""]
    assert [each for each in completions("fish", line) if each.strip()] == []


def test_zsh_and_fish_get_a_word_on_each() -> None:
    """Codes come with the names of the rules."""
    assert any('"UW101":"unknown-option"' in each for each in completions("zsh", "uwsgilint check --select UW10"))
    assert "UW101\tunknown-option" in completions("fish", "uwsgilint check --select UW10")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_for_this_program(shell: str) -> None:
    """What `--install-completion` installs, printed."""
    done = subprocess.run(
        [sys.executable, "-m", "uwsgilint"],
        env={**os.environ, "_UWSGILINT_COMPLETE": f"source_{shell}"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert f"_UWSGILINT_COMPLETE=complete_{shell}" in done.stdout
    assert "uwsgilint" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_itself_completes(tmp_path: Path) -> None:
    """bash, with the script: a rule behind --select, and a file where a file is meant."""
    (tmp_path / "uwsgi-shop.ini").write_text("[uwsgi]\n")
    starter = tmp_path / "uwsgilint"
    starter.write_text(f'#!/bin/sh\nexec {sys.executable} -m uwsgilint "$@"\n')
    starter.chmod(0o755)
    script = """
        eval "$(_UWSGILINT_COMPLETE=source_bash uwsgilint)"
        complete -p uwsgilint
        COMP_WORDS=(uwsgilint check --select UW20); COMP_CWORD=3
        _uwsgilint_completion uwsgilint; echo "rules ${COMPREPLY[*]}"
        COMP_WORDS=(uwsgilint check uwsgi-); COMP_CWORD=2
        _uwsgilint_completion uwsgilint; echo "files ${COMPREPLY[*]}."
    """
    path = os.pathsep.join([str(tmp_path), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    lines = done.stdout.splitlines()

    assert "-o default" in lines[0]
    assert "UW202" in next(line for line in lines if line.startswith("rules ")).split()
    assert lines[-1].strip() == "files ."
