"""What servers make of YAML, JSON and XML: each was built with one of two libraries for a syntax.

Where it is not known which one, both readings are made and laid side by side: what they have in common
holds for every server, the rest for those with one library alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Directive, Document, Problem, Source

__all__ = ["LIBRARIES", "Reading", "libraries", "merged", "read", "refusal"]

LIBRARIES = {"yaml": ("builtin", "libyaml"), "json": ("jansson", "yajl"), "xml": ("libxml2", "expat")}
"""The libraries of each syntax; "builtin" is the server's own parser of YAML."""

# What a reader tells of a file at which the server exits or crashes.
_FATAL = frozenset({"malformed-file", "crashing-element"})


class Reading(NamedTuple):
    """A directive, and who reads it.

    Attributes:
        directive: the directive.
        library: the only library that reads it so; None for all.
    """

    directive: Directive
    library: str | None


def libraries(syntax: str, features: Iterable[str]) -> tuple[str, ...]:
    """Return the libraries that may read a syntax: one where the features of the build name it, else both."""
    known = LIBRARIES[syntax]
    named = tuple(name for name in known if f"{syntax}:{name}" in features)
    return named or known


def read(source: Source, syntax: str, library: str, section: str = "uwsgi") -> Document:
    """Read a file as a server with a library does.

    Args:
        source: the file.
        syntax: "yaml", "json" or "xml".
        library: one of `LIBRARIES`.
        section: the section, object or `id` that the server is asked for.
    """
    if syntax == "json":
        from uwsgilint.formats import json  # noqa: PLC0415  (a file needs the parser of its own syntax alone)

        return json.read(source, section, library)
    if syntax == "xml":
        from uwsgilint.formats import xml  # noqa: PLC0415

        return xml.read(source, section, library)
    from uwsgilint.formats import yaml_dialects  # noqa: PLC0415

    return yaml_dialects.served(source, library, section)


def refusal(document: Document) -> Problem | None:
    """Return the problem at which the server ends that reads a document so; None when it goes on."""
    for problem in document.problems:
        if problem.rule in _FATAL or (problem.rule == "missing-root" and problem.values["effect"].startswith("exits")):
            return problem
    return None


def merged(readings: list[tuple[str, list[Directive]]]) -> list[Reading]:
    """Lay one or two readings of the same section side by side, in order.

    Args:
        readings: each library with the directives that it reads.
    """
    if len(readings) == 1:
        return [Reading(directive, None) for directive in readings[0][1]]
    (first, ours), (second, theirs) = readings
    mine, others = [(d.key, d.value) for d in ours], [(d.key, d.value) for d in theirs]
    if mine == others:
        return [Reading(directive, None) for directive in ours]
    from uwsgilint.formats.yaml_dialects import aligned  # noqa: PLC0415  (most files have one reading)

    found: list[Reading] = []
    for kind, start, end, other_start, other_end in aligned(mine, others):
        if kind == "equal":
            found += [Reading(directive, None) for directive in ours[start:end]]
            continue
        found += [Reading(directive, first) for directive in ours[start:end]]
        found += [Reading(directive, second) for directive in theirs[other_start:other_end]]
    return found
