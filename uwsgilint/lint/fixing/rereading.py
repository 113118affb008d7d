"""What a changed text says, compared with what it is to say: the proof that an edit does what it is for.

INI takes any line in any place. In the other syntaxes a byte too many makes another value of a text, or nothing at
all, so whoever edits them reads the result before he offers it.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Source
from uwsgilint.formats import has_section, read, syntax_of
from uwsgilint.lint.fixing import allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.document import Directive, Document
    from uwsgilint.lint.finding import Edit

__all__ = [
    "COMMANDS",
    "Said",
    "added",
    "apply",
    "before",
    "checked_as",
    "difference",
    "documents",
    "moved",
    "renamed",
    "restated",
    "said",
    "says",
]

COMMANDS = frozenset({"args", "environment"})
_NATIVE = "uwsgi"  # the section that a server reads
_JSON_WORDS = {"true": "1", "false": "0"}  # core/json.c uwsgi_json_config


class Said(NamedTuple):
    """One directive of a text: the section that it stands in, its name and value, and where it is written."""

    section: str
    key: str
    value: str | None
    place: tuple[int, int]


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make edits that do not overlap."""
    for edit in sorted(edits, reverse=True):
        data = data[: edit.start] + edit.text.encode("utf-8", "surrogateescape") + data[edit.end :]
    return data


