"""`uwsgilint probe`: what a real server contains, as a build that everything else takes."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from tests.cli import uwsgilint
from uwsgilint import load
from uwsgilint.catalog import builds
from uwsgilint.cli.probe import dump
from uwsgilint.server import Server

if TYPE_CHECKING:
    from pathlib import Path

BUILD = (
    'format = 1\nname = "ours"\nrelease = "2.0.21"\nembedded = ["python"]\nlacks = ["lua", "max-requests-delta"]\n'
    '[features]\nyaml = "libyaml"\njson = "yajl"\n[loadable.lua]\nbrings = ["lua"]\nprovides = ["lua"]\n'
)


def codes(*arguments: str, cwd: Path) -> list[str]:
    """The codes of the findings of a check."""
    out = uwsgilint("check", *arguments, "--format", "json", cwd=cwd).out
    return [finding["code"] for finding in json.loads(out)["findings"]]


# -- a build file -------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a build file, and a configuration that its server does not understand."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "uwsgi-build.toml").write_text(BUILD)
    (tmp_path / "deploy" / "uwsgi.ini").write_text(
        "[uwsgi]\nmaster = true\nmax-requests = 500\nmax-requests-delta = 5\n"
    )
    return tmp_path


def test_a_build_file_is_taken_wherever_a_build_is_named(project: Path) -> None:
    """On the command line, in the settings and in [target], each path relative to where it stands."""
    assert codes("deploy", cwd=project) == []
    assert codes("deploy", "--build", "uwsgi-build.toml", cwd=project) == ["UW105"]
    assert codes("uwsgi.ini", "--build", "../uwsgi-build.toml", cwd=project / "deploy") == ["UW105"]
    (project / "uwsgilint.toml").write_text('build = "./uwsgi-build.toml"\n')
    assert codes("deploy", cwd=project) == ["UW105"]
    assert codes("uwsgi.ini", cwd=project / "deploy") == ["UW105"]
    (project / "uwsgilint.toml").unlink()
    authored = (
        "[uwsgi]\nmaster = true\nmax-requests = 500\nmax-requests-delta = 5\n[target]\nbuild = '../uwsgi-build.toml'\n"
    )
    (project / "deploy" / "app.toml").write_text(authored)
    assert codes("deploy/app.toml", cwd=project) == ["UW105"]
    assert uwsgilint("build", "deploy/app.toml", cwd=project).status == 1


def test_load_reads_as_the_libraries_of_a_build_file_do(project: Path) -> None:
    """A list in YAML is one for libyaml alone."""
    (project / "app.yaml").write_text("uwsgi:\n  env: ['A=1', 'B=2']\n")
    (project / "app.ini").write_text("[uwsgi]\nyaml = app.yaml\n")
    loaded = load(project / "app.ini", cwd=project, build=str(project / "uwsgi-build.toml"))

    assert [entry.text for entry in loaded.settings.entries] == ["app.yaml", "A=1", "B=2"]
    with pytest.raises(ValueError, match="no build is called 'nothing'"):
        load(project / "app.ini", build="nothing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no such file or directory"),
        ("", "not a build file of format 1"),
        ("[", "not a build file: "),
        ("\xff", "not a build file: "),
        (BUILD.replace("format = 1", "format = 2"), "not a build file of format 1"),
        (BUILD.replace("2.0.21", "3.0"), "uWSGI 3.0 is not a known release"),
        (BUILD.replace('embedded = ["python"]\n', ""), "there is no `embedded`"),
        (BUILD.replace('[features]\nyaml = "libyaml"\njson = "yajl"\n', "features = 1\n"), "not a complete build file"),
    ],
)
def test_what_is_no_build_file_is_told_with_the_reason(tmp_path: Path, text: str | None, said: str) -> None:
    """At its place in [target], and as an error of the command line and of the settings."""
    if text is not None:
        (tmp_path / "b.toml").write_text(text, "latin-1")
    (tmp_path / "a.toml").write_text("[uwsgi]\nmaster = true\n[target]\nbuild = './b.toml'\n")

    out = uwsgilint("check", "a.toml", "--format", "concise", cwd=tmp_path).out
    assert out.startswith("a.toml:4:9: error UW110 unknown-build: `./b.toml` is not a build that uwsgilint knows: ")
    assert said in out
    given = uwsgilint("check", "a.toml", "--build", "b.toml", cwd=tmp_path)
    assert given.status == 2
    assert "Invalid value for --build" in given.err


def test_a_pipe_is_no_build_file(tmp_path: Path) -> None:
    """It would never end."""
    with pytest.raises(ValueError, match="this is no file"):
        builds.find("./", str(tmp_path))


# -- the command --------------------------------------------------------------------------------------


def test_what_is_no_server_says_so(tmp_path: Path) -> None:
    """A program that is none, one that is not there, and a server of a release that nobody knows."""
    for text, said in (
        ("echo hello", "is not a uWSGI server"),
        ("echo 2.9.1", "is uWSGI 2.9.1; uwsgilint knows 2.0 to"),
    ):
        program = tmp_path / "uwsgi"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        done = uwsgilint("probe", str(program), cwd=tmp_path)
        assert (done.status, done.out) == (2, "")
        assert said in done.err
    missing = uwsgilint("probe", "./nothing", cwd=tmp_path)
    assert (missing.status, missing.err) == (2, "uwsgilint: ./nothing is not an executable file\n")


def test_what_is_written_reads_back() -> None:
    """Whatever a server says about its plugin files: quotes, control characters, bytes that are no text."""
    reason = 'x.so: "broken"\\ \x1b[1m\udcff'
    loadable = {"a b": {"broken": reason}, "lua": {"brings": ["lua"], "needs": [], "provides": ["lua"]}}
    measured = {
        "format": 1,
        "name": "n",
        "release": "2.0.31",
        "embedded": [f"plugin{n}" for n in range(40)],
        "features": {"json": None, "ssl": False, "yaml": "builtin"},
        "loadable": loadable,
        "lacks": [],
    }
    text = dump(measured, Server("/opt/u\nwsgi"))
    read = builds.from_file(text.encode())

    assert tomli.loads(text)["embedded"] == measured["embedded"]
    assert all(len(line) <= 120 for line in text.splitlines())
    assert read.features == {"yaml", "yaml:builtin"}
    assert read.loadable == {"lua": ("lua",)}
    assert read.broken["a b"].startswith('x.so: "broken"\\ ')


TEXT = st.text(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0xFFFF), min_size=1, max_size=50)


@given(names=st.lists(TEXT, max_size=8), name=TEXT, files=st.lists(TEXT, max_size=3, unique=True))
def test_any_name_comes_back(names: list[str], name: str, files: list[str]) -> None:
    """Whatever plugins, options and builds are called."""
    measured = {
        "format": 1,
        "name": name,
        "release": "2.0.31",
        "embedded": names,
        "features": {},
        "loadable": {file: {"provides": names, "needs": [], "brings": names} for file in files},
        "lacks": names,
    }
    read = builds.from_file(dump(measured, Server("uwsgi")))

    assert (read.name, read.embedded, read.lacks) == (name, set(names), set(names))
    assert read.loadable == {file: tuple(names) for file in files}


@pytest.mark.server
def test_the_server_of_the_tests(server: Server, tmp_path: Path) -> None:
    """The wheel is probed as the measured build of that name, and the same again."""
    done = uwsgilint("probe", server.path, "-o", "b.toml", "--name", "mine", cwd=tmp_path)
    assert done.status == 0, done.err
    assert "uWSGI 2.0.30: " in done.err
    probed, wheel = builds.find("./b.toml", str(tmp_path)), builds.build("pyuwsgi")

    assert wheel is not None
    assert probed.name == "mine"
    for attribute in ("release", "embedded", "features", "lacks"):
        assert getattr(probed, attribute) == getattr(wheel, attribute), attribute
    again = uwsgilint("probe", server.path, "--name", "mine", cwd=tmp_path)
    assert again.out == (tmp_path / "b.toml").read_text()
