"""Comments that ignore findings: what each covers, and what is told of those that are of no use."""

from __future__ import annotations

import pytest

from uwsgilint.document import Source
from uwsgilint.lint.engine import check_text
from uwsgilint.lint.fixing.rereading import apply
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
    "XML, over several lines": (
        "a.xml",
        "<uwsgi>\n<!--\n uwsgilint: ignore[UW202]\n why\n-->\n\n<!-- -->\n<buffer-size>32k</buffer-size>\n</uwsgi>\n",
    ),
    "XML, before an element": (
        "a.xml",
        "<uwsgi>\n<!-- uwsgilint: ignore[UW202] --><buffer-size>32k</buffer-size>\n</uwsgi>\n",
    ),
    "XML, behind an element": (
        "a.xml",
        "<uwsgi>\n<buffer-size>32k</buffer-size><!-- uwsgilint: ignore[UW202] --></uwsgi>\n",
    ),
    "XML, behind a comment": (
        "a.xml",
        "<uwsgi>\n<!-- a --> <!-- uwsgilint: ignore[UW202] -->\n<buffer-size>32k</buffer-size>\n</uwsgi>\n",
    ),
    "XML, a block on a line": (
        "a.xml",
        "<uwsgi>\n<!-- uwsgilint: ignore-start[UW202] --><listen>4k</listen><!-- uwsgilint: ignore-end -->\n</uwsgi>\n",
    ),
    "blocks in blocks": (
        "a.ini",
        "[uwsgi]\n; {0}start[UW202]\n; {0}start[UW101]\nv = 1\n; {0}end\nlisten = 4k\n; {0}end[UW202] of it\n".format(
            "uwsgilint: ignore-"
        ),
    ),
    "semicolons": ("a.ini", "[uwsgi]\n; uwsgilint: ignore[UW202; conflicting-values]\nlisten = 4k\n"),
    "in a program of supervisor": (
        "super.conf",
        "[program:x]\n; uwsgilint: ignore[misread-number]\ncommand=uwsgi --buffer-size 32k\n",
    ),
    "a command of several lines": (
        "run.sh",
        "#!/bin/sh\n# uwsgilint: ignore[misread-number]\nexec uwsgi \\\n  --master \\\n  --buffer-size 32k\n",
    ),
    "behind a command of compose": (
        "compose.yml",
        "services:\n  web:\n    command: uwsgi --buffer-size 32k  # uwsgilint: ignore[misread-number]\n",
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
    found = told(name, text.replace("uwsgilint:", "somebody:"))
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


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ignore", "it names no rule in brackets"),
        ("ignore UW101", "it names no rule in brackets"),
        ("ignore[]", "it names no rule"),
        ("ignore[UW101", "its bracket is not closed"),
        ("ignore[UW101],[UW202]", "its rules stand in one pair of brackets"),
        ("disable[UW101]", "has to follow"),
        ("Ignore[UW101]", "has to follow"),
        ("ignore-next[UW101]", "has to follow"),
        ("ignore[UW101] until=2027-02-30 x", "`until=2027-02-30` is no day"),
        ("ignore[UW101] until=2027-1-31", "`until=2027-1-31` is no day"),
        ("ignore[UW101] until=soon x", "`until=soon` is no day"),
        ("ignore[UW101] until = 2027-01-31", "is no day"),
        ("ignore[UW101] until=", "`until=` is no day"),
    ],
)
def test_what_no_comment_can_say(text: str, reason: str) -> None:
    """It ignores nothing, and says why: a day that never comes would ignore for ever."""
    found = check_text("a.ini", f"[uwsgi]\n; uwsgilint: {text}\nvaccum = 1\n".encode())

    assert [finding.name for finding in found] == ["malformed-suppression", "unknown-option"]
    assert reason in found[0].message


def test_a_word_is_no_day() -> None:
    """A reason may speak of what has to happen."""
    assert told("a.ini", "[uwsgi]\n; uwsgilint: ignore[UW101] until we have moved\nvaccum = 1\n") == []


def test_text_of_xml_is_no_comment() -> None:
    """What a CDATA section holds is the value."""
    text = "<uwsgi>\n<env><![CDATA[A=<!-- uwsgilint: ignore[UW101] -->]]></env>\n</uwsgi>\n"

    assert "unused-suppression" not in {name for _, name in told("a.xml", text)}


def test_a_comment_of_xml_is_taken_out_alone() -> None:
    """An element behind it on its line stays."""
    text = "<uwsgi>\n  <!-- uwsgilint: ignore[UW101] --> <master/>\n</uwsgi>\n"
    source = Source("a.xml", text.encode())
    (found,) = check_text("a.xml", text.encode())

    assert found.fix is not None
    assert apply(source.data, found.fix.edits) == b"<uwsgi>\n  <master/>\n</uwsgi>\n"
