"""XML as the server reads it, with each of its two libraries."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.dialects import filled, server_with
from uwsgilint.document import Document, Source
from uwsgilint.formats import xml
from uwsgilint.server import Server, acts_while_reading

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

PIECES = st.sampled_from(
    [
        *("v", "x y", " x ", "\n", "\n  ", "\r\n", "\t", "&amp;", "&lt;", "&#37;", "&#x25;h", "&#10;", "<!-- c -->"),
        *("<!--c-->", "<![CDATA[c&d]]>", "<![CDATA[]]>", "%%", "%h", "%V", "%Y", "50%~", "é", "日", "]]", "<?pi d?>"),
    ]
)
FAULTS = st.sampled_from(
    ["&foo;", "&bar;", "&nope;", "&", "<", ">", "]]>", "<b>1</b>", "<c/>", "\u0085", "\x01", "<?pi?>", "%[", "%%["]
)
ATTRIBUTES = st.sampled_from(
    [*[""] * 6, ' id="i"', ' id="j"', ' mode="m"', ' mountpoint="/m"', ' domain="d"', ' x="1" id="i"', ' xmlns:x="u"']
)
ELEMENTS = st.sampled_from(["a", "b1", "x-y", "é", "app", "mount1", "a.b", "_a"])


@st.composite
def elements(draw: st.DrawFn, pieces: st.SearchStrategy[str], deepest: int) -> str:
    """One element, with what the libraries make of its content."""
    name, attributes = draw(ELEMENTS), draw(ATTRIBUTES)
    if draw(st.integers(0, 6)) == 0:
        return f"<{name}{attributes}/>"
    content = "".join(draw(st.lists(pieces, max_size=3)))
    if deepest and draw(st.integers(0, 9)) == 0:
        content += draw(elements(pieces, deepest - 1)) + draw(pieces)
    return f"<{name}{attributes}>{content}</{name}>"


@st.composite
def xml_texts(draw: st.DrawFn) -> bytes:
    """XML made of everything that one of the libraries has an opinion on; every fourth with faults in it."""
    faulty = draw(st.integers(0, 3)) == 0
    pieces = st.one_of(PIECES, FAULTS) if faulty else PIECES
    between = st.sampled_from(["", "\n", "\n  ", "\n  ", "t", "<!-- k -->", "<![CDATA[ev]]>"])

    def stanza() -> str:
        inside = draw(st.lists(st.tuples(between, elements(pieces, 2)), max_size=4))
        return f"<uwsgi{draw(ATTRIBUTES)}>{''.join(map(''.join, inside))}\n</uwsgi>"

    body = stanza()
    if draw(st.booleans()):
        body = f"<root>{body}{draw(st.sampled_from(['', stanza(), '<o>1</o>']))}</root>"
    head = draw(
        st.sampled_from(
            [
                *["", "", "", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="UTF-8"?>', "<!-- h -->\n"],
                *['<!DOCTYPE uwsgi [<!ENTITY foo "F%%"><!ENTITY bar "B">]>\n', "\ufeff", " "],
                '<?xml version="1.0" encoding="ISO-8859-1"?>',
            ]
        )
    )
    end = draw(st.sampled_from(["", "\n", "\n", "\n", *(["x", "<!-- -->", "<x/>", "<", "&amp;"] if faulty else [])]))
    return (head + body + end).encode()


def refused(document: Document) -> bool:
    """Whether a reading ends the server, or never ends."""
    return any(
        problem.rule in {"malformed-file", "crashing-element"}
        or (problem.rule == "missing-root" and "exits" in problem.values["effect"])
        for problem in document.problems
    )


@pytest.fixture(params=xml.LIBRARIES)
def speaker(request: pytest.FixtureRequest, server: Server) -> tuple[str, Server]:
    """A library, and a server that has it."""
    return request.param, server_with(request.param, server)


@pytest.mark.server
@pytest.mark.parametrize("section", ["uwsgi", "i"])
@cases(0.5)
@given(data=xml_texts())
@example(data=b"<uwsgi><a>x &amp; y</a><b/><c><!-- c -->1</c><d>\n  v\n</d></uwsgi>")
@example(data=b"<uwsgi><a><b>1</b></a><c>2</c></uwsgi>")
@example(data=b'<root><uwsgi id="j"><a>1</a></uwsgi><uwsgi id="i"><a>2</a><b id="j">3</b></uwsgi></root>')
@example(data=b"<uwsgi><a>1</a></uwsgi>trailing")
@example(data=b"<uwsgi><app mountpoint='/x'>m</app><app>\n<script>s</script></app><app/></uwsgi>")
@example(data=b"<uwsgi><a>1</b></uwsgi>")
@example(data=b"<other><a>1</a></other>")
def test_reads_what_the_server_reads(speaker: tuple[str, Server], tmp_path: Path, section: str, data: bytes) -> None:
    """Any XML text gives the directives that a server with that library lists, or its refusal."""
    library, chosen = speaker
    path = tmp_path / "random.xml"
    path.write_bytes(data)

    name = str(path) if section == "uwsgi" else f"{path}:{section}"
    answer = chosen.understand(["--xml", name], cwd=tmp_path, timeout=3)
    document = xml.read(Source("x", data), section, library)

    assert refused(document) == (answer.refused is not None), answer.refused
    if not refused(document):
        ours = [
            (filled(d.key, chosen.release), filled(d.value or "", chosen.release)) for d in document.directives(section)
        ]
        assert ours == answer.entries[1:]  # the first is --xml itself


@given(data=st.one_of(xml_texts(), st.binary(max_size=200)))
def test_every_place_is_in_the_file(data: bytes) -> None:
    """No bytes end the reader; the name of an element stands where it says."""
    for library in xml.LIBRARIES:
        document = xml.read(Source("x", data), library=library)
        spans = [problem.span for problem in document.problems]
        for directive in document.directives():
            spans += [directive.key_span, directive.value_span]
            stands = data[directive.key_start : directive.key_end]
            assert directive.key in {"eval", "mount"} or stands.decode("utf-8", "replace") in {directive.key, "app"}
            if (directive.value or "").isalnum() and directive.value_end > directive.value_start:
                assert directive.value_start >= directive.key_end or directive.key == "eval"
        assert all(0 <= span.start <= span.end <= len(data) for span in spans)


@pytest.mark.parametrize(
    ("library", "text", "expected"),
    [
        ("libxml2", "<a>x &amp; y</a>", [("a", "x & y")]),
        ("expat", "<a>x &amp; y</a>", [("a", "x ")]),
        ("libxml2", "<a/><b></b>", [("a", "1"), ("b", "1")]),
        ("expat", "<a><b>1</b></a>", [("b", "1")]),
        ("libxml2", "<a>&#37;d %d</a>", [("a", "%%d %d")]),
        ("libxml2", "<app mountpoint='/x'>m</app>", [("mount", "/x=m"), ("app", "")]),
        ("expat", "<app mountpoint='/x'>m</app>", [("app", "m")]),
        ("libxml2", "<![CDATA[x]]>", [("eval", "x")]),
    ],
)
def test_reads_the_libraries(library: str, text: str, expected: list[tuple[str, str]]) -> None:
    """What the server takes from an element, as configuration text."""
    document = xml.read(Source("x", f"<uwsgi>{text}</uwsgi>".encode()), library=library)

    assert [(d.key, d.value) for d in document.directives()] == expected


@pytest.mark.parametrize(
    ("library", "text", "rule", "line"),
    [
        ("expat", "<uwsgi>\n<a>x &amp; y</a></uwsgi>", "cut-value", 2),
        ("expat", "<uwsgi>\n<a>\nx</a></uwsgi>", "cut-value", 3),
        ("expat", "<uwsgi>\n<a><b>1</b></a></uwsgi>", "lost-value", 2),
        ("expat", "<other/>", "missing-root", 1),
        ("expat", "<uwsgi>\n<a>1</a>", "malformed-file", 2),
        ("expat", "\ufeff<uwsgi/>", "malformed-file", 1),
        ("libxml2", "<uwsgi>\n<a>x<!-- c -->y</a></uwsgi>", "cut-value", 2),
        ("libxml2", "<uwsgi>\n<a><!-- c -->y</a></uwsgi>", "cut-value", 2),
        ("libxml2", "<uwsgi>\n<a> x </a></uwsgi>", "kept-blanks", 2),
        ("libxml2", "<uwsgi>\n<a><b>1</b></a></uwsgi>", "crashing-element", 2),
        ("libxml2", "<uwsgi>\n<a><?b?>1</a></uwsgi>", "crashing-element", 2),
        ("libxml2", "<uwsgi>\n<app><?b?></app></uwsgi>", "lost-value", 2),
        ("libxml2", "<uwsgi>text</uwsgi>", "lost-value", 1),
        ("libxml2", "<other><a/></other>", "missing-root", 1),
        ("libxml2", "<uwsgi>\n<a>50%</a></uwsgi>", "stray-percent", 2),
        ("libxml2", "<uwsgi>\n<a>1</b></uwsgi>", "malformed-file", 2),
    ],
)
def test_tells_what_is_lost(library: str, text: str, rule: str, line: int) -> None:
    """What the server drops, or what ends it, is a problem at its place."""
    problems = xml.read(Source("x", text.encode()), library=library).problems

    assert (rule, line) in [(p.rule, p.span.line) for p in problems]


@pytest.mark.parametrize("library", xml.LIBRARIES)
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<uwsgi><!-- use 50% of the cores --><master/></uwsgi>", []),
        ("<uwsgi><!-- at most 50%\n at night --><master/></uwsgi>", []),
        ("<!-- 5% - 6%; --><uwsgi><master/></uwsgi>", []),
        ("<uwsgi><!-- a --><chdir>50%-</chdir><!-- b --></uwsgi>", ["stray-percent"]),
        ("<uwsgi><!-- 50%--><master/></uwsgi>", ["stray-percent", "malformed-file"]),
        ("<uwsgi><!-- a --><chdir><![CDATA[<!-- 50%; -->]]></chdir></uwsgi>", ["stray-percent"]),
    ],
)
def test_a_percent_sign_in_a_comment_does_no_harm(library: str, text: str, told: list[str]) -> None:
    """Unless it takes a part of what closes the comment along, or the comment is text in truth."""
    assert [p.rule for p in xml.read(Source("x", text.encode()), library=library).problems] == told


@pytest.mark.parametrize("library", xml.LIBRARIES)
def test_is_silent_about_what_both_libraries_read_alike(library: str) -> None:
    """One element for each option, with plain text in it, gives no problem."""
    text = b'<?xml version="1.0"?>\n<!-- shop -->\n<uwsgi>\n  <master/>\n  <module>shop.wsgi</module>\n</uwsgi>\n'

    assert xml.read(Source("x", text), library=library).problems == []


@pytest.mark.parametrize("library", xml.LIBRARIES)
def test_entities_cannot_fill_the_memory(library: str) -> None:
    """Entities that multiply, and those in other files, end in no time."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE uwsgi [<!ENTITY l0 "lol">{lol}]><uwsgi><a>&l11;</a></uwsgi>'
    outside = '<!DOCTYPE uwsgi [<!ENTITY f SYSTEM "file:///etc/passwd">]><uwsgi><a>&f;</a></uwsgi>'
    begin = time.monotonic()

    for text in (bomb, outside):
        document = xml.read(Source("x", text.encode()), library=library)
        assert not any("root:" in (d.value or "") for d in document.directives())
    assert time.monotonic() - begin < 5


