"""Extract the facts about options from every uWSGI source release.

    python -m tools.facts           download what is missing, write schemas/releases and history.json
    python -m tools.facts --check   write nothing; exit 1 when a committed file differs

Facts belong to the machine: name, argument form, short flag, handler, target, side-effect flags and
build conditions of every option that the core or a plugin declares. The texts of uWSGI's own help
are left where they are. Source releases are downloaded once, with pip, into a folder that the
environment variable UWSGILINT_CACHE names (`.cache` in the project when it is unset). Nothing of
a release is run by us; pip itself asks each for its metadata, in an isolated environment.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

from tools.ctables import Declaration, Function, flag_effects, joined, name_tests, read_functions, read_source

__all__ = ["COLUMNS", "RELEASES", "Facts", "declarations", "extract", "history", "load", "render", "render_history"]

# Typed, not asked for: what is committed must not change because a release came out. A new one is
# added here by a person who looks at the difference that it makes.
RELEASES = (
    "2.0", "2.0.1", "2.0.2", "2.0.3", "2.0.4", "2.0.5", "2.0.5.1", "2.0.6", "2.0.7", "2.0.8", "2.0.9", "2.0.10",
    "2.0.11", "2.0.11.1", "2.0.11.2", "2.0.12", "2.0.13", "2.0.13.1", "2.0.14", "2.0.15", "2.0.16", "2.0.17",
    "2.0.17.1", "2.0.18", "2.0.19", "2.0.19.1", "2.0.20", "2.0.21", "2.0.22", "2.0.23", "2.0.24", "2.0.25",
    "2.0.25.1", "2.0.26", "2.0.27", "2.0.28", "2.0.29", "2.0.30", "2.0.31",
)  # fmt: skip

PROJECT = Path(__file__).parents[1]
SCHEMAS = PROJECT / "schemas"
COLUMNS = ("name", "argument", "short", "handler", "writes", "flags", "when")
_SOURCE = re.compile(r"\.(?:c|cc|cpp|cxx|go|h|hh|m|mm)$")
_ENTRY = re.compile(r'"[\w-]+"\s*,\s*(?:required|no|optional)_argument\b')
# Python 2 was still spoken in a few build descriptions.
_PRINT_STATEMENT = re.compile(r"^(\s*)print +(?!\()(.*)$", re.MULTILINE)

Facts: TypeAlias = dict[str, Any]


class Wrong(Exception):  # noqa: N818  (a verdict on what was extracted)
    """What was extracted contradicts what is known, or cannot be had."""


# -- releases ---------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Return the folder that keeps downloads."""
    return Path(os.environ.get("UWSGILINT_CACHE") or PROJECT / ".cache")


def find_sdist(release: str) -> Path | None:
    """Return the downloaded source of a release; the registry's spelling of the name varies."""
    wanted = f"uwsgi-{release}.tar.gz"
    folder = cache_folder() / "sdists"
    found = [path for path in folder.iterdir() if path.name.lower() == wanted] if folder.is_dir() else []
    return found[0] if found else None


def fetch_sdist(release: str) -> Path:
    """Return the source of a release, downloaded if need be.

    Raises:
        Wrong: pip could not get it.
    """
    if (sdist := find_sdist(release)) is not None:
        return sdist
    folder = cache_folder() / "sdists"
    folder.mkdir(parents=True, exist_ok=True)
    # Not straight into the folder: an interrupted download must not look like a release.
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:")
        done = subprocess.run(
            [*pip, "--dest", scratch, f"uwsgi=={release}"], capture_output=True, text=True, check=False
        )
        archives = list(Path(scratch).glob("*.tar.gz"))
        if done.returncode or len(archives) != 1:
            raise Wrong(f"pip could not download uwsgi {release}:\n{done.stderr.strip()}")
        return archives[0].replace(folder / archives[0].name)


def read_archive(sdist: Path) -> dict[str, str]:
    """Return the texts of a source release that may say something about options, by path.

    Most releases are in a folder of their own inside the archive, two are not; paths begin at the
    project either way.
    """
    texts: dict[str, str] = {}
    with tarfile.open(sdist) as archive:
        for member in archive:
            path = member.name.removeprefix("./")
            first, _, rest = path.partition("/")
            if re.fullmatch(r"uwsgi-[\d.]+", first, re.IGNORECASE):
                path = rest
            if member.isfile() and (_SOURCE.search(path) or path.endswith("/uwsgiplugin.py")):
                file = archive.extractfile(member)
                texts[path] = file.read().decode("utf-8", "replace") if file else ""
    return texts


