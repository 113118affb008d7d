"""The structure of the package: imports run one way, and a start loads only what it needs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import uwsgilint

PACKAGE = Path(uwsgilint.__file__).parent
# Each room imports only rooms in front of it.
ROOMS = (
    *("_data", "document", "values", "catalog", "grammar", "composites", "routing", "logic"),
    *("formats", "schema", "language", "lint", "server", "verify", "starting", "report", "cli"),
)
FREE = {"__init__", "__main__"}


def room(path: Path) -> str:
    """The room that a module is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    """A room imports only what stands in front of it in the list, in functions too."""
    if room(path) in FREE:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        modules = []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        for module in modules:
            parts = module.split(".")
            if parts[0] == "uwsgilint" and len(parts) > 1 and parts[1] in ROOMS:
                assert ROOMS.index(parts[1]) <= ROOMS.index(room(path)), f"{path.name} imports {module}"


def test_every_room_is_on_the_list() -> None:
    """A new module at the top of the package is given its place."""
    rooms = {room(path) for path in PACKAGE.rglob("*.py")} - FREE

    assert rooms <= set(ROOMS)


def loaded_by(*arguments: str, stdin: str = "") -> set[str]:
    """Top-level names of the modules that a run loads."""
    code = (
        "import sys, io\n"
        "from uwsgilint.cli import main\n"
        f"sys.argv = ['uwsgilint', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=stdin, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


HEAVY = ("pydantic", "ruamel.yaml", "rich", "tomli", "tree_sitter", "json", "jsonschema", "importlib.metadata")


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("check", "-", "--stdin-filename", "uwsgi.ini"), ("check", "-", "--format", "concise")],
)
def test_starts_light(arguments: tuple[str, ...]) -> None:
    """Neither --version nor the check of an INI file loads a parser, a model or a renderer."""
    loaded = loaded_by(*arguments, stdin="[uwsgi]\nvaccum = true\nprocesses = 4k\n")

    assert [name for name in HEAVY if name in loaded] == []
    assert [name for name in loaded if name.startswith("uwsgilint.schema")] == []


def test_files_alone_are_checked_without_reading_options(tmp_path: Path) -> None:
    """What a hook runs, `check FILE...`, does not load the library that reads arguments."""
    file = tmp_path / "uwsgi.ini"
    file.write_text("[uwsgi]\nvaccum = true\n")

    assert [name for name in ("typer", *HEAVY) if name in loaded_by("check", str(file))] == []


def test_a_clean_file_loads_only_what_it_asks_for() -> None:
    """What knows routes, secrets and comments that ignore waits for a file that has some."""
    clean = loaded_by("check", "-", "--stdin-filename", "uwsgi.ini", stdin="[uwsgi]\nstrict = true\nmaster = true\n")

    late = ("uwsgilint.routing", "uwsgilint.lint.secrets", "uwsgilint.lint.suppressions")
    assert [name for name in clean if name.startswith(late)] == []


def test_version_loads_no_catalogue() -> None:
    """What only a check needs stays on the disk."""
    assert [name for name in loaded_by("--version") if name.startswith(("uwsgilint._data", "uwsgilint.lint"))] == []


def test_a_toml_file_loads_no_yaml_and_the_other_way_round() -> None:
    """Each syntax brings its own parser only."""
    toml = loaded_by("check", "-", "--stdin-filename", "a.toml", stdin="[uwsgi]\nmaster = true\n")
    yaml = loaded_by("check", "-", "--stdin-filename", "a.yaml", stdin="uwsgi:\n  master: true\n")

    assert "tomli" in toml
    assert "ruamel.yaml" not in toml
    assert "ruamel.yaml" in yaml
    assert "tree_sitter" not in yaml


NETWORK = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.exec"}:
        sys.stderr.write(f"REACHED {event} {arguments}")
        import os
        os._exit(99)
sys.addaudithook(refuse)
from uwsgilint.cli import main
sys.argv[1:] = ARGUMENTS
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "uwsgi.ini"),
        ("check", ".", "--jobs=2", "--cache-dir=kept", "--follow", "--format=json"),
        ("check", ".", "--unsafe-fixes"),
        ("build", "app.toml"),
        ("convert", "uwsgi.ini"),
        ("show", "uwsgi.ini"),
        ("diff", "uwsgi.ini", "app.toml"),
        ("explain", "processes"),
        ("options",),
        ("rules",),
        ("schema",),
        ("init", "new"),
    ],
    ids=" ".join,
)
def test_no_command_reaches_for_the_network(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nothing connects, binds, resolves a name or starts a program, whatever addresses a file holds."""
    text = "socket = example.com:80\nhttp = :80\nsubscribe-to = example.com:5000:key\nini = http://example.com/a.ini\n"
    (tmp_path / "uwsgi.ini").write_text(f"[uwsgi]\n{text}stats = @(exec://true)\nvaccum = true\n")
    (tmp_path / "app.toml").write_text("[uwsgi]\nsocket = 'example.com:80'\nmaster = true\n")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "app.py").write_text("def application(environ, start_response):\n    return []\n")

    done = subprocess.run(
        [sys.executable, "-c", NETWORK.replace("ARGUMENTS", repr(list(arguments)))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(uwsgilint.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode in {0, 1}, "REACHED" in done.stderr) == (True, False), done.stderr
