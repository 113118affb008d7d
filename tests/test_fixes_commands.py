"""Fixes of commands: arguments in Dockerfiles, units, Procfiles, compose files and scripts."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_fixes_syntaxes import WORDS, shown
from uwsgilint.document import Source
from uwsgilint.formats import commands, read
from uwsgilint.lint.engine import check_source
from uwsgilint.lint.fixing import passes
from uwsgilint.lint.fixing.rereading import apply, said
from uwsgilint.lint.scope import Run
from uwsgilint.lint.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from uwsgilint.lint.finding import Finding


def in_unit(word: str) -> str:
    """A word of a unit file."""
    plain = re.fullmatch(r"[\w./:,=@+-]+", word, re.ASCII)
    text = word.replace("%", "%%").replace("$", "$$")
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_lines(words: list[str]) -> str:
    """A list of YAML, a word on each line."""
    return "".join(f"      - {json.dumps(word)}\n" for word in words).replace("$", "$$")


# How people write one command, and what cannot be mended there by rule: `BECAUSE` has the reasons.
PLACES: dict[str, tuple[str, Callable[[list[str]], str], str]] = {
    "exec": ("Dockerfile", lambda words: f"FROM x\nCMD {json.dumps(words)}\n", "dollar backslash quote"),
    "run": ("Dockerfile", lambda words: f"FROM x\nCMD {shlex.join(words)}\n", "dollar pattern"),
    "script": ("a.sh", lambda words: "exec " + " \\\n  ".join(map(shlex.quote, words)) + "\n", "dollar pattern"),
    "Procfile": ("Procfile", lambda words: f"web: {shlex.join(words)}\n", "dollar pattern"),
    "unit": (
        "a.service",
        lambda words: f"[Service]\nExecStart=/usr/bin/{' '.join(map(in_unit, words))}\n",
        "dollar doubled pattern quote",
    ),
    "compose": (
        "compose.yml",
        lambda words: f"services:\n  web:\n    image: x\n    command:\n{in_lines(words)}",
        "dollar doubled backslash quote",
    ),
}
BECAUSE = {
    # A new dollar or a backslash is written in another way in each place.
    "dollar": {"UW647"},
    "doubled": {"UW236"},
    "backslash": {"UW649"},
    # An unquoted bracket is a pattern to a shell, and the old value has no quotes.
    "pattern": {"UW502"},
    # Words with quotes inside have no certain end.
    "quote": {"UW726", "UW758"},
    # What the server fills in is no text of the command; `--chmod-socket 666` has no value, for that one is optional.
    "always": {"UW721", "UW826", "UW827"},
}


def argv(data: bytes) -> list[str]:
    """The words that say what an INI file says."""
    words = ["uwsgi"]
    for directive in read(Source("uwsgi.ini", data), "ini").directives():
        words += [f"--{directive.key}"] if directive.value == "true" else [f"--{directive.key}", directive.value or ""]
    return words


def meaning(name: str, data: bytes) -> list[tuple[str, str | None]]:
    """Options and values in their order."""
    return [(each.key, WORDS.get(each.value or "", each.value)) for each in said(Source(name, data), "args")[0]]


@pytest.mark.parametrize("place", PLACES)
def test_a_fix_means_the_same_in_every_command(place: str) -> None:
    """A fix of INI is offered for arguments, unless it would need other quotes."""
    name, spell, causes = PLACES[place]
    wrong, refused = [], set()
    for code, rule, before, after in shown():
        data = spell(argv(before)).encode()
        found = check_source(Source(name, data), run=Run(selection=Selection(extend=(rule,))))
        finding = next((f for f in found if f.code == code), None)
        if finding is None:
            continue
        if finding.fix is None:
            refused.add(code)
        elif meaning(name, apply(data, finding.fix.edits)) != meaning(name, spell(argv(after)).encode()):
            wrong.append(code)

    assert wrong == []
    assert refused == BECAUSE["always"].union(*(BECAUSE[cause] for cause in causes.split()))


MENDED = {
    # An argument goes with what separates it from the one before.
    ("a.sh", "exec uwsgi --http-socket :8000 --module app \\\n  --http-raw-body\necho done\n"):
        "exec uwsgi --http-socket :8000 --module app\necho done\n",
    ("a.sh", "exec uwsgi --http-socket :8000 \\\n  --http-raw-body \\\n  --module app\n"):
        "exec uwsgi --http-socket :8000 \\\n  --module app\n",
    ("Dockerfile", 'FROM x\nCMD ["uwsgi", "--http-raw-body", "--http-socket", ":8000", "--module", "app"]\n'):
        'FROM x\nCMD ["uwsgi", "--http-socket", ":8000", "--module", "app"]\n',
    ("Dockerfile", 'FROM x\nENTRYPOINT ["uwsgi"]\nCMD ["--http-raw-body", "--http-socket", ":8000"]\n'):
        'FROM x\nENTRYPOINT ["uwsgi"]\nCMD ["--http-socket", ":8000"]\n',
    ("Dockerfile", 'FROM x\nCMD ["sh", "-c", "uwsgi --http-socket :8000 --module app --http-raw-body"]\n'):
        'FROM x\nCMD ["sh", "-c", "uwsgi --http-socket :8000 --module app"]\n',
    ("compose.yml", "services:\n  web:\n    command:\n      - uwsgi\n      - --http-raw-body\n      - --socket=:8\n"):
        "services:\n  web:\n    command:\n      - uwsgi\n      - --socket=:8\n",
    ("compose.yml", "services:\n  web:\n    command: >\n      uwsgi\n      --http-raw-body\n      --http-socket :80\n"):
        "services:\n  web:\n    command: >\n      uwsgi\n      --http-socket :80\n",
    # A new one stands behind the one that it goes with, in the same way.
    ("a.service", "[Service]\nExecStart=/usr/bin/uwsgi --harakiri 30 --module app\n"):
        "[Service]\nExecStart=/usr/bin/uwsgi --harakiri 30 --master --module app\n",
    ("Dockerfile", "FROM x\nCMD uwsgi --module app \\\n    --harakiri 30\n"):
        "FROM x\nCMD uwsgi --module app \\\n    --harakiri 30 \\\n    --master\n",
    ("compose.yml", "services:\n  web:\n    command:\n      - uwsgi\n      - '--harakiri=30'\n"):
        "services:\n  web:\n    command:\n      - uwsgi\n      - '--harakiri=30'\n      - '--master'\n",
    ("Procfile", "web: uwsgi --module app --cron2 'minute=0, hour=3 backup' --master\n"):
        "web: uwsgi --module app --cron2 'minute=0,hour=3 backup' --master\n",
    # Names and values as before.
    ("a.sh", "exec uwsgi --module app --http-socket 8000\n"): "exec uwsgi --module app --http-socket :8000\n",
}  # fmt: skip


@pytest.mark.parametrize(("where", "after"), MENDED.items(), ids=lambda value: value[0] if len(value) == 2 else "")
def test_arguments_are_mended_where_they_stand(where: tuple[str, str], after: str) -> None:
    """Lines, commas, quotes and continuations stay as they are."""
    name, before = where
    wanted = {"http-option-without-router", "harakiri-without-master"}

    fixed = passes.fix(
        Source(name, before.encode()),
        lambda source: [f for f in check_source(source) if f.name in wanted or f.code in {"UW261", "UW207"}],
        unsafe=True,
    )

    assert fixed.data.decode() == after


@pytest.mark.parametrize(
    ("name", "text"),
    {
        # letters of one word
        "a.sh": "exec uwsgi -Mp4 --http-socket :8000\n",
        # a name, or several words, that only the shell knows
        "b.sh": 'exec uwsgi --http-socket :8000 $OPTIONS "--$NAME"\n',
        # a comment between
        "c.service": "[Service]\nExecStart=/usr/bin/uwsgi --http-socket :8000 \\\n# raw\n  --http-raw-body\n",
    }.items(),
)
def test_what_is_no_word_of_its_own_stays(name: str, text: str) -> None:
    """No edit guesses."""
    source = Source(name, text.encode())
    kind = commands.detect(name, source.data)
    assert kind is not None
    assert commands.find(source, kind)

    fixed = passes.fix(source, check_source, unsafe=True)

    for word in ("-Mp4", "$OPTIONS", '"--$NAME"', "# raw\n"):
        assert (word in text) == (word in fixed.data.decode())


CORRECTED = {
    # Names that are cut short, misspelt, or stand behind one dash; values that a flag has not, and that stand apart.
    ("a.sh", "exec uwsgi --process 2 --http-socket 127.0.0.1:8000 --ini app.ini\n"):
        "exec uwsgi --processes 2 --http-socket 127.0.0.1:8000 --ini app.ini\n",
    ("Procfile", "web: uwsgi --proceses=4 --ini app.ini\n"): "web: uwsgi --processes=4 --ini app.ini\n",
    ("a.service", '[Service]\nExecStart=/usr/bin/uwsgi "--master=true" --ini app.ini\n'):
        '[Service]\nExecStart=/usr/bin/uwsgi "--master" --ini app.ini\n',
    ("a.sh", "exec uwsgi --master=false --ini app.ini\n"): "exec uwsgi --set=master=false --ini app.ini\n",
    ("Dockerfile", 'FROM x\nCMD ["uwsgi", "--chmod-socket", "660", "--socket", "a.sock", "--ini", "app.ini"]\n'):
        'FROM x\nCMD ["uwsgi", "--chmod-socket=660", "--socket", "a.sock", "--ini", "app.ini"]\n',
    ("a.sh", "exec uwsgi --chmod-socket \\\n  660 --socket a.sock --ini app.ini\n"):
        "exec uwsgi --chmod-socket=660 --socket a.sock --ini app.ini\n",
    ("compose.yml", "services:\n  web:\n    command: uwsgi -master --ini app.ini\n"):
        "services:\n  web:\n    command: uwsgi --master --ini app.ini\n",
    # What could be several, and what other quotes stand around, is left to a person.
    ("b.sh", "exec uwsgi --die-on --ini app.ini\n"): "exec uwsgi --die-on --ini app.ini\n",
    ("b.sh", "exec uwsgi '--chmod-socket' \"660\" --socket a.sock\n"):
        "exec uwsgi '--chmod-socket' \"660\" --socket a.sock\n",
}  # fmt: skip


@pytest.mark.parametrize(("where", "after"), CORRECTED.items(), ids=lambda value: value[0] if len(value) == 2 else "")
def test_arguments_are_corrected(where: tuple[str, str], after: str) -> None:
    """What the server refuses, misreads or completes becomes what was meant."""
    name, before = where
    told = {"UW040", "UW041", "UW042", "UW043", "UW045"}

    def check(source: Source) -> list[Finding]:
        return [f for f in check_source(source) if f.code in told]

    assert check(Source(name, before.encode()))
    assert passes.fix(Source(name, before.encode()), check, unsafe=True).data.decode() == after


WORDS_OF_COMMANDS = st.sampled_from(
    [
        *("--master", "--harakiri=30", "--http-raw-body", "--http-socket=127.0.0.1:8000", "--socket=a.sock"),
        *("--chmod-socket=666", "--log-micros", "--log-format=%(uri) x", "--cheaper=4", "--workers=4", "--vaccum"),
        *("--attach-daemon=say 'x' & <y>", '--env=A="b"', "--process=2", "--master=true", "--umask=000", "-Mp4"),
        *("--route=^admin return:403", "--plugins=python3", "--daemonize=a b.log", "--stats=:1717", "--ini=app.ini"),
    ]
)


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=40)
@given(words=st.lists(WORDS_OF_COMMANDS, max_size=7, unique=True), unsafe=st.booleans())
def test_a_fixed_command_can_be_read(place: str, words: list[str], unsafe: bool) -> None:
    """Words that no finding is about stay, in their order; nothing is left to fix; nothing else is in the file."""
    name, spell, _ = PLACES[place]
    source = Source(name, spell(["uwsgi", *words]).encode())
    before = check_source(source)

    once = passes.fix(source, check_source, unsafe=unsafe)

    assert len(once.findings) <= len(before)
    assert passes.fix(Source(name, once.data), check_source, unsafe=unsafe).data == once.data
    kind = commands.detect(name, once.data)
    assert kind is not None
    (command,) = commands.find(Source(name, once.data), kind)
    left = [word.text for word in command.words]
    places = [f.span for f in before] + [edit for f in once.fixed if f.fix is not None for edit in f.fix.edits]
    (first,) = commands.find(source, kind)
    told = {
        word.text for word in first.words if any(span.start <= word.end and word.start <= span.end for span in places)
    }
    rest = iter(left)
    assert all(word in rest for word in words if word not in told)
    # Written anew, it is the same file: only the words changed.
    if not any(set(word) & set(" \"'$%\\&<>^") for word in [*words, *left]):
        assert once.data.decode() == spell(["uwsgi", *left])


BEFORE = "services:\n  web:\n    command:\n      - uwsgi\n      - --processes=4\n      - --cheaper=2"
OPENED = "services:\n  web:\n    command: [uwsgi, --processes=4,\n      --cheaper=2"
UNIT = "[Service]\nExecStart=/usr/bin/uwsgi --processes=4 --cheaper=2 \\\n; start with one\n"
IMAGE = "FROM x\nCMD uwsgi --processes=4 --cheaper=2 \\\n  # start with one\n"
COMMENTED = {
    # A comment behind an argument keeps it.
    ("compose.yml", f"{BEFORE}  # two\n      - --cheaper-initial=1  # at the start\n"): "",
    ("compose.yml", f"{OPENED},  # two\n      --cheaper-initial=1,  # at the start\n      --master]\n"): "",
    # So does one inside of it.
    ("compose.yml", f"{BEFORE}\n      - --cheaper-initial\n      # at the start\n      - 1\n      - --master\n"): "",
    # One in front of it stays what it was.
    ("compose.yml", f"{BEFORE}  # two\n      - --cheaper-initial=1\n      - --master\n"):
        f"{BEFORE}  # two\n      - --master\n",
    ("compose.yml", f"{BEFORE}\n      # one\n      - --cheaper-initial=1\n"): f"{BEFORE}\n      # one\n",
    ("compose.yml", f"{OPENED},  # two\n      --cheaper-initial=1,\n      --master]\n"):
        f"{OPENED},  # two\n      --master]\n",
    ("a.service", f"{UNIT}  --cheaper-initial=1 \\\n  --http-socket=:80\n"): f"{UNIT}  --http-socket=:80\n",
    ("Dockerfile", f"{IMAGE}  --cheaper-initial=1 \\\n  --http-socket=:80\n"): f"{IMAGE}  --http-socket=:80\n",
    # The last line would leave the one before it to go on with nothing.
    ("Dockerfile", f"{IMAGE}  --cheaper-initial=1\n"): "",
    ("a.service", f"{UNIT}  --cheaper-initial=1\n"): "",
}  # fmt: skip


@pytest.mark.parametrize(("where", "after"), COMMENTED.items(), ids=lambda value: value[0] if len(value) == 2 else "")
def test_comments_of_arguments_stay_where_they_are(where: tuple[str, str], after: str) -> None:
    """None goes, none moves to another argument, and nothing becomes a part of one."""
    name, before = where

    fixed = passes.fix(
        Source(name, before.encode()), lambda source: [f for f in check_source(source) if f.code == "UW402"]
    )

    assert fixed.data.decode() == (after or before)
    assert bool(after) != bool(fixed.findings)


def test_a_new_argument_takes_no_comment_from_another_one() -> None:
    """Behind an argument with a comment there is no place for one."""
    before = "services:\n  web:\n    command:\n      - uwsgi\n      - --module=app\n      - --harakiri=30%s\n"

    def told(source: Source) -> list[Finding]:
        return [f for f in check_source(source) if f.name == "harakiri-without-master"]

    for comment in ("", "  # seconds"):
        fixed = passes.fix(Source("compose.yml", (before % comment).encode()), told, unsafe=True)
        assert (b"--master" in fixed.data) is (comment == "")
