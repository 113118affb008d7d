"""The server's own YAML, JSON and XML: what is written, a real server understands as it was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint import catalog
from uwsgilint.document import CannotWriteError, Directive, Document, Section, Source, Span
from uwsgilint.formats import json as json_format
from uwsgilint.formats import native_json, native_xml, native_yaml, xml, yaml_builtin, yaml_libyaml
from uwsgilint.server import Server

Pairs = list[tuple[str, str]]
# Keys that are no options are kept as placeholders: the server stores them and does nothing.
KEYS = st.one_of(
    st.sampled_from(
        ["a", "b1", "x_y", "some-key", "K", "a.b", "_", "app", "uwsgi", "xmla", "-k", "a:b", "a b", "ключ"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="=\n\0%"), max_size=5).filter(
        lambda key: catalog.option(key) is None
    ),
)
FRAGMENTS = st.sampled_from(
    [
        *(
            "v",
            "1",
            " ",
            "\t",
            "=",
            ";",
            "#",
            " # c",
            '"',
            "'",
            "\\",
            "[",
            "]",
            "]]>",
            "é",
            "日本",
            "%%",
            "%V",
            "%(",
            "->",
        ),
        *(
            "/p/q",
            "a,b",
            ":",
            ": ",
            ":\t",
            "-",
            "- ",
            "? ",
            "|",
            ">",
            "&",
            "&amp;",
            "<",
            "*",
            "!",
            "@",
            "`",
            "{",
            "}",
            "$",
        ),
        *(
            "\r",
            "\n",
            "\x85",
            "\u2028",
            "\ufeff",
            "\x07",
            "\x7f",
            "true",
            "~",
            "null",
            "---",
            "...",
            "%[",
            "%Y",
            "\U0001f600",
        ),
    ]
)
VALUES = st.one_of(
    st.lists(FRAGMENTS, max_size=5).map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\0%"), max_size=8),
)
WRITERS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "yaml": (".yaml", native_yaml.write),
    "json": (".json", native_json.write),
    "xml": (".xml", native_xml.write),
}


def document(pairs: Pairs, **sections: Pairs) -> Document:
    """A document of [uwsgi], and further sections if wanted."""
    source = Source("made", b"")
    made = Document(source, "ini")
    for name, each in {"uwsgi": pairs, **sections}.items():
        made.sections.append(Section(name, [Directive(key, value, source) for key, value in each], Span(source, 0, 0)))
    return made


def filled(text: str, release: str) -> str:
    """Fill in the magic variables that the strategies use, as the server does."""
    return re.sub("%[%V]", lambda found: "%" if found[0] == "%%" else release, text)


def understood(server: Server, folder: Path, pairs: Pairs, suffix: str, data: bytes) -> None:
    """Assert that the server reads exactly these pairs from a file."""
    path = folder / f"random{suffix}"
    path.write_bytes(data)

    answer = server.understand(path, cwd=folder)

    assert answer.refused is None, answer.log
    assert answer.entries == [(filled(key, server.release), filled(value, server.release)) for key, value in pairs]


def refusal(write: Callable[[Document], bytes], pairs: Pairs, **sections: Pairs) -> str:
    """What a writer says that it cannot do; empty when it can."""
    try:
        write(document(pairs, **sections))
    except CannotWriteError as error:
        return error.problems[0].values.get("reason", "a name")
    return ""


@pytest.mark.server
@pytest.mark.parametrize("syntax", WRITERS)
@cases(0.5)
@given(pairs=st.lists(st.tuples(KEYS, VALUES), max_size=5))
@example(pairs=[("a", " x"), ("b", "y ")])
@example(pairs=[("a", "x"), ("a", "y"), ("b", "z")])
@example(pairs=[("a", ":80"), ("b", "%d"), ("c", "a: b")])
def test_the_server_understands_what_is_written(server: Server, tmp_path: Path, syntax: str, pairs: Pairs) -> None:
    """Whatever a writer does not refuse, the server reads back: names, values and order."""
    suffix, write = WRITERS[syntax]
    # What the server prints is `key = value`, and %d is another folder in every run.
    pairs = [pair for pair in pairs if " = " not in pair[0] and "%d" not in pair[1] and not refusal(write, [pair])]
    if refusal(write, pairs):
        return  # a name of JSON that comes back behind others
    understood(server, tmp_path, pairs, suffix, write(document(pairs)))


def quoted(made: Document) -> bytes:
    """Write YAML for libyaml alone."""
    return native_yaml.write(made, "libyaml")


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (native_json.write, lambda source: json_format.read(source, library="jansson")),
        (native_json.write, lambda source: json_format.read(source, library="yajl")),
        (native_xml.write, lambda source: xml.read(source, library="libxml2")),
        (native_xml.write, lambda source: xml.read(source, library="expat")),
        (native_yaml.write, yaml_builtin.read),
        (native_yaml.write, yaml_libyaml.read),
        (quoted, yaml_libyaml.read),
    ],
    ids=["jansson", "yajl", "libxml2", "expat", "builtin", "libyaml", "libyaml-quoted"],
)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs=st.lists(st.tuples(KEYS, VALUES), max_size=5))
def test_every_reader_reads_back_what_is_written(
    write: Callable[[Document], bytes], read: Callable[[Source], Document], pairs: Pairs
) -> None:
    """Builds differ in their libraries; what is written means the same to all of them."""
    pairs = [pair for pair in pairs if not refusal(write, [pair])]
    if refusal(write, pairs):
        return  # a name of JSON that comes back behind others

    back = read(Source("written", write(document(pairs))))

    assert [(directive.key, directive.value) for directive in back.directives()] == pairs


@pytest.mark.parametrize(
    ("value", "yaml", "libyaml", "json_", "xml_"),
    [
        ("plain text, -x a:b", False, False, False, False),
        (":8000", False, False, False, False),
        ("%d/x", False, False, False, False),
        ("", True, False, False, True),
        ("a#b", True, False, False, False),
        ("'q'", True, False, False, False),
        ("- x", True, False, False, False),
        ("a: b", True, False, False, False),
        ("%(x)", True, False, False, False),
        ("%%x", True, False, False, False),
        ("%X", True, False, False, False),
        (" x", True, False, False, False),
        ("a\nb", True, False, False, True),
        ("\x85", True, False, False, False),
        ("a & b", False, False, False, True),
        ("a < b", False, False, False, True),
        ("a -> b", False, False, False, False),
        ("a[b[1]]", False, False, False, True),
        ("a\0b", True, True, True, True),
        ("%Y", True, True, True, True),
        ("50%", True, True, True, True),
        ("%[", True, True, True, True),
        ("\udcff", True, True, True, True),
    ],
)
def test_each_syntax_refuses_what_it_cannot_hold(
    value: str, yaml: bool, libyaml: bool, json_: bool, xml_: bool
) -> None:
    """A value is written where it reads back as it is, and refused where it would not."""
    pairs = [("a", value)]

    assert bool(refusal(native_yaml.write, pairs)) == yaml
    assert bool(refusal(quoted, pairs)) == libyaml
    assert bool(refusal(native_json.write, pairs)) == json_
    assert bool(refusal(native_xml.write, pairs)) == xml_


@pytest.mark.parametrize(
    ("write", "key"),
    [
        (native_yaml.write, "-a"),
        (native_yaml.write, "a: b"),
        (native_yaml.write, ""),
        (native_yaml.write, "x" * 1100),
        (native_xml.write, "a b"),
        (native_xml.write, "1a"),
        (native_xml.write, "app"),
        (native_xml.write, "uwsgi"),
        (native_json.write, "5%"),
    ],
)
def test_names_that_would_be_read_otherwise_are_refused(write: Callable[[Document], bytes], key: str) -> None:
    """A name is held to the rules of the syntax too."""
    with pytest.raises(CannotWriteError) as caught:
        write(document([(key, "1")]))

    assert caught.value.problems[0].rule == "unwritable-name"


def test_json_repeats_neighbours_and_refuses_what_comes_back() -> None:
    """One of the two libraries keeps a single member of a name, so an interleaved order has no form."""
    assert json.loads(native_json.write(document([("env", "A=1"), ("env", "B=2"), ("x", "1")]))) == {
        "uwsgi": {"env": ["A=1", "B=2"], "x": "1"}
    }
    assert "earlier `route`" in refusal(
        native_json.write, [("route", "^a log:"), ("route-if", "x"), ("route", "^b log:")]
    )


def test_further_sections_stand_beside_the_main_one_where_they_can() -> None:
    """YAML and JSON hold them, for file.yaml:name; XML has no form that every build selects by."""
    main, other = [("a", "1")], [("b", "2")]

    assert native_yaml.write(document(main, other=other)) == b"uwsgi:\n  a: 1\nother:\n  b: 2\n"
    assert json.loads(native_json.write(document(main, other=other))) == {"uwsgi": {"a": "1"}, "other": {"b": "2"}}
    assert "[other]" in refusal(native_xml.write, main, other=other)


@pytest.mark.server
@pytest.mark.parametrize("syntax", ["yaml", "json"])
def test_the_server_finds_a_further_section(server: Server, tmp_path: Path, syntax: str) -> None:
    """A section is selected by its name behind a colon."""
    suffix, write = WRITERS[syntax]
    path = tmp_path / f"both{suffix}"
    path.write_bytes(write(document([("a", "1")], other=[("b", "2"), ("b", "3")])))

    answer = server.understand([f"--{syntax}", f"{path}:other"], cwd=tmp_path)

    assert [entry for entry in answer.entries if entry[0] != syntax] == [("b", "2"), ("b", "3")]


@pytest.mark.parametrize("syntax", WRITERS)
def test_a_section_of_the_same_file_is_inis_alone(syntax: str) -> None:
    """`ini = :base` would be read from whichever INI file came last, or crash."""
    assert ":base" in refusal(WRITERS[syntax][1], [("ini", ":base")])


@pytest.mark.parametrize("syntax", WRITERS)
def test_an_option_without_argument_is_on(syntax: str) -> None:
    """The command line's NULL becomes the value that the option's handler takes for the same."""
    made = document([])
    made.sections[0].directives.extend(Directive(key, None, made.source) for key in ("master", "ksm"))

    text = WRITERS[syntax][1](made).decode()

    assert re.search(r"master\W+true", text)
    assert re.search(r"ksm\W+1", text)


def test_libyaml_quotes_only_what_needs_it() -> None:
    """Plain stays plain, and what does not survive so is escaped."""
    written = native_yaml.write(document([("a", "x"), ("b", 'q"\\#'), ("c", "1\n2"), ("", "")]), "libyaml")

    assert written == b'uwsgi:\n  a: x\n  b: "q\\"\\\\#"\n  c: "1\\x0a2"\n  "": ""\n'
