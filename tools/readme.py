"""Keep what the prose shows true: `python -m tools.readme` runs what is shown and writes what came out.

Marks in the pages stand directly above a fenced block that belongs to this program:

`<!-- run: COMMAND -->`
    The block is the command, as it is typed in the project's folder, and its output. `<!-- run 1: COMMAND -->`
    is one that exits with status 1. `<!-- run in docs/tutorial: COMMAND -->` is typed in a copy of that folder, in
    which one command of the page finds what those above it wrote.

`<!-- typed in docs/project -->`
    The block has commands without their output, one on a line. Each is typed in a copy of that folder and has to
    succeed; `<!-- typed 0,1 in docs/project -->` says the exit status of each.

`<!-- usage -->`
    The block is how a command is called, as its `--help` says.

`<!-- build: ARGUMENTS -->`
    The block is what `uwsgilint build` makes, with these arguments, of the TOML or YAML block above it.

With `--check` nothing is written, and the exit status is 1 when a page is stale. What is shown and can not be run
is in `UNTRIED`, with the reason; tests/test_readme.py finds every block that is held by nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["MARK", "UNTRIED", "pages", "renewed", "typed"]

ROOT = Path(__file__).parent.parent
# Commands that are shown and not run, and why.
UNTRIED = {
    "pip install uwsgilint": "fetches from a package index",
    "uwsgi --ini uwsgi.ini": "serves until somebody ends it; tests/test_examples.py starts what build makes",
    "docker build -t uwsgilint .": "needs Docker, and fetches an image",
    'docker run --rm -v "$PWD:/work" uwsgilint check .': "needs Docker",
    'docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" uwsgilint check . --fix': "needs Docker",
    "make test": "is what runs this",
    "make demo": "makes a virtual environment of its own",
    "make bench": "takes minutes, and fetches the tools that it compares",
    "python -m tools.bench --rounds 30 --json figures.json": "takes minutes, and wants the tools that it compares",
    "pytest -m server tests/test_rules.py -k UW404": "is a part of what runs this",
    "python -m tools.prove": "needs the servers that `make servers` compiles",
    "python -m tools.prove UW404": "needs the servers that `make servers` compiles",
    "python -m tools.rules": "writes into the project; tests/test_rules.py asks it for what is stale",
}
MARK = re.compile(
    r"^<!-- (?P<verb>run|build|typed|usage)(?: (?P<status>[\d,]+))?(?: in (?P<folder>[\w/.-]+))?"
    r"(?P<words>:[^\n]*?)? ?-->\n```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What would change a report, or make it write a file, where somebody has set it.
_THEIRS = frozenset({"FORCE_COLOR", "GITHUB_STEP_SUMMARY", "UWSGILINT_DOCS"})
_SOURCE = re.compile(r"^```(toml|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Return the pages that may show commands and output: all prose but the reference and the pages of the rules."""
    top = (ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))
    deep = (path for folder in ("docs", "schemas", "examples") for path in (ROOT / folder).rglob("*.md"))
    return [*top, *sorted(path for path in deep if path.parent.name != "reference"), *sorted(ROOT.glob("rules/*.md"))]


def renewed(text: str) -> str:
    """Return a page with all its marked blocks written anew."""
    with tempfile.TemporaryDirectory() as copies:
        return MARK.sub(lambda match: _block(match, text, Path(copies)), text)


def typed(body: str) -> list[str]:
    """Return the commands of a block that shows nothing else; a line that is no command ends the program."""
    lines = [line for line in body.splitlines() if line]
    if said := [line for line in lines if not line.startswith("$ ")]:
        raise SystemExit(f"readme: {said[0]!r} is no command: output belongs below a mark that runs its command")
    return [re.sub(r" +# .*", "", line[2:]).strip() for line in lines]


def _block(match: re.Match[str], text: str, copies: Path) -> str:
    words = (match["words"] or "").removeprefix(":").strip()
    folder = _copy(match["folder"], copies) if match["folder"] else ROOT
    if match["verb"] == "typed":
        _type(typed(match["body"]), match["status"], folder)
        return match[0]
    if match["verb"] == "usage":
        body = _usage(typed(match["body"])[0])
    elif match["verb"] == "build":
        body = _build(words, int(match["status"] or 0), text[: match.start()])
    else:
        body = _run(words, int(match["status"] or 0), folder)
    return f"{match[0][: match.start('body') - match.start()]}{body}```"


def _type(commands: list[str], statuses: str | None, folder: Path) -> None:
    """Run commands one after the other, but for those that cannot be run here."""
    if folder == ROOT:
        raise SystemExit("readme: what is typed says in a copy of which folder")
    expected = [int(status) for status in statuses.split(",")] if statuses else [0] * len(commands)
    for command, status in zip(commands, expected, strict=True):
        if command not in UNTRIED:
            _output(["/bin/sh", "-c", command], status, folder)


def _usage(command: str) -> str:
    """Return how the command is called that a line begins with, as its help says, without the options."""
    _, name, *_ = command.split()
    told = _output(["uwsgilint", name, "--help"], 0, ROOT)
    usage = re.search(r"Usage: (.*)", told)
    if usage is None:
        raise SystemExit(f"readme: uwsgilint {name} --help does not say how it is called")
    return f"$ {re.sub(r'[{}]| *.OPTIONS.', '', usage[1]).strip()}\n"


def _copy(folder: str, copies: Path) -> Path:
    """Return the copy of a folder that the commands of a page share."""
    copy = copies / folder.replace("/", "-")
    if not copy.exists():
        shutil.copytree(ROOT / folder, copy)
    return copy


def _run(command: str, status: int, folder: Path) -> str:
    output = _output(["/bin/sh", "-c", command], status, folder)
    return f"$ {command}\n{output}"


def _build(arguments: str, status: int, before: str) -> str:
    syntax, source = _SOURCE.findall(before)[-1]
    with tempfile.TemporaryDirectory() as folder:
        name = f"uwsgi.{syntax}"
        Path(folder, name).write_text(source)
        output = _output(["uwsgilint", "build", name, *shlex.split(arguments)], status, Path(folder))
    # Its first line names the file that it was made from; on a page that is the block above.
    return re.sub(r"\A# Generated by .*\n\n", "", output)


def _output(command: list[str], status: int, folder: Path) -> str:
    """Run a command and return what it wrote; another exit status than expected ends the program."""
    # This Python's own uwsgilint, and a terminal that is neither coloured nor narrow.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    mine = {key: value for key, value in os.environ.items() if key not in _THEIRS}
    environment = {**mine, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    if done.returncode != status:
        raise SystemExit(f"readme: {shlex.join(command)} exits with {done.returncode}, not {status}:\n{done.stdout}")
    return done.stdout


def main() -> None:
    """Write the stale pages anew, or only name them."""
    parser = argparse.ArgumentParser(prog="python -m tools.readme", description="Keep the shown output true.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is stale")
    check = parser.parse_args().check
    stale = 0
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = renewed(old)
        if new != old:
            stale += 1
            print(f"{page.relative_to(ROOT)}: {'stale' if check else 'renewed'}")
            if not check:
                page.write_text(new, encoding="utf-8")
    raise SystemExit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
