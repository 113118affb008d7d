"""Arguments of commands, taken out, put in, moved and rewritten, in Dockerfiles, units, compose files and scripts.

Each of these places cuts its text into words by rules of its own, so an edit takes whole words together with what
separates them, and nothing that would need other quotes than those which stand there. The file is read again: its
commands must have the words that are wanted, and no other ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.document import Source
from uwsgilint.formats import commands
from uwsgilint.lint.finding import Edit, Fix
from uwsgilint.lint.fixing import allowance
from uwsgilint.lint.fixing.rereading import apply, difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from uwsgilint.document import Directive, Problem
    from uwsgilint.formats.commands import Command
    from uwsgilint.formats.words import Word

__all__ = ["correction", "insertion", "moving", "removals", "rewritings"]

# Blanks, continued lines, the commas of a list, and the lines of a list in YAML.
_GAP = re.compile(rb"(?:[ \t,]|\\\r?\n|\r?\n[ \t]*(?:-(?=[ \t]))?)*\Z")
_COMMA = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")
_COMMENT = re.compile(rb"(?:\A|[ \t\n])[#;]")
_COMMENT_BEHIND = re.compile(rb"[ \t]*,?[ \t]*(?<=[ \t,])#")
_LIST_MARK = re.compile(rb"[ \t]*(?:-[ \t]+)?")
_LINE_END = re.compile(rb"[ \t]*(?P<goes_on>[,\\])?[ \t]*\r?(?:\n|\Z)")
_BARE = re.compile(r"[\w./:,=@%+^-]+", re.ASCII)  # what no shell and no unit file takes for anything else
_SPECIAL = re.compile(r"[\"'\\$`]")
_WIDEST_GAP = 200
_QUOTES = (b'"', b"'")
_FLAGS = frozenset({"flag", "inverse-flag", "switch"})


class _Argument(NamedTuple):
    """The words of an option: where they begin and end, quotes included, and what separates them from those before."""

    start: int
    end: int
    words: frozenset[int]
    gap: bytes
    quote: str


@lru_cache(maxsize=4)
def _all(source: Source) -> list[Command]:
    kind = commands.detect(source.name, source.data)
    return [] if kind is None else commands.find(source, kind)


def _argument(directive: Directive) -> _Argument | None:
    """Return the words of an option; None where something else is said by them, or by nothing but them."""
    source = directive.source
    for command in _all(source):
        found = [word for word in command.words if _holds(word, directive)]
        if not found:
            continue
        first, last = found[0].start, found[-1].end
        others = [d for d in command.document.directives() if first <= d.key_start < last]
        if len(others) != 1 or any(word.many for word in found) or found[0].unknown:
            return None
        places = [_extent(source.data, word) for word in found]
        if None in places:
            return None
        start, end = min(place[0] for place in places if place), max(place[1] for place in places if place)
        gap = _GAP.search(source.data, max(0, start - _WIDEST_GAP), start)
        quote = source.data[start : start + 1]
        return _Argument(
            start, end, frozenset(word.start for word in found), gap[0] if gap else b"",
            quote.decode() if quote in _QUOTES else "",
        )  # fmt: skip
    return None


def _holds(word: Word, directive: Directive) -> bool:
    if word.start <= directive.key_start < word.end:
        return True
    return directive.value_end > directive.value_start and word.start <= directive.value_start < word.end


def _extent(data: bytes, word: Word) -> tuple[int, int] | None:
    """Return where a word begins and ends with its quotes; None where they are not around it as a whole."""
    start, end = word.start, word.end
    before, after = data[start - 1 : start], data[end : end + 1]
    if before in _QUOTES:
        return (start - 1, end + 1) if after == before and before not in data[start:end] else None
    if after in _QUOTES and data.count(after, start, end) % 2:
        end += 1  # opened within the word
    return start, end


def removals(directives: Sequence[Directive]) -> list[Edit] | None:
    """Return the edits that take options out of the commands of a file; None where more than them would go."""
    source = directives[0].source
    edits: list[Edit] = []
    going: set[int] = set()
    for directive in directives:
        argument = _argument(directive)
        if argument is None:
            return None
        edit = _cut(source.data, argument)
        if edit is None:
            return None
        edits.append(edit)
        going |= argument.words
    chosen = sorted(set(edits))

    def wanted(words: Sequence[Word]) -> list[str]:
        return [word.text for word in words if word.start not in going]

    return chosen if _has(source, chosen, wanted) else None


def _cut(data: bytes, argument: _Argument) -> Edit | None:
    """Take out an argument with what separates it from others; None where a comment would go, move, or be spoilt."""
    start, end, gap = argument.start, argument.end, argument.gap
    if b"\n" in data[start:end] and _COMMENT.search(data, start, end) is not None:
        return None
    if not gap:
        behind = _COMMA.match(data, end)
        return Edit(start, end if behind is None else behind.end(), "")
    if _is_commented(data, argument):
        return None
    before = start - len(gap)
    if b"\n" in gap and _COMMENT.search(data[data.rfind(b"\n", 0, before) + 1 : before]) is not None:
        return _own_line(data, argument)  # what follows would become a part of the comment
    return Edit(before, end, "")


def _is_commented(data: bytes, argument: _Argument) -> bool:
    """Whether an argument has a line of its own, and a comment behind it."""
    return b"\n" in argument.gap and _COMMENT_BEHIND.match(data, argument.end) is not None


def _own_line(data: bytes, argument: _Argument) -> Edit | None:
    """Take out the line of an argument; None where that does not leave the line before it to go on with the next."""
    start = data.rfind(b"\n", 0, argument.start) + 1
    mark, rest = _LIST_MARK.fullmatch(data, start, argument.start), _LINE_END.match(data, argument.end)
    if mark is None or rest is None or not (b"-" in mark[0] or rest["goes_on"]):
        return None
    return Edit(start, rest.end(), "")


def insertion(directive: Directive, name: str, text: str) -> tuple[list[Edit], str | None] | None:
    """Return the edits that put an option behind another one, and the value that it has there; None where they cannot.

    Args:
        directive: the option that it goes with.
        name: the new option.
        text: its value; "true" switches a flag on, which takes no value on a command line.
    """
    argument = _argument(directive)
    if argument is None or not argument.gap or _is_commented(directive.source.data, argument):
        return None
    option = catalog.option(name)
    is_flag = text == "true" and option is not None and option.kind in _FLAGS
    word = f"--{name}" if is_flag else f"--{name}={text}"
    if re.fullmatch(r"[\w./:,=@+ -]+", word, re.ASCII) is None:
        return None
    gap = argument.gap.decode("utf-8", "surrogateescape")
    quote = argument.quote or ('"' if " " in word else "")
    edits = [Edit(argument.end, argument.end, f"{gap}{quote}{word}{quote}")]
    last = max(argument.words)

    def wanted(words: Sequence[Word]) -> list[str]:
        return [text for each in words for text in ((each.text, word) if each.start == last else (each.text,))]

    return (edits, None if is_flag else text) if _has(directive.source, edits, wanted) else None


def rewritings(directive: Directive, new: str) -> Iterator[Edit]:
    """Yield edits that may give an option another value, in the quotes that the old one stands in.

    Args:
        directive: the option.
        new: its value, as configuration text.
    """
    data, start, end = directive.source.data, directive.value_start, directive.value_end
    old, text = ((directive.value or "").replace("%%", "%"), new.replace("%%", "%"))
    if not text.isprintable():
        return
    quote = data[start - 1 : start]
    quoted = quote in _QUOTES and data[end : end + 1] == quote
    fits = (lambda put: not _SPECIAL.search(put)) if quoted else _BARE.fullmatch
    if fits(text):
        yield Edit(start, end, text)
    # What changes may stand there as it is, where the rest has to be written in a way of its own.
    first, last, put = difference(old, text)
    gone = old[first:last].encode("utf-8", "surrogateescape")
    if gone and data.count(gone, start, end) == 1 and (not put or fits(put)):
        at = data.find(gone, start, end)
        yield Edit(at, at + len(gone), put)


def moving(directive: Directive, before: Directive) -> list[Edit] | None:
    """Return the edits that move an option in front of another one; None where it is not words of its own."""
    source = directive.source
    going, front = _argument(directive), _argument(before)
    if going is None or front is None or not going.gap or not front.gap:
        return None
    text = (source.data[going.start : going.end] + front.gap).decode("utf-8", "surrogateescape")
    cut = _cut(source.data, going)
    if cut is None:
        return None
    edits = sorted([cut, Edit(front.start, front.start, text)])
    first = min(front.words)

    def wanted(words: Sequence[Word]) -> list[str]:
        moved = [word.text for word in words if word.start in going.words]
        kept: list[str] = []
        for word in words:
            kept += moved if word.start == first else []
            kept += [] if word.start in going.words else [word.text]
        return kept

    return edits if _has(source, edits, wanted) else None


def correction(problem: Problem) -> Fix | None:
    """Return the fix of an argument that the server refuses, or takes for something else; None where none is certain.

    A name that is cut short means the same when it is whole. Whatever else the command says, the server has not done it
    so far.
    """
    source, (_, start, end) = problem.span.source, problem.span
    near = f"--{problem.option}" if problem.rule == "abbreviated-option" else problem.values.get("near", "")
    for command in _all(source) if near else ():
        at = next((number for number, word in enumerate(command.words) if word.start == start), None)
        if at is None:
            continue
        word = command.words[at]
        if problem.rule == "stray-argument":
            before = command.words[at - 1] if at else word
            if near != f"{before.text}={word.text}" or _GAP.fullmatch(_between(source.data, before, word)) is None:
                return None
            edit, gone, put = Edit(before.end, start, "="), before.start, f"={word.text}"
        else:
            old = source.data[start:end].decode("utf-8", "surrogateescape")
            if not word.text.startswith(old) or _BARE.fullmatch(near) is None:
                return None
            edit, gone, put = Edit(start, end, near), -1, f"{near}{word.text[len(old) :]}"

        def wanted(words: Sequence[Word], gone: int = gone, put: str = put) -> list[str]:
            texts: list[str] = []
            for each in words:
                if each.start == start:
                    texts[-1:] = [f"{texts[-1]}{put}"] if gone >= 0 else [*texts[-1:], put]
                else:
                    texts.append(each.text)
            return texts

        return Fix((edit,), problem.rule == "abbreviated-option") if _has(source, [edit], wanted) else None
    return None


def _between(data: bytes, first: Word, second: Word) -> bytes:
    """Return what stands between two words, without the quotes that both have."""
    text = data[first.end : second.start]
    quoted = text[:1] in _QUOTES and text[:1] == text[-1:] and len(text) > 1
    return text[1:-1] if quoted else text


def _has(source: Source, edits: Iterable[Edit], wanted: Callable[[Sequence[Word]], list[str]]) -> bool:
    """Whether the commands of a file have the words that are wanted once edits are made."""
    if not allowance.spend(len(source.data)):
        return False
    after = _all(Source(source.name, apply(source.data, edits)))
    return [[word.text for word in each.words] for each in after] == [wanted(each.words) for each in _all(source)]
