"""Fixes, comments that ignore and baselines: what `check` changes, and what it never does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli import Run, started, uwsgilint
from tests.killing import can_trace, killed_at_each_moment
from uwsgilint.cli import outputs
from uwsgilint.document import Source, Span
from uwsgilint.lint import secrets
from uwsgilint.lint.engine import check_source, check_text
from uwsgilint.lint.finding import Edit, Finding, Fix, make
from uwsgilint.lint.fixing import passes
from uwsgilint.report import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSY = "[uwsgi]\n# how many\nprocesses = 4 ; four\nvaccum = true\nbuffer-size = 32k\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a safe fix, one that is not safe, and a finding without any."""
    path = tmp_path / "uwsgi.ini"
    path.write_text(MESSY)
    return path


def test_fix_makes_the_safe_fixes(file: Path) -> None:
    """What is safe is done, what is not is counted, and what is left is told."""
    done = uwsgilint("check", "uwsgi.ini", "--fix", "--format", "concise", cwd=file.parent)

    assert file.read_text() == MESSY.replace("processes = 4 ; four", "; four\nprocesses = 4")
    assert done.err == "Fixed 1 finding in 1 file.\n1 fix more is not safe: --unsafe-fixes makes them.\n"
    assert [line.split(":")[1] for line in done.out.splitlines()] == ["5", "6"]
    assert done.status == 1


def test_unsafe_fixes_have_to_be_asked_for(file: Path) -> None:
    """Then they are made as well."""
    uwsgilint("check", "uwsgi.ini", "--unsafe-fixes", cwd=file.parent)

    assert "vacuum = true" in file.read_text()


def test_diff_changes_nothing(file: Path) -> None:
    """A diff shows what would change, and patch can apply it."""
    done = uwsgilint("check", "uwsgi.ini", "--diff", "--unsafe-fixes", cwd=file.parent)

    assert file.read_text() == MESSY
    assert done.status == 1
    subprocess.run(["patch", "-p1", "--quiet"], input=done.out, text=True, cwd=file.parent, check=True)
    patched = file.read_text()
    file.write_text(MESSY)
    uwsgilint("check", "uwsgi.ini", "--unsafe-fixes", cwd=file.parent)
    assert file.read_text() == patched


def test_fix_only_says_nothing_of_the_rest(file: Path) -> None:
    """The rest is still there, and still fails the check."""
    done = uwsgilint("check", "uwsgi.ini", "--fix-only", cwd=file.parent)

    assert done.out == ""
    assert done.status == 1


def test_standard_input_is_fixed_to_standard_output() -> None:
    """An editor gets the text back."""
    done = uwsgilint("check", "-", "--fix-only", stdin=MESSY)

    assert done.out == MESSY.replace("processes = 4 ; four", "; four\nprocesses = 4")


def test_standard_input_is_never_a_file(file: Path) -> None:
    """What is called like a file comes back, and the file stays: an editor saves it, or does not."""
    done = uwsgilint("check", "-", "--stdin-filename", "uwsgi.ini", "--fix-only", stdin=MESSY, cwd=file.parent)

    assert done.out == MESSY.replace("processes = 4 ; four", "; four\nprocesses = 4")
    assert file.read_text() == MESSY


@pytest.mark.parametrize("arguments", [("--fix",), ("--fix-only",), ("--unsafe-fixes",), ("--add-ignore=x",)])
def test_what_needs_no_change_comes_back_as_well(arguments: tuple[str, ...]) -> None:
    """An editor that puts the answer in place of its text loses nothing."""
    clean = "[uwsgi]\nmodule = app\n"

    done = uwsgilint("check", "-", *arguments, stdin=clean)

    assert (done.status, done.out) == (0, clean)


def test_findings_stand_beside_a_text_that_comes_back() -> None:
    """Standard output holds the text alone, once."""
    done = uwsgilint("check", "-", "--fix", "--format", "concise", stdin=MESSY)

    assert done.out == MESSY.replace("processes = 4 ; four", "; four\nprocesses = 4")
    assert "uwsgi.ini:5:1: error UW101" in done.err

    both = uwsgilint("check", "-", "--fix", "--add-ignore=x", stdin=MESSY)
    assert both.out.count("[uwsgi]") == 1
    assert "; four\nprocesses = 4\n; uwsgilint: ignore[unknown-option] x\n" in both.out


def test_a_file_of_several_names_is_mended_once(file: Path) -> None:
    """Neither a second name nor a link is taken for somebody else's change."""
    (file.parent / "link.ini").symlink_to("uwsgi.ini")
    names = ("uwsgi.ini", "./uwsgi.ini", "link.ini")
    diff = uwsgilint("check", *names, "--diff", cwd=file.parent)

    done = uwsgilint("check", *names, "--fix", "--format", "concise", cwd=file.parent)

    assert diff.out.count("--- a/") == 1
    assert done.err.startswith("Fixed 1 finding in 1 file.\n")
    assert [line.split(":")[1] for line in done.out.splitlines()] == ["5", "6"]
    assert done.status == 1


def test_a_diff_names_files_as_patch_takes_them(file: Path) -> None:
    """It follows no links, and takes no names from the root."""
    (file.parent / "link.ini").symlink_to("uwsgi.ini")

    for name in ("link.ini", str(file)):
        diff = uwsgilint("check", name, "--diff", cwd=file.parent)
        assert diff.out.startswith("--- a/uwsgi.ini\n+++ b/uwsgi.ini\n")


@pytest.mark.parametrize(
    ("name", "data"),
    {
        "uwsgi.json": b'{"uwsgi": {"vaccum": true}}',
        "uwsgi-mark.ini": b"\xef\xbb\xbf[uwsgi]\nvaccum = true\n",
        "mark.xml": b"\xef\xbb\xbf<uwsgi><vaccum>true</vaccum></uwsgi>",
        "mark.yaml": b"\xef\xbb\xbfuwsgi:\n  vaccum: true\n",
    }.items(),
)
def test_a_folder_is_fixed_with_all_that_is_in_it(tmp_path: Path, name: str, data: bytes) -> None:
    """What the server would take for its configuration is found, whatever it begins with."""
    (tmp_path / name).write_bytes(data)

    done = uwsgilint("check", ".", "--isolated", "--format", "concise", cwd=tmp_path)

    assert done.out.startswith(f"{name}:")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False])
