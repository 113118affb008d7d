"""The extractor of facts, on snippets with every oddity and on the committed facts themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools import facts, index
from tools.ctables import Declaration, Unreadable, flag_effects, name_tests, read_functions, read_source, tokens

if TYPE_CHECKING:
    from tools.facts import Facts

ODDITIES = r"""
/* {"commented-out", no_argument, 0, "", f, NULL, 0}, #endif */
#include "uwsgi.h"  // "a string that is not closed
  #  ifdef UWSGI_SSL  /* a comment that
                         ends later */
extern struct uwsgi_option elsewhere[];
struct uwsgi_option *op = uwsgi.options;
static struct uwsgi_option uwsgi_odd_options[] = {
    {"plain", required_argument, 's', "it's } a \"help\", with everything //", uwsgi_opt_set_str, &uwsgi.plain, 0},
    {"in-" /* pieces */ "pieces", no_argument, 0, "two " "texts", uwsgi_opt_true, &uwsgi.a.b[1], UWSGI_OPT_MASTER},
#if defined(UWSGI_PCRE) || defined (UWSGI_PCRE2)
    {(char *) "cast", optional_argument, 0, NULL, (void (*)(char *, char *, void *)) handler, (void *) 1,
        UWSGI_OPT_MASTER | UWSGI_OPT_IMMEDIATE},
    #ifndef __linux__
    {"nested", required_argument, '\0', "", f, call(a, "b,c"), 0,},
    #else
    {"otherwise", required_argument, 0, "", f, NULL},
    #endif
#elif HAVE_THIS && \
      !defined(THAT)
    {"second-branch", no_argument, 0, "", f, (void *) uwsgi_logic},
#else
    {"last-branch", no_argument, 0},
#endif
    { NULL, 0, 0, NULL, NULL, NULL, 0 },
    UWSGI_END_OF_OPTIONS
};
#endif
struct uwsgi_option second [ 2 ] = { {"of-second", no_argument, 'x', "", f, 0, 0}, {0, 0, 0, 0, 0, 0, 0} };
struct uwsgi_plugin odd_plugin = { .name = "odd", .options = uwsgi_odd_options, };
void setup() { vm.args.options = ignored; }
"""


def entry(text: str) -> Declaration:
    """Read a table of one entry."""
    (declaration,) = read_source(f"struct uwsgi_option t[] = {{ {text}, UWSGI_END_OF_OPTIONS }};", "t.c").tables["t"]
    return declaration


def make(release: str, *rows: list[str]) -> Facts:
    """Make the facts of a release of which the core declares some options."""
    return {"release": release, "tables": {"core/uwsgi.c": list(rows)}, "handlers": {}, "flags": {}, "plugins": {}}


def test_tokens_leave_out_blanks_and_comments() -> None:
    """Comments are blanks, quotes inside them are not strings, and strings may hold comment signs."""
    found = list(tokens('a /* "b */ "c // \\" d" // e\n\'"\' x'))
    assert [token.text for token in found] == ["a", '"c // \\" d"', "'\"'", "x"]


def test_tables_with_every_oddity() -> None:
    """Names in pieces, casts, nested and alternative conditions, missing fields and terminators are read."""
    source = read_source(ODDITIES, "odd.c")
    ssl, pcre = "UWSGI_SSL", "UWSGI_PCRE || UWSGI_PCRE2"
    third = "!(UWSGI_PCRE || UWSGI_PCRE2) && !(HAVE_THIS && !THAT)"
    assert source.tables == {
        "uwsgi_odd_options": (
            Declaration("plain", "required", "s", "uwsgi_opt_set_str", "&uwsgi.plain", (), (ssl,)),
            Declaration("in-pieces", "none", "", "uwsgi_opt_true", "&uwsgi.a.b[1]", ("MASTER",), (ssl,)),
            Declaration("cast", "optional", "", "handler", "(void*)1", ("MASTER", "IMMEDIATE"), (ssl, pcre)),
            Declaration("nested", "required", "", "f", 'call(a,"b,c")', (), (ssl, pcre, "!__linux__")),
            Declaration("otherwise", "required", "", "f", "", (), (ssl, pcre, "__linux__")),
            Declaration(
                "second-branch",
                "none",
                "",
                "f",
                "(void*)uwsgi_logic",
                (),
                (ssl, "!(UWSGI_PCRE || UWSGI_PCRE2) && HAVE_THIS && !THAT"),
            ),
            Declaration("last-branch", "none", "", "", "", (), (ssl, third)),
        ),
        "second": (Declaration("of-second", "none", "x", "f", "", (), ()),),
    }


def test_tables_in_use_are_told() -> None:
    """The table that a plugin structure names is reported, other members called options are not."""
    assert read_source(ODDITIES, "odd.c").used == ("uwsgi_odd_options",)


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ("SOME_MACRO", "among the entries"),
        ('{"a", no_argument, 0, "",\n#ifdef X\n f, 0, 0}\n#endif\n', "inside an entry"),
        ('{"a", some_argument, 0, "", f, 0, 0}', "no form of argument"),
        ('{"a", no_argument, KEY_A, "", f, 0, 0}', "no short flag"),
        ('{"a", no_argument, 0, "", f(1), 0, 0}', "no handler"),
        ('{"a", no_argument, 0, "", f, 0, 1 << 3}', "no set of flags"),
        ('{"a", no_argument, 0, "", f, 0, 0, more}', "too many fields"),
        ("{NAME, no_argument, 0, 0, f, 0, 0}", "not a name"),
        ('{"a", no_argument', "not closed"),
    ],
)
def test_what_is_not_understood_is_never_skipped(inside: str, complaint: str) -> None:
    """A table with something unknown in it stops the extraction."""
    with pytest.raises(Unreadable, match=complaint):
        read_source(f"struct uwsgi_option t[] = {{ {inside}", "t.c")


@pytest.mark.parametrize("text", ["#ifdef A\n", "#endif\n", "#else\n"])
def test_conditions_must_be_balanced(text: str) -> None:
    """Conditions that do not end, or never began, stop the extraction."""
    with pytest.raises(Unreadable):
        read_source(f"{text} int x;", "t.c")


def test_escaped_short_flag_is_none() -> None:
    """A short flag of NUL is no short flag."""
    assert entry('{"a", no_argument, \'\\0\', "", f, 0, 0}').short == ""


def test_handlers_that_look_at_the_name() -> None:
    """Comparing the name is looking at it, also through another handler; telling it in a message is not."""
    names = ("plain", "message", "compares", "begins", "whole", "through", "harmless", "empty")
    found = read_functions(
        """
        void plain(char *opt, char *value, void *data);
        void plain(char *opt, char *value, void *data) { set(data, value); }
        void message(char *opt, char *value, void *data) { uwsgi_log("bad %s (%d)", opt, f(value)); plain("x", 0, 0); }
        void compares(char *name, char *value, void *data) { if (!strcmp("a-b", name)) { x = strlen(name); } }
        void begins(char *opt, char *v, void *d) { uwsgi_starts_with(opt, strlen(opt), "need-", 5); }
        void whole(char *opt, char *v, void *d) { char *dash = strchr(opt, '-'); }
        void through(char *opt, char *v, void *d) { whole(opt, v, d); }
        void harmless(char *opt, char *v, void *d) { message(opt, v, d); }
        void empty(char *opt, char *v, void *d) { }
        """,
        names,
    )
    assert set(found) == set(names)
    assert name_tests(found) == {
        "compares": ("a-b",),
        "begins": ("need-*",),
        "whole": ("*",),
        "through": ("*",),
        "empty": ("*",),
    }


def test_effects_of_flags() -> None:
    """The variables that get a value under a flag are found, however they are guarded."""
    source = """
        if (op->flags & UWSGI_OPT_LOG_MASTER) { uwsgi.master_process = 1; uwsgi.log_master = 1; }
        if (op->flags & UWSGI_OPT_POST_BUFFERING) { if (!uwsgi.post_buffering) uwsgi.post_buffering = 4096; }
        if (op->flags & UWSGI_OPT_IMMEDIATE) { op->func(key, value, op->data); uwsgi.exported_opts[id]->done = 1; }
    """
    assert flag_effects(source) == {
        "LOG_MASTER": ("uwsgi.master_process", "uwsgi.log_master"),
        "POST_BUFFERING": ("uwsgi.post_buffering",),
        "IMMEDIATE": (),
    }


def test_build_descriptions_are_parsed_not_run() -> None:
    """Lists are read from Python 2 and 3 alike, whatever else a description would do."""
    description = 'import os\nprint "hello"\nos.abort()\nREQUIRES = ["corerouter"]\nGCC_LIST = [x, "../rack/api"]\n'
    assert facts.read_lists(description) == {"REQUIRES": ["corerouter"], "GCC_LIST": ["../rack/api"]}


def test_archives_with_and_without_a_folder(tmp_path: Path) -> None:
    """Paths begin at the project, whether the archive has a folder for it or not."""
    source = tmp_path / "uwsgi.c"
    source.write_text("int x;")
    for folder in ("uWSGI-2.0.19.1/", "./", ""):
        archive = tmp_path / "a.tar.gz"
        with tarfile.open(archive, "w:gz") as made:
            made.add(source, f"{folder}core/uwsgi.c")
            made.add(source, f"{folder}core/picture.png")
        assert facts.read_archive(archive) == {"core/uwsgi.c": "int x;"}


def test_a_second_reading_must_agree() -> None:
    """Lines that look like an entry but were not read as one stop the extraction."""
    with pytest.raises(facts.Wrong, match="0 options were read, but 1"):
        facts.check_source("core/uwsgi.c", 'static struct odd t[] = { {"a", no_argument, 0} };', [])


def test_texts_for_people_are_not_taken() -> None:
    """Of the text that an obsolete option prints, only the place is kept."""
    obsolete = entry('{"a", no_argument, 0, "help text", uwsgi_opt_deprecated, (void *) "of no use", 0}')
    assert facts.row(obsolete) == ["a", "none", "", "uwsgi_opt_deprecated", '(void*)"..."', "", ""]


def test_tables_belong_to_the_core_or_a_plugin() -> None:
    """The folder says whose options a file declares; a table elsewhere is news."""
    assert facts.owner("core/uwsgi.c") == "core"
    assert facts.owner("plugins/http/http.c") == "http"
    with pytest.raises(facts.Wrong):
        facts.owner("proto/http.c")


def test_history_has_a_run_for_every_change() -> None:
    """A name's runs end where a fact changes and where the name goes, and begin again when it is back."""
    kept = ["kept", "none", "", "f", "", "", ""]
    old, new = ["changed", "none", "", "f", "", "", ""], ["changed", "none", "", "f", "", "MASTER", ""]
    gone = ["gone", "none", "", "f", "", "", ""]
    runs = facts.history([make("1", kept, old, gone), make("2", kept, new), make("3", kept, new, gone)])
    spans = {name: [(run["since"], run["until"]) for run in each] for name, each in runs.items()}
    assert spans == {
        "changed": [("1", "1"), ("2", None)],
        "gone": [("1", "1"), ("3", None)],
        "kept": [("1", None)],
    }
    assert runs["changed"][1]["as"] == [{"plugin": "core", "argument": "none", "handler": "f", "flags": "MASTER"}]


