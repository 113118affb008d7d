"""Applications in a folder of Python: found by reading the code, which is never imported.

uWSGI calls `application(environ, start_response)`, WSGI (PEP 3333). What speaks ASGI only is told apart, because the
server would load it and answer every request with an error: its python plugin knows no ASGI
(plugins/python/pyloader.c, init_uwsgi_app).
"""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Application", "applications", "django_without_wsgi"]

_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env", "tests", "test", "migrations"})
_MOST_FILES = 2000
_DEEPEST = 4  # folders below the one that is looked at
_LARGEST = 2**20
# What a module that is worth reading mentions.
_MENTIONS = re.compile(rb"app|flask|start_response|DJANGO_SETTINGS_MODULE|wsgi", re.IGNORECASE)

# What uWSGI can be told to import: a dot would be a package, a colon the name of the application.
_IMPORTED = re.compile(r"[\w-]+( +[\w-]+)*")

# What makes an application, by its full name, and what that speaks.
_MAKERS = {
    **dict.fromkeys(("flask.Flask", "apiflask.APIFlask", "eve.Eve"), "flask"),
    **dict.fromkeys(("flask_openapi3.OpenAPI", "connexion.App", "connexion.FlaskApp"), "flask"),
    "django.core.wsgi.get_wsgi_application": "django",
    "django.core.asgi.get_asgi_application": "asgi",
    "channels.routing.ProtocolTypeRouter": "asgi",
    **dict.fromkeys(("falcon.App", "falcon.API", "bottle.Bottle", "bottle.default_app", "bottle.app"), "wsgi"),
    **dict.fromkeys(("a2wsgi.ASGIMiddleware", "cherrypy.Application"), "wsgi"),
    "werkzeug.middleware.dispatcher.DispatcherMiddleware": "wsgi",
    **dict.fromkeys(("fastapi.FastAPI", "fastapi.applications.FastAPI", "starlette.applications.Starlette"), "asgi"),
    **dict.fromkeys(
        ("quart.Quart", "litestar.Litestar", "starlite.Starlite", "sanic.Sanic", "falcon.asgi.App"), "asgi"
    ),
    **dict.fromkeys(("blacksheep.Application", "blacksheep.server.Application", "socketio.ASGIApp"), "asgi"),
    **dict.fromkeys(("a2wsgi.WSGIMiddleware", "asgiref.wsgi.WsgiToAsgi", "connexion.AsyncApp"), "asgi"),
    **dict.fromkeys(("aiohttp.web.Application", "tornado.web.Application", "robyn.Robyn"), "own"),
}
_METHODS = {"make_wsgi_app": "wsgi", "wsgifunc": "wsgi"}  # Pyramid, web.py
_PREFERRED_FILES = ("wsgi", "app", "main", "application", "__init__")
_PREFERRED_NAMES = ("application", "app")
_FACTORY = re.compile(r"(create|make|get)_(wsgi_)?app(lication)?")
_KINDS = ("django", "flask", "wsgi")


class Application(NamedTuple):
    """An application that a server could load.

    Attributes:
        kind: "django", "flask" or "wsgi"; "asgi" for one that uWSGI cannot serve, "own" for one that brings its server,
            "call" for a function that makes one only from arguments, and uWSGI gives it none.
        module: what to import, such as `shop.wsgi`.
        name: what is called there; `create_app()` is a function that makes it.
        root: the folder that imports start at, from the one that was looked at, with slashes; "" for that one itself.
        file: where it was found, likewise.
        line: the line, from 1.
        maker: what made it, such as `fastapi.FastAPI`; "" for a function or class of the project.
        names_settings: whether a module of Django says something of where its settings are.
    """

    kind: str
    module: str
    name: str
    root: str
    file: str
    line: int
    maker: str = ""
    names_settings: bool = True


def applications(folder: str, meant: str = "") -> list[Application]:
    """Return the applications in a folder and below it, the likeliest first, those for other servers last.

    Args:
        folder: where to look.
        meant: a name that is known to be one of an application, such as `build()`.
    """
    project = _Project(folder, meant)
    found = [app for path in project.paths for app in project.applications_of(path)]
    mounted = {place for path in project.paths for place in project.mounted_by(path)}
    return sorted((app for app in found if (app.file, app.name) not in mounted or app.name == meant), key=_rank)


