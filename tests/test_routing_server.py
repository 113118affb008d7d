"""The real server routes as our tables say: what it accepts and refuses, the order of rules, and its answers."""

from __future__ import annotations

import contextlib
import re
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.test_routing import ARGUMENTS, OPERANDS
from uwsgilint.catalog import builds
from uwsgilint.document import Source
from uwsgilint.formats import read
from uwsgilint.routing import ACTIONS, CONDITIONS, OPTIONS, STATUSES, check_jumps, compile_rule, parse_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.server import Running, Server

pytestmark = pytest.mark.server

APP = """
def application(environ, start_response):
    start_response(environ.get("WANTED", "200 OK"), [("Content-Type", "text/plain"), ("X-App", "yes")])
    names = ("PATH_INFO", "QUERY_STRING", "REQUEST_METHOD", "REMOTE_USER", "COUNT", "NODE", "SEEN")
    return ["".join(f"{name}={environ[name]}\\n" for name in names if name in environ).encode()]
"""


class Answer(NamedTuple):
    """What came back: the status line without the protocol, the headers, the text; all empty for no answer."""

    status: str
    headers: dict[str, str]
    text: str


class Live(NamedTuple):
    """A server with rules, and its folder."""

    folder: Path
    running: Running

    def ask(self, target: str, *headers: str) -> Answer:
        """Ask for something by HTTP."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            end = time.monotonic() + 10
            while True:
                try:
                    connection.connect(str(self.folder / "http.sock"))
                    break
                except OSError:
                    assert time.monotonic() < end
                    time.sleep(0.01)
            connection.sendall("\r\n".join([f"GET {target} HTTP/1.0", *headers, "", ""]).encode())
            got = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        head, _, text = got.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        return Answer(first.partition(" ")[2], dict(line.split(": ", 1) for line in lines if ": " in line), text)

    def logged(self, text: str) -> None:
        """Wait for a text in the log."""
        self.running.wait_for(text)


@contextlib.contextmanager
def routed(server: Server, rules: list[tuple[str, str]], *options: str) -> Iterator[Live]:
    """Run a server with native rules, in this order, before a small application."""
    # Not pytest's tmp_path: the path of a Unix socket has room for about a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="uw") as place:
        folder = Path(place)
        (folder / "app.py").write_text(APP)
        lines = ["http-socket = http.sock", "module = app", "need-app = true", "master = true", *options]
        lines += [f"{option} = {value}" for option, value in rules]
        text = "\n".join(["[uwsgi]", *lines, ""]).replace("@HERE", str(folder))
        (folder / "uwsgi.ini").write_text(text)
        with server.started(["--ini", "uwsgi.ini"], cwd=folder) as running:
            running.wait_for("spawned uWSGI worker 1")
            yield Live(folder, running)


def authored(tables: list[dict[str, Any]], chain: str = "request") -> list[tuple[str, str]]:
    """Compile the rules of a chain."""
    return [rule for number, table in enumerate(tables) for rule in compile_rule(chain, table, number)]


def started(server: Server, folder: Path, *lines: str) -> tuple[int | None, str]:
    """Exit status and log of a server that starts up with options and ends before it serves."""
    (folder / "uwsgi.ini").write_text("\n".join(["[uwsgi]", *lines, ""]))
    outcome = server.run(["--ini", "uwsgi.ini", "--socket", "uwsgi.sock", "--no-server"], cwd=folder)
    return outcome.status, outcome.log


# -- what the server knows ------------------------------------------------------------------------


def embedded() -> set[str]:
    """The plugins in the build that the tests run."""
    build = builds.build("pyuwsgi")
    assert build is not None
    return {"core", *build.embedded}


def test_actions_are_those_of_the_server(server: Server, tmp_path: Path) -> None:
    """The server lists exactly the actions that our table ascribes to it and to its plugins."""
    outcome = server.run(["--routers-list", "--socket", "uwsgi.sock", "--no-server"], cwd=tmp_path)
    listed = outcome.log.partition("*** uWSGI loaded routers ***")[2].partition("--- end of routers list")[0].split()
    assert set(listed) == {verb.name for verb in ACTIONS.values() if verb.plugin in embedded()}
    assert len(listed) == len(set(listed))


def test_every_action_and_condition_is_accepted(server: Server, tmp_path: Path) -> None:
    """The server takes all of its actions and conditions with the arguments of our samples, in our order."""
    actions = [f"^/(.*) {name}:{ARGUMENTS[name][1]}" for name, verb in ACTIONS.items() if verb.plugin in embedded()]
    conditions = [
        f"{name}:{OPERANDS[name][1]} last:"
        for name, verb in CONDITIONS.items()
        if verb.plugin in embedded() and name != "lord"  # which needs TLS
    ]
    lines = [f"route = {value}" for value in actions] + [f"route-if = {value}" for value in conditions]
    status, log = started(server, tmp_path, *lines)
    assert status == 0, log
    dumped = re.findall(r"^\[rule: (\d+)\] subject: (.*?) (?:regexp|func): (.*?) action: (.*)$", log, re.MULTILINE)
    assert [int(number) for number, *_ in dumped] == list(range(len(lines)))
    assert [f"{test} {action}" for _, _, test, action in dumped[: len(actions)]] == actions
    assert [f"{name}:{test} {action}" for _, test, name, action in dumped[len(actions) :]] == conditions


@pytest.mark.parametrize("name", [verb.name for verb in ACTIONS.values() if verb.plugin not in embedded()])
def test_action_of_a_missing_plugin_is_refused(server: Server, tmp_path: Path, name: str) -> None:
    """An action whose plugin is not in the build is none for the server."""
    status, log = started(server, tmp_path, f"route = ^/(.*) {name}:{ARGUMENTS[name][1]}")
    assert status == 1
    assert "unable to register route" in log


def test_condition_of_a_missing_library_is_refused(server: Server, tmp_path: Path) -> None:
    """The condition `lord` needs TLS, which the build does not have."""
    status, log = started(server, tmp_path, "route-if = lord:cluster last:")
    assert status == 1
    assert 'unable to find "lord" route condition' in log


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("route", "^/old"),
        ("route", "^/old last"),
        ("route", "^/old lst:"),
        ("route", "^/old  last:"),
        ("route", "^/my page last:"),
        ("route", "^/(old last:"),
        ("route", "^/old) last:"),
        ("route", "^/[old last:"),
        ("route", "^/old\\ last:"),
        ("route", "*/old last:"),
        ("route-if", "exists last:"),
        ("route-if", "exits:/a last:"),
        ("route-run", "alarm:mail"),
        ("route-run", "addvar:A"),
        ("route-run", "logvar:A"),
        ("route-run", "basicauth:Staff"),
        ("route-run", "uwsgi:/a,0"),
        ("route-run", "cache:name=a"),
        ("route-run", "cachestore:name=a"),
        ("route-run", "cachevar:key=a"),
        ("route-run", "cacheset:key=a"),
        ("route-run", "file:mime=1"),
        ("route-run", "hash:key=a,var=b"),
        ("route-run", "memcached:key=a"),
        ("route-run", "redisstore:key=a"),
        ("route-run", "tofile:mode=640"),
        ("route-run", "rpc:"),
        ("route-run", "rpcvar:A"),
    ],
)
def test_what_the_server_refuses_is_a_fault(server: Server, tmp_path: Path, option: str, value: str) -> None:
    """Rules at which the server stops have faults."""
    status, _ = started(server, tmp_path, f"{option} = {value}")
    assert status == 1
    assert parse_rule(option, value).faults


# -- order and answers ------------------------------------------------------------------------------

TWELVE: list[dict[str, Any]] = [
    {"if": {"startswith": ["${PATH_INFO}", "/old/"]}, "action": {"addvar": {"name": "SEEN", "value": "old"}}},
    {"match": {"path": "^/old/(.*)"}, "action": {"redirect-301": "/new/$1"}},
    {"match": {"host": "^www\\.(.*)"}, "action": {"redirect": "http://$1${REQUEST_URI}"}},
    {"match": {"path": "^/article/([0-9]+)$"}, "action": {"rewrite": "/show?id=$1"}},
    {"match": {"user-agent": "(?i)badbot"}, "action": {"break": {"status": 403, "text": "No robots"}}},
    {"match": {"query": "(^|&)debug=1"}, "action": {"return": 403}},
    {"if": {"isfile": "@HERE/closed"}, "action": {"return": 503}},
    {"match": {"path": "^/plain"}, "action": {"goto": "end"}},
    {"action": {"addheader": ["X-Routed", "yes"]}},
    {"unless": {"empty": "${HTTP_COOKIE}"}, "action": {"addheader": ["X-Known", "${cookie[name]}"]}},
    {"label": "end"},
    {"match": {"path": "^/private"}, "action": {"basicauth": {"realm": "Staff only", "users": "joe:secret"}}},
    {
        "if": [{"startswith": ["${PATH_INFO}", "/api/"]}, {"equal": ["${REQUEST_METHOD}", "GET"]}],
        "unless": {"contains": ["${QUERY_STRING}", "raw"]},
        "action": {"addheader": ["X-Both", "yes"]},
    },
]


def test_twelve_rules_keep_their_order_and_answer(server: Server) -> None:
    """Rules of mixed kinds stand in the server's table in their order, and requests meet them in that order."""
    rules = authored(TWELVE)
    rules += authored([{"match": {"status": 404}, "action": {"addheader": ["X-Missing", "yes"]}}], "response")
    with routed(server, rules) as live:
        live.logged("end of the internal response routing table")
        dump = live.running.log.partition("internal routing table ***")[2].partition("*** end of")[0]
        actions = re.findall(r"(?:action|label): (.*)$", dump, re.MULTILINE)
        assert actions == [value if option == "route-label" else value.split(" ", option != "route-run")[-1]
                           for option, value in rules if option.startswith("route")]  # fmt: skip

        moved = live.ask("/old/page?x=1")
        assert (moved.status, moved.headers["Location"]) == ("301 Moved Permanently", "/new/page")
        assert live.ask("/a?b=c", "Host: www.example.com").headers["Location"] == "http://example.com/a?b=c"
        shown = live.ask("/article/7")
        assert "PATH_INFO=/show\nQUERY_STRING=id=7\n" in shown.text
        assert shown.headers["X-Routed"] == "yes"
        assert live.ask("/", "User-Agent: BadBot/1").status == "403 No robots"
        assert live.ask("/?debug=1").status == "403 Forbidden"
        assert "X-Routed" not in live.ask("/plain").headers
        known = live.ask("/", "Cookie: name=joe")
        assert known.headers["X-Known"] == "joe"
        assert "X-Known" not in live.ask("/").headers
        assert live.ask("/private").headers["WWW-Authenticate"] == 'Basic realm="Staff only"'
        assert "REMOTE_USER=joe\n" in live.ask("/private", "Authorization: Basic am9lOnNlY3JldA==").text
        assert live.ask("/api/x").headers["X-Both"] == "yes"
        assert "X-Both" not in live.ask("/api/x?raw").headers
        assert "X-Both" not in live.ask("/other").headers
        (live.folder / "closed").touch()
        assert live.ask("/").status == "503 Service Unavailable"


