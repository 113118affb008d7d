"""Checks of what works beside the requests: mules and their farms, and jobs that run at certain times.

Each function is named by a page in `rules/processes` or `rules/logging`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import composites, grammar
from uwsgilint.lint.finding import make
from uwsgilint.lint.fixing.edits import fix_of
from uwsgilint.lint.views import World
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["alarm_to_missing_mule", "blank_in_schedule", "either_day", "never_running", "unknown_mule", "unused_alarm"]

_CRONS = ("cron", "unique-cron", "legion-cron", "unique-legion-cron", "cron2")
_KEY = re.compile(r",*(?:minute|hour|day|month|week|unique|harakiri|legion)=|,+$")
_WORD = re.compile(r"[^ ]+")
_NAME = re.compile(r"[\w-]+")
_LONGEST_MONTH = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _mules(view: View) -> int | None:
    """Return how many mules there are; None when that is not known."""
    given = [*view.every("mule"), *view.every("mules")]
    if view.open or any(each.guard or not isinstance(each.text, str) for each in given):
        return None
    # Of both options, every occurrence adds to the number (core/uwsgi.c uwsgi_opt_add_mules).
    return sum(decimal_prefix(str(each.text)) if each.key == "mules" else 1 for each in given)


def unknown_mule(view: View) -> Iterator[Finding]:
    """Tell of a `farm` with a mule that there is not: mules have the numbers from 1 on."""
    number = _mules(view)
    if number is None:
        return
    for given in view.every("farm"):
        if not isinstance(given.text, str):
            continue
        name, colon, numbers = given.text.partition(":")
        # A mule below 1 is refused as a value of its own.
        wrong = [each for each in numbers.split(",") if decimal_prefix(each) > number]
        if colon and wrong:
            values = {"farm": name, "mule": wrong[0], "number": str(number)}
            yield make("unknown-mule", given.value_span, values, given.key)


def alarm_to_missing_mule(view: View) -> Iterator[Finding]:
    """Tell of an `alarm` for a mule that there is not."""
    number = _mules(view)
    if number is None:
        return
    for given in view.every("alarm"):
        pieces = _pieces(given)
        mule = pieces.get("mule")
        if mule is not None and (decimal_prefix(mule) > number or not number):
            name = pieces.get("name", "")
            values = {"alarm": name, "mule": mule, "number": str(number)}
            yield make("alarm-to-missing-mule", given.value_span, values, given.key)


def _pieces(given: Given) -> dict[str, str]:
    """Return the parts of a value as texts; nothing for one that is not known."""
    composite = composites.of(given.key)
    if composite is None or not isinstance(given.text, str):
        return {}
    return {name: piece.text for name, piece in grammar.parse(composite, given.text).pieces.items()}


def _times(given: Given) -> dict[str, int] | None:
    """Return the fields of a job that are plain numbers; None when one of them is something else."""
    pieces = _pieces(given)
    if "weekday" in pieces:
        pieces["week"] = pieces["weekday"]
    found = {name: pieces[name] for name in ("minute", "hour", "day", "month", "week") if name in pieces}
    if not all(re.fullmatch(r"-?\d{1,9}", text) for text in found.values()):
        return None
    return {name: int(text) for name, text in found.items()}


def either_day(view: View) -> Iterator[Finding]:
    """Tell of a job with a day of the month and a day of the week: either of them is enough."""
    for setting in _CRONS:
        for given in view.every(setting):
            times = _times(given)
            if times is not None and times.get("day", -1) > 0 and times.get("week", -1) >= 0:
                values = {"day": str(times["day"]), "week": str(times["week"])}
                yield make("either-day", given.value_span, values, given.key)


def never_running(view: View) -> Iterator[Finding]:
    """Tell of a job for a day that no month has, or for a month 0."""
    for setting in _CRONS:
        for given in view.every(setting):
            times = _times(given)
            if times is None:
                continue
            day, month, week = (times.get(name, -1) for name in ("day", "month", "week"))
            months = range(1, 13) if month < 0 else [month] if month <= 12 else []
            longest = max((_LONGEST_MONTH[each] for each in months), default=31)
            # With a day of the week, that one is enough.
            if month == 0:
                when = "in month 0"
            elif week < 0 and (day == 0 or longest < day <= 31):
                when = "on day 0" if day == 0 else f"on day {day} of month {month}"
            else:
                continue
            yield make("never-running-job", given.value_span, {"when": when}, given.key)


def blank_in_schedule(view: View) -> Iterator[Finding]:
    """Tell of a `cron2` whose keys have blanks between them: the command begins at the first blank."""
    for given in view.every("cron2"):
        text = given.text
        if not isinstance(text, str):
            continue
        words = list(_WORD.finditer(text))
        keys = 1
        while keys < len(words) and _KEY.match(words[keys][0]):
            keys += 1
        if not words or "=" not in words[0][0] or not any("=" in word[0] for word in words[1:keys]):
            continue
        schedule, command = words[0][0], text[words[1].start() :]
        rest = text[words[keys].start() :] if keys < len(words) else ""
        joined = ",".join(word[0].strip(",") for word in words[:keys] if word[0].strip(","))
        world = World(view, given.guard, given)
        fix = fix_of([("set", "value", "{joined}")], world, {"joined": f"{joined} {rest}"}, safe=False)
        values = {"command": command, "schedule": schedule}
        yield make("blank-in-schedule", given.value_span, values, given.key, fix=fix)


def unused_alarm(view: View) -> Iterator[Finding]:
    """Tell of an `alarm` whose name stands nowhere else in the configuration."""
    if view.open:
        return
    words: set[str] = set()
    for setting in view.settings():
        if setting != "alarm":
            for each in view.every(setting):
                words.update(_NAME.findall(each.text if isinstance(each.text, str) else each.shown))
    for given in view.every("alarm"):
        name = _pieces(given).get("name")
        if name and _NAME.fullmatch(name) and name not in words:
            yield make("unused-alarm", given.value_span, {"alarm": name}, given.key)
