"""Routing and run-time logic: authored tables become native rules and back, and faults are told with their places."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwsgilint import catalog, logic, routing
from uwsgilint.lint import registry
from uwsgilint.routing import ACTIONS, CHAINS, CONDITIONS, OPTIONS, RuleError, compile_rule, parse_rule, table_of
from uwsgilint.schema import routes
from uwsgilint.schema.routes import actions, conditions

_FILE = {"filename": "/srv/$1.html", "status": "404 Not Found", "mime": True}
_STORED = {"addr": "127.0.0.1:11211", "key": "$1", "no_offload": True}
_AUTH = {"realm": "Staff only", "users": "joe:secret"}
_RADIUS = {"realm": "Staff", "server": "127.0.0.1:1812", "secret": "s"}
_LDAP = {"realm": "Staff", "url": "ldap://localhost", "basedn": "ou=people,dc=example,dc=com", "loglevel": 2}
_CACHED = {"key": "${REQUEST_URI}", "name": "pages"}
_PROXY = {"to": "127.0.0.1:8080", "host": "back.example.com", "uri": "/$1"}

# For each action the authored arguments and the native ones; the rule's test has one group.
ARGUMENTS: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("continue", "last", "donotlog", "donotoffload", "disableheaders", "flush"), (True, "")),
    **dict.fromkeys(("fixcl", "forcecl", "fixpathinfo", "gzip", "chunked", "template", "toupper"), (True, "")),
    "break": ({"status": 403, "text": "Keep out"}, "403 Keep out"),
    **dict.fromkeys(("return", "break-with-status"), (503, "503")),
    "goto": ("there", "there"),
    "harakiri": (30, "30"),
    **dict.fromkeys(("log", "send", "send-crnl"), ("hello $1, ${REMOTE_ADDR}", "hello $1, ${REMOTE_ADDR}")),
    **dict.fromkeys(("logvar", "addvar"), ({"name": "WHO", "value": "a=$1"}, "WHO=a=$1")),
    "alarm": ({"name": "mail", "message": "look at $1"}, "mail look at $1"),
    "signal": (17, "17"),
    **dict.fromkeys("+-*/", ({"variable": "COUNT", "number": 2}, "COUNT,2")),
    "addheader": ({"name": "X-Part", "value": "$1: a, b"}, "X-Part: $1: a, b"),
    **dict.fromkeys(("delheader", "remheader"), ("X-Part", "X-Part")),
    **dict.fromkeys(("clearheaders", "resetheaders"), ("200 OK", "200 OK")),
    **dict.fromkeys(("setapp", "setuser", "sethome", "setfile", "setscriptname", "setpathinfo"), ("/$1", "/$1")),
    **dict.fromkeys(("setmethod", "seturi", "setremoteaddr", "setdocroot", "setscheme", "setprocname"), ("$1", "$1")),
    **dict.fromkeys(("setmodifier1", "setmodifier2"), (5, "5")),
    "chdir": ("/srv/$1", "/srv/$1"),
    **dict.fromkeys(("redirect", "redirect-302", "redirect-301"), ("/new/$1?a=b", "/new/$1?a=b")),
    "redirect-permanent": ("https://example.com/$1", "https://example.com/$1"),
    **dict.fromkeys(("rewrite", "rewrite-last"), ("/new/$1", "/new/$1")),
    **dict.fromkeys(("http", "httpdumb", "proxyhttp"), (_PROXY, "127.0.0.1:8080,back.example.com,/$1")),
    **dict.fromkeys(("httpconnect", "proxyhttpconnect"), ("127.0.0.1:8080", "127.0.0.1:8080")),
    **dict.fromkeys(
        ("uwsgi", "proxyuwsgi"),
        ({"to": "/run/$1.sock", "modifier1": 0, "modifier2": 1, "app": "a"}, "/run/$1.sock,0,1,a"),
    ),
    **dict.fromkeys(("basicauth", "basicauth-next"), (_AUTH, "Staff only,joe:secret")),
    **dict.fromkeys(
        ("ldapauth", "ldapauth-next"),
        (_LDAP, "Staff,url=ldap://localhost;basedn=ou=people,dc=example,dc=com;loglevel=2"),
    ),
    **dict.fromkeys(("radius", "radius-next"), (_RADIUS, "realm=Staff,server=127.0.0.1:1812,secret=s")),
    **dict.fromkeys(("spnego", "spnego-next"), ("Staff", "Staff")),
    "access": ({"action": "hosts", "daemon": "shop"}, "action=hosts,daemon=shop"),
    **dict.fromkeys(("static", "static-next"), ("/srv/$1", "/srv/$1")),
    **dict.fromkeys(
        ("file", "file-next", "sendfile", "sendfile-next", "fastfile", "fastfile-next"),
        (_FILE, "filename=/srv/$1.html,status=404 Not Found,mime=1"),
    ),
    "expires": ({"unix": "${time[unix]}", "value": 60}, "unix=${time[unix]},value=60"),
    **dict.fromkeys(("cache", "cache-continue"), ({**_CACHED, "mime": True}, "key=${REQUEST_URI},name=pages,mime=1")),
    **dict.fromkeys(
        ("cachestore", "cache-store"), ({**_CACHED, "expires": 60}, "key=${REQUEST_URI},name=pages,expires=60")
    ),
    "cachevar": ({"key": "$1", "var": "FOUND", "num": True}, "key=$1,var=FOUND,num=1"),
    "cacheset": ({"key": "$1", "value": "a\\,b"}, "key=$1,value=a\\\\\\,b"),
    **dict.fromkeys(("cacheinc", "cachedec", "cachemul", "cachediv"), ({"key": "$1", "value": 2}, "key=$1,value=2")),
    **dict.fromkeys(
        ("memcached", "memcached-continue", "redis", "redis-continue"),
        (_STORED, "addr=127.0.0.1:11211,key=$1,no_offload=1"),
    ),
    **dict.fromkeys(
        ("memcachedstore", "memcached-store", "redisstore", "redis-store"),
        ({"addr": "127.0.0.1:6379", "key": "$1", "expires": 60}, "addr=127.0.0.1:6379,key=$1,expires=60"),
    ),
    "hash": (
        {"key": "$1", "var": "NODE", "items": ["10.0.0.1:80", "10.0.0.2:80"], "algo": "murmur2"},
        "key=$1,var=NODE,items=10.0.0.1:80;10.0.0.2:80,algo=murmur2",
    ),
    **dict.fromkeys(
        ("metricinc", "metricdec", "metricmul", "metricdiv", "metricset"), ({"metric": "hits", "value": 2}, "hits,2")
    ),
    **dict.fromkeys(
        ("call", "rpc", "rpcret", "rpcblob", "rpcnext", "rpcraw"),
        ({"function": "f@node", "arguments": ["$1", "b"]}, "f@node $1 b"),
    ),
    "rpcvar": ({"variable": "V", "function": "f", "arguments": ["$1", "b"]}, "V f $1 b"),
    **dict.fromkeys(("symcall", "symcall-next"), ("handler", "handler")),
    "cgi": ("/srv/cgi/$1", "/srv/cgi/$1"),
    "cgihelper": ({"helper": "/usr/bin/perl", "script": "/srv/$1.pl"}, "/usr/bin/perl /srv/$1.pl"),
    "ssi": ("/srv/$1.shtml", "/srv/$1.shtml"),
    "xmldir": ("/srv/$1", "/srv/$1"),
    "gridfs": ({"server": "127.0.0.1:27017", "db": "files", "etag": True}, "server=127.0.0.1:27017,db=files,etag=1"),
    "xslt": ({"doc": "/srv/$1.xml", "stylesheet": "/srv/a.xsl"}, "doc=/srv/$1.xml,stylesheet=/srv/a.xsl"),
    "toxslt": ({"stylesheet": "/srv/$1.xsl"}, "stylesheet=/srv/$1.xsl"),
    "offload": (4096, "4096"),
    **dict.fromkeys(("tofile", "to-file"), ({"filename": "/tmp/$1", "mode": "640"}, "filename=/tmp/$1,mode=640")),  # noqa: S108
}

OPERANDS: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("exists", "isfile", "isdir", "islink", "isexec"), ("/srv/${HTTP_HOST}", "/srv/${HTTP_HOST}")),
    "empty": ("${HTTP_COOKIE}", "${HTTP_COOKIE}"),
    **dict.fromkeys(
        ("equal", "isequal", "eq", "==", "startswith", "endswith", "contains", "contain"),
        (["${HTTPS}", "on"], "${HTTPS};on"),
    ),
    **dict.fromkeys(("regexp", "re"), (["${PATH_INFO}", "^/(a|b);"], "${PATH_INFO};^/(a|b);")),
    **dict.fromkeys(
        ("ishigher", ">", "islower", "<", "ishigherequal", ">=", "islowerequal", "<="),
        (["${CONTENT_LENGTH}", "1000"], "${CONTENT_LENGTH};1000"),
    ),
    "ipv4in": (["${REMOTE_ADDR}", "10.0.0.0/8"], "${REMOTE_ADDR};10.0.0.0/8"),
    "ipv6in": (["${REMOTE_ADDR}", "fd00::/8"], "${REMOTE_ADDR};fd00::/8"),
    "lord": ("cluster", "cluster"),
    "incache": (_CACHED, "key=${REQUEST_URI},name=pages"),
}


def error_of(chain: str, table: dict[str, Any]) -> tuple[tuple[str | int, ...], str, dict[str, str]]:
    """The path, the rule and the values of what is wrong with a table."""
    with pytest.raises(RuleError) as caught:
        compile_rule(chain, table)
    return caught.value.path, caught.value.rule, caught.value.values


def faults_of(option: str, value: str) -> list[tuple[str, str]]:
    """The rule and the text of each fault of a native rule."""
    return [(fault.rule, value[fault.start : fault.end]) for fault in parse_rule(option, value).faults]


# -- what the router knows ----------------------------------------------------------------------


def test_options_are_those_of_the_catalogue() -> None:
    """Every option that holds a rule is known, and no other."""
    assert set(OPTIONS) == {name for name in catalog.names() if catalog.option(name).kind == "route"}  # type: ignore[union-attr]


def test_plugins_and_releases_exist() -> None:
    """Each action, condition and variable comes from a plugin and since a release that there is."""
    plugins = {"core", *catalog.plugins()}
    for verb in [*ACTIONS.values(), *CONDITIONS.values()]:
        assert verb.since in catalog.RELEASES
        assert verb.plugin in plugins or verb.plugin.startswith(("router_", "transformation_")), verb
        names = {part.name for part in verb.takes.parts} if verb.takes else set()
        assert {*verb.plain, *(part for part, _ in verb.refers)} <= names, verb
        for setting in verb.needs:
            assert catalog.option(setting) is not None, setting


def test_every_verb_has_a_sample() -> None:
    """The samples below leave out no action and no condition."""
    assert set(ARGUMENTS) == set(ACTIONS)
    assert set(OPERANDS) == set(CONDITIONS)


# -- writing and reading --------------------------------------------------------------------------

RULES: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    (
        "request",
        {"match": {"path": "^/old/(.*)"}, "action": {"redirect-301": "/new/$1"}},
        [("route", "^/old/(.*) redirect-301:/new/$1")],
    ),
    ("request", {"match": {"host": "^x"}, "action": "last"}, [("route-host", "^x last:")]),
    ("request", {"match": {"query": "a=1"}, "action": {"last": True}}, [("route-qs", "a=1 last:")]),
    ("request", {"match": {"qs": "a=1"}, "action": "last"}, [("route-qs", "a=1 last:")]),
    ("request", {"action": {"return": 403}}, [("route-run", "return:403")]),
    ("request", {"action": "return:403"}, [("route-run", "return:403")]),
    ("request", {"label": "there"}, [("route-label", "there")]),
    ("final", {"label": 7}, [("final-route-label", "7")]),
    ("error", {"match": {"status": 404}, "action": "donotlog"}, [("error-route-status", "404 donotlog:")]),
    ("final", {"match": {"status": "500"}, "action": {"signal": 1}}, [("final-route-status", "500 signal:1")]),
    (
        "response",
        {"if": {"isfile": "/srv/x"}, "action": {"addheader": ["X-A", "b"]}},
        [("response-route-if", "isfile:/srv/x addheader:X-A: b")],
    ),
    (
        "request",
        {"unless": {"equal": ["${HTTPS}", "on"]}, "action": {"redirect": "https://x${REQUEST_URI}"}},
        [("route-if-not", "equal:${HTTPS};on redirect:https://x${REQUEST_URI}")],
    ),
    ("request", {"if": "exists:/srv/x", "action": "last"}, [("route-if", "exists:/srv/x last:")]),
    ("request", {"action": {"http": {"to": "127.0.0.1:80", "host": "h"}}}, [("route-run", "http:127.0.0.1:80,h")]),
    ("request", {"action": {"http": {"to": "/run/a.sock", "uri": "/x"}}}, [("route-run", "http:/run/a.sock,,/x")]),
    ("request", {"action": {"http": ["127.0.0.1:80", "h"]}}, [("route-run", "http:127.0.0.1:80,h")]),
    ("request", {"action": {"uwsgi": {"modifier1": 5, "modifier2": 0}}}, [("route-run", "uwsgi:,5,0")]),
    ("request", {"action": {"break": {}}}, [("route-run", "break:")]),
    ("request", {"action": {"break": 403}}, [("route-run", "break:403")]),
    ("request", {"action": {"rpc": ["f", "a", "b"]}}, [("route-run", "rpc:f a b")]),
    ("request", {"action": {"cache": "key=a,name=b"}}, [("route-run", "cache:key=a,name=b")]),
    (
        "request",
        {"action": {"file": {"filename": "/a", "no-cl": True}}},
        [("route-run", "file:filename=/a,no_content_length=1")],
    ),
    ("request", {"action": {"file": {"filename": "/a", "mime": False}}}, [("route-run", "file:filename=/a")]),
    ("request", {"match": {"path": "%(prefix)/"}, "action": "last"}, [("route", "%(prefix)/ last:")]),
    ("request", {"action": "%(action):x"}, [("route-run", "%(action):x")]),
]  # fmt: skip


@pytest.mark.parametrize(("chain", "table", "native"), RULES, ids=lambda each: str(each)[:60])
def test_table_compiles(chain: str, table: dict[str, Any], native: list[tuple[str, str]]) -> None:
    """An authored rule becomes the native rule that says the same."""
    assert compile_rule(chain, table) == native


@pytest.mark.parametrize("name", ACTIONS)
def test_action_is_written_and_read(name: str) -> None:
    """The table form of every action compiles to its native form, which has no fault and becomes it again."""
    authored, native = ARGUMENTS[name]
    table = {"match": {"path": "^/(.*)"}, "action": {name: authored}}
    assert compile_rule("request", table) == [("route", f"^/(.*) {name}:{native}")]
    assert parse_rule("route", f"^/(.*) {name}:{native}").faults == []
    back = table_of("route", f"^/(.*) {name}:{native}")
    assert back is not None
    action = name if authored is True else {name: authored}
    if name in {"+", "-", "*", "/", "expires", "cacheinc", "cachedec", "cachemul", "cachediv"} or name.startswith(
        "metric"
    ):
        # Numbers that may as well be variables come back as text.
        action = {name: {key: str(value) for key, value in authored.items()}}
    assert back["action"] == action


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("key", ["if", "unless"])
def test_condition_is_written_and_read(name: str, key: str) -> None:
    """The table form of every condition compiles to its native form, which has no fault and becomes it again."""
    authored, native = OPERANDS[name]
    option = "error-route-if" if key == "if" else "error-route-if-not"
    table = {key: {name: authored}, "action": "last"}
    assert compile_rule("error", table) == [(option, f"{name}:{native} last:")]
    assert parse_rule(option, f"{name}:{native} last:").faults == []
    assert table_of(option, f"{name}:{native} last:") == table


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_written_and_read(option: str) -> None:
    """Rules of each chain and of each kind of test come back as they were."""
    chain, subject = OPTIONS[option]
    value = {"label": "there", "run": "log:x", "status": "404 log:x"}.get(subject, "^/a log:x")
    value = "exists:/a log:x" if subject.startswith("if") else value
    table = table_of(option, value)
    assert table is not None
    assert compile_rule(chain, table) == [(option, value)]


UNUSUAL = [
    ("route-run", "addheader:X-A:b"),
    ("route-run", "addheader:X-A:  b"),
    ("route-run", "cache:name=pages,key=a"),
    ("route-run", "cache:key=a,nocl=1"),
    ("route-run", "file:filename=/a,mime=yes"),
    ("route-run", "alarm:mail  two blanks"),
    ("route-run", "http:127.0.0.1:80,,"),
    ("route-run", "return:403"),
    ("route-run", "break:0403"),
    ("route-if", "equal:; last:"),
    ("route-if", "equal:a;b;c last:"),
    ("route-if", "incache:name=a,key=b last:"),
    ("response-route-status", "404 last:"),
    ("route", "^/%(a)$(b) log:%(c) $(d)"),
    ("route-label", "two words"),
    ("route-run", "basicauth:Staff,/etc/users"),
    ("route-run", "uwsgi:127.0.0.1:3031,5,,shop"),
    ("route-run", "uwsgi:,5,,"),
    ("route-run", "hash:key=a,var=B,items=one"),
]


@pytest.mark.parametrize(("option", "value"), UNUSUAL)
def test_unusual_spelling_survives(option: str, value: str) -> None:
    """What the table form would spell otherwise keeps its own spelling."""
    chain, _ = OPTIONS[option]
    table = table_of(option, value)
    assert table is not None
    assert compile_rule(chain, table) == [(option, value)]


_TEXTS = st.text(st.sampled_from("ab/0 $1{}[]HOST.,;:=\\%()+*?^|-"), max_size=12)
_ARGUMENTS = st.one_of(_TEXTS, st.sampled_from([native for _, native in [*ARGUMENTS.values(), *OPERANDS.values()]]))
_CALLS = st.builds("{}:{}".format, st.sampled_from(list(ACTIONS)), _ARGUMENTS)
_TESTS = st.one_of(_TEXTS, st.builds("{}:{}".format, st.sampled_from(list(CONDITIONS)), _ARGUMENTS))


@given(st.sampled_from(list(OPTIONS)), st.one_of(_TEXTS, _CALLS, st.builds("{} {}".format, _TESTS, _CALLS)))
def test_whatever_has_a_table_comes_back(option: str, value: str) -> None:
    """Any text at all can be read, its faults lie inside it, and a table of it compiles to it."""
    rule = parse_rule(option, value)
    for fault in rule.faults:
        assert 0 <= fault.start <= fault.end <= len(value)
        told = registry.rule(fault.rule)
        assert told is not None
        told.tell(fault.values)
    for piece in (
        rule.pattern,
        rule.label,
        *(each for call in (rule.condition, rule.action) if call for each in call[:2]),
    ):
        assert piece is None or value[piece.start : piece.end] == piece.text
    table = table_of(option, value)
    if table is not None:
        assert compile_rule(OPTIONS[option][0], table) == [(option, value)]


# -- several tests --------------------------------------------------------------------------------


def test_tests_that_must_all_hold_jump_behind_the_rule() -> None:
    """Conditions before the last one jump to a label behind the rule when they fail."""
    table = {"if": [{"exists": "/a"}, {"equal": ["${A}", "b"]}], "unless": {"empty": "${B}"}, "action": "last"}
    rules = compile_rule("error", table, 3)
    label = rules[-1][1]
    assert rules == [
        ("error-route-if-not", f"exists:/a goto:{label}"),
        ("error-route-if-not", f"equal:${{A}};b goto:{label}"),
        ("error-route-if-not", "empty:${B} last:"),
        ("error-route-label", label),
    ]
    assert label.startswith("end-3-")


def test_the_expression_that_has_the_groups_comes_last() -> None:
    """An action may use the groups of the expression on the last subject, whatever else is tested."""
    table = {"match": {"host": "^x", "path": "^/(a)"}, "if": {"exists": "/a"}, "action": {"log": "$1"}}
    rules = compile_rule("request", table)
    end = rules[-1][1]
    assert rules == [
        ("route-if-not", f"exists:/a goto:{end}"),
        ("route-host", f"^x goto:{end}-2"),
        ("route-run", f"goto:{end}"),
        ("route-label", f"{end}-2"),
        ("route", "^/(a) log:$1"),
        ("route-label", end),
    ]


def test_labels_of_like_rules_differ() -> None:
    """The same rule at two places of a chain gets two labels."""
    table = {"if": [{"exists": "/a"}, {"exists": "/b"}], "action": "last"}
    labels = {compile_rule("request", table, number)[-1] for number in range(3)}
    assert len(labels) == 3
    rules = [rule for number in range(3) for rule in compile_rule("request", table, number)]
    assert list(routing.check_jumps(rules)) == []


def test_a_condition_with_groups_gives_them_to_the_action() -> None:
    """The groups of `regexp` are the action's, if no subject is matched."""
    table = {"if": [{"regexp": ["${PATH_INFO}", "^/(a)"]}, {"exists": "/b"}], "action": {"log": "$1"}}
    assert compile_rule("request", table)[1] == ("route-if", "regexp:${PATH_INFO};^/(a) log:$1")
    table["match"] = {"path": "^/a"}
    assert error_of("request", table)[:2] == (("action", "log"), "missing-group")


