"""The small language of an option's value, for those who work without models.

`uwsgilint.schema.composites` declares the languages; what is here was generated from there and loads
when the first option is asked for.
"""

from __future__ import annotations

from functools import cache

from uwsgilint.catalog import setting_of
from uwsgilint.grammar import Composite, Part

__all__ = ["of"]


def of(option: str) -> Composite | None:
    """Return the language of an option's value, by any name of the option; None if it has none."""
    from uwsgilint._data.composites import OPTIONS  # noqa: PLC0415  (few ask)

    name = OPTIONS.get(setting_of(option))
    return None if name is None else _made(name)


@cache
def _made(name: str) -> Composite:
    from uwsgilint._data.composites import COMPOSITES  # noqa: PLC0415  (few ask)

    template, pairs, parts = COMPOSITES[name]
    return Composite(name, template, pairs, tuple(Part._make(part) for part in parts))
