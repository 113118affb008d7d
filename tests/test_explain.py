"""`uwsgilint explain`, the data behind it, and the reference pages that are made of the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli import uwsgilint
from tools import reference
from uwsgilint import catalog
from uwsgilint.catalog import builds, subsystems
from uwsgilint.cli import explain
from uwsgilint.document import Source
from uwsgilint.formats import read
from uwsgilint.lint.declared import built_in
from uwsgilint.lint.engine import check_text
from uwsgilint.lint.registry import rules
from uwsgilint.schema import order, page, purposes
from uwsgilint.schema.readings import READINGS
from uwsgilint.server import Server, acts_while_reading
from uwsgilint.values import KINDS, Refused

NAMES = catalog.names()
# Whether a server has an option is no fault of its example.
ABOUT_BUILDS = {"UW104", "UW105", "UW106", "UW107", "UW112"}
# What an example includes, or borrows its text from, is not beside it.
ABOUT_CONTEXT = {"UW233", "UW302", "UW306", "UW308", "UW315"}
# What options do to each other is not the matter of an example of one.
ABOUT_TOGETHER = {rule.code for rule in rules() if rule.name in built_in().declared}
ABOUT_OTHERS = ABOUT_BUILDS | ABOUT_CONTEXT | ABOUT_TOGETHER
# A value alone cannot have what it refers to; nor can it be blamed for that.
ABOUT_OTHER_LINES = {"UW228", "UW233"}


@cache
def described(name: str) -> dict[str, Any]:
    """The page of an option as data."""
    return page.describe_option(name)


def text_of(name: str, **flags: bool) -> str:
    """The page of a name as text, without line breaks and their indents."""
    found = explain._find(name, **{"plugin": False, "subsystem": False, **flags})
    assert found is not None
    return " ".join(" ".join(explain._text(found)).split())


def squeezed(text: str) -> str:
    """A text with single blanks."""
    return " ".join(text.split())


# -- options ----------------------------------------------------------------------------------------


def test_every_name_is_explained_in_sentences_of_our_own() -> None:
    """All 1,261 names, aliases included, each with at least one full sentence, and a second name says so."""
    assert len(NAMES) == 1261
    poor = []
    for name in NAMES:
        text = text_of(name)
        if not text.startswith(name) or not re.match(r"[A-Z`\d].{20,}[.!?)]$", described(name)["description"]):
            poor.append(name)
        if catalog.setting_of(name) != name and f"Another name for `{catalog.setting_of(name)}`." not in text:
            poor.append(name)
    assert poor == []


def test_text_says_what_the_data_say() -> None:
    """Every fact, sentence, choice, part and example of the data stands in the text."""
    lost = []
    for name in NAMES:
        data, text = described(name), text_of(name)
        wanted = [data["description"], data["catch"], data["unit"], data["default"], *data["order"], *data["effects"]]
        wanted += [data["toml"], data["ini"], *data["examples"][1:], *data["see"], *data["aliases"], *data["plugins"]]
        wanted += [f"`{choice}`" for choice in data["choices"]] + [f"`{setting}`" for setting in data["implies"]]
        wanted += [part["description"] for part in data["parts"]] + [change["release"] for change in data["changes"]]
        wanted += [f"{data['since']} to {data['until'] or catalog.LATEST}", data["subsystem"], *data["argument"]]
        wanted += [build["build"] for build in data["builds"] if build["has"]]
        wanted += [f"`plugins = {','.join(build['load'])}`" for build in data["builds"] if build["load"]]
        lost += [(name, each) for each in wanted if each and squeezed(each) not in text]
    assert lost == []


def test_the_example_in_ini_is_clean() -> None:
    """What a page shows in INI is read as it looks; only the server may lack the option."""
    found = {name: check_text("uwsgi.ini", described(name)["ini"].encode()) for name in NAMES}

    assert {n: f for n, all_ in found.items() if (f := [x.message for x in all_ if x.code not in ABOUT_OTHERS])} == {}


def test_the_example_in_toml_compiles_to_that_in_ini() -> None:
    """Tables, composites, rules and blocks give the same options with the same values, and no finding."""
    wrong = {}
    for name in NAMES:
        data = described(name)
        toml, ini = data["toml"].encode(), data["ini"].encode()
        document = read(Source("uwsgi.toml", toml), "toml")
        told = [x.message for x in check_text("uwsgi.toml", toml) if x.code not in ABOUT_OTHERS]
        compiled = [(catalog.setting_of(d.key), d.value) for d in document.directives()]
        written = [(catalog.setting_of(d.key), d.value) for d in read(Source("uwsgi.ini", ini), "ini").directives()]
        if told or compiled != written:
            wrong[name] = (told, compiled, data["ini"])
    assert wrong == {}


def test_further_examples_are_clean() -> None:
    """Whatever else a page offers as a value is read as it looks, too."""
    wrong = {}
    for name in NAMES:
        data = described(name)
        if data["kind"] in {"logic", "terminator"}:
            continue
        for example in data["examples"]:
            told = check_text("uwsgi.ini", f"[uwsgi]\n{name} = {example}\n".encode())
            wrong.update((name, x.message) for x in told if x.code not in ABOUT_OTHERS | ABOUT_OTHER_LINES)
    assert wrong == {}


# What they name is not on this machine, and the server looks for it at once.
ABSENT = {"early-envdir", "envdir", "need-plugins"}


@pytest.mark.server
@pytest.mark.parametrize("table", subsystems.NAMES)
def test_the_server_takes_the_examples(table: str, server: Server, tmp_path: Path) -> None:
    """The real server, in strict mode, applies every example of an option that it has."""
    build = builds.build("pyuwsgi")
    assert build is not None
    refused = {}
    for name in (option["name"] for option in page.describe_subsystem(table)["options"]):
        data = described(name)
        if name in ABSENT or data["kind"] == "config" or acts_while_reading(name, data["examples"][0]):
            continue
        if build.has(name) and data["plugin"] in build.embedded_or_core:
            file = tmp_path / "uwsgi.ini"
            file.write_text(data["ini"])
            refused[name] = server.understand(file, strict=True, cwd=tmp_path).refused
    assert {name: reason for name, reason in refused.items() if reason} == {}


def test_an_example_loads_the_plugin_that_no_server_has_built_in() -> None:
    """Most servers embed gevent, few embed CGI."""
    assert "plugins = cgi" in described("cgi-timeout")["ini"]
    assert "plugins" not in described("gevent")["ini"]


def test_a_composite_shows_its_table_and_its_parts() -> None:
    """The table form in TOML, the string in INI, and what each key means."""
    data = described("cache2")

    assert data["toml"].startswith("[[caching.cache2]]\n")
    assert data["ini"].startswith("[uwsgi]\ncache2 = name=")
    parts = {part["name"]: part for part in data["parts"]}
    assert parts["items"]["required"]
    assert not parts["bitmap"]["required"]
    assert all(part["description"].endswith((".", "?", ")")) for part in data["parts"])


def test_rules_and_blocks_show_their_tables() -> None:
    """Routes are tables of their chain; a condition stands around a line, and is closed."""
    assert described("route")["toml"].startswith("[[routing.request]]\n")
    assert described("if-env")["toml"].startswith("[[when]]\n")
    assert described("if-env")["ini"].endswith("endif = true\n")
    assert described("endfor")["ini"].startswith("[uwsgi]\nfor-times = ")


def test_what_a_name_alone_does_is_told() -> None:
    """A stats server turns the master on; a plugin line acts at once; a scroll wants its legion above it."""
    assert "implies `master`, whatever its value" in text_of("stats")
    assert described("plugin")["immediate"]
    assert order.IMMEDIATE in text_of("plugin")
    assert "Stands below the `legion`" in text_of("legion-scroll")
    assert "until 2.0.12 it set another variable" in text_of("queue-blocksize")


def test_what_an_option_needs_is_told() -> None:
    """Libraries, the plugin, and how the known builds get it."""
    assert "a server built with OpenSSL" in text_of("https")
    data = described("gevent")
    assert data["plugins"] == ["gevent"]
    assert {b["build"]: b["has"] for b in data["builds"]} == {n: n != "debian-12" for n in builds.names()}
    assert "debian-12 with `plugins = python3,gevent_python3`" in text_of("gevent")


def test_order_is_told_of_settings_that_exist() -> None:
    """No note is about a name or a kind that nobody has."""
    settings = {catalog.setting_of(name) for name in NAMES}
    flags = {flag for name in NAMES if (option := catalog.option(name)) for flag in option.flags}

    assert {name for names, _ in order.BY_SETTING for name in names.split()} <= settings
    assert set(order.BY_KIND) <= set(KINDS)
    assert set(order.EFFECTS) <= flags


def test_spellings_are_read_as_they_look() -> None:
    """Each kind says how to write it; nothing that it offers is doubtful, and nothing stops the server."""
    assert set(READINGS) == set(KINDS)
    for name, (spellings, reading) in READINGS.items():
        assert reading.endswith("."), name
        for text in spellings:
            if (name, text) == ("bytes", "64k"):  # only a table may say so
                continue
            assert KINDS[name].question(text) is None, (name, text)
            KINDS[name].read(text)


@pytest.mark.parametrize(
    ("kind", "text", "reads"),
    [("int", "4k", 4), ("int", "word", 0), ("uint16", "70000", 65535), ("megabytes", "2G", 2 * 2**20)],
)
def test_readings_are_those_of_the_kinds(kind: str, text: str, reads: int) -> None:
    """What a page says of misspelt numbers is what becomes of them."""
    assert KINDS[kind].read(text) == reads


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "-1"), ("mode", "0660"), ("file-mode", "1"), ("cron", "* * * * * x")]
)
def test_what_ends_the_start_does(kind: str, text: str) -> None:
    """Values of which a page says that the server stops are refused, or doubted for that reason."""
    try:
        KINDS[kind].read(text)
    except Refused:
        return
    doubt = KINDS[kind].question(text)
    assert doubt is not None
    assert doubt.rule == "refused-value"


# -- the command --------------------------------------------------------------------------------------


def test_the_command_prints_the_page_in_either_form() -> None:
    """Text for people, within the width of the terminal; a list with one object for programs."""
    text = uwsgilint("explain", "cheaper")
    assert (text.status, text.err) == (0, "")
    assert text.out.startswith("cheaper\n\nKeeps at least")
    assert max(map(len, text.out.splitlines())) <= 100
    assert json.loads(uwsgilint("explain", "cheaper", "--format", "json").out) == [described("cheaper")]


@pytest.mark.parametrize(("columns", "width"), [("20", 80), ("90", 90), ("300", 100)])
def test_text_is_wrapped_to_the_terminal(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never narrower than 80 columns, nor wider than 100."""
    monkeypatch.setenv("COLUMNS", columns)
    found = explain._find("cache2", plugin=False, subsystem=False)
    assert found is not None
    prose = [line for line in explain._text(found) if line.startswith(("Creates", "copies", "Catch", " " * 17))]
    assert width - 15 < max(map(len, prose)) <= width


