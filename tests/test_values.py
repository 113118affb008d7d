"""Kinds of values: read as the server reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint import values
from uwsgilint.server import Server
from uwsgilint.values import KINDS, Refused

NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(
        ["", "4k", "0x10", "1e3", " 7", "+7", "- 7", "007", "7 7", "7;", "abc", "-", "+-3", "1_000", "٣", "²"]
    ),
    st.from_regex(r"[ \t+-]{0,2}[0-9]{0,22}[a-z .]{0,2}", fullmatch=True),
)
FLAGS = st.one_of(
    st.sampled_from(
        ["", "true", "FALSE", "Off", "nO", "0", "00", "1", "f", "n", "none", "disabled", '"false"', "false ; x"]
    ),
    st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=5),
)


@pytest.mark.server
@cases(0.2)
@given(number=NUMBERS, flag=FLAGS)
@example(number="4294967297", flag="false")
@example(number="2147483648", flag="0")
@example(number="99999999999999999999", flag="no")
def test_numbers_and_flags_are_what_the_server_makes_of_them(
    server: Server, tmp_path: Path, number: str, flag: str
) -> None:
    """A running server says which mercy and which lock it took from the same texts."""
    text = number.strip(" \t\r")
    file = tmp_path / "uwsgi.ini"
    file.write_text(
        f"[uwsgi]\nno-server = true\nsocket = {tmp_path}/s\nprocesses = 2\nmaster = true\n"
        f"worker-reload-mercy = {text}\nthunder-lock = {flag}\n",
        "utf-8",
    )

    outcome = server.run(["--ini", str(file)])

    try:
        mercy = values.read_int(text)
    except Refused:
        assert outcome.status == 1
        assert "must be > 0" in outcome.log
        return
    assert outcome.status == 0, outcome.log
    found = re.search(r"your mercy for graceful operations on workers is (\d+) seconds", outcome.log)
    assert found is not None
    assert int(found[1]) == mercy
    assert ("thunder lock: enabled" in outcome.log) == values.read_flag(flag.strip(" \t\r"))


@pytest.mark.server
@pytest.mark.parametrize("text", ["660", "664", "1", "0664", "66", "abc", "999", "u+w", ""])
def test_modes_are_refused_where_the_server_refuses_them(server: Server, tmp_path: Path, text: str) -> None:
    """Three octal digits, or 1; anything else stops the server."""
    file = tmp_path / "uwsgi.ini"
    file.write_text(f"[uwsgi]\nchmod-socket = {text}\n")

    refused = server.understand(file).refused

    try:
        values.read_mode(text)
    except Refused:
        assert refused is not None
        assert "invalid chmod value" in refused
    else:
        assert refused is None


@pytest.mark.parametrize(
    ("kind", "text", "reading"),
    [
        ("uint64", "-1", 2**64 - 1),
        ("uint64", "99999999999999999999999", 2**64 - 1),
        ("uint64", None, 1),
        ("uint16", "70000", 65535),
        ("uint16", "-1", 65535),
        ("megabytes", "512M", 512 * 2**20),
        ("megabytes", "0.5", 0),
        ("signed-int", "-5", -5),
        ("int", "4294967297", 1),
        ("int", None, 1),
        ("int", "", 0),
        ("flag", None, True),
        ("inverse-flag", "false", True),
        ("inverse-flag", None, False),
        ("umask", "022", 0o022),
        ("umask", "0022", 0o022),
        ("umask", "22", 0),
        ("log-date", "yes", None),
        ("log-date", "false", "false"),
        ("spaced-string", "a", "a "),
    ],
)
def test_readings_at_the_edges(kind: str, text: str | None, reading: object) -> None:
    """Wrapping, clamping, no argument and words that mean the contrary."""
    assert KINDS[kind].read(text) == reading


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_no_text_ends_a_reading(kind: str, text: str) -> None:
    """Every kind reads or refuses any text, and says what is doubtful about it, or nothing."""
    try:
        KINDS[kind].read(text)
    except Refused:
        refused = True
    else:
        refused = False
    doubt = values.doubt(kind, text)

    assert not refused or doubt is not None, "what the server refuses is never without a word"


@given(st.integers(0, 2**31 - 1))
def test_plain_numbers_are_never_doubted(number: int) -> None:
    """What a person writes for a number is what the server reads."""
    assert values.doubt("int", str(number)) is None
    assert values.read_int(str(number)) == number
