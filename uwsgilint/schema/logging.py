"""Where messages and request lines go, and how they look."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.logging import LogEncoder, LogFormat, Logger, LogRoute
from uwsgilint.schema.types import (
    FileMode,
    Flag,
    Int,
    InverseFlag,
    LogDate,
    Loggers,
    Regexps,
    String,
    Strings,
    UInt64,
)

__all__ = ["Logging"]


class Logging(Subsystem):
    """Decides where messages and request lines go, how they look, which are kept, and how log files are rotated.

    Everything that is written to standard output or error is a message; one more line per request comes from the server
    itself. Both go to standard error, or to one file with `logto`. With a `logger` the master reads all lines from a
    pipe instead and hands each to every logger, after drains, filters, routes and encoders had their say; a
    `req-logger` gives request lines a second pipe, which drains, filters and alarms do not see.

    In a container leave the target alone and set `log-format` or a JSON encoder, or keep just what hurts:
    `disable-logging` with `log-5xx` and `log-slow`. Rotation by `log-maxsize` and `touch-logrotate` serves the file of
    `logto` and its kin, not loggers. Double the percent signs of strftime patterns in files: `%%Y`.
    """

    table: ClassVar[str] = "logging"
    title: ClassVar[str] = "Logging"

    # Targets.
    logto: String | None = option(
        "Sends standard output and error to a file, opened for appending before privileges are dropped. A value with "
        "a colon is the host and port of a UDP log receiver instead.",
        examples=("/var/log/uwsgi/shop.log", "127.0.0.1:5140"),
        catch="The directory must exist, or the start ends; and `daemonize` has a file of its own that wins over this.",
        see=("logto2", "logger", "log-maxsize"),
    )
    logto2: String | None = option(
        "Sends output to a file or UDP address like `logto`, but opens it as the unprivileged user, so that the file "
        "belongs to that user. Lines from before that moment go where they went before.",
        examples=("/var/log/uwsgi/shop.log",),
        catch="The user of `uid` needs write permission on the directory, or the start ends.",
        see=("logto", "uid"),
    )
    logger: Each[Logger] | None = option(
        "Adds a receiver for log lines: `file:PATH`, `syslog:NAME`, `rsyslog:HOST:PORT,NAME`, `socket:ADDRESS`, "
        "`stdio`, and what plugins bring. All unnamed loggers get every line. With a name in front "
        "(`errors file:PATH`) a logger gets only lines that `log-route` sends to it.",
        examples=("syslog:shop", "file:/var/log/uwsgi/shop.log", "errors file:/var/log/uwsgi/errors.log"),
        catch="`file:` in a directory that does not exist loses all lines, silently.",
        see=("req-logger", "log-route", "log-encoder", "logger-list"),
    )
    req_logger: Each[Logger] | None = option(
        "Separates request lines from messages and gives them a receiver of their own, with the same names as "
        "`logger`. Repeat it for several.",
        examples=("file:/var/log/uwsgi/access.log", "syslog:shop-access"),
        catch="Request lines then pass by `log-filter`, `log-drain` and `log-alarm`; and a name in front makes the "
        "logger unreachable.",
        see=("logger", "log-format", "log-req-encoder"),
    )
    log_syslog: Loggers | None = option(
        "Passes messages to the local syslog daemon: short for `logger = syslog:VALUE`, where the value is the "
        "identity and, after a comma, the facility.",
        examples=("shop", "shop,local0"),
        default="facility daemon, also when the given one is unknown",
        see=("logger",),
    )
    log_socket: Loggers | None = option(
        "Passes messages as datagrams to a UDP or UNIX address, with an optional prefix after a comma: short for "
        "`logger = socket:VALUE`.",
        examples=("127.0.0.1:5140", "/run/logs.sock,shop"),
        see=("logger",),
    )
    log_zeromq: Loggers | None = option(
        "Passes messages to a ZeroMQ endpoint: short for `logger = zeromq:VALUE`.",
        examples=("tcp://127.0.0.1:9191",),
        see=("logger",),
    )
    logger_list: Flag | None = option(
        "Logs at start which kinds of logger this build and its plugins offer, and goes on.",
        default="off",
        see=("logger", "plugins-list"),
    )
    rsyslog_packet_size: Int | None = option(
        "Limits a datagram of the `rsyslog` logger; 30 bytes of it are kept for the syslog header. Receivers that "
        "allow more than the classic size let you raise it.",
        unit="bytes",
        default="1024",
        ge=31,
        catch="What does not fit is cut off, or the whole line is lost when name and header need more than 30 bytes.",
        see=("rsyslog-split-messages", "logger"),
    )
    rsyslog_split_messages: Flag | None = option(
        "Sends the rest of a long line in further datagrams, each with its own syslog header, instead of dropping it.",
        default="off",
        see=("rsyslog-packet-size",),
    )

    # Which requests leave a line.
    disable_logging: InverseFlag | None = option(
        "Stops the line per request; messages still appear. The `log-4xx`, `log-5xx`, `log-slow` family then picks "
        "the requests that are worth one.",
        default="every request is logged",
        catch="It silences a `req-logger` as well.",
        see=("log-5xx", "log-slow", "log-4xx"),
    )
    log_5xx: Flag | None = option(
        "Keeps the line of requests that are answered with a status from 500 to 599 although `disable-logging` is set.",
        default="off",
        see=("disable-logging", "log-4xx"),
    )
    log_4xx: Flag | None = option(
        "Keeps the line of requests that are answered with a status from 400 to 499 although `disable-logging` is set.",
        default="off",
        see=("disable-logging", "log-5xx"),
    )
    log_slow: Int | None = option(
        "Keeps the line of requests that took at least this long although `disable-logging` is set. Without "
        "`disable-logging` all requests are logged and it changes nothing.",
        unit="milliseconds",
        default="0, off",
        ge=0,
        examples=(1000,),
        catch="A word such as `true` reads as 0, which is off.",
        see=("disable-logging", "log-big"),
    )
    log_big: UInt64 | None = option(
        "Keeps the line of responses whose body has at least this size although `disable-logging` is set.",
        unit="bytes",
        default="0, off",
        examples=(1048576,),
        see=("disable-logging", "log-slow"),
    )
    log_zero: Flag | None = option(
        "Keeps the line of responses with an empty body although `disable-logging` is set; an application that died "
        "half-way often leaves just that.",
        default="off",
        see=("disable-logging",),
    )
    log_sendfile: Flag | None = option(
        "Keeps the line of requests whose file was handed to the kernel's sendfile although `disable-logging` is set.",
        default="off",
        catch="On a command line it takes an argument: `--log-sendfile=1`.",
        see=("disable-logging",),
    )
    log_ioerror: Flag | None = option(
        "Keeps the line of requests that had both a read and a write error although `disable-logging` is set. One "
        "kind of error alone is not enough, so it seldom fires.",
        default="off",
        catch="On a command line it takes an argument: `--log-ioerror=1`.",
        see=("disable-logging",),
    )
    notfound_log: Flag | None = option(
        "Writes a line for requests that the notfound plugin answers; its 404 responses leave none by themselves.",
        default="off",
        see=("disable-logging",),
    )

    # How lines look.
    log_format: LogFormat | str | None = option(
        "Replaces the request line by a text of your own with `%(name)` variables: `addr`, `user`, `method`, `uri`, "
        "`proto`, `status`, `size`, `msecs`, `ltime`, `uagent`, `referer` and many more. `%(var.HTTP_HOST)` is any "
        "request variable, `%(metric.NAME)` a metric, other names are what the application or a route set; the "
        "unknown shows as `-`.",
        examples=('%(addr) - %(user) [%(ltime)] "%(method) %(uri) %(proto)" %(status) %(size) %(msecs)',),
        default="a fixed line that begins with `[pid: ...|app: ...|req: ...]`",
        catch="A setting or placeholder of the same name is filled in first: with `set-ph = host=x` every line says x.",
        see=("logformat-strftime", "log-x-forwarded-for", "memory-report"),
    )
    logformat_strftime: Flag | None = option(
        "Lets `%(ftime)` in `log-format` follow the strftime pattern given to `logdate`; otherwise it looks like "
        "`%(ltime)`. Nothing else changes.",
        default="off",
        see=("log-format", "logdate"),
    )
    logdate: LogDate | None = option(
        "Puts the time in front of the server's own messages: `true` for the form `Fri Nov 20 05:11:49 2026`, or a "
        "strftime pattern. What the application prints, and request lines, get none.",
        examples=("true", "%%Y-%%m-%%d %%H:%%M:%%S"),
        default="only some messages carry a time",
        catch="`false` does not switch it off but becomes the pattern; undoubled `%d` in a file is its directory.",
        see=("log-format", "log-encoder"),
    )
    log_micros: Flag | None = option(
        "Gives the duration in the standard request line in microseconds. A `log-format` of your own "
        "chooses by itself between `%(msecs)` and `%(micros)`.",
        default="off: milliseconds",
        see=("log-format",),
    )
    log_x_forwarded_for: Flag | None = option(
        "Takes the client address for logs and routes from the header `X-Forwarded-For`, whole and unchecked, so that "
        "the line shows the client and not the proxy.",
        default="off: the peer's address",
        catch="Anybody who reaches the server directly can write that header; switch it on behind a proxy that sets "
        "it.",
        see=("log-format",),
    )
    memory_report: Flag | None = option(
        "Measures address space and resident memory of the worker after each request and adds both to the standard "
        "request line. Metrics, stats and `%(rss)` in a `log-format` have numbers only while something measures.",
        default="off",
        see=("log-format", "reload-on-rss"),
    )
    log_encoder: Each[LogEncoder] | None = option(
        "Rewrites each message before it reaches the loggers; several apply in order. `json` and `format` fill a "
        "template with `${msg}`, `${unix}`, `${micros}`, `${strftime:...}`; `prefix`, `suffix`, `nl`, `gzip` and "
        "`compress` are the others. `format:errors ...` applies to the logger named `errors` alone.",
        examples=('json {"time":${unix},"message":"${msg}"}', "nl"),
        catch="`format` and `json` add no line end: put `log-encoder = nl` behind them, or lines run together.",
        see=("log-req-encoder", "logger"),
    )
    log_req_encoder: Each[LogEncoder] | None = option(
        "Rewrites each request line, with the encoders of `log-encoder`, once request lines have a pipe of their own.",
        examples=('json {"time":${unix},"request":"${msg}"}', "nl"),
        catch="Without `req-logger` or `log-req-route` there is no such pipe and nothing is rewritten.",
        see=("log-encoder", "req-logger"),
    )

    # Which lines go where (regular expressions: a build with PCRE).
    log_drain: Regexps | None = option(
        "Throws away lines that fit a regular expression: health checks, a noisy library. Drains come before "
        "filters and routes, yet after alarms.",
        examples=("GET /healthz",),
        see=("log-filter", "log-route"),
    )
    log_filter: Regexps | None = option(
        "Lets only lines pass that fit at least one of these regular expressions; all others vanish.",
        examples=("ERROR|CRITICAL",),
        catch="The server's own start-up and error messages are lines too.",
        see=("log-drain", "log-route"),
    )
    log_route: Each[LogRoute] | None = option(
        "Sends lines that fit a regular expression to the `logger` of that name, and then not to the unnamed ones. A "
        "line that fits several routes goes to all of them.",
        examples=("errors (ERROR|Traceback)",),
        catch="A name that no logger has is ignored without a word.",
        see=("logger", "log-req-route"),
    )
    log_req_route: Each[LogRoute] | None = option(
        "Sends request lines that fit a regular expression to a named receiver and nowhere else. It also gives "
        "request lines their own pipe.",
        examples=("slow /report",),
        catch="Names are looked up among `logger`, never among `req-logger`: declare the target as `logger = slow "
        "file:...`.",
        see=("req-logger", "log-route"),
    )

    # The master's pipe.
    log_master: Flag | None = option(
        "Lets the master collect all lines from a pipe and write them. Loggers, filters, routes and encoders switch it "
        "on by themselves.",
        default="off: each process writes for itself",
        see=("threaded-logger", "log-master-bufsize"),
    )
    threaded_logger: Flag | None = option(
        "Gives the collecting of lines to a thread of the master, so that a slow disk or log server does not hold up "
        "its other duties.",
        default="off",
        see=("log-master", "logger"),
    )
    log_master_bufsize: UInt64 | None = option(
        "Sets how much the master reads from its log pipe at once and so the longest line: more is cut off. Raise it "
        "for tracebacks and JSON records.",
        unit="bytes",
        default="8192",
        ge=1,
        examples=(65536,),
        see=("log-master", "alarm-msg-size"),
    )
    log_master_stream: Flag | None = option(
        "Makes the pipe to the master a byte stream instead of a packet socket: nothing is cut, but one read may hold "
        "several lines or half of one, which filters and encoders then treat as a line.",
        default="off",
        see=("log-master", "log-master-req-stream"),
    )
    log_master_req_stream: Flag | None = option(
        "Makes the pipe for request lines a byte stream, with the same gain and price as `log-master-stream`.",
        default="off",
        see=("log-master-stream", "req-logger"),
    )

    # Files of logto, logto2 and daemonize.
    log_maxsize: UInt64 | None = option(
        "Rotates the log file when it has grown beyond this; the master looks once a second. The old file is renamed "
        "to its name and the Unix time, and a new one begins.",
        unit="bytes",
        default="0, never",
        ge=1,
        examples=(104857600,),
        catch="It reads digits only: `100M` is 100 bytes and rotates every second. Old files are never deleted.",
        see=("log-backupname", "touch-logrotate"),
    )
    log_backupname: String | None = option(
        "Names the file that a rotation leaves behind, in place of one with a time stamp.",
        examples=("/var/log/uwsgi/shop.log.1",),
        catch="The name is fixed, so each rotation replaces the one before: just one old file is kept.",
        see=("log-maxsize",),
    )
    touch_logreopen: Strings | None = option(
        "Closes and opens the log file anew when this file is touched: what a logrotate script does after it has "
        "moved the log away.",
        examples=("/run/uwsgi/shop.logreopen",),
        catch="Only the file of `logto` and its kin is opened again, not those of `logger = file:`.",
        see=("touch-logrotate", "log-reopen"),
    )
    touch_logrotate: Strings | None = option(
        "Renames the log file and begins a new one when this file is touched, as if `log-maxsize` had been reached.",
        examples=("/run/uwsgi/shop.logrotate",),
        see=("log-maxsize", "log-backupname", "touch-logreopen"),
    )
    log_reopen: Flag | None = option(
        "Opens the log file by its name again after a reload; otherwise the reloaded server keeps writing to the file "
        "that it had open, wherever that was moved.",
        default="off",
        see=("touch-logreopen", "logto"),
    )
    log_truncate: Flag | None = option(
        "Empties the log file when it is opened at start, and at each reload with `log-reopen`.",
        default="off: lines are appended",
        see=("logto",),
    )
    logfile_chmod: FileMode | None = option(
        "Sets the permissions of the log file when it is opened at start, as three octal digits.",
        default="640",
        examples=("644",),
        catch="Four digits end the start; and a file begun by a rotation or reopening has 640 again.",
        see=("logfile-chown", "logto"),
    )
    logfile_chown: Flag | None = option(
        "Gives the log file to the user and group of `uid` and `gid` when privileges are dropped, so that a later "
        "reload, which no longer runs as root, can open it.",
        default="off",
        see=("logfile-chmod", "uid", "logto2"),
    )