def test_nothing_else_changes(tmp_path: Path, newline: str, end: bool) -> None:
    """Comments, blank lines, newlines, bytes that are not UTF-8 and the mode survive."""
    path = tmp_path / "uwsgi.ini"
    before = MESSY.replace("\n", newline).encode() + newline.encode() * 2 + b"; caf\xe9" + newline.encode()
    before = before if end else before.rstrip()
    path.write_bytes(before)
    path.chmod(0o640)

    uwsgilint("check", "uwsgi.ini", "--fix", cwd=tmp_path)

    assert path.read_bytes() == before.replace(b"processes = 4 ; four", f"; four{newline}processes = 4".encode())
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What the link names is replaced; the link stays one."""
    (tmp_path / "real.ini").write_text(MESSY)
    (tmp_path / "uwsgi.ini").symlink_to("real.ini")

    uwsgilint("check", "uwsgi.ini", "--fix", cwd=tmp_path)

    assert (tmp_path / "uwsgi.ini").is_symlink()
    assert "; four\n" in (tmp_path / "real.ini").read_text()


TOML = "[uwsgi]\nmaster = true\nmodule = 'app'\n"
# What each command is given, and the file that it writes.
WRITERS = {
    "fixes": (("check", "uwsgi.ini", "--unsafe-fixes"), "uwsgi.ini"),
    "fixes of several files": (("check", ".", "--fix", "--isolated"), "other.ini"),
    "comments": (("check", "uwsgi.ini", "--add-ignore=later"), "uwsgi.ini"),
    "a baseline": (("check", "uwsgi.ini", "--baseline", "known.json"), "known.json"),
    "a report": (("check", "uwsgi.ini", "--format", "sarif=report.sarif"), "report.sarif"),
    "kept results": (("check", "uwsgi.ini", "--cache-dir", "."), "check-"),
    "a build": (("build", "uwsgi.toml", "-o", "built.ini"), "built.ini"),
    "a conversion": (("convert", "uwsgi.ini", "-o", "converted.toml", "--force"), "converted.toml"),
}


def killed(folder: Path, case: str, *, trace: bool) -> None:
    """Kill a command at every moment: each file is as it was or as it is to be, and the next run makes it so."""
    arguments, written = WRITERS[case]
    files = {"uwsgi.ini": MESSY, "other.ini": MESSY, "uwsgi.toml": TOML}

    kills, states = killed_at_each_moment(folder, files, arguments, trace=trace)

    whole = states[-1].files
    before = {name: f"640 {text}" for name, text in files.items()}
    changed = [name for name in whole if name.startswith(written)]
    assert changed
    assert all(whole[name] != before.get(name) for name in changed)
    assert kills > 20
    for left in states:
        for name in {*before, *whole}:
            assert left.files.get(name) in {before.get(name), whole.get(name)}
        assert left.files.keys() <= {*before, *whole}
        assert left.again == (whole, 0)
    assert any(left.strays for left in states[:-1])  # it was killed while it wrote
    assert any(left.files.get(changed[0]) == before.get(changed[0]) for left in states)
    assert states[-1].strays == 0


@pytest.mark.parametrize("case", WRITERS)
def test_killed_at_any_moment_it_leaves_a_whole_file(tmp_path: Path, case: str) -> None:
    """Before or after, never between: the process is killed at each of its system calls."""
    killed(tmp_path, case, trace=can_trace())


def test_killed_at_any_line_it_leaves_whole_files(tmp_path: Path) -> None:
    """So it does where nobody may look at system calls."""
    killed(tmp_path, "fixes", trace=False)


def test_what_a_killed_process_leaves_is_nothing_to_check(file: Path) -> None:
    """A run does not take it for a configuration, and the next one that writes takes it away."""
    handle, left = outputs._make(str(file.parent))
    os.close(handle)
    Path(left).write_text("[uwsgi]\nmastr = true\n")
    for name in (".uwsgilint.toml", ".uwsgilint-baseline.json", ".uwsgilint-abcdefgh.tmp.ini"):
        (file.parent / name).write_text("somebody's")

    assert Path(left).name not in uwsgilint("check", ".", cwd=file.parent).out
    assert started("check", ".", "--fix", cwd=file.parent).status == 1
    assert not Path(left).exists()
    assert len(list(file.parent.iterdir())) == 4  # with what others wrote under such names


def test_what_somebody_still_writes_is_left_alone(file: Path) -> None:
    """Two runs in one folder do not take away the files of each other."""
    handle, name = outputs._make(str(file.parent))

    done = started("check", ".", "--fix", cwd=file.parent)

    assert done.err.startswith("Fixed 1 finding")
    assert Path(name).exists()
    os.close(handle)


FULL = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv = ["uwsgilint", *sys.argv[2:]]
from uwsgilint.cli import main
main()
"""


@pytest.mark.parametrize("case", [case for case in WRITERS if case != "kept results"])
@pytest.mark.parametrize("room", [0, 10])
def test_a_full_disk_changes_nothing(tmp_path: Path, case: str, room: int) -> None:
    """The file that cannot be written is left as it was, which is said, and nothing stays behind."""
    files = {"uwsgi.ini": MESSY, "other.ini": MESSY, "uwsgi.toml": TOML}
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    arguments, written = WRITERS[case]
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(room), *arguments], cwd=tmp_path, check=False, capture_output=True, text=True
    )

    assert done.returncode == 4
    left = "it was left as it was" if written in files else "it was not written"
    name = "other.ini" if case == "fixes of several files" else written
    assert done.stderr.startswith(f"uwsgilint: {name}: file too large; {left}\n")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_results_that_cannot_be_kept_are_no_fault(tmp_path: Path) -> None:
    """The check goes on without them."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    done = subprocess.run(
        [sys.executable, "-c", FULL, "10", "check", "uwsgi.ini", "--cache-dir", "kept", "--format", "concise"],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (1, "", 3)
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("arguments", [("uwsgi.ini",), ("uwsgi.ini", "--format", "json"), ("uwsgi.ini", "--diff")])
def test_an_output_that_is_full_is_told(file: Path, arguments: tuple[str, ...]) -> None:
    """It is nobody's bug, and not what a clean check looks like."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "uwsgilint", "check", *arguments],
            cwd=file.parent, check=False, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    assert done.returncode == 4
    assert done.stderr.splitlines()[-1] == "uwsgilint: the output was cut off: no space left on device"


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "/proc/self/fd/1", "/dev/fd/2", "link"])
@pytest.mark.parametrize("mode", ["wb", "ab"])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of open files differ")
def test_what_is_open_is_written_to_and_not_replaced(file: Path, name: str, mode: str) -> None:
    """A log that standard output is appended to keeps what is in it, and what is written around it."""
    (file.parent / "link").symlink_to("/dev/stdout")
    log = file.parent / "log"
    log.write_text("before\n")
    forms = ("--format", "json", "--format", f"concise={name}")
    with log.open(mode) as stream:
        subprocess.run(
            [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", *forms],
            cwd=file.parent, check=False, stdout=stream, stderr=stream,
        )  # fmt: skip
        inode = os.fstat(stream.fileno()).st_ino

    text = log.read_text()
    assert log.stat().st_ino == inode
    assert text.startswith("before\n") is (mode == "ab")
    assert text.count("uwsgi.ini:4:1: ") == 1
    assert text.count('"version": 1') == 1


def test_the_owner_stays(file: Path) -> None:
    """Root gives the new file to whom the old one belonged."""
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(file, 12345, 23456)

    uwsgilint("check", "uwsgi.ini", "--fix", cwd=file.parent)

    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)
    assert "; four\n" in file.read_text()


