"""The check of many files: what is known from the last run is not asked again, and the rest is shared out.

Whatever is kept and however many processes there are, the findings are the same, in the same order.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from uwsgilint.cli.progress import Progress
from uwsgilint.document import Source
from uwsgilint.lint import compact
from uwsgilint.lint.contexts import Contexts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from uwsgilint.cli.checking import Check, Chosen, Options
    from uwsgilint.cli.results import Results
    from uwsgilint.lint.finding import Finding
    from uwsgilint.lint.registry import Rule

__all__ = ["check", "processes"]

_WORTH_A_PROCESS = 200  # files; with fewer, starting a process costs more than it saves
_WORTH_KEEPING = 500
_SHARE = 50  # files that a process gets at a time
_GLANCE = 0.5  # seconds between two looks at whether the parent lives


class _Examined(NamedTuple):
    """What came of a file.

    Attributes:
        findings: what is wrong.
        alone: whether they follow from the file and the settings alone.
        contexts: what its meaning was found to be.
    """

    findings: list[Finding]
    alone: bool
    contexts: Contexts


def processes(jobs: int, files: int) -> int:
    """Return how many processes check files.

    Args:
        jobs: how many are wanted; 0 for as many as pay.
        files: how many files there are to check.
    """
    if jobs:
        return max(1, min(jobs, files))
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, files // _WORTH_A_PROCESS))


def check(
    sources: Sequence[Source], checks: Sequence[Check], options: Options, contexts: Contexts | None
) -> list[list[Finding]]:
    """Return the findings of each file.

    Args:
        sources: the files.
        checks: what finds fault with each.
        options: what the command line says.
        contexts: where it is taken down which files read which.
    """
    contexts = contexts or Contexts()
    found: dict[int, list[Finding]] = {}
    kept = _kept(options, len(sources))
    if kept is not None:
        for number, (source, each) in enumerate(zip(sources, checks, strict=True)):
            known = kept.find(source, each, contexts)
            if known is not None:
                found[number] = known
    left = [number for number in range(len(sources)) if number not in found]
    count = processes(options.jobs, len(left))
    examine = _alone if count == 1 else _shared
    work = [(sources[number], checks[number]) for number in left]
    with closing(Progress(len(left))) as progress:
        for done, (number, examined) in enumerate(zip(left, examine(work, count, options), strict=True), 1):
            contexts.add(examined.contexts)
            found[number] = examined.findings
            if kept is not None and examined.alone:
                kept.keep(sources[number], checks[number], examined.findings, examined.contexts)
            progress.at(done)
    if kept is not None:
        kept.save()
    return [found[number] for number in range(len(sources))]


def _kept(options: Options, files: int) -> Results | None:
    """Return what is kept from earlier runs; None where nothing is to be kept."""
    if options.cache is False or (options.cache is None and not options.cache_dir and files < _WORTH_KEEPING):
        return None
    from uwsgilint.cli.results import Results  # noqa: PLC0415  (small runs keep nothing)

    return Results(options.cache_dir)


def _examine(each: Check, source: Source) -> _Examined:
    run = each.run
    whole, run.contexts, run.alone = run.contexts, Contexts(), True
    try:
        return _Examined(each(source), run.alone, run.contexts)
    finally:
        run.contexts = whole


def _alone(work: Sequence[tuple[Source, Check]], count: int, options: Options) -> Iterator[_Examined]:  # noqa: ARG001
    """Examine files in this process."""
    for source, each in work:
        yield _examine(each, source)


def _shared(work: Sequence[tuple[Source, Check]], count: int, options: Options) -> Iterator[_Examined]:
    """Examine files in several processes."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (most runs have one process)
    from multiprocessing import get_context  # noqa: PLC0415

    # A fork has everything already; other systems have none, or none that is safe.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    size = max(1, min(_SHARE, len(work) // count))
    shares = [work[start : start + size] for start in range(0, len(work), size)]
    with ProcessPoolExecutor(count, context, _begin, (options, os.getpid())) as pool:
        texts = ([(source.name, source.data) for source, _ in share] for share in shares)
        for share, answers in zip(shares, pool.map(_answer, texts), strict=True):
            for (source, each), (packed, alone, contexts) in zip(share, answers, strict=True):
                yield _Examined(compact.unpack(packed, source, own_rules(each, packed[1])), alone, contexts)


def own_rules(each: Check, others: Sequence[tuple[str, ...]] = ()) -> dict[str, Rule]:
    """Return the rules of a check that are not built in, with those that run for other files that it speaks of."""
    selections = [each.run.selection]
    if each.run.elsewhere is not None:
        selections += [each.run.elsewhere(name) for name, *_ in others]
    return {name: rule for chosen in selections if chosen.own is not None for name, rule in chosen.own.rules.items()}


_chosen: list[Chosen] = []  # in a process that was started to help: its settings


def _begin(options: Options, parent: int) -> None:
    import threading  # noqa: PLC0415  (a process that checks alone has no parent to watch)

    from uwsgilint.cli.checking import Chosen  # noqa: PLC0415  (it imports this module)

    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _chosen[:] = [Chosen(options, None)]


def _end_with(parent: int) -> None:
    """End this process soon after the one that started it, which may be killed and can tell nobody then."""
    while os.getppid() == parent:
        time.sleep(_GLANCE)
    os._exit(1)


def _answer(texts: list[tuple[str, bytes]]) -> list[tuple[tuple[Any, ...], bool, Contexts]]:
    answers = []
    for name, data in texts:
        source = Source(name, data)
        examined = _examine(_chosen[0].check_of(name), source)
        answers.append((compact.pack(examined.findings, source), examined.alone, examined.contexts))
    return answers
