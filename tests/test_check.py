"""`uwsgilint check`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import uwsgilint
from uwsgilint.document import Target
from uwsgilint.lint import engine

CLASSICS = "[uwsgi]\nvaccum = true\nprocesses = 4k\nmaster = false ; off\n"


def test_names_three_places_in_the_classics_of_the_wild() -> None:
    """A misspelt option, a number with a suffix and a comment behind a flag, each at its place."""
    done = uwsgilint("check", "-", "--stdin-filename", "uwsgi.ini", stdin=CLASSICS)

    assert done.status == 1
    assert done.out == (
        """\
error[UW101] `vaccum` is not an option of uWSGI
 --> uwsgi.ini:2:1
  |
2 | vaccum = true
  | ^^^^^^
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = help: Write `vacuum`. [--unsafe-fixes]

error[UW202] `4k` for `processes` is not a whole number
 --> uwsgi.ini:3:13
  |
3 | processes = 4k
  |             ^^
  |
  = uWSGI reads it as 4.
  = help: Write a whole number.

error[UW012] `; off` is not a comment but part of the value
 --> uwsgi.ini:4:16
  |
4 | master = false ; off
  |                ^^^^^
  |
  = uWSGI knows comments only on lines of their own: what it reads here is on.
  = help: Move the comment to a line of its own. [--unsafe-fixes]

Found 3 errors in 1 file.
`--unsafe-fixes` mends 2 of them; with `--diff` it shows how.
"""
    )


def test_concise_gives_a_line_for_each() -> None:
    """File, line, column, severity, code, name and message."""
    done = uwsgilint("check", "-", "--format", "concise", stdin=CLASSICS)

    assert done.out.splitlines() == [
        "uwsgi.ini:2:1: error UW101 unknown-option: `vaccum` is not an option of uWSGI",
        "uwsgi.ini:3:13: error UW202 misread-number: `4k` for `processes` is not a whole number",
        "uwsgi.ini:4:16: error UW012 inline-comment: `; off` is not a comment but part of the value",
    ]


def test_json_has_every_member() -> None:
    """Version 1 of the JSON: findings with places, related places and fixes, and a summary."""
    text = "[uwsgi]\nprocesses = 2\nworkers = 3\nvaccum = 1\n"
    done = uwsgilint("check", "-", "--format", "json", stdin=text)
    document = json.loads(done.out)

    assert done.status == 1
    assert document["version"] == 1
    assert document["summary"] == {"files": 1, "findings": 2, "errors": 1, "warnings": 1, "advice": 0}
    twice, misspelt = document["findings"]
    assert (twice["code"], twice["name"], twice["severity"]) == ("UW211", "conflicting-values", "warning")
    assert (twice["file"], twice["line"], twice["column"], twice["end_line"], twice["end_column"]) == (
        *("uwsgi.ini", 3, 1, 3, 12),
    )
    assert twice["option"] == "workers"
    assert twice["related"] == [
        {
            "message": "first set here, as processes",
            "file": "uwsgi.ini",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 14,
        }
    ]
    assert twice["fix"] is None
    assert misspelt["fix"] == {"safe": False, "edits": [{"start": 34, "end": 40, "text": "vacuum"}]}


def test_related_places_are_shown_with_their_label() -> None:
    """The first of two values is shown above the second."""
    done = uwsgilint("check", "-", stdin="[uwsgi]\nprocesses = 2\nmaster = true\nworkers = 3\n")

    assert (
        "2 | processes = 2\n  | ------------- first set here, as processes\n...\n4 | workers = 3\n  | ^^^^^^^^^^^\n"
        in done.out
    )


def test_clean_is_quiet(tmp_path: Path) -> None:
    """Nothing wrong: nothing said, exit 0."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\n")

    assert uwsgilint("check", "uwsgi.ini", cwd=tmp_path) == (0, "", "")


