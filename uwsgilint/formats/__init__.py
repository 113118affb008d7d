"""One module per syntax: each reads text with places, and writes documents where it can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint.document import LARGEST_FILE, Document, Problem, Span

if TYPE_CHECKING:
    from uwsgilint.document import Source

__all__ = ["SUFFIXES", "has_section", "is_authored", "looks_like_configuration", "oversized", "read", "syntax_of"]

SUFFIXES = {
    ".ini": "ini",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".js": "json",
    ".xml": "xml",
}
_INI_HEADER = re.compile(rb"^[ \t]*\[uwsgi\]?", re.MULTILINE)
_YAML_HEADER = re.compile(rb"^uwsgi[ \t]*:", re.MULTILINE)
# Folders are full of JSON and XML that is not for uWSGI, whatever it is called.
_JSON_HEADER = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{\s*\"uwsgi\"\s*:\s*\{")
_JSON_TABLE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{\s*\"([a-z-]+)\"\s*:\s*[\[{]")
# The names at the top of a file in YAML or TOML.
_TOP_NAME = re.compile(rb"""^(?:\[\[?[ \t]*)?["']?([A-Za-z][\w-]*)["']?[ \t]*[].:=]""", re.MULTILINE)
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n|---[^\n]*\n)*-[ \t]")
_XML_HEADER = re.compile(rb"^[ \t]*<uwsgi\b", re.MULTILINE)


# How texts in UTF-16 and UTF-32 begin, if not with a NUL among their first bytes.
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _narrow(data: bytes) -> bytes:
    """Return a text of another encoding as UTF-8, all others as they are, without the mark of a byte order."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data[:2] not in _WIDE_MARKS and b"\0" not in data[:4]:
        return data
    from uwsgilint.formats import encodings  # noqa: PLC0415  (next to no file is of such an encoding)

    encoding = encodings.wide(data)
    return data if encoding is None else encodings.decoded(data, encoding)


def syntax_of(name: str, data: bytes) -> str | None:
    """Return the syntax of a file by the end of its name, else by its content; None when neither tells."""
    for suffix, syntax in SUFFIXES.items():
        if name.lower().endswith(suffix):
            return syntax
    data = _narrow(data)
    if _INI_HEADER.search(data):
        return "ini"
    for syntax, header in (("yaml", _YAML_HEADER), ("json", _JSON_HEADER), ("xml", _XML_HEADER)):
        if header.search(data):
            return syntax
    return None


def has_section(data: bytes) -> bool:
    """Whether a text has a uwsgi section or table."""
    data = _narrow(data)
    return any(header.search(data) for header in (_INI_HEADER, _YAML_HEADER, _JSON_HEADER, _XML_HEADER))


def looks_like_configuration(name: str, data: bytes) -> bool:
    """Whether a file found in a folder is a configuration of uWSGI: called after it, or with a section for it.

    A TOML, YAML or JSON file of subsystems' tables alone is known by its name. What is called after uWSGI may be for
    others, such as a playbook or the manifest of a cluster: then none of the names at its top is known here.
    """
    if has_section(data):
        return True
    lower = name.lower()
    if "uwsgi" not in lower or not lower.endswith((".toml", ".yaml", ".yml", ".json")):
        return False
    from uwsgilint.catalog import subsystems  # noqa: PLC0415  (few files are called so)

    tables = {*subsystems.NAMES, "profiles", "sections", "target", "when"}
    if lower.endswith(".json"):
        # A file of statistics may be called after uWSGI as well.
        return (found := _JSON_TABLE.match(data)) is not None and found[1].decode() in tables
    names = [found.decode() for found in _TOP_NAME.findall(_narrow(data))]
    if not names:
        return _LIST.match(data) is None  # it may be broken, and is told then
    if not tables.isdisjoint(names) or "uwsgi" in names:
        return True
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.formats import commands  # noqa: PLC0415

    return catalog.option(names[0]) is not None or commands.detect(name, data) is not None


def is_authored(source: Source, syntax: str | None) -> bool:
    """Whether a file is meant to be compiled: TOML, YAML, or JSON with what only the compiler understands."""
    return syntax in {"toml", "yaml"} or (syntax == "json" and _authored_json(source) is not None)


def oversized(source: Source) -> Problem | None:
    """Return what is wrong with a file that is larger than any configuration; what is read of it is not all of it."""
    if len(source.data) <= LARGEST_FILE:
        return None
    return Problem("oversized-file", Span(source, 0, 0), {"size": "more than 1 MiB", "limit": "1 MiB"})


def read(source: Source, syntax: str, features: frozenset[str] | None = None) -> Document:
    """Read a file of a known syntax; text that is not of it gives a document with that one problem.

    Args:
        source: the file.
        syntax: "ini", "toml", "yaml", "json" or "xml".
        features: what the server was built with, such as "yaml:libyaml", as far as that is known: what it reads
            in another way is told of YAML then. None for a file that is compiled, which no server reads.
    """
    problem = oversized(source)
    if problem is not None:
        document = Document(source, syntax)
        document.problems.append(problem)
        return document
    if source.data[:2] in _WIDE_MARKS or b"\0" in source.data[:4]:
        from uwsgilint.formats import encodings  # noqa: PLC0415  (next to no file is of such an encoding)

        source, problem = encodings.judge(source, syntax, features)
        if problem is not None:
            document = Document(source, syntax)
            document.problems.append(problem)
            return document
    if syntax == "ini":
        from uwsgilint.formats import ini  # noqa: PLC0415  (INI alone must not load the parsers of the others)

        return ini.read(source)
    if syntax == "json":
        from uwsgilint.formats import json  # noqa: PLC0415

        authored = _authored_json(source)
        if authored is not None:
            return authored
        return json.read(source, library="yajl" if features and "json:yajl" in features else "jansson")
    if syntax == "xml":
        from uwsgilint.formats import xml  # noqa: PLC0415

        return xml.read(source, library="expat" if features and "xml:expat" in features else "libxml2")
    from uwsgilint.formats.tree import MalformedError  # noqa: PLC0415

    try:
        if syntax == "toml":
            from uwsgilint.formats import toml  # noqa: PLC0415

            tree = toml.read(source)
        else:
            from uwsgilint.formats import yaml  # noqa: PLC0415

            tree = yaml.read(source)
    except MalformedError as error:
        if syntax == "yaml" and features is not None:
            from uwsgilint.formats import yaml_dialects  # noqa: PLC0415

            return yaml_dialects.unparsed(source, error, _dialect(features))
        document = Document(source, syntax)
        values = {"syntax": syntax.upper(), "reason": error.reason}
        document.problems.append(Problem("malformed-file", Span(source, error.start, error.end), values))
        return document
    from uwsgilint.formats import authoring  # noqa: PLC0415

    document = authoring.document(tree, source, syntax)
    if syntax == "yaml" and features is not None:
        from uwsgilint.formats import yaml_dialects  # noqa: PLC0415

        if authoring.is_native(tree):
            document.problems += yaml_dialects.differences(source, document, _dialect(features))
    return document


def _authored_json(source: Source) -> Document | None:
    """Read JSON with tables that only the compiler understands; None where the file may be for a server."""
    data = source.data
    if b'"uwsgi"' in data and data.count(b"{") <= 2:  # the file itself and its one section
        return None
    import json  # noqa: PLC0415  (a start loads it for this alone)

    from uwsgilint.document import Source  # noqa: PLC0415
    from uwsgilint.formats import authoring, yaml  # noqa: PLC0415
    from uwsgilint.formats.tree import MalformedError  # noqa: PLC0415

    try:
        # JSON is YAML, but for tabs; a text of JSON has none as they stand.
        tree = yaml.read(Source(source.name, data.replace(b"\t", b" ")))
        json.loads(data)
    except (MalformedError, ValueError):
        return None
    return None if authoring.is_native(tree) else authoring.document(tree, source, "json")


def _dialect(features: frozenset[str]) -> str | None:
    """Return the parser of YAML that a build has; None where that is not known."""
    return next((name for name in ("builtin", "libyaml") if f"yaml:{name}" in features), None)
