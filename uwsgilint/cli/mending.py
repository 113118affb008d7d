"""What `uwsgilint check` does besides telling: fix, ignore by comments, and leave out what was known before."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from uwsgilint.cli import exits, inputs, outputs
from uwsgilint.document import Source
from uwsgilint.lint import baseline, fixes, ignoring, secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from uwsgilint.cli.checking import Checked, Options

__all__ = ["mend"]


def mend(
    files: Sequence[Checked], options: Options, between: Callable[[list[Checked]], list[Checked]]
) -> tuple[int | None, list[Checked]]:
    """Do to files what the command line says.

    Args:
        files: what was checked.
        options: what the command line says.
        between: adds what is wrong between files to what is wrong with each.

    Returns:
        The exit status where the run ends with this; otherwise None, and the files with what is still found.
    """
    left = list(files)
    if options.fix != "no":
        status, left = _fix(left, options)
        if status is not None:
            return status, left
        if len(left) > 1:
            left = between(left)
    if options.add_ignore is not None:
        status, left = _ignore(left, options.add_ignore)
        if status is not None:
            return status, left
    if options.baseline is not None:
        return _baseline(left, Path(options.baseline))
    return None, left


def _fix(files: list[Checked], options: Options) -> tuple[int | None, list[Checked]]:
    left: list[Checked] = []
    mended = unsafe = changed = covered = 0
    for checked in files:
        fixed = fixes.fix(checked.source, checked.check, unsafe=options.fix == "unsafe")
        unsafe += fixed.left
        if fixed.data == checked.source.data:
            left.append(checked)
            continue
        mended += len(fixed.fixed)
        changed += 1
        if options.diff:
            from uwsgilint.report import patch  # noqa: PLC0415  (most runs show none)

            text, hidden = patch.unified(checked.source, fixed.data, secrets.find)
            sys.stdout.write(text)
            covered += hidden
            left.append(checked)
            continue
        if not _write(checked.source, fixed.data):
            return exits.UNREAD, left
        left.append(checked._replace(source=Source(checked.source.name, fixed.data), findings=fixed.findings))
    if mended and not options.quiet:
        done = "Would fix" if options.diff else "Fixed"
        sys.stderr.write(f"{done} {_counted(mended, 'finding')} in {_counted(changed, 'file')}.\n")
    if covered:
        sys.stderr.write(f"{_counted(covered, 'line')} with secrets cannot be patched: --fix without --diff can.\n")
    if unsafe and not options.quiet:
        verb = "is" if unsafe == 1 else "are"
        sys.stderr.write(f"{_counted(unsafe, 'fix')} more {verb} not safe: --unsafe-fixes makes them.\n")
    if options.diff:
        return exits.FINDINGS if changed else exits.CLEAN, left
    return None, left


def _ignore(files: list[Checked], reason: str) -> tuple[int | None, list[Checked]]:
    left: list[Checked] = []
    kept: list[str] = []
    ignored = 0
    for checked in files:
        result = ignoring.ignore(checked.source, checked.findings, checked.check, reason)
        if result.data != checked.source.data:
            if not _write(checked.source, result.data):
                return exits.UNREAD, left
            ignored += result.ignored
        if result.because:
            kept.append(f"{checked.source.name}: {_counted(_own(result, checked), 'finding')} left: {result.because}\n")
        left.append(checked._replace(source=Source(checked.source.name, result.data), findings=result.findings))
    sys.stderr.write(f"{_counted(ignored, 'finding')} ignored by comments.\n{''.join(kept)}")
    return None, left


def _own(result: ignoring.Ignored, checked: Checked) -> int:
    return sum(1 for finding in result.findings if finding.span.source.name == checked.source.name)


def _baseline(files: list[Checked], path: Path) -> tuple[int | None, list[Checked]]:
    known = None
    try:
        known = baseline.read(path.read_text("utf-8"))
    except FileNotFoundError:
        pass
    except OSError as error:
        sys.stderr.write(f"uwsgilint: {path}: {(error.strerror or str(error)).lower()}\n")
        return exits.UNREAD, files
    except ValueError as error:
        sys.stderr.write(f"uwsgilint: {path}: {error}\n")
        return exits.USAGE, files
    folder = str(path.resolve().parent)
    named = [(os.path.relpath(os.path.abspath(c.source.name), folder), c.findings) for c in files]  # noqa: PTH100
    if known is None:
        written = baseline.write(named)
        outputs.replace(path, written.encode())
        known = baseline.read(written)
        count = sum(number for recorded in known.values() for number in recorded.values())
        sys.stderr.write(f"{_counted(count, 'finding')} recorded in {path}; later runs tell what is new.\n")
    pairs = zip(files, named, strict=True)
    return None, [c._replace(findings=baseline.new(known, name, c.findings)) for c, (name, _) in pairs]


def _write(source: Source, data: bytes) -> bool:
    """Replace a file that is still what was checked; one that changed meanwhile is left alone."""
    if source.name == inputs.STDIN or not os.path.exists(source.name):  # noqa: PTH110
        sys.stdout.buffer.write(data)
        return True
    if inputs.load(source.name).data != source.data:
        sys.stderr.write(f"uwsgilint: {source.name}: it changed while it was checked; it was left alone\n")
        return False
    outputs.replace(Path(source.name), data)
    return True


def _counted(number: int, word: str) -> str:
    plural = "fixes" if word == "fix" else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