# -- what is committed ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed() -> list[Facts]:
    """The committed facts of all releases, oldest first."""
    return [facts.load(release) for release in facts.RELEASES]


def test_every_release_is_there(committed: list[Facts]) -> None:
    """There is a file for each of the 39 releases, and for nothing else."""
    files = {path.stem for path in (facts.SCHEMAS / "releases").iterdir()}
    assert files == set(facts.RELEASES) == {each["release"] for each in committed}
    assert len(facts.RELEASES) == 39


@pytest.mark.parametrize(
    ("release", "names", "core"),
    [("2.0", 1151, 725), ("2.0.8", 1222, 766), ("2.0.21", 1257, 788), ("2.0.28", 1260, 791), ("2.0.31", 1261, 792)],
)
def test_counts(release: str, names: int, core: int) -> None:
    """The releases have as many names as were counted by other means."""
    found = facts.declarations(facts.load(release))
    assert len(found) == names
    assert sum(entries[0]["plugin"] == "core" for entries in found.values()) == core


def test_what_changed_when(committed: list[Facts]) -> None:
    """Some dates that are easy to look up in the sources hold."""
    runs = facts.history(committed)
    assert runs["max-requests-delta"][0]["since"] == "2.0.29"
    assert runs["max-worker-lifetime-delta"][0]["since"] == "2.0.19"
    assert [(run["since"], run["as"][0]["argument"]) for run in runs["need-app"]] == [
        ("2.0", "none"),
        ("2.0.28", "optional"),
    ]
    assert "flags" not in runs["listen"][0]["as"][0]
    assert runs["listen"][1] | {"as": runs["listen"][1]["as"][0]["flags"]} == {
        "since": "2.0.18",
        "until": None,
        "as": "IMMEDIATE",
    }


