"""Replay the proofs of all rules on every server there is, and write down what they showed.

    python -m tools.prove            the proofs that are new or have changed, on every server
    python -m tools.prove --all      all of them
    python -m tools.prove UW404 ...  these rules

The servers are that of the tests, and those that `python -m tools.servers --releases` builds. The results go to
`rules/proofs.json`, from which `uwsgilint explain` tells the releases. For each release a rule is

shown           everything that its proof says was seen, and nothing else
not shown       the server did something else; the proof names the release in `exceptions`, with the cause
not applicable  the release is out of the rule's range, or has not the options
needs ...       no server of this release has what it takes
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from tools import servers
from tools.proofs import TABLE, NotShownError, Proof, digest, example_of, lacking, options_of, replay, results
from tools.rules import read_pages
from uwsgilint import catalog
from uwsgilint.document import Source
from uwsgilint.formats import read
from uwsgilint.server import Server, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Future

    from tools.rules import Page

__all__ = ["Seen", "replay_on", "verdict", "written"]


class Seen(NamedTuple):
    """What a proof came to on one server.

    Attributes:
        heading: "avoid" or "prefer".
        status: as in the table.
        told: what was missing, if it was not shown.
    """

    heading: str
    status: str
    told: str = ""


def replay_on(page: Page, number: int, path: str) -> Seen:
    """Replay one proof of a page on the server with a path."""
    proof, server = page.proofs[number], Server(path)
    lacks = lacking(proof, server, releases=str(page.front.get("uwsgi", "")))
    if lacks:
        return Seen(proof.heading, lacks)
    try:
        replay(proof, example_of(page, proof), server)
    except NotShownError as error:
        return Seen(proof.heading, _excuse(page, proof, server) or "not shown", str(error))
    return Seen(proof.heading, "shown")


def _excuse(page: Page, proof: Proof, server: Server) -> str:
    """The option whose absence from a server explains that it does not show something."""
    example = example_of(page, proof)
    has = options_of(server)
    status = ""
    for directive in read(Source(f"uwsgi.{example.syntax}", example.data), example.syntax).directives():
        option = catalog.option(directive.key)
        if option is None or directive.key in has:
            continue
        if not catalog.exists_in(directive.key, server.release):
            return "not applicable"
        owner = next(iter(catalog.owners(directive.key)), "core")
        # An option of the core that is not there belongs to a feature that was left out.
        status = f"needs {directive.key if owner == 'core' else owner}"
    return status


def verdict(seen: Iterable[Seen]) -> str:
    """What the proofs of a rule came to on all servers of one release.

    What goes wrong has to be shown by one server at least, and so has what is right, unless the release has not got it.
    """
    seen = list(seen)
    states = [each.status for each in seen]
    if "not shown" in states:
        return "not shown"
    for heading in ("avoid", "prefer"):
        states = [each.status for each in seen if each.heading == heading]
        if "shown" in states or not states:
            continue
        needs = next((state for state in sorted(states) if state.startswith("needs")), "")
        if needs or heading == "avoid":
            return needs or "not applicable"
    return "shown"


def written(table: dict[str, dict[str, object]]) -> str:
    """Spell the table: sorted by code, the releases by age."""
    return json.dumps(dict(sorted(table.items())), indent=2) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay and write the table.

    Returns:
        0 when everything was shown where it has to be, 1 when not.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.prove", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("codes", nargs="*", metavar="CODE", help="rules to replay, such as UW404")
    parser.add_argument("--all", action="store_true", help="replay what has not changed as well")
    parser.add_argument("--jobs", type=int, default=2, help="proofs to replay at a time (default: 2)")
    options = parser.parse_args(arguments)
    paths = [find().path, *(server.path for server in servers.made())]
    releases = {path: Server(path).release for path in paths}
    for release in (*servers.RELEASES, servers.LATEST):
        if release not in releases.values():
            print(f"There is no server of {release}: python -m tools.servers --releases", file=sys.stderr)
    pages = [page for page in read_pages() if page.front["status"] == "stable"]
    known = results()
    todo = [
        page
        for page in pages
        if page.code in options.codes
        or (not options.codes and (options.all or not _is_done(page, known, set(releases.values()))))
    ]
    found: dict[str, dict[str, list[Seen]]] = {page.code: {} for page in todo}
    unseen: dict[tuple[str, int], bool] = {}
    failures: list[str] = []
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        tasks: dict[Future[Seen], tuple[Page, int, str]] = {
            pool.submit(replay_on, page, number, path): (page, number, path)
            for page in todo
            for number, proof in enumerate(page.proofs)
            if proof.mode != "none"
            for path in paths
        }
        for task in as_completed(tasks):
            (page, number, path), seen = tasks[task], task.result()
            proof = page.proofs[number]
            found[page.code].setdefault(releases[path], []).append(seen)
            unseen[page.code, number] = unseen.get((page.code, number), True) and seen.status != "shown"
            if seen.status == "not shown" and releases[path] not in dict(proof.exceptions):
                failures.append(f"{page.code}, {path}\n{seen.told}")
    table = {page.code: known[page.code] for page in pages if page.code in known}
    for page in todo:
        on = {
            release: verdict(found[page.code][release]) for release in sorted(found[page.code], key=catalog.release_key)
        }
        table[page.code] = {"digest": digest(page), "on": on}
    failures += [
        f"{code}: no server shows the proof at place {number + 1}" for (code, number), is_so in unseen.items() if is_so
    ]
    TABLE.write_text(written(table), "utf-8")
    print(*sorted(failures), sep="\n\n")
    print(f"{len(tasks)} replays of the proofs of {len(todo)} rules on {len(paths)} servers, {len(failures)} not shown")
    return 1 if failures else 0


def _is_done(page: Page, known: dict[str, dict[str, object]], releases: set[str]) -> bool:
    """Whether the table has what all these releases did with a page as it is now."""
    entry = known.get(page.code, {})
    on = entry.get("on")
    asked = any(proof.mode != "none" for proof in page.proofs)
    if entry.get("digest") != digest(page) or not isinstance(on, dict):
        return False
    return not asked or (releases <= set(on) and "not shown" not in on.values())


if __name__ == "__main__":
    sys.exit(main())
