"""Composites in authored files: tables compile, and faults have their place in TOML, in YAML and in native text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.test_composites import CASES, Case
from uwsgilint import grammar
from uwsgilint.composites import of
from uwsgilint.document import Source
from uwsgilint.formats import read, toml, yaml
from uwsgilint.lint import engine

# What stands for a value that the server fills in is no fault in a file, where it may be meant.
UNSETTLED = frozenset("%$@")


def dumped(option: str, value: Any, syntax: str) -> Source:
    """A file of a syntax with one option in it."""
    tables: Any = {"uwsgi": {option: value}}
    text = toml.dump(tables) if syntax == "toml" else yaml.dump(tables)
    return Source(f"app.{syntax}", text.encode())


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.option)
def test_a_table_compiles_to_the_native_text(case: Case, syntax: str) -> None:
    """Every composite has a table form in both syntaxes."""
    document = read(dumped(case.option, case.table, syntax), syntax)

    assert document.problems == []
    assert [(d.key, d.value) for d in document.directives()] == [(case.option, case.native)]


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.option)
def test_a_part_that_is_none_is_told_where_it_stands(case: Case, syntax: str) -> None:
    """A misspelt name of a part is a problem at that name."""
    document = read(dumped(case.option, {**case.table, "nonsens": "x"}, syntax), syntax)

    (problem,) = document.problems
    span = problem.span
    assert problem.rule == "unknown-part"
    assert span.source.data[span.start : span.end] == b"nonsens"


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.option)
def test_a_required_part_that_is_missing_is_told(case: Case, syntax: str) -> None:
    """Without one of the parts that have to be there, nothing is compiled."""
    composite = of(case.option)
    assert composite is not None
    for part in composite.parts:
        given = [key for key in case.table if grammar.named(composite, key) is part]
        if not part.required or not given:
            continue
        table = {key: value for key, value in case.table.items() if key not in given}
        document = read(dumped(case.option, table or {"nonsens": 1}, syntax), syntax)

        assert {p.rule for p in document.problems} & {"missing-part", "malformed-value", "unjoinable-part"}
        assert document.directives() == []


def native_files(option: str, text: str) -> dict[str, bytes]:
    """The same native text in the three syntaxes."""
    return {
        "app.ini": f"[uwsgi]\n{option} = {text}\n".encode(),
        "app.toml": f"[uwsgi]\n{option} = {json.dumps(text, ensure_ascii=False)}\n".encode(),
        "app.yaml": f"uwsgi:\n  {option}: {json.dumps(text, ensure_ascii=False)}\n".encode(),
    }


FAULTS = [
    (case.option, text, *expected)
    for case in CASES
    for text, expected in case.faults.items()
    # A log format takes any name, since the application may set it: that is advice, and tested as such.
    if not UNSETTLED & set(text) and text == text.strip() and case.option != "log-format"
]


@pytest.mark.parametrize(("option", "text", "rule", "fragment"), FAULTS, ids=lambda value: str(value)[:40])
def test_native_text_is_judged_alike_in_every_syntax(option: str, text: str, rule: str, fragment: str) -> None:
    """INI, TOML and YAML give the same finding, at the same characters of the value."""
    shown = set()
    for name, data in native_files(option, text).items():
        found = [f for f in engine.check_text(name, data) if f.option == option and f.severity == "error"]
        assert found, name
        spans = [(f.name, f.span.source.data[f.span.start : f.span.end].decode()) for f in found]
        if rule in {f for f, _ in spans}:
            shown.add((rule, fragment) if (rule, fragment) in spans or fragment == "" else (rule, str(spans)))
    assert not shown or shown == {(rule, fragment)}
