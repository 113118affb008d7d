"""Fixes outside of INI: members of tables, lists and objects, and elements, of which each goes or comes as a whole."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import rules as compiler
from uwsgilint.cli.convert import Syntax, _converted
from uwsgilint.document import CannotWriteError, Source, Target
from uwsgilint.formats import read
from uwsgilint.lint import fixes
from uwsgilint.lint.engine import check_source
from uwsgilint.lint.rereading import apply, said
from uwsgilint.lint.scope import Run
from uwsgilint.lint.selection import Selection

if TYPE_CHECKING:
    from uwsgilint.lint.finding import Finding

TO = (Syntax.toml, Syntax.yaml, Syntax.json, Syntax.native_yaml, Syntax.native_json, Syntax.native_xml)
WORDS = {"true": "1", "false": "0"}


@cache
def shown() -> list[tuple[str, str, bytes, bytes]]:
    """Code and name of each rule with a fix, and an INI file before and after that."""
    found = []
    for page in compiler.read_pages():
        blocks = re.findall(r"^```diff\n(.*?)^```", "\n".join(page.sections.get("Fix", ())), re.DOTALL | re.MULTILINE)
        for diff in blocks:
            lines = diff.splitlines(keepends=True)
            sides = ["".join(line[1:] for line in lines if line[0] in f" {mark}").encode() for mark in "-+"]
            found.append((page.code, page.name, sides[0], sides[1]))
    return found


def meaning(name: str, data: bytes) -> list[tuple[str, str, str]]:
    """All that a file says, in no order: converted options stand in tables of their own."""
    syntax = name.rpartition(".")[2]
    return sorted(
        (s.section, s.key, WORDS.get(s.value or "", s.value or "")) for s in said(Source(name, data), syntax)[0]
    )


@pytest.mark.parametrize("to", TO, ids=lambda to: to.value)
def test_a_fix_means_the_same_in_every_syntax(to: Syntax) -> None:
    """A fix that is offered leaves a file that can be read, and says what the page says; few are not offered."""
    name = f"uwsgi{to.suffix}"
    wrong, refused = [], []
    for code, rule, before, after in shown():
        try:
            data = _converted(read(Source("uwsgi.ini", before), "ini"), to)
        except CannotWriteError:
            continue
        found = check_source(Source(name, data), run=Run(selection=Selection(extend=(rule,))))
        finding = next((f for f in found if f.code == code), None)
        if finding is None:
            continue
        if finding.fix is None:
            refused.append(code)
        elif meaning(name, apply(data, finding.fix.edits)) != meaning("uwsgi.ini", after):
            wrong.append(code)

    assert wrong == []
    # Rules of routing are tables of their own, whose words stand apart; and a line moves within its table only.
    assert len(refused) < (40 if to in {Syntax.toml, Syntax.yaml, Syntax.json} else 12), refused


LINES = st.sampled_from(
    [
        *("master = true", "vaccum = true", "buffer-size = 32k", "http-socket = :8000", "socket = 3031"),
        *("cheaper-initial = 1", "cheaper = 4", "workers = 8", "harakiri = 30s", "log-micros = true", "module = app"),
        *("chmod-socket = 660", "http-raw-body = true", "enable-threads = ture", "attach-daemon = say 'x' & <y>"),
        *("static-map = /a=/b", "static-map = static=/c", "env = A=\"b\"", "log-encoder = nl", "umask = 000"),
    ]
)  # fmt: skip


@pytest.mark.parametrize("to", TO, ids=lambda to: to.value)
@settings(deadline=None, max_examples=40)
@given(lines=st.lists(LINES, max_size=8, unique=True), unsafe=st.booleans(), crlf=st.booleans())
def test_a_fixed_file_can_be_read(to: Syntax, lines: list[str], unsafe: bool, crlf: bool) -> None:
    """What has no finding stays, in its order; nothing is left to fix; and the file is still of its syntax."""
    name = f"uwsgi{to.suffix}"
    try:
        data = _converted(read(Source("u.ini", "\n".join(["[uwsgi]", *lines, ""]).encode()), "ini"), to)
    except CannotWriteError:
        return
    data = data.replace(b"\n", b"\r\n") if crlf else data
    before = check_source(Source(name, data))

    once = fixes.fix(Source(name, data), check_source, unsafe=unsafe)

    assert len(once.findings) <= len(before)
    assert fixes.fix(Source(name, once.data), check_source, unsafe=unsafe).data == once.data
    told = {finding.option for finding in before}
    syntax = name.rpartition(".")[2]
    kept = [each[:3] for each in said(Source(name, data), syntax)[0] if each.key not in told]
    left = iter([each[:3] for each in said(Source(name, once.data), syntax)[0]])
    assert all(each in left for each in kept)
    assert (b"\r\n" in once.data) == (b"\r\n" in data)


REMOVED = {
    "uwsgi.toml": {
        "[uwsgi]\nmodule = 'app'\nlog-format = '%(uri)'\nlog-micros = true\n":
            "[uwsgi]\nmodule = 'app'\nlog-format = '%(uri)'\n",
        "uwsgi = { module = 'app', log-micros = true, log-format = '%(uri)' }\n":
            "uwsgi = { module = 'app', log-format = '%(uri)' }\n",
        "[uwsgi]\nlog-format = '%(uri)'\nlog-micros = [\n  true,\n]\n# more\nmodule = 'app'\n":
            "[uwsgi]\nlog-format = '%(uri)'\n# more\nmodule = 'app'\n",
    },
    "uwsgi.yaml": {
        "uwsgi:\n  log-micros: true\n  # more\n  log-format: '%(uri)'\n":
            "uwsgi:\n  # more\n  log-format: '%(uri)'\n",
        "uwsgi:\n  log-format: '%(uri)'\n  log-micros:\n    - true\n    - true\n\n  module: app\n":
            "uwsgi:\n  log-format: '%(uri)'\n\n  module: app\n",
        "uwsgi: {log-micros: true, log-format: '%(uri)'}\n": "uwsgi: {log-format: '%(uri)'}\n",
    },
    "uwsgi.json": {
        '{"uwsgi": {\n  "log-micros": true,\n  "log-format": "%(uri)"\n}}\n':
            '{"uwsgi": {\n  "log-format": "%(uri)"\n}}\n',
        '{"uwsgi": {\n  "log-format": "%(uri)",\n  "log-micros": true\n}}\n':
            '{"uwsgi": {\n  "log-format": "%(uri)"\n}}\n',
        '{"uwsgi": {"log-format": "%(uri)", "log-micros": [true, "1"], "module": "app"}}':
            '{"uwsgi": {"log-format": "%(uri)", "module": "app"}}',
    },
    "uwsgi.xml": {
        "<uwsgi>\n  <log-micros/>\n  <log-format>%(uri)</log-format>\n</uwsgi>\n":
            "<uwsgi>\n  <log-format>%(uri)</log-format>\n</uwsgi>\n",
        "<uwsgi><log-micros>true</log-micros ><log-format>%(uri)</log-format></uwsgi>\n":
            "<uwsgi><log-format>%(uri)</log-format></uwsgi>\n",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after"), [(name, *pair) for name, pairs in REMOVED.items() for pair in pairs.items()]
)
def test_an_option_goes_as_a_whole(name: str, before: str, after: str) -> None:
    """A member goes with its comma, an element with its line, a list with all of its lines."""
    assert fixes.fix(Source(name, before.encode()), check_source).data.decode() == after


ADDED = {
    "uwsgi.toml": {
        "[uwsgi]\nmodule = 'app'\nharakiri = 30 # s\n": "[uwsgi]\nmodule = 'app'\nharakiri = 30 # s\nmaster = true\n",
        "[limits]\nharakiri = 30\n": "[limits]\nharakiri = 30\n\n[process]\nmaster = true\n",
        "[process]\nthreads = 2\n\n[limits]\nharakiri = 30":
            "[process]\nthreads = 2\nmaster = true\n\n[limits]\nharakiri = 30",
    },
    "uwsgi.yaml": {"uwsgi:\n  harakiri: 30\n": "uwsgi:\n  harakiri: 30\n  master: true\n"},
    "uwsgi.json": {
        '{"uwsgi": {\n  "harakiri": 30\n}}': '{"uwsgi": {\n  "harakiri": 30,\n  "master": true\n}}',
        '{"uwsgi": {"harakiri": 30, "module": "app"}}':
            '{"uwsgi": {"harakiri": 30, "master": true, "module": "app"}}',
    },
    "uwsgi.xml": {
        "<uwsgi>\n  <harakiri>30</harakiri>\n</uwsgi>\n":
            "<uwsgi>\n  <harakiri>30</harakiri>\n  <master>true</master>\n</uwsgi>\n",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after"), [(name, *pair) for name, pairs in ADDED.items() for pair in pairs.items()]
)
def test_an_option_is_added_where_it_belongs(name: str, before: str, after: str) -> None:
    """Below the one that it goes with, or in its own table."""
    finding = next(f for f in check_source(Source(name, before.encode())) if f.name == "harakiri-without-master")

    assert finding.fix is not None
    assert apply(before.encode(), finding.fix.edits).decode() == after


def test_what_holds_a_comment_stays() -> None:
    """Nothing that somebody wrote beside an option goes with it."""
    for name, text in {
        "uwsgi.toml": "[uwsgi]\nlog-format = '%(uri)'\nlog-micros = true # mine\n",
        "uwsgi.yaml": "uwsgi:\n  log-format: '%(uri)'\n  log-micros: true # mine\n",
        "uwsgi.xml": "<uwsgi><log-format>%(uri)</log-format><log-micros>true<!-- mine --></log-micros></uwsgi>",
    }.items():
        assert fixes.fix(Source(name, text.encode()), check_source).data.decode() == text


def test_a_command_is_no_line() -> None:
    """No line of a command is taken out, for the one above it would go on with what follows."""
    text = "#!/bin/sh\nexec uwsgi --http-socket :8000 --module app \\\n  --http-raw-body\necho done\n"

    found = check_source(Source("start.sh", text.encode()))

    assert [(f.name, f.fix) for f in found if f.name == "http-option-without-router"] == [
        ("http-option-without-router", None)
    ]


def test_no_byte_is_changed_that_was_read_in_another_encoding() -> None:
    """A text in UTF-16, which one build of uWSGI reads, has findings and no fix."""
    source = Source("uwsgi.yaml", "uwsgi:\n  vaccum: true\n".encode("utf-16"))

    def check(given: Source) -> list[Finding]:
        return check_source(given, target=Target(None, "debian-12"))

    assert [f.name for f in check(source)] == ["unknown-option"]
    assert fixes.fix(source, check, unsafe=True).data == source.data


def test_a_yaml_that_only_the_server_reads_can_be_fixed() -> None:
    """A value that begins with a percent sign is no YAML, and is one to the server's own parser."""
    text = "uwsgi:\n  chdir: %d\n  log-micros: true\n  log-format: x %%(uri)\n"

    assert fixes.fix(Source("uwsgi.yaml", text.encode()), check_source).data.decode() == text.replace(
        "  log-micros: true\n", ""
    )
