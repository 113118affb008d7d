"""An application that accepts messages at once and delivers them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uwsgi  # the server itself: this module exists only inside it

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Put the body of a POST into the spool."""
    if environ["REQUEST_METHOD"] != "POST":
        start_response("405 Method Not Allowed", [("Allow", "POST")])
        return []
    message = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    uwsgi.spool({b"message": message})
    start_response("202 Accepted", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Accepted.\n"]


def deliver(job: dict[bytes, bytes]) -> int:
    """Deliver one message: the spooler calls this in its own process."""
    uwsgi.log(f"delivered: {job[b'message'].decode()}")
    return uwsgi.SPOOL_OK


uwsgi.spooler = deliver
