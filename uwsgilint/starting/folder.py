"""What the files in a folder say about where its application will run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.starting.applications import Application, applications, django_without_wsgi
from uwsgilint.starting.commands import Started, started

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Folder", "look"]

_PROCFILE = "Procfile"
_SERVERS = {"pyuwsgi": "pyuwsgi", "uwsgi": "pypi"}  # packages, and what their servers are called in `[target]`
_VASSALS = "vassals"
_LARGEST = 2**20
_REQUIREMENT = re.compile(r"\A\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:==\s*(\d+(?:\.\d+)*))?")
_EXPOSED = re.compile(rb"^[ \t]*EXPOSE[ \t]+(\d+)", re.IGNORECASE | re.MULTILINE)
_NGINX_IMAGE = re.compile(rb"^[ \t]*image[ \t]*:[ \t]*[\"']?[\w./-]*\bnginx\b", re.MULTILINE)
# A package in the lock files of uv, Poetry and PDM, and in that of Pipenv.
_LOCKED = re.compile(rb'^name = "(?P<name>[\w.-]+)"\r?\nversion = "(?P<version>[\d.]+)', re.MULTILINE)
_PIPENV = re.compile(rb'"(?P<name>(?:py)?uwsgi)": \{[^{}]*"version": "==(?P<version>[\d.]+)', re.IGNORECASE)
_INSTALLED = re.compile(r"((?:py)?uwsgi)-([\d.]+).*\.dist-info", re.IGNORECASE)
_ASGI_PACKAGES = ("fastapi", "starlette", "quart", "litestar", "sanic")


class Folder(NamedTuple):
    """What is known of a folder.

    Attributes:
        application: the application to serve, if there is one that uWSGI can serve.
        others: applications that it cannot serve.
        packages: names of required packages, in lower case, each with its version where that is pinned; of what is
            only locked or installed, the server.
        procfile: the command of `web` in a Procfile; None when there is none.
        started: the application that this command names, where that is not the one to serve.
        container: whether there is a Dockerfile; its port, or 0 when that is not said.
        nginx: the file that says that nginx stands in front; "" when none does.
        vassals: whether there is a folder of configurations for an emperor.
        environment: the folder of a virtual environment; "" when there is none.
        settings: the settings that Django's `manage.py` names, if there is one.
    """

    application: Application | None
    others: list[Application]
    packages: dict[str, str]
    procfile: str | None
    started: Started | None
    container: int | None
    nginx: str
    vassals: bool
    environment: str
    settings: str | None

    @property
    def asgi_package(self) -> str:
        """A required package for applications that speak ASGI; "" when there is none."""
        return next((name for name in _ASGI_PACKAGES if name in self.packages), "")

    @property
    def server(self) -> tuple[str, str]:
        """The build that the project uses, and its release where that is pinned and known; else ""."""
        for package, build in _SERVERS.items():
            if package in self.packages:
                release = ".".join(self.packages[package].removesuffix(".post1").split(".")[:4])
                return build, release if release in catalog.RELEASES else ""
        return "", ""


def look(folder: str) -> Folder:
    """Look at a folder; nothing in it is imported or run."""
    procfile = _procfile(folder)
    named = started(procfile or "")
    found = applications(folder, named.name if named is not None else "")
    served = [app for app in found if app.kind in {"django", "flask", "wsgi"}]
    others = [app for app in found if app not in served]
    environment = next((name for name in (".venv", "venv", "env") if _has(folder, f"{name}/pyvenv.cfg")), "")
    application = None
    if named is not None and not named.asgi:
        application = _named(named, served)
        named = named._replace(asgi=(_named(named, [app for app in others if app.kind == "asgi"]) is not None))
    return Folder(
        application=application or next(iter(served), None),
        others=others,
        packages={**_present(folder, environment), **dict(_packages(folder))},
        procfile=procfile,
        started=named if application is None else None,
        container=_container(folder),
        nginx=_nginx(folder),
        vassals=os.path.isdir(os.path.join(folder, _VASSALS)),  # noqa: PTH112, PTH118
        environment=environment,
        settings=django_without_wsgi(folder),
    )


def _has(folder: str, name: str) -> bool:
    return os.path.exists(os.path.join(folder, name))  # noqa: PTH110, PTH118


def _read(folder: str, name: str) -> bytes:
    """Return what is in a file; nothing when it cannot be read."""
    try:
        with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123
            return file.read(_LARGEST)
    except OSError:
        return b""


def _procfile(folder: str) -> str | None:
    if not _has(folder, _PROCFILE):
        return None
    for line in _read(folder, _PROCFILE).decode("utf-8-sig", "replace").splitlines():
        process, colon, command = line.partition(":")
        if colon and process.strip() == "web":
            return command.strip()
    return ""


def _named(named: Started, among: list[Application]) -> Application | None:
    """Return the application that a command for another server names, as that imports it."""
    start = f"{named.folder}/" if named.folder else ""
    inner = named.module.replace(".", "/")
    files = (f"{start}{named.module}", f"{start}{inner}.py", f"{start}{inner}/__init__.py")
    fitting = [app for app in among if app.name == named.name]
    for app in fitting:
        if app.file == files[0]:
            return app
        if app.file in files:
            return app._replace(module=named.module, root=named.folder)
    # The server may have been told in other ways, by PYTHONPATH for one, where imports start.
    return next((app for app in fitting if app.module == named.module), None)


def _packages(folder: str) -> Iterator[tuple[str, str]]:
    lines = list(_required(folder))
    for name in ("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/production.txt"):
        lines += _read(folder, name).decode("utf-8", "replace").splitlines()
    for line in lines:
        found = _REQUIREMENT.match(line)
        if found is not None:
            yield re.sub(r"[-_.]+", "-", found[1]).lower(), found[2] or ""


def _present(folder: str, environment: str) -> dict[str, str]:
    """Return the server that is locked, else the one that is installed in the environment of a project."""
    found: list[tuple[str, str]] = []
    for name in ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"):
        pattern = _PIPENV if name == "Pipfile.lock" else _LOCKED
        locked = (match.groups() for match in pattern.finditer(_read(folder, name)))
        found += [(package.decode().lower(), version.decode().strip(".")) for package, version in locked]
    if environment and not any(name in _SERVERS for name, _ in found):
        for path in Path(folder, environment).glob("lib/*/site-packages/*-*.dist-info"):
            installed = _INSTALLED.fullmatch(path.name)
            if installed is not None:
                found.append((installed[1].lower(), installed[2].strip(".")))
    return {name: version for name, version in found if name in _SERVERS}


def _required(folder: str) -> Iterator[str]:
    """Return what a `pyproject.toml` requires: by the standard, its groups and extras too, and as Poetry writes it."""
    data = _read(folder, "pyproject.toml")
    if not data:
        return
    import tomli  # noqa: PLC0415  (many folders have none)

    try:
        tables = tomli.loads(data.decode("utf-8", "replace"))
    except tomli.TOMLDecodeError:
        return
    project, poetry = _table(tables, "project"), _table(_table(tables, "tool"), "poetry")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += _table(tables, "dependency-groups").values()
    for each in lists:
        yield from (line for line in each if isinstance(line, str)) if isinstance(each, list) else ()
    for name, version in _table(poetry, "dependencies").items():
        yield f"{name}=={version}" if isinstance(version, str) and version[:1].isdigit() else name


def _table(of: dict[str, object], name: str) -> dict[str, object]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _container(folder: str) -> int | None:
    if not _has(folder, "Dockerfile") and not _has(folder, "Containerfile"):
        return None
    found = _EXPOSED.search(_read(folder, "Dockerfile") or _read(folder, "Containerfile"))
    return int(found[1]) if found is not None and 0 < int(found[1]) < 65536 else 0


def _nginx(folder: str) -> str:
    """Return the file that shows that nginx is part of a deployment."""
    places = (".", "nginx", "deploy", "deployment", "conf", "config", "docker", "docker/nginx", "etc")
    for place in places:
        try:
            names = sorted(os.listdir(os.path.join(folder, place)))  # noqa: PTH118, PTH208
        except OSError:  # there is none, or none that may be read
            continue
        for name in names:
            shown = name if place == "." else f"{place}/{name}"
            if (name.endswith(".conf") or "nginx" in name) and b"uwsgi_pass" in _read(folder, shown):
                return shown
    for name in ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"):
        if _NGINX_IMAGE.search(_read(folder, name)):
            return name
    return ""
