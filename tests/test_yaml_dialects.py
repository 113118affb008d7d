"""YAML as the two parsers of the server read it, and where they and people differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.dialects import filled, server_with
from uwsgilint import formats
from uwsgilint.document import Document, Source
from uwsgilint.formats import authoring, yaml, yaml_builtin, yaml_dialects, yaml_libyaml
from uwsgilint.formats.tokens import ScanError, tokens
from uwsgilint.formats.tree import MalformedError
from uwsgilint.server import Server, acts_while_reading

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
READERS = {"builtin": yaml_builtin.read, "libyaml": yaml_libyaml.read}

FRAGMENTS = st.sampled_from(
    [
        *(
            "a",
            "uwsgi",
            "uwsgi:\n",
            "  ",
            " ",
            "\n",
            "\n  ",
            ": ",
            ":",
            "- ",
            "-",
            "\t",
            "#",
            " # c",
            '"',
            "'",
            "[",
            "]",
        ),
        *("{", "}", ",", "?", "? ", "&x", "*x", "!!str ", "!", "|", "|\n", "|-\n", ">\n", ">2\n", "%%", "%YAML 1.1\n"),
        *("@", "`", "---\n", "...\n", "\r\n", "\r", "\\", '"\\x25"', "~", "é", "\u0085", "\u2028", "''", "a: 1\n"),
        *("  b: x\n", "  c:\n", "  - v\n", "    - w\n", "\ufeff", "\x01", "\0", "%V", "%h", "%Y"),
    ]
)
NAMES = st.sampled_from(["a", "b1", "x-y", "é", "'k'", "%V", "k k", "- a", "? a", "[a]", "#c", "%%k", "<<", "!t a"])
MARKS = st.sampled_from([": ", ": ", ": ", ":\t", ":", " : ", ":  "])
VALUES = st.sampled_from(
    [
        *("1", "x", "'q'", '"q"', '"a\\x25b"', "a b", "[x, y]", "[x, [y], z]", "{k: v}", "&x 1", "*x", "!!str 1", "~"),
        *(
            "",
            "|\n    t\n    u",
            ">-\n    t\n    u",
            "a #c",
            "a#c",
            "50%%",
            "%V",
            "%Y",
            "%%x",
            "%hz",
            "@x",
            "x: y",
            "x:",
        ),
        *(
            "'a",
            "\t1",
            "1 ",
            "1\r",
            "a\n   b",
            '"a\n   b"',
            "- x",
            "\n    - x\n    - y",
            "\n  - x\n  - y",
            "\n    k: v",
        ),
        *("\n    - k: v\n      l: w", "\n    - - x\n      - y\n    - z", '"\\0z"', "%["),
    ]
)
LINES = st.one_of(
    st.builds("  {}{}{}".format, NAMES, MARKS, VALUES),
    st.builds("  {}: {}".format, NAMES, VALUES),
    st.builds("{}{}{}".format, st.sampled_from(["", " ", "    ", " \t"]), NAMES, VALUES),
    st.sampled_from(["", "  ", "# c", "  # 100% c", "---", "...", "other:", "\t", "\r"]),
    st.lists(FRAGMENTS, max_size=6).map("".join),
)
HEADS = st.sampled_from(
    [*["uwsgi:\n"] * 6, "o: 1\nuwsgi:\n", "uwsgi: # d\n", "---\nuwsgi:\n", "\ufeffuwsgi:\n", "o:\n  uwsgi:\n  ", ""]
)


@st.composite
def yaml_texts(draw: st.DrawFn) -> bytes:
    """YAML made of everything that one of the parsers has an opinion on."""
    lines = draw(st.lists(LINES, max_size=6))
    text = draw(HEADS) + draw(st.sampled_from(["\n", "\n", "\n", "\r\n"])).join(lines)
    # The server reads beyond its buffer when the last byte is a percent sign: nothing to compare with.
    return text.rstrip("%").encode()


def refused(document: Document) -> bool:
    """Whether a reading ends the server."""
    return any(problem.rule == "malformed-file" for problem in document.problems)


@pytest.fixture(params=READERS)
def speaker(request: pytest.FixtureRequest, server: Server) -> tuple[str, Server]:
    """A dialect, and a server that has it."""
    return request.param, server_with(request.param, server)


@pytest.mark.server
@cases()
@given(data=yaml_texts())
@example(data=b"uwsgi:\n  a: x#y\n  b: 'q'\r\n  c:\n  d: 1\n")
@example(data=b"uwsgi:\n  a: [1, 2]\n  b:\n  - x\n  - y\n  c: {k: v}\n  d: &x 1\n  e: 2\n")
@example(data=b"uwsgi:\n  a: 1\nother: @bad\n")
@example(data=b"uwsgi:\n  a: %%(x)y\n")
@example(data=b"uwsgi: {a: 1}\n")
@example(data=b"uwsgi:\n  a: 1\n&x%h")
@example(data=b"uwsgi:\n  a: 1\n&x%V")
def test_reads_what_the_server_reads(speaker: tuple[str, Server], tmp_path: Path, data: bytes) -> None:
    """Any YAML text gives the directives that a server with that parser lists, or its refusal."""
    dialect, chosen = speaker
    path = tmp_path / "random.yaml"
    path.write_bytes(data)

    answer = chosen.understand(path, cwd=tmp_path)
    document = READERS[dialect](Source("x", data))

    assert refused(document) == (answer.refused is not None), answer.refused
    if not refused(document):
        ours = [(filled(d.key, chosen.release), filled(d.value or "", chosen.release)) for d in document.directives()]
        assert ours == answer.entries


@given(data=st.one_of(yaml_texts(), st.binary(max_size=200)))
def test_every_place_is_in_the_file(data: bytes) -> None:
    """No bytes end a reader, and what it gives stands in the file, plain values letter for letter."""
    for read in READERS.values():
        document = read(Source("x", data))
        spans = [problem.span for problem in document.problems]
        for directive in document.directives():
            spans += [directive.key_span, directive.value_span]
            stands = data[directive.value_start : directive.value_end].decode("utf-8", "replace")
            if (directive.value or "").isalnum() and "\\" not in stands:
                assert directive.value in stands
        assert all(0 <= span.start <= span.end <= len(data) for span in spans)


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_the_scanner_ends(text: str) -> None:
    """Any text is cut into tokens, first and last those of the stream, or refused at a place in it."""
    found: list[str] = []
    place = -1
    try:
        found.extend(token.kind for token in tokens(text))
    except ScanError as error:
        place = error.place

    assert 0 <= place <= len(text) or (found[0], found[-1]) == ("stream start", "stream end")


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("builtin", 'uwsgi:\n  a: "q"', [("a", '"q"')]),
        ("libyaml", 'uwsgi:\n  a: "q"', [("a", "q")]),
        ("builtin", "uwsgi:\n  a: [1, 2]\n  b:\n  c: 1", [("a", "[1, 2]")]),
        ("libyaml", "uwsgi:\n  a: [1, 2]\n  b:\n  c: 1", [("a", "1"), ("a", "2"), ("c", "1")]),
        ("libyaml", "uwsgi:\n  a: {k: v}", [("k", "v")]),
        ("libyaml", 'uwsgi:\n  a: "\\x25d"', [("a", "%%d")]),
        ("libyaml", "uwsgi:\n  a: %d.sock", [("a", "%d.sock")]),
    ],
)
def test_reads_the_dialects(dialect: str, text: str, expected: list[tuple[str, str]]) -> None:
    """What sets the two parsers apart, in a line each."""
    assert [(d.key, d.value) for d in READERS[dialect](Source("x", text.encode())).directives()] == expected


@pytest.mark.parametrize(
    ("dialect", "text", "rule", "line"),
    [
        ("builtin", "uwsgi:\n  a: 1\n  b:\n  c: 1", "lost-rest", 3),
        ("builtin", "uwsgi:\n  a: 1\n  - x", "lost-rest", 3),
        ("builtin", "uwsgi:\nmaster: true", "lost-rest", 2),
        ("builtin", "uwsgi:\n  a: 1\nuwsgi:\n  b: 1", "lost-rest", 3),
        ("builtin", "uwsgi:\n  a: x#y", "cut-value", 2),
        ("builtin", "uwsgi:\n  a: 'x # y'", "cut-value", 2),
        ("builtin", "uwsgi:\r\n  a: 1\r\n", "kept-blanks", 2),
        ("builtin", "\ufeffuwsgi:\n  a: 1", "byte-order-mark", 1),
        ("builtin", "other:\n  a: 1", "missing-root", 1),
        ("builtin", "uwsgi:\n  a: 50%\n  b: 1", "stray-percent", 2),
        ("libyaml", "uwsgi:\n  a: &x 1\n  b: 1", "lost-rest", 2),
        ("libyaml", "uwsgi:\n  a: 1\n  b:\n  c: 1", "lost-value", 3),
        ("libyaml", "uwsgi:\n  a: &x\n  b: *x\n", "lost-value", 3),
        ("libyaml", "uwsgi: {a: 1}", "missing-root", 1),
        ("libyaml", "uwsgi:\n  a: x: y", "malformed-file", 2),
    ],
)
def test_tells_what_is_lost(dialect: str, text: str, rule: str, line: int) -> None:
    """What a parser drops without a word is a problem at its place."""
    problems = READERS[dialect](Source("x", text.encode())).problems

    assert (rule, line) in [(p.rule, p.span.line) for p in problems]


@pytest.mark.parametrize("dialect", READERS)
def test_is_silent_about_what_all_read_alike(dialect: str) -> None:
    """Plain lines give no problem, whatever else the file holds beside the section."""
    text = b"# shop\n---\nuwsgi:\n  master: true # yes\n\n  module: shop.wsgi\n  env: A=1\n  env: B=2\nother:\n  a: 1\n"
    source = Source("x", text)

    assert READERS[dialect](source).problems == []
    assert yaml_dialects.differences(source, authoring.document(yaml.read(source), source, "yaml")) == []


def told(text: str, dialect: str | None = None) -> list[tuple[int, str]]:
    """Line and text of the differences that are told of a file."""
    source = Source("x", text.encode())
    problems = yaml_dialects.differences(source, authoring.document(yaml.read(source), source, "yaml"), dialect)
    return [(problem.span.line, problem.values["what"]) for problem in problems]


def test_tells_values_that_differ() -> None:
    """Quotes are a part of the value for one parser only."""
    text = "uwsgi:\n  module: 'shop.wsgi'\n  master: true\n"

    assert told(text) == [(2, "`'shop.wsgi'` for the built-in parser, `shop.wsgi` for a YAML reader")]
    assert told(text, "libyaml") == []


def test_quotes_are_a_fault_where_nobody_will_remove_them() -> None:
    """For a build without libyaml, as in INI; what else differs is still told as that."""
    text = b"uwsgi:\n  module: \"shop.wsgi\"\n  chdir: '/srv'\n  env: [A=1]\n  master: true\n  procname: a 'b'\n"
    source = Source("a.yaml", text)
    known = frozenset({"yaml", "yaml:builtin"})
    told = [(p.rule, p.option, p.span.line) for p in formats.read(source, "yaml", known).problems]

    assert told == [("quoted-value", "module", 2), ("quoted-value", "chdir", 3), ("dialect-dependent", "env", 4)]
    assert {p.rule for p in formats.read(source, "yaml", frozenset()).problems} == {"dialect-dependent"}
    assert {p.rule for p in formats.read(source, "yaml", frozenset({"yaml:libyaml"})).problems} == set()


def test_quotes_in_what_only_the_built_in_parser_reads() -> None:
    """A file that a YAML reader refuses is read as the target does, quotes included."""
    source = Source("a.yaml", b'uwsgi:\n  log-format: %(uri)\n  module: "shop.wsgi"\n')
    problems = formats.read(source, "yaml", frozenset({"yaml:builtin"})).problems

    assert [p.rule for p in problems] == ["server-only-yaml", "quoted-value"]
    assert problems[1].values["value"] == '"shop.wsgi"'


@pytest.mark.server
def test_the_built_in_parser_keeps_quotes(server: Server, tmp_path: Path) -> None:
    """What is told as quoted is what a server without libyaml understands, quotes and all."""
    (tmp_path / "a.yaml").write_text("uwsgi:\n  module: \"shop.wsgi\"\n  chdir: '/srv'\n")
    found = server_with("builtin", server).understand("a.yaml", cwd=tmp_path)

    assert found.entries == [("module", '"shop.wsgi"'), ("chdir", "'/srv'")]


def test_tells_directives_that_only_some_read() -> None:
    """What follows the place where a parser stops is told once."""
    text = "uwsgi:\n  module: shop.wsgi\n  env:\n  - A=1\n  - B=2\n  master: true\n"

    assert told(text) == [(3, "`env` and 2 more: nothing for the built-in parser")]


def test_tells_a_file_that_one_parser_refuses() -> None:
    """An anchor's name that a YAML reader takes ends a server with libyaml."""
    text = "uwsgi:\n  module: shop.wsgi\n  env: &a.b A=1\n"

    assert told(text, "libyaml") == [(3, "libyaml refuses the file: this is not the name of an anchor")]


