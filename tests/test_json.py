"""JSON as the server reads it, with each of its two libraries."""

from __future__ import annotations

import json as plain_json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.dialects import filled, server_with
from uwsgilint.document import Document, Source
from uwsgilint.formats import json
from uwsgilint.server import Server, acts_while_reading

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

BLANKS = st.sampled_from(["", "", "", " ", "\n", "\r\n", "\t"])
NAMES = st.sampled_from(['"a"', '"a"', '"b1"', '"x y"', '""', '"é"', '"%%h"', '"%h"', '"\\u0025h"', '"\\u0062"'])
SCALARS = st.sampled_from(
    [
        *(
            '"v"',
            '""',
            '" q "',
            '"é"',
            '"50%%"',
            '"\\u0025h"',
            '"%V"',
            '"\\n\\/\\""',
            '"\\ud83d\\ude00"',
            '"😀"',
            '"\\\\"',
        ),
        *("1", "0", "-0", "-1", "2147483648", "-2147483648", "3000000000", "4294967296", "-1234567890", "12345678901"),
        *("1.5", "1e3", "1E+2", "-1.5e-3", "0.0", "%k", "1%k", "true", "false", "null"),
    ]
)
ODDITIES = st.sampled_from(
    [
        *('"50%"', '"\\u0000z"', '"\\ud800"', '"\\ud800x"', '"\\ud800\\u0041"', '"\\udc00"', '"\\x"', '"\t"', '"%["'),
        *(
            '"\\u12"',
            "01",
            "9223372036854775807",
            "9223372036854775808",
            "9" * 30,
            "1e999",
            ".5",
            "1.",
            "+1",
            "1e",
            "-",
        ),
        *("0x1", "1x", "True", "nul", "truex", "NaN", "'v'", "", "[1,]", "{", "[", "]", "/* c */ 1", "// c\n1", "\v1"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]"),
        st.lists(st.tuples(NAMES, inner), max_size=2).map(lambda pairs: f"{{{', '.join(map(':'.join, pairs))}}}"),
    ),
    max_leaves=4,
)


@st.composite
def json_texts(draw: st.DrawFn) -> bytes:
    """JSON made of everything that one of the libraries has an opinion on; every third with a fault in it."""

    def members(values: st.SearchStrategy[str]) -> str:
        pairs = draw(st.lists(st.tuples(BLANKS, NAMES, BLANKS, BLANKS, values, BLANKS), max_size=5))
        inside = ",".join(f"{a}{name}{b}:{c}{value}{d}" for a, name, b, c, value, d in pairs)
        return f"{{{inside}}}"

    values = draw(st.sampled_from([VALUES, VALUES, st.one_of(VALUES, ODDITIES)]))
    sections = draw(st.lists(st.sampled_from(['"uwsgi"', '"uwsgi"', '"uwsgi"', '"o"']), min_size=1, max_size=2))
    body = ", ".join(f"{name}: {members(values)}" for name in sections)
    ends = (
        ["", "", "", "", "", "\n", "\n"] if values is VALUES else ["", "", "\n", "x", "}", "//", "/* c */", "\0z", "[]"]
    )
    return f"{draw(BLANKS)}{{{body}}}{draw(st.sampled_from(ends))}".encode()


def refused(document: Document) -> bool:
    """Whether a reading ends the server."""
    return any(problem.rule in {"malformed-file", "missing-root"} for problem in document.problems)


@pytest.fixture(params=json.LIBRARIES)
def speaker(request: pytest.FixtureRequest, server: Server) -> tuple[str, Server]:
    """A library, and a server that has it."""
    return request.param, server_with(request.param, server)


@pytest.mark.server
@cases()
@given(data=json_texts())
@example(data=b'{"uwsgi": {"a": [1, [2], {"b": 3}, 1.5, null, true]}}')
@example(data=b'{"uwsgi": {"a": 1, "b": 2, "a": 3}, "uwsgi": {"a": 4, "c": 5, "a": "6"}}')
@example(data=b'{"uwsgi": []}')
@example(data=b'[{"uwsgi": {}}]')
@example(data=b'\xef\xbb\xbf{"uwsgi": {}}')
@example(data=b'{"uwsgi": {"a": "\xff"}}')
@example(data=b"")
@example(data=b'{"uwsgi": {"a": ' + b"[" * 3000 + b"]" * 3000 + b"}}")
def test_reads_what_the_server_reads(speaker: tuple[str, Server], tmp_path: Path, data: bytes) -> None:
    """Any JSON text gives the directives that a server with that library lists, or its refusal."""
    library, chosen = speaker
    path = tmp_path / "random.json"
    path.write_bytes(data)

    answer = chosen.understand(path, cwd=tmp_path)
    document = json.read(Source("x", data), library=library)

    assert refused(document) == (answer.refused is not None), answer.refused
    if not refused(document):
        ours = [(filled(d.key, chosen.release), filled(d.value or "", chosen.release)) for d in document.directives()]
        assert ours == answer.entries


