"""The picture as SVG: boxes in three columns, from where requests come in to those who answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import drawsvg

from uwsgilint.report.graph import Graph, Node, graph
from uwsgilint.report.layout import columns, shortened

if TYPE_CHECKING:
    from uwsgilint.language.picture import Picture

__all__ = ["draw"]

_CHARACTER, _LINE, _PADDING, _GAP, _BETWEEN = 7.3, 17, 10, 16, 90
_FILLS = {
    "listener": "#e8f1fb",
    "router": "#fdf1dc",
    "worker": "#e5f4e6",
    "master": "#eeeaf7",
    "helper": "#f3f3f1",
    "outside": "#ffffff",
}
_INK, _FAINT = "#1f2933", "#8a94a0"


def draw(picture: Picture, title: str) -> str:
    """Return the text of an SVG document.

    Args:
        picture: what to draw.
        title: what it is called, such as the name of the file.
    """
    drawn = graph(picture)
    places = _placed(drawn)
    width = max((x + w for x, _, w, _ in places.values()), default=0) + _GAP
    height = max((y + h for _, y, _, h in places.values()), default=0) + _GAP
    drawing = drawsvg.Drawing(width, height, font_family="ui-monospace, Menlo, Consolas, monospace", font_size=12)
    drawing.append_title(_clean(title))
    drawing.append(drawsvg.Rectangle(0, 0, width, height, fill="#ffffff"))
    head = drawsvg.Marker(-8, -4, 1, 4, scale=1, orient="auto")
    head.append(drawsvg.Lines(-8, -3.5, 0, 0, -8, 3.5, close=True, fill=_FAINT))
    for edge in drawn.edges:
        if edge.start not in places or edge.end not in places:
            continue
        drawing.append(_arrow(places[edge.start], places[edge.end], dotted=edge.dotted, head=head))
    for node in drawn.nodes:
        drawing.append(_box(node, places[node.name]))
    return str(drawing.as_svg()) + "\n"


_Place = tuple[float, float, float, float]


def _placed(drawn: Graph) -> dict[str, _Place]:
    """Return left, top, width and height of each box: columns from left to right, boxes from top to bottom."""
    places: dict[str, _Place] = {}
    left: float = _GAP
    for column in sorted({node.column for node in drawn.nodes}):
        nodes = [node for node in drawn.nodes if node.column == column]
        width = max(columns(line) for node in nodes for line in node.lines) * _CHARACTER + 2 * _PADDING
        top: float = _GAP
        for node in nodes:
            height = len(node.lines) * _LINE + _PADDING
            places[node.name] = (left, top, round(width, 1), height)
            top += height + _GAP
        left = round(left + width + _BETWEEN, 1)
    return places


def _box(node: Node, place: _Place) -> drawsvg.Group:
    left, top, width, height = place
    group = drawsvg.Group()
    dashes = {} if node.sure else {"stroke_dasharray": "5 3"}
    group.append(drawsvg.Rectangle(left, top, width, height, rx=6, fill=_FILLS[node.kind], stroke=_INK, **dashes))
    for number, line in enumerate(node.lines):
        weight = {"font_weight": "bold"} if number == 0 else {}
        baseline = top + _PADDING / 2 + (number + 0.75) * _LINE
        group.append(drawsvg.Text(_clean(line), 12, left + _PADDING, baseline, fill=_INK, **weight))
    return group


def _arrow(start: _Place, end: _Place, *, dotted: bool, head: drawsvg.Marker) -> drawsvg.Path:
    """Return a curve from one box to another, on the sides that face each other."""
    dashes = {"stroke_dasharray": "2 4"} if dotted else {}
    path = drawsvg.Path(stroke=_FAINT, fill="none", marker_end=head, **dashes)
    y1, y2 = start[1] + start[3] / 2, end[1] + end[3] / 2
    if start[0] == end[0]:  # in one column, around the right side
        x = start[0] + start[2]
        return path.M(x, y1).C(x + 40, y1, x + 40, y2, end[0] + end[2], y2)
    x1, x2 = (start[0] + start[2], end[0]) if start[0] < end[0] else (start[0], end[0] + end[2])
    middle = round((x1 + x2) / 2, 1)
    return path.M(x1, y1).C(middle, y1, middle, y2, x2, y2)


def _clean(text: str) -> str:
    """Return a text that XML can hold; the library escapes what XML would take for its own."""
    return shortened(text, 200).encode("utf-8", "replace").decode()
