"""The authoring format: TOML and YAML say the same, in order, each value with its place."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwsgilint.document import Document, Source
from uwsgilint.formats import read
from uwsgilint.formats.authoring import with_profile


def toml(text: str) -> Document:
    """Read a TOML text."""
    return read(Source("app.toml", text.encode()), "toml")


def yaml(text: str) -> Document:
    """Read a YAML text."""
    return read(Source("app.yaml", text.encode()), "yaml")


def pairs(document: Document, section: str = "uwsgi") -> list[tuple[str, str | None]]:
    """Names and values of a section."""
    return [(d.key, d.value) for d in document.directives(section)]


def test_directives_follow_the_text_across_tables() -> None:
    """Whichever table an option stands in, order is that of the file."""
    document = toml(
        """
        [uwsgi]
        module = "shop.wsgi"
        [workers]
        processes = 8
        [[uwsgi.lines]]
        route = "^/a break:403"
        [[uwsgi.lines]]
        route-host = "^b goto:x"
        [logging]
        log-5xx = true
        """
    )

    assert document.problems == []
    assert pairs(document) == [
        ("module", "shop.wsgi"),
        ("processes", "8"),
        ("route", "^/a break:403"),
        ("route-host", "^b goto:x"),
        ("log-5xx", "true"),
    ]


def test_a_list_repeats_the_option() -> None:
    """Each item of a list is one directive with its own place; an empty list is none."""
    document = toml('[uwsgi]\nenv = ["A=1", "B=2"]\nmule = []\n')

    assert pairs(document) == [("env", "A=1"), ("env", "B=2")]
    assert [d.value_span.column for d in document.directives()] == [8, 15]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", "true"),
        ("false", "false"),
        ("8", "8"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ("0.5", "0.5"),
        ("-1", "-1"),
        ('"64k"', "64k"),
        ("'''a'''", "a"),
    ],
)
def test_toml_values_become_what_the_server_reads(written: str, meant: str) -> None:
    """Booleans, numbers and strings have one text each."""
    assert pairs(toml(f"[uwsgi]\nx = {written}\n")) == [("x", meant)]


@pytest.mark.parametrize("text", ["[uwsgi]\nchmod-socket = 0o664\n", "[uwsgi]\nchmod-socket = 664\n"])
def test_modes_keep_their_octal_digits(text: str) -> None:
    """An octal number for a mode is written in octal digits, which is what the server wants."""
    assert pairs(toml(text)) == [("chmod-socket", "664")]


def test_modes_inside_of_composites_keep_their_octal_digits() -> None:
    """In TOML and in YAML alike."""
    meant = [("hook-as-root", "chmod:/run/shop 750")]

    assert pairs(toml('[hooks]\nhook-as-root = { action = "chmod", path = "/run/shop", mode = 0o750 }\n')) == meant
    assert pairs(yaml("hooks:\n  hook-as-root: {action: chmod, path: /run/shop, mode: 0o750}\n")) == meant


def test_a_table_for_an_option_that_does_not_exist_is_no_matter_of_form() -> None:
    """What is wrong is the name."""
    assert toml("[uwsgi]\nno-such-option = { a = 1 }\n").problems == []


def test_yaml_keeps_the_words_of_the_file() -> None:
    """The server reads text, so yes stays yes and 1.50 stays 1.50; names may be repeated."""
    document = yaml("uwsgi:\n  master: yes\n  env: A=1\n  env: B=2\n  x: 1.50\n  chmod-socket: 0o660\n  l: [a, 'b']\n")

    assert pairs(document) == [
        ("master", "yes"),
        ("env", "A=1"),
        ("env", "B=2"),
        ("x", "1.50"),
        ("chmod-socket", "660"),
        ("l", "a"),
        ("l", "b"),
    ]


def test_toml_and_yaml_say_the_same() -> None:
    """The two syntaxes give the same sections, target and profiles."""
    one = toml(
        """
        [uwsgi]
        module = "a:b"
        [workers]
        processes = 2
        [sections.zerg]
        socket = "/run/z"
        [sections.zerg.workers]
        cheaper = 1
        [profiles.big.workers]
        processes = 16
        [target]
        uwsgi = "2.0.21"
        build = "debian-12"
        """
    )
    other = yaml(
        """
uwsgi:
  module: a:b
workers:
  processes: 2
sections:
  zerg:
    socket: /run/z
    workers:
      cheaper: 1
profiles:
  big:
    workers:
      processes: 16
