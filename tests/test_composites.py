"""The small languages of options: models, the plain declarations made from them, and the real server."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError

from tools.composites import MODULE, generated
from uwsgilint import catalog, composites, grammar
from uwsgilint.grammar import CannotJoinError
from uwsgilint.schema.composites.cron import Cron, CurlCron, KeyedCron, LegionCron
from uwsgilint.schema.composites.registry import COMPOSITES
from uwsgilint.server import Server, acts_while_reading


class Case(NamedTuple):
    """A valid table, what it is in the server's language, and values with a fault each."""

    option: str
    table: dict[str, Any]
    native: str
    faults: dict[str, tuple[str, str]]


CASES = [
    # -- caching and memory
    Case(
        "cache2",
        {"name": "s", "items": 100, "blocksize": "4k", "hash": "murmur2", "bitmap": True, "udp": ["127.0.0.1:41801"]},
        "name=s,items=100,blocksize=4096,hash=murmur2,udp=127.0.0.1:41801,bitmap=1",
        {
            "name=s,itmes=9": ("unknown-part", "itmes"),
            "name=s,items=9, bitmap=1": ("unknown-part", " bitmap"),
            "name=s,items=10k": ("misread-part", "10k"),
            "name=s,items=9,hash=md5": ("misread-part", "md5"),
            "name=s,items=9,lazy=0": ("misread-part", "0"),
            "name=s,items=9,keysize=65536": ("misread-part", "65536"),
            "name=s,items=9,nodes=h": ("misread-part", "h"),
            "name=s": ("missing-part", ""),
            "items=9": ("missing-part", ""),
        },
    ),
    Case(
        "add-cache-item",
        {"cache": "s", "key": "k", "value": "two words"},
        "s k=two words",
        {"k": ("malformed-value", ""), "k=two words": ("malformed-value", ""), "s =v": ("missing-part", "")},
    ),
    Case(
        "load-file-in-cache", {"cache": "s", "path": "/etc/hostname"}, "s /etc/hostname", {"s ": ("missing-part", "")}
    ),
    Case(
        "sharedarea",
        {"size": "0x10000"},
        "size=0x10000",
        {"64k": ("misread-part", "64k"), "page=4": ("unknown-part", "page"), "size=64k": ("misread-part", "64k")},
    ),
    # -- addresses
    Case("http-socket", {"host": "127.0.0.1", "port": 41802}, "127.0.0.1:41802", {}),
    Case("socket", {"path": "/run/app.sock"}, "/run/app.sock", {}),
    Case("socket", {"shared": 0}, "=0", {}),
    Case("socket", {"host": "[::1]", "port": 41803}, "[::1]:41803", {}),
    Case("uwsgi-socket", {"fd": 3}, "fd://3", {"fd://x": ("misread-part", "x"), "h:99999": ("misread-part", "99999")}),
    Case(
        "map-socket",
        {"socket": 0, "workers": [1, 2]},
        "0:1,2",
        {"0": ("malformed-value", ""), "0:": ("missing-part", ""), "0:1,x": ("misread-part", "x")},
    ),
    Case(
        "http-to-https",
        {"addr": "127.0.0.1:41804", "port": 8443},
        "127.0.0.1:41804,8443",
        {"a:1,https": ("misread-part", "https"), "": ("missing-part", "")},
    ),
    Case(
        "https",
        {"addr": "0.0.0.0:443", "cert": "/c.pem", "key": "/k.pem", "client_ca": "!/ca.pem"},
        "0.0.0.0:443,/c.pem,/k.pem,,!/ca.pem",
        {
            "a:1,/c.pem": ("malformed-value", ""),
            "a:1,,/k.pem": ("missing-part", ""),
            "a:1, /c.pem,/k.pem": ("misread-part", " /c.pem"),
        },
    ),
    Case(
        "https2",
        {"addr": "0.0.0.0:443", "cert": "/c.pem", "key": "/k.pem", "ciphers": "HIGH", "client-ca": "/ca.pem"},
        "addr=0.0.0.0:443,cert=/c.pem,key=/k.pem,ciphers=HIGH,clientca=/ca.pem",
        {
            "addr=a,crt=c": ("missing-part", ""),
            "addr=a,crt=c,kye=k": ("unknown-part", "kye"),
            "addr=a,cert=c,key=k,spdy=false": ("misread-part", "false"),
        },
    ),
    Case(
        "sslrouter2",
        {"addr": "0.0.0.0:443", "crt": "/c.pem", "key": "/k.pem"},
        "addr=0.0.0.0:443,cert=/c.pem,key=/k.pem",
        {"addr=a,cert=c,key=k,spdy=1": ("unknown-part", "spdy"), "cert=c,key=k": ("missing-part", "")},
    ),
    Case(
        "sni",
        {"name": "example.com", "cert": "/c.pem", "key": "/k.pem"},
        "example.com /c.pem,/k.pem",
        {"example.com,/c.pem,/k.pem": ("malformed-value", ""), "example.com /c.pem": ("malformed-value", "")},
    ),
    # -- routers
    Case(
        "http-use-code-string",
        {"modifier1": 0, "file": "/x.py", "function": "find"},
        "0:/x.py:find",
        {"0:/x.py": ("malformed-value", ""), "python:/x.py:f": ("misread-part", "python")},
    ),
    Case(
        "subscribe-to",
        {"addr": "=0", "server": "127.0.0.1:4000", "key": "example.com", "modifier1": 5, "sign": "SHA1:/k.pem"},
        "=0=127.0.0.1:4000:example.com,5,SHA1:/k.pem",
        {
            "127.0.0.1:4000": ("malformed-value", ""),
            "127.0.0.1:4000:": ("missing-part", ""),
            "127.0.0.1:4000:k,5x": ("misread-part", "5x"),
            "127.0.0.1:4000:k,,SHA1:/k.pem": ("malformed-value", ",SHA1:/k.pem"),
        },
    ),
    Case(
        "subscribe2",
        {"server": "127.0.0.1:4000", "key": "example.com", "weight": 2},
        "server=127.0.0.1:4000,key=example.com,weight=2",
        {
            "key=x": ("missing-part", ""),
            "server=a:1,kay=x": ("unknown-part", "kay"),
            "server=a:1,key=x,modifier1=300": ("misread-part", "300"),
        },
    ),
    Case(
        "subscriptions-sign-check",
        {"digest": "SHA1", "directory": "/etc/keys"},
        "SHA1:/etc/keys",
        {"SHA1": ("malformed-value", ""), "SHA1: /etc": ("misread-part", " /etc"), ":/etc": ("missing-part", "")},
    ),
    # -- the clock, daemons, mules
    Case(
        "cron",
        {"minute": -5, "hour": -1, "day": -1, "month": -1, "weekday": 1, "command": "echo  hi"},
        "-5 -1 -1 -1 1 echo  hi",
        {
            "*/5 -1 -1 -1 1 x": ("misread-part", "*/5"),
            "0 24 -1 -1 1 x": ("misread-part", "24"),
            "0 0 -1 -1 echo": ("malformed-value", ""),
            "0 0 1 1 1 ": ("missing-part", ""),
        },
    ),
    Case(
        "cron2",
        {"hour": 3, "unique": True, "command": "echo a=b"},
        "hour=3,unique=1 echo a=b",
        {
            "minut=5 x": ("unknown-part", "minut"),
            "minute=*/5 x": ("misread-part", "*/5"),
            "minute=5,unique=yes x": ("misread-part", "yes"),
            "minute=5": ("malformed-value", ""),
            "": ("missing-part", ""),
        },
    ),
    Case(
        "legion-cron",
        {"legion": "l", "minute": 0, "hour": 0, "day": 1, "month": -1, "weekday": -1, "command": "x"},
        "l 0 0 1 -1 -1 x",
        {"0 0 1 -1 -1 x": ("malformed-value", ""), "l * 0 1 -1 -1 x": ("misread-part", "*")},
    ),
    Case(
        "curl-cron",
        {"minute": 0, "hour": 0, "day": 1, "month": -1, "weekday": -1, "url": "http://127.0.0.1/"},
        "0 0 1 -1 -1 http://127.0.0.1/",
        {"0 0 1 -1 -1 ": ("missing-part", "")},
    ),
    Case(
        "legion-curl-cron",
        {"legion": "l", "minute": 0, "hour": 0, "day": 1, "month": -1, "weekday": -1, "url": "http://127.0.0.1/"},
        "l 0 0 1 -1 -1 http://127.0.0.1/",
        {"l 0 0 first -1 -1 http://127.0.0.1/": ("misread-part", "first")},
    ),
    Case(
        "attach-daemon2",
        {"cmd": "sleep 1, maybe", "freq": 3, "touch": ["/a", "/b"], "control": True, "stop-signal": 9},
        "cmd=sleep 1\\, maybe,freq=3,control=1,touch=/a;/b,stopsignal=9",
        {
            "freq=3": ("missing-part", ""),
            "cmd=x,uid=www-data": ("misread-part", "www-data"),
            "cmd=x,control=0": ("misread-part", "0"),
            "cmd=x,legion=l": ("unknown-part", "legion"),
            "cmd=x,stopsignal=TERM": ("misread-part", "TERM"),
            "cmd=x,daemonize": ("ignored-part", "daemonize"),
        },
    ),
    Case(
        "smart-attach-daemon",
        {"pidfile": "/srv/x.pid", "freq": 5, "command": "sleep 1"},
        "/srv/x.pid,5 sleep 1",
        {"/srv/x.pid": ("malformed-value", ""), "/srv/x.pid,5s x": ("misread-part", "5s"), " x": ("missing-part", "")},
    ),
    Case("legion-attach-daemon", {"legion": "l", "command": "x -y"}, "l x -y", {"l": ("malformed-value", "")}),
    Case(
        "legion-smart-attach-daemon2",
        {"legion": "l", "pidfile": "/x.pid", "command": "x -y"},
        "l /x.pid x -y",
        {"l /x.pid": ("malformed-value", ""), "l /x.pid,a x": ("misread-part", "a")},
    ),
    Case(
        "farm",
        {"name": "f", "mules": [1, 2]},
        "f:1,2",
        {"f": ("malformed-value", ""), "f:0": ("misread-part", "0"), "f:1,two": ("misread-part", "two")},
    ),
    Case(
        "signal-timer",
        {"signal": 17, "seconds": 5},
        "17 5",
        {"17": ("malformed-value", ""), "256 5": ("misread-part", "256"), "17 1m": ("misread-part", "1m")},
    ),
    Case(
        "touch-signal",
        {"file": "/srv/x", "signal": 17},
        "/srv/x 17",
        {"/srv/x": ("malformed-value", ""), "/srv/x USR1": ("misread-part", "USR1")},
    ),
    Case("touch-exec", {"file": "/srv/x", "command": "echo hi"}, "/srv/x echo hi", {"/srv/x": ("malformed-value", "")}),
    Case("reload-on-fd", {"fd": 3, "bytes": 8, "message": "bye"}, "3:8 bye", {"three:8": ("misread-part", "three")}),
    # -- legions
    Case(
        "legion",
        {"name": "l", "addr": "127.0.0.1:4001", "valor": 98, "algo": "aes-128-cbc", "secret": "s"},
        "l 127.0.0.1:4001 98 aes-128-cbc:s",
        {
            "l 127.0.0.1:4001 98 aes-128-cbc": ("malformed-value", ""),
            "l 127.0.0.1:4001 high aes-128-cbc:s": ("misread-part", "high"),
            "l 127.0.0.1:4001 98 aes-128-cbc:": ("missing-part", ""),
        },
    ),
    Case("legion-node", {"legion": "l", "addr": "h:4001"}, "l h:4001", {"l h": ("misread-part", "h")}),
    Case(
        "legion-quorum",
        {"legion": "l", "quorum": 2},
        "l 2",
        {"l two": ("misread-part", "two"), "l": ("malformed-value", "")},
    ),
    Case("legion-scroll", {"legion": "l", "scroll": "a b"}, "l a b", {"l": ("malformed-value", "")}),
    Case(
        "legion-lord",
        {"legion": "l", "action": "cmd", "args": "echo lord"},
        "l cmd:echo lord",
        {"l run:x": ("misread-part", "run"), "l cmd": ("malformed-value", "")},
    ),
    # -- logging, alarms, numbers
    Case(
        "logger",
        {"id": "errors", "engine": "file", "path": "/srv/e.log"},
        "errors file:/srv/e.log",
        {
            "file:logfile=/x,maxsize=1m": ("misread-part", "1m"),
            "file:": ("missing-part", ""),
            "syslog:app,locale3": ("misread-part", "locale3"),
            "socket": ("malformed-value", ""),
            "my-id file:/x": ("misread-part", "my-id file"),
            "fle:/x": ("misread-part", "fle"),
            ":/x": ("missing-part", ""),
        },
    ),
    Case(
        "logger",
        {"engine": "file", "path": "/srv/a,b.log", "maxsize": 1000},
        "file:logfile=/srv/a\\,b.log,maxsize=1000",
        {},
    ),
    Case("logger", {"engine": "syslog", "facility": "local3"}, "syslog:,local3", {}),
    Case(
        "log-encoder",
        {"encoder": "format", "logger": "errors", "args": "[${msgnl}] "},
        "format:errors [${msgnl}] ",
        {"jsn {}": ("misread-part", "jsn"), "": ("missing-part", "")},
    ),
    Case("log-route", {"logger": "errors", "regex": "^E r"}, "errors ^E r", {"errors": ("malformed-value", "")}),
    Case(
        "log-format",
        {"text": "%(addr) %(var.HTTP_X) %(metric.a)"},
        "%(addr) %(var.HTTP_X) %(metric.a)",
        {"%(adr) %(uri)": ("misread-part", "adr"), "": ("missing-part", "")},
    ),
    Case(
        "alarm",
        {"name": "a", "plugin": "cmd", "command": "cat"},
        "a cmd:cat",
        {
            "a": ("malformed-value", ""),
            "a mail:x": ("misread-part", "mail"),
            "a cmd": ("malformed-value", ""),
            "a signal:one": ("misread-part", "one"),
            "a curl:smtp://h;to=x@h": ("unknown-part", "to"),
            "a xmpp:j@h;secret": ("malformed-value", ""),
        },
    ),
    Case(
        "alarm",
        {"name": "a", "plugin": "curl", "url": "smtp://h", "mail_to": ["x@h", "y@h"], "subject": "A, b", "ssl": True},
        "a curl:smtp://h;subject=A, b;mail_to=x@h,y@h;ssl=1",
        {},
    ),
    Case("alarm", {"name": "a", "plugin": "speech", "args": "Alex"}, "a speech:Alex", {}),
    Case(
        "log-alarm",
        {"alarms": ["a", "b"], "regex": "^E r"},
        "a,b ^E r",
        {"a": ("malformed-value", ""), "a, b ^E": ("misread-part", ""), "a,b ": ("missing-part", "")},
    ),
    Case(
        "alarm-fd",
        {"alarm": "a", "fd": 0, "bytes": 8, "message": "it: happened"},
        "a 0:8 it: happened",
        {
            "a 0 it: happened": ("malformed-value", "0 it: happened"),
            "a x msg": ("misread-part", "x"),
            "a 0": ("malformed-value", ""),
        },
    ),
    Case(
        "metric",
        {"name": "a.b", "type": "gauge", "initial_value": -3, "reset-after-push": True},
        "name=a.b,type=gauge,initial_value=-3,reset_after_push=1",
        {
            "a b": ("misread-part", "a b"),
            "name=a,type=guage": ("misread-part", "guage"),
            "name=a,initial=3": ("unknown-part", "initial"),
            "name=a,freq=1m": ("misread-part", "1m"),
            "type=gauge": ("missing-part", ""),
            "name=a,collector=ptr": ("misread-part", "ptr"),
        },
    ),
    Case("metric", {"name": "hits"}, "hits", {}),
    Case(
        "metric-alarm",
        {"key": "worker.1.requests", "value": 5, "alarm": "a", "msg": "x, y"},
        "key=worker.1.requests,value=5,alarm=a,msg=x\\, y",
        {
            "key=a": ("missing-part", ""),
            "key=a,value=many": ("misread-part", "many"),
            "key=a,value=1,alrm=b": ("unknown-part", "alrm"),
        },
    ),
    Case(
        "stats-push",
        {"pusher": "socket", "addr": "127.0.0.1:41805", "prefix": "app"},
        "socket:127.0.0.1:41805,app",
        {
            "sockt:x": ("misread-part", "sockt"),
            ":x": ("missing-part", ""),
            "statsd": ("malformed-value", ""),
            "file:path=/x,collection=y": ("unknown-part", "collection"),
        },
    ),
    Case("stats-push", {"pusher": "rrdtool", "directory": "/srv/rrd"}, "rrdtool:/srv/rrd", {}),
    # -- hooks
    Case(
        "hook-as-user",
        {"private": True, "action": "print", "text": "secret"},
        "!print:secret",
        {
            "print": ("malformed-value", ""),
            "prnt:x": ("misread-part", "prnt"),
            ":x": ("missing-part", ""),
            "write:/x": ("malformed-value", ""),
            "exit:3": ("misread-part", "3"),
            "mount:none /a /b bnd": ("misread-part", "bnd"),
            "exec:": ("missing-part", ""),
        },
    ),
    Case("hook-as-root", {"action": "writen", "path": "/x", "text": "a b"}, "writen:/x a b", {}),
    Case(
        "hook-as-root",
        {"action": "mount", "type": "none", "source": "/a", "target": "/b", "flags": ["bind", "ro"]},
        "mount:none /a /b bind,ro",
        {},
    ),
    Case(
        "hook-touch",
        {"file": "/srv/x", "action": "print", "text": "touched"},
        "/srv/x print:touched",
        {"/srv/x": ("malformed-value", ""), "/srv/x  print:x": ("misread-part", " print")},
    ),
    # -- files and applications by path
    Case(
        "static-map",
        {"mountpoint": "/s", "path": "/srv"},
        "/s=/srv",
        {"/s": ("malformed-value", ""), "/s =/srv": ("misread-part", "/s "), "=/srv": ("missing-part", "")},
    ),
    Case(
        "static-expires",
        {"regex": r"\.css$", "seconds": 30},
        r"\.css$ 30",
        {"x": ("malformed-value", ""), "x 7d": ("misread-part", "7d"), "x  7": ("misread-part", " 7")},
    ),
    Case(
        "static-expires-type",
        {"mime": "text/css", "seconds": 30},
        "text/css=30",
        {"text/css": ("malformed-value", ""), "text/css=7d": ("misread-part", "7d")},
    ),
    Case("mount", {"mountpoint": "/a", "app": "app.py:main"}, "/a=app.py:main", {"/a": ("malformed-value", "")}),
    Case("cgi", {"mountpoint": "/c", "path": "/srv"}, "/c=/srv", {"/c=": ("missing-part", "")}),
    Case("cgi-map-helper", {"extension": ".pl", "command": "perl"}, ".pl=perl", {".pl": ("malformed-value", "")}),
    # -- names and values
    Case(
        "env",
        {"name": "A", "value": "b=c"},
        "A=b=c",
        {"A": ("malformed-value", ""), "A =b": ("misread-part", "A ")},
    ),
    Case("set-placeholder", {"name": "base", "value": "/x"}, "base=/x", {"base": ("malformed-value", "")}),
    Case("set", {"option": "threads", "value": "2"}, "threads=2", {"threads": ("malformed-value", "")}),
    Case("resolve", {"placeholder": "db", "host": "localhost"}, "db=localhost", {"db": ("malformed-value", "")}),
    Case("declare-option", {"name": "x", "options": "a=$1"}, "x=a=$1", {"x": ("malformed-value", "")}),
    Case("vassals-set", {"option": "threads", "value": "2"}, "threads=2", {"threads": ("malformed-value", "")}),
    Case("pymodule-alias", {"alias": "a", "module": "json"}, "a=json", {"a": ("malformed-value", "")}),
    Case(
        "add-header",
        {"name": "X-A", "value": "a: b"},
        "X-A: a: b",
        {"X-A": ("malformed-value", ""), "X A: b": ("misread-part", "X A"), ": b": ("missing-part", "")},
    ),
    Case("add-header", {"name": "X-A"}, "X-A:", {}),
    Case("collect-header", {"header": "X-A", "variable": "A"}, "X-A A", {"X-A": ("malformed-value", "")}),
    # -- privileges and the system
    Case("chown-socket", {"user": "root", "group": "root"}, "root:root", {":root": ("missing-part", "")}),
    Case(
        "mount-as-root",
        {"type": "none", "source": "/a", "target": "/b", "flags": ["bind", "ro"]},
        "none /a /b bind,ro",
        {"none /a": ("malformed-value", ""), "none /a /b bnd": ("misread-part", "bnd")},
    ),
    Case("umount-as-root", {"target": "/b", "flags": "detach"}, "/b detach", {"/b later": ("misread-part", "later")}),
    Case("file-write", {"file": "/x", "content": "a=b"}, "/x=a=b", {"/x": ("malformed-value", "")}),
    Case("cgroup-opt", {"file": "cpu.max", "value": "1"}, "cpu.max=1", {"cpu.max=": ("missing-part", "")}),
    Case(
        "zergpool",
        {"path": "/z", "sockets": ["127.0.0.1:3031", ":3032"]},
        "/z:127.0.0.1:3031,:3032",
        {"/z": ("malformed-value", ""), "/z::1, :2": ("misread-part", " :2")},
    ),
    Case(
        "tuntap-router",
        {"device": "e0", "socket": "/x.sock", "stats": "127.0.0.1:1", "gateway": "10.0.0.1:2"},
        "e0 /x.sock 127.0.0.1:1 10.0.0.1:2",
        {"e0": ("malformed-value", ""), "e0 /x.sock s g": ("misread-part", "g"), "e0  /x": ("malformed-value", " /x")},
    ),
    Case("tuntap-device", {"device": "u0", "socket": "/x.sock"}, "u0 /x.sock", {" /x.sock": ("missing-part", "")}),
    Case(
        "tuntap-device-rule",
        {"direction": "out", "source": "10.0.0.1", "destination": "10.0.0.5/32", "action": "route", "target": "h:1"},
        "out 10.0.0.1 10.0.0.5/32 route h:1",
        {
            "out 0.0.0.0 10.0.0.5": ("malformed-value", ""),
            "to 0.0.0.0 10.0.0.5 deny": ("misread-part", "to"),
            "in 0.0.0.0 10.0.0.5 drop": ("misread-part", "drop"),
            "out 0.0.0.0 10.0.0.5 route h": ("misread-part", "h"),
        },
    ),
    Case(
        "tuntap-router-firewall-in",
        {"action": "deny", "source": "10.0.0.0/8", "destination": "10.0.0.1"},
        "deny 10.0.0.0/8 10.0.0.1",
        {"deny 10.0.0.0/8": ("malformed-value", "10.0.0.0/8"), "drop": ("misread-part", "drop")},
    ),
    Case(
        "tuntap-router-route",
        {"source": "10.0.0.0/8", "destination": "10.0.0.1", "gateway": "10.0.0.2:999"},
        "10.0.0.0/8 10.0.0.1 10.0.0.2:999",
        {"10.0.0.0/8 10.0.0.1": ("malformed-value", ""), "a b 10.0.0.2": ("misread-part", "10.0.0.2")},
    ),
    Case("exception-handler", {"handler": "log"}, "log", {"lg": ("misread-part", "lg")}),
    Case(
        "cap",
        {"names": ["net_admin", 12]},
        "net_admin,12",
        {
            "cap_net_admin": ("misread-part", "cap_net_admin"),
            "kill, chown": ("misread-part", " chown"),
            "": ("missing-part", ""),
        },
    ),
    Case("unshare", {"names": ["uts"]}, "uts", {"uts,nets": ("misread-part", "nets"), "": ("missing-part", "")}),
]
TRIED = {case.option: case for case in CASES}