def test_a_file_that_changes_meanwhile_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else wrote while it was checked is not lost."""
    from uwsgilint.cli import checking
    from uwsgilint.lint import engine

    real = engine.check_source

    def slow(source: Source, **rest: object) -> list[Finding]:
        file.write_text("[uwsgi]\nmaster = true\n")
        return real(source, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "check_source", slow)
    assert checking.run([str(file)], checking.Options(fix="safe")) == 4
    assert file.read_text() == "[uwsgi]\nmaster = true\n"


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder of somebody who is not root, for as long as the test lasts."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own folders are root's alone
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65534, 65534)
        os.setegid(65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
            os.setegid(0)
        for each in (folder, *folder.rglob("*")):
            each.chmod(0o755)
        shutil.rmtree(folder)


def test_what_may_not_be_written_is_left_alone_and_told(theirs: Path) -> None:
    """A read-only file, and one in a read-only folder, stay; the others are mended, and what is left is told."""
    (theirs / "folder").mkdir()
    for name in ("folder/a.ini", "b.ini", "c.ini"):
        (theirs / name).write_text(MESSY)
    (theirs / "folder").chmod(0o555)
    (theirs / "b.ini").chmod(0o444)

    done = uwsgilint("check", "folder/a.ini", "b.ini", "c.ini", "--fix", "--format", "concise", cwd=theirs)

    assert done.status == 4
    assert done.err.splitlines()[:3] == [
        "uwsgilint: folder/a.ini: permission denied; it was left as it was",
        "uwsgilint: b.ini: it is read-only; it was left alone",
        "Fixed 1 finding in 1 file.",
    ]
    assert [(theirs / name).read_text() == MESSY for name in ("folder/a.ini", "b.ini", "c.ini")] == [True, True, False]
    assert "b.ini:3:" in done.out
    assert "c.ini:3:" not in done.out
    assert sorted(path.name for path in theirs.rglob("*")) == ["a.ini", "b.ini", "c.ini", "folder"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")
def test_a_file_stays_its_owners(file: Path) -> None:
    """Root mends what belongs to others."""
    os.chown(file, 65534, 65534)

    uwsgilint("check", "uwsgi.ini", "--fix", cwd=file.parent)

    assert file.read_text() != MESSY
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


ODD = {
    "crlf.ini": b"[uwsgi]\r\nlog-format = %(uri)\r\nlog-micros = true\r\nvaccum = true",
    "latin.ini": b"[uwsgi]\n# caf\xe9\nvaccum = true\n",
    # What ends a line to Python, and to nobody else here.
    "odd.ini": "[uwsgi]\n; a\x0bb\x0cc\x85d\u2028e\x1cf\nvaccum = true\n".encode(),
    "sub/with blank.toml": b"[uwsgi]\nlog-format = '%(uri)'\nlog-micros = true\nvaccum = true",
    "uwsgi-mark.yaml": b"\xef\xbb\xbfuwsgi:\r\n  vaccum: true\r\n  log-format: x",
    "uwsgi-mark.xml": b"\xef\xbb\xbf<uwsgi>\r\n  <vaccum>true</vaccum>\r\n</uwsgi>",
    "uwsgi-one.json": b'{"uwsgi": {"vaccum": true}}',
    "with\ttab.ini": b"[uwsgi]\nvaccum = true\n",
    'of\nlines "\\x\x7f.ini': b"[uwsgi]\nvaccum = true\n",
}


def test_a_diff_of_any_bytes_can_be_applied(tmp_path: Path) -> None:
    """Whatever the files hold, what `patch -p1` makes of a diff is what the fixes make."""
    for folder in ("patched", "fixed"):
        for name, data in ODD.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_bytes(data)

    diff = subprocess.run(
        [sys.executable, "-m", "uwsgilint", "check", ".", "--isolated", "--unsafe-fixes", "--diff"],
        cwd=tmp_path / "patched", capture_output=True, check=False,
    )  # fmt: skip
    patched = subprocess.run(
        ["patch", "-p1", "--binary"], input=diff.stdout, cwd=tmp_path / "patched", capture_output=True, check=False
    )
    uwsgilint("check", ".", "--isolated", "--unsafe-fixes", cwd=tmp_path / "fixed")

    assert patched.returncode == 0
    assert b"fuzz" not in patched.stdout
    for name, data in ODD.items():
        assert (tmp_path / "patched" / name).read_bytes() == (tmp_path / "fixed" / name).read_bytes() != data, name


ROWS = st.lists(st.sampled_from(["a", "b", "c", "password=s3cret", "password=0ther", "d"]), min_size=1, max_size=12)


@settings(deadline=None, max_examples=60)
@given(before=ROWS, after=ROWS, ends=st.booleans())
def test_no_diff_writes_asterisks(before: list[str], after: list[str], ends: bool) -> None:
    """What shows a secret as asterisks is refused by `patch`; what shows none makes the text that it is a diff to."""
    old, new = (("\n".join(lines) + "\n" * ends).encode() for lines in (before, after))
    diff, covered = patch.unified(Source("a.ini", old), new, secrets.find, b"a.ini")

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.ini")
        file.write_bytes(old)
        subprocess.run(
            ["patch", "-p1", "--binary", "--force", "--quiet"], input=diff, cwd=folder, capture_output=True, check=False
        )
        patched = file.read_bytes()

    assert b"s3cret" not in diff
    assert b"***" not in patched
    assert covered or patched == new


def test_a_line_that_gets_a_secret_cannot_be_patched(tmp_path: Path) -> None:
    """Even where the old line has none, or where there is none: both are lines that asterisks would spoil."""
    for old, new in ((b"x\n", b"x password=s3cret\n"), (b"[uwsgi]\n", b"[uwsgi]\npassword=s3cret\n")):
        (tmp_path / "a.ini").write_bytes(old)
        diff, covered = patch.unified(Source("a.ini", old), new, secrets.find, b"a.ini")
        done = subprocess.run(
            ["patch", "-p1", "--force"], input=diff, cwd=tmp_path, capture_output=True, check=False
        )  # fmt: skip

        assert (done.returncode, (tmp_path / "a.ini").read_bytes()) == (1, old)
        assert covered == 2
        assert b"malformed" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("gevent-monkey-patch", False), ("gevent-early-monkey-patch", False), ("MONKEY", False), ("turkey", False),
        ("gevent-monkey-key", True), ("DAEMONKEY", True), ("stripeApiKey", True), ("API_KEY", True),
    ],
)  # fmt: skip
def test_a_secret_is_a_word_of_a_name(name: str, named: bool) -> None:
    """There is no key in a monkey."""
    assert secrets.is_named(name) is named
    assert bool(secrets.find(f"[uwsgi]\n{name} = text\n".encode())) is named


# -- several fixes ------------------------------------------------------------------------------


def fake(source: Source, *edits: tuple[int, int, str], name: str = "unknown-option") -> Finding:
    """A finding with a fix."""
    fix = Fix(tuple(Edit(*edit) for edit in edits), safe=True)
    return make(
        name,
        Span(source, edits[0][0], edits[0][1]),
        {"near": "x", "name": "x", "release": "x", "because": ""},
        f"o{edits[0][0]}",
        fix=fix,
    )


def test_fixes_that_overlap_are_made_in_turns() -> None:
    """The first is made, and the other one from what that left."""

    def check(source: Source) -> list[Finding]:
        found = [fake(source, (m.start(), m.end(), "b")) for m in re.finditer(b"a", source.data)]
        return found + [fake(source, (m.start(), m.end(), "c")) for m in re.finditer(b"b.|ay", source.data)]

    assert passes.fix(Source("a.ini", b"xay"), check).data == b"xc"


def test_a_fix_that_makes_things_worse_is_left_out() -> None:
    """One that leads to another finding is not made; the others are."""

    def check(source: Source) -> list[Finding]:
        found = []
        if b"bad" in source.data:
            start = source.data.index(b"bad")
            found.append(fake(source, (start, start + 3, "worse")))
        if b"old" in source.data:
            start = source.data.index(b"old")
            found.append(fake(source, (start, start + 3, "new"), name="unknown-build"))
        if b"worse" in source.data:
            found.append(fake(source, (0, 0, ""), name="unknown-release"))
        return found

    done = passes.fix(Source("a.ini", b"bad old"), check)

    assert done.data == b"bad new"
    assert [f.name for f in done.findings] == ["unknown-option"]


def test_what_goes_away_pays_for_nothing_elsewhere() -> None:
    """A finding of the same rule about another option is a new one, though there are no more of them than before."""

    def check(source: Source) -> list[Finding]:
        if b"bad" not in source.data:
            return [make("undefined-placeholder", Span(source, 0, 1), {"token": "%(bad)", "near": ""}, "harakiri")]
        found = [make("undefined-placeholder", Span(source, 5, 8), {"token": "%(no)", "near": ""}, "bad")]
        return [*found, fake(source, (4, 8, ""))]

    assert passes.fix(Source("a.ini", b"use\nbad\n"), check).data == b"use\nbad\n"


def test_an_idle_option_with_a_finding_of_its_own_stays_where_it_is_used(tmp_path: Path) -> None:
    """That nothing fills `%(nope)` goes away with it, and that nothing fills another placeholder comes."""
    text = f"{IDLE}http-buffer-size = %(nope)\nharakiri = %(http-timeout)\n"
    (tmp_path / "a.ini").write_text(text)

    uwsgilint("check", "a.ini", "--fix", cwd=tmp_path)

    assert "http-timeout = 60\n" in (tmp_path / "a.ini").read_text()


@pytest.mark.parametrize("number", [3, 40])
def test_all_that_can_be_mended_is_mended_at_once(number: int) -> None:
    """However many there are, and however many of them would make things worse."""
    bad = "".join(f"bad{n} " for n in range(number // 3))
    old = "".join(f"old{n} " for n in range(number))

    def check(source: Source) -> list[Finding]:
        found = [
            fake(source, (m.start(), m.end(), m[0].decode() + "worse")) for m in re.finditer(rb"bad\d+", source.data)
        ]
        found += [
            fake(source, (m.start(), m.end(), "new"), name="unknown-build")
            for m in re.finditer(rb"old\d+", source.data)
        ]
        return found + [fake(source, (0, 0, ""), name="unknown-release") for _ in re.finditer(rb"worse", source.data)]

    done = passes.fix(Source("a.ini", f"{bad}{old}".encode()), check)

    assert done.data.decode() == bad + "new " * number
    assert len(done.fixed) == number


def test_as_many_passes_as_it_takes() -> None:
    """Fixes that overlap each other, one behind the other."""

    def check(source: Source) -> list[Finding]:
        return [fake(source, (m.start(), m.end(), "")) for m in re.finditer(b"a", source.data)]

    assert passes.fix(Source("a.ini", b"a" * 60 + b"x"), check).data == b"x"


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    """Whatever is left then is as good as what was there."""

    def check(source: Source) -> list[Finding]:
        return [fake(source, (0, 1, "b" if source.data == b"a" else "a"))]

    assert passes.fix(Source("a.ini", b"a"), check).data in {b"a", b"b"}


LINES = st.sampled_from(
    [
        "master = true", "processes = 4 ; four", "vaccum = true", "buffer-size = 32k", "threads = 'two'", "; note",
        "", "master = yes # on", "http-socket = :8000", "wsgi-file = app.py", "cheaper = 4", "workers = 4",
        "harakiri = 30s", "socket = 3031", "enable-threads = ture", "[uwsgi]", "module = app",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.booleans())
def test_fixing_twice_changes_nothing_more(lines: list[str], unsafe: bool) -> None:
    """What was fixed has nothing left to fix, and lost no line of an option that had no finding."""
    source = Source("a.ini", "\n".join(["[uwsgi]", *lines]).encode())

    once = passes.fix(source, check_source, unsafe=unsafe)
    twice = passes.fix(Source("a.ini", once.data), check_source, unsafe=unsafe)

    assert twice.data == once.data
    assert len(once.findings) <= len(check_source(source))
    # A fix may take out the line that another one repeats; what people wrote for each other stays.
    notes = [line for line in lines if line.startswith(";")]
    left = iter(once.data.decode().splitlines())
    assert all(note in left for note in notes)


# -- comments and baselines ---------------------------------------------------------------------

SYNTAXES = {
    "uwsgi.ini": "[uwsgi]\n  vaccum = true\nbuffer-size = 32k\n",
    "uwsgi.toml": "[uwsgi]\nvaccum = true\nbuffer-size = '32k'\n",
    "uwsgi.yaml": "uwsgi:\n  vaccum: true\n  buffer-size: 32k\n",
    "uwsgi.xml": "<uwsgi>\n  <vaccum>true</vaccum>\n  <buffer-size>32k</buffer-size>\n</uwsgi>\n",
}


@pytest.mark.parametrize("name", SYNTAXES)
def test_add_ignore_makes_a_check_clean(tmp_path: Path, name: str) -> None:
    """Every finding is ignored by a comment with its reason, and nothing else changes."""
    (tmp_path / name).write_text(SYNTAXES[name])
    assert uwsgilint("check", name, cwd=tmp_path).status == 1

    assert uwsgilint("check", name, "--add-ignore=to be done", cwd=tmp_path).status == 0

    text = (tmp_path / name).read_text()
    assert uwsgilint("check", name, cwd=tmp_path).status == 0
    assert "to be done" in text
    assert [line for line in text.splitlines(keepends=True) if "uwsgilint:" not in line] == SYNTAXES[name].splitlines(
        keepends=True
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--add-ignore=a\nmaster = true"], "a reason is one line of text"),
        (["--add-ignore=until=2027-02-30"], "`until=2027-02-30` is no day"),
        (["--add-ignore=until=2020-01-31 moving"], "2020-01-31 has passed"),
        (["--add-ignore", "--diff"], "the other writes comments"),
    ],
)
def test_what_add_ignore_cannot_write_is_an_error(file: Path, arguments: list[str], said: str) -> None:
    """Nothing is changed then."""
    done = uwsgilint("check", "uwsgi.ini", *arguments, cwd=file.parent)

    assert (done.status, file.read_text()) == (2, MESSY)
    assert said in " ".join(done.err.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())


def test_add_ignore_takes_a_day_and_text_of_any_kind(tmp_path: Path) -> None:
    """A day that comes holds; what would end a comment of XML does not."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\n")
    (tmp_path / "a.xml").write_text("<uwsgi>\n<vaccum/>\n</uwsgi>\n")

    done = uwsgilint("check", "a.ini", "a.xml", "--add-ignore=until=2999-01-31 --> <master/> ---", cwd=tmp_path)

    assert (done.status, done.err) == (0, "2 findings ignored by comments.\n")
    assert "ignore[unknown-option] until=2999-01-31 --> " in (tmp_path / "a.ini").read_text()
    assert "until=2999-01-31 - -> <master/> - - - -->\n<vaccum/>" in (tmp_path / "a.xml").read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.ini",
            "[uwsgi]\n; caf\u00e9 \u2013 x\n; uwsgilint: ignore[cl\u00e9, {0}] \u00fcber\nlisten = 4k\n".encode(),
        ),
        ("b.ini", b"[uwsgi]\n; uwsgilint: ignore[cl\xe9, {0}] r\xe9ason\nlisten = 4k\n"),
        ("a.yaml", "uwsgi:\n  listen: '4k\u00e9'  # uwsgilint: ignore[cl\u00e9 {0}]\n".encode()),
        (
            "a.xml",
            "<uwsgi>\n<!-- uwsgilint: ignore[cl\u00e9, {0}] \u00fcber -->\n<listen>4k</listen>\n</uwsgi>\n".encode(),
        ),
    ],
)
def test_a_misspelt_rule_is_mended_behind_characters_of_several_bytes(tmp_path: Path, name: str, text: bytes) -> None:
    """The name alone is replaced, whatever stands in front of it."""
    (tmp_path / name).write_bytes(text.replace(b"{0}", b"misread-numbr"))

    found = uwsgilint("check", name, "--select", "unknown-suppression", "--format", "json", cwd=tmp_path)
    uwsgilint("check", name, "--fix", "--select", "unknown-suppression", cwd=tmp_path)

    line = next(line for line in text.splitlines() if b"ignore[" in line).decode("utf-8", "replace")
    assert [each["column"] for each in json.loads(found.out)["findings"]] == [
        line.index("cl") + 1,
        line.index("{0}") + 1,
    ]
    assert (tmp_path / name).read_bytes() == text.replace(b"{0}", b"misread-number")


