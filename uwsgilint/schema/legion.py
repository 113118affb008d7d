"""Legion."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.legion import Legion as LegionValue
from uwsgilint.schema.composites.legion import LegionHook, LegionNode, LegionQuorum, LegionScroll
from uwsgilint.schema.types import Int, UInt16, UInt64

__all__ = ["Legion"]


class Legion(Subsystem):
    """Lets several instances elect one lord among them, which then holds an address or runs a job until it dies.

    Every member announces itself to the others in encrypted UDP packets, with its valor. The living member with the
    highest valor is the lord; equal valor is decided by a random identity, and valor 0 makes an arbiter that votes
    but never rules. When the lord falls silent, the next one takes over. Hooks do the work: `legion-lord` takes the
    shared address, `legion-unlord` gives it back; `legion-cron` and `legion-attach-daemon` run only on the lord.

    One sets `legion` (or `legion-mcast`), a `legion-node` for each other member, `legion-quorum` and the two hooks.
    Without a quorum each half of a broken network elects its own lord. Every `legion-*` with a name stands below
    its `legion`. All options here, the two sizes aside, start the master; all need a server built with OpenSSL.
    """

    table: ClassVar[str] = "legion"
    title: ClassVar[str] = "Legion"

    # Membership.
    legion: Each[LegionValue] | None = option(
        "Joins a legion: its name, the UDP address to listen on, this member's valor, and cipher and secret with a "
        "colon between them, optionally followed by an initialisation vector. All members share name, cipher and "
        "secret. An address from 224 to 239 joins that multicast group; one without a colon is a UNIX datagram "
        "socket.",
        examples=("cluster 192.168.0.1:4225 98 aes-128-cbc:a-long-secret",),
        catch="The `bf-cbc` of older tutorials stops the start on OpenSSL 3; use `aes-128-cbc` on all members.",
        see=("legion-node", "legion-mcast", "legion-quorum", "legion-lord"),
    )
    legion_mcast: Each[LegionValue] | None = option(
        "Joins a legion whose members find each other by multicast: the address of the group is both where this "
        "member listens and where it announces itself, so no `legion-node` is needed. Otherwise as `legion`.",
        examples=("cluster 225.1.1.1:4225 98 aes-128-cbc:a-long-secret",),
        see=("legion", "multicast-ttl", "multicast-loop"),
    )
    legion_node: Each[LegionNode] | None = option(
        "Names the legion and the IPv4 address and port of another member, to which this one sends its "
        "announcements. List every other member, on every member: what is not listed hears nothing from here.",
        examples=("cluster 192.168.0.2:4225", "cluster 192.168.0.3:4225"),
        see=("legion", "legion-mcast"),
    )
    legion_quorum: Each[LegionQuorum] | None = option(
        "Requires this many agreeing members, oneself included, before a lord is made; a lord that loses them steps "
        "down. More than half of the legion keeps a cut network from having two lords.",
        default="0: a member that hears nobody makes itself lord",
        examples=("cluster 2",),
        catch="A majority counts only when all visible members agree on the membership; while they disagree, nothing "
        "changes, not even for a lord.",
        see=("legion", "legion-lord"),
    )

    # What is done when things change: legion name, blank, action and its argument.
    legion_lord: Each[LegionHook] | None = option(
        "Runs an action when this member becomes lord, before it announces that: take over an address, mount a "
        "disk. Actions are `cmd:` or `exec:` with a shell command, `signal:` with the number of a uWSGI signal, "
        "`log:` with a text and `alarm:` with an alarm and a message; plugins add more.",
        examples=("cluster cmd:ip addr add 192.168.0.100/24 dev eth0", "cluster log:we lead"),
        catch="An action that fails is only logged, and the member becomes lord all the same, unless "
        "`legion-death-on-lord-error` is set.",
        see=("legion-unlord", "legion-death-on-lord-error", "legion-cron", "legion-attach-daemon"),
    )
    legion_unlord: Each[LegionHook] | None = option(
        "Undoes what `legion-lord` did, when another member wins or the quorum is lost. Same actions.",
        examples=("cluster cmd:ip addr del 192.168.0.100/24 dev eth0",),
        catch="It does not run when the instance stops: give `legion-death` the same clean-up.",
        see=("legion-lord", "legion-death"),
    )
    legion_setup: Each[LegionHook] | None = option(
        "Runs an action once, as soon as the legion's socket is open and before any vote, whatever this member's "
        "rank will be. A good place to clear what an earlier crash left behind.",
        examples=("cluster cmd:ip addr del 192.168.0.100/24 dev eth0",),
        see=("legion-join", "legion-death"),
    )
    legion_death: Each[LegionHook] | None = option(
        "Runs an action when the master of this instance exits, then tells the other members that this one is gone, "
        "so that they need not wait for `legion-tolerance`.",
        examples=("cluster cmd:ip addr del 192.168.0.100/24 dev eth0",),
        see=("legion-unlord", "legion-tolerance"),
    )
    legion_join: Each[LegionHook] | None = option(
        "Runs an action the first time this member sees a quorum, once in its life, lord or not.",
        examples=("cluster log:the legion is complete",),
        see=("legion-quorum", "legion-setup"),
    )
    legion_node_joined: Each[LegionHook] | None = option(
        "Runs an action whenever a new member is heard of. The action is not told which one.",
        examples=("cluster alarm:ops a member joined",),
        see=("legion-node-left",),
    )
    legion_node_left: Each[LegionHook] | None = option(
        "Runs an action whenever a member has been silent for longer than `legion-tolerance`. A member that "
        "announces its own death is dropped without it.",
        examples=("cluster alarm:ops a member is lost",),
        see=("legion-node-joined", "legion-tolerance"),
    )
    legion_death_on_lord_error: Int | None = option(
        "Steps aside for so long when a `legion-lord` action fails: the member declares itself dead, and the next "
        "best one takes the lead. Without it a member that could not take the address believes itself lord.",
        unit="seconds",
        default="off: failures are only logged",
        ge=1,
        examples=(30,),
        see=("legion-lord",),
    )

    # Timing, for all legions of the instance.
    legion_freq: Int | None = option(
        "Spaces the announcements of this member. Keep it well below `legion-tolerance`, so that one lost packet "
        "does not count as a death.",
        unit="seconds",
        default="3",
        ge=1,
        see=("legion-tolerance",),
    )
    legion_tolerance: Int | None = option(
        "Gives up a member after this much silence. It is the longest time a legion stays without a lord when a "
        "machine loses power.",
        unit="seconds",
        default="15",
        ge=1,
        see=("legion-freq", "legion-death"),
    )
    legion_skew_tolerance: Int | None = option(
        "Drops packets whose time stamp is older than this, which protects against replayed ones and shows up "
        "clocks that are not set. Packets from the future are taken.",
        unit="seconds",
        default="60",
        ge=1,
        see=("legion-tolerance",),
    )

    # A text that every member carries.
    legion_scroll: Each[LegionScroll] | None = option(
        "Sends a text along with every announcement of this member. Applications anywhere in the legion read the "
        "lord's text, or all of them, through the API: the lord's database address, say.",
        examples=("cluster postgres://192.168.0.1/shop",),
        see=("legion-scroll-max-size", "legion-scroll-list-max-size"),
    )
    legion_scroll_max_size: UInt16 | None = option(
        "Sizes the memory for the lord's scroll; a longer scroll reads as empty. The buffer is made when `legion` "
        "is read, so this line stands above it.",
        unit="bytes",
        default="4096",
        ge=1,
        le=65535,
        see=("legion-scroll",),
    )
    legion_scroll_list_max_size: UInt64 | None = option(
        "Sizes the memory for the scrolls of all members together, each with two bytes more than its text; what no "
        "longer fits is left out, with a loud line in the log. Stands above `legion`.",
        unit="bytes",
        default="32768",
        ge=2,
        see=("legion-scroll",),
    )
