"""Checks of TLS: what its listeners are told, and when. Each function is named by a page in `rules/sockets`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import composites, grammar
from uwsgilint.lint.checks.fixes import moved
from uwsgilint.lint.declared import related_to
from uwsgilint.lint.finding import Fix, make
from uwsgilint.lint.fixing.edits import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = [
    "LISTENERS",
    "late_option",
    "misread_option",
    "optional_client",
    "unused_certificate_export",
    "unused_depth",
]

LISTENERS = ("https", "https2", "https-socket", "suwsgi-socket", "sslrouter", "sslrouter2")
"""Options that open an address for TLS and build its context at once (core/ssl.c uwsgi_ssl_new_server_context)."""

_NAMES = ("sni", "sni-regexp")
_TUNING = ("ssl-option", "ssl-enable-tlsv1", "ssl-enable3", "ssl-verify-depth")
# The constants of OpenSSL 1.1.0 and later (include/openssl/ssl.h), without SSL_OP_ in front.
_CONSTANTS = {
    "NO_TICKET": 1 << 14,
    "CIPHER_SERVER_PREFERENCE": 1 << 22,
    "PRIORITIZE_CHACHA": 1 << 21,
    "NO_SSLv3": 1 << 25,
    "NO_TLSv1": 1 << 26,
    "NO_TLSv1_2": 1 << 27,
    "NO_TLSv1_1": 1 << 28,
    "NO_TLSv1_3": 1 << 29,
    "NO_RENEGOTIATION": 1 << 30,
}


def late_option(view: View) -> Iterator[Finding]:
    """Tell where an option for TLS stands below the listener that it is meant for."""
    every = [given for setting in (*LISTENERS, *_NAMES) for given in view.every(setting)]
    opened = [each for each in every if not each.guard]
    if not opened or len({id(each.span.source) for each in every}) > 1:
        return
    first = min(opened, key=lambda each: each.span.start)
    for setting in _TUNING:
        for given in view.every(setting):
            if given.guard or given.span.source is not first.span.source or given.span.start < first.span.start:
                continue
            if given.read() is False:
                continue
            related = related_to([first], "built here, without the option")
            fix = moved(view, given, first)
            yield make("late-tls-option", given.span, {"first": first.key}, given.key, related, fix)


def misread_option(view: View) -> Iterator[Finding]:
    """Tell where an option of OpenSSL is not given as the decimal number that uWSGI reads."""
    for given in view.every("ssl-option"):
        if not isinstance(given.text, str) or re.fullmatch(r"\s*\d+", given.text):
            continue
        number = _meant(given.text.strip())
        fix = None
        if number is not None and given.literal and given.directive is not None:
            own = given.directive.source is view.document.source and not given.guard
            text = f"{number}"
            edit = replace(given.directive, text, view.document.format) if own else None
            fix = None if edit is None else Fix((edit,), safe=False)
        near = "" if number is None else str(number)
        yield make("misread-tls-option", given.span, {"value": given.shown, "near": near}, given.key, (), fix)


def _meant(text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    name = text.removeprefix("SSL_").removeprefix("OP_")
    return _CONSTANTS.get(name)


def _parts(given: Given) -> dict[str, grammar.Piece] | None:
    """Return the parts of a listener; None when its text is not known."""
    composite = composites.of(given.key)
    if composite is None or not isinstance(given.text, str):
        return None
    return grammar.parse(composite, given.text).pieces


def optional_client(view: View) -> Iterator[Finding]:
    """Tell where clients are asked for a certificate and may do without."""
    for setting in (*LISTENERS, *_NAMES):
        for given in view.every(setting):
            piece = (_parts(given) or {}).get("client_ca")
            if piece is not None and piece.text and not piece.text.startswith("!"):
                span = given.span if given.directive is None else given.directive.inside(piece.start, piece.end)
                yield make("optional-client-certificate", span, {"value": piece.text}, given.key)


def _asks_clients(view: View) -> bool | None:
    """Whether some listener asks clients for a certificate; None when that is not known."""
    found = [given for setting in (*LISTENERS, *_NAMES) for given in view.every(setting)]
    if view.open or not found or view.every("sni-dir"):
        return None
    parts = [_parts(each) for each in found]
    if any(each is None for each in parts):
        return None
    return any("client_ca" in each for each in parts if each is not None)


def unused_depth(view: View) -> Iterator[Finding]:
    """Tell where the length of certificate chains is limited, and no client is asked for one."""
    given = view.every("ssl-verify-depth")[-1:]
    if given and _asks_clients(view) is False:
        yield make("verify-depth-without-client-ca", given[0].span, {"value": given[0].shown}, given[0].key)


def unused_certificate_export(view: View) -> Iterator[Finding]:
    """Tell where the certificates of clients are passed on, and no client is asked for one."""
    given = view.every("https-export-cert")[-1:]
    if given and view.value("https-export-cert") is True and _asks_clients(view) is False:
        yield make("certificate-export-without-client-ca", given[0].span, {}, given[0].key)
