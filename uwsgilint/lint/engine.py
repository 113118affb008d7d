"""From a document to its findings: sorted, each once, whatever happens in a check."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.catalog import builds
from uwsgilint.document import KEYWORD, Document, Source, Span, Target
from uwsgilint.formats import SUFFIXES, has_section, oversized, read, syntax_of
from uwsgilint.language.placeholders import LOG_FORMATS, references
from uwsgilint.lint import declared, inner, names, repeats, texts
from uwsgilint.lint.finding import Finding, make, told
from uwsgilint.lint.fixing import allowance
from uwsgilint.lint.scope import Run, Scope
from uwsgilint.lint.selection import DEFAULT, Selection
from uwsgilint.lint.views import PlainView, SettingsView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from uwsgilint.catalog.builds import Build
    from uwsgilint.document import Directive
    from uwsgilint.language.entry import Load
    from uwsgilint.language.settings import Settings

__all__ = ["check", "check_source", "check_text", "one"]

# Kinds of options that act while the configuration is read.
_MEANING = frozenset({"logic", "terminator", "config", "placeholder", "declaration"})
_ALONE = Run()
_MARKS = ("%(", "$(", "@(")
_MOST_STARTS = 100  # sections of a file that a server may be started with
_CHECKS = (names.check, texts.check, repeats.check, inner.check)


def one(rule_name: str, span: Span, **values: str) -> Finding:
    """Make one finding of a rule that is not about an option."""
    return make(rule_name, span, values)


def check_text(
    name: str,
    data: bytes,
    *,
    syntax: str | None = None,
    target: Target | None = None,
    selection: Selection = DEFAULT,
) -> list[Finding]:
    """Check a text that is, or stands for, the content of a file; see `check_source`."""
    return check_source(Source(name, data), syntax=syntax, target=target, run=Run(selection=selection))


def check_source(
    source: Source,
    *,
    syntax: str | None = None,
    target: Target | None = None,
    fallback: Target | None = None,
    run: Run = _ALONE,
) -> list[Finding]:
    """Check one file.

    Args:
        source: the file; the end of its name tells the syntax, else its content does, else it is INI.
        syntax: "ini", "toml", "yaml", "json" or "xml", which counts more.
        target: release and build that count more than what the file itself says.
        fallback: release and build for a file that does not say.
        run: what holds besides: which rules run, what is known of the environment.
    """
    allowance.renew()
    problem = oversized(source)
    if problem is not None:
        return [make(problem.rule, problem.span, problem.values)]
    syntax = syntax or syntax_of(source.name, source.data)
    if syntax is None or not has_section(source.data):
        # A Dockerfile, a unit or a script may start the server; a supervisor's file may even be called .ini.
        from uwsgilint.formats import commands  # noqa: PLC0415  (most files are configurations)

        kind = commands.detect(source.name, source.data)
        if kind is not None:
            return _check_commands(source, kind, target, fallback, run)
    document = read(source, syntax or "ini", _features(target, fallback))
    found = check(document, target, fallback, run)
    if document.source is not source:
        # It was read in another encoding: no byte of it stands where a fix would change it.
        found = [finding._replace(fix=None) for finding in found]
    return found


def _features(target: Target | None, fallback: Target | None) -> frozenset[str]:
    """What the server was built with, where that is known before a file is read."""
    for each in (target, fallback):
        build = _named(each.build) if each is not None else None
        if build is not None:
            return build.features
    return frozenset()


# Arguments of one command that are corrected at once: the file is read again for each.
_MOST_CORRECTED = 20


def _check_commands(
    source: Source, kind: str, target: Target | None, fallback: Target | None, run: Run
) -> list[Finding]:
    """Check every command in a file that starts the server; what several share is told once."""
    from uwsgilint.formats import commands  # noqa: PLC0415

    scope = _scope(Document(source, "args"), target, fallback or Target(), [])
    build = scope.build if scope.chosen else None
    found = [
        finding
        for command in commands.find(source, kind, release=scope.release, build=build)
        for finding in _found(command.document, target, fallback, run)
    ]
    return _told(found, Document(source, "args"), run)


def check(
    document: Document,
    target: Target | None = None,
    fallback: Target | None = None,
    run: Run = _ALONE,
) -> list[Finding]:
    """Check a document, on its own and with each of its profiles laid over it."""
    return _told(_found(document, target, fallback, run), document, run)


def _found(document: Document, target: Target | None, fallback: Target | None, run: Run) -> list[Finding]:
    found = _read_wrong(document)
    found += _check_world(document, target, fallback, run)
    if document.profiles:
        from uwsgilint.formats.authoring import with_profile  # noqa: PLC0415  (only authored files have profiles)

        for name in document.profiles:
            found += _check_world(with_profile(document, name), target, fallback, run)
    return found


def _read_wrong(document: Document) -> list[Finding]:
    """Return what a reader could not take as it stands."""
    problems = document.problems
    if problems and document.format == "args":
        from uwsgilint.lint.fixing.arguments import correction  # noqa: PLC0415  (most files are configurations)
    elif problems and document.format == "ini" and b"\0" not in document.source.data[:4]:  # no wider characters
        from uwsgilint.lint.fixing.headers import correction  # noqa: PLC0415  (most files have none of it)
    else:
        return [told(problem) for problem in problems]
    return [
        told(problem, correction(problem) if number < _MOST_CORRECTED else None)
        for number, problem in enumerate(problems)
    ]


def _told(found: list[Finding], document: Document, run: Run) -> list[Finding]:
    """Return what is told of all that was found: what is selected, and no comment ignores."""
    selection = run.selection
    found = _judged(found, document.source, run)
    if KEYWORD in document.source.data:
        from uwsgilint.lint import suppressions  # noqa: PLC0415  (most files ignore nothing)

        found = _judged(suppressions.apply(found, document, selection), document.source, run)
    if any(finding.span.source is not document.source for finding in found):
        found = _ignored_elsewhere(found, document.source, run)
    if found:
        from uwsgilint.lint import secrets  # noqa: PLC0415  (its patterns take a millisecond, and most files are clean)

        found = secrets.hide(found)
    return _in_order(found, document.source)


def _judged(found: list[Finding], source: Source, run: Run) -> list[Finding]:
    """Return the findings that are told, each by what is selected for the file that it stands in."""
    elsewhere = run.elsewhere
    if elsewhere is None or all(finding.span.source is source for finding in found):
        return run.selection.judged(found)
    selections = {id(source): run.selection}
    told = []
    for finding in found:
        other = finding.span.source
        if id(other) not in selections:
            selections[id(other)] = elsewhere(other.name)
        told += selections[id(other)].judged([finding])
    return told


def _ignored_elsewhere(found: list[Finding], source: Source, run: Run) -> list[Finding]:
    """Leave out what comments in the files that a file includes ignore there."""
    others = {id(f.span.source): f.span.source for f in found if KEYWORD in f.span.source.data}
    others.pop(id(source), None)
    if not others:
        return found
    from uwsgilint.lint import suppressions  # noqa: PLC0415  (most files ignore nothing)

    for other in others.values():
        document = read(other, syntax_of(other.name, other.data) or "ini")
        inside = [finding for finding in found if finding.span.source is other]
        used: set[tuple[str, str]] = set()
        left = set(map(id, suppressions.left(inside, document, run.selection, used)))
        if used and run.contexts is not None:
            run.contexts.use(other.name, used)
        found = [finding for finding in found if finding.span.source is not other or id(finding) in left]
    return found


def _in_order(found: list[Finding], source: Source) -> list[Finding]:
    """Sort findings, each once; those in files that the first one includes come after its own."""
    if len(found) < 2:
        return found
    unique = {
        (f.span.source is not source, f.span.source.name, f.span.start, f.span.end, f.code, f.message): f for f in found
    }
    return [unique[key] for key in sorted(unique)]


def _says_more(document: Document) -> bool:
    """Whether a document has placeholders, blocks or includes; most have none, and mean what each line says.

    Commands name files of the machine, or the image, that they run on: those are not here.
    """
    if document.format in {"args", "environment"}:
        return False
    directives = [d for section in document.sections for d in section.directives]
    if any((option := catalog.option(d.key)) is not None and option.kind in _MEANING for d in directives):
        return True
    if b"(" not in document.source.data:
        return False
    # `%(addr)` in a log format is the log's own, unless something in the file is called so.
    names = {d.key for d in directives}
    return any(
        d.value is not None
        and "(" in d.value
        and any(mark in d.value for mark in _MARKS)
        and not (d.key in LOG_FORMATS and "$(" not in d.value and names.isdisjoint(references(d.value)))
        for d in directives
    )


def _check_meaning(document: Document, scope: Scope, run: Run) -> list[Finding]:
    """Follow what the server would: includes, those inside the project, placeholders and blocks. Nothing is run."""
    from uwsgilint.language.load import evaluate  # noqa: PLC0415  (most files need none of it)

    run.alone = False
    features = scope.build.possible if scope.chosen else frozenset()
    name = document.source.name
    found: list[Finding] = []
    reached: set[str] = set()
    sections = document.merged()
    for section in sorted(sections, key="uwsgi".__ne__)[:_MOST_STARTS]:
        if section in reached or not _is_ours(section, sections[section].directives, document):
            continue  # what another section includes is judged as a part of that
        try:
            settings, problems = evaluate(
                document, path=name, section=section, features=features, env=run.env, follow=run.follow
            )
        except Exception as error:  # noqa: BLE001  (a bug of ours must not hide what the other checks see)
            reason = f"{type(error).__name__} in uwsgilint.language: {error}"
            return [one("internal-error", Span(document.source, 0, 0), reason=reason)]
        meant: list[Finding] = []
        if section == "uwsgi" or "uwsgi" not in sections:
            meant += [told(problem) for problem in problems]
        reached.update(e.load.section for e in settings.entries if e.load is not None and e.load.document is document)
        for selection in _selections(settings, document, run):
            meant += declared.check(SettingsView(settings, document, scope, section), selection)
        meant += _guarded(texts.check_filled, Span(document.source, 0, 0), settings.entries)
        if run.contexts is not None and section == "uwsgi":
            run.contexts.note(name, settings, meant)
        meant += _found_in_fragments(settings, document, scope, run)
        if meant:
            from uwsgilint.lint import secrets  # noqa: PLC0415  (as in _told)

            # What is told of one file may have come from another, or from the environment.
            found += secrets.hide(meant, settings.sources, run.env)
    return found


def _selections(settings: Settings, document: Document, run: Run) -> list[Selection]:
    """Return what runs for a file, and what else runs for those that it includes, each once."""
    chosen, elsewhere = [run.selection], run.elsewhere
    if elsewhere is not None:
        for other in (elsewhere(each.name) for each in settings.sources if each is not document.source):
            if other not in chosen:
                chosen.append(other)
    return chosen


def _found_in_fragments(settings: Settings, document: Document, scope: Scope, run: Run) -> Iterator[Finding]:
    """Tell what each line says wrong in files that only those who include them ever check.

    A file called `common.inc` is found in no folder, and `--follow` reads files of folders that nobody names.
    """
    loads = {(load.path, load.section): load for entry in settings.entries if (load := entry.load) is not None}
    fragments = [load for load in loads.values() if load.document is not document and _is_unlisted(load, document, run)]
    if not fragments:
        return
    used = {
        (source.directive.source, source.directive.key_start)
        for entry in settings.entries
        for source in entry.sources
        if not isinstance(source, str) and source.directive is not None
    }
    for load in fragments:
        yield from map(told, load.document.problems)
        section = load.document.merged().get(load.section)
        directives = section.directives if section is not None else []
        for check in (names.check, texts.check):
            for finding in _guarded(check, Span(load.document.source, 0, 0), directives, load.document, scope):
                span = finding.span
                placeholder = finding.name == "unknown-option" and (span.source, span.start) in used
                if finding.name != "missing-plugin" and not placeholder:  # which another file brings
                    yield finding._replace(fix=None)  # fixes are made in the file that is checked


def _is_unlisted(load: Load, document: Document, run: Run) -> bool:
    """Whether no check finds a file by itself: by the end of its name, or because it lies outside of the project."""
    if load.path is None:
        return False
    if not load.path.lower().endswith(tuple(SUFFIXES)):
        return True
    if not run.follow:
        return False  # no other file was read
    from uwsgilint.language.includes import project_of  # noqa: PLC0415  (most files need none of it)

    root = project_of(os.path.realpath(document.source.name))
    return not os.path.realpath(load.path).startswith(root.rstrip(os.sep) + os.sep)


def _guarded(check: Callable[..., Iterable[Finding]], place: Span, *arguments: object) -> list[Finding]:
    """Return what a check finds: a bug of ours must not hide what the other checks see."""
    try:
        return list(check(*arguments))
    except Exception as error:  # noqa: BLE001
        return [one("internal-error", place, reason=f"{type(error).__name__} in {check.__module__}: {error}")]


def _check_world(document: Document, target: Target | None, fallback: Target | None, run: Run) -> list[Finding]:
    found: list[Finding] = []
    scope = _scope(document, target, fallback or Target(), found)
    if document.target.build is not None and builds.is_path(document.target.build):
        run.alone = False
    plain = not _says_more(document)
    for section, whole in document.merged().items():
        directives = whole.directives
        if not directives or not _is_ours(section, directives, document):
            continue
        for each in _CHECKS:
            found += _guarded(each, directives[0].key_span, directives, document, scope)
        if plain:
            meant = list(declared.check(PlainView(directives, document, scope, section), run.selection))
            if meant and run.contexts is not None and section == "uwsgi":
                run.contexts.note(document.source.name, None, meant)
            found += meant
    if plain:
        return found
    meaning = _check_meaning(document, scope, run)
    # That there is no such block says more than that there is no such option.
    blocks = {f.span.start for f in meaning if f.name == "else-in-block"}
    return [f for f in found if f.name != "unknown-option" or f.span.start not in blocks] + meaning


def _is_ours(section: str, directives: list[Directive], document: Document) -> bool:
    """Whether a section can be meant for uWSGI; an INI file may hold those of other programs.

    The server never reads what stands in no section.
    """
    if document.format != "ini" or section == "uwsgi":
        return True
    return section != "" and any(catalog.option(d.key) is not None for d in directives)


def _scope(document: Document, override: Target | None, fallback: Target, found: list[Finding]) -> Scope:
    """Find out what the configuration will run on, telling of names that say nothing."""
    target = document.target
    wanted = override.build if override is not None and override.build is not None else None
    build: Build | None = None
    if wanted is not None:
        build = _named(wanted)
    elif target.build is not None:
        try:
            build = builds.find(target.build, os.path.dirname(document.source.name))  # noqa: PTH120
        except ValueError as error:
            if target.build_span is not None:
                found.append(_unknown_build(target.build, error, target.build_span))
    else:
        build = _named(fallback.build)
    release = override.release if override is not None else None
    if release is None and target.release is not None:
        if target.release in catalog.RELEASES:
            release = target.release
        elif target.release_span is not None:
            near = catalog.suggest(target.release, list(catalog.RELEASES))
            found.append(one("unknown-release", target.release_span, name=target.release, near=near[0] if near else ""))
    return Scope.of(release or fallback.release, build)


def _named(name: str | None) -> Build | None:
    """Return the build that somebody names outside of the file; whoever takes the name says what is wrong with it."""
    try:
        return None if name is None else builds.find(name)
    except ValueError:
        return None


def _unknown_build(name: str, error: ValueError, span: Span) -> Finding:
    if builds.is_path(name):
        return one("unknown-build", span, name=name, because=str(error).removeprefix(name), near="")
    near = catalog.suggest(name, list(builds.names()))
    return one("unknown-build", span, name=name, because="", near=near[0] if near else "")
