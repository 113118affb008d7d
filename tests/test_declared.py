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


@pytest.mark.parametrize("more", ["", "root = /srv\nchdir = %(root)\n"])
def test_what_a_template_renders_to_is_not_known(more: str) -> None:
    """A value that a template fills says nothing, whether the file has placeholders of the server, too, or not."""
    text = f"[uwsgi]\nmodule = app\n{more}socket = {{{{ address }}}}:8000\n"

    assert "public-uwsgi-socket" not in {finding.rule.name for finding in check_text("uwsgi.ini", text.encode())}


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("log-5xx = true", True),
        ("disable-logging = false\nlog-5xx = true", True),
        ("disable-logging = true\nlog-5xx = true", False),
        ("if-env = STAGING\ndisable-logging = true\nendif =\nlog-5xx = true", True),
    ],
)
def test_an_option_that_switches_something_off_is_true_when_it_does(text: str, fires: bool) -> None:
    """`disable-logging` in a condition is what its name says, not the switch that it turns to false."""
    found = check_text("uwsgi.ini", f"[uwsgi]\nmodule = app\n{text}\n".encode())

    assert ("redundant-request-filter" in {finding.rule.name for finding in found}) is fires


@pytest.mark.parametrize(
    ("value", "fires"),
    [
        ('json {"msg":"${msg}"}', "joined-log-lines"),
        ('jsn {"msg":"${msg}"}', "misread-part"),
        ('jsn {"msg":"{{ msg }}"}', None),
    ],
)
def test_the_variables_of_an_encoder_are_no_template(value: str, fires: str | None) -> None:
    """`${msg}` is for the server; double braces are for somebody who fills them in before."""
    found = check_text("uwsgi.ini", f"[uwsgi]\nmodule = app\nmaster = true\nlog-encoder = {value}\n".encode())

    assert [finding.rule.name for finding in found] == ([] if fires is None else [fires])


def test_a_number_is_told_as_the_server_reads_it() -> None:
    """What stands behind it is somebody else's finding."""
    found = check_text("uwsgi.ini", b"[uwsgi]\nprocesses = 4 ; four\ncheaper = 8\n")

    told = next(f for f in found if f.name == "cheaper-not-below-workers")
    assert told.message == "`cheaper` keeps 8 workers, and there are 4 in all"
    assert [r.label for r in told.related] == ["processes is 4 here"]


def test_a_bug_in_a_rule_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fails is a finding about itself, and hides nothing else."""
    from uwsgilint.lint import conditions

    real = conditions.holds

    def holds(node: conditions.Node, world: conditions.World) -> bool | None:
        if "threads" in str(node) and "gevent" in str(node):
            raise ZeroDivisionError("on purpose")
        return real(node, world)

    monkeypatch.setattr(conditions, "holds", holds)
    found = check_text("uwsgi.ini", b"[uwsgi]\nmodule = app\ngevent = 10\nthreads = 2\nprocesses = 2\ncheaper = 2\n")

    assert "cheaper-not-below-workers" in {f.name for f in found}
    (bug,) = {f.message for f in found if f.name == "internal-error" and "threads-beside-gevent" in f.message}
    assert "ZeroDivisionError in the rule threads-beside-gevent: on purpose" in bug


def test_what_a_condition_need_not_ask_may_depend_on_another() -> None:
    """A rule whose condition holds in any case is told, with its fix, whatever else a block of the file decides."""
    text = b"[uwsgi]\nmodule = app\nmaster = true\nif-env = WEB_CONCURRENCY\nprocesses = 4\nendif =\n"
    (found,) = check_text("uwsgi.ini", text, selection=Selection(select=("UW486",)))

    assert (found.name, found.line, found.fix is not None) == ("silent-fork-handlers", 2, True)