def test_what_is_left_of_a_comment_keeps_its_bytes(tmp_path: Path) -> None:
    """A comment of which a rule is taken out is not written in another encoding."""
    (tmp_path / "a.ini").write_bytes(b"[uwsgi]\n; uwsgilint: ignore[cl\xe9, misread-number] r\xe9ason\nlisten = 4\n")

    uwsgilint("check", "a.ini", "--fix", cwd=tmp_path)

    assert (tmp_path / "a.ini").read_bytes() == b"[uwsgi]\n; uwsgilint: ignore[cl\xe9] r\xe9ason\nlisten = 4\n"


def test_add_ignore_says_that_a_reason_is_required(tmp_path: Path) -> None:
    """Where the settings want one, nothing is written without it."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\n")
    (tmp_path / "uwsgilint.toml").write_text("require-reason = true\n")

    assert "the settings require a reason: --add-ignore=REASON" in (
        uwsgilint("check", "a.ini", "--add-ignore", cwd=tmp_path).err
    )
    assert uwsgilint("check", "a.ini", "--add-ignore=x", cwd=tmp_path).status == 0


def test_add_ignore_stands_above_a_command_of_several_lines(tmp_path: Path) -> None:
    """A comment between its lines would end it."""
    (tmp_path / "a.sh").write_text("#!/bin/sh\nset -e\nexec uwsgi \\\n  --master \\\n  --vaccum\n")
    (tmp_path / "Dockerfile").write_text('FROM x\nCMD ["uwsgi", \\\n # hi\n  "--vaccum"]\n')

    assert uwsgilint("check", "a.sh", "Dockerfile", "--add-ignore=x", cwd=tmp_path).status == 0
    assert "set -e\n# uwsgilint: ignore[refused-argument] x\nexec uwsgi \\\n" in (tmp_path / "a.sh").read_text()
    assert "FROM x\n# uwsgilint: ignore[refused-argument] x\nCMD" in (tmp_path / "Dockerfile").read_text()
    assert uwsgilint("check", "a.sh", "Dockerfile", cwd=tmp_path).status == 0


def test_add_ignore_needs_no_reason(file: Path) -> None:
    """The reason may be left out."""
    assert uwsgilint("check", "uwsgi.ini", "--add-ignore", cwd=file.parent).status == 0
    assert "; uwsgilint: ignore[misread-number]\nbuffer-size = 32k\n" in file.read_text()


def test_a_baseline_hides_what_it_holds(file: Path) -> None:
    """The first run records, later ones tell what is new, wherever the lines went."""
    first = uwsgilint("check", "uwsgi.ini", "--baseline", "known.json", cwd=file.parent)
    assert (first.status, first.out) == (0, "")
    file.write_text(MESSY.replace("[uwsgi]\n", "[uwsgi]\n\n; moved\nmaster = ture\n"))

    later = uwsgilint("check", ".", "--baseline", "known.json", "--format", "concise", cwd=file.parent)

    assert [line.split(":")[1] for line in later.out.splitlines()] == ["4"]
    assert later.status == 1


def test_a_second_finding_like_a_known_one_is_new(file: Path) -> None:
    """A baseline counts: one more of the same is told."""
    uwsgilint("check", "uwsgi.ini", "--baseline", "known.json", cwd=file.parent)
    file.write_text(MESSY + "buffer-size = 32k\n")

    later = uwsgilint("check", "uwsgi.ini", "--baseline", "known.json", "--format", "json", cwd=file.parent)

    assert "UW202" in {f["code"] for f in json.loads(later.out)["findings"]}


NO_BASELINES = (
    b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format": 2, "files": {}}', b'{"format": 1, "files": []}',
    b'{"format": 1, "files": {"a.ini": 3}}', b'{"format": 1, "files": {"a.ini": {"x": "y"}}}',
    b'{"format": 1, "files": {"a.ini": {"x": true}}}', b'{"format": 1, "files": {"a.ini": {"x": -1}}}',
)  # fmt: skip


@pytest.mark.parametrize("data", NO_BASELINES, ids=range(len(NO_BASELINES)))
def test_what_is_no_baseline_is_told(file: Path, data: bytes) -> None:
    """It is neither used nor overwritten, and nothing is mended."""
    (file.parent / "known.json").write_bytes(data)

    done = uwsgilint("check", "uwsgi.ini", "--fix", "--baseline", "known.json", cwd=file.parent)

    assert done.status == 2
    assert "no baseline" in done.err
    assert (file.parent / "known.json").read_bytes() == data
    assert file.read_text() == MESSY


def test_statistics_count_by_rule(file: Path) -> None:
    """The most frequent rule comes first."""
    file.write_text(MESSY + "listen = 4k\n")

    done = uwsgilint("check", "uwsgi.ini", "--statistics", cwd=file.parent)

    assert done.out.splitlines()[0] == "2  UW202  misread-number"


def test_fixed_text_is_checked_as_its_file_is(file: Path) -> None:
    """What is told after a fix is what a new run tells."""
    fixed = uwsgilint("check", "uwsgi.ini", "--fix", "--format", "concise", cwd=file.parent)
    again = uwsgilint("check", "uwsgi.ini", "--format", "concise", cwd=file.parent)

    assert fixed.out == again.out
    assert [f.code for f in check_text("uwsgi.ini", file.read_bytes())] == [
        line.split()[2] for line in again.out.splitlines()
    ]
    assert [path.name for path in file.parent.iterdir()] == ["uwsgi.ini"]


# -- several files -------------------------------------------------------------------------------

PAIR = {
    "vassals/a.ini": "[uwsgi]\nmaster = true\nmodule = app\nsocket = 127.0.0.1:3031\nprocesses = 4 ; four\n",
    "vassals/b.ini": "[uwsgi]\nmaster = true\nmodule = app\nsocket = 127.0.0.1:3031\nbuffer-size = 32k\n",
}


def told_of(folder: Path, *arguments: str) -> list[str]:
    """Files and codes of what is told of a folder."""
    done = uwsgilint("check", ".", "--isolated", "--format", "json", *arguments, cwd=folder)
    return sorted(f"{f['file']} {f['code']}" for f in json.loads(done.out)["findings"])


def test_what_is_wrong_between_files_is_told_after_a_fix(tmp_path: Path) -> None:
    """A mended file, and one that has nothing to mend, still share an address."""
    (tmp_path / "vassals").mkdir()
    for name, text in PAIR.items():
        (tmp_path / name).write_text(text)

    fixed = told_of(tmp_path, "--fix")

    assert "vassals/b.ini UW940" in fixed
    assert fixed == told_of(tmp_path)


def test_what_is_wrong_between_files_can_be_ignored(tmp_path: Path) -> None:
    """A comment for it alone stands above its line, and the other findings have theirs."""
    (tmp_path / "vassals").mkdir()
    for name, text in PAIR.items():
        (tmp_path / name).write_text(text)

    assert told_of(tmp_path, "--add-ignore=known") == told_of(tmp_path) == []
    assert "ignore-file" not in "".join((tmp_path / name).read_text() for name in PAIR)


def test_a_fragment_is_mended_as_what_includes_it_reads_it(tmp_path: Path) -> None:
    """What another file of the run makes good is no reason to change anything."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nmodule = app\nmaster = true\nini = workers.ini\n")
    (tmp_path / "workers.ini").write_text("[uwsgi]\nprocesses = 4\n")
    assert not any("UW415" in told for told in told_of(tmp_path))

    uwsgilint("check", ".", "--isolated", "--unsafe-fixes", cwd=tmp_path)

    assert (tmp_path / "workers.ini").read_text() == "[uwsgi]\nprocesses = 4\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inc.ini", "[uwsgi]\nprocesses = 2\n# few\ncheaper = 4\nvaccum = true\n"),
        ("inc.yaml", "uwsgi:\n  processes: 2\n  cheaper: 4\n"),
        ("inc.xml", "<?xml version='1.0'?>\n<uwsgi>\n<processes>2</processes>\n<cheaper>4</cheaper>\n</uwsgi>\n"),
    ],
)
def test_add_ignore_writes_into_included_files_of_the_run(tmp_path: Path, name: str, text: str) -> None:
    """A comment stands where the finding stands, and is no comment without use in the next run."""
    (tmp_path / "main.ini").write_text(f"[uwsgi]\nmodule = app\nmaster = true\ninclude = {name}\n")
    (tmp_path / name).write_text(text)
    assert f"{name} UW401" in told_of(tmp_path)

    assert told_of(tmp_path, "--add-ignore=known") == []

    after = (tmp_path / name).read_text()
    assert "uwsgilint: ignore[cheaper-not-below-workers] known" in after
    assert "\n".join(line for line in after.splitlines() if "uwsgilint:" not in line) == text.rstrip("\n")
    assert told_of(tmp_path) == told_of(tmp_path, "--jobs", "2") == []
    uwsgilint("check", ".", "--isolated", "--fix", cwd=tmp_path)
    assert (tmp_path / name).read_text() == after


