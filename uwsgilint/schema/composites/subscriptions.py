"""Announcing an instance to routers, and trusting such announcements."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, part
from uwsgilint.schema.types import Int, Path, String

__all__ = ["KeyedSubscription", "SignatureCheck", "Subscription"]

_SIGN = "The digest and the file of the private key with which the announcement is signed."


class Subscription(Composite):
    """Announces the instance to a router under a host name.

    What is not of this shape is passed over without a word: no key, no port, an index of no shared socket. Names of
    hosts are not looked up, and IPv6 cannot be said here.
    """

    template: ClassVar[str] = "[{addr}=]{server}:{key}[,{modifier1}[,{sign}]]"

    addr: String | None = part(
        "The address that the router shall use, or `=` and the index of a shared socket.",
        default="the first socket",
        pattern="=[^=]*|[^=]+",
        examples=("192.168.0.5:3031", "=0"),
    )
    server: String = part(
        "The subscription server of the router: address and port, or the path of a UNIX socket.",
        required=True,
        pattern="/[^:=]*|[^/:=]*:[^:=]*",
        examples=("192.168.0.1:4000", "/run/router.sock"),
    )
    key: String = part(
        "The host name, with a port if clients send one, or `@` and a file with one key per line.",
        required=True,
        form="[^=]+",
        wants="a key without an equals sign",
        examples=("example.com", "@/etc/uwsgi/names"),
    )
    modifier1: Int | None = part(
        "The modifier that requests arrive with.",
        default="0",
        pattern="[^,]+",
        form="[0-9]+",
        wants="a whole number up to 255",
        ge=0,
        le=255,
    )
    sign: String | None = part(_SIGN, examples=("SHA1:/etc/uwsgi/private.pem",))


class KeyedSubscription(Composite):
    """Announces the instance to a router under a host name, from keys and values.

    Without server or key nothing is announced, and nothing is said. `weight` counts for the whole instance: the last
    subscription that has one decides for all.
    """

    template: ClassVar[str] = "{*}"

    server: String = part(
        "The subscription server of the router: address and port, or the path of a UNIX socket.",
        required=True,
        examples=("192.168.0.1:4000",),
    )
    key: String = part("The host name, with a port if clients send one.", required=True, examples=("example.com",))
    socket: Int | None = part("The index of the socket whose address is announced; it wins over `addr`.", ge=0)
    addr: String | None = part("The address that the router shall use.", default="the first socket")
    weight: Int | None = part(
        "How many requests it gets beside other instances of that key.", default="the option weight", ge=0
    )
    modifier1: Int | None = part("The modifier that requests arrive with.", default="0", ge=0, le=255)
    modifier2: Int | None = part("The second modifier that requests arrive with.", default="0", ge=0, le=255)
    sign: String | None = part(_SIGN, examples=("SHA1:/etc/uwsgi/private.pem",))
    check: Path | None = part("A file that holds the announcement back for as long as it can be read.")
    sni_key: Path | None = part("The private key with which the router shall answer for this name.")
    sni_crt: Path | None = part("The certificate with which the router shall answer for this name.")
    sni_ca: Path | None = part("The authority of client certificates for this name.")


class SignatureCheck(Composite):
    """Takes only announcements that are signed, with a key for each host name.

    The server stops when OpenSSL has no such digest.
    """

    template: ClassVar[str] = "{digest}:{directory}"

    digest: String = part("The digest of the signatures.", required=True, examples=("SHA1",))
    directory: Path = part("The directory with a public key for each name: `example.com.pem`.", required=True)
