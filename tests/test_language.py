"""The configuration language: what directives mean together, held against the real server."""

from __future__ import annotations

import json
import os
import pwd
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.cases import cases
from tools import defaults
from uwsgilint.document import Source
from uwsgilint.formats import ini
from uwsgilint.language.load import Loaded, evaluate, load
from uwsgilint.language.logic import Machine
from uwsgilint.language.unknown import UNKNOWN

if TYPE_CHECKING:
    from uwsgilint.server import Server

# -- against the real server ------------------------------------------------------------------------

ENV = {
    "FOO": "foo",
    "EMPTY": "",
    "R": "$(FOO)",
    "P": "%(a)",
    "F": "@(one.txt)",
    "UWSGI_A": "from-env",
    "UWSGI_FROM_ENV": "$(FOO)",
}
FILES = {"one.txt": "one\n", "two.txt": "two\r\n%(a)\n\n", "three": "$(FOO)", "lines": "l1\nl2\r\n\nl4"}
NAMES = ["a", "b", "c", "n", "m", "some-key", "from-env", "procname", "procname-master"]
PIECES = st.sampled_from(
    [
        *("x", "1", "2", "7", " ", "v w", "(", ")", "$", "@", "%%", "-", "é", "%(a)", "%(b)", "%(c)", "%(n)", "%(m)"),
        *("%(n + 1)", "%(n m)", "%(m * 2 - 1)", "%(n / 0)", "%(n ++)", "%(undef + 1)", "%(undef)", "%()", "%( )"),
        *("$(FOO)", "$(EMPTY)", "$(R)", "$(P)", "$(F)", "$(UNSET)", "$(A(B))", "$()", "$FOO", "${FOO}", "%(%(b))"),
        *("@(one.txt)", "@(two.txt)", "@(three)", "@(lines)", "@()", "%(some-key)", "%(procname)", "%(n %(m))"),
        *("%p", "%d", "%s", "%n", "%e", "%c", "%0", "%1", "%5", "%9", "%x", "%o", "%i", "%j", "%v", "%V", "%[", "%h"),
        *("%P", "%N", "%X", "%O", "%u", "%U", "%g", "%G", "%k", "%z", "%-", "%b", "$(", "%(", "%(_)", "%(for)"),
    ]
)
VALUES = st.lists(PIECES, max_size=4).map("".join)
KEYS = st.sampled_from(NAMES)
PLAIN = st.sampled_from(["x", "7", "one.txt", "a b", "=", "v=w", "", "%(a)", "$(FOO)"])
LINES = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES),
    st.builds("{}={}".format, KEYS, VALUES),
    st.builds("set = {}={}".format, st.sampled_from(["a", "b", "z", "procname"]), VALUES),
    st.builds("set-ph = {}={}".format, st.sampled_from(["a", "n", "z"]), VALUES),
    st.builds("%n{} = {}".format, KEYS, VALUES),
    st.sampled_from(["ini = :other", "ini = inc.ini", "ini = inc.ini:other", "include = inc.ini", "ini = :deep"]),
    st.sampled_from(["inherit = par.ini", "yaml = inc.yaml", "listen = %(n)", "env = LATE=1", "master", "stats = %d"]),
    st.sampled_from(["declare-option = cust=set=p1=$1;set=p2=$2-$1", "cust = u v", "cust = %(a)", "cust"]),
)
# None asks for `set`: the question that a server is asked (Server.understand) sets something itself.
CONDITIONS = st.sampled_from(
    [
        *("if-env = FOO", "if-env = FOO=foo", "if-env = FOO=x", "if-env = UNSET", "if-not-env = FOO", "ifenv = EMPTY"),
        *("if-not-env = UNSET", "if-not-env = FOO=bar", "if-not-env = UNSET=1", "if-opt = a", "if-opt = a=7"),
        *("if-not-opt = a", "if-not-opt = n=2", "if-opt = b=%(a)", "if-not-opt = nosuch", "if-opt = cust", "ifdir = ."),
        *(
            "if-exists = one.txt",
            "if-exists = nope",
            "if-not-exists = nope",
            "if-file = one.txt",
            "if-file = .",
            "for =",
        ),
        *(
            "if-dir = .",
            "if-not-dir = .",
            "if-not-file = nope",
            "if-plugin = python",
            "if-plugin = nope",
            "if-reload = 1",
        ),
        *("if-not-plugin = nope", "if-hostname = nowhere", "if-not-hostname = nowhere", "if-not-reload = 1"),
        *("for = a b  c", "for = %n x", "for-times = 3", "for-times = x", "for-times = 0", "for-glob = *.txt"),
        *("for-glob = no*pe", "for-glob = sub*", "for-readline = lines", "for-readline = nope", "if-exists = %(a)"),
    ]
)
BODIES = st.one_of(
    st.builds("{} = %(_){}".format, KEYS, VALUES),
    LINES.filter(lambda line: line.split(" ")[0] not in {"ini", "include", "inherit", "yaml"}),
)
BLOCKS = st.builds(
    lambda opener, body, end: [opener, *body, end],
    CONDITIONS,
    st.lists(BODIES, max_size=3),
    st.sampled_from(["endif =", "endfor", "end-if = 1", "end = x", "endfor = true"]),
)
TEXTS = st.lists(st.one_of(LINES.map(lambda line: [line]), LINES.map(lambda line: [line]), BLOCKS), max_size=9).map(
    lambda groups: "".join(f"{line}\n" for group in groups for line in group)
)
NO_INCLUDES = TEXTS.map(
    lambda text: "".join(
        f"{line}\n" for line in text.splitlines() if line.split(" ")[0] not in {"ini", "include", "inherit", "yaml"}
    )
)


