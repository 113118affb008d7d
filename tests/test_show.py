"""`uwsgilint show`: effective settings, the reasons behind them, and the picture in every format."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cli import uwsgilint
from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.language.load import evaluate
from uwsgilint.language.picture import picture
from uwsgilint.report import mermaid
from uwsgilint.report.graph import LONGEST_LABEL

APP = """\
[uwsgi]
set-ph = count=4
ini = mid.ini
processes = 3
socket = $(SOCK)
if-env = STAGING
processes = %(count)
endif =
"""
MID = """\
[uwsgi]
ini = base.ini:shop
"""
BASE = """\
[shop]
processes = 2
module = %(name).wsgi
set-ph = name=shop
if-env = DEBUG
threads = %(count)
endif =
spooler = tasks
"""


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Three files, each including the next."""
    for name, text in (("app.ini", APP), ("mid.ini", MID), ("base.ini", BASE)):
        (tmp_path / name).write_text(text)
    return tmp_path


def show(folder: Path, *arguments: str) -> str:
    """What the command writes about the first file."""
    run = uwsgilint("show", "app.ini", *arguments, cwd=folder)
    assert run.status == 0, run.err
    return run.out


THROUGH = "through ini = mid.ini (app.ini:3) through ini = base.ini:shop (mid.ini:2)"


def test_why_names_file_and_line_through_three_files(chain: Path) -> None:
    """A value of the innermost file comes with each include that led there, and with what was filled in."""
    assert show(chain, "--why", "module").splitlines() == [
        f"module: shop.wsgi, from base.ini:3 {THROUGH}",
        "    written as `%(name).wsgi`",
        "    %(name) is `shop`, from base.ini:4",
    ]


def test_why_tells_conditions_and_what_lost(chain: Path) -> None:
    """Each outcome has its condition and the line that asks for it; what never counts is told."""
    assert show(chain, "--why", "workers").splitlines() == [
        "`workers` is another name of `processes`.",
        "processes: 4 when if-env STAGING, from app.ini:7, overrides base.ini:2",
        "    `if-env STAGING` is asked in app.ini:6",
        "    written as `%(count)`",
        "    %(count) is `4`, from app.ini:2",
        "processes: 3 when not if-env STAGING, from app.ini:4",
        "    `if-env STAGING` is asked in app.ini:6",
        "  base.ini:2 says 2, and app.ini:7 overrides it",
    ]
    assert show(chain, "--why", "threads").splitlines()[0] == f"threads: 4 when if-env DEBUG, from base.ini:6 {THROUGH}"


def test_the_environment_decides(chain: Path) -> None:
    """What `--env` sets or leaves unset is no condition any more; a file of variables does the same."""
    (chain / "some.env").write_text("# of staging\nexport STAGING='yes'\n\nSOCK=:1 # a port\n")
    unset = show(chain, "--why", "processes", "--env", "STAGING").splitlines()

    assert unset[0] == "processes: 3, from app.ini:4, overrides base.ini:2"
    assert unset[-1] == "  app.ini:7 says %(count), and `if-env = STAGING` (app.ini:6) leaves it out"
    assert show(chain, "--why", "processes", "--env", "STAGING=1").startswith("processes: 4, from app.ini:7, overrides")
    assert show(chain, "--why", "processes", "--env-file", "some.env").startswith("processes: 4, from app.ini:7")
    assert show(chain, "--why", "socket", "--env-file", "some.env").startswith("socket: :1, from app.ini:5\n")
    assert show(chain, "--why", "socket", "--env-file", "some.env", "--env", "SOCK=:2").startswith("socket: :2, ")


def test_why_says_what_would_make_it_known(chain: Path) -> None:
    """An unknown part has a remedy."""
    assert show(chain, "--why", "socket").splitlines() == [
        "socket: $(SOCK), from app.ini:5",
        "    `$(SOCK)` is a variable of the server: say `--env SOCK=VALUE`, or `--env SOCK` for none",
    ]


def test_why_of_what_nothing_sets(chain: Path) -> None:
    """There is a default, what implies an option is named, and a placeholder is explained too."""
    assert show(chain, "--why", "buffer-size") == "buffer-size: 4096, the default: nothing sets it\n"
    assert show(chain, "--why", "http") == "http: nothing sets it\n"
    assert show(chain, "--why", "master") == "master: on, implied by `spooler` (base.ini:8)\n"
    assert show(chain, "--why", "%(count)") == show(chain, "--why", "count") == "%(count): 4, from app.ini:2\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--why", "proceses"], "did you mean processes?"),
        (["--section", "uwgsi"], "did you mean uwsgi?"),
        (["--env", "=x"], "names no variable"),
        (["--why", "master", "--format", "svg"], "text or json"),
        (["--env-file", "bad.env"], "bad.env:2: `oops` is no assignment"),
    ],
)
def test_wrong_arguments_are_told_kindly(chain: Path, arguments: list[str], words: str) -> None:
    """Each is an error of usage that says what to write."""
    (chain / "bad.env").write_text("A=1\noops\n")
    run = uwsgilint("show", "app.ini", *arguments, cwd=chain)

    assert run.status == 2
    assert words in " ".join(run.err.replace("│", " ").split())


