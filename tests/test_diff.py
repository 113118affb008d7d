"""`uwsgilint diff`: what two configurations mean differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.cli import uwsgilint
from uwsgilint import catalog
from uwsgilint.cli.convert import Syntax, _converted
from uwsgilint.document import CannotWriteError, Document, Source
from uwsgilint.formats import read, syntax_of
from uwsgilint.language.compare import Difference, compare
from uwsgilint.language.load import evaluate
from uwsgilint.language.outline import changes, outline
from uwsgilint.language.settings import Settings

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "files"
EXAMPLES = Path(__file__).parents[1] / "examples"


def document(text: str | bytes, name: str = "uwsgi.ini") -> Document:
    """A text, read as a server or the compiler would."""
    data = text if isinstance(text, bytes) else text.encode()
    return read(Source(name, data), syntax_of(name, data) or "ini", frozenset())


def settings(text: str | bytes, name: str = "uwsgi.ini", **more: str | None) -> Settings:
    """What a text means; further arguments are variables of the environment."""
    return evaluate(document(text, name), path=name, place="uwsgi.ini", env=more)[0]


def differences(before: str, after: str) -> list[Difference]:
    """What differs between some lines of INI."""
    return compare(settings(f"[uwsgi]\n{before}\n"), settings(f"[uwsgi]\n{after}\n"))


def told(before: str, after: str) -> dict[str, list[tuple[tuple[str, ...], list[str], list[str]]]]:
    """The same for people: by name, the conditions with what goes and what comes."""
    return {
        d.name: [(c.conditions, [s.text for s in c.removed], [s.text for s in c.added]) for c in d.cases]
        for d in differences(before, after)
    }


# -- what is the same -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("workers = 4", "processes = 4"),
        ("processes = 1", ""),
        ("master = false", ""),
        ("master = true", "master = 1"),
        ("master = true", "master"),
        ("harakiri = 0", ""),
        ("processes = 4", "processes = 2\nprocesses = 4"),
        ("processes = 4", "processes = 4k"),
        ("umask = 022", "umask = 0022"),
        ("socket = :3031", "socket =   :3031"),
        ("cache2 = name=a,items=10", "cache2 = items=10,name=a"),
        ("cache2 = name=a,items=10,blocksize=64", "cache2 = name=a,blocksize=0064,max_items=10"),
        ("plugin = a,b", "plugins = a\nplugin = b"),
        ("set = n=4\nprocesses = %(n)", "processes = 4"),
        ("log-x = 1\nchmod-socket = 1", "log-x = 1\nchmod-socket = 666"),
        ("for = a b\nenv = %(_)=1\nendfor =", "env = a=1\nenv = b=1"),
        ("env = A=$(HOME)", "set = h=$(HOME)\nenv = A=%(h)"),
        ("cheaper = 1\nprocesses = 4", "cheaper = 1\nprocesses = 4\nmaster = true"),
        ("if-env = A\nprocesses = 2\nendif =", "if-not-env = A\nendif =\nif-env = A\nworkers = 2\nendif ="),
        ("if-env = A\nprocesses = 2\nendif =\nprocesses = 3", "processes = 3"),
        ("if-env = A\nenv = X=1\nendif =\nif-not-env = A\nenv = X=1\nendif =", "env = X=1"),
        ("processes = 2\nlisten = 50", "listen = 50\nprocesses = 2"),
        ("my-own-note = a", ""),
    ],
)
def test_what_means_the_same_is_no_difference(before: str, after: str) -> None:
    """Aliases, spellings, defaults, placeholders, blocks and order where the server does not look at them."""
    assert told(before, after) == {}
    assert told(after, before) == {}


def test_what_an_option_implies_is_its_effective_value() -> None:
    """An option that switches the master on says so, and `master = false` beats it."""
    assert told("cheaper = 1\nprocesses = 2\nmaster = false", "cheaper = 1\nprocesses = 2") == {
        "master": [((), ["false"], ["true"])]
    }


def test_the_same_words_are_the_same_unknown() -> None:
    """What only the server knows is compared by what is written for it."""
    assert told("stats = /run/%h.sock", "stats = /run/%h.sock") == {}
    assert told("stats = /run/$(A).sock", "stats = /run/$(B).sock") == {
        "stats": [((), ["/run/$(A).sock"], ["/run/$(B).sock"])]
    }


# -- what differs -----------------------------------------------------------------------------------


def test_a_value_is_told_with_what_it_was() -> None:
    """One difference for a setting, the default by its value."""
    assert told("", "processes = 8") == {"processes": [((), ["1"], ["8"])]}
    assert told("chdir = /a", "") == {"chdir": [((), ["/a"], ["not set"])]}


def test_a_mode_with_four_digits_is_not_the_same_as_with_three() -> None:
    """The server refuses it."""
    (found,) = differences("chmod-socket = 666", "chmod-socket = 0666")

    assert found.cases[0].after[0].refused


def test_what_adds_up_is_told_item_by_item() -> None:
    """Only what goes and what comes, in its order; a move is both."""
    assert told("env = A=1\nenv = B=2\nenv = C=3", "env = A=1\nenv = C=3\nenv = D=4") == {
        "env": [((), ["B=2"], ["D=4"])]
    }
    assert told("cron = 1 2 -1 -1 -1 a\ncron = 2 3 -1 -1 -1 b", "cron = 2 3 -1 -1 -1 b\ncron = 1 2 -1 -1 -1 a") == {
        "cron": [((), ["2 3 -1 -1 -1 b"], ["2 3 -1 -1 -1 b"])]
    }


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("route = ^/a log:1\nroute-uri = ^/b log:2", "route-uri = ^/b log:2\nroute = ^/a log:1", "the request routes"),
        ("socket = :1111\nhttp-socket = :2222", "http-socket = :2222\nsocket = :1111", "the sockets"),
        ("env = A=1\nunenv = A", "unenv = A\nenv = A=1", "the environment"),
        ("mules = 2\nmule = a.py", "mule = a.py\nmules = 2", "the mules"),
    ],
)
def test_order_across_options_counts_where_they_fill_one_list(before: str, after: str, title: str) -> None:
    """Each option says the same, and the server does not do the same."""
    (found,) = differences(before, after)

    assert (found.name, found.kind) == (title, "order")


def test_conditions_are_compared_one_by_one() -> None:
    """A difference is told under the conditions under which it is one, and under no others."""
    before = "processes = 4\nif-env = STAGING\nprocesses = 2\nendif ="
    after = "processes = 4\nif-env = STAGING\nprocesses = 3\nendif ="

    assert told(before, after) == {"processes": [(("if-env STAGING",), ["2"], ["3"])]}


def test_conditions_that_change_nothing_are_left_out() -> None:
    """Whatever another variable is, it says nothing about this difference."""
    block = "if-env = B\nprocesses = {}\nendif =\nif-env = A\nprocesses = {}\nendif ="

    assert told(block.format(5, 6), block.format(5, 7)) == {"processes": [(("if-env A",), ["6"], ["7"])]}


def test_a_condition_that_is_known_is_decided() -> None:
    """With the variable given, one world is left."""
    text = "[uwsgi]\nprocesses = 4\nif-env = STAGING\nprocesses = 2\nendif =\n"

    (found,) = compare(settings(text), settings(text.replace("2", "3"), STAGING="1"))
    assert [case.conditions for case in found.cases] == [("if-env STAGING",), ("not if-env STAGING",)]
    assert compare(settings(text, STAGING="1"), settings("[uwsgi]\nworkers = 2\n")) == []


def test_many_conditions_are_compared_as_written() -> None:
    """Past the bound nothing is followed, and nothing takes long."""
    block = "".join(f"if-env = V{n}\nenv = A{n}=1\nendif =\n" for n in range(12))

    assert told(block, block) == {}
    assert list(told(block, block.replace("A7=1", "A7=2"))) == ["env"]


def test_an_include_that_nobody_reads_is_a_difference_of_its_own() -> None:
    """It could say anything, and does so on both sides where both have it."""
    assert told("processes = 2\nini = /etc/more.ini", "processes = 2\nini = /etc/more.ini") == {}
    assert list(told("processes = 2\nini = /etc/more.ini", "processes = 2")) == ["include"]
    assert list(told("processes = 2\nini = /etc/more.ini", "ini = /etc/more.ini\nprocesses = 2")) == ["processes"]


# -- the outline ------------------------------------------------------------------------------------


def test_the_outline_tells_what_becomes_of_the_server() -> None:
    """Processes, listeners, users and files, a line each, and only what differs."""
    before = settings("[uwsgi]\nmaster = true\nsocket = :3031\nprocesses = 4\nuid = a\n")
    after = settings(
        "[uwsgi]\nmaster = true\nsocket = :3032\nprocesses = 8\nthreads = 2\nmules = 2\nuid = b\nchdir = /srv\n"
    )

    assert changes(before, before) == {}
    assert changes(before, after) == {
        "processes": (("4 workers",), ("8 workers, 2 threads each", "2 mules")),
        "listeners": ((":3031 for uwsgi, served by workers",), (":3032 for uwsgi, served by workers",)),
        "users": (("uid a",), ("uid b",)),
        "files": ((), ("enters /srv",)),
    }


def test_workers_on_a_condition_have_a_line_for_each() -> None:
    """A number that depends on the environment is told with what it depends on."""
    text = "[uwsgi]\nsocket = :3031\nprocesses = 4\nif-env = STAGING\nprocesses = 2\nendif =\n"

    assert set(outline(settings(text))["processes"]) == {
        "no master",
        "2 workers (if-env STAGING)",
        "4 workers (not if-env STAGING)",
    }


# -- whatever it is written in ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *sorted(path.relative_to(EXAMPLES.parent).as_posix() for path in EXAMPLES.rglob("*.ini")),
        *(path.as_posix() for path in (sorted(CORPUS.iterdir()) if CORPUS.is_dir() else [])),
    ],
)
def test_converted_it_means_the_same(path: str) -> None:
    """An example, or a file of the wild, is what it was in TOML, YAML, JSON and INI."""
    data = (EXAMPLES.parent / path).read_bytes()
    if syntax_of(path, data) is None:
        pytest.skip("no configuration")
    old = document(data, path)
    before = evaluate(old, path=path, place=path)[0]
    assert compare(before, before) == []
    for syntax in (Syntax.toml, Syntax.yaml, Syntax.json, Syntax.ini):
        try:
            written = _converted(old, syntax)
        except CannotWriteError:
            continue
        new = document(written, f"{path}{syntax.suffix}")
        assert compare(before, evaluate(new, path=path, place=path)[0]) == [], syntax


NUMBERS = st.integers(1, 9).map(str)
WORDS = st.sampled_from(["/srv/a", "b c", "x", "%%d", "%(m)", "$(HOME)/x", "a=1", "é"])
OPTIONS = st.one_of(
    *(st.tuples(st.just(name), NUMBERS) for name in ("processes", "threads", "listen", "harakiri", "buffer-size")),
    *(st.tuples(st.just(name), st.sampled_from(["true", "false"])) for name in ("master", "vacuum", "die-on-term")),
    *(st.tuples(st.just(name), WORDS) for name in ("chdir", "logto", "env", "python-path", "attach-daemon", "set-ph")),
    st.tuples(st.just("socket"), st.integers(2000, 2009).map("127.0.0.1:{}".format)),
    st.tuples(st.just("http-socket"), st.integers(2000, 2009).map(":{}".format)),
    st.tuples(st.just("cache2"), st.integers(2, 9).map("name=c,items={}".format)),
    st.tuples(st.just("route"), st.sampled_from(["^/a goto:b", "^/c break:403", "^/d addheader:X: y"])),
)
PLAIN = st.lists(OPTIONS.filter(lambda line: line[0] != "set-ph" or "=" in line[1]), min_size=1, max_size=6)
BLOCK = st.tuples(st.sampled_from(["if-env = A", "if-not-env = B=1", "if-exists = /x", "for = u v"]), PLAIN)


def written(lines: list[tuple[str, str]]) -> str:
    """Options as lines of INI."""
    return "".join(f"{key} = {value}\n" for key, value in lines)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """A configuration in INI: options, a placeholder and some blocks."""
    text = f"[uwsgi]\nset = m={draw(WORDS.filter(lambda word: '%(' not in word))}\n{written(draw(PLAIN))}"
    for opener, lines in draw(st.lists(BLOCK, max_size=2)):
        text += f"{opener}\n{written(lines)}{'endfor' if opener.startswith('for') else 'endif'} =\n"
    return text + written(draw(PLAIN))


@given(configurations(), st.sampled_from(list(Syntax)))
def test_any_syntax_says_the_same(text: str, syntax: Syntax) -> None:
    """A configuration is no different from itself, nor from what it is converted to."""
    before = settings(text)
    assert compare(before, settings(text)) == []
    try:
        data = _converted(document(text), syntax)
    except CannotWriteError:
        assume(False)
    if syntax is Syntax.native_libyaml:  # the usual parser reads its quotes as a part of the value
        return
    assert compare(before, settings(data, f"uwsgi{syntax.suffix}")) == []


@given(PLAIN, st.data())
def test_a_changed_value_is_told(lines: list[tuple[str, str]], data: st.DataObject) -> None:
    """Where the last value of a setting is another one, that setting differs, and no other."""
    number = data.draw(st.integers(0, len(lines) - 1))
    key, old = lines[number]
    assume(key not in {"set-ph", "route", "cache2"} and key not in {name for name, _ in lines[number + 1 :]})
    new = {"true": "false", "false": "true"}.get(old, old[:-1] + ("1" if old[-1:] != "1" else "2"))
    changed = [*lines[:number], (key, new), *lines[number + 1 :]]

    found = compare(settings(f"[uwsgi]\n{written(lines)}"), settings(f"[uwsgi]\n{written(changed)}"))
    implied = {"enable-threads", "master"}
    assert {d.name for d in found} - implied == {catalog.setting_of(key)} - implied
    assert found


@given(PLAIN)
def test_an_alias_is_no_difference(lines: list[tuple[str, str]]) -> None:
    """Every option may go by any of its names that imply the same."""

    def other(name: str) -> str:
        option = catalog.option(name)
        assert option is not None
        names = (n for n in catalog.aliases(name) if (o := catalog.option(n)) is not None and o.flags == option.flags)
        return next(names, name)

    renamed = [(other(key), value) for key, value in lines]
    assert compare(settings(f"[uwsgi]\n{written(lines)}"), settings(f"[uwsgi]\n{written(renamed)}")) == []


# -- the command ------------------------------------------------------------------------------------


def put(folder: Path, name: str, text: str) -> Path:
    """Write a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_same_is_quiet(tmp_path: Path) -> None:
    """Nothing differs: nothing said, exit 0, INI against TOML."""
    put(tmp_path, "a.ini", "[uwsgi]\nworkers = 4\nmaster = 1\npidfile = %d%n.pid\n")
    put(tmp_path, "a.toml", '[uwsgi]\nmaster = true\npidfile = "%d%n.pid"\n[workers]\nprocesses = 4\n')

    assert uwsgilint("diff", "a.ini", "a.toml", cwd=tmp_path) == (0, "", "")


