"""Measure what the usual uWSGI servers contain.

    python -m tools.builds [NAME ...]           measure, write schemas/builds and the module made from it
    python -m tools.builds [NAME ...] --check   measure, write nothing; exit 1 when a committed file differs
    python -m tools.builds --module             measure nothing, write only uwsgilint/_data/builds.py

Three servers, each asked by `uwsgilint.server`, none of them installed:

pypi       the source release, compiled as pip would: once with a compiler and nothing else, once for each
           optional library, once with all of them (a minute or two; needs a C compiler and apt)
pyuwsgi    the wheel
debian-12  the packages of Debian 12, unpacked; every plugin package is loaded (needs apt, and Debian 12)

Downloads go where `tools.facts` keeps its own. The names of each release come from its facts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tools import facts
from uwsgilint.server import Server, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["FOLDER", "MODULE", "NAMES", "compact", "load", "module", "render"]

Facts: TypeAlias = dict[str, Any]

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "schemas" / "builds"
MODULE = PROJECT / "uwsgilint" / "_data" / "builds.py"
RELEASE = "2.0.31"
WHEEL = "2.0.30.post1"
WIDTH = 120


class Feature:
    """What an optional library needs to be found by uWSGI's build, and what Debian calls its headers.

    Attributes:
        package: The Debian package with the headers.
        word: What a build with it defines.
        header: The header that the build looks for, if it looks for one.
        programs: The commands that the build asks for flags, with their output by first argument.
    """

    def __init__(
        self, package: str, word: str, header: str = "", programs: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.package = package
        self.word = word
        self.header = header
        self.programs = programs or {}


FEATURES = {
    "capabilities": Feature("libcap-dev", "UWSGI_CAP", "sys/capability.h"),
    "json": Feature("libjansson-dev", "UWSGI_JSON", "jansson.h"),
    "pcre": Feature(
        "libpcre2-dev", "UWSGI_PCRE2", programs={"pcre2-config": {"--libs8": "-lpcre2-8", "--cflags": "-DUWSGI_PCRE2"}}
    ),
    "ssl": Feature("libssl-dev", "UWSGI_SSL", "openssl/ssl.h"),
    "uuid": Feature("uuid-dev", "UWSGI_UUID", "uuid/uuid.h"),
    "xml": Feature(
        "libxml2-dev",
        "UWSGI_XML",
        programs={
            "pkg-config": {"--libs libxml-2.0": "-lxml2", "--cflags libxml-2.0": "-I{headers}/libxml2"},
        },
    ),
    "yaml": Feature("libyaml-dev", "UWSGI_LIBYAML", "yaml.h"),
    "zlib": Feature("zlib1g-dev", "UWSGI_ZLIB", "zlib.h"),
}
# The build asks these programs for libraries; what is installed on this machine must not answer.
_PROGRAMS = ("pkg-config", "pcre2-config", "pcre-config")
# The build looks for these headers of the C library in the same way as for optional ones.
_ALWAYS = ("ifaddrs.h", "sys/timerfd.h")


# -- builds -----------------------------------------------------------------------------------------


def measure_pypi() -> Facts:
    """Compile the source release with and without what it can use, and ask each result."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        with tarfile.open(facts.fetch_sdist(RELEASE)) as archive:
            archive.extractall(place / "source", filter="data")
        (source,) = (place / "source").iterdir()
        root = place / "root"
        packages = {feature.package for feature in FEATURES.values()}
        # Libraries too: the -dev packages link to their exact version, which need not be installed here.
        for archive_path in download_packages(sorted(packages)):
            run(["dpkg", "-x", str(archive_path), str(root)])
        bare = compile_source(source, place / "bare", root, [])
        full = compile_source(source, place / "full", root, list(FEATURES))
        single = {name: compile_source(source, place / name, root, [name]) for name in FEATURES}
    known = set(bare["options"])
    gained = set(full["options"]) - known
    optional: dict[str, dict[str, Any]] = {}
    for name, feature in FEATURES.items():
        brings = sorted(set(single[name]["options"]) - known)
        if single[name]["features"] != bare["features"]:
            optional[name] = {"brings": brings, "needs": [feature.package]}
            gained -= set(brings)
    conditions = facts.declarations(facts.load(RELEASE))
    for option in sorted(gained):
        # Only two libraries together bring these; the condition in the source names them.
        words = set(re.findall(r"\w+", " ".join(entry["when"] for entry in conditions[option])))
        both = [name for name, feature in FEATURES.items() if feature.word in words]
        entry = optional.setdefault("+".join(both), {"brings": [], "needs": [FEATURES[name].package for name in both]})
        entry["brings"].append(option)
    return {**bare, "optional": optional}


