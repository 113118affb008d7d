"""Items in memory that all processes see."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.caching import Cache, CachedFile, CacheItem
from uwsgilint.schema.types import Flag, Int, String, Strings, UInt64

__all__ = ["Caching"]


class Caching(Subsystem):
    """Keeps items in memory that all processes see, for the application, routes, static paths and TLS sessions.

    Declare each cache with one `cache2` line, and give it a name. The memory is taken at start, in full, and shared by
    all workers; the application uses it through `uwsgi.cache_get()` and its siblings, routes through `cache:` and
    `cachestore:`. The first cache is the default wherever no name is given. Items beyond `blocksize` are refused unless
    `bitmap` is set, and one slot is always unused: `items=100` holds 99.

    The other options come from the time of a single cache: `cache` creates one called `default`, and `cache-blocksize`,
    `cache-store`, `cache-sync` and the UDP pair apply to that one only. `cache2` has keys for each of them. Expired
    items are removed by a thread of the master: without a master they fill the cache.
    """

    table: ClassVar[str] = "caching"
    title: ClassVar[str] = "Caching"

    cache2: Each[Cache] | None = option(
        "Creates a cache from keys and values. `name` and `items` are required; `blocksize`, `blocks`, `keysize` set "
        "its shape, `bitmap` lets an item span blocks, `store` keeps it on disk, `purge_lru`, `sweep_on_full` or "
        "`clear_on_full` make room when it is full, `nodes`, `udp` and `sync` copy between machines.",
        examples=(
            "name=sessions,items=10000,blocksize=4096",
            "name=pages,items=1000,blocksize=4096,blocks=5000,bitmap=1",
        ),
        catch="No blanks after commas and no units: `items=10k` is 10. Keys such as `bitmap` count as set even with 0, "
        "and unknown keys are ignored.",
        see=("cache-expire-freq", "cache-no-expire", "add-cache-item"),
    )
    cache: UInt64 | None = option(
        "Creates the cache called `default`, ahead of all others, with room for one item less than this. New "
        "configurations use `cache2`.",
        unit="items",
        default="0, none",
        ge=2,
        examples=(1000,),
        catch="A word instead of a number is 0: no cache, and calls of the application fail later.",
        see=("cache2", "cache-blocksize"),
    )
    cache_blocksize: UInt64 | None = option(
        "Sets the largest item of the cache that `cache` creates. Each item takes this much memory, whether it is "
        "filled or not.",
        unit="bytes",
        default="65536",
        ge=1,
        examples=(4096,),
        see=("cache", "cache2"),
    )

    # Expiry, for all caches.
    cache_no_expire: Flag | None = option(
        "Does without the thread that removes expired items, for all caches. Sensible when every item lives for ever "
        "or the application deletes them itself.",
        default="off",
        see=("cache-expire-freq", "cache2"),
    )
    cache_expire_freq: Int | None = option(
        "Sets the pause between two searches for expired items, which lock a cache item by item. Large caches with "
        "long lifetimes are better off with more.",
        unit="seconds",
        default="3",
        ge=1,
        examples=(60,),
        see=("cache-no-expire",),
    )
    cache_report_freed_items: Flag | None = option(
        "Logs after each search how many expired items left which cache. A help in tests, noise in production.",
        default="off",
        see=("cache-expire-freq",),
    )

    # On disk.
    cache_store: String | None = option(
        "Keeps the cache that `cache` creates in a file mapped into memory, so that its items are there again after a "
        "restart. For others use the key `store` of `cache2`.",
        examples=("/var/lib/uwsgi/cache",),
        catch="When the number or size of items has changed, the old file ends the start: remove it.",
        see=("cache-store-sync", "cache2"),
    )
    cache_store_sync: Int | None = option(
        "Asks the kernel at this interval to write stored caches to disk; it is also the default of `store_sync` in "
        "`cache2`. A restart of uWSGI loses nothing without it, a power failure may.",
        unit="seconds",
        default="0: once, at start",
        ge=0,
        examples=(60,),
        see=("cache-store", "cache2"),
    )

    # Between machines, for the cache named default.
    cache_sync: String | None = option(
        "Copies the whole content of the cache `default` from another uWSGI at start, over its uwsgi socket. Number "
        "and size of items must be the same there.",
        examples=("10.0.0.5:3031",),
        catch="If the other one cannot be reached, the start ends.",
        see=("cache-udp-node", "cache-udp-server"),
    )
    cache_udp_server: Strings | None = option(
        "Listens on this UDP address for changes that other nodes send and applies them to the cache `default`.",
        examples=("10.0.0.4:7171",),
        catch="Nothing is checked: whoever can send a packet there can write to the cache.",
        see=("cache-udp-node",),
    )
    cache_udp_node: Strings | None = option(
        "Sends every change and deletion in the cache `default` to the `cache-udp-server` at this address. Delivery is "
        "not guaranteed, and an item must fit into a datagram.",
        examples=("10.0.0.5:7171",),
        see=("cache-udp-server", "cache-sync"),
    )

    # Filling it at start, and serving from it.
    add_cache_item: Each[CacheItem] | None = option(
        "Puts an item without expiry into a cache at start: `name key=value`, where the name of the cache may be left "
        "out.",
        examples=("flags maintenance=off",),
        catch="Without a name it goes into every cache; a name that no cache has is skipped silently.",
        see=("load-file-in-cache", "cache2"),
    )
    load_file_in_cache: Each[CachedFile] | None = option(
        "Puts the content of a file into a cache at start, with the path as written for its key. A URL or `exec://` is "
        "read as well.",
        examples=("pages /srv/shop/index.html",),
        catch="Without a cache name every cache gets a copy.",
        see=("load-file-in-cache-gzip", "check-cache"),
    )
    load_file_in_cache_gzip: Each[CachedFile] | None = option(
        "Puts the compressed content of a file into a cache at start, under the path as written. Routes that answer "
        "from it must send `Content-Encoding: gzip`.",
        examples=("pages /srv/shop/app.js",),
        catch="The same file loaded plain by `load-file-in-cache` takes the key first, and the compressed one is lost.",
        see=("load-file-in-cache",),
    )
    check_cache: String | None = option(
        "Answers GET requests whose full URI, query string included, is a key of the cache, before routes and "
        "application. The item is sent as it is, so it must be a complete response with status line and headers.",
        examples=("pages",),
        catch="The name is only checked for existence: the lookup always takes the first cache. A route with `cache:` "
        "is the better way.",
        see=("cache2", "route"),
    )
    cache_use_last_modified: Flag | None = option(
        "Keeps the time of the last change of the cache `default`, which the stats server shows as `last_modified_at`. "
        "`cache2` has the key `lastmod`.",
        default="off",
        see=("cache", "stats"),
    )
