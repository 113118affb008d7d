"""Commands that start a server: found in every kind of file, with the place of each word."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from uwsgilint.document import Directive, Source
from uwsgilint.formats import commands
from uwsgilint.formats.commands import Command
from uwsgilint.formats.words import DIALECTS, shell_commands, split, text_of

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def find(kind: str, text: str) -> list[Command]:
    """Find the commands of a text."""
    return commands.find(Source("file", text.encode()), kind)


def pairs(command: Command) -> list[tuple[str, str | None]]:
    """What a command configures."""
    return [(d.key, d.value) for d in command.document.directives()]


def stands(directive: Directive) -> tuple[str, str, int]:
    """What stands at the places of a directive, and its line."""
    data = directive.source.data
    return (
        data[directive.key_start : directive.key_end].decode(),
        data[directive.value_start : directive.value_end].decode(),
        directive.value_span.line,
    )


# -- each kind -----------------------------------------------------------------------------------

DOCKERFILE = r"""
FROM python:3.12 AS base
ARG PORT=80
ENV UWSGI_HTTP=:${PORT} UWSGI_MASTER="true" \
    # a comment does not end it
    UWSGI_PROCESSES=4 OTHER=1
ENV UWSGI_LOG_FORMAT 50% done
RUN <<EOF
CMD uwsgi --not-this
EOF
FROM base
CMD ["uwsgi", "--not-this-either"]
ENTRYPOINT ["uwsgi", "--set=x=\u0041"]
CMD ["--threads", "2"]
"""


def test_dockerfile() -> None:
    """ENTRYPOINT and the last CMD make one command, behind the variables of all stages that it is built from."""
    (command,) = find("dockerfile", DOCKERFILE)

    assert command.document.format == "args"
    assert pairs(command) == [
        ("http", ":$(PORT)"),
        ("master", "true"),
        ("processes", "4"),
        ("log-format", "50%% done"),
        ("set", "x=A"),
        ("threads", "2"),
    ]
    assert [stands(d) for d in command.document.directives()] == [
        ("HTTP", ":${PORT}", 4),
        ("MASTER", "true", 4),
        ("PROCESSES", "4", 6),
        ("LOG_FORMAT", "50% done", 7),
        ("set", r"x=\u0041", 13),
        ("threads", "2", 14),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CMD uwsgi --ini a.ini \\\n  --http :$PORT", [("ini", "a.ini"), ("http", ":$(PORT)")]),
        ('CMD ["sh", "-c", "exec uwsgi --http :${PORT:-80}"]', [("http", ":$(PORT)")]),
        ('ENTRYPOINT ["dumb-init", "--"]\nCMD ["uwsgi", "-p", "2"]', [("processes", "2")]),
        ('ENTRYPOINT ["/entrypoint.sh"]\nCMD ["uwsgi", "-p", "2"]', [("processes", "2")]),
        ('ENTRYPOINT ["/entrypoint.sh", "uwsgi"]\nCMD ["-p", "2"]', [("processes", "2")]),
        ('ENTRYPOINT ["./start.py"]\nCMD uwsgi -M', [("master", None)]),
        ("ENTRYPOINT uwsgi -M\nCMD uwsgi -T", [("master", None)]),
        ("# escape=`\nFROM x\nCMD uwsgi -M `\n -T", [("master", None), ("enable-threads", None)]),
        ('CMD ["uwsgi", "--chdir", "$HOME"]', [("chdir", "$HOME")]),
        ("FROM a AS b\nCMD uwsgi -M\nFROM b\nRUN x", [("master", None)]),
    ],
)
def test_forms_of_a_dockerfile(text: str, expected: list[tuple[str, str | None]]) -> None:
    """The shell form, the exec form, and what Docker does with both."""
    assert [pairs(c) for c in find("dockerfile", text)] == [expected]


def test_an_entrypoint_drops_the_command_of_its_base() -> None:
    """A CMD that came with the base was meant for the base's ENTRYPOINT."""
    found = find("dockerfile", 'FROM x AS b\nCMD ["-M"]\nFROM b\nENTRYPOINT ["uwsgi"]\n')

    assert [pairs(c) for c in found] == [[]]


def test_variables_without_a_command() -> None:
    """Variables for a server that is started elsewhere are a document of their own."""
    (command,) = find("dockerfile", "FROM x\nENV UWSGI_THREADS=2 A=1 UWSGI_EMPEROR_FD=3\n")

    assert (command.program, command.document.format, pairs(command)) == (None, "environment", [("threads", "2")])


