"""What a configuration looks at itself: options that its conditions ask for, and that its placeholders stand for.

`if-opt = http-timeout` takes or skips a block, and `%(http-timeout + 5)` is worked out, by what is written for
another option (core/config.c uwsgi_logic_opt_if_opt, uwsgi_manage_placeholder). So taking that one out, idle as it may
be, changes what the server does elsewhere, and no finding need tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.document import Source
from uwsgilint.language.placeholders import references
from uwsgilint.language.unknown import has_hole
from uwsgilint.lint.fixing import allowance, rereading
from uwsgilint.logic import OPENERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.document import Document
    from uwsgilint.lint.finding import Edit, Finding, Fix
    from uwsgilint.lint.fixing.rereading import Said

__all__ = ["judged"]

_ASKING = frozenset({"opt", "not-opt"})
_ACTING = frozenset({"logic", "terminator"})
_MEANING = frozenset({"logic", "config", "placeholder"})
_MOST_STARTS = 100  # sections of a file that a server may be started with


def judged(source: Source, syntax: str, findings: list[Finding]) -> list[Finding]:
    """Return findings without fixes that take away what the configuration looks at; what changes that is not safe.

    Args:
        source: the file.
        syntax: its syntax, "args" for a file with commands.
        findings: what was found in it, and in other files.
    """
    if not any(finding.fix is not None and finding.span.source.name == source.name for finding in findings):
        return findings
    said, _ = rereading.before(source, syntax)
    names = _names(source, syntax, said)
    if not names:
        return findings
    places = [place for each in said if _is_regarded(each, names) for place in each.place]
    allowance.renew()  # the check that found all this is over
    told = []
    for finding in findings:
        fix = finding.fix
        if fix is not None and finding.span.source.name == source.name:
            if any(_concerns(source.data, edit, places, names) for edit in fix.edits):
                fix = _kept(source, syntax, said, names, fix)
            finding = finding._replace(fix=fix)  # noqa: PLW2901  (the same one)
        told.append(finding)
    return told


def _names(source: Source, syntax: str, said: Iterable[Said]) -> set[str]:
    """Return the names of options that conditions and placeholders look at, in the files that are included as well."""
    names: set[str] = set()
    says_more = False
    for each in said:
        option = catalog.option(each.key)
        says_more = says_more or (option is not None and option.kind in _MEANING) or "%(" in (each.value or "")
        if each.value is None:
            continue
        names.update(references(each.value))
        if OPENERS.get(each.key) in _ASKING:
            names.add(each.value.partition("=")[0])
    if says_more and syntax not in rereading.COMMANDS:  # commands name files of the machine that they run on
        for document in rereading.documents(source, syntax):
            names.update(_meant(document))
    return names


def _meant(document: Document) -> Iterator[str]:
    """Yield the names that are looked at once includes are read and placeholders put together."""
    from uwsgilint.language.load import evaluate  # noqa: PLC0415  (most files need none of it)

    for section in sorted(document.merged(), key="uwsgi".__ne__)[:_MOST_STARTS]:
        settings, _ = evaluate(document, path=document.source.name, section=section)
        for entry in settings.entries:
            if OPENERS.get(entry.key) in _ASKING:
                name = (entry.written or "").partition("=")[0]
                # A name that only the server knows may be any.
                yield from {other.key for other in settings.entries} if has_hole(name) else (name,)
            for filled in entry.sources:
                if not isinstance(filled, str):
                    yield filled.key


def _kept(source: Source, syntax: str, said: Iterable[Said], names: set[str], fix: Fix) -> Fix | None:
    """Return what becomes of a fix: itself, one that is not safe, or none."""
    if not allowance.spend(len(source.data)):
        return None  # the next pass may come to it
    after, _ = rereading.said(Source(source.name, rereading.apply(source.data, fix.edits)), syntax)
    old, new = (list(_regarded(each, names)) for each in (said, after))
    if old == new:
        return fix
    if not {key for _, key, _ in old} <= {key for _, key, _ in new}:
        return None
    return fix._replace(safe=False)


def _concerns(data: bytes, edit: Edit, places: Iterable[int], names: set[str]) -> bool:
    """Whether an edit may be about something that is looked at: it names it, or stands on the lines of it."""
    first, last = data.rfind(b"\n", 0, edit.start) + 1, data.find(b"\n", edit.end)
    lines = data[first : last if last >= 0 else len(data)].decode("utf-8", "surrogateescape")
    if any(name in lines or name in edit.text for name in names):
        return True
    return any(edit.start <= place <= edit.end for place in places)


def _is_regarded(each: Said, names: set[str]) -> bool:
    if each.key in names:
        return True
    option = catalog.option(each.key)
    if option is None:
        return False
    return option.kind in _ACTING or (option.kind == "placeholder" and (each.value or "").partition("=")[0] in names)


def _regarded(said: Iterable[Said], names: set[str]) -> Iterator[tuple[str, str, str | None]]:
    """Yield what is looked at, and the blocks among which it stands, in order."""
    for each in said:
        if _is_regarded(each, names):
            yield each[:3]
