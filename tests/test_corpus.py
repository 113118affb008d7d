"""Real configurations: read as the server reads them, unknown names told exactly.

The corpus is other people's text and is not part of the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from uwsgilint import catalog
from uwsgilint.document import Source, Target
from uwsgilint.formats import ini
from uwsgilint.language.load import load
from uwsgilint.language.placeholders import is_template, settled
from uwsgilint.lint import engine
from uwsgilint.server import Server, acts_while_reading

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")


@cache
def rows() -> list[dict[str, Any]]:
    """Every file of the corpus with what the server said of it."""
    if not CORPUS.is_dir():
        return []
    return [json.loads(line) for line in (CORPUS / "index.jsonl").read_text("utf-8").splitlines()]


def inis() -> list[str]:
    """The INI files that the server could parse."""
    return [row["file"] for row in rows() if row["format"] == "ini" and row["parse_ok"]]


@pytest.mark.parametrize("name", [row["file"] for row in rows()])
def test_reads_every_file(name: str) -> None:
    """No real configuration, and no command, ends the linter or the evaluation."""
    path = CORPUS / "files" / name

    assert "internal-error" not in {f.name for f in engine.check_text(name, path.read_bytes())}
    assert load(path).document.source.data == path.read_bytes()


LOGIC = frozenset({"logic", "terminator", "config"})


def kinds(directives: list[Any]) -> set[str]:
    """The kinds of the options of a section."""
    return {option.kind for d in directives if (option := catalog.option(d.key)) is not None}


@pytest.mark.server
@pytest.mark.parametrize("name", inis())
def test_reads_the_directives_that_the_server_reads(server: Server, tmp_path: Path, name: str) -> None:
    """The same names in the same order, and the same values where the file alone decides them."""
    data = (CORPUS / "files" / name).read_bytes()
    document = ini.read(Source(name, data))
    directives = document.directives()
    # What branches, includes or acts is another issue's; the lines around it are compared all the same.
    skipped = {
        d.key
        for d in directives
        if acts_while_reading(d.key, d.value or "")
        or ((option := catalog.option(d.key)) is not None and option.kind in {*LOGIC, "plugins", "declaration"})
    }
    if skipped:
        lines = [
            line
            for line in data.split(b"\n")
            if line.partition(b"=")[0].strip().decode("utf-8", "replace") not in skipped
        ]
        data = b"\n".join(lines)
        directives = ini.read(Source(name, data)).directives()
    file = tmp_path / "uwsgi.ini"
    file.write_bytes(data)

    answer = server.understand(file, cwd=tmp_path)
    if answer.refused is not None and not answer.entries:
        pytest.skip(f"needs the machine it was written for: {answer.refused}")
    seen = [(key, value) for key, value in answer.entries]

    assert [d.key for d in directives] == [key for key, _ in seen]
    for directive, (key, value) in zip(directives, seen, strict=True):
        text = settled(directive.value or "")
        option = catalog.option(key)
        if text is not None and (option is None or option.kind != "cron2"):
            assert text == value


NAMES = frozenset(
    {
        "unknown-option",
        "bare-placeholder",
        "bare-placeholder-under-strict",
        "malformed-line",
        "template-marker",
        "missing-plugin",
        "missing-feature",
        "option-too-new",
    }
)


@pytest.mark.parametrize("name", [row["file"] for row in rows() if row["parse_ok"]])
def test_tells_the_names_that_strict_refuses(name: str) -> None:
    """What we call unknown, or not in this build, is exactly what strict refuses."""
    row = next(r for r in rows() if r["file"] == name)
    data = (CORPUS / "files" / name).read_bytes()

    findings = engine.check_text(name, data, target=Target("2.0.31", None))

    ours = {f.option for f in findings if f.name in NAMES}
    refused = set(row["unknown_strict"] or [])
    # The server of the verdicts had no file for these plugins; a server that has one knows their options.
    loaded = {
        word
        for directive in load(CORPUS / "files" / name).document.directives()
        if directive.key in {"plugin", "plugins"}
        for word in (directive.value or "").split(",")
    }
    # Lines of a template are told once in a file.
    marked = {f.option for f in findings if f.name == "template-marker"}
    assert ours == {
        option
        for option in refused
        if loaded.isdisjoint(catalog.owners(option)) and (option in marked or not (marked and is_template(option)))
    }


# Files that the server accepts under strict, and in which something certainly is not what was written.
WRONG = {
    "0007": ({"UW210"}, "`socket-protocol = 0,uwsgi` names no protocol, so the socket speaks uwsgi"),
    "0037": ({"UW508"}, "both listeners ask for port 8000: the second cannot be bound, and the server ends"),
    "0044": ({"UW012"}, "the comment is a part of the path behind which it stands"),
    "0065": ({"UW012"}, "the comments are parts of paths"),
    "0069": ({"UW204"}, "`threads = true` is no thread at all"),
    "0088": ({"UW012"}, "the comment is a part of the module's name"),
    "0095": ({"UW204"}, "`post-buffering = true` is 0, which is off"),
    "0194": ({"UW206"}, "`logfile-chown` is a flag and takes no user"),
    "0195": ({"UW206"}, "the same"),
    "0196": ({"UW206"}, "the same"),
    "0197": ({"UW206"}, "the same"),
    "0263": ({"UW204"}, "`post-buffering = true` is 0, which is off"),
    "0364": ({"UW210"}, "`file-serve-mode = offloading` is ignored"),
    "0365": ({"UW210"}, "the same"),
    "0366": ({"UW210"}, "the same"),
    "0371": ({"UW233"}, "no alarm has the name, so nothing is raised"),
    "0394": ({"UW029"}, "the parser stops in the middle of the file"),
}


@pytest.mark.parametrize(
    "name", [row["file"] for row in rows() if row["strict_ok"] and not row["template"]]
)  # fmt: skip
def test_no_false_alarm(name: str) -> None:
    """What the server accepts under strict has no error, but for what was looked at one by one."""
    found = {f.code for f in engine.check_text(name, (CORPUS / "files" / name).read_bytes()) if f.severity == "error"}

    assert found == WRONG.get(name[:4], (set(), ""))[0]
