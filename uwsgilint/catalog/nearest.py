"""Find the name that was meant by one that does not exist.

A wrong suggestion is worse than none: uWSGI takes every unknown name for a variable of the user's
own, so `base_dir` and `project` are as common as typing errors. Hence a candidate has to be reached
by one of few steps, each of which people really take, and the first step that leads anywhere wins:

1. another spelling of the same letters: `wsgi_file`, `HTTP-Socket`, `enablethreads`
2. what other servers call it: `user`, `bind`
3. a word too much that adds nothing: `strict-mode`, `enable-master`
4. one slip of the finger: `vaccum`, `proesses`, `thread`
5. a name cut short, if few go on from there: `buffer`, `exec-pre`, `pid`
6. a last word that goes on: `cheaper-algorithm`
7. two slips in a long name
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["distance", "nearest"]

# What gunicorn, nginx, systemd and others call a setting of uWSGI that has quite another name.
# Words that name a thing of the user's just as often (host, port, name, root) have no place here.
_SYNONYMS = {
    "backlog": "listen",
    "bind": "http-socket",
    "certfile": "https",
    "daemon": "daemonize",
    "end": "endif",  # closes a block, though no option is called so
    "group": "gid",
    "jitter": "max-requests-delta",
    "keyfile": "https",
    "limit-request-line": "buffer-size",
    "max-requests-jitter": "max-requests-delta",
    "proc-name": "procname",
    "procs": "processes",
    "timeout": "harakiri",
    "user": "uid",
    "worker-processes": "processes",
    "working-directory": "chdir",
    "workdir": "chdir",
}
# Left out, they change nothing about what was asked for.
_PADDING = frozenset({"enable", "enabled", "mode", "option", "use"})
_MOST_CONTINUATIONS = 4


def nearest(name: str, candidates: tuple[str, ...], limit: int) -> list[str]:
    """Return at most `limit` of the candidates, best first; nothing when none resembles the name."""
    found: dict[str, None] = {}
    for candidate in _steps(name, _index(candidates)):
        found[candidate] = None
        if len(found) >= limit:
            break
    return list(found)[:limit]


class _Index:
    """Candidates, arranged for the steps."""

    def __init__(self, candidates: tuple[str, ...]) -> None:
        self.sorted = sorted(candidates)
        self.letters: dict[str, str] = {}
        self.longest = max(map(len, candidates), default=0)
        self._shapes: dict[tuple[int, str], list[str]] = {}
        self._sets: dict[tuple[int, str], list[tuple[str, int]]] = {}
        for candidate in self.sorted:
            # Sorted, hence `pivot-root` comes before `pivot_root` and keeps its place.
            self.letters.setdefault(_letters(candidate), candidate)
            self._shapes.setdefault((len(candidate), ""), []).append(candidate)
            self._shapes.setdefault((len(candidate), candidate[:1]), []).append(candidate)

    def of_shape(self, length: int, first: str) -> list[tuple[str, int]]:
        """Return the candidates of a length and first letter, each with the set of its characters.

        An empty first letter stands for any.
        """
        pairs = self._sets.get((length, first))
        if pairs is None:
            pairs = [(candidate, _character_set(candidate)) for candidate in self._shapes.get((length, first), ())]
            self._sets[length, first] = pairs
        return pairs

    def starting_with(self, text: str) -> list[str]:
        """Return the candidates that go on from a text, one more than are of interest at most."""
        start = bisect_left(self.sorted, text)
        some = self.sorted[start : start + _MOST_CONTINUATIONS + 1]
        return [candidate for candidate in some if candidate.startswith(text)]


@lru_cache(maxsize=8)
def _index(candidates: tuple[str, ...]) -> _Index:
    return _Index(candidates)


def _steps(name: str, index: _Index) -> Iterator[str]:
    text = name.strip().lower().lstrip("-").replace("_", "-")
    letters = _letters(text)
    if not letters:
        return
    if letters in index.letters:
        yield index.letters[letters]
    synonym = _SYNONYMS.get(text)
    if synonym is not None and index.letters.get(_letters(synonym)) == synonym:
        yield synonym
    words = text.split("-")
    kept = "".join(word for word in words if word not in _PADDING)
    if kept != letters and kept in index.letters:
        yield index.letters[kept]
    if len(text) > 2:
        yield from _within(1, text, index)
        yield from _continuations(text, index)
        yield from _beginnings(text, index)
    # The words of a name are often short: `log-dir` is not `log-big`.
    if len(text) > (6 if len(words) == 1 else 7):
        yield from _within(2, text, index)


def _within(most: int, text: str, index: _Index) -> list[str]:
    """Return the candidates at a distance of exactly `most`, those that look most alike first.

    The first letter is seldom wrong, though it may be missing. It must be right in short names,
    where one letter is a large part of all there is (`pid` is neither `gid` nor `uid`), and when
    there are two slips.
    """
    characters = _character_set(text)
    first = text[0]
    sure = most > 1 or len(text) < 6
    shapes = [(length, first if sure else "") for length in range(len(text) - most, len(text) + most + 1)]
    # A slip changes at most two members of the set of characters: one goes, one comes.
    tolerated = 2 * most
    found = [
        candidate
        for shape in shapes
        for candidate, other in index.of_shape(*shape)
        if (characters ^ other).bit_count() <= tolerated and distance(text, candidate, most) == most
    ]
    if sure and most == 1 and len(text) > 4:
        found += [candidate for candidate, _ in index.of_shape(len(text) + 1, "") if candidate[1:] == text]
    return sorted(
        found, key=lambda each: (each[0] != first, abs(len(each) - len(text)), -_common_start(each, text), each)
    )


def _continuations(text: str, index: _Index) -> list[str]:
    """Return the candidates that begin with a text, the shortest first; nothing when there are many.

    Where the text ends in the middle of a word, it can be any word: then at most two.
    """
    found = index.starting_with(text)
    whole_words = all(candidate[len(text) : len(text) + 1] == "-" for candidate in found)
    if len(found) > (_MOST_CONTINUATIONS if whole_words else 2):
        return []
    return sorted(found, key=lambda each: (len(each), each))


def _beginnings(text: str, index: _Index) -> list[str]:
    """Return the candidate of several words with which a text begins, when its last word goes on."""
    for end in range(min(len(text) - 1, index.longest), 0, -1):
        start = text[:end]
        if "-" in start and text[end] != "-" and index.letters.get(_letters(start)) == start:
            return [start]
    return []


def _common_start(one: str, other: str) -> int:
    length = 0
    for character, wanted in zip(one, other, strict=False):
        if character != wanted:
            break
        length += 1
    return length


def distance(one: str, other: str, most: int) -> int:
    """Count the slips between two texts: a character too much, missing, wrong, or two swapped.

    Args:
        one: a text.
        other: another.
        most: where counting may stop.

    Returns:
        The number (optimal string alignment), or `most` + 1 when it is larger.
    """
    # Slips are rare: most of both texts is the same at both ends.
    start = _common_start(one, other)
    shorter = min(len(one), len(other))
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    if abs(len(one) - len(other)) > most:
        return most + 1
    if not one or not other:
        return len(one) + len(other)
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, character in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = above[column - 1] if character == wanted else 1 + min(above[column - 1], above[column], current[-1])
            swapped = row > 1 and column > 1 and character == other[column - 2] and one[row - 2] == wanted
            if swapped and before[column - 2] + 1 < cost:
                cost = before[column - 2] + 1
            current.append(cost)
        if min(current) > most and min(above) > most:
            return most + 1
        before, above = above, current
    return min(above[-1], most + 1)


def _letters(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def _character_set(text: str) -> int:
    members = 0
    for character in text:
        members |= 1 << (ord(character) & 63)
    return members
