"""How a single request is read and answered."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import HeaderLine, HeaderVariable
from uwsgilint.schema.types import Flag, Int, String, Strings, UInt16, UInt64

__all__ = ["Requests"]


class Requests(Subsystem):
    """Governs how a single request is read and answered: sizes, bodies, headers, error pages, lost clients, WebSockets.

    Two limits meet every site sooner or later. `buffer-size` holds all headers and variables of a request: 4 KB fill up
    with large cookies or tokens, and the client then sees a broken connection and no page. `limit-post` refuses bodies;
    a web server in front should do so too, because it can say why.

    A body is read when the application asks for it, unless `post-buffering` collects it first, which suits small
    uploads behind a bare `http-socket` and `harakiri`. Clients that hang up in the middle cause most of the noise in
    logs: `ignore-sigpipe`, `ignore-write-errors` and `disable-write-exception` together quieten it. Headers may be
    added and removed for all responses here, or case by case with routes.
    """

    table: ClassVar[str] = "requests"
    title: ClassVar[str] = "Requests and responses"

    # Reading.
    buffer_size: UInt16 | None = option(
        "Sets the room for headers and variables of one request; what does not fit is dropped with `invalid request "
        "block size` in the log. Each core has such a buffer. 8192 to 32768 suit sites with big cookies or tokens.",
        unit="bytes",
        default="4096",
        ge=1,
        le=65535,
        examples=(8192, 32768),
        catch="Larger values are cut to 65535, and `32k` is 32 bytes: both without a word.",
        see=("max-vars", "response-headers-limit"),
    )
    max_vars: Int | None = option(
        "Sets how many variables, headers included, a request may have: twice this number. One more, and the request "
        "is dropped with `max vec size reached`.",
        default="64, which allows 128 variables",
        ge=1,
        examples=(128,),
        see=("buffer-size",),
    )
    limit_post: UInt64 | None = option(
        "Drops requests that announce a body larger than this, by `Content-Length`, before the application sees them.",
        unit="bytes",
        default="0, no limit",
        ge=1,
        examples=(10485760,),
        catch="The connection just closes, without a 413 page, and chunked bodies have no announced length and pass.",
        see=("chunked-input-limit", "post-buffering"),
    )
    post_buffering: UInt64 | None = option(
        "Reads the whole body before the application starts: in memory while smaller than this, else into a "
        "temporary file below `TMPDIR`. The application can then seek in it, and `harakiri` does not count the upload.",
        unit="bytes",
        default="0: the application reads from the connection",
        ge=1,
        examples=(8192,),
        catch="A worker is busy while a slow client uploads; each core keeps this much memory.",
        see=("limit-post", "upload-progress", "harakiri"),
    )
    post_buffering_bufsize: UInt64 | None = option(
        "Sets the size of the buffer that each core keeps for `post-buffering`, which is never less than that. More "
        "brings nothing: reads are no larger than `post-buffering`.",
        unit="bytes",
        default="8192, or `post-buffering` when that is more",
        ge=1,
        see=("post-buffering",),
    )
    body_read_warning: UInt64 | None = option(
        "Warns in the log, once per request, when the application holds more than this of a body in memory by reading "
        "it in one go. It limits nothing.",
        unit="MiB",
        default="8",
        see=("limit-post",),
    )
    upload_progress: String | None = option(
        "Writes the state of an upload to `ID.js` in this directory while a body goes to disk, for a page that shows a "
        "bar. The client puts `X-Progress-ID=` and a UUID into the URL; the file is removed at the end.",
        examples=("/var/lib/uwsgi/progress",),
        catch="It works for bodies that `post-buffering` writes to a file, and flushes to disk at every step.",
        see=("post-buffering",),
    )
    chunked_input_limit: UInt64 | None = option(
        "Limits one piece of a chunked body that the application reads with `uwsgi.chunked_read()`.",
        unit="bytes",
        default="1048576",
        ge=1,
        see=("chunked-input-timeout", "limit-post"),
    )
    chunked_input_timeout: Int | None = option(
        "Limits the wait for the next piece of a chunked body, unless the call names its own limit.",
        unit="seconds",
        default="the value of `socket-timeout`",
        ge=1,
        examples=(10,),
        see=("chunked-input-limit", "socket-timeout"),
    )

    # Headers of responses.
    add_header: Each[HeaderLine] | None = option(
        "Adds a header line to every response that the server writes, those for static files and errors included.",
        examples=("X-Content-Type-Options: nosniff", "Strict-Transport-Security: max-age=31536000"),
        catch="It does not replace: when the application sends the same header, both go out.",
        see=("rem-header",),
    )
    rem_header: Strings | None = option(
        "Drops a header from all responses, by name and in any case, before it is written.",
        examples=("Server", "X-Powered-By"),
        catch="Headers of `add-header` are not affected.",
        see=("add-header", "pull-header"),
    )
    collect_header: Each[HeaderVariable] | None = option(
        "Copies a response header into a request variable, named after a blank, so that response and final routes "
        "and `log-format` can use it. The client receives the header all the same.",
        examples=("Content-Type RESPONSE_TYPE",),
        catch="Without the blank and a variable the start ends.",
        see=("pull-header", "log-format"),
    )
    pull_header: Each[HeaderVariable] | None = option(
        "Moves a response header into a request variable: routes see it, the client does not. With it an application "
        "can ask the server for something, such as sending a file.",
        examples=("X-Offload-File OFFLOAD_FILE",),
        see=("collect-header", "response-route-if"),
    )
    response_headers_limit: Int | None = option(
        "Limits all headers of a response together. A response beyond it fails as a write error.",
        unit="bytes",
        default="65536",
        ge=1,
        see=("buffer-size", "add-header"),
    )

    # Error pages of the server itself.
    error_page_403: Strings | None = option(
        "Sends this HTML file with the 403 and 405 answers that uWSGI itself gives, for instance through a route. Of "
        "several the first that exists is taken.",
        examples=("/srv/shop/errors/403.html",),
        default="a line of plain text",
        catch="Answers of the application with that status are left alone.",
        see=("error-page-404", "error-page-500"),
    )
    error_page_404: Strings | None = option(
        "Sends this HTML file with the 404 answers that uWSGI itself gives, such as those of plugins that serve files.",
        examples=("/srv/shop/errors/404.html",),
        default="a line of plain text",
        catch="A path that the application does not know is the application's own 404.",
        see=("error-page-403", "error-page-500"),
    )
    error_page_500: Strings | None = option(
        "Sends this HTML file with the 500 answers that uWSGI itself gives, above all when no application was found.",
        examples=("/srv/shop/errors/500.html",),
        default="a line of plain text",
        catch="A Python application that raises before it sends a status leaves an empty answer, without this page.",
        see=("error-page-403", "error-page-404"),
    )

    # WebSockets that the application serves with uwsgi.websocket_*().
    websockets_ping_freq: Int | None = option(
        "Sends a ping to WebSocket clients at this interval, while the application waits for a message or asks for "
        "one. Keep it below the idle time of proxies in between.",
        unit="seconds",
        default="30",
        ge=1,
        catch="`1m` reads as 1 second.",
        see=("websockets-pong-tolerance", "http-websockets"),
    )
    websockets_pong_tolerance: Int | None = option(
        "Allows a WebSocket client this long to answer a ping; then the connection counts as dead and the application "
        "gets an error.",
        unit="seconds",
        default="3",
        ge=1,
        examples=(10,),
        see=("websockets-ping-freq",),
    )
    websockets_max_size: UInt64 | None = option(
        "Limits a message from a WebSocket client; a larger one ends the connection.",
        unit="KiB",
        default="1024",
        ge=1,
        see=("websockets-ping-freq",),
    )

    # Clients that hang up.
    ignore_sigpipe: Flag | None = option(
        "Keeps quiet about the signal that a worker gets when it writes to a connection the client has closed. It is "
        "logged otherwise and does no harm.",
        default="off",
        see=("ignore-write-errors", "disable-write-exception"),
    )
    ignore_write_errors: Flag | None = option(
        "Keeps quiet about writes that fail because the client is gone; they are still counted, and still raise an "
        "exception in the application.",
        default="off",
        see=("ignore-sigpipe", "disable-write-exception"),
    )
    disable_write_exception: Flag | None = option(
        "Raises no exception in a Python application whose client has gone; the response is then given up in silence. "
        "Together with its neighbours it ends the `OSError: write error` noise.",
        default="off: the application gets an OSError",
        see=("ignore-write-errors", "write-errors-tolerance"),
    )
    write_errors_tolerance: UInt64 | None = option(
        "Sets how many failed writes of a response pass before the application's turn is over.",
        default="0: the first ends it",
        examples=(10,),
        see=("write-errors-exception-only", "disable-write-exception"),
    )
    write_errors_exception_only: Flag | None = option(
        "Tells the application about a failed write by an exception and leaves the rest to it, instead of ending the "
        "response. Log lines about it are switched off, as by `ignore-sigpipe` and `ignore-write-errors`.",
        default="off",
        see=("write-errors-tolerance", "ignore-write-errors"),
    )

    # Which plugin answers.
    allowed_modifiers: String | None = option(
        "Restricts the plugins that a request may reach to these modifiers, separated by commas; others are answered "
        "with an error. Close what you do not use (RPC, cache, signals) on sockets that others can reach.",
        examples=("0", "0,5"),
        default="every loaded plugin",
        see=("remap-modifier",),
    )
    remap_modifier: String | None = option(
        "Lets the plugin of one modifier answer the requests of another: `5:0` hands requests of modifier 0 to the "
        "plugin 5. Several pairs are separated by commas.",
        examples=("5:0",),
        catch="The target should be the modifier of a loaded plugin: all unused modifiers share one entry and change "
        "together.",
        see=("allowed-modifiers",),
    )
    cgi_mode: Flag | None = option(
        "Begins responses with `Status: 200 OK`, as CGI has it, instead of an HTTP status line. For front ends that "
        "read responses like those of a CGI program.",
        default="off",
        catch="It applies to every socket: on an `http-socket` browsers get no valid answer.",
        see=("protocol",),
    )
