"""`init`: it sees what a project is without importing it, and what it writes is clean, compiles and serves."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

from tests.cli import uwsgilint
from uwsgilint.document import Target
from uwsgilint.lint.engine import check_text
from uwsgilint.lint.selection import Selection
from uwsgilint.server import Running, Server
from uwsgilint.starting.applications import applications
from uwsgilint.starting.folder import look
from uwsgilint.starting.presets import PRESETS, choose, write

# Small stand-ins: what a project imports, so that the server can load it where neither is installed.
_CALLED = """
    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"served by " + type(self).__name__.encode()]
"""
FLASK = f"class Flask:\n    def __init__(self, name):\n        self.name = name\n{_CALLED}"
DJANGO = (
    "import os\n"
    f"class Handler:{_CALLED}"
    "def get_wsgi_application():\n"
    "    __import__(os.environ['DJANGO_SETTINGS_MODULE'])\n"
    "    return Handler()\n"
)
PLAIN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"served by plain"]
"""
# The other form of an application in PEP 3333: a class, the objects of which are the answers.
CLASS = """
class application:
    def __init__(self, environ, start_response):
        self.start = start_response

    def __iter__(self):
        self.start("200 OK", [("Content-Type", "text/plain")])
        yield b"served by class"
"""
PROJECTS = {
    "django": {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "shop/__init__.py": "",
        "shop/settings.py": "WSGI_APPLICATION = 'shop.wsgi.application'\n",
        "shop/wsgi.py": (
            "import os\nfrom django.core.wsgi import get_wsgi_application\n"
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
            "application = get_wsgi_application()\n"
        ),
        "shop/asgi.py": "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n",
        "django/__init__.py": "",
        "django/core/__init__.py": "",
        "django/core/wsgi.py": DJANGO,
    },
    "flask": {
        "src/shop/__init__.py": "from flask import Flask\n\ndef create_app():\n    return Flask(__name__)\n",
        "src/shop/web.py": "from shop import create_app\n\napp = create_app()\n",
        "src/flask.py": FLASK,
        "requirements.txt": "Flask==3.0\npyuwsgi==2.0.30.post1\n",
    },
    "factory": {
        "shop.py": "import flask\n\ndef create_app():\n    return flask.Flask(__name__)\n",
        "flask.py": FLASK,
    },
    "plain": {"app.py": PLAIN},
    "class": {"app.py": CLASS},
}
SERVED = {"django": "Handler", "flask": "Flask", "factory": "Flask", "plain": "plain", "class": "class"}


