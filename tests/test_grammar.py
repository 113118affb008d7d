"""The engine of small languages: take values apart with places, put them together again."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from uwsgilint import composites, grammar
from uwsgilint._data.composites import OPTIONS
from uwsgilint.grammar import CannotJoinError, Composite, Fault, Part, join, named, parse, question, shape, spell
from uwsgilint.values import KINDS

EVERY = tuple({composite.name: composite for name in OPTIONS if (composite := composites.of(name))}.values())
RULES = {
    "unknown-part": {"part", "near"},
    "missing-part": {"part"},
    "repeated-part": {"part"},
    "ignored-part": {"part"},
    "misread-part": {"part", "value", "reads", "expects"},
    "malformed-value": {"missing", "shape"},
}
# Everything that any of the languages takes for a sign, and some letters.
SIGNS = st.text(st.sampled_from("ab1 ,;:=!/@|%$()[]{}\\\t-.*"), max_size=40)
# Parts whose places are told apart by what they look like.
LOOKS = {
    ("Subscription", "addr"): st.sampled_from(["=0", "10.0.0.1:3031"]),
    ("Subscription", "server"): st.sampled_from(["127.0.0.1:4000", "/run/router"]),
    ("Address", "host"): st.sampled_from(["127.0.0.1", "[::1]"]),
    ("Address", "path"): st.sampled_from(["/run/app.sock", "@app", "app.sock"]),
    ("Hook", "mode"): st.just("750"),
    ("TouchHook", "mode"): st.just("750"),
}


def part(name: str, *keys: str, kind: str = "string", required: bool = False, **others: object) -> Part:
    """Make a part with little to say about it."""
    rest: dict[str, object] = {"choices": (), "ge": None, "le": None}
    rest |= dict.fromkeys(("separator", "pattern", "words", "form", "wants"), "")
    return Part(name, keys, kind, required, **(rest | others))  # type: ignore[arg-type]


def made(template: str, *parts: Part, pairs: str = "") -> Composite:
    """Make a composite."""
    return Composite("Made", template, pairs, parts)


def sensible(composite: Composite, each: Part) -> st.SearchStrategy[str]:
    """Texts that a part may have and that cannot be taken for anything else."""
    looks = LOOKS.get((composite.name, each.name))
    if looks is not None:
        return looks
    if each.words:
        return st.sampled_from(["plain", "%(uri) %(status)", "%(var.HTTP_HOST)"])
    item: st.SearchStrategy[str]
    if each.choices:
        item = st.sampled_from([choice for choice in each.choices if not choice.endswith("*")])
    elif not each.form and isinstance(KINDS[each.kind].read("7"), int) and each.kind != "presence":
        lowest = max(each.ge if each.ge is not None else 0, -5)
        item = st.integers(lowest, min(each.le if each.le is not None else 1000, 1000)).map(str)
    else:
        # A colon would end the name of a farm; only where it is wanted is it in the way of nothing.
        fitting = [text for text in ("x", "Name7", "86") if not question(each, text)]
        item = st.sampled_from(fitting or ["127.0.0.1:4001"])
    return st.lists(item, min_size=1, max_size=3).map(each.separator.join) if each.separator else item


@st.composite
def tables(draw: st.DrawFn) -> tuple[Composite, dict[str, str]]:
    """A composite, and sensible texts for some of its parts."""
    composite = draw(st.sampled_from(EVERY))
    texts = {}
    for each in composite.parts:
        if each.required or draw(st.booleans()):
            texts[each.name] = draw(sensible(composite, each))
    return composite, texts


def same(composite: Composite, text: str, read: dict[str, str], texts: dict[str, str]) -> bool:
    """Whether a text was read as the parts that it was made of, or closer, as parts that make it, too."""
    return read == texts or ("args" in texts and "args" not in read and join(composite, read) == text)


@given(tables())
@settings(deadline=None, max_examples=400)
def test_what_was_joined_is_read_as_the_same_parts(table: tuple[Composite, dict[str, str]]) -> None:
    """Sensible parts of every composite survive a round trip, and nothing is found wrong with them."""
    composite, texts = table
    try:
        text = join(composite, texts)
    except CannotJoinError:
        # Not all parts go together: those of other alternatives, a signature without a modifier, a gateway
        # of a tunnel without what stands in front of it.
        assume("|" not in composite.template and composite.name not in {"Subscription", "TunnelRouter"})
        raise

    parsed = parse(composite, text)

    assert same(composite, text, {name: piece.text for name, piece in parsed.pieces.items()}, texts)
    assert parsed.faults == [] or "args" in texts


def test_what_the_server_would_lose_is_not_joined() -> None:
    """A text for all of a pusher's arguments is taken apart by the pusher, so it has to be what that wants."""
    pusher = composites.of("stats-push")
    assert pusher is not None

    assert join(pusher, {"pusher": "file", "args": "separator=x,path=/srv/a"}) == "file:separator=x,path=/srv/a"
    with pytest.raises(CannotJoinError, match="args"):
        join(pusher, {"pusher": "file", "args": "x"})


