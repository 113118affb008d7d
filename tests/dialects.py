"""Real servers by the libraries that they were built with.

The wheel of the tests has one library for each syntax. The others are those that `make servers` built, or that
the folder holds which the variable UWSGILINT_SERVERS names, whatever the binaries in it are called.
"""

from __future__ import annotations

import os
import re
import socket
from functools import cache

import pytest

from tools.servers import made
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
    needed, absent = _COMPILED[dialect]
    # Newer ones first: their parsers are what the older ones have, with fewer faults.
    for candidate in (server, *reversed(made())):
        words = _words(candidate.path)
        if needed <= words and not absent & words:
            return candidate
    pytest.skip(f"no server with {dialect}; `make servers` builds some")


def filled(text: str, release: str) -> str:
    """Fill in the magic variables that the strategies use, as the server does."""
    known = {"%%": "%", "%V": release, "%[": "\x1b", "%h": socket.gethostname(), "%k": str(os.cpu_count())}
    return re.sub("%[%V[hk]", lambda found: known[found[0]], text)
