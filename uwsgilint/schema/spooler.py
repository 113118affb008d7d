"""Spooler: jobs that are written to disk and done later."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Int, Paths, String, Strings

__all__ = ["Spooler"]


class Spooler(Subsystem):
    """Runs jobs that the application writes to a directory, later and outside the request, in processes of their own.

    `uwsgi.spool` puts a job into a file and returns; a spooler process finds the file, calls the application's function
    and deletes the file when the function says that the job is done, or leaves it for another try. Because jobs are
    files they survive a stop or a crash, and several instances may share a directory. Mails, thumbnails and calls to
    slow services are typical.

    One sets `spooler` to a directory and perhaps `spooler-processes`. Spoolers run at the lowest priority and are
    forked from the process that loaded the application; with `lazy-apps` nothing is loaded there, so name
    the module with `spooler-import`. A job written by a worker of the same instance wakes its spooler at once; other
    jobs, and those that failed or are due later, wait for the next scan.
    """

    table: ClassVar[str] = "spooler"
    title: ClassVar[str] = "Spooler"

    spooler: Paths | None = option(
        "Starts a spooler process for this directory and lets the application write jobs to it. The directory is made "
        "with mode 0750 if only its last part is missing; with several, the first is the default and others are "
        "chosen by full path.",
        examples=("/var/spool/shop",),
        catch="A relative path counts from the directory of the start, not from `chdir`; and it is made as root, so "
        "with `uid` prepare it yourself.",
        see=("spooler-processes", "spooler-import", "spooler-external"),
    )
    spooler_external: Paths | None = option(
        "Lets the application write jobs to this directory without starting a process for it; a `spooler` in another "
        "instance does the work.",
        examples=("/var/spool/mailer",),
        catch="Nobody is woken: the other instance finds a job at its next scan.",
        see=("spooler", "spooler-frequency"),
    )
    spooler_processes: Int | None = option(
        "Puts more than one process to work on each directory. They share it and lock each job's file, so that no job "
        "runs twice at once.",
        default="1",
        ge=1,
        examples=(4,),
        see=("spooler", "spooler-ordered"),
    )
    spooler_frequency: Int | None = option(
        "Lets at most this much time pass between two scans of the directory. It decides how soon jobs from other "
        "instances, postponed jobs and retries are taken up; fresh jobs of this instance do not wait for it.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(5,),
        catch="The application can change it while it runs.",
        see=("spooler", "spooler-external"),
    )
    spooler_ordered: Flag | None = option(
        "Sorts the directory by name before each scan, so that jobs of one process run in the order in which they "
        "were written, and enters its numbered subdirectories, which are priorities: 1 comes before 2.",
        default="off, whatever order the file system gives",
        catch="Without it jobs with a priority are never run; it works on Linux only.",
        see=("spooler-processes",),
    )
    spooler_harakiri: Int | None = option(
        "Has the master kill a spooler process whose job takes longer than this, and start another. The file stays, "
        "so the job is tried again, endlessly if it always hangs.",
        unit="seconds",
        default="no limit",
        ge=0,
        examples=(300,),
        see=("harakiri", "mule-harakiri"),
    )
    spooler_max_tasks: Int | None = option(
        "Replaces a spooler process by a fresh one after this many jobs, which keeps leaks of memory at bay.",
        unit="jobs",
        default="never",
        ge=0,
        examples=(1000,),
        see=("max-requests", "spooler-processes"),
    )
    spooler_chdir: String | None = option(
        "Moves to a directory of your choice for the time of a job. Otherwise jobs run inside the spool directory "
        "itself, whatever `chdir` says.",
        default="the spool directory",
        examples=("/srv/shop",),
        see=("chdir", "spooler"),
    )
    spooler_quiet: Flag | None = option(
        "Stops the log lines about each job being written, begun and done. Errors still show.",
        default="off",
        see=("spooler",),
    )
    spooler_import: Strings | None = option(
        "Imports Python modules (dotted names or files) when a spooler process starts, so that their spool functions "
        "are known there. It is necessary with `lazy-apps`.",
        examples=("shop.tasks",),
        catch="If no function is found, the job stays in the directory and the log repeats the complaint.",
        see=("lazy-apps", "spooler", "import"),
    )