# -- what cannot be written -----------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], tuple[str | int, ...], str, dict[str, str]]] = [
    ({}, (), "missing-part", {"part": "action"}),
    ({"match": {"path": "^/a"}}, (), "missing-part", {"part": "action"}),
    ({"mach": {"path": "^/a"}, "action": "last"}, ("mach",), "unknown-part", {"part": "mach", "near": "match"}),
    ({"match": {"pth": "a"}, "action": "last"}, ("match", "pth"), "unknown-part", {"part": "pth", "near": "path"}),
    ({"match": {"status": 404}, "action": "last"}, ("match", "status"), "unknown-part", {"part": "status"}),
    ({"match": "^/a", "action": "last"}, ("match",), "malformed-value", {}),
    ({"match": {}, "action": "last"}, ("match",), "malformed-value", {}),
    ({"match": {"path": ""}, "action": "last"}, ("match", "path"), "missing-part", {"part": "path"}),
    ({"match": {"path": "^/a b"}, "action": "last"}, ("match", "path"), "malformed-pattern", {"pattern": "^/a b"}),
    ({"match": {"path": "^/(a"}, "action": "last"}, ("match", "path"), "malformed-pattern", {}),
    ({"match": {"path": ["a"]}, "action": "last"}, ("match", "path"), "malformed-value", {}),
    ({"action": "lst"}, ("action",), "unknown-action", {"action": "lst", "near": "last"}),
    ({"action": {"redirct": "/"}}, ("action", "redirct"), "unknown-action", {"action": "redirct", "near": "redirect"}),
    ({"action": {"log": "a", "last": True}}, ("action",), "malformed-value", {}),
    ({"action": 7}, ("action",), "malformed-value", {}),
    ({"action": {"last": "x"}}, ("action", "last"), "ignored-part", {"part": "x"}),
    ({"action": {"last": False}}, ("action", "last"), "ignored-part", {"part": "false"}),
    ({"action": "redirect"}, ("action",), "missing-part", {"part": "url"}),
    ({"action": {"cache": {"name": "x"}}}, ("action", "cache"), "missing-part", {"part": "key"}),
    ({"action": {"cache": {"key": "a", "nam": "x"}}}, ("action", "cache", "nam"), "unknown-part", {"near": "name"}),
    ({"action": {"cache": {"key": 1, "nocl": 1, "no_cl": 1}}}, ("action", "cache", "no_cl"), "repeated-part", {}),
    ({"action": {"cache": ["a"]}}, ("action", "cache"), "malformed-value", {}),
    ({"action": {"log": None}}, ("action", "log"), "malformed-value", {}),
    ({"action": {"log": {"text": True}}}, ("action", "log", "text"), "misread-part", {"value": "true"}),
    ({"action": {"return": 308}}, ("action", "return"), "misread-part", {"value": "308"}),
    ({"action": {"return": {"status": 308}}}, ("action", "return", "status"), "misread-part", {"value": "308"}),
    ({"action": {"harakiri": 0}}, ("action", "harakiri"), "misread-part", {"part": "seconds"}),
    ({"action": {"uwsgi": ["/a", 256, 0]}}, ("action", "uwsgi"), "misread-part", {"part": "modifier1"}),
    ({"action": {"http": "localhost:80"}}, ("action", "http"), "misread-part", {"part": "to"}),
    ({"action": {"http": {"to": "a,b"}}}, ("action", "http", "to"), "misread-part", {"part": "to"}),
    ({"action": {"http": ["/a", "b", "c", "d"]}}, ("action", "http"), "malformed-value", {}),
    ({"action": {"basicauth": {"realm": "a,b", "users": "c:d"}}}, ("action", "basicauth", "realm"), "misread-part", {}),
    ({"action": {"hash": {"key": 1, "var": 2, "items": ["c;d"]}}}, ("action", "hash", "items", 0), "misread-part", {}),
    ({"action": {"redirect": "/$1"}}, ("action", "redirect"), "missing-group", {"group": "$1"}),
    ({"action": {"log": "${cokie[a]}"}}, ("action", "log"), "unknown-part", {"part": "cokie", "near": "cookie"}),
    ({"if": {"isfiel": "/a"}, "action": "last"}, ("if", "isfiel"), "unknown-condition", {"near": "isfile"}),
    ({"unless": {"equal": "a"}, "action": "last"}, ("unless", "equal"), "malformed-value", {"missing": "`;`"}),
    ({"if": {"equal": ["a", "b c"]}, "action": "last"}, ("if", "equal"), "malformed-pattern", {}),
    ({"if": [{"exists": "/a"}, {"isdir": ""}], "action": "last"}, ("if", 1, "isdir"), "missing-part", {"part": "path"}),
    ({"if": [], "action": "last"}, ("if",), "malformed-value", {}),
    ({"if": 7, "action": "last"}, ("if",), "malformed-value", {}),
    ({"if": {"exists": "/srv/$1"}, "action": "last"}, ("if", "exists"), "missing-group", {"group": "$1"}),
    ({"label": "a", "action": "last"}, ("action",), "malformed-value", {}),
    ({"label": ""}, ("label",), "missing-part", {"part": "label"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "path", "rule", "values"), REFUSED, ids=lambda each: str(each)[:50])
