"""The runner of proofs: it shows what is true, tells what is not, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from tools import proofs, prove
from tools.proofs import NotShownError, Proof, lacking, read, replay, within
from tools.rules import ROOT, Example, read_page, read_pages
from tools.stage import client
from uwsgilint.server import Server

SECTION = "[uwsgi]\nmodule = app\n"


def proof(text: str) -> Proof:
    """The only proof of a block, about *Avoid*."""
    (found,) = read(f"[avoid]\n{text}")
    return found


def show(server: Server, configuration: str, text: str, syntax: str = "ini") -> None:
    """Replay a proof on a configuration."""
    replay(proof(text), Example(syntax, configuration.encode(), [], False, 1), server)


def fails(server: Server, configuration: str, text: str) -> str:
    """Replay a proof that is not true, and return what is told."""
    with pytest.raises(NotShownError) as caught:
        show(server, configuration, text)
    return str(caught.value)


# -- what can be shown -----------------------------------------------------------------------------

TRUE = {
    "exit": ("cheaper = 2\nprocesses = 2\n", 'mode = "start"\nexit = 1\nlog = "invalid cheaper value"'),
    "exit in earnest": ("need-app = true\nmodule = nothing\n", 'mode = "run"\nexit = 22\nlog = "no app loaded"'),
    "reply": (SECTION, 'mode = "run"\nget = "/"\nreply = ["200 OK", "ok"]'),
    "another name of the application": (
        "[uwsgi]\nmodule = shop.wsgi:application\n",
        'mode = "run"\napp = "shop/wsgi.py"\nget = "/"\nreply = "ok"',
    ),
    "file": (
        "[uwsgi]\nwsgi-file = own.py\n",
        """mode = "run"
        get = "/"
        reply = "mine"
        files = { "own.py" = "def application(e, s): s('200 OK', []); return [b'mine']" }""",
    ),
    "client": (
        SECTION,
        """mode = "run"
        client = '''
        answer = get("/slow?1", timeout=0.2)
        print(answer, answer.status)
        print(get("/echo", body="hello"), get("/env", headers={"X-Shop": "books"}))
        print(get("/").headers["content-type"], get("/").seconds < 5)
        '''
        says = ["(no answer within 0.2 s) 0", "hello", "HTTP_X_SHOP = books", "text/plain True"]
        silent = "Traceback" """,
    ),
    "value": (
        SECTION + "set-ph = x=1\nmaster = true\nprocesses = 3\n",
        """mode = "run"
        client = 'print(value("len(uwsgi.workers())"), get("/opt"))'
        says = ["3", '"processes": "3"']""",
    ),
    "ticking threads": (
        SECTION + "enable-threads = true\n",
        "mode = \"run\"\nclient = 'print(threads())'\nsays = 'import: ticks, request: ticks'",
    ),
    "threads after a fork": (
        SECTION + "enable-threads = true\nmaster = true\n",
        "mode = \"run\"\nclient = 'print(threads())'\nsays = 'import: still, request: ticks'",
    ),
    "requests at once": (
        SECTION + "threads = 2\n",
        """mode = "run"
        client = '''
        slow = begin("/slow?0.3")
        print("quick", get("/").seconds < 0.3)
        print(slow.answer())
        '''
        says = ["quick True", "slow"]""",
    ),
    "ports": (
        SECTION + "http-socket = 127.0.0.1:9090\nstats = 127.0.0.1:9191\n",
        """mode = "run"
        http = false
        ports = [9090, 9191]
        log = "127.0.0.1:9090"
        client = '''
        print(get("/", at="127.0.0.1:9090"), listens("127.0.0.1:9191"), listens("127.0.0.1:1"))
        print(stats("127.0.0.1:9191")["version"])
        '''
        says = ["ok True False", "2.0."]""",
    ),
    "uwsgi protocol": (
        SECTION + "socket = /run/shop/shop.sock\n",
        """mode = "run"
        http = false
        places = ["/run/shop"]
        client = '''
        print(get("/env?a=1", at="/run/shop/shop.sock", protocol="uwsgi"))
        print(raw(b"nonsense", at="/run/shop/none.sock"))
        '''
        says = ["QUERY_STRING = a=1", "(nobody listens)"]""",
    ),
    "absent place": (
        SECTION + "pidfile = /run/shop/shop.pid\n",
        'mode = "run"\nexit = 1\nplaces = { "/run/shop" = "absent" }\nlog = "/run/shop/shop.pid"',
    ),
    "processes": (
        SECTION + "master = true\nprocesses = 2\n",
        """mode = "run"
        log = "spawned uWSGI worker 2"
        client = '''
        until(lambda: len(processes()) == 2)
        print({each.state for each in processes()} <= {"R", "S"}, "uwsgi.ini" in processes()[0].command)
        '''
        says = "True True" """,
    ),
    "signal": (
        SECTION + "master = true\ndie-on-term = true\n",
        """mode = "run"
        exit = 0
        client = '''
        signal("TERM")
        print("gone", ended())
        '''
        says = "gone True" """,
    ),
    "reload": (
        SECTION + "master = true\n",
        """mode = "run"
        client = '''
        signal("TERM")
        print("reloads", wait_for("reload"), "ends", ended(0.1))
        '''
        says = "reloads True ends False" """,
    ),
    "killed": (SECTION, 'mode = "run"\nexit = "SIGKILL"\nclient = """signal("KILL"); print(1)"""\nsays = "1"'),
    "environment": (
        "[uwsgi]\nprocname = $(SHOP)\n",
        'mode = "understand"\nenv = { SHOP = "books" }\nentries = [["procname", "books"]]',
    ),
    "arguments": (SECTION, 'mode = "run"\nargs = "--master"\nlog = "spawned uWSGI master process"'),
    "daemon": (
        SECTION + "daemonize = shop.log\n",
        """mode = "run"
        exit = 0
        client = '''
        print("up", until(lambda: get("/") == "ok"), len(processes()))
        '''
        says = "up True 1" """,
    ),
}


def sectioned(text: str) -> str:
    """A configuration with its section."""
    return text if text.startswith("[") else f"[uwsgi]\n{text}"


@pytest.mark.server
@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_shown(name: str, server: Server) -> None:
    """Whatever the server does can be observed."""
    configuration, text = TRUE[name]
    show(server, sectioned(configuration), dedented(text))


def dedented(text: str) -> str:
    """The same without the indentation of this file, in which a client's lines would be no Python."""
    return "\n".join(line.removeprefix(" " * 8) for line in text.splitlines())


