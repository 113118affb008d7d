"""Compare what a real server understood with what a document means."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.document import Document, Section
from uwsgilint.formats import args, ini
from uwsgilint.language.placeholders import settled
from uwsgilint.server import acts_while_reading
from uwsgilint.values import read_flag

if TYPE_CHECKING:
    from uwsgilint.document import Directive
    from uwsgilint.server import Server

__all__ = ["Verdict", "expected", "understood", "verify"]

# Options that put another one, or a placeholder, into the registry (core/uwsgi.c uwsgi_opt_set_placeholder).
_SETTERS = frozenset({"set", "set-ph", "set-placeholder"})


class Verdict(NamedTuple):
    """What came of asking a server.

    Attributes:
        compared: how many options were compared.
        left_out: names of options that the server would act on while it reads, so it was not shown them.
        differences: a sentence for each thing that the server understood otherwise; empty when all is as meant.
    """

    compared: int
    left_out: tuple[str, ...]
    differences: tuple[str, ...]


def verify(server: Server, document: Document, compiled: bytes, *, arguments: bool) -> Verdict:
    """Show a compiled document to a server, strictly, and compare what it understood.

    The server reads everything, prints its options and exits: it binds nothing and loads no application.

    Args:
        server: the server to ask.
        document: what was meant.
        compiled: what `build` made of it.
        arguments: whether that is command-line arguments instead of an INI file.

    Raises:
        ServerError: the server cannot be asked.
    """
    left_out = tuple(dict.fromkeys(d.key for s in document.sections for d in s.directives if _acts(d)))
    if left_out:
        document = _without_acting(document)
        compiled = b"" if arguments else ini.write(document)
    folder = Path(document.source.name).resolve().parent
    if arguments:
        answer = server.understand(args.write(document), strict=True, cwd=folder)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            # %d and its like would differ in another folder, but only options with them are affected,
            # and of those just the name is compared.
            file = Path(temporary, "uwsgi.ini")
            file.write_bytes(compiled)
            answer = server.understand(file, strict=True, cwd=folder)
    meant = expected(_followed(document, "uwsgi", frozenset()))
    if answer.refused is not None:
        return Verdict(len(meant), left_out, (f"the server refuses the result: {answer.refused}",))
    got = understood(answer.entries)
    return Verdict(len(meant), left_out, tuple(_differences(*_without_undecided(meant, got))))


def _followed(document: Document, section: str, within: frozenset[str]) -> list[Directive]:
    """Return what a section says and, behind each include of another section of the file, what that one says."""
    found: list[Directive] = []
    for directive in document.directives(section):
        found.append(directive)
        option = catalog.option(directive.key)
        name = (directive.value or "").removeprefix(":")
        if option is not None and option.kind == "config" and name != directive.value and name not in within:
            found += _followed(document, name, within | {name})
    return found


_Named = list[tuple[str, "str | None"]]


def _without_undecided(meant: _Named, got: _Named) -> tuple[_Named, _Named]:
    """Leave out what stands in blocks that the server skipped, or that it repeated: only it can know."""
    kept: tuple[_Named, _Named] = ([], [])
    position = 0  # in what the server understood
    number = 0
    while number < len(meant):
        opener = meant[number]
        option = catalog.option(opener[0])
        kept[0].append(opener)
        number += 1
        if option is None or option.kind != "logic" or opener not in got[position:]:
            continue
        start = got.index(opener, position) + 1
        end = next((n for n in range(start, len(got)) if _ends_block(got[n][0])), len(got))
        kept[1].extend(got[position:start])
        position = start
        inner = next((n for n in range(number, len(meant)) if _ends_block(meant[n][0])), len(meant))
        if end == start or opener[0].startswith("for"):
            number, position = inner, end
    kept[1].extend(got[position:])
    return kept


def _ends_block(name: str) -> bool:
    option = catalog.option(name)
    return option is not None and option.kind == "terminator"


def _acts(directive: Directive) -> bool:
    return acts_while_reading(directive.key, directive.value or "")


def _without_acting(document: Document) -> Document:
    kept = Document(document.source, document.format)
    kept.sections = [Section(s.name, [d for d in s.directives if not _acts(d)], s.header) for s in document.sections]
    return kept


def expected(directives: list[Directive]) -> list[tuple[str, str | None]]:
    """Return names and values as a server is to report them; None for a value that only the server knows."""
    found: list[tuple[str, str | None]] = []
    for directive in directives:
        value = settled(directive.value) if directive.value is not None else "true"
        name, equals, text = (directive.value or "").partition("=")
        if directive.key in _SETTERS and equals:
            found.append((name, _normal(name, settled(text))))
        else:
            found.append((directive.key, _normal(directive.key, value)))
    return found


def understood(entries: list[tuple[str, str]]) -> list[tuple[str, str | None]]:
    """Return what a server reports, `set = name=value` taken for what it sets.

    The server lists both, the setter in front; arguments use it for what the option itself cannot say.
    """
    found: list[tuple[str, str | None]] = []
    for number, (key, value) in enumerate(entries):
        name, equals, _ = value.partition("=")
        if key in _SETTERS and equals and number + 1 < len(entries) and entries[number + 1][0] == name:
            continue
        found.append((key, _normal(key, value)))
    return found


def _normal(key: str, value: str | None) -> str | None:
    """Write in one way what the server takes for the same: --master, master = 1 and master = true."""
    option = catalog.option(key)
    if value is None or option is None:
        return value
    if option.kind in {"terminator", "reset", "ignored"}:
        return ""
    if option.kind == "flag":
        return "true" if read_flag(value) else "false"
    if option.kind == "cron2":
        return value.partition(" ")[0]  # the handler ends its own text at the first blank (core/cron.c)
    return value


def _differences(meant: list[tuple[str, str | None]], got: list[tuple[str, str | None]]) -> list[str]:
    if len(meant) == len(got) and all(
        m[0] == g[0] and (m[1] is None or m[1] == g[1]) for m, g in zip(meant, got, strict=True)
    ):
        return []
    unmatched = list(got)
    differences = []
    for key, value in meant:
        match = next((g for g in unmatched if g[0] == key and (value is None or g[1] == value)), None)
        if match is not None:
            unmatched.remove(match)
            continue
        other = next((g for g in unmatched if g[0] == key), None)
        if other is None:
            differences.append(f"the server does not see {key} = {value}")
        else:
            unmatched.remove(other)
            differences.append(f"the server reads {key} = {other[1]} where {value} was meant")
    differences += [f"the server sees {key} = {value}, which was not meant" for key, value in unmatched]
    return differences or ["the server sees the same options in another order"]