@given(st.sampled_from(EVERY), st.data())
@settings(deadline=None)
def test_joining_never_writes_what_would_be_misread(composite: Composite, data: st.DataObject) -> None:
    """Whatever the texts: either they cannot be joined, or they come back as they were."""
    names = [each.name for each in composite.parts]
    texts = data.draw(st.dictionaries(st.sampled_from(names), SIGNS, max_size=6))
    try:
        text = join(composite, texts)
    except CannotJoinError:
        return

    pieces = parse(composite, text).pieces

    read = {name: piece.text for name, piece in pieces.items() if piece.text}
    assert same(composite, text, read, {name: given for name, given in texts.items() if given})


@given(st.sampled_from(EVERY), SIGNS | st.text())
@settings(deadline=None)
def test_any_text_can_be_taken_apart(composite: Composite, text: str) -> None:
    """Nothing raises, and every fault says all that its rule wants to know, at a place inside the value."""
    parsed = parse(composite, text)

    places = [(fault.start, fault.end) for fault in parsed.faults]
    assert places == sorted(places, key=lambda place: place[0])
    for fault in parsed.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert set(fault.values) == RULES[fault.rule]
    for piece in parsed.pieces.values():
        assert 0 <= piece.start <= piece.end <= len(text)
        assert "\\" in text or text[piece.start : piece.end] == piece.text


