"""The models of every option, held against the facts and against uWSGI's own texts."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from uwsgilint import catalog, schema
from uwsgilint.catalog import subsystems
from uwsgilint.schema.base import Subsystem, native_name
from uwsgilint.server import Server
from uwsgilint.values import KINDS


@cache
def fields() -> dict[str, tuple[str, Any]]:
    """Every field of every model by its native name, with its subsystem."""
    found: dict[str, tuple[str, Any]] = {}
    for table in subsystems.NAMES:
        for name, field in schema.subsystem(table).model_fields.items():
            native = native_name(name)
            assert native not in found, f"{native} is modelled twice"
            found[native] = (table, field)
    return found


def test_every_setting_is_modelled_once_and_none_is_invented() -> None:
    """The fields are the settings of the newest release; with their aliases they are its 1,261 names."""
    settings = {catalog.setting_of(name) for name in catalog.names()}

    assert set(fields()) == settings
    names = {name for setting in fields() for name in (setting, *catalog.aliases(setting))}
    assert names == set(catalog.names())
    assert len(names) == 1261


@pytest.mark.parametrize("table", subsystems.NAMES)
def test_each_model_is_a_page(table: str) -> None:
    """A subsystem says what it is for in a paragraph, and stands in the table that its class names."""
    model = schema.subsystem(table)

    assert issubclass(model, Subsystem)
    assert model.table == table
    paragraphs = (model.__doc__ or "").split("\n\n")
    assert len(paragraphs) >= 2
    assert len((model.__doc__ or "").split()) >= 50


def test_types_agree_with_the_handlers() -> None:
    """The kind of a field is the kind of the option's handler, and a list where the option repeats."""
    wrong = {}
    for name, (_, field) in fields().items():
        option = catalog.option(name)
        assert option is not None
        kind, listed = schema.kind_of(field)
        if kind not in {option.kind, None}:
            wrong[name] = (kind, option.kind)
        if listed != option.repeatable:
            wrong[name] = (f"list: {listed}", f"repeatable: {option.repeatable}")
    assert wrong == {}


def test_fields_stand_in_their_home() -> None:
    """The table of an option is the subsystem of its model."""
    assert {name: table for name, (table, _) in fields().items() if subsystems.home(name) != table} == {}


SENTENCE = re.compile(r"[A-Z`'\"(\d].{20,}[.!?)]", re.DOTALL)


def test_every_option_is_described_in_full_sentences() -> None:
    """At least one whole sentence, and more than the name over again."""
    poor = {}
    for name, (_, field) in fields().items():
        text = field.description or ""
        words = {word.lower() for word in re.findall(r"[A-Za-z]{3,}", text)}
        if not SENTENCE.match(text) or len(words - set(name.split("-"))) < 6:
            poor[name] = text
    assert poor == {}


def test_what_a_field_refers_to_exists() -> None:
    """Related options are options, and no option is related to itself."""
    wrong = {}
    for name, (_, field) in fields().items():
        for other in schema.about(field).get("see", ()):
            if catalog.option(other) is None or catalog.setting_of(other) == name:
                wrong[name] = other
    assert wrong == {}


def test_examples_and_limits_hold_in_their_own_model() -> None:
    """Every example is accepted by its field, and reads back as itself."""
    wrong = {}
    for name, (table, field) in fields().items():
        model = schema.subsystem(table)
        for example in field.examples or ():
            try:
                model.model_validate({name: example})
            except ValueError as error:
                wrong[name] = f"{example}: {error}"
    assert wrong == {}


@cache
def helps(server: Server) -> dict[str, str]:
    """What the server itself says of each option, by name."""
    found: dict[str, str] = {}
    for line in server.run(["--help"]).log.splitlines():
        line_found = re.match(r"\s+(?:-\w\|)?--([\w-]+(?:\|--[\w-]+)*)\s+(\S.*)", line)
        if line_found:
            for name in line_found[1].split("|--"):
                found[name] = line_found[2]
    return found


def shared_run(one: str, other: str) -> int:
    """The most words that two texts share in a row."""
    a, b = (re.findall(r"[a-z0-9]+", text.lower()) for text in (one, other))
    return difflib.SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size


@pytest.mark.server
def test_no_description_is_taken_from_the_server(server: Server) -> None:
    """No description resembles the server's help, nor shares a run of its words."""
    texts = helps(server)
    assert len(texts) > 700
    close = {}
    for name, (_, field) in fields().items():
        theirs = texts.get(name)
        if theirs is None:
            continue
        ours = field.description or ""
        first = ours.split(". ")[0]
        ratio = difflib.SequenceMatcher(None, first.lower(), theirs.lower(), autojunk=False).ratio()
        run = shared_run(ours, theirs)
        if ratio > 0.75 or run >= 6:
            close[name] = (round(ratio, 2), run, ours, theirs)
    assert close == {}


def test_a_model_reads_names_with_dashes_and_with_underscores() -> None:
    """Native names for files, Python's for code; text becomes what the server reads."""
    workers = schema.subsystem("workers")

    assert workers.model_validate({"offload-threads": "2"}) == workers(offload_threads=2)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("workers", {"processes": "4k"}),
        ("workers", {"processes": True}),
        ("workers", {"process": 4}),
        ("cheapening", {"cheaper-algo": "fastest"}),
        ("networking", {"chmod-socket": "0664"}),
    ],
)
def test_a_model_refuses_what_the_server_would_misread(table: str, values: dict[str, object]) -> None:
    """The models know the server's reading, because it is the same one."""
    with pytest.raises(ValueError, match=r"expects|Extra|Input"):
        schema.subsystem(table).model_validate(values)


def test_placeholders_are_taken_wherever_a_value_is() -> None:
    """What the server fills in when it starts cannot be judged before."""
    assert schema.subsystem("workers").model_validate({"processes": "$(WORKERS)"})


def test_importing_the_package_stays_cheap() -> None:
    """`import uwsgilint` loads no model; one subsystem loads only itself."""
    code = "import uwsgilint, sys; print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    code = (
        "import sys; from uwsgilint.schema import Workers\n"
        "print(sorted(m for m in sys.modules if m.startswith('uwsgilint.schema.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "uwsgilint.schema.workers" in loaded
    assert "uwsgilint.schema.routers" not in loaded


def test_kinds_of_the_types_are_kinds() -> None:
    """No type stands for a kind that nobody reads."""
    assert {schema.kind_of(field)[0] for _, field in fields().values()} - {None} <= set(KINDS)