@pytest.mark.server
def test_the_example_of_the_readme_is_true(server: Server) -> None:
    """What people copy from works as it stands."""
    readme = (ROOT / "rules" / "README.md").read_text("utf-8")
    (block,) = re.findall(r"^````markdown\n(.*?)^````$", readme, re.DOTALL | re.MULTILINE)
    avoid, prefer, text = re.findall(r"^```\w+\n(.*?)^```$", block, re.DOTALL | re.MULTILINE)

    for one, example in zip(read(text), (avoid, prefer), strict=True):
        replay(one, Example("ini", example.encode(), [], False, 1), server)


def test_the_readme_names_all_there_is() -> None:
    """Each key of a proof and each function of the client is described, and nothing else is."""
    readme = (ROOT / "rules" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]*) \|", readme, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)", row)}

    assert set(proofs._TYPES) - {"block", "mode", "reason"} <= named
    assert set(client.__all__) - {"Answer", "Pending", "Process"} <= named


# -- what is not shown -------------------------------------------------------------------------------

UNTRUE = {
    "log": ('mode = "start"\nlog = "nonsense"', "it does not write 'nonsense'"),
    "absent": ('mode = "start"\nabsent = "WSGI app 0"', "it writes 'WSGI app 0'"),
    "exit": ('mode = "start"\nexit = 1', "it ends with 0, not 1"),
    "entries": ('mode = "understand"\nentries = []', "it understands [('module', 'app')], not []"),
    "refused": ('mode = "understand"\nrefused = "x"', "it does not refuse"),
    "stays": ('mode = "run"\nargs = "--need-app"\nfiles = { "app.py" = "" }', "exited with status 22"),
    "ends": ('mode = "run"\nexit = 0\ntimeout = 0.3', "it does not end within 0.3 s"),
    "signal": (
        'mode = "run"\nexit = 0\nclient = "signal(\'KILL\'); print(1)"\nsays = "1"',
        "it ends with SIGKILL, not 0",
    ),
    "ready": ('mode = "run"\nready = "never"\ntimeout = 0.3', "did not write 'never'"),
    "reply": ('mode = "run"\nget = "/"\nreply = "404"', "it answers"),
    "says": ('mode = "run"\nclient = "print(get(\'/\'))"\nsays = "no"', "the client does not say 'no'"),
    "silent": ('mode = "run"\nclient = "print(get(\'/\'))"\nsays = "o"\nsilent = "ok"', "the client says 'ok'"),
    "traceback": ('mode = "run"\nclient = "print(1 / 0)"\nsays = "ZeroDivisionError"', "the client ends with 1"),
    "slow client": ('mode = "run"\nclient = "sleep(60)"\nsays = "x"\ntimeout = 3', "the client has not finished"),
    "outside": ('mode = "run"\nfiles = { "../../x" = "" }', "is not on the stage"),
}


