"""The real server understands what we write, as INI and as arguments, for every option and for awkward values."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import cases
from uwsgilint import catalog
from uwsgilint.catalog import builds
from uwsgilint.document import Directive, Document, Section, Source, Span
from uwsgilint.formats import args, ini
from uwsgilint.language.placeholders import escape
from uwsgilint.server import Server, acts_while_reading
from uwsgilint.verify import expected, understood

# A value that the server takes, for each kind; where an option wants something else, it is below.
VALID = {
    "int": "3",
    "signed-int": "-3",
    "uint64": "4096",
    "uint16": "4096",
    "megabytes": "64",
    "count": "2",
    "file-descriptor": "0",
    "flag": "true",
    "inverse-flag": "true",
    "switch": "true",
    "string": "some text",
    "spaced-string": "some text",
    "log-date": "%%Y-%%m-%%d",
    "strings": "some text",
    "path": "/nonexistent/file",
    "optional-path": "/nonexistent/file",
    "paths": "/nonexistent/folder",
    "code": "1 + 1",
    "commands": "/bin/true --now",
    "mule": "mule.py",
    "logger": "file:/dev/null",
    "regexps": "^a.*b$",
    "print": "some text",
    "mode": "660",
    "file-mode": "640",
    "umask": "022",
    "user": "nobody",
    "group": "nogroup",
    "capabilities": "setgid,setuid",
    "namespaces": "uts,ipc",
    "socket": "127.0.0.1:18000",
    "endpoint": "tcp://127.0.0.1:18000",
    "router-socket": "127.0.0.1:18000",
    "redirect-socket": "127.0.0.1:18000",
    "tls-socket": "127.0.0.1:18000,cert.pem,key.pem",
    "tls-pairs": "addr=127.0.0.1:18000,cert=cert.pem,key=key.pem",
    "address": "127.0.0.1:18000",
    "addresses": "127.0.0.1:18000",
    "ip-addresses": "127.0.0.1",
    "pairs": "/static=/srv/static",
    "optional-pairs": "/cgi=/srv/cgi",
    "regexp-pairs": "^/static 3600",
    "key-values": "cmd=/bin/true,freq=3",
    "environment": "NAME=some value",
    "environment-name": "NAME",
    "cron": "-1 -1 -1 -1 -1 /bin/true",
    "cron2": "minute=5,hour=-1 /bin/true",
    "legion-cron": "legion -1 -1 -1 -1 -1 /bin/true",
    "farm": "farm:1",
    "route": "^/a break:403 Forbidden",
    "code-string": "0:file.py:function",
    "digest-directory": "SHA1:/srv/keys",
    "file-serve-mode": "x-sendfile",
    "subscription-algo": "lrc",
    "placeholder": "name=value",
    "declaration": "mine=env=X=$1",
    "terminator": "1",
    "reset": "1",
    "ignored": "1",
    "sni": "localhost cert.pem,key.pem",
}
SPECIAL = {
    **dict.fromkeys(
        ("route-status", "error-route-status", "final-route-status", "response-route-status"), "404 break:403"
    ),
    **{
        f"{chain}route-{suffix}": value
        for chain in ("", "error-", "final-", "response-")
        for suffix, value in (
            ("if", "exists:/a break:403"),
            ("if-not", "exists:/a break:403"),
            ("run", "break:403"),
            ("label", "there"),
        )
    },
    "resolve": "name=localhost",
    "cgi-helper": ".php=/bin/php",
    "cgi-map-helper": ".php=/bin/php",
    "static-expires-type": "text/css=3600",
    "static-expires-type-mtime": "text/css=3600",
    "subscriptions-sign-check": "SHA1:/srv/keys",
    "min-worker-lifetime": "1",
    "exit": "3",
    "early-envdir": "/etc",
    "envdir": "/etc",
    "uid": "1",
    "gid": "1",
    "http-uid": "1",
    "http-gid": "1",
    "fastrouter-uid": "1",
    "fastrouter-gid": "1",
    "ksm": "10",
    "set": "threads=2",
    "log-encoder": "prefix some text",
    "log-req-encoder": "prefix some text",
    "stats-push": "statsd:127.0.0.1:18125",
    "stats-pusher": "statsd:127.0.0.1:18125",
    "stats-pushers": "statsd:127.0.0.1:18125",
}
# Kinds that cannot be tried one by one, and why.
UNTRIED_KINDS = {
    "action": "does what it says and exits",
    "config": "needs a file of its own",
    "logic": "opens a block that swallows what follows",
    "legion": "opens a socket to its nodes while it is read",
    "legion-pairs": "needs a legion in front of it",
    "plugins": "loads a file of code",
    "tuntap-rule": "belongs to a plugin that no build here embeds",
}
UNTRIED = {
    "blacklist": "forbids every option behind it",
    "whitelist": "forbids every option behind it",
    "strict": "is what the test itself sets",
    "chroot": "the server leaves the folder it needs",
    "declare-option": "the names it declares stay declared",
    "if-hostname-match": "is a condition",
}


@cache
def embedded() -> tuple[str, ...]:
    """Every option of the wheel, the server of these tests."""
    build = builds.build("pyuwsgi")
    assert build is not None
    return tuple(name for name in catalog.names(build.release) if build.has(name))


def value_for(name: str) -> str | None:
    """A valid value for an option, or None where it cannot be tried."""
    option = catalog.option(name)
    assert option is not None
    if option.kind in UNTRIED_KINDS or name in UNTRIED:
        return None
    value = SPECIAL.get(name, VALID[option.kind])
    return None if acts_while_reading(name, value) else value


def document(pairs: list[tuple[str, str]]) -> Document:
    """A document of one section."""
    source = Source("made.ini", b"")
    made = Document(source, "ini")
    directives = [Directive(key, value, source) for key, value in pairs]
    made.sections.append(Section("uwsgi", directives, Span(source, 0, 0)))
    return made


def misunderstood(server: Server, folder: Path, pairs: list[tuple[str, str]]) -> list[str]:
    """What the server understands otherwise of a document, written in either way."""
    made = document(pairs)
    file = folder / "made.ini"
    file.write_bytes(ini.write(made))
    found = []
    for form in (str(file), args.write(made)):
        answer = server.understand(form, strict=True, cwd=folder)
        if answer.refused is not None:
            found.append(f"{'INI' if form == str(file) else 'args'}: {answer.refused}")
        elif understood(answer.entries) != expected(made.directives()):
            found.append(f"{form}: {answer.entries}")
    return found


@pytest.mark.server
@pytest.mark.parametrize("part", range(8))
def test_accepts_a_valid_value_of_every_option(server: Server, tmp_path: Path, part: int) -> None:
    """Under strict, each option that can be tried is understood as written, in an INI file and as an argument."""
    names = [name for name in embedded() if value_for(name) is not None][part::8]

    failed = {}
    for name in names:
        value = value_for(name)
        assert value is not None
        wrong = misunderstood(server, tmp_path, [(name, value)])
        if wrong:
            failed[name] = wrong

    assert failed == {}


def test_nearly_every_option_can_be_tried() -> None:
    """What stays untried is what acts, includes, branches or needs another option."""
    untried = [name for name in embedded() if value_for(name) is None]

    assert len(untried) < 0.12 * len(embedded()), untried


TEXT_KINDS = ("string", "strings")
# Text options of which the server makes something while it reads.
PARSED_TEXTS = frozenset(SPECIAL) | {
    "chdir2",
    "log-encoder",
    "inject-before",
    "inject-after",
    "plugin-dir",
    "plugins-dir",
}


@cache
def plain_texts() -> tuple[str, ...]:
    """Options whose value is any text, and that do not act, fork or branch."""
    return tuple(
        name
        for name in embedded()
        if (option := catalog.option(name)) is not None
        and option.kind in TEXT_KINDS
        and "immediate" not in option.flags
        and name not in PARSED_TEXTS
        and value_for(name) is not None
    )


AWKWARD = st.lists(
    st.sampled_from(
        [
            *(
                " ",
                "  ",
                "%",
                "%%",
                "=",
                "==",
                "'",
                '"',
                "\\",
                "\\n",
                "$",
                "@",
                "#",
                ";",
                " ; c",
                " # c",
                "[",
                "]",
                "{",
                "}",
            ),
            *(
                "!",
                "`",
                "&",
                "|",
                "<",
                ">",
                "*",
                "?",
                "~",
                ",",
                ":",
                "/",
                "-",
                "--",
                "a",
                "B7",
                "é",
                "日本",
                "\u00a0",
                "\t",
            ),
            *("%s", "%d", "%(", "$HOME", "${HOME}", "$()", "@", "(x)", "true", "false", "0", "-1", "\U0001f40d"),
        ]
    ),
    max_size=7,
).map("".join)


@st.composite
def configurations(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A few options of every kind; text as awkward as text can be."""

    def pair(name: str) -> tuple[str, str]:
        option = catalog.option(name)
        value = value_for(name)
        assert option is not None
        assert value is not None
        if name in plain_texts():
            literal = draw(AWKWARD).strip(" \t\r")
            # There is no way to write the text of a placeholder, so none is meant.
            return name, escape(re.sub(r"[%$@]+\(", "(", literal))
        if option.kind == "flag":
            return name, draw(st.sampled_from(["true", "false", "1", "0", "on", "off", "yes", "no", "True", ""]))
        if option.kind in {"int", "uint64", "uint16"} and name not in SPECIAL:
            return name, str(draw(st.integers(0, 40000)))
        return name, value

    every = [name for name in embedded() if value_for(name) is not None]
    chosen = st.one_of(st.sampled_from(every), st.sampled_from(plain_texts()))
    return [pair(name) for name in draw(st.lists(chosen, min_size=1, max_size=8, unique_by=catalog.setting_of))]


