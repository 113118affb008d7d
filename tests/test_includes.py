"""Includes of YAML, JSON and XML: read as the server reads them, with whichever library it was built."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.cli import uwsgilint
from tests.dialects import server_with
from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.language.load import Loaded, evaluate, load
from uwsgilint.language.logic import Machine
from uwsgilint.language.unknown import UNKNOWN

if TYPE_CHECKING:
    from uwsgilint.server import Server

SYNTAX = {"jansson": "json", "yajl": "json", "builtin": "yaml", "libyaml": "yaml", "libxml2": "xml", "expat": "xml"}

# -- against the real server ------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "procname", "some-key"])
TEXTS = st.lists(
    st.sampled_from(
        ["x", "7", " ", "%(a)", "%(b)", "%(json)", "%(xml)", "%(yaml)", "%o", "%p", "%s", "%x", "%n", "%P"]
    ),
    max_size=3,
).map("".join)
PAIRS = st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=4)
NUMBERS = st.sampled_from([3, -1, 2**31, 4.5, 10.0, True, False, None])
LINES = st.one_of(
    st.builds("{} = {}".format, NAMES, TEXTS),
    st.sampled_from(
        [
            *("{key} = inc.{end}", "{key} = inc.{end}:other", "include = inc.{end}", "inherit = inc.{end}"),
            *("{key} = odd.{end}:other", "{key} = odd.name", "{key} = inc.{end}:", "{key} = inc.{end}:none"),
            *("include = inc.{end}:other", "{key} = :other", "config = inc.{end}", "{key} = sub", "ini = :own"),
            *("if-env = NO", "if-not-env = NO", "endif ="),
        ]
    ),
)


def written(syntax: str, sections: dict[str, list[tuple[str, object]]]) -> str:
    """Write sections as a file of a syntax, in as plain a way as there is."""
    if syntax == "json":
        return json.dumps({name: dict(pairs) for name, pairs in sections.items()})
    if syntax == "yaml":
        return "".join(
            f"{name}:\n" + "".join(f"  {key}: {value}\n" for key, value in pairs) for name, pairs in sections.items()
        )
    stanzas = "".join(
        f'<uwsgi id="{name}">' + "".join(f"<{key}>{value}</{key}>" for key, value in pairs) + "</uwsgi>\n"
        for name, pairs in sections.items()
    )
    return f"<all>\n{stanzas}</all>"


@pytest.mark.server
@pytest.mark.parametrize("library", SYNTAX)
@cases(0.13)
@given(
    lines=st.lists(LINES, max_size=6),
    first=PAIRS,
    second=PAIRS,
    number=NUMBERS,
)
def test_the_registry_is_that_of_the_server(
    server: Server,
    tmp_path: Path,
    library: str,
    lines: list[str],
    first: list[tuple[str, object]],
    second: list[tuple[str, object]],
    number: object,
) -> None:
    """Names, sections, variables, placeholders, order and refusals of included files are the server's."""
    asked = server_with(library, server)
    syntax = SYNTAX[library]
    first = [*first, ("b", number)] if syntax == "json" else first
    text = written(syntax, {"uwsgi": first, "other": second})
    (tmp_path / "sub").mkdir(exist_ok=True)
    for name in (f"inc.{syntax}", f"odd.{syntax}", "odd.name"):
        (tmp_path / name).write_text(text)
    body = "".join(f"{line.format(key=syntax, end=syntax) if '{' in line else line}\n" for line in lines)
    # Who asks a server ends what its file leaves open, before anything is inherited (Server.understand).
    body += "endif =\n" if "inherit" in body else ""
    (tmp_path / "app.ini").write_text(f"[uwsgi]\n{body}[own]\na = %o|%x\n")

    document = ini.read(Source("app.ini", (tmp_path / "app.ini").read_bytes()))
    evaluated, problems = evaluate(
        document,
        path="app.ini",
        cwd=tmp_path,
        env={"NO": None},
        positional=False,
        machine=Machine(),
        features=frozenset({f"{syntax}:{library}"}),
    )
    answer = asked.understand("app.ini", cwd=tmp_path)

    told = {problem.rule for problem in problems}
    stops = {"unsupported-include", "malformed-file", "missing-root", "missing-included-section", "nested-block"}
    if answer.refused is not None:
        assert told & {*stops, "include-cycle", "endless-placeholder"}, answer.refused
        return
    assert not told & {"unsupported-include", "malformed-file", "include-cycle"}, answer.entries
    found = [(e.key, "true" if e.text is None else e.text) for e in evaluated.entries]
    if library == "builtin":
        # Whether this parser leaves the name whole depends on the line at which it stops.
        found, answer = whole(found), answer._replace(entries=whole(answer.entries))
    assert found == answer.entries


