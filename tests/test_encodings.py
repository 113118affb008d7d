"""UTF-16 and UTF-32: recognized, told in one sentence, and told only where the server does not read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import uwsgilint
from tests.dialects import server_with
from uwsgilint.document import Source
from uwsgilint.formats import encodings, read
from uwsgilint.language.load import load
from uwsgilint.lint import engine
from uwsgilint.server import Server

TEXTS = {
    "ini": "[uwsgi]\nmodule = shop\n",
    "yaml": "uwsgi:\n  module: shop\n",
    "json": '{"uwsgi": {"module": "shop"}}',
    "xml": "<uwsgi>\n<module>shop</module>\n</uwsgi>\n",
    "declared.xml": '<?xml version="1.0" encoding="UTF-16"?>\n<uwsgi>\n<module>shop</module>\n</uwsgi>\n',
}
WIDE = [f"utf-{bits}-{end}" for bits in (16, 32) for end in ("le", "be")]
MARKS = ["\ufeff", ""]
LIBRARIES = ["builtin", "libyaml", "jansson", "yajl", "libxml2", "expat"]
SYNTAX = {"builtin": "yaml", "libyaml": "yaml", "jansson": "json", "yajl": "json", "libxml2": "xml", "expat": "xml"}


def codes(name: str, data: bytes) -> list[str]:
    """The codes of what is found in a file."""
    return [finding.code for finding in engine.check_text(name, data)]


@pytest.mark.parametrize("mark", MARKS, ids=["mark", "no mark"])
@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("name", [*TEXTS, "toml"])
def test_one_finding_says_it_all(name: str, encoding: str, mark: str) -> None:
    """Whatever else is in the file, nothing is said of it; the end of the name is not needed either."""
    data = (mark + TEXTS.get(name, "[uwsgi]\nmodule = 'shop'\n")).encode(encoding)
    if name == "declared.xml" and encoding.startswith("utf-16") and not mark:
        assert codes(name, data) == []  # every server reads it
        return

    assert codes(f"a.{name}", data) == ["UW046"]
    (finding,) = engine.check_text(f"a.{name}", data)
    assert encoding.replace("-le", "LE").replace("-be", "BE").upper() in finding.message
    assert finding.message.endswith(f"{'with' if mark else 'without'} a byte order mark, not UTF-8")
    assert "…" not in finding.consequence
    if name in {"ini", "json"}:
        assert codes("wsgi.conf", data) == ["UW046"]


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\0\0\0\0", b"[\0", b"a\0b\0", b"[uwsgi]\n\0m\0", b"\xef\xbb\xbf[uwsgi]\n"]
)
def test_what_is_no_such_text_is_read_as_before(data: bytes) -> None:
    """A NUL or two make no encoding."""
    assert encodings.wide(data) is None


def test_a_truncated_text_is_recognized() -> None:
    """Half a character at its end, or nothing but the mark, changes nothing."""
    for data in (
        b"\xff\xfe",
        b"\xff\xfe[",
        b"\xfe\xff\0",
        "\ufeff[uwsgi]\nx = \ud83d".encode("utf-16-le", "surrogatepass"),
    ):
        assert codes("a.ini", data) == ["UW046"]


@pytest.mark.server
@pytest.mark.parametrize("mark", MARKS, ids=["mark", "no mark"])
@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("library", LIBRARIES)
def test_it_is_told_where_the_server_does_not_read_it(
    server: Server, tmp_path: Path, library: str, encoding: str, mark: str
) -> None:
    """With the library known, a file is found fault with exactly when its options do not arrive."""
    asked = server_with(library, server)
    syntax = SYNTAX[library]
    for name in (each for each in TEXTS if each.endswith(syntax)):
        data = (mark + TEXTS[name]).encode(encoding)
        (tmp_path / f"a.{name}").write_bytes(data)
        answer = asked.understand(f"a.{name}", cwd=tmp_path)
        document = read(Source(f"a.{name}", data), syntax, frozenset({f"{syntax}:{library}"}))
        arrives = ("module", "shop") in answer.entries

        if arrives and library == "libxml2" and encoding.startswith("utf-32"):
            continue  # by its grace; no more is promised
        assert [p.rule for p in document.problems] == ([] if arrives else ["wide-encoding"]), answer.log
        if arrives:
            assert [(d.key, d.value) for d in document.directives()] == [("module", "shop")]


def test_an_included_file_is_told_as_well(tmp_path: Path) -> None:
    """At its first character; INI of that kind brings nothing in, of others the server decides."""
    for name, value in (("more.ini", 2), ("more.json", None)):
        (tmp_path / name).write_bytes("\ufeff[uwsgi]\nprocesses = 4\n".encode("utf-16-le"))
        (tmp_path / "app.ini").write_text(f"[uwsgi]\nprocesses = 2\ninclude = {name}\n")
        loaded = load(tmp_path / "app.ini", cwd=tmp_path)

        assert [(p.rule, Path(p.span.source.name).name) for p in loaded.problems] == [("wide-encoding", name)]
        assert (loaded.settings["workers"].value == 2) is (value == 2)


def test_an_included_file_that_the_target_reads(tmp_path: Path) -> None:
    """Debian's libyaml and libxml2 know UTF-16 by its mark, the wheel's parsers do not."""
    for name in ("more.yaml", "more.xml"):
        text = TEXTS[name.partition(".")[2]]
        (tmp_path / name).write_bytes(f"\ufeff{text}".encode("utf-16-be"))
        (tmp_path / "app.ini").write_text(f"[uwsgi]\ninclude = {name}\n")
        debian, wheel = (load(tmp_path / "app.ini", cwd=tmp_path, build=build) for build in ("debian-12", "pyuwsgi"))

        assert (debian.problems, debian.settings.value("module")) == ([], "shop")
        assert [p.rule for p in wheel.problems] == ["wide-encoding"]


def test_neither_compiled_nor_converted(tmp_path: Path) -> None:
    """What was not read is not written as if it had been empty."""
    for name in ("a.ini", "a.toml"):
        (tmp_path / name).write_bytes("\ufeff[uwsgi]\nmaster = true\n".encode("utf-16-le"))
        for arguments in (("build", name, "--format", "args"), ("convert", name)):
            done = uwsgilint(*arguments, cwd=tmp_path)
            assert (done.status, done.out) == (1, "")
            assert "UW046" in done.err