@pytest.mark.parametrize("composite", EVERY, ids=lambda composite: composite.name)
def test_long_values_take_no_time(composite: Composite) -> None:
    """No text makes the patterns try the same thing over and over again."""
    start = time.perf_counter()
    for sign in (" ", ",", ":", "=", "a=", ", ", " a", "=,", "%(", "-1 ", "1 1 1 1 "):
        parse(composite, sign * (20_000 // len(sign)))
        parse(composite, sign * (20_000 // len(sign)) + "x")

    assert time.perf_counter() - start < 10


# -- templates ------------------------------------------------------------------------------------

TLS = made("{addr},{cert},{key}[,{ciphers}[,{ca}]]", *map(part, ("addr", "cert", "key", "ciphers", "ca")))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b,c", {"addr": "a", "cert": "b", "key": "c"}),
        ("a,b,c,d", {"addr": "a", "cert": "b", "key": "c", "ciphers": "d"}),
        ("a,b,c,d,e,f", {"addr": "a", "cert": "b", "key": "c", "ciphers": "d", "ca": "e,f"}),
        ("a,b,c,,e", {"addr": "a", "cert": "b", "key": "c", "ca": "e"}),
        ("a, b,c", {"addr": "a", "cert": " b", "key": "c"}),
    ],
)
def test_a_part_ends_where_the_next_begins(text: str, parts: dict[str, str]) -> None:
    """The first separator counts, what is left over belongs to the last part, and nothing is trimmed."""
    assert {name: piece.text for name, piece in parse(TLS, text).pieces.items()} == parts


def test_a_value_of_another_shape_says_what_is_missing_and_where() -> None:
    """The longest beginning that fits tells what had to follow it."""
    assert parse(TLS, "127.0.0.1:443,cert.pem").faults == [
        Fault("malformed-value", 22, 22, {"missing": "`,`", "shape": "ADDR,CERT,KEY[,CIPHERS[,CA]]"})
    ]
    assert parse(
        TLS._replace(parts=(*TLS.parts[:3], part("ciphers", pattern="[A-Z]+"), part("ca"))), "a,b,c,d"
    ).faults == [
        Fault("malformed-value", 6, 7, {"missing": "a fitting `ciphers`", "shape": "ADDR,CERT,KEY[,CIPHERS[,CA]]"})
    ]
    cron = made("{minute} +{command}", part("minute", pattern="-?[0-9]+"), part("command"))
    assert parse(cron, "*/5 cmd").faults == [
        Fault("malformed-value", 0, 7, {"missing": "a fitting beginning", "shape": "MINUTE COMMAND"})
    ]


def test_a_run_of_blanks_is_one_separator_only_where_the_template_says_so() -> None:
    """The server takes some parts apart with sscanf(), others at the first blank."""
    parts = (part("one"), part("two"))

    assert parse(made("{one} +{two}", *parts), "a \t b").pieces["two"].text == "b"
    assert parse(made("{one} {two}", *parts), "a  b").pieces["two"].text == " b"


def test_the_first_alternative_that_fits_counts() -> None:
    """Alternatives are tried in their order, both ways."""
    metric = made("{name}|{*}", part("name", "name", pattern="[^=]*", required=True), part("type", "type"))

    assert parse(metric, "hits").pieces["name"] == ("hits", 0, 4)
    assert parse(metric, "name=hits").pieces["name"] == ("hits", 5, 9)
    assert join(metric, {"name": "hits"}) == "hits"
    assert join(metric, {"name": "hits", "type": "gauge"}) == "name=hits,type=gauge"
    assert shape(metric) == "NAME or KEY=VALUE,..."


def test_parts_of_different_alternatives_cannot_be_joined() -> None:
    """Nothing is left out without a word."""
    either = made("={index}|{path}", part("index", pattern="[0-9]+"), part("path"))

    with pytest.raises(CannotJoinError, match="index cannot hold '0' in =INDEX or PATH"):
        join(either, {"index": "0", "path": "/run/s"})


CLOSER = made(
    "{plugin}:{args}|{plugin=cmd}:{command}|{plugin=curl,smtp}:{url}[;{*;ssl,to}]|{plugin=jid}:{jid};{password}",
    *(part("plugin", required=True), part("args"), part("command"), part("url")),
    *(part("ssl", "ssl", kind="presence"), part("to", "to", "mail_to", separator=",")),
    *(part("jid"), part("password")),
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("cmd:a b;c", {"plugin": "cmd", "command": "a b;c"}),
        ("curl:u", {"plugin": "curl", "url": "u"}),
        ("smtp:u;to=a,b;ssl=1", {"plugin": "smtp", "url": "u", "to": "a,b", "ssl": "1"}),
        ("jid:j;p;q", {"plugin": "jid", "jid": "j", "password": "p;q"}),
        ("else:u;ssl=1", {"plugin": "else", "args": "u;ssl=1"}),
    ],
)
def test_what_follows_a_word_may_depend_on_it(text: str, parts: dict[str, str]) -> None:
    """A closer alternative takes apart what is one piece behind other words."""
    parsed = parse(CLOSER, text)

    assert {name: piece.text for name, piece in parsed.pieces.items()} == parts
    assert parsed.faults == []
    assert parse(CLOSER, join(CLOSER, parts)).pieces.keys() == parts.keys()
    assert shape(CLOSER) == "PLUGIN:ARGS"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cmd:", Fault("missing-part", 4, 4, {"part": "command"})),
        ("curl:u;tls=1", Fault("unknown-part", 7, 10, {"part": "tls", "near": ""})),
        ("curl:u;ssl", Fault("ignored-part", 7, 10, {"part": "ssl"})),
        ("curl:u;ssl=0", Fault("misread-part", 11, 12, {})),
        ("jid:j", Fault("malformed-value", 5, 5, {"missing": "`;`", "shape": "jid:JID;PASSWORD"})),
    ],
)
def test_mistakes_behind_a_word_have_their_places(text: str, fault: Fault) -> None:
    """Whatever the server makes of it, what was meant is clear from the word."""
    (found,) = parse(CLOSER, text).faults

    assert found[:3] == fault[:3]
    assert found.values == (fault.values or found.values)


