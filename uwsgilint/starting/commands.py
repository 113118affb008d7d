"""What a command that starts a server says about the application.

Servers for Python name it in their own ways: `gunicorn shop.web`, `uwsgi -w shop.web:app`, `waitress-serve --call
shop:create_app` ... The command is split as a shell would, and never run.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Started", "started"]

# The name that a server looks for in a module where the command says none.
_DEFAULTS = dict.fromkeys(("gunicorn", "uwsgi", "pyuwsgi", "mod_wsgi-express"), "application")
_SERVERS = frozenset({*_DEFAULTS, "waitress-serve", "uvicorn", "hypercorn", "daphne", "granian"})
_ASGI_SERVERS = frozenset({"uvicorn", "hypercorn", "daphne", "granian"})
_OPERATOR = re.compile(r"[;&|]+")
_NAMED = re.compile(r"(?P<module>(?:[^\W\d][\w-]*\.)*[^\W\d][\w-]*)(?::(?P<name>[^\W\d]\w*(?:\.\w+)*(?:\(.*\))?))?")
# Options of gunicorn that take no value: all others do, and a module without `:` looks like any other value.
_FLAGS = frozenset(
    [
        *("--reload", "--preload", "--daemon", "-D", "--spew", "--check-config", "--print-config", "--no-sendfile"),
        *("--reuse-port", "-R", "--enable-stdio-inheritance", "--capture-output", "--proxy-protocol", "--log-syslog"),
        *("--disable-redirect-access-to-syslog", "--initgroups", "--strip-header-spaces", "--casefold-http-method"),
        *("--do-handshake-on-connect", "--suppress-ragged-eofs", "--permit-unconventional-http-method"),
        *("--permit-unconventional-http-version", "--permit-obsolete-folding", "--no-control-socket"),
        *("-v", "--version", "-h", "--help"),
    ]
)
_MODULES = ("module", "wsgi", "w", "wsgi-file", "file")  # options of uWSGI that name the application


class Started(NamedTuple):
    """The application that a command names.

    Attributes:
        module: its module, such as `shop.web`; or a file, such as `shop/web.py`.
        name: what is called there; `create_app()` is a function that makes it; "" when that is not said.
        asgi: whether it is started by what speaks ASGI.
        folder: where imports start, from the folder of the command; "" when that is the same.
    """

    module: str
    name: str
    asgi: bool
    folder: str = ""

    def __str__(self) -> str:
        return f"{self.module}:{self.name}" if self.name else self.module


def started(command: str) -> Started | None:
    """Return the application that a command names; None when it starts no server that is known, or names none."""
    folder = ""
    for words in _commands(command):
        if words[0] == "cd" and len(words) == 2:
            folder = words[1]
        place = next((n for n, word in enumerate(words) if word.rpartition("/")[2] in _SERVERS), None)
        if place is not None:
            found = _read(words[place].rpartition("/")[2], words[place + 1 :])
            return found and found._replace(folder=(found.folder or folder).removeprefix("./").strip("/"))
    return None


def _commands(line: str) -> Iterator[list[str]]:
    """Split a line of shell into the words of each command."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:  # a quote without an end
        words = line.split()
    command: list[str] = []
    for word in [*words, ";"]:
        if not _OPERATOR.fullmatch(word):
            command.append(word)
        elif command:
            yield command
            command = []


def _read(server: str, words: list[str]) -> Started | None:
    options, others = _options(words, _FLAGS if server == "gunicorn" else frozenset())
    asgi = server in _ASGI_SERVERS
    if server in {"uwsgi", "pyuwsgi"}:
        named = [options[key] for key in _MODULES if key in options]
        named += [options["mount"].rpartition("=")[2]] if "mount" in options else []
    elif server == "gunicorn":
        named = others[:1]
        asgi = any("uvicorn" in options.get(key, "").lower() for key in ("k", "worker-class"))
    else:
        # Which of their options take a value is not known here: what has a colon between names is the application.
        asgi = asgi and options.get("interface") != "wsgi" and not any(word.startswith("wsgi:") for word in words)
        words = [word.partition("=")[2] if word.startswith("--") else word for word in words]
        words = [re.sub(r"\A[aw]sgi:", "", word) for word in words]
        named = [word for word in words if ":" in word and _NAMED.fullmatch(word) and not word.startswith("python:")]
        named += [word for word in words if word.endswith(".py")]
    if not named:
        return None
    folder = options.get("chdir", options.get("app-dir", ""))
    path = re.fullmatch(r"(?P<module>.+\.py)(?::(?P<name>\w+(?:\(\))?))?", named[0])
    found = path or _NAMED.fullmatch(named[0])
    if found is None:
        return None
    name = found["name"] or options.get("callable") or _DEFAULTS.get(server, "")
    if ("call" in options or "factory" in options) and not name.endswith(")"):
        name += "()"
    return Started(found["module"], re.sub(r"\(\s*\)\Z", "()", name), asgi, folder)


def _options(words: list[str], flags: frozenset[str]) -> tuple[dict[str, str], list[str]]:
    """Return the options of a command with their values, and the words that belong to none."""
    options: dict[str, str] = {}
    others: list[str] = []
    rest = iter(words)
    waiting = ""
    for word in rest:
        if word == "--":
            others += rest
        elif word.startswith("-") and len(word) > 1:
            key, equals, value = word.lstrip("-").partition("=")
            if not word.startswith("--") and len(word) > 2:
                key, equals, value = word[1], "=", word[2:].removeprefix("=")
            options[key] = value
            waiting = "" if equals or word in flags else key
        elif waiting:
            options[waiting] = word
            waiting = ""
        else:
            others.append(word)
    return options, others
