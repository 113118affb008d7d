"""Privileges: user, groups, capabilities, and when root is given away."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composites.privileges import Capabilities
from uwsgilint.schema.types import Flag, Group, String, Strings, User

__all__ = ["Privileges"]


class Privileges(Subsystem):
    """Names the user, groups and capabilities under which the instance runs, and the moment at which it drops root.

    An instance that root starts should not stay root: set `uid` and `gid`, always both, for `uid` alone keeps the group
    of root. An instance started by an ordinary user, by systemd's `User=` for instance, needs none of this: it
    ignores a `uid` given by name and refuses one given by number that is not its own.

    Normally root is given away early: before sockets of workers are bound and before the application is loaded. So
    ports below 1024, sockets in `/run` and keys that only root reads are out of reach, while routers (`http`,
    `https`) and shared sockets are bound before. `drop-after-init`, `drop-after-apps` and `master-as-root` move the
    moment later; each exposes more code to root than the one before.
    """

    table: ClassVar[str] = "privileges"
    title: ClassVar[str] = "Privileges"

    # Who
    uid: User | None = option(
        "Switches to this user, by name or number, once the preparations for which root is needed are made. All "
        "processes and commands of the instance run as this user from then on.",
        default="whoever started it",
        examples=("www-data", "1000"),
        catch="0 or `root` changes nothing; an unknown name ends the start.",
        see=("gid", "drop-after-init", "master-as-root"),
    )
    gid: Group | None = option(
        "Switches to this group, by name or number, and takes the further groups of `uid` from the system's "
        "database. Set it along with `uid`.",
        default="the group of the start, root's in general",
        examples=("www-data", "1000"),
        see=("uid", "add-gid", "no-initgroups"),
    )
    add_gid: Strings | None = option(
        "Lists groups, by name or number, that the process shall belong to besides `gid`. The list replaces what the "
        "system's database says about the user.",
        examples=("ssl-cert", "1001"),
        catch="Without `gid` it is ignored.",
        see=("gid", "no-initgroups"),
    )
    no_initgroups: Flag | None = option(
        "Clears all further groups when `gid` is applied, instead of looking up those of the user. `add-gid` may still "
        "add some.",
        default="off",
        see=("gid", "add-gid"),
    )
    immediate_uid: User | None = option(
        "Switches to this user in the instant the option is read, in the middle of the configuration. All the rest "
        "of the start runs without root.",
        examples=("www-data",),
        catch="Root is refused with exit code 1; and root hooks, user hooks and `chroot` no longer apply.",
        see=("uid", "immediate-gid"),
    )
    immediate_gid: Group | None = option(
        "Switches to this group in the instant the option is read and clears all further ones. It has to stand before "
        "`immediate-uid`, as afterwards the right to do so is gone.",
        examples=("www-data",),
        see=("immediate-uid", "gid"),
    )
    cap: Capabilities | str | None = option(
        "Keeps these Linux capabilities through the change of user and drops all others: names in lower case without "
        "the prefix `cap_`, joined by commas. `net_bind_service` lets an ordinary user bind ports below 1024.",
        examples=("net_bind_service", "net_bind_service,sys_nice"),
        catch="An unknown name among known ones is only logged. A build without libcap does not know the option.",
        see=("uid", "emperor-cap"),
    )

    # When
    drop_after_init: Flag | None = option(
        "Gives root away after sockets are bound and plugins are initialised, but before the application is loaded. "
        "Enough for privileged ports and for sockets in directories of root.",
        default="off",
        catch="Unix sockets then belong to root; add `chown-socket` or `chmod-socket`.",
        see=("drop-after-apps", "shared-socket", "chown-socket"),
    )
    drop_after_apps: Flag | None = option(
        "Gives root away after the application is loaded, so that it can read keys or open devices while it is "
        "imported.",
        default="off",
        catch="With `lazy-apps` the application is loaded later and never sees root.",
        see=("drop-after-init", "master-as-root"),
    )
    master_as_root: Flag | None = option(
        "Leaves the master root for good; each worker and router changes user for itself after its fork. The "
        "master can then renew what only root may, log files for example.",
        default="off",
        catch="Mules, spoolers, crons and attached daemons stay root too, and without `lazy-apps` so does the loading "
        "of the application; user and root hooks run in every worker.",
        see=("uid", "drop-after-apps", "lazy-apps"),
    )

    # Becoming another program
    privileged_binary_patch: String | None = option(
        "Executes another program in place of uWSGI while still root, with the same arguments: logs are open, shared "
        "sockets bound, namespaces joined, and the program inherits it all.",
        examples=("/usr/local/bin/uwsgi-next",),
        catch="The new program gets the same options, so this option must not make it execute itself forever.",
        see=("privileged-binary-patch-arg", "unprivileged-binary-patch"),
    )
    privileged_binary_patch_arg: String | None = option(
        "Executes a shell command with arguments of its own in place of uWSGI, while still root.",
        examples=("exec /usr/local/bin/other-server --fd 3",),
        see=("privileged-binary-patch", "unprivileged-binary-patch-arg"),
    )
    unprivileged_binary_patch: String | None = option(
        "Executes another program in place of uWSGI, with the same arguments, after root was given away: uWSGI "
        "prepares the jail and the user, the program does the rest.",
        examples=("/srv/shop/bin/server",),
        catch="It happens only if root started the instance.",
        see=("unprivileged-binary-patch-arg", "uid"),
    )
    unprivileged_binary_patch_arg: String | None = option(
        "Executes a shell command with arguments of its own in place of uWSGI, after root was given away. Jails, "
        "limits and groups stay in force for it.",
        examples=("exec /srv/shop/bin/server --port 8000",),
        catch="It happens only if root started the instance.",
        see=("unprivileged-binary-patch", "uid"),
    )

    # PAM
    pam: String | None = option(
        "Opens a session of this PAM service for the user of `uid` before root is given away, which applies the "
        "limits and the accounting that the service defines. It needs the plugin pam.",
        examples=("uwsgi",),
        catch="Without `uid` or `pam-user` the start fails; started by an ordinary user, nothing is opened.",
        see=("pam-user", "uid"),
    )
    pam_user: String | None = option(
        "Opens the PAM session for this user rather than for that of `uid`.",
        examples=("shop",),
        see=("pam",),
    )