# -- extraction -------------------------------------------------------------------------------------


def extract(release: str, sdist: Path) -> Facts:
    """Extract the facts of a release.

    Raises:
        Unreadable: a table holds something that is not understood.
        Wrong: what was found contradicts itself.
    """
    texts = read_archive(sdist)
    tables: dict[str, list[Declaration]] = {}
    names: dict[str, set[str]] = {}
    for path in sorted(texts):
        if _SOURCE.search(path) and re.search(r"\buwsgi_option\b", texts[path]):
            source = read_source(texts[path], path)
            if entries := [entry for table in source.tables.values() for entry in table]:
                tables[path] = entries
            check_source(path, texts[path], entries)
            if source.tables:
                names.setdefault(owner(path), set()).update(source.tables)
    check_used(texts, names)
    handlers = {entry.handler for entries in tables.values() for entry in entries}
    return {
        "release": release,
        "sdist": {"file": sdist.name, "sha256": hashlib.sha256(sdist.read_bytes()).hexdigest()},
        "flags": {flag: list(targets) for flag, targets in sorted(flag_effects(texts["core/config.c"]).items())},
        "handlers": {name: list(tests) for name, tests in sorted(name_tests(define(handlers, texts)).items())},
        "plugins": read_plugins(texts, tables),
        "tables": {path: [row(entry) for entry in entries] for path, entries in sorted(tables.items())},
    }


def owner(path: str) -> str:
    """Return "core", or the plugin to which a file belongs.

    Raises:
        Wrong: the file is somewhere else.
    """
    parts = path.split("/")
    if parts[0] == "plugins" and len(parts) > 2:
        return parts[1]
    if parts[0] == "core":
        return "core"
    raise Wrong(f"{path}: an option table outside the core and the plugins")


def row(entry: Declaration) -> list[str]:
    """Write a declaration as a line of the facts.

    What an obsolete option says for itself is a text of uWSGI's, of which only the place is kept.
    """
    writes = re.sub(r'"[^"]*\s[^"]*"', '"..."', entry.writes)
    return [*entry[:4], writes, "|".join(entry.flags), joined(entry.when)]


def check_source(path: str, text: str, entries: list[Declaration]) -> None:
    """Compare with a second, simpler reading: how often a name is followed by a form of argument."""
    if (seen := len(_ENTRY.findall(text))) != len(entries):
        raise Wrong(f"{path}: {len(entries)} options were read, but {seen} lines look like one")


def check_used(texts: dict[str, str], names: dict[str, set[str]]) -> None:
    """Make sure that every table which a plugin hands to the server was read."""
    for path, text in texts.items():
        if path.startswith("plugins/") and _SOURCE.search(path):
            for table in read_source(text, path).used if re.search(r"\.options\b", text) else ():
                if table not in names.get(owner(path), set()):
                    raise Wrong(f"{path}: the table {table} was not found")


def define(handlers: set[str], texts: dict[str, str]) -> dict[str, Function]:
    """Find the functions that take the values."""
    some_handler = re.compile(r"\b(?:" + "|".join(sorted(filter(None, handlers))) + r")\s*\(\s*char\b")
    functions: dict[str, Function] = {}
    for path in sorted(texts):
        if _SOURCE.search(path) and some_handler.search(texts[path]):
            functions.update(read_functions(texts[path], handlers))
    if missing := handlers - functions.keys() - {""}:
        raise Wrong(f"handlers with no definition: {', '.join(sorted(missing))}")
    return functions


def read_plugins(texts: dict[str, str], tables: dict[str, list[Declaration]]) -> dict[str, dict[str, list[str]]]:
    """Return for each plugin what its build description says it needs, and whose tables it brings.

    A plugin can be compiled from another one's files, and has that one's options then.
    """
    plugins: dict[str, dict[str, list[str]]] = {}
    for path, text in sorted(texts.items()):
        if path.startswith("plugins/") and path.endswith("/uwsgiplugin.py"):
            lists = read_lists(text)
            brought = sorted(
                table
                for source in lists.get("GCC_LIST", ())
                if source.startswith("../")
                for table in tables
                if table.rsplit(".", 1)[0] == "plugins/" + source.removeprefix("../").rsplit(".", 1)[0]
            )
            requires = [name for name in lists.get("REQUIRES", ()) if name]
            plugins[owner(path)] = ({"requires": requires} if requires else {}) | (
                {"tables": brought} if brought else {}
            )
    return plugins


