"""Load a configuration: its document, and what it means."""

# Paths are texts here, as they are to the server; pathlib would tidy them.
# ruff: noqa: PTH100, PTH110, PTH114, PTH118, PTH123

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import LARGEST_FILE, Document, Problem, Source
from uwsgilint.formats import read, syntax_of
from uwsgilint.language.evaluate import Evaluation
from uwsgilint.language.includes import Files
from uwsgilint.language.logic import Knowledge, Machine
from uwsgilint.language.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Loaded", "evaluate", "load"]

_NOTHING = Machine()
_STARTED = frozenset({"args", "environment"})  # what starts a server is no file that it reads


class Loaded(NamedTuple):
    """A configuration, read and evaluated.

    Attributes:
        document: the file as it is written.
        settings: what it means, together with the files that it includes.
        problems: what the reader, and the evaluation, found wrong: in this file from top to bottom, then in
            those that it includes.
    """

    document: Document
    settings: Settings
    problems: list[Problem]


def load(
    path: str | os.PathLike[str],
    *,
    env: Mapping[str, str | None] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    root: str | os.PathLike[str] | None = None,
    follow: bool = False,
    section: str = "uwsgi",
    machine: Machine | None = None,
    positional: bool | None = None,
    syntax: str | None = None,
    build: str | None = None,
) -> Loaded:
    """Read a file and work out what it means, the way a server started with it does.

    Nothing is run and nothing is fetched. What depends on more than files and arguments is UNKNOWN.

    Args:
        path: the file.
        env: environment variables of the server; None as a value is one that is not set. A variable that is not
            in here is unknown.
        cwd: the working directory of the server, which relative names start at. Without it they are looked for
            where this program runs, and then beside the file.
        root: no file outside this folder is read; without it, the project that the file is in.
        follow: read files outside of it as well.
        section: the section to start with.
        machine: what is known about the machine of the server.
        positional: whether the server gets the file as an argument (`uwsgi app.ini`), which leaves `%N` and its
            like empty, or by an option (`uwsgi --ini app.ini`); None when that is not known.
        syntax: the syntax of the file, when neither its name nor its content tells.
        build: what the server contains: the name of a known build, or the path of a file that `probe` wrote.
            YAML, JSON and XML are read as its libraries do; without it, what depends on them is UNKNOWN.

    Raises:
        OSError: the file cannot be read.
        ValueError: there is no such build.
    """
    name = os.fspath(path)
    with open(name, "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    source = Source(name, data)
    features = frozenset[str]() if build is None else _features(build)
    document = read(source, syntax or syntax_of(name, data) or "ini", features)
    settings, problems = evaluate(
        document, path=name, env=env, cwd=cwd, root=root, follow=follow, section=section, machine=machine,
        positional=positional, features=features,
    )  # fmt: skip

    def place(problem: Problem) -> tuple[bool, str, int, str]:
        return problem.span.source is not source, problem.span.source.name, problem.span.start, problem.rule

    return Loaded(document, settings, sorted([*document.problems, *problems], key=place))


def evaluate(
    document: Document,
    *,
    path: str | None = None,
    env: Mapping[str, str | None] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    root: str | os.PathLike[str] | None = None,
    follow: bool = False,
    section: str = "uwsgi",
    machine: Machine | None = None,
    positional: bool | None = None,
    features: frozenset[str] = frozenset(),
    place: str | os.PathLike[str] | None = None,
) -> tuple[Settings, list[Problem]]:
    """Work out what a document means that was read already; see `load`.

    Args:
        document: what the server is started with, of any format.
        path: where its file is; None when it is no file, whose own variables are unknown then.
        features: what the server was built with, such as "json:yajl", as far as that is known.
        place: where it is to be read as though it stood there: the folder of its own variables (`%d`) is that one,
            its neighbours are found there, and variables that tell its very name are unknown. Two files that take
            one place are the same where they say the same.

    Returns:
        The settings, and what is wrong beyond what the reader told. A problem may be about an included file.
    """
    folder = None if cwd is None else os.path.abspath(cwd)
    own = None if path is None else _place(os.fspath(path), folder)
    other = None if place is None else _place(os.fspath(place), folder)
    know = Knowledge(env or {}, machine or _NOTHING, folder)
    files = Files(
        None if root is None else os.fspath(root), folder, follow=follow, first=own, features=features, place=other
    )
    if document.format not in _STARTED:
        files.hold(document)
    evaluation = Evaluation(know, files)
    evaluation.run(document, own, path or "", section, positional=positional, place=other)
    return Settings(evaluation), evaluation.problems


def _features(build: str) -> frozenset[str]:
    from uwsgilint.catalog import builds  # noqa: PLC0415  (what is loaded without one needs no builds)

    return builds.find(build).possible


def _place(name: str, cwd: str | None) -> str:
    """Return the absolute path that `%p` gives: of a link its own, of a file the one without links."""
    path = name if cwd is None or os.path.exists(name) else os.path.join(cwd, name)
    return os.path.abspath(path) if os.path.islink(path) else os.path.realpath(path)
