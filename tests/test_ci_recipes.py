"""The recipes of docs/ci.md and README.md follow the schemas of the services, and their commands run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import uwsgilint

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
SHOWN = PAGE + (ROOT / "README.md").read_text("utf-8")
WITH_SCHEMA = re.findall(r"<!-- schema: (\S+) -->\n```yaml\n(.*?)^```$", SHOWN, re.DOTALL | re.MULTILINE)
COMMANDS = sorted(
    {
        line.strip()
        for line in re.findall(
            r"uwsgilint (?:check|build) [^\n`]*", "\n".join(re.findall(r"```.*?```", PAGE, re.DOTALL))
        )
        if "$" not in line and "[" not in line and not line.endswith(("--check", "--force-exclude"))
    }
)
CONFIGURATION = """
[uwsgi]
module = "shop.wsgi:application"
http-socket = "127.0.0.1:8000"
master = true
need-app = true
die-on-term = true
uid = "www-data"
gid = "www-data"

[workers]
harakiri = 30
"""


def project(folder: Path) -> Path:
    """A project with a clean configuration."""
    (folder / "uwsgi.toml").write_text(CONFIGURATION)
    return folder


def test_there_is_a_recipe_for_each() -> None:
    """Every fenced YAML block names the schema that it follows."""
    assert len(WITH_SCHEMA) == SHOWN.count("```yaml")
    assert {schema for schema, _ in WITH_SCHEMA} == {
        "pre-commit-config", "vendor.github-workflows", "vendor.gitlab-ci",
    }  # fmt: skip


@pytest.mark.parametrize(("schema", "text"), WITH_SCHEMA, ids=[f"{n}-{s}" for n, (s, _) in enumerate(WITH_SCHEMA)])
def test_a_recipe_is_valid(tmp_path: Path, schema: str, text: str) -> None:
    """As the service, or pre-commit itself, reads it."""
    file = tmp_path / "recipe.yaml"
    file.write_text(text)
    command = ["check_jsonschema", "--builtin-schema", schema, str(file)]
    if schema == "pre-commit-config":
        command = ["pre_commit", "validate-config", str(file)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(tmp_path: Path, command: str) -> None:
    """In a project with a clean configuration they succeed, and write what the next step takes."""
    done = uwsgilint(*command.split()[1:], cwd=project(tmp_path))

    assert done.status == 0, done.out + done.err
    for written in re.findall(r"(?:=| -o )(\S+)$", command):
        assert (tmp_path / written).is_file()


def test_the_commands_are_those_of_the_page() -> None:
    """None is passed over by how they are looked for."""
    assert len(COMMANDS) >= 6


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_the_makefile_works(tmp_path: Path) -> None:
    """`make check` compiles, checks, and does no more than it has to the next time."""
    (text,) = re.findall(r"```make\n(.*?)```", PAGE, re.DOTALL)
    (project(tmp_path) / "Makefile").write_text(text)
    starter = tmp_path / "bin" / "uwsgilint"
    starter.parent.mkdir()
    starter.write_text(f'#!/bin/sh\nexec {sys.executable} -m uwsgilint "$@"\n')
    starter.chmod(0o755)
    environment = {**os.environ, "PATH": os.pathsep.join([str(starter.parent), os.environ.get("PATH", os.defpath)])}
    first, second = (
        subprocess.run(
            ["make", "check"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        for _ in range(2)
    )

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr + second.stdout
    assert "uwsgilint build" in first.stdout
    assert "uwsgilint build" not in second.stdout
    assert (tmp_path / "uwsgi.ini").is_file()