def test_every_language_has_a_case() -> None:
    """Whoever adds a language shows how it is spoken."""
    assert {COMPOSITES[catalog.setting_of(option)] for option in TRIED} == set(COMPOSITES.values())


# -- registry and generated data ----------------------------------------------------------------------


@pytest.mark.parametrize("option", COMPOSITES)
def test_options_are_settings_that_exist(option: str) -> None:
    """Each is known by the setting's own name to the newest release."""
    found = catalog.option(option)

    assert found is not None
    assert found.setting == option
    assert found.until is None


def test_only_these_are_given_once() -> None:
    """All other options with a language may be repeated, and every occurrence counts."""
    once = {option for option in COMPOSITES if not catalog.option(option).repeatable}  # type: ignore[union-attr]

    assert once == {
        *("cap", "emperor-cap", "chown-socket", "log-format", "subscriptions-sign-check"),
        *("http-use-code-string", "fastrouter-use-code-string", "rawrouter-use-code-string"),
        "sslrouter-use-code-string",
    }


def test_generated_data_is_fresh() -> None:
    """`python -m tools.composites` has nothing to write."""
    assert MODULE.read_text("utf-8") == generated()


def test_plain_declarations_are_those_of_the_models() -> None:
    """The linter and the models cannot disagree."""
    for option, model in COMPOSITES.items():
        assert composites.of(option) == model.grammar()


