"""Convert: the same options in the same order, in another syntax, with their comments."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.cli import uwsgilint
from uwsgilint import catalog
from uwsgilint.cli import convert
from uwsgilint.document import CannotWriteError, Document, Source
from uwsgilint.formats import ini, migration, read
from uwsgilint.formats.migration import Syntax
from uwsgilint.lint import engine
from uwsgilint.server import Server, acts_while_reading

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
SYNTAXES: tuple[Syntax, ...] = ("toml", "yaml", "json")
Said = dict[str, list[tuple[str, str]]]


def said(document: Document) -> Said:
    """What the sections of a document say; the value of what ends a block says nothing."""
    found = {}
    for name in document.section_names():
        pairs = []
        for directive in document.directives(name):
            option = catalog.option(directive.key)
            ends = option is not None and option.kind == "terminator"
            pairs.append((directive.key, "" if ends else directive.value or ""))
        if pairs:
            found[name] = pairs
    return found


def document(text: str | bytes, name: str = "uwsgi.ini") -> Document:
    """Read a text as the file of a name."""
    data = text.encode() if isinstance(text, str) else text
    # JSON is YAML, too.
    syntax = name.rpartition(".")[2]
    return read(Source(name, data), "yaml" if syntax == "json" else syntax)


def migrated(text: str | bytes, syntax: Syntax = "toml", name: str = "uwsgi.ini") -> str:
    """Convert a text."""
    return migration.migrate(document(text, name), syntax)


def built(text: str, syntax: Syntax) -> Document:
    """What an INI file says that was compiled from an authored text."""
    return ini.read(Source("built.ini", ini.write(document(text, f"uwsgi.{syntax}"))))


# -- what comes out --


def test_comments_and_blank_lines_stay_where_they_were() -> None:
    """A comment is above the option that it was above, and groups stay groups."""
    text = (
        "; the shop\n\n[uwsgi]\n# code\nchdir = /srv/shop\nmodule = shop.wsgi\n\n#workers\nworkers = 4\n"
        "; for long requests\nharakiri = 30\n# the end\n"
    )

    assert migrated(text) == (
        '# the shop\n\n[uwsgi]\n# code\nchdir = "/srv/shop"\nmodule = "shop.wsgi"\n\n#workers\nworkers = 4\n'
        "# for long requests\nharakiri = 30\n# the end\n"
    )
    assert migrated(text, "yaml") == (
        "# the shop\n\nuwsgi:\n  # code\n  chdir: /srv/shop\n  module: shop.wsgi\n\n  #workers\n  workers: 4\n"
        "  # for long requests\n  harakiri: 30\n# the end\n"
    )


def test_subsystems_get_tables_where_the_order_lets_them() -> None:
    """Options that stand together are one table; what goes back and forth stays in [uwsgi]."""
    grouped = "[uwsgi]\nprocesses = 4\nthreads = 2\nharakiri = 30\nsocket = :3031\nlisten = 100\nchmod-socket = 660\n"
    mixed = "[uwsgi]\nprocesses = 4\nsocket = :3031\nthreads = 2\n"

    assert migrated(grouped) == (
        '[workers]\nprocesses = 4\nthreads = 2\nharakiri = 30\n\n[networking]\nsocket = ":3031"\nlisten = 100\n'
        "chmod-socket = 660\n"
    )
    assert migrated(mixed) == '[uwsgi]\nprocesses = 4\nsocket = ":3031"\nthreads = 2\n'


def test_what_comes_back_is_a_line_and_keeps_its_comment() -> None:
    """Behind the first name that comes back, order needs `lines`."""
    text = "[uwsgi]\nfoo = 1\nenv = A=1\nbar = 2\n# again\nenv = B=2\nfoo = 3\n"

    assert migrated(text) == (
        '[uwsgi]\nfoo = "1"\nenv = "A=1"\nbar = "2"\n\nlines = [\n    # again\n    { env = "B=2" },\n'
        '    { foo = "3" },\n]\n'
    )


def test_repeated_neighbours_are_a_list_with_its_comments() -> None:
    """A list repeats its option; a comment between two of them makes it a list of lines."""
    assert migrated("[uwsgi]\nenv = A=1\nenv = B=2\n") == '[process]\nenv = ["A=1", "B=2"]\n'
    assert migrated("[uwsgi]\nenv = A=1\n# b\nenv = B=2\n") == (
        '[process]\nenv = [\n    "A=1",\n    # b\n    "B=2",\n]\n'
    )


def test_composites_become_tables_where_they_say_the_same() -> None:
    """A value is taken apart only if putting it together gives that very text."""
    exact = "[uwsgi]\ncache2 = name=a,items=10,purge_lru=1\ncron = 0 3 -1 -1 -1 bin/nightly\n"
    otherwise = "[uwsgi]\ncache2 = items=10,name=a\nhttp-socket = 127.0.0.1:80\n"

    assert 'cache2 = { name = "a", items = 10, purge_lru = true }' in migrated(exact)
    assert "cron = { minute = 0, hour = 3, day = -1, month = -1, weekday = -1" in migrated(exact)
    assert 'cache2 = "items=10,name=a"' in migrated(otherwise)
    assert 'http-socket = "127.0.0.1:80"' in migrated(otherwise)


def test_rules_and_blocks_become_tables() -> None:
    """Comments stand above the table that their rule, or their block, became."""
    text = (
        "[uwsgi]\nmodule = shop\nfoo = 1\n# old\nroute = ^/old last:\n\n# staging\nif-env = STAGING\n# few\n"
        "processes = 2\n; so far\nendif =\nharakiri = 5\n"
    )

    assert migrated(text) == (
        '[uwsgi]\nmodule = "shop"\nfoo = "1"\n\n# old\n[[routing.request]]\nmatch = { path = "^/old" }\n'
        'action = "last"\n\n# staging\n[[when]]\nenv = "STAGING"\n\n[when.workers]\n# few\nprocesses = 2\n# so far\n\n'
        "[workers]\nharakiri = 5\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "[uwsgi]\nif-env = A\nif-env = B\nx = 1\nendif =\n",
        "[uwsgi]\nif-env = A\nx = 1\n",
        "[uwsgi]\nendif =\nx = 1\n",
        "[uwsgi]\nif-env = A\nx = 1\nend-if = true\n",
        "[uwsgi]\nif-reload = 1\nx = 1\nendif =\n",
        "[uwsgi]\nfor = a b\nroute-label = x\nendfor =\n",
    ],
)
def test_blocks_that_no_table_says_exactly_stay_native(text: str) -> None:
    """What is nested, open, stray or closed by another word is not put into [[when]]."""
    assert "[[when]]" not in migrated(text)
    assert said(built(migrated(text), "toml")) == said(document(text))


def test_further_sections_are_kept_empty_ones_too() -> None:
    """Sections, and their comments, keep their names."""
    text = "[uwsgi]\nini = :base\n\n# shared\n[base]\nmaster = true\n[nothing]\n"

    assert migrated(text) == (
        '[uwsgi]\nini = ":base"\n\n# shared\n[sections.base.process]\nmaster = true\n\n[sections.nothing]\n'
    )


def test_percent_signs_that_the_server_drops_are_kept_for_whoever_corrects_them() -> None:
    """`%Y` vanishes in the server; in the new file it still stands, and is still told."""
    text = "[uwsgi]\nlog-date = %Y-%m\nx = a%-b\n"

    assert 'log-date = "%Y-%m"' in migrated(text)
    assert said(built(migrated(text), "toml")) == said(document(text))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\xef\xbb\xbf[uwsgi]\na = 1\n", "byte-order-mark"),
        (b"[uwsgi]\na = 1\0x\n", "nul-byte"),
        (b"[uwsgi]\na = 50%\nb = 1\n", "stray-percent"),
        (b"[uwsgi]\n; 100%\nb = 1\n", "stray-percent"),
        (b"[uwsgi]\na = \xff\n", "unwritable-value"),
        (b"[uwsgi]\n= x\n", "unwritable-name"),
    ],
)
def test_what_would_be_lost_is_refused_with_its_place(data: bytes, rule: str) -> None:
    """No new file says what the server only lost by accident, or what nothing can say."""
    with pytest.raises(CannotWriteError) as caught:
        migrated(data)

    assert caught.value.problems[0].rule == rule
    assert caught.value.problems[0].span.line <= 2


def test_toml_and_yaml_keep_profiles_target_and_comments() -> None:
    """From one authored syntax to the other and back, everything stays."""
    text = (
        '# head\n[uwsgi]\nmodule = "shop"  # code\nmaster = true\n\n[workers]\nprocesses = 2\n\n'
        '[target]\nuwsgi = "2.0.30"\nbuild = "pypi"\n\n[profiles.big.workers]\n# many\nprocesses = 16\n\n'
        '[profiles.big.target]\nbuild = "pyuwsgi"\n'
    )
    across = migrated(text, "yaml", "uwsgi.toml")
    back = document(migrated(across, "toml", "uwsgi.yaml"), "uwsgi.toml")
    first = document(text, "uwsgi.toml")

    assert said(back) == said(first)
    assert back.target[:2] == first.target[:2]
    assert [(d.key, d.value) for d in back.profiles["big"].sections[0].directives] == [("processes", "16")]
    assert back.profiles["big"].target.build == "pyuwsgi"
    assert [line.strip() for line in across.splitlines() if "#" in line] == ["# head", "# code", "# many"]


def test_ini_keeps_comments_too() -> None:
    """A percent sign at the end of a comment cannot eat the line break."""
    text = "# head\n[uwsgi]\n# all of it: 100%\nmodule = 'shop'\n"
    made = migration.commented_ini(document(text, "uwsgi.toml"))

    assert made == "[uwsgi]\n# head\n# all of it: 100%%\nmodule = shop\n"


# -- anything at all --

WORDS = st.sampled_from(
    [
        *(
            "1",
            "true",
            "false",
            "08",
            "x y",
            "a,b",
            "# c",
            "'q'",
            '"',
            "\\",
            "%%",
            "%d",
            "%(x)",
            "%Y",
            "$(HOME)",
            "é",
            "日本",
            "",
        ),
        *(
            "=",
            ":",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "null",
            "~",
            "1.5",
            "2001-01-01",
            "0x10",
            "\x07",
            "\u2028",
            "\U0001f600",
            "yes",
        ),
    ]
)
PAIRS = st.one_of(
    st.tuples(
        st.sampled_from(["master", "processes", "threads", "env", "chdir", "socket", "foo", "lines", "when"]), WORDS
    ),
    st.tuples(
        st.sampled_from(["uwsgi", "workers", "cron", "routing", "sections", "request", "a b", "é", "x.y"]), WORDS
    ),
    st.sampled_from(
        [
            *(("if-env", "A"), ("if-env", "A=1"), ("endif", ""), ("endif", "true"), ("for", "a b"), ("endfor", "")),
            *(("if-not-opt", "x"), ("if-reload", "true"), ("end-if", ""), ("ini", ":base"), ("include", "x.ini")),
            *(("route", "^/a last:"), ("route-if", "isfile:/x break:503 no"), ("route-label", "x"), ("route", "bad")),
            *(("response-route-run", "addheader:A: b"), ("route-run", "log:hi"), ("route-status", "404 log:x")),
            *(("cache2", "name=a,items=10"), ("cache2", "items=1,name=a"), ("cache2", "name=b,items=1,blocksize=64k")),
            *(("cron", "0 3 -1 -1 -1 x"), ("cron2", "minute=5,unique=1 x"), ("farm", "a:1,2"), ("mule", "m.py")),
            *(("shared-socket", ":80"), ("http-socket", "=0"), ("https", ":1,a,b"), ("metric", "name=a,type=counter")),
            *(("log-format", "%%(uri) x"), ("chmod-socket", "664"), ("chmod-socket", "0664"), ("processes", "%k")),
        ]
    ),
)
LINES = st.one_of(
    PAIRS.map(" = ".join),
    PAIRS.map(" = ".join),
    st.sampled_from(["", "# comment", "; other", "  #indented %d", "[base]", "[uwsgi]", "[sections.x]", "[é]", "[]"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(lines=st.lists(LINES, max_size=14), syntax=st.sampled_from(SYNTAXES))
@example(lines=["when = 1", "lines = 2", "uwsgi = 3", "workers = 4"], syntax="toml")
@example(lines=["route = ^/a last:", "processes = 1", "route = ^/b last:", "harakiri = 2"], syntax="yaml")
@example(lines=["[base]", "cron = 0 3 -1 -1 -1 x", "when = a", "uwsgi = b"], syntax="toml")
@example(lines=["[base]", "if-env = A", "x = 1", "endif =", "route = ^/a last:"], syntax="yaml")
def test_nothing_is_lost_and_nothing_reordered(lines: list[str], syntax: Syntax) -> None:
    """Converted and built back, any INI file says the same; and every comment is still there."""
    text = "\n".join(["[uwsgi]", *lines, ""])
    original = document(text)
    try:
        converted = migration.migrate(original, syntax)
    except CannotWriteError:
        assert any(line.startswith((" =", "=")) or line.endswith("%") for line in lines)
        return

    assert said(built(converted, syntax)) == said(original)
    if syntax != "json":
        marks = [line.strip().lstrip(";#") for line in lines if line.strip()[:1] in {";", "#"}]
        kept = [line.strip().lstrip("#") for line in converted.splitlines() if line.strip().startswith("#")]
        assert sorted(kept) == sorted(marks)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(lines=st.lists(LINES, max_size=10), first=st.sampled_from(SYNTAXES), second=st.sampled_from(SYNTAXES))
def test_one_authored_syntax_becomes_another(lines: list[str], first: Syntax, second: Syntax) -> None:
    """TOML, YAML and JSON say the same to each other."""
    try:
        text = migrated("\n".join(["[uwsgi]", *lines, ""]), first)
    except CannotWriteError:
        return
    before = document(text, f"uwsgi.{first}")

    assert said(document(migration.migrate(before, second), f"uwsgi.{second}")) == said(before)


# -- real configurations --


@cache
def rows() -> list[dict[str, Any]]:
    """The INI files of the corpus that the server can parse."""
    if not CORPUS.is_dir():
        return []
    found = [json.loads(line) for line in (CORPUS / "index.jsonl").read_text("utf-8").splitlines()]
    return [row for row in found if row["format"] == "ini" and row["parse_ok"]]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_real_files_are_converted_and_built_back(syntax: Syntax) -> None:
    """Every real file says the same afterwards, with as many comments; one has a line that says nothing."""
    refused = []
    for row in rows():
        data = (CORPUS / "files" / row["file"]).read_bytes()
        original = document(data)
        try:
            converted = migration.migrate(original, syntax)
        except CannotWriteError as error:
            refused += [(row["file"], problem.rule, problem.span.line) for problem in error.problems]
            continue
        assert said(built(converted, syntax)) == said(original), row["file"]
        if syntax != "json":
            marks = [line for line in data.split(b"\n") if line.strip()[:1] in {b";", b"#"}]
            kept = [line for line in converted.splitlines() if line.strip().startswith("#")]
            assert len(kept) == len(marks), row["file"]
    assert refused == [(REFUSED, "unwritable-name", 14)]


# What a merge left behind in this one, `=======`, is an option without a name to the server: nobody means that.
REFUSED = "0066-18mr+call-congress+uwsgi.ini"


@pytest.mark.server
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")
@pytest.mark.parametrize("name", [row["file"] for row in rows() if row["file"] != REFUSED])
def test_the_server_understands_the_same(server: Server, tmp_path: Path, name: str) -> None:
    """What is built of the converted file is what the server read in the old one."""
    data = (CORPUS / "files" / name).read_bytes()
    original = document(data)
    acting = {
        d.key
        for section in original.sections
        for d in section.directives
        if acts_while_reading(d.key, d.value or "")
        or ((option := catalog.option(d.key)) is not None and option.kind in {"config", "plugins"})
    }
    lines = data.split(b"\n")
    data = b"\n".join(
        line for line in lines if line.partition(b"=")[0].strip().decode("utf-8", "replace") not in acting
    )
    file = tmp_path / "uwsgi.ini"

    file.write_bytes(data)
    before = server.understand(file, cwd=tmp_path)
    file.write_bytes(ini.write(document(migrated(data), "uwsgi.toml")))
    after = server.understand(file, cwd=tmp_path)

    # Magic variables of the moment of the start differ from one start to the next.
    moment = {d.key for d in original.directives() if "%t" in (d.value or "").lower()}
    ends = {"endif", "endfor", "end", "end-if", "end-for"}
    assert before.refused == after.refused
    assert [(key, "" if key in {*moment, *ends} else value) for key, value in before.entries] == [
        (key, "" if key in {*moment, *ends} else value) for key, value in after.entries
    ]


# -- the command --


class Run(NamedTuple):
    """What the command did."""

    status: int
    out: str
    err: str


def run(*arguments: str, stdin: str = "") -> Run:
    """Run `convert` as the command line does."""
    app = typer.Typer()
    app.command()(convert.command)
    done = CliRunner().invoke(app, list(arguments), input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Run(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one INI file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.ini").write_text("[uwsgi]\n# code\nmodule = shop\nenv = A=1\nenv = B=2\n")
    return tmp_path


def test_writes_toml_to_standard_output(folder: Path) -> None:
    """TOML is what nobody has to ask for; standard input is read by what is in it."""
    made = '[uwsgi]\n# code\nmodule = "shop"\nenv = ["A=1", "B=2"]\n'

    assert run("app.ini") == (0, made, "")
    assert run("-", stdin=(folder / "app.ini").read_text()) == (0, made, "")
    assert run("-", "--to", "ini", stdin="uwsgi:\n  module: shop\n").out == "[uwsgi]\nmodule = shop\n"


@pytest.mark.parametrize(
    ("to", "made"),
    [
        ("yaml", "uwsgi:\n  # code\n  module: shop\n  env:\n    - A=1\n    - B=2\n"),
        ("ini", "[uwsgi]\n# code\nmodule = shop\nenv = A=1\nenv = B=2\n"),
        ("native-yaml", "uwsgi:\n  module: shop\n  env: A=1\n  env: B=2\n"),
        ("native-libyaml", "uwsgi:\n  module: shop\n  env: A=1\n  env: B=2\n"),
        ("native-xml", "<uwsgi>\n  <module>shop</module>\n  <env>A=1</env>\n  <env>B=2</env>\n</uwsgi>\n"),
    ],
)
def test_writes_every_syntax(folder: Path, to: str, made: str) -> None:
    """Authored or native, the options are the same; what has no comments says so."""
    done = run("app.ini", "--to", to)

    assert (done.status, done.out) == (0, made)
    assert (f"{to} has no comments; 1 line left out" in done.err) == to.startswith("native")


def test_json_is_authored_or_native(folder: Path) -> None:
    """Both are objects; the native one holds texts only."""
    assert json.loads(run("app.ini", "--to", "json").out) == {"uwsgi": {"module": "shop", "env": ["A=1", "B=2"]}}
    assert json.loads(run("app.ini", "--to", "native-json").out)["uwsgi"]["env"] == ["A=1", "B=2"]


def test_never_replaces_a_file_unasked(folder: Path) -> None:
    """A file that is there stays as it is, unless --force is given."""
    (folder / "app.toml").write_text("mine")
    refused = run("app.ini", "-o", "app.toml")

    assert (refused.status, refused.err) == (4, "uwsgilint: app.toml is there already; --force replaces it\n")
    assert (folder / "app.toml").read_text() == "mine"
    assert run("app.ini", "-o", "app.toml", "--force").status == 0
    assert (folder / "app.toml").read_text().startswith("[uwsgi]")


def test_converts_a_folder(folder: Path) -> None:
    """Every configuration below gets its counterpart; what cannot be converted is told, and the rest goes on."""
    (folder / "sub").mkdir()
    (folder / "sub" / "b.ini").write_text("[uwsgi]\nmaster = true\n")
    (folder / "sub" / "bad.ini").write_text("[uwsgi]\na = 50%\nb = 1\n")
    (folder / "sub" / "app.toml").write_text("[other]\n")
    done = run(".", "--output-dir", "out")

    assert done.status == 1
    assert "bad.ini:2:" in done.err
    assert sorted(str(p.relative_to(folder / "out")) for p in (folder / "out").rglob("*.toml")) == [
        "app.toml",
        "sub/b.toml",
    ]
    assert run(".", "--output-dir", "out").status == 4
    (folder / "empty").mkdir()
    assert run("empty", "--output-dir", "out").status == 3
    assert run(".").status == 2


def test_two_files_never_become_one(folder: Path) -> None:
    """app.ini and app.yaml would both be app.toml: the second is told."""
    (folder / "app.yaml").write_text("uwsgi:\n  master: true\n")
    done = run(".", "--output-dir", "out")

    assert (done.status, "out/app.toml is for" in done.err) == (4, True)
    assert "shop" in (folder / "out" / "app.toml").read_text()


@pytest.mark.parametrize(
    ("name", "text", "to", "reason"),
    [
        ("a.ini", "[uwsgi]\n{% if x %}\nmaster = true\n{% endif %}\n", "toml", "a line for a template engine"),
        ("a.ini", "[uwsgi]\n% for x in y:\nmaster = true\n% endfor\n", "toml", "a line for a template engine"),
        ("a.ini", "[uwsgi]\na = 50%\nb = 1\n", "toml", "the line break"),
        ("a.toml", "[uwsgi\n", "yaml", "TOML"),
        ("a.toml", "[uwsgi]\nx = [{a = 1}]\n", "yaml", "`x`"),
        ("a.toml", "[uwsgi]\nharakiri = { a = 1 }\n", "yaml", "`harakiri`"),
        ("a.toml", "[uwsgi]\na = 1\n[profiles.p.uwsgi]\na = 2\n", "ini", "a profile"),
        ("a.ini", "[uwsgi]\na = x # y\n", "native-yaml", "a hash"),
        ("a.ini", "[uwsgi]\na = 1\nb = 1\na = 1\n", "native-json", "an earlier `a`"),
        ("a.ini", "[uwsgi]\na =\n", "native-xml", "nothing in it"),
    ],
)
def test_what_cannot_be_said_is_an_error_at_its_place(folder: Path, name: str, text: str, to: str, reason: str) -> None:
    """Nothing is written, and the place is named."""
    (folder / name).write_text(text)
    done = run(name, "--to", to, "-o", "out")

    assert done.status == 1
    assert reason in done.err
    assert f"{name}:" in done.err
    assert not (folder / "out").exists()


def test_a_name_that_the_new_syntax_cannot_hold_is_told_too(folder: Path) -> None:
    """A name with a blank is no element of XML."""
    (folder / "a.ini").write_text("[uwsgi]\na b = 1\n")
    done = run("a.ini", "--to", "native-xml")

    assert (done.status, "`a b` cannot be the name of an option in XML" in done.err) == (1, True)


def test_values_that_a_template_fills_are_kept(folder: Path) -> None:
    """Only whole lines of a template have no counterpart."""
    (folder / "a.ini").write_text("[uwsgi]\nprocesses = {{ count }}\n")

    assert 'processes = "{{ count }}"' in run("a.ini").out


def test_percent_signs_that_are_kept_are_told(folder: Path) -> None:
    """The new file says what the old one said, and the user hears what the server makes of it."""
    (folder / "a.ini").write_text("[uwsgi]\nlog-date = %Y\n")
    done = run("a.ini")

    assert (done.status, done.out) == (0, '[logging]\nlog-date = "%Y"\n')
    assert "a.ini:2:12" in done.err


def test_a_target_that_ini_has_no_place_for_is_told(folder: Path) -> None:
    """It is no option, so the result is whole without it."""
    (folder / "a.toml").write_text('[uwsgi]\nmaster = true\n[target]\nbuild = "pypi"\n')
    done = run("a.toml", "--to", "ini")

    assert (done.status, done.out) == (0, "[uwsgi]\nmaster = true\n")
    assert "a.toml: ini has no [target]" in done.err


def test_a_file_that_is_not_there(folder: Path) -> None:
    """It is exit 4, as everywhere; a file and a folder at once are a mistake."""
    assert run("missing.ini").status == 4
    assert run("app.ini", "-o", "x", "--output-dir", "y").status == 2


EXAMPLES = sorted(path for suffix in ("toml", "yaml") for path in (ROOT / "examples").rglob(f"*.{suffix}"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
@pytest.mark.parametrize("indent", ["  ", "\t"], ids=["blanks", "tabs"])
def test_json_is_read_as_what_it_was_written_from(path: Path, indent: str) -> None:
    """A file of JSON with our tables is clean, and compiles to the same, although a server could not read it."""
    data = path.read_bytes()
    meant = read(Source(path.name, data), path.suffix[1:])
    text = migration.migrate(meant, "json").replace("  ", indent)
    found = read(Source("uwsgi.json", text.encode()), "json")

    assert said(found) == said(meant)
    assert [f.code for f in engine.check(found)] == [f.code for f in engine.check(meant)] == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('{"process": {"master": true, "procname": "a\\/b"}}', []),
        ('{"process": {"master": true},}', ["malformed-file"]),
        ('{"process": {master: true}}', ["malformed-file"]),
        ('{"uwsgi": {"processes": 4.5}}', ["lost-value"]),
        ('{"uwsgi": {}, "other": {"a": 1.5}}', ["unread-section"]),
    ],
)
def test_json_for_the_server_stays_that(text: str, rules: list[str]) -> None:
    """Only what is JSON, and has tables of ours, is taken for a file to compile."""
    document = read(Source("uwsgi.json", text.encode()), "json")

    assert [p.rule for p in document.problems] == rules


def test_a_result_of_build_becomes_a_source_of_its_own(tmp_path: Path) -> None:
    """The line that sends people to the file it was built from goes, other comments stay; the change is told."""
    (tmp_path / "app.toml").write_text("[uwsgi]\nmaster = true\n")
    assert uwsgilint("build", "app.toml", "-o", "app.ini", cwd=tmp_path).status == 0
    built = (tmp_path / "app.ini").read_text()
    (tmp_path / "app.ini").write_text(built.replace("[uwsgi]", "# Ask Eve.\n[uwsgi]"))
    for syntax in ("toml", "yaml", "ini"):
        done = uwsgilint("convert", "app.ini", "--to", syntax, cwd=tmp_path)

        assert done.status == 0
        assert done.out.startswith("# Ask Eve.\n")
        assert "Generated" not in done.out
        assert done.err == (
            "uwsgilint: app.ini was generated by `uwsgilint build app.toml`; "
            "what is written here is independent of that\n"
        )
    (tmp_path / "app.ini").write_text("# Generated by a script: do not edit.\n[uwsgi]\nmaster = true\n")
    kept = uwsgilint("convert", "app.ini", cwd=tmp_path)
    assert kept.out.startswith("# Generated by a script")
    assert kept.err == ""
