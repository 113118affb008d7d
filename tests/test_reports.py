"""Findings in every form: valid by what reads them, stable, and without secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sarif_pydantic import Sarif

from tests.cli import uwsgilint
from uwsgilint.lint.engine import check_text
from uwsgilint.report import findings as report

ROOT = Path(__file__).parent.parent
MESSY = "[uwsgi]\nvaccum = true\nprocesses = 4 ; four\ncheaper = 4\nsocket = 3031\n"
HOSTILE = "[uwsgi]\n]]>&<x>\"'|%0A::error::\x01\u202e\U0001f40d = 1\nbuffer-size = <b>&\"'%\n"
SCHEMA = ROOT / "schemas" / "uwsgilint-report.schema.json"


def rendered(form: str, text: str = MESSY, name: str = "conf/uwsgi.ini") -> str:
    """The findings of a text in a form."""
    return report.render(form, check_text(name, text.encode("utf-8", "surrogateescape")), 1)


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_sarif_is_valid(text: str) -> None:
    """A model of SARIF 2.1.0 takes it, with and without results, and places are where they were found."""
    document = json.loads(rendered("sarif", text))
    found = check_text("conf/uwsgi.ini", text.encode())

    run = Sarif.model_validate(document).runs[0]

    assert document["version"] == "2.1.0"
    assert len(run.results or []) == len(found)
    for result, finding in zip(document["runs"][0]["results"], found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (finding.line, finding.column)
        assert document["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert ("fixes" in result) == (finding.fix is not None)


def test_sarif_fingerprints_survive_moved_lines() -> None:
    """They stay when lines are put in front, and differ for two findings of one kind."""

    def marks(text: str) -> list[str]:
        results = json.loads(rendered("sarif", text))["runs"][0]["results"]
        return [result["partialFingerprints"]["uwsgilint/v1"] for result in results]

    twice = "[uwsgi]\nbuffer-size = 32k\n; again\nbuffer-size = 32k\n"
    assert marks(MESSY) == marks(MESSY.replace("[uwsgi]\n", "[uwsgi]\n\n; moved\n"))
    assert len(set(marks(twice))) == len(marks(twice)) > 1


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_junit_and_checkstyle_are_valid(text: str) -> None:
    """A parser of JUnit counts what was found, Checkstyle has an error for each."""
    found = check_text("conf/uwsgi.ini", text.encode())

    suite = next(iter(junitparser.JUnitXml.fromstring(rendered("junit", text).encode())))
    tree = ET.fromstring(rendered("checkstyle", text).encode())  # noqa: S314  (we wrote it)

    assert suite.failures == len(found)
    assert len(list(suite)) == max(1, len(found))
    assert [(e.get("line"), e.get("source")) for e in tree.iter("error")] == [
        (str(f.line), f"uwsgilint.{f.code}") for f in found
    ]
    assert {e.get("severity") for e in tree.iter("error")} <= {"error", "warning", "info"}


def test_gitlab_has_what_code_quality_needs() -> None:
    """Every issue has a description, a fingerprint of its own, a severity and a place."""
    issues = json.loads(rendered("gitlab"))

    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
    for issue in issues:
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"] == "conf/uwsgi.ini"
        assert issue["location"]["lines"]["begin"] > 0
        assert issue["description"]
        assert issue["check_name"]


def test_github_annotations_cannot_be_broken_out_of() -> None:
    """Each is one line, with what GitHub takes for itself escaped."""
    lines = rendered("github", HOSTILE).splitlines()

    assert len(lines) == len(check_text("a.ini", HOSTILE.encode()))
    assert all(line.startswith(("::error file=conf/uwsgi.ini,", "::warning ", "::notice ")) for line in lines)
    assert "::error file=conf/uwsgi.ini,line=2,endLine=2,col=1,endColumn=7,title=UW101 unknown-option::" in rendered(
        "github"
    )


def test_a_summary_is_written_where_github_wants_one(tmp_path: Path) -> None:
    """GITHUB_STEP_SUMMARY names a file, to which a table is added."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    subprocess.run(
        [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", "--format", "github"],
        cwd=tmp_path, env=env, check=False, capture_output=True,
    )  # fmt: skip

    text = (tmp_path / "summary.md").read_text()
    assert "| error | UW101 unknown-option | uwsgi.ini:2:1 |" in text


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_json_follows_its_schema(text: str) -> None:
    """So does each line of JSON lines."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(rendered("json", text)), schema)
    one = {"$ref": "#/$defs/finding", "$defs": schema["$defs"]}
    for line in rendered("jsonl", text).splitlines():
        jsonschema.validate(json.loads(line), one)


def test_several_forms_at_once(tmp_path: Path) -> None:
    """One to the terminal, others to files."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)

    done = uwsgilint(
        "check", "uwsgi.ini", "--format", "concise", "--format", "sarif=out.sarif", "--format", "junit=j.xml",
        cwd=tmp_path,
    )  # fmt: skip

    assert done.out.startswith("uwsgi.ini:2:1: error UW101")
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]
    assert (tmp_path / "j.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("form", report.FORMS)
def test_reports_do_not_depend_on_hash_seeds(form: str, tmp_path: Path) -> None:
    """The same run gives the same bytes."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    outs = {
        subprocess.run(
            [sys.executable, "-m", "uwsgilint", "check", ".", "--format", form],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, check=False, capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outs) == 1


SECRETS = {
    "a variable": ("env = DJANGO_SECRET_KEY={}", "a.ini"),
    "a quoted variable": ('env = "API_TOKEN={}"', "a.ini"),
    "a password in a route": ("route = ^/x bascauth:a,b:c\nroute = ^/ basicauth:Realm,joe:{}", "a.ini"),
    "an address with a password": ("alarm = x curl:smtp://joe:{}@host", "a.ini"),
    "a legion": ("legion = x 127.0.0.1:4001 98 bf-cbc:{}", "a.ini"),
}


@pytest.mark.parametrize("form", report.FORMS)
@pytest.mark.parametrize("case", SECRETS)
def test_secrets_are_never_shown(case: str, form: str) -> None:
    """No form repeats a password, a key or a token, though the line is at fault."""
    line, name = SECRETS[case]
    text = f"[uwsgi]\n{line.format('hunter2hunter2')}\nvaccum = 1\n{line.format('hunter2hunter2')} ; x\n"
    out = rendered(form, text, name)

    assert "UW" in out
    assert "hunter2" not in out


@given(st.text(max_size=60), st.sampled_from(report.FORMS))
def test_every_form_takes_every_text(text: str, form: str) -> None:
    """Whatever stands in a file, a report of it can be written as UTF-8, and read again."""
    out = report.render(form, check_text("a.ini", f"[uwsgi]\n{text}\n".encode("utf-8", "surrogatepass")), 1)

    data = out.encode("utf-8", "backslashreplace")
    if form in {"json", "sarif", "gitlab"}:
        json.loads(data)
    elif form in {"junit", "checkstyle"}:
        ET.fromstring(data)  # noqa: S314


@pytest.mark.parametrize(
    ("env", "arguments", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_colours_are_used_where_they_are_wanted(
    tmp_path: Path, env: dict[str, str], arguments: tuple[str, ...], coloured: bool
) -> None:
    """A pipe has none, unless somebody says so; the command line counts most."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    base = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    out = subprocess.run(
        [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", *arguments],
        cwd=tmp_path, env={**base, **env}, check=False, capture_output=True, text=True,
    ).stdout  # fmt: skip

    assert ("\x1b[" in out) is coloured


def test_rules_are_linked_where_their_pages_are() -> None:
    """With the address of the documentation, a code leads to its page."""
    from uwsgilint.report.layout import Style

    out = report.render(
        "text", check_text("a.ini", MESSY.encode()), 1, style=Style(docs="https://docs.example/rules/")
    )  # fmt: skip

    assert "\x1b]8;;https://docs.example/rules/UW101-unknown-option\x1b\\UW101\x1b]8;;\x1b\\" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "a.ini"), ("show", "a.ini", "--why", "env"), ("show", "a.ini", "--format", "json"),
        ("show", "a.ini", "--format", "mermaid"), ("diff", "a.ini", "b.ini"),
        ("diff", "a.ini", "b.ini", "--format", "json"),
    ],
)  # fmt: skip
def test_other_commands_show_no_secrets_either(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Neither what a configuration means nor what changes repeats a password."""
    (tmp_path / "a.ini").write_text(
        "[uwsgi]\nenv = API_TOKEN=hunter2hunter2\nalarm = x curl:smtp://joe:hunter2hunter2@h\n"
    )
    (tmp_path / "b.ini").write_text("[uwsgi]\nenv = API_TOKEN=hunter3hunter3\n")

    out = uwsgilint(*arguments, cwd=tmp_path).out

    assert out
    assert "hunter2" not in out
    assert "hunter3" not in out