def test_refused_table_is_told_with_its_place(
    table: dict[str, Any], path: tuple[str | int, ...], rule: str, values: dict[str, str]
) -> None:
    """What an authored rule cannot say is told at the entry that says it."""
    found = error_of("request", table)
    assert found[:2] == (path, rule)
    assert values.items() <= found[2].items()
    told = registry.rule(rule)
    assert told is not None
    told.tell(found[2])


def test_unknown_chain_is_no_chain() -> None:
    """There are four chains."""
    assert set(CHAINS) == {"request", "response", "error", "final"}
    with pytest.raises(KeyError):
        compile_rule("requests", {"action": "last"})
    with pytest.raises(KeyError):
        parse_rule("route-status", "404 last:")
    assert table_of("processes", "4") is None


# -- faults of native rules -----------------------------------------------------------------------

FAULTS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("route", "^/old", [("malformed-value", "")]),
    ("route", "", [("malformed-value", "")]),
    ("route", "^/old last", [("malformed-value", "")]),
    ("route", "^/old lst:", [("unknown-action", "lst")]),
    ("route", "^/old  last:", [("unknown-action", " last")]),
    ("route", "^/my page last:", [("malformed-pattern", "^/my page")]),
    ("route", "^/(old last:", [("malformed-pattern", "(old")]),
    ("route", "^/old) last:", [("malformed-pattern", ")")]),
    ("route", "^/[old last:", [("malformed-pattern", "[old")]),
    ("route", "^/old\\ last:", [("malformed-pattern", "\\")]),
    ("route", "*/old last:", [("malformed-pattern", "*/old")]),
    ("route", "^/[^/)(]+([[:alpha:]]|]) last:", []),
    ("route", "^/a log:$1 $0", [("missing-group", "$1"), ("missing-group", "$0")]),
    ("route", "^/(a) log:$1 $0 $2", [("missing-group", "$2")]),
    ("route", "^/(?:a) log:$1", [("missing-group", "$1")]),
    ("route", "^/(?|(a)|(b)) log:$1 $2", []),
    ("route", "^/%(x) log:$1", []),
    ("route-if", "regexp:${A};(b) log:$1", []),
    ("route-if-not", "regexp:${A};(b) log:$1", [("missing-group", "$1")]),
    ("route-if", "regexp:${A};(b log:x", [("malformed-pattern", "(b")]),
    ("route-if", "exists last:", [("malformed-value", "")]),
    ("route-if", "exits:/a last:", [("unknown-condition", "exits")]),
    ("route-if", "exists:/my file last:", [("malformed-pattern", "exists:/my file")]),
    ("route-if", "exists:/srv/$1 last:", [("missing-group", "$1")]),
    ("route-if", "equal:${A} last:", [("malformed-value", "")]),
    ("route-if", "ishigher:${A};b last:", [("misread-part", "b")]),
    ("route-if", "ishigher:${A};-1 last:", []),
    ("route-if", "ipv4in:${A};192.168.100.100/32 last:", [("misread-part", "192.168.100.100/32")]),
    ("route-if", "ipv4in:${A};192.168.1/24 last:", [("misread-part", "192.168.1/24")]),
    ("route-if", "ipv4in:${A};10.0.0.0/33 last:", [("misread-part", "10.0.0.0/33")]),
    ("route-if", "ipv4in:${A};${B} last:", []),
    ("route-if", "ipv6in:${A};::ffff:10.0.0.0/104 last:", []),
    ("route-if", "ipv6in:${A};::1 last:", []),
    ("route-if", "ipv6in:${A};fd00/8 last:", [("misread-part", "fd00/8")]),
    ("route-if", "ipv6in:${A};fd00::/129 last:", [("misread-part", "fd00::/129")]),
    ("route-if", "incache:name=a last:", [("missing-part", "")]),
    ("response-route-status", "2.. last:", [("misread-part", "2..")]),
    ("response-route-status", "200|404 last:", [("misread-part", "200|404")]),
    ("response-route-status", "%(status) last:", []),
    ("route-run", "log:${cokie[a]} ${A", [("unknown-part", "${cokie[a]}"), ("malformed-value", "${A")]),
    ("route-run", "log:${uwsgi[wud]} ${uwsgi[wid]} ${time[unix]}", [("unknown-part", "${uwsgi[wud]}")]),
    ("route-run", "log:${lower[a]}", [("unknown-part", "${lower[a]}")]),
    ("route-run", "log:true", []),
    ("route-run", "last:x", [("ignored-part", "x")]),
    ("route-run", "return:308", [("misread-part", "308")]),
    ("route-run", "return:${A}", [("misread-part", "${A}")]),
    ("route-run", "return:", [("missing-part", "")]),
    ("route-run", "break:4x3", [("misread-part", "4x3")]),
    ("route-run", "harakiri:soon", [("misread-part", "soon")]),
    ("route-run", "uwsgi:127.0.0.1:80,0", [("malformed-value", "")]),
    ("route-run", "http:localhost:80", [("misread-part", "localhost:80")]),
    ("route-run", "http:${NODE}:80", []),
    ("route-run", "http:127.0.0.1:80,${HTTP_HOST}", [("misread-part", "${HTTP_HOST}")]),
    ("route-run", "basicauth:Staff", [("malformed-value", "")]),
    ("route-run", "addvar:A", [("malformed-value", "")]),
    ("route-run", "alarm:mail", [("malformed-value", "")]),
    ("route-run", "cache:key=a,nam=b", [("unknown-part", "nam")]),
    ("route-run", "cache:key=a, name=b", [("unknown-part", " name")]),
    ("route-run", "cache:key=a,mime", [("ignored-part", "mime")]),
    ("route-run", "cache:key=a,nocl=1,no_cl=1", [("repeated-part", "no_cl=1")]),
    ("route-run", "cache:%(arguments)", []),
    ("route-run", "hash:key=a,var=b,items=c,algo=md5", [("misread-part", "md5")]),
    ("route-run", "ldapauth:Staff,url=ldap://a;basdn=b", [("unknown-part", "basdn")]),
    ("route-label", "", [("missing-part", "")]),
    ("route", "%(rule)", []),
    ("route", "^/a %(action)", []),
    ("route-if", "%(condition):a last:", []),
]  # fmt: skip


