"""Parts of the server that are loaded at start."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Actions, Flag, Paths, Strings
from uwsgilint.schema.types import Plugins as PluginNames

__all__ = ["Plugins"]


class Plugins(Subsystem):
    """Loads parts of the server at start, says where they are looked for, and helps to build more of them.

    Which plugins one needs depends on the binary. `pip install uwsgi` gives one with python, http, logging and some
    forty others compiled in, where `plugins` is seldom needed; distributions such as Debian ship a bare core and one
    file per plugin, where even `http-socket` is fine but `http` or `module` want `plugins = http,python3` first.

    Loading happens as the line is read, so order matters: `plugins-dir` above `plugins`, and `plugins` above the
    options that they bring. An option that comes before its plugin still gets its value, but not the master or the
    other options that it implies, and under `strict` it is refused. Python comes before the plugins that build on it
    (gevent, asyncio, greenlet, tornado).
    """

    table: ClassVar[str] = "plugins"
    title: ClassVar[str] = "Plugins"

    plugins: PluginNames | None = option(
        "Loads plugins by name, several with commas between: the server looks for `NAME_plugin.so` in each "
        "`plugins-dir` and then in the directory compiled into the binary; a name with a slash is taken as a path. "
        "`18:name` puts a request plugin on another modifier.",
        examples=("python3", "http,python3", "/opt/uwsgi/shop_plugin.so"),
        catch="A plugin that cannot be found costs a log line and no more; requests then meet `unavailable modifier`.",
        see=("need-plugins", "plugins-dir", "if-plugin"),
    )
    need_plugins: PluginNames | None = option(
        "Loads plugins as `plugins` does and ends the start with status 1 when one cannot be loaded.",
        examples=("python3",),
        catch="A plugin that is compiled in or loaded already counts as a failure too, so this is for modular builds "
        "only.",
        see=("plugins",),
    )
    plugins_dir: Strings | None = option(
        "Adds a directory in which plugin files are sought, ahead of the compiled-in one and in the order given. It "
        "must stand above the `plugins` lines that rely on it.",
        examples=("/usr/lib/uwsgi/plugins",),
        see=("plugins", "autoload"),
    )
    autoload: Flag | None = option(
        "Searches all plugin files for one that knows an option, whenever a line names an option that is unknown so "
        "far, and loads it. Convenient at a prompt; naming the plugins starts quicker and surprises less.",
        default="off",
        catch="An option above this line gets its value but loses what it implies.",
        see=("plugins", "plugins-dir", "strict"),
    )
    dlopen: Paths | None = option(
        "Opens any shared library and makes its symbols visible to everything that is loaded later. For libraries that "
        "a plugin or `call` hooks expect to find; no uWSGI plugin is registered.",
        examples=("/usr/lib/libshop.so",),
        catch="When it fails the reason is logged and the start goes on.",
        see=("plugins",),
    )
    plugins_list: Flag | None = option(
        "Logs the names of all plugins at start: first the general ones, then request plugins with their modifier. "
        "The start then continues.",
        default="off",
        see=("dump-options", "if-plugin"),
    )

    # Building plugins.
    build_plugin: Actions | None = option(
        "Compiles a plugin from its source directory for exactly this binary, optionally under another name, and "
        "exits. Headers and build script come out of the binary into `.uwsgi_plugins_builder`.",
        examples=("./myplugin", "./myplugin my_name"),
        catch="It runs `python`; where only `python3` exists, set the environment variable `PYTHON`.",
        see=("cflags", "dot-h", "config-py"),
    )
    cflags: Actions | None = option(
        "Prints the compiler flags that this binary was made with and exits, for a plugin built by hand.",
        examples=("true",),
        see=("build-plugin",),
    )
    dot_h: Actions | None = option(
        "Prints the header `uwsgi.h` as it was when this binary was compiled, and exits.",
        examples=("true",),
        see=("build-plugin",),
    )
    config_py: Actions | None = option(
        "Prints the build script `uwsgiconfig.py` that belongs to this binary, and exits.",
        examples=("true",),
        see=("build-plugin",),
    )