def test_a_name_of_two_things_points_at_the_other() -> None:
    """The option first; --subsystem and --plugin ask for the others."""
    assert text_of("workers").endswith("Also: `uwsgilint explain --subsystem workers`")
    assert text_of("workers", subsystem=True).startswith("Workers: the options of [workers]")
    assert text_of("php").endswith("Also: `uwsgilint explain --plugin php`")
    assert text_of("php", plugin=True).startswith("php: a plugin")
    done = uwsgilint("explain", "workers", "--subsystem", "--format", "json")
    assert json.loads(done.out) == [page.describe_subsystem("workers")]
    assert uwsgilint("explain", "php", "--plugin", "--subsystem").status == 2


def test_each_plugin_has_a_page() -> None:
    """What it is for, what it brings, who has it; by the names of its files as well."""
    for plugin in (*catalog.plugins(), "core"):
        text = text_of(plugin, plugin=True)
        assert squeezed(purposes.purpose(plugin)) in text
        assert re.match(r"[A-Z].{15,}\.$", purposes.purpose(plugin))
    redirect = page.describe_plugin("router_redirect")
    assert redirect["actions"] == ["redirect", "redirect-302", "redirect-permanent", "redirect-301"]
    assert page.describe("python311") == page.describe_plugin("python")
    assert page.describe_plugin("http")["requires"] == ["corerouter"]


