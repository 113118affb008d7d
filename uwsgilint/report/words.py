"""What settings come out as, and why, in words: shared by all that shows settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.language.unknown import UNKNOWN
from uwsgilint.logic import OPENERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.language.entry import Entry
    from uwsgilint.language.settings import Outcome, Setting, Settings

__all__ = ["condition_places", "counted", "fillings", "implied_by", "may_be", "origin", "remedies", "value", "when"]


def value(outcome: Outcome, name: str = "") -> str:
    """Return what an outcome is, as a person writes it; what reads otherwise than written says so."""
    found = outcome.value
    if found is UNKNOWN:
        if outcome.entry is not None and outcome.entry.opaque is not None:
            return "unknown"
        return "unknown" if outcome.text is None else outcome.text
    if isinstance(found, bool):
        return "on" if found else "off"
    if found is None:
        return outcome.text or ""
    option = catalog.option(name) if name else None
    if isinstance(found, int) and outcome.text is not None and option is not None:
        if option.kind in {"mode", "umask", "megabytes", "log-date", "file-serve-mode"} or outcome.text.strip() == str(
            found
        ):
            return outcome.text
        return f"{found}, written `{outcome.text}`"
    return outcome.text if outcome.text is not None else str(found)


def origin(entry: Entry) -> str:
    """Return where an entry comes from, with what led there: `base.ini:12 through ini = :base (app.ini:2)`."""
    through = [f"{via.key} = {via.shown or ''} ({via.place})".replace("=  (", "(") for via in reversed(entry.chain)]
    made = entry.parent
    if made is not None and made.key != entry.key and catalog.option(entry.key) is not None:
        through.append(f"{made.key} = {made.shown or ''}" + (f" ({made.place})" if made.place != entry.place else ""))
    return entry.place + "".join(f" through {each}" for each in through)


def implied_by(setting: Setting, outcome: Outcome) -> str:
    """Return what switches a setting on by its name alone: `cheaper` (app.ini:4), and how many others do."""
    entries = [entry for entry in setting.entries if catalog.setting_of(entry.key) != setting.name]
    always = [entry for entry in entries if not entry.guard]
    first = always[0] if always and not outcome.guard else outcome.entry
    if first is None:
        return ""
    others = len({entry.key for entry in entries} - {first.key}) if not outcome.guard else 0
    more = "" if not others else f" and {counted(others, 'other')}"
    return f"implied by `{first.key}` ({first.place}){more}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def when(conditions: Iterable[str]) -> str:
    """Return conditions as one phrase, with a blank in front: ` when if-env STAGING`; "" for none."""
    words = " and ".join(conditions)
    return f" when {words}" if words else ""


def may_be(setting: Setting) -> str:
    """Return all that a number may come out as: `2 or 8`."""
    found = sorted(setting.outcomes, key=lambda each: each.value if isinstance(each.value, int) else -1)
    return " or ".join(
        dict.fromkeys(str(o.value) if isinstance(o.value, int) else value(o) or "nothing" for o in found)
    )


def condition_places(settings: Settings, setting: Setting) -> dict[str, str]:
    """Return where the conditions of a setting are written, by their words without a `not`."""
    found: dict[str, str] = {}
    for entry in (*setting.entries, *(lost.entry for lost in setting.lost), *settings.entries):
        opener = entry.opener
        while opener is not None:
            word = OPENERS.get(opener.key) or opener.key.removeprefix("if-")
            word = "for" if word.startswith("for") else f"if-{word.removeprefix('not-')}"
            found.setdefault(f"{word} {opener.shown or ''}".rstrip(), opener.place)
            opener = opener.opener
    return found


def fillings(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Return what was filled into a text: its token, what stands for it, and where that comes from."""
    for source in dict.fromkeys(entry.sources):
        if isinstance(source, str):
            yield source, "", "the environment" if source.startswith("$") else "a file" if source[:1] == "@" else ""
        else:
            yield f"%({source.key})", source.shown or "", source.place


def remedies(entry: Entry) -> list[str]:
    """Say what would make the unknown parts of a text known."""
    found = []
    for unknown in entry.unknowns:
        if unknown.startswith("$("):
            name = unknown[2:-1]
            found.append(
                f"`{unknown}` is a variable of the server: say `--env {name}=VALUE`, or `--env {name}` for none"
            )
        elif unknown.startswith("@("):
            found.append(f"`{unknown}` is the content of a file, or of what is no file, that was not read")
        elif unknown == "%(_)":
            found.append("`%(_)` is what a block is about, which only the server can know")
        elif unknown.startswith("%("):
            found.append(f"`{unknown}` may be said by an include that was not read")
        else:
            found.append(f"`{unknown}` is something that only the server itself knows, such as its host or its user")
    return found
