"""Loop engines: what depends on the order in which options are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.lint.finding import Fix, Related, make
from uwsgilint.lint.fixing.edits import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["low_timeout"]

_LEAST = 30
_ENGINES = ("gevent", "asyncio", "tornado")


def low_timeout(view: View) -> Iterator[Finding]:
    """Find a `socket-timeout` (in seconds) that undoes what the option of a loop engine raised.

    Each of these options lifts a lower timeout to 30 s in the moment it is read
    (plugins/gevent/gevent.c uwsgi_opt_setup_gevent), so it is only what comes behind all of them that counts.
    """
    given = view.every("socket-timeout")
    seconds = given[-1].read() if given else None
    if not isinstance(seconds, int) or not 0 < seconds < _LEAST or view.open:
        return
    last = given[-1]
    engines = [engine for name in _ENGINES for engine in view.every(name)]
    if not engines or not all(_stands_behind(last, engine) for engine in engines):
        return
    fix = None
    if last.literal and last.directive is not None and last.directive.source is view.document.source:
        edit = replace(last.directive, str(_LEAST), view.document.format)
        fix = None if edit is None else Fix((edit,), safe=False)
    values = {"seconds": str(seconds), "engine": engines[-1].key}
    related = (Related(engines[-1].span, f"{engines[-1].key} raises it here"),)
    yield make("low-timeout-in-loop", last.span, values, last.key, related, fix)


def _stands_behind(one: Given, other: Given) -> bool:
    """Whether one certainly comes behind another: both in one file, and neither under a condition."""
    if one.directive is None or other.directive is None or one.guard or other.guard:
        return False
    return one.directive.source is other.directive.source and one.span.start > other.span.start
