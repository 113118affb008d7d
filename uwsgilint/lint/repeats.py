"""Settings that hold one value and are given two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.language.placeholders import is_template
from uwsgilint.lint.finding import Finding, Related, make
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.document import Directive, Document
    from uwsgilint.lint.scope import Scope

__all__ = ["check"]

# Of these the last value does not win; the rule added-socket-modes tells what comes out.
_ADDED = frozenset({"chmod-socket"})


def check(directives: list[Directive], _document: Document, _scope: Scope) -> Iterable[Finding]:
    """Tell where the last of several values wins; what stands under a condition is left alone."""
    if any(is_template(d.key) or is_template(d.value or "") for d in directives):
        return  # two branches of a template, of which only one is rendered
    first: dict[str, Directive] = {}
    inside = False
    for directive in directives:
        option = catalog.option(directive.key)
        if option is None:
            continue
        if option.kind == "logic":
            inside = True
        elif option.kind == "terminator":
            inside = False
        elif not inside and not option.repeatable:
            before = first.setdefault(option.setting, directive)
            if before is not directive and _is_variable(before) == _is_variable(directive):
                values = {"value": directive.value or "", "first": before.value or ""}
                same = before.value == directive.value or _reading(directive) == _reading(before)
                if not same and option.setting in _ADDED:
                    continue
                label = "first set here" if before.key == directive.key else f"first set here, as {before.key}"
                yield make(
                    "repeated-value" if same else "conflicting-values",
                    directive.span,
                    values,
                    directive.key,
                    (Related(before.span, label),),
                )


def _is_variable(directive: Directive) -> bool:
    """Whether a directive is a variable of the environment, which a command line commonly overrides."""
    return directive.source.data[directive.key_start : directive.key_end].isupper()


def _reading(directive: Directive) -> object:
    """Return what the server makes of a value: True and true are one, to a flag."""
    option = catalog.option(directive.key)
    try:
        return KINDS[option.kind].read(directive.value) if option is not None else directive.value
    except Refused:
        return directive.value
