"""Hooks: what happens at given moments between start and exit."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.hooks import Hook, TouchHook
from uwsgilint.schema.composites.privileges import MountCommand, UnmountCommand
from uwsgilint.schema.composites.signals import TouchCommand
from uwsgilint.schema.types import Int, Strings

__all__ = ["Hooks"]


class Hooks(Subsystem):
    """Does things at a given moment between start and exit: actions, shell commands, C functions, mounts, waiting.

    A moment has up to five options: `hook-as-root` runs actions, `mount-as-root` and `umount-as-root` change mounts,
    `exec-as-root` runs shell commands, `call-as-root` calls C functions; they run in that order, each list as written.
    An action is `name:arguments`, such as `mkdir:/run/shop`, `write:FILE text`, `chown:FILE USER GROUP`, `exec:COMMAND`
    or `unix_signal:15 gracefully_kill_them_all`; with `!` in front, it keeps its text out of the log. A hook can do
    all that the other four do, so most people need only hooks.

    A start passes asap, pre-jail, in-jail, post-jail, as-root, as-user, pre-app and post-app; then every worker passes
    post-fork and accepting. What fails before the exit ends the instance. The surprise: `as-root`, `as-user`,
    `post-jail` and the waits for files and interfaces run only if uWSGI was started by root, and four times over if
    no `uid` ever gives root away.
    """

    table: ClassVar[str] = "hooks"
    title: ClassVar[str] = "Hooks"

    # Actions on the way up
    hook_asap: Each[Hook] | None = option(
        "Runs actions directly after the configuration is understood: before logs are opened, before daemonising, "
        "still as the user and in the directory of the start. A reload of the instance runs them again.",
        examples=("mkdir:/run/shop", "print:starting"),
        catch="The log file is not open yet, so their output goes to the terminal or to the supervisor.",
        see=("exec-asap", "hook-pre-jail"),
    )
    hook_pre_jail: Each[Hook] | None = option(
        "Runs actions before the instance enters a namespace or jail, when the first pid file is written and shared "
        "sockets are bound. They happen once in the life of the instance: reloads skip them.",
        examples=("exec:ip link add veth0 type veth peer name veth1",),
        see=("namespace", "unshare", "hook-post-jail"),
    )
    hook_post_jail: Each[Hook] | None = option(
        "Runs actions once the instance is behind its walls, still as root and before `chroot`. What counts as walls "
        "is `unshare`, a FreeBSD jail, or the flag `jailed`; without any of these nothing runs.",
        examples=("hostname:shop", "mount:proc none /proc"),
        catch="With `namespace` these run outside, in the parent, which finds the process inside as UWSGI_JAIL_PID.",
        see=("jailed", "unshare", "hook-in-jail"),
    )
    hook_in_jail: Each[Hook] | None = option(
        "Runs actions at the beginning of the real start, after control groups are joined and the root of a "
        "`namespace` is in place, before privileges are dropped. They run on each start, jail or not.",
        examples=("mount:tmpfs none /tmp",),
        see=("hook-post-jail", "hook-as-root", "namespace"),
    )
    hook_as_root: Each[Hook] | None = option(
        "Runs actions as root just before `gid` and `uid` take effect, after `chroot` or `pivot-root`: the place to "
        "prepare directories, owners and mounts that the application may not touch itself.",
        examples=("mkdir:/run/shop", "chown:/run/shop www-data www-data"),
        catch="Nothing runs if the start was not by root; and everything runs four times if the process stays root.",
        see=("uid", "exec-as-root", "hook-as-user", "master-as-root"),
    )
    hook_as_user: Each[Hook] | None = option(
        "Runs actions right after root was given away, as the new user. With `master-as-root` that moment comes in "
        "each worker, and each worker runs them.",
        examples=("exec:./migrate.sh", "putenv:HOME=/srv/shop"),
        catch="An instance that was started by an ordinary user never gets here; use `hook-in-jail` there.",
        see=("uid", "exec-as-user", "hook-as-root"),
    )
    hook_pre_app: Each[Hook] | None = option(
        "Runs actions immediately before the applications are loaded. With `lazy-apps` that is in every worker, each "
        "time one is born.",
        examples=("wait_for_socket:127.0.0.1:5432", "putenv:MODE=live"),
        see=("lazy-apps", "exec-pre-app", "hook-post-app"),
    )
    hook_post_app: Each[Hook] | None = option(
        "Runs actions as soon as all applications are loaded: in the process that forks the workers, or in each "
        "worker with `lazy-apps`.",
        examples=("creat:/run/shop/loaded",),
        see=("need-app", "hook-pre-app", "hook-accepting"),
    )
    hook_master_start: Each[Hook] | None = option(
        "Runs actions in the master when workers, mules and routers are forked and its loop is about to begin. It is "
        "the place to give Unix signals another meaning, which a configuration cannot do otherwise.",
        examples=("unix_signal:15 gracefully_kill_them_all",),
        catch="Without a master nothing runs.",
        see=("master", "die-on-term"),
    )

    # Actions in workers, mules and routers
    hook_post_fork: Each[Hook] | None = option(
        "Runs actions in each new worker, after its language was told of the fork and before a lazy application is "
        "loaded. Replacements of dead workers run them too; mules and spoolers do not.",
        examples=("exec:/usr/local/bin/pin-worker",),
        see=("hook-accepting", "hook-as-mule"),
    )
    hook_accepting: Each[Hook] | None = option(
        "Runs actions in each worker at the very end of its start, when the next step is to take requests. All "
        "loading is over by then, lazy or not.",
        examples=("print:worker is ready",),
        see=("hook-accepting1", "hook-accepting-once"),
    )
    hook_accepting1: Each[Hook] | None = option(
        "As `hook-accepting`, but in worker 1 alone, so that one announcement is made instead of one per worker. It "
        "is repeated whenever worker 1 is replaced.",
        examples=("creat:/run/shop/ready",),
        see=("hook-accepting", "hook-accepting1-once"),
    )
    hook_accepting_once: Each[Hook] | None = option(
        "As `hook-accepting`, but only in the first life of each worker: a worker that replaces a dead or recycled "
        "one stays silent.",
        examples=("print:worker came up",),
        see=("hook-accepting", "hook-accepting1-once"),
    )
    hook_accepting1_once: Each[Hook] | None = option(
        "Runs actions just once per start of the instance, when the first incarnation of worker 1 is ready for "
        "requests. Good for telling a load balancer or a deployment script that the service is up.",
        examples=("writefifo:/run/balancer.fifo up",),
        see=("hook-accepting1", "hook-master-start"),
    )
    hook_as_mule: Each[Hook] | None = option(
        "Runs actions in every mule after its fork and before its script or its message loop takes over, again each "
        "time a mule is replaced.",
        examples=("cd:/srv/shop/jobs",),
        see=("mule", "hook-post-fork"),
    )
    hook_as_gateway: Each[Hook] | None = option(
        "Runs actions in each router process (`http`, `fastrouter` and relatives) when it starts, before the router "
        "switches to a user of its own.",
        examples=("print:router up",),
        see=("http", "http-uid"),
    )
    after_request_hook: Strings | None = option(
        "Names a C function that each worker calls when a request is finished and its connection closed, with the "
        "request structure as argument. The function must be in the binary, a plugin or a library loaded by `dlopen`.",
        default="none",
        examples=("my_accounting",),
        catch="A name that cannot be found stops the start with exit code 1.",
        see=("dlopen",),
    )

    # Actions on events and at the end
    hook_touch: Each[TouchHook] | None = option(
        "Runs an action in the master whenever the modification time of a file moves forward, or the file appears or "
        "goes away. Write the file, a blank, and the action; a failure is only logged.",
        examples=("/run/shop/rotate exec:/usr/local/bin/rotate-reports",),
        catch="A value without an action crashes the master when the file is touched.",
        see=("touch-exec", "touch-signal", "check-interval"),
    )
    hook_as_user_atexit: Each[Hook] | None = option(
        "Runs actions when the first process, usually the master, ends or is about to reload itself, with the rights "
        "it has by then. A failure is logged and changes nothing.",
        examples=("unlink:/run/shop/ready",),
        catch="SIGKILL and crashes leave no time for it.",
        see=("exec-as-user-atexit", "vacuum"),
    )

    # Actions of Emperor and vassals
    hook_as_vassal: Each[Hook] | None = option(
        "Runs actions in the child that is about to become a vassal, after a tyrant Emperor has changed its user and "
        "before uWSGI is executed in it. If one fails, the vassal does not start. It is set on the Emperor.",
        examples=("mkdir:/run/vassal",),
        see=("emperor", "hook-as-emperor", "emperor-tyrant"),
    )
    hook_as_emperor: Each[Hook] | None = option(
        "Runs actions on the side of the Emperor each time it has forked a vassal. A failure harms nobody.",
        examples=("print:one more vassal",),
        catch="Actions are not told which vassal it was; `exec-as-emperor` is, by its environment.",
        see=("emperor", "hook-as-vassal", "exec-as-emperor"),
    )
    hook_emperor_start: Each[Hook] | None = option(
        "Runs actions in the Emperor when its monitors are set up and before it looks for vassals the first time. A "
        "failure ends the Emperor.",
        examples=("wait_for_dir:/srv/vassals",),
        see=("emperor", "early-emperor"),
    )
    hook_emperor_stop: Each[Hook] | None = option(
        "Runs actions in a vassal when its Emperor tells it to go, just before its workers are stopped. It is set in "
        "the vassal.",
        examples=("exec:/usr/local/bin/deregister shop",),
        see=("hook-emperor-reload", "hook-emperor-lost"),
    )
    hook_emperor_reload: Each[Hook] | None = option(
        "Runs actions in a vassal when its Emperor asks it to reload, as happens after a change of its file.",
        examples=("print:new configuration",),
        see=("hook-emperor-stop", "emperor"),
    )
    hook_emperor_lost: Each[Hook] | None = option(
        "Runs actions in a vassal whose Emperor died without a word. The vassal kills its own workers afterwards and "
        "exits with code 1.",
        examples=("alarm:mail the Emperor is gone",),
        catch="On Linux the kernel kills vassals together with their Emperor, often before this runs.",
        see=("hook-emperor-stop", "alarm"),
    )

    # Shell commands
    exec_asap: Strings | None = option(
        "Passes commands to the shell as the first deed of the start and waits for each; any exit code but 0 aborts "
        "it. Neither log nor daemon exist at this point.",
        examples=("mkdir -p /run/shop",),
        see=("hook-asap", "binsh"),
    )
    exec_pre_jail: Strings | None = option(
        "Passes commands to the shell before walls are put up, on the first start only. Here one prepares the file "
        "system or the network that the jail will get.",
        examples=("mount -o bind /srv/lib /jail/lib",),
        see=("hook-pre-jail", "exec-post-jail"),
    )
    exec_post_jail: Strings | None = option(
        "Passes commands to the shell after `unshare`, a FreeBSD jail or `jailed`. With `namespace` they run outside, "
        "where UWSGI_JAIL_PID names the process inside.",
        examples=("ip link set lo up", "ip link set veth1 netns $UWSGI_JAIL_PID"),
        see=("hook-post-jail", "unshare", "namespace"),
    )
    exec_in_jail: Strings | None = option(
        "Passes commands to the shell inside the new root of a `namespace`, or plainly at this point of the start if "
        "there is none, before privileges are dropped.",
        examples=("ip link set lo up",),
        catch="The shell itself has to exist inside.",
        see=("hook-in-jail", "binsh"),
    )
    exec_as_root: Strings | None = option(
        "Passes commands to the shell as the last act of root, after `hook-as-root`. The start goes on when they "
        "ended with exit code 0, and fails otherwise.",
        examples=("install -d -o www-data /run/shop",),
        catch="Started by an ordinary user, uWSGI skips it without a word.",
        see=("hook-as-root", "uid"),
    )
    exec_as_user: Strings | None = option(
        "Passes commands to the shell under the new identity, right after root was given away and before `chdir`. "
        "Migrations and cache warmers are typical.",
        examples=("/srv/shop/bin/migrate",),
        catch="It belongs to the change of user: without a start by root it is skipped.",
        see=("hook-as-user", "uid", "exec-pre-app"),
    )
    exec_pre_app: Strings | None = option(
        "Passes commands to the shell before applications are loaded, in the directory given by `chdir`. Unlike "
        "`exec-as-user` it works for any user; with `lazy-apps` each worker repeats it.",
        examples=("./bin/migrate",),
        see=("hook-pre-app", "chdir", "lazy-apps"),
    )
    exec_post_app: Strings | None = option(
        "Passes commands to the shell when the applications are loaded; an exit code other than 0 still aborts the "
        "start. With `lazy-apps` each worker repeats it.",
        examples=("./bin/smoke-test",),
        see=("hook-post-app", "exec-pre-app"),
    )
    exec_as_user_atexit: Strings | None = option(
        "Passes commands to the shell when the master (or the only process) leaves or reloads, and notes a bad exit "
        "code in the log.",
        examples=("rm -f /run/shop/ready",),
        catch="It runs on reloads as well, so do not clean up what the next incarnation needs.",
        see=("hook-as-user-atexit", "vacuum"),
    )
    exec_as_vassal: Strings | None = option(
        "Passes commands to the shell in the child that becomes a vassal, as its user, before uWSGI is executed. A "
        "command that fails keeps the vassal from starting.",
        examples=("/usr/local/bin/check-quota",),
        see=("hook-as-vassal", "vassals-start-hook"),
    )
    exec_as_emperor: Strings | None = option(
        "Passes commands to the shell on the side of the Emperor, once it has forked a vassal. The environment tells "
        "which: "
        "UWSGI_VASSAL_CONFIG, UWSGI_VASSAL_PID, UWSGI_VASSAL_UID and UWSGI_VASSAL_GID.",
        examples=('logger "vassal $UWSGI_VASSAL_CONFIG has pid $UWSGI_VASSAL_PID"',),
        catch="The Emperor waits for the command; a slow one delays all vassals.",
        see=("hook-as-emperor", "vassals-start-hook"),
    )
    touch_exec: Each[TouchCommand] | None = option(
        "Hands a command to the shell in the background whenever the watched file is touched, created or removed. "
        "Write the file, a blank, and the command; the master looks once per cycle.",
        examples=("/run/shop/purge /srv/shop/bin/purge-cache",),
        catch="Without a command the touched file itself is run.",
        see=("hook-touch", "touch-signal", "check-interval"),
    )
    binsh: Strings | None = option(
        "Lists shells for everything that is passed to one: exec options, crons, attached daemons. The first that "
        "is an executable file wins.",
        default="/bin/sh, also when none of the list fits",
        examples=("/bin/bash",),
        catch="Hooks in a jail look for it inside the jail.",
        see=("exec-as-user", "attach-daemon"),
    )

    # C functions
    call_asap: Strings | None = option(
        "Calls functions from C code, found by name in the binary and its libraries, right behind the `exec-asap` "
        "commands. None of the call options passes arguments; the action `call:NAME TEXT` does.",
        examples=("my_init",),
        catch="A function that cannot be found ends the start.",
        see=("hook-asap", "dlopen"),
    )
    call_pre_jail: Strings | None = option(
        "Calls functions from C code before walls are put up; reloads leave them out.",
        examples=("my_prepare_network",),
        see=("hook-pre-jail", "call-asap"),
    )
    call_post_jail: Strings | None = option(
        "Calls functions from C code behind the walls of `unshare`, a FreeBSD jail or `jailed`, or in the parent "
        "of a `namespace`.",
        examples=("my_setup_network",),
        see=("hook-post-jail", "call-asap"),
    )
    call_in_jail: Strings | None = option(
        "Calls functions from C code early in each start, with the root of a `namespace` already in place.",
        examples=("my_drop_devices",),
        see=("hook-in-jail", "call-asap"),
    )
    call_as_root: Strings | None = option(
        "Calls functions from C code while the process is still root, as the last step before the change of user.",
        examples=("my_open_devices",),
        catch="Here a missing function is only logged, and the start goes on.",
        see=("hook-as-root", "call-asap"),
    )
    call_as_user: Strings | None = option(
        "Calls functions from C code directly after the change from root to `uid`; a missing one is fatal.",
        examples=("my_check_rights",),
        see=("hook-as-user", "call-asap"),
    )
    call_pre_app: Strings | None = option(
        "Calls functions from C code before the loading of applications begins; a missing one is fatal.",
        examples=("my_preload",),
        see=("hook-pre-app", "call-asap"),
    )
    call_post_app: Strings | None = option(
        "Calls functions from C code when the loading of applications is over.",
        examples=("my_loaded",),
        catch="Here a missing function is only logged.",
        see=("hook-post-app", "call-asap"),
    )
    call_as_user_atexit: Strings | None = option(
        "Calls functions from C code when the master, or the only process, exits or reloads; a missing one is logged.",
        examples=("my_flush",),
        see=("hook-as-user-atexit", "call-asap"),
    )
    call_as_vassal: Strings | None = option(
        "Calls functions from C code, with no arguments, in the child that becomes a vassal; a missing one keeps the "
        "vassal from starting.",
        examples=("my_vassal_limits",),
        see=("call-as-vassal1", "call-as-vassal3", "hook-as-vassal"),
    )
    call_as_vassal1: Strings | None = option(
        "Calls functions of the shape `void f(char *name)` in the child that becomes a vassal, giving them the "
        "vassal's name, which is its file in most cases.",
        examples=("my_vassal_named",),
        see=("call-as-vassal", "call-as-vassal3"),
    )
    call_as_vassal3: Strings | None = option(
        "Calls functions of the shape `void f(char *name, uid_t uid, gid_t gid)` in the child that becomes a vassal. "
        "The ids are the owner and group of its file, whether or not the Emperor is a tyrant.",
        examples=("my_vassal_owned",),
        see=("call-as-vassal", "emperor-tyrant"),
    )
    call_as_emperor: Strings | None = option(
        "Calls functions from C code, with no arguments, in the Emperor after each start of a vassal; a missing one "
        "is logged.",
        examples=("my_count_vassal",),
        see=("call-as-emperor1", "call-as-emperor2", "call-as-emperor4"),
    )
    call_as_emperor1: Strings | None = option(
        "Tells functions of the shape `void f(char *name)` the name of each vassal that the Emperor has forked.",
        examples=("my_note_vassal",),
        see=("call-as-emperor", "call-as-emperor2"),
    )
    call_as_emperor2: Strings | None = option(
        "Tells functions of the shape `void f(char *name, pid_t pid)` name and process number of each vassal that the "
        "Emperor has forked.",
        examples=("my_watch_vassal",),
        see=("call-as-emperor", "call-as-emperor4"),
    )
    call_as_emperor4: Strings | None = option(
        "Tells functions of the shape `void f(char *name, pid_t pid, uid_t uid, gid_t gid)` all about each vassal that "
        "the Emperor has forked; the ids are those of the owner of its file.",
        examples=("my_account_vassal",),
        see=("call-as-emperor", "exec-as-emperor"),
    )

    # Mounts
    mount_asap: Each[MountCommand] | None = option(
        "Mounts file systems at the top of each start, without needing a mount program. Like all mount options it "
        "takes type, source, target, and if needed flags joined by commas and data for the driver: "
        "`tmpfs none /tmp nodev,nosuid size=64m`.",
        examples=("tmpfs none /run/shop", "none /srv/lib /jail/lib bind,ro"),
        catch="An unknown flag ends the start, and a reload mounts once more on top.",
        see=("umount-asap", "hook-asap"),
    )
    mount_pre_jail: Each[MountCommand] | None = option(
        "Fills a future jail: mounts what it needs before walls are put up. Reloads leave these mounts alone.",
        examples=("none /usr/lib /jail/usr/lib bind",),
        see=("umount-pre-jail", "mount-asap"),
    )
    mount_post_jail: Each[MountCommand] | None = option(
        "Mounts file systems behind the walls of `unshare`, a FreeBSD jail or `jailed`, so that with an own mount "
        "namespace nobody else sees them.",
        examples=("proc none /proc",),
        catch="With `namespace` it does not run; take `mount-in-jail`.",
        see=("unshare", "umount-post-jail"),
    )
    mount_in_jail: Each[MountCommand] | None = option(
        "Mounts file systems inside the new root of a `namespace`, or at that point of any start.",
        examples=("tmpfs none /tmp",),
        catch="It runs on reloads too.",
        see=("namespace", "umount-in-jail"),
    )
    mount_as_root: Each[MountCommand] | None = option(
        "Mounts file systems after `chroot` or `pivot-root` and before the change of user. Only root can mount, so "
        "an instance started by somebody else skips it.",
        examples=("tmpfs none /tmp nosuid,nodev",),
        see=("hook-as-root", "umount-as-root"),
    )
    mount_as_vassal: Each[MountCommand] | None = option(
        "Mounts file systems in the child that becomes a vassal, before uWSGI is executed; a failure keeps the "
        "vassal from starting.",
        examples=("tmpfs none /tmp",),
        catch="A tyrant Emperor has dropped root by then, so the mount is refused unless the vassal has a user "
        "namespace or the capability.",
        see=("emperor-use-clone", "umount-as-vassal"),
    )
    mount_as_emperor: Each[MountCommand] | None = option(
        "Mounts something in the Emperor's own view whenever it has forked a vassal. What fails is logged and skipped.",
        examples=("none /srv/shared /srv/vassals/shared bind",),
        see=("hook-as-emperor", "umount-as-emperor"),
    )
    umount_asap: Each[UnmountCommand] | None = option(
        "Unmounts targets at the top of each start, after `mount-asap`. Like all umount options it takes the target "
        "and, if needed, flags: `detach`, `force`, or `rec` for everything below it.",
        examples=("/mnt/old detach",),
        catch="A target that is not mounted ends the start.",
        see=("mount-asap", "hook-asap"),
    )
    umount_pre_jail: Each[UnmountCommand] | None = option(
        "Unmounts targets before walls are put up, on the first start only.",
        examples=("/mnt/secret",),
        see=("mount-pre-jail", "umount-asap"),
    )
    umount_post_jail: Each[UnmountCommand] | None = option(
        "Unmounts targets behind the walls: in a mount namespace of its own the instance thereby loses sight of a "
        "file system that others keep.",
        examples=("/mnt/secret", "/home rec"),
        catch="With `namespace` it does not run; take `umount-in-jail`.",
        see=("unshare", "mount-post-jail"),
    )
    umount_in_jail: Each[UnmountCommand] | None = option(
        "Unmounts targets inside the new root of a `namespace`, or at that point of any start.",
        examples=("/mnt detach",),
        see=("namespace", "mount-in-jail"),
    )
    umount_as_root: Each[UnmountCommand] | None = option(
        "Unmounts targets as root after the change of the root directory, for example the old root that "
        "`pivot-root` left behind.",
        examples=("/old_root rec,detach",),
        see=("pivot-root", "mount-as-root"),
    )
    umount_as_vassal: Each[UnmountCommand] | None = option(
        "Unmounts targets in the child that becomes a vassal; a failure keeps the vassal from starting.",
        examples=("/srv/vassals detach",),
        see=("emperor-use-clone", "mount-as-vassal"),
    )
    umount_as_emperor: Each[UnmountCommand] | None = option(
        "Unmounts targets from the Emperor's own view whenever it has forked a vassal. What fails is logged and "
        "skipped.",
        examples=("/mnt/handover",),
        see=("hook-as-emperor", "mount-as-emperor"),
    )

    # Waiting for what must be there first
    wait_for_socket: Strings | None = option(
        "Holds the start back, directly after privileges are dropped, until something accepts connections at an "
        "address: a database, another instance. One attempt is made per second.",
        examples=("127.0.0.1:5432", "/run/redis.sock"),
        catch="If nobody answers in time the start fails; this wait works for every user.",
        see=("wait-for-socket-timeout", "hook-pre-app"),
    )
    wait_for_socket_timeout: Int | None = option(
        "Limits how often `wait-for-socket` tries each address, one try and one pause of a second at a time; slow "
        "connection attempts stretch it.",
        unit="seconds",
        default="60",
        ge=0,
        catch="0 means the default, not no wait.",
        see=("wait-for-socket",),
    )
    wait_for_fs: Strings | None = option(
        "Holds the start back, before the root hooks, until each of these paths exists, whatever it is. Use it for "
        "volumes and sockets that appear late at boot.",
        examples=("/srv/shop/wsgi.py",),
        catch="`wait-for-file` and `wait-for-dir` are mere aliases and do not check the type; none of them works "
        "unless root started the instance.",
        see=("wait-for-fs-timeout", "wait-for-mountpoint"),
    )
    wait_for_mountpoint: Strings | None = option(
        "Holds the start back, before the root hooks, until each of these directories lies on another device than "
        "its parent, which means that something is mounted there.",
        examples=("/srv/nfs",),
        catch="A bind mount from the same file system is never recognised.",
        see=("wait-for-fs", "wait-for-fs-timeout", "check-mountpoint"),
    )
    wait_for_fs_timeout: Int | None = option(
        "Bounds the patience of `wait-for-fs`, `wait-for-mountpoint` and the actions `wait_for_file` and "
        "`wait_for_dir`, for each path anew; then the start fails.",
        unit="seconds",
        default="60",
        ge=0,
        catch="0 means the default, not no wait.",
        see=("wait-for-fs", "wait-for-mountpoint"),
    )
    wait_for_interface: Strings | None = option(
        "Holds the start back, before the root hooks, until the kernel knows network interfaces of these names. They "
        "need not be up or have an address.",
        examples=("eth0", "wg0"),
        catch="Only an instance that root started waits.",
        see=("wait-for-interface-timeout",),
    )
    wait_for_interface_timeout: Int | None = option(
        "Bounds the patience of `wait-for-interface`, for each name anew; then the start fails with exit code 1.",
        unit="seconds",
        default="60",
        ge=0,
        catch="0 means the default, not no wait.",
        see=("wait-for-interface",),
    )
