"""What servers contain: the committed builds, the module made from them, and the server that they describe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tools import builds as tool
from uwsgilint import catalog
from uwsgilint.catalog import builds

if TYPE_CHECKING:
    from uwsgilint.catalog.builds import Build
    from uwsgilint.server import Server


def get(name: str) -> Build:
    """Return a build that is there."""
    found = builds.build(name)
    assert found is not None
    return found


# -- the data ---------------------------------------------------------------------------------------


def test_names() -> None:
    """The usual servers are known, the one that pip makes in the newest release."""
    assert builds.names() == ("debian-12", "pypi", "pyuwsgi")
    assert get("pypi").release == catalog.LATEST
    assert builds.build("debian-11") is None


@pytest.mark.parametrize("name", builds.names())
def test_releases_and_plugins_are_known(name: str) -> None:
    """A build has a release that the catalogue knows, and embeds plugins that uWSGI's source has."""
    build = get(name)
    assert build.release in catalog.RELEASES
    assert build.embedded <= set(catalog.plugins())
    assert build.embedded_or_core == build.embedded | {"core"}


@pytest.mark.parametrize("name", builds.names())
def test_no_plugin_without_what_it_requires(name: str) -> None:
    """Wherever the HTTP router is, embedded or in a file, the core router that it requires is there too."""
    build = get(name)
    for provided in (build.embedded, *build.loadable.values()):
        for plugin in provided:
            assert set(catalog.plugin_requires(plugin)) <= set(provided), plugin


def test_gevent_lives_in_python_builds() -> None:
    """Servers that embed Python embed gevent with it; where both are files, gevent's needs Python's."""
    for name in ("pypi", "pyuwsgi"):
        assert {"python", "gevent"} <= get(name).embedded
    assert get("debian-12").needs["gevent_python3"] == ("python3",)


@pytest.mark.parametrize("name", builds.names())
def test_what_a_build_lacks_is_explained(name: str) -> None:
    """An option that a build lacks belongs to a plugin that it does not embed, or needs more than the source."""
    build = get(name)
    for missing in build.lacks - {"apparmor-profile", "emperor-apparmor"}:
        option = catalog.option(missing)
        assert option is not None, missing
        assert catalog.exists_in(missing, build.release), missing
        elsewhere = build.embedded_or_core.isdisjoint(catalog.owners(missing))
        assert elsewhere or option.needs, missing


@pytest.mark.parametrize("name", builds.names())
def test_what_a_build_has_is_possible(name: str) -> None:
    """An option that a build has belongs to the core or to a plugin that it embeds."""
    build = get(name)
    for present in set(catalog.names(build.release)) - build.lacks:
        assert build.has(present)
        assert not build.embedded_or_core.isdisjoint(catalog.owners(present)), present


def test_features() -> None:
    """What was compiled in is told apart, with its kind where there are several."""
    assert "ssl" in get("debian-12").features
    assert "ssl" not in get("pyuwsgi").features
    assert {"yaml", "yaml:libyaml", "json:yajl"} <= get("debian-12").features
    assert "yaml:builtin" in get("pypi").features


@pytest.mark.parametrize(
    ("option", "feature"),
    [
        ("https", "ssl"),
        ("legion", "ssl"),
        ("route", "pcre"),
        ("cap", "capabilities"),
        ("xml", "xml"),
        ("json", "json"),
        ("http-auto-gzip", "zlib"),
        ("sni-regexp", "pcre+ssl"),
        ("processes", None),
        ("psgi", None),
    ],
)
def test_optional_features_of_pip_builds(option: str, feature: str | None) -> None:
    """What pip compiles depends on the libraries it finds; the build says which options each brings."""
    build = get("pypi")
    assert build.optional_feature(option) == feature
    assert build.has(option) is (option == "processes")


def test_debian_plugins() -> None:
    """Debian's server has no plugin inside; its files have their own names, packages and order of loading."""
    build = get("debian-12")
    assert build.embedded == frozenset()
    assert build.loadable["python3"] == build.loadable["python311"] == ("python",)
    assert build.loadable["http"] == ("corerouter", "http")
    assert build.packages["python3"] == "uwsgi-plugin-python3"
    assert build.packages["http"] == "uwsgi-core"
    assert not build.has("wsgi-file")
    assert build.offers("wsgi-file") == "python3"
    assert build.offers("http") == "http"
    assert build.offers("lua") == "lua"
    assert build.offers("gevent") == "gevent_python3"
    assert build.offers("processes") is None
    assert build.offers("zmq") is None
    assert "luajit" in build.broken


def test_python_file_brings_all_of_python() -> None:
    """Loading Debian's python3 gives every option of the Python plugin that needs nothing else."""
    build = get("debian-12")
    for name in catalog.names(build.release):
        option = catalog.option(name)
        if option is not None and catalog.owners(name) == ("python",) and not option.needs:
            assert build.offers(name) == "python3", name


# -- files ------------------------------------------------------------------------------------------


def test_module_is_fresh() -> None:
    """The generated module says what the files say."""
    loaded = {name: tool.load(name) for name in tool.NAMES}
    assert tool.MODULE.read_text("utf-8") == tool.module(loaded)


@pytest.mark.parametrize("name", tool.NAMES)
def test_files_are_as_the_tool_writes_them(name: str) -> None:
    """Nobody edited a build by hand."""
    assert (tool.FOLDER / f"{name}.json").read_text("utf-8") == tool.render(tool.load(name))


@pytest.mark.parametrize("name", tool.NAMES)
def test_from_file(name: str) -> None:
    """A build read from its file is the build of that name."""
    read = builds.from_file((tool.FOLDER / f"{name}.json").read_bytes())
    build = get(name)
    for attribute in ("name", "release", "embedded", "features", "lacks", "loadable", "needs", "packages", "broken"):
        assert getattr(read, attribute) == getattr(build, attribute), attribute
    assert read.optional_feature("https") == build.optional_feature("https")
    assert read.offers("psgi") == build.offers("psgi")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 2}', '{"format": 1}', '{"format": 1, "name": "x", "release": "x", "options": []}'],
)
def test_from_file_refuses(text: str) -> None:
    """Anything but a build file is refused with a sentence, never with a crash."""
    with pytest.raises(ValueError, match="build file"):
        builds.from_file(text)


def test_second_names_of_plugin_files() -> None:
    """The names under which Debian's scripts offer plugin files are read from them, versions filled in."""
    text = (
        "DEFAULTFLAVOR_DOTLESS=snake4\nupdate-alternatives --quiet \\\n  --install \\\n"
        "  /usr/lib/uwsgi/plugins/snake_plugin.so \\\n  uwsgi-plugin-snake \\\n"
        "  /usr/lib/uwsgi/plugins/${flavor_dotless}_plugin.so \\\n  75\n"
        "update-alternatives --install /usr/bin/uwsgi uwsgi /usr/bin/uwsgi_snake4 35\n"
    )
    assert tool.read_alternatives(text) == {"snake": "snake4"}


# -- the real server --------------------------------------------------------------------------------


@pytest.mark.server
def test_the_wheel_is_as_committed(server: Server) -> None:
    """The server of the tests contains what the file about it says."""
    assert tool.compact("pyuwsgi", server.probe()) == tool.load("pyuwsgi")


@pytest.mark.server
def test_a_probe_is_a_build(server: Server) -> None:
    """What a probe finds can be used as a build, and lacks what the measured build lacks."""
    read = builds.from_file(json.dumps(server.probe()))
    assert read.name == "probed-2.0.30"
    assert read.lacks == get("pyuwsgi").lacks
    assert read.embedded == get("pyuwsgi").embedded
