"""Cheapening: fewer workers when there is little to do, more when it gets busy."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Int, Placeholder, UInt64

__all__ = ["Cheapening"]


class Cheapening(Subsystem):
    """Grows and shrinks the set of workers with the load, down to none at all while nothing comes in.

    `cheaper` is the smallest number of workers, `processes` the largest; in between an algorithm decides, asked by
    the master about once a second. `spare` adds workers when all are busy and keeps one idle in reserve, `backlog`
    looks at the listen queue, `busyness` at the share of time that workers spend in requests, and `manual` leaves it
    to commands in the master FIFO. Usually one sets `cheaper`, `cheaper-initial` and `cheaper-step`; busyness is the
    choice for steady web traffic.

    All of it needs the master, and all of it sleeps until `cheaper` itself is above 0. The same word means different
    things to the algorithms: `cheaper-overload` counts rounds for spare, connections for backlog and seconds for
    busyness. On a UNIX socket the queue always looks empty, so backlog never adds anybody. `cheap` and `idle` are
    something else: they send home all workers.
    """

    table: ClassVar[str] = "cheapening"
    title: ClassVar[str] = "Cheapening"

    # The range, and who decides
    cheaper: Int | None = option(
        "Keeps at least this many workers alive and lets the algorithm add more, up to `processes`. Setting it is "
        "what starts adaptive spawning; 0 leaves the number of workers fixed.",
        unit="workers",
        default="0, all workers all the time",
        examples=(2,),
        catch="The server refuses to start unless it is smaller than `processes`.",
        see=("processes", "cheaper-initial", "cheaper-algo"),
    )
    cheaper_algo: Literal["spare", "backlog", "manual", "busyness", "backlog2"] | Placeholder | None = option(
        "Chooses who decides how many workers run. `spare` reacts to all of them being busy, `backlog` to waiting "
        "connections, `busyness` to the average load of the workers, `manual` only to the master FIFO; `busyness` "
        "and the sample `backlog2` come from plugins.",
        default="spare",
        examples=("busyness",),
        catch="A name that the server does not know costs one log line, and spare is used.",
        see=("cheaper-overload", "cheaper-busyness-max", "master-fifo"),
    )
    cheaper_initial: Int | None = option(
        "Starts with this many workers instead of the minimum, so that a fresh instance can take its share of the "
        "traffic before the algorithm has formed an opinion.",
        unit="workers",
        default="the value of cheaper",
        examples=(4,),
        catch="A number outside the range from `cheaper` to `processes` is moved into it with a warning.",
        see=("cheaper", "processes"),
    )
    cheaper_step: Int | None = option(
        "Says how many workers are added at once when the algorithm asks for help; shrinking always goes one by one. "
        "Raise it where load comes in bursts and the application loads quickly.",
        unit="workers",
        default="1",
        examples=(2,),
        see=("cheaper-overload",),
    )
    cheaper_overload: UInt64 | None = option(
        "Sets how patient the algorithm is: rounds of the master with every worker busy for `spare`, connections in "
        "the queue for `backlog`, and for `busyness` the seconds over which it averages.",
        unit="rounds, connections or seconds",
        default="3",
        ge=1,
        examples=(5, 30),
        catch="0 kills the master: the algorithms divide by it.",
        see=("cheaper-algo", "check-interval"),
    )
    cheaper_algo_list: Flag | None = option(
        "Prints the names of the algorithms that this binary and its loaded plugins provide, then goes on with the "
        "start. Useful to find out whether busyness is built in.",
        default="off",
        see=("cheaper-algo",),
    )

    # Memory
    cheaper_rss_limit_soft: UInt64 | None = option(
        "Adds no further workers while the resident memory of all of them together is at or above this sum; nobody "
        "is stopped for it. It needs sizes to be measured, by `memory-report` or one of the memory limits.",
        unit="bytes",
        default="no limit",
        examples=(2147483648,),
        catch="It is in bytes, unlike the other memory limits: 512 freezes the pool for good.",
        see=("cheaper-rss-limit-hard", "memory-report", "reload-on-rss"),
    )
    cheaper_rss_limit_hard: UInt64 | None = option(
        "Goes further than the soft limit: above this sum the longest-running idle worker is sent home, one per "
        "round, until a single one is left.",
        unit="bytes",
        default="no limit",
        examples=(3221225472,),
        catch="The server exits unless the soft limit is set too and is smaller.",
        see=("cheaper-rss-limit-soft",),
    )

    # Busyness
    cheaper_busyness_max: UInt64 | None = option(
        "Calls for more workers when their average busyness over one `cheaper-overload` period is above this. "
        "Busyness is the share of the period that a worker spent inside requests.",
        unit="percent",
        default="50",
        le=100,
        examples=(70,),
        see=("cheaper-busyness-min", "cheaper-overload"),
    )
    cheaper_busyness_min: UInt64 | None = option(
        "Regards a period as quiet when the average busyness stays below this; after enough quiet ones a worker is "
        "stopped. Between minimum and maximum nothing changes.",
        unit="percent",
        default="25",
        le=100,
        examples=(20,),
        catch="Nothing checks that it is below the maximum, and the two then fight each other.",
        see=("cheaper-busyness-max", "cheaper-busyness-multiplier"),
    )
    cheaper_busyness_multiplier: UInt64 | None = option(
        "Waits this many `cheaper-overload` periods before a quiet pool loses a worker. The number grows by the "
        "penalty when the pool flaps, and sinks back to this value when it calms down.",
        unit="periods",
        default="10",
        examples=(30,),
        see=("cheaper-busyness-penalty", "cheaper-overload"),
    )
    cheaper_busyness_penalty: UInt64 | None = option(
        "Lengthens the wait by this many periods each time a worker had to be started again shortly after one was "
        "stopped. It is the damper against stopping and starting in turn.",
        unit="periods",
        default="2",
        examples=(4,),
        see=("cheaper-busyness-multiplier",),
    )
    cheaper_busyness_backlog_alert: Int | None = option(
        "Starts emergency workers without waiting for the end of the period as soon as more connections than this "
        "stand in the listen queue. Linux and TCP sockets only.",
        unit="connections",
        default="33",
        examples=(50,),
        see=("cheaper-busyness-backlog-step", "listen"),
    )
    cheaper_busyness_backlog_step: Int | None = option(
        "Sets how many emergency workers one alert brings; `cheaper-step` does not apply to them.",
        unit="workers",
        default="1",
        examples=(2,),
        see=("cheaper-busyness-backlog-alert",),
    )
    cheaper_busyness_backlog_multiplier: UInt64 | None = option(
        "Replaces the usual multiplier while emergency workers are about, so that a short burst is paid for with a "
        "short wait before the pool shrinks again.",
        unit="periods",
        default="3",
        examples=(2,),
        see=("cheaper-busyness-multiplier",),
    )
    cheaper_busyness_backlog_nonzero: UInt64 | None = option(
        "Starts emergency workers as well when the queue has not been empty for this long, however short it is: "
        "a small queue that never drains is a sign of trouble too.",
        unit="seconds",
        default="60",
        examples=(30,),
        see=("cheaper-busyness-backlog-alert",),
    )
    cheaper_busyness_verbose: Flag | None = option(
        "Logs the measured busyness of every worker and each decision, period by period. Turn it on while tuning "
        "the other values; it is chatty.",
        default="off",
        see=("cheaper-busyness-max", "cheaper-busyness-min"),
    )

    # No workers at all
    cheap: Flag | None = option(
        "Starts the instance with no worker: the master listens alone and forks the workers (only `cheaper` of them, "
        "if that is set) when the first connection arrives. Good for many rarely used sites on one machine.",
        default="off",
        catch="The first visitor waits for the fork, and with `lazy-apps` for the whole application to load.",
        see=("idle", "cheaper"),
    )
    idle: Int | None = option(
        "Stops all workers once no request has come for longer than this and none is running; the next connection "
        "brings them back, as with `cheap`.",
        unit="seconds",
        default="never",
        examples=(300,),
        catch="Timers, signals and other background work in the workers stop with them.",
        see=("cheap", "die-on-idle"),
    )
    die_on_idle: Flag | None = option(
        "Ends the whole instance, not only its workers, when the `idle` time is over. A vassal asks its Emperor to "
        "be stopped, which together with on-demand sockets gives instances that exist only while they are used.",
        default="off",
        catch="Without `idle` it never happens.",
        see=("idle", "emperor-on-demand-extension"),
    )
