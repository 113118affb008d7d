"""The catalogue: lookups, names of one setting, releases, and what was probably meant."""

from __future__ import annotations

import subprocess
import sys

import pytest

from uwsgilint import catalog
from uwsgilint.catalog.nearest import distance
from uwsgilint.values import KINDS

# What people call variables of their own in public configurations.
VARIABLES = (
    "base_dir", "project", "venv_name", "id", "app_name", "homedir", "base", "domain", "www",
    "project_root", "name", "xml_storage", "RuntimeDirectory", "instance_dir", "project_name", "py_version",
    "workarea_root", "venvs_dir", "DEBUG", "SERVER_TYPE", "projectpath", "log-buffering", "appname",
    "docroot", "log_dir", "site", "root", "port", "path", "username", "service", "instance", "extension",
    "x", "-", "--",
)  # fmt: skip


def test_an_option() -> None:
    """An option is found by its exact name, with everything that the tables say about it."""
    assert catalog.option("processes") == catalog.Option(
        name="processes",
        setting="processes",
        kind="int",
        argument="required",
        short="p",
        plugin="core",
        since="2.0",
        until=None,
        flags=(),
        repeatable=False,
        needs=(),
    )
    assert catalog.option("Processes") is None
    assert catalog.option("") is None
    assert catalog.option("http") is catalog.option("http")


def test_all_options_are_complete() -> None:
    """Every name has a kind that exists, a release that exists, and a setting that is a name of its own."""
    assert len(catalog.names()) == 1261
    for name in catalog.names():
        option = catalog.option(name)
        assert option is not None
        assert option.name == name
        assert option.repeatable is KINDS[option.kind].repeatable
        assert option.since in catalog.RELEASES
        assert option.until is None
        assert option.plugin == "core" or option.plugin in catalog.plugins()
        setting = catalog.option(option.setting)
        assert setting is not None
        assert setting.setting == setting.name


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("processes", ("workers",)),
        ("workers", ("processes",)),
        ("plugin", ("plugins",)),
        ("need-plugin", ("need-plugins",)),
        ("wsgi", ("module",)),
        ("file", ("wsgi-file",)),
        ("venv", ("home", "virtualenv", "pyhome")),
        ("httprouter", ("http",)),
        ("http-workers", ("http-processes",)),
        ("alarm-log", ("log-alarm",)),
        ("endif", ("end-if",)),
        ("legion-cron", ("cron-legion",)),
        ("attach-daemon", ()),
        ("smart-attach-daemon", ()),
        ("route", ()),
        ("final-route", ()),
        ("include", ()),
        ("inherit", ()),
        ("declare-option2", ()),
        ("set-ph", ("set-placeholder",)),
        ("set", ()),
        ("socket", ()),
        ("uwsgi-socket", ()),
        ("undeferred-shared-socket", ()),
        ("legion-lord", ()),
        ("sni-regexp", ()),
        ("pyshell-oneshot", ()),
        ("ini-paste-logged", ()),
        ("not-log-alarm", ("not-alarm-log",)),
        ("mime-file", ("mimefile",)),
        ("no-such-option", ()),
    ],
)
def test_names_of_one_setting(name: str, others: tuple[str, ...]) -> None:
    """Names are grouped by what they do, the one declared first in front."""
    assert catalog.aliases(name) == others
    assert catalog.setting_of(name) == min([name, *others], key=lambda each: catalog.setting_of(name) != each)


def test_aliases_agree_with_settings() -> None:
    """All names of a setting say the same setting, and name each other."""
    for name in catalog.names():
        for other in catalog.aliases(name):
            assert catalog.setting_of(other) == catalog.setting_of(name)
            assert name in catalog.aliases(other)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("stats", ("master",)),
        ("log-maxsize", ("master", "log-master")),
        ("req-logger", ("master", "log-master")),
        ("threads", ("enable-threads",)),
        ("vhost-host", ("vhost",)),
        ("command-mode", ()),
        ("processes", ()),
        ("cheaper", ("master",)),
    ],
)
def test_settings_that_a_name_turns_on(name: str, settings: tuple[str, ...]) -> None:
    """Flags of an option turn on settings; flags that no setting stands for do not count."""
    option = catalog.option(name)
    assert option is not None
    assert catalog.implies(option) == settings


def test_owners() -> None:
    """An option of rack is ruby19's, too; all others have one owner; nobody owns what does not exist."""
    assert catalog.owners("rails") == ("rack", "ruby19")
    assert catalog.owners("master") == ("core",)
    assert catalog.owners("http") == ("http",)
    assert catalog.owners("no-such-option") == ()


def test_releases() -> None:
    """Names come with the release that first had them; releases sort by number, not by letter."""
    assert catalog.LATEST == catalog.RELEASES[-1] == "2.0.31"
    assert list(catalog.RELEASES) == sorted(catalog.RELEASES, key=catalog.release_key)
    assert not catalog.exists_in("max-requests-delta", "2.0.28")
    assert catalog.exists_in("max-requests-delta", "2.0.29")
    assert catalog.exists_in("max-requests-delta", "2.0.99")
    assert not catalog.exists_in("no-such-option", "2.0.31")
    assert len(catalog.names("2.0")) == 1151
    assert "http11-socket" not in catalog.names("2.0.15")