def test_parts_go_together_with_a_word_or_not_at_all() -> None:
    """One piece is as good as its parts, but not beside them, and not those of another word."""
    assert join(CLOSER, {"plugin": "curl", "args": "u;ssl=1"}) == "curl:u;ssl=1"
    assert join(CLOSER, {"plugin": "curl", "ssl": "1", "url": "u"}) == "curl:u;ssl=1"
    with pytest.raises(CannotJoinError, match="url cannot hold nothing: it is required"):
        join(CLOSER, {"plugin": "curl", "ssl": "1"})
    with pytest.raises(CannotJoinError, match="url cannot hold 'u' in cmd:COMMAND"):
        join(CLOSER, {"plugin": "cmd", "url": "u"})
    with pytest.raises(CannotJoinError, match="url cannot hold 'u' in PLUGIN:ARGS"):
        join(CLOSER, {"plugin": "else", "url": "u"})
    with pytest.raises(CannotJoinError, match=r"url cannot hold 'u;to=x' in PLUGIN:URL"):
        join(CLOSER, {"plugin": "curl", "url": "u;to=x"})
    with pytest.raises(CannotJoinError, match="args cannot hold"):
        join(CLOSER, {"plugin": "curl", "url": "u", "args": "u"})


# -- keys and values --------------------------------------------------------------------------------

KEYED = made(
    "{*}",
    part("name", "name", required=True),
    part("items", "items", "max_items", kind="uint64", required=True, ge=2),
    part("bitmap", "bitmap", kind="presence"),
    part("nodes", "nodes", kind="addresses", separator=";"),
)


def faults(text: str, composite: Composite = KEYED) -> list[tuple[str, str]]:
    """The rules of the faults in a value, each with the text that it is about."""
    return [(fault.rule, text[fault.start : fault.end]) for fault in parse(composite, text).faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name=a,items=10", []),
        ("name=a,max_items=10,bitmap=1", []),
        ("name=a,items=10,", []),
        ("name=a, items=10", [("unknown-part", " items")]),
        ("name=a,itmes=10", [("unknown-part", "itmes")]),
        ("name=a,items=10,color=red", [("unknown-part", "color")]),
        ("name=a,items=10,bitmap", [("ignored-part", "bitmap")]),
        ("name=a,items=10,name=b", [("repeated-part", "name=b")]),
        ("name=a,items=10k", [("misread-part", "10k")]),
        ("name=a,items=1", [("misread-part", "1")]),
        ("name=a,items=10,bitmap=0", [("misread-part", "0")]),
        ("name=a,items=10,nodes=h:1; h:2;h:3", [("misread-part", " h:2")]),
        ("name=a", [("missing-part", "")]),
        ("name=,items=10", [("missing-part", "")]),
        ("name=a,items=$(ITEMS)", []),
    ],
)
def test_what_the_server_ignores_in_a_list_is_a_fault(text: str, expected: list[tuple[str, str]]) -> None:
    """Each with its place; one mistake is one fault."""
    assert faults(text) == expected


def test_a_misspelt_key_suggests() -> None:
    """A blank in front is the likeliest slip, a letter the next."""
    assert parse(KEYED, "name=a, items=10").faults[0].values["near"] == "items"
    assert parse(KEYED, "name=a,itmes=10").faults[0].values["near"] == "items"
    assert parse(KEYED, "name=a,items=10,color=red").faults[0].values["near"] == ""


