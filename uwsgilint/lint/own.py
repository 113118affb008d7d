"""An organisation's own rules: pages of the same form as the built-in ones, with a condition and no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from uwsgilint import catalog
from uwsgilint.lint import registry
from uwsgilint.lint.compiling import KEYS, compile_rule, fields, triggers
from uwsgilint.lint.declared import Ruleset
from uwsgilint.lint.registry import Rule
from uwsgilint.lint.selection import RECOMMENDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from uwsgilint.lint.declared import Declared

__all__ = ["OwnRuleError", "read_rules", "scaffold"]

_CODE = re.compile(r"(?!UW\d)[A-Z]{2,8}\d{1,4}")
_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_SENTENCES = ("message", "consequence", "action")
_REQUIRED = ("code", "name", "severity", *_SENTENCES, "when")
_CHOICES = {
    "severity": registry.SEVERITIES,
    "fix": ("none", "safe", "unsafe"),
    "status": ("stable", "preview"),
}
_DEFAULTS = {"group": "own", "fix": "none", "status": "stable", "profile": RECOMMENDED, "proof": "none"}
# What the pages that come with uwsgilint have besides; nothing is made of it here.
_IGNORED = frozenset({"security", "since", "values", "uwsgi"})


class OwnRuleError(ValueError):
    """A page of an organisation's rules cannot be used; the text names the page."""


def read_rules(pages: Iterable[tuple[str, str]]) -> Ruleset:
    """Compile pages, each with the name of its file.

    Raises:
        OwnRuleError: one of them is no rule, or has the code or the name of another.
    """
    declared: dict[str, Declared] = {}
    rules: dict[str, Rule] = {}
    started: dict[str, list[str]] = {}
    always: list[str] = []
    for file, text in pages:
        front = _front(file, text)
        rule = _compiled(file, front)
        name, code = front["name"], front["code"]
        taken = registry.rule(name) or next((r for r in rules.values() if code == r.code or name == r.name), None)
        if taken is not None:
            raise OwnRuleError(f"{file}: {code} {name} is taken by {taken.code} {taken.name}")
        declared[name] = rule
        rules[name] = _rule(front)
        found = triggers(rule)
        for setting in found or ():
            started.setdefault(setting, []).append(name)
        if found is None:
            always.append(name)
    return Ruleset(declared, {key: tuple(names) for key, names in started.items()}, tuple(always), rules)


def _rule(front: Mapping[str, Any]) -> Rule:
    said = {key: str(front.get(key, _DEFAULTS.get(key, ""))) for key in Rule._fields}
    security = bool(front.get("security"))
    return Rule(**{**said, "security": security, "alternatives": ()})  # type: ignore[arg-type]


def _front(file: str, text: str) -> dict[str, Any]:
    import tomli  # noqa: PLC0415  (most runs have no rules of their own)

    opening, _, rest = text.partition("+++\n")
    matter, closing, _ = rest.partition("\n+++\n")
    if opening or not closing:
        raise OwnRuleError(f"{file}: the page does not begin with TOML between two lines of +++")
    try:
        return tomli.loads(matter)
    except tomli.TOMLDecodeError as error:
        raise OwnRuleError(f"{file}: {error}") from None


def _compiled(file: str, front: Mapping[str, Any]) -> Declared:
    for key in _REQUIRED:
        if not isinstance(front.get(key), str):
            raise OwnRuleError(f"{file}: {key!r} is missing, or no text")
    for key in front:
        if key not in {*_REQUIRED, *_CHOICES, *_DEFAULTS, *_IGNORED, *KEYS} or key in {"check", "triggers"}:
            raise OwnRuleError(f"{file}: there is no {key!r} in a rule")
    for key, choices in _CHOICES.items():
        if front.get(key, choices[0]) not in choices:
            raise OwnRuleError(f"{file}: {front[key]!r} is no {key}: it is one of {', '.join(choices)}")
    if not _CODE.fullmatch(front["code"]):
        raise OwnRuleError(f"{file}: {front['code']!r} is no code: capital letters other than UW, and a number")
    if not _NAME.fullmatch(front["name"]):
        raise OwnRuleError(f"{file}: {front['name']!r} is no name: lower-case words with dashes between them")
    try:
        rule = compile_rule(front)
        used = {field for sentence in _SENTENCES for field in fields(front[sentence])}
    except ValueError as error:
        raise OwnRuleError(f"{file}: {error}") from None
    if rule is None:
        raise OwnRuleError(f"{file}: there is no condition")
    known = {*rule.options, *(key for key, _ in rule.lets), "option", *(["value"] if rule.each else [])}
    unknown = {name for name in used - known if catalog.setting_of(name) not in known}
    if unknown:
        raise OwnRuleError(f"{file}: nothing fills in {', '.join(f'{{{name}}}' for name in sorted(unknown))}")
    return rule


def scaffold(code: str, name: str) -> str:
    """Return the page of a new rule, complete but for what it is about.

    Raises:
        OwnRuleError: the code or the name cannot be that of a rule.
    """
    page = _PAGE.replace("CODE", code).replace("NAME", name)
    _compiled(f"{code}-{name}.md", _front(f"{code}-{name}.md", page))
    return page


_PAGE = """\
+++
code = "CODE"
name = "NAME"
severity = "warning"
when = "processes > 16"
message = "{processes} workers are more than our machines have room for"
consequence = "What happens then, in one sentence."
action = "Set `processes` to 16 or less."
+++

# NAME (CODE)

## What it does

Which configurations it finds.

## Why it matters

What happened to us, and when it is right to ignore it.

## Avoid

```ini
[uwsgi]
; CODE
processes = 64
```

## Prefer

```ini
[uwsgi]
processes = 16
```
"""