@pytest.mark.parametrize(
    ("text", "key"),
    [("2.0", (2, 0)), ("2.0.25.1", (2, 0, 25, 1)), ("2.0.30.post1", (2, 0, 30)), ("2.1-dev", (2, 1)), ("3", (3,))],
)
def test_release_keys(text: str, key: tuple[int, ...]) -> None:
    """The numbers of a release count, what follows them does not."""
    assert catalog.release_key(text) == key


@pytest.mark.parametrize("text", ["", "latest", ".5", "v2.0"])
def test_texts_that_are_no_release(text: str) -> None:
    """A text that does not begin with a number is refused."""
    with pytest.raises(ValueError, match="is not a release"):
        catalog.release_key(text)


def test_changes() -> None:
    """What a release changed about an option is told in the catalogue's words."""
    assert catalog.changes("need-app") == (catalog.Change("2.0.28", "argument", "none", "optional"),)
    assert catalog.changes("listen") == (catalog.Change("2.0.18", "flags", (), ("immediate",)),)
    assert catalog.changes("processes") == ()


def test_plugins() -> None:
    """Routers require the corerouter; most plugins require nothing."""
    assert catalog.plugin_requires("http") == ("corerouter",)
    assert catalog.plugin_requires("python") == ()
    assert catalog.plugin_requires("no-such-plugin") == ()
    assert "router_static" in catalog.plugins()


# -- what was meant ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # found in public repositories
        ("buffer", "buffer-size"),
        ("cdir", "chdir"),
        ("exec-pre", "exec-pre-app"),
        ("git", "gid"),
        ("no-orphan", "no-orphans"),
        ("pid", "pidfile"),
        ("process", "processes"),
        ("proesses", "processes"),
        ("strict-mode", "strict"),
        ("thread", "threads"),
        ("user", "uid"),
        ("vaccum", "vacuum"),
        ("worker", "workers"),
        # other spellings
        ("wsgi_file", "wsgi-file"),
        ("master_fifo", "master-fifo"),
        ("HTTP-Socket", "http-socket"),
        ("--master", "master"),
        ("buffersize", "buffer-size"),
        ("hara_kiri", "harakiri"),
        # slips
        ("mastre", "master"),
        ("aster", "master"),
        ("touch-relaod", "touch-reload"),
        ("max-request", "max-requests"),
        ("single-interpetter", "single-interpreter"),
        ("cheaper-algorithm", "cheaper-algo"),
        ("enable-master", "master"),
        # other servers
        ("group", "gid"),
        ("bind", "http-socket"),
        ("timeout", "harakiri"),
    ],
)
def test_suggestions(written: str, meant: str) -> None:
    """Mistakes that people make lead to what they meant."""
    assert catalog.suggest(written) == [meant]


@pytest.mark.parametrize("written", VARIABLES)
def test_names_that_resemble_nothing(written: str) -> None:
    """Variables of people's own, as found in public repositories, are not taken for mistakes."""
    assert catalog.suggest(written) == []


def test_suggestions_among_other_names() -> None:
    """Any names can be searched; synonyms count where the setting is among them; ties are in order."""
    assert catalog.suggest("procces", ["process", "profile"]) == ["process"]
    assert catalog.suggest("user", ["gid", "chdir"]) == []
    assert catalog.suggest("debian-13", ["debian-12", "pypi"]) == ["debian-12"]
    assert catalog.suggest("ca", iter(["cat", "car"])) == []
    assert catalog.suggest("cas", ["cat", "car"], limit=5) == ["car", "cat"]
    assert catalog.suggest("anything", []) == []


def test_several_suggestions() -> None:
    """More than one candidate is returned when asked for, best first, each once."""
    assert catalog.suggest("exec-pre", limit=3) == ["exec-pre-app", "exec-pre-jail"]
    assert catalog.suggest("http-sokcet", limit=2) == ["http-socket", "https-socket"]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("a", "a", 0),
        ("ab", "ba", 1),
        ("abc", "ac", 1),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ],
)
def test_distance(one: str, other: str, slips: int) -> None:
    """Slips are counted up to the limit, the same in both directions."""
    assert distance(one, other, 5) == distance(other, one, 5) == slips
    assert distance(one, other, 1) == min(slips, 2)


def test_the_catalogue_is_light() -> None:
    """Importing the catalogue pulls in nothing heavy, and what only mistakes need stays out."""
    code = "import sys, typing; before = set(sys.modules); import uwsgilint.catalog; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {
        "__future__",
        "uwsgilint",
        "uwsgilint._data",
        "uwsgilint._data.options",
        "uwsgilint.catalog",
    }
