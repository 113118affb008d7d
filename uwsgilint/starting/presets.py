"""The configurations to begin with: what each says, and why.

Every line is there for a reason, which stands behind it. What differs from one machine to the next is a comment.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.starting.applications import Application
    from uwsgilint.starting.folder import Folder

__all__ = ["PRESETS", "Choice", "choose", "remark", "write"]

PRESETS = {
    "web": "speaks HTTP itself",
    "web-behind-nginx": "a Unix socket for nginx on the same machine",
    "heroku-like": "a platform that names the port and stops what it likes",
    "emperor": "starts a server for each configuration in a folder",
    "dev": "takes up changes of the code at once",
}

_COLUMN = 42
_PORT = 8000


class Choice(NamedTuple):
    """A preset, and what in the folder speaks for it."""

    preset: str
    because: str


class _Line(NamedTuple):
    """A setting and the reason for it; without a setting the reason is a comment on a line of its own."""

    key: str
    value: str | int | bool
    comment: str

    def __str__(self) -> str:
        if not self.key:
            return f"# {self.comment}"
        return f"{f'{self.key} = {_written(self.value)}':<{_COLUMN}}  # {self.comment}"


def _written(value: str | int | bool) -> str:
    return json.dumps(value, ensure_ascii=False)


def choose(folder: Folder) -> Choice:
    """Choose a preset by what a folder shows."""
    if folder.application is None and folder.vassals:
        return Choice("emperor", "there is a folder `vassals`")
    if folder.procfile is not None:
        return Choice("heroku-like", "there is a Procfile")
    if folder.nginx:
        return Choice("web-behind-nginx", f"{folder.nginx} speaks of nginx")
    if folder.container is not None:
        return Choice("web", "there is a Dockerfile")
    return Choice("web", "nothing here says what stands in front of it")


def remark(folder: Folder) -> str:
    """Say which application a Procfile starts where another one is to be served; "" where there is nothing to say."""
    app, named = folder.application, folder.started
    if app is None or named is None:
        return ""
    why = "which speaks ASGI, and uWSGI does not" if named.asgi else "which the code does not show"
    return _shaped(f"the Procfile starts {named}, {why}; this serves {app.module}:{app.name}")


def write(preset: str, folder: Folder, *, name: str = "uwsgi.toml", away: str = "") -> str:
    """Return a configuration in TOML, with comments.

    Args:
        preset: one of PRESETS.
        folder: what is known of the project; every preset but `emperor` needs its application.
        name: the name of the file.
        away: the way from the folder of the file to the one that was looked at, with a slash at its end; "" when
            they are the same.
    """
    built = shlex.quote(_shaped(f"{name.removesuffix('.toml')}.ini"))
    name = shlex.quote(_shaped(name))
    told = remark(folder) if preset != "emperor" else ""
    lines = [
        f"# {_title(preset, folder)}",
        *([f"# But {told}."] if told else []),
        "#",
        f"#   uwsgilint check {name} --profile production",
        f"#   uwsgilint build {name} -o {built}",
        f"#   {'PORT=8000 ' if preset == 'heroku-like' else ''}uwsgi --ini {built}",
    ]
    for table, settings in _tables(preset, folder, away):
        lines += ["", f"[{table}]" if not table.startswith("[") else table, *map(str, settings)]
    return "\n".join(lines) + "\n"


def _shaped(text: str) -> str:
    """Return a text with escapes for what has no shape, such as the end of a line, which would end a comment."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _path(path: str) -> str:
    """Return a path for a value: uWSGI takes `%` and a letter for something else (core/config.c, magic_sub)."""
    return path.replace("%", "%%")


