"""Exit statuses: what a script may rely on."""

from __future__ import annotations

__all__ = ["BUG", "CLEAN", "FINDINGS", "NOTHING", "UNREAD", "USAGE"]

CLEAN = 0
FINDINGS = 1  # at or above the threshold; also a stale or refused build
USAGE = 2
NOTHING = 3  # no configuration to check
UNREAD = 4  # an input could not be read
BUG = 70
