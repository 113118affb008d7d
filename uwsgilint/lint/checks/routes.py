"""What is wrong between routing rules, or with what one of them is meant for.

The server runs the rules of a chain from the top, until one ends the chain (core/routing.c uwsgi_apply_routes_do).
Whether a rule can do anything depends on those above it, on the chain that it is in, and on what else is set up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import routing
from uwsgilint.grammar import Piece
from uwsgilint.language.placeholders import is_template
from uwsgilint.lint.finding import Edit, Fix, Related, make
from uwsgilint.lint.fixing import edits
from uwsgilint.routing.reading import HIDDEN, mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from uwsgilint.document import Directive, Span
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.views import Given, View
    from uwsgilint.routing import ParsedRule

__all__ = [
    "actions_in_a_late_chain",
    "answers_in_the_last_chain",
    "cache_without_a_cache",
    "chunks_before_gzip",
    "constant_subject",
    "division",
    "files_named_by_the_request",
    "fixed_directory_types",
    "gzip_for_everybody",
    "harakiri_without_a_master",
    "header_removed_too_late",
    "host_with_slash",
    "loops",
    "loose_address",
    "lower_case_variable",
    "metrics_that_are_off",
    "network_as_pattern",
    "network_as_text",
    "offload_without_threads",
    "open_to_wrong_passwords",
    "passwords",
    "path_with_query",
    "path_without_slash",
    "port_that_is_missing",
    "query_with_mark",
    "relative_redirect",
    "relative_rewrite",
    "repeated_label",
    "rewrite_to_static",
    "shared_cache_key",
    "unbraced_variable",
    "unreachable",
    "unused_label",
]

_REDIRECTS = frozenset({"redirect", "redirect-302", "redirect-permanent", "redirect-301"})
_REWRITES = frozenset({"rewrite", "rewrite-last"})
_FILES = frozenset({"file", "sendfile", "fastfile", "file-next", "sendfile-next", "fastfile-next"})
_PROXIES = frozenset({"http", "proxyhttp", "uwsgi", "proxyuwsgi"})
_SENDS = _FILES | _PROXIES | {"static", "static-next"}
_STOPS = frozenset({"break", "return", "break-with-status"})
_AUTHENTICATES = frozenset(
    f"{name}{suffix}" for name in ("basicauth", "ldapauth", "radius", "spnego") for suffix in ("", "-next")
) | {"access"}
# What ends a chain whatever comes of it.
_ENDS = frozenset({"continue", "last", "rewrite-last", "static", "file", "sendfile", "fastfile"}) | (
    _REDIRECTS | _STOPS | _PROXIES
)
_HEADERS = frozenset({"addheader", "delheader", "remheader", "clearheaders", "resetheaders"})
_ANSWERS = (
    _REDIRECTS | _STOPS | _FILES | _PROXIES | _HEADERS | _AUTHENTICATES | {"static", "static-next", "gzip", "chunked"}
)
# What chooses the application, or what it is told.
_CHOOSES = frozenset({"setapp", "setfile", "sethome", "setmodifier1", "setmodifier2", "setdocroot", "fixpathinfo"})
# Whatever changes what later tests look at.
_CHANGES = _REWRITES | {name for name in routing.ACTIONS if name.startswith(("set", "add", "fix", *"+-*/"))}
# What may give a test of a path, a query or an address something unusual to look at.
_MOVES = _REWRITES | {"setpathinfo", "seturi", "setremoteaddr"}
_EVERYTHING = frozenset({"", "^", ".*", "^.*", "^.*$", "(.*)", "^(.*)", "^(.*)$"})
_EVERY_PATH = _EVERYTHING | {"/", "^/", "/.*", "^/.*", "^/.*$", "^/(.*)", "^/(.*)$"}
# What Python's expressions mean just as PCRE's do.
_SIMPLE = re.compile(r"(?:[\w/^$()*+.|-]|\\[./?+$-])*")
_SLASHLESS = re.compile(r"\^[\w-](?![*?{])")
_NETWORK = re.compile(r"\^?([0-9]{1,3}(?:\\?\.[0-9]{1,3}){3}/[0-9]{1,2})\$?")
_ADDRESS = re.compile(r"(\^?)([0-9]{1,3}(?:\\?\.[0-9]{1,3}){1,3})(\\?\.)?(\$?)")
_TEXT_TESTS = frozenset({"equal", "isequal", "eq", "==", "startswith", "endswith", "contains", "contain"})
_KNOWN_VARIABLES = frozenset(
    {"PATH_INFO", "REQUEST_URI", "REQUEST_METHOD", "QUERY_STRING", "REMOTE_ADDR", "REMOTE_USER", "SCRIPT_NAME"}
    | {"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "CONTENT_TYPE", "CONTENT_LENGTH", "DOCUMENT_ROOT", "HTTPS"}
)
# What a client writes.
_CHOSEN = re.compile(r"\$(?:[0-9]|\{(?:PATH_INFO|QUERY_STRING|REQUEST_URI|HTTP_|qs\[|cookie\[))")
_TYPED = (
    *("static-map", "static-map2", "check-static", "check-static-docroot", "static-skip-ext", "static-index"),
    *("static-safe", "static-cache-paths", "static-cache-paths-name", "mimefile", "static-gzip", "static-gzip-all"),
    *("static-gzip-dir", "static-gzip-ext", "file-serve-mode", "static-expires", "static-expires-mtime"),
    *("static-expires-type", "static-expires-type-mtime", "static-expires-uri", "static-expires-uri-mtime"),
    *("static-expires-path-info", "static-expires-path-info-mtime"),
)


class _Rule(NamedTuple):
    """A rule of a chain, and where it stands."""

    given: Given
    directive: Directive
    parsed: ParsedRule
    syntax: str

    @property
    def action(self) -> str:
        return "" if self.parsed.action is None else self.parsed.action.name.text

    def part(self, name: str) -> Piece | None:
        """Return a part of the arguments of its action, if nothing of it is hidden."""
        found = None if self.parsed.action is None else self.parsed.action.parts.get(name)
        return None if found is None or HIDDEN in mask(found.text) else found

    def span(self, piece: Piece) -> Span:
        return self.directive.inside(piece.start, piece.end)

    def edit(self, piece: Piece, text: str) -> Fix | None:
        """Make the fix that replaces a piece."""
        if self.given.guard:
            return None
        span = self.span(piece)
        value = self.directive.value or ""
        wanted = f"{value[: piece.start]}{text}{value[piece.end :]}"
        stands = self.directive.source.data[span.start : span.end].decode("utf-8", "surrogateescape")
        edit = Edit(span.start, span.end, text)
        if stands == piece.text and edits.rewrites(self.directive, [edit], wanted, self.syntax):
            return Fix((edit,), safe=False)
        return None if self.syntax == "ini" else self.restated(self.directive.key, wanted)

    def restated(self, option: str, value: str) -> Fix | None:
        """Make the fix that turns it into another rule."""
        found = None if self.given.guard else edits.restate(self.directive, option, value, self.syntax)
        return None if found is None else Fix(tuple(found), safe=False)

    @property
    def opaque(self) -> bool:
        """Whether nobody can see what it does."""
        return self.parsed.action is None and self.parsed.label is None

    @property
    def text(self) -> str:
        return self.directive.value or ""

    @property
    def test(self) -> tuple[str, str]:
        """What it looks at, and what for: the same for two rules that run for the same requests."""
        end = self.parsed.action.name.start if self.parsed.action is not None else len(self.text)
        return self.parsed.subject, self.text[:end]

    @property
    def always(self) -> bool:
        """Whether it runs for every request."""
        if self.given.guard:
            return False
        subject, pattern = self.parsed.subject, self.parsed.pattern
        if pattern is None:
            return subject == "run"
        return subject != "status" and pattern.text in (_EVERY_PATH if subject in {"path", "uri"} else _EVERYTHING)

    @property
    def ends(self) -> bool:
        """Whether the chain ends with it when it runs."""
        return self.action in _ENDS and not self.given.guard


@lru_cache(maxsize=1)
def _chains(view: View) -> dict[str, list[_Rule]]:
    """Return the rules of each chain in their order; none where more than one file has some."""
    chains: dict[str, list[_Rule]] = {}
    for setting in view.settings():
        if setting not in routing.OPTIONS:
            continue
        for given in view.every(setting):
            directive = given.directive
            if directive is None or directive.source is not view.document.source:
                return {}
            value = directive.value or ""
            # Nothing is seen of a rule that a template makes.
            shown = "" if is_template(value.replace("${", "$ {")) else value
            rule = _Rule(given, directive, routing.parse_rule(setting, shown), view.document.format)
            chains.setdefault(rule.parsed.chain, []).append(rule)
    for rules in chains.values():
        rules.sort(key=lambda rule: rule.directive.span.start)
    return chains


def _rules(view: View) -> Iterator[_Rule]:
    for rules in _chains(view).values():
        yield from rules


def _with_action(view: View, names: Iterable[str]) -> Iterator[_Rule]:
    return (rule for rule in _rules(view) if rule.action in names)


def _add(rule: _Rule, line: str, view: View) -> Fix | None:
    """Make the fix that adds an option below a rule."""
    edit = None if rule.given.guard else edits.add(rule.directive, line, view.document.format)
    return None if edit is None else Fix((edit,), safe=False)


def _renamed(rule: _Rule, option: str, view: View) -> Edit | None:
    """Make the edit that turns a rule into one of another option."""
    return None if rule.given.guard else edits.rename(rule.directive, option, view.document.format)


# -- order ---------------------------------------------------------------------------------------


def unreachable(view: View) -> Iterator[Finding]:
    """Find the first rule behind one that ends the chain for all requests, or for the same ones."""
    for rules in _chains(view).values():
        targets = [rule.part("label") for rule in rules if rule.action == "goto"]
        if any(t is None or "$" in t.text or t.text[:1].isdigit() for t in targets):
            continue
        if any(rule.opaque for rule in rules):
            continue
        labels = {target.text for target in targets if target is not None}
        end: _Rule | None = None
        ended: dict[tuple[str, str], _Rule] = {}
        for rule in rules:
            if rule.parsed.label is not None:
                if rule.parsed.label.text in labels:
                    end = None
                ended.clear()
                continue
            before = end or ended.get(rule.test)
            if before is not None:
                related = (Related(before.given.span, "the chain has ended here"),)
                values = {"action": before.action}
                yield make("unreachable-rule", rule.given.span, values, rule.given.key, related)
                break
            if rule.ends and rule.always:
                end = rule
            elif rule.ends and rule.parsed.subject != "run":
                ended[rule.test] = rule
            elif rule.action in _CHANGES or not rule.action:
                ended.clear()


def loops(view: View) -> Iterator[Finding]:
    """Find redirections to a path that the same rule redirects again."""
    rules = _chains(view).get("request", [])
    for index, rule in enumerate(rules):
        url = rule.part("url")
        if rule.action not in _REDIRECTS or url is None or rule.given.guard:
            continue
        pattern = rule.parsed.pattern
        if rule.parsed.subject not in {"path", "run"} or not url.text.startswith("/") or url.text.startswith("//"):
            continue
        target = re.sub(r"\$[1-9]", "x", re.split(r"[?#]", url.text)[0])
        # A query may be what ends the loop, and so may anything above.
        if "$" in target or "?" in url.text or any(_may_catch(before, target) for before in rules[:index]):
            continue
        if pattern is None or (_SIMPLE.fullmatch(pattern.text) and _found(pattern.text, target)):
            yield make("looping-redirect", rule.span(url), {"url": url.text}, rule.given.key)


def _may_catch(rule: _Rule, path: str) -> bool:
    """Whether a rule above may keep a path from those below it."""
    if rule.parsed.label is not None or not (rule.ends or rule.action == "goto" or not rule.action):
        return rule.action in _CHANGES
    pattern = rule.parsed.pattern
    if rule.parsed.subject != "path" or pattern is None or not _SIMPLE.fullmatch(pattern.text):
        return True
    return _found(pattern.text, path)


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def repeated_label(view: View) -> Iterator[Finding]:
    """Find labels that stand twice in a chain: only the first one is ever found."""
    for rules in _chains(view).values():
        first: dict[str, _Rule] = {}
        for rule in rules:
            label = rule.parsed.label
            if label is None or rule.given.guard:
                continue
            if label.text in first:
                related = (Related(first[label.text].given.span, "the first one is here"),)
                yield make("repeated-label", rule.given.span, {"label": label.text}, rule.given.key, related)
            first.setdefault(label.text, rule)


def unused_label(view: View) -> Iterator[Finding]:
    """Find labels that nothing jumps to."""
    for rules in _chains(view).values():
        targets = [rule.part("label") for rule in rules if rule.action == "goto"]
        if any(target is None or "$" in target.text for target in targets):
            continue
        used = {target.text for target in targets if target is not None}
        for rule in rules:
            label = rule.parsed.label
            if label is not None and label.text not in used:
                gone = None if rule.given.guard else edits.remove([rule.directive], view.document.format)
                # Numbers count rules, labels included.
                safe = not any(text[:1].isdigit() for text in used)
                fix = Fix(tuple(gone), safe=safe) if gone is not None else None
                yield make("unused-label", rule.given.span, {"label": label.text}, rule.given.key, fix=fix)


# -- tests that cannot be what was meant ---------------------------------------------------------


def _patterns(view: View, *subjects: str) -> Iterator[tuple[_Rule, str, Piece]]:
    for rules in _chains(view).values():
        for rule in rules:
            pattern = rule.parsed.pattern
            if rule.parsed.subject in subjects and pattern is not None and HIDDEN not in mask(pattern.text):
                yield rule, pattern.text, pattern
            if rule.action in _MOVES or rule.opaque:
                break


def path_without_slash(view: View) -> Iterator[Finding]:
    """Find expressions for a path that want it to begin with something else than a slash."""
    for rule, text, pattern in _patterns(view, "path", "uri"):
        if "|" in text or not _SLASHLESS.match(text) or (rule.parsed.subject == "uri" and text.startswith("^http")):
            continue
        values = {"pattern": text, "near": f"^/{text[1:]}"}
        fix = rule.edit(pattern, values["near"])
        yield make("slashless-path", rule.span(pattern), values, rule.given.key, fix=fix)


def path_with_query(view: View) -> Iterator[Finding]:
    """Find expressions for a path that want a question mark in it."""
    for rule, text, pattern in _patterns(view, "path"):
        head, mark, rest = text.partition(r"\?")
        if not mark or "|" in text or "[" in head or head.count("(") != head.count(")") or rest[:1] in set("?*{"):
            continue
        other = routing.option_of(rule.parsed.chain, "uri")
        edit = _renamed(rule, other, view)
        fix = None if edit is None else Fix((edit,), safe=False)
        values = {"pattern": text, "other": other}
        yield make("query-in-path", rule.span(pattern), values, rule.given.key, fix=fix)


def query_with_mark(view: View) -> Iterator[Finding]:
    """Find expressions for a query that want it to begin with its question mark."""
    for rule, text, pattern in _patterns(view, "query"):
        if not text.startswith(r"^\?") or "|" in text or text[3:4] in set("?*{"):
            continue
        values = {"pattern": text, "near": f"^{text[3:]}"}
        fix = rule.edit(pattern, values["near"])
        yield make("question-mark-in-query", rule.span(pattern), values, rule.given.key, fix=fix)


def host_with_slash(view: View) -> Iterator[Finding]:
    """Find expressions for a host that want a slash in it."""
    for rule, text, pattern in _patterns(view, "host"):
        head, slash, _ = text.partition("/")
        # In a class, a group or before a `?` it may be one possibility among others.
        if slash and not set(head) & set("[(") and "|" not in text and not re.search(r"/[?*{]", text):
            yield make("address-as-host", rule.span(pattern), {"pattern": text}, rule.given.key)


def network_as_pattern(view: View) -> Iterator[Finding]:
    """Find networks where an expression is wanted: no address has a slash."""
    for rule, text, pattern in _patterns(view, "remote-addr"):
        found = _NETWORK.fullmatch(text)
        if found is None:
            continue
        network = found[1].replace("\\", "")
        option = routing.option_of(rule.parsed.chain, "if")
        wanted = f"{rule.text[: pattern.start]}ipv4in:${{REMOTE_ADDR}};{network}{rule.text[pattern.end :]}"
        fix = rule.restated(option, wanted) if len(network) < 18 else None
        values = {"network": network, "condition": option}
        yield make("network-as-pattern", rule.span(pattern), values, rule.given.key, fix=fix)


def network_as_text(view: View) -> Iterator[Finding]:
    """Find networks that an address is compared with as a text."""
    for rule in _rules(view):
        condition = rule.parsed.condition
        if condition is None or condition.name.text not in _TEXT_TESTS:
            continue
        subject, operand = condition.parts.get("subject"), condition.parts.get("operand")
        if subject is None or operand is None or "ADDR" not in subject.text:
            continue
        if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,2}", operand.text):
            fix = rule.edit(condition.name, "ipv4in") if len(operand.text) < 18 else None
            values = {"network": operand.text, "condition": condition.name.text}
            yield make("network-as-text", rule.span(operand), values, rule.given.key, fix=fix)


def loose_address(view: View) -> Iterator[Finding]:
    """Find expressions for an address that fit other addresses, too."""
    for rule, text, pattern in _patterns(view, "remote-addr"):
        found = _ADDRESS.fullmatch(text)
        if found is None:
            continue
        plain = found[2].replace("\\", "")
        whole = plain.count(".") == 3
        other = next((each for each in _neighbours(plain) if _found(text, each)), "")
        if not other:
            continue
        escaped = plain.replace(".", r"\.")
        near = f"^{escaped}$" if whole else f"^{escaped}\\."
        fix = rule.edit(pattern, near)
        values = {"pattern": text, "other": other, "near": near}
        yield make("loose-address", rule.span(pattern), values, rule.given.key, fix=fix)


def _neighbours(address: str) -> Iterator[str]:
    """Return addresses that are not the given one, nor in its network, and hold its digits."""
    rest = ".0" * (3 - address.count("."))
    for other in (f"1{address}", f"2{address}", *(f"{address}{digit}" for digit in range(10))):
        if all(len(octet) < 4 and int(octet) < 256 for octet in other.split(".")):
            yield other + rest


def constant_subject(view: View) -> Iterator[Finding]:
    """Find comparisons whose subject is the same text for every request."""
    for rule in _rules(view):
        condition = rule.parsed.condition
        subject = None if condition is None else condition.parts.get("subject")
        if condition is None or subject is None or not subject.text or "$" in subject.text:
            continue
        if HIDDEN in mask(subject.text) or "operand" not in condition.parts:
            continue
        known = subject.text in _KNOWN_VARIABLES or subject.text.startswith("HTTP_")
        fix = rule.edit(subject, f"${{{subject.text}}}") if known else None
        values = {"subject": subject.text, "near": f"${{{subject.text}}}" if known else ""}
        yield make("constant-condition", rule.span(subject), values, rule.given.key, fix=fix)


# -- variables -----------------------------------------------------------------------------------

_BARE = re.compile(r"\$([A-Z][A-Z_]+)\b")
_LOWER = re.compile(r"\$\{([a-z][a-z_]+)\}")


def _filled(rule: _Rule) -> Iterator[Piece]:
    """Return the parts of a rule in which variables are filled in."""
    for call, verbs in ((rule.parsed.condition, routing.CONDITIONS), (rule.parsed.action, routing.ACTIONS)):
        if call is not None:
            verb = verbs[call.name.text]
            yield from (piece for name, piece in call.parts.items() if name not in verb.plain)


def unbraced_variable(view: View) -> Iterator[Finding]:
    """Find names of request variables behind a dollar, without the braces that make them variables."""
    for rule in _rules(view):
        for piece in _filled(rule):
            for found in _BARE.finditer(piece.text):
                if found[1] in _KNOWN_VARIABLES or found[1].startswith("HTTP_"):
                    name = Piece(found[0], piece.start + found.start(), piece.start + found.end())
                    fix = rule.edit(name, f"${{{found[1]}}}")
                    yield make("unbraced-variable", rule.span(name), {"name": found[1]}, rule.given.key, fix=fix)


def lower_case_variable(view: View) -> Iterator[Finding]:
    """Find variables that are known by the same name in upper case."""
    made = {part.text for rule in _with_action(view, {"addvar"}) if (part := rule.part("name")) is not None}
    for rule in _rules(view):
        for piece in _filled(rule):
            for found in _LOWER.finditer(piece.text):
                name = found[1].upper()
                if found[1] in made or not (name in _KNOWN_VARIABLES or name.startswith("HTTP_")):
                    continue
                variable = Piece(found[0], piece.start + found.start(), piece.start + found.end())
                fix = rule.edit(variable, f"${{{name}}}")
                values = {"name": found[1], "near": name}
                yield make("lower-case-variable", rule.span(variable), values, rule.given.key, fix=fix)


# -- actions -------------------------------------------------------------------------------------


def relative_redirect(view: View) -> Iterator[Finding]:
    """Find redirections whose address begins with a name, which browsers take for a part of the path."""
    for rule in _with_action(view, _REDIRECTS):
        url = rule.part("url")
        if url is not None and re.match(r"[\w-]+(?:[./?#]|$)", url.text) and ":" not in url.text.partition("/")[0]:
            host = re.match(r"[\w-]+(?:\.[\w-]+)+(?:/|$)", url.text) is not None
            near = f"https://{url.text}" if host else f"/{url.text}"
            values = {"url": url.text, "near": near}
            yield make("relative-redirect", rule.span(url), values, rule.given.key, fix=rule.edit(url, near))


def relative_rewrite(view: View) -> Iterator[Finding]:
    """Find new paths that do not begin with a slash."""
    for rule in _with_action(view, _REWRITES | {"setpathinfo"}):
        path = rule.part("path")
        if path is not None and re.match(r"[\w.-]", path.text):
            values = {"path": path.text, "near": f"/{path.text}"}
            fix = rule.edit(path, values["near"])
            yield make("slashless-rewrite", rule.span(path), values, rule.given.key, fix=fix)


def rewrite_to_static(view: View) -> Iterator[Finding]:
    """Find paths that are rewritten to where static files are, which were looked for before."""
    mounts = [
        found[0]
        for setting in ("static-map", "static-map2")
        for given in view.every(setting)
        if isinstance(given.text, str) and (found := given.text.partition("="))[0] not in {"", "/"}
    ]
    request = _chains(view).get("request", [])
    for rule in _with_action(view, _REWRITES):
        path = rule.part("path")
        later = request[request.index(rule) + 1 :] if rule.action == "rewrite" and rule in request else []
        if any(after.opaque or after.action in _SENDS for after in later):
            continue  # what is rewritten goes there, not to the application
        mount = "" if path is None else next((m for m in mounts if path.text.startswith(m)), "")
        if path is not None and mount:
            yield make("rewrite-to-static", rule.span(path), {"path": path.text, "mount": mount}, rule.given.key)


def answers_in_the_last_chain(view: View) -> Iterator[Finding]:
    """Find final rules that would answer, or change the headers: the answer is gone by then.

    A `break` or `return` with less than three characters has no status, and only ends the chain
    (core/routing.c uwsgi_router_break_func).
    """
    for rule in _chains(view).get("final", []):
        if rule.action in _STOPS and rule.parsed.action is not None and len(rule.parsed.action.arguments.text) < 3:
            continue
        if rule.action in _ANSWERS and rule.parsed.action is not None:
            span = rule.span(rule.parsed.action.name)
            yield make("final-answer", span, {"action": rule.action}, rule.given.key)


def actions_in_a_late_chain(view: View) -> Iterator[Finding]:
    """Find rules that choose the application, or its path, when it has already run."""
    for chain, rules in _chains(view).items():
        for rule in rules if chain != "request" else ():
            if rule.action in _CHOOSES | _REWRITES and rule.parsed.action is not None:
                near = routing.option_of("request", rule.parsed.subject) if rule.parsed.subject != "status" else ""
                values = {"action": rule.action, "near": near}
                yield make("late-choice", rule.span(rule.parsed.action.name), values, rule.given.key)


def header_removed_too_late(view: View) -> Iterator[Finding]:
    """Find response rules that remove headers: those of the application are already in the answer."""
    for rule in _chains(view).get("response", []):
        name = rule.part("name")
        if rule.action not in {"delheader", "remheader"} or name is None:
            continue
        fix = None
        if rule.parsed.subject != "status":
            edit = _renamed(rule, routing.option_of("request", rule.parsed.subject), view)
            fix = None if edit is None else Fix((edit,), safe=False)
        yield make("late-header-removal", rule.span(name), {"header": name.text}, rule.given.key, fix=fix)


def open_to_wrong_passwords(view: View) -> Iterator[Finding]:
    """Find a `basicauth-next` with nothing behind it that turns anybody away."""
    if view.open:
        return
    rules = _chains(view).get("request", [])
    for index, rule in enumerate(rules):
        if rule.action != "basicauth-next" or rule.parsed.action is None:
            continue
        later = {after.action for after in rules[index + 1 :]}
        if later & (_AUTHENTICATES | _STOPS | _REDIRECTS) or "" in later:
            continue
        name = rule.parsed.action.name
        yield make("open-basicauth", rule.span(name), {}, rule.given.key, fix=rule.edit(name, "basicauth"))


def passwords(view: View) -> Iterator[Finding]:
    """Find passwords that stand in a rule."""
    for rule in _with_action(view, {"basicauth", "basicauth-next"}):
        users = rule.part("users")
        if users is not None and ":" in users.text:
            values = {"user": users.text.partition(":")[0]}
            yield make("password-in-route", rule.span(users), values, rule.given.key)


def files_named_by_the_request(view: View) -> Iterator[Finding]:
    """Find actions that open whatever file a request names."""
    for rule in _with_action(view, _FILES):
        name = rule.part("filename")
        if name is not None and _CHOSEN.search(name.text):
            values = {"action": rule.action, "filename": name.text}
            yield make("request-chosen-file", rule.span(name), values, rule.given.key)


def fixed_directory_types(view: View) -> Iterator[Finding]:
    """Find actions that tell the type of a file by a table that nothing makes the server read."""
    if view.open or any(view.every(setting) for setting in _TYPED):
        return
    for rule in _rules(view):
        action = rule.parsed.action
        typed = action is not None and (
            rule.action in {"static", "static-next"}
            or (rule.action in _FILES | {"cache", "cache-continue"} and "mime" in action.parts)
        )
        variable = re.search(r"\$\{mime\[[^]]*\]\}", rule.text)
        if action is None or not (typed or variable):
            continue
        span = rule.span(action.name)
        if not typed and variable is not None:
            span = rule.directive.inside(variable.start(), variable.end())
        what = action.name.text if typed else "${mime[...]}"
        fix = _add(rule, "mimefile = /etc/mime.types", view)
        yield make("typeless-file", span, {"what": what}, rule.given.key, fix=fix)
        return


def port_that_is_missing(view: View) -> Iterator[Finding]:
    """Find destinations that are an address without a port, which the server takes for the path of a socket."""
    for rule in _with_action(view, _PROXIES | {"httpdumb", "httpconnect", "proxyhttpconnect"}):
        to = rule.part("to")
        if to is not None and re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|localhost|[0-9]{2,5}", to.text):
            yield make("portless-destination", rule.span(to), {"to": to.text}, rule.given.key)


def division(view: View) -> Iterator[Finding]:
    """Find divisions, which multiply."""
    for rule in _with_action(view, {"/"}):
        if rule.parsed.action is not None:
            variable = rule.part("variable")
            values = {"variable": "" if variable is None else variable.text}
            yield make("division-in-route", rule.span(rule.parsed.action.name), values, rule.given.key)


# -- what actions need ---------------------------------------------------------------------------


def harakiri_without_a_master(view: View) -> Iterator[Finding]:
    """Find limits of time that only a master could watch."""
    if view.value("master") is not False:
        return
    for rule in _with_action(view, {"harakiri"}):
        seconds = rule.part("seconds")
        values = {"seconds": "" if seconds is None else seconds.text}
        yield make("unwatched-harakiri", rule.given.span, values, rule.given.key, fix=_add(rule, "master = true", view))
        return


def offload_without_threads(view: View) -> Iterator[Finding]:
    """Find the transformation that hands an answer to threads that are not there."""
    if view.open or view.value("offload-threads") != 0:
        return
    for rule in _with_action(view, {"offload"}):
        fix = _add(rule, "offload-threads = 1", view)
        yield make("offload-without-threads", rule.given.span, {}, rule.given.key, fix=fix)
        return


def metrics_that_are_off(view: View) -> Iterator[Finding]:
    """Find actions that count in metrics which do not exist."""
    if view.open or view.value("enable-metrics") is not False:
        return
    for rule in _with_action(view, {f"metric{verb}" for verb in ("inc", "dec", "mul", "div", "set")}):
        yield make("metrics-off", rule.given.span, {"action": rule.action}, rule.given.key)
        return


def cache_without_a_cache(view: View) -> Iterator[Finding]:
    """Find rules about a cache in a configuration that has none."""
    if view.open or view.every("cache2") or view.value("cache") != 0:
        return
    for rule in _rules(view):
        for call, verbs in ((rule.parsed.condition, routing.CONDITIONS), (rule.parsed.action, routing.ACTIONS)):
            if call is not None and verbs[call.name.text].plugin == "router_cache":
                # A name that no cache has is told elsewhere.
                if "name" not in call.parts:
                    yield make("cacheless-route", rule.span(call.name), {"what": call.name.text}, rule.given.key)
                return


def shared_cache_key(view: View) -> Iterator[Finding]:
    """Find pages that are stored under a key which other requests have, too."""
    for rule in _with_action(view, {"cachestore", "cache-store"}):
        key = rule.part("key")
        if key is None or "PATH_INFO" not in key.text:
            continue
        if not re.search(r"REQUEST_URI|QUERY_STRING|\$\{qs\[", key.text):
            yield make("queryless-cache-key", rule.span(key), {"key": key.text}, rule.given.key)


def gzip_for_everybody(view: View) -> Iterator[Finding]:
    """Find answers that are compressed for clients that never said they can read that."""
    for rules in _chains(view).values():
        for rule in rules:
            if "ACCEPT_ENCODING" in rule.text or rule.parsed.label is not None:
                break
            if rule.action == "gzip":
                yield make("unasked-gzip", rule.given.span, {}, rule.given.key)
                break


def chunks_before_gzip(view: View) -> Iterator[Finding]:
    """Find answers that are cut into chunks first and compressed afterwards."""
    for rules in _chains(view).values():
        chunked: dict[tuple[str, str], _Rule] = {}
        for rule in rules:
            if rule.action == "chunked":
                chunked.setdefault(rule.test, rule)
            elif rule.action == "gzip" and rule.test in chunked:
                related = (Related(chunked[rule.test].given.span, "the chunks are made here"),)
                yield make("chunked-before-gzip", rule.given.span, {}, rule.given.key, related)