def test_an_empty_configuration_can_be_compared(tmp_path: Path) -> None:
    """A section with nothing in it is all defaults, in any syntax."""
    for name, text in (
        ("a.ini", "[uwsgi]\n"),
        ("b.toml", "[uwsgi]\n"),
        ("c.toml", "[workers]\n"),
        ("d.yaml", "uwsgi:\n"),
    ):
        put(tmp_path, name, text)
        assert uwsgilint("diff", "a.ini", name, cwd=tmp_path) == (0, "", ""), name


def test_a_difference_is_told_with_both_places(tmp_path: Path) -> None:
    """What becomes of the server, the settings with file and line, and what to do."""
    put(tmp_path, "base.ini", "[uwsgi]\nworkers = 4\n")
    put(tmp_path, "old.ini", "[uwsgi]\nmaster = true\nini = base.ini\nsocket = /run/a.sock\n")
    put(
        tmp_path,
        "new.toml",
        '[uwsgi]\nmaster = true\nprocesses = 8\nsocket = ["/run/a.sock", "/run/b.sock"]\npidfile = "/run/a.pid"\n',
    )

    done = uwsgilint("diff", "old.ini", "new.toml", cwd=tmp_path)
    assert (done.status, done.err) == (1, "")
    assert (
        done.out
        == """\
Processes
  - 4 workers
  + 8 workers

Listeners
  + /run/b.sock for uwsgi, served by workers

Files
  + writes /run/a.pid

Settings
  pidfile: not set -> /run/a.pid
      default -> new.toml:5
      restart the server; the file is written only when the server starts
  processes: 4 -> 8
      base.ini:2 -> new.toml:3
      a reload is enough
  socket:
      + /run/b.sock  new.toml:4
      a reload is enough

old.ini and new.toml differ in 3 settings: restart the server; the file is written only when the server starts.
"""
    )


