"""Workers: processes and threads, the time a request may take, and processors."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Int, String

__all__ = ["Workers"]


class Workers(Subsystem):
    """How many processes and threads answer requests, how long one request may take, and where they run.

    A worker is a process that answers one request at a time, or as many as it has `threads`; capacity is
    `processes` times `threads`. Processes give parallelism and isolation, threads save memory and suit code that
    waits. Without any of this there is one worker with one thread, and a second visitor waits for the first.

    Most configurations set `processes`, sometimes `threads`, and a `harakiri` time after which the master kills a
    worker that is stuck. Set `master` as well: without it a dead worker is never replaced. The clock of harakiri
    belongs to the worker, not to the request, so with threads or a loop engine every new request winds it up again.
    To let the number of workers follow the load, see the cheapening subsystem.
    """

    table: ClassVar[str] = "workers"
    title: ClassVar[str] = "Workers"

    # How many
    processes: Int | None = option(
        "Forks this many workers, numbered from 1, once the applications are loaded; each is a process of its own "
        "with its own memory. Start with one or two per processor and raise the number while the processors idle.",
        default="1",
        examples=(4, "%k"),
        catch="Text that is no number, `auto` for one, reads as 0: the port opens but nobody ever answers.",
        see=("threads", "cheaper", "master"),
    )
    threads: Int | None = option(
        "Gives every worker this many threads, each of which accepts and answers requests on its own. Threads share "
        "the memory of their worker, so the application has to be thread-safe; in Python they help with waiting, "
        "not with computing.",
        default="1",
        examples=(2, 8),
        catch="A loop engine such as gevent ignores threads at best, and crashes with them at worst.",
        see=("processes", "thread-stacksize", "enable-threads"),
    )
    enable_threads: Flag | None = option(
        "Initialises the thread support of the language (the GIL in Python), so that threads which the application "
        "itself starts get to run between requests. Since 2.0.27 this is always the case and the switch changes "
        "nothing, not even when it is false; older servers need it unless `threads` is set.",
        default="on since 2.0.27, off before",
        see=("threads",),
    )
    thread_stacksize: Int | None = option(
        "Reserves this much stack for each thread. Lower it to fit many threads under a memory limit, raise it for "
        "deeply recursive native code.",
        unit="KiB",
        default="what the system gives, often 8192",
        ge=16,
        examples=(512,),
        catch="Too small a value is refused with one log line and the system's default stays in force.",
        see=("threads",),
    )
    no_threads_wait: Flag | None = option(
        "Lets a worker that leaves go at once, without joining its other threads first. Requests that still run in "
        "them are cut off; use it only when threads refuse to end and hold up reloads.",
        default="off",
        see=("threads", "worker-reload-mercy"),
    )
    offload_threads: Int | None = option(
        "Starts helper threads in each worker that finish pure data transfers, such as sending a static file or "
        "relaying to another server, while the worker already takes its next request. One or two are plenty: each "
        "of them juggles many transfers by events.",
        default="0",
        examples=(1, 2),
        catch="A worker that is recycled takes the transfers of its helper threads with it.",
        see=("static-map", "file-serve-mode"),
    )

    # How long a request may take
    harakiri: Int | None = option(
        "Kills a worker that has been busy with a request for longer than this; the master starts another one in "
        "its place. It is the last resort against hanging code, so choose it well above the slowest honest request.",
        unit="seconds",
        default="no limit",
        examples=(30, 60),
        catch="Without `master` the worker just exits, and nobody replaces it.",
        see=("harakiri-verbose", "harakiri-graceful-timeout", "post-buffering", "worker-reload-mercy"),
    )
    harakiri_verbose: Flag | None = option(
        "Adds to the log of a harakiri what the victim was doing in the kernel: its current system call and wait "
        "channel, read from `/proc`. It works on Linux only and costs nothing until a worker dies.",
        default="off",
        see=("harakiri", "py-tracebacker"),
    )
    harakiri_graceful_timeout: Int | None = option(
        "Turns harakiri into two steps: first the worker gets `harakiri-graceful-signal`, and SIGKILL only if it is "
        "still busy this much later. It gives an application the chance to dump state or to finish.",
        unit="seconds",
        default="0, straight to SIGKILL",
        examples=(10,),
        see=("harakiri", "harakiri-graceful-signal"),
    )
    harakiri_graceful_signal: Int | None = option(
        "Chooses the signal, by number, that opens a graceful harakiri. 1 (SIGHUP) asks the worker to finish its "
        "request and leave; a number that the application handles itself can be used to write a report.",
        default="15 (SIGTERM)",
        ge=1,
        le=64,
        examples=(1,),
        catch="With the default, SIGTERM, a worker dies on the spot: there is no grace in it.",
        see=("harakiri-graceful-timeout",),
    )
    harakiri_queue_threshold: Int | None = option(
        "Spares a slow worker as long as fewer connections than this wait in the listen queue: a long request is "
        "harmless while nobody queues behind it. Once a graceful harakiri has begun, it is carried through.",
        unit="connections",
        default="0, always kill",
        examples=(10,),
        catch="The queue of a UNIX socket always reads as 0, so behind one the harakiri never comes.",
        see=("harakiri", "listen"),
    )
    harakiri_no_arh: Flag | None = option(
        "Stops the harakiri clock before Python's `uwsgi.after_req_hook` runs, so that work which is done after the "
        "response was sent does not count against the limit.",
        default="off, the hook is on the clock",
        see=("harakiri",),
    )

    # Where and what they run
    cpu_affinity: Int | None = option(
        "Pins each worker to this many processors: with 1, worker 1 runs on the first processor, worker 2 on the "
        "second, and so on round the machine. It can help caches on a dedicated host; works on Linux and FreeBSD.",
        unit="processors per worker",
        default="0, the scheduler decides",
        examples=(1,),
        catch="It counts from processor 0 whatever the container is allowed to use.",
    )
    reaper: Flag | None = option(
        "Collects every finished child process of the worker after each request, for applications that start "
        "programs and forget to wait for them.",
        default="off",
        catch="It also snatches children that the application does wait for: exit codes then read as 0.",
        see=("harakiri",),
    )
    worker_exec: String | None = option(
        "Replaces each worker, right after the fork, by a program that finds the first listening socket as its "
        "standard input. uWSGI then only supervises: a FastCGI daemon such as php-cgi is the typical guest.",
        examples=("/usr/bin/php-cgi",),
        catch="The whole value is the name of the program; arguments cannot be given.",
        see=("worker-exec2", "python-worker-override"),
    )
    worker_exec2: String | None = option(
        "Does the same a little later than `worker-exec`: offload threads, plugins and the `hook-post-fork` actions "
        "of the worker come first, then the program takes over with the socket as standard input.",
        examples=("/usr/local/bin/fcgi-app",),
        see=("worker-exec", "hook-post-fork"),
    )