def test_add_ignore_names_what_it_cannot_write_into(tmp_path: Path) -> None:
    """An included file that is no part of the run, or has no comments."""
    (tmp_path / "main.ini").write_text("[uwsgi]\nmodule = app\nmaster = true\ninclude = inc.json\n")
    (tmp_path / "inc.json").write_text('{"uwsgi": {"processes": "2", "cheaper": "4"}}')

    part = uwsgilint("check", "main.ini", "--isolated", "--add-ignore=x", cwd=tmp_path)
    whole = uwsgilint("check", ".", "--isolated", "--add-ignore=x", cwd=tmp_path)

    assert part.status == whole.status == 1
    assert "inc.json: 1 finding left: a file that is included gets comments where it is checked as well\n" in part.err
    assert "inc.json: 1 finding left: JSON has no comments" in whole.err


def recorded(folder: Path, *more: str) -> Run:
    """What a check of everything with a baseline says."""
    return uwsgilint("check", ".", "--baseline", "known.json", "--format", "concise", *more, cwd=folder)


def test_a_baseline_tells_what_is_mended_and_forgets_it(tmp_path: Path) -> None:
    """What was mended does not come back unseen."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\nbuffer-size = 32k\n")
    recorded(tmp_path)
    (tmp_path / "a.ini").write_text("[uwsgi]\nbuffer-size = 32k\n")

    done = recorded(tmp_path)
    assert (done.status, done.out) == (0, "")
    assert done.err == "1 finding in known.json is not there any more: --prune-baseline takes them out.\n"
    assert recorded(tmp_path, "--select", "UW1").err == ""  # what did not run is not mended
    assert recorded(tmp_path, "--quiet").err == ""
    assert recorded(tmp_path, "--prune-baseline").err == "1 finding taken out of known.json.\n"
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\nbuffer-size = 32k\n")
    assert recorded(tmp_path).out.startswith("a.ini:2:1: ")


def test_pruning_adds_nothing_and_keeps_what_was_not_asked_for(tmp_path: Path) -> None:
    """New findings stay new, and other files keep what they have."""
    for name in ("a.ini", "b.ini"):
        (tmp_path / name).write_text("[uwsgi]\nvaccum = true\n")
    recorded(tmp_path)
    (tmp_path / "a.ini").write_text("[uwsgi]\nbuffer-size = 32k\n")

    done = uwsgilint("check", "a.ini", "--baseline", "known.json", "--prune-baseline", cwd=tmp_path)

    assert (done.status, done.err) == (1, "1 finding taken out of known.json.\n")
    assert [line.split(":")[0] for line in recorded(tmp_path).out.splitlines()] == ["a.ini"]
    for arguments in (["--prune-baseline"], ["--baseline", "known.json", "--prune-baseline", "--select", "UW1"]):
        assert uwsgilint("check", "a.ini", *arguments, cwd=tmp_path).status == 2


@pytest.mark.parametrize("option", ["--fix", "--add-ignore=old"])
def test_what_a_baseline_hides_is_left_alone(tmp_path: Path, option: str) -> None:
    """Only what is told is mended, or gets a comment; without the baseline all of it does."""
    before = "[uwsgi]\nmaster = true\nprocesses = 4 ; four\nmodule = app\n"
    (tmp_path / "a.ini").write_text(before)
    recorded(tmp_path)
    known = (tmp_path / "known.json").read_bytes()
    assert (recorded(tmp_path, option).status, (tmp_path / "a.ini").read_text()) == (0, before)
    (tmp_path / "a.ini").write_text(before + "harakiri = 30 ; s\n")

    assert recorded(tmp_path, option).status == 0

    after = (tmp_path / "a.ini").read_text()
    assert after.startswith(before)
    assert after != before + "harakiri = 30 ; s\n"
    assert (tmp_path / "known.json").read_bytes() == known
    uwsgilint("check", ".", option, cwd=tmp_path)
    assert not (tmp_path / "a.ini").read_text().startswith(before)


@pytest.mark.parametrize("option", ["--fix", "--add-ignore=x"])
def test_what_is_too_large_comes_back_whole(tmp_path: Path, option: str) -> None:
    """Standard input comes back as it was, however much of it was read."""
    data = b"[uwsgi]\n" + b"env = A=b\n" * 150_000 + b"processes = 4 ; four\n"

    done = started("check", "-", option, cwd=tmp_path, stdin=data)

    assert (done.status, done.out == data.decode()) == (4, True)
    assert "UW003" in done.err


FAULTY = "[uwsgi]\nmaster = true\nmodule = app\nprocesses = 4 ; four\n"


def test_pruning_a_part_forgets_nothing_of_the_rest(tmp_path: Path) -> None:
    """What a file had that is called otherwise now is mended only where its new name would have been seen."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.ini").write_text(FAULTY)
    (tmp_path / "c.ini").write_text("[uwsgi]\nmaster = true\nmodule = app\n")
    recorded(tmp_path)
    (tmp_path / "sub" / "a.ini").rename(tmp_path / "sub" / "z.ini")

    for more in ((), ("--prune-baseline",)):
        done = uwsgilint("check", "c.ini", "--baseline", "known.json", *more, cwd=tmp_path)
        assert done.err in {"", "0 findings taken out of known.json.\n"}
    assert (recorded(tmp_path).status, recorded(tmp_path).err) == (0, "")
    uwsgilint("check", "sub/z.ini", "--baseline", "known.json", "--prune-baseline", cwd=tmp_path)
    assert list(json.loads((tmp_path / "known.json").read_text())["files"]) == ["sub/z.ini"]
    (tmp_path / "sub" / "z.ini").unlink()
    done = uwsgilint("check", "sub", "c.ini", "--baseline", "known.json", "--prune-baseline", cwd=tmp_path)
    assert done.err.endswith("1 finding taken out of known.json.\n")