def test_json_has_every_member(tmp_path: Path) -> None:
    """Version 1 of the JSON."""
    put(tmp_path, "a.ini", "[uwsgi]\nmaster = true\nif-env = S\nprocesses = 2\nendif =\n")
    put(tmp_path, "b.ini", "[uwsgi]\nmaster = true\n")

    done = uwsgilint("diff", "a.ini", "b.ini", "--format", "json", cwd=tmp_path)
    assert done.status == 1
    assert json.loads(done.out) == {
        "version": 1,
        "before": "a.ini",
        "after": "b.ini",
        "same": False,
        "needs": "reload",
        "reason": "",
        "changes": {},
        "differences": [
            {
                "name": "processes",
                "kind": "value",
                "needs": "reload",
                "reason": "",
                "cases": [
                    {
                        "conditions": ["if-env S"],
                        "before": [{"option": "processes", "value": "2", "file": "a.ini", "line": 4}],
                        "after": [{"option": None, "value": "1", "file": None, "line": None}],
                    }
                ],
            }
        ],
    }


def test_json_of_the_same_says_so(tmp_path: Path) -> None:
    """A program reads an object in any case."""
    put(tmp_path, "a.ini", "[uwsgi]\nmaster = true\n")

    done = uwsgilint("diff", "a.ini", "a.ini", "--format", "json", cwd=tmp_path)
    assert done.status == 0
    found = json.loads(done.out)
    assert (found["same"], found["needs"], found["differences"]) == (True, "nothing", [])


