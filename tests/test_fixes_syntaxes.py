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
from uwsgilint.lint.engine import check_source
from uwsgilint.lint.fixing import passes
from uwsgilint.lint.fixing.rereading import apply, said
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


# Rules whose fix cannot be made in a syntax, and why.
REFUSED = {
    Syntax.native_yaml: {
        "UW862": "a value that begins with `!` is a tag in YAML, and quotes belong to the value for the server's parser"
    },
}


@pytest.mark.parametrize("to", TO, ids=lambda to: to.value)
def test_a_fix_means_the_same_in_every_syntax(to: Syntax) -> None:
    """A fix of INI is offered in each syntax that can say the same, and leaves what the page says."""
    name = f"uwsgi{to.suffix}"
    wrong, refused = [], set()
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
            refused.add(code)
        elif meaning(name, apply(data, finding.fix.edits)) != meaning("uwsgi.ini", after):
            wrong.append(code)

    assert wrong == []
    assert refused == set(REFUSED.get(to, {}))


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

    once = passes.fix(Source(name, data), check_source, unsafe=unsafe)

    assert len(once.findings) <= len(before)
    assert passes.fix(Source(name, once.data), check_source, unsafe=unsafe).data == once.data
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
    assert passes.fix(Source(name, before.encode()), check_source).data.decode() == after


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
        '{"limits": {"harakiri": 30}}': '{"limits": {"harakiri": 30}, "process": {"master": true}}',
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


