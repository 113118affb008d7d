"""Application: what is loaded, when, and under which path or host name."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.logging import ExceptionHandler
from uwsgilint.schema.composites.static import Mount
from uwsgilint.schema.types import Flag, Int, Strings

__all__ = ["Application"]


class Application(Subsystem):
    """Decides what the server loads and under which path or host name, whatever the language.

    The language's own option names the one application that most sites have (`module` for Python, `psgi` for Perl).
    Here is what goes around it: further applications under paths (`mount`), whether they load once in the master or
    again in each worker (`lazy-apps`), and what happens when nothing loads (`need-app`).

    Loading before the fork is the default: it is quick, shares memory, and hands every worker a copy of what the
    import left behind, open connections and dead threads included. `lazy-apps` costs memory and start-up time but
    gives each worker its own. Set `need-app` everywhere: otherwise a failed import leaves a server that answers every
    request with an error. With several applications set `manage-script-name`, too.
    """

    table: ClassVar[str] = "application"
    title: ClassVar[str] = "Application"

    # Loading
    need_app: Flag | None = option(
        "Refuses to run when no application could be loaded: the server exits with code 22 after a failed import. "
        "Supervisors and deployments then notice at once.",
        default="off, the server runs and answers with errors",
        catch="Together with `lazy` it has no effect and the workers restart for ever; `lazy-apps` is fine.",
        see=("lazy-apps", "module"),
    )
    lazy_apps: Flag | None = option(
        "Loads the application in every worker after the fork instead of once before it. Nothing is shared then: "
        "connections, threads and random state are each worker's own, and a restarted worker loads new code.",
        default="off",
        catch="Mules and spoolers see none of what the application registers, and timers run once per worker.",
        see=("touch-chain-reload", "shared-import", "need-app"),
    )
    lazy: Flag | None = option(
        "Loads applications in the workers like `lazy-apps`, and besides turns every graceful reload into a restart "
        "of the workers under the same old master. A leftover of early releases: use `lazy-apps`.",
        default="off",
        catch="A reload then picks up neither a new configuration nor a new server.",
        see=("lazy-apps",),
    )
    single_interpreter: Flag | None = option(
        "Loads all applications into the one main interpreter of their language. Otherwise a second Python "
        "application gets a sub-interpreter, which many C extensions do not survive.",
        default="off, one interpreter per application",
        see=("mount", "max-apps"),
    )

    # Several applications
    mount: Each[Mount] | None = option(
        "Loads an application for a path, as `/path=what`. What it is shows by its form: `file.py`, `file.wsgi` or "
        "`package.module:callable` for Python, `.psgi` or `.pl` for Perl, `.ru` for Ruby; the first language plugin "
        "that recognises it takes it. `worker-mount` is a plain synonym.",
        examples=("/admin=admin.wsgi:application", "/api=/srv/api/app.py"),
        catch="A bare module name without `:callable` is recognised by nobody, and nothing is loaded.",
        see=("manage-script-name", "single-interpreter", "vhost"),
    )
    manage_script_name: Flag | None = option(
        "Finds the longest mount point that the request's path begins with, moves it from `PATH_INFO` to "
        "`SCRIPT_NAME`, and so picks the application. Needed with `mount` unless the web server in front sets "
        "`SCRIPT_NAME` itself.",
        default="off, the default application gets everything",
        see=("mount", "ignore-script-name"),
    )
    ignore_script_name: Flag | None = option(
        "Chooses the application without regard to the `SCRIPT_NAME` that the request carries, so that the default "
        "one answers. For front ends that insist on sending a prefix which is not a mount point here.",
        default="off",
        see=("manage-script-name", "mount"),
    )
    no_default_app: Flag | None = option(
        "Answers a request that belongs to no mount point with an error, rather than handing it to the application "
        "that is mounted at the root or was loaded without a path.",
        default="off",
        see=("mount", "need-app"),
    )
    max_apps: Int | None = option(
        "Reserves room for this many applications in each worker; what goes beyond it is refused with a line in the "
        "log, and the instance stays up without it.",
        unit="applications",
        default="64",
        ge=1,
        examples=(200,),
        see=("mount",),
    )

    # By host name
    vhost: Flag | None = option(
        "Makes the host part of an application's address: it is looked up as `host|/path`, where the host is taken "
        "from the `Host` header, or from the server name when there is none. Mount points are written in that form.",
        default="off",
        catch="The host is compared as it arrives: a port in the header or capital letters make another name.",
        see=("mount", "vhost-host"),
    )
    vhost_host: Flag | None = option(
        "Switches `vhost` on and does nothing beyond it: no code looks at the flag itself, and the `Host` header is "
        "preferred in either case.",
        default="off",
        see=("vhost",),
    )

    # Errors of the application
    catch_exceptions: Flag | None = option(
        "Answers an escaped exception with a page that shows it: class, message, backtrace and the variables of the "
        "request. For a developer's machine; the log gets the traceback anyway.",
        default="off, the connection is closed without an answer",
        catch="Whatever secrets the message or the request hold go to the visitor.",
        see=("exception-handler", "reload-on-exception"),
    )
    exception_handler: Each[ExceptionHandler] | None = option(
        "Passes the details of escaped exceptions to a handler, `name` or `name:argument`, which runs in a thread of "
        "its own. The only one in the official plugins is `log` (plugin exception_log), which writes them out in "
        "full.",
        examples=("log",),
        catch="An unknown name stops the start; with `reload-on-exception` handlers are never called.",
        see=("catch-exceptions", "reload-on-exception"),
    )

    # Applications written in C
    symcall: Strings | None = option(
        "Answers requests with a C function, found by its name among all that is linked or loaded into the process; "
        "`/path=function` ties it to a mount point. With `need-plugin` or `dlopen` you bring the library that has it.",
        examples=("hello_request", "/fast=fast_request"),
        catch="Beside the Python plugin, requests have to arrive with modifier 18 to get here.",
        see=("symcall-use-next", "dlopen", "http-socket-modifier1"),
    )
    symcall_use_next: Flag | None = option(
        "Searches the symbol in the libraries loaded after the plugin (`RTLD_NEXT`) instead of everywhere, which "
        "tells apart two functions of one name.",
        default="off",
        see=("symcall",),
    )
    symcall_register_rpc: Strings | None = option(
        "Publishes a C function as a remote procedure: the name for callers, a blank, the symbol. Other languages "
        "and other instances can then call it by uWSGI's RPC.",
        examples=("hello rpc_hello",),
        see=("symcall", "rpc-max"),
    )
    symcall_post_fork: Strings | None = option(
        "Calls a C function without arguments in each new worker, before it takes requests. The place to open what "
        "must not be shared between processes.",
        examples=("my_worker_setup",),
        see=("symcall", "hook-post-fork"),
    )