@pytest.mark.parametrize(("option", "value", "faults"), FAULTS)
def test_faults_are_told_with_their_places(option: str, value: str, faults: list[tuple[str, str]]) -> None:
    """What is wrong with a native rule is told at the characters that are wrong, and nothing else is."""
    assert faults_of(option, value) == faults


@pytest.mark.parametrize(
    "pattern",
    [
        "a",
        "(a)",
        "[]a]",
        "[^]]",
        "[[:alpha:]]",
        "a{",
        "a{,2}",
        "]",
        "}",
        "(?:a)+",
        "(?#()a",
        "a|",
        "()",
        "^*",
        "$+",
        "\\(",
    ],
)
def test_unusual_expressions_are_taken(pattern: str) -> None:
    """What PCRE takes is no fault, however odd it looks."""
    assert faults_of("route", f"{pattern} last:") == []


# -- jumps ----------------------------------------------------------------------------------------


def jumps(*rules: tuple[str, str]) -> list[tuple[int, str, str]]:
    """The rule, the finding and the text of each faulty jump."""
    return [
        (index, fault.rule, rules[index][1][fault.start : fault.end]) for index, fault in routing.check_jumps(rules)
    ]


def test_jump_needs_its_label_ahead() -> None:
    """A label that is missing, of another chain, behind, or behind its namesake is told."""
    jump = ("route-run", "goto:there")
    assert jumps(jump, ("route-label", "there")) == []
    assert jumps(jump) == [(0, "unknown-label", "there")]
    assert jumps(jump, ("response-route-label", "there")) == [(0, "unknown-label", "there")]
    assert jumps(("route-label", "there"), jump) == [(1, "backward-goto", "there")]
    assert jumps(jump, ("route-label", "there"), jump, ("route-label", "there")) == [(2, "backward-goto", "there")]


