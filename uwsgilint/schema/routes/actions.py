"""Actions: what a rule can do. Each function makes the action of its name, or one of its variants.

Wherever an action takes text, `$1` is the first group of the rule's expression, `${HTTP_HOST}` a variable of
the request and `${cookie[name]}` a function of one, unless the argument says that it is plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint.schema.routes.call import Action, Text, action

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "MAKERS",
    "access",
    "addheader",
    "addvar",
    "alarm",
    "basicauth",
    "break_",
    "cache",
    "cachedec",
    "cachediv",
    "cacheinc",
    "cachemul",
    "cacheset",
    "cachestore",
    "cachevar",
    "cgi",
    "cgihelper",
    "chdir",
    "chunked",
    "clearheaders",
    "continue_",
    "delheader",
    "disableheaders",
    "divided",
    "donotlog",
    "donotoffload",
    "expires",
    "fastfile",
    "file",
    "fixcl",
    "fixpathinfo",
    "flush",
    "forcecl",
    "goto",
    "gridfs",
    "gzip",
    "harakiri",
    "hash_",
    "http",
    "httpconnect",
    "httpdumb",
    "last",
    "ldapauth",
    "log",
    "logvar",
    "memcached",
    "memcachedstore",
    "metricdec",
    "metricdiv",
    "metricinc",
    "metricmul",
    "metricset",
    "minus",
    "offload",
    "plus",
    "radius",
    "redirect",
    "redis",
    "redisstore",
    "return_",
    "rewrite",
    "rpc",
    "rpcblob",
    "rpcraw",
    "rpcret",
    "rpcvar",
    "send",
    "sendfile",
    "setapp",
    "setdocroot",
    "setfile",
    "sethome",
    "setmethod",
    "setmodifier1",
    "setmodifier2",
    "setpathinfo",
    "setprocname",
    "setremoteaddr",
    "setscheme",
    "setscriptname",
    "seturi",
    "setuser",
    "signal",
    "spnego",
    "ssi",
    "static",
    "symcall",
    "template",
    "times",
    "tofile",
    "toupper",
    "toxslt",
    "uwsgi",
    "xmldir",
    "xslt",
]


# -- what becomes of the chain and the request -------------------------------------------------------


def continue_() -> Action:
    """Ends the chain; the request goes on to the application."""
    return action("continue")


def last() -> Action:
    """Ends the chain, under the name that says so; the request goes on to the application."""
    return action("last")


def break_(status: Text | None = None, text: str | None = None) -> Action:
    """Ends the request with a status line and no text.

    Without a status the connection is closed and the client gets nothing at all.

    Args:
        status: the status, three digits. Plain.
        text: the reason behind it; the usual one when left out. Plain.
    """
    return action("break", status=status, text=text)


def return_(status: Text) -> Action:
    """Ends the request with a status and the usual words for it as the text.

    Statuses that the server has no words for, 308 among them, are not answered at all.

    Args:
        status: the status, one that the server knows. Plain.
    """
    return action("return", status=status)


def goto(label: Text) -> Action:
    """Jumps to a label, or to a rule by its number.

    Jumps lead forward only; one that cannot be made closes the connection.

    Args:
        label: the name of the label, in the same chain.
    """
    return action("goto", label=label)


def harakiri(seconds: Text) -> Action:
    """Gives this request a time limit of its own, after which the worker is ended.

    Args:
        seconds: how long it may take. Plain.
    """
    return action("harakiri", seconds=seconds)


# -- what is written down ----------------------------------------------------------------------------


def log(text: str) -> Action:
    """Writes a line to the log.

    Args:
        text: the line.
    """
    return action("log", text=text)


def logvar(name: str, value: Text) -> Action:
    """Sets a variable that `log-format` shows as `%(NAME)`.

    Args:
        name: its name. Plain.
        value: its value.
    """
    return action("logvar", name=name, value=value)


def addvar(name: str, value: Text) -> Action:
    """Adds a variable to the request: later rules and the application see it in the environment.

    Args:
        name: its name. Plain.
        value: its value.
    """
    return action("addvar", name=name, value=value)


def donotlog() -> Action:
    """Keeps this request out of the request log."""
    return action("donotlog")


def alarm(name: str, message: str) -> Action:
    """Raises an alarm.

    Args:
        name: the alarm, as the option `alarm` calls it.
        message: what it says.
    """
    return action("alarm", name=name, message=message)


def signal(signal: Text) -> Action:
    """Raises one of uWSGI's own signals, not one of the operating system.

    Args:
        signal: its number, from 0 to 255. Plain.
    """
    return action("signal", signal=signal)


def plus(variable: str, number: Text | None = None) -> Action:
    """Adds a number to a variable of the request, which has to be there.

    Args:
        variable: the name of the variable, without `${}`.
        number: the number; 1 when left out.
    """
    return action("+", variable=variable, number=number)


def minus(variable: str, number: Text | None = None) -> Action:
    """Subtracts a number from a variable of the request, which has to be there.

    Args:
        variable: the name of the variable, without `${}`.
        number: the number; 1 when left out.
    """
    return action("-", variable=variable, number=number)


def times(variable: str, number: Text) -> Action:
    """Multiplies a variable of the request by a number.

    Args:
        variable: the name of the variable, without `${}`.
        number: the number.
    """
    return action("*", variable=variable, number=number)


def divided(variable: str, number: Text) -> Action:
    """Is meant to divide a variable of the request by a number. Every release of 2.0 multiplies instead.

    Args:
        variable: the name of the variable, without `${}`.
        number: the number.
    """
    return action("/", variable=variable, number=number)


# -- headers and bodies ------------------------------------------------------------------------------


def addheader(name: str, value: Text) -> Action:
    """Adds a header to the response, beside one of the same name that the application sets.

    Args:
        name: its name.
        value: its value.
    """
    return action("addheader", name=name, value=value)


def delheader(name: str) -> Action:
    """Takes a header of the application out of its response; headers that rules added stay.

    Args:
        name: its name.
    """
    return action("delheader", name=name)


def clearheaders(status: str) -> Action:
    """Drops the headers that were set so far and starts the response anew with a status line.

    Args:
        status: the status and its words, such as 200 OK.
    """
    return action("clearheaders", status=status)


def disableheaders() -> Action:
    """Takes the headers for sent, for rules that send all of the response themselves.

    A WSGI application cannot answer any more.
    """
    return action("disableheaders")


def send(text: str, *, line: bool = False) -> Action:
    """Sends text to the client, as a part of the body. The chain goes on.

    Args:
        text: the text.
        line: whether an end of line follows it (`send-crnl`).
    """
    return action("send-crnl" if line else "send", text=text)


def flush() -> Action:
    """Has the body sent as far as transformations have it, instead of at the end."""
    return action("flush")


def fixcl() -> Action:
    """Holds the body back until it is complete, and adds its length as a header."""
    return action("fixcl")


def forcecl() -> Action:
    """Does what `fixcl` does, also when the headers have a length already."""
    return action("forcecl")


# -- what the request says ---------------------------------------------------------------------------


def setapp(app: str) -> Action:
    """Chooses the application that is to answer, by its mountpoint.

    Args:
        app: the mountpoint.
    """
    return action("setapp", app=app)


def setuser(user: str) -> Action:
    """Sets the user on whose behalf the request is made, `REMOTE_USER`, up to the first colon.

    Args:
        user: the name.
    """
    return action("setuser", user=user)


def sethome(directory: str) -> Action:
    """Sets the virtual environment of the request, `UWSGI_HOME`.

    Args:
        directory: where it is.
    """
    return action("sethome", directory=directory)


def setfile(file: str) -> Action:
    """Has the application of the request loaded from a file.

    Args:
        file: the file.
    """
    return action("setfile", file=file)


def setscriptname(path: str) -> Action:
    """Sets the path under which the application believes to be mounted, `SCRIPT_NAME`.

    Args:
        path: the path.
    """
    return action("setscriptname", path=path)


def setpathinfo(path: str) -> Action:
    """Sets the path that the application sees, `PATH_INFO`, exactly as given.

    Without decoding, and without a query.

    Args:
        path: the path.
    """
    return action("setpathinfo", path=path)


def fixpathinfo() -> Action:
    """Takes the mountpoint off the path: `PATH_INFO` without `SCRIPT_NAME`, whatever stands there."""
    return action("fixpathinfo")


def setmethod(method: str) -> Action:
    """Sets the method of the request.

    Args:
        method: the method, in capitals.
    """
    return action("setmethod", method=method)


def seturi(uri: str) -> Action:
    """Sets `REQUEST_URI`. What the application sees as its path stays.

    Args:
        uri: path and query.
    """
    return action("seturi", uri=uri)


def setremoteaddr(address: str) -> Action:
    """Sets the address of the client, to what a proxy says it is, for example.

    Args:
        address: the address.
    """
    return action("setremoteaddr", address=address)


def setdocroot(directory: str) -> Action:
    """Sets `DOCUMENT_ROOT`.

    Args:
        directory: the directory.
    """
    return action("setdocroot", directory=directory)


def setscheme(scheme: str) -> Action:
    """Sets the scheme that the application takes for that of the request.

    Args:
        scheme: http or https.
    """
    return action("setscheme", scheme=scheme)


def setmodifier1(modifier: Text) -> Action:
    """Sets the number of the plugin that is to handle the request.

    Args:
        modifier: the number, from 0 to 255. Plain.
    """
    return action("setmodifier1", modifier=modifier)


def setmodifier2(modifier: Text) -> Action:
    """Sets the second number of a request, which means what the plugin of the first one makes of it.

    Args:
        modifier: the number, from 0 to 255. Plain.
    """
    return action("setmodifier2", modifier=modifier)


# -- the process -------------------------------------------------------------------------------------


def setprocname(name: str) -> Action:
    """Names the worker, for `ps` and its relatives; the name stays after the request.

    Args:
        name: the name.
    """
    return action("setprocname", name=name)


def chdir(directory: str) -> Action:
    """Changes the working directory of the worker, which stays changed.

    A directory that is missing closes the connection.

    Args:
        directory: the directory.
    """
    return action("chdir", directory=directory)


def donotoffload() -> Action:
    """Keeps the socket that the request came by from offloading; later requests are concerned as well."""
    return action("donotoffload")


# -- elsewhere ---------------------------------------------------------------------------------------


def redirect(url: str, *, permanent: bool = False) -> Action:
    """Sends the client to another address, with the status 302, or 301 for good.

    Args:
        url: where to; a path alone stays on the host.
        permanent: whether browsers may remember it (`redirect-301`).
    """
    return action("redirect-301" if permanent else "redirect", url=url)


def rewrite(path: str, *, last: bool = False) -> Action:
    """Replaces path and query that the application sees.

    The new path is decoded, and the query of the request is kept, behind a new one if there is one.

    Args:
        path: the new path, with a query if need be.
        last: whether the chain ends with it (`rewrite-last`).
    """
    return action("rewrite-last" if last else "rewrite", path=path)


def http(to: str, host: str | None = None, uri: str | None = None, *, offload: bool = True) -> Action:
    """Passes the request to another server by HTTP/1.0, and its answer to the client.

    Args:
        to: address and port, or the path of a socket. Names are not looked up, and IPv6 is not understood.
        host: what is sent as the `Host` header; that of the request when left out. Plain.
        uri: what is asked for; that of the request when left out.
        offload: whether offload threads may do it, if there are any; otherwise it is `proxyhttp`.
    """
    return action("http" if offload else "proxyhttp", to=to, host=host, uri=uri)


def httpdumb(to: str, host: str | None = None, uri: str | None = None) -> Action:
    """Passes the request on by HTTP just as it came, its version and its headers about the connection included.

    Args:
        to: address and port, or the path of a socket. Names are not looked up, and IPv6 is not understood.
        host: what is sent as the `Host` header; that of the request when left out. Plain.
        uri: what is asked for; that of the request when left out.
    """
    return action("httpdumb", to=to, host=host, uri=uri)


def httpconnect(to: str, *, offload: bool = True) -> Action:
    """Answers a CONNECT by passing bytes to another server from then on, in both directions.

    Args:
        to: address and port, or the path of a socket. Names are not looked up, and IPv6 is not understood.
        offload: whether offload threads may do it, if there are any; otherwise it is `proxyhttpconnect`.
    """
    return action("httpconnect" if offload else "proxyhttpconnect", to=to)


def uwsgi(to: str, modifier1: Text = 0, modifier2: Text = 0, app: str | None = None, *, offload: bool = True) -> Action:
    """Passes the request to another uWSGI by its own protocol, or to another plugin of this one.

    Args:
        to: address and port, or the path of a socket; empty for this server itself. Names are not looked up.
        modifier1: the number of the plugin there. Plain.
        modifier2: the second number. Plain.
        app: the mountpoint of the application there. Plain.
        offload: whether offload threads may do it, if there are any; otherwise it is `proxyuwsgi`.
    """
    return action("uwsgi" if offload else "proxyuwsgi", to=to, modifier1=modifier1, modifier2=modifier2, app=app)


# -- who may -----------------------------------------------------------------------------------------


def basicauth(realm: str, users: str, *, go_on: bool = False) -> Action:
    """Asks for a name and a password, unless an earlier rule let the client in.

    In a file, passwords are hashed by the traditional `crypt` or as `{SHA}`; the server reads no other kind.

    Args:
        realm: what the browser shows. Plain.
        users: `name:password`, or the path of a file as `htpasswd` writes it. Plain.
        go_on: whether a wrong password is left to the next rule (`basicauth-next`).
    """
    return action("basicauth-next" if go_on else "basicauth", realm=realm, users=users)


def ldapauth(
    realm: str,
    url: str,
    basedn: str,
    binddn: str | None = None,
    bindpw: str | None = None,
    filter_: str | None = None,
    attr: str | None = None,
    loglevel: Text | None = None,
    *,
    go_on: bool = False,
) -> Action:
    """Asks for a name and a password, and an LDAP server whether they are right.

    Args:
        realm: what the browser shows. Plain.
        url: the LDAP server, such as ldap://localhost. Plain.
        basedn: where users are looked for. Plain.
        binddn: who looks for them. Plain.
        bindpw: the password for that. Plain.
        filter_: what a user has to be. Plain.
        attr: the attribute that holds the name; `uid` when left out. Plain.
        loglevel: 1 tells more in the log. Plain.
        go_on: whether a wrong password is left to the next rule (`ldapauth-next`).
    """
    return action(
        "ldapauth-next" if go_on else "ldapauth",
        realm=realm,
        url=url,
        basedn=basedn,
        binddn=binddn,
        bindpw=bindpw,
        filter=filter_,
        attr=attr,
        loglevel=loglevel,
    )


def radius(
    realm: str,
    server: str,
    secret: str,
    nas_port: Text | None = None,
    nas_address: str | None = None,
    *,
    go_on: bool = False,
) -> Action:
    """Asks for a name and a password, and a RADIUS server whether they are right.

    Args:
        realm: what the browser shows. Plain.
        server: address and port of the RADIUS server. Plain.
        secret: the secret shared with it. Plain.
        nas_port: the port that this server tells it. Plain.
        nas_address: the address that this server tells it. Plain.
        go_on: whether a wrong password is left to the next rule (`radius-next`).
    """
    return action(
        "radius-next" if go_on else "radius",
        realm=realm,
        server=server,
        secret=secret,
        nas_port=nas_port,
        nas_address=nas_address,
    )


def spnego(realm: str | None = None, *, go_on: bool = False) -> Action:
    """Lets clients in who have a Kerberos ticket.

    Args:
        realm: what is asked for when there is none.
        go_on: whether a client without one is left to the next rule (`spnego-next`).
    """
    return action("spnego-next" if go_on else "spnego", realm=realm)


def access(action_: str | None = None, daemon: str | None = None, addr: str | None = None) -> Action:
    """Lets clients in as the files of TCP wrappers, hosts.allow and hosts.deny, say.

    Without a daemon everybody is refused.

    Args:
        action_: what to ask: `hosts`. Plain.
        daemon: the name to look for in those files. Plain.
        addr: the address to judge; the client's when left out. Plain.
    """
    return action("access", action=action_, daemon=daemon, addr=addr)


# -- files -------------------------------------------------------------------------------------------


def static(path: str, *, go_on: bool = False) -> Action:
    """Answers with a file, its type told by its name. If it is missing, the client gets nothing.

    Args:
        path: the file.
        go_on: whether the chain goes on after it (`static-next`).
    """
    return action("static-next" if go_on else "static", path=path)


def file(
    filename: str,
    status: str | None = None,
    content_type: str | None = None,
    *,
    mime: bool = False,
    no_content_length: bool = False,
    no_headers: bool = False,
    go_on: bool = False,
) -> Action:
    """Answers with a file that the worker reads and sends, with a status of one's choice: the page for an error.

    Args:
        filename: the file.
        status: the status and its words; 200 OK when left out.
        content_type: its type; text/html when left out. Plain.
        mime: whether its name tells the type, as far as the server knows types.
        no_content_length: whether the header with its length is left out.
        no_headers: whether all headers are left out.
        go_on: whether the rules go on when it is missing, which otherwise closes the connection (`file-next`).
    """
    return action(
        "file-next" if go_on else "file",
        filename=filename,
        status=status,
        content_type=content_type,
        mime=mime,
        no_content_length=no_content_length,
        no_headers=no_headers,
    )


def sendfile(
    filename: str,
    status: str | None = None,
    content_type: str | None = None,
    *,
    mime: bool = False,
    no_content_length: bool = False,
    no_headers: bool = False,
    go_on: bool = False,
) -> Action:
    """Answers with a file that the kernel sends, which spares the worker the copying.

    Args:
        filename: the file.
        status: the status and its words; 200 OK when left out.
        content_type: its type; text/html when left out. Plain.
        mime: whether its name tells the type, as far as the server knows types.
        no_content_length: whether the header with its length is left out.
        no_headers: whether all headers are left out.
        go_on: whether the rules go on when it is missing, which otherwise closes the connection (`sendfile-next`).
    """
    return action(
        "sendfile-next" if go_on else "sendfile",
        filename=filename,
        status=status,
        content_type=content_type,
        mime=mime,
        no_content_length=no_content_length,
        no_headers=no_headers,
    )


def fastfile(
    filename: str,
    status: str | None = None,
    content_type: str | None = None,
    *,
    mime: bool = False,
    no_content_length: bool = False,
    no_headers: bool = False,
    go_on: bool = False,
) -> Action:
    """Answers with a file in the quickest way there is: an offload thread sends it, or else the kernel.

    Args:
        filename: the file.
        status: the status and its words; 200 OK when left out.
        content_type: its type; text/html when left out. Plain.
        mime: whether its name tells the type, as far as the server knows types.
        no_content_length: whether the header with its length is left out.
        no_headers: whether all headers are left out.
        go_on: whether the rules go on when it is missing, which otherwise closes the connection (`fastfile-next`).
    """
    return action(
        "fastfile-next" if go_on else "fastfile",
        filename=filename,
        status=status,
        content_type=content_type,
        mime=mime,
        no_content_length=no_content_length,
        no_headers=no_headers,
    )


def expires(filename: str | None = None, unix: Text | None = None, value: Text | None = None) -> Action:
    """Adds the header that says how long the answer may be kept: a moment and a number of seconds after it.

    Args:
        filename: a file whose last change is the moment; a missing one closes the connection.
        unix: the moment in seconds since 1970, such as `${time[unix]}`.
        value: the seconds.
    """
    return action("expires", filename=filename, unix=unix, value=value)


# -- stores ------------------------------------------------------------------------------------------


def cache(
    key: str,
    name: str | None = None,
    content_type: str | None = None,
    content_encoding: str | None = None,
    *,
    mime: bool = False,
    no_offload: bool = False,
    no_content_length: bool = False,
    go_on: bool = False,
) -> Action:
    """Answers with an item of a cache. If there is none, the chain goes on.

    Args:
        key: the key of the item.
        name: the name of the cache; the first one when left out. Plain.
        content_type: its type; text/html when left out. Plain.
        content_encoding: its encoding, `gzip` for what was stored so. Plain.
        mime: whether the key tells the type, as the name of a file does.
        no_offload: whether offload threads stay out of it.
        no_content_length: whether the header with its length is left out.
        go_on: whether the chain goes on after it (`cache-continue`).
    """
    return action(
        "cache-continue" if go_on else "cache",
        key=key,
        name=name,
        content_type=content_type,
        content_encoding=content_encoding,
        mime=mime,
        no_offload=no_offload,
        no_content_length=no_content_length,
    )


def cachestore(
    key: str,
    name: str | None = None,
    value: str | None = None,
    gzip: str | None = None,
    status: Text | None = None,
    expires: Text | None = None,
) -> Action:
    """Has the body of the response stored in a cache when it is complete.

    Args:
        key: the key to store it under.
        name: the name of the cache; the first one when left out.
        value: what to store in place of the body.
        gzip: a second key, to store it compressed.
        status: a status to store beside 200. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cachestore", key=key, name=name, value=value, gzip=gzip, status=status, expires=expires)