UNIT = r"""
[Unit]
ExecStart=/usr/bin/uwsgi --not-this
[Service]
Environment="UWSGI_LOGTO=/var/log/a b" UWSGI_THREADS=2 OTHER=%n
ExecStart=/usr/bin/uwsgi --nor-this
ExecStart=
ExecStartPre=-/bin/mkdir x
ExecStart=-/usr/bin/uwsgi --ini /etc/%i.ini \
  ; a comment
  --set "greet=hello\x21 $${X} ${Y}" $OPTIONS --logformat=%%(uri) 'it''s' ; @/usr/bin/uwsgi name --stop /x
"""


def test_systemd() -> None:
    """Quotes, escapes, specifiers, variables and several commands in one setting."""
    first, second = find("systemd", UNIT)

    assert first.program is not None
    assert first.program.text == "/usr/bin/uwsgi"
    assert pairs(first) == [
        ("logto", "/var/log/a b"),
        ("threads", "2"),
        ("ini", "/etc/$(%%i).ini"),
        ("set", "greet=hello! ${X} $(Y)"),
        ("logformat", "%%(uri)"),
    ]
    assert [stands(d) for d in first.document.directives()][1:] == [
        ("THREADS", "2", 5),
        ("ini", "/etc/%i.ini", 9),
        ("set", r"greet=hello\x21 $${X} ${Y}", 11),
        ("logformat", "%%(uri)", 11),
    ]
    assert [p.values["argument"] for p in first.document.problems] == ["its"]
    assert pairs(second)[2:] == [("stop", "/x")]


SUPERVISOR = """
[supervisord]
environment=UWSGI_CHDIR="/a,b"
[program:x]
command=/usr/bin/uwsgi --ini %(here)s/app.ini   ; a comment
    --http :%(ENV_PORT)s --logformat "50%% \\"x\\""
environment=UWSGI_MASTER=true,FOO='b',UWSGI_NAME="%(program_name)s"
[program:y]
command=celery
"""


def test_supervisor() -> None:
    """A command on several lines, percent signs, and the variables of the program and of supervisor."""
    (command,) = find("supervisor", SUPERVISOR)

    assert pairs(command) == [
        ("chdir", "/a,b"),
        ("master", "true"),
        ("name", "$(program_name)"),
        ("ini", "$(here)/app.ini"),
        ("http", ":$(PORT)"),
        ("logformat", '50%% "x"'),
    ]
    assert [stands(d) for d in command.document.directives()][2:5] == [
        ("NAME", "%(program_name)s", 7),
        ("ini", "%(here)s/app.ini", 5),
        ("http", ":%(ENV_PORT)s", 6),
    ]


def test_procfile() -> None:
    """Each line is a shell's command, with variables in front of it."""
    (command,) = find("procfile", "web: UWSGI_THREADS=2 uwsgi --http :$PORT --module=a:b\nworker: celery\n")

    assert [(*pair, *stands(d)) for pair, d in zip(pairs(command), command.document.directives(), strict=True)] == [
        ("threads", "2", "THREADS", "2", 1),
        ("http", ":$(PORT)", "http", ":$PORT", 1),
        ("module", "a:b", "module", "a:b", 1),
    ]


COMPOSE = r"""
x-common: &common
  UWSGI_MASTER: "true"
services:
  web:
    environment:
      <<: *common
      UWSGI_PROCESSES: 4
      UWSGI_FROM_OUTSIDE:
    command: >-
      uwsgi --http :${PORT:-80}
      --module "a b"
  admin:
    entrypoint: ["uwsgi", '--set', 'it''s=1']
    command: "--http :80 --set=a=\"b\""
    environment:
      - UWSGI_THREADS=$N
      - UWSGI_LOGTO=$$x
  third:
    command: sh -c "sleep 1 && exec uwsgi --ini a.ini"
  fourth:
    environment: {UWSGI_THREADS: 2}
"""


def test_compose() -> None:
    """Lists and strings, entrypoint and command, merged and interpolated values in every YAML style."""
    web, admin, third, fourth = find("compose", COMPOSE)

    assert pairs(web) == [("master", "true"), ("processes", "4"), ("http", ":$(PORT)"), ("module", "a b")]
    assert [stands(d) for d in web.document.directives()] == [
        ("MASTER", "true", 3),
        ("PROCESSES", "4", 8),
        ("http", ":${PORT:-80}", 11),
        ("module", "a b", 12),
    ]
    assert pairs(admin) == [("threads", "$(N)"), ("logto", "$x"), ("set", "it's=1"), ("http", ":80"), ("set", "a=b")]
    assert [stands(d)[1] for d in admin.document.directives()] == ["$N", "$$x", "it''s=1", ":80", r"a=\"b"]
    assert pairs(third) == [("ini", "a.ini")]
    assert (fourth.program, pairs(fourth)) == (None, [("threads", "2")])


