"""Run the command line as a user does, in a process of its own or, where that is not the point, in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


def uwsgilint(*arguments: str, cwd: Path | None = None, stdin: str | bytes = "") -> Run:
    """Run uwsgilint in a process of its own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "uwsgilint", *arguments],
        cwd=cwd,
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
