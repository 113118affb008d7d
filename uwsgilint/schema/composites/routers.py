"""How routers find the instance that answers."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, part
from uwsgilint.schema.types import Addresses, Int, Path, Placeholder, String

__all__ = ["CodeString", "TunnelDevice", "TunnelFilter", "TunnelRoute", "TunnelRouter", "TunnelRule", "ZergPool"]


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


_WORD = r"[^ \t]+"


class TunnelRouter(Composite):
    """Creates a network device, and moves packets between it and the instances that connect to a socket.

    Each blank separates, so a second one in a row is an empty word; the server stops when there is no socket.
    """

    template: ClassVar[str] = "{device} {socket}[ {stats}[ {gateway}]]"

    device: String = part("The name of the network device.", required=True, pattern=_WORD, examples=("emperor0",))
    socket: Path = part(
        "The UNIX socket on which instances connect.", required=True, pattern=_WORD, examples=("/run/tuntap.sock",)
    )
    stats: String | None = part(
        "The address that serves statistics. A gateway needs it in front.",
        default="the option tuntap-router-stats",
        pattern=_WORD,
        examples=("127.0.0.1:5001",),
    )
    gateway: String | None = part(
        "The UDP address on which packets of other routers arrive.",
        pattern=_WORD,
        form="[^:]*:.+",
        wants="an address with a port",
        examples=("192.168.0.1:5002",),
    )


class TunnelDevice(Composite):
    """Creates a network device in this instance, connected to a tuntap router if there is a socket.

    The first blank ends the name.
    """

    template: ClassVar[str] = "{device}[ {socket}]"

    device: String = part("The name of the network device.", required=True, examples=("uwsgi0",))
    socket: Path | None = part(
        "The UNIX socket of the router.", default="none; the device stands alone", examples=("/run/tuntap.sock",)
    )


class TunnelRule(Composite):
    """Gives the router a rule for packets of this very instance; the first rule that fits counts.

    Each blank separates, so a second one in a row is an empty word. The server stops at any other direction or action,
    and crashes at `route` or `gateway` without a target.
    """

    template: ClassVar[str] = "{direction} {source} {destination} {action}[ {target}]"

    direction: Literal["in", "out"] | Placeholder = part(
        "Whether it is for packets to the instance or from it.", required=True, pattern=_WORD
    )
    source: String = part(
        "Where they come from: an IPv4 address, with the bits of a network behind a slash; 0.0.0.0 is everywhere.",
        required=True,
        pattern=_WORD,
        examples=("192.168.0.0/24",),
    )
    destination: String = part(
        "Where they go, written as the source.", required=True, pattern=_WORD, examples=("10.0.0.5/32",)
    )
    action: Literal["allow", "deny", "route", "gateway"] | Placeholder = part(
        "What to do with them. `route` and `gateway` are the same, and only mean packets from the instance.",
        required=True,
        pattern=_WORD,
    )
    target: String | None = part(
        "For `route` and `gateway`: the UDP address of the router that gets them.",
        pattern=_WORD,
        form="[^:]*:.+",
        wants="an address with a port",
        examples=("192.168.0.1:999",),
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