def django_without_wsgi(folder: str) -> str | None:
    """Return the settings that a `manage.py` in a folder names; None when there is none."""
    path = os.path.join(folder, "manage.py")  # noqa: PTH118
    return _settings_named(_parsed(path)) if os.path.isfile(path) else None  # noqa: PTH113


def _rank(app: Application) -> tuple[bool, bool, bool, int, int, int, str, int]:
    stem = os.path.basename(app.file).removesuffix(".py")  # noqa: PTH119
    return (
        app.kind not in _KINDS,
        app.kind != "django",
        app.name.endswith("()"),
        _place(stem, _PREFERRED_FILES),
        app.file.count("/"),
        _place(app.name, _PREFERRED_NAMES),
        app.file,
        app.line,
    )


def _place(word: str, words: tuple[str, ...]) -> int:
    return words.index(word) if word in words else len(words)


def _parsed(path: str) -> ast.Module:
    """Read a module; one that is no Python is an empty one."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST or not _MENTIONS.search(data):
            return ast.Module([], [])
        return ast.parse(data)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


class _Project:
    """The Python files of a folder, each read once."""

    def __init__(self, folder: str, meant: str = "") -> None:
        self.folder = folder
        self.meant = meant
        self.paths = list(self._walk())
        self._trees: dict[str, ast.Module] = {}

    def _walk(self) -> Iterator[str]:
        count = 0
        for folder, folders, files in os.walk(self.folder):
            inner = os.path.relpath(folder, self.folder).replace(os.sep, "/")
            depth = 0 if inner == "." else inner.count("/") + 1
            # What has no shape cannot be written into a configuration, whatever the syntax.
            keep = (f for f in folders if f not in _SKIPPED and f[0] != "." and f.isprintable())
            keep = (f for f in keep if not _is_environment(folder, f))
            folders[:] = sorted(keep) if depth < _DEEPEST else []
            for name in sorted(files):
                if name.endswith(".py") and name.isprintable() and not name.startswith(("test_", "conftest")):
                    count += 1
                    if count > _MOST_FILES:
                        return
                    yield name if inner == "." else f"{inner}/{name}"

    def tree(self, path: str) -> ast.Module:
        if path not in self._trees:
            self._trees[path] = _parsed(os.path.join(self.folder, path))  # noqa: PTH118
        return self._trees[path]

    def applications_of(self, path: str) -> Iterator[Application]:
        """Return what a module offers under a name of its own."""
        tree = self.tree(path)
        if not tree.body:
            return
        root, module = self._place_of(path, tree)
        if not all(map(_IMPORTED.fullmatch, module.split("/"))):
            return
        module = module.replace("/", ".")
        scope = _Scope(self, path, root, tree)
        named = _mentions_settings(tree)
        for name, (node, (kind, maker)) in scope.offered().items():
            yield Application(kind, module, name, root, path, node.lineno, maker, named or kind != "django")

    def mounted_by(self, path: str) -> Iterator[tuple[str, str]]:
        """Return file and name of the applications that a module makes parts of one that speaks ASGI."""
        tree = self.tree(path)
        mounts = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _last(n.func) in {"mount", "Mount"}]
        scope = _Scope(self, path, self._place_of(path, tree)[0], tree)
        for mount in mounts:
            for given in (*mount.args, *(keyword.value for keyword in mount.keywords)):
                part = scope.values.get(given.id) if isinstance(given, ast.Name) else given
                if isinstance(part, ast.Call) and _last(part.func) == "WSGIMiddleware" and part.args:
                    yield from scope.ways_to(part.args[0])

    def _place_of(self, path: str, tree: ast.Module) -> tuple[str, str]:
        """Return the folder that imports of a module start at, and its name from there, with slashes.

        A package is a folder with `__init__.py`, or one by whose name its own modules import each other.
        """
        parts = path.removesuffix(".py").split("/")
        imported = {name.partition(".")[0] for name in _imports(tree).values()}
        first = len(parts) - 1
        while first > 0:
            above = "/".join(parts[:first])
            if f"{above}/__init__.py" not in self.known and parts[first - 1] not in imported:
                break
            first -= 1
        named = parts[first:-1] if parts[-1] == "__init__" and len(parts) > first + 1 else parts[first:]
        # Where manage.py stands, Django's imports start, whatever has an __init__.py.
        for up in range(len(parts)):
            if "/".join([*parts[:up], "manage.py"]) in self.known and parts[-1] != "manage":
                return "/".join(parts[:up]), "/".join(parts[up:])
        return "/".join(parts[:first]), "/".join(named)

    @property
    def known(self) -> frozenset[str]:
        """All files of Python."""
        return frozenset(self.paths)

    def file_of(self, module: str, root: str) -> str | None:
        """Return the file of a module of the project."""
        inner = module.replace(".", "/")
        start = f"{root}/" if root else ""
        for path in (f"{start}{inner}.py", f"{start}{inner}/__init__.py"):
            if path in self.known:
                return path
        return None


def _is_environment(folder: str, name: str) -> bool:
    return os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))  # noqa: PTH110, PTH118


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for; relative imports begin with dots."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            for alias in node.names:
                found[alias.asname or alias.name] = f"{start}.{alias.name}" if node.module else f"{start}{alias.name}"
    return found


_Known = tuple[str, str]
_FURTHEST = 6  # modules that import from each other


class _Scope:
    """The names of a module, and what they stand for."""

    def __init__(self, project: _Project, path: str, root: str, tree: ast.Module, depth: int = 0) -> None:
        self.project = project
        self.path = path
        self.root = root
        self.tree = tree
        self.depth = depth
        self.imports = _imports(tree)
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.values: dict[str, ast.expr] = {}
        self.places: dict[str, ast.stmt] = {}
        self._collect(tree.body)

    def _collect(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
                self.places[node.name] = node
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
                self.places[node.name] = node
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    # The first one made it; what comes after that only wraps it.
                    if isinstance(target, ast.Name) and target.id not in self.values:
                        self.values[target.id] = node.value
                        self.places[target.id] = node
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.places.setdefault(alias.asname or alias.name, node)
            elif isinstance(node, ast.Try) or (isinstance(node, ast.If) and not _is_main(node.test)):
                self._collect([*node.body, *node.orelse])
            elif isinstance(node, ast.With):
                self._collect(node.body)

    def offered(self) -> dict[str, tuple[ast.stmt, _Known]]:
        """Return the applications of the module by their names."""
        found: dict[str, tuple[ast.stmt, _Known]] = {}
        for name, node in self.places.items():
            if isinstance(node, ast.ImportFrom) and name not in _PREFERRED_NAMES:
                continue  # of what is imported only these names say that it is meant for a server
            known = self.named(name)
            if known is not None:
                found[name] = (node, known)
        alone = not found
        for name, function in self.functions.items():
            if (alone and _FACTORY.fullmatch(name)) or f"{name}()" == self.project.meant:
                known = self._made_by(function)
                if known is not None and _needs_arguments(function):
                    known = ("call" if known[0] in _KINDS else known[0], known[1])
                if known is not None:
                    found[f"{name}()"] = (function, known)
        return found

    def ways_to(self, value: ast.expr) -> Iterator[tuple[str, str]]:
        """Return file and name of what an expression stands for, where it is imported and where it is made."""
        while isinstance(value, ast.Attribute):
            value = value.value
        made = isinstance(value, ast.Call)
        name = value.func if isinstance(value, ast.Call) else value
        if not isinstance(name, ast.Name):
            return
        place: tuple[_Scope, str] | None = (self, name.id)
        while place is not None:
            scope, inner = place
            yield scope.path, f"{inner}()" if made else inner
            place = scope._other(inner)  # noqa: SLF001  (another one of its kind)

    def named(self, name: str) -> _Known | None:
        """Return what an application of a name speaks, and what made it; None when the name is none."""
        if name in self.values:
            return self._valued(self.values[name])
        if name in self.functions:
            return _spoken(self.functions[name])
        if name in self.classes:
            return _iterated(self.classes[name])
        return self._imported(name)

    def _valued(self, value: ast.expr) -> _Known | None:
        if isinstance(value, ast.Name):
            return self.named(value.id)
        if isinstance(value, ast.Attribute):
            # `dash.Dash(...).server` is a Flask; `app.wsgi_app` is WSGI.
            return ("wsgi", "") if value.attr in {"wsgi_app", "server"} else None
        if not isinstance(value, ast.Call):
            return None
        function = value.func
        if isinstance(function, ast.Attribute) and function.attr in _METHODS:
            return _METHODS[function.attr], function.attr
        full = self._full(function)
        if full in _MAKERS:
            return _MAKERS[full], full
        if isinstance(function, ast.Name):
            made = self._called(function.id)
            if made is not None:
                return made
        # Middleware: what wraps an application speaks what that does.
        for argument in value.args[:1]:
            if isinstance(argument, (ast.Name, ast.Attribute, ast.Call)):
                return self._valued(argument)
        return None

    def _called(self, name: str) -> _Known | None:
        """Return what a function makes, or what an object of a class is."""
        if name in self.functions:
            return self._made_by(self.functions[name])
        if name in self.classes:
            made = self.classes[name]
            for base in made.bases:
                full = self._full(base)
                if full in _MAKERS:
                    return _MAKERS[full], full
            for node in made.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "__call__":
                    return _spoken(node, method=True)
            return None
        other = self._other(name)
        return None if other is None else other[0]._called(other[1])  # noqa: SLF001  (another one of its kind)

    def _made_by(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> _Known | None:
        if isinstance(function, ast.AsyncFunctionDef):
            return None
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                full = self._full(node.func)
                if full in _MAKERS:
                    return _MAKERS[full], full
                if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
                    return _METHODS[node.func.attr], node.func.attr
        return None

    def _imported(self, name: str) -> _Known | None:
        other = self._other(name)
        return None if other is None else other[0].named(other[1])

    def _other(self, name: str) -> tuple[_Scope, str] | None:
        """Return the module of the project that a name is imported from, and its name there."""
        full = self.imports.get(name)
        if full is None or self.depth >= _FURTHEST:
            return None
        module, _, inner = full.rpartition(".")
        if full.startswith("."):
            dots = len(full) - len(full.lstrip("."))
            package = self.path.split("/")[:-dots][len(self.root.split("/")) if self.root else 0 :]
            module = ".".join([*package, *module.lstrip(".").split(".")]).strip(".")
        path = self.project.file_of(module, self.root) if module else None
        if path is None:
            return None
        return _Scope(self.project, path, self.root, self.project.tree(path), self.depth + 1), inner

    def _full(self, node: ast.expr) -> str:
        """Return the full name of what is called, such as `flask.Flask`."""
        if isinstance(node, ast.Attribute):
            return f"{self._full(node.value)}.{node.attr}"
        return self.imports.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _spoken(function: ast.FunctionDef | ast.AsyncFunctionDef, *, method: bool = False) -> _Known | None:
    """Return what a function of the project speaks, by its parameters."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][1 if method else 0 :]
    if isinstance(function, ast.AsyncFunctionDef):
        return ("asgi", "") if len(names) == 3 and names[0] == "scope" else None
    said = len(names) == 2 and (names[1] in {"start_response", "start_resp", "sr"} or names[0] in {"environ", "env"})
    # uWSGI itself looks for `application`: with two arguments, whatever they are called, it is for a server.
    if said or (len(names) == 2 and function.name == _PREFERRED_NAMES[0] and not method):
        return "wsgi", ""
    return None