def test_a_name_declared_twice_keeps_both(committed: list[Facts]) -> None:
    """Two declarations under opposite conditions are both facts."""
    assert [each["when"] for each in facts.declarations(committed[-1])["mimefile"]] == ["__APPLE__", "!__APPLE__"]


def test_no_text_of_the_help_was_taken(committed: list[Facts]) -> None:
    """The facts hold expressions, conditions and names, no sentences."""
    for each in committed:
        for rows in each["tables"].values():
            for row in rows:
                assert len(row) == len(facts.COLUMNS)
                assert not re.search(r"\s", "".join(row[:6])), row


def test_files_are_written_as_committed(committed: list[Facts]) -> None:
    """Writing the facts again gives the committed bytes, and so does deriving the history."""
    for each in committed:
        path = facts.SCHEMAS / "releases" / f"{each['release']}.json"
        assert facts.render(each) == path.read_text("utf-8")
    written = facts.render_history(facts.history(committed))
    assert written == (facts.SCHEMAS / "history.json").read_text("utf-8")
    assert json.loads(written).keys() >= facts.declarations(committed[-1]).keys()


def test_the_index_is_not_stale() -> None:
    """The generated modules are what the generator makes of the committed facts."""
    for path, text in index.modules().items():
        assert path.read_text("utf-8") == text, f"{path.name} is stale; run: python -m tools.index"


