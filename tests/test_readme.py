"""What the prose shows is what the program does, and nothing is shown that no test holds."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import typer

from tests.cli import uwsgilint
from tools.readme import MARK, UNTRIED, pages, renewed, typed
from tools.rules import read_pages
from uwsgilint.cli.app import app
from uwsgilint.document import Source
from uwsgilint.formats import ini, read
from uwsgilint.lint.engine import check_text
from uwsgilint.schema import Configuration

ROOT = Path(__file__).parent.parent
NAMES = {str(page.relative_to(ROOT)): page for page in pages()}
# Pages of which other tests hold every block: the reference is generated with its examples, which are compiled, and
# the examples of a rule are checked and proved.
REFERENCE = sorted((ROOT / "docs" / "reference").glob("*.md"))
RULES = {str(page.path.relative_to(ROOT)): page.path for page in read_pages()}
FENCE = re.compile(
    r"(?P<mark><!-- [^\n]* ?-->\n)?^(?P<ticks>`{3,})(?P<language>\w*)(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    body: str
    mark: str
    rerun: bool


def blocks(name: str, page: Path) -> Iterator[Block]:
    """All fenced blocks of a page, with the mark above each, and whether `renewed` runs it again."""
    text = page.read_text("utf-8")
    marked = {match.start() for match in MARK.finditer(text)}
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("ticks")) + 1
        yield Block(
            name,
            line,
            match["language"],
            match["body"],
            (match["mark"] or "").strip(),
            match.start() in marked,
        )


BLOCKS = [block for name, page in NAMES.items() for block in blocks(name, page)]


def the(*languages: str, mark: str = "") -> list[object]:
    """The blocks in these languages with this mark, as parameters."""
    found = [block for block in BLOCKS if block.language in languages and block.mark == mark and not block.rerun]
    return [pytest.param(block, id=f"{block.page}:{block.line}") for block in found]


# -- what is shown is run ----------------------------------------------------------------------------


def shown() -> list[object]:
    """The pages as parameters; one that shows the server's answer needs the server."""
    return [
        pytest.param(page, marks=[pytest.mark.server] if "--verify >" in page.read_text("utf-8") else [], id=name)
        for name, page in NAMES.items()
    ]


@pytest.mark.parametrize("page", shown())
def test_output_is_current(page: Path) -> None:
    """Running the commands of a page again gives what it shows (else: python -m tools.readme)."""
    text = page.read_text("utf-8")

    assert renewed(text) == text


