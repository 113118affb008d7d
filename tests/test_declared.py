"""Declared rules: what their findings say, and where."""

from __future__ import annotations

import pytest

from uwsgilint.lint.engine import check_text
from uwsgilint.lint.own import read_rules, scaffold
from uwsgilint.lint.selection import Selection


def test_a_sentence_may_call_an_option_by_any_of_its_names() -> None:
    """`workers` is another name of `processes`, in a message as everywhere else."""
    page = scaffold("ACME1", "too-many-workers").replace("{processes} workers", "{workers} workers")
    selection = Selection(own=read_rules([("rules/a.md", page)]))

    (finding,) = check_text("uwsgi.ini", b"[uwsgi]\nprocesses = 40\n", selection=selection)

    assert finding.message == "40 workers are more than our machines have room for"


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("gevent = 10\nsocket-timeout = 4", True),
        ("gevent = 10\nsocket-timeout = 4\nsocket-timeout = 40", False),
        ("gevent = 10\nsocket-timeout = $(SECONDS)", False),
        ("socket-timeout = 4\ngevent = 10", False),
        ("gevent = 10\nsocket-timeout = 4\nasyncio = 10", False),
        ("if-env = STAGING\ngevent = 10\nendif =\nsocket-timeout = 4", False),
        ("gevent = 10\nif-env = STAGING\nsocket-timeout = 4\nendif =", False),
    ],
)
def test_the_order_of_two_options_counts_only_where_it_is_certain(text: str, fires: bool) -> None:
    """The option of a loop raises the timeout when it is read: what comes behind it lowers it again."""
    found = check_text("uwsgi.ini", f"[uwsgi]\nmodule = app\nplugins = asyncio\n{text}\n".encode())

    assert ("low-timeout-in-loop" in {finding.rule.name for finding in found}) is fires
