"""Build real servers to hold our answers against.

    python -m tools.servers             the last release, one server for each set of libraries
    python -m tools.servers --releases  older releases too, with all libraries
    python -m tools.servers NAME ...    these, such as uwsgi-2.0.26-yajl

Source releases come through pip, as in `tools.facts`, and are compiled without optimisation, a few seconds
each; what is there already stays. The servers lie in `.servers`, or where the environment variable
UWSGILINT_SERVERS says, as `uwsgi-RELEASE-VARIANT`; the tests ask those that they find there (`made`).

A variant is a set of libraries. All of them have the plugins of an ordinary installation and Python:

full   libyaml, jansson, libxml2, pcre2, OpenSSL
yajl   the server's own YAML parser, yajl, expat, pcre2, OpenSSL
plain  the server's own YAML parser and nothing else: no JSON, no XML, no regular expressions, no TLS
loops  as plain, with the tornado and asyncio loops and with greenlets
users  as full, with libcap, and with a Python that every user may read: root can start it as anybody

A library whose headers are missing is left out, with a word about it; releases before 2.0.22 know no pcre2.
Python is the one that runs this program, if the release compiles with it (`_NEWEST_PYTHON`), and otherwise the newest
that it does compile with among those on PATH and beside the running one, where pyenv and its like keep them.
Where there is none, the server is left out. Nothing is patched.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools import facts
from uwsgilint.server import Server, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RELEASES", "VARIANTS", "folder", "made"]

PROJECT = Path(__file__).parents[1]
LATEST = "2.0.31"
RELEASES = ("2.0.18", "2.0.21", "2.0.25.1", "2.0.28")


class Library(NamedTuple):
    """A library that a server can be built with.

    Attributes:
        option: The option of uWSGI's build that takes it, with the value that asks for it; "" for one that
            is taken wherever its header is found.
        header: A header that must be found.
        module: What pkg-config calls it.
        package: Debian's package of its headers.
    """

    option: str
    header: str
    module: str
    package: str


LIBRARIES = {
    "libyaml": Library("yaml=libyaml", "yaml.h", "yaml-0.1", "libyaml-dev"),
    "jansson": Library("json=jansson", "jansson.h", "jansson", "libjansson-dev"),
    "yajl": Library("json=yajl", "yajl/yajl_tree.h", "yajl", "libyajl-dev"),
    "libxml2": Library("xml=libxml2", "libxml/parser.h", "libxml-2.0", "libxml2-dev"),
    "expat": Library("xml=expat", "expat.h", "expat", "libexpat1-dev"),
    # The header proper wants to be told a width before it can be included. `true` makes a release that knows
    # only the first PCRE give up.
    "pcre2": Library("pcre=auto", "pcre2posix.h", "libpcre2-8", "libpcre2-dev"),
    "libcap": Library("", "sys/capability.h", "libcap", "libcap-dev"),
    "openssl": Library("ssl=true", "openssl/ssl.h", "openssl", "libssl-dev"),
}
VARIANTS = {
    "full": ("libyaml", "jansson", "libxml2", "pcre2", "openssl"),
    "yajl": ("yajl", "expat", "pcre2", "openssl"),
    "plain": (),
    "loops": (),
    "users": ("libyaml", "jansson", "libxml2", "pcre2", "openssl", "libcap"),
}
# Plugins that a variant has besides.
_PLUGINS = {"loops": ("tornado", "asyncio", "greenlet")}
# Variants whose Python must not lie where only one user may look.
_FOR_ALL = frozenset({"users"})
_WITHOUT = {"yaml": "true", "json": "false", "xml": "false", "pcre": "false", "ssl": "false"}
# The newest Python that the releases up to one compile with, measured with those from 3.7 to 3.13. What stops them:
# 3.10 has no PyParser_SimpleParseString and PyNode_Compile any more (plugins/python/pyloader.c),
# 3.11 hides the frame of a PyThreadState (plugins/python/python_plugin.c),
# 3.12 has no distutils (uwsgiconfig.py),
# 3.13 has no _PyCFrame (plugins/python/uwsgi_python.h).
_NEWEST_PYTHON = {(2, 0, 19, 1): (3, 9), (2, 0, 20): (3, 10), (2, 0, 22): (3, 11), (2, 0, 26): (3, 12)}


class Missing(Exception):  # noqa: N818  (nothing went wrong: this machine has not what it takes)
    """A server cannot be built here."""


class Wanted(NamedTuple):
    """A server to build."""

    release: str
    variant: str

    def __str__(self) -> str:
        return f"uwsgi-{self.release}-{self.variant}"


# -- what is there ----------------------------------------------------------------------------------


def folder() -> Path:
    """Return the folder of the servers."""
    return Path(os.environ.get("UWSGILINT_SERVERS") or PROJECT / ".servers").absolute()


def made(pattern: str = "*") -> list[Server]:
    """Return the servers that are there, the newest release last.

    Args:
        pattern: What stands behind `uwsgi-` in their names, as a glob pattern.
    """
    found = [path for path in folder().glob(f"uwsgi-{pattern}") if os.access(path, os.X_OK)]
    return [Server(str(path)) for path in sorted(found, key=lambda path: (_numbers(path.name), path.name))]


def _numbers(text: str) -> tuple[int, ...]:
    version = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, version[0].split("."))) if version else ()


# -- building ---------------------------------------------------------------------------------------


def build(wanted: Wanted, archive: Path, cores: int) -> str:
    """Compile a server and put it into the folder.

    Args:
        wanted: Which one.
        archive: The source of its release.
        cores: Compilers to run at a time.

    Returns:
        What is worth knowing about it.

    Raises:
        Missing: This machine has not what it takes.
        ServerError: It does not compile, or what was compiled does not answer.
    """
    python, library_folder = python_for(wanted.release, for_all=wanted.variant in _FOR_ALL)
    chosen = [name for name in VARIANTS[wanted.variant] if not lacking(name)]
    profile = {**_WITHOUT, **dict(option.split("=") for name in chosen if (option := LIBRARIES[name].option))}
    plugins = _PLUGINS.get(wanted.variant, ())
    headers = f" -I{headers_of_greenlet(python)}" if "greenlet" in plugins else ""
    target = folder() / str(wanted)
    # Beside its later place: a finished server appears there at once, an interrupted one never.
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".building-") as scratch:
        with tarfile.open(archive) as source:
            source.extractall(scratch, filter="data")
        # Two releases lie in the archive without a folder of their own.
        tree = next(Path(scratch).rglob("uwsgiconfig.py")).parent
        binary = Path(scratch, "server")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("UWSGI", "PYTHON"))},
            "CFLAGS": f"-O0 -w{headers}",
            "LDFLAGS": f"-Wl,-rpath,{library_folder}",
            "CPUCOUNT": str(cores),
            "UWSGI_PROFILE_OVERRIDE": ";".join(f"{key}={value}" for key, value in profile.items()),
            "UWSGI_BIN_NAME": str(binary),
        }
        if plugins:
            environment["UWSGI_EMBED_PLUGINS"] = ",".join(plugins)
        command = [python, "uwsgiconfig.py", "--build", "default"]
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        if done.returncode or not binary.exists():
            errors = re.findall(r"^.*(?:\berror\b|undefined reference).*$", output, re.MULTILINE)
            raise ServerError("\n".join(errors[:5]) or output[-2000:])
        if (release := Server(str(binary)).release) != wanted.release:
            raise ServerError(f"what was compiled says that it is {release}")
        binary.replace(target)
    has = Server(str(target)).probe()["features"]
    names = [str(has[key]) for key in ("yaml", "json", "xml", "pcre") if has[key]] + ["openssl"] * has["ssl"]
    names += plugins
    return f"{', '.join(names)}; Python {'.'.join(map(str, version_of(python)[0]))}"


@cache
def lacking(name: str) -> bool:
    """Whether the headers or the library file of a library are not there."""
    library = LIBRARIES[name]
    flags = []
    if shutil.which("pkg-config"):
        asked = ["pkg-config", "--cflags", "--libs", library.module]
        flags = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    if not flags:
        # The build itself asks pkg-config, or looks at the same places.
        flags = [f"-l{name.removeprefix('lib')}"] if name not in {"openssl", "pcre2"} else []
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "try.c")
        source.write_text(f"#include <stddef.h>\n#include <{library.header}>\nint main(void) {{ return 0; }}\n")
        command = ["cc", str(source), "-o", str(source.with_suffix("")), *flags]
        return subprocess.run(command, capture_output=True, check=False).returncode != 0


def python_for(release: str, *, for_all: bool = False) -> tuple[str, str]:
    """Find a Python that a release can be compiled with.

    Args:
        release: The release.
        for_all: Every user of the machine must be able to read it.

    Returns:
        The program, and the folder of its library.

    Raises:
        Missing: There is none.
    """
    newest = min((python for last, python in _NEWEST_PYTHON.items() if _numbers(release) <= last), default=(99,))
    # What the tests' own applications are written for, and then the nearest to it.
    for version, program, library_folder in (version_of(sys.executable), *sorted(pythons(), reverse=True)):
        if version <= newest and (not for_all or _open_to_all(Path(library_folder))):
            return program, library_folder
    wanted = "a Python" if newest == (99,) else f"Python {'.'.join(map(str, newest))} or older"
    raise Missing(f"needs {wanted}{', open to every user,' if for_all else ','} with its headers; there is none here")


def _open_to_all(folder: Path) -> bool:
    """Whether every user may look into a folder."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def headers_of_greenlet(program: str) -> Path:
    """Return the folder below which a Python has the headers of its greenlets.

    Raises:
        Missing: It has none.
    """
    question = "import greenlet; print(greenlet.__file__)"
    done = subprocess.run([program, "-c", question], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"needs greenlet beside {program}")
    return Path(done.stdout.strip()).parents[1]