def test_jump_to_a_number_is_a_jump_to_a_rule() -> None:
    """A number is the place of a rule in its chain, unless it is a label."""
    assert jumps(("route-run", "goto:2"), ("error-route-run", "log:x"), ("route-run", "log:x")) == []
    assert jumps(("route-run", "log:x"), ("route-run", "goto:1")) == [(1, "backward-goto", "1")]
    assert jumps(("route-run", "goto:0")) == [(0, "unknown-label", "0")]


def test_jump_that_is_not_known_before_is_left_alone() -> None:
    """Variables, groups and placeholders decide later where a jump leads."""
    assert jumps(("route", "^/(a) goto:$1"), ("route-run", "goto:${A}"), ("route-run", "goto:%(label)")) == []
    assert jumps(("route-run", "goto:there"), ("route-label", "%(label)")) == []


def test_label_that_was_meant_is_suggested() -> None:
    """A label with one letter less is suggested."""
    found = list(routing.check_jumps([("route-run", "goto:comon"), ("route-label", "common")]))
    assert found[0][1].values == {"label": "comon", "near": "common"}


# -- what rules need ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "plugins"),
    [
        ("route", "^/a last:", ()),
        ("route", "^/a redirect:/b", ("router_redirect",)),
        ("route-if", "incache:key=a cache:key=a", ("router_cache",)),
        ("route-if", "equal:${geoip[lat]};1 log:${metric[a]}", ("geoip", "router_metrics")),
        ("response-route-run", "log:${math[1+1]} ${xattr[a]}", ("matheval", "xattr")),
        ("route-run", "toupper:", ("transformation_toupper",)),
        ("route-label", "redirect", ()),
        ("route", "^/a %(action)", ()),
    ],
)  # fmt: skip
def test_plugins_follow_from_use(option: str, value: str, plugins: tuple[str, ...]) -> None:
    """The plugins of a rule are those of its condition, its action and its variables."""
    assert routing.plugins_needed(option, value) == plugins


