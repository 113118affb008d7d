"""The picture for a terminal: processes, sockets, files and users, one on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.report import words
from uwsgilint.report.graph import workers_in_words
from uwsgilint.report.layout import PLAIN, Style, columns, padded, shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.language.picture import Picture, Router

__all__ = ["full"]

_Row = tuple[str, str, str]
_WIDEST = 56


def full(picture: Picture, width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines that show a picture.

    Args:
        picture: what to show.
        width: how many columns there are.
        style: how parts stand out.
    """
    lines: list[str] = []
    for title, rows in (
        ("Processes", _processes(picture)),
        ("Sockets", _sockets(picture)),
        ("Files", [(f.use, f.path, f"{f.option}, {f.entry.place}{words.when(f.conditions)}") for f in picture.files]),
        ("Users", [(u.option, u.value or "on", f"{u.entry.place}{words.when(u.conditions)}") for u in picture.users]),
    ):
        if rows:
            lines += ["", style.bold(title)] if lines else [style.bold(title)]
            lines += _table(rows, width, style)
    if picture.unread:
        count = words.counted(len(picture.unread), "include")
        lines += ["", style.mark(f"{count} not read: there may be more of everything.")]
    return lines


def _table(rows: Sequence[_Row], width: int, style: Style) -> list[str]:
    first = min(max(columns(shortened(row[0], 24)) for row in rows), 24)
    second = min(max(columns(shortened(row[1], _WIDEST)) for row in rows), _WIDEST, max(16, width - first - 30))
    lines = []
    for name, text, note in rows:
        head = f"  {padded(shortened(name, 24), first)}  {padded(shortened(text, second), second)}"
        for part in wrapped(shortened(note, 400), max(width - columns(head) - 2, 20)):
            lines.append(f"{head}  {style.dim(part)}" if part else head.rstrip())
            head = " " * columns(head)
    return lines


def _processes(picture: Picture) -> list[_Row]:
    rows: list[_Row] = []
    for emperor in picture.emperor:
        alone = ", and nothing else" if emperor.alone else ""
        rows.append(("emperor", f"vassals in {emperor.vassals}{alone}", _note(emperor.entry.place, emperor.conditions)))
    master = picture.master
    why = ""
    first = master.outcomes[0]
    if first.entry is not None:
        why = words.implied_by(master, first) if first.implied else first.entry.place
    state = {True: "one", False: "none"}.get(master.value is True, "") if isinstance(master.value, bool) else "perhaps"
    if state != "perhaps" or master.is_set:
        rows.append(("master", state, why))
    rows += [_router(router) for router in picture.routers]
    rows.append(_workers(picture))
    without = "; there is no master to run it" if master.value is False else ""
    for mules in picture.mules:
        label = words.counted(mules.number, "mule") if isinstance(mules.number, int) else "some mules"
        text = f"{label} running {mules.program}" if mules.program else label
        rows.append(("mules", text, _note(mules.entry.place, mules.conditions) + without))
    rows += [
        ("farm", f"{farm.name}: mules {', '.join(farm.mules)}", _note(farm.entry.place, farm.conditions))
        for farm in picture.farms
    ]
    for spooler in picture.spoolers:
        processes = words.may_be(spooler.processes)
        text = f"{spooler.directory}, {'run by another server' if processes == '0' else f'{processes} process'}"
        text += "es" if processes not in {"0", "1"} else ""
        rows.append(("spooler", text, _note(spooler.entry.place, spooler.conditions)))
    for daemon in picture.daemons:
        legion = f" while lord of {daemon.legion}" if daemon.legion else ""
        rows.append(("daemon", f"{daemon.command}{legion}", _note(daemon.entry.place, daemon.conditions) + without))
    for cron in picture.crons:
        legion = f" while lord of {cron.legion}" if cron.legion else ""
        text = f"{' '.join(cron.when)}  {cron.command}{legion}"
        rows.append(("cron", text, _note(cron.entry.place, cron.conditions) + without))
    for zerg in picture.zergs:
        text = f"{'gives its sockets to' if zerg.role == 'server' else 'serves the sockets of'} {zerg.address}"
        rows.append(("zerg", text, _note(zerg.entry.place, zerg.conditions)))
    return rows


def _workers(picture: Picture) -> _Row:
    workers = picture.workers
    if all(outcome.value == 0 for outcome in workers.most.outcomes):
        return ("workers", "none", "there is no socket for them" if not _served(picture) else "")
    entry = workers.most.entry
    conditions = [f"{o.value}{words.when(o.conditions)}" for o in workers.most.outcomes if o.guard]
    note = "; ".join(conditions) if conditions else entry.place if entry is not None else "one by default"
    return ("workers", ", ".join(workers_in_words(workers)), note)


def _served(picture: Picture) -> bool:
    return any(listener.served_by == "workers" for listener in picture.listeners)


def _router(router: Router) -> _Row:
    processes = words.may_be(router.processes)
    text = f"{processes} process{'' if processes == '1' else 'es'}"
    ends = [
        "to the workers"
        if b.kind == "workers"
        else f"to {b.value}"
        if b.kind == "address"
        else f"by {b.kind} {b.value}"
        for b in router.backends
    ]
    if ends:
        text += f", {' or '.join(dict.fromkeys(ends))}"
    elif router.name in {"fastrouter", "rawrouter", "sslrouter", "forkptyrouter"}:
        text += ", to nobody"
    return (f"{router.name} router", text, _note(router.entry.place, router.conditions))


def _sockets(picture: Picture) -> list[_Row]:
    rows = []
    for listener in picture.listeners:
        rights = "".join(f", {each}" for each in (listener.mode, listener.owner) if each)
        role = listener.served_by
        served = f"{role} router" if role in {r.name for r in picture.routers} else role
        note = f"{listener.option}, {_note(listener.entry.place, listener.conditions)}"
        if listener.address == "127.0.0.1:0" and listener.option.startswith("http") and role == "workers":
            note = f"opened for {listener.option}, {_note(listener.entry.place, listener.conditions)}"
        rows.append((listener.protocol, f"{listener.address}{rights} \N{RIGHTWARDS ARROW} {served}", note))
    return rows


def _note(place: str, conditions: Sequence[str]) -> str:
    return f"{place}{words.when(conditions).replace(' when', ', when', 1)}"
