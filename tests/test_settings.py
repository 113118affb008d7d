"""The tool's own settings: found, read, and less weighty than what a file says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli import uwsgilint
from tools.schema import SETTINGS

INI = "[uwsgi]\nmax-requests-delta = 5\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a configuration two folders down."""
    (tmp_path / "deploy" / "web").mkdir(parents=True)
    (tmp_path / "deploy" / "web" / "uwsgi.ini").write_text(INI)
    return tmp_path


def codes(*arguments: str, cwd: Path) -> list[str]:
    """The codes of the findings of a check."""
    out = uwsgilint("check", *arguments, "--format", "json", cwd=cwd).out
    return [finding["code"] for finding in json.loads(out)["findings"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [("uwsgilint.toml", 'target = "2.0.21"\n'), ("pyproject.toml", '[tool.uwsgilint]\nbuild = "debian-12"\n')],
)
def test_the_nearest_file_up_the_tree_counts(project: Path, name: str, text: str) -> None:
    """Settings hold for all that is below them, from whichever folder the check is run."""
    assert codes("deploy", cwd=project) == []
    (project / name).write_text(text)

    assert codes("deploy", cwd=project) == ["UW105"]
    assert codes("web/uwsgi.ini", cwd=project / "deploy") == ["UW105"]
    (project / "deploy" / "uwsgilint.toml").write_text('target = "2.0.31"\n')
    assert codes("deploy/web/uwsgi.ini", cwd=project) == []


def test_a_file_and_the_command_line_count_more(project: Path) -> None:
    """[target] is more than a setting, --target more than both."""
    (project / "uwsgilint.toml").write_text('target = "2.0.21"\n')
    (project / "a.toml").write_text("[uwsgi]\nmax-requests-delta = 5\n[target]\nuwsgi = '2.0.31'\n")

    assert codes("a.toml", cwd=project) == []
    assert codes("deploy", "--target", "2.0.30", cwd=project) == []
    assert codes("a.toml", "--target", "2.0.21", cwd=project) == ["UW105"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('taget = "2.0.21"\n', "did you mean target?"),
        ('target = "9.9"\n', "no target is called '9.9'"),
        ("build = 1\n", "no build is called 1"),
        ("build = './none.toml'\n", "./none.toml: no such file or directory"),
        ("target =\n", "uwsgilint.toml"),
    ],
)
def test_what_they_cannot_say_is_an_error(project: Path, text: str, said: str) -> None:
    """A misspelt setting does not go by in silence; check and build exit with 2."""
    (project / "uwsgilint.toml").write_text(text)
    (project / "a.toml").write_text("[uwsgi]\nmaster = true\n")

    for arguments in (("check", "deploy"), ("check", "deploy/web/uwsgi.ini"), ("build", "a.toml")):
        done = uwsgilint(*arguments, cwd=project)
        assert (done.status, done.out) == (2, "")
        assert said in done.err


def test_a_pyproject_of_others_is_left_alone(project: Path) -> None:
    """One that does not speak of us is not even parsed."""
    (project / "pyproject.toml").write_text("[tool.black\n")

    assert codes("deploy", cwd=project) == []


def test_the_schema_takes_what_the_tool_takes() -> None:
    """The published schema of the settings is current, and closed."""
    schema = json.loads(uwsgilint("schema", "--settings").out)

    assert schema == json.loads(SETTINGS.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate({"target": "2.0.21", "build": "debian-12"}, schema)
    jsonschema.validate({"build": "deploy/uwsgi-build.toml"}, schema)
    for wrong in ({"taget": "2.0.21"}, {"target": "9.9"}, {"build": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