def test_standard_input_takes_the_place_of_the_other_side(tmp_path: Path) -> None:
    """An older state of a file, from version control, has the file's own folder and neighbours."""
    put(tmp_path, "conf/more.ini", "[uwsgi]\nprocesses = 2\n")
    put(tmp_path, "conf/app.ini", "[uwsgi]\nini = %dmore.ini\nlogto = %d%n.log\n")

    same = uwsgilint("diff", "-", "conf/app.ini", cwd=tmp_path, stdin="[uwsgi]\nini = %dmore.ini\nlogto = %d%n.log\n")
    assert same == (0, "", "")
    other = uwsgilint("diff", "-", "conf/app.ini", cwd=tmp_path, stdin="[uwsgi]\nworkers = 3\nlogto = %d%n.log\n")
    assert other.status == 1
    assert "  processes: 3 -> 2\n      -:2 -> " in other.out


def test_standard_input_may_be_in_another_syntax(tmp_path: Path) -> None:
    """Its name tells which, as the other side's does not."""
    put(tmp_path, "app.toml", "[uwsgi]\nprocesses = 2\n")

    arguments = ("diff", "app.toml", "-", "--stdin-filename", "app.ini")
    assert uwsgilint(*arguments, cwd=tmp_path, stdin="[uwsgi]\nworkers = 2\nchdir =\n").status == 1
    assert uwsgilint(*arguments, cwd=tmp_path, stdin="[uwsgi]\nworkers = 2\n") == (0, "", "")


