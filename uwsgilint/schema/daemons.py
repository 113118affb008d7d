"""Daemons: other programs that live and die with the instance."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.daemons import Daemon, LegionDaemon, LegionSmartDaemon, SmartDaemon
from uwsgilint.schema.types import Commands, Flag

__all__ = ["Daemons"]


class Daemons(Subsystem):
    """Starts other programs from the master, watches and restarts them, and takes them down together with the instance.

    There are two sorts. A plain daemon (`attach-daemon`) must stay in the foreground: the master sees it exit and
    starts it again, and stops it on reload and shutdown. A smart daemon has a pid file: it is started only if no
    process of that number lives, and it survives reloads and even the end of the instance, as a database should. Smart
    daemons either go to the background themselves or (the variants with 2) are put there by uWSGI.

    `attach-daemon2` says all this with named keys and more, and is the one to prefer. Commands go through the shell;
    put `exec` in front of a program so that signals meet it and not the shell. What exits within three seconds is
    restarted with growing pauses, up to five minutes.
    """

    table: ClassVar[str] = "daemons"
    title: ClassVar[str] = "Daemons"

    attach_daemon2: Each[Daemon] | None = option(
        "Attaches a program described by keys: `cmd` (required), `pidfile` for a smart daemon, `daemonize=1` to put "
        "it in the background, `freq` checks of patience for the pid file, `touch` files that restart it, `stopsignal` "
        "and `reloadsignal` by number, `chdir`, `uid` and `gid` as numbers, `stdin=1`, `ns_pid=1` for a pid namespace, "
        "`max_throttle` seconds, `control=1`, `notifypid=1` to signal a smart daemon on reload and stop.",
        examples=(
            "cmd=exec /usr/bin/redis-server /srv/shop/redis.conf,touch=/srv/shop/redis.conf",
            "cmd=exec celery -A shop worker,stopsignal=15,chdir=/srv/shop",
        ),
        catch="Switches are on by being there, `control=0` included; a comma in the command has to be escaped; and "
        "`legion` is not among the keys.",
        see=("attach-daemon", "smart-attach-daemon", "reload-mercy"),
    )
    attach_daemon: Commands | None = option(
        "Runs a program in the foreground beside the workers. The master restarts it when it exits, and sends it "
        "SIGTERM when the instance stops or reloads, then SIGKILL after `reload-mercy` or three seconds.",
        examples=("exec memcached -p 11311 -u nobody",),
        catch="A program that goes to the background by itself looks dead and is started again and again.",
        see=("attach-daemon2", "smart-attach-daemon", "attach-control-daemon"),
    )
    attach_control_daemon: Commands | None = option(
        "As `attach-daemon`, except that the exit of this program ends the whole instance, gracefully. Use it when "
        "serving makes no sense without the program.",
        examples=("exec /srv/shop/bin/supervisor",),
        see=("attach-daemon", "exit-on-reload"),
    )
    smart_attach_daemon: Each[SmartDaemon] | None = option(
        "Starts a program that puts itself in the background, unless the process in its pid file is alive. Write the "
        "pid file, a blank, and the command; the master looks at the file every second and starts the program again "
        "when its process is gone.",
        examples=("/run/redis.pid redis-server /etc/redis.conf", "/run/slow.pid,30 /usr/sbin/slowd"),
        catch="It outlives the instance. A number after the pid file, `FILE,30`, is the patience in checks (10) until "
        "the file has to be there.",
        see=("smart-attach-daemon2", "attach-daemon2"),
    )
    smart_attach_daemon2: Each[SmartDaemon] | None = option(
        "As `smart-attach-daemon` for a program that stays in the foreground: uWSGI forks it into the background "
        "and writes the pid file.",
        examples=("/run/shop/celery.pid exec celery -A shop worker",),
        catch="It outlives the instance, and keeps old code through reloads.",
        see=("smart-attach-daemon", "attach-daemon2"),
    )
    legion_attach_daemon: Each[LegionDaemon] | None = option(
        "As `attach-daemon`, with the name of a legion in front: the program runs only while this node is the lord, "
        "and is stopped when it loses the title.",
        examples=("shop exec /srv/shop/bin/scheduler",),
        catch="A build without TLS does not have it.",
        see=("legion", "legion-smart-attach-daemon"),
    )
    legion_smart_attach_daemon: Each[LegionSmartDaemon] | None = option(
        "As `smart-attach-daemon`, with the name of a legion in front, then the pid file and the command. Unlike "
        "other smart daemons it is stopped together with the instance.",
        examples=("shop /run/vip.pid /usr/sbin/vipd",),
        see=("legion", "smart-attach-daemon"),
    )
    legion_smart_attach_daemon2: Each[LegionSmartDaemon] | None = option(
        "As `smart-attach-daemon2`, with the name of a legion in front: uWSGI forks the foreground program into the "
        "background, on the lord alone.",
        examples=("shop /run/shop/beat.pid exec celery -A shop beat",),
        see=("legion", "smart-attach-daemon2"),
    )
    daemons_honour_stdin: Flag | None = option(
        "Leaves the standard input of the master to all attached programs; otherwise they read from `/dev/null`. One "
        "single program gets it by `stdin=1` in `attach-daemon2`.",
        default="off",
        catch="The master's own input is `/dev/null` too unless `honour-stdin` is set.",
        see=("honour-stdin", "attach-daemon2"),
    )
