"""The JSON Schema: it takes what uwsgilint takes, refuses what uwsgilint refuses, and editors understand it."""

from __future__ import annotations

import io
import json
import platform
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import tomli
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.cli import uwsgilint
from tests.taplo import Editor, command, missing
from tools.schema import PUBLISHED
from uwsgilint import catalog, grammar, logic, routing, schema
from uwsgilint.catalog import builds, subsystems
from uwsgilint.document import Source
from uwsgilint.formats import authoring, read, toml
from uwsgilint.lint import engine, texts
from uwsgilint.schema import export
from uwsgilint.schema.base import native_name
from uwsgilint.schema.composites.registry import COMPOSITES
from uwsgilint.schema.readings import READINGS
from uwsgilint.schema.types import PLACEHOLDER_PATTERN
from uwsgilint.values import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(
    path
    for pattern in ("*.toml", "*.yaml", "*.yml")
    for path in (ROOT / "examples").rglob(pattern)
    if authoring.MAIN in path.read_text("utf-8")
)
TOML_EXAMPLES = [path for path in EXAMPLES if path.suffix == ".toml"]
FIELDS = {
    native_name(name): (table, field)
    for table in subsystems.NAMES
    for name, field in schema.subsystem(table).model_fields.items()
}


@cache
def document() -> dict[str, Any]:
    """The schema."""
    return export.document()


@cache
def validator() -> jsonschema.Draft7Validator:
    """What validates by the schema."""
    return jsonschema.Draft7Validator(document())


def definition(name: str) -> Any:
    """A shared part of the schema."""
    return document()["definitions"][name]


def described(option: str) -> Any:
    """Where an option says what it is."""
    groups = [value["properties"] for name, value in document()["definitions"].items() if name.startswith("options-")]
    (found,) = (group[option] for group in groups if option in group)
    return found


def errors(configuration: object) -> list[str]:
    """What is wrong with a configuration, each with its place."""
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(configuration)]


def loaded(path: Path) -> Any:
    """The content of a TOML or YAML file as plain values."""
    text = path.read_text("utf-8")
    return tomli.loads(text) if path.suffix == ".toml" else YAML(typ="safe", pure=True).load(text)


def told(configuration: Any) -> list[str]:
    """What uwsgilint says of the same configuration: of its shape and of its values, not of plugins or releases."""
    found = read(Source("uwsgi.toml", toml.dump(configuration).encode()), "toml")
    problems = [f"{problem.rule} {problem.values}" for problem in found.problems]
    for section in found.sections:
        problems += [f"{f.name}: {f.message}" for f in texts.check(section.directives, found, None)]
    return problems


