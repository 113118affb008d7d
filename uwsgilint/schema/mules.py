"""Mules: background processes for messages and signals."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.mules import Farm
from uwsgilint.schema.types import Counts, Int
from uwsgilint.schema.types import Mules as MuleScripts

__all__ = ["Mules"]


class Mules(Subsystem):
    """Keeps background processes beside the workers that take messages and signals, alone or gathered in farms.

    A mule is forked from the master, so it knows the loaded application, but it gets no requests. A bare mule sits in
    a loop: it hands messages sent by `uwsgi.mule_msg` to the application's handler, and runs the uwsgi signals that are
    addressed to it. A mule with a script runs that script instead and fetches messages itself. The master replaces a
    mule that dies.

    Mules are numbered from 1 in the order of the options, `mule` and `mules` together; a farm names some of these
    numbers, and one free member takes each message to it. Messages live in memory: what waits when the instance
    stops is lost, for which the spooler is the remedy. The surprise: with `lazy-apps` the master has no application, so
    bare mules have no handlers either.
    """

    table: ClassVar[str] = "mules"
    title: ClassVar[str] = "Mules"

    mules: Counts | None = option(
        "Adds this many bare mules, which wait for messages and signals with the code of the application in memory. "
        "Given twice, the numbers add up.",
        default="0",
        ge=1,
        examples=(2,),
        catch="Under `lazy-apps` they have nothing loaded; `shared-import` gives them a module.",
        see=("mule", "farm", "lazy-apps"),
    )
    mule: MuleScripts | None = option(
        "Forks one more background process, numbered after those before it. With a value it runs that code instead of "
        "the message loop, in Python a file such as "
        "`jobs.py` or a function `module:function`; without a value, or with one that no language recognises, it is "
        "a bare mule.",
        examples=("jobs.py", "shop.jobs:run", True),
        catch="A script that ends is started again at once; with `lazy-apps` the form `module:function` crashes.",
        see=("mules", "farm", "hook-as-mule"),
    )
    farm: Each[Farm] | None = option(
        "Gathers mules under a name, by their numbers: `name:1,2`. A message or signal to the farm reaches whichever "
        "member is free first; a mule may belong to several farms.",
        examples=("mail:1,2", "thumbnails:3"),
        catch="A number beyond the last mule ends the start with exit code 1.",
        see=("mules", "mule"),
    )
    mule_harakiri: Int | None = option(
        "Has the master kill a mule that takes longer than this to handle a uwsgi signal, a timer for example, and "
        "start another in its place. Handlers of messages and scripts run without a limit, unless they set one with "
        "`uwsgi.set_user_harakiri`.",
        unit="seconds",
        default="no limit",
        ge=0,
        examples=(60,),
        see=("harakiri", "spooler-harakiri"),
    )
    mule_msg_size: Int | None = option(
        "Sets the buffers of the sockets that carry messages to mules and farms, and so the largest message and the "
        "room for those that wait. When it is full, sending fails at once instead of blocking.",
        unit="bytes",
        default="what the system gives, about 200 KiB on Linux",
        ge=1,
        examples=(1048576,),
        catch="A bare mule still reads no more than 65536 bytes of a message; the rest is cut off.",
        see=("mules", "farm"),
    )
