"""Commands and URLs by the clock."""

import re
from typing import ClassVar

from typing_extensions import Self

from uwsgilint.schema.composite import Bit, Command, Composite, part
from uwsgilint.schema.types import SignedInt, String, UInt64

__all__ = ["Cron", "CurlCron", "KeyedCron", "LegionCron", "LegionCurlCron"]

_MONTHS = dict(
    zip(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), range(1, 13), strict=True)
)
_DAYS = dict(zip(("sun", "mon", "tue", "wed", "thu", "fri", "sat"), range(7), strict=True))
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS: dict[str, dict[str, int]] = {"minute": {}, "hour": {}, "day": {}, "month": _MONTHS, "weekday": _DAYS}


def _field(name: str, text: str) -> int:
    """Read a field of a crontab line.

    Raises:
        ValueError: one schedule of uWSGI cannot say it.
    """
    if text == "*":
        return -1
    if "," in text:
        raise ValueError(f"{name} {text!r} is a list; write one schedule for each of its numbers")
    if "-" in text:
        raise ValueError(f"{name} {text!r} is a range; write one schedule for each of its numbers")
    if (every := re.fullmatch(r"\*/([0-9]+)", text)) is not None:
        step = int(every[1])
        if step == 0:
            raise ValueError(f"{name} {text!r} has a step of nothing")
        if step > 1 and name in {"day", "month"}:
            # crontab counts from 1: days 1, 6, 11 ...; uWSGI takes the multiples: 5, 10, 15 ...
            raise ValueError(f"{name} {text!r} counts from 1, whereas -{step} fires on the multiples of {step}")
        return -step
    if text.lower() in _FIELDS[name]:
        return _FIELDS[name][text.lower()]
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    raise ValueError(f"{name} {text!r} is neither a number nor `*`")


class _Schedule(Composite):
    """When something runs: five numbers, of which -1 means any and -N every N.

    When both day and weekday are given, either suffices, as in a crontab. The clock is the local time of the server.
    """

    template: ClassVar[str] = ""

    minute: SignedInt = part("The minute of the hour.", required=True, ge=-59, le=59, examples=(0, -5))
    hour: SignedInt = part("The hour of the day.", required=True, ge=-23, le=23, examples=(3, -1))
    day: SignedInt = part("The day of the month.", required=True, ge=-31, le=31, examples=(1, -1))
    month: SignedInt = part("The month of the year.", required=True, ge=-12, le=12, examples=(1, -1))
    weekday: SignedInt = part("The day of the week; both 0 and 7 are Sunday.", required=True, ge=-6, le=7)

    @classmethod
    def crontab(cls, line: str, **parts: object) -> Self:
        """Read a line of a crontab, such as `*/5 0 * * mon command`.

        Args:
            line: five fields, or a word such as `@daily`, and a command.
            **parts: what a crontab does not say, such as the legion.

        Raises:
            ValueError: one schedule of uWSGI cannot say it, for a reason that the text gives.
        """
        words = line.split(None, 1)
        if words and words[0].lower() in _NICKNAMES:
            line = f"{_NICKNAMES[words[0].lower()]} {words[1] if len(words) > 1 else ''}"
        elif words and words[0].startswith("@"):
            raise ValueError(f"{words[0]!r} is no time of the clock")
        fields = line.split(None, 5)
        if len(fields) < 6:
            raise ValueError(f"{line!r} is not five fields and a command")
        if re.search(r"(?<!\\)%", fields[5]):
            raise ValueError("what a crontab writes behind % goes to the command's standard input; uWSGI gives it none")
        numbers = {name: _field(name, text) for name, text in zip(_FIELDS, fields, strict=False)}
        last = next(reversed(cls.model_fields))
        return cls.model_validate({**parts, **numbers, last: fields[5].rstrip().replace("\\%", "%")})


_FIVE = "{minute} +{hour} +{day} +{month} +{weekday} +"


class Cron(_Schedule):
    """Runs a command by the clock.

    Five numbers come first, of which -1 means any and -N every N; the stars of a crontab stop the server. A number that
    no clock ever shows is accepted, and never comes. When both day and weekday are given, either suffices.
    """

    template: ClassVar[str] = _FIVE + "{command}"

    command: Command = part("The command line for a shell.", required=True)


class CurlCron(_Schedule):
    """Asks for a URL by the clock.

    Five numbers come first, of which -1 means any and -N every N; the stars of a crontab stop the server.
    """

    template: ClassVar[str] = _FIVE + "{url}"

    url: String = part("The URL to fetch; the answer is thrown away.", required=True)


class LegionCron(_Schedule):
    """Runs a command by the clock, on the one node that is the lord of a legion.

    Five numbers come behind the name, of which -1 means any and -N every N.
    """

    template: ClassVar[str] = "{legion} " + _FIVE + "{command}"

    legion: String = part("The name of the legion.", required=True)
    command: Command = part("The command line for a shell.", required=True)


class LegionCurlCron(_Schedule):
    """Asks for a URL by the clock, on the one node that is the lord of a legion.

    Five numbers come behind the name, of which -1 means any and -N every N.
    """

    template: ClassVar[str] = "{legion} " + _FIVE + "{url}"

    legion: String = part("The name of the legion.", required=True)
    url: String = part("The URL to fetch; the answer is thrown away.", required=True)


class KeyedCron(Composite):
    """Runs a command by the clock, from keys and values; what is left out means any.

    The first word is the list of keys if it has an equals sign, and the first blank ends it: behind a comma and a blank
    the rest is taken for the command. A star is read as 0. Without such a word the whole value is the command, and
    runs every minute; the server still looks for keys in it, between commas.
    """

    template: ClassVar[str] = "{*} {command}|{command}"
    pairs: ClassVar[str] = "[^ =]*=[^ ]*"

    minute: SignedInt | None = part("The minute; -N means every N.", default="-1, any", ge=-59, le=59, examples=(0, -5))
    hour: SignedInt | None = part("The hour; -N means every N.", default="-1, any", ge=-23, le=23, examples=(3,))
    day: SignedInt | None = part(
        "The day of the month; -N means the multiples of N.", default="-1, any", ge=-31, le=31, examples=(1,)
    )
    month: SignedInt | None = part("The month; -N means the multiples of N.", default="-1, any", ge=-12, le=12)
    week: SignedInt | None = part("The day of the week; both 0 and 7 are Sunday.", default="-1, any", ge=-6, le=7)
    unique: Bit | None = part("Whether the command is left out while the last one still runs.", default="0")
    harakiri: UInt64 | None = part(
        "When the command is killed. 0 exempts it from the option `cron-harakiri`.", unit="seconds"
    )
    legion: String | None = part("The legion whose lord alone runs it.")
    # With no list in front, its first word must not look like one.
    command: Command = part("The command line for a shell.", required=True, pattern=r"(?:(?<= )|(?![^ ]*=)).*")