def test_compose_that_is_no_yaml() -> None:
    """What YAML refuses holds no commands; saying so is the business of others."""
    assert find("compose", "services: [uwsgi\n") == []


SCRIPT = r"""#!/bin/sh
export UWSGI_HTTP=":80" A=1
UWSGI_MASTER=1   # set, but for nobody
UWSGI=/opt/bin/uwsgi
if [ x ]; then sudo -u uwsgi env X=1 uwsgi --ini "$1" >/tmp/log 2>&1 & fi
pip install uwsgi && service uwsgi restart
cat <<-EOF
	uwsgi --not-this
	EOF
$UWSGI --master || UWSGI_THREADS=3 \
  wait-for-it.sh db:1 -- uwsgi "--set=a b" --chdir ~/x $(cat options) "$@" \
    --http=:$PORT $DIR/x.ini
"""


def test_shell() -> None:
    """Wrappers, exports, quotes, continuation lines, and variables that only the shell knows."""
    first, second, third = find("shell", SCRIPT)

    assert pairs(first) == [("http", ":80"), ("ini", "$(1)")]
    assert second.program is not None
    assert (second.program.text, pairs(second)[1:]) == ("/opt/bin/uwsgi", [("master", None)])
    assert pairs(third) == [
        ("http", ":80"),
        ("threads", "3"),
        ("set", "a b"),
        ("chdir", "$(HOME)/x"),
        ("http", ":$(PORT)"),
        ("include", "$(DIR)/x.ini"),
    ]
    assert [stands(d) for d in third.document.directives()][1:] == [
        ("THREADS", "3", 10),
        ("set", "a b", 11),
        ("chdir", "~/x", 11),
        ("http", ":$PORT", 12),
        ("", "$DIR/x.ini", 12),
    ]
    assert not third.document.problems


@pytest.mark.parametrize(
    "line",
    [
        "uwsgi -M",
        "/usr/local/bin/uwsgi -M",
        '"$VENV"/bin/uwsgi -M',
        "uwsgi_python3 -M",
        "exec uwsgi -M",
        "pipenv run uwsgi -M",
        "dumb-init uwsgi -M",
        "exec dumb-init -- uwsgi -M",
        "gosu uwsgi uwsgi -M",
        "sudo -E -u uwsgi -- uwsgi -M",
        "env -u A B=1 uwsgi -M",
        "nice -n 5 ionice -c 2 uwsgi -M",
        "timeout -k 5 10 uwsgi -M",
        "newrelic-admin run-program uwsgi -M",
        "bash -ec 'cd /x; exec uwsgi -M'",
        "if true; then { uwsgi -M; }; fi",
        "(cd x && uwsgi -M) | tee log",
        "start() { uwsgi -M; }",
        "case $1 in start) uwsgi -M;; esac",
        "! uwsgi $'-M'",
    ],
)
def test_sees_through_what_stands_in_front(line: str) -> None:
    """A server is found behind whatever starts it."""
    (command,) = find("shell", line)

    assert pairs(command)[-1] == ("master", None)


@pytest.mark.parametrize(
    "line",
    [
        "pip install uwsgi",
        "apk add uwsgi uwsgi-python",
        "killall -9 uwsgi",
        "chown uwsgi:uwsgi /x",
        "sudo -u uwsgi whoami",
        "service uwsgi restart",
        "echo uwsgi -M",
        "# uwsgi -M",
        "cat > f <<X\nuwsgi -M\nX",
        "grep -- uwsgi-core f",
        "uwsgitop x",
    ],
)
def test_the_word_alone_is_no_command(line: str) -> None:
    """A server is not started wherever its name stands."""
    assert find("shell", line) == []


def test_what_nobody_knows_is_not_found_fault_with() -> None:
    """An unknown name may take the next word, an unknown word may be anything."""
    (command,) = find("shell", 'uwsgi "--${MODE}" "$ENDPOINT" $X "-$Y" --$Z=1 -p$N "$1" --threads $T')

    assert pairs(command) == [("processes", "$(N)"), ("threads", "$(T)")]
    assert not command.document.problems


def test_problems_stand_at_their_word() -> None:
    """What the server would refuse is told at its place in the file."""
    (command,) = find("dockerfile", 'CMD ["uwsgi", \\\n  "--master=true", "--chmod-socket", "664"]\n')

    assert [(p.rule, p.span.line, p.span.column, p.span.end - p.span.start) for p in command.document.problems] == [
        ("refused-argument", 2, 4, 13),
        ("stray-argument", 2, 39, 3),
    ]


