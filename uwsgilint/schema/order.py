"""Where the place of a line matters, and what an option's name does by itself.

Most options only say a value, and the last line wins. Those here are different: the server acts on them
in the order of the file, or while others are still to come (core/config.c, core/uwsgi.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.catalog import subsystems

if TYPE_CHECKING:
    from uwsgilint.catalog import Option

__all__ = ["BY_KIND", "BY_SETTING", "EFFECTS", "IMMEDIATE", "notes"]

IMMEDIATE = (
    "It acts as soon as it is read, ahead of all options that wait for the end of the file. `$(NAME)`, `@(file)` and "
    "`%(name)` in its value are not filled in."
)

# What flags of an option do that is no setting of its own; those are what it implies.
EFFECTS: dict[str, str] = {
    "cheaper": "switches adaptive spawning on, which lasts if `cheaper` is above 0",
    "memory": "has the memory of workers measured after each request",
    "mime": "loads the table of MIME types at start",
    "no-initial": "keeps the first lines of the start out of the log",
    "post-buffering": "sets `post-buffering` to 4096 unless something sets it",
}

_TLS = "Settings of TLS, such as `ssl-option`, stand above it: each line takes what it finds."
_STARTED = "Several start in the order of the file."
_FILES = "What the file says takes the place of this line, among the lines around it."

BY_KIND: dict[str, str] = {
    "commands": _STARTED,
    "key-values": _STARTED,
    "legion": "Stands above all other lines about that legion.",
    "legion-pairs": "Stands below the `legion` that it names: one that is not known yet ends the start.",
    "logic": "Holds for everything down to the next terminator; blocks do not nest.",
    "plugins": "Stands above the options of the plugin, which otherwise lose what they imply and are refused by "
    "`strict`, and below the `plugin-dir` that it needs.",
    "route": "The rules of a chain run in the order of the file, whatever each one looks at.",
    "sni": _TLS,
    "terminator": "Closes whichever block is open.",
    "tls-pairs": _TLS,
    "tls-socket": _TLS,
}

BY_SETTING: tuple[tuple[str, str], ...] = (
    ("plugins-dir", "Stands above the `plugin` lines that need it: only directories named so far are searched."),
    ("autoload", "Stands above the options of plugins, which otherwise lose what they imply."),
    (
        "shared-socket undeferred-shared-socket",
        "Stands above the `socket = =0` that uses it; shared sockets are counted from 0, in the order of the file.",
    ),
    (
        (
            "socket uwsgi-socket puwsgi-socket http-socket http11-socket fastcgi-socket fastcgi-nph-socket scgi-socket "
            "scgi-nph-socket raw-socket"
        ),
        (
            "As `=0`, it stands below the `shared-socket`. With an empty port, or one that begins with 0, it opens at "
            "once, and what is to hold for it, such as `freebind`, stands above it."
        ),
    ),
    (
        "freebind reuse-port so-keepalive so-send-timeout",
        "Stands above the sockets that choose their port themselves (`:0`), for those open at once.",
    ),
    (
        (
            "ssl-enable3 ssl-enable-tlsv1 ssl-option ssl-sessions-use-cache ssl-sessions-timeout ssl-tmp-dir "
            "ssl-verify-depth https-session-context sslrouter-session-context"
        ),
        "Stands above the lines with certificates (`https`, `https-socket`, `sni` ...), which take what they find.",
    ),
    (
        "gevent asyncio tornado coroae goroutines",
        "Sets `async` and `loop` too, and raises `socket-timeout` to 30 if it is lower: for each, the last line wins.",
    ),
    ("async loop socket-timeout", "Shortcuts for loop engines, such as `gevent`, set it as well: the last line wins."),
    ("static-map static-map2 mount", "Several are tried in the order of the file."),
    (
        "env unenv",
        "It is applied when the whole configuration has been read: too late for `$(NAME)` and `if-env` in it.",
    ),
    ("declare-option declare-option2", "Stands above the lines that use the new option."),
    ("inject-before inject-after", "Holds for files that are opened below it."),
    ("blacklist", "Forbids names from here down to `end-blacklist`."),
    ("whitelist", "Allows nothing else from here down to `end-whitelist`, which has to be on its list."),
    ("end-blacklist end-whitelist", "Ends what stands above it; the lines below are free again."),
    ("uid gid", "Of a number and a name for the same, the last does not simply win: write one of them, once."),
    ("chmod-socket", "Repeated, its modes add up; the last does not replace the others."),
    ("ini", "`:section` means the file that was opened last, which is another one behind an include."),
    ("config include ini ini-paste ini-paste-logged json ldap pypy-ini-paste sqlite3 xmlconfig yaml", _FILES),
    (
        "inherit",
        (
            "What the file says goes behind everything else, wherever this line stands: for a setting with one value, "
            "the inherited one wins."
        ),
    ),
    ("fallback-config", "Stands above the mistake that it is meant for."),
    ("if-opt if-not-opt", "Sees only what stands above it."),
    ("if-plugin if-not-plugin", "Sees only plugins that are loaded above it."),
    ("if-env if-not-env", "Sees nothing of `env` lines, which are applied later."),
)
"""Names of settings, and what order means to them."""


def notes(option: Option) -> list[str]:
    """Return what order means to an option, in sentences; nothing for most."""
    found = [IMMEDIATE] if "immediate" in option.flags else []
    if subsystems.home(option.setting) == "hooks" and option.repeatable:
        found.append("Several run in the order of the file.")
    found += [sentence for settings, sentence in BY_SETTING if option.setting in settings.split()]
    if option.kind in BY_KIND:
        found.append(BY_KIND[option.kind])
    return found
