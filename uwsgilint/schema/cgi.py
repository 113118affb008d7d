"""CGI: external programs, one process per request."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.static import CgiHelper, CgiMap
from uwsgilint.schema.types import Flag, Int, Strings, UInt64

__all__ = ["Cgi"]


class Cgi(Subsystem):
    """Runs CGI scripts: where they are, which may run, what interprets them and how long they may take.

    For every request the worker forks, executes the script with the request in its environment, and passes on what it
    prints. `cgi` ties a path to a directory or to a single script; in a directory any file with the execute bit runs,
    so restrict it by `cgi-allowed-ext`. A helper (`cgi-helper`) runs files of one ending by an interpreter, and
    then they need not be executable.

    The worker waits for its script: the number of `processes` is the number of scripts at a time. `cgi-timeout` limits
    silence, not the whole run; set `harakiri` for that. Requests carry modifier 9, which a server without the Python
    plugin needs to be told by `http-socket-modifier1` or `http-modifier1`.
    """

    table: ClassVar[str] = "cgi"
    title: ClassVar[str] = "CGI"

    # What runs
    cgi: Each[CgiMap] | None = option(
        "Opens a place for scripts: `/path=directory` or `/path=script` for requests below a path, or a directory or "
        "script alone for all that match no path. The longest path wins.",
        examples=("/cgi-bin=/usr/lib/cgi-bin", "/stats=/srv/stats/report.sh"),
        catch="A bare executable answers every URL there is.",
        see=("cgi-allowed-ext", "cgi-helper", "cgi-index"),
    )
    cgi_allowed_ext: Strings | None = option(
        "Permits only scripts whose name ends in this, and answers 403 to the rest. Repeat it for each ending.",
        default="every executable file",
        examples=(".cgi", ".pl"),
        see=("cgi", "cgi-map-helper"),
    )
    cgi_map_helper: Each[CgiHelper] | None = option(
        "Runs scripts with a certain ending by an interpreter, `ending=program`; they need no execute bit then. With "
        "`sym://name` a C function in the server does the job.",
        examples=(".php=/usr/bin/php-cgi", ".py=python3"),
        catch="The program cannot be given arguments, and a script that `cgi` names directly ignores helpers.",
        see=("cgi", "cgi-loadlib"),
    )
    cgi_index: Strings | None = option(
        "Adds a file name to look for when the request names a directory; the first that can be read is run.",
        default="none: directories give 404",
        examples=("index.cgi",),
        see=("cgi",),
    )
    cgi_from_docroot: Flag | None = option(
        "Looks for scripts in the `DOCUMENT_ROOT` that the web server sends instead of in the places of `cgi`.",
        default="off",
        catch="Every executable file of the site becomes a script; restrict it by extension.",
        see=("cgi", "cgi-allowed-ext"),
    )
    cgi_safe: Strings | None = option(
        "Trusts scripts whose real path begins with this, although a symbolic link leads to them out of their "
        "directory; other such links are refused.",
        examples=("/usr/share/gitweb/",),
        see=("cgi",),
    )
    cgi_path_info: Flag | None = option(
        "Has no effect: it was to leave `PATH_INFO` alone, but nothing in the plugin looks at it, and the part of the "
        "path behind the script is always passed on.",
        default="no effect",
        see=("cgi",),
    )

    # How it runs
    cgi_timeout: Int | None = option(
        "Kills a script that neither writes a byte nor reads its input for this long. Output that keeps trickling "
        "resets the clock.",
        unit="seconds",
        default="60",
        ge=1,
        examples=(120,),
        see=("harakiri", "cgi-do-not-kill-on-error"),
    )
    cgi_buffer_size: UInt64 | None = option(
        "Sets the buffer into which a script's output is read; all its headers have to fit into one filling.",
        unit="bytes",
        default="65536",
        ge=1,
        examples=(131072,),
        see=("cgi-timeout",),
    )
    cgi_unset: Strings | None = option(
        "Removes a variable from the environment of scripts, so that secrets of the server do not reach them.",
        examples=("DATABASE_URL",),
        see=("env",),
    )
    cgi_close_stdin_on_eof: Flag | None = option(
        "Closes the script's standard input as soon as the whole request body is written; otherwise it stays open "
        "until the answer is complete. For programs that read to the end of input whatever `CONTENT_LENGTH` says.",
        default="off",
        see=("cgi-timeout",),
    )
    cgi_do_not_kill_on_error: Flag | None = option(
        "Leaves a script alone that timed out, wrote nonsense, or lost its client; otherwise it gets SIGKILL.",
        default="off",
        catch="The worker still waits for its end, however long that takes.",
        see=("cgi-timeout",),
    )
    cgi_async_max_attempts: Int | None = option(
        "In asynchronous mode, checks this many times, a second apart, whether a script that closed its output has "
        "also ended, and kills it then. Without `async` the worker simply waits.",
        unit="attempts",
        default="10",
        examples=(30,),
        catch="The command line takes no number for it and sets 1; in a file the number works.",
        see=("async", "cgi-do-not-kill-on-error"),
    )
    cgi_optimize: Flag | None = option(
        "Resolves the real paths of all `cgi` places once at the start instead of in every request.",
        default="off",
        catch="A place that does not exist then stops the start, and a link that is moved later goes unnoticed.",
        see=("cgi",),
    )
    cgi_loadlib: Strings | None = option(
        "Loads a shared library into the server and calls one function of it, `library:function`. It prepares an "
        "embedded interpreter that helpers with `sym://` then use, already warm, in each forked script.",
        examples=("/usr/lib/libphp.so:php_warm_up",),
        see=("cgi-map-helper",),
    )