def read_lists(description: str) -> dict[str, list[str]]:
    """Return the lists of strings that a build description assigns; it is parsed, never run."""
    lists: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(_PRINT_STATEMENT.sub(r"\1print(\2)", description))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            strings = [each.value for each in node.value.elts if isinstance(each, ast.Constant)]
            for target in node.targets:
                if isinstance(target, ast.Name):
                    lists.setdefault(target.id, []).extend(each for each in strings if isinstance(each, str))
    return lists


def declarations(facts: Facts) -> dict[str, list[dict[str, str]]]:
    """Return the declarations of each name of a release, in the order of the tables, the core's first."""
    found: dict[str, list[dict[str, str]]] = {}
    for path, rows in sorted(facts["tables"].items()):
        plugin = owner(path)
        for values in rows:
            entry = {"plugin": plugin, **dict(zip(COLUMNS, values, strict=True))}
            found.setdefault(entry.pop("name"), []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry["plugin"] != "core", entry["plugin"]))
    return found


# -- history ----------------------------------------------------------------------------------------


def history(releases: list[Facts]) -> dict[str, list[dict[str, Any]]]:
    """Derive the runs of every name: from which release until which its facts were the same.

    Args:
        releases: the facts of all releases, oldest first.

    Returns:
        By name: the runs, each with `since`, `until` (None when it lasts) and `as`, the declarations
        without what is empty.
    """
    runs: dict[str, list[dict[str, Any]]] = {}
    order = [facts["release"] for facts in releases]
    for place, facts in enumerate(releases):
        for name, entries in declarations(facts).items():
            now = [{key: value for key, value in entry.items() if value} for entry in entries]
            last = runs.setdefault(name, [])
            if last and last[-1]["as"] == now and last[-1]["until"] == order[place - 1]:
                last[-1]["until"] = order[place]
            else:
                last.append({"since": order[place], "until": order[place], "as": now})
    for each in runs.values():
        if each[-1]["until"] == order[-1]:
            each[-1]["until"] = None
    return dict(sorted(runs.items()))


# -- files ------------------------------------------------------------------------------------------


def render(facts: Facts) -> str:
    """Write the facts of a release with one plugin or option to a line."""
    lines = [
        "{",
        f' "release": {json.dumps(facts["release"])},',
        f' "sdist": {json.dumps(facts["sdist"])},',
        f' "flags": {_lines(facts["flags"], 1)},',
        f' "handlers": {_lines(facts["handlers"], 1)},',
        f' "plugins": {_lines(facts["plugins"], 1)},',
        f' "columns": {json.dumps(COLUMNS)},',
        ' "tables": {',
    ]
    tables = [
        f"  {json.dumps(path)}: [\n"
        + ",\n".join(f"   {json.dumps(values, separators=(',', ':'))}" for values in rows)
        + "\n  ]"
        for path, rows in facts["tables"].items()
    ]
    return "\n".join([*lines, ",\n".join(tables), " }", "}", ""])


def render_history(runs: dict[str, list[dict[str, Any]]]) -> str:
    """Write the history with one name to a line."""
    return _lines(runs, 0) + "\n"


def _lines(values: dict[str, Any], depth: int) -> str:
    indent = " " * depth
    lines = (f"{indent} {json.dumps(key)}: {json.dumps(value)}" for key, value in values.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def load(release: str) -> Facts:
    """Read the committed facts of a release."""
    facts: Facts = json.loads((SCHEMAS / "releases" / f"{release}.json").read_text("utf-8"))
    return facts


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the files; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.facts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    check = parser.parse_args(arguments).check
    everything = []
    for release in RELEASES:
        facts = extract(release, fetch_sdist(release))
        everything.append(facts)
        entries = declarations(facts)
        core = sum(entry[0]["plugin"] == "core" for entry in entries.values())
        print(f"{release:9} {len(entries)} names, {core} of them core")
    texts = {SCHEMAS / "releases" / f"{facts['release']}.json": render(facts) for facts in everything}
    texts[SCHEMAS / "history.json"] = render_history(history(everything))
    extra = set((SCHEMAS / "releases").glob("*.json")) - texts.keys()
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in sorted([*stale, *extra]):
        print(f"{path.relative_to(PROJECT)}: {'differs' if check else 'removed' if path in extra else 'written'}")
    if not check:
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], "utf-8")
        for path in extra:
            path.unlink()
    return 1 if check and (stale or extra) else 0


if __name__ == "__main__":
    sys.exit(main())