def test_all_tests_of_a_rule_must_hold(server: Server) -> None:
    """Several subjects, conditions and their opposites in one rule act together, and the rules around it go on."""
    tables: list[dict[str, Any]] = [
        {"action": {"addheader": ["X-Before", "yes"]}},
        {
            "match": {"host": "^shop", "path": "^/(a.)"},
            "if": {"equal": ["${QUERY_STRING}", "x"]},
            "unless": {"empty": "${HTTP_COOKIE}"},
            "action": {"addheader": ["X-All", "$1"]},
        },
        {"action": {"addheader": ["X-After", "yes"]}},
    ]
    right = ("/ab?x", "Host: shop", "Cookie: a=b")
    with routed(server, authored([*tables, *tables])) as live:
        assert live.ask(*right).headers["X-All"] == "ab"
        for wrong in (
            ("/b?x", "Host: shop", "Cookie: a=b"),
            ("/ab?y", "Host: shop", "Cookie: a=b"),
            ("/ab?x", "Host: pub", "Cookie: a=b"),
            ("/ab?x", "Host: shop"),
        ):
            answer = live.ask(*wrong)
            assert "X-All" not in answer.headers
            assert (answer.headers["X-Before"], answer.headers["X-After"]) == ("yes", "yes")


def test_every_chain_takes_its_turn(server: Server) -> None:
    """Request, error, response and final rules run one after the other, each with its own labels."""
    rules = [
        *authored([{"action": {"log": "ONE"}}]),
        *authored([{"match": {"status": 200}, "action": {"log": "TWO ${uwsgi[status]}"}}], "error"),
        *authored(
            [{"action": {"goto": "end"}}, {"action": {"log": "NOT"}}, {"label": "end"}, {"action": {"log": "THREE"}}],
            "response",
        ),
        *authored([{"match": {"path": "^/(.*)"}, "action": {"log": "FOUR $1"}}], "final"),
    ]
    with routed(server, rules) as live:
        assert live.ask("/page").status == "200 OK"
        live.logged("FOUR page")
        said = [
            line for line in live.running.log.splitlines() if line.startswith(("ONE", "TWO", "THREE", "FOUR", "NOT"))
        ]
        assert said == ["ONE", "TWO 200", "THREE", "FOUR page"]


