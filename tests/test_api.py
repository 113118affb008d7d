"""The models as a library: configurations from Python objects, in any form, and back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.examples import EXAMPLES
from uwsgilint import catalog, schema
from uwsgilint.catalog import subsystems
from uwsgilint.document import CannotWriteError, Source
from uwsgilint.formats import read
from uwsgilint.schema import Caching, Configuration, Lines, Networking, Routing, Workers
from uwsgilint.schema.composites.caching import Cache
from uwsgilint.schema.configuration import Syntax

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    str(path.relative_to(ROOT / "examples"))
    for path in (ROOT / "examples").rglob("*")
    if path.suffix in {".toml", ".yaml"}
)


def body(ini: str) -> str:
    """An INI file without the note on its first line."""
    return ini[ini.index("[") :]


@pytest.mark.parametrize("name", SOURCES)
def test_python_objects_give_the_ini_of_every_example(name: str) -> None:
    """What the script builds is what the TOML beside the example compiles to."""
    compiled = (ROOT / "examples" / name).with_suffix(".ini").read_text("utf-8")

    assert EXAMPLES[name].write("ini") == body(compiled)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("syntax", ["toml", "yaml", "json"])
def test_every_form_says_the_same(name: str, syntax: Syntax) -> None:
    """A configuration written in a form and read again has the same options in the same order."""
    before = EXAMPLES[name].document().directives()

    written = EXAMPLES[name].write(syntax)
    # JSON is read as the YAML that it is.
    again = read(Source(f"x.{syntax}", written.encode()), "toml" if syntax == "toml" else "yaml")

    assert again.problems == []
    assert [(d.key, d.value) for d in again.directives()] == [(d.key, d.value) for d in before]


@pytest.mark.parametrize(
    "name", [name for name in catalog.names(catalog.LATEST) if catalog.option(name).kind == "megabytes"]
)
def test_a_limit_keeps_its_unit(name: str) -> None:
    """What counts mebibytes for the server does so in a model, whether a number or a text gave it."""
    for text in ("512", "512M"):
        read = Configuration.read(f"[uwsgi]\n{name} = {text}\n")

        assert read.write("ini") == f"[uwsgi]\n{name} = 512\n"
        assert Configuration.read(read.write("toml"), "uwsgi.toml").write("ini") == read.write("ini")


def test_an_ini_file_goes_through_objects_unchanged() -> None:
    """Order, repeats, aliases, placeholders and logic survive."""
    text = (
        "[uwsgi]\nworkers = 3\nmaster = true\nroot = /srv\nif-env = A\nprocesses = 9\nendif = true\n"
        "route = ^/a last:\nroute-host = ^b last:\nroute = ^/c last:\nenv = A=1\nenv = B=2\n"
        "chdir = %(root)/app\nprocesses = $(N)\n\n[zerg]\nsocket = /run/z.sock\n"
    )

    assert Configuration.read(text).write("ini") == text


def test_objects_are_written_in_the_order_given() -> None:
    """Keywords, subsystems and lines keep their order; a later assignment comes last."""
    workers = Workers(threads=2, processes=4)
    workers.harakiri = 30
    configuration = Configuration(
        workers,
        Lines(("route", "^/a last:"), ("route-host", "^b break:403")),
        Networking(http_socket=["127.0.0.1:8000"]),
        sections={"zerg": [Workers(cpu_affinity=1)]},
    )

    assert body(configuration.write()) == (
        "[uwsgi]\nthreads = 2\nprocesses = 4\nharakiri = 30\nroute = ^/a last:\nroute-host = ^b break:403\n"
        "http-socket = 127.0.0.1:8000\n\n[zerg]\ncpu-affinity = 1\n"
    )


def test_composites_are_objects_or_native_texts() -> None:
    """Both are held against the same language."""
    caching = Caching(cache2=[Cache(name="a", items=100, blocksize=65536), "name=b,items=50"])

    assert caching.directives() == [("cache2", "name=a,items=100,blocksize=65536"), ("cache2", "name=b,items=50")]
    with pytest.raises(ValueError, match="unknown-part"):
        Caching(cache2=["name=b,itmes=50"])
    with pytest.raises(ValueError, match="at least 2"):
        Cache(name="a", items=1)


def test_what_a_form_cannot_hold_is_refused() -> None:
    """A further section has no place on a command line."""
    configuration = Configuration(Workers(processes=1), sections={"x": [Workers(processes=2)]})

    with pytest.raises(CannotWriteError):
        configuration.write("args")


def test_names_are_found_by_editors_and_at_run_time() -> None:
    """What type checkers see of uwsgilint.schema is what there is."""
    stated = set()
    for line in (ROOT / "uwsgilint" / "schema" / "__init__.py").read_text("utf-8").splitlines():
        if line.startswith("    from uwsgilint.schema.") and " as " in line:
            stated.add(line.rpartition(" as ")[2])

    assert {schema.subsystem(table).__name__ for table in subsystems.NAMES} <= stated
    assert all(hasattr(schema, name) for name in stated)


def test_a_type_checker_finds_mistakes(tmp_path: Path) -> None:
    """A misspelt option, a text for a number and a word that is no choice do not pass mypy strict."""
    script = tmp_path / "wrong.py"
    script.write_text(
        "from uwsgilint.schema import Cheapening, Workers\n"
        "Workers(proceses=4)\n"
        'Workers(processes="four")\n'
        'Cheapening(cheaper_algo="fastest")\n'
        "Workers(processes=4, threads=2)\n"
    )

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--output", "json", str(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [2, 3, 4]


def test_a_route_stays_in_its_place() -> None:
    """Rules of one chain keep their order across kinds of match."""
    routing = Routing(route=["^/a last:"], route_host=["^b last:"])

    assert [key for key, _ in routing.directives()] == ["route", "route-host"]
