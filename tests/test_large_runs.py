"""Large runs: several processes and kept results change nothing about what is found."""

from __future__ import annotations

import os
import pickle
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli import uwsgilint
from uwsgilint.cli import crowd
from uwsgilint.cli.checking import Options
from uwsgilint.cli.progress import Progress
from uwsgilint.cli.rules import read_folders
from uwsgilint.document import Source, Target
from uwsgilint.lint import compact
from uwsgilint.lint.engine import check_text

FORMS = ("json", "sarif", "text", "gitlab")


def fleet(folder: Path, count: int = 40) -> Path:
    """Write configurations with findings of all sorts: included files, secrets, fixes, comments that ignore."""
    for number in range(count):
        lines = ["[uwsgi]", "vaccum = true", f"processes = {number % 5}k", "socket = %(nowhere)"][: number % 4 + 1]
        if number % 7 == 3:
            lines += ["ini = common.part", "env = SECRET_KEY=hunter22", f"env = NUMBER={number}"]
        if number % 5 == 0:
            lines += ["; uwsgilint: ignore[unknown-option] later", "mastr = true"]
        (folder / f"uwsgi{number:02}.ini").write_text("\n".join(lines) + "\n")
    (folder / "common.part").write_text("[uwsgi]\nhttp-socket = %(nowhere)\nbuffer-size = 65536\n")
    (folder / "pyproject.toml").write_text("[tool.uwsgilint.severity]\nunknown-option = 'warning'\n")
    return folder


def reports(folder: Path, *arguments: str) -> tuple[int, list[bytes], str]:
    """Exit status and every report of a check."""
    forms = [word for form in FORMS for word in ("--format", f"{form}={form}.out")]
    done = uwsgilint("check", ".", *forms, *arguments, cwd=folder)
    written = [(folder / f"{form}.out").read_bytes() for form in FORMS]
    return done.status, written, done.err


@pytest.mark.parametrize("jobs", ["2", "3", "64", "auto"])
def test_the_number_of_processes_changes_nothing(tmp_path: Path, jobs: str) -> None:
    """Byte for byte, in every form of report; with own rules, too."""
    fleet(tmp_path)
    assert uwsgilint("new-rule", "mastr-set", "--code", "OWN001", cwd=tmp_path).status == 0
    expected = reports(tmp_path, "--jobs", "1")

    assert expected[0] == 1
    assert b"common.part" in expected[1][0]
    assert reports(tmp_path, "--jobs", jobs) == expected


