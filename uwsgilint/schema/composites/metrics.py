"""Numbers about the server, thresholds, and where they are sent."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, Text, part
from uwsgilint.schema.types import Int, Path, Placeholder, Presence, SignedInt, String, Strings, UInt64

__all__ = ["Metric", "MetricAlarm", "StatsPusher"]


class Metric(Composite):
    """Adds a metric to those of the server; a bare name is a counter for the application.

    Numbers end at the first character that is no digit. An unknown type is taken for `counter`; an unknown collector,
    child or alias stops the server. The collector `ptr` is for the server's own metrics: in a configuration it is a
    segmentation fault a second after the start.
    """

    template: ClassVar[str] = "{name}|{*}"

    name: String = part(
        "The name: letters, digits, `-`, `_` and dots.",
        keys=("name",),
        pattern="[^=]*",
        form="[A-Za-z0-9._-]+",
        wants="letters, digits, `-`, `_` and dots",
        required=True,
        examples=("app.orders",),
    )
    oid: String | None = part(
        "The rest of its SNMP number: digits and dots.", form="[0-9.]+", wants="digits and dots", examples=("100.1",)
    )
    type: Literal["counter", "gauge", "absolute", "alias"] | Placeholder | None = part(
        "What the number is: one that grows, one that goes up and down, a plain value, or another name of a metric.",
        default="counter",
    )
    initial_value: SignedInt | None = part("The number that it starts with.", default="0")
    collector: Literal["file", "sum", "accumulator", "adder", "multiplier", "avg", "func"] | Placeholder | None = part(
        "Who computes it: a file's content, its children together (`sum`, `avg`, `adder`, `multiplier`, "
        "`accumulator`), or a function.",
        default="none; the application sets it",
    )
    freq: UInt64 | None = part("How often it is computed.", unit="seconds", default="1")
    arg1: Text | None = part("What the collector needs: the path for `file`, the symbol for `func`.")
    arg2: Text | None = part("A second text for the collector.")
    arg3: Text | None = part("A third text for the collector.")
    arg1n: SignedInt | None = part(
        "A number for the collector: which word of the file, or what `adder` adds and `multiplier` multiplies with.",
        default="0",
    )
    arg2n: SignedInt | None = part("A second number for the collector.", default="0")
    arg3n: SignedInt | None = part("A third number for the collector.", default="0")
    children: Strings | None = part("The metrics that it is computed from, which exist already.", separator=";")
    alias: String | None = part("The metric that a metric of type `alias` stands for.")
    reset_after_push: Presence | None = part("Sets it back to its initial value each time it was pushed.")


class MetricAlarm(Composite):
    """Does something when a metric reaches a value.

    The server stops without key and value, and when there is no such metric.
    """

    template: ClassVar[str] = "{*}"

    key: String = part("The name of the metric.", required=True, examples=("core.busy_workers",))
    value: SignedInt = part("The value that it has to reach.", required=True, examples=(30,))
    alarm: String | None = part("The alarm to raise.")
    rate: SignedInt | None = part("How often the alarm is raised at most.", unit="seconds", ge=0)
    msg: Text | None = part("What the alarm says.")
    reset: SignedInt | None = part("The value that the metric is then set to.")


class StatsPusher(Composite):
    """Sends the statistics somewhere, regularly.

    The server stops at a pusher that it does not know. `statsd` without an address crashes it. What follows the pusher
    may be written as its parts or, as `args`, in one piece.
    """

    template: ClassVar[str] = (
        "{pusher}[:{args}]"
        "|{pusher=socket,statsd}:{addr}[,{prefix}]"
        "|{pusher=zabbix}[:{addr}[,{prefix}]]"
        "|{pusher=rrdtool}:{directory}"
        "|{pusher=file}[:{*path,separator,freq}]"
        "|{pusher=mongodb}[:{*addr,collection,freq}]"
    )

    pusher: Literal["socket", "carbon", "rrdtool", "file", "statsd", "zabbix", "mongodb"] | Placeholder = part(
        "Who takes them. `socket`, `carbon` and `rrdtool` are in the usual builds, where options of their own set up "
        "the last two; the others are plugins called stats_pusher_ and the name, `zabbix` just that.",
        required=True,
    )
    args: Text | None = part("What the pusher needs, in one piece.", examples=("127.0.0.1:8125,app",))
    addr: String | None = part(
        "Where the numbers go, with the port. `zabbix` and `mongodb` take their own server's usual place without it.",
        keys=("addr", "address"),
        examples=("127.0.0.1:8125",),
    )
    prefix: String | None = part(
        "For `socket`, `statsd` and `zabbix`: what stands, with a dot, in front of each name.", default="uwsgi"
    )
    directory: Path | None = part("For `rrdtool`: where the files are kept, one for each metric.")
    path: Path | None = part("For `file`: the file that everything is added to.", keys=("path",), default="uwsgi.stats")
    separator: Text | None = part(
        "For `file`: what stands between one time and the next.", keys=("separator",), default="an empty line"
    )
    collection: String | None = part("For `mongodb`: the collection.", keys=("collection",), default="uwsgi.statistics")
    freq: Int | None = part(
        "For `file` and `mongodb`: how often.",
        keys=("freq",),
        unit="seconds",
        default="the option stats-pusher-default-freq",
        ge=1,
    )
