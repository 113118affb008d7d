"""Showing the state of a running instance to the outside."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.metrics import StatsPusher
from uwsgilint.schema.types import Address, Flag, Int, OptionalPath, Placeholder, String, Strings

__all__ = ["Monitoring"]


class Monitoring(Subsystem):
    """Shows a running instance to the outside: stats server, pushers, Carbon, RRDtool, SNMP, Zabbix, and live checks.

    The `stats` server is where to begin: whoever connects gets one JSON document about workers, cores, applications,
    caches and sockets, and `uwsgitop` or an exporter turns it into pictures. It asks for no password and shows the
    variables of requests that are being served, so bind it to a UNIX socket or to loopback.

    Where the monitoring wants to be told instead of asking, `stats-push` or `carbon` send numbers at an interval;
    `rrdtool` writes files; `snmp` answers queries. All of these live in the master. `nagios` and `ping` are different:
    they make a process that asks a running instance whether it answers, and exits with a status for the checker.
    """

    table: ClassVar[str] = "monitoring"
    title: ClassVar[str] = "Monitoring"

    # The stats server.
    stats: String | None = option(
        "Opens a socket on which each connection receives the state of the instance as JSON and is closed. A colon "
        "makes it a TCP address, anything else is the path of a UNIX socket.",
        examples=("/run/uwsgi/shop.stats", "127.0.0.1:9191"),
        catch="A bare number is a file name, not a port. Anyone who can connect sees cookies and credentials of "
        "running requests.",
        see=("stats-http", "stats-minified", "enable-metrics"),
    )
    stats_http: Flag | None = option(
        "Puts an HTTP response header before the JSON, so that browsers, `curl` and HTTP exporters can read it. It "
        "goes for the stats servers of the emperor and the routers too.",
        default="off: bare JSON",
        catch="The header allows every web origin: a page open in a browser that reaches the address can read it.",
        see=("stats",),
    )
    stats_minified: Flag | None = option(
        "Leaves indentation and line breaks out of the JSON, which matters with many workers and cores.",
        default="off",
        see=("stats", "stats-no-cores"),
    )
    stats_no_cores: Flag | None = option(
        "Omits the list of cores in each worker, and with it the variables of running requests.",
        default="off",
        see=("stats", "metrics-no-cores"),
    )
    stats_no_metrics: Flag | None = option(
        "Omits the metrics from the JSON when `enable-metrics` is on; pushers and routes still have them.",
        default="off",
        see=("stats", "enable-metrics"),
    )

    # Pushing.
    stats_push: Each[StatsPusher] | None = option(
        "Sends statistics somewhere at an interval: a pusher's name, a colon and its arguments. "
        "`socket:HOST:PORT,PREFIX` sends a UDP packet per metric; `statsd:`, `rrdtool:`, `file:`, `zabbix:` and "
        "`mongodb:` depend on the plugins of the build.",
        examples=("socket:127.0.0.1:8125,shop", "statsd:127.0.0.1:8125,shop"),
        catch="An unknown pusher ends the start; `statsd` with nothing behind it crashes.",
        see=("stats-pusher-default-freq", "enable-metrics", "carbon"),
    )
    stats_pusher_default_freq: Int | None = option(
        "Sets how often pushers run that have no interval of their own.",
        unit="seconds",
        default="3",
        ge=1,
        examples=(10,),
        see=("stats-push",),
    )

    # Carbon (Graphite).
    carbon: Strings | None = option(
        "Sends requests, response times, traffic, busyness and harakiri counts, in total and per worker, to a Carbon "
        "server over TCP. Repeat it for several servers.",
        examples=("127.0.0.1:2003",),
        catch="An address that it cannot make sense of is logged and left out.",
        see=("carbon-freq", "carbon-id", "carbon-name-resolve"),
    )
    carbon_freq: Int | None = option(
        "Sets how often values are sent; match it to the retention of the Carbon server. Busyness is computed over "
        "this time.",
        unit="seconds",
        default="60",
        ge=1,
        see=("carbon",),
    )
    carbon_id: String | None = option(
        "Names the instance in each key, which reads `ROOT.HOSTNAME.ID.requests`. Set it when several instances share "
        "a machine.",
        examples=("shop",),
        default="the address of the first socket, with `_` for each dot",
        see=("carbon-root", "carbon-hostname-dots"),
    )
    carbon_root: String | None = option(
        "Begins each key with this node; the dot behind it is added when missing.",
        examples=("apps.uwsgi",),
        default="uwsgi",
        see=("carbon-id",),
    )
    carbon_hostname_dots: String | None = option(
        "Gives the character that stands for dots of the host name in keys, so that `web1.example.com` is one node and "
        "not three. Only the first character counts.",
        examples=("_",),
        default="dots stay",
        see=("carbon-root",),
    )
    carbon_name_resolve: Flag | None = option(
        "Allows host names for `carbon` and looks them up at every push; otherwise only addresses work.",
        default="off",
        catch="The lookup blocks the pusher thread; an IP address never does.",
        see=("carbon",),
    )
    carbon_timeout: Int | None = option(
        "Limits how long a push waits for the connection and for each line to be taken.",
        unit="seconds",
        default="3",
        ge=1,
        see=("carbon", "carbon-max-retry"),
    )
    carbon_max_retry: Int | None = option(
        "Tries servers that could not be reached again, up to this many times, before the next regular push.",
        default="0 in effect: a failed push waits for the next one",
        ge=0,
        examples=(2,),
        see=("carbon-retry-delay",),
    )
    carbon_retry_delay: Int | None = option(
        "Waits this long between a failed push and the next try; it should fit into `carbon-freq`.",
        unit="seconds",
        default="7",
        ge=1,
        see=("carbon-max-retry",),
    )
    carbon_idle_avg: Literal["last", "zero", "none"] | Placeholder | None = option(
        "Chooses what is sent as average response time while no request came in: `last` repeats the old value, `zero` "
        "sends 0, `none` sends nothing. Any other word ends the start.",
        examples=("none", "zero"),
        default="last",
        see=("carbon",),
    )
    carbon_no_workers: Flag | None = option(
        "Sends totals only, without a set of keys per worker.",
        default="off",
        see=("carbon",),
    )
    carbon_use_metrics: Flag | None = option(
        "Sends the metrics, those of your own among them, in place of the values that the plugin computes; keys end in "
        "metric names such as `worker.1.requests`.",
        default="off",
        catch="It does not switch `enable-metrics` on: alone it sends nothing.",
        see=("enable-metrics", "carbon"),
    )

    # RRDtool.
    rrdtool: Strings | None = option(
        "Keeps a round-robin file per metric below this directory, created at start where missing: averages of "
        "288, 168, 31 and 52 steps for day, week, month and year.",
        examples=("/var/lib/uwsgi/rrd",),
        catch="Without the RRDtool library on the machine the option does nothing and says nothing.",
        see=("rrdtool-freq", "rrdtool-lib", "enable-metrics"),
    )
    rrdtool_freq: Int | None = option(
        "Sets how often the files are updated. They are laid out for steps of 300 seconds.",
        unit="seconds",
        default="300",
        ge=1,
        catch="A value above 600 leaves gaps: the files count a longer silence as unknown.",
        see=("rrdtool",),
    )
    rrdtool_lib: String | None = option(
        "Names the RRDtool library to load, for systems that have only a versioned file and no development package.",
        examples=("librrd.so.8",),
        default="librrd.so",
        see=("rrdtool",),
    )

    # SNMP and Zabbix.
    snmp: Address | None = option(
        "Answers SNMP queries on this UDP address from the master: request counters, values that the application set, "
        "and metrics that have an `oid`. It switches the master on.",
        examples=("127.0.0.1:1161",),
        catch="Without `snmp-community` every query is ignored; `true` is taken as an address and opens no port.",
        see=("snmp-community", "enable-metrics"),
    )
    snmp_community: String | None = option(
        "Sets the word that an SNMP query must carry, which is all the protection there is; at most 72 characters.",
        examples=("$(SNMP_COMMUNITY)",),
        default="none: no query is answered",
        see=("snmp",),
    )
    zabbix_template: OptionalPath | None = option(
        "Writes an XML template with an item for each current metric, to be imported into Zabbix, to this file or, "
        "with an empty value, to standard output. Values are sent with `stats-push = zabbix:...`.",
        examples=("/srv/zabbix/uwsgi-template.xml",),
        catch="The server goes on starting: it is an export, not a service.",
        see=("stats-push", "enable-metrics"),
    )

    # Asking whether an instance is alive.
    nagios: Flag | None = option(
        "Turns the process into a check: it connects to the first socket of its configuration, sends a ping packet, "
        "prints one line and exits with 0 (fine), 1 (the application set a warning), 2 (no answer) or 3 (unknown).",
        default="off",
        catch="The ping is a packet of the uwsgi protocol, so it needs a plain `socket`, not `http-socket`.",
        see=("ping", "socket-timeout"),
    )
    ping: String | None = option(
        "Turns the process into a check of the instance at this address: it sends a ping packet of the uwsgi protocol "
        "and exits with 0 for an answer, 1 for none, 2 for an answer with a warning.",
        examples=("127.0.0.1:3031",),
        see=("ping-timeout", "nagios"),
    )
    ping_timeout: Int | None = option(
        "Limits how long `ping` waits for the connection and then for the answer.",
        unit="seconds",
        default="3",
        ge=1,
        see=("ping",),
    )