def settings_are_taken(block: Block, folder: Path) -> None:
    """The tool takes the settings; some of them name what is there on another machine."""
    (folder / "uwsgilint.toml").write_text(block.body)
    (folder / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\n")

    assert uwsgilint("check", "uwsgi.ini", cwd=folder).status == 0


def program_runs(block: Block, folder: Path) -> None:
    """A program ends without an error."""
    (folder / "shown.py").write_text(block.body)

    runpy.run_path(str(folder / "shown.py"))


def rule_works(block: Block, folder: Path) -> None:
    """A page of a rule of one's own is taken, and finds what its condition says."""
    (folder / "rules").mkdir()
    (folder / "rules" / "ACME1-too-many-workers.md").write_text(block.body)
    (folder / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\nprocesses = 40\n")
    done = uwsgilint("check", "uwsgi.ini", "--rules", "rules", "--format", "concise", cwd=folder)

    assert "warning ACME1 too-many-workers: 40 workers" in done.out


def front_matter_is_of_a_rule(block: Block, folder: Path) -> None:
    """What is shown of a rule stands on its page."""
    lines = set(block.body.splitlines())

    assert any(lines <= set(path.read_text("utf-8").splitlines()) for path in RULES.values())


FAULTY = "[uwsgi]\nprocesses = 4k\nmaster = true ; now\nenv = A\n"


def vscode_reads_the_lines(block: Block, folder: Path) -> None:
    """The pattern takes every line of a report apart as the report means it."""
    task = json.loads(block.body)["tasks"][0]
    pattern = task["problemMatcher"]["pattern"]
    (folder / "uwsgi.ini").write_text(FAULTY)
    done = uwsgilint(*task["command"].split()[1:], cwd=folder)
    listed = json.loads(uwsgilint("check", ".", "--format", "json", cwd=folder).out)["findings"]

    # JavaScript and Python agree about what is used here.
    matches = [re.fullmatch(pattern["regexp"], line) for line in done.out.splitlines()]
    read = [{key: match[group] for key, group in pattern.items() if key != "regexp"} for match in matches if match]
    assert [(r["file"], int(r["line"]), int(r["column"]), r["severity"], r["code"]) for r in read] == [
        tuple(finding[key] for key in ("file", "line", "column", "severity", "code")) for finding in listed
    ]


def vim_reads_the_lines(block: Block, folder: Path) -> None:
    """Vim's own list has every finding at its place."""
    vim = shutil.which("vim")
    if vim is None:
        pytest.skip("there is no vim here")
    (folder / "uwsgi.ini").write_text(FAULTY)
    (folder / "set.vim").write_text(block.body)
    report = uwsgilint("check", "uwsgi.ini", "--format", "concise", cwd=folder).out
    (folder / "report").write_text(report)
    listed = "map(getqflist(), {_, e -> join([bufname(e.bufnr), e.lnum, e.col, e.type, e.text], ':')})"
    ask = ["+e uwsgi.ini", "+source set.vim", "+cgetfile report", f"+call writefile({listed}, 'list')", "+qa!"]
    started = [vim, "-Nu", "NONE", "-es", *ask]
    subprocess.run(started, cwd=folder, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=30)

    wanted = [re.sub(r": (.)\S+ ", r":\1:", line, count=1) for line in report.splitlines()]
    assert (folder / "list").read_text().splitlines() == wanted


def commands_cannot_be_run(block: Block, folder: Path) -> None:
    """Each is in the list of those that cannot be, and shows no output."""
    assert [command for command in typed(block.body) if command not in UNTRIED] == []


def test_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a job that wants colours, links and a summary the pages are the same, and no summary is written."""
    for name, value in {"FORCE_COLOR": "1", "UWSGILINT_DOCS": "https://docs.example/"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    text = (ROOT / "docs" / "reports.md").read_text("utf-8")

    assert renewed(text) == text
    assert not (tmp_path / "summary.md").exists()


# How a block is held that is not marked to be run; the tests that are named read all blocks of their page themselves.
HELD: dict[tuple[str, str, str], Callable[[Block, Path], None] | str] = {
    ("*", "console", ""): commands_cannot_be_run,
    ("*", "python", ""): program_runs,
    ("*", "toml", "<!-- settings -->"): settings_are_taken,
    ("docs/editor.md", "json", ""): vscode_reads_the_lines,
    ("docs/editor.md", "vim", ""): vim_reads_the_lines,
    ("docs/rules.md", "markdown", ""): rule_works,
    ("docs/*", "toml", ""): "test_schema.py: test_what_the_documents_show_is_valid",
    ("docs/*", "yaml", ""): "test_schema.py: test_what_the_documents_show_is_valid",
    ("*", "yaml", "<!-- schema: pre-commit-config -->"): "test_ci_recipes.py: test_a_recipe_is_valid",
    ("*", "yaml", "<!-- schema: vendor.github-workflows -->"): "test_ci_recipes.py: test_a_recipe_is_valid",
    ("*", "yaml", "<!-- schema: vendor.gitlab-ci -->"): "test_ci_recipes.py: test_a_recipe_is_valid",
    ("docs/ci.md", "dockerfile", ""): "test_ci_recipes.py: test_its_commands_run",
    ("docs/ci.md", "make", ""): "test_ci_recipes.py: test_the_makefile_works",
    ("rules/README.md", "markdown", ""): "test_proofs.py: test_the_example_of_the_readme_is_true",
    ("rules/CONDITIONS.md", "toml", ""): front_matter_is_of_a_rule,
    # What is neither a command nor its output.
    ("CONTRIBUTING.md", "text", ""): "the layout of the project",
    ("rules/CONDITIONS.md", "text", ""): "a grammar",
}  # fmt: skip


def held(block: Block) -> Callable[[Block, Path], None] | str | None:
    """How a block is held; None when nothing does."""
    for page in (block.page, f"{block.page.partition('/')[0]}/*", "*"):
        if (page, block.language, block.mark) in HELD:
            return HELD[page, block.language, block.mark]
    return None


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=f"{block.page}:{block.line}") for block in BLOCKS if not block.rerun]
)
def test_every_block_is_held(block: Block, tmp_path: Path) -> None:
    """What is not run again is held in another way: a new block that nothing knows of fails here."""
    way = held(block)
    assert way is not None, "mark it to be run (tools/readme.py), or say how it is held"
    if callable(way):
        way(block, tmp_path)


def test_the_tests_that_hold_blocks_exist() -> None:
    """No other test is relied on that is not there."""
    for way in HELD.values():
        if isinstance(way, str) and ".py: " in way:
            file, _, name = way.partition(": ")
            assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text("utf-8")


def test_every_way_to_hold_a_block_is_used() -> None:
    """Neither a way nor an exception outlives what it was for."""
    ways = [held(block) for block in BLOCKS if not block.rerun]
    assert [way for way in HELD.values() if way not in ways] == []

    shown = {command for block in BLOCKS if block.language == "console" for command in commands(block)}
    assert sorted(UNTRIED.keys() - shown) == []


def commands(block: Block) -> list[str]:
    """The commands of a block, whether their output is shown or not."""
    return typed("\n".join(line for line in block.body.splitlines() if line.startswith("$ ")))


@pytest.mark.parametrize("page", REFERENCE, ids=lambda page: page.name)
def test_the_reference_shows_what_build_makes(page: Path) -> None:
    """Each example in TOML is followed by the INI that it compiles to, and nothing else is shown."""
    found = list(blocks(page.name, page))

    assert [block.language for block in found] == ["toml", "ini"] * (len(found) // 2)
    for written, compiled in zip(found[::2], found[1::2], strict=True):
        document = read(Source("uwsgi.toml", written.body.encode()), "toml")
        built = ini.write(document).decode()
        assert built == compiled.body, f"{page.name}:{written.line}"
        assert Configuration.read(written.body, "uwsgi.toml").write("ini") == built, f"{page.name}:{written.line}"


# -- the pages of the rules --------------------------------------------------------------------------

SHELL = [(name, block) for name, path in RULES.items() for block in blocks(name, path) if block.language == "console"]


@pytest.mark.parametrize(("name", "block"), SHELL, ids=[f"{Path(n).stem}:{b.line}" for n, b in SHELL])
def test_a_command_on_the_page_of_a_rule_is_found_or_not(name: str, block: Block, tmp_path: Path) -> None:
    """A command under Avoid is found fault with by that rule, as a script, and one under Prefer by none."""
    code = Path(name).name.partition("-")[0]
    before = RULES[name].read_text("utf-8").splitlines()[: block.line]
    avoid = "## Prefer" not in before
    (command,) = commands(block)
    if command.startswith("uwsgi "):
        found = check_text("start.sh", f"#!/bin/sh\n{command}\n".encode())
        codes = {finding.code for finding in found}
        assert (code in codes) if avoid else codes == set()
        return
    if "sudo" in command or "/etc/" in command:
        return  # It is about another user, whom there is none of here; test_check.py reads files that cannot be read.
    file = tmp_path / command.split()[2]
    file.write_text("[uwsgi]\nmaster = true\n" + "; filler\n" * (200_000 if avoid else 0))
    found_in = uwsgilint("check", file.name, "--format", "concise", cwd=tmp_path).out
    assert (code in found_in) is avoid


# -- what the prose names ----------------------------------------------------------------------------


def named() -> Iterator[object]:
    """Every command in the text of a page, or in a block, as parameters."""
    seen = set()
    for name, page in {**NAMES, **RULES, **{str(page.relative_to(ROOT)): page for page in REFERENCE}}.items():
        prose = re.sub(FENCE, "", page.read_text("utf-8"))
        inline = [re.sub(r"\s+", " ", text) for text in re.findall(r"`(uwsgilint [^`]+)`", prose)]
        for command in inline:
            if (name, command) not in seen:
                seen.add((name, command))
                yield pytest.param(command, id=f"{name}: {command}")


@pytest.mark.parametrize("command", list(named()))
def test_a_command_that_is_named_exists(command: str) -> None:
    """Command and options that the prose names are those of the program."""
    _, first, *rest = shlex.split(command.replace("[", "").replace("]", ""))
    if first.startswith("-"):
        assert first in {"--install-completion", "--show-completion", "--version", "--help"}
        return
    assert first in COMMANDS
    options = {name for option in COMMANDS[first].params for name in (*option.opts, *option.secondary_opts)}
    assert [word for word in rest if word.startswith("--") and word.partition("=")[0] not in options] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_is_described_whole(name: str) -> None:
    """Every command has a section of docs/cli.md, which names each of its options or the page that does."""
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section
    linked = [ROOT / "docs" / page for page in re.findall(r"\]\((\w+\.md)\)", section[1])]
    said = section[1] + "".join(page.read_text("utf-8") for page in linked)
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option) and not option.hidden]
    assert [option.opts[0] for option in options if option.name != "help" and option.opts[0] not in said] == []


@pytest.mark.parametrize("page", NAMES.values(), ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file of the project, and its fragment a heading of that file."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", re.sub(FENCE, "", page.read_text("utf-8"))):
        name, _, fragment = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert fragment in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, (
                target
            )
