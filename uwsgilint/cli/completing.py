"""What a shell completes: names that uwsgilint knows; where it knows none, the shell completes names of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["builds", "forms", "names", "options", "plugins", "releases", "rules"]


def _beginning(words: Iterable[tuple[str, str]], incomplete: str) -> Iterator[tuple[str, str]]:
    return ((word, help_) for word, help_ in words if word.startswith(incomplete))


def rules(incomplete: str) -> list[tuple[str, str]]:
    """Return the selectors that a text may become; of several with commas between them, the last one."""
    from uwsgilint.lint import registry  # noqa: PLC0415  (only a shell asks)
    from uwsgilint.lint.registry import SEVERITIES  # noqa: PLC0415
    from uwsgilint.lint.selection import ALL  # noqa: PLC0415

    before, comma, last = incomplete.rpartition(",")
    listed = registry.rules()
    words = [(rule.code, rule.name) for rule in listed]
    if not last.isupper():
        words += [(rule.name, rule.code) for rule in listed]
        words += [(group, "a group of rules") for group in sorted({rule.group for rule in listed})]
        words += [*((severity, "a severity") for severity in SEVERITIES), (ALL, "every rule")]
    return [(f"{before}{comma}{word}", told) for word, told in _beginning(words, last)]


def names(incomplete: str) -> list[tuple[str, str]]:
    """Return what `explain` explains: options, plugins, subsystems and rules."""
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import subsystems  # noqa: PLC0415
    from uwsgilint.lint import registry  # noqa: PLC0415

    words: dict[str, str] = {}
    for word in catalog.names():
        words.setdefault(word, "an option")
    for word in subsystems.NAMES:
        words.setdefault(word, "a subsystem")
    for word in catalog.plugins():
        words.setdefault(word, "a plugin")
    for rule in registry.rules():
        words.setdefault(rule.code, rule.name)
        words.setdefault(rule.name, rule.code)
    return list(_beginning(words.items(), incomplete))


def options(incomplete: str) -> list[str]:
    """Return the names of options."""
    from uwsgilint import catalog  # noqa: PLC0415

    return [name for name in catalog.names() if name.startswith(incomplete)]


def releases(incomplete: str) -> list[str]:
    """Return the releases of uWSGI, the newest first."""
    from uwsgilint import catalog  # noqa: PLC0415

    return [release for release in reversed(catalog.RELEASES) if release.startswith(incomplete)]


def builds(incomplete: str) -> list[str]:
    """Return the known builds."""
    from uwsgilint.catalog import builds as known  # noqa: PLC0415

    return [name for name in known.names() if name.startswith(incomplete)]


def plugins(incomplete: str) -> list[str]:
    """Return the plugins, and the core."""
    from uwsgilint import catalog  # noqa: PLC0415

    return [name for name in sorted({"core", *catalog.plugins()}) if name.startswith(incomplete)]


def forms(incomplete: str) -> list[str]:
    """Return the forms of reports."""
    from uwsgilint.report.findings import FORMS  # noqa: PLC0415

    return [form for form in FORMS if form.startswith(incomplete)]
