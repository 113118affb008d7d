"""The tool's own settings: found, read, and less weighty than what a file says."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.cli import uwsgilint
from tools.schema import SETTINGS
from uwsgilint.cli import settings
from uwsgilint.formats import toml

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
        ("build = 1\n", "uwsgilint.toml:1:9: 'build' is a text: write \"1\""),
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


def test_each_file_fails_by_its_own_settings(project: Path) -> None:
    """Whichever of two folders is named first."""
    for name, least in (("strict", "advice"), ("lax", "error")):
        (project / name).mkdir()
        (project / name / "uwsgi.ini").write_text("[uwsgi]\nvaccum = true\n")
        (project / name / "uwsgilint.toml").write_text(f'fail-on = "{least}"\n[severity]\nall = "advice"\n')

    assert uwsgilint("check", "lax", cwd=project).status == 0
    assert uwsgilint("check", "lax", "strict", cwd=project).status == 1
    assert uwsgilint("check", "strict", "lax", cwd=project).status == 1
    assert uwsgilint("check", "strict", "lax", "--fail-on", "error", cwd=project).status == 0


INCLUDING = {
    "main.ini": "[uwsgi]\nmodule = app\nmaster = true\nini = part/inc.ini\n",
    "part/inc.ini": "[uwsgi]\nprocesses = 2\ncheaper = 4\n",
}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("uwsgilint.toml", "", [("error", "UW401")]),
        ("uwsgilint.toml", '[per-file."inc.ini"]\nignore = ["cheaper-not-below-workers"]\n', []),
        ("uwsgilint.toml", '[per-file."main.ini"]\nignore = ["all"]\n', [("error", "UW401")]),
        ("uwsgilint.toml", '[per-file."inc.ini".severity]\nUW401 = "advice"\n', [("advice", "UW401")]),
        ("uwsgilint.toml", '[per-file."main.ini".severity]\nUW401 = "advice"\n', [("error", "UW401")]),
        ("part/uwsgilint.toml", 'ignore = ["UW401"]\n', []),
        ("part/uwsgilint.toml", 'select = ["UW401"]\nseverity = { UW401 = "advice" }\n', [("advice", "UW401")]),
    ],
)
@pytest.mark.parametrize("paths", [("main.ini",), (".", "--jobs", "2"), ("part/inc.ini", "main.ini")])
def test_findings_obey_the_settings_of_their_own_file(
    tmp_path: Path, name: str, text: str, found: list[tuple[str, str]], paths: tuple[str, ...]
) -> None:
    """Whichever file includes it, and whatever the run names."""
    (tmp_path / "part").mkdir()
    for each, content in {**INCLUDING, name: text}.items():
        (tmp_path / each).write_text(content)

    done = uwsgilint("check", *paths, "--format", "json", cwd=tmp_path)

    told = [f for f in json.loads(done.out)["findings"] if f["code"] == "UW401"]
    assert [(f["severity"], f["code"]) for f in told] == found
    assert all(f["file"].endswith("part/inc.ini") for f in told)
    assert done.status == (1 if ("error", "UW401") in found else 0)


def test_what_fails_is_up_to_the_settings_of_the_file_that_a_finding_stands_in(tmp_path: Path) -> None:
    """A folder with stricter settings fails though a file of a milder one includes it."""
    (tmp_path / "part").mkdir()
    for each, content in INCLUDING.items():
        (tmp_path / each).write_text(content)
    (tmp_path / "part" / "uwsgilint.toml").write_text('severity = { UW401 = "advice" }\nfail-on = "advice"\n')

    assert uwsgilint("check", "main.ini", cwd=tmp_path).status == 1
    assert uwsgilint("check", "main.ini", "--fail-on", "warning", cwd=tmp_path).status == 0


def test_rules_of_ones_own_run_for_included_files(tmp_path: Path) -> None:
    """Those that the settings beside an included file name, in several processes as well."""
    (tmp_path / "part").mkdir()
    for each, content in INCLUDING.items():
        (tmp_path / each).write_text(content)
    uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", "--rules", "own", cwd=tmp_path / "part")
    (tmp_path / "part" / "uwsgilint.toml").write_text('rules = ["own"]\nselect = ["ACME1"]\n')
    (tmp_path / "part" / "inc.ini").write_text("[uwsgi]\nprocesses = 40\n")
    for more in (("main.ini",), (".", "--jobs", "2")):
        assert codes(*more, cwd=tmp_path) == ["ACME1"]


@pytest.mark.parametrize(
    ("settings", "arguments", "found"),
    [
        ('ignore = ["misread-number"]', ("--select", "misread-number"), ["UW202"]),
        ('ignore = ["UW202"]', ("--extend-select", "misread-number"), ["UW101", "UW202"]),
        ('ignore = ["misread-number"]', ("--select", "UW2"), []),
        ('ignore = ["UW2"]', ("--select", "UW2"), ["UW202"]),
        ('ignore = ["misread-number"]', ("--select", "misread-number", "--ignore", "misread-number"), []),
        ('ignore = ["misread-number"]', ("--ignore", "UW101"), []),
        ('[per-file."*.ini"]\nignore = ["misread-number"]', ("--select", "misread-number"), ["UW202"]),
        ('select = ["UW101"]', ("--profile", "recommended"), ["UW101", "UW202"]),
        ('select = ["UW101"]\n[per-file."a.ini"]\nprofile = "recommended"', (), ["UW101", "UW202"]),
        ('select = ["UW101"]\n[per-file."b.ini"]\nprofile = "recommended"', (), ["UW101"]),
    ],
)
def test_the_command_line_is_no_weaker_than_settings(
    tmp_path: Path, settings: str, arguments: tuple[str, ...], found: list[str]
) -> None:
    """What it asks for as exactly as settings ignore it runs, and its profile counts more than their selection."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\nbuffer-size = 32k\n")
    (tmp_path / "uwsgilint.toml").write_text(settings + "\n")

    assert codes("a.ini", *arguments, cwd=tmp_path) == found


