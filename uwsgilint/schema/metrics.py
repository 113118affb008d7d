"""Counters and gauges about the server and the application."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.metrics import Metric, MetricAlarm
from uwsgilint.schema.types import Flag, String

__all__ = ["Metrics"]


class Metrics(Subsystem):
    """Keeps counters and gauges about the server, to which the application may add its own, and watches thresholds.

    A metric is a named 64-bit number, such as `worker.1.requests`, `core.busy_workers` or `rss_size`. A thread of the
    master refreshes all of them once a second; the stats server, stats pushers, SNMP, RRDtool, routes and the request
    log read them. Applications may change those that have no collector, with `uwsgi.metric_inc()` and its siblings,
    once a `metric` line has made them.

    `enable-metrics` is all that most need; every other option of this page switches it on as well, and so do
    `stats-push` and `rrdtool`, while plain `stats` and `carbon` do not. With many threads or async cores, seven metrics
    per core add up: `metrics-no-cores` removes them. Memory metrics stay at 0 until `memory-report` measures.
    """

    table: ClassVar[str] = "metrics"
    title: ClassVar[str] = "Metrics"

    enable_metrics: Flag | None = option(
        "Collects the built-in numbers about workers, cores and sockets once a second and shows them to the stats "
        "server, pushers, SNMP, routes and `log-format`.",
        default="off",
        see=("metric", "stats", "memory-report"),
    )
    metric: Each[Metric] | None = option(
        "Makes a metric of your own: just a name, or keys and values such as `name`, `type` (`counter`, `gauge`, "
        "`absolute`, `alias`), `initial_value`, `collector`, `freq`, `children`, `oid`. Without a collector the "
        "application sets it; `file`, `sum`, `avg`, `accumulator`, `adder`, `multiplier` and `func` fetch or compute "
        "it.",
        examples=(
            "orders",
            "name=queue_length,type=gauge,initial_value=0",
            "name=load,type=gauge,collector=file,arg1=/proc/loadavg,arg1n=0,freq=5",
        ),
        catch="An unknown `type` quietly becomes a counter, and a key after `, ` with a blank is lost.",
        see=("enable-metrics", "metric-threshold"),
    )
    metric_threshold: Each[MetricAlarm] | None = option(
        "Does something when a metric (`key`) reaches a value: raises the `alarm`, with `msg` or else the metric's "
        "name, at most every `rate` seconds, and sets the metric to `reset` if that is given.",
        examples=("key=worker.0.requests,value=1000000,alarm=mail,rate=60,msg=one million requests",),
        catch="The metric must exist, or the start ends; an alarm that does not exist is ignored. Without `rate` the "
        "alarm is raised every second.",
        see=("metric", "alarm"),
    )
    metrics_dir: String | None = option(
        "Mirrors each metric in a small file of its name below this directory, for scripts and for the next start. A "
        "file takes a memory page and is rewritten when the value changes.",
        examples=("/var/lib/uwsgi/metrics",),
        catch="The directory must exist. Only metrics with a collector, as all built-in ones are, get written: those "
        "that the application sets leave an empty file.",
        see=("metrics-dir-restore", "metric"),
    )
    metrics_dir_restore: Flag | None = option(
        "Reads the files of `metrics-dir` at start and adds the old number to whatever is collected from now on, so "
        "that counters go on where they stopped.",
        default="off",
        catch="Gauges are added up as well, and are wrong after a restart; metrics that the application sets begin "
        "at their initial value all the same.",
        see=("metrics-dir",),
    )
    metrics_no_cores: Flag | None = option(
        "Leaves out the metrics of single cores (`worker.N.core.M.requests` and six more each), which are many with "
        "threads or async.",
        default="off",
        see=("stats-no-cores", "enable-metrics"),
    )
