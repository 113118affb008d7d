"""An application that says which thread answered."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the name of the thread."""
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"Answered by {threading.current_thread().name}.\n".encode()]
