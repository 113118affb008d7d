"""Python: WSGI applications and plain Python, in CPython or PyPy."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import ModuleAlias
from uwsgilint.schema.types import Actions, CodeText, Configs, Flag, Int, Path, Paths, Placeholder, String, Strings

__all__ = ["Python"]


class Python(Subsystem):
    """Loads WSGI applications into CPython or PyPy: module and callable, environment, search path, shells.

    Two lines are usually enough: `module = "shop.wsgi:application"` (or `wsgi-file` with a path) and `home` with the
    virtual environment. The environment must be of the same Python version that the server was built for. Add
    `pythonpath` when the module is not below the working directory, and `need-app` so that a failed import stops the
    start.

    The server carries one interpreter and loads the application in the master, then forks, without telling Python:
    handlers of `os.register_at_fork` stay silent unless `py-call-uwsgi-fork-hooks` is set. The loaders for module,
    file, Pecan, Paste, code, Web3, Pump and WSGI Lite may be combined, but all want the same default place and the
    first in this order gets it. For more applications use `mount`. The `pypy-*` options belong to a plugin of their
    own, which cannot live beside CPython.
    """

    table: ClassVar[str] = "python"
    title: ClassVar[str] = "Python"

    # The application
    module: String | None = option(
        "Imports a module by its dotted name and serves the WSGI callable in it. After a colon stands the name of the "
        "callable; with `()` behind it the name is called first and what it returns is served.",
        examples=("shop.wsgi:application", "shop:create_app()"),
        catch="A file name such as `app.py` is not a module: that is what `wsgi-file` is for.",
        see=("callable", "pythonpath", "need-app", "wsgi-file"),
    )
    wsgi_file: String | None = option(
        "Loads the application from a file, whatever its name, as mod_wsgi does; the directory need not be on the "
        "search path. The callable is `application` unless `callable` says otherwise.",
        examples=("/srv/shop/shop.wsgi", "app.py"),
        catch="`app.py:app` is taken for one strange file name; name the callable separately.",
        see=("callable", "module"),
    )
    callable: String | None = option(
        "Names the WSGI callable for loaders that do not carry it themselves: `wsgi-file`, `eval`, or a `module` "
        "without a colon.",
        default="application",
        examples=("app", "create_app()"),
        catch="A colon in `module` wins over it. The form with `()` works for modules only, not for files.",
        see=("module", "wsgi-file"),
    )
    import_: Strings | None = option(
        "Imports a further module, by name or by the path of a `.py` file, where and when applications are loaded: "
        "in the master, or in each worker with `lazy-apps`. Decorators for timers and signals often live in such one.",
        examples=("shop.tasks", "/srv/shop/timers.py"),
        catch="A failing import is printed and otherwise ignored.",
        see=("shared-import", "spooler-import"),
    )
    shared_import: Strings | None = option(
        "Imports a module once in the master before anything is forked, also with `lazy-apps`; workers, mules and "
        "spoolers all inherit it. Task functions belong here.",
        examples=("shop.tasks",),
        see=("import", "lazy-apps", "spooler"),
    )

    # Environment and search path
    home: String | None = option(
        "Runs Python from this virtual environment: the interpreter takes itself for its `bin/python` and "
        "finds its packages from there. A directory without `pyvenv.cfg` becomes PYTHONHOME instead.",
        default="the Python that the server was built with",
        examples=("/srv/shop/.venv",),
        catch="It has to exist and to match the server's Python version; otherwise the start fails with a fatal "
        "error about `encodings`, or every import fails.",
        see=("pythonpath", "py-programname", "no-site"),
    )
    pythonpath: Paths | None = option(
        "Puts a directory on `sys.path`; a pattern with wildcards adds everything that it matches. Give the directory "
        "that holds your package, not the package.",
        examples=("/srv/shop", "/srv/shop/vendor/*.zip"),
        see=("home", "chdir"),
    )
    no_site: Flag | None = option(
        "Starts Python without the `site` module, as `python -S` does: no site-packages, no `.pth` files. Virtual "
        "environments do not work then.",
        default="off",
        see=("home",),
    )
    optimize: Int | None = option(
        "Compiles like `python -O` (1: assertions vanish, `__debug__` is false) or `-OO` (2: docstrings vanish too).",
        default="0",
        ge=0,
        le=2,
        examples=(1,),
    )
    pyargv: String | None = option(
        "Fills `sys.argv[1:]` with these words, split at blanks; the first entry stays `uwsgi`. For applications "
        "that read a command line when they are imported.",
        default="nothing",
        examples=("--settings production",),
        catch="There is no quoting: an argument cannot contain a blank.",
    )
    py_programname: String | None = option(
        "Tells the interpreter by which path it was supposedly started; from there it searches its standard library "
        "and its virtual environment.",
        default="bin/python of home, else the server's binary",
        examples=("/srv/shop/.venv/bin/python",),
        see=("home", "py-executable"),
    )
    py_executable: String | None = option(
        "Sets `sys.executable`, which points at the server's own binary otherwise. Programs that start Python again "
        "by it, multiprocessing above all, need a real interpreter here.",
        default="the server's binary",
        examples=("/srv/shop/.venv/bin/python",),
        see=("py-programname",),
    )
    reload_os_env: Flag | None = option(
        "Copies the environment of the process into `os.environ` each time an application is loaded, so that Python "
        "sees what was set after it started. Requests do not trigger it.",
        default="off",
        see=("env",),
    )
    pymodule_alias: Each[ModuleAlias] | None = option(
        "Makes a module importable under another name, before applications load: `name=module`, or `name=/path` for "
        "a file or package directory that stands in for it. Handy to swap a settings module.",
        examples=("settings=settings_production", "settings=/etc/shop/settings.py"),
        see=("post-pymodule-alias",),
    )
    post_pymodule_alias: Each[ModuleAlias] | None = option(
        "Sets up an alias in the same syntax as `pymodule-alias` but later: after the modules of `import` and just "
        "before the application, so that the module behind it can use the `uwsgi` module.",
        examples=("config=/etc/shop/config.py",),
        see=("pymodule-alias", "import"),
    )

    # While developing
    py_auto_reload: Int | None = option(
        "Looks every so many seconds at the files of all loaded modules, in a thread of each worker, and reloads the "
        "instance when one has changed. Made for development.",
        unit="seconds",
        default="0, never",
        examples=(1,),
        catch="In production it burns time for nothing and reloads half-copied deployments.",
        see=("py-auto-reload-ignore", "touch-reload"),
    )
    py_auto_reload_ignore: Strings | None = option(
        "Leaves one module, given by its full dotted name, out of the search for changed files.",
        examples=("shop.generated",),
        see=("py-auto-reload",),
    )
    test: String | None = option(
        "Tries to import this module, says nothing, and exits with 0 if that worked and 1 if not. A quick check of "
        "environment and search path in a deployment script.",
        examples=("shop.wsgi",),
        see=("module", "home"),
    )
    python_version: Actions | None = option(
        "Prints the version of the Python inside the server and exits at once; for the command line.",
        see=("home",),
    )
    pyshell: CodeText | None = option(
        "Turns worker 1 into an interactive Python prompt on the terminal, with the application and the `uwsgi` "
        "module at hand; the other workers serve on. With a value, that code is run instead of a prompt.",
        examples=("import code; code.interact()",),
        catch="In a file `pyshell = true` runs the code `true`; leave the value empty for a prompt.",
        see=("pyshell-oneshot", "python"),
    )
    pyshell_oneshot: CodeText | None = option(
        "Opens the prompt of `pyshell` a single time: when you leave it, worker 1 comes back as a normal worker, not "
        "with another prompt.",
        examples=("import shop; shop.check()",),
        see=("pyshell",),
    )
    python: Path | None = option(
        "Executes a file in place of serving requests, inside the initialised server: plugins, caches and the `uwsgi` "
        "module are there. No socket is needed, and the instance ends with the script.",
        examples=("/srv/shop/maintenance.py",),
        catch="A single worker does it, whatever `processes` says.",
        see=("pyshell", "python-worker-override"),
    )
    py_tracebacker: String | None = option(
        "Opens a UNIX socket per worker, this path with the worker's number appended, which prints the stack of every "
        "Python thread to whoever connects. When harakiri strikes, the master reads it and puts it into the log.",
        examples=("/run/shop/traceback.",),
        see=("harakiri", "harakiri-verbose"),
    )
    profiler: Literal["pycall", "pyline"] | Placeholder | None = option(
        "Traces the application into the log while it runs: `pycall` writes a line for each function call, `pyline` "
        "one for each line of code, both with the microseconds since the last entry.",
        default="off",
        examples=("pycall",),
        catch="Everything becomes slower by far, and an unknown name is silently ignored.",
        see=("py-tracebacker",),
    )

    # WSGI in detail
    wsgi_env_behaviour: Literal["cheat", "holy"] | Placeholder | None = option(
        "Decides how the `environ` dictionary is made: `cheat` keeps one per core and clears it after each request, "
        "`holy` makes a new one each time. Choose holy for code that keeps the dictionary beyond the request, in a "
        "thread for instance.",
        default="cheat",
        examples=("holy",),
        catch="Any other word stops the start.",
        see=("wsgi-strict",),
    )
    wsgi_strict: Flag | None = option(
        "Treats every result of the application as an iterable, as the specification demands. Otherwise an "
        "application that returns plain bytes gets them sent in one go.",
        default="off",
        see=("wsgi-accept-buffer",),
    )
    wsgi_accept_buffer: Flag | None = option(
        "Lets an application return or yield any object with the buffer protocol, `memoryview`, `bytearray` or "
        "`mmap`, and sends it without a copy; normally only bytes are accepted.",
        default="off",
        see=("wsgi-strict",),
    )
    wsgi_disable_file_wrapper: Flag | None = option(
        "Leaves `wsgi.file_wrapper` out of `environ`, so that frameworks send files chunk by chunk instead of giving "
        "the server the open file. It avoids trouble with objects that only look like files, such as `BytesIO`.",
        default="off",
        see=("offload-threads",),
    )
    start_response_nodelay: Flag | None = option(
        "Sends status and headers the moment the application calls `start_response`, not with the first piece of the "
        "body. Streaming clients learn earlier that an answer is coming; a later change of mind is no longer possible, "
        "which WSGI would permit.",
        default="off",
        see=("wsgi-strict",),
    )

    # Forking
    py_call_uwsgi_fork_hooks: Flag | None = option(
        "Tells CPython about every fork the server makes, before and after it, in parent and child. Locks are in a "
        "sane state then, dead threads are forgotten and `os.register_at_fork` works, as the standard library expects.",
        default="off",
        see=("py-call-osafterfork", "lazy-apps"),
    )
    py_call_osafterfork: Flag | None = option(
        "Tells CPython about the fork in the new process only. That is enough for signal handlers that are set in "
        "Python; the newer `py-call-uwsgi-fork-hooks` is more thorough and takes precedence.",
        default="off",
        see=("py-call-uwsgi-fork-hooks",),
    )

    # Other work than WSGI
    eval: String | None = option(
        "Executes the given code as a module, and serves the callable that it defines, `application` by default. For "
        "one-line experiments.",
        examples=("import shop; application = shop.create_app()",),
        see=("callable", "module"),
    )
    python_raw: String | None = option(
        "Loads a file whose callable answers requests of the raw kind: it gets the file descriptor of the connection "
        "and speaks its own protocol.",
        examples=("/srv/echo/echo.py",),
        see=("raw-socket", "callable"),
    )
    python_worker_override: String | None = option(
        "Runs a script as the body of each worker, in place of the request loop; another server such as an asyncio or "
        "Twisted one can use uWSGI as its process manager. `uwsgi.sockets` has the listening descriptors.",
        examples=("/srv/shop/asyncio_worker.py",),
        catch="Requests, harakiri and recycling are then the script's own business.",
        see=("python", "worker-exec"),
    )
    py_sharedarea: Strings | None = option(
        "Creates a shared area for each value, of so many bytes, on top of a `bytearray`, so that Python reads and "
        "writes it without system calls.",
        examples=("65536",),
        see=("sharedarea",),
    )

    # Frameworks and dead standards
    paste: String | None = option(
        "Loads the application that PasteDeploy builds from a URI like `config:/srv/shop/production.ini`; Pyramid "
        "and TurboGears are configured this way.",
        examples=("config:/srv/shop/production.ini",),
        see=("paste-logger", "ini-paste"),
    )
    paste_logger: Flag | None = option(
        "Sets up Python's logging from the same file, by `logging.config.fileConfig`, before the Paste application is "
        "loaded.",
        default="off",
        catch="It cuts the first seven characters off the URI, so only the `config:` form works.",
        see=("paste", "ini-paste-logged"),
    )
    ini_paste: Configs | None = option(
        "Reads one INI file twice: its `[uwsgi]` section as server settings, the rest as the Paste application. A "
        "relative path counts from the directory the server was started in.",
        examples=("/srv/shop/production.ini",),
        see=("paste", "ini-paste-logged"),
    )
    ini_paste_logged: Configs | None = option(
        "Combines `ini-paste` and `paste-logger`: settings, application and logging all from one file.",
        examples=("/srv/shop/production.ini",),
        see=("ini-paste", "paste-logger"),
    )
    pecan: String | None = option(
        "Hands a configuration file to `pecan.deploy.deploy` and serves the Pecan application that comes back.",
        examples=("/srv/shop/config.py",),
        see=("module",),
    )
    web3: String | None = option(
        "Serves a callable after Web3 (PEP 444), a draft successor of WSGI that was withdrawn: it takes the "
        "environment and returns body, status and headers. Same syntax as `module`.",
        examples=("shop.web3:application",),
        see=("module", "pump"),
    )
    pump: String | None = option(
        "Serves a callable after Pump, another abandoned proposal beside WSGI; written as `module` is.",
        examples=("shop.pump:application",),
        see=("module", "web3"),
    )
    wsgi_lite: String | None = option(
        "Was to serve WSGI Lite applications. No handler exists behind it: the callable is loaded and the first "
        "request crashes the worker.",
        examples=("shop.lite:application",),
        catch="Do not use it; a WSGI Lite application wrapped for WSGI works with `module`.",
        see=("module",),
    )

    # PyPy
    pypy_home: String | None = option(
        "Points to the PyPy installation, from which both its library (`bin/libpypy-c.so`) and its standard library "
        "are taken. Without it the variable `PYPY_HOME` is asked, and if that is empty the start fails.",
        default="$PYPY_HOME",
        examples=("/opt/pypy",),
        see=("pypy-lib", "pypy-wsgi"),
    )
    pypy_lib: String | None = option(
        "Loads PyPy from this shared library file rather than searching for it in `pypy-home` and the system's "
        "library path.",
        examples=("/opt/pypy/bin/libpypy-c.so",),
        see=("pypy-home",),
    )
    pypy_setup: String | None = option(
        "Replaces the Python code that connects PyPy with the server (request handling, the `uwsgi` module) by a file "
        "of your own; the plugin brings a good one.",
        default="the code inside the plugin",
        examples=("/srv/shop/pypy_setup.py",),
        see=("pypy-home",),
    )
    pypy_wsgi: String | None = option(
        "Imports a module into PyPy and serves its WSGI callable; the counterpart of `module`.",
        examples=("shop.wsgi:application",),
        see=("pypy-wsgi-file", "pypy-pp"),
    )
    pypy_wsgi_file: String | None = option(
        "Loads a Python file with the PyPy interpreter and serves the WSGI callable `application` that it defines.",
        examples=("/srv/shop/shop.wsgi",),
        see=("pypy-wsgi",),
    )
    pypy_paste: String | None = option(
        "Builds a Paste application in PyPy from an INI file, with or without `config:` in front, and sets up logging "
        "from the same file.",
        examples=("/srv/shop/production.ini",),
        see=("pypy-ini-paste", "paste"),
    )
    pypy_ini_paste: Configs | None = option(
        "Takes server settings from the `[uwsgi]` section of an INI file and lets PasteDeploy in PyPy build the "
        "application from the rest of it.",
        examples=("/srv/shop/production.ini",),
        see=("pypy-paste", "ini-paste"),
    )
    pypy_pp: Strings | None = option(
        "Extends PyPy's module search path by a directory; wildcards are not expanded here.",
        examples=("/srv/shop",),
        see=("pypy-wsgi", "pythonpath"),
    )
    pypy_eval: Strings | None = option(
        "Executes a piece of Python code in PyPy before the application loads and before workers are forked.",
        examples=("import gc; gc.disable()",),
        see=("pypy-eval-post-fork", "pypy-exec"),
    )
    pypy_eval_post_fork: Strings | None = option(
        "Executes a piece of code in each process right after it was forked.",
        examples=("import random; random.seed()",),
        see=("pypy-eval", "pypy-exec-post-fork"),
    )
    pypy_exec: Strings | None = option(
        "Runs a whole file of Python in PyPy at the time of `pypy-eval`, after its pieces of code.",
        examples=("/srv/shop/prepare.py",),
        see=("pypy-eval", "pypy-exec-post-fork"),
    )
    pypy_exec_post_fork: Strings | None = option(
        "Runs a file in each process after the fork; connections that must not be shared are opened there.",
        examples=("/srv/shop/connect.py",),
        see=("pypy-exec", "pypy-eval-post-fork"),
    )
