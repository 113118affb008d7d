"""XML as the server reads it (core/xmlconf.c uwsgi_xml_config), with libxml2 or with expat.

Both readings are made from the events of Python's expat, which knows byte offsets, loads no
external entity and bounds what internal ones expand to. With libxml2 the server walks a tree and
takes the first node of each option; with expat it takes the first piece of text behind a start tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

from uwsgilint.document import cut
from uwsgilint.formats.served import Served
from uwsgilint.formats.tree import MalformedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.document import Document, Source

__all__ = ["LIBRARIES", "read"]

LIBRARIES = ("libxml2", "expat")
_ROOT = "uwsgi"
_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_ENCODINGS = frozenset({"", "utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"})
_BLANKS = " \t\r\n"
_DEEPEST = 256  # libxml2's limit
# Entities make much out of little; no configuration comes near this many characters.
_MOST_TEXT = 2**22
_NAME = re.compile(rb"[^\s/>=]+")
_PERCENT = re.compile(rb"%.", re.DOTALL)
# Comments, but no text that looks like one.
_COMMENT = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--(.*?)(?:-->|\Z)", re.DOTALL)


def read(source: Source, section: str = "uwsgi", library: str = "libxml2") -> Document:
    """Read an XML file as the server does.

    Where the server exits, or never comes to an end, the document has no directives, and the
    problem `malformed-file` or `missing-root`.

    Args:
        source: the file.
        section: the `id` of the stanza that the server is asked for; "uwsgi" is for none.
        library: what the server was built with, "libxml2" or "expat".
    """
    served = Served(source, "xml", enclosed=_COMMENT)
    # %[ is the escape character, which XML does not allow; it is put where it stands, for the parser to find.
    served.data = _PERCENT.sub(lambda pair: b"\x1b[" if pair[0] == b"%[" else pair[0], served.data)
    asked = None if section == _ROOT else section
    try:
        return (_tree if library == "libxml2" else _events)(served, section, asked)
    except MalformedError as error:
        served.directives.clear()
        return served.malformed("XML", error.reason, error.start)


def _refused(reason: str, place: int) -> MalformedError:
    return MalformedError(reason, place, place + 1)


def _parser() -> Any:
    """Return a parser that gives attributes in order and text in the pieces that expat makes."""
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = False
    return parser


def _fail(served: Served, error: expat.ExpatError) -> MalformedError:
    lines = served.data.split(b"\n")
    start = sum(len(line) + 1 for line in lines[: error.lineno - 1]) + error.offset
    return _refused(expat.ErrorString(error.code), start)


def _name_place(data: bytes, start: int) -> tuple[int, int]:
    """Return where the name stands in a tag that starts at an offset."""
    found = _NAME.match(data, start + 1)
    return (start + 1, start + 1) if found is None else found.span()


def _settled(text: str, *, written: bool) -> str:
    """Return text as configuration text; a percent sign that a reference stands for is no magic variable's."""
    return text if written else text.replace("%", "%%")


# -- expat -----------------------------------------------------------------------------------------


def _events(served: Served, section: str, asked: str | None) -> Document:
    """Read as the server's own handlers do.

    The server hands its parser the same text again and again until that complains about something
    behind the end of the document. So a document that is never closed never ends.
    """
    reading = _Stanzas(served, asked)
    parser = _parser()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.XmlDeclHandler = reading.declaration
    reading.parser = parser
    for again in (False, True):
        reading.again = again
        try:
            parser.Parse(served.data, False)
        except expat.ExpatError as error:
            if error.code != _JUNK:
                if again:
                    raise _refused("expat refuses it when the server hands it over a second time", 0) from None
                raise _fail(served, error) from None
            break
    else:
        raise _refused("the document is not closed, and the server would read it for ever", len(served.data))
    if reading.header is None:
        what = "element `<uwsgi>`" if asked is None else f"element `<uwsgi>` that begins with `id={asked!r}`"
        served.problem("missing-root", 0, 0, what=what, effect="loads nothing from it, and says nothing")
    return served.finish(section, reading.header or (0, 0))


