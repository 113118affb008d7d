"""`python -m uwsgilint` is `uwsgilint`."""

from __future__ import annotations

from uwsgilint.cli import main

main()
