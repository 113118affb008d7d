"""Emperor: whole instances, one for each configuration found."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import Setting
from uwsgilint.schema.composites.privileges import Capabilities, Namespaces
from uwsgilint.schema.types import Flag, Int, String, Strings

__all__ = ["Emperor"]


class Emperor(Subsystem):
    """Starts, watches and stops whole instances (vassals), one for each configuration, and what these tell in return.

    An Emperor looks at a directory, a pattern or another source every few seconds. A new file starts a vassal, a newer
    one reloads it, a file that is gone stops it; files end in .ini, .xml, .yml, .yaml, .js or .json. A vassal that
    dies is started again, and one that dies before it ever answered a request waits longer each time.

    Usually `emperor` is the only option of its own small configuration, without `master` and outside the watched
    directory: inside, the Emperor would start itself without end. Vassals always have a master. Common settings come
    from `vassals-set` or `vassals-include`. With `emperor-tyrant` a root Emperor runs each vassal as the owner of
    its file. `heartbeat`, `vassal-sos` and `emperor-proxy-socket` belong in a vassal's file, all else in the Emperor's.
    """

    table: ClassVar[str] = "emperor"
    title: ClassVar[str] = "Emperor"

    # What it watches
    emperor: Strings | None = option(
        "Makes this instance the Emperor of the vassals in a directory (`/srv/vassals`), of those matching a pattern "
        "(`/srv/*/uwsgi.ini`), or of a source by scheme: `dir://`, `glob://`, or those of plugins such as `pg://`. "
        "Without sockets and master the process itself becomes the Emperor, otherwise a child of it.",
        examples=("/etc/uwsgi/vassals", "/srv/*/uwsgi.ini"),
        catch="A directory that does not exist is taken for a pattern without matches: no error, no vassals. Names "
        "are limited to 254 characters.",
        see=("emperor-freq", "emperor-tyrant", "imperial-monitor-list"),
    )
    emperor_freq: Int | None = option(
        "Sets the pause between two looks at the sources. A signal SIGWINCH, or `E` on the master's pipe, makes it "
        "look at once.",
        unit="seconds",
        default="3",
        ge=1,
        examples=(10,),
        see=("emperor", "master-fifo"),
    )
    emperor_nofollow: Flag | None = option(
        "Judges symbolic links by their own date instead of that of the file behind them: a vassal reloads when the "
        "link is replaced, not when its target changes.",
        default="off",
        see=("emperor-tyrant-nofollow", "emperor"),
    )
    emperor_extra_extension: Strings | None = option(
        "Accepts vassals with this ending besides the usual six; they are read as `config` would read them, so "
        "a plugin has to know the format.",
        examples=(".lua",),
        see=("emperor", "config"),
    )
    emperor_magic_exec: Flag | None = option(
        "Runs a vassal's file that has the executable bit and takes its output as configuration, instead of reading "
        "the file.",
        default="off",
        catch="It runs with the rights of the vassal, hence as root without `emperor-tyrant`: a stray bit is enough.",
        see=("emperor", "emperor-tyrant"),
    )
    imperial_monitor_list: Flag | None = option(
        "Prints the schemes that `emperor` understands in this build, with those of loaded plugins, and goes on.",
        default="off",
        see=("emperor",),
    )

    # Whose rights vassals have
    emperor_tyrant: Flag | None = option(
        "Runs each vassal as the user and group that own its file, which makes hosting for many users safe. The "
        "Emperor has to be root; a changed owner stops the vassal.",
        default="off, vassals are what the Emperor is",
        catch="Files owned by root, by user or group, are refused at every look.",
        see=("emperor-tyrant-nofollow", "emperor-cap"),
    )
    emperor_tyrant_nofollow: Flag | None = option(
        "Takes the owner of a symbolic link, not of the file behind it, as the identity of the vassal. Then root's "
        "link farm can hand files to users by `chown -h`.",
        default="off",
        see=("emperor-tyrant", "emperor-nofollow"),
    )
    emperor_cap: Capabilities | str | None = option(
        "Leaves vassals only these Linux capabilities in their bounding set, joined by commas, so that even a vassal "
        "of root cannot regain the others.",
        examples=("setuid,setgid,net_bind_service",),
        catch="`setpcap` always stays. A build without libcap does not know the option.",
        see=("cap", "emperor-tyrant"),
    )
    emperor_use_clone: Each[Namespaces] | None = option(
        "Starts each vassal in Linux namespaces of its own, in the words of `unshare`: `fs,ipc,pid,uts`. In a new "
        "pid namespace the vassal's master is number 1.",
        examples=("fs,ipc,pid,uts",),
        see=("unshare", "hook-as-vassal", "mount-as-vassal"),
    )

    # What vassals get
    vassals_set: Each[Setting] | None = option(
        "Sets an option in every vassal, `NAME=VALUE`, ahead of its own file.",
        examples=("processes=2", "die-on-term=true"),
        catch="A single value in the vassal's file still wins.",
        see=("vassals-include", "vassals-inherit"),
    )
    vassals_include: Strings | None = option(
        "Reads a file after the one of each vassal, as if an include stood at its end. In it `%n` and its like mean "
        "the file itself, and the capitals `%N`, `%P`, `%S` the vassal.",
        examples=("/etc/uwsgi/common.ini",),
        catch="What it says about options with one value overrides the vassal.",
        see=("vassals-include-before", "vassals-set"),
    )
    vassals_include_before: Strings | None = option(
        "Reads a file ahead of the one of each vassal, as an include: a place for defaults that a vassal may change.",
        examples=("/etc/uwsgi/defaults.ini",),
        catch="The vassal's file is not open yet, so `%N` and the other capitals are empty in it.",
        see=("vassals-include", "vassals-set"),
    )
    vassals_inherit: Strings | None = option(
        "Adds the options of a file behind everything that a vassal has, as `inherit` does. Prefer `vassals-include`: "
        "inherited text gets no placeholders filled in, neither `$(NAME)` nor `%(name)`.",
        examples=("/etc/uwsgi/common.ini",),
        catch="Its single values override those of the vassal, wherever they stand.",
        see=("vassals-include", "inherit"),
    )
    vassals_inherit_before: Strings | None = option(
        "Names a file to inherit ahead of the vassal's own on its command line. Since inherited files are always "
        "applied last, the effect is that of `vassals-inherit`; only `vassals-include-before` really comes first.",
        examples=("/etc/uwsgi/common.ini",),
        catch="It does not give defaults: it overrides the vassal.",
        see=("vassals-include-before", "vassals-inherit"),
    )

    # Starting and stopping
    vassals_start_hook: String | None = option(
        "Runs a program with the vassal's name as its argument in the child that will be the vassal, before uWSGI is "
        "executed. UWSGI_VASSALS_DIR holds the directory. Its exit code is logged and nothing more.",
        examples=("/usr/local/bin/vassal-up",),
        catch="It is one program, not a shell command: there is no room for further arguments.",
        see=("vassals-stop-hook", "exec-as-vassal"),
    )
    vassals_stop_hook: String | None = option(
        "Runs a program with the vassal's name as its argument in the Emperor whenever a vassal has ended.",
        examples=("/usr/local/bin/vassal-down",),
        catch="When the Emperor itself is stopped, it runs the program early and then forgets to tell the vassals: "
        "they serve on until `reload-mercy` (30 seconds) is over and are killed.",
        see=("vassals-start-hook", "reload-mercy"),
    )
    emperor_graceful_shutdown: Flag | None = option(
        "Has vassals that are to stop finish their running requests; otherwise these are cut off.",
        default="off",
        catch="`emperor-curse-tolerance` and `reload-mercy` still bound how long they may take.",
        see=("emperor-curse-tolerance", "reload-mercy"),
    )
    emperor_curse_tolerance: Int | None = option(
        "Kills a vassal by SIGKILL that was told to stop, or lost its line to the Emperor, this long ago and still "
        "lives.",
        unit="seconds",
        default="30",
        ge=0,
        examples=(60,),
        catch="It has to be longer than the slowest graceful stop.",
        see=("emperor-graceful-shutdown",),
    )
    emperor_required_heartbeat: Int | None = option(
        "Kills and restarts a vassal that has sent heartbeats and then none for this long. Vassals that never send "
        "any are left alone.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(60,),
        see=("heartbeat",),
    )
    emperor_throttle: Int | None = option(
        "Adds this much to the pause before a vassal is started again, each further time that it dies without "
        "having answered a request; the first answer, which makes it loyal, clears the account.",
        unit="milliseconds",
        default="1000",
        ge=0,
        le=2147483,
        see=("emperor-max-throttle", "emperor-no-blacklist"),
    )
    emperor_max_throttle: Int | None = option(
        "Limits that growing pause; a vassal that reaches the limit has it halved and climbs again.",
        unit="milliseconds",
        default="180000, three minutes",
        ge=0,
        le=2147483,
        examples=(60000,),
        see=("emperor-throttle",),
    )
    emperor_no_blacklist: Flag | None = option(
        "Starts failing vassals again at once, with no pause ever.",
        default="off",
        catch="One broken file then keeps a processor busy.",
        see=("emperor-throttle",),
    )
    emperor_wrapper: String | None = option(
        "Executes this program instead of the Emperor's own for each vassal, with the same arguments; in general a "
        "script that sets something up and executes uWSGI, or another version of it.",
        default="the running program",
        examples=("/usr/local/bin/vassal-wrapper",),
        see=("emperor-wrapper-override", "binary-path"),
    )
    emperor_wrapper_override: Strings | None = option(
        "Lists programs to try before `emperor-wrapper`; the first that can be executed becomes the vassal.",
        examples=("/opt/uwsgi-next/bin/uwsgi",),
        catch="Paths are tried where the vassal stands: after a chroot or namespace, inside.",
        see=("emperor-wrapper", "emperor-wrapper-fallback"),
    )
    emperor_wrapper_fallback: Strings | None = option(
        "Lists programs to try when neither an override nor the normal program can be executed. If none can, the "
        "vassal is dropped.",
        examples=("/usr/bin/uwsgi",),
        see=("emperor-wrapper", "emperor-wrapper-override"),
    )

    # On demand
    emperor_on_demand_extension: String | None = option(
        "Starts a vassal only when its first connection comes, if there is a file of its name plus this ending: the "
        "first line of that file is the socket on which the Emperor waits, and which the vassal gets as standard "
        "input.",
        examples=(".socket",),
        catch="Add `idle` and `die-on-idle` to vassals, which sends them back to waiting. It wins over "
        "`emperor-on-demand-directory` and `emperor-on-demand-exec`.",
        see=("emperor-on-demand-directory", "idle", "die-on-idle"),
    )
    emperor_on_demand_directory: String | None = option(
        "Lets all vassals sleep until somebody connects: for `shop.ini` the Emperor listens at `shop.socket` in this "
        "directory, and hands the socket over as standard input when it starts the vassal.",
        examples=("/run/vassals",),
        catch="The sockets get mode 0666.",
        see=("emperor-on-demand-extension", "die-on-idle"),
    )
    emperor_on_demand_exec: String | None = option(
        "Asks a command, with the vassal's name as its argument, for the socket on which to wait for the first "
        "connection. A command that prints nothing means that the vassal starts at once.",
        examples=("/usr/local/bin/vassal-socket",),
        catch="The Emperor waits for the answer each time, with no limit.",
        see=("emperor-on-demand-extension", "emperor-on-demand-directory"),
    )

    # Reinforcements
    emperor_broodlord: Int | None = option(
        "Lets the Emperor start up to this many helpers in all for vassals that cry for help by `vassal-sos`. A helper "
        "reads the section `zerg` of the vassal's file, in which it attaches to the vassal's sockets.",
        unit="instances",
        default="0, no help",
        ge=0,
        examples=(10,),
        catch="Nobody sends helpers away: they need `idle` and `die-on-idle`.",
        see=("vassal-sos", "vassal-sos-backlog", "zerg"),
    )
    vassal_sos: Int | None = option(
        "Cries for help to the Emperor when all workers are busy, but not twice within this time. It is set in the "
        "vassal.",
        unit="seconds",
        default="0, never",
        ge=0,
        examples=(5,),
        catch="Without an Emperor it only fills the log.",
        see=("emperor-broodlord", "vassal-sos-backlog"),
    )
    vassal_sos_backlog: Int | None = option(
        "Cries for help to the Emperor in each cycle in which at least this many connections wait in the listen queue. "
        "It is set in the vassal.",
        unit="connections",
        default="0, never",
        ge=0,
        examples=(30,),
        see=("emperor-broodlord", "vassal-sos", "listen"),
    )

    # The Emperor as a process
    early_emperor: Flag | None = option(
        "Starts the Emperor before jails, privileges and limits of this instance, so that it keeps root even where "
        "`uid` is set. Otherwise it starts after them.",
        default="off",
        see=("emperor", "uid"),
    )
    emperor_procname: String | None = option(
        "Shows this text for the Emperor in `ps` and `top`, so that it can be told from its vassals at once.",
        examples=("emperor",),
        see=("auto-procname", "procname-master"),
    )
    emperor_pidfile: String | None = option(
        "Notes the number of the process that watches vassals. With a master above it, this differs from `pidfile`; "
        "signals for the Emperor (SIGHUP reloads all vassals) have to go to it.",
        examples=("/run/emperor.pid",),
        see=("pidfile", "emperor"),
    )
    emperor_stats: String | None = option(
        "Serves the state of all vassals as JSON on a TCP address or Unix socket: numbers, dates, readiness, and which "
        "of them are throttled.",
        examples=("127.0.0.1:9191", "/run/emperor-stats.sock"),
        catch="Anybody who can connect can read it; a browser needs `stats-http`.",
        see=("stats", "stats-http"),
    )

    # What a vassal says
    heartbeat: Int | None = option(
        "Sends a sign of life to the Emperor this often, from workers that wait for requests. When all of them hang, "
        "the signs cease and the Emperor restarts the vassal. It is set in the vassal.",
        unit="seconds",
        default="0, none",
        ge=0,
        examples=(10,),
        catch="Loop engines and async mode never send any; keep it well below the Emperor's "
        "`emperor-required-heartbeat`, or slow requests look like death.",
        see=("emperor-required-heartbeat",),
    )
    emperor_proxy_socket: String | None = option(
        "Opens a Unix socket in a vassal, on which another instance, started with the variable UWSGI_EMPEROR_PROXY, "
        "gets the vassal's line to the Emperor. For wrappers that run the real instance in a jail.",
        examples=("/run/emperor-proxy.sock",),
        catch="Only the same user may connect, and the wrapper must be a vassal.",
        see=("emperor-wrapper", "setns-socket"),
    )
