"""Publish the JSON Schema of the authoring format, `schemas/uwsgilint.schema.json`.

    python -m tools.schema           write the file
    python -m tools.schema --check   write nothing; exit 1 when it is stale

It is what `uwsgilint schema` prints, at a place that the examples, and editors, can refer to.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from uwsgilint.schema import export

__all__ = ["PUBLISHED"]

PUBLISHED = Path(__file__).parent.parent / "schemas" / "uwsgilint.schema.json"


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or say that it is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.schema", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    options = parser.parse_args(arguments)
    text = export.text()
    if PUBLISHED.exists() and PUBLISHED.read_text("utf-8") == text:
        return 0
    if options.check:
        print(f"{PUBLISHED.name} is stale: run `python -m tools.schema`")
        return 1
    PUBLISHED.write_text(text, "utf-8")
    print(f"wrote {PUBLISHED.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
