"""What `uwsgilint check` does, without what reads its arguments: most runs name files and nothing else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.cli import exits, inputs, settings
from uwsgilint.document import Source, Span
from uwsgilint.lint import engine
from uwsgilint.lint.registry import SEVERITIES, UNCHECKED
from uwsgilint.lint.scope import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TextIO

    from uwsgilint.document import Target
    from uwsgilint.lint.contexts import Contexts
    from uwsgilint.lint.declared import Ruleset
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.selection import Selection

__all__ = ["DEFAULT_NAME", "HERE", "Check", "Checked", "Chosen", "Options", "run"]

_MANY = 100  # files of a run that may take a while
HERE = "."  # what is checked when nothing is named
DEFAULT_NAME = "uwsgi.ini"  # what standard input is taken for


class Options(NamedTuple):
    """What the command line says.

    Attributes:
        stdin_filename: what standard input is called; its end tells the syntax.
        target: release and build that count more than what the files say.
        outputs: how to show findings, each with a file to write to, or "" for standard output.
        profile, select, extend, ignore: which rules run; None and nothing leave that to the settings.
        doubts: selectors of the command line that fit no built-in rule, each behind its option.
        own: rules of one's own; None when the settings name them, or there are none.
        fail_on: the least severity that makes a check fail; None leaves that to the settings.
        config: a file of settings instead of the nearest one; "" for none at all.
        fix: "no", "safe" or "unsafe".
        diff: show what fixes would change, and change nothing.
        fix_only: say nothing of what is left.
        add_ignore: ignore what is found by comments, with this reason; None writes none.
        baseline: a file of findings that are not told; it is made when it is not there.
        prune_baseline: take out of it what is not found any more.
        statistics: count findings by rule instead of showing them.
        quiet: no counts.
        colour: "auto", "always" or "never".
        env: variables in the environment of the server; what is not in here, or in the settings, is unknown.
        force_exclude: leave out of the files that are named what a check of their folder leaves out.
        follow: read includes outside of the project as well.
        jobs: how many processes check files; 0 for as many as pay.
        cache: whether results are kept for later runs; None where that pays.
        cache_dir: where they are kept, always; None for the usual place.
    """

    stdin_filename: str = DEFAULT_NAME
    target: Target | None = None
    outputs: tuple[tuple[str, str], ...] = (("text", ""),)
    profile: str | None = None
    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    own: Ruleset | None = None
    fail_on: str | None = None
    config: str | None = None
    fix: str = "no"
    diff: bool = False
    fix_only: bool = False
    add_ignore: str | None = None
    baseline: str | None = None
    prune_baseline: bool = False
    statistics: bool = False
    quiet: bool = False
    colour: str = "auto"
    env: Mapping[str, str | None] = {}
    force_exclude: bool = False
    follow: bool = False
    jobs: int = 0
    cache: bool | None = None
    cache_dir: str | None = None

    @property
    def chooses_nothing(self) -> bool:
        """Whether what runs, and what it is held against, is up to the settings and files alone."""
        chosen = (self.profile, self.select, self.target, self.own)
        return all(each is None for each in chosen) and not (self.extend or self.ignore or self.env or self.follow)


class Check:
    """What finds fault with a file, or with another text in its place.

    Attributes:
        target: release and build that count more than what the file says.
        fallback: release and build for a file that does not say.
        run: what holds besides.
    """

    __slots__ = ("fallback", "run", "target")

    def __init__(self, target: Target | None, fallback: Target | None, run: Run) -> None:
        self.target = target
        self.fallback = fallback
        self.run = run

    def __call__(self, source: Source) -> list[Finding]:
        """Return what is wrong with a text."""
        return engine.check_source(source, target=self.target, fallback=self.fallback, run=self.run)


class Checked(NamedTuple):
    """One file, and what came of it."""

    source: Source
    findings: list[Finding]
    check: Callable[[Source], list[Finding]]


def run(paths: Sequence[str], options: Options = Options()) -> int:  # noqa: B008  (it never changes)
    """Check files and folders, show what was found, and return the exit status."""
    try:
        contexts = _contexts(paths)
        chosen = Chosen(options, contexts)
        files = _checked(list(_sources(paths, options.stdin_filename, chosen)), chosen, contexts)
    except settings.SettingsError as error:
        sys.stderr.write(error.shown())
        return exits.USAGE
    if contexts is not None:
        files = [
            Checked(c.source, contexts.settled(c.source.name, c.findings), _settling(c.check, contexts)) for c in files
        ]
    if len(files) > 1:
        files = _with_fleet(files, chosen)
    if not files and not options.force_exclude:
        sys.stderr.write(f"uwsgilint: no uWSGI configuration in {', '.join(paths)}\n")
    failed = False
    if options.fix != "no" or options.add_ignore is not None or options.baseline is not None:
        from uwsgilint.cli import mending  # noqa: PLC0415  (most runs change nothing)

        folders = [path for path in paths if os.path.isdir(path)]  # noqa: PTH112
        status, files, failed = mending.mend(files, options, lambda mended: _with_fleet(mended, chosen), folders)
        if status is not None:
            return _without_report(status, files, chosen)
    findings = _in_order(_once([finding for checked in files for finding in checked.findings]), files)
    if not options.fix_only:
        # Where standard output is for a text that comes back, findings go beside it.
        back = (options.fix != "no" or options.add_ignore is not None) and inputs.STDIN in paths
        _show(findings, len(files), chosen, sys.stderr if back else sys.stdout)
    if not files:
        return exits.CLEAN if options.force_exclude else exits.NOTHING
    status = _status(files, chosen)
    return exits.UNREAD if failed and status != exits.BUG else status


def _without_report(status: int, files: list[Checked], chosen: Chosen) -> int:
    """Return how a run ends that tells no findings, and tell what could not be checked at all."""
    lost = [c._replace(findings=[f for f in c.findings if f.name in UNCHECKED]) for c in files]
    worst = _status(lost, chosen)
    if worst != exits.CLEAN:
        _show(_once([f for c in lost for f in c.findings]), len(files), chosen, sys.stderr)
        return worst
    if not files and status == exits.CLEAN:
        return exits.CLEAN if chosen.options.force_exclude else exits.NOTHING
    return status


def _checked(
    sources: Sequence[tuple[Source, OSError | None]], chosen: Chosen, contexts: Contexts | None
) -> list[Checked]:
    """Check files; those that could not be read have that as their finding."""
    read = [source for source, failure in sources if failure is None]
    checks = [chosen.check_of(source.name) for source in read]
    if chosen.options.doubts:
        chosen.settle()
    options = chosen.options
    if len(read) >= _MANY or options.jobs > 1 or options.cache or options.cache_dir:
        from uwsgilint.cli import crowd  # noqa: PLC0415  (most runs are small)

        found = iter(crowd.check(read, checks, options, contexts))
    else:
        found = iter([check(source) for source, check in zip(read, checks, strict=True)])
    files = []
    remaining = iter(checks)
    for source, failure in sources:
        if failure is None:
            files.append(Checked(source, next(found), next(remaining)))
        else:
            reason = exits.reason_of(failure)
            told = [engine.one("unreadable-file", Span(source, 0, 0), reason=reason)]
            files.append(Checked(source, told, lambda _: []))
    return files


def _settling(check: Callable[[Source], list[Finding]], contexts: Contexts) -> Callable[[Source], list[Finding]]:
    """Return what finds fault with a text in the place of a file, judged by those that include the file."""
    return lambda source: contexts.settled(source.name, check(source))


def _with_fleet(files: list[Checked], chosen: Chosen) -> list[Checked]:
    """Add what is wrong between files to what is wrong with each."""
    from uwsgilint.lint import fleet  # noqa: PLC0415  (a file alone has no others beside it)

    found = fleet.check([each.source for each in files], chosen.selection_of)
    if not found:
        return files
    told: list[Checked] = []
    for each in files:
        source = each.source
        more = [finding for finding in found if finding.span.source is source]
        theirs = [finding for finding in each.findings if finding.span.source is not source]
        mine = [finding for finding in each.findings if finding.span.source is source]
        told.append(each._replace(findings=[*sorted([*mine, *more], key=lambda one: one.span.start), *theirs]))
    return told


class Chosen:
    """The settings of each folder, with what the command line says laid over them."""

    def __init__(self, options: Options, contexts: Contexts | None) -> None:
        self.options = options
        self._contexts = contexts
        self._by_folder: dict[str, settings.Settings] = {}
        self._own: dict[tuple[str, ...], Ruleset] = {}
        self._selections: dict[str, Selection] = {}  # a file may be included by thousands
        self._settled: set[settings.Settings] = set()
        self._fixed = None if options.config is None else settings.NONE
        if options.config:
            self._fixed = settings.load(options.config)

    def of(self, path: str) -> settings.Settings:
        """Return the settings that hold for a file."""
        if self._fixed is not None:
            found = self._fixed
        else:
            folder = os.path.dirname(path)  # noqa: PTH120
            known = self._by_folder.get(folder)
            found = known if known is not None else settings.nearest(folder)
            self._by_folder[folder] = found
        return found

    def fails_on(self, path: str) -> Sequence[str]:
        """Return the severities that make the check of a file fail."""
        least = self.options.fail_on or self.of(path).fail_on
        return SEVERITIES[: SEVERITIES.index(least) + 1]

    def settle(self) -> None:
        """Hold the doubtful selectors of the command line against all rules of one's own that the settings name.

        Raises:
            SettingsError: one of them selects nothing.
        """
        from uwsgilint.lint.selection import unknown_selector  # noqa: PLC0415

        for option, word in self.options.doubts:
            faults = [unknown_selector(word, own) for own in (self.options.own, *self._own.values())]
            if all(faults):
                raise settings.SettingsError(f"{option}: {faults[-1]}")

    def selection_of(self, path: str) -> Selection:
        """Return the rules that run for a file."""
        known = self._selections.get(path)
        if known is None:
            found = self.of(path)
            known = self._selections[path] = self._selection(found.for_file(path).selection, found)
        return known

    def check_of(self, path: str) -> Check:
        """Return what finds fault with a file, or with another text in its place."""
        found = self.of(path)
        applied = found.for_file(path)
        selection = self._selection(applied.selection, found)
        target, fallback = self.options.target, applied.target
        env = {**applied.env, **self.options.env}
        run = Run(
            env, follow=self.options.follow, contexts=self._contexts, selection=selection, elsewhere=self.selection_of
        )
        return Check(target, fallback, run)

    def _selection(self, selection: Selection, found: settings.Settings) -> Selection:
        options = self.options
        own = options.own
        if own is None and found.rules:
            from uwsgilint.cli.rules import read_folders  # noqa: PLC0415  (most have no rules of their own)

            if found.rules not in self._own:
                self._own[found.rules] = read_folders(found.rules)
            own = self._own[found.rules]
        if found.doubts and found not in self._settled:
            found.settle(own)
            self._settled.add(found)
        if own is not None:
            selection = selection._replace(own=own)
        if options.profile is not None:
            selection = selection._replace(profile=options.profile, select=None)
        if options.select is not None:
            selection = selection._replace(select=options.select)
        if options.extend or options.ignore or options.select:
            # Equally exact, the command line counts more than the settings.
            selection = selection._replace(
                extend=(*selection.extend, *options.extend),
                ignore=options.ignore,
                asked=(*(options.select or ()), *options.extend),
                waived=selection.ignore,
            )
        return selection


def _show(findings: list[Finding], files: int, chosen: Chosen, stream: TextIO) -> None:
    from uwsgilint.cli import terminal  # noqa: PLC0415
    from uwsgilint.report import findings as report  # noqa: PLC0415  (a clean run shows nothing)

    options = chosen.options

    def fails(finding: Finding) -> bool:
        return finding.severity in chosen.fails_on(finding.span.source.name)

    if options.statistics:
        stream.write(report.statistics(findings))
    if any(form == "github" for form, _ in options.outputs):
        _summarize(findings, files)
    for form, name in options.outputs:
        if options.statistics and not name:
            continue  # they are shown instead
        look = terminal.style(options.colour, to_file=bool(name))
        offers = options.fix == "no"
        text = report.render(form, findings, files, quiet=options.quiet, offers=offers, style=look, fails=fails)
        if not name:
            stream.write(text)
        else:
            from pathlib import Path  # noqa: PLC0415

            from uwsgilint.cli import outputs  # noqa: PLC0415

            outputs.replace(Path(name), text.encode("utf-8", "backslashreplace"))


def _summarize(findings: list[Finding], files: int) -> None:
    """Write the summary of a job where GitHub wants one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from uwsgilint.report import services  # noqa: PLC0415

        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123
                file.write(services.summary(findings, files))
        except OSError as error:  # the findings are told all the same
            reason = exits.reason_of(error)
            sys.stderr.write(f"uwsgilint: the summary for GITHUB_STEP_SUMMARY was not written: {path}: {reason}\n")


