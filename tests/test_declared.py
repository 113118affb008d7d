"""Declared rules: what their findings say, and where."""

from __future__ import annotations

from uwsgilint.lint.engine import check_text
from uwsgilint.lint.own import read_rules, scaffold
from uwsgilint.lint.selection import Selection


def test_a_sentence_may_call_an_option_by_any_of_its_names() -> None:
    """`workers` is another name of `processes`, in a message as everywhere else."""
    page = scaffold("ACME1", "too-many-workers").replace("{processes} workers", "{workers} workers")
    selection = Selection(own=read_rules([("rules/a.md", page)]))

    (finding,) = check_text("uwsgi.ini", b"[uwsgi]\nprocesses = 40\n", selection=selection)

    assert finding.message == "40 workers are more than our machines have room for"
