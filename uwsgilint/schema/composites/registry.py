"""Which option speaks which small language, read off the models; routing has models of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.catalog import subsystems
from uwsgilint.schema import subsystem
from uwsgilint.schema.base import composite_of, native_name

if TYPE_CHECKING:
    from uwsgilint.schema.composite import Composite

__all__ = ["COMPOSITES"]


def _composites() -> dict[str, type[Composite]]:
    found: dict[str, type[Composite]] = {}
    for table in subsystems.NAMES:
        for name, field in subsystem(table).model_fields.items():
            composite = composite_of(field)
            if composite is not None:
                found[native_name(name)] = composite
    return found


COMPOSITES: dict[str, type[Composite]] = _composites()
"""The language of each option that has one, by the setting's own name."""
