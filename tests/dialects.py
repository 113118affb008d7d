"""Real servers by the libraries that they were built with.

The wheel of the tests has one library for each syntax. The others come from the folder that the
variable UWSGILINT_SERVERS names, whatever the binaries in it are called.
"""

from __future__ import annotations

import os
import re
import socket
from functools import cache
from pathlib import Path

import pytest

from uwsgilint.server import Server

# What each dialect needs, and what must be absent, among the words that the server was compiled with.
_COMPILED = {
    "builtin": ({"YAML"}, {"LIBYAML"}),
    "libyaml": ({"LIBYAML"}, set()),
    "jansson": ({"JSON"}, {"JSON_YAJL", "JSON_YAJL_OLD"}),
    "yajl": ({"JSON_YAJL"}, set()),
    "libxml2": ({"XML_LIBXML2"}, set()),
    "expat": ({"XML_EXPAT"}, set()),
}


@cache
def _words(path: str) -> frozenset[str]:
    """The features that a server was compiled with."""
    return frozenset(re.findall(r"-DUWSGI_(\w+)", Server(path).run(["--cflags"]).log))


def server_with(dialect: str, server: Server) -> Server:
    """A server that speaks a dialect; the test is skipped where there is none."""
    folder = os.environ.get("UWSGILINT_SERVERS")
    paths = [server.path, *map(str, sorted(Path(folder).glob("uwsgi-*")) if folder else [])]
    needed, absent = _COMPILED[dialect]
    for path in paths:
        if needed <= _words(path) and not absent & _words(path):
            return Server(path)
    pytest.skip(f"no server with {dialect}; UWSGILINT_SERVERS names a folder of further ones")


def filled(text: str, release: str) -> str:
    """Fill in the magic variables that the strategies use, as the server does."""
    known = {"%%": "%", "%V": release, "%[": "\x1b", "%h": socket.gethostname(), "%k": str(os.cpu_count())}
    return re.sub("%[%V[hk]", lambda found: known[found[0]], text)
