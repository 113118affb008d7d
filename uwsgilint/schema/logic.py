"""Conditions and loops that the server works out while it reads."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Conditions, Terminators

__all__ = ["Logic"]


class Logic(Subsystem):
    """Takes, skips or repeats the lines that follow, depending on the machine that the server starts on.

    A block runs from its opener to the next `endif` or `endfor` (either closes either). Each line in between is judged
    when it is reached: an `if-` adds it once or not at all, a `for` once per item, with `%(_)` in the value replaced by
    what was found. Typical are a block per environment variable, options for a plugin that may be missing, and one
    `static-map` per directory.

    Three rules keep it sane. Blocks do not nest: an opener inside a running block ends the start. There is no `else`;
    write the opposite condition. And nothing is expanded in a condition, so `if-exists = %(root)` looks for a file of
    that very name. A block that is never closed swallows all options that come after it, those of the command line
    included.
    """

    table: ClassVar[str] = "logic"
    title: ClassVar[str] = "Logic"

    # The environment and the settings so far.
    if_env: Conditions | None = option(
        "Takes the lines below when the environment variable exists, or, written as `NAME=value`, when it has exactly "
        "this value. `%(_)` is then what the variable holds.",
        examples=("PORT", "STAGE=production"),
        catch="Variables set by `env` in the same configuration are not there yet; `early-envdir` is early enough.",
        see=("if-not-env", "endif"),
    )
    if_not_env: Conditions | None = option(
        "Takes the lines below when the environment variable is missing; with `NAME=value` also when it differs. Use "
        "it for defaults beside an `if-env`.",
        examples=("PORT", "STAGE=production"),
        see=("if-env", "endif"),
    )
    if_opt: Conditions | None = option(
        "Takes the lines below when a setting of this name was read above, or has this value. Any placeholder "
        "will do, so `--set stage=live` on the command line can steer a file.",
        examples=("stage=live", "master"),
        catch="It compares the text of the first such line, before placeholders in it are filled.",
        see=("if-not-opt", "set", "endif"),
    )
    if_not_opt: Conditions | None = option(
        "Takes the lines below when no setting of this name was read so far; with `name=value` also when the "
        "first one reads differently.",
        examples=("stage", "stage=live"),
        see=("if-opt", "endif"),
    )

    # The file system.
    if_exists: Conditions | None = option(
        "Takes the lines below when the path is there and readable by the user who starts the server, be it a file or "
        "a directory. `%(_)` is the path.",
        examples=("/etc/uwsgi/local.ini",),
        see=("if-not-exists", "if-file", "if-dir", "endif"),
    )
    if_not_exists: Conditions | None = option(
        "Takes the lines below when the path is missing or cannot be read. A maintenance switch is a classic: no "
        "file, normal service.",
        examples=("/run/shop/maintenance",),
        see=("if-exists", "endif"),
    )
    if_file: Conditions | None = option(
        "Takes the lines below when the path is a regular file.",
        examples=("/srv/shop/.env.ini",),
        see=("if-not-file", "if-exists", "endif"),
    )
    if_not_file: Conditions | None = option(
        "Takes the lines below when nothing, or something other than a regular file, is found at the path.",
        examples=("/etc/ssl/shop.pem",),
        see=("if-file", "endif"),
    )
    if_dir: Conditions | None = option(
        "Takes the lines below when the path is a directory.",
        examples=("/srv/shop/static",),
        see=("if-not-dir", "if-exists", "endif"),
    )
    if_not_dir: Conditions | None = option(
        "Takes the lines below when the path is not a directory; an action such as `hook-asap = mkdir:%(_)` can then "
        "make it.",
        examples=("/var/cache/shop",),
        see=("if-dir", "endif"),
    )

    # The build and the machine.
    if_plugin: Conditions | None = option(
        "Takes the lines below when the plugin is part of the binary or was loaded above. Names are those of "
        "`plugins-list`, without the number.",
        examples=("python", "http"),
        see=("if-not-plugin", "plugins", "plugins-list", "endif"),
    )
    if_not_plugin: Conditions | None = option(
        "Takes the lines below when the plugin is neither built in nor loaded yet: the portable place for a `plugins` "
        "line that modular packages need and others do not.",
        examples=("python",),
        see=("if-plugin", "plugins", "endif"),
    )
    if_hostname: Conditions | None = option(
        "Takes the lines below on the machine of exactly this host name, as `%h` shows it.",
        examples=("web1.example.com",),
        see=("if-not-hostname", "endif"),
    )
    if_not_hostname: Conditions | None = option(
        "Takes the lines below on every machine but the one of this host name.",
        examples=("web1.example.com",),
        see=("if-hostname", "endif"),
    )
    if_hostname_match: Conditions | None = option(
        "Means to take the lines below where the host name fits a regular expression. In builds with PCRE2, which are "
        "today's, it never holds; without PCRE the name is unknown and the lines always apply.",
        examples=("^web[0-9]+",),
        catch="Do not use it: `if-hostname`, or an environment variable and `if-env`, do work.",
        see=("if-hostname", "if-env", "endif"),
    )
    if_not_hostname_match: Conditions | None = option(
        "Means to take the lines below where the host name does not fit a regular expression. In builds with PCRE2 it "
        "holds on every machine, whatever the expression says.",
        examples=("^web[0-9]+",),
        catch="Do not use it: `if-not-hostname`, or an environment variable and `if-not-env`, do work.",
        see=("if-not-hostname", "if-not-env", "endif"),
    )
    if_reload: Conditions | None = option(
        "Takes the lines below when the server has replaced itself in a reload, and skips them at the first start. It "
        "needs no value.",
        examples=("true",),
        catch="A start through `fallback-config` counts as a reload; on a command line the option crashes the server.",
        see=("if-not-reload", "endif"),
    )
    if_not_reload: Conditions | None = option(
        "Takes the lines below at the first start only: one-time preparations that a reload shall not repeat.",
        examples=("true",),
        catch="On a command line the option crashes the server; in files it works.",
        see=("if-reload", "endif"),
    )
    endif: Terminators | None = option(
        "Closes the block that an `if-` opened; it closes a loop just as well. Outside a block it does nothing.",
        examples=(True,),
        catch="In YAML it needs a value (`endif: 1`): with none the block stays open, or the parser stops there.",
        see=("if-env", "endfor"),
    )

    # Loops.
    for_: Conditions | None = option(
        "Repeats each line below once per blank-separated word, which is `%(_)` there. The first line runs through all "
        "words before the second line is looked at.",
        examples=("css js img",),
        see=("for-glob", "for-times", "for-readline", "endfor"),
    )
    for_glob: Conditions | None = option(
        "Repeats each line below for every path that a shell pattern finds; directories come with a `/` at the end.",
        examples=("/etc/uwsgi/shop.d/*.ini",),
        catch="A pattern without matches is used as it stands, as if it were a path.",
        see=("for", "endfor"),
    )
    for_times: Conditions | None = option(
        "Repeats each line below a number of times, with `%(_)` running from 1 up to the number.",
        examples=("4",),
        see=("for", "endfor"),
    )
    for_readline: Conditions | None = option(
        "Repeats each line below for every line of a text file, blank ones included; lines are cut at 1023 bytes.",
        examples=("/etc/uwsgi/domains.txt",),
        catch="A missing file is only reported in the log, and the block then adds nothing.",
        see=("for", "endfor"),
    )
    endfor: Terminators | None = option(
        "Closes the block that a `for` opened; it closes an `if-` just as well.",
        examples=(True,),
        see=("for", "endif"),
    )