def made(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def seen(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Kind, module with name, and root of each application in a folder."""
    return [(app.kind, f"{app.module}:{app.name}", app.root) for app in applications(str(made(folder, files)))]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (PROJECTS["django"], ("django", "shop.wsgi:application", "")),
        (PROJECTS["flask"], ("flask", "shop.web:app", "src")),
        (PROJECTS["factory"], ("flask", "shop:create_app()", "")),
        (PROJECTS["plain"], ("wsgi", "app:application", "")),
        ({"a.py": "import falcon\napi = falcon.App()\n"}, ("wsgi", "a:api", "")),
        ({"a.py": "import flask as f\nif True:\n    app = f.Flask(__name__)\n"}, ("flask", "a:app", "")),
        ({"a.py": "from flask import Flask\nclass App(Flask): pass\napp = App('x')\n"}, ("flask", "a:app", "")),
        ({"p/__init__.py": "", "p/a.py": "from .b import app\n", "p/b.py": "import bottle\napp = bottle.Bottle()\n"},
         ("wsgi", "p.a:app", "")),
        ({"shop/wsgi.py": "from shop.web import app\n", "shop/web.py": "from flask import Flask\napp = Flask('x')\n"},
         ("flask", "shop.wsgi:app", "")),
        ({"a.py": "class App:\n    def __call__(self, environ, start_response): ...\napp = App()\n"},
         ("wsgi", "a:app", "")),
        ({"app.py": "def application(e, s): ...\n"}, ("wsgi", "app:application", "")),
        ({"app.py": CLASS}, ("wsgi", "app:application", "")),
        ({"a.py": "import flask\nserver = flask.Flask('x')\n"}, ("flask", "a:server", "")),
        ({"a.py": "from flask import Flask\napp = Flask('x')\napp = Middleware(app)\n"}, ("flask", "a:app", "")),
        ({"a.py": "from a2wsgi import ASGIMiddleware\nfrom fastapi import FastAPI\n"
                  "app = ASGIMiddleware(FastAPI())\n"}, ("wsgi", "a:app", "")),
        ({"a.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, ("asgi", "a:app", "")),
        ({"a.py": "async def app(scope, receive, send): ...\n"}, ("asgi", "a:app", "")),
        ({"a.py": "from aiohttp import web\napp = web.Application()\n"}, ("own", "a:app", "")),
    ],
)  # fmt: skip
def test_finds_the_application(tmp_path: Path, files: dict[str, str], expected: tuple[str, str, str]) -> None:
    """The likeliest application is the first one, with where its imports start."""
    assert seen(tmp_path, files)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "import typer\napp = typer.Typer()\n",
        "from celery import Celery\napp = Celery('shop')\n",
        "def app(environ): ...\n",
        "if __name__ == '__main__':\n    from flask import Flask\n    app = Flask('x')\n",
        "app = (",
        "app = b'\\0'\n\0",
    ],
)
def test_takes_nothing_else_for_one(tmp_path: Path, text: str) -> None:
    """What is called `app` and is no WSGI application, as far as the code tells, is none."""
    assert seen(tmp_path, {"app.py": text}) == []


def test_modules_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    """A circle of imports is left alone."""
    assert seen(tmp_path, {"a.py": "from b import app\n", "b.py": "from a import app\n"}) == []


def test_nothing_is_imported(tmp_path: Path) -> None:
    """Code that would leave a trace leaves none."""
    trace = tmp_path / "trace"
    made(tmp_path, {"app.py": f"open({str(trace)!r}, 'w')\n{PLAIN}", "manage.py": f"open({str(trace)!r}, 'w')\n"})

    assert uwsgilint("init", str(tmp_path)).status == 0
    assert not trace.exists()


def test_other_peoples_packages_are_passed_over(tmp_path: Path) -> None:
    """An environment is known by its pyvenv.cfg, whatever it is called."""
    made(tmp_path, {"myenv/pyvenv.cfg": "", "myenv/lib/app.py": PLAIN, "node_modules/app.py": PLAIN})

    assert applications(str(tmp_path)) == []


@pytest.mark.parametrize(
    ("files", "preset"),
    [
        ({}, "web"),
        ({"Procfile": "web: gunicorn app:application\n"}, "heroku-like"),
        ({"deploy/shop.conf": "location / { include uwsgi_params; uwsgi_pass unix:/run/s; }\n"}, "web-behind-nginx"),
        ({"compose.yaml": "services:\n  front:\n    image: nginx:1.27\n"}, "web-behind-nginx"),
        ({"Dockerfile": "FROM python\n"}, "web"),
    ],
)
def test_chooses_by_what_it_sees(tmp_path: Path, files: dict[str, str], preset: str) -> None:
    """A Procfile, nginx and a Dockerfile speak for a preset, and the command says which of them did."""
    made(tmp_path, {**PROJECTS["plain"], **files})
    done = uwsgilint("init", str(tmp_path))

    assert done.status == 0
    assert f"preset {preset}: " in done.err
    assert choose(look(str(tmp_path))).because in done.err


def test_a_folder_of_vassals_is_for_an_emperor(tmp_path: Path) -> None:
    """Without an application of its own."""
    made(tmp_path, {"vassals/shop.ini": "[uwsgi]\nmaster = true\n"})
    done = uwsgilint("init", cwd=tmp_path)

    assert done.err == "uwsgi.toml: preset emperor: there is a folder `vassals`.\n"
    assert 'emperor = "%dvassals"' in (tmp_path / "uwsgi.toml").read_text()


def test_a_procfile_names_the_application(tmp_path: Path) -> None:
    """Of several applications the one that is started today is taken."""
    made(tmp_path, {"app.py": PLAIN, "shop/__init__.py": "", "shop/site.py": PLAIN.replace("application", "site")})
    made(tmp_path, {"Procfile": "web: gunicorn --workers 3 shop.site:site --log-file -\n"})
    uwsgilint("init", cwd=tmp_path)

    assert 'module = "shop.site:site"' in (tmp_path / "uwsgi.toml").read_text()


FLASK_SHOP = {
    "app.py": PLAIN,
    "shop/__init__.py": "from flask import Flask\n\ndef create_app():\n    return Flask('x')\n\napp = create_app()\n",
    "shop/web.py": "from shop import create_app\n\napplication = create_app()\nother = create_app()\n",
    "shop/fac.py": "import flask\n\ndef build():\n    return flask.Flask('x')\n",
}


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("gunicorn shop.web", "shop.web:application"),
        ("gunicorn --workers 3 --preload shop.web", "shop.web:application"),
        ("exec python -m gunicorn -w3 shop.web:other", "shop.web:other"),
        ("gunicorn 'shop.fac:build()'", "shop.fac:build()"),
        ("gunicorn --bind 0.0.0.0:$PORT 'shop.web:application'", "shop.web:application"),
        ("gunicorn -b :$PORT -n shop.web:other --config python:shop.conf shop:app", "shop:app"),
        ("gunicorn 'shop:create_app()'", "shop:create_app()"),
        ("python manage.py migrate && gunicorn shop.web:other; true", "shop.web:other"),
        ("cd shop && gunicorn web", "web:application"),
        ("gunicorn --chdir shop web:other", "web:other"),
        ("uwsgi --http-socket :$PORT --master --module shop.web:application", "shop.web:application"),
        ("uwsgi --http-socket=:$PORT -w shop.web:other", "shop.web:other"),
        ("uwsgi --wsgi-file shop/web.py --callable other", "shop.web:other"),
        ("waitress-serve --port=$PORT --call shop.fac:build", "shop.fac:build()"),
        ("waitress-serve --listen=*:$PORT shop.web:other", "shop.web:other"),
        ("hypercorn wsgi:shop.web:other", "shop.web:other"),
        ("granian --interface wsgi shop.web:other", "shop.web:other"),
    ],
)  # fmt: skip
def test_each_server_names_the_application_in_its_own_way(tmp_path: Path, command: str, module: str) -> None:
    """With a default name, in quotes, by options, as a function; after a byte order mark too."""
    made(tmp_path, {**FLASK_SHOP, "Procfile": f"\ufeffweb: {command}\n"})
    done = uwsgilint("init", cwd=tmp_path)

    assert f'module = "{module}"' in (tmp_path / "uwsgi.toml").read_text()
    assert done.err == "uwsgi.toml: preset heroku-like: there is a Procfile.\n"


def test_imports_start_where_the_command_says(tmp_path: Path) -> None:
    """`--chdir` is the folder for `chdir`."""
    made(tmp_path, {**FLASK_SHOP, "Procfile": "web: gunicorn --chdir shop web:other\n"})
    uwsgilint("init", cwd=tmp_path)

    assert 'chdir = "%dshop"' in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("gunicorn -k uvicorn.workers.UvicornWorker main:app", "main:app, which speaks ASGI, and uWSGI does not"),
        ("uvicorn main:app --port $PORT", "main:app, which speaks ASGI, and uWSGI does not"),
        ("gunicorn main:app", "main:app, which speaks ASGI, and uWSGI does not"),
        ("gunicorn 'main:make(\"live\")'", 'main:make("live"), which the code does not show'),
    ],
)
def test_another_application_than_that_of_the_procfile_is_told(tmp_path: Path, command: str, why: str) -> None:
    """On the terminal and in the file: what answers today would no longer."""
    made(tmp_path, {"wsgi.py": PLAIN, "main.py": "from fastapi import FastAPI\napp = FastAPI()\n"})
    made(tmp_path, {"Procfile": f"web: {command}\n"})
    done = uwsgilint("init", cwd=tmp_path)

    assert f"the Procfile starts {why}; this serves wsgi:application\n" in done.err
    assert f"# But the Procfile starts {why}; this serves wsgi:application.\n" in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.parametrize(
    "says",
    [
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", os.environ.get("SETTINGS", "mysite.settings.production"))',
        'os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings.production"',
        'os.environ.update(DJANGO_SETTINGS_MODULE="mysite.settings.production")',
    ],
)
def test_settings_that_wsgi_chooses_are_left_to_it(tmp_path: Path, says: str) -> None:
    """What manage.py says is for development then."""
    wsgi = "from django.core.wsgi import get_wsgi_application\nimport os\n" + says
    made(tmp_path, {"manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings.dev")\n'})
    made(tmp_path, {"mysite/__init__.py": "", "mysite/wsgi.py": f"{wsgi}\napplication = get_wsgi_application()\n"})
    uwsgilint("init", cwd=tmp_path)

    assert "settings" not in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.parametrize("parameters", ["config", "*, debug", "config, /, name='x'"])
def test_a_function_that_needs_arguments_is_not_offered(tmp_path: Path, parameters: str) -> None:
    """The server would call it without any; where there is nothing else, that is what is told."""
    text = f"from flask import Flask\n\ndef create_app({parameters}):\n    return Flask('x')\n"
    done = uwsgilint("init", cwd=made(tmp_path, {"shop.py": text}))

    assert (done.status, done.out) == (3, "")
    assert "`create_app()` in shop.py:3 (flask.Flask) needs arguments, and uWSGI gives it none" in done.err
    assert "`application = create_app(...)`" in done.err
    assert uwsgilint("init", cwd=made(tmp_path, {"wsgi.py": PLAIN})).status == 0
    assert 'module = "wsgi:application"' in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.parametrize("parameters", ["", "config=None", "*, debug=False", "*args, **kwargs"])
def test_a_function_that_needs_no_arguments_is_offered(tmp_path: Path, parameters: str) -> None:
    """Those with defaults are not needed."""
    text = f"from flask import Flask\n\ndef create_app({parameters}):\n    return Flask('x')\n"

    assert seen(tmp_path, {"shop.py": text}) == [("flask", "shop:create_app()", "")]


@pytest.mark.parametrize(
    "mount",
    [
        'app.mount("/v1", WSGIMiddleware(flask_app))',
        'old = WSGIMiddleware(flask_app)\napp.mount("/v1", old)',
        'app.mount("/v1", app=WSGIMiddleware(flask_app.wsgi_app))',
        'from web import flask_app\napp.mount("/v1", WSGIMiddleware(flask_app))',
    ],
)
def test_a_part_of_what_speaks_asgi_is_not_the_application(tmp_path: Path, mount: str) -> None:
    """A Flask below one path of a FastAPI is not what the project serves."""
    flask = "from flask import Flask\nflask_app = Flask('x')\n"
    fast = "from a2wsgi import WSGIMiddleware\nfrom fastapi import FastAPI\napp = FastAPI()\n"
    elsewhere = "import" in mount
    made(tmp_path, {"main.py": fast + ("" if elsewhere else flask) + mount, "web.py": flask if elsewhere else ""})
    done = uwsgilint("init", cwd=tmp_path)

    assert (done.status, (tmp_path / "uwsgi.toml").exists()) == (3, False)
    assert "`app` in main.py:3 (fastapi.FastAPI) speaks ASGI" in done.err


def test_an_application_that_is_offered_as_asgi_too_is_taken(tmp_path: Path) -> None:
    """A wrapper for another server takes nothing away."""
    wrapped = "from asgiref.wsgi import WsgiToAsgi\nfrom web import app\nasgi = WsgiToAsgi(app)\n"
    found = seen(tmp_path, {"web.py": "import flask\napp = flask.Flask('x')\n", "asgi.py": wrapped})

    assert ("flask", "web:app", "") in found


@pytest.mark.parametrize("name", ["x.y.py", "a:b.py", " a.py", "a\nb.py", "p.q/__init__.py"])
def test_a_module_that_cannot_be_imported_is_not_offered(tmp_path: Path, name: str) -> None:
    """A dot is for packages, a colon for the name of the application."""
    assert seen(tmp_path, {name: PLAIN}) == []


def test_names_that_mean_something_else_in_toml_or_to_the_server(tmp_path: Path) -> None:
    """Whatever a folder is called, the file is TOML, its comments are comments and its commands fit a shell."""
    project = made(tmp_path / "a%n b" / "x\ny", {**PROJECTS["plain"], "r%d/m.py": PLAIN, "l\nf/m.py": PLAIN})
    (tmp_path / "deploy").mkdir()
    assert uwsgilint("init", str(project), "-o", str(project / "my site\n.toml")).status == 0
    text = (project / "my site\n.toml").read_text()

    assert "#   uwsgilint build 'my site\\n.toml' -o 'my site\\n.ini'\n" in text
    assert tomli.loads(text)["uwsgi"]["chdir"] == "%d"
    refused = uwsgilint("init", str(project), "--force", "-o", str(tmp_path / "deploy"))
    assert (refused.status, "no configuration can say" in " ".join(refused.err.split())) == (2, True)
    made(tmp_path / "blank", {"at end /m.py": PLAIN})
    assert uwsgilint("init", cwd=tmp_path / "blank").status == 0
    assert "chdir = %dat end /\n" in uwsgilint("build", "uwsgi.toml", cwd=tmp_path / "blank").out
    made(tmp_path / "a%n b" / "plain", PROJECTS["plain"])
    assert uwsgilint("init", str(tmp_path / "a%n b" / "plain"), "-o", str(tmp_path / "deploy")).status == 0
    assert 'chdir = "%d../a%%n b/plain/"' in (tmp_path / "deploy/uwsgi.toml").read_text()


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    """It is passed over inside of the project, and shown with an escape otherwise."""
    project = tmp_path / os.fsdecode(b"\xff")
    made(project, {"app.py": PLAIN})
    made(project / os.fsdecode(b"\xfe"), {"wsgi.py": PLAIN})
    done = uwsgilint("init", str(project))

    assert (done.status, "\\udcff/uwsgi.toml: preset web" in done.err) == (0, True)
    assert 'module = "app:application"' in (project / "uwsgi.toml").read_text()
    named = uwsgilint("init", str(project), "--force", "-o", str(project / os.fsdecode(b"\xff.toml")))
    assert named.status == 0


@pytest.mark.parametrize("arguments", [("init",), ("check", "../u.ini", "-q"), ("check", "../u.ini")])
def test_a_current_folder_that_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """No name leads anywhere from there, which is no bug."""
    made(tmp_path, {"u.ini": "[uwsgi]\nmaster = true\n", "gone/app.py": PLAIN})
    monkeypatch.chdir(tmp_path / "gone")
    shutil.rmtree(tmp_path / "gone")
    done = uwsgilint(*arguments)

    assert (done.status, done.out) == (4, "")
    assert done.err == "uwsgilint: the current folder was deleted: change into one that is there\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes somebody whose rights count")
def test_a_folder_that_cannot_be_read(place: Path) -> None:
    """The project is an input; a folder inside of it is passed over."""
    made(place, {**PROJECTS["plain"], "nginx/a.conf": ""})
    place.chmod(0o777)
    (place / "nginx").chmod(0)
    (place / "closed").mkdir(0)
    os.setresuid(65534, 65534, 0)  # access(2) asks for the real user
    try:
        closed = uwsgilint("init", str(place / "closed"))
        within = uwsgilint("init", str(place))
    finally:
        os.setresuid(0, 0, 0)

    assert (closed.status, closed.err) == (4, f"uwsgilint: {place / 'closed'}: permission denied\n")
    assert (within.status, uwsgilint("init", str(place / "none")).status) == (0, 4)


def test_advice_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    """Names with blanks are quoted."""
    made(tmp_path, {**PROJECTS["plain"], "my uwsgi.ini": "[uwsgi]\nmaster = true\n"})
    done = uwsgilint("init", cwd=tmp_path)

    assert "`uwsgilint convert 'my uwsgi.ini' -o uwsgi.toml` keeps what it says" in done.err


def test_a_container_listens_on_the_port_that_it_exposes(tmp_path: Path) -> None:
    """Inside of a container the loopback address would be out of reach."""
    made(tmp_path, {**PROJECTS["plain"], "Dockerfile": "FROM python\nEXPOSE 8080/tcp\n"})
    uwsgilint("init", cwd=tmp_path)

    assert 'http-socket = "0.0.0.0:8080"' in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.parametrize(
    ("requirement", "lines"),
    [
        ("pyuwsgi==2.0.30.post1", ['build = "pyuwsgi"', 'uwsgi = "2.0.30"']),
        ("uWSGI == 2.0.28", ['build = "pypi"', 'uwsgi = "2.0.28"']),
        ("uwsgi>=2", ['build = "pypi"']),
        ("uwsgi==1.9", ['build = "pypi"']),
        ("uwsgitop", []),
    ],
)
@pytest.mark.parametrize("where", ["requirements.txt", "pyproject.toml"])
def test_the_required_server_is_the_target(tmp_path: Path, requirement: str, lines: list[str], where: str) -> None:
    """Build and release come from the requirements, where these say them."""
    text = requirement if where == "requirements.txt" else f"[project]\ndependencies = [{json.dumps(requirement)}]\n"
    made(tmp_path, {**PROJECTS["plain"], where: text})
    uwsgilint("init", cwd=tmp_path)
    said = (tmp_path / "uwsgi.toml").read_text().partition("[target]\n")[2]

    assert [" ".join(line.partition("#")[0].split()) for line in said.splitlines()] == lines


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"uv.lock": '[[package]]\nname = "pyuwsgi"\nversion = "2.0.28.post1"\nsource = {}\n'}, ("pyuwsgi", "2.0.28")),
        ({"poetry.lock": '[[package]]\nname = "uwsgi"\nversion = "2.0.30"\n'}, ("pypi", "2.0.30")),
        ({"Pipfile.lock": '{"default": {"uwsgi": {"hashes": ["a"], "version": "==2.0.29"}}}'}, ("pypi", "2.0.29")),
        ({".venv/pyvenv.cfg": "", ".venv/lib/python3.12/site-packages/pyuwsgi-2.0.30.post1.dist-info/RECORD": ""},
         ("pyuwsgi", "2.0.30")),
        ({"uv.lock": '[[package]]\nname = "pyuwsgi"\nversion = "2.0.28"\n', "requirements.txt": "pyuwsgi==2.0.30"},
         ("pyuwsgi", "2.0.30")),
        ({"uv.lock": '[[package]]\nname = "uwsgitop"\nversion = "0.12"\n'}, ("", "")),
    ],
)  # fmt: skip
def test_the_server_is_found_where_it_is_locked_or_installed(
    tmp_path: Path, files: dict[str, str], lines: tuple[str, str]
) -> None:
    """What the requirements say counts more."""
    assert look(str(made(tmp_path, files))).server == lines


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, "main.py:2 (fastapi.FastAPI) speaks ASGI"),
        ({"main.py": "from starlette.applications import Starlette\napp = Starlette()\n"}, "speaks ASGI"),
        ({"main.py": "from quart import Quart\napp = Quart('x')\n"}, "main.py:2 (quart.Quart) speaks ASGI"),
        ({"manage.py": PROJECTS["django"]["manage.py"], "shop/asgi.py": PROJECTS["django"]["shop/asgi.py"]},
         "write a module with `application = get_wsgi_application()`"),
        ({"manage.py": PROJECTS["django"]["manage.py"]}, "shop/wsgi.py"),
        ({"main.py": "from aiohttp import web\napp = web.Application()\n"}, "brings its own server"),
        ({"requirements.txt": "fastapi\n"}, "fastapi is for applications that speak ASGI"),
        ({}, "no WSGI application in ."),
    ],
)  # fmt: skip
def test_refuses_what_the_server_cannot_serve(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    """It says why, and writes nothing."""
    done = uwsgilint("init", cwd=made(tmp_path, files))

    assert (done.status, done.out) == (3, "")
    assert reason in done.err
    assert not (tmp_path / "uwsgi.toml").exists()


def test_an_existing_configuration_is_for_convert(tmp_path: Path) -> None:
    """Nothing is written beside it, and nothing over a file, unless somebody insists."""
    made(tmp_path, {**PROJECTS["plain"], "uwsgi.ini": "[uwsgi]\nmaster = true\n"})
    beside = uwsgilint("init", cwd=tmp_path)
    made(tmp_path, {"uwsgi.toml": "[uwsgi]\n"})
    over = uwsgilint("init", cwd=tmp_path)

    assert (beside.status, over.status) == (4, 4)
    assert "`uwsgilint convert uwsgi.ini -o uwsgi.toml` keeps what it says" in beside.err
    assert over.err == "uwsgilint: uwsgi.toml is there already; --force replaces it\n"
    assert (tmp_path / "uwsgi.toml").read_text() == "[uwsgi]\n"
    assert uwsgilint("init", "--force", cwd=tmp_path).status == 0
    assert "app:application" in (tmp_path / "uwsgi.toml").read_text()


def test_a_file_elsewhere_finds_its_way_back(tmp_path: Path) -> None:
    """`chdir` leads from the folder of the file to the project."""
    made(tmp_path / "project", PROJECTS["flask"])
    (tmp_path / "deploy").mkdir()
    uwsgilint("init", "project", "-o", "deploy/uwsgi.toml", cwd=tmp_path)

    assert 'chdir = "%d../project/src"' in (tmp_path / "deploy/uwsgi.toml").read_text()


def test_where_it_writes(tmp_path: Path) -> None:
    """A folder gets a file of the usual name; what has another syntax is not written, nor named in the comments."""
    made(tmp_path, PROJECTS["plain"])
    (tmp_path / "deploy").mkdir()

    assert uwsgilint("init", "-o", "deploy", cwd=tmp_path).status == 0
    assert 'chdir = "%d../"' in (tmp_path / "deploy/uwsgi.toml").read_text()
    assert "uwsgilint build uwsgi.toml -o uwsgi.ini" in uwsgilint("init", "-o", "-", cwd=tmp_path).out
    refused = uwsgilint("init", "-o", "uwsgi.ini", cwd=tmp_path)
    assert (refused.status, (tmp_path / "uwsgi.ini").exists()) == (2, False)
    assert "uwsgi.toml can be built to uwsgi.ini" in " ".join(refused.err.replace("│", " ").split())
    assert uwsgilint("build", "deploy/uwsgi.toml", "-o", "deploy", cwd=tmp_path).err == (
        "uwsgilint: deploy: is a directory; it was not written\n"
    )


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("project", PROJECTS)
def test_what_it_writes_is_clean(tmp_path: Path, project: str, preset: str) -> None:
    """In every profile for production, whichever server is meant."""
    container = {"Dockerfile": "FROM python\nEXPOSE 80\n"} if project == "plain" else {}
    text = write(preset, look(str(made(tmp_path, {**PROJECTS[project], **container})))).encode()
    for profile in ("recommended", "production", "security"):
        for build in (None, "pypi", "pyuwsgi"):
            target = Target(None, build)
            found = check_text("uwsgi.toml", text, target=target, selection=Selection(profile=profile))
            # A project that names no server gets nothing that only one of them needs; its own check tells who does.
            reloads = preset == "dev" and build == "pyuwsgi" and b"binary-path" not in text
            assert [f.name for f in found] == (["reload-outside-of-environment"] if reloads else [])
    strictest = check_text("uwsgi.toml", text, selection=Selection(select=("all",)))
    assert {f.name for f in strictest if f.severity != "advice"} == set()


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_built_of_it_is_clean(tmp_path: Path, preset: str) -> None:
    """What is ignored for a reason goes, with that reason, into the result, which a check of the folder finds too."""
    made(tmp_path, {**PROJECTS["django"], "requirements.txt": "pyuwsgi\n"})
    (tmp_path / "vassals").mkdir()
    assert uwsgilint("init", "--preset", preset, cwd=tmp_path).status == 0
    assert uwsgilint("build", "uwsgi.toml", "-o", "uwsgi.ini", cwd=tmp_path).status == 0

    for profile in ("recommended", "production", "security"):
        done = uwsgilint("check", ".", "--profile", profile, cwd=tmp_path)
        assert (done.status, done.out) == (0, "")
    assert uwsgilint("build", "--check", ".", cwd=tmp_path).status == 0
    assert "# uwsgilint: ignore[" in (tmp_path / "uwsgi.ini").read_text()


def test_only_comments_that_ignore_at_a_directive_are_built(tmp_path: Path) -> None:
    """Above the line that they are about, with percent signs that stay; all others are for the source."""
    text = (
        "# for us\n# uwsgilint: ignore-file[unnamed-user] all\n[uwsgi]\nmaster = true  # of course\n"
        "py-autoreload = 1  # uwsgilint: ignore[autoreload-in-production] 100%\n"
    )
    made(tmp_path, {"uwsgi.toml": text})

    assert uwsgilint("build", "uwsgi.toml", cwd=tmp_path).out.splitlines()[1:] == [
        "",
        "[uwsgi]",
        "master = true",
        "# uwsgilint: ignore[autoreload-in-production] 100%%",
        "py-autoreload = 1",
    ]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="uw") as folder:
        yield Path(folder)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connected(address: str | int, running: Running) -> socket.socket:
    """Connect to a path or a port as soon as somebody listens."""
    end = time.monotonic() + 10
    while True:
        connection = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        connection.settimeout(10)
        try:
            connection.connect(address if isinstance(address, str) else ("127.0.0.1", address))
        except (ConnectionRefusedError, FileNotFoundError):
            connection.close()
            assert time.monotonic() < end, running.log
            assert running.process.poll() is None, running.log
            time.sleep(0.02)
        else:
            return connection


def answer(address: str | int, running: Running) -> str:
    """What the application answers: over HTTP on a port, as nginx asks on a Unix socket."""
    connection = connected(address, running)
    if isinstance(address, int):
        connection.close()
        client = http.client.HTTPConnection("127.0.0.1", address, timeout=10)
        client.request("GET", "/")
        return client.getresponse().read().decode()
    variables = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "a", "SERVER_PORT": "80", "QUERY_STRING": ""}
    packet = b"".join(struct.pack("<H", len(part)) + part.encode() for pair in variables.items() for part in pair)
    with connection:
        connection.sendall(struct.pack("<BHB", 0, len(packet), 0) + packet)
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode().rpartition("\r\n")[2]


@pytest.mark.server
@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset != "emperor"])
@pytest.mark.parametrize("project", PROJECTS)
def test_the_server_serves_it(server: Server, place: Path, project: str, preset: str) -> None:
    """The real server starts with what was built, serves the application, and stops when it is asked to."""
    made(place, PROJECTS[project])
    assert uwsgilint("init", "--preset", preset, cwd=place).status == 0
    port = free_port()
    source = place / "uwsgi.toml"
    source.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", source.read_text()))
    assert uwsgilint("build", "uwsgi.toml", "-o", "uwsgi.ini", cwd=place).status == 0
    environment = {"PORT": str(port), "WEB_CONCURRENCY": "1"} if preset == "heroku-like" else {}
    workers = {"heroku-like": 1, "dev": 2}.get(preset, 4)

    with server.started(["--ini", "uwsgi.ini"], cwd=place, env=environment) as running:
        address = str(place / "uwsgi.sock") if preset == "web-behind-nginx" else port
        assert answer(address, running) == f"served by {SERVED[project]}", running.log
        running.wait_for(f"spawned uWSGI worker {workers} ", 20)
        time.sleep(1)  # a worker that is told to end while it starts hangs until the master has no more mercy
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=20) == 0, running.log
        assert running.log.count("spawned uWSGI worker") == workers


def answer_after(old: str, port: int, running: Running) -> str:
    """The answer as soon as it is another one than the old one."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            new = answer(port, running)
        except (ConnectionError, http.client.HTTPException):
            new = old  # the workers of before have gone already
        if new != old:
            return new
        time.sleep(0.1)
    raise AssertionError(running.log)


@pytest.mark.server
@pytest.mark.parametrize("where", ["", ".venv"])
def test_it_survives_reloads_under_the_wheel(server: Server, place: Path, where: str) -> None:
    """By a signal and by changed code: the same Python is started again, that of the project or the one in PATH."""
    environment = Path(server.path).parent.parent
    text = "import time\nLOADED = str(time.time_ns()).encode()\n" + PLAIN.replace('b"served by plain"', "LOADED")
    made(place, {"app.py": text, "requirements.txt": "pyuwsgi\n"})
    if where:
        (place / where).symlink_to(environment)
    assert uwsgilint("init", "--preset", "dev", cwd=place).status == 0
    port = free_port()
    source = place / "uwsgi.toml"
    source.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", source.read_text()))
    assert uwsgilint("build", "uwsgi.toml", "-o", "uwsgi.ini", cwd=place).status == 0
    path = "/bin" if where else os.pathsep.join([str(environment / "bin"), os.defpath])

    with server.started(["--ini", "uwsgi.ini"], cwd=place, env={"PATH": path}) as running:
        first = answer(port, running)
        running.wait_for("spawned uWSGI worker 2 ", 20)
        time.sleep(1)  # a worker that is told to end while it starts hangs until the master has no more mercy
        running.process.send_signal(signal.SIGHUP)
        second = answer_after(first, port, running)
        time.sleep(2)
        (place / "app.py").write_text(text + "\n# changed\n")
        answer_after(second, port, running)
        assert running.log.count("binary reloading uWSGI") == 2
        time.sleep(2)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=20) == 0, running.log


@pytest.mark.server
@pytest.mark.parametrize("requirement", ["pyuwsgi", ""])
def test_settings_that_nobody_names_reach_django(server: Server, place: Path, requirement: str) -> None:
    """The wheel's Python has copied its environment before `env` is read."""
    files = dict(PROJECTS["django"])
    files["shop/wsgi.py"] = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
    made(place, {**files, "requirements.txt": requirement})
    assert uwsgilint("init", cwd=place).status == 0
    assert uwsgilint("check", "uwsgi.toml", "--profile", "production", cwd=place).status == 0
    port = free_port()
    source = place / "uwsgi.toml"
    source.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", source.read_text()))
    assert uwsgilint("build", "uwsgi.toml", "-o", "uwsgi.ini", cwd=place).status == 0

    with server.started(["--ini", "uwsgi.ini"], cwd=place) as running:
        assert answer(port, running) == "served by Handler", running.log
        running.wait_for("spawned uWSGI worker 4 ", 20)
        time.sleep(1)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=20) == 0, running.log