def test_two_folders_are_compared_as_though_they_were_one(tmp_path: Path) -> None:
    """A copy of a folder means the same where only its place differs, included files too."""
    for folder in ("old", "new"):
        put(tmp_path, f"{folder}/more.ini", "[uwsgi]\npidfile = %d%n.pid\n")
        put(tmp_path, f"{folder}/app.ini", "[uwsgi]\nini = %dmore.ini\nchdir = %d\n")

    assert uwsgilint("diff", "old/app.ini", "new/app.ini", cwd=tmp_path) == (0, "", "")
    put(tmp_path, "new/more.ini", "[uwsgi]\npidfile = %d%n.pid\nprocesses = 2\n")
    done = uwsgilint("diff", "old/app.ini", "new/app.ini", cwd=tmp_path)
    assert done.status == 1
    assert "processes: 1 -> 2\n      default -> new/more.ini:3\n" in done.out


def test_a_written_folder_is_a_difference(tmp_path: Path) -> None:
    """Only what the file's own variables stand for moves along."""
    put(tmp_path, "old/app.ini", f"[uwsgi]\nchdir = {tmp_path}/old\n")
    put(tmp_path, "new/app.ini", f"[uwsgi]\nchdir = {tmp_path}/new\n")

    assert uwsgilint("diff", "old/app.ini", "new/app.ini", cwd=tmp_path).status == 1


