"""Locks: between processes, between threads, between instances."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Int, Paths, Placeholder, String

__all__ = ["Locks"]


class Locks(Subsystem):
    """Lets processes take turns, chooses what their locks are made of, and keeps a second instance from starting.

    Two unrelated things share the word. Inside an instance there are locks in shared memory: some for uWSGI itself
    (cache, signals, accepting connections) and some for the application, which takes them by number with `uwsgi.lock`.
    If a process dies with a lock in hand, the next one in line gets it. `thunder-lock`
    is the one that people set: with many processes and threads on one socket it saves useless wake-ups.

    Between instances there are lock files: `flock` and its relatives hold a file as long as the instance lives, so that
    a second copy (a cron job, a careless operator) stops or waits instead of running twice. The file must exist and be
    writable.
    """

    table: ClassVar[str] = "locks"
    title: ClassVar[str] = "Locks"

    # Inside the instance
    thunder_lock: Flag | None = option(
        "Makes workers and threads queue for a shared lock before they wait for connections, so that a new one wakes "
        "a single waiter instead of all of them. It evens out the load and saves processor time with many processes "
        "or threads.",
        default="off",
        catch="With one worker and one thread it only costs.",
        see=("processes", "threads", "map-socket"),
    )
    locks: Int | None = option(
        "Creates this many more locks for the application. Number 0 always exists; with 2, the application may "
        "also lock 1 and 2.",
        unit="locks",
        default="0, so number 0 alone",
        ge=0,
        examples=(4,),
        catch="A number beyond the last raises an error in the application; spoolers may not lock at all.",
        see=("lock-engine",),
    )
    lock_engine: Literal["ipcsem"] | Placeholder | None = option(
        "Makes all locks System V semaphores instead of what suits the platform best, which is robust mutexes on "
        "Linux. Worth a thought only where mutexes in shared memory are broken.",
        default="the platform's best, as the log says at start",
        examples=("ipcsem",),
        catch="`ipcsem` is the only name there is; not even the default can be named, any other value ends the start.",
        see=("ftok", "persistent-ipcsem"),
    )
    ftok: String | None = option(
        "Derives the keys of System V semaphores from this existing file, so that each start finds the same ones "
        "instead of leaving anonymous ones behind after a crash.",
        default="anonymous semaphores",
        examples=("/srv/shop/wsgi.py",),
        catch="It works with `lock-engine = ipcsem`; two instances with the same file share their locks.",
        see=("lock-engine", "persistent-ipcsem"),
    )
    persistent_ipcsem: Flag | None = option(
        "Leaves System V semaphores in the kernel when the instance stops or reloads; otherwise they are taken away. "
        "It makes sense together with `ftok`, where the next start picks them up.",
        default="off",
        catch="Without `ftok` each start leaves a set behind, until the kernel's table is full.",
        see=("lock-engine", "ftok"),
    )

    # Between instances
    flock: Paths | None = option(
        "Locks a file the moment the option is read, before anything else happens, and keeps it until the instance "
        "is gone. If somebody else holds it, the start ends with exit code 1.",
        examples=("/run/lock/shop.lock",),
        catch="The lock belongs to a process and is not inherited, so `daemonize` loses it; use `flock2` there. The "
        "file must exist.",
        see=("flock2", "flock-wait"),
    )
    flock_wait: Paths | None = option(
        "Locks a file the moment the option is read and waits for as long as somebody else holds it. A standby "
        "instance takes over in this way when the first one dies.",
        examples=("/run/lock/shop.lock",),
        catch="It can wait forever, and in silence. The file must exist.",
        see=("flock", "flock-wait2"),
    )
    flock2: String | None = option(
        "Locks a file once logs are open and the process has gone to the background, and ends with exit code 1 if it "
        "is taken. It is `flock` for instances that daemonise.",
        examples=("/run/lock/shop.lock",),
        catch="The file must exist.",
        see=("flock", "daemonize"),
    )
    flock_wait2: String | None = option(
        "Locks a file at the same late moment as `flock2`. In spite of its name it does not wait: the server "
        "calls the refusing variant, and a taken lock ends the start with exit code 1.",
        examples=("/run/lock/shop.lock",),
        catch="Only `flock-wait` really waits.",
        see=("flock-wait", "flock2"),
    )