def _title(preset: str, folder: Folder) -> str:
    if preset == "emperor":
        return "An emperor: it starts a server for each configuration in `vassals`, and watches them."
    app = folder.application
    kinds = {"django": "the Django project", "flask": "the Flask application", "wsgi": "the WSGI application"}
    what = f"{kinds[app.kind]} in {app.file}" if app is not None else "the application"
    return {
        "web": f"Serves {what} over HTTP.",
        "web-behind-nginx": f"Serves {what} to nginx, through a Unix socket.",
        "heroku-like": f"Serves {what} on a platform that says on which port to listen.",
        "dev": f"Serves {what} while you work on it; not for production.",
    }[preset]


def _tables(preset: str, folder: Folder, away: str) -> Iterator[tuple[str, list[_Line]]]:
    if preset == "emperor":
        yield from _emperor(folder, away)
        return
    app = folder.application
    if app is None:
        raise ValueError(f"{preset} needs an application")
    yield "uwsgi", [*_application(app, folder, away), *_listener(preset, folder), *_life(preset, folder, away)]
    yield from _work(preset)
    if preset == "heroku-like":
        yield (
            "[[when]]",
            [
                _Line("env", "WEB_CONCURRENCY", "the platform, or you, may say how many workers fit into the memory"),
                _Line("workers.processes", "$(WEB_CONCURRENCY)", "... which then counts more than the number above"),
            ],
        )
    yield from _target(folder)


def _application(app: Application, folder: Folder, away: str) -> Iterator[_Line]:
    yield _Line("strict", True, "a misspelt option stops the start; without it, it is ignored in silence")
    # Blanks at the end of a value are lost in INI, a slash is not.
    root = f"{app.root}/" if app.root.endswith(" ") else app.root
    yield _Line("chdir", f"%d{_path(away + root)}", "where imports start; %d is the folder of this file, with a slash")
    yield from _module(app, folder)
    yield _Line("need-app", True, "no application, no server: never answer every request with an error page")
    yield _Line("single-interpreter", True, "one application needs no sub-interpreters; C extensions dislike them")
    if folder.environment:
        environment = _written(f"%d{_path(away + folder.environment)}")
        yield _Line("", "", f"virtualenv = {environment}  needed when the server is not installed in it")


def _module(app: Application, folder: Folder) -> Iterator[_Line]:
    # A module of Django has `application`, which uWSGI looks for anyway, but it says more with the name.
    yield _Line("module", f"{app.module}:{app.name}", f"found in {app.file}, line {app.line}")
    if not app.names_settings and folder.settings is not None:
        yield _Line("env", f"DJANGO_SETTINGS_MODULE={folder.settings}", f"as in manage.py; {app.file} names none")
        if folder.server[0] != "pypi":
            # The wheel is a module of a Python that has started, and copied its environment, before uWSGI reads this.
            yield _Line("reload-os-env", True, "a Python that started before uWSGI, as with pyuwsgi, looks again")


def _listener(preset: str, folder: Folder) -> Iterator[_Line]:
    user = "what starts the server chooses its user; if root does, set uid"
    yield _Line("", "", f"uwsgilint: ignore[unnamed-user] {user}")
    if preset == "web-behind-nginx":
        yield _Line("socket", "%duwsgi.sock", "in nginx: include uwsgi_params; uwsgi_pass unix:/.../uwsgi.sock;")
        yield _Line("chmod-socket", "660", "nginx connects when its user is in the group of this file")
    elif preset == "heroku-like":
        yield _Line("http-socket", "0.0.0.0:$(PORT)", "the platform's router is the only one that gets here")
    elif preset == "web" and folder.container is not None:
        yield _Line(
            "http-socket",
            f"0.0.0.0:{folder.container or _PORT}",
            "all addresses of the container; publish only to your proxy",
        )
    elif preset == "web":
        yield _Line("http-socket", f"127.0.0.1:{_PORT}", "only a proxy on this machine may come in")
    else:
        yield _Line("http-socket", f"127.0.0.1:{_PORT}", "only this machine may come in")


