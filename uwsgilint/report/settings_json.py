"""Settings and the picture as JSON, version 1; docs/cli.md says what each member is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.language.entry import Entry
from uwsgilint.language.settings import Outcome, Setting
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.report.settings import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.language.picture import Picture
    from uwsgilint.language.settings import Settings

__all__ = ["VERSION", "dump"]

VERSION = 1


def dump(file: str, settings: Settings, picture: Picture | None, only: Iterable[str] | None = None) -> str:
    """Write settings as one JSON object.

    Args:
        file: the file, as the user named it.
        settings: what it means.
        picture: what it makes of a server; None leaves that out.
        only: the names of the settings to write; None for all that something is said about.
    """
    chosen = [s for group in grouped(settings).values() for s in group] if only is None else [settings[n] for n in only]
    document: dict[str, Any] = {
        "version": VERSION,
        "file": file,
        "settings": [_setting(setting) for setting in chosen],
        "placeholders": [_entry(e) for e in settings.entries if catalog.option(e.key) is None] if only is None else [],
        "unread": [{**_entry(entry), "reason": entry.opaque} for entry in settings.unread],
    }
    if picture is not None:
        document["picture"] = _plain(picture)
    return json.dumps(document, indent=2).encode("utf-8", "replace").decode() + "\n"


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "name": setting.name,
        "subsystem": subsystems.home(setting.name),
        **_value(setting.value),
        "outcomes": [_outcome(outcome) for outcome in setting.outcomes],
        "entries": [_entry(entry) for entry in setting.entries if catalog.setting_of(entry.key) == setting.name],
        "lost": [
            {**_entry(lost.entry), "winner": None if lost.winner is None else _where(lost.winner)}
            for lost in setting.lost
            if catalog.setting_of(lost.entry.key) == setting.name
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        **_value(outcome.value),
        "text": outcome.text,
        "conditions": list(outcome.conditions),
        "implied": outcome.implied,
        "refused": outcome.refused or None,
        "entry": None if outcome.entry is None else _entry(outcome.entry),
    }


def _value(value: object) -> dict[str, Any]:
    """Return a value and whether it is known; what is unknown has null for a value."""
    if value is UNKNOWN:
        return {"known": False, "value": None}
    if isinstance(value, tuple):
        known = all(each is not UNKNOWN for each in value)
        return {"known": known, "value": [None if each is UNKNOWN else each for each in value]}
    return {"known": True, "value": value}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "option": entry.key,
        "text": entry.shown,
        **_where(entry),
        "through": [{"option": via.key, "text": via.shown, **_where(via)} for via in reversed(entry.chain)],
        "conditions": list(entry.conditions),
        "filled": [
            {"token": source}
            if isinstance(source, str)
            else {"token": f"%({source.key})", "text": source.shown, **_where(source)}
            for source in dict.fromkeys(entry.sources)
        ],
        "unknown": list(entry.unknowns),
    }


def _where(entry: Entry) -> dict[str, Any]:
    span = entry.span
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": span.source.name, "line": span.line, "column": span.column}


def _plain(value: Any) -> Any:
    """Return a part of the picture as what JSON knows."""
    if value is UNKNOWN:
        return None
    if isinstance(value, Entry):
        return {"option": value.key, **_where(value)}
    if isinstance(value, Setting):
        return {
            **_value(value.value),
            "outcomes": [
                {**_value(o.value), "conditions": list(o.conditions), "entry": _plain(o.entry)} for o in value.outcomes
            ],
        }
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: _plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
