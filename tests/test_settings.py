"""The tool's own settings: found, read, and less weighty than what a file says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli import uwsgilint
from tools.schema import SETTINGS

EVERYTHING = {
    "target": "2.0.21", "build": "debian-12", "profile": "production", "select": ["all"], "extend-select": ["UW4"],
    "ignore": ["values"], "severity": {"UW101": "advice"}, "env": {"STAGING": "1"}, "fail-on": "error", "rules": ["r"],
    "exclude": ["vendor/*"], "require-reason": True, "extend": "other.toml", "per-file": {"a.ini": {"ignore": ["UW1"]}},
}  # fmt: skip
INI = "[uwsgi]\nmaster = true\nmax-requests = 500\nmax-requests-delta = 5\n"


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
    (project / "a.toml").write_text(
        "[uwsgi]\nmaster = true\nmax-requests = 500\nmax-requests-delta = 5\n[target]\nuwsgi = '2.0.31'\n"
    )

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
    jsonschema.validate(EVERYTHING, schema)
    for wrong in ({"taget": "2.0.21"}, {"target": "9.9"}, {"build": 1}, {"per-file": {"a": {"rules": []}}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


MESSY = "[uwsgi]\nvaccum = true\nbuffer-size = 32k\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["UW101", "UW202"]),
        ('select = ["UW2"]', ["UW202"]),
        ('ignore = ["names"]', ["UW202"]),
        ('ignore = ["UW1", "UW2"]\nextend-select = ["unknown-option"]', ["UW101"]),
        ('[per-file."*.ini"]\nignore = ["UW101"]', ["UW202"]),
        ('[per-file."deploy/**/*.ini"]\nignore = ["UW101"]', ["UW202"]),
        ('[per-file."deploy"]\nignore = ["UW101"]', ["UW202"]),
        ('[per-file."other/*.ini"]\nignore = ["UW101"]', ["UW101", "UW202"]),
        ('exclude = ["web"]', []),
    ],
)
def test_rules_are_chosen_for_all_files_or_some(project: Path, text: str, found: list[str]) -> None:
    """What runs is chosen by settings, per file by patterns from the folder of the settings."""
    (project / "deploy" / "web" / "uwsgi.ini").write_text(MESSY)
    (project / "uwsgilint.toml").write_text(text)

    assert codes("deploy", cwd=project) == found


def test_the_command_line_counts_more(project: Path) -> None:
    """--select replaces what settings select, --ignore adds to what they ignore."""
    (project / "deploy" / "web" / "uwsgi.ini").write_text(MESSY)
    (project / "uwsgilint.toml").write_text('select = ["UW2"]\nignore = ["UW203"]\n')

    assert codes("deploy", "--select", "UW1", cwd=project) == ["UW101"]
    assert codes("deploy", "--ignore", "UW202", cwd=project) == []
    assert codes("deploy", "--isolated", cwd=project) == ["UW101", "UW202"]
    (project / "other.toml").write_text('ignore = ["UW202"]\n')
    assert codes("deploy", "--config", "other.toml", cwd=project) == ["UW101"]


def test_settings_extend_each_other(project: Path) -> None:
    """What adds is added, what is said again counts."""
    (project / "deploy" / "web" / "uwsgi.ini").write_text(MESSY)
    (project / "base.toml").write_text('ignore = ["UW101"]\nfail-on = "error"\n')
    (project / "deploy" / "uwsgilint.toml").write_text('extend = "../base.toml"\nignore = ["UW202"]\n')

    assert codes("deploy", cwd=project) == []
    (project / "base.toml").write_text('extend = "deploy/uwsgilint.toml"\n')
    assert "extend each other" in uwsgilint("check", "deploy", cwd=project).err


def test_fail_on_decides_what_fails(project: Path) -> None:
    """A check fails from the severity on that somebody chose."""
    (project / "uwsgilint.toml").write_text('[severity]\nall = "advice"\n')
    (project / "deploy" / "web" / "uwsgi.ini").write_text(MESSY)

    assert uwsgilint("check", "deploy", cwd=project).status == 0
    assert uwsgilint("check", "deploy", "--fail-on", "advice", cwd=project).status == 1
    assert (
        uwsgilint("check", "deploy", "--isolated", "--select", "UW025", "--fail-on", "error", cwd=project).status == 0
    )


def test_rules_of_ones_own_are_named_by_the_settings(project: Path) -> None:
    """Their folder starts at that of the settings."""
    uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", "--rules", "ops/rules", cwd=project)
    (project / "uwsgilint.toml").write_text('rules = ["ops/rules"]\nextend-select = ["ACME1"]\n')
    (project / "deploy" / "web" / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 40\n")

    assert codes("uwsgi.ini", cwd=project / "deploy" / "web") == ["ACME1"]


def test_a_reason_can_be_required(project: Path) -> None:
    """With require-reason, a comment that does not say why is told."""
    text = "[uwsgi]\n; uwsgilint: ignore[unknown-option]\nvaccum = true\n"
    (project / "deploy" / "web" / "uwsgi.ini").write_text(text)
    assert codes("deploy", cwd=project) == []
    (project / "uwsgilint.toml").write_text("require-reason = true\n")

    assert codes("deploy", cwd=project) == ["UW054"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "UW9999"), "no rule"),
        (("--ignore", "unknown-optoin"), "did you mean unknown-option?"),
        (("--select", "production"), "is a profile"),
        (("--config", "nowhere.toml"), "no such file"),
        (("--config", "a.toml", "--isolated"), "one takes settings"),
        (("--format", "pdf"), "'pdf' is none of"),
        (("--format", "text", "--format", "json"), "only one"),
    ],
)
def test_what_the_command_line_cannot_say_is_an_error(project: Path, arguments: tuple[str, ...], said: str) -> None:
    """It ends with 2 and says what was meant."""
    done = uwsgilint("check", "deploy", *arguments, cwd=project)

    assert done.status == 2
    assert said in " ".join(done.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('select = "UW1"', "'select' is a list of texts"),
        ('ignore = ["unknown-optoin"]', "did you mean unknown-option?"),
        ('profile = "prod"', "no profile is called 'prod'"),
        ('[severity]\nUW101 = "fatal"', "no severity"),
        ("require-reason = 1", "is true or false"),
        ('[per-file."*.ini"]\nextend = "a"', "there is no setting 'extend'"),
        ('rules = ["nowhere"]', "no rules here"),
        ('extend = "nowhere.toml"', "no such file"),
    ],
)
def test_more_of_what_settings_cannot_say(project: Path, text: str, said: str) -> None:
    """Each mistake is told with its file."""
    (project / "uwsgilint.toml").write_text(text)

    done = uwsgilint("check", "deploy", cwd=project)

    assert (done.status, done.out) == (2, "")
    assert said in done.err
