"""An application that says what reached it, after the router had its way with the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the path, the query and the user."""
    found = environ["PATH_INFO"] != "/missing"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    seen = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} for {environ.get('REMOTE_USER') or 'anybody'}\n"
    return [seen.encode()]
