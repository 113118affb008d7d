"""How far a long run has come: on standard error, on a terminal, and gone when it is done."""

from __future__ import annotations

import os
import sys
import time

__all__ = ["Progress"]

_PATIENCE = 1.0  # seconds that nobody minds
_PAUSE = 0.1  # seconds between two pictures
_WIDTH = 30


class Progress:
    """A bar that appears when a run takes longer than a second."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._shown = False
        self._next = time.monotonic() + _PATIENCE
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def at(self, done: int) -> None:
        """Say how many files are done."""
        if not self._wanted:
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        self._shown = True
        full = _WIDTH * done // max(self._total, 1)
        sys.stderr.write(f"\r\x1b[K[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {self._total} files")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave nothing behind."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