def _life(preset: str, folder: Folder, away: str) -> Iterator[_Line]:
    yield _Line("master", True, "the master respawns, reloads and enforces harakiri")
    yield _Line("die-on-term", True, "SIGTERM stops, as service managers and containers expect; else it reloads")
    if preset != "dev":
        yield _Line("worker-reload-mercy", 8, "seconds a worker gets to end; most platforms kill everything after ten")
    yield _Line("vacuum", True, "leave no socket behind")
    if folder.server[0] == "pyuwsgi":
        # A reload executes what /proc/self/exe was (core/utils.c, uwsgi_get_binary_path), with a script as the first
        # argument: the Python that an environment was made from, which has no pyuwsgi. One that is not deployed with
        # the project is found in PATH.
        here = folder.environment and folder.container is None and preset != "heroku-like"
        python = f"%d{_path(away + folder.environment)}/bin/python" if here else "python3"
        where = "the one in which pyuwsgi is installed" if here else "from PATH, the one with pyuwsgi"
        yield _Line("binary-path", python, f"a reload starts this Python anew: {where}")
    if preset == "dev":
        ignore = "uwsgilint: ignore[autoreload-in-production] this file is for development"
        yield _Line("py-autoreload", 1, ignore)


def _work(preset: str) -> Iterator[tuple[str, list[_Line]]]:
    workers = [
        _Line("processes", 2 if preset == "dev" else 4, "one request each; measure what processors and memory allow"),
        _Line("enable-threads", True, "threads that the application itself starts run, whatever the release"),
        _Line("harakiri", 300 if preset == "dev" else 30, "seconds a request may take before its worker is replaced"),
    ]
    if preset == "dev":
        workers[0] = workers[0]._replace(comment="a page may ask for another one while it is made")
        workers[-1] = workers[-1]._replace(comment="seconds a request may take; a debugger needs its time")
    yield "workers", workers
    requests = [_Line("buffer-size", 16384, "cookies and long URLs outgrow the 4096 bytes of the default")]
    if preset != "dev":
        requests.append(_Line("post-buffering", 65536, "bodies are read first: a slow upload is no harakiri"))
        yield "requests", requests
        yield (
            "reloading",
            [
                _Line("max-worker-lifetime", 3600, "fresh workers every hour keep slow leaks small ..."),
                _Line("max-worker-lifetime-delta", 60, "... a minute apart, so that they never all restart at once"),
            ],
        )
    else:
        yield "requests", requests
    if preset in {"web-behind-nginx", "heroku-like"}:
        front = "nginx" if preset == "web-behind-nginx" else "the router"
        yield (
            "logging",
            [
                _Line("disable-logging", True, f"{front} logs requests already; from here only what went wrong ..."),
                _Line("log-5xx", True, "... on our side"),
                _Line("log-slow", 1000, "... or took longer than this, in milliseconds"),
            ],
        )


def _emperor(folder: Folder, away: str) -> Iterator[tuple[str, list[_Line]]]:
    yield (
        "uwsgi",
        [
            _Line("strict", True, "a misspelt option stops the start; without it, it is ignored in silence"),
            _Line("die-on-term", True, "SIGTERM stops the vassals, then the emperor; without it they all reload"),
        ],
    )
    lines = [
        _Line("", "", "uwsgilint: ignore[emperor-without-tyrant] whoever can write there starts servers: guard it"),
        _Line("emperor", f"%d{_path(away)}vassals", "each .ini in there is a server; touch it, and that one reloads"),
    ]
    if folder.server[0] == "pyuwsgi":
        lines.append(_Line("emperor-wrapper", "uwsgi", "starts them, from PATH: the wheel would start Python"))
    yield "emperor", lines
    yield "limits", [_Line("max-fd", 16384, "some containers may open a billion files, and each child closes them all")]
    yield from _target(folder)


def _target(folder: Folder) -> Iterator[tuple[str, list[_Line]]]:
    build, release = folder.server
    if build:
        lines = [_Line("build", build, "the server that the project uses: what it lacks is told")]
        if release:
            lines.append(_Line("uwsgi", release, "... and its release"))
        yield "target", lines