def test_any_name_of_an_option_finds_its_language() -> None:
    """Aliases included; most options have none."""
    assert composites.of("alarm-log") is composites.of("log-alarm") is not None
    assert composites.of("processes") is None
    assert composites.of("no-such-option") is None


def test_no_model_is_loaded_for_it() -> None:
    """Nor the data, until somebody asks."""
    code = (
        "import sys\nfrom uwsgilint import composites\n"
        "assert 'uwsgilint._data.composites' not in sys.modules\n"
        "assert composites.of('cache2') is not None\n"
        "assert not [name for name in sys.modules if name.startswith(('pydantic', 'uwsgilint.schema'))]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("model", sorted(set(COMPOSITES.values()), key=str))
def test_every_model_describes_itself(model: Any) -> None:
    """A docstring, and a sentence about each part that is more than its name."""
    assert model.__doc__.strip().endswith(".")
    for name, field in model.model_fields.items():
        assert len(field.description.split()) > 2, name
        assert field.description.endswith((".", "`.")), name


# -- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.option} {case.native}")
def test_a_table_is_written_as_the_server_wants_it_and_read_again(case: Case) -> None:
    """The native string and the table say the same."""
    model = COMPOSITES[catalog.setting_of(case.option)]

    made = model.model_validate(case.table)

    assert made.native() == str(made) == case.native
    assert grammar.parse(model.grammar(), case.native).faults == []
    assert model.parse(case.native) == made


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [(case.option, text, expected) for case in CASES for text, expected in case.faults.items()],
)
def test_a_mistake_is_found_at_its_place(option: str, text: str, expected: tuple[str, str]) -> None:
    """One mistake is one fault, and its place is that of the text that is wrong."""
    composite = composites.of(option)
    assert composite is not None

    found = [(fault.rule, text[fault.start : fault.end]) for fault in grammar.parse(composite, text).faults]

    assert found == [expected]
    with pytest.raises(ValueError, match=expected[0]):
        COMPOSITES[catalog.setting_of(option)].parse(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.option} {case.native}")
