"""Fixtures of the acceptance tests, which run the real binary (`JOBSWEEP_BIN`, else this checkout's debug build)."""

import os

import pytest

pytest.register_assert_rewrite("support.reports", "support.serving", "support.cli", "support.exposition", "support.sweeping", "support.history")

from support import schema
from support.cli import binary
from support.workspace import Workspace


def pytest_sessionstart(session):
    if not os.access(binary(), os.X_OK):
        pytest.exit(f"no binary to test at {binary()}: build it, or set JOBSWEEP_BIN", returncode=2)


@pytest.fixture(params=schema.JOURNALS)
def journal(request):
    """Both journal modes in turn."""
    return request.param


@pytest.fixture
def workspace(tmp_path):
    """A folder of its own for one test; every process started through it ends with the test."""
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.close()
