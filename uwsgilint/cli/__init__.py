"""The command line: one module per command, each importing what it needs when it runs."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run `uwsgilint`; a bug of ours ends in exit status 70 and says how to report it."""
    for stream in (sys.stdout, sys.stderr):
        # A value that is not UTF-8 must not end the run where it is shown.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    from uwsgilint.cli.app import app  # noqa: PLC0415  (after the streams are safe to write to)

    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)  # as a process that SIGPIPE ended
    except Exception as error:
        from uwsgilint.cli.exits import BUG  # noqa: PLC0415

        print(  # noqa: T201
            f"uwsgilint: this is a bug in uwsgilint: {type(error).__name__}: {error}\n"
            "Please report it with the command and the file; UWSGILINT_TRACEBACK=1 shows where it happened.",
            file=sys.stderr,
        )
        import os  # noqa: PLC0415

        if os.environ.get("UWSGILINT_TRACEBACK"):
            raise
        sys.exit(BUG)