def cachevar(key: str, var: str, name: str | None = None, *, num: bool = False) -> Action:
    """Puts an item of a cache into a variable of the request.

    Args:
        key: the key of the item.
        var: the name of the variable. Plain.
        name: the name of the cache; the first one when left out. Plain.
        num: whether the item is a number, as `cacheinc` leaves it. The server puts stray bytes behind it.
    """
    return action("cachevar", key=key, var=var, name=name, num=num)


def cacheset(key: str, value: Text, name: str | None = None, expires: Text | None = None) -> Action:
    """Puts an item into a cache. If there is one of this key already, the connection is closed.

    Args:
        key: its key.
        value: the item.
        name: the name of the cache; the first one when left out. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cacheset", key=key, value=value, name=name, expires=expires)


def cacheinc(key: str, value: Text | None = None, name: str | None = None, expires: Text | None = None) -> Action:
    """Adds to a number in a cache, which starts at 0 unless the cache says otherwise: requests per client, say.

    Args:
        key: its key.
        value: by how much; 1 when left out.
        name: the name of the cache; the first one when left out. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cacheinc", key=key, value=value, name=name, expires=expires)


def cachedec(key: str, value: Text | None = None, name: str | None = None, expires: Text | None = None) -> Action:
    """Subtracts from a number in a cache.

    Args:
        key: its key.
        value: by how much; 1 when left out.
        name: the name of the cache; the first one when left out. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cachedec", key=key, value=value, name=name, expires=expires)


def cachemul(key: str, value: Text | None = None, name: str | None = None, expires: Text | None = None) -> Action:
    """Multiplies a number in a cache.

    Args:
        key: its key.
        value: by how much; 2 when left out.
        name: the name of the cache; the first one when left out. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cachemul", key=key, value=value, name=name, expires=expires)


