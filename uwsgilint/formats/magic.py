"""Magic variables: a percent sign and one character (core/utils.c magic_sub).

The server replaces them in the raw bytes of every configuration file before it parses the file.
What they stand for depends on the machine and on the way the file is opened, so a reader leaves
the known ones as they are written; only pairs that stand for nothing, and vanish, are its affair.
"""

from __future__ import annotations

import re

__all__ = ["VARIABLES", "drop_strays"]

# core/uwsgi.c config_magic_table_fill() and uwsgi_setup(); %[ is the escape character.
VARIABLES = b"vVhtTkuUgG[opdsnecxijbOPDSNECXIJ0123456789"

_PAIR = re.compile(rb"%(.?)", re.DOTALL)
# Nobody reads more of them, and half a million take a minute to tell.
_MOST_TOLD = 1000
_KEPT = frozenset(VARIABLES) | {ord("%"), ord("(")}


def drop_strays(data: bytes) -> tuple[bytes, list[tuple[int, int]], list[int]]:
    """Remove the pairs that the server replaces by nothing.

    Returns:
        The text without them; for every place where something went missing, its offset in that
        text and how many bytes went missing up to there; and the offsets of the pairs removed, a thousand at most.
    """
    pieces: list[bytes] = []
    origins: list[tuple[int, int]] = []
    strays: list[int] = []
    done = dropped = 0
    for pair in _PAIR.finditer(data):
        follower = pair[1]
        if follower and follower[0] in _KEPT:
            continue
        pieces.append(data[done : pair.start()])
        done = pair.end()
        dropped += done - pair.start()
        origins.append((done - dropped, dropped))
        if len(strays) < _MOST_TOLD:
            strays.append(pair.start())
    if not strays:
        return data, origins, strays
    pieces.append(data[done:])
    return b"".join(pieces), origins, strays