@pytest.fixture(scope="module")
def machine(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """What the server says about its machine."""
    return machine_of(server, tmp_path_factory.mktemp("machine"))


def machine_of(server: Server, folder: Path) -> Machine:
    """What a server says about its machine and itself, asked in a folder."""
    letters = "hkuUgGVb"
    (folder / "m.ini").write_text("[uwsgi]\n" + "".join(f"v{letter} = %{letter}\n" for letter in letters))
    answer = server.understand("m.ini", cwd=folder)
    assert answer.refused is None
    found = {key[1:]: value for key, value in answer.entries}
    return Machine(found, frozenset({"python"}), reload=False, files=True, environment=True)


def ours(loaded: Loaded) -> list[tuple[str, str]]:
    """The registry as the server prints it."""
    return [(e.key, "true" if e.text is None else e.text) for e in loaded.settings.entries]


def environment() -> dict[str, str | None]:
    """All variables of a server that the tests start, those of the tests last."""
    given = {name: os.environ.get(name) for name in ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR")}
    return {**given, "LANG": "C.UTF-8", **ENV}


@pytest.mark.server
@cases()
@given(main=TEXTS, other=NO_INCLUDES, deep=TEXTS, included=NO_INCLUDES, inherited=NO_INCLUDES)
def test_registry_is_that_of_the_server(
    server: Server, machine: Machine, tmp_path: Path, main: str, other: str, deep: str, included: str, inherited: str
) -> None:
    """With everything known, every entry after all substitutions is the server's, in its order."""
    # An opened placeholder and `%e` may make `%(ini)`, which is how the server was given the file, and not the file's.
    whole = f"{main}{other}{deep}{included}{inherited}"
    assume(not ("%e" in whole and re.search(r"%\((?![^()\n]*\))", whole)))
    deep = "".join(f"{line}\n" for line in deep.splitlines() if not line.startswith(("ini = :d", "ini = :o")))
    (tmp_path / "app.x.ini").write_text(f"[uwsgi]\n{main}[other]\n{other}[deep]\n{deep}")
    (tmp_path / "inc.ini").write_text(f"[uwsgi]\n{included}[other]\n{other}[deep]\nb = deep %x\n")
    (tmp_path / "par.ini").write_text(f"[uwsgi]\n{inherited}")
    (tmp_path / "inc.yaml").write_text("uwsgi:\n  a: yaml %n\n  some-key: x%(n)y\n")
    (tmp_path / "sub").mkdir(exist_ok=True)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content.encode())

    loaded = loaded_in(tmp_path, "app.x.ini", machine)
    stops = {"endless-placeholder", "nested-block", "include-cycle", "oversized-configuration", "missing-include"}
    told = {problem.rule for problem in loaded.problems}
    answer = server.understand("app.x.ini", cwd=tmp_path, env=ENV, timeout=3)

    if answer.refused is not None:
        assert told & stops, (answer.refused, answer.log[-600:])
        return
    assert not told & {"endless-placeholder", "include-cycle"}, answer.entries
    answer.entries.remove(("ini", "app.x.ini"))
    assert ours(loaded) == answer.entries


def loaded_in(folder: Path, name: str, machine: Machine) -> Loaded:
    """Load a file as a server does that is started in its folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return load(name, env=environment(), cwd=folder, machine=machine, positional=False)
    finally:
        os.chdir(before)


# -- effective values against a server that starts -----------------------------------------------------

WORDS = st.sampled_from(["true", "false", "0", "off", "", "maybe", "1"])
COUNTS = st.sampled_from(["1", "2", "3", "4k", "02", " 3", "%(few)"])
EFFECTIVE = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(["processes", "workers", "threads"]), COUNTS),
    st.builds("{} = {}".format, st.sampled_from(["buffer-size"]), st.sampled_from(["4096", "8k192", "65535", "70000"])),
    st.builds("{} = {}".format, st.sampled_from(["master", "thunder-lock"]), WORDS),
    st.builds("listen = {}".format, st.sampled_from(["50", "64", "%(few)", "100"])),
    st.builds("worker-reload-mercy = {}".format, st.sampled_from(["3", "7s"])),
    st.builds("set = {}".format, st.sampled_from(["processes=2", "master=false", "thunder-lock=1", "few=1"])),
    st.sampled_from(["inherit = par.ini", "touch-reload = app.py", "if-env = FOO", "endif =", "if-not-env = FOO"]),
    st.sampled_from(["declare-option = team=processes=$1;threads=$2", "team = 2 2", "enable-metrics = 1"]),
    st.builds("chdir = {}".format, st.sampled_from(["sub", "sub/../sub", "%d", "%(here)sub"])),
    st.builds("umask = {}".format, st.sampled_from(["022", "0027", "077", "002"])),
    st.builds("env = {}".format, st.sampled_from(["SHOP=1", "SHOP=a=b", "SHOP=%(few)", "SHOP=", "LATER=$(FOO)"])),
    st.builds("pythonpath = {}".format, st.sampled_from(["/nonexistent/a", "/nonexistent/%(few)"])),
    st.builds("pyargv = {}".format, st.sampled_from(["a b", "--few=%(few)", "$(FOO)"])),
    st.builds("max-fd = {}".format, st.sampled_from(["200", "300", "400x"])),
    st.builds("limit-as = {}".format, st.sampled_from(["4096", "8192", "4096m"])),
)
# What a small application sees of the options that are no number in the uwsgi module.
SEES = """\
import ctypes, json, os, resource, sys, uwsgi
def getenv(name):  # os.environ may be older than what the server set
    found = ctypes.CDLL(None)
    found.getenv.restype = ctypes.c_char_p
    text = found.getenv(name)
    return None if text is None else text.decode()
mask = os.umask(0)
os.umask(mask)
print("SEEN", json.dumps({
    "workers": uwsgi.numproc, "threads": uwsgi.cores, "buffer-size": uwsgi.buffer_size, "cwd": os.getcwd(),
    "umask": mask, "env": [getenv(name) for name in (b"SHOP", b"LATER")], "argv": sys.argv[1:],
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0], "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
}), flush=True)
def application(environ, start):
    return []
