"""Sets of option lines that another tool writes, with the server's verdict on each.

They are other people's work and no part of the project; without them these tests are skipped.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from uwsgilint.document import Source
from uwsgilint.formats import authoring, read, toml
from uwsgilint.lint import engine
from uwsgilint.lint.declared import built_in

FOLDER = Path(__file__).parents[2] / "shared" / "evidence"
FILES = ("uwsgiconf-cases.jsonl", "uwsgiconf-traced-cases.jsonl")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the cases are not part of the project")


@cache
def cases() -> dict[str, dict[str, Any]]:
    """Every case by its id."""
    if not FOLDER.is_dir():
        return {}
    rows = [json.loads(line) for name in FILES for line in (FOLDER / name).read_text("utf-8").splitlines()]
    return {row["id"]: row for row in rows}


def ids(*verdicts: str) -> list[str]:
    """The ids of the cases with one of these verdicts."""
    return [name for name, row in cases().items() if row["verdict"] in verdicts]


def text(name: str) -> bytes:
    """A case as an INI file."""
    return ("[uwsgi]\n" + "\n".join(cases()[name]["config_lines"]) + "\n").encode()


def as_toml(name: str) -> bytes:
    """A case as an authored TOML file."""
    document = read(Source("case.ini", text(name)), "ini")
    return toml.dump(authoring.tables(document)).encode()


def errors(name: str, data: bytes) -> set[str]:
    """The names of the errors in a file."""
    return {f.name for f in engine.check_text(name, data) if f.severity == "error"}


@pytest.mark.parametrize("name", list(cases()))
def test_converts_to_toml_and_back_unchanged(name: str) -> None:
    """The same options, in the same order, with the same text."""
    before = [(d.key, d.value) for d in read(Source("case.ini", text(name)), "ini").directives()]

    document = read(Source("case.toml", as_toml(name)), "toml")

    assert document.problems == []
    assert [(d.key, d.value) for d in document.directives()] == before


# The server accepts these without a word and then does not do what they say: that is what we tell. A
# value that it reads as something else, a key that it ignores, a name that nothing declares (a case is a
# fragment of a file), a plugin that the file does not load. Files that a case includes are not here.
SILENT = frozenset(
    {
        *("misread-number", "misread-flag", "misread-address", "unknown-choice", "misread-part", "unknown-part"),
        *("ignored-part", "missing-part", "malformed-value", "unknown-reference", "unknown-label", "missing-group"),
        *("missing-plugin", "missing-route-plugin", "missing-include", "missing-included-section"),
        # What stops it, or makes it crash, only shows after it has read everything.
        *("cheaper-not-below-workers", "mules-reload-without-mules"),
    }
)
# Rules with a condition are about a whole configuration that a server starts with; a case is a fragment that was read.
WHOLE = frozenset(built_in().declared)


@pytest.mark.parametrize("name", ids("accepted", "needs_plugin"))
def test_what_the_server_takes_as_it_is_written_raises_no_error(name: str) -> None:
    """Nothing is called an error but what the server silently reads otherwise; TOML and INI agree."""
    found = errors("case.ini", text(name))

    assert found - WHOLE <= SILENT
    assert errors("case.toml", as_toml(name)) == found


def test_few_accepted_cases_are_silent_losses() -> None:
    """The errors above are the exception: most of them are dummies that a tracer put for real values."""
    accepted = ids("accepted")
    # A name that nothing declares is no loss but the nature of a fragment.
    dangling = {"unknown-reference", "unknown-label"} | WHOLE
    told = [name for name in accepted if errors("case.ini", text(name)) - dangling]
    real = [name for name in told if "S_" not in text(name).decode()]

    assert len(told) < 0.15 * len(accepted)
    assert len(real) < 0.05 * len(accepted)


# What stops the server is outside the file: a machine that does not answer, a list of ciphers that its
# OpenSSL does not have, an address of a directory server.
OUTSIDE = ("unable to connect to zerg server", "unable to set requested ciphers", "invalid LDAP url")


@pytest.mark.parametrize("name", ids("rejected"))
def test_what_the_server_refuses_is_an_error(name: str) -> None:
    """Each refusal that can be seen in the file is told, in INI and in TOML."""
    if any(reason in str(cases()[name]["reason"]) for reason in OUTSIDE):
        pytest.skip(f"outside the file: {cases()[name]['reason']}")

    assert errors("case.ini", text(name))
    assert errors("case.toml", as_toml(name))
