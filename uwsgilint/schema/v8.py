"""JavaScript in V8: JSGI applications."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Int, String, Strings, UInt64

__all__ = ["V8"]


class V8(Subsystem):
    """Runs JavaScript in the V8 engine, JSGI applications among it.

    `v8-jsgi` names a script in the style of JSGI 3.0, a CommonJS module whose `app` function is called with each
    request. Each core of a worker has an isolate of its own, an engine without shared objects, in which all
    scripts are loaded again. Modules are found by CommonJS `require`, beside the working directory and along
    `v8-module-path`; it is not Node, none of whose modules exist here.

    The plugin is written for an interface that V8 has long given up, and builds with no recent one. Two of its
    options were never finished: `v8-gc-freq` and `v8-preemptive` are read and then forgotten. Requests carry
    modifier 24.
    """

    table: ClassVar[str] = "v8"
    title: ClassVar[str] = "JavaScript (V8)"

    v8_jsgi: String | None = option(
        "Takes the function `exports.app` of a script, or the function that the script evaluates to, and calls it for "
        "each request. If there is neither, the server exits.",
        examples=("/srv/hello/app.js",),
        see=("v8-load", "v8-module-path"),
    )
    v8_load: Strings | None = option(
        "Runs a script in every core before the JSGI application is loaded, to register signal handlers and remote "
        "procedures.",
        examples=("/srv/hello/setup.js",),
        see=("v8-jsgi",),
    )
    v8_module_path: Strings | None = option(
        "Adds a directory in which `require` looks for a module that is not where the name alone points; `.js` is "
        "appended when needed.",
        examples=("/srv/hello/modules",),
        see=("v8-jsgi",),
    )
    v8_gc_freq: UInt64 | None = option(
        "Has no effect: the number was to set how often garbage is collected, but no code reads it and V8 collects "
        "when it pleases.",
        unit="requests",
        default="no effect",
        examples=(100,),
        see=("v8-jsgi",),
    )
    v8_preemptive: Int | None = option(
        "Has no effect either: it was to let several cores share one isolate in turns. Nothing in the plugin looks at "
        "the number.",
        default="no effect",
        see=("v8-jsgi",),
    )