def cachediv(key: str, value: Text | None = None, name: str | None = None, expires: Text | None = None) -> Action:
    """Divides a number in a cache.

    Args:
        key: its key.
        value: by how much; 2 when left out.
        name: the name of the cache; the first one when left out. Plain.
        expires: seconds until it is forgotten. Plain.
    """
    return action("cachediv", key=key, value=value, name=name, expires=expires)


def memcached(
    addr: str, key: str, content_type: str | None = None, *, no_offload: bool = False, go_on: bool = False
) -> Action:
    """Answers with what a memcached server has under a key. If there is nothing, the chain goes on.

    Args:
        addr: address and port of the memcached server.
        key: the key.
        content_type: its type; text/html when left out. Plain.
        no_offload: whether offload threads stay out of it.
        go_on: whether the chain goes on after it (`memcached-continue`).
    """
    return action(
        "memcached-continue" if go_on else "memcached",
        addr=addr,
        key=key,
        content_type=content_type,
        no_offload=no_offload,
    )


def memcachedstore(addr: str, key: str, expires: Text | None = None) -> Action:
    """Has the body of the response stored by a memcached server when it is complete.

    Args:
        addr: address and port of the memcached server.
        key: the key to store it under.
        expires: seconds until it is forgotten. Plain.
    """
    return action("memcachedstore", addr=addr, key=key, expires=expires)


