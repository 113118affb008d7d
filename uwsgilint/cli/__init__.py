"""The command line: one module per command, each importing what it needs when it runs."""

from __future__ import annotations

import errno
import gc
import sys

__all__ = ["main"]

_UNHEARD = 141  # as a process that SIGPIPE ended
# What becomes of an output that has no room left; no bug of ours.
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO})


def _only_files(arguments: list[str]) -> bool:
    """Whether the command is `check` with names of files, or none, and no option."""
    return arguments[1:2] == ["check"] and not any(name.startswith("-") for name in arguments[2:])


def _forget_output() -> None:
    """Let the end of the process not try once more to write what had no room."""
    import os  # noqa: PLC0415  (few outputs are full)

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_nowhere() -> bool:
    """Whether the folder in which the process runs is gone, so that no name leads from there to a file."""
    import os  # noqa: PLC0415  (next to nobody deletes it)

    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return True
    return False


def _open_what_is_closed() -> None:
    """Give a process whose standard streams somebody closed streams that hold nothing."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        import os  # noqa: PLC0415  (next to nobody closes them)

        sys.stdin = sys.stdin or open(os.devnull)  # noqa: PTH123, SIM115
        sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115


def main() -> None:
    """Run `uwsgilint`; a bug of ours ends in exit status 70 and says how to report it."""
    # Next to nothing here refers to itself, and looking for that takes a third of the time of a large file.
    gc.set_threshold(10_000)
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        # A value that is not UTF-8 must not end the run where it is shown.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        if _only_files(sys.argv):
            # Reading arguments costs more than checking a file, and a hook gives nothing but files.
            from uwsgilint.cli import checking  # noqa: PLC0415

            status = checking.run(sys.argv[2:] or [checking.HERE])
            sys.stdout.flush()
            sys.exit(status)
        from uwsgilint.cli.app import app  # noqa: PLC0415

        # The reason may be left out, which the library cannot say of a value.
        arguments = ["--add-ignore=" if word == "--add-ignore" else word for word in sys.argv[1:]]
        piped = sys.stdout
        try:
            app(arguments, prog_name="uwsgilint")  # whatever started it: completion goes by this name
        except SystemExit:
            if sys.stdout is not piped:  # the library found that nobody reads on, and says 1, as findings do
                sys.exit(_UNHEARD)
            raise
        finally:
            sys.stdout.flush()  # what cannot be written is told here, and not by the interpreter on its way out
    except KeyboardInterrupt:
        sys.exit(130)  # as a process that SIGINT ended
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(_UNHEARD)
    except Exception as error:
        from uwsgilint.cli.exits import BUG, UNREAD  # noqa: PLC0415

        if isinstance(error, OSError) and error.filename is None and error.errno in _FULL:
            _forget_output()
            print(f"uwsgilint: the output was cut off: {(error.strerror or '').lower()}", file=sys.stderr)  # noqa: T201
            sys.exit(UNREAD)
        if isinstance(error, FileNotFoundError) and error.filename is None and _is_nowhere():
            print("uwsgilint: the current folder was deleted: change into one that is there", file=sys.stderr)  # noqa: T201
            sys.exit(UNREAD)
        print(  # noqa: T201
            f"uwsgilint: this is a bug in uwsgilint: {type(error).__name__}: {error}\n"
            "Please report it with the command and the file; UWSGILINT_TRACEBACK=1 shows where it happened.",
            file=sys.stderr,
        )
        import os  # noqa: PLC0415

        if os.environ.get("UWSGILINT_TRACEBACK"):
            raise
        sys.exit(BUG)