@pytest.mark.parametrize("line", ["1A=x", "A B=x", "A='x", 'A="x" y', "=x", "A=\0"])
def test_a_bad_line_of_variables_has_a_place(chain: Path, line: str) -> None:
    """Whatever is wrong with it, file and line are named."""
    (chain / "bad.env").write_text(f'OK=1\nALSO="two\nlines"\n{line}\n')
    run = uwsgilint("show", "app.ini", "--env-file", "bad.env", cwd=chain)

    assert run.status == 2
    assert "bad.env:4:" in run.err


def test_text_groups_settings_with_their_origin(chain: Path) -> None:
    """Subsystems, values, places; lost lines are marked, and what is implied says by what."""
    text = show(chain)

    assert text.startswith("app.ini\n  with mid.ini\n  with base.ini\n")
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "processes 4 app.ini:7, when if-env STAGING" in rows
    assert "3 app.ini:4, when not if-env STAGING" in rows
    assert any(re.match(r"x 2 base.ini:2 through", row) for row in rows)
    assert "master on implied by `spooler` (base.ini:8)" in rows
    assert "socket $(SOCK) app.ini:5, with `$(SOCK)` unknown" in rows
    assert (
        "workers 3 or 4 workers \N{MULTIPLICATION SIGN} 1 or 4 threads 4 when if-env STAGING; 3 when not if-env STAGING"
        in rows
    )
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_an_include_that_is_not_read_is_told(tmp_path: Path) -> None:
    """What it might say is unknown, and the answer says so."""
    (tmp_path / "app.ini").write_text("[uwsgi]\nprocesses = 2\nini = http://example.com/x.ini\n")

    assert "Not read: what these say is unknown" in show(tmp_path)
    assert "unknown, as ini = http://example.com/x.ini (app.ini:3) may set it" in show(tmp_path, "--why", "processes")


def test_json_is_stable(chain: Path) -> None:
    """Version 1: settings with outcomes and places, and the picture."""
    document = json.loads(show(chain, "--format", "json"))
    (processes,) = (setting for setting in document["settings"] if setting["name"] == "processes")

    assert list(document) == ["version", "file", "settings", "placeholders", "unread", "picture"]
    assert document["version"] == 1
    assert (processes["known"], processes["value"]) == (False, None)
    assert {(o["value"], *o["conditions"], o["entry"]["line"]) for o in processes["outcomes"]} == {
        (4, "if-env STAGING", 7),
        (3, "not if-env STAGING", 4),
    }
    assert [(lost["file"], lost["line"]) for lost in processes["lost"]] == [("base.ini", 2)]
    assert document["picture"]["master"]["value"] is True
    assert [s["directory"] for s in document["picture"]["spoolers"]] == ["tasks"]
    alone = json.loads(show(chain, "--format", "json", "--why", "processes"))
    assert [setting["name"] for setting in alone["settings"]] == ["processes"]


HOSTILE = st.text(
    st.characters(exclude_characters="\0\n\r", exclude_categories=("Cs",))
    | st.sampled_from('"<>&;#|[]{}()`\\\x1b\u202e')
)


def hostile(text: str) -> object:
    """A picture with a text of a stranger wherever there is room for one."""
    lines = [f"{name} = {text}" for name in ("socket", "mule", "attach-daemon", "spooler", "emperor", "stats")]
    document = ini.read(Source("uwsgi.ini", "\n".join(["[uwsgi]", *lines]).encode()))
    return picture(evaluate(document)[0])