def test_advice_alone_does_not_fail() -> None:
    """A placeholder that works is worth a word, not a failure."""
    done = uwsgilint("check", "-", "--format", "concise", stdin="[uwsgi]\nroot = /srv\nchdir = %(root)/app\n")

    assert done.status == 0
    assert "advice UW102 bare-placeholder" in done.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("check",), 0),
        (("check", "--format", "xml", "."), 2),
        (("check", "--target", "9.9", "."), 2),
        (("check", "--build", "gentoo", "."), 2),
        (("check", "empty"), 3),
        (("check", "missing.ini"), 4),
        (("check", "uwsgi.ini", "missing.ini"), 4),
        (("check", "uwsgi.ini"), 0),
        (("nonsense",), 2),
        (("--version",), 0),
    ],
)
def test_exit_statuses(tmp_path: Path, arguments: tuple[str, ...], status: int) -> None:
    """The statuses that a script may rely on."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\n")
    (tmp_path / "empty").mkdir()

    assert uwsgilint(*arguments, cwd=tmp_path).status == status


def test_a_folder_gives_its_configurations(tmp_path: Path) -> None:
    """By suffix and content, below too, in the order of names; other files and hidden folders are left alone."""
    bad = "[uwsgi]\nvaccum = 1\n"
    for name in ("b.ini", "a/vassal.ini", "a/app.yml", ".git/x.ini", "node_modules/x.ini", "setup.cfg", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("uwsgi:\n  vaccum: 1\n" if name.endswith("yml") else bad)
    (tmp_path / "other.ini").write_text("[alembic]\nx = 1\n")
    (tmp_path / "pyproject.toml").write_text("[uwsgi]\nvaccum = 1\n")

    done = uwsgilint("check", ".", "--format", "concise", cwd=tmp_path)

    files = [line.split(":")[0] for line in done.out.splitlines()]
    assert files == ["b.ini", "a/app.yml", "a/vassal.ini"]
    for more in ((), ("--isolated",)):  # read in two ways
        assert uwsgilint("check", *more, cwd=tmp_path).out == uwsgilint("check", ".", *more, cwd=tmp_path).out != ""


def test_a_file_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    """Somebody who names a file means it; content tells the syntax."""
    (tmp_path / "app.conf").write_text("[uwsgi]\nvaccum = 1\n")
    (tmp_path / "settings").write_text("uwsgi:\n  vaccum: 1\n")

    done = uwsgilint("check", "app.conf", "settings", "app.conf", "--format", "concise", cwd=tmp_path)

    assert [line.split(" ")[0] for line in done.out.splitlines()] == ["app.conf:2:1:", "settings:2:3:"]


def names(text: str, name: str = "uwsgi.ini", release: str | None = None, build: str | None = None) -> list[str]:
    """The names of the findings in a text."""
    return [f.name for f in engine.check_text(name, text.encode(), target=Target(release, build))]


def test_release_and_build_come_from_the_command_or_the_file() -> None:
    """--target and --build decide; else [target] does; else the newest release as pip builds it."""
    text = "[uwsgi]\nmaster = true\nmax-requests = 500\nmax-requests-delta = 10\n"

    assert names(text) == []
    assert names(text, release="2.0.28") == ["option-too-new"]
    assert names(text, build="debian-12") == ["option-too-new"]
    assert names(f"{text}[target]\nuwsgi = '2.0.21'\n", "a.toml") == ["option-too-new"]
    assert names(f"{text}[target]\nuwsgi = '2.0.21'\n", "a.toml", "2.0.31") == []


def test_plugins_are_those_of_the_build_and_those_that_the_file_loads() -> None:
    """Debian's core embeds no Python: its options need plugin = python3, which the finding names."""
    plain = "[uwsgi]\nmodule = app:x\n"
    (finding,) = engine.check_text("u.ini", plain.encode(), target=Target(None, "debian-12"))

    assert finding.name == "missing-plugin"
    assert "python3" in finding.action
    assert names(f"{plain}plugins = http,python3\n", build="debian-12") == []
    assert names(f"{plain}need-plugin = python311\n", build="debian-12") == []
    assert names(plain, build="pypi") == names(plain, build="pyuwsgi") == []