def test_models_refuse_what_they_do_not_know(case: Case) -> None:
    """A part that does not exist is no part."""
    model = COMPOSITES[catalog.setting_of(case.option)]

    with pytest.raises(ValidationError, match="no_such_part"):
        model.model_validate({**case.table, "no_such_part": "x"})


@pytest.mark.parametrize(
    ("option", "table", "message"),
    [
        ("cache2", {"name": "s"}, "items"),
        ("cache2", {"name": "s", "items": 1}, "at least 2"),
        ("cache2", {"name": "s", "items": "many"}, "items"),
        ("cache2", {"name": "s", "items": 9, "hash": "md5"}, "hash"),
        ("cache2", {"name": "s", "items": 9, "nodes": ["h"]}, "an address with a port"),
        ("farm", {"name": "f", "mules": [0]}, "at least 1"),
        ("static-expires", {"regex": "x", "seconds": "7d"}, "seconds"),
        ("log-format", {"text": "%(adr)"}, "adr"),
        ("cron2", {"command": "x", "unique": "yes"}, "unique"),
        ("unshare", {"names": ["nets"]}, "names"),
    ],
)
def test_models_refuse_what_the_server_would_misread(option: str, table: dict[str, Any], message: str) -> None:
    """The types of the parts hold in Python, too."""
    with pytest.raises(ValidationError, match=message):
        COMPOSITES[option].model_validate(table)


