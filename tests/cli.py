"""Run the command line as a user does, in a process of its own or, where that is not the point, in this one."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from uwsgilint.cli import main, settings

SCREEN = {"COLUMNS": "100", "NO_COLOR": "1"}


class Run(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


def uwsgilint(*arguments: str, cwd: Path | None = None, stdin: str | bytes = "") -> Run:
    """Run uwsgilint in this process, as though it were one of its own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    status = 0
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if cwd is not None:
            patch.chdir(cwd)
        for name, value in SCREEN.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        patch.setattr(settings, "_read", {})  # what a process keeps as long as it lives
        patch.setattr(sys, "argv", ["uwsgilint", *arguments])
        try:
            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Run(status, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


def started(*arguments: str, cwd: Path | None = None, stdin: str | bytes = "") -> Run:
    """Run uwsgilint in a process of its own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "uwsgilint", *arguments],
        cwd=cwd,
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **SCREEN},
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
