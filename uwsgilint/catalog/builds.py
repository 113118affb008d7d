"""What server binaries contain: the usual ones, measured, and those of a file of that form.

A *build* is a release with the plugins compiled into it, the plugin files that it can load, and the libraries
it was compiled with. A plugin has two names: the one of its folder in uWSGI's source (``python``), which every
build shares, and the one of its file (``python3``), which is what ``plugin = `` wants and each distribution
chooses for itself.
"""

# No `from __future__ import annotations`, and no NamedTuple: this is read whenever a file is checked.

from collections.abc import Iterable, Mapping
from typing import Any

from uwsgilint import catalog
from uwsgilint._data.builds import BUILDS
from uwsgilint.document import LARGEST_FILE

__all__ = ["Build", "build", "find", "from_file", "is_path", "names"]

_FORMAT = 1


class Build:
    """What a server binary contains.

    Attributes:
        name: How it is called on the command line and in ``[target]``.
        release: Its uWSGI release.
        embedded: Plugins compiled into it, by the names of their source folders.
        embedded_or_core: The same and ``core``, which owns what no plugin owns.
        features: Libraries and abilities compiled into it: ``ssl``, ``pcre``, ``routing`` ...; where there are
            several kinds, the kind as well (``yaml`` and ``yaml:libyaml``).
        lacks: Option names of the release that it does not know as it is: nobody brings them, or only a plugin
            file or a library that is still missing does.
        loadable: Plugin file to the plugins that loading it provides, by the names of their source folders.
        needs: Plugin file to the plugin files that have to be loaded before it; most need none.
        packages: Plugin file to the package that has it, where files come in packages.
        broken: Plugin files that cannot be loaded as they are shipped, with what the server says about them.
    """

    __slots__ = (
        "_brings",
        "_offers",
        "_optional",
        "broken",
        "embedded",
        "embedded_or_core",
        "features",
        "lacks",
        "loadable",
        "name",
        "needs",
        "packages",
        "release",
    )

    def __init__(
        self,
        name: str,
        release: str,
        embedded: Iterable[str],
        features: Iterable[str],
        lacks: Iterable[str],
        optional: Mapping[str, Mapping[str, Any]],
        loadable: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.name = name
        self.release = release
        self.embedded = frozenset(embedded)
        self.embedded_or_core = self.embedded | {"core"}
        self.features = frozenset(features)
        self.loadable: dict[str, tuple[str, ...]] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        self.packages: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self._brings: dict[str, Iterable[str]] = {}
        for file, entry in loadable.items():
            for alias in (file, *entry.get("also", ())):
                if "broken" in entry:
                    self.broken[alias] = entry["broken"]
                else:
                    self.loadable[alias] = tuple(entry.get("provides", ()))
                if entry.get("needs"):
                    self.needs[alias] = tuple(entry["needs"])
                if "package" in entry:
                    self.packages[alias] = entry["package"]
            self._brings[file] = entry.get("brings", ())
        self._optional = {option: feature for feature, entry in optional.items() for option in entry["brings"]}
        self._offers: dict[str, str] | None = None
        self.lacks = frozenset(lacks).union(self._optional, *self._brings.values())

    def __repr__(self) -> str:
        return f"Build({self.name!r}, {self.release!r})"

    @property
    def possible(self) -> frozenset[str]:
        """Its features, and those that it may have been compiled with as well."""
        return self.features.union(*(feature.split("+") for feature in self._optional.values()))

    def has(self, option_name: str) -> bool:
        """Tell whether the server knows an option of its release without loading a plugin."""
        return option_name not in self.lacks

    def offers(self, option_name: str) -> str | None:
        """Return the plugin file to load for an option, None when no file brings it."""
        if self._offers is None:
            self._offers = {}
            # Of several (Lua comes in versions) the one with the shortest name, which is the system's default.
            for file in sorted(self._brings, key=len):
                for option in self._brings[file]:
                    self._offers.setdefault(option, file)
        return self._offers.get(option_name)

    def optional_feature(self, option_name: str) -> str | None:
        """Return the feature that the server may have been compiled with and that brings an option.

        Two features that only together bring it are written ``pcre+ssl``. None for all other options, and for
        builds that are the same everywhere.
        """
        return self._optional.get(option_name)


_made: dict[str, Build] = {}


def names() -> tuple[str, ...]:
    """Return the names of the builds that were measured, sorted."""
    return tuple(BUILDS)


def build(name: str) -> Build | None:
    """Return a build that was measured; None when there is none of that name."""
    made = _made.get(name)
    if made is None and (data := BUILDS.get(name)) is not None:
        made = _made[name] = _make(name, data)
    return made


def is_path(name: str) -> bool:
    """Tell whether a build is named by its file: `./uwsgi-build.toml`."""
    return "/" in name or "\\" in name or name.endswith((".toml", ".json"))


def find(name: str, folder: str = "") -> Build:
    """Return a build by its name, or by the path of its file.

    Args:
        name: One of `names`, or a path.
        folder: Where a relative path starts; the working directory without it.

    Raises:
        ValueError: There is none, with the reason in words that can follow a colon.
    """
    found = build(name)
    if found is not None:
        return found
    if not is_path(name):
        raise ValueError(f"no build is called {name!r}; known are {', '.join(names())}")
    import os  # noqa: PLC0415  (only a build of one's own needs it)

    path = os.path.abspath(os.path.join(folder, name))  # noqa: PTH100, PTH118  (a path object says nothing more)
    if path not in _made:
        try:
            if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113  (a pipe would never end)
                raise ValueError(f"{name}: this is no file")
            with open(path, "rb") as file:  # noqa: PTH123
                text = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise ValueError(f"{name}: {(error.strerror or str(error)).lower()}") from None
        if len(text) > LARGEST_FILE:
            raise ValueError(f"{name}: more than 1 MiB is no build file")
        try:
            _made[path] = from_file(text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return _made[path]


def from_file(text: str | bytes) -> Build:
    """Read a build from what `uwsgilint probe` writes, or from a file like those in ``schemas/builds``.

    Args:
        text: The file's content: TOML, or JSON.

    Raises:
        ValueError: It is no such file.
    """
    try:
        text = text.decode() if isinstance(text, bytes) else text
        data = _parsed(text)
    except ValueError as error:
        raise ValueError(f"not a build file: {error}") from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise ValueError(f"not a build file of format {_FORMAT}")
    try:
        # What a server has besides its release's options is of no use without the facts of that release.
        if data["release"] not in catalog.RELEASES:
            raise ValueError(f"uWSGI {data['release']} is not a known release")
        if "options" in data:
            # A probe tells what the server has; what its release has besides, the catalogue tells.
            data["lacks"] = set(catalog.names(data["release"])).difference(data["options"])
        return _make(data["name"], data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"there is no `{error.args[0]}`" if isinstance(error, KeyError) else error
        raise ValueError(f"not a complete build file: {reason}") from None


def _parsed(text: str) -> Any:
    if text.lstrip().startswith("{"):
        import json  # noqa: PLC0415  (only a build of one's own needs it)

        return json.loads(text)
    import tomli  # noqa: PLC0415

    return tomli.loads(text)


def _make(name: str, data: Mapping[str, Any]) -> Build:
    features = (each for kind, value in data["features"].items() for each in _feature(kind, value))
    return Build(
        name,
        data["release"],
        data["embedded"],
        features,
        data["lacks"],
        data.get("optional", {}),
        data.get("loadable", {}),
    )


def _feature(kind: str, value: str | bool | None) -> tuple[str, ...]:
    """Names for one line of ``features``: none, the feature's, or also that of its kind."""
    return (kind, f"{kind}:{value}") if isinstance(value, str) else (kind,) if value else ()
