"""Programs that live and die with the instance."""

from typing import ClassVar

from uwsgilint.schema.composite import Command, Composite, part
from uwsgilint.schema.types import Int, Path, Paths, Presence, String

__all__ = ["Daemon", "LegionDaemon", "LegionSmartDaemon", "SmartDaemon"]

_FREQ = "How many checks, about one a second, may fail before the program is started again."


class Daemon(Composite):
    """Runs a program beside the workers, from keys and values.

    Each of the keys that switch something on does so with any value: `control=0` is on. Users and groups are numbers: a
    name is read as 0, and the program keeps the rights of the master. A comma in the command needs a backslash.
    """

    template: ClassVar[str] = "{*}"

    cmd: Command = part("The command line.", keys=("cmd", "command", "exec"), required=True)
    freq: Int | None = part(_FREQ, default="10", ge=0)
    pidfile: Path | None = part(
        "The file in which the program writes its process id. While that process lives, after a reload too, it is not "
        "started again."
    )
    control: Presence | None = part("Stops the whole instance when the program ends.")
    daemonize: Presence | None = part(
        "Says that the server, not the program, does the work of going to the background; needs `pidfile`.",
        keys=("daemonize", "daemon"),
    )
    touch: Paths | None = part(
        "Files whose change stops the program, by `stopsignal`, to be started again.", separator=";"
    )
    stopsignal: Int | None = part(
        "The signal that stops it.", keys=("stopsignal", "stop_signal"), default="15, SIGTERM", ge=1, le=64
    )
    reloadsignal: Int | None = part(
        "The signal that it gets instead of `stopsignal` when the instance reloads.",
        keys=("reloadsignal", "reload_signal"),
        default="none",
        ge=0,
        le=64,
    )
    stdin: Presence | None = part("Leaves the program the standard input of the server.")
    uid: Int | None = part("The number of the user that it runs as.", default="that of the master", ge=0)
    gid: Int | None = part("The number of the group that it runs as.", default="that of the master", ge=0)
    ns_pid: Presence | None = part("Gives it a list of processes of its own, of which it is the first.")
    chdir: Path | None = part("The directory that it starts in.")
    max_throttle: Int | None = part(
        "The longest pause before it is started once more when it keeps dying.", unit="seconds", ge=0
    )
    notifypid: Presence | None = part(
        "Passes on reloads and stops to a program with a `pidfile`, which otherwise hears nothing of them."
    )


class SmartDaemon(Composite):
    """Runs a program that goes to the background by itself, and knows it by its pidfile.

    The first blank ends the pidfile. `smart-attach-daemon2` is for programs that stay in the foreground.
    """

    template: ClassVar[str] = "{pidfile}[,{freq}] {command}"

    pidfile: Path = part("The file in which the program writes its process id.", required=True)
    freq: Int | None = part(_FREQ, default="10", ge=0)
    command: Command = part("The command line.", required=True)


class LegionDaemon(Composite):
    """Runs a program on the one node that is the lord of a legion.

    The first blank ends the name.
    """

    template: ClassVar[str] = "{legion} {command}"

    legion: String = part("The name of the legion.", required=True)
    command: Command = part("The command line.", required=True)


class LegionSmartDaemon(Composite):
    """Runs a program with a pidfile on the one node that is the lord of a legion.

    The first blank ends the name, the second one the pidfile.
    """

    template: ClassVar[str] = "{legion} {pidfile}[,{freq}] {command}"

    legion: String = part("The name of the legion.", required=True)
    pidfile: Path = part("The file in which the program writes its process id.", required=True)
    freq: Int | None = part(_FREQ, default="10", ge=0)
    command: Command = part("The command line.", required=True)
