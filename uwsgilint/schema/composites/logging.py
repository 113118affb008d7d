"""Where log lines go, and how they look."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, Regex, Text, part
from uwsgilint.schema.types import Int, Path, Placeholder, String, UInt64

__all__ = ["LOG_VARIABLES", "ExceptionHandler", "LogEncoder", "LogFormat", "LogRoute", "Logger"]

LOG_VARIABLES: tuple[str, ...] = (
    # fields of the request
    *("uri", "method", "user", "addr", "host", "proto", "uagent", "referer"),
    # the answer: status, bytes, errors
    *("status", "rsize", "hsize", "size", "cl", "headers", "werr", "rerr", "ioerr"),
    # time
    *("micros", "msecs", "secs", "tmsecs", "tmicros", "time", "ltime", "ftime", "ctime", "epoch"),
    # the server
    *("pid", "wid", "core", "switches", "vars", "vsz", "rss", "vszM", "rssM", "pktsize", "modifier1", "modifier2"),
    # any variable of the request, any metric
    *("var.*", "metric.*"),
)
"""Names that `log-format` fills in by itself; the last two stand for all that begin so."""


class Logger(Composite):
    """Sends log lines somewhere.

    A word of letters and digits in front of a blank is a name, by which `log-route` finds the logger; it then gets only
    what is routed to it. Loggers of `req-logger` are never found by their names. What follows the engine may be written
    as its parts or, as `args`, in one piece.
    """

    template: ClassVar[str] = "|".join(
        f"[{{id}} ]{engine}"
        for engine in (
            "{engine}[:{args}]",
            "{engine=file}:{path}",
            "{engine=file}:{*path,maxsize,backupname}",
            "{engine=fd}:{fd}",
            "{engine=socket}:{addr}[,{prefix}]",
            "{engine=syslog}[:{app}[,{facility}]]",
            "{engine=rsyslog}:{addr}[,{app}[,{priority}]]",
            "{engine=redislog}[:{addr}[,{command}[,{prefix}]]]",
            "{engine=mongodblog}[:{addr}[,{collection}[,{node}]]]",
            "{engine=zmq,zeromq}:{addr}",
        )
    )

    id: String | None = part("The name for `log-route`: letters and digits.", pattern="[A-Za-z0-9]*")
    engine: (
        Literal[
            "file",
            "fd",
            "stdio",
            "syslog",
            "rsyslog",
            "socket",
            "redislog",
            "mongodblog",
            "pipe",
            "crypto",
            "zmq",
            "zeromq",
            "systemd",
            "graylog2",
            "python",
        ]
        | Placeholder
    ) = part(
        "What takes the lines. `file`, `fd` and `stdio` are of the plugin logfile; `syslog`, `rsyslog`, `redislog`, "
        "`mongodblog`, `graylog2` and `python` are plugins of that name; `socket` is logsocket, `pipe` logpipe, "
        "`crypto` logcrypto, `zmq` logzmq and `systemd` systemd_logger.",
        required=True,
    )
    args: Text | None = part("What the engine needs, in one piece.", examples=("app,local3",))
    path: Path | None = part(
        "For `file`: the file that the lines are added to.",
        keys=("logfile",),
        pattern="[^=]*",
        examples=("/var/log/app.log",),
    )
    maxsize: UInt64 | None = part(
        "For `file`: the size at which the file is put aside and a new one begun.",
        keys=("maxsize",),
        unit="bytes",
        ge=1,
    )
    backupname: Path | None = part(
        "For `file`: the name of the file that is put aside.",
        keys=("backupname",),
        default="the file's own, a dot and the time",
    )
    fd: Int | None = part("For `fd`: the number of the open file descriptor.", ge=0, examples=(2,))
    addr: String | None = part(
        "Where the lines go. For `socket` and `rsyslog` an address with a port, or the path of a UNIX socket; for "
        "`redislog` an address, with a password and `@` in front and a slash and the database behind; for `mongodblog` "
        "an address; for `zmq` an endpoint.",
        examples=("127.0.0.1:514",),
    )
    app: String | None = part("For `syslog` and `rsyslog`: the name that the lines carry.", examples=("shop",))
    facility: (
        Literal[
            "auth",
            "authpriv",
            "cron",
            "daemon",
            "ftp",
            "kern",
            "lpr",
            "mail",
            "news",
            "security",
            "syslog",
            "user",
            "uucp",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7",
        ]
        | Placeholder
        | None
    ) = part("For `syslog`: the facility. One that uWSGI does not know is read as `daemon`.", default="daemon")
    priority: Int | None = part(
        "For `rsyslog`: eight times the number of the facility plus that of the severity.", default="29", ge=0, le=191
    )
    command: String | None = part("For `redislog`: the command.", default="publish uwsgi", examples=("rpush log",))
    prefix: Text | None = part("For `redislog` and `socket`: what stands in front of each line.")
    collection: String | None = part("For `mongodblog`: the collection.", default="uwsgi.logs")
    node: String | None = part("For `mongodblog`: the name of this server.", default="its host name")


class LogEncoder(Composite):
    """Changes every log line before it is written.

    Encoders are applied in the order of the file. Only a plain `nl` adds the end of the line: `format` and `json` drop
    it from the message.
    """

    template: ClassVar[str] = "{encoder}[:{logger}][ {args}]"

    encoder: Literal["prefix", "suffix", "nl", "format", "json", "gzip", "compress", "msgpack"] | Placeholder = part(
        "What to do. `gzip` and `compress` need a build with zlib, `msgpack` the plugin of that name.", required=True
    )
    logger: String | None = part("The name of the one logger that it is for.", default="all of them")
    args: Text | None = part(
        "The text to add, or the form of the line with `${msg}`, `${msgnl}`, `${unix}`, `${micros}`, `${millis}` and "
        "`${strftime:FORMAT}` in it. A file has no escapes: backslash and n stay as they are."
    )


class LogRoute(Composite):
    """Sends the log lines that match a regular expression to a logger of a name.

    The first blank ends the name. An unknown name is ignored without a word.
    """

    template: ClassVar[str] = "{logger} {regex}"

    logger: String = part("The name of the logger.", required=True)
    regex: Regex = part("What the line has to match.", required=True)


class LogFormat(Composite):
    """Says how a line about a request looks.

    A variable is written `%(name)`. A name that uWSGI does not know is printed as `-`, unless the application or a
    route with `logvar:` has set a variable of that name. A placeholder or option of the same name in the configuration
    is filled in first: `%%(name)` keeps the variable.
    """

    template: ClassVar[str] = "{text}"

    text: Text = part(
        "The line, with variables: fields of the request (`uri`, `method`, `user`, `addr`, `host`, `proto`, `uagent`, "
        "`referer`), of the answer (`status`, `size`, `rsize`, `hsize` ...), times (`msecs`, `micros`, `ltime` ...), "
        "the server (`pid`, `wid`, `core`, `rss` ...), `var.NAME` for any variable of the request, `metric.NAME` for "
        "any metric.",
        required=True,
        words=r"%\(([^)]*)\)",
        choices=LOG_VARIABLES,
        examples=('%(addr) "%(method) %(uri) %(proto)" %(status) %(size)',),
    )


class ExceptionHandler(Composite):
    """Passes what is known of an exception on to a handler. The server stops at one that it does not know."""

    template: ClassVar[str] = "{handler}[:{args}]"

    handler: Literal["log"] | Placeholder = part(
        "Who gets it. The only one that comes with uWSGI is `log`, of the plugin exception_log.", required=True
    )
    args: Text | None = part("What the handler needs; `log` needs nothing.")