def compile_source(source: Path, target: Path, root: Path, features: Sequence[str]) -> Facts:
    """Compile a uWSGI source tree that sees only some optional libraries, and ask the result what it contains."""
    shutil.copytree(source, target, symlinks=True)
    seen, bin_folder = target / ".seen", target / ".bin"
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    headers = [folder for top in (root / "usr/include", Path("/usr/include")) for folder in (top / multiarch, top)]
    for header in [*_ALWAYS, *(FEATURES[name].header for name in features)]:
        found = next((folder / header for folder in headers if header and (folder / header).exists()), None)
        if found is not None:
            (seen / header).parent.mkdir(parents=True, exist_ok=True)
            (seen / header).symlink_to(found)
    bin_folder.mkdir()
    for program in _PROGRAMS:
        answers: dict[str, str] = {}
        for name in features:
            answers |= FEATURES[name].programs.get(program, {})
        cases = "".join(
            f"'{words}') echo '{flags.format(headers=root / 'usr/include')}'; exit 0;;\n"
            for words, flags in answers.items()
        )
        script(bin_folder / program, f'case "$*" in\n{cases}esac\nexit 1\n')
    # The build asks the preprocessor where headers are; the compiler itself keeps its own list.
    script(bin_folder / "cpp", f"echo '#include <...> search starts here:\n {seen}\nEnd of search list.' >&2\n")
    libraries = [root / "usr/lib" / multiarch, root / "lib" / multiarch, root / "usr/lib"]
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "CPP": str(bin_folder / "cpp"),
        "CFLAGS": "-O0 -w",
        "C_INCLUDE_PATH": ":".join(map(str, headers[:2])),
        "LIBRARY_PATH": ":".join(map(str, libraries)),
        "UWSGI_BIN_NAME": str(target / "uwsgi"),
    }
    run([sys.executable, "uwsgiconfig.py", "--build", "default"], cwd=target, env=environment)
    loader = [*libraries, Path(sysconfig.get_config_var("LIBDIR"))]
    measured = Server(str(target / "uwsgi"), {"LD_LIBRARY_PATH": ":".join(map(str, loader))}).probe()
    print(f"  pypi with {', '.join(features) or 'nothing'}: {len(measured['options'])} names")
    shutil.rmtree(target)
    return measured


def measure_pyuwsgi() -> Facts:
    """Ask the wheel."""
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--target", scratch, f"pyuwsgi=={WHEEL}"])
        launcher = Path(scratch, "bin", "uwsgi")
        return Server(str(launcher), {"PYTHONPATH": scratch}).probe()


def measure_debian() -> Facts:
    """Unpack Debian's packages and ask the server about every plugin file."""
    listed = run(["apt-cache", "search", "--names-only", "^uwsgi-plugin-"])
    packages = ["uwsgi-core", *sorted(line.split()[0] for line in listed.splitlines())]
    owners: dict[str, str] = {}
    alternatives: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for archive in download_packages(packages):
            run(["dpkg", "-x", str(archive), str(root)])
            package = archive.name.partition("_")[0]
            for name in re.findall(r"/uwsgi/plugins/(\w+)_plugin\.so", run(["dpkg", "--contents", str(archive)])):
                owners[name] = package
            with tempfile.TemporaryDirectory() as control:
                run(["dpkg", "-e", str(archive), control])
                script_file = Path(control, "postinst")
                text = script_file.read_text("utf-8", "replace") if script_file.exists() else ""
            alternatives |= {link: name for link, name in read_alternatives(text).items() if link not in alternatives}
        plugins = root / "usr/lib/uwsgi/plugins"
        for link, name in alternatives.items():
            (plugins / f"{link}_plugin.so").symlink_to(f"{name}_plugin.so")
            owners[link] = owners[name]
        folders = sorted({str(file.parent) for file in root.rglob("*.so*") if plugins not in file.parents})
        # A library is looked for by the name that it gives itself, a link that the system makes at installation.
        run(["/sbin/ldconfig", "-n", *folders])
        server = Server(str(root / "usr/bin/uwsgi-core"), {"LD_LIBRARY_PATH": ":".join(folders)})
        measured = server.probe(plugins)
    loadable = {}
    for name, entry in measured["loadable"].items():
        if name in alternatives.values() and "broken" not in entry:
            # The system's own name for it is what people write; the file's name stays an alias.
            continue
        also = [alternatives[name]] if name in alternatives else []
        loadable[name] = {**entry, "also": also, "package": owners[name]}
    return {**measured, "loadable": loadable}


def read_alternatives(text: str) -> dict[str, str]:
    """Plugin files that a package offers under a second name, from its installation script."""
    flavour = re.search(r"DEFAULTFLAVOR_DOTLESS=(\w+)", text)
    text = text.replace("${flavor_dotless}", flavour[1] if flavour else "").replace("\\\n", " ")
    plugin = r"/usr/lib/uwsgi/plugins/(\w+)_plugin\.so"
    return dict(re.findall(rf"--install\s+{plugin}\s+\S+\s+{plugin}", text))


