"""What a fix changes in the eyes of the real server: the options that its rule names, and no other one."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tools import rules as compiler
from uwsgilint import catalog
from uwsgilint.document import Section, Source
from uwsgilint.formats import ini, read
from uwsgilint.server import acts_while_reading
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from tools.rules import Page
    from uwsgilint.document import Document
    from uwsgilint.server import Server, Understanding

# Safe fixes that leave another value than the one that was there, and what the server did with that.
SAME_IN_THE_END = {
    "UW258": "never starts more workers than there may be",
    "UW403": "starts no more workers than there may be",
    "UW566": "raises the buffer to the size of `post-buffering`",
}


@cache
def pages() -> list[Page]:
    """The pages of all rules with a fix."""
    return [page for page in compiler.read_pages() if page.front.get("fix", "none") != "none"]


def shown(page: Page) -> list[tuple[Document, Document]]:
    """What stands before and after each fix that a page shows, without what a server would act on."""
    blocks = re.findall(r"^```diff *(\w*)\n(.*?)^```", "\n".join(page.sections["Fix"]), re.DOTALL | re.MULTILINE)
    pairs = []
    for syntax, diff in blocks:
        sides = []
        for mark in "-+":
            text = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in f" {mark}")
            sides.append(without_acting(read(Source(f"uwsgi.{syntax or 'ini'}", text.encode()), syntax or "ini")))
        pairs.append((sides[0], sides[1]))
    return pairs


def without_acting(document: Document) -> Document:
    """Leave out what would run, connect or load a plugin that the server of the tests does not have."""
    document.sections = [
        Section(section.name, [d for d in section.directives if not acts(d.key, d.value or "")], section.header)
        for section in document.sections
    ]
    return document


def acts(key: str, value: str) -> bool:
    """Whether a server does more than reading with an option."""
    option = catalog.option(key)
    return acts_while_reading(key, value) or (option is not None and option.kind == "plugins")


def asked(server: Server, folder: Path, document: Document) -> Understanding:
    """What the server reads."""
    file = folder / "uwsgi.ini"
    file.write_bytes(ini.write(document))
    return server.understand(file, cwd=folder)


def written(document: Document) -> Counter[tuple[str, str]]:
    """Names and values of a document."""
    return Counter((d.key, d.value or "") for d in document.directives())


def reading(key: str, value: str) -> object:
    """What the server makes of a value."""
    option = catalog.option(key)
    if option is None:
        return value
    try:
        return KINDS[option.kind].read(value)
    except Refused as error:
        return type(error)


@pytest.mark.server
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.code)
def test_only_what_the_rule_names_changes(page: Page, server: Server, tmp_path: Path) -> None:
    """All other options come in the same order with the same values, and what is accepted stays accepted."""
    for before, after in shown(page):
        edited = {key for key, _ in (written(before) - written(after)) + (written(after) - written(before))}
        old, new = asked(server, tmp_path, before), asked(server, tmp_path, after)

        if old.refused is not None:
            # The rule is about what the server refuses.
            assert new.refused is None or page.front["fix"] == "unsafe", new.refused
            continue
        assert new.refused is None
        kept = [untouched(answer.entries, edited) for answer in (old, new)]
        # A fix without another name or value is one that moves a line.
        assert kept[0] == kept[1] if edited else Counter(map(repr, kept[0])) == Counter(map(repr, kept[1]))


def untouched(entries: list[tuple[str, str]], edited: set[str]) -> list[tuple[str, object]]:
    """What the server read of options that no edit names."""
    return [(key, reading(key, value)) for key, value in entries if key not in edited]


@pytest.mark.server
@pytest.mark.parametrize("page", [page for page in pages() if page.front["fix"] == "safe"], ids=lambda page: page.code)
def test_a_safe_fix_leaves_what_has_an_effect(page: Page, server: Server, tmp_path: Path) -> None:
    """What a safe fix touches reads as before, or it is taken out because it does nothing."""
    changed = False
    for before, after in shown(page):
        old, new = asked(server, tmp_path, before), asked(server, tmp_path, after)
        read_before = Counter((key, reading(key, value)) for key, value in old.entries)
        read_after = Counter((key, reading(key, value)) for key, value in new.entries)
        changed |= bool(read_after - read_before)

    assert changed == (page.code in SAME_IN_THE_END)
