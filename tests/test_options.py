"""`uwsgilint options` and `uwsgilint explain`."""

from __future__ import annotations

import json

from tests.cli import uwsgilint
from uwsgilint.catalog import subsystems

MEMBERS = [
    *("name", "aliases", "kind", "plugin", "since", "until", "repeatable", "implies", "needs_build"),
    *("description", "subsystem"),
]


def test_lists_every_option_of_the_newest_release() -> None:
    """1,261 names, each with the facts of the catalogue, what it does, and where it belongs."""
    listed = json.loads(uwsgilint("options", "--format", "json").out)

    assert len(listed) == len({o["name"] for o in listed}) == 1261
    assert sum(1 for o in listed if o["plugin"] == "core") == 792
    assert all(list(o) == MEMBERS and o["kind"] and o["plugin"] and o["since"] for o in listed)
    assert all(len(o["description"].split()) > 4 and o["subsystem"] in subsystems.NAMES for o in listed)
    named = {o["name"]: o for o in listed}
    assert named["workers"]["description"] == named["processes"]["description"]


def test_narrows_by_plugin_and_by_release() -> None:
    """--plugin, --since and --target choose; nothing found is said."""
    names = [line.split()[0] for line in uwsgilint("options", "--plugin", "gevent").out.splitlines()]
    assert "gevent" in names
    newest = json.loads(uwsgilint("options", "--since", "2.0.29", "--format", "json").out)
    assert [o["name"] for o in newest] == ["max-requests-delta"]
    old = json.loads(uwsgilint("options", "--target", "2.0", "--format", "json").out)
    assert len(old) == 1151
    assert uwsgilint("options", "--plugin", "nonsense").status == 1
    assert uwsgilint("options", "--since", "1.0").status == 2


def test_explains_an_option_by_any_of_its_names() -> None:
    """A page for people, a list with one object for programs."""
    page = uwsgilint("explain", "workers").out
    assert "processes" in page
    (described,) = json.loads(uwsgilint("explain", "stats", "--format", "json").out)
    assert described["name"] == "stats"
    assert described["implies"] == ["master"]


def test_explains_a_rule_by_code_or_name() -> None:
    """The page of a rule, as it stands in rules/."""
    assert uwsgilint("explain", "UW101").out == uwsgilint("explain", "unknown-option").out
    assert "# unknown-option (UW101)" in uwsgilint("explain", "UW101").out


def test_suggests_for_a_name_that_is_none() -> None:
    """The nearest option is named."""
    done = uwsgilint("explain", "vaccum")

    assert (done.status, done.out) == (2, "")
    assert "did you mean vacuum?" in done.err