def test_a_library_that_may_have_been_there_is_asked_about_only_when_the_build_was_named() -> None:
    """Without a named build nobody said that PCRE is missing."""
    text = "[uwsgi]\nroute = ^/a break:403\n"

    assert names(text) == []
    assert names(text, build="pypi") == ["optional-feature"]
    assert names(text, build="pyuwsgi") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[uwsgi]\nenv = A=1\nenv = B=2\n", []),
        ("[uwsgi]\nmaster = true\nmaster = True\n", ["repeated-value"]),
        ("[uwsgi]\nif-env = X\nprocesses = 1\nendif =\nprocesses = 2\n", []),
        ("[uwsgi]\nhttp-socket = $(PORT)\nlisten = 10\n", []),
        ("[uwsgi]\nchmod-socket = 0664\n", ["refused-value"]),
        ("[uwsgi]\nsocket = 8000\n", ["misread-address"]),
        ("[uwsgi]\nhttp = *:80\n", ["misread-address"]),
        ("[uwsgi]\nsocket = http://127.0.0.1:80\n", ["misread-address"]),
        ("[uwsgi]\nsocket = [::1]:8080\nsocket = 127.0.0.1:8000\nsocket = @abc\nsocket = /run/a.sock\n", []),
        ("[uwsgi]\nuid = 0\ngid = www-data\n", ["refused-value"]),
        ("[uwsgi]\nlog-date = false\n", ["misread-flag"]),
        ("[uwsgi]\nthreads = true\n", ["boolean-for-number"]),
        ("[uwsgi]\nprocesses =\n", ["misread-number"]),
        ("[uwsgi]\nbuffer-size = 70000\n", ["number-out-of-range"]),
        ("[uwsgi]\nlimit-as = 512M\n", []),
        ("[uwsgi]\nmaster = disabled\n", ["misread-flag"]),
        ("[uwsgi]\nenv = A\n", ["misread-assignment"]),
        ("[uwsgi]\nplugins = python ,http\n", ["misread-list"]),
        ('[uwsgi]\nmodule = "app:x"\n', ["quoted-value"]),
        ("[uwsgi]\nexec-post-app = echo a ; echo b # c\n", []),
        ("[uwsgi]\nroute = ^/ addheader:X-A: b; c\n", []),
        ("[uwsgi]\nstrict = true\nroot = /x\nchdir = %(root)\n", ["bare-placeholder-under-strict"]),
        ("[uwsgi]\ndeclare-option = mine=env=A=$1\nmine = x\n", []),
        ("[uwsgi]\nprocesses 4\n", ["malformed-line"]),
        ("[django]\nDEBUG = 1\n[uwsgi]\nmaster = 1\n", []),
    ],
)
def test_values_are_read_as_the_server_reads_them(text: str, found: list[str]) -> None:
    """What the server would misread is told, and nothing else is."""
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[uwsgi]\ncache2 = name=a, items=10\n", [("unknown-part", 17)]),
        ("[uwsgi]\ncache2 = name=a,items=10k\n", [("misread-part", 23)]),
        ("[uwsgi]\nalarm = a cmd:x\nalarm-log = b ^E\n", [("unknown-reference", 13)]),
        ("[uwsgi]\nini = other.ini\nalarm-log = b ^E\n", [("missing-include", 1)]),
        ("[uwsgi]\nroute = ^/(a break:403\n", [("malformed-pattern", 11)]),
        ("[uwsgi]\nroute = ^/a brake:403\n", [("unknown-action", 13)]),
        ("[uwsgi]\nroute = ^/a goto:there\n", [("unknown-label", 18)]),
        ("[uwsgi]\nplugin = sse_offload\nroute = ^/a sse:x\n", []),
        ("[uwsgi]\nroute = ^/a toupper:\n", [("missing-route-plugin", 9)]),
        ("[uwsgi]\nlog-format = %(addr) %(methd)\n", [("unknown-log-variable", 24)]),
        ("[uwsgi]\nmethd = x\nlog-format = %(addr) %(methd)\n", [("bare-placeholder", 1)]),
        ("[uwsgi]\nprocesses = 2\ncheaper = 1\ncheaper-algo = spare2\n", [("unknown-choice", 16)]),
        ("[uwsgi]\nlog-filter = a(b\n", [("malformed-pattern", 15)]),
        ("[uwsgi]\nstatic-map = /srv\n", [("malformed-value", 18)]),
    ],
)
def test_the_place_is_inside_the_value(text: str, found: list[tuple[str, int]]) -> None:
    """A fault in a small language is shown where it is, not at the start of its option."""
    findings = engine.check_text("uwsgi.ini", text.encode())

    assert [(f.name, f.column) for f in findings] == found


