"""Whatever a file holds, an answer comes at once: in some two seconds of work, and in 300 MB.

Each command runs in a process of its own under the limits of the system; one that needs more is killed, which is a
failure. The clock of the wall is not asked, so a busy machine changes nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SECONDS = 3  # two, and what a busy machine adds to the time that it counts
# Writing tens of thousands of sections and reading them again for comparison is work that no real file asks for.
LONGER = {("many-sections", "convert"): 15, ("empty-sections", "convert"): 15}
MEMORY = 300 * 1024 * 1024
MEGABYTES = 10

Files = dict[str, bytes]


def file(name: str, text: str | bytes) -> Files:
    """One file."""
    return {name: text.encode() if isinstance(text, str) else text}


def lines(pattern: str, count: int) -> str:
    """A pattern many times, with a number, the one before and the one behind it."""
    return "".join(pattern.format(n=n, before=n - 1, after=n + 1) + "\n" for n in range(count))


def laughs_yaml() -> Files:
    """Aliases that multiply."""
    text = ["uwsgi:", "  l0: &l0 [lol]"]
    text += [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    return file("uwsgi.yaml", "\n".join(text) + "\n")


def laughs_xml() -> Files:
    """Entities that multiply."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE uwsgi [<!ENTITY l0 "lol">{entities}]><uwsgi><a>&l11;</a></uwsgi>'
    return file("uwsgi.xml", text)


def chain(count: int, width: int) -> Files:
    """Files of which each includes the next several times."""
    files = {f"i{n}.ini": (f"[uwsgi]\nini = i{n + 1}.ini\n" * width).encode() for n in range(count)}
    return {**files, f"i{count}.ini": b"[uwsgi]\nthreads = 2\n", "uwsgi.ini": b"[uwsgi]\nini = i0.ini\n"}


