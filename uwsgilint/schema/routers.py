"""Other routers."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.routers import (
    CodeString,
    TunnelDevice,
    TunnelFilter,
    TunnelRoute,
    TunnelRouter,
    TunnelRule,
)
from uwsgilint.schema.composites.sockets import Address
from uwsgilint.schema.composites.tls import SslRouter, TlsSocket
from uwsgilint.schema.types import (
    Addresses,
    Flag,
    Group,
    Ignored,
    Int,
    String,
    Strings,
    UInt64,
    User,
)

__all__ = ["Routers"]


class Routers(Subsystem):
    """Runs front processes for other traffic than HTTP: uwsgi packets, plain TCP, TLS, and IP packets of jails.

    The fastrouter takes uwsgi packets, from nginx say, and spreads them by host name. The rawrouter passes on any
    TCP stream, by the address it came in at. The sslrouter does the same for TLS, which ends there, by that address
    or by the server name. These three share their ways to find a backend; of several the first in this row wins:
    `-use-cache`, `-use-pattern`, `-subscription-server`, `-use-base`, `-use-code-string`, `-use-socket`, `-to`.
    Unlike `http` they never adopt the instance's own socket by themselves, so one of these is a must.

    Backends are IP addresses or UNIX paths, never host names. Run routers under the master, which restarts them; an
    instance that only routes exits without it. The tuntap router is of another kind: it moves IP packets between
    network namespaces, mostly for an Emperor and its vassals.
    """

    table: ClassVar[str] = "routers"
    title: ClassVar[str] = "Other routers"

    # fastrouter: uwsgi packets by host name.
    fastrouter: Each[Address] | None = option(
        "Listens for uwsgi packets here and passes each request to the backend for its `UWSGI_FASTROUTER_KEY` "
        "variable, or its `Host`, or `SERVER_NAME`, the first that is there. One puts it between nginx and many "
        "applications.",
        examples=("127.0.0.1:3017", "/run/uwsgi/router.sock", "=0"),
        catch="Without a backend option every request is dropped.",
        see=("fastrouter-to", "fastrouter-subscription-server", "http"),
    )
    fastrouter_to: Strings | None = option(
        "Forwards to this uwsgi server whatever the host name; several take turns, and one that refuses is left out "
        "for `fastrouter-gracetime`.",
        examples=("127.0.0.1:3031", "/run/uwsgi/app.sock"),
        catch="Host names are not resolved: write an IP address.",
        see=("fastrouter-gracetime", "fastrouter-fallback"),
    )
    fastrouter_subscription_server: Addresses | None = option(
        "Takes the announcements of instances that subscribe under a host name, over UDP for an IPv4 address and a "
        "UNIX datagram socket for a path, and balances requests among them.",
        examples=("127.0.0.1:9191", "/run/uwsgi/subscriptions.sock"),
        catch="Anybody who reaches it can claim any site, unless `subscriptions-sign-check` is set.",
        see=("subscribe2", "subscription-algo", "subscriptions-sign-check", "fastrouter-cheap"),
    )
    fastrouter_subscription_fallback_key: String | None = option(
        "Gives requests for unknown host names to the instances subscribed under this key. It does not work along "
        "with `subscription-dotsplit`.",
        examples=("default.example.com",),
        see=("fastrouter-subscription-server", "fastrouter-fallback-on-no-key"),
    )
    fastrouter_use_base: String | None = option(
        "Appends the host name to this text and connects to the UNIX socket of that path, which makes a directory "
        "of sockets the list of sites.",
        examples=("/run/uwsgi/sites/",),
        catch="A host name with a port does not work, as the colon makes uWSGI see a TCP address.",
        see=("fastrouter-use-pattern",),
    )
    fastrouter_use_pattern: String | None = option(
        "Puts the host name in place of `%s` in this text and connects to the result.",
        examples=("/run/uwsgi/%%s/app.sock",),
        catch="Write `%%s` in files, where `%s` is replaced by the file's own name.",
        see=("fastrouter-use-base",),
    )
    fastrouter_use_cache: String | None = option(
        "Reads the backend of a host name from the named uWSGI cache: an address, or several with `|` between them, "
        "each optionally followed by `,modifier1`. Empty text stands for the first cache.",
        examples=("sites",),
        catch="With a name that no cache bears the process dies and respawns without end.",
        see=("cache2",),
    )
    fastrouter_use_code_string: CodeString | str | None = option(
        "Calls a function with the host name and connects to the address it returns; plugin number, file and function "
        "are separated by colons. All traffic waits while it runs.",
        examples=("0:/srv/routing.py:backend_for",),
        see=("fastrouter-use-cache",),
    )
    fastrouter_use_socket: Int | None = option(
        "Forwards to a socket of the same instance, counted from 0, which must speak uwsgi. A number without a socket "
        "leaves the choice to `fastrouter-to`, if that is set.",
        ge=0,
        examples=(0,),
        see=("socket", "fastrouter-to"),
    )
    fastrouter_fallback: Strings | None = option(
        "Connects here when the chosen backend cannot be reached; several are tried in order, within three attempts.",
        examples=("127.0.0.1:3099",),
        see=("fastrouter-fallback-on-no-key", "fastrouter-to"),
    )
    fastrouter_fallback_on_no_key: Flag | None = option(
        "Uses `fastrouter-fallback` also for host names that have no backend, instead of dropping their requests.",
        default="off",
        see=("fastrouter-fallback", "fastrouter-subscription-fallback-key"),
    )
    fastrouter_gracetime: Int | None = option(
        "Spares a failed server of `fastrouter-to` for so long before it is tried again.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(10,),
        see=("fastrouter-to",),
    )
    fastrouter_timeout: Int | None = option(
        "Closes a session in which nothing has moved for so long; it is also how long a backend may take to accept "
        "the connection. The front end sees a broken response.",
        unit="seconds",
        default="60",
        ge=1,
        examples=(30,),
        see=("fastrouter-harakiri", "http-timeout"),
    )
    fastrouter_post_buffering: UInt64 | None = option(
        "Collects a request body completely before it connects to a backend, which spares workers slow uploads: up to "
        "this size in memory, a larger one in a temporary file under `TMPDIR`.",
        unit="bytes",
        default="off: bodies pass as they come",
        ge=1,
        examples=(65536,),
        see=("post-buffering",),
    )
    fastrouter_post_buffering_dir: String | None = option(
        "Has no effect: the directory is stored and never used. Temporary files of `fastrouter-post-buffering` go "
        "where the environment variable `TMPDIR` points.",
        examples=("/srv/uploads",),
        see=("fastrouter-post-buffering",),
    )
    fastrouter_buffer_size: UInt64 | None = option(
        "Sizes the buffers a session starts with. A request's variables enlarge them as needed.",
        unit="bytes",
        default="a memory page, usually 4096",
        ge=1,
        examples=(65536,),
        see=("buffer-size",),
    )
    fastrouter_processes: Int | None = option(
        "Starts that many fastrouter processes on the same addresses. They pass subscriptions on to one another, but "
        "each remembers failed servers for itself.",
        default="1",
        ge=1,
        le=64,
        examples=(2,),
        see=("fastrouter-events",),
    )
    fastrouter_events: Int | None = option(
        "Limits how many ready connections are dealt with in one turn of the loop; the rest comes next turn.",
        default="64",
        ge=1,
        see=("fastrouter-processes",),
    )
    fastrouter_cheap: Flag | None = option(
        "Accepts nothing until an instance has subscribed, and again when the last one is gone. Clients meanwhile "
        "wait in the listen queue.",
        default="off",
        catch="Without `fastrouter-subscription-server` the router stays deaf for ever.",
        see=("fastrouter-subscription-server",),
    )
    fastrouter_harakiri: Int | None = option(
        "Lets the master kill a fastrouter process whose loop hangs for so long in one turn, which a call of "
        "`fastrouter-use-code-string` may do. Slow requests do not trigger it.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(60,),
        see=("fastrouter-timeout", "master"),
    )
    fastrouter_resubscribe: Strings | None = option(
        "Hands each subscription on to another server, with the first address of this router in place of the "
        "instance's. So a fastrouter per machine can be announced to one in front of all.",
        examples=("10.0.0.1:9191",),
        see=("fastrouter-resubscribe-bind", "fastrouter-subscription-server"),
    )
    fastrouter_resubscribe_bind: String | None = option(
        "Sends those packets from this UDP address, for firewalls that look at the source.",
        default="any free port",
        examples=("10.0.0.7:9192",),
        see=("fastrouter-resubscribe",),
    )
    fastrouter_zerg: Addresses | None = option(
        "Accepts packets also on sockets lent by a zerg server or pool, which is asked while options are read. There "
        "must be a `fastrouter` address too, or the router does not start.",
        examples=("/run/uwsgi/zerg.sock",),
        see=("zerg-server", "zergpool"),
    )
    fastrouter_uid: User | None = option(
        "Switches the fastrouter process to this user. It takes a start as root without `uid`, so it is for instances "
        "that only route; otherwise the switch fails and the process respawns without end.",
        examples=("www-data",),
        see=("fastrouter-gid", "uid"),
    )
    fastrouter_gid: Group | None = option(
        "Switches the fastrouter process to this group, before the user and on the same conditions.",
        examples=("www-data",),
        see=("fastrouter-uid", "gid"),
    )
    fastrouter_quiet: Flag | None = option(
        "Keeps quiet about each backend that refuses or times out; that it is marked as failed is logged all the same.",
        default="off",
        catch="The command line wants a value after it.",
        see=("fastrouter-fallback",),
    )
    fastrouter_stats: String | None = option(
        "Serves JSON on this address, with open sessions, servers with their hits, and subscribed nodes with load "
        "and weight. Only the first fastrouter process answers, from its own view.",
        examples=("127.0.0.1:9193", "/run/uwsgi/fastrouter-stats.sock"),
        see=("stats", "stats-http"),
    )
    fastrouter_subscription_slot: Ignored | None = option(
        "Is obsolete: uWSGI prints a warning and goes on. The table of subscriptions needs no sizing any more.",
        see=("fastrouter-subscription-server",),
    )

    # rawrouter: any TCP stream.
    rawrouter: Each[Address] | None = option(
        "Listens for any TCP protocol here and copies bytes between client and backend. What backends are looked up "
        "by is the address of this very listener, as written. Connections are accepted before the client speaks, so "
        "SMTP and the like work.",
        examples=("127.0.0.1:2525", ":5432"),
        catch="Without a backend option the process crashes at each connection.",
        see=("rawrouter-to", "rawrouter-xclient", "sslrouter"),
    )
    rawrouter_to: Strings | None = option(
        "Connects clients to this server, in turn if several are given. Despite the family it need not be uWSGI: any "
        "TCP or UNIX stream server will do.",
        examples=("10.0.0.2:25", "10.0.0.3:25"),
        catch="It takes IP addresses only; a name leads nowhere.",
        see=("rawrouter-gracetime", "rawrouter-fallback"),
    )
    rawrouter_subscription_server: Addresses | None = option(
        "Lets servers subscribe as backends; the key they announce is the address of the `rawrouter` listener.",
        examples=("127.0.0.1:9191",),
        catch="Announcements are believed unless they must be signed.",
        see=("subscribe2", "subscriptions-sign-check", "rawrouter"),
    )
    rawrouter_use_base: String | None = option(
        "Connects to the UNIX socket whose path is this text and the listener's address together.",
        examples=("/srv/backends",),
        catch="Only listeners that are UNIX sockets can use it: the colon of a TCP one spoils the path.",
        see=("rawrouter-use-pattern",),
    )
    rawrouter_use_pattern: String | None = option(
        "Connects to this text with the listener's address in place of `%s`. As with `rawrouter-use-base`, a TCP "
        "listener puts a colon into the result.",
        examples=("/srv/backends%%s",),
        catch="In files `%s` must be written `%%s`.",
        see=("rawrouter-use-base",),
    )
    rawrouter_use_cache: String | None = option(
        "Finds the backend in the named uWSGI cache under the listener's address, so that a program can switch a "
        "service over by storing another value. Empty text is the first cache.",
        examples=("services",),
        catch="A name that is no cache's makes the process respawn without end.",
        see=("cache2",),
    )
    rawrouter_use_code_string: CodeString | str | None = option(
        "Calls a function with the listener's address and connects to what it returns; the value is plugin number, "
        "file and function. Other streams stand still while it runs.",
        examples=("0:/srv/routing.py:backend_for",),
        see=("rawrouter-use-cache",),
    )
    rawrouter_use_socket: Int | None = option(
        "Connects clients to a socket of this instance, counted from 0. As bytes are copied unchanged, it should be "
        "one that speaks the clients' protocol, such as an `http-socket`.",
        ge=0,
        examples=(0,),
        see=("http-socket", "rawrouter-to"),
    )
    rawrouter_fallback: Strings | None = option(
        "Tries this server when the chosen one does not accept the connection, in order if there are several.",
        examples=("10.0.0.9:25",),
        see=("rawrouter-max-retries",),
    )
    rawrouter_max_retries: Int | None = option(
        "Limits the further attempts for one client after the first server failed, be they fallbacks or other servers "
        "of the list.",
        default="3",
        ge=1,
        see=("rawrouter-fallback", "rawrouter-to"),
    )
    rawrouter_gracetime: Int | None = option(
        "Passes over a server of `rawrouter-to` that failed, for this long.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(10,),
        see=("rawrouter-to",),
    )
    rawrouter_timeout: Int | None = option(
        "Cuts a stream in which neither side has sent anything for so long. Protocols with long silences, database "
        "sessions for instance, need much more than the default.",
        unit="seconds",
        default="60",
        ge=1,
        examples=(30,),
        see=("rawrouter-max-retries",),
    )
    rawrouter_xclient: Flag | None = option(
        "Tells an SMTP server the client's IPv4 address: it waits for the greeting, keeps it back and sends an "
        "`XCLIENT ADDR=` line. The server must allow that to the router, in Postfix by "
        "`smtpd_authorized_xclient_hosts`.",
        default="off",
        see=("rawrouter",),
    )
    rawrouter_buffer_size: UInt64 | None = option(
        "Sizes the two buffers of a stream and thereby the largest piece copied at once. More helps bulk transfers.",
        unit="bytes",
        default="a memory page, usually 4096",
        ge=1,
        examples=(65536,),
        see=("rawrouter",),
    )
    rawrouter_processes: Int | None = option(
        "Starts that many rawrouter processes, which accept side by side.",
        default="1",
        ge=1,
        le=64,
        examples=(2,),
        see=("rawrouter-events",),
    )
    rawrouter_events: Int | None = option(
        "Sets how many ready streams a process serves per turn of its loop, not how many it can hold.",
        default="64",
        ge=1,
        see=("rawrouter-processes",),
    )
    rawrouter_cheap: Flag | None = option(
        "Keeps the listener idle as long as no server is subscribed.",
        default="off",
        catch="It is only for use with `rawrouter-subscription-server`; otherwise nobody is ever let in.",
        see=("rawrouter-subscription-server",),
    )
    rawrouter_harakiri: Int | None = option(
        "Bounds one turn of the process's loop; the master kills and restarts a process that exceeds it. Long streams "
        "are no reason.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(60,),
        see=("rawrouter-timeout", "master"),
    )
    rawrouter_zerg: Addresses | None = option(
        "Adds listening sockets borrowed from a zerg server or pool to those of `rawrouter`, of which one at least "
        "must exist.",
        examples=("/run/uwsgi/zerg.sock",),
        see=("zerg-server", "zergpool"),
    )
    rawrouter_quiet: Flag | None = option(
        "Omits log lines about connections to servers that failed.",
        default="off",
        catch="Given on the command line it swallows the next word as its value.",
        see=("rawrouter-max-retries",),
    )
    rawrouter_stats: String | None = option(
        "Serves JSON on this address: open streams, servers and how often each was used. One process, the first, "
        "answers.",
        examples=("127.0.0.1:9194",),
        see=("stats", "stats-http"),
    )
    rawrouter_subscription_slot: Ignored | None = option(
        "Is obsolete and only draws a warning at the start.",
        see=("rawrouter-subscription-server",),
    )

    # sslrouter: TLS ends here, plain TCP goes on.
    sslrouter: Each[TlsSocket] | None = option(
        "Listens for TLS and copies the decrypted bytes to a backend: address, certificate and key, then optionally "
        "ciphers and a client CA, with commas and no blanks. The backend is connected when the client has sent its "
        "first bytes, so protocols in which the server speaks first hang. Options such as `ssl-option` stand above "
        "this line.",
        examples=(":8443,/etc/ssl/site.crt,/etc/ssl/site.key",),
        catch="It carries one message of the client and the response to it: at the second message on a connection it "
        "fails with a `Bad address` in the log and hangs up.",
        see=("sslrouter2", "sslrouter-sni", "sslrouter-to", "https"),
    )
    sslrouter2: Each[SslRouter] | None = option(
        "Says what `sslrouter` says in `name=value` pairs: `addr`, `cert`, `key`, and if wanted `ciphers` and "
        "`client_ca`. Unknown names are ignored.",
        examples=("addr=:8443,cert=/etc/ssl/site.crt,key=/etc/ssl/site.key",),
        see=("sslrouter",),
    )
    sslrouter_sni: Flag | None = option(
        "Looks backends up by the server name that the client asks for in its handshake. A client that names none is "
        "still found by the listener's address.",
        default="off: always the listener's address",
        see=("sni", "sslrouter-subscription-server"),
    )
    sslrouter_session_context: String | None = option(
        "Names the TLS session context of the listeners below this line.",
        default="`sslrouter-` and the address of the listener",
        examples=("shop",),
        see=("https-session-context", "sslrouter"),
    )
    sslrouter_to: Strings | None = option(
        "Connects to this server in the clear, in turn if several are given. It must expect the bare protocol, an "
        "`http-socket` for HTTPS clients for example.",
        examples=("127.0.0.1:8000",),
        catch="Names are not looked up; only IP addresses and UNIX paths work.",
        see=("sslrouter-gracetime", "sslrouter-fallback"),
    )
    sslrouter_subscription_server: Addresses | None = option(
        "Takes subscriptions of backends, under server names with `sslrouter-sni`, else under the listener's address. "
        "A subscriber may bring its own certificate in `sni_crt` and `sni_key`.",
        examples=("127.0.0.1:9191",),
        catch="As everywhere, unsigned announcements are believed.",
        see=("subscribe2", "sslrouter-sni", "subscriptions-sign-check"),
    )
    sslrouter_use_base: String | None = option(
        "Connects to the UNIX socket named by this text followed by the key, which with `sslrouter-sni` is the server "
        "name.",
        examples=("/run/backends/",),
        catch="The address of a TCP listener as key does not work here, because of its colon.",
        see=("sslrouter-use-pattern", "sslrouter-sni"),
    )
    sslrouter_use_pattern: String | None = option(
        "Connects to this text after `%s` in it became the key: the server name, or the listener's address.",
        examples=("/run/backends/%%s.sock",),
        catch="A file needs `%%s`, since a single `%s` there becomes the file's name.",
        see=("sslrouter-use-base", "sslrouter-sni"),
    )
    sslrouter_use_cache: String | None = option(
        "Takes the backend from the named uWSGI cache, under the server name or the listener's address. Empty text "
        "is the first cache.",
        examples=("services",),
        catch="If there is no such cache the process respawns without end.",
        see=("cache2", "sslrouter-sni"),
    )
    sslrouter_use_code_string: CodeString | str | None = option(
        "Lets a function choose the backend from the key it is given; plugin number, file and function make up the "
        "value. It should be quick, as nothing else moves meanwhile.",
        examples=("0:/srv/routing.py:backend_for",),
        see=("sslrouter-use-cache",),
    )
    sslrouter_use_socket: Int | None = option(
        "Connects to a socket of the instance itself, counted from 0, for clients whose protocol that socket speaks.",
        ge=0,
        examples=(0,),
        see=("http-socket", "sslrouter-to"),
    )
    sslrouter_fallback: Strings | None = option(
        "Names a server to try when the proper one does not answer.",
        examples=("127.0.0.1:8001",),
        see=("sslrouter-max-retries",),
    )
    sslrouter_max_retries: Int | None = option(
        "Bounds how often another server is tried for one client before it is sent away.",
        default="3",
        ge=1,
        see=("sslrouter-fallback",),
    )
    sslrouter_gracetime: Int | None = option(
        "Rests a failed server of `sslrouter-to` for this time.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(10,),
        see=("sslrouter-to",),
    )
    sslrouter_timeout: Int | None = option(
        "Closes sessions that have been silent in both directions for so long, handshakes included. For responses "
        "that take longer to compute, raise it.",
        unit="seconds",
        default="60",
        ge=1,
        examples=(30,),
        see=("sslrouter-max-retries",),
    )
    sslrouter_buffer_size: UInt64 | None = option(
        "Sizes the buffers of a session at its start. A TLS record of up to 16 KiB makes them grow, so 16384 spares "
        "that.",
        unit="bytes",
        default="a memory page, usually 4096",
        ge=1,
        examples=(65536,),
        see=("sslrouter",),
    )
    sslrouter_processes: Int | None = option(
        "Starts that many sslrouter processes. Encryption is work for a processor, so one for each core may pay off.",
        default="1",
        ge=1,
        le=64,
        examples=(2,),
        see=("sslrouter-events",),
    )
    sslrouter_events: Int | None = option(
        "Sets how many ready sessions one turn of the loop looks at.",
        default="64",
        ge=1,
        see=("sslrouter-processes",),
    )
    sslrouter_cheap: Flag | None = option(
        "Postpones accepting clients until a backend has subscribed.",
        default="off",
        catch="Only `sslrouter-subscription-server` can end that state; without it the port looks dead.",
        see=("sslrouter-subscription-server",),
    )
    sslrouter_harakiri: Int | None = option(
        "Kills, by the master's hand, a process that spends longer than this in a single turn of its loop.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(60,),
        see=("sslrouter-timeout", "master"),
    )
    sslrouter_zerg: Addresses | None = option(
        "Fetches further listening sockets from a zerg server or pool while options are read.",
        examples=("/run/uwsgi/zerg.sock",),
        catch="These sockets come without a certificate, on which the router depends: do not use it.",
        see=("zerg-server", "zergpool"),
    )
    sslrouter_quiet: Flag | None = option(
        "Stops complaints in the log about servers that cannot be connected to.",
        default="off",
        catch="It expects a value on the command line.",
        see=("sslrouter-fallback",),
    )
    sslrouter_stats: String | None = option(
        "Serves JSON statistics of TLS sessions and their backends on this address, from the first process only.",
        examples=("127.0.0.1:9195",),
        see=("stats", "stats-http"),
    )

    # tuntap: IP packets between network namespaces.
    tuntap_router: Each[TunnelRouter] | None = option(
        "Creates a network device and moves IPv4 packets between it and the instances that connect to a UNIX socket, "
        "which are thereby on a network though they live in empty namespaces. The words are device, socket, and "
        "optionally an address for statistics and a UDP address that links several such routers. Linux, as root, in "
        "the Emperor as a rule.",
        examples=("emperor0 /run/uwsgi/tuntap.sock", "emperor0 /run/uwsgi/tuntap.sock 127.0.0.1:5001"),
        catch="The first packet of a client fixes its address, and an address that is taken throws out the one that "
        "had it; anybody who can open the socket may claim one.",
        see=("tuntap-device", "tuntap-router-firewall-out", "tuntap-use-credentials"),
    )
    tuntap_device: Each[TunnelDevice] | None = option(
        "Creates a network device in this instance and, if a socket follows after a blank, connects it to the tuntap "
        "router there. Give the device its address with a hook such as `exec-as-root`.",
        examples=("uwsgi0 /run/uwsgi/tuntap.sock", "uwsgi0"),
        catch="When the router goes away, the process with the device exits.",
        see=("tuntap-router", "tuntap-device-rule", "exec-as-root"),
    )
    tuntap_router_firewall_in: Each[TunnelFilter] | None = option(
        "Appends a rule for packets on their way from the device to the instances: `allow` or `deny`, a source and a "
        "destination, each with a mask if wanted. The first rule that fits decides, and without one the packet "
        "passes. 0.0.0.0 fits everything; a lone `deny` closes the list.",
        examples=("allow 192.168.0.1 192.168.0.0/24", "deny"),
        catch="Any first word but `deny` allows, a misspelt one too.",
        see=("tuntap-router-firewall-out", "tuntap-router"),
    )
    tuntap_router_firewall_out: Each[TunnelFilter] | None = option(
        "Appends a rule for packets that instances send, in the same form. Deny the network to itself here, and the "
        "instances reach the world but not one another.",
        examples=("deny 192.168.0.0/24 192.168.0.0/24", "allow 192.168.0.0/24 0.0.0.0"),
        catch="A rule with only one address is logged as invalid and left out, which may leave the door open.",
        see=("tuntap-router-firewall-in", "tuntap-router"),
    )
    tuntap_router_route: Each[TunnelRoute] | None = option(
        "Sends packets from a source to a destination not into the device but to another tuntap router, whose UDP "
        "address comes last. So the networks of two machines become one.",
        examples=("192.168.0.0/24 192.168.1.0/24 10.0.0.2:5002",),
        catch="It works only if `tuntap-router` has its fourth word; the packets travel unencrypted.",
        see=("tuntap-router",),
    )
    tuntap_use_credentials: String | None = option(
        "Makes instances prove user, group and process id to the tuntap router, as soon as they have dropped root. "
        "Set it on both sides, empty for the check alone, or on the router with the name of a C function that "
        "turns these ids into the only IP address the instance may have.",
        default="off",
        examples=("", "address_of_vassal"),
        see=("tuntap-router", "tuntap-device"),
    )
    tuntap_device_rule: Each[TunnelRule] | None = option(
        "Gives the router a rule for packets of this very instance: `in` or `out`, source, destination, and `allow`, "
        "`deny`, or `gateway` with a UDP address. The router keeps them apart from those of other instances.",
        examples=("out 0.0.0.0 10.0.0.5/32 deny",),
        catch="Masks other than /32 and /16 are computed wrongly, so that such a rule does not fit what it seems to.",
        see=("tuntap-device", "tuntap-router-firewall-out"),
    )
    tuntap_router_stats: String | None = option(
        "Serves JSON on this address about the connected instances: IP address, ids, bytes in and out, packets "
        "dropped. The third word of a `tuntap-router` takes precedence for that one.",
        examples=("127.0.0.1:5001",),
        see=("tuntap-router",),
    )

    # For every router.
    force_gateway: Flag | None = option(
        "Runs the first router in the starting process itself, when there is neither a master nor a socket of workers. "
        "Nothing restarts it, and only one router runs: `master` is the better answer.",
        default="off",
        catch="Beside a worker socket and without the master it keeps every router from starting: the port is open "
        "and nobody answers.",
        see=("master", "http"),
    )