@pytest.mark.parametrize("name", ["a.toml", "a.yaml"])
def test_native_strings_in_authored_files_have_places_too(name: str) -> None:
    """In quotes, the column counts into them."""
    text = (
        '[caching]\ncache2 = "name=a,itms=1,items=10"\n'
        if name == "a.toml"
        else 'caching:\n  cache2: "name=a,itms=1,items=10"\n'
    )
    (finding,) = engine.check_text(name, text.encode())

    assert (finding.name, finding.line, finding.column) == ("unknown-part", 2, 18 if name == "a.toml" else 19)


def test_profiles_are_checked_laid_over_the_file() -> None:
    """A mistake in a profile is found at its place; what the profile replaces is no conflict."""
    text = "[workers]\nprocesses = 2\n[profiles.big.workers]\nworkers = '8k'\n"

    assert names(text, "a.toml") == ["misread-number"]


def test_what_a_profile_includes_is_followed() -> None:
    """An include that only a profile has is looked for as well."""
    text = "[uwsgi]\nmaster = true\n[profiles.big.config]\nini = 'nowhere.ini'\n"

    assert names(text, "a.toml") == ["missing-include"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("more.json", '{"uwsgi": {"ini": "nowhere.ini"}}'),
        ("more.yaml", "uwsgi:\n  ini: nowhere.ini\n"),
        ("more.xml", "<uwsgi><ini>nowhere.ini</ini></uwsgi>"),
    ],
)
def test_includes_are_followed_in_every_syntax(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    """What an included file says wrong is told at its place in there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    main = tmp_path / "uwsgi.ini"
    main.write_text(f"[uwsgi]\ninclude = {name}\n")
    (finding,) = engine.check_text(str(main), main.read_bytes())

    assert finding.name == "missing-include"
    assert finding.file.endswith(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ini", "[uwsgi]\nif-exists = local.ini\ninclude = local.ini\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-exists = local.ini\ninclude = %(_)\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-file = %dlocal.ini\ninclude = %dlocal.ini\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-file = ./local.ini\ninclude = local.ini\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-exists = extra.json\njson = extra.json\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-exists = %dVERSION\nprocname-prefix = app-@(%dVERSION)\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-exists = %dlocal.ini\nini = %dlocal.ini:prod\nendif =\n"),
        ("a.ini", "[uwsgi]\nif-dir = conf.d\nini = conf.d/local.ini\nendif =\n"),
        ("a.yaml", "uwsgi:\n  if-exists: local.yaml\n  include: local.yaml\n  endif: yes\n"),
        ("a.toml", '[[when]]\nexists = "local.ini"\n[when.config]\nini = "local.ini"\n'),
    ],
)
def test_an_include_that_its_block_asks_for_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    """Where the file is missing, the block is not taken, and the server starts."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)

    assert engine.check_text(name, text.encode()) == []


@pytest.mark.parametrize(
    "condition", ["if-not-exists = local.ini", "if-exists = other.ini", "if-exists = conf.d", "if-env = LOCAL"]
)
def test_a_condition_about_something_else_excuses_no_missing_include(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, condition: str
) -> None:
    """The block may be taken without the file."""
    monkeypatch.chdir(tmp_path)
    Path("conf.d").mkdir()
    name = "conf.d/local.ini" if "conf.d" in condition else "local.ini"

    assert names(f"[uwsgi]\n{condition}\ninclude = {name}\nendif =\n") == ["missing-include"]


@pytest.mark.parametrize(
    ("pattern", "read", "found"),
    [
        ("conf.d/*.ini", "include = %(_)", ["missing-include"]),
        ("conf.d/*.ini", "ini = %(_):prod", ["missing-include"]),
        ("nowhere/*.ini", "include = %(_)", ["missing-include"]),
        ("*.yaml", "include = %(_)", ["missing-include"]),
        ("full/*.ini", "include = %(_)", []),
        ("*.ini", "include = %(_)", []),
        ("f*/*.ini", "include = %(_)", []),  # more than one folder is not looked through
        ("/etc/no-such-project/*.ini", "include = %(_)", []),
        ("../*.ini", "include = %(_)", []),
        ("conf.d/%h*.ini", "include = %(_)", []),
        ("conf.d/*.ini", "touch-reload = %(_)", []),
    ],
)
def test_a_loop_over_no_file_reads_its_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, read: str, found: list[str]
) -> None:
    """That is the name of no file, at which the server stops; nothing outside the project is looked at."""
    project = tmp_path / "project"
    for folder in ("conf.d", "full", ".git"):
        (project / folder).mkdir(parents=True)
    (project / "full" / "one.ini").write_text("[uwsgi]\nvacuum = true\n")
    monkeypatch.chdir(project)
    text = f"[uwsgi]\nfor-glob = {pattern}\n{read}\nendfor =\n"
    Path("app.ini").write_text(text)
    findings = engine.check_text("app.ini", text.encode())

    assert [each.name for each in findings] == found
    assert all(f"`{pattern}` fits" in str(each.action) for each in findings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[uwsgi]\nemperor = %d\n", ["emperor-in-own-folder"]),
        ("[uwsgi]\nemperor = %d\nemperor-tyrant = true\n", []),
        ("[uwsgi]\nmodule = app\nhttp-socket = shop.sock\n[emperor]\nemperor = %d\n", []),
        ("[uwsgi]\nini = :emperor\n[emperor]\nemperor = %d\n", ["emperor-in-own-folder"]),
        ("[uwsgi]\nif-not-env = UWSGI_EMPEROR_FD\nemperor = %d\nendif =\n", []),
    ],
)
def test_an_emperor_starts_itself_only_by_its_first_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str]
) -> None:
    """A vassal is started with [uwsgi], knows that it is one, and a tyrant refuses files of root."""
    monkeypatch.chdir(tmp_path)
    Path("all.ini").write_text(text)

    assert [each.name for each in engine.check_text("all.ini", text.encode())] == found