def test_jumps_lead_forward_to_the_first_label_of_a_name(server: Server) -> None:
    """Labels are compared as a whole, the first one counts, variables are filled in, numbers are places."""
    rules = [
        ("route", "^/blank goto:two words"),
        ("route", "^/number goto:9"),
        ("route", "^/variable goto:${QUERY_STRING}"),
        ("route", "^/missing goto:two"),
        ("route-run", "addheader:X-Two: no"),
        ("route-label", "two words"),
        ("route-label", "there"),
        ("route", "^/back goto:two words"),
        ("route-run", "addheader:X-Number: no"),
        ("route-run", "addheader:X-End: yes"),
        ("route-label", "two words"),
    ]
    with routed(server, rules) as live:
        for target in ("/blank", "/variable?there"):
            answer = live.ask(target)
            assert "X-Two" not in answer.headers
            assert answer.headers["X-End"] == "yes"
        number = live.ask("/number")
        assert "X-Number" not in number.headers
        assert number.headers["X-End"] == "yes"
        assert live.ask("/missing") == ("", {}, "")
        assert live.ask("/back") == ("", {}, "")
        live.logged('"goto" instruction can only jump forward')


def test_return_answers_the_statuses_that_it_knows(server: Server) -> None:
    """`return` has an answer for each status of our table, and none for the others."""
    others = ("207", "306", "308", "421", "507", "510")
    rules = [("route", f"^/{status}$ return:{status}") for status in (*STATUSES, *others)]
    with routed(server, rules) as live:
        for status in STATUSES:
            if not status.startswith("1"):
                assert live.ask(f"/{status}").status.startswith(f"{status} ")
        for status in others:
            assert live.ask(f"/{status}") == ("", {}, "")