@pytest.mark.server
@pytest.mark.parametrize("part", range(4))  # parts run beside each other
@cases(0.25)
@given(pairs=configurations())
@example(pairs=[("callable", ""), ("declare-option2", "mine=env=X=$1")])
def test_understands_what_was_meant(server: Server, tmp_path: Path, part: int, pairs: list[tuple[str, str]]) -> None:
    """Generated configurations, awkward values included, arrive as they were meant in either form."""
    assert misunderstood(server, tmp_path, pairs) == []


@pytest.mark.server
def test_blocks_and_placeholders_arrive_in_either_form(server: Server, tmp_path: Path) -> None:
    """A flag in a block, a placeholder and its use, and a flag that is off mean the same as arguments."""
    pairs = [
        ("set-ph", "root=/srv"),
        ("if-env", "PATH"),
        ("master", "true"),
        ("vacuum", "false"),
        ("endif", "true"),
        ("chdir", "%(root)/app"),
        ("die-on-term", "no"),
        ("log-format", "%%(method) %%(uri)"),
    ]

    made = document(pairs)
    file = tmp_path / "made.ini"
    file.write_bytes(ini.write(made))
    from_ini = server.understand(file, strict=True, cwd=tmp_path)
    from_args = server.understand(args.write(made), strict=True, cwd=tmp_path)

    assert from_ini.refused is None, from_ini.log
    assert understood(from_ini.entries) == understood(from_args.entries)
    assert ("chdir", "/srv/app") in from_args.entries
