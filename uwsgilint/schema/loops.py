"""Loop engines: many requests at once in one worker, without threads."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Int, Placeholder, String

__all__ = ["Loops"]


class Loops(Subsystem):
    """Serves many requests at once inside one worker: asynchronous cores, the engine, and the coroutines.

    Three things have to come together: a number of cores (`async`), an engine that waits for all their connections
    (`loop`), and a way to suspend one request and resume another (greenlet, uGreen, fibers). For Python gevent brings
    all three: `gevent = 100` and `gevent-early-monkey-patch` are the whole configuration. asyncio and Tornado want
    `greenlet` beside them, or they serve one request after the other.

    None of it makes blocking code concurrent: a request that sleeps or computes without giving way holds up the whole
    worker. Do not combine engines with `threads`, and do not count on `harakiri`, whose clock any other request of the
    worker winds up again. Of the engines only gevent and Coro::AnyEvent finish running requests on a graceful reload.
    """

    table: ClassVar[str] = "loops"
    title: ClassVar[str] = "Loop engines"

    # gevent
    gevent: Int | None = option(
        "Runs each worker on gevent with this many requests at a time, each in a greenlet of its own. It sets `async` "
        "and `loop` in one go and raises a `socket-timeout` below 30 to 30.",
        unit="requests at a time per worker",
        default="off",
        ge=2,
        examples=(100, 1000),
        catch="With `threads` workers crash, and gevent itself must be installed in the Python environment.",
        see=("gevent-early-monkey-patch", "async", "socket-timeout"),
    )
    gevent_early_monkey_patch: Flag | None = option(
        "Replaces blocking parts of Python's standard library by gevent's cooperative ones before the application is "
        "imported, so that everything it imports gets the patched versions. The one to choose of the two.",
        default="off",
        see=("gevent", "gevent-monkey-patch"),
    )
    gevent_monkey_patch: Flag | None = option(
        "Patches the standard library only when the engine starts in each worker, after the application was imported. "
        "Modules such as ssl and urllib3 have kept the blocking originals by then.",
        default="off",
        catch="Recursion errors in ssl and deadlocks come from patching this late.",
        see=("gevent-early-monkey-patch",),
    )
    gevent_wait_for_hub: Flag | None = option(
        "Lets a leaving worker wait until gevent's hub has nothing left to do at all, background greenlets of the "
        "application included. Normally it ends when its own requests are done.",
        default="off",
        catch="A greenlet that never ends holds the worker until `worker-reload-mercy` is over.",
        see=("gevent", "worker-reload-mercy"),
    )

    # The parts in general
    async_: Int | None = option(
        "Gives each worker this many cores, that is places for requests in progress, and makes it wait for all of "
        "them by events. It is the base of every engine here, which the shortcuts set for you.",
        unit="requests at a time per worker",
        default="1",
        examples=(50,),
        catch="Alone it gains nothing: without a suspend engine requests still run one by one.",
        see=("loop", "ugreen", "greenlet", "gevent"),
    )
    loop: (
        Literal[
            "simple",
            "async",
            "gevent",
            "asyncio",
            "tornado",
            "coroae",
            "rbthreads",
            "goroutines",
            "goroutine",
            "go",
            "dumb",
        ]
        | Placeholder
        | None
    ) = option(
        "Names the engine that runs in each worker. `simple` and `async` are built in, the others come with the plugin "
        "of their language. Prefer the shortcuts such as `gevent`, which set cores and timeouts as well.",
        default="simple, or async when async is above 1",
        examples=("gevent",),
        catch="Under a master an engine that is not there makes workers die and restart for ever.",
        see=("async", "loop-list", "gevent"),
    )
    loop_list: Flag | None = option(
        "Prints the engines that the binary and its loaded plugins offer, and continues to start.",
        default="off",
        see=("loop",),
    )

    # Other engines
    asyncio: Int | None = option(
        "Puts each worker on asyncio's event loop with this many cores. The application stays WSGI; the loop merely "
        "watches its connections, and can be used for its own tasks.",
        unit="requests at a time per worker",
        default="off",
        ge=2,
        examples=(100,),
        catch="It needs `greenlet`, and on a reload running requests are dropped.",
        see=("greenlet", "gevent"),
    )
    tornado: Int | None = option(
        "Puts each worker on Tornado's IOLoop with this many cores.",
        unit="requests at a time per worker",
        default="off",
        ge=2,
        examples=(100,),
        catch="Without `greenlet` the first request crashes the worker.",
        see=("greenlet", "asyncio"),
    )
    coroae: Int | None = option(
        "Serves PSGI applications on Coro::AnyEvent, a coroutine for each request; this many at a time. The Perl "
        "modules Coro, AnyEvent and Coro::AnyEvent have to be there.",
        unit="requests at a time per worker",
        default="off",
        ge=2,
        examples=(100,),
        see=("psgi", "async"),
    )

    # What suspends a request
    greenlet: Flag | None = option(
        "Suspends requests by Python greenlets, so that asyncio, Tornado or the plain async engine can switch between "
        "them while one waits in a call of the `uwsgi` module.",
        default="off",
        catch="The start fails unless `async` is above 1; do not add it to gevent.",
        see=("async", "asyncio", "tornado"),
    )
    ugreen: Flag | None = option(
        "Suspends requests by uWSGI's own coroutines, which swap C stacks and so work for any language whose plugin "
        "can suspend its interpreter.",
        default="off",
        see=("async", "ugreen-stacksize"),
    )
    ugreen_stacksize: Int | None = option(
        "Sets the size of the stack of each uGreen coroutine. All of them are mapped at the start, and a guard page at "
        "either end turns an overflow into a crash instead of corruption.",
        unit="pages",
        default="256 KiB, 64 pages of 4 KiB",
        ge=1,
        examples=(128,),
        see=("ugreen", "async"),
    )
    fiber: Flag | None = option(
        "Suspends requests by Ruby fibers; for Rack applications that call uWSGI's asynchronous functions.",
        default="off",
        catch="The start fails without the rack plugin and with `async` at 1.",
        see=("rack", "async"),
    )
    stackless: Flag | None = option(
        "Suspends requests by tasklets, for a server whose Python plugin was built with Stackless Python. On ordinary "
        "CPython the plugin does not exist; use `greenlet`.",
        default="off",
        see=("greenlet", "async"),
    )

    # An engine to learn from
    dumbloop_code: String | None = option(
        "Names the script for the sample engine `dumb`, which does not serve requests but calls one function of it "
        "over and over in each core.",
        examples=("/srv/demo/loop.py",),
        see=("dumbloop-function", "loop"),
    )
    dumbloop_function: String | None = option(
        "Says what in that script is called; the number of the core is its only argument.",
        default="dumbloop",
        examples=("poll_queue",),
        see=("dumbloop-code",),
    )
    dumbloop_modifier1: Int | None = option(
        "Picks the language that runs the script, by the modifier of its plugin: 0 is Python.",
        default="0",
        ge=0,
        le=255,
        examples=(0,),
        catch="The worker exits if that plugin cannot call functions by name.",
        see=("dumbloop-code",),
    )
