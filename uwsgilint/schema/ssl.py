"""TLS."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.tls import TlsName
from uwsgilint.schema.types import Flag, Int, String, Strings

__all__ = ["Ssl"]


class Ssl(Subsystem):
    """Chooses certificates by host name and tunes the TLS of every listener: `https`, `https-socket`, `sslrouter`.

    A listener names its own certificate; here one adds certificates for further host names, with `sni` for each,
    `sni-regexp` for families of names, or `sni-dir` for a directory that is consulted as clients come. The exact
    names are tried first, then the patterns, then the directory; a client that asks for none of them gets the
    certificate of the listener.

    What surprises is the order: a listener builds its TLS context at the very moment its line is read. `ssl-option`,
    `ssl-verify-depth`, `ssl-tmp-dir` and the flags for old protocols therefore stand *above* the `https`,
    `https-socket`, `sslrouter` or `sni` they are meant for; below it they change nothing, silently. A server built
    without OpenSSL knows none of these options and, unless it is strict, starts without a word.
    """

    table: ClassVar[str] = "ssl"
    title: ClassVar[str] = "TLS"

    # Certificates by host name.
    sni: Each[TlsName] | None = option(
        "Serves another certificate to clients that ask for this host name in the TLS handshake. The value is the "
        "name, a blank, then certificate, key and, if wanted, ciphers and client CA with commas between them. All "
        "listeners share the list; a `!` before the client CA makes the client's certificate compulsory.",
        examples=(
            "shop.example.com /etc/ssl/shop.crt,/etc/ssl/shop.key",
            "api.example.com /etc/ssl/api.crt,/etc/ssl/api.key,HIGH,!/etc/ssl/clients.crt",
        ),
        catch="A certificate that cannot be read is only logged, and clients get the listener's own one instead.",
        see=("sni-regexp", "sni-dir", "https"),
    )
    sni_regexp: Each[TlsName] | None = option(
        "Serves a certificate to every host name that matches a regular expression, for wildcard certificates and "
        "numbered hosts. It is written like `sni` with the pattern in place of the name, and is asked only when no "
        "exact name fits. Needs a server with PCRE.",
        examples=(r"^.*\.example\.com$ /etc/ssl/wild.crt,/etc/ssl/wild.key",),
        catch="A client CA given here is never demanded: unlike `sni`, a matching pattern leaves the connection's "
        "verification settings as the listener had them; `subscription-dotsplit` switches the patterns off.",
        see=("sni", "sni-dir", "subscription-dotsplit"),
    )
    sni_dir: String | None = option(
        "Looks for `NAME.crt` and `NAME.key` in this directory when a client asks for a host name that is not known "
        "yet, and for `NAME.ca` to check client certificates. Each process loads a pair at its first use and keeps "
        "it for good, so new sites need no reload, renewed certificates do.",
        examples=("/etc/ssl/sites",),
        catch="The first handshake for a name in each process does not ask for the client certificate that `NAME.ca` "
        "is meant to check, and `subscription-dotsplit` disables the directory altogether.",
        see=("sni-dir-ciphers", "sni"),
    )
    sni_dir_ciphers: String | None = option(
        "Restricts the ciphers of certificates that arrive at run time: those found in `sni-dir` and those that "
        "subscribers bring along with `sni_crt`. The text is an OpenSSL cipher list; with it the server's order "
        "of preference counts.",
        default="OpenSSL's own list",
        examples=("HIGH:!aNULL:!MD5",),
        see=("sni-dir", "subscribe2"),
    )

    # Protocol and verification.
    ssl_option: Strings | None = option(
        "Adds a bit of OpenSSL's `SSL_OP_*` set, as a decimal number, to the listeners below; repeat it for several. "
        "There is no option for a lowest version, so this is how one refuses TLS 1.1: 268435456.",
        examples=("268435456", "67108864"),
        catch="Names such as `SSL_OP_NO_TLSv1_1` count as 0 without a word, and on the command line the option takes "
        "no value at all: write it in a file.",
        see=("ssl-enable-tlsv1", "https"),
    )
    ssl_enable_tlsv1: Flag | None = option(
        "Lets clients negotiate TLS 1.0, which uWSGI refuses since 2.0.17.1. For the old device that cannot be "
        "replaced; OpenSSL 3 may still say no unless the cipher list lowers its security level. Stands above the "
        "listener.",
        default="off",
        see=("ssl-enable3", "ssl-option"),
    )
    ssl_enable3: Flag | None = option(
        "Lifts uWSGI's own ban on SSL version 3, a broken protocol that today's OpenSSL builds no longer contain. "
        "Hardly a reason to set it remains.",
        default="off",
        see=("ssl-enable-tlsv1",),
    )
    ssl_verify_depth: Int | None = option(
        "Limits how many certificates may lie between a client's certificate and the client CA it must lead to. "
        "Raise it when clients come with intermediate authorities. It matters only where a client CA is set, and "
        "must stand above that listener.",
        default="1",
        ge=0,
        see=("https", "sni", "ssl-verbose"),
    )
    ssl_verbose: Flag | None = option(
        "Logs why a client certificate was rejected and which TLS errors broke a connection, which otherwise go "
        "unmentioned. Useful while setting up client certificates; noisy on the open internet.",
        default="off",
        see=("ssl-verify-depth",),
    )
    ssl_tmp_dir: String | None = option(
        "Lets certificates, keys and client CAs be given as PEM text instead of file names, which is how they come "
        "out of a secret store. A value that begins with `-----BEGIN ` is written, readable by its owner only, "
        "into this directory and loaded from there; the files remain. Stands above the listener.",
        default="file names only",
        examples=("/run/uwsgi/tls",),
        see=("https2", "subscribe2"),
    )

    # Sessions: only in servers built with OpenSSL before 1.1.
    ssl_sessions_use_cache: String | None = option(
        "Keeps TLS sessions in the named uWSGI cache, with blocks of 4096 bytes or more, so that all processes can "
        "resume them; empty text takes the first cache. No current server has it: the code is left out with OpenSSL "
        "1.1 and later, where resumption works by tickets.",
        examples=("tls",),
        catch="On OpenSSL 1.1 or newer the name is unknown: ignored normally, fatal with `strict`.",
        see=("ssl-sessions-timeout", "cache2"),
    )
    ssl_sessions_timeout: Int | None = option(
        "Sets for how long a TLS session may be resumed, in the cache of `ssl-sessions-use-cache` and in OpenSSL "
        "itself. It shares the fate of that option: servers built with OpenSSL 1.1 or later do not know it and "
        "always use 300.",
        unit="seconds",
        default="300",
        ge=1,
        see=("ssl-sessions-use-cache",),
    )
