"""What the internal router of uWSGI knows: chains, subjects, conditions, actions and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.catalog.nearest import nearest
from uwsgilint.grammar import Composite, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACTIONS",
    "CHAINS",
    "CONDITIONS",
    "EXPRESSIONS",
    "KEYS",
    "NUMERIC",
    "OPTIONS",
    "STATUSES",
    "SUBJECTS",
    "SUBJECT_NAMES",
    "VARIABLES",
    "Subject",
    "Variable",
    "Verb",
    "closest",
    "option_of",
]


class Verb(NamedTuple):
    """An action or a condition.

    Attributes:
        name: what stands in front of the colon.
        plugin: what provides it; "core" for the server itself.
        takes: the shape of its arguments, or None if it has none.
        since: the first release of 2.0 that has it.
        needs: settings without one of which it does nothing, or drops the request.
        plain: parts in which no variables and groups are filled in.
        refers: parts that name something, and the setting that declares it.
        semicolons: whether semicolons stand between its keys and values, not commas.
    """

    name: str
    plugin: str
    takes: Composite | None
    since: str
    needs: tuple[str, ...]
    plain: tuple[str, ...]
    refers: tuple[tuple[str, str], ...]
    semicolons: bool


class Subject(NamedTuple):
    """What a rule may look at: the end of the option's name, the variable, and the chains that can."""

    suffix: str
    variable: str
    chains: tuple[str, ...]


class Variable(NamedTuple):
    """A function in `${name[key]}`: what provides it, and the keys it has if they are a closed set."""

    plugin: str
    keys: tuple[str, ...]


CHAINS: dict[str, str] = {"request": "", "response": "response-", "error": "error-", "final": "final-"}
"""The chains, and how their options begin."""

_ALL = tuple(CHAINS)
SUBJECTS: dict[str, Subject] = {
    "path": Subject("", "PATH_INFO", _ALL),
    "uri": Subject("-uri", "REQUEST_URI", _ALL),
    "query": Subject("-qs", "QUERY_STRING", _ALL),
    "host": Subject("-host", "HTTP_HOST", _ALL),
    "remote-addr": Subject("-remote-addr", "REMOTE_ADDR", _ALL),
    "remote-user": Subject("-remote-user", "REMOTE_USER", _ALL),
    "user-agent": Subject("-user-agent", "HTTP_USER_AGENT", _ALL),
    "referer": Subject("-referer", "HTTP_REFERER", _ALL),
    "status": Subject("-status", "", _ALL[1:]),
}
SUBJECT_NAMES = {"qs": "query"}  # the option's own word for it
KEYS = ("match", "if", "unless", "action", "label")
"""The keys of an authored rule."""

OPTIONS: dict[str, tuple[str, str]] = {
    f"{prefix}route{suffix}": (chain, subject)
    for chain, prefix in CHAINS.items()
    for subject, suffix in (
        *((name, about.suffix) for name, about in SUBJECTS.items() if chain in about.chains),
        *((name, f"-{name}") for name in ("if", "if-not", "run", "label")),
    )
}
"""Every option that holds a rule: its chain, and its subject or "if", "if-not", "run", "label"."""

STATUSES = (
    *("100", "101", "200", "201", "202", "203", "204", "205", "206", "300", "301", "302", "303", "304", "305", "307"),
    *("400", "401", "402", "403", "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414", "415"),
    *("416", "417", "418", "422", "425", "426", "428", "429", "431", "451"),
    *("500", "501", "502", "503", "504", "505", "509", "511"),
)
"""The statuses that the server has a text for (core/init.c); `return` answers nothing for others."""

_GEOIP = ("continent", "country_code", "country_code3", "country_name", "region", "region_name", "city")
VARIABLES: dict[str, Variable] = {
    "base64": Variable("core", ()),
    "cookie": Variable("core", ()),
    "geoip": Variable("geoip", (*_GEOIP, "postal_code", "lat", "lon", "dma", "area")),
    "hex": Variable("core", ()),
    "httptime": Variable("core", ()),
    "math": Variable("matheval", ()),
    "metric": Variable("router_metrics", ()),
    "mime": Variable("core", ()),
    "qs": Variable("core", ()),
    "time": Variable("core", ("unix", "micros")),
    "uwsgi": Variable("core", ("wid", "pid", "uuid", "status", "rtime", "lq", "rsize", "sor")),
    "xattr": Variable("xattr", ()),
    "xattr2": Variable("xattr", ()),
}
"""What may stand in `${name[key]}`; anything else in `${...}` is a variable of the request."""


_PART = Part._make("" for _ in Part._fields)  # what a part has beyond these, no argument has