def nodes(value: Any, path: str = "") -> Any:
    """Every object in the schema with its place."""
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from nodes(member, f"{path}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from nodes(member, f"{path}/{index}")


def schemas() -> Any:
    """Every schema in the schema: no examples, and no tables of schemas by name."""
    for path, node in nodes(document()):
        names = re.sub(r"/properties/[^/]+|/definitions/[^/]+", "", path)
        if not path.endswith(("/properties", "/definitions")) and "/examples" not in names:
            yield path, node


# -- the file ----------------------------------------------------------------------------------------


def test_the_published_schema_is_current() -> None:
    """The file in schemas/ is what the models say (else: python -m tools.schema)."""
    assert PUBLISHED.read_text("utf-8") == export.text()
    assert json.loads(export.text()) == document()


def test_the_command_prints_it(tmp_path: Path) -> None:
    """`uwsgilint schema` gives the published file, on standard output or in a file."""
    assert uwsgilint("schema").out == PUBLISHED.read_text("utf-8")
    assert uwsgilint("schema", "--output", "s.json", cwd=tmp_path) == (0, "", "")
    assert (tmp_path / "s.json").read_bytes() == PUBLISHED.read_bytes()
    assert uwsgilint("schema", "--output", "none/s.json", cwd=tmp_path).status == 4


def test_it_is_small_enough_for_editors() -> None:
    """It stays under a megabyte."""
    assert PUBLISHED.stat().st_size < 1_000_000


def test_it_is_draft_07() -> None:
    """It is valid by its meta-schema, and uses no keyword that came later."""
    assert document()["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(document())
    later = {"$defs", "$anchor", "dependentRequired", "dependentSchemas", "prefixItems", "minContains", "maxContains"}
    later |= {"unevaluatedItems", "unevaluatedProperties", "$recursiveRef", "$dynamicRef", "$vocabulary"}
    assert [path for path, node in schemas() if later & set(node)] == []


def test_references_lead_somewhere_and_stand_alone() -> None:
    """Each `$ref` leads to a schema, and nothing stands beside it, for draft-07 would not see it."""
    for path, node in schemas():
        if "$ref" in node:
            assert list(node) == ["$ref"], path
            found: Any = document()
            for step in node["$ref"].removeprefix("#/").split("/"):
                key = step.replace("~1", "/").replace("~0", "~")
                found = found[int(key)] if isinstance(found, list) else found[key]
            assert isinstance(found, dict), path


def test_every_table_is_closed() -> None:
    """A table takes no names but its own, or refers to a list of names that does; only groups leave that open."""
    groups = {f"/definitions/options-{name}" for name in (*subsystems.NAMES, "homonyms")}
    for path, node in schemas():
        if "properties" in node and path not in groups:
            by_name = {"$ref": "#/definitions/names"} in node.get("allOf", ())
            assert by_name or node["additionalProperties"] is False, path


# -- what is in it -----------------------------------------------------------------------------------

_MORE = {"lines", "when"}


def takes(table: str) -> set[str]:
    """The names that a table takes."""
    found = definition(table)
    listed = found["properties"] if "additionalProperties" in found else definition("names")["properties"]
    return {name for name in listed if found["properties"].get(name) is not False}


def test_every_name_is_where_it_belongs() -> None:
    """[uwsgi] and sections take all 1,261 names, a subsystem's table those at home there, and none stands elsewhere."""
    assert takes("uwsgi") == {*catalog.names(), *_MORE}
    tables = {"uwsgi", *subsystems.NAMES}
    assert takes("section") == {*catalog.names(), *_MORE, *tables}
    for table in subsystems.NAMES:
        home = {name for name in catalog.names() if subsystems.home(name) == table}
        chains = set(routing.CHAINS) if table == "routing" else set()
        assert takes(f"table-{table}") == home | chains | _MORE
    top = {*tables, "when", "sections", "target"}
    assert set(document()["properties"]) == {*top, "profiles"}
    assert takes("profile") == top
    assert {*authoring.RESERVED, *subsystems.NAMES} == {*top, "profiles"}


def test_a_name_means_the_same_in_every_table() -> None:
    """Each option is described once; a table that takes its name refers to that description."""
    for name in catalog.names():
        assert described(name)
    groups = [{"$ref": f"#/definitions/options-{table}"} for table in subsystems.NAMES]
    homonyms = definition("options-homonyms")["properties"]
    assert set(homonyms) == set(subsystems.NAMES) & set(catalog.names())
    for table, wanted in (("uwsgi", [*groups, {"$ref": "#/definitions/options-homonyms"}]), ("section", groups)):
        assert [each for each in definition(table)["allOf"] if each in wanted] == wanted
    for table, group in zip(subsystems.NAMES, groups, strict=True):
        assert definition(f"table-{table}")["allOf"][0] == group
    for name in homonyms:
        reference = {"$ref": f"#/definitions/options-homonyms/properties/{name}"}
        assert definition(f"table-{subsystems.home(name)}")["properties"][name] == reference
        assert definition("section")["properties"][name] == {
            "anyOf": [reference, {"$ref": f"#/definitions/table-{name}"}]
        }


def test_descriptions_are_the_models() -> None:
    """An option says what its model says, in Markdown with the catch as well; an alias says whose other name it is."""
    for name in catalog.names():
        setting = catalog.setting_of(name)
        found = described(name)
        if name == setting:
            _, field = FIELDS[name]
            assert found["description"] == field.description
            assert found["markdownDescription"].startswith(field.description)
            assert schema.about(field).get("catch", "") in found["markdownDescription"]
        else:
            assert found["description"] == f"Another name of `{setting}`."
            assert list(found) == ["description", "anyOf"]


def test_links_lead_to_the_reference() -> None:
    """The link of an option leads to its heading on the page of its subsystem."""
    headings = {
        table: re.findall(r"^### (.*)$", (ROOT / "docs" / "reference" / f"{table}.md").read_text("utf-8"), re.MULTILINE)
        for table in subsystems.NAMES
    }
    for name, (table, _) in FIELDS.items():
        assert f"(../docs/reference/{table}.md#{name})" in described(name)["markdownDescription"]
        assert name in headings[table]


def test_defaults_and_examples_are_values() -> None:
    """A default and every example of an option or a part are valid where they stand."""
    told_defaults = 0
    for path, node in schemas():
        here = jsonschema.Draft7Validator({**node, "definitions": document()["definitions"]})
        for value in (*([node["default"]] if "default" in node else []), *node.get("examples", ())):
            assert here.is_valid(value), (path, value)
        told_defaults += "default" in node
    assert told_defaults > 200


def test_limits_choices_and_obsolete_options() -> None:
    """Limits are numbers, closed sets are enumerations, and what the server ignores is marked."""
    assert described("thread-stacksize")["minimum"] == 16
    assert (described("harakiri-graceful-signal")["minimum"], described("harakiri-graceful-signal")["maximum"]) == (
        1,
        64,
    )
    assert described("cheaper-algo")["anyOf"][0] == {"enum": ["spare", "backlog", "manual", "busyness", "backlog2"]}
    assert described("harakiri")["type"] == ["integer", "string"]
    ignored = {name for name in catalog.names() if "deprecated" in described(name)}
    assert ignored == {name for name in catalog.names() if getattr(catalog.option(name), "kind", "") == "ignored"}


# -- kinds -------------------------------------------------------------------------------------------

# A text that says yes or no is doubtful as a text: only the linter sees that.
_YES_OR_NO = {"true", "false", "on", "off", "yes", "no"}
# The linter takes the words of one in any case, and anything but a false word for the others.
_STRICTER = {"file-serve-mode", "switch", "presence"}
_WORDS = (*_YES_OR_NO, "0", "1", "2", "4k", "10m", "64 MiB", "-1", "+3", " 5", "007", "0x10", "1e3", "", " ", "660")
_ADDRESSES = ("8000", ":8000", "127.0.0.1:8000", "[::1]:8000", "[:1]:80", "*:80", ":65536", ":http", "/run/a.sock")
_MORE_ADDRESSES = ("@abstract", "fd://3", "=0", "unix:/a", "http://a:1", "HTTP:80", "::1:80", "a" * 103, "a" * 102)
_LISTS = (
    "a,b",
    "a, b",
    "a ,b",
    " a",
    "a ",
    "a=b",
    "a b",
    "a:b",
    "0 3 -1 -1 -1 ls",
    "* * * * * ls",
    "1 2 3 4 5",
    "0644",
)
SAMPLES = (*_WORDS, *_ADDRESSES, *_MORE_ADDRESSES, *_LISTS, "nginx", "wrr", "x-sendfile", "00", "0660", "888", "512M")


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=150)
@given(text=st.one_of(st.sampled_from(SAMPLES), st.text("019+-kKmM.:/=@* ,[]aon", max_size=12)))
def test_a_kind_takes_what_its_reading_has_no_doubt_about(kind: str, text: str) -> None:
    """The pattern of a kind and `uwsgilint.values` agree on every text, but for what is listed above."""
    assume(not re.search(export.PLACEHOLDER, text))
    taken = jsonschema.Draft7Validator(export.kind(kind)).is_valid(text)
    doubt = KINDS[kind].question(text) if kind != "bytes" else None

    if taken and kind != "bytes":
        assert doubt is None or doubt.rule in {"boolean-for-text", "number-out-of-range"}
    # Nobody writes +4 or -0; the server reads them, an editor may ask.
    elif doubt is None and kind not in _STRICTER and kind != "bytes" and text.strip(" \t+-") == text.strip() != "":
        raise AssertionError(f"{text!r} is no {kind}")


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=60)
@given(
    value=st.one_of(st.integers(-3, 800), st.booleans(), st.integers(2**31 - 2, 2**31 + 2), st.integers(65534, 65537))
)
def test_a_kind_takes_numbers_and_switches_as_they_are_meant(kind: str, value: object) -> None:
    """What is no text is taken only where its text leaves no doubt."""
    if jsonschema.Draft7Validator(export.kind(kind)).is_valid(value):
        text = str(value).lower()
        doubt = KINDS[kind].question(text)
        # An octal number is a mode, whatever number a validator sees; `presence` says false by leaving out.
        assert doubt is None or kind in {"mode", "file-mode", "umask", "presence"}, doubt


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_takes_its_spellings(kind: str) -> None:
    """What the reference recommends is valid, as text and as what it looks like, and so is a placeholder."""
    found = jsonschema.Draft7Validator(export.kind(kind))
    for text in (*READINGS[kind][0], "$(X)", "%(x)", "@(file)", "%k"):
        assert found.is_valid(text), text
        if "integer" in export.kind(kind)["type"] and text.isdigit() and not text.startswith("0"):
            assert found.is_valid(int(text)), text


