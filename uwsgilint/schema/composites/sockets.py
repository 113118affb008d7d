"""Addresses, and which worker takes which."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, Integers, part
from uwsgilint.schema.types import Int, Path, String, UInt16

__all__ = ["Address", "RedirectSocket", "SocketMap"]


class Address(Composite):
    """Says where to listen: on a TCP port, on a UNIX socket, on a shared socket, or on an open file descriptor.

    A value without a colon is a path: a bare `8000` makes a file of that name. No host means all of IPv4; an IPv6
    address stands in brackets. Names of hosts are looked up once, at start.
    """

    template: ClassVar[str] = "={shared}|fd://{fd}|{host}:{port}|{path}"

    host: String | None = part(
        "The address of the interface.",
        default="every IPv4 interface",
        pattern=r"\[[^\]]*\]|[^:@/=][^:]*|",
        examples=("127.0.0.1", "[::1]"),
    )
    port: UInt16 | None = part("The TCP port; 0 is any free one.", examples=(8000,))
    path: Path | None = part(
        "The UNIX socket: a path, or an abstract name behind `@`.",
        pattern="[^:=]+|@[^=]*",
        examples=("/run/app.sock", "@app"),
    )
    shared: Int | None = part("The index of a shared socket, in the order of their options.", ge=0, examples=(0,))
    fd: Int | None = part("The number of a file descriptor that somebody else opened.", ge=0, examples=(3,))


class RedirectSocket(Composite):
    """Opens an address that sends every request to the same URL under https."""

    template: ClassVar[str] = "{addr}[,{port}]"

    addr: String = part("The address to listen on.", required=True, examples=("0.0.0.0:80",))
    port: UInt16 | None = part("The port to name in the URL.", default="none; browsers take 443", examples=(8443,))


class SocketMap(Composite):
    """Keeps a socket to some of the workers.

    Workers that are not named close the socket. A number beyond those of the workers makes them die again and again;
    an index of no socket is ignored.
    """

    template: ClassVar[str] = "{socket}:{workers}"

    socket: Int = part("The index of the socket, in the order of their options.", required=True, ge=0, examples=(0,))
    workers: Integers = part(
        "The numbers of the workers, from 1.", separator=",", required=True, ge=1, examples=([1, 2],)
    )
