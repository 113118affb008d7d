"""Perl: PSGI applications and plain Perl."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import CodeText, Flag, Int, Prints, String, Strings

__all__ = ["Perl"]


class Perl(Subsystem):
    """Loads PSGI applications and plain Perl: library path, arguments, automatic reload and shells.

    `psgi` with the path of the application's file is all that most sites need; `perl-local-lib` adds modules that were
    installed for the project. Plack loads the file when it is installed, otherwise Perl's own `do` does.

    With `threads` every thread has an interpreter of its own, so the application is loaded that many times, and only
    a Perl built with ithreads can do it. An exception in the application prints its stack by Devel::StackTrace unless
    `perl-no-die-catch` is set. A language behind another modifier than 0: requests reach it with modifier 5, and a
    server without the Python plugin finds it by itself.
    """

    table: ClassVar[str] = "perl"
    title: ClassVar[str] = "Perl"

    psgi: String | None = option(
        "Serves the application in this file: its last value, a code reference, is called for each request.",
        examples=("/srv/wiki/app.psgi",),
        see=("perl-local-lib", "perl-no-plack", "need-app"),
    )
    perl_local_lib: String | None = option(
        "Uses a local::lib directory, as `use local::lib` would, before the application is loaded: its modules are "
        "found first.",
        examples=("/srv/wiki/local",),
        catch="The module local::lib itself has to be installed.",
        see=("psgi",),
    )
    perl_arg: Strings | None = option(
        "Appends one item to `@ARGV` as it is, blanks and all. Repeat it, and see `perl-args` for the short way.",
        examples=("--config=/etc/wiki.yml",),
        see=("perl-args",),
    )
    perl_args: String | None = option(
        "Splits a line at its blanks and puts the words into `@ARGV`, ahead of those of `perl-arg`.",
        examples=("--env production",),
        see=("perl-arg",),
    )
    perl_no_plack: Flag | None = option(
        "Loads the application by a plain `do FILE` even where Plack is installed. It saves the memory of Plack::Util; "
        "the file then has to do without what Plack sets up.",
        default="off, Plack::Util::load_psgi",
        see=("psgi",),
    )
    perl_no_die_catch: Flag | None = option(
        "Keeps the server from installing its `$SIG{__DIE__}` handler, which prints a stack trace at each `die`. "
        "Set it when the application uses `die` for its ordinary business, or has a handler of its own.",
        default="off",
        see=("psgi",),
    )
    psgi_enable_psgix_io: Flag | None = option(
        "Offers the connection itself to the application, as a socket object in `psgix.io`, for protocols beyond "
        "HTTP. It costs some system calls in each request.",
        default="off",
        see=("psgi",),
    )
    perl_exec: Strings | None = option(
        "Runs a Perl script in the master before applications load and workers are forked.",
        examples=("/srv/wiki/prepare.pl",),
        see=("perl-exec-post-fork",),
    )
    perl_exec_post_fork: Strings | None = option(
        "Runs a Perl script in each process after the fork, to open connections that must not be shared.",
        examples=("/srv/wiki/connect.pl",),
        see=("perl-exec",),
    )
    perl_auto_reload: Int | None = option(
        "Looks after a request at the files in `%INC`, and reloads the instance when one is newer than at the last "
        "look. For development.",
        unit="seconds",
        default="0, never",
        examples=(1,),
        catch="The number is an on-switch only: the time of the last look is never kept, so every request looks.",
        see=("perl-auto-reload-ignore", "touch-reload"),
    )
    perl_auto_reload_ignore: Strings | None = option(
        "Leaves a file out of that search, named by the path that stands in `%INC`.",
        examples=("/srv/wiki/lib/Generated.pm",),
        see=("perl-auto-reload",),
    )
    plshell: CodeText | None = option(
        "Makes worker 1 an interactive Perl prompt on the terminal, by Devel::REPL; with a value it evaluates that "
        "code instead.",
        examples=("use Reply; Reply->new->run;",),
        catch="In a file `plshell = true` evaluates the code `true`; leave the value empty for the prompt.",
        see=("plshell-oneshot",),
    )
    plshell_oneshot: CodeText | None = option(
        "Opens the Perl prompt once; afterwards worker 1 returns to serving requests.",
        examples=("print Wiki->version",),
        catch="The command line takes it without a value; in a file a value is code to evaluate.",
        see=("plshell",),
    )
    perl_version: Prints | None = option(
        "Prints which Perl the plugin was built with and exits; for the command line.",
        see=("psgi",),
    )
