"""Subscriptions."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.subscriptions import KeyedSubscription, SignatureCheck, Subscription
from uwsgilint.schema.types import Flag, Int, Placeholder, String, Strings, UInt64

__all__ = ["Subscriptions"]


class Subscriptions(Subsystem):
    """Lets an instance announce itself to a router under a host name, and says whom a router believes.

    The application's side names a subscription server and a key (`subscribe2` or `subscribe-to`), and its master
    repeats the announcement every few seconds; starting an instance is then all it takes to bring it into the pool,
    stopping it takes it out. The router's side opens the server (`http-subscription-server`,
    `fastrouter-subscription-server` and so on) and uses the options here to spread load, to tell how long silence is
    tolerated, and to check who is speaking.

    Two things surprise. The key is the whole `Host` header, port included: `localhost:8000` is not `localhost`. And
    a subscription server believes everybody who can send it a packet: a forged one takes over any site. Let it
    listen on loopback or a UNIX socket, or demand signatures with `subscriptions-sign-check`.
    """

    table: ClassVar[str] = "subscriptions"
    title: ClassVar[str] = "Subscriptions"

    # The application's side.
    subscribe2: Each[KeyedSubscription] | None = option(
        "Announces the instance with `name=value` pairs: `server` (IPv4 address and port, or a UNIX path) and `key` "
        "are required; `socket` (index) or `addr` say what to announce instead of the first socket, `weight`, "
        "`modifier1`, `modifier2`, `sign` (`digest:keyfile`), `check` and `sni_key`, `sni_crt`, `sni_ca` refine it. "
        "The socket that is announced must speak uwsgi.",
        examples=(
            "server=127.0.0.1:9191,key=example.com",
            "server=/run/subscriptions.sock,key=example.com,weight=3,sign=SHA1:/etc/ssl/site.key",
        ),
        catch="While the file named by `check` exists the instance does *not* announce itself; a missing `server` or "
        "`key`, a misspelt name or a blank after a comma loses the setting without a word.",
        see=("subscribe-to", "http-subscription-server", "fastrouter-subscription-server", "weight"),
    )
    subscribe_to: Each[Subscription] | None = option(
        "Announces the instance in the short form `server:key`, where `,modifier1` and `,digest:keyfile` may follow. "
        "An address and `=` in front announces that address; `=N=` announces shared socket N. `@` and a file in "
        "place of the key announces each line of the file.",
        examples=("127.0.0.1:9191:example.com", "192.168.0.5:3031=127.0.0.1:9191:example.com"),
        catch="A value with no key or no port is dropped without a message, and a host name as server never works: "
        "write the IP address.",
        see=("subscribe2", "subscribe-freq"),
    )
    subscribe_freq: Int | None = option(
        "Repeats the announcements after so many turns of the master's loop, which takes about a second. It must "
        "stay below the `subscription-tolerance` of the router, or the instance drops out between two of them.",
        unit="seconds",
        default="10",
        ge=1,
        catch="0 makes the master of a subscribing instance divide by zero and crash.",
        see=("subscription-tolerance", "subscribe2"),
    )
    weight: UInt64 | None = option(
        "Tells routers how much of the load this instance wants, relative to the others under its key. It counts "
        "under `wrr` and `wlrc`; `lrc` does not look at it.",
        default="1",
        ge=1,
        examples=(2,),
        catch="A `weight=` inside any `subscribe2` overwrites this one, for all further announcements.",
        see=("auto-weight", "subscription-algo", "subscribe2"),
    )
    auto_weight: Flag | None = option(
        "Announces workers times threads (or async cores) as the weight, so that big machines get more without "
        "anyone counting. It wins over `weight`.",
        default="off",
        see=("weight",),
    )
    subscribe_with_modifier1: String | None = option(
        "Forces one `modifier1` into every announcement, over what `subscribe-to` or `subscribe2` say, so that the "
        "router passes requests to the plugin of that number.",
        examples=("9", "14"),
        see=("subscribe2", "http-modifier1"),
    )
    start_unsubscribed: Flag | None = option(
        "Holds back all announcements from the start, until `S` is written to the master FIFO, which toggles them. "
        "For instances that must warm up, or be released by hand.",
        default="off",
        see=("master-fifo", "unsubscribe-on-graceful-reload"),
    )
    unsubscribe_on_graceful_reload: Flag | None = option(
        "Takes the instance out of its routers while it reloads gracefully, as stopping always does, so that they "
        "send requests elsewhere meanwhile. Pays off when several instances share a key.",
        default="off",
        see=("start-unsubscribed",),
    )
    subscription_notify_socket: String | None = option(
        "Asks the router to confirm a new node by a datagram to this UNIX socket, where the message reads "
        "`[subscription ack]` and the names. Paths of 102 bytes and more are not used.",
        default="the socket of `notify-socket`, if there is one",
        examples=("/run/uwsgi/acks.sock",),
        see=("notify-socket", "subscribe2"),
    )

    # The router's side.
    subscription_algo: Literal["wrr", "lrc", "wlrc"] | Placeholder | None = option(
        "Chooses how a router shares requests among the instances under one key: `wrr` goes round by weight, `lrc` "
        "takes the one with the fewest open requests, `wlrc` divides these by the weight first. The last two suit "
        "requests of very different length.",
        default="wrr",
        examples=("wlrc",),
        catch="An unknown name means `wrr`, without a message.",
        see=("weight", "http-subscription-server"),
    )
    subscription_tolerance: Int | None = option(
        "Marks an instance as failed when a request finds that it has not announced itself for this long. Stay above "
        "`subscribe-freq` of all subscribers by a few seconds.",
        unit="seconds",
        default="17",
        ge=1,
        see=("subscribe-freq",),
    )
    subscription_dotsplit: Flag | None = option(
        "Makes a router that has no instance for `a.b.example.com` try `.b.example.com`, `.example.com` and so on, "
        "five names at most, so that one subscription under `.example.com` serves all its subdomains. The names of "
        "`sni` are tried the same way.",
        default="off",
        catch="With it `sni-regexp`, `sni-dir` and the `-subscription-fallback-key` options are no longer used.",
        see=("http-subscription-server", "sni", "http-subscription-fallback-key"),
    )

    # Whom the router believes.
    subscriptions_sign_check: SignatureCheck | str | None = option(
        "Accepts an instance only if its announcement is signed by the private key that belongs to `KEY.pem` in "
        "this directory; characters of the key other than letters, digits, dot, dash and underscore become "
        "underscores. The digest must be the one that subscribers use in `sign`.",
        default="everybody is believed",
        examples=("SHA256:/etc/uwsgi/keys",),
        catch="With several router processes only the one that happens to read a packet accepts it; the others cannot "
        "verify what it passes on.",
        see=("subscriptions-sign-check-tolerance", "subscriptions-sign-skip-uid", "subscribe2"),
    )
    subscriptions_sign_check_tolerance: Int | None = option(
        "Refuses signed announcements whose time stamp is older than this, against packets that were recorded and "
        "sent again. The default is generous: an hour or less does where clocks are kept.",
        unit="seconds",
        default="86400",
        ge=1,
        see=("subscriptions-sign-check",),
    )
    subscriptions_sign_skip_uid: Strings | None = option(
        "Exempts the processes of a numeric user id from signing, for subscribers on the same machine. The kernel "
        "vouches for the id, so it needs a UNIX subscription socket and `subscriptions-use-credentials`; root is "
        "never exempt.",
        examples=("1000",),
        see=("subscriptions-sign-check", "subscriptions-use-credentials"),
    )
    subscriptions_use_credentials: Flag | None = option(
        "Has the kernel attach process, user and group id to announcements over UNIX sockets. Set it on both sides; "
        "it means nothing for UDP. On its own it only shows the ids in the router's statistics.",
        default="off",
        see=("subscriptions-credentials-check", "subscriptions-sign-skip-uid"),
    )
    subscriptions_credentials_check: Strings | None = option(
        "Accepts an instance only if a file named after its key exists and belongs to the same user and group as the "
        "sender; with several places any of them will do. Needs `subscriptions-use-credentials`.",
        examples=("/etc/uwsgi/subscribers/",),
        catch="Key and directory are simply joined, so end it with a slash; without credentials every sender counts as "
        "root, and files that root owns let anybody in.",
        see=("subscriptions-use-credentials",),
    )
