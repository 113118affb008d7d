"""HTTP router."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import Variable
from uwsgilint.schema.composites.routers import CodeString
from uwsgilint.schema.composites.sockets import Address, RedirectSocket
from uwsgilint.schema.composites.tls import HttpsRouter, TlsSocket
from uwsgilint.schema.types import (
    Addresses,
    Flag,
    Group,
    Int,
    IpAddresses,
    String,
    Strings,
    UInt64,
    User,
)

__all__ = ["Httprouter"]


class Httprouter(Subsystem):
    """Runs a process of its own that accepts HTTP and HTTPS from browsers and passes each request on to workers.

    The router holds slow clients, does TLS, keep-alive and websockets, and speaks uwsgi to the workers. Alone,
    `http` is enough: it takes the first `socket` of the instance as its backend, or makes one on a free loopback
    port. Otherwise one of `http-use-cache`, `http-use-pattern`, `http-subscription-server`, `http-use-base`,
    `http-use-code-string`, `http-use-socket` and `http-to` says where requests go; should several be given, the
    first in this row wins. The key they look up is the `Host` header with its port, or the TLS server name.

    Backends are IP addresses or UNIX paths, never host names, and must speak uwsgi: an `http-socket` as backend
    hangs. A router that gives up closes the connection without any HTTP status. Run it under the master, which
    restarts it. These options do nothing beside a mere `http-socket`.
    """

    table: ClassVar[str] = "httprouter"
    title: ClassVar[str] = "HTTP router"

    # Where clients connect.
    http: Each[Address] | None = option(
        "Listens for HTTP here and starts the router process. This is the way to face the internet, or a laptop's "
        "browser, without a web server in front; behind nginx a `socket` is better. `=0` adopts a `shared-socket`.",
        examples=("127.0.0.1:8000", ":8080", "=0"),
        catch="By default each response closes the connection; see `http-keepalive`.",
        see=("https", "http-to", "http-processes", "http-socket", "shared-socket"),
    )
    https: Each[TlsSocket] | None = option(
        "Listens for HTTPS: address, certificate and key, then optionally ciphers and a client CA, with commas and "
        "no blanks between them. The certificate file holds the chain, and DH parameters if wanted. A `!` before "
        "the client CA refuses clients without a certificate; the application finds the name in `HTTPS_DN`.",
        examples=(
            ":443,/etc/ssl/site.crt,/etc/ssl/site.key",
            "=1,/etc/ssl/site.crt,/etc/ssl/site.key,HIGH,!/etc/ssl/clients.crt",
        ),
        catch="TLS settings such as `ssl-option` count only if they stand above this line; a server without OpenSSL "
        "ignores the line altogether.",
        see=("https2", "http-to-https", "sni", "ssl-option", "https-export-cert"),
    )
    https2: Each[HttpsRouter] | None = option(
        "Says the same as `https` in `name=value` pairs: `addr`, `cert` and `key` are required, `ciphers` and "
        "`client_ca` optional. The 2 is that of the syntax: uWSGI has no HTTP/2, and `spdy` is long dead.",
        examples=("addr=:443,cert=/etc/ssl/site.crt,key=/etc/ssl/site.key,ciphers=HIGH",),
        catch="Misspelt names are ignored without a message.",
        see=("https",),
    )
    http_to_https: Each[RedirectSocket] | None = option(
        "Answers every plain HTTP request here with a permanent redirect (301) to `https://` and the same host and "
        "path. A port after a comma goes into the new address, when HTTPS is not on 443.",
        examples=(":80", "127.0.0.1:8000,8443"),
        see=("https", "http"),
    )

    # Where requests go.
    http_to: Strings | None = option(
        "Forwards requests to this uwsgi server, an IP address and port or a UNIX path; give several and they take "
        "turns. One that refuses the connection is left out for `http-gracetime`. Needed in an instance that only "
        "routes, with the master.",
        examples=("127.0.0.1:3031", "/run/uwsgi/app.sock"),
        catch="A host name, `localhost` included, is not resolved: every request gets an empty reply.",
        see=("http-fallback", "http-gracetime", "http-use-socket"),
    )
    http_subscription_server: Addresses | None = option(
        "Lets instances announce themselves as backends for a host name: an IPv4 address opens a UDP port, a path a "
        "UNIX datagram socket. A load balancer without a list of servers, the announcements keep it up to date.",
        examples=("127.0.0.1:9191", "/run/uwsgi/subscriptions.sock"),
        catch="It believes every packet; keep it off public addresses or set `subscriptions-sign-check`.",
        see=("subscribe2", "subscription-algo", "subscriptions-sign-check", "http-cheap"),
    )
    http_subscription_fallback_key: String | None = option(
        "Serves host names that nobody has subscribed by the instances under this key, a default site so to speak. "
        "`subscription-dotsplit` takes it out of use.",
        examples=("default.example.com",),
        see=("http-subscription-server",),
    )
    http_use_socket: Int | None = option(
        "Forwards everything to a socket of this very instance, by its number from 0. Only needed to pick another "
        "than the first one, which the router takes by itself.",
        default="0, when no other backend is configured",
        ge=0,
        examples=(0,),
        see=("socket", "http-to"),
    )
    http_use_base: String | None = option(
        "Forwards to the UNIX socket whose path is this text with the host name appended: one socket per site in a "
        "directory. End it with a slash.",
        examples=("/run/uwsgi/sites/",),
        catch="The client chooses the name: a host with a port makes a path with a colon, which is taken for a TCP "
        "address and fails.",
        see=("http-use-pattern",),
    )
    http_use_pattern: String | None = option(
        "Forwards to the address that results when `%s` in this text is replaced by the host name.",
        examples=("/run/uwsgi/%%s/app.sock",),
        catch="In a configuration file `%s` already means the name of the file: write `%%s`.",
        see=("http-use-base",),
    )
    http_use_cache: String | None = option(
        "Looks the host name up in the named uWSGI cache, where the value is a backend, or several with `|` between "
        "them that take turns, each with `,modifier1` if wanted. An application can thus move sites while running. "
        "Empty text takes the first cache.",
        examples=("sites",),
        catch="A name that no cache has, `true` included, lets the router die and respawn for ever.",
        see=("cache2",),
    )
    http_use_code_string: CodeString | str | None = option(
        "Asks a function of a language plugin for the backend of each request: plugin number, file and function with "
        "colons between them. It gets the host name and returns an address, or nothing to drop the request; it runs "
        "inside the router's loop and holds up all clients meanwhile.",
        examples=("0:/srv/routing.py:backend_for",),
        see=("http-use-cache",),
    )
    http_fallback: Strings | None = option(
        "Tries this backend when the chosen one refuses the connection; several are tried in order, three attempts "
        "in all. Show a maintenance page from here. A host name that has no backend at all is not helped by it.",
        examples=("127.0.0.1:3099",),
        see=("http-to", "http-gracetime"),
    )
    http_gracetime: Int | None = option(
        "Leaves a backend of `http-to` alone for so long after it failed, then tries it again. While all are in "
        "disgrace, requests get no answer.",
        unit="seconds",
        default="30",
        ge=1,
        examples=(10,),
        see=("http-to", "http-fallback"),
    )

    # Time-outs.
    http_timeout: Int | None = option(
        "Ends a session when neither client nor worker has sent a byte for so long. Set it above the slowest response "
        "and above `harakiri`.",
        unit="seconds",
        default="60",
        ge=1,
        examples=(30,),
        catch="The client sees a closed connection rather than a 504, and the worker works on.",
        see=("http-headers-timeout", "http-connect-timeout", "harakiri", "socket-timeout"),
    )
    http_headers_timeout: Int | None = option(
        "Waits so long for a client to send the head of its request. A few seconds shed clients that only hold "
        "connections open.",
        unit="seconds",
        default="that of `http-timeout`",
        ge=1,
        examples=(10,),
        see=("http-timeout",),
    )
    http_connect_timeout: Int | None = option(
        "Waits so long for a backend to accept the connection before it counts as failed. Keep it short with several "
        "backends, so that the next one gets its turn.",
        unit="seconds",
        default="that of `http-timeout`",
        ge=1,
        examples=(5,),
        see=("http-timeout", "http-fallback"),
    )

    # HTTP features.
    http_keepalive: Int | None = option(
        "Keeps a connection open after the response for the client's next HTTP/1.1 request. A number above 1 is how "
        "long it may then stay idle; 1, or no value, leaves that to the other time-outs. Responses must have a "
        "length, or `http-auto-chunked` must give them chunks.",
        unit="seconds",
        default="off",
        ge=0,
        examples=(30,),
        catch="Requests that a client pipelines end keep-alive, and websockets are better served by a router without "
        "it.",
        see=("http-auto-chunked", "http-websockets"),
    )
    http_auto_chunked: Flag | None = option(
        "Sends responses that have no length in chunks, so that the connection can stay open. It works only together "
        "with `http-keepalive`; alone it does nothing.",
        default="off",
        see=("http-keepalive", "http-auto-gzip"),
    )
    http_auto_gzip: Flag | None = option(
        "Compresses, and chunks, responses that the application marks with the header `uWSGI-Encoding: gzip`, if the "
        "client accepts gzip and no length, encoding or chunks are set yet. Responses without the mark pass as they "
        "are.",
        default="off",
        see=("http-auto-chunked",),
    )
    http_websockets: Flag | None = option(
        "Recognises a websocket handshake and from there on copies bytes both ways without looking at them, which "
        "the worker's websocket API needs.",
        default="off",
        see=("http-raw-body", "http-timeout", "http-keepalive"),
    )
    http_chunked_input: Flag | None = option(
        "Copies the body of requests that come in chunks to the worker, for applications that read chunks through "
        "uWSGI's API. Otherwise such bodies are lost and the application reads nothing.",
        default="off",
        catch="A chunked body has no declared length, so `limit-post` does not see it.",
        see=("http-raw-body", "limit-post"),
    )
    http_raw_body: Flag | None = option(
        "Copies everything after the head of any request to the worker, whatever length was declared. It is the "
        "blunt form of `http-websockets` and `http-chunked-input`, and ends keep-alive.",
        default="off",
        see=("http-websockets", "http-chunked-input"),
    )
    http_manage_expect: UInt64 | None = option(
        "Answers `Expect: 100-continue` itself, so that clients send their body without waiting. A number above 1 "
        "also is the largest body that is let in; a larger one gets a 413 at once. Other requests are not limited.",
        unit="bytes",
        default="off: the header is passed on",
        ge=0,
        examples=(10485760,),
        see=("limit-post",),
    )
    http_manage_source: Flag | None = option(
        "Treats requests with the method `SOURCE`, by which Icecast clients send streams, as raw connections.",
        default="off",
        see=("http-raw-body",),
    )
    http_manage_rtsp: Flag | None = option(
        "Accepts RTSP/1.0 requests, takes host and path out of their `rtsp://` address and passes the connection on "
        "raw, to an application that streams media.",
        default="off",
        see=("http-raw-body",),
    )

    # What workers are told.
    http_var: Each[Variable] | None = option(
        "Adds a `NAME=value` variable to every request, after those of the client: what only the front end knows, "
        "such as the name of the data centre.",
        examples=("DATACENTER=east",),
        catch="A value without `=` is ignored.",
        see=("http-modifier1",),
    )
    http_modifier1: Int | None = option(
        "Sends all requests to the plugin of this number instead of the one that the backend's entry names: 9 CGI, "
        "14 PHP and so on. 123 is special: plugin 0 with a raw body.",
        default="0, or what subscription, cache or code say",
        ge=0,
        le=255,
        examples=(9,),
        catch="It must stand above `http-modifier2`, as it overwrites that as well; a number above 255 spills into it.",
        see=("http-modifier2", "http-socket-modifier1"),
    )
    http_modifier2: Int | None = option(
        "Passes a second number to the plugin, over what the backend's entry says.",
        default="0",
        ge=0,
        le=255,
        catch="Set it below `http-modifier1`, which would reset it to 0.",
        see=("http-modifier1",),
    )
    http_server_name_as_http_host: Flag | None = option(
        "Sets `SERVER_NAME` to the client's `Host` header. Otherwise it is the name of the machine.",
        default="off",
        see=("http-var",),
    )
    http_enable_proxy_protocol: Flag | None = option(
        "Reads the client's address from a PROXY line (version 1) in front of the request, as a TCP balancer sends "
        "it. The same as `enable-proxy-protocol`, for this router only.",
        default="off",
        catch="The line is optional and anybody may send it, so let only the balancer connect.",
        see=("enable-proxy-protocol", "http-stud-prefix"),
    )
    http_stud_prefix: IpAddresses | None = option(
        "Expects connections from this IPv4 address to begin with the five bytes that the TLS proxy stud (and hitch) "
        "puts before them, takes the client's address from these and marks the request as HTTPS.",
        examples=("127.0.0.1",),
        catch="A connection from there without the prefix is dropped; IPv6 addresses are accepted in the "
        "configuration but never matched.",
        see=("http-enable-proxy-protocol",),
    )
    https_export_cert: Flag | None = option(
        "Passes the client's whole certificate, as PEM, to the application in `HTTPS_CC`, besides its name in "
        "`HTTPS_DN`. A client CA in `https` must ask for one.",
        default="off",
        see=("https",),
    )
    https_session_context: String | None = option(
        "Names the TLS session context. Listeners, or machines, that share a name can resume each other's sessions, "
        "as far as they share keys. Stands above the `https` it is meant for.",
        default="`http-` and the address of the listener",
        examples=("shop",),
        see=("https", "sslrouter-session-context"),
    )

    # The process.
    http_processes: Int | None = option(
        "Starts that many router processes, which accept on the same addresses. One handles thousands of connections; "
        "more help where TLS keeps a core busy. They share subscriptions, but not signed ones.",
        default="1",
        ge=1,
        le=64,
        examples=(2,),
        see=("http-events", "processes"),
    )
    http_events: Int | None = option(
        "Caps how many ready connections one turn of the router's loop takes up. It does not limit the number of "
        "clients, and rarely needs a change.",
        default="64",
        ge=1,
        see=("http-processes",),
    )
    http_buffer_size: UInt64 | None = option(
        "Sizes the buffers that each session starts with. They grow as needed, to 64 KiB for the head of a request, "
        "so it saves copying rather than setting a limit.",
        unit="bytes",
        default="a memory page, usually 4096",
        ge=1,
        examples=(65536,),
        see=("buffer-size",),
    )
    http_harakiri: Int | None = option(
        "Has the master kill and restart a router process when one turn of its loop takes longer than this, as a "
        "stuck `http-use-code-string` may cause. Long requests are not affected; needs the master.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(60,),
        see=("http-timeout", "harakiri", "master"),
    )
    http_cheap: Flag | None = option(
        "Stops accepting clients while nobody is subscribed; they wait in the listen queue. The router starts in that "
        "state and leaves it with the first subscription.",
        default="off",
        catch="Without `http-subscription-server` it never accepts a single connection.",
        see=("http-subscription-server",),
    )
    http_zerg: Addresses | None = option(
        "Accepts clients also on sockets that a zerg server or pool lends, fetched while options are read. It only "
        "adds to a router that has an address of its own: without `http` or `https` nothing starts.",
        examples=("/run/uwsgi/zerg.sock",),
        see=("zerg-server", "zergpool"),
    )
    http_resubscribe: Strings | None = option(
        "Passes every subscription on to another subscription server, with this router's first address as the node: "
        "routers in front of routers. Needs `http-subscription-server`.",
        examples=("10.0.0.1:9191",),
        see=("http-subscription-server", "fastrouter-resubscribe"),
    )
    http_uid: User | None = option(
        "Runs the router process as another user than the rest of the instance. It takes a start as root without "
        "`uid`, as in an instance that only routes: a process that has already given up root cannot change again "
        "and respawns for ever.",
        examples=("www-data",),
        see=("http-gid", "uid"),
    )
    http_gid: Group | None = option(
        "Runs the router process with another group, under the same terms.",
        examples=("www-data",),
        see=("http-uid", "gid"),
    )
    http_quiet: Flag | None = option(
        "Leaves out the log lines about backends that could not be connected to. That a node was marked as failed is "
        "still logged.",
        default="off",
        catch="On the command line it needs a value.",
        see=("http-fallback",),
    )
    http_stats: String | None = option(
        "Serves JSON statistics of the router on this address: sessions, hits of each backend, subscribed nodes. Of "
        "several processes only the first one answers, for itself.",
        examples=("127.0.0.1:9192", "/run/uwsgi/http-stats.sock"),
        see=("stats", "stats-http"),
    )
