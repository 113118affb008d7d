"""PHP: scripts in the workers, without php-fpm."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import Variable
from uwsgilint.schema.types import Flag, Path, Regexps, String, Strings

__all__ = ["Php"]


class Php(Subsystem):
    """Runs PHP scripts inside the workers: which ones may run, php.ini, and a front controller.

    A request's path is looked up below the document root and the file found there is executed as PHP, whatever its
    name: that makes `php-allowed-ext` the first thing to set, or images and uploads run as scripts too. `php-docroot`
    fixes the root (and forbids leaving it), `php-index` names the files for directories, of which there is none by
    default. Frameworks with one entry script are served by `php-app`, or by `php-fallback` when files that exist
    should be used first.

    Static files are not served by PHP: let `check-static` or the web server do that. Requests reach the plugin with
    modifier 14; with no other language loaded, set `http-socket-modifier1` or `http-modifier1` to 14.
    """

    table: ClassVar[str] = "php"
    title: ClassVar[str] = "PHP"

    # Where scripts are
    php_docroot: String | None = option(
        "Fixes the directory in which scripts are looked up, instead of the `DOCUMENT_ROOT` of each request. Unless "
        "`php-allowed-docroot` says otherwise, a script that really lies elsewhere (by a symbolic link) is refused "
        "with 403.",
        default="DOCUMENT_ROOT, else the working directory",
        examples=("/srv/blog/public",),
        catch="The directory has to exist at the start or the server exits.",
        see=("php-allowed-docroot", "php-index"),
    )
    php_index: Strings | None = option(
        "Adds a file name to try when the path is a directory; the first that can be read is executed.",
        default="none: directories give 404",
        examples=("index.php",),
        see=("php-docroot",),
    )
    php_app: String | None = option(
        "Executes this one script for every request, a front controller; the path of the request stays in "
        "`REQUEST_URI`, while `PATH_INFO` and `SCRIPT_NAME` are emptied.",
        examples=("/srv/blog/public/index.php",),
        catch="Checks of roots and extensions against the request's path do not happen; only the script counts.",
        see=("php-app-qs", "php-app-bypass", "php-fallback"),
    )
    php_app_qs: String | None = option(
        "Puts this text, followed by the path, in front of the query string for `php-app`: with `q=` the page `/news` "
        "arrives as `q=/news`. The root page gets nothing added.",
        examples=("q=",),
        see=("php-app",),
    )
    php_app_bypass: Regexps | None = option(
        "Looks up the script in the ordinary way, without `php-app`, when the request's raw URI matches this regular "
        "expression. For an admin script beside the front controller.",
        examples=("^/admin/.*\\.php",),
        see=("php-app",),
    )
    php_fallback: String | None = option(
        "Executes this script, given by its full path, when the request names none that exists, rather than "
        "answering 404: the try-files of many frameworks.",
        examples=("/srv/blog/public/index.php",),
        see=("php-fallback2", "php-fallback-qs", "php-app"),
    )
    php_fallback2: String | None = option(
        "Works like `php-fallback` with a path below the document root, which also becomes `SCRIPT_NAME`. Right for "
        "applications that compute their links from the script's name, and for several roots.",
        examples=("/index.php",),
        catch="`php-fallback` wins when both are set.",
        see=("php-fallback", "php-fallback-qs"),
    )
    php_fallback_qs: String | None = option(
        "Passes the path that was not found to the fallback script as this query parameter, before those that the "
        "request had.",
        examples=("q",),
        see=("php-fallback", "php-fallback2"),
    )

    # What may run
    php_allowed_ext: Strings | None = option(
        "Permits only scripts whose name ends in this; anything else is answered 403. Set it wherever visitors can "
        "upload files.",
        default="every file runs",
        examples=(".php",),
        see=("php-allowed-script", "php-docroot"),
    )
    php_allowed_docroot: Strings | None = option(
        "Permits scripts that, links resolved, lie under this path; repeat it for each root. It replaces the check "
        "against `php-docroot`.",
        examples=("/srv/blog/public/",),
        catch="It compares text: `/srv/blog` admits `/srv/blog-old` too, so end it with a slash.",
        see=("php-docroot",),
    )
    php_allowed_script: Strings | None = option(
        "Permits nothing but the files listed, links resolved; for sites with a handful of entry points.",
        examples=("/srv/blog/public/index.php",),
        see=("php-allowed-ext",),
    )

    # Settings of PHP
    php_ini: Path | None = option(
        "Reads this php.ini and ignores the one that PHP would find by itself.",
        examples=("/etc/php/8.2/uwsgi/php.ini",),
        see=("php-ini-append", "php-set"),
    )
    php_ini_append: Strings | None = option(
        "Adds the content of a file to PHP's configuration, on top of php.ini. Several are applied in order.",
        examples=("/srv/blog/php.ini",),
        see=("php-ini", "php-set"),
    )
    php_set: Strings | None = option(
        "Sets one directive of php.ini, after all the files, written as in the file.",
        examples=("memory_limit=256M", "date.timezone=Europe/Rome"),
        see=("php-ini-append", "php-dump-config"),
    )
    php_dump_config: Flag | None = option(
        "Logs at the start what `php-set` and `php-ini-append` have put together.",
        default="off",
        see=("php-set", "php-ini-append"),
    )
    php_var: Each[Variable] | None = option(
        "Adds an entry to `$_SERVER` in each request, or replaces the one of that name, as `NAME=value`.",
        examples=("APP_ENV=production",),
        see=("php-constant",),
    )
    php_constant: Each[Variable] | None = option(
        "Makes `NAME=value` a constant of PHP, always a string, which scripts need not define.",
        examples=("APP_ENV=production",),
        see=("php-var",),
    )
    php_exec_before: Strings | None = option(
        "Evaluates a piece of PHP ahead of the script in each request; if it fails the script is not run.",
        examples=("require '/srv/blog/prepend.php';",),
        see=("php-exec-after",),
    )
    php_exec_after: Strings | None = option(
        "Evaluates a piece of PHP when the script has ended, within the same request.",
        examples=("flush_metrics();",),
        see=("php-exec-before",),
    )
    php_sapi_name: String | None = option(
        "Pretends to be another server interface, for extensions that look at the name: OPcache of older PHP releases "
        "works only under those that it knows.",
        default="uwsgi",
        examples=("apache", "fpm-fcgi"),
        see=("php-server-software",),
    )
    php_server_software: String | None = option(
        "Changes what scripts find in `$_SERVER['SERVER_SOFTWARE']`, by which some applications choose how to rewrite "
        "their links.",
        default="uWSGI",
        examples=("Apache",),
        see=("php-sapi-name",),
    )