def _p(
    name: str,
    kind: str = "string",
    *keys: str,
    need: bool = False,
    choices: tuple[str, ...] = (),
    ge: int | None = None,
    le: int | None = None,
    separator: str = "",
) -> Part:
    return _PART._replace(
        name=name, keys=keys, kind=kind, required=need, choices=choices, ge=ge, le=le, separator=separator
    )


def _k(
    name: str, *more: str, kind: str = "string", need: bool = False, choices: tuple[str, ...] = (), separator: str = ""
) -> Part:
    """Describe a part of a key-value list."""
    return _p(name, kind, name, *more, need=need, choices=choices, separator=separator)


def _byte(name: str, *, need: bool = True) -> Part:
    return _p(name, "int", need=need, ge=0, le=255)


def _verbs(
    plugin: str,
    names: str,
    template: str = "",
    *parts: Part,
    since: str = "2.0",
    needs: str = "",
    plain: str = "",
    refers: tuple[tuple[str, str], ...] = (),
    semicolons: bool = False,
) -> dict[str, Verb]:
    """Describe the verbs that take the same arguments."""
    verbs = {}
    for name in names.split():
        takes = Composite(name, template, "", parts) if template else None
        verbs[name] = Verb(name, plugin, takes, since, tuple(needs.split()), tuple(plain.split()), refers, semicolons)
    return verbs


_CACHES = "cache2 cache"
_IN_CACHE = (("name", "cache2"),)
_FILE = (
    _k("filename", need=True),
    _k("status"),
    _k("content_type"),
    _k("mime", kind="presence"),
    _k("no_content_length", "no_cl", "nocl", kind="presence"),
    _k("no_headers", kind="presence"),
)
_FROM_STORE = (
    _k("addr", need=True),
    _k("key", need=True),
    _k("content_type"),
    _k("no_offload", kind="presence"),
)
_TO_STORE = (_k("addr", need=True), _k("key", need=True), _k("expires", kind="int"))
_STYLE = (_k("stylesheet", need=True), _k("content_type"), _k("params"))

