"""Checks of logs and alarms: what one option calls by a name that another one gives.

Each function is named by a page in `rules/logging`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import composites, grammar
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = [
    "alarm_that_raises_itself",
    "encoder_of_unknown_logger",
    "late_alarm_exception",
    "second_alarm_of_a_name",
    "second_logger_of_a_name",
    "unrouted_logger",
]

# A line as an alarm of the kind `log` writes it (core/logging.c uwsgi_log_verbose), without the message.
_RAISED = "Thu Jan  1 00:00:00 1970 - ALARM: "


class _Value(NamedTuple):
    """A value that is known, taken apart."""

    given: Given
    parts: dict[str, str]


def _values(view: View, setting: str) -> list[_Value] | None:
    """Return the values of an option; None when they are not all known, or hold under conditions."""
    values: list[_Value] = []
    for given in view.every(setting):
        composite = composites.of(given.key)
        if composite is None or given.guard or not isinstance(given.text, str):
            return None
        pieces = grammar.parse(composite, given.text).pieces
        values.append(_Value(given, {name: piece.text for name, piece in pieces.items()}))
    return None if view.open else values


def unrouted_logger(view: View) -> Iterator[Finding]:
    """Tell of a `logger` with a name that no route sends anything to (core/logging.c uwsgi_master_log)."""
    routes, request_routes = _values(view, "log-route"), _values(view, "log-req-route")
    if routes is None or request_routes is None:
        return
    called = {each.parts.get("logger") for each in routes + request_routes}
    for given, parts in _values(view, "logger") or ():
        name = parts.get("id")
        if name and name not in called:
            yield make("unrouted-logger", given.value_span, {"logger": name}, given.key)


def encoder_of_unknown_logger(view: View) -> Iterator[Finding]:
    """Tell of an encoder for the lines of a logger that there is not (core/logging.c uwsgi_log_func_do)."""
    # The loggers of requests are never used by their names, and those that log-req-route names are among `logger`.
    loggers = _values(view, "logger")
    if loggers is None:
        return
    names = {parts.get("id") for _, parts in loggers}
    for setting in ("log-encoder", "log-req-encoder"):
        for given, parts in _values(view, setting) or ():
            name = parts.get("logger")
            if name and name not in names:
                yield make("encoder-of-unknown-logger", given.value_span, {"logger": name}, given.key)


def second_logger_of_a_name(view: View) -> Iterator[Finding]:
    """Tell of a `logger` whose name another one has before it (core/logging.c uwsgi_get_logger_from_id)."""
    for name, first, given in _repeated(view, "logger", "id"):
        related = related_to([first], f"`{name}` is this one")
        yield make("second-logger-of-a-name", given.value_span, {"logger": name}, given.key, related)


def second_alarm_of_a_name(view: View) -> Iterator[Finding]:
    """Tell of an `alarm` whose name another one has before it (core/alarm.c uwsgi_alarm_get_instance)."""
    for name, first, given in _repeated(view, "alarm", "name"):
        related = related_to([first], f"`{name}` is this one")
        yield make("second-alarm-of-a-name", given.value_span, {"alarm": name}, given.key, related)


def _repeated(view: View, setting: str, part: str) -> Iterator[tuple[str, Given, Given]]:
    seen: dict[str, Given] = {}
    for given, parts in _values(view, setting) or ():
        name = parts.get(part)
        if not name:
            continue
        if name in seen:
            yield name, seen[name], given
        seen.setdefault(name, given)


def alarm_that_raises_itself(view: View) -> Iterator[Finding]:
    """Tell of a `log-alarm` that matches what its own alarm writes into the log.

    An alarm of the kind `log` writes the line that raised it behind a date of its own, so a pattern without an
    anchor matches again, and each time the line is longer: the limit of `alarm-freq` is about equal lines only
    (core/alarm.c uwsgi_alarm_run).
    """
    alarms = _values(view, "alarm")
    if alarms is None or view.every("not-log-alarm"):
        return
    writing = {parts.get("name") for _, parts in alarms if parts.get("plugin") == "log"}
    for given, parts in _values(view, "log-alarm") or ():
        name = next((each for each in parts.get("alarms", "").split(",") if each in writing), None)
        if name is not None and _matches_again(parts.get("regex", "")):
            yield make("alarm-that-raises-itself", given.value_span, {"alarm": name}, given.key)


def _matches_again(pattern: str) -> bool:
    if not pattern or "(?" in pattern or "\\K" in pattern:
        return False
    if not re.search(r"\^|\\A|\\G", pattern):
        return True
    try:
        return re.search(pattern, _RAISED) is not None
    except re.error:
        return False


def late_alarm_exception(view: View) -> Iterator[Finding]:
    """Tell of a `not-log-alarm` behind the last `log-alarm`: they are asked in the order of the file.

    The first exception that matches ends the search (core/alarm.c uwsgi_alarm_log_check); what stands in front of it
    has raised its alarms by then.
    """
    raising = view.every("log-alarm")
    if view.open or not raising or any(each.directive is None or each.guard for each in raising):
        return
    last = raising[-1]
    for given in view.every("not-log-alarm"):
        if given.directive is None or given.guard or given.span.source is not last.span.source:
            continue
        if given.span.start > last.span.start:
            related = related_to([last], "this is asked before")
            yield make("late-alarm-exception", given.span, {}, given.key, related)
