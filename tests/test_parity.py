"""Every capability that a configuration can ask for: its tables, the lines they become, and the server's answer.

`parity/*.toml` holds the capabilities by id; `AL09-tls` is a further example of AL09. An entry has

- ``toml``: the tables;
- ``lines``: what ``[uwsgi]`` becomes, in order, one ``name = value`` each, and ``sections`` the same for others;
- ``findings``: the codes that `check` gives for the pyuwsgi build, sorted, each as often as it is given;
- ``server``: "understands"; "unknown", for options that no release of uWSGI 2.0 has; or "needs X", for
  what the wheel was built without: findings name X, and the server refuses each of the options or the value;
- ``says``: the server knows the options but ends, at the latest right after its start, and this is in its log;
- ``seen``: what the server lists where it follows what it reads, an include or a condition, in place of ``lines``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomli

from uwsgilint import catalog
from uwsgilint.catalog import builds
from uwsgilint.document import Document, Section, Source, Target
from uwsgilint.formats import ini, read
from uwsgilint.formats import yaml as yaml_format
from uwsgilint.lint import engine
from uwsgilint.lint.declared import built_in
from uwsgilint.server import Server
from uwsgilint.verify import verify

FILES = sorted((Path(__file__).parent / "parity").glob("*.toml"))
# The last capability of each kind; they are numbered from 01.
LAST = (
    *("AL13", "AP03", "CA04", "EM08", "LK03", "LG26", "MP26", "MA08", "MO25"),
    *("NW19", "QU01", "RT151", "SP02", "ST04", "SU20", "WK10", "CH08", "PY08", "SE16", "PR10"),
)
IDS = {f"{last[:2]}{number:02}" for last in LAST for number in range(1, int(last[2:]) + 1)}
WHEEL = Target(build="pyuwsgi")


def entries() -> dict[str, dict[str, Any]]:
    """All entries of the data files, by their names; no two have the same."""
    found: dict[str, dict[str, Any]] = {}
    for file in FILES:
        here = tomli.loads(file.read_text())
        assert not found.keys() & here.keys()
        found |= here
    return found


ENTRIES = entries()
every_entry = pytest.mark.parametrize("name", ENTRIES)


def lines(document: Document, section: str = "uwsgi") -> list[str]:
    """What a section says, as lines of an INI file."""
    return [f"{d.key} = {d.value}" for d in document.directives(section)]


def assert_says(document: Document, entry: dict[str, Any]) -> None:
    """A document holds the lines of an entry and gives its findings."""
    expected = entry.get("findings", [])
    # An entry shows how lines are written; what they lack to be of use is not its matter.
    together = built_in().declared
    findings = [f for f in engine.check(document, WHEEL) if f.rule.name not in together or f.code in expected]

    assert sorted(f.code for f in findings) == expected, [f.message for f in findings]
    assert lines(document) == entry["lines"]
    for section, expected in entry.get("sections", {}).items():
        assert lines(document, section) == expected


@every_entry
def test_tables_become_the_lines_that_are_meant(name: str) -> None:
    """The TOML of a capability compiles to its option lines, with no finding but those that it is to have."""
    entry = ENTRIES[name]

    assert_says(read(Source("uwsgi.toml", entry["toml"].encode()), "toml"), entry)


@every_entry
def test_yaml_has_the_same_power(name: str) -> None:
    """The same tables in YAML compile to the same lines and give the same findings."""
    entry = ENTRIES[name]
    text = yaml_format.dump(tomli.loads(entry["toml"]))

    assert_says(read(Source("uwsgi.yaml", text.encode()), "yaml"), entry)


@pytest.mark.server
@every_entry
def test_server_says_what_the_entry_claims(server: Server, tmp_path: Path, name: str) -> None:
    """The real server reads the lines as they are meant, or refuses them for the reason that is told."""
    entry = ENTRIES[name]
    verdict = entry.get("server", "understands")
    document = read(Source(str(tmp_path / "uwsgi.toml"), entry["toml"].encode()), "toml")
    absent = () if verdict == "understands" else absent_options(document)
    if verdict.startswith("needs "):
        told = " ".join(f"{f.message} {f.consequence} {f.action}" for f in engine.check(document, WHEEL))
        assert verdict.removeprefix("needs ").removeprefix("plugin ").lower() in told.lower()

    for option in absent:
        assert refused_option(server, only(document, {option}), tmp_path) == option
    rest = only(document, {d.key for s in document.sections for d in s.directives}.difference(absent))
    if "says" in entry:
        file = tmp_path / "started.ini"
        file.write_bytes(ini.write(document))
        started = ["--master", "--socket", str(tmp_path / "s"), "--ini", str(file)]
        outcome = server.run(started, cwd=tmp_path, timeout=5)
        assert outcome.status not in {None, 0}
        assert entry["says"] in outcome.log
    elif "seen" in entry:
        file = tmp_path / "seen.ini"
        file.write_bytes(ini.write(document))
        answer = server.understand(file, strict=True, cwd=tmp_path)
        assert answer.refused is None
        assert [f"{name} = {value}" for name, value in answer.entries] == entry["seen"]
    else:
        differences = verify(server, rest, ini.write(rest), arguments=False).differences
        refused = bool(differences) and differences[0].startswith("the server refuses the result")
        assert differences == () or (refused and verdict != "understands")
        assert refused or bool(absent) == (verdict != "understands")


def absent_options(document: Document) -> tuple[str, ...]:
    """The options of a document that the wheel does not have."""
    build = builds.build("pyuwsgi")
    assert build is not None
    return tuple(
        dict.fromkeys(
            d.key
            for section in document.sections
            for d in section.directives
            if catalog.option(d.key) is None or not build.has(d.key)
        )
    )


def only(document: Document, options: set[str]) -> Document:
    """A document with some of its options."""
    kept = Document(document.source, document.format)
    kept.sections = [
        Section(s.name, [d for d in s.directives if d.key in options], s.header) for s in document.sections
    ]
    return kept


def refused_option(server: Server, document: Document, folder: Path) -> str | None:
    """The name that the server does not know of a document."""
    file = folder / "refused.ini"
    file.write_bytes(ini.write(document))
    return server.understand(file, strict=True, cwd=folder).unknown


def test_every_capability_has_an_entry() -> None:
    """No capability is without an example, and no entry is of a capability that does not exist."""
    assert {name.partition("-")[0] for name in ENTRIES} == IDS


def test_entries_are_written_as_they_are_to_be() -> None:
    """Names, keys and verdicts are of the forms that the head of this file describes."""
    for name, entry in ENTRIES.items():
        assert re.fullmatch(r"[A-Z]{2}\d{2,3}(-[a-z0-9-]+)?", name)
        assert {"toml", "lines"} <= entry.keys() <= {"toml", "lines", "sections", "findings", "server", "says", "seen"}
        assert re.fullmatch(r"understands|unknown|needs .+", entry.get("server", "understands"))
        assert entry.get("findings", []) == sorted(entry.get("findings", []))