@cache
def pythons() -> tuple[tuple[tuple[int, ...], str, str], ...]:
    """Return the other Pythons of this machine that programs can be linked with."""
    beside = Path(sys.base_prefix).resolve().parent.glob("*/bin/python3")
    # The system's own is often hidden behind another of the same version.
    names = [f"python3.{minor}" for minor in range(6, 30)]
    on_path = [program for name in names for path in (None, os.defpath) if (program := shutil.which(name, path=path))]
    found = []
    for program in [*map(str, beside), *on_path]:
        try:
            found.append(version_of(program))
        except Missing:
            continue
    return tuple(found)


@cache
def version_of(program: str) -> tuple[tuple[int, ...], str, str]:
    """Ask a Python for its version; return it with the program and the folder of its library.

    Raises:
        Missing: It does not answer, or has no headers.
    """
    question = (
        "import os, sys, sysconfig as s\n"
        "header = os.path.join(s.get_paths()['include'], 'Python.h')\n"
        "print(os.path.exists(header), sys.version_info[0], sys.version_info[1], s.get_config_var('LIBDIR'))"
    )
    done = subprocess.run([program, "-c", question], capture_output=True, text=True, check=False)
    headers, *rest = done.stdout.split(None, 3) or ["False"]
    if done.returncode or headers != "True":
        raise Missing(f"{program} has no headers (Debian: python3-dev)")
    return (int(rest[0]), int(rest[1])), program, rest[2].strip()


