"""Command lines: read as getopt_long reads them for the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint import catalog
from uwsgilint.catalog import builds
from uwsgilint.document import Document
from uwsgilint.formats import argv
from uwsgilint.server import Server, acts_while_reading

if TYPE_CHECKING:
    from pathlib import Path

# The build of the wheel that the tests run; what it has is measured (schemas/builds/pyuwsgi.json).
WHEEL = builds.build("pyuwsgi")
assert WHEEL is not None
KNOWN = [name for name in catalog.names(WHEEL.release) if WHEEL.has(name)]
LETTERS = sorted({option.short for name in KNOWN if (option := catalog.option(name)) and option.short})
# What is only stored, and never refused for its value.
PLAIN = frozenset({"flag", "string", "strings", "int", "count", "path", "paths", "optional-path"})


def is_plain(name: str) -> bool:
    """Whether the server only stores what an option is given."""
    option = catalog.option(name)
    if option is None or option.kind not in PLAIN or "immediate" in option.flags or "envdir" in name:
        return False
    return not acts_while_reading(name, "1")


STORED = [name for name in KNOWN if is_plain(name)]
# How the server says that it cannot read its arguments; what it says of a value is another matter.
UNREAD = re.compile(r"getopt_long\(\) error|unable to load configuration from")
VALUES = st.sampled_from(["1", "7", "", "x", "a b", "%d", "50%", "%%", "-M", "--master", "é", "a=b", "=", "[x", "$()"])
NAMES = st.one_of(
    st.sampled_from(STORED),
    st.builds(lambda name, length: name[: max(1, length)], st.sampled_from(STORED), st.integers(3, 24)),
    st.builds("{}{}".format, st.sampled_from(STORED), st.sampled_from(["x", "-", "s", "2"])),
    st.sampled_from(["", "-", "foo", "Master", "wsgi_file", "p", "pro", "cheaper", "touch-rel", "proc"]),
)
CLUSTERS = st.builds(
    lambda letters, rest: f"-{''.join(letters)}{rest}",
    st.lists(st.sampled_from([*(x for x in LETTERS if x not in "adhjsxySQ"), "Z", "é"]), min_size=1, max_size=4),
    st.sampled_from(["", "", "3", "=3", "%"]),
)


def accepted(name: str, value: str, length: int) -> str:
    """An argument that the server takes, unless the name is cut too short."""
    option = catalog.option(name)
    beginning = f"--{name[: max(length, 6)]}"
    return beginning if option is None or option.argument == "none" else f"{beginning}={value}"


GOOD = st.builds(accepted, st.sampled_from(STORED), VALUES, st.one_of(st.just(99), st.just(99), st.integers(8, 20)))
WORDS = st.one_of(
    GOOD,
    GOOD,
    st.builds("--{}".format, NAMES),
    st.builds("--{}={}".format, NAMES, VALUES),
    CLUSTERS,
    VALUES,
    st.sampled_from(["a.ini", "-", "[ignored", "--set", "k=v"]),
)


def read(arguments: list[str]) -> Document:
    """Read arguments as the wheel does."""
    return argv.read(argv.words_of(arguments), build=WHEEL)


def refused(document: Document) -> bool:
    """Whether something in a document keeps the server from starting."""
    fatal = {"refused-argument", "ambiguous-argument", "stray-argument"}
    assert WHEEL is not None
    return any(p.rule in fatal for p in document.problems) or any(not WHEEL.has(d.key) for d in document.directives())


def harmless(document: Document) -> bool:
    """Whether a server may be given these arguments: it stores them all."""
    return all(
        d.key == "include"
        or (d.key == "set" and (d.value or "").partition("=")[0] == "k")
        or (is_plain(d.key) and not acts_while_reading(d.key, d.value or ""))
        for d in document.directives()
    )


@pytest.mark.server
@cases()
@given(arguments=st.one_of(st.lists(GOOD, min_size=1, max_size=8), st.lists(WORDS, max_size=6)))
@example(arguments=["-Mp4", "--process", "3"])
@example(arguments=["a.ini", "--master", "--chmod-socket=664"])
@example(arguments=["--chmod-socket", "664"])
@example(arguments=["--touch-rel", "--master", "-M"])
def test_reads_what_the_server_reads(server: Server, tmp_path: Path, arguments: list[str]) -> None:
    """Any arguments give the options that the server lists, in its order, or are refused by both."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nfrom-file = 1\n")
    # The server is asked by further options behind these: nothing may turn them into something else.
    assume("--" not in arguments)
    document = read(arguments)
    assume(harmless(document))
    assume(not any(p.values.get("reason") == "a value must follow" for p in document.problems))

    answer = server.understand(arguments, cwd=tmp_path)

    assert bool(UNREAD.search(answer.log)) == refused(document), answer.log
    if answer.refused is not None:
        return
    files = [d for d in document.directives() if d.key_start == d.key_end]
    ours = [
        (d.key, "true" if d.value is None else d.value.replace("%%", "%"))
        for d in document.directives()
        if d not in files
    ]
    # `--set k=v` is stored under the name that it sets, beside itself.
    theirs = [entry for entry in answer.entries if entry != ("k", "v")]
    assert [entry for entry in ours if entry[0] != "include"] + [("from-file", "1")] * len(files) == theirs