ACTIONS: dict[str, Verb] = {
    # what becomes of the chain and the request
    **_verbs("core", "continue last"),
    **_verbs("core", "break", "[{status}[ {text}]]", _p("status", "int", ge=100, le=999), _p("text"),
             plain="status text"),
    **_verbs("core", "return break-with-status", "{status}", _p("status", need=True, choices=STATUSES),
             since="2.0.5", plain="status"),
    **_verbs("core", "goto", "{label}", _p("label", need=True)),
    **_verbs("core", "harakiri", "{seconds}", _p("seconds", "int", need=True, ge=1), plain="seconds"),
    # what is written down
    **_verbs("core", "log", "{text}", _p("text")),
    **_verbs("core", "logvar addvar", "{name}={value}", _p("name", need=True), _p("value"), plain="name"),
    **_verbs("core", "donotlog"),
    **_verbs("core", "alarm", "{name} {message}", _p("name", need=True), _p("message"), needs="alarm",
             refers=(("name", "alarm"),)),
    **_verbs("core", "signal", "{signal}", _byte("signal"), plain="signal"),
    **_verbs("core", "+ - * /", "{variable}[,{number}]", _p("variable", need=True), _p("number"), plain="variable"),
    # headers and bodies
    **_verbs("core", "addheader", "{name}:{value}", _p("name", need=True), _p("value")),
    **_verbs("core", "delheader remheader", "{name}", _p("name", need=True)),
    **_verbs("core", "clearheaders resetheaders", "{status}", _p("status", need=True)),
    **_verbs("core", "disableheaders", since="2.0.3"),
    **_verbs("core", "send send-crnl", "{text}", _p("text")),
    **_verbs("core", "flush fixcl"),
    **_verbs("core", "forcecl", since="2.0.10"),
    # what the request says
    **_verbs("core", "setapp", "{app}", _p("app")),
    **_verbs("core", "setuser", "{user}", _p("user")),
    **_verbs("core", "sethome", "{directory}", _p("directory")),
    **_verbs("core", "setfile", "{file}", _p("file")),
    **_verbs("core", "setscriptname setpathinfo", "{path}", _p("path")),
    **_verbs("core", "fixpathinfo", since="2.0.11"),
    **_verbs("core", "setmethod", "{method}", _p("method")),
    **_verbs("core", "seturi", "{uri}", _p("uri")),
    **_verbs("core", "setremoteaddr", "{address}", _p("address"), since="2.0.5"),
    **_verbs("core", "setdocroot", "{directory}", _p("directory")),
    **_verbs("core", "setscheme", "{scheme}", _p("scheme")),
    **_verbs("core", "setmodifier1 setmodifier2", "{modifier}", _byte("modifier"),
             since="2.0.4", plain="modifier"),
    # the process
    **_verbs("core", "setprocname", "{name}", _p("name")),
    **_verbs("core", "chdir", "{directory}", _p("directory", need=True)),
    **_verbs("core", "donotoffload", since="2.0.13"),
    # elsewhere
    **_verbs("router_redirect", "redirect redirect-302 redirect-permanent redirect-301", "{url}",
             _p("url", need=True)),
    **_verbs("router_rewrite", "rewrite rewrite-last", "{path}", _p("path", need=True)),
    **_verbs("router_http", "http proxyhttp", "{to}[,{host}[,{uri}]]", _p("to", need=True), _p("host"), _p("uri"),
             plain="host"),
    **_verbs("router_http", "httpconnect proxyhttpconnect", "{to}", _p("to", need=True), since="2.0.4"),
    **_verbs("router_http", "httpdumb", "{to}[,{host}[,{uri}]]", _p("to", need=True), _p("host"), _p("uri"),
             since="2.0.9", plain="host"),
    **_verbs("router_uwsgi", "uwsgi proxyuwsgi", "{to},{modifier1},{modifier2}[,{app}]", _p("to"),
             _byte("modifier1", need=False), _byte("modifier2", need=False), _p("app"),
             plain="modifier1 modifier2 app"),
    # who may
    **_verbs("router_basicauth", "basicauth basicauth-next", "{realm},{users}", _p("realm", need=True),
             _p("users"), plain="realm users"),  # with no users nobody gets in, which some want
    **_verbs("ldap", "ldapauth ldapauth-next", "{realm};{*}", _p("realm", need=True), _k("url", need=True),
             _k("basedn", need=True), _k("binddn"), _k("bindpw"), _k("filter"), _k("attr"),
             _k("loglevel", kind="int"), plain="realm url basedn binddn bindpw filter attr loglevel",
             semicolons=True),
    **_verbs("router_radius", "radius radius-next", "{*}", _k("realm", need=True), _k("server", need=True),
             _k("secret", need=True), _k("nas_port", kind="int"), _k("nas_address"),
             plain="realm server secret nas_port nas_address"),
    **_verbs("router_spnego", "spnego spnego-next", "{realm}", _p("realm")),
    **_verbs("router_access", "access", "{*}", _k("action"), _k("daemon"), _k("addr"), plain="action daemon addr"),
    # files
    **_verbs("router_static", "static", "{path}", _p("path", need=True)),
    **_verbs("router_static", "static-next", "{path}", _p("path", need=True), since="2.0.14"),
    **_verbs("router_static", "file file-next sendfile sendfile-next fastfile fastfile-next", "{*}", *_FILE,
             plain="content_type mime no_content_length no_headers"),
    **_verbs("router_expires", "expires", "{*}", _k("filename", "file"), _k("unix"), _k("value")),
    # stores
    **_verbs("router_cache", "cache cache-continue", "{*}", _k("key", need=True), _k("name"), _k("content_type"),
             _k("content_encoding"), _k("mime", kind="presence"), _k("no_offload", kind="presence"),
             _k("no_content_length", "no_cl", "nocl", kind="presence"), needs=_CACHES, refers=_IN_CACHE,
             plain="name content_type content_encoding mime no_offload no_content_length"),
    **_verbs("router_cache", "cachestore cache-store", "{*}", _k("key", need=True), _k("name"), _k("value"),
             _k("gzip"), _k("status", "code", kind="int"), _k("expires", kind="int"), needs=_CACHES,
             refers=_IN_CACHE, plain="status expires"),
    **_verbs("router_cache", "cachevar", "{*}", _k("key", need=True), _k("var", need=True), _k("name"),
             _k("num", "as_num", kind="presence"), needs=_CACHES, refers=_IN_CACHE, plain="var name num"),
    **_verbs("router_cache", "cacheset", "{*}", _k("key", need=True), _k("value", need=True), _k("name"),
             _k("expires", kind="int"), needs=_CACHES, refers=_IN_CACHE, plain="name expires"),
    **_verbs("router_cache", "cacheinc cachedec cachemul cachediv", "{*}", _k("key", need=True), _k("value"),
             _k("name"), _k("expires", kind="int"), needs=_CACHES, refers=_IN_CACHE, plain="name expires"),
    **_verbs("router_memcached", "memcached memcached-continue", "{*}", *_FROM_STORE,
             plain="content_type no_offload"),
    **_verbs("router_memcached", "memcachedstore memcached-store", "{*}", *_TO_STORE, plain="expires"),
    **_verbs("router_redis", "redis redis-continue", "{*}", *_FROM_STORE, plain="content_type no_offload"),
    **_verbs("router_redis", "redisstore redis-store", "{*}", *_TO_STORE, plain="expires"),
    # numbers, names and functions
    **_verbs("router_hash", "hash", "{*}", _k("key", need=True), _k("var", need=True),
             _k("items", need=True, separator=";"),
             _k("algo", choices=("djb33x", "murmur2", "rand", "random", "rr")), plain="var items algo"),
    **_verbs("router_metrics", "metricinc metricdec metricmul metricdiv metricset", "{metric}[,{value}]",
             _p("metric", need=True), _p("value"), needs="enable-metrics", refers=(("metric", "metric"),)),
    **_verbs("rpc", "call rpc rpcret rpcblob rpcnext rpcraw", "{function}[ {arguments}]",
             _p("function", need=True), _p("arguments", separator=" "), plain="function"),
    **_verbs("rpc", "rpcvar", "{variable} {function}[ {arguments}]", _p("variable", need=True),
             _p("function", need=True), _p("arguments", separator=" "), plain="variable function"),
    **_verbs("symcall", "symcall symcall-next", "{symbol}", _p("symbol", need=True), plain="symbol"),
    # other programs and documents
    **_verbs("cgi", "cgi", "{script}", _p("script", need=True)),
    **_verbs("cgi", "cgihelper", "{helper} {script}", _p("helper", need=True), _p("script", need=True)),
    **_verbs("ssi", "ssi", "{file}", _p("file", need=True)),
    **_verbs("router_xmldir", "xmldir", "{directory}", _p("directory", need=True)),
    **_verbs("gridfs", "gridfs", "{*}", _k("mountpoint"), _k("server", need=True), _k("db", need=True), _k("prefix"),
             _k("itemname", "item"), _k("timeout", kind="int"), _k("orig_filename", kind="presence"),
             _k("skip_slash", kind="presence"), _k("md5", kind="presence"), _k("etag", kind="presence"),
             _k("no_mime", kind="presence"), _k("username"), _k("password"),
             plain="mountpoint server db prefix timeout orig_filename skip_slash md5 etag no_mime username password"),
    **_verbs("xslt", "xslt", "{*}", _k("doc", need=True), *_STYLE),
    **_verbs("xslt", "toxslt", "{*}", *_STYLE),
    # transformations of the body
    **_verbs("transformation_gzip", "gzip"),
    **_verbs("transformation_chunked", "chunked"),
    **_verbs("transformation_template", "template"),
    **_verbs("transformation_toupper", "toupper"),
    **_verbs("transformation_offload", "offload", "[{limit}]", _p("limit", "int", ge=1), needs="offload-threads",
             plain="limit"),
    **_verbs("transformation_tofile", "tofile to-file", "{*}", _k("filename", "name", need=True), _k("mode"),
             plain="mode"),
}  # fmt: skip
"""Every action of uWSGI 2.0, by name."""