@pytest.mark.server
@pytest.mark.parametrize("name", UNTRUE)
def test_what_is_not_true_is_told(name: str, server: Server) -> None:
    """A proof that says something else than the server does fails, and says what was missing."""
    text, told = UNTRUE[name]
    assert told in fails(server, SECTION, text)


@pytest.mark.server
def test_a_failure_shows_everything(server: Server) -> None:
    """The command, what the client printed and what the server wrote."""
    told = fails(server, SECTION, 'mode = "run"\nargs = "--master"\nclient = "print(get(\'/\'))"\nsays = "no"')

    assert f"{server.path} --ini=uwsgi.ini --master --http-socket=uwsgilint.sock\n" in told
    assert "said by the client:\nok\n" in told
    assert "*** Starting uWSGI" in told


# -- nothing is left -----------------------------------------------------------------------------------

LEAVING = {
    "workers": ("master = true\nprocesses = 3\n", 'mode = "run"\nlog = "spawned uWSGI worker 3"'),
    "a daemon": ("daemonize = log\n", 'mode = "run"\nexit = 0'),
    "what left its session": ("exec-as-root = setsid setsid sleep 60 &\n", 'mode = "start"'),
    "a server that hangs": ("exec-as-root = sleep 60\n", 'mode = "start"\ntimeout = 0.3'),
    "what a client leaves": (
        "",
        """mode = "run"
        client = '''
        import os
        print(os.spawnlp(os.P_NOWAIT, "setsid", "setsid", "sleep", "60") > 0)
        '''
        says = "True" """,
    ),
}


