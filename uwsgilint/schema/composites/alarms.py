"""Telling somebody that something is wrong."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, Regex, Text, part
from uwsgilint.schema.types import Int, Placeholder, String, Strings, UInt64

__all__ = ["Alarm", "FdAlarm", "LogAlarm"]


class Alarm(Composite):
    """Declares an alarm, which other options raise by its name.

    The server stops at a plugin that it does not know. Messages that repeat themselves within `alarm-freq` seconds are
    left out.
    """

    template: ClassVar[str] = "{name} {plugin}:{args}"

    name: String = part("The name by which it is raised.", required=True)
    plugin: Literal["cmd", "log", "mule", "signal", "curl", "airbrake", "speech", "xmpp"] | Placeholder = part(
        "How it tells. `cmd`, `log`, `mule` and `signal` are always there; `curl` is the plugin alarm_curl, `speech` "
        "alarm_speech, `xmpp` alarm_xmpp, `airbrake` has its own name.",
        required=True,
    )
    args: Text | None = part(
        "What the plugin needs: a command, which gets the message on its standard input; the number of a mule; the "
        "number of a signal of uWSGI; a URL and `;key=value` for `curl`."
    )


class LogAlarm(Composite):
    """Raises alarms when a line of the log matches a regular expression.

    The first blank ends the names, so there is none among them. An unknown name stops the server, but only if at least
    one alarm is declared. Lines are looked at in the master.
    """

    template: ClassVar[str] = "{alarms} {regex}"

    alarms: Strings = part("The names of the alarms.", separator=",", required=True)
    regex: Regex = part("What the line has to match.", required=True)


class FdAlarm(Composite):
    """Raises an alarm when something can be read from a file descriptor.

    Without a number of bytes the message must have no colon: the server takes the first one, wherever it stands, for
    the one in front of that number, and cuts the message there.
    """

    template: ClassVar[str] = "{alarm} {fd}[:{bytes}] {message}"

    alarm: String = part("The name of the alarm.", required=True)
    fd: Int = part(
        "The number of the file descriptor.", required=True, pattern="[^ :]*(?=:|[^:]*$)", ge=0, examples=(3,)
    )
    bytes: UInt64 | None = part("How much to read each time.", unit="bytes", default="1", ge=1, examples=(8,))
    message: Text = part("What the alarm says.", required=True)
