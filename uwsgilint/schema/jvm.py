"""Java virtual machine: JWSGI and Clojure's Ring."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import String, Strings

__all__ = ["Jvm"]


class Jvm(Subsystem):
    """Starts a JVM in each worker and runs what speaks JWSGI or Clojure's Ring in it.

    The machine is not forked, it starts in every worker after the fork, so each one pays the full price in memory and
    time: few `processes` and more `threads` are the sensible shape. The class path begins with the working directory
    and needs `uwsgi.jar` (the API that comes with the plugin) and your own jars.

    `jwsgi` names the class and method of a Java application; `ring-load` and `ring-app` do the same for Clojure. Which
    of them answers is decided by the second modifier: requests come with modifier 8, then 0 for JWSGI or 1 for Ring.
    """

    table: ClassVar[str] = "jvm"
    title: ClassVar[str] = "Java virtual machine"

    jwsgi: String | None = option(
        "Serves requests by a method that takes a HashMap and returns an array of status, headers and body: "
        "`Class:method`, static or of an instance that is made at the start.",
        examples=("Shop:application",),
        see=("jvm-classpath", "jvm-opt"),
    )
    ring_app: String | None = option(
        "Serves requests by a Ring handler, given as namespace and function with a colon or slash between them.",
        examples=("shop.core:handler",),
        catch="Requests have to carry modifier 8 and the second modifier 1.",
        see=("ring-load", "jvm-classpath"),
    )
    ring_load: Strings | None = option(
        "Loads a Clojure script, found by its path or on the class path, before the handler is looked up.",
        examples=("src/shop/core.clj",),
        catch="Scripts are loaded only when `ring-app` is set.",
        see=("ring-app",),
    )
    jvm_classpath: Strings | None = option(
        "Tells the machine one more place to find classes, a jar or a folder of class files. The working directory "
        "always comes first.",
        examples=("/usr/lib/uwsgi/uwsgi.jar", "/srv/shop/lib/shop.jar"),
        see=("jvm-class", "jwsgi"),
    )
    jvm_opt: Strings | None = option(
        "Passes one option to the virtual machine as on the command line of `java`, one per value.",
        examples=("-Xmx512m", "-Dshop.env=production"),
        catch="Do not set `java.class.path` here: that is what `jvm-classpath` builds.",
        see=("jvm-classpath",),
    )
    jvm_main_class: Strings | None = option(
        "Loads a class and calls its static `main` with no arguments when the machine has started, to register signal "
        "handlers and remote procedures.",
        examples=("shop.Main",),
        catch="A class that cannot be found, or a `main` that throws, ends the worker.",
        see=("jvm-class",),
    )
    jvm_class: Strings | None = option(
        "Loads a class for the sake of its static initialiser, after the main classes. A missing one is not fatal.",
        examples=("shop.Setup",),
        see=("jvm-main-class",),
    )
