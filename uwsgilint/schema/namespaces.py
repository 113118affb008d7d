"""Namespaces and jails: walls around the instance."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.privileges import Namespaces as NamespacesValue
from uwsgilint.schema.types import Flag, String, Strings

__all__ = ["Namespaces"]


class Namespaces(Subsystem):
    """Puts walls around the instance: a new root directory, Linux namespaces, joined namespaces, or a FreeBSD jail.

    On Linux there are two ways. `unshare` separates the running process from the views that others have of mounts,
    network, host name and so on, and one builds the rest with hooks: mounts, `pivot-root`, network devices. `namespace`
    does a fixed lot at once: a new root directory, fresh process numbers, host name and mounts, with a parent that
    starts the inside anew when it ends. `setns` joins what another instance made.

    All of it takes root and happens before `uid`. Inside, everything that is needed has to exist: libraries, shells for
    exec hooks, `/etc/passwd` for names of users. A new pid namespace applies only to children, hence the refork
    options. FreeBSD's jail options exist only in builds for that system, those for Linux only in builds for Linux.
    """

    table: ClassVar[str] = "namespaces"
    title: ClassVar[str] = "Namespaces and jails"

    # A new root directory
    chroot: String | None = option(
        "Makes this directory the root of the file system just before privileges are dropped. Everything that is "
        "opened afterwards counts from there, the application included.",
        examples=("/jail/shop",),
        catch="The working directory is not moved, so add `chdir`; a process that stays root can break out. Started by "
        "an ordinary user, uWSGI refuses.",
        see=("uid", "chdir", "pivot-root"),
    )
    pivot_root: String | None = option(
        "Swaps the root file system: `NEW OLD`, where NEW has to be a mount point and OLD a directory below it that "
        "receives the former root. All mounts are made private before. It is the thorough variant of `chroot`.",
        examples=("/jail/shop /jail/shop/.old",),
        catch="Without a mount namespace of its own (`unshare = fs`) the instance would swap the root of the machine; "
        "and the old root stays visible until `umount-as-root` removes it.",
        see=("unshare", "umount-as-root", "chroot"),
    )

    # Linux namespaces
    unshare: Each[NamespacesValue] | None = option(
        "Separates the process from the named views of the system before jail hooks run, joined by commas: `fs` "
        "(mounts; also `mnt`, `mount`, `ns`), `net`, `uts` (host name), `ipc`, `pid`, `user`, and the sharing flags "
        "`files`, `io`, `sysvsem`.",
        examples=("fs,ipc,uts", "pid,fs,net"),
        catch="`pid` changes nothing for the process itself: only after `refork-post-jail` or `refork` does a child "
        "live in it. Reloads keep what was separated.",
        see=("unshare2", "refork-post-jail", "hook-post-jail"),
    )
    unshare2: Each[NamespacesValue] | None = option(
        "Separates the process from further views, with the words of `unshare`, but after `chroot` or `pivot-root`. "
        "Useful for what the preparations still had to share.",
        examples=("net",),
        catch="It alone triggers no post-jail hooks.",
        see=("unshare", "refork-as-root"),
    )
    namespace: String | None = option(
        "Runs the instance in new mount, pid, ipc and host name spaces with this directory as root, host name after a "
        "colon if wanted. `/proc` is mounted inside and all other mounts are taken away.",
        examples=("/jail/shop", "/jail/shop:shop.example"),
        catch="The parent outside restarts the inside whatever ends it, unless its exit code is 1; `setns` and "
        "`unshare` are the tools of today.",
        see=("namespace-keep-mount", "namespace-net", "unshare"),
    )
    namespace_keep_mount: Strings | None = option(
        "Carries a mount of the outside into the `namespace`, under the same path or, as `FROM:TO`, under another. "
        "Mount points have to exist inside.",
        examples=("/dev", "/srv/media:/media"),
        see=("namespace", "mount-in-jail"),
    )
    namespace_net: String | None = option(
        "Gives the `namespace` a network of its own, in which not even the loopback device is up.",
        examples=("1",),
        catch="The value is not looked at: any text, `false` included, switches it on.",
        see=("namespace", "exec-post-jail"),
    )

    # Sharing namespaces between instances
    setns: String | None = option(
        "Fetches the namespaces of another instance from its `setns-socket` and joins them early in the start. If "
        "the other is not there yet, it tries again every second, for ever.",
        examples=("/run/ns/shop.sock",),
        see=("setns-socket",),
    )
    setns_socket: String | None = option(
        "Opens a Unix socket on which the master hands out descriptors of its namespaces, all but `user`, for "
        "`setns` of other instances.",
        examples=("/run/ns/shop.sock",),
        catch="The socket's mode is 0600, so both instances need the same user, root as a rule.",
        see=("setns", "setns-socket-skip", "setns-preopen"),
    )
    setns_socket_skip: Strings | None = option(
        "Leaves entries of `/proc/self/ns` out of what `setns-socket` hands out.",
        examples=("pid", "net"),
        see=("setns-socket", "setns-preopen"),
    )
    setns_preopen: Flag | None = option(
        "Opens the entries of `/proc/self/ns` early in the start and hands out those later. Needed when the master "
        "cannot read `/proc` any more after `chroot`, or shall give away the namespaces from before it unshared.",
        default="off, opened on each request",
        see=("setns-socket", "unshare"),
    )

    # Forking once more
    refork: Flag | None = option(
        "Forks again after the change of user; the child becomes the instance and the parent only waits for it, deaf "
        "to all signals. The child of a process with a new pid namespace is number 1 in it.",
        default="off",
        catch="Signals must go to the child; a supervisor knows only the parent.",
        see=("unshare", "refork-post-jail", "refork-as-root"),
    )
    refork_as_root: Flag | None = option(
        "Forks again as root, after `chroot` and `unshare2` and before the waits and hooks of root, which thereby run "
        "in the new pid namespace.",
        default="off",
        see=("unshare2", "refork", "hook-as-root"),
    )
    refork_post_jail: Flag | None = option(
        "Forks again behind the walls, directly after the post-jail hooks and before the root directory changes, so "
        "that a `/proc` mounted later shows the new process numbers.",
        default="off",
        catch="It takes part only if there are walls: `unshare`, a FreeBSD jail, or `jailed`.",
        see=("unshare", "jailed", "refork"),
    )
    jailed: Flag | None = option(
        "Declares that the instance is in a jail already, one that a container or a wrapper made, so that the "
        "post-jail hooks run all the same.",
        default="off",
        see=("hook-post-jail", "refork-post-jail"),
    )

    # FreeBSD jails
    jail: String | None = option(
        "Puts the instance into a new FreeBSD jail: directory, and if wanted host name and name of the jail, separated "
        "by blanks.",
        examples=("/jail/shop", "/jail/shop shop.example shop"),
        see=("jail-ip4", "jail-ip6", "jidfile"),
    )
    jail_ip4: Strings | None = option(
        "Lends the `jail` one of the machine's addresses of IPv4, which must be configured there; without any, the "
        "jail has no IPv4 at all.",
        examples=("192.0.2.10",),
        see=("jail", "jail-ip6"),
    )
    jail_ip6: Strings | None = option(
        "Lends the `jail` one of the machine's addresses of IPv6, as `jail-ip4` does for the older protocol.",
        examples=("2001:db8::10",),
        see=("jail", "jail-ip4"),
    )
    jail2: Strings | None = option(
        "Builds a FreeBSD jail from single parameters of libjail, one `NAME=VALUE` each; a name alone stands for 1. It "
        "can express all that the system offers, where `jail` knows only the basics.",
        examples=("path=/jail/shop", "host.hostname=shop.example", "ip4.addr=192.0.2.10"),
        catch="Only builds with libjail have it.",
        see=("jail", "jidfile"),
    )
    jail_attach: String | None = option(
        "Enters a FreeBSD jail that exists already, by its name or number.",
        examples=("shop", "3"),
        catch="Only builds with libjail have it.",
        see=("jail2",),
    )
    jidfile: String | None = option(
        "Writes the number of the jail that `jail` or `jail2` made to a file, for `jexec` and `jail-attach`.",
        examples=("/shop.jid",),
        catch="It is written from inside, so the path counts from the jail's root.",
        see=("jail", "jail2"),
    )
