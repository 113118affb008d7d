"""Which rules run, and how grave each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.lint import registry
from uwsgilint.lint.registry import SEVERITIES, UNCHECKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from uwsgilint.lint.declared import Ruleset
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.registry import Rule

__all__ = ["ALL", "DEFAULT", "PROFILES", "RECOMMENDED", "Selection", "unknown_selector"]

RECOMMENDED = "recommended"
PROFILES = {
    RECOMMENDED: "what holds for every configuration",
    "production": "and what every server in production should have",
    "security": "and whatever else is a matter of security",
    "pedantic": "all of these, and what few want to hear",
}
# The rules of which profiles run in each.
_RUN_IN = {name: frozenset(PROFILES) if name == "pedantic" else frozenset({RECOMMENDED, name}) for name in PROFILES}
ALL = "all"
# What could not be read must never look clean.
_ALWAYS = UNCHECKED | {"malformed-file"}


class Selection(NamedTuple):
    """Which rules run.

    A selector is a code (`UW401`), the beginning of one (`UW4`), a name, a group, a severity or `all`. Of those
    that fit a rule the most exact one counts, and `ignore` where two are equally exact; only what the command line
    asks for counts more than what settings ignore as exactly.

    Attributes:
        profile: one of PROFILES: what runs when `select` says nothing.
        select: selectors of what runs instead.
        extend: selectors of what runs as well.
        ignore: selectors of what does not.
        severity: selector and severity, for rules that are more or less grave here.
        own: rules of an organisation, which run together with the built-in ones.
        today: the day for comments that end on one, as in 2026-11-20; "" is what the clock says.
        asked: those of `select` and `extend` that the command line says.
        waived: selectors of what does not run either, unless one of `asked` is as exact.
    """

    profile: str = RECOMMENDED
    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    own: Ruleset | None = None
    today: str = ""
    asked: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()

    def runs(self, name: str, profile: str) -> bool:
        """Whether a declared rule has to be evaluated; a quick answer where nothing special is said."""
        if self.select is None and not (self.extend or self.ignore or self.waived) and self.profile != "security":
            return profile in _RUN_IN[self.profile]
        rule = self.own.rules.get(name) if self.own is not None else None
        rule = rule or registry.rule(name)
        return rule is not None and self.takes(rule)

    def takes(self, rule: Rule) -> bool:
        """Whether findings of a rule are told."""
        if rule.name in _ALWAYS:
            return True
        wanted = max((_fits(s, rule) for s in self.extend), default=0)
        if self.select is not None:
            wanted = max([wanted, *(_fits(s, rule) for s in self.select)])
        elif rule.profile in _RUN_IN[self.profile] or (self.profile == "security" and rule.security):
            wanted = max(wanted, 1)
        if rule.status == "preview" and wanted < _EXACT:
            return False
        ignored = max((_fits(s, rule) for s in self.ignore), default=0)
        if self.waived:
            waived = max(_fits(s, rule) for s in self.waived)
            if waived > max((_fits(s, rule) for s in self.asked), default=0):
                ignored = max(ignored, waived)
        return wanted > ignored

    def judged(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are told, each as grave as it is here."""
        told = [finding for finding in findings if self.takes(finding.rule)]
        if not self.severity:
            return told
        return [f._replace(rule=f.rule._replace(severity=self._severity(f.rule))) for f in told]

    def _severity(self, rule: Rule) -> str:
        fits, mildness = max((_fits(word, rule), -SEVERITIES.index(said)) for word, said in self.severity.items())
        return SEVERITIES[-mildness] if fits else rule.severity


_EXACT = 100


def _fits(selector: str, rule: Rule) -> int:
    """Tell how exactly a selector fits a rule: 0 for not at all."""
    if selector in (rule.code, rule.name):
        return _EXACT
    if selector == ALL:
        return 1
    if selector in (rule.group, rule.severity):
        return 2
    return 2 + len(selector) if selector.isupper() and rule.code.startswith(selector) else 0


DEFAULT = Selection()
"""The recommended rules, as they are."""


def unknown_selector(selector: str, own: Ruleset | None = None) -> str | None:
    """Return why a text selects nothing, with what was probably meant; None when it selects something."""
    from uwsgilint import catalog  # noqa: PLC0415  (only mistakes need it)

    rules = [*registry.rules(), *(own.rules.values() if own is not None else ())]
    if selector in PROFILES:
        return f"{selector!r} is a profile: choose it as the profile"
    if any(_fits(selector, rule) for rule in rules) or selector in SEVERITIES:
        return None
    known = {word for rule in rules for word in (rule.code, rule.name, rule.group)}
    near = catalog.suggest(selector.upper() if selector[:2].lower() == "uw" else selector, sorted(known))
    return f"no rule, group or severity is called {selector!r}" + (f"; did you mean {near[0]}?" if near else "")