@pytest.mark.server
@pytest.mark.parametrize("name", LEAVING)
def test_nothing_survives(name: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process of a proof is there when it is over, nor is its folder, whether it was shown or not."""
    configuration, text = LEAVING[name]
    mark = f"proof-{os.getpid()}-{name.replace(' ', '-')}"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with contextlib.suppress(NotShownError):
        show(server, f"{SECTION}{configuration}", f'{dedented(text)}\nenv = {{ MARK = "{mark}" }}')

    living = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            living += [file] if mark.encode() in file.read_bytes() else []
    assert living == []
    assert proofs._children().get(os.getpid(), []) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.server
def test_other_processes_are_left_alone(server: Server) -> None:
    """What runs already goes on."""
    other = subprocess.Popen(["sleep", "60"])
    try:
        show(server, SECTION, 'mode = "run"')
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


# -- who is asked --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "ranges", "is_in"),
    [
        ("2.0.18", "", True),
        ("2.0.18", "2.0 - 2.0.31", True),
        ("2.0.25.1", "2.0.25 - 2.0.26", True),
        ("2.0.25.1", "2.0.26 -", False),
        ("2.0.18", "- 2.0.18", True),
        ("2.0.18", "- 2.0.17, 2.0.18", True),
        ("2.0.18", "2.0.19", False),
    ],
)
def test_ranges_hold_their_releases(release: str, ranges: str, is_in: bool) -> None:
    """A range has both of its ends in it, and may be open at one."""
    assert within(release, ranges) is is_in


@pytest.mark.parametrize("ranges", ["-", "2", "2.0.x", "2.0.1 to 2.0.3", "2.0.1 -- 2.0.3"])
def test_other_ranges_are_told(ranges: str) -> None:
    """What is no range is an error."""
    with pytest.raises(ValueError, match=r"is no release|'-'"):
        within("2.0.18", ranges)


@pytest.mark.server
def test_a_server_that_lacks_something_is_not_asked(server: Server) -> None:
    """By release, by what it was built with, by its plugins, by what its Python can import."""
    mode = 'mode = "start"\n'
    assert lacking(proof(mode), server) == ""
    assert lacking(proof(mode), server, releases="- 2.0.18") == "not applicable"
    assert lacking(proof(f'{mode}releases = "2.0 -"'), server, releases="- 2.0.18") == ""
    assert lacking(proof(f'{mode}features = ["json=jansson", "pcre"]\nplugins = "gevent"'), server) == ""
    assert lacking(proof(f'{mode}features = "json=yajl"'), server) == "needs json=yajl"
    assert lacking(proof(f'{mode}features = "lua"'), server) == "needs lua"
    assert lacking(proof(f'{mode}features = "pcre=none"'), server) == "needs no pcre"
    assert lacking(proof(f'{mode}features = "lua=none"'), server) == ""
    assert lacking(proof(f'{mode}plugins = "php"'), server) == "needs php"
    assert lacking(proof(f'{mode}modules = "json"'), server) == ""
    assert lacking(proof(f'{mode}modules = ["json", "nosuch"]'), server) == "needs the Python module nosuch"
    assert lacking(proof(f"{mode}root = true"), server) == ("" if os.geteuid() == 0 else "needs root")


# -- what cannot be written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('mode = "start"\nget = "/"', "does not take get"),
        ('mode = "run"\nblock = "1"', "block of avoid cannot be '1'"),
        ('mode = "run"\nblock = true', "block of avoid cannot be True"),
        ('mode = "run"\nlog = [1]', "log of avoid is a text, or a list of texts"),
        ('mode = "run"\nenv = { A = 1 }', "env of avoid is a table of texts"),
        ('mode = "run"\nhttp = "no"', "http of avoid cannot be 'no'"),
    ],
)
def test_nonsense_is_refused(text: str, told: str) -> None:
    """A proof with a key or a value that means nothing cannot be read."""
    with pytest.raises(ValueError, match=re.escape(told)):
        proof(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('mode = "understand"', "either entries or refused"),
        ('mode = "run"\nsays = "x"', "has no client"),
        ('mode = "run"\nclient = "print(1)"', "nothing that it says"),
        ('mode = "run"\nreply = "x"', "does not get anything"),
        ('mode = "run"\nget = "/"\nhttp = false', "without http"),
        ('mode = "run"\nexit = "SIGNONE"', "no signal: SIGNONE"),
        ('mode = "run"\nports = [0]', "a port that is none: 0"),
        ('mode = "run"\nports = ["x"]', "a port that is none: 'x'"),
        ('mode = "run"\nplaces = ["run"]', "no absolute path: 'run'"),
        ('mode = "run"\nplaces = { "/run" = "file" }', "neither folder nor absent nor a mode: 'file'"),
        ('mode = "run"\nfiles = { "/etc/x" = "" }', "the file /etc/x, which is in none of its places"),
        ('mode = "run"\nreleases = "2"', "releases that nobody understands"),
    ],
)
def test_what_could_show_nothing_is_told(text: str, told: str) -> None:
    """A proof that contradicts itself is a fault of its page."""
    assert [fault for fault in proofs._faults(proof(text)) if told in fault] != []


# -- the table -----------------------------------------------------------------------------------------

STABLE = {page.code: page for page in read_pages() if page.front["status"] == "stable"}
STATES = re.compile(r"shown|not shown|not applicable|needs .+")


def test_the_table_is_about_the_rules_there_are() -> None:
    """Every stable rule is in it, as it is now; nothing else is."""
    table = proofs.results()

    stale = {code for code, page in STABLE.items() if table.get(code, {}).get("digest") != proofs.digest(page)}
    assert stale == set(), "run python -m tools.prove"
    assert set(table) == set(STABLE)
    assert prove.written(table) == proofs.TABLE.read_text("utf-8")


def test_every_proof_was_shown_somewhere() -> None:
    """By a server of some release, each state being one that there is."""
    table = proofs.results()

    for code, page in STABLE.items():
        states = table[code]["on"].values()
        assert all(STATES.fullmatch(state) for state in states)
        assert "shown" in states or all(proof.mode == "none" for proof in page.proofs), code


def test_what_was_not_shown_has_a_cause() -> None:
    """The table and the exceptions on the pages are the same releases."""
    table = proofs.results()
    missing = {code: {r for r, state in table[code]["on"].items() if state == "not shown"} for code in STABLE}

    excused = {code: {r for proof in page.proofs for r, _ in proof.exceptions} for code, page in STABLE.items()}
    assert missing == {code: releases & set(table[code]["on"]) for code, releases in excused.items()}


def test_a_page_tells_what_was_shown() -> None:
    """Below its proof, and only what is true of it as it is."""
    page = STABLE["UW202"]
    on = {"2.0.17": "not applicable", "2.0.18": "needs no ssl", "2.0.19": "needs xml=expat"}
    on |= {"2.0.21": "shown", "2.0.28": "not shown", "2.0.31": "shown"}

    text = proofs.told(page, {"UW202": {"digest": proofs.digest(page), "on": on}})
    told = (
        "Shown on 2.0.21, 2.0.31. No server without ssl was there for 2.0.18. No server with xml=expat was there "
        "for 2.0.19. Not applicable to 2.0.17. Not shown on 2.0.28."
    )
    assert f"```\n\n{told}\n\n## References\n" in " ".join(text.split(" "))
    assert proofs.told(page, {"UW202": {"digest": "old", "on": on}}) == page.text
    assert proofs.told(page, {}) == page.text


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (["avoid shown", "prefer shown"], "shown"),
        (["avoid shown", "prefer shown", "avoid needs expat"], "shown"),
        (["avoid needs expat", "prefer shown"], "needs expat"),
        (["avoid not shown", "avoid shown", "prefer shown"], "not shown"),
        (["avoid shown", "prefer needs expat"], "needs expat"),
        (["avoid not applicable", "prefer shown"], "not applicable"),
        (["avoid shown", "prefer not applicable"], "shown"),
        (["prefer shown"], "shown"),
    ],
)
def test_a_release_is_judged_by_all_its_servers(seen: list[str], told: str) -> None:
    """One server may lack something; none may do something else."""
    assert prove.verdict(prove.Seen(*each.split(" ", 1)) for each in seen) == told


@pytest.mark.server
def test_an_option_that_a_release_has_not_is_an_excuse(server: Server) -> None:
    """Nothing can be shown of what came later, or of a plugin that the server has not."""
    page = STABLE["UW202"]
    for option, told in (("processes", "not shown"), ("php-ini", "needs php"), ("https-socket", "needs https-socket")):
        example = Example("ini", f"[uwsgi]\n{option} = 1\n".encode(), [], False, 1)
        false = page._replace(avoid=[example], proofs=[proof('mode = "start"\nlog = "nonsense"')])
        seen = prove.replay_on(false, 0, server.path)
        assert seen.status == told


@pytest.mark.server
def test_the_program_replays_what_is_new(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what has changed is replayed; what is known of other rules stays, what is no rule any more goes."""
    table = proofs.results()
    table["UW202"]["digest"] = "old"
    table["UW999"] = table["UW202"]
    path = tmp_path / "proofs.json"
    for entry in table.values():
        # As if the server of the tests were the only one there ever was.
        entry["on"] = {release: state for release, state in entry["on"].items() if release == server.release}
    path.write_text(prove.written(table), "utf-8")
    for module in (proofs, prove):
        monkeypatch.setattr(module, "TABLE", path)
    monkeypatch.setenv("UWSGILINT_SERVERS", str(tmp_path))

    assert prove.main([]) == 0
    now = proofs.results()
    assert now.pop("UW202") == {"digest": proofs.digest(STABLE["UW202"]), "on": {server.release: "shown"}}
    assert now == {code: entry for code, entry in table.items() if code not in {"UW202", "UW999"}}
    written = path.read_text("utf-8")
    assert prove.main([]) == 0
    assert path.read_text("utf-8") == written


@pytest.mark.server
def test_the_program_tells_what_is_not_shown(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the rule, the server and the whole story, unless the page expects it."""
    for module in (proofs, prove):
        monkeypatch.setattr(module, "TABLE", tmp_path / "proofs.json")
    monkeypatch.setenv("UWSGILINT_SERVERS", str(tmp_path))
    page = STABLE["UW202"]
    path = tmp_path / page.path.name
    path.write_text(page.path.read_text("utf-8").replace('log = "for 4 cores"', 'log = "for 9 cores"'), "utf-8")
    monkeypatch.setattr(prove, "read_pages", lambda: [read_page(path)])

    assert prove.main(["UW202"]) == 1
    told = capsys.readouterr().out
    assert "it does not write 'for 9 cores'" in told
    assert "UW202: no server shows the proof at place" in told
    assert proofs.results()["UW202"]["on"] == {server.release: "not shown"}
