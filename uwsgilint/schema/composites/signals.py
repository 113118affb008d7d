"""Signals of uWSGI, by the clock or by a file, and commands by a file."""

from typing import ClassVar

from uwsgilint.schema.composite import Command, Composite, Text, part
from uwsgilint.schema.types import Int, Path, UInt64

__all__ = ["FileSignal", "ReloadFd", "Timer", "TouchCommand"]

_SIGNAL = "The number of the signal that the application has registered."


class Timer(Composite):
    """Raises a signal again and again.

    The numbers end at the first character that is no digit.
    """

    template: ClassVar[str] = "{signal} {seconds}"

    signal: Int = part(_SIGNAL, required=True, ge=0, le=255)
    seconds: Int = part("The time between two of them.", required=True, unit="seconds", ge=1)


class FileSignal(Composite):
    """Raises a signal when a file, or something in a directory, changes.

    The first blank ends the path. `touch-signal` without a number raises signal 0, `fs-signal` does not watch at all.
    """

    template: ClassVar[str] = "{file} {signal}"

    file: Path = part("The file or directory to watch.", required=True)
    signal: Int = part(_SIGNAL, required=True, ge=0, le=255)


class TouchCommand(Composite):
    """Runs a command when a file changes.

    The first blank ends the path. Without a command the server runs the file itself.
    """

    template: ClassVar[str] = "{file} {command}"

    file: Path = part("The file to watch.", required=True)
    command: Command = part("The command line for a shell.", required=True)


class ReloadFd(Composite):
    """Reloads the instance when something can be read from a file descriptor, such as an eventfd of a cgroup."""

    template: ClassVar[str] = "{fd}[:{bytes}][ {message}]"

    fd: UInt64 = part("The number of the file descriptor.", required=True, examples=(3,))
    bytes: UInt64 | None = part("How much to read each time.", unit="bytes", default="1", examples=(8,))
    message: Text | None = part("What the log says then.")