def whole(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Entries without the sections behind names of YAML files."""
    return [(key, re.sub(r"(\.yaml):(?:other|none)?", r"\1", value)) for key, value in entries]


# -- without a server ---------------------------------------------------------------------------------


def loaded(folder: Path, text: str, build: str | None = None, **files: str) -> Loaded:
    """Load a configuration that stands beside other files."""
    for name, content in {**files, "app_ini": f"[uwsgi]\n{text}\n"}.items():
        (folder / name.replace("_", ".")).write_text(content)
    return load(folder / "app.ini", cwd=folder, build=build)


def test_what_libraries_read_differently_stands_under_conditions(tmp_path: Path) -> None:
    """Of jansson and yajl one drops a real number: without a build both may happen, with one only one does."""
    text = "processes = 2\njson = more.json\nprocname = %(a)"
    more = '{"uwsgi": {"processes": 4.0, "a": "x"}}'
    found = loaded(tmp_path, text, more_json=more)

    assert found.problems == []
    assert {(outcome.text, outcome.conditions) for outcome in found.settings["workers"].outcomes} == {
        ("2", ("read by jansson",)),
        ("4.0", ("not read by jansson",)),
    }
    assert found.settings.value("procname") == "x"
    assert loaded(tmp_path, text, "pyuwsgi", more_json=more).settings["workers"].outcomes[0].text == "2"
    assert loaded(tmp_path, text, "debian-12", more_json=more).settings["workers"].outcomes[0].text == "4.0"


def test_a_file_that_one_library_refuses(tmp_path: Path) -> None:
    """Where the other one reads it, that is its reading, and the difference is told; else the fault is."""
    more = '{"uwsgi": {"processes": 4}} // four'
    found = loaded(tmp_path, "json = more.json", more_json=more)
    places = [(p.rule, Path(p.span.source.name).name) for p in found.problems]

    assert places == [("dialect-dependent", "more.json")]
    assert found.settings.value("workers") == 4
    refused = loaded(tmp_path, "processes = 2\njson = more.json", "pyuwsgi", more_json=more)
    assert [p.rule for p in refused.problems] == ["malformed-file"]
    assert refused.settings.value("workers") is UNKNOWN


@pytest.mark.parametrize(
    ("line", "rule", "values"),
    [
        ("json = x.json:no", "missing-included-section", {"effect": "exits with status 1", "found": "[uwsgi], [foo]"}),
        ("yaml = x.yaml:no", "missing-included-section", {"found": "[uwsgi], [foo]"}),
        ("json = :foo", "unsupported-include", {"near": "json = FILE:foo"}),
        ("xml = x.xml:", "unsupported-include", {"near": "xml = x.xml"}),
        ("include = x.json:foo", "unsupported-include", {"near": "json = x.json:foo"}),
        ("config = x.json", "unsupported-include", {"near": "json = x.json"}),
        ("json = .", "unsupported-include", {"why": "it is a folder"}),
        ("json = -", "unfollowed-include", {}),
        ("yaml = fd://3", "unfollowed-include", {}),
        ("include = data://x.json", "unfollowed-include", {}),
        ("xml = exec://cat x.xml", "unfollowed-include", {}),
        ("json = section://x", "unfollowed-include", {}),
        ("js = sym://x", "unfollowed-include", {}),
        ("yaml = emperor://x", "unfollowed-include", {}),
    ],
)
def test_what_cannot_be_followed_says_why(tmp_path: Path, line: str, rule: str, values: dict[str, str]) -> None:
    """Each has one finding at its line, with the one thing to do."""
    files = {
        "x_json": '{"uwsgi": {"a": "b"}, "foo": {"a": "c"}}',
        "x_yaml": "uwsgi:\n  a: b\nfoo:\n  a: c\n",
        "x_xml": "<uwsgi><a>b</a></uwsgi>",
    }
    (problem,) = loaded(tmp_path, line, **files).problems

    assert (problem.rule, problem.span.line) == (rule, 2)
    assert values.items() <= problem.values.items()


def test_a_server_that_was_built_without_the_syntax(tmp_path: Path) -> None:
    """It refuses the name; a build that may or may not have the library gets the benefit of the doubt."""
    build = 'format = 1\nname = "b"\nrelease = "2.0.31"\nembedded = []\nlacks = []\n[features]\nyaml = "builtin"\n'
    (tmp_path / "b.toml").write_text(build)
    text, more = "include = x.json", '{"uwsgi": {"processes": 4}}'
    (problem,) = loaded(tmp_path, text, str(tmp_path / "b.toml"), x_json=more).problems

    assert (problem.rule, problem.values["why"]) == ("unsupported-include", "the server was built without JSON")
    assert problem.values["near"] == "include = x.ini"
    assert loaded(tmp_path, text, "pypi", x_json=more).problems == []


def test_what_is_injected_goes_into_every_file(tmp_path: Path) -> None:
    """What a parser makes of JSON with lines of another file around it is left to the server."""
    text = "processes = 2\ninject-after = tail\njson = x.json"
    found = loaded(tmp_path, text, tail="[uwsgi]\n", x_json='{"uwsgi": {"a": "b"}}')

    assert [p.rule for p in found.problems] == ["unfollowed-include"]
    assert found.settings.value("workers") is UNKNOWN


def test_a_comment_in_an_included_file_holds_for_those_that_include_it(tmp_path: Path) -> None:
    """Whichever file is checked, what is ignored where it stands is not told."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nini = part.ini\nmaster = true\n")
    part = "[uwsgi]\n; uwsgilint: ignore[undefined-placeholder] filled in later\nhttp-socket = %(nowhere)\n"
    (tmp_path / "part.ini").write_text(part.replace("uwsgilint:", "somebody:"))
    assert uwsgilint("check", "uwsgi.ini", "--format", "concise", cwd=tmp_path).out.startswith("part.ini:3:1: ")
    (tmp_path / "part.ini").write_text(part)

    assert uwsgilint("check", "uwsgi.ini", cwd=tmp_path).out == ""
    assert uwsgilint("check", ".", cwd=tmp_path).out == ""
    (tmp_path / "part.ini").write_text(part.replace("filled", "until=2020-01-01 filled"))
    assert uwsgilint("check", "uwsgi.ini", "--format", "concise", cwd=tmp_path).out.startswith("part.ini:3:1: ")