@pytest.mark.server
@cases(0.5)
@given(arguments=st.lists(st.one_of(WORDS, st.just("--")), max_size=6))
@example(arguments=["--processes"])
@example(arguments=["-p"])
@example(arguments=["--", "--master"])
@example(arguments=["--master", "--", "a.ini"])
@example(arguments=["--http-socket", "--"])
def test_refuses_what_the_server_refuses(server: Server, tmp_path: Path, arguments: list[str]) -> None:
    """The server starts on arguments exactly where nothing of ours says that it does not."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nfrom-file = 1\n")
    document = read(arguments)
    assume(harmless(document))

    outcome = server.run(["--version", *arguments], cwd=tmp_path)

    assert bool(UNREAD.search(outcome.log)) == refused(document), outcome.log


@pytest.mark.server
@pytest.mark.parametrize("letter", [x for x in LETTERS if x not in "dhjxy"])
def test_letters_mean_what_they_mean_to_the_server(server: Server, tmp_path: Path, letter: str) -> None:
    """Each letter gives the option under which the server stores it."""
    document = read([f"-{letter}", "1"])
    option = document.directives()[0]
    arguments = [f"-{letter}"] if option.value is None else [f"-{letter}", "k=1" if letter == "S" else "127.0.0.1:1"]

    answer = server.understand(arguments, cwd=tmp_path)

    assert answer.entries[0][0] == option.key


@given(arguments=st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=8))
def test_every_place_holds_what_was_read(arguments: list[str]) -> None:
    """A value stands at the bytes that the reader gives, and a name or its beginning at those of the key."""
    for release in ("2.0", None):
        document = argv.read(argv.words_of(arguments), release=release)
        data = document.source.data
        for d in document.directives():
            assert (d.value or "").replace("%%", "%").encode() == data[d.value_start : d.value_end]
            written = data[d.key_start : d.key_end].decode()
            assert d.key.startswith(written) or len(written) == 1
        for problem in document.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(data)


@pytest.mark.parametrize(
    ("arguments", "rule", "near"),
    [
        (["--master=true"], "refused-argument", "--master"),
        (["--master=off"], "refused-argument", "--set=master=off"),
        (["--proceses", "4"], "refused-argument", "--processes"),
        (["-ini", "x.ini"], "refused-argument", "--ini"),
        (["--processes"], "refused-argument", ""),
        (["-p"], "refused-argument", ""),
        (["--chmod-socket", "664"], "stray-argument", "--chmod-socket=664"),
        (["app.py"], "stray-argument", ""),
        (["-"], "stray-argument", ""),
        (["A.INI"], "stray-argument", ""),
        (["app.ini:prod"], "stray-argument", ""),
        (["-master"], "single-dash-option", "--master"),
    ],
)
def test_tells_what_is_refused_and_what_was_meant(arguments: list[str], rule: str, near: str) -> None:
    """A refused argument names what to write instead, where that can be known."""
    problem = read(arguments).problems[0]

    assert (problem.rule, problem.values["near"]) == (rule, near)


def test_lists_what_an_ambiguous_name_could_be() -> None:
    """The candidates of an ambiguous beginning are told."""
    problem = read(["--process"]).problems or read(["--touch-r"]).problems

    assert problem[0].rule in {"ambiguous-argument", "abbreviated-option"}
    assert read(["--touch"]).problems[0].values["candidates"].endswith("more")


def test_a_value_may_look_like_an_option() -> None:
    """What follows an option that wants a value is that value, whatever it looks like."""
    assert [(d.key, d.value) for d in read(["--http", "--master"]).directives()] == [("http", "--master")]


def test_percent_signs_of_an_argument_are_its_own() -> None:
    """Magic variables do not work on a command line, so percent signs are doubled in configuration text."""
    assert read(["--log-format=%d %%"]).directives()[0].value == "%%d %%%%"


def test_a_file_that_stands_alone_comes_last() -> None:
    """The server loads positional files after all options."""
    assert [d.key for d in read(["a.ini", "--master"]).directives()] == ["master", "include"]


def test_options_of_a_plugin_exist_to_its_right() -> None:
    """With the build known, the beginning of a name counts only behind the plugin that brings it."""
    debian = builds.build("debian-12")

    def rules(*arguments: str) -> list[str]:
        return [p.rule for p in argv.read(argv.words_of(arguments), build=debian).problems]

    assert rules("--plugin", "python3", "--wsgi-f", "x") == ["abbreviated-option"]
    assert rules("--wsgi-f", "x", "--plugin", "python3") == ["refused-argument", "stray-argument"]
    assert rules("--plugin", "ours", "--ours-only", "--master") == []


def test_declared_options_exist_to_their_right() -> None:
    """`--declare-option` makes a name, with an argument if its template uses one."""
    found = read(["--declare-option", "port=http=:$1", "--port", "80", "--declare-option=on=master=1", "--on"])

    assert not found.problems
    assert [(d.key, d.value) for d in found.directives()][1::2] == [("port", "80"), ("on", None)]


def test_the_name_of_the_server_loads_plugins() -> None:
    """A server called uwsgi_python3 has loaded that plugin before it reads its arguments."""
    program, *rest = argv.words_of(["/usr/bin/uwsgi_python3", "--wsgi-f", "x"])

    found = argv.read(rest, build=builds.build("debian-12"), program=program)

    assert [(d.key, d.value) for d in found.directives()] == [("plugin", "python3"), ("wsgi-file", "x")]


def test_old_releases_have_their_own_names() -> None:
    """What a newer release brought is refused, and arguments that changed are read as they were."""
    old = argv.read(argv.words_of(["--need-app=0"]), release="2.0.27")
    new = argv.read(argv.words_of(["--need-app=0"]), release="2.0.28")

    assert [p.rule for p in old.problems] == ["refused-argument"]
    assert not new.problems