def test_leaves_files_with_faults_alone() -> None:
    """What is wrong for everybody is told first, and once."""
    assert told("uwsgi:\n  module: 'shop.wsgi'\n  master:\n") == []


def test_reads_what_only_the_server_reads() -> None:
    """A file that is no YAML is read as the target reads it, with one problem that says so."""
    source = Source("x", b"uwsgi:\n  module: shop: wsgi\n  master: true\n")
    with pytest.raises(MalformedError) as caught:
        yaml.read(source)

    document = yaml_dialects.unparsed(source, caught.value)

    assert [(d.key, d.value) for d in document.directives()] == [("module", "shop: wsgi"), ("master", "true")]
    assert [(p.rule, p.span.line) for p in document.problems] == [("server-only-yaml", 2)]
    refusing = yaml_dialects.unparsed(source, caught.value, "libyaml")
    assert refusing.directives() == []
    assert [p.rule for p in refusing.problems] == ["malformed-file"]


def test_a_file_that_nobody_reads_is_malformed() -> None:
    """Where the server gets nothing out of it either, the file is simply malformed."""
    source = Source("x", b"uwsgi:\n  [master: true\n")
    with pytest.raises(MalformedError) as caught:
        yaml.read(source)

    assert [p.rule for p in yaml_dialects.unparsed(source, caught.value).problems] == ["malformed-file"]


