"""The small language of an option's value, for those who work without models.

`uwsgilint.schema.composites` declares the languages; what is here was generated from there and loads
when the first option is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from uwsgilint.catalog import setting_of
from uwsgilint.grammar import Composite, Part

if TYPE_CHECKING:
    from uwsgilint.grammar import Piece

__all__ = ["of", "owned_word"]


# What a part says that is of a plugin: the part, and the plugins of its words.
_LOGGERS = {
    **dict.fromkeys(("file", "fd", "stdio"), "logfile"),
    **{word: word for word in ("syslog", "rsyslog", "redislog", "mongodblog", "graylog2", "python")},
    "socket": "logsocket",
    "pipe": "logpipe",
    "crypto": "logcrypto",
    "zmq": "logzmq",
    "zeromq": "logzmq",
    "systemd": "systemd_logger",
}
_PUSHERS = {
    **{word: f"stats_pusher_{word}" for word in ("socket", "statsd", "file", "mongodb")},
    **{word: word for word in ("carbon", "rrdtool", "zabbix")},
}
_OWNED = {
    "alarm": (
        "plugin",
        {"curl": "alarm_curl", "xmpp": "alarm_xmpp", "speech": "alarm_speech", "airbrake": "airbrake"},
    ),
    **dict.fromkeys(("logger", "req-logger"), ("engine", _LOGGERS)),
    **dict.fromkeys(("log-encoder", "log-req-encoder"), ("encoder", {"msgpack": "msgpack"})),
    "stats-push": ("pusher", _PUSHERS),
    "exception-handler": ("handler", {"log": "exception_log"}),
}
_ACTIONS = ("action", {"tcc": "libtcc", "ffi": "libffi"})


def of(option: str) -> Composite | None:
    """Return the language of an option's value, by any name of the option; None if it has none."""
    from uwsgilint._data.composites import OPTIONS  # noqa: PLC0415  (few ask)

    name = OPTIONS.get(setting_of(option))
    return None if name is None else _made(name)


@cache
def _made(name: str) -> Composite:
    from uwsgilint._data.composites import COMPOSITES  # noqa: PLC0415  (few ask)

    template, pairs, parts = COMPOSITES[name]
    return Composite(name, template, pairs, tuple(Part._make(part) for part in parts))


def owned_word(setting: str, pieces: dict[str, Piece]) -> tuple[str, str] | None:
    """Return the word in a value that a plugin has to bring, and the plugin; None where the server knows all words."""
    part, plugins = _OWNED.get(setting, _ACTIONS if setting.startswith("hook-") else ("", {}))
    word = pieces.get(part)
    return None if word is None or word.text not in plugins else (word.text, plugins[word.text])
