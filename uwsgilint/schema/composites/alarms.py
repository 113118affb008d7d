"""Telling somebody that something is wrong."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Command, Composite, Regex, Text, part
from uwsgilint.schema.types import Int, Placeholder, Presence, String, Strings, UInt64

__all__ = ["Alarm", "FdAlarm", "LogAlarm"]


class Alarm(Composite):
    """Declares an alarm, which other options raise by its name.

    The server stops at a plugin that it does not know. Messages that repeat themselves within `alarm-freq` seconds are
    left out. What follows the plugin may be written as its parts or, as `args`, in one piece.
    """

    template: ClassVar[str] = (
        "{name} {plugin}:{args}"
        "|{name} {plugin=cmd}:{command}"
        "|{name} {plugin=mule}:{mule}"
        "|{name} {plugin=signal}:{signal}"
        "|{name} {plugin=curl}:{url}[;{*;method,subject,mail_from,mail_to,auth_user,auth_pass,"
        "ssl,ssl_insecure,timeout,conn_timeout}]"
        "|{name} {plugin=xmpp}:{jid};{password};{recipients}"
    )

    name: String = part("The name by which it is raised.", required=True)
    plugin: Literal["cmd", "log", "mule", "signal", "curl", "airbrake", "speech", "xmpp"] | Placeholder = part(
        "How it tells. `cmd`, `log`, `mule` and `signal` are always there; `curl` is the plugin alarm_curl, `speech` "
        "alarm_speech, `xmpp` alarm_xmpp, `airbrake` has its own name.",
        required=True,
    )
    args: Text | None = part("What the plugin needs, in one piece.", examples=("https://alarms.example.com;timeout=3",))
    command: Command | None = part(
        "For `cmd`: the command line, which gets the message on its standard input.",
        examples=("mail -s uwsgi ops@example.com",),
    )
    mule: Int | None = part("For `mule`: the number of the mule that gets the message; 0 is any.", ge=0)
    signal: Int | None = part("For `signal`: the number of the signal of uWSGI that is raised.", ge=0, le=255)
    url: String | None = part(
        "For `curl`: where the message is sent, over HTTP or SMTP.", examples=("smtp://mail.example.com",)
    )
    method: String | None = part("For `curl`: the method of HTTP.", keys=("method",), default="PUT", examples=("POST",))
    subject: Text | None = part("For `curl`: the subject of the mail.", keys=("subject",))
    mail_from: String | None = part("For `curl`: the address that the mail comes from.", keys=("mail_from",))
    mail_to: Strings | None = part(
        "For `curl`: the addresses that the mail goes to.",
        keys=("mail_to",),
        separator=",",
        examples=(["ops@example.com"],),
    )
    auth_user: String | None = part("For `curl`: the name to log in with.", keys=("auth_user",))
    auth_pass: String | None = part("For `curl`: the password to log in with.", keys=("auth_pass",))
    ssl: Presence | None = part("For `curl`: insists on encryption.", keys=("ssl",))
    ssl_insecure: Presence | None = part("For `curl`: believes any certificate.", keys=("ssl_insecure",))
    timeout: Int | None = part(
        "For `curl`: how long the whole exchange may take.",
        keys=("timeout",),
        unit="seconds",
        default="the option socket-timeout",
        ge=0,
    )
    conn_timeout: Int | None = part(
        "For `curl`: how long the connection may take.",
        keys=("conn_timeout",),
        unit="seconds",
        default="the option socket-timeout",
        ge=0,
    )
    jid: String | None = part("For `xmpp`: the account that sends the message.", examples=("uwsgi@example.com",))
    password: String | None = part("For `xmpp`: the password of that account.")
    recipients: Strings | None = part("For `xmpp`: the accounts that get the message.", separator=",")


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
