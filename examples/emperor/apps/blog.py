"""The blog: one of two applications under the emperor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer every request with the application's name."""
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"This is the blog.\n"]