@pytest.mark.parametrize(
    ("text", "native"),
    [("uwsgi:\n  a: 1\nb:\n  c: 1", True), ("target:\n  build: x", False), ("uwsgi:\n  a: [{b: 1}]", False)],
)
def test_tells_files_of_the_server_from_files_of_the_compiler(text: str, native: bool) -> None:
    """A table that only the compiler knows makes a file no matter of the server's parsers."""
    assert authoring.is_native(yaml.read(Source("x", text.encode()))) == native


def corpus() -> list[dict[str, Any]]:
    """The YAML files of the corpus with what the server said of them."""
    if not CORPUS.is_dir():
        return []
    rows = map(json.loads, (CORPUS / "index.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["file"].endswith((".yaml", ".yml"))]


@pytest.mark.server
@pytest.mark.parametrize("row", corpus(), ids=lambda row: row["file"])
def test_reads_real_files_as_the_server_does(server: Server, tmp_path: Path, row: dict[str, Any]) -> None:
    """The same names in the same order, from every real file that the server can parse."""
    data = (CORPUS / "files" / row["file"]).read_bytes()
    documents = {name: read(Source("x", data)) for name, read in READERS.items()}
    directives = documents["builtin"].directives()
    if not row["parse_ok"] or any(acts_while_reading(d.key, d.value or "") for d in directives):
        return
    path = tmp_path / "uwsgi.yaml"
    path.write_bytes(data)

    answer = server_with("builtin", server).understand(path, cwd=tmp_path)

    if answer.refused is None or answer.entries:
        assert [d.key for d in directives] == [key for key, _ in answer.entries]
