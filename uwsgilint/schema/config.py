"""Where settings come from: files, placeholders, options of one's own, and what the server tells about itself."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.composite import Each
from uwsgilint.schema.composites.environment import Declaration, Placeholding, Resolution, Setting
from uwsgilint.schema.types import (
    Actions,
    Address,
    Configs,
    Flag,
    Int,
    Prints,
    Resets,
    String,
    Strings,
)

__all__ = ["Config"]


class Config(Subsystem):
    """Says which further files are read, how strictly unknown names are taken, and what the server prints of itself.

    uWSGI keeps one long list of name and value pairs. Every source appends to it: the environment first, then the
    command line, then the files named on it. For an option with one value the last line wins, for `%(name)` the first,
    and lists grow. Most options here are *immediate*: they act while the file is being read, so their place in the file
    counts and `$(ENV)`, `@(file)` and `%(name)` in their values stay as written.

    Set `strict` in every configuration: without it a misspelt option is kept as a placeholder and nothing is said.
    Share settings with `include`, which acts where it stands; `inherit` comes last of all and overrides the file that
    names it. The second half of the page is for questions at the shell: `show-config` to see what was understood,
    `get`, `version`, `dump-options`.
    """

    table: ClassVar[str] = "config"
    title: ClassVar[str] = "Configuration"

    strict: Flag | None = option(
        "Refuses to start when a name is neither an option of this build and its loaded plugins nor a declared "
        "placeholder: exit 1 and `[strict-mode] unknown config directive`. "
        "Its place in the file does not matter, as earlier names are checked as well. "
        "Values of your own then need `set-placeholder`.",
        default="off: an unknown name silently becomes a placeholder",
        catch="Environment variables count too: a stray `UWSGI_SERVICE_HOST` (Kubernetes makes such names) stops the "
        "start.",
        see=("set-placeholder", "autoload"),
    )

    # Further files.
    include: Configs | None = option(
        "Reads another configuration as if its lines stood here, in the format that the file's extension names "
        "(`.ini`, `.xml`, `.yaml`, `.yml`, `.json`, `.js`). Lines below may override what it sets. "
        "A relative name starts at the working directory of the process, not at the including file.",
        examples=("/etc/uwsgi/common.ini", "%dcommon.ini"),
        catch="`common.ini:section` is fatal here; only `ini` takes a section.",
        see=("ini", "inherit"),
    )
    inherit: Configs | None = option(
        "Reads another configuration after everything else, wherever the line stands, and appends its options at the "
        "end. Use it for lists that all instances share; for defaults that a file may override take `include`.",
        examples=("/etc/uwsgi/template.ini",),
        catch="Single values of the inherited file beat those of the inheriting one and even the command line, and "
        "`$(ENV)`, `@(file)` and `%(name)` are not filled in inside it.",
        see=("include",),
    )
    ini: Configs | None = option(
        "Reads an INI file at this point, whatever its name ends in; `file.ini:name` picks a section other than "
        "`[uwsgi]`. Standard input (`-`), `http://`, `exec://`, `fd://` and the server's other sources are taken too.",
        examples=("/etc/uwsgi/shop.ini", "/etc/uwsgi/shop.ini:staging", ":base"),
        catch="`:base` means the INI file that was opened last, which is not this file once another was included.",
        see=("include", "yaml", "json", "xmlconfig"),
    )
    yaml: Configs | None = option(
        "Reads a YAML file at this point, from its `uwsgi` mapping or the one after the colon. Builds differ: with "
        "libyaml lists and quotes work, while the small parser of a plain pip install keeps quotes as text, cuts "
        "each line at `#` and ends at the first list.",
        examples=("/etc/uwsgi/shop.yaml", "/etc/uwsgi/shop.yaml:staging"),
        see=("ini", "json"),
    )
    json_: Configs | None = option(
        "Reads a JSON file at this point: members of the `uwsgi` object, or of the one after the colon, are options "
        "and an array repeats its option. Needs a build with jansson or yajl, which a plain pip install is not.",
        examples=("/etc/uwsgi/shop.json",),
        catch="With jansson numbers pass through 32 bits and fractions vanish without a message: write strings.",
        see=("ini", "yaml"),
    )
    xmlconfig: Configs | None = option(
        "Reads an XML file at this point: each child element of `<uwsgi>` is an option, and `file.xml:id` picks the "
        "stanza with that `id`. Needs libxml2 or expat in the build.",
        examples=("/etc/uwsgi/shop.xml",),
        see=("ini", "mode"),
    )
    config: Configs | None = option(
        "Hands the file to a configuration reader that a plugin brings: `.lua` with the lua plugin, `.js` with v8.",
        examples=("/etc/uwsgi/shop.lua",),
        catch="The ordinary formats are not among them: `config = shop.ini` exits with `unable to load configuration`.",
        see=("ini", "include"),
    )
    sqlite3: Configs | None = option(
        "Takes options from a SQLite database: the first two columns of each row of the table `uwsgi` are name and "
        "value. A query of your own may follow the last colon.",
        examples=("/var/lib/uwsgi/config.db", "/var/lib/uwsgi/config.db:SELECT name, value FROM options WHERE app = 1"),
        catch="A NULL value crashes the server.",
        see=("ldap",),
    )
    ldap: Configs | None = option(
        "Takes options from the first entry that an LDAP URL finds. Attributes named `uWSGIHttpSocket` become "
        "`http-socket`, and only the first value of each counts.",
        examples=("ldap://127.0.0.1/cn=shop,ou=uwsgi,dc=example,dc=com",),
        see=("ldap-schema",),
    )
    inject_before: Strings | None = option(
        "Puts the text of a file in front of every configuration that is opened from here on, before "
        "anything in it is parsed. Meant for headers of templates that one does not want to edit.",
        examples=("/etc/uwsgi/header.ini",),
        catch="Inside a file it does not touch that file any more, only those that it includes later.",
        see=("inject-after", "include"),
    )
    inject_after: Strings | None = option(
        "Appends the text of a file to every configuration that is opened from here on, in the section where that "
        "configuration happens to end.",
        examples=("/etc/uwsgi/footer.ini",),
        see=("inject-before", "include"),
    )
    fallback_config: String | None = option(
        "Starts the binary once more with this file alone when the server ends with status 1, which is how most "
        "start-up errors end. A maintenance page is the usual tenant. The line must be read before the error occurs.",
        examples=("/etc/uwsgi/sorry.ini",),
        catch="An application that `need-app` misses ends with status 22, so that failure brings no fallback.",
        see=("need-app",),
    )

    # Placeholders and options of one's own.
    set_placeholder: Each[Placeholding] | None = option(
        "Gives a name a value that later lines write as `%(name)`. Unlike a bare `name = value` it passes `strict`, "
        "and it is refused when an option has that name already.",
        examples=("root=/srv/shop", "tag=blue"),
        catch="Its own value is never expanded: `root=$(HOME)/shop` stays like that.",
        see=("set", "strict", "resolve"),
    )
    set: Each[Setting] | None = option(
        "Adds `name=value` as if it were a line of a file. On a command line it does what flags cannot: "
        "`--set master=false` switches one off. Unknown names become placeholders, except under `strict`.",
        examples=("master=false", "processes=4"),
        see=("set-placeholder",),
    )
    resolve: Each[Resolution] | None = option(
        "Looks a host name up once, at the start, and keeps its IPv4 address as a placeholder. Serves options that "
        "want addresses; a name that cannot be resolved ends the start with status 1.",
        examples=("backend=db.internal",),
        see=("set-placeholder",),
    )
    declare_option: Each[Declaration] | None = option(
        "Invents an option that stands for several: after the name come `option=value` pairs separated by `;`, in "
        "which `$1`, `$2` ... are the blank-separated words of the value it is used with. Declare it above its first "
        "use.",
        examples=("port=http-socket=127.0.0.1:$1;stats=127.0.0.1:1$1",),
        catch="The results skip the implied options: `cheaper=$1` sets the number and turns neither cheaper mode nor "
        "the master on.",
        see=("declare-option2",),
    )
    declare_option2: Each[Declaration] | None = option(
        "Declares an option like `declare-option`, yet only once all files are read, so that the values it is used "
        "with have their placeholders filled. Uses must stand below the declaration.",
        examples=("app=wsgi-file=$1;chdir=$2",),
        catch="While the file is read the new name is unknown, which `strict` refuses; a use above the declaration is "
        "lost.",
        see=("declare-option",),
    )

    # What a part of a file may say.
    whitelist: String | None = option(
        "Allows only the blank-separated names that follow, in all lines until `end-whitelist`; any other name ends "
        "the start with status 1. Wrap it round a file that others write.",
        examples=("processes threads module end-whitelist",),
        catch="It must list `end-whitelist` itself, or nothing can close it.",
        see=("end-whitelist", "blacklist"),
    )
    end_whitelist: Resets | None = option(
        "Ends the stretch that `whitelist` opened; all names are allowed again below this line.",
        examples=(True,),
        see=("whitelist",),
    )
    blacklist: String | None = option(
        "Forbids the blank-separated names that follow, without regard to case, in all lines until `end-blacklist`; "
        "meeting one ends the start with status 1.",
        examples=("uid gid exec-as-root",),
        see=("end-blacklist", "whitelist"),
    )
    end_blacklist: Resets | None = option(
        "Ends the stretch that `blacklist` opened: options behind it may be any again.",
        examples=(True,),
        see=("blacklist",),
    )
    mode: String | None = option(
        "Keeps a word of your own: Python applications see it as `uwsgi.mode`, and XML elements with "
        "another `mode` attribute are skipped in files read through `inherit`. The server itself does nothing with it.",
        examples=("staging",),
        see=("xmlconfig", "inherit"),
    )

    # Output on the way, and an early end.
    print: Prints | None = option(
        "Writes a text to standard output when options take effect, with its placeholders filled. Good for seeing "
        "which branch of a configuration was taken.",
        examples=("running with %(processes) workers",),
        see=("iprint",),
    )
    iprint: Prints | None = option(
        "Writes a text to standard output the moment the line is read, exactly as it is written: placeholders are not "
        "filled yet.",
        examples=("reading the common part",),
        see=("print",),
    )
    exit: Int | None = option(
        "Ends the process at once with this status, at the line where it stands; a bare `--exit` means 1. Inside an "
        "`if-` block it guards against a missing file or variable.",
        ge=0,
        le=255,
        examples=(1,),
        catch="Status 1 wakes the `fallback-config`, if there is one.",
        see=("if-not-env", "fallback-config"),
    )
    show_config: Flag | None = option(
        "Prints all settings as one INI section, in the order in which the server took them and with placeholders "
        "filled, and then goes on starting. The first thing to look at when an option seems to be ignored.",
        default="off",
        see=("get", "strict"),
    )
    get: Strings | None = option(
        "Prints the value of one setting or placeholder after everything was read, and exits with status 0 instead of "
        "serving.",
        examples=("processes",),
        catch="With several lines of that name it shows the first, while the server uses the last.",
        see=("show-config",),
    )
    dump_options: Flag | None = option(
        "Lists every option name that this build and its loaded plugins know, one per line, and exits with status 0.",
        default="off",
        see=("help", "plugins-list"),
    )
    help: Actions | None = option(
        "Shows a line for each option, those of plugins loaded so far included, and exits with status 0.",
        examples=("true",),
        see=("dump-options",),
    )
    version: Prints | None = option(
        "Prints the release, such as `2.0.31`, and exits with status 0 once all files were read.",
        examples=("true",),
        catch="In a file any value triggers it, `false` included.",
    )

    # Tools that have little to do with serving.
    extract: Actions | None = option(
        "Fetches anything that `ini` could read (a file, `http://`, `exec://`, `sym://` ...), copies it to standard "
        "output and exits. Handy to see what a source really delivers.",
        examples=("http://127.0.0.1:8000/shop.ini", "sym://uwsgi_dot_h"),
        see=("ini", "binary-append-data"),
    )
    connect_and_read: Address | None = option(
        "Connects to an address and copies what arrives to the log until the other side closes; then it exits with "
        "status 0. It waits without a time limit.",
        examples=("127.0.0.1:1717",),
        see=("stats",),
    )
    binary_append_data: Actions | None = option(
        "Writes a file and, behind it, its length in eight bytes to standard output, then exits. Appended to a uWSGI "
        "binary, the result is read back with `data://0`.",
        examples=("shop.ini",),
        see=("extract", "ini"),
    )
    print_sym: Actions | None = option(
        "Prints the text behind a symbol that is compiled into the binary, or between the symbols `name_start` and "
        "`name_end`, and exits.",
        examples=("uwsgi_dot_h",),
        see=("extract",),
    )

    # The LDAP plugin describes its schema.
    ldap_schema: Actions | None = option(
        "Prints the attributes and the object class that an LDAP server needs to hold uWSGI settings, in the syntax of "
        "`slapd.conf`, and exits.",
        examples=("true",),
        see=("ldap", "ldap-schema-ldif"),
    )
    ldap_schema_ldif: Actions | None = option(
        "Prints the attributes and the object class for LDAP servers that keep their own configuration in LDAP "
        "(`cn=config`), and exits.",
        examples=("true",),
        see=("ldap", "ldap-schema"),
    )
