"""Colours and links, where a terminal shows them and nobody objects."""

from __future__ import annotations

import os
import sys

from uwsgilint.report.layout import PLAIN, Style

__all__ = ["COLOURS", "style"]

COLOURS = ("auto", "always", "never")


def style(colour: str = "auto", *, to_file: bool = False) -> Style:
    """Return how parts of a text stand out, and how wide it may be.

    They do not stand out in a file, in a pipe, or where NO_COLOR asks for that; FORCE_COLOR asks for the opposite
    (no-color.org, force-color.org), and the command line counts more than both.

    Args:
        colour: one of COLOURS.
        to_file: whether the text goes to a file.
    """
    wanted = colour == "always"
    if colour == "auto":
        wanted = not os.environ.get("NO_COLOR") and (
            bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
        )
    if to_file:
        return PLAIN
    plain = PLAIN._replace(width=_width())
    if not wanted:
        return plain
    docs = os.environ.get("UWSGILINT_DOCS", "")
    return Style("\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[0m", "\x1b[1;31m", docs, plain.width)


def _width() -> int:
    """Return how many columns the terminal has; 0 where the output is none."""
    if not sys.stdout.isatty():
        return 0
    import shutil  # noqa: PLC0415  (a pipe has no width)

    return shutil.get_terminal_size((0, 0)).columns
