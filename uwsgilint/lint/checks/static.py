"""What is wrong with static files: where they are looked for, and what else would be given away.

core/protocol.c uwsgi_parse_vars looks for a file before it runs any rule or application, core/static.c
uwsgi_file_serve sends it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.lint.finding import Fix, Related, make
from uwsgilint.lint.fixing import edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uwsgilint.document import Span
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View

__all__ = ["doubled_mountpoint", "expires_by_mountpoint", "exposed_code", "patterns_to_skip", "shared_prefix"]

_MAPS = ("static-map", "static-map2")
# What uWSGI loads code from; the file or the folder itself.
_CODE = ("chdir", "pythonpath", "wsgi-file", "file", "virtualenv", "psgi", "rails", "rack", "eval")
# Without one of them `chdir` is no folder of code: this is a server of files alone.
_LOADS = (
    *("module", "wsgi-file", "mount", "eval", "paste", "ini-paste", "ini-paste-logged", "pecan", "web3", "pump"),
    *("wsgi-lite", "psgi", "rack", "rails", "python-raw", "import", "shared-import", "spooler-import", "mule", "mules"),
    *("pyrun", "cgi", "vhost", "socket", "attach-daemon", "attach-daemon2", "smart-attach-daemon"),
)
_FILE_KINDS = frozenset({"wsgi-file", "file", "psgi", "rack"})
_MUCH = frozenset({"/", "/etc", "/home", "/root", "/srv", "/usr", "/var"})


class _Root(NamedTuple):
    """A folder that files are served from.

    Attributes:
        path: as it is written, without what changes nothing.
        given: what says so.
        span: the place of the path.
        mount: the mountpoint, "" for `check-static`.
    """

    path: str
    given: Given
    span: Span
    mount: str


def _roots(view: View) -> Iterator[_Root]:
    """Return the folders that are served, where the file says which."""
    for setting in (*_MAPS, "check-static"):
        for given in view.every(setting):
            if not isinstance(given.text, str) or given.directive is None:
                continue
            mount, equals, path = given.text.rpartition("=") if setting == "check-static" else given.text.partition("=")
            if setting == "check-static":
                mount, path = "", given.text
            elif not equals:
                continue
            start = len(given.text) - len(path)
            span = given.directive.inside(start, len(given.text)) if given.literal else given.value_span
            if path:
                yield _Root(_clean(path, view), given, span, mount)


def _clean(path: str, view: View) -> str:
    """Return a path without what changes nothing, below `chdir` where it is relative."""
    if not path.startswith("/"):
        home = view.value("chdir")
        if isinstance(home, str) and home.startswith("/"):
            path = posixpath.join(home, path)
    return posixpath.normpath(path)


def doubled_mountpoint(view: View) -> Iterator[Finding]:
    """Find a `static-map2` whose folder ends with its mountpoint, which is appended once more."""
    for root in _roots(view):
        mount = root.mount.rstrip("/")
        if catalog.setting_of(root.given.key) != "static-map2" or not mount or not root.path.endswith(mount):
            continue
        fix = None
        if root.given.literal and not root.given.guard and root.given.directive is not None:
            edit = edits.rename(root.given.directive, "static-map", view.document.format)
            fix = None if edit is None else Fix((edit,), safe=False)
        values = {"mount": mount, "path": root.path}
        yield make("doubled-mountpoint", root.span, values, root.given.key, fix=fix)


def shared_prefix(view: View) -> Iterator[Finding]:
    """Find folders of files beside which the configuration has something whose name begins the same."""
    others: dict[str, Given] = {}
    roots = list(_roots(view))
    starts = tuple(root.path for root in roots)
    for setting in view.settings():
        option = catalog.option(setting)
        if option is None or setting in {*_MAPS, "check-static"}:
            continue
        for given in view.every(setting):
            text = given.text
            if not isinstance(text, str) or " " in text:
                continue
            # What is relative, or has a // or a .., is looked at in full.
            if text.startswith(starts) or (option.kind in {"path", "file"} and text[:1] != "/") or ".." in text:
                others.setdefault(_clean(text, view), given)
    for root in roots:
        for path, given in others.items():
            rest = path[len(root.path) :]
            if path.startswith(root.path) and rest and not rest.startswith("/") and root.path != "/":
                values = {"path": root.path, "other": path}
                related = (Related(given.span, "its name begins the same"),)
                yield make("shared-static-prefix", root.span, values, root.given.key, related)
                break


def exposed_code(view: View) -> Iterator[Finding]:
    """Find folders of files that hold the application, or most of the system."""
    code: dict[str, Given] = {}
    loads = any(view.every(setting) for setting in _LOADS)
    for setting in _CODE:
        for given in view.every(setting) if loads or setting != "chdir" else ():
            if isinstance(given.text, str) and given.text and not re.search(r"[:=]", given.text):
                path = _clean(given.text, view)
                code.setdefault(posixpath.dirname(path) or "." if setting in _FILE_KINDS else path, given)
    for root in _roots(view):
        if view.every("static-skip-ext") and root.path not in _MUCH:
            continue  # somebody has thought of it
        if root.path in _MUCH:
            yield make("exposed-code", root.span, {"path": root.path, "what": "much of the system"}, root.given.key)
            continue
        for path, given in code.items():
            if path == root.path or path.startswith(f"{root.path}/"):
                values = {"path": root.path, "what": "the application's own files"}
                related = (Related(given.span, "the application is here"),)
                yield make("exposed-code", root.span, values, root.given.key, related)
                break


def patterns_to_skip(view: View) -> Iterator[Finding]:
    """Find endings of names that are written as patterns: they are compared letter by letter."""
    for given in view.every("static-skip-ext"):
        text = given.text
        if not isinstance(text, str) or "*" not in text:
            continue
        near = text.lstrip("*")
        plain = near.startswith(".") and "*" not in near
        fix = None
        if plain and given.literal and not given.guard and given.directive is not None:
            edit = edits.replace(given.directive, near, view.document.format)
            fix = None if edit is None else Fix((edit,), safe=False)
        values = {"value": text, "near": near if plain else ""}
        yield make("skip-pattern", given.value_span, values, given.key, fix=fix)


def expires_by_mountpoint(view: View) -> Iterator[Finding]:
    """Find expressions that want the path of a file to begin like the path of the request."""
    roots = [root for root in _roots(view) if root.mount not in {"", "/"}]
    for setting in ("static-expires", "static-expires-mtime"):
        for given in view.every(setting):
            pattern = given.text.partition(" ")[0] if isinstance(given.text, str) else ""
            if given.directive is None or not pattern.startswith("^/") or "|" in pattern:
                continue
            literal = re.match(r"[\w/-]*", pattern[1:].replace("\\", ""))
            if literal is None:
                continue
            start = literal[0]
            mounted = next((root.mount for root in roots if start.startswith(root.mount.rstrip("/"))), "")
            every = list(_roots(view))
            possible = any(
                not root.path.startswith("/") or root.path.startswith(start) or start.startswith(root.path)
                for root in every
            )
            if not mounted or possible:
                continue
            other = setting.replace("static-expires", "static-expires-uri")
            edit = None
            if given.literal and not given.guard:
                edit = edits.rename(given.directive, other, view.document.format)
            fix = None if edit is None else Fix((edit,), safe=False)
            span = given.directive.inside(0, len(pattern)) if given.literal else given.value_span
            values = {"pattern": pattern, "mount": mounted, "other": other}
            yield make("expires-by-mountpoint", span, values, given.key, fix=fix)