UDP_LOG = "[uwsgi]\nmodule = app\nmaster = true\nlogto = 127.0.0.1:5514\nlog-encoder = json {}\n"
OWN_ROUTER = (
    "[uwsgi]\nmodule = app\nmaster = true\nhttp = 192.0.2.7:80\nhttp-subscription-server = 192.0.2.7:9191\n"
    "socket = 127.0.0.1:3031\nsubscribe-to = 192.0.2.7:9191:shop.example\n"
)
OWN_RAW_ROUTER = (
    "[uwsgi]\nmodule = app\nmaster = true\nrawrouter = 127.0.0.1:80\nrawrouter-subscription-server = 127.0.0.1:{}\n"
    "http-socket = 127.0.0.1:3031\nsubscribe-to = 127.0.0.1:9191:shop.example\n"
)
OWN_ANNOUNCEMENTS = (
    "[uwsgi]\nmodule = app\nmaster = true\nhttp = 127.0.0.1:80\nhttp-subscription-server = 127.0.0.1:9191\n"
    "socket = 127.0.0.1:3031\nsubscribe-to = 127.0.0.1:9191:shop.example\n"
    "subscription-tolerance = {}\nsubscribe-freq = {}\n"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (UDP_LOG, ["network-address-in-logto"]),  # each line is a packet of its own
        (UDP_LOG.replace("127.0.0.1:5514", "shop.log"), ["joined-log-lines"]),
        ("[uwsgi]\nmodule = app\nmaster = true\nlog-req-encoder = json {}\n", ["idle-request-encoder"]),
        (OWN_ROUTER, ["unsigned-subscriptions"]),
        (OWN_ROUTER.replace("-server = 192.0.2.7", "-server = 192.0.2.8"), ["unreachable-subscription"]),
        (OWN_RAW_ROUTER.format(9191), []),
        (OWN_RAW_ROUTER.format(9192), ["subscribed-http-socket"]),
        (OWN_ANNOUNCEMENTS.format(4, 2), []),
        (OWN_ANNOUNCEMENTS.format(4, 4), ["tolerance-below-announcements"]),
        (OWN_ANNOUNCEMENTS.format(60, 30), []),
        (OWN_ANNOUNCEMENTS.format(60, 70), ["tolerance-below-announcements"]),
    ],
)
def test_what_another_option_of_the_file_makes_right_is_not_told(text: str, found: list[str]) -> None:
    """Routers, logs and limits of the same file are what counts, not the defaults of somebody else's."""
    told = [name for name in names(text) if name != "unsigned-subscriptions" or found == ["unsigned-subscriptions"]]

    assert told == found