def test_fixes_of_a_run_with_several_processes(tmp_path: Path) -> None:
    """What is mended is the same."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    fleet(tmp_path / "a")
    fleet(tmp_path / "b")
    one = uwsgilint("check", ".", "--fix", "--unsafe-fixes", "--jobs", "1", cwd=tmp_path / "a")
    two = uwsgilint("check", ".", "--fix", "--unsafe-fixes", "--jobs", "2", "--cache-dir", "../c", cwd=tmp_path / "b")

    assert one == two
    assert [p.read_bytes() for p in sorted((tmp_path / "a").iterdir())] == [
        p.read_bytes() for p in sorted((tmp_path / "b").iterdir())
    ]


@pytest.mark.parametrize("jobs", ["0", "-1", "many", ""])
def test_no_number_of_processes(tmp_path: Path, jobs: str) -> None:
    """What is no number is refused."""
    done = uwsgilint("check", str(fleet(tmp_path, 1)), f"--jobs={jobs}")

    assert done.status == 2
    assert "neither a number from 1 nor auto" in done.err


def test_other_systems_start_processes_anew(tmp_path: Path) -> None:
    """Where nothing is inherited, the options are sent, rules of an organisation among them."""
    assert uwsgilint("new-rule", "mastr-set", "--code", "OWN001", cwd=tmp_path).status == 0
    options = Options(own=read_folders([str(tmp_path / "rules")]), env={"A": None}, target=Target("2.0.30", None))

    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301  (our own)


def test_small_runs_have_one_process() -> None:
    """Processes are started only where that pays, unless somebody asks for them."""
    assert crowd.processes(0, 399) == 1
    assert crowd.processes(3, 999) == 3
    assert crowd.processes(8, 2) == 2
    assert crowd.processes(1, 10**6) == 1


def test_tuples_stand_for_findings() -> None:
    """Packed and unpacked, a finding is equal in all its parts."""
    data = b"[uwsgi]\nvaccum = true\nenv = TOKEN=abcdef\nprocesses = 4k\nprocesses = 8 ; eight\n"
    found = check_text("uwsgi.ini", data)
    source = found[0].span.source
    again = Source("uwsgi.ini", data)
    back = compact.unpack(compact.pack(found, source), again)

    assert [f._replace(span=None, related=()) for f in back] == [f._replace(span=None, related=()) for f in found]
    assert [(f.span.start, f.span.end, f.line, f.column) for f in back] == [
        (f.span.start, f.span.end, f.line, f.column) for f in found
    ]
    assert all(f.span.source is again for f in back)
    assert again.hidden == source.hidden


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_kept_results_change_nothing(tmp_path: Path, jobs: str) -> None:
    """Neither when they are kept nor when they are used."""
    fleet(tmp_path)
    expected = reports(tmp_path, "--no-cache", "--jobs", "1")
    for _ in range(2):
        assert reports(tmp_path, "--cache-dir", "kept", "--jobs", jobs) == expected
    assert len(list((tmp_path / "kept").iterdir())) == 1


EDITS: dict[str, Callable[[Path, int], object]] = {
    "misspell": lambda folder, n: (folder / f"uwsgi{n:02}.ini").write_text("[uwsgi]\nvaccuum = true\n"),
    "correct": lambda folder, n: (folder / f"uwsgi{n:02}.ini").write_text("[uwsgi]\nvacuum = true\n"),
    "append": lambda folder, n: (folder / f"uwsgi{n:02}.ini").open("a").write(f"processes = {n}x\n"),
    "remove": lambda folder, n: (folder / f"uwsgi{n:02}.ini").unlink(missing_ok=True),
    "rename": lambda folder, n: (
        (folder / f"uwsgi{n:02}.ini").exists() and (folder / f"uwsgi{n:02}.ini").rename(folder / f"moved{n:02}.ini")
    ),
    "include": lambda folder, n: (folder / f"uwsgi{n:02}.ini").write_text(f"[uwsgi]\nini = uwsgi{n + 1:02}.ini\n"),
    "included": lambda folder, n: (folder / "common.part").write_text(f"[uwsgi]\nbuffer-size = {n}k\n"),
    "exists": lambda folder, n: (folder / f"uwsgi{n:02}.ini").write_text(
        "[uwsgi]\nif-exists = common.part\nprocesses = 4k\nendif =\n"
    ),
    "settings": lambda folder, n: (folder / "pyproject.toml").write_text(
        f"[tool.uwsgilint]\ntarget = '2.0.{n % 20}'\nignore = ['UW10{n % 3}']\n"
    ),
    "build": lambda folder, n: (folder / f"uwsgi{n:02}.toml").write_text(
        f"[uwsgi]\nmaster = true\n[target]\nbuild = './build{n % 2}.toml'\n"
    ),
    "built": lambda folder, n: (folder / f"build{n % 2}.toml").write_text("format = 1\n"),
    "date": lambda folder, n: (folder / f"uwsgi{n:02}.ini").write_text(
        "[uwsgi]\n; uwsgilint: ignore[unknown-option] until=2020-01-01 later\nmastr = true\n"
    ),
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 9)), max_size=4), max_size=4))
def test_kept_results_are_never_wrong(tmp_path: Path, steps: list[list[tuple[str, int]]]) -> None:
    """Whatever is edited between two runs, a run with kept results tells what one without them tells."""
    folder = tmp_path / str(time.monotonic_ns())
    folder.mkdir()
    fleet(folder, 10)
    for step in [[], *steps]:
        for edit, number in step:
            EDITS[edit](folder, number)
        kept = reports(folder, "--cache-dir", "kept")
        assert kept == reports(folder, "--no-cache")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1}', "cut", "swap"])
def test_damaged_results_are_not_used(tmp_path: Path, damage: str) -> None:
    """A file that is half there, or another one's, is as good as none."""
    fleet(tmp_path)
    expected = reports(tmp_path, "--no-cache")
    reports(tmp_path, "--cache-dir", "kept")
    (file,) = (tmp_path / "kept").iterdir()
    text = file.read_text()
    file.write_text(
        {"cut": text[: len(text) // 2], "swap": text.replace("[", "{").replace("]", "}")}.get(damage, damage)
    )

    assert reports(tmp_path, "--cache-dir", "kept") == expected


def test_results_are_used(tmp_path: Path) -> None:
    """What is kept is what is told: a sentence that was changed by hand comes out."""
    fleet(tmp_path)
    reports(tmp_path, "--cache-dir", "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_text(file.read_text().replace("is not an option of uWSGI", "was changed by hand"))

    assert b"was changed by hand" in reports(tmp_path, "--cache-dir", "kept")[1][0]
    assert b"was changed by hand" not in reports(tmp_path, "--no-cache")[1][0]


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    """Nothing is kept, and nothing is said."""
    fleet(tmp_path)
    (tmp_path / "kept").write_text("a file\n")

    assert reports(tmp_path, "--cache-dir", "kept") == reports(tmp_path, "--no-cache")


def test_results_belong_to_a_folder(tmp_path: Path) -> None:
    """Small runs keep nothing; the usual place is that of the XDG specification."""
    fleet(tmp_path, 3)
    code = (
        "from uwsgilint.cli import results; print(results.folder())\n"
        "from uwsgilint.cli.checking import run; run(['.'])\n"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.startswith(str(tmp_path / "cache" / "uwsgilint"))
    assert not (tmp_path / "cache").exists()


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uwsgilint", *arguments],
            cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"},
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def until(self, text: str) -> str:
        """What was shown when a text was there."""
        end = time.monotonic() + 30
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self.ours], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.ours, 65536).decode()
                except OSError:  # it has ended, and nobody holds the terminal any more
                    assert text in self.shown, self.shown
        return self.shown

    def screen(self, *, shows: str = "", hides: str = "") -> None:
        """Wait until the last check shows one text and not another."""
        end = time.monotonic() + 30
        while True:
            last = self.shown.rpartition("\x1b[2J")[2]
            if "Ctrl-C ends" in last and shows in last and (not hides or hides not in last):
                return
            assert time.monotonic() < end, self.shown
            if select.select([self.ours], [], [], 0.1)[0]:
                self.shown += os.read(self.ours, 65536).decode()

    def interrupt(self) -> int:
        """Press Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(timeout=20)
        os.close(self.ours)
        return status


def test_watching_checks_again(tmp_path: Path) -> None:
    """After a change of the file, of what it includes, of the settings, and when what was missing comes."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nini = later.part\nmaster = true\n")
    terminal = Terminal("check", "uwsgi.ini", "--watch", "--format", "concise", cwd=tmp_path)
    terminal.screen(shows="UW306")
    (tmp_path / "later.part").write_text("[uwsgi]\nhttp-socket = %(nowhere)\n")
    terminal.screen(shows="later.part:2:", hides="UW306")
    (tmp_path / "later.part").write_text("[uwsgi]\nvacuum = true\n")
    terminal.screen(hides="later.part:2:")
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 4k\n")
    terminal.screen(shows="UW202")
    (tmp_path / "uwsgilint.toml").write_text('ignore = ["UW202"]\n')
    terminal.screen(hides="UW202")
    assert terminal.interrupt() == 0


def test_watching_a_folder_sees_new_files(tmp_path: Path) -> None:
    """And goes on after a mistake in the settings."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\n")
    terminal = Terminal("check", ".", "--watch", "--format", "concise", cwd=tmp_path)
    terminal.screen()
    (tmp_path / "other.ini").write_text("[uwsgi]\nvaccum = true\n")
    terminal.screen(shows="other.ini:2:1")
    (tmp_path / "uwsgilint.toml").write_text("ignoer = 1\n")
    terminal.screen(shows="did you mean ignore?")
    (tmp_path / "uwsgilint.toml").write_text('ignore = ["UW101"]\n')
    terminal.screen(hides="other.ini")
    assert terminal.interrupt() == 0


def test_watching_outlives_its_folder(tmp_path: Path) -> None:
    """What is gone may come again, and is told in a sentence until then."""
    folder = tmp_path / "gone"
    folder.mkdir()
    (folder / "uwsgi.ini").write_text("[uwsgi]\nvaccum = true\n")
    terminal = Terminal("check", ".", "--watch", "--format", "concise", cwd=folder)
    terminal.screen(shows="uwsgi.ini:2:1")
    (folder / "uwsgi.ini").unlink()
    folder.rmdir()
    terminal.screen(shows="no such file or directory", hides="Traceback")
    assert terminal.interrupt() == 0


def test_watching_is_for_terminals(tmp_path: Path) -> None:
    """Elsewhere nobody could see it, and it would never end."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\n")
    done = uwsgilint("check", "uwsgi.ini", "--watch", cwd=tmp_path)

    assert (done.status, done.out) == (2, "")
    assert "--watch is for a terminal" in done.err


