"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from uwsgilint.server import Server, ServerMissing, find

# A change is judged by the same cases each time; elsewhere every run tries new ones.
settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Processes beside each other: twice as many as cores, as tests that ask a server mostly wait for it."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # somebody said how many
    return 2 * len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


@pytest.fixture(scope="session")
def server() -> Server:
    """The real uWSGI server; a test that asks for it fails when there is none."""
    try:
        found = find()
        assert found.release
    except ServerMissing as error:
        pytest.fail(f"these tests need a real uWSGI server (pip install pyuwsgi): {error}", pytrace=False)
    return found