# -- cutting -------------------------------------------------------------------------------------


@given(text=st.text(st.sampled_from("ab '\"\\\t\n$"), max_size=20))
@example(text="a'b'\"c\\\"\\d\"\\ e ''")
def test_cuts_as_supervisor_does(text: str) -> None:
    """Supervisor cuts commands by Python's shlex, and so do we."""
    try:
        expected = shlex.split(text)
    except ValueError:
        assume(False)
    source = Source("x", text.encode())

    assert [w.text for w in split(source, text_of(source), DIALECTS["supervisor"])] == expected


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("ab '\"\\#\té=~"), max_size=16))
@example(text="a'b'\"c\\\"\\d\"\\ e '' #x")
def test_cuts_as_a_shell_does(text: str) -> None:
    """Words with quotes, escapes and comments are those that a real shell makes of them."""
    assume(not text.endswith("\\"))  # would join the next line
    script = f"set -- {text}\nprintf '%s\\0' \"$@\""
    outcome = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=False, env={"HOME": "$(HOME)"})
    assume(outcome.returncode == 0 and not outcome.stderr)
    source = Source("x", f"set -- {text}\n".encode())

    words = [w.text for w in shell_commands(source, text_of(source))[0]][2:]

    assert words == (outcome.stdout.decode().split("\0")[:-1] if words else [])


@given(
    value=st.text(st.sampled_from("ab \"'\\:#é-\n"), min_size=1, max_size=30).filter(lambda t: t.strip()),
    style=st.sampled_from(["", "'", '"', "|", ">"]),
)
def test_every_yaml_style_has_places(value: str, style: str) -> None:
    """Each character of a value is found where it stands, in whatever style it was written."""
    from io import StringIO

    from ruamel.yaml.scalarstring import (
        DoubleQuotedScalarString,
        FoldedScalarString,
        LiteralScalarString,
        SingleQuotedScalarString,
    )

    styles: dict[str, Any] = {
        "'": SingleQuotedScalarString,
        '"': DoubleQuotedScalarString,
        "|": LiteralScalarString,
        ">": FoldedScalarString,
    }
    out = StringIO()
    writer = YAML()
    writer.width = 30
    made = styles[style](value) if style else value
    writer.dump({"services": {"x": {"command": ["uwsgi", "--chdir", made]}}}, out)
    source = Source("compose.yml", out.getvalue().encode())

    found = commands.find(source, "compose")

    assume(found)  # the writer cannot hold every text in every style
    (directive,) = found[0].document.directives()
    assume(directive.value == value)
    held = source.data[directive.value_start : directive.value_end].decode()
    assert [c for c in held if c in "ab:é"] == [c for c in value if c in "ab:é"]


@pytest.mark.parametrize("kind", sorted(commands.KINDS))
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_no_bytes_end_the_search(kind: str, data: bytes) -> None:
    """Whatever the bytes are, searching them gives a list."""
    assert isinstance(commands.find(Source("x", data), kind), list)
    assert commands.detect("x", data) in {None, *commands.KINDS}


PIECES = st.sampled_from(
    [
        *(
            "uwsgi ",
            "uwsgi_x ",
            "--ini",
            " --http",
            "=",
            " -Mp",
            "4 ",
            "'",
            '"',
            "\\",
            "\n",
            "$X",
            "${",
            "}",
            "$(",
            ")",
        ),
        *("`", "<<E\n", ";", "&", "|", "(", "%(ENV_X)s", "%i", "%%", "[program:x]\ncommand=", "[Service]\nExecStart="),
        *(
            "ENV UWSGI_A=",
            "CMD ",
            'CMD ["uwsgi","',
            '"]',
            "services:\n  a:\n    command: ",
            "export ",
            "web: ",
            "é",
            "\t",
        ),
        *(
            "sh -c ",
            "FROM x\n",
            "environment=UWSGI_B=",
            "Environment=UWSGI_C=",
            "[",
            "{",
            ">-\n      ",
            "#",
            "~/",
            "\\\n",
        ),
    ]
)