target:
  uwsgi: 2.0.21
  build: debian-12
"""
    )

    for document in (one, other):
        assert pairs(document) == [("module", "a:b"), ("processes", "2")]
        assert pairs(document, "zerg") == [("socket", "/run/z"), ("cheaper", "1")]
        assert document.target[:2] == ("2.0.21", "debian-12")
        assert list(document.profiles) == ["big"]


def test_a_profile_replaces_a_setting_under_any_of_its_names() -> None:
    """What a profile says stands where the setting stood first; what is new comes last."""
    document = with_profile(
        toml(
            """
            [uwsgi]
            workers = 2
            env = ["A=1", "B=2"]
            master = true
            [profiles.production.uwsgi]
            harakiri = 30
            env = "C=3"
            processes = 16
            [profiles.production.target]
            build = "pyuwsgi"
            """
        ),
        "production",
    )

    assert pairs(document) == [("processes", "16"), ("env", "C=3"), ("master", "true"), ("harakiri", "30")]
    assert document.target.build == "pyuwsgi"


def test_a_profile_is_never_put_under_a_condition() -> None:
    """What stood in a block is replaced behind it, so that it always holds."""
    text = "[uwsgi]\nlines = [{if-env = 'A'}, {processes = 1}, {master = true}, {endif = 1}]\nthreads = 2\n"
    document = with_profile(toml(f"{text}[profiles.p.uwsgi]\nprocesses = 4\n"), "p")

    assert pairs(document) == [
        *(("if-env", "A"), ("master", "true"), ("endif", "1")),
        *(("processes", "4"), ("threads", "2")),
    ]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("[worker]\nprocesses = 1\n", "unknown-table", 1),
        ("master = true\n", "misplaced-value", 1),
        ("[workers]\nhttp-socket = ':80'\n", "misplaced-option", 2),
        ("[uwsgi]\nx = 2020-01-01\n", "unexpected-date", 2),
        ("[uwsgi]\nchdir = {minute = 1}\n", "unexpected-table", 2),
        ("[uwsgi]\ncron = {minute = 1}\n", "missing-part", 2),
        ("[uwsgi]\nlines = [{a = 1, b = 2}]\n", "malformed-lines", 2),
        ("[target]\nuwsg = '2.0'\n", "unknown-target", 2),
        ("target = 1\n", "misplaced-value", 1),
        ("profiles = 1\n", "misplaced-value", 1),
        ("[uwsgi\n", "malformed-file", 1),
        ("[uwsgi]\na = 1\na = 2\n", "malformed-file", 3),
        ("[uwsgi]\nx = {a = 1,\n b = 2}\n", "malformed-file", 2),
    ],
)
def test_toml_that_says_nothing_sensible_is_told_at_its_place(text: str, rule: str, line: int) -> None:
    """Each mistake of form is one problem, where it stands."""
    problems = [(p.rule, p.span.line) for p in toml(text).problems]

    assert set(problems) == {(rule, line)}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("uwsgi:\n  master:\n", "null-value", 2),
        ("uwsgi:\n  chdir: {b: 1}\n", "unexpected-table", 2),
        ("other:\n  a: 1\n", "unread-section", 1),
        ("- a\n", "malformed-file", 1),
        ("uwsgi:\n  a: %x\n", "malformed-file", 2),
        ("uwsgi:\n  [a]: 1\n", "malformed-file", 2),
    ],
)
def test_yaml_that_says_nothing_sensible_is_told_at_its_place(text: str, rule: str, line: int) -> None:
    """Each mistake of form is one problem, where it stands."""
    assert [(p.rule, p.span.line) for p in yaml(text).problems] == [(rule, line)]


def test_places_count_bytes_and_columns_count_characters() -> None:
    """Text beyond ASCII in front of a value moves its bytes, not its column, further."""
    for document in (toml('[uwsgi]\nenv = ["é=1", "x"]\n'), yaml('uwsgi:\n  env: ["é=1", "x"]\n')):
        second = document.directives()[1]

        assert second.source.data[second.value_start : second.value_end] == b'"x"'
        assert second.value_span.column == (15 if document.format == "toml" else 16)


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"a = " + b"[" * 5000,
        b"a: " + b"[" * 5000,
        b"a = " + b"9" * 10000,
        b"\0",
        b"a: &x [*x]",
        # aliases of aliases: 9**5 values in six lines
        b"\n".join([b"a0: &a0 [1]", *(b"a%d: &a%d [" % (n, n) + b"*a%d, " % (n - 1) * 9 + b"]" for n in range(1, 6))]),
    ],
)
def test_hostile_text_is_a_problem_not_a_crash(syntax: str, data: bytes) -> None:
    """Nesting, aliases, huge numbers and broken bytes end as one problem of form."""
    assert [p.rule for p in read(Source("x", data), syntax).problems] == ["malformed-file"]


SAFE = st.text(st.sampled_from(string.printable.replace("\r", "").replace("\x0b", "").replace("\x0c", "") + "é日"))


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), SAFE), max_size=5, unique_by=lambda p: p[0]
    )
)
def test_toml_strings_keep_every_character(items: list[tuple[str, str]]) -> None:
    """A value written as a TOML string is read as it is."""

    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'

    text = "[uwsgi]\n" + "".join(f"{key} = {quoted(value)}\n" for key, value in items if key != "lines")

    assert pairs(toml(text)) == [(key, value) for key, value in items if key != "lines"]


def test_what_the_server_counts_may_have_a_name() -> None:
    """Shared sockets count from 0, mules from 1 after those of `mules`; order is that of the file."""
    document = toml(
        """
        [networking]
        http-socket = [{ shared = "api" }, { shared = 0 }]
        shared-socket = [{ name = "web", host = "127.0.0.1", port = 80 }, ":81", { name = "api", port = 82 }]
        [mules]
        mules = 2
        mule = [{ name = "mail", script = "mail.py" }, { name = "bare" }]
        farm = { name = "senders", mules = ["bare", "mail", 1] }
        """
    )

    assert document.problems == []
    assert pairs(document) == [
        *(("http-socket", "=2"), ("http-socket", "=0")),
        *(("shared-socket", "127.0.0.1:80"), ("shared-socket", ":81"), ("shared-socket", ":82")),
        *(("mules", "2"), ("mule", "mail.py"), ("mule", ""), ("farm", "senders:4,3,1")),
    ]


def test_a_reference_to_nothing_is_told_with_the_nearest_name() -> None:
    """A name that no table gave is a problem where it is used."""
    document = toml('[networking]\nshared-socket = { name = "web", port = 80 }\nhttp-socket = { shared = "wbe" }\n')

    (problem,) = document.problems
    assert (problem.rule, problem.span.line, problem.values["near"]) == ("unknown-reference", 3, "web")


def test_a_block_takes_its_options_with_it() -> None:
    """[[when]] opens, holds and closes; subsystems and plain options may stand inside."""
    document = toml(
        """
        [[when]]
        env = "STAGING"
        workers = { processes = 2 }
        [when.uwsgi]
        master = false
        [[when]]
        for = ["a", "b"]
        uwsgi = { env = "X%(_)=1" }
        """
    )

    assert pairs(document) == [
        *(("if-env", "STAGING"), ("processes", "2"), ("master", "false"), ("endif", "true")),
        *(("for", "a b"), ("env", "X%(_)=1"), ("endfor", "true")),
    ]


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ('[caching]\ncache2 = { name = "a", itms = 10, items = 10 }\n', "unknown-part", (2, 24)),
        ('[caching]\ncache2 = { name = "a", items = "10k" }\n', "misread-part", (2, 32)),
        ('[caching]\ncache2 = { name = "a" }\n', "missing-part", (2, 10)),
        ('[caching]\ncache2 = { name = "a", items = 10, hash = "md5" }\n', "misread-part", (2, 43)),
        ('[ssl]\nsni = { name = "a", cert = "a,b", key = "c" }\n', "unjoinable-part", (2, 21)),
        ('[[when]]\nenvv = "A"\nuwsgi = { master = true }\n', "unknown-part", (2, 1)),
        ('[[routing.request]]\nmatch = { pth = "^/a" }\naction = "last"\n', "unknown-part", (2, 11)),
        ('[[routing.request]]\nmatch = { path = "^/a" }\naction = { redirekt = "/b" }\n', "unknown-action", (3, 12)),
        ('[[routing.request]]\nmatch = { path = "^/(a" }\naction = "last"\n', "malformed-pattern", (2, 11)),
    ],
)
def test_what_is_wrong_inside_a_table_has_its_place(text: str, rule: str, place: tuple[int, int]) -> None:
    """The entry at fault is told, not the table."""
    problems = [(p.rule, (p.span.line, p.span.column)) for p in toml(text).problems]

    assert problems == [(rule, place)]