"""


@pytest.mark.server
@cases(0.15)
@given(
    main=st.lists(EFFECTIVE, max_size=8),
    parent=st.lists(EFFECTIVE.filter(lambda line: not line.startswith(("inherit", "if"))), max_size=4),
)
def test_effective_values_are_those_of_a_running_server(
    server: Server, machine: Machine, tmp_path: Path, main: list[str], parent: list[str]
) -> None:
    """What a server counts, and what it says about itself at its start, is what the settings say."""
    (tmp_path / "sub").mkdir(exist_ok=True)
    (tmp_path / "app.py").write_text(SEES)
    fixed = ["few = 2", f"here = {tmp_path}/"]
    (tmp_path / "app.ini").write_text(
        "\n".join(["[uwsgi]", *fixed, *main, "endif =", f"wsgi-file = {tmp_path}/app.py"])
    )
    (tmp_path / "par.ini").write_text("\n".join(["[uwsgi]", *parent]))
    found = loaded_in(tmp_path, "app.ini", machine)
    if "nested-block" in {problem.rule for problem in found.problems}:
        return
    outcome = server.run(["--ini=app.ini", f"--socket={tmp_path}/x.sock", "--no-server"], cwd=tmp_path, env=ENV)
    if "SEEN {" not in outcome.log:
        assert outcome.status != 0, outcome.log
        return
    seen = json.loads(re.findall(r"SEEN (.*)", outcome.log)[0])
    backlog = re.findall(r"listen backlog is limited to (\d+)", outcome.log)
    value = found.settings.value

    for name in ("workers", "threads", "buffer-size"):
        assert value(name) == seen[name], outcome.log
    assert value("master") is ("without its master process" not in outcome.log), outcome.log
    assert value("thunder-lock") is ("thunder lock: enabled" in outcome.log)
    assert [str(value("listen"))] == backlog
    if "worker-reload-mercy" in found.settings:
        assert f"workers is {value('worker-reload-mercy')} seconds" in outcome.log
    settings_of = {name: value(name) for name in found.settings}
    assert seen["cwd"] == os.path.realpath(tmp_path / str(settings_of.get("chdir", ".")))
    if "umask" in settings_of:
        assert seen["umask"] == settings_of["umask"]
    given = dict(text.split("=", 1) for text in settings_of.get("env", ()))
    assert seen["env"] == [given.get("SHOP"), given.get("LATER")]
    added = re.findall(r"^added (.*) to pythonpath\.$", outcome.log, re.MULTILINE)
    assert added == list(settings_of.get("pythonpath", ()))
    assert seen["argv"] == str(settings_of.get("pyargv", "")).split()
    if "max-fd" in settings_of:
        assert seen["files"] == settings_of["max-fd"]
    if "limit-as" in settings_of:
        assert seen["memory"] == settings_of["limit-as"]


@pytest.mark.server
@pytest.mark.parametrize("users", ["1000 nobody", "nobody 1000", "1000 1001", "nobody daemon", "nobody 1000 daemon"])
def test_users_win_as_in_the_server(server: Server, tmp_path: Path, users: str) -> None:
    """Numbers and names of users beat each other in an order of their own."""
    if os.getuid() != 0:
        pytest.skip("only root may become another user")
    text = "[uwsgi]\n" + "".join(f"uid = {user}\n" for user in users.split())
    value = str(evaluated(tmp_path, text).settings.value("uid"))
    outcome = server.run(["--ini=app.ini", "--socket=x.sock", "--no-server"], cwd=tmp_path)

    assert f"setuid() to {value if value.isdigit() else pwd.getpwnam(value).pw_uid}\n" in outcome.log


# -- what is not known -----------------------------------------------------------------------------------

UNSURE = st.one_of(
    st.builds(
        "{} = {}".format,
        st.sampled_from(["procname", "chdir", "x", "y"]),
        st.sampled_from(["1", "%(x)", "a%(y)", "%(x)-%(y)", "$(A)", "b$(B)", "%(procname)", "%(x + 1)", "%(_)"]),
    ),
    st.sampled_from(
        ["endif =", "endif =", "ini = :more", "set-ph = y=1", "set = x=2", "processes = %(n + 1)", "n = 3"]
    ),
    st.builds("{} = {}".format, st.sampled_from(["if-env", "if-not-env"]), st.sampled_from(["A", "B", "A=1", "A=2"])),
    st.builds("{} = {}".format, st.sampled_from(["if-opt", "if-not-opt"]), st.sampled_from(["x", "x=1", "y", "n=3"])),
)
WORLDS = [{"A": a, "B": b} for a in (None, "1", "2", "%(x)") for b in (None, "1")]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(main=st.lists(UNSURE, max_size=12), more=st.lists(UNSURE.filter(lambda line: "if" not in line), max_size=3))
def test_every_world_is_among_the_possible_ones(tmp_path: Path, main: list[str], more: list[str]) -> None:
    """Whatever the unknown variables are, what comes of it is among what was said to be possible."""
    path = tmp_path / "app.ini"
    path.write_text("\n".join(["[uwsgi]", *main, "[more]", *more]))
    unsure = load(path, cwd=tmp_path)
    told = {problem.rule for problem in unsure.problems}
    worlds = [load(path, env=world, cwd=tmp_path) for world in WORLDS]
    if told & {"nested-block", "include-cycle", "endless-placeholder"}:
        return
    for name in ("procname", "chdir", "processes"):
        possible = unsure.settings[name].possible
        for world in worlds:
            if {problem.rule for problem in world.problems} & {"endless-placeholder", "nested-block"}:
                continue
            value = world.settings.value(name)
            assert value in possible or UNKNOWN in possible, (name, value, possible)
        if UNKNOWN not in possible:
            assert {world.settings.value(name) for world in worlds[:6]} == set(possible)


def evaluated(tmp_path: Path, text: str, **given: object) -> Loaded:
    """Load a text as the file app.ini of a folder."""
    (tmp_path / "app.ini").write_text(text)
    return load(tmp_path / "app.ini", cwd=tmp_path, **given)  # type: ignore[arg-type]


def test_keeps_both_worlds_of_a_condition(tmp_path: Path) -> None:
    """A setting under a condition that nobody can decide may be either, and says when it is which."""
    found = evaluated(tmp_path, "[uwsgi]\nprocesses = 8\nif-env = STAGING\nprocesses = 2\nendif =\n").settings

    assert found.value("processes") is UNKNOWN
    assert set(found["processes"].possible) == {8, 2}
    assert {o.conditions: o.value for o in found["processes"].outcomes} == {
        ("if-env STAGING",): 2,
        ("not if-env STAGING",): 8,
    }


def test_contrary_conditions_leave_no_gap(tmp_path: Path) -> None:
    """With if-env and if-not-env on one variable the default is not possible."""
    text = "[uwsgi]\nif-env = X\nthreads = 2\nendif =\nif-not-env = X\nthreads = 4\nendif =\n"

    assert set(evaluated(tmp_path, text).settings["threads"].possible) == {2, 4}


def test_a_condition_tells_what_the_variable_is(tmp_path: Path) -> None:
    """Inside if-env = STAGE=dev the variable is known."""
    text = "[uwsgi]\nif-env = STAGE=dev\nprocname = app-$(STAGE)-%(_)\nendif =\n"

    assert evaluated(tmp_path, text).settings["procname"].possible in {("app-dev-dev", None), (None, "app-dev-dev")}


def test_an_unread_file_makes_unknown_what_it_could_change(tmp_path: Path) -> None:
    """What stands behind an include that is not read is sure, what stands in front of it is not."""
    loaded = evaluated(tmp_path, "[uwsgi]\nprocesses = 2\nini = http://example.com/x.ini\nthreads = 3\n")

    assert loaded.settings["processes"].possible == (UNKNOWN, 2)
    assert loaded.settings.value("threads") == 3
    assert [problem.rule for problem in loaded.problems] == ["unfollowed-include"]


def test_an_unread_parent_wins_over_everything(tmp_path: Path) -> None:
    """What `inherit` brings is applied last, so that nothing is sure where it is not read."""
    loaded = evaluated(tmp_path, "[uwsgi]\ninherit = /nowhere/x.ini\nprocesses = 2\n")

    assert set(map(str, loaded.settings["processes"].possible)) == {str(UNKNOWN), "2"}
    assert loaded.settings.unread[0].key == "inherit"


def test_unknown_is_no_truth_value() -> None:
    """Nobody takes the unknown for true or false by accident."""
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_past_the_bound_a_value_is_unknown(tmp_path: Path) -> None:
    """Many conditions are not multiplied with one another, and settings without them stay sure."""
    blocks = "".join(f"if-env = X{i}\nbase = {i}\nprocesses = {i}\nendif =\n" for i in range(200))
    asked = "if-opt = base\ncheaper = 1\nendif =\n"
    found = evaluated(tmp_path, f"[uwsgi]\n{blocks}chdir = /%(base)\n{asked}threads = 4\n").settings

    assert found.value("chdir") is UNKNOWN
    assert found.value("processes") is UNKNOWN
    assert set(map(str, found["cheaper"].possible)) == {"1", "None"}
    assert found.value("threads") == 4


# -- where a value comes from ------------------------------------------------------------------------------


def test_says_where_a_value_comes_from(tmp_path: Path) -> None:
    """Through three files and a placeholder, the entry knows its line and the includes that led to it."""
    (tmp_path / "base.ini").write_text("[uwsgi]\nini = :base\n[base]\n\nprocesses = %(n + 4)\n")
    (tmp_path / "mid.ini").write_text("[uwsgi]\nn = 4\nini = base.ini\n")
    found = evaluated(tmp_path, "[uwsgi]\nworkers = 3\nini = mid.ini\n").settings["processes"]
    entry = found.entry

    assert found.value == 8
    assert entry is not None
    assert entry.place.endswith("base.ini:5")
    assert [(each.key, each.text, each.span.line if each.span else 0) for each in entry.chain] == [
        ("ini", ":base", 2),
        ("ini", "base.ini", 3),
        ("ini", "mid.ini", 3),
    ]
    assert [source.place.rpartition("/")[2] for source in entry.sources if not isinstance(source, str)] == ["mid.ini:2"]
    assert [(lost.entry.key, lost.winner) for lost in found.lost] == [("workers", entry)]


def test_implied_settings_lose_to_explicit_ones(tmp_path: Path) -> None:
    """The name of an option turns the master on, unless master = false says otherwise, wherever that stands."""
    implied = evaluated(tmp_path, "[uwsgi]\ntouch-reload = /x\n").settings["master"]
    explicit = evaluated(tmp_path, "[uwsgi]\nmaster = false\ntouch-reload = /x\n").settings["master"]

    assert implied.value is True
    assert implied.outcomes[0].implied
    assert explicit.value is False
    assert [lost.entry.key for lost in explicit.lost] == ["touch-reload"]


def test_defaults_stand_in_where_they_are_plain(tmp_path: Path) -> None:
    """A setting that nothing is said about has the server's default, if that is a number or no."""
    found = evaluated(tmp_path, "[uwsgi]\n").settings

    assert (found.value("processes"), found.value("vacuum"), found.value("chdir")) == (1, False, None)
    assert not found["processes"].is_set


