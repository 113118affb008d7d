"""The pages of the rules: complete, lawful, true to our own checks and to the real server."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from tools import proofs
from tools import rules as compiler
from tools.proofs import NotShownError, example_of, lacking, replay
from uwsgilint import catalog
from uwsgilint.document import CannotWriteError, Source
from uwsgilint.formats import ini, read
from uwsgilint.lint import registry
from uwsgilint.lint.syntax import option_names

if TYPE_CHECKING:
    from pathlib import Path

    from tools.proofs import Proof
    from tools.rules import Example, Page
    from uwsgilint.server import Server

PAGES = compiler.read_pages()


def examples(heading: str) -> list[object]:
    """The examples under a heading of every page, named by page and number."""
    return [
        pytest.param(page, example, id=f"{page.code}-{number}")
        for page in PAGES
        for number, example in enumerate(page.avoid if heading == "avoid" else page.prefer, 1)
    ]


def asked() -> list[object]:
    """The proofs of every page for which the server is asked."""
    return [
        pytest.param(page, proof, id=f"{page.code}-{proof.heading}-{number}")
        for page in PAGES
        for number, proof in enumerate(page.proofs, 1)
        if proof.mode != "none"
    ]


# -- the pages -----------------------------------------------------------------------------------


def test_pages_have_no_faults() -> None:
    """Every page is complete and says what it has to in the form that rules/README.md asks for."""
    assert not compiler.complaints(PAGES)


def test_generated_modules_are_fresh() -> None:
    """What is committed is what the pages compile to."""
    for name, text in compiler.generated(PAGES).items():
        assert (compiler.ROOT / name).read_text("utf-8") == text, f"{name} is stale: run python -m tools.rules"


def test_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing to complain about, --check is silent."""
    assert compiler.main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_code_and_pages_speak_of_the_same_rules() -> None:
    """A rule that code names has a page, and a page has code that names its rule."""
    word = r'"([a-z]+(?:-[a-z0-9]+)+)"'
    spoken = re.compile(rf"\b(?:Problem|Doubt|make|one|problem|rule)\(\s*{word}(?: if [^\n]*? else {word})?")
    names = {page.name for page in PAGES}
    found: dict[str, str] = {}
    quoted: set[str] = set()
    for path in sorted((compiler.ROOT / "uwsgilint").rglob("*.py")):
        if "_data" not in path.parts:
            text = path.read_text("utf-8")
            quoted.update(re.findall(word, text))
            for match in spoken.finditer(text):
                found.update(dict.fromkeys((name for name in match.groups() if name), path.name))
    assert {"stray-percent", "misread-number", "unknown-option", "conflicting-values"} <= set(found)
    assert {name: place for name, place in found.items() if name not in names} == {}
    # Nobody has to name a rule that its page declares, or whose check its page names.
    assert names - quoted - {page.name for page in PAGES if "when" in page.front} == set()


def test_every_relative_link_leads_somewhere() -> None:
    """Files of this project that a page names exist."""
    for page in PAGES:
        for place in re.findall(r"`((?:uwsgilint|schemas|docs|tools|tests)/[\w./-]*)`", page.text):
            assert (compiler.ROOT / place).exists(), f"{page.code}: {place}"


def test_no_safe_fix_takes_the_master_away() -> None:
    """An option that turns the master on by its name does something, whatever else it has no use for."""
    for page in PAGES:
        if page.front["fix"] != "safe" or str(page.front.get("when", "")).startswith("cheaper > 0 and "):
            continue  # `cheaper` turns it on as well
        removed = [edit["remove"] for edit in page.front.get("edit", ()) if "remove" in edit]
        if "value" in removed:
            each = page.front["each"]
            removed += [each] if isinstance(each, str) else each
        names = [name for pattern in removed if pattern != "value" for name in option_names(pattern)]
        options = [option for option in map(catalog.option, names) if option is not None]

        assert not [option.name for option in options if "master" in catalog.implies(option)], page.code