def test_settings_and_references_follow_from_use() -> None:
    """A rule says which settings it is useless without, and what it refers to by name."""
    assert routing.settings_needed("route-if", "incache:key=a,name=pages cache:key=a") == (("cache2", "cache"),)
    assert routing.settings_needed("route-run", "offload:") == (("offload-threads",),)
    assert routing.settings_needed("route-run", "last:") == ()
    found = routing.references("route-if", "incache:key=a,name=pages alarm:mail look")
    assert [(setting, piece.text, piece.start) for setting, piece in found] == [
        ("cache2", "pages", 19),
        ("alarm", "mail", 31),
    ]
    assert routing.references("route", "^/(a) metricinc:$1") == ()


def test_names_of_options() -> None:
    """The name of an option follows from its chain and its subject."""
    assert {routing.option_of(chain, subject) for chain, subject in OPTIONS.values()} == set(OPTIONS)
    with pytest.raises(KeyError):
        routing.option_of("request", "status")
    with pytest.raises(KeyError):
        routing.option_of("request", "nothing")


# -- run-time logic ---------------------------------------------------------------------------------

BLOCKS: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"env": "STAGING"}, ("if-env", "STAGING", "endif")),
    ({"env": "STAGE=live"}, ("if-env", "STAGE=live", "endif")),
    ({"not-env": "PORT"}, ("if-not-env", "PORT", "endif")),
    ({"opt": "master"}, ("if-opt", "master", "endif")),
    ({"not-exists": "/srv/a b"}, ("if-not-exists", "/srv/a b", "endif")),
    ({"file": "/a"}, ("if-file", "/a", "endif")),
    ({"dir": "/a"}, ("if-dir", "/a", "endif")),
    ({"plugin": "python"}, ("if-plugin", "python", "endif")),
    ({"hostname": "web1"}, ("if-hostname", "web1", "endif")),
    ({"reload": True}, ("if-reload", "true", "endif")),
    ({"reload": False}, ("if-not-reload", "true", "endif")),
    ({"not-reload": True}, ("if-not-reload", "true", "endif")),
    ({"for": ["css", "js", 3]}, ("for", "css js 3", "endfor")),
    ({"for": "css js"}, ("for", "css js", "endfor")),
    ({"for-times": 3}, ("for-times", "3", "endfor")),
    ({"for-glob": "/etc/*.ini"}, ("for-glob", "/etc/*.ini", "endfor")),
    ({"for-readline": "/etc/names"}, ("for-readline", "/etc/names", "endfor")),
]


