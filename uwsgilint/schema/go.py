"""Go: programs built with gccgo."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Int, String, Strings

__all__ = ["Go"]


class Go(Subsystem):
    """Loads Go programs built with gccgo as shared libraries and serves their requests, in goroutines if asked.

    The ordinary Go compiler cannot live in a server that forks, so the plugin is made for gccgo: it starts a fresh Go
    runtime in every process after the fork and calls the `main` of your program there, which hands control back by
    `uwsgi.Run()`. The program is a shared library given by `go-load`, or is built into the server's binary.

    By itself a worker answers one request at a time; `goroutines` makes it many. `threads` are out of the question:
    the server exits with them. Requests carry modifier 11. The plugin calls into the inside of gccgo's runtime
    as it was in its day; a newer one may not fit.
    """

    table: ClassVar[str] = "go"
    title: ClassVar[str] = "Go"

    go_load: Strings | None = option(
        "Opens a shared library made by gccgo in each process. The one that has a `main` becomes the program; the "
        "others merely add their code.",
        examples=("/srv/ticker/ticker.so",),
        catch="A library that cannot be opened ends the process.",
        see=("go-args", "goroutines"),
    )
    go_args: String | None = option(
        "Sets `os.Args` to the words of this line, split at blanks.",
        default="empty",
        examples=("ticker -env production",),
        catch="The first word lands in `os.Args[0]`, where Go expects the program's name.",
        see=("go-load",),
    )
    goroutines: Int | None = option(
        "Answers each request in a goroutine of its own, up to this many at a time in a worker. It sets `async` and "
        "selects the engine of that name.",
        unit="requests at a time per worker",
        default="off",
        ge=1,
        examples=(100,),
        see=("async", "loop", "go-load"),
    )