def test_what_is_said_of_a_pattern_is_laid_over_as_the_rest_is(tmp_path: Path) -> None:
    """What an extended file ignores for some files stays ignored where more is said of these."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\nbuffer-size = 32k\n")
    (tmp_path / "base.toml").write_text('[per-file."a.ini"]\nignore = ["UW101"]\nseverity = { UW202 = "advice" }\n')
    (tmp_path / "uwsgilint.toml").write_text('extend = "base.toml"\n[per-file."a.ini"]\nignore = ["UW3"]\n')

    done = uwsgilint("check", "a.ini", "--format", "json", cwd=tmp_path)

    assert [(f["severity"], f["code"]) for f in json.loads(done.out)["findings"]] == [("advice", "UW202")]


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
        (("--select", ","), "selects no rule"),
        (("--format", "pdf"), "'pdf' is none of"),
        (("--format", "text", "--format", "json"), "both go to standard output"),
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
        ('[per-file."*.ini"]\nextend = "a"', "uwsgilint.toml:2:1: per-file '*.ini': 'extend' holds for all files"),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('target = "2.0.21"\n\nprofile = pedantic\n', ["uwsgilint.toml:3:11: invalid value"]),
        ("ignore = [\n", ["uwsgilint.toml:2:1: "]),
        (
            'ignor = ["UW1"]\n[per-file."*.ini"]\nrequire-reason = true\n[env]\nA = 1\nB = "1"\n',
            [
                "uwsgilint.toml:1:1: there is no setting 'ignor'; did you mean ignore?",
                "uwsgilint.toml:3:1: per-file '*.ini': 'require-reason' holds for all files",
                "uwsgilint.toml:5:5: 'env' is a table of texts: write \"1\"",
            ],
        ),
        ('[env]\n"C=D" = ""\n', ["uwsgilint.toml:2:1: 'C=D' names no variable"]),
        ("target = 2.0\n", ["uwsgilint.toml:1:10: 'target' is a text: write \"2.0\""]),
        ('select = "UW1"\n', ["uwsgilint.toml:1:10: 'select' is a list of texts: write [\"UW1\"]"]),
        ('[severity]\nUW101 = "off"\n', ['uwsgilint.toml:2:9: ', 'stands in `ignore`: ignore = ["UW101"]']),
        ('[severity]\nUW101 = "Error"\n', ["did you mean error?"]),
        ('ignore = [\n  "UW1",\n  "UW999",\n  "pedantic",\n]\n',
         ["uwsgilint.toml:3:3: ignore: no rule", "uwsgilint.toml:4:3: ignore: 'pedantic' is a profile"]),
        ('[severity]\nUW999 = "error"\n', ["uwsgilint.toml:2:1: severity: no rule"]),
        ('extend = "none.toml"\n', ["uwsgilint.toml:1:10: none.toml: no such file or directory"]),
        ('extend = "deploy"\n', ["uwsgilint.toml:1:10: deploy: is a directory"]),
        ('extend = "pyproject.toml"\n', ["uwsgilint.toml:1:10: pyproject.toml: there is no [tool.uwsgilint]"]),
        ('extend = "uwsgilint.toml"\n', ["uwsgilint.toml:1:10: these files extend each other"]),
        ('[per-file."a.ini"]\nbuild = "./none.toml"\n', ["uwsgilint.toml:2:9: "]),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_places(project: Path, text: str, said: list[str]) -> None:
    """All at once, each with file, line and column."""
    (project / "pyproject.toml").write_text("[project]\n")
    (project / "uwsgilint.toml").write_text(text)

    done = uwsgilint("check", "deploy", cwd=project)

    assert (done.status, done.out) == (2, "")
    for each in said:
        assert each in done.err
    assert all(line.startswith("uwsgilint: uwsgilint.toml:") for line in done.err.splitlines())


def test_mistakes_in_a_pyproject_have_places_too(project: Path) -> None:
    """They stand below [tool.uwsgilint]."""
    (project / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.uwsgilint]\nselect = ["nowhere"]\n')
    assert "uwsgilint: pyproject.toml:5:11: select: no rule" in uwsgilint("check", "deploy", cwd=project).err
    for text in ("[tool]\nuwsgilint = 3\n", "tool = 3 # [tool.uwsgilint]\n"):
        (project / "pyproject.toml").write_text(text)
        done = uwsgilint("check", "deploy", cwd=project)
        assert done.status == 2
        assert "table" in done.err


def test_what_is_no_utf_8_has_a_place(project: Path) -> None:
    """The byte is told, not the words of a codec."""
    (project / "uwsgilint.toml").write_bytes(b'target = "2.0.21"\nprofile = "\xff"\n')

    assert "uwsgilint.toml:2:12: this byte is not UTF-8" in uwsgilint("check", "deploy", cwd=project).err


@pytest.mark.parametrize("data", [b'\xef\xbb\xbftarget = "2.0.21"\n', b'target = "2.0.21"\r\n'])
def test_files_of_other_systems_are_read(project: Path, data: bytes) -> None:
    """A byte order mark and other newlines are no mistake."""
    (project / "uwsgilint.toml").write_bytes(data)

    assert codes("deploy", cwd=project) == ["UW105"]


@pytest.mark.parametrize(
    "text",
    ['[tool]\nuwsgilint = {target = "2.0.21"}\n', '[tool]\nuwsgilint.target = "2.0.21"\n',
     '[ tool . uwsgilint ]\ntarget = "2.0.21"\n', '[tool."uwsgilint"]\ntarget = "2.0.21"\n',
     '[tool.uwsgilint.per-file."*.ini"]\ntarget = "2.0.21"\n'],
)  # fmt: skip
def test_a_pyproject_may_spell_the_table_as_toml_allows(project: Path, text: str) -> None:
    """However it is written, it is found."""
    (project / "pyproject.toml").write_text(text)

    assert codes("deploy", cwd=project) == ["UW105"]


def test_a_link_to_nowhere_is_a_mistake(project: Path) -> None:
    """Settings that are lost do not go by in silence."""
    (project / "uwsgilint.toml").symlink_to("gone.toml")

    assert "uwsgilint.toml: no such file or directory" in uwsgilint("check", "deploy", cwd=project).err


def test_a_file_of_our_own_counts_beside_a_pyproject(project: Path) -> None:
    """Of two in one folder it is `uwsgilint.toml`; a pyproject without a table lets those above it count."""
    (project / "uwsgilint.toml").write_text('target = "2.0.21"\n')
    (project / "pyproject.toml").write_text('[tool.uwsgilint]\ntarget = "2.0.31"\n')
    assert codes("deploy", cwd=project) == ["UW105"]
    (project / "deploy" / "pyproject.toml").write_text("# see [tool.uwsgilint]\n[project]\nname = 'x'\n")

    assert codes("deploy", cwd=project) == ["UW105"]


def test_files_that_extend_each_other_are_named(project: Path) -> None:
    """The circle is shown, at the place where it closes."""
    (project / "uwsgilint.toml").write_text('extend = "deploy/b.toml"\n')
    (project / "deploy" / "b.toml").write_text('\nextend = "../uwsgilint.toml"\n')

    said = uwsgilint("check", "deploy", cwd=project).err

    assert said == (
        "uwsgilint: deploy/b.toml:2:10: these files extend each other: uwsgilint.toml, deploy/b.toml, uwsgilint.toml\n"
    )


def test_where_paths_and_patterns_of_an_extended_file_start(project: Path) -> None:
    """Paths at the file that says them, patterns at the settings that extend it: these are what holds here."""
    (project / "shared").mkdir()
    uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", "--rules", "shared/rules", cwd=project)
    (project / "shared" / "base.toml").write_text(
        'rules = ["rules"]\nselect = ["ACME1", "UW1"]\n[per-file."deploy/web/*.ini"]\nignore = ["UW1"]\n'
    )
    (project / "uwsgilint.toml").write_text('extend = "shared/base.toml"\n')
    (project / "deploy" / "web" / "uwsgi.ini").write_text("[uwsgi]\nvaccum = true\nprocesses = 40\n")

    assert codes("deploy", cwd=project) == ["ACME1"]


def test_rules_of_ones_own_are_selected_by_name_and_group(project: Path) -> None:
    """In the settings and on the command line, as built-in ones are; what no rule is called is a mistake."""
    uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", "--rules", "ops/rules", cwd=project)
    (project / "deploy" / "web" / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 40\n")
    (project / "uwsgilint.toml").write_text('rules = ["ops/rules"]\nselect = ["too-many-workers"]\n')
    assert codes("deploy", cwd=project) == ["ACME1"]
    assert codes("deploy", "--ignore", "too-many-workers", cwd=project) == []
    assert codes("deploy", "--select", "ACME", cwd=project) == ["ACME1"]
    (project / "uwsgilint.toml").write_text('rules = ["ops/rules"]\nselect = ["too-many-wokers"]\n')
    assert "uwsgilint.toml:2:11: select: no rule, group or severity is called 'too-many-wokers'; did you mean " in (
        uwsgilint("check", "deploy", cwd=project).err
    )
    (project / "uwsgilint.toml").write_text('select = ["ACME1"]\n')

    assert uwsgilint("check", "deploy", cwd=project).status == 2
    assert codes("deploy", "--rules", "ops/rules", cwd=project) == ["ACME1"]


def test_no_file_is_no_settings(project: Path) -> None:
    """A variable that is not set where a file was meant does not turn the settings off."""
    assert "names no file" in uwsgilint("check", "deploy", "--config", "", cwd=project).err


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*.ini", ["a.ini", "deploy/a.ini", "deploy/old/a.ini"]),
        ("deploy/*.ini", ["deploy/a.ini"]),
        ("./deploy/*.ini", ["deploy/a.ini"]),
        ("deploy/**/*.ini", ["deploy/a.ini", "deploy/old/a.ini"]),
        ("**/a.ini", ["a.ini", "deploy/a.ini", "deploy/old/a.ini"]),
        ("**/old/*", ["deploy/old/a.ini"]),
        ("deploy/**", ["deploy/a.ini", "deploy/old/a.ini"]),
        ("deploy/", ["deploy/a.ini", "deploy/old/a.ini"]),
        ("deploy/old", ["deploy/old/a.ini"]),
        ("old", ["deploy/old/a.ini"]),
        ("deploy\\\\old\\\\*.ini", ["deploy/old/a.ini"]),
        ("deploy/?.ini", ["deploy/a.ini"]),
        ("deploy/[!b].ini", ["deploy/a.ini"]),
        ("deploy/[b-c].ini", []),
        ("deploy/[z-a].ini", []),
        ("ploy/a.ini", []),
        ("", []),
    ],
)
def test_patterns(project: Path, pattern: str, fits: list[str]) -> None:
    """An asterisk ends at a slash, two of them do not; without a slash it is a name anywhere."""
    names = ["a.ini", "deploy/a.ini", "deploy/old/a.ini"]
    (project / "deploy" / "old").mkdir()
    for name in names:
        (project / name).write_text("[uwsgi]\nvaccum = true\n")
    (project / "uwsgilint.toml").write_text(f'[per-file."{pattern}"]\nignore = ["UW101"]\n')

    assert [name for name in names if not codes(name, cwd=project)] == fits


ANYTHING = st.one_of(
    st.booleans(), st.integers(-1, 9), st.text("a=\0 \n", max_size=3), st.lists(st.sampled_from(["UW1", "values", 1])),
    st.dictionaries(st.sampled_from(["A", "", "A=B", "A B", "A\n"]), st.sampled_from(["1", "\0", 1])),
)  # fmt: skip
SAID: dict[str, st.SearchStrategy[Any]] = {
    "target": st.sampled_from(["2.0.21", "2.0", "9.9", ""]),
    "build": st.sampled_from(["pypi", "debian-12", "debian", ""]),
    "profile": st.sampled_from(["production", "prod"]),
    "fail-on": st.sampled_from(["error", "warn"]),
    "severity": st.dictionaries(st.sampled_from(["UW101", "values"]), st.sampled_from(["error", "off", "Error"])),
    "env": st.dictionaries(st.sampled_from(["A", "B_1", "", "A=B", "A\n", " "]), st.sampled_from(["", "1", "\0"])),
    "require-reason": st.booleans(),
    **{key: st.lists(st.sampled_from(["UW1", "UW101", "unknown-option", "values", "error", "all"]), max_size=2)
       for key in ("select", "extend-select", "ignore")},
    **{key: st.lists(st.sampled_from(["a", "*/b"]), max_size=2) for key in ("rules", "exclude")},
}  # fmt: skip


def tables(keys: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Tables of settings, most of them right: what is wrong is a value now and then, or a name."""
    said = {key: st.one_of(SAID[key], SAID[key], SAID[key], ANYTHING) for key in keys & set(SAID)}
    known = st.fixed_dictionaries({}, optional=said)
    return st.one_of(
        known, known, st.builds(lambda table, key: {**table, key: "x"}, known, st.sampled_from(["A", "a-b"]))
    )