def test_a_baseline_names_the_file_that_a_finding_stands_in(tmp_path: Path) -> None:
    """A hook that checks the included file alone is told nothing that was known."""
    (tmp_path / "main.ini").write_text("[uwsgi]\nmodule = app\nmaster = true\nini = inc.ini\n")
    (tmp_path / "other.ini").write_text("[uwsgi]\nmodule = app\nmaster = true\nini = inc.ini\n")
    (tmp_path / "inc.ini").write_text("[uwsgi]\nprocesses = 2\ncheaper = 4\n")

    assert recorded(tmp_path).err.startswith("1 finding recorded")

    assert list(json.loads((tmp_path / "known.json").read_text())["files"]) == ["inc.ini"]
    for paths in (["inc.ini"], ["main.ini"], ["main.ini", "other.ini"], ["."], [str(tmp_path / "inc.ini")]):
        done = uwsgilint("check", *paths, "--baseline", "known.json", "--format", "concise", cwd=tmp_path)
        assert (done.status, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize("option", ["--fix", "--add-ignore=old"])
def test_what_is_told_of_a_copy_is_what_is_touched(tmp_path: Path, option: str) -> None:
    """Of two files with what a file had that is gone, one has it now, and the other is new."""
    (tmp_path / "a.ini").write_text(FAULTY)
    recorded(tmp_path)
    (tmp_path / "c.ini").write_text(FAULTY)
    (tmp_path / "a.ini").rename(tmp_path / "b.ini")
    assert [line.split(":")[0] for line in recorded(tmp_path).out.splitlines()] == ["c.ini"]

    assert recorded(tmp_path, option).status == 0

    assert (tmp_path / "b.ini").read_text() == FAULTY
    assert (tmp_path / "c.ini").read_text() != FAULTY


def test_a_secret_elsewhere_makes_no_finding_new(tmp_path: Path) -> None:
    """The line of a finding is the same, whatever else its file says."""
    (tmp_path / "a.ini").write_text('[uwsgi]\nmodule = "a**b"\n')
    assert recorded(tmp_path).err.startswith("1 finding recorded")
    with (tmp_path / "a.ini").open("a") as file:
        file.write("env = DB_PASSWORD=hunter2\n")

    done = recorded(tmp_path)

    assert "a.ini:2:" not in done.out
    assert done.err == ""


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore[unknown-option] until=2020-01-01 x", "; that is mended in the comment itself; --fix does it"),
        ("ignore[harakiri-without-master] x", "; that is mended in the comment itself; --fix does it"),
        ("ignore[] x", "; that is mended in the comment itself"),
    ],
)
def test_add_ignore_says_that_comments_are_no_place_for_comments(tmp_path: Path, comment: str, said: str) -> None:
    """What is wrong with a comment is mended in it; the line below it gets its own all the same."""
    (tmp_path / "a.ini").write_text(f"[uwsgi]\n; uwsgilint: {comment}\nvaccum = true\n")

    done = uwsgilint("check", "a.ini", "--isolated", "--add-ignore=x", cwd=tmp_path)

    assert done.err.startswith("1 finding ignored by comments.\na.ini: 1 finding left: ")
    assert done.err.rstrip("\n").endswith(said)


