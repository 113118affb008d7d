"""Rules about rights and trust: what they make of what is not known, and of near misses."""

from __future__ import annotations

import pytest

from uwsgilint.lint.engine import check_text
from uwsgilint.lint.selection import Selection


def found(text: str, name: str = "uwsgi.ini") -> set[str]:
    """The names of the rules in this group that say something about a configuration."""
    given = check_text(name, text.encode(), selection=Selection(extend=("redirect-to-any-host", "lock-with-one-slash")))
    return {finding.rule.name for finding in given if finding.code.startswith("UW8")}


@pytest.mark.parametrize(
    ("mode", "told"),
    [("666", True), ("777", True), ("1", True), ("662", True), ("664", False), ("660", False), ("$(MODE)", False)],
)
def test_others_connect_where_they_may_write(mode: str, told: bool) -> None:
    """Only the right to write counts for a socket; a mode that is not known says nothing."""
    text = f"[uwsgi]\nsocket = /run/shop/shop.sock\nchmod-socket = {mode}\n"
    assert ("open-uwsgi-socket" in found(text)) is told


@pytest.mark.parametrize(
    ("protocol", "told"),
    [("uwsgi", "open-uwsgi-socket"), ("fastcgi", "open-uwsgi-socket"), ("http", "open-socket"), ("$(PROTOCOL)", "")],
)
def test_the_protocol_decides_how_bad_an_open_socket_is(protocol: str, told: str) -> None:
    """Clients that speak HTTP are not believed as much as those that speak uwsgi."""
    text = f"[uwsgi]\nsocket = /run/shop/shop.sock\nprotocol = {protocol}\nchmod-socket = 666\n"
    assert found(text) == ({told} if told else set())


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("immediate-uid = nobody\nimmediate-gid = nogroup", True),
        ("immediate-gid = nogroup\nimmediate-uid = nobody", False),
        ("if-env = ROOT\nimmediate-uid = nobody\nendif =\nimmediate-gid = nogroup", False),
    ],
)
def test_a_group_that_comes_too_late_is_told_where_that_is_certain(lines: str, told: bool) -> None:
    """The order of two lines counts, unless one of them may not be there."""
    assert ("late-immediate-gid" in found(f"[uwsgi]\n{lines}\n")) is told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("route = ^/old/([^/]+) redirect:https://a.example/$1", True),
        ("route = ^/old/([^\\s]+) redirect:https://a.example/$1", False),
        ("route = ^/old/(.*) redirect:https://a.example/$1", False),
        ("route = ^/old/([^/]+) redirect:https://a.example/", False),
        ("route-uri = ^/old/([^/]+) redirect:https://a.example/$1", False),
        ("route = ^/old addheader:X-Path: ${PATH_INFO}", True),
        ("route = ^/old addheader:X-Path: ${REQUEST_URI}", False),
    ],
)
def test_only_groups_with_line_breaks_get_into_headers(rule: str, told: bool) -> None:
    """A dot and an encoded address hold none."""
    assert ("line-break-in-header" in found(f"[uwsgi]\n{rule}\n")) is told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("route-uri = ^/admin break:403 Forbidden", "lock-on-raw-address"),
        ("route-uri = ^/admin basicauth:Shop,/etc/users", "lock-on-raw-address"),
        ("route-if = startswith:${REQUEST_URI};/admin break:403 Forbidden", "lock-on-raw-address"),
        ("route-uri = ^/admin redirect:/", ""),
        ("route-uri = ^/ break:403 Forbidden", ""),
        ("route-uri = ^/admin break:500 Closed", ""),
        ("route = ^/admin break:403 Forbidden", "lock-with-one-slash"),
        ("route = ^/+admin break:403 Forbidden", ""),
        ("route-if = equal:${REQUEST_METHOD};POST break:403 Forbidden", ""),
        ("route-if-not = equal:${HTTPS};on redirect:https://${HTTP_HOST}/", "redirect-to-any-host"),
        ("route-run = redirect:https://${HTTP_HOST}/", "redirect-to-any-host"),
        ("route = ^/a redirect:/b", ""),
    ],
)
def test_what_routes_believe_is_told_by_what_they_look_at(rule: str, told: str) -> None:
    """A lock is a lock only for the addresses that it looks at."""
    assert found(f"[uwsgi]\n{rule}\n") == ({told} if told else set())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ini = http://config.example/a.ini", True),
        ("emperor = http://config.example/a.ini", True),
        ("ini = data://[uwsgi]", False),
        ("http = 127.0.0.1:8000", False),
    ],
)
def test_configurations_over_http_are_told_wherever_they_are_named(line: str, told: bool) -> None:
    """An include is gone from the settings, and still seen."""
    assert ("configuration-over-http" in found(f"[uwsgi]\n{line}\n")) is told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("SECRET_KEY=correct-horse", True),
        ("SECRET_KEY=$(SECRET_KEY)", False),
        ("SECRET_KEY=@(/run/secrets/key)", False),
        ("SECRET_KEY_FILE=/run/secrets/key", False),
        ("USE_TOKENS=true", False),
        ("TOKEN_AGE=3600", False),
    ],
)
def test_only_values_are_secrets(value: str, told: bool) -> None:
    """The name of a place for a secret, a switch or a number is none, and the finding does not repeat it."""
    given = check_text("uwsgi.ini", f"[uwsgi]\nenv = {value}\n".encode())
    names = {finding.rule.name for finding in given}
    assert ("secret-in-environment" in names) is told
    assert not any("correct-horse" in finding.message + finding.action for finding in given)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("http-socket = 0.0.0.0:8000\nenable-proxy-protocol = true", True),
        ("http11-socket = 0.0.0.0:8000\nenable-proxy-protocol = true", True),
        ("http = 0.0.0.0:8000\nenable-proxy-protocol = true", True),
        ("http = 0.0.0.0:8000\nhttp-enable-proxy-protocol = true", True),
        ("http-socket = 0.0.0.0:8000\nhttp-enable-proxy-protocol = true", False),
        ("http = 127.0.0.1:9000\nhttp-socket = 0.0.0.0:8000\nhttp-enable-proxy-protocol = true", False),
    ],
)
def test_only_the_router_reads_the_proxy_line_by_its_own_option(lines: str, told: bool) -> None:
    """The parser of `http-socket` asks `enable-proxy-protocol` alone (proto/http.c), the router asks both."""
    assert ("forged-client-address" in found(f"[uwsgi]\nwsgi-file = app.py\n{lines}\n")) is told


