"""The whole language in every syntax: what a file of any dialect means is what a server with its library makes of it.

Beside these, the properties of each reader (test_ini, test_yaml_dialects, test_json, test_xml) try what only its syntax
has, and that of the language (test_language) what INI files say together.
"""

from __future__ import annotations

import json as plain_json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.dialects import server_with
from tests.test_language import BLOCKS, ENV, FILES, LINES, environment, machine_of, ours
from tests.test_understood import configurations, document
from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.document import CannotWriteError, Document, Source
from uwsgilint.formats import ini, json, migration, read, xml, yaml_builtin, yaml_libyaml
from uwsgilint.language.load import Loaded, evaluate
from uwsgilint.language.logic import TERMINATORS, Machine
from uwsgilint.server import Server
from uwsgilint.verify import expected, understood

Pair = tuple[str, str]


def split(line: str) -> Pair:
    """Take a line of an INI file apart."""
    key, _, value = line.partition("=")
    return key.strip(), value.strip()


def yaml_text(pairs: list[Pair]) -> str:
    """A block of YAML as people write it, quoted nowhere."""
    return "uwsgi:\n" + "".join(f"  {key}: {value}\n" for key, value in pairs)


def quoted_yaml_text(pairs: list[Pair]) -> str:
    """A block of YAML with every text in quotes."""
    return "uwsgi:\n" + "".join(f"  {plain_json.dumps(key)}: {plain_json.dumps(value)}\n" for key, value in pairs)


def json_text(pairs: list[Pair]) -> str:
    """An object with the pairs as members, repeated ones too."""
    members = (f"{plain_json.dumps(key)}: {plain_json.dumps(value)}" for key, value in pairs)
    return '{"uwsgi": {' + ",\n".join(members) + "}}"


def xml_text(pairs: list[Pair]) -> str:
    """An element for each pair."""
    return "<uwsgi>\n" + "".join(f"  <{key}>{escape(value)}</{key}>\n" for key, value in pairs) + "</uwsgi>\n"


# The dialect, the option that loads a file of it, how it is written, and who reads it.
DIALECTS: dict[str, tuple[str, Callable[[list[Pair]], str], Callable[[Source], Document]]] = {
    "builtin": ("yaml", yaml_text, yaml_builtin.read),
    "libyaml": ("yaml", quoted_yaml_text, yaml_libyaml.read),
    "jansson": ("json", json_text, lambda source: json.read(source, library="jansson")),
    "yajl": ("json", json_text, lambda source: json.read(source, library="yajl")),
    "libxml2": ("xml", xml_text, lambda source: xml.read(source, library="libxml2")),
    "expat": ("xml", xml_text, lambda source: xml.read(source, library="expat")),
}
# A file without sections cannot name one of its own, and a name with a percent sign is not one of XML.
FOREIGN = LINES.filter(lambda line: not line.startswith(("ini = :", "inherit", "yaml =", "%")))
GROUPS = st.lists(
    st.one_of(
        FOREIGN.map(lambda line: [line]),
        FOREIGN.map(lambda line: [line]),
        BLOCKS.map(lambda lines: [line for line in lines if not line.startswith("%")]),
    ),
    max_size=8,
)
PAIRS = GROUPS.map(lambda groups: [split(line) for group in groups for line in group])
INCLUDED = st.lists(FOREIGN.filter(lambda line: not line.startswith(("ini", "include"))), max_size=4)


class Speaker(NamedTuple):
    """A dialect, a server that has it, and what that server says about its machine."""

    dialect: str
    server: Server
    machine: Machine


