"""Lua: WSAPI applications."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import CodeText, Int, String, Strings

__all__ = ["Lua"]


class Lua(Subsystem):
    """Loads WSAPI applications and Lua files, tunes the collector and opens a debug shell.

    A WSAPI application is a function that takes the request's environment and returns status, headers and an
    iterator; the file given by `lua` returns it, or a table with a function `run`. Each core of a worker (thread or
    asynchronous core) has a Lua state of its own, in which all files are loaded again: globals are not shared
    between them, and memory grows with their number.

    The collector makes a full run after each request unless `lua-gc-freq` says how often. Requests reach Lua with
    modifier 6. The plugin also teaches the server to read configuration files that end in `.lua`.
    """

    table: ClassVar[str] = "lua"
    title: ClassVar[str] = "Lua"

    lua: String | None = option(
        "Loads the WSAPI application: a file that returns a function, or a table with a function `run`.",
        examples=("/srv/counter/app.lua",),
        catch="If it cannot be loaded, or returns anything else, the server exits.",
        see=("lua-load",),
    )
    lua_load: Strings | None = option(
        "Runs a file in every Lua state before the application is loaded, to register signals and remote procedures "
        "or to define what several files share.",
        examples=("/srv/counter/setup.lua",),
        see=("lua",),
    )
    lua_gc_freq: Int | None = option(
        "Makes a full garbage collection once in so many requests of a core, rather than after each one.",
        unit="requests",
        default="0, after every request",
        examples=(100,),
        catch="The command line takes no number for it and sets 1; in a file the number works.",
        see=("lua",),
    )
    lua_shell: CodeText | None = option(
        "Turns worker 1 into Lua's `debug.debug()` prompt on the terminal. A value is accepted in a file but never "
        "run: it is always the prompt.",
        examples=("",),
        see=("lua",),
    )