# -- variables and groups ---------------------------------------------------------------------------


def test_groups_come_from_the_expression_of_the_rule_only(server: Server) -> None:
    """A group that an expression lacks is nothing, and conditions take `$1` for what it is."""
    rules = [
        ("route", "^/(a)(b)? log:SAID [$0][$1][$2][$3]"),
        ("route-if", "regexp:${PATH_INFO};^/(a) log:SAID [$0][$1][$2]"),
        ("route-if", "equal:a;a log:SAID [$1]"),
        ("route-if", "startswith:$1;$ log:SAID literal"),
    ]
    with routed(server, rules) as live:
        assert live.ask("/abc").status == "200 OK"
        said = re.findall(r"^SAID (.*)$", live.running.log, re.MULTILINE)
        assert said == ["[/ab][a][b][]", "[/a][a][]", "[]", "literal"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("route-run", "log:$0"),
        ("route", "^/a log:$0"),
        ("route-if", "equal:a;a log:$0"),
        ("route-if", "regexp:${PATH_INFO};^/a log:$0"),
    ],
)
def test_all_that_matched_without_a_group_ends_the_worker(server: Server, option: str, value: str) -> None:
    """`$0` without a group in the expression is a segmentation fault, as the finding says."""
    assert [fault.rule for fault in parse_rule(option, value).faults] == ["missing-group"]
    with routed(server, [(option, value)]) as live:
        assert live.ask("/abc") == ("", {}, "")
        live.logged("Segmentation Fault")