# -- the program ------------------------------------------------------------------------------------


def parse(name: str) -> Wanted:
    """Take the name of a server apart.

    Raises:
        argparse.ArgumentTypeError: There is no such server.
    """
    match = re.fullmatch(r"(?:uwsgi-)?([\d.]+)-(\w+)", name)
    if match is None or match[1] not in facts.RELEASES or match[2] not in VARIANTS:
        raise argparse.ArgumentTypeError(
            f"{name}: a server is called uwsgi-RELEASE-VARIANT; the variants are {', '.join(VARIANTS)}"
        )
    return Wanted(match[1], match[2])


def wishes(names: list[Wanted], *, releases: bool) -> Iterator[Wanted]:
    """Return the servers to build."""
    yield from names or (Wanted(LATEST, variant) for variant in VARIANTS)
    if releases:
        yield from (Wanted(release, "full") for release in RELEASES)


def main(arguments: list[str] | None = None) -> int:
    """Build what is not there; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.servers", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", type=parse, metavar="NAME", help="such as uwsgi-2.0.26-yajl")
    parser.add_argument("--releases", action="store_true", help=f"also {', '.join(RELEASES)}")
    parser.add_argument("--force", action="store_true", help="build what is there as well, after a new library")
    parser.add_argument("--jobs", type=int, default=2, help="servers to build at a time (default: 2)")
    options = parser.parse_args(arguments)
    folder().mkdir(parents=True, exist_ok=True)
    wanted = []
    for wish in wishes(options.names, releases=options.releases):
        if (folder() / str(wish)).exists() and not options.force:
            print(f"{wish}: there already")
        else:
            wanted.append(wish)
    if wanted and shutil.which("cc") is None:
        print("There is no C compiler (cc) here, so no server can be built (Debian: build-essential).")
        return 1
    for name in dict.fromkeys(name for wish in wanted for name in VARIANTS[wish.variant] if lacking(name)):
        print(f"{name}: not found, the servers are built without it (Debian: {LIBRARIES[name].package})")
    failed = False
    # One download after the other, before the servers of one release would ask for it at the same time.
    archives = {release: facts.fetch_sdist(release) for release in dict.fromkeys(wish.release for wish in wanted)}
    cores = max(1, (os.cpu_count() or 1) // max(1, min(options.jobs, len(wanted))))
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        tasks = {wish: pool.submit(build, wish, archives[wish.release], cores) for wish in wanted}
        for wish, task in tasks.items():
            try:
                print(f"{wish}: {task.result()}")
            except Missing as error:
                print(f"{wish}: not built: {error}")
            except ServerError as error:
                failed = True
                print(f"{wish}: does not compile:\n{error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
