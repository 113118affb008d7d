"""Numbers of processes, and what recycles them: what no condition over single options says.

Each function is named by a page in `rules/processes` or `rules/values`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make
from uwsgilint.lint.fixing.edits import fix_of
from uwsgilint.lint.views import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding, Fix
    from uwsgilint.lint.views import Given, View

__all__ = ["evil_limits", "host_cpus", "idle_deltas", "switched_off", "zero_workers"]

# What only workers accept connections on; a router such as `http` may have its backends elsewhere.
_SOCKETS = (
    *("socket", "uwsgi-socket", "http-socket", "http11-socket", "https-socket", "suwsgi-socket", "ssl-socket"),
    *("fastcgi-socket", "fastcgi-nph-socket", "scgi-socket", "scgi-nph-socket", "raw-socket", "puwsgi-socket"),
)
_ZERO = re.compile(r"\s*[+-]?0+")
# A bare %k, not one that a second percent sign makes a text of.
_CPUS = re.compile(r"(?<!%)(?:%%)*%k|%\(\s*%?k\b")


def _number(view: View, setting: str) -> tuple[int, Given] | None:
    """Return the number that a setting certainly is, and what says so; None when that is not known."""
    given = view.every(setting)
    if not given or given[-1].guard:
        return None
    value = view.value(setting)
    return (value, given[-1]) if isinstance(value, int) else None


def _removed(view: View, given: Given, *, safe: bool) -> Fix | None:
    return fix_of([("remove", "value", "")], World(view, given.guard, given), {}, safe=safe)


def zero_workers(view: View) -> Iterator[Finding]:
    """Tell of a plain 0 for `processes` where a socket waits for workers.

    A word such as `auto` is 0 as well; that is told as what it is, no number.
    """
    found = _number(view, "processes")
    if found is None or found[0] != 0 or view.open:
        return
    given = found[1]
    if not isinstance(given.text, str) or _ZERO.fullmatch(given.text) is None:
        return
    listening = [each for setting in _SOCKETS for each in view.every(setting)]
    if listening:
        related = related_to(listening[:1], "nobody accepts connections here")
        yield make("zero-workers", given.span, {"option": given.key, "value": given.text}, given.key, related)


def host_cpus(view: View) -> Iterator[Finding]:
    """Tell of numbers that are taken from the processors of the machine, `%k`."""
    for setting in ("processes", "threads", "cheaper", "cheaper-initial"):
        for given in view.every(setting):
            # As it is written: the number that it stands for is the machine's, and unknown here.
            if _CPUS.search(given.shown):
                yield make("host-cpu-count", given.value_span, {"option": given.key, "value": given.shown}, given.key)


def idle_deltas(view: View) -> Iterator[Finding]:
    """Tell of a delta between workers whose limit is not set."""
    for limit in ("max-requests", "max-worker-lifetime"):
        found = _number(view, f"{limit}-delta")
        if found is None or found[0] <= 0 or view.value(limit) != 0:
            continue
        given = found[1]
        fix = _removed(view, given, safe=True)
        values = {"value": given.shown, "delta": f"{limit}-delta", "limit": limit}
        yield make("delta-without-limit", given.span, values, given.key, related_to(view.every(limit), "off"), fix)


def evil_limits(view: View) -> Iterator[Finding]:
    """Tell of limits of memory at which the master kills, that are not above those at which a worker leaves."""
    for kind in ("rss", "as"):
        soft, evil = _number(view, f"reload-on-{kind}"), _number(view, f"evil-reload-on-{kind}")
        if soft is None or evil is None or soft[0] <= 0 or evil[0] <= 0 or evil[0] > soft[0]:
            continue
        values = {"evil": evil[1].shown, "soft": soft[1].shown, "kind": kind}
        related = related_to([soft[1]], "where a worker leaves by itself")
        yield make("kill-before-reload", evil[1].span, values, evil[1].key, related)


def switched_off(view: View) -> Iterator[Finding]:
    """Tell of flags that are off, and turn on by their name what nothing else turns on."""
    for setting in view.settings():
        option = catalog.option(setting)
        if option is None or option.kind != "flag" or not option.flags:
            continue
        given = view.every(setting)
        if not given or given[-1].guard or given[-1].read() is not False:
            continue
        for implied in catalog.implies(option):
            if implied == setting or view.every(implied) or view.value(implied) is not True:
                continue
            # Another option that says the same by its name would have the same effect without this one.
            if _others(view, implied, setting):
                continue
            values = {"option": given[-1].key, "value": given[-1].shown, "implied": implied}
            fix = _removed(view, given[-1], safe=False) if len(given) == 1 else None
            yield make("effect-of-switched-off-option", given[-1].span, values, given[-1].key, (), fix)
            break


def _others(view: View, implied: str, setting: str) -> bool:
    for other in view.settings():
        option = catalog.option(other) if other != setting else None
        if option is not None and option.flags and implied in catalog.implies(option):
            return True
    return False
