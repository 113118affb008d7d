"""INI: read as the server reads it, written so that it reads what was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint.document import CannotWriteError, Directive, Document, Section, Source, Span
from uwsgilint.formats import ini
from uwsgilint.server import Server

# Keys that are no options are kept as placeholders: the server stores them and does nothing.
KEYS = st.sampled_from(["a", "b1", "x_y", "some-key", "K", "ключ", "key with blanks", "a:b", ""])
FRAGMENTS = st.sampled_from(
    [
        *("v", "1", " ", "\t", "=", "==", ";", "#", " ; c", " # c", '"', "'", "\\", "[", "]", "é", "日本", "%%", "%V"),
        *("%Y", "%-", "% ", "%[", "/p/q", "a,b", ":", "\x0b", "\x0c", "\u00a0", "$", "@", "(", ")", "$()", "${x}", "~"),
    ]
)
VALUES = st.lists(FRAGMENTS, max_size=6).map("".join)
LINES = st.one_of(
    st.builds("{}={}".format, KEYS, VALUES),
    st.builds("{} = {}".format, KEYS, VALUES),
    st.builds("  {}\t=\t{}  ".format, KEYS, VALUES),
    KEYS,
    st.builds("; {}".format, VALUES),
    st.builds("#{}".format, VALUES),
    st.sampled_from(["", "  ", "\t", "[uwsgi]", "[other]", " [uwsgi] ", "[uwsgiX", "[uwsgi", "[ uwsgi ]", "[UWSGI]"]),
    st.builds("{} = 50%".format, KEYS),  # eats its line break
    st.builds("{} = x\0y".format, KEYS),
    st.just("; 100%"),
)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r\r\n"])


@st.composite
def ini_texts(draw: st.DrawFn) -> bytes:
    """INI files made of everything that the grammar has an opinion on."""
    lines = draw(st.lists(st.tuples(LINES, ENDS), max_size=12))
    text = "".join(line + end for line, end in lines)
    if draw(st.booleans()):
        text = "[uwsgi]\n" + text
    # The server reads beyond its buffer when the last byte is a percent sign: nothing to compare with.
    return text.removesuffix("%").encode()


def filled(text: str, release: str) -> str:
    """Fill in the magic variables that the strategies use, as the server does."""
    known = {"%%": "%", "%V": release, "%[": "\x1b"}
    return re.sub("%[%V[]", lambda found: known[found[0]], text)


@pytest.mark.server
@cases()
@given(data=ini_texts())
@example(data=b"[uwsgi]\na=50%\nb=1\n; 100%\nc=2\n")
@example(data=b"\xef\xbb\xbf[uwsgi]\na=1\n")
@example(data=b"a=1\n[uwsgi]\nb=2\n[other]\nc=3\n[uwsgi]\nd=4")
@example(data=b"[uwsgi]\r\na = 1\r\nb = 50%\r\nc = 2\r\n")
@example(data=b"[uwsgi]\n = v\na==b\nc= =d\ne=f=g\n[::1]=x\n")
@example(data=b"[uwsgi]\rmaster=1\r")
def test_reads_what_the_server_reads(server: Server, tmp_path: Path, data: bytes) -> None:
    """Any INI text gives the directives that the server lists, in its order."""
    path = tmp_path / "random.ini"
    path.write_bytes(data)

    answer = server.understand(path, cwd=tmp_path)
    ours = [
        (d.key, filled(d.value or "", server.release).strip(" \t\r")) for d in ini.read(Source("x", data)).directives()
    ]

    assert answer.refused is None, answer.log
    assert [(filled(key, server.release), value) for key, value in ours] == answer.entries


@given(data=ini_texts())
def test_every_place_holds_what_was_read(data: bytes) -> None:
    """Key and value stand at the byte ranges that the reader gives, but for what the server drops."""
    source = Source("x", data)
    for section in ini.read(source).sections:
        for directive in section.directives:
            key = data[directive.key_start : directive.key_end].decode()
            value = data[directive.value_start : directive.value_end].decode()
            for read, stands in ((directive.key, key), (directive.value or "", value)):
                assert read == stands or "%" in stands
            line, column = source.locate(directive.key_start)
            assert source.offset(line, column) == directive.key_start


@given(data=st.binary(max_size=300))
def test_no_bytes_end_the_reader(data: bytes) -> None:
    """Whatever the bytes are, reading them gives a document."""
    assert ini.read(Source("x", data)).format == "ini"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[uwsgi]\nmaster", [("master", "")]),
        ("[uwsgi]\na = b ; not a comment", [("a", "b ; not a comment")]),
        ("[uwsgi]\n  indented = 1", [("indented", "1")]),
        ('[uwsgi]\nq="x"', [("q", '"x"')]),
        ("[uwsgi]\na=50%\nb=1", [("a", "50b=1")]),
        ("[uwsgi]\n; 100%\na=1", []),
        ("[uwsgi]\na=1\0ignored\nb=2", [("a", "1"), ("b", "2")]),
        ("[uwsgi", []),
        ("[uwsgiX\na=1", [("a", "1")]),
    ],
)
def test_reads_the_grammar_of_the_server(text: str, expected: list[tuple[str, str]]) -> None:
    """Each rule of the grammar, in a line."""
    assert [(d.key, d.value) for d in ini.read(Source("x", text.encode())).directives()] == expected


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"\xef\xbb\xbf[uwsgi]\na=1", "byte-order-mark", 1),
        (b"[uwsgi]\na=1\0x", "nul-byte", 2),
        (b"[uwsgi] ; c\na=1", "malformed-header", 1),
        (b"[UWSGI]\na=1", "misspelt-section", 1),
        (b"[base]\na=1", "missing-section", 1),
        (b"", "empty-configuration", 1),
        (b"[uwsgi]\n", "empty-configuration", 1),
        (b"a=1\n[uwsgi]\nb=1", "directive-outside-section", 1),
        (b"[uwsgi]\na=50%\nb=1", "stray-percent", 2),
        (b"[uwsgi]\na=1\nb=%Y", "stray-percent", 3),
    ],
)
def test_tells_what_the_server_would_lose(data: bytes, rule: str, line: int) -> None:
    """What the server drops without a word is a problem at its place."""
    problems = ini.read(Source("x", data)).problems

    assert (rule, line) in [(p.rule, p.span.line) for p in problems]


def document(*pairs: tuple[str, str], section: str = "uwsgi") -> Document:
    """A document with one section of directives."""
    source = Source("made", b"")
    made = Document(source, "ini")
    made.sections.append(Section(section, [Directive(key, value, source) for key, value in pairs], Span(source, 0, 0)))
    return made


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="=\n\0%"), min_size=1, max_size=8)
            .map(lambda t: t.strip(" \t\r"))
            .filter(lambda t: t and t[0] not in "[;#"),
            st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=12).map(
                lambda t: t.replace("%", "%%").strip(" \t\r")
            ),
        ),
        max_size=6,
    )
)
def test_what_is_written_reads_back(pairs: list[tuple[str, str]]) -> None:
    """Every document that can be written reads back as it was."""
    written = ini.write(document(*pairs))

    assert [(d.key, d.value) for d in ini.read(Source("x", written)).directives()] == pairs


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a", "x\ny"),
        ("a", "x\0y"),
        ("a", " x"),
        ("a", "x "),
        ("a", "50%"),
        ("a", "5%%%"),
        ("", "x"),
        ("[a", "x"),
        ("a=b", "x"),
    ],
)
def test_refuses_what_ini_cannot_hold(key: str, value: str) -> None:
    """A name or a value that would be read otherwise is an error, never written."""
    with pytest.raises(CannotWriteError) as caught:
        ini.write(document((key, value)))

    assert caught.value.problems[0].values["syntax"] == "INI"


def test_writes_the_main_section_first() -> None:
    """The server starts with [uwsgi], so that comes first, each section once."""
    made = document(("a", "1"), section="zerg")
    made.sections += document(("b", "2")).sections + document(("c", "3"), section="zerg").sections

    assert ini.write(made, note="100% made") == b"# 100%% made\n\n[uwsgi]\nb = 2\n\n[zerg]\na = 1\nc = 3\n"