def test_quiet_counts_nothing(tmp_path: Path) -> None:
    """Neither what is recorded, nor what is taken out or ignored; what cannot be done is told all the same."""
    (tmp_path / "a.ini").write_text(FAULTY)
    (tmp_path / "b.json").write_text('{"uwsgi": {"vaccum": true}}')

    assert recorded(tmp_path, "--quiet").err == ""
    assert recorded(tmp_path, "--quiet", "--prune-baseline").err == ""
    done = uwsgilint("check", ".", "--add-ignore=x", "--quiet", cwd=tmp_path)
    assert done.err.startswith("b.json: 1 finding left: JSON has no comments")
    assert done.err.count("\n") == 1


def test_a_diff_of_what_was_not_read_is_not_clean(tmp_path: Path) -> None:
    """It says so as a check does, on standard error, and shows the diffs of the rest."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nmodule = app\nmaster = true ; yes\n")
    (tmp_path / "empty").mkdir()

    done = uwsgilint("check", "a.ini", "gone.ini", "--diff", "--format", "concise", cwd=tmp_path)

    assert (done.status, done.out.splitlines()[0]) == (4, "--- a/a.ini")
    assert "gone.ini:1:1: error UW001 unreadable-file" in done.err
    assert uwsgilint("check", "empty", "--diff", cwd=tmp_path).status == 3
    assert uwsgilint("check", "a.ini", "--diff", cwd=tmp_path).status == 1


def test_a_file_keeps_its_baseline_under_another_name(tmp_path: Path) -> None:
    """What is recorded of a file that is gone counts for one that nothing is recorded of, once."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\n")
    recorded(tmp_path)
    (tmp_path / "deploy").mkdir()
    (tmp_path / "a.ini").rename(tmp_path / "deploy" / "web.ini")
    assert (recorded(tmp_path).out, recorded(tmp_path).err) == ("", "")
    (tmp_path / "deploy" / "copy.ini").write_text("[uwsgi]\nvaccum = true\n")
    assert len(recorded(tmp_path).out.splitlines()) == 1

    recorded(tmp_path, "--prune-baseline")

    assert list(json.loads((tmp_path / "known.json").read_text())["files"]) == ["deploy/copy.ini"]


