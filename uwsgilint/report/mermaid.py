"""The picture as a flowchart of Mermaid, which GitHub, GitLab and many editors draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.report.graph import graph

if TYPE_CHECKING:
    from uwsgilint.language.picture import Picture

__all__ = ["draw"]

_SHAPES = {"listener": ("([", "])"), "router": ("{{", "}}"), "outside": ("[/", "/]")}
_PLAIN = frozenset(" ,./:=_-+*@%()\N{MULTIPLICATION SIGN}\N{HORIZONTAL ELLIPSIS}")


def draw(picture: Picture) -> str:
    """Return the text of a flowchart."""
    drawn = graph(picture)
    lines = ["flowchart LR"]
    for node in drawn.nodes:
        opening, closing = _SHAPES.get(node.kind, ("[", "]"))
        label = "<br/>".join(map(_escaped, node.lines))
        lines.append(f'  {node.name}{opening}"{label}"{closing}')
    for edge in drawn.edges:
        arrow = "-.->" if edge.dotted else "-->"
        label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
        lines.append(f"  {edge.start} {arrow}{label} {edge.end}")
    unsure = [node.name for node in drawn.nodes if not node.sure]
    if unsure:
        lines += ["  classDef unsure stroke-dasharray: 4 3", f"  class {','.join(unsure)} unsure"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Write what Mermaid, or the HTML that it makes, could take for its own as a number of a character."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)
