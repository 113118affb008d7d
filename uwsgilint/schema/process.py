"""Process: the instance as the operating system sees it."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import Variable
from uwsgilint.schema.composites.privileges import FileContent
from uwsgilint.schema.types import (
    Actions,
    EnvironmentNames,
    FileDescriptors,
    Flag,
    Int,
    Paths,
    SpacedString,
    String,
    Strings,
    Umask,
)

__all__ = ["Process"]


class Process(Subsystem):
    """Describes the instance as a process: master, signals, names, directory, environment, pid files and background.

    Set `master` everywhere: it is the parent that replaces dead workers, reloads without closing sockets, runs crons
    and mules, and obeys signals. Many options switch it on by themselves. Next come `chdir` and `env`, and `vacuum` to
    leave nothing behind. Under systemd, in a container or under an Emperor do not daemonise; write `die-on-term`
    there, for SIGTERM makes an uWSGI master reload, and only that option makes it stop.

    Most of these act at different moments. What has a 2 in its name happens later than its twin: `pidfile2` after
    privileges are dropped, `daemonize2` after the application is loaded, `chdir2` in each worker. Values of `env` reach
    the application, but not the `$(NAME)` of the configuration itself, which is filled in before.
    """

    table: ClassVar[str] = "process"
    title: ClassVar[str] = "Process"

    # The master and its signals
    master: Flag | None = option(
        "Puts a parent process over the workers that starts them, replaces those that die, reloads on SIGHUP and "
        "serves crons, mules, statistics and file watches. It handles no requests and costs next to nothing.",
        default="off, but any of some hundred options and every Emperor turn it on",
        catch="Without it a worker that dies or is recycled is never replaced.",
        see=("processes", "die-on-term", "no-orphans"),
    )
    die_on_term: Flag | None = option(
        "Gives SIGTERM its usual meaning, stop, and hands the brutal reload that uWSGI otherwise does on it to "
        "SIGQUIT. Every supervisor, from systemd to Kubernetes, expects this.",
        default="off: SIGTERM reloads the instance",
        catch="Stop means at once, running requests included; a graceful end takes "
        "`hook-master-start = unix_signal:15 gracefully_kill_them_all`.",
        see=("master", "hook-master-start", "exit-on-reload"),
    )
    master_fifo: Strings | None = option(
        "Makes a named pipe on which the master takes commands of one letter: `r` reloads gracefully, `c` one worker "
        "at a time, `q` ends gracefully, `Q` at once, `+` and `-` change the number of workers, `l` reopens logs, "
        "`p` pauses. With several pipes one is active; writing its digit switches to another.",
        examples=("/run/shop/master.fifo",),
        catch="An existing file of that name is deleted. Only the master's own user can write to the pipe.",
        see=("stop", "touch-reload", "cheaper-algo"),
    )
    no_orphans: Flag | None = option(
        "Asks the kernel to kill each worker the moment its master dies, however that happens. Otherwise workers "
        "may serve on without anybody to watch them.",
        default="off",
        catch="It exists on Linux only, and does nothing without a master.",
        see=("master",),
    )
    check_interval: Int | None = option(
        "Sets the length of the master's cycle: how often it looks at deadlines, touched files, idleness and the "
        "number of workers when nothing else wakes it.",
        unit="seconds",
        default="1",
        ge=1,
        examples=(5,),
        catch="A longer cycle makes harakiri and touch options just as much less punctual.",
        see=("touch-reload", "harakiri", "cheaper-step"),
    )
    forkbomb_delay: Int | None = option(
        "Lets the master sleep this long when more workers in a row than there are processes died right after "
        "their birth, so that a broken application does not eat the machine.",
        unit="seconds",
        default="2",
        ge=0,
        examples=(5,),
        catch="The whole master sleeps, and 0 lets it fork without any pause.",
        see=("master", "need-app"),
    )

    # Background and pid files
    daemonize: String | None = option(
        "Sends the process to the background before anything is loaded, detached from the terminal, with its log in "
        "this file or sent to this UDP address. For starts by hand or by old init scripts.",
        examples=("/var/log/uwsgi/shop.log", "192.0.2.1:514"),
        catch="It takes no yes or no: `true` writes a log called `true`. Without `umask`, files become writable for "
        "everybody.",
        see=("daemonize2", "umask", "logto", "pidfile"),
    )
    daemonize2: String | None = option(
        "Sends the process to the background only when the application is loaded, so that the caller's exit code "
        "tells whether that worked. The log goes on in this file.",
        examples=("/var/log/uwsgi/shop.log",),
        catch="Threads and connections that the application opened while loading do not survive the fork. Under an "
        "Emperor it only redirects the log.",
        see=("daemonize", "need-app"),
    )
    pidfile: String | None = option(
        "Writes the number of the first process (the master, if there is one) to a file early in the start, while "
        "still root. Reloads keep number and file.",
        examples=("/run/shop.pid",),
        catch="A file that cannot be written stops the start. As root's file it outlives `vacuum` when `uid` is set.",
        see=("pidfile2", "stop", "reload"),
    )
    pidfile2: String | None = option(
        "Writes the number of the first process to a file as the user of `uid` and inside `chdir`, before the "
        "application is loaded. `vacuum` can remove this one.",
        examples=("/run/shop/shop.pid",),
        catch="With a relative path and `chdir`, `vacuum` looks in the wrong directory.",
        see=("pidfile", "vacuum"),
    )
    safe_pidfile: String | None = option(
        "Writes the master's number to a file at the end of the start, when the application is loaded and workers are "
        "forked; until then the file does not exist, so it doubles as a sign of readiness.",
        examples=("/run/shop/shop.pid",),
        catch="Unlike `pidfile` it is written after privileges are dropped, by master and workers alike: where `uid` "
        "may not write, the start fails. And `vacuum` leaves it when `uid` is set.",
        see=("safe-pidfile2", "pidfile"),
    )
    safe_pidfile2: String | None = option(
        "Writes the same number at practically the same moment as `safe-pidfile`, a few lines of code earlier. What "
        "distinguishes it is that `vacuum` removes it whatever the user.",
        examples=("/run/shop/shop.pid",),
        see=("safe-pidfile", "vacuum"),
    )
    vacuum: Flag | None = option(
        "Removes what the instance made when its first process ends: Unix sockets of workers and of the statistics "
        "server, and pid files. A socket that somebody has since made anew is spared.",
        default="off",
        catch="`pidfile` and `safe-pidfile` stay if `uid` is set, and nothing is removed on SIGKILL.",
        see=("pidfile2", "socket", "stats"),
    )
    stop: Actions | None = option(
        "Sends SIGINT to the process in a pid file, which ends that instance at once, and exits without starting "
        "anything.",
        examples=("/run/shop.pid",),
        catch="In a configuration file it stops the instance that it is about to start, each time.",
        see=("pidfile", "reload", "master-fifo"),
    )
    reload: Actions | None = option(
        "Sends SIGHUP to the process in a pid file, which reloads that instance gracefully, and exits without "
        "starting anything.",
        examples=("/run/shop.pid",),
        catch="It belongs on a command line, never in a file.",
        see=("pidfile", "stop", "touch-reload"),
    )
    pause: Actions | None = option(
        "Sends SIGTSTP to the process in a pid file and exits. The master then halts its workers, or wakes them if "
        "they are halted: `suspend` and `resume` are the same toggle by other names.",
        examples=("/run/shop.pid",),
        catch="It belongs on a command line; and `resume` on a running instance suspends it.",
        see=("pidfile", "stop"),
    )

    # Directory and file rights
    chdir: String | None = option(
        "Changes to this directory after privileges are dropped and before the application is loaded, so relative "
        "paths and Python imports count from here.",
        default="the directory of the start",
        examples=("/srv/shop",),
        catch="Options that use their path earlier (`pidfile`, `spooler`, `daemonize`) still count from the start.",
        see=("chdir2", "force-cwd", "pythonpath"),
    )
    chdir2: String | None = option(
        "Changes to this directory in each worker when its application is loaded, and so defines where requests run.",
        examples=("/srv/shop/data",),
        see=("chdir",),
    )
    force_cwd: String | None = option(
        "Replaces what uWSGI remembers as the directory of its start, to which it returns for a reload, for "
        "`vacuum` and for an Emperor's patterns. Set it to a symbolic link, such as `current`, and a reload finds the "
        "release to which the link then leads.",
        examples=("/srv/shop/current",),
        catch="The start itself stays where it is: it takes `chdir` to move the application.",
        see=("chdir", "binary-path"),
    )
    umask: Umask | None = option(
        "Decides which rights new files do not get, in octal, from the moment the option is read: `022` denies "
        "writing to others, `027` denies them everything.",
        default="inherited; 000 after `daemonize`",
        examples=("022", "027"),
        catch="It takes three digits; a shorter one is called invalid in the log and sets 000.",
        see=("daemonize", "chmod-socket"),
    )

    # Environment
    env: Each[Variable] | None = option(
        "Sets a variable of the environment for the application and for all commands, `NAME=VALUE`. A value may "
        "contain blanks and further equals signs as it is.",
        examples=("DJANGO_SETTINGS_MODULE=shop.settings", "LANG=C.UTF-8"),
        catch="`$(NAME)` elsewhere in the file does not see it; a name alone removes the variable.",
        see=("unenv", "envdir", "set-placeholder"),
    )
    unenv: EnvironmentNames | None = option(
        "Removes a variable from the environment, for instance one that a supervisor passes on and the application "
        "must not see.",
        examples=("PYTHONHOME",),
        see=("env",),
    )
    envdir: Strings | None = option(
        "Sets a variable for each file of a directory, as daemontools and container secrets do: the name is that of "
        "the file, the value its content. An empty file removes the variable, hidden ones are skipped.",
        examples=("/run/secrets/shop",),
        catch="It is read after the configuration, so `$(NAME)` does not see it; a missing directory ends the start.",
        see=("early-envdir", "env"),
    )
    early_envdir: Paths | None = option(
        "Reads a directory of variables like `envdir`, but at the very line where it stands, so that all "
        "`$(NAME)` of the configuration can use them.",
        examples=("/run/secrets/shop",),
        see=("envdir", "env"),
    )

    # Names in the process list
    auto_procname: Flag | None = option(
        "Names processes after their work in `ps` and `top`: uWSGI master, uWSGI worker 1, uWSGI mule 1, instead "
        "of the same command line for all.",
        default="off",
        catch="As the Python package `pyuwsgi` the processes keep their command lines all the same.",
        see=("procname-prefix-spaced", "procname"),
    )
    procname_prefix_spaced: SpacedString | None = option(
        "Puts a word and a blank before the names of processes, such as `shop uWSGI worker 1`, which tells instances "
        "apart at a glance.",
        examples=("shop",),
        catch="It shares its place with `procname-prefix`; the last one counts.",
        see=("auto-procname", "procname-prefix", "procname-append"),
    )
    procname_prefix: String | None = option(
        "Puts text directly before the names of processes, with no blank between.",
        examples=("shop:",),
        see=("procname-prefix-spaced", "procname-append"),
    )
    procname_append: String | None = option(
        "Puts text directly behind the names of processes; begin it with a blank or a dash.",
        examples=("-shop",),
        catch="Names have only the room of the original command line and its environment; longer ones are cut.",
        see=("procname-prefix", "auto-procname"),
    )
    procname: String | None = option(
        "Gives all processes one name instead of those that tell their work.",
        examples=("shop",),
        see=("procname-master", "auto-procname"),
    )
    procname_master: String | None = option(
        "Gives the parent of the workers a title of its own in `ps`, with precedence over `procname`.",
        examples=("shop master",),
        see=("procname", "emperor-procname"),
    )

    # Files, descriptors and neighbours
    file_write: Each[FileContent] | None = option(
        "Writes text and a line feed to a file at each start, before privileges are dropped: `FILE=TEXT`. It serves "
        "for settings of the kernel under `/proc` and `/sys` as well as for markers.",
        examples=("/proc/sys/net/core/somaxconn=4096",),
        catch="The file is emptied first, and one that cannot be written ends the start.",
        see=("hook-in-jail", "hook-as-root"),
    )
    check_mountpoint: Strings | None = option(
        "Asks in each master cycle whether the file system at this path still answers, and kills the workers and "
        "exits with code 1 if not. For FUSE and network mounts that vanish.",
        examples=("/srv/media",),
        catch="It knows only Linux; elsewhere the first check fails and ends the instance.",
        see=("wait-for-mountpoint", "check-interval"),
    )
    notify_socket: String | None = option(
        "Binds a Unix datagram socket on which the master receives notes and writes them to its log. Subscription "
        "servers use it to report what they did with a subscription.",
        examples=("/run/shop/notify.sock",),
        catch="It has nothing to do with systemd's variable NOTIFY_SOCKET.",
        see=("subscription-notify-socket",),
    )
    honour_stdin: Flag | None = option(
        "Leaves standard input as it was at the start, instead of replacing it by `/dev/null`, so that a debugger in "
        "the application can talk to the terminal. Its settings are restored at the end.",
        default="off",
        catch="One worker only: several would fight for each line.",
        see=("daemons-honour-stdin", "processes"),
    )
    safe_fd: FileDescriptors | None = option(
        "Spares these file descriptors when uWSGI closes everything it does not know: before a reload, before attached "
        "daemons, before a vassal starts. For descriptors passed down by a supervisor.",
        examples=(3,),
        see=("close-on-exec", "max-fd"),
    )

    # Running without serving
    no_server: Flag | None = option(
        "Exits with code 0 when the application is loaded, before any worker is forked, and binds no worker sockets. "
        "With `need-app` it makes a test of whether a deployment would start.",
        default="off",
        catch="With `lazy-apps` nothing is loaded, so nothing is tested.",
        see=("need-app", "show-config"),
    )
    command_mode: Flag | None = option(
        "Prepares a single process without sockets that does one job and then takes the instance down. The "
        "`pyrun` option of Python switches it on; there is rarely reason to do so by hand.",
        default="off",
        see=("pyrun", "no-server"),
    )

    # Clock, exit and crashes
    clock: String | None = option(
        "Chooses where uWSGI gets the time from. `unix` is always there; `realtime` and `monotonic` come with the "
        "plugins clock_realtime and clock_monotonic.",
        default="unix",
        examples=("unix",),
        catch="An unknown name ends the start with exit code 1.",
        see=("clock-list",),
    )
    clock_list: Flag | None = option(
        "Prints the clocks that this build knows, with those of loaded plugins, and carries on with the start.",
        default="off",
        see=("clock",),
    )
    skip_atexit: Flag | None = option(
        "Lets workers leave through `_exit` when they are told to end, without exit handlers of C libraries and of "
        "the language. It helps where these hang; the master still runs its own.",
        default="off",
        catch="Handlers that flush files or report statistics are skipped with the rest.",
        see=("skip-atexit-teardown",),
    )
    skip_atexit_teardown: Flag | None = option(
        "Runs the exit handlers of a Python or Perl application, but spares the dismantling of the interpreter after "
        "them, which can take seconds in a big application.",
        default="off",
        see=("skip-atexit",),
    )
    use_abort: Flag | None = option(
        "Ends a process that crashed by a segmentation fault or a floating point error with `abort`, so that it dies "
        "of SIGABRT. Otherwise the original signal is raised once more; either can leave a core dump.",
        default="off",
        see=("backtrace-depth", "alarm-segfault"),
    )
    backtrace_depth: Int | None = option(
        "Limits how many frames of the C stack are written to the log when a process crashes.",
        unit="frames",
        default="64",
        ge=1,
        examples=(128,),
        see=("use-abort", "alarm-segfault"),
    )
    binary_path: String | None = option(
        "Names the program that is executed on a reload and for vassals, in place of the one that is running. It "
        "matters where uWSGI cannot find itself, as a Python extension or behind a moving link.",
        default="the running program",
        examples=("/srv/shop/current/bin/uwsgi",),
        see=("force-cwd", "emperor-wrapper"),
    )
