"""Write the tables of docs/formats.md: what each syntax can hold, tried, and what becomes of every example.

    python -m tools.formats           write them
    python -m tools.formats --check   write nothing; exit 1 when the page is stale

Each cell is the outcome of a round trip: a document is written in a syntax, read back by every reader that a server may
have for it, and compared, name by name and value by value in their order. There are two outcomes, the same or
refused; a third one, something else than what was written, ends this program.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uwsgilint.document import CannotWriteError, Document, Source
from uwsgilint.formats import (
    args,
    argv,
    environment,
    ini,
    json,
    migration,
    native_json,
    native_xml,
    native_yaml,
    read,
    syntax_of,
    xml,
    yaml_builtin,
    yaml_libyaml,
)
from uwsgilint.formats.authoring import with_profile
from uwsgilint.verify import expected

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SYNTAXES", "examples", "renewed", "round_trip"]

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "formats.md"


class Syntax(NamedTuple):
    """A syntax that documents are written in.

    Attributes:
        write: writes a document.
        readers: read a section of what was written, one for each parser that a server may have.
    """

    write: Callable[[Document], Any]
    readers: tuple[Callable[[Any, str], Document], ...]


def _source(name: str, written: str | bytes) -> Source:
    return Source(name, written if isinstance(written, bytes) else written.encode("utf-8", "surrogateescape"))


def _authored(syntax: migration.Syntax) -> Syntax:
    parser = "toml" if syntax == "toml" else "yaml"  # JSON is YAML, too
    return Syntax(
        lambda document: migration.migrate(document, syntax),
        (lambda written, _: read(_source(f"uwsgi.{syntax}", written), parser),),
    )


def _served(name: str, write: Callable[[Document], bytes], *readers: Callable[[Source, str], Document]) -> Syntax:
    """A syntax of the server's own; its writers want what a document says, not how it says it."""

    def reading(one: Callable[[Source, str], Document]) -> Callable[[Any, str], Document]:
        return lambda written, section: one(_source(name, written), section)

    return Syntax(lambda document: write(migration.as_written(document)), tuple(map(reading, readers)))


SYNTAXES: dict[str, Syntax] = {
    "TOML": _authored("toml"),
    "YAML": _authored("yaml"),
    "JSON": _authored("json"),
    "INI": Syntax(migration.commented_ini, (lambda written, _: ini.read(_source("uwsgi.ini", written)),)),
    "native YAML": _served("uwsgi.yaml", native_yaml.write, yaml_builtin.read, yaml_libyaml.read),
    "native YAML, libyaml": _served(
        "uwsgi.yaml", lambda document: native_yaml.write(document, "libyaml"), yaml_libyaml.read
    ),
    "native JSON": _served(
        "uwsgi.json", native_json.write, *(partial(json.read, library=library) for library in json.LIBRARIES)
    ),
    "native XML": _served(
        "uwsgi.xml", native_xml.write, *(partial(xml.read, library=library) for library in xml.LIBRARIES)
    ),
    "arguments": Syntax(
        lambda document: args.write(migration.as_written(document)),
        (lambda written, _: argv.read(argv.words_of(written)),),
    ),
    "variables": Syntax(
        lambda document: environment.write(migration.as_written(document)),
        (lambda written, _: environment.read(environment.of_mapping(written)),),
    ),
}
"""Every syntax that is written, with who reads it back."""


def round_trip(document: Document, syntax: str) -> str:
    """Write a document and read it back.

    Returns:
        "same", or "refused" with the first thing that the syntax cannot hold.

    Raises:
        AssertionError: it reads back as something else.
    """
    form = SYNTAXES[syntax]
    try:
        written = form.write(document)
    except CannotWriteError as error:
        problem = error.problems[0]
        return f"refused: {problem.option or problem.values.get('name') or problem.values.get('reason', problem.rule)}"
    for reader in form.readers:
        for name, section in document.merged().items():
            again = expected(reader(written, name).directives(name))
            if again != expected(section.directives):
                raise AssertionError(f"[{name}] of {document.source.name} comes back from {syntax} as {again}")
    return "same"