@given(data=st.one_of(json_texts(), st.binary(max_size=200)))
def test_every_place_is_in_the_file(data: bytes) -> None:
    """No bytes end the reader; a name stands with its quotes, a value where it was written."""
    for library in json.LIBRARIES:
        document = json.read(Source("x", data), library=library)
        spans = [problem.span for problem in document.problems]
        for directive in document.directives():
            spans += [directive.key_span, directive.value_span]
            assert data[directive.key_start : directive.key_start + 1] == b'"'
            stands = data[directive.value_start : directive.value_end].decode()
            if "\\" not in stands and stands.startswith('"'):
                assert stands == f'"{directive.value}"' or "%" in stands
        assert all(0 <= span.start <= span.end <= len(data) for span in spans)


@pytest.mark.parametrize(
    ("library", "text", "expected"),
    [
        ("jansson", "3000000000", ["-129496729"]),
        ("yajl", "3000000000", ["3000000000"]),
        ("jansson", "[1.5, 2]", ["2"]),
        ("yajl", "[1.5, 2]", ["1.5", "2"]),
        ("jansson", '[true, null, "x"]', ["1", "0", "x"]),
        ("jansson", '"\\u0025d %d 5%%"', ["%%d %d 5%%"]),
        ("yajl", '"a\\u0000b"', ["a"]),
        ("jansson", "%k", ["%k"]),
    ],
)
def test_reads_values(library: str, text: str, expected: list[str]) -> None:
    """What the server makes of a value, as configuration text."""
    document = json.read(Source("x", f'{{"uwsgi": {{"a": {text}}}}}'.encode()), library=library)

    assert [(d.key, d.value) for d in document.directives()] == [("a", value) for value in expected]


@pytest.mark.parametrize(
    ("library", "text", "rule", "line"),
    [
        ("jansson", '{"uwsgi": {\n"a": 1.5}}', "lost-value", 2),
        ("jansson", '{"uwsgi": {\n"a": {"b": 1}}}', "lost-value", 2),
        ("yajl", '{"uwsgi": {"a": [1,\n[2]]}}', "lost-value", 2),
        ("jansson", '{"uwsgi": {\n"a": 3000000000}}', "changed-number", 2),
        ("jansson", '{"uwsgi": {\n"if-env": "A",\n"if-env": "B"}}', "repeated-member", 2),
        ("jansson", '{"uwsgi": {},\n"uwsgi": {}}', "repeated-member", 1),
        ("yajl", '{"uwsgi": {},\n"uwsgi": {}}', "repeated-member", 2),
        ("yajl", '{"uwsgi": {\n"a": "b\\u0000"}}', "cut-value", 2),
        ("jansson", '{"uwsgi": {\n"a": "50%"}}', "stray-percent", 2),
        ("jansson", '{"uwsgi": {\n"a": "50%"}}', "malformed-file", 2),
        ("jansson", '{"uwsgi": {},\n"other": {}}', "unread-section", 2),
        ("jansson", '{"uwsgi": {},\n"master": true}', "lost-value", 2),
        ("jansson", '{"other": {}}', "missing-root", 1),
        ("jansson", '{"uwsgi": {\n"a": 1,}}', "malformed-file", 2),
        ("jansson", '{"uwsgi": {}} // c', "malformed-file", 1),
    ],
)
def test_tells_what_is_lost(library: str, text: str, rule: str, line: int) -> None:
    """What the server drops, changes or refuses is a problem at its place."""
    problems = json.read(Source("x", text.encode()), library=library).problems

    assert (rule, line) in [(p.rule, p.span.line) for p in problems]


@pytest.mark.parametrize("library", json.LIBRARIES)
def test_is_silent_about_what_both_libraries_read_alike(library: str) -> None:
    """Texts, words and small numbers, alone or in a list, give no problem."""
    text = b'{"uwsgi": {"master": true, "processes": 4, "env": ["A=1", "B=2"], "module": "shop.wsgi"}}'

    assert json.read(Source("x", text), library=library).problems == []


def test_reads_the_object_that_is_asked_for() -> None:
    """A server is asked for another object by its name."""
    source = Source("x", b'{"uwsgi": {"a": 1}, "zerg": {"b": 2}}')

    assert [(d.key, d.value) for d in json.read(source, "zerg").directives("zerg")] == [("b", "2")]


def corpus() -> list[dict[str, Any]]:
    """The JSON files of the corpus with what the server said of them."""
    if not CORPUS.is_dir():
        return []
    rows = map(plain_json.loads, (CORPUS / "index.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["file"].endswith(".json")]


@pytest.mark.server
@pytest.mark.parametrize("row", corpus(), ids=lambda row: row["file"])
def test_reads_real_files_as_the_server_does(server: Server, tmp_path: Path, row: dict[str, Any]) -> None:
    """The same names in the same order, from every real file that the server can parse."""
    data = (CORPUS / "files" / row["file"]).read_bytes()
    directives = json.read(Source("x", data)).directives()
    if not row["parse_ok"] or any(acts_while_reading(d.key, d.value or "") for d in directives):
        return
    path = tmp_path / "uwsgi.json"
    path.write_bytes(data)

    answer = server_with("jansson", server).understand(path, cwd=tmp_path)

    if answer.refused is None or answer.entries:
        assert [d.key for d in directives] == [key for key, _ in answer.entries]
