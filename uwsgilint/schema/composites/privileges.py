"""Rights that are kept, and worlds of one's own."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from uwsgilint.schema.composite import Composite, Text, part
from uwsgilint.schema.types import LISTED, Int, Path, Placeholder, String

__all__ = [
    "Capabilities",
    "Capability",
    "ControlGroupSetting",
    "FileContent",
    "MountCommand",
    "MountFlag",
    "Namespace",
    "Namespaces",
    "Owner",
    "UnmountCommand",
]

Capability: TypeAlias = Literal[
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
]
Namespace: TypeAlias = Literal[
    "files", "fs", "io", "ipc", "mnt", "mount", "net", "ns", "parent", "pid", "sysvsem", "user", "uts"
]
MountFlag: TypeAlias = Literal[
    "bind",
    "dirsync",
    "mandlock",
    "move",
    "noatime",
    "nodev",
    "noexec",
    "rdonly",
    "readonly",
    "ro",
    "remount",
    "nosuid",
    "sync",
    "force",
    "detach",
    "rec",
    "recursive",
    "private",
    "shared",
    "snapshot",
]


class Capabilities(Composite):
    """Keeps some of the rights of root when the server becomes an ordinary user.

    A name that the server does not know is passed over with a line in the log, and so is one with `cap_` in front or in
    capitals; newer capabilities have to be given by number.
    """

    template: ClassVar[str] = "{names}"

    names: Annotated[list[Capability | Int], LISTED] = part(
        "The capabilities, by name or number.", separator=",", required=True, ge=0, examples=(["net_bind_service"],)
    )


class Namespaces(Composite):
    """Leaves namespaces of the system that are shared with other processes, and gets fresh ones.

    The server stops at a name that it does not know. `mnt`, `mount`, `ns` and `fs` are the same.
    """

    template: ClassVar[str] = "{names}"

    names: Annotated[list[Namespace | Placeholder], LISTED] = part(
        "The namespaces, by their names.", separator=",", required=True, examples=(["ipc", "uts"],)
    )


class MountCommand(Composite):
    """Mounts a file system in a phase of the start.

    A single blank stands between the parts. What cannot be mounted stops the server.
    """

    template: ClassVar[str] = "{type} {source} {target}[ {flags}[ {data}]]"

    type: String = part("The type of the file system, or `none` for those that need none.", required=True)
    source: String = part("What to mount; anything will do for a file system without a device.", required=True)
    target: Path = part("The directory to mount it on.", required=True)
    flags: Annotated[list[MountFlag | Placeholder], LISTED] | None = part("How to mount it.", separator=",")
    data: Text | None = part("What the file system itself wants to know.", examples=("size=64m",))


class UnmountCommand(Composite):
    """Takes a file system away in a phase of the start."""

    template: ClassVar[str] = "{target}[ {flags}]"

    target: Path = part("The directory that it is mounted on.", required=True)
    flags: Annotated[list[MountFlag | Placeholder], LISTED] | None = part(
        "How to take it away, such as `detach`.", separator=","
    )


class FileContent(Composite):
    """Writes a text to a file while the server is still root.

    The first equals sign ends the path. No newline is added.
    """

    template: ClassVar[str] = "{file}={content}"

    file: Path = part("The file, whose old content is lost.", required=True)
    content: Text | None = part("The text to write.")


class ControlGroupSetting(Composite):
    """Sets a value in the control groups of the option `cgroup`; only root may."""

    template: ClassVar[str] = "{file}={value}"

    file: String = part("The file in the directory of the group.", required=True, examples=("memory.limit_in_bytes",))
    value: Text = part("What to write to it.", required=True)


class Owner(Composite):
    """Names an owner by name or number, and a group if need be. An unknown name stops the server."""

    template: ClassVar[str] = "{user}[:{group}]"

    user: String = part("The user that shall own it.", required=True, examples=("www-data",))
    group: String | None = part("The group that shall own it.", default="left as it is")
