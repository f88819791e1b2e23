"""Fixtures of the acceptance tests, which run the real binary (`JOBSWEEP_BIN`, else this checkout's debug build)."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

pytest.register_assert_rewrite("support.reports", "support.serving", "support.cli", "support.exposition", "support.sweeping", "support.history")

from support import schema
from support.cli import Jobsweep, binary
from support.free_pages import leave_free_pages
from support.postgres import PostgresWorkspace, Server
from support.workspace import Workspace

NOBODY = 65534
#: The files that take longest begin first, so that nobody is left alone with one of them at the end.
LONG = [
    "test_page_flows", "test_rules_property", "test_postgres_faults", "test_dependents_many", "test_catch_up", "test_page", "test_cascades",
    "test_postgres_pressure", "test_postgres_archive", "test_postgres_rules", "test_postgres_hardship", "test_killed", "test_vacuum_hardship",
    "test_archive", "test_demo", "test_package", "test_hardship", "test_memory", "test_bench", "test_rows_large", "test_postgres_vacuum",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


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


@pytest.fixture
def airy(workspace):
    """A workspace whose database has free pages to give back."""
    leave_free_pages(workspace)
    return workspace


@pytest.fixture
def theirs():
    """A folder that everybody can reach, and in it a binary that runs as nobody."""
    if os.geteuid() != 0:
        pytest.skip("only root can run the binary as somebody else")
    folder = Path(tempfile.mkdtemp(prefix="jobsweep-acceptance-"))
    folder.chmod(0o755)
    path = shutil.copy(binary(), folder / "jobsweep")
    os.chmod(path, 0o755)
    home = folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    nobody = Jobsweep(home, path, prefix=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"])
    workspace = Workspace(folder / "data", nobody)
    workspace.state = home / "state"
    yield workspace
    workspace.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server of one file's own."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def on_postgres(tmp_path, server):
    """A folder and an empty database on that server, of one test's own."""
    workspace = PostgresWorkspace(tmp_path, server)
    yield workspace
    workspace.close()