class _Stanzas:
    """The server's handlers: whether a stanza is open, and which option still waits for its text."""

    def __init__(self, served: Served, asked: str | None) -> None:
        self.served = served
        self.asked = asked
        self.parser: Any = None
        self.again = False
        self.inside = False
        self.key: tuple[str, tuple[int, int]] | None = None
        self.header: tuple[int, int] | None = None
        self.last: tuple[str, str] | None = None  # the option whose text was taken, and what was
        self.told = False
        self.count = 0

    def declaration(self, _version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "").lower() not in _ENCODINGS:
            raise _refused(f"expat does not know the encoding {encoding}", 0)

    def start(self, name: str, attributes: Sequence[str]) -> None:
        place = self.place()
        if not self.inside:
            if self.asked is not None and list(attributes[:2]) != ["id", self.asked]:
                return
            if name == _ROOT:
                self.inside = True
                if self.header is None:
                    self.header = _name_place(self.served.data, place)
            return
        if self.key is not None:
            what = f"the element `{self.key[0]}`, because `{name}` begins inside it"
            self.tell("lost-value", self.key[1], self.key[0], what=what, by="the server's reader (expat)")
        self.key = (name, _name_place(self.served.data, place))
        self.last = None

    def text(self, text: str) -> None:
        place = self.place()
        self.count += len(text)
        if self.count > _MOST_TEXT:
            raise _refused("its entities expand to too much text", place)
        if not self.inside:
            return
        if self.key is None:
            self.judge_rest(text, place)
            return
        name, where = self.key
        written = self.served.data[place : place + 1] != b"&"
        value = _settled(text, written=written)
        if not self.again:
            self.served.directive(name, value, where, (place, self.length(place, text)))
        if value.strip(_BLANKS) != value and value.strip(_BLANKS):
            self.tell("kept-blanks", (place, self.length(place, text)), name, what="blanks")
        self.last = (name, value)
        self.told = False
        self.key = None

    def length(self, place: int, text: str) -> int:
        """Return where a piece of text ends in the data."""
        data = self.served.data
        if data[place : place + 1] == b"&":
            return data.find(b";", place) + 1
        raw = text.encode()
        if data.startswith(raw, place):
            return place + len(raw)
        end = data.find(b"<", place)
        return min(place + len(text), len(data) if end < 0 else end)

    def judge_rest(self, text: str, place: int) -> None:
        """Tell of text behind the piece that the server took, once for an option."""
        if self.last is None or self.told or not (text.strip(_BLANKS) or self.last[1].strip(_BLANKS)):
            return
        if not text.strip(_BLANKS) and self.last[1].strip(_BLANKS):
            return  # a line break at the end of a value goes, for once as anybody would wish
        self.told = True
        name, value = self.last
        shown = value if value.strip(_BLANKS) else "a line break"
        by = "a reference" if self.served.data[place : place + 1] == b"&" else "the end of its first piece of text"
        self.tell("cut-value", (place, place + 1), name, option=name, value=shown, by=by)

    def end(self, name: str) -> None:
        if not self.inside:
            return
        self.last = None
        if name == _ROOT:
            self.inside = False
            return
        if self.key is not None:
            option, where = self.key
            if not self.again:
                self.served.directive(option, "1", where, (where[1], where[1]))
            self.key = None

    def tell(self, rule: str, place: tuple[int, int], about: str, /, **values: str) -> None:
        if not self.again:
            self.served.problem(rule, *place, about, **values)

    def place(self) -> int:
        return max(0, int(self.parser.CurrentByteIndex))


# -- libxml2 ---------------------------------------------------------------------------------------


