"""Nodes that choose a lord among them."""

from typing import ClassVar, Literal

from uwsgilint.schema.composite import Composite, Text, part
from uwsgilint.schema.types import Int, Placeholder, SignedInt, String

__all__ = ["Legion", "LegionHook", "LegionNode", "LegionQuorum", "LegionScroll"]

_LEGION = "The name of the legion, which an option further up declared."


class Legion(Composite):
    """Declares a legion: nodes that speak with each other, of which the one with the highest valor becomes lord.

    It has to come before all other options that name it. A cipher that OpenSSL does not offer stops the server;
    OpenSSL 3 no longer offers Blowfish, DES and RC4.
    """

    template: ClassVar[str] = "{name} {addr} {valor} {algo}:{secret}[ {iv}]"

    name: String = part("The name of the legion.", required=True)
    addr: String = part(
        "The address on which the others are heard; for `legion-mcast` that of the group.",
        required=True,
        examples=("192.168.0.1:4001", "225.1.1.1:4001"),
    )
    valor: Int = part("The rank of this node. The highest becomes lord.", required=True, ge=0, examples=(98,))
    algo: String = part(
        "The cipher that hides what the nodes say, as OpenSSL calls it.", required=True, examples=("aes-256-cbc",)
    )
    secret: Text = part("The secret that all nodes share.", required=True)
    iv: Text | None = part("The initialisation vector of the cipher.", default="made from the secret")


class LegionNode(Composite):
    """Tells a legion of another node. A host needs a port behind it, or the server stops."""

    template: ClassVar[str] = "{legion} {addr}"

    legion: String = part(_LEGION, required=True)
    addr: String = part(
        "The address of the node, with its port.",
        required=True,
        form="[^:]*:.*",
        wants="an address with a port",
        examples=("192.168.0.2:4001",),
    )


class LegionQuorum(Composite):
    """Says how many nodes have to be there before a legion has a lord."""

    template: ClassVar[str] = "{legion} {quorum}"

    legion: String = part(_LEGION, required=True)
    quorum: SignedInt = part("The number of nodes, this one included.", required=True, ge=0, examples=(2,))


class LegionScroll(Composite):
    """Gives this node a text that the others of the legion can read, for example its address."""

    template: ClassVar[str] = "{legion} {scroll}"

    legion: String = part(_LEGION, required=True)
    scroll: Text = part("The text that they get.", required=True, examples=("192.168.0.1:3031",))


class LegionHook(Composite):
    """Does something when the state of a legion changes.

    The name of an action is only looked at when it is needed: an unknown one is then a line in the log.
    """

    template: ClassVar[str] = "{legion} {action}:{args}"

    legion: String = part(_LEGION, required=True)
    action: Literal["cmd", "exec", "signal", "log", "alarm", "legion-cache-fetch"] | Placeholder = part(
        "What to do: run a command, raise a signal of uWSGI, write a line, raise an alarm, or fetch a cache from the "
        "lord (with the plugin legion_cache_fetch).",
        required=True,
    )
    args: Text | None = part(
        "What the action needs: a command, the number of a signal, a text, or an alarm and its message."
    )