def _iterated(made: ast.ClassDef) -> _Known | None:
    """Return what a class speaks whose objects are answers: PEP 3333 has an application that is such a class."""
    methods = {node.name: node for node in made.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    beginning = methods.get("__init__")
    return _spoken(beginning, method=True) if beginning is not None and "__iter__" in methods else None


def _needs_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function cannot be called without arguments, as uWSGI does (plugins/python/pyloader.c)."""
    taken = function.args
    given = len(taken.posonlyargs) + len(taken.args) == len(taken.defaults)
    return not given or None in taken.kw_defaults


def _last(function: ast.expr) -> str:
    """Return the last part of the name of what is called."""
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _mentions_settings(tree: ast.Module) -> bool:
    """Whether a module speaks of DJANGO_SETTINGS_MODULE at all: then it is the one that knows what that should be."""
    return any(
        (isinstance(node, ast.Constant) and node.value == "DJANGO_SETTINGS_MODULE")
        or (isinstance(node, ast.keyword) and node.arg == "DJANGO_SETTINGS_MODULE")
        for node in ast.walk(tree)
    )


def _settings_named(tree: ast.Module) -> str | None:
    """Return the value in `os.environ.setdefault("DJANGO_SETTINGS_MODULE", value)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 2:
            key, value = node.args
            if (
                isinstance(key, ast.Constant)
                and key.value == "DJANGO_SETTINGS_MODULE"
                and isinstance(value, ast.Constant)
                and isinstance(value.value, str)
            ):
                return value.value
    return None