# -- what is tried -----------------------------------------------------------------------------------

ABILITIES: dict[str, str] = {
    "options, in their order": "[uwsgi]\nmodule = shop\nmaster = true\nprocesses = 4\n",
    "a repeated option": "[uwsgi]\nenv = A=1\nenv = B=2\n",
    "one that comes back behind others": "[uwsgi]\nenv = A=1\nmaster = true\nenv = B=2\n",
    "a block": "[uwsgi]\nif-env = STAGING\nprocesses = 2\nendif =\n",
    "two blocks": "[uwsgi]\nif-env = A\nprocesses = 2\nendif =\nif-env = B\nprocesses = 4\nendif =\n",
    "further sections": "[uwsgi]\nmaster = true\n[zerg]\nprocesses = 2\n",
    "a placeholder and its use": "[uwsgi]\nroot = /srv\nchdir = %(root)/app\n",
    "a magic variable": "[uwsgi]\nchdir = %d\n",
    "a percent sign": "[uwsgi]\nlog-format = 100%%\n",
    "an empty text": "[uwsgi]\nmodule =\n",
    "quotes": "[uwsgi]\nprocname = \"a\" 'b'\n",
    "`#`": "[uwsgi]\nprocname = a #b\n",
    "`&` and `<`": "[uwsgi]\nprocname = a&b<c\n",
    "`: `": "[uwsgi]\nprocname = a: b\n",
    "letters beyond ASCII": "[uwsgi]\nprocname = café\n",
}
COMMENTED = "[uwsgi]\n; the shop\nmodule = shop\n"


def able(text: str, syntax: str) -> bool:
    """Whether a syntax holds a configuration."""
    return round_trip(ini.read(Source("tried.ini", text.encode())), syntax) == "same"


def keeps_comments(syntax: str) -> bool:
    """Whether a comment is still there."""
    return "the shop" in str(SYNTAXES[syntax].write(ini.read(Source("tried.ini", COMMENTED.encode()))))


def examples() -> list[tuple[str, Document]]:
    """Return every example, and every profile of one, by name."""
    found = []
    for path in sorted((PROJECT / "examples").rglob("uwsgi.*")):
        data = path.read_bytes()
        name = path.relative_to(PROJECT / "examples").as_posix()
        document = read(Source(name, data), syntax_of(path.name, data) or "ini")
        found.append((name, document))
        found += [(f"{name}, {profile}", with_profile(document, profile)) for profile in document.profiles]
    return found


# -- the page --------------------------------------------------------------------------------------------


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def abilities() -> str:
    """Write the table of what each syntax holds."""
    rows = [
        [what, *("yes" if able(text, syntax) else "refused" for syntax in SYNTAXES)] for what, text in ABILITIES.items()
    ]
    rows.append(["comments", *("yes" if keeps_comments(syntax) else "told" for syntax in SYNTAXES)])
    return table(["", *SYNTAXES], rows)


def outcomes() -> str:
    """Write the table of what becomes of every example."""
    rows = []
    for name, document in examples():
        if document.profiles and "," not in name:
            # Its profiles go along into what is authored; everything else is built with one of them.
            cells = [round_trip(document, s) if s in {"TOML", "YAML", "JSON"} else "needs a profile" for s in SYNTAXES]
        else:
            cells = [round_trip(document, syntax) for syntax in SYNTAXES]
        rows.append([f"`{name}`", *cells])
    return table(["", *SYNTAXES], rows)


def renewed(text: str) -> str:
    """Return the page with its tables written anew."""
    for name, write in (("abilities", abilities), ("examples", outcomes)):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{write()}\n{end}{after}"
    return text


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or compare; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.formats", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    options = parser.parse_args(arguments)
    old = PAGE.read_text("utf-8")
    new = renewed(old)
    if new != old:
        print(f"{PAGE.relative_to(PROJECT)}: {'stale' if options.check else 'written'}")
        if not options.check:
            PAGE.write_text(new, "utf-8")
    return 1 if options.check and new != old else 0


if __name__ == "__main__":
    sys.exit(main())
