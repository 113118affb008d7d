"""What `uwsgilint check` does besides telling: fix, ignore by comments, and leave out what was known before."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from uwsgilint.cli import exits, inputs, outputs
from uwsgilint.document import Source
from uwsgilint.lint import baseline, ignoring, secrets
from uwsgilint.lint.fixing import passes
from uwsgilint.lint.registry import UNCHECKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from uwsgilint.cli.checking import Checked, Options
    from uwsgilint.lint.finding import Finding

__all__ = ["mend"]


_INCLUDED = "a file that is included gets comments where it is checked as well"


class Mended(NamedTuple):
    """What became of files.

    Attributes:
        status: the exit status where the run ends with this, or None.
        files: the files, with what is still found.
        failed: whether one of them was to be changed and could not be.
    """

    status: int | None
    files: list[Checked]
    failed: bool


def mend(
    files: Sequence[Checked],
    options: Options,
    between: Callable[[list[Checked]], list[Checked]],
    folders: Sequence[str] = (),
) -> Mended:
    """Do to files what the command line says.

    Args:
        files: what was checked.
        options: what the command line says.
        between: adds what is wrong between files to what is wrong with each.
        folders: those that were checked as a whole.
    """
    done = Mended(None, list(files), failed=False)
    failed = False
    known = None
    if options.baseline is not None:
        # Read before anything is written: one that cannot be read ends the run.
        try:
            known = _Known.read(Path(options.baseline), folders)
        except OSError as error:
            sys.stderr.write(f"uwsgilint: {options.baseline}: {exits.reason_of(error)}\n")
            return Mended(exits.UNREAD, done.files, failed=True)
        except ValueError as error:
            sys.stderr.write(f"uwsgilint: {options.baseline}: {error}\n")
            return Mended(exits.USAGE, done.files, failed=True)
        known.begin(done.files)
    if options.fix != "no":
        done = _fix(done.files, options, known)
        if done.status is not None:
            return done
        failed = done.failed
        if len(done.files) > 1:
            done = done._replace(files=between(done.files))
    if options.add_ignore is not None:
        files, ignored, kept, failed_one = _ignore_included(done.files, options.add_ignore, known)
        if ignored and len(files) > 1:
            files = between(files)
        done = _ignore(files, options, known, ignored, kept)
        failed = failed or failed_one or done.failed
    for checked in done.files:
        if isinstance(checked.source, inputs.Piped) and (options.fix != "no" or options.add_ignore is not None):
            sys.stdout.flush()
            sys.stdout.buffer.write(checked.source.data)
            sys.stdout.buffer.flush()
    if known is not None and done.files:
        done = _baseline(done.files, known, options)
    return done._replace(failed=failed or done.failed)


def _fix(files: list[Checked], options: Options, known: _Known | None) -> Mended:
    left: list[Checked] = []
    mended = unsafe = changed = covered = 0
    failed = False
    seen: dict[str, Checked] = {}
    for checked in files:
        if (same := _again(checked, seen)) is not None:
            left.append(same)
            continue
        told = list if known is None else known.would_tell
        fixed = passes.fix(checked.source, checked.check, unsafe=options.fix == "unsafe", told=told)
        unsafe += fixed.left
        if fixed.data == checked.source.data:
            left.append(checked)
            continue
        if options.diff:
            from uwsgilint.report import patch  # noqa: PLC0415  (most runs show none)

            _changed(checked, checked.source.data, checked.findings, seen)
            mended += len(fixed.fixed)
            changed += 1
            text, hidden = patch.unified(checked.source, fixed.data, secrets.find, _name_of(checked.source))
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
            covered += hidden
            left.append(checked)
            continue
        if not _write(checked.source, fixed.data):
            failed = True
            left.append(checked)
            continue
        mended += len(fixed.fixed)
        changed += 1
        left.append(_changed(checked, fixed.data, fixed.findings, seen))
    if mended and not options.quiet:
        done = "Would fix" if options.diff else "Fixed"
        sys.stderr.write(f"{done} {_counted(mended, 'finding')} in {_counted(changed, 'file')}.\n")
    if covered:
        sys.stderr.write(f"{_counted(covered, 'line')} with secrets cannot be patched: --fix without --diff can.\n")
    if unsafe and not options.quiet:
        verb = "is" if unsafe == 1 else "are"
        sys.stderr.write(f"{_counted(unsafe, 'fix')} more {verb} not safe: --unsafe-fixes makes them.\n")
    if options.diff:
        return Mended(exits.FINDINGS if changed else exits.CLEAN, left, failed=False)
    return Mended(None, left, failed)


def _ignore_included(
    files: list[Checked], reason: str, known: _Known | None
) -> tuple[list[Checked], int, list[str], bool]:
    """Put comments into files of the run for what is found in them where others of the run include them.

    Returns:
        The files, with what is still found; how many findings are ignored; why others are not; and whether a file was
        to be changed and could not be.
    """
    places = {os.path.realpath(c.source.name): number for number, c in enumerate(files)}
    wanted: dict[int, dict[_Key, Finding]] = {}
    without: dict[str, int] = {}
    for checked in files:
        for f in checked.findings if known is None else known.would_tell(checked.findings):
            other = f.span.source
            if other.name == checked.source.name:
                continue
            number = places.get(os.path.realpath(other.name))
            if number is None or isinstance(files[number].source, inputs.Piped):
                without[other.name] = without.get(other.name, 0) + 1
            elif other.data == files[number].source.data:
                wanted.setdefault(number, {})[_key(f)] = f
    kept = [f"{name}: {_counted(count, 'finding')} left: {_INCLUDED}\n" for name, count in sorted(without.items())]
    ignored = 0
    failed = False
    changed = set()
    left = list(files)
    for number, findings in wanted.items():
        source = files[number].source
        result = ignoring.ignore_included(source, list(findings.values()), reason)
        if result.because:
            kept.append(f"{source.name}: {_counted(len(result.findings), 'finding')} left: {result.because}\n")
        if result.data == source.data:
            continue
        if not _write(source, result.data):
            failed = True
            continue
        ignored += result.ignored
        changed.add(os.path.realpath(source.name))
        left[number] = left[number]._replace(source=type(source)(source.name, result.data))
    # Those that include them first: of what use the comments are is known from these.
    mine = [os.path.realpath(c.source.name) in changed for c in left]
    for number in sorted(range(len(left)), key=mine.__getitem__):
        checked = left[number]
        if mine[number]:
            source = type(checked.source)(
                checked.source.name, left[places[os.path.realpath(checked.source.name)]].source.data
            )
            left[number] = checked._replace(source=source, findings=checked.check(source))
        elif any(os.path.realpath(f.span.source.name) in changed for f in checked.findings):
            left[number] = checked._replace(findings=checked.check(checked.source))
    return left, ignored, kept, failed


def _ignore(files: list[Checked], options: Options, known: _Known | None, ignored: int, kept: list[str]) -> Mended:
    left: list[Checked] = []
    failed = False
    seen: dict[str, Checked] = {}
    for checked in files:
        if (same := _again(checked, seen)) is not None:
            left.append(same)
            continue
        told = list if known is None else known.would_tell
        result = ignoring.ignore(checked.source, checked.findings, checked.check, options.add_ignore or "", told=told)
        if result.data != checked.source.data:
            if not _write(checked.source, result.data):
                failed = True
                left.append(checked)
                continue
            ignored += result.ignored
        if result.because:
            count = sum(1 for f in told(result.findings) if f.span.source.name == checked.source.name)
            kept.append(f"{checked.source.name}: {_counted(count, 'finding')} left: {result.because}\n")
        left.append(_changed(checked, result.data, result.findings, seen))
    if not options.quiet:
        sys.stderr.write(f"{_counted(ignored, 'finding')} ignored by comments.\n")
    sys.stderr.write("".join(kept))
    return Mended(None, left, failed)


def _changed(checked: Checked, data: bytes, findings: list[Finding], seen: dict[str, Checked]) -> Checked:
    """Return what was checked with another text, and remember it for other names of the same file."""
    changed = checked._replace(source=type(checked.source)(checked.source.name, data), findings=findings)
    if not isinstance(checked.source, inputs.Piped):
        seen[os.path.realpath(checked.source.name)] = changed
    return changed


def _again(checked: Checked, seen: Mapping[str, Checked]) -> Checked | None:
    """Return what became of a file that the run has changed under another name."""
    same = seen.get(os.path.realpath(checked.source.name)) if seen else None
    if same is None or isinstance(checked.source, inputs.Piped):
        return None
    return checked._replace(source=Source(checked.source.name, same.source.data), findings=same.findings)


class _Known:
    """A file of findings that were there before, which may not have been written yet.

    Args:
        path: where it is.
        recorded: what it holds; None where it is not there.
    """

    def __init__(self, path: Path, recorded: baseline.Baseline | None) -> None:
        self.path = path
        self.recorded = recorded
        self._folder = str(path.resolve().parent)
        self._names: dict[str, str] = {}
        self._called: set[str] = set()

    @classmethod
    def read(cls, path: Path, folders: Sequence[str]) -> _Known:
        """Read a baseline.

        Args:
            path: where it is.
            folders: those that are checked as a whole: a file that was in one of them is there no more.

        Raises:
            OSError: it cannot be read.
            ValueError: it is none.
        """
        folder = path.resolve().parent
        if path.exists() and not path.is_file():  # such as a device that never ends
            raise ValueError("this is no baseline: it is no file")
        try:
            recorded = baseline.read(path.read_bytes())
        except FileNotFoundError:
            return cls(path, None)
        whole = [os.path.join(os.path.realpath(each), "") for each in folders]  # noqa: PTH118

        def covered(name: str) -> bool:
            return os.path.normpath(folder / name).startswith(tuple(whole))

        return cls(path, baseline.Baseline(recorded, lambda name: not (folder / name).exists(), covered))

    def name_of(self, name: str) -> str:
        """Return what the baseline calls a file: its name from the folder of the baseline."""
        called = os.path.relpath(os.path.abspath(name), self._folder)  # noqa: PTH100
        # Of an included file that is checked as well, the name that it is checked by.
        return called if called in self._called else self._names.get(os.path.realpath(name), called)

    def would_tell(self, findings: list[Finding]) -> list[Finding]:
        """Return which findings of a file would be told."""
        if self.recorded is None:
            return findings
        told = set()
        for place, found in _by_place(findings).items():
            told |= set(map(id, self.recorded.would_tell(self.name_of(place), found)))
        return [finding for finding in findings if id(finding) in told]

    def begin(self, files: Sequence[Checked]) -> None:
        """Settle what the baseline calls each file, and which of several it calls by the name of one that is gone."""
        for checked in files:
            called = os.path.relpath(os.path.abspath(checked.source.name), self._folder)  # noqa: PTH100
            self._names[os.path.realpath(checked.source.name)] = called
            self._called.add(called)
        if self.recorded is not None:
            for name, findings in self.of(files).items():
                self.recorded.share(name, findings)

    def of(self, files: Sequence[Checked]) -> dict[str, list[Finding]]:
        """Return findings, each once, by what the baseline calls the file that they stand in; all that was checked."""
        found: dict[str, dict[_Key, Finding]] = {self.name_of(c.source.name): {} for c in files}
        for place, findings in _by_place(f for c in files for f in c.findings).items():
            mine = found.setdefault(self.name_of(place), {})
            for finding in findings:
                mine.setdefault(_key(finding), finding)
        return {name: list(findings.values()) for name, findings in found.items()}


_Key: TypeAlias = "tuple[int, int, str, str]"


def _key(finding: Finding) -> _Key:
    """Return what a finding is the same by, within its file, whichever file gives rise to it."""
    return finding.span.start, finding.span.end, finding.code, finding.message


def _by_place(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by the names of the files that they stand in, whichever file was checked."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.span.source.name, []).append(finding)
    return found


def _baseline(files: list[Checked], known: _Known, options: Options) -> Mended:
    path, before = known.path, known.recorded
    found = known.of(files)
    if before is None:
        outputs.replace(path, baseline.write(found.items()).encode())
        left = [c._replace(findings=[f for f in c.findings if f.name in UNCHECKED]) for c in files]
        count = sum(f.name not in UNCHECKED for each in found.values() for f in each)
        if not options.quiet:
            sys.stderr.write(f"{_counted(count, 'finding')} recorded in {path}; later runs tell what is new.\n")
        return Mended(None, left, failed=False)
    checked = {known.name_of(c.source.name) for c in files}
    told = {
        name: set(map(_key, before.new(name, findings, checked=name in checked))) for name, findings in found.items()
    }
    left = []
    for each in files:
        new = [
            finding
            for place, findings in _by_place(each.findings).items()
            for finding in findings
            if _key(finding) in told[known.name_of(place)]
        ]
        left.append(each._replace(findings=new))
    if options.prune_baseline:
        outputs.replace(path, before.pruned().encode())
        if not options.quiet:
            sys.stderr.write(f"{_counted(before.mended, 'finding')} taken out of {path}.\n")
    elif before.mended and not options.quiet and options.chooses_nothing:
        verb = "is" if before.mended == 1 else "are"
        recorded = _counted(before.mended, "finding")
        sys.stderr.write(f"{recorded} in {path} {verb} not there any more: --prune-baseline takes them out.\n")
    return Mended(None, left, failed=False)


def _write(source: Source, data: bytes) -> bool:
    """Replace a file that is still what was checked, and tell of one that stays as it is."""
    if isinstance(source, inputs.Piped):
        return True  # whoever gave it gets it back when all is done
    try:
        if inputs.load(source.name).data != source.data:
            reason = "it changed while it was checked; it was left alone"
        elif not os.access(source.name, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            # Its folder may take another file in its place, but that is not what whoever made it read-only wants.
            reason = "it is read-only; it was left alone"
        else:
            outputs.put(Path(source.name), data)
            return True
    except OSError as error:
        reason = f"{exits.reason_of(error)}; it was left as it was"
    sys.stderr.write(f"uwsgilint: {source.name}: {reason}\n")
    return False


def _name_of(source: Source) -> bytes:
    """Return what `patch -p1` finds a file by: it follows no links, and takes no names from elsewhere."""
    real = os.path.relpath(os.path.realpath(source.name))
    return os.fsencode(source.name if isinstance(source, inputs.Piped) or real.startswith("..") else real)


def _counted(number: int, word: str) -> str:
    plural = "fixes" if word == "fix" else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