def test_a_bug_in_one_check_leaves_the_others_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a finding about itself; the rest of the file, and the next file, are checked."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(engine, "_CHECKS", (broken, *engine._CHECKS))

    assert names(CLASSICS) == ["internal-error", "unknown-option", "misread-number", "inline-comment"]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.json", '{"uwsgi": {"module": "shop ", "chdir": "/srv"}}', "blanks"),
        ("a.json", '{"uwsgi": {"logto": "/log\\n"}}', "blanks or line breaks"),
        ("a.toml", "[uwsgi]\nplugins = ' python'\n", "blanks"),
        ("Dockerfile", 'FROM x\nCMD ["uwsgi", "--socket", "/run/x.sock "]\n', "blanks"),
        ("a.ini", "[uwsgi]\nwsgi-file = shop.py\u00a0\n", "U+00A0 (no-break space)"),
        ("a.ini", "[uwsgi]\nchdir = \u200b/srv\n", "U+200B (zero width space)"),
        ("a.yaml", "uwsgi:\n  gid: www-data\n  uid: www-data\u3000\n", "U+3000 (ideographic space)"),
    ],
)
def test_names_with_blanks_around_them(name: str, text: str, what: str) -> None:
    """Nothing strips them where they stand, so there is no such file, module or user."""
    (finding,) = engine.check_text(name, text.encode())

    assert (finding.code, finding.message) == ("UW034", f"the value keeps {what} at its edges")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ini", "[uwsgi]\nmodule = shop.wsgi \t\nchdir =   /srv\n"),
        ("a.json", '{"uwsgi": {"procname-prefix": "shop ", "log-format": " %(uri) ", "module": "a b"}}'),
        ("a.toml", "[uwsgi]\nprocname-prefix = 'shop '\nchdir = ' '\n"),
    ],
)
def test_blanks_that_mean_no_harm(name: str, text: str) -> None:
    """INI strips them, a text for people may begin and end as it likes, and within a name they are its own."""
    assert names(text, name) == []


