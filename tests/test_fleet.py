"""What only shows in several files of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uwsgilint.cli import checking
from uwsgilint.document import Source
from uwsgilint.formats import ini, notes, read
from uwsgilint.lint import fleet, registry, suppressions
from uwsgilint.lint.selection import DEFAULT, Selection

if TYPE_CHECKING:
    from pathlib import Path

SHOP = b"[uwsgi]\nmodule = app\nsocket = 127.0.0.1:3031\n"
TOML = b'[uwsgi]\nmodule = "app"\nprocesses = 4\n\n[profiles.dev.uwsgi]\nprocesses = 1\n'


def found(selection: Selection = DEFAULT, **files: bytes) -> list[tuple[str, int, str]]:
    """File, line and code of what is found between files; `vassals__shop_ini` is vassals/shop.ini."""
    named = {name.replace("__", "/").replace("_", "."): data for name, data in files.items()}
    told = fleet.check([Source(name, data) for name, data in sorted(named.items())], lambda _: selection)
    return [(f.file, f.line, f.code) for f in told]


def generated(data: bytes, profile: str | None = None, **changes: str) -> bytes:
    """What `uwsgilint build` would make of a TOML file, with some words changed."""
    text = ini.write(read(Source("shop.toml", data), "toml"), note=notes.generated_by("shop.toml", profile)).decode()
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode()


# -- fleets --------------------------------------------------------------------------------------


def test_the_second_vassal_with_an_address_is_told() -> None:
    """The place is the second file, in the order of their names, and the first one is shown with it."""
    files = [Source("vassals/a.ini", SHOP), Source("vassals/b.ini", SHOP)]
    (finding,) = fleet.check(files, lambda _: DEFAULT)
    assert (finding.file, finding.line, finding.name) == ("vassals/b.ini", 3, "shared-address-in-fleet")
    assert [(r.span.source.name, r.label) for r in finding.related] == [("vassals/a.ini", "a.ini has it")]


@pytest.mark.parametrize("other", [b"[uwsgi]\nhttp = :3031\n", b"[uwsgi]\nstats = 0.0.0.0:3031\n"])
def test_every_interface_is_this_one_too(other: bytes) -> None:
    """A port on every interface, whatever listens there, leaves none for a single one."""
    assert found(vassals__a_ini=SHOP, vassals__b_ini=other) == [("vassals/b.ini", 2, "UW940")]


def test_other_folders_are_no_fleets() -> None:
    """A configuration for development may have the address of the one for production."""
    assert found(deploy__dev_ini=SHOP, deploy__shop_ini=SHOP) == []
    assert found(vassals__a_ini=SHOP, other__b_ini=SHOP) == []


@pytest.mark.parametrize("target", [b"deploy", b"/etc/uwsgi/deploy/", b"%ddeploy", b"/srv/deploy/*.ini"])
def test_an_emperor_makes_a_fleet(target: bytes) -> None:
    """A folder with the name of the one that an emperor of the run watches is a fleet, wherever it will lie."""
    emperor = b"[uwsgi]\nemperor = " + target + b"\n"
    assert found(main_ini=emperor, deploy__a_ini=SHOP, deploy__b_ini=SHOP) == [("deploy/b.ini", 3, "UW940")]


@pytest.mark.parametrize(
    "line",
    [
        b"socket = 127.0.0.1:3032",
        b"socket = $(SOCKET)",
        b"socket = %n.sock",
        b"socket = 127.0.0.1:3031\nreuse-port = true",
        b"if-env = SHOP\nsocket = 127.0.0.1:3031\nendif =",
    ],
)
def test_what_is_not_certain_is_not_told(line: bytes) -> None:
    """Another port, a text that the file does not settle, and a block say nothing."""
    assert found(vassals__a_ini=SHOP, vassals__b_ini=b"[uwsgi]\n" + line + b"\n") == []


def test_toml_is_no_vassal() -> None:
    """An emperor does not read it; what it compiles to is the vassal."""
    toml = b'[uwsgi]\nsocket = "127.0.0.1:3031"\n'
    assert found(vassals__a_ini=SHOP, vassals__b_toml=toml) == []


def test_sockets_and_files_in_one_place() -> None:
    """Paths that two vassals write to are told as what they are."""
    text = b"[uwsgi]\nsocket = /run/a.sock\npidfile = /run/a.pid\n"
    assert found(vassals__a_ini=text, vassals__b_yaml=b"uwsgi:\n  socket: /run/a.sock\n  pidfile: /run/a.pid\n") == [
        ("vassals/b.yaml", 2, "UW941"),
        ("vassals/b.yaml", 3, "UW943"),
    ]


def test_a_vassal_that_daemonizes() -> None:
    """One vassal is enough for that, if there is an emperor."""
    daemon = b"[uwsgi]\ndaemonize = a.log\n"
    assert found(main_ini=b"[uwsgi]\nemperor = sites\n", sites__a_ini=daemon) == [("sites/a.ini", 2, "UW942")]
    assert found(main_ini=daemon, other_ini=daemon) == []


def test_comments_and_selections_count() -> None:
    """What is ignored or not selected is not told."""
    ignored = SHOP.replace(b"socket", b"# uwsgilint: ignore[UW940] one of them is off\nsocket")
    assert found(vassals__a_ini=SHOP, vassals__b_ini=ignored) == []
    assert found(Selection(ignore=("fleets",)), vassals__a_ini=SHOP, vassals__b_ini=SHOP) == []


def test_comments_about_fleets_are_never_idle() -> None:
    """Every rule that is told between files is known where comments are judged."""
    named = {"UW940", "UW941", "UW942", "UW943", "UW944"}
    for code in named:
        rule = registry.rule(code)
        assert rule is not None
        data = f"[uwsgi]\n# uwsgilint: ignore[{code}] known\nprocesses = 2\n".encode()
        assert suppressions.apply([], read(Source("a.ini", data), "ini"), DEFAULT) == []


# -- generated files -----------------------------------------------------------------------------


def test_a_stale_file_is_told() -> None:
    """At its first line; what is fresh, or is made from a file that is not there, is not."""
    stale = generated(TOML, **{"processes = 4": "processes = 2"})
    assert found(shop_toml=TOML, shop_ini=stale) == [("shop.ini", 1, "UW944")]
    assert found(shop_toml=TOML, shop_ini=generated(TOML)) == []
    assert found(blog_toml=TOML, shop_ini=stale) == []
    assert found(shop_toml=TOML, sub__shop_ini=stale) == []


def test_blanks_and_comments_do_not_count() -> None:
    """Only what the server reads makes a difference."""
    text = generated(TOML).replace(b"processes = 4", b"; four of them\nprocesses=4")
    assert found(shop_toml=TOML, shop_ini=text) == []


def test_the_profile_is_that_of_the_note() -> None:
    """A file that was built with a profile is compared with that."""
    assert found(shop_toml=TOML, shop_ini=generated(TOML, "dev")) == [("shop.ini", 1, "UW944")]
    fresh = generated(TOML, "dev", **{"processes = 4": "processes = 1"})
    assert found(shop_toml=TOML, shop_ini=fresh) == []


@pytest.mark.parametrize("broken", [b"[uwsgi\n", b'[uwsgi]\nmodule = "a\\nb"\n'])
def test_a_source_that_does_not_compile_says_nothing(broken: bytes) -> None:
    """Its own findings are what has to be told."""
    assert found(shop_toml=broken, shop_ini=generated(TOML)) == []


# -- the command ---------------------------------------------------------------------------------


def test_check_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fleets are part of every check of several files, and of none of a single one."""
    folder = tmp_path / "vassals"
    folder.mkdir()
    (folder / "a.ini").write_bytes(SHOP)
    (folder / "b.ini").write_bytes(SHOP)
    assert checking.run([str(folder)], checking.Options(config="", colour="never")) == 1
    assert "warning[UW940] the vassal a.ini has" in capsys.readouterr().out
    assert checking.run([str(folder / "b.ini")], checking.Options(config="", colour="never")) == 0