def test_defaults_are_those_of_the_models() -> None:
    """What is generated from the models is what they say."""
    assert defaults.MODULE.read_text("utf-8") == defaults.generated()


def test_a_section_of_the_same_authored_file(tmp_path: Path) -> None:
    """An include of another section works in TOML as in the INI that it becomes."""
    (tmp_path / "app.toml").write_text('[uwsgi]\nini = ":base"\n[sections.base]\nthreads = 2\n')

    assert load(tmp_path / "app.toml", cwd=tmp_path).settings.value("threads") == 2


def test_relative_names_start_at_the_working_directory(tmp_path: Path) -> None:
    """With the working directory known, a file beside the configuration is not found from elsewhere."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "base.ini").write_text("[uwsgi]\nthreads = 2\n")
    (tmp_path / "conf" / "app.ini").write_text("[uwsgi]\nini = base.ini\n")
    path = tmp_path / "conf" / "app.ini"

    assert [p.rule for p in load(path, cwd=tmp_path, root=tmp_path).problems] == ["missing-include"]
    assert load(path, cwd=tmp_path / "conf").problems == []
    assert load(path).settings.value("threads") == 2


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    """A file outside is read only when that is asked for, also when a link leads to it."""
    outside = tmp_path / "outside.ini"
    outside.write_text("[uwsgi]\nthreads = 2\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "link.ini").symlink_to(outside)
    for name in ("../outside.ini", str(outside), "link.ini"):
        (project / "app.ini").write_text(f"[uwsgi]\nini = {name}\n")
        closed = load(project / "app.ini", cwd=project, root=project)
        opened = load(project / "app.ini", cwd=project, root=project, follow=True)

        assert [problem.rule for problem in closed.problems] == ["unfollowed-include"], name
        assert closed.settings.value("threads") is UNKNOWN
        assert opened.settings.value("threads") == 2


# -- hostile input -----------------------------------------------------------------------------------------

HOSTILE = {
    "laughs": "a0 = lol\n" + "".join(f"a{i} = x{f'%(a{i - 1})' * 10}\n" for i in range(1, 12)),
    "laughs backwards": "".join(f"a{i} = x{f'%(a{i + 1})' * 10}\n" for i in range(1, 12)) + "a12 = lol\n",
    "self": "a = x%(a)\n",
    "mutual": "a = -%(b)\nb = -%(a)\n",
    "cycle": "ini = app.ini\n",
    "inherit cycle": "inherit = app.ini\n",
    "bomb": "ini = bomb1.ini\n" * 10,
    "turns": "for-times = 1000000000\nx = %(_)\nendfor =\n",
    "turns of lines": "for-times = 19000\n" + "x = %(_)\n" * 1000 + "endfor =\n",
    "long turns": "for-times = 200\nx = " + "%(_)" * 100_000 + "\nendfor =\n",
    "conditions": "".join(f"if-env = X{i}\nbase = {i}\nendif =\n" for i in range(3000)) + "y = %(base)\n" * 1000,
    "chained": "".join(f"if-env = X{i}\nb{i} = 1\nendif =\nif-opt = b{i}\nc = 1\nendif =\n" for i in range(3000)),
    "unresolved": "z = 1\nx = " + "%(q)" * 100_000 + "%(z)" * 100_000 + "\n",
    "parentheses": "x = " + "%((" * 300_000 + "\n",
    "arithmetic": "n = 9\nx = %(" + "n * " * 200_000 + "1)\n",
    "custom": "declare-option = c=c=$1$1;c=$1$1;c=$1\nc = aaaaaaaaaaaaaaaaaaaaaaaaaa\n",
    "magic": "x = " + "%p" * 500_000 + "\n",
    "lines of magic": "x = %p\n" * 100_000,
    "device": "ini = /dev/zero\nx = @(/dev/zero)\n",
    "bytes": "ini = a\0b\nini = \udcff.ini\nx = @(\udcff)\nif-exists = \udcff\ny = \ud800\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_a_problem_in_two_seconds(tmp_path: Path, name: str) -> None:
    """What would keep a server, or a naive reader, busy for ever is told quickly, or does no harm."""
    (tmp_path / "app.ini").write_bytes(("[uwsgi]\n" + HOSTILE[name]).encode("utf-8", "surrogatepass"))
    for number in range(1, 9):
        (tmp_path / f"bomb{number}.ini").write_text("[uwsgi]\na = 1\n" + f"ini = bomb{number + 1}.ini\n" * 10)
    (tmp_path / "bomb9.ini").write_text("[uwsgi]\n" + "x = 1\n" * 1000)
    start = time.process_time()
    loaded = load(tmp_path / "app.ini", cwd=tmp_path, follow=True)
    for setting in loaded.settings:
        assert loaded.settings[setting].outcomes

    assert time.process_time() - start < 2
    if name not in {"long turns", "conditions", "chained", "parentheses", "arithmetic", "device"}:
        assert loaded.problems


@given(data=st.binary(max_size=200), env=st.dictionaries(st.text(max_size=4), st.text(max_size=9), max_size=2))
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_no_bytes_end_the_evaluation(tmp_path: Path, data: bytes, env: dict[str, str]) -> None:
    """Whatever the file holds, it evaluates to something."""
    (tmp_path / "app.ini").write_bytes(b"[uwsgi]\n" + data)

    assert load(tmp_path / "app.ini", cwd=tmp_path, env=env).document.format == "ini"


def test_a_plain_file_costs_next_to_nothing() -> None:
    """Twenty lines without substitutions evaluate in a few calls each."""
    names = ["master", "vacuum", "processes", "threads", "socket", "harakiri", "max-requests", "chdir", "stats", "uid"]
    text = "[uwsgi]\n" + "".join(f"{name} = 1\n" for name in names * 2)
    document = ini.read(Source("app.ini", text.encode()))
    evaluate(document, path="app.ini")  # imports what it needs
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        evaluate(document, path="app.ini")
    finally:
        sys.setprofile(None)

    assert calls < 30 * len(names) * 2
