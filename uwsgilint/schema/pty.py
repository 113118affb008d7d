"""Terminals."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.sockets import Address
from uwsgilint.schema.types import Addresses, Flag, Int, String, Strings, UInt16

__all__ = ["Pty"]


class Pty(Subsystem):
    """Gives an instance, or a fresh shell for every visitor, a terminal that one can attach to over a socket.

    There are two servers and one client. `pty-socket` puts the first worker on a terminal of its own and opens a
    socket to it: whoever connects sees what the application prints and may type, into a debugger or an interactive
    interpreter, and all who are connected share the view. `forkptyrouter` starts a new shell, or any command, for
    each connection, as a web console does. `pty-connect` (or `pty-uconnect`, for `forkptyurouter`) turns the own
    terminal into the client and does nothing else.

    Neither server asks for a password: whoever reaches the address is in, with all the rights of the process. Use a
    UNIX socket and `chmod-socket`, never an open port. Two plugins own these options, `pty` and `forkptyrouter`.
    """

    table: ClassVar[str] = "pty"
    title: ClassVar[str] = "Terminals"

    # A terminal for the first worker.
    pty_socket: String | None = option(
        "Moves input and output of the first worker to a new terminal and lets clients attach to it here. A colon "
        "makes it a TCP address, anything else a UNIX path. Other workers stay as they are, so one usually runs "
        "with a single process for it.",
        examples=("/run/uwsgi/console.sock", "127.0.0.1:5000"),
        catch="Without the master it does nothing at all.",
        see=("pty-connect", "pty-log", "master"),
    )
    pty_log: Flag | None = option(
        "Copies what the worker prints on its terminal to where its output went before, so that it still reaches "
        "the log.",
        default="off",
        see=("pty-socket",),
    )
    pty_input: Flag | None = option(
        "Passes on what is typed where uWSGI was started, besides what clients type. Useful in the foreground, "
        "where that is a real terminal; its line editing is switched off.",
        default="off",
        see=("pty-socket", "honour-stdin"),
    )
    pty_exec: String | None = option(
        "Starts a command on the worker's terminal as soon as that is ready, next to the worker itself: a shell in "
        "the surroundings of the application, for instance.",
        examples=("/bin/bash",),
        see=("pty-socket",),
    )

    # The client.
    pty_connect: String | None = option(
        "Attaches the terminal in which it is given to a `pty-socket` or `forkptyrouter`, and exits when the "
        "connection ends. It belongs on a command line of its own, not in the configuration of a server.",
        examples=("/run/uwsgi/console.sock",),
        see=("pty-socket", "pty-uconnect", "pty-no-isig"),
    )
    pty_uconnect: String | None = option(
        "Attaches like `pty-connect`, wrapped in uwsgi packets, which also carry the size of the window and its "
        "changes. The server must be a `forkptyurouter`; of the two it is preferred.",
        examples=("/run/uwsgi/shell.sock",),
        see=("forkptyurouter", "pty-connect"),
    )
    pty_no_isig: Flag | None = option(
        "Sends Ctrl-C, Ctrl-Z and Ctrl-\\ to the other side as plain keys instead of letting them end or stop the "
        "client. Wanted for a remote shell; then only the other side can end the session.",
        default="off",
        see=("pty-connect", "pty-uconnect", "pty-input"),
    )

    # A fresh shell for every connection.
    forkptyrouter: Each[Address] | None = option(
        "Runs a process that starts a shell on a new terminal for every connection and passes raw bytes to and fro. "
        "Any plain TCP or UNIX socket client can use it, at a fixed window size.",
        examples=("/run/uwsgi/shell.sock",),
        catch="There is no login: whoever can connect gets a shell with the rights of the router process.",
        see=("forkptyurouter", "forkptyrouter-command", "pty-connect"),
    )
    forkptyurouter: Each[Address] | None = option(
        "Runs the same shell server for clients that speak uwsgi packets, which may also resize the window and send "
        "signals to the command. `pty-uconnect` is such a client.",
        examples=("/run/uwsgi/shell.sock",),
        see=("forkptyrouter", "pty-uconnect"),
    )
    forkptyrouter_command: String | None = option(
        "Names what is started for a connection. With a blank in it the text goes to the shell; without one it must "
        "be the path of an executable, as `PATH` is not searched.",
        default="/bin/sh",
        examples=("/bin/bash", "/usr/bin/python3 -i"),
        see=("forkptyrouter",),
    )
    forkptyrouter_rows: UInt16 | None = option(
        "Sets the height of a new terminal. Clients of `forkptyurouter` change it at once, others keep it.",
        unit="lines",
        default="24",
        ge=1,
        le=65535,
        see=("forkptyrouter-cols",),
    )
    forkptyrouter_cols: UInt16 | None = option(
        "Sets the width of a new terminal, under the same terms as its height.",
        unit="characters",
        default="80",
        ge=1,
        le=65535,
        see=("forkptyrouter-rows",),
    )
    forkptyrouter_timeout: Int | None = option(
        "Ends a session in which neither side has sent a byte for so long. A person at a prompt pauses easily for "
        "more than the default minute.",
        unit="seconds",
        default="60",
        ge=1,
        see=("forkptyrouter",),
    )
    forkptyrouter_processes: Int | None = option(
        "Starts that many copies of the shell server, all accepting on the same sockets. One is enough unless "
        "sessions move a lot of data.",
        default="1",
        ge=1,
        le=64,
        examples=(2,),
        see=("forkptyrouter",),
    )
    forkptyrouter_events: Int | None = option(
        "Caps how many ready connections one turn of the loop takes up. Others wait for the next turn; the number "
        "of open sessions is not limited by it.",
        default="64",
        ge=1,
        see=("forkptyrouter",),
    )
    forkptyrouter_harakiri: Int | None = option(
        "Has the master kill and restart the process when one turn of its loop takes longer than this, with all its "
        "sessions. It guards against a hang in the router, not against long sessions.",
        unit="seconds",
        default="off",
        ge=1,
        examples=(60,),
        see=("forkptyrouter", "master"),
    )
    forkptyrouter_stats: String | None = option(
        "Serves JSON statistics of the shell server on this address: process ids, sockets, open sessions. Of several "
        "processes only the first one answers.",
        examples=("127.0.0.1:9192", "/run/uwsgi/shell-stats.sock"),
        see=("forkptyrouter",),
    )
    forkptyrouter_zerg: Addresses | None = option(
        "Accepts visitors also on sockets borrowed from another instance, `zerg-server` or `zergpool`, which is asked "
        "while options are read. Without an address in `forkptyrouter` nothing starts.",
        examples=("/run/uwsgi/zerg.sock",),
        see=("zerg-server", "zergpool"),
    )
    forkptyrouter_cheap: Flag | None = option(
        "Leaves the sockets of the shell server closed to visitors until a subscription arrives. As it has no "
        "subscription server, that never happens: connections are not accepted at all.",
        default="off",
        see=("forkptyrouter",),
    )
    forkptyrouter_fallback: Strings | None = option(
        "Has no effect. Other routers turn to such an address when a backend fails; here the backend is always a "
        "new process on the same machine.",
        examples=("127.0.0.1:5001",),
        see=("forkptyrouter",),
    )
