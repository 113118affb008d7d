"""Actions of the server in the phases of its life."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from uwsgilint.schema.composite import Command, Composite, Secretly, Text, part
from uwsgilint.schema.composites.privileges import MountFlag
from uwsgilint.schema.types import LISTED, FileMode, Int, Path, Placeholder, String

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
_ARGS = "What the action needs, in one piece: `/run/app 750` for `chmod`."
# What the server cuts at single blanks, each as it stands behind the colon.
_SHAPES = (
    "{action}:{args}",
    "{action=cd,chdir,mkdir,create,creat,unlink,sticky,wait_for_fs,wait_for_file,wait_for_dir,wait_for_socket}:{path}",
    "{action=write,writen,append,appendn,writefifo,spinningfifo}:{path} [{text}]",
    "{action=chmod}:{path} {mode}",
    "{action=chown,chown2}:{path} {user} {group}",
    "{action=exec,safeexec}:{command}",
    "{action=mount}:{type} {source} {target}[ {flags}[ {data}]]",
    "{action=umount}:{target}[ {flags}]",
    "{action=call,callret,callint,callintret,rpc,retryrpc}:{function}[ {argument}]",
    "{action=unix_signal}:{signal} {function}",
    "{action=putenv}:{name}=[{value}]",
    "{action=hostname}:{name}",
    "{action=alarm}:{alarm} {text}",
    "{action=print,log}:[{text}]",
    "{action=exit}:[{code}]",
)


class _Action(Composite):
    """What every hook has, behind whatever stands in front of the action."""

    template: ClassVar[str] = ""

    private: Secretly = part(_PRIVATE, pattern="!")
    action: Action | Placeholder = part(_ACTION, required=True)
    args: Text | None = part(_ARGS)
    path: Path | None = part(
        "The file, fifo or directory that is entered, made, written, removed, changed or waited for.",
        examples=("/run/app",),
    )
    text: Text | None = part(
        "What is written, printed or said. `writen` and `appendn` put a newline behind it; `write` and `append` do not."
    )
    mode: FileMode | None = part("For `chmod`: the mode, in octal digits.", examples=("750",))
    user: String | None = part("For `chown`: the name of the owner; for `chown2`, its number.", examples=("www-data",))
    group: String | None = part("For `chown`: the name of the group; for `chown2`, its number.", examples=("www-data",))
    command: Command | None = part("For `exec`, and `safeexec`, which forgives a failure: the command line.")
    type: String | None = part("For `mount`: the type of the file system, or `none` for those that need none.")
    source: String | None = part("For `mount`: what to mount.")
    target: Path | None = part("For `mount` and `umount`: the directory that it is mounted on.")
    flags: Annotated[list[MountFlag | Placeholder], LISTED] | None = part(
        "For `mount` and `umount`: how.", separator=",", examples=(["bind", "ro"],)
    )
    data: Text | None = part("For `mount`: what the file system itself wants to know.")
    function: String | None = part(
        "The C function to call, which has to be in the server or in a library that it loads; for `rpc` and `retryrpc` "
        "the procedure, with `@` and a server behind it if it is elsewhere."
    )
    argument: Text | None = part(
        "What the function gets: a text, for `callint` and `callintret` a number, for `rpc` several words."
    )
    signal: Int | None = part(
        "For `unix_signal`: the number of the signal that the function is to handle.", ge=1, le=64
    )
    name: String | None = part("The variable that `putenv` sets, or the name that `hostname` gives the host.")
    value: Text | None = part("For `putenv`: the text of the variable.")
    alarm: String | None = part("For `alarm`: the name of the alarm that is raised.")
    code: Int | None = part(
        "For `exit`: the status. A single digit is read as 0, so that `03` is needed for 3.",
        form="0|[0-9]{2,}",
        wants="two digits or more: the server reads a single one as 0",
        le=255,
        examples=("03",),
    )


class Hook(_Action):
    """Does something in a phase of the server's life.

    Whether it can be done shows when the phase comes: an unknown action, or no colon, then ends the server, and so does
    an action that fails, except where the phase is one of ending. What follows the action may be written as its parts
    or, as `args`, in one piece.
    """

    template: ClassVar[str] = "|".join(f"[{{private}}]{shape}" for shape in _SHAPES)


class TouchHook(_Action):
    """Does something when a file changes.

    The first blank ends the path. An unknown action, or no colon, ends the server when the file is touched; without any
    action the server crashes then. What follows the action may be written as its parts or, as `args`, in one piece.
    """

    template: ClassVar[str] = "|".join(f"{{file}} [{{private}}]{shape}" for shape in _SHAPES)

    file: Path = part("The file to watch.", required=True)