def redis(
    addr: str, key: str, content_type: str | None = None, *, no_offload: bool = False, go_on: bool = False
) -> Action:
    """Answers with what a Redis server has under a key. If there is nothing, the chain goes on.

    Args:
        addr: address and port of the Redis server.
        key: the key.
        content_type: its type; text/html when left out. Plain.
        no_offload: whether offload threads stay out of it.
        go_on: whether the chain goes on after it (`redis-continue`).
    """
    return action(
        "redis-continue" if go_on else "redis", addr=addr, key=key, content_type=content_type, no_offload=no_offload
    )


def redisstore(addr: str, key: str, expires: Text | None = None) -> Action:
    """Has the body of the response stored by a Redis server when it is complete.

    Args:
        addr: address and port of the Redis server.
        key: the key to store it under.
        expires: seconds until it is forgotten. Plain.
    """
    return action("redisstore", addr=addr, key=key, expires=expires)


# -- numbers, names and functions --------------------------------------------------------------------


def hash_(key: str, var: str, items: list[str], algo: str | None = None) -> Action:
    """Chooses one of several texts, always the same for the same key, and puts it into a variable.

    One back end per client.

    Args:
        key: what decides, such as `${REMOTE_ADDR}`.
        var: the name of the variable. Plain.
        items: the texts to choose from. Plain.
        algo: how: `djb33x`, `murmur2`, or by chance or in turn with `rand`, `random` and `rr`. Plain.
    """
    return action("hash", key=key, var=var, items=items, algo=algo)