def test_a_part_that_would_end_too_early_cannot_be_written() -> None:
    """Nothing is written that the server would take apart elsewhere."""
    with pytest.raises(CannotJoinError, match=r"cert cannot hold '/a,b\.pem'"):
        COMPOSITES["https"].model_validate({"addr": "a:1", "cert": "/a,b.pem", "key": "/k"}).native()
    with pytest.raises(CannotJoinError, match="host cannot hold 'h' in =SHARED or fd://FD or HOST:PORT or PATH"):
        COMPOSITES["socket"].model_validate({"host": "h", "port": 80, "path": "/x"}).native()


def test_placeholders_may_stand_for_any_part() -> None:
    """What the server fills in is not judged."""
    native = COMPOSITES["cache2"].model_validate({"name": "$(NAME)", "items": "%(items)"}).native()

    assert native == "name=$(NAME),items=%(items)"


# -- crontabs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "native"),
    [
        ("*/5 0 * * 1 cmd", "-5 0 -1 -1 1 cmd"),
        ("30\t4 1 jan Mon  do it ", "30 4 1 1 1 do it"),
        ("0 0 * * sun x", "0 0 -1 -1 0 x"),
        ("@daily backup --all", "0 0 -1 -1 -1 backup --all"),
        (r"* * * * * date +\%F", "-1 -1 -1 -1 -1 date +%F"),
        ("*/1 * */1 * */2 x", "-1 -1 -1 -1 -2 x"),
    ],
)
def test_crontab_lines_become_schedules(line: str, native: str) -> None:
    """Stars, steps and names are told in numbers."""
    assert Cron.crontab(line).native() == native


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0,30 * * * * x", "minute '0,30' is a list"),
        ("* 9-17 * * * x", "hour '9-17' is a range"),
        ("* * */5 * * x", "the multiples of 5"),
        ("* * * */3 * x", "the multiples of 3"),
        ("*/0 * * * * x", "a step of nothing"),
        ("* * * foo * x", "month 'foo' is neither a number"),
        ("* * * * *", "not five fields and a command"),
        ("@reboot x", "no time of the clock"),
        ("* * * * * mail%hello", "standard input"),
        ("61 * * * * x", "at most 59"),
    ],
)
def test_what_one_schedule_cannot_say_is_refused_with_the_reason(line: str, reason: str) -> None:
    """A schedule of uWSGI has one number for each field."""
    with pytest.raises(ValueError, match=reason):
        Cron.crontab(line)


