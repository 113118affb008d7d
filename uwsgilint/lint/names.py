"""Names: unknown ones, placeholders, and options that the target does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.language.placeholders import is_template, references, settled
from uwsgilint.lint.finding import Finding, Fix, Related, make
from uwsgilint.lint.fixing.edits import rename
from uwsgilint.values import is_false_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uwsgilint.catalog import Option
    from uwsgilint.document import Directive, Document
    from uwsgilint.lint.scope import Scope

__all__ = ["ANY_PLUGIN", "check", "loaded_plugins"]

ANY_PLUGIN = "*"  # stands for plugins that cannot be known from the file


def check(directives: list[Directive], document: Document, scope: Scope) -> Iterable[Finding]:
    """Check the names of one section."""
    option = catalog.option
    unknown = [d for d in directives if option(d.key) is None]
    if unknown:
        declared = {d.value.partition("=")[0] for d in directives if d.value and d.key.startswith("declare-option")}
        used: dict[str, Directive] = {}
        for section in document.sections:
            for directive in section.directives:
                if directive.value and "%(" in directive.value:
                    for name in references(directive.value):
                        used.setdefault(name, directive)
        strict = next((d for d in directives if d.key == "strict" and not is_false_word(d.value or "")), None)
        rendered = False
        for directive in unknown:
            if directive.key in declared:
                continue
            told = _unknown(directive, used, strict, document)
            # A template is told once; its lines are all alike in that.
            if told.name != "template-marker" or not rendered:
                yield told
            rendered = rendered or told.name == "template-marker"
    plugins: frozenset[str] | None = None
    finding: Finding | None
    for directive in directives:
        known = option(directive.key)
        if known is None:
            continue
        if known.until is None and known.since == catalog.RELEASES[0] and known.plugin in scope.build.embedded_or_core:
            if directive.key not in scope.build.lacks:
                continue
            finding = _missing_feature(directive, known, scope)
        elif not catalog.exists_in(directive.key, scope.release):
            finding = _wrong_release(directive, known, scope)
        elif scope.build.has(directive.key):
            continue
        elif known.plugin in scope.build.embedded_or_core:
            finding = _missing_feature(directive, known, scope)
        else:
            if plugins is None:
                plugins = loaded_plugins(document, scope)
            finding = _missing_plugin(directive, plugins, scope)
        if finding is not None:
            yield finding


def _unknown(directive: Directive, used: dict[str, Directive], strict: Directive | None, document: Document) -> Finding:
    key, span = directive.key, directive.key_span
    if is_template(key) or is_template(directive.source.line(span.line)[: span.column + 2]):
        return make("template-marker", span, {}, key)
    if key in used:
        related: tuple[Related, ...] = (Related(used[key].value_span, "used here"),)
        if strict is None:
            return make("bare-placeholder", span, {}, key, related)
        related = (*related, Related(strict.key_span, "strict is on here"))
        return make("bare-placeholder-under-strict", span, {}, key, related)
    if document.format == "ini" and (not key or any(c in key for c in " \t:")):
        return make("malformed-line", span, {}, key)
    near = catalog.suggest(key)
    if not near:
        return make("unknown-option", span, {"near": ""}, key)
    if document.format in {"args", "environment"} and span.source.data[span.start : span.end] != key.encode():
        return make("unknown-option", span, {"near": near[0]}, key)  # a letter, a shortened name or a variable
    edit = rename(directive, near[0], document.format)
    # The name that was meant may switch on what never ran: that is for a person to decide.
    fix = None if edit is None else Fix((edit,), safe=False)
    return make("unknown-option", span, {"near": near[0]}, key, fix=fix)


def _wrong_release(directive: Directive, option: Option, scope: Scope) -> Finding:
    if catalog.release_key(option.since) > catalog.release_key(scope.release):
        values = {"since": option.since, "release": scope.release}
        return make("option-too-new", directive.key_span, values, directive.key)
    values = {"until": option.until or "", "release": scope.release}
    return make("removed-option", directive.key_span, values, directive.key)


def _missing_feature(directive: Directive, option: Option, scope: Scope) -> Finding | None:
    feature = scope.build.optional_feature(directive.key)
    if feature is not None:
        if not scope.chosen:
            return None
        values = {"feature": feature, "build": scope.build.name}
        return make("optional-feature", directive.key_span, values, directive.key)
    missing = [feature for feature in option.needs if feature not in scope.build.features]
    values = {"feature": ", ".join(missing) or "a library that it no longer has", "build": scope.build.name}
    return make("missing-feature", directive.key_span, values, directive.key)


def _missing_plugin(directive: Directive, loaded: frozenset[str], scope: Scope) -> Finding | None:
    owners = catalog.owners(directive.key)
    if ANY_PLUGIN in loaded or not loaded.isdisjoint(owners):
        return None
    values = {
        "plugin": owners[0],
        "build": scope.build.name,
        "load": scope.build.offers(directive.key) or "",
    }
    return make("missing-plugin", directive.key_span, values, directive.key)


def loaded_plugins(document: Document, scope: Scope) -> frozenset[str]:
    """Return the plugins that a file loads, by their names in uWSGI's source, with those they bring."""
    found: set[str] = set()
    for section in document.sections:
        for directive in section.directives:
            option = catalog.option(directive.key)
            if option is None or directive.value is None:
                continue
            if directive.key == "autoload" or option.kind == "config":
                return frozenset({ANY_PLUGIN})  # what another file or the plugin folder holds is not known here
            if option.kind != "plugins":
                continue
            text = settled(directive.value)
            if text is None:
                return frozenset({ANY_PLUGIN})
            for word in text.split(","):
                found.update(_provided(word.strip(" \t"), scope))
    return frozenset(found)


def _provided(word: str, scope: Scope) -> tuple[str, ...]:
    """Return what a name behind `plugin =` provides: python3 is python, http brings corerouter."""
    name = word.partition("|")[0].rpartition(":")[2].rpartition("/")[2].removesuffix("_plugin.so")
    provided = scope.build.loadable.get(name)
    if provided is not None:
        return provided
    # Distributions name plugins by the version they were built for: python311, php7, rack-ruby31.
    bare = name.rstrip("0123456789.")
    known = name if name in catalog.plugins() else bare
    return (known, *catalog.plugin_requires(known))