def test_a_missing_part_is_missed_where_it_would_stand() -> None:
    """At the end of a list, or at the place that was left empty."""
    assert parse(KEYED, "name=,items=10").faults[0][1:3] == (5, 5)
    assert parse(KEYED, "items=10").faults[0][1:3] == (8, 8)


def test_commas_and_backslashes_survive_in_values() -> None:
    """A backslash keeps what follows it."""
    text = join(KEYED, {"name": "a,b\\c", "items": "10"})

    assert text == "name=a\\,b\\\\c,items=10"
    assert parse(KEYED, text).pieces["name"].text == "a,b\\c"


# -- parts ------------------------------------------------------------------------------------------


def test_choices_may_be_open() -> None:
    """With a kind beside them, a part may be one of its choices or of its kind."""
    closed = part("hash", choices=("rr", "rand"))
    both = part("cap", kind="int", choices=("kill", "chown"))

    assert question(closed, "rr") is None
    assert question(closed, "7") == "none of its choices"
    assert question(both, "kill") is None
    assert question(both, "7") is None
    assert question(both, "reboot") == "0"
    assert grammar.expects(both) == "one of kill, chown, or a whole number"


def test_words_inside_a_text_have_places() -> None:
    """Only the words are looked at, and a star stands for the rest of a name."""
    log = made("{text}", part("text", words=r"%\(([^)]*)\)", choices=("uri", "var.*")))

    assert faults("%(uri) %(var.X) %(ulr) uri", log) == [("misread-part", "ulr")]


def test_a_blank_at_the_end_of_a_path_is_never_meant() -> None:
    """The server keeps it; in other texts it may be wanted."""
    assert question(part("cert", kind="path"), " /c.pem") == "' /c.pem', with the blank"
    assert question(part("suffix"), " - ") is None


@pytest.mark.parametrize(
    ("each", "value", "text"),
    [
        (part("size", kind="bytes"), "64k", "65536"),
        (part("size", kind="uint64"), "64k", "64k"),
        (part("bitmap", kind="presence"), True, "1"),
        (part("bitmap", kind="presence"), False, None),
        (part("unique", choices=("0", "1")), False, "0"),
        (part("unique", choices=("0", "1")), True, "1"),
        (part("private", choices=("!",)), True, "!"),
        (part("private", choices=("!",)), False, None),
        (part("nodes", separator=";"), ["a:1", "b:2"], "a:1;b:2"),
        (part("nodes", separator=";"), "a:1;b:2", "a:1;b:2"),
        (part("name"), None, None),
        (part("weight", kind="int"), 3, "3"),
    ],
)
def test_values_of_tables_are_spelt_as_the_server_reads_them(each: Part, value: object, text: str | None) -> None:
    """Sizes in bytes, lists with their separator, and switches that are there or not."""
    assert spell(each, value) == text


def test_what_has_no_text_cannot_be_spelt() -> None:
    """A list where one value is wanted, and a table anywhere."""
    with pytest.raises(CannotJoinError, match="name cannot hold a list"):
        spell(part("name"), ["a"])
    with pytest.raises(CannotJoinError, match="name cannot hold a dict"):
        spell(part("name"), {"a": 1})


def test_tables_may_call_a_part_by_any_of_its_names() -> None:
    """Its own with dashes or underscores, or a key of the list."""
    composite = made("{*}", part("client_ca", "clientca", "client_ca"))

    assert named(composite, "client-ca") is named(composite, "client_ca") is named(composite, "clientca")
    assert named(composite, "client") is None


def test_joining_says_which_part_is_to_blame() -> None:
    """Missing, unknown, or with something that ends it too early."""
    with pytest.raises(CannotJoinError, match="name cannot hold nothing: it is required"):
        join(KEYED, {"items": "10"})
    with pytest.raises(CannotJoinError, match="there is no such part"):
        join(TLS, {"colour": "red"})
    with pytest.raises(CannotJoinError, match="cert cannot hold 'b,c' in ADDR,CERT,KEY"):
        join(TLS, {"addr": "a", "cert": "b,c", "key": "d"})
