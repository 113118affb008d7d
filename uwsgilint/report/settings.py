"""Effective settings for a terminal: by subsystem, each with its value, where that is from, and what lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.report import words
from uwsgilint.report.layout import PLAIN, Style, columns, padded, shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Document
    from uwsgilint.language.entry import Entry
    from uwsgilint.language.settings import Setting, Settings

__all__ = ["explicit", "full", "grouped", "head"]

# What only directs the reading says nothing in the end.
_SILENT = frozenset({"logic", "terminator", "placeholder", "declaration", "reset"})
_WIDEST_NAME, _WIDEST_VALUE = 32, 48


class _Row(NamedTuple):
    name: str
    value: str
    place: str
    lost: bool = False


def grouped(settings: Settings) -> dict[str, list[Setting]]:
    """Return the settings that something is said about, by subsystem; both are sorted as in the reference."""
    found: dict[str, list[Setting]] = {}
    for name in settings:
        option = catalog.option(name)
        if option is not None and option.kind not in _SILENT:
            found.setdefault(subsystems.home(name) or "", []).append(settings[name])
    order = {name: number for number, name in enumerate(subsystems.NAMES)}
    return {
        group: sorted(found[group], key=lambda setting: setting.name)
        for group in sorted(found, key=lambda group: order.get(group, len(order)))
    }


def explicit(setting: Setting) -> list[Entry]:
    """Return the entries that are about a setting, without those of others that imply it."""
    return [entry for entry in setting.entries if catalog.setting_of(entry.key) == setting.name]


def head(document: Document, settings: Settings, style: Style = PLAIN) -> list[str]:
    """Return the lines on top: the file, and those that it includes."""
    loads = dict.fromkeys(entry.load for entry in settings.entries if entry.load is not None)
    files = dict.fromkeys(load.document.source.name for load in loads)
    files.pop(document.source.name, None)
    lines = [style.bold(shortened(document.source.name, 200))]
    lines += [f"  with {shortened(name, 200)}" for name in files]
    return lines


def full(settings: Settings, width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines that show all settings.

    Args:
        settings: what to show.
        width: how many columns there are.
        style: how parts stand out.
    """
    groups = {
        subsystems.title(group) if group else "Of older releases": [row for setting in found for row in _rows(setting)]
        for group, found in grouped(settings).items()
    }
    names = [_Row(f"%({entry.key})", entry.shown or "", words.origin(entry)) for entry in _placeholders(settings)]
    if names:
        groups["Placeholders, and names that are no option"] = names
    unread = [_Row(entry.key, entry.shown or "", f"{entry.place}, {entry.opaque}") for entry in settings.unread]
    if unread:
        groups["Not read: what these say is unknown"] = unread
    rows = [row for group in groups.values() for row in group]
    if not rows:
        return []
    widths = (
        min(max(columns(row.name) for row in rows), _WIDEST_NAME),
        min(max(columns(shortened(row.value, _WIDEST_VALUE)) for row in rows), _WIDEST_VALUE, max(12, width // 2 - 8)),
    )
    lines: list[str] = []
    for title, group in groups.items():
        lines += ["", style.bold(title)] if lines else [style.bold(title)]
        lines += [line for row in group for line in _lines(row, widths, width, style)]
    return lines


def _placeholders(settings: Settings) -> list[Entry]:
    return [
        entry
        for entry in settings.entries
        if catalog.option(entry.key) is None and entry.key not in {"end", "endif", "endfor"}
    ]


def _rows(setting: Setting) -> Iterator[_Row]:
    option = catalog.option(setting.name)
    named = setting.name
    if option is not None and option.repeatable:
        for entry in explicit(setting):
            text = "on" if entry.text is None else entry.shown or '""'
            condition = words.when(entry.conditions).replace(" when", ", when", 1)
            yield _Row(named, text, words.origin(entry) + condition + _unknown(entry))
            named = ""
        return
    for outcome in sorted(setting.outcomes, key=lambda outcome: (outcome.entry is None, outcome.conditions)):
        condition = words.when(outcome.conditions).replace(" when", ", when", 1)
        text = words.value(outcome, setting.name) or ('""' if outcome.text is not None else "not set")
        if outcome.entry is None:
            came = "the default" if outcome.value is not None else "the server's own default"
        elif outcome.implied:
            came = words.implied_by(setting, outcome)
        else:
            came = words.origin(outcome.entry) + _unknown(outcome.entry)
        if outcome.refused:
            came += f"; uWSGI refuses it: {outcome.refused}"
        yield _Row(named, text, came + condition)
        named = ""
    for lost in setting.lost:
        if catalog.setting_of(lost.entry.key) != setting.name:
            continue  # what merely implies a setting loses nothing
        winner = "" if lost.winner is None else f"overridden by {lost.winner.place}"
        if lost.winner is not None and catalog.setting_of(lost.winner.key) != setting.name:
            winner = f"overridden by `{lost.winner.key}` ({lost.winner.place})"
        shown = "on" if lost.entry.text is None else lost.entry.shown or '""'
        yield _Row(named, shown, f"{words.origin(lost.entry)}, {winner or 'without effect'}", lost=True)
        named = ""


def _unknown(entry: Entry) -> str:
    parts = ", ".join(f"`{each}`" for each in entry.unknowns)
    return f", with {parts} unknown" if parts else ""


def _lines(row: _Row, widths: tuple[int, int], width: int, style: Style) -> Iterator[str]:
    name, text = shortened(row.name, widths[0]), shortened(row.value, widths[1])
    mark = "x" if row.lost else " "
    head = f"{mark} {padded(name, widths[0])}  {padded(text, widths[1])}"
    room = width - columns(head) - 2
    place = shortened(row.place, 400)
    parts = wrapped(place, max(room, 24))
    for number, part in enumerate(parts):
        before = head if number == 0 else " " * columns(head)
        if row.lost:
            yield style.dim(f"{before}  {part}".rstrip())
        else:
            value = padded(text, widths[1])
            shown = f"{mark} {padded(name, widths[0])}  {value}" if number == 0 else before
            yield f"{shown}  {style.dim(part)}".rstrip()