def test_no_purpose_is_told_of_a_plugin_that_is_not_there() -> None:
    """The sentences and uWSGI's source have the same plugins."""
    assert set(purposes._PURPOSES) == {*catalog.plugins(), "core"}


@pytest.mark.parametrize("name", subsystems.NAMES)
def test_each_subsystem_has_a_page(name: str) -> None:
    """Its story and all of its options."""
    data, text = page.describe_subsystem(name), text_of(name, subsystem=True)

    assert squeezed(data["description"]) in text
    assert all(squeezed(f"{o['name']} {o['description']}") in text for o in data["options"])
    homes = {setting for setting in map(catalog.setting_of, NAMES) if subsystems.home(setting) == name}
    assert {o["name"] for o in data["options"]} == homes


def test_each_rule_has_a_page() -> None:
    """By code, in any case, and by name; as data too."""
    for rule in rules():
        assert text_of(rule.code.lower()) == text_of(rule.name)
    (data,) = json.loads(uwsgilint("explain", "unknown-option", "--format", "json").out)
    assert (data["type"], data["code"], data["severity"]) == ("rule", "UW101", "error")
    assert data["page"].startswith("# unknown-option (UW101)\n")


def test_whatever_is_known_is_described() -> None:
    """Every name that may be suggested has a page of its own type."""
    types = {name: page.describe(name)["type"] for name in page.known()}

    assert set(types.values()) == {"option", "plugin", "subsystem"}
    with pytest.raises(page.UnknownNameError):
        page.describe("vaccum")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("vaccum",), "vacuum"),
        (("http-sokcet",), "http-socket"),
        (("router_redirct",), "router_redirect"),
        (("subscritions",), "subscriptions"),
        (("unknown-opton",), "unknown-option"),
        (("pyhton", "--plugin"), "python"),
        (("netwroking", "--subsystem"), "networking"),
    ],
)
def test_a_misspelt_name_suggests(arguments: tuple[str, ...], hint: str) -> None:
    """Options, plugins, subsystems and rules: what was probably meant is named, and nothing else is printed."""
    done = uwsgilint("explain", *arguments)

    assert (done.status, done.out) == (2, "")
    assert re.search(rf"is called '{arguments[0]}'; did you mean (.* or )?{hint}[ ?]", done.err)