def _contexts(paths: Sequence[str]) -> Contexts | None:
    """Return where files are judged by those that include them; None for one file, which nothing else can."""
    if len(paths) == 1 and not os.path.isdir(paths[0]):  # noqa: PTH112
        return None
    from uwsgilint.lint.contexts import Contexts  # noqa: PLC0415  (a hook often checks one file)

    return Contexts()


def _once(findings: list[Finding]) -> list[Finding]:
    """Drop what was said before: a file may be checked itself, and be included by others."""
    if len(findings) < 2:
        return findings
    names = {name: os.path.realpath(name) for name in {f.span.source.name for f in findings}}
    unique: dict[tuple[str, int, int, str, str], Finding] = {}
    for found in findings:
        span = found.span
        unique.setdefault((names[span.source.name], span.start, span.end, found.code, found.message), found)
    return list(unique.values())


def _in_order(findings: list[Finding], files: Sequence[Checked]) -> list[Finding]:
    """Sort findings by their files, in the order of the run and those that are only included behind, and places."""
    if len(findings) < 2 or len({checked.source.name for checked in files}) < 2:
        return findings
    numbers = {checked.source.name: number for number, checked in reversed(list(enumerate(files)))}
    others = {f.span.source.name for f in findings} - numbers.keys()
    if others:
        real = {os.path.realpath(name): number for name, number in numbers.items()}
        numbers |= {name: real.get(os.path.realpath(name), len(files)) for name in others}
    return sorted(
        findings, key=lambda f: (numbers[f.span.source.name], f.span.source.name, f.span.start, f.span.end, f.code)
    )