MEASURES: dict[str, Callable[[], Facts]] = {
    "debian-12": measure_debian,
    "pypi": measure_pypi,
    "pyuwsgi": measure_pyuwsgi,
}
NAMES = tuple(MEASURES)


def compact(name: str, measured: Facts) -> Facts:
    """Turn what was measured into what is committed: not the names that a server has but those that it lacks.

    Raises:
        ServerError: The server has names that the facts of its release do not have.
    """
    known = set(facts.declarations(facts.load(measured["release"])))
    optional, loadable = measured.get("optional", {}), measured["loadable"]
    offered = {option for entry in (*optional.values(), *loadable.values()) for option in entry.get("brings", ())}
    # Plugins may come from elsewhere (Debian has one); the server itself may not know more than its release.
    if strange := set(measured["options"]) - known:
        raise ServerError(f"{name} has options that uWSGI {measured['release']} has not: {', '.join(sorted(strange))}")
    lacks = known - set(measured["options"]) - offered
    order = ("package", "provides", "needs", "also", "broken", "brings")
    return {
        "format": measured["format"],
        "name": name,
        "release": measured["release"],
        "embedded": measured["embedded"],
        "features": measured["features"],
        "lacks": sorted(lacks),
        "optional": optional,
        "loadable": {file: {key: entry[key] for key in order if entry.get(key)} for file, entry in loadable.items()},
    }


# -- files ------------------------------------------------------------------------------------------


def render(build: Facts) -> str:
    """Write a build as JSON: an item to a line, long lists of names filled to the width of a page."""

    def write(value: object, indent: str) -> str:
        line = json.dumps(value, ensure_ascii=False)
        if len(indent) + len(line) <= WIDTH or not isinstance(value, (dict, list)):
            return line
        inner = indent + " "
        if isinstance(value, list):
            filled = textwrap.fill(
                line[1:-1], WIDTH, initial_indent=inner, subsequent_indent=inner, break_on_hyphens=False
            )
            return f"[\n{filled}\n{indent}]"
        items = [f"{inner}{json.dumps(key)}: {write(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"

    return write(build, "") + "\n"


def load(name: str) -> Facts:
    """Read a committed build."""
    build: Facts = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return build


def module(builds: Mapping[str, Facts]) -> str:
    """Write the builds as a Python module: the same data, loaded from bytecode."""
    lines = [
        '"""What the usual servers contain.',
        "",
        "GENERATED by `python -m tools.builds` from schemas/builds. Do not edit.",
        '"""',
        "",
        "from typing import Any",
        "",
        "BUILDS: dict[str, dict[str, Any]] = {",
    ]
    for name, build in sorted(builds.items()):
        lines.append(f"    {json.dumps(name)}: {{")
        for key, value in build.items():
            if key in {"optional", "loadable"}:
                lines.append(f"        {json.dumps(key)}: {{")
                lines += [f"            {json.dumps(item)}: {literal(entry)}," for item, entry in value.items()]
                lines.append("        },")
            elif key not in {"format", "name"}:
                lines.append(f"        {json.dumps(key)}: {literal(value)},")
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


def literal(value: object) -> str:
    """Write a value as Python; lists become tuples, which bytecode holds ready-made."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "(" + "".join(f"{literal(item)}, " for item in value).strip() + ")"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


# -- tools ------------------------------------------------------------------------------------------


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a program and return what it prints.

    Raises:
        ServerError: It failed.
    """
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def script(path: Path, text: str) -> None:
    """Write a shell script."""
    path.write_text("#!/bin/sh\n" + text, "utf-8")
    path.chmod(0o755)


def download_packages(packages: Sequence[str]) -> list[Path]:
    """Download Debian packages with what they depend on that this machine lacks; install nothing."""
    folder = facts.cache_folder() / "debs" / packages[0]
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "--download-only", "--reinstall"]
    run([*apt, "-o", f"Dir::Cache::archives={folder.resolve()}", *packages])
    return sorted(folder.glob("*.deb"))


def main(arguments: list[str] | None = None) -> int:
    """Measure, write or compare; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.builds", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)} (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    parser.add_argument("--module", action="store_true", help="measure nothing; write only the Python module")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such build: {', '.join(sorted(unknown))}")
    measured = [] if options.module else [name for name in NAMES if name in options.names or not options.names]
    builds = {name: compact(name, MEASURES[name]()) for name in measured}
    texts = {FOLDER / f"{name}.json": render(build) for name, build in builds.items()}
    committed = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
    texts[MODULE] = module({**committed, **builds})
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(PROJECT)}: {'differs' if options.check else 'written'}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], "utf-8")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