@given(st.text("%$@()ak[v ", max_size=6))
def test_what_the_models_take_for_a_placeholder_the_schema_takes(text: str) -> None:
    """A text that the server fills in is taken wherever a value is."""
    assert not re.search(PLACEHOLDER_PATTERN, text) or re.search(export.PLACEHOLDER, text)


# -- configurations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_are_valid(path: Path) -> None:
    """Every example is valid, and its first line leads editors to the published schema."""
    assert errors(loaded(path)) == []
    found = re.match(r"#:schema (\S+)|# yaml-language-server: \$schema=(\S+)", path.read_text("utf-8"))
    assert found is not None
    assert (path.parent / (found[1] or found[2])).resolve() == PUBLISHED


# Settings of the tool are marked; tests/test_readme.py reads them.
BLOCK = re.compile(r"(?<!^<!-- settings -->\n)^```(toml|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[Any]:
    """The configurations that a page shows, as plain values."""
    read_yaml = YAML(typ="safe", pure=True).load
    found = [tomli.loads(code) if syntax == "toml" else read_yaml(code) for syntax, code in BLOCK.findall(text)]
    return [configuration for configuration in found if configuration is not None]


# The files in docs/ci.md are for other programs, and held against their schemas by another test.
DOCUMENTS = sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name != "ci.md")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_what_the_documents_show_is_valid(path: Path) -> None:
    """Every TOML and YAML block of the documents, the reference included, is valid."""
    for configuration in blocks(path.read_text("utf-8")):
        assert errors(configuration) == [], configuration


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("UW*.md")), ids=lambda path: path.stem)
def test_what_the_rules_prefer_is_valid(path: Path) -> None:
    """What the page of a rule recommends is valid."""
    _, _, preferred = path.read_text("utf-8").partition("## Prefer")
    for configuration in blocks(preferred.partition("\n## ")[0]):
        assert errors(configuration) == [], configuration


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "parity").glob("*.toml")), ids=lambda path: path.stem)
def test_every_capability_is_valid(path: Path) -> None:
    """The schema takes the tables of each capability, unless `check` finds more in them than a missing plugin."""
    for name, entry in tomli.loads(path.read_text("utf-8")).items():
        found = {finding.code for finding in engine.check_text("uwsgi.toml", entry["toml"].encode())}
        if all(code.startswith("UW1") and code != "UW101" for code in found):
            assert errors(tomli.loads(entry["toml"])) == [], name


