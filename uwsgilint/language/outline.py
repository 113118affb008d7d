"""The outline of a configuration: a line for each thing that its picture shows, so that two can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.language.entry import ALWAYS, implied
from uwsgilint.language.picture import picture
from uwsgilint.language.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.language.entry import Guard
    from uwsgilint.language.picture import Emperor, Listener, Mules, Picture, Router, Workers
    from uwsgilint.language.settings import Setting, Settings

__all__ = ["ASPECTS", "changes", "outline"]

ASPECTS = ("processes", "listeners", "users", "files")
"""What an outline has lines about, in this order."""
_MOST_WORLDS = 16


def outline(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the lines of an outline, for each of `ASPECTS`."""
    drawn = picture(settings)
    return {
        "processes": tuple(_processes(drawn)),
        "listeners": tuple(_listener(each) for each in drawn.listeners),
        "users": tuple(_under(f"{u.option} {u.value}".rstrip(), u.conditions) for u in drawn.users),
        "files": tuple(dict.fromkeys(_under(f"{f.use} {f.path}", f.conditions) for f in drawn.files)),
    }


def changes(before: Settings, after: Settings) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the lines that go and those that come, for each of `ASPECTS` where there are any."""
    old, new = outline(before), outline(after)
    found = {aspect: (_without(old[aspect], new[aspect]), _without(new[aspect], old[aspect])) for aspect in ASPECTS}
    return {aspect: lines for aspect, lines in found.items() if any(lines)}


def _without(lines: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left = list(others)
    found = []
    for line in lines:
        if line in left:
            left.remove(line)
        else:
            found.append(line)
    return tuple(found)


def _processes(drawn: Picture) -> Iterator[str]:
    yield from (_under("a master" if o.value is True else "no master", o.conditions) for o in drawn.master.outcomes)
    yield from (_under(_emperor(each), each.conditions) for each in drawn.emperor)
    yield from (_under(_router(each), each.conditions) for each in drawn.routers)
    yield from _workers(drawn.workers)
    yield from (_under(_mules(each), each.conditions) for each in drawn.mules)
    yield from (
        _under(f"farm {each.name} of the mules {', '.join(each.mules)}", each.conditions) for each in drawn.farms
    )
    for spooler in drawn.spoolers:
        many = _value(spooler.processes)
        yield _under(
            f"spooler of {spooler.directory} with {_counted(many, 'process', 'processes')}", spooler.conditions
        )
    for daemon in drawn.daemons:
        lord = f" where this is the lord of {daemon.legion}" if daemon.legion else ""
        yield _under(f"attached program {daemon.command}{lord}", daemon.conditions)
    for cron in drawn.crons:
        yield _under(f"cron {' '.join(cron.when)} {cron.command}", cron.conditions)
    yield from (_under(f"zerg {each.role} at {each.address}", each.conditions) for each in drawn.zergs)


def _emperor(emperor: Emperor) -> str:
    return f"emperor of {emperor.vassals}{', and nothing else' if emperor.alone else ''}"


def _router(router: Router) -> str:
    to = ", ".join(
        _under("the workers" if each.kind == "workers" else f"{each.kind} {each.value}", each.conditions)
        for each in router.backends
    )
    many = _value(router.processes)
    times = "" if many == "1" else f" in {_counted(many, 'process', 'processes')}"
    return f"{router.name} router{times}{f' to {to}' if to else ''}"


def _workers(workers: Workers) -> Iterator[str]:
    """Describe the workers, once for each set of conditions on which anything about them depends."""
    for guard, values in _worlds(workers):
        yield _under(_crew(*values), _words(guard))


def _worlds(settings: Iterable[Setting]) -> list[tuple[Guard, tuple[str, ...]]]:
    """Return what settings come out as together, under each set of conditions."""
    found: list[tuple[Guard, tuple[str, ...]]] = [(ALWAYS, ())]
    for setting in settings:
        further = []
        for guard, values in found:
            if setting.value is not UNKNOWN or len(setting.outcomes) == 1:
                further.append((guard, (*values, _text(setting.value))))
                continue
            further += [
                (guard | outcome.guard, (*values, _text(outcome.value)))
                for outcome in setting.outcomes
                if all(implied(guard, atom) in {truth, None} for atom, truth in outcome.guard)
            ]
        if len(further) > _MOST_WORLDS:
            return [(ALWAYS, tuple(_value(each) for each in settings))]
        found = further
    return found


def _crew(most: str, initial: str, least: str, cores: str, mode: str, loop: str, offload: str, lazy: str) -> str:
    if most == "0":
        return "no workers"
    text = _counted(most, "worker", "workers")
    if least != most or initial != most:
        text = f"{least} to {text}, {initial} at first"
    if cores != "1":
        units = {"threads": "threads", "async": "async cores"}.get(mode, "requests at a time")
        text += f", {cores} {units} each"
    text += "" if loop == "not set" else f", loop {loop}"
    text += "" if offload in {"0", "not set"} else f", {_counted(offload, 'thread', 'threads')} to offload to"
    return text + (", loading the application each" if lazy == "true" else "")


def _mules(mules: Mules) -> str:
    many = "an unknown number of mules" if mules.number is UNKNOWN else _counted(str(mules.number), "mule", "mules")
    return f"{many} running {mules.program}" if mules.program else many


def _listener(listener: Listener) -> str:
    owned = "".join(
        f", {what} {value}" for what, value in (("mode", listener.mode), ("owner", listener.owner)) if value
    )
    return _under(
        f"{listener.address} for {listener.protocol}, served by {listener.served_by}{owned}", listener.conditions
    )


def _under(text: str, conditions: tuple[str, ...]) -> str:
    return f"{text} ({', '.join(conditions)})" if conditions else text


def _counted(number: str, one: str, many: str) -> str:
    return f"{number} {one if number == '1' else many}"


def _words(guard: Guard) -> tuple[str, ...]:
    return tuple(sorted(str(atom) if truth else f"not {atom}" for atom, truth in guard))


def _value(setting: Setting) -> str:
    """Write what a setting comes out as: "4", or "2 (if-env STAGING) or 4 (not if-env STAGING)"."""
    if len(setting.possible) == 1:
        return _text(setting.possible[0])
    return " or ".join(dict.fromkeys(_under(_text(o.value), o.conditions) for o in setting.outcomes))


def _text(value: object) -> str:
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) or value is UNKNOWN else str(value)
