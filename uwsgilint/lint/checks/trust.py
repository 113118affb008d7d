"""Checks of what a server believes: addresses and hosts that clients write, and configurations of other machines.

Each function is named by a page in `rules/privileges`. Routing rules are looked at as they are written, for `${...}`
in them is the server's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.lint.finding import Fix, make
from uwsgilint.lint.fixing.edits import rename

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = [
    "configuration_over_http",
    "line_break_in_header",
    "lock_on_raw_address",
    "lock_with_one_slash",
    "redirect_to_any_host",
]

_LOCK = (
    r"/[\w.-]\S*\s+(?:(?:basicauth|ldapauth|radius|spnego)(?:-next)?:|access:"
    r"|(?:break|return|break-with-status):40[134]\b)"
)
_RAW = re.compile(r"\^" + _LOCK)
_RAW_TEST = re.compile(r"(?:regexp:\$\{REQUEST_URI\};\^|(?:startswith|equal):\$\{REQUEST_URI\};)" + _LOCK)
_ONE_SLASH = re.compile(r"\^" + _LOCK)
_ONE_SLASH_TEST = re.compile(r"(?:regexp:\$\{PATH_INFO\};\^|(?:startswith|equal):\$\{PATH_INFO\};)" + _LOCK)
_REDIRECT = r"(?:redirect|redirect-301|redirect-302|redirect-permanent)"
_HEADER = rf"\s(?:{_REDIRECT}|addheader):"
# The only group of an expression is a list that excludes something, and so takes line breaks.
_WIDE_GROUP = re.compile(r"[^()\s]*\(\[\^(?!\\s)[^\]\s]*\][+*]\)[^()\s]*" + _HEADER + r".*\$1(?!\d)")
_PATH = re.compile(r"\S+" + _HEADER + r".*\$\{PATH_INFO\}")
_ANY_HOST = re.compile(rf"(?:^|\s){_REDIRECT}:https?://\$\{{HTTP_HOST\}}")
_ROUTES = ("route", "route-uri", "route-if", "route-if-not", "route-run")


def _rules(view: View, settings: Iterable[str]) -> Iterator[Given]:
    for setting in settings:
        yield from view.every(setting)


def lock_on_raw_address(view: View) -> Iterator[Finding]:
    """Tell where a password or a refusal depends on the address before it is decoded."""
    for option, pattern in (("route-uri", _RAW), ("route-if", _RAW_TEST)):
        for given in view.every(option):
            if pattern.match(given.shown):
                yield make("lock-on-raw-address", given.span, {}, given.key)


def lock_with_one_slash(view: View) -> Iterator[Finding]:
    """Tell where a password or a refusal wants a path to begin with exactly one slash."""
    for option, pattern in (("route", _ONE_SLASH), ("route-if", _ONE_SLASH_TEST)):
        for given in view.every(option):
            if pattern.match(given.shown):
                yield make("lock-with-one-slash", given.span, {}, given.key)


def line_break_in_header(view: View) -> Iterator[Finding]:
    """Tell where a piece of the decoded path, line breaks included, becomes a piece of a header."""
    for given in view.every("route"):
        if _WIDE_GROUP.match(given.shown) or _PATH.match(given.shown):
            yield make("line-break-in-header", given.span, {}, given.key, (), _on_raw_address(view, given))


def _on_raw_address(view: View, given: Given) -> Fix | None:
    """Make the fix that compares the address as it was sent; it is none where the decoded path is what is copied."""
    directive = given.directive
    if directive is None or given.guard or directive.source is not view.document.source or "${PATH_" in given.shown:
        return None
    if directive.key != "route":
        return None
    edit = rename(directive, "route-uri", view.document.format)
    return None if edit is None else Fix((edit,), safe=False)


def redirect_to_any_host(view: View) -> Iterator[Finding]:
    """Tell where a redirect leads to the host that the client named."""
    for given in _rules(view, _ROUTES):
        if _ANY_HOST.search(given.shown):
            yield make("redirect-to-any-host", given.span, {}, given.key)


def configuration_over_http(view: View) -> Iterator[Finding]:
    """Tell where a configuration is fetched without protection; settings no longer know such an include."""
    for directive in view.document.directives(view.section):
        option = catalog.option(directive.key)
        if option is None or not (option.kind == "config" or option.setting == "emperor"):
            continue
        if (directive.value or "").startswith("http://"):
            yield make("configuration-over-http", directive.span, {"value": directive.value or ""}, directive.key)
