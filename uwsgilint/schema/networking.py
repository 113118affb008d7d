"""Networking."""

from __future__ import annotations

from typing import ClassVar, Literal

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.privileges import Owner
from uwsgilint.schema.composites.routers import ZergPool
from uwsgilint.schema.composites.sockets import Address, SocketMap
from uwsgilint.schema.composites.tls import TlsSocket
from uwsgilint.schema.types import Endpoints, Flag, Int, Mode, Placeholder, String, Strings, UInt64

__all__ = ["Networking"]


class Networking(Subsystem):
    """Opens the sockets on which workers take requests, and tunes them: queue, ownership, TCP, time-outs, sharing.

    Behind nginx or another proxy one sets a `socket` (a UNIX path with `chmod-socket`, or an address on loopback);
    without a proxy an `http-socket`, or the `http` router of its own subsystem. A colon makes a value a TCP address
    and everything else a file: `8000` is a file called 8000, `:8000` is every interface. IPv6 addresses stand in
    brackets, `@name` is an abstract Linux name, `=0` adopts the first `shared-socket`, `fd://3` an inherited
    descriptor.

    The name is not checked as one might hope: a host that does not resolve, or `http://` in front, binds
    255.255.255.255 and starts; whatever file lies at a UNIX path is deleted first; and of two options with the same
    text only the first is opened, with its protocol.
    """

    table: ClassVar[str] = "networking"
    title: ClassVar[str] = "Networking"

    # Sockets by protocol.
    socket: Each[Address] | None = option(
        "Opens an address for the protocol named by `protocol`, which is uwsgi unless told otherwise. It is what "
        "nginx reaches with `uwsgi_pass`. Give several to listen in several places; they are numbered from 0 in "
        "this order.",
        examples=("/run/uwsgi/app.sock", "127.0.0.1:3031", "[::1]:3031"),
        catch="A browser pointed at it gets no answer: the uwsgi protocol is binary, and also trusted, as whoever may "
        "connect can choose the application file to load.",
        see=("http-socket", "uwsgi-socket", "protocol", "chmod-socket", "listen"),
    )
    http_socket: Each[Address] | None = option(
        "Has the workers speak HTTP themselves, for proxies that cannot do uwsgi and for development. It answers one "
        "request per connection. On the open internet use the `http` router, which holds slow clients off the "
        "workers.",
        examples=("127.0.0.1:8000", ":8080"),
        catch="The `http-*` options other than this one's modifiers belong to the router and do nothing here; "
        "`socket-timeout` is the time-out that counts.",
        see=("http11-socket", "http", "socket", "socket-timeout"),
    )
    http11_socket: Each[Address] | None = option(
        "Opens an HTTP address that keeps connections open between requests. Each open connection occupies a worker "
        "core, so it suits a proxy with few lasting connections, and applications that always send a length.",
        examples=("127.0.0.1:8000",),
        catch="A response without `Content-Length` leaves client and worker waiting until `socket-timeout`.",
        see=("http-socket", "socket-timeout", "http-keepalive"),
    )
    https_socket: Each[TlsSocket] | None = option(
        "Has the workers speak HTTPS: address, certificate and key, then optionally ciphers and a client CA, with "
        "commas and no blanks between them. The handshake happens in the worker; the `https` router does it apart.",
        examples=("0.0.0.0:443,/etc/ssl/site.crt,/etc/ssl/site.key",),
        catch="A client CA without `!` before it asks for a certificate but lets clients in that have none.",
        see=("https", "sni", "ssl-option"),
    )
    uwsgi_socket: Each[Address] | None = option(
        "Opens an address that speaks uwsgi whatever `protocol` says. Between uWSGI instances, and behind nginx, it "
        "is the natural choice.",
        examples=("127.0.0.1:3031",),
        see=("socket", "protocol"),
    )
    suwsgi_socket: Each[TlsSocket] | None = option(
        "Opens an address for uwsgi packets inside TLS, written like `https-socket`. For a front end on another "
        "machine that can do it, nginx with `uwsgi_pass suwsgi://`.",
        examples=("10.0.0.5:3031,/etc/ssl/site.crt,/etc/ssl/site.key",),
        see=("https-socket", "uwsgi-socket"),
    )
    puwsgi_socket: Each[Address] | None = option(
        "Opens an address for a persistent variant of uwsgi, in which a connection carries one packet after another. "
        "Each connection holds a core, and common web servers do not speak it.",
        examples=("127.0.0.1:3031",),
        see=("uwsgi-socket",),
    )
    fastcgi_socket: Each[Address] | None = option(
        "Opens a FastCGI address, for Apache, lighttpd and other servers that know uWSGI only as a FastCGI "
        "application.",
        examples=("/run/uwsgi/app.fcgi", "127.0.0.1:9000"),
        see=("fastcgi-nph-socket", "fastcgi-modifier1"),
    )
    fastcgi_nph_socket: Each[Address] | None = option(
        "Opens a FastCGI address on which responses begin with a full HTTP status line instead of a `Status` header "
        "(non-parsed headers). Only for front ends that pass responses through unread.",
        examples=("/run/uwsgi/app.fcgi",),
        see=("fastcgi-socket",),
    )
    scgi_socket: Each[Address] | None = option(
        "Opens an SCGI address, the simplest of the gateway protocols, for front ends such as nginx (`scgi_pass`), "
        "lighttpd or Cherokee.",
        examples=("127.0.0.1:4000",),
        see=("scgi-nph-socket", "scgi-modifier1"),
    )
    scgi_nph_socket: Each[Address] | None = option(
        "Opens an SCGI address whose responses start with the HTTP status line rather than a `Status` header, for "
        "front ends that forward them untouched.",
        examples=("127.0.0.1:4000",),
        see=("scgi-socket",),
    )
    raw_socket: Each[Address] | None = option(
        "Hands each accepted connection to the plugin as it is, without reading a request from it: the application "
        "speaks its own protocol. Connections are accepted at once, not when their first data arrive.",
        examples=("127.0.0.1:7000",),
        see=("raw-modifier1", "no-defer-accept"),
    )
    zeromq: Endpoints | None = option(
        "Connects to a Mongrel2 server over ZeroMQ: the endpoint to pull requests from, a comma, and the one to "
        "publish responses to. Needs the `mongrel2` plugin, which hardly any distribution builds.",
        examples=("tcp://127.0.0.1:9999,tcp://127.0.0.1:9998",),
        see=("socket",),
    )
    udp: String | None = option(
        "Has the master read datagrams at this IPv4 address: SNMP queries if `snmp` is on, messages that a plugin "
        "understands, and everything else as lines for the log. It starts the master.",
        examples=("127.0.0.1:9000",),
        see=("snmp", "logger"),
    )
    protocol: (
        Literal[
            "uwsgi",
            "puwsgi",
            "suwsgi",
            "http",
            "http11",
            "https",
            "fastcgi",
            "fastcgi-nph",
            "scgi",
            "scgi-nph",
            "raw",
            "mongrel2",
        ]
        | Placeholder
        | None
    ) = option(
        "Decides what plain `socket` addresses speak. `suwsgi` and `https` need a build with TLS, `mongrel2` its "
        "plugin. An unknown name stops the start.",
        default="uwsgi",
        examples=("uwsgi", "http"),
        catch="Sockets with a protocol in their name, `uwsgi-socket` for instance, do not look at it.",
        see=("socket",),
    )

    # One descriptor for many uses.
    shared_socket: Each[Address] | None = option(
        "Binds an address early, with the rights uWSGI was started with, and leaves it to a later option to adopt it "
        "as `=0`, `=1` and so on, counting from 0. This is how an unprivileged instance gets port 80.",
        examples=(":80", ":443"),
        catch="It must stand above the line that adopts it, and one that nobody adopts lets clients connect and wait "
        "for ever.",
        see=("undeferred-shared-socket", "http-socket", "http", "uid"),
    )
    undeferred_shared_socket: Each[Address] | None = option(
        "Binds early like `shared-socket`, for protocols in which the server speaks first: a connection is accepted "
        "at once rather than when the client has sent something.",
        examples=(":25",),
        see=("shared-socket", "no-defer-accept"),
    )
    map_socket: Each[SocketMap] | None = option(
        "Reserves a socket, by its number from 0, for certain workers, by their numbers from 1; the other workers "
        "close it. Sockets not mentioned stay open to all.",
        examples=("0:1", "1:2,3"),
        catch="A worker that does not exist makes every worker exit and respawn in a loop; an unknown socket number "
        "is ignored.",
        see=("socket", "processes"),
    )

    # Queue, owner and mode.
    listen: Int | None = option(
        "Sets how many connections the kernel may hold for a busy instance before it refuses more. It goes for every "
        "listener, routers included. Raise it, together with the kernel's limit, when bursts are turned away.",
        unit="connections",
        default="100",
        ge=1,
        examples=(1024,),
        catch="A value above `net.core.somaxconn` (4096 on current Linux, 128 before 5.4) stops the start.",
        see=("socket", "alarm-backlog"),
    )
    chmod_socket: Mode | None = option(
        "Sets the mode of UNIX sockets after they are bound, exactly three octal digits. A front end needs write "
        "permission to connect, which the usual umask denies it; 660 and a common group are the right answer.",
        default="what the umask leaves, usually 755",
        examples=("660", "664"),
        catch="Without a value, or as `1`, it means 666; and it must be given once only, as a second value is appended "
        "to the first and sets odd bits.",
        see=("chown-socket", "umask", "socket"),
    )
    chown_socket: Owner | str | None = option(
        "Gives the UNIX sockets of the workers to a user and, after a colon, a group. It needs the rights of root, so "
        "uWSGI drops its privileges only after binding when this is set.",
        examples=("www-data:www-data", "app:nginx"),
        catch="An abstract socket has no file to own, and stops the start.",
        see=("chmod-socket", "uid", "gid"),
    )
    abstract_socket: Flag | None = option(
        "Turns every UNIX address, with or without `@`, into an abstract Linux name: no file appears, nothing is "
        "left behind, and no mode protects it. Write `@name` at the one socket that is meant instead.",
        default="off",
        catch="A front end configured with the path no longer finds the socket.",
        see=("chmod-socket", "socket"),
    )

    # Time-outs and TCP.
    socket_timeout: Int | None = option(
        "Bounds each wait of a worker for the network: for the rest of a request, a piece of its body, room to send "
        "a response. It measures silence, not the whole request. It is also the kernel's limit for connections on "
        "which nothing arrives, see `no-defer-accept`.",
        unit="seconds",
        default="4; at least 30 with the gevent, asyncio and tornado loops",
        ge=1,
        examples=(30,),
        see=("harakiri", "http-timeout", "so-send-timeout"),
    )
    so_send_timeout: Int | None = option(
        "Sets the kernel's send time-out (`SO_SNDTIMEO`) on TCP listeners. The kernel honours it only in blocking "
        "writes, and workers write without blocking: `socket-timeout` is what bounds a slow client.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(10,),
        catch="On the command line it takes no value and means 1; write it in a file.",
        see=("socket-timeout",),
    )
    so_keepalive: Flag | None = option(
        "Lets the kernel probe idle TCP connections (`SO_KEEPALIVE`), so that peers that vanished are noticed, on the "
        "kernel's schedule of hours by default. It has nothing to do with HTTP keep-alive.",
        default="off",
        see=("http-keepalive", "socket-timeout"),
    )
    tcp_nodelay: Flag | None = option(
        "Sends small pieces of a response at once instead of waiting to fill a packet (`TCP_NODELAY` on accepted "
        "connections). For streams of small messages.",
        default="off",
        catch="On UNIX sockets it logs an error for every connection.",
        see=("tcp-fast-open",),
    )
    no_defer_accept: Flag | None = option(
        "Wakes a worker as soon as a TCP client has connected. Otherwise Linux waits until the client has sent data, "
        "which spares workers idle connections. Wanted where the server speaks first.",
        default="off: accepting is deferred",
        see=("raw-socket", "undeferred-shared-socket", "socket-timeout"),
    )
    socket_sndbuf: UInt64 | None = option(
        "Asks the kernel for a send buffer of this size on every listener, which accepted connections inherit. It "
        "switches the kernel's own tuning off, so measure before.",
        unit="bytes",
        default="the kernel tunes it",
        ge=1,
        examples=(262144,),
        see=("socket-rcvbuf",),
    )
    socket_rcvbuf: UInt64 | None = option(
        "Asks the kernel for a receive buffer of this size on every listener, which accepted connections inherit, and "
        "switches its own tuning off.",
        unit="bytes",
        default="the kernel tunes it",
        ge=1,
        examples=(262144,),
        see=("socket-sndbuf",),
    )
    tcp_fast_open: Int | None = option(
        "Accepts data in the first packet of a TCP connection, with so many such connections pending. It saves "
        "returning clients a round trip, if the kernel's `net.ipv4.tcp_fastopen` allows servers to do it.",
        unit="connections",
        default="off",
        ge=1,
        examples=(16,),
        see=("tcp-fast-open-client",),
    )
    tcp_fast_open_client: Flag | None = option(
        "Uses TCP fast open for connections that uWSGI itself makes over IPv4: routers to their backends, RPC, cache "
        "servers.",
        default="off",
        see=("tcp-fast-open",),
    )
    reuse_port: Flag | None = option(
        "Binds TCP addresses with `SO_REUSEPORT`, so that several instances can listen on the same port and the "
        "kernel spreads connections among them: a new instance can start beside the old one. Two equal `socket` "
        "values then also give two sockets.",
        default="off",
        see=("map-socket", "listen"),
    )
    freebind: Flag | None = option(
        "Binds TCP addresses that the machine does not have yet (`IP_FREEBIND`, Linux), such as a floating one that a "
        "failover brings.",
        default="off",
        see=("legion-lord",),
    )
    enable_proxy_protocol: Flag | None = option(
        "Takes the client's address from a PROXY line (version 1, text) in front of an HTTP request, as HAProxy and "
        "cloud balancers send it. It goes for `http-socket`, `https-socket` and the HTTP router.",
        default="off",
        catch="There is no list of trusted proxies: any client that connects directly can claim any address.",
        see=("http-enable-proxy-protocol", "log-x-forwarded-for"),
    )

    # Descriptors.
    close_on_exec: Flag | None = option(
        "Marks accepted connections so that programs started by the application do not inherit them. Otherwise a "
        "child that lives on keeps the client's connection open after the response.",
        default="off",
        see=("close-on-exec2",),
    )
    close_on_exec2: Flag | None = option(
        "Marks listening sockets in the same way, so that a daemon started by the application does not hold the port "
        "after uWSGI has gone. Reloads of uWSGI still inherit them.",
        default="off",
        see=("close-on-exec",),
    )
    shutdown_sockets: Flag | None = option(
        "Closes the listening sockets during a graceful shutdown as soon as the first worker is free, so that new "
        "clients are refused while running requests are finished. Otherwise they queue up for a server that will not "
        "serve them.",
        default="off",
        see=("master-fifo", "worker-reload-mercy"),
    )
    no_fd_passing: Flag | None = option(
        "Ignores descriptors that a uwsgi peer sends along with a request over a UNIX socket. Normally the worker "
        "answers on such a descriptor, which lets a front end hand over the client's own connection.",
        default="off",
        see=("uwsgi-socket",),
    )
    skip_zero: Flag | None = option(
        "Leaves standard input alone. Otherwise uWSGI looks whether descriptor 0 is a socket, as inetd-like parents "
        "arrange it, and serves requests on it.",
        default="off, but on under systemd or Upstart socket activation",
        see=("socket",),
    )

    # Which plugin answers: the modifiers of protocols that do not carry them.
    http_socket_modifier1: UInt64 | None = option(
        "Names the plugin, by its number, that answers requests from `http-socket` and `http11-socket`: 0 Python, 5 "
        "Perl, 6 Lua, 7 Ruby, 9 CGI, 14 PHP and so on.",
        default="0",
        ge=0,
        le=255,
        examples=(9,),
        see=("http-socket", "http-socket-modifier2"),
    )
    http_socket_modifier2: UInt64 | None = option(
        "Passes a second number to that plugin, which a few of them read as a variant of the request.",
        default="0",
        ge=0,
        le=255,
        see=("http-socket-modifier1",),
    )
    https_socket_modifier1: UInt64 | None = option(
        "Names the plugin that answers requests from `https-socket`, by its number.",
        default="0",
        ge=0,
        le=255,
        examples=(9,),
        see=("https-socket", "http-socket-modifier1"),
    )
    https_socket_modifier2: UInt64 | None = option(
        "Passes a second number to the plugin behind `https-socket`.",
        default="0",
        ge=0,
        le=255,
        see=("https-socket-modifier1",),
    )
    fastcgi_modifier1: UInt64 | None = option(
        "Names the plugin that answers FastCGI requests, by its number: 14 turns the instance into a PHP server "
        "that speaks FastCGI.",
        default="0",
        ge=0,
        le=255,
        examples=(9,),
        see=("fastcgi-socket", "http-socket-modifier1"),
    )
    fastcgi_modifier2: UInt64 | None = option(
        "Passes a second number to the plugin behind `fastcgi-socket`.",
        default="0",
        ge=0,
        le=255,
        see=("fastcgi-modifier1",),
    )
    scgi_modifier1: UInt64 | None = option(
        "Names the plugin that answers SCGI requests, by its number.",
        default="0",
        ge=0,
        le=255,
        examples=(9,),
        see=("scgi-socket", "http-socket-modifier1"),
    )
    scgi_modifier2: UInt64 | None = option(
        "Passes a second number to the plugin behind `scgi-socket`.",
        default="0",
        ge=0,
        le=255,
        see=("scgi-modifier1",),
    )
    raw_modifier1: UInt64 | None = option(
        "Names the plugin that is given the connections of `raw-socket`, by its number; it must know what to do with "
        "a bare connection.",
        default="0",
        ge=0,
        le=255,
        examples=(9,),
        see=("raw-socket",),
    )
    raw_modifier2: UInt64 | None = option(
        "Passes a second number to the plugin behind `raw-socket`.",
        default="0",
        ge=0,
        le=255,
        see=("raw-modifier1",),
    )

    # Sockets lent to other instances.
    zerg_server: String | None = option(
        "Lends the sockets of this instance to others: each process that connects to this UNIX path gets a copy of "
        "their descriptors and accepts beside the own workers. New code can thus join, or take over, without a "
        "closed port. The master hands them out.",
        examples=("/run/uwsgi/zerg.sock",),
        see=("zerg", "zergpool", "zerg-fallback"),
    )
    zerg: Strings | None = option(
        "Serves requests on sockets borrowed from a `zerg-server` or `zergpool`, in place of sockets of its own. They "
        "speak `protocol`, whatever the lender speaks on them.",
        examples=("/run/uwsgi/zerg.sock",),
        catch="When the lender does not answer, the instance exits, unless `zerg-fallback` is set.",
        see=("zerg-server", "zerg-fallback", "zergpool"),
    )
    zerg_fallback: Flag | None = option(
        "Starts even though the lender cannot be reached, on the sockets that the configuration itself names.",
        default="off",
        see=("zerg",),
    )
    zergpool: Each[ZergPool] | None = option(
        "Runs a process that does nothing but bind addresses and lend them: the UNIX path to ask at, a colon, and the "
        "addresses with commas between them. Instances come and go with `zerg` while the ports stay open.",
        examples=("/run/uwsgi/pool.sock:127.0.0.1:3031,/run/uwsgi/app.sock",),
        catch="An instance that has nothing else to serve needs the master for it, and otherwise exits with status 0.",
        see=("zerg", "zerg-server"),
    )

    # Multicast.
    multicast_ttl: Int | None = option(
        "Sets how many routers a multicast packet may cross, for sockets that join a group: those of legions, cache "
        "synchronisation and subscription servers.",
        unit="hops",
        default="1: the local network",
        ge=0,
        le=255,
        see=("legion-mcast", "multicast-loop"),
    )
    multicast_loop: Int | None = option(
        "Says whether (1) or not (0) the machine hears its own multicast packets. Members of a legion that share a "
        "machine need it.",
        default="1",
        ge=0,
        le=1,
        see=("legion-mcast", "multicast-ttl"),
    )
    multicast: String | None = option(
        "Is kept for old configurations: the address is stored and never used, as the clustering it served was "
        "removed. All it still does is to start the master.",
        examples=("225.1.1.1:1717",),
        see=("legion-mcast",),
    )