def test_a_server_that_is_told_its_environment_in_time_gets_the_settings_there(tmp_path: Path) -> None:
    """What pip builds of uWSGI starts Python after it has read `env`."""
    made(tmp_path, {"manage.py": PROJECTS["django"]["manage.py"], "shop/__init__.py": "", "requirements.txt": "uwsgi"})
    made(tmp_path, {"shop/wsgi.py": "import django.core.wsgi as d\napplication = d.get_wsgi_application()\n"})
    uwsgilint("init", cwd=tmp_path)

    assert 'env = "DJANGO_SETTINGS_MODULE=shop.settings"' in (tmp_path / "uwsgi.toml").read_text()


@pytest.mark.server
def test_the_emperor_starts_its_vassals(server: Server, place: Path) -> None:
    """Each configuration in the folder is a server."""
    port = free_port()
    made(place, {**PROJECTS["plain"], "requirements.txt": "pyuwsgi\n"})
    vassal = f"[uwsgi]\nchdir = %d..\nmodule = app\nhttp-socket = 127.0.0.1:{port}\nmaster = true\nstrict = true\n"
    made(place, {"vassals/shop.ini": vassal})
    assert uwsgilint("init", "--preset", "emperor", cwd=place).status == 0
    assert uwsgilint("build", "uwsgi.toml", "-o", "uwsgi.ini", cwd=place).status == 0
    path = os.pathsep.join([str(Path(server.path).parent), os.environ.get("PATH", os.defpath)])

    with server.started(["--ini", "uwsgi.ini"], cwd=place, env={"PATH": path}) as running:
        assert answer(port, running) == "served by plain"
        time.sleep(1)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=30) == 0, running.log