def corpus() -> list[dict[str, Any]]:
    """The XML files of the corpus with what the server said of them."""
    if not CORPUS.is_dir():
        return []
    rows = map(json.loads, (CORPUS / "index.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["file"].endswith(".xml")]


@pytest.mark.server
@pytest.mark.parametrize("library", xml.LIBRARIES)
@pytest.mark.parametrize("row", corpus(), ids=lambda row: row["file"])
def test_reads_real_files_as_the_server_does(server: Server, tmp_path: Path, row: dict[str, Any], library: str) -> None:
    """The same names in the same order, from every real file that the server can parse."""
    data = (CORPUS / "files" / row["file"]).read_bytes()
    directives = xml.read(Source("x", data), library=library).directives()
    if not row["parse_ok"] or any(acts_while_reading(d.key, d.value or "") for d in directives):
        return
    path = tmp_path / "uwsgi.xml"
    path.write_bytes(data)

    answer = server_with(library, server).understand(path, cwd=tmp_path)

    if answer.refused is None or answer.entries:
        assert [d.key for d in directives] == [key for key, _ in answer.entries]


def test_expat_keeps_blanks_too() -> None:
    """Blanks on the line of a value are kept by both libraries; a line break at its end goes with expat alone."""
    text = b"<uwsgi><module> shop </module><chdir>/srv\n</chdir></uwsgi>"
    found = xml.read(Source("a.xml", text), library="expat")

    assert [(d.key, d.value) for d in found.directives()] == [("module", " shop "), ("chdir", "/srv")]
    assert [(p.rule, p.option) for p in found.problems] == [("kept-blanks", "module")]