def test_references_have_one_title_each() -> None:
    """No address stands there bare, and a page of uWSGI's documentation is called the same wherever it is named."""
    titles: dict[str, set[str]] = {}
    for page in PAGES:
        lines = [line for line in page.sections["References"] if "://" in line]
        for line in lines:
            match = re.fullmatch(r"- \[([^\]]+)\]\((https://[^)]+)\)", line)
            assert match, page.code
            titles.setdefault(match[2], set()).add(match[1])
    assert {address: names for address, names in titles.items() if len(names) > 1} == {}


def test_what_is_not_proved_says_why() -> None:
    """A stable rule has a proof, or the reason why there is none; a preview is one that still waits for its proof."""
    unproved = {page.code: proof.reason for page in PAGES for proof in reversed(page.proofs) if proof.mode == "none"}
    assert all(len(reason.split()) > 3 for reason in unproved.values())  # the second may be "As above."
    assert all(page.proofs for page in PAGES)
    assert {page.code for page in PAGES if page.front["status"] == "preview"} <= set(unproved)


def test_no_two_rules_say_the_same() -> None:
    """Two rules with the same three sentences are one rule."""
    told = [(page.front["message"], page.front["consequence"], page.front["action"]) for page in PAGES]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_sentences_can_be_filled(page: Page) -> None:
    """The values that a page lists are all that its sentences need."""
    values = {name: f"<{name}>" for name in {*page.front["values"], *page.filled}}
    for key in ("message", "consequence", "action", *(f"action_{value}" for value in page.alternatives)):
        text = page.front[key].format_map(values)
        assert "{" not in text
        assert "}" not in text


# -- a faulty page -------------------------------------------------------------------------------