@cases(1)
@given(
    tables({*settings.KEYS}),
    st.one_of(
        st.none(), st.dictionaries(st.sampled_from(["*.ini", "a/b"]), tables({*settings.PER_FILE, "rules"})), ANYTHING
    ),
)
def test_the_schema_and_the_reader_agree(table: dict[str, Any], patterns: Any) -> None:
    """What editors mark is what the command refuses, and nothing else."""
    table = table if patterns is None else {**table, "per-file": patterns}
    schema = json.loads(SETTINGS.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "uwsgilint.toml")
        text = "".join(f"{toml.spell_key(key)} = {spelt(value)}\n" for key, value in table.items())
        path.write_text(text, "utf-8")
        try:
            settings.load(str(path))
        except settings.SettingsError as error:
            taken, why = False, str(error)
        else:
            taken, why = True, ""

    assert taken == jsonschema.Draft7Validator(schema).is_valid(table), (text, why)


def spelt(value: Any) -> str:
    """A value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml.spell_key(key)} = {spelt(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(spelt, value))}]"
    return json.dumps(value)


@pytest.mark.parametrize("order", [("values", "error"), ("error", "values")])
def test_the_gravest_of_equally_exact_severities_counts(tmp_path: Path, order: tuple[str, str]) -> None:
    """Whichever stands first, with kept results and without."""
    said = {"values": "advice", "error": "warning"}
    (tmp_path / "uwsgilint.toml").write_text("[severity]\n" + "".join(f"{word} = '{said[word]}'\n" for word in order))
    (tmp_path / "a.ini").write_text("[uwsgi]\nprocesses = 4k\n")

    for more in ((), ("--cache-dir", "kept"), ("--cache-dir", "kept")):
        assert ": warning UW202" in uwsgilint("check", "a.ini", "--format", "concise", *more, cwd=tmp_path).out
