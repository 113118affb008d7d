"""Rules about sockets, routers and TLS beyond the examples on their pages: what they make of what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uwsgilint.lint.engine import check_text
from uwsgilint.lint.fixing.rereading import apply

if TYPE_CHECKING:
    from pathlib import Path

    from uwsgilint.lint.finding import Finding
    from uwsgilint.server import Server


def told(text: str) -> list[Finding]:
    """What the rules of this group say about the options of an INI file."""
    found = check_text("uwsgi.ini", f"[uwsgi]\n{text}\n".encode())
    return [finding for finding in found if finding.code.startswith("UW5") or finding.code == "UW000"]


def codes(text: str) -> list[str]:
    """The codes of what is told."""
    return [finding.code for finding in told(text)]


SPELLINGS = [
    ("http = :8000\nsocket = 0.0.0.0:8000", ["UW508"]),
    ("http = localhost:8000\nsocket = 127.0.0.1:8000", ["UW508"]),
    ("http = 127.0.0.1:8000\nsocket = :8000", ["UW508"]),
    ("http = 127.0.0.1:8000\nsocket = 127.0.0.2:8000", []),
    ("http = [::1]:8000\nsocket = 127.0.0.1:8000", []),
    ("http = [::1]:8000\nsocket = [::1]:8000", ["UW508"]),
    ("https = :8443,a.crt,a.key\nhttp = :8443", ["UW508"]),
    ("https2 = addr=:8443,cert=a.crt,key=a.key\nhttp = :8443", ["UW508"]),
    ("socket = :0\nhttp = :8000", []),
    ("socket = a.sock\nhttp = ./a.sock", ["UW509"]),
    ("socket = @a\nstats = @b", []),
    ("socket = a.sock\nuwsgi-socket = a.sock", ["UW506"]),
    ("socket = a.sock\nsocket = a.sock", ["UW507"]),
    ("reuse-port = true\nsocket = :8000\nsocket = :8000", []),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_addresses_meet(text: str, expected: list[str]) -> None:
    """Two listeners meet however their addresses are spelled, and others do not."""
    assert codes(text) == expected


UNKNOWN = [
    "http = :$(PORT)\nsocket = :$(OTHER)",
    "reuse-port = $(REUSE)\nsocket = :8000\nhttp = :8000",
    "chmod-socket = 660\nsocket = $(SOCKET)",
    "chmod-socket = 660\ninclude = other.ini\nsocket = :8000",
    "chmod-socket = 660",  # the command line may have the socket
    "http-timeout = 30",
    "shared-socket = $(SHARED)\nhttp-socket = =1",
    "map-socket = 0:3\nprocesses = $(WORKERS)\nsocket = :8000",
    "http = :8000\nhttp-socket = $(SOCKET)\nsocket = :8001",
    "master = true\nhttp = :8000\nhttp-to = $(BACKEND)",
    "https = :8443,a.crt,a.key,$(CIPHERS)",
    "ssl-option = $(OPTION)\nhttps = :8443,a.crt,a.key",
    "ssl-verify-depth = 3\nhttps = $(TLS)",
    "http = :8000\nharakiri = $(HARAKIRI)",
    "stats = {{ stats_host }}:9191",
    "abstract-socket = $(ABSTRACT)\nsocket = /run/a.sock",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_nothing_is_told_about_what_is_not_known(text: str) -> None:
    """What depends on the environment, on a file that is not read or on the command line gives no finding."""
    assert codes(text) == []


def test_conditions_keep_sockets_apart() -> None:
    """Of two sockets of which one stands under a condition nobody knows whether they meet."""
    text = "if-env = WEB\nhttp = :8000\nendif =\nif-not-env = WEB\nsocket = :8000\nendif ="
    assert codes(text) == []


def test_modes_of_one_value_do_no_harm() -> None:
    """The same mode twice is told as such, and not as one that adds up."""
    assert "UW516" not in codes("socket = a.sock\nchmod-socket = 660\nchmod-socket = 660")


@pytest.mark.parametrize(
    ("modes", "mode"), [(("664", "660"), "4660"), (("666", "660"), "6660"), (("600", "660"), "0660")]
)
def test_modes_add_up(modes: tuple[str, str], mode: str) -> None:
    """The message says which mode comes out."""
    (finding,) = told("socket = a.sock\n" + "\n".join(f"chmod-socket = {each}" for each in modes))
    assert finding.message.endswith(f"the mode {mode}")


@pytest.mark.server
@pytest.mark.parametrize("modes", [("664", "660"), ("666", "660"), ("600", "660"), ("644", "600")])
def test_server_adds_modes_up(modes: tuple[str, str], server: Server, tmp_path: Path) -> None:
    """The server gives its socket the mode that the message says."""
    (finding,) = told("socket = a.sock\n" + "\n".join(f"chmod-socket = {each}" for each in modes))
    args = ["--http-socket=a.sock", *(f"--chmod-socket={each}" for each in modes)]
    with server.started(args, cwd=tmp_path) as running:
        running.wait_for("spawned uWSGI worker")
        assert f"{(tmp_path / 'a.sock').stat().st_mode & 0o7777:04o}" == finding.message[-4:]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SSL_OP_NO_TLSv1_1", "268435456"),
        ("NO_TLSv1_2", "134217728"),
        ("0x10000000", "268435456"),
        ("SSL_OP_SOMETHING", None),
    ],
)
def test_constants_of_openssl_become_numbers(text: str, number: str | None) -> None:
    """The fix writes the number of a constant that is the same in all releases of OpenSSL since 1.1.0."""
    (finding,) = told(f"ssl-option = {text}\nhttps = :8443,a.crt,a.key")
    assert finding.code == "UW555"
    assert (None if finding.fix is None else finding.fix.edits[0].text) == number


def test_late_option_moves_with_its_line() -> None:
    """A fix that moves a line keeps all others, and the finding is gone afterwards."""
    text = "https = :8443,a.crt,a.key\nmaster = true\nssl-option = 268435456\nprocesses = 2"
    (finding,) = told(text)
    assert finding.fix is not None
    data = f"[uwsgi]\n{text}\n"
    for edit in sorted(finding.fix.edits, reverse=True):
        data = data[: edit.start] + edit.text + data[edit.end :]
    assert data == "[uwsgi]\nssl-option = 268435456\nhttps = :8443,a.crt,a.key\nmaster = true\nprocesses = 2\n"
    assert codes(data.removeprefix("[uwsgi]\n")) == []


def test_a_late_option_without_a_line_break_moves() -> None:
    """The last line of a file that does not end in a line break leaves its own to the one above."""
    data = b"[uwsgi]\nhttps = :8443,a.crt,a.key\nssl-option = 268435456"
    found = check_text("uwsgi.ini", data)
    (finding,) = [each for each in found if each.code == "UW553"]
    assert finding.fix is not None
    assert apply(data, finding.fix.edits) == b"[uwsgi]\nssl-option = 268435456\nhttps = :8443,a.crt,a.key"


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("uid = nobody", True),
        ("uid = root", False),
        ("uid = nobody\ndrop-after-init = true", False),
        ("immediate-uid = nobody", True),
        ("immediate-uid = nobody\ndrop-after-init = true", True),
        ("immediate-uid = root", False),
    ],
)
def test_low_ports_are_told_to_whoever_is_no_longer_root(lines: str, fires: bool) -> None:
    """`immediate-uid` takes effect while options are read, whatever puts `uid` off."""
    assert ("UW505" in codes(f"module = app\nhttp-socket = 127.0.0.1:80\n{lines}")) is fires


@pytest.mark.parametrize(
    ("ciphers", "fires"),
    [("HIGH:!aNULL:+3DES", False), ("HIGH:+RC4:!aNULL", False), ("HIGH:3DES", True), ("RC4+RSA", True)],
)
def test_ciphers_behind_a_plus_are_only_moved(ciphers: str, fires: bool) -> None:
    """OpenSSL adds nothing for a name behind `+`; in the middle of a name it means both."""
    assert ("UW551" in codes(f"module = app\nhttps = 127.0.0.1:8443,a.crt,a.key,{ciphers}")) is fires
