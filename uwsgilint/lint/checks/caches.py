"""What is wrong between caches, and with what is put into them at start (core/cache.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.lint.finding import Related, make
from uwsgilint.lint.views import parsed
from uwsgilint.values import decimal_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Span
    from uwsgilint.grammar import Piece
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["large_cache", "later_cache", "lost_items", "repeated_name", "shared_store"]

# What a cache has when its definition does not say (core/cache.c uwsgi_cache_create).
_BLOCK = 65536
_KEY = 2048
_LARGE = 1 << 30


class _Cache(NamedTuple):
    """A `cache2`: what gives it, and the parts of its definition."""

    given: Given
    parts: dict[str, Piece]

    def text(self, part: str) -> str:
        return self.parts[part].text if part in self.parts else ""

    def number(self, part: str, default: int) -> int:
        return decimal_prefix(self.parts[part].text) if part in self.parts else default

    def span(self, part: str) -> Span:
        piece = self.parts.get(part)
        if piece is None or self.given.directive is None or not self.given.literal:
            return self.given.value_span
        return self.given.directive.inside(piece.start, piece.end)


def _caches(view: View) -> list[_Cache]:
    """Return the caches that are there in any case and can be read."""
    return [
        _Cache(given, parsed("cache2", given.text).pieces)
        for given in view.every("cache2")
        if isinstance(given.text, str) and not given.guard
    ]


def _certain(view: View) -> bool:
    """Whether every cache is known, and stands there in any case."""
    return not view.open and len(_caches(view)) == len(view.every("cache2"))


def later_cache(view: View) -> Iterator[Finding]:
    """Find a `check-cache` that names another cache than the first one, the only one that is asked."""
    caches = _caches(view)
    for given in view.every("check-cache"):
        name = given.text
        if not isinstance(name, str) or not name or not _certain(view) or not caches:
            continue
        plain = view.value("cache")
        if not isinstance(plain, int):
            continue
        first = "default" if plain else caches[0].text("name")
        if name != first and any(cache.text("name") == name for cache in caches):
            yield make("later-cache", given.value_span, {"name": name, "first": first}, given.key)


def repeated_name(view: View) -> Iterator[Finding]:
    """Find caches of one name, of which only the first is ever used."""
    first: dict[str, Given] = {}
    plain = view.every("cache")
    size = view.value("cache")
    if plain and isinstance(size, int) and size > 0:
        first["default"] = plain[-1]
    for cache in _caches(view):
        name = cache.text("name")
        if name and name in first:
            related = (Related(first[name].span, "the first one is here"),)
            yield make("repeated-cache", cache.span("name"), {"name": name}, cache.given.key, related)
        first.setdefault(name, cache.given)


def shared_store(view: View) -> Iterator[Finding]:
    """Find caches that keep their items in one file."""
    first: dict[str, Given] = {}
    for cache in _caches(view):
        store = cache.text("store")
        if store and store in first:
            related = (Related(first[store].span, "the other one is here"),)
            yield make("shared-cache-store", cache.span("store"), {"store": store}, cache.given.key, related)
        if store:
            first.setdefault(store, cache.given)


def large_cache(view: View) -> Iterator[Finding]:
    """Find caches that take more than a gigabyte because nobody said how large a block is."""
    for cache in _caches(view):
        items = cache.number("items", 0)
        blocks = cache.number("blocks", items)
        if "blocksize" not in cache.parts and blocks * _BLOCK > _LARGE:
            values = {"name": cache.text("name"), "megabytes": str(blocks * _BLOCK >> 20)}
            yield make("large-cache", cache.given.value_span, values, cache.given.key)


def lost_items(view: View) -> Iterator[Finding]:
    """Find items whose value is larger than a block, or whose key is longer than the cache allows."""
    caches = _caches(view)
    if not caches or not _certain(view) or view.every("cache"):
        return
    for given in view.every("add-cache-item"):
        if not isinstance(given.text, str):
            continue
        parts = parsed("add-cache-item", given.text).pieces
        name = parts["cache"].text if "cache" in parts else ""
        cache = next((each for each in caches if not name or each.text("name") == name), None)
        if cache is None or "key" not in parts:
            continue
        value = len(parts["value"].text.encode()) if "value" in parts else 0
        key = len(parts["key"].text.encode())
        block = cache.number("blocksize", _BLOCK)
        room = block * (cache.number("blocks", cache.number("items", 0)) if "bitmap" in cache.parts else 1)
        longest = cache.number("keysize", _KEY)
        if value > room:
            what, size, limit = "value", value, room
        elif key > longest:
            what, size, limit = "key", key, longest
        else:
            continue
        values = {"what": what, "size": str(size), "limit": str(limit), "name": cache.text("name")}
        related = (Related(cache.given.span, "the cache is here"),)
        yield make("lost-cache-item", given.value_span, values, given.key, related)