def test_the_environment_decides(tmp_path: Path) -> None:
    """`--env` and `--env-file` say what conditions and variables come out as."""
    put(tmp_path, "a.ini", "[uwsgi]\nprocesses = $(N)\nif-env = S\nthreads = 2\nendif =\n")
    put(tmp_path, "b.ini", "[uwsgi]\nprocesses = 3\n")
    put(tmp_path, ".env", "N=3\n")

    assert uwsgilint("diff", "a.ini", "b.ini", cwd=tmp_path).status == 1
    assert uwsgilint("diff", "a.ini", "b.ini", "--env-file", ".env", "--env", "S", cwd=tmp_path).status == 0


def test_follow_and_section(tmp_path: Path) -> None:
    """What lies outside the project is read on demand, and another section is started with."""
    outside = put(tmp_path, "outside.ini", "[uwsgi]\nprocesses = 3\n")
    put(tmp_path, "project/.git/HEAD", "")
    put(tmp_path, "project/a.ini", f"[uwsgi]\nini = {outside}\n[other]\nprocesses = 3\n")
    put(tmp_path, "project/b.ini", "[uwsgi]\nprocesses = 3\n[other]\nprocesses = 3\n")

    folder = tmp_path / "project"
    assert uwsgilint("diff", "a.ini", "b.ini", cwd=folder).status == 1
    assert uwsgilint("diff", "a.ini", "b.ini", "--follow", cwd=folder).status == 0
    assert uwsgilint("diff", "a.ini", "b.ini", "--section", "other", cwd=folder).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("a.ini", "none.ini"), 4, "none.ini: no such file or directory"),
        (("a.ini", "broken.toml"), 4, "error[UW002]"),
        (("a.ini", "."), 4, ".: is a directory"),
        (("a.ini", "note.txt"), 3, "note.txt: no section 'uwsgi'"),
        (("a.ini", "a.ini", "--section", "b"), 3, "a.ini: no section 'b'; there is uwsgi"),
        (("-", "-"), 2, "standard input can be one side only"),
        (("a.ini",), 2, "Missing argument"),
        (("a.ini", "a.ini", "--env", "=1"), 2, "names no variable"),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, arguments: tuple[str, ...], status: int, words: str) -> None:
    """A file that is not there, or not what it says, and arguments that make no sense."""
    put(tmp_path, "a.ini", "[uwsgi]\nmaster = true\n")
    put(tmp_path, "broken.toml", "[uwsgi\n")
    put(tmp_path, "note.txt", "nothing\n")

    done = uwsgilint("diff", *arguments, cwd=tmp_path)
    assert (done.status, done.out) == (status, "")
    assert words in done.err
