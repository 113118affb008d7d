"""Limits: what the operating system lets the instance use."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.privileges import ControlGroupSetting
from uwsgilint.schema.types import Flag, Int, Megabytes, SignedInt, String, Strings

__all__ = ["Limits"]


class Limits(Subsystem):
    """Bounds what the operating system lets the processes use: memory, descriptors, processes, priority, groups.

    These are limits of the kernel, set once at start and inherited by all processes of the instance. They are walls,
    not recycling: a process that meets its `limit-as` gets errors from then on, while `reload-on-rss` replaces it
    politely. Use both, the wall well above the other.

    `max-fd` is the one that most need: upwards for many connections, and downwards in containers, where a limit of a
    billion descriptors makes routers allocate gigabytes and lets each fork close them one by one. systemd's
    `LimitNOFILE` and `MemoryMax` do the same from outside, and are to be preferred where they exist, as uWSGI's control
    groups know only the old version 1. Except for that, a limit that cannot be set is logged and the start goes on.
    """

    table: ClassVar[str] = "limits"
    title: ClassVar[str] = "Limits"

    max_fd: Int | None = option(
        "Sets how many file descriptors each process may have open, soft and hard limit alike. Raising the hard limit "
        "takes root, lowering it nothing.",
        unit="descriptors",
        default="inherited",
        ge=1,
        examples=(65536,),
        catch="It is applied after privileges are dropped, so with `uid` even root's start cannot raise it unless "
        "`drop-after-init` or its like delays the drop.",
        see=("limit-nproc", "drop-after-init", "http"),
    )
    limit_as: Megabytes | None = option(
        "Bounds the address space of each process, that is all memory it could touch, not what it uses. A process "
        "that asks for more gets an error, in Python a MemoryError.",
        unit="MiB",
        default="inherited",
        ge=1,
        examples=(1024,),
        catch="No unit is read: `1G` is one MiB, and the start fails. Below 256 hardly anything loads.",
        see=("reload-on-as", "reload-on-rss"),
    )
    limit_nproc: Int | None = option(
        "Bounds how many processes and threads the user of the instance may have in all, those of other programs "
        "included. If `processes` does not fit in, it is lowered to fit.",
        unit="processes",
        default="inherited",
        ge=1,
        examples=(200,),
        catch="Root is not bound by it.",
        see=("processes", "threads"),
    )
    prio: SignedInt | None = option(
        "Sets the niceness of the instance: from -20, first in line for the processor, to 19, which takes what "
        "others leave.",
        default="inherited, usually 0",
        ge=-20,
        le=19,
        examples=(10,),
        catch="A negative value takes root or the capability sys_nice at a time when `uid` has been applied; otherwise "
        "it is logged and ignored. 0 counts as not set.",
        see=("cpu-affinity", "cap"),
    )
    never_swap: Flag | None = option(
        "Locks all present and future memory of each process into RAM, so that no request waits for the disk.",
        default="off",
        catch="Reserved memory counts fully; the kernel's limit for locked memory makes it fail with a log line, or "
        "makes later allocations fail.",
        see=("limit-as",),
    )
    ksm: Int | None = option(
        "Lets the kernel merge equal pages of memory between processes (Linux KSM): after every so many requests of "
        "a worker, and as many cycles of the master, its memory is registered anew. Bare, it means each.",
        unit="requests",
        default="off",
        ge=0,
        examples=(10,),
        catch="The kernel's own switch, `/sys/kernel/mm/ksm/run`, has to be 1.",
        see=("reload-on-rss",),
    )

    # Control groups
    cgroup: Strings | None = option(
        "Puts the instance into a control group of Linux by its directory, which is made if necessary, before "
        "privileges are dropped. Only a start by root does it; others skip it in silence.",
        examples=("/sys/fs/cgroup/memory/shop",),
        catch="It writes to the file `tasks` of version 1; on version 2, which has none, the start ends with exit "
        "code 1.",
        see=("cgroup-opt", "cgroup-dir-mode"),
    )
    cgroup_opt: Each[ControlGroupSetting] | None = option(
        "Sets a knob of the kernel in each group of `cgroup`, such as its memory limit, by writing a value to the file "
        "of that name: `FILE=VALUE` or `FILE:VALUE`.",
        examples=("memory.limit_in_bytes=268435456",),
        catch="A file that cannot be opened is passed over without a word.",
        see=("cgroup",),
    )
    cgroup_dir_mode: String | None = option(
        "Sets the rights of the directories in `cgroup`, in octal, whether they are made or exist.",
        default="0700",
        examples=("0755",),
        see=("cgroup",),
    )