class _Node(NamedTuple):
    """A node of libxml2's tree.

    Attributes:
        kind: "element", "text", "cdata", "comment", "instruction" or "entity".
        name: the element's, without a prefix that stands for a namespace.
        text: what libxml2 calls its content.
        attributes: of an element.
        start, end: offsets of the text, or of the element's name.
    """

    kind: str
    name: str
    text: str
    attributes: dict[str, str]
    start: int
    end: int
    children: list[_Node]


def _tree(served: Served, section: str, asked: str | None) -> Document:
    """Read as the server does from libxml2's tree."""
    root = _Builder(served).build()
    stanza = root
    # An empty root of another name passes for a stanza, there being no child to prove it wrong.
    if root.name != _ROOT and root.children:
        found = (
            node
            for node in root.children
            if node.kind == "element" and node.name == _ROOT and not _other_id(node, asked)
        )
        chosen = next(found, None)
        if chosen is None:
            served.problem("missing-root", root.start, root.end, what="element `<uwsgi>`", effect="exits with status 1")
            return served.document
        stanza = chosen
    for node in stanza.children:
        if node.kind == "cdata":
            served.directive("eval", node.text, (node.start, node.end), (node.start, node.end))
        elif node.kind == "element" and not _other_id(node, asked):
            (_take_app if node.name == "app" else _take_option)(served, node)
        elif node.kind in {"text", "entity"} and node.text.strip(_BLANKS):
            what = f"the text `{_shown(node.text)}`, which stands in no option"
            served.problem("lost-value", node.start, node.end, what=what, by="the server's reader (libxml2)")
    return served.finish(section, (stanza.start, stanza.end))


def _other_id(node: _Node, asked: str | None) -> bool:
    """Whether an element is for those who ask for another id."""
    return asked is not None and node.attributes.get("id", asked) != asked


def _has_text(node: _Node) -> bool:
    """Whether libxml2 keeps a text for a node, if only an empty one."""
    return node.kind != "element" and (node.kind != "instruction" or node.text != "")


def _take_option(served: Served, node: _Node) -> None:
    name, place = node.name, (node.start, node.end)
    if not node.children:
        served.directive(name, "1", place, (node.end, node.end))
        return
    first, *others = node.children
    if not _has_text(first):
        inner = f"the {first.kind} `{first.name}`" if first.kind == "element" else f"the instruction `<?{first.name}?>`"
        served.problem("crashing-element", *place, name, option=name, inner=inner)
        return
    served.directive(name, first.text, place, (first.start, first.end))
    aside = {"comment": "a comment, whose text it takes", "instruction": "an instruction, whose text it takes"}
    rest = next((n for n in others if n.kind == "element" or (n.text.strip(_BLANKS) and n.kind not in aside)), None)
    if first.kind in aside or rest is not None:
        spot = first if rest is None else rest
        by = aside.get(first.kind, f"the {spot.kind} behind it")
        values = {"option": name, "value": _shown(first.text), "by": by}
        served.problem("cut-value", spot.start, spot.end, name, **values)
    elif first.text != first.text.strip(_BLANKS):
        served.problem("kept-blanks", first.start, first.end, name, what="blanks or line breaks")


def _take_app(served: Served, node: _Node) -> None:
    """Take an `<app>`, which the server rewrites to `mount`."""
    place, children = (node.start, node.end), node.children
    inner: _Node | None = None
    if len(children) == 1 and _has_text(children[0]):
        inner = children[0]
    elif len(children) > 1 and children[1].children and _has_text(children[1].children[0]):
        inner = children[1].children[0]
    elif children:
        served.problem("lost-value", *place, "app", what="an `<app>`", by="the server's reader (libxml2)")
        return
    if inner is not None:
        value = inner.text
        if "mountpoint" in node.attributes:
            value = f"{node.attributes['mountpoint']}={value}"
        elif "domain" in node.attributes:
            value = f"{node.attributes['domain']}|={value}"
        served.directive("mount", value, place, (inner.start, inner.end))
    served.directive("app", "", place, (node.end, node.end))


