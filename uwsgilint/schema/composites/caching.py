"""Caches, and what is put into them at start."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, Text, part
from uwsgilint.schema.types import Addresses, Bytes, Path, Placeholder, Presence, SignedInt, String, UInt64

__all__ = ["Cache", "CacheItem", "CachedFile"]


class Cache(Composite):
    """Creates a cache of items that all processes of the instance see.

    The memory is taken at start, in full: `blocks` times `blocksize`, and the keys on top. One slot is never used, so
    `items = 100` holds 99. A number ends at its first character that is no digit (`10k` is 10), and each of the keys
    that switch something on does so with any value: `bitmap=0` is on.
    """

    template: ClassVar[str] = "{*}"

    name: String = part("The name by which routes, options and the application ask for the cache.", required=True)
    items: UInt64 = part(
        "How many slots the cache has. It holds one item less than that.",
        keys=("items", "maxitems", "max_items"),
        required=True,
        unit="items",
        ge=2,
        examples=(1000,),
    )
    blocksize: Bytes | None = part(
        "How much one block holds. An item may not be larger, unless `bitmap` lets it span several.",
        unit="bytes",
        default="65536",
        ge=1,
        examples=(4096,),
    )
    blocks: UInt64 | None = part(
        "How many blocks of memory there are; at least as many as items. More only make sense with `bitmap`.",
        unit="blocks",
        default="as many as items",
        ge=1,
    )
    hash: Literal["djb33x", "murmur2", "random", "rand", "rr"] | Placeholder | None = part(
        "How the slot of a key is found. Only `djb33x` and `murmur2` find it again: the others are there for routing.",
        default="djb33x",
    )
    hashsize: UInt64 | None = part(
        "How many buckets the hash table has.",
        keys=("hashsize", "hash_size"),
        unit="buckets",
        default="65536",
        ge=1,
    )
    keysize: UInt64 | None = part(
        "The longest key. Longer ones cannot be stored.",
        keys=("keysize", "key_size"),
        unit="bytes",
        default="2048",
        ge=1,
        le=65535,
    )
    store: Path | None = part(
        "A file in which the cache survives restarts. Its size follows from the shape of the cache: the server stops "
        "when a file of another size is there, unless `store_delete` is set."
    )
    store_sync: UInt64 | None = part(
        "After how many cycles of the master the file is written again.",
        keys=("store_sync", "storesync"),
        unit="cycles of about a second",
        default="the option cache-store-sync",
    )
    store_delete: Presence | None = part(
        "Replaces a file whose size is not that of the cache, instead of stopping.",
        keys=("store_delete", "storedelete"),
    )
    nodes: Addresses | None = part(
        "Servers that are told of every change, by UDP.",
        keys=("nodes", "node"),
        separator=";",
        form=".*:.*",
        wants="an address with a port",
        examples=(["192.168.0.2:7000"],),
    )
    sync: Addresses | None = part(
        "Servers from which the first that answers gives its whole cache at start.",
        separator=";",
        examples=(["192.168.0.2:4040"],),
    )
    udp: Addresses | None = part(
        "Addresses on which changes made by other servers arrive.",
        keys=("udp", "udp_servers", "udp_server", "udpservers", "udpserver"),
        separator=";",
        form=".*:.*",
        wants="an address with a port",
        examples=(["192.168.0.1:7000"],),
    )
    bitmap: Presence | None = part("Lets an item span several blocks, at the price of a search for a free run of them.")
    lastmod: Presence | None = part("Notes the time of every change to the cache.")
    math_initial: SignedInt | None = part(
        "The number that a key counts from when it is increased, decreased, multiplied or divided for the first time.",
        default="0",
    )
    ignore_full: Presence | None = part("Says nothing in the log when an item finds no room.")
    purge_lru: Presence | None = part(
        "Throws out the item that was not asked for the longest when there is no room.", keys=("purge_lru", "lru")
    )
    lazy_expire: Presence | None = part(
        "Removes an expired item when it is asked for, instead of looking for such items regularly.",
        keys=("lazy_expire", "lazy"),
    )
    sweep_on_full: UInt64 | None = part(
        "Removes all expired items when there is no room, but not more often than this.", unit="seconds"
    )
    clear_on_full: Presence | None = part("Empties the whole cache when there is no room.")
    no_expire: Presence | None = part("Starts no thread that looks for expired items of this cache.")


class CacheItem(Composite):
    """Puts an item into a cache at start.

    The first blank ends the name of a cache, wherever it stands: a value with a blank in it can only be written when
    the name is given, too. An unknown cache is passed over without a word, and without a name every cache gets it.
    """

    template: ClassVar[str] = "[{cache} ]{key}={value}"

    cache: String | None = part("The cache that gets it.", default="all of them", pattern="[^ ]*")
    # Behind a blank there is a cache in front; without one there is no blank anywhere.
    key: String = part("The key of the item.", required=True, pattern=r"(?:(?<= )|(?=[^ ]*$))[^=]*")
    value: Text | None = part("What is stored.")


class CachedFile(Composite):
    """Puts a file into a cache at start, under its path as written.

    The first blank ends the name of a cache, so a path with a blank in it needs the name in front.
    """

    template: ClassVar[str] = "[{cache} ]{path}"

    cache: String | None = part("The cache that gets it.", default="all of them", pattern="[^ ]*")
    path: Path = part("The file, which is also the key.", required=True)