RULES = {
    "uwsgi.toml": {
        # A word of an inline table, in its quotes.
        "[[routing.request]]\nmatch = { path = '^admin' } # staff\naction = { return = 403 }\n":
            "[[routing.request]]\nmatch = { path = '^/admin' } # staff\naction = { return = 403 }\n",
        # A name within a table.
        "[[routing.request]]\nif = { equal = [\"${REMOTE_ADDR}\", \"10.0.0.0/8\"] }\naction = { return = 403 }\n":
            "[[routing.request]]\nif = { ipv4in = [\"${REMOTE_ADDR}\", \"10.0.0.0/8\"] }\naction = { return = 403 }\n",
        # The same where several tests become several rules with a label of their own.
        "[[routing.request]]\nmatch = { path = '^/a' }\nif = { equal = [\"${REMOTE_ADDR}\", \"10.0.0.0/8\"] }\n"
        "action = { return = 403 }\n":
            "[[routing.request]]\nmatch = { path = '^/a' }\nif = { ipv4in = [\"${REMOTE_ADDR}\", \"10.0.0.0/8\"] }\n"
            "action = { return = 403 }\n",
        # Another subject.
        "[[routing.request]]\nmatch = { path = '^/old\\?id=7' }\naction = { return = 410 }\n":
            "[[routing.request]]\nmatch = { uri = '^/old\\?id=7' }\naction = { return = 410 }\n",
        # Another entry.
        "[[routing.request]]\nmatch = { remote-addr = '10.0.0.0/8' }\n# out\naction = { return = 403 }\n":
            "[[routing.request]]\nmatch = { remote-addr = '10.0.0.0/8' }\n# out\naction = { return = 403 }\n",
        "[[routing.request]]\nmatch = { remote-addr = '10.0.0.0/8' }\naction = { return = 403 }\n":
            "[[routing.request]]\nif = { ipv4in = [\"${REMOTE_ADDR}\", \"10.0.0.0/8\"] }\naction = { return = 403 }\n",
        # Another chain.
        "[[routing.response]]\naction = { delheader = 'Server' }\n":
            "[[routing.request]]\naction = { delheader = 'Server' }\n",
        # What a rule needs stands in a table of its own.
        "[[routing.request]]\nmatch = { path = '^/r' }\naction = { harakiri = 30 }\n":
            "[[routing.request]]\nmatch = { path = '^/r' }\naction = { harakiri = 30 }\n\n[process]\nmaster = true\n",
        # A rule goes with its header.
        "[[routing.request]]\nlabel = 'end'\n\n[[routing.request]]\naction = { log = 'x' }\n":
            "\n[[routing.request]]\naction = { log = 'x' }\n",
        # A part of a hook, and one that is new.
        "[hooks]\nhook-asap = { action = \"chown\", path = \"/srv\", user = \"0\", group = \"0\" }\n":
            "[hooks]\nhook-asap = { action = \"chown2\", path = \"/srv\", user = \"0\", group = \"0\" }\n",
        "[hooks]\nhook-asap = { action = 'putenv', name = 'DB_PASSWORD', value = 's3cr3t' }\n":
            "[hooks]\nhook-asap = { action = 'putenv', name = 'DB_PASSWORD', value = 's3cr3t', private = true }\n",
    },
    "uwsgi.yaml": {
        "routing:\n  request:\n    # staff\n    - match: {path: ^admin}\n      action: {return: 403}\n":
            "routing:\n  request:\n    # staff\n    - match: {path: ^/admin}\n      action: {return: 403}\n",
        "routing:\n  request:\n    - match: {path: ^/shop}\n      action:\n        rewrite: index # home\n":
            "routing:\n  request:\n    - match: {path: ^/shop}\n      action:\n        rewrite: /index # home\n",
        "routing:\n  response:\n    - action: {delheader: Server}\n":
            "routing:\n  request:\n    - action: {delheader: Server}\n",
    },
    "uwsgi.json": {
        '{"routing": {"request": [{"match": {"query": "^\\\\?id=7"}, "action": {"return": 410}}]}}':
            '{"routing": {"request": [{"match": {"query": "^id=7"}, "action": {"return": 410}}]}}',
        '{"uwsgi": {"route-qs": "^\\\\?id=7 return:410"}}': '{"uwsgi": {"route-qs": "^id=7 return:410"}}',
        '{\n  "routing": {\n    "request": [{"action": {"harakiri": 30}}]\n  }\n}\n':
            '{\n  "routing": {\n    "request": [{"action": {"harakiri": 30}}]\n  },\n'
            '  "process": {\n    "master": true\n  }\n}\n',
    },
    "uwsgi.xml": {
        "<uwsgi>\n  <route-remote-addr>10.0.0.0/8 return:403</route-remote-addr>\n</uwsgi>\n":
            "<uwsgi>\n  <route-if>ipv4in:${REMOTE_ADDR};10.0.0.0/8 return:403</route-if>\n</uwsgi>\n",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after"), [(name, *pair) for name, pairs in RULES.items() for pair in pairs.items()]
)
def test_what_tables_say_in_parts_is_mended_in_its_part(name: str, before: str, after: str) -> None:
    """The smallest edit that makes the rule another one, with the comments beside it."""
    run = Run(selection=Selection(extend=("unused-label",)))

    fixed = passes.fix(Source(name, before.encode()), lambda source: check_source(source, run=run), unsafe=True)

    assert fixed.data.decode() == after


MOVED = {
    "uwsgi.ini": {
        "[uwsgi]\nplugins = shop\n; why\nplugin-dir = plugins": "[uwsgi]\nplugin-dir = plugins\nplugins = shop\n; why",
    },
    "uwsgi.toml": {
        "[uwsgi]\nplugins = 'shop'\nplugin-dir = 'plugins' # where\nmodule = 'app'\n":
            "[uwsgi]\nplugins = 'shop'\nplugin-dir = 'plugins' # where\nmodule = 'app'\n",
        "[uwsgi]\nplugins = 'shop'\n\nplugin-dir = 'plugins'": "[uwsgi]\nplugin-dir = 'plugins'\nplugins = 'shop'\n",
    },
    "uwsgi.yaml": {
        "uwsgi:\n  plugins: shop\n  plugin-dir: plugins\n": "uwsgi:\n  plugin-dir: plugins\n  plugins: shop\n",
    },
    "uwsgi.json": {
        '{"uwsgi": {\n  "plugins": "shop",\n  "plugin-dir": "plugins"\n}}':
            '{"uwsgi": {\n  "plugin-dir": "plugins",\n  "plugins": "shop"\n}}',
        '{"uwsgi": {"plugins": "shop", "plugin-dir": "plugins"}}':
            '{"uwsgi": {"plugin-dir": "plugins", "plugins": "shop"}}',
    },
    "uwsgi.xml": {
        "<uwsgi>\n  <plugins>shop</plugins>\n  <plugin-dir>plugins</plugin-dir>\n</uwsgi>\n":
            "<uwsgi>\n  <plugin-dir>plugins</plugin-dir>\n  <plugins>shop</plugins>\n</uwsgi>\n",
    },
    "start.sh": {
        "exec uwsgi --plugins shop \\\n  --plugin-dir plugins --master\n":
            "exec uwsgi --plugin-dir plugins --plugins shop --master\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "before", "after"), [(name, *pair) for name, pairs in MOVED.items() for pair in pairs.items()]
)
def test_an_option_moves_in_front_of_another_one(name: str, before: str, after: str, newline: str) -> None:
    """With its line, its comma or its element; a line with a comment stays where it is."""
    if name.endswith(".sh") and newline != "\n":
        return  # a carriage return would be a part of the last word
    text = before.replace("\n", newline).encode()

    def check(source: Source) -> list[Finding]:
        return [f for f in check_source(source) if f.name == "late-plugin-folder"]

    assert [f.name for f in check(Source(name, text))] == ["late-plugin-folder"]
    assert passes.fix(Source(name, text), check, unsafe=True).data.decode() == after.replace("\n", newline)


def test_a_second_value_makes_a_list() -> None:
    """In a file of the server no further object is opened, which it would not read, and no name stands twice."""
    encoder = r'"log-encoder": "json {\"msg\":\"${msg}\"}"'
    before = f'{{"uwsgi": {{"module": "app", "master": true, {encoder}}}}}'

    finding = next(f for f in check_source(Source("uwsgi.json", before.encode())) if f.code == "UW726")

    assert finding.fix is not None
    value = encoder.removeprefix('"log-encoder": ')
    after = before.replace(encoder, f'"log-encoder": [{value}, "nl"]')
    assert apply(before.encode(), finding.fix.edits).decode() == after


def test_a_new_name_may_belong_to_another_table() -> None:
    """An option that is renamed goes where its new name is at home."""
    before = "[process]\nmaster = true\ndaemonize = '/var/log/shop.log'\n\n[logging]\nlog-date = true\n"
    run = Run(selection=Selection(extend=("detached-server",)))

    finding = next(f for f in check_source(Source("uwsgi.toml", before.encode()), run=run) if f.code == "UW424")

    assert finding.fix is not None
    assert apply(before.encode(), finding.fix.edits).decode() == (
        '[process]\nmaster = true\n\n[logging]\nlog-date = true\nlogto = "/var/log/shop.log"\n'
    )


def test_no_edit_holds_a_secret() -> None:
    """What hides a secret from the log does not repeat it in reports that hold fixes."""
    for name, text in {
        "uwsgi.ini": "[uwsgi]\nhook-asap = putenv:DB_PASSWORD=s3cr3t\n",
        "uwsgi.toml": "[hooks]\nhook-asap = { action = 'putenv', name = 'DB_PASSWORD', value = 's3cr3t' }\n",
        "uwsgi.yaml": "hooks:\n  hook-asap: {action: putenv, name: DB_PASSWORD, value: s3cr3t}\n",
        "uwsgi.json": '{"uwsgi": {"hook-asap": "putenv:DB_PASSWORD=s3cr3t"}}',
        "uwsgi.xml": "<uwsgi><hook-asap>putenv:DB_PASSWORD=s3cr3t</hook-asap></uwsgi>",
        "start.sh": "exec uwsgi --module app --hook-asap putenv:DB_PASSWORD=s3cr3t\n",
    }.items():
        finding = next(f for f in check_source(Source(name, text.encode())) if f.name == "secret-in-hook")
        assert finding.fix is not None, name
        assert not any("s3cr3t" in edit.text for edit in finding.fix.edits), name


def test_what_holds_a_comment_stays() -> None:
    """Nothing that somebody wrote beside an option goes with it."""
    for name, text in {
        "uwsgi.toml": "[uwsgi]\nlog-format = '%(uri)'\nlog-micros = true # mine\n",
        "more.toml": "[uwsgi]\nlog-format = '%(uri)'\nlog-micros = [\n  true, # mine\n]\n",
        "uwsgi.yaml": "uwsgi:\n  log-format: '%(uri)'\n  log-micros: true # mine\n",
        "more.yaml": "uwsgi:\n  log-format: '%(uri)'\n  log-micros:\n    # mine\n    - true\n",
        "uwsgi.xml": "<uwsgi><log-format>%(uri)</log-format><log-micros>true<!-- mine --></log-micros></uwsgi>",
    }.items():
        assert passes.fix(Source(name, text.encode()), check_source).data.decode() == text


def test_no_byte_is_changed_that_was_read_in_another_encoding() -> None:
    """A text in UTF-16, which one build of uWSGI reads, has findings and no fix."""
    source = Source("uwsgi.yaml", "uwsgi:\n  vaccum: true\n".encode("utf-16"))

    def check(given: Source) -> list[Finding]:
        return check_source(given, target=Target(None, "debian-12"))

    assert [f.name for f in check(source)] == ["unknown-option"]
    assert passes.fix(source, check, unsafe=True).data == source.data


def test_a_yaml_that_only_the_server_reads_can_be_fixed() -> None:
    """A value that begins with a percent sign is no YAML, and is one to the server's own parser."""
    text = "uwsgi:\n  chdir: %d\n  log-micros: true\n  log-format: x %%(uri)\n"

    assert passes.fix(Source("uwsgi.yaml", text.encode()), check_source).data.decode() == text.replace(
        "  log-micros: true\n", ""
    )


HOOK = "hook-asap: putenv:DB_PASSWORD=s3cr3t"


@pytest.mark.parametrize(
    "text",
    [
        f"uwsgi:\n  module: app\n  {HOOK}\n",
        f"uwsgi:\r\n  module: app\r\n  {HOOK}\r\n",
        f"x: &a\n  module: app\nuwsgi:\n  <<: *a\n  {HOOK}\n",
    ],
    ids=["plain", "crlf", "merged"],
)
def test_no_fix_puts_quotes_where_the_server_keeps_them(text: str) -> None:
    """The server's own parser of YAML takes quotes for a part of the value, whatever else is odd about the file."""
    source = Source("uwsgi.yaml", text.encode())

    found = check_source(source, target=Target(build="pyuwsgi"))

    assert any(finding.code == "UW862" for finding in found)
    done = passes.fix(source, lambda changed: check_source(changed, target=Target(build="pyuwsgi")))
    assert done.data == source.data


@pytest.mark.parametrize("name", ["uwsgi.yaml", "uwsgi.toml"])
def test_what_is_compiled_may_have_quotes(name: str) -> None:
    """No server reads it: its text stands in quotes where it has to."""
    text = {
        "uwsgi.yaml": f"workers:\n  processes: 2\nuwsgi:\n  {HOOK}\n",
        "uwsgi.toml": "[workers]\nprocesses = 2\n[uwsgi]\nhook-asap = 'putenv:DB_PASSWORD=s3cr3t'\n",
    }[name]

    done = passes.fix(Source(name, text.encode()), check_source)

    assert b"!putenv:DB_PASSWORD=s3cr3t" in done.data
