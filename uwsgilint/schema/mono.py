"""Mono: ASP.NET applications."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import String, Strings, UInt64

__all__ = ["Mono"]


class Mono(Subsystem):
    """Runs ASP.NET applications on the Mono runtime, which starts in each worker after the fork.

    Each application is a directory on disk, given by `mono-app`, and a key that says which requests are its own. The
    key is the request's `DOCUMENT_ROOT` unless `mono-key` names other variables: `HTTP_HOST` makes virtual hosts, and
    `mono-app` then takes `key=directory`. A request with an unknown key has an application loaded on the spot from the
    directory that the key names, so choose only variables that visitors cannot set.

    The glue between server and runtime is an assembly, `uwsgi.dll`, found in the working directory or the global
    assembly cache. After every request the collector runs in full; `mono-gc-freq` makes that rarer. Requests carry
    modifier 15.
    """

    table: ClassVar[str] = "mono"
    title: ClassVar[str] = "Mono"

    mono_app: Strings | None = option(
        "Loads the ASP.NET application in this directory; `key=directory` gives it the key by which requests find it, "
        "otherwise the directory is the key. The first one also takes requests that match none.",
        examples=("/srv/intranet", "intranet.example.com=/srv/intranet"),
        catch="If one fails to load the server exits.",
        see=("mono-key", "mono-index"),
    )
    mono_key: Strings | None = option(
        "Tells applications apart by a variable of the request; of several, the first that is present decides.",
        default="DOCUMENT_ROOT",
        examples=("HTTP_HOST",),
        catch="An unknown value is taken for a directory to load an application from.",
        see=("mono-app",),
    )
    mono_index: Strings | None = option(
        "Adds a file name that is served when the path is a directory; the first that exists is taken.",
        default="none",
        examples=("Default.aspx", "index.aspx"),
        see=("mono-app",),
    )
    mono_config: String | None = option(
        "Makes Mono read this configuration file (library mappings and the like) rather than its own.",
        default="Mono's own",
        examples=("/etc/mono/config",),
        see=("mono-version",),
    )
    mono_version: String | None = option(
        "Asks the runtime for this version of the framework when it is initialised.",
        default="v4.0.30319",
        examples=("v4.0.30319",),
        see=("mono-config",),
    )
    mono_assembly: String | None = option(
        "Replaces the assembly that connects server and runtime; it must contain the class `uwsgi.uWSGIApplication`.",
        default="uwsgi.dll",
        examples=("/usr/lib/uwsgi/uwsgi.dll",),
        see=("mono-exec",),
    )
    mono_exec: Strings | None = option(
        "Runs an assembly's entry point when the runtime is up and before applications load; after a colon follows "
        "one argument.",
        examples=("/srv/intranet/setup.exe", "/srv/intranet/setup.exe:production"),
        see=("mono-app",),
    )
    mono_gc_freq: UInt64 | None = option(
        "Runs a full garbage collection once in so many requests. The default of 1 is thorough and slow.",
        unit="requests",
        default="1",
        ge=1,
        examples=(100,),
        see=("reload-on-rss",),
    )
