"""How texts of strangers are shown: without what a terminal would act on, cut to size, and in columns."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from uwsgilint.document import CUT

__all__ = ["PLAIN", "Style", "columns", "encodable", "escaped", "padded", "shortened", "visible", "wrapped"]

_TAB = "    "


class Style(NamedTuple):
    """What makes parts of a text stand out; all of it is nothing where the output is no terminal.

    Attributes:
        strong, faint, warn, bad, end: what switches each on, and all of them off.
        docs: where the pages of rules are, for links; "" for no links.
        width: how many columns a line has; 0 where nobody knows.
    """

    strong: str = ""
    faint: str = ""
    warn: str = ""
    end: str = ""
    bad: str = ""
    docs: str = ""
    width: int = 0

    def bold(self, text: str) -> str:
        """Make a text stand out."""
        return f"{self.strong}{text}{self.end}"

    def dim(self, text: str) -> str:
        """Make a text step back."""
        return f"{self.faint}{text}{self.end}"

    def severity(self, word: str, text: str) -> str:
        """Make a text look as grave as a severity is."""
        return f"{self.bad if word == 'error' else self.warn if word == 'warning' else self.strong}{text}{self.end}"

    def link(self, page: str, text: str) -> str:
        """Make a text lead to a page (OSC 8)."""
        return f"\x1b]8;;{self.docs}{page}\x1b\\{text}\x1b]8;;\x1b\\" if self.docs else text

    def mark(self, text: str) -> str:
        """Make a text that deserves attention."""
        return f"{self.warn}{text}{self.end}"


PLAIN = Style()


def visible(text: str) -> str:
    """Return a text with blanks for tabs, and marks for all else that has no shape of its own."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _TAB if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def escaped(text: str) -> str:
    r"""Return the name of a file with escapes such as `\x1b` for all that has no shape: still one name on one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def encodable(document: str) -> str:
    r"""Return JSON without surrogates that stand alone, which come from bytes that are not UTF-8.

    `json.dumps` writes them as `\udce9`, and strict readers refuse the whole document for one.
    """
    if "\\ud" not in document:
        return document
    import re  # noqa: PLC0415  (few names are that bad)

    def lone(match: re.Match[str]) -> str:
        return match[0] if match["pair"] or match["other"] else "\\ufffd"

    pair = r"(?P<pair>\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})"
    return re.sub(rf"{pair}|\\ud[89a-f][0-9a-f]{{2}}|(?P<other>\\.)", lone, document)


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in {"Mn", "Me"} else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a width."""
    return text + " " * (width - columns(text))


def shortened(text: str, width: int) -> str:
    """Return a text that is safe to show, with an ellipsis for what is left out.

    It has at most so many columns, and at most so many characters: some take no column at all.
    """
    text = visible(text[: width + 1])
    if len(text) <= width and columns(text) <= width:
        return text
    kept = []
    room = width - 1
    for character in text[: width - 1]:
        room -= columns(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + CUT


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines that are at most that wide, unless a word is wider."""
    import textwrap  # noqa: PLC0415  (findings are shown without it)

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
