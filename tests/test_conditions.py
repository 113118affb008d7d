"""Conditions of rules: their language, its types, and its three truth values."""

from __future__ import annotations

import pytest

from uwsgilint.document import Source
from uwsgilint.formats import read
from uwsgilint.language.load import evaluate
from uwsgilint.lint import conditions
from uwsgilint.lint.compiling import compile_rule, triggers
from uwsgilint.lint.scope import Scope
from uwsgilint.lint.syntax import ConditionError, item_of, option_names, parse
from uwsgilint.lint.views import PlainView, SettingsView, View, World, worlds


def view_of(text: str, *, settings: bool = False, syntax: str = "ini") -> View:
    """The view of a configuration that is given without its header."""
    document = read(Source("uwsgi.ini", f"[uwsgi]\n{text}\n".encode()), syntax)
    scope = Scope.of(None, None)
    if settings:
        return SettingsView(evaluate(document)[0], document, scope, "uwsgi")
    return PlainView(document.directives(), document, scope, "uwsgi")


def asked(condition: str, text: str, *, settings: bool = False) -> bool | None:
    """What a condition comes out as for a configuration."""
    return conditions.holds(parse(condition).node, World(view_of(text, settings=settings)))


CASES = [
    ("cheaper >= processes", "processes = 4\ncheaper = 4", True),
    ("cheaper >= processes", "processes = 4\ncheaper = 3", False),
    ("cheaper >= processes", "cheaper = 1", True),  # one worker is the default
    ("cheaper >= workers", "p = 1\nworkers = 4\ncheaper = 4", True),  # an alias is the option
    ("processes == 4", "processes = 8\nworkers = 4", True),  # the last one wins
    ("processes == 4", "processes = 4k", True),  # as the server reads it
    ("processes == 4", "processes = $(WORKERS)", None),
    ("not processes == 4", "processes = $(WORKERS)", None),
    ("processes == 4 and master", "processes = $(WORKERS)", False),  # false, whatever the number is
    ("processes == 4 or master", "processes = $(WORKERS)\nmaster = true", True),
    ("master", "cheaper = 2", True),  # cheaper turns it on
    ("master", "cheaper = 2\nmaster = false", False),
    ("set(master)", "cheaper = 2", False),
    ("set(master)", "master = false", True),
    ("set(cheaper-busyness-*)", "cheaper-busyness-max = 50", True),
    ("set(cheaper-busyness-*)", "cheaper = 50", False),
    ("harakiri", "", False),  # what is not given is not there
    ("harakiri > 10", "", None),  # and no number
    ("harakiri", "harakiri = 0", False),
    ("wsgi-file", "wsgi-file = app.py", True),
    ("socket", "socket = :3031", True),
    ("socket", "", False),
    ("count(socket) == 2", "socket = :3031\nsocket = :3032", True),
    ('socket matches "^/tmp/"', "socket = :3031\nsocket = /tmp/x.sock", True),
    ('socket starts "/run/"', "socket = :3031\nsocket = /tmp/x.sock", False),
    ('wsgi-file ends ".py"', "wsgi-file = app.py", True),
    ('wsgi-file in ["a.py", "b.py"]', "wsgi-file = b.py", True),
    ('socket in ["a.sock", "b.sock"]', "socket = c.sock", False),
    ("is-public(socket)", "socket = 127.0.0.1:3031", False),
    ("is-public(socket)", "socket = 0.0.0.0:3031", True),
    ("is-public(socket)", "socket = :3031", True),
    ("is-public(socket)", "socket = /run/app.sock", False),
    ("is-unix(socket)", "socket = /run/app.sock", True),
    ("is-abstract(socket)", "socket = @app", True),
    ("is-loopback(socket)", "socket = localhost:80", True),
    ("port(socket) == 80", "socket = :80", True),
    ("processes * threads > 8", "processes = 3\nthreads = 3", True),
    ("processes - cheaper == 2", "processes = 4\ncheaper = 2", True),
    ("(processes + 1) % 2 == 0", "processes = 3", True),
    ("processes / 0 == 1", "processes = 3", None),
    ("chmod-socket % 8 in [6, 7]", "chmod-socket = 666", True),
    ("chmod-socket == 0o660", "chmod-socket = 660", True),
    ("release >= 2.0.20", "", True),
    ("release < 2.0.20", "", False),
    ('format == "ini"', "", True),
    ('plugin("python")', "", None),
    ('plugin("python")', "plugin = python3", True),
    ("not (cheaper and threads > 1)", "cheaper = 1", True),
]


