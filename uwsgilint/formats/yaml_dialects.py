"""Where one YAML file is several configurations: the two parsers of the server, and YAML as it is authored.

A server has one of two parsers, neither of which is a YAML reader. What each makes of a file is
compared here with what people mean by it.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from uwsgilint.document import Problem, Span, cut
from uwsgilint.formats import yaml_builtin, yaml_libyaml

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from uwsgilint.document import Directive, Document, Source
    from uwsgilint.formats.tree import MalformedError

__all__ = ["DIALECTS", "aligned", "differences", "served", "unparsed"]

DIALECTS = ("builtin", "libyaml")
_READERS = {"builtin": yaml_builtin.read, "libyaml": yaml_libyaml.read}
_NAMES = {"builtin": "the built-in parser", "libyaml": "libyaml", "authored": "a YAML reader"}
_LONGEST = 30
_MOST_PAIRS = 10**6  # matching takes time by the square
_NATIVE = "uwsgi"


def served(source: Source, dialect: str = "builtin", section: str = _NATIVE) -> Document:
    """Read a YAML file as a server with one of the two parsers does.

    Args:
        source: the file.
        dialect: "builtin" or "libyaml".
        section: the name that the server is asked for.
    """
    return _READERS[dialect](source, section)


def unparsed(source: Source, error: MalformedError, dialect: str | None = None, section: str = _NATIVE) -> Document:
    """Return what is to be checked of a file that a YAML reader refuses.

    That is what the target's own parser reads of it, with the problem `server-only-yaml` at the place
    that a YAML reader refuses; or nothing, with the problem `malformed-file`, where the parser gets no
    directive out of it either.

    Args:
        source: the file.
        error: why a YAML reader refuses it.
        dialect: the parser of the target; without it, the built-in one, which refuses nothing.
        section: the name that the server is asked for.
    """
    document = served(source, dialect or "builtin", section)
    span = Span(source, error.start, error.end)
    if document.directives(section):
        values = {"reason": error.reason, "parser": _NAMES[dialect or "builtin"]}
        document.problems.insert(0, Problem("server-only-yaml", span, values))
        if dialect == "builtin":
            document.problems += [_quoted(d) for d in document.directives(section) if _is_quoted(d)]
    elif not any(problem.rule == "malformed-file" for problem in document.problems):
        document.problems[:] = [Problem("malformed-file", span, {"syntax": "YAML", "reason": error.reason})]
    return document


def differences(
    source: Source, authored: Document, dialect: str | None = None, section: str = _NATIVE
) -> list[Problem]:
    """Return where a file is read in different ways, in the order of the file.

    Nothing is compared where a YAML reader's reading has faults of its own: these come first.

    Args:
        source: the file.
        authored: what a YAML reader makes of it.
        dialect: the parser of the target, to be compared alone; without it both are.
        section: the section to be compared.
    """
    if any(problem.rule != "unread-section" for problem in authored.problems):
        return []
    found: dict[tuple[int, int], Problem] = {}
    meant = authored.directives(section)
    for name in (dialect,) if dialect is not None else DIALECTS:
        document = served(source, name, section)
        refusal = next((p for p in document.problems if p.rule == "malformed-file"), None)
        if refusal is not None:
            what = f"{_NAMES[name]} refuses the file: {refusal.values['reason']}"
            problems = [Problem("dialect-dependent", refusal.span, {"what": what})]
        else:
            alone = dialect == "builtin"
            problems = _compare(source, meant, document.directives(section), name, alone=alone)
        for problem in problems:
            found.setdefault((problem.span.start, problem.span.end), problem)
    return [found[place] for place in sorted(found)]


def _compare(
    source: Source, meant: list[Directive], read: list[Directive], dialect: str, *, alone: bool
) -> list[Problem]:
    """Compare two readings by the names that they have in common, in order.

    Where the built-in parser alone will read the file, quotes around a value are no matter of dialects but a fault.
    """
    problems: list[Problem] = []
    for kind, first, last, start, end in aligned([d.key for d in meant], [d.key for d in read]):
        if kind == "equal":
            for ours, theirs in zip(meant[first:last], read[start:end], strict=True):
                if _text(ours) == _text(theirs):
                    continue
                if alone and _is_quoted(theirs):
                    problems.append(_quoted(theirs))
                else:
                    what = f"{_shown(theirs)} for {_NAMES[dialect]}, {_shown(ours)} for {_NAMES['authored']}"
                    problems.append(Problem("dialect-dependent", theirs.value_span, {"what": what}, ours.key))
            continue
        if first < last:
            problems.append(_missing(source, meant[first:last], _NAMES[dialect]))
        if start < end:
            problems.append(_missing(source, read[start:end], _NAMES["authored"]))
    return problems


def aligned(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> Sequence[tuple[str, int, int, int, int]]:
    """Match two lists, as `difflib` tells it; what is too much to be matched counts as replaced."""
    if ours == theirs:
        return [("equal", 0, len(ours), 0, len(theirs))]
    if len(ours) * len(theirs) > _MOST_PAIRS:
        same = next(
            (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
        )
        return [("equal", 0, same, 0, same), ("replace", same, len(ours), same, len(theirs))]
    return SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _is_quoted(directive: Directive) -> bool:
    text = _text(directive)
    return len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]


def _quoted(directive: Directive) -> Problem:
    values = {"value": _text(directive), "where": "in YAML when it is built without libyaml"}
    return Problem("quoted-value", directive.value_span, values, directive.key)


def _missing(source: Source, directives: list[Directive], reader: str) -> Problem:
    """Say of directives that follow each other that a reader does not see them."""
    first = directives[0]
    more = f" and {len(directives) - 1} more" if len(directives) > 1 else ""
    span = Span(source, first.key_start, first.key_end)
    return Problem("dialect-dependent", span, {"what": f"`{first.key}`{more}: nothing for {reader}"}, first.key)


def _text(directive: Directive) -> str:
    return directive.value or ""


def _shown(directive: Directive) -> str:
    text = _text(directive).replace("\r", "\\r").replace("\n", "\\n")
    return f"`{cut(text, _LONGEST)}`"
