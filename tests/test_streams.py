"""What becomes of the command where standard streams are closed, nobody reads on, or somebody interrupts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

UWSGILINT = f"{sys.executable} -m uwsgilint"
FAULTY = "[uwsgi]\nvaccum = true\n"


def shell(command: str, folder: Path) -> tuple[int, str]:
    """The exit status of the first command of a pipe in bash, and all that is shown."""
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        cwd=folder,
        # Where nothing is buffered Python itself forgets what a closed pipe did not take.
        env={name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("arguments", ["check uwsgi.ini", "check uwsgi.ini --format json", "rules"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_change_no_status(tmp_path: Path, arguments: str, closed: str) -> None:
    """What nobody can see is not shown, and the status says what it always says."""
    (tmp_path / "uwsgi.ini").write_text(FAULTY)

    status, told = shell(f"{UWSGILINT} {arguments} {closed}", tmp_path)

    assert status == (0 if arguments == "rules" else 1)
    assert "Traceback" not in told
    assert "this is a bug" not in told


def test_a_closed_standard_input_is_empty(tmp_path: Path) -> None:
    """It is no bug of ours."""
    assert shell(f"{UWSGILINT} check - <&-", tmp_path) == shell(f"{UWSGILINT} check - </dev/null", tmp_path)


@pytest.mark.parametrize("arguments", ["options", "check .", "check . --format concise"])
def test_nobody_has_to_read_to_the_end(tmp_path: Path, arguments: str) -> None:
    """As for any program that writes into a pipe; it is not taken for findings."""
    for number in range(300):
        (tmp_path / f"{number}.ini").write_text(FAULTY * 5)

    assert shell(f"{UWSGILINT} {arguments} | head -c 1 >/dev/null", tmp_path) == (141, "")


@pytest.mark.parametrize("arguments", [("check", "pipe.ini"), ("check", "pipe.ini", "--quiet"), ("build", "pipe.ini")])
def test_an_interrupt_ends_it_in_silence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """With the status of a process that SIGINT ended."""
    os.mkfifo(tmp_path / "pipe.ini")
    process = subprocess.Popen(
        [sys.executable, "-m", "uwsgilint", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    while process.poll() is None and not waits_to_open(process.pid):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=30)[0]

    assert process.returncode == 130
    assert b"Traceback" not in told


def waits_to_open(pid: int) -> bool:
    """Whether a process waits for somebody to write into the pipe that it opens."""
    try:
        return Path(f"/proc/{pid}/wchan").read_text() in {"fifo_open", "wait_for_partner"}
    except OSError:
        return True
