"""What all tests share."""

from __future__ import annotations

import pytest

from uwsgilint.server import Server, ServerMissing, find


@pytest.fixture(scope="session")
def server() -> Server:
    """The real uWSGI server; a test that asks for it fails when there is none."""
    try:
        found = find()
        assert found.release
    except ServerMissing as error:
        pytest.fail(f"these tests need a real uWSGI server (pip install pyuwsgi): {error}", pytrace=False)
    return found
