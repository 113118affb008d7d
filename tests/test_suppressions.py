"""Comments that ignore findings: what each covers, and what is told of those that are of no use."""

from __future__ import annotations

import pytest

from uwsgilint.lint.engine import check_text
from uwsgilint.lint.selection import Selection


def told(name: str, text: str, **chosen: object) -> list[tuple[int, str]]:
    """Line and name of what is told."""
    return [(f.line, f.name) for f in check_text(name, text.encode(), selection=Selection(**chosen))]  # type: ignore[arg-type]


IGNORED = {
    "line above in INI": ("a.ini", "[uwsgi]\n; uwsgilint: ignore[misread-number]\nbuffer-size = 32k\n"),
    "by code": ("a.ini", "[uwsgi]\n# uwsgilint: ignore[UW202]\nbuffer-size = 32k\n"),
    "two comments": ("a.ini", "[uwsgi]\n; uwsgilint: ignore[UW202] a\n; why\n\nbuffer-size = 32k\n"),
    "two rules": ("a.ini", "[uwsgi]\n; uwsgilint: ignore[UW202, conflicting-values]\nlisten = 4k\n"),
    "behind a value in TOML": ("a.toml", "[uwsgi]\nbuffer-size = '32k' # uwsgilint: ignore[UW202]\n"),
    "line above in TOML": ("a.toml", "[uwsgi]\n# uwsgilint: ignore[misread-number]\nbuffer-size = '32k'\n"),
    "behind a value in YAML": ("a.yaml", "uwsgi:\n  buffer-size: 32k  # uwsgilint: ignore[UW202] why\n"),
    "line above in XML": (
        "a.xml",
        "<uwsgi>\n<!-- uwsgilint: ignore[UW202] -->\n<buffer-size>32k</buffer-size>\n</uwsgi>\n",
    ),
    "file": ("a.ini", "; uwsgilint: ignore-file[UW202]\n[uwsgi]\nbuffer-size = 32k\nlisten = 4k\n"),
    "block": (
        "a.ini",
        "[uwsgi]\n; uwsgilint: ignore-start[UW202]\nbuffer-size = 32k\nlisten = 4k\n; uwsgilint: ignore-end\n",
    ),
    "in a Dockerfile": (
        "Dockerfile",
        "FROM x\n# uwsgilint: ignore[misread-number]\nCMD uwsgi --http-socket :8000 --buffer-size 32k\n",
    ),
}


@pytest.mark.parametrize("case", IGNORED)
def test_a_comment_ignores(case: str) -> None:
    """What a comment names is not told where the comment says."""
    name, text = IGNORED[case]
    without = "".join(line for line in text.splitlines(keepends=True) if "uwsgilint:" not in line or "32k" in line)
    found = told(name, without.replace("# uwsgilint: ignore[UW202]", "").replace(" why", ""))
    assert "misread-number" in {rule for _, rule in found}
    assert "misread-number" not in {rule for _, rule in told(name, text)}


def test_a_comment_ignores_nothing_else() -> None:
    """Other rules, other lines and what stands behind the end of a block are told."""
    text = (
        "[uwsgi]\n; uwsgilint: ignore-start[misread-number]\nbuffer-size = 32k\n; uwsgilint: ignore-end\n"
        "listen = 4k\n; uwsgilint: ignore[misread-number]\nvaccum = 1\n"
    )
    assert told("a.ini", text) == [(5, "misread-number"), (6, "unused-suppression"), (7, "unknown-option")]


def test_a_long_value_is_covered_as_a_whole() -> None:
    """A comment above a directive is about all of its lines."""
    text = "[uwsgi]\n# uwsgilint: ignore[misread-number]\nlisten = [\n  '4k',\n]\n"
    found = told("a.toml", text)
    assert "misread-number" not in {name for _, name in found}


def test_in_ini_a_comment_behind_a_value_is_a_part_of_it() -> None:
    """The server reads it as a part of the value, so it ignores nothing."""
    names = {name for _, name in told("a.ini", "[uwsgi]\nbuffer-size = 32k ; uwsgilint: ignore[misread-number]\n")}
    assert names & {"inline-comment", "harmless-inline-comment", "misread-number"}


def test_a_value_that_looks_like_a_comment_is_none() -> None:
    """Text inside a value does not ignore anything."""
    text = '[uwsgi]\nprocname = "x # uwsgilint: ignore[unknown-option]"\nvaccum = true\n'
    assert (3, "unknown-option") in told("a.toml", text)


def test_a_comment_ends_with_its_day() -> None:
    """On the last day it holds, on the next one what it ignored is told, and so is the comment."""
    text = "[uwsgi]\n; uwsgilint: ignore[misread-number] until=2027-01-31 moving\nbuffer-size = 32k\n"
    assert told("a.ini", text, today="2027-01-31") == []
    assert told("a.ini", text, today="2027-02-01") == [(2, "expired-suppression"), (3, "misread-number")]


def test_what_does_not_run_is_not_missed() -> None:
    """A comment about a rule that was not asked for is not called unused."""
    text = "[uwsgi]\n; uwsgilint: ignore[misread-number]\nprocesses = 4\n"
    assert told("a.ini", text, ignore=("misread-number",)) == []
    assert told("a.ini", text) == [(2, "unused-suppression")]


def test_what_cannot_be_read_cannot_be_ignored() -> None:
    """A file that is not read never looks clean."""
    assert ("malformed-file") in {n for _, n in told("a.toml", "# uwsgilint: ignore-file[malformed-file]\n[uwsgi\n")}


def test_two_comments_that_ignore_the_same_are_both_used() -> None:
    """None of them is told as long as there is something to ignore."""
    text = "; uwsgilint: ignore-file[UW202]\n[uwsgi]\n; uwsgilint: ignore[UW202]\nbuffer-size = 32k\n"
    assert told("a.ini", text) == []


SELECTORS = [
    ({"select": ("UW2",)}, {"misread-number"}),
    ({"select": ("unknown-option",)}, {"unknown-option"}),
    ({"select": ("values",)}, {"misread-number"}),
    ({"select": ("error",)}, {"unknown-option", "misread-number"}),
    ({"ignore": ("UW202",)}, {"unknown-option"}),
    ({"ignore": ("UW2",), "extend": ("UW202",)}, {"unknown-option", "misread-number"}),
    ({"select": ("all",), "ignore": ("names",)}, {"misread-number"}),
    ({"select": ()}, set()),
]


@pytest.mark.parametrize(("chosen", "names"), SELECTORS)
def test_selectors_choose_rules(chosen: dict[str, object], names: set[str]) -> None:
    """Codes, their beginnings, names, groups and severities choose rules; the most exact one counts."""
    found = {name for _, name in told("a.ini", "[uwsgi]\nbuffer-size = 32k\nvaccum = 1\n", **chosen)}
    assert found & {"misread-number", "unknown-option"} == names


def test_severity_can_be_changed() -> None:
    """A rule is as grave as somebody says, and the most exact word counts."""
    chosen = Selection(severity={"UW2": "advice", "misread-number": "warning"})
    found = check_text("a.ini", b"[uwsgi]\nbuffer-size = 32k\n", selection=chosen)
    assert [f.severity for f in found] == ["warning"]
