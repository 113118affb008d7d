"""What the linter says about a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.lint import registry

if TYPE_CHECKING:
    from uwsgilint.document import Problem, Span
    from uwsgilint.lint.registry import Rule

__all__ = ["Edit", "Finding", "Fix", "Related", "make", "told"]


class Related(NamedTuple):
    """Another place that a finding speaks of, and what is there."""

    span: Span
    label: str


class Edit(NamedTuple):
    """A range of bytes and the text to put there."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that make a finding go away; a safe one changes only what the rule says."""

    edits: tuple[Edit, ...]
    safe: bool


class Finding(NamedTuple):
    """A rule that fired at a place."""

    rule: Rule
    span: Span
    message: str
    consequence: str
    action: str
    option: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def code(self) -> str:
        """Code of the rule, such as UW101."""
        return self.rule.code

    @property
    def name(self) -> str:
        """Name of the rule, such as unknown-option."""
        return self.rule.name

    @property
    def severity(self) -> str:
        """One of "error", "warning" and "advice"."""
        return self.rule.severity

    @property
    def file(self) -> str:
        """The file as the user named it."""
        return self.span.source.name

    @property
    def line(self) -> int:
        """Line of the place, from 1."""
        return self.span.line

    @property
    def column(self) -> int:
        """Column of the place, from 1, in characters."""
        return self.span.column


def make(
    name: str,
    span: Span,
    values: dict[str, str] | None = None,
    option: str | None = None,
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    """Make a finding of a rule, its sentences filled with values and with the name of the option.

    Raises:
        KeyError: no rule has this name, or a sentence needs a value that is not there.
    """
    rule = registry.rule(name)
    if rule is None:
        raise KeyError(name)
    shown = {} if option is None else {"option": option}
    return Finding(rule, span, *rule.tell(shown | (values or {})), option, related, fix)


def told(problem: Problem, fix: Fix | None = None) -> Finding:
    """Make a finding of what a reader, a writer or the evaluation could not take.

    Raises:
        KeyError: no rule has its name, or a sentence needs a value that is not there.
    """
    related = tuple(Related(span, label) for span, label in problem.related)
    return make(problem.rule, problem.span, problem.values, problem.option, related, fix)
