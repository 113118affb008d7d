"""Addresses that speak TLS, and certificates by host name."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, part
from uwsgilint.schema.types import Path, Presence, String

__all__ = ["HttpsRouter", "SslRouter", "TlsName", "TlsSocket"]

_CIPHERS = "The ciphers that are offered, as OpenSSL writes such lists."
_CLIENT_CA = (
    "The certificate of the authority that signs those of clients. Clients may then show one; with `!` in front of the "
    "path they have to."
)


class TlsSocket(Composite):
    """Opens an address that speaks TLS.

    Nothing is trimmed: a blank behind a comma becomes part of a file name. The certificates are read at once, so
    options such as `ssl-option` only count for the addresses below them.
    """

    template: ClassVar[str] = "{addr},{cert},{key}[,{ciphers}[,{client_ca}]]"

    addr: String = part("The address to listen on.", required=True, examples=("0.0.0.0:443",))
    cert: Path = part("The file with the certificate, and those that lead to the authority.", required=True)
    key: Path = part("The file with the private key.", required=True)
    ciphers: String | None = part(_CIPHERS, default="those of OpenSSL", examples=("HIGH",))
    client_ca: Path | None = part(_CLIENT_CA, examples=("!/etc/ssl/clients.pem",))


class SslRouter(Composite):
    """Opens an address of the sslrouter, from keys and values.

    The server ignores keys that it does not know, and a blank behind a comma makes a key unknown.
    """

    template: ClassVar[str] = "{*}"

    addr: String = part("The address to listen on.", required=True, examples=("0.0.0.0:443",))
    cert: Path = part(
        "The file with the certificate, and those that lead to the authority.", keys=("cert", "crt"), required=True
    )
    key: Path = part("The file with the private key.", required=True)
    ciphers: String | None = part(_CIPHERS, default="those of OpenSSL", examples=("HIGH",))
    client_ca: Path | None = part(_CLIENT_CA, keys=("clientca", "client_ca"))


class HttpsRouter(SslRouter):
    """Opens an HTTPS address of the HTTP router, from keys and values.

    The server ignores keys that it does not know, and a blank behind a comma makes a key unknown. Despite the name of
    the option there is no HTTP/2.
    """

    spdy: Presence | None = part(
        "Offers SPDY/3, which only builds with an OpenSSL of its days can, and no browser speaks."
    )


class TlsName(Composite):
    """Answers clients that ask for a host name with a certificate of its own.

    A file that cannot be read is only a line in the log: the name then gets the certificate of the address.
    """

    template: ClassVar[str] = "{name} {cert},{key}[,{ciphers}[,{client_ca}]]"

    name: String = part("The host name, or a regular expression for `sni-regexp`.", required=True)
    cert: Path = part("The file with the certificate, and those that lead to the authority.", required=True)
    key: Path = part("The file with the private key.", required=True)
    ciphers: String | None = part(_CIPHERS, default="those of OpenSSL")
    client_ca: Path | None = part(_CLIENT_CA)
