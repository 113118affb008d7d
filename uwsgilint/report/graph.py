"""The picture as boxes and arrows, which Mermaid and SVG draw each in their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.report import words
from uwsgilint.report.layout import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.language.picture import Picture, Workers
    from uwsgilint.language.settings import Setting

__all__ = ["LONGEST_LABEL", "Edge", "Graph", "Node", "graph", "workers_in_words"]

LONGEST_LABEL = 60
"""How many columns a line of a label has at most."""
_MOST_OF_A_KIND = 30


class Node(NamedTuple):
    """A box.

    Attributes:
        name: its name in the graph; letters and digits.
        kind: "listener", "router", "worker", "master", "helper" or "outside".
        lines: its label.
        column: where it stands: 0 is where requests come from.
        sure: whether it is there under all conditions.
    """

    name: str
    kind: str
    lines: tuple[str, ...]
    column: int
    sure: bool = True


class Edge(NamedTuple):
    """An arrow from one box to another; a dotted one says who starts whom."""

    start: str
    end: str
    label: str = ""
    dotted: bool = False


class Graph(NamedTuple):
    """Boxes and arrows, both in a fixed order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class _Maker:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def node(self, name: str, kind: str, column: int, *lines: str, conditions: Sequence[str] = ()) -> str:
        if conditions:
            lines = (*lines, words.when(conditions).strip())
        safe = tuple(shortened(line, LONGEST_LABEL) for line in lines if line)
        self.nodes.append(Node(name, kind, safe, column, not conditions))
        return name

    def edge(self, start: str, end: str, label: str = "", *, dotted: bool = False) -> None:
        self.edges.append(Edge(start, end, shortened(label, LONGEST_LABEL), dotted))


def graph(picture: Picture) -> Graph:
    """Return the boxes and arrows of a picture."""
    make = _Maker()
    master = picture.master.value is not False
    has_workers = any(outcome.value != 0 for outcome in picture.workers.most.outcomes)
    parents = []
    served = {}
    if has_workers:
        parents.append(make.node("workers", "worker", 2, *workers_in_words(picture.workers)))
        served["workers"] = "workers"
    for number, router in enumerate(picture.routers):
        processes = words.may_be(router.processes)
        label = f"{processes} processes" if processes != "1" else "1 process"
        name = make.node(f"router{number}", "router", 1, f"{router.name} router", label, conditions=router.conditions)
        parents.append(name)
        served[router.name] = name
        for position, backend in enumerate(router.backends):
            if backend.kind == "workers":
                if has_workers:
                    make.edge(name, "workers", "uwsgi")
            else:
                outside = make.node(
                    f"{name}to{position}", "outside", 2, backend.kind, backend.value, conditions=backend.conditions
                )
                make.edge(name, outside)
    if master:
        sure = () if picture.master.value is True else ("it is switched on",)
        served["master"] = make.node("master", "master", 1, "master", conditions=sure)
    for number, emperor in enumerate(picture.emperor[:_MOST_OF_A_KIND]):
        name = make.node(
            f"emperor{number}", "master", 1, "emperor", f"vassals in {emperor.vassals}", conditions=emperor.conditions
        )
        served.setdefault("emperor", name)
    for number, listener in enumerate(picture.listeners[:_MOST_OF_A_KIND]):
        rights = " ".join(filter(None, (listener.mode, listener.owner)))
        name = make.node(
            f"listener{number}",
            "listener",
            0,
            listener.address,
            f"{listener.protocol}{f', {rights}' if rights else ''}",
            conditions=listener.conditions,
        )
        if listener.served_by in served:
            make.edge(name, served[listener.served_by])
    parents += _helpers(make, picture)
    if master:
        for name in parents:
            make.edge("master", name, dotted=True)
    return Graph(tuple(make.nodes), tuple(make.edges))


def workers_in_words(workers: Workers) -> tuple[str, ...]:
    """Return how many workers there are and how many requests each takes, as lines."""
    most, cores = words.may_be(workers.most), words.may_be(workers.cores)
    first = f"{most} worker{'' if most == '1' else 's'}"
    if cores != "1":
        modes = {str(outcome.value) for outcome in workers.mode.outcomes} - {"single"}
        unit = "threads" if modes == {"threads"} else "async cores" if modes == {"async"} else "cores"
        first += f" \N{MULTIPLICATION SIGN} {cores} {unit}"
    lines = [first]
    bounds = []
    least, initial = words.may_be(workers.least), words.may_be(workers.initial)
    if not _same(workers.least, workers.most):
        bounds.append(f"at least {least}")
    if not _same(workers.initial, workers.most):
        bounds.append(f"{initial} at the start")
    lines.append(", ".join(bounds))
    loop = words.may_be(workers.loop)
    engines = [str(o.value) for o in workers.loop.outcomes if o.value is not None]
    if engines:
        lines.append(f"loop {' or '.join(dict.fromkeys(engines)) or loop}")
    if any(outcome.value != 0 for outcome in workers.offload.outcomes):
        lines.append(f"{words.may_be(workers.offload)} offload threads each")
    return tuple(line for line in lines if line)


def _same(one: Setting, other: Setting) -> bool:
    return [outcome.value for outcome in one.outcomes] == [outcome.value for outcome in other.outcomes]


def _helpers(make: _Maker, picture: Picture) -> list[str]:
    """Draw what works beside the workers; return the boxes that the master starts."""
    found = []
    for number, mules in enumerate(picture.mules[:_MOST_OF_A_KIND]):
        several = str(mules.number)
        label = "1 mule" if several == "1" else f"{several} mules"
        found.append(make.node(f"mule{number}", "helper", 2, label, mules.program, conditions=mules.conditions))
    for number, farm in enumerate(picture.farms[:_MOST_OF_A_KIND]):
        make.node(
            f"farm{number}",
            "helper",
            2,
            f"farm {farm.name}",
            f"mules {', '.join(farm.mules)}",
            conditions=farm.conditions,
        )
    for number, spooler in enumerate(picture.spoolers[:_MOST_OF_A_KIND]):
        processes = words.may_be(spooler.processes)
        label = "external spooler" if processes == "0" else f"spooler \N{MULTIPLICATION SIGN} {processes}"
        label = "spooler" if processes == "1" else label
        name = make.node(f"spooler{number}", "helper", 2, label, spooler.directory, conditions=spooler.conditions)
        if processes != "0":
            found.append(name)
    for number, daemon in enumerate(picture.daemons[:_MOST_OF_A_KIND]):
        legion = f"legion {daemon.legion}" if daemon.legion else ""
        found.append(
            make.node(f"daemon{number}", "helper", 2, "daemon", daemon.command, legion, conditions=daemon.conditions)
        )
    for number, cron in enumerate(picture.crons[:_MOST_OF_A_KIND]):
        found.append(
            make.node(
                f"cron{number}", "helper", 2, f"cron {' '.join(cron.when)}", cron.command, conditions=cron.conditions
            )
        )
    return found
