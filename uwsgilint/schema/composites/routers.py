"""How routers find the instance that answers."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, part
from uwsgilint.schema.types import Addresses, Int, Path, Placeholder, String

__all__ = ["CodeString", "TunnelFilter", "TunnelRoute", "ZergPool"]


class CodeString(Composite):
    """Asks a function of a plugin's language for the address of each request."""

    template: ClassVar[str] = "{modifier1}:{file}:{function}"

    modifier1: Int = part("The modifier of the plugin: 0 for Python.", required=True, ge=0, le=255)
    file: Path = part("The file with the function.", required=True)
    function: String = part("The name of the function, which gets the key and returns an address.", required=True)


class ZergPool(Composite):
    """Hands listening sockets to the instances that ask for them on a UNIX socket."""

    template: ClassVar[str] = "{path}:{sockets}"

    path: Path = part("The UNIX socket on which instances ask.", required=True, examples=("/run/zerg.sock",))
    sockets: Addresses = part(
        "The addresses to listen on and to hand out.", separator=",", required=True, examples=(["127.0.0.1:3031"],)
    )


class TunnelFilter(Composite):
    """Lets packets through a tunnel, or stops them; the first rule that fits counts.

    An action alone is for all packets. With a source the destination has to be there, too: else the rule is left out,
    with a line in the log. Any word but `deny` lets packets through.
    """

    template: ClassVar[str] = "{action}[ {source} {destination}]"

    action: Literal["allow", "deny"] | Placeholder = part("What to do with such packets.", required=True)
    source: String | None = part(
        "Where they come from: an IPv4 address, with the bits of a network behind a slash.",
        examples=("192.168.0.0/24",),
    )
    destination: String | None = part("Where they go, written as the source.", examples=("192.168.0.2/32",))


class TunnelRoute(Composite):
    """Sends packets of a tunnel to a gateway; the first rule that fits counts."""

    template: ClassVar[str] = "{source} {destination} {gateway}"

    source: String = part(
        "Where they come from: an IPv4 address, with the bits of a network behind a slash.", required=True
    )
    destination: String = part("Where they go, written as the source.", required=True)
    gateway: String = part(
        "The UDP address to send them to.",
        required=True,
        form="[^:]*:.+",
        wants="an address with a port",
        examples=("192.168.0.1:999",),
    )