def test_crontab_lines_serve_all_that_run_by_the_clock() -> None:
    """What a crontab does not say comes beside it."""
    assert CurlCron.crontab("@hourly http://127.0.0.1/").native() == "0 -1 -1 -1 -1 http://127.0.0.1/"
    assert LegionCron.crontab("0 3 * * * x", legion="l").native() == "l 0 3 -1 -1 -1 x"


def test_a_command_with_an_assignment_needs_a_list_of_keys_in_front() -> None:
    """The first word would be taken for that list."""
    with pytest.raises(CannotJoinError, match="command cannot hold"):
        KeyedCron(command="A=b x").native()
    assert KeyedCron(minute=0, command="A=b x").native() == "minute=0 A=b x"


# -- the real server ----------------------------------------------------------------------------------


@pytest.mark.server
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not acts_while_reading(case.option, "")],
    ids=lambda case: f"{case.option} {case.native}",
)
def test_the_server_takes_what_was_written(server: Server, tmp_path: Path, case: Case) -> None:
    """Reading it, it finds nothing wrong; an option that this build lacks is unknown and no more."""
    file = tmp_path / "uwsgi.ini"
    head = "shared-socket = 127.0.0.1:0\n" if case.native.startswith("=") else ""
    file.write_text(f"[uwsgi]\n{head}{case.option} = {case.native.replace('%', '%%')}\n")

    understood = server.understand(file)

    assert understood.refused is None, understood.log
    assert understood.unknown is None


