"""Subsystems: options that serve one purpose, each in a table of that name in an authored file."""

from __future__ import annotations

from uwsgilint._data.subsystems import HOMES, SUBSYSTEMS

__all__ = ["NAMES", "home", "summary", "title"]

NAMES: tuple[str, ...] = tuple(SUBSYSTEMS)


def home(option: str) -> str | None:
    """Return the subsystem that an option belongs to; None for a name that `catalog.LATEST` does not have."""
    return HOMES.get(option)


def title(subsystem: str) -> str:
    """Return what a subsystem is called in a heading."""
    return SUBSYSTEMS[subsystem][0]


def summary(subsystem: str) -> str:
    """Return what a subsystem is for, in one sentence."""
    return SUBSYSTEMS[subsystem][1]