@pytest.mark.parametrize("kind", sorted(commands.KINDS))
@given(text=st.lists(PIECES, max_size=25).map("".join))
def test_every_place_is_in_the_file(kind: str, text: str) -> None:
    """Whatever is found stands in the file, and what was not filled in stands there as it was read."""
    data = text.encode()
    for command in commands.find(Source("x", data), kind):
        for d in command.document.directives():
            assert 0 <= d.key_start <= d.key_end <= len(data)
            assert 0 <= d.value_start <= d.value_end <= len(data)
        for problem in command.document.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(data)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("shell", "sh -c " * 5000 + "uwsgi -M"),
        ("shell", "$(" * 20000),
        ("shell", "${" * 20000 + "uwsgi"),
        ("shell", "uwsgi " + "'" * 100001),
        ("dockerfile", "CMD [" + '"a",' * 20000 + '"uwsgi"]'),
        ("dockerfile", "CMD " + "[" * 50000),
        ("dockerfile", "ENV A=1 \\\n" * 5000),
        ("compose", "services: " + "[" * 500),
        ("supervisor", "[program:x]\ncommand=uwsgi " + "%(" * 20000),
        ("systemd", "[Service]\nExecStart=/bin/uwsgi " + "\\\n" * 20000),
        ("procfile", "a" * 100000),
        ("supervisor", "[program:x]\na" + " " * 100000 + "b"),
        ("shell", "a -- " * 20000 + "uwsgi -M"),
        ("shell", "uwsgi " + "$X" * 20000 + " --" + "$X " * 20000),
        ("shell", "uwsgi" + " --=x" * 50000),
        ("shell", "uwsgi" + "".join(f" --unknown{n}" for n in range(50000))),
        ("supervisor", "[program:x]\ncommand=uwsgi\nenvironment=" + "a" * 100000),
        ("shell", "a" * 100000 + " " + "b=" * 50000 + "\n" + "c=d " * 20000),
    ],
)
def test_hostile_files_take_no_time(kind: str, text: str) -> None:
    """Depth and length cost neither the stack nor more than a moment."""
    start = time.process_time()

    commands.detect("x", text.encode())
    find(kind, text)

    assert time.process_time() - start < 2


# -- which kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("Dockerfile", "CMD uwsgi", "dockerfile"),
        ("deploy/Dockerfile.prod", "CMD uwsgi", "dockerfile"),
        ("app.dockerfile", "CMD uwsgi", "dockerfile"),
        ("Containerfile", "CMD uwsgi", "dockerfile"),
        ("Dockerfile", "CMD gunicorn", None),
        ("app.service", "[Service]\nExecStart=uwsgi", "systemd"),
        ("override.conf", "[Service]\nExecStart=/usr/bin/uwsgi\n", "systemd"),
        ("supervisord.conf", "[program:a]\ncommand=uwsgi", "supervisor"),
        ("app.ini", "[program:a]\ncommand=uwsgi", "supervisor"),
        ("Procfile", "web: uwsgi", "procfile"),
        ("docker-compose.prod.yml", "services: {a: {command: uwsgi}}", "compose"),
        ("compose.yaml", "services: {a: {command: uwsgi}}", "compose"),
        ("stack.yml", "services:\n  a:\n    command: uwsgi\n", "compose"),
        ("run.sh", "uwsgi", "shell"),
        ("entrypoint", "#!/usr/bin/env bash\nuwsgi", "shell"),
        ("start", "exec uwsgi --ini a.ini", "shell"),
        ("uwsgi.ini", "[uwsgi]\nhttp = :80", None),
        ("uwsgi.ini", "[uwsgi]\nattach-daemon = uwsgi --x\n", None),
        ("uwsgi.yml", "uwsgi:\n  http: :80", None),
        ("README.md", "    uwsgi --http :80", None),
        ("README", "uwsgi --http :80", None),
        ("app.py", "uwsgi --http :80", None),
    ],
)
def test_kinds_are_known_by_name_and_content(name: str, text: str, kind: str | None) -> None:
    """A file that may start a server is told from a configuration and from prose."""
    assert commands.detect(name, text.encode()) == kind


# -- the corpus ----------------------------------------------------------------------------------


def corpus() -> list[dict[str, Any]]:
    """The files of the corpus that hold commands."""
    if not CORPUS.is_dir():
        return []
    rows = [json.loads(line) for line in (CORPUS / "index.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if row["format"] == "cmd"]


# Placeholders of a template where the program stands: what they render to is the command.
TEMPLATES = {"0490", "0491", "0504"}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")
@pytest.mark.parametrize("row", corpus(), ids=lambda row: row["file"])
def test_finds_the_commands_of_real_files(row: dict[str, Any]) -> None:
    """Every real file that starts a server gives its commands, and nothing is refused that people run."""
    data = (CORPUS / "files" / row["file"]).read_bytes()
    name = row["origin"].rpartition("/")[2]
    kind = commands.detect(name, data)
    if row["file"][:4] in TEMPLATES:
        return
    assert kind is not None

    found = commands.find(Source(name, data), kind)

    assert [c for c in found if c.program is not None]
    assert not [p for c in found for p in c.document.problems if p.rule != "abbreviated-option"]