# The oldest release, the two that have no folder in their archive, and the newest: extracting all
# takes 20 seconds, and `python -m tools.facts --check` does it.
@pytest.mark.parametrize("release", ["2.0", "2.0.19", "2.0.19.1", "2.0.31"])
def test_extracting_again_gives_the_committed_bytes(release: str) -> None:
    """Where the sources are at hand, extraction reproduces the committed file."""
    sdist = facts.find_sdist(release)
    if sdist is None:
        pytest.skip("the source release is not in the cache")
    path = facts.SCHEMAS / "releases" / f"{release}.json"
    assert facts.render(facts.extract(release, sdist)) == path.read_text("utf-8")


@pytest.mark.server
def test_the_server_lists_the_same_options() -> None:
    """The server lists each unconditional option of its plugins, in our order, and none that we lack."""
    binary = Path(sys.executable).with_name("uwsgi")
    release = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    listed = subprocess.run([binary, "--dump-options"], capture_output=True, text=True, check=True).stdout.split()
    known = facts.declarations(facts.load(release))
    assert set(listed) <= known.keys()
    embedded = {known[name][0]["plugin"] for name in listed}
    unconditional = {
        name for name, each in known.items() if each[0]["plugin"] in embedded and not any(e["when"] for e in each)
    }
    assert unconditional <= set(listed)
    core = [name for name in known if known[name][0]["plugin"] == "core"]
    assert [name for name in listed if name in core] == [name for name in core if name in listed]


# -- the index --------------------------------------------------------------------------------------


def test_conditions_of_several_declarations() -> None:
    """A build needs what all declarations of an option ask for; a condition without a meaning is news."""
    assert index.needs([{"when": "UWSGI_SSL && (UWSGI_PCRE || UWSGI_PCRE2)"}]) == ("ssl", "pcre")
    assert index.needs([{"when": "UWSGI_SSL && __APPLE__"}, {"when": "UWSGI_SSL && !__APPLE__"}]) == ("ssl",)
    assert index.needs([{}]) == ()
    with pytest.raises(KeyError):
        index.needs([{"when": "UWSGI_NEWS"}])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("plugins", "load", "", ""), ("plugin", "load", "", ""), True),
        (("plugins", "load", "", ""), ("need-plugins", "load", "", ""), False),
        (("need-plugin", "load", "", ""), ("need-plugins", "load", "", ""), True),
        (("a", "set", "&a", ""), ("b", "set", "&b", ""), False),
        (("a", "old", '(void*)"..."', ""), ("b", "old", '(void*)"..."', ""), False),
        (("a", "set", "", ""), ("b", "set", "(void*)1", ""), False),
        (("include", "set", "", "IMMEDIATE"), ("inherit", "set", "", ""), False),
        (("end-if", "noop", "", ""), ("endif", "noop", "", ""), True),
        (("end-if", "noop", "", ""), ("endfor", "noop", "", ""), False),
        (("shell", "shell", "", ""), ("shell-oneshot", "shell", "", ""), False),
    ],
)
def test_one_setting_or_two(one: tuple[str, ...], other: tuple[str, ...], same: bool) -> None:
    """Names are one setting when nothing the server has tells them apart."""
    tests = {"load": ["need-*"], "noop": ["*"], "shell": ["shell-oneshot"]}
    keys = [
        index.same_setting(name, index.Fact("core", "required", handler, writes, flags), tests)
        for name, handler, writes, flags in (one, other)
    ]
    assert (keys[0] == keys[1]) is same


def test_a_handler_without_a_kind_stops_the_generator() -> None:
    """An unknown handler is an error, not an option of no kind."""
    with pytest.raises(KeyError):
        index.rows([make("2.0", ["new", "none", "", "uwsgi_opt_news", "", "", ""])])


def test_a_name_that_comes_back_stops_the_generator() -> None:
    """The index has one range of releases for a name, and says so when that is not enough."""
    row = ["back", "none", "", "uwsgi_opt_true", "", "", ""]
    with pytest.raises(ValueError, match="came back"):
        index.rows([make("2.0", row), make("2.0.1"), make("2.0.2", row)])
