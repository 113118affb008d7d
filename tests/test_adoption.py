"""A messy repository, adopted: every file of the corpus in one run, then ignored, recorded and mended.

The corpus is other people's text and is not part of the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli import Run, uwsgilint
from uwsgilint import catalog
from uwsgilint.document import Source
from uwsgilint.formats import syntax_of
from uwsgilint.lint.fixing.rereading import said
from uwsgilint.server import acts_while_reading

if TYPE_CHECKING:
    from uwsgilint.server import Server, Understanding

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "files"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")

# What no comment can ignore: JSON has none, and a file that cannot be read holds none.
WITHOUT_COMMENTS = {
    "0431": "JSON has no comments",
    "0432": "JSON has no comments",
    "0433": "JSON has no comments",
    "0436": "JSON has no comments",
    "0437": "JSON has no comments",
    "0466": "this is not XML",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the corpus."""
    return Path(shutil.copytree(CORPUS, tmp_path / "files"))


def check(files: Path, *arguments: str) -> Run:
    """Check everything in one run."""
    return uwsgilint("check", *sorted(p.name for p in files.iterdir()), "--isolated", *arguments, cwd=files)


def findings(run: Run) -> list[dict[str, Any]]:
    """What a run told in JSON."""
    found = json.loads(run.out)["findings"]
    assert isinstance(found, list)
    return found


def test_everything_is_checked_in_one_run(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file ends the run, and none makes a rule fail."""
    count = len(list(files.iterdir()))
    start = time.perf_counter()
    done = check(files, "--format", "json")
    took = time.perf_counter() - start

    with capsys.disabled():
        sys.stdout.write(f"\n{count} files in {took:.2f} s, the start included: {count / took:.0f} files/s\n")
    assert done.status == 1
    assert done.err == ""
    assert [f for f in findings(done) if f["code"] == "UW000"] == []


def test_add_ignore_makes_everything_clean(files: Path) -> None:
    """Only what has no place for a comment is left, named with its cause, and no file says anything else."""
    before = {path.name: path.read_bytes() for path in files.iterdir()}
    written = check(files, "--add-ignore=before we had a linter")
    later = check(files, "--format", "json")

    told = dict(re.findall(r"^(\d{4})-.*?: \d+ findings? left: (.*)$", written.err, re.MULTILINE))
    assert told.keys() == WITHOUT_COMMENTS.keys()
    assert all(told[number].startswith(cause) for number, cause in WITHOUT_COMMENTS.items())
    assert {f["file"][:4] for f in findings(later)} == WITHOUT_COMMENTS.keys()
    for name, data in before.items():
        now = (files / name).read_bytes()
        assert [line for line in now.split(b"\n") if b"uwsgilint: ignore" not in line] == data.split(b"\n")


def test_a_baseline_makes_everything_clean(files: Path) -> None:
    """What was recorded is not told, and nothing is changed."""
    first = check(files, "--baseline", "../known.json")
    later = check(files, "--baseline", "../known.json", "--format", "json")

    assert (first.status, first.out) == (0, "")
    assert later.status == 0
    assert findings(later) == []
    assert all((CORPUS / path.name).read_bytes() == path.read_bytes() for path in files.iterdir())


# -- fixes, and the real server ------------------------------------------------------------------


def acting(data: bytes, name: str, syntax: str) -> bool:
    """Whether a server would do more than reading with a file."""
    return any(
        acts_while_reading(each.key, each.value or "")
        or ((option := catalog.option(each.key)) is not None and option.kind in {"plugins", "config"})
        for each in said(Source(name, data), syntax)[0]
    )


def readable(data: bytes, name: str) -> bytes:
    """Leave out of an INI file what a server would act on."""
    dropped = {
        each.key
        for each in said(Source(name, data), "ini")[0]
        if acts_while_reading(each.key, each.value or "")
        or ((option := catalog.option(each.key)) is not None and option.kind in {"plugins", "config"})
    }
    lines = [
        line for line in data.split(b"\n") if line.partition(b"=")[0].strip().decode("utf-8", "replace") not in dropped
    ]
    return b"\n".join(lines)


def asked(server: Server, folder: Path, name: str, data: bytes, syntax: str, *, strict: bool) -> Understanding:
    """What the server reads in a file, in a folder without any other."""
    file = folder / f"uwsgi.{syntax}"
    file.write_bytes(readable(data, name) if syntax == "ini" else data)
    return server.understand(file, strict=strict, cwd=folder)


def edited(name: str, before: bytes, after: bytes, syntax: str) -> set[str]:
    """The options that fixes touched."""
    old, new = (Counter(each[:3] for each in said(Source(name, data), syntax)[0]) for data in (before, after))
    return {key for _, key, _ in (old - new) + (new - old)}


@pytest.mark.server
@pytest.mark.parametrize("option", ["--fix", "--unsafe-fixes"])
def test_the_server_reads_the_rest_as_before(server: Server, files: Path, option: str, tmp_path: Path) -> None:
    """What was accepted still is, under strict as well, with the same options in the same order but for the fixes."""
    done = check(files, option, "--format", "json")
    assert "internal-error" not in {f["name"] for f in findings(done)}
    folder = tmp_path / "asked"
    folder.mkdir()
    wrong: list[str] = []
    mended = compared = 0
    for path in sorted(files.iterdir()):
        before, after = (CORPUS / path.name).read_bytes(), path.read_bytes()
        syntax = syntax_of(path.name, before)
        if before == after:
            continue
        mended += 1
        if syntax is None or syntax == "toml" or (syntax != "ini" and acting(before, path.name, syntax)):
            continue
        touched = edited(path.name, before, after, syntax)
        for strict in (False, True):
            old = asked(server, folder, path.name, before, syntax, strict=strict)
            new = asked(server, folder, path.name, after, syntax, strict=strict)
            if old.refused is not None:
                continue
            compared += 1
            if new.refused is not None:
                wrong.append(f"{path.name}: {new.refused}")
            elif [e for e in old.entries if e[0] not in touched] != [e for e in new.entries if e[0] not in touched]:
                wrong.append(f"{path.name}: more than {', '.join(sorted(touched))} changed")

    assert wrong == []
    assert mended > 30
    assert compared > mended