def test_a_baseline_records_nothing_that_was_not_read(tmp_path: Path) -> None:
    """A file that is not there, or a folder with nothing, does not come to look clean."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nvaccum = true\n")
    for _ in range(2):
        done = uwsgilint("check", "a.ini", "gone.ini", "--baseline", "known.json", "--format", "concise", cwd=tmp_path)
        assert (done.status, done.out.split(":")[0]) == (4, "gone.ini")
    (tmp_path / "empty").mkdir()

    assert uwsgilint("check", "empty", "--baseline", "none.json", cwd=tmp_path).status == 3
    assert not (tmp_path / "none.json").exists()
    assert uwsgilint("check", "a.ini", "--baseline", "", cwd=tmp_path).status == 2
    assert uwsgilint("check", "a.ini", "--baseline", "/dev/zero", cwd=tmp_path).status == 2


IDLE = "[uwsgi]\nmodule = app\nmaster = true\nsocket = /run/a.sock\nhttp-timeout = 60\n"
NAMED = "[uwsgi]\nmodule = app\nmaster = true\nsocket = /run/a.sock\nprocesses = 4 ; four\n"
LISTED = '{"uwsgi": {"module": "app", "master": true, "socket": "/run/a.sock",\n "http-timeout": 60%s}}\n'
GATE = "http-socket = 0.0.0.0:80\nendif =\n"


@pytest.mark.parametrize(
    ("name", "plain", "looked_at", "unsafe"),
    [
        ("a.ini", IDLE, f"{IDLE}if-not-opt = http-timeout\nbuffer-size = 8192\nendif =\n", False),
        ("a.ini", IDLE, f"{IDLE}if-opt = http-timeout=60\nbuffer-size = 8192\nendif =\n", False),
        ("a.ini", IDLE, f"{IDLE}ini = asks.inc\n", False),
        ("a.ini", IDLE, f"{IDLE}harakiri = %(http-timeout + 5)\n", False),
        ("a.ini", IDLE, f"{IDLE}harakiri = %(http-timeout)\n", False),
        ("a.ini", NAMED, f"{NAMED}if-opt = processes=4\n{GATE}", True),
        ("a.ini", NAMED, f"{NAMED}pidfile = /run/%(processes).pid\n", True),
        ("a.json", LISTED % "", LISTED % ', "if-opt": "http-timeout", "buffer-size": 8192, "endif": ""', False),
        ("a.toml", IDLE.replace("= app", "= 'app'").replace("/run/a.sock", "'/run/a.sock'"), "", False),
    ],
    ids=["not", "value", "included", "arithmetic", "placeholder", "changed", "in-a-text", "json", "authored"],
)
def test_what_the_configuration_looks_at_is_no_matter_of_safe_fixes(
    tmp_path: Path, name: str, plain: str, looked_at: str, unsafe: bool
) -> None:
    """An option stays as it is that a condition asks for or a placeholder stands for: blocks and values hang on it."""
    (tmp_path / "asks.inc").write_text("[uwsgi]\nif-not-opt = http-timeout\nbuffer-size = 8192\nendif =\n")
    looked_at = looked_at or f'{plain}\n[[when]]\nopt = "http-timeout"\n[when.uwsgi]\nbuffer-size = 8192\n'
    file = tmp_path / name
    file.write_text(plain)
    uwsgilint("check", name, "--fix", cwd=tmp_path)
    assert file.read_text() != plain

    file.write_text(looked_at)
    done = uwsgilint("check", name, "--fix", cwd=tmp_path)
    assert file.read_text() == looked_at
    assert ("1 fix more is not safe" in done.err) is unsafe

    uwsgilint("check", name, "--unsafe-fixes", cwd=tmp_path)
    assert (file.read_text() != looked_at) is unsafe


def test_what_nothing_looks_at_is_mended_beside_conditions(tmp_path: Path) -> None:
    """A condition keeps the option that it asks for, and no other one."""
    file = tmp_path / "a.ini"
    file.write_text(f"{NAMED}http-timeout = 60\nif-opt = http-timeout\nbuffer-size = 8192\nendif =\n")

    done = uwsgilint("check", "a.ini", "--fix", cwd=tmp_path)

    assert "; four\nprocesses = 4\nhttp-timeout = 60\nif-opt" in file.read_text()
    assert "Fixed 1 finding in 1 file." in done.err


@pytest.mark.parametrize("name", ["d.ini", "./d.ini", "link.ini"])
def test_a_file_that_includes_itself_is_mended_at_once(tmp_path: Path, name: str) -> None:
    """What is included is the text that is being mended, not what the disk still has: a second run finds nothing."""
    idle = "cheaper-initial = 1\n"
    text = "[uwsgi]\nmodule = app\nmaster = true\nprocesses = 4\ncheaper = 2\n{0}[night]\nini = {1}:uwsgi\n{0}"
    file = tmp_path / "d.ini"
    file.write_text(text.format(idle, name))
    (tmp_path / "link.ini").symlink_to("d.ini")

    done = uwsgilint("check", "d.ini", "--fix", cwd=tmp_path)

    assert file.read_text() == text.format("", name)
    assert "Fixed 2 findings in 1 file." in done.err
    assert uwsgilint("check", "-", "--stdin-filename", "d.ini", stdin=text.format("", name), cwd=tmp_path).status == 0


def test_what_no_option_makes_is_not_promised(tmp_path: Path) -> None:
    """A fix that is refused, as it leads to another finding, is not one that another option makes."""
    text = "[uwsgi]\nmaster=true\n; uwsgilint: ignore[unknown-optin] y\nvacuum=1\n"
    (tmp_path / "a.ini").write_text(text)

    for option in ("--fix", "--unsafe-fixes"):
        done = uwsgilint("check", "a.ini", option, cwd=tmp_path)
        assert (done.err, (tmp_path / "a.ini").read_text()) == ("", text)


def test_refused_fixes_that_are_not_safe_are_not_counted() -> None:
    """What is counted is what would be mended."""

    def check(source: Source) -> list[Finding]:
        if b"_bad" in source.data:
            return [fake(source, (0, 0, ""), name="unknown-release")]
        found = [
            fake(source, (m.start(), m.end(), m[0].decode().replace("!", "_")))
            for m in re.finditer(rb"!\w+", source.data)
        ]
        return [f._replace(fix=f.fix._replace(safe=False)) for f in found if f.fix is not None]

    assert passes.fix(Source("a.ini", b"!good !fine\n"), check).left == 2
    assert passes.fix(Source("a.ini", b"!good !bad\n"), check).left == 1