FAULTS = {
    "severity": ('severity = "error"', 'severity = "fatal"', "no severity"),
    "group": ('group = "values"', 'group = "names"', "belongs to the group"),
    "code": ('code = "UW202"', 'code = "W202"', "no code"),
    "cure": ('name = "misread-number"', 'name = "use-number"', "never the cure"),
    "unknown key": ("security = false", "security = false\nseverty = 1", "knows no 'severty'"),
    "type": ("security = false", 'security = "no"', "no security of type bool"),
    "field": ("is not {expects}", "is not {number}", "uses number"),
    "full stop": ("Write {expects}.", "Write {expects}", "full stop"),
    "two sentences": ("Write {expects}.", "Write {expects}. Or do not.", "not one sentence"),
    "long": ("is not {expects}", "is not {expects}" + " at all" * 12, "90 are allowed"),
    "backticks": ("`{value}` for", "{value} for", "in backticks"),
    "option alone": ("`{value}` for `{option}` is", "`{option}`: `{value}` is", "the name of the option alone"),
    "alternative": ("\n+++\n", '\naction_near = "Write `{near}`."\n+++\n', "no value 'near'"),
    "heading": ("## Why it matters", "## Why", "The headings are"),
    "title": ("# misread-number (UW202)", "# misread-number", "The title is"),
    "no mark": ("; UW202\nprocesses = 4k", "processes = 4k", "marks no line"),
    "other mark": ("; UW202\nprocesses = 4k", "; UW203\nprocesses = 4k", "does not mark UW202"),
    "mark in prefer": ("processes = 4\n", "; UW202\nprocesses = 4\n", "below 'Prefer'"),
    "open fence": ('log = "for 4 cores"\n```', 'log = "for 4 cores"', "is not closed"),
    "mode": ('mode = "start"', 'mode = "begin"', "is no mode"),
    "proof key": ('mode = "start"', 'mode = "start"\nstatus = 1', "does not take status"),
    "proof block": ('mode = "start"', 'mode = "start"\nblock = 9', "a block that is not there"),
    "link": ("- `core/uwsgi.c", "- https://example.com `core/uwsgi.c", "not one of uWSGI's documentation"),
    "front matter": ("+++\ncode", "++\ncode", "lines of +++"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_page_is_told(fault: str, tmp_path: Path) -> None:
    """Each kind of mistake in a page is told."""
    old, new, told = FAULTS[fault]
    page = next(page for page in PAGES if page.code == "UW202")
    text = page.path.read_text("utf-8")
    assert old in text
    path = tmp_path / "values" / page.path.name
    path.parent.mkdir()
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = compiler.complaints([compiler.read_page(path)])
    assert any(told in line for line in found), found


def test_named_blocks_are_one_run(tmp_path: Path) -> None:
    """Blocks with names lie beside each other, up to a name that comes again; one of them has to be marked."""
    page = next(page for page in PAGES if page.name == "shared-address-in-fleet")
    assert [(e.name, [name for name, _ in e.beside]) for e in page.avoid] == [
        ("vassals/blog.ini", ["vassals/shop.ini"]),
        ("vassals/shop.ini", ["vassals/blog.ini"]),
    ]
    again = page.avoid[0]._replace(beside=())
    plain = again._replace(name="")
    runs = compiler._together([*page.avoid, again, plain, again])
    assert [len(e.beside) for e in runs] == [1, 1, 0, 0, 0]
    path = tmp_path / "fleets" / page.path.name
    path.parent.mkdir()
    path.write_text(page.path.read_text("utf-8").replace("; UW940\n", ""), "utf-8")
    assert any(
        "No block below 'Avoid' marks a line" in line for line in compiler.complaints([compiler.read_page(path)])
    )


def test_code_and_name_are_taken_once() -> None:
    """Neither a code nor a name has two pages."""
    found = compiler.complaints([PAGES[0], PAGES[0]])
    assert any(f"{PAGES[0].code} is taken by" in line for line in found)
    assert any(f"{PAGES[0].name} is taken by" in line for line in found)


def test_no_code_changes_its_rule() -> None:
    """A code that was given to a rule belongs to it for ever, and so does the name, even when the rule has gone."""
    given = compiler.ledger()
    assert {page.code: page.name for page in PAGES}.items() <= given.items()

    first, second = PAGES[0], PAGES[1]
    renamed = first._replace(front={**first.front, "name": "another-name"})
    moved = first._replace(front={**first.front, "code": "UW099"})
    swapped = first._replace(front={**first.front, "name": second.name})
    for page in (renamed, moved, swapped):
        (found,) = compiler.complaints([page])
        assert "rules/codes.txt" in found
        assert found.endswith("for ever.")


# -- the registry --------------------------------------------------------------------------------


def test_registry_holds_the_pages() -> None:
    """The registry serves what the pages say, by name and by code, in the order of the codes."""
    rules = registry.rules()
    results = proofs.results()
    assert [rule.code for rule in rules] == sorted(page.code for page in PAGES)
    for rule, page in zip(rules, PAGES, strict=True):
        assert registry.rule(rule.name) == registry.rule(rule.code) == rule
        assert dict(rule.alternatives) == page.alternatives
        for field in ("name", "code", "group", "severity", "fix", "status", "message", "consequence", "action"):
            assert getattr(rule, field) == page.front[field]
        assert registry.page(rule.code) == proofs.told(page, results)


def test_registry_knows_no_other() -> None:
    """What has no page is no rule."""
    assert registry.rule("no-such-rule") is None
    assert registry.rule("UW999") is None
    with pytest.raises(KeyError):
        registry.page("UW999")


def test_pages_are_not_loaded_with_the_rules() -> None:
    """The texts cost nothing to those who do not ask for them."""
    code = "import sys, uwsgilint.lint.registry; sys.exit('uwsgilint._data.pages' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- our own checks ------------------------------------------------------------------------------


def found_in(page: Page, example: Example) -> set[tuple[int, str]]:
    """Line and code of what is told about an example, by the rule of its page whatever profile that is in."""
    from uwsgilint.lint.engine import check_text
    from uwsgilint.lint.selection import Selection

    if example.name:
        from uwsgilint.lint import fleet

        sources = [Source(example.name, example.data), *(Source(name, data) for name, data in example.beside)]
        chosen = Selection(extend=(page.name,))
        # In the order in which a run meets them.
        run = sorted(sources, key=lambda source: source.name)
        between = [f for f in fleet.check(run, lambda _: chosen) if f.span.source is sources[0]]
        alone = check_text(example.name, example.data, selection=chosen)
        return {(f.line, f.code) for f in [*alone, *between]}
    if not example.written:
        chosen = Selection(extend=(page.name,))
        return {(f.line, f.code) for f in check_text(f"uwsgi.{example.syntax}", example.data, selection=chosen)}
    try:
        ini.write(read(Source(f"uwsgi.{example.syntax}", example.data), example.syntax))
    except CannotWriteError as error:
        codes = {rule.name: rule.code for rule in registry.rules()}
        return {(problem.span.line, codes[problem.rule]) for problem in error.problems}
    return set()


@pytest.mark.parametrize(("page", "example"), examples("avoid"))
def test_avoid_fires_where_it_is_marked(page: Page, example: Example) -> None:
    """An example to avoid gives the marked findings and no others."""
    assert found_in(page, example) == {(line, code or page.code) for line, code in example.fires}


@pytest.mark.parametrize(("page", "example"), examples("prefer"))
def test_prefer_is_silent(page: Page, example: Example) -> None:
    """An example to prefer gives no finding of any rule."""
    assert found_in(page, example) == set()


@pytest.mark.parametrize("page", [p for p in PAGES if p.front.get("fix") != "none"], ids=lambda page: page.code)
def test_fix_is_the_edit_shown(page: Page) -> None:
    """The fix of a rule is the edit that its page shows."""
    from uwsgilint.lint.engine import check_text
    from uwsgilint.lint.selection import Selection

    chosen = Selection(extend=(page.name,))
    blocks = re.findall(r"^```diff *(\w*)\n(.*?)^```", "\n".join(page.sections["Fix"]), re.DOTALL | re.MULTILINE)
    shown = []
    for syntax, diff in blocks:
        lines = diff.splitlines(keepends=True)
        before, after = ("".join(line[1:] for line in lines if line[0] in f" {mark}").encode() for mark in "-+")
        shown.append((syntax or "ini", before, after))
    if not shown:  # bytes that no diff shows
        (wrong,), (right,) = page.avoid, page.prefer
        shown.append((wrong.syntax, wrong.data, right.data))
    for syntax, before, after in shown:
        findings = check_text(f"uwsgi.{syntax}", before, selection=chosen)
        fix = next(f.fix for f in findings if f.code == page.code)
        assert fix is not None
        assert fix.safe == (page.front["fix"] == "safe")
        fixed = before
        for edit in sorted(fix.edits, reverse=True):
            fixed = fixed[: edit.start] + edit.text.encode() + fixed[edit.end :]
        assert fixed == after


# -- the real server -----------------------------------------------------------------------------


@pytest.mark.server
@pytest.mark.parametrize(("page", "proof"), asked())
def test_server_does_what_the_page_says(page: Page, proof: Proof, server: Server) -> None:
    """The real server does with an example what the proof says.

    What a client sees of a running server depends on who of them gets the processor first. `tools.prove` lets nothing
    pass for that; here, among the tests of a busy machine, such a proof has a second attempt, and the report tells.
    """
    lacks = lacking(proof, server, releases=page.front.get("uwsgi", ""))
    lacks = lacks or dict(proof.exceptions).get(server.release, "")
    if lacks:
        pytest.skip(lacks)
    try:
        replay(proof, example_of(page, proof), server)
    except NotShownError as error:
        if proof.mode != "run" or not proof.client:
            raise
        warnings.warn(f"{page.code} needs a second attempt: {error}", stacklevel=1)
        replay(proof, example_of(page, proof), server)