def metricinc(metric: str, value: Text | None = None) -> Action:
    """Adds to a metric. A metric that is not there closes the connection.

    Args:
        metric: the name of the metric.
        value: by how much; 1 when left out.
    """
    return action("metricinc", metric=metric, value=value)


def metricdec(metric: str, value: Text | None = None) -> Action:
    """Subtracts from a metric. A metric that is not there closes the connection.

    Args:
        metric: the name of the metric.
        value: by how much; 1 when left out.
    """
    return action("metricdec", metric=metric, value=value)


def metricmul(metric: str, value: Text | None = None) -> Action:
    """Multiplies a metric. A metric that is not there closes the connection.

    Args:
        metric: the name of the metric.
        value: by how much; 1 when left out.
    """
    return action("metricmul", metric=metric, value=value)


def metricdiv(metric: str, value: Text | None = None) -> Action:
    """Divides a metric. A metric that is not there closes the connection.

    Args:
        metric: the name of the metric.
        value: by how much; 1 when left out.
    """
    return action("metricdiv", metric=metric, value=value)


def metricset(metric: str, value: Text | None = None) -> Action:
    """Sets a metric. A metric that is not there closes the connection.

    Args:
        metric: the name of the metric.
        value: its new value; 1 when left out.
    """
    return action("metricset", metric=metric, value=value)


