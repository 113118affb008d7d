"""Why an option comes out as it does: the chain of lines, files and placeholders behind one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.report import words
from uwsgilint.report.layout import PLAIN, Style, visible
from uwsgilint.report.settings import explicit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.language.entry import Entry
    from uwsgilint.language.settings import Outcome, Setting, Settings

__all__ = ["placeholder", "tell"]


def tell(settings: Settings, name: str, style: Style = PLAIN) -> list[str]:
    """Return the lines that explain an option, by any of its names.

    Raises:
        KeyError: uWSGI has no such option.
    """
    setting = settings[name]
    option = catalog.option(setting.name)
    lines: list[str] = []
    if setting.name != name:
        lines.append(f"`{name}` is another name of `{setting.name}`.")
    places = words.condition_places(settings, setting)
    if option is not None and option.repeatable:
        entries = explicit(setting)
        if not entries:
            lines.append(f"{style.bold(setting.name)}: nothing sets it")
        for entry in entries:
            text = visible("on" if entry.text is None else entry.shown or '""')
            lines.append(f"{style.bold(setting.name)}: {text}, from {visible(words.origin(entry))}")
            lines += _details(entry, places, entry.conditions)
    else:
        for outcome in sorted(setting.outcomes, key=lambda each: (each.entry is None, each.conditions)):
            lines.append(f"{style.bold(setting.name)}: {visible(_outcome(setting, outcome))}")
            if outcome.entry is not None:
                lines += _details(outcome.entry, places, outcome.conditions)
            else:
                lines += _conditions(places, outcome.conditions)
    lines += [f"  {line}" for line in _left_out(settings, setting)]
    if settings.unread and not _sure(setting):
        lines += [
            f"  `{visible(entry.key)} = {visible(entry.shown or '')}` ({entry.place}) may say more: {entry.opaque}"
            for entry in settings.unread
        ]
    return lines


def placeholder(settings: Settings, name: str, style: Style = PLAIN) -> list[str]:
    """Return the lines that explain a name that is no option but is said something about; nothing for others."""
    lines: list[str] = []
    for entry in (entry for entry in settings.entries if entry.key == name):
        text = visible(entry.shown or '""')
        again = "" if not lines else ", which no placeholder sees: the first one counts"
        lines.append(f"{style.bold(f'%({visible(name)})')}: {text}, from {visible(words.origin(entry))}{again}")
        lines += _details(entry, {}, entry.conditions)
    return lines


def _outcome(setting: Setting, outcome: Outcome) -> str:
    text = words.value(outcome, setting.name) or ('""' if outcome.text is not None else "not set")
    unsure = " (unknown)" if outcome.value is UNKNOWN and outcome.text is not None and not outcome.refused else ""
    head = f"{text}{unsure}{words.when(outcome.conditions)}"
    if outcome.entry is None:
        return f"{head}, the default: nothing sets it" if not outcome.guard else f"{head}, the default"
    if outcome.entry.opaque is not None:
        return f"{head}, as {outcome.entry.key} = {outcome.entry.shown or ''} ({outcome.entry.place}) may set it"
    if outcome.implied:
        return f"{head}, {words.implied_by(setting, outcome)}"
    parts = [head, f"from {words.origin(outcome.entry)}"]
    beaten = [
        lost.entry.place
        for lost in setting.lost
        if catalog.setting_of(lost.entry.key) == setting.name and (lost.winner is outcome.entry)
    ]
    if beaten:
        parts.append(f"overrides {_listed(beaten)}")
    if outcome.refused:
        parts.append(f"and uWSGI refuses it: {outcome.refused}")
    return ", ".join(parts)


def _listed(places: list[str]) -> str:
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"


def _details(entry: Entry, places: dict[str, str], conditions: Iterable[str]) -> Iterator[str]:
    """Tell of the conditions of an entry, of what was filled into it, and of what is unknown."""
    yield from _conditions(places, conditions)
    if entry.text is not None and _written(entry) not in {entry.shown, None}:
        yield f"    written as `{visible(_written(entry) or '')}`"
    yield from _fillings(entry, set())
    for remedy in words.remedies(entry):
        yield f"    {visible(remedy)}"


def _written(entry: Entry) -> str | None:
    """Return the value of an entry as its file has it; None for one that another entry made."""
    return None if entry.directive is None or entry.directive.key != entry.key else entry.directive.value


def _fillings(entry: Entry, seen: set[int], depth: int = 4) -> Iterator[str]:
    seen.add(id(entry))
    for token, text, place in words.fillings(entry):
        if token in entry.unknowns:
            continue
        stands = f" is `{visible(text)}`" if text else ""
        yield f"{' ' * depth}{visible(token)}{stands}" + (f", from {visible(place)}" if place else "")
    for source in dict.fromkeys(entry.sources):
        if not isinstance(source, str) and source.sources and id(source) not in seen and len(seen) < 20:
            yield from _fillings(source, seen, depth + 2)


def _conditions(places: dict[str, str], conditions: Iterable[str]) -> Iterator[str]:
    for word in conditions:
        place = places.get(word.removeprefix("not "))
        if place:
            yield f"    `{visible(word.removeprefix('not '))}` is asked in {place}"


def _left_out(settings: Settings, setting: Setting) -> Iterator[str]:
    """Tell of the lines that do not count."""
    for lost in setting.lost:
        if catalog.setting_of(lost.entry.key) != setting.name:
            continue
        text = visible("on" if lost.entry.text is None else lost.entry.shown or '""')
        if lost.winner is None:
            yield f"{lost.entry.place} says {text}, without effect"
        else:
            yield f"{lost.entry.place} says {text}, and {lost.winner.place} overrides it"
    for directive, opener in settings.skipped:
        if catalog.setting_of(directive.key) == setting.name:
            span = directive.span
            condition = f"{opener.key} = {opener.shown or ''}"
            text = visible("on" if directive.value is None else directive.value or '""')
            place = f"{span.source.name}:{span.line}"
            yield f"{place} says {text}, and `{visible(condition)}` ({opener.place}) leaves it out"


def _sure(setting: Setting) -> bool:
    return all(outcome.entry is None or outcome.entry.opaque is None for outcome in setting.outcomes) and not (
        setting.outcomes and setting.outcomes[0].value is UNKNOWN
    )
