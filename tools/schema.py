"""Publish the JSON Schemas: of the authoring format, and of the tool's own settings.

    python -m tools.schema           write the files in schemas/
    python -m tools.schema --check   write nothing; exit 1 when one is stale

They are what `uwsgilint schema` prints, at a place that the examples, and editors, can refer to.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from uwsgilint.cli.schema import settings_schema
from uwsgilint.schema import export

__all__ = ["PUBLISHED"]

FOLDER = Path(__file__).parent.parent / "schemas"
PUBLISHED = FOLDER / "uwsgilint.schema.json"
SETTINGS = FOLDER / "uwsgilint-settings.schema.json"


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or say which is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.schema", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    options = parser.parse_args(arguments)
    status = 0
    for path, text in ((PUBLISHED, export.text()), (SETTINGS, settings_schema())):
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if options.check:
            print(f"{path.name} is stale: run `python -m tools.schema`")
            status = 1
        else:
            path.write_text(text, "utf-8")
            print(f"wrote {path.name}")
    return status


if __name__ == "__main__":
    sys.exit(main())