@pytest.mark.parametrize(("table", "native"), BLOCKS)
def test_block_compiles_and_comes_back(table: dict[str, Any], native: tuple[str, str, str]) -> None:
    """An authored condition or loop becomes the options that open and close it, and those become one again."""
    assert logic.compile_block(table) == native
    back = logic.table_of(native[0], native[1])
    assert back is not None
    assert logic.compile_block(back) == native


REFUSED_BLOCKS: list[tuple[dict[str, Any], tuple[str | int, ...], str]] = [
    ({}, (), "missing-part"),
    ({"evn": "A"}, ("evn",), "unknown-part"),
    ({"hostname-match": "a"}, ("hostname-match",), "unknown-part"),
    ({"env": "A", "file": "/a"}, ("file",), "malformed-value"),
    ({"env": ""}, ("env",), "missing-part"),
    ({"env": "=a"}, ("env",), "misread-part"),
    ({"env": ["A"]}, ("env",), "malformed-value"),
    ({"env": True}, ("env",), "malformed-value"),
    ({"exists": "%(root)/a"}, ("exists",), "misread-part"),
    ({"reload": "yes"}, ("reload",), "misread-part"),
    ({"for": []}, ("for",), "missing-part"),
    ({"for": ["a b"]}, ("for", 0), "misread-part"),
    ({"for": ["a", True]}, ("for", 1), "misread-part"),
    ({"for-times": 0}, ("for-times",), "misread-part"),
    ({"for-times": "many"}, ("for-times",), "misread-part"),
]


@pytest.mark.parametrize(("table", "path", "rule"), REFUSED_BLOCKS)
def test_refused_block_is_told_with_its_place(table: dict[str, Any], path: tuple[str | int, ...], rule: str) -> None:
    """What no condition and no loop can say is told at the entry that says it."""
    with pytest.raises(RuleError) as caught:
        logic.compile_block(table)
    assert (caught.value.path, caught.value.rule) == (path, rule)
    told = registry.rule(rule)
    assert told is not None
    told.tell(caught.value.values)


def test_openers_are_those_of_the_catalogue() -> None:
    """Every option that opens a block is known, but for the two that no server decides."""
    known = {name for block in logic.BLOCKS.values() for name in (block.opener, *block.also)}
    options = {name for name in catalog.names() if catalog.option(name).kind == "logic"}  # type: ignore[union-attr]
    assert options - known == {"if-hostname-match", "if-not-hostname-match"}
    assert known <= options
    assert logic.table_of("if-env", "%(a)") is None
    assert logic.table_of("endif", "1") is None


# -- in Python ------------------------------------------------------------------------------------


def test_every_verb_has_a_function_that_makes_it() -> None:
    """Each action and condition has a function with a description, and with one for each of its parts."""
    assert set(actions.MAKERS) == set(ACTIONS)
    assert set(conditions.MAKERS) == set(CONDITIONS)
    for verb in [*ACTIONS.values(), *CONDITIONS.values()]:
        said, parts = routes.describe(verb)
        assert said.endswith("."), verb.name
        assert {part.name for part in verb.takes.parts} <= set(parts) if verb.takes else True, verb.name
    for module in (actions, conditions):
        assert {made.__name__ for made in module.MAKERS.values()} == set(module.__all__) - {"MAKERS"}


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in {"uwsgi", "proxyuwsgi"}])
def test_function_makes_what_the_table_says(name: str) -> None:
    """Called with the parts of a sample, the function of an action writes the sample."""
    authored, native = ARGUMENTS[name]
    takes = ACTIONS[name].takes
    given = authored if isinstance(authored, dict) else {takes.parts[0].name: authored} if takes else {}
    made_by = actions.MAKERS[name]
    parameters = inspect.signature(made_by).parameters
    made = made_by(**{key if key in parameters else f"{key}_": value for key, value in given.items()})
    assert (ACTIONS[made.name].takes or ((),))[1:] == (takes or ((),))[1:]
    rule = routes.Rule(match=routes.Match(path="^/(.*)"), action=made)
    assert rule.compile() == [("route", f"^/(.*) {made.name}:{native}")]


def test_variants_are_arguments() -> None:
    """What several names of uWSGI tell apart, an argument of one function does."""
    assert str(actions.redirect("/a", permanent=True)) == "redirect-301:/a"
    assert str(actions.rewrite("/a", last=True)) == "rewrite-last:/a"
    assert str(actions.basicauth("a", "b:c", go_on=True)) == "basicauth-next:a,b:c"
    assert str(actions.cache("a", mime=True, go_on=True)) == "cache-continue:key=a,mime=1"
    assert str(actions.http("/a.sock", offload=False)) == "proxyhttp:/a.sock"
    assert str(actions.uwsgi("", 5)) == "uwsgi:,5,0"
    assert str(actions.send("a", line=True)) == "send-crnl:a"
    assert str(conditions.equal("${A}", 1)) == "equal:${A};1"


