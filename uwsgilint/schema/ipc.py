"""Sharing and signals: what the processes of an instance hand each other."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.memory import SharedArea
from uwsgilint.schema.composites.signals import FileSignal, Timer
from uwsgilint.schema.types import Actions, Int, String, UInt64

__all__ = ["Ipc"]


class Ipc(Subsystem):
    """Provides shared memory areas, queues, remote procedures and uwsgi signals for the processes of an instance.

    Shared areas are raw memory that all workers read and write. The queue is a ring of equal slots, used as a stack
    or as a pipeline. Remote procedures are functions registered by name and called locally or from other nodes. All
    of them are made at start, have a fixed size, and are empty again after a reload (save a queue with `queue-store`).

    uwsgi signals have nothing to do with Unix signals: they are numbers from 0 to 255 for which the application
    registers a handler and a target (any worker, all workers, mules, a farm, the spooler). The options here raise them:
    by clock, by a changed file, or from outside. A number for which nobody registered a handler only makes a log
    line.
    """

    table: ClassVar[str] = "ipc"
    title: ClassVar[str] = "Sharing and signals"

    # Memory
    sharedarea: Each[SharedArea] | None = option(
        "Reserves an area of memory that all processes share, numbered from 0 in this order. A number counts pages (4 "
        "KiB on most machines); keys say more: `pages`, `size` in bytes, or a `file` or `fd` to map, with `size` and "
        "`offset`.",
        examples=("16", "size=1048576", "file=/dev/shm/shop,size=65536"),
        catch="Sizes take plain bytes: `64k` is read as 64 pages, `size=1M` as one page.",
        see=("queue", "py-sharedarea"),
    )
    queue: Int | None = option(
        "Creates a ring of this many slots in shared memory for `uwsgi.queue_push`, `queue_pop` (newest first) and "
        "`queue_pull` (oldest first). There is one queue per instance.",
        unit="slots",
        default="no queue",
        ge=1,
        examples=(1000,),
        catch="A full ring silently overwrites its oldest entry; and slots times block size must be a multiple of "
        "the memory page, or the start fails.",
        see=("queue-blocksize", "queue-store"),
    )
    queue_blocksize: Int | None = option(
        "Sizes the slots of the queue. An entry needs 16 bytes for bookkeeping besides its data; a larger one is "
        "refused.",
        unit="bytes",
        default="8192",
        ge=17,
        examples=(65536,),
        see=("queue",),
    )
    queue_store: String | None = option(
        "Keeps the queue in this file by mapping it into memory, so that its entries survive a stop and a reload. The "
        "file is made at the first start.",
        examples=("/var/lib/shop/queue.bin",),
        catch="Another number of slots or another block size no longer fits the file, and the start fails until it "
        "is removed.",
        see=("queue", "queue-store-sync"),
    )
    queue_store_sync: Int | None = option(
        "Asks the kernel every so many cycles of the master to write changed parts of the file of `queue-store` to "
        "disk. It protects against a crash of the machine; after one of uWSGI alone the data is there anyway.",
        unit="master cycles",
        default="only once at start",
        ge=0,
        examples=(10,),
        see=("queue-store", "check-interval"),
    )

    # Procedures
    rpc_max: UInt64 | None = option(
        "Makes room for this many functions registered for remote calls, in each worker. A registration beyond it "
        "fails.",
        unit="functions",
        default="64",
        ge=1,
        examples=(256,),
    )

    # Signals
    signal_timer: Each[Timer] | None = option(
        "Raises a uwsgi signal at a fixed interval, as `NUMBER SECONDS`. The kernel keeps the time, independent of the "
        "master's cycle.",
        examples=("17 60",),
        catch="There is room for 64 timers; without a blank in the value the master exits after the start.",
        see=("signal-rbtimer", "cron"),
    )
    signal_rbtimer: Each[Timer] | None = option(
        "Raises a uwsgi signal at an interval that the master keeps itself in a sorted tree, as `NUMBER SECONDS`. It "
        "needs no descriptor of the kernel, at the price of less precision; otherwise it equals `signal-timer`.",
        examples=("18 300",),
        catch="There is room for 64 of them; without a blank in the value the master exits after the start.",
        see=("signal-timer",),
    )
    touch_signal: Each[FileSignal] | None = option(
        "Raises a uwsgi signal when a file gets a newer modification time, appears or goes away, as `FILE NUMBER`. The "
        "master compares once per cycle.",
        examples=("/srv/shop/catalogue.json 20",),
        catch="Without a number, signal 0 is raised.",
        see=("fs-signal", "touch-exec", "check-interval"),
    )
    fs_signal: Each[FileSignal] | None = option(
        "Raises a uwsgi signal when the kernel (inotify or kqueue) reports a change of a file, or of the entries of a "
        "directory, as `PATH NUMBER`. It reacts at once where `touch-signal` looks now and then.",
        examples=("/srv/shop/inbox 21",),
        catch="The path must exist at start; otherwise a log line is all that comes of it.",
        see=("touch-signal", "fs-reload"),
    )
    signal_bufsize: Int | None = option(
        "Sets the buffers of the sockets on which signals travel to workers, mules and spoolers. Raise it when the log "
        "says that a signal could not be delivered while all receivers are busy.",
        unit="bytes",
        default="what the system gives",
        ge=0,
        examples=(65536,),
    )
    signal: Actions | None = option(
        "Sends a uwsgi signal to another server and exits instead of starting: `ADDRESS,NUMBER`, where the address is "
        "a uwsgi socket. The exit code is 0 if it was taken, 2 if it was rejected.",
        examples=("127.0.0.1:3031,17",),
        catch="It belongs on a command line: in a configuration, this is all that the instance will ever do.",
        see=("touch-signal", "signal-timer"),
    )
