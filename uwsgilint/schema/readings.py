"""How the server reads values of each kind, for people: spellings to use, and what becomes of others.

`uwsgilint.values` is what decides; a test holds the two together.
"""

from __future__ import annotations

__all__ = ["READINGS"]

_NUMBER = "Reading stops at the first character that is no digit: `4k` is 4, and a word is 0."
_ON_OFF = ("true", "on", "yes", "1", "false", "off", "no", "0")
_VERBATIM = "The text is taken as it stands; nothing is trimmed or unquoted."
_ADDRESSES = ("127.0.0.1:8000", "[::1]:8000", ":8000", "/run/app.sock", "@app")
_ADDRESS = (
    "The last colon parts host and port; without a colon it is the path of a UNIX socket, with `@` in front an "
    "abstract one. An empty host means all interfaces. A host that does not resolve becomes 255.255.255.255."
)
_FREE = "What is allowed, and what it means, is up to the option."

READINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "int": (("4",), f"{_NUMBER} A negative number ends the start."),
    "signed-int": (("4", "-1"), _NUMBER),
    "uint64": (("4",), f"{_NUMBER} A negative number wraps around to a huge one."),
    "uint16": (("4",), f"{_NUMBER} More than 65535 is cut to that."),
    "megabytes": (("512", "512M"), f"The number counts mebibytes, whatever follows it. {_NUMBER}"),
    "count": (("4",), f"{_NUMBER} Each line adds its number."),
    "file-descriptor": (("3",), _NUMBER),
    "bytes": (
        ("65536", "64k"),
        "A table may say `64k`, which is turned into bytes; the server itself reads only digits.",
    ),
    "flag": (_ON_OFF, "Only `false`, `off`, `no` and `0` are off; any other text, an empty one too, is on."),
    "inverse-flag": (_ON_OFF, "Only `false`, `off`, `no` and `0` are off; any other text, an empty one too, is on."),
    "switch": (("true",), "Naming the option switches it on, whatever the value says."),
    "presence": (("true",), "Naming the key switches it on, whatever the value says."),
    "string": ((), _VERBATIM),
    "spaced-string": ((), "The text is taken as it stands, and gets a blank behind it."),
    "log-date": (
        ("true", "%%Y-%%m-%%d"),
        "`true`, `1`, `on` and `yes` mean the usual form; other text is a format of strftime, `false` too.",
    ),
    "strings": ((), _VERBATIM),
    "path": (("/srv/app",), _VERBATIM),
    "optional-path": (("/srv/app", ""), _VERBATIM),
    "paths": (("/srv/app",), _VERBATIM),
    "code": (("", "print(1)"), "Without a value, a prompt opens."),
    "commands": ((), _VERBATIM),
    "mule": (("", "true", "mule.py"), "A script to run, or nothing for a mule that waits for messages."),
    "logger": (
        ("file:/var/log/app.log", "app file:/var/log/app.log"),
        "An engine, a colon and its arguments; in front of them, a name for it and a blank if need be.",
    ),
    "regexps": (("^/static/",), "A regular expression, nowhere anchored unless it says so."),
    "print": ((), _VERBATIM),
    "mode": (("660", "1"), "Three octal digits, no more and no fewer, or `1` for 666; anything else ends the start."),
    "file-mode": (("640",), "Three octal digits, no more and no fewer; anything else ends the start."),
    "umask": (("022", "0022"), "The last three of the digits count. Anything shorter than three is 0."),
    "user": (("www-data", "1000"), "A number or a name; `0` is looked up as a name, and not found."),
    "group": (("www-data", "1000"), "A number or a name; `0` is looked up as a name, and not found."),
    "capabilities": (("setuid,setgid",), "Names without `cap_`, with commas between them."),
    "namespaces": (("pid,uts",), "Names, with commas between them."),
    "socket": (_ADDRESSES, _ADDRESS),
    "endpoint": (("tcp://127.0.0.1:5555",), "The address is taken as it stands."),
    "router-socket": (_ADDRESSES, _ADDRESS),
    "redirect-socket": ((":80", "0.0.0.0:80,8443"), "An address, and behind a comma the port to send browsers to."),
    "tls-socket": (("0.0.0.0:443,site.crt,site.key",), "Commas part the fields, and blanks belong to them."),
    "tls-pairs": (
        ("addr=0.0.0.0:443,cert=site.crt,key=site.key",),
        "Unknown keys, and keys behind a blank, are passed over without a word.",
    ),
    "address": (("127.0.0.1:8000",), "The address is taken as it stands."),
    "addresses": (("127.0.0.1:8000",), "The address is taken as it stands."),
    "ip-addresses": (("10.0.0.1",), "The address is taken as it stands."),
    "pairs": (
        ("key=value",),
        "The first `=` parts key and value, and blanks belong to them; without one the start ends.",
    ),
    "optional-pairs": (("/usr/lib/cgi-bin", "/cgi-bin=/usr/lib/cgi-bin"), "The first `=` parts mountpoint and path."),
    "regexp-pairs": (("^/static/ 3600",), "The first blank ends the regular expression; without one the start ends."),
    "key-values": (
        ("cmd=daemon,freq=3",),
        (
            "A comma parts the pairs, `\\,` is a comma. Unknown keys, and keys behind a "
            "blank, are passed over without a word."
        ),
    ),
    "environment": (("NAME=value",), "The first `=` parts name and value; without one the variable is removed."),
    "environment-name": (("NAME",), _VERBATIM),
    "cron": (
        ("0 3 -1 -1 -1 command",),
        "Minute, hour, day, month and weekday; -1 is any, -5 every five. A star ends the start.",
    ),
    "cron2": (
        ("minute=0,hour=3 command",),
        "Pairs with commas between them and no blank; then a blank and the command.",
    ),
    "legion-cron": (("legion 0 3 -1 -1 -1 command",), "The legion, then five numbers as for `cron`."),
    "legion": (("name 127.0.0.1:4225 98 aes-128-cbc:secret",), "Name, address, valor, and algorithm:secret."),
    "legion-pairs": (("legion value",), "The first blank ends the name of the legion; without one the start ends."),
    "farm": (("name:1,2",), "A name, a colon, and the numbers of its mules."),
    "route": ((), "The first blank ends the test; what follows is the action."),
    "sni": (("www.example.com site.crt,site.key",), "The first blank ends the name; commas part the files."),
    "tuntap-rule": (("in deny 10.0.0.0/8 0.0.0.0",), _FREE),
    "code-string": (("0:route.py:choose",), "Colons part number, file and function."),
    "digest-directory": (("SHA256:/etc/uwsgi/keys",), "The first colon ends the name of the digest."),
    "file-serve-mode": (("x-sendfile", "x-accel-redirect", "nginx"), "Anything else leaves the mode as it was."),
    "subscription-algo": (("wrr", "lrc", "wlrc"), "Anything else is wrr."),
    "plugins": (
        ("python", "python,http"),
        "Names without `_plugin.so`, with commas between them, or paths. A blank behind a name spoils it.",
    ),
    "config": (
        ("base.ini", "base.ini:section"),
        "A path or URL, and behind a colon the section, where the format has sections.",
    ),
    "placeholder": (("name=value",), "The first `=` parts name and value; without one the start ends."),
    "declaration": (
        ("name=option=value;option=$1",),
        "The first `=` ends the name, `;` parts the options, `$1` is the first word of the use.",
    ),
    "logic": ((), "The text is compared as it stands; nothing is filled in."),
    "terminator": (("", "true"), "The value means nothing."),
    "reset": (("", "true"), "The value means nothing."),
    "action": (("",), _FREE),
    "ignored": (("",), "The server looks at neither name nor value."),
}
"""How the server reads values of each kind: spellings that it reads as they look, and what it makes of others."""