@pytest.mark.parametrize(("condition", "text", "truth"), CASES)
def test_condition_holds_or_not(condition: str, text: str, truth: bool | None) -> None:
    """A condition means what it says, in a plain file and in one that has to be evaluated."""
    assert asked(condition, text) is truth
    assert asked(condition, text, settings=True) is truth


MISTAKES = {
    "cheeper > 1": "no option 'cheeper'; is it 'cheaper'",
    "master > 1": "a flag is on or off",
    "processes > master": "a flag is on or off",
    'processes > "4"': "a number is compared with a text",
    "wsgi-file == 4": "a text is compared with a number",
    "port(socket) < 1024": "only numbers and releases have an order",
    'wsgi-file > "a"': "only numbers and releases have an order",
    'wsgi-file matches "("': "the pattern cannot be read",
    "wsgi-file matches chdir": "wants a text in quotes",
    "processes in 4": "wants a list",
    'processes in [1, "a"]': "a list holds texts, or numbers",
    "processes >": "something is missing",
    "processes 4": "one word too many",
    "(processes > 4": "')' is missing",
    "foo(processes)": "no function 'foo'",
    "port(processes)": "wants a text",
    "value > 1": "in a rule with `each`",
    'plugin("pyton")': "no plugin 'pyton'",
    "processes + chdir": "wants two numbers",
    "processes ; threads": "';' has no meaning here",
    "__import__": "no option '__import__'",
    "release": "compared with another one",
    "set()": "no option",
}


@pytest.mark.parametrize("condition", MISTAKES)
def test_mistakes_are_told(condition: str) -> None:
    """What means nothing is told with its place when a rule is compiled."""
    with pytest.raises(ConditionError, match=r"at character \d+") as told:
        parse(condition)
    assert MISTAKES[condition] in str(told.value)


def test_value_and_its_parts() -> None:
    """In a rule with `each`, `value` is one of the values, and has the parts of its own language."""
    item = item_of(option_names("cache2"))
    node = parse("value.items > 100 and value.name", item).node
    view = view_of("cache2 = name=a,items=1000\ncache2 = name=b,items=10")

    truths = [conditions.holds(node, World(view, asked=given)) for given in view.every("cache2")]

    assert truths == [True, False]
    with pytest.raises(ConditionError, match="no part 'itmes'"):
        parse("value.itmes", item)


def test_each_world_is_asked() -> None:
    """A condition on what stands in a block is asked for both outcomes of the block."""
    view = view_of("processes = 4\nif-env = SMALL\nprocesses = 1\nendif =\ncheaper = 2", settings=True)
    node = parse("cheaper >= processes").node

    found = {str(world.conditions): truth for world, truth in worlds(view, lambda w: conditions.holds(node, w))}

    assert found == {"('if-env SMALL',)": True, "('not if-env SMALL',)": False}


def test_what_an_unread_include_may_say_is_unknown() -> None:
    """An include that is not read may say anything."""
    assert asked("set(harakiri)", "include = http://example.com/x.ini", settings=True) is None
    assert asked("not master", "include = http://example.com/x.ini", settings=True) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("cheaper > 0 and cheaper >= processes", ("cheaper",)),
        ("harakiri and not master", ("harakiri",)),
        ("gevent and threads > 1", ("gevent",)),
        ("not set(die-on-term)", None),
        ("not set(need-app) and module", ("module",)),
        ("wsgi-file or module", ("module", "wsgi-file")),
        ("processes > 1", ("processes",)),
        ("release < 2.0.20 and harakiri", ("harakiri",)),
    ],
)
def test_a_rule_runs_only_where_it_can_fire(condition: str, expected: tuple[str, ...] | None) -> None:
    """The options that have to be there for a condition to hold follow from the condition."""
    rule = compile_rule({"when": condition})
    assert rule is not None
    assert triggers(rule) == expected


def test_an_implied_option_counts_as_a_trigger() -> None:
    """A condition on a flag that other options turn on is asked where these are given."""
    rule = compile_rule({"when": "master"})
    assert rule is not None
    found = triggers(rule)
    assert found is not None
    assert {"master", "cheaper", "mule"} <= set(found)
