"""Rules of an organisation's own: begun, listed, checked with, and refused where they mean nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli import uwsgilint
from uwsgilint.lint.own import OwnRuleError, read_rules, scaffold

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_rule_works_as_it_is(tmp_path: Path) -> None:
    """What `new-rule` writes can be used at once: it is listed, and fires."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 40\n")
    begun = uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", cwd=tmp_path)
    listed = uwsgilint("rules", "--rules", "rules", "--format", "json", cwd=tmp_path)
    checked = uwsgilint("check", "uwsgi.ini", "--rules", "rules", "--format", "concise", cwd=tmp_path)

    assert (begun.status, begun.out) == (0, "rules/ACME1-too-many-workers.md\n")
    assert json.loads(listed.out)[-1]["code"] == "ACME1"
    assert checked.status == 1
    assert (
        "uwsgi.ini:2:1: warning ACME1 too-many-workers: 40 workers are more than our machines have room for"
        in checked.out
    )
    assert uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", cwd=tmp_path).status == 4


def test_the_built_in_rules_run_as_well(tmp_path: Path) -> None:
    """Rules of one's own come on top."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 40\ncheaper = 40\n")
    uwsgilint("new-rule", "too-many-workers", cwd=tmp_path)

    checked = uwsgilint("check", "uwsgi.ini", "--rules", "rules", "--format", "concise", cwd=tmp_path)

    assert "OWN001" in checked.out
    assert "UW401" in checked.out


PAGE = scaffold("ACME1", "too-many-workers")
FAULTS = {
    "no front matter": ("+++\n", "", "does not begin with TOML"),
    "no TOML": ('severity = "warning"', "severity = warning", "Invalid value"),
    "missing": ('severity = "warning"\n', "", "'severity' is missing"),
    "severity": ('"warning"', '"fatal"', "'fatal' is no severity"),
    "code": ('"ACME1"', '"UW999"', "no code"),
    "name": ('"too-many-workers"', '"Too many"', "no name"),
    "taken": ('"too-many-workers"', '"unknown-option"', "taken by UW101"),
    "unknown option": ("processes > 16", "proceses > 16", "no option 'proceses'"),
    "type": ("processes > 16", "master > 16", "a flag is on or off"),
    "code to run": ("+++\ncode", '+++\ncheck = "os.system"\ncode', "no 'check' in a rule"),
    "unfilled": ("{processes} workers", "{workerz} workers", "nothing fills in {workerz}"),
    "unknown key": ("+++\ncode", '+++\nwen = "a"\ncode', "no 'wen' in a rule"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_page_is_told(fault: str) -> None:
    """Every mistake in a page is told, with the name of the page."""
    old, new, told = FAULTS[fault]
    assert old in PAGE
    with pytest.raises(OwnRuleError) as error:
        read_rules([("rules/a.md", PAGE.replace(old, new, 1))])
    assert str(error.value).startswith("rules/a.md: ")
    assert told in str(error.value)


def test_a_faulty_page_ends_the_command(tmp_path: Path) -> None:
    """Nothing is checked with rules that cannot be used."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.md").write_text(PAGE.replace("processes > 16", "proceses > 16"))
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\n")

    checked = uwsgilint("check", "uwsgi.ini", "--rules", "rules", cwd=tmp_path)

    assert checked.status == 2
    assert "proceses" in checked.err


def test_a_profile_decides_what_runs(tmp_path: Path) -> None:
    """Each has what the recommended one has, and findings of its own."""
    (tmp_path / "uwsgi.ini").write_text(
        "[uwsgi]\nmodule = app\nhttp-socket = :8000\nmaster = true\nprocesses = 4k\nproccesses = 2\n"
    )
    found = {}
    for profile in ("recommended", "production", "security", "pedantic"):
        done = uwsgilint("check", "uwsgi.ini", "--profile", profile, "--format", "json", cwd=tmp_path)
        found[profile] = {finding["name"] for finding in json.loads(done.out)["findings"]}

    assert {"misread-number", "unknown-option"} <= found["recommended"]
    assert found["recommended"] < found["production"]
    assert found["recommended"] < found["security"]
    assert found["production"] | found["security"] <= found["pedantic"]
    profiles = {rule["name"]: rule["profile"] for rule in json.loads(uwsgilint("rules", "--format", "json").out)}
    assert {profiles[name] for name in found["production"]} == {"recommended", "production"}


def test_profiles_hold_more_rules() -> None:
    """Every rule is in a profile, and all of them can be chosen."""
    listed = json.loads(uwsgilint("rules", "--format", "json").out)

    assert {rule["profile"] for rule in listed} <= {"recommended", "production", "pedantic"}
    assert {"code", "name", "group", "severity", "status", "profile", "fix", "proof"} == set(listed[0])


def test_rules_of_ones_own_are_listed_and_explained(tmp_path: Path) -> None:
    """Where the settings name them, or the command line does; by code in any case, or by name."""
    uwsgilint("new-rule", "too-many-workers", "--code", "ACME1", "--rules", "ops", cwd=tmp_path)
    assert uwsgilint("explain", "ACME1", cwd=tmp_path).err.endswith("`uwsgilint rules` lists the rules\n")
    assert uwsgilint("explain", "ACME1", "--rules", "ops", cwd=tmp_path).out.startswith("# too-many-workers (ACME1)\n")
    assert "ACME1" not in uwsgilint("rules", cwd=tmp_path).out
    (tmp_path / "uwsgilint.toml").write_text('rules = ["ops"]\n')

    for name in ("ACME1", "acme1", "too-many-workers"):
        assert uwsgilint("explain", name, cwd=tmp_path).out.startswith("# too-many-workers (ACME1)\n")
    assert "ACME1" in uwsgilint("rules", cwd=tmp_path).out
    assert json.loads(uwsgilint("explain", "ACME1", "--format", "json", cwd=tmp_path).out)[0]["name"] == (
        "too-many-workers"
    )
    (tmp_path / "uwsgilint.toml").write_text('rules = ["gone"]\n')
    assert uwsgilint("rules", cwd=tmp_path).status == 2