def test_variables_are_filled_in(server: Server) -> None:
    """Functions read the variable whose name they are given; unknown ones are nothing."""
    rules = [
        ("route-run", "log:SAID ${cookie[a]} ${qs[b]} ${base64[PATH_INFO]} ${hex[PATH_INFO]} ${uwsgi[wid]}"),
        ("route-run", "log:SAID [${lower[PATH_INFO]}][${uwsgi[nothing]}][${NOTHING}][${base64[abc]}]"),
        ("route-run", "log:SAID ${PATH_INFO"),
    ]
    with routed(server, rules) as live:
        live.ask("/x?b=2", "Cookie: a=1")
        said = re.findall(r"^SAID (.*)$", live.running.log, re.MULTILINE)
        assert said == ["1 2 L3g= 2F78 1", "[][][][]", "${PATH_INFO"]


def test_variables_are_not_filled_in_everywhere(server: Server) -> None:
    """Where our tables say that a part is plain, the text goes out as it stands."""
    rules = [
        ("route", "^/break break:403 ${PATH_INFO}"),
        ("route", "^/realm basicauth:${PATH_INFO},a:b"),
        ("route-run", "addvar:${PATH_INFO}=a"),
    ]
    with routed(server, rules) as live:
        assert live.ask("/break").status == "403 ${PATH_INFO}"
        assert live.ask("/realm").headers["WWW-Authenticate"] == 'Basic realm="${PATH_INFO}"'
        assert live.ask("/").status == "200 OK"
    assert [fault.rule for option, value in rules for fault in parse_rule(option, value).faults] == ["misread-part"] * 3


# -- conditions and actions that are easy to get wrong ----------------------------------------------


def test_conditions_hold_as_the_faults_say(server: Server) -> None:
    """Conditions with a fault hold for nobody or drop the request; the others hold when they should."""
    holds = [
        "equal:a;a", "startswith:abc;ab", "endswith:abc;bc", "contains:abc;b", "regexp:abc;^a.c", "empty:",
        "ishigher:10;9", "islower:9;10", "ishigherequal:9;9", "islowerequal:-1;0", "ipv4in:10.1.2.3;10.0.0.0/8",
        "ipv4in:10.1.2.3;10.1.2.3", "ipv6in:fd00::1;fd00::/8", "isdir:@HERE", "isfile:@HERE/app.py",
        "exists:@HERE/app.py", "isexec:@HERE", "equal:;",
    ]  # fmt: skip
    not_so = [
        "equal:a", "equal:a;b", "ipv4in:192.168.1.7;192.168.1/24", "ipv4in:10.0.0.1;10.0.0.0/33",
        "ipv6in:fd00::1;fd00/8", "ipv6in:fd00::1;fd00::/129", "islink:@HERE", "ishigher:b;a",
        "regexp:abc;b$", "empty:x",
    ]  # fmt: skip
    rules = [("route-if", f"{text} log:HOLDS {text}") for text in [*holds, *not_so]]
    rules += [("route-if", "equal:${PATH_INFO};/long goto:long"), ("route-if", "equal:${PATH_INFO};/bad goto:bad")]
    rules += [("route-run", "last:"), ("route-label", "long"), ("route-if", "ipv4in:10.0.0.1;192.168.100.100/32 last:")]
    rules += [("route-label", "bad"), ("route-if", "regexp:a;( last:")]
    with routed(server, rules) as live:
        assert live.ask("/").status == "200 OK"
        said = re.findall(r"^HOLDS (.*)$", live.running.log, re.MULTILINE)
        assert [text.replace(str(live.folder), "@HERE") for text in said] == holds
        assert live.ask("/long") == ("", {}, "")
        assert live.ask("/bad") == ("", {}, "")
    wrong = {
        text for text in [*holds, *not_so]
        if any(fault.rule != "missing-part" for fault in parse_rule("route-if", f"{text} last:").faults)
    }  # fmt: skip
    assert wrong == {"equal:a", *not_so[2:6], "ishigher:b;a"}


def test_status_is_a_number(server: Server) -> None:
    """An expression for a status holds for no status, or for that of its first digits."""
    rules = [
        ("response-route-status", f"{text} log:HOLDS {text}") for text in ("200", "2..", "^200$", "200|404", "404")
    ]
    with routed(server, rules) as live:
        live.ask("/")
        assert re.findall(r"^HOLDS (.*)$", live.running.log, re.MULTILINE) == ["200", "200|404"]


