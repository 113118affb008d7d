"""What a fix would change, as a unified diff that `patch` applies and that shows no secret."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.document import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["unified"]

_CONTEXT = 3
_CONTROL = re.compile(rb"[\0-\x1f\x7f]")
_ESCAPED = re.compile(rb'[\0-\x1f\x7f"\\]')
_ESCAPES = {b"\t": rb"\t", b"\n": rb"\n", b"\r": rb"\r", b'"': rb"\"", b"\\": rb"\\"}


class _Row(NamedTuple):
    """A line of a diff: " ", "-" or "+", and the lines before and after that it is at, from 0."""

    mark: str
    before: int
    after: int


def unified(
    source: Source, data: bytes, find: Callable[[bytes], list[tuple[int, int]]], name: bytes
) -> tuple[bytes, int]:
    """Return the diff of a file and of the text that is to take its place.

    Lines with secrets are no context: a diff needs none. Where such a line changes, asterisks stand for the secret, and
    `patch` refuses that part of the diff, or it would write the asterisks: one of the lines to go has them as well.

    Args:
        source: the file.
        data: the new text.
        find: says where secrets are.
        name: what `patch -p1` finds the file by.

    Returns:
        The diff, and how many of its lines have asterisks: with any it cannot be applied.
    """
    old, new = Source(source.name, source.data), Source(source.name, data)
    secret: list[set[int]] = []
    for each in (old, new):
        each.hidden = find(each.data)
        secret.append({each.locate(at)[0] - 1 for start, end in each.hidden for at in _lines(each.data, start, end)})
    before, after = (_texts(each, hidden) for each, hidden in zip((old, new), secret, strict=True))
    plain = [_split(each.data) for each in (old, new)]
    lines, covered = [b"--- %s\n" % _named(b"a/" + name), b"+++ %s\n" % _named(b"b/" + name)], 0
    for group in SequenceMatcher(None, plain[0], plain[1]).get_grouped_opcodes(_CONTEXT):
        for part in _hunks(list(_rows(group)), secret[0]):
            hunk, locked = part, None
            if any(row.mark == "+" and row.after in secret[1] for row in part) and not any(
                row.mark == "-" and row.before in secret[0] for row in part
            ):
                hunk, locked = _with_lock(part, len(before))
            lines.append(_header(hunk).encode())
            for row in hunk:
                text = after[row.after] if row.mark == "+" else before[row.before]
                covered += (row.after in secret[1]) if row.mark == "+" else (row.before in secret[0])
                if row is locked:
                    text = _starred(text)
                    covered += 1
                ended = text.endswith(b"\n")
                lines.append(row.mark.encode() + (text if ended else text + b"\n\\ No newline at end of file\n"))
    return b"".join(lines) if len(lines) > 2 else b"", covered


def _named(name: bytes) -> bytes:
    """Write the name of a file so that `patch` finds its end, in quotes where a character could not stand there."""
    if _CONTROL.search(name) is None:
        return name + (b"\t" if name.split() != [name] else b"")  # a tab says where a name with blanks ends
    return b'"%s"' % _ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or b"\\%03o" % found[0][0], name)


def _with_lock(hunk: list[_Row], count: int) -> tuple[list[_Row], _Row | None]:
    """Return a hunk with a line to go that can be told from what stands in the file, and that line.

    `patch` does without lines of the context, but not without those that are to go: where there are none, a line next
    to the new ones goes and comes again.

    Args:
        hunk: its rows.
        count: how many lines the file has.
    """
    for index, row in enumerate(hunk):
        if row.mark == "-":
            return hunk, row
        if row.mark == " ":
            gone = _Row("-", row.before, row.after)
            return [*hunk[:index], gone, _Row("+", row.before, row.after), *hunk[index + 1 :]], gone
    first, last = hunk[0], hunk[-1]
    if first.before > 0:
        gone = _Row("-", first.before - 1, first.after - 1)
        return [gone, _Row("+", gone.before, gone.after), *hunk], gone
    if last.before < count:
        gone = _Row("-", last.before, last.after + 1)
        return [*hunk, gone, _Row("+", gone.before, gone.after)], gone
    return hunk, None  # of an empty file


def _starred(text: bytes) -> bytes:
    bare = text.rstrip(b"\r\n")
    return bare + b" ***" + text[len(bare) :]


def _lines(data: bytes, start: int, end: int) -> Iterator[int]:
    """Return a place in each line of a range."""
    yield start
    at = data.find(b"\n", start, end)
    while at >= 0:
        yield at + 1
        at = data.find(b"\n", at + 1, end)


def _texts(source: Source, secret: set[int]) -> list[bytes]:
    """Return the lines of a file, with their ends, and asterisks for secrets."""
    texts = _split(source.data)
    for number in secret:
        if number < len(texts):
            end = b"\n" if texts[number].endswith(b"\n") else b""
            texts[number] = source.shown(number + 1).encode("utf-8", "backslashreplace") + end
    return texts


def _split(data: bytes) -> list[bytes]:
    """Return the lines of a text with their ends, which are newlines and nothing else."""
    *lines, last = data.split(b"\n")
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _rows(group: Sequence[tuple[str, int, int, int, int]]) -> Iterator[_Row]:
    for kind, old, old_end, new, new_end in group:
        if kind == "equal":
            yield from (_Row(" ", old + n, new + n) for n in range(old_end - old))
        else:
            yield from (_Row("-", n, new) for n in range(old, old_end))
            yield from (_Row("+", old_end, n) for n in range(new, new_end))


def _hunks(rows: list[_Row], secret: set[int]) -> Iterator[list[_Row]]:
    """Split a hunk where its context has a secret.

    `patch` takes a hunk with less context on one side for one at that end of the file, so both sides lose as much.
    """
    parts: list[list[_Row]] = [[]]
    for row in rows:
        if row.mark == " " and row.before in secret:
            parts.append([])
        else:
            parts[-1].append(row)
    for number, part in enumerate(parts):
        changed = [index for index, row in enumerate(part) if row.mark != " "]
        if changed:
            front, back = changed[0], len(part) - 1 - changed[-1]
            cut_front, cut_back = number > 0, number < len(parts) - 1
            keep_front = min(front, back) if cut_back else min(front, _CONTEXT)
            keep_back = min(back, front) if cut_front else min(back, _CONTEXT)
            yield part[front - keep_front : len(part) - back + keep_back]


def _header(hunk: Sequence[_Row]) -> str:
    old = _range([row.before for row in hunk if row.mark != "+"], hunk[0].before)
    new = _range([row.after for row in hunk if row.mark != "-"], hunk[0].after)
    return f"@@ -{old} +{new} @@\n"


def _range(numbers: Sequence[int], place: int) -> str:
    if not numbers:
        return f"{place},0"  # of nothing, the line in front of it is said
    return f"{numbers[0] + 1}" if len(numbers) == 1 else f"{numbers[0] + 1},{len(numbers)}"