BIG = MEGABYTES * 1024 * 1024
CASES: dict[str, Callable[[], Files]] = {
    "laughs-yaml": laughs_yaml,
    "laughs-xml": laughs_xml,
    "merge-keys-yaml": lambda: file(
        "uwsgi.yaml",
        "a: &a {x: 1}\nb-1: &b-1 {y: 1}\n" + lines("b{n}: &b{n}\n  <<: [*a, *b{before}]", 3_000),
    ),
    "deep-yaml": lambda: file("uwsgi.yaml", "uwsgi: " + "[" * 100_000),
    "deep-block-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n" + "".join(" " * n + "a:\n" for n in range(1, 1_200))),
    "deep-json": lambda: file("uwsgi.json", '{"uwsgi": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}}"),
    "deep-objects-json": lambda: file("uwsgi.json", '{"uwsgi": ' + '{"a": ' * 50_000 + "1" + "}" * 50_001),
    "deep-xml": lambda: file("uwsgi.xml", "<uwsgi>" + "<a>" * 50_000 + "</a>" * 50_000 + "</uwsgi>"),
    "deep-toml": lambda: file("uwsgi.toml", "[uwsgi]\na = " + "[" * 100_000 + "]" * 100_000),
    "deep-inline-toml": lambda: file("uwsgi.toml", "[uwsgi]\na = " + "{ b = " * 20_000 + "1" + " }" * 20_000),
    "deep-keys-toml": lambda: file("uwsgi.toml", f"[{'.'.join(['a'] * 50_000)}]\nb = 1\n"),
    "many-tables-toml": lambda: file("uwsgi.toml", lines("[t{n}]\na = 1", 20_000)),
    "many-lines-toml": lambda: file("uwsgi.toml", "[uwsgi]\nlines = [" + '{ env = "A=1" }, ' * 20_000 + "]\n"),
    "long-list-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  env:\n" + "    - A=1\n" * 10_000),
    "large-value-ini": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "x" * BIG),
    "large-file-ini": lambda: file("uwsgi.ini", "[uwsgi]\n" + "env = A=1\n" * (BIG // 10)),
    "large-value-toml": lambda: file("uwsgi.toml", '[uwsgi]\nchdir = "' + "x" * BIG + '"'),
    "large-value-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  chdir: " + "x" * BIG),
    "large-value-json": lambda: file("uwsgi.json", '{"uwsgi": {"chdir": "' + "x" * BIG + '"}}'),
    "large-value-xml": lambda: file("uwsgi.xml", "<uwsgi><chdir>" + "x" * BIG + "</chdir></uwsgi>"),
    "full-value-ini": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "x" * 1_000_000),
    "full-value-toml": lambda: file("uwsgi.toml", '[uwsgi]\nchdir = "' + "x" * 1_000_000 + '"'),
    "full-value-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  chdir: " + "x" * 1_000_000),
    "full-value-json": lambda: file("uwsgi.json", '{"uwsgi": {"chdir": "' + "x" * 1_000_000 + '"}}'),
    "full-value-xml": lambda: file("uwsgi.xml", "<uwsgi><chdir>" + "x" * 1_000_000 + "</chdir></uwsgi>"),
    "nul": lambda: file("uwsgi.ini", b"[uwsgi]\nmas\0ter = true\nchdir = a\0b\n\0\0\0[other]\0\n"),
    "nul-toml": lambda: file("uwsgi.toml", b'[uwsgi]\nchdir = "a\0b"\n'),
    "nul-escaped-toml": lambda: file("uwsgi.toml", '[uwsgi]\nchdir = "a\\u0000b"\n'),
    "nul-yaml": lambda: file("uwsgi.yaml", b'uwsgi:\n  chdir: a\0b\n  env: "x\\0y"\n'),
    "nul-json": lambda: file("uwsgi.json", b'{"uwsgi": {"chdir": "a\0b", "env": "x\\u0000y"}}'),
    "nul-xml": lambda: file("uwsgi.xml", b"<uwsgi><chdir>a\0b</chdir></uwsgi>"),
    "million-nuls": lambda: file("uwsgi.ini", b"[uwsgi]\n" + b"\0" * 1_000_000),
    "latin-ini": lambda: file("uwsgi.ini", b"[uwsgi]\nchdir = /srv/\xe9\xff\xc0\x80\xed\xa0\x80\n\xfe = \xff\n"),
    "latin-toml": lambda: file("uwsgi.toml", b'[uwsgi]\nchdir = "/srv/\xe9\xff\xc0\x80"\n'),
    "latin-yaml": lambda: file("uwsgi.yaml", b"uwsgi:\n  chdir: /srv/\xe9\xff\xc0\x80\n"),
    "latin-json": lambda: file("uwsgi.json", b'{"uwsgi": {"chdir": "/srv/\xe9\xff\xc0\x80"}}'),
    "latin-xml": lambda: file("uwsgi.xml", b"<uwsgi><chdir>/srv/\xe9\xff\xc0\x80</chdir></uwsgi>"),
    "includes-itself": lambda: file("uwsgi.ini", "[uwsgi]\nini = uwsgi.ini\nini = uwsgi.ini\n"),
    "inherits-itself": lambda: file("uwsgi.ini", "[uwsgi]\ninherit = uwsgi.ini\ninherit = uwsgi.ini\n"),
    "doubling-includes": lambda: chain(40, 2),
    "wide-includes": lambda: chain(4, 30),
    "long-chain": lambda: chain(3_000, 1),
    "many-includes": lambda: {
        "uwsgi.ini": b"[uwsgi]\n" + b"".join(b"ini = i%d.ini\n" % n for n in range(10_000)),
        **{f"i{n}.ini": b"[uwsgi]\nthreads = 2\n" for n in range(1_000)},
    },
    "one-file-often": lambda: {
        "uwsgi.ini": b"[uwsgi]\n" + b"ini = i.ini\n" * 10_000,
        "i.ini": b"[uwsgi]\n" + b"env = A=1\n" * 1_000,
    },
    "sections-include-each-other": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\nini = uwsgi.ini:s0\n"
        + lines("[s{n}]\nini = :s{after}\nini = :s{after}", 60)
        + "[s60]\nthreads = 2\n",
    ),
    "self-reference": lambda: file("uwsgi.ini", "[uwsgi]\na = %(a)x%(a)\nb = %(c)\nc = %(b)\nchdir = %(a)%(b)\n"),
    "doubling-placeholders": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\np-1 = xxxxxxxxxx\n" + lines("p{n} = %(p{before})%(p{before})", 60) + "chdir = %(p59)",
    ),
    "doubling-backwards": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\n" + lines("p{n} = %(p{after})%(p{after})", 60) + "p60 = xxxxxxxxxx\n",
    ),
    "many-placeholders": lambda: file("uwsgi.ini", "[uwsgi]\na = x\n" + lines("p{n} = %(a)%(p{before})", 5_000)),
    "long-placeholders": lambda: file("uwsgi.ini", "[uwsgi]\nx = " + "y" * 1000 + "\nchdir = " + "%(x)" * 200_000),
    "open-placeholders": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "%(" * 400_000),
    "open-variables": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "$(" * 200_000 + "@(" * 200_000),
    "loops-in-loops": lambda: file(
        "uwsgi.ini", "[uwsgi]\n" + "for = a b c d e f g h\n" * 200 + "env = A=%(_)\n" + "endfor =\n" * 200
    ),
    "endless-loop": lambda: file("uwsgi.ini", "[uwsgi]\nfor-times = 2000000000\nenv = A=%(_)\nendfor =\n"),
    "long-loop": lambda: file(
        "uwsgi.ini", "[uwsgi]\nfor = " + "a " * 200_000 + "\nenv = A=%(_)\nlisten = 3\nendfor =\n"
    ),
    "many-loops": lambda: file("uwsgi.ini", "[uwsgi]\n" + "for-times = 19999\nenv = A=%(_)\nendfor =\n" * 1_000),
    "many-conditions": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\n" + lines("if-env = A{n}\nthreads = {n}\nchdir = %(threads)\nendif =", 3_000),
    ),
    "many-dependent-conditions": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\n" + lines("if-env = A{n}\na{n} = 1\nendif =\nif-opt = a{n}\na = %(a)%(a{n})\nendif =", 1_000),
    ),
    "custom-options": lambda: file(
        "uwsgi.ini",
        "[uwsgi]\n" + lines("declare-option = c{n}=c{after}=$1$1;c{after}=$1", 40) + "c0 = x\n",
    ),
    "many-sections": lambda: file("uwsgi.ini", "[uwsgi]\nmaster = true\n" + lines("[s{n}]\na = 1", 50_000)),
    "empty-sections": lambda: file("uwsgi.ini", lines("[s{n}]", 100_000)),
    "same-section": lambda: file("uwsgi.ini", "[uwsgi]\n" * 100_000),
    "percent-signs": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "%" * 1_000_000),
    "odd-percent-signs": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "%" * 999_999),
    "stray-percent-signs": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "%-" * 500_000),
    "percent-signs-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  chdir: x" + "%-" * 500_000),
    "percent-signs-json": lambda: file("uwsgi.json", '{"uwsgi": {"chdir": "' + "%-" * 500_000 + '"}}'),
    "percent-signs-xml": lambda: file("uwsgi.xml", "<uwsgi><chdir>" + "%-" * 500_000 + "</chdir></uwsgi>"),
    "percent-signs-toml": lambda: file("uwsgi.toml", '[uwsgi]\nchdir = "' + "%-" * 500_000 + '"'),
    "magic-variables": lambda: file("uwsgi.ini", "[uwsgi]\nchdir = " + "%p" * 500_000),
    "many-options": lambda: file("uwsgi.ini", "[uwsgi]\n" + "env = A=1\n" * 100_000),
    "many-unknown-options": lambda: file("uwsgi.ini", "[uwsgi]\n" + lines("procesess{n} = 1", 20_000)),
    "many-routes": lambda: file("uwsgi.ini", "[uwsgi]\n" + "route = ^/(.*)$ rewrite:/$1\n" * 20_000),
    "long-name": lambda: file("uwsgi.ini", "[uwsgi]\n" + "p" * 1_000_000 + " = 1\n"),
    "long-section": lambda: file("uwsgi.ini", "[" + "p" * 1_000_000 + "]\nmaster = true\n"),
    "long-composite": lambda: file("uwsgi.ini", "[uwsgi]\ncache2 = " + "name=a," * 100_000),
    "comment": lambda: file("uwsgi.ini", "[uwsgi]\n" + "; x\n" * 200_000),
    "nothing": lambda: file("uwsgi.ini", b""),
    "blanks": lambda: file("uwsgi.ini", b" " * 1_000_000),
    "quotes-toml": lambda: file("uwsgi.toml", "[uwsgi]\na = " + '"' * 1_000_000),
    "quotes-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  a: " + '"' * 1_000_000),
    "braces-yaml": lambda: file("uwsgi.yaml", "uwsgi: " + "{a: " * 50_000),
    "dashes-yaml": lambda: file("uwsgi.yaml", "uwsgi:\n  " + "- " * 50_000 + "a\n"),
    "questions-yaml": lambda: file("uwsgi.yaml", "? " * 50_000 + "a\n"),
}
COMMANDS = ("check", "convert", "build", "load")
# A process for each command, which the limits hold for: it starts with everything imported that a command may need.
COMMAND = """
import contextlib, os, resource, runpy, sys
import uwsgilint.cli.app, uwsgilint.cli.build, uwsgilint.cli.checking, uwsgilint.cli.convert
from uwsgilint.formats import json, migration, toml, xml, yaml
from uwsgilint.lint import engine

def load(path):
    loaded = uwsgilint.load(path)
    [str(problem) for problem in loaded.problems]
    [loaded.settings[name].possible for name in ("chdir", "threads", "env")]

memory, main, *commands = sys.argv[1:]
for word in commands:
    command, seconds = word.split("=")
    pid = os.fork()
    if not pid:
        for name, number in (("out", 1), ("err", 2)):
            os.dup2(os.open(f"{command}.{name}", os.O_WRONLY | os.O_CREAT), number)
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        if command == "load":
            load(main)
        else:
            sys.argv = ["uwsgilint", command, main]
            runpy.run_module("uwsgilint", run_name="__main__")
        sys.exit()
    with open(f"{command}.status", "w") as file:
        file.write(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to these limits")
@pytest.mark.parametrize("case", CASES)
def test_an_answer_comes_at_once(tmp_path: Path, case: str) -> None:
    """A result, findings or a refusal: never a traceback, and never more than the limits allow."""
    files = CASES[case]()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    main = next(name for name in files if name.startswith("uwsgi."))
    commands = [f"{command}={LONGER.get((case, command), SECONDS)}" for command in COMMANDS]

    subprocess.run([sys.executable, "-c", COMMAND, str(MEMORY), main, *commands], cwd=tmp_path, check=True)

    for command in COMMANDS:
        status, out, err = ((tmp_path / f"{command}.{name}").read_bytes() for name in ("status", "out", "err"))
        said = f"{command}: {err[-1500:].decode('utf-8', 'replace')}"
        assert int(status) in {0, 1, 2, 3, 4}, said
        assert "Traceback" not in said
        assert b"internal-error" not in out, command