def test_a_name_like_no_other_suggests_nothing() -> None:
    """Better no hint than a wrong one."""
    done = uwsgilint("explain", "qqqqqqqq")

    assert (done.status, done.out) == (2, "")
    assert done.err == "uwsgilint: no option, plugin, subsystem or rule is called 'qqqqqqqq'\n"


def test_lists_stay_light() -> None:
    """`options` as text loads no model; neither does the page of a rule."""
    for arguments in (["options"], ["explain", "UW101"]):
        code = (
            "import sys\nfrom uwsgilint.cli import main\n"
            f"sys.argv = ['uwsgilint', *{arguments!r}]\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            "print('pydantic' in sys.modules, file=sys.stderr)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stderr == "False\n"


# -- the reference --------------------------------------------------------------------------------------


def test_the_reference_is_fresh() -> None:
    """docs/reference is what `python -m tools.reference` writes."""
    assert reference.stale() == []


@cache
def pages() -> dict[str, str]:
    """The reference pages."""
    return reference.generated()


def anchors(text: str) -> list[str]:
    """What links into a page may point at: headings as renderers name them, and places with an id."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    named = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return named + re.findall(r'<a id="([^"]+)"></a>', text)


def test_every_name_has_a_place_in_the_reference() -> None:
    """The entry of a setting is a heading, its aliases are places in it, and no page has a place twice."""
    for file, text in pages().items():
        found = anchors(text)
        assert len(found) == len(set(found)), file
        if file != "index.md":
            table = file.removesuffix(".md")
            assert {name for name in NAMES if subsystems.home(catalog.setting_of(name)) == table} <= set(found)


def test_links_of_the_reference_lead_somewhere() -> None:
    """Every link is to a page that is there, and to a place on it."""
    places = {file: set(anchors(text)) for file, text in pages().items()}
    lost = []
    for file, text in pages().items():
        for target, place in re.findall(r"\]\(([\w.-]*)#?([\w.-]*)\)", re.sub(r"`[^`\n]*`", "", text)):
            page_of = target or file
            if page_of not in places or (place and place not in places[page_of]):
                lost.append((file, target, place))
    assert lost == []


def test_the_reference_says_what_explain_says() -> None:
    """Description, catch, parts and examples of every option stand on its page."""
    for name in {catalog.setting_of(name) for name in NAMES}:
        data = described(name)
        text = pages()[f"{data['subsystem']}.md"].replace("\\", "")
        for wanted in (data["description"], data["catch"] or "", data["toml"], data["ini"]):
            assert wanted.replace("\\", "") in text, (name, wanted)


def test_the_reference_is_of_a_reasonable_size() -> None:
    """About a megabyte for 1,261 names; no page of more than a tenth of that."""
    sizes = {file: len(text.encode()) for file, text in pages().items()}

    assert sum(sizes.values()) < 1_000_000
    assert max(sizes.values()) < 110_000
