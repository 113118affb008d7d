"""The environment: variables read as the server reads them, and written where they can say it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint.document import CannotWriteError, Directive, Document, Section, Source, Span
from uwsgilint.formats import environment
from uwsgilint.server import Server

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.one_of(
    st.sampled_from(
        [
            *("UWSGI_MASTER", "UWSGI_PROCESSES", "UWSGI_HTTP_TIMEOUT", "UWSGI_", "UWSGI_foo_Bar", "UWSGI_PIVOT_ROOT"),
            *(
                "UWSGI-MASTER",
                "uwsgi_master",
                "XUWSGI_A",
                "UWSGI",
                "UWSGI_A-b",
                "UWSGI_A B",
                "UWSGI_É",
                "UWSGI_VASSAL_X",
            ),
            *sorted(environment.SKIPPED - {"UWSGI_EMPEROR_FD", "UWSGI_EMPEROR_PROXY", "UWSGI_RELOADS"}),
            *("UWSGI_RELOADS2", "UWSGI_JAIL_PIDX", "UWSGI_SERVICE_HOST", "UWSGI__A_", "UWSGI_A.B"),
        ]
    ),
    st.text(st.sampled_from("ABzé_-.9"), max_size=5).map("UWSGI_{}".format),
)
VALUES = st.one_of(
    st.sampled_from(["1", "", "a=b", "%d", "50%", "%%", "é", " x ", "a\nb", "$()", "=", "true"]),
    st.text(st.sampled_from("a%=- ;#\"'\\"), max_size=6),
)


def read(variables: dict[str, str]) -> Document:
    """Read the variables of a mapping."""
    return environment.read(environment.of_mapping(variables))


@pytest.mark.server
@cases()
@given(variables=st.dictionaries(NAMES, VALUES, max_size=6))
@example(variables={"UWSGI_MASTER": "1", "UWSGI_foo_Bar": "x", "UWSGI_VASSALS_DIR": "/x"})
def test_reads_what_the_server_reads(server: Server, tmp_path: Path, variables: dict[str, str]) -> None:
    """Any variables give the options that the server lists."""
    answer = server.understand([], cwd=tmp_path, env=variables)

    assert answer.refused is None, answer.log
    ours = [(d.key, (d.value or "").replace("%%", "%")) for d in read(variables).directives()]
    assert ours == answer.entries


@given(variables=st.dictionaries(NAMES, VALUES, max_size=6))
def test_every_place_holds_what_was_read(variables: dict[str, str]) -> None:
    """Name, without its prefix, and value stand at the bytes that the reader gives."""
    document = read(variables)
    data = document.source.data
    for d in document.directives():
        assert environment.option_of("UWSGI_" + data[d.key_start : d.key_end].decode()) == d.key
        assert data[d.value_start : d.value_end] == (d.value or "").replace("%%", "%").encode()


def test_reads_files_of_variables() -> None:
    """A file with a variable a line gives them with their places, without quotes, comments and export."""
    text = (
        b"# c\n\nexport UWSGI_HTTP=':80'\r\n UWSGI_MASTER = true\nOTHER=1\n;UWSGI_X=1\n"
        b'UWSGI_LOG_FORMAT="%(uri) \xc3\xa9"\n'
    )

    found = environment.read(environment.lines_of(Source("x.env", text))).directives()

    assert [(d.key, d.value, d.key_span.line, d.value_span.column) for d in found] == [
        ("http", ":80", 3, 20),
        ("master", "true", 4, 17),
        ("log-format", "%%(uri) é", 7, 19),
    ]


@given(data=st.binary(max_size=200))
def test_no_bytes_end_the_reader(data: bytes) -> None:
    """Whatever the bytes are, reading them gives a document."""
    assert environment.read(environment.lines_of(Source("x", data)), Source("x", data)).format == "environment"


def test_long_blanks_take_no_time() -> None:
    """A line of a hundred thousand blanks is read in a moment."""
    start = time.process_time()

    environment.lines_of(Source("x", b"a" + b" " * 100_000 + b"b\na=" + b" " * 100_000 + b"b"))

    assert time.process_time() - start < 1


def test_of_several_variables_with_one_name_the_last_counts() -> None:
    """A variable has one value."""
    found = environment.read(environment.lines_of(Source("x.env", b"UWSGI_A=1\nUWSGI_B=2\nUWSGI_A=3\n"))).directives()

    assert [(d.key, d.value) for d in found] == [("b", "2"), ("a", "3")]


def document(*pairs: tuple[str, str | None], section: str = "uwsgi") -> Document:
    """A document with one section of directives."""
    source = Source("made", b"")
    made = Document(source, "ini")
    made.sections.append(Section(section, [Directive(key, value, source) for key, value in pairs], Span(source, 0, 0)))
    return made


@pytest.mark.server
def test_the_server_understands_what_is_written(server: Server, tmp_path: Path) -> None:
    """Variables that were written give the options that they were written from."""
    pairs = [("master", "true"), ("http-socket", ":8080"), ("log-format", "%(uri) 50%%"), ("x2", "")]
    made = environment.write(document(*pairs))

    answer = server.understand([], cwd=tmp_path, env=made)

    assert answer.entries == [(key, value.replace("%%", "%")) for key, value in pairs]


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True).filter(
            lambda n: f"UWSGI_{n}".upper() not in environment.SKIPPED
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9).map(lambda t: t.replace("%", "%%")),
        max_size=5,
    )
)
def test_what_is_written_reads_back(pairs: dict[str, str]) -> None:
    """Every document that can be written reads back as it was."""
    try:
        made = environment.write(document(*pairs.items()))
    except CannotWriteError:
        return
    assert [(d.key, d.value) for d in read(made).directives()] == list(pairs.items())


def test_a_flag_without_a_value_is_on() -> None:
    """What a command line says by a name alone is true in the environment."""
    assert environment.write(document(("master", None))) == {"UWSGI_MASTER": "true"}


@pytest.mark.parametrize(
    "pairs",
    [
        [("route", "a"), ("route", "b")],
        [("route", "^/ log:x"), ("route-if", "equal:a;b log:y")],
        [("processes", "1"), ("workers", "2")],
        [("pivot_root", "/a /b")],
        [("start_response-nodelay", "true")],
        [("Upper", "1")],
        [("", "1")],
        [("vassals-dir", "/x")],
        [("if-env", "X"), ("a", "1"), ("endif", "true")],
        [("ini", "b.ini"), ("master", "true")],
        [("ini", ":other")],
        [("declare-option", "a=b")],
        [("a", "x\0y")],
        [("a", "%d")],
        [("a", "50%")],
        [("chdir", None)],
    ],
)
def test_refuses_what_the_environment_cannot_hold(pairs: list[tuple[str, str | None]]) -> None:
    """Repeats, order and names that no variable gives are errors, never written."""
    with pytest.raises(CannotWriteError) as caught:
        environment.write(document(*pairs))

    assert caught.value.problems[0].values["syntax"] == "the environment"


def test_refuses_further_sections() -> None:
    """An environment has no sections."""
    made = document(("master", "true"))
    made.sections += document(("a", "1"), section="zerg").sections

    with pytest.raises(CannotWriteError):
        environment.write(made)