def rpc(function: str, arguments: list[str] | None = None) -> Action:
    """Calls a function that was registered for remote calls, and answers with what it returns.

    Args:
        function: the name of the function, with `@address` for one of another server. Plain.
        arguments: what it is called with; none may hold a blank.
    """
    return action("rpc", function=function, arguments=arguments)


def rpcret(function: str, arguments: list[str] | None = None) -> Action:
    """Calls such a function and does what it returns: `next`, `continue`, `break`, or `goto` and a label.

    Args:
        function: the name of the function, with `@address` for one of another server. Plain.
        arguments: what it is called with; none may hold a blank.
    """
    return action("rpcret", function=function, arguments=arguments)


def rpcblob(function: str, arguments: list[str] | None = None) -> Action:
    """Calls such a function, sends what it returns as a part of the body, and lets the chain go on.

    Args:
        function: the name of the function, with `@address` for one of another server. Plain.
        arguments: what it is called with; none may hold a blank.
    """
    return action("rpcblob", function=function, arguments=arguments)


def rpcraw(function: str, arguments: list[str] | None = None) -> Action:
    """Calls such a function and sends what it returns as the whole response, headers included.

    Args:
        function: the name of the function, with `@address` for one of another server. Plain.
        arguments: what it is called with; none may hold a blank.
    """
    return action("rpcraw", function=function, arguments=arguments)


