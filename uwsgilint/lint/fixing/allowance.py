"""How much may be read again to prove fixes, in one check of a file.

A proof takes as long as reading the file does, and a file may have hundreds of findings: beyond this, findings have no
fix for now. `--fix` checks what it has mended, so it comes to them in its next pass.
"""

from __future__ import annotations

__all__ = ["renew", "spend"]

_WHOLE = 2**21  # bytes: a second or two of reading
_left = _WHOLE


def renew() -> None:
    """Begin a check."""
    global _left  # noqa: PLW0603  (one check runs at a time in a process)
    _left = _WHOLE


def spend(size: int) -> bool:
    """Whether a text of so many bytes may be read once more."""
    global _left  # noqa: PLW0603  (the same)
    _left -= size
    return _left >= 0
