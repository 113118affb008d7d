"""What `uwsgilint check` does, without what reads its arguments: most runs name files and nothing else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from uwsgilint.cli import exits, inputs, settings
from uwsgilint.document import Source, Span
from uwsgilint.lint import engine
from uwsgilint.lint.scope import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from uwsgilint.document import Target
    from uwsgilint.lint.contexts import Contexts
    from uwsgilint.lint.finding import Finding

__all__ = ["DEFAULT_NAME", "run"]

DEFAULT_NAME = "uwsgi.ini"  # what standard input is taken for


def run(
    paths: list[str],
    *,
    stdin_filename: str = DEFAULT_NAME,
    target: Target | None = None,
    output: str = "text",
    env: Mapping[str, str | None] | None = None,
    follow: bool = False,
) -> int:
    """Check files and folders, show what was found, and return the exit status.

    Args:
        paths: files, folders, or - for standard input.
        stdin_filename: what standard input is called; its end tells the syntax.
        target: release and build that count more than what the files say.
        output: "text", "concise" or "json".
        env: variables in the environment of the server; what is not in here is unknown.
        follow: read includes outside of the project as well.
    """
    findings: list[Finding] = []
    together = Run(env, follow=follow, contexts=_contexts(paths))
    fallbacks: dict[str, Target | None] = {}
    files = 0
    for source, failure in _sources(paths, stdin_filename):
        files += 1
        if failure is None:
            folder = os.path.dirname(source.name)  # noqa: PTH120
            if folder not in fallbacks:
                try:
                    fallbacks[folder] = settings.nearest(folder)
                except settings.SettingsError as error:
                    sys.stderr.write(f"uwsgilint: {error}\n")
                    return exits.USAGE
            findings += engine.check_source(source, target=target, fallback=fallbacks[folder], run=together)
        else:
            reason = (failure.strerror or str(failure)).lower()
            findings.append(engine.one("unreadable-file", Span(source, 0, 0), reason=reason))
    if together.contexts is not None:
        findings = together.contexts.settled(findings)
    findings = _once(findings)
    if output == "json":
        from uwsgilint.report import json  # noqa: PLC0415

        sys.stdout.write(json.dump(findings, files))
    elif findings:
        from uwsgilint.report import text  # noqa: PLC0415

        sys.stdout.write((text.concise if output == "concise" else text.full)(findings))
    if not files:
        sys.stderr.write(f"uwsgilint: no uWSGI configuration in {', '.join(paths)}\n")
        return exits.NOTHING
    return _status(findings)


def _contexts(paths: list[str]) -> Contexts | None:
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


def _status(findings: list[Finding]) -> int:
    names = {f.name for f in findings}
    if "internal-error" in names:
        return exits.BUG
    if not names.isdisjoint({"unreadable-file", "oversized-file"}):
        return exits.UNREAD
    return exits.FINDINGS if any(f.severity != "advice" for f in findings) else exits.CLEAN


def _sources(paths: list[str], stdin_filename: str) -> Iterator[tuple[Source, OSError | None]]:
    """Return what the paths mean, each file once, in the order given."""
    seen: set[str] = set()
    for path in dict.fromkeys(paths):
        try:
            if path == inputs.STDIN:
                yield inputs.read_stdin(stdin_filename), None
            elif os.path.isdir(path):  # noqa: PTH112
                for source in inputs.configurations_in(path):
                    if source.name not in seen:
                        seen.add(source.name)
                        yield source, None
            elif path not in seen:
                seen.add(path)
                yield inputs.load(path), None
        except OSError as error:
            yield Source(error.filename if isinstance(error.filename, str) else path, b""), error
