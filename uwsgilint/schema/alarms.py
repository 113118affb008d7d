"""Telling somebody when something goes wrong."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.alarms import Alarm, FdAlarm, LogAlarm
from uwsgilint.schema.types import Flag, Int, Strings, UInt64

__all__ = ["Alarms"]


class Alarms(Subsystem):
    """Tells somebody, by command, mail or message, when a log line matches, a queue fills up or a process crashes.

    First declare an `alarm`: a name, and what shall happen. Then name it wherever something may raise it: `log-alarm`
    for lines of the log, `alarm-backlog` for a full listen queue, `alarm-segfault`, `metric-threshold`, a hook or route
    with the action `alarm:`, or `uwsgi.alarm()` in the application. A thread of the master delivers the message.

    A name that was never declared is the usual mistake, and its punishment varies: `log-alarm` and `alarm-fd` end the
    start, unless no alarm is declared at all; the others say nothing and stay silent when it counts. Identical messages
    in quick succession are delivered once, see `alarm-freq`. Keep patterns narrow, since what an alarm itself writes to
    the log may match again.
    """

    table: ClassVar[str] = "alarms"
    title: ClassVar[str] = "Alarms"

    alarm: Each[Alarm] | None = option(
        "Declares an alarm as a name, a blank, and an action with its argument. `cmd:` runs a shell command with the "
        "message on its standard input, `log:` writes to the log, `signal:` sends a uWSGI signal, `mule:` a message to "
        "a mule; plugins add `curl:`, `xmpp:`, `airbrake:` and `speech:`.",
        examples=("mail cmd:mail -s uwsgi ops@example.com", "note log:shop", "worker mule:1"),
        catch="The colon is needed even with nothing behind it; an unknown action ends the start.",
        see=("log-alarm", "alarm-backlog", "alarm-list"),
    )
    log_alarm: Each[LogAlarm] | None = option(
        "Raises one or several alarms, separated by commas, for each log line that fits the regular expression after "
        "the blank. The line is the message.",
        examples=("mail ^(CRITICAL|Traceback)", "mail,note uWSGI listen queue .* full"),
        catch="A blank after a comma belongs to the expression: `a, b ERR` raises only a. Lines of a `req-logger` are "
        "never looked at.",
        see=("not-log-alarm", "alarm", "req-logger"),
    )
    not_log_alarm: Each[LogAlarm] | None = option(
        "Exempts log lines that fit the regular expression from all `log-alarm` rules below it: rules are tried in "
        "order and this one ends the search. The alarms it names must exist, though which they are does not matter.",
        examples=("mail Traceback.*BrokenPipe",),
        see=("log-alarm",),
    )
    alarm_backlog: Strings | None = option(
        "Raises the alarm when as many connections wait on a socket as its queue can hold. The master looks once a "
        "second, which leaves no doubt that more workers are needed.",
        examples=("mail",),
        catch="The kernel tells this for TCP sockets on Linux, not for UNIX sockets. An unknown name is ignored.",
        see=("listen", "alarm"),
    )
    alarm_segfault: Strings | None = option(
        "Raises the alarm when a process of the server crashes with a segmentation fault; the message is the stack "
        "trace.",
        examples=("mail",),
        catch="Only builds against a C library with stack traces (glibc, not musl) do so. An unknown name is ignored.",
        see=("alarm", "backtrace-depth"),
    )
    alarm_fd: Each[FdAlarm] | None = option(
        "Watches an inherited file descriptor and raises the alarm with a fixed message when something can be read "
        "from it. The number of bytes to read may follow the descriptor after a colon: 8 for an eventfd.",
        examples=("mail 17:8 memory limit reached",),
        default="1 byte is read",
        catch="The message must not contain a colon: it would be cut there.",
        see=("alarm",),
    )
    alarm_freq: Int | None = option(
        "Sets for how long an alarm keeps quiet about a message that equals its last one; another text gets through "
        "at once.",
        unit="seconds",
        default="3",
        ge=0,
        examples=(60,),
        see=("alarm",),
    )
    alarm_msg_size: UInt64 | None = option(
        "Limits the message that hooks, routes, metrics and applications may send with an alarm; a longer one is "
        "dropped, not shortened.",
        unit="bytes",
        default="8192",
        ge=1,
        catch="Raise `log-master-bufsize` by as much, since each alarm keeps its last message in a buffer of that "
        "size.",
        see=("log-master-bufsize", "alarm"),
    )
    alarm_cheap: Flag | None = option(
        "Delivers all alarms from the one alarm thread. Otherwise each `curl:` alarm has a thread of its own, and "
        "alarms of the log run where the log is read.",
        default="off",
        catch="On a command line it takes an argument (`--alarm-cheap=1`); and one slow delivery delays the others.",
        see=("alarm", "log-alarm"),
    )
    alarm_list: Flag | None = option(
        "Logs at start which actions an alarm may use in this build, and goes on.",
        default="off",
        see=("alarm",),
    )