def _status(files: Sequence[Checked], chosen: Chosen) -> int:
    names = {f.name for checked in files for f in checked.findings}
    if "internal-error" in names:
        return exits.BUG
    if not names.isdisjoint(UNCHECKED):
        return exits.UNREAD
    # Each file is judged by its own settings: neither the order of the paths nor who includes it says anything.
    found = {(f.span.source.name, f.severity) for checked in files for f in checked.findings}
    return exits.FINDINGS if any(said in chosen.fails_on(name) for name, said in found) else exits.CLEAN


def _sources(paths: Sequence[str], stdin_filename: str, chosen: Chosen) -> Iterator[tuple[Source, OSError | None]]:
    """Return what the paths mean, each file once, in the order given."""
    seen: set[str] = set()
    for path in dict.fromkeys(paths):
        try:
            if path == inputs.STDIN:
                yield inputs.read_stdin(stdin_filename), None
            elif os.path.isdir(path):  # noqa: PTH112
                for source, failure in inputs.configurations_in(path):
                    if source.name not in seen and not chosen.of(source.name).excludes(source.name):
                        seen.add(source.name)
                        yield source, failure
            elif path not in seen:
                seen.add(path)
                source = inputs.load(path)
                if not chosen.options.force_exclude or (inputs.is_found(source) and not chosen.of(path).excludes(path)):
                    yield source, None
        except OSError as error:
            yield Source(error.filename if isinstance(error.filename, str) else path, b""), error