def rpcvar(variable: str, function: str, arguments: list[str] | None = None) -> Action:
    """Calls such a function and puts what it returns into a variable of the request.

    Args:
        variable: the name of the variable. Plain.
        function: the name of the function, with `@address` for one of another server. Plain.
        arguments: what it is called with; none may hold a blank.
    """
    return action("rpcvar", variable=variable, function=function, arguments=arguments)


def symcall(symbol: str, *, go_on: bool = False) -> Action:
    """Calls a C function of a library that the server has loaded.

    Args:
        symbol: its name. Plain.
        go_on: whether the chain goes on after it (`symcall-next`).
    """
    return action("symcall-next" if go_on else "symcall", symbol=symbol)


# -- other programs and documents --------------------------------------------------------------------


def cgi(script: str) -> Action:
    """Runs a CGI script and answers with what it writes.

    Args:
        script: the file, which has to be executable.
    """
    return action("cgi", script=script)


def cgihelper(helper: str, script: str) -> Action:
    """Runs a CGI script by means of an interpreter.

    Args:
        helper: the interpreter.
        script: the file.
    """
    return action("cgihelper", helper=helper, script=script)


def ssi(file_: str) -> Action:
    """Answers with a file in which server-side includes are filled in.

    Args:
        file_: the file.
    """
    return action("ssi", file=file_)


def xmldir(directory: str) -> Action:
    """Answers with the list of a directory as XML.

    Args:
        directory: the directory.
    """
    return action("xmldir", directory=directory)


def gridfs(
    server: str,
    db: str,
    mountpoint: str | None = None,
    prefix: str | None = None,
    itemname: str | None = None,
    timeout: Text | None = None,
    username: str | None = None,
    password: str | None = None,
    *,
    orig_filename: bool = False,
    skip_slash: bool = False,
    md5: bool = False,
    etag: bool = False,
    no_mime: bool = False,
) -> Action:
    """Answers with a file of a MongoDB database.

    Args:
        server: address and port of the MongoDB server. Plain.
        db: the database. Plain.
        mountpoint: the path below which names of files begin. Plain.
        prefix: the prefix of its collections. Plain.
        itemname: the name of the file; taken from the path when left out.
        timeout: seconds until the database is given up. Plain.
        username: who asks. Plain.
        password: the password for that. Plain.
        orig_filename: whether a header tells the name.
        skip_slash: whether names begin without a slash.
        md5: whether a header tells the checksum.
        etag: whether the checksum is the `ETag`.
        no_mime: whether the type is left out.
    """
    return action(
        "gridfs",
        server=server,
        db=db,
        mountpoint=mountpoint,
        prefix=prefix,
        itemname=itemname,
        timeout=timeout,
        username=username,
        password=password,
        orig_filename=orig_filename,
        skip_slash=skip_slash,
        md5=md5,
        etag=etag,
        no_mime=no_mime,
    )


def xslt(doc: str, stylesheet: str, content_type: str | None = None, params: str | None = None) -> Action:
    """Answers with an XML file, transformed by a style sheet.

    Args:
        doc: the XML file.
        stylesheet: the file of the style sheet.
        content_type: the type of the result.
        params: parameters of the style sheet.
    """
    return action("xslt", doc=doc, stylesheet=stylesheet, content_type=content_type, params=params)


# -- transformations of the body ---------------------------------------------------------------------


def toxslt(stylesheet: str, content_type: str | None = None, params: str | None = None) -> Action:
    """Transforms the body, which has to be XML, by a style sheet.

    Args:
        stylesheet: the file of the style sheet.
        content_type: the type of the result.
        params: parameters of the style sheet.
    """
    return action("toxslt", stylesheet=stylesheet, content_type=content_type, params=params)


def gzip() -> Action:
    """Compresses the body, and says so in a header; whether the client can read it is not asked."""
    return action("gzip")


def chunked() -> Action:
    """Sends the body in chunks, which HTTP/1.1 wants where no length is known."""
    return action("chunked")