CONDITIONS: dict[str, Verb] = {
    **_verbs("core", "exists isfile isdir islink isexec", "{path}", _p("path", need=True)),
    **_verbs("core", "empty", "{text}", _p("text")),
    **_verbs("core", "equal isequal eq == startswith endswith contains contain", "{subject};{operand}",
             _p("subject"), _p("operand")),
    **_verbs("core", "regexp re", "{subject};{operand}", _p("subject"), _p("operand", need=True), plain="operand"),
    **_verbs("core", "ishigher > islower < ishigherequal >= islowerequal <=", "{subject};{operand}",
             _p("subject", need=True), _p("operand", need=True)),
    **_verbs("core", "ipv4in ipv6in", "{subject};{operand}", _p("subject", need=True), _p("operand", need=True),
             since="2.0.14"),
    **_verbs("core", "lord", "{legion}", _p("legion", need=True), needs="legion legion-mcast",
             refers=(("legion", "legion"),)),
    **_verbs("router_cache", "incache", "{*}", _k("key", need=True), _k("name"), needs=_CACHES, refers=_IN_CACHE,
             plain="name"),
}  # fmt: skip
"""Every condition of uWSGI 2.0, by name."""

NUMERIC = frozenset({"ishigher", ">", "islower", "<", "ishigherequal", ">=", "islowerequal", "<="})
EXPRESSIONS = frozenset({"regexp", "re"})


def option_of(chain: str, subject: str) -> str:
    """Return the option that holds the rules of a chain about a subject, "if", "if-not", "run" or "label".

    Raises:
        KeyError: there is no such chain, or it has no such rules.
    """
    if subject in SUBJECTS:
        option = f"{CHAINS[chain]}route{SUBJECTS[subject].suffix}"
    else:
        option = f"{CHAINS[chain]}route-{subject}"
    if option not in OPTIONS:
        raise KeyError(subject)
    return option


def closest(name: str, known: Mapping[str, object]) -> str:
    """Return the known name that one was meant to be, or ""."""
    trimmed = name.strip(" \t").lower()
    if trimmed in known:
        return trimmed
    found = nearest(trimmed, tuple(known), 1)
    return found[0] if found else ""