# Each with what the log says when the server has understood it.
STARTED: list[tuple[str, dict[str, Any], str]] = [
    ("cache2", {"name": "s", "items": 100, "blocksize": "4k", "bitmap": True}, 'Cache "s" initialized'),
    ("add-cache-item", {"cache": "s", "key": "k", "value": "two words"}, 'stored "k" in "s"'),
    ("load-file-in-cache", {"cache": "s", "path": "/etc/passwd"}, 'stored "/etc/passwd" in "s"'),
    ("sharedarea", {"pages": 2}, "sharedarea 0 created"),
    ("sharedarea", {"size": "0x10000"}, "(16 pages"),
    ("metric", {"name": "hits"}, "added custom metric: hits"),
    ("metric", {"name": "sum", "collector": "sum", "children": ["hits"]}, "added custom metric: sum"),
    ("metric-alarm", {"key": "hits", "value": 5, "msg": "a, b"}, "added threshold for metric hits (value: 5)"),
    ("log-encoder", {"encoder": "suffix", "logger": "none", "args": "!"}, "[log-encoder] registered suffix:none !"),
    ("alarm", {"name": "a", "plugin": "log"}, ""),
    ("alarm-fd", {"alarm": "a", "fd": 0, "bytes": 8, "message": "it: happened"}, "[uwsgi-alarm] added fd 0"),
    ("log-alarm", {"alarms": ["a"], "regex": "^never"}, ""),
    ("hook-asap", {"action": "print", "args": "hello"}, 'running "print:hello" (asap)'),
    ("hook-post-app", {"private": True, "action": "print", "args": "x"}, "running --- PRIVATE HOOK --- (post app)"),
    ("farm", {"name": "f", "mules": [1]}, "created farm 1 name: f mules:1"),
    ("map-socket", {"socket": 0, "workers": [1]}, "to worker 1"),
    ("static-map", {"mountpoint": "/s", "path": "/srv"}, "added mapping for /s => /srv"),
    (
        "cron",
        {"minute": -1, "hour": -1, "day": -1, "month": -1, "weekday": -1, "command": "true one"},
        'command "true one" registered as cron task',
    ),
    ("cron2", {"hour": 3, "command": "true two"}, 'command "true two" registered as cron task'),
    ("attach-daemon2", {"cmd": "sleep 7", "stopsignal": 9}, 'spawning "sleep 7"'),
    ("signal-timer", {"signal": 17, "seconds": 60}, ""),
    ("touch-signal", {"file": "/nowhere", "signal": 17}, "unable to stat() /nowhere, events"),
]


