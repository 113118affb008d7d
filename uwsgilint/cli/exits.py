"""How a command ends: the statuses that a script may rely on, and the words for what the system refused."""

from __future__ import annotations

__all__ = ["BUG", "CLEAN", "FINDINGS", "NOTHING", "UNREAD", "USAGE", "reason_of"]

CLEAN = 0
FINDINGS = 1  # at or above the threshold; also a stale or refused build
USAGE = 2
NOTHING = 3  # no configuration to check
UNREAD = 4  # an input could not be read
BUG = 70


def reason_of(error: OSError) -> str:
    """Say in a few words why a file could not be read or written."""
    return (error.strerror or str(error)).lower()