@pytest.fixture(params=DIALECTS)
def speaker(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Speaker:
    """Every dialect that there is a server for."""
    chosen = server_with(request.param, server)
    return Speaker(request.param, chosen, machine_of(chosen, tmp_path))


@pytest.mark.server
@cases(0.5)
@given(pairs=PAIRS, included=INCLUDED)
def test_means_what_the_server_makes_of_it(
    speaker: Speaker, tmp_path: Path, pairs: list[Pair], included: list[str]
) -> None:
    """Blocks, placeholders, variables and includes come out as in a server that has the library."""
    dialect, chosen, known = speaker
    option, write, reader = DIALECTS[dialect]
    name = f"app.x.{option}"
    (tmp_path / name).write_text(write(pairs))
    (tmp_path / "inc.ini").write_text("\n".join(["[uwsgi]", *included, "[other]", "b = other %x", ""]))
    (tmp_path / "sub").mkdir(exist_ok=True)
    for file, content in FILES.items():
        (tmp_path / file).write_bytes(content.encode())

    loaded = evaluated_in(tmp_path, name, reader, known)
    told = {problem.rule for problem in loaded.problems}
    answer = chosen.understand([f"--{option}", name], cwd=tmp_path, env=ENV, timeout=3)

    if answer.refused is not None:
        assert told & {"malformed-file", "missing-root", "endless-placeholder", "nested-block"}, answer.log[-600:]
        return
    assert not told & {"malformed-file", "endless-placeholder"}
    answer.entries.remove((option, name))
    assert ours(loaded) == answer.entries


def evaluated_in(folder: Path, name: str, reader: Callable[[Source], Document], known: Machine) -> Loaded:
    """Evaluate a file with a reader of one's choice, as a server does that is started in its folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        read_document = reader(Source(name, Path(name).read_bytes()))
        settings, problems = evaluate(
            read_document, path=name, env=environment(), cwd=folder, machine=known, positional=False
        )
    return Loaded(read_document, settings, [*read_document.problems, *problems])


# -- what is authored ------------------------------------------------------------------------------------


@st.composite
def authored(draw: st.DrawFn) -> tuple[str, list[Pair]]:
    """A TOML file in one of the many ways to write it, and the options that it means, in order."""
    tables: dict[str, list[Pair]] = {}
    for key, value in draw(configurations()):
        option = catalog.option(key)
        assert option is not None
        home = draw(st.sampled_from(["uwsgi", subsystems.home(key) or "uwsgi"]))
        tables.setdefault(home, []).append((key, value))
    text = ""
    for table, pairs in tables.items():
        text += f"[{table}]\n"
        if table == "uwsgi" and draw(st.booleans()):
            text += f"lines = [{', '.join(f'{{ {entry(draw, *pair)} }}' for pair in pairs)}]\n"
        else:
            text += "".join(f"{entry(draw, *pair)}{draw(st.sampled_from(['', '  # 50% ']))}\n" for pair in pairs)
    return text, [pair for pairs in tables.values() for pair in pairs]


def entry(draw: st.DrawFn, key: str, value: str) -> str:
    """A key and its value, which may be a number, a word, or text in either kind of quotes, alone or in a list."""
    forms = [plain_json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")]
    if "'" not in value and value.isprintable():
        forms.append(f"'{value}'")
    option = catalog.option(key)
    assert option is not None
    if option.kind == "flag" and value in {"true", "false"}:
        forms.append(value)
    if option.kind in {"int", "uint64", "uint16"} and value.isdigit() and str(int(value)) == value:
        forms += [value, hex(int(value))]
    form = draw(st.sampled_from(forms))
    if option.repeatable and draw(st.booleans()):
        form = f"[{form}]"
    return f"{key} = {form}"


@pytest.mark.server
@cases()
@given(made=authored())
@example(
    made=(
        '[uwsgi]\nlines = [{ master = "off" }, { env = ["A=1", "B=2"] }]',
        [("master", "off"), ("env", "A=1"), ("env", "B=2")],
    )
)
def test_authored_files_compile_to_what_they_say(server: Server, tmp_path: Path, made: tuple[str, list[Pair]]) -> None:
    """Of whatever tables, lists and lines: the server understands the options that were meant, in their order."""
    text, pairs = made
    source = read(Source("uwsgi.toml", text.encode()), "toml")
    compiled = tmp_path / "uwsgi.ini"
    compiled.write_bytes(ini.write(source))

    answer = server.understand(compiled, strict=True, cwd=tmp_path)

    assert answer.refused is None, answer.refused
    assert understood(answer.entries) == expected(document(pairs).directives())


SYNTAXES: tuple[migration.Syntax, ...] = ("toml", "yaml", "json")


@pytest.mark.server
@cases(0.2)
@given(groups=GROUPS)
def test_migrated_files_are_understood_as_before(server: Server, tmp_path: Path, groups: list[list[str]]) -> None:
    """An INI file, and what is built of its migration to each syntax: the server's registry is the same."""
    text = "\n".join(["[uwsgi]", *(line for group in groups for line in group), ""])
    original = ini.read(Source("app.ini", text.encode()))
    built: dict[bytes, str] = {}
    for syntax in SYNTAXES:
        try:
            converted = migration.migrate(original, syntax)
        except CannotWriteError:
            assume(False)
        again = ini.write(read(Source(f"uwsgi.{syntax}", converted.encode()), "yaml" if syntax == "json" else syntax))
        built.setdefault(again, syntax)
    (tmp_path / "inc.ini").write_text("[uwsgi]\nfrom-inc = %x\n[other]\nb = other\n")
    for file, content in FILES.items():
        (tmp_path / file).write_bytes(content.encode())

    def asked(content: bytes) -> tuple[str | None, list[Pair]]:
        (tmp_path / "app.ini").write_bytes(content)
        answer = server.understand("app.ini", cwd=tmp_path, env=ENV, timeout=3)
        return answer.refused, comparable(answer.entries)

    before = asked(text.encode())
    for again, syntax in built.items():  # most are the same to the last byte
        assert asked(again) == before, syntax


def comparable(entries: list[Pair]) -> list[Pair]:
    """Entries without the text behind what ends a block, which nobody reads."""
    return [(key, "" if key in TERMINATORS else value) for key, value in entries]
