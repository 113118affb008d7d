"""Hold our answers against the real servers with many more cases than `make test` has time for.

    python -m tools.nightly                        5,000 cases for each dialect
    python -m tools.nightly --cases 20000          more
    python -m tools.nightly --seed 1234            the cases of an earlier run, whose seed it printed
    python -m tools.nightly -- -k test_json        what stands behind -- is for pytest

The properties are the tests marked `nightly` (tests/cases.py). Build the servers first (`python -m tools.servers`):
a dialect without a server is skipped. A failure shows the smallest case that fails, is tried first in
the next run of any kind on this machine, and comes again with the seed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run the properties; return pytest's exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.nightly", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=5000, help="cases for each dialect (default: 5000)")
    parser.add_argument("--seed", type=int, help="the seed of an earlier run")
    parser.add_argument("--jobs", default="auto", help="processes beside each other (default: as for all tests)")
    parser.add_argument("pytest", nargs="*", metavar="-- PYTEST", help="arguments for pytest")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(
        f"{options.cases} cases for each dialect; again: python -m tools.nightly --cases {options.cases} --seed {seed}"
    )
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-m", "nightly", f"--hypothesis-seed={seed}", "-n", options.jobs]
    environment = {**os.environ, "UWSGILINT_CASES": str(options.cases)}
    # Its cases are new ones each night, also where others are always the same.
    environment.pop("CI", None)
    return subprocess.run([*command, *options.pytest], cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