def test_check_jsonschema_takes_the_examples_and_refuses_a_slip(tmp_path: Path) -> None:
    """The program that hooks use agrees: about the schema, about the examples, about a misspelt key."""
    program = [sys.executable, "-m", "check_jsonschema"]
    schemafile = ["--schemafile", str(PUBLISHED)]
    slip = tmp_path / "uwsgi.yaml"
    slip.write_text("uwsgi:\n  proceses: 4\n")

    done = subprocess.run([*program, "--check-metaschema", str(PUBLISHED)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([*program, *schemafile, *map(str, EXAMPLES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([*program, *schemafile, str(slip)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "'proceses' was unexpected" in done.stdout


def good_values(name: str) -> list[Any]:
    """Values of an option that its model, its kind or its language recommends."""
    _, field = FIELDS[name]
    option = catalog.option(name)
    assert option is not None
    found: list[Any] = list(field.examples or ())
    model = COMPOSITES.get(name)
    if model is not None:
        for text in list(found):
            parts = model.parse(str(text)).model_dump(exclude_none=True)
            found.append({key: value for key, value in parts.items() if value != []})
    elif option.kind not in {"route", "string", "strings", "logic", "terminator"}:
        about = schema.about(field)
        fits = [
            t
            for t in READINGS[option.kind][0]
            if not t.isdigit() or about.get("ge", 0) <= int(t) <= about.get("le", 2**31)
        ]
        found += [*fits, *(int(t) for t in fits if t.isdigit() and not t.startswith("0"))]
        found += [True] if "flag" in option.kind else []
    return [value for value in found if value != ""] or ["$(VALUE)"]


@pytest.mark.parametrize("table", subsystems.NAMES)
def test_every_option_takes_its_good_values(table: str) -> None:
    """Each value that the models recommend is valid for its option, in its subsystem's table and in [uwsgi]."""
    for name, (home, _) in FIELDS.items():
        if home != table:
            continue
        repeatable = getattr(catalog.option(name), "repeatable", False)
        for value in good_values(name):
            assert (
                errors({home: {name: value}, "uwsgi": {name: value}, "sections": {"more": {"uwsgi": {name: value}}}})
                == []
            )
        assert (errors({home: {name: good_values(name)}}) == []) is repeatable, name


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """A configuration of good values, in tables, sections, profiles, blocks and lines."""

    def options(names: list[str]) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique_by=catalog.setting_of))
        return {name: value(name) for name in chosen}

    def value(name: str) -> Any:
        good = good_values(catalog.setting_of(name))
        option = catalog.option(name)
        if option is not None and option.repeatable and draw(st.booleans()):
            return draw(st.lists(st.sampled_from(good), min_size=1, max_size=3))
        return draw(st.sampled_from(good))

    def body() -> dict[str, Any]:
        tables = draw(st.lists(st.sampled_from(subsystems.NAMES), max_size=3, unique=True))
        found = {table: options([n for n in catalog.names() if subsystems.home(n) == table]) for table in tables}
        found["uwsgi"] = options(catalog.names())
        if draw(st.booleans()):
            found["uwsgi"]["lines"] = [options([name]) or {name: value(name)} for name in options(catalog.names())]
        return found

    found = body()
    if draw(st.booleans()):
        found["sections"] = {"more": options([n for n in catalog.names() if n not in subsystems.NAMES])}
    if draw(st.booleans()):
        found["profiles"] = {"production": body()}
    if draw(st.booleans()):
        word = draw(
            st.sampled_from(
                [w for w, block in logic.BLOCKS.items() if block.takes == "text" and block.terminator == "endif"]
            )
        )
        found["when"] = [{word: "x", "uwsgi": options(catalog.names())}]
    if draw(st.booleans()):
        found["target"] = {
            "uwsgi": draw(st.sampled_from(catalog.RELEASES)),
            "build": draw(st.sampled_from(builds.names())),
        }
    return found


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(configurations())
def test_generated_configurations_are_valid(configuration: dict[str, Any]) -> None:
    """What is put together of good values is valid, and uwsgilint reads it without a word."""
    assert errors(configuration) == []
    assert told(configuration) == []


def good_parts(part: grammar.Part) -> list[Any]:
    """Values of a part of a composite that its kind, its limits or its choices recommend."""
    if part.words:
        return ["%(uri)", "$(FORMAT)"]
    lowest, highest = part.ge or 0, part.le or 60
    found: list[Any] = [lowest, highest, str(highest), *(word for word in part.choices if "*" not in word)]
    if part.kind == "presence":
        found = [True, False, 1, "1"]
    elif part.choices and part.kind == "string":
        found = [*found[3:], "$(WORD)", *([True, False] if "1" in part.choices or len(part.choices) == 1 else [])]
    elif KINDS[part.kind].expects.startswith(("a whole number", "a number")) is False:
        found = ["x", "127.0.0.1:8000", "/srv/app", "$(TEXT)", 5, *READINGS[part.kind][0]]
    return [*found, found[:2]] if part.separator else found


@st.composite
def tables(draw: st.DrawFn, option: str) -> dict[str, Any]:
    """A table of good parts for an option: those of one of its shapes, under any of the names that each part has."""
    declared = COMPOSITES[option].grammar()
    shape = draw(st.sampled_from(declared.template.split("|")))
    outer = shape
    while "[" in outer:
        outer = re.sub(r"\[[^\[\]]*\]", "", outer)
    words = dict(re.findall(r"\{(\w+)=([^}]*)\}", shape))
    found = {}
    for part in declared.parts:
        inside = f"{{{part.name}" in shape or ("{*}" in shape and part.keys)
        if part.required or f"{{{part.name}" in outer or (inside and draw(st.booleans())):
            names = sorted({part.name, part.name.replace("_", "-"), *part.keys})
            good = words[part.name].split(",") if part.name in words else good_parts(part)
            found[draw(st.sampled_from(names))] = draw(st.sampled_from(good))
    return found


@pytest.mark.parametrize("option", {model: option for option, model in COMPOSITES.items()}.values())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_table_that_compiles_is_valid(option: str, data: st.DataObject) -> None:
    """Whatever uwsgilint makes a value of without a word, the schema takes, alone and in a list."""
    table = data.draw(tables(option))
    assume(table and told({"uwsgi": {option: table}}) == [])

    assert errors({"uwsgi": {option: table}}) == []
    if getattr(catalog.option(option), "repeatable", False):
        assert errors({"uwsgi": {option: [table, table]}}) == []


RULES = {
    name: [routing.table_of(name, str(text)) for text in FIELDS[name][1].examples or ()]
    for name in routing.OPTIONS
    if name in FIELDS
}


@pytest.mark.parametrize("option", RULES)
def test_rules_as_tables_are_valid(option: str) -> None:
    """The table form of every native rule that the models show is valid in its chain."""
    chain, _ = routing.OPTIONS[option]
    assert RULES[option]
    for rule in RULES[option]:
        assert rule is not None
        assert errors({"routing": {chain: [rule]}}) == []


WRONG: dict[str, tuple[Any, str]] = {
    "a misspelt option": ({"uwsgi": {"proceses": 4}}, "'proceses' was unexpected"),
    "a misspelt option in its table": ({"workers": {"proceses": 4}}, "'proceses' was unexpected"),
    "a misspelt option in a section": ({"sections": {"a": {"proceses": 4}}}, "'proceses' was unexpected"),
    "a misspelt option in a profile": ({"profiles": {"a": {"uwsgi": {"proceses": 4}}}}, "'proceses' was unexpected"),
    "a misspelt option in lines": ({"uwsgi": {"lines": [{"proceses": 4}]}}, "'proceses' was unexpected"),
    "a misspelt option in a block": ({"when": [{"env": "A", "uwsgi": {"proceses": 4}}]}, "'proceses' was unexpected"),
    "a misspelt table": ({"worker": {"processes": 4}}, "'worker' was unexpected"),
    "an option in another's table": ({"workers": {"module": "app"}}, "'module' was unexpected"),
    "an option at the top": ({"processes": 4}, "'processes' was unexpected"),
    "two options in a line": ({"uwsgi": {"lines": [{"master": True, "vacuum": True}]}}, "too many properties"),
    "a wrong unit": ({"workers": {"processes": "4k"}}, "'4k' does not match"),
    "a wrong unit of memory": ({"uwsgi": {"buffer-size": "32k"}}, "'32k' does not match"),
    "a switch for a number": ({"workers": {"processes": True}}, "True is not of type 'integer', 'string'"),
    "a number out of range": ({"workers": {"harakiri-graceful-signal": 65}}, "65 is greater than the maximum of 64"),
    "a negative number": ({"workers": {"processes": -1}}, "-1 is less than the minimum of 0"),
    "a wrong choice": ({"cheapening": {"cheaper-algo": "fastest"}}, "'fastest' is not valid under any"),
    "a word for a switch": ({"uwsgi": {"master": "enabled"}}, "'enabled' does not match"),
    "a switch for a text": ({"uwsgi": {"module": True}}, "True is not of type 'string', 'number'"),
    "a bare port": ({"uwsgi": {"http-socket": "8000"}}, "'8000' is not valid under any"),
    "four digits of a mode": ({"uwsgi": {"chmod-socket": "0664"}}, "'0664' does not match"),
    "a schedule with stars": ({"cron": {"cron": "* * * * * ls"}}, "is not valid under any"),
    "a pair without its sign": ({"uwsgi": {"attach-daemon2": {"cdm": "x"}}}, "is not valid under any"),
    "an unknown part": ({"caching": {"cache2": [{"name": "a", "items": 9, "itmes": 9}]}}, "is not valid under any"),
    "a missing part": ({"caching": {"cache2": {"name": "a"}}}, "is not valid under any"),
    "a wrong part": ({"caching": {"cache2": {"name": "a", "items": "10k"}}}, "is not valid under any"),
    "a table for an option without parts": ({"uwsgi": {"module": {"name": "app"}}}, "is not of type"),
    "an unknown release": ({"target": {"uwsgi": "2.0.99"}}, "'2.0.99' is not one of"),
    "an unknown build": ({"target": {"build": "debian-99"}}, "'debian-99' is not valid under any"),
    "an unknown target": ({"target": {"realease": "2.0.31"}}, "'realease' was unexpected"),
    "an unknown action": ({"routing": {"request": [{"action": {"redirekt": "/"}}]}}, "is not valid under any"),
    "two actions": ({"routing": {"request": [{"action": {"goto": "a", "log": "b"}}]}}, "is not valid under any"),
    "a rule without action": ({"routing": {"request": [{"match": {"path": "^/a"}}]}}, "is not valid under any"),
    "a subject of another chain": (
        {"routing": {"request": [{"match": {"status": "404"}, "action": "last"}]}},
        "'status' was unexpected",
    ),
    "an unknown chain": ({"routing": {"requests": [{"action": "last"}]}}, "'requests' was unexpected"),
    "two conditions in a block": ({"when": [{"env": "A", "opt": "b", "uwsgi": {}}]}, "is valid under each of"),
    "an unknown condition in a block": ({"when": [{"envv": "A", "uwsgi": {}}]}, "is not valid under any"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_fails(what: str) -> None:
    """The schema refuses it, and so does uwsgilint, or else the model of the subsystem."""
    configuration, message = WRONG[what]

    found = errors(configuration)
    assert [error for error in found if message in error], found
    if what in {"a number out of range", "a wrong choice"}:
        ((table, values),) = configuration.items()
        with pytest.raises(ValueError, match=r"expects|Input should be"):
            schema.subsystem(table).model_validate(values)
        return
    data = toml.dump(configuration).encode()
    assert uwsgilint("check", "-", "--stdin-filename", "uwsgi.toml", stdin=data).status == 1


def test_no_misspelt_name_passes() -> None:
    """Any name with a letter too many fails, wherever options may stand."""
    for name in catalog.names():
        slip = f"{name}x"
        if slip not in catalog.names():
            home = str(subsystems.home(name))
            for table in (definition("names"), definition(f"table-{home}")):
                assert slip not in table["properties"]
    names = [f"{name}x" for name in catalog.names() if f"{name}x" not in catalog.names()]
    (error,) = validator().iter_errors({"uwsgi": dict.fromkeys(names, 1)})
    assert all(f"'{name}'" in error.message for name in names)


# -- editors -----------------------------------------------------------------------------------------


def taplo(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Taplo's linter with no settings but ours."""
    if sys.platform == "linux" and platform.machine() != "x86_64" and shutil.which(command()) is None:
        pytest.skip("Taplo has no wheel for this machine")
    line = [command(), "lint", "--colors", "never", "--no-auto-config", *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_taplo_takes_the_examples() -> None:
    """Taplo finds the schema by their first lines, and nothing wrong with them."""
    done = taplo(*(str(path.relative_to(ROOT)) for path in TOML_EXAMPLES))
    assert done.returncode == 0, done.stderr
    done = taplo("--schema", PUBLISHED.as_uri(), *(str(path.relative_to(ROOT)) for path in TOML_EXAMPLES))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("what", ["a misspelt option", "a wrong unit", "a wrong choice", "a missing part"])
def test_taplo_refuses_what_is_wrong(what: str, tmp_path: Path) -> None:
    """Taplo refuses a misspelt key, a wrong unit and a wrong choice, and names the value."""
    configuration, _ = WRONG[what]
    (tmp_path / "uwsgi.toml").write_text(f"#:schema {PUBLISHED.as_uri()}\n{toml.dump(configuration)}")

    done = taplo("uwsgi.toml", cwd=tmp_path)
    assert done.returncode == 1
    slip = {
        "a misspelt option": "proceses",
        "a wrong unit": '"4k"',
        "a wrong choice": '"fastest"',
        "a missing part": "name",
    }
    assert slip[what] in done.stderr


FIRST_LINE = "#:schema ../../schemas/uwsgilint.schema.json\n\n"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """An editor with Taplo's language server, where there is one."""
    lacking = missing()
    if lacking is not None:
        pytest.skip(lacking)
    with Editor() as found:
        yield found


@pytest.mark.parametrize(
    ("text", "offered", "explained"),
    [
        ("[workers]\n|\n", "processes", FIELDS["processes"][1].description),
        ("[workers]\n|\n", "threads", FIELDS["threads"][1].description),
        ("[uwsgi]\n|\n", "http-keepalive", FIELDS["http-keepalive"][1].description),
        ("[cheapening]\ncheaper-algo = |\n", '"busyness"', ""),
        ("[sections.more]\n|\n", "processes", FIELDS["processes"][1].description),
        ("[profiles.production.workers]\n|\n", "processes", FIELDS["processes"][1].description),
        ("[[caching.cache2]]\n|\n", "blocksize", COMPOSITES["cache2"].model_fields["blocksize"].description),
        ("[[routing.request]]\n|\n", "unless", ""),
        ("[target]\nbuild = |\n", '"pyuwsgi"', ""),
        ("|\n", "workers", ""),
    ],
)
def test_taplo_completes(editor: Editor, text: str, offered: str, explained: str) -> None:
    """The language server offers options, choices and parts where they belong, with our explanation."""
    editor.write("examples/wsgi", FIRST_LINE + text)
    found = editor.completion()

    assert offered in found
    assert explained in found[offered]


def test_taplo_offers_no_option_of_another_table(editor: Editor) -> None:
    """In [workers] only its options are offered."""
    editor.write("examples/wsgi", f"{FIRST_LINE}[workers]\n|\n")
    found = set(editor.completion())

    assert {"harakiri", "enable-threads"} <= found
    assert {"module", "cheaper", "http-socket"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[workers]\npro|cesses = 4\n", FIELDS["processes"][1].description),
        ("[workers]\nwor|kers = 4\n", "Another name of `processes`."),
        ("[uwsgi]\nhttp-soc|ket = ':8000'\n", FIELDS["http-socket"][1].description),
        ("[wor|kers]\nprocesses = 4\n", subsystems.summary("workers")),
        ("[cheapening]\ncheaper-al|go = 'spare'\n", FIELDS["cheaper-algo"][1].description),
    ],
)
def test_taplo_explains(editor: Editor, text: str, shown: str) -> None:
    """The language server shows our description of the option or table under the cursor."""
    editor.write("examples/wsgi", FIRST_LINE + text)

    assert shown in editor.hover()


def test_taplo_marks_what_is_wrong(editor: Editor) -> None:
    """The language server marks a misspelt key while it is written."""
    editor.write("examples/wsgi", f"{FIRST_LINE}[workers]\nproceses = 4|\n")
    for _ in range(3):
        editor.hover()

    assert "'proceses' was unexpected" in json.dumps(editor.diagnostics[editor.uri])


def test_yaml_and_json_say_the_same() -> None:
    """What is valid in TOML is valid in YAML and in JSON of the same shape."""
    text = 'uwsgi:\n  http-socket: "127.0.0.1:8000"\n  chmod-socket: 660\n  master: yes\nworkers: {processes: 8}\n'
    found = YAML(typ="safe", pure=True).load(io.StringIO(text))

    assert errors(found) == []
    assert errors(json.loads(json.dumps(found))) == []
