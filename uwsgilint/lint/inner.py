"""Values that are small languages: what is wrong inside them, and what they refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uwsgilint import catalog, composites, grammar
from uwsgilint.language.placeholders import is_template, is_template_of, settled
from uwsgilint.lint.finding import Finding, Fix, make
from uwsgilint.lint.fixing.edits import replace
from uwsgilint.lint.names import ANY_PLUGIN, loaded_plugins
from uwsgilint.lint.texts import WHOLE_KINDS
from uwsgilint.values import INTEGERS, doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from uwsgilint.document import Directive, Document, Span
    from uwsgilint.lint.scope import Scope

    _Named: TypeAlias = tuple[str, str, Span, str]  # what it is, its name, where, the option

__all__ = ["check"]

_PLAIN_KINDS = INTEGERS | {"flag", "inverse-flag", "switch", "megabytes", "mode", "user", "group"}
_ADDRESS_KINDS = frozenset({"socket", "router-socket"})
# What is declared by one option and meant by name in others: option -> part, and the declaring option -> its part.
_DECLARES = {
    "alarm": "name",
    "cache2": "name",
    "metric": "name",
    "legion": "name",
    "legion-mcast": "name",
    "logger": "id",
    "req-logger": "id",
}
_REFERS = {
    **dict.fromkeys(("log-alarm", "not-log-alarm"), ("alarms", "alarm")),
    "alarm-fd": ("alarm", "alarm"),
    "metric-threshold": ("alarm", "alarm"),
    **dict.fromkeys(("add-cache-item", "load-file-in-cache", "load-file-in-cache-gzip"), ("cache", "cache")),
    **dict.fromkeys(("log-route", "log-req-route"), ("logger", "logger")),
    **dict.fromkeys(
        (
            *("legion-node", "legion-quorum", "legion-scroll", "legion-cron", "legion-curl-cron"),
            *("unique-legion-cron", "legion-attach-daemon", "legion-smart-attach-daemon"),
            *("legion-smart-attach-daemon2", "legion-setup", "legion-lord", "legion-unlord", "legion-death"),
            *("legion-join", "legion-node-joined", "legion-node-left"),
        ),
        ("legion", "legion"),
    ),
}
# The parts that name metrics.
_METRICS = {"metric": ("alias", "children"), "metric-threshold": ("key",)}
# Values that are nothing but a name.
_NAMES = {
    "alarm-backlog": "alarm",
    "alarm-segfault": "alarm",
    "check-cache": "cache",
    "static-cache-paths-name": "cache",
}
# The server's own metrics begin so.
_BUILT_IN_METRICS = ("core.", "worker.", "socket.", "rpc.")
# The fields of a job, which uWSGI takes as numbers or not at all.
_CRONTABS = frozenset({"cron", "unique-cron", "legion-cron", "unique-legion-cron"})
_TIMES = ("minute", "hour", "day", "month", "weekday")
_NUMBER = re.compile(r"[-+]?\d+")
_STAR = re.compile(r"\*(?:/(?P<step>[1-9]\d*))?")
# An action that sets a variable of log lines.
_SET_BY = re.compile(r"logvar:([^=]*)=")
_PLUGIN_RULES = frozenset({"unknown-action", "unknown-condition"})
_OFFICIAL_PLUGINS = frozenset(catalog.plugins())
# In one value: who has corrected these sees the next ones, and each is looked for in all of the value.
_MOST_FAULTS = 100
# What a declaring option declares, in a word.
_WHAT = {"cache2": "cache", "legion-mcast": "legion", "req-logger": "logger"}


def check(directives: list[Directive], document: Document, scope: Scope) -> Iterable[Finding]:
    """Check the composites and the routes of one section."""
    rules: list[Directive] = []
    formats: list[Directive] = []
    named: list[_Named] = []
    declared: dict[str, set[str]] = {}
    open_ended = False
    for directive in directives:
        option = catalog.option(directive.key)
        if option is None or directive.value is None or option.kind in _PLAIN_KINDS:
            continue
        open_ended = open_ended or option.kind in {"config", "declaration"} or option.setting == "cache"
        setting, value = option.setting, directive.value
        if option.kind == "route":
            if not is_template(value.replace("${", "$ {")):
                rules.append(directive)
            continue
        if setting == "log-format":
            formats.append(directive)
            continue
        if is_template_of(setting, value) or settled(value) is None:
            open_ended = open_ended or setting in _DECLARES
            continue
        if setting in _NAMES:
            named.append((_NAMES[setting], value, directive.value_span, directive.key))
        if option.kind == "regexps":
            yield from _pattern(directive, value, 0)
        composite = composites.of(setting)
        if (
            composite is None
            or option.kind in _ADDRESS_KINDS
            or (option.kind in WHOLE_KINDS and doubt(option.kind, value))
        ):
            continue
        parsed = grammar.parse(composite, value)
        faults = parsed.faults
        if setting in _CRONTABS and (told := _crontab(directive, parsed, document.format)) is not None:
            yield told
            faults = [fault for fault in faults if fault.rule != "misread-part"]
        for fault in faults[:_MOST_FAULTS]:
            yield make(fault.rule, directive.inside(fault.start, fault.end), fault.values, directive.key)
        expression = parsed.pieces.get("name" if setting == "sni-regexp" else "regex")
        if expression is not None:
            yield from _pattern(directive, expression.text, expression.start)
        piece = parsed.pieces.get(_DECLARES.get(setting, ""))
        if piece is not None:
            declared.setdefault(_WHAT.get(setting, setting), set()).add(piece.text)
        owned = composites.owned_word(setting, parsed.pieces)
        if owned is not None:
            yield from _unowned(directive, *owned, document, scope)
        part, what = _REFERS.get(setting, ("alarm", "alarm") if setting.startswith("hook-") else ("", ""))
        piece = parsed.pieces.get(part)
        if piece is not None:
            named += _items(directive, piece, ",", what)
        for part in _METRICS.get(setting, ()):
            found = _items(directive, parsed.pieces.get(part), ";", "metric")
            named += [each for each in found if not each[1].startswith(_BUILT_IN_METRICS)]
    yield from _log_variables(formats, directives)
    if rules:
        yield from _routes(rules, document, scope, includes=open_ended)
    if not open_ended:
        named += _named_in_routes(rules)
        yield from _unknown_references(named, declared)


def _items(directive: Directive, piece: grammar.Piece | None, separator: str, what: str) -> Iterator[_Named]:
    """Return each of the names in a part, with its place."""
    if piece is None:
        return
    start = piece.start
    for name in piece.text.split(separator, _MOST_FAULTS)[:_MOST_FAULTS]:
        yield what, name, directive.inside(start, start + len(name)), directive.key
        start += len(name) + len(separator)


def _unowned(directive: Directive, word: str, plugin: str, document: Document, scope: Scope) -> Iterator[Finding]:
    """Tell of a word that only a plugin knows which is not there."""
    if plugin in scope.build.embedded_or_core:
        return
    loaded = loaded_plugins(document, scope)
    if plugin in loaded or not loaded <= _OFFICIAL_PLUGINS:  # somebody else's plugin may bring any word
        return
    file = next((f for f, provides in scope.build.loadable.items() if plugin in provides), "")
    values = {"word": word, "plugin": plugin, "build": scope.build.name, "load": file}
    yield make("missing-value-plugin", directive.value_span, values, directive.key)


def _unknown_references(named: list[_Named], declared: dict[str, set[str]]) -> Iterator[Finding]:
    for what, name, span, option in named:
        known = declared.get(what, set())
        if name and name not in known:
            near = catalog.suggest(name, sorted(known)) if known else []
            values = {"name": name, "what": what, "near": near[0] if near else ""}
            yield make("unknown-reference", span, values, option)


def _crontab(directive: Directive, parsed: grammar.Parsed, syntax: str) -> Finding | None:
    """Tell of a job whose times are written as in a crontab, with asterisks, lists, ranges or names."""
    pieces = [parsed.pieces[name] for name in _TIMES if name in parsed.pieces]
    if len(pieces) < len(_TIMES) or all(_NUMBER.fullmatch(piece.text) for piece in pieces):
        return None
    stars = [_STAR.fullmatch(piece.text) for piece in pieces]
    written = " ".join(piece.text for piece in pieces)
    wanted = ""
    if all(star or _NUMBER.fullmatch(piece.text) for star, piece in zip(stars, pieces, strict=True)):
        texts = (f"-{star['step'] or 1}" if star else piece.text for star, piece in zip(stars, pieces, strict=True))
        wanted = " ".join(texts)
    fix = None
    value, start, end = directive.value or "", pieces[0].start, pieces[-1].end
    if wanted and value[start:end] == written:
        edit = replace(directive, f"{value[:start]}{wanted}{value[end:]}", syntax)
        fix = None if edit is None else Fix((edit,), safe=False)
    span = directive.inside(start, end)
    return make("crontab-syntax", span, {"value": written, "wanted": wanted}, directive.key, fix=fix)


def _log_variables(formats: list[Directive], directives: list[Directive]) -> Iterator[Finding]:
    """Tell of names in log formats that nothing fills in, unless the file itself does."""
    composite = composites.of("log-format")
    if composite is None or not formats:
        return
    given = {d.key for d in directives}
    given.update(name for d in directives if d.value and "logvar:" in d.value for name in _SET_BY.findall(d.value))
    for directive in formats:
        for fault in grammar.parse(composite, directive.value or "").faults[:_MOST_FAULTS]:
            name = fault.values.get("value", "")
            if fault.rule == "misread-part" and name not in given:
                span = directive.inside(fault.start, fault.end)
                yield make("unknown-log-variable", span, {"variable": name}, directive.key)


def _pattern(directive: Directive, pattern: str, start: int) -> Iterator[Finding]:
    """Tell what PCRE is certain to refuse about an expression that stands somewhere in a value."""
    from uwsgilint.routing import expressions  # noqa: PLC0415  (few files have expressions)

    refused = expressions.scan(pattern)[0]
    if refused is not None:
        reason, place = refused
        values = {"pattern": pattern, "reason": reason}
        span = directive.inside(start + place, start + max(place + 1, len(pattern)))
        yield make("malformed-pattern", span, values, directive.key)


def _named_in_routes(rules: list[Directive]) -> Iterator[_Named]:
    """Return what rules refer to by name, with its place."""
    if not rules:
        return
    from uwsgilint import routing  # noqa: PLC0415  (its tables are long, and few files have rules)

    for directive in rules:
        for setting, piece in routing.references(directive.key, directive.value or ""):
            what = _WHAT.get(setting, setting)
            if what in {"cache", "alarm", "legion"}:
                yield what, piece.text, directive.inside(piece.start, piece.end), directive.key


def _routes(rules: list[Directive], document: Document, scope: Scope, *, includes: bool) -> Iterator[Finding]:
    from uwsgilint import routing  # noqa: PLC0415  (its tables are long, and few files have rules)

    plugins: frozenset[str] | None = None
    for directive in rules:
        value = directive.value or ""
        for fault in routing.parse_rule(directive.key, value).faults:
            if fault.rule in _PLUGIN_RULES:
                plugins = plugins if plugins is not None else loaded_plugins(document, scope)
                if not plugins <= _OFFICIAL_PLUGINS:
                    continue  # a plugin of somebody else's may bring any name
            yield make(fault.rule, directive.inside(fault.start, fault.end), fault.values, directive.key)
        for plugin in routing.plugins_needed(directive.key, value):
            if plugin in scope.build.embedded_or_core:
                continue
            if plugins is None:
                plugins = loaded_plugins(document, scope)
            if plugin in plugins or ANY_PLUGIN in plugins:
                continue
            file = next((f for f, provides in scope.build.loadable.items() if plugin in provides), "")
            values = {"plugin": plugin, "build": scope.build.name, "load": file}
            yield make("missing-route-plugin", directive.value_span, values, directive.key)
    for index, fault in routing.check_jumps([(d.key, d.value or "") for d in rules]):
        if includes and fault.rule == "unknown-label":
            continue  # another file may have it
        directive = rules[index]
        yield make(fault.rule, directive.inside(fault.start, fault.end), fault.values, directive.key)