def test_a_fragment_that_no_check_finds_is_checked_by_those_that_include_it(tmp_path: Path) -> None:
    """Each line is told once; what other files bring is nobody's fault."""
    fragment = "[uwsgi]\nvaccum = true\nhere = /srv\nchdir = %(here)/%(there)\nthere = x\nprocesses = 4k\nlua = a.lua\n"
    (tmp_path / "common.part").write_text(fragment)
    for name in ("a.ini", "b.ini"):
        (tmp_path / name).write_text("[uwsgi]\nplugins = lua\nini = common.part\nspooler = %(here)\nmaster = true\n")

    done = uwsgilint("check", ".", "--format", "concise", "--select", "error", cwd=tmp_path)
    assert [line.split(" ")[:3] for line in done.out.splitlines()] == [
        ["common.part:2:1:", "error", "UW101"],
        ["common.part:6:13:", "error", "UW202"],
    ]
    assert uwsgilint("check", "a.ini", "--unsafe-fixes", cwd=tmp_path).status == 1
    assert (tmp_path / "common.part").read_text() == fragment


def test_a_file_of_another_project_is_checked_where_it_is_followed(tmp_path: Path) -> None:
    """Nobody names it, and the server reads it."""
    for project in ("shop", "shared"):
        (tmp_path / project / ".git").mkdir(parents=True)
    (tmp_path / "shared" / "base.ini").write_text("[uwsgi]\nvaccum = true\n")
    (tmp_path / "shop" / "uwsgi.ini").write_text("[uwsgi]\nini = ../shared/base.ini\n")

    def codes(*options: str) -> list[str]:
        done = uwsgilint("check", "uwsgi.ini", "--format", "concise", *options, cwd=tmp_path / "shop")
        return [line.split(" ")[2] for line in done.out.splitlines()]

    assert codes() == ["UW308"]
    assert codes("--follow") == ["UW101"]


def test_what_is_filled_in_is_judged_where_it_is_used(tmp_path: Path) -> None:
    """A number with a unit is one wherever it comes from; what is unknown is not guessed."""
    (tmp_path / "sizes.ini").write_text("[uwsgi]\nset-placeholder = count=4k\nset-placeholder = whole=4\n")
    (tmp_path / "uwsgi.ini").write_text(
        "[uwsgi]\nini = sizes.ini\nprocesses = %(count)\nlisten = 100\nharakiri = %(whole)\nmaster = $(IN_CHARGE)\n"
        "env = SIZE=%(count)\n"
    )

    def told(*options: str) -> list[tuple[str, str]]:
        done = uwsgilint("check", "uwsgi.ini", "--isolated", "--format", "json", *options, cwd=tmp_path)
        found = json.loads(done.out)["findings"]
        return [(f["code"], [*(r["message"] for r in f["related"]), ""][0]) for f in found if f["severity"] == "error"]

    assert told() == [("UW202", "count is 4k here")]
    assert told("--env", "IN_CHARGE=maybe") == [("UW202", "count is 4k here"), ("UW206", "")]
