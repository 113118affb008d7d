"""YAML as the server's own line parser reads it (core/yaml.c uwsgi_yaml_config, without libyaml).

It is what `pip install uwsgi` builds. It knows one level of `key: value` lines and nothing else of
YAML: no quotes, no lists, no nesting. It never complains; where it meets something else it stops,
and the server starts with what it has by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.formats.served import YAML_COMMENT, Served

if TYPE_CHECKING:
    from uwsgilint.document import Document, Source

__all__ = ["read"]

_BLANKS = b" \t\r"
_OTHER_SHAPES = {
    b"-": "an item of a list, which this parser does not know",
    b"[": "a list in brackets, which this parser does not know",
    b"{": "a mapping in braces, which this parser does not know",
}


def read(source: Source, section: str = "uwsgi") -> Document:
    """Read a YAML file as a server without libyaml does.

    The parser refuses nothing, so there is always a document: with a problem for whatever is lost.

    Args:
        source: the file.
        section: the name that the server is asked for.
    """
    served = Served(source, "yaml", comment=YAML_COMMENT)
    if served.starts_with_mark:
        served.problem("byte-order-mark", 0, 3)
    return _Lines(served, section).read()


class _Lines:
    """One pass over the lines, up to the one that ends the parser."""

    def __init__(self, served: Served, section: str) -> None:
        self.served = served
        self.section = section
        self.header: tuple[int, int] | None = None
        self.returns: list[tuple[int, int]] = []  # values that a carriage return stays at the end of

    def read(self) -> Document:
        served = self.served
        start = 0
        for line in served.data.split(b"\n"):
            if not self.line(line, start):
                break
            start += len(line) + 1
        if self.header is None:
            if not served.starts_with_mark:
                values = {"what": f"mapping `{self.section}`", "effect": "loads nothing from it, and says nothing"}
                served.problem("missing-root", 0, 0, **values)
            return served.finish(self.section, (0, 0))
        if self.returns:
            what = f"a carriage return (values: {len(self.returns)})"
            served.problem("kept-blanks", *self.returns[0], what=what)
        return served.finish(self.section, self.header)

    def line(self, whole: bytes, start: int) -> bool:
        """Read one line; False when the parser ends there."""
        served = self.served
        text, marker, _ = whole.partition(b"#")
        seen, nul, _ = text.partition(b"\0")
        if nul:
            served.problem("nul-byte", start + len(seen), start + len(seen) + 1)
        if not seen:
            return True
        indented = seen[0] in _BLANKS
        if self.header is None:
            if not indented:
                self.outside(seen, start)
            return True
        if not indented:
            self.closed(seen, start)
            return False
        content = seen.lstrip(_BLANKS)
        if not content:
            return True
        start += len(seen) - len(content)
        shape = _OTHER_SHAPES.get(content[:1])
        if shape is not None:
            return self.stop(content, start, shape)
        separator = next((found for mark in (b": ", b":\t") if (found := content.find(mark)) >= 0), -1)
        if separator < 0:
            bare = content.rstrip(_BLANKS)
            reason = "a name without a value" if bare.endswith(b":") else "neither a name nor a value"
            return self.stop(content, start, reason)
        key = content[:separator].rstrip(b" \t")
        rest = content[separator + 2 :]
        value = rest.lstrip(_BLANKS).rstrip(b" \t")
        value_start = start + separator + 2 + len(rest) - len(rest.lstrip(_BLANKS))
        stands = (value_start, value_start + len(value)) if value else (start + separator, start + separator)
        made = served.directive(
            key.decode("utf-8", "surrogateescape"),
            value.decode("utf-8", "surrogateescape"),
            (start, start + len(key)),
            stands,
        )
        if value.endswith(b"\r"):
            self.returns.append(stands)
        if marker and not nul:
            self.judge_cut(rest, made.key, start + len(content))
        return True

    def outside(self, seen: bytes, start: int) -> None:
        """Look whether an unindented line opens the section."""
        name, colon, _ = seen.partition(b":")
        if colon and name[:1] not in _OTHER_SHAPES and name.decode("utf-8", "surrogateescape") == self.section:
            self.header = (start, start + len(name))

    def closed(self, seen: bytes, start: int) -> None:
        """Tell of an unindented line that ends the section, where that is not simply its end."""
        name, colon, _ = seen.partition(b":")
        key = name.decode("utf-8", "replace")
        if seen.startswith((b"---", b"...")):
            return
        if colon and key == self.section:
            self.stop(seen, start, "the section a second time")
        elif not colon or seen[:1] in _OTHER_SHAPES:
            self.stop(seen, start, "a line that is not indented")
        elif not self.served.directives or (catalog.option(key) is not None and key not in subsystems.NAMES):
            self.stop(seen, start, "an option that is not indented")

    def stop(self, content: bytes, start: int, reason: str) -> bool:
        """Tell that the parser ends at a line."""
        text = content.rstrip(_BLANKS)
        self.served.problem("lost-rest", start, start + len(text), reason=reason)
        return False

    def judge_cut(self, rest: bytes, option: str, place: int) -> None:
        """Tell of a number sign that a YAML reader would take for a part of the value."""
        value = rest.lstrip(_BLANKS)
        quoted = value[:1] in (b'"', b"'") and value.count(value[:1]) == 1
        if quoted or rest[-1:] not in (b" ", b"\t", b"\r", b""):
            kept = value.rstrip(b" \t").decode("utf-8", "replace")
            self.served.problem("cut-value", place, place + 1, option, option=option, value=kept, by="a number sign")
