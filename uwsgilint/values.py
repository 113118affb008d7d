"""How uWSGI turns the text of a value into what it uses.

One plain function per kind of value gives the server's exact reading; a second one, where it
differs, says what we accept without a word. `processes = 4k` *reads* as 4, and that reading is
worth a finding. Every handler function of uWSGI's option tables belongs to exactly one kind, so
the index, the models and the linter cannot disagree about an option.

A reading takes the text after all substitutions, or None for an option given on the command
line with no argument. It raises `Refused` where the server would stop.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "INTEGERS",
    "KINDS",
    "Doubt",
    "Kind",
    "Refused",
    "decimal_prefix",
    "doubt",
    "is_false_word",
    "kind_of_handler",
    "read_flag",
    "read_int",
    "read_inverse_flag",
    "read_log_date",
    "read_megabytes",
    "read_mode",
    "read_signed_int",
    "read_socket",
    "read_string",
    "read_uint16",
    "read_uint64",
    "read_umask",
]

UINT64_MAX = 2**64 - 1
UINT16_MAX = 65535
INT32_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1
UNIX_PATH_MAX = 102  # core/socket.c bind_to_unix() refuses longer names

# isspace() of the C locale, which strtol() skips in front of a number.
_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?)([0-9]+)")
_COUNTED = re.compile(r"[1-9][0-9]*")  # a number above 0 is on, and looks like it
_FALSE_WORDS = frozenset({"false", "off", "no"})
_TRUE_WORDS = frozenset({"true", "on", "yes"})
_LOG_DATE_WORDS = frozenset({"true", "1", "on", "yes"})


class Refused(ValueError):  # noqa: N818  (it is the server's verdict, not a fault of ours)
    """The server stops with exit status 1 when it meets this value."""


class Doubt(NamedTuple):
    """A value that the server reads differently from how a person does.

    Attributes:
        rule: name of the rule that tells it.
        reads: what the server makes of the value, as the end of "uWSGI reads it as ...".
        better: text that says what was meant, when there is no doubt about it.
    """

    rule: str
    reads: str
    better: str | None = None


class Kind(NamedTuple):
    """A way in which uWSGI reads values, shared by all options whose handler reads that way.

    Attributes:
        name: how the catalogue, the models and the messages call it.
        expects: what to write, as the end of "expects ...".
        read: the server's reading; raises `Refused`.
        question: what is doubtful about a text, or None; only called for settled text.
        repeatable: whether every occurrence adds something (else the last one wins).
        handlers: functions of uWSGI's option tables that read this way.
    """

    name: str
    expects: str
    read: Callable[[str | None], object]
    question: Callable[[str], Doubt | None]
    repeatable: bool
    handlers: tuple[str, ...]


# -- numbers ------------------------------------------------------------------------------------


def decimal_prefix(text: str) -> int:
    """Return the number at the start of a text as C's strtol in base 10 does; 0 when there is none.

    Leading blanks and one sign are allowed; reading stops at the first other character, so there
    are no suffixes, no hexadecimal and no exponents. The result is not limited to any width.
    """
    found = _NUMBER.match(text)
    if found is None:
        return 0
    sign, digits = found.groups()
    # Twenty digits already saturate every C type; more would only cost time.
    number = int(digits) if len(digits) <= 20 else 10**20
    return -number if sign == "-" else number


def _int32(text: str) -> int:
    """Wrap as atoi() does: a long, saturated, cut to its low 32 bits."""
    number = max(-LONG_MAX - 1, min(LONG_MAX, decimal_prefix(text)))
    return (number + 2**31) % 2**32 - 2**31


def read_signed_int(text: str | None) -> int:
    """Read a 32-bit integer (core/uwsgi.c uwsgi_opt_set_rawint); no argument means 1."""
    return 1 if text is None else _int32(text)


def read_int(text: str | None) -> int:
    """Read a 32-bit integer that must not be negative (core/uwsgi.c uwsgi_opt_set_int).

    Raises:
        Refused: the number is negative, also when it wrapped around to be so.
    """
    number = read_signed_int(text)
    if number < 0:
        raise Refused("a negative number stops the server")
    return number


def read_uint64(text: str | None) -> int:
    """Read an unsigned 64-bit number (core/uwsgi.c uwsgi_opt_set_64bit): negatives wrap, never fails."""
    if text is None:
        return 1
    number = decimal_prefix(text)
    if abs(number) > UINT64_MAX:
        return UINT64_MAX
    return number % 2**64


def read_uint16(text: str | None) -> int:
    """Read a number of at most 65535 (core/uwsgi.c uwsgi_opt_set_16bit): larger ones are cut to that."""
    return min(read_uint64(text), UINT16_MAX)


def read_megabytes(text: str | None) -> int:
    """Read mebibytes into bytes (core/uwsgi.c uwsgi_opt_set_megabytes), modulo 2**64."""
    return (0 if text is None else read_uint64(text)) * 2**20 % 2**64


def _question_number(text: str, lowest: int, highest: int, read: Callable[[str | None], int]) -> Doubt | None:
    if text.isdigit() and text.isascii() and len(text) < 20 and lowest <= int(text) <= highest:
        return None
    try:
        reading = str(read(text))
    except Refused:
        return Doubt("refused-value", "a negative number and stops")
    found = _NUMBER.match(text)
    word = text.lower()
    if word in _FALSE_WORDS or word in _TRUE_WORDS:
        return Doubt("boolean-for-number", reading)
    if found is None or found.end() != len(text):
        return Doubt("misread-number", reading)
    if lowest <= decimal_prefix(text) <= highest:
        return None
    return Doubt("number-out-of-range", reading)


def _question_int(text: str) -> Doubt | None:
    return _question_number(text, 0, INT32_MAX, read_int)


def _question_signed_int(text: str) -> Doubt | None:
    return _question_number(text, -INT32_MAX - 1, INT32_MAX, read_signed_int)


def _question_uint64(text: str) -> Doubt | None:
    return _question_number(text, 0, UINT64_MAX, read_uint64)


def _question_uint16(text: str) -> Doubt | None:
    return _question_number(text, 0, UINT16_MAX, read_uint16)


_SUFFIXED_MEBIBYTES = re.compile(r"([0-9]+) ?(?:M|MB|MiB|m|mb|mib)")


def _question_megabytes(text: str) -> Doubt | None:
    if _SUFFIXED_MEBIBYTES.fullmatch(text):
        return None  # the unit is ignored, and it is the one that uWSGI assumes
    found = _question_number(text, 0, UINT64_MAX // 2**20, read_uint64)
    return found and found._replace(reads=f"{found.reads} MiB")


# -- flags --------------------------------------------------------------------------------------


def is_false_word(text: str) -> bool:
    """Whether a text switches a flag off: false, off, no in any case, or exactly 0."""
    return text == "0" or text.lower() in _FALSE_WORDS


def read_flag(text: str | None) -> bool:
    """Read a flag (core/uwsgi.c uwsgi_opt_true): on, unless the whole text is one of four false words."""
    return text is None or not is_false_word(text)


def read_inverse_flag(text: str | None) -> bool:
    """Read a flag that stores the contrary (core/uwsgi.c uwsgi_opt_false)."""
    return not read_flag(text)


def _question_flag(text: str) -> Doubt | None:
    word = text.lower()
    if word in _TRUE_WORDS or word == "" or is_false_word(text) or _COUNTED.fullmatch(text):
        return None
    return Doubt("misread-flag", "on")


def _read_ignored(_text: str | None) -> None:
    """Read a value that the server does not look at."""


def _read_on(_text: str | None) -> bool:
    """Read a flag that no value can switch off (core/uwsgi.c uwsgi_opt_pcre_jit)."""
    return True


def _question_on(text: str) -> Doubt | None:
    return Doubt("misread-flag", "on") if is_false_word(text) else None


# -- text ---------------------------------------------------------------------------------------


def read_string(text: str | None) -> str:
    """Read text as it stands (core/uwsgi.c uwsgi_opt_set_str): nothing is trimmed or unquoted."""
    return text or ""


def _question_string(text: str) -> Doubt | None:
    word = text.lower()
    if word in _TRUE_WORDS or word in _FALSE_WORDS:
        return Doubt("boolean-for-text", f"the text {text!r}")
    return None


def _nothing(_text: str) -> Doubt | None:
    return None


def _read_spaced_string(text: str | None) -> str:
    """Read text and add one blank (core/uwsgi.c uwsgi_opt_set_str_spaced)."""
    return f"{text or ''} "


def read_log_date(text: str | None) -> str | None:
    """Read the format of log dates (core/uwsgi.c uwsgi_opt_log_date).

    Returns:
        None for the default format, which true, 1, on, yes and no argument stand for; else the
        strftime format, which *false* is too: this option cannot be switched off by a value.
    """
    return None if text is None or text.lower() in _LOG_DATE_WORDS else text


def _question_log_date(text: str) -> Doubt | None:
    return Doubt("misread-flag", f"on, with {text!r} as the date format") if is_false_word(text) else None


# -- permissions and people -----------------------------------------------------------------------

_MODE = re.compile(r"[0-7]{3}")


def read_mode(text: str | None) -> int | None:
    """Read three octal digits (core/uwsgi.c uwsgi_opt_chmod_socket).

    Returns:
        The permission bits, or None for the default of 0666, which no argument and 1 stand for.

    Raises:
        Refused: anything but 1 or exactly three octal digits, so also 0664.
    """
    if text is None or text == "1":
        return None
    if not _MODE.fullmatch(text):
        raise Refused("anything but three octal digits stops the server")
    return int(text, 8)


def _question_mode(text: str) -> Doubt | None:
    if text == "1" or _MODE.fullmatch(text):
        return None
    better = text[1:] if len(text) == 4 and text[0] == "0" and _MODE.fullmatch(text[1:]) else None
    return Doubt("refused-value", "an invalid mode and stops", better)


def _question_file_mode(text: str) -> Doubt | None:
    return Doubt("refused-value", "an invalid mode and stops") if text == "1" else _question_mode(text)


def read_umask(text: str | None) -> int:
    """Read a mask (core/utils.c uwsgi_mode_t): three characters, or the second to fourth of more.

    Nothing is validated: each character counts by its distance from 0, and fewer than three
    characters give the mask 0.
    """
    if text is None or len(text) < 3:
        return 0
    first, second, third = map(ord, text if len(text) == 3 else text[1:4])
    return ((first - 48) * 64 + (second - 48) * 8 + third - 48) & 0o777


_UMASK = re.compile(r"0?[0-7]{3}")


def _question_umask(text: str) -> Doubt | None:
    return None if _UMASK.fullmatch(text) else Doubt("misread-number", f"{read_umask(text):03o}")


def _question_owner(text: str) -> Doubt | None:
    """uid and gid: digits are a number, except 0, which is then looked up as a name."""
    if text.isascii() and (text == "" or (text.isdigit() and int(text) == 0)):
        return Doubt("refused-value", f"the name {text!r}, finds nobody called so and stops")
    return None


# -- addresses ----------------------------------------------------------------------------------


def read_socket(text: str | None) -> str:
    """Read the address of a listening socket (core/socket.c uwsgi_new_socket).

    Raises:
        Refused: the address is empty.
    """
    address = (text or "").lstrip(" \t")
    if not address:
        raise Refused("an empty address stops the server")
    return address


_PORT = re.compile(r"[0-9]+")
_DESCRIPTOR = re.compile(r"fd://(.*)", re.DOTALL)
_SCHEME = re.compile(r"(unix|http|https|tcp|uwsgi|file):/*", re.IGNORECASE)


def _question_address(text: str) -> Doubt | None:
    address = text.lstrip(" \t")
    descriptor = _DESCRIPTOR.fullmatch(address)
    if descriptor is not None and not _PORT.fullmatch(descriptor[1]):
        return Doubt("misread-address", f"the file descriptor {decimal_prefix(descriptor[1])}")
    if address.startswith(("fd://", "=", "@", "\\0")):
        return None
    if ":" not in address:
        if _PORT.fullmatch(address):
            return Doubt("misread-address", f"a unix socket, the file {address}", f":{address}")
        if len(address.encode("utf-8", "surrogateescape")) > UNIX_PATH_MAX:
            return Doubt("refused-value", f"a unix path of more than {UNIX_PATH_MAX} bytes and stops")
        return None
    scheme = _SCHEME.match(address)
    if scheme is not None:
        return Doubt(
            "misread-address",
            f"a host called {scheme[1]!r}, which becomes 255.255.255.255",
            address[scheme.end() - 1 :] if scheme[1] == "unix" and address[scheme.end() - 1] == "/" else None,
        )
    host, _, port = address.rpartition(":")
    if port and not _PORT.fullmatch(port):
        return Doubt("misread-address", f"port {_int32(port) % 65536}{'' if _int32(port) else ', any free one'}")
    if port and int(port[:9]) > UINT16_MAX:
        return Doubt("misread-address", f"port {_int32(port) % 65536}")
    if host.startswith("[") and host.endswith("]") and host.count(":") < 2:
        return Doubt("misread-address", "every IPv6 interface, for the brackets hold no IPv6 address")
    return None


def _question_endpoint(text: str) -> Doubt | None:
    return None if text.lstrip(" \t") else Doubt("refused-value", "an empty address and stops")


def _question_socket(text: str) -> Doubt | None:
    if not text.lstrip(" \t"):
        return _question_endpoint(text)
    if text.startswith("*:"):
        return Doubt("misread-address", "a pattern for interface addresses, not as all of them", text[1:])
    return _question_address(text)


def _question_router(text: str) -> Doubt | None:
    if text.startswith("*:"):
        return Doubt("misread-address", "a host called '*', which becomes 255.255.255.255", text[1:])
    return _question_address(text)


# -- small languages: here only the shape that the server insists on -------------------------------


def _needs(separator: str, parts: str) -> Callable[[str], Doubt | None]:
    def question(text: str) -> Doubt | None:
        if separator in text:
            return None
        return Doubt("refused-value", f"{parts} without {separator!r} between them and stops")

    return question


def _read_with(separator: str) -> Callable[[str | None], str]:
    def read(text: str | None) -> str:
        if text is None or separator not in text:
            raise Refused(f"a value without {separator!r} stops the server")
        return text

    return read


def _question_env(text: str) -> Doubt | None:
    """Doubt an assignment without '=', which putenv() takes as the wish to remove the variable."""
    return None if "=" in text else Doubt("misread-assignment", f"the wish to remove the variable {text!r}")


_CRON = re.compile(r"\s*(?:[+-]?[0-9]+\s+){4}[+-]?[0-9]+(\s.*)?", re.DOTALL)


def _read_cron(text: str | None) -> str:
    if text is None or not _CRON.fullmatch(text):
        raise Refused("a schedule that is not five numbers stops the server")
    return text


def _question_cron(text: str) -> Doubt | None:
    if _CRON.fullmatch(text):
        return None
    return Doubt("refused-value", "a schedule that is not five numbers and stops")


def _question_plugins(text: str) -> Doubt | None:
    for name in text.split(","):
        bare = name.lstrip(" \t")
        if bare.rstrip(" \t") != bare:
            return Doubt(
                "misread-list",
                # The server loses the first letter and keeps the blank (core/plugins.c uwsgi_load_plugin).
                f"the plugin file {f'{bare[1:]}_plugin.so'!r}",
                ",".join(p.strip() for p in text.split(",")),
            )
    return None


def _one_of(*words: str, reads: str) -> Callable[[str], Doubt | None]:
    def question(text: str) -> Doubt | None:
        return None if text.lower() in words else Doubt("unknown-choice", reads)

    return question


# -- the kinds ----------------------------------------------------------------------------------


def _kinds() -> dict[str, Kind]:
    last, each = False, True
    table = (
        # numbers
        Kind("int", "a whole number", read_int, _question_int, last,
             ("uwsgi_opt_set_int", "uwsgi_opt_max_vars", "uwsgi_opt_exit", "uwsgi_opt_setup_asyncio",
              "uwsgi_opt_setup_coroae", "uwsgi_opt_setup_gevent", "uwsgi_opt_setup_goroutines",
              "uwsgi_opt_setup_tornado", "uwsgi_opt_corerouter_use_socket")),
        Kind("signed-int", "a whole number, negative if need be", read_signed_int, _question_signed_int, last,
             ("uwsgi_opt_set_rawint",)),
        Kind("uint64", "a whole number", read_uint64, _question_uint64, last, ("uwsgi_opt_set_64bit",)),
        Kind("uint16", "a whole number up to 65535", read_uint16, _question_uint16, last,
             ("uwsgi_opt_set_16bit",)),
        Kind("megabytes", "a whole number of mebibytes", read_megabytes, _question_megabytes, last,
             ("uwsgi_opt_set_megabytes",)),
        Kind("count", "a whole number", read_signed_int, _question_int, each, ("uwsgi_opt_add_mules",)),
        Kind("file-descriptor", "the number of an open file descriptor", read_int, _question_int, each,
             ("uwsgi_opt_safe_fd",)),
        # flags
        Kind("flag", "true or false", read_flag, _question_flag, last, ("uwsgi_opt_true",)),
        Kind("inverse-flag", "true or false", read_inverse_flag, _question_flag, last, ("uwsgi_opt_false",)),
        Kind("switch", "true; it cannot be switched off", _read_on, _question_on, last, ("uwsgi_opt_pcre_jit",)),
        # numbers and flags inside composites, which have no handler of their own
        Kind("bytes", "a number of bytes", read_uint64, _question_uint64, last, ()),
        Kind("presence", "true", _read_on, _question_on, last, ()),
        # text
        Kind("string", "text", read_string, _question_string, last,
             ("uwsgi_opt_set_str", "uwsgi_opt_corerouter_fallback_key", "uwsgi_opt_corerouter_use_base",
              "uwsgi_opt_corerouter_use_pattern", "uwsgi_opt_snmp_community")),
        Kind("spaced-string", "text", _read_spaced_string, _question_string, last, ("uwsgi_opt_set_str_spaced",)),
        Kind("log-date", "a strftime format, or true for the default one", read_log_date, _question_log_date, last,
             ("uwsgi_opt_log_date",)),
        Kind("strings", "text", read_string, _question_string, each,
             ("uwsgi_opt_add_string_list", "uwsgi_opt_add_string_list_custom")),
        Kind("path", "a path", read_string, _question_string, last,
             ("uwsgi_opt_php_ini", "uwsgi_opt_pyrun")),
        Kind("optional-path", "a path, or nothing", read_string, _nothing, last, ("uwsgi_opt_zabbix_template",)),
        Kind("paths", "a path", read_string, _question_string, each,
             ("uwsgi_opt_check_static", "uwsgi_opt_pythonpath", "uwsgi_opt_envdir", "uwsgi_opt_add_spooler",
              "uwsgi_opt_flock", "uwsgi_opt_flock_wait", "uwsgi_opt_load_dl")),
        Kind("code", "code to run, or nothing for a prompt", read_string, _nothing, last,
             ("uwsgi_opt_pyshell", "uwsgi_opt_plshell", "uwsgi_opt_rbshell", "uwsgi_opt_luashell")),
        Kind("commands", "a command", read_string, _nothing, each, ("uwsgi_opt_add_daemon",)),
        Kind("mule", "a script, or nothing for a bare mule", read_string, _nothing, each, ("uwsgi_opt_add_mule",)),
        Kind("logger", "a logger such as file:/var/log/app.log", read_string, _nothing, each,
             ("uwsgi_opt_set_logger", "uwsgi_opt_set_req_logger")),
        Kind("regexps", "a regular expression", read_string, _nothing, each, ("uwsgi_opt_add_regexp_list",)),
        Kind("print", "text to print", read_string, _nothing, each, ("uwsgi_opt_print",)),
        # permissions and people
        Kind("mode", "three octal digits, such as 660", read_mode, _question_mode, last,
             ("uwsgi_opt_chmod_socket",)),
        Kind("file-mode", "three octal digits, such as 640", read_mode, _question_file_mode, last,
             ("uwsgi_opt_logfile_chmod",)),
        Kind("umask", "three octal digits, such as 022", read_umask, _question_umask, last,
             ("uwsgi_opt_set_umask",)),
        Kind("user", "a user name, or a number above 0", read_string, _question_owner, last,
             ("uwsgi_opt_set_uid", "uwsgi_opt_uid", "uwsgi_opt_set_immediate_uid")),
        Kind("group", "a group name, or a number above 0", read_string, _question_owner, last,
             ("uwsgi_opt_set_gid", "uwsgi_opt_gid", "uwsgi_opt_set_immediate_gid")),
        Kind("capabilities", "capability names, separated by commas", read_string, _nothing, last,
             ("uwsgi_opt_set_cap", "uwsgi_opt_set_emperor_cap")),
        Kind("namespaces", "namespace names, separated by commas", read_string, _nothing, each,
             ("uwsgi_opt_set_unshare",)),
        # addresses
        Kind("socket", "an address such as 127.0.0.1:8000 or /run/app.sock", read_socket, _question_socket, each,
             ("uwsgi_opt_add_socket", "uwsgi_opt_add_socket_no_defer", "uwsgi_opt_add_shared_socket")),
        Kind("endpoint", "an address", read_socket, _question_endpoint, each, ("uwsgi_opt_add_lazy_socket",)),
        Kind("router-socket", "an address such as 127.0.0.1:8000 or /run/app.sock", read_string, _question_router,
             each, ("uwsgi_opt_corerouter", "uwsgi_opt_undeferred_corerouter", "uwsgi_opt_forkpty_urouter")),
        Kind("redirect-socket", "an address, and a port after a comma if need be", read_string, _nothing, each,
             ("uwsgi_opt_http_to_https",)),
        Kind("tls-socket", "address,certificate,key", _read_with(","), _needs(",", "address, certificate and key"),
             each, ("uwsgi_opt_add_ssl_socket", "uwsgi_opt_https", "uwsgi_opt_sslrouter")),
        Kind("tls-pairs", "addr=...,cert=...,key=...", _read_with("="), _needs("=", "keys and values"), each,
             ("uwsgi_opt_https2", "uwsgi_opt_sslrouter2")),
        Kind("address", "an address", read_string, _nothing, last, ("uwsgi_opt_snmp", "uwsgi_opt_connect_and_read")),
        Kind("addresses", "an address", read_string, _nothing, each,
             ("uwsgi_opt_corerouter_ss", "uwsgi_opt_corerouter_zerg")),
        Kind("ip-addresses", "an IP address", read_string, _nothing, each, ("uwsgi_opt_add_addr_list",)),
        # pairs and other small languages
        Kind("pairs", "key=value", _read_with("="), _needs("=", "key and value"), each,
             ("uwsgi_opt_add_dyn_dict", "uwsgi_opt_static_map", "uwsgi_opt_add_cgi_maphelper")),
        Kind("optional-pairs", "a path, or mountpoint=path", read_string, _nothing, each, ("uwsgi_opt_add_cgi",)),
        Kind("regexp-pairs", "a regular expression, a blank and a value", _read_with(" "),
             _needs(" ", "regular expression and value"), each,
             ("uwsgi_opt_add_regexp_dyn_dict", "uwsgi_opt_add_regexp_custom_list")),
        Kind("key-values", "key=value,key=value", read_string, _nothing, each, ("uwsgi_opt_add_daemon2",)),
        Kind("environment", "NAME=value", read_string, _question_env, each, ("uwsgi_opt_set_env",)),
        Kind("environment-name", "the name of a variable", read_string, _nothing, each, ("uwsgi_opt_unset_env",)),
        Kind("cron", "five numbers and a command", _read_cron, _question_cron, each,
             ("uwsgi_opt_add_cron", "uwsgi_opt_add_unique_cron", "uwsgi_opt_add_cron_curl")),
        Kind("cron2", "key=value,key=value and a command", read_string, _nothing, each,
             ("uwsgi_opt_add_cron2",)),
        Kind("legion-cron", "a legion, five numbers and a command", _read_with(" "), _needs(" ", "legion and schedule"),
             each, ("uwsgi_opt_add_legion_cron", "uwsgi_opt_add_unique_legion_cron", "uwsgi_opt_add_legion_cron_curl")),
        Kind("legion", "legion, address, valor and algorithm:secret", _read_with(" "),
             _needs(" ", "the parts of a legion"), each, ("uwsgi_opt_legion", "uwsgi_opt_legion_mcast")),
        Kind("legion-pairs", "a legion, a blank and a value", _read_with(" "), _needs(" ", "legion and value"), each,
             ("uwsgi_opt_legion_hook", "uwsgi_opt_legion_node", "uwsgi_opt_legion_quorum", "uwsgi_opt_legion_scroll")),
        Kind("farm", "name:mule,mule", read_string, _nothing, each, ("uwsgi_opt_add_farm",)),
        Kind("route", "a condition, a blank and an action", read_string, _nothing, each, ("uwsgi_opt_add_route",)),
        Kind("sni", "a name, a blank and certificate,key", _read_with(" "), _needs(" ", "name and certificates"), each,
             ("uwsgi_opt_sni",)),
        Kind("tuntap-rule", "a rule of the tuntap router", read_string, _nothing, each,
             ("uwsgi_tuntap_opt_firewall", "uwsgi_tuntap_opt_route")),
        Kind("code-string", "modifier1:file:function", _read_with(":"), _needs(":", "modifier, file, function"), last,
             ("uwsgi_opt_corerouter_cs",)),
        Kind("digest-directory", "digest:directory", _read_with(":"), _needs(":", "digest and directory"), last,
             ("uwsgi_opt_scd",)),
        Kind("file-serve-mode", "x-sendfile or x-accel-redirect", read_string,
             _one_of("x-sendfile", "xsendfile", "x-accel-redirect", "xaccelredirect", "nginx",
                     reads="nothing and keeps the mode it had"),
             last, ("uwsgi_opt_fileserve_mode",)),
        Kind("subscription-algo", "wrr, lrc or wlrc", read_string, _one_of("wrr", "lrc", "wlrc", reads="wrr"), last,
             ("uwsgi_opt_ssa",)),
        # the language of configuration itself
        Kind("plugins", "plugin names, separated by commas", read_string, _question_plugins, each,
             ("uwsgi_opt_load_plugin",)),
        Kind("config", "a configuration file", read_string, _nothing, each,
             ("uwsgi_opt_load", "uwsgi_opt_load_config", "uwsgi_opt_load_ini", "uwsgi_opt_load_json",
              "uwsgi_opt_load_ldap", "uwsgi_opt_load_sqlite3", "uwsgi_opt_load_xml", "uwsgi_opt_load_yml",
              "uwsgi_opt_ini_paste", "uwsgi_opt_pypy_ini_paste")),
        Kind("placeholder", "name=value", _read_with("="), _needs("=", "name and value"), each,
             ("uwsgi_opt_set_placeholder", "uwsgi_opt_resolve")),
        Kind("declaration", "name=option=value;option=value", _read_with("="), _needs("=", "name and options"), each,
             ("uwsgi_opt_add_custom_option",)),
        Kind("logic", "a condition or a list", read_string, _nothing, each, ("uwsgi_opt_logic",)),
        Kind("terminator", "nothing", _read_ignored, _nothing, each, ("uwsgi_opt_noop",)),
        Kind("reset", "nothing", _read_ignored, _nothing, each, ("uwsgi_opt_set_null",)),
        # asks for something to be done at once, and usually ends the server
        Kind("action", "what the action needs", read_string, _nothing, each,
             ("uwsgi_help", "uwsgi_opt_binary_append_data", "uwsgi_opt_build_plugin", "uwsgi_opt_cflags",
              "uwsgi_opt_config_py", "uwsgi_opt_dot_h", "uwsgi_opt_extract", "uwsgi_opt_ldap_dump",
              "uwsgi_opt_ldap_dump_ldif", "uwsgi_opt_pidfile_signal", "uwsgi_opt_pyver", "uwsgi_opt_signal",
              "uwsgi_print_sym")),
        Kind("ignored", "nothing; the option is obsolete", _read_ignored, _nothing, last, ("uwsgi_opt_deprecated",)),
    )  # fmt: skip
    return {kind.name: kind for kind in table}


KINDS: dict[str, Kind] = _kinds()

INTEGERS = frozenset({"int", "signed-int", "uint16", "uint64"})
"""The kinds whose text is one whole number without a unit."""


def kind_of_handler(handler: str) -> str:
    """Return the kind of the options that a handler function of uWSGI serves.

    Raises:
        KeyError: no kind claims the handler.
    """
    for kind in KINDS.values():
        if handler in kind.handlers:
            return kind.name
    raise KeyError(handler)


def doubt(kind: str, text: str) -> Doubt | None:
    """Say what is doubtful about a text as the value of an option of a kind, or None."""
    return KINDS[kind].question(text)