def test_chain_keeps_its_order() -> None:
    """Rules in Python become directives in their order, and those become the same rules again."""
    chain = routes.Chain(
        "request",
        routes.Rule(match=routes.Match(path="^/old/(.*)"), action=actions.redirect("/new/$1")),
        routes.Rule(match=routes.Match(host="^a"), action=actions.last()),
        routes.Rule(unless=conditions.empty("${A}"), action=actions.goto("end")),
        routes.Rule(action=actions.return_(403)),
        routes.Rule(label="end"),
    )
    assert chain.directives() == [
        ("route", "^/old/(.*) redirect:/new/$1"),
        ("route-host", "^a last:"),
        ("route-if-not", "empty:${A} goto:end"),
        ("route-run", "return:403"),
        ("route-label", "end"),
    ]
    again = routes.Chain("request", *(routes.Rule.of(option, value) for option, value in chain.directives()))
    assert again.directives() == chain.directives()


@pytest.mark.parametrize(("chain", "table", "native"), RULES, ids=lambda each: str(each)[:60])
def test_model_takes_the_words_of_the_table(chain: Any, table: dict[str, Any], native: list[tuple[str, str]]) -> None:
    """A rule may be made of its table, and compiles to the same."""
    rule = routes.Rule.model_validate(table)
    assert rule.compile(chain) == native
    assert compile_rule(chain, rule.authored()) == native


def test_model_keeps_the_order_of_subjects_and_tests() -> None:
    """The groups are those of the subject that was given last, in Python too."""
    for match in ({"host": "^(a)", "path": "^/"}, {"path": "^/", "host": "^(a)"}):
        table = {"match": match, "if": [{"exists": "/a"}, {"isdir": "/b", "isfile": "/c"}], "action": "last"}
        assert routes.Rule.model_validate(table).compile() == compile_rule("request", table)
    rule = routes.Rule(match=routes.Match(path="^/", host="^(a)"), action=actions.log("$1"))
    assert rule.compile()[-2] == ("route-host", "^(a) log:$1")


@pytest.mark.parametrize(("table", "path", "rule", "values"), REFUSED, ids=lambda each: str(each)[:50])
def test_model_refuses_what_the_table_refuses(table: Any, path: Any, rule: Any, values: Any) -> None:
    """A rule that cannot be compiled cannot be made."""
    if path == ("match", "status"):  # which only some chains have
        with pytest.raises(ValueError, match="status"):
            routes.Chain("request", routes.Rule.model_validate(table))
        return
    with pytest.raises(ValueError, match="validation error"):
        routes.Rule.model_validate(table)


def test_native_text_that_is_no_rule_is_refused() -> None:
    """Only what the server takes for a rule becomes one."""
    with pytest.raises(ValueError, match="is no rule"):
        routes.Rule.of("route", "^/old")
    with pytest.raises(ValueError, match="is no rule"):
        routes.Rule.of("processes", "4")


# -- the JSON Schema --------------------------------------------------------------------------------


def test_schema_names_everything() -> None:
    """The schema of a rule enumerates subjects, actions and conditions, describes them and takes no others."""
    schema = routes.rule_schema()
    action, condition = (schema["definitions"][name]["anyOf"][0] for name in ("action", "condition"))
    assert set(action["properties"]) == set(ACTIONS)
    assert set(condition["properties"]) == set(CONDITIONS)
    assert set(schema["properties"]["match"]["properties"]) == set(routing.SUBJECTS)
    assert "status" not in routes.rule_schema("request")["properties"]["match"]["properties"]
    for table in (schema, action, condition, schema["properties"]["match"]):
        assert table["additionalProperties"] is False
        assert all("description" in each for each in table["properties"].values())


def test_schema_takes_what_compiles() -> None:
    """The schema takes every sample in its table form and as text, and none of the misspelt ones."""
    good = [table for _, table, _ in RULES if "qs" not in table.get("match", {})]
    good = [table for table in good if "no-cl" not in str(table)]
    good += [{"match": {"path": "^/(.*)"}, "action": {name: authored}} for name, (authored, _) in ARGUMENTS.items()]
    good += [{"action": f"{name}:{native}"} for name, (_, native) in ARGUMENTS.items()]
    good += [{"if": [{name: authored}], "action": "last"} for name, (authored, _) in OPERANDS.items()]
    good += [{"unless": {name: native}, "action": "last"} for name, (_, native) in OPERANDS.items()]
    schema = routes.rule_schema()
    for table in good:
        assert takes(schema, table, schema), table
    for table, _, rule, _ in REFUSED:
        if rule.startswith("unknown-") and "$" not in str(table) and "status" not in str(table):
            assert not takes(schema, table, schema), table


def takes(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Judge a value by as much of draft-07 as the schema of a rule uses."""
    return all(_takes(word, said, schema, value, root) for word, said in schema.items())


def _takes(word: str, said: Any, schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    table, listed = isinstance(value, dict), isinstance(value, list)
    types: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    size = len(value) if isinstance(value, (str, dict, list)) else value
    if word == "$ref":
        return takes(root["definitions"][said.rpartition("/")[2]], value, root)
    if word == "type":
        wanted = [said] if isinstance(said, str) else said
        return any(isinstance(value, types[each]) and (each != "integer" or value is not True) for each in wanted)
    if word == "enum":
        return any(value == each and type(value) is type(each) for each in said)
    if word in {"anyOf", "oneOf"}:
        good = sum(takes(each, value, root) for each in said)
        return good == 1 if word == "oneOf" else good > 0
    if word == "pattern":
        return not isinstance(value, str) or re.search(said, value) is not None
    if word == "items":
        return not listed or all(takes(said, each, root) for each in value)
    if word == "properties":
        return not table or all(takes(said[key], each, root) for key, each in value.items() if key in said)
    if word == "additionalProperties":
        return not table or set(value) <= set(schema["properties"])
    if word == "required":
        return not table or set(said) <= set(value)
    if word.startswith(("min", "max")) and isinstance(size, int):
        kind = {"Length": str, "Items": list, "Properties": dict, "imum": int}[word[3:]]
        return not isinstance(value, kind) or (size >= said if word.startswith("min") else size <= said)
    return True
