"""Reloading: fresh workers and fresh code without losing requests."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.signals import ReloadFd
from uwsgilint.schema.types import Flag, Int, Megabytes, Strings, UInt64

__all__ = ["Reloading"]


class Reloading(Subsystem):
    """Replaces workers or the whole instance: after requests, time, memory, an error or a touched file.

    Two things are called reloading. Recycling replaces a single worker, against leaks and slow decay: by
    `max-requests`, `max-worker-lifetime` or `reload-on-rss`. Reloading the instance brings new code or settings: a
    touched file makes the master finish all workers and start itself anew. Both need the master; without it a worker
    that leaves is gone.

    What is replaced decides what is new. A reload of workers only (`touch-workers-reload`, `touch-chain-reload`)
    forks them from the old master, so new code arrives only with `lazy-apps`. Use the deltas so that all workers do
    not leave at the same moment, and keep `worker-reload-mercy` longer than your slowest request: it is the time
    after which a leaving worker is killed.
    """

    table: ClassVar[str] = "reloading"
    title: ClassVar[str] = "Reloading"

    # Recycling one worker
    max_requests: UInt64 | None = option(
        "Sends a worker home at the end of a request when it has served this many since it was born; the master "
        "forks a new one. The classic cure for leaks that nobody finds.",
        unit="requests",
        default="0, never",
        examples=(5000,),
        catch="A worker younger than `min-worker-lifetime` serves on regardless of the count.",
        see=("max-requests-delta", "min-worker-lifetime"),
    )
    max_requests_delta: UInt64 | None = option(
        "Staggers `max-requests`: worker 1 keeps the plain limit, each further worker gets this much more than the "
        "one before, so that they do not all restart together.",
        unit="requests",
        default="0",
        examples=(250,),
        see=("max-requests",),
    )
    max_worker_lifetime: UInt64 | None = option(
        "Retires a worker that has been running for longer than this, once its current request is done. Steadier "
        "than counting requests when traffic varies.",
        unit="seconds",
        default="0, never",
        examples=(3600,),
        catch="It has to be larger than `min-worker-lifetime` or the server exits; gevent workers ignore it.",
        see=("max-worker-lifetime-delta", "min-worker-lifetime"),
    )
    max_worker_lifetime_delta: Int | None = option(
        "Spreads the retirements: every worker lives this much longer than the worker numbered before it.",
        unit="seconds",
        default="0",
        examples=(60,),
        see=("max-worker-lifetime",),
    )
    min_worker_lifetime: UInt64 | None = option(
        "Protects young workers: neither `max-requests` nor the graceful memory limits apply before this age, which "
        "keeps a wrong limit from turning into a storm of forks.",
        unit="seconds",
        default="10",
        examples=(60,),
        see=("max-requests", "max-worker-lifetime", "reload-on-rss"),
    )
    reload_on_rss: Megabytes | None = option(
        "Recycles a worker that, measured after each request, occupies at least this much resident memory. The "
        "request is finished first; this is the memory limit to begin with.",
        unit="MiB",
        default="no limit",
        ge=1,
        examples=(512,),
        catch="A value in bytes is accepted and never reached; a value below what the empty worker needs recycles it "
        "after every request.",
        see=("evil-reload-on-rss", "min-worker-lifetime", "memory-report"),
    )
    reload_on_as: Megabytes | None = option(
        "Recycles a worker, after its request, whose address space has grown to this size. Address space counts all "
        "that is mapped, used or not, and says little about leaks: prefer `reload-on-rss`.",
        unit="MiB",
        default="no limit",
        ge=1,
        examples=(2048,),
        see=("reload-on-rss", "limit-as"),
    )
    evil_reload_on_rss: Megabytes | None = option(
        "Makes the master kill a worker with SIGKILL when its resident memory reaches this size, in the middle of a "
        "request if need be. A thread in every worker measures, so a single runaway request is caught too.",
        unit="MiB",
        default="no limit",
        ge=1,
        examples=(1024,),
        catch="Set no higher than `reload-on-rss` it always wins, and requests are lost.",
        see=("reload-on-rss", "mem-collector-freq"),
    )
    evil_reload_on_as: Megabytes | None = option(
        "Kills a worker at once, request or not, when its address space reaches this size. Like its graceful sister "
        "it measures mapped rather than used memory.",
        unit="MiB",
        default="no limit",
        ge=1,
        examples=(4096,),
        see=("evil-reload-on-rss", "reload-on-as", "mem-collector-freq"),
    )
    mem_collector_freq: Int | None = option(
        "Sets the pause between two measurements of the thread that watches memory for the evil limits. Only they "
        "start that thread; the graceful limits measure after each request.",
        unit="seconds",
        default="3",
        examples=(10,),
        see=("evil-reload-on-rss", "evil-reload-on-as"),
    )

    # Reloading when a file changes
    touch_reload: Strings | None = option(
        "Reloads the whole instance gracefully when this file becomes newer, appears or disappears: workers finish "
        "their requests, then the server re-executes itself and reads its configuration again. Touch it at the end of "
        "a deployment.",
        examples=("/run/shop/reload", "/srv/shop/wsgi.py"),
        catch="One path per line: a list with commas is taken for one file with a strange name.",
        see=("touch-chain-reload", "touch-workers-reload", "fs-reload", "lazy-apps"),
    )
    touch_chain_reload: Strings | None = option(
        "Replaces the workers one after the other when the file changes, each only when the one before accepts "
        "requests again, so that there is always somebody to answer.",
        examples=("/run/shop/chain",),
        catch="New code arrives only with `lazy-apps`; mules and spoolers are left as they are.",
        see=("lazy-apps", "touch-reload", "touch-mules-reload"),
    )
    touch_workers_reload: Strings | None = option(
        "Sends SIGHUP to all workers at once when the file changes and forks them again; the master keeps running "
        "with its old configuration and, without `lazy-apps`, its old copy of the application.",
        examples=("/run/shop/workers",),
        see=("lazy-apps", "touch-chain-reload"),
    )
    touch_mules_reload: Strings | None = option(
        "Restarts the mules, and nothing else, when the file changes.",
        examples=("/run/shop/mules",),
        catch="In an instance without mules touching the file crashes the master.",
        see=("mule", "mule-reload-mercy"),
    )
    touch_spoolers_reload: Strings | None = option(
        "Restarts the spooler processes when the file changes, so that they load new task code while the workers go "
        "on undisturbed.",
        examples=("/run/shop/spoolers",),
        see=("spooler", "touch-reload"),
    )
    fs_reload: Strings | None = option(
        "Has the kernel watch a file or directory (inotify or kqueue) and reloads the instance on any change in it, "
        "a creation, a deletion or new permissions included. It reacts at once where `touch-reload` looks once a "
        "second.",
        examples=("/srv/shop/current",),
        catch="A directory is watched without its subdirectories, and every single event starts a reload.",
        see=("touch-reload", "fs-brutal-reload"),
    )
    fs_brutal_reload: Strings | None = option(
        "Watches like `fs-reload` but does not wait for running requests: workers are terminated, then the instance "
        "starts again.",
        examples=("/srv/shop/current",),
        see=("fs-reload", "brutal-reload-on-fd"),
    )
    propagate_touch: Flag | None = option(
        "Changes what a multi-threaded worker does when the reload file that a request named (`UWSGI_TOUCH_RELOAD`) "
        "has changed: it sends SIGHUP to the master, a reload of everything, instead of ending only itself. "
        "It has nothing to do with the touch options here.",
        default="off",
        see=("touch-reload",),
    )

    # Reloading for other reasons
    reload_on_fd: Each[ReloadFd] | None = option(
        "Reloads the instance gracefully when an inherited file descriptor has data, after reading some bytes from "
        "it. The value is the number, optionally `:` and the bytes to read (1), and a blank and a text for the log; "
        "an eventfd for memory pressure is the typical use.",
        examples=("3", "3:8 memory pressure"),
        see=("brutal-reload-on-fd",),
    )
    brutal_reload_on_fd: Each[ReloadFd] | None = option(
        "Reacts to a descriptor just as `reload-on-fd` does, with the same syntax, but terminates running requests.",
        examples=("3:8 out of memory",),
        see=("reload-on-fd",),
    )
    reload_on_exception: Flag | None = option(
        "Ends the worker after any error that the application lets escape; the master forks a clean one. For code "
        "whose state cannot be trusted afterwards.",
        default="off",
        catch="Handlers of `exception-handler` are skipped and the error is not counted; without `master` the "
        "instance exits.",
        see=("reload-on-exception-type", "reload-on-exception-value"),
    )
    reload_on_exception_type: Strings | None = option(
        "Meant to end a worker after exceptions of one class, but the server compares the text of the exception, "
        "exactly as `reload-on-exception-value` does: `ValueError` never matches, its message would.",
        examples=("database is locked",),
        catch="The name misleads: give the complete message, not the class.",
        see=("reload-on-exception-value", "reload-on-exception"),
    )
    reload_on_exception_value: Strings | None = option(
        "Ends a worker when the message of an escaped exception equals this text, the whole of it and letter for "
        "letter. Repeat it for several messages.",
        examples=("database is locked",),
        see=("reload-on-exception", "reload-on-exception-type"),
    )
    reload_on_exception_repr: Strings | None = option(
        "Meant to compare class and message together, such as `ValueError: boom`. The server looks at the message "
        "alone, so it is one more spelling of `reload-on-exception-value`.",
        examples=("database is locked",),
        catch="A value with the class in front never matches.",
        see=("reload-on-exception-value",),
    )

    # How long the old ones may take
    worker_reload_mercy: Int | None = option(
        "Gives a worker that was asked to leave this long to finish its requests; then the master kills it. Choose "
        "it longer than the longest request that you want to survive a reload.",
        unit="seconds",
        default="60",
        examples=(30, 120),
        see=("harakiri", "mule-reload-mercy", "reload-mercy"),
    )
    mule_reload_mercy: Int | None = option(
        "Sets the same patience for mules: how long one may go on with its task before it is killed.",
        unit="seconds",
        default="60",
        examples=(300,),
        see=("touch-mules-reload", "worker-reload-mercy"),
    )
    reload_mercy: Int | None = option(
        "Limits how long an Emperor waits for its vassals when it goes down, and how long a master waits for an "
        "Emperor that it carries. Workers do not care about it.",
        unit="seconds",
        default="30 for vassals, 3 for an Emperor",
        examples=(60,),
        catch="For workers use `worker-reload-mercy`; this one neither lengthens nor shortens their time.",
        see=("worker-reload-mercy", "emperor"),
    )
    exit_on_reload: Flag | None = option(
        "Exits where a reload of the instance would re-execute the server. For supervisors that want to start every "
        "process themselves; SIGHUP and touched files then mean a shutdown.",
        default="off",
        catch="The exit code is 0, which a supervisor set to restart on failure regards as a job well done.",
        see=("touch-reload", "die-on-term"),
    )
