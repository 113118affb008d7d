"""Checks of placeholders and the options that set them.

Each function is named by a page in `rules/language`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.lint.finding import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import View

__all__ = ["option_as_placeholder"]


def option_as_placeholder(view: View) -> Iterator[Finding]:
    """Tell of a placeholder with the name of an option that the server certainly has."""
    for given in view.every("set-placeholder"):
        if not isinstance(given.text, str):
            continue
        name, equals, _ = given.text.partition("=")
        option = catalog.option(name)
        if equals and option is not None and option.plugin == "core" and catalog.exists_in(name, view.scope.release):
            yield make("option-as-placeholder", given.value_span, {"name": name}, given.key)