def test_numbers_are_counted(server: Server) -> None:
    """The four operations work on variables, except that `/` multiplies."""
    rules = [("route-run", "addvar:COUNT=10"), ("route", "^/add +:COUNT,5"), ("route", "^/sub -:COUNT,3"),
             ("route", "^/one +:COUNT"), ("route", "^/mul *:COUNT,2"), ("route", "^/div /:COUNT,2")]  # fmt: skip
    with routed(server, rules) as live:
        counted = [
            re.findall("COUNT=(.*)", live.ask(path).text)[0] for path in ("/add", "/sub", "/one", "/mul", "/div")
        ]
        assert counted == ["15", "7", "11", "20", "20"]


def test_proxies_go_to_numbers_only(server: Server) -> None:
    """The HTTP proxy reaches an address by its number, and leaves a name without an answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rules = [
        ("route-host", "^back$ last:"),
        ("route", f"^/number http:127.0.0.1:{port},back,/there"),
        ("route", f"^/name http:localhost:{port},back"),
    ]
    with routed(server, rules, f"http-socket = 127.0.0.1:{port}", "processes = 3") as live:
        assert "PATH_INFO=/there\n" in live.ask("/number").text
        assert live.ask("/name") == ("", {}, "")


def test_caches_and_transformations_work(server: Server) -> None:
    """An answer is stored under a key, served from there, found by a condition; bodies are counted and hashed."""
    rules = authored(
        [
            {"if": {"incache": {"key": "${PATH_INFO}", "name": "pages"}}, "action": {"addheader": ["X-Hit", "yes"]}},
            {"match": {"path": "^/page"}, "action": {"cache": {"key": "${PATH_INFO}", "name": "pages"}}},
            {"match": {"path": "^/page"}, "action": {"cachestore": {"key": "${PATH_INFO}", "name": "pages"}}},
            {"action": {"hash": {"key": "${PATH_INFO}", "var": "NODE", "items": ["one", "two"]}}},
            {"match": {"path": "^/(.*)"}, "action": "fixcl"},
        ]
    )
    with routed(server, rules, "cache2 = name=pages,items=10,blocksize=4096") as live:
        first, second = live.ask("/page"), live.ask("/page")
        assert first.text == second.text
        assert int(first.headers["Content-Length"]) == len(first.text)
        assert re.search("NODE=(one|two)\n", first.text)
        assert ("X-Hit" in first.headers, "X-App" in second.headers) == (False, False)


def test_example_answers_as_its_comments_say(server: Server) -> None:
    """The rules of the example, compiled from its TOML, do what stands beside them."""
    source = Path(__file__).parent.parent / "examples/routing/uwsgi.toml"
    document = read(Source("uwsgi.toml", source.read_bytes()), "toml")
    rules = [(d.key, d.value or "") for d in document.directives() if d.key in OPTIONS]
    assert document.problems == []
    assert list(check_jumps(rules)) == []
    with routed(server, rules, "log-format = worker %(worker)", "req-logger = file:@HERE/requests") as live:
        moved = live.ask("/old/page")
        assert (moved.status, moved.headers["Location"]) == ("301 Moved Permanently", "/new/page")
        moved = live.ask("/a?b", "Host: www.example.com:80")
        assert (moved.status, moved.headers["Location"]) == ("301 Moved Permanently", "https://example.com/a?b")
        shown = live.ask("/article/7")
        assert "PATH_INFO=/show\nQUERY_STRING=id=7\n" in shown.text
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "Cache-Control" not in shown.headers
        assert live.ask("/", "User-Agent: BadBot").status == "403 No robots, please"
        assert live.ask("/a.png").status == "200 OK"
        assert live.ask("/a.png", "Referer: https://example.com/a").status == "200 OK"
        assert live.ask("/a.png", "Referer: https://example.org/a").status == "403 Forbidden"
        for target in ("/staff", "/staff/", "//staff/x"):
            assert live.ask(target).status == "401 Authorization Required"
        let_in = live.ask("/staff/", "Authorization: Basic am9lOnNlY3JldA==")
        assert "REMOTE_USER=joe\n" in let_in.text
        assert let_in.headers["Cache-Control"] == "private"
        assert live.ask("/staffing").status == "200 OK"
        (live.folder / "closed").touch()
        assert live.ask("/").status == "503 Service Unavailable"
        assert "worker 1\n" in (live.folder / "requests").read_text()
