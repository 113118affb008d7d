"""Cron: commands at given times."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.cron import Cron as CronValue
from uwsgilint.schema.composites.cron import CurlCron, KeyedCron, LegionCron, LegionCurlCron
from uwsgilint.schema.types import Int

__all__ = ["Cron"]


class Cron(Subsystem):
    """Calls commands and URLs from the master at given minutes, hours and days, on every node or only on one.

    A job has five numbers: minute, hour, day of the month, month (1 to 12) and day of the week (0 or 7 is Sunday), in
    local time. There are no stars: -1 stands for every, and -N for each value that N divides, so -5 minutes is every
    five minutes. If day and weekday are both given, either is enough, as in a crontab.

    `cron2` writes the same with names and adds limits; prefer it for anything new. The command goes to the shell, as
    the user and in the directory of the master, and its output to the log. By default a run does not wait for the one
    before it: `unique` changes that. On several nodes, the `legion` forms run a job only where the node is lord.
    Numbers are never checked: an hour of 25 simply never comes.
    """

    table: ClassVar[str] = "cron"
    title: ClassVar[str] = "Cron"

    cron2: Each[KeyedCron] | None = option(
        "Runs a shell command on a schedule of named fields: `minute`, `hour`, `day`, `month` and `week`, joined by "
        "commas without blanks, then a blank and the command. Fields that are left out mean every. `unique=1` skips a "
        "run while the last one is going on, `harakiri=N` kills it after N seconds (0 lifts `cron-harakiri`), "
        "`legion=NAME` binds it to the lord.",
        examples=(
            "minute=-5 /srv/shop/bin/refresh",
            "minute=30,hour=3,unique=1,harakiri=3600 /srv/shop/bin/report",
        ),
        catch="A misspelt field is ignored, and without its field the job runs every minute.",
        see=("cron", "cron-harakiri", "unique-cron"),
    )
    cron: Each[CronValue] | None = option(
        "Runs a shell command on a schedule of five numbers in the order of a crontab, followed by the command. "
        "`59 2 -1 -1 -1` is every night at 2:59.",
        examples=("59 2 -1 -1 -1 /srv/shop/bin/cleanup", "-10 -1 -1 -1 -1 /srv/shop/bin/poll"),
        catch="`*` and `*/5` end the start with exit code 1; write -1 and -5.",
        see=("cron2", "unique-cron"),
    )
    unique_cron: Each[CronValue] | None = option(
        "As `cron`, but a run is left out while the command of the last one still lives. Use it for anything that "
        "could take longer than its interval.",
        examples=("-1 -1 -1 -1 -1 /srv/shop/bin/sync",),
        see=("cron", "cron2", "cron-harakiri"),
    )
    cron_harakiri: Int | None = option(
        "Kills any cron command that runs longer than this, together with what it started. The `harakiri` of a "
        "`cron2` line overrides it.",
        unit="seconds",
        default="no limit",
        ge=0,
        examples=(3600,),
        see=("cron2", "unique-cron"),
    )
    legion_cron: Each[LegionCron] | None = option(
        "As `cron`, with the name of a legion in front: only the node that is its lord at that minute runs the "
        "command, so that a cluster does it once.",
        examples=("shop 0 4 -1 -1 -1 /srv/shop/bin/billing",),
        catch="A build without TLS does not have it.",
        see=("legion", "unique-legion-cron"),
    )
    unique_legion_cron: Each[LegionCron] | None = option(
        "Joins the rules of `legion-cron` and `unique-cron`: the lord alone runs the command, and never while its "
        "own last run goes on.",
        examples=("shop -5 -1 -1 -1 -1 /srv/shop/bin/settle",),
        catch="It does not know of a run that a former lord still has going.",
        see=("legion-cron", "unique-cron"),
    )
    curl_cron: Each[CurlCron] | None = option(
        "Fetches a URL instead of running a command, with the same five numbers; redirections are followed and the "
        "answer is printed. It needs the plugin curl_cron.",
        examples=("0 -1 -1 -1 -1 http://127.0.0.1:8000/tasks/hourly",),
        catch="The master itself does the fetching and stands still until the answer is there, up to 60 seconds.",
        see=("cron", "legion-curl-cron", "socket-timeout"),
    )
    legion_curl_cron: Each[LegionCurlCron] | None = option(
        "As `curl-cron`, with the name of a legion in front: only its lord fetches the URL.",
        examples=("shop 0 5 -1 -1 -1 http://127.0.0.1:8000/tasks/daily",),
        see=("curl-cron", "legion-cron", "legion"),
    )