@pytest.mark.parametrize(
    ("uid", "told"),
    [
        ("nobody", True),
        ("65534", True),
        ("root", False),
        ("0", False),
        ("nobody\nmaster-as-root = true", False),
        ("65534\nmaster-as-root = true", True),
    ],
)
def test_vacuum_removes_the_pidfile_of_a_server_that_stays_root(uid: str, told: bool) -> None:
    """core/uwsgi.c vacuum tries it where the uid is 0, and a name becomes a number only in uwsgi_as_root."""
    text = f"[uwsgi]\nmodule = app\nmaster = true\nuid = {uid}\nvacuum = true\npidfile = /run/shop/app.pid\n"
    assert ("pidfile-out-of-reach" in found(text)) is told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("uid = nobody\npidfile2 = /run/shop.pid", True),
        ("uid = nobody\npidfile2 = /run/shop.pid\ndrop-after-apps = true", False),
        ("uid = nobody\npidfile2 = /run/shop.pid\ndrop-after-init = true", False),
        ("uid = nobody\npidfile2 = /run/shop.pid\nchown-socket = nobody", False),
        ("uid = nobody\npidfile2 = /run/shop.pid\nmaster-as-root = true", False),
        ("uid = nobody\nsafe-pidfile2 = /run/shop.pid\ndrop-after-init = true", True),
        ("uid = nobody\nsafe-pidfile2 = /run/shop.pid\nmaster-as-root = true", False),
        ("immediate-uid = nobody\npidfile2 = /run/shop.pid\ndrop-after-init = true", True),
        ("uid = root\npidfile2 = /run/shop.pid", False),
    ],
)
def test_a_late_pidfile_is_told_where_the_rights_are_gone(lines: str, told: bool) -> None:
    """`pidfile2` is written before a drop that was put off; `safe-pidfile2` only before that of the workers."""
    assert ("pidfile-where-root-writes" in found(f"[uwsgi]\nmodule = app\n{lines}\n")) is told
