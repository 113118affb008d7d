"""The project's WSGI entry point.

In a real project this module is four lines and ends in ``application = get_wsgi_application()``. The stand-in
below keeps the layout and the settings lookup, so that the example runs where Django is not installed.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
settings = import_module(os.environ["DJANGO_SETTINGS_MODULE"])

PAGE = f"""<!doctype html>
<link rel="stylesheet" href="/static/css/site.css">
<h1>{settings.SITE_NAME}</h1>
"""


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the front page."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [PAGE.encode()]