@pytest.mark.server
def test_a_started_server_does_what_was_written(server: Server, tmp_path: Path) -> None:
    """What is only looked at later is understood, too."""
    lines = [f"{option} = {native(option, table)}" for option, table, _ in STARTED]
    file = tmp_path / "uwsgi.ini"
    file.write_text("\n".join(["[uwsgi]", f"socket = {tmp_path}/s", "master = true", "mule = true", *lines, ""]))

    with server.started(["--ini", str(file)], cwd=tmp_path) as running:
        for _, _, said in STARTED:
            running.wait_for(said)
        assert running.process.poll() is None


def native(option: str, table: dict[str, Any]) -> str:
    """A table in the language of its option."""
    return COMPOSITES[catalog.setting_of(option)].model_validate(table).native()


@pytest.mark.server
@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("cache2", "name=s", "you have to specify the maximum number of cache items"),
        ("cache2", "name=s,items=9,hash=md5", "invalid cache hash"),
        ("cache2", "name=s,items=9,nodes=h", "invalid udp address"),
        ("metric", "a b", "invalid metric name"),
        ("metric-alarm", "key=a", "requires a key and a value"),
        ("stats-push", "nope", 'unable to find "nope" stats_pusher'),
        ("logger", "my-id file:/x", "unable to find logger my-id file"),
        ("log-encoder", "jsn", 'log encoder "jsn" not found'),
        ("alarm", "a mail:x", "invalid alarm: a mail:x"),
        ("hook-asap", "prnt:x", "hook action not found: prnt"),
        ("hook-asap", "print", "invalid hook syntax"),
        ("farm", "f", "invalid farm value"),
        ("farm", "f:one", "invalid mule id: one"),
        ("signal-timer", "17", "invalid signal timer syntax"),
        ("cron", "*/5 -1 -1 -1 1 x", "invalid cron syntax"),
        ("cron2", "minute=5", "unable to parse cron definition"),
        ("attach-daemon2", "freq=3", "you need to specify a 'command' key"),
        ("mount", "/a", "invalid mountpoint: /a"),
        ("unshare", "nets", "unknown namespace subsystem: nets"),
        ("static-expires", "x", "invalid dictionary syntax"),
    ],
)
def test_what_the_server_refuses_is_a_fault(server: Server, tmp_path: Path, option: str, text: str, said: str) -> None:
    """The server stops, and we say why before it does."""
    file = tmp_path / "uwsgi.ini"
    file.write_text(f"[uwsgi]\nsocket = {tmp_path}/s\nmaster = true\nmule = true\n{option} = {text}\n")

    outcome = server.run(["--ini", str(file)], cwd=tmp_path, timeout=5)

    assert outcome.status == 1
    assert said in outcome.log
    composite = composites.of(option)
    assert composite is not None
    assert grammar.parse(composite, text).faults


@pytest.mark.server
@pytest.mark.parametrize(
    ("option", "text", "announced"),
    [
        ("subscribe2", "server={router},key=example.com", True),
        # A file that can be read holds it back, whatever the name of the key suggests.
        ("subscribe2", "server={router},key=example.com,check=/etc/passwd", False),
        ("subscribe2", "server={router},key=example.com,check=/nowhere", True),
        ("subscribe-to", "{router}:example.com", True),
        ("subscribe-to", "{router}:example.com?a=b", False),
        ("subscribe-to", "10.0.0.1:80={router}:example.com", True),
    ],
)
def test_subscriptions_are_announced_or_not(
    server: Server, tmp_path: Path, option: str, text: str, announced: bool
) -> None:
    """What goes wrong is never said, so the router has to tell."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as router:
        router.bind(("127.0.0.1", 0))
        router.settimeout(2)
        text = text.format(router=f"127.0.0.1:{router.getsockname()[1]}")
        file = tmp_path / "uwsgi.ini"
        file.write_text(f"[uwsgi]\nsocket = {tmp_path}/s\nmaster = true\nsubscribe-freq = 1\n{option} = {text}\n")
        with server.started(["--ini", str(file)], cwd=tmp_path) as running:
            running.wait_for("spawned uWSGI worker 1")
            try:
                packet = router.recv(4096)
            except TimeoutError:
                packet = b""

    assert (b"example.com" in packet) == announced
