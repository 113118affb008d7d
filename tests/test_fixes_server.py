"""What a fix changes in the eyes of the real server: the options that its rule names, and no other one."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tools import rules as compiler
from uwsgilint import catalog
from uwsgilint.cli.convert import Syntax, _converted
from uwsgilint.document import CannotWriteError, Directive, Document, Section, Source
from uwsgilint.formats import ini, read
from uwsgilint.lint.engine import check_source
from uwsgilint.lint.fixing import passes
from uwsgilint.lint.fixing.rereading import apply
from uwsgilint.lint.scope import Run
from uwsgilint.lint.selection import Selection
from uwsgilint.server import acts_while_reading
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from tools.rules import Page
    from uwsgilint.server import Server, Understanding

# Safe fixes that leave another value than the one that was there, and what the server did with that.
SAME_IN_THE_END = {
    "UW258": "never starts more workers than there may be",
    "UW403": "starts no more workers than there may be",
    "UW566": "raises the buffer to the size of `post-buffering`",
    "UW862": "runs the same hook, and keeps it out of the log",
}


COMMENTS = {"UW050", "UW051", "UW052"}


@cache
def pages() -> list[Page]:
    """The pages of all rules with a fix in a configuration."""
    return [page for page in with_a_fix() if "```diff dockerfile" not in "\n".join(page.sections["Fix"])]


def with_a_fix() -> list[Page]:
    """The same, and those of rules about commands, which are no configuration."""
    return [page for page in compiler.read_pages() if page.front.get("fix", "none") != "none"]


def shown(page: Page) -> list[tuple[Document, Document]]:
    """What stands before and after each fix that a page shows."""
    blocks = re.findall(r"^```diff *(\w*)\n(.*?)^```", "\n".join(page.sections["Fix"]), re.DOTALL | re.MULTILINE)
    pairs = []
    for syntax, diff in blocks:
        sides = []
        for mark in "-+":
            text = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in f" {mark}")
            sides.append(read(Source(f"uwsgi.{syntax or 'ini'}", text.encode()), syntax or "ini"))
        pairs.append((sides[0], sides[1]))
    return pairs


def acts(key: str, value: str) -> bool:
    """Whether a server does more than reading with an option, or needs a plugin that the one of the tests lacks."""
    option = catalog.option(key)
    return acts_while_reading(key, value) or (option is not None and option.kind == "plugins")


def standing_in(directive: Directive) -> Directive:
    """Put a placeholder for an option that acts: the server reads its place and its value, and does nothing."""
    if not acts(directive.key, directive.value or ""):
        return directive
    return Directive("set-placeholder", f"{_STANDS_FOR}{directive.key}={directive.value or ''}", directive.source)


_STANDS_FOR = "stands-for-"


def asked(server: Server, folder: Path, document: Document) -> Understanding:
    """What the server reads."""
    quiet = Document(document.source, "ini")
    quiet.sections = [
        Section(section.name, [standing_in(d) for d in section.directives], section.header)
        for section in document.sections
    ]
    file = folder / "uwsgi.ini"
    file.write_bytes(ini.write(quiet))
    answer = server.understand(file, cwd=folder)
    # The server notes the placeholder itself behind everything else.
    entries = [meant(*entry) for entry in answer.entries if not entry[0].startswith(_STANDS_FOR)]
    return answer._replace(entries=entries)


def meant(key: str, value: str) -> tuple[str, str]:
    """Turn a placeholder back into the option that it stands for."""
    if key == "set-placeholder" and value.startswith(_STANDS_FOR):
        name, _, text = value.removeprefix(_STANDS_FOR).partition("=")
        return name, text
    return key, value


def written(document: Document) -> Counter[tuple[str, str]]:
    """Names and values of a document."""
    return Counter((d.key, d.value or "") for d in document.directives())


def lines(document: Document) -> list[tuple[str, str]]:
    """The same in their order."""
    return [(d.key, d.value or "") for d in document.directives()]


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
        # What only comments say has no other effect: all other fixes change an option, or its place.
        assert edited or lines(before) != lines(after) or page.code in COMMENTS
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


@pytest.mark.server
@pytest.mark.parametrize("to", [Syntax.native_yaml, Syntax.native_json, Syntax.native_xml], ids=lambda to: to.value)
def test_a_fixed_file_is_read_as_the_page_shows(to: Syntax, server: Server, tmp_path: Path) -> None:
    """What the server makes of a file that was mended in its own syntax is what it makes of the INI on the page."""
    file = tmp_path / f"uwsgi{to.suffix}"
    asked_about = 0
    for page in pages():
        for before, after in shown(page):
            if before.source.name != "uwsgi.ini" or any(acts(*each) for each in [*lines(before), *lines(after)]):
                continue
            try:
                data = _converted(before, to)
            except CannotWriteError:
                continue
            found = check_source(Source(file.name, data), run=Run(selection=Selection(extend=(page.name,))))
            finding = next((f for f in found if f.code == page.code), None)
            if finding is None or finding.fix is None:
                continue
            file.write_bytes(apply(data, finding.fix.edits))
            native, shown_by_page = server.understand(file, cwd=tmp_path), asked(server, tmp_path, after)
            assert native.refused == shown_by_page.refused, page.code
            assert words(native.entries) == words(shown_by_page.entries), page.code
            asked_about += 1

    assert asked_about > 140


def words(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names and values, with the numbers that JSON has for true and false."""
    return [(key, {"true": "1", "false": "0"}.get(value, value)) for key, value in entries]


@pytest.mark.server
@pytest.mark.parametrize("page", [page for page in with_a_fix() if page not in pages()], ids=lambda page: page.code)
def test_a_fixed_command_does_what_it_says(page: Page, server: Server, tmp_path: Path) -> None:
    """What was refused is read; what was read in another way is read as it was meant, and all the rest as before."""
    (tmp_path / "app.ini").write_text("[uwsgi]\nneed-app = true\n")
    diff = "\n".join(page.sections["Fix"])
    old, new = (json.loads(f"[{line}]") for line in re.findall(r'^[-+]CMD \["uwsgi", (.*)\]$', diff, re.MULTILINE))

    before, after = (server.understand(arguments, cwd=tmp_path) for arguments in (old, new))

    assert after.refused is None
    if page.front["fix"] == "safe":
        assert after.entries == before.entries
    elif before.refused is None:
        assert after.entries != before.entries
    assert all(entry in after.entries for entry in before.entries if entry[0] == "http-socket")


@pytest.mark.server
@pytest.mark.parametrize(
    "lines",
    [
        "http-timeout = 60\nif-not-opt = http-timeout\nbuffer-size = 8192\nendif =\n",
        "processes = 4 ; four\nif-opt = processes=4\nbuffer-size = 8192\nendif =\n",
        "http-timeout = 60\nharakiri = %(http-timeout + 5)\n",
    ],
    ids=["gone", "changed", "arithmetic"],
)
def test_a_safe_fix_changes_no_condition_and_no_placeholder(lines: str, server: Server, tmp_path: Path) -> None:
    """The server takes the same blocks, and works out the same values."""
    file = tmp_path / "a.ini"
    file.write_text(f"[uwsgi]\nmaster = true\n{lines}")
    before = server.understand(file, cwd=tmp_path).entries
    fixed = passes.fix(Source(str(file), file.read_bytes()), check_source)
    file.write_bytes(fixed.data)

    assert server.understand(file, cwd=tmp_path).entries == before
