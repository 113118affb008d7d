"""Actions of the server in the phases of its life."""

from typing import ClassVar, Literal, TypeAlias

from uwsgilint.schema.composite import Composite, Secretly, Text, part
from uwsgilint.schema.types import Path, Placeholder

__all__ = ["Action", "Hook", "TouchHook"]

Action: TypeAlias = Literal[
    "cd",
    "chdir",
    "mkdir",
    "putenv",
    "chmod",
    "chown",
    "chown2",
    "sticky",
    "exec",
    "safeexec",
    "create",
    "creat",
    "write",
    "writen",
    "append",
    "appendn",
    "writefifo",
    "spinningfifo",
    "unlink",
    "mount",
    "umount",
    "call",
    "callret",
    "callint",
    "callintret",
    "hostname",
    "alarm",
    "rpc",
    "retryrpc",
    "wait_for_fs",
    "wait_for_file",
    "wait_for_dir",
    "wait_for_socket",
    "unix_signal",
    "exit",
    "print",
    "log",
    "tcc",
    "ffi",
]

_PRIVATE = "Keeps what the action is about out of the log: an exclamation mark in front of it."
_ACTION = (
    "What to do: enter or make a directory, change owner or mode, run a command, write to a file or fifo, mount, call "
    "a C function, wait for something, send a signal, raise an alarm, print, or exit. `tcc` and `ffi` need the "
    "plugins libtcc and libffi."
)
_ARGS = "What the action needs, separated by blanks: `chmod:/run/app 750`, `write:/run/app.pid $(PID)`."


class Hook(Composite):
    """Does something in a phase of the server's life.

    Whether it can be done shows when the phase comes: an unknown action, or no colon, then ends the server, and so does
    an action that fails, except where the phase is one of ending.
    """

    template: ClassVar[str] = "[{private}]{action}:{args}"

    private: Secretly = part(_PRIVATE, pattern="!")
    action: Action | Placeholder = part(_ACTION, required=True)
    args: Text | None = part(_ARGS)


class TouchHook(Composite):
    """Does something when a file changes.

    The first blank ends the path. An unknown action, or no colon, ends the server when the file is touched; without any
    action the server crashes then.
    """

    template: ClassVar[str] = "{file} [{private}]{action}:{args}"

    file: Path = part("The file to watch.", required=True)
    private: Secretly = part(_PRIVATE, pattern="!")
    action: Action | Placeholder = part(_ACTION, required=True)
    args: Text | None = part(_ARGS)