@pytest.mark.parametrize("name", ["a.ini", "a.toml", "a.yaml"])
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", b"[" * 3000, b"a" * 2**20, b"%" * 5000, b"x" * (2**20 + 1)])
def test_no_file_ends_the_linter(name: str, data: bytes) -> None:
    """Whatever is in a file, it gives findings that can be shown."""
    from uwsgilint.report import json as as_json
    from uwsgilint.report import text as as_text

    findings = engine.check_text(name, data)

    assert "internal-error" not in {f.name for f in findings}
    assert len(as_text.full(findings)) < 10_000
    assert json.loads(as_json.dump(findings, 1))["summary"]["files"] == 1


# -- what is known about the server -----------------------------------------------------------------


def put(folder: Path, **files: str) -> None:
    """Write INI files by the stems of their names."""
    for name, text in files.items():
        (folder / f"{name}.ini").write_text(f"[uwsgi]\n{text}\n")


def lines(folder: Path, *arguments: str) -> list[str]:
    """Place and name of every finding of a check."""
    done = uwsgilint("check", *arguments, "--format", "concise", cwd=folder)
    return [f"{line.split(': ')[0].rpartition(':')[0]} {line.split()[3].rstrip(':')}" for line in done.out.splitlines()]


def test_a_variable_that_is_given_decides_what_is_checked(tmp_path: Path) -> None:
    """What stands under a condition that does not hold is not judged, and a name that a variable fills in is."""
    put(tmp_path, a="if-env = STAGING\nini = staging.ini\nendif =\ninherit = $(NAME).ini")

    assert lines(tmp_path, "a.ini") == ["a.ini:3 missing-include"]
    assert lines(tmp_path, "a.ini", "--env", "STAGING") == []
    assert lines(tmp_path, "a.ini", "--env", "STAGING", "--env", "NAME=x") == ["a.ini:5 missing-include"]


def test_variables_come_from_files_too(tmp_path: Path) -> None:
    """`--env-file` is read as dotenv files are; `--env` counts more."""
    put(tmp_path, a="inherit = $(NAME).ini", x="master = true")
    (tmp_path / ".env").write_text("# the shop\nexport NAME=y\n")

    assert lines(tmp_path, "a.ini", "--env-file", ".env") == ["a.ini:2 missing-include"]
    assert lines(tmp_path, "a.ini", "--env-file", ".env", "--env", "NAME=x") == []
    assert uwsgilint("check", "a.ini", "--env-file", "none", cwd=tmp_path).status == 4


def test_a_variable_may_be_an_option_of_the_server(tmp_path: Path) -> None:
    """`UWSGI_NAME` in the environment is the placeholder `name`."""
    put(tmp_path, a="chdir = /srv/%(name)")

    assert lines(tmp_path, "a.ini") == ["a.ini:2 undefined-placeholder"]
    assert lines(tmp_path, "a.ini", "--env", "UWSGI_NAME=shop") == []


def test_includes_outside_of_the_project_are_read_on_demand(tmp_path: Path) -> None:
    """Without `--follow` it is told that they are not."""
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    put(tmp_path, outside="chdir = %(nobody)")
    put(project, a="ini = ../outside.ini")

    assert lines(project, "a.ini") == ["a.ini:2 unfollowed-include"]
    assert lines(project, "a.ini", "--follow") == ["../outside.ini:2 undefined-placeholder"]


# -- fragments --------------------------------------------------------------------------------------


def test_a_fragment_is_judged_where_it_is_included(tmp_path: Path) -> None:
    """What the including file defines is not missing; what it does not define is, once."""
    put(
        tmp_path,
        app="set = name=shop\nini = common.ini",
        common="pidfile = /run/%(name).pid\nlogto = /var/log/%(nmae).log",
    )

    alone = ["common.ini:2 undefined-placeholder", "common.ini:3 undefined-placeholder"]
    assert lines(tmp_path, "common.ini") == alone
    for paths in (["."], ["common.ini", "app.ini"], ["app.ini", "common.ini"]):
        assert lines(tmp_path, *paths) == alone[1:]


def test_each_file_that_includes_a_fragment_is_judged(tmp_path: Path) -> None:
    """One that defines nothing is not excused by one that does."""
    put(tmp_path, a="set = name=a\nini = common.ini", b="ini = common.ini", common="chdir = /srv/%(name)")

    assert lines(tmp_path, ".") == ["common.ini:2 undefined-placeholder"]
    assert lines(tmp_path, "a.ini", "common.ini") == []


def test_a_fragment_of_a_fragment_is_judged_from_the_top(tmp_path: Path) -> None:
    """Only the file that nobody includes stands for a server."""
    put(tmp_path, app="set = name=shop\nini = mid.ini", mid="ini = low.ini", low="chdir = /srv/%(name)")

    assert lines(tmp_path, "mid.ini", "low.ini") == ["low.ini:2 undefined-placeholder"]
    assert lines(tmp_path, ".") == []


def test_files_that_include_each_other_keep_their_findings(tmp_path: Path) -> None:
    """In a circle nobody is the fragment."""
    put(tmp_path, a="ini = b.ini", b="ini = a.ini")

    assert {line.split()[1] for line in lines(tmp_path, ".")} == {"include-cycle"}


def test_a_section_that_nobody_includes_is_judged_alone(tmp_path: Path) -> None:
    """Who takes another section of a file says nothing about the one that a server starts with."""
    put(
        tmp_path,
        app="set = name=shop\nini = common.ini:prod",
        common="chdir = /srv/%(name)\n[prod]\nprocesses = 2",
    )

    assert lines(tmp_path, ".") == ["common.ini:2 undefined-placeholder"]


def test_a_placeholder_that_another_file_uses_is_no_misspelt_option(tmp_path: Path) -> None:
    """A fragment of definitions alone is known by those who fill them in."""
    put(tmp_path, app="ini = names.ini\nchdir = %(root)", names="root = /srv\nrot = /srv")

    assert lines(tmp_path, "names.ini") == ["names.ini:2 unknown-option", "names.ini:3 unknown-option"]
    assert lines(tmp_path, ".") == ["names.ini:3 unknown-option"]


def test_a_plugin_may_be_loaded_by_the_file_that_includes(tmp_path: Path) -> None:
    """A fragment lacks no plugin that others may load for it."""
    put(tmp_path, app="plugin = python3\nini = common.ini", common="wsgi-file = app.py")

    assert lines(tmp_path, "common.ini", "--build", "debian-12") == ["common.ini:2 missing-plugin"]
    assert lines(tmp_path, ".", "--build", "debian-12") == []


def test_what_cannot_be_read_does_not_end_the_check_of_a_folder(tmp_path: Path) -> None:
    """It is told in its place, and so is all that is found in the rest."""
    put(tmp_path, a="vaccum = true", z="vaccum = true")
    (tmp_path / "m.ini").symlink_to("m.ini")
    (tmp_path / "sub").mkdir()
    put(tmp_path / "sub", app="vaccum = true")

    done = uwsgilint("check", ".", "--format", "concise", cwd=tmp_path)

    assert done.status == 4
    assert [line.split()[0] for line in done.out.splitlines()] == [
        "a.ini:2:1:",
        "m.ini:1:1:",
        "z.ini:2:1:",
        "sub/app.ini:2:1:",
    ]
    converted = uwsgilint("convert", ".", "--output-dir", "new", cwd=tmp_path)
    assert (converted.status, "m.ini: too many levels" in converted.err) == (4, True)
    assert {path.name for path in (tmp_path / "new").rglob("*.toml")} == {"a.toml", "z.toml", "app.toml"}
