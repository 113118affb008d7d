"""Files that are handed out without asking the application."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.static import StaticExpires, StaticMap, StaticTypeExpires
from uwsgilint.schema.types import FileServeMode, Flag, Int, Paths, Regexps, String, Strings

__all__ = ["Static"]


class Static(Subsystem):
    """Hands out files without asking the application, with their types, expiry, compressed twins and XSLT.

    For each GET or HEAD request the server looks, in this order, into the `check-static` directories, the `static-map`
    and `static-map2` mounts and, with `check-static-docroot`, the document root of the request. The first file found is
    the answer; nothing found means that the application is asked. Most sites need just `static-map =
    /static=/srv/shop/static` and a `static-expires` rule, and `offload-threads`, so that a slow download does not
    occupy a worker.

    Mount points are compared as text: `/static` also answers `/statica.txt`. Keep a directory of files by itself, with
    nothing beside it whose name begins with its name. Never serve the directory of the code:
    `.env` and `.git` go out like any picture. Types come from `/etc/mime.types`; slim images lack it.
    """

    table: ClassVar[str] = "static"
    title: ClassVar[str] = "Static files"

    # Where files are.
    static_map: Each[StaticMap] | None = option(
        "Maps a prefix of the path to a directory, or one path to one file: with `/static=/srv/assets` a request for "
        "`/static/a.css` gets `/srv/assets/a.css`. What is not found there goes on to the application.",
        examples=("/static=/srv/shop/static", "/favicon.ico=/srv/shop/favicon.ico"),
        catch="Blanks round the inner `=` count, and a directory that does not exist is skipped silently.",
        see=("static-map2", "check-static", "offload-threads"),
    )
    static_map2: Each[StaticMap] | None = option(
        "Maps a prefix of the path to a directory and keeps the prefix: with `/static=/srv/shop` a request for "
        "`/static/a.css` gets `/srv/shop/static/a.css`.",
        examples=("/static=/srv/shop",),
        see=("static-map",),
    )
    check_static: Paths | None = option(
        "Tries every request path below this directory before the application is asked. For sites whose files lie "
        "beside pages that the application makes.",
        examples=("/srv/shop/public",),
        catch="A file-system lookup happens for each request; and a project directory given here is public, source "
        "included.",
        see=("static-map", "static-skip-ext", "static-cache-paths"),
    )
    check_static_docroot: Flag | None = option(
        "Tries the request path below the `DOCUMENT_ROOT` that the web server in front sends along.",
        default="off",
        catch="Whoever can speak the uwsgi protocol to the socket names that directory: `/etc`, say.",
        see=("check-static",),
    )
    static_index: Strings | None = option(
        "Names a file to look for when the path is a directory; several are tried in order. The name is then added to "
        "`PATH_INFO`.",
        examples=("index.html",),
        default="directories are never answered",
        see=("check-static", "static-map"),
    )
    static_skip_ext: Strings | None = option(
        "Leaves paths and files that end in this text to the application, whatever directory they lie in.",
        examples=(".py", ".php"),
        see=("check-static",),
    )
    static_safe: Strings | None = option(
        "Allows links that lead out of a served directory into this one; others are refused with a security error in "
        "the log.",
        examples=("/srv/shared/media",),
        catch="The comparison is by text, so `/srv/media` allows `/srv/media-private` too: end it with a slash.",
        see=("static-map",),
    )

    # Types and expiry.
    mimefile: Strings | None = option(
        "Reads the table of file types from here instead of the usual place: a type and its extensions per line. "
        "Repeat it to add your own list to the system's.",
        examples=("/etc/mime.types", "/etc/uwsgi/mime.types"),
        default="/etc/mime.types",
        catch="Without a table files go out with no `Content-Type`, and browsers refuse style sheets and scripts.",
        see=("static-map",),
    )
    static_expires: Each[StaticExpires] | None = option(
        "Adds an `Expires` header to files whose full path on disk fits the regular expression: the time of the "
        "request plus so many seconds. The first fitting rule counts.",
        examples=("/srv/shop/static/.* 2592000",),
        catch="Seconds only: `7d` reads as about two minutes. A compressed twin is matched with its `.gz` or `.br`.",
        see=("static-expires-uri", "static-expires-type", "static-expires-mtime"),
    )
    static_expires_mtime: Each[StaticExpires] | None = option(
        "Adds an `Expires` header that counts from the file's last change, for files replaced on a schedule. Full "
        "paths on disk are matched.",
        examples=("/srv/shop/reports/.* 86400",),
        catch="A file that was not replaced in time has expired for good.",
        see=("static-expires",),
    )
    static_expires_uri: Each[StaticExpires] | None = option(
        "Adds an `Expires` header by the request as the client sent it, query string included; `\\?v=` finds "
        "versioned names. Seconds count from the request.",
        examples=("\\?v=[0-9a-f]+$ 31536000",),
        catch="It works beside `static-expires` and its kin: rules of two kinds that fit give two headers.",
        see=("static-expires-path-info", "static-expires-uri-mtime"),
    )
    static_expires_uri_mtime: Each[StaticExpires] | None = option(
        "Adds an `Expires` header by the request as the client sent it; seconds count from the file's last change. It "
        "is consulted when no `static-expires-uri` rule fits.",
        examples=("^/feeds/ 3600",),
        see=("static-expires-uri",),
    )
    static_expires_path_info: Each[StaticExpires] | None = option(
        "Adds an `Expires` header by the decoded path that the application would see, without a query string. Seconds "
        "count from the request.",
        examples=("^/static/ 2592000",),
        see=("static-expires-uri", "static-expires-path-info-mtime"),
    )
    static_expires_path_info_mtime: Each[StaticExpires] | None = option(
        "Adds an `Expires` header by the decoded path; seconds count from the file's last change. It is consulted when "
        "no `static-expires-path-info` rule fits.",
        examples=("^/feeds/ 3600",),
        see=("static-expires-path-info",),
    )
    static_expires_type: Each[StaticTypeExpires] | None = option(
        "Adds an `Expires` header to files of exactly this type, which depends on the table of types. Seconds "
        "count from the request.",
        examples=("text/css=2592000", "image/png=2592000"),
        see=("mimefile", "static-expires"),
    )
    static_expires_type_mtime: Each[StaticTypeExpires] | None = option(
        "Adds an `Expires` header to files of exactly this type; seconds count from the file's last change.",
        examples=("application/pdf=86400",),
        see=("static-expires-type",),
    )

    # Compressed twins: app.css.br, app.css.gz.
    static_gzip: Regexps | None = option(
        "Offers the compressed twin of files whose full path fits the regular expression: `a.css.br` or `a.css.gz` "
        "beside `a.css`, as the client accepts it, Brotli first. Nothing is compressed on the fly.",
        examples=("\\.(css|js|svg)$",),
        see=("static-gzip-all", "static-gzip-ext", "static-gzip-dir"),
    )
    static_gzip_all: Flag | None = option(
        "Offers the `.br` or `.gz` twin of every file, where the build step made one. Simple and right for most "
        "sites; it costs up to two lookups per file.",
        default="off",
        see=("static-gzip",),
    )
    static_gzip_dir: Strings | None = option(
        "Offers the `.br` or `.gz` twin of files whose full path begins with this text.",
        examples=("/srv/shop/static/",),
        see=("static-gzip",),
    )
    static_gzip_ext: Strings | None = option(
        "Offers the `.br` or `.gz` twin of files whose name ends in this text.",
        examples=(".css", ".js"),
        see=("static-gzip",),
    )

    # How the bytes travel.
    static_cache_paths: Int | None = option(
        "Remembers for this long which file a path leads to, so that links are not followed again at each request. "
        "It needs a cache, by default the first one.",
        unit="seconds",
        default="0, off",
        ge=1,
        examples=(60,),
        catch="Without any cache the start ends; a link that is moved takes effect only when its time is up.",
        see=("static-cache-paths-name", "cache2"),
    )
    static_cache_paths_name: String | None = option(
        "Chooses the cache in which `static-cache-paths` keeps its findings; the start ends when it does not exist.",
        examples=("paths",),
        see=("static-cache-paths", "cache2"),
    )
    file_serve_mode: FileServeMode | None = option(
        "Leaves the sending of files to the web server in front: `x-accel-redirect` or `nginx` answers with that "
        "header for nginx, `x-sendfile` with that one for Apache or Lighttpd. The body is empty.",
        examples=("x-accel-redirect", "x-sendfile"),
        default="uWSGI sends the file itself",
        catch="The header carries the full path on disk. A client that gets it, as no server in between acts on it, "
        "sees an empty page; unknown words are ignored.",
        see=("static-map", "pull-header"),
    )
    disable_sendfile: Flag | None = option(
        "Copies files through an 8 KB buffer instead of letting the kernel's sendfile do it. A cure for file systems "
        "of virtual machines that send stale or cut files.",
        default="off",
        see=("file-serve-mode",),
    )
    honour_range: Flag | None = option(
        "Answers requests for a part of a static file, as players and download managers send them, with status 206; "
        "`If-Range` is taken into account.",
        default="off: the whole file is sent",
        see=("static-map",),
    )

    # Other stores, each with its plugin.
    gridfs_mount: Strings | None = option(
        "Serves files from MongoDB's GridFS below a mount point, with keys and values: `db` is required; `mountpoint`, "
        "`server`, `prefix`, `timeout`, `username`, `password` follow, and `skip_slash`, `etag`, `md5`, `no_mime`, "
        "`orig_filename`, whose mere presence counts. Requests carry modifier 25.",
        examples=("mountpoint=/media,server=127.0.0.1:27017,db=shop,skip_slash=1,etag=1",),
        catch="The plugin needs MongoDB's abandoned C++ driver; with it a crash at exit calls for `skip-atexit`.",
        see=("gridfs-debug", "skip-atexit"),
    )
    gridfs_debug: Flag | None = option(
        "Logs for each request which mount and which name in GridFS it led to.",
        default="off",
        see=("gridfs-mount",),
    )
    glusterfs_mount: Strings | None = option(
        "Serves files of a GlusterFS volume without mounting it: `mountpoint`, `volume` and either `server` (several "
        "with `;` between) or `volfile` are required. Requests carry modifier 27.",
        examples=("mountpoint=/media,volume=shop,server=10.0.0.5:24007",),
        see=("glusterfs-timeout",),
    )
    glusterfs_timeout: Int | None = option(
        "Limits the wait for a read from GlusterFS under `async`; in plain workers reads block without a limit.",
        unit="seconds",
        default="the value of `socket-timeout`",
        ge=1,
        examples=(10,),
        see=("glusterfs-mount", "socket-timeout"),
    )
    rados_mount: Strings | None = option(
        "Serves objects of a Ceph pool: `mountpoint` and `pool` are required, `config` names Ceph's own file, "
        "`timeout` its limit. `allow_put`, `allow_delete` and `allow_mkcol` let clients write. Requests carry modifier "
        "28.",
        examples=("mountpoint=/media,pool=shop,config=/etc/ceph/ceph.conf",),
        see=("rados-timeout",),
    )
    rados_timeout: Int | None = option(
        "Limits operations on Ceph for mounts that have no `timeout` of their own.",
        unit="seconds",
        default="the value of `socket-timeout`",
        ge=1,
        examples=(10,),
        see=("rados-mount", "socket-timeout"),
    )

    # XML files made into pages (modifier 23).
    xslt_docroot: Strings | None = option(
        "Looks for XML files below this directory, several in order. Requests that carry modifier 23 get them "
        "transformed, with the query string as parameters.",
        examples=("/srv/reports",),
        default="the `DOCUMENT_ROOT` of the request",
        see=("xslt-ext", "xslt-stylesheet"),
    )
    xslt_ext: Strings | None = option(
        "Appends this text to the full name of the XML file to find its style sheet: `page.xml` and `.xsl` give "
        "`page.xml.xsl`.",
        examples=(".xsl",),
        default=".xsl, then .xslt",
        see=("xslt-stylesheet", "xslt-var"),
    )
    xslt_var: Strings | None = option(
        "Takes the path of the style sheet from a request variable, if the request has it, before all other ways.",
        examples=("UWSGI_XSLT",),
        catch="A name such as `HTTP_X_STYLE` would let clients choose the file.",
        see=("xslt-ext",),
    )
    xslt_stylesheet: Strings | None = option(
        "Falls back to this style sheet for XML files that have none beside them.",
        examples=("/srv/reports/default.xsl",),
        see=("xslt-ext",),
    )
    xslt_content_type: String | None = option(
        "Sets the type with which transformed pages are sent.",
        examples=("application/xhtml+xml",),
        default="text/html",
        see=("xslt-docroot",),
    )