def difference(old: str, new: str) -> tuple[int, int, str]:
    """Return the range of a text that has to be replaced to make it another one, and by what."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, len(old) - last, new[first : len(new) - last]


def checked_as(source: Source) -> str:
    """Return the syntax that a file is checked in, "args" for one with commands; see `engine.check_source`."""
    syntax = syntax_of(source.name, source.data)
    if syntax is None or not has_section(source.data):
        from uwsgilint.formats import commands  # noqa: PLC0415  (most files are configurations)

        if commands.detect(source.name, source.data) is not None:
            return "args"
    return syntax or "ini"


def documents(source: Source, syntax: str) -> list[Document]:
    """Read a text: one document, or one for each command in a file that starts servers.

    Args:
        source: the text.
        syntax: "ini", "toml", "yaml", "json" or "xml"; "args" or "environment" for a file with commands.
    """
    if syntax not in COMMANDS:
        # As `check` reads it: with what a server takes of a file that is not quite of its syntax.
        return [read(source, syntax, frozenset())]
    from uwsgilint.formats import commands  # noqa: PLC0415  (most files are configurations)

    kind = commands.detect(source.name, source.data)
    return [] if kind is None else [command.document for command in commands.find(source, kind)]


def said(source: Source, syntax: str) -> tuple[list[Said], int]:
    """Return all that a text says, its profiles included, and how much of it cannot be taken as it stands."""
    found = documents(source, syntax)
    return [each for document in found for each in _all(document)], sum(len(d.problems) for d in found)


@lru_cache(maxsize=1)
def before(source: Source, syntax: str) -> tuple[list[Said], int]:
    """Return the same as `said`, of a text that is asked about several times."""
    return said(source, syntax)


def _all(document: Document) -> Iterator[Said]:
    for section in document.sections:
        yield from _of(section.name, section.directives, document)
    for name, profile in document.profiles.items():
        for section in profile.sections:
            yield from _of(f"{name} {section.name}", section.directives, document)


def _of(section: str, directives: Iterable[Directive], document: Document) -> Iterator[Said]:
    for each in directives:
        value = each.value
        if document.format == "json" and value is not None:
            value = _JSON_WORDS.get(value, value)
        yield Said(section, each.key, value, (each.key_start, each.value_start))


def says(
    source: Source,
    syntax: str,
    edits: Iterable[Edit],
    changes: dict[tuple[int, int], tuple[str, str | None] | None],
) -> bool:
    """Whether a text says what is wanted once edits are made: the old, but for some directives.

    Args:
        source: the text as it is.
        syntax: its syntax; see `documents`.
        edits: what is to be done to it.
        changes: by the place of a directive its new name and value, None for one that is to go. What has no
            place in here must stay as it is.
    """
    now, faults = before(source, syntax)
    if not changes.keys() <= {each.place for each in now}:
        return False
    if len(changes) < len({(each.place, each.key, each.value) for each in now if each.place in changes}):
        return False  # one place says several things, as a rule with several tests does
    wanted = []
    for each in now:
        change = changes.get(each.place, (each.key, each.value))
        if change is not None:
            wanted.append((each.section, *_normal(change, syntax)))
    after, left = _after(source, syntax, edits)
    return left <= faults and wanted == after


def restated(source: Source, syntax: str, edits: Iterable[Edit], directive: Directive, new: tuple[str, str]) -> bool:
    """Whether a text says one directive otherwise once edits are made, and all others as before.

    Args:
        source: the text as it is.
        syntax: its syntax; see `documents`.
        edits: what is to be done to it.
        directive: what it says now.
        new: the name and the value that it is to have.
    """
    now, faults = before(source, syntax)
    place = (directive.key_start, directive.value_start)
    old = (directive.key, *_normal((directive.key, directive.value), syntax)[1:])
    found = [number for number, each in enumerate(now) if each.place == place and each[1:3] == old]
    after, left = _after(source, syntax, edits)
    if len(found) != 1 or len(after) != len(now) or left > faults:
        return False
    wanted = [each[:3] for each in now]
    wanted[found[0]] = (now[found[0]].section, *_normal(new, syntax))
    # What several tests of a rule jump to has a name that is made of them all.
    together = [number for number, each in enumerate(now) if each.place == place]
    last = together[-1]
    if len(together) > 1 and now[last].key.endswith("route-label") and after[last][1] == now[last].key:
        labels = now[last].value or "", after[last][2] or ""
        for number in together:
            section, key, value = wanted[number]
            wanted[number] = (section, key, (value or "").replace(*labels))
    return wanted == after


def added(
    source: Source,
    syntax: str,
    edits: Iterable[Edit],
    place: tuple[int, int],
    new: tuple[str, str | None],
    *,
    anywhere: bool,
) -> bool:
    """Whether a text says one thing more once edits are made, behind another one of its section.

    Args:
        source: the text as it is.
        syntax: its syntax; see `documents`.
        edits: what is to be done to it.
        place: the directive that the new one goes with; the new one stands behind the last value of its name there.
        new: name and value.
        anywhere: whether it may come to stand elsewhere in the section as well.
    """
    now, faults = before(source, syntax)
    behind = [number for number, each in enumerate(now) if each.place[0] == place[0]]
    if not behind:
        return False
    after, left = _after(source, syntax, edits)
    section = now[behind[-1]].section
    wanted = [each[:3] for each in now]
    line = (section, *_normal(new, syntax))
    places = range(len(wanted) + 1) if anywhere else (behind[-1] + 1,)
    return left <= faults and any([*wanted[:at], line, *wanted[at:]] == after for at in places)


def renamed(source: Source, syntax: str, edits: Iterable[Edit], place: tuple[int, int], new: tuple[str, str]) -> bool:
    """Whether a text says the same once edits are made, but for one directive that has another name and place."""
    now, faults = before(source, syntax)
    gone = next((each for each in now if each.place == place), None)
    if gone is None:
        return False
    after, left = _after(source, syntax, edits)
    wanted = [each[:3] for each in now if each.place != place]
    line = (gone.section, *_normal(new, syntax))
    return left <= faults and any([*wanted[:at], line, *wanted[at:]] == after for at in range(len(wanted) + 1))


def moved(source: Source, syntax: str, edits: Iterable[Edit], place: tuple[int, int], front: tuple[int, int]) -> bool:
    """Whether a text says the same once edits are made, one directive of it in front of another."""
    now, faults = before(source, syntax)
    going = [each for each in now if each.place == place]
    first = next((each for each in now if each.place == front), None)
    if len(going) != 1 or first is None or going[0].section != first.section:
        return False
    wanted = [each for each in now if each.place != place]
    wanted.insert(wanted.index(first), going[0])
    after, left = _after(source, syntax, edits)
    return left <= faults and [each[:3] for each in wanted] == after


def _after(source: Source, syntax: str, edits: Iterable[Edit]) -> tuple[list[tuple[str, str, str | None]], int]:
    if not allowance.spend(len(source.data)):
        return [], sys.maxsize
    changed = Source(source.name, apply(source.data, edits))
    found, faults = said(changed, syntax)
    after = [each[:3] for each in found]
    if syntax == "yaml" and not _served(source, changed, [each[:3] for each in before(source, syntax)[0]], after):
        return [], sys.maxsize
    return after, faults


def _served(
    source: Source, changed: Source, old: list[tuple[str, str, str | None]], new: list[tuple[str, str, str | None]]
) -> bool:
    """Whether the server's own parser of YAML takes what changes for what a YAML reader takes it for.

    To that one quotes are a part of the value, to give an example (core/yaml.c uwsgi_yaml_config). Where it took
    something else for what is there now, or nothing, the file is not for it.

    Args:
        source: the text as it is.
        changed: the text with edits.
        old: what a YAML reader makes of the one.
        new: what it makes of the other.
    """
    gone, come = _plain(old) - _plain(new), _plain(new) - _plain(old)
    if not come or not _is_native(source):
        return True
    theirs, after = (_plain(served) for served in (_own_reading(source), _own_reading(changed)))
    return bool(gone - (theirs - after)) or come <= after - theirs


def _is_native(source: Source) -> bool:
    """Whether a YAML file can be meant for the server itself, and not for the compiler alone, which merges nothing."""
    from uwsgilint.formats import authoring  # noqa: PLC0415  (few files with a fix are YAML)
    from uwsgilint.formats.tree import Table  # noqa: PLC0415  (the same)
    from uwsgilint.lint.fixing import members  # noqa: PLC0415  (the same)

    tree = members.tree_of(source, "yaml")
    if tree is None:
        return False  # what the server's own parser reads of it is all there is
    unmerged = [
        entry._replace(node=entry.node._replace(entries=[each for each in entry.node.entries if each.key != "<<"]))
        if entry.key == _NATIVE and isinstance(entry.node, Table)
        else entry
        for entry in tree.entries
    ]
    return authoring.is_native(tree._replace(entries=unmerged))


def _own_reading(source: Source) -> list[tuple[str, str, str | None]]:
    from uwsgilint.formats import yaml_dialects  # noqa: PLC0415  (few files with a fix are YAML)

    return [(_NATIVE, each.key, each.value) for each in yaml_dialects.served(source).directives(_NATIVE)]


def _plain(said: Iterable[tuple[str, str, str | None]]) -> Counter[tuple[str, str]]:
    """Count names and values of the section that a server reads, whatever ends the lines."""
    return Counter((key, (value or "").rstrip("\r")) for section, key, value in said if section == _NATIVE)


def _normal(pair: tuple[str, str | None], syntax: str) -> tuple[str, str | None]:
    key, value = pair
    return key, _JSON_WORDS.get(value, value) if syntax == "json" and value is not None else value
