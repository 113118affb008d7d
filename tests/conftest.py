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


def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes `-n auto` means: most of the time a test waits, for a server or a command."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def server() -> Server:
    """The real uWSGI server; a test that asks for it fails when there is none."""
    try:
        found = find()
        assert found.release
    except ServerMissing as error:
        pytest.fail(f"these tests need a real uWSGI server (pip install pyuwsgi): {error}", pytrace=False)
    return found