def test_watching_takes_no_standard_input(tmp_path: Path) -> None:
    """It has no second text to give."""
    terminal = Terminal("check", "-", "--watch", cwd=tmp_path)

    assert "standard input comes once" in terminal.until("watch")
    assert terminal.process.wait(timeout=20) == 2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Whatever kills that: they would wait for files for ever."""
    for number in range(2000):
        (tmp_path / f"{number}.ini").write_text("[uwsgi]\nvaccum = true\nprocesses = 4k\nharakiri = 30 ; s\n" * 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "uwsgilint", "check", ".", "--jobs=2", "--no-cache"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    children: list[int] = []
    while len(children) < 2 and process.poll() is None:
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        children = [int(child) for child in found]
        time.sleep(0.01)
    process.kill()
    process.wait()

    assert len(children) == 2
    end = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}/cmdline").exists()]


@pytest.mark.parametrize("writes", ["--fix", "--add-ignore", "--baseline=b.json", "--format=sarif=s.sarif"])
def test_watching_writes_nothing(tmp_path: Path, writes: str) -> None:
    """A file that it writes would be the next change."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\n")
    terminal = Terminal("check", "uwsgi.ini", "--watch", writes, cwd=tmp_path)

    assert "--watch only looks" in terminal.until("files")
    assert terminal.process.wait(timeout=20) == 2


def test_progress_is_shown_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """A bar on a terminal when a run takes longer than a second; no byte otherwise."""
    clock = [0.0]
    monkeypatch.setattr("uwsgilint.cli.progress.time.monotonic", lambda: clock[0])
    monkeypatch.setenv("TERM", "xterm")
    for terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        progress = Progress(400)
        progress.at(10)
        assert capsys.readouterr().err == ""
        clock[0] += 1.5
        progress.at(200)
        shown = capsys.readouterr().err
        progress.close()
        gone = capsys.readouterr().err
        assert ("200 of 400 files" in shown) is terminal
        assert gone == ("\r\x1b[K" if terminal else "")
