"""The program that builds servers names them, finds them, and says kindly what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import servers
from uwsgilint.server import Server


def stand_in(folder: Path, name: str) -> None:
    """Put a program where a server would lie."""
    path = folder / name
    path.write_text("#!/bin/sh\necho 2.0.31\n")
    path.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of servers."""
    monkeypatch.setenv("UWSGILINT_SERVERS", str(tmp_path))
    return tmp_path


def test_finds_servers_by_name_the_newest_last(folder: Path) -> None:
    """Releases are compared as numbers, and what cannot be run is no server."""
    for name in ("uwsgi-2.0.31-full", "uwsgi-2.0.9-full", "uwsgi-mine", "notes"):
        stand_in(folder, name)
    (folder / "uwsgi-2.0.28-full").write_text("an interrupted copy")

    assert [Path(server.path).name for server in servers.made()] == [
        "uwsgi-mine",
        "uwsgi-2.0.9-full",
        "uwsgi-2.0.31-full",
    ]
    assert [Path(server.path).name for server in servers.made("2.0.9-*")] == ["uwsgi-2.0.9-full"]


def test_leaves_alone_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run builds nothing."""
    stand_in(folder, "uwsgi-2.0.31-plain")

    assert servers.main(["uwsgi-2.0.31-plain"]) == 0
    assert capsys.readouterr().out == "uwsgi-2.0.31-plain: there already\n"


@pytest.mark.parametrize("name", ["uwsgi-2.0.99-full", "uwsgi-2.0.31-everything", "full"])
def test_knows_its_releases_and_variants(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is answered with what names look like."""
    with pytest.raises(SystemExit):
        servers.main([name])

    assert "uwsgi-RELEASE-VARIANT; the variants are full, yajl, plain, loops, users" in capsys.readouterr().err


def test_a_missing_library_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library is named with the package that has it, and the build goes on without."""
    monkeypatch.setattr(servers, "lacking", lambda name: name == "yajl")
    monkeypatch.setattr(servers.facts, "fetch_sdist", lambda _: Path("unread"))
    monkeypatch.setattr(servers, "build", lambda *_: "built")

    assert servers.main(["uwsgi-2.0.31-yajl"]) == 0
    assert capsys.readouterr().out == (
        "yajl: not found, the servers are built without it (Debian: libyajl-dev)\nuwsgi-2.0.31-yajl: built\n"
    )


def test_a_release_gets_a_python_that_it_compiles_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """The running Python where possible, otherwise the newest suitable one; without one, the reason."""
    monkeypatch.setattr(servers, "version_of", lambda _: ((3, 13), "running", "/lib"))
    others = (((3, 8), "old", "/lib8"), ((3, 9), "right", "/lib9"), ((3, 10), "new", "/lib10"))
    monkeypatch.setattr(servers, "pythons", lambda: others)

    assert servers.python_for("2.0.31") == ("running", "/lib")
    assert servers.python_for("2.0.18") == ("right", "/lib9")
    monkeypatch.setattr(servers, "pythons", tuple)
    with pytest.raises(servers.Missing, match=r"Python 3\.9 or older"):
        servers.python_for("2.0.17")


@pytest.mark.server
def test_what_was_built_is_what_its_name_says() -> None:
    """Every server of ours that is there has its release and its libraries."""
    expected = {
        "full": {"yaml": "libyaml", "json": "jansson", "xml": "libxml2"},
        "yajl": {"yaml": "builtin", "json": "yajl", "xml": "expat"},
        "plain": {"yaml": "builtin", "json": None, "xml": None, "pcre": None, "ssl": False},
    }
    for variant, features in expected.items():
        if any(map(servers.lacking, servers.VARIANTS[variant])):
            continue
        for server in servers.made(f"[0-9]*-{variant}"):
            assert Path(server.path).name == f"uwsgi-{server.release}-{variant}"
            probed = Server(server.path).probe()["features"]
            assert {key: probed[key] for key in features} == features