@settings(deadline=None)
@given(HOSTILE)
@example("0" * 45 + "\N{COMBINING GRAVE ACCENT}" * 200)
def test_labels_stay_labels(text: str) -> None:
    """No value leaves its label: Mermaid has its own lines only, and SVG is well-formed and runs nothing."""
    from uwsgilint.report import svg

    drawn = hostile(text)

    line = re.compile(
        r'flowchart LR|  \w+(?:\(\[|\{\{|\[/|\[)"(?:[^"<>\[\]{}|;`\\&\x00-\x1f]|#\d+;|<br/>)*"(?:\]\)|\}\}|/\]|\])'
        r'|  \w+ -\.?->(?:\|"\w*"\|)? \w+|  classDef .*|  class .*'
    )
    assert [each for each in mermaid.draw(drawn).split("\n")[:-1] if not line.fullmatch(each)] == []
    root = ET.fromstring(svg.draw(drawn, text))  # noqa: S314  (it was made here)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "defs", "marker", "path", "rect", "g", "text"}
    assert all(not key.lower().startswith("on") for element in root.iter() for key in element.attrib)
    assert all(len(element.text or "") <= LONGEST_LABEL for element in root.iter() if element.tag.endswith("text"))


def test_drawings_hold_the_picture(chain: Path) -> None:
    """Both name what listens and what runs; a long value is cut."""
    with (chain / "app.ini").open("a") as file:
        file.write(f"attach-daemon = {'x' * 500}\n")
    chart = show(chain, "--format", "mermaid")
    show(chain, "--format", "svg", "-o", "app.svg")
    root = ET.parse(chain / "app.svg").getroot()  # noqa: S314  (it was made here)
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]

    assert "  listener0 --> workers\n" in chart
    assert "  master -.-> spooler0\n" in chart
    assert "x" * LONGEST_LABEL not in chart
    assert {"3 or 4 workers \N{MULTIPLICATION SIGN} 1 or 4 threads", "spooler", "tasks", "daemon"} <= set(texts)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "[uwsgi]\nhttp = ':80'\n[workers]\nprocesses = 3\n"),
        ("a.yaml", "uwsgi:\n  http: ':80'\n  processes: 3\n"),
        ("a.json", '{"uwsgi": {"http": ":80", "processes": 3}}\n'),
        ("a.xml", "<uwsgi><http>:80</http><processes>3</processes></uwsgi>\n"),
        ("Dockerfile", 'FROM x\nENV UWSGI_HTTP=:80\nCMD ["uwsgi", "-p", "3"]\n'),
    ],
)
def test_every_syntax_is_shown(tmp_path: Path, name: str, text: str) -> None:
    """Whatever it is written in, three workers stand behind the router."""
    (tmp_path / name).write_text(text)
    run = uwsgilint("show", name, "--format", "json", cwd=tmp_path)
    document = json.loads(run.out)

    assert run.status == 0
    assert document["picture"]["workers"]["most"]["value"] == 3
    assert [router["name"] for router in document["picture"]["routers"]] == ["http"]


def test_what_cannot_be_shown(tmp_path: Path) -> None:
    """Two commands, a text that is none, a file that is missing, and nothing at all end in their own statuses."""
    (tmp_path / "start.sh").write_text("uwsgi --master\nuwsgi -p 2\n")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "empty.ini").write_text("")
    runs = {name: uwsgilint("show", name, cwd=tmp_path) for name in ("start.sh", "bad.json", "none.ini", "empty.ini")}

    assert {name: run.status for name, run in runs.items()} == {
        "start.sh": 2,
        "bad.json": 1,
        "none.ini": 4,
        "empty.ini": 3,
    }
    assert "it starts 2 servers (lines 1, 2)" in runs["start.sh"].err
    assert "error[UW002]" in runs["bad.json"].err
    assert all(run.out == "" for run in runs.values())


def test_findings_do_not_keep_it_from_being_shown(tmp_path: Path) -> None:
    """Errors go to standard error, and what the server makes of the rest is shown."""
    (tmp_path / "app.ini").write_text("[uwsgi]\nini = missing.ini\nhttp-socket = :80\n")
    run = uwsgilint("show", "app.ini", cwd=tmp_path)

    assert run.status == 0
    assert "missing.ini" in run.err
    assert ":80 → workers" in run.out


def test_colours_are_for_terminals(chain: Path) -> None:
    """A terminal gets them, unless NO_COLOR is set."""
    import os
    import pty
    import subprocess
    import sys

    outputs = []
    for extra in ({}, {"NO_COLOR": "1"}):
        leader, follower = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm", **extra}
        subprocess.run(
            [sys.executable, "-m", "uwsgilint", "show", "app.ini", "--why", "master"],
            cwd=chain, env=environment, stdout=follower, check=True, timeout=60,
        )  # fmt: skip
        os.close(follower)
        outputs.append(os.read(leader, 65536))
        os.close(leader)

    assert outputs[0].startswith(b"\x1b[1mmaster\x1b[0m: on")
    assert outputs[1].startswith(b"master: on")
