"""uwsgilint: check, compile and understand uWSGI configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uwsgilint.language.load import Loaded as Loaded
    from uwsgilint.language.load import evaluate as evaluate
    from uwsgilint.language.load import load as load

__version__ = "0.1.0"

__all__ = ["Loaded", "__version__", "evaluate", "load"]


def __getattr__(name: str) -> object:
    """Import what is public when it is asked for: `uwsgilint --version` needs none of it."""
    if name in {"Loaded", "evaluate", "load"}:
        from uwsgilint.language import load as module  # noqa: PLC0415  (see above)

        return getattr(module, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