def _shown(text: str) -> str:
    return cut(" ".join(text.split()), 40)


class _Builder:
    """Builds the tree; a piece of text joins the text in front of it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.data = served.data
        top = _Node("element", "", "", {}, 0, 0, [])
        self.open = [top]
        self.scopes: list[frozenset[str]] = [frozenset({"xml"})]
        self.entities: dict[str, str] = {}
        self.in_cdata = False
        self.count = 0
        parser = self.parser = _parser()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartCdataSectionHandler = self.start_cdata
        parser.EndCdataSectionHandler = self.end_cdata
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.EntityDeclHandler = self.entity
        # With this handler internal entities stay references, as libxml2 leaves them.
        parser.DefaultHandler = self.other

    def build(self) -> _Node:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise _fail(self.served, error) from None
        return next(node for node in self.open[0].children if node.kind == "element")

    def place(self) -> int:
        return max(0, int(self.parser.CurrentByteIndex))

    def add(self, node: _Node) -> None:
        self.open[-1].children.append(node)

    def start(self, name: str, attributes: Sequence[str]) -> None:
        pairs = dict(zip(attributes[::2], attributes[1::2], strict=True))
        scope = self.scopes[-1] | {a[6:] for a in pairs if a.startswith("xmlns:")}
        prefix, colon, local = name.partition(":")
        start, end = _name_place(self.data, self.place())
        if len(self.open) > _DEEPEST:
            raise _refused("elements are nested too deeply", start)
        node = _Node("element", local if colon and prefix in scope else name, "", pairs, start, end, [])
        self.add(node)
        self.open.append(node)
        self.scopes.append(scope)

    def end(self, _name: str) -> None:
        self.open.pop()
        self.scopes.pop()

    def text(self, text: str) -> None:
        place = self.place()
        self.count += len(text)
        if self.count > _MOST_TEXT:
            raise _refused("its entities expand to too much text", place)
        reference = self.data[place : place + 1] == b"&" and not self.in_cdata
        value = _settled(text, written=not reference)
        end = self.data.find(b";", place) + 1 if reference else place + len(text.encode())
        kind = "cdata" if self.in_cdata else "text"
        siblings = self.open[-1].children
        if siblings and siblings[-1].kind == kind and (kind == "text" or siblings[-1].end < 0):
            before = siblings[-1]
            siblings[-1] = before._replace(text=before.text + value, end=before.end if kind == "cdata" else end)
        else:
            self.add(_Node(kind, "", value, {}, place, end, []))

    def start_cdata(self) -> None:
        self.in_cdata = True
        siblings = self.open[-1].children
        if siblings and siblings[-1].kind == "cdata":
            siblings[-1] = siblings[-1]._replace(end=-1)  # libxml2 joins it to the one in front
        else:
            place = self.place() + len("<![CDATA[")
            self.add(_Node("cdata", "", "", {}, place, -1, []))

    def end_cdata(self) -> None:
        self.in_cdata = False
        siblings = self.open[-1].children
        siblings[-1] = siblings[-1]._replace(end=self.place())

    def comment(self, text: str) -> None:
        place = self.place() + len("<!--")
        self.add(_Node("comment", "", text, {}, place, place + len(text.encode()), []))

    def instruction(self, target: str, text: str) -> None:
        place = self.place()
        self.add(_Node("instruction", target, text, {}, place, place + len("<?") + len(target.encode()), []))

    def entity(self, name: str, is_parameter: int, value: str | None, *_: object) -> None:
        if value is not None and not is_parameter:
            self.entities.setdefault(name, value)

    def other(self, text: str) -> None:
        if text.startswith("&") and len(self.open) > 1:
            place = self.place()
            name = text[1:-1]
            content = _settled(self.entities.get(name, ""), written=False)
            self.add(_Node("entity", name, content, {}, place, place + len(text.encode()), []))
