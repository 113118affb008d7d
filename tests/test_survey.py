"""What is said about all rules together: current, and about rules that there are."""

from __future__ import annotations

import json
import re

import tomli

from tools import survey
from tools.rules import ROOT, read_pages
from uwsgilint.lint import registry

CODES = {rule.code for rule in registry.rules()}


def test_pages_are_current() -> None:
    """The report and the list of what was refused are what they are made from."""
    for name, text in survey.generated(read_pages()).items():
        assert (ROOT / name).read_text("utf-8") == text, f"{name} is stale: run python -m tools.survey"


def test_every_idea_has_a_verdict() -> None:
    """It is a rule, told by one, or refused with a reason."""
    for name, entry in tomli.loads(survey.CANDIDATES.read_text("utf-8")).items():
        assert entry["verdict"] in {"rule", "merged", "refused"}, name
        assert set(entry.get("codes", ())) <= CODES, name
        assert bool(entry.get("codes")) == (entry["verdict"] != "refused"), name
        assert entry["verdict"] == "rule" or len(entry["reason"].split()) > 3, name
        assert set(re.findall(r"UW\d{3}", entry.get("reason", ""))) <= CODES, name


def test_what_was_counted_is_a_rule() -> None:
    """The counts over real files are of rules that there are."""
    counted = json.loads(survey.FREQUENCY.read_text("utf-8"))

    assert set(counted["fired"]) <= CODES
    assert all(0 < number <= counted["files"] for number in counted["fired"].values())


def test_there_are_as_many_rules_as_are_promised() -> None:
    """As many stable ones as the README says, and more than 40 with a fix."""
    rules = registry.rules()
    (promised,) = re.findall(r"\[more than (\d+) rules\]", (ROOT / "README.md").read_text("utf-8"))

    assert sum(1 for rule in rules if rule.status == "stable") > int(promised)
    assert sum(1 for rule in rules if rule.fix != "none") > 40
