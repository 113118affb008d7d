"""How many cases a property that is held against the real server is tried with.

A few hundred for each dialect in an ordinary run, several thousand in `make nightly`, which sets UWSGILINT_CASES.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

_TOTAL = int(os.environ.get("UWSGILINT_CASES") or 300)
_Test = TypeVar("_Test", bound=Callable[..., object])


def cases(share: float = 1) -> Callable[[_Test], _Test]:
    """Try a property with that share of a dialect's cases, and again with more of them in the nightly run."""
    # A case starts a server: how long that takes says nothing, and every case writes its own files.
    chosen = settings(
        max_examples=max(1, round(_TOTAL * share)), deadline=None, suppress_health_check=list(HealthCheck)
    )

    def mark(test: _Test) -> _Test:
        return pytest.mark.nightly(chosen(test))

    return mark
