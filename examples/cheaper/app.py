"""An application that takes a little time, as real ones do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer after 20 milliseconds of pretended work."""
    time.sleep(0.02)
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Done.\n"]
