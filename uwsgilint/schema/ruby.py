"""Ruby: Rack applications and old Rails ones."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import CodeText, Flag, Int, String, Strings

__all__ = ["Ruby"]


class Ruby(Subsystem):
    """Loads Rack and old Rails applications: libraries, gem sets, garbage collection, threads and shells.

    Anything of this century has a `config.ru`: give it to `rack`. Rack wants to rewind the body of a request, so the
    option switches `post-buffering` on by itself. Use Bundler by `rb-require` of `bundler/setup`, or an RVM gem set by
    `gemset`.

    Two things surprise. After every single request the plugin runs a full garbage collection, which suits small
    memory but not speed: raise `ruby-gc-freq`. And `threads` alone do not work with Ruby's own thread model; add
    `rbthreads`. A Rack application that fails to load stops the server. Requests carry modifier 7, which a server
    without the Python plugin works out by itself.
    """

    table: ClassVar[str] = "ruby"
    title: ClassVar[str] = "Ruby"

    rack: String | None = option(
        "Serves the Rack application of a `config.ru`, or of a Ruby file that leaves one behind. It implies "
        "`post-buffering`, since Rack rewinds the request body.",
        examples=("/srv/forum/config.ru",),
        see=("rb-require", "rbthreads", "post-buffering"),
    )
    rails: String | None = option(
        "Serves a Rails application of the 1.x and 2.x days from its directory, to which the server changes; where it "
        "does not speak Rack, Thin's adapter is loaded.",
        examples=("/srv/legacy",),
        catch="Newer ones have a `config.ru` and belong to `rack`, which wins when both are set.",
        see=("rack",),
    )
    rb_require: Strings | None = option(
        "Requires a Ruby library or file where and when the application is loaded, just before it.",
        examples=("bundler/setup", "/srv/forum/tasks.rb"),
        catch="An error in it is logged, and the start goes on.",
        see=("shared-rb-require", "rb-lib"),
    )
    shared_rb_require: Strings | None = option(
        "Requires a library once in the master, even with `lazy-apps`, so that workers, mules and spoolers inherit it.",
        examples=("/srv/forum/tasks.rb",),
        see=("rb-require", "lazy-apps"),
    )
    rb_lib: Strings | None = option(
        "Puts a directory on `$LOAD_PATH` before the interpreter reads its standard library.",
        examples=("/srv/forum/lib",),
        see=("rb-require",),
    )
    gemset: String | None = option(
        "Takes over the environment of an RVM gem set, by the file of that name in RVM's `environments` directory, "
        "before Ruby starts.",
        examples=("ruby-2.7.8@forum",),
        catch="The server exits when it finds no such file.",
        see=("rvm-path",),
    )
    rvm_path: Strings | None = option(
        "Names an RVM installation in which to look for the gem set first; `~/.rvm` and `/usr/local/rvm` are tried "
        "afterwards.",
        examples=("/opt/rvm",),
        see=("gemset",),
    )
    ruby_gc_freq: Int | None = option(
        "Runs a full garbage collection once in so many requests of a worker. 0 and 1 mean after every request, which "
        "keeps memory low and processors busy.",
        unit="requests",
        default="0, after every request",
        examples=(100,),
        catch="It cannot switch the forced collection off, only thin it out.",
        see=("rack", "reload-on-rss"),
    )
    rbthreads: Flag | None = option(
        "Runs the `threads` of a worker as native Ruby threads, by an engine of its own that releases Ruby's global "
        "lock while it waits for connections and data.",
        default="off",
        catch="With fewer than 2 threads the server exits.",
        see=("threads", "rack"),
    )
    rbshell: CodeText | None = option(
        "Makes worker 1 an irb session on the terminal, with the application loaded; a value is evaluated as Ruby "
        "code instead.",
        examples=("require 'pry'; Pry.start",),
        catch="In a file `rbshell = true` evaluates `true` and leaves; leave the value empty for irb.",
        see=("rbshell-oneshot",),
    )
    rbshell_oneshot: CodeText | None = option(
        "Opens irb once, after which worker 1 serves requests again.",
        examples=("puts Forum::VERSION",),
        see=("rbshell",),
    )
