"""The rules: what each is called, how grave it is, and the sentences that tell it.

All of it comes from the pages in rules/, compiled by `python -m tools.rules`.
"""

# No `from __future__ import annotations`: with it, making the class would cost ten times as much.

from collections.abc import Mapping
from typing import NamedTuple

from uwsgilint._data.rules import RULES
from uwsgilint.document import cut

__all__ = ["SEVERITIES", "UNCHECKED", "Rule", "page", "rule", "rules"]

SEVERITIES = ("error", "warning", "advice")
"""How grave findings are, the gravest first."""
UNCHECKED = frozenset({"internal-error", "unreadable-file", "oversized-file"})
"""Rules about files that were not checked: nothing hides what they find, and so no such file looks clean."""

_LONGEST = 80  # characters of a value that a sentence shows


class Rule(NamedTuple):
    """One thing worth telling.

    Attributes:
        name: reads as "allow <name>".
        code: UW and three digits; the first of them says what the rule is about.
        group: the same in a word.
        severity: "error", "warning" or "advice".
        fix: "none", "safe" or "unsafe".
        status: "stable" or "preview".
        profile: "recommended" for a rule that always runs; otherwise the profile that has it.
        proof: how a real server shows it: "understand", "strict", "start" or "run"; "none" when it has no say.
        security: whether it is a matter of security.
        message: template of what is wrong.
        consequence: template of what uWSGI does then.
        action: template of the one thing to do.
        alternatives: what to do instead of that when a value is not empty: (value, template) each.
    """

    name: str
    code: str
    group: str
    severity: str
    fix: str
    status: str
    profile: str
    proof: str
    security: bool
    message: str
    consequence: str
    action: str
    alternatives: tuple[tuple[str, str], ...]

    def tell(self, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Return message, consequence and action, filled with the values of one finding.

        Long values are cut, and characters that cannot be printed are shown by their escapes.

        Raises:
            KeyError: a value that a sentence needs is missing.
        """
        action = next((text for value, text in self.alternatives if values[value]), self.action)
        shown = {name: _shown(value) for name, value in values.items()}
        return _filled(self.message, shown), _filled(self.consequence, shown), _filled(action, shown)


def _shown(value: str) -> str:
    text = cut(value, _LONGEST)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if not value:  # an empty pair of backticks shows nothing
            template = template.replace(f"`{{{name}}}`", f"an empty {name}")
    return template.format_map(values)


def rule(name: str) -> "Rule | None":
    """Return the rule of a name or a code, or None."""
    fields = RULES.get(name)
    if fields is not None:
        return Rule(name, *fields)
    return next((Rule(key, *fields) for key, fields in RULES.items() if fields[0] == name), None)


def rules() -> list[Rule]:
    """Return all rules, sorted by code."""
    return sorted((Rule(name, *fields) for name, fields in RULES.items()), key=lambda r: r.code)


def page(code: str) -> str:
    """Return the page of a rule, as Markdown.

    Raises:
        KeyError: no rule has this code.
    """
    from uwsgilint._data.pages import PAGES  # noqa: PLC0415  (only `explain` wants these texts)

    return PAGES[code]