def template() -> Action:
    """Fills in variables and groups in the body itself."""
    return action("template")


def toupper() -> Action:
    """Turns the letters of the body into capitals; an example for those who write plugins."""
    return action("toupper")


def offload(limit: Text | None = None) -> Action:
    """Collects the body and leaves sending it to an offload thread. Without such threads the connection is closed.

    Args:
        limit: bytes that are kept in memory, beyond which a file is used; a mebibyte when left out. Plain.
    """
    return action("offload", limit=limit)


def tofile(filename: str, mode: str | None = None) -> Action:
    """Has the body written to a file as well.

    Args:
        filename: the file.
        mode: its permissions, in octal digits. Plain.
    """
    return action("tofile", filename=filename, mode=mode)


MAKERS: dict[str, Callable[..., Action]] = {
    "continue": continue_,
    "last": last,
    "break": break_,
    "return": return_,
    "break-with-status": return_,
    "goto": goto,
    "harakiri": harakiri,
    "log": log,
    "logvar": logvar,
    "addvar": addvar,
    "donotlog": donotlog,
    "alarm": alarm,
    "signal": signal,
    "+": plus,
    "-": minus,
    "*": times,
    "/": divided,
    "addheader": addheader,
    "delheader": delheader,
    "remheader": delheader,
    "clearheaders": clearheaders,
    "resetheaders": clearheaders,
    "disableheaders": disableheaders,
    "send": send,
    "send-crnl": send,
    "flush": flush,
    "fixcl": fixcl,
    "forcecl": forcecl,
    "setapp": setapp,
    "setuser": setuser,
    "sethome": sethome,
    "setfile": setfile,
    "setscriptname": setscriptname,
    "setpathinfo": setpathinfo,
    "fixpathinfo": fixpathinfo,
    "setmethod": setmethod,
    "seturi": seturi,
    "setremoteaddr": setremoteaddr,
    "setdocroot": setdocroot,
    "setscheme": setscheme,
    "setmodifier1": setmodifier1,
    "setmodifier2": setmodifier2,
    "setprocname": setprocname,
    "chdir": chdir,
    "donotoffload": donotoffload,
    "redirect": redirect,
    "redirect-302": redirect,
    "redirect-permanent": redirect,
    "redirect-301": redirect,
    "rewrite": rewrite,
    "rewrite-last": rewrite,
    "http": http,
    "proxyhttp": http,
    "httpdumb": httpdumb,
    "httpconnect": httpconnect,
    "proxyhttpconnect": httpconnect,
    "uwsgi": uwsgi,
    "proxyuwsgi": uwsgi,
    "basicauth": basicauth,
    "basicauth-next": basicauth,
    "ldapauth": ldapauth,
    "ldapauth-next": ldapauth,
    "radius": radius,
    "radius-next": radius,
    "spnego": spnego,
    "spnego-next": spnego,
    "access": access,
    "static": static,
    "static-next": static,
    "file": file,
    "file-next": file,
    "sendfile": sendfile,
    "sendfile-next": sendfile,
    "fastfile": fastfile,
    "fastfile-next": fastfile,
    "expires": expires,
    "cache": cache,
    "cache-continue": cache,
    "cachestore": cachestore,
    "cache-store": cachestore,
    "cachevar": cachevar,
    "cacheset": cacheset,
    "cacheinc": cacheinc,
    "cachedec": cachedec,
    "cachemul": cachemul,
    "cachediv": cachediv,
    "memcached": memcached,
    "memcached-continue": memcached,
    "memcachedstore": memcachedstore,
    "memcached-store": memcachedstore,
    "redis": redis,
    "redis-continue": redis,
    "redisstore": redisstore,
    "redis-store": redisstore,
    "hash": hash_,
    "metricinc": metricinc,
    "metricdec": metricdec,
    "metricmul": metricmul,
    "metricdiv": metricdiv,
    "metricset": metricset,
    "rpc": rpc,
    "call": rpc,
    "rpcret": rpcret,
    "rpcblob": rpcblob,
    "rpcnext": rpcblob,
    "rpcraw": rpcraw,
    "rpcvar": rpcvar,
    "symcall": symcall,
    "symcall-next": symcall,
    "cgi": cgi,
    "cgihelper": cgihelper,
    "ssi": ssi,
    "xmldir": xmldir,
    "gridfs": gridfs,
    "xslt": xslt,
    "toxslt": toxslt,
    "gzip": gzip,
    "chunked": chunked,
    "template": template,
    "toupper": toupper,
    "offload": offload,
    "tofile": tofile,
    "to-file": tofile,
}
"""Which function makes, and tells of, an action; several names may mean one, or be its variants."""
